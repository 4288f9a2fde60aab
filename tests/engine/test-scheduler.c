/* test-scheduler.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scheduler with real connections to simulated servers: which job is sent when, how it ends.
 */

#include "config.h"

#include "queue-fixture.h"

static void
test_three_at_once (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  gint64 start = g_get_monotonic_time ();
  double sum = 0;

  queue_init (&queue);
  queue_add_server (&queue, sim, 3);
  for (guint i = 0; i < 3; i++)
    queue_add_job (&queue, "sim:tokens=20,duration=400");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 3);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 3);
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      AphJob *job = queue_get_job (&queue, i);

      sum += aph_job_get_total_ms (job);
      g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
      g_assert_cmpint (aph_job_get_usage (job)->answer_tokens, ==, 20);
      g_assert_cmpstr (aph_job_get_done_reason (job), ==, "stop");
      g_assert_cmpuint (aph_job_get_attempts (job), ==, 1);
      g_assert_cmpuint (aph_job_get_in_flight (job), ==, i + 1);
      g_assert_cmpfloat (aph_job_get_ttft_ms (job), >=, 0);
    }
  /* Three together take less than the sum of their times. */
  g_assert_cmpfloat ((g_get_monotonic_time () - start) / 1000.0, <, sum);
  queue_clear (&queue);
}

static void
test_limit (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  AphLane *lane;
  Queue queue;

  queue_init (&queue);
  lane = queue_add_server (&queue, sim, 2);
  for (guint i = 0; i < 8; i++)
    queue_add_job (&queue, "sim:tokens=5,duration=60");
  wait_until (queue.n_done == 2);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 2);

  aph_lane_set_limit (lane, 4);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 8);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 4);
  g_assert_cmpuint (queue.n_hungry, >, 0);
  queue_clear (&queue);
}

static void
test_cancel (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  AphJob *running;
  AphJob *waiting;

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  running = queue_add_job (&queue, "sim:tokens=1000,rate=100");
  waiting = queue_add_job (&queue, "sim:tokens=2");
  queue_add_job (&queue, "sim:tokens=2");
  wait_until (aph_job_get_state (running) == APH_JOB_ANSWERING);

  aph_scheduler_cancel (queue.scheduler, waiting);
  g_assert_cmpint (aph_job_get_state (waiting), ==, APH_JOB_CANCELLED);
  aph_scheduler_cancel (queue.scheduler, running);
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_job_get_state (running), ==, APH_JOB_CANCELLED);
  g_assert_cmpuint (strlen (aph_job_get_answer (running, NULL)), >, 0);
  g_assert_cmpstr (queue.ended->str, ==, "1 0 2 ");

  aph_job_reset (waiting);
  aph_scheduler_add (queue.scheduler, waiting);
  wait_until (queue.n_idle == 2);
  g_assert_cmpint (aph_job_get_state (waiting), ==, APH_JOB_DONE);
  queue_clear (&queue);
}

static void
test_pause_and_stop (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  aph_scheduler_set_paused (queue.scheduler, TRUE);
  queue_add_server (&queue, sim, 2);
  for (guint i = 0; i < 4; i++)
    queue_add_job (&queue, "sim:tokens=30,fault=stall,first=2");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);

  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (aph_job_get_state (queue_get_job (&queue, 1)) == APH_JOB_ANSWERING);
  aph_scheduler_stop (queue.scheduler);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 4);
  g_assert_cmpint (aph_job_get_state (queue_get_job (&queue, 1)), ==, APH_JOB_WAITING);
  g_assert_cmpuint (aph_job_get_attempts (queue_get_job (&queue, 1)), ==, 0);
  g_assert_nonnull (aph_job_get_partial (queue_get_job (&queue, 1)));

  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpuint (strlen (queue.ended->str), ==, strlen ("0 1 2 3 "));
  g_assert_true (g_str_has_suffix (queue.ended->str, "2 3 ") || g_str_has_suffix (queue.ended->str, "3 2 "));
  queue_clear (&queue);
}

static void
test_run_next (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  aph_scheduler_set_paused (queue.scheduler, TRUE);
  queue_add_server (&queue, sim, 1);
  for (guint i = 0; i < 4; i++)
    queue_add_job (&queue, i == 1 ? "sim:tokens=3" : "sim:tokens=2");
  aph_scheduler_run_next (queue.scheduler, queue_get_job (&queue, 3));
  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (queue.n_idle == 1);

  /* 3 was wanted first; 1 asks another model and waits for the group of 0 and 2. */
  g_assert_cmpstr (queue.ended->str, ==, "3 0 2 1 ");
  queue_clear (&queue);
}

/* An attempt that breaks off is made again from the start; its text is kept apart. */
static void
test_retry (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "flaky=tokens=8,fault=rst@4,first=1");
  Queue queue;
  AphJob *job;

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  job = queue_add_job (&queue, "flaky");
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 2);
  g_assert_cmpint (aph_job_get_usage (job)->answer_tokens, ==, 8);
  g_assert_null (aph_job_get_failure (job));
  if (aph_job_get_partial (job) != NULL)
    g_assert_true (g_str_has_prefix (aph_job_get_answer (job, NULL), aph_job_get_partial (job)));
  queue_clear (&queue);
}

static void
test_automatic_limit (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  AphTuner *tuner;

  queue_init (&queue);
  tuner = aph_lane_get_tuner (queue_add_server (&queue, sim, 0));
  for (guint i = 0; i < 1000; i++)
    queue_add_job (&queue, "sim:tokens=10,duration=50,slots=3");
  wait_until (aph_tuner_get_verdict (tuner) != APH_TUNER_SEARCHING);
  g_assert_cmpint (ABS ((int) aph_tuner_get_limit (tuner) - 3), <=, 1);
  aph_scheduler_cancel_all (queue.scheduler);
  wait_until (queue.n_idle == 1);
  queue_clear (&queue);
}

static void
test_break_loops (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GString) prompt = g_string_new (NULL);
  Queue queue;

  for (guint i = 0; i < 2000; i++)
    g_string_append (prompt, "once more ");

  queue_init (&queue);
  aph_scheduler_set_break_loops (queue.scheduler, TRUE);
  queue_add_server (&queue, sim, 1);
  {
    g_autoptr (AphRequest) request =
      aph_request_new ("sim:text=echo,tokens=100000,rate=2000", prompt->str, NULL, NULL);
    AphJob *job = aph_job_new (request, 0);

    g_ptr_array_add (queue.jobs, job);
    aph_scheduler_add (queue.scheduler, job);
    wait_until (queue.n_idle == 1);
    g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_FAILED);
    g_assert_true (aph_job_get_marks (job) & APH_MARK_LOOPING);
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (job)), ==, APH_FAILURE_PERMANENT);
    g_assert_cmpuint (aph_job_get_attempts (job), ==, 1);
  }
  queue_clear (&queue);
}

/* Nobody named a length of the context; the server had one, and the prompt was longer. */
static void
test_prompt_truncated (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GString) prompt = g_string_new (NULL);
  g_autoptr (AphRequest) request = NULL;
  Queue queue;
  AphJob *job;

  for (guint i = 0; i < 20000; i++)
    g_string_append (prompt, "word ");

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  request = aph_request_new ("sim:tokens=5,duration=300", prompt->str, NULL, NULL);
  job = aph_job_new (request, 0);
  g_ptr_array_add (queue.jobs, job);
  aph_scheduler_add (queue.scheduler, job);
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_job_get_usage (job)->prompt_tokens, ==, 4096);
  g_assert_cmpint (aph_job_get_marks (job), ==, APH_MARK_PROMPT_TRUNCATED);
  queue_clear (&queue);
}

/* What waits can be asked of another model, and keeps its place. */
static void
test_change_request (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (AphRequest) request = aph_request_new ("sim:tokens=7", "changed", NULL, NULL);
  Queue queue;

  queue_init (&queue);
  aph_scheduler_set_paused (queue.scheduler, TRUE);
  queue_add_server (&queue, sim, 1);
  queue_add_job (&queue, "nobody-has-this");
  queue_add_job (&queue, "sim:tokens=7");
  aph_scheduler_change_request (queue.scheduler, queue_get_job (&queue, 0), request);
  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (queue.n_idle == 1);

  g_assert_cmpstr (queue.ended->str, ==, "0 1 ");
  g_assert_cmpuint (queue.n_done, ==, 2);
  aph_scheduler_change_request (queue.scheduler, queue_get_job (&queue, 0), request);
  queue_clear (&queue);
}

/* Whoever lets go of the scheduler in the middle of a run leaves nothing behind. */
static void
test_dispose (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  queue_add_server (&queue, sim, 4);
  for (guint i = 0; i < 8; i++)
    queue_add_job (&queue, "sim:tokens=1000,rate=200");
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 4);
  queue_clear (&queue);
}

/* Whoever hears that a job waits again finds it where it waits. */
static void
cancel_cb (AphScheduler *scheduler,
           AphJob       *job,
           int           old_state)
{
  if (aph_job_get_state (job) == APH_JOB_WAITING)
    aph_scheduler_cancel (scheduler, job);
}

static void
test_cancel_when_told (void)
{
  static const char *const models[] = {
    "sim:tokens=5,fault=no-done",
    "sim:tokens=5,fault=busy",
  };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (Sim) sim = sim_start (NULL);
      Queue queue;
      AphJob *job;

      queue_init (&queue);
      queue_add_server (&queue, sim, 1);
      g_signal_connect (queue.scheduler, "job-advanced", G_CALLBACK (cancel_cb), NULL);
      job = queue_add_job (&queue, models[i]);
      wait_until (queue.n_idle == 1);

      g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_CANCELLED);
      g_assert_cmpuint (aph_job_get_attempts (job), ==, 1);
      queue_clear (&queue);
    }
}

static void
withdraw_cb (AphScheduler *scheduler,
             AphJob       *job,
             int           old_state)
{
  if (aph_job_get_state (job) == APH_JOB_WAITING)
    aph_scheduler_withdraw (scheduler, job);
}

static void
test_withdraw_when_told (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  AphJob *job;

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  g_signal_connect (queue.scheduler, "job-advanced", G_CALLBACK (withdraw_cb), NULL);
  job = queue_add_job (&queue, "sim:tokens=1000,rate=100");
  wait_until (aph_job_get_state (job) == APH_JOB_ANSWERING);
  aph_scheduler_stop (queue.scheduler);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);

  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 0);
  queue_clear (&queue);
}

static void
let_go_cb (AphScheduler  *scheduler,
           AphJob        *job,
           int            old_state,
           AphScheduler **held)
{
  if (aph_job_get_state (job) == APH_JOB_ANSWERING)
    g_clear_object (held);
}

/* Whoever hears of a job may let go of the scheduler. */
static void
test_gone_when_told (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (AphServer) server = sim_new_server (sim);
  g_autoptr (AphRequest) request = aph_request_new ("sim:tokens=1000,rate=100", "p", NULL, NULL);
  g_autoptr (AphJob) job = aph_job_new (request, 0);
  AphScheduler *scheduler = aph_scheduler_new ();
  gpointer gone = scheduler;

  g_object_add_weak_pointer (gone, &gone);
  g_signal_connect (scheduler, "job-advanced", G_CALLBACK (let_go_cb), &scheduler);
  aph_scheduler_add_server (scheduler, server, 1);
  aph_scheduler_add (scheduler, job);
  wait_until (gone == NULL && G_OBJECT (job)->ref_count == 1);
}

static void
let_go_of_lane_cb (AphScheduler  *scheduler,
                   AphLane       *lane,
                   AphScheduler **held)
{
  g_clear_object (held);
}

static void
test_gone_when_lane_changes (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (AphServer) server = sim_new_server (sim);
  AphScheduler *scheduler = aph_scheduler_new ();
  gpointer gone = scheduler;
  AphLane *lane;

  g_object_add_weak_pointer (gone, &gone);
  g_signal_connect (scheduler, "lane-changed", G_CALLBACK (let_go_of_lane_cb), &scheduler);
  lane = g_object_ref (aph_scheduler_add_server (scheduler, server, 1));
  aph_lane_set_limit (lane, 2);
  g_assert_null (gone);
  g_object_unref (lane);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scheduler/three-at-once", test_three_at_once);
  g_test_add_func ("/scheduler/limit", test_limit);
  g_test_add_func ("/scheduler/cancel", test_cancel);
  g_test_add_func ("/scheduler/pause-and-stop", test_pause_and_stop);
  g_test_add_func ("/scheduler/run-next", test_run_next);
  g_test_add_func ("/scheduler/retry", test_retry);
  g_test_add_func ("/scheduler/automatic-limit", test_automatic_limit);
  g_test_add_func ("/scheduler/break-loops", test_break_loops);
  g_test_add_func ("/scheduler/prompt-truncated", test_prompt_truncated);
  g_test_add_func ("/scheduler/change-request", test_change_request);
  g_test_add_func ("/scheduler/dispose", test_dispose);
  g_test_add_func ("/scheduler/cancel-when-told", test_cancel_when_told);
  g_test_add_func ("/scheduler/withdraw-when-told", test_withdraw_when_told);
  g_test_add_func ("/scheduler/gone-when-told", test_gone_when_told);
  g_test_add_func ("/scheduler/gone-when-lane-changes", test_gone_when_lane_changes);

  return g_test_run ();
}
