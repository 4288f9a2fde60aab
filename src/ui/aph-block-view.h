/* aph-block-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-text-block.h"

G_BEGIN_DECLS

#define APH_TYPE_BLOCK_VIEW (aph_block_view_get_type ())

/**
 * AphBlockView:
 *
 * One block of a text, drawn. Its text is set by attributes, never by markup. What is selected and
 * what was found is its parent's to know: it goes across blocks.
 *
 * Signals:
 * - "link-activated" (string): the link that has the focus was chosen
 * - "copy-activated": the code is to be copied
 */
G_DECLARE_FINAL_TYPE (AphBlockView, aph_block_view, APH, BLOCK_VIEW, GtkWidget)

GtkWidget    *aph_block_view_new            (AphTextBlock        *block);

AphTextBlock *aph_block_view_get_block      (AphBlockView        *self);
void          aph_block_view_set_block      (AphBlockView        *self,
                                             AphTextBlock        *block);
void          aph_block_view_set_ends       (AphBlockView        *self,
                                             gboolean             ends);
void          aph_block_view_set_quotes_above (AphBlockView      *self,
                                             guint                quotes_above);
void          aph_block_view_set_colors     (AphBlockView        *self,
                                             PangoAttrList       *colors);
gboolean      aph_block_view_has_colors     (AphBlockView        *self);
void          aph_block_view_set_adjustment (AphBlockView        *self,
                                             GtkAdjustment       *adjustment);
void          aph_block_view_set_selection  (AphBlockView        *self,
                                             gsize                start,
                                             gsize                end);
void          aph_block_view_set_matches    (AphBlockView        *self,
                                             const AphTextCell   *matches,
                                             guint                n_matches,
                                             guint                current);

gsize         aph_block_view_get_index      (AphBlockView        *self,
                                             double               x,
                                             double               y);
const char   *aph_block_view_get_link       (AphBlockView        *self,
                                             double               x,
                                             double               y);
void          aph_block_view_get_word       (AphBlockView        *self,
                                             gsize                index,
                                             gsize               *start,
                                             gsize               *end);
void          aph_block_view_get_extents    (AphBlockView        *self,
                                             gsize                index,
                                             int                 *y,
                                             int                 *height);

G_END_DECLS
