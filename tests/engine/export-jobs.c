/* export-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "export-jobs.h"

/* What breaks tables, pages and fences. */
static const char *const hostile[] = {
  "<script>alert(1)</script>", "</pre></article><h1>&amp;", "\"'><img src=x onerror=alert(1)>",
  "```\n# no heading\n```", "````", "a,b;c\td", "\"quoted\"", "line\nline\r\nline\rline",
  "=HYPERLINK(\"http://evil/\")", "+1+1", "-2", "@SUM(A1)", "'=1", "\t=1", " =1", "＝1",
  "鱼香肉丝的做法", "👩‍👩‍👧‍👦🇨🇳", "\u202eRTL\u202c", "مرحبا بالعالم", "e\u0301", "\u200b\u2028\u2029",
  "\x01\x02\x1f\x7f", "\xef\xbb\xbf", "\xef\xbf\xbe", "null", "{{column}}", "| a | b |", "\\", " ",
  "]]>", "<!--", "&lt;", "%s%n", "0", "1e5", "x",
};

static void
give_answer (AphJob     *job,
             const char *answer)
{
  static const AphUsage usage = { 11, 30, 5000000, 2000000, 600000000, 700000000 };

  aph_job_send (job, "http://127.0.0.1:11434");
  aph_job_append_thinking (job, "hm", 2);
  aph_job_append_answer (job, answer, strlen (answer));
  aph_job_finish (job, "stop", &usage);
}

AphJob *
export_job_new (guint64     index,
                const char *prompt,
                const char *answer)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;
  AphRequestFields fields = {
    .model = "qwen2.5:7b",
    .prompt = prompt,
    .params = params,
    .custom_id = "r-1",
    .vars = "{\"dish\":\"糖醋排骨\",\"n\":\"7\"}",
  };
  AphJob *job;

  aph_params_set_system (params, "Be brief.");
  g_assert_true (aph_params_set_option (params, "temperature", "0.2", NULL));
  request = aph_request_new_full (&fields);
  job = aph_job_new (request, index);
  give_answer (job, answer);

  return job;
}

AphJob *
export_job_new_failed (guint64     index,
                       const char *message)
{
  g_autoptr (AphRequest) request = aph_request_new ("nope<b>", "Why?", NULL, NULL);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_PERMANENT, 404, "%s", message);
  AphJob *job = aph_job_new (request, index);

  aph_job_send (job, "http://127.0.0.1:11434");
  aph_job_fail (job, failure);

  return job;
}

static char *
random_text (GRand *random)
{
  GString *text = g_string_new (NULL);
  guint n = g_rand_int_range (random, 0, 6);

  for (guint i = 0; i < n; i++)
    {
      gunichar c = g_rand_int_range (random, 1, 0x11000);

      g_string_append (text, hostile[g_rand_int_range (random, 0, G_N_ELEMENTS (hostile))]);
      if (g_rand_boolean (random) && g_unichar_validate (c))
        g_string_append_unichar (text, c);
    }

  return g_string_free (text, FALSE);
}

static char *
random_vars (GRand    *random,
             gboolean  text_only)
{
  /* People call their columns what they like. */
  static const char *const names[] = { "city.name", "2024", "Is it wet?" };
  GString *vars = g_string_new ("{");
  guint n = text_only ? G_N_ELEMENTS (names)
                      : (guint) g_rand_int_range (random, 1, G_N_ELEMENTS (names) + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *value = random_text (random);

      aph_json_append_name (vars, names[i]);
      if (!text_only && g_rand_int_range (random, 0, 4) == 0)
        g_string_append (vars, g_rand_boolean (random) ? "[1,null,{\"a\":0.5}]" : "-12");
      else
        aph_json_append_string (vars, value);
    }
  g_string_append_c (vars, '}');

  return g_string_free (vars, FALSE);
}

/* How it ended is left to chance as well. */
static void
end_randomly (AphJob *job,
              GRand  *random)
{
  g_autofree char *answer = random_text (random);
  g_autofree char *message = random_text (random);
  g_autoptr (AphFailure) failure =
    aph_failure_new (g_rand_int_range (random, 0, APH_FAILURE_CANCELLED),
                     (guint) g_rand_int_range (random, 0, 600), "%s", message);

  switch (g_rand_int_range (random, 0, 5))
    {
    case 0:
      break;
    case 1:
      aph_job_cancel (job);
      break;
    case 2:
      aph_job_send (job, "http://[::1]:11434");
      aph_job_append_answer (job, answer, strlen (answer));
      aph_job_fail (job, failure);
      break;
    default:
      give_answer (job, answer);
      aph_job_set_rating (job, (guint) g_rand_int_range (random, 0, APH_MAX_RATING + 1));
      aph_job_set_note (job, message);
      break;
    }
}

static AphParams *
begin_conversation (const char *said)
{
  g_autoptr (GString) body = g_string_new ("{\"messages\":[{\"role\":\"user\",\"content\":");
  g_autoptr (JsonObject) object = NULL;

  aph_json_append_string (body, said);
  g_string_append (body, "}]}");
  object = aph_json_parse_object (body->str, -1, NULL);

  return aph_params_new_from_body (object);
}

/* With @text_only, everything in it is something that a table can hold. */
AphJob *
export_job_new_random (GRand    *random,
                       guint64   index,
                       gboolean  text_only)
{
  static const char *const some_images[] = { "file:///a%20b.png", "file:///%E9%B1%BC.jpg", NULL };
  g_autofree char *prompt = random_text (random);
  g_autofree char *blank = g_strdup (prompt);
  g_autofree char *system = random_text (random);
  g_autofree char *custom_id = random_text (random);
  g_autofree char *vars = random_vars (random, text_only);
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;
  AphRequestFields fields = {
    .model = g_rand_boolean (random) ? "qwen2.5:7b" : "模型:\"x\"",
    .prompt = *g_strstrip (blank) != '\0' ? prompt : "?",
    .params = params,
    .custom_id = *custom_id != '\0' ? custom_id : NULL,
    .vars = g_rand_boolean (random) || text_only ? vars : NULL,
    .images = g_rand_int_range (random, 0, 4) == 0 ? some_images : NULL,
  };
  AphJob *job;

  aph_params_set_system (params, system);
  if (g_rand_boolean (random))
    {
      g_assert_true (aph_params_set_option (params, "seed", "123456789", NULL));
      g_assert_true (aph_params_set_option (params, "temperature", "0.7", NULL));
      g_assert_true (aph_params_set_option (params, "stop", system, NULL) || *system == '\0');
    }
  if (g_rand_int_range (random, 0, 4) == 0)
    {
      g_autoptr (AphParams) conversation = begin_conversation (prompt);

      aph_params_add_defaults (params, conversation);
      if (g_rand_boolean (random))
        fields.prompt = "";
    }
  request = aph_request_new_full (&fields);
  job = aph_job_new (request, index);
  end_randomly (job, random);

  return job;
}

/* All that an export has to cope with, in one place. */
GPtrArray *
export_jobs_new (void)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (AphRequest) request = aph_request_new ("qwen2.5:7b", "later", NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    g_ptr_array_add (jobs, export_job_new (i, hostile[i], hostile[i]));
  g_ptr_array_add (jobs, export_job_new_failed (jobs->len, "model 'nope<b>' not found"));
  g_ptr_array_add (jobs, aph_job_new (request, jobs->len));

  return jobs;
}

static void
assert_same_text (const char *a,
                  const char *b)
{
  g_assert_cmpstr (a != NULL ? a : "", ==, b != NULL ? b : "");
}

void
export_assert_request (AphRequest *a,
                       AphRequest *b)
{
  g_assert_cmpstr (aph_request_get_model (a), ==, aph_request_get_model (b));
  g_assert_cmpstr (aph_request_get_prompt (a), ==, aph_request_get_prompt (b));
  g_assert_cmpstr (aph_request_get_custom_id (a), ==, aph_request_get_custom_id (b));
  g_assert_cmpstr (aph_request_get_vars (a), ==, aph_request_get_vars (b));
  g_assert_cmpstr (aph_params_get_text (aph_request_get_params (a)), ==,
                   aph_params_get_text (aph_request_get_params (b)));
  g_assert_true ((aph_request_get_images (a) == NULL && aph_request_get_images (b) == NULL)
                 || g_strv_equal (aph_request_get_images (a), aph_request_get_images (b)));
}

/* What was asked and what came of it is the same; times are so to the millisecond. */
void
export_assert_equal (AphJob       *job,
                     AphJobRecord *record)
{
  const AphUsage *usage = aph_job_get_usage (job);
  AphFailure *failure = aph_job_get_failure (job);

  export_assert_request (record->request, aph_job_get_request (job));
  g_assert_cmpint (record->state, ==, aph_job_get_state (job));
  assert_same_text (record->answer, aph_job_get_answer (job, NULL));
  assert_same_text (record->thinking, aph_job_get_thinking (job, NULL));
  g_assert_cmpint (record->marks, ==, aph_job_get_marks (job));
  g_assert_cmpuint (record->attempts, ==, aph_job_get_attempts (job));
  g_assert_cmpuint (record->rating, ==, aph_job_get_rating (job));
  g_assert_cmpstr (record->note, ==, aph_job_get_note (job));
  g_assert_cmpstr (record->server, ==, aph_job_get_server (job));
  g_assert_cmpstr (record->done_reason, ==, aph_job_get_done_reason (job));
  g_assert_cmpint (record->has_failure, ==, failure != NULL);
  if (failure != NULL)
    {
      g_assert_cmpint (record->failure_class, ==, aph_failure_get_class (failure));
      g_assert_cmpuint (record->status, ==, aph_failure_get_status (failure));
      assert_same_text (record->message, aph_failure_get_message (failure));
    }
  g_assert_cmpint (record->usage.prompt_tokens, ==, usage->prompt_tokens);
  g_assert_cmpint (record->usage.answer_tokens, ==, usage->answer_tokens);
}
