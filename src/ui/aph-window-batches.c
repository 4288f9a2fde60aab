/* aph-window-batches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be done with a batch.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-window-private.h"

/* The batch that an action is about: the target is its number. */
static AphBatch *
get_target (AphWindow *self,
            GVariant  *parameter)
{
  GListModel *batches = aph_session_get_batches (self->session);
  guint n_batches = g_list_model_get_n_items (batches);
  guint64 id = g_variant_get_uint64 (parameter);

  for (guint i = 0; i < n_batches; i++)
    {
      g_autoptr (AphBatch) batch = g_list_model_get_item (batches, i);

      /* The list holds it. */
      if (aph_batch_get_id (batch) == id)
        return batch;
    }

  return NULL;
}

/* What is being renamed; the dialog may outlive the window. */
typedef struct
{
  AphSession *session;
  AphBatch *batch;
  GtkEditable *entry;
} Renaming;

static void
renaming_free (gpointer  data,
               GClosure *closure)
{
  Renaming *renaming = data;

  g_object_unref (renaming->session);
  g_object_unref (renaming->batch);
  g_free (renaming);
}

static void
rename_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    gpointer          user_data)
{
  Renaming *renaming = user_data;
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (renaming->entry)));

  if (g_str_equal (response, "rename") && *title != '\0')
    aph_session_rename_batch (renaming->session, renaming->batch, title);

  /* GTK may keep the dialog longer than the session lives. */
  g_signal_handlers_disconnect_by_data (dialog, renaming);
}

static void
rename_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphBatch *batch = get_target (self, parameter);
  Renaming *renaming;
  GtkWidget *dialog, *entry;

  if (batch == NULL)
    return;

  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), aph_batch_get_title (batch));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Name"), -1);

  dialog = aph_message_dialog_new (GTK_WINDOW (self), _("Rename Batch"), NULL);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "rename", _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  renaming = g_new0 (Renaming, 1);
  renaming->session = g_object_ref (self->session);
  renaming->batch = g_object_ref (batch);
  renaming->entry = GTK_EDITABLE (entry);
  g_signal_connect_data (dialog, "response", G_CALLBACK (rename_response_cb), renaming,
                         renaming_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
archive_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphBatch *batch = get_target (self, parameter);

  if (batch != NULL)
    aph_session_archive_batch (self->session, batch, !aph_batch_get_archived (batch));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphBatch *batch = get_target (self, parameter);

  if (batch == NULL)
    return;

  aph_window_offer_undo (self, aph_session_remove_batch (self->session, batch), FALSE);
  aph_queue_view_select (self->queue, NULL);
}

/* What is to be run again. */
typedef struct
{
  AphWindow *window;
  AphBatch *batch;
  GtkEditable *title;
  GtkDropDown *model;
  GtkSwitch *options;
} Duplicating;

static void
duplicating_free (gpointer  data,
                  GClosure *closure)
{
  Duplicating *duplicating = data;

  g_object_unref (duplicating->window);
  g_object_unref (duplicating->batch);
  g_free (duplicating);
}

static void
run_again (Duplicating *duplicating)
{
  AphWindow *self = duplicating->window;
  guint selected = gtk_drop_down_get_selected (duplicating->model);
  GtkStringObject *model = gtk_drop_down_get_selected_item (duplicating->model);
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (duplicating->title)));
  g_autoptr (AphParams) params = NULL;
  g_autoptr (GError) error = NULL;
  AphBatch *copy;

  if (self->session == NULL)
    return;

  if (gtk_switch_get_active (duplicating->options))
    params = aph_composer_create_params (self->composer, &error);
  if (error != NULL)
    {
      aph_window_say (self, error->message);
      return;
    }

  copy = aph_session_duplicate_batch (self->session, duplicating->batch,
                                      *title != '\0' ? title : NULL,
                                      selected > 0 ? gtk_string_object_get_string (model) : NULL,
                                      params);
  if (copy != NULL)
    aph_session_set_batch (self->session, copy);
}

static void
duplicate_response_cb (AdwMessageDialog *dialog,
                       const char       *response,
                       gpointer          user_data)
{
  if (g_str_equal (response, "run"))
    run_again (user_data);

  g_signal_handlers_disconnect_by_data (dialog, user_data);
}

/* The models of the server, after that which each prompt had. */
static GtkWidget *
create_models (AphWindow *self)
{
  GListModel *models =
    aph_connection_get_models (aph_session_get_connection (self->session));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n_models = g_list_model_get_n_items (models);
  GtkWidget *drop_down;

  gtk_string_list_append (names, _("As before"));
  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (AphModel) model = g_list_model_get_item (models, i);

      gtk_string_list_append (names, aph_model_get_name (model));
    }

  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  gtk_widget_set_valign (drop_down, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Model"), -1);

  return drop_down;
}

static void
add_row (GtkListBox *list,
         const char *title,
         GtkWidget  *widget)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);
  gtk_list_box_append (list, row);
}

static GtkWidget *
create_form (AphWindow   *self,
             Duplicating *duplicating)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *title = adw_entry_row_new ();
  GtkWidget *model = create_models (self);
  GtkWidget *options = gtk_switch_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (title), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (title), aph_batch_get_title (duplicating->batch));
  gtk_list_box_append (GTK_LIST_BOX (list), title);
  add_row (GTK_LIST_BOX (list), _("Model"), model);
  gtk_accessible_update_property (GTK_ACCESSIBLE (options), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The options chosen below"), -1);
  add_row (GTK_LIST_BOX (list), _("The options chosen below"), options);

  duplicating->title = GTK_EDITABLE (title);
  duplicating->model = GTK_DROP_DOWN (model);
  duplicating->options = GTK_SWITCH (options);

  return list;
}

static void
duplicate_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphBatch *batch = get_target (self, parameter);
  Duplicating *duplicating;
  GtkWidget *dialog;

  if (batch == NULL)
    return;

  duplicating = g_new0 (Duplicating, 1);
  duplicating->window = g_object_ref (self);
  duplicating->batch = g_object_ref (batch);

  dialog = aph_message_dialog_new (GTK_WINDOW (self), _("Run Again"),
                                   _("The same prompts are asked once more, as a new batch."));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog),
                                      create_form (self, duplicating));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "run", _("_Run"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "run",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (duplicate_response_cb), duplicating,
                         duplicating_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * aph_window_class_add_batch_actions:
 * @widget_class: of #AphWindow
 */
void
aph_window_class_add_batch_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "batch.archive", "t", archive_action);
  gtk_widget_class_install_action (widget_class, "batch.duplicate", "t", duplicate_action);
  gtk_widget_class_install_action (widget_class, "batch.remove", "t", remove_action);
  gtk_widget_class_install_action (widget_class, "batch.rename", "t", rename_action);
}
