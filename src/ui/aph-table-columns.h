/* aph-table-columns.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-column.h"

G_BEGIN_DECLS

#define APH_TYPE_TABLE_COLUMNS (aph_table_columns_get_type ())

/**
 * AphTableColumns:
 *
 * The columns of a table of prompts: which are shown, how wide, and by which the user wants it to
 * be sorted. It does not sort.
 *
 * Signals:
 * - "changed": other columns are shown, or they have other widths
 * - "sort-changed": another column is sorted by, or the other way round
 */
G_DECLARE_FINAL_TYPE (AphTableColumns, aph_table_columns, APH, TABLE_COLUMNS, GObject)

/**
 * AphCellFactoryFunc:
 * @column: a column
 * @user_data: as given
 *
 * Returns: (transfer full): what makes its cells
 */
typedef GtkListItemFactory *(*AphCellFactoryFunc) (AphColumn column,
                                                   gpointer  user_data);

AphTableColumns *aph_table_columns_new         (GtkColumnView      *view,
                                                AphCellFactoryFunc  create_factory,
                                                gpointer            user_data);

gboolean         aph_table_columns_get_sort    (AphTableColumns    *self,
                                                AphColumn          *column,
                                                gboolean           *descending);
void             aph_table_columns_set_sort    (AphTableColumns    *self,
                                                AphColumn           column,
                                                gboolean            descending);

char           **aph_table_columns_dup         (AphTableColumns    *self);
void             aph_table_columns_set         (AphTableColumns    *self,
                                                const char *const  *columns);
GActionGroup    *aph_table_columns_get_actions (AphTableColumns    *self);
GMenuModel      *aph_table_columns_get_menu    (AphTableColumns    *self);

G_END_DECLS
