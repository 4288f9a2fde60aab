/* aph-exporter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-exporter"

#include "config.h"

#include "files/aph-exporter-private.h"
#include "files/aph-result-row.h"

/* So much is written at once. */
#define WRITE_SIZE (64 * 1024)

/* A buffer that one long answer blew up beyond this is not kept for the short ones after it. */
#define MAX_KEPT_SIZE (1024 * 1024)

static gboolean
append_jsonl (AphExporter  *self,
              AphJob       *job,
              GError      **error)
{
  aph_result_row_append (self->text, job, self->index, self->options.with_record);
  g_string_append_c (self->text, '\n');

  return TRUE;
}

static void
begin_json (AphExporter *self)
{
  g_string_append (self->text, "[\n");
}

static gboolean
append_json (AphExporter  *self,
             AphJob       *job,
             GError      **error)
{
  if (self->n_written > 0)
    g_string_append (self->text, ",\n");
  aph_result_row_append (self->text, job, self->index, self->options.with_record);

  return TRUE;
}

static void
end_json (AphExporter *self)
{
  g_string_append (self->text, self->n_written > 0 ? "\n]\n" : "]\n");
}

const AphExportWriter aph_export_jsonl_writer = { NULL, append_jsonl, NULL };
const AphExportWriter aph_export_json_writer = { begin_json, append_json, end_json };

static const AphExportWriter *const writers[APH_EXPORT_N_FORMATS] = {
  [APH_EXPORT_JSONL] = &aph_export_jsonl_writer,
  [APH_EXPORT_JSON] = &aph_export_json_writer,
  [APH_EXPORT_CSV] = &aph_export_csv_writer,
  [APH_EXPORT_TSV] = &aph_export_csv_writer,
  [APH_EXPORT_MARKDOWN] = &aph_export_markdown_writer,
  [APH_EXPORT_HTML] = &aph_export_html_writer,
  [APH_EXPORT_OPENAI] = &aph_export_openai_writer,
  [APH_EXPORT_OPENAI_ERRORS] = &aph_export_openai_writer,
  [APH_EXPORT_PROMPTFOO] = &aph_export_promptfoo_writer,
};

/**
 * aph_exporter_new:
 * @format: a format
 * @stream: where to write; it is neither flushed nor closed
 * @options: how to write
 *
 * Returns: (transfer full): an exporter that has not written anything
 */
AphExporter *
aph_exporter_new (AphExportFormat         format,
                  GOutputStream          *stream,
                  const AphExportOptions *options)
{
  AphExporter *self;

  g_return_val_if_fail ((guint) format < APH_EXPORT_N_FORMATS, NULL);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), NULL);
  g_return_val_if_fail (options != NULL, NULL);
  g_return_val_if_fail (!aph_export_format_is_survey_needed (format) || options->survey != NULL,
                        NULL);

  self = g_new0 (AphExporter, 1);
  self->format = format;
  self->stream = g_object_ref (stream);
  self->options = *options;
  self->text = g_string_new (NULL);
  if (options->survey != NULL)
    self->n_of_model = g_new0 (guint64, aph_export_survey_get_n_models (options->survey) + 1);
  if (writers[format]->begin != NULL)
    writers[format]->begin (self);

  return self;
}

void
aph_exporter_free (AphExporter *self)
{
  g_object_unref (self->stream);
  g_string_free (self->text, TRUE);
  g_free (self->n_of_model);
  g_free (self);
}

static gboolean
flush (AphExporter   *self,
       GCancellable  *cancellable,
       GError       **error)
{
  if (!g_output_stream_write_all (self->stream, self->text->str, self->text->len, NULL,
                                  cancellable, error))
    return FALSE;

  if (self->text->allocated_len > MAX_KEPT_SIZE)
    {
      g_string_free (self->text, TRUE);
      self->text = g_string_new (NULL);
    }
  else
    g_string_truncate (self->text, 0);

  return TRUE;
}

/**
 * aph_exporter_write:
 * @self: an exporter
 * @job: a job
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Writes a job, unless the format has no row for such a job.
 *
 * Returns: %FALSE with a %G_IO_ERROR
 */
gboolean
aph_exporter_write (AphExporter   *self,
                    AphJob        *job,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (APH_IS_JOB (job), FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  self->index = self->options.renumber ? self->n_taken : aph_job_get_index (job);
  self->n_taken++;
  if (!aph_export_format_takes (self->format, job))
    return TRUE;

  if (!writers[self->format]->append (self, job, error))
    return FALSE;
  self->n_written++;

  return self->text->len < WRITE_SIZE || flush (self, cancellable, error);
}

/**
 * aph_exporter_close:
 * @self: an exporter
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Writes what comes after the last job. Nothing can be written any more.
 *
 * Returns: %FALSE with a %G_IO_ERROR
 */
gboolean
aph_exporter_close (AphExporter   *self,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (writers[self->format]->end != NULL)
    writers[self->format]->end (self);

  return flush (self, cancellable, error);
}
