/* aph-run-summary.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-summary"

#include "config.h"

#include <glib/gi18n.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "cli/aph-run-summary.h"
#include "stats/aph-speedup.h"
#include "ui/aph-format.h"

struct _AphRunSummary
{
  guint64 counts[APH_JOB_N_STATES];
  gint64 first_queued;    /* on our monotonic clock, in microseconds; 0 before the first job */
  gint64 last_ended;
  AphSpeedup speedup;
  guint64 answer_tokens;
  GArray *ttft_ms;        /* of float */
  gboolean is_sorted;
};

AphRunSummary *
aph_run_summary_new (void)
{
  AphRunSummary *self = g_new0 (AphRunSummary, 1);

  self->ttft_ms = g_array_new (FALSE, FALSE, sizeof (float));

  return self;
}

void
aph_run_summary_free (AphRunSummary *self)
{
  g_array_unref (self->ttft_ms);
  g_free (self);
}

/**
 * aph_run_summary_add:
 * @self: a summary
 * @job: a job that has ended
 */
void
aph_run_summary_add (AphRunSummary *self,
                     AphJob        *job)
{
  const AphTimes *times = aph_job_get_times (job);
  float ttft_ms = aph_job_get_ttft_ms (job);
  AphFigure figure;

  g_return_if_fail (aph_job_is_ended (job));

  self->counts[aph_job_get_state (job)]++;

  if (self->first_queued == 0 || times->queued < self->first_queued)
    self->first_queued = times->queued;
  self->last_ended = MAX (self->last_ended, times->ended);

  figure = aph_figure_from_job (job);
  aph_speedup_add (&self->speedup, &figure, times->ended);
  if (aph_job_get_usage (job)->answer_tokens > 0)
    self->answer_tokens += aph_job_get_usage (job)->answer_tokens;
  if (ttft_ms >= 0)
    {
      g_array_append_val (self->ttft_ms, ttft_ms);
      self->is_sorted = FALSE;
    }
}

guint64
aph_run_summary_count (AphRunSummary *self,
                       AphJobState    state)
{
  g_return_val_if_fail ((guint) state < APH_JOB_N_STATES, 0);

  return self->counts[state];
}

guint64
aph_run_summary_count_all (AphRunSummary *self)
{
  return self->counts[APH_JOB_DONE] + self->counts[APH_JOB_FAILED]
         + self->counts[APH_JOB_CANCELLED];
}

static double
wall_ms (AphRunSummary *self)
{
  return (self->last_ended - self->first_queued) / 1000.0;
}

static int
compare_floats (gconstpointer a,
                gconstpointer b)
{
  float x = *(const float *) a;
  float y = *(const float *) b;

  return (x > y) - (x < y);
}

/* The smallest value that so many per cent of all do not exceed; -1 if there is none. */
static double
percentile (AphRunSummary *self,
            guint          percent)
{
  guint64 n = self->ttft_ms->len;
  guint64 rank = (n * percent + 99) / 100;

  if (n == 0)
    return -1;

  if (!self->is_sorted)
    g_array_sort (self->ttft_ms, compare_floats);
  self->is_sorted = TRUE;

  return g_array_index (self->ttft_ms, float, MAX (rank, 1) - 1);
}

/**
 * aph_run_summary_append_json:
 * @self: a summary
 * @peak_in_flight: the most jobs that were in flight at the same time
 * @out: where to write
 *
 * Writes one JSON object without a line's end. The wall time is from when the first job was made
 * to when the last one ended; the sequential time is that of all answers added up, see #AphSpeedup.
 */
void
aph_run_summary_append_json (AphRunSummary *self,
                             guint          peak_in_flight,
                             GString       *out)
{
  double wall = wall_ms (self);

  g_string_append_c (out, '{');
  aph_json_append_count (out, "jobs", aph_run_summary_count_all (self));
  aph_json_append_count (out, "done", self->counts[APH_JOB_DONE]);
  aph_json_append_count (out, "failed", self->counts[APH_JOB_FAILED]);
  aph_json_append_count (out, "cancelled", self->counts[APH_JOB_CANCELLED]);
  aph_json_append_figure (out, "wall_s", wall / 1000);
  aph_json_append_figure (out, "sequential_s", self->speedup.sequential_ms / 1000);
  aph_json_append_figure (out, "speedup", aph_speedup_get (&self->speedup));
  aph_json_append_count (out, "answer_tokens", self->answer_tokens);
  aph_json_append_figure (out, "tokens_per_s", wall > 0 ? self->answer_tokens / wall * 1000 : -1);
  aph_json_append_count (out, "peak_in_flight", peak_in_flight);
  aph_json_append_name (out, "ttft_ms");
  g_string_append_c (out, '{');
  aph_json_append_figure (out, "p50", percentile (self, 50));
  aph_json_append_figure (out, "p95", percentile (self, 95));
  aph_json_append_figure (out, "p99", percentile (self, 99));
  g_string_append (out, "}}");
}

static void
append_times (AphRunSummary *self,
              GString       *out)
{
  g_autofree char *wall = aph_format_duration (wall_ms (self));
  double speedup = aph_speedup_get (&self->speedup);
  g_autofree char *sequential = aph_format_duration (self->speedup.sequential_ms);

  /* One after the other there is nothing to boast of. */
  if (speedup >= 1.05)
    g_string_append_printf (out, _("Wall time: %s. The single answers took %s together: at once "
                                   "they came %.1f times as fast."),
                            wall, sequential, speedup);
  else
    g_string_append_printf (out, _("Wall time: %s. The single answers took %s together."),
                            wall, sequential);
  g_string_append_c (out, '\n');
}

/**
 * aph_run_summary_append_words:
 * @self: a summary
 * @out: where to write
 *
 * Writes the same for people, in a few lines.
 */
void
aph_run_summary_append_words (AphRunSummary *self,
                              GString       *out)
{
  gulong n_jobs = (gulong) aph_run_summary_count_all (self);
  guint counts[APH_JOB_N_STATES];
  g_autofree char *states = NULL;
  double wall = wall_ms (self);

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    counts[i] = (guint) self->counts[i];
  states = aph_format_counts (counts, -1, NULL);

  /* Translators: how many there are, and how many of them are in what state */
  g_string_append_printf (out, ngettext ("%lu prompt: %s.", "%lu prompts: %s.", n_jobs), n_jobs,
                          states);
  g_string_append_c (out, '\n');

  if (self->counts[APH_JOB_DONE] > 0)
    append_times (self, out);

  if (self->answer_tokens > 0 && wall > 0)
    {
      g_autofree char *tokens = aph_format_tokens ((gint64) self->answer_tokens);
      g_autofree char *rate = aph_format_token_rate (self->answer_tokens / wall * 1000);

      g_string_append_printf (out, "%s · %s\n", tokens, rate);
    }
}
