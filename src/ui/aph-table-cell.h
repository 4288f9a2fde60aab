/* aph-table-cell.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-column.h"

G_BEGIN_DECLS

#define APH_TYPE_TABLE_CELL (aph_table_cell_get_type ())

/**
 * AphTableCell:
 *
 * What one column says of one prompt. Its size does not depend on what it says, so that a new text
 * costs no layout.
 */
G_DECLARE_FINAL_TYPE (AphTableCell, aph_table_cell, APH, TABLE_CELL, GtkWidget)

GtkWidget *aph_table_cell_new        (AphColumn     column);

AphColumn  aph_table_cell_get_column (AphTableCell *self);
AphJob    *aph_table_cell_get_job    (AphTableCell *self);
void       aph_table_cell_set_job    (AphTableCell *self,
                                      AphJob       *job);
void       aph_table_cell_refresh    (AphTableCell *self);

G_END_DECLS
