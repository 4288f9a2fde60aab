/* aph-session-batches.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The batches of a session: what is looked at, and how prompts come in.
 */

#define G_LOG_DOMAIN "aph-session"

#include "config.h"

#include <string.h>

#include "ui/aph-session-private.h"

/* A batch is called after its first prompt, but no longer than this, in characters. */
#define MAX_TITLE 80

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

  return aph_store_get_batches (self->store);
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
  aph_job_list_set_query (self->jobs, self->query);
  aph_session_notify_batch (self);
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
  aph_job_list_set_query (self->jobs, self->query);
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

  aph_store_rename_batch (self->store, batch, title);
  aph_session_mark_changed (self);
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

  aph_store_archive_batch (self->store, batch, archived);
  aph_session_mark_changed (self);
}

/**
 * aph_session_remove_batch:
 * @self: a session
 * @batch: one of its batches
 *
 * Removes a batch with all its jobs. What runs is broken off; what waits goes on waiting if it is
 * put back.
 *
 * Returns: what was removed, for aph_session_restore()
 */
AphRemoval
aph_session_remove_batch (AphSession *self,
                          AphBatch   *batch)
{
  AphStoreRemoval removal = { 0, };

  g_return_val_if_fail (APH_IS_SESSION (self), ((AphRemoval) { 0 }));
  g_return_val_if_fail (APH_IS_BATCH (batch), ((AphRemoval) { 0 }));

  aph_feeder_withdraw (self->feeder, aph_batch_get_id (batch));
  aph_recent_jobs_remove_ended (self->recent, aph_batch_get_id (batch));
  removal = aph_store_remove_batch (self->store, batch);
  if (self->batch == batch)
    aph_session_set_batch (self, NULL);
  aph_session_mark_changed (self);

  return (AphRemoval) { .id = removal.id, .n_jobs = removal.n_jobs };
}

/* The same question with what the user has chosen where it leaves a choice. */
static AphRequest *
complete_request (AphSession *self,
                  AphRequest *request,
                  AphParams  *defaults)
{
  AphRequestFields fields = *aph_request_get_fields (request);
  g_autoptr (AphParams) params = aph_params_merge (fields.params, defaults);

  if ((fields.model != NULL || self->model == NULL) && params == fields.params)
    return aph_request_ref (request);

  if (fields.model == NULL)
    fields.model = self->model;
  fields.params = params;

  return aph_request_new_full (&fields);
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

/* What is wanted before the store is open comes later. */
typedef struct
{
  AphEarlyFunc func;
  GDestroyNotify data_free;
  gpointer data;
} Early;

void
aph_session_when_open (AphSession     *self,
                       AphEarlyFunc    func,
                       gpointer        data,
                       GDestroyNotify  data_free)
{
  Early *early;

  if (aph_store_is_open (self->store))
    {
      func (self, data);
      data_free (data);
      return;
    }

  early = g_new (Early, 1);
  *early = (Early) { .func = func, .data = data, .data_free = data_free };
  g_queue_push_tail (&self->early, early);
}

/* With @may_run FALSE it is only forgotten. */
void
aph_session_run_early (AphSession *self,
                       gboolean    may_run)
{
  Early *early;

  while ((early = g_queue_pop_head (&self->early)) != NULL)
    {
      if (may_run)
        early->func (self, early->data);
      early->data_free (early->data);
      g_free (early);
    }
}

/**
 * aph_session_would_lose:
 * @self: a session
 *
 * Returns: whether there is something that is in memory only and cannot be written now: closing the
 *   session would lose it
 */
gboolean
aph_session_would_lose (AphSession *self)
{
  g_autoptr (GPtrArray) unwritten = NULL;

  g_return_val_if_fail (APH_IS_SESSION (self), FALSE);

  if (!g_queue_is_empty (&self->early))
    return TRUE;
  if (aph_store_get_refusal (self->store, NULL) != NULL)
    return TRUE;
  if (aph_store_get_error (self->store) == NULL)
    return FALSE;

  unwritten = aph_store_list_unwritten (self->store);

  return unwritten->len > 0;
}

/* One Send */

typedef struct
{
  char *title;
  char *source;
  GPtrArray *requests;
  AphParams *defaults;  /* (nullable) */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_free (sending->title);
  g_free (sending->source);
  g_ptr_array_unref (sending->requests);
  g_clear_pointer (&sending->defaults, aph_params_unref);
  g_free (sending);
}

static void
send_early (AphSession *self,
            gpointer    data)
{
  const Sending *sending = data;
  const AphBatchDetails details = { .title = sending->title, .source = sending->source };

  aph_session_queue_batch (self, &details, sending->requests, sending->defaults);
}

static void
send_later (AphSession            *self,
            const AphBatchDetails *details,
            GPtrArray             *requests,
            AphParams             *defaults)
{
  Sending *sending = g_new0 (Sending, 1);

  sending->title = g_strdup (details->title);
  sending->source = g_strdup (details->source);
  sending->requests = g_ptr_array_ref (requests);
  sending->defaults = defaults != NULL ? aph_params_ref (defaults) : NULL;
  aph_session_when_open (self, send_early, sending, sending_free);
}

/**
 * aph_session_queue_batch:
 * @self: a session
 * @details: what is known of the batch
 * @requests: (element-type AphRequest): what is asked, as for aph_session_queue()
 * @defaults: (nullable): how to answer where a request does not say
 *
 * Returns: (transfer none) (nullable): the batch; %NULL if there are no requests, or if the store
 *   is not open yet: then they are kept until it is
 */
AphBatch *
aph_session_queue_batch (AphSession            *self,
                         const AphBatchDetails *details,
                         GPtrArray             *requests,
                         AphParams             *defaults)
{
  g_autoptr (GPtrArray) completed = NULL;
  g_autoptr (GPtrArray) jobs = NULL;
  g_autofree gboolean *default_models = NULL;
  AphBatch *batch;

  g_return_val_if_fail (APH_IS_SESSION (self), NULL);
  g_return_val_if_fail (requests != NULL, NULL);

  if (requests->len == 0)
    return NULL;
  if (!aph_store_is_open (self->store))
    {
      send_later (self, details, requests, defaults);
      return NULL;
    }

  completed = g_ptr_array_new_full (requests->len, (GDestroyNotify) aph_request_unref);
  default_models = g_new (gboolean, requests->len);
  for (guint i = 0; i < requests->len; i++)
    {
      AphRequest *asked = g_ptr_array_index (requests, i);

      default_models[i] = aph_request_get_model (asked) == NULL;
      g_ptr_array_add (completed, complete_request (self, asked, defaults));
    }

  batch = aph_store_add_batch (self->store, details);
  jobs = aph_store_add_jobs (self->store, batch, completed, default_models);
  for (guint i = 0; i < jobs->len; i++)
    aph_feeder_submit (self->feeder, g_ptr_array_index (jobs, i));
  aph_session_mark_changed (self);

  return batch;
}

/* An import */

typedef struct
{
  GTask *task;
  AphBatch *batch;          /* (nullable) until it begins */
  AphBatchDetails details;  /* all owned */
  AphParams *defaults;      /* (nullable) */
  AphPullFunc pull;
  gpointer pull_data;
  GDestroyNotify pull_data_free;
  AphProgressFunc progress;
  gpointer progress_data;
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  /* It never began. */
  if (import->pull_data_free != NULL)
    import->pull_data_free (import->pull_data);
  g_clear_object (&import->batch);
  g_free ((char *) import->details.title);
  g_free ((char *) import->details.source);
  g_free ((char *) import->details.template);
  g_free ((char *) import->details.model);
  g_free ((char *) import->details.params);
  g_clear_pointer (&import->defaults, aph_params_unref);
  g_free (import);
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Import *import = g_task_get_task_data (task);
  GError *error = NULL;
  guint64 n_rows;

  aph_store_import_finish (APH_STORE (source), result, &n_rows, &error);
  if (n_rows == 0 && aph_store_is_open (APH_STORE (source)))
    aph_store_remove_batch (APH_STORE (source), import->batch);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_object_ref (import->batch), g_object_unref);
}

static void
begin_import (AphSession *self,
              gpointer    data)
{
  GTask *task = data;
  Import *import = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  import->batch = g_object_ref (aph_store_add_batch (self->store, &import->details));
  aph_store_import_async (self->store, import->batch, self->model, import->defaults,
                          import->pull, import->pull_data,
                          g_steal_pointer (&import->pull_data_free),
                          import->progress, import->progress_data,
                          g_task_get_cancellable (task), imported_cb, g_object_ref (task));
  aph_session_mark_changed (self);
}

/**
 * aph_session_import_async:
 * @self: a session
 * @details: what is known of the batch
 * @defaults: (nullable): how to answer where a row does not say
 * @pull: gives the prompts, in a thread
 * @pull_data: for @pull
 * @pull_data_free: (nullable): frees @pull_data
 * @progress: (nullable): is told how many are in
 * @progress_data: for @progress
 * @cancellable: (nullable): cancellable; what is in by then stays
 * @callback: called when all are in
 * @user_data: for @callback
 *
 * Queues any number of prompts as one batch. The first ones run while the last ones are read.
 */
void
aph_session_import_async (AphSession            *self,
                          const AphBatchDetails *details,
                          AphParams             *defaults,
                          AphPullFunc            pull,
                          gpointer               pull_data,
                          GDestroyNotify         pull_data_free,
                          AphProgressFunc        progress,
                          gpointer               progress_data,
                          GCancellable          *cancellable,
                          GAsyncReadyCallback    callback,
                          gpointer               user_data)
{
  Import *import;
  GTask *task;

  g_return_if_fail (APH_IS_SESSION (self));
  g_return_if_fail (details != NULL && details->title != NULL);
  g_return_if_fail (pull != NULL);

  import = g_new0 (Import, 1);
  import->details = (AphBatchDetails) {
    .title = g_strdup (details->title),
    .source = g_strdup (details->source),
    .template = g_strdup (details->template),
    .model = g_strdup (details->model),
    .params = g_strdup (details->params),
  };
  import->defaults = defaults != NULL ? aph_params_ref (defaults) : NULL;
  import->pull = pull;
  import->pull_data = pull_data;
  import->pull_data_free = pull_data_free;
  import->progress = progress;
  import->progress_data = progress_data;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_session_import_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, import, import_free);
  aph_session_when_open (self, begin_import, task, g_object_unref);
}

/**
 * aph_session_import_finish:
 * @self: a session
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): the batch; or %NULL with @error if it was cancelled, reading failed or
 *   the store could not be written. What was in by then is in the batch all the same
 */
AphBatch *
aph_session_import_finish (AphSession    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The same again */

static void
duplicated_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (AphSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!aph_store_import_finish (APH_STORE (source), result, NULL, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("%s", error->message);
  aph_session_mark_changed (self);
}

/**
 * aph_session_duplicate_batch:
 * @self: a session
 * @batch: one of its batches
 * @title: (nullable): what to call the new one; %NULL for the same
 * @model: (nullable): another model for all prompts; %NULL for those they had
 * @params: (nullable): what to change in how all prompts are answered
 *
 * Runs a batch again, with changes. The prompts come in as in an import.
 *
 * Returns: (transfer none) (nullable): the new batch; %NULL while the store is not open
 */
AphBatch *
aph_session_duplicate_batch (AphSession *self,
                             AphBatch   *batch,
                             const char *title,
                             const char *model,
                             AphParams  *params)
{
  AphBatchDetails details;
  AphBatch *copy;

  g_return_val_if_fail (APH_IS_SESSION (self), NULL);
  g_return_val_if_fail (APH_IS_BATCH (batch), NULL);

  if (!aph_store_is_open (self->store))
    return NULL;

  details = *aph_batch_get_details (batch);
  if (title != NULL)
    details.title = title;
  if (model != NULL)
    details.model = model;
  copy = aph_store_add_batch (self->store, &details);
  aph_store_copy_async (self->store, batch, copy, model, params, self->cancellable, duplicated_cb,
                        g_object_ref (self));
  aph_session_mark_changed (self);

  return copy;
}
