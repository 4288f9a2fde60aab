/* test-scheduler-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scheduler and its servers: those that refuse, are away, load, or come and go.
 */

#include "config.h"

#include "queue-fixture.h"

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
      queue_add_server (&queue, sim, 1);
      job = queue_add_job (&queue, cases[i].model);
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
  lane = queue_add_server (&queue, sim, 1);
  job = queue_add_job (&queue, "busy");
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
  lane = queue_add_server (&queue, sim, 4);
  for (guint i = 0; i < 4; i++)
    queue_add_job (&queue, "busy");
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
  queue_add_server (&queue, sim, 1);
  queue_add_job (&queue, "cloud");
  queue_add_job (&queue, "cloud");
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
  queue_add_server (&queue, sim, 1);
  for (guint i = 0; i < 3; i++)
    queue_add_job (&queue, "m");
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
  lane = queue_add_server (&queue, closed, 1);
  queue_add_server (&queue, open, 1);
  /* There is more to do until the closed one was asked as well, however fast the other is. */
  while (!aph_lane_is_barred (lane))
    {
      queue_add_job (&queue, "m");
      wait_until (aph_lane_is_barred (lane) || aph_scheduler_get_n_waiting (queue.scheduler) < 3);
    }
  queue_add_job (&queue, "m");
  wait_until (queue.n_done == queue.jobs->len);
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
  queue_add_server (&queue, a, 2);
  queue_add_server (&queue, b, 2);
  for (guint i = 0; i < 20; i++)
    queue_add_job (&queue, "m");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_failed, ==, 20);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (queue_get_job (&queue, i))), ==,
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
  lane = queue_add_server (&queue, sim, 1);
  queue_add_job (&queue, "m");
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
  queue_add_job (&queue, "sim:tokens=3");
  queue_add_job (&queue, "sim:tokens=3");
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
    queue_add_job (&queue, "sim:tokens=3");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_failed, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (queue_get_job (&queue, i))), ==,
                     APH_FAILURE_REFUSED);

  /* A prompt that comes later learns it at once. */
  queue_add_job (&queue, "sim:tokens=3");
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
      lanes[i] = queue_add_server (&queue, sims[i], 4);
    }
  for (guint i = 0; i < 60; i++)
    queue_add_job (&queue, "sim:tokens=10,duration=200");
  wait_until (aph_scheduler_get_peak (queue.scheduler) == 12);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (aph_lane_get_in_flight (lanes[i]), ==, 4);

  wait_until (queue.n_done >= 15);
  sim_stop (sims[1]);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 60);
  g_assert_cmpint (aph_lane_get_state (lanes[1]), ==, APH_LANE_DOWN);
  for (guint i = 0; i < 60; i++)
    g_assert_cmpint (aph_job_get_usage (queue_get_job (&queue, i))->answer_tokens, ==, 10);

  sim_stop (sims[0]);
  sim_stop (sims[2]);
  queue_clear (&queue);
}

static void
test_remove_lane (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "m=tokens=20,fault=stall");
  g_autoptr (Sim) other = sim_start ("--model", "m=tokens=20");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = queue_add_server (&queue, sim, 2);
  for (guint i = 0; i < 4; i++)
    queue_add_job (&queue, "m");
  wait_until (aph_job_get_state (queue_get_job (&queue, 0)) == APH_JOB_ANSWERING);
  aph_scheduler_remove_lane (queue.scheduler, lane);
  wait_until (aph_scheduler_get_n_running (queue.scheduler) == 0);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 4);

  queue_add_server (&queue, other, 4);
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpstr (aph_job_get_server (queue_get_job (&queue, 0)), ==, sim_get_url (other));
  queue_clear (&queue);
}

static gboolean
pass_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Longer than the first pauses are. */
static void
let_time_pass (void)
{
  gboolean has_passed = FALSE;

  g_timeout_add (1200, pass_cb, &has_passed);
  while (!has_passed)
    g_main_context_iteration (NULL, TRUE);
}

/* A server that was taken out is not asked whether it is there, whoever still holds its lane. */
static void
test_remove_absent_lane (void)
{
  Sim *sim = sim_start (NULL);
  g_autoptr (AphServer) server = sim_new_server (sim);
  g_autoptr (AphLane) lane = NULL;
  Queue queue;
  guint setbacks;

  sim_stop (sim);
  queue_init (&queue);
  lane = g_object_ref (aph_scheduler_add_server (queue.scheduler, server, 2));
  queue_add_job (&queue, "sim:tokens=3");
  wait_until (aph_lane_get_state (lane) == APH_LANE_DOWN
              && aph_scheduler_get_n_running (queue.scheduler) == 0);
  aph_scheduler_remove_lane (queue.scheduler, lane);
  setbacks = aph_lane_get_setbacks (lane);
  let_time_pass ();
  aph_lane_probe_now (lane);
  g_assert_cmpuint (aph_lane_get_setbacks (lane), ==, setbacks);
  g_assert_cmpuint (G_OBJECT (lane)->ref_count, ==, 1);
  queue_clear (&queue);
}

/* A scheduler that is done with does not wake up for what was to be tried again. */
static void
test_dispose_with_retries (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;
  AphJob *job;
  guint n_hungry;

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  job = queue_add_job (&queue, "sim:tokens=3,fault=no-done");
  wait_until (aph_job_get_attempts (job) == 1 && aph_job_get_state (job) == APH_JOB_WAITING);
  g_object_run_dispose (G_OBJECT (queue.scheduler));
  n_hungry = queue.n_hungry;
  let_time_pass ();
  g_assert_cmpuint (queue.n_hungry, ==, n_hungry);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 0);
  queue_clear (&queue);
}

/* The model is loaded before the flood, so the time it takes is in nobody's figures. */
static void
test_warm_up (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=3000");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = queue_add_server (&queue, sim, 4);
  for (guint i = 0; i < 4; i++)
    queue_add_job (&queue, "cold");
  wait_until (aph_lane_get_state (lane) == APH_LANE_LOADING);
  g_assert_cmpstr (aph_lane_get_model (lane), ==, "cold");
  g_assert_cmpuint (aph_scheduler_get_n_running (queue.scheduler), ==, 0);
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 4);
  g_assert_cmpuint (aph_scheduler_get_peak (queue.scheduler), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (aph_job_get_ttft_ms (queue_get_job (&queue, i)), <, 3000);
  queue_clear (&queue);
}

/* Of two servers each loads another model, since both are wanted; none loads what the other does. */
static void
test_warm_up_several (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "a=tokens=3,load=2000",
                                   "--model", "b=tokens=3,load=2000");
  g_autoptr (Sim) other = sim_start ("--model", "a=tokens=3,load=2000",
                                     "--model", "b=tokens=3,load=2000");
  AphLane *lanes[2];
  Queue queue;

  queue_init (&queue);
  lanes[0] = queue_add_server (&queue, sim, 2);
  lanes[1] = queue_add_server (&queue, other, 2);
  for (guint i = 0; i < 12; i++)
    queue_add_job (&queue, i < 6 ? "a" : "b");
  wait_until (aph_lane_get_state (lanes[0]) == APH_LANE_LOADING
              && aph_lane_get_state (lanes[1]) == APH_LANE_LOADING);
  g_assert_cmpstr (aph_lane_get_model (lanes[0]), !=, aph_lane_get_model (lanes[1]));
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_done, ==, 12);
  /* Nobody said that the first one is urgent. */
  for (guint i = 0; i < 12; i++)
    g_assert_cmpuint (aph_job_get_urgent (queue_get_job (&queue, i)), ==, 0);
  queue_clear (&queue);
}

static void
test_stop_loading (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=60000", "--model", "warm=tokens=3");
  Queue queue;
  AphLane *lane;

  queue_init (&queue);
  lane = queue_add_server (&queue, sim, 2);
  queue_add_job (&queue, "cold");
  queue_add_job (&queue, "cold");
  wait_until (aph_lane_get_state (lane) == APH_LANE_LOADING);
  aph_scheduler_stop (queue.scheduler);
  g_assert_cmpint (aph_lane_get_state (lane), ==, APH_LANE_OPEN);
  g_assert_cmpuint (aph_scheduler_get_n_waiting (queue.scheduler), ==, 2);

  aph_scheduler_cancel_all (queue.scheduler);
  aph_scheduler_set_paused (queue.scheduler, FALSE);
  queue_add_job (&queue, "warm");
  queue_add_job (&queue, "warm");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_done, ==, 2);
  queue_clear (&queue);
}

/* Nobody waits for a model any more when the queue is gone. */
static void
test_gone_while_loading (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=60000");
  gpointer lane;
  Queue queue;

  queue_init (&queue);
  lane = queue_add_server (&queue, sim, 2);
  g_object_add_weak_pointer (lane, &lane);
  queue_add_job (&queue, "cold");
  queue_add_job (&queue, "cold");
  wait_until (aph_lane_get_state (lane) == APH_LANE_LOADING);
  queue_clear (&queue);
  wait_until (lane == NULL);
}

/* What waits to be tried again is held by nobody else. */
static void
test_run_next_of_retries (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  gpointer job;
  Queue queue;

  queue_init (&queue);
  queue_add_server (&queue, sim, 1);
  job = queue_add_job (&queue, "sim:tokens=3,fault=no-done,first=1");
  wait_until (aph_job_get_attempts (job) == 1 && aph_job_get_state (job) == APH_JOB_WAITING);
  g_object_add_weak_pointer (job, &job);
  g_ptr_array_set_size (queue.jobs, 0);
  g_assert_nonnull (job);
  aph_scheduler_run_next (queue.scheduler, job);
  g_assert_nonnull (job);
  wait_until (queue.n_done == 1);
  queue_clear (&queue);
}

/* A model that cannot be loaded is each job's own bad news. */
static void
test_load_failure (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  Queue queue;

  queue_init (&queue);
  queue_add_server (&queue, sim, 2);
  for (guint i = 0; i < 3; i++)
    queue_add_job (&queue, "nobody-has-this");
  wait_until (queue.n_idle == 1);
  g_assert_cmpuint (queue.n_failed, ==, 3);
  g_assert_cmpuint (aph_failure_get_status (aph_job_get_failure (queue_get_job (&queue, 2))), ==,
                    404);
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
  lane = queue_add_server (&queue, sim, 3);
  queue_add_job (&queue, "busy");
  queue_add_job (&queue, "busy");
  queue_add_job (&queue, "cold");
  queue_add_job (&queue, "cold");
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
  queue_add_server (&queue, sim, 2);
  queue_add_job (&queue, "cold");
  queue_add_job (&queue, "cold");
  wait_until (queue.n_idle == 1);

  g_assert_cmpuint (queue.n_failed, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (aph_failure_get_class (aph_job_get_failure (queue_get_job (&queue, i))), ==,
                     APH_FAILURE_TIMEOUT);
  queue_clear (&queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scheduler-servers/failures", test_failures);
  g_test_add_func ("/scheduler-servers/busy", test_busy);
  g_test_add_func ("/scheduler-servers/busy-together", test_busy_together);
  g_test_add_func ("/scheduler-servers/quota", test_quota);
  g_test_add_func ("/scheduler-servers/denied", test_denied);
  g_test_add_func ("/scheduler-servers/denied-by-one", test_denied_by_one);
  g_test_add_func ("/scheduler-servers/denied-by-all", test_denied_by_all);
  g_test_add_func ("/scheduler-servers/try-now", test_try_now);
  g_test_add_func ("/scheduler-servers/absent-server", test_absent_server);
  g_test_add_func ("/scheduler-servers/give-up", test_give_up);
  g_test_add_func ("/scheduler-servers/several-servers", test_several_servers);
  g_test_add_func ("/scheduler-servers/remove-lane", test_remove_lane);
  g_test_add_func ("/scheduler-servers/remove-absent-lane", test_remove_absent_lane);
  g_test_add_func ("/scheduler-servers/dispose-with-retries", test_dispose_with_retries);
  g_test_add_func ("/scheduler-servers/warm-up", test_warm_up);
  g_test_add_func ("/scheduler-servers/warm-up-several", test_warm_up_several);
  g_test_add_func ("/scheduler-servers/stop-loading", test_stop_loading);
  g_test_add_func ("/scheduler-servers/gone-while-loading", test_gone_while_loading);
  g_test_add_func ("/scheduler-servers/run-next-of-retries", test_run_next_of_retries);
  g_test_add_func ("/scheduler-servers/load-failure", test_load_failure);
  g_test_add_func ("/scheduler-servers/busy-while-loading", test_busy_while_loading);
  g_test_add_func ("/scheduler-servers/load-timeout", test_load_timeout);

  return g_test_run ();
}
