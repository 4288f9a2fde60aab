/* find.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *find_widget     (GtkWidget  *root,
                            GType       type,
                            guint       number);
GtkWidget *find_by_tooltip (GtkWidget  *root,
                            const char *tooltip);
GtkWidget *find_label      (GtkWidget  *root,
                            const char *label);
void       wait_for_label  (GtkWidget  *root,
                            const char *label);
GtkWidget *find_row        (GtkWidget  *root,
                            const char *title);
GtkWidget *find_toplevel   (GType       type);

G_END_DECLS
