/* aph-timeline-chart.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-chart"

#include "config.h"

#include <glib/gi18n.h>

#include "stats/aph-run-figures.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-timeline-chart-private.h"

/* How near the pointer must be to a bar that is thin. */
#define PICK_PIXELS 4

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
  aph_timeline_chart_configure (APH_TIMELINE_CHART (widget));
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

  *minimum = vertical ? APH_TIMELINE_AXIS_HEIGHT + APH_TIMELINE_MIN_ROWS_HEIGHT : 120;
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
  aph_timeline_chart_configure (self);
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
      aph_timeline_chart_set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      aph_timeline_chart_set_adjustment (self, &self->vadjustment, g_value_get_object (value));
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
  aph_timeline_chart_set_adjustment (self, &self->hadjustment, NULL);
  aph_timeline_chart_set_adjustment (self, &self->vadjustment, NULL);

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
  self->selected = G_MAXUINT;
  self->pointer_x = -1;
  aph_timeline_chart_clear_range (self);

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
  g_return_if_fail (watch == NULL || APH_IS_RUN_WATCH (watch));

  if (!g_set_object (&self->watch, watch))
    return;

  /* What it cost to draw the other one says nothing. */
  self->draw_cost = 0;
  aph_timeline_chart_set_selected (self, G_MAXUINT);
  if (watch != NULL)
    aph_timeline_chart_update (self);
  else
    aph_timeline_chart_clear_range (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  if (get_figure (self, self->selected) == NULL)
    aph_timeline_chart_set_selected (self, G_MAXUINT);

  update_labels (self);
  aph_timeline_chart_set_range (self, run.begin != 0 ? run.begin : now, run.end);
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
  if (figure != G_MAXUINT && self->watch != NULL
      && aph_slots_find (aph_run_watch_get_slots (self->watch), figure, &row, &place))
    aph_timeline_chart_scroll_to (self, get_figure (self, figure), row);
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

  time = geometry.from + (gint64) ((x - geometry.left) / aph_timeline_chart_get_scale (self));
  reach = (gint64) (PICK_PIXELS / aph_timeline_chart_get_scale (self));
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
  painter.geometry.height = painter.geometry.flow_top + APH_TIMELINE_FLOW_HEIGHT;

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "view_bg_color",
                                  &ground);
  bounds = GRAPHENE_RECT_INIT (0, 0, painter.geometry.width, painter.geometry.height);
  snapshot = gtk_snapshot_new ();
  gtk_snapshot_append_color (snapshot, &ground, &bounds);
  aph_timeline_painter_draw (&painter, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);

  return gsk_renderer_render_texture (gtk_native_get_renderer (native), node, &bounds);
}
