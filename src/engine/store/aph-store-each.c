/* aph-store-each.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reads all of the jobs of a query, in a thread of its own, once all is on disk.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-job-call.h"
#include "store/aph-store-feed.h"
#include "store/aph-store-private.h"

typedef struct
{
  AphJobQuery *query;
  gboolean with_texts;
  AphJobCall call;
  GHashTable *refused;    /* (nullable) see aph_store_list_refused() */
} Each;

static void
each_free (gpointer data)
{
  Each *each = data;

  aph_job_call_clear (&each->call);
  aph_job_query_free (each->query);
  g_clear_pointer (&each->refused, g_hash_table_unref);
  g_free (each);
}

/* Hands on one job. */
static gboolean
call_for_one (Each       *each,
              AphLoader  *loader,
              guint64     id,
              GError    **error)
{
  g_autoptr (AphJobRecord) record = NULL;
  g_autoptr (GError) local = NULL;

  if (!g_hash_table_steal_extended (each->refused, GSIZE_TO_POINTER (id), NULL,
                                    (gpointer *) &record))
    record = aph_loader_load_job (loader, id, each->with_texts, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return record == NULL || aph_job_call (&each->call, record, error);
}

static gboolean
call_for_each (Each          *each,
               AphLoader     *loader,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GArray) ids = aph_loader_find (loader, each->query, 0, error);

  if (ids == NULL || !aph_store_put_refused (each->refused, each->query, loader, ids, error))
    return FALSE;

  for (guint i = 0; i < ids->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !call_for_one (each, loader, g_array_index (ids, guint64, i), error))
      return FALSE;

  return TRUE;
}

static void
each_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Each *each = task_data;
  g_autoptr (AphDatabase) database = NULL;
  g_autoptr (AphLoader) loader = NULL;
  GError *error = NULL;
  gulong watch;
  gboolean is_done;

  database = aph_database_open (APH_STORE (source)->path, SQLITE_OPEN_READONLY, &error);
  if (database == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  loader = aph_loader_new (database);
  watch = aph_database_watch_cancel (database, cancellable);
  /* All is as it was at the beginning, whatever is written meanwhile. */
  is_done = aph_database_execute (database, "BEGIN", &error)
            && call_for_each (each, loader, cancellable, &error);
  if (watch != 0)
    g_cancellable_disconnect (cancellable, watch);
  /* Whoever hears that it is done may close the store. */
  g_clear_pointer (&loader, aph_loader_free);
  g_clear_pointer (&database, aph_database_close);

  if (is_done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_each (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Each *each = g_task_get_task_data (task);
  GError *error = NULL;

  each->refused = aph_store_list_refused (APH_STORE (source), each->query, each->with_texts);
  if (aph_store_after_writing_finish (APH_STORE (source), result, &error))
    g_task_run_in_thread (task, each_thread);
  else
    g_task_return_error (task, error);
}

/**
 * aph_store_for_each_async:
 * @self: a store
 * @query: which jobs, and in which order
 * @with_texts: whether their answers and thinking are needed
 * @func: what to do with each, in a thread
 * @func_data: for @func
 * @func_data_free: (nullable): frees @func_data
 * @cancellable: (nullable): cancellable
 * @callback: called when @func was called for all
 * @user_data: for @callback
 *
 * Goes through all jobs of a query as they are at one moment, one at a time in memory. What has
 * changed up to now is included, even if it cannot be written, see aph_store_get_refusal(); a
 * search finds that by its prompt.
 */
void
aph_store_for_each_async (AphStore            *self,
                          const AphJobQuery   *query,
                          gboolean             with_texts,
                          AphEachJobFunc       func,
                          gpointer             func_data,
                          GDestroyNotify       func_data_free,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Each *each;
  GTask *task;

  g_return_if_fail (APH_IS_STORE (self));
  g_return_if_fail (query != NULL);
  g_return_if_fail (func != NULL);

  each = g_new0 (Each, 1);
  each->query = aph_job_query_copy (query);
  each->with_texts = with_texts;
  each->call = (AphJobCall) { func, func_data, func_data_free };

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_store_for_each_async);
  g_task_set_task_data (task, each, each_free);
  aph_store_after_writing_async (self, start_each, task);
}

/**
 * aph_store_for_each_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: %FALSE with @error if it could not be read, was cancelled, or the function failed
 */
gboolean
aph_store_for_each_finish (AphStore      *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Up to date */

static gboolean
write_nothing (AphSaver  *saver,
               gpointer   data,
               GError   **error)
{
  return TRUE;
}

typedef struct
{
  GTask *task;    /* (nullable) once it has returned */
} AfterWriting;

static void
after_writing_cb (gpointer      data,
                  const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&((AfterWriting *) data)->task);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
after_writing_free (gpointer data)
{
  AfterWriting *after = data;

  /* It was closed before. */
  if (after->task != NULL)
    g_task_return_new_error (after->task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
  g_clear_object (&after->task);
  g_free (after);
}

/**
 * aph_store_after_writing_async:
 * @self: a store
 * @callback: called once all that has changed so far is on disk, and is found by who reads
 * @user_data: for @callback
 */
void
aph_store_after_writing_async (AphStore            *self,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  AfterWriting *after;

  g_return_if_fail (APH_IS_STORE (self));

  after = g_new0 (AfterWriting, 1);
  after->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (after->task, aph_store_after_writing_async);
  if (self->writer == NULL)
    {
      after_writing_free (after);
      return;
    }

  aph_store_flush (self);
  aph_store_writer_push (self->writer, write_nothing, after_writing_cb, after, after_writing_free);
}

/**
 * aph_store_after_writing_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: %FALSE with @error if it could not be written, or the store was closed before
 */
gboolean
aph_store_after_writing_finish (AphStore      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
