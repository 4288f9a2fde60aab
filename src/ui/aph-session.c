/* aph-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-session"

#include "config.h"

#include "store/aph-store-feed.h"
#include "ui/aph-session-private.h"

enum
{
  PROP_0,
  PROP_BATCH,
  PROP_CONCURRENCY,
  PROP_MODEL,
  PROP_N_TO_RESUME,
  PROP_PAUSED,
  PROP_STORE_ERROR,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphSession, aph_session, G_TYPE_OBJECT)

static void update_n_to_resume (AphSession *self);

/* Whoever shows something of the session looks again. */
void
aph_session_mark_changed (AphSession *self)
{
  self->revision++;
  aph_refresh_clock_set_active (self->clock, aph_scheduler_get_n_running (self->scheduler) > 0);
  aph_refresh_clock_poke (self->clock);
  if (!self->is_resuming)
    update_n_to_resume (self);
}

/* Every transition of a job goes through here. */
void
aph_session_job_advanced (AphSession *self,
                          AphJob     *job,
                          AphJobState old_state)
{
  aph_store_job_advanced (self->store, job, old_state);
  aph_feeder_job_advanced (self->feeder, job, old_state);
  aph_session_mark_changed (self);
}

void
aph_session_notify_batch (AphSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BATCH]);
}

/* What the scheduler says */

static guint
count_places (AphSession *self)
{
  GPtrArray *lanes = aph_scheduler_get_lanes (self->scheduler);
  guint n_places = 0;

  for (guint i = 0; i < lanes->len; i++)
    n_places += aph_lane_get_limit (g_ptr_array_index (lanes, i));

  return n_places;
}

static void
job_advanced_cb (AphSession *self,
                 AphJob     *job,
                 int         old_state)
{
  aph_session_job_advanced (self, job, old_state);
  if (aph_job_get_state (job) == APH_JOB_SENT)
    aph_recent_jobs_add (self->recent, job, count_places (self));
}

static void
paused_changed_cb (AphSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
  aph_session_mark_changed (self);
}

static void
idle_cb (AphSession *self)
{
  aph_recent_jobs_end_run (self->recent);
  aph_session_mark_changed (self);
}

/* What the store says */

/* What waits of earlier times: batches are never added to, so those of earlier times have nothing
 * else, but what the user retries. */
static guint
count_to_resume (AphSession *self)
{
  GListModel *batches = aph_store_get_batches (self->store);
  guint64 first_new = aph_store_get_first_new_job (self->store);
  guint n_waiting = 0;

  if (!aph_feeder_get_gated (self->feeder))
    return 0;

  for (guint i = 0; i < g_list_model_get_n_items (batches); i++)
    {
      g_autoptr (AphBatch) batch = g_list_model_get_item (batches, i);

      if (aph_store_is_old_batch (self->store, batch))
        n_waiting += aph_batch_get_counts (batch)[APH_JOB_WAITING];
    }

  return n_waiting - MIN (n_waiting, aph_feeder_count_waiting (self->feeder, first_new));
}

static void
update_n_to_resume (AphSession *self)
{
  guint n_to_resume = count_to_resume (self);

  if (n_to_resume == self->n_to_resume)
    return;

  self->n_to_resume = n_to_resume;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_TO_RESUME]);
}

static void
opened_cb (AphSession *self)
{
  update_n_to_resume (self);
  /* Nothing waits from earlier times: then there is nothing to ask. */
  if (self->n_to_resume == 0)
    aph_feeder_set_gated (self->feeder, FALSE);
  aph_session_run_early (self, TRUE);
  aph_session_mark_changed (self);
}

/* Answers that cannot be kept are not asked for. */
static void
store_error_cb (AphSession *self)
{
  gboolean is_blocked = aph_store_get_error (self->store) != NULL;

  if (is_blocked && !aph_scheduler_get_paused (self->scheduler))
    {
      self->is_paused_by_store = TRUE;
      aph_scheduler_set_paused (self->scheduler, TRUE);
    }
  else if (!is_blocked && self->is_paused_by_store)
    {
      self->is_paused_by_store = FALSE;
      aph_scheduler_set_paused (self->scheduler, FALSE);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STORE_ERROR]);
  aph_session_mark_changed (self);
}

/* The model */

static void
use_model (AphSession *self,
           const char *model)
{
  char *copy;

  if (g_strcmp0 (self->model, model) == 0)
    return;

  copy = g_strdup (model);
  g_free (self->model);
  self->model = copy;

  aph_feeder_set_model (self->feeder, model);
  aph_session_mark_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/* The model in use, if the server still has it; the one that was chosen; the first. */
static void
connection_changed_cb (AphSession *self)
{
  const char *chosen = aph_settings_get_model (self->settings);
  g_autoptr (AphModel) first =
    g_list_model_get_item (aph_connection_get_models (self->connection), 0);

  if (first == NULL)
    use_model (self, NULL);
  else if (aph_connection_has_model (self->connection, self->model))
    ;
  else if (aph_connection_has_model (self->connection, chosen))
    use_model (self, chosen);
  else
    use_model (self, aph_model_get_name (first));

  /* The one in use may be known to another server only. */
  if (first != NULL)
    aph_feeder_set_model (self->feeder, self->model);

  aph_session_mark_changed (self);
}

static void
aph_session_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  AphSession *self = APH_SESSION (object);

  switch (prop_id)
    {
    case PROP_BATCH:
      g_value_set_object (value, self->batch);
      break;
    case PROP_CONCURRENCY:
      g_value_set_uint (value, aph_session_get_concurrency (self));
      break;
    case PROP_MODEL:
      g_value_set_string (value, aph_session_get_model (self));
      break;
    case PROP_N_TO_RESUME:
      g_value_set_uint (value, aph_session_get_n_to_resume (self));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, aph_session_get_paused (self));
      break;
    case PROP_STORE_ERROR:
      g_value_set_pointer (value, (gpointer) aph_session_get_store_error (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_session_dispose (GObject *object)
{
  AphSession *self = APH_SESSION (object);

  aph_session_close (self);
  aph_session_run_early (self, FALSE);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->recent);
  g_clear_object (&self->batch);
  g_clear_object (&self->jobs);
  g_clear_object (&self->feeder);
  g_clear_object (&self->store);
  g_clear_object (&self->pool);
  g_clear_object (&self->connection);
  g_clear_object (&self->servers);
  g_clear_object (&self->scheduler);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aph_session_parent_class)->dispose (object);
}

static void
aph_session_finalize (GObject *object)
{
  AphSession *self = APH_SESSION (object);

  g_free (self->model);
  aph_job_query_free (self->query);

  G_OBJECT_CLASS (aph_session_parent_class)->finalize (object);
}

static void
aph_session_class_init (AphSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = aph_session_dispose;
  object_class->finalize = aph_session_finalize;
  object_class->get_property = aph_session_get_property;

  properties[PROP_BATCH] = g_param_spec_object ("batch", NULL, NULL, APH_TYPE_BATCH, flags);
  properties[PROP_CONCURRENCY] =
    g_param_spec_uint ("concurrency", NULL, NULL, 0, APH_MAX_CONCURRENCY, 4, flags);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  properties[PROP_N_TO_RESUME] =
    g_param_spec_uint ("n-to-resume", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  properties[PROP_STORE_ERROR] = g_param_spec_pointer ("store-error", NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_session_init (AphSession *self)
{
  self->recent = aph_recent_jobs_new ();
  self->query = aph_job_query_copy (&(AphJobQuery) { 0 });
  self->clock = aph_refresh_clock_new ();
  self->scheduler = aph_scheduler_new ();
  self->cancellable = g_cancellable_new ();

  g_queue_init (&self->early);
  g_signal_connect_swapped (self->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), self);
  g_signal_connect_swapped (self->scheduler, "paused-changed",
                            G_CALLBACK (paused_changed_cb), self);
  g_signal_connect_swapped (self->scheduler, "idle", G_CALLBACK (idle_cb), self);
}

/**
 * aph_session_new:
 * @settings: what is remembered
 * @store: (nullable): what has the prompts; %NULL for one that goes with the session
 *
 * Returns: (transfer full): a session without a server; its connection is to be told which
 */
AphSession *
aph_session_new (AphSettings *settings,
                 AphStore    *store)
{
  AphSession *self;

  g_return_val_if_fail (APH_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (store == NULL || APH_IS_STORE (store), NULL);

  self = g_object_new (APH_TYPE_SESSION, NULL);
  self->settings = g_object_ref (settings);
  self->store = store != NULL ? g_object_ref (store) : aph_store_new (NULL);
  self->servers = aph_server_list_new (settings);
  self->connection = aph_connection_new (self->scheduler, settings);
  aph_connection_set_servers (self->connection, self->servers);
  self->feeder = aph_feeder_new (self->store, self->scheduler, self->connection);
  self->jobs = aph_job_list_new (self->store);
  g_signal_connect_swapped (self->connection, "changed",
                            G_CALLBACK (connection_changed_cb), self);
  self->pool = aph_server_pool_new (self->scheduler, settings, self->servers, self->connection);
  g_signal_connect_swapped (self->store, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->store, "error-changed", G_CALLBACK (store_error_cb), self);
  g_signal_connect_swapped (self->store, "jobs-added", G_CALLBACK (aph_session_mark_changed), self);
  g_signal_connect_swapped (self->store, "jobs-loaded", G_CALLBACK (aph_session_mark_changed),
                            self);
  g_signal_connect_swapped (self->store, "reset", G_CALLBACK (aph_session_mark_changed), self);

  return self;
}

/**
 * aph_session_get_default_path:
 *
 * Returns: (transfer full) (type filename): where the store of this user is
 */
char *
aph_session_get_default_path (void)
{
  const char *name = g_str_equal (APH_PROFILE, "devel") ? APH_APP_ID : "antiphon";

  return g_build_filename (g_get_user_data_dir (), name, "prompts.db", NULL);
}

/**
 * aph_session_close:
 * @self: a session
 *
 * Breaks off what is in flight and waits until everything is on disk. Nothing is heard of the
 * session from then on.
 */
void
aph_session_close (AphSession *self)
{
  g_return_if_fail (APH_IS_SESSION (self));

  if (self->scheduler == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->scheduler, self);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  aph_feeder_close (self->feeder);
  aph_store_close (self->store);
  aph_scheduler_stop (self->scheduler);
  aph_server_list_close (self->servers);
  aph_server_pool_close (self->pool);
  aph_connection_close (self->connection);
  aph_refresh_clock_set_active (self->clock, FALSE);
}

AphSettings *
aph_session_get_settings (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->settings;
}

AphConnection *
aph_session_get_connection (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->connection;
}

/**
 * aph_session_get_servers:
 * @self: a session
 *
 * Returns: (transfer none): the servers that the user has entered
 */
AphServerList *
aph_session_get_servers (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->servers;
}

/**
 * aph_session_get_pool:
 * @self: a session
 *
 * Returns: (transfer none): what has prompts sent to those of them that are enabled
 */
AphServerPool *
aph_session_get_pool (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->pool;
}

AphScheduler *
aph_session_get_scheduler (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->scheduler;
}

/**
 * aph_session_get_clock:
 * @self: a session
 *
 * Returns: (transfer none): what tells views when to look; it ticks while prompts run and after
 *   anything else has changed
 */
AphRefreshClock *
aph_session_get_clock (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->clock;
}

/* The choices */

/**
 * aph_session_get_model:
 * @self: a session
 *
 * Returns: (nullable): the model that prompts without a model of their own are sent to; %NULL as
 *   long as the server's models are not known: such prompts wait
 */
const char *
aph_session_get_model (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->model;
}

/**
 * aph_session_set_model:
 * @self: a session
 * @model: the name of one that the server has
 *
 * Chooses a model. It is remembered, but not the demo server's.
 */
void
aph_session_set_model (AphSession *self,
                       const char *model)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (model != NULL);

  use_model (self, model);
  if (!aph_connection_is_demo (self->connection))
    aph_settings_set_model (self->settings, model);
}

guint
aph_session_get_concurrency (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), 1);

  return aph_settings_get_concurrency (self->settings);
}

/**
 * aph_session_set_concurrency:
 * @self: a session
 * @concurrency: how many prompts are sent at once; 0 to find out how many the server is good for
 */
void
aph_session_set_concurrency (AphSession *self,
                             guint       concurrency)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (concurrency <= APH_MAX_CONCURRENCY);

  if (concurrency == aph_settings_get_concurrency (self->settings))
    return;

  aph_settings_set_concurrency (self->settings, concurrency);
  aph_connection_set_limit (self->connection, concurrency);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONCURRENCY]);
}

gboolean
aph_session_get_paused (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), FALSE);

  return aph_scheduler_get_paused (self->scheduler);
}

void
aph_session_set_paused (AphSession *self,
                        gboolean    paused)
{
  g_return_if_fail (APH_IS_SESSION (self));

  /* It starts by itself when answers can be kept again. */
  if (aph_store_get_error (self->store) != NULL)
    self->is_paused_by_store = !paused;
  else
    aph_scheduler_set_paused (self->scheduler, paused);
}

/* The store */

/**
 * aph_session_get_store:
 * @self: a session
 *
 * Returns: (transfer none): what has the prompts
 */
AphStore *
aph_session_get_store (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->store;
}

/**
 * aph_session_get_store_error:
 * @self: a session
 *
 * Returns: (nullable): an %APH_STORE_ERROR while nothing can be written: the queue is paused until
 *   that has passed, and nothing is lost; or %APH_STORE_ERROR_DAMAGED or %APH_STORE_ERROR_NEWER, if
 *   the store that was there was set aside, see aph_session_get_set_aside()
 */
const GError *
aph_session_get_store_error (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return aph_store_get_error (self->store) != NULL ? aph_store_get_error (self->store)
                                                   : aph_store_get_problem (self->store);
}

/**
 * aph_session_get_set_aside:
 * @self: a session
 *
 * Returns: (nullable) (type filename): where the damaged or newer store is now, of which
 *   aph_session_get_store_error() tells
 */
const char *
aph_session_get_set_aside (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return aph_store_get_set_aside (self->store);
}

/**
 * aph_session_get_n_to_resume:
 * @self: a session
 *
 * Returns: how many prompts wait that waited or ran when the process ended the last time; they are
 *   not sent before aph_session_resume(), while new ones are
 */
guint
aph_session_get_n_to_resume (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  return self->n_to_resume;
}

static void
urgent_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphSession) self = user_data;
  g_autoptr (GPtrArray) records =
    aph_store_find_urgent_finish (APH_STORE (source), result, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      g_autoptr (AphJob) job = aph_store_adopt (self->store, g_ptr_array_index (records, i));

      if (aph_job_get_state (job) == APH_JOB_WAITING && !aph_store_is_removed (self->store, job))
        aph_feeder_run_next (self->feeder, job);
    }
  aph_feeder_set_gated (self->feeder, FALSE);
  self->is_resuming = FALSE;
  aph_session_mark_changed (self);
}

/**
 * aph_session_resume:
 * @self: a session
 *
 * Sends what waits from an earlier time when its turn comes.
 */
void
aph_session_resume (AphSession *self)
{
  g_return_if_fail (APH_IS_SESSION (self));

  if (self->n_to_resume == 0)
    return;

  self->is_resuming = TRUE;
  self->n_to_resume = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_TO_RESUME]);
  aph_store_find_urgent_async (self->store, self->cancellable, urgent_cb, g_object_ref (self));
}
