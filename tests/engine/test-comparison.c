/* test-comparison.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "stats/aph-comparison.h"

static AphJob *
make_job (const char *model,
          const char *prompt,
          const char *temperature,
          const char *vars)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;
  AphRequestFields fields = { .model = model, .prompt = prompt, .params = params, .vars = vars };

  if (temperature != NULL)
    g_assert_true (aph_params_set_option (params, "temperature", temperature, NULL));
  g_assert_true (aph_params_set_option (params, "num_ctx", "4096", NULL));
  request = aph_request_new_full (&fields);

  return aph_job_new (request, 0);
}

static AphJob *
add (AphComparison *table,
     const char    *model,
     const char    *prompt,
     const char    *temperature)
{
  g_autoptr (AphJob) job = make_job (model, prompt, temperature, NULL);

  g_assert_true (aph_comparison_add (table, job));

  return job;
}

static void
assert_column (AphComparison *table,
               guint          column,
               const char    *model,
               const char    *variation)
{
  g_autofree char *text = aph_comparison_dup_variation (table, column);

  g_assert_cmpstr (aph_comparison_get_model (table, column), ==, model);
  g_assert_cmpstr (text, ==, variation);
}

static void
test_models (void)
{
  g_autoptr (AphComparison) table = aph_comparison_new ();
  AphJob *a1, *b1, *a2;

  a1 = add (table, "a", "one", NULL);
  b1 = add (table, "b", "one", NULL);
  a2 = add (table, "a", "two", NULL);
  g_assert_cmpuint (aph_comparison_get_n_rows (table), ==, 2);
  g_assert_cmpuint (aph_comparison_get_n_columns (table), ==, 2);
  g_assert_true (aph_comparison_get_job (table, 0, 0) == a1);
  g_assert_true (aph_comparison_get_job (table, 0, 1) == b1);
  g_assert_true (aph_comparison_get_job (table, 1, 0) == a2);
  g_assert_null (aph_comparison_get_job (table, 1, 1));
  g_assert_cmpstr (aph_request_get_prompt (aph_comparison_get_request (table, 1)), ==, "two");
  assert_column (table, 0, "a", "");
  assert_column (table, 1, "b", "");
}

/* Only what differs is said of the parameters; the same once more is a repetition. */
static void
test_variations (void)
{
  g_autoptr (AphComparison) table = aph_comparison_new ();

  add (table, "a", "one", "0.2");
  add (table, "a", "one", "0.8");
  add (table, "a", "one", "0.8");
  add (table, NULL, "one", NULL);
  g_assert_cmpuint (aph_comparison_get_n_rows (table), ==, 1);
  g_assert_cmpuint (aph_comparison_get_n_columns (table), ==, 4);
  assert_column (table, 0, "a", "temperature 0.2");
  assert_column (table, 1, "a", "temperature 0.8");
  assert_column (table, 2, "a", "temperature 0.8 · #2");
  assert_column (table, 3, "", "temperature –");

  /* In the next row each finds its column again. */
  add (table, "a", "two", "0.8");
  add (table, "a", "two", "0.2");
  add (table, "a", "two", "0.8");
  g_assert_cmpuint (aph_comparison_get_n_columns (table), ==, 4);
  g_assert_nonnull (aph_comparison_get_job (table, 1, 2));
}

/* A file that names the model in each line asks the same in each. */
static void
test_vars (void)
{
  g_autoptr (AphComparison) table = aph_comparison_new ();
  g_autoptr (AphJob) a = make_job ("a", "one", NULL, "{\"model\":\"a\"}");
  g_autoptr (AphJob) b = make_job ("b", "one", NULL, "{\"model\":\"b\"}");

  aph_comparison_add (table, a);
  aph_comparison_add (table, b);
  g_assert_cmpuint (aph_comparison_get_n_rows (table), ==, 1);
  g_assert_cmpuint (aph_comparison_get_n_columns (table), ==, 2);
}

static void
test_too_many (void)
{
  g_autoptr (AphComparison) table = aph_comparison_new ();

  for (guint i = 0; i < APH_COMPARISON_MAX_COLUMNS + 3; i++)
    {
      g_autoptr (AphJob) job = make_job ("a", "one", NULL, NULL);

      g_assert_true (aph_comparison_add (table, job) == (i < APH_COMPARISON_MAX_COLUMNS));
    }
  g_assert_cmpuint (aph_comparison_get_n_columns (table), ==, APH_COMPARISON_MAX_COLUMNS);
  g_assert_cmpuint (aph_comparison_get_n_left_out (table), ==, 3);
}

static void
finish (AphJob     *job,
        gint64      tokens,
        const char *reason)
{
  AphUsage usage = APH_USAGE_INIT;

  usage.answer_tokens = tokens;
  usage.answer_ns = G_GINT64_CONSTANT (1000000000);
  aph_job_send (job, "http://a");
  aph_job_append_answer (job, "x", 1);
  aph_job_finish (job, reason, &usage);
}

static void
test_summary (void)
{
  g_autoptr (AphComparison) table = aph_comparison_new ();
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_PERMANENT, 400, "no");
  AphComparisonSummary summary;
  AphJob *first, *second;

  first = add (table, "a", "one", NULL);
  second = add (table, "a", "two", NULL);
  aph_job_fail (add (table, "a", "three", NULL), failure);
  finish (first, 30, "stop");
  finish (second, 50, "length");
  aph_job_set_rating (first, 5);
  aph_job_set_rating (second, 2);

  aph_comparison_summarize (table, 0, &summary);
  g_assert_cmpuint (summary.n_jobs, ==, 3);
  g_assert_cmpuint (summary.n_done, ==, 2);
  g_assert_cmpuint (summary.n_failed, ==, 1);
  g_assert_cmpuint (summary.n_marked, ==, 1);
  g_assert_cmpuint (summary.n_rated, ==, 2);
  g_assert_cmpfloat_with_epsilon (summary.rating, 3.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.token_rate, 40, 1e-9);
  g_assert_cmpfloat_with_epsilon (summary.tokens, 40, 1e-9);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/comparison/models", test_models);
  g_test_add_func ("/comparison/variations", test_variations);
  g_test_add_func ("/comparison/vars", test_vars);
  g_test_add_func ("/comparison/too-many", test_too_many);
  g_test_add_func ("/comparison/summary", test_summary);

  return g_test_run ();
}
