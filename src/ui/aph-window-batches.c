/* aph-window-batches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be done with a batch.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

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

  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Rename Batch"), NULL);
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

/**
 * aph_window_class_add_batch_actions:
 * @widget_class: of #AphWindow
 */
void
aph_window_class_add_batch_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "batch.archive", "t", archive_action);
  gtk_widget_class_install_action (widget_class, "batch.rename", "t", rename_action);
}
