/* aph-queue-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-queue-row.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_ROWS (aph_queue_rows_get_type ())

/**
 * AphQueueRows:
 *
 * A selection of #AphJob as #AphQueueRow, for a list view of GTK. What is listed is what the
 * selection lists, but so that the view has little to do: when many rows are replaced, those that
 * have widgets keep them, and are given other jobs; when many come, widgets are made a few at a
 * time, and the rest of the list follows.
 */
G_DECLARE_FINAL_TYPE (AphQueueRows, aph_queue_rows, APH, QUEUE_ROWS, GObject)

AphQueueRows *aph_queue_rows_new    (GtkSelectionModel *source);

void          aph_queue_rows_finish (AphQueueRows      *self);

G_END_DECLS
