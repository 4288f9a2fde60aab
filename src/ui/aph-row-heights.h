/* aph-row-heights.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphRowHeights:
 *
 * Where the rows of a long text are, of which most have never been laid out: their heights are
 * guesses until somebody measures them. Heights are in pixels. Needs no display.
 */
typedef struct _AphRowHeights AphRowHeights;

AphRowHeights *aph_row_heights_new         (void);
void           aph_row_heights_free        (AphRowHeights *self);

guint          aph_row_heights_get_n_rows  (AphRowHeights *self);
void           aph_row_heights_set_n_rows  (AphRowHeights *self,
                                            guint          n_rows);

void           aph_row_heights_guess       (AphRowHeights *self,
                                            guint          row,
                                            int            height);
gboolean       aph_row_heights_measure     (AphRowHeights *self,
                                            guint          row,
                                            int            height,
                                            int           *change);

int            aph_row_heights_get_height  (AphRowHeights *self,
                                            guint          row);
gint64         aph_row_heights_get_y       (AphRowHeights *self,
                                            guint          row);
gint64         aph_row_heights_get_total   (AphRowHeights *self);
guint          aph_row_heights_find        (AphRowHeights *self,
                                            gint64         y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRowHeights, aph_row_heights_free)

G_END_DECLS
