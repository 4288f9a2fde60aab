/* aph-scheduler.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-scheduler"

#include "config.h"

#include "queue/aph-scheduler-private.h"

#define DEFAULT_MAX_RETRIES 3

G_DEFINE_FINAL_TYPE (AphScheduler, aph_scheduler, G_TYPE_OBJECT)

enum
{
  JOB_ADVANCED,
  LANE_CHANGED,
  PAUSED_CHANGED,
  HUNGRY,
  IDLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
lane_changed_cb (AphScheduler *self,
                 AphLane      *lane)
{
  g_object_ref (self);
  /* While it loads a model it works on that group already. */
  if (aph_lane_get_state (lane) == APH_LANE_RESTING || aph_lane_get_state (lane) == APH_LANE_DOWN)
    aph_backlog_leave (self->backlog, aph_lane_get_group (lane));
  g_signal_emit (self, signals[LANE_CHANGED], 0, lane);
  aph_scheduler_dispatch_later (self);
  g_object_unref (self);
}

static void
aph_scheduler_dispose (GObject *object)
{
  AphScheduler *self = APH_SCHEDULER (object);

  g_clear_handle_id (&self->dispatch_source, g_source_remove);
  aph_scheduler_detach_runs (self);
  for (guint i = 0; i < self->lanes->len; i++)
    {
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->lanes, i), self);
      aph_lane_retire (g_ptr_array_index (self->lanes, i));
    }
  g_ptr_array_set_size (self->lanes, 0);
  aph_retry_queue_clear (self->retries);

  G_OBJECT_CLASS (aph_scheduler_parent_class)->dispose (object);
}

static void
aph_scheduler_finalize (GObject *object)
{
  AphScheduler *self = APH_SCHEDULER (object);

  g_ptr_array_unref (self->lanes);
  aph_retry_queue_free (self->retries);
  aph_backlog_free (self->backlog);
  g_hash_table_unref (self->runs);
  g_clear_object (&self->running);
  g_clear_pointer (&self->pause_reason, aph_failure_unref);

  G_OBJECT_CLASS (aph_scheduler_parent_class)->finalize (object);
}

static void
aph_scheduler_class_init (AphSchedulerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_scheduler_dispose;
  object_class->finalize = aph_scheduler_finalize;

  signals[JOB_ADVANCED] = g_signal_new ("job-advanced", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, APH_TYPE_JOB, G_TYPE_INT);
  signals[LANE_CHANGED] = g_signal_new ("lane-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, APH_TYPE_LANE);
  signals[PAUSED_CHANGED] = g_signal_new ("paused-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  signals[HUNGRY] = g_signal_new ("hungry", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[IDLE] = g_signal_new ("idle", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
retry_cb (AphJob   *job,
          gpointer  user_data)
{
  AphScheduler *self = APH_SCHEDULER (user_data);

  aph_backlog_add (self->backlog, job);
  aph_scheduler_dispatch_later (self);
}

static void
aph_scheduler_init (AphScheduler *self)
{
  self->lanes = g_ptr_array_new_with_free_func (g_object_unref);
  self->backlog = aph_backlog_new ();
  self->retries = aph_retry_queue_new (retry_cb, self);
  self->runs = g_hash_table_new (NULL, NULL);
  self->clocks = (AphClocks) APH_CLOCKS_INIT;
  self->stream = TRUE;
  self->max_retries = DEFAULT_MAX_RETRIES;
}

/**
 * aph_scheduler_new:
 *
 * Returns: (transfer full): a scheduler without servers, which sends as soon as it has one
 */
AphScheduler *
aph_scheduler_new (void)
{
  return g_object_new (APH_TYPE_SCHEDULER, NULL);
}

/**
 * aph_scheduler_add_server:
 * @self: a scheduler
 * @server: where jobs may be sent from now on
 * @limit: how many at once, or 0 to find out how many it is good for
 *
 * Returns: (transfer none): its lane
 */
AphLane *
aph_scheduler_add_server (AphScheduler *self,
                          AphServer    *server,
                          guint         limit)
{
  AphLane *lane;

  g_return_val_if_fail (APH_IS_SCHEDULER (self), NULL);
  g_return_val_if_fail (APH_IS_SERVER (server), NULL);

  lane = aph_lane_new (server, limit);
  g_ptr_array_add (self->lanes, lane);
  g_signal_connect_swapped (lane, "changed", G_CALLBACK (lane_changed_cb), self);
  aph_scheduler_dispatch_later (self);

  return lane;
}

/**
 * aph_scheduler_remove_lane:
 * @self: a scheduler
 * @lane: one of its lanes
 *
 * Nothing more is sent there; what is in flight there is stopped and waits for another lane.
 */
void
aph_scheduler_remove_lane (AphScheduler *self,
                           AphLane      *lane)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (g_ptr_array_find (self->lanes, lane, NULL));

  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AphRun *run = value;

      if (run->lane == lane && run->wish == APH_WISH_NONE)
        {
          run->wish = APH_WISH_STOP;
          g_cancellable_cancel (run->cancellable);
        }
    }

  aph_backlog_leave (self->backlog, aph_lane_get_group (lane));
  g_signal_handlers_disconnect_by_data (lane, self);
  aph_lane_retire (lane);
  g_ptr_array_remove (self->lanes, lane);
  /* What only this one had a model for may go anywhere now. */
  aph_scheduler_dispatch_later (self);
}

/**
 * aph_scheduler_get_lanes:
 * @self: a scheduler
 *
 * Returns: (transfer none) (element-type AphLane): its lanes
 */
GPtrArray *
aph_scheduler_get_lanes (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), NULL);

  return self->lanes;
}

/**
 * aph_scheduler_set_clocks:
 * @self: a scheduler
 * @clocks: how long requests sent from now on may take
 */
void
aph_scheduler_set_clocks (AphScheduler    *self,
                          const AphClocks *clocks)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  self->clocks = *clocks;
}

/**
 * aph_scheduler_set_stream:
 * @self: a scheduler
 * @stream: whether answers are to arrive token by token, which is the default, or whole
 */
void
aph_scheduler_set_stream (AphScheduler *self,
                          gboolean      stream)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  self->stream = stream;
}

/**
 * aph_scheduler_set_break_loops:
 * @self: a scheduler
 * @break_loops: whether an answer that only repeats itself is broken off, instead of being marked
 *   and awaited to its end
 */
void
aph_scheduler_set_break_loops (AphScheduler *self,
                               gboolean      break_loops)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  self->break_loops = break_loops;
}

/**
 * aph_scheduler_set_max_retries:
 * @self: a scheduler
 * @max_retries: how often a job is tried again after it was sent and broke off; 3 by default.
 *   That its server was absent or busy does not count
 */
void
aph_scheduler_set_max_retries (AphScheduler *self,
                               guint         max_retries)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  self->max_retries = max_retries;
}

/**
 * aph_scheduler_set_max_probes:
 * @self: a scheduler
 * @max_probes: how many times in a row every server may be found absent or busy before the
 *   waiting jobs fail; 0, the default, is for ever
 */
void
aph_scheduler_set_max_probes (AphScheduler *self,
                              guint         max_probes)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  self->max_probes = max_probes;
}

/* For the dispatch */

/* A job is no longer in @old_state. */
void
aph_scheduler_emit_advanced (AphScheduler *self,
                             AphJob       *job,
                             AphJobState   old_state)
{
  if (aph_job_get_state (job) != old_state)
    g_signal_emit (self, signals[JOB_ADVANCED], 0, job, (int) old_state);
}

void
aph_scheduler_cancel_job (AphScheduler *self,
                          AphJob       *job)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_cancel (job);
  aph_scheduler_emit_advanced (self, job, old_state);
}

/* Every waiting job leaves the queue, in the order of their turns. */
GPtrArray *
aph_scheduler_take_all_waiting (AphScheduler *self)
{
  aph_retry_queue_flush (self->retries);

  return aph_backlog_take_all (self->backlog);
}

/* The queue pauses itself and says why. */
void
aph_scheduler_pause_for (AphScheduler *self,
                         AphFailure   *reason)
{
  aph_failure_ref (reason);
  g_clear_pointer (&self->pause_reason, aph_failure_unref);
  self->pause_reason = reason;
  self->paused = TRUE;
  g_signal_emit (self, signals[PAUSED_CHANGED], 0);
}

/* The user has done what was to be done, or says so. */
void
aph_scheduler_unbar_lanes (AphScheduler *self)
{
  for (guint i = 0; i < self->lanes->len; i++)
    aph_lane_unbar (g_ptr_array_index (self->lanes, i));
}

/* What the user asks for */

/**
 * aph_scheduler_add:
 * @self: a scheduler
 * @job: a waiting job whose request names a model
 *
 * It is sent when its turn comes.
 */
void
aph_scheduler_add (AphScheduler *self,
                   AphJob       *job)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (APH_IS_JOB (job) && aph_job_get_state (job) == APH_JOB_WAITING);
  g_return_if_fail (aph_request_get_model (aph_job_get_request (job)) != NULL);

  self->was_busy = TRUE;
  aph_backlog_add (self->backlog, job);
  aph_scheduler_dispatch_later (self);
}

/**
 * aph_scheduler_run_next:
 * @self: a scheduler
 * @job: one of its waiting jobs
 *
 * It is sent as soon as a place is free, before all others.
 */
void
aph_scheduler_run_next (AphScheduler *self,
                        AphJob       *job)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (aph_job_get_state (job) != APH_JOB_WAITING)
    return;

  g_object_ref (job);
  aph_retry_queue_remove (self->retries, job);
  aph_backlog_put_first (self->backlog, job);
  g_object_unref (job);
  aph_scheduler_dispatch_later (self);
}

/**
 * aph_scheduler_reorder:
 * @self: a scheduler
 * @jobs: (element-type AphJob): all jobs whose places or urgency have just changed; nothing happens
 *   to those that do not wait here
 */
void
aph_scheduler_reorder (AphScheduler *self,
                       GPtrArray    *jobs)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (jobs != NULL);

  aph_backlog_reorder (self->backlog, jobs);
}

/**
 * aph_scheduler_change_request:
 * @self: a scheduler
 * @job: one of its waiting jobs; nothing happens to another
 * @request: what to ask instead; it names a model
 *
 * It keeps its place in the queue.
 */
void
aph_scheduler_change_request (AphScheduler *self,
                              AphJob       *job,
                              AphRequest   *request)
{
  gboolean is_in_backlog;

  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (APH_IS_JOB (job));
  g_return_if_fail (request != NULL && aph_request_get_model (request) != NULL);

  if (aph_job_get_state (job) != APH_JOB_WAITING)
    return;

  g_object_ref (job);
  is_in_backlog = aph_backlog_remove (self->backlog, job);
  aph_job_set_request (job, request);
  if (is_in_backlog)
    aph_backlog_add (self->backlog, job);
  g_object_unref (job);
  aph_scheduler_dispatch_later (self);
}

static void
wish_run (AphRun  *run,
          AphWish  wish)
{
  /* Cancelling is stronger than stopping, and so is what is not to come back. */
  if (run->wish != APH_WISH_CANCEL && !(run->wish == APH_WISH_WITHDRAW && wish == APH_WISH_STOP))
    run->wish = wish;
  g_cancellable_cancel (run->cancellable);
}

/**
 * aph_scheduler_cancel:
 * @self: a scheduler
 * @job: a job
 *
 * A waiting job is cancelled at once; one in flight when its connection is closed, which is also
 * when its place becomes free.
 */
void
aph_scheduler_cancel (AphScheduler *self,
                      AphJob       *job)
{
  AphRun *run;

  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (APH_IS_JOB (job));

  run = g_hash_table_lookup (self->runs, job);
  if (run != NULL)
    {
      wish_run (run, APH_WISH_CANCEL);
      return;
    }

  g_object_ref (job);
  if (aph_backlog_remove (self->backlog, job) || aph_retry_queue_remove (self->retries, job))
    aph_scheduler_cancel_job (self, job);
  g_object_unref (job);
  aph_scheduler_dispatch_later (self);
}

/**
 * aph_scheduler_withdraw:
 * @self: a scheduler
 * @job: a job
 *
 * It goes on waiting, but not here. One in flight is stopped, and waits when its connection is
 * closed.
 */
void
aph_scheduler_withdraw (AphScheduler *self,
                        AphJob       *job)
{
  AphRun *run;

  g_return_if_fail (APH_IS_SCHEDULER (self));
  g_return_if_fail (APH_IS_JOB (job));

  run = g_hash_table_lookup (self->runs, job);
  if (run != NULL)
    wish_run (run, APH_WISH_WITHDRAW);
  else if (!aph_backlog_remove (self->backlog, job))
    aph_retry_queue_remove (self->retries, job);
  aph_scheduler_dispatch_later (self);
}

/* Everything that is under way at the servers. */
static void
wish_all (AphScheduler *self,
          AphWish       wish)
{
  g_autoptr (GList) runs = g_hash_table_get_values (self->runs);

  for (guint i = 0; i < self->lanes->len; i++)
    aph_lane_stop_loading (g_ptr_array_index (self->lanes, i));

  for (GList *link = runs; link != NULL; link = link->next)
    wish_run (link->data, wish);
}

/**
 * aph_scheduler_cancel_all:
 * @self: a scheduler
 *
 * Cancels everything that waits or runs.
 */
void
aph_scheduler_cancel_all (AphScheduler *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  g_return_if_fail (APH_IS_SCHEDULER (self));

  waiting = aph_scheduler_take_all_waiting (self);
  for (guint i = 0; i < waiting->len; i++)
    aph_scheduler_cancel_job (self, g_ptr_array_index (waiting, i));
  wish_all (self, APH_WISH_CANCEL);
  aph_scheduler_dispatch_later (self);
}

/**
 * aph_scheduler_stop:
 * @self: a scheduler
 *
 * Pauses the queue, breaks off what is in flight and puts it back to where it waited.
 */
void
aph_scheduler_stop (AphScheduler *self)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  aph_scheduler_set_paused (self, TRUE);
  wish_all (self, APH_WISH_STOP);
}

gboolean
aph_scheduler_get_paused (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), FALSE);

  return self->paused;
}

/**
 * aph_scheduler_get_pause_reason:
 * @self: a scheduler
 *
 * Returns: (transfer none) (nullable): why the queue paused itself; %NULL if the user did it
 */
AphFailure *
aph_scheduler_get_pause_reason (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), NULL);

  return self->pause_reason;
}

/**
 * aph_scheduler_set_paused:
 * @self: a scheduler
 * @paused: whether nothing new is to be sent; what is in flight goes on
 */
void
aph_scheduler_set_paused (AphScheduler *self,
                          gboolean      paused)
{
  g_return_if_fail (APH_IS_SCHEDULER (self));

  if (self->paused == paused)
    return;

  self->paused = paused;
  g_clear_pointer (&self->pause_reason, aph_failure_unref);
  if (!paused)
    aph_scheduler_unbar_lanes (self);
  g_signal_emit (self, signals[PAUSED_CHANGED], 0);
  aph_scheduler_dispatch_later (self);
}

guint
aph_scheduler_get_n_waiting (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), 0);

  return aph_backlog_get_length (self->backlog) + aph_retry_queue_get_length (self->retries);
}

guint
aph_scheduler_get_n_running (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), 0);

  return g_hash_table_size (self->runs);
}

/**
 * aph_scheduler_get_peak:
 * @self: a scheduler
 *
 * Returns: the most jobs that were ever in flight at the same time
 */
guint
aph_scheduler_get_peak (AphScheduler *self)
{
  g_return_val_if_fail (APH_IS_SCHEDULER (self), 0);

  return self->peak;
}

static int
compare_sent (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  gint64 sent_a = aph_job_get_times ((AphJob *) a)->sent;
  gint64 sent_b = aph_job_get_times ((AphJob *) b)->sent;

  return (sent_a > sent_b) - (sent_a < sent_b);
}

/**
 * aph_scheduler_get_running:
 * @self: a scheduler
 *
 * Returns: (transfer none): the jobs in flight, in the order in which they were sent
 */
GListModel *
aph_scheduler_get_running (AphScheduler *self)
{
  GHashTableIter iter;
  gpointer job;

  g_return_val_if_fail (APH_IS_SCHEDULER (self), NULL);

  if (self->running == NULL)
    {
      self->running = g_list_store_new (APH_TYPE_JOB);
      g_hash_table_iter_init (&iter, self->runs);
      while (g_hash_table_iter_next (&iter, &job, NULL))
        g_list_store_insert_sorted (self->running, job, compare_sent, NULL);
    }

  return G_LIST_MODEL (self->running);
}
