/* trial.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "trial"

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "sim-fixture.h"
#include "trial.h"

/* No trial takes a tenth of it after the one before. */
#define LONGEST (60 * G_TIME_SPAN_SECOND)

/* What becomes of a prompt after a failure. */
typedef enum
{
  GIVES_UP,   /* asking again gives the same answer */
  RETRIES,    /* the one retry that a trial has is used */
  WAITS,      /* the server rests, which is no fault of the prompt's */
  PAUSES,     /* and so does the whole queue, until the user starts it again */
} Fate;

/* Those of an absent server are in test-scheduler, a cancellation in test-server-cancel. */
static const Fate fates[] = {
  [APH_FAILURE_QUOTA] = PAUSES,
  [APH_FAILURE_DENIED] = PAUSES,
  [APH_FAILURE_BUSY] = WAITS,
  [APH_FAILURE_PERMANENT] = GIVES_UP,
  [APH_FAILURE_SERVER] = RETRIES,
  [APH_FAILURE_TRANSPORT] = RETRIES,
  [APH_FAILURE_TRUNCATED] = RETRIES,
  [APH_FAILURE_TIMEOUT] = RETRIES,
};

static void
note_failure (Trial *self)
{
  const char *text = aph_job_get_answer (self->job, NULL);

  /* It waits again: what it had answered is kept apart. */
  if (aph_job_get_state (self->job) == APH_JOB_WAITING)
    text = aph_job_get_partial (self->job);

  g_ptr_array_add (self->failures, aph_failure_ref (aph_job_get_failure (self->job)));
  g_ptr_array_add (self->texts, g_strdup (text != NULL ? text : ""));
}

static void
job_advanced_cb (AphScheduler *scheduler,
                 AphJob       *job,
                 int           old_state,
                 gpointer      user_data)
{
  Trial *self = user_data;
  gint64 now = g_get_monotonic_time ();

  switch (aph_job_get_state (job))
    {
    case APH_JOB_SENT:
      g_array_append_val (self->sent, now);
      break;

    case APH_JOB_WAITING:
    case APH_JOB_FAILED:
      note_failure (self);
      break;

    case APH_JOB_THINKING:
    case APH_JOB_ANSWERING:
    case APH_JOB_DONE:
    case APH_JOB_CANCELLED:
    default:
      break;
    }
}

/**
 * trial_start:
 * @address: of the server, as an endpoint takes it
 * @model: the model
 * @params: (nullable): members of the request, as a JSON object
 * @stream: whether the answer is to come in pieces
 * @clocks: how long we wait
 *
 * Returns: (transfer full): a trial that runs with the main loop
 */
Trial *
trial_start (const char      *address,
             const char      *model,
             const char      *params,
             gboolean         stream,
             const AphClocks *clocks)
{
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (address, NULL);
  g_autoptr (AphServer) server = aph_server_new (endpoint);
  g_autoptr (JsonObject) members = aph_json_parse_object (params != NULL ? params : "{}", -1, NULL);
  g_autoptr (AphParams) parsed = aph_params_new_from_body (members);
  g_autoptr (AphRequest) request = aph_request_new (model, "a prompt of some words", parsed, NULL);
  Trial *self = g_new0 (Trial, 1);

  self->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_failure_unref);
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->sent = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->job = aph_job_new (request, 0);
  self->scheduler = aph_scheduler_new ();
  aph_scheduler_set_max_retries (self->scheduler, 1);
  aph_scheduler_set_stream (self->scheduler, stream);
  aph_scheduler_set_clocks (self->scheduler, clocks);
  g_signal_connect (self->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), self);
  self->lane = aph_scheduler_add_server (self->scheduler, server, 1);
  aph_scheduler_add (self->scheduler, self->job);

  return self;
}

void
trial_free (Trial *self)
{
  g_assert_finalize_object (self->scheduler);
  wait_until (G_OBJECT (self->job)->ref_count == 1);
  g_assert_finalize_object (self->job);
  g_ptr_array_unref (self->failures);
  g_ptr_array_unref (self->texts);
  g_array_unref (self->sent);
  g_free (self);
}

/* Starts a queue again that was paused, as a user would who has paid. */
static gboolean
has_ended (Trial *self)
{
  if (aph_scheduler_get_paused (self->scheduler))
    {
      self->n_pauses++;
      g_assert_true (aph_scheduler_get_pause_reason (self->scheduler)
                     == aph_job_get_failure (self->job));
      g_assert_cmpint (aph_job_get_state (self->job), ==, APH_JOB_WAITING);
      aph_scheduler_set_paused (self->scheduler, FALSE);
    }

  return aph_job_is_ended (self->job);
}

/**
 * trial_wait_for_all:
 * @trials: (element-type Trial): trials that are going to end
 *
 * Waits until all have ended.
 */
void
trial_wait_for_all (GPtrArray *trials)
{
  guint tick = g_timeout_add (2, sim_tick_cb, NULL);

  for (guint i = 0; i < trials->len; i++)
    {
      Trial *trial = g_ptr_array_index (trials, i);
      gint64 end = g_get_monotonic_time () + LONGEST;

      while (!has_ended (trial))
        {
          if (g_get_monotonic_time () > end)
            g_error ("%s does not end", aph_request_get_model (aph_job_get_request (trial->job)));
          g_main_context_iteration (NULL, TRUE);
        }
    }

  g_source_remove (tick);
}

/**
 * trial_get_failure:
 * @self: a trial
 * @attempt: which attempt, from 0
 *
 * Returns: (transfer none): why it failed
 */
AphFailure *
trial_get_failure (Trial *self,
                   guint  attempt)
{
  g_assert_cmpuint (attempt, <, self->failures->len);

  return g_ptr_array_index (self->failures, attempt);
}

/**
 * trial_get_text:
 * @self: a trial
 * @attempt: which attempt, from 0, of those that failed
 *
 * Returns: what it had answered when it failed
 */
const char *
trial_get_text (Trial *self,
                guint  attempt)
{
  g_assert_cmpuint (attempt, <, self->texts->len);

  return g_ptr_array_index (self->texts, attempt);
}

/**
 * trial_get_pause:
 * @self: a trial
 * @attempt: which attempt, from 1
 *
 * Returns: how many milliseconds after the one before it began
 */
double
trial_get_pause (Trial *self,
                 guint  attempt)
{
  g_assert_cmpuint (attempt, <, self->sent->len);

  return (g_array_index (self->sent, gint64, attempt)
          - g_array_index (self->sent, gint64, attempt - 1)) / 1000.0;
}

/* One that can be shown, and says what it has to. */
static void
check_message (const char *message,
               const char *mention)
{
  g_autofree char *stripped = g_strstrip (g_strdup (message));

  g_assert_cmpstr (stripped, !=, "");
  g_assert_cmpstr (stripped, ==, message);
  g_assert_true (g_utf8_validate (message, -1, NULL));
  g_assert_null (strstr (message, "(null)"));
  g_assert_cmpuint (strlen (message), <, 5000);
  if (strstr (message, mention) == NULL)
    g_error ("“%s” does not mention “%s”", message, mention);
}

/**
 * trial_failure_count_bad:
 * @failure: what a server does wrong
 * @round: 0 or 1
 *
 * Returns: how many times it is to do so before it does well, to see all that can become of a
 *   prompt in two rounds; 0 for always
 */
guint
trial_failure_count_bad (const TrialFailure *failure,
                         guint               round)
{
  if (failure->mention == NULL)
    return 0;

  switch (fates[failure->failure_class])
    {
    case GIVES_UP:
      return 0;
    case RETRIES:
      return round;
    case WAITS:
      return 2;
    case PAUSES:
    default:
      return 1;
    }
}

static guint
count_failures (const TrialFailure *failure,
                guint               n_bad)
{
  if (failure->mention == NULL || n_bad > 0)
    return n_bad;

  return fates[failure->failure_class] == GIVES_UP ? 1 : 2;
}

/**
 * trial_check_end:
 * @self: a trial that has ended
 * @expected: what its server did wrong
 * @n_bad: how many times; 0 for always
 *
 * Checks how it ended, after how many attempts, and what the user was told of each that failed.
 */
void
trial_check_end (Trial              *self,
                 const TrialFailure *expected,
                 guint               n_bad)
{
  guint n_failures = count_failures (expected, n_bad);
  gboolean is_done = expected->mention == NULL || n_bad > 0;
  Fate fate = fates[expected->failure_class];

  g_assert_cmpint (aph_job_get_state (self->job), ==, is_done ? APH_JOB_DONE : APH_JOB_FAILED);
  g_assert_cmpuint (self->failures->len, ==, n_failures);
  g_assert_cmpuint (self->sent->len, ==, n_failures + is_done);
  g_assert_cmpuint (aph_job_get_attempts (self->job), ==, self->sent->len);
  g_assert_cmpuint (aph_job_get_strikes (self->job), ==, n_failures > 0 && fate == RETRIES);
  g_assert_cmpuint (self->n_pauses, ==, n_failures > 0 && fate == PAUSES);
  g_assert_true (aph_job_get_failure (self->job)
                 == (is_done ? NULL : trial_get_failure (self, n_failures - 1)));

  for (guint i = 0; i < n_failures; i++)
    {
      AphFailure *failure = trial_get_failure (self, i);

      g_test_message ("%u %s: %s", aph_failure_get_status (failure),
                      aph_failure_class_to_nick (aph_failure_get_class (failure)),
                      aph_failure_get_message (failure));
      g_assert_cmpint (aph_failure_get_class (failure), ==, expected->failure_class);
      g_assert_cmpuint (aph_failure_get_status (failure), ==, expected->status);
      check_message (aph_failure_get_message (failure), expected->mention);
    }
}
