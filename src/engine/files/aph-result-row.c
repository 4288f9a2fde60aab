/* aph-result-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-result-row"

#include "config.h"

#include <string.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "files/aph-result-row.h"
#include "server/aph-record.h"

static const struct
{
  AphJobMarks mark;
  const char *name;
} marks[] = {
  { APH_MARK_LENGTH, "length" },
  { APH_MARK_PROMPT_TRUNCATED, "prompt-truncated" },
  { APH_MARK_EMPTY, "empty" },
  { APH_MARK_LOOPING, "looping" },
  { APH_MARK_STALLED, "stalled" },
  { APH_MARK_INCOMPLETE, "incomplete" },
};

/**
 * aph_result_row_dup_marks:
 * @present: marks
 *
 * Returns: (transfer full): the words for them in files, with spaces between
 */
char *
aph_result_row_dup_marks (AphJobMarks present)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (present & marks[i].mark)
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", marks[i].name);

  return g_string_free (words, FALSE);
}

/**
 * aph_result_row_find_mark:
 * @word: a word
 *
 * Returns: the mark it stands for in files, or none
 */
AphJobMarks
aph_result_row_find_mark (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strcmp (marks[i].name, word) == 0)
      return marks[i].mark;

  return 0;
}

static void
append_marks (GString     *out,
              AphJobMarks  present)
{
  const char *separator = "";

  aph_json_append_name (out, "marks");
  g_string_append_c (out, '[');
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (present & marks[i].mark)
      {
        g_string_append (out, separator);
        aph_json_append_string (out, marks[i].name);
        separator = ",";
      }
  g_string_append_c (out, ']');
}

static void
append_error (GString    *out,
              AphFailure *failure)
{
  guint status;

  aph_json_append_name (out, "error");
  if (failure == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  status = aph_failure_get_status (failure);
  g_string_append_c (out, '{');
  aph_json_append_text (out, "class", aph_failure_class_to_nick (aph_failure_get_class (failure)));
  aph_json_append_count (out, "status", status > 0 ? (gint64) status : -1);
  aph_json_append_text (out, "message", aph_failure_get_message (failure));
  g_string_append_c (out, '}');
}

static void
append_ms (GString    *out,
           const char *name,
           gint64      nanoseconds)
{
  aph_json_append_figure (out, name, nanoseconds >= 0 ? nanoseconds / 1e6 : -1);
}

/**
 * aph_result_row_dup_time:
 * @monotonic: a moment of an #AphTimes
 *
 * Returns: (transfer full) (nullable): when that was by the clock on the wall, as files say it:
 *   "2026-11-25T19:03:05.123Z"; %NULL if it has not happened
 */
char *
aph_result_row_dup_time (gint64 monotonic)
{
  gint64 real = aph_wall_time_from_monotonic (monotonic);
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *seconds = NULL;

  time = real > 0 ? g_date_time_new_from_unix_utc (real / G_USEC_PER_SEC) : NULL;
  if (time == NULL)
    return NULL;

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, (int) (real % G_USEC_PER_SEC / 1000));
}

static void
append_metrics (GString *out,
                AphJob  *job)
{
  const AphUsage *usage = aph_job_get_usage (job);
  const AphTimes *times = aph_job_get_times (job);

  aph_json_append_name (out, "metrics");
  g_string_append_c (out, '{');
  aph_json_append_figure (out, "wait_ms", aph_job_get_wait_ms (job));
  aph_json_append_figure (out, "ttft_ms", aph_job_get_ttft_ms (job));
  aph_json_append_figure (out, "total_ms", aph_job_get_total_ms (job));
  aph_json_append_count (out, "prompt_tokens", usage->prompt_tokens);
  aph_json_append_count (out, "answer_tokens", usage->answer_tokens);
  aph_json_append_figure (out, "tokens_per_s", aph_job_get_token_rate (job));
  aph_json_append_figure (out, "first_answer_ms", times->first_answer != 0
                                 ? (times->first_answer - times->sent) / 1000.0 : -1);
  append_ms (out, "load_ms", usage->load_ns);
  append_ms (out, "prompt_ms", usage->prompt_ns);
  append_ms (out, "answer_ms", usage->answer_ns);
  append_ms (out, "server_ms", usage->total_ns);
  aph_json_append_count (out, "chunks", aph_job_get_chunks (job));
  g_string_append_c (out, '}');
}

/* All that was asked beside model and prompt. */
static void
append_question (GString    *out,
                 AphRequest *request)
{
  const char *const *images = aph_request_get_images (request);

  aph_json_append_raw (out, "vars", aph_request_get_vars (request));

  aph_json_append_name (out, "params");
  g_string_append_c (out, '{');
  g_string_append (out, aph_params_get_text (aph_request_get_params (request)));
  g_string_append_c (out, '}');

  aph_json_append_name (out, "images");
  if (images == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  g_string_append_c (out, '[');
  for (guint i = 0; images[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      aph_json_append_string (out, images[i]);
    }
  g_string_append_c (out, ']');
}

/**
 * aph_result_row_append:
 * @out: where to write
 * @job: a job, usually one that has ended
 * @index: its place in the order of input, from 0
 * @with_record: whether to write what it takes to get the same answer again, too
 *
 * Writes a job as one JSON object on one line, without the line's end: what was asked, and what
 * came of it. It is valid JSON in valid UTF-8 whatever the server sent; what is not known is
 * `null`. Times are in milliseconds.
 */
void
aph_result_row_append (GString  *out,
                       AphJob   *job,
                       guint64   index,
                       gboolean  with_record)
{
  AphRequest *request;
  gsize answer_length, thinking_length;
  const char *answer, *thinking;
  g_autofree char *time = NULL;
  guint rating;

  g_return_if_fail (out != NULL);
  g_return_if_fail (APH_IS_JOB (job));

  request = aph_job_get_request (job);
  time = aph_result_row_dup_time (aph_job_get_times (job)->sent);
  rating = aph_job_get_rating (job);
  answer = aph_job_get_answer (job, &answer_length);
  thinking = aph_job_get_thinking (job, &thinking_length);

  g_string_append_c (out, '{');
  aph_json_append_count (out, "index", (gint64) index);
  aph_json_append_text (out, "id", aph_request_get_custom_id (request));
  aph_json_append_text (out, "state", aph_job_state_to_nick (aph_job_get_state (job)));
  aph_json_append_text (out, "server", aph_job_get_server (job));
  aph_json_append_text (out, "model", aph_request_get_model (request));
  aph_json_append_text (out, "prompt", aph_request_get_prompt (request));
  aph_json_append_text_len (out, "response", answer, answer_length);
  if (thinking_length > 0)
    aph_json_append_text_len (out, "thinking", thinking, thinking_length);
  else
    aph_json_append_text (out, "thinking", NULL);
  aph_json_append_text (out, "done_reason", aph_job_get_done_reason (job));
  append_marks (out, aph_job_get_marks (job));
  aph_json_append_count (out, "attempts", aph_job_get_attempts (job));
  append_error (out, aph_job_get_failure (job));
  append_metrics (out, job);
  aph_json_append_text (out, "time", time);
  append_question (out, request);
  aph_json_append_count (out, "rating", rating > 0 ? (gint64) rating : -1);
  aph_json_append_text (out, "note", aph_job_get_note (job));
  if (with_record)
    {
      aph_json_append_name (out, "record");
      aph_record_append (out, job);
    }
  g_string_append_c (out, '}');
}
