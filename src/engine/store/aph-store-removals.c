/* aph-store-removals.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is removed is only marked, so that it can be put back. The next process deletes it.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-private.h"

/**
 * AphRemoved:
 * @batch: (owned) (nullable): the batch that was removed as a whole
 * @position: where it was in the list
 * @counts: (nullable) (element-type BatchCount): how many jobs went otherwise
 *
 * What has to be put back.
 */
typedef struct
{
  AphBatch *batch;
  guint     position;
  GArray   *counts;
} AphRemoved;

typedef struct
{
  guint64 batch;
  AphJobState state;
  guint n_jobs;
  guint n_suspect;
} BatchCount;

void
aph_removed_free (gpointer data)
{
  AphRemoved *removed = data;

  g_clear_object (&removed->batch);
  g_clear_pointer (&removed->counts, g_array_unref);
  g_free (removed);
}

/* To the writer */

typedef struct
{
  AphStore *store;
  guint64 removal;
  GArray *jobs;       /* (nullable) of guint64: these jobs; otherwise all that have ended */
  guint64 batch;      /* of this batch; or 0 for all */
  gboolean is_whole;  /* the batch itself goes */
  gboolean is_undo;
} Removing;

static void
removing_free (gpointer data)
{
  Removing *removing = data;

  g_object_unref (removing->store);
  g_clear_pointer (&removing->jobs, g_array_unref);
  g_free (removing);
}

static gboolean
mark_these (AphSaver        *saver,
            const Removing  *removing,
            GError         **error)
{
  AphDatabase *database = aph_saver_get_database (saver);

  for (guint i = 0; i < removing->jobs->len; i++)
    {
      sqlite3_stmt *statement =
        aph_database_prepare (database,
                              "UPDATE jobs SET removal = ?1 WHERE id = ?2 AND removal = 0", error);

      if (statement == NULL)
        return FALSE;
      aph_database_bind_int (statement, 1, removing->removal);
      aph_database_bind_int (statement, 2, g_array_index (removing->jobs, guint64, i));
      if (!aph_database_run (database, statement, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
mark_ended (AphSaver        *saver,
            const Removing  *removing,
            GError         **error)
{
  AphDatabase *database = aph_saver_get_database (saver);
  sqlite3_stmt *statement = aph_database_prepare (database, removing->batch != 0
    ? "UPDATE jobs SET removal = ?1 WHERE batch = ?2 AND state >= 4 AND removal = 0"
    : "UPDATE jobs SET removal = ?1 WHERE state >= 4 AND removal = 0"
      " AND batch NOT IN (SELECT id FROM batches WHERE removal > 0)", error);

  G_STATIC_ASSERT (APH_JOB_DONE == 4);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, removing->removal);
  aph_database_bind_int (statement, 2, removing->batch);

  return aph_database_run (database, statement, error);
}

static gboolean
unmark_jobs (AphSaver        *saver,
             const Removing  *removing,
             GError         **error)
{
  AphDatabase *database = aph_saver_get_database (saver);
  sqlite3_stmt *statement =
    aph_database_prepare (database, "UPDATE jobs SET removal = 0 WHERE removal = ?1", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, removing->removal);

  return aph_database_run (database, statement, error);
}

static gboolean
write_removal (AphSaver  *saver,
               gpointer   data,
               GError   **error)
{
  const Removing *removing = data;

  if (removing->is_whole)
    return aph_saver_remove_batch (saver, removing->batch,
                                   removing->is_undo ? 0 : removing->removal, error);

  if (removing->is_undo)
    return aph_saver_recount (saver, removing->removal, 1, error)
           && unmark_jobs (saver, removing, error);

  return (removing->jobs != NULL ? mark_these (saver, removing, error)
                                 : mark_ended (saver, removing, error))
         && aph_saver_recount (saver, removing->removal, -1, error);
}

static void
removed_cb (gpointer      data,
            const GError *error)
{
  Removing *removing = data;

  if (removing->store->writer != NULL)
    aph_store_emit_reset (removing->store);
}

static Removing *
removing_new (AphStore *self,
              guint64   removal)
{
  Removing *removing = g_new0 (Removing, 1);

  removing->store = g_object_ref (self);
  removing->removal = removal;

  return removing;
}

static void
write_soon (AphStore *self,
            Removing *removing)
{
  /* What it is about comes first. */
  aph_store_flush (self);
  aph_store_writer_push (self->writer, write_removal, removed_cb, removing, removing_free);
}

/* In memory */

static void
take_away (AphStore    *self,
           AphRemoved  *removed,
           guint64      batch,
           AphJobState  state,
           guint        n_jobs,
           guint        n_suspect)
{
  BatchCount count = { batch, state, n_jobs, n_suspect };

  if (n_jobs == 0)
    return;

  g_array_append_val (removed->counts, count);
  aph_store_count (self, batch, state, -(int) n_jobs);
  aph_store_count_suspect (self, batch, -(int) n_suspect);
}

/* What is in memory is known to be removed. */
static void
mark_live (AphStore *self,
           guint64   removal,
           AphBatch *batch)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->live);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const AphLive *live = value;

      if (aph_job_is_loaded (live->job) && aph_job_is_ended (live->job)
          && (batch == NULL || aph_job_get_batch (live->job) == aph_batch_get_id (batch))
          && !aph_store_is_removed (self, live->job))
        g_hash_table_insert (self->removed_jobs, GSIZE_TO_POINTER (live->id),
                             GSIZE_TO_POINTER (removal));
    }
}

static void
unmark (AphStore *self,
        guint64   removal)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->removed_jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (GPOINTER_TO_SIZE (value) == removal)
      g_hash_table_iter_remove (&iter);
}

static AphRemoved *
removed_new (AphStore *self,
             guint64  *removal)
{
  AphRemoved *removed = g_new0 (AphRemoved, 1);

  self->last_removal = MAX (self->last_removal + 1, (guint64) g_get_real_time ());
  *removal = self->last_removal;
  removed->counts = g_array_new (FALSE, FALSE, sizeof (BatchCount));
  g_hash_table_insert (self->removals, GSIZE_TO_POINTER (*removal), removed);

  return removed;
}

/**
 * aph_store_remove_jobs:
 * @self: a store
 * @jobs: (element-type AphJob): some of its jobs; those that run stay
 *
 * Returns: what was removed
 */
AphStoreRemoval
aph_store_remove_jobs (AphStore  *self,
                       GPtrArray *jobs)
{
  AphStoreRemoval removal = { 0, };
  AphRemoved *removed;
  Removing *removing;

  g_return_val_if_fail (aph_store_is_open (self), removal);
  g_return_val_if_fail (jobs != NULL, removal);

  removed = removed_new (self, &removal.id);
  removing = removing_new (self, removal.id);
  removing->jobs = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);
      guint64 id = aph_job_get_id (job);

      if (!aph_job_is_loaded (job) || aph_job_is_running (job) || aph_store_is_removed (self, job))
        continue;
      g_array_append_val (removing->jobs, id);
      g_hash_table_insert (self->removed_jobs, GSIZE_TO_POINTER (id),
                           GSIZE_TO_POINTER (removal.id));
      take_away (self, removed, aph_job_get_batch (job), aph_job_get_state (job), 1,
                 aph_job_get_state (job) == APH_JOB_DONE && aph_job_get_marks (job) != 0);
      removal.n_jobs++;
    }

  if (removal.n_jobs == 0)
    {
      removing_free (removing);
      g_hash_table_remove (self->removals, GSIZE_TO_POINTER (removal.id));
      return (AphStoreRemoval) { 0, };
    }

  write_soon (self, removing);
  aph_store_emit_removed (self, NULL);

  return removal;
}

static guint
take_ended (AphStore   *self,
            AphRemoved *removed,
            AphBatch   *batch)
{
  const guint *counts = aph_batch_get_counts (batch);
  guint n_jobs = 0;

  for (guint state = APH_JOB_DONE; state < APH_JOB_N_STATES; state++)
    {
      n_jobs += counts[state];
      take_away (self, removed, aph_batch_get_id (batch), state, counts[state],
                 state == APH_JOB_DONE ? aph_batch_get_n_suspect (batch) : 0);
    }

  return n_jobs;
}

/**
 * aph_store_remove_ended:
 * @self: a store
 * @batch: (nullable): of which batch; %NULL for all
 *
 * Removes all jobs that are done, failed or cancelled.
 *
 * Returns: what was removed
 */
AphStoreRemoval
aph_store_remove_ended (AphStore *self,
                        AphBatch *batch)
{
  AphStoreRemoval removal = { 0, };
  AphRemoved *removed;
  Removing *removing;

  g_return_val_if_fail (aph_store_is_open (self), removal);
  g_return_val_if_fail (batch == NULL || APH_IS_BATCH (batch), removal);

  removed = removed_new (self, &removal.id);
  if (batch != NULL)
    removal.n_jobs = take_ended (self, removed, batch);
  else
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->batches)); i++)
      {
        g_autoptr (AphBatch) each = g_list_model_get_item (G_LIST_MODEL (self->batches), i);

        removal.n_jobs += take_ended (self, removed, each);
      }

  if (removal.n_jobs == 0)
    {
      g_hash_table_remove (self->removals, GSIZE_TO_POINTER (removal.id));
      return (AphStoreRemoval) { 0, };
    }

  mark_live (self, removal.id, batch);
  removing = removing_new (self, removal.id);
  removing->batch = batch != NULL ? aph_batch_get_id (batch) : 0;
  write_soon (self, removing);
  aph_store_emit_removed (self, batch);

  return removal;
}

/* A batch leaves the list or comes back, and its jobs the counts. */
static void
show_batch (AphStore   *self,
            AphRemoved *removed,
            gboolean    is_shown)
{
  const guint *counts = aph_batch_get_counts (removed->batch);

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    self->counts[i] += is_shown ? counts[i] : -counts[i];
  self->n_suspect += (is_shown ? 1 : -1) * (int) aph_batch_get_n_suspect (removed->batch);

  if (is_shown)
    {
      guint position = 0;

      g_hash_table_remove (self->removed_batches, removed->batch);
      while (position < g_list_model_get_n_items (G_LIST_MODEL (self->batches)))
        {
          g_autoptr (AphBatch) other =
            g_list_model_get_item (G_LIST_MODEL (self->batches), position);

          if (aph_batch_get_id (other) < aph_batch_get_id (removed->batch))
            break;
          position++;
        }
      g_list_store_insert (self->batches, position, removed->batch);
    }
  else
    {
      g_hash_table_add (self->removed_batches, removed->batch);
      g_list_store_remove (self->batches, removed->position);
    }
}

static void
write_batch_removal (AphStore *self,
                     AphBatch *batch,
                     guint64   removal,
                     gboolean  is_undo)
{
  Removing *removing = removing_new (self, removal);

  removing->batch = aph_batch_get_id (batch);
  removing->is_whole = TRUE;
  removing->is_undo = is_undo;
  write_soon (self, removing);
}

/**
 * aph_store_remove_batch:
 * @self: a store
 * @batch: one of its batches, of which nothing runs
 *
 * Returns: what was removed
 */
AphStoreRemoval
aph_store_remove_batch (AphStore *self,
                        AphBatch *batch)
{
  AphStoreRemoval removal = { 0, };
  AphRemoved *removed;
  guint position;

  g_return_val_if_fail (aph_store_is_open (self), removal);
  g_return_val_if_fail (APH_IS_BATCH (batch), removal);

  if (!g_list_store_find (self->batches, batch, &position))
    return removal;

  removed = removed_new (self, &removal.id);
  removal.n_jobs = aph_batch_get_n_jobs (batch);
  removed->batch = g_object_ref (batch);
  removed->position = position;
  show_batch (self, removed, FALSE);
  write_batch_removal (self, batch, removal.id, FALSE);

  return removal;
}

/**
 * aph_store_restore:
 * @self: a store
 * @removal: the number of a removal; nothing happens if it was undone already
 *
 * Puts back what was removed.
 */
void
aph_store_restore (AphStore *self,
                   guint64   removal)
{
  AphRemoved *removed;
  Removing *removing;

  g_return_if_fail (aph_store_is_open (self));

  removed = g_hash_table_lookup (self->removals, GSIZE_TO_POINTER (removal));
  if (removed == NULL)
    return;

  if (removed->batch != NULL)
    {
      show_batch (self, removed, TRUE);
      write_batch_removal (self, removed->batch, removal, TRUE);
    }
  else
    {
      for (guint i = 0; i < removed->counts->len; i++)
        {
          const BatchCount *count = &g_array_index (removed->counts, BatchCount, i);

          aph_store_count (self, count->batch, count->state, count->n_jobs);
          aph_store_count_suspect (self, count->batch, count->n_suspect);
        }
      unmark (self, removal);
      removing = removing_new (self, removal);
      removing->is_undo = TRUE;
      write_soon (self, removing);
    }
  g_hash_table_remove (self->removals, GSIZE_TO_POINTER (removal));
}
