/* aph-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-session"

#include "config.h"

#include <string.h>

#include <gtk/gtk.h>

#include "ui/aph-job-store.h"
#include "ui/aph-recent-jobs.h"
#include "ui/aph-session.h"

/* A batch is called after its first prompt, but no longer than this, in characters. */
#define MAX_TITLE 80

struct _AphSession
{
  GObject parent_instance;

  AphSettings *settings;
  AphScheduler *scheduler;
  AphServerList *servers;
  AphConnection *connection;
  AphServerPool *pool;
  AphRefreshClock *clock;

  char *model;            /* (nullable) one that the server has */

  AphJobStore *jobs;
  GListStore *batches;    /* of AphBatch, newest first */
  AphBatch *batch;        /* (nullable) the one that is looked at; all otherwise */
  AphJobQuery *query;     /* what is looked at */
  GtkFilterListModel *found;
  GHashTable *removals;   /* number -> what was removed */
  guint64 last_batch;
  guint64 last_removal;
  AphRecentJobs *recent;
  GQueue held;            /* AphJob that wait until a model is known */
  guint64 next_index;
  guint n_suspect;        /* how many are done with marks */
  guint revision;
};

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

static void
mark_changed (AphSession *self)
{
  self->revision++;
  aph_refresh_clock_set_active (self->clock, aph_scheduler_get_n_running (self->scheduler) > 0);
  aph_refresh_clock_poke (self->clock);
}

static AphBatch *
find_batch (AphSession *self,
            guint64     id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->batches)); i++)
    {
      g_autoptr (AphBatch) batch = g_list_model_get_item (G_LIST_MODEL (self->batches), i);

      /* The list holds it. */
      if (aph_batch_get_id (batch) == id)
        return batch;
    }

  return NULL;
}

static gboolean
is_suspect (AphJob *job)
{
  return aph_job_get_state (job) == APH_JOB_DONE && aph_job_get_marks (job) != 0;
}

static void
count_suspect (AphSession *self,
               AphJob     *job,
               int         n_more)
{
  AphBatch *batch = find_batch (self, aph_job_get_batch (job));

  self->n_suspect += n_more;
  if (batch != NULL)
    aph_batch_count_suspect (batch, n_more);
}

static void
count_advance (AphSession *self,
               AphJob     *job,
               AphJobState old_state)
{
  AphBatch *batch = find_batch (self, aph_job_get_batch (job));

  aph_job_store_advanced (self->jobs, job, old_state);
  if (batch != NULL)
    {
      aph_batch_count (batch, old_state, -1);
      aph_batch_count (batch, aph_job_get_state (job), 1);
    }
  if (is_suspect (job))
    count_suspect (self, job, 1);
  if (self->query->states != 0)
    gtk_filter_changed (gtk_filter_list_model_get_filter (self->found),
                        GTK_FILTER_CHANGE_DIFFERENT);
  mark_changed (self);
}

/* What the scheduler says */

static void
job_advanced_cb (AphSession *self,
                 AphJob     *job,
                 int         old_state)
{
  count_advance (self, job, old_state);
  if (aph_job_get_state (job) == APH_JOB_SENT)
    aph_recent_jobs_add (self->recent, job, aph_session_get_concurrency (self));
}

static void
paused_changed_cb (AphSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
  mark_changed (self);
}

static void
idle_cb (AphSession *self)
{
  aph_recent_jobs_end_run (self->recent);
  mark_changed (self);
}

/* The model */

/* Jobs that waited for a model to be known get it. */
static void
release_held (AphSession *self)
{
  AphJob *job;

  while ((job = g_queue_pop_head (&self->held)) != NULL)
    {
      g_autoptr (AphRequest) request =
        aph_request_new_for_model (aph_job_get_request (job), self->model);

      aph_job_set_request (job, request);
      aph_scheduler_add (self->scheduler, job);
      g_object_unref (job);
    }
  mark_changed (self);
}

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

  if (model != NULL)
    release_held (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/* Prompts that wait for a model nobody asked for by name follow to the one in use now, when the
 * server does not have theirs: it is another server. */
static void
move_waiting (AphSession *self)
{
  GListModel *jobs = aph_job_store_get_model (self->jobs);
  guint n_jobs = g_list_model_get_n_items (jobs);

  if (aph_job_store_get_counts (self->jobs)[APH_JOB_WAITING] == 0)
    return;

  for (guint i = 0; i < n_jobs; i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (jobs, i);
      AphRequest *request = aph_job_get_request (job);
      const char *model = aph_request_get_model (request);

      if (aph_job_get_state (job) == APH_JOB_WAITING && aph_job_get_default_model (job)
          && model != NULL && !aph_connection_has_model (self->connection, model))
        {
          g_autoptr (AphRequest) moved = aph_request_new_for_model (request, self->model);

          aph_scheduler_change_request (self->scheduler, job, moved);
        }
    }
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

  if (first != NULL)
    move_waiting (self);

  mark_changed (self);
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
  g_queue_clear_full (&self->held, g_object_unref);
  g_clear_object (&self->recent);
  g_clear_object (&self->found);
  g_clear_object (&self->batches);
  g_clear_object (&self->batch);
  g_clear_object (&self->jobs);
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
  g_hash_table_unref (self->removals);

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
    g_param_spec_uint ("concurrency", NULL, NULL, 1, APH_MAX_CONCURRENCY, 4, flags);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);
  properties[PROP_N_TO_RESUME] =
    g_param_spec_uint ("n-to-resume", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  properties[PROP_STORE_ERROR] = g_param_spec_pointer ("store-error", NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static gboolean
match_cb (gpointer item,
          gpointer user_data)
{
  return aph_job_query_matches (APH_SESSION (user_data)->query, APH_JOB (item));
}

static void
aph_session_init (AphSession *self)
{
  self->jobs = aph_job_store_new ();
  self->recent = aph_recent_jobs_new ();
  self->batches = g_list_store_new (APH_TYPE_BATCH);
  self->query = aph_job_query_copy (&(AphJobQuery) { 0 });
  self->removals =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->found = gtk_filter_list_model_new (
    g_object_ref (aph_job_store_get_model (self->jobs)),
    GTK_FILTER (gtk_custom_filter_new (match_cb, self, NULL)));
  self->clock = aph_refresh_clock_new ();
  self->scheduler = aph_scheduler_new ();

  g_queue_init (&self->held);
  g_signal_connect_swapped (self->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), self);
  g_signal_connect_swapped (self->scheduler, "paused-changed",
                            G_CALLBACK (paused_changed_cb), self);
  g_signal_connect_swapped (self->scheduler, "idle", G_CALLBACK (idle_cb), self);
}

/**
 * aph_session_new:
 * @settings: what is remembered
 *
 * Returns: (transfer full): a session without a server; its connection is to be told which
 */
AphSession *
aph_session_new (AphSettings *settings)
{
  AphSession *self;

  g_return_val_if_fail (APH_IS_SETTINGS (settings), NULL);

  self = g_object_new (APH_TYPE_SESSION, NULL);
  self->settings = g_object_ref (settings);
  self->servers = aph_server_list_new (settings);
  self->connection = aph_connection_new (self->scheduler, settings);
  aph_connection_set_servers (self->connection, self->servers);
  g_signal_connect_swapped (self->connection, "changed",
                            G_CALLBACK (connection_changed_cb), self);
  self->pool = aph_server_pool_new (self->scheduler, settings, self->servers, self->connection);

  return self;
}

/**
 * aph_session_close:
 * @self: a session
 *
 * Breaks off what is in flight. Nothing is heard of the session from then on.
 */
void
aph_session_close (AphSession *self)
{
  g_return_if_fail (APH_IS_SESSION (self));

  if (self->scheduler == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->scheduler, self);
  g_signal_handlers_disconnect_by_data (self->connection, self);
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
 * @concurrency: how many prompts are sent at once
 */
void
aph_session_set_concurrency (AphSession *self,
                             guint       concurrency)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (concurrency > 0 && concurrency <= APH_MAX_CONCURRENCY);

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

  aph_scheduler_set_paused (self->scheduler, paused);
}

/* The store */

/**
 * aph_session_get_store_error:
 * @self: a session
 *
 * Returns: (nullable): an %APH_STORE_ERROR while nothing can be written, or after a damaged or
 *   newer store was set aside; meanwhile the queue pauses if it has to
 */
const GError *
aph_session_get_store_error (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return NULL;
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

  return NULL;
}

/**
 * aph_session_get_n_to_resume:
 * @self: a session
 *
 * Returns: how many prompts were waiting or running when the process ended the last time; they
 *   are not sent before aph_session_resume()
 */
guint
aph_session_get_n_to_resume (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  return 0;
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
}

/* The batches */

/**
 * aph_session_get_batches:
 * @self: a session
 *
 * Returns: (transfer none): all #AphBatch, the newest first; the archived ones, too
 */
GListModel *
aph_session_get_batches (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->batches);
}

/**
 * aph_session_get_batch:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the batch whose jobs aph_session_get_jobs() has; %NULL for
 *   those of all
 */
AphBatch *
aph_session_get_batch (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->batch;
}

/**
 * aph_session_set_batch:
 * @self: a session
 * @batch: (nullable): whose jobs to look at; %NULL for those of all
 */
void
aph_session_set_batch (AphSession *self,
                       AphBatch   *batch)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (batch == NULL || APH_IS_BATCH (batch));

  if (!g_set_object (&self->batch, batch))
    return;

  self->query->batch = batch != NULL ? aph_batch_get_id (batch) : 0;
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->found), GTK_FILTER_CHANGE_DIFFERENT);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BATCH]);
}

/**
 * aph_session_get_query:
 * @self: a session
 *
 * Returns: (transfer none): which jobs aph_session_get_jobs() has
 */
const AphJobQuery *
aph_session_get_query (AphSession *self)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return self->query;
}

/**
 * aph_session_set_query:
 * @self: a session
 * @query: what to filter, search and sort by; its batch is not looked at, see
 *   aph_session_set_batch()
 */
void
aph_session_set_query (AphSession        *self,
                       const AphJobQuery *query)
{
  AphJobQuery wanted;

  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (query != NULL);

  wanted = *query;
  wanted.batch = self->query->batch;
  if (aph_job_query_equal (&wanted, self->query))
    return;

  aph_job_query_free (self->query);
  self->query = aph_job_query_copy (&wanted);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->found), GTK_FILTER_CHANGE_DIFFERENT);
}

/**
 * aph_session_rename_batch:
 * @self: a session
 * @batch: one of its batches
 * @title: what to call it
 */
void
aph_session_rename_batch (AphSession *self,
                          AphBatch   *batch,
                          const char *title)
{
  g_return_if_fail (APH_IS_SESSION (self));

  aph_batch_set_title (batch, title);
}

/**
 * aph_session_archive_batch:
 * @self: a session
 * @batch: one of its batches
 * @archived: whether to put it out of sight, or back
 */
void
aph_session_archive_batch (AphSession *self,
                           AphBatch   *batch,
                           gboolean    archived)
{
  g_return_if_fail (APH_IS_SESSION (self));

  aph_batch_set_archived (batch, archived);
}

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

  return G_LIST_MODEL (self->found);
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
 * @index: the index of a job
 *
 * Returns: (transfer none) (nullable): the job of that index, if it is still here
 */
AphJob *
aph_session_lookup_job (AphSession *self,
                        guint64     index)
{
  g_return_val_if_fail (APH_IS_SESSION (self), NULL);

  return aph_job_store_lookup (self->jobs, index);
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

  return aph_job_store_get_counts (self->jobs);
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
  g_return_val_if_fail (APH_IS_SESSION (self), 0);

  return aph_job_store_get_n_active (self->jobs);
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

  return self->n_suspect;
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

/* The same question with what the user has chosen where it leaves a choice. */
static AphRequest *
complete_request (AphSession *self,
                  AphRequest *request,
                  AphParams  *defaults)
{
  const char *model = aph_request_get_model (request);
  AphParams *own = aph_request_get_params (request);
  g_autoptr (AphParams) params = NULL;
  AphRequestFields fields;

  if (defaults == NULL || json_object_get_size (aph_params_get_members (defaults)) == 0)
    params = aph_params_ref (own);
  else if (json_object_get_size (aph_params_get_members (own)) == 0)
    params = aph_params_ref (defaults);
  else
    {
      params = aph_params_copy (own);
      aph_params_add_defaults (params, defaults);
    }

  if (model == NULL)
    model = self->model;
  if (model == aph_request_get_model (request) && params == own)
    return aph_request_ref (request);

  fields = *aph_request_get_fields (request);
  fields.model = model;
  fields.params = params;

  return aph_request_new_full (&fields);
}

/* Hands a waiting job on; it waits here if it is not known yet which model to ask. */
static void
submit (AphSession *self,
        AphJob     *job)
{
  if (aph_request_get_model (aph_job_get_request (job)) != NULL)
    aph_scheduler_add (self->scheduler, job);
  else
    g_queue_push_tail (&self->held, g_object_ref (job));
}

/* The beginning of the first prompt, on one line. */
static char *
make_title (GPtrArray *requests)
{
  AphRequest *first = requests->len > 0 ? g_ptr_array_index (requests, 0) : NULL;
  g_autofree char *text = NULL;
  char *end;

  if (first == NULL)
    return g_strdup ("");

  text = g_strstrip (g_strdup (aph_request_get_prompt (first)));
  end = strchr (text, '\n');
  if (end != NULL)
    *end = '\0';

  return g_utf8_strlen (text, -1) <= MAX_TITLE ? g_steal_pointer (&text)
                                               : g_utf8_substring (text, 0, MAX_TITLE);
}

/**
 * aph_session_queue:
 * @self: a session
 * @requests: (element-type AphRequest): what is asked; a few hundred at a time, because the main
 *   loop waits for it
 * @defaults: (nullable): how to answer where a request does not say
 *
 * The prompts are sent when their turn comes.
 *
 * Returns: (transfer none): their batch, which is called like the first of them
 */
AphBatch *
aph_session_queue (AphSession *self,
                   GPtrArray  *requests,
                   AphParams  *defaults)
{
  g_autofree char *title = NULL;
  AphBatchDetails details = { NULL, };

  g_return_val_if_fail (APH_IS_SESSION (self), NULL);
  g_return_val_if_fail (requests != NULL, NULL);

  title = make_title (requests);
  details.title = title;

  return aph_session_queue_batch (self, &details, requests, defaults);
}

/**
 * aph_session_queue_batch:
 * @self: a session
 * @details: what is known of the batch
 * @requests: (element-type AphRequest): what is asked, as for aph_session_queue()
 * @defaults: (nullable): how to answer where a request does not say
 *
 * Returns: (transfer none): the batch
 */
AphBatch *
aph_session_queue_batch (AphSession            *self,
                         const AphBatchDetails *details,
                         GPtrArray             *requests,
                         AphParams             *defaults)
{
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (AphBatch) batch = NULL;

  g_return_val_if_fail (APH_IS_SESSION (self), NULL);
  g_return_val_if_fail (requests != NULL, NULL);

  batch = aph_batch_new (++self->last_batch, g_get_real_time (), details);
  jobs = g_ptr_array_new_full (requests->len, g_object_unref);
  for (guint i = 0; i < requests->len; i++)
    {
      AphRequest *asked = g_ptr_array_index (requests, i);
      g_autoptr (AphRequest) request = complete_request (self, asked, defaults);
      AphJob *job = aph_job_new (request, self->next_index++);

      aph_job_set_default_model (job, aph_request_get_model (asked) == NULL);
      aph_job_set_batch (job, aph_batch_get_id (batch));
      g_ptr_array_add (jobs, job);
    }

  aph_batch_count (batch, APH_JOB_WAITING, jobs->len);
  g_list_store_insert (self->batches, 0, batch);
  aph_job_store_append (self->jobs, jobs);
  for (guint i = 0; i < jobs->len; i++)
    submit (self, g_ptr_array_index (jobs, i));
  mark_changed (self);

  /* The list holds it. */
  return batch;
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

  if (g_queue_remove (&self->held, job))
    {
      aph_job_cancel (job);
      count_advance (self, job, APH_JOB_WAITING);
      g_object_unref (job);
    }
  else
    aph_scheduler_cancel (self->scheduler, job);
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
  AphJobState old_state;

  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));
  g_return_if_fail (request != NULL);

  if (!aph_job_is_ended (job))
    return;

  if (is_suspect (job))
    count_suspect (self, job, -1);
  old_state = aph_job_get_state (job);
  aph_job_reset (job);
  if (request != aph_job_get_request (job))
    aph_job_set_request (job, request);
  count_advance (self, job, old_state);
  submit (self, job);
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

  if (aph_job_get_state (job) != APH_JOB_WAITING)
    return;

  if (g_queue_find (&self->held, job) != NULL)
    aph_job_set_request (job, request);
  else
    aph_scheduler_change_request (self->scheduler, job, request);
  mark_changed (self);
}

/**
 * aph_session_run_next:
 * @self: a session
 * @job: a job that waits; nothing happens to another
 *
 * It is sent before all others.
 */
void
aph_session_run_next (AphSession *self,
                      AphJob     *job)
{
  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (g_queue_remove (&self->held, job))
    g_queue_push_head (&self->held, job);
  else
    aph_scheduler_run_next (self->scheduler, job);
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
  mark_changed (self);
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
  mark_changed (self);
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

/**
 * aph_session_retry_failed:
 * @self: a session
 *
 * Every job that has failed waits again.
 */
void
aph_session_retry_failed (AphSession *self)
{
  GListModel *jobs;
  guint n_jobs;

  g_return_if_fail (APH_IS_SESSION (self));

  jobs = aph_job_store_get_model (self->jobs);
  n_jobs = g_list_model_get_n_items (jobs);
  for (guint i = 0; i < n_jobs; i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (jobs, i);

      if (aph_job_get_state (job) == APH_JOB_FAILED)
        aph_session_retry (self, job);
    }
}

/* Remembers what was removed, for undo. */
static AphRemoval
remember_removed (AphSession *self,
                  GPtrArray  *jobs)
{
  AphRemoval removal = { 0, };

  if (jobs->len > 0)
    removal = (AphRemoval) { .id = ++self->last_removal, .n_jobs = jobs->len };
  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      aph_batch_count (find_batch (self, aph_job_get_batch (job)), aph_job_get_state (job), -1);
      if (is_suspect (job))
        count_suspect (self, job, -1);
    }
  if (jobs->len > 0)
    g_hash_table_insert (self->removals, GSIZE_TO_POINTER (removal.id), jobs);
  else
    g_ptr_array_unref (jobs);
  mark_changed (self);

  return removal;
}

/**
 * aph_session_remove:
 * @self: a session
 * @job: a job that has ended; nothing happens to another
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove (AphSession *self,
                    AphJob     *job)
{
  GPtrArray *removed;

  g_return_val_if_fail (APH_IS_SESSION (self), ((AphRemoval) { 0 }));
  g_return_val_if_fail (APH_IS_JOB (job), ((AphRemoval) { 0 }));

  removed = aph_job_store_remove (self->jobs, job);
  if (removed->len > 0)
    aph_recent_jobs_remove (self->recent, job);

  return remember_removed (self, removed);
}

/**
 * aph_session_remove_jobs:
 * @self: a session
 * @jobs: (element-type AphJob): jobs; those that have not ended stay
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove_jobs (AphSession *self,
                         GPtrArray  *jobs)
{
  GPtrArray *removed;

  g_return_val_if_fail (APH_IS_SESSION (self), ((AphRemoval) { 0 }));
  g_return_val_if_fail (jobs != NULL, ((AphRemoval) { 0 }));

  removed = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autoptr (GPtrArray) one = aph_job_store_remove (self->jobs, g_ptr_array_index (jobs, i));

      if (one->len > 0)
        {
          aph_recent_jobs_remove (self->recent, g_ptr_array_index (jobs, i));
          g_ptr_array_add (removed, g_object_ref (g_ptr_array_index (one, 0)));
        }
    }

  return remember_removed (self, removed);
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
  GPtrArray *removed;

  g_return_val_if_fail (APH_IS_SESSION (self), ((AphRemoval) { 0 }));

  removed = aph_job_store_remove_ended (self->jobs);
  aph_recent_jobs_remove_ended (self->recent);

  return remember_removed (self, removed);
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
  GPtrArray *jobs;

  g_return_if_fail (APH_IS_SESSION (self));

  jobs = g_hash_table_lookup (self->removals, GSIZE_TO_POINTER (removal.id));
  if (jobs == NULL)
    return;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      aph_batch_count (find_batch (self, aph_job_get_batch (job)), aph_job_get_state (job), 1);
      if (is_suspect (job))
        count_suspect (self, job, 1);
    }
  aph_job_store_restore (self->jobs, jobs);
  g_hash_table_remove (self->removals, GSIZE_TO_POINTER (removal.id));
  mark_changed (self);
}
