/* aph-export-promptfoo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What promptfoo writes with "eval -o FILE.json", version 3: "promptfoo import" takes it, and its
 * viewer has a column for each model.
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include <string.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "files/aph-exporter-private.h"
#include "files/aph-result-row.h"

/* promptfoo's word for a test that did not come to a result */
#define FAILURE_REASON_ERROR 2

static char *
dup_provider (const char *model)
{
  return g_strconcat ("ollama:completion:", model != NULL ? model : "", NULL);
}

static void
append_token_usage (GString *out,
                    guint64  prompt_tokens,
                    guint64  answer_tokens,
                    guint64  n_requests)
{
  aph_json_append_name (out, "tokenUsage");
  g_string_append_c (out, '{');
  aph_json_append_count (out, "total", (gint64) (prompt_tokens + answer_tokens));
  aph_json_append_count (out, "prompt", (gint64) prompt_tokens);
  aph_json_append_count (out, "completion", (gint64) answer_tokens);
  aph_json_append_count (out, "cached", 0);
  aph_json_append_count (out, "numRequests", (gint64) n_requests);
  g_string_append_c (out, '}');
}

static guint64
count_all (const AphExportModel *model)
{
  guint64 n = 0;

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    n += model->counts[i];

  return n;
}

static void
append_metrics (GString              *out,
                const AphExportModel *model)
{
  guint64 n_done = model->counts[APH_JOB_DONE];

  aph_json_append_name (out, "metrics");
  g_string_append_c (out, '{');
  aph_json_append_count (out, "score", (gint64) n_done);
  aph_json_append_count (out, "testPassCount", (gint64) n_done);
  aph_json_append_count (out, "testFailCount", 0);
  aph_json_append_count (out, "testErrorCount", (gint64) (count_all (model) - n_done));
  aph_json_append_count (out, "assertPassCount", 0);
  aph_json_append_count (out, "assertFailCount", 0);
  aph_json_append_figure (out, "totalLatencyMs", model->total_ms);
  append_token_usage (out, model->prompt_tokens, model->answer_tokens, n_done);
  aph_json_append_raw (out, "namedScores", "{}");
  aph_json_append_raw (out, "namedScoresCount", "{}");
  aph_json_append_count (out, "cost", 0);
  g_string_append_c (out, '}');
}

static void
append_prompts (AphExporter *self)
{
  AphExportSurvey *survey = self->options.survey;

  aph_json_append_name (self->text, "prompts");
  g_string_append_c (self->text, '[');
  for (guint i = 0; i < aph_export_survey_get_n_models (survey); i++)
    {
      const AphExportModel *model = aph_export_survey_get_model (survey, i);
      g_autofree char *provider = dup_provider (model->name);

      g_string_append (self->text, i > 0 ? ",{" : "{");
      aph_json_append_text (self->text, "raw", "{{prompt}}");
      aph_json_append_text (self->text, "label", "{{prompt}}");
      aph_json_append_text (self->text, "provider", provider);
      append_metrics (self->text, model);
      g_string_append_c (self->text, '}');
    }
  g_string_append_c (self->text, ']');
}

static void
begin_promptfoo (AphExporter *self)
{
  g_autofree char *now = aph_result_row_dup_time (g_get_monotonic_time ());
  g_autofree char *id = g_strdup_printf ("eval-antiphon-%s", now);

  /* In an id there are no colons elsewhere. */
  g_strdelimit (id, ":.", '-');

  g_string_append_c (self->text, '{');
  aph_json_append_text (self->text, "evalId", id);
  aph_json_append_name (self->text, "results");
  g_string_append_c (self->text, '{');
  aph_json_append_count (self->text, "version", 3);
  aph_json_append_text (self->text, "timestamp", now);
  append_prompts (self);
  aph_json_append_name (self->text, "results");
  g_string_append (self->text, "[\n");
}

/* The columns, and what was asked where there are none. */
static void
append_vars (GString    *out,
             AphRequest *request)
{
  const char *vars = aph_request_get_vars (request);

  if (vars != NULL)
    {
      aph_json_append_raw (out, "vars", vars);
      return;
    }

  aph_json_append_name (out, "vars");
  g_string_append_c (out, '{');
  aph_json_append_text (out, "prompt", aph_request_get_prompt (request));
  g_string_append_c (out, '}');
}

static void
append_asked (GString    *out,
              AphRequest *request)
{
  g_autofree char *provider = dup_provider (aph_request_get_model (request));

  aph_json_append_name (out, "testCase");
  g_string_append_c (out, '{');
  append_vars (out, request);
  if (aph_request_get_custom_id (request) != NULL)
    aph_json_append_text (out, "description", aph_request_get_custom_id (request));
  g_string_append_c (out, '}');
  append_vars (out, request);

  aph_json_append_name (out, "prompt");
  g_string_append_c (out, '{');
  aph_json_append_text (out, "raw", aph_request_get_prompt (request));
  aph_json_append_text (out, "label", "{{prompt}}");
  g_string_append_c (out, '}');

  aph_json_append_name (out, "provider");
  g_string_append_c (out, '{');
  aph_json_append_text (out, "id", provider);
  aph_json_append_text (out, "label", aph_request_get_model (request));
  g_string_append_c (out, '}');
}

static void
append_outcome (GString *out,
                AphJob  *job)
{
  const AphUsage *usage = aph_job_get_usage (job);
  AphFailure *failure = aph_job_get_failure (job);
  gboolean is_done = aph_job_get_state (job) == APH_JOB_DONE;
  gsize length;
  const char *answer = aph_job_get_answer (job, &length);

  aph_json_append_name (out, "response");
  g_string_append_c (out, '{');
  aph_json_append_text_len (out, "output", answer, length);
  append_token_usage (out, (guint64) MAX (usage->prompt_tokens, 0),
                      (guint64) MAX (usage->answer_tokens, 0), 1);
  if (aph_job_get_done_reason (job) != NULL)
    aph_json_append_text (out, "finishReason", aph_job_get_done_reason (job));
  g_string_append_c (out, '}');

  aph_json_append_raw (out, "success", is_done ? "true" : "false");
  aph_json_append_count (out, "score", is_done ? 1 : 0);
  aph_json_append_count (out, "failureReason", is_done ? 0 : FAILURE_REASON_ERROR);
  if (!is_done)
    aph_json_append_text (out, "error",
                          failure != NULL ? aph_failure_get_message (failure)
                                          : aph_job_state_to_nick (aph_job_get_state (job)));
  aph_json_append_figure (out, "latencyMs", MAX (aph_job_get_total_ms (job), 0));
  aph_json_append_raw (out, "namedScores", "{}");
  aph_json_append_raw (out, "gradingResult", NULL);
  aph_json_append_count (out, "cost", 0);
}

static gboolean
append_promptfoo (AphExporter  *self,
                  AphJob       *job,
                  GError      **error)
{
  AphRequest *request = aph_job_get_request (job);
  const char *model_name = aph_request_get_model (request);
  int model = aph_export_survey_find_model (self->options.survey, model_name);

  /* One that was not there when all were looked at has no column; the first one is as good. */
  model = MAX (model, 0);

  g_string_append (self->text, self->n_written > 0 ? ",\n{" : "{");
  aph_json_append_count (self->text, "promptIdx", model);
  aph_json_append_count (self->text, "testIdx", (gint64) self->n_of_model[model]++);
  append_asked (self->text, request);
  append_outcome (self->text, job);
  g_string_append_c (self->text, '}');

  return TRUE;
}

static void
append_stats (AphExporter *self)
{
  AphExportSurvey *survey = self->options.survey;
  guint64 n_done = aph_export_survey_count (survey, APH_JOB_DONE);
  guint64 prompt_tokens = 0;
  guint64 answer_tokens = 0;

  for (guint i = 0; i < aph_export_survey_get_n_models (survey); i++)
    {
      const AphExportModel *model = aph_export_survey_get_model (survey, i);

      prompt_tokens += model->prompt_tokens;
      answer_tokens += model->answer_tokens;
    }

  aph_json_append_name (self->text, "stats");
  g_string_append_c (self->text, '{');
  aph_json_append_count (self->text, "successes", (gint64) n_done);
  aph_json_append_count (self->text, "failures", 0);
  aph_json_append_count (self->text, "errors",
                         (gint64) (aph_export_survey_get_n_jobs (survey) - n_done));
  append_token_usage (self->text, prompt_tokens, answer_tokens, n_done);
  g_string_append_c (self->text, '}');
}

static void
end_promptfoo (AphExporter *self)
{
  g_autofree char *now = aph_result_row_dup_time (g_get_monotonic_time ());

  g_string_append (self->text, "\n]");
  append_stats (self);
  g_string_append_c (self->text, '}');

  aph_json_append_name (self->text, "config");
  g_string_append_c (self->text, '{');
  aph_json_append_text (self->text, "description",
                        self->options.title != NULL ? self->options.title : "Antiphon");
  g_string_append_c (self->text, '}');
  aph_json_append_text (self->text, "shareableUrl", NULL);
  aph_json_append_name (self->text, "metadata");
  g_string_append_c (self->text, '{');
  aph_json_append_text (self->text, "antiphonVersion", APH_VERSION);
  aph_json_append_text (self->text, "exportedAt", now);
  g_string_append (self->text, "}}\n");
}

const AphExportWriter aph_export_promptfoo_writer = {
  begin_promptfoo, append_promptfoo, end_promptfoo,
};
