/* aph-report-lines.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-report-lines"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/aph-line-parts.h"
#include "files/aph-report-lines.h"
#include "stats/aph-metric.h"
#include "stats/aph-run-figures.h"

/* What is measured of each model, each in three percentiles. */
static const AphMetric metrics[] = {
  APH_METRIC_TIME_TO_FIRST_TOKEN,
  APH_METRIC_REQUEST_LATENCY,
  APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER,
};

#define N_PERCENTILES 3

/* The table of models: four counts of it, then each figure in three percentiles. */
static const char *const columns[APH_REPORT_N_COLUMNS] = {
  N_("Model"), N_("Done"), N_("Failed"), N_("To be checked"),
  N_("First token p50"), N_("p95"), N_("p99"),
  N_("Whole answer p50"), N_("p95"), N_("p99"),
  N_("Tokens per second p50"), N_("p95"), N_("p99"),
};

/**
 * aph_report_get_column:
 * @column: a column of the table of models
 *
 * Returns: its heading
 */
const char *
aph_report_get_column (guint column)
{
  g_return_val_if_fail (column < APH_REPORT_N_COLUMNS, NULL);

  return _(columns[column]);
}

static double
pick (const AphDistribution *spread,
      guint                  percentile)
{
  return percentile == 0 ? spread->p50 : percentile == 1 ? spread->p95 : spread->p99;
}

static char *
say (AphMetric             metric,
     double                value,
     const AphExportWords *words)
{
  if (metric == APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER)
    return words->token_rate (value);
  if (value < 1000)
    return g_strdup_printf (_("%.0f ms"), value);

  return words->duration (value);
}

/**
 * aph_report_dup_cell:
 * @survey: of all jobs
 * @words: how things are said
 * @model: the place of a model
 * @column: a column of the table of models
 *
 * Returns: (transfer full): what the table says there
 */
char *
aph_report_dup_cell (AphExportSurvey      *survey,
                     const AphExportWords *words,
                     guint                 model,
                     guint                 column)
{
  const AphExportModel *figures = aph_export_survey_get_model (survey, model);
  AphMetric metric;
  AphDistribution spread;

  switch (column)
    {
    case 0:
      return g_strdup (*figures->name != '\0' ? figures->name : "–");
    case 1:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, figures->counts[APH_JOB_DONE]);
    case 2:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, figures->counts[APH_JOB_FAILED]);
    case 3:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, figures->n_marked);
    default:
      break;
    }

  metric = metrics[(column - 4) / N_PERCENTILES];
  aph_metric_distribute (metric, aph_export_survey_get_figures (survey), model, &spread);
  if (spread.n == 0)
    return g_strdup ("–");

  return say (metric, pick (&spread, (column - 4) % N_PERCENTILES), words);
}

/**
 * aph_report_dup_counts:
 * @survey: of all jobs
 * @words: how things are said
 *
 * Returns: (transfer full): how many there are and how they fared, in one line
 */
char *
aph_report_dup_counts (AphExportSurvey      *survey,
                       const AphExportWords *words)
{
  gulong n_jobs = (gulong) aph_export_survey_get_n_jobs (survey);
  gulong n_marked = (gulong) aph_export_survey_get_n_marked (survey);
  GString *line = g_string_new (NULL);
  AphRunFigures run;

  aph_run_figures_compute (&run, aph_export_survey_get_figures (survey), APH_ANY_MODEL,
                           g_get_monotonic_time ());
  aph_line_take_part (line, g_strdup_printf (ngettext ("%lu prompt", "%lu prompts", n_jobs),
                                             n_jobs));
  aph_line_take_part (line, words->counts (run.counts, -1, NULL));
  if (n_marked > 0)
    aph_line_take_part (line, g_strdup_printf (ngettext ("%lu to be checked", "%lu to be checked",
                                                         n_marked), n_marked));
  if (run.output_tokens > 0)
    aph_line_take_part (line, words->tokens (run.output_tokens));
  if (run.duration_ms > 0)
    aph_line_take_part (line, words->duration (run.duration_ms));
  if (run.output_token_throughput > 0)
    aph_line_take_part (line, words->token_rate (run.output_token_throughput));

  return g_string_free (line, FALSE);
}

/**
 * aph_report_dup_now:
 *
 * Returns: (transfer full): that it was written now, and by what
 */
char *
aph_report_dup_now (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H:%M");

  /* Translators: the version of the program, a date and a time */
  return g_strdup_printf (_("Written by Antiphon %s on %s"), APH_VERSION, time);
}

/**
 * aph_report_dup_heading:
 * @job: a job
 * @index: its place, from 0
 *
 * Returns: (transfer full): what to call it: its number, and its name in the user's file
 */
char *
aph_report_dup_heading (AphJob  *job,
                        guint64  index)
{
  const char *custom_id = aph_request_get_custom_id (aph_job_get_request (job));
  gulong number = (gulong) index + 1;

  if (custom_id == NULL)
    return g_strdup_printf (_("Prompt %lu"), number);

  /* Translators: the number of a prompt, and the name that the user's file has for it */
  return g_strdup_printf (_("Prompt %lu: %s"), number, custom_id);
}

/**
 * aph_report_dup_line:
 * @job: a job
 * @words: how things are said
 *
 * Returns: (transfer full): who was asked, and how it went, in one line
 */
char *
aph_report_dup_line (AphJob               *job,
                     const AphExportWords *words)
{
  AphRequest *request = aph_job_get_request (job);
  GString *line = g_string_new (NULL);
  gint64 n_tokens = aph_job_get_usage (job)->answer_tokens;
  guint rating = aph_job_get_rating (job);

  aph_line_append_part (line, aph_request_get_model (request));
  aph_line_append_part (line, words->state (aph_job_get_state (job)));
  if (n_tokens > 0)
    aph_line_take_part (line, words->tokens (n_tokens));
  aph_line_take_part (line, words->token_rate (aph_job_get_token_rate (job)));
  if (aph_job_is_ended (job))
    aph_line_take_part (line, words->duration (aph_job_get_total_ms (job)));
  if (rating > 0)
    aph_line_take_part (line, g_strdup_printf (_("rated %u of %u"), rating, APH_MAX_RATING));

  return g_string_free (line, FALSE);
}

/**
 * aph_report_dup_trouble:
 * @job: a job
 * @words: how things are said
 *
 * Returns: (transfer full) (nullable): what is wrong with it, and what the user noted
 */
char *
aph_report_dup_trouble (AphJob               *job,
                        const AphExportWords *words)
{
  AphFailure *failure = aph_job_get_failure (job);
  GString *line = g_string_new (NULL);

  if (failure != NULL)
    aph_line_take_part (line, words->failure (failure,
                                              aph_request_get_model (aph_job_get_request (job)),
                                              aph_job_get_server (job)));
  if (aph_job_get_marks (job) != 0)
    aph_line_take_part (line, words->marks (aph_job_get_marks (job)));
  aph_line_append_part (line, aph_job_get_note (job));

  return g_string_free (line, line->len == 0);
}
