/* aph-timeline-chart-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-timeline-bars.h"
#include "ui/aph-timeline-chart.h"

G_BEGIN_DECLS

#define APH_TIMELINE_AXIS_HEIGHT 26
#define APH_TIMELINE_ROW_HEIGHT  24
#define APH_TIMELINE_BAR_HEIGHT  16

/* The least that is left for the rows, and for the curve of tokens below them. */
#define APH_TIMELINE_MIN_ROWS_HEIGHT 72
#define APH_TIMELINE_FLOW_HEIGHT     104

/**
 * AphTimelineGeometry:
 * @width: of the whole drawing
 * @height: likewise
 * @left: where the plot begins
 * @right: where it ends
 * @has_labels: whether the rows are named, left of the plot
 * @flow_top: where the rows end and the curve of tokens begins
 * @offset: how far the rows are scrolled up
 * @from: the moment at the left edge of the plot
 * @to: the moment at its right edge
 * @now: what the clock says
 *
 * Where everything is, in the widget's pixels and in microseconds.
 */
typedef struct
{
  int    width;
  int    height;
  int    left;
  int    right;
  gboolean has_labels;
  int    flow_top;
  double offset;
  gint64 from;
  gint64 to;
  gint64 now;
} AphTimelineGeometry;

/**
 * AphTimelinePainter:
 * @widget: whose style and fonts to use
 * @figures: what to draw
 * @slots: its rows
 * @geometry: where
 * @begin: the zero of the axis
 * @selected: the attempt to mark; %G_MAXUINT for none
 * @focused: whether to mark it as having the focus
 */
typedef struct
{
  GtkWidget           *widget;
  const AphFigures    *figures;
  const AphSlots      *slots;
  AphTimelineGeometry  geometry;
  gint64               begin;
  guint                selected;
  gboolean             focused;
} AphTimelinePainter;

void aph_timeline_painter_draw        (const AphTimelinePainter *self,
                                       GtkSnapshot              *snapshot);
int  aph_timeline_painter_label_width (const AphTimelinePainter *self);

struct _AphTimelineChart
{
  GtkWidget parent_instance;

  AphRunWatch *watch;          /* (owned) (nullable) */
  GtkAdjustment *hadjustment;  /* (owned) (nullable): in pixels since the begin */
  GtkAdjustment *vadjustment;  /* (owned) (nullable): in pixels */
  guint hscroll_policy : 1;
  guint vscroll_policy : 1;

  gint64 begin;                /* of the run, on our monotonic clock */
  gint64 end;
  gint64 now;
  double scale;                /* pixels for a microsecond, unless @fits */
  gboolean fits;               /* all of the run is to be seen */
  int label_width;
  gboolean is_configuring;     /* we change the adjustments, not the user */

  guint selected;              /* a position in the figures; G_MAXUINT for none */
  double pointer_x;            /* negative while it is elsewhere */
  double drag_x;               /* the adjustments when the drag began */
  double drag_y;

  gint64 draw_cost;
  gint64 draw_time;
};

/* One turn of the wheel, one press of a key or button. */
#define APH_TIMELINE_ZOOM_STEP 1.25

void aph_timeline_chart_init_input   (AphTimelineChart *self);
void aph_timeline_chart_bind_keys    (GtkWidgetClass   *widget_class);

void aph_timeline_chart_activate     (AphTimelineChart *self);

/* aph-timeline-chart-range.c */
AphTimelineGeometry
       aph_timeline_chart_get_geometry   (AphTimelineChart  *self);
double aph_timeline_chart_get_scale      (AphTimelineChart  *self);
void   aph_timeline_chart_configure      (AphTimelineChart  *self);
void   aph_timeline_chart_set_adjustment (AphTimelineChart  *self,
                                          GtkAdjustment    **field,
                                          GtkAdjustment     *adjustment);
void   aph_timeline_chart_set_range      (AphTimelineChart  *self,
                                          gint64             begin,
                                          gint64             end);
void   aph_timeline_chart_clear_range    (AphTimelineChart  *self);
void   aph_timeline_chart_scroll_to      (AphTimelineChart  *self,
                                          const AphFigure   *figure,
                                          guint              row);
void   aph_timeline_chart_zoom_at        (AphTimelineChart  *self,
                                          double             factor,
                                          double             x);

G_END_DECLS
