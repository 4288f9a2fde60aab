/* aph-histogram.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-histogram"

#include "config.h"

#include <math.h>
#include <string.h>

#include "ui/aph-histogram.h"

#define MIN_HEIGHT 32

struct _AphHistogram
{
  GtkWidget parent_instance;

  guint bins[APH_HISTOGRAM_BINS];
  guint largest;
  double marks[3];    /* as parts of the width */
};

G_DEFINE_FINAL_TYPE (AphHistogram, aph_histogram, GTK_TYPE_WIDGET)

static void
aph_histogram_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  static const float strengths[] = { 0.9f, 0.6f, 0.6f };
  AphHistogram *self = APH_HISTOGRAM (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA color, accent;

  gtk_style_context_get_color (context, &color);
  if (!gtk_style_context_lookup_color (context, "accent_color", &accent))
    accent = color;

  for (guint i = 0; i < APH_HISTOGRAM_BINS && self->largest > 0; i++)
    {
      double left = floor (width * (double) i / APH_HISTOGRAM_BINS);
      double right = floor (width * (i + 1.0) / APH_HISTOGRAM_BINS);
      double bar = ceil ((height - 1) * (double) self->bins[i] / self->largest);

      gtk_snapshot_append_color (snapshot, &accent,
                                 &GRAPHENE_RECT_INIT (left, height - 1 - bar,
                                                      MAX (right - left - 1, 1), bar));
    }

  for (guint i = 0; i < G_N_ELEMENTS (self->marks) && self->largest > 0; i++)
    {
      GdkRGBA line = { color.red, color.green, color.blue, color.alpha * strengths[i] };

      gtk_snapshot_append_color (snapshot, &line,
                                 &GRAPHENE_RECT_INIT (floor (self->marks[i] * (width - 2)), 0,
                                                      i == 0 ? 2 : 1, height));
    }
  color.alpha *= 0.3f;
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
}

static void
aph_histogram_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? MIN_HEIGHT : 2 * APH_HISTOGRAM_BINS;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? MIN_HEIGHT : 4 * APH_HISTOGRAM_BINS;
}

static void
aph_histogram_class_init (AphHistogramClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = aph_histogram_snapshot;
  widget_class->measure = aph_histogram_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "histogram");
}

static void
aph_histogram_init (AphHistogram *self)
{
}

/**
 * aph_histogram_new:
 *
 * Returns: (transfer floating): a histogram of nothing. Its accessible label is up to the caller.
 */
GtkWidget *
aph_histogram_new (void)
{
  return g_object_new (APH_TYPE_HISTOGRAM, NULL);
}

static double
get_place (double value,
           double from,
           double to)
{
  return to > from ? CLAMP ((value - from) / (to - from), 0, 1) : 0;
}

/**
 * aph_histogram_set_values:
 * @self: a histogram
 * @distribution: where to draw the lines
 * @from: the value at the left edge
 * @to: that at the right one
 * @bins: (array fixed-size=40): how many values there are in each column
 * @largest: the largest of them
 */
void
aph_histogram_set_values (AphHistogram          *self,
                          const AphDistribution *distribution,
                          double                 from,
                          double                 to,
                          const guint           *bins,
                          guint                  largest)
{
  g_return_if_fail (APH_IS_HISTOGRAM (self));
  g_return_if_fail (distribution != NULL);
  g_return_if_fail (bins != NULL);

  memcpy (self->bins, bins, sizeof self->bins);
  self->largest = largest;
  self->marks[0] = get_place (distribution->p50, from, to);
  self->marks[1] = get_place (distribution->p95, from, to);
  self->marks[2] = get_place (distribution->p99, from, to);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
