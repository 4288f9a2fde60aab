/* bench-kept.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs that nothing is ever lost: the same prompts by a session with its store on disk, and
 * by a scheduler alone, both against the same simulated server and in turn. Exits with 1 if a target
 * is missed.
 */

#include "config.h"

#include <stdlib.h>

#include "gui-session.h"
#include "pump.h"

#define N_PROMPTS 3000
#define N_AT_ONCE 32
#define N_ROUNDS 7
#define MIN_RATIO 0.85
#define PATIENCE_MS 120000

typedef struct
{
  GuiSession gui;
  guint n_left;         /* of what the scheduler has */
  guint n_done_before;  /* of the session */
} Bench;

static AphRequest *
make_request (guint number)
{
  g_autofree char *prompt = g_strdup_printf ("How is number %u cooked?", number);

  return aph_request_new ("m:latest", prompt, NULL, NULL);
}

static gboolean
has_kept_all (gpointer user_data)
{
  Bench *bench = user_data;

  return aph_session_get_counts (bench->gui.session)[APH_JOB_DONE]
         == bench->n_done_before + N_PROMPTS;
}

/* Returns: prompts per second. */
static double
run_session (Bench *bench)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  gint64 start;

  bench->n_done_before = aph_session_get_counts (bench->gui.session)[APH_JOB_DONE];
  for (guint i = 0; i < N_PROMPTS; i++)
    g_ptr_array_add (requests, make_request (i));
  start = g_get_monotonic_time ();
  aph_session_queue (bench->gui.session, requests, NULL);
  g_assert_true (pump_until (has_kept_all, bench, PATIENCE_MS));

  return N_PROMPTS * 1e6 / (g_get_monotonic_time () - start);
}

static void
job_advanced_cb (AphScheduler *scheduler,
                 AphJob       *job,
                 int           old_state,
                 Bench        *bench)
{
  if (!aph_job_is_ended (job))
    return;

  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  bench->n_left--;
}

static gboolean
has_none_left (gpointer user_data)
{
  return ((Bench *) user_data)->n_left == 0;
}

static double
run_scheduler (Bench *bench)
{
  g_autoptr (AphScheduler) scheduler = aph_scheduler_new ();
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (bench->gui.address, NULL);
  g_autoptr (AphServer) server = aph_server_new (endpoint);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 start;

  aph_scheduler_add_server (scheduler, server, N_AT_ONCE);
  g_signal_connect (scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), bench);
  bench->n_left = N_PROMPTS;
  start = g_get_monotonic_time ();
  for (guint i = 0; i < N_PROMPTS; i++)
    {
      g_autoptr (AphRequest) request = make_request (i);
      AphJob *job = aph_job_new (request, i);

      g_ptr_array_add (jobs, job);
      aph_scheduler_add (scheduler, job);
    }
  g_assert_true (pump_until (has_none_left, bench, PATIENCE_MS));

  return N_PROMPTS * 1e6 / (g_get_monotonic_time () - start);
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double value_a = *(const double *) a;
  double value_b = *(const double *) b;

  return (value_a > value_b) - (value_a < value_b);
}

static double
median (double *values)
{
  qsort (values, N_ROUNDS, sizeof (double), compare_doubles);

  return values[N_ROUNDS / 2];
}

int
main (void)
{
  Bench bench = { 0 };
  double kept[N_ROUNDS], alone[N_ROUNDS], ratio;
  gboolean good;

  gui_session_start (&bench.gui, "-m", "m:latest=tokens=20", NULL);
  aph_session_set_concurrency (bench.gui.session, N_AT_ONCE);
  run_scheduler (&bench);
  run_session (&bench);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      alone[i] = run_scheduler (&bench);
      kept[i] = run_session (&bench);
    }

  ratio = median (kept) / median (alone);
  good = ratio >= MIN_RATIO;
  g_print ("%u prompts of 20 tokens, %u at once: %.0f prompts/s into the store, %.0f without: "
           "%.2f times (target %.2f)  %s\n",
           N_PROMPTS, N_AT_ONCE, median (kept), median (alone), ratio, MIN_RATIO,
           good ? "ok" : "MISSED");
  gui_session_stop (&bench.gui);

  return good ? 0 : 1;
}
