/* test-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "ui/aph-clock.h"
#include "ui/aph-format.h"

#define assert_takes_text(call, wanted) \
  G_STMT_START { \
    g_autofree char *text_ = (call); \
    g_assert_cmpstr (text_, ==, (wanted)); \
  } G_STMT_END

static AphJob *
make_job (void)
{
  g_autoptr (AphRequest) request = aph_request_new ("m", "hello", NULL, NULL);

  return aph_job_new (request, 0);
}

static void
answer (AphJob     *job,
        const char *text)
{
  aph_job_append_answer (job, text, strlen (text));
}

static void
test_duration (void)
{
  static const struct
  {
    double milliseconds;
    const char *text;
  } cases[] = {
    { -1, NULL },
    { NAN, NULL },
    { 0, "0.0 s" },
    { 449, "0.4 s" },
    { 5200, "5.2 s" },
    { 9949, "9.9 s" },
    { 9950, "10 s" },
    { 59499, "59 s" },
    { 59500, "1 min 0 s" },
    { 72000, "1 min 12 s" },
    { 3599400, "59 min 59 s" },
    { 3599500, "1 h 0 min" },
    { 7500000, "2 h 5 min" },
    { 360000000, "100 h 0 min" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_takes_text (aph_format_duration (cases[i].milliseconds), cases[i].text);
}

static void
test_figures (void)
{
  assert_takes_text (aph_format_tokens (-1), NULL);
  assert_takes_text (aph_format_tokens (0), "0 tokens");
  assert_takes_text (aph_format_tokens (1), "1 token");
  assert_takes_text (aph_format_tokens (213), "213 tokens");

  assert_takes_text (aph_format_token_rate (-1), NULL);
  assert_takes_text (aph_format_token_rate (INFINITY), NULL);
  assert_takes_text (aph_format_token_rate (0.25), "0.2 tok/s");
  assert_takes_text (aph_format_token_rate (9.949), "9.9 tok/s");
  assert_takes_text (aph_format_token_rate (9.95), "10 tok/s");
  assert_takes_text (aph_format_token_rate (38.4), "38 tok/s");
}

static void
test_counts (void)
{
  guint counts[APH_JOB_N_STATES] = { 0, };

  assert_takes_text (aph_format_counts (counts, 38, NULL), "");

  counts[APH_JOB_DONE] = 1;
  assert_takes_text (aph_format_counts (counts, 38, NULL), "1 done");

  counts[APH_JOB_SENT] = 1;
  counts[APH_JOB_THINKING] = 1;
  counts[APH_JOB_ANSWERING] = 2;
  counts[APH_JOB_WAITING] = 3;
  assert_takes_text (aph_format_counts (counts, 38, NULL), "1 done · 4 running · 3 waiting · 38 tok/s");
  assert_takes_text (aph_format_counts (counts, -1, NULL), "1 done · 4 running · 3 waiting");
  assert_takes_text (aph_format_counts (counts, -1, "m:7b"),
                     "1 done · 4 running · 3 waiting · loading m:7b");

  memset (counts, 0, sizeof counts);
  counts[APH_JOB_FAILED] = 2;
  counts[APH_JOB_CANCELLED] = 1;
  assert_takes_text (aph_format_counts (counts, 0, NULL), "2 failed · 1 cancelled");
}

static void
test_first_line (void)
{
  g_autofree char *long_line = g_strnfill (5000, 'x');
  g_autofree char *cut = aph_format_first_line (long_line);

  assert_takes_text (aph_format_first_line (""), "");
  assert_takes_text (aph_format_first_line (" \n\t\r\n "), "");
  assert_takes_text (aph_format_first_line ("one"), "one");
  assert_takes_text (aph_format_first_line ("\n\n  one  \ntwo"), "one");
  assert_takes_text (aph_format_first_line ("one\r\ntwo"), "one");
  assert_takes_text (aph_format_first_line ("\xe3\x80\x80鱼香肉丝的做法\n"), "鱼香肉丝的做法");
  g_assert_cmpuint (strlen (cut), <, 1000);
}

/* A line of a job, from waiting to done. */
static void
test_status (void)
{
  g_autoptr (AphJob) job = make_job ();
  AphUsage usage = { 7, 213, -1, -1, 5195121951, -1 };

  assert_takes_text (aph_format_job_status (job), "waiting");
  aph_job_send (job, "http://a");
  assert_takes_text (aph_format_job_status (job), "sent, no reply yet");
  answer (job, "one");
  assert_takes_text (aph_format_job_status (job), "answering · 1 token");

  aph_job_finish (job, "length", &usage);
  {
    g_autofree char *status = aph_format_job_status (job);

    g_assert_true (g_str_has_prefix (status,
                                     "done · cut at the token limit · 213 tokens · 41 tok/s · "));
    g_assert_true (g_str_has_suffix (status, " s"));
  }
}

static void
test_status_of_failures (void)
{
  g_autoptr (AphJob) job = make_job ();
  g_autoptr (AphFailure) busy = aph_failure_new (APH_FAILURE_BUSY, 503, "server busy");
  g_autoptr (AphFailure) missing =
    aph_failure_new (APH_FAILURE_PERMANENT, 404, "model 'm' not found");

  aph_job_send (job, "http://a");
  aph_job_put_back (job, busy);
  assert_takes_text (aph_format_job_status (job), "waiting to try again · server busy");
  aph_job_send (job, "http://a");
  aph_job_fail (job, missing);
  assert_takes_text (aph_format_job_status (job), "failed · model not found");
  aph_job_reset (job);
  assert_takes_text (aph_format_job_status (job), "waiting");
  aph_job_cancel (job);
  assert_takes_text (aph_format_job_status (job), "cancelled");
}

static void
test_states (void)
{
  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    {
      g_assert_cmpint (*aph_format_state (i), !=, '\0');
      g_assert_true (g_str_has_suffix (aph_format_state_icon (i), "-symbolic"));
      for (guint j = 0; j < i; j++)
        {
          g_assert_cmpstr (aph_format_state (i), !=, aph_format_state (j));
          g_assert_cmpstr (aph_format_state_icon (i), !=, aph_format_state_icon (j));
        }
    }
}

static void
test_marks (void)
{
  assert_takes_text (aph_format_marks (0), "");
  assert_takes_text (aph_format_marks (APH_MARK_EMPTY), "no answer text");
  assert_takes_text (aph_format_marks (APH_MARK_LENGTH | APH_MARK_LOOPING),
                     "cut at the token limit · repeats itself");
}

/* Whatever goes wrong: something says what it is, and something says what to do. */
static void
test_every_failure_has_a_remedy (void)
{
  static const guint statuses[] = { 0, 200, 400, 401, 403, 404, 413, 429, 500, 503 };

  for (guint i = 0; i <= APH_FAILURE_CANCELLED; i++)
    for (guint j = 0; j < G_N_ELEMENTS (statuses); j++)
      {
        g_autoptr (AphFailure) failure = aph_failure_new (i, statuses[j], "no words");
        g_autofree char *title = aph_format_failure_title (failure, NULL, NULL);
        g_autofree char *remedy = aph_format_remedy (failure, NULL, NULL);

        g_assert_cmpint (*aph_format_failure_short (failure), !=, '\0');
        g_assert_cmpuint (strlen (title), >, 5);
        g_assert_true (g_str_has_suffix (remedy, "."));
        g_assert_null (strstr (title, "(null)"));
        g_assert_null (strstr (remedy, "(null)"));
      }
}

static void
test_failures (void)
{
  static const struct
  {
    AphFailureClass failure_class;
    guint status;
    const char *message;
    const char *title;
    const char *part_of_remedy;
  } cases[] = {
    { APH_FAILURE_REFUSED, 0, "Connection refused", "No server answers at box:11434",
      "ollama serve" },
    { APH_FAILURE_REFUSED, 200, "The answer is no list of models",
      "What answers at box:11434 is no server of this kind", "address" },
    { APH_FAILURE_PERMANENT, 404, "model 'tiny' not found", "box:11434 has no model “tiny”",
      "ollama pull tiny" },
    { APH_FAILURE_PERMANENT, 404, "404 page not found", "box:11434 is no Ollama server",
      "choose another server" },
    { APH_FAILURE_PERMANENT, 400, "\"tiny\" does not support thinking", "“tiny” cannot think",
      "Thinking" },
    { APH_FAILURE_PERMANENT, 500, "CUDA error: out of memory", "box:11434 ran out of memory",
      "num_ctx" },
    { APH_FAILURE_PERMANENT, 400, "invalid option", "box:11434 refused this request", "Change" },
    { APH_FAILURE_SERVER, 500, "model runner has unexpectedly stopped",
      "box:11434 reported an error", "Retry" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphFailure) failure =
        aph_failure_new (cases[i].failure_class, cases[i].status, "%s", cases[i].message);
      g_autofree char *remedy = aph_format_remedy (failure, "tiny", "http://box:11434");

      g_test_message ("%s", cases[i].message);
      assert_takes_text (aph_format_failure_title (failure, "tiny", "http://box:11434"),
                         cases[i].title);
      g_assert_nonnull (strstr (remedy, cases[i].part_of_remedy));
    }
}

/* The time of day is shown as the clock of the desktop shows it. */
static void
test_clock (void)
{
  g_autoptr (GDateTime) afternoon = g_date_time_new_utc (2026, 1, 2, 14, 5, 59);
  g_autoptr (GDateTime) night = g_date_time_new_utc (2026, 1, 2, 0, 30, 0);
  g_autoptr (GSettings) desktop = NULL;
  g_autoptr (GSettingsSchema) schema =
    g_settings_schema_source_lookup (g_settings_schema_source_get_default (),
                                     "org.gnome.desktop.interface", TRUE);

  if (schema == NULL)
    {
      assert_takes_text (aph_clock_format_time (afternoon), "14:05");
      g_test_skip ("there are no settings of a desktop here");
      return;
    }

  desktop = g_settings_new ("org.gnome.desktop.interface");
  g_settings_set_string (desktop, "clock-format", "24h");
  assert_takes_text (aph_clock_format_time (afternoon), "14:05");
  assert_takes_text (aph_clock_format_time (night), "00:30");

  g_settings_set_string (desktop, "clock-format", "12h");
  assert_takes_text (aph_clock_format_time (afternoon), "2:05 PM");
  assert_takes_text (aph_clock_format_time (night), "12:30 AM");
  g_settings_reset (desktop, "clock-format");
}

static void
test_host (void)
{
  assert_takes_text (aph_format_host ("http://127.0.0.1:11434"), "127.0.0.1:11434");
  assert_takes_text (aph_format_host ("https://example.com:443/ollama/"),
                     "example.com:443/ollama");
  assert_takes_text (aph_format_host ("box"), "box");
  assert_takes_text (aph_format_host (""), "");
}

static void
test_model_details (void)
{
  g_autoptr (AphModel) full = aph_model_new ("a", 4700000000, "7.6B", "Q4_K_M", NULL);
  g_autoptr (AphModel) bare = aph_model_new ("b", 0, NULL, NULL, NULL);
  g_autofree char *details = aph_format_model_details (full);

  g_assert_true (g_str_has_prefix (details, "7.6B · Q4_K_M · 4.7"));
  assert_takes_text (aph_format_model_details (bare), "");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/figures", test_figures);
  g_test_add_func ("/format/counts", test_counts);
  g_test_add_func ("/format/first-line", test_first_line);
  g_test_add_func ("/format/status", test_status);
  g_test_add_func ("/format/status-of-failures", test_status_of_failures);
  g_test_add_func ("/format/states", test_states);
  g_test_add_func ("/format/marks", test_marks);
  g_test_add_func ("/format/every-failure-has-a-remedy", test_every_failure_has_a_remedy);
  g_test_add_func ("/format/failures", test_failures);
  g_test_add_func ("/format/clock", test_clock);
  g_test_add_func ("/format/host", test_host);
  g_test_add_func ("/format/model-details", test_model_details);

  return g_test_run ();
}
