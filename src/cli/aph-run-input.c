/* aph-run-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-input"

#include "config.h"

#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>

#include "cli/aph-run-input.h"
#include "files/aph-prompt-reader.h"

struct _AphRunInput
{
  GObject parent_instance;

  GQueue prompts;         /* of AphRequest: those of the command line, not read yet */
  GQueue readers;         /* of AphPromptReader; the first one is being read */
  GPtrArray *complaints;  /* of char *: what is wrong with the input, for the user */
};

G_DEFINE_FINAL_TYPE (AphRunInput, aph_run_input, G_TYPE_OBJECT)

static void
aph_run_input_finalize (GObject *object)
{
  AphRunInput *self = APH_RUN_INPUT (object);

  g_queue_clear_full (&self->prompts, (GDestroyNotify) aph_request_unref);
  g_queue_clear_full (&self->readers, g_object_unref);
  g_ptr_array_unref (self->complaints);

  G_OBJECT_CLASS (aph_run_input_parent_class)->finalize (object);
}

static void
aph_run_input_class_init (AphRunInputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_run_input_finalize;
}

static void
aph_run_input_init (AphRunInput *self)
{
  g_queue_init (&self->prompts);
  g_queue_init (&self->readers);
  self->complaints = g_ptr_array_new_with_free_func (g_free);
}

static AphPromptReader *
reader_of_stdin (void)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  return aph_prompt_reader_new_for_stream (stream, _("standard input"));
}

/* Each of them is a row, too. */
static void
add_prompts (AphRunInput         *self,
             const AphRunOptions *options)
{
  g_autoptr (AphGrid) grid = aph_grid_copy (options->grid);
  g_autoptr (AphParams) params = aph_params_new ();

  for (guint i = 0; i < options->prompts->len; i++)
    {
      g_autoptr (AphRequest) row = NULL;

      row = aph_request_new (NULL, g_ptr_array_index (options->prompts, i), params, NULL);
      for (guint64 j = 0; j < aph_grid_get_size (grid); j++)
        g_queue_push_tail (&self->prompts, aph_grid_make_request (grid, row, j));
    }
}

/**
 * aph_run_input_new:
 * @options: what the command line says
 *
 * Returns: (transfer full): what it asks
 */
AphRunInput *
aph_run_input_new (const AphRunOptions *options)
{
  AphRunInput *self = g_object_new (APH_TYPE_RUN_INPUT, NULL);

  add_prompts (self, options);
  for (guint i = 0; i < options->files->len; i++)
    {
      GFile *file = g_ptr_array_index (options->files, i);
      AphPromptReader *reader = file != NULL ? aph_prompt_reader_new_for_file (file)
                                             : reader_of_stdin ();

      aph_prompt_reader_set_options (reader, options->reading);
      aph_prompt_reader_set_grid (reader, options->grid);
      g_queue_push_tail (&self->readers, reader);
    }

  return self;
}

gboolean
aph_run_input_is_at_end (AphRunInput *self)
{
  return g_queue_is_empty (&self->prompts) && g_queue_is_empty (&self->readers);
}

/**
 * aph_run_input_steal_complaints:
 * @self: an input
 *
 * Returns: (transfer full) (element-type utf8): what was found wrong with the input since the
 *   last call: files that cannot be read, rows that are no prompts
 */
GPtrArray *
aph_run_input_steal_complaints (AphRunInput *self)
{
  GPtrArray *complaints = self->complaints;

  self->complaints = g_ptr_array_new_with_free_func (g_free);

  return complaints;
}

static void
take_row_errors (AphRunInput     *self,
                 AphPromptReader *reader)
{
  g_autoptr (GPtrArray) row_errors = aph_prompt_reader_steal_errors (reader);

  for (guint i = 0; i < row_errors->len; i++)
    {
      AphRowError *row_error = g_ptr_array_index (row_errors, i);

      /* Translators: a file, the number of a line, what is wrong with it */
      g_ptr_array_add (self->complaints,
                       g_strdup_printf (_("%s, line %lu: %s"),
                                        aph_prompt_reader_get_name (reader),
                                        (gulong) row_error->line, row_error->reason));
    }
}

static void
rows_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  AphPromptReader *reader = APH_PROMPT_READER (source);
  g_autoptr (GTask) task = user_data;
  AphRunInput *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = aph_prompt_reader_read_finish (reader, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  take_row_errors (self, reader);
  if (rows == NULL)
    {
      g_ptr_array_add (self->complaints, g_strdup (error->message));
      rows = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
    }
  if (aph_prompt_reader_is_at_end (reader))
    g_object_unref (g_queue_pop_head (&self->readers));

  g_task_return_pointer (task, g_steal_pointer (&rows), (GDestroyNotify) g_ptr_array_unref);
}

static GPtrArray *
take_prompts (AphRunInput *self,
              guint        max_rows)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  while (rows->len < max_rows && !g_queue_is_empty (&self->prompts))
    g_ptr_array_add (rows, g_queue_pop_head (&self->prompts));

  return rows;
}

/**
 * aph_run_input_read_async:
 * @self: an input
 * @max_rows: how many rows to read at most
 * @cancellable: (nullable): ends the reading
 * @callback: called when there are rows
 * @user_data: for @callback
 *
 * Reads what is asked next.
 */
void
aph_run_input_read_async (AphRunInput         *self,
                          guint                max_rows,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (APH_IS_RUN_INPUT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_run_input_read_async);

  if (!g_queue_is_empty (&self->prompts) || g_queue_is_empty (&self->readers))
    g_task_return_pointer (task, take_prompts (self, max_rows),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    aph_prompt_reader_read_async (g_queue_peek_head (&self->readers), max_rows, cancellable,
                                  rows_read_cb, g_steal_pointer (&task));
}

/**
 * aph_run_input_read_finish:
 * @self: an input
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphRequest): rows, maybe none although there are more;
 *   or %NULL with %G_IO_ERROR_CANCELLED
 */
GPtrArray *
aph_run_input_read_finish (AphRunInput   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
