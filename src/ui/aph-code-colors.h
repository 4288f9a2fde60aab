/* aph-code-colors.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * APH_CODE_COLORS_MAX:
 *
 * Code longer than this, in bytes, stays as it is: to find its colours would take seconds.
 */
#define APH_CODE_COLORS_MAX (64 * 1024)

#define APH_TYPE_CODE_COLORS (aph_code_colors_get_type ())

/**
 * AphCodeColors:
 *
 * The colours of a block of code that grows at its end, as GtkSourceView finds them. To load a
 * language and to read code takes time, so it is done step by step.
 */
G_DECLARE_FINAL_TYPE (AphCodeColors, aph_code_colors, APH, CODE_COLORS, GObject)

AphCodeColors *aph_code_colors_new      (const char    *language,
                                         gboolean       dark);

void           aph_code_colors_set_dark (AphCodeColors *self,
                                         gboolean       dark);
void           aph_code_colors_set_text (AphCodeColors *self,
                                         const char    *text,
                                         gsize          length);
gboolean       aph_code_colors_step     (AphCodeColors *self,
                                         gsize          end);
PangoAttrList *aph_code_colors_get      (AphCodeColors *self,
                                         gsize          start,
                                         gsize          end);

G_END_DECLS
