/* aph-start-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_START_PAGE (aph_start_page_get_type ())

G_DECLARE_FINAL_TYPE (AphStartPage, aph_start_page, APH, START_PAGE, GtkWidget)

GtkWidget *aph_start_page_new      (void);
void       aph_start_page_set_demo (AphStartPage *self,
                                    gboolean      demo);

G_END_DECLS
