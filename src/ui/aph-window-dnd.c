/* aph-window-dnd.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include "ui/aph-window-private.h"

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         gpointer       user_data)
{
  AphWindow *self = APH_WINDOW (user_data);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GSList *dropped = g_value_get_boxed (value);

  for (GSList *link = dropped; link != NULL; link = link->next)
    g_ptr_array_add (files, g_object_ref (link->data));
  if (files->len == 0)
    return FALSE;

  aph_window_open_files (self, files, FALSE);

  return TRUE;
}

/**
 * aph_window_add_drop_target:
 * @self: a window
 *
 * Files that are dropped anywhere on the window are opened; also on a text, which would take their
 * names.
 */
void
aph_window_add_drop_target (AphWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
