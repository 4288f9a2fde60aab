/* aph-queue-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_ROW (aph_queue_row_get_type ())

/**
 * AphQueueRow:
 *
 * A place in a list of prompts, for as long as it has a widget. When the list has other prompts it
 * is given another one ("notify::job"), so that the widget stays.
 */
G_DECLARE_FINAL_TYPE (AphQueueRow, aph_queue_row, APH, QUEUE_ROW, GObject)

AphQueueRow *aph_queue_row_new          (AphJob      *job,
                                         guint        position);

AphJob      *aph_queue_row_get_job      (AphQueueRow *self);
void         aph_queue_row_set_job      (AphQueueRow *self,
                                         AphJob      *job);
guint        aph_queue_row_get_position (AphQueueRow *self);
void         aph_queue_row_set_position (AphQueueRow *self,
                                         guint        position);

G_END_DECLS
