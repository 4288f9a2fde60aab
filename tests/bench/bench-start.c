/* bench-start.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long it takes from the start of the process to the first frame, how much of that the
 * processor works, and how much memory is taken while nothing happens: of the application, and of an
 * empty window of libadwaita beside it, in turn. Exits with 1 if a target is missed. The processor's
 * time says more where others use the machine, but it counts all threads.
 *
 *   bench-start                    measures
 *   bench-start antiphon [frame]   is what is measured, beside bench-empty; with `frame` it ends with
 *                                  its first frame, for a profiler
 */

#include "config.h"

#include "ui/aph-application.h"
#include "ui/aph-ui.h"

#include "first-frame.h"

#define N_ROUNDS    25
#define MAX_RATIO   1.3
#define MAX_RSS_MIB "120"   /* BENCH_MAX_RSS for another */

/* What one start takes */
enum
{
  TIME,   /* ms */
  WORK,   /* ms of the processor */
  MEMORY, /* MiB, while nothing happens */
  N_FIGURES,
};

/* What is measured */
static int
run_child (gboolean ends_with_frame)
{
  g_autoptr (AphApplication) application = NULL;
  char *argv[] = { (char *) "bench-start", NULL };

  g_setenv ("SOUP_FORCE_HTTP1", "1", FALSE);
  aph_ui_prepare ();
  application = aph_application_new ();
  first_frame_watch (GTK_APPLICATION (application), ends_with_frame);

  return g_application_run (G_APPLICATION (application), 1, argv);
}

static void
measure (const char *program,
         const char *argument,
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
  child = g_subprocess_launcher_spawn (launcher, &error, program, argument, NULL);
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
  g_autofree char *directory = g_path_get_dirname (argv[0]);
  g_autofree char *empty = g_build_filename (directory, "bench-empty", NULL);
  const char *const subjects[][2] = { { empty, NULL }, { argv[0], "antiphon" } };
  GArray *figures[G_N_ELEMENTS (subjects)][N_FIGURES];
  double medians[G_N_ELEMENTS (subjects)][N_FIGURES];
  double best[G_N_ELEMENTS (subjects)];
  const char *wanted = g_getenv ("BENCH_MAX_RSS");
  double max_size = g_ascii_strtod (wanted != NULL ? wanted : MAX_RSS_MIB, NULL);
  double ratio;
  gboolean good;

  if (argc > 1)
    return run_child (argc > 2);

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    for (guint j = 0; j < N_FIGURES; j++)
      figures[i][j] = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint round = 0; round < N_ROUNDS + 1; round++)
    for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
      {
        measure (subjects[i][0], subjects[i][1], figures[i]);
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
