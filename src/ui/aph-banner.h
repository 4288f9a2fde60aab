/* aph-banner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_BANNER (aph_banner_get_type ())

/**
 * AphBanner:
 *
 * A strip below the header bar that says what is the matter and offers what to do.
 */
G_DECLARE_FINAL_TYPE (AphBanner, aph_banner, APH, BANNER, GtkWidget)

void aph_banner_show       (AphBanner  *self,
                            const char *icon_name,
                            const char *title,
                            const char *body);
void aph_banner_hide       (AphBanner  *self);
gboolean aph_banner_is_shown (AphBanner *self);
void aph_banner_set_progress (AphBanner  *self,
                            const char *body,
                            double      fraction);
void aph_banner_add_button (AphBanner  *self,
                            const char *label,
                            const char *action_name);

G_END_DECLS
