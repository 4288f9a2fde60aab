/* aph-timeline-chart-range.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which part of a run is to be seen, and where everything is then.
 */

#define G_LOG_DOMAIN "aph-timeline-chart"

#include "config.h"

#include "ui/aph-timeline-chart-private.h"
#include "ui/aph-ui.h"

/* The closest look: so many pixels for a microsecond. */
#define MAX_SCALE 0.02

/* A run is never shown as shorter than this. */
#define MIN_SPAN_US (100 * 1000)

#define MAX_FLOW_HEIGHT  220
#define MIN_LABELS_WIDTH 480

/* As far from the edges of the window as all that stands above and below. */
#define MARGIN 12

/* Where everything is */

static gboolean
has_labels (AphTimelineChart *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self)) >= MIN_LABELS_WIDTH;
}

static int
get_left (AphTimelineChart *self)
{
  return has_labels (self) ? self->label_width : MARGIN;
}

static int
get_plot_width (AphTimelineChart *self)
{
  return MAX (gtk_widget_get_width (GTK_WIDGET (self)) - get_left (self) - MARGIN, 1);
}

static guint
get_n_rows (AphTimelineChart *self)
{
  return self->watch != NULL ? aph_slots_get_n (aph_run_watch_get_slots (self->watch)) : 0;
}

/* The rows have what they need; the curve of tokens has the rest, within reason. */
static int
get_flow_top (AphTimelineChart *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double rows = APH_TIMELINE_AXIS_HEIGHT + get_n_rows (self) * (double) APH_TIMELINE_ROW_HEIGHT;

  if (height < APH_TIMELINE_AXIS_HEIGHT + APH_TIMELINE_MIN_ROWS_HEIGHT + APH_TIMELINE_FLOW_HEIGHT)
    return height;

  return (int) CLAMP (rows, height - MAX_FLOW_HEIGHT, height - APH_TIMELINE_FLOW_HEIGHT);
}

static double
get_fitting_scale (AphTimelineChart *self)
{
  return (double) get_plot_width (self) / (self->end - self->begin);
}

/* How many pixels are a microsecond. */
double
aph_timeline_chart_get_scale (AphTimelineChart *self)
{
  return self->fits ? get_fitting_scale (self) : self->scale;
}

/* Where everything is now. */
AphTimelineGeometry
aph_timeline_chart_get_geometry (AphTimelineChart *self)
{
  double scale = aph_timeline_chart_get_scale (self);
  double x = self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
  int plot_width = get_plot_width (self);

  return (AphTimelineGeometry) {
    .width = gtk_widget_get_width (GTK_WIDGET (self)),
    .height = gtk_widget_get_height (GTK_WIDGET (self)),
    .left = get_left (self),
    .right = get_left (self) + plot_width,
    .has_labels = has_labels (self),
    .flow_top = get_flow_top (self),
    .offset = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0,
    .from = self->begin + (gint64) (x / scale),
    .to = self->begin + MAX ((gint64) ((x + plot_width) / scale), (gint64) (x / scale) + 1),
    .now = self->now,
  };
}

/* Tells the scrollbars how much there is. */
void
aph_timeline_chart_configure (AphTimelineChart *self)
{
  int plot_width = get_plot_width (self);
  int rows_height = get_flow_top (self) - APH_TIMELINE_AXIS_HEIGHT;
  double width, height;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    return;

  width = MAX ((self->end - self->begin) * aph_timeline_chart_get_scale (self), plot_width);
  height = MAX (get_n_rows (self) * (double) APH_TIMELINE_ROW_HEIGHT, rows_height);

  self->is_configuring = TRUE;
  gtk_adjustment_configure (self->hadjustment,
                            CLAMP (gtk_adjustment_get_value (self->hadjustment), 0,
                                   width - plot_width),
                            0, width, plot_width * 0.1, plot_width * 0.9, plot_width);
  gtk_adjustment_configure (self->vadjustment,
                            CLAMP (gtk_adjustment_get_value (self->vadjustment), 0,
                                   height - rows_height),
                            0, height, APH_TIMELINE_ROW_HEIGHT, rows_height * 0.9, rows_height);
  self->is_configuring = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
value_changed_cb (AphTimelineChart *self)
{
  if (!self->is_configuring)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* @field is one of the two. */
void
aph_timeline_chart_set_adjustment (AphTimelineChart  *self,
                                   GtkAdjustment    **field,
                                   GtkAdjustment     *adjustment)
{
  aph_ui_set_adjustment (self, field, adjustment, G_CALLBACK (value_changed_cb));
  if (adjustment != NULL)
    aph_timeline_chart_configure (self);
}

/* What the run takes */

/* The run is that long now. Whoever looks at its end goes on doing so. */
void
aph_timeline_chart_set_range (AphTimelineChart *self,
                              gint64            begin,
                              gint64            end)
{
  gboolean at_end = self->hadjustment != NULL
                    && gtk_adjustment_get_value (self->hadjustment)
                         >= gtk_adjustment_get_upper (self->hadjustment)
                              - gtk_adjustment_get_page_size (self->hadjustment) - 1;

  self->begin = begin;
  self->end = MAX (end, begin + MIN_SPAN_US);
  if (!self->fits && self->scale < get_fitting_scale (self))
    self->fits = TRUE;

  aph_timeline_chart_configure (self);
  if (at_end && !self->fits)
    gtk_adjustment_set_value (self->hadjustment, G_MAXDOUBLE);
}

/* There is no run. */
void
aph_timeline_chart_clear_range (AphTimelineChart *self)
{
  self->fits = TRUE;
  self->now = g_get_monotonic_time ();
  aph_timeline_chart_set_range (self, self->now, self->now);
}

/* Brings an attempt into sight. */
void
aph_timeline_chart_scroll_to (AphTimelineChart *self,
                              const AphFigure  *figure,
                              guint             row)
{
  double scale = aph_timeline_chart_get_scale (self);
  double x = (figure->times.sent - self->begin) * scale;
  double right = (aph_figure_get_end (figure, self->now) - self->begin) * scale;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    return;

  gtk_adjustment_clamp_page (self->hadjustment, x - 20,
                             MIN (right, x + get_plot_width (self) - 40) + 20);
  gtk_adjustment_clamp_page (self->vadjustment, row * (double) APH_TIMELINE_ROW_HEIGHT,
                             (row + 1.0) * APH_TIMELINE_ROW_HEIGHT);
}

/* Zooming */

/* The moment at @x, in the widget's pixels, stays where it is. */
void
aph_timeline_chart_zoom_at (AphTimelineChart *self,
                            double            factor,
                            double            x)
{
  double old = aph_timeline_chart_get_scale (self);
  double fitting = get_fitting_scale (self);
  double moment;
  double scale = CLAMP (old * factor, fitting, MAX (MAX_SCALE, fitting));

  if (self->hadjustment == NULL)
    return;

  x = CLAMP (x - get_left (self), 0, get_plot_width (self));
  moment = (gtk_adjustment_get_value (self->hadjustment) + x) / old;
  self->scale = scale;
  self->fits = scale <= fitting * (1 + 1e-9);
  aph_timeline_chart_configure (self);
  gtk_adjustment_set_value (self->hadjustment, moment * scale - x);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "zoom-changed");
}

/**
 * aph_timeline_chart_zoom:
 * @self: a chart
 * @factor: how much closer to look
 *
 * The moment under the pointer, or else in the middle, stays where it is.
 */
void
aph_timeline_chart_zoom (AphTimelineChart *self,
                         double            factor)
{
  g_return_if_fail (APH_IS_TIMELINE_CHART (self));
  g_return_if_fail (factor > 0);

  aph_timeline_chart_zoom_at (self, factor,
                              self->pointer_x >= 0
                                ? self->pointer_x : get_left (self) + get_plot_width (self) / 2.0);
}

/**
 * aph_timeline_chart_zoom_fit:
 * @self: a chart
 *
 * Shows all of the run, and goes on doing so while it grows.
 */
void
aph_timeline_chart_zoom_fit (AphTimelineChart *self)
{
  g_return_if_fail (APH_IS_TIMELINE_CHART (self));

  self->fits = TRUE;
  aph_timeline_chart_configure (self);
  g_signal_emit_by_name (self, "zoom-changed");
}

/**
 * aph_timeline_chart_can_zoom:
 * @self: a chart
 * @factor: how much closer to look
 *
 * Returns: whether that would change anything
 */
gboolean
aph_timeline_chart_can_zoom (AphTimelineChart *self,
                             double            factor)
{
  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), FALSE);

  return factor > 1 ? aph_timeline_chart_get_scale (self) < MAX_SCALE : !self->fits;
}

gboolean
aph_timeline_chart_is_fitting (AphTimelineChart *self)
{
  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), TRUE);

  return self->fits;
}

/**
 * aph_timeline_chart_get_range:
 * @self: a chart
 * @from: (out): the moment at its left edge
 * @to: (out): the moment at its right edge
 * @now: (out): the moment up to which what runs is drawn
 */
void
aph_timeline_chart_get_range (AphTimelineChart *self,
                              gint64           *from,
                              gint64           *to,
                              gint64           *now)
{
  AphTimelineGeometry geometry;

  g_return_if_fail (APH_IS_TIMELINE_CHART (self));

  geometry = aph_timeline_chart_get_geometry (self);
  *from = geometry.from;
  *to = geometry.to;
  *now = geometry.now;
}
