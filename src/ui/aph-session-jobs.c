/* aph-session-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompts of a session, and what the user does with them.
 */

#define G_LOG_DOMAIN "aph-session"

#include "config.h"

#include "store/aph-store-feed.h"
#include "ui/aph-session-private.h"

/* How many failed jobs are read at once to be tried again; beyond how many in the scheduler the
 * others wait in the store. */
#define RETRY_AT_ONCE 200
#define MOST_ACTIVE 1000

/* The prompts */

/**
 * aph_session_get_jobs:
 * @self: a session
 *
 * Returns: (transfer none): the #AphJob of the batch and query that are looked at; always the same
 *   list
 */
GListModel *
aph_session_get_jobs (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

/**
 * aph_session_get_wall:
 * @self: a session
 *
 * Returns: (transfer none): the #AphJob to be seen side by side: those that run and the last that
 *   ran
 */
GListModel *
aph_session_get_wall (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return aph_recent_jobs_get_model (self->recent);
}

/**
 * aph_session_lookup_job:
 * @self: a session
 * @index: the index of a job, which is also its number in the store
 *
 * Returns: (transfer none) (nullable): the job of that index, if it was looked at or ran lately
 */
AphJob *
aph_session_lookup_job (AphSession *self,
                        guint64     index)
{
  AphJob *job;

  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  job = aph_store_peek_job (self->store, index);

  return job != NULL && aph_job_is_loaded (job) && !aph_store_is_removed (self->store, job)
           ? job : NULL;
}

/**
 * aph_session_get_revision:
 * @self: a session
 *
 * Returns: a number that changes when a job changes its state, or a choice or the server changes
 */
guint
aph_session_get_revision (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  return self->revision;
}

/**
 * aph_session_get_counts:
 * @self: a session
 *
 * Returns: (transfer none) (array fixed-size=7): how many jobs are in each #AphJobState
 */
const guint *
aph_session_get_counts (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return aph_store_get_counts (self->store);
}

/**
 * aph_session_get_n_active:
 * @self: a session
 *
 * Returns: how many jobs wait or run
 */
guint
aph_session_get_n_active (AphSession *self)
{
  const guint *counts;

  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  counts = aph_store_get_counts (self->store);

  return counts[APH_JOB_WAITING] + counts[APH_JOB_SENT] + counts[APH_JOB_THINKING]
         + counts[APH_JOB_ANSWERING];
}

/**
 * aph_session_get_n_suspect:
 * @self: a session
 *
 * Returns: how many jobs are done, but have marks
 */
guint
aph_session_get_n_suspect (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  return aph_store_get_n_suspect (self->store);
}

/**
 * aph_session_get_token_rate:
 * @self: a session
 *
 * Returns: tokens per second of all that run, together; -1 if none has a rate yet
 */
double
aph_session_get_token_rate (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), -1);

  return aph_recent_jobs_get_token_rate (self->recent);
}

/**
 * aph_session_cancel:
 * @self: a session
 * @job: a job that waits or runs; nothing happens to another
 */
void
aph_session_cancel (AphSession *self,
                    AphJob     *job)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (!aph_job_is_loaded (job) || aph_feeder_cancel (self->feeder, job))
    return;

  if (aph_job_get_state (job) == APH_JOB_WAITING)
    {
      aph_job_cancel (job);
      aph_session_job_advanced (self, job, APH_JOB_WAITING);
    }
}

/* What a job that has ended asks when it is tried again: the same, but a model that the server
 * did not have and still has not is replaced by the one chosen now; and so is none at all, of a job
 * that was cancelled before there was one. */
static AphRequest *
retry_request (AphSession *self,
               AphJob     *job)
{
  AphRequest *request = aph_job_get_request (job);
  AphFailure *failure = aph_job_get_failure (job);

  const char *model = aph_request_get_model (request);
  gboolean is_missing = failure != NULL && aph_failure_get_status (failure) == 404
                        && !aph_connection_has_model (self->connection, model);

  if (self->model != NULL && (model == NULL || is_missing))
    return aph_request_new_for_model (request, self->model);

  return aph_request_ref (request);
}

static void
reset_job (AphSession *self,
           AphJob     *job,
           AphRequest *request)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_reset (job);
  if (request != aph_job_get_request (job))
    {
      aph_job_set_request (job, request);
      aph_store_request_changed (self->store, job);
    }
  aph_session_job_advanced (self, job, old_state);
}

/**
 * aph_session_retry:
 * @self: a session
 * @job: a job that has ended; nothing happens to another
 *
 * It waits again.
 */
void
aph_session_retry (AphSession *self,
                   AphJob     *job)
{
  g_autoptr (AphRequest) request = NULL;

  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));

  request = retry_request (self, job);
  aph_session_retry_as (self, job, request);
}

/**
 * aph_session_retry_as:
 * @self: a session
 * @job: a job that has ended; nothing happens to another
 * @request: what it asks this time
 *
 * It waits again.
 */
void
aph_session_retry_as (AphSession *self,
                      AphJob     *job,
                      AphRequest *request)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));
  g_return_if_fail (request != NULL);

  if (!aph_job_is_loaded (job) || !aph_job_is_ended (job))
    return;

  reset_job (self, job, request);
  aph_feeder_submit (self->feeder, job);
}

/**
 * aph_session_change_request:
 * @self: a session
 * @job: a job that waits; nothing happens to another
 * @request: what it asks instead
 */
void
aph_session_change_request (AphSession *self,
                            AphJob     *job,
                            AphRequest *request)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));
  g_return_if_fail (request != NULL);

  if (!aph_job_is_loaded (job) || aph_job_get_state (job) != APH_JOB_WAITING)
    return;

  aph_feeder_change_request (self->feeder, job, request);
  aph_store_request_changed (self->store, job);
  aph_session_mark_changed (self);
}

/* The first of them is to be the very next, so it is the last to be put before all others. */
static void
run_next (AphSession *self,
          GArray     *ids)
{
  for (guint i = MIN (ids->len, MOST_ACTIVE); i > 0; i--)
    {
      AphJob *job = aph_store_peek_job (self->store, g_array_index (ids, guint64, i - 1));

      if (job != NULL && aph_job_is_loaded (job) && aph_job_get_state (job) == APH_JOB_WAITING)
        aph_feeder_run_next (self->feeder, job);
    }
}

/**
 * aph_session_move:
 * @self: a session
 * @ids: (element-type guint64): the numbers of jobs, in the order of the queue; nothing happens to
 *   those that do not wait
 * @move: where to
 *
 * They move among those of the batch that is looked at, or of all. What is moved before all others
 * is sent as soon as a place is free, whatever its batch and model.
 *
 * Returns: a number for it, see aph_store_move(); 0 if nothing can be moved
 */
guint
aph_session_move (AphSession   *self,
                  GArray       *ids,
                  AphStoreMove  move)
{
  guint number;

  g_return_val_if_fail (APH_IS_SESSION (self), 0);
  g_return_val_if_fail (ids != NULL, 0);

  if (!aph_store_is_open (self->store))
    return 0;

  number = aph_store_move (self->store, ids, self->query->batch, move);
  if (move == APH_MOVE_FIRST)
    run_next (self, ids);

  return number;
}

/**
 * aph_session_move_back:
 * @self: a session
 * @placements: (element-type AphPlacement): what the store has told of what was moved
 *
 * Undoes that.
 */
void
aph_session_move_back (AphSession *self,
                       GArray     *placements)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (placements != NULL);

  if (aph_store_is_open (self->store))
    aph_store_move_back (self->store, placements);
}

/**
 * aph_session_rate:
 * @self: a session
 * @job: a job
 * @rating: how good its answer is, from 1 to %APH_MAX_RATING; 0 to take that back
 */
void
aph_session_rate (AphSession *self,
                  AphJob     *job,
                  guint       rating)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (aph_job_is_loaded (job));

  aph_job_set_rating (job, rating);
  aph_store_job_changed (self->store, job);
  aph_session_mark_changed (self);
}

/**
 * aph_session_annotate:
 * @self: a session
 * @job: a job
 * @note: (nullable): what to note about its answer
 */
void
aph_session_annotate (AphSession *self,
                      AphJob     *job,
                      const char *note)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (aph_job_is_loaded (job));

  aph_job_set_note (job, note);
  aph_store_job_changed (self->store, job);
  aph_session_mark_changed (self);
}

/**
 * aph_session_stop:
 * @self: a session
 *
 * Pauses, and breaks off what runs: it waits again.
 */
void
aph_session_stop (AphSession *self)
{
  g_return_if_fail (APH_IS_SESSION (self));

  aph_scheduler_stop (self->scheduler);
}

/* All that have failed, some at a time */

typedef struct
{
  AphSession *session;
  GArray *ids;
  guint next;
} RetryAll;

static void
retry_all_free (RetryAll *retry)
{
  g_object_unref (retry->session);
  g_array_unref (retry->ids);
  g_free (retry);
}

static void retry_next (RetryAll *retry);

static void
failed_loaded_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  RetryAll *retry = user_data;
  AphSession *self = retry->session;
  g_autoptr (GPtrArray) records = aph_store_load_finish (APH_STORE (source), result, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      g_autoptr (AphJob) job = aph_store_adopt (self->store, g_ptr_array_index (records, i));

      if (aph_job_get_state (job) != APH_JOB_FAILED)
        continue;
      /* The rest is handed on when its turn comes. */
      if (aph_feeder_get_n_active (self->feeder) < MOST_ACTIVE)
        aph_session_retry (self, job);
      else
        {
          g_autoptr (AphRequest) request = retry_request (self, job);

          reset_job (self, job, request);
        }
    }
  retry_next (retry);
}

static void
retry_next (RetryAll *retry)
{
  AphSession *self = retry->session;
  guint n_ids = MIN (retry->ids->len - retry->next, RETRY_AT_ONCE);
  const guint64 *ids = &g_array_index (retry->ids, guint64, retry->next);

  if (n_ids == 0)
    {
      aph_feeder_look_again (self->feeder);
      retry_all_free (retry);
      return;
    }

  retry->next += n_ids;
  aph_store_load_async (self->store, ids, n_ids, self->cancellable, failed_loaded_cb, retry);
}

static void
failed_found_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (AphSession) self = user_data;
  g_autoptr (GArray) ids = aph_store_find_finish (APH_STORE (source), result, NULL);
  RetryAll *retry;

  if (ids == NULL)
    return;

  retry = g_new0 (RetryAll, 1);
  retry->session = g_object_ref (self);
  retry->ids = g_array_ref (ids);
  retry_next (retry);
}

/* What is in memory is tried again at once. */
static void
retry_unwritten (AphSession *self)
{
  g_autoptr (GPtrArray) jobs = aph_store_list_unwritten (self->store);

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      if (aph_job_get_state (job) == APH_JOB_FAILED
          && (self->query->batch == 0 || aph_job_get_batch (job) == self->query->batch))
        aph_session_retry (self, job);
    }
}

/**
 * aph_session_retry_failed:
 * @self: a session
 *
 * Every job that has failed waits again, of the batch that is looked at or of all.
 */
void
aph_session_retry_failed (AphSession *self)
{
  AphJobQuery query = { .states = 1u << APH_JOB_FAILED };

  g_return_if_fail (APH_IS_SESSION (self));

  query.batch = self->query->batch;
  retry_unwritten (self);
  aph_store_find_async (self->store, &query, self->cancellable, failed_found_cb,
                        g_object_ref (self));
}

/* Removing, and undoing that */

static AphRemoval
to_removal (AphStoreRemoval removal)
{
  return (AphRemoval) { .id = removal.id, .n_jobs = removal.n_jobs };
}

/**
 * aph_session_remove:
 * @self: a session
 * @job: a job that does not run; nothing happens to another
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove (AphSession *self,
                    AphJob     *job)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_ptr_array_add (jobs, job);

  return aph_session_remove_jobs (self, jobs);
}

/**
 * aph_session_remove_jobs:
 * @self: a session
 * @jobs: (element-type AphJob): jobs; those that run stay, those that wait leave the queue
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove_jobs (AphSession *self,
                         GPtrArray  *jobs)
{
  AphRemoval removal = { 0, };

  g_return_val_if_fail (APH_IS_SESSION (self), removal);
  g_return_val_if_fail (jobs != NULL, removal);

  if (!aph_store_is_open (self->store))
    return removal;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      if (aph_job_is_loaded (job) && aph_job_get_state (job) == APH_JOB_WAITING)
        aph_feeder_withdraw_job (self->feeder, job);
    }
  removal = to_removal (aph_store_remove_jobs (self->store, jobs));
  for (guint i = 0; i < jobs->len; i++)
    if (aph_store_is_removed (self->store, g_ptr_array_index (jobs, i)))
      aph_recent_jobs_remove (self->recent, g_ptr_array_index (jobs, i));
  aph_session_mark_changed (self);

  return removal;
}

/**
 * aph_session_remove_ended:
 * @self: a session
 *
 * Removes all jobs that are done, failed or cancelled, of the batch that is looked at or of all.
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove_ended (AphSession *self)
{
  AphRemoval removal = { 0, };

  g_return_val_if_fail (APH_IS_SESSION (self), removal);

  removal = to_removal (aph_store_remove_ended (self->store, self->batch));
  aph_recent_jobs_remove_ended (self->recent,
                                self->batch != NULL ? aph_batch_get_id (self->batch) : 0);
  aph_session_mark_changed (self);

  return removal;
}

/**
 * aph_session_restore:
 * @self: a session
 * @removal: what was removed
 *
 * Puts it back to where it was.
 */
void
aph_session_restore (AphSession *self,
                     AphRemoval  removal)
{
  g_return_if_fail (APH_IS_SESSION (self));

  if (removal.id == 0)
    return;

  aph_store_restore (self->store, removal.id);
  aph_feeder_look_again (self->feeder);
  aph_session_mark_changed (self);
}
