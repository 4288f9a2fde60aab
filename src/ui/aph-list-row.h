/* aph-list-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the rows of a list view have in common: GTK puts each into a widget of its own, which is
 * what has the focus. */

GtkWidget *aph_list_row_find_focused (GtkWidget  *list,
                                      GType       type);
void       aph_list_row_add_click    (GtkWidget  *row,
                                      guint       mouse_button,
                                      const char *signal,
                                      GCallback   callback,
                                      gpointer    object);

G_END_DECLS
