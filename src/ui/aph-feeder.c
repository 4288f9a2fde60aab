/* aph-feeder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-feeder"

#include "config.h"

#include "ui/aph-feeder-private.h"

G_DEFINE_FINAL_TYPE (AphFeeder, aph_feeder, G_TYPE_OBJECT)

static void
active_free (gpointer data)
{
  AphFeederActive *active = data;

  g_object_unref (active->job);
  g_free (active);
}

/* Handing on */

static AphRequest *
request_with_model (AphFeeder *self,
                    AphJob    *job)
{
  AphRequest *request = aph_job_get_request (job);
  const char *model = aph_request_get_model (request);

  /* Nobody asked for its model by name, and the server has another now. */
  gboolean is_free = model == NULL
                     || (aph_job_get_default_model (job)
                         && !aph_connection_has_model (self->connection, model));

  return self->model != NULL && is_free ? aph_request_new_for_model (request, self->model)
                                        : aph_request_ref (request);
}

static void
hand_on (AphFeeder *self,
         AphJob    *job)
{
  g_autoptr (AphRequest) request = request_with_model (self, job);

  if (request != aph_job_get_request (job))
    aph_job_set_request (job, request);
  if (aph_request_get_model (request) != NULL)
    aph_scheduler_add (self->scheduler, job);
  else
    g_queue_push_tail (&self->held, job);
}

void
aph_feeder_take (AphFeeder     *self,
                 AphJob        *job,
                 const AphLine *line)
{
  AphFeederActive *active = g_new0 (AphFeederActive, 1);

  active->job = g_object_ref (job);
  active->is_waiting = TRUE;
  if (line != NULL)
    {
      active->line = *line;
      aph_feeder_find_line (self, line)->n_waiting++;
    }
  g_hash_table_insert (self->active, GSIZE_TO_POINTER (aph_job_get_id (job)), active);
  hand_on (self, job);
}

/* What the store and the scheduler say */

static void
opened_cb (AphFeeder *self)
{
  self->is_gated = TRUE;
}

/**
 * aph_feeder_job_advanced:
 * @self: a feeder
 * @job: a job
 * @old_state: the state that it is no longer in
 */
void
aph_feeder_job_advanced (AphFeeder   *self,
                         AphJob      *job,
                         AphJobState  old_state)
{
  AphFeederActive *active;
  AphFeederLine *line;
  gboolean is_waiting;

  g_return_if_fail (APH_IS_FEEDER (self));

  if (self->is_reading && aph_job_is_ended (job))
    g_hash_table_add (self->ended, GSIZE_TO_POINTER (aph_job_get_id (job)));

  active = aph_feeder_find_active (self, aph_job_get_id (job));
  is_waiting = aph_job_get_state (job) == APH_JOB_WAITING;

  /* It was withdrawn while it ran, and its batch may be back by now. */
  if (active == NULL && is_waiting && old_state >= APH_JOB_SENT && old_state <= APH_JOB_ANSWERING)
    aph_feeder_look_again (self);
  if (active == NULL)
    return;

  line = active->line.lot != 0 ? aph_feeder_find_line (self, &active->line) : NULL;
  if (line != NULL && active->is_waiting != is_waiting)
    line->n_waiting += is_waiting ? 1 : -1;
  active->is_waiting = is_waiting;

  if (aph_job_is_ended (job))
    g_hash_table_remove (self->active, GSIZE_TO_POINTER (aph_job_get_id (job)));
  if (line != NULL && !is_waiting && aph_feeder_is_wanted (self, line))
    aph_feeder_look (self);
}

/* The object */

static void
aph_feeder_dispose (GObject *object)
{
  AphFeeder *self = APH_FEEDER (object);

  aph_feeder_close (self);
  g_queue_clear (&self->held);
  g_hash_table_remove_all (self->active);
  g_clear_object (&self->connection);
  g_clear_object (&self->scheduler);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (aph_feeder_parent_class)->dispose (object);
}

static void
aph_feeder_finalize (GObject *object)
{
  AphFeeder *self = APH_FEEDER (object);

  g_array_unref (self->lines);
  g_hash_table_unref (self->active);
  g_hash_table_unref (self->ended);
  g_hash_table_unref (self->missed);
  g_object_unref (self->cancellable);
  g_free (self->model);

  G_OBJECT_CLASS (aph_feeder_parent_class)->finalize (object);
}

static void
aph_feeder_class_init (AphFeederClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aph_feeder_dispose;
  G_OBJECT_CLASS (klass)->finalize = aph_feeder_finalize;
}

static void
aph_feeder_init (AphFeeder *self)
{
  self->lines = g_array_new (FALSE, FALSE, sizeof (AphFeederLine));
  self->active = g_hash_table_new_full (NULL, NULL, NULL, active_free);
  self->ended = g_hash_table_new (NULL, NULL);
  self->missed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->held);
}

/**
 * aph_feeder_new:
 * @store: has the jobs
 * @scheduler: sends them
 * @connection: knows which models there are
 *
 * What waits when the store is opened goes on waiting, until aph_feeder_set_gated() says otherwise.
 *
 * Returns: (transfer full): a feeder
 */
AphFeeder *
aph_feeder_new (AphStore      *store,
                AphScheduler  *scheduler,
                AphConnection *connection)
{
  AphFeeder *self;

  g_return_val_if_fail (APH_IS_STORE (store), NULL);
  g_return_val_if_fail (APH_IS_SCHEDULER (scheduler), NULL);
  g_return_val_if_fail (APH_IS_CONNECTION (connection), NULL);

  self = g_object_new (APH_TYPE_FEEDER, NULL);
  self->store = g_object_ref (store);
  self->scheduler = g_object_ref (scheduler);
  self->connection = g_object_ref (connection);
  self->is_gated = aph_store_is_open (store);
  g_signal_connect_swapped (store, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (store, "jobs-added", G_CALLBACK (aph_feeder_jobs_added), self);
  g_signal_connect_swapped (store, "jobs-moved", G_CALLBACK (aph_feeder_jobs_moved), self);
  g_signal_connect_swapped (scheduler, "hungry", G_CALLBACK (aph_feeder_look), self);

  return self;
}

/**
 * aph_feeder_close:
 * @self: a feeder
 *
 * Nothing more is handed on.
 */
void
aph_feeder_close (AphFeeder *self)
{
  g_return_if_fail (APH_IS_FEEDER (self));

  g_cancellable_cancel (self->cancellable);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  if (self->scheduler != NULL)
    g_signal_handlers_disconnect_by_data (self->scheduler, self);
}

/* Jobs that wait for a model nobody asked for by name follow to the one in use now, when the
 * server does not have theirs: it is another server. */
static void
move_waiting (AphFeeder *self)
{
  g_autoptr (GList) all = g_hash_table_get_values (self->active);

  for (GList *link = all; link != NULL; link = link->next)
    {
      AphFeederActive *active = link->data;
      g_autoptr (AphRequest) request = NULL;

      if (!active->is_waiting || aph_request_get_model (aph_job_get_request (active->job)) == NULL)
        continue;
      request = request_with_model (self, active->job);
      if (request != aph_job_get_request (active->job))
        {
          aph_scheduler_change_request (self->scheduler, active->job, request);
          aph_store_job_changed (self->store, active->job);
        }
    }
}

static void
release_held (AphFeeder *self)
{
  AphJob *job;

  while ((job = g_queue_pop_head (&self->held)) != NULL)
    hand_on (self, job);

  for (guint i = 0; i < self->lines->len; i++)
    {
      AphFeederLine *line = &g_array_index (self->lines, AphFeederLine, i);

      self->is_stale |= line->is_blocked;
      line->is_blocked = FALSE;
    }
}

/**
 * aph_feeder_set_model:
 * @self: a feeder
 * @model: (nullable): what to ask where a job names no model; %NULL if the server has none, or
 *   nobody knows
 */
void
aph_feeder_set_model (AphFeeder  *self,
                      const char *model)
{
  char *copy;

  g_return_if_fail (APH_IS_FEEDER (self));

  copy = g_strdup (model);
  g_free (self->model);
  self->model = copy;
  if (model == NULL)
    return;

  release_held (self);
  move_waiting (self);
  aph_feeder_look (self);
}

/**
 * aph_feeder_set_gated:
 * @self: a feeder
 * @gated: whether what waited when the store was opened goes on waiting
 */
void
aph_feeder_set_gated (AphFeeder *self,
                      gboolean   gated)
{
  g_return_if_fail (APH_IS_FEEDER (self));

  if (self->is_gated == gated)
    return;

  self->is_gated = gated;
  if (!gated)
    aph_feeder_read_again (self);
}

gboolean
aph_feeder_get_gated (AphFeeder *self)
{
  g_return_val_if_fail (APH_IS_FEEDER (self), FALSE);

  return self->is_gated;
}

/**
 * aph_feeder_submit:
 * @self: a feeder
 * @job: a job of the store that waits
 *
 * The scheduler gets it now, whatever it has.
 */
void
aph_feeder_submit (AphFeeder *self,
                   AphJob    *job)
{
  g_return_if_fail (APH_IS_FEEDER (self));
  g_return_if_fail (aph_job_is_loaded (job) && aph_job_get_state (job) == APH_JOB_WAITING);

  if (aph_feeder_find_active (self, aph_job_get_id (job)) == NULL)
    aph_feeder_take (self, job, NULL);
}

/**
 * aph_feeder_run_next:
 * @self: a feeder
 * @job: a job of the store that waits
 *
 * It is sent before all others.
 */
void
aph_feeder_run_next (AphFeeder *self,
                     AphJob    *job)
{
  g_return_if_fail (APH_IS_FEEDER (self));

  aph_feeder_submit (self, job);
  if (g_queue_remove (&self->held, job))
    g_queue_push_head (&self->held, job);
  else
    aph_scheduler_run_next (self->scheduler, job);
}

/**
 * aph_feeder_change_request:
 * @self: a feeder
 * @job: a job of the store that waits
 * @request: what it asks instead
 */
void
aph_feeder_change_request (AphFeeder  *self,
                           AphJob     *job,
                           AphRequest *request)
{
  g_return_if_fail (APH_IS_FEEDER (self));

  if (aph_feeder_find_active (self, aph_job_get_id (job)) == NULL
      || g_queue_find (&self->held, job) != NULL)
    aph_job_set_request (job, request);
  else
    aph_scheduler_change_request (self->scheduler, job, request);
}

/**
 * aph_feeder_cancel:
 * @self: a feeder
 * @job: a job
 *
 * Returns: whether the scheduler has it and cancels it; otherwise that is for the caller
 */
gboolean
aph_feeder_cancel (AphFeeder *self,
                   AphJob    *job)
{
  guint64 id;

  g_return_val_if_fail (APH_IS_FEEDER (self), FALSE);

  id = aph_job_get_id (job);
  if (aph_feeder_find_active (self, id) == NULL)
    return FALSE;

  if (g_queue_remove (&self->held, job))
    {
      g_hash_table_remove (self->active, GSIZE_TO_POINTER (id));
      return FALSE;
    }
  aph_scheduler_cancel (self->scheduler, job);

  return TRUE;
}

/**
 * aph_feeder_withdraw_job:
 * @self: a feeder
 * @job: a job of the store that waits
 *
 * The scheduler gives it back; it goes on waiting in the store.
 */
void
aph_feeder_withdraw_job (AphFeeder *self,
                         AphJob    *job)
{
  AphFeederActive *active;

  g_return_if_fail (APH_IS_FEEDER (self));
  g_return_if_fail (APH_IS_JOB (job));

  active = aph_feeder_find_active (self, aph_job_get_id (job));
  if (active == NULL)
    return;

  aph_feeder_give_back (self, active);
  g_hash_table_remove (self->active, GSIZE_TO_POINTER (aph_job_get_id (job)));
}

/**
 * aph_feeder_withdraw:
 * @self: a feeder
 * @batch: the number of a batch
 *
 * The scheduler gets nothing more of it and gives back what it has; what runs is broken off.
 */
void
aph_feeder_withdraw (AphFeeder *self,
                     guint64    batch)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (APH_IS_FEEDER (self));

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AphFeederActive *active = value;

      if (aph_job_get_batch (active->job) != batch)
        continue;
      aph_feeder_give_back (self, active);
      g_hash_table_iter_remove (&iter);
    }
}

/**
 * aph_feeder_get_n_active:
 * @self: a feeder
 *
 * Returns: how many jobs wait and run outside the store
 */
guint
aph_feeder_get_n_active (AphFeeder *self)
{
  g_return_val_if_fail (APH_IS_FEEDER (self), 0);

  return g_hash_table_size (self->active);
}

/**
 * aph_feeder_count_waiting:
 * @self: a feeder
 * @before: the number of a job
 *
 * Returns: how many jobs with smaller numbers wait outside the store
 */
guint
aph_feeder_count_waiting (AphFeeder *self,
                          guint64    before)
{
  GHashTableIter iter;
  gpointer value;
  guint n_waiting = 0;

  g_return_val_if_fail (APH_IS_FEEDER (self), 0);

  g_hash_table_iter_init (&iter, self->active);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const AphFeederActive *active = value;

      n_waiting += active->is_waiting && aph_job_get_id (active->job) < before;
    }

  return n_waiting;
}
