/* aph-figure.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-figure"

#include "config.h"

#include "stats/aph-figure.h"

static gint32
narrow (gint64 n)
{
  return CLAMP (n, -1, G_MAXINT32);
}

/**
 * aph_figure_from_job:
 * @job: a job in whatever state
 *
 * Returns: the figures of its last attempt, without those that #AphFigures knows: its model, its
 *   server, and how long the answer is
 */
AphFigure
aph_figure_from_job (AphJob *job)
{
  const AphUsage *usage;

  g_return_val_if_fail (APH_IS_JOB (job), (AphFigure) { 0 });

  usage = aph_job_get_usage (job);

  return (AphFigure) {
    .job = aph_job_get_id (job),
    .index = aph_job_get_index (job),
    .times = *aph_job_get_times (job),
    .load_ns = usage->load_ns,
    .prompt_ns = usage->prompt_ns,
    .answer_ns = usage->answer_ns,
    .prompt_tokens = narrow (usage->prompt_tokens),
    .answer_tokens = narrow (usage->answer_tokens >= 0 ? usage->answer_tokens
                                                       : aph_job_get_chunks (job)),
    .attempt = MIN (aph_job_get_attempts (job), G_MAXUINT16),
    .state = aph_job_get_state (job),
    .marks = aph_job_get_marks (job),
    .rating = aph_job_get_rating (job),
  };
}

/**
 * aph_figure_was_sent:
 * @self: a figure
 *
 * Returns: whether there is anything to draw: the attempt was made
 */
gboolean
aph_figure_was_sent (const AphFigure *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->times.sent != 0;
}

/**
 * aph_figure_get_end:
 * @self: a figure of an attempt that was sent
 * @now: what the monotonic clock says, for one that still runs
 *
 * Returns: when it ended, never before it was sent
 */
gint64
aph_figure_get_end (const AphFigure *self,
                    gint64           now)
{
  gint64 end;

  g_return_val_if_fail (self != NULL, now);

  end = self->times.ended != 0 ? self->times.ended : now;

  return MAX (end, self->times.sent);
}

static guint
add_span (AphSpan  *spans,
          guint     n,
          AphPhase  phase,
          gint64    from,
          gint64    to)
{
  if (to <= from)
    return n;

  spans[n] = (AphSpan) { phase, from, to };

  return n + 1;
}

/* The time until the first text, as far as the server told what it did with it: it gets the model
 * ready, then a slot becomes free, then it reads the prompt. What it did not account for is
 * waiting, the way through the network included. */
static guint
split_silence (const AphFigure *self,
               AphSpan         *spans,
               gint64           from,
               gint64           to)
{
  double load = MAX (self->load_ns, 0) / 1000.0;
  double prompt = MAX (self->prompt_ns, 0) / 1000.0;
  double silence = to - from;
  gint64 loaded, slot;
  guint n = 0;

  /* Two clocks, two opinions. */
  if (load + prompt > silence)
    {
      double excess = silence / (load + prompt);

      load *= excess;
      prompt *= excess;
    }

  loaded = from + (gint64) load;
  slot = MAX (loaded, to - (gint64) prompt);
  n = add_span (spans, n, APH_PHASE_LOADING, from, loaded);
  n = add_span (spans, n, APH_PHASE_WAITING, loaded, slot);

  return add_span (spans, n, APH_PHASE_PROMPT, slot, to);
}

/**
 * aph_figure_get_spans:
 * @self: a figure
 * @now: what the monotonic clock says, for an attempt that still runs
 * @spans: (out caller-allocates): what went on, in order; they follow each other without gaps
 *
 * Returns: how many there are, 0 if it was never sent
 */
guint
aph_figure_get_spans (const AphFigure *self,
                      gint64           now,
                      AphSpan          spans[APH_N_PHASES])
{
  gint64 end, first, answer;
  guint n;

  g_return_val_if_fail (self != NULL, 0);

  if (self->times.sent == 0)
    return 0;

  end = aph_figure_get_end (self, now);
  if (self->state == APH_JOB_FAILED)
    return add_span (spans, 0, APH_PHASE_FAILED, self->times.sent, end);

  first = self->times.first_token != 0 ? self->times.first_token : end;
  first = CLAMP (first, self->times.sent, end);
  answer = self->times.first_answer != 0 ? self->times.first_answer : end;
  answer = CLAMP (answer, first, end);

  n = split_silence (self, spans, self->times.sent, first);
  n = add_span (spans, n, APH_PHASE_THINKING, first, answer);

  return add_span (spans, n, APH_PHASE_ANSWERING, answer, end);
}

/**
 * aph_figure_get_busy_ms:
 * @self: a figure of an attempt that ended
 *
 * Returns: how long the server worked on it, in milliseconds: from being sent to its end without
 *   the wait for a free slot, where the server tells; 0 if it was not sent or has not ended
 */
double
aph_figure_get_busy_ms (const AphFigure *self)
{
  AphSpan spans[APH_N_PHASES];
  gboolean tells;
  gint64 busy = 0;
  guint n;

  g_return_val_if_fail (self != NULL, 0);

  if (self->times.sent == 0 || self->times.ended == 0)
    return 0;

  tells = self->load_ns >= 0 && self->prompt_ns >= 0;
  n = aph_figure_get_spans (self, self->times.ended, spans);
  for (guint i = 0; i < n; i++)
    if (spans[i].phase != APH_PHASE_WAITING || !tells)
      busy += spans[i].to - spans[i].from;

  return busy / 1000.0;
}

/**
 * aph_phase_to_nick:
 * @phase: a phase
 *
 * Returns: the word for it in files: "loading", "waiting", "prompt", …
 */
const char *
aph_phase_to_nick (AphPhase phase)
{
  static const char *const nicks[APH_N_PHASES] = {
    "loading", "waiting", "prompt", "thinking", "answering", "failed",
  };

  g_return_val_if_fail ((guint) phase < APH_N_PHASES, "unknown");

  return nicks[phase];
}
