/* aph-timeline-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_TIMELINE_VIEW (aph_timeline_view_get_type ())

/**
 * AphTimelineView:
 *
 * A run over time: what the servers did with each prompt and when, how many tokens came each
 * second, and how that is spread over the answers of each model. It refreshes itself at the ticks
 * of its clock while it can be seen.
 *
 * Actions: "timeline.zoom-in", "timeline.zoom-out", "timeline.zoom-fit", "timeline.table" (a
 * toggle: the same as a table), "timeline.save-png", "timeline.save-svg".
 *
 * Signals:
 * - "job-activated" (#AphJob job): the user wants to read this one
 */
G_DECLARE_FINAL_TYPE (AphTimelineView, aph_timeline_view, APH, TIMELINE_VIEW, GtkWidget)

GtkWidget *aph_timeline_view_new         (void);

void       aph_timeline_view_set_model   (AphTimelineView      *self,
                                          GListModel           *model);
void       aph_timeline_view_set_clock   (AphTimelineView      *self,
                                          AphRefreshClock      *clock);

void       aph_timeline_view_save_async  (AphTimelineView      *self,
                                          GFile                *file,
                                          gboolean              as_svg,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean   aph_timeline_view_save_finish (AphTimelineView      *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
