/* aph-compat.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-compat"

#include "config.h"

#include <dlfcn.h>

#include <adwaita.h>

#include "ui/aph-compat.h"

/* An answer is a list of files, also where only one can be chosen. */
static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           gpointer         user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GListModel) chosen = NULL;
  GPtrArray *files;
  guint n_files;

  g_signal_handlers_disconnect_by_data (dialog, task);
  gtk_native_dialog_hide (dialog);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (response != GTK_RESPONSE_ACCEPT)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  chosen = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  n_files = g_list_model_get_n_items (chosen);
  files = g_ptr_array_new_full (n_files, g_object_unref);
  for (guint i = 0; i < n_files; i++)
    g_ptr_array_add (files, g_list_model_get_item (chosen, i));

  g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
}

/* Shows @dialog, which the task holds until it is answered. */
static void
choose (GtkFileChooserNative *dialog,
        GTask                *task,
        gpointer              source_tag)
{
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, g_object_ref (dialog), g_object_unref);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (chosen_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * aph_open_files_async:
 * @parent: (nullable): the window that asks
 * @title: what for
 * @filters: (element-type GtkFileFilter): kinds of files, the usual one first
 * @cancellable: (nullable): cancellable
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Lets the user choose files.
 */
void
aph_open_files_async (GtkWindow           *parent,
                      const char          *title,
                      GPtrArray           *filters,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GtkFileChooserNative) dialog = NULL;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  for (guint i = 0; i < filters->len; i++)
    gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), g_ptr_array_index (filters, i));

  choose (dialog, g_task_new (NULL, cancellable, callback, user_data), aph_open_files_async);
}

/**
 * aph_open_files_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type GFile): the chosen files; %NULL without
 *   @error set if the user chose none
 */
GPtrArray *
aph_open_files_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_open_files_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aph_save_file_async:
 * @parent: (nullable): the window that asks
 * @title: what for
 * @name: how the file may be called
 * @cancellable: (nullable): cancellable
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Lets the user choose where to write a file.
 */
void
aph_save_file_async (GtkWindow           *parent,
                     const char          *title,
                     const char          *name,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GtkFileChooserNative) dialog = NULL;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);

  choose (dialog, g_task_new (NULL, cancellable, callback, user_data), aph_save_file_async);
}

/**
 * aph_save_file_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): where to write; %NULL without @error set if the user chose
 *   nothing
 */
GFile *
aph_save_file_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_autoptr (GPtrArray) files = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, aph_save_file_async), NULL);

  files = g_task_propagate_pointer (G_TASK (result), error);

  return files != NULL && files->len > 0 ? g_object_ref (g_ptr_array_index (files, 0)) : NULL;
}

/**
 * aph_launch_file:
 * @parent: (nullable): the window that asks
 * @file: a file
 *
 * Has @file shown by the program that is for such files.
 */
void
aph_launch_file (GtkWindow *parent,
                 GFile     *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

/* The label of the heading that libadwaita shows if there is room for it. */
static GtkWidget *
find_heading (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "title-2"))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_heading (child);

  return found;
}

/**
 * aph_message_dialog_new:
 * @parent: (nullable): the window that it belongs to
 * @heading: what it is about
 * @body: (nullable): the rest
 *
 * Makes an #AdwMessageDialog. libadwaita asks how high the large form of the heading is in less
 * width than it needs, of which GTK 4.18 warns: here that form can be as narrow as wanted. It is
 * shown only where it fits.
 *
 * Returns: (transfer none): the dialog, which GTK owns
 */
GtkWidget *
aph_message_dialog_new (GtkWindow  *parent,
                        const char *heading,
                        const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);
  GtkWidget *label = find_heading (dialog);

  if (label != NULL)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);

  return dialog;
}

static gboolean
confirmed_cb (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, g_task_get_task_data (task) != NULL);

  return G_SOURCE_REMOVE;
}

static void
confirm_response_cb (AdwMessageDialog *dialog,
                     const char       *response,
                     gpointer          user_data)
{
  GTask *task = user_data;

  /* Only the first answer counts. */
  g_signal_handlers_disconnect_by_data (dialog, task);

  /* Not now: who destroys the parent in the middle of the dialog's end makes GTK 4.8 crash. */
  g_task_set_task_data (task, GINT_TO_POINTER (g_strcmp0 (response, "confirm") == 0), NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, confirmed_cb, task, g_object_unref);
}

static void
ask (GtkWindow             *parent,
     const char            *heading,
     const char            *body,
     const char            *cancel_label,
     const char            *confirm_label,
     AdwResponseAppearance  appearance,
     GTask                 *task)
{
  GtkWidget *dialog = aph_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", cancel_label);
  if (confirm_label != NULL)
    {
      adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "confirm", confirm_label);
      adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "confirm",
                                                  appearance);
    }
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  g_signal_connect (dialog, "response", G_CALLBACK (confirm_response_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * aph_confirm_async:
 * @parent: (nullable): the window that asks
 * @heading: the question
 * @body: what it means
 * @cancel_label: how to leave everything as it is, with a mnemonic; also what Escape means
 * @confirm_label: how to go on, with a mnemonic; something is lost by it
 * @cancellable: (nullable): cancellable
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Asks before something is lost.
 */
void
aph_confirm_async (GtkWindow           *parent,
                   const char          *heading,
                   const char          *body,
                   const char          *cancel_label,
                   const char          *confirm_label,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_confirm_async);
  ask (parent, heading, body, cancel_label, confirm_label, ADW_RESPONSE_DESTRUCTIVE, task);
}

gboolean
aph_confirm_finish (GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_confirm_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * aph_offer_async:
 * @parent: (nullable): the window that asks
 * @heading: the question
 * @body: what it is about
 * @cancel_label: how to leave everything as it is, with a mnemonic; also what Escape means
 * @accept_label: (nullable): how to go on, with a mnemonic; %NULL if that cannot be
 * @cancellable: (nullable): cancellable
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Asks before something is done; nothing is lost by it.
 */
void
aph_offer_async (GtkWindow           *parent,
                 const char          *heading,
                 const char          *body,
                 const char          *cancel_label,
                 const char          *accept_label,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_offer_async);
  ask (parent, heading, body, cancel_label, accept_label, ADW_RESPONSE_SUGGESTED, task);
}

gboolean
aph_offer_finish (GAsyncResult  *result,
                  GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_offer_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * aph_announce:
 * @widget: what it is about
 * @text: what has happened
 *
 * Has a screen reader say it once it has finished what it says now. GTK knows how from 4.14 on,
 * whatever it was when this was built; before there is nobody to tell.
 */
void
aph_announce (GtkWidget  *widget,
              const char *text)
{
  typedef void (*Announce) (GtkAccessible *accessible, const char *message, int priority);
  const int medium = 1;
  static Announce announce;
  static gsize is_known;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);

  if (g_once_init_enter (&is_known))
    {
      announce = (Announce) dlsym (RTLD_DEFAULT, "gtk_accessible_announce");
      g_once_init_leave (&is_known, 1);
    }
  g_debug ("announced: %s", text);
  if (announce != NULL)
    announce (GTK_ACCESSIBLE (widget), text, medium);
}

/**
 * aph_show_uri:
 * @parent: (nullable): the window that asks
 * @uri: an address
 *
 * Opens it with whatever the user has for it.
 */
void
aph_show_uri (GtkWindow  *parent,
              const char *uri)
{
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));
  g_return_if_fail (uri != NULL);

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}
