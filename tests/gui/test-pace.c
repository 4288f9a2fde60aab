/* test-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ui/aph-pace.h"
#include "ui/aph-requeue.h"

#include "jobs.h"
#include "runs.h"

/* Looks at so many jobs, so many seconds after the start. */
static void
look (AphPace *pace,
      guint    waiting,
      guint    sent,
      guint    answering,
      guint    done,
      double   seconds)
{
  guint counts[APH_JOB_N_STATES] = {
    [APH_JOB_WAITING] = waiting,
    [APH_JOB_SENT] = sent,
    [APH_JOB_ANSWERING] = answering,
    [APH_JOB_DONE] = done,
  };

  aph_pace_look (pace, counts, (gint64) ((seconds + 1000) * G_USEC_PER_SEC));
}

/* Four at a time, each takes four seconds. */
static void
test_run (void)
{
  AphPace pace = { 0, };

  look (&pace, 8, 0, 0, 0, 0);
  g_assert_cmpfloat (aph_pace_get_left_ms (&pace, 8), ==, -1);
  look (&pace, 4, 0, 4, 0, 1);
  look (&pace, 0, 0, 4, 4, 5);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_left_ms (&pace, 4), 4000, 1);

  /* Time passes while nothing ends. */
  look (&pace, 0, 0, 4, 4, 7);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_left_ms (&pace, 4), 2000, 1);
  look (&pace, 0, 0, 4, 4, 20);
  g_assert_cmpfloat (aph_pace_get_left_ms (&pace, 4), ==, -1);

  look (&pace, 0, 0, 0, 8, 21);
  g_assert_true (pace.is_over);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_busy_ms (&pace), 20000, 1);
  g_assert_cmpfloat (aph_pace_get_left_ms (&pace, 0), ==, -1);
}

static void
add_past (AphPace *pace,
          guint64  id,
          gint64   sent_ms,
          gint64   slot_ms,
          gint64   answer_ms)
{
  g_autoptr (AphJob) job = make_past_job (&(PastJob) {
    .prompt = "p", .model = "m", .state = APH_JOB_DONE, .sent_ms = sent_ms, .slot_ms = slot_ms,
    .answer_ms = answer_ms, .n_tokens = 10, .answer = "a",
  }, id);

  aph_pace_add (pace, job, g_get_monotonic_time ());
}

/* Four at once are four times as fast, but not where the server answers one after the other,
 * however many are sent. */
static void
test_speedup (void)
{
  AphPace at_once = { 0, };
  AphPace in_turn = { 0, };

  g_assert_cmpfloat (aph_pace_get_speedup (&at_once), ==, -1);
  at_once.busy_us = in_turn.busy_us = 10 * G_USEC_PER_SEC;
  for (guint i = 0; i < 4; i++)
    {
      add_past (&at_once, i, 0, 0, 4000);
      add_past (&in_turn, i, 0, i * 1000, 1000);
    }
  g_assert_cmpfloat_with_epsilon (aph_pace_get_speedup (&at_once), 4, 0.1);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_speedup (&in_turn), 1, 0.1);
}

/* While the user had paused nothing went slowly. */
static void
test_speedup_pause (void)
{
  AphPace pace = { 0, };
  gint64 now = g_get_monotonic_time ();
  guint counts[APH_JOB_N_STATES] = { [APH_JOB_WAITING] = 2, [APH_JOB_ANSWERING] = 2 };

  aph_pace_look (&pace, counts, now - 110 * G_USEC_PER_SEC);
  pace.speedup = (AphSpeedup) { .begin = now - 110 * G_USEC_PER_SEC,
                                .end = now - 100 * G_USEC_PER_SEC, .sequential_ms = 20000 };
  counts[APH_JOB_ANSWERING] = 0;
  aph_pace_look (&pace, counts, now - 100 * G_USEC_PER_SEC);
  aph_pace_look (&pace, counts, now - 95 * G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_speedup (&pace), 2, 0.01);
  counts[APH_JOB_WAITING] = 0;
  counts[APH_JOB_ANSWERING] = 2;
  aph_pace_look (&pace, counts, now - 10 * G_USEC_PER_SEC);
  pace.speedup.sequential_ms = 40000;
  aph_pace_look (&pace, counts, now);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_speedup (&pace), 2, 0.01);

  /* Nor does it go faster once it is over. */
  counts[APH_JOB_ANSWERING] = 0;
  aph_pace_look (&pace, counts, now);
  aph_pace_look (&pace, counts, now + 15 * G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_speedup (&pace), 2, 0.01);
}

/* A pause takes no time, what is removed did not end, and the next run begins anew. */
static void
test_pause_and_next_run (void)
{
  AphPace pace = { 0, };

  look (&pace, 2, 0, 2, 0, 0);
  look (&pace, 4, 0, 0, 0, 10);
  look (&pace, 2, 0, 2, 0, 100);
  look (&pace, 0, 0, 0, 4, 110);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_busy_ms (&pace), 20000, 1);
  g_assert_cmpuint (pace.n_ended, ==, 4);
  look (&pace, 0, 0, 0, 0, 111);
  g_assert_cmpuint (pace.n_ended, ==, 4);

  look (&pace, 0, 0, 1, 0, 200);
  g_assert_cmpuint (pace.n_ended, ==, 0);
  look (&pace, 0, 0, 0, 1, 203);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_busy_ms (&pace), 3000, 1);

  /* Also if it is seen waiting before it is sent. */
  look (&pace, 2, 0, 0, 1, 300);
  look (&pace, 0, 0, 2, 1, 301);
  look (&pace, 0, 0, 0, 3, 305);
  g_assert_cmpuint (pace.n_ended, ==, 2);
  g_assert_cmpfloat_with_epsilon (aph_pace_get_busy_ms (&pace), 4000, 1);
}

static gint64
get_option (AphRequest *request,
            const char *name)
{
  JsonObject *options = aph_params_get_options (aph_request_get_params (request));

  return options != NULL ? json_object_get_int_member_with_default (options, name, -1) : -1;
}

/* What is asked again with more room, and again with more. */
static void
test_remedies (void)
{
  g_autoptr (AphJob) job = make_running_job ("long", 0);
  g_autoptr (AphRequest) larger = NULL;
  g_autoptr (AphRequest) again = NULL;
  g_autoptr (AphRequest) longer = NULL;
  g_autoptr (AphRequest) unthinking = NULL;

  answer (job, "cut");
  finish (job, "length");
  larger = aph_requeue_create_request (job, APH_REMEDY_CONTEXT);
  g_assert_cmpint (get_option (larger, "num_ctx"), ==, 8192);
  g_assert_cmpint (get_option (larger, "num_predict"), ==, -1);
  g_assert_cmpstr (aph_request_get_prompt (larger), ==, "long");

  longer = aph_requeue_create_request (job, APH_REMEDY_LENGTH);
  g_assert_cmpint (get_option (longer, "num_predict"), ==, 426);
  unthinking = aph_requeue_create_request (job, APH_REMEDY_NO_THINKING);
  g_assert_false (json_object_get_boolean_member (
                    aph_params_get_members (aph_request_get_params (unthinking)), "think"));

  /* What it asked before is not changed. */
  g_assert_cmpint (get_option (aph_job_get_request (job), "num_ctx"), ==, -1);
  aph_job_reset (job);
  aph_job_set_request (job, larger);
  again = aph_requeue_create_request (job, APH_REMEDY_CONTEXT);
  g_assert_cmpint (get_option (again, "num_ctx"), ==, 16384);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pace/run", test_run);
  g_test_add_func ("/pace/speedup", test_speedup);
  g_test_add_func ("/pace/speedup-pause", test_speedup_pause);
  g_test_add_func ("/pace/pause-and-next-run", test_pause_and_next_run);
  g_test_add_func ("/requeue/remedies", test_remedies);

  return g_test_run ();
}
