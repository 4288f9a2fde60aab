/* aph-metric.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-metric"

#include "config.h"

#include "stats/aph-metric.h"

static const struct
{
  const char *name;
  const char *unit;
} metrics[APH_N_METRICS] = {
  [APH_METRIC_TIME_TO_FIRST_TOKEN] = { "time_to_first_token", "ms" },
  [APH_METRIC_INTER_TOKEN_LATENCY] = { "inter_token_latency", "ms" },
  [APH_METRIC_REQUEST_LATENCY] = { "request_latency", "ms" },
  [APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER] = { "output_token_throughput_per_user",
                                                    "tokens/sec/user" },
  [APH_METRIC_OUTPUT_SEQUENCE_LENGTH] = { "output_sequence_length", "tokens" },
};

/**
 * aph_metric_get_name:
 * @metric: a metric
 *
 * Returns: aiperf's tag for it
 */
const char *
aph_metric_get_name (AphMetric metric)
{
  g_return_val_if_fail ((guint) metric < APH_N_METRICS, NULL);

  return metrics[metric].name;
}

/**
 * aph_metric_get_unit:
 * @metric: a metric
 *
 * Returns: aiperf's word for its unit
 */
const char *
aph_metric_get_unit (AphMetric metric)
{
  g_return_val_if_fail ((guint) metric < APH_N_METRICS, NULL);

  return metrics[metric].unit;
}

static double
measure_inter_token_latency (const AphFigure *figure)
{
  const AphTimes *times = &figure->times;

  if (times->first_token == 0 || figure->answer_tokens < 2 || times->ended <= times->first_token)
    return -1;

  return (times->ended - times->first_token) / 1000.0 / (figure->answer_tokens - 1);
}

/**
 * aph_metric_measure:
 * @metric: a metric
 * @figure: the figures of an attempt
 *
 * Returns: what was measured, or -1 if it cannot be told: the answer did not come to its end, or
 *   is too short
 */
double
aph_metric_measure (AphMetric        metric,
                    const AphFigure *figure)
{
  const AphTimes *times;
  double latency;

  g_return_val_if_fail (figure != NULL, -1);

  times = &figure->times;
  if (figure->state != APH_JOB_DONE || times->sent == 0 || times->ended == 0)
    return -1;

  switch (metric)
    {
    case APH_METRIC_TIME_TO_FIRST_TOKEN:
      return times->first_token != 0 ? (times->first_token - times->sent) / 1000.0 : -1;
    case APH_METRIC_INTER_TOKEN_LATENCY:
      return measure_inter_token_latency (figure);
    case APH_METRIC_REQUEST_LATENCY:
      return (times->ended - times->sent) / 1000.0;
    case APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER:
      latency = measure_inter_token_latency (figure);
      return latency > 0 ? 1000 / latency : -1;
    case APH_METRIC_OUTPUT_SEQUENCE_LENGTH:
      return figure->answer_tokens;
    default:
      g_return_val_if_reached (-1);
    }
}

/**
 * aph_metric_collect:
 * @metric: a metric
 * @figures: the figures of a run
 * @model: the number of a model, or %APH_ANY_MODEL
 * @n_values: (out): how many values there are
 *
 * Returns: (transfer full) (array length=n_values): what was measured of each answer, unsorted
 */
double *
aph_metric_collect (AphMetric         metric,
                    const AphFigures *figures,
                    guint             model,
                    guint            *n_values)
{
  const AphFigure *all;
  guint n_figures, n = 0;
  double *values;

  g_return_val_if_fail (figures != NULL, NULL);
  g_return_val_if_fail (n_values != NULL, NULL);

  all = aph_figures_get_all (figures, &n_figures);
  values = g_new (double, MAX (n_figures, 1));
  for (guint i = 0; i < n_figures; i++)
    {
      double value;

      if (model != APH_ANY_MODEL && all[i].model != model)
        continue;
      value = aph_metric_measure (metric, &all[i]);
      if (value >= 0)
        values[n++] = value;
    }
  *n_values = n;

  return values;
}

/**
 * aph_metric_distribute:
 * @metric: a metric
 * @figures: the figures of a run
 * @model: the number of a model, or %APH_ANY_MODEL
 * @distribution: (out caller-allocates): how what was measured is spread
 */
void
aph_metric_distribute (AphMetric         metric,
                       const AphFigures *figures,
                       guint             model,
                       AphDistribution  *distribution)
{
  guint n = 0;
  g_autofree double *values = aph_metric_collect (metric, figures, model, &n);

  g_return_if_fail (distribution != NULL);

  aph_distribution_compute (distribution, values, n);
}
