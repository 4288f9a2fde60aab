/* aph-timeline-painter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-chart"

#include "config.h"

#include <math.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "stats/aph-time-axis.h"
#include "stats/aph-token-flow.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-phase-color.h"
#include "ui/aph-timeline-chart-private.h"

#define TICK_WIDTH      90
#define MAX_LABEL_WIDTH 140
#define LABEL_GAP       8

/* Distance of the lines that tell a failure without its colour. */
#define HATCH 5

/* What is not worth a scale. */
#define MIN_FLOW_HEIGHT 40

typedef struct
{
  const AphTimelinePainter *painter;
  GtkSnapshot *snapshot;
  PangoLayout *layout;
  GdkRGBA color;         /* of text */
  gboolean is_dark;
  gboolean is_high_contrast;
} Canvas;

static GdkRGBA
fade (const GdkRGBA *color,
      float          alpha)
{
  GdkRGBA faded = *color;

  faded.alpha *= alpha;

  return faded;
}

/* Text whose place is given by its middle (0.5), left (0) or right (1) edge; cut at @max_width. */
static void
draw_text (Canvas     *canvas,
           const char *text,
           double      x,
           double      y,
           double      align,
           int         max_width)
{
  GdkRGBA color = fade (&canvas->color, canvas->is_high_contrast ? 1 : 0.75f);
  int width, height;

  pango_layout_set_text (canvas->layout, text, -1);
  pango_layout_set_width (canvas->layout, max_width > 0 ? max_width * PANGO_SCALE : -1);
  pango_layout_get_pixel_size (canvas->layout, &width, &height);
  pango_layout_set_width (canvas->layout, width * PANGO_SCALE);

  gtk_snapshot_save (canvas->snapshot);
  gtk_snapshot_translate (canvas->snapshot,
                          &GRAPHENE_POINT_INIT (floor (x - align * width),
                                                floor (y - height / 2.0)));
  gtk_snapshot_append_layout (canvas->snapshot, canvas->layout, &color);
  gtk_snapshot_restore (canvas->snapshot);
}

static double
x_of (const AphTimelineGeometry *geometry,
      gint64                     time)
{
  return geometry->left
         + (double) (time - geometry->from) * (geometry->right - geometry->left)
             / (geometry->to - geometry->from);
}

static double
y_of (const AphTimelineGeometry *geometry,
      guint                      row)
{
  return APH_TIMELINE_AXIS_HEIGHT - geometry->offset + row * (double) APH_TIMELINE_ROW_HEIGHT;
}

static void
draw_axis (Canvas *canvas)
{
  const AphTimelinePainter *painter = canvas->painter;
  const AphTimelineGeometry *geometry = &painter->geometry;
  guint max_ticks = MAX ((geometry->right - geometry->left) / TICK_WIDTH, 1);
  gint64 step = aph_time_axis_step (geometry->to - geometry->from, max_ticks);
  gint64 first = (geometry->from - painter->begin) / step * step;
  GdkRGBA line = fade (&canvas->color, canvas->is_high_contrast ? 0.5f : 0.12f);

  for (gint64 offset = first; painter->begin + offset <= geometry->to; offset += step)
    {
      g_autofree char *label = NULL;
      double x = floor (x_of (geometry, painter->begin + offset));

      if (painter->begin + offset < geometry->from)
        continue;

      label = aph_time_axis_label (offset, step);
      gtk_snapshot_append_color (canvas->snapshot, &line,
                                 &GRAPHENE_RECT_INIT (x, APH_TIMELINE_AXIS_HEIGHT - 4, 1,
                                                      geometry->height));
      if (x + TICK_WIDTH / 2.0 < geometry->width)
        draw_text (canvas, label, x + 4, APH_TIMELINE_AXIS_HEIGHT / 2.0, 0, 0);
    }
}

/* The rows */

/* What is to be filled, by phase. */
typedef struct
{
  GArray *rects[APH_N_PHASES];   /* of graphene_rect_t */
} Fills;

static void
collect_row (Canvas                  *canvas,
             guint                    row,
             double                   y,
             const AphTimelineWindow *window,
             GArray                  *bars,
             Fills                   *fills)
{
  const AphTimelinePainter *painter = canvas->painter;
  double pixel = (double) (painter->geometry.right - painter->geometry.left) / window->n_pixels;

  g_array_set_size (bars, 0);
  aph_timeline_bars_collect (painter->figures, painter->slots, row, window, bars);
  for (guint i = 0; i < bars->len; i++)
    {
      const AphTimelineBar *bar = &g_array_index (bars, AphTimelineBar, i);
      double height = round (APH_TIMELINE_BAR_HEIGHT * aph_phase_get_look (bar->phase)->height);
      /* What touches the one before it is told from it by a gap. */
      int gap = bar->begins && bar->from > 0 && bar->to - bar->from > 1 ? 1 : 0;
      graphene_rect_t rect =
        GRAPHENE_RECT_INIT (painter->geometry.left + (bar->from + gap) * pixel,
                            y + round ((APH_TIMELINE_ROW_HEIGHT - height) / 2),
                            (bar->to - bar->from - gap) * pixel, height);

      g_array_append_val (fills->rects[bar->phase], rect);
    }
}

static void
add_rects (cairo_t *cr,
           GArray  *rects)
{
  for (guint i = 0; i < rects->len; i++)
    {
      const graphene_rect_t *rect = &g_array_index (rects, graphene_rect_t, i);

      cairo_rectangle (cr, rect->origin.x, rect->origin.y, rect->size.width, rect->size.height);
    }
}

static void
hatch (cairo_t       *cr,
       GArray        *rects,
       const GdkRGBA *color)
{
  cairo_set_line_width (cr, 1.5);
  gdk_cairo_set_source_rgba (cr, color);
  for (guint i = 0; i < rects->len; i++)
    {
      const graphene_rect_t *rect = &g_array_index (rects, graphene_rect_t, i);
      double x = rect->origin.x, y = rect->origin.y;
      double right = x + rect->size.width, bottom = y + rect->size.height;

      if (rect->size.width < 2)
        continue;
      cairo_save (cr);
      cairo_rectangle (cr, x, y, rect->size.width, rect->size.height);
      cairo_clip (cr);
      for (double start = floor (x / HATCH) * HATCH - rect->size.height; start < right;
           start += HATCH)
        {
          cairo_move_to (cr, start, bottom);
          cairo_line_to (cr, start + rect->size.height, y);
        }
      cairo_stroke (cr);
      cairo_restore (cr);
    }
}

static void
fill_rows (Canvas                *canvas,
           Fills                 *fills,
           const graphene_rect_t *area)
{
  cairo_t *cr = gtk_snapshot_append_cairo (canvas->snapshot, area);
  GdkRGBA ground = { 0, 0, 0, 0.65f };

  if (!canvas->is_dark)
    ground = (GdkRGBA) { 1, 1, 1, 0.75f };
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    {
      GdkRGBA color;

      aph_phase_get_color (phase, canvas->is_dark, &color);
      add_rects (cr, fills->rects[phase]);
      gdk_cairo_set_source_rgba (cr, &color);
      if (canvas->is_high_contrast)
        {
          cairo_fill_preserve (cr);
          gdk_cairo_set_source_rgba (cr, &canvas->color);
          cairo_set_line_width (cr, 1);
          cairo_stroke (cr);
        }
      else
        cairo_fill (cr);
    }
  hatch (cr, fills->rects[APH_PHASE_FAILED], &ground);
  cairo_destroy (cr);
}

static void
draw_selected (Canvas *canvas)
{
  const AphTimelinePainter *painter = canvas->painter;
  const AphTimelineGeometry *geometry = &painter->geometry;
  const AphFigure *figure;
  GtkStyleContext *context = gtk_widget_get_style_context (painter->widget);
  GdkRGBA color = canvas->color;
  GskRoundedRect outline;
  double x, y, right;
  guint row, place, n;

  if (painter->selected == G_MAXUINT
      || !aph_slots_find (painter->slots, painter->selected, &row, &place))
    return;

  figure = &aph_figures_get_all (painter->figures, &n)[painter->selected];
  x = floor (MAX (x_of (geometry, figure->times.sent), geometry->left));
  right = ceil (MIN (x_of (geometry, aph_figure_get_end (figure, geometry->now)), geometry->right));
  if (right < geometry->left || x > geometry->right)
    return;

  if (painter->focused && !canvas->is_high_contrast)
    gtk_style_context_lookup_color (context, "accent_color", &color);
  y = y_of (geometry, row);
  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (x - 3, y + 1, MAX (right - x, 1) + 6,
                                                        APH_TIMELINE_ROW_HEIGHT - 2),
                                   4);
  gtk_snapshot_append_border (canvas->snapshot, &outline, (float[4]) { 2, 2, 2, 2 },
                              (GdkRGBA[4]) { color, color, color, color });
}

static void
draw_label (Canvas *canvas,
            guint   row,
            double  y)
{
  const AphTimelinePainter *painter = canvas->painter;
  const AphSlot *slot = aph_slots_get (painter->slots, row);
  g_autofree char *label = NULL;

  if (!painter->geometry.has_labels)
    return;

  label = aph_format_slot (painter->figures, slot->server, slot->number);
  draw_text (canvas, label, painter->geometry.left - LABEL_GAP, y + APH_TIMELINE_ROW_HEIGHT / 2.0,
             1, painter->geometry.left - 2 * LABEL_GAP);
}

static void
draw_rows (Canvas *canvas)
{
  const AphTimelinePainter *painter = canvas->painter;
  const AphTimelineGeometry *geometry = &painter->geometry;
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (AphTimelineBar));
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, APH_TIMELINE_AXIS_HEIGHT, geometry->width,
                                             geometry->flow_top - APH_TIMELINE_AXIS_HEIGHT);
  AphTimelineWindow window = {
    .from = geometry->from,
    .to = geometry->to,
    .now = geometry->now,
    .n_pixels = (geometry->right - geometry->left)
                * gtk_widget_get_scale_factor (painter->widget),
  };
  guint first = (guint) MAX (geometry->offset / APH_TIMELINE_ROW_HEIGHT, 0);
  Fills fills;

  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    fills.rects[phase] = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));

  gtk_snapshot_push_clip (canvas->snapshot, &area);
  for (guint row = first; row < aph_slots_get_n (painter->slots); row++)
    {
      double y = y_of (geometry, row);

      if (y > geometry->flow_top)
        break;
      draw_label (canvas, row, y);
      collect_row (canvas, row, y, &window, bars, &fills);
    }
  fill_rows (canvas, &fills, &area);
  draw_selected (canvas);
  gtk_snapshot_pop (canvas->snapshot);

  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    g_array_unref (fills.rects[phase]);
}

/* The tokens over time */

/* The unit stands above. */
static char *
format_value (double value)
{
  return value < 10000 ? g_strdup_printf ("%g", value) : g_strdup_printf ("%gk", value / 1000);
}

static void
draw_flow_scale (Canvas *canvas,
                 double  max,
                 double  top,
                 double  bottom)
{
  const AphTimelineGeometry *geometry = &canvas->painter->geometry;
  double step = aph_value_axis_step (max, MAX ((bottom - top) / 28, 1));
  GdkRGBA line = fade (&canvas->color, canvas->is_high_contrast ? 0.5f : 0.12f);

  for (double value = 0; value <= max; value += step)
    {
      double y = floor (bottom - value / max * (bottom - top));
      g_autofree char *label = NULL;

      gtk_snapshot_append_color (canvas->snapshot, &line,
                                 &GRAPHENE_RECT_INIT (geometry->left, y,
                                                      geometry->right - geometry->left, 1));
      if (value == 0)
        continue;
      label = format_value (value);
      /* Narrow, there is no room beside the curve. */
      if (geometry->has_labels)
        draw_text (canvas, label, geometry->left - LABEL_GAP, y, 1, 0);
      else
        draw_text (canvas, label, geometry->left + 4, y + 8, 0, 0);
    }
}

static void
draw_flow_curve (Canvas       *canvas,
                 const double *rates,
                 guint         n_bins,
                 double        max,
                 double        top,
                 double        bottom)
{
  const AphTimelineGeometry *geometry = &canvas->painter->geometry;
  double bin_width = (double) (geometry->right - geometry->left) / n_bins;
  GtkStyleContext *context = gtk_widget_get_style_context (canvas->painter->widget);
  GdkRGBA color = canvas->color, area;
  cairo_t *cr;

  gtk_style_context_lookup_color (context, "accent_color", &color);
  area = fade (&color, 0.25f);
  cr = gtk_snapshot_append_cairo (canvas->snapshot,
                                  &GRAPHENE_RECT_INIT (geometry->left, top - 2,
                                                       geometry->right - geometry->left,
                                                       bottom - top + 4));
  cairo_move_to (cr, geometry->left, bottom);
  for (guint i = 0; i < n_bins; i++)
    cairo_line_to (cr, geometry->left + (i + 0.5) * bin_width,
                   bottom - rates[i] / max * (bottom - top));
  cairo_line_to (cr, geometry->right, bottom);
  gdk_cairo_set_source_rgba (cr, &area);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
draw_flow (Canvas *canvas)
{
  const AphTimelinePainter *painter = canvas->painter;
  const AphTimelineGeometry *geometry = &painter->geometry;
  guint n_bins = CLAMP ((geometry->right - geometry->left) / 2, 10, 2000);
  double top = geometry->flow_top + 28, bottom = geometry->height - 2;
  g_autofree double *rates = NULL;
  double max;

  if (bottom - top < MIN_FLOW_HEIGHT)
    return;

  draw_text (canvas, _("Tokens per second"), geometry->left + 4, geometry->flow_top + 14, 0,
             geometry->right - geometry->left - 8);
  rates = g_new (double, n_bins);
  max = aph_token_flow_compute (painter->figures, APH_ANY_MODEL, geometry->from, geometry->to,
                                geometry->now, rates, n_bins);
  max = MAX (max, 1);
  draw_flow_scale (canvas, max, top, bottom);
  draw_flow_curve (canvas, rates, n_bins, max, top, bottom);
}

static PangoLayout *
create_layout (GtkWidget *widget)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, NULL);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);

  return layout;
}

/**
 * aph_timeline_painter_label_width:
 * @self: what to draw
 *
 * Returns: how much room the names of the rows need, with the gaps around them
 */
int
aph_timeline_painter_label_width (const AphTimelinePainter *self)
{
  g_autoptr (PangoLayout) layout = create_layout (self->widget);
  guint n = aph_slots_get_n (self->slots);
  int widest;

  /* A number of tokens per second. */
  pango_layout_set_text (layout, "0000", -1);
  pango_layout_get_pixel_size (layout, &widest, NULL);

  /* The last row of each server has the longest name. */
  for (guint i = 0; i < n; i++)
    {
      const AphSlot *slot = aph_slots_get (self->slots, i);
      g_autofree char *label = NULL;
      int width;

      if (i + 1 < n && aph_slots_get (self->slots, i + 1)->server == slot->server)
        continue;
      label = aph_format_slot (self->figures, slot->server, slot->number);
      pango_layout_set_text (layout, label, -1);
      pango_layout_get_pixel_size (layout, &width, NULL);
      widest = MAX (widest, width);
    }

  return MIN (widest, MAX_LABEL_WIDTH) + 2 * LABEL_GAP;
}

/**
 * aph_timeline_painter_draw:
 * @self: what to draw, and where
 * @snapshot: on what
 */
void
aph_timeline_painter_draw (const AphTimelinePainter *self,
                           GtkSnapshot              *snapshot)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr (PangoLayout) layout = create_layout (self->widget);
  Canvas canvas = {
    .painter = self,
    .snapshot = snapshot,
    .layout = layout,
    .is_dark = adw_style_manager_get_dark (style),
    .is_high_contrast = adw_style_manager_get_high_contrast (style),
  };

  g_return_if_fail (self->geometry.to > self->geometry.from);

  gtk_style_context_get_color (gtk_widget_get_style_context (self->widget), &canvas.color);
  draw_axis (&canvas);
  draw_rows (&canvas);
  draw_flow (&canvas);
}
