/* aph-server-pool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-pool"

#include "config.h"

#include "ui/aph-server-pool.h"

struct _AphServerPool
{
  GObject parent_instance;

  AphScheduler *scheduler;
  AphSettings *settings;
  AphServerList *servers;
  AphConnection *chosen;
  AphServerConfig *chosen_config; /* (nullable) what the chosen server was reached with */
  GPtrArray *members;             /* of Member */
  GListStore *pulls;              /* of AphPull */
  gboolean is_busy;
};

/* A server beside the chosen one. */
typedef struct
{
  AphServerConfig *config;        /* what it is reached with */
  AphConnection *connection;
} Member;

G_DEFINE_FINAL_TYPE (AphServerPool, aph_server_pool, G_TYPE_OBJECT)

static void
member_free (gpointer data)
{
  Member *member = data;

  aph_connection_close (member->connection);
  g_object_unref (member->connection);
  aph_server_config_unref (member->config);
  g_free (member);
}

static Member *
find_member (AphServerPool         *self,
             const AphServerConfig *config)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = g_ptr_array_index (self->members, i);

      if (g_str_equal (aph_server_config_get (member->config)->id,
                       aph_server_config_get (config)->id))
        return member;
    }

  return NULL;
}

static gboolean
is_wanted (AphServerPool         *self,
           const AphServerConfig *config)
{
  g_autoptr (AphEndpoint) endpoint = NULL;

  if (!aph_connection_is_chosen (self->chosen) || !aph_server_config_get (config)->enabled)
    return FALSE;

  endpoint = aph_server_config_dup_endpoint (config, NULL);

  return endpoint != NULL
         && g_strcmp0 (aph_endpoint_get_url (endpoint),
                       aph_connection_get_url (self->chosen)) != 0;
}

static void
add_member (AphServerPool   *self,
            AphServerConfig *config)
{
  g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (config, NULL);
  Member *member = g_new0 (Member, 1);

  member->config = aph_server_config_ref (config);
  member->connection = aph_connection_new (self->scheduler, self->settings);
  aph_connection_use_limited (member->connection, endpoint, aph_server_config_get (config)->limit);
  g_ptr_array_add (self->members, member);
}

/* Returns whether anything had to be dropped. */
static gboolean
drop_members (AphServerPool *self)
{
  gboolean dropped = FALSE;

  for (guint i = self->members->len; i > 0; i--)
    {
      Member *member = g_ptr_array_index (self->members, i - 1);
      AphServerConfig *now =
        aph_server_list_lookup (self->servers, aph_server_config_get (member->config)->id);

      if (now == NULL || !is_wanted (self, now)
          || !aph_server_config_is_reached_alike (now, member->config)
          || aph_server_config_get (now)->limit != aph_server_config_get (member->config)->limit)
        {
          g_ptr_array_remove_index (self->members, i - 1);
          dropped = TRUE;
        }
    }

  return dropped;
}

static gboolean
add_members (AphServerPool *self)
{
  gboolean added = FALSE;

  for (guint i = 0; i < aph_server_list_get_n (self->servers); i++)
    {
      AphServerConfig *config = aph_server_list_get (self->servers, i);

      if (is_wanted (self, config) && find_member (self, config) == NULL)
        {
          add_member (self, config);
          added = TRUE;
        }
    }

  return added;
}

/* The chosen server was edited, or its key is known only now. */
static void
follow_chosen (AphServerPool *self)
{
  const char *url = aph_connection_get_url (self->chosen);
  AphServerConfig *config = NULL;
  gboolean is_same;

  if (aph_connection_is_chosen (self->chosen) && url != NULL)
    config = aph_server_list_find (self->servers, url);
  is_same = self->chosen_config == NULL || config == NULL
            || !g_str_equal (aph_server_config_get (config)->id,
                             aph_server_config_get (self->chosen_config)->id)
            || aph_server_config_is_reached_alike (config, self->chosen_config);

  if (config != NULL)
    aph_server_config_ref (config);
  g_clear_pointer (&self->chosen_config, aph_server_config_unref);
  self->chosen_config = config;
  if (!is_same)
    aph_connection_use_stored (self->chosen);
}

static void
update (AphServerPool *self)
{
  gboolean dropped;
  gboolean added;

  /* What is done here changes the connection. */
  if (self->is_busy)
    return;

  self->is_busy = TRUE;
  follow_chosen (self);
  dropped = drop_members (self);
  added = add_members (self);
  if (dropped || added)
    {
      g_autoptr (GPtrArray) more = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < self->members->len; i++)
        g_ptr_array_add (more, g_object_ref (
          ((Member *) g_ptr_array_index (self->members, i))->connection));
      aph_connection_set_more (self->chosen, more);
    }
  self->is_busy = FALSE;
}

static void
aph_server_pool_dispose (GObject *object)
{
  AphServerPool *self = APH_SERVER_POOL (object);

  aph_server_pool_close (self);
  g_clear_pointer (&self->chosen_config, aph_server_config_unref);
  g_clear_object (&self->chosen);
  g_clear_object (&self->servers);
  g_clear_object (&self->settings);
  g_clear_object (&self->scheduler);

  G_OBJECT_CLASS (aph_server_pool_parent_class)->dispose (object);
}

static void
aph_server_pool_finalize (GObject *object)
{
  AphServerPool *self = APH_SERVER_POOL (object);

  g_ptr_array_unref (self->members);
  g_object_unref (self->pulls);

  G_OBJECT_CLASS (aph_server_pool_parent_class)->finalize (object);
}

static void
aph_server_pool_class_init (AphServerPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_server_pool_dispose;
  object_class->finalize = aph_server_pool_finalize;
}

static void
aph_server_pool_init (AphServerPool *self)
{
  self->members = g_ptr_array_new_with_free_func (member_free);
  self->pulls = g_list_store_new (APH_TYPE_PULL);
}

/**
 * aph_server_pool_new:
 * @scheduler: what sends the jobs
 * @settings: how many at once where nothing else was said
 * @servers: the servers that were entered
 * @chosen: the one that was chosen in the window
 *
 * Returns: (transfer full): a pool, which follows both
 */
AphServerPool *
aph_server_pool_new (AphScheduler  *scheduler,
                     AphSettings   *settings,
                     AphServerList *servers,
                     AphConnection *chosen)
{
  AphServerPool *self;

  g_return_val_if_fail (APH_IS_SCHEDULER (scheduler), NULL);
  g_return_val_if_fail (APH_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (APH_IS_SERVER_LIST (servers), NULL);
  g_return_val_if_fail (APH_IS_CONNECTION (chosen), NULL);

  self = g_object_new (APH_TYPE_SERVER_POOL, NULL);
  self->scheduler = g_object_ref (scheduler);
  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  self->chosen = g_object_ref (chosen);
  g_signal_connect_swapped (servers, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (chosen, "changed", G_CALLBACK (update), self);
  update (self);

  return self;
}

/**
 * aph_server_pool_lookup:
 * @self: a pool
 * @id: which server of the list
 *
 * Returns: (transfer none) (nullable): its connection, if prompts go there now
 */
AphConnection *
aph_server_pool_lookup (AphServerPool *self,
                        const char    *id)
{
  AphServerConfig *config;
  Member *member;

  g_return_val_if_fail (APH_IS_SERVER_POOL (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  config = aph_server_list_lookup (self->servers, id);
  if (config == NULL)
    return NULL;

  member = find_member (self, config);
  if (member != NULL)
    return member->connection;

  return self->chosen_config != NULL
         && g_str_equal (aph_server_config_get (self->chosen_config)->id, id) ? self->chosen : NULL;
}

/* A model that is there now is offered; a failure is shown until it was read. */
static void
pull_ended_cb (AphServerPool *self,
               AphPull       *pull)
{
  AphFailure *failure = aph_pull_get_failure (pull);

  if (failure != NULL && aph_failure_get_class (failure) != APH_FAILURE_CANCELLED)
    return;

  aph_server_pool_forget_pull (self, pull);
  if (failure != NULL)
    return;

  aph_connection_refresh (self->chosen);
  for (guint i = 0; i < self->members->len; i++)
    aph_connection_refresh (((Member *) g_ptr_array_index (self->members, i))->connection);
}

/**
 * aph_server_pool_pull:
 * @self: a pool
 * @server: a server whose models can be managed
 * @model: the name of a model
 *
 * Has a model downloaded.
 */
void
aph_server_pool_pull (AphServerPool *self,
                      AphServer     *server,
                      const char    *model)
{
  g_autoptr (AphPull) pull = NULL;

  g_return_if_fail (APH_IS_SERVER_POOL (self));
  g_return_if_fail (APH_IS_SERVER (server));
  g_return_if_fail (model != NULL);

  pull = aph_pull_new (server, model);
  g_list_store_append (self->pulls, pull);
  g_signal_connect_object (pull, "ended", G_CALLBACK (pull_ended_cb), self, G_CONNECT_SWAPPED);
  aph_pull_start (pull);
}

/**
 * aph_server_pool_forget_pull:
 * @self: a pool
 * @pull: a download that has ended; one that has not goes when it has
 */
void
aph_server_pool_forget_pull (AphServerPool *self,
                             AphPull       *pull)
{
  guint position;

  g_return_if_fail (APH_IS_SERVER_POOL (self));
  g_return_if_fail (APH_IS_PULL (pull));

  if (aph_pull_has_ended (pull) && g_list_store_find (self->pulls, pull, &position))
    g_list_store_remove (self->pulls, position);
}

/**
 * aph_server_pool_get_pulls:
 * @self: a pool
 *
 * Returns: (transfer none): the #AphPull that run, and those that have failed
 */
GListModel *
aph_server_pool_get_pulls (AphServerPool *self)
{
  g_return_val_if_fail (APH_IS_SERVER_POOL (self), NULL);

  return G_LIST_MODEL (self->pulls);
}

/**
 * aph_server_pool_close:
 * @self: a pool
 *
 * Leaves the servers, and breaks off downloads.
 */
void
aph_server_pool_close (AphServerPool *self)
{
  g_return_if_fail (APH_IS_SERVER_POOL (self));

  if (self->chosen != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->chosen, self);
      g_signal_handlers_disconnect_by_data (self->servers, self);
    }
  g_ptr_array_set_size (self->members, 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->pulls)); i++)
    {
      g_autoptr (AphPull) pull = g_list_model_get_item (G_LIST_MODEL (self->pulls), i);

      aph_pull_cancel (pull);
    }
}
