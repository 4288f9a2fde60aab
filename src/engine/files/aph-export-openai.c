/* aph-export-openai.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What OpenAI's batch API returns: a file of what was answered, and one of the same shape of what
 * was not. Both are read by their custom_id, in whatever order.
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include <string.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "files/aph-exporter-private.h"
#include "job/aph-job-record.h"

static void
append_number_text (GString    *out,
                    const char *name,
                    const char *prefix,
                    guint64     number)
{
  g_autofree char *text = g_strdup_printf ("%s%" G_GUINT64_FORMAT, prefix, number);

  aph_json_append_text (out, name, text);
}

static gint64
get_unix_time (gint64 monotonic)
{
  if (monotonic == 0)
    monotonic = g_get_monotonic_time ();

  return aph_wall_time_from_monotonic (monotonic) / G_USEC_PER_SEC;
}

static void
append_usage (GString        *out,
              const AphUsage *usage)
{
  gint64 prompt_tokens = MAX (usage->prompt_tokens, 0);
  gint64 answer_tokens = MAX (usage->answer_tokens, 0);

  aph_json_append_name (out, "usage");
  g_string_append_c (out, '{');
  aph_json_append_count (out, "prompt_tokens", prompt_tokens);
  aph_json_append_count (out, "completion_tokens", answer_tokens);
  aph_json_append_count (out, "total_tokens", prompt_tokens + answer_tokens);
  g_string_append_c (out, '}');
}

static void
append_choice (GString *out,
               AphJob  *job)
{
  gsize answer_length, thinking_length;
  const char *answer = aph_job_get_answer (job, &answer_length);
  const char *thinking = aph_job_get_thinking (job, &thinking_length);
  const char *reason = aph_job_get_done_reason (job);

  aph_json_append_name (out, "choices");
  g_string_append (out, "[{");
  aph_json_append_count (out, "index", 0);
  aph_json_append_name (out, "message");
  g_string_append_c (out, '{');
  aph_json_append_text (out, "role", "assistant");
  aph_json_append_text_len (out, "content", answer, answer_length);
  if (thinking_length > 0)
    aph_json_append_text_len (out, "reasoning_content", thinking, thinking_length);
  aph_json_append_text (out, "refusal", NULL);
  g_string_append_c (out, '}');
  aph_json_append_text (out, "logprobs", NULL);
  aph_json_append_text (out, "finish_reason", reason != NULL ? reason : "stop");
  g_string_append (out, "}]");
}

static void
append_completion (GString *out,
                   AphJob  *job,
                   guint64  number)
{
  aph_json_append_name (out, "body");
  g_string_append_c (out, '{');
  append_number_text (out, "id", "chatcmpl-", number);
  aph_json_append_text (out, "object", "chat.completion");
  aph_json_append_count (out, "created", get_unix_time (aph_job_get_times (job)->sent));
  aph_json_append_text (out, "model", aph_request_get_model (aph_job_get_request (job)));
  append_choice (out, job);
  append_usage (out, aph_job_get_usage (job));
  g_string_append_c (out, '}');
}

static void
append_error_body (GString    *out,
                   AphFailure *failure)
{
  aph_json_append_name (out, "body");
  g_string_append_c (out, '{');
  aph_json_append_name (out, "error");
  g_string_append_c (out, '{');
  aph_json_append_text (out, "message", aph_failure_get_message (failure));
  aph_json_append_text (out, "type",
                        aph_failure_class_to_nick (aph_failure_get_class (failure)));
  aph_json_append_text (out, "param", NULL);
  aph_json_append_count (out, "code", aph_failure_get_status (failure));
  g_string_append (out, "}}");
}

/* What the server refused has its status; what never came to a reply has none. */
static guint
get_status (AphJob *job)
{
  AphFailure *failure = aph_job_get_failure (job);

  if (aph_job_get_state (job) == APH_JOB_DONE)
    return 200;

  return failure != NULL && aph_failure_get_status (failure) >= 400
           ? aph_failure_get_status (failure) : 0;
}

static void
append_response (GString *out,
                 AphJob  *job,
                 guint64  number)
{
  guint status = get_status (job);

  aph_json_append_name (out, "response");
  if (status == 0)
    {
      g_string_append (out, "null");
      return;
    }

  g_string_append_c (out, '{');
  aph_json_append_count (out, "status_code", status);
  append_number_text (out, "request_id", "req_", number);
  if (status == 200)
    append_completion (out, job, number);
  else
    append_error_body (out, aph_job_get_failure (job));
  g_string_append_c (out, '}');
}

static void
append_error (GString *out,
              AphJob  *job)
{
  AphFailure *failure = aph_job_get_failure (job);
  const char *code, *message;

  aph_json_append_name (out, "error");
  if (get_status (job) != 0)
    {
      g_string_append (out, "null");
      return;
    }

  if (aph_job_get_state (job) == APH_JOB_CANCELLED)
    {
      code = "batch_cancelled";
      message = "This request was cancelled.";
    }
  else if (aph_job_get_state (job) == APH_JOB_FAILED && failure != NULL)
    {
      code = aph_failure_class_to_nick (aph_failure_get_class (failure));
      message = aph_failure_get_message (failure);
    }
  else
    {
      code = "batch_expired";
      message = "This request had not been answered when the file was written.";
    }

  g_string_append_c (out, '{');
  aph_json_append_text (out, "code", code);
  aph_json_append_text (out, "message", message);
  g_string_append_c (out, '}');
}

static gboolean
append_openai (AphExporter  *self,
               AphJob       *job,
               GError      **error)
{
  const char *custom_id = aph_request_get_custom_id (aph_job_get_request (job));
  guint64 number = self->index + 1;

  g_string_append_c (self->text, '{');
  append_number_text (self->text, "id", "batch_req_", number);
  if (custom_id != NULL)
    aph_json_append_text (self->text, "custom_id", custom_id);
  else
    append_number_text (self->text, "custom_id", "request-", number);
  append_response (self->text, job, number);
  append_error (self->text, job);
  g_string_append (self->text, "}\n");

  return TRUE;
}

const AphExportWriter aph_export_openai_writer = { NULL, append_openai, NULL };
