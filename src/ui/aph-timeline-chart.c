/* aph-timeline-chart.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-chart"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "stats/aph-run-figures.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-timeline-chart-private.h"

/* The closest look: so many pixels for a microsecond. */
#define MAX_SCALE 0.02

/* A run is never shown as shorter than this. */
#define MIN_SPAN_US (100 * 1000)

/* How near the pointer must be to a bar that is thin. */
#define PICK_PIXELS 4

#define FLOW_HEIGHT      104
#define MAX_FLOW_HEIGHT  220
#define MIN_ROWS_HEIGHT  72
#define MIN_LABELS_WIDTH 480

/* As far from the edges of the window as all that stands above and below. */
#define MARGIN 12

/* A picture of more rows than this nobody looks at. */
#define MAX_PICTURE_HEIGHT 8000

/* To draw may take this part of the time, however many attempts there are. */
#define DRAW_SHARE 6

enum
{
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  FIGURE_ACTIVATED,
  SELECTED_CHANGED,
  ZOOM_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (AphTimelineChart, aph_timeline_chart, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

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

  if (height < APH_TIMELINE_AXIS_HEIGHT + MIN_ROWS_HEIGHT + FLOW_HEIGHT)
    return height;

  return (int) CLAMP (rows, height - MAX_FLOW_HEIGHT, height - FLOW_HEIGHT);
}

static double
get_fitting_scale (AphTimelineChart *self)
{
  return (double) get_plot_width (self) / (self->end - self->begin);
}

static double
get_scale (AphTimelineChart *self)
{
  return self->fits ? get_fitting_scale (self) : self->scale;
}

/* Where everything is now. */
AphTimelineGeometry
aph_timeline_chart_get_geometry (AphTimelineChart *self)
{
  double scale = get_scale (self);
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

static void
configure_adjustments (AphTimelineChart *self)
{
  int plot_width = get_plot_width (self);
  int rows_height = get_flow_top (self) - APH_TIMELINE_AXIS_HEIGHT;
  double width, height;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    return;

  width = MAX ((self->end - self->begin) * get_scale (self), plot_width);
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

static void
set_adjustment (AphTimelineChart  *self,
                GtkAdjustment    **field,
                GtkAdjustment     *adjustment)
{
  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_clear_object (field);
  if (adjustment == NULL)
    return;

  *field = g_object_ref_sink (adjustment);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  configure_adjustments (self);
}

/* Zooming */

void
aph_timeline_chart_zoom_at (AphTimelineChart *self,
                            double            factor,
                            double            x)
{
  double old = get_scale (self);
  double fitting = get_fitting_scale (self);
  double moment;
  double scale = CLAMP (old * factor, fitting, MAX (MAX_SCALE, fitting));

  if (self->hadjustment == NULL)
    return;

  /* What is under the pointer stays there. */
  x = CLAMP (x - get_left (self), 0, get_plot_width (self));
  moment = (gtk_adjustment_get_value (self->hadjustment) + x) / old;
  self->scale = scale;
  self->fits = scale <= fitting * (1 + 1e-9);
  configure_adjustments (self);
  gtk_adjustment_set_value (self->hadjustment, moment * scale - x);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[ZOOM_CHANGED], 0);
}

/* Attempts */

static const AphFigure *
get_figure (AphTimelineChart *self,
            guint             position)
{
  const AphFigure *all;
  guint n;

  if (self->watch == NULL)
    return NULL;
  all = aph_figures_get_all (aph_run_watch_get_figures (self->watch), &n);

  return position < n ? &all[position] : NULL;
}

static void
scroll_to (AphTimelineChart *self,
           const AphFigure  *figure,
           guint             row)
{
  double scale = get_scale (self);
  double x = (figure->times.sent - self->begin) * scale;
  double right = (aph_figure_get_end (figure, self->now) - self->begin) * scale;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    return;

  gtk_adjustment_clamp_page (self->hadjustment, x - 20,
                             MIN (right, x + get_plot_width (self) - 40) + 20);
  gtk_adjustment_clamp_page (self->vadjustment, row * (double) APH_TIMELINE_ROW_HEIGHT,
                             (row + 1.0) * APH_TIMELINE_ROW_HEIGHT);
}

static void
update_accessible (AphTimelineChart *self)
{
  g_autofree char *text = aph_timeline_chart_describe (self, self->selected);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text != NULL ? text : _("Timeline"),
                                  -1);
}

/* The user wants to read the answer of the selected attempt. */
void
aph_timeline_chart_activate (AphTimelineChart *self)
{
  if (get_figure (self, self->selected) != NULL)
    g_signal_emit (self, signals[FIGURE_ACTIVATED], 0, self->selected);
}

static char *
dup_prompt (AphTimelineChart *self,
            guint             figure)
{
  AphJob *job = aph_run_watch_get_job (self->watch, figure);

  if (job == NULL)
    return NULL;

  return aph_format_first_line (aph_request_get_prompt (aph_job_get_request (job)));
}

static gboolean
query_tooltip_cb (AphTimelineChart *self,
                  int               x,
                  int               y,
                  gboolean          keyboard_mode,
                  GtkTooltip       *tooltip)
{
  guint figure = keyboard_mode ? self->selected : aph_timeline_chart_pick (self, x, y);
  g_autofree char *text = aph_timeline_chart_describe (self, figure);

  if (text == NULL)
    return FALSE;

  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

/* The widget */

static void
aph_timeline_chart_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (widget);
  AphTimelinePainter painter = {
    .widget = widget,
    .begin = self->begin,
    .selected = self->selected,
    .focused = gtk_widget_has_visible_focus (widget),
  };

  if (self->watch == NULL)
    return;

  self->draw_time = g_get_monotonic_time ();
  painter.figures = aph_run_watch_get_figures (self->watch);
  painter.slots = aph_run_watch_get_slots (self->watch);
  painter.geometry = aph_timeline_chart_get_geometry (self);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, painter.geometry.width,
                                                         painter.geometry.height));
  aph_timeline_painter_draw (&painter, snapshot);
  gtk_snapshot_pop (snapshot);
  if (painter.focused && self->selected == G_MAXUINT)
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget), 1, 1,
                               painter.geometry.width - 2, painter.geometry.height - 2);
  self->draw_cost = g_get_monotonic_time () - self->draw_time;
}

static void
aph_timeline_chart_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  configure_adjustments (APH_TIMELINE_CHART (widget));
}

static void
aph_timeline_chart_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  gboolean vertical = orientation == GTK_ORIENTATION_VERTICAL;

  *minimum = vertical ? APH_TIMELINE_AXIS_HEIGHT + MIN_ROWS_HEIGHT : 120;
  *natural = vertical ? 320 : 600;
}

static void
update_labels (AphTimelineChart *self)
{
  AphTimelinePainter painter = {
    .widget = GTK_WIDGET (self),
    .figures = aph_run_watch_get_figures (self->watch),
    .slots = aph_run_watch_get_slots (self->watch),
  };

  self->label_width = aph_timeline_painter_label_width (&painter);
}

static void
aph_timeline_chart_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (widget);

  GTK_WIDGET_CLASS (aph_timeline_chart_parent_class)->css_changed (widget, change);

  if (self->watch != NULL)
    update_labels (self);
  configure_adjustments (self);
}

static void
aph_timeline_chart_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_timeline_chart_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_timeline_chart_dispose (GObject *object)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (object);

  g_clear_object (&self->watch);
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);

  G_OBJECT_CLASS (aph_timeline_chart_parent_class)->dispose (object);
}

static void
aph_timeline_chart_class_init (AphTimelineChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_timeline_chart_dispose;
  object_class->get_property = aph_timeline_chart_get_property;
  object_class->set_property = aph_timeline_chart_set_property;
  widget_class->snapshot = aph_timeline_chart_snapshot;
  widget_class->size_allocate = aph_timeline_chart_size_allocate;
  widget_class->measure = aph_timeline_chart_measure;
  widget_class->css_changed = aph_timeline_chart_css_changed;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[FIGURE_ACTIVATED] = g_signal_new ("figure-activated", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SELECTED_CHANGED] = g_signal_new ("selected-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
  signals[ZOOM_CHANGED] = g_signal_new ("zoom-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);

  aph_timeline_chart_bind_keys (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "timelinechart");
}

static void
aph_timeline_chart_init (AphTimelineChart *self)
{
  self->fits = TRUE;
  self->selected = G_MAXUINT;
  self->pointer_x = -1;
  self->begin = self->now = g_get_monotonic_time ();
  self->end = self->begin + MIN_SPAN_US;

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (gtk_widget_queue_draw), NULL);
  aph_timeline_chart_init_input (self);
  update_accessible (self);
}

/**
 * aph_timeline_chart_new:
 *
 * Returns: (transfer floating): a chart of nothing
 */
GtkWidget *
aph_timeline_chart_new (void)
{
  return g_object_new (APH_TYPE_TIMELINE_CHART, NULL);
}

/**
 * aph_timeline_chart_set_watch:
 * @self: a chart
 * @watch: (nullable): whose figures to draw; whoever has it look tells us to update
 */
void
aph_timeline_chart_set_watch (AphTimelineChart *self,
                              AphRunWatch      *watch)
{
  g_return_if_fail (APH_IS_TIMELINE_CHART (self));

  if (g_set_object (&self->watch, watch))
    {
      aph_timeline_chart_set_selected (self, G_MAXUINT);
      aph_timeline_chart_update (self);
    }
}

/**
 * aph_timeline_chart_update:
 * @self: a chart
 *
 * Takes what is new of the figures. Whoever looks at the end of the run goes on doing so.
 */
void
aph_timeline_chart_update (AphTimelineChart *self)
{
  AphRunFigures run;
  gboolean at_end;
  gint64 now = g_get_monotonic_time ();

  g_return_if_fail (APH_IS_TIMELINE_CHART (self));

  if (self->watch == NULL)
    return;
  /* Where very much is to be seen it is drawn less often, so that the rest stays quick. */
  if (aph_run_watch_get_n_running (self->watch) > 0
      && now < self->draw_time + DRAW_SHARE * self->draw_cost)
    return;

  self->now = now;
  aph_run_figures_compute (&run, aph_run_watch_get_figures (self->watch), APH_ANY_MODEL, now);
  at_end = self->hadjustment != NULL
           && gtk_adjustment_get_value (self->hadjustment)
                >= gtk_adjustment_get_upper (self->hadjustment)
                     - gtk_adjustment_get_page_size (self->hadjustment) - 1;
  self->begin = run.begin != 0 ? run.begin : now;
  self->end = MAX (run.end, self->begin + MIN_SPAN_US);
  if (!self->fits && self->scale < get_fitting_scale (self))
    self->fits = TRUE;
  if (get_figure (self, self->selected) == NULL)
    aph_timeline_chart_set_selected (self, G_MAXUINT);

  update_labels (self);
  configure_adjustments (self);
  if (at_end && !self->fits)
    gtk_adjustment_set_value (self->hadjustment, G_MAXDOUBLE);
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
  configure_adjustments (self);
  g_signal_emit (self, signals[ZOOM_CHANGED], 0);
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

  return factor > 1 ? get_scale (self) < MAX_SCALE : !self->fits;
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

/**
 * aph_timeline_chart_get_selected:
 * @self: a chart
 *
 * Returns: the position of the selected attempt in the figures, or %G_MAXUINT
 */
guint
aph_timeline_chart_get_selected (AphTimelineChart *self)
{
  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), G_MAXUINT);

  return self->selected;
}

/**
 * aph_timeline_chart_set_selected:
 * @self: a chart
 * @figure: the position of an attempt in the figures, or %G_MAXUINT
 *
 * Selects an attempt and brings it into sight.
 */
void
aph_timeline_chart_set_selected (AphTimelineChart *self,
                                 guint             figure)
{
  guint row, place;

  g_return_if_fail (APH_IS_TIMELINE_CHART (self));

  if (self->selected == figure)
    return;

  self->selected = figure;
  if (figure != G_MAXUINT
      && aph_slots_find (aph_run_watch_get_slots (self->watch), figure, &row, &place))
    scroll_to (self, get_figure (self, figure), row);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTED_CHANGED], 0);
}

/**
 * aph_timeline_chart_pick:
 * @self: a chart
 * @x: a place in it
 * @y: likewise
 *
 * Returns: the position in the figures of the attempt that is drawn there, or %G_MAXUINT
 */
guint
aph_timeline_chart_pick (AphTimelineChart *self,
                         double            x,
                         double            y)
{
  AphTimelineGeometry geometry;
  const AphFigure *figure;
  const AphSlot *slot;
  AphSlots *slots;
  gint64 time, reach;
  guint row, place;

  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), G_MAXUINT);

  geometry = aph_timeline_chart_get_geometry (self);
  if (self->watch == NULL || x < geometry.left || x > geometry.right
      || y < APH_TIMELINE_AXIS_HEIGHT || y >= geometry.flow_top)
    return G_MAXUINT;

  slots = aph_run_watch_get_slots (self->watch);
  row = (guint) ((y - APH_TIMELINE_AXIS_HEIGHT + geometry.offset) / APH_TIMELINE_ROW_HEIGHT);
  if (row >= aph_slots_get_n (slots))
    return G_MAXUINT;

  time = geometry.from + (gint64) ((x - geometry.left) / get_scale (self));
  reach = (gint64) (PICK_PIXELS / get_scale (self));
  slot = aph_slots_get (slots, row);
  place = aph_slots_search (slots, aph_run_watch_get_figures (self->watch), row, time);
  figure = get_figure (self, slot->figures[place]);
  if (time > aph_figure_get_end (figure, geometry.now) + reach && place + 1 < slot->n_figures)
    figure = get_figure (self, slot->figures[++place]);
  if (time < figure->times.sent - reach || time > aph_figure_get_end (figure, geometry.now) + reach)
    return G_MAXUINT;

  return slot->figures[place];
}

/**
 * aph_timeline_chart_describe:
 * @self: a chart
 * @figure: the position of an attempt in the figures
 *
 * Returns: (transfer full) (nullable): its prompt, and on a second line what went on when
 */
char *
aph_timeline_chart_describe (AphTimelineChart *self,
                             guint             figure)
{
  g_autofree char *prompt = NULL;
  g_autofree char *figures = NULL;

  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), NULL);

  if (get_figure (self, figure) == NULL)
    return NULL;

  prompt = dup_prompt (self, figure);
  figures = aph_format_attempt (aph_run_watch_get_figures (self->watch), figure, self->begin,
                                self->now);

  return g_strdup_printf ("%s\n%s", prompt != NULL ? prompt : "", figures);
}

/**
 * aph_timeline_chart_render:
 * @self: a chart that is on the screen
 *
 * Returns: (transfer full) (nullable): a picture of the part of the run that can be seen, with all
 *   its rows
 */
GdkTexture *
aph_timeline_chart_render (AphTimelineChart *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  AphTimelinePainter painter = {
    .widget = GTK_WIDGET (self),
    .begin = self->begin,
    .selected = G_MAXUINT,
  };
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t bounds;
  GdkRGBA ground = { 1, 1, 1, 1 };
  GtkSnapshot *snapshot;
  int rows;

  g_return_val_if_fail (APH_IS_TIMELINE_CHART (self), NULL);

  if (native == NULL || self->watch == NULL)
    return NULL;

  painter.figures = aph_run_watch_get_figures (self->watch);
  painter.slots = aph_run_watch_get_slots (self->watch);
  painter.geometry = aph_timeline_chart_get_geometry (self);
  painter.geometry.offset = 0;
  rows = MIN (aph_slots_get_n (painter.slots) * APH_TIMELINE_ROW_HEIGHT, MAX_PICTURE_HEIGHT);
  painter.geometry.flow_top = APH_TIMELINE_AXIS_HEIGHT + rows;
  painter.geometry.height = painter.geometry.flow_top + FLOW_HEIGHT;

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "view_bg_color",
                                  &ground);
  bounds = GRAPHENE_RECT_INIT (0, 0, painter.geometry.width, painter.geometry.height);
  snapshot = gtk_snapshot_new ();
  gtk_snapshot_append_color (snapshot, &ground, &bounds);
  aph_timeline_painter_draw (&painter, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);

  return gsk_renderer_render_texture (gtk_native_get_renderer (native), node, &bounds);
}
