/* aph-run-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-figures"

#include "config.h"

#include <string.h>

#include "stats/aph-metric.h"
#include "stats/aph-run-figures.h"
#include "stats/aph-speedup.h"

static void
add_figure (AphRunFigures   *self,
            AphSpeedup      *speedup,
            const AphFigure *figure,
            gint64           now)
{
  if (figure->is_former)
    self->n_former++;
  else
    {
      self->counts[figure->state]++;
      if (figure->marks != 0)
        self->n_marked++;
      if (figure->answer_tokens > 0)
        self->output_tokens += figure->answer_tokens;
    }

  aph_speedup_add (speedup, figure, now);
}

/**
 * aph_run_figures_compute:
 * @self: (out caller-allocates): what to fill
 * @figures: the figures of a run
 * @model: the number of a model, or %APH_ANY_MODEL
 * @now: what the monotonic clock says
 */
void
aph_run_figures_compute (AphRunFigures    *self,
                         const AphFigures *figures,
                         guint             model,
                         gint64            now)
{
  AphSpeedup speedup = { 0, };
  const AphFigure *all;
  guint n;

  g_return_if_fail (self != NULL);
  g_return_if_fail (figures != NULL);

  memset (self, 0, sizeof *self);
  all = aph_figures_get_all (figures, &n);
  for (guint i = 0; i < n; i++)
    if (model == APH_ANY_MODEL || all[i].model == model)
      add_figure (self, &speedup, &all[i], now);

  self->begin = speedup.begin;
  self->end = speedup.end;
  self->sequential_ms = speedup.sequential_ms;
  self->duration_ms = aph_speedup_get_duration_ms (&speedup);
  if (self->duration_ms <= 0)
    return;

  self->output_token_throughput = self->output_tokens * 1000 / self->duration_ms;
  self->request_throughput = self->counts[APH_JOB_DONE] * 1000 / self->duration_ms;
  self->speed_up = MAX (aph_speedup_get (&speedup), 0);
}

static gboolean
reaches (const AphFigure *figure,
         AphMetric        metric,
         double           limit)
{
  /* An answer of a single token has no latency between tokens: nothing to complain about. */
  return limit <= 0 || aph_metric_measure (metric, figure) <= limit;
}

/**
 * aph_goodput_compute:
 * @figures: the figures of a run
 * @model: the number of a model, or %APH_ANY_MODEL
 * @goal: when an answer is a good one
 * @now: what the monotonic clock says
 *
 * Returns: good answers per second; 0 if nothing was sent
 */
double
aph_goodput_compute (const AphFigures *figures,
                     guint             model,
                     const AphGoal    *goal,
                     gint64            now)
{
  AphRunFigures run;
  const AphFigure *all;
  guint n, n_good = 0;

  g_return_val_if_fail (figures != NULL, 0);
  g_return_val_if_fail (goal != NULL, 0);

  aph_run_figures_compute (&run, figures, model, now);
  all = aph_figures_get_all (figures, &n);
  for (guint i = 0; i < n; i++)
    if ((model == APH_ANY_MODEL || all[i].model == model)
        && all[i].state == APH_JOB_DONE
        && reaches (&all[i], APH_METRIC_TIME_TO_FIRST_TOKEN, goal->time_to_first_token_ms)
        && reaches (&all[i], APH_METRIC_INTER_TOKEN_LATENCY, goal->inter_token_latency_ms)
        && reaches (&all[i], APH_METRIC_REQUEST_LATENCY, goal->request_latency_ms))
      n_good++;

  return run.duration_ms > 0 ? n_good * 1000 / run.duration_ms : 0;
}
