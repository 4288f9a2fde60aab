/* aph-queue-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-column.h"
#include "ui/aph-queue-rows.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_TABLE (aph_queue_table_get_type ())

/**
 * AphQueueTable:
 *
 * The prompts as a table: where there is room for one. It does not sort; it says what the user
 * wants to be sorted by.
 *
 * Signals:
 * - "activated" (#AphJob): a row was activated, by the Return key or a double click
 * - "columns-changed": other columns are shown, or they have other widths
 * - "menu-requested" (#AphJob, double x, double y): of a row, at a place in the table
 * - "sort-changed": another column is sorted by, or the other way round
 */
G_DECLARE_FINAL_TYPE (AphQueueTable, aph_queue_table, APH, QUEUE_TABLE, GtkWidget)

void           aph_queue_table_set_model       (AphQueueTable      *self,
                                                AphQueueRows       *model,
                                                AphRefreshClock    *clock);
void           aph_queue_table_scroll_to       (AphQueueTable      *self,
                                                guint               position);

gboolean       aph_queue_table_get_sort        (AphQueueTable      *self,
                                                AphColumn          *column,
                                                gboolean           *descending);
void           aph_queue_table_set_sort        (AphQueueTable      *self,
                                                AphColumn           column,
                                                gboolean            descending);

char         **aph_queue_table_dup_columns     (AphQueueTable      *self);
void           aph_queue_table_set_columns     (AphQueueTable      *self,
                                                const char *const  *columns);
GActionGroup  *aph_queue_table_get_actions     (AphQueueTable      *self);
GMenuModel    *aph_queue_table_get_column_menu (AphQueueTable      *self);

G_END_DECLS
