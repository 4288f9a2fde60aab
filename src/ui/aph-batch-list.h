/* aph-batch-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "store/aph-batch.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_BATCH_LIST (aph_batch_list_get_type ())

/**
 * AphBatchList:
 *
 * The sidebar: all batches, the newest first, and above them a row for all together. What its menu
 * and its keys do are actions of the window, "batch.NAME", whose target is the batch's number.
 *
 * Signals:
 * - "chosen" (#AphBatch): the user wants to look at this one; %NULL for all together
 * - "search-changed" (string): the user searches in all
 */
G_DECLARE_FINAL_TYPE (AphBatchList, aph_batch_list, APH, BATCH_LIST, GtkWidget)

void aph_batch_list_set_batches (AphBatchList    *self,
                                 GListModel      *batches,
                                 AphRefreshClock *clock);
void aph_batch_list_select      (AphBatchList    *self,
                                 AphBatch        *batch);
void aph_batch_list_set_search  (AphBatchList    *self,
                                 const char      *search);

G_END_DECLS
