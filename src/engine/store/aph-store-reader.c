/* aph-store-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-reader.h"

typedef struct
{
  GTask *task;             /* NULL: the end */
  AphReadFunc read;
  GDestroyNotify result_free;
} Question;

struct _AphStoreReader
{
  GThread *thread;
  GAsyncQueue *questions;
  AphStoreWriter *writer;  /* (not owned) outlives it */
  char *path;
  gint is_closing;         /* atomic */

  /* The thread's own */
  AphDatabase *database;   /* (nullable) until the first question */
  AphLoader *loader;
};

static gboolean
ensure_open (AphStoreReader  *self,
             GError         **error)
{
  if (self->database != NULL)
    return TRUE;

  if (!aph_store_writer_wait_open (self->writer))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
      return FALSE;
    }

  self->database = aph_database_open (self->path, SQLITE_OPEN_READONLY, error);
  if (self->database == NULL)
    return FALSE;

  aph_database_watch_flag (self->database, &self->is_closing);
  self->loader = aph_loader_new (self->database);

  return TRUE;
}

static gboolean
let_go_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* The last one to hold a task holds its store, too, which is to go in its own context. */
static void
let_go_of (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, let_go_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

static void
answer (AphStoreReader *self,
        GTask          *task,
        Question       *question)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  gpointer result;
  gulong watch;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_atomic_int_get (&self->is_closing))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The store was closed");
      return;
    }

  if (!ensure_open (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  watch = aph_database_watch_cancel (self->database, cancellable);
  result = question->read (self->loader, g_task_get_task_data (task), &error);
  if (watch != 0)
    g_cancellable_disconnect (cancellable, watch);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, result, question->result_free);
}

static gpointer
reader_thread (gpointer user_data)
{
  AphStoreReader *self = user_data;

  for (;;)
    {
      g_autofree Question *question = g_async_queue_pop (self->questions);

      if (question->task == NULL)
        break;
      answer (self, question->task, question);
      let_go_of (question->task);
    }
  g_clear_pointer (&self->loader, aph_loader_free);
  g_clear_pointer (&self->database, aph_database_close);

  return NULL;
}

/**
 * aph_store_reader_new:
 * @path: the file
 * @writer: (transfer none): what opens it first
 * @name: of the thread
 *
 * Returns: (transfer full): a reader, for aph_store_reader_close()
 */
AphStoreReader *
aph_store_reader_new (const char     *path,
                      AphStoreWriter *writer,
                      const char     *name)
{
  AphStoreReader *self = g_new0 (AphStoreReader, 1);

  self->path = g_strdup (path);
  self->writer = writer;
  self->questions = g_async_queue_new ();
  self->thread = g_thread_new (name, reader_thread, self);

  return self;
}

/**
 * aph_store_reader_close:
 * @self: (transfer full): a reader
 *
 * Breaks off what is being read and ends the thread: what was asked is cancelled. A store that was
 * not opened must be closed before.
 */
void
aph_store_reader_close (AphStoreReader *self)
{
  g_atomic_int_set (&self->is_closing, TRUE);
  g_async_queue_push (self->questions, g_new0 (Question, 1));
  g_thread_join (self->thread);
  g_async_queue_unref (self->questions);
  g_free (self->path);
  g_free (self);
}

/**
 * aph_store_reader_run:
 * @self: a reader
 * @task: (transfer full): what returns the result, in its own context; results come in the order of
 *   the questions
 * @read: what reads, with the data of @task
 * @result_free: (nullable): frees a result that nobody wants
 */
void
aph_store_reader_run (AphStoreReader *self,
                      GTask          *task,
                      AphReadFunc     read,
                      GDestroyNotify  result_free)
{
  Question *question = g_new0 (Question, 1);

  question->task = task;
  question->read = read;
  question->result_free = result_free;
  g_async_queue_push (self->questions, question);
}
