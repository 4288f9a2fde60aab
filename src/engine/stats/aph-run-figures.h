/* aph-run-figures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

/**
 * AphRunFigures:
 * @counts: how many jobs are in each state
 * @n_marked: how many answers deserve a second look
 * @n_former: how many attempts failed and were followed by another
 * @begin: when the first attempt was sent, in microseconds of our monotonic clock; 0 for never
 * @end: when the last one ended; now, while one runs
 * @duration_ms: from the one to the other
 * @output_tokens: tokens generated, in all attempts that are jobs' last
 * @output_token_throughput: tokens per second of all answers together
 * @request_throughput: answers that came to their end, per second
 * @sequential_ms: how long the answers would have taken one after the other: the times the server
 *   worked on each, without the waiting for a free slot where it tells
 * @speed_up: how many times as fast it was as one after the other; 0 if there is nothing to compare
 *
 * A run as a whole. Names and definitions are aiperf's where it has them.
 */
typedef struct
{
  guint  counts[APH_JOB_N_STATES];
  guint  n_marked;
  guint  n_former;
  gint64 begin;
  gint64 end;
  double duration_ms;
  gint64 output_tokens;
  double output_token_throughput;
  double request_throughput;
  double sequential_ms;
  double speed_up;
} AphRunFigures;

/**
 * AphGoal:
 * @time_to_first_token_ms: the longest a good answer may take to begin; 0 for any
 * @inter_token_latency_ms: the longest it may take from token to token; 0 for any
 * @request_latency_ms: the longest it may take in all; 0 for any
 *
 * When an answer is a good one.
 */
typedef struct
{
  double time_to_first_token_ms;
  double inter_token_latency_ms;
  double request_latency_ms;
} AphGoal;

void   aph_run_figures_compute (AphRunFigures    *self,
                                const AphFigures *figures,
                                guint             model,
                                gint64            now);
double aph_goodput_compute     (const AphFigures *figures,
                                guint             model,
                                const AphGoal    *goal,
                                gint64            now);

G_END_DECLS
