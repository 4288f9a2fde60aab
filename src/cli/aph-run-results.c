/* aph-run-results.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-results"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "cli/aph-run-results.h"
#include "files/aph-export.h"
#include "files/aph-result-file.h"
#include "ui/aph-report-words.h"

/* What the file of rows is called, beside one of another format. */
#define ROWS_SUFFIX ".jsonl"

struct _AphRunResults
{
  const AphRunOptions *options;   /* (not owned) */
  char *rows_path;                /* (nullable) where the rows are, if it is a file */
  gboolean is_temporary;          /* it has no name that the user knows */
  gboolean is_converted;          /* the rows are not what was asked for */
  AphRunResume *resume;           /* (nullable) */
  AphRunOutput *rows;             /* (nullable) until it is open, or if nothing is asked for */
};

static gboolean
is_stdout (const AphRunOptions *options)
{
  return options->output == NULL || strcmp (options->output, "-") == 0;
}

/* A device or a pipe has no room for anything beside it. */
static gboolean
is_special (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && !S_ISREG (status.st_mode) && !S_ISDIR (status.st_mode);
}

/**
 * aph_run_results_new:
 * @options: what the command line says; must outlive the results
 *
 * Returns: (transfer full): results that are written nowhere yet
 */
AphRunResults *
aph_run_results_new (const AphRunOptions *options)
{
  AphRunResults *self = g_new0 (AphRunResults, 1);

  self->options = options;
  self->is_converted = options->output_format != APH_EXPORT_JSONL;
  self->is_temporary = self->is_converted
                       && (is_stdout (options) || is_special (options->output));

  if (!is_stdout (options) && !self->is_temporary)
    self->rows_path = self->is_converted ? g_strconcat (options->output, ROWS_SUFFIX, NULL)
                                         : g_strdup (options->output);

  return self;
}

void
aph_run_results_free (AphRunResults *self)
{
  g_clear_pointer (&self->resume, aph_run_resume_free);
  g_clear_object (&self->rows);
  if (self->is_temporary && self->rows_path != NULL)
    g_unlink (self->rows_path);
  g_free (self->rows_path);
  g_free (self);
}

/* What is read cannot be written to: not even to go on with, since rows are taken out of it. */
static gboolean
check_not_read (AphRunResults  *self,
                const char     *path,
                GError        **error)
{
  GPtrArray *files = self->options->files;
  g_autofree char *name = g_filename_display_name (path);
  struct stat target;

  for (guint i = 0; i < files->len && stat (path, &target) == 0; i++)
    {
      GFile *file = g_ptr_array_index (files, i);
      const char *input = file != NULL ? g_file_peek_path (file) : NULL;
      struct stat status;

      if (input != NULL && stat (input, &status) == 0
          && status.st_dev == target.st_dev && status.st_ino == target.st_ino)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                       _("“%s” is read as input: write the results to another file"), name);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * aph_run_results_load:
 * @self: results that are not open
 * @error: return location
 *
 * Reads what an earlier run has written, if there is something and this one is to go on with it.
 *
 * Returns: %FALSE with a %G_IO_ERROR whose message is for the user
 */
gboolean
aph_run_results_load (AphRunResults  *self,
                      GError        **error)
{
  if (!self->options->resume || self->rows_path == NULL || is_special (self->rows_path))
    return TRUE;

  if (!g_file_test (self->rows_path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *name = g_filename_display_name (self->options->output);

      if (!self->is_converted || !g_file_test (self->options->output, G_FILE_TEST_EXISTS))
        return TRUE;

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” is complete: there is nothing to go on with"), name);
      return FALSE;
    }

  if (!check_not_read (self, self->rows_path, error))
    return FALSE;

  self->resume = aph_run_resume_new (self->rows_path, error);

  return self->resume != NULL;
}

/**
 * aph_run_results_get_resume:
 * @self: results that were loaded
 *
 * Returns: (transfer none) (nullable): what there is from an earlier run
 */
AphRunResume *
aph_run_results_get_resume (AphRunResults *self)
{
  return self->resume;
}

static AphRunOutput *
open_temporary (AphRunResults  *self,
                GError        **error)
{
  int fd = g_file_open_tmp ("antiphon-run-XXXXXX.jsonl", &self->rows_path, error);

  return fd >= 0 ? aph_run_output_new_for_fd (self->rows_path, fd) : NULL;
}

/* The name of the second file of OpenAI's: "x.openai-errors.jsonl", "x-errors.jsonl". */
static char *
dup_errors_path (const char *path)
{
  const char *suffix = aph_export_format_get_suffix (APH_EXPORT_OPENAI);
  const char *name = strrchr (path, '/');
  const char *dot = strrchr (name != NULL ? name : path, '.');

  if (g_str_has_suffix (path, suffix))
    {
      g_autofree char *stem = g_strndup (path, strlen (path) - strlen (suffix));

      return g_strconcat (stem, aph_export_format_get_suffix (APH_EXPORT_OPENAI_ERRORS), NULL);
    }

  if (dot == NULL)
    return g_strconcat (path, "-errors", NULL);

  return g_strdup_printf ("%.*s-errors%s", (int) (dot - path), path, dot);
}

static gboolean
check_replaced (AphRunResults  *self,
                const char     *path,
                GError        **error)
{
  const AphRunOptions *options = self->options;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !options->force && !options->resume)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” exists: choose another file, or overwrite it with --force"), name);
      return FALSE;
    }

  return check_not_read (self, path, error);
}

/* What will be replaced in the end is looked at now, not after a night. */
static gboolean
check_target (AphRunResults  *self,
              GError        **error)
{
  const AphRunOptions *options = self->options;
  g_autofree char *errors_path = NULL;

  if (!self->is_converted || self->is_temporary)
    return TRUE;

  if (!check_replaced (self, options->output, error))
    return FALSE;
  if (options->output_format != APH_EXPORT_OPENAI)
    return TRUE;

  errors_path = dup_errors_path (options->output);

  return check_replaced (self, errors_path, error);
}

/**
 * aph_run_results_open:
 * @self: results that were loaded
 * @error: return location
 *
 * Returns: %FALSE with a %G_IO_ERROR whose message is for the user; then nothing was made or
 *   changed
 */
gboolean
aph_run_results_open (AphRunResults  *self,
                      GError        **error)
{
  const AphRunOptions *options = self->options;

  if (!check_target (self, error))
    return FALSE;

  if (self->resume != NULL)
    {
      int fd = aph_run_resume_open (self->resume, error);

      if (fd >= 0)
        self->rows = aph_run_output_new_for_fd (self->rows_path, fd);
    }
  else if (self->is_temporary)
    self->rows = open_temporary (self, error);
  else if (self->rows_path != NULL)
    self->rows = aph_run_output_new_for_file (self->rows_path, options->force, options->files,
                                              error);
  else if (options->output != NULL || !options->watch)
    self->rows = aph_run_output_new_stdout ();
  else
    return TRUE;

  return self->rows != NULL;
}

/**
 * aph_run_results_get_rows:
 * @self: results that are open
 *
 * Returns: (transfer none) (nullable): where rows are written; %NULL if nobody wants any
 */
AphRunOutput *
aph_run_results_get_rows (AphRunResults *self)
{
  return self->rows;
}

/**
 * aph_run_results_discard:
 * @self: results that are open
 *
 * Nothing came of the run: a file that was made for it goes away if it is empty.
 */
void
aph_run_results_discard (AphRunResults *self)
{
  if (self->rows != NULL)
    aph_run_output_discard (self->rows);
}

static gboolean
give_all (AphExport      *export,
          AphResultFile  *file,
          GError        **error)
{
  for (guint i = 0; i < aph_result_file_get_n_rows (file); i++)
    {
      g_autoptr (AphJob) job = aph_result_file_read (file, aph_result_file_get_entry (file, i),
                                                     error);

      if (job == NULL || !aph_export_take (export, job, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static AphExport *
export_new (AphRunResults   *self,
            AphExportFormat  format,
            const char      *path)
{
  const AphRunOptions *options = self->options;
  const char *title = NULL;
  g_autofree char *name = NULL;
  AphExportOptions export_options;

  if (options->files->len > 0 && g_ptr_array_index (options->files, 0) != NULL)
    {
      g_autofree char *base = g_file_get_basename (g_ptr_array_index (options->files, 0));

      name = g_filename_display_name (base);
      title = name;
    }

  export_options = (AphExportOptions) {
    .title = title,
    .bom = options->bom,
    .with_record = options->record,
    .words = &aph_report_words,
  };

  if (path != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      return aph_export_new (file, format, &export_options);
    }
  else
    {
      g_autoptr (GOutputStream) stream = g_unix_output_stream_new (STDOUT_FILENO, FALSE);

      return aph_export_new_for_stream (stream, format, &export_options);
    }
}

static gboolean
write_as (AphRunResults    *self,
          AphExportFormat   format,
          const char       *path,
          AphResultFile    *file,
          GError          **error)
{
  g_autoptr (AphExport) export = export_new (self, format, path);

  while (aph_export_begin_pass (export, NULL, error))
    if (!give_all (export, file, error))
      return FALSE;

  return aph_export_is_done (export);
}

static gboolean
has_failures (AphResultFile *file)
{
  for (guint i = 0; i < aph_result_file_get_n_rows (file); i++)
    if (aph_result_file_get_entry (file, i)->state != APH_JOB_DONE)
      return TRUE;

  return FALSE;
}

/* Beside the answers; what an earlier run failed at is not left there as if it failed again. */
static gboolean
write_errors (AphRunResults  *self,
              AphResultFile  *file,
              GError        **error)
{
  g_autofree char *path = dup_errors_path (self->options->output);

  if (has_failures (file))
    return write_as (self, APH_EXPORT_OPENAI_ERRORS, path, file, error);

  if (g_unlink (path) != 0 && errno != ENOENT)
    g_debug ("%s stays: %s", path, g_strerror (errno));

  return TRUE;
}

/* From rows to what was asked for. */
static gboolean
convert (AphRunResults  *self,
         GError        **error)
{
  const AphRunOptions *options = self->options;
  const char *path = is_stdout (options) ? NULL : options->output;
  g_autoptr (GFile) rows = g_file_new_for_path (self->rows_path);
  g_autoptr (GFileInputStream) stream = g_file_read (rows, NULL, error);
  g_autoptr (AphResultFile) file = NULL;

  if (stream == NULL)
    return FALSE;

  file = aph_result_file_new (G_INPUT_STREAM (stream));
  if (!aph_result_file_scan (file, NULL, error)
      || !write_as (self, options->output_format, path, file, error))
    return FALSE;

  if (options->output_format == APH_EXPORT_OPENAI && path != NULL && !self->is_temporary)
    return write_errors (self, file, error);

  return TRUE;
}

/**
 * aph_run_results_conclude:
 * @self: results of which all rows are written
 * @all_done: whether nothing is left to go on with
 * @kept: (out) (nullable): the name of a file of rows that is kept beside the results, because a
 *   run may go on with it
 * @error: return location
 *
 * Makes what was asked for, if it is something else than rows.
 *
 * Returns: %FALSE with a %G_IO_ERROR whose message is for the user
 */
gboolean
aph_run_results_conclude (AphRunResults  *self,
                          gboolean        all_done,
                          char          **kept,
                          GError        **error)
{
  *kept = NULL;
  if (!self->is_converted || self->rows == NULL)
    return TRUE;

  /* It is there still if nothing came of the run. */
  if (!g_file_test (self->rows_path, G_FILE_TEST_EXISTS))
    return TRUE;

  if (!self->is_temporary)
    *kept = g_filename_display_name (self->rows_path);
  if (!convert (self, error))
    return FALSE;

  if (all_done && !self->is_temporary)
    {
      g_unlink (self->rows_path);
      g_clear_pointer (kept, g_free);
    }

  return TRUE;
}
