/* aph-prompt-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-prompt-reader"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-prompt-reader.h"
#include "files/aph-row-mapper.h"

/* A piece ends when its requests are longer than this together, however many were asked for. */
#define MAX_PIECE_SIZE (4 * 1024 * 1024)

struct _AphPromptReader
{
  GObject parent_instance;

  char *name;
  GFile *file;              /* (nullable) for a stream */
  GInputStream *stream;     /* (nullable) for a file */
  AphReadOptions *options;
  AphGrid *grid;            /* (nullable) */

  /* Of the thread while a read is running; see is_reading */
  AphRowSource *source;     /* (nullable) until it is open */
  AphRowMapper *mapper;     /* (nullable) until it is open */
  guint64 last_line;
  AphRequest *row;          /* (nullable) the one that is being multiplied … */
  guint64 next_request;     /* … and what comes of it next */
  gsize request_size;       /* what each of them holds at most, in bytes */
  GError *failure;          /* (nullable) what the next read is to tell */

  /* Of the caller's thread */
  GPtrArray *errors;        /* of AphRowError */
  guint64 offset;
  gboolean is_reading;
  gboolean is_at_end;
};

G_DEFINE_FINAL_TYPE (AphPromptReader, aph_prompt_reader, G_TYPE_OBJECT)

/* What one read takes from the file; made in the thread, handed over whole. */
typedef struct
{
  guint max_rows;
  gsize size;        /* of what was taken, in bytes */
  GPtrArray *rows;   /* of AphRequest */
  GPtrArray *errors; /* of AphRowError */
  guint64 offset;
  gboolean at_end;
} Piece;

static Piece *
piece_new (guint max_rows)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->max_rows = max_rows;
  piece->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  piece->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_row_error_free);

  return piece;
}

static void
piece_free (Piece *piece)
{
  g_clear_pointer (&piece->rows, g_ptr_array_unref);
  g_clear_pointer (&piece->errors, g_ptr_array_unref);
  g_free (piece);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Piece, piece_free)

static gboolean
piece_is_empty (Piece *piece)
{
  return piece->rows->len == 0 && piece->errors->len == 0;
}

static gboolean
piece_is_full (Piece *piece)
{
  return piece->rows->len + piece->errors->len >= piece->max_rows || piece->size >= MAX_PIECE_SIZE;
}

/**
 * aph_row_error_new:
 * @record: a record
 * @reason: why it is no prompt
 *
 * Returns: (transfer full): what to tell of it
 */
AphRowError *
aph_row_error_new (const AphRecord *record,
                   const char      *reason)
{
  AphRowError *self = g_new0 (AphRowError, 1);

  self->line = record->line;
  /* A list may be one long line. */
  self->reason = record->element > 0
                   /* Translators: which element of a list, and what is wrong with it */
                   ? g_strdup_printf (_("element %lu: %s"), (gulong) record->element, reason)
                   : g_strdup (reason);

  return self;
}

void
aph_row_error_free (AphRowError *self)
{
  g_free (self->reason);
  g_free (self);
}

static void
aph_prompt_reader_finalize (GObject *object)
{
  AphPromptReader *self = APH_PROMPT_READER (object);

  g_clear_error (&self->failure);
  g_clear_pointer (&self->row, aph_request_unref);
  g_clear_pointer (&self->mapper, aph_row_mapper_free);
  g_clear_pointer (&self->source, aph_row_source_free);
  g_clear_pointer (&self->options, aph_read_options_free);
  g_clear_pointer (&self->grid, aph_grid_free);
  g_clear_pointer (&self->errors, g_ptr_array_unref);
  g_clear_object (&self->stream);
  g_clear_object (&self->file);
  g_free (self->name);

  G_OBJECT_CLASS (aph_prompt_reader_parent_class)->finalize (object);
}

static void
aph_prompt_reader_class_init (AphPromptReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_prompt_reader_finalize;
}

static void
aph_prompt_reader_init (AphPromptReader *self)
{
  self->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_row_error_free);
  self->options = aph_read_options_new ();
}

/**
 * aph_prompt_reader_new_for_file:
 * @file: a file or a folder of pictures, which is not touched before the first read
 *
 * Returns: (transfer full): a reader of @file
 */
AphPromptReader *
aph_prompt_reader_new_for_file (GFile *file)
{
  AphPromptReader *self;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_object_new (APH_TYPE_PROMPT_READER, NULL);
  self->file = g_object_ref (file);
  self->name = g_file_get_parse_name (file);

  return self;
}

/**
 * aph_prompt_reader_new_for_stream:
 * @stream: what to read; other threads read it, so nobody else may
 * @name: what to call it in messages
 *
 * Returns: (transfer full): a reader of @stream
 */
AphPromptReader *
aph_prompt_reader_new_for_stream (GInputStream *stream,
                                  const char   *name)
{
  AphPromptReader *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (APH_TYPE_PROMPT_READER, NULL);
  self->stream = g_object_ref (stream);
  self->name = g_strdup (name);

  return self;
}

/**
 * aph_prompt_reader_set_options:
 * @self: a reader that has read nothing
 * @options: (nullable): what the user says of the file
 */
void
aph_prompt_reader_set_options (AphPromptReader      *self,
                               const AphReadOptions *options)
{
  g_return_if_fail (APH_IS_PROMPT_READER (self));
  g_return_if_fail (self->source == NULL && !self->is_reading);

  aph_read_options_free (self->options);
  self->options = aph_read_options_copy (options);
}

/**
 * aph_prompt_reader_set_grid:
 * @self: a reader that has read nothing
 * @grid: (nullable): what to multiply each row by
 */
void
aph_prompt_reader_set_grid (AphPromptReader *self,
                            const AphGrid   *grid)
{
  g_return_if_fail (APH_IS_PROMPT_READER (self));
  g_return_if_fail (self->source == NULL && !self->is_reading);

  g_clear_pointer (&self->grid, aph_grid_free);
  self->grid = grid != NULL ? aph_grid_copy (grid) : NULL;
}

/**
 * aph_prompt_reader_get_name:
 * @self: a reader
 *
 * Returns: what to call the file or stream in messages
 */
const char *
aph_prompt_reader_get_name (AphPromptReader *self)
{
  g_return_val_if_fail (APH_IS_PROMPT_READER (self), NULL);

  return self->name;
}

/**
 * aph_prompt_reader_get_layout:
 * @self: a reader that is not reading
 *
 * Returns: (transfer none) (nullable): what was found out about the file; %NULL before the first
 *   read
 */
const AphFileLayout *
aph_prompt_reader_get_layout (AphPromptReader *self)
{
  g_return_val_if_fail (APH_IS_PROMPT_READER (self), NULL);
  g_return_val_if_fail (!self->is_reading, NULL);

  return self->source != NULL ? aph_row_source_get_layout (self->source) : NULL;
}

/**
 * aph_prompt_reader_get_offset:
 * @self: a reader
 *
 * Returns: how many bytes were read up to the end of the last read, counted as UTF-8
 */
guint64
aph_prompt_reader_get_offset (AphPromptReader *self)
{
  g_return_val_if_fail (APH_IS_PROMPT_READER (self), 0);

  return self->offset;
}

/**
 * aph_prompt_reader_is_at_end:
 * @self: a reader
 *
 * Returns: whether there is nothing more to read: the end was reached, or a read has failed or
 *   was cancelled
 */
gboolean
aph_prompt_reader_is_at_end (AphPromptReader *self)
{
  g_return_val_if_fail (APH_IS_PROMPT_READER (self), TRUE);

  return self->is_at_end;
}

/**
 * aph_prompt_reader_steal_errors:
 * @self: a reader
 *
 * Returns: (transfer full) (element-type AphRowError): the bad rows met since the last call,
 *   maybe none
 */
GPtrArray *
aph_prompt_reader_steal_errors (AphPromptReader *self)
{
  GPtrArray *errors;

  g_return_val_if_fail (APH_IS_PROMPT_READER (self), NULL);

  errors = self->errors;
  self->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_row_error_free);

  return errors;
}

static gboolean
open_source (AphPromptReader  *self,
             GCancellable     *cancellable,
             GError          **error)
{
  g_autoptr (GFile) folder = NULL;

  if (self->mapper != NULL)
    return TRUE;

  self->source = aph_row_source_open (self->file, self->stream, self->name, self->options,
                                      cancellable, error);
  if (self->source == NULL)
    return FALSE;

  folder = aph_row_source_dup_folder (self->source);
  self->mapper = aph_row_mapper_new (aph_row_source_get_layout (self->source), self->options,
                                     folder, error);
  if (self->mapper == NULL)
    g_prefix_error (error, "%s: ", self->name);

  return self->mapper != NULL;
}

/* Adds what comes of a row, as far as there is room. */
static void
multiply (AphPromptReader *self,
          Piece           *piece)
{
  guint64 n_requests = self->grid != NULL ? aph_grid_get_size (self->grid) : 1;

  while (self->next_request < n_requests && !piece_is_full (piece))
    {
      g_ptr_array_add (piece->rows,
                       self->grid != NULL
                         ? aph_grid_make_request (self->grid, self->row, self->next_request)
                         : aph_request_ref (self->row));
      piece->size += self->request_size;
      self->next_request++;
    }

  if (self->next_request == n_requests)
    {
      g_clear_pointer (&self->row, aph_request_unref);
      self->next_request = 0;
    }
}

static void
take_record (AphPromptReader *self,
             Piece           *piece,
             const AphRecord *record)
{
  g_autofree char *reason = g_strdup (record->reason);

  if (reason == NULL)
    self->row = aph_row_mapper_map (self->mapper, record, &reason);

  if (self->row != NULL)
    {
      /* Pictures, conversations and variables are as the row has them; a template may make a prompt
       * beside those. */
      self->request_size = record->raw_length + strlen (aph_request_get_prompt (self->row));
      multiply (self, piece);
    }
  else
    {
      piece->size += record->raw_length;
      g_ptr_array_add (piece->errors, aph_row_error_new (record, reason));
    }
}

/* Takes rows while there are some at hand; waits for more only when it has nothing to return. */
static gboolean
fill_piece (AphPromptReader  *self,
            Piece            *piece,
            GCancellable     *cancellable,
            GError          **error)
{
  if (self->row != NULL)
    multiply (self, piece);

  while (!piece_is_full (piece)
         && (piece_is_empty (piece) || aph_row_source_has_next (self->source)))
    {
      AphRecord record = { .line = self->last_line };

      /* What is at hand already is not waited for, but may be much. */
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      switch (aph_row_source_next (self->source, &record, cancellable, error))
        {
        case APH_LINE_READ:
          self->last_line = record.line;
          take_record (self, piece, &record);
          break;

        case APH_LINE_BLANK:
          break;

        case APH_LINE_END:
          piece->at_end = TRUE;
          return TRUE;

        case APH_LINE_TOO_LONG:
        case APH_LINE_ERROR:
        default:
          return FALSE;
        }
    }

  return TRUE;
}

/* The rows before it are not lost. */
static void
add_what_was_read (AphPromptReader *self,
                   GError          *error)
{
  g_autofree char *message = NULL;

  if (self->last_line == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Translators: what happened while a file was read, and which line the last row before that
   * begins on */
  message = g_strdup_printf (_("%s The rows up to the one on line %lu were read."), error->message,
                             (gulong) self->last_line);
  g_free (error->message);
  error->message = g_steal_pointer (&message);
}

static Piece *
read_piece (AphPromptReader  *self,
            guint             max_rows,
            GCancellable     *cancellable,
            GError          **error)
{
  g_autoptr (Piece) piece = piece_new (max_rows);
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);

  if (failure == NULL && open_source (self, cancellable, &failure)
      && !fill_piece (self, piece, cancellable, &failure))
    {
      add_what_was_read (self, failure);
      if (!piece_is_empty (piece) && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        self->failure = g_steal_pointer (&failure);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  piece->offset = aph_row_source_get_offset (self->source);

  return g_steal_pointer (&piece);
}

/* In the caller's thread. */
static GPtrArray *
take_piece (AphPromptReader *self,
            Piece           *piece)
{
  if (piece == NULL)
    {
      self->is_at_end = TRUE;
      return NULL;
    }

  self->is_at_end = piece->at_end;
  self->offset = piece->offset;
  g_ptr_array_extend_and_steal (self->errors, g_steal_pointer (&piece->errors));

  return g_steal_pointer (&piece->rows);
}

/**
 * aph_prompt_reader_read:
 * @self: a reader that is not reading
 * @max_rows: how many rows to read at most, good and bad ones together
 * @cancellable: (nullable): ends the read, and with it the reader
 * @error: return location
 *
 * Reads the next rows and blocks until there is one: for worker threads. All else of the reader
 * may then be used in that thread only.
 *
 * Returns: (transfer full) (element-type AphRequest): as aph_prompt_reader_read_finish()
 */
GPtrArray *
aph_prompt_reader_read (AphPromptReader  *self,
                        guint             max_rows,
                        GCancellable     *cancellable,
                        GError          **error)
{
  g_autoptr (Piece) piece = NULL;

  g_return_val_if_fail (APH_IS_PROMPT_READER (self), NULL);
  g_return_val_if_fail (max_rows > 0, NULL);
  g_return_val_if_fail (!self->is_reading, NULL);

  if (self->is_at_end)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  piece = read_piece (self, max_rows, cancellable, error);

  return take_piece (self, piece);
}

static void
read_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  Piece *piece = read_piece (source_object, GPOINTER_TO_UINT (task_data), cancellable, &error);

  if (piece != NULL)
    g_task_return_pointer (task, piece, (GDestroyNotify) piece_free);
  else
    g_task_return_error (task, error);
}

/**
 * aph_prompt_reader_read_async:
 * @self: a reader that is not reading
 * @max_rows: how many rows to read at most, good and bad ones together
 * @cancellable: (nullable): ends the read, and with it the reader
 * @callback: called when there are rows
 * @user_data: for @callback
 *
 * Reads the next rows in a thread. It waits for the first row, but not for further ones: a slow
 * pipe delivers row by row.
 */
void
aph_prompt_reader_read_async (AphPromptReader     *self,
                              guint                max_rows,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (APH_IS_PROMPT_READER (self));
  g_return_if_fail (max_rows > 0);
  g_return_if_fail (!self->is_reading);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_prompt_reader_read_async);

  if (self->is_at_end)
    {
      Piece *piece = piece_new (max_rows);

      piece->at_end = TRUE;
      piece->offset = self->offset;
      g_task_return_pointer (task, piece, (GDestroyNotify) piece_free);
      return;
    }

  self->is_reading = TRUE;
  g_task_set_task_data (task, GUINT_TO_POINTER (max_rows), NULL);
  /* A named pipe that nobody writes to may keep the thread for ever; not so the caller. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, read_thread);
}

/**
 * aph_prompt_reader_read_finish:
 * @self: a reader
 * @result: as given to the callback
 * @error: return location
 *
 * After an error the reader is at its end; the rows before it were returned, unless the read was
 * cancelled.
 *
 * Returns: (transfer full) (element-type AphRequest): the rows; none at the end, or when bad
 *   rows are all there was. Or %NULL with a %G_IO_ERROR, whose message names the file and says
 *   what to do.
 */
GPtrArray *
aph_prompt_reader_read_finish (AphPromptReader  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_autoptr (Piece) piece = NULL;

  g_return_val_if_fail (APH_IS_PROMPT_READER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  self->is_reading = FALSE;
  piece = g_task_propagate_pointer (G_TASK (result), error);

  return take_piece (self, piece);
}
