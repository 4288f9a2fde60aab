/* bench-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long it takes from the start of the process to the first frame, how much of that the
 * processor works, and how much memory is taken while nothing happens: of the application, and of an
 * empty window of libadwaita beside it, in turn. Exits with 1 if a target is missed. The processor's
 * time says more where others use the machine, but it counts all threads.
 *
 *   bench-start                        measures
 *   bench-start empty|antiphon         is what is measured
 *   bench-start empty|antiphon frame   the same, which ends with the first frame: for a profiler
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ui/aph-application.h"
#include "ui/aph-ui.h"

#define N_ROUNDS    9
#define IDLE_MS     1500
#define MAX_RATIO   1.3
#define MAX_RSS_MIB "120"   /* BENCH_MAX_RSS for another */

static gboolean ends_with_frame;

/* When the parent started it, on the clock that all processes share. */
#define STARTED_AT "BENCH_STARTED_AT"

/* What one start takes */
enum
{
  TIME,   /* ms */
  WORK,   /* ms of the processor */
  MEMORY, /* MiB, while nothing happens */
  N_FIGURES,
};

/* The processor's time of all threads so far, in ms. */
static double
get_work (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spec);

  return spec.tv_sec * 1e3 + spec.tv_nsec / 1e6;
}

/* The memory that is its own or a library's, in MiB. */
static double
get_rss (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmRSS:");

  return line != NULL ? g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10) / 1024.0 : 0;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_print (" %.1f\n", get_rss ());
  exit (0);
}

static void
after_paint_cb (GdkFrameClock *frame_clock,
                gpointer       user_data)
{
  const char *start = g_getenv (STARTED_AT);
  gint64 started_at = start != NULL ? g_ascii_strtoll (start, NULL, 10) : 0;

  if (ends_with_frame)
    _exit (0);
  g_signal_handlers_disconnect_by_func (frame_clock, after_paint_cb, user_data);
  g_print ("%.1f %.1f", (g_get_monotonic_time () - started_at) / 1000.0, get_work ());
  g_timeout_add (IDLE_MS, quit_cb, NULL);
}

static void
watch_frames_cb (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                    G_CALLBACK (after_paint_cb), NULL);
}

static void
window_added_cb (GtkApplication *application,
                 GtkWindow      *window)
{
  g_signal_connect_after (window, "realize", G_CALLBACK (watch_frames_cb), NULL);
}

static void
activate_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1180, 780);
  gtk_window_present (GTK_WINDOW (window));
}

/* What is measured */
static int
run_child (const char *which)
{
  g_autoptr (GtkApplication) application = NULL;
  char *argv[] = { (char *) "bench-start", NULL };

  g_setenv ("SOUP_FORCE_HTTP1", "1", FALSE);
  if (strcmp (which, "antiphon") == 0)
    {
      aph_ui_prepare ();
      application = GTK_APPLICATION (aph_application_new ());
    }
  else
    {
      application = GTK_APPLICATION (adw_application_new (APH_APP_ID ".Empty",
                                                          G_APPLICATION_NON_UNIQUE));
      g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
    }
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);

  return g_application_run (G_APPLICATION (application), 1, argv);
}

static void
measure (const char *self,
         const char *which,
         GArray     *figures[N_FIGURES])
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  char *rest;

  g_subprocess_launcher_setenv (launcher, STARTED_AT, now, TRUE);
  child = g_subprocess_launcher_spawn (launcher, &error, self, which, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);

  rest = output;
  for (guint i = 0; i < N_FIGURES; i++)
    {
      double figure = g_ascii_strtod (rest, &rest);

      g_array_append_val (figures[i], figure);
    }
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
median (GArray *values)
{
  g_array_sort (values, compare_doubles);

  return g_array_index (values, double, values->len / 2);
}

int
main (int    argc,
      char **argv)
{
  static const char *const subjects[] = { "empty", "antiphon" };
  GArray *figures[G_N_ELEMENTS (subjects)][N_FIGURES];
  double medians[G_N_ELEMENTS (subjects)][N_FIGURES];
  double best[G_N_ELEMENTS (subjects)];
  const char *wanted = g_getenv ("BENCH_MAX_RSS");
  double max_size = g_ascii_strtod (wanted != NULL ? wanted : MAX_RSS_MIB, NULL);
  double ratio;
  gboolean good;

  ends_with_frame = argc > 2 && strcmp (argv[2], "frame") == 0;
  if (argc > 1)
    return run_child (argv[1]);

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    for (guint j = 0; j < N_FIGURES; j++)
      figures[i][j] = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint round = 0; round < N_ROUNDS + 1; round++)
    for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
      {
        measure (argv[0], subjects[i], figures[i]);
        /* The first round fills the caches of the disk. */
        for (guint j = 0; round == 0 && j < N_FIGURES; j++)
          g_array_set_size (figures[i][j], 0);
      }

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    for (guint j = 0; j < N_FIGURES; j++)
      {
        medians[i][j] = median (figures[i][j]);
        if (j == TIME)
          best[i] = g_array_index (figures[i][j], double, 0);
        g_array_unref (figures[i][j]);
      }

  ratio = medians[1][TIME] / medians[0][TIME];
  good = ratio <= MAX_RATIO && medians[1][MEMORY] <= max_size;
  g_print ("first frame: %.0f ms, an empty window %.0f ms: %.2f times (target %.1f); "
           "best of %u rounds %.0f and %.0f ms\n"
           "work until then: %.0f ms, an empty window %.0f ms: %.2f times\n"
           "idle: %.0f MiB, an empty window %.0f MiB (target %.0f MiB)  %s\n",
           medians[1][TIME], medians[0][TIME], ratio, MAX_RATIO, N_ROUNDS, best[1], best[0],
           medians[1][WORK], medians[0][WORK], medians[1][WORK] / medians[0][WORK],
           medians[1][MEMORY], medians[0][MEMORY], max_size, good ? "ok" : "MISSED");

  return good ? 0 : 1;
}
