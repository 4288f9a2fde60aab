/* aph-edit-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-edit-dialog"

#include "config.h"

#include "ui/aph-edit-dialog.h"

struct _AphEditDialog
{
  AdwWindow parent_instance;

  GtkTextView *text;
};

enum
{
  SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphEditDialog, aph_edit_dialog, ADW_TYPE_WINDOW)

static char *
get_text (AphEditDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  g_autofree char *text = get_text (APH_EDIT_DIALOG (widget));

  g_signal_emit (widget, signals[SAVED], 0, text);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
changed_cb (AphEditDialog *self)
{
  g_autofree char *text = g_strstrip (get_text (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "edit.save", *text != '\0');
}

static void
aph_edit_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), APH_TYPE_EDIT_DIALOG);

  G_OBJECT_CLASS (aph_edit_dialog_parent_class)->dispose (object);
}

static void
aph_edit_dialog_class_init (AphEditDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_edit_dialog_dispose;

  signals[SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-edit-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AphEditDialog, text);
  gtk_widget_class_install_action (widget_class, "edit.save", NULL, save_action);
}

static void
aph_edit_dialog_init (AphEditDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (gtk_text_view_get_buffer (self->text), "changed",
                            G_CALLBACK (changed_cb), self);
}

/**
 * aph_edit_dialog_new:
 * @parent: the window that it belongs to
 * @prompt: what is to be changed
 *
 * Returns: (transfer none): a dialog; it lives until it is closed
 */
GtkWidget *
aph_edit_dialog_new (GtkWindow  *parent,
                     const char *prompt)
{
  AphEditDialog *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (prompt != NULL, NULL);

  self = g_object_new (APH_TYPE_EDIT_DIALOG, "transient-for", parent, NULL);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), prompt, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));

  return GTK_WIDGET (self);
}
