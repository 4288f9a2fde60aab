/* bench-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A million prompts: how long until every one of them can run, and how long whoever looks at them
 * has to wait. No window; the main loop is what a window would use.
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "files/aph-prompt-reader.h"
#include "store/aph-job-list.h"
#include "store/aph-store.h"

#include "measure.h"

#define DEFAULT_ROWS "1000000"

static guint n_missed;

/* How long the main loop was busy at one go, at most. */
typedef struct
{
  gint64 last;
  gint64 longest;
  guint source;
} Beat;

static gboolean
beat_cb (gpointer user_data)
{
  Beat *beat = user_data;
  gint64 now = g_get_monotonic_time ();

  beat->longest = MAX (beat->longest, now - beat->last);
  beat->last = now;

  return G_SOURCE_CONTINUE;
}

static void
beat_start (Beat *beat)
{
  beat->longest = 0;
  beat->last = g_get_monotonic_time ();
  beat->source = g_timeout_add_full (G_PRIORITY_DEFAULT, 1, beat_cb, beat, NULL);
}

/* Returns: in milliseconds. */
static double
beat_stop (Beat *beat)
{
  beat_cb (beat);
  g_source_remove (beat->source);

  return beat->longest / 1000.0;
}

static void
report (const char *what,
        double      value,
        const char *unit,
        double      target)
{
  n_missed += !measure_report (what, value, unit, target);
}

static void
write_rows (const char *path,
            guint       n_rows)
{
  FILE *file = g_fopen (path, "w");

  g_assert_nonnull (file);
  for (guint i = 0; i < n_rows; i++)
    fprintf (file, "{\"custom_id\":\"row-%u\",\"prompt\":\"Translate sentence %u of the %s corpus "
             "into French: the quick brown fox jumps over the lazy dog\"}\n", i, i,
             i % 1000 == 0 ? "marmalade" : "usual");
  g_assert_cmpint (fclose (file), ==, 0);
}

static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) rows = NULL;

      if (aph_prompt_reader_is_at_end (pull_data))
        return NULL;
      rows = aph_prompt_reader_read (pull_data, max_rows, cancellable, error);
      if (rows == NULL || rows->len > 0)
        return g_steal_pointer (&rows);
    }
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  aph_store_import_finish (APH_STORE (source), result, user_data, &error);
  g_assert_no_error (error);
}

static void
wait_loaded (AphJobList *list)
{
  while (aph_job_list_get_loading (list))
    g_main_context_iteration (NULL, TRUE);
}

static double
since_ms (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000.0;
}

static void
bench_import (const char *path,
              const char *rows_path,
              guint       n_rows)
{
  g_autoptr (AphStore) store = aph_store_new (path);
  g_autoptr (AphJobList) list = aph_job_list_new (store);
  g_autoptr (GFile) file = g_file_new_for_path (rows_path);
  AphPromptReader *reader = aph_prompt_reader_new_for_file (file);
  const AphBatchDetails details = { .title = "A million" };
  guint64 n_imported = 0;
  gint64 start;
  Beat beat;

  while (!aph_store_is_open (store))
    g_main_context_iteration (NULL, TRUE);
  beat_start (&beat);
  start = g_get_monotonic_time ();
  aph_store_import_async (store, aph_store_add_batch (store, &details), "m", NULL, pull, reader,
                          g_object_unref, NULL, NULL, NULL, imported_cb, &n_imported);
  while (n_imported == 0)
    g_main_context_iteration (NULL, TRUE);
  report ("import: until every row can run", since_ms (start) / 1000, "s", 10);
  report ("import: longest stall of the main loop", beat_stop (&beat), "ms", 30);
  report ("import: peak of resident memory", measure_memory ("VmHWM:"), "MiB", 200);
  g_assert_cmpuint (n_imported, ==, n_rows);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, n_rows);

  start = g_get_monotonic_time ();
  aph_store_close (store);
  printf ("%-48s %9.1f s\n", "closing right after it", since_ms (start) / 1000);
}

/* The row at @position, as soon as there is something to see. */
static void
show_row (AphJobList *list,
          guint       position)
{
  g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (list), position);

  while (!aph_job_is_loaded (job))
    g_main_context_iteration (NULL, TRUE);
}

static void
changed_cb (GListModel *list,
            guint       position,
            guint       n_removed,
            guint       n_added,
            gpointer    user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* Until the first rows are there; then it waits for the rest. */
static void
bench_query (AphJobList        *list,
             const char        *what,
             const AphJobQuery *query,
             guint              n_expected,
             double             target)
{
  g_autofree char *stall = g_strconcat (what, ": stall", NULL);
  gint64 start = g_get_monotonic_time ();
  gboolean is_answered = FALSE;
  gulong id = g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), &is_answered);
  Beat beat;

  beat_start (&beat);
  aph_job_list_set_query (list, query);
  while (aph_job_list_get_loading (list) && !is_answered)
    g_main_context_iteration (NULL, TRUE);
  show_row (list, 0);
  report (what, since_ms (start), "ms", target);
  wait_loaded (list);
  g_signal_handler_disconnect (list, id);
  report (stall, beat_stop (&beat), "ms", 50);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, n_expected);
}

/* Until the first row is there, in each order, with and without a search that all fit. */
static void
bench_sorts (AphJobList *list,
             guint       n_rows)
{
  static const char *const names[APH_JOB_N_SORTS] = {
    "input", "state", "model", "server", "prompt", "tokens", "token rate", "time to first token",
    "duration", "end", "rating",
  };
  static const char *const searches[] = { NULL, "sentence" };

  for (guint search = 0; search < G_N_ELEMENTS (searches); search++)
    for (guint sort = 0; sort < APH_JOB_N_SORTS; sort++)
      for (guint descending = 0; descending < 2; descending++)
        {
          const AphJobQuery query = { .search = searches[search], .sort = sort,
                                      .descending = descending };
          g_autofree char *what = g_strdup_printf ("%s by %s%s", search == 0 ? "all" : "search",
                                                   names[sort], descending ? ", descending" : "");

          bench_query (list, what, &query, n_rows, 300);
        }
}

static void
bench_looking (const char *path,
               guint       n_rows)
{
  g_autoptr (AphStore) store = NULL;
  g_autoptr (AphJobList) list = NULL;
  gint64 start = g_get_monotonic_time ();
  Beat beat;

  beat_start (&beat);
  store = aph_store_new (path);
  list = aph_job_list_new (store);
  while (!aph_store_is_open (store))
    g_main_context_iteration (NULL, TRUE);
  printf ("%-48s %9.1f ms\n", "open: until the batches are there", since_ms (start));
  wait_loaded (list);
  show_row (list, 0);
  report ("open: until the first rows are there", since_ms (start), "ms", 1000);
  report ("open: stall", beat_stop (&beat), "ms", 50);

  start = g_get_monotonic_time ();
  show_row (list, n_rows - 1);
  report ("jump to the end", since_ms (start), "ms", 50);

  bench_query (list, "filter: waiting",
               &(AphJobQuery) { .states = 1u << APH_JOB_WAITING, .batch = 1 }, n_rows, 300);
  bench_query (list, "sort: newest first", &(AphJobQuery) { .descending = TRUE }, n_rows, 300);
  bench_query (list, "search while the index is behind: marmalade",
               &(AphJobQuery) { .search = "marmalade" }, (n_rows + 999) / 1000, 1000);

  /* The index follows. */
  start = g_get_monotonic_time ();
  beat_start (&beat);
  while (!aph_store_is_indexed (store))
    g_main_context_iteration (NULL, TRUE);
  beat_stop (&beat);
  printf ("%-48s %9.1f s\n", "index: until it has come to all", since_ms (start) / 1000);
  aph_job_list_set_query (list, &(AphJobQuery) { .descending = TRUE });
  wait_loaded (list);
  bench_query (list, "search: marmalade", &(AphJobQuery) { .search = "marmalade" },
               (n_rows + 999) / 1000, 300);
  bench_query (list, "search: a word that all have", &(AphJobQuery) { .search = "sentence" }, n_rows,
               300);
  bench_sorts (list, n_rows);
  aph_store_close (store);
  report ("looking: peak of resident memory", measure_memory ("VmHWM:"), "MiB", 200);
}

int
main (int    argc,
      char **argv)
{
  const char *wanted = g_getenv ("ANTIPHON_ROWS");
  guint n_rows = atoi (wanted != NULL ? wanted : DEFAULT_ROWS);
  g_autofree char *directory = g_dir_make_tmp ("antiphon-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "prompts.db", NULL);
  g_autofree char *lock = g_strconcat (path, "-lock", NULL);
  g_autofree char *rows_path = g_build_filename (directory, "rows.jsonl", NULL);

  write_rows (rows_path, n_rows);
  printf ("%u rows\n", n_rows);
  bench_import (path, rows_path, n_rows);
  bench_looking (path, n_rows);

  g_unlink (rows_path);
  g_unlink (path);
  g_unlink (lock);
  g_rmdir (directory);

  return n_missed > 0 ? 1 : 0;
}
