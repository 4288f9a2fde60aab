/* aph-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "base/aph-json.h"
#include "server/aph-server-private.h"

/* libsoup walks its whole queue at every change of a connection: with some hundred messages in
 * one session that becomes most of the work. Many small sessions stay fast. */
#define PLACES_PER_SHARD 4

/* A connection that is being closed still counts for libsoup, and a message without a connection
 * would wait there where it cannot be cancelled: so there are always some to spare. */
#define SPARE_CONNECTIONS 16

typedef struct
{
  SoupSession *session;
  guint used;
} Shard;

struct _AphServer
{
  GObject parent_instance;

  AphEndpoint *endpoint;
  const AphDialect *dialect;
  char *api_key;          /* (nullable) never to be logged */
  char *refused;          /* (nullable) fingerprint of the certificate that was refused last */
  AphIdentity *identity;
  AphAlarms *alarms;      /* of all exchanges */
  GPtrArray *shards;      /* of Shard */
  GPtrArray *exchanges;   /* (owned) of AphExchange: those that run */
  guint in_flight;
};

G_DEFINE_FINAL_TYPE (AphServer, aph_server, G_TYPE_OBJECT)

const AphClocks aph_server_short_clocks = { .connect = 10000, .total = 30000 };

typedef struct
{
  AphExchange *exchange;
  Shard *shard;           /* (not owned) */
  char *model;            /* (nullable) which it is about */
  AphFailure *failure;    /* (nullable) */
} Operation;

static void
operation_free (gpointer data)
{
  Operation *operation = data;

  aph_exchange_unref (operation->exchange);
  g_free (operation->model);
  g_clear_pointer (&operation->failure, aph_failure_unref);
  g_free (operation);
}

static void
shard_free (gpointer data)
{
  Shard *shard = data;

  g_object_unref (shard->session);
  g_free (shard);
}

static Shard *
shard_new (AphEndpoint *endpoint)
{
  Shard *shard = g_new0 (Shard, 1);
  g_autoptr (GSocketAddress) address = aph_endpoint_dup_address (endpoint);

  /* Both limits can be set only here; 10 and 2 is what they are otherwise. */
  shard->session = g_object_new (SOUP_TYPE_SESSION,
                                 "max-conns", PLACES_PER_SHARD + SPARE_CONNECTIONS,
                                 "max-conns-per-host", PLACES_PER_SHARD + SPARE_CONNECTIONS,
                                 "timeout", 0,
                                 "remote-connectable", address,
                                 "user-agent", "Antiphon/" APH_VERSION,
                                 NULL);

  /* No passwords are asked for, and no compression: proxies would hold a stream back for it. */
  soup_session_remove_feature_by_type (shard->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (shard->session, SOUP_TYPE_CONTENT_DECODER);
  if (aph_endpoint_is_local (endpoint))
    soup_session_set_proxy_resolver (shard->session, NULL);

  return shard;
}

/* The first with a place is taken, so that the connections it has kept are used again. */
static Shard *
find_shard (AphServer *self)
{
  Shard *shard;

  for (guint i = 0; i < self->shards->len; i++)
    {
      shard = g_ptr_array_index (self->shards, i);
      if (shard->used < PLACES_PER_SHARD)
        return shard;
    }

  shard = shard_new (self->endpoint);
  g_ptr_array_add (self->shards, shard);

  return shard;
}

static void
aph_server_dispose (GObject *object)
{
  AphServer *self = APH_SERVER (object);

  /* A running operation holds a reference on us, so there are some only if somebody wants to be
   * rid of us at once. They end in the main loop. */
  for (guint i = 0; i < self->exchanges->len; i++)
    aph_exchange_abort (g_ptr_array_index (self->exchanges, i));

  G_OBJECT_CLASS (aph_server_parent_class)->dispose (object);
}

static void
aph_server_finalize (GObject *object)
{
  AphServer *self = APH_SERVER (object);

  g_assert (self->exchanges->len == 0);

  g_ptr_array_unref (self->exchanges);
  g_ptr_array_unref (self->shards);
  aph_identity_free (self->identity);
  aph_alarms_unref (self->alarms);
  g_clear_pointer (&self->endpoint, aph_endpoint_unref);
  g_free (self->api_key);
  g_free (self->refused);

  G_OBJECT_CLASS (aph_server_parent_class)->finalize (object);
}

static void
aph_server_class_init (AphServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_server_dispose;
  object_class->finalize = aph_server_finalize;
}

static void
aph_server_init (AphServer *self)
{
  self->identity = aph_identity_new ();
  self->alarms = aph_exchange_new_alarms ();
  self->shards = g_ptr_array_new_with_free_func (shard_free);
  self->exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_exchange_unref);
}

/**
 * aph_server_new:
 * @endpoint: where it is, and the key it wants to see
 *
 * Nothing is sent before something is asked.
 *
 * Returns: (transfer full): a new server
 */
AphServer *
aph_server_new (AphEndpoint *endpoint)
{
  AphServer *self;

  g_return_val_if_fail (endpoint != NULL, NULL);

  self = g_object_new (APH_TYPE_SERVER, NULL);
  self->endpoint = aph_endpoint_ref (endpoint);
  self->dialect = aph_endpoint_get_dialect (endpoint);
  self->api_key = g_strdup (aph_endpoint_get_api_key (endpoint));

  return self;
}

/**
 * aph_server_set_api_key:
 * @self: a server
 * @api_key: (nullable): the key that the server wants to see; white space around it is dropped,
 *   and %NULL and "" are none
 *
 * From now on it is sent as `Authorization: Bearer …` with every request. It appears in no
 * message and in no log.
 *
 * Returns: %FALSE, and nothing changes, if @api_key holds what no key does: anything but visible
 *   ASCII characters
 */
gboolean
aph_server_set_api_key (AphServer  *self,
                        const char *api_key)
{
  g_autofree char *stripped = NULL;

  g_return_val_if_fail (APH_IS_SERVER (self), FALSE);

  stripped = aph_endpoint_strip_key (api_key != NULL ? api_key : "");
  if (stripped == NULL)
    return FALSE;

  g_free (self->api_key);
  self->api_key = *stripped != '\0' ? g_steal_pointer (&stripped) : NULL;

  return TRUE;
}

/**
 * aph_server_get_endpoint:
 * @self: a server
 *
 * Returns: (transfer none): where it is
 */
AphEndpoint *
aph_server_get_endpoint (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), NULL);

  return self->endpoint;
}

/**
 * aph_server_get_url:
 * @self: a server
 *
 * Returns: its address, which serves as its name
 */
const char *
aph_server_get_url (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), NULL);

  return aph_endpoint_get_url (self->endpoint);
}

/**
 * aph_server_get_in_flight:
 * @self: a server
 *
 * Returns: how many questions to models are out; one ends right before its callback
 */
guint
aph_server_get_in_flight (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), 0);

  return self->in_flight;
}

/**
 * aph_server_get_refused_certificate:
 * @self: a server
 *
 * Returns: (nullable): the SHA-256 fingerprint of the certificate that it showed last and that
 *   nobody trusts; the user may, see #AphAccess
 */
const char *
aph_server_get_refused_certificate (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), NULL);

  return self->refused;
}

/**
 * aph_server_get_dialect:
 * @self: a server
 *
 * Returns: how it speaks
 */
const AphDialect *
aph_server_get_dialect (AphServer *self)
{
  return self->dialect;
}

/**
 * aph_server_get_identity:
 * @self: a server
 *
 * Returns: (transfer none): what it has said of itself
 */
AphIdentity *
aph_server_get_identity (AphServer *self)
{
  return self->identity;
}

/**
 * aph_server_add_exchange:
 * @self: a server
 * @task: a task of @self without data
 * @clocks: how long it may take
 *
 * Makes an exchange, with a place for it, the task's data.
 *
 * Returns: (transfer none): the exchange, still to be told what to ask
 */
AphExchange *
aph_server_add_exchange (AphServer       *self,
                         GTask           *task,
                         const AphClocks *clocks)
{
  Operation *operation = g_new0 (Operation, 1);

  operation->shard = find_shard (self);
  operation->shard->used++;
  operation->exchange = aph_exchange_new (operation->shard->session, self->alarms, self->dialect,
                                          self->endpoint, clocks);
  aph_exchange_set_api_key (operation->exchange, self->api_key);
  g_task_set_task_data (task, operation, operation_free);
  g_ptr_array_add (self->exchanges, aph_exchange_ref (operation->exchange));

  return operation->exchange;
}

/**
 * aph_server_get_exchange:
 * @task: a task with an exchange
 *
 * Returns: (transfer none): the exchange
 */
AphExchange *
aph_server_get_exchange (GTask *task)
{
  Operation *operation = g_task_get_task_data (task);

  return operation->exchange;
}

/**
 * aph_server_set_model:
 * @task: a task with an exchange
 * @model: the model that it is about
 *
 * Keeps the name for aph_server_get_model().
 */
void
aph_server_set_model (GTask      *task,
                      const char *model)
{
  Operation *operation = g_task_get_task_data (task);

  operation->model = g_strdup (model);
}

/**
 * aph_server_get_model:
 * @task: a task with an exchange
 *
 * Returns: (nullable): the model that it is about
 */
const char *
aph_server_get_model (GTask *task)
{
  Operation *operation = g_task_get_task_data (task);

  return operation->model;
}

/**
 * aph_server_finish_exchange:
 * @task: a task whose exchange is over, or will never run
 * @failure: (nullable): why it failed
 *
 * To be called before @task returns: before the caller hears of the end its place is free, so it
 * can send the next at once.
 */
void
aph_server_finish_exchange (GTask      *task,
                            AphFailure *failure)
{
  AphServer *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);

  operation->failure = failure != NULL ? aph_failure_ref (failure) : NULL;
  if (aph_exchange_get_refused (operation->exchange) != NULL)
    {
      g_free (self->refused);
      self->refused = g_strdup (aph_exchange_get_refused (operation->exchange));
    }
  operation->shard->used--;
  g_ptr_array_remove_fast (self->exchanges, operation->exchange);
}

static void
ran_cb (AphExchange *exchange,
        AphFailure  *failure,
        gpointer     user_data)
{
  g_autoptr (GTask) task = user_data;

  aph_server_finish_exchange (task, failure);
  g_task_return_boolean (task, TRUE);
}

/**
 * aph_server_run:
 * @task: (transfer full): a task whose exchange knows what to ask
 *
 * Runs the exchange and returns the task.
 */
void
aph_server_run (GTask *task)
{
  aph_exchange_run (aph_server_get_exchange (task), g_task_get_cancellable (task), ran_cb, task);
}

/**
 * aph_server_propagate:
 * @task: a task that has returned, maybe before it had an exchange
 * @failure: (out) (optional): why it failed
 *
 * Returns: whether the operation did not fail
 */
gboolean
aph_server_propagate (GTask       *task,
                      AphFailure **failure)
{
  Operation *operation = g_task_get_task_data (task);
  g_autoptr (AphFailure) local = NULL;

  /* The task itself fails only when it was cancelled, maybe before it began. */
  if (!g_task_propagate_boolean (task, NULL))
    local = aph_failure_new (APH_FAILURE_CANCELLED, 0, _("Cancelled"));
  else if (operation->failure != NULL)
    local = aph_failure_ref (operation->failure);

  if (local == NULL)
    return TRUE;

  if (failure != NULL)
    *failure = g_steal_pointer (&local);

  return FALSE;
}

/**
 * aph_server_get_body:
 * @task: a task that has returned
 * @length: (out): how many bytes
 * @failure: (out) (optional): why it failed
 *
 * Returns: (transfer none) (nullable): the body of the reply, %NULL with @failure if there is none
 */
const char *
aph_server_get_body (GTask       *task,
                     gsize       *length,
                     AphFailure **failure)
{
  if (!aph_server_propagate (task, failure))
    return NULL;

  return aph_exchange_get_body (aph_server_get_exchange (task), length);
}

/**
 * aph_server_get_async:
 * @self: a server
 * @path: a path of its API that costs it nothing
 * @tag: the operation that this is
 * @cancellable: (nullable): to stop it
 * @callback: called when the reply is there, see aph_server_get_body()
 * @user_data: for @callback
 *
 * Asks for @path.
 */
void
aph_server_get_async (AphServer           *self,
                      const char          *path,
                      gpointer             tag,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  AphExchange *exchange;

  g_task_set_source_tag (task, tag);
  if (g_task_return_error_if_cancelled (task))
    return;

  exchange = aph_server_add_exchange (self, task, &aph_server_short_clocks);
  aph_exchange_call (exchange, "GET", path, NULL);
  aph_server_run (g_steal_pointer (&task));
}

/**
 * aph_server_probe_async:
 * @self: a server
 * @cancellable: (nullable): to stop it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks for the server's version: whether it lives. It never waits for a model.
 */
void
aph_server_probe_async (AphServer           *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aph_server_get_async (self, self->dialect->version_path, aph_server_probe_async,
                        cancellable, callback, user_data);
}

/**
 * aph_server_probe_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why there is no answer
 *
 * Returns: (transfer full): the server's version, "" if it does not say; %NULL with @failure if
 *   it does not answer, or not as such a server does
 */
char *
aph_server_probe_finish (AphServer     *self,
                         GAsyncResult  *result,
                         AphFailure   **failure)
{
  g_autoptr (JsonObject) object = NULL;
  const char *body;
  const char *version;
  gsize length;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_probe_async), NULL);

  body = aph_server_get_body (G_TASK (result), &length, failure);
  if (body == NULL)
    return NULL;

  object = aph_json_parse_object_lossy (body, length, NULL);
  if (object == NULL)
    {
      if (failure != NULL)
        *failure = aph_failure_new (APH_FAILURE_REFUSED, SOUP_STATUS_OK,
                                    _("What answers at %s is no server of this kind"),
                                    aph_server_get_url (self));
      return NULL;
    }

  version = aph_json_get_string (object, "version");

  return g_strdup (version != NULL ? version : "");
}

/**
 * aph_server_list_models_async:
 * @self: a server
 * @cancellable: (nullable): to stop it
 * @callback: called when they are known
 * @user_data: for @callback
 *
 * Asks for the models that the server has.
 */
void
aph_server_list_models_async (AphServer           *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  aph_server_get_async (self, self->dialect->models_path, aph_server_list_models_async,
                        cancellable, callback, user_data);
}

/**
 * aph_server_list_models_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why there is no list
 *
 * Returns: (transfer full) (element-type AphModel): the models in the server's order, maybe
 *   none; %NULL with @failure if it does not answer, or not as such a server does
 */
GPtrArray *
aph_server_list_models_finish (AphServer     *self,
                               GAsyncResult  *result,
                               AphFailure   **failure)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *models;
  const char *body;
  gsize length;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_list_models_async), NULL);

  body = aph_server_get_body (G_TASK (result), &length, failure);
  if (body == NULL)
    return NULL;

  models = self->dialect->read_models (body, length, &error);
  if (models != NULL)
    aph_identity_take_models (self->identity, models);
  else if (failure != NULL)
    *failure = aph_failure_new (APH_FAILURE_REFUSED, SOUP_STATUS_OK, "%s", error->message);

  return models;
}

/**
 * aph_server_count_in_flight:
 * @self: a server
 * @change: 1 for a question that is being asked now, -1 for one that is over
 *
 * Keeps count for aph_server_get_in_flight().
 */
void
aph_server_count_in_flight (AphServer *self,
                            int        change)
{
  self->in_flight += change;
}

/**
 * aph_server_can_load:
 * @self: a server
 *
 * Returns: whether a model can be loaded there before it is asked something
 */
gboolean
aph_server_can_load (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), FALSE);

  return self->dialect->load_path != NULL;
}

/**
 * aph_server_load_async:
 * @self: a server that can load
 * @request: what will be asked
 * @clocks: how long we wait; a big model may take many minutes, and nothing comes until it is
 *   loaded
 * @cancellable: (nullable): to stop it, and with it the loading if nobody else waits for it
 * @callback: called when the model is loaded, or cannot be
 * @user_data: for @callback
 *
 * Has the model of @request loaded with the options that it will want it loaded with, so that
 * @request and all others with the same aph_params_get_load_key() are answered at once. The model
 * stays loaded for as long as @request says, else for as long as the server thinks fit.
 */
void
aph_server_load_async (AphServer           *self,
                       AphRequest          *request,
                       const AphClocks     *clocks,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) body = NULL;
  AphExchange *exchange;
  GString *text;

  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (aph_server_can_load (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (clocks != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_server_load_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  text = g_string_new (NULL);
  self->dialect->write_load (request, text);
  body = g_string_free_to_bytes (text);

  exchange = aph_server_add_exchange (self, task, clocks);
  aph_exchange_call (exchange, "POST", self->dialect->load_path, body);
  aph_exchange_read_answer (exchange, FALSE, NULL, NULL);
  aph_server_run (g_steal_pointer (&task));
}

/**
 * aph_server_load_finish:
 * @self: a server
 * @result: as given to the callback
 * @failure: (out) (optional): why it is not loaded
 *
 * Returns: whether the model is loaded
 */
gboolean
aph_server_load_finish (AphServer     *self,
                        GAsyncResult  *result,
                        AphFailure   **failure)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_load_async), FALSE);

  return aph_server_propagate (G_TASK (result), failure);
}
