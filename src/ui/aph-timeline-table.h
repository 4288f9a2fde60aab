/* aph-timeline-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_TIMELINE_TABLE (aph_timeline_table_get_type ())

/**
 * AphTimelineTable:
 *
 * What the timeline draws, as a table to be read: a row for each prompt, with when it was sent and
 * how long the server did what with it.
 *
 * Signals:
 * - "job-activated" (#AphJob job): the user wants to read this one
 */
G_DECLARE_FINAL_TYPE (AphTimelineTable, aph_timeline_table, APH, TIMELINE_TABLE, GtkWidget)

GtkWidget *aph_timeline_table_new       (void);
void       aph_timeline_table_set_model (AphTimelineTable *self,
                                         GListModel       *model);
void       aph_timeline_table_update    (AphTimelineTable *self,
                                         gint64            begin);

G_END_DECLS
