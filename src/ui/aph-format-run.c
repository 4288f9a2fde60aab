/* aph-format-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-format-run"

#include "config.h"

#include <glib/gi18n.h>

#include "stats/aph-time-axis.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"

#define DOT " · "

static void
take_part (GString *line,
           char    *part)
{
  if (part != NULL && *part != '\0')
    {
      if (line->len > 0)
        g_string_append (line, DOT);
      g_string_append (line, part);
    }
  g_free (part);
}

/**
 * aph_format_phase:
 * @phase: a phase
 *
 * Returns: the words for it
 */
const char *
aph_format_phase (AphPhase phase)
{
  switch (phase)
    {
    case APH_PHASE_LOADING:
      return _("Loading the model");
    case APH_PHASE_WAITING:
      return _("Waiting for a slot");
    case APH_PHASE_PROMPT:
      return _("Reading the prompt");
    case APH_PHASE_THINKING:
      return _("Thinking");
    case APH_PHASE_ANSWERING:
      return _("Answering");
    case APH_PHASE_FAILED:
      return _("Failed attempt");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * aph_format_metric:
 * @metric: a metric
 *
 * Returns: the words for it, as a heading
 */
const char *
aph_format_metric (AphMetric metric)
{
  switch (metric)
    {
    case APH_METRIC_TIME_TO_FIRST_TOKEN:
      return _("Time to First Token");
    case APH_METRIC_INTER_TOKEN_LATENCY:
      return _("Time Between Tokens");
    case APH_METRIC_REQUEST_LATENCY:
      return _("Total Time");
    case APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER:
      return _("Tokens per Second of an Answer");
    case APH_METRIC_OUTPUT_SEQUENCE_LENGTH:
      return _("Length of an Answer");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * aph_format_milliseconds:
 * @milliseconds: how long, or negative
 *
 * Returns: (transfer full) (nullable): “0.8 ms”, “340 ms”, and from one second on as
 *   aph_format_duration(); %NULL if negative
 */
char *
aph_format_milliseconds (double milliseconds)
{
  if (!(milliseconds >= 0))
    return NULL;
  /* Translators: milliseconds */
  if (milliseconds < 9.95)
    return g_strdup_printf (_("%.1f ms"), milliseconds);
  /* Translators: milliseconds */
  if (milliseconds < 999.5)
    return g_strdup_printf (_("%.0f ms"), milliseconds);

  return aph_format_duration (milliseconds);
}

/**
 * aph_format_metric_value:
 * @metric: a metric
 * @value: what was measured, in the unit of the metric
 *
 * Returns: (transfer full): it with its unit
 */
char *
aph_format_metric_value (AphMetric metric,
                         double    value)
{
  char *text;

  switch (metric)
    {
    case APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER:
      text = aph_format_token_rate (value);
      break;
    case APH_METRIC_OUTPUT_SEQUENCE_LENGTH:
      text = aph_format_tokens ((gint64) (value + 0.5));
      break;
    case APH_METRIC_TIME_TO_FIRST_TOKEN:
    case APH_METRIC_INTER_TOKEN_LATENCY:
    case APH_METRIC_REQUEST_LATENCY:
    default:
      text = aph_format_milliseconds (value);
      break;
    }

  return text != NULL ? text : g_strdup ("–");
}

/**
 * aph_format_slot:
 * @figures: the figures of a run
 * @server: the number of a server
 * @number: that of a slot, from 0
 *
 * Returns: (transfer full): its name: the number, with the server if there are several
 */
char *
aph_format_slot (const AphFigures *figures,
                 guint             server,
                 guint             number)
{
  g_autofree char *host = NULL;
  guint n_servers = 0;

  for (guint i = 0; i < aph_figures_get_n_servers (figures); i++)
    if (*aph_figures_get_server (figures, i) != '\0')
      n_servers++;
  if (n_servers < 2)
    return g_strdup_printf ("%u", number + 1);

  host = aph_format_host (aph_figures_get_server (figures, server));

  return g_strdup_printf ("%s" DOT "%u", host, number + 1);
}

/**
 * aph_format_attempt:
 * @figures: the figures of a run
 * @position: that of an attempt
 * @begin: when the run began, in microseconds of our monotonic clock
 * @now: what that clock says
 *
 * Returns: (transfer full): what went on when, in a line or two: “qwen2.5:7b · done · sent at
 *   0:05.0 · Waiting for a slot 340 ms · Answering 5.2 s · 213 tokens”
 */
char *
aph_format_attempt (const AphFigures *figures,
                    guint             position,
                    gint64            begin,
                    gint64            now)
{
  GString *line = g_string_new (NULL);
  AphSpan spans[APH_N_PHASES];
  const AphFigure *figure;
  g_autofree char *offset = NULL;
  guint n;

  figure = &aph_figures_get_all (figures, &n)[position];
  take_part (line, g_strdup (aph_figures_get_model (figures, figure->model)));
  if (!figure->is_former)
    take_part (line, g_strdup (aph_format_state (figure->state)));

  offset = aph_time_axis_label (figure->times.sent - begin, 100 * 1000);
  /* Translators: a moment of the run, as a clock shows it, say “0:05.0” */
  take_part (line, g_strdup_printf (_("sent at %s"), offset));
  n = aph_figure_get_spans (figure, now, spans);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *duration = aph_format_milliseconds ((spans[i].to - spans[i].from) / 1000.0);

      /* Translators: what went on, and for how long: “Answering 5.2 s” */
      take_part (line, g_strdup_printf (C_("phase", "%s %s"),
                                        aph_format_phase (spans[i].phase), duration));
    }
  if (figure->answer_tokens > 0)
    take_part (line, aph_format_tokens (figure->answer_tokens));
  take_part (line, aph_format_marks (figure->marks));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_run_output:
 * @run: a run as a whole
 *
 * Returns: (transfer full): what came of it: “4170 tokens · 147 tok/s”; "" before anything was sent
 */
char *
aph_format_run_output (const AphRunFigures *run)
{
  GString *line = g_string_new (NULL);

  if (run->begin == 0)
    return g_string_free (line, FALSE);

  take_part (line, aph_format_tokens (run->output_tokens));
  take_part (line, aph_format_token_rate (run->output_token_throughput));

  return g_string_free (line, FALSE);
}

/**
 * aph_format_run:
 * @run: a run as a whole
 *
 * Returns: (transfer full): its figures in a line; "" before anything was sent
 */
char *
aph_format_run (const AphRunFigures *run)
{
  GString *line = g_string_new (NULL);

  if (run->begin == 0)
    return g_string_free (line, FALSE);

  take_part (line, aph_format_duration (run->duration_ms));
  take_part (line, aph_format_run_output (run));
  /* Translators: how fast the run was, compared with one prompt after the other */
  if (run->speed_up >= 1.05)
    take_part (line, g_strdup_printf (_("%.1f× as fast as one by one"), run->speed_up));

  return g_string_free (line, FALSE);
}
