/* aph-connection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-connection"

#include "config.h"

#include "server/aph-demo.h"
#include "ui/aph-connection.h"
#include "ui/aph-model-offer.h"

/* A server that is down or has no models is asked this often. */
#define ASK_AGAIN_SECONDS 3

struct _AphConnection
{
  GObject parent_instance;

  AphSettings *settings;
  AphScheduler *scheduler;
  AphDemo *demo;            /* (nullable) until it is wanted */
  AphServerList *servers;   /* (nullable) what the user has entered of servers */
  GPtrArray *more;          /* (nullable) of AphConnection: others that prompts go to as well */
  AphServer *server;        /* (nullable) until there is an endpoint */
  AphLane *lane;            /* (nullable) of the server */
  GPtrArray *own_models;    /* (nullable) of AphModel: the server's */
  GListStore *models;       /* of AphModel: those of the others, too */
  GCancellable *asking;     /* (nullable) the question under way */
  AphFailure *failure;      /* (nullable) */
  guint ask_again;
  AphHealth health;
  gboolean is_demo;
  gboolean is_chosen;       /* by the user in the window, to be remembered */
  gboolean is_starting;     /* the demo, to turn to it */
};

enum
{
  CHANGED,
  DEMO_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphConnection, aph_connection, G_TYPE_OBJECT)

static void
emit_changed (AphConnection *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_health (AphConnection *self,
            AphHealth      health,
            AphFailure    *failure)
{
  if (failure != NULL)
    aph_failure_ref (failure);
  g_clear_pointer (&self->failure, aph_failure_unref);
  self->failure = failure;
  self->health = health;
}

/* The server's models first, then what only others have. */
static void
show_models (AphConnection *self)
{
  g_autoptr (GPtrArray) offer = g_ptr_array_new ();

  aph_model_offer_add (offer, self->own_models);
  for (guint i = 0; self->more != NULL && i < self->more->len; i++)
    aph_model_offer_add (offer, ((AphConnection *) g_ptr_array_index (self->more, i))->own_models);
  aph_model_offer_show (offer, self->models);
}

static void
set_models (AphConnection *self,
            GPtrArray     *models)
{
  if (models != NULL)
    g_ptr_array_ref (models);
  g_clear_pointer (&self->own_models, g_ptr_array_unref);
  self->own_models = models;
  show_models (self);
}

static void
more_changed_cb (AphConnection *self)
{
  show_models (self);
  emit_changed (self);
}

static void
drop_more (AphConnection *self)
{
  for (guint i = 0; self->more != NULL && i < self->more->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->more, i), self);
  g_clear_pointer (&self->more, g_ptr_array_unref);
}

static gboolean
ask_again_cb (gpointer user_data)
{
  AphConnection *self = APH_CONNECTION (user_data);

  self->ask_again = 0;
  aph_connection_refresh (self);

  return G_SOURCE_REMOVE;
}

static void
ask_later (AphConnection *self)
{
  g_clear_handle_id (&self->ask_again, g_source_remove);
  self->ask_again = g_timeout_add_seconds (ASK_AGAIN_SECONDS, ask_again_cb, self);
}

static void
take_models (AphConnection *self,
             GPtrArray     *models)
{
  set_models (self, models);

  aph_lane_set_models (self->lane, models);
  if (aph_lane_get_state (self->lane) == APH_LANE_DOWN)
    aph_lane_probe_now (self->lane);

  if (aph_lane_get_state (self->lane) == APH_LANE_RESTING)
    set_health (self, APH_HEALTH_RESTING, aph_lane_get_failure (self->lane));
  else
    set_health (self, models->len > 0 ? APH_HEALTH_READY : APH_HEALTH_NO_MODELS, NULL);

  /* One may be pulled at any time. */
  if (models->len == 0)
    ask_later (self);
  emit_changed (self);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphConnection) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (GPtrArray) models = NULL;

  models = aph_server_list_models_finish (APH_SERVER (source), result, &failure);

  /* Of a server that was left meanwhile. */
  if (APH_SERVER (source) != self->server)
    return;

  if (models == NULL && aph_failure_get_class (failure) == APH_FAILURE_CANCELLED)
    return;

  g_clear_object (&self->asking);
  if (models != NULL)
    {
      take_models (self, models);
      return;
    }

  g_debug ("%s: %s", aph_connection_get_url (self), aph_failure_get_message (failure));
  ask_later (self);
  if (self->health == APH_HEALTH_DOWN
      && g_str_equal (aph_failure_get_message (self->failure), aph_failure_get_message (failure)))
    return;

  set_health (self, APH_HEALTH_DOWN, failure);
  emit_changed (self);
}

static void
lane_changed_cb (AphConnection *self,
                 AphLane       *lane)
{
  AphHealth was = self->health;

  if (lane != self->lane)
    return;

  switch (aph_lane_get_state (lane))
    {
    case APH_LANE_DOWN:
      set_health (self, APH_HEALTH_DOWN, aph_lane_get_failure (lane));
      emit_changed (self);
      break;

    case APH_LANE_RESTING:
      set_health (self, APH_HEALTH_RESTING, aph_lane_get_failure (lane));
      emit_changed (self);
      break;

    case APH_LANE_LOADING:
      emit_changed (self);
      break;

    case APH_LANE_OPEN:
    default:
      /* It is back, maybe with other models. */
      if (was == APH_HEALTH_DOWN || was == APH_HEALTH_RESTING)
        aph_connection_refresh (self);
      else
        emit_changed (self);
      break;
    }
}

static void
leave_server (AphConnection *self)
{
  self->is_starting = FALSE;
  g_clear_handle_id (&self->ask_again, g_source_remove);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->lane != NULL)
    aph_scheduler_remove_lane (self->scheduler, self->lane);
  self->lane = NULL;
  g_clear_object (&self->server);
}

static void
aph_connection_dispose (GObject *object)
{
  AphConnection *self = APH_CONNECTION (object);

  if (self->scheduler != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->scheduler, self);
      leave_server (self);
    }
  drop_more (self);
  g_clear_pointer (&self->own_models, g_ptr_array_unref);
  g_clear_object (&self->servers);
  g_clear_object (&self->scheduler);
  g_clear_object (&self->demo);
  g_clear_object (&self->settings);
  g_clear_object (&self->models);
  g_clear_pointer (&self->failure, aph_failure_unref);

  G_OBJECT_CLASS (aph_connection_parent_class)->dispose (object);
}

static void
aph_connection_class_init (AphConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_connection_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DEMO_FAILED] = g_signal_new ("demo-failed", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aph_connection_init (AphConnection *self)
{
  self->models = g_list_store_new (APH_TYPE_MODEL);
}

/**
 * aph_connection_new:
 * @scheduler: what sends the jobs
 * @settings: which server was chosen, and how many jobs it gets at once
 *
 * Returns: (transfer full): a connection to no server yet
 */
AphConnection *
aph_connection_new (AphScheduler *scheduler,
                    AphSettings  *settings)
{
  AphConnection *self;

  g_return_val_if_fail (APH_IS_SCHEDULER (scheduler), NULL);
  g_return_val_if_fail (APH_IS_SETTINGS (settings), NULL);

  self = g_object_new (APH_TYPE_CONNECTION, NULL);
  self->scheduler = g_object_ref (scheduler);
  self->settings = g_object_ref (settings);
  g_signal_connect_swapped (scheduler, "lane-changed", G_CALLBACK (lane_changed_cb), self);

  return self;
}

/**
 * aph_connection_set_servers:
 * @self: a connection
 * @servers: the servers that the user has entered: an address that is in there is used with all
 *   that was said of it
 */
void
aph_connection_set_servers (AphConnection *self,
                            AphServerList *servers)
{
  g_return_if_fail (APH_IS_CONNECTION (self));
  g_return_if_fail (APH_IS_SERVER_LIST (servers));

  g_return_if_fail (self->servers == NULL);

  self->servers = g_object_ref (servers);
  /* Who shows the servers shows those that were entered, too. */
  g_signal_connect_object (servers, "changed", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);
}

/**
 * aph_connection_get_servers:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): the servers that the user has entered
 */
AphServerList *
aph_connection_get_servers (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return self->servers;
}

/**
 * aph_connection_set_more:
 * @self: a connection
 * @more: (element-type AphConnection): others that prompts go to as well
 *
 * Their models are among this one's from now on.
 */
void
aph_connection_set_more (AphConnection *self,
                         GPtrArray     *more)
{
  g_return_if_fail (APH_IS_CONNECTION (self));
  g_return_if_fail (more != NULL);

  drop_more (self);
  self->more = g_ptr_array_ref (more);
  for (guint i = 0; i < more->len; i++)
    g_signal_connect_swapped (g_ptr_array_index (more, i), "changed",
                              G_CALLBACK (more_changed_cb), self);
  more_changed_cb (self);
}

static void
turn_to (AphConnection *self,
         AphEndpoint   *endpoint,
         guint          limit,
         gboolean       is_demo,
         gboolean       is_chosen)
{
  leave_server (self);

  self->is_demo = is_demo;
  self->is_chosen = is_chosen;
  self->server = aph_server_new (endpoint);
  self->lane = aph_scheduler_add_server (self->scheduler, self->server, limit);
  set_models (self, NULL);
  set_health (self, APH_HEALTH_UNKNOWN, NULL);
  emit_changed (self);

  aph_connection_refresh (self);
}

/* As the user has entered it, else with nothing but its address. */
static AphEndpoint *
make_endpoint (AphConnection  *self,
               const char     *address,
               GError        **error)
{
  AphServerConfig *config =
    self->servers != NULL ? aph_server_list_find (self->servers, address) : NULL;

  return config != NULL ? aph_server_config_dup_endpoint (config, error)
                        : aph_endpoint_new (address, error);
}

/**
 * aph_connection_use_stored:
 * @self: a connection
 *
 * Turns to the server that was chosen last; to Ollama where `OLLAMA_HOST` says, or on this
 * computer, if none was.
 */
void
aph_connection_use_stored (AphConnection *self)
{
  g_autoptr (AphEndpoint) endpoint = NULL;
  const char *stored;

  g_return_if_fail (APH_IS_CONNECTION (self));

  stored = aph_settings_get_server (self->settings);
  if (*stored != '\0')
    endpoint = make_endpoint (self, stored, NULL);
  if (endpoint == NULL)
    endpoint = aph_endpoint_new_default ();

  turn_to (self, endpoint, aph_settings_get_concurrency (self->settings), FALSE, TRUE);
}

/**
 * aph_connection_use_endpoint:
 * @self: a connection
 * @endpoint: a server
 *
 * Turns to a server without remembering it. What runs on the former one is broken off and waits
 * for this one.
 */
void
aph_connection_use_endpoint (AphConnection *self,
                             AphEndpoint   *endpoint)
{
  g_return_if_fail (APH_IS_CONNECTION (self));
  g_return_if_fail (endpoint != NULL);

  turn_to (self, endpoint, aph_settings_get_concurrency (self->settings), FALSE, FALSE);
}

/**
 * aph_connection_use_limited:
 * @self: a connection
 * @endpoint: a server
 * @limit: how many jobs it gets at once, 0 to find out how many it is good for
 *
 * Turns to a server as one of several, without remembering it.
 */
void
aph_connection_use_limited (AphConnection *self,
                            AphEndpoint   *endpoint,
                            guint          limit)
{
  g_return_if_fail (APH_IS_CONNECTION (self));
  g_return_if_fail (endpoint != NULL);

  turn_to (self, endpoint, limit, FALSE, FALSE);
}

/**
 * aph_connection_use_address:
 * @self: a connection
 * @address: an address as people write it; "" for Ollama where `OLLAMA_HOST` says, or on this
 *   computer
 * @error: return location
 *
 * Turns to another server, and remembers it.
 *
 * Returns: %FALSE with an %APH_ENDPOINT_ERROR if that is no address
 */
gboolean
aph_connection_use_address (AphConnection  *self,
                            const char     *address,
                            GError        **error)
{
  g_autoptr (AphEndpoint) endpoint = NULL;

  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (*address == '\0')
    endpoint = aph_endpoint_new_default ();
  else
    endpoint = make_endpoint (self, address, error);
  if (endpoint == NULL)
    return FALSE;

  aph_settings_set_server (self->settings, address);
  turn_to (self, endpoint, aph_settings_get_concurrency (self->settings), FALSE, TRUE);

  return TRUE;
}

/**
 * aph_connection_goes_to:
 * @self: a connection
 * @endpoint: a server
 *
 * Returns: whether prompts go there and nowhere else, with at least what @endpoint says of it
 */
gboolean
aph_connection_goes_to (AphConnection *self,
                        AphEndpoint   *endpoint)
{
  AphEndpoint *own;
  guint parallel;
  const char *key;

  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);
  g_return_val_if_fail (endpoint != NULL, FALSE);

  if (self->server == NULL || self->is_starting
      || aph_scheduler_get_lanes (self->scheduler)->len != 1)
    return FALSE;

  own = aph_server_get_endpoint (self->server);
  parallel = aph_endpoint_get_parallel (endpoint);
  key = aph_endpoint_get_api_key (endpoint);

  return g_str_equal (aph_endpoint_get_url (own), aph_endpoint_get_url (endpoint))
         && aph_endpoint_get_dialect (own) == aph_endpoint_get_dialect (endpoint)
         && (parallel == 0 || parallel == aph_endpoint_get_parallel (own))
         && (key == NULL || g_strcmp0 (key, aph_endpoint_get_api_key (own)) == 0);
}

static void
turn_to_demo (AphConnection *self)
{
  turn_to (self, aph_demo_get_endpoint (self->demo),
           aph_settings_get_concurrency (self->settings), TRUE, FALSE);
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (AphConnection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AphDemo) demo = aph_demo_start_finish (result, &error);

  /* Another server was chosen meanwhile, or none is wanted any more. */
  if (!self->is_starting)
    return;

  self->is_starting = FALSE;
  if (demo == NULL)
    {
      g_signal_emit (self, signals[DEMO_FAILED], 0, error->message);
      /* Who showed the demo as chosen shows what it is instead. */
      emit_changed (self);
      return;
    }

  self->demo = g_steal_pointer (&demo);
  turn_to_demo (self);
}

/**
 * aph_connection_use_demo:
 * @self: a connection
 *
 * Turns to the demo server, whose replies are canned, once it runs. This is not remembered.
 */
void
aph_connection_use_demo (AphConnection *self)
{
  g_return_if_fail (APH_IS_CONNECTION (self));

  if (self->is_starting || (self->is_demo && self->health != APH_HEALTH_DOWN))
    return;

  /* One that no longer answers is replaced. */
  if (self->is_demo)
    g_clear_object (&self->demo);

  if (self->demo != NULL)
    {
      turn_to_demo (self);
      return;
    }

  self->is_starting = TRUE;
  aph_demo_start_async (NULL, demo_started_cb, g_object_ref (self));
}

/**
 * aph_connection_get_lane:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): the lane of its server
 */
AphLane *
aph_connection_get_lane (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return self->lane;
}

/**
 * aph_connection_set_limit:
 * @self: a connection
 * @limit: how many jobs the server gets at once, 0 to find out how many it is good for
 */
void
aph_connection_set_limit (AphConnection *self,
                          guint          limit)
{
  g_return_if_fail (APH_IS_CONNECTION (self));

  if (self->lane != NULL)
    aph_lane_set_limit (self->lane, limit);
}

/**
 * aph_connection_refresh:
 * @self: a connection
 *
 * Asks the server for its models now, which also tells whether it is there.
 */
void
aph_connection_refresh (AphConnection *self)
{
  g_return_if_fail (APH_IS_CONNECTION (self));

  if (self->server == NULL || self->asking != NULL)
    return;

  g_clear_handle_id (&self->ask_again, g_source_remove);
  self->asking = g_cancellable_new ();
  aph_server_list_models_async (self->server, self->asking, listed_cb, g_object_ref (self));
}

/**
 * aph_connection_close:
 * @self: a connection
 *
 * Leaves the server. A question under way would otherwise keep the connection until it is
 * answered.
 */
void
aph_connection_close (AphConnection *self)
{
  g_return_if_fail (APH_IS_CONNECTION (self));

  drop_more (self);
  leave_server (self);
}

/**
 * aph_connection_is_chosen:
 * @self: a connection
 *
 * Returns: whether the user has chosen its server in the window: then the other servers that were
 *   entered are used as well
 */
gboolean
aph_connection_is_chosen (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);

  return self->is_chosen;
}

/**
 * aph_connection_get_server:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): the server itself, to ask it more
 */
AphServer *
aph_connection_get_server (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return self->server;
}

/**
 * aph_connection_is_used:
 * @self: a connection
 *
 * Returns: whether it has a server, or will have one as soon as the demo runs
 */
gboolean
aph_connection_is_used (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);

  return self->server != NULL || self->is_starting;
}

/**
 * aph_connection_get_url:
 * @self: a connection
 *
 * Returns: (nullable): the address of the server
 */
const char *
aph_connection_get_url (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return self->server != NULL ? aph_server_get_url (self->server) : NULL;
}

gboolean
aph_connection_is_demo (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);

  return self->is_demo;
}

AphHealth
aph_connection_get_health (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), APH_HEALTH_UNKNOWN);

  return self->health;
}

/**
 * aph_connection_get_loading:
 * @self: a connection
 *
 * Returns: (nullable): the model that the server loads right now, before prompts are sent to it
 */
const char *
aph_connection_get_loading (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  if (self->lane == NULL || aph_lane_get_state (self->lane) != APH_LANE_LOADING)
    return NULL;

  return aph_lane_get_model (self->lane);
}

/**
 * aph_connection_get_failure:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): why it is down or resting
 */
AphFailure *
aph_connection_get_failure (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return self->failure;
}

/**
 * aph_connection_get_models:
 * @self: a connection
 *
 * Returns: (transfer none): the #AphModel that the server and the others beside it have installed,
 *   always the same list
 */
GListModel *
aph_connection_get_models (AphConnection *self)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), NULL);

  return G_LIST_MODEL (self->models);
}

/**
 * aph_connection_has_model:
 * @self: a connection
 * @model: (nullable): a name as the server lists it
 *
 * Returns: whether we know that the server, or another beside it, has it installed
 */
gboolean
aph_connection_has_model (AphConnection *self,
                          const char    *model)
{
  g_return_val_if_fail (APH_IS_CONNECTION (self), FALSE);

  return aph_model_offer_has (G_LIST_MODEL (self->models), model);
}
