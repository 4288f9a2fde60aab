/* test-run-failures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "cli/aph-run-failures.h"

/* What is said at once of a prompt that fails so. */
static char *
fail (AphRunFailures  *failures,
      const char      *model,
      AphFailureClass  class,
      guint            status,
      const char      *message)
{
  g_autoptr (AphFailure) failure = aph_failure_new (class, status, "%s", message);
  g_autoptr (AphRequest) request = aph_request_new (model, "q", NULL, NULL);
  g_autoptr (AphJob) job = aph_job_new (request, 0);

  aph_job_send (job, "http://localhost:11434");
  aph_job_fail (job, failure);

  return aph_run_failures_add (failures, job);
}

static guint
fail_often (AphRunFailures  *failures,
            const char      *model,
            AphFailureClass  class,
            guint            status,
            const char      *format,
            guint            n)
{
  guint n_told = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message = g_strdup_printf ("%s %u", format, i);
      g_autofree char *line = fail (failures, model, class, status, message);

      n_told += line != NULL;
    }

  return n_told;
}

static void
assert_begins (GPtrArray  *lines,
               guint       index,
               const char *begin)
{
  g_test_message ("%s", (const char *) g_ptr_array_index (lines, index));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (lines, index), begin));
}

/* Whoever has three failures reads three lines, and no fourth that says the same. */
static void
test_few (void)
{
  g_autoptr (AphRunFailures) failures = aph_run_failures_new ();
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_cmpuint (fail_often (failures, "m", APH_FAILURE_SERVER, 500, "broken", 3), ==, 3);
  lines = aph_run_failures_conclude (failures);
  g_assert_cmpuint (lines->len, ==, 0);
}

static void
test_many (void)
{
  g_autoptr (AphRunFailures) failures = aph_run_failures_new ();
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  first = fail (failures, "m", APH_FAILURE_REFUSED, 0, "Could not connect");
  second = fail (failures, "m", APH_FAILURE_REFUSED, 0, "Could not connect");
  g_assert_nonnull (strstr (first, "→"));
  g_assert_null (strstr (second, "→"));

  for (guint i = 2; i < 100; i++)
    {
      g_autofree char *line = fail (failures, "m", APH_FAILURE_REFUSED, 0, "Could not connect");

      g_assert_true ((line != NULL) == (i < 3));
    }

  lines = aph_run_failures_conclude (failures);
  g_assert_cmpuint (lines->len, ==, 1);
  assert_begins (lines, 0, "100 prompts failed like this: Could not connect → Start Ollama");
}

/* Another number in the words is no other reason; another model that is missing is one. */
static void
test_alike (void)
{
  g_autoptr (AphRunFailures) failures = aph_run_failures_new ();
  g_autoptr (GPtrArray) lines = NULL;

  g_assert_cmpuint (fail_often (failures, "m", APH_FAILURE_SERVER, 500, "slot", 10), ==, 3);
  g_assert_cmpuint (fail_often (failures, "n", APH_FAILURE_SERVER, 500, "slot", 10), ==, 0);
  g_assert_cmpuint (fail_often (failures, "a:1", APH_FAILURE_PERMANENT, 404, "no model", 5), ==, 3);
  g_assert_cmpuint (fail_often (failures, "a:2", APH_FAILURE_PERMANENT, 404, "no model", 5), ==, 3);

  lines = aph_run_failures_conclude (failures);
  g_assert_cmpuint (lines->len, ==, 3);
  assert_begins (lines, 0, "20 prompts");
  assert_begins (lines, 1, "5 prompts");
  assert_begins (lines, 2, "5 prompts");
}

/* A server that puts a name of its own into every error fills neither screen nor memory. */
static void
test_never_alike (void)
{
  g_autoptr (AphRunFailures) failures = aph_run_failures_new ();
  g_autoptr (GPtrArray) lines = NULL;
  guint n_told = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%c%c%c", 'a' + i % 26, 'a' + i / 26 % 26,
                                               'a' + i / 676);

      n_told += fail_often (failures, "m", APH_FAILURE_SERVER, 500, name, 1);
    }

  g_assert_cmpuint (n_told, <, 25);
  lines = aph_run_failures_conclude (failures);
  g_assert_cmpuint (lines->len, ==, 1);
  assert_begins (lines, 0, "984 prompts");
}

/* Advice about memory is for those whose server lacks some. */
static void
test_memory (void)
{
  g_autoptr (AphRunFailures) failures = aph_run_failures_new ();
  g_autofree char *broken = fail (failures, "m", APH_FAILURE_SERVER, 500, "runner has stopped");
  g_autofree char *full = fail (failures, "m", APH_FAILURE_PERMANENT, 500,
                                "model requires more system memory (5 GiB) than is available");

  g_assert_nonnull (strstr (broken, "→ The log of the server"));
  g_assert_null (strstr (broken, "num_ctx"));
  g_assert_nonnull (strstr (full, "ran out of memory"));
  g_assert_nonnull (strstr (full, "num_ctx"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-failures/few", test_few);
  g_test_add_func ("/run-failures/many", test_many);
  g_test_add_func ("/run-failures/alike", test_alike);
  g_test_add_func ("/run-failures/never-alike", test_never_alike);
  g_test_add_func ("/run-failures/memory", test_memory);

  return g_test_run ();
}
