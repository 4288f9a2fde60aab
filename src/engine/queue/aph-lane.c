/* aph-lane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-lane"

#include "config.h"

#include "queue/aph-backoff.h"
#include "queue/aph-lane-private.h"
#include "server/aph-identity.h"

G_DEFINE_FINAL_TYPE (AphLane, aph_lane, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stop_waiting (AphLane *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->probe != NULL)
    g_cancellable_cancel (self->probe);
  g_clear_object (&self->probe);
}

/* Whatever it is loading or has loaded does not count any more. */
static void
forget_loaded (AphLane *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->load_key, g_free);
}

static void
aph_lane_dispose (GObject *object)
{
  AphLane *self = APH_LANE (object);

  stop_waiting (self);
  forget_loaded (self);
  aph_lane_forget_context (self);
  aph_lane_stop_identifying (self);
  g_clear_object (&self->server);
  g_clear_pointer (&self->failure, aph_failure_unref);
  g_clear_pointer (&self->models, g_hash_table_unref);

  G_OBJECT_CLASS (aph_lane_parent_class)->dispose (object);
}

static void
aph_lane_finalize (GObject *object)
{
  AphLane *self = APH_LANE (object);

  g_free (self->group);
  g_hash_table_unref (self->origins);
  g_clear_pointer (&self->tuner, aph_tuner_free);

  G_OBJECT_CLASS (aph_lane_parent_class)->finalize (object);
}

static void
aph_lane_class_init (AphLaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_lane_dispose;
  object_class->finalize = aph_lane_finalize;

  signals[CHANGED] =
    g_signal_new ("changed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
aph_lane_init (AphLane *self)
{
  self->context_length = -1;
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) aph_origin_unref);
}

/**
 * aph_lane_new:
 * @server: where its jobs go
 * @limit: how many at once, or 0 to find out how many the server is good for
 *
 * Returns: (transfer full): an open lane
 */
AphLane *
aph_lane_new (AphServer *server,
              guint      limit)
{
  AphLane *self;

  g_return_val_if_fail (APH_IS_SERVER (server), NULL);

  self = g_object_new (APH_TYPE_LANE, NULL);
  self->server = g_object_ref (server);
  aph_lane_set_limit (self, limit);

  return self;
}

AphServer *
aph_lane_get_server (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), NULL);

  return self->server;
}

AphLaneState
aph_lane_get_state (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), APH_LANE_DOWN);

  return self->state;
}

/**
 * aph_lane_get_failure:
 * @self: a lane
 *
 * Returns: (transfer none) (nullable): why it is not open
 */
AphFailure *
aph_lane_get_failure (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), NULL);

  return self->failure;
}

/**
 * aph_lane_get_setbacks:
 * @self: a lane
 *
 * Returns: how many times in a row its server was found absent or busy
 */
guint
aph_lane_get_setbacks (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), 0);

  return self->setbacks;
}

guint
aph_lane_get_limit (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), 0);

  return self->limit;
}

static void
change_limit (AphLane *self,
              guint    limit)
{
  if (self->limit == limit)
    return;

  self->limit = limit;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * aph_lane_set_limit:
 * @self: a lane
 * @limit: how many at once, or 0 to find out how many the server is good for
 *
 * A lower limit interrupts nothing: places are not filled again until it holds.
 */
void
aph_lane_set_limit (AphLane *self,
                    guint    limit)
{
  g_return_if_fail (APH_IS_LANE (self));

  if (limit > 0)
    g_clear_pointer (&self->tuner, aph_tuner_free);
  else if (self->tuner == NULL)
    {
      self->tuner = aph_tuner_new ();
      self->verdict = aph_tuner_get_verdict (self->tuner);
      aph_tuner_set_in_flight (self->tuner, g_get_monotonic_time (), self->in_flight);
      aph_lane_heed_slots (self);
    }

  change_limit (self, limit > 0 ? limit : aph_tuner_get_limit (self->tuner));
}

/**
 * aph_lane_get_tuner:
 * @self: a lane
 *
 * Returns: (transfer none) (nullable): what finds the limit, if it is automatic
 */
AphTuner *
aph_lane_get_tuner (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), NULL);

  return self->tuner;
}

/**
 * aph_lane_get_model:
 * @self: a lane
 *
 * Returns: (nullable): the model of the last job sent, or the one that is being loaded
 */
const char *
aph_lane_get_model (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), NULL);

  return self->model;
}

guint
aph_lane_get_in_flight (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), 0);

  return self->in_flight;
}

/**
 * aph_lane_is_free:
 * @self: a lane
 *
 * Returns: whether another job can be sent now
 */
gboolean
aph_lane_is_free (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), FALSE);

  return self->state == APH_LANE_OPEN && self->in_flight < self->limit;
}

/**
 * aph_lane_has_model:
 * @self: a lane
 * @model: a model's name; without a tag it means ":latest", as Ollama reads it
 *
 * Returns: %FALSE only if we know that the server has not installed @model
 */
gboolean
aph_lane_has_model (AphLane    *self,
                    const char *model)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (APH_IS_LANE (self), FALSE);

  if (self->models == NULL || g_hash_table_contains (self->models, model))
    return TRUE;

  name = aph_model_name_normalize (model);

  return g_hash_table_contains (self->models, name);
}

/**
 * aph_lane_set_models:
 * @self: a lane
 * @models: (nullable) (element-type AphModel): what its server has installed; %NULL if unknown
 */
void
aph_lane_set_models (AphLane   *self,
                     GPtrArray *models)
{
  g_return_if_fail (APH_IS_LANE (self));

  g_clear_pointer (&self->models, g_hash_table_unref);
  if (models != NULL)
    {
      self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      for (guint i = 0; i < models->len; i++)
        {
          const char *name = aph_model_get_name (g_ptr_array_index (models, i));

          g_hash_table_add (self->models, g_strdup (name));
          g_hash_table_add (self->models, aph_model_name_normalize (name));
        }
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* After a rest it may still be loading. */
static void
open_lane (AphLane *self)
{
  AphLaneState state = self->loading != NULL ? APH_LANE_LOADING : APH_LANE_OPEN;

  stop_waiting (self);
  g_clear_pointer (&self->failure, aph_failure_unref);
  if (self->state == state)
    return;

  g_debug ("%s: %s", aph_server_get_url (self->server),
           state == APH_LANE_OPEN ? "open" : "loading");
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
close_lane (AphLane      *self,
            AphLaneState  state,
            AphFailure   *failure)
{
  g_debug ("%s: %s, setback %u: %s", aph_server_get_url (self->server),
           state == APH_LANE_DOWN ? "down" : "resting",
           self->setbacks, aph_failure_get_message (failure));

  aph_failure_ref (failure);
  g_clear_pointer (&self->failure, aph_failure_unref);
  self->failure = failure;
  self->state = state;
  /* Whatever it had loaded: when it comes back, it is another one. */
  if (state == APH_LANE_DOWN)
    {
      forget_loaded (self);
      aph_lane_stop_identifying (self);
      aph_server_forget_identity (self->server);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
rested_cb (gpointer user_data)
{
  AphLane *self = APH_LANE (user_data);

  self->timer = 0;
  open_lane (self);

  return G_SOURCE_REMOVE;
}

static gboolean probe_cb (gpointer user_data);

static void
probe_later (AphLane *self)
{
  stop_waiting (self);
  self->timer = g_timeout_add (aph_backoff_delay (self->setbacks), probe_cb, self);
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphLane) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = aph_server_probe_finish (APH_SERVER (source), result, &failure);

  if (version != NULL)
    {
      g_clear_object (&self->probe);
      open_lane (self);
    }
  else if (aph_failure_get_class (failure) != APH_FAILURE_CANCELLED)
    {
      g_clear_object (&self->probe);
      self->setbacks++;
      probe_later (self);
      close_lane (self, APH_LANE_DOWN, failure);
    }
}

static gboolean
probe_cb (gpointer user_data)
{
  AphLane *self = APH_LANE (user_data);

  self->timer = 0;
  self->probe = g_cancellable_new ();
  aph_server_probe_async (self->server, self->probe, probed_cb, g_object_ref (self));

  return G_SOURCE_REMOVE;
}

/**
 * aph_lane_probe_now:
 * @self: a lane
 *
 * Asks a server that is down, or that asked us to wait, at once whether it can be used, instead of
 * at the next turn.
 */
void
aph_lane_probe_now (AphLane *self)
{
  g_return_if_fail (APH_IS_LANE (self));

  if (self->state == APH_LANE_OPEN || self->probe != NULL || self->is_retired)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  probe_cb (self);
}

/**
 * aph_lane_get_rest:
 * @self: a lane
 *
 * Returns: how many milliseconds it will rest, as the server asked; 0 if it does not rest, and -1
 *   if it is barred
 */
gint64
aph_lane_get_rest (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), 0);

  if (self->state != APH_LANE_RESTING)
    return 0;
  if (self->rests_until == APH_LANE_NEVER)
    return -1;

  return MAX (0, (self->rests_until - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND);
}

/**
 * aph_lane_is_barred:
 * @self: a lane
 *
 * Returns: whether nothing is sent to its server until the user has done something about it, since
 *   it does not know who asks
 */
gboolean
aph_lane_is_barred (AphLane *self)
{
  g_return_val_if_fail (APH_IS_LANE (self), FALSE);

  return self->state == APH_LANE_RESTING && self->rests_until == APH_LANE_NEVER;
}

/* Until aph_lane_unbar() or aph_lane_probe_now(). */
void
aph_lane_bar (AphLane    *self,
              AphFailure *failure)
{
  if (aph_lane_is_barred (self))
    return;

  stop_waiting (self);
  self->rests_until = APH_LANE_NEVER;
  close_lane (self, APH_LANE_RESTING, failure);
}

void
aph_lane_unbar (AphLane *self)
{
  if (aph_lane_is_barred (self))
    open_lane (self);
}

static void judge_server (AphLane *self, AphFailure *failure);

/* The server is about to use @model, loaded as @load_key says. */
static void
take_model (AphLane    *self,
            const char *model,
            char       *load_key)
{
  g_autofree char *owned = load_key;

  if (g_strcmp0 (self->load_key, load_key) != 0)
    {
      g_free (self->load_key);
      self->load_key = g_steal_pointer (&owned);
      aph_lane_forget_context (self);
      aph_lane_identify (self);
    }

  if (g_strcmp0 (self->model, model) == 0)
    return;

  self->model = g_intern_string (model);
  /* What holds for one model says nothing about another. */
  if (self->tuner != NULL)
    aph_tuner_restart (self->tuner);
  aph_lane_heed_slots (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphLane) self = user_data;
  g_autoptr (AphFailure) failure = NULL;

  aph_server_load_finish (APH_SERVER (source), result, &failure);
  if (failure != NULL && aph_failure_get_class (failure) == APH_FAILURE_CANCELLED)
    return;

  g_clear_object (&self->loading);
  if (failure != NULL)
    judge_server (self, failure);
  /* That the model cannot be loaded is for each job to hear from the server. */
  if (self->state == APH_LANE_LOADING)
    open_lane (self);
}

/* Makes the server load what @request needs before many such requests are sent: it is not in their
 * times then, and no cancelled one breaks it off. It may take as long as the request itself might.
 * Returns whether the lane is busy with that now; FALSE if the jobs can be sent. */
gboolean
aph_lane_warm_up (AphLane         *self,
                  AphRequest      *request,
                  const AphClocks *clocks)
{
  g_autofree char *load_key = aph_request_dup_load_key (request);

  if (!aph_server_can_load (self->server) || g_strcmp0 (load_key, self->load_key) == 0)
    return FALSE;

  g_assert (self->state == APH_LANE_OPEN && self->loading == NULL);

  g_debug ("%s: loading %s", aph_server_get_url (self->server), aph_request_get_model (request));
  take_model (self, aph_request_get_model (request), g_steal_pointer (&load_key));
  self->state = APH_LANE_LOADING;
  self->loading = g_cancellable_new ();
  aph_server_load_async (self->server, request, clocks, self->loading, loaded_cb,
                         g_object_ref (self));
  g_signal_emit (self, signals[CHANGED], 0);

  return TRUE;
}

/* Nobody wants that model any more. */
void
aph_lane_stop_loading (AphLane *self)
{
  if (self->loading == NULL)
    return;

  forget_loaded (self);
  if (self->state == APH_LANE_LOADING)
    open_lane (self);
}

/* Nothing is sent there any more. Whoever still holds the lane, as what is in flight there does,
 * does not keep its server busy with our questions. */
void
aph_lane_retire (AphLane *self)
{
  self->is_retired = TRUE;
  aph_lane_stop_loading (self);
  stop_waiting (self);
  aph_lane_forget_context (self);
  aph_lane_stop_identifying (self);
}

/* What the tuner has learnt takes effect. */
void
aph_lane_follow_tuner (AphLane *self)
{
  AphTunerVerdict verdict = aph_tuner_get_verdict (self->tuner);
  guint limit = aph_tuner_get_limit (self->tuner);

  if (self->limit == limit && self->verdict == verdict)
    return;

  self->limit = limit;
  self->verdict = verdict;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* A job that asks @request was sent. */
void
aph_lane_began (AphLane    *self,
                AphRequest *request)
{
  self->in_flight++;
  take_model (self, aph_request_get_model (request), aph_request_dup_load_key (request));

  if (self->tuner == NULL)
    return;

  aph_tuner_set_in_flight (self->tuner, g_get_monotonic_time (), self->in_flight);
  aph_lane_follow_tuner (self);
}

/* Tokens of some job arrived. */
void
aph_lane_progressed (AphLane *self,
                     guint    n_tokens)
{
  aph_lane_ask_context (self);

  if (self->tuner == NULL)
    return;

  aph_tuner_add_tokens (self->tuner, g_get_monotonic_time (), n_tokens);
  aph_lane_follow_tuner (self);
}

static void
rest (AphLane    *self,
      AphFailure *failure)
{
  gint64 wait = aph_failure_get_retry_after (failure);
  gint64 until;

  if (self->state == APH_LANE_DOWN || (self->state == APH_LANE_RESTING && wait < 0))
    return;

  /* Those that are refused together are one setback. */
  if (self->state != APH_LANE_RESTING)
    self->setbacks++;
  if (wait < 0)
    wait = aph_backoff_delay (self->setbacks);

  /* The one that asks for the longest rest is right about all of them. */
  until = g_get_monotonic_time () + wait * G_TIME_SPAN_MILLISECOND;
  if (self->state == APH_LANE_RESTING && until <= self->rests_until)
    return;

  stop_waiting (self);
  self->rests_until = until;
  self->timer = g_timeout_add ((guint) MIN (wait, G_MAXINT), rested_cb, self);
  close_lane (self, APH_LANE_RESTING, failure);
}

static void
teach_tuner (AphLane *self,
             AphJob  *job)
{
  const AphTimes *times = aph_job_get_times (job);
  gint64 now = g_get_monotonic_time ();

  aph_tuner_set_in_flight (self->tuner, now, self->in_flight);
  if (aph_job_get_state (job) == APH_JOB_DONE)
    aph_tuner_add_reply (self->tuner, now, times->ended - times->sent, aph_job_get_usage (job));
  aph_lane_follow_tuner (self);
}

/* What a failure tells about the server. */
static void
judge_server (AphLane    *self,
              AphFailure *failure)
{
  if (self->is_retired)
    return;

  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
      if (self->state != APH_LANE_DOWN)
        {
          self->setbacks++;
          probe_later (self);
          close_lane (self, APH_LANE_DOWN, failure);
        }
      break;

    case APH_FAILURE_BUSY:
      rest (self, failure);
      break;

    /* The server answered, so it is there. */
    case APH_FAILURE_PERMANENT:
    case APH_FAILURE_SERVER:
    case APH_FAILURE_TRUNCATED:
      self->setbacks = 0;
      break;

    case APH_FAILURE_QUOTA:
    case APH_FAILURE_DENIED:
    case APH_FAILURE_TRANSPORT:
    case APH_FAILURE_TIMEOUT:
    case APH_FAILURE_CANCELLED:
    default:
      break;
    }
}

/* A job that was sent has ended one way or another, its connection is closed; @failure is NULL
 * unless the server or the way to it failed. */
void
aph_lane_ended (AphLane    *self,
                AphJob     *job,
                AphFailure *failure)
{
  g_return_if_fail (self->in_flight > 0);

  self->in_flight--;
  if (self->tuner != NULL)
    teach_tuner (self, job);

  if (failure != NULL)
    judge_server (self, failure);
  else if (aph_job_get_state (job) == APH_JOB_DONE)
    self->setbacks = 0;
}

/* Where the lane keeps the backlog's group that it works on. */
char **
aph_lane_get_group (AphLane *self)
{
  return &self->group;
}

/**
 * aph_lane_report_absent:
 * @self: a lane
 * @failure: an %APH_FAILURE_REFUSED: how it is known without a request
 *
 * Nothing is sent until a probe finds the server again; what is in flight goes on.
 */
void
aph_lane_report_absent (AphLane    *self,
                        AphFailure *failure)
{
  g_return_if_fail (APH_IS_LANE (self));
  g_return_if_fail (failure != NULL);

  judge_server (self, failure);
}
