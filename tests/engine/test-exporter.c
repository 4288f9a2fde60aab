/* test-exporter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What other programs make of the files is tested with antiphon-run, where Python reads them.
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "export-jobs.h"
#include "files/aph-exporter.h"
#include "files/aph-report-text.h"
#include "files/aph-result-row.h"
#include "ui/aph-report-words.h"

static char *
export_with (AphExportFormat   format,
             GPtrArray        *jobs,
             AphExportOptions *options)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (AphExportSurvey) survey = aph_export_survey_new (TRUE);
  g_autoptr (AphExporter) exporter = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data;

  for (guint i = 0; i < jobs->len; i++)
    aph_export_survey_add (survey, g_ptr_array_index (jobs, i));

  options->words = &aph_report_words;
  options->survey = survey;
  exporter = aph_exporter_new (format, stream, options);
  for (guint i = 0; i < jobs->len; i++)
    g_assert_true (aph_exporter_write (exporter, g_ptr_array_index (jobs, i), NULL, &error));
  g_assert_no_error (error);
  g_assert_true (aph_exporter_close (exporter, NULL, &error));
  g_assert_no_error (error);

  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream));
  data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream));
  g_assert_true (size == 0 || g_utf8_validate_len (data, size, NULL));

  return g_strndup (data != NULL ? data : "", size);
}

static char *
export_jobs (AphExportFormat  format,
             GPtrArray       *jobs)
{
  AphExportOptions options = { .title = "<b>Title</b> & more" };

  return export_with (format, jobs, &options);
}

static void
test_formats (void)
{
  static const struct
  {
    const char *path;
    AphExportFormat format;
  } paths[] = {
    { "a.jsonl", APH_EXPORT_JSONL },
    { "a.ndjson", APH_EXPORT_JSONL },
    { "a.JSONL", APH_EXPORT_JSONL },
    { "a.json", APH_EXPORT_JSON },
    { "/x.csv/a.md", APH_EXPORT_MARKDOWN },
    { "a.csv", APH_EXPORT_CSV },
    { "a.tsv", APH_EXPORT_TSV },
    { "a.htm", APH_EXPORT_HTML },
    { "a.openai.jsonl", APH_EXPORT_OPENAI },
    { "a.openai-errors.jsonl", APH_EXPORT_OPENAI_ERRORS },
    { "a.promptfoo.json", APH_EXPORT_PROMPTFOO },
  };
  AphExportFormat format;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_assert_true (aph_export_format_from_path (paths[i].path, &format));
      g_assert_cmpint (format, ==, paths[i].format);
    }
  g_assert_false (aph_export_format_from_path ("a.txt", &format));
  g_assert_false (aph_export_format_from_path (".csv", &format));
  g_assert_false (aph_export_format_from_path ("csv", &format));

  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    {
      g_assert_true (aph_export_format_from_name (aph_export_format_get_name (i), &format));
      g_assert_cmpint (format, ==, i);
    }
  g_assert_true (aph_export_format_from_name ("md", &format));
  g_assert_false (aph_export_format_from_name ("xlsx", &format));
}

static void
test_no_jobs (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    {
      g_autofree char *text = export_jobs (i, jobs);

      if (i == APH_EXPORT_JSONL || i == APH_EXPORT_OPENAI || i == APH_EXPORT_OPENAI_ERRORS)
        g_assert_cmpstr (text, ==, "");
      if (i == APH_EXPORT_JSON || i == APH_EXPORT_PROMPTFOO)
        {
          g_autoptr (JsonNode) root = aph_json_parse (text, -1, NULL);

          g_assert_nonnull (root);
        }
    }
}

static guint
count (const char *text,
       const char *part)
{
  guint n = 0;

  for (const char *p = strstr (text, part); p != NULL; p = strstr (p + 1, part))
    n++;

  return n;
}

static void
test_html (void)
{
  g_autoptr (GPtrArray) jobs = export_jobs_new ();
  g_autofree char *text = export_jobs (APH_EXPORT_HTML, jobs);

  /* What is text stays text. */
  g_assert_null (strstr (text, "<script"));
  g_assert_null (strstr (text, "<img"));
  g_assert_nonnull (strstr (text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  g_assert_nonnull (strstr (text, "<h1 dir=\"auto\">&lt;b&gt;Title&lt;/b&gt; &amp; more</h1>"));
  g_assert_nonnull (strstr (text, "nope&lt;b&gt;"));
  g_assert_cmpuint (count (text, "<article"), ==, jobs->len);
  g_assert_cmpuint (count (text, "</article>"), ==, jobs->len);
  g_assert_cmpuint (count (text, "<svg"), ==, 1);

  /* Nothing is fetched. */
  g_assert_null (strstr (text, " src=\""));
  g_assert_null (strstr (text, " href=\""));
  g_assert_nonnull (strstr (text, "default-src 'none'"));

  /* Control characters cannot be in a page, but they can be seen there. */
  g_assert_null (strchr (text, '\x01'));
  g_assert_nonnull (strstr (text, "␁␂␟␡"));
}

static void
test_markdown (void)
{
  g_autoptr (GPtrArray) jobs = export_jobs_new ();
  g_autofree char *text = export_jobs (APH_EXPORT_MARKDOWN, jobs);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *fence = NULL;
  guint n_headings = 0;

  /* Outside of the fences, each line is one of ours. */
  g_assert_cmpstr (lines[0], ==, APH_REPORT_MARK);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      gsize ticks = strspn (lines[i], "`");

      if (fence == NULL && ticks >= 3)
        fence = lines[i];
      else if (fence != NULL)
        {
          if (ticks >= strspn (fence, "`") && lines[i][ticks] == '\0')
            fence = NULL;
        }
      else
        {
          n_headings += g_str_has_prefix (lines[i], "### ");
          g_assert_null (strstr (lines[i], "<script"));
          g_assert_false (g_str_has_prefix (lines[i], "# no heading"));
          for (const char *p = strchr (lines[i], '<'); p != NULL; p = strchr (p + 1, '<'))
            g_assert_cmpint (p[-1], ==, '\\');
        }
    }
  g_assert_null (fence);
  g_assert_cmpuint (n_headings, ==, jobs->len);
  g_assert_nonnull (strstr (text, "# \\<b\\>Title\\</b\\> \\& more\n"));
}

static void
test_csv (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_ptr_array_add (jobs, export_job_new (0, "=1+1", "- a, b"));
  g_ptr_array_add (jobs, export_job_new_failed (1, "no"));
  text = export_jobs (APH_EXPORT_CSV, jobs);
  lines = g_strsplit (text, "\r\n", -1);
  g_assert_true (g_str_has_prefix (lines[0], "dish,n,_prompt,_response,_model,_state,_id,_index,"));
  g_assert_true (g_str_has_prefix (lines[1], "糖醋排骨,7,'=1+1,\"'- a, b\",qwen2.5:7b,done,r-1,0,"));
  g_assert_true (g_str_has_prefix (lines[2], ",,Why?,,nope<b>,failed,,1,,,,1,no,permanent,404,"));
  g_assert_cmpstr (lines[3], ==, "");
}

/* No spreadsheet is to see 2e+06 there, and what reads it again would take that for a 2. */
static void
test_csv_counts (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = NULL;

  g_ptr_array_add (jobs, export_job_new (2000000, "a", "b"));
  text = export_jobs (APH_EXPORT_CSV, jobs);
  g_assert_nonnull (strstr (text, ",2000000,"));
}

static void
test_csv_options (void)
{
  static const char vars[] = "{\"_state\":\"old\",\"a,b\":true,\"c\":null,\"d\":[1,2]}";
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  const AphRequestFields fields = { .prompt = "p", .vars = vars };
  g_autoptr (AphRequest) request = aph_request_new_full (&fields);
  AphExportOptions options = { .bom = TRUE };
  g_autofree char *text = NULL;

  g_ptr_array_add (jobs, aph_job_new (request, 0));
  text = export_with (APH_EXPORT_TSV, jobs, &options);
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf" "_state\t\"a,b\"\tc\td\t_prompt\t_response\t"
                                         "_model\t__state\t"));
  g_assert_nonnull (strstr (text, "\nold\ttrue\t\t\"[1,2]\"\tp\t\t\twaiting\t"));
}

/* A column that was not there when they were looked at cannot get lost. */
static void
test_csv_late_column (void)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (AphExportSurvey) survey = aph_export_survey_new (TRUE);
  const AphExportOptions options = { .survey = survey };
  g_autoptr (AphExporter) exporter = aph_exporter_new (APH_EXPORT_CSV, stream, &options);
  g_autoptr (AphJob) job = export_job_new (0, "a", "b");
  g_autoptr (GError) error = NULL;

  g_assert_false (aph_exporter_write (exporter, job, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
check_json_lines (const char *text,
                  guint       n_lines)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, n_lines + 1);
  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) object = aph_json_parse_object (lines[i], -1, &error);

      g_assert_no_error (error);
      g_assert_true (json_object_has_member (object, "custom_id"));
      g_assert_true (json_object_has_member (object, "response"));
      g_assert_true (json_object_has_member (object, "error"));
    }
}

static void
test_openai (void)
{
  g_autoptr (GPtrArray) jobs = export_jobs_new ();
  g_autofree char *done = export_jobs (APH_EXPORT_OPENAI, jobs);
  g_autofree char *errors = export_jobs (APH_EXPORT_OPENAI_ERRORS, jobs);

  check_json_lines (done, jobs->len - 2);
  check_json_lines (errors, 2);
  g_assert_nonnull (strstr (done, "\"finish_reason\":\"stop\""));
  g_assert_nonnull (strstr (done, "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":30,"
                                  "\"total_tokens\":41}"));
  g_assert_nonnull (strstr (errors, "\"status_code\":404,"));
  g_assert_nonnull (strstr (errors, "\"response\":null,\"error\":{\"code\":\"batch_expired\","));
}

static void
test_promptfoo (void)
{
  g_autoptr (GPtrArray) jobs = export_jobs_new ();
  g_autofree char *text = export_jobs (APH_EXPORT_PROMPTFOO, jobs);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) root = aph_json_parse_object (text, -1, &error);
  JsonObject *results, *stats;

  g_assert_no_error (error);
  results = aph_json_get_object (root, "results");
  stats = aph_json_get_object (results, "stats");
  g_assert_cmpint (aph_json_get_int (results, "version", 0), ==, 3);
  g_assert_cmpuint (json_array_get_length (aph_json_get_array (results, "results")), ==,
                    jobs->len);
  g_assert_cmpuint (json_array_get_length (aph_json_get_array (results, "prompts")), ==, 2);
  g_assert_cmpint (aph_json_get_int (stats, "successes", 0), ==, jobs->len - 2);
  g_assert_cmpint (aph_json_get_int (stats, "errors", 0), ==, 2);
}

/* Out and in again, whatever it is. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261125);
  AphExportOptions options = { .title = NULL };

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      for (guint i = 0; i < 5; i++)
        g_ptr_array_add (jobs, export_job_new_random (random, 7 * i, FALSE));
      text = export_with (APH_EXPORT_JSONL, jobs, &options);
      lines = g_strsplit (text, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), ==, jobs->len + 1);

      for (guint i = 0; i < jobs->len; i++)
        {
          guint64 index;
          g_autoptr (GError) error = NULL;
          g_autoptr (AphJobRecord) record = aph_result_row_parse (lines[i], -1, &index, NULL,
                                                                  &error);

          g_assert_no_error (error);
          g_assert_cmpuint (index, ==, 7 * i);
          export_assert_equal (g_ptr_array_index (jobs, i), record);
        }
    }
}

static void
test_renumber (void)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  AphExportOptions options = { .renumber = TRUE };
  g_autofree char *text = NULL;

  g_ptr_array_add (jobs, export_job_new (4711, "a", "b"));
  g_ptr_array_add (jobs, export_job_new (12, "a", "b"));
  text = export_with (APH_EXPORT_JSONL, jobs, &options);
  g_assert_true (g_str_has_prefix (text, "{\"index\":0,"));
  g_assert_nonnull (strstr (text, "\n{\"index\":1,"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exporter/formats", test_formats);
  g_test_add_func ("/exporter/no-jobs", test_no_jobs);
  g_test_add_func ("/exporter/html", test_html);
  g_test_add_func ("/exporter/markdown", test_markdown);
  g_test_add_func ("/exporter/csv", test_csv);
  g_test_add_func ("/exporter/csv-counts", test_csv_counts);
  g_test_add_func ("/exporter/csv-options", test_csv_options);
  g_test_add_func ("/exporter/csv-late-column", test_csv_late_column);
  g_test_add_func ("/exporter/openai", test_openai);
  g_test_add_func ("/exporter/promptfoo", test_promptfoo);
  g_test_add_func ("/exporter/round-trip", test_round_trip);
  g_test_add_func ("/exporter/renumber", test_renumber);

  return g_test_run ();
}
