/* aph-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-list"

#include "config.h"

#include <libsecret/secret.h>

#include "ui/aph-keyring.h"
#include "ui/aph-server-list.h"

struct _AphServerList
{
  GObject parent_instance;

  AphSettings *settings;
  AphKeyring *keyring;
  GCancellable *cancellable;
  GPtrArray *configs;     /* of AphServerConfig */
};

enum
{
  CHANGED,
  NOT_KEPT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphServerList, aph_server_list, G_TYPE_OBJECT)

/* What belongs to a question to the keyring. */
typedef struct
{
  AphServerList *list;    /* (owned) */
  AphServerConfig *config;/* (owned) as it was then */
} Question;

static Question *
question_new (AphServerList   *list,
              AphServerConfig *config)
{
  Question *self = g_new0 (Question, 1);

  self->list = g_object_ref (list);
  self->config = aph_server_config_ref (config);

  return self;
}

static void
question_free (Question *self)
{
  g_object_unref (self->list);
  aph_server_config_unref (self->config);
  g_free (self);
}

static gboolean
find_position (AphServerList *self,
               const char    *id,
               guint         *position)
{
  for (guint i = 0; i < self->configs->len; i++)
    if (g_strcmp0 (aph_server_config_get (g_ptr_array_index (self->configs, i))->id, id) == 0)
      {
        *position = i;
        return TRUE;
      }

  return FALSE;
}

static void
replace (AphServerList   *self,
         guint            position,
         AphServerConfig *config)
{
  gpointer *place = &g_ptr_array_index (self->configs, position);

  aph_server_config_unref (*place);
  *place = aph_server_config_ref (config);
}

/* It is in the keyring, but not here yet. */
static gboolean
lacks_secret (const AphServerConfig *config)
{
  g_autofree char *secret = aph_server_config_dup_secret (config);

  return aph_server_config_get (config)->has_secret && secret == NULL;
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Question *question = user_data;
  AphServerList *self = question->list;
  AphServerConfig *config =
    aph_server_list_lookup (self, aph_server_config_get (question->config)->id);
  g_autoptr (GError) error = NULL;
  char *secret = aph_keyring_lookup_finish (APH_KEYRING (source), result, &error);
  guint position = 0;

  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_info ("no keyring has the key: %s", error->message);

  /* Unless it was removed meanwhile, or got another one. */
  if (secret != NULL && config != NULL && lacks_secret (config))
    {
      g_autoptr (AphServerConfig) complete = aph_server_config_new_with_secret (config, secret);

      find_position (self, aph_server_config_get (config)->id, &position);
      replace (self, position, complete);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  if (secret != NULL)
    secret_password_free (secret);
  question_free (question);
}

static void
load (AphServerList *self)
{
  g_autoptr (GVariant) stored = aph_settings_dup_servers (self->settings);
  GVariantIter iter;
  GVariant *entry;

  g_variant_iter_init (&iter, stored);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      AphServerConfig *config = aph_server_config_new_from_variant (entry);

      g_variant_unref (entry);
      if (config == NULL)
        continue;

      g_ptr_array_add (self->configs, config);
      if (aph_server_config_get (config)->has_secret)
        aph_keyring_lookup_async (self->keyring, aph_server_config_get (config)->id,
                                  self->cancellable, looked_up_cb, question_new (self, config));
    }
}

static void
save (AphServerList *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->configs->len; i++)
    g_variant_builder_add_value (
      &builder, aph_server_config_to_variant (g_ptr_array_index (self->configs, i)));
  aph_settings_set_servers (self->settings, g_variant_builder_end (&builder));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
aph_server_list_dispose (GObject *object)
{
  AphServerList *self = APH_SERVER_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->keyring);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aph_server_list_parent_class)->dispose (object);
}

static void
aph_server_list_finalize (GObject *object)
{
  AphServerList *self = APH_SERVER_LIST (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->configs);

  G_OBJECT_CLASS (aph_server_list_parent_class)->finalize (object);
}

static void
aph_server_list_class_init (AphServerListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_server_list_dispose;
  object_class->finalize = aph_server_list_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NOT_KEPT] = g_signal_new ("not-kept", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aph_server_list_init (AphServerList *self)
{
  self->configs = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_server_config_unref);
  self->cancellable = g_cancellable_new ();
  self->keyring = aph_keyring_new ();
}

/**
 * aph_server_list_new:
 * @settings: what is remembered
 *
 * Returns: (transfer full): the servers that were entered; their secrets follow, with "changed"
 */
AphServerList *
aph_server_list_new (AphSettings *settings)
{
  AphServerList *self;

  g_return_val_if_fail (APH_IS_SETTINGS (settings), NULL);

  self = g_object_new (APH_TYPE_SERVER_LIST, NULL);
  self->settings = g_object_ref (settings);
  load (self);

  return self;
}

guint
aph_server_list_get_n (AphServerList *self)
{
  g_return_val_if_fail (APH_IS_SERVER_LIST (self), 0);

  return self->configs->len;
}

/**
 * aph_server_list_get:
 * @self: a list
 * @position: less than aph_server_list_get_n()
 *
 * Returns: (transfer none): a server
 */
AphServerConfig *
aph_server_list_get (AphServerList *self,
                     guint          position)
{
  g_return_val_if_fail (APH_IS_SERVER_LIST (self), NULL);
  g_return_val_if_fail (position < self->configs->len, NULL);

  return g_ptr_array_index (self->configs, position);
}

/**
 * aph_server_list_lookup:
 * @self: a list
 * @id: which
 *
 * Returns: (transfer none) (nullable): the server
 */
AphServerConfig *
aph_server_list_lookup (AphServerList *self,
                        const char    *id)
{
  guint position;

  g_return_val_if_fail (APH_IS_SERVER_LIST (self), NULL);

  return find_position (self, id, &position) ? g_ptr_array_index (self->configs, position) : NULL;
}

/**
 * aph_server_list_find:
 * @self: a list
 * @address: as people write it
 *
 * Returns: (transfer none) (nullable): the first server that is reached at @address
 */
AphServerConfig *
aph_server_list_find (AphServerList *self,
                      const char    *address)
{
  g_autoptr (AphEndpoint) wanted = NULL;

  g_return_val_if_fail (APH_IS_SERVER_LIST (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  wanted = aph_endpoint_new (address, NULL);
  for (guint i = 0; wanted != NULL && i < self->configs->len; i++)
    {
      AphServerConfig *config = g_ptr_array_index (self->configs, i);
      g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (config, NULL);

      if (endpoint != NULL
          && g_str_equal (aph_endpoint_get_url (endpoint), aph_endpoint_get_url (wanted)))
        return config;
    }

  return NULL;
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;

  if (!aph_keyring_store_finish (APH_KEYRING (source), result, &error) && error == NULL)
    g_signal_emit (question->list, signals[NOT_KEPT], 0,
                   aph_server_config_get_title (question->config));
  question_free (question);
}

/**
 * aph_server_list_put:
 * @self: a list
 * @config: a server with its secrets; it takes the place of the one with its id
 *
 * Adds or changes a server, and remembers it.
 */
void
aph_server_list_put (AphServerList   *self,
                     AphServerConfig *config)
{
  g_autofree char *secret = NULL;
  gboolean had_secret = FALSE;
  guint position;

  g_return_if_fail (APH_IS_SERVER_LIST (self));
  g_return_if_fail (config != NULL);

  if (find_position (self, aph_server_config_get (config)->id, &position))
    {
      had_secret =
        aph_server_config_get (g_ptr_array_index (self->configs, position))->has_secret;
      replace (self, position, config);
    }
  else
    g_ptr_array_add (self->configs, aph_server_config_ref (config));

  secret = aph_server_config_dup_secret (config);
  if (secret != NULL || had_secret)
    {
      g_autofree char *label = g_strdup_printf ("Antiphon: %s",
                                                aph_server_config_get_title (config));

      aph_keyring_store_async (self->keyring, aph_server_config_get (config)->id, label, secret,
                               NULL, stored_cb, question_new (self, config));
    }
  save (self);
}

/**
 * aph_server_list_set_enabled:
 * @self: a list
 * @id: which
 * @enabled: whether prompts are sent there
 */
void
aph_server_list_set_enabled (AphServerList *self,
                             const char    *id,
                             gboolean       enabled)
{
  g_autoptr (AphServerConfig) changed = NULL;
  AphServerConfigFields fields;
  guint position;

  g_return_if_fail (APH_IS_SERVER_LIST (self));

  if (!find_position (self, id, &position))
    return;

  fields = *aph_server_config_get (g_ptr_array_index (self->configs, position));
  if (fields.enabled == enabled)
    return;

  fields.enabled = enabled;
  changed = aph_server_config_new (&fields);
  replace (self, position, changed);
  save (self);
}

/**
 * aph_server_list_remove:
 * @self: a list
 * @id: which
 *
 * Forgets a server and its secrets.
 */
void
aph_server_list_remove (AphServerList *self,
                        const char    *id)
{
  guint position;
  AphServerConfig *config;

  g_return_if_fail (APH_IS_SERVER_LIST (self));

  if (!find_position (self, id, &position))
    return;

  config = g_ptr_array_index (self->configs, position);
  if (aph_server_config_get (config)->has_secret)
    aph_keyring_store_async (self->keyring, id, aph_server_config_get_title (config), NULL, NULL,
                             stored_cb, question_new (self, config));
  g_ptr_array_remove_index (self->configs, position);
  save (self);
}

/**
 * aph_server_list_close:
 * @self: a list
 *
 * Asks the keyring nothing more: a question under way would otherwise keep the list.
 */
void
aph_server_list_close (AphServerList *self)
{
  g_return_if_fail (APH_IS_SERVER_LIST (self));

  g_cancellable_cancel (self->cancellable);
}
