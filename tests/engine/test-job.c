/* test-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "job/aph-job.h"

static AphJob *
make_job (const char *option,
          const char *value)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;

  if (option != NULL)
    g_assert_true (aph_params_set_option (params, option, value, NULL));
  request = aph_request_new ("m", "hello", params, "id-1");

  return aph_job_new (request, 7);
}

static void
append (AphJob     *job,
        const char *thinking,
        const char *answer)
{
  aph_job_append_thinking (job, thinking, strlen (thinking));
  aph_job_append_answer (job, answer, strlen (answer));
}

static void
test_life (void)
{
  AphJob *job = make_job (NULL, NULL);
  AphUsage usage = APH_USAGE_INIT;
  guint revision;
  gsize length;

  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  g_assert_cmpuint (aph_job_get_index (job), ==, 7);
  g_assert_cmpstr (aph_job_get_answer (job, &length), ==, "");
  g_assert_cmpuint (length, ==, 0);
  g_assert_cmpfloat (aph_job_get_ttft_ms (job), ==, -1);
  g_assert_cmpfloat (aph_job_get_token_rate (job), ==, -1);
  g_assert_cmpuint (aph_job_get_in_flight (job), ==, 0);

  revision = aph_job_get_revision (job);
  aph_job_send (job, "http://a");
  g_assert_cmpuint (aph_job_get_revision (job), !=, revision);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_SENT);
  g_assert_true (aph_job_is_running (job));
  g_assert_cmpstr (aph_job_get_server (job), ==, "http://a");
  g_assert_cmpfloat (aph_job_get_wait_ms (job), >=, 0);
  g_assert_cmpuint (aph_job_get_in_flight (job), ==, 1);
  aph_job_set_in_flight (job, 3);
  g_assert_cmpuint (aph_job_get_in_flight (job), ==, 3);

  aph_job_append_thinking (job, "hm", 2);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_THINKING);
  aph_job_append_answer (job, "", 0);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_THINKING);
  revision = aph_job_get_revision (job);
  aph_job_append_answer (job, "鱼", 3);
  g_assert_cmpuint (aph_job_get_revision (job), !=, revision);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_ANSWERING);
  g_assert_cmpuint (aph_job_get_chunks (job), ==, 2);

  usage.answer_tokens = 50;
  usage.answer_ns = G_GINT64_CONSTANT (2000000000);
  aph_job_finish (job, "stop", &usage);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_true (aph_job_is_ended (job));
  g_assert_cmpstr (aph_job_get_thinking (job, NULL), ==, "hm");
  g_assert_cmpstr (aph_job_get_answer (job, NULL), ==, "鱼");
  g_assert_cmpstr (aph_job_get_done_reason (job), ==, "stop");
  g_assert_cmpfloat (aph_job_get_token_rate (job), ==, 25);
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 1);
  g_assert_cmpint (aph_job_get_marks (job), ==, 0);

  g_assert_finalize_object (job);
}

/* What a server says may be anything; what cannot be is not known. */
static void
test_usage (void)
{
  g_autoptr (AphJob) job = make_job (NULL, NULL);
  const AphUsage odd = { G_MAXINT64, -7, G_MAXINT64, G_MININT64, G_MAXINT64 / 2, 5 };
  const AphUsage *usage;

  aph_job_send (job, "http://a");
  aph_job_finish (job, "stop", &odd);
  usage = aph_job_get_usage (job);
  g_assert_cmpint (usage->prompt_tokens, ==, -1);
  g_assert_cmpint (usage->answer_tokens, ==, -1);
  g_assert_cmpint (usage->load_ns, ==, -1);
  g_assert_cmpint (usage->prompt_ns, ==, -1);
  g_assert_cmpint (usage->answer_ns, ==, -1);
  g_assert_cmpint (usage->total_ns, ==, 5);
}

/* Attempts never join their texts. */
static void
test_attempts (void)
{
  g_autoptr (AphJob) job = make_job (NULL, NULL);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut %s", "off");
  AphUsage usage = APH_USAGE_INIT;
  const AphFormerAttempt *former;
  guint epoch, n_former;

  g_assert_null (aph_job_get_former_attempts (job, &n_former));
  g_assert_cmpuint (n_former, ==, 0);
  aph_job_send (job, "http://a");
  append (job, "t1", "first");
  epoch = aph_job_get_text_epoch (job);
  aph_job_put_back (job, failure);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  g_assert_cmpuint (aph_job_get_text_epoch (job), !=, epoch);
  g_assert_cmpstr (aph_job_get_answer (job, NULL), ==, "");
  g_assert_cmpstr (aph_job_get_thinking (job, NULL), ==, "");
  g_assert_cmpstr (aph_job_get_partial (job), ==, "first");
  g_assert_true (aph_job_get_failure (job) == failure);
  g_assert_cmpstr (aph_failure_get_message (failure), ==, "cut off");
  former = aph_job_get_former_attempts (job, &n_former);
  g_assert_cmpuint (n_former, ==, 1);
  g_assert_cmpuint (former[0].number, ==, 1);
  g_assert_cmpstr (former[0].server, ==, "http://a");
  g_assert_true (former[0].failure == failure);
  g_assert_cmpint (former[0].times.sent, !=, 0);
  g_assert_cmpint (former[0].times.ended, >=, former[0].times.first_token);

  aph_job_send (job, "http://b");
  g_assert_null (aph_job_get_failure (job));
  append (job, "t2", "second");
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 2);
  aph_job_finish (job, "length", &usage);
  g_assert_cmpstr (aph_job_get_answer (job, NULL), ==, "second");
  g_assert_cmpstr (aph_job_get_partial (job), ==, "first");
  g_assert_cmpint (aph_job_get_marks (job), ==, APH_MARK_LENGTH);

  /* Stopping the queue is no attempt. */
  aph_job_reset (job);
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 0);
  g_assert_cmpint (aph_job_get_marks (job), ==, 0);
  g_assert_null (aph_job_get_done_reason (job));
  aph_job_send (job, "http://a");
  aph_job_put_back (job, NULL);
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 0);
  aph_job_get_former_attempts (job, &n_former);
  g_assert_cmpuint (n_former, ==, 1);
  aph_job_cancel (job);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_CANCELLED);
}

/* A server that is away for hours does not fill the memory. */
static void
test_many_attempts (void)
{
  g_autoptr (AphJob) job = make_job (NULL, NULL);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_REFUSED, 0, "away");
  const AphFormerAttempt *former;
  guint n_former;

  for (guint i = 0; i < APH_MAX_FORMER_ATTEMPTS + 5; i++)
    {
      aph_job_send (job, "http://a");
      aph_job_put_back (job, failure);
    }
  former = aph_job_get_former_attempts (job, &n_former);
  g_assert_cmpuint (n_former, ==, APH_MAX_FORMER_ATTEMPTS);
  g_assert_cmpuint (former[0].number, ==, 6);

  /* The last one failed for good, and is tried again by hand. */
  aph_job_send (job, "http://b");
  aph_job_fail (job, failure);
  aph_job_reset (job);
  former = aph_job_get_former_attempts (job, &n_former);
  g_assert_cmpuint (n_former, ==, APH_MAX_FORMER_ATTEMPTS);
  g_assert_cmpstr (former[n_former - 1].server, ==, "http://b");
}

static void
test_marks (void)
{
  static const struct
  {
    const char *answer;
    const char *reason;
    gint64 prompt_tokens;
    AphJobMarks marks;
  } cases[] = {
    { "x", "stop", 100, 0 },
    { "x", NULL, -1, 0 },
    { "x", "length", 100, APH_MARK_LENGTH },
    { "", "stop", 100, APH_MARK_EMPTY },
    { "", "length", 100, APH_MARK_EMPTY | APH_MARK_LENGTH },
    { "x", "stop", 511, APH_MARK_PROMPT_TRUNCATED },
    { "x", "stop", 512, APH_MARK_PROMPT_TRUNCATED },
    { "x", "stop", 510, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphJob) job = make_job ("num_ctx", "512");
      AphUsage usage = APH_USAGE_INIT;

      g_test_message ("case %u", i);
      usage.prompt_tokens = cases[i].prompt_tokens;
      aph_job_send (job, "s");
      append (job, "", cases[i].answer);
      aph_job_finish (job, cases[i].reason, &usage);
      g_assert_cmpint (aph_job_get_marks (job), ==, cases[i].marks);
    }
}

/* What there is of an answer that failed is a part, and says so. */
static void
test_marks_of_failures (void)
{
  g_autoptr (AphFailure) cut = aph_failure_new (APH_FAILURE_TRUNCATED, 200, "cut");
  g_autoptr (AphFailure) stall = aph_failure_new (APH_FAILURE_TIMEOUT, 200, "silence");
  const struct
  {
    const char *thinking;
    const char *answer;
    AphFailure *failure;
    AphJobMarks marks;
  } cases[] = {
    { "", "", cut, 0 },
    { "", "x", cut, APH_MARK_INCOMPLETE },
    { "x", "", cut, APH_MARK_INCOMPLETE },
    { "", "", stall, 0 },
    { "", "x", stall, APH_MARK_STALLED },
  };

  aph_failure_set_stall (stall);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphJob) job = make_job (NULL, NULL);

      aph_job_send (job, "s");
      append (job, cases[i].thinking, cases[i].answer);
      aph_job_fail (job, cases[i].failure);
      g_assert_cmpint (aph_job_get_marks (job), ==, cases[i].marks);
      aph_job_reset (job);
      g_assert_cmpint (aph_job_get_marks (job), ==, 0);
    }
}

static void
test_request (void)
{
  g_autoptr (AphRequest) request = aph_request_new (NULL, "p", NULL, NULL);
  g_autoptr (AphRequest) other = aph_request_new_for_model (request, "llama");
  g_autoptr (AphJob) job = aph_job_new (request, 0);

  g_assert_null (aph_request_get_model (request));
  g_assert_null (aph_request_get_custom_id (request));
  g_assert_cmpstr (aph_request_get_model (other), ==, "llama");
  g_assert_cmpstr (aph_request_get_prompt (other), ==, "p");
  g_assert_true (aph_request_get_params (request) == aph_request_get_params (other));

  aph_job_set_request (job, other);
  g_assert_true (aph_job_get_request (job) == other);
}

static void
test_failure (void)
{
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_BUSY, 503, "bad \xff byte");

  g_assert_true (g_utf8_validate (aph_failure_get_message (failure), -1, NULL));
  g_assert_cmpuint (aph_failure_get_status (failure), ==, 503);
  g_assert_cmpint (aph_failure_get_retry_after (failure), ==, -1);
  for (AphFailureClass c = APH_FAILURE_REFUSED; c <= APH_FAILURE_CANCELLED; c++)
    g_assert_cmpstr (aph_failure_class_to_nick (c), !=, "unknown");
  for (AphJobState s = APH_JOB_WAITING; s < APH_JOB_N_STATES; s++)
    g_assert_cmpstr (aph_job_state_to_nick (s), !=, "unknown");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/job/life", test_life);
  g_test_add_func ("/job/usage", test_usage);
  g_test_add_func ("/job/attempts", test_attempts);
  g_test_add_func ("/job/many-attempts", test_many_attempts);
  g_test_add_func ("/job/marks", test_marks);
  g_test_add_func ("/job/marks-of-failures", test_marks_of_failures);
  g_test_add_func ("/job/request", test_request);
  g_test_add_func ("/job/failure", test_failure);

  return g_test_run ();
}
