/* aph-metric.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-distribution.h"
#include "stats/aph-figures.h"

G_BEGIN_DECLS

/**
 * AphMetric:
 * @APH_METRIC_TIME_TO_FIRST_TOKEN: from sending to the first text, in milliseconds
 * @APH_METRIC_INTER_TOKEN_LATENCY: (request_latency - time_to_first_token) / (tokens - 1): the
 *   mean time from token to token of one answer, in milliseconds
 * @APH_METRIC_REQUEST_LATENCY: from sending to the end of the reply, in milliseconds
 * @APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER: 1 / inter_token_latency: the tokens per second that
 *   the reader of one answer sees
 * @APH_METRIC_OUTPUT_SEQUENCE_LENGTH: tokens generated, thinking included
 *
 * What is measured of each answer that came to its end, with the names and definitions of aiperf.
 */
typedef enum
{
  APH_METRIC_TIME_TO_FIRST_TOKEN,
  APH_METRIC_INTER_TOKEN_LATENCY,
  APH_METRIC_REQUEST_LATENCY,
  APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER,
  APH_METRIC_OUTPUT_SEQUENCE_LENGTH,
} AphMetric;

#define APH_N_METRICS (APH_METRIC_OUTPUT_SEQUENCE_LENGTH + 1)

const char *aph_metric_get_name   (AphMetric         metric);
const char *aph_metric_get_unit   (AphMetric         metric);
double      aph_metric_measure    (AphMetric         metric,
                                   const AphFigure  *figure);
double     *aph_metric_collect    (AphMetric         metric,
                                   const AphFigures *figures,
                                   guint             model,
                                   guint            *n_values);
void        aph_metric_distribute (AphMetric         metric,
                                   const AphFigures *figures,
                                   guint             model,
                                   AphDistribution  *distribution);

G_END_DECLS
