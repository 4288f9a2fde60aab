/* aph-ui.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void aph_ui_prepare          (void);
void aph_ui_start            (void);
void aph_ui_started          (void);
void aph_ui_init             (void);
void aph_ui_dispose_template (GtkWidget     *widget,
                              GType          type);
gboolean aph_ui_focus_children (GtkWidget     *widget,
                                GtkDirectionType direction);
GtkWidget *aph_ui_ensure_child (AdwBin       *place,
                                GType         type);
void aph_ui_set_menu         (GtkMenuButton *button,
                              GMenuModel    *menu);
void aph_ui_set_adjustment   (gpointer       self,
                              GtkAdjustment **field,
                              GtkAdjustment *adjustment,
                              GCallback      value_changed);
void aph_ui_align_title      (GtkColumnView *view,
                              guint          position);

G_END_DECLS
