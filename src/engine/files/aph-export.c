/* aph-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export"

#include "config.h"

#include "files/aph-export.h"
#include "files/aph-save-file.h"

typedef enum
{
  PASS_NONE,
  PASS_SURVEY,
  PASS_WRITE,
  PASS_DONE,
} Pass;

struct _AphExport
{
  GFile *file;              /* (nullable) if it is … */
  GOutputStream *stream;    /* (nullable) … a stream */
  AphExportFormat format;
  char *title;              /* (nullable) */
  AphExportOptions options;

  Pass pass;
  AphExportSurvey *survey;  /* (nullable) if the format needs none */
  AphSaveFile *save;        /* (nullable) before and after writing, and of a stream */
  AphExporter *exporter;    /* (nullable) before and after writing */
  guint64 n_written;
};

static AphExport *
export_new (AphExportFormat         format,
            const AphExportOptions *options)
{
  AphExport *self = g_new0 (AphExport, 1);

  self->format = format;
  self->title = g_strdup (options->title);
  if (aph_export_format_is_survey_needed (format))
    self->survey = aph_export_survey_new (aph_export_format_is_report (format));
  self->options = *options;
  self->options.title = self->title;
  self->options.survey = self->survey;

  return self;
}

/**
 * aph_export_new:
 * @file: the file to be made or replaced; it is not touched before all is written
 * @format: a format
 * @options: how to write; the survey is made here, and the words must outlive the export
 *
 * Returns: (transfer full): an export that has not begun
 */
AphExport *
aph_export_new (GFile                  *file,
                AphExportFormat         format,
                const AphExportOptions *options)
{
  AphExport *self;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (options != NULL, NULL);

  self = export_new (format, options);
  self->file = g_object_ref (file);

  return self;
}

/**
 * aph_export_new_for_stream:
 * @stream: where to write; it is flushed, but not closed
 * @format: a format
 * @options: how to write; the survey is made here, and the words must outlive the export
 *
 * Returns: (transfer full): an export that has not begun
 */
AphExport *
aph_export_new_for_stream (GOutputStream          *stream,
                           AphExportFormat         format,
                           const AphExportOptions *options)
{
  AphExport *self;

  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), NULL);
  g_return_val_if_fail (options != NULL, NULL);

  self = export_new (format, options);
  self->stream = g_object_ref (stream);

  return self;
}

/* Without a commit, the file that is half written goes away and the old one stays. */
void
aph_export_free (AphExport *self)
{
  g_clear_pointer (&self->exporter, aph_exporter_free);
  g_clear_pointer (&self->save, aph_save_file_free);
  g_clear_pointer (&self->survey, aph_export_survey_free);
  g_clear_object (&self->file);
  g_clear_object (&self->stream);
  g_free (self->title);
  g_free (self);
}

static gboolean
begin_writing (AphExport     *self,
               GCancellable  *cancellable,
               GError       **error)
{
  GOutputStream *stream = self->stream;

  if (self->file != NULL)
    {
      self->save = aph_save_file_open (self->file, cancellable, error);
      if (self->save == NULL)
        return FALSE;
      stream = aph_save_file_get_stream (self->save);
    }

  self->exporter = aph_exporter_new (self->format, stream, &self->options);
  self->pass = PASS_WRITE;

  return TRUE;
}

static void
explain (AphExport  *self,
         GError    **error)
{
  if (self->save != NULL)
    aph_save_file_explain (self->save, error);
}

static gboolean
commit (AphExport     *self,
        GCancellable  *cancellable,
        GError       **error)
{
  return self->save != NULL ? aph_save_file_commit (self->save, cancellable, error)
                            : g_output_stream_flush (self->stream, cancellable, error);
}

static void
end_writing (AphExport     *self,
             GCancellable  *cancellable,
             GError       **error)
{
  if (!aph_exporter_close (self->exporter, cancellable, error))
    explain (self, error);
  else if (commit (self, cancellable, error))
    self->pass = PASS_DONE;

  g_clear_pointer (&self->exporter, aph_exporter_free);
  g_clear_pointer (&self->save, aph_save_file_free);
}

/**
 * aph_export_begin_pass:
 * @self: an export
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Ends what was begun before. After the last pass the file is in its place.
 *
 * Returns: whether all jobs are to be given (again); if not, either aph_export_is_done(), or @error
 *   is set to a %G_IO_ERROR whose message is for the user
 */
gboolean
aph_export_begin_pass (AphExport     *self,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  switch (self->pass)
    {
    case PASS_NONE:
      if (self->survey == NULL)
        return begin_writing (self, cancellable, error);
      self->pass = PASS_SURVEY;
      return TRUE;

    case PASS_SURVEY:
      return begin_writing (self, cancellable, error);

    case PASS_WRITE:
      end_writing (self, cancellable, error);
      return FALSE;

    case PASS_DONE:
    default:
      return FALSE;
    }
}

/**
 * aph_export_take:
 * @self: an export in a pass
 * @job: a job
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Returns: %FALSE with a %G_IO_ERROR whose message is for the user; then nothing comes of it
 */
gboolean
aph_export_take (AphExport     *self,
                 AphJob        *job,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->pass == PASS_SURVEY || self->pass == PASS_WRITE, FALSE);

  if (self->pass == PASS_SURVEY)
    {
      aph_export_survey_add (self->survey, job);
      return !g_cancellable_set_error_if_cancelled (cancellable, error);
    }

  if (!aph_exporter_write (self->exporter, job, cancellable, error))
    {
      explain (self, error);
      return FALSE;
    }

  if (aph_export_format_takes (self->format, job))
    self->n_written++;

  return TRUE;
}

gboolean
aph_export_is_done (AphExport *self)
{
  return self->pass == PASS_DONE;
}

/**
 * aph_export_get_n_passes:
 * @self: an export
 *
 * Returns: how often all jobs are gone through
 */
guint
aph_export_get_n_passes (AphExport *self)
{
  return self->survey != NULL ? 2 : 1;
}

/**
 * aph_export_get_n_written:
 * @self: an export
 *
 * Returns: how many jobs are in the file
 */
guint64
aph_export_get_n_written (AphExport *self)
{
  return self->n_written;
}
