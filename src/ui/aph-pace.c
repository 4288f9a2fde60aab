/* aph-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-pace"

#include "config.h"

#include "ui/aph-pace.h"

/* What took less is no measure of anything. */
#define LEAST_US (2 * G_USEC_PER_SEC)

static guint
count_ended (const guint counts[APH_JOB_N_STATES])
{
  return counts[APH_JOB_DONE] + counts[APH_JOB_FAILED] + counts[APH_JOB_CANCELLED];
}

/**
 * aph_pace_add:
 * @self: a pace
 * @job: a job that has just been sent, or has ended
 * @now: microseconds on a monotonic clock
 */
void
aph_pace_add (AphPace *self,
              AphJob  *job,
              gint64   now)
{
  AphFigure figure;

  g_return_if_fail (self != NULL);
  g_return_if_fail (APH_IS_JOB (job));

  if (self->is_over && aph_job_is_running (job))
    *self = (AphPace) { 0, };

  figure = aph_figure_from_job (job);
  aph_speedup_add (&self->speedup, &figure, now);
}

/**
 * aph_pace_look:
 * @self: a pace
 * @counts: how many jobs are in each state now
 * @now: microseconds on a monotonic clock
 *
 * To be called a few times a second while something runs.
 */
void
aph_pace_look (AphPace     *self,
               const guint  counts[APH_JOB_N_STATES],
               gint64       now)
{
  guint n_running = counts[APH_JOB_SENT] + counts[APH_JOB_THINKING] + counts[APH_JOB_ANSWERING];
  guint n_ended = count_ended (counts);

  g_return_if_fail (self != NULL);

  /* What is queued next is often seen waiting before it is sent. */
  if (self->is_over && n_running + counts[APH_JOB_WAITING] > 0)
    *self = (AphPace) { 0, };

  if (self->looked_at > 0 && self->n_running > 0)
    self->busy_us += now - self->looked_at;
  /* What is in flight after a pause was sent when it was over, a moment before it is seen. */
  else if (self->looked_at > 0 && self->speedup.begin > 0)
    self->idle_us += now - self->looked_at;
  if (n_running > 0)
    {
      self->speedup.idle_us += self->idle_us;
      self->speedup.end = MAX (self->speedup.end, now);
      self->idle_us = 0;
    }
  /* Fewer have ended than before when some were removed. */
  if (self->looked_at > 0 && n_ended > self->n_ended_before)
    {
      self->n_ended += n_ended - self->n_ended_before;
      self->ended_at_us = self->busy_us;
    }

  self->looked_at = now;
  self->n_running = n_running;
  self->n_ended_before = n_ended;
  self->is_over = n_running == 0 && counts[APH_JOB_WAITING] == 0;
}

/**
 * aph_pace_get_busy_ms:
 * @self: a pace
 *
 * Returns: how long something was in flight during this run, in milliseconds
 */
double
aph_pace_get_busy_ms (const AphPace *self)
{
  return self->busy_us / 1000.0;
}

/**
 * aph_pace_get_left_ms:
 * @self: a pace
 * @n_left: how many jobs wait or run
 *
 * Returns: how many milliseconds they take if it goes on as until the last one ended; -1 if that
 *   cannot be told yet
 */
double
aph_pace_get_left_ms (const AphPace *self,
                      guint          n_left)
{
  double left_us;

  if (self->n_ended == 0 || n_left == 0)
    return -1;

  left_us = (double) self->ended_at_us / self->n_ended * n_left
            - (self->busy_us - self->ended_at_us);

  return left_us > 0 ? left_us / 1000.0 : -1;
}

/**
 * aph_pace_get_speedup:
 * @self: a pace
 *
 * Returns: how many times as fast it goes as one after the other, see #AphSpeedup; -1 if that
 *   cannot be told yet
 */
double
aph_pace_get_speedup (const AphPace *self)
{
  return self->busy_us >= LEAST_US ? aph_speedup_get (&self->speedup) : -1;
}
