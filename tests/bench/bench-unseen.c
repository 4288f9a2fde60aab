/* bench-unseen.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What answers cost that nobody looks at: 20 of them, 1,000 tokens per second each, arrive from a
 * simulated server, first without a window, then while the window shows another batch, and so in
 * turn. Compared is the processor time for each thousand tokens. Exits with 1 if the target is
 * missed.
 */

#include "config.h"

#include <sys/resource.h>

#include "ui/aph-ui.h"
#include "ui/aph-window.h"

#include "gui-session.h"
#include "pump.h"

#define N_ANSWERS  20
#define RATE       1000
#define N_ROUNDS   3
#define MEASURE_MS 4000
#define SETTLE_MS  1500
#define MAX_RATIO  1.2

typedef struct
{
  GuiSession gui;
  GPtrArray *jobs;       /* of AphJob */
} Bench;

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6
         + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

static guint64
count_tokens (Bench *bench)
{
  guint64 n = 0;

  for (guint i = 0; i < bench->jobs->len; i++)
    n += aph_job_get_chunks (g_ptr_array_index (bench->jobs, i));

  return n;
}

static gboolean
all_answer (gpointer user_data)
{
  Bench *bench = user_data;

  for (guint i = 0; i < bench->jobs->len; i++)
    if (aph_job_get_state (g_ptr_array_index (bench->jobs, i)) != APH_JOB_ANSWERING)
      return FALSE;

  return TRUE;
}

/* Milliseconds of processor time for each thousand tokens. */
static double
measure (Bench  *bench,
         double *rate)
{
  guint64 n = count_tokens (bench);
  double cpu = get_cpu_seconds ();
  gint64 start = g_get_monotonic_time ();

  pump_for (MEASURE_MS);
  n = count_tokens (bench) - n;
  *rate = n / ((g_get_monotonic_time () - start) / 1e6);

  return (get_cpu_seconds () - cpu) * 1e6 / MAX (n, 1);
}

static AphBatch *
queue (Bench *bench,
       guint  n)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (requests, aph_request_new (NULL, "How is it cooked?", NULL, NULL));

  return aph_session_queue (bench->gui.session, requests, NULL);
}

int
main (void)
{
  Bench bench = { 0 };
  double headless = 0, unseen = 0, headless_rate = 0, unseen_rate = 0, ratio;
  AphBatch *other;
  gboolean good;

  adw_init ();
  aph_ui_init ();
  gui_session_start (&bench.gui, "-m", "m:latest=tokens=1000000,rate=1000", NULL);
  aph_session_set_concurrency (bench.gui.session, N_ANSWERS);
  queue (&bench, N_ANSWERS);
  bench.jobs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < N_ANSWERS; i++)
    g_ptr_array_add (bench.jobs,
                     g_list_model_get_item (aph_session_get_jobs (bench.gui.session), i));
  pump_until (all_answer, &bench, 20000);
  other = queue (&bench, 1);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      GtkWidget *window;
      double rate;

      pump_for (SETTLE_MS);
      headless += measure (&bench, &rate) / N_ROUNDS;
      headless_rate += rate / N_ROUNDS;

      window = GTK_WIDGET (aph_window_new (NULL, bench.gui.session));
      gtk_window_set_default_size (GTK_WINDOW (window), 1200, 900);
      gtk_window_present (GTK_WINDOW (window));
      gtk_widget_activate_action (window, "win.show-table", NULL);
      aph_session_set_batch (bench.gui.session, other);
      pump_for (SETTLE_MS);
      unseen += measure (&bench, &rate) / N_ROUNDS;
      unseen_rate += rate / N_ROUNDS;
      gtk_window_destroy (GTK_WINDOW (window));
    }

  ratio = unseen / headless;
  good = ratio <= MAX_RATIO;
  g_print ("%u answers of %u tokens/s that nobody looks at: %.1f ms of a core for each thousand "
           "tokens (%.0f tokens/s), without a window %.1f ms (%.0f tokens/s): %.2f times "
           "(target %.1f)  %s\n",
           N_ANSWERS, RATE, unseen, unseen_rate, headless, headless_rate, ratio, MAX_RATIO,
           good ? "ok" : "MISSED");

  g_ptr_array_unref (bench.jobs);
  gui_session_stop (&bench.gui);

  return good ? 0 : 1;
}
