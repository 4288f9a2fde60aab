/* test-round-trip.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is exported and opened again asks the same, and its answers are the same: for each format
 * that is written and read, with random content that breaks tables and pages.
 */

#include "config.h"

#include <string.h>

#include "export-jobs.h"
#include "files/aph-export.h"
#include "files/aph-prompt-reader.h"
#include "files/aph-result-file.h"
#include "files/aph-result-row.h"
#include "files/aph-result-table.h"
#include "files/aph-row-source.h"
#include "ui/aph-report-words.h"

#define N_ROUNDS 150
#define MAX_JOBS 8

static GBytes *
export_jobs (AphExportFormat  format,
             GPtrArray       *jobs)
{
  static const AphExportOptions options = { .words = &aph_report_words };
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (AphExport) export = aph_export_new_for_stream (stream, format, &options);
  g_autoptr (GError) error = NULL;

  while (aph_export_begin_pass (export, NULL, &error))
    for (guint i = 0; i < jobs->len; i++)
      g_assert_true (aph_export_take (export, g_ptr_array_index (jobs, i), NULL, &error));
  g_assert_no_error (error);
  g_assert_true (aph_export_is_done (export));
  g_assert_true (g_output_stream_close (stream, NULL, NULL));

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (stream));
}

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **where = user_data;

  *where = g_object_ref (result);
}

/* As the window and antiphon-run open it. */
static GPtrArray *
import (GBytes     *bytes,
        const char *name)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_stream (stream, name);
  g_autoptr (AphReadOptions) options = aph_read_options_new ();
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  options->keeps_answers = TRUE;
  aph_prompt_reader_set_options (reader, options);
  while (!aph_prompt_reader_is_at_end (reader))
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      GPtrArray *rows;
      g_autoptr (GPtrArray) errors = NULL;

      aph_prompt_reader_read_async (reader, 100, NULL, store_result_cb, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      rows = aph_prompt_reader_read_finish (reader, result, &error);
      g_assert_no_error (error);
      errors = aph_prompt_reader_steal_errors (reader);
      for (guint i = 0; i < errors->len; i++)
        g_error ("row %u: %s", i, ((AphRowError *) g_ptr_array_index (errors, i))->reason);
      g_ptr_array_extend_and_steal (requests, rows);
    }

  return requests;
}

static void
check_requests (GPtrArray *jobs,
                GBytes    *bytes,
                const char *name)
{
  g_autoptr (GPtrArray) requests = import (bytes, name);

  g_assert_cmpuint (requests->len, ==, jobs->len);
  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);
      AphRequest *request = g_ptr_array_index (requests, i);
      const char *row = aph_request_get_answered (request);
      g_autoptr (AphJobRecord) record = NULL;

      export_assert_request (request, aph_job_get_request (job));

      /* What was answered is not asked again, all else is. */
      g_assert_cmpint (row != NULL, ==, aph_job_get_state (job) == APH_JOB_DONE);
      if (row == NULL)
        continue;
      record = aph_result_row_parse (row, -1, NULL, NULL, NULL);
      export_assert_equal (job, record);
    }
}

static GPtrArray *
make_jobs (GRand    *random,
           gboolean  text_only)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_rand_int_range (random, 1, MAX_JOBS);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (jobs, export_job_new_random (random, i, text_only));

  return jobs;
}

static void
check_lines (GPtrArray *jobs,
             GBytes    *bytes)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (AphResultFile) file = aph_result_file_new (stream);
  g_autoptr (GError) error = NULL;

  g_assert_true (aph_result_file_scan (file, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (aph_result_file_get_n_rows (file), ==, jobs->len);
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autoptr (AphJob) job = aph_result_file_read (file, aph_result_file_get_entry (file, i),
                                                     &error);
      g_autoptr (AphJobRecord) record = NULL;

      g_assert_no_error (error);
      record = aph_job_record_new_from_job (job, TRUE);
      export_assert_equal (g_ptr_array_index (jobs, i), record);
    }
}

static void
check_table (GPtrArray  *jobs,
             GBytes     *bytes,
             const char *name)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (AphReadOptions) options = aph_read_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AphRowSource) source = aph_row_source_open (NULL, stream, name, options, NULL,
                                                         &error);
  g_autoptr (AphResultTable) table = NULL;
  guint n = 0;
  AphRecord row = { 0 };
  AphLineStatus status;

  g_assert_no_error (error);
  table = aph_result_table_new ((const char *const *) aph_row_source_get_layout (source)->columns);
  g_assert_nonnull (table);
  while ((status = aph_row_source_next (source, &row, NULL, &error)) != APH_LINE_END)
    {
      g_autoptr (AphJobRecord) record = NULL;
      g_autofree char *json = NULL;
      char *reason = NULL;

      g_assert_no_error (error);
      if (status != APH_LINE_READ)
        continue;
      json = aph_result_table_dup_row (table, row.cells, row.n_cells, &reason);
      g_assert_cmpstr (reason, ==, NULL);
      record = aph_result_row_parse (json, -1, NULL, NULL, &error);
      g_assert_no_error (error);
      export_assert_equal (g_ptr_array_index (jobs, n++), record);
    }
  g_assert_cmpuint (n, ==, jobs->len);
}

static void
test_json (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autoptr (GPtrArray) jobs = make_jobs (random, FALSE);
      g_autoptr (GBytes) lines = export_jobs (APH_EXPORT_JSONL, jobs);
      g_autoptr (GBytes) list = export_jobs (APH_EXPORT_JSON, jobs);

      check_lines (jobs, lines);
      check_requests (jobs, lines, "answers.jsonl");
      check_requests (jobs, list, "answers.json");
    }
}

static void
test_table (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      g_autoptr (GPtrArray) jobs = make_jobs (random, TRUE);
      g_autoptr (GBytes) csv = export_jobs (APH_EXPORT_CSV, jobs);
      g_autoptr (GBytes) tsv = export_jobs (APH_EXPORT_TSV, jobs);

      check_table (jobs, csv, "answers.csv");
      check_requests (jobs, csv, "answers.csv");
      check_table (jobs, tsv, "answers.tsv");
      check_requests (jobs, tsv, "answers.tsv");
    }
}

/* Only a table that has all of our columns is one of ours. */
static void
test_other_tables (void)
{
  static const char *const one[] = { "prompt", NULL };
  static const char *const some[] = { "q", "_prompt", "_response", "_model", NULL };
  guint n;
  const char *const *own = aph_result_table_get_own_columns (&n);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) columns = NULL;

  g_assert_null (aph_result_table_new (one));
  g_assert_null (aph_result_table_new (some));

  /* Without what tells them from the user's. */
  for (guint i = 0; i < n; i++)
    g_strv_builder_add (builder, own[i]);
  columns = g_strv_builder_end (builder);
  g_assert_null (aph_result_table_new ((const char *const *) columns));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/round-trip/json", test_json);
  g_test_add_func ("/round-trip/table", test_table);
  g_test_add_func ("/round-trip/other-tables", test_other_tables);

  return g_test_run ();
}
