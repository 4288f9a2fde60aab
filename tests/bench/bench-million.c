/* bench-million.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real window on a store of a million prompts, a tenth of them done: how soon it is there, how
 * much memory it takes, and how long the main loop does not turn while its user looks around.
 * Exits with 1 if a target is missed. ANTIPHON_ROWS for another number.
 *
 *   bench-million BENCH-START
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "store/aph-job-list.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-ui.h"
#include "ui/aph-window.h"

#include "find.h"
#include "measure.h"
#include "pump.h"

#define DEFAULT_ROWS "1000000"
#define MAX_STALL_MS 50
#define MAX_FIRST_MS 300
#define MAX_RSS_MIB "250"
#define PATIENCE_MS 120000
#define SCROLL_STEPS 150

typedef struct
{
  AphSession *session;
  GListModel *jobs;
  GtkWidget *window;
  gint64 last_beat;
  gint64 longest;       /* that the main loop did not turn, in microseconds */
  gint64 last_computed;
  gint64 busiest;       /* what this thread computed itself between two beats, at most */
  guint n_made;
  guint n_rows;
  gboolean is_listed;
} Bench;

static guint n_missed;

static void
report (const char *what,
        double      value,
        const char *unit,
        double      target)
{
  n_missed += !measure_report (what, value, unit, target);
}

/* Filling the store */

static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  Bench *bench = pull_data;
  guint n_left = MIN (max_rows, bench->n_rows - bench->n_made);
  GPtrArray *rows;

  if (n_left == 0)
    return NULL;

  rows = g_ptr_array_new_full (n_left, (GDestroyNotify) aph_request_unref);
  while (rows->len < n_left)
    {
      guint number = bench->n_made++;
      g_autofree char *prompt =
        g_strdup_printf ("Translate sentence %u of the %s corpus into French: the quick brown fox "
                         "jumps over the lazy dog", number,
                         number % 1000 == 0 ? "marmalade" : "usual");

      g_ptr_array_add (rows, aph_request_new ("m", prompt, NULL, NULL));
    }

  return rows;
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  guint64 n_rows;

  aph_store_import_finish (APH_STORE (source), result, &n_rows, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* As if every tenth had been answered. */
static void
answer_some (const char *path)
{
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database,
    "UPDATE jobs SET state = 4 WHERE id % 10 = 0;"
    "UPDATE batches SET done = (SELECT count (*) FROM jobs WHERE state = 4),"
    " waiting = (SELECT count (*) FROM jobs WHERE state = 0)", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
fill (Bench      *bench,
      const char *path)
{
  g_autoptr (AphStore) store = aph_store_new (path);
  const AphBatchDetails details = { .title = "A million" };
  gboolean is_done = FALSE;
  guint wake = g_timeout_add (5, wake_cb, NULL);

  while (!aph_store_is_open (store))
    g_main_context_iteration (NULL, TRUE);
  aph_store_import_async (store, aph_store_add_batch (store, &details), "m", NULL, pull, bench,
                          NULL, NULL, NULL, NULL, imported_cb, &is_done);
  while (!is_done || !aph_store_is_indexed (store))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  aph_store_close (store);
  answer_some (path);
}

/* Looking around */

static gboolean
beat_cb (gpointer user_data)
{
  Bench *bench = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 computed = measure_computed ();

  bench->busiest = MAX (bench->busiest, computed - bench->last_computed);
  bench->last_computed = computed;
  bench->longest = MAX (bench->longest, now - bench->last_beat);
  bench->last_beat = now;

  return G_SOURCE_CONTINUE;
}

static void
begin (Bench *bench)
{
  bench->last_beat = g_get_monotonic_time ();
  bench->longest = 0;
  bench->last_computed = measure_computed ();
  bench->busiest = 0;
}

static void
report_stall (Bench      *bench,
              const char *what)
{
  g_autofree char *name = g_strconcat (what, ": stall", NULL);

  beat_cb (bench);
  report (name, bench->longest / 1000.0, "ms", MAX_STALL_MS);
  printf ("%-40s %8.1f ms\n", "  of it computed here", bench->busiest / 1000.0);
}

static gboolean
has_first (gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (AphJob) job = NULL;

  if (!bench->is_listed)
    return FALSE;
  job = g_list_model_get_item (bench->jobs, 0);

  return job != NULL && aph_job_is_loaded (job);
}

/* The rows of what was asked for last, or the first of them. */
static void
listed_cb (Bench *bench)
{
  bench->is_listed = TRUE;
}

static void
loading_cb (Bench *bench)
{
  bench->is_listed |= !aph_job_list_get_loading (APH_JOB_LIST (bench->jobs));
}

static GtkAdjustment *
get_adjustment (Bench *bench)
{
  GtkWidget *queue = find_widget (bench->window, APH_TYPE_QUEUE_VIEW, 0);
  guint i = 0;
  GtkWidget *scrolled;

  while ((scrolled = find_widget (queue, GTK_TYPE_SCROLLED_WINDOW, i++)) != NULL)
    {
      GtkAdjustment *adjustment =
        gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

      if (gtk_widget_get_mapped (scrolled)
          && gtk_adjustment_get_upper (adjustment) > 2 * gtk_adjustment_get_page_size (adjustment))
        return adjustment;
    }

  g_error ("Nothing can be scrolled");
}

static void
bench_scroll (Bench *bench)
{
  GtkAdjustment *adjustment = get_adjustment (bench);
  double step = gtk_adjustment_get_page_size (adjustment) / 3;

  begin (bench);
  for (guint i = 0; i < SCROLL_STEPS; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + step);
      pump_for (16);
    }
  report_stall (bench, "scroll");

  begin (bench);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  pump_for (1000);
  report_stall (bench, "jump to the end");

  begin (bench);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) / 2);
  pump_for (500);
  gtk_adjustment_set_value (adjustment, 0);
  pump_for (500);
  report_stall (bench, "to the middle, and back");
}

static void
bench_query (Bench             *bench,
             const char        *what,
             const AphJobQuery *query,
             guint              n_expected)
{
  g_autofree char *first = g_strconcat (what, ": first results", NULL);
  gint64 start = g_get_monotonic_time ();

  begin (bench);
  bench->is_listed = FALSE;
  aph_session_set_query (bench->session, query);
  g_assert_true (pump_until (has_first, bench, PATIENCE_MS));
  report (first, (g_get_monotonic_time () - start) / 1000.0, "ms", MAX_FIRST_MS);
  while (aph_job_list_get_loading (APH_JOB_LIST (bench->jobs)))
    g_main_context_iteration (NULL, TRUE);
  pump_for (700);
  report_stall (bench, what);
  g_assert_cmpuint (g_list_model_get_n_items (bench->jobs), ==, n_expected);
}

static void
look (Bench      *bench,
      const char *path)
{
  g_autoptr (AphSettings) settings = aph_settings_new ();
  g_autoptr (AphStore) store = aph_store_new (path);
  guint n_done = bench->n_rows / 10;
  guint beat;

  aph_settings_set_view (settings, APH_VIEW_TABLE);
  bench->session = aph_session_new (settings, store);
  bench->jobs = aph_session_get_jobs (bench->session);
  g_signal_connect_swapped (bench->jobs, "items-changed", G_CALLBACK (listed_cb), bench);
  g_signal_connect_swapped (bench->jobs, "notify::loading", G_CALLBACK (loading_cb), bench);
  beat = g_timeout_add (1, beat_cb, bench);
  bench->window = GTK_WIDGET (aph_window_new (NULL, bench->session));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1180, 780);
  gtk_window_present (GTK_WINDOW (bench->window));
  gtk_test_widget_wait_for_draw (bench->window);
  begin (bench);
  g_assert_true (pump_until (has_first, bench, PATIENCE_MS));
  pump_for (1000);
  report_stall (bench, "after the first frame");
  report ("memory with the list", measure_memory ("VmRSS:"), "MiB", atof (MAX_RSS_MIB));

  bench_scroll (bench);
  bench_query (bench, "filter: done", &(AphJobQuery) { .states = 1u << APH_JOB_DONE }, n_done);
  bench_query (bench, "filter: waiting", &(AphJobQuery) { .states = 1u << APH_JOB_WAITING },
               bench->n_rows - n_done);
  bench_query (bench, "search: a rare word", &(AphJobQuery) { .search = "marmalade" },
               (bench->n_rows + 999) / 1000);
  bench_query (bench, "search: a word in every row", &(AphJobQuery) { .search = "sentence" },
               bench->n_rows);
  bench_query (bench, "all again", &(AphJobQuery) { 0 }, bench->n_rows);
  report ("memory after all that", measure_memory ("VmRSS:"), "MiB", atof (MAX_RSS_MIB));

  g_source_remove (beat);
  g_signal_handlers_disconnect_by_data (bench->jobs, bench);
  gtk_window_destroy (GTK_WINDOW (bench->window));
  aph_session_close (bench->session);
  g_clear_object (&bench->session);
}

/* The memory of a process that has filled the store would not be that of one that opens it. */
static gboolean
run (const char *directory,
     ...)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  const char *argument;
  va_list arguments;

  va_start (arguments, directory);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", directory, TRUE);
  g_subprocess_launcher_setenv (launcher, "BENCH_MAX_RSS", MAX_RSS_MIB, TRUE);
  child = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_wait (child, NULL, NULL);

  return g_subprocess_get_successful (child);
}

static void
remove_store (const char *directory,
              const char *usual_path)
{
  const char *const companions[] = { "", "-wal", "-shm", "-lock" };
  g_autofree char *usual_parent = g_path_get_dirname (usual_path);
  g_autofree char *own_name = g_path_get_basename (usual_parent);
  g_autofree char *name = g_path_get_basename (usual_path);
  g_autofree char *parent = g_build_filename (directory, own_name, NULL);
  g_autofree char *path = g_build_filename (parent, name, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (path, companions[i], NULL);

      g_unlink (companion);
    }
  g_rmdir (parent);
  g_rmdir (directory);
}

int
main (int    argc,
      char **argv)
{
  const char *wanted = g_getenv ("ANTIPHON_ROWS");
  Bench bench = { .n_rows = atoi (wanted != NULL ? wanted : DEFAULT_ROWS) };
  g_autofree char *path = aph_session_get_default_path ();
  g_autofree char *directory = NULL;
  gboolean good;

  g_assert_cmpint (argc, ==, 2);
  if (strcmp (argv[1], "fill") == 0)
    {
      fill (&bench, path);
      return 0;
    }
  if (strcmp (argv[1], "look") == 0)
    {
      adw_init ();
      aph_ui_init ();
      look (&bench, path);
      return n_missed > 0 ? 1 : 0;
    }

  directory = g_dir_make_tmp ("antiphon-bench-XXXXXX", NULL);
  printf ("%u rows\n", bench.n_rows);
  fflush (stdout);
  good = run (directory, argv[0], "fill", NULL);
  good = run (directory, argv[1], NULL) && good;
  good = run (directory, argv[0], "look", NULL) && good;
  remove_store (directory, path);

  return good ? 0 : 1;
}
