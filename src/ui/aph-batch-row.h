/* aph-batch-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "store/aph-batch.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_BATCH_ROW (aph_batch_row_get_type ())

/**
 * AphBatchRow:
 *
 * A batch in the sidebar: how it fares, what it is called, how far it is.
 */
G_DECLARE_FINAL_TYPE (AphBatchRow, aph_batch_row, APH, BATCH_ROW, GtkWidget)

GtkWidget *aph_batch_row_new       (AphRefreshClock *clock);
AphBatch  *aph_batch_row_get_batch (AphBatchRow     *self);
void       aph_batch_row_set_batch (AphBatchRow     *self,
                                    AphBatch        *batch);

G_END_DECLS
