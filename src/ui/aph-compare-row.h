/* aph-compare-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-compare-cell.h"

G_BEGIN_DECLS

#define APH_TYPE_COMPARE_ROW (aph_compare_row_get_type ())

/**
 * AphCompareRow:
 *
 * A prompt and below it the answers to it, side by side. The prompt stays in sight while the
 * answers are scrolled sideways.
 */
G_DECLARE_FINAL_TYPE (AphCompareRow, aph_compare_row, APH, COMPARE_ROW, GtkWidget)

GtkWidget      *aph_compare_row_new         (void);
void            aph_compare_row_set_prompt  (AphCompareRow *self,
                                             const char    *prompt);
void            aph_compare_row_set_n_cells (AphCompareRow *self,
                                             guint          n_cells);
AphCompareCell *aph_compare_row_get_cell    (AphCompareRow *self,
                                             guint          column);
void            aph_compare_row_set_columns (AphCompareRow *self,
                                             double         offset,
                                             int            column_width);

G_END_DECLS
