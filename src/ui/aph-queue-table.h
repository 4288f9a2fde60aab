/* aph-queue-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-queue-rows.h"
#include "ui/aph-refresh-clock.h"
#include "ui/aph-table-columns.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_TABLE (aph_queue_table_get_type ())

/**
 * AphQueueTable:
 *
 * The prompts as a table: where there is room for one.
 *
 * Signals:
 * - "activated" (#AphJob): a row was activated, by the Return key or a double click
 * - "menu-requested" (#AphJob, double x, double y): of a row, at a place in the table
 */
G_DECLARE_FINAL_TYPE (AphQueueTable, aph_queue_table, APH, QUEUE_TABLE, GtkWidget)

void             aph_queue_table_set_model   (AphQueueTable   *self,
                                              AphQueueRows    *model,
                                              AphRefreshClock *clock);
void             aph_queue_table_scroll_to   (AphQueueTable   *self,
                                              guint            position);
AphTableColumns *aph_queue_table_get_columns (AphQueueTable   *self);

G_END_DECLS
