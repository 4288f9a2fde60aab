/* aph-store-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changes is noted here, and written a moment later with all that has changed meanwhile.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "job/aph-job-record.h"
#include "store/aph-store-private.h"

/* What has changed is written this often, in milliseconds; and so is the text that has arrived. */
#define FLUSH_MILLISECONDS 100
#define PIECES_MILLISECONDS 500

void
aph_held_free (gpointer data)
{
  AphHeld *held = data;

  g_clear_pointer (&held->refused_attempts, g_ptr_array_unref);
  g_object_unref (held->job);
  g_free (held);
}

/* The job stays until the database knows all of it. */
AphHeld *
aph_store_hold (AphStore *self,
                AphJob   *job)
{
  AphHeld *held = g_hash_table_lookup (self->held, job);

  if (held == NULL)
    {
      held = g_new0 (AphHeld, 1);
      held->job = g_object_ref (job);
      held->epoch = aph_job_get_text_epoch (job);
      g_hash_table_insert (self->held, job, held);
    }

  return held;
}

static void
let_go (AphStore *self,
        AphJob   *job)
{
  AphHeld *held = g_hash_table_lookup (self->held, job);

  g_assert (held != NULL && held->n_writes > 0);

  held->n_writes--;
  if (held->n_writes == 0 && !held->is_dirty && !held->is_refused && !aph_job_is_running (job))
    g_hash_table_remove (self->held, job);
}

static void
read_after_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AphStore *self = APH_STORE (source);
  g_autoptr (GPtrArray) jobs = user_data;

  if (self->held != NULL)
    for (guint i = 0; i < jobs->len; i++)
      let_go (self, g_ptr_array_index (jobs, i));
}

/**
 * aph_store_written:
 * @self: a store
 * @jobs: (element-type AphJob): what was written
 * @error: (nullable): why it was not
 *
 * They may go once nothing can be told of them any more that was read before.
 */
void
aph_store_written (AphStore     *self,
                   GPtrArray    *jobs,
                   const GError *error)
{
  /* What is not on disk stays in memory as long as it can. */
  if (error == NULL && self->writer != NULL)
    aph_store_after_reading (self, read_after_cb, g_ptr_array_ref (jobs));
}

/* Adding */

typedef struct
{
  AphStore *store;
  guint64 batch;
  guint64 first;
  gint64 queued;
  GPtrArray *requests;    /* of AphRequest */
  gboolean *default_models;
  GPtrArray *jobs;        /* of AphJob; not for the writer */
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->store);
  g_ptr_array_unref (adding->requests);
  g_ptr_array_unref (adding->jobs);
  g_free (adding->default_models);
  g_free (adding);
}

static gboolean
write_added (AphSaver  *saver,
             gpointer   data,
             GError   **error)
{
  Adding *adding = data;

  for (guint i = 0; i < adding->requests->len; i++)
    if (!aph_saver_add_job (saver, adding->first + i, adding->batch,
                            g_ptr_array_index (adding->requests, i), adding->default_models[i],
                            adding->queued, error))
      return FALSE;

  return aph_saver_count (saver, adding->batch, APH_JOB_WAITING, adding->requests->len, error)
         && aph_saver_set_counter (saver, "next-job", adding->first + adding->requests->len, error);
}

static void
added_cb (gpointer      data,
          const GError *error)
{
  Adding *adding = data;

  aph_store_written (adding->store, adding->jobs, error);
}

/**
 * aph_store_add_jobs:
 * @self: a store that is open
 * @batch: their batch
 * @requests: (element-type AphRequest): what is asked; a few hundred at most, see
 *   aph_store_import_async()
 * @default_models: (array): for each, whether its model was not asked for
 *
 * Returns: (transfer full) (element-type AphJob): a waiting job for each
 */
GPtrArray *
aph_store_add_jobs (AphStore  *self,
                    AphBatch  *batch,
                    GPtrArray *requests,
                    gboolean  *default_models)
{
  GPtrArray *jobs;
  Adding *adding;

  g_return_val_if_fail (aph_store_is_open (self), NULL);
  g_return_val_if_fail (APH_IS_BATCH (batch), NULL);
  g_return_val_if_fail (requests != NULL && requests->len > 0, NULL);

  adding = g_new0 (Adding, 1);
  adding->store = g_object_ref (self);
  adding->batch = aph_batch_get_id (batch);
  adding->first = aph_store_take_ids (self, requests->len);
  adding->queued = g_get_real_time ();
  adding->requests = g_ptr_array_ref (requests);
  adding->default_models = g_memdup2 (default_models, requests->len * sizeof (gboolean));
  adding->jobs = jobs = g_ptr_array_new_full (requests->len, g_object_unref);
  for (guint i = 0; i < requests->len; i++)
    {
      AphJob *job = aph_job_new (g_ptr_array_index (requests, i), adding->first + i);

      aph_job_set_id (job, adding->first + i);
      aph_job_set_batch (job, adding->batch);
      aph_job_set_default_model (job, default_models[i]);
      g_ptr_array_add (jobs, job);
      aph_store_adopt_live (self, job);
      aph_store_keep_alive (self, job);
      aph_store_hold (self, job)->n_writes++;
    }

  g_ptr_array_ref (jobs);
  aph_store_writer_push (self->writer, write_added, added_cb, adding, adding_free);
  aph_store_count (self, aph_batch_get_id (batch), APH_JOB_WAITING, jobs->len);
  aph_store_emit_added (self, batch, aph_job_get_id (g_ptr_array_index (jobs, 0)), jobs->len);

  return jobs;
}

/* Changing */

/* What has changed of one job. */
typedef struct
{
  AphJob *job;            /* not for the writer */
  guint64 id;
  GPtrArray *attempts;    /* (nullable) of AphAttempt: those that are over */
  AphJobRecord *record;   /* (nullable) how it is */
  gboolean is_restarted;  /* its text begins anew */
  char *thinking;         /* (nullable) what has arrived */
  char *answer;           /* (nullable) */
  GError *refusal;        /* (nullable) why it cannot be written */
} Change;

typedef struct
{
  AphStore *store;
  GPtrArray *all;         /* of Change */
} Changes;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->job);
  g_clear_pointer (&change->attempts, g_ptr_array_unref);
  g_clear_pointer (&change->record, aph_job_record_free);
  g_free (change->thinking);
  g_free (change->answer);
  g_clear_error (&change->refusal);
  g_free (change);
}

static Changes *
changes_new (AphStore *self)
{
  Changes *changes = g_new0 (Changes, 1);

  changes->store = g_object_ref (self);
  changes->all = g_ptr_array_new_with_free_func (change_free);

  return changes;
}

static void
changes_free (gpointer data)
{
  Changes *changes = data;

  g_object_unref (changes->store);
  g_ptr_array_unref (changes->all);
  g_free (changes);
}

static gboolean
write_change (AphSaver  *saver,
              gpointer   data,
              GError   **error)
{
  Change *change = data;

  for (guint i = 0; change->attempts != NULL && i < change->attempts->len; i++)
    if (!aph_saver_add_attempt (saver, change->id, g_ptr_array_index (change->attempts, i), error))
      return FALSE;

  return (!change->is_restarted || aph_saver_delete_pieces (saver, change->id, error))
         && (change->record == NULL || aph_saver_save_job (saver, change->record, error))
         && (change->thinking == NULL
             || aph_saver_add_piece (saver, change->id, FALSE, change->thinking, error))
         && (change->answer == NULL
             || aph_saver_add_piece (saver, change->id, TRUE, change->answer, error));
}

static gboolean
write_changes (AphSaver  *saver,
               gpointer   data,
               GError   **error)
{
  Changes *changes = data;

  for (guint i = 0; i < changes->all->len; i++)
    {
      Change *change = g_ptr_array_index (changes->all, i);

      /* It may be called again. */
      g_clear_error (&change->refusal);
      if (!aph_saver_save_part (saver, write_change, change, &change->refusal, error))
        return FALSE;
    }

  return TRUE;
}

static void
changed_cb (gpointer      data,
            const GError *error)
{
  Changes *changes = data;
  g_autoptr (GPtrArray) written = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < changes->all->len; i++)
    {
      Change *change = g_ptr_array_index (changes->all, i);

      if (change->refusal == NULL)
        g_ptr_array_add (written, g_object_ref (change->job));
      else if (error == NULL)
        aph_store_refuse (changes->store, change->job, g_steal_pointer (&change->attempts),
                          change->refusal);
    }
  if (error == NULL)
    aph_store_accept (changes->store, written);
  aph_store_written (changes->store, written, error);
}

static void
collect_record (Change  *change,
                AphHeld *held)
{
  GPtrArray *attempts = aph_job_steal_attempts (held->job);

  change->attempts = g_steal_pointer (&held->refused_attempts);
  if (change->attempts == NULL)
    change->attempts = attempts;
  else if (attempts != NULL)
    g_ptr_array_extend_and_steal (change->attempts, attempts);
  change->record = aph_job_record_new_from_job (held->job, !aph_job_is_running (held->job));
  held->is_dirty = FALSE;
}

static char *
collect_text (const char *text,
              gsize       length,
              gsize      *n_written)
{
  char *piece;

  if (length <= *n_written)
    return NULL;

  piece = g_strndup (text + *n_written, length - *n_written);
  *n_written = length;

  return piece;
}

/* What has arrived since the last time. */
static void
collect_texts (Change  *change,
               AphHeld *held)
{
  gsize n_answer, n_thinking;
  const char *answer = aph_job_get_answer (held->job, &n_answer);
  const char *thinking = aph_job_get_thinking (held->job, &n_thinking);

  if (held->epoch != aph_job_get_text_epoch (held->job))
    {
      held->epoch = aph_job_get_text_epoch (held->job);
      held->n_answer = held->n_thinking = 0;
      change->is_restarted = TRUE;
    }

  change->thinking = collect_text (thinking, n_thinking, &held->n_thinking);
  change->answer = collect_text (answer, n_answer, &held->n_answer);
}

/* Returns: (nullable): what there is to write of a job */
static Change *
collect_change (AphHeld  *held,
                gboolean  with_texts)
{
  Change *change = g_new0 (Change, 1);
  /* All of the text would be copied each time. */
  gboolean is_put_off = held->is_refused && !held->is_dirty;

  change->job = g_object_ref (held->job);
  change->id = aph_job_get_id (held->job);
  if (held->is_dirty)
    collect_record (change, held);
  if (with_texts && !is_put_off && aph_job_is_running (held->job))
    collect_texts (change, held);

  if (change->record == NULL && !change->is_restarted && change->thinking == NULL
      && change->answer == NULL)
    g_clear_pointer (&change, change_free);

  return change;
}

static void
write_what_changed (AphStore *self,
                    gboolean  with_texts)
{
  Changes *changes = changes_new (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AphHeld *held = value;
      Change *change = collect_change (held, with_texts);

      if (change == NULL)
        continue;
      held->n_writes++;
      g_ptr_array_add (changes->all, change);
    }

  if (changes->all->len > 0)
    aph_store_writer_push (self->writer, write_changes, changed_cb, changes, changes_free);
  else
    changes_free (changes);
}

static gboolean
flush_cb (gpointer user_data)
{
  AphStore *self = APH_STORE (user_data);

  self->flush_source = 0;
  write_what_changed (self, FALSE);

  return G_SOURCE_REMOVE;
}

static gboolean
pieces_cb (gpointer user_data)
{
  AphStore *self = APH_STORE (user_data);

  write_what_changed (self, TRUE);
  if (self->counts[APH_JOB_SENT] + self->counts[APH_JOB_THINKING]
      + self->counts[APH_JOB_ANSWERING] > 0)
    return G_SOURCE_CONTINUE;

  self->pieces_source = 0;

  return G_SOURCE_REMOVE;
}

/**
 * aph_store_list_unwritten:
 * @self: a store
 *
 * Returns: (transfer full) (element-type AphJob): the jobs of which the database does not know all
 *   yet: those that have just changed, and those that run; those that were removed are left out
 */
GPtrArray *
aph_store_list_unwritten (AphStore *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (APH_IS_STORE (self), jobs);

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const AphHeld *held = value;

      if (!aph_store_is_removed (self, held->job))
        g_ptr_array_add (jobs, g_object_ref (held->job));
    }

  return jobs;
}

/**
 * aph_store_flush:
 * @self: a store
 *
 * Gives all that has changed to the writer now.
 */
void
aph_store_flush (AphStore *self)
{
  g_return_if_fail (APH_IS_STORE (self));

  if (self->writer != NULL)
    write_what_changed (self, TRUE);
}

/* All of it is written a moment later. */
void
aph_store_mark_dirty (AphStore *self,
                      AphJob   *job)
{
  aph_store_hold (self, job)->is_dirty = TRUE;
  if (self->flush_source == 0)
    self->flush_source = g_timeout_add (FLUSH_MILLISECONDS, flush_cb, self);
  if (aph_job_is_running (job) && self->pieces_source == 0)
    self->pieces_source = g_timeout_add (PIECES_MILLISECONDS, pieces_cb, self);
}

static gboolean
is_running (AphJobState state)
{
  return state >= APH_JOB_SENT && state <= APH_JOB_ANSWERING;
}

/**
 * aph_store_job_advanced:
 * @self: a store
 * @job: one of its jobs
 * @old_state: the state that it is no longer in
 *
 * To be called for every transition.
 */
void
aph_store_job_advanced (AphStore    *self,
                        AphJob      *job,
                        AphJobState  old_state)
{
  AphJobState state;

  g_return_if_fail (APH_IS_STORE (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (self->writer == NULL)
    return;

  state = aph_job_get_state (job);
  aph_store_count (self, aph_job_get_batch (job), old_state, -1);
  aph_store_count (self, aph_job_get_batch (job), state, 1);
  aph_store_note_suspect (self, job, FALSE);

  /* That an answer began is not worth a write of its own. */
  if (!is_running (old_state) || !is_running (state))
    aph_store_mark_dirty (self, job);
  aph_store_emit_changed (self, job);
}

/**
 * aph_store_job_changed:
 * @self: a store
 * @job: one of its jobs, of which anything but its state has changed
 */
void
aph_store_job_changed (AphStore *self,
                       AphJob   *job)
{
  g_return_if_fail (APH_IS_STORE (self));
  g_return_if_fail (aph_job_is_loaded (job));

  if (self->writer == NULL)
    return;

  aph_store_mark_dirty (self, job);
  aph_store_emit_changed (self, job);
}

typedef struct
{
  AphStore *store;
  guint64 id;
  AphRequest *request;
} ChangedRequest;

static void
changed_request_free (gpointer data)
{
  ChangedRequest *changed = data;

  g_object_unref (changed->store);
  aph_request_unref (changed->request);
  g_free (changed);
}

static gboolean
write_request (AphSaver  *saver,
               gpointer   data,
               GError   **error)
{
  ChangedRequest *changed = data;

  return aph_saver_save_prompt (saver, changed->id, changed->request, error);
}

/**
 * aph_store_request_changed:
 * @self: a store
 * @job: one of its jobs that waits, and now asks something else
 */
void
aph_store_request_changed (AphStore *self,
                           AphJob   *job)
{
  ChangedRequest *changed;

  g_return_if_fail (aph_store_is_open (self));
  g_return_if_fail (aph_job_is_loaded (job));

  changed = g_new (ChangedRequest, 1);
  changed->store = g_object_ref (self);
  changed->id = aph_job_get_id (job);
  changed->request = aph_request_ref (aph_job_get_request (job));
  aph_store_writer_push (self->writer, write_request, NULL, changed, changed_request_free);
  aph_store_job_changed (self, job);
}
