/* aph-export-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report in Markdown: what the numbers are, then each prompt with its answer. The texts are in
 * fences, so that a heading or a tag in an answer does not become one of the report.
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-exporter-private.h"
#include "files/aph-report-lines.h"
#include "files/aph-report-text.h"

static void
append_table (AphExporter *self)
{
  AphExportSurvey *survey = self->options.survey;

  for (guint column = 0; column < APH_REPORT_N_COLUMNS; column++)
    {
      g_string_append (self->text, "| ");
      aph_report_append_markdown (self->text, aph_report_get_column (column));
      g_string_append_c (self->text, ' ');
    }
  g_string_append (self->text, "|\n");
  for (guint column = 0; column < APH_REPORT_N_COLUMNS; column++)
    g_string_append (self->text, column == 0 ? "|---" : "|--:");
  g_string_append (self->text, "|\n");

  for (guint i = 0; i < aph_export_survey_get_n_models (survey); i++)
    {
      for (guint column = 0; column < APH_REPORT_N_COLUMNS; column++)
        {
          g_autofree char *cell = aph_report_dup_cell (survey, self->options.words, i, column);

          g_string_append (self->text, "| ");
          aph_report_append_markdown (self->text, cell);
          g_string_append_c (self->text, ' ');
        }
      g_string_append (self->text, "|\n");
    }
  g_string_append_c (self->text, '\n');
}

static void
begin_markdown (AphExporter *self)
{
  const AphExportOptions *options = &self->options;
  g_autofree char *counts = aph_report_dup_counts (options->survey, options->words);
  g_autofree char *time = aph_report_dup_now ();

  g_string_append (self->text, APH_REPORT_MARK "\n\n# ");
  aph_report_append_markdown (self->text, options->title != NULL ? options->title
                                                                 : _("Answers"));
  g_string_append (self->text, "\n\n");
  aph_report_append_markdown (self->text, counts);
  g_string_append (self->text, "\n\n");
  aph_report_append_markdown (self->text, time);
  g_string_append (self->text, "\n\n");

  g_string_append_printf (self->text, "## %s\n\n", _("Statistics"));
  append_table (self);
  g_string_append_printf (self->text, "## %s\n\n", _("Prompts and answers"));
}

static void
append_block (AphExporter *self,
              const char  *heading,
              const char  *text,
              gsize        length)
{
  if (length == 0)
    return;

  g_string_append_printf (self->text, "**%s**\n\n", heading);
  aph_report_append_fenced (self->text, text, length);
}

static gboolean
append_markdown (AphExporter  *self,
                 AphJob       *job,
                 GError      **error)
{
  AphRequest *request = aph_job_get_request (job);
  const char *prompt = aph_request_get_prompt (request);
  const char *system = aph_params_get_system (aph_request_get_params (request));
  g_autofree char *title = aph_report_dup_heading (job, self->index);
  g_autofree char *line = aph_report_dup_line (job, self->options.words);
  g_autofree char *trouble = aph_report_dup_trouble (job, self->options.words);
  gsize answer_length, thinking_length;
  const char *answer = aph_job_get_answer (job, &answer_length);
  const char *thinking = aph_job_get_thinking (job, &thinking_length);

  g_string_append (self->text, "### ");
  aph_report_append_markdown (self->text, title);
  g_string_append (self->text, "\n\n");
  aph_report_append_markdown (self->text, line);
  g_string_append (self->text, "\n\n");

  if (system != NULL)
    append_block (self, _("System prompt"), system, strlen (system));
  append_block (self, _("Prompt"), prompt, strlen (prompt));
  append_block (self, _("Thinking"), thinking, thinking_length);
  append_block (self, _("Answer"), answer, answer_length);

  if (trouble != NULL)
    {
      g_string_append (self->text, "> ");
      aph_report_append_markdown (self->text, trouble);
      g_string_append (self->text, "\n\n");
    }

  return TRUE;
}

const AphExportWriter aph_export_markdown_writer = { begin_markdown, append_markdown, NULL };
