/* aph-distribution.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphDistribution:
 * @n: how many values there are; if 0, all else is 0 as well
 * @mean: their mean
 * @std: their standard deviation, as that of a whole population
 * @min: the smallest
 * @max: the largest
 * @p50: the median
 * @p90: the 90th percentile
 * @p95: the 95th percentile
 * @p99: the 99th percentile
 *
 * How values are spread. Percentiles are exact, with linear interpolation between the two
 * neighbours as NumPy and aiperf do it.
 */
typedef struct
{
  guint  n;
  double mean;
  double std;
  double min;
  double max;
  double p50;
  double p90;
  double p95;
  double p99;
} AphDistribution;

void   aph_distribution_compute (AphDistribution *self,
                                 double          *values,
                                 guint            n_values);
double aph_percentile           (const double    *sorted,
                                 guint            n_values,
                                 double           percent);
guint  aph_histogram_compute    (const double    *sorted,
                                 guint            n_values,
                                 double           min,
                                 double           max,
                                 guint           *bins,
                                 guint            n_bins);

G_END_DECLS
