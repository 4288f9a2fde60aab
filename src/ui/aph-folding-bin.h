/* aph-folding-bin.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * APH_FOLDING_BIN_MIN_WIDTH:
 *
 * What a window must fit into, in pixels: a telephone.
 */
#define APH_FOLDING_BIN_MIN_WIDTH 360

#define APH_TYPE_FOLDING_BIN (aph_folding_bin_get_type ())

/**
 * AphFoldingBin:
 *
 * Holds what folds when it gets less room than it needs now, which it can only know once it got it:
 * so a window goes from wide to narrow in one step. Until it has folded, what does not fit is cut.
 */
G_DECLARE_FINAL_TYPE (AphFoldingBin, aph_folding_bin, APH, FOLDING_BIN, GtkWidget)

GtkWidget *aph_folding_bin_new (GtkWidget *child);

G_END_DECLS
