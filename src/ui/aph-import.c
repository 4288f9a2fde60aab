/* aph-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-import"

#include "config.h"

#include <glib/gi18n.h>

#include "files/aph-prompt-reader.h"
#include "ui/aph-import.h"

/* How many rows are asked for at once. */
#define PIECE_ROWS 500

/* What is read, by one thread at a time. */
typedef struct
{
  AphImportPlan *plan;
  guint next_source;
  AphPromptReader *reader;  /* (nullable) of the source that is being read */
  const char *name;         /* of that source */
  GPtrArray *first_rows;    /* (nullable) that were read to see whether there are any */
  guint64 size;             /* of all sources, in bytes; 0 while it is not known */
  guint64 n_read;           /* bytes of the sources that were read to their end */
  int permille;             /* (atomic) of the size that was read; below 0 if that is not known */
  AphImportProgressFunc progress;   /* (nullable) */
  gpointer progress_data;
  AphImportResult *result;
} Import;

AphImportPlan *
aph_import_plan_new (void)
{
  AphImportPlan *self = g_new0 (AphImportPlan, 1);

  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_prompt_source_unref);
  self->options = aph_read_options_new ();
  self->options->keeps_answers = TRUE;
  self->grid = aph_grid_new ();

  return self;
}

AphImportPlan *
aph_import_plan_copy (const AphImportPlan *self)
{
  AphImportPlan *copy = g_new0 (AphImportPlan, 1);

  copy->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_prompt_source_unref);
  for (guint i = 0; i < self->sources->len; i++)
    g_ptr_array_add (copy->sources,
                     aph_prompt_source_ref (g_ptr_array_index (self->sources, i)));
  copy->options = aph_read_options_copy (self->options);
  copy->grid = aph_grid_copy (self->grid);
  aph_import_plan_set_params (copy, self->params);

  return copy;
}

void
aph_import_plan_free (AphImportPlan *self)
{
  g_ptr_array_unref (self->sources);
  aph_read_options_free (self->options);
  aph_grid_free (self->grid);
  g_clear_pointer (&self->params, aph_params_unref);
  g_free (self);
}

/**
 * aph_import_plan_set_params:
 * @self: a plan
 * @params: (nullable): how to answer where a row does not say
 */
void
aph_import_plan_set_params (AphImportPlan *self,
                            AphParams     *params)
{
  AphParams *old = self->params;

  self->params = params != NULL ? aph_params_ref (params) : NULL;
  g_clear_pointer (&old, aph_params_unref);
}

/**
 * aph_import_plan_add_files:
 * @self: a plan
 * @files: (element-type GFile): files of prompts, or folders of pictures
 */
void
aph_import_plan_add_files (AphImportPlan *self,
                           GPtrArray     *files)
{
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (self->sources,
                     aph_prompt_source_new_for_file (g_ptr_array_index (files, i)));
}

/**
 * aph_import_plan_dup_title:
 * @self: a plan with sources
 *
 * Returns: (transfer full): what to call it: the name of its file, or how many there are
 */
char *
aph_import_plan_dup_title (const AphImportPlan *self)
{
  guint n_sources = self->sources->len;

  if (n_sources == 1)
    return g_strdup (aph_prompt_source_get_name (g_ptr_array_index (self->sources, 0)));

  return g_strdup_printf (ngettext ("%u file", "%u files", n_sources), n_sources);
}

static void
import_free (gpointer data)
{
  Import *import = data;

  aph_import_plan_free (import->plan);
  g_clear_object (&import->reader);
  g_clear_pointer (&import->first_rows, g_ptr_array_unref);
  g_clear_pointer (&import->result, aph_import_result_free);
  g_free (import);
}

void
aph_import_result_free (AphImportResult *self)
{
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static void
add_problem (Import *import,
             char   *problem)
{
  import->result->n_problems++;
  if (import->result->problems->len < APH_IMPORT_MAX_PROBLEMS)
    g_ptr_array_add (import->result->problems, problem);
  else
    g_free (problem);
}

static void
add_unread (Import       *import,
            const GError *error)
{
  import->result->n_unread++;
  add_problem (import, g_strdup (error->message));
}

static void
take_row_errors (Import *import)
{
  g_autoptr (GPtrArray) errors = aph_prompt_reader_steal_errors (import->reader);

  for (guint i = 0; i < errors->len; i++)
    {
      const AphRowError *error = g_ptr_array_index (errors, i);

      /* Translators: a file, a line number, and why that line is no prompt: “it has no prompt” */
      add_problem (import, g_strdup_printf (_("%s, line %lu: %s"), import->name,
                                            (gulong) error->line, error->reason));
    }
}

static void
open_next (Import *import)
{
  AphPromptSource *source = g_ptr_array_index (import->plan->sources, import->next_source++);

  import->name = aph_prompt_source_get_name (source);
  import->reader = aph_prompt_source_read (source);
  aph_prompt_reader_set_options (import->reader, import->plan->options);
  aph_prompt_reader_set_grid (import->reader, import->plan->grid);
}

/* How much there is to read, as far as all of the sources know. */
static guint64
query_size (Import       *import,
            GCancellable *cancellable)
{
  GPtrArray *sources = import->plan->sources;
  guint64 size = 0;

  for (guint i = 0; i < sources->len; i++)
    {
      guint64 part = aph_prompt_source_query_size (g_ptr_array_index (sources, i), cancellable);

      if (part == 0)
        return 0;
      size += part;
    }

  return size;
}

/* The text may be longer or shorter than the bytes of the file, by its encoding. */
static void
note_progress (Import *import)
{
  guint64 n_read = import->n_read + aph_prompt_reader_get_offset (import->reader);

  if (import->size > 0)
    g_atomic_int_set (&import->permille, (int) MIN (n_read * 1000 / import->size, 1000));
  if (aph_prompt_reader_is_at_end (import->reader))
    import->n_read = n_read;
}

/* An #AphPullFunc: the next rows of this source, or of the next one. A source or row that is no
 * good never stops the others. */
static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  Import *import = pull_data;

  if (import->first_rows != NULL)
    return g_steal_pointer (&import->first_rows);

  for (;;)
    {
      g_autoptr (GPtrArray) rows = NULL;
      g_autoptr (GError) local = NULL;

      if (import->reader == NULL && import->next_source == import->plan->sources->len)
        return NULL;
      if (import->reader == NULL)
        open_next (import);

      rows = aph_prompt_reader_read (import->reader, max_rows, cancellable, &local);
      take_row_errors (import);
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (local != NULL)
        add_unread (import, local);
      note_progress (import);
      if (aph_prompt_reader_is_at_end (import->reader))
        g_clear_object (&import->reader);

      if (rows != NULL && rows->len > 0)
        {
          import->result->n_prompts += rows->len;
          return g_steal_pointer (&rows);
        }
    }
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Import *import = g_task_get_task_data (task);
  g_autoptr (AphBatch) batch = NULL;
  GError *error = NULL;

  batch = aph_session_import_finish (APH_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }

  if (error != NULL)
    add_unread (import, error);
  g_clear_error (&error);
  g_task_return_pointer (task, g_steal_pointer (&import->result),
                         (GDestroyNotify) aph_import_result_free);
}

static void
progress_cb (guint64  n_rows,
             gpointer user_data)
{
  Import *import = user_data;
  int permille = g_atomic_int_get (&import->permille);

  if (import->progress != NULL)
    import->progress (n_rows, permille / 1000.0, import->progress_data);
}

static void
queue_rows (GTask *task)
{
  Import *import = g_task_get_task_data (task);
  AphTemplate *template = import->plan->options->prompt_template;
  g_autofree char *title = aph_import_plan_dup_title (import->plan);
  const AphBatchDetails details = {
    .title = title,
    .source = title,
    .template = template != NULL ? aph_template_get_text (template) : NULL,
  };

  /* The task holds what is pulled from, and outlives the pulling. */
  aph_session_import_async (g_task_get_source_object (task), &details, NULL, pull, import, NULL,
                            progress_cb, import, g_task_get_cancellable (task), imported_cb, task);
}

static void
first_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Import *import = g_task_get_task_data (task);
  GError *error = NULL;

  import->first_rows = g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (import->first_rows != NULL)
    queue_rows (g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&import->result),
                           (GDestroyNotify) aph_import_result_free);
}

static void
read_first_thread (GTask        *task,
                   gpointer      source_object,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Import *import = g_task_get_task_data (task_data);
  GError *error = NULL;
  GPtrArray *rows;

  import->size = query_size (import, cancellable);
  import->permille = import->size > 0 ? 0 : -1000;
  rows = pull (PIECE_ROWS, import, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * aph_import_async:
 * @session: where the prompts go
 * @plan: what is to be queued
 * @progress: (nullable): is told how far it is
 * @progress_data: for @progress, which is not called any more once @callback was
 * @cancellable: (nullable): cancellable; what was queued by then stays, since it may run already
 * @callback: called when all has been read
 * @user_data: for @callback
 *
 * Queues the prompts of files as one batch. The first ones run while the last ones are read.
 */
void
aph_import_async (AphSession          *session,
                  const AphImportPlan *plan,
                  AphImportProgressFunc progress,
                  gpointer             progress_data,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) first = NULL;
  Import *import;

  g_return_if_fail (APH_IS_SESSION (session));
  g_return_if_fail (plan != NULL && plan->sources->len > 0);

  import = g_new0 (Import, 1);
  import->plan = aph_import_plan_copy (plan);
  import->progress = progress;
  import->progress_data = progress_data;
  aph_grid_set_defaults (import->plan->grid, plan->params);
  import->result = g_new0 (AphImportResult, 1);
  import->result->problems = g_ptr_array_new_with_free_func (g_free);

  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_import_async);
  g_task_set_task_data (task, import, import_free);

  /* A file in which there is nothing makes no batch. */
  first = g_task_new (NULL, cancellable, first_read_cb, g_object_ref (task));
  g_task_set_task_data (first, g_object_ref (task), g_object_unref);
  g_task_set_return_on_cancel (first, TRUE);
  g_task_run_in_thread (first, read_first_thread);
}

/**
 * aph_import_finish:
 * @session: where the prompts went
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): what became of the files; %NULL with @error only when it was cancelled
 */
AphImportResult *
aph_import_finish (AphSession    *session,
                   GAsyncResult  *result,
                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
