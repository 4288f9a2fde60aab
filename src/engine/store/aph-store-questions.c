/* aph-store-questions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is read, and by which thread: what is looked at or is to run is never behind a search, and
 * an export is behind nobody.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <string.h>

#include "job/aph-job-record.h"
#include "store/aph-job-query-sql.h"
#include "store/aph-store-private.h"

/* Asks a reader; or fails at once if the store was closed. */
static void
ask (AphStore       *self,
     AphStoreReader *reader,
     GTask          *task,
     AphReadFunc     read,
     GDestroyNotify  result_free)
{
  if (reader != NULL)
    {
      aph_store_reader_run (reader, task, read, result_free);
      return;
    }

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
  g_object_unref (task);
}

/* Loading what is looked at */

static gpointer
read_jobs (AphLoader  *loader,
           gpointer    task_data,
           GError    **error)
{
  GArray *ids = task_data;

  return aph_loader_load_jobs (loader, (const guint64 *) (gpointer) ids->data, ids->len, error);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  AphStore *self = APH_STORE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), &error);

  if (records == NULL)
    {
      g_debug ("store: %s", error->message);
      return;
    }

  for (guint i = 0; self->live != NULL && i < records->len; i++)
    {
      const AphJobRecord *record = g_ptr_array_index (records, i);
      AphJob *job = aph_store_peek_job (self, record->id);

      if (job != NULL && !aph_job_is_loaded (job))
        {
          aph_job_load (job, record);
          aph_store_note_suspect (self, job, TRUE);
        }
    }
  aph_store_emit_loaded (self);
}

static gboolean
load_cb (gpointer user_data)
{
  AphStore *self = APH_STORE (user_data);
  GTask *task = g_task_new (self, NULL, loaded_cb, NULL);

  self->load_source = 0;
  g_task_set_source_tag (task, load_cb);
  g_task_set_task_data (task, self->to_load, (GDestroyNotify) g_array_unref);
  self->to_load = g_array_new (FALSE, FALSE, sizeof (guint64));
  ask (self, self->pages, task, read_jobs, (GDestroyNotify) g_ptr_array_unref);

  return G_SOURCE_REMOVE;
}

/* All that are asked for in one iteration are one question. */
void
aph_store_load_later (AphStore *self,
                      guint64   id)
{
  g_array_append_val (self->to_load, id);
  if (self->load_source == 0 && self->writer != NULL)
    self->load_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, load_cb, self, NULL);
}

static gpointer
read_nothing (AphLoader  *loader,
              gpointer    task_data,
              GError    **error)
{
  return NULL;
}

/* Calls back once all that is asked of the pages so far has been answered. */
void
aph_store_after_reading (AphStore            *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, aph_store_after_reading);
  ask (self, self->pages, task, read_nothing, NULL);
}

/* What is to run next */

typedef struct
{
  GArray *lines;           /* of AphFeedLine */
  guint64 not_before;
  guint max_jobs;
} Feed;

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  g_array_unref (feed->lines);
  g_free (feed);
}

static void
feed_line_clear (gpointer data)
{
  g_clear_pointer (&((AphFeedLine *) data)->records, g_ptr_array_unref);
}

static const AphFeedLine *
find_line (GArray        *lines,
           const AphLine *line)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const AphFeedLine *known = &g_array_index (lines, AphFeedLine, i);

      if (known->line.batch == line->batch && known->line.lot == line->lot)
        return known;
    }

  return NULL;
}

static gboolean
read_line (AphLoader    *loader,
           AphFeedLine  *line,
           guint64       not_before,
           GError      **error)
{
  g_autoptr (GArray) ids = NULL;
  guint64 after = MAX (line->after, not_before > 0 ? not_before - 1 : 0);

  ids = aph_loader_find_waiting (loader, &line->line, after, line->n_wanted, error);
  if (ids == NULL)
    return FALSE;

  line->is_empty = ids->len < line->n_wanted;
  if (ids->len > 0)
    line->after = g_array_index (ids, guint64, ids->len - 1);
  line->records = aph_loader_load_jobs (loader, (const guint64 *) (gpointer) ids->data, ids->len, error);

  return line->records != NULL;
}

static gpointer
read_waiting (AphLoader  *loader,
              gpointer    task_data,
              GError    **error)
{
  Feed *feed = task_data;
  g_autoptr (GArray) lines = aph_loader_find_lines (loader, error);
  g_autoptr (GArray) found = NULL;

  if (lines == NULL)
    return NULL;

  found = g_array_new (FALSE, TRUE, sizeof (AphFeedLine));
  g_array_set_clear_func (found, feed_line_clear);
  for (guint i = 0; i < lines->len; i++)
    {
      const AphLine *line = &g_array_index (lines, AphLine, i);
      const AphFeedLine *known = find_line (feed->lines, line);
      AphFeedLine fed = { .line = *line, .n_wanted = feed->max_jobs };

      if (known != NULL)
        fed = *known;
      if (fed.n_wanted == 0)
        continue;
      g_array_append_val (found, fed);
      if (!read_line (loader, &g_array_index (found, AphFeedLine, found->len - 1),
                      feed->not_before, error))
        return NULL;
    }

  return g_steal_pointer (&found);
}

/**
 * aph_store_find_waiting_async:
 * @self: a store
 * @lines: (element-type AphFeedLine): what is known of lines so far
 * @not_before: no job with a smaller number
 * @max_jobs: how many at most of a line that is not known
 * @cancellable: (nullable): cancellable
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Looks for the next jobs of each line that is not full.
 */
void
aph_store_find_waiting_async (AphStore            *self,
                              GArray              *lines,
                              guint64              not_before,
                              guint                max_jobs,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Feed *feed = g_new0 (Feed, 1);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  feed->lines = g_array_copy (lines);
  feed->not_before = not_before;
  feed->max_jobs = max_jobs;
  g_task_set_source_tag (task, aph_store_find_waiting_async);
  g_task_set_task_data (task, feed, feed_free);
  ask (self, self->pages, task, read_waiting, (GDestroyNotify) g_array_unref);
}

/**
 * aph_store_find_waiting_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphFeedLine): the lines that were read, with what is new
 */
GArray *
aph_store_find_waiting_finish (AphStore      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
read_urgent (AphLoader  *loader,
             gpointer    task_data,
             GError    **error)
{
  g_autoptr (GArray) ids = aph_loader_find_urgent (loader, error);

  return ids != NULL
           ? aph_loader_load_jobs (loader, (const guint64 *) (gpointer) ids->data, ids->len, error) : NULL;
}

/**
 * aph_store_find_urgent_async:
 * @self: a store
 * @cancellable: (nullable): cancellable
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Looks for what the user wanted before all others when the process ended.
 */
void
aph_store_find_urgent_async (AphStore            *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aph_store_find_urgent_async);
  ask (self, self->pages, task, read_urgent, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * aph_store_find_urgent_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphJobRecord): the most urgent last
 */
GPtrArray *
aph_store_find_urgent_finish (AphStore      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aph_store_load_async:
 * @self: a store
 * @ids: (array length=n_ids): numbers of jobs
 * @n_ids: how many, some hundreds at most
 * @cancellable: (nullable): cancellable
 * @callback: called when they are read
 * @user_data: for @callback
 */
void
aph_store_load_async (AphStore            *self,
                      const guint64       *ids,
                      guint                n_ids,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GArray *copy = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n_ids);

  g_array_append_vals (copy, ids, n_ids);
  g_task_set_source_tag (task, aph_store_load_async);
  g_task_set_task_data (task, copy, (GDestroyNotify) g_array_unref);
  ask (self, self->pages, task, read_jobs, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * aph_store_load_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphJobRecord): with their texts
 */
GPtrArray *
aph_store_load_finish (AphStore      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aph_store_adopt:
 * @self: a store
 * @record: what was just read of a job
 *
 * Returns: (transfer full): the object for it: the one there is, which knows better, or a new one
 */
AphJob *
aph_store_adopt (AphStore           *self,
                 const AphJobRecord *record)
{
  AphJob *job = aph_store_peek_job (self, record->id);

  if (job == NULL)
    {
      job = aph_job_new_from_record (record);
      aph_store_adopt_live (self, job);
      aph_store_note_suspect (self, job, TRUE);
      return job;
    }

  if (!aph_job_is_loaded (job))
    {
      aph_job_load (job, record);
      aph_store_note_suspect (self, job, TRUE);
    }

  return g_object_ref (job);
}

/* Finding */

typedef struct
{
  AphJobQuery *query;
  guint max_rows;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  aph_job_query_free (finding->query);
  g_free (finding);
}

static gpointer
read_found (AphLoader  *loader,
            gpointer    task_data,
            GError    **error)
{
  const Finding *finding = task_data;

  return aph_loader_find (loader, finding->query, finding->max_rows, error);
}

static void
find (AphStore            *self,
      const AphJobQuery   *query,
      guint                max_rows,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  Finding *finding = g_new (Finding, 1);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  finding->query = aph_job_query_copy (query);
  finding->max_rows = max_rows;
  g_task_set_source_tag (task, aph_store_find_async);
  g_task_set_task_data (task, finding, finding_free);
  ask (self, self->finder, task, read_found, (GDestroyNotify) g_array_unref);
}

/**
 * aph_store_find_async:
 * @self: a store
 * @query: which jobs
 * @cancellable: (nullable): cancellable
 * @callback: called when they are found
 * @user_data: for @callback
 */
void
aph_store_find_async (AphStore            *self,
                      const AphJobQuery   *query,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_return_if_fail (APH_IS_STORE (self));
  g_return_if_fail (query != NULL);

  find (self, query, 0, cancellable, callback, user_data);
}

/**
 * aph_store_find_first_async:
 * @self: a store
 * @query: which jobs, of a kind whose first rows are found far sooner than all:
 *   aph_job_query_has_first()
 * @max_rows: how many
 * @cancellable: (nullable): cancellable
 * @callback: called when they are found; for aph_store_find_finish()
 * @user_data: for @callback
 *
 * Questions are answered in their order: who asks for the first and then for all gets both.
 */
void
aph_store_find_first_async (AphStore            *self,
                            const AphJobQuery   *query,
                            guint                max_rows,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (APH_IS_STORE (self));
  g_return_if_fail (query != NULL && aph_job_query_has_first (query));
  g_return_if_fail (max_rows > 0);

  find (self, query, max_rows, cancellable, callback, user_data);
}

/**
 * aph_store_find_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type guint64): the numbers of the jobs, as they are on disk
 */
GArray *
aph_store_find_finish (AphStore      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What there is to choose */

typedef struct
{
  AphStoreValues values;
  guint64 batch;
} Listing;

static gpointer
read_values (AphLoader  *loader,
             gpointer    task_data,
             GError    **error)
{
  const Listing *listing = task_data;

  return aph_loader_list_values (loader, listing->values, listing->batch, error);
}

/**
 * aph_store_list_values_async:
 * @self: a store
 * @values: which
 * @batch: the number of a batch, or 0 for all
 * @cancellable: (nullable): cancellable
 * @callback: called when they are known
 * @user_data: for @callback
 *
 * Looks through all jobs for the models or servers that occur, as they are on disk.
 */
void
aph_store_list_values_async (AphStore            *self,
                             AphStoreValues       values,
                             guint64              batch,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;
  Listing *listing;

  g_return_if_fail (APH_IS_STORE (self));

  listing = g_new (Listing, 1);
  *listing = (Listing) { values, batch };
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_store_list_values_async);
  g_task_set_task_data (task, listing, g_free);
  ask (self, self->finder, task, read_values, (GDestroyNotify) g_strfreev);
}

/**
 * aph_store_list_values_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): names of models or addresses of servers, sorted
 */
GStrv
aph_store_list_values_finish (AphStore      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Attempts */

static gpointer
read_attempts (AphLoader  *loader,
               gpointer    task_data,
               GError    **error)
{
  return aph_loader_load_attempts (loader, *(guint64 *) task_data, error);
}

/**
 * aph_store_get_attempts_async:
 * @self: a store
 * @job_id: the number of a job
 * @cancellable: (nullable): cancellable
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Reads the attempts before the current one, which is the job itself.
 */
void
aph_store_get_attempts_async (AphStore            *self,
                              guint64              job_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (APH_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_store_get_attempts_async);
  g_task_set_task_data (task, g_memdup2 (&job_id, sizeof job_id), g_free);
  ask (self, self->pages, task, read_attempts, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * aph_store_get_attempts_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphAttempt): the first one first
 */
GPtrArray *
aph_store_get_attempts_finish (AphStore      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* One after the other */

typedef struct
{
  AphJobQuery *query;
  gboolean with_texts;
  AphEachJobFunc func;
  gpointer func_data;
  GDestroyNotify func_data_free;
} Each;

static void
each_free (gpointer data)
{
  Each *each = data;

  if (each->func_data_free != NULL)
    each->func_data_free (each->func_data);
  aph_job_query_free (each->query);
  g_free (each);
}

static gboolean
call_for_each (Each          *each,
               AphLoader     *loader,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GArray) ids = aph_loader_find (loader, each->query, 0, error);

  if (ids == NULL)
    return FALSE;

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (AphJob) job = NULL;
      g_autoptr (AphJobRecord) record = NULL;
      g_autoptr (GError) local = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      record = aph_loader_load_job (loader, g_array_index (ids, guint64, i), each->with_texts,
                                    &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (record == NULL)
        continue;
      job = aph_job_new_from_record (record);
      if (!each->func (job, each->func_data, error))
        return FALSE;
    }

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
  GError *error = NULL;

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
 * changed up to now is included.
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
  each->func = func;
  each->func_data = func_data;
  each->func_data_free = func_data_free;

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
