/* aph-server-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-models"

#include "config.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "server/aph-server-models.h"
#include "server/aph-server-private.h"

/* Files of hundreds of GB may be on a slow disk. */
static const AphClocks delete_clocks = { .connect = 10000, .total = 300000 };

/* While a server compares the digests of such files it says nothing. */
static const AphClocks pull_clocks = { .connect = 10000, .stall = 3600000 };

/* Returns a task for the operation @tag, or NULL if it has returned already. */
static GTask *
new_task (AphServer           *self,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return g_task_return_error_if_cancelled (task) ? NULL : g_steal_pointer (&task);
}

static AphExchange *
add_call (GTask              *task,
          const AphModelCall *call,
          const char         *model,
          const AphClocks    *clocks)
{
  AphExchange *exchange = aph_server_add_exchange (g_task_get_source_object (task), task, clocks);
  g_autoptr (GBytes) body = NULL;

  if (call->write_body != NULL)
    {
      GString *text = g_string_new (NULL);

      call->write_body (model, text);
      body = g_string_free_to_bytes (text);
    }
  aph_exchange_call (exchange, call->method, call->path, body);
  aph_server_set_model (task, model);

  return exchange;
}

/* Makes @call, whose reply is to be kept as a whole, as the operation @tag. */
static void
call_async (AphServer           *self,
            const AphModelCall  *call,
            const char          *model,
            const AphClocks     *clocks,
            gpointer             tag,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = new_task (self, tag, cancellable, callback, user_data);

  if (task == NULL)
    return;

  add_call (task, call, model, clocks);
  aph_server_run (task);
}

/* Something answers, but not what was asked for. */
static void
take_error (AphFailure   **failure,
            const GError  *error)
{
  AphFailureClass failure_class = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                                    ? APH_FAILURE_PERMANENT : APH_FAILURE_REFUSED;

  if (failure != NULL)
    *failure = aph_failure_new (failure_class, SOUP_STATUS_OK, "%s", error->message);
}

/**
 * aph_server_can_manage_models:
 * @self: a server
 *
 * Returns: whether its models can be unloaded, downloaded and deleted, and it says which are
 *   loaded
 */
gboolean
aph_server_can_manage_models (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), FALSE);

  return aph_server_get_dialect (self)->pull.method != NULL;
}

/**
 * aph_server_show_async:
 * @self: a server
 * @model: the name of a model that it has
 * @cancellable: (nullable): to stop it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks what there is to know of a model: what it can do, its context, its template.
 */
void
aph_server_show_async (AphServer           *self,
                       const char          *model,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call_async (self, &aph_server_get_dialect (self)->show, model, &aph_server_short_clocks,
              aph_server_show_async, cancellable, callback, user_data);
}

/**
 * aph_server_show_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why it is not known
 *
 * Returns: (transfer full): what the server says of the model; size and digest are in the lists
 *   only. %NULL with @failure if there is no such model, or no answer
 */
AphModel *
aph_server_show_finish (AphServer     *self,
                        GAsyncResult  *result,
                        AphFailure   **failure)
{
  g_autoptr (GError) error = NULL;
  AphModel *model;
  const char *body;
  gsize length;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_show_async), NULL);

  body = aph_server_get_body (G_TASK (result), &length, failure);
  if (body == NULL)
    return NULL;

  model = aph_server_get_dialect (self)->read_model (aph_server_get_model (G_TASK (result)),
                                                     body, length, &error);
  if (model == NULL)
    take_error (failure, error);

  return model;
}

/**
 * aph_server_list_loaded_async:
 * @self: a server whose models can be managed
 * @cancellable: (nullable): to stop it
 * @callback: called when they are known
 * @user_data: for @callback
 *
 * Asks which models are in the server's memory.
 */
void
aph_server_list_loaded_async (AphServer           *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (aph_server_can_manage_models (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call_async (self, &aph_server_get_dialect (self)->list_loaded, NULL, &aph_server_short_clocks,
              aph_server_list_loaded_async, cancellable, callback, user_data);
}

/**
 * aph_server_list_loaded_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why there is no list
 *
 * Returns: (transfer full) (element-type AphModel): the loaded models, maybe none, each with its
 *   #AphModelMemory; %NULL with @failure if the server does not answer, or not as it should
 */
GPtrArray *
aph_server_list_loaded_finish (AphServer     *self,
                               GAsyncResult  *result,
                               AphFailure   **failure)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *models;
  const char *body;
  gsize length;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_list_loaded_async), NULL);

  body = aph_server_get_body (G_TASK (result), &length, failure);
  if (body == NULL)
    return NULL;

  models = aph_server_get_dialect (self)->read_loaded (body, length, &error);
  if (models == NULL)
    take_error (failure, error);

  return models;
}

/**
 * aph_server_unload_async:
 * @self: a server whose models can be managed
 * @model: the name of a model
 * @cancellable: (nullable): to stop it
 * @callback: called when the server has taken note
 * @user_data: for @callback
 *
 * Has a model removed from memory as soon as what it is being asked is answered.
 */
void
aph_server_unload_async (AphServer           *self,
                         const char          *model,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (aph_server_can_manage_models (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, aph_server_unload_async, cancellable, callback, user_data);
  if (task == NULL)
    return;

  aph_exchange_read_answer (add_call (task, &aph_server_get_dialect (self)->unload, model,
                                      &aph_server_short_clocks),
                            FALSE, NULL, NULL);
  aph_server_run (task);
}

/**
 * aph_server_unload_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why it stays
 *
 * Returns: whether the model will be unloaded
 */
gboolean
aph_server_unload_finish (AphServer     *self,
                          GAsyncResult  *result,
                          AphFailure   **failure)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_unload_async), FALSE);

  return aph_server_propagate (G_TASK (result), failure);
}

/* A running download: the server tells of one layer after the other. */
typedef struct
{
  const AphDialect *dialect;
  AphModelPullFunc pull_func;
  gpointer pull_data;
  GCancellable *cancellable;   /* (owned) (nullable) */
  GHashTable *layers;          /* (owned) digest -> AphPullLine, the latest of each */
  gint64 completed;
  gint64 total;
} Pull;

static void
pull_line_free (gpointer data)
{
  AphPullLine *line = data;

  g_free (line->status);
  g_free (line->digest);
  g_free (line);
}

static Pull *
pull_new (AphServer        *server,
          AphModelPullFunc  pull_func,
          gpointer          pull_data,
          GCancellable     *cancellable)
{
  Pull *self = g_new0 (Pull, 1);

  self->dialect = aph_server_get_dialect (server);
  self->pull_func = pull_func;
  self->pull_data = pull_data;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->layers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, pull_line_free);

  return self;
}

static void
pull_free (gpointer data)
{
  Pull *self = data;

  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->layers);
  g_free (self);
}

/* Takes @line, which has a digest. */
static void
pull_add (Pull        *self,
          AphPullLine *line)
{
  const AphPullLine *old = g_hash_table_lookup (self->layers, line->digest);

  if (old != NULL)
    {
      self->completed -= old->completed;
      self->total -= old->total;
    }
  self->completed += line->completed;
  self->total += line->total;
  g_hash_table_replace (self->layers, line->digest, line);
}

static void
pull_line_cb (AphReply   *reply,
              const char *text,
              gsize       length,
              gpointer    user_data)
{
  Pull *self = user_data;
  AphPullLine *line = g_new0 (AphPullLine, 1);
  g_autofree char *status = NULL;

  self->dialect->read_pull_line (reply, line, text, length);
  status = g_steal_pointer (&line->status);
  if (line->digest != NULL)
    pull_add (self, line);
  else
    pull_line_free (line);

  if (status != NULL && self->pull_func != NULL
      && !g_cancellable_is_cancelled (self->cancellable))
    self->pull_func (status, self->completed, self->total, self->pull_data);
}

/**
 * aph_server_pull_async:
 * @self: a server whose models can be managed
 * @model: the name of a model, as its library knows it
 * @pull_func: (nullable): called when the download went on, some times a second; never after
 *   @cancellable was cancelled, and never after @callback
 * @pull_data: for @pull_func; must live until @callback
 * @cancellable: (nullable): to stop it; what is there already is kept by the server for the next
 *   time
 * @callback: called when the model is installed, or cannot be
 * @user_data: for @callback
 *
 * Has a model downloaded, or brought up to date.
 */
void
aph_server_pull_async (AphServer           *self,
                       const char          *model,
                       AphModelPullFunc     pull_func,
                       gpointer             pull_data,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (aph_server_can_manage_models (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = new_task (self, aph_server_pull_async, cancellable, callback, user_data);
  if (task == NULL)
    return;

  aph_exchange_read_lines (add_call (task, &aph_server_get_dialect (self)->pull, model,
                                     &pull_clocks),
                           pull_line_cb, pull_new (self, pull_func, pull_data, cancellable),
                           pull_free);
  aph_server_run (task);
}

/**
 * aph_server_pull_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why it is not installed
 *
 * Returns: whether the model is installed
 */
gboolean
aph_server_pull_finish (AphServer     *self,
                        GAsyncResult  *result,
                        AphFailure   **failure)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_pull_async), FALSE);

  return aph_server_propagate (G_TASK (result), failure);
}

/**
 * aph_server_delete_async:
 * @self: a server whose models can be managed
 * @model: the name of a model
 * @cancellable: (nullable): to stop waiting; whether it is deleted is open then
 * @callback: called when it is deleted, or cannot be
 * @user_data: for @callback
 *
 * Has a model deleted.
 */
void
aph_server_delete_async (AphServer           *self,
                         const char          *model,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (aph_server_can_manage_models (self));
  g_return_if_fail (model != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call_async (self, &aph_server_get_dialect (self)->delete, model, &delete_clocks,
              aph_server_delete_async, cancellable, callback, user_data);
}

/**
 * aph_server_delete_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why it is still there
 *
 * Returns: whether the model is deleted
 */
gboolean
aph_server_delete_finish (AphServer     *self,
                          GAsyncResult  *result,
                          AphFailure   **failure)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_delete_async), FALSE);

  return aph_server_propagate (G_TASK (result), failure);
}
