/* aph-compare-grid.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "stats/aph-comparison.h"
#include "ui/aph-compare-cell.h"

G_BEGIN_DECLS

#define APH_TYPE_COMPARE_GRID (aph_compare_grid_get_type ())

/**
 * AphCompareGrid:
 *
 * Prompts by models, to be scrolled: only the rows that can be seen are widgets. One cell is the
 * current one: the arrow keys go from cell to cell, 1 to 5 rate, 0 takes it back, Space marks two
 * of a row to be compared word by word, Enter opens.
 *
 * While it is blind, columns have letters instead of names, the answers to each prompt are in an
 * order of their own, and nothing that would betray a model is told before all answers to a prompt
 * are rated.
 *
 * Signals:
 * - "job-activated" (#AphJob job): the user wants to read this one
 * - "job-rated" (#AphJob job, guint rating): the user rated it
 * - "marked-changed": others are marked
 */
G_DECLARE_FINAL_TYPE (AphCompareGrid, aph_compare_grid, APH, COMPARE_GRID, GtkWidget)

GtkWidget      *aph_compare_grid_new          (void);

void            aph_compare_grid_set_table    (AphCompareGrid *self,
                                               AphComparison  *table);
void            aph_compare_grid_update       (AphCompareGrid *self);
gboolean        aph_compare_grid_refresh      (AphCompareGrid *self);

gboolean        aph_compare_grid_get_blind    (AphCompareGrid *self);
void            aph_compare_grid_set_blind    (AphCompareGrid *self,
                                               gboolean        blind);

AphCompareCell *aph_compare_grid_get_cell     (AphCompareGrid *self,
                                               guint           row,
                                               guint           column);
void            aph_compare_grid_set_current  (AphCompareGrid *self,
                                               guint           row,
                                               guint           column);
void            aph_compare_grid_rate         (AphCompareGrid *self,
                                               guint           rating);
gboolean        aph_compare_grid_get_marked   (AphCompareGrid *self,
                                               AphJob         **first,
                                               AphJob         **second);
void            aph_compare_grid_clear_marked (AphCompareGrid *self);
char           *aph_compare_grid_dup_name     (AphCompareGrid *self,
                                               AphJob         *job);
char           *aph_compare_grid_dup_column_name (AphComparison *table,
                                               guint           column);

G_END_DECLS
