/* aph-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <unistd.h>

#include "store/aph-store-file.h"
#include "store/aph-store-private.h"

/* How many jobs stay loaded after they were looked at. */
#define MAX_RECENT 256

enum
{
  ERROR_CHANGED,
  JOB_CHANGED,
  JOBS_ADDED,
  JOBS_LOADED,
  JOBS_MOVED,
  JOBS_REMOVED,
  OPENED,
  RESET,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphStore, aph_store, G_TYPE_OBJECT)

/* What the writer says */

static void
take_batch (AphStore *self,
            AphBatch *batch)
{
  const guint *counts = aph_batch_get_counts (batch);

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    self->counts[i] += counts[i];
  self->n_suspect += aph_batch_get_n_suspect (batch);
  g_hash_table_insert (self->batches_by_id, GSIZE_TO_POINTER (aph_batch_get_id (batch)),
                       g_object_ref (batch));
}

static void
opened_cb (const AphStoreOpening *opening,
           gpointer               user_data)
{
  /* Whoever hears of it may let go of us. */
  g_autoptr (AphStore) self = g_object_ref (APH_STORE (user_data));

  /* A temporary store was in use before it was there; it was empty, so nothing is new. */
  if (!self->is_open)
    {
      self->next_job = opening->next_job;
      self->next_batch = opening->next_batch;
      self->first_new_job = opening->next_job;
      self->first_new_batch = opening->next_batch;
      for (guint i = 0; i < opening->batches->len; i++)
        take_batch (self, g_ptr_array_index (opening->batches, i));
      g_clear_pointer (&self->places, aph_places_unref);
      self->places = aph_places_ref (opening->places);
      g_list_store_splice (self->batches, 0, 0, opening->batches->pdata, opening->batches->len);
    }
  self->is_open = TRUE;

  if (opening->problem != NULL)
    {
      self->problem = g_error_copy (opening->problem);
      self->set_aside = g_strdup (opening->set_aside);
      g_signal_emit (self, signals[ERROR_CHANGED], 0);
    }
  g_signal_emit (self, signals[OPENED], 0);
  aph_store_emit_reset (self);
}

static void
blocked_cb (const GError *error,
            gpointer      user_data)
{
  AphStore *self = APH_STORE (user_data);

  if (error == NULL && self->error == NULL)
    return;
  if (error != NULL && self->error != NULL && error->code == self->error->code)
    return;

  g_clear_error (&self->error);
  if (error != NULL)
    self->error = g_error_copy (error);
  g_signal_emit (self, signals[ERROR_CHANGED], 0);
}

/* Which objects there are */

static void
gone_cb (gpointer  user_data,
         GObject  *where_the_job_was)
{
  AphLive *live = user_data;

  g_hash_table_remove (live->store->live, GSIZE_TO_POINTER (live->id));
}

static void
aph_store_dispose (GObject *object)
{
  AphStore *self = APH_STORE (object);
  GHashTableIter iter;
  gpointer value;

  aph_store_close (self);
  g_clear_pointer (&self->recent, g_hash_table_unref);
  g_queue_clear_full (&self->recent_order, g_object_unref);
  g_clear_pointer (&self->held, g_hash_table_unref);
  if (self->live != NULL)
    {
      g_hash_table_iter_init (&iter, self->live);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        g_object_weak_unref (G_OBJECT (((AphLive *) value)->job), gone_cb, value);
    }
  g_clear_pointer (&self->live, g_hash_table_unref);
  g_clear_object (&self->batches);
  g_clear_pointer (&self->batches_by_id, g_hash_table_unref);

  G_OBJECT_CLASS (aph_store_parent_class)->dispose (object);
}

static void
aph_store_finalize (GObject *object)
{
  AphStore *self = APH_STORE (object);

  g_clear_error (&self->error);
  g_clear_error (&self->problem);
  g_clear_error (&self->refusal);
  g_free (self->set_aside);
  g_free (self->path);
  g_array_unref (self->to_load);
  g_array_unref (self->unread);
  g_hash_table_unref (self->removals);
  g_hash_table_unref (self->removed_jobs);
  g_hash_table_unref (self->removed_batches);
  aph_places_unref (self->places);
  g_hash_table_unref (self->just_moved);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aph_store_parent_class)->finalize (object);
}

static void
aph_store_class_init (AphStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_store_dispose;
  object_class->finalize = aph_store_finalize;

  signals[ERROR_CHANGED] = g_signal_new ("error-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  signals[JOB_CHANGED] = g_signal_new ("job-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[JOBS_ADDED] = g_signal_new ("jobs-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 3, APH_TYPE_BATCH, G_TYPE_UINT64,
                                      G_TYPE_UINT64);
  signals[JOBS_LOADED] = g_signal_new ("jobs-loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
  signals[JOBS_MOVED] = g_signal_new ("jobs-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 3, G_TYPE_POINTER, G_TYPE_UINT,
                                      G_TYPE_BOOLEAN);
  signals[JOBS_REMOVED] = g_signal_new ("jobs-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, APH_TYPE_BATCH);
  signals[OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[RESET] = g_signal_new ("reset", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
aph_store_init (AphStore *self)
{
  g_mutex_init (&self->lock);
  self->batches = g_list_store_new (APH_TYPE_BATCH);
  self->batches_by_id = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->removed_batches = g_hash_table_new (NULL, NULL);
  self->places = aph_places_new (NULL);
  self->just_moved = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->live = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->held = g_hash_table_new_full (NULL, NULL, NULL, aph_held_free);
  self->recent = g_hash_table_new (NULL, NULL);
  self->removed_jobs = g_hash_table_new (NULL, NULL);
  self->removals = g_hash_table_new_full (NULL, NULL, NULL, aph_removed_free);
  self->to_load = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->unread = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_queue_init (&self->recent_order);
  g_queue_init (&self->movings);
  /* Larger than those of all earlier processes, and of those that are deleted. */
  self->last_removal = g_get_real_time () + 10 * G_TIME_SPAN_SECOND;
  self->next_job = self->next_batch = self->first_new_job = self->first_new_batch = 1;
}

/* What is done when there is nothing to write. */
static gboolean
do_idle_work (AphSaver  *saver,
              GError   **error)
{
  g_autoptr (GError) local = NULL;

  if (aph_store_purge (saver, &local))
    return TRUE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return aph_saver_index_some (saver, error);
}

/**
 * aph_store_new:
 * @path: (nullable) (type filename): its file; %NULL for one that goes with the store
 *
 * Opens a store, in the background. One without a file can be used at once.
 *
 * Returns: (transfer full): a store
 */
AphStore *
aph_store_new (const char *path)
{
  static const AphStoreEvents events = { .opened = opened_cb, .blocked = blocked_cb };
  AphStore *self = g_object_new (APH_TYPE_STORE, NULL);

  self->path = path != NULL ? g_strdup (path) : aph_store_file_make_temporary_path ();
  self->is_open = path == NULL;
  self->writer = aph_store_writer_new (self->path, path == NULL, &events, do_idle_work, self);
  self->pages = aph_store_reader_new (self->path, self->writer, "store-pages");
  self->finder = aph_store_reader_new (self->path, self->writer, "store-finder");

  return self;
}

/**
 * aph_store_close:
 * @self: a store
 *
 * Waits until all is written. What was running is taken as broken off: it waits when the store is
 * opened again.
 */
void
aph_store_close (AphStore *self)
{
  g_return_if_fail (APH_IS_STORE (self));

  if (self->writer == NULL)
    return;

  aph_store_retry_refused (self);
  aph_store_flush (self);
  g_clear_handle_id (&self->refused_source, g_source_remove);
  g_clear_handle_id (&self->flush_source, g_source_remove);
  g_clear_handle_id (&self->pieces_source, g_source_remove);
  g_clear_handle_id (&self->load_source, g_source_remove);
  g_clear_handle_id (&self->unread_source, g_source_remove);
  aph_store_writer_begin_close (self->writer);
  g_clear_pointer (&self->pages, aph_store_reader_close);
  g_clear_pointer (&self->finder, aph_store_reader_close);
  g_clear_pointer (&self->writer, aph_store_writer_close);
  aph_store_forget_moves (self);
}

/**
 * aph_store_is_open:
 * @self: a store
 *
 * Returns: whether batches and jobs can be added. Before it is open nothing is known of what is in
 *   it
 */
gboolean
aph_store_is_open (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), FALSE);

  return self->is_open && self->writer != NULL;
}

/**
 * aph_store_is_indexed:
 * @self: a store
 *
 * Returns: whether all that is written can be found by a search; until then a search finds prompts
 *   all the same, but maybe not every answer
 */
gboolean
aph_store_is_indexed (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), FALSE);

  return self->writer != NULL && aph_store_writer_is_resting (self->writer);
}

/**
 * aph_store_get_error:
 * @self: a store
 *
 * Returns: (nullable): an %APH_STORE_ERROR while nothing can be written; what is to be written is
 *   kept and tried again every second
 */
const GError *
aph_store_get_error (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return self->error;
}

/* For the other files */

void
aph_store_emit_added (AphStore *self,
                      AphBatch *batch,
                      guint64   first,
                      guint64   n_jobs)
{
  g_signal_emit (self, signals[JOBS_ADDED], 0, batch, first, n_jobs);
}

void
aph_store_emit_changed (AphStore *self,
                        AphJob   *job)
{
  g_signal_emit (self, signals[JOB_CHANGED], 0, job);
}

void
aph_store_emit_loaded (AphStore *self)
{
  g_signal_emit (self, signals[JOBS_LOADED], 0);
}

void
aph_store_emit_moved (AphStore *self,
                      GArray   *placements,
                      guint     move,
                      gboolean  is_last)
{
  g_signal_emit (self, signals[JOBS_MOVED], 0, placements, move, is_last);
}

void
aph_store_emit_removed (AphStore *self,
                        AphBatch *batch)
{
  g_signal_emit (self, signals[JOBS_REMOVED], 0, batch);
}

void
aph_store_emit_reset (AphStore *self)
{
  g_signal_emit (self, signals[RESET], 0);
}

/* Numbers for jobs that are about to be added; in any thread. */
guint64
aph_store_take_ids (AphStore *self,
                    guint     n_ids)
{
  guint64 first;

  g_mutex_lock (&self->lock);
  first = self->next_job;
  self->next_job += n_ids;
  g_mutex_unlock (&self->lock);

  return first;
}

/* A job that was looked at stays for a while. */
void
aph_store_keep_alive (AphStore *self,
                      AphJob   *job)
{
  GList *link = g_hash_table_lookup (self->recent, job);

  if (link != NULL)
    {
      g_queue_unlink (&self->recent_order, link);
      g_queue_push_head_link (&self->recent_order, link);
      return;
    }

  g_queue_push_head (&self->recent_order, g_object_ref (job));
  g_hash_table_insert (self->recent, job, self->recent_order.head);
  if (self->recent_order.length > MAX_RECENT)
    {
      AphJob *last = g_queue_pop_tail (&self->recent_order);

      g_hash_table_remove (self->recent, last);
      g_object_unref (last);
    }
}

/* From now on this is the object for its number. */
void
aph_store_adopt_live (AphStore *self,
                      AphJob   *job)
{
  AphLive *live = g_new (AphLive, 1);

  *live = (AphLive) { .store = self, .id = aph_job_get_id (job), .job = job };
  g_hash_table_insert (self->live, GSIZE_TO_POINTER (live->id), live);
  g_object_weak_ref (G_OBJECT (job), gone_cb, live);
}

/* Batches */

/**
 * aph_store_get_batches:
 * @self: a store
 *
 * Returns: (transfer none): all #AphBatch, the newest first
 */
GListModel *
aph_store_get_batches (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return G_LIST_MODEL (self->batches);
}

/**
 * aph_store_lookup_batch:
 * @self: a store
 * @id: the number of a batch
 *
 * Returns: (transfer none) (nullable): the batch, even if it was removed a moment ago
 */
AphBatch *
aph_store_lookup_batch (AphStore *self,
                        guint64   id)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return g_hash_table_lookup (self->batches_by_id, GSIZE_TO_POINTER (id));
}

/**
 * aph_store_has_batch:
 * @self: a store
 * @id: the number of a batch
 *
 * Returns: whether there is such a batch that was not removed
 */
gboolean
aph_store_has_batch (AphStore *self,
                     guint64   id)
{
  AphBatch *batch = aph_store_lookup_batch (self, id);

  return batch != NULL && !g_hash_table_contains (self->removed_batches, batch);
}

/**
 * aph_store_is_old_batch:
 * @self: a store
 * @batch: one of its batches
 *
 * Returns: whether it was there when the store was opened
 */
gboolean
aph_store_is_old_batch (AphStore *self,
                        AphBatch *batch)
{
  g_return_val_if_fail (APH_IS_STORE (self), FALSE);

  return aph_batch_get_id (batch) < self->first_new_batch;
}

/* A batch as the writer is to see it. */
typedef struct
{
  guint64 id;
  gint64 created;
  AphBatch *batch;      /* for what never changes */
  char *title;
  gboolean archived;
} BatchData;

static BatchData *
batch_data_new (AphBatch *batch)
{
  BatchData *data = g_new0 (BatchData, 1);

  data->id = aph_batch_get_id (batch);
  data->created = aph_batch_get_created (batch);
  data->batch = g_object_ref (batch);
  data->title = g_strdup (aph_batch_get_title (batch));
  data->archived = aph_batch_get_archived (batch);

  return data;
}

static void
batch_data_free (gpointer user_data)
{
  BatchData *data = user_data;

  g_object_unref (data->batch);
  g_free (data->title);
  g_free (data);
}

static gboolean
write_new_batch (AphSaver  *saver,
                 gpointer   user_data,
                 GError   **error)
{
  BatchData *data = user_data;
  AphBatchDetails details = *aph_batch_get_details (data->batch);

  details.title = data->title;

  return aph_saver_add_batch (saver, data->id, data->created, &details, error);
}

static gboolean
write_batch (AphSaver  *saver,
             gpointer   user_data,
             GError   **error)
{
  BatchData *data = user_data;

  return aph_saver_set_batch (saver, data->id, data->title, data->archived, error);
}

/**
 * aph_store_add_batch:
 * @self: a store that is open
 * @details: what is known of it
 *
 * Returns: (transfer none): a new batch, still without jobs
 */
AphBatch *
aph_store_add_batch (AphStore              *self,
                     const AphBatchDetails *details)
{
  g_autoptr (AphBatch) batch = NULL;

  g_return_val_if_fail (aph_store_is_open (self), NULL);

  batch = aph_batch_new (self->next_batch++, g_get_real_time (), details);
  take_batch (self, batch);
  g_list_store_insert (self->batches, 0, batch);
  aph_store_writer_push (self->writer, write_new_batch, NULL, batch_data_new (batch),
                         batch_data_free);

  /* The list holds it. */
  return batch;
}

void
aph_store_rename_batch (AphStore   *self,
                        AphBatch   *batch,
                        const char *title)
{
  g_return_if_fail (aph_store_is_open (self));

  aph_batch_set_title (batch, title);
  aph_store_writer_push (self->writer, write_batch, NULL, batch_data_new (batch), batch_data_free);
}

void
aph_store_archive_batch (AphStore *self,
                         AphBatch *batch,
                         gboolean  archived)
{
  g_return_if_fail (aph_store_is_open (self));

  aph_batch_set_archived (batch, archived);
  aph_store_writer_push (self->writer, write_batch, NULL, batch_data_new (batch), batch_data_free);
}

/* Jobs */

/**
 * aph_store_get_counts:
 * @self: a store
 *
 * Returns: (transfer none) (array fixed-size=7): how many jobs are in each #AphJobState
 */
const guint *
aph_store_get_counts (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  return self->counts;
}

/**
 * aph_store_get_n_suspect:
 * @self: a store
 *
 * Returns: how many jobs are done, but have marks
 */
guint
aph_store_get_n_suspect (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), 0);

  return self->n_suspect;
}

/**
 * aph_store_get_first_new_batch:
 * @self: a store
 *
 * Returns: the smallest number that no batch had when the store was opened
 */
guint64
aph_store_get_first_new_batch (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), 0);

  return self->first_new_batch;
}

/**
 * aph_store_get_first_new_job:
 * @self: a store
 *
 * Returns: the smallest number that no job had when the store was opened
 */
guint64
aph_store_get_first_new_job (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), 0);

  return self->first_new_job;
}

/* A batch that was removed is counted for itself only. */
void
aph_store_count (AphStore    *self,
                 guint64      batch_id,
                 AphJobState  state,
                 int          n_more)
{
  AphBatch *batch = aph_store_lookup_batch (self, batch_id);

  if (batch == NULL)
    return;

  aph_batch_count (batch, state, n_more);
  if (!g_hash_table_contains (self->removed_batches, batch))
    self->counts[state] += n_more;
}

void
aph_store_count_suspect (AphStore *self,
                         guint64   batch_id,
                         int       n_more)
{
  AphBatch *batch = aph_store_lookup_batch (self, batch_id);

  if (batch == NULL || n_more == 0)
    return;

  aph_batch_count_suspect (batch, n_more);
  if (!g_hash_table_contains (self->removed_batches, batch))
    self->n_suspect += n_more;
}

/* Whether the job is done with marks, of which nothing is left once it has changed. With @is_new
 * it is known to be counted. */
void
aph_store_note_suspect (AphStore *self,
                        AphJob   *job,
                        gboolean  is_new)
{
  AphLive *live = g_hash_table_lookup (self->live, GSIZE_TO_POINTER (aph_job_get_id (job)));
  gboolean is_suspect = aph_job_get_state (job) == APH_JOB_DONE && aph_job_get_marks (job) != 0;

  if (live == NULL)
    return;

  if (!is_new)
    aph_store_count_suspect (self, aph_job_get_batch (job), is_suspect - live->is_suspect);
  live->is_suspect = is_suspect;
}

/**
 * aph_store_peek_job:
 * @self: a store
 * @id: the number of a job
 *
 * Returns: (transfer none) (nullable): the object for it, if there is one
 */
AphJob *
aph_store_peek_job (AphStore *self,
                    guint64   id)
{
  AphLive *live;

  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  live = g_hash_table_lookup (self->live, GSIZE_TO_POINTER (id));

  return live != NULL ? live->job : NULL;
}

/**
 * aph_store_is_removed:
 * @self: a store
 * @job: one of its jobs
 *
 * Returns: whether it was removed, alone or with its batch
 */
gboolean
aph_store_is_removed (AphStore *self,
                      AphJob   *job)
{
  g_return_val_if_fail (APH_IS_STORE (self), FALSE);
  g_return_val_if_fail (APH_IS_JOB (job), FALSE);

  return g_hash_table_contains (self->removed_jobs, GSIZE_TO_POINTER (aph_job_get_id (job)))
         || !aph_store_has_batch (self, aph_job_get_batch (job));
}

/**
 * aph_store_get_job:
 * @self: a store
 * @id: the number of one of its jobs
 *
 * Returns: (transfer full): the object for it. If it was made just now it is loaded later, see
 *   aph_job_is_loaded()
 */
AphJob *
aph_store_get_job (AphStore *self,
                   guint64   id)
{
  AphJob *job;

  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  job = aph_store_peek_job (self, id);
  if (job != NULL)
    g_object_ref (job);
  else
    {
      job = aph_job_new_placeholder (id);
      aph_store_adopt_live (self, job);
      aph_store_load_later (self, id);
    }
  aph_store_keep_alive (self, job);

  return job;
}
