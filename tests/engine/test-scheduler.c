/* test-scheduler.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scheduler with real connections to simulated servers.
 */

#include "config.h"

#include "queue/aph-scheduler.h"

#include "sim-fixture.h"

typedef struct
{
  AphScheduler *scheduler;
  GPtrArray *jobs;
  GString *ended;       /* the jobs' indices in the order in which they ended */
  guint n_done;
  guint n_failed;
  guint n_idle;
  guint n_hungry;
} Queue;

static void
job_advanced_cb (AphScheduler *scheduler,
                 AphJob       *job,
                 int           old_state,
                 gpointer      user_data)
{
  Queue *queue = user_data;

  g_assert_cmpint (aph_job_get_state (job), !=, old_state);
  if (!aph_job_is_ended (job))
    return;

  g_string_append_printf (queue->ended, "%" G_GUINT64_FORMAT " ", aph_job_get_index (job));
  queue->n_done += aph_job_get_state (job) == APH_JOB_DONE;
  queue->n_failed += aph_job_get_state (job) == APH_JOB_FAILED;
}

static void
count_cb (AphScheduler *scheduler,
          guint        *counter)
{
  (*counter)++;
}

static void
queue_init (Queue *queue)
{
  *queue = (Queue) { 0 };
  queue->scheduler = aph_scheduler_new ();
  queue->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  queue->ended = g_string_new (NULL);
  g_signal_connect (queue->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), queue);
  g_signal_connect (queue->scheduler, "idle", G_CALLBACK (count_cb), &queue->n_idle);
  g_signal_connect (queue->scheduler, "hungry", G_CALLBACK (count_cb), &queue->n_hungry);
}

static void
queue_clear (Queue *queue)
{
  g_assert_finalize_object (queue->scheduler);
  /* What was in flight ends on its own. */
  for (guint i = 0; i < queue->jobs->len; i++)
    wait_until (G_OBJECT (g_ptr_array_index (queue->jobs, i))->ref_count == 1);
  g_ptr_array_unref (queue->jobs);
  g_string_free (queue->ended, TRUE);
}

static AphLane *
add_server (Queue *queue,
            Sim   *sim,
            guint  limit)
{
  g_autoptr (AphServer) server = sim_new_server (sim);

  return aph_scheduler_add_server (queue->scheduler, server, limit);
}

static AphJob *
add_job (Queue      *queue,
         const char *model)
{
  g_autofree char *prompt = g_strdup_printf ("prompt %u", queue->jobs->len);
  g_autoptr (AphRequest) request = aph_request_new (model, prompt, NULL, NULL);
  AphJob *job = aph_job_new (request, queue->jobs->len);

  g_ptr_array_add (queue->jobs, job);
  aph_scheduler_add (queue->scheduler, job);

  return job;
}

static AphJob *
get_job (Queue *queue,
         guint  index)
{
  return g_ptr_array_index (queue->jobs, index);
}

static void
test_three_at_once (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  gint64 start = g_get_monotonic_time ();
  double sum = 0;

  queue_init (&queue);
  add_server (&queue, sim, 3);
  for (guint i = 0; i < 3; i++)
    add_job (&queue, "sim:tokens=20,duration=400");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 3);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 3);
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      AphJob *job = get_job (&queue, i);

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
  lane = add_server (&queue, sim, 2);
  for (guint i = 0; i < 8; i++)
    add_job (&queue, "sim:tokens=5,duration=60");
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
  add_server (&queue, sim, 1);
  running = add_job (&queue, "sim:tokens=1000,rate=100");
  waiting = add_job (&queue, "sim:tokens=2");
  add_job (&queue, "sim:tokens=2");
  wait_until (aph_job_get_state (running) == APH_JOB_ANSWERING);

  aph_scheduler_cancel (queue.scheduler, waiting);
  g_assert_cmpint (aph_job_get_state (waiting), ==, APH_JOB_CANCELLED);
  aph_scheduler_cancel (queue.scheduler, running);
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_job_get_state (running), ==, APH_JOB_CANCELLED);
  g_assert_cmpuint (strlen (aph_job_get_answer (running, NULL)), >, 0);
  g_assert_cmpstr (queue.ended->str, ==, "1 0 2 ");

  aph_scheduler_retry (queue.scheduler, waiting);
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
  add_server (&queue, sim, 2);
  for (guint i = 0; i < 4; i++)
    add_job (&queue, "sim:tokens=30,duration=300");
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);

  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (aph_job_get_state (get_job (&queue, 1)) == APH_JOB_ANSWERING);
  aph_scheduler_stop (queue.scheduler);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 4);
  g_assert_cmpint (aph_job_get_state (get_job (&queue, 1)), ==, APH_JOB_WAITING);
  g_assert_cmpuint (aph_job_get_attempts (get_job (&queue, 1)), ==, 0);
  g_assert_nonnull (aph_job_get_partial (get_job (&queue, 1)));

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
  add_server (&queue, sim, 1);
  for (guint i = 0; i < 4; i++)
    add_job (&queue, i == 1 ? "sim:tokens=3" : "sim:tokens=2");
  aph_scheduler_run_next (queue.scheduler, get_job (&queue, 3));
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
  add_server (&queue, sim, 1);
  job = add_job (&queue, "flaky");
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
test_failures (void)
{
  static const struct
  {
    const char *model;
    AphFailureClass failure_class;
    guint status;
    guint attempts;
  } cases[] = {
    { "nobody-has-this", APH_FAILURE_PERMANENT, 404, 1 },
    { "sim:tokens=5,fault=no-done", APH_FAILURE_TRUNCATED, 200, 2 },
    { "sim:tokens=5,fault=cut-chunk@2", APH_FAILURE_TRANSPORT, 200, 2 },
    { "sim:tokens=5,fault=rst@2", APH_FAILURE_TRANSPORT, 200, 2 },
    { "sim:tokens=5,fault=stall@2", APH_FAILURE_TIMEOUT, 200, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Sim) sim = sim_start (NULL);
      AphClocks clocks = APH_CLOCKS_INIT;
      Queue queue;
      AphJob *job;

      g_test_message ("%s", cases[i].model);
      queue_init (&queue);
      clocks.stall = 200;
      aph_scheduler_set_clocks (queue.scheduler, &clocks);
      aph_scheduler_set_max_retries (queue.scheduler, 1);
      add_server (&queue, sim, 1);
      job = add_job (&queue, cases[i].model);
      wait_until (queue.n_idle == 1);

      g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_FAILED);
      g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (job)), ==, cases[i].failure_class);
      if (cases[i].status == 404)
        g_assert_cmpuint (aph_failure_get_status (aph_job_get_failure (job)), ==, 404);
      g_assert_cmpuint (aph_job_get_attempts (job), ==, cases[i].attempts);
      queue_clear (&queue);
    }
}

/* "Not now" is no failure: the lane rests, the job waits. */
static void
test_busy (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "busy=tokens=3,fault=busy,first=2");
  Queue queue;
  AphLane *lane;
  AphJob *job;

  queue_init (&queue);
  aph_scheduler_set_max_retries (queue.scheduler, 0);
  lane = add_server (&queue, sim, 1);
  job = add_job (&queue, "busy");
  wait_until (aph_lane_get_state (lane) == APH_LANE_RESTING);
  g_assert_cmpint (aph_failure_get_class (aph_lane_get_failure (lane)), ==, APH_FAILURE_BUSY);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_cmpuint (aph_job_get_strikes (job), ==, 0);
  g_assert_cmpuint (aph_lane_get_setbacks (lane), ==, 0);
  queue_clear (&queue);
}

/* Several replies of the same moment say "not now" once. */
static void
test_busy_together (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "busy=tokens=3,fault=rate-limit,first=4,retry=1");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  aph_scheduler_set_max_probes (queue.scheduler, 4);
  lane = add_server (&queue, sim, 4);
  for (guint i = 0; i < 4; i++)
    add_job (&queue, "busy");
  wait_until (aph_lane_get_state (lane) == APH_LANE_RESTING);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_lane_get_setbacks (lane), ==, 1);
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpuint (queue.n_failed, ==, 0);
  queue_clear (&queue);
}

static void
test_quota (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cloud=tokens=3,fault=quota,first=1");
  Queue queue;

  queue_init (&queue);
  add_server (&queue, sim, 1);
  add_job (&queue, "cloud");
  add_job (&queue, "cloud");
  wait_until (aph_scheduler_get_paused (queue.scheduler));
  g_assert_nonnull (aph_scheduler_get_pause_reason (queue.scheduler));
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 2);

  aph_scheduler_set_paused (queue.scheduler, FALSE);
  g_assert_null (aph_scheduler_get_pause_reason (queue.scheduler));
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 2);
  queue_clear (&queue);
}

/* It does not know who asks: no prompt is to blame, and none is used up. */
static void
test_denied (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "m=tokens=3,fault=status-401,first=1");
  Queue queue;

  queue_init (&queue);
  add_server (&queue, sim, 1);
  for (guint i = 0; i < 3; i++)
    add_job (&queue, "m");
  wait_until (aph_scheduler_get_paused (queue.scheduler));
  g_assert_cmpint (aph_failure_get_class (aph_scheduler_get_pause_reason (queue.scheduler)), ==,
                   APH_FAILURE_DENIED);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 3);

  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 3);
  queue_clear (&queue);
}

/* Another server goes on; the one that wants a key is tried again when the user says so. */
static void
test_denied_by_one (void)
{
  g_autoptr (Sim) closed = sim_start ("--model", "m=tokens=3,fault=status-401,first=1");
  g_autoptr (Sim) open = sim_start ("--model", "m=tokens=3");
  AphLane *lane;
  Queue queue;

  queue_init (&queue);
  lane = add_server (&queue, closed, 1);
  add_server (&queue, open, 1);
  for (guint i = 0; i < 6; i++)
    add_job (&queue, "m");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 6);
  g_assert_false (aph_scheduler_get_paused (queue.scheduler));
  g_assert_true (aph_lane_is_barred (lane));
  g_assert_cmpint (aph_lane_get_rest (lane), ==, -1);
  g_assert_cmpint (aph_failure_get_class (aph_lane_get_failure (lane)), ==, APH_FAILURE_DENIED);

  aph_lane_probe_now (lane);
  wait_until (aph_lane_get_state (lane) == APH_LANE_OPEN);
  g_assert_cmpint (aph_lane_get_rest (lane), ==, 0);
  g_assert_false (aph_lane_is_barred (lane));
  queue_clear (&queue);
}

/* Nobody is there who could do something about it. */
static void
test_denied_by_all (void)
{
  g_autoptr (Sim) a = sim_start ("--model", "m=fault=status-401");
  g_autoptr (Sim) b = sim_start ("--model", "m=fault=status-401");
  Queue queue;

  queue_init (&queue);
  aph_scheduler_set_max_probes (queue.scheduler, 3);
  add_server (&queue, a, 2);
  add_server (&queue, b, 2);
  for (guint i = 0; i < 20; i++)
    add_job (&queue, "m");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_failed, ==, 20);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (get_job (&queue, i))), ==,
                     APH_FAILURE_DENIED);
  queue_clear (&queue);
}

/* A server asks for days of patience, and the user for none. */
static void
test_try_now (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "m=tokens=3,fault=busy-retry-after,first=1,retry=200000");
  AphLane *lane;
  Queue queue;

  queue_init (&queue);
  lane = add_server (&queue, sim, 1);
  add_job (&queue, "m");
  wait_until (aph_lane_get_state (lane) == APH_LANE_RESTING);
  g_assert_cmpint (aph_lane_get_rest (lane), >, 190000000);
  g_assert_false (aph_lane_is_barred (lane));
  aph_lane_probe_now (lane);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 1);
  queue_clear (&queue);
}

/* Nobody listens: the jobs wait, and run when the server comes. */
static void
test_absent_server (void)
{
  Sim *sim = sim_start (NULL);
  g_autofree char *port = g_strdup_printf ("%u", sim_get_port (sim));
  g_autoptr (AphServer) server = sim_new_server (sim);
  Queue queue;
  AphLane *lane;

  sim_stop (sim);
  queue_init (&queue);
  lane = aph_scheduler_add_server (queue.scheduler, server, 2);
  add_job (&queue, "sim:tokens=3");
  add_job (&queue, "sim:tokens=3");
  wait_until (aph_lane_get_state (lane) == APH_LANE_DOWN);
  g_assert_cmpint (aph_failure_get_class (aph_lane_get_failure (lane)), ==, APH_FAILURE_REFUSED);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 2);

  sim = sim_start ("--port", port);
  aph_lane_probe_now (lane);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 2);
  g_assert_cmpint (aph_lane_get_state (lane), ==, APH_LANE_OPEN);
  sim_stop (sim);
  queue_clear (&queue);
}

/* With a limit of probes the jobs do not wait for ever. */
static void
test_give_up (void)
{
  Sim *sim = sim_start (NULL);
  g_autoptr (AphServer) server = sim_new_server (sim);
  Queue queue;

  sim_stop (sim);
  queue_init (&queue);
  aph_scheduler_set_max_probes (queue.scheduler, 2);
  aph_scheduler_add_server (queue.scheduler, server, 2);
  for (guint i = 0; i < 5; i++)
    add_job (&queue, "sim:tokens=3");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_failed, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (get_job (&queue, i))), ==,
                     APH_FAILURE_REFUSED);

  /* A prompt that comes later learns it at once. */
  add_job (&queue, "sim:tokens=3");
  wait_until (queue.n_failed == 6);
  queue_clear (&queue);
}

/* Three servers of four places; one dies, the others do its work, each prompt once. */
static void
test_several_servers (void)
{
  Sim *sims[3];
  AphLane *lanes[3];
  Queue queue;

  queue_init (&queue);
  for (guint i = 0; i < 3; i++)
    {
      sims[i] = sim_start (NULL);
      lanes[i] = add_server (&queue, sims[i], 4);
    }
  for (guint i = 0; i < 60; i++)
    add_job (&queue, "sim:tokens=10,duration=200");
  wait_until (aph_scheduler_get_peak (queue.scheduler) == 12);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (aph_lane_get_in_flight (lanes[i]), ==, 4);

  wait_until (queue.n_done >= 15);
  sim_stop (sims[1]);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 60);
  g_assert_cmpint (aph_lane_get_state (lanes[1]), ==, APH_LANE_DOWN);
  for (guint i = 0; i < 60; i++)
    g_assert_cmpint (aph_job_get_usage (get_job (&queue, i))->answer_tokens, ==, 10);

  sim_stop (sims[0]);
  sim_stop (sims[2]);
  queue_clear (&queue);
}

static void
test_remove_lane (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (Sim) other = sim_start (NULL);
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = add_server (&queue, sim, 2);
  for (guint i = 0; i < 4; i++)
    add_job (&queue, "sim:tokens=20,duration=300");
  wait_until (aph_job_get_state (get_job (&queue, 0)) == APH_JOB_ANSWERING);
  aph_scheduler_remove_lane (queue.scheduler, lane);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 4);

  add_server (&queue, other, 4);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpstr (aph_job_get_server (get_job (&queue, 0)), ==, sim_get_url (other));
  queue_clear (&queue);
}

static void
test_automatic_limit (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  AphTuner *tuner;

  queue_init (&queue);
  tuner = aph_lane_get_tuner (add_server (&queue, sim, 0));
  for (guint i = 0; i < 1000; i++)
    add_job (&queue, "sim:tokens=10,duration=50,slots=3");
  wait_until (aph_tuner_get_verdict (tuner) != APH_TUNER_SEARCHING);
  g_assert_cmpint (ABS ((int) aph_tuner_get_limit (tuner) - 3), <=, 1);
  aph_scheduler_cancel_all (queue.scheduler);
  wait_until (queue.n_idle == 1);
  queue_clear (&queue);
}

/* The model is loaded before the flood, so the time it takes is in nobody's figures. */
static void
test_warm_up (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=300");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = add_server (&queue, sim, 4);
  for (guint i = 0; i < 4; i++)
    add_job (&queue, "cold");
  wait_until (aph_lane_get_state (lane) == APH_LANE_LOADING);
  g_assert_cmpstr (aph_lane_get_model (lane), ==, "cold");
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (aph_job_get_ttft_ms (get_job (&queue, i)), <, 300);
  queue_clear (&queue);
}

static void
test_stop_loading (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=60000", "--model", "warm=tokens=3");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = add_server (&queue, sim, 2);
  add_job (&queue, "cold");
  add_job (&queue, "cold");
  wait_until (aph_lane_get_state (lane) == APH_LANE_LOADING);
  aph_scheduler_stop (queue.scheduler);
  g_assert_cmpint (aph_lane_get_state (lane), ==, APH_LANE_OPEN);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 2);

  aph_scheduler_cancel_all (queue.scheduler);
  aph_scheduler_set_paused (queue.scheduler, FALSE);
  add_job (&queue, "warm");
  add_job (&queue, "warm");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 2);
  queue_clear (&queue);
}

/* A model that cannot be loaded is each job's own bad news. */
static void
test_load_failure (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  add_server (&queue, sim, 2);
  for (guint i = 0; i < 3; i++)
    add_job (&queue, "nobody-has-this");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_failed, ==, 3);
  g_assert_cmpuint (aph_failure_get_status (aph_job_get_failure (get_job (&queue, 2))), ==, 404);
  queue_clear (&queue);
}

/* While one model is loaded, requests for another are refused: the loading goes on all the same. */
static void
test_busy_while_loading (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "busy=tokens=3,ttft=200,fault=busy,first=2",
                                   "--model", "cold=tokens=3,load=3000");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = add_server (&queue, sim, 3);
  add_job (&queue, "busy");
  add_job (&queue, "busy");
  add_job (&queue, "cold");
  add_job (&queue, "cold");
  wait_until (queue.n_idle == 1);

  g_assert_cmpint (aph_lane_get_state (lane), ==, APH_LANE_OPEN);
  g_assert_cmpuint (queue.n_done, ==, 4);
  queue_clear (&queue);
}

/* The time that a prompt may take is not stretched by loading its model. */
static void
test_load_timeout (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=60000");
  AphClocks clocks = APH_CLOCKS_INIT;
  Queue queue;

  queue_init (&queue);
  clocks.total = 300;
  aph_scheduler_set_clocks (queue.scheduler, &clocks);
  aph_scheduler_set_max_retries (queue.scheduler, 0);
  add_server (&queue, sim, 2);
  add_job (&queue, "cold");
  add_job (&queue, "cold");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_failed, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (get_job (&queue, i))), ==,
                     APH_FAILURE_TIMEOUT);
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
  add_server (&queue, sim, 1);
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
  add_server (&queue, sim, 1);
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
  add_server (&queue, sim, 1);
  add_job (&queue, "nobody-has-this");
  add_job (&queue, "sim:tokens=7");
  aph_scheduler_change_request (queue.scheduler, get_job (&queue, 0), request);
  aph_scheduler_set_paused (queue.scheduler, FALSE);
  wait_until (queue.n_idle == 1);

  g_assert_cmpstr (queue.ended->str, ==, "0 1 ");
  g_assert_cmpuint (queue.n_done, ==, 2);
  aph_scheduler_change_request (queue.scheduler, get_job (&queue, 0), request);
  queue_clear (&queue);
}

/* Whoever lets go of the scheduler in the middle of a run leaves nothing behind. */
static void
test_dispose (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  add_server (&queue, sim, 4);
  for (guint i = 0; i < 8; i++)
    add_job (&queue, "sim:tokens=1000,rate=200");
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 4);
  queue_clear (&queue);
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
  g_test_add_func ("/scheduler/failures", test_failures);
  g_test_add_func ("/scheduler/busy", test_busy);
  g_test_add_func ("/scheduler/busy-together", test_busy_together);
  g_test_add_func ("/scheduler/quota", test_quota);
  g_test_add_func ("/scheduler/denied", test_denied);
  g_test_add_func ("/scheduler/denied-by-one", test_denied_by_one);
  g_test_add_func ("/scheduler/denied-by-all", test_denied_by_all);
  g_test_add_func ("/scheduler/try-now", test_try_now);
  g_test_add_func ("/scheduler/absent-server", test_absent_server);
  g_test_add_func ("/scheduler/give-up", test_give_up);
  g_test_add_func ("/scheduler/several-servers", test_several_servers);
  g_test_add_func ("/scheduler/remove-lane", test_remove_lane);
  g_test_add_func ("/scheduler/automatic-limit", test_automatic_limit);
  g_test_add_func ("/scheduler/warm-up", test_warm_up);
  g_test_add_func ("/scheduler/stop-loading", test_stop_loading);
  g_test_add_func ("/scheduler/load-failure", test_load_failure);
  g_test_add_func ("/scheduler/busy-while-loading", test_busy_while_loading);
  g_test_add_func ("/scheduler/load-timeout", test_load_timeout);
  g_test_add_func ("/scheduler/break-loops", test_break_loops);
  g_test_add_func ("/scheduler/prompt-truncated", test_prompt_truncated);
  g_test_add_func ("/scheduler/change-request", test_change_request);
  g_test_add_func ("/scheduler/dispose", test_dispose);

  return g_test_run ();
}
