/* aph-column.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-column"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-column.h"
#include "ui/aph-format.h"
#include "ui/aph-plain-text.h"

/* More of an answer than this is never seen in one line. */
#define MAX_TAIL_BYTES 400

static const AphColumnInfo infos[APH_N_COLUMNS] = {
  [APH_COLUMN_STATE] = { "state", N_("State"), 50, FALSE, FALSE, FALSE },
  [APH_COLUMN_PROMPT] = { "prompt", N_("Prompt"), -1, TRUE, FALSE, FALSE },
  [APH_COLUMN_MODEL] = { "model", N_("Model"), 168, FALSE, FALSE, FALSE },
  [APH_COLUMN_SERVER] = { "server", N_("Server"), 150, FALSE, FALSE, TRUE },
  [APH_COLUMN_ANSWER] = { "answer", N_("Answer"), -1, TRUE, FALSE, FALSE },
  [APH_COLUMN_TOKENS] = { "tokens", N_("Tokens"), 78, FALSE, TRUE, FALSE },
  [APH_COLUMN_RATE] = { "rate", N_("Speed"), 94, FALSE, TRUE, FALSE },
  [APH_COLUMN_TTFT] = { "ttft", N_("First token"), 104, FALSE, TRUE, TRUE },
  [APH_COLUMN_ELAPSED] = { "elapsed", N_("Time"), 88, FALSE, TRUE, FALSE },
  [APH_COLUMN_MARKS] = { "marks", N_("Second look"), 180, FALSE, FALSE, TRUE },
};

/**
 * aph_column_get_info:
 * @column: a column
 *
 * Returns: (transfer none): what it is called and how it looks
 */
const AphColumnInfo *
aph_column_get_info (AphColumn column)
{
  g_return_val_if_fail ((guint) column < APH_N_COLUMNS, NULL);

  return &infos[column];
}

static char *
format_answer (AphJob *job)
{
  AphFailure *failure = aph_job_get_failure (job);
  gsize length;
  const char *text;

  switch (aph_job_get_state (job))
    {
    case APH_JOB_THINKING:
      text = aph_job_get_thinking (job, &length);
      return aph_plain_text_dup_end (text, length, MAX_TAIL_BYTES);
    case APH_JOB_ANSWERING:
      text = aph_job_get_answer (job, &length);
      return aph_plain_text_dup_end (text, length, MAX_TAIL_BYTES);
    case APH_JOB_FAILED:
      return g_strdup (failure != NULL ? aph_format_failure_short (failure) : "");
    case APH_JOB_WAITING:
      return failure != NULL ? aph_format_job_status (job) : g_strdup ("");
    case APH_JOB_SENT:
      return g_strdup ("");
    case APH_JOB_DONE:
    case APH_JOB_CANCELLED:
    default:
      text = aph_job_get_answer (job, &length);
      return aph_plain_text_dup_first_line (text, length);
    }
}

static char *
format_tokens (AphJob *job)
{
  gint64 n_tokens = aph_job_get_usage (job)->answer_tokens;

  /* While the server has not said how many there were, a piece of text is about a token. */
  if (n_tokens < 0)
    n_tokens = aph_job_get_chunks (job);

  return n_tokens > 0 ? g_strdup_printf ("%'" G_GINT64_FORMAT, n_tokens) : NULL;
}

static char *
format_elapsed (AphJob *job)
{
  gint64 sent = aph_job_get_times (job)->sent;

  if (aph_job_is_running (job) && sent > 0)
    return aph_format_duration ((g_get_monotonic_time () - sent) / 1000.0);

  return aph_job_is_ended (job) ? aph_format_duration (aph_job_get_total_ms (job)) : NULL;
}

/**
 * aph_column_format:
 * @column: a column
 * @job: a job
 *
 * Returns: (transfer full): what the column says of it; "" where there is nothing to say
 */
char *
aph_column_format (AphColumn  column,
                   AphJob    *job)
{
  AphRequest *request = aph_job_get_request (job);
  const char *server;
  char *text = NULL;

  switch (column)
    {
    case APH_COLUMN_STATE:
      return aph_column_describe (job);
    case APH_COLUMN_PROMPT:
      text = aph_format_first_line (aph_request_get_prompt (request));
      break;
    case APH_COLUMN_MODEL:
      text = g_strdup (aph_request_get_model (request));
      break;
    case APH_COLUMN_SERVER:
      server = aph_job_get_server (job);
      text = server != NULL ? aph_format_host (server) : NULL;
      break;
    case APH_COLUMN_ANSWER:
      text = format_answer (job);
      break;
    case APH_COLUMN_TOKENS:
      text = format_tokens (job);
      break;
    case APH_COLUMN_RATE:
      text = aph_format_token_rate (aph_job_get_token_rate (job));
      break;
    case APH_COLUMN_TTFT:
      text = aph_format_duration (aph_job_get_ttft_ms (job));
      break;
    case APH_COLUMN_ELAPSED:
      text = format_elapsed (job);
      break;
    case APH_COLUMN_MARKS:
      text = aph_format_marks (aph_job_get_marks (job));
      break;
    default:
      g_return_val_if_reached (NULL);
    }

  return text != NULL ? text : g_strdup ("");
}

/**
 * aph_column_get_icon:
 * @job: a job
 *
 * Returns: the name of the icon that says how it fares, also whether its answer is suspect
 */
const char *
aph_column_get_icon (AphJob *job)
{
  if (aph_job_get_state (job) == APH_JOB_DONE && aph_job_get_marks (job) != 0)
    return "aph-suspect-symbolic";

  return aph_format_state_icon (aph_job_get_state (job));
}

/**
 * aph_column_describe:
 * @job: a job
 *
 * Returns: (transfer full): what the icon means: “done · cut at the token limit”
 */
char *
aph_column_describe (AphJob *job)
{
  const char *state = aph_format_state (aph_job_get_state (job));
  g_autofree char *marks = aph_format_marks (aph_job_get_marks (job));

  if (*marks == '\0')
    return g_strdup (state);

  return g_strdup_printf ("%s · %s", state, marks);
}
