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

/* How long to wait until what could not be read is asked for again, in seconds; ever longer. */
#define FIRST_WAIT 1
#define LONGEST_WAIT 60

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

static GPtrArray *
load_all (AphLoader  *loader,
          GArray     *ids,
          GError    **error)
{
  return aph_loader_load_jobs (loader, (const guint64 *) (gpointer) ids->data, ids->len, error);
}

static gpointer
read_jobs (AphLoader  *loader,
           gpointer    task_data,
           GError    **error)
{
  return load_all (loader, task_data, error);
}

typedef struct
{
  GArray *ids;      /* of guint64 */
  GArray *unread;   /* of guint64: of them */
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_array_unref (look->ids);
  g_array_unref (look->unread);
  g_free (look);
}

/* What cannot be read does not keep back the others. */
static gpointer
read_looked_at (AphLoader  *loader,
                gpointer    task_data,
                GError    **error)
{
  Look *look = task_data;
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_job_record_free);

  for (guint i = 0; i < look->ids->len; i++)
    {
      guint64 id = g_array_index (look->ids, guint64, i);
      g_autoptr (GError) local = NULL;
      AphJobRecord *record = aph_loader_load_job (loader, id, TRUE, &local);

      if (record != NULL)
        g_ptr_array_add (records, record);
      else if (local != NULL)
        {
          g_debug ("store: prompt %" G_GUINT64_FORMAT ": %s", id, local->message);
          g_array_append_val (look->unread, id);
        }
    }

  return records;
}

static gboolean
look_again_cb (gpointer user_data)
{
  AphStore *self = APH_STORE (user_data);
  g_autoptr (GArray) ids = self->unread;

  self->unread_source = 0;
  self->unread = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < ids->len; i++)
    {
      guint64 id = g_array_index (ids, guint64, i);
      AphJob *job = aph_store_peek_job (self, id);

      if (job != NULL && !aph_job_is_loaded (job))
        aph_store_load_later (self, id);
    }

  return G_SOURCE_REMOVE;
}

/* They are still to be seen, so they are asked for again, but not at once. */
static void
look_again_later (AphStore *self,
                  GArray   *ids)
{
  if (self->writer == NULL)
    return;

  g_array_append_vals (self->unread, ids->data, ids->len);
  if (self->unread_source != 0)
    return;

  self->unread_wait = CLAMP (2 * self->unread_wait, FIRST_WAIT, LONGEST_WAIT);
  self->unread_source = g_timeout_add_seconds (self->unread_wait, look_again_cb, self);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  AphStore *self = APH_STORE (source);
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), NULL);
  const Look *look = g_task_get_task_data (G_TASK (result));

  /* It was closed. */
  if (records == NULL)
    return;

  for (guint i = 0; self->live != NULL && i < records->len; i++)
    {
      const AphJobRecord *record = g_ptr_array_index (records, i);
      AphJob *job = aph_store_peek_job (self, record->id);

      if (job != NULL && !aph_job_is_loaded (job))
        {
          aph_job_load (job, record);
          aph_store_put_in_place (self, job);
          aph_store_note_suspect (self, job, TRUE);
        }
    }
  if (look->unread->len > 0)
    look_again_later (self, look->unread);
  else if (self->unread_source == 0)
    self->unread_wait = 0;
  aph_store_emit_loaded (self);
}

static gboolean
look_cb (gpointer user_data)
{
  AphStore *self = APH_STORE (user_data);
  GTask *task = g_task_new (self, NULL, looked_cb, NULL);
  Look *look = g_new0 (Look, 1);

  self->load_source = 0;
  look->ids = g_steal_pointer (&self->to_load);
  look->unread = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->to_load = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_source_tag (task, look_cb);
  g_task_set_task_data (task, look, look_free);
  ask (self, self->pages, task, read_looked_at, (GDestroyNotify) g_ptr_array_unref);

  return G_SOURCE_REMOVE;
}

/* All that are asked for in one iteration are one question. */
void
aph_store_load_later (AphStore *self,
                      guint64   id)
{
  g_array_append_val (self->to_load, id);
  if (self->load_source == 0 && self->writer != NULL)
    self->load_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, look_cb, self, NULL);
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

  /* Batches are never added to: of one that is to wait, all waits. */
  if (line->line.batch < not_before)
    {
      line->is_empty = TRUE;
      line->records = g_ptr_array_new ();
      return TRUE;
    }

  ids = aph_loader_find_waiting (loader, &line->line, &line->after, line->n_wanted, error);
  if (ids == NULL)
    return FALSE;

  line->is_empty = ids->len < line->n_wanted;
  line->records = load_all (loader, ids, error);

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
 * @not_before: no job of a batch with a smaller number
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

  return ids != NULL ? load_all (loader, ids, error) : NULL;
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
      aph_store_put_in_place (self, job);
      aph_store_note_suspect (self, job, TRUE);
      return job;
    }

  if (!aph_job_is_loaded (job))
    {
      aph_job_load (job, record);
      aph_store_put_in_place (self, job);
      aph_store_note_suspect (self, job, TRUE);
    }

  return g_object_ref (job);
}

/* Finding */

typedef struct
{
  AphJobQuery *query;
  guint max_rows;
  GHashTable *refused;    /* see aph_store_list_refused() */
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  aph_job_query_free (finding->query);
  g_hash_table_unref (finding->refused);
  g_free (finding);
}

static gpointer
read_found (AphLoader  *loader,
            gpointer    task_data,
            GError    **error)
{
  const Finding *finding = task_data;
  g_autoptr (GArray) ids = aph_loader_find (loader, finding->query, finding->max_rows, error);

  if (ids == NULL)
    return NULL;
  /* The first of many are not all, and are not for long. */
  if (finding->max_rows == 0
      && !aph_store_put_refused (finding->refused, finding->query, loader, ids, error))
    return NULL;

  return g_steal_pointer (&ids);
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
  finding->refused = aph_store_list_refused (self, query, FALSE);
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
 * @query: which jobs, of a kind whose first rows are found sooner than all:
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
 * Returns: (transfer full) (element-type guint64): the numbers of the jobs that fit as they are on
 *   disk; or as they are, if they cannot be written, see aph_store_get_refusal()
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
