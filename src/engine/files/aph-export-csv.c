/* aph-export-csv.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables: the columns that the jobs were made from, then ours, whose names begin with "_". As
 * RFC 4180 has it, and what a spreadsheet would run is made a text.
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-csv-cell.h"
#include "files/aph-exporter-private.h"
#include "files/aph-result-row.h"
#include "files/aph-result-table.h"

static char
get_delimiter (AphExporter *self)
{
  return self->format == APH_EXPORT_TSV ? '\t' : ',';
}

/* Ours come after the original ones, so each is preceded by something unless there are none. */
static void
append_cell (AphExporter *self,
             gboolean    *is_first,
             const char  *text,
             gssize       length)
{
  if (!*is_first)
    g_string_append_c (self->text, get_delimiter (self));
  *is_first = FALSE;
  if (text != NULL)
    aph_csv_cell_append (self->text, text, length, get_delimiter (self));
}

static gboolean
has_column (GPtrArray  *columns,
            const char *name)
{
  return g_ptr_array_find_with_equal_func (columns, name, g_str_equal, NULL);
}

static void
begin_csv (AphExporter *self)
{
  GPtrArray *columns = aph_export_survey_get_columns (self->options.survey);
  guint n_own;
  const char *const *own = aph_result_table_get_own_columns (&n_own);
  gboolean is_first = TRUE;

  if (self->options.bom)
    g_string_append (self->text, "\xef\xbb\xbf");

  for (guint i = 0; i < columns->len; i++)
    append_cell (self, &is_first, g_ptr_array_index (columns, i), -1);

  for (guint i = 0; i < n_own; i++)
    {
      g_autoptr (GString) name = g_string_new (own[i]);

      do
        g_string_prepend_c (name, '_');
      while (has_column (columns, name->str));
      append_cell (self, &is_first, name->str, -1);
    }
  g_string_append (self->text, "\r\n");
}

static void
append_value (AphExporter *self,
              gboolean    *is_first,
              JsonNode    *node)
{
  g_autofree char *text = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_dup_string (node);
  else if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
    text = aph_json_node_to_text (node);

  append_cell (self, is_first, text, -1);
}

static gboolean
append_vars (AphExporter  *self,
             gboolean     *is_first,
             const char   *vars,
             GError      **error)
{
  GPtrArray *columns = aph_export_survey_get_columns (self->options.survey);
  g_autoptr (JsonObject) object = NULL;
  guint n_found = 0;

  if (vars != NULL)
    object = aph_json_parse_object_lossy (vars, -1, NULL);

  for (guint i = 0; i < columns->len; i++)
    {
      JsonNode *node = object != NULL
                         ? json_object_get_member (object, g_ptr_array_index (columns, i)) : NULL;

      n_found += node != NULL;
      append_value (self, is_first, node);
    }

  if (object == NULL || n_found == json_object_get_size (object))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _("Prompts with other columns were added in the meantime: export again"));

  return FALSE;
}

static void
append_count (AphExporter *self,
              gboolean    *is_first,
              gint64       value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (value >= 0)
    aph_json_append_int (text, value);
  append_cell (self, is_first, text->str, -1);
}

static void
append_figure (AphExporter *self,
               gboolean    *is_first,
               double       value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (value >= 0)
    aph_json_append_double (text, round (value * 1000) / 1000);
  append_cell (self, is_first, text->str, -1);
}

static void
append_asked (AphExporter *self,
              gboolean    *is_first,
              AphRequest  *request)
{
  const char *params = aph_params_get_text (aph_request_get_params (request));
  const char *const *images = aph_request_get_images (request);
  g_autofree char *object = *params != '\0' ? g_strconcat ("{", params, "}", NULL) : NULL;
  g_autoptr (GString) list = g_string_new (NULL);

  append_cell (self, is_first, object, -1);

  for (guint i = 0; images != NULL && images[i] != NULL; i++)
    {
      g_string_append_c (list, i == 0 ? '[' : ',');
      aph_json_append_string (list, images[i]);
    }
  if (list->len > 0)
    g_string_append_c (list, ']');
  append_cell (self, is_first, list->str, -1);
}

static void
append_failure (AphExporter *self,
                gboolean    *is_first,
                AphFailure  *failure)
{
  if (failure == NULL)
    {
      for (guint i = 0; i < 3; i++)
        append_cell (self, is_first, NULL, 0);
      return;
    }

  append_cell (self, is_first, aph_failure_get_message (failure), -1);
  append_cell (self, is_first, aph_failure_class_to_nick (aph_failure_get_class (failure)), -1);
  append_count (self, is_first, aph_failure_get_status (failure) > 0
                                  ? (gint64) aph_failure_get_status (failure) : -1);
}

static void
append_figures (AphExporter *self,
                gboolean    *is_first,
                AphJob      *job)
{
  const AphUsage *usage = aph_job_get_usage (job);

  append_figure (self, is_first, aph_job_get_wait_ms (job));
  append_figure (self, is_first, aph_job_get_ttft_ms (job));
  append_figure (self, is_first, aph_job_get_total_ms (job));
  append_count (self, is_first, usage->prompt_tokens);
  append_count (self, is_first, usage->answer_tokens);
  append_figure (self, is_first, aph_job_get_token_rate (job));
}

static void
append_answer (AphExporter *self,
               gboolean    *is_first,
               AphJob      *job)
{
  AphRequest *request = aph_job_get_request (job);
  g_autofree char *marks = aph_result_row_dup_marks (aph_job_get_marks (job));
  gsize answer_length, thinking_length;
  const char *answer = aph_job_get_answer (job, &answer_length);
  const char *thinking = aph_job_get_thinking (job, &thinking_length);

  append_cell (self, is_first, aph_request_get_prompt (request), -1);
  append_cell (self, is_first, answer, (gssize) answer_length);
  append_cell (self, is_first, aph_request_get_model (request), -1);
  append_cell (self, is_first, aph_job_state_to_nick (aph_job_get_state (job)), -1);
  append_cell (self, is_first, aph_request_get_custom_id (request), -1);
  append_count (self, is_first, (gint64) self->index);
  append_cell (self, is_first, thinking, (gssize) thinking_length);
  append_cell (self, is_first, aph_job_get_done_reason (job), -1);
  append_cell (self, is_first, marks, -1);
  append_count (self, is_first, aph_job_get_attempts (job));
}

static gboolean
append_csv (AphExporter  *self,
            AphJob       *job,
            GError      **error)
{
  AphRequest *request = aph_job_get_request (job);
  g_autofree char *time = aph_result_row_dup_time (aph_job_get_times (job)->sent);
  guint rating = aph_job_get_rating (job);
  gboolean is_first = TRUE;

  if (!append_vars (self, &is_first, aph_request_get_vars (request), error))
    return FALSE;

  append_answer (self, &is_first, job);
  append_failure (self, &is_first, aph_job_get_failure (job));
  append_cell (self, &is_first, aph_job_get_server (job), -1);
  append_cell (self, &is_first, time, -1);
  append_figures (self, &is_first, job);
  append_asked (self, &is_first, request);
  append_count (self, &is_first, rating > 0 ? (gint64) rating : -1);
  append_cell (self, &is_first, aph_job_get_note (job), -1);
  g_string_append (self->text, "\r\n");

  return TRUE;
}

const AphExportWriter aph_export_csv_writer = { begin_csv, append_csv, NULL };
