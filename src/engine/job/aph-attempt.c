/* aph-attempt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job"

#include "config.h"

#include "job/aph-attempt.h"
#include "job/aph-job-record.h"

static char *
dup_unless_empty (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * aph_attempt_new_from_job:
 * @job: a job that runs or has ended
 *
 * Returns: (transfer full): its current attempt as it is now
 */
AphAttempt *
aph_attempt_new_from_job (AphJob *job)
{
  AphAttempt *self;
  AphFailure *failure;
  const AphTimes *times;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  self = g_new0 (AphAttempt, 1);
  times = aph_job_get_times (job);
  self->number = aph_job_get_attempts (job);
  self->state = aph_job_get_state (job);
  self->server = g_strdup (aph_job_get_server (job));
  self->sent = aph_wall_time_from_monotonic (times->sent);
  self->first_token = aph_wall_time_from_monotonic (times->first_token);
  self->ended = aph_wall_time_from_monotonic (times->ended);
  self->thinking = dup_unless_empty (aph_job_get_thinking (job, NULL));
  self->answer = dup_unless_empty (aph_job_get_answer (job, NULL));

  failure = aph_job_get_failure (job);
  if (failure != NULL)
    {
      self->has_failure = TRUE;
      self->failure_class = aph_failure_get_class (failure);
      self->status = aph_failure_get_status (failure);
      self->message = g_strdup (aph_failure_get_message (failure));
    }

  return self;
}

void
aph_attempt_free (AphAttempt *self)
{
  g_free (self->server);
  g_free (self->message);
  g_free (self->thinking);
  g_free (self->answer);
  g_free (self);
}
