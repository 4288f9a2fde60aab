/* aph-compare-grid-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-compare-grid.h"

G_BEGIN_DECLS

struct _AphCompareGrid
{
  GtkWidget parent_instance;

  AphComparison *table;        /* (nullable) whoever set it keeps it */
  guint n_columns;             /* for which there are widgets */

  GtkWidget *header;           /* a box of labels */
  GPtrArray *rows;             /* of AphCompareRow: as many as can be seen; row r is number r % n */
  GArray *row_numbers;         /* of guint: which row each of them shows; G_MAXUINT for none */
  GtkWidget *gauge;            /* (owned) never seen, to be measured */
  int row_height;

  GtkAdjustment *hadjustment;  /* (owned) (nullable) */
  GtkAdjustment *vadjustment;  /* (owned) (nullable) */
  guint hscroll_policy : 1;
  guint vscroll_policy : 1;
  gboolean is_allocating;

  guint row;                   /* of the current cell */
  guint column;
  gboolean is_blind;
  guint32 seed;                /* of the order of the answers while it is blind */
  AphJob *marked[2];           /* (owned) (nullable) */
};

/* The order of the answers to a prompt */
guint    aph_compare_grid_get_n_rows    (AphCompareGrid *self);
guint    aph_compare_grid_get_column_at (AphCompareGrid *self,
                                         guint           row,
                                         guint           place);
AphJob  *aph_compare_grid_get_job_at    (AphCompareGrid *self,
                                         guint           row,
                                         guint           place);
gboolean aph_compare_grid_is_rated      (AphCompareGrid *self,
                                         guint           row);
char    *aph_compare_grid_dup_letter    (guint           place);

/* What is marked to be compared word by word */
gboolean aph_compare_grid_is_marked     (AphCompareGrid *self,
                                         AphJob         *job);
void     aph_compare_grid_mark_job      (AphCompareGrid *self,
                                         AphJob         *job,
                                         gboolean        marked);
void     aph_compare_grid_show_marks    (AphCompareGrid *self);

void     aph_compare_grid_bind_keys     (GtkWidgetClass *widget_class);

G_END_DECLS
