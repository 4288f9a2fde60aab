/* test-result-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "export-jobs.h"
#include "files/aph-result-row.h"

static AphJob *
make_job (const char *model,
          const char *prompt,
          const char *custom_id)
{
  g_autoptr (AphRequest) request = aph_request_new (model, prompt, NULL, custom_id);

  return aph_job_new (request, 7);
}

static char *
row_of (AphJob *job)
{
  GString *out = g_string_new (NULL);

  aph_result_row_append (out, job, aph_job_get_index (job), FALSE);
  g_assert_true (g_utf8_validate (out->str, out->len, NULL));
  g_assert_null (strchr (out->str, '\n'));

  return g_string_free (out, FALSE);
}

static void
append_answer (AphJob     *job,
               const char *text)
{
  aph_job_append_answer (job, text, strlen (text));
}

static void
test_never_sent (void)
{
  g_autoptr (AphJob) job = make_job (NULL, "Why?", NULL);
  g_autofree char *row = NULL;

  aph_job_cancel (job);
  row = row_of (job);
  g_assert_cmpstr (row, ==,
                   "{\"index\":7,\"id\":null,\"state\":\"cancelled\",\"server\":null,"
                   "\"model\":null,\"prompt\":\"Why?\",\"response\":\"\",\"thinking\":null,"
                   "\"done_reason\":null,\"marks\":[],\"attempts\":0,\"error\":null,"
                   "\"metrics\":{\"wait_ms\":null,\"ttft_ms\":null,\"total_ms\":null,"
                   "\"prompt_tokens\":null,\"answer_tokens\":null,\"tokens_per_s\":null,"
                   "\"first_answer_ms\":null,\"load_ms\":null,\"prompt_ms\":null,"
                   "\"answer_ms\":null,\"server_ms\":null,\"chunks\":0},\"time\":null,"
                   "\"vars\":null,\"params\":{},\"images\":null,\"rating\":null,\"note\":null}");
}

static void
test_done (void)
{
  static const AphUsage usage = { 11, 3, 1, 2, 70 * G_GINT64_CONSTANT (1000000), 9 };
  g_autoptr (AphJob) job = make_job ("qwen2.5:7b", "糖醋排骨\n\"怎么\"做\t?\x1f", "r-1");
  g_autofree char *row = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *metrics;

  aph_job_send (job, "http://127.0.0.1:11434");
  aph_job_append_thinking (job, "hm", 2);
  append_answer (job, "先将");
  append_answer (job, "排骨\\");
  aph_job_finish (job, "stop", &usage);
  row = row_of (job);

  object = aph_json_parse_object (row, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aph_json_get_int (object, "index", -1), ==, 7);
  g_assert_cmpstr (aph_json_get_string (object, "id"), ==, "r-1");
  g_assert_cmpstr (aph_json_get_string (object, "state"), ==, "done");
  g_assert_cmpstr (aph_json_get_string (object, "server"), ==, "http://127.0.0.1:11434");
  g_assert_cmpstr (aph_json_get_string (object, "model"), ==, "qwen2.5:7b");
  g_assert_cmpstr (aph_json_get_string (object, "prompt"), ==, "糖醋排骨\n\"怎么\"做\t?\x1f");
  g_assert_cmpstr (aph_json_get_string (object, "response"), ==, "先将排骨\\");
  g_assert_cmpstr (aph_json_get_string (object, "thinking"), ==, "hm");
  g_assert_cmpstr (aph_json_get_string (object, "done_reason"), ==, "stop");
  g_assert_cmpint (json_array_get_length (aph_json_get_array (object, "marks")), ==, 0);
  g_assert_cmpint (aph_json_get_int (object, "attempts", -1), ==, 1);
  g_assert_true (json_object_get_null_member (object, "error"));

  metrics = aph_json_get_object (object, "metrics");
  g_assert_cmpint (json_object_get_size (metrics), ==, 12);
  g_assert_cmpfloat (aph_json_get_double (metrics, "wait_ms", -1), >=, 0);
  g_assert_cmpfloat (aph_json_get_double (metrics, "ttft_ms", -1), >=, 0);
  g_assert_cmpfloat (aph_json_get_double (metrics, "total_ms", -1), >=, 0);
  g_assert_cmpint (aph_json_get_int (metrics, "prompt_tokens", -1), ==, 11);
  g_assert_cmpint (aph_json_get_int (metrics, "answer_tokens", -1), ==, 3);
  /* 3 tokens in 70 ms, with three decimals. */
  g_assert_nonnull (strstr (row, "\"tokens_per_s\":42.857,"));
}

static void
test_marks (void)
{
  static const AphUsage usage = { 4095, 1, -1, -1, -1, -1 };
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;
  g_autoptr (AphJob) job = NULL;
  g_autofree char *row = NULL;

  g_assert_true (aph_params_set_option (params, "num_ctx", "4096", NULL));
  request = aph_request_new ("m", "long", params, NULL);
  job = aph_job_new (request, 7);
  aph_job_send (job, "s");
  aph_job_finish (job, "length", &usage);

  row = row_of (job);
  g_assert_nonnull (strstr (row, "\"marks\":[\"length\",\"prompt-truncated\",\"empty\"],"));
  g_assert_nonnull (strstr (row, "\"ttft_ms\":null,"));
  g_assert_nonnull (strstr (row, "\"prompt_tokens\":4095,\"answer_tokens\":1,"
                                 "\"tokens_per_s\":null"));
}

static void
test_failed (void)
{
  g_autoptr (AphJob) job = make_job ("nope", "q", NULL);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_PERMANENT, 404,
                                                    "model 'nope' not found\nreally \xff");
  g_autofree char *row = NULL;

  aph_job_send (job, "s");
  append_answer (job, "par");
  aph_job_fail (job, failure);

  row = row_of (job);
  g_assert_nonnull (strstr (row, "\"state\":\"failed\","));
  g_assert_nonnull (strstr (row, "\"response\":\"par\","));
  g_assert_nonnull (strstr (row, "\"error\":{\"class\":\"permanent\",\"status\":404,"
                                 "\"message\":\"model 'nope' not found\\nreally \uFFFD\"},"));
}

static void
test_no_status (void)
{
  g_autoptr (AphJob) job = make_job ("m", "q", NULL);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRUNCATED, 0, "cut");
  g_autofree char *row = NULL;

  aph_job_send (job, "s");
  aph_job_fail (job, failure);

  row = row_of (job);
  g_assert_nonnull (strstr (row, "\"error\":{\"class\":\"truncated\",\"status\":null,"
                                 "\"message\":\"cut\"},"));
}

static const char *const not_rows[] = {
  "", "{", "[]", "null", "{}", "{\"index\":0}", "{\"index\":-1,\"prompt\":\"a\",\"state\":\"done\"}",
  "{\"index\":0,\"prompt\":\"a\",\"state\":\"finished\"}",
  "{\"index\":0,\"prompt\":null,\"state\":\"done\"}", "{\"prompt\":\"a\",\"state\":\"done\"}",
  "{\"index\":0,\"prompt\":\"a\",\"state\":\"done\"",
  "{\"index\":0,\"prompt\":\"a\",\"state\":\"done\"}{\"index\":1,\"prompt\":\"a\",\"state\":\"done\"}",
};

static void
test_not_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (not_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      AphJobRecord *record = aph_result_row_parse (not_rows[i], -1, NULL, NULL, &error);

      g_assert_null (record);
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, APH_JSON_ERROR);
    }
}

/* What an older version wrote, and what somebody wrote by hand. */
static void
test_little (void)
{
  g_autoptr (GError) error = NULL;
  guint64 index = 0;
  AphOrigin *origin;
  g_autoptr (AphJobRecord) record =
    aph_result_row_parse ("{\"index\":3,\"prompt\":\"a\",\"state\":\"failed\",\"marks\":[1,\"x\"],"
                          "\"error\":{\"class\":\"odd\"},\"metrics\":{\"total_ms\":-5e300,"
                          "\"ttft_ms\":1e300},\"time\":\"yesterday\",\"rating\":99,\"images\":[3]}",
                          -1, &index, &origin, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (index, ==, 3);
  g_assert_null (origin);
  g_assert_cmpint (record->state, ==, APH_JOB_FAILED);
  g_assert_false (record->has_failure);
  g_assert_cmpuint (record->rating, ==, APH_MAX_RATING);
  g_assert_cmpint (record->times.sent, ==, 0);
  g_assert_null (aph_request_get_model (record->request));
}

/* What is measured survives to the microsecond, the moment to the millisecond. */
static void
test_times (void)
{
  g_autoptr (AphJob) job = export_job_new (1, "a", "b");
  g_autofree char *row = row_of (job);
  g_autoptr (AphJobRecord) record = aph_result_row_parse (row, -1, NULL, NULL, NULL);
  g_autoptr (AphJob) again = aph_job_new_from_record (record);
  const AphTimes *before = aph_job_get_times (job);
  const AphTimes *after = aph_job_get_times (again);

  g_assert_cmpfloat_with_epsilon (aph_job_get_ttft_ms (again), aph_job_get_ttft_ms (job), 1e-6);
  g_assert_cmpfloat_with_epsilon (aph_job_get_total_ms (again), aph_job_get_total_ms (job), 1e-6);
  g_assert_cmpfloat_with_epsilon (aph_job_get_wait_ms (again), aph_job_get_wait_ms (job), 1e-6);
  g_assert_cmpint (ABS (after->sent - before->sent), <, 100000);
}

/* The same for what was answered before the computer was last started. */
static void
test_times_of_before (void)
{
  g_autoptr (AphJobRecord) record = NULL;
  g_autoptr (AphJob) job = NULL;
  g_autofree char *row = NULL;

  record = aph_result_row_parse ("{\"index\":3,\"prompt\":\"a\",\"state\":\"done\",\"response\":\"b\","
                                 "\"metrics\":{\"wait_ms\":5,\"ttft_ms\":10,\"total_ms\":30,"
                                 "\"first_answer_ms\":20},\"time\":\"2001-02-03T04:05:06.789Z\"}",
                                 -1, NULL, NULL, NULL);
  job = aph_job_new_from_record (record);
  row = row_of (job);
  g_assert_nonnull (strstr (row, "\"wait_ms\":5,"));
  g_assert_nonnull (strstr (row, "\"ttft_ms\":10,"));
  g_assert_nonnull (strstr (row, "\"total_ms\":30,"));
  g_assert_nonnull (strstr (row, "\"first_answer_ms\":20,"));
  g_assert_nonnull (strstr (row, "\"time\":\"2001-02-03T04:05:06.78"));
}

static void
test_record (void)
{
  const AphOriginFields fields = { "ollama", TRUE, "0.33.0", "sha256:abc" };
  g_autoptr (AphOrigin) origin = aph_origin_new (&fields);
  g_autoptr (AphJob) job = export_job_new (1, "a", "b");
  g_autoptr (GString) row = g_string_new (NULL);
  g_autoptr (AphJobRecord) record = NULL;
  AphOrigin *read = NULL;

  aph_job_set_origin (job, origin);
  aph_result_row_append (row, job, 1, TRUE);
  g_assert_nonnull (strstr (row->str, "\"record\":{\"server\":\"http://127.0.0.1:11434\","
                                      "\"api\":\"ollama\",\"version\":\"0.33.0\","
                                      "\"digest\":\"sha256:abc\","));
  record = aph_result_row_parse (row->str, -1, NULL, &read, NULL);
  g_assert_true (aph_origin_equal (read, origin));
  g_assert_cmpuint (record->in_flight, ==, 1);
  aph_origin_unref (read);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result-row/never-sent", test_never_sent);
  g_test_add_func ("/result-row/done", test_done);
  g_test_add_func ("/result-row/marks", test_marks);
  g_test_add_func ("/result-row/failed", test_failed);
  g_test_add_func ("/result-row/no-status", test_no_status);

  g_test_add_func ("/result-row/not-rows", test_not_rows);
  g_test_add_func ("/result-row/little", test_little);
  g_test_add_func ("/result-row/times", test_times);
  g_test_add_func ("/result-row/times-of-before", test_times_of_before);
  g_test_add_func ("/result-row/record", test_record);

  return g_test_run ();
}
