/* bench-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real window while 16 answers arrive from a simulated server, 100 tokens per second each, over
 * 16 connections: for how long the main loop does not turn, and how many frames are drawn. Exits
 * with 1 if a target is missed.
 */

#include "config.h"

#include <sys/resource.h>

#include "ui/aph-ui.h"
#include "ui/aph-window.h"

#include "gui-session.h"
#include "measure.h"
#include "pump.h"

#define N_ANSWERS 16
#define MEASURE_MS 8000
#define MAX_STALL_MS 50
#define MIN_FRAMES 25

typedef struct
{
  gint64 last_beat;
  gint64 longest;
  gint64 last_computed;
  gint64 busiest;       /* of the time between two beats, what this thread computed itself */
  guint n_beats;
  guint n_frames;
} Measurement;

static gboolean
beat_cb (gpointer user_data)
{
  Measurement *measurement = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 computed = measure_computed ();

  measurement->busiest = MAX (measurement->busiest, computed - measurement->last_computed);
  measurement->last_computed = computed;

  measurement->longest = MAX (measurement->longest, now - measurement->last_beat);
  measurement->last_beat = now;
  measurement->n_beats++;

  return G_SOURCE_CONTINUE;
}

static void
after_paint_cb (GdkFrameClock *frame_clock,
                Measurement   *measurement)
{
  measurement->n_frames++;
}

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6
         + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

static gboolean
all_answer (gpointer user_data)
{
  const guint *counts = aph_session_get_counts (((GuiSession *) user_data)->session);

  return counts[APH_JOB_ANSWERING] == N_ANSWERS;
}

static gboolean
measure (GtkWidget *window)
{
  Measurement measurement = {
    .last_beat = g_get_monotonic_time (),
    .last_computed = measure_computed (),
  };
  GdkFrameClock *frame_clock = gtk_widget_get_frame_clock (window);
  gulong painted = g_signal_connect (frame_clock, "after-paint", G_CALLBACK (after_paint_cb),
                                     &measurement);
  guint beat = g_timeout_add (1, beat_cb, &measurement);
  double cpu = get_cpu_seconds ();
  gint64 start = g_get_monotonic_time ();
  double seconds, stall, frames;
  gboolean good;

  pump_for (MEASURE_MS);
  beat_cb (&measurement);

  g_source_remove (beat);
  g_signal_handler_disconnect (frame_clock, painted);
  seconds = (g_get_monotonic_time () - start) / 1e6;
  stall = measurement.longest / 1000.0;
  frames = measurement.n_frames / seconds;
  cpu = 100 * (get_cpu_seconds () - cpu) / seconds;
  good = stall <= MAX_STALL_MS && frames >= MIN_FRAMES;
  g_print ("%u answers of 100 tokens/s in the window: longest stall %.1f ms "
           "(%.1f ms of it computed here), %.1f frames/s, %.0f %% of a core  %s\n",
           N_ANSWERS, stall, measurement.busiest / 1000.0, frames, cpu, good ? "ok" : "MISSED");

  return good;
}

int
main (void)
{
  GuiSession gui;
  GtkWidget *window;
  gboolean good;

  adw_init ();
  aph_ui_init ();
  gui_session_start (&gui, "-m", "m:latest=tokens=100000,rate=100,text=zh", NULL);
  aph_session_set_concurrency (gui.session, N_ANSWERS);
  window = GTK_WIDGET (aph_window_new (NULL, gui.session));
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 900);
  gtk_window_present (GTK_WINDOW (window));
  pump_until (gui_session_is_ready, &gui, 10000);

  for (guint i = 0; i < N_ANSWERS; i++)
    gui_session_queue (&gui, NULL, "How is it cooked?");
  gtk_widget_activate_action (window, "win.show-wall", NULL);
  pump_until (all_answer, &gui, 10000);
  pump_for (1500);
  good = measure (window);

  gtk_window_destroy (GTK_WINDOW (window));
  gui_session_stop (&gui);

  return good ? 0 : 1;
}
