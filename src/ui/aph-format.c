/* aph-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-format"

#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n.h>

#include "base/aph-line-parts.h"
#include "server/aph-error-body.h"
#include "ui/aph-clock.h"
#include "ui/aph-format.h"

/* More than this of a prompt is never seen in one line, however wide the window is. */
#define MAX_LINE_CHARS 300

/**
 * aph_format_state:
 * @state: a state
 *
 * Returns: the word for it, as part of a line
 */
const char *
aph_format_state (AphJobState state)
{
  switch (state)
    {
    case APH_JOB_WAITING:
      return _("waiting");
    case APH_JOB_SENT:
      return _("sent, no reply yet");
    case APH_JOB_THINKING:
      return _("thinking");
    case APH_JOB_ANSWERING:
      return _("answering");
    case APH_JOB_DONE:
      return _("done");
    case APH_JOB_FAILED:
      return _("failed");
    case APH_JOB_CANCELLED:
      return _("cancelled");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * aph_format_state_icon:
 * @state: a state
 *
 * Returns: the name of our own symbolic icon for it
 */
const char *
aph_format_state_icon (AphJobState state)
{
  static const char *const names[APH_JOB_N_STATES] = {
    [APH_JOB_WAITING] = "aph-waiting-symbolic",
    [APH_JOB_SENT] = "aph-sent-symbolic",
    [APH_JOB_THINKING] = "aph-thinking-symbolic",
    [APH_JOB_ANSWERING] = "aph-answering-symbolic",
    [APH_JOB_DONE] = "aph-done-symbolic",
    [APH_JOB_FAILED] = "aph-failed-symbolic",
    [APH_JOB_CANCELLED] = "aph-cancelled-symbolic",
  };

  g_return_val_if_fail ((guint) state < APH_JOB_N_STATES, NULL);

  return names[state];
}

/**
 * aph_format_job_figures:
 * @job: a job
 *
 * Returns: (transfer full): its figures as far as there are any: “213 tokens · 41 tok/s · 5.2 s”
 */
char *
aph_format_job_figures (AphJob *job)
{
  GString *line = g_string_new (NULL);
  gint64 n_tokens = aph_job_get_usage (job)->answer_tokens;

  /* While the server has not said how many there were, a piece of text is about a token. */
  if (n_tokens < 0)
    n_tokens = aph_job_get_chunks (job);

  if (n_tokens > 0)
    {
      aph_line_take_part (line, aph_format_tokens (n_tokens));
      aph_line_take_part (line, aph_format_token_rate (aph_job_get_token_rate (job)));
    }
  if (aph_job_is_ended (job))
    aph_line_take_part (line, aph_format_duration (aph_job_get_total_ms (job)));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_job_status:
 * @job: a job
 *
 * Returns: (transfer full): how it goes, in one line: “answering · 88 tokens · 38 tok/s”
 */
char *
aph_format_job_status (AphJob *job)
{
  GString *line = g_string_new (NULL);
  AphJobState state = aph_job_get_state (job);
  AphFailure *failure = aph_job_get_failure (job);

  if (state == APH_JOB_WAITING && failure != NULL)
    aph_line_append_part (line, _("waiting to try again"));
  else
    aph_line_append_part (line, aph_format_state (state));

  if (state == APH_JOB_WAITING || state == APH_JOB_FAILED)
    {
      if (failure != NULL)
        aph_line_append_part (line, aph_format_failure_short (failure));
    }
  else if (state != APH_JOB_SENT)
    {
      aph_line_take_part (line, aph_format_marks (aph_job_get_marks (job)));
      aph_line_take_part (line, aph_format_job_figures (job));
    }

  return g_string_free (line, FALSE);
}

/* The time of day of today, the date of another day. */
static char *
format_moment (gint64 microseconds)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) moment =
    g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);

  if (moment == NULL)
    return NULL;

  if (g_date_time_get_year (moment) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (moment) == g_date_time_get_day_of_year (now))
    return aph_clock_format_time (moment);

  return g_date_time_format (moment, "%x");
}

/**
 * aph_format_batch_status:
 * @batch: a batch
 *
 * Returns: (transfer full): how it goes, in one line: “2 of 3 done · 1 failed · 14:02”
 */
char *
aph_format_batch_status (AphBatch *batch)
{
  GString *line = g_string_new (NULL);
  guint n_jobs = aph_batch_get_n_jobs (batch);
  guint n_active = aph_batch_get_n_active (batch);
  guint n_failed = aph_batch_get_counts (batch)[APH_JOB_FAILED];

  /* Translators: how many prompts of a batch have ended */
  if (n_active > 0)
    aph_line_take_part (line, g_strdup_printf (_("%'u of %'u done"), n_jobs - n_active, n_jobs));
  else
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u prompt", "%'u prompts", n_jobs),
                                               n_jobs));
  if (n_failed > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u failed", "%'u failed", n_failed),
                                               n_failed));
  aph_line_take_part (line, format_moment (aph_batch_get_created (batch)));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_marks:
 * @marks: marks of a finished answer
 *
 * Returns: (transfer full): why it deserves a second look; "" if it does not
 */
char *
aph_format_marks (AphJobMarks marks)
{
  GString *line = g_string_new (NULL);

  if (marks & APH_MARK_LENGTH)
    aph_line_append_part (line, _("cut at the token limit"));
  if (marks & APH_MARK_PROMPT_TRUNCATED)
    aph_line_append_part (line, _("prompt cut to fit the context"));
  if (marks & APH_MARK_EMPTY)
    aph_line_append_part (line, _("no answer text"));
  if (marks & APH_MARK_LOOPING)
    aph_line_append_part (line, _("repeats itself"));
  if (marks & APH_MARK_STALLED)
    aph_line_append_part (line, _("fell silent before its end"));
  if (marks & APH_MARK_INCOMPLETE)
    aph_line_append_part (line, _("incomplete"));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_first_line:
 * @text: a text
 *
 * Returns: (transfer full): its first line that is not blank, without the blanks around it;
 *   "" if there is none
 */
char *
aph_format_first_line (const char *text)
{
  gsize bytes;
  const char *end;
  char *line;

  g_return_val_if_fail (text != NULL, NULL);

  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  bytes = strcspn (text, "\r\n");
  end = text;
  for (guint i = 0; i < MAX_LINE_CHARS && end < text + bytes; i++)
    end = g_utf8_next_char (end);

  line = g_strndup (text, end - text);
  g_strchomp (line);

  return line;
}

/**
 * aph_format_duration:
 * @milliseconds: how long, or negative
 *
 * Returns: (transfer full) (nullable): “5.2 s”, “42 s”, “1 min 12 s”, “2 h 5 min”; %NULL if
 *   negative
 */
char *
aph_format_duration (double milliseconds)
{
  guint64 seconds;

  if (!(milliseconds >= 0))
    return NULL;

  /* Translators: seconds */
  if (milliseconds < 9950)
    return g_strdup_printf (_("%.1f s"), milliseconds / 1000);

  seconds = (guint64) round (milliseconds / 1000);
  /* Translators: seconds */
  if (seconds < 60)
    return g_strdup_printf (_("%u s"), (guint) seconds);
  /* Translators: minutes and seconds */
  if (seconds < 3600)
    return g_strdup_printf (_("%u min %u s"), (guint) (seconds / 60), (guint) (seconds % 60));

  /* Translators: hours and minutes */
  return g_strdup_printf (_("%u h %u min"), (guint) (seconds / 3600),
                          (guint) (seconds / 60 % 60));
}

/**
 * aph_format_tokens:
 * @n_tokens: how many, or negative
 *
 * Returns: (transfer full) (nullable): “213 tokens”; %NULL if negative
 */
char *
aph_format_tokens (gint64 n_tokens)
{
  gulong n = (gulong) n_tokens;

  if (n_tokens < 0)
    return NULL;

  return g_strdup_printf (ngettext ("%'lu token", "%'lu tokens", n), n);
}

/**
 * aph_format_token_rate:
 * @tokens_per_second: how many, or negative
 *
 * Returns: (transfer full) (nullable): “38 tok/s”, with a decimal when it is slow; %NULL if
 *   negative
 */
char *
aph_format_token_rate (double tokens_per_second)
{
  if (!(tokens_per_second >= 0) || isinf (tokens_per_second))
    return NULL;

  /* Translators: tokens per second */
  if (tokens_per_second < 9.95)
    return g_strdup_printf (_("%.1f tok/s"), tokens_per_second);

  /* Translators: tokens per second */
  return g_strdup_printf (_("%.0f tok/s"), tokens_per_second);
}

/* Less than this left is not worth saying. */
#define LEAST_LEFT_MS 2000

/* What took less is not worth saying. */
#define LEAST_BUSY_MS 1000

/* At once has to be so many times as fast to be worth saying. */
#define LEAST_SPEEDUP 1.1

/**
 * aph_format_pace:
 * @tokens_per_second: of all that run together, or negative if nothing does
 * @left_ms: how long it will take, or negative
 * @busy_ms: how long it took, or negative as long as it goes on
 * @speedup: how many times as fast as one after the other, or negative
 *
 * Returns: (transfer full): “38 tok/s · about 9 s left · 3.2× as fast as one by one”, as far
 *   as that is known
 */
char *
aph_format_pace (double tokens_per_second,
                 double left_ms,
                 double busy_ms,
                 double speedup)
{
  GString *line = g_string_new (NULL);
  g_autofree char *left = left_ms >= LEAST_LEFT_MS ? aph_format_duration (left_ms) : NULL;
  g_autofree char *busy = busy_ms >= LEAST_BUSY_MS ? aph_format_duration (busy_ms) : NULL;

  aph_line_take_part (line, aph_format_token_rate (tokens_per_second));
  if (left != NULL)
    aph_line_take_part (line, g_strdup_printf (_("about %s left"), left));
  if (busy != NULL)
    aph_line_take_part (line, g_strdup_printf (_("took %s"), busy));
  if (speedup >= LEAST_SPEEDUP)
    aph_line_take_part (line, g_strdup_printf (_("%.1f× as fast as one by one"), speedup));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_counts:
 * @counts: how many jobs are in each state
 * @tokens_per_second: of all that run together, or negative
 * @loading: (nullable): the model that is being loaded for those that wait
 *
 * Returns: (transfer full): “1 done · 2 running · 3 waiting · 38 tok/s”; "" if there are no jobs
 */
char *
aph_format_counts (const guint  counts[APH_JOB_N_STATES],
                   double       tokens_per_second,
                   const char  *loading)
{
  guint running = counts[APH_JOB_SENT] + counts[APH_JOB_THINKING] + counts[APH_JOB_ANSWERING];
  GString *line = g_string_new (NULL);
  guint n;

  if ((n = counts[APH_JOB_DONE]) > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u done", "%'u done", n), n));
  if ((n = running) > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u running", "%'u running", n), n));
  if ((n = counts[APH_JOB_WAITING]) > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u waiting", "%'u waiting", n), n));
  if ((n = counts[APH_JOB_FAILED]) > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u failed", "%'u failed", n), n));
  if ((n = counts[APH_JOB_CANCELLED]) > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%'u cancelled", "%'u cancelled", n), n));
  if (running > 0)
    aph_line_take_part (line, aph_format_token_rate (tokens_per_second));
  if (loading != NULL)
    aph_line_take_part (line, g_strdup_printf (_("loading %s"), loading));

  return g_string_free (line, FALSE);
}

static gboolean
says (AphFailure *failure,
      const char *words)
{
  g_autofree char *message = g_ascii_strdown (aph_failure_get_message (failure), -1);

  return strstr (message, words) != NULL;
}

/* 404 is also what a proxy says of a path it does not know; Ollama names the model. */
static gboolean
lacks_model (AphFailure *failure)
{
  return aph_failure_get_class (failure) == APH_FAILURE_PERMANENT
         && aph_failure_get_status (failure) == 404
         && says (failure, "model");
}

static gboolean
lacks_memory (AphFailure *failure)
{
  return aph_error_body_lacks_memory (aph_failure_get_message (failure));
}

/* Whether something answers there, but not as such a server does. */
static gboolean
is_other_kind (AphFailure *failure)
{
  return aph_failure_get_class (failure) == APH_FAILURE_REFUSED
         && aph_failure_get_status (failure) != 0;
}

/* What happened, when the status alone tells it; of a failure that is permanent. */
static const char *
describe_refusal (AphFailure *failure)
{
  if (says (failure, "does not support thinking"))
    return _("this model cannot think");
  if (lacks_memory (failure))
    return _("out of memory on the server");

  switch (aph_failure_get_status (failure))
    {
    case 401:
      return _("not signed in");
    case 403:
      return _("not allowed by the server");
    case 404:
      return lacks_model (failure) ? _("model not found") : _("not found on the server");
    case 413:
      return _("too large for the server");
    default:
      return _("refused by the server");
    }
}

/**
 * aph_format_failure_short:
 * @failure: why it failed
 *
 * Returns: (transfer none): the reason in a few words, as part of a line: “model not found”
 */
const char *
aph_format_failure_short (AphFailure *failure)
{
  g_return_val_if_fail (failure != NULL, NULL);

  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
      return _("no server answers");
    case APH_FAILURE_BUSY:
      return _("server busy");
    case APH_FAILURE_QUOTA:
      return _("usage limit reached");
    case APH_FAILURE_DENIED:
      return _("not signed in");
    case APH_FAILURE_PERMANENT:
      return describe_refusal (failure);
    case APH_FAILURE_SERVER:
      return _("server error");
    case APH_FAILURE_TRANSPORT:
      return _("connection lost");
    case APH_FAILURE_TRUNCATED:
      return _("answer broke off");
    case APH_FAILURE_TIMEOUT:
      return _("took too long");
    case APH_FAILURE_CANCELLED:
      return _("cancelled");
    default:
      g_return_val_if_reached ("");
    }
}

static char *
title_of_refusal (AphFailure *failure,
                  const char *model,
                  const char *host)
{
  if (says (failure, "does not support thinking"))
    return g_strdup_printf (_("“%s” cannot think"), model);
  if (lacks_memory (failure))
    return g_strdup_printf (_("%s ran out of memory"), host);

  switch (aph_failure_get_status (failure))
    {
    case 403:
      return g_strdup_printf (_("%s does not allow this"), host);
    case 404:
      return lacks_model (failure) ? g_strdup_printf (_("%s has no model “%s”"), host, model)
                                   : g_strdup_printf (_("%s is no Ollama server"), host);
    case 413:
      return g_strdup_printf (_("The prompt is too large for %s"), host);
    case 0:
      /* No reply of the server: it was our decision. */
      return g_strdup (_("The answer was broken off"));
    default:
      return g_strdup_printf (_("%s refused this request"), host);
    }
}

/**
 * aph_format_failure_title:
 * @failure: why it failed
 * @model: (nullable): the model that was asked
 * @server: (nullable): the address it was sent to
 *
 * Returns: (transfer full): what happened, as a heading. The words of the server, which say why,
 *   are aph_failure_get_message().
 */
char *
aph_format_failure_title (AphFailure *failure,
                          const char *model,
                          const char *server)
{
  g_autofree char *host = server != NULL ? aph_format_host (server) : g_strdup (_("The server"));

  g_return_val_if_fail (failure != NULL, NULL);

  if (model == NULL)
    model = "";

  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
      if (server == NULL)
        return g_strdup (_("No server answers"));
      return is_other_kind (failure)
               ? g_strdup_printf (_("What answers at %s is no server of this kind"), host)
               : g_strdup_printf (_("No server answers at %s"), host);
    case APH_FAILURE_BUSY:
      return g_strdup_printf (_("%s is busy"), host);
    case APH_FAILURE_QUOTA:
      return server != NULL ? g_strdup_printf (_("The usage limit at %s is reached"), host)
                            : g_strdup (_("The usage limit is reached"));
    case APH_FAILURE_DENIED:
      return g_strdup_printf (_("%s wants you to sign in"), host);
    case APH_FAILURE_PERMANENT:
      return title_of_refusal (failure, model, host);
    case APH_FAILURE_SERVER:
      return g_strdup_printf (_("%s reported an error"), host);
    case APH_FAILURE_TRANSPORT:
      return g_strdup_printf (_("The connection to %s broke"), host);
    case APH_FAILURE_TRUNCATED:
      return g_strdup (_("The answer broke off"));
    case APH_FAILURE_TIMEOUT:
      return g_strdup_printf (_("%s took too long"), host);
    case APH_FAILURE_CANCELLED:
      return g_strdup (_("You cancelled this prompt"));
    default:
      g_return_val_if_reached (NULL);
    }
}

static char *
remedy_for_refusal (AphFailure *failure,
                    const char *model)
{
  if (says (failure, "does not support thinking"))
    return g_strdup (_("Set “Thinking” to “As the model does” in the options, then retry."));
  if (lacks_memory (failure))
    return g_strdup (_("Use a smaller model or a smaller context (num_ctx), then retry."));

  switch (aph_failure_get_status (failure))
    {
    case 403:
      return g_strdup (_("Ask whoever runs the server to allow it, or choose another server."));
    case 404:
      if (lacks_model (failure) && model != NULL && *model != '\0')
        return g_strdup_printf (_("Pull it with “ollama pull %s” and retry, "
                                  "or choose another model."), model);
      return g_strdup (_("Check the server’s address, or choose another server."));
    case 413:
      return g_strdup (_("Shorten the prompt, or raise the limit of the proxy before the server."));
    default:
      return g_strdup (_("Change the prompt, the model or the options; "
                         "asking the same again gives the same error."));
    }
}

/**
 * aph_format_remedy:
 * @failure: why it failed
 * @model: (nullable): the model that was asked
 * @server: (nullable): the address it was sent to
 *
 * Returns: (transfer full): what the user can do about it, in one or two sentences
 */
char *
aph_format_remedy (AphFailure *failure,
                   const char *model,
                   const char *server)
{
  g_return_val_if_fail (failure != NULL, NULL);

  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
      if (is_other_kind (failure))
        return g_strdup (_("Check the server’s address, or choose another server."));
      return g_strdup (_("Start Ollama with “ollama serve”, choose another server, "
                         "or try the demo."));
    case APH_FAILURE_BUSY:
      return g_strdup (_("Send fewer prompts at once, or retry later."));
    case APH_FAILURE_QUOTA:
      return g_strdup (_("Wait until the limit is renewed, then press Start; "
                         "or choose another server."));
    case APH_FAILURE_DENIED:
      return g_strdup (_("Give the server’s key, or sign in there with “ollama signin”; "
                         "then press Start."));
    case APH_FAILURE_PERMANENT:
      return remedy_for_refusal (failure, model);
    case APH_FAILURE_SERVER:
      return g_strdup (_("Retry. If it happens again, the log of the server says why."));
    case APH_FAILURE_TRANSPORT:
      return g_strdup (_("Check that the server still runs, then retry."));
    case APH_FAILURE_TRUNCATED:
      return g_strdup (_("Retry. Models that repeat themselves are cut off by the server: "
                         "another temperature or seed helps."));
    case APH_FAILURE_TIMEOUT:
      return g_strdup (_("Retry, or send fewer prompts at once so that each is answered sooner."));
    case APH_FAILURE_CANCELLED:
      return g_strdup (_("Retry sends it again."));
    default:
      g_return_val_if_reached (NULL);
    }
}

/**
 * aph_format_host:
 * @server: the address of a server
 *
 * Returns: (transfer full): it without scheme and final slash: “127.0.0.1:11434”
 */
char *
aph_format_host (const char *server)
{
  const char *host;
  gsize length;

  g_return_val_if_fail (server != NULL, NULL);

  host = strstr (server, "://");
  host = host != NULL ? host + strlen ("://") : server;
  length = strlen (host);
  while (length > 0 && host[length - 1] == '/')
    length--;

  return g_strndup (host, length);
}

/**
 * aph_format_model_details:
 * @model: a model
 *
 * Returns: (transfer full): what is known of it: “7.6B · Q4_K_M · 4.7 GB”; maybe ""
 */
char *
aph_format_model_details (AphModel *model)
{
  GString *line = g_string_new (NULL);

  aph_line_append_part (line, aph_model_get_parameter_size (model));
  aph_line_append_part (line, aph_model_get_quantization (model));
  if (aph_model_get_size (model) > 0)
    aph_line_take_part (line, g_format_size (aph_model_get_size (model)));

  return g_string_free (line, FALSE);
}
