/* aph-list-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-list-row"

#include "config.h"

#include "ui/aph-list-row.h"

/**
 * aph_list_row_find_focused:
 * @list: a list view
 * @type: of the rows that we put into it
 *
 * Returns: (transfer none) (nullable): our row that has the focus, or something in it, or what GTK
 *   has put around it
 */
GtkWidget *
aph_list_row_find_focused (GtkWidget *list,
                           GType      type)
{
  GtkRoot *root;
  GtkWidget *focus, *child;

  g_return_val_if_fail (GTK_IS_WIDGET (list), NULL);

  root = gtk_widget_get_root (list);
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, list))
    return NULL;

  child = gtk_widget_get_first_child (focus);

  return G_TYPE_CHECK_INSTANCE_TYPE (child, type) ? child : gtk_widget_get_ancestor (focus, type);
}

/**
 * aph_list_row_add_click:
 * @row: a row of ours
 * @mouse_button: which
 * @signal: "pressed" or "released"
 * @callback: what to do, as for that signal of #GtkGestureClick
 * @object: what it is to be told, as long as that lives
 */
void
aph_list_row_add_click (GtkWidget  *row,
                        guint       mouse_button,
                        const char *signal,
                        GCallback   callback,
                        gpointer    object)
{
  GtkGesture *gesture;

  g_return_if_fail (GTK_IS_WIDGET (row));
  g_return_if_fail (G_IS_OBJECT (object));

  gesture = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), mouse_button);
  g_signal_connect_object (gesture, signal, callback, object, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (gesture));
}
