/* aph-distribution.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-distribution"

#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/aph-distribution.h"

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/**
 * aph_percentile:
 * @sorted: (array length=n_values): values in ascending order
 * @n_values: how many
 * @percent: from 0 to 100
 *
 * Returns: the value below which so many per cent lie, between its two neighbours in proportion;
 *   0 if there are no values
 */
double
aph_percentile (const double *sorted,
                guint         n_values,
                double        percent)
{
  double place, below;
  guint i;

  g_return_val_if_fail (percent >= 0 && percent <= 100, 0);

  if (n_values == 0)
    return 0;

  place = (n_values - 1) * percent / 100;
  below = floor (place);
  i = (guint) below;
  if (i + 1 >= n_values)
    return sorted[n_values - 1];

  return sorted[i] + (sorted[i + 1] - sorted[i]) * (place - below);
}

/**
 * aph_distribution_compute:
 * @self: (out caller-allocates): what to fill
 * @values: (array length=n_values): finite numbers; sorted afterwards
 * @n_values: how many
 */
void
aph_distribution_compute (AphDistribution *self,
                          double          *values,
                          guint            n_values)
{
  double sum = 0, squares = 0;

  g_return_if_fail (self != NULL);

  memset (self, 0, sizeof *self);
  if (n_values == 0)
    return;

  qsort (values, n_values, sizeof *values, compare_doubles);
  for (guint i = 0; i < n_values; i++)
    sum += values[i];
  self->n = n_values;
  self->mean = sum / n_values;

  /* In a second pass: the difference of two large sums would be noise. */
  for (guint i = 0; i < n_values; i++)
    squares += (values[i] - self->mean) * (values[i] - self->mean);
  self->std = sqrt (squares / n_values);

  self->min = values[0];
  self->max = values[n_values - 1];
  self->p50 = aph_percentile (values, n_values, 50);
  self->p90 = aph_percentile (values, n_values, 90);
  self->p95 = aph_percentile (values, n_values, 95);
  self->p99 = aph_percentile (values, n_values, 99);
}

/**
 * aph_histogram_compute:
 * @sorted: (array length=n_values): values in ascending order
 * @n_values: how many
 * @min: where the first bin begins
 * @max: where the last bin ends; what is larger is counted into it, what is smaller into the first
 * @bins: (array length=n_bins) (out caller-allocates): how many values there are in each
 * @n_bins: how many
 *
 * Returns: the largest count
 */
guint
aph_histogram_compute (const double *sorted,
                       guint         n_values,
                       double        min,
                       double        max,
                       guint        *bins,
                       guint         n_bins)
{
  double scale = max > min ? n_bins / (max - min) : 0;
  guint largest = 0;

  g_return_val_if_fail (bins != NULL && n_bins > 0, 0);

  memset (bins, 0, n_bins * sizeof *bins);
  for (guint i = 0; i < n_values; i++)
    {
      double place = CLAMP ((sorted[i] - min) * scale, 0, n_bins - 1);

      bins[(guint) place]++;
    }
  for (guint i = 0; i < n_bins; i++)
    largest = MAX (largest, bins[i]);

  return largest;
}
