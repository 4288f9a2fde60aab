/* test-run-summary.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "cli/aph-run-summary.h"

#define ANSWER_MS 20

static AphJob *
start_job (void)
{
  g_autoptr (AphRequest) request = aph_request_new ("m", "q", NULL, NULL);
  AphJob *job = aph_job_new (request, 0);

  aph_job_send (job, "s");

  return job;
}

static JsonObject *
to_json (AphRunSummary *summary,
         guint          peak)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  aph_run_summary_append_json (summary, peak, out);
  g_assert_null (strchr (out->str, '\n'));
  object = aph_json_parse_object (out->str, -1, &error);
  g_assert_no_error (error);

  return object;
}

static void
test_empty (void)
{
  g_autoptr (AphRunSummary) summary = aph_run_summary_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  aph_run_summary_append_json (summary, 0, out);
  g_assert_cmpstr (out->str, ==,
                   "{\"jobs\":0,\"done\":0,\"failed\":0,\"cancelled\":0,\"wall_s\":0,"
                   "\"sequential_s\":0,\"speedup\":null,\"answer_tokens\":0,"
                   "\"tokens_per_s\":null,\"peak_in_flight\":0,"
                   "\"ttft_ms\":{\"p50\":null,\"p95\":null,\"p99\":null}}");
}

/* Four jobs at the same time: the wall time is that of one, the sequential one that of those that
 * are done. */
static void
test_at_once (void)
{
  static const AphUsage usage = { 5, 10, -1, -1, -1, -1 };
  g_autoptr (AphRunSummary) summary = aph_run_summary_new ();
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_SERVER, 500, "broken");
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  AphJob *jobs[4];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    jobs[i] = start_job ();
  g_usleep (ANSWER_MS * 1000);

  aph_job_append_answer (jobs[0], "a", 1);
  aph_job_finish (jobs[0], "stop", &usage);
  aph_job_append_answer (jobs[1], "b", 1);
  aph_job_finish (jobs[1], "stop", &usage);
  aph_job_fail (jobs[2], failure);
  aph_job_cancel (jobs[3]);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      aph_run_summary_add (summary, jobs[i]);
      g_object_unref (jobs[i]);
    }

  g_assert_cmpuint (aph_run_summary_count (summary, APH_JOB_DONE), ==, 2);
  g_assert_cmpuint (aph_run_summary_count_all (summary), ==, 4);

  json = to_json (summary, 3);
  g_assert_cmpint (aph_json_get_int (json, "jobs", -1), ==, 4);
  g_assert_cmpint (aph_json_get_int (json, "done", -1), ==, 2);
  g_assert_cmpint (aph_json_get_int (json, "failed", -1), ==, 1);
  g_assert_cmpint (aph_json_get_int (json, "cancelled", -1), ==, 1);
  g_assert_cmpint (aph_json_get_int (json, "answer_tokens", -1), ==, 20);
  g_assert_cmpint (aph_json_get_int (json, "peak_in_flight", -1), ==, 3);
  g_assert_cmpfloat (aph_json_get_double (json, "wall_s", -1), >=, ANSWER_MS / 1000.0);
  g_assert_cmpfloat (aph_json_get_double (json, "sequential_s", -1), >=, 2 * ANSWER_MS / 1000.0);
  g_assert_cmpfloat (aph_json_get_double (json, "speedup", -1), >, 1);
  g_assert_cmpfloat (aph_json_get_double (json, "speedup", -1), <=, 2.1);
  g_assert_cmpfloat (aph_json_get_double (json, "tokens_per_s", -1), >, 0);
  g_assert_cmpfloat (aph_json_get_double (aph_json_get_object (json, "ttft_ms"), "p50", -1),
                     >=, ANSWER_MS);

  aph_run_summary_append_words (summary, words);
  g_test_message ("%s", words->str);
  g_assert_true (g_str_has_prefix (words->str, "4 prompts: 2 done · 1 failed · 1 cancelled.\n"));
  g_assert_nonnull (strstr (words->str, "times as fast"));
  g_assert_nonnull (strstr (words->str, "20 tokens"));
}

/* The three percentiles rise, and no job is a slower one than p99 of a hundred. */
static void
test_percentiles (void)
{
  static const AphUsage usage = APH_USAGE_INIT;
  g_autoptr (AphRunSummary) summary = aph_run_summary_new ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (JsonObject) json = NULL;
  JsonObject *ttft;
  guint above_p50 = 0, above_p95 = 0, above_p99 = 0;

  for (guint i = 0; i < 200; i++)
    g_ptr_array_add (jobs, start_job ());

  /* The last to start is the first to answer, so that they do not come sorted. */
  for (guint i = jobs->len; i > 0; i--)
    {
      AphJob *job = g_ptr_array_index (jobs, i - 1);
      double time;

      g_usleep (100);
      aph_job_append_answer (job, "a", 1);
      aph_job_finish (job, "stop", &usage);
      aph_run_summary_add (summary, job);
      time = aph_job_get_ttft_ms (job);
      g_array_append_val (times, time);
    }

  json = to_json (summary, 200);
  ttft = aph_json_get_object (json, "ttft_ms");
  for (guint i = 0; i < times->len; i++)
    {
      /* The summary has three decimals. */
      double time = g_array_index (times, double, i) - 0.001;

      above_p50 += time > aph_json_get_double (ttft, "p50", -1);
      above_p95 += time > aph_json_get_double (ttft, "p95", -1);
      above_p99 += time > aph_json_get_double (ttft, "p99", -1);
    }
  g_assert_cmpuint (above_p50, ==, 100);
  g_assert_cmpuint (above_p95, ==, 10);
  g_assert_cmpuint (above_p99, ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-summary/empty", test_empty);
  g_test_add_func ("/run-summary/at-once", test_at_once);
  g_test_add_func ("/run-summary/percentiles", test_percentiles);

  return g_test_run ();
}
