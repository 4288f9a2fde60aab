/* aph-timeline-chart.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-run-watch.h"

G_BEGIN_DECLS

#define APH_TYPE_TIMELINE_CHART (aph_timeline_chart_get_type ())

/**
 * AphTimelineChart:
 *
 * The drawing of a run: a row for each slot of a server, in it what went on with each attempt, and
 * below how many tokens came each second. It is scrolled and zoomed; with the arrow keys one goes
 * from attempt to attempt.
 *
 * Signals:
 * - "figure-activated" (guint figure): the user wants to read the answer of this attempt
 * - "selected-changed": another attempt is selected
 * - "zoom-changed": more or less of the run is to be seen
 */
G_DECLARE_FINAL_TYPE (AphTimelineChart, aph_timeline_chart, APH, TIMELINE_CHART, GtkWidget)

GtkWidget  *aph_timeline_chart_new           (void);

void        aph_timeline_chart_set_watch     (AphTimelineChart *self,
                                              AphRunWatch      *watch);
void        aph_timeline_chart_update        (AphTimelineChart *self);

void        aph_timeline_chart_zoom          (AphTimelineChart *self,
                                              double            factor);
void        aph_timeline_chart_zoom_fit      (AphTimelineChart *self);
gboolean    aph_timeline_chart_can_zoom      (AphTimelineChart *self,
                                              double            factor);
gboolean    aph_timeline_chart_is_fitting    (AphTimelineChart *self);
void        aph_timeline_chart_get_range     (AphTimelineChart *self,
                                              gint64           *from,
                                              gint64           *to,
                                              gint64           *now);

guint       aph_timeline_chart_get_selected  (AphTimelineChart *self);
void        aph_timeline_chart_set_selected  (AphTimelineChart *self,
                                              guint             figure);
guint       aph_timeline_chart_pick          (AphTimelineChart *self,
                                              double            x,
                                              double            y);
char       *aph_timeline_chart_describe      (AphTimelineChart *self,
                                              guint             figure);

GdkTexture *aph_timeline_chart_render        (AphTimelineChart *self);

G_END_DECLS
