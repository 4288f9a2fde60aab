/* aph-keyring.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-keyring"

#include "config.h"

#include <libsecret/secret.h>

#include "ui/aph-keyring.h"

struct _AphKeyring
{
  GObject parent_instance;

  GHashTable *session;  /* id -> secret, of what the desktop's keyring did not take */
};

G_DEFINE_FINAL_TYPE (AphKeyring, aph_keyring, G_TYPE_OBJECT)

static const SecretSchema schema = {
  APH_APP_ID,
  SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

static void
free_secret (gpointer secret)
{
  secret_password_free (secret);
}

static void
aph_keyring_finalize (GObject *object)
{
  AphKeyring *self = APH_KEYRING (object);

  g_hash_table_unref (self->session);

  G_OBJECT_CLASS (aph_keyring_parent_class)->finalize (object);
}

static void
aph_keyring_class_init (AphKeyringClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aph_keyring_finalize;
}

static void
aph_keyring_init (AphKeyring *self)
{
  self->session = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_secret);
}

/**
 * aph_keyring_new:
 *
 * Returns: (transfer full): a keyring; nothing is asked of the desktop yet
 */
AphKeyring *
aph_keyring_new (void)
{
  return g_object_new (APH_TYPE_KEYRING, NULL);
}

typedef struct
{
  char *id;
  char *secret;   /* (nullable) */
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->id);
  if (item->secret != NULL)
    secret_password_free (item->secret);
  g_free (item);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  AphKeyring *self = g_task_get_source_object (task);
  Item *item = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  secret_password_store_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (error == NULL)
    {
      g_hash_table_remove (self->session, item->id);
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* The reason is the keyring's; the secret itself is not in it. */
  g_info ("no keyring keeps the key: %s", error->message);
  g_hash_table_replace (self->session, g_strdup (item->id), g_steal_pointer (&item->secret));
  g_task_return_boolean (task, FALSE);
}

static void
cleared_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_info ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

/**
 * aph_keyring_store_async:
 * @self: a keyring
 * @id: whose it is; no secret
 * @label: what the user sees in the list of passwords
 * @secret: (nullable): what is kept, %NULL to forget it
 * @cancellable: (nullable): to stop it
 * @callback: called when it is kept
 * @user_data: for @callback
 */
void
aph_keyring_store_async (AphKeyring          *self,
                         const char          *id,
                         const char          *label,
                         const char          *secret,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;
  Item *item;

  g_return_if_fail (APH_IS_KEYRING (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (label != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_keyring_store_async);
  item = g_new0 (Item, 1);
  item->id = g_strdup (id);
  item->secret = g_strdup (secret);
  g_task_set_task_data (task, item, item_free);

  if (secret == NULL)
    {
      g_hash_table_remove (self->session, id);
      secret_password_clear (&schema, cancellable, cleared_cb, task, "server", id, NULL);
      return;
    }

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, cancellable,
                         stored_cb, task, "server", id, NULL);
}

/**
 * aph_keyring_store_finish:
 * @self: a keyring
 * @result: as given to the callback
 * @error: return location; set only when it was cancelled
 *
 * Returns: whether it will still be there the next time; %FALSE without an error if there is no
 *   keyring that keeps it, and it lasts only until the application ends
 */
gboolean
aph_keyring_store_finish (AphKeyring    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, secret, free_secret);
}

/**
 * aph_keyring_lookup_async:
 * @self: a keyring
 * @id: whose secret is wanted
 * @cancellable: (nullable): to stop it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * The desktop may ask the user to unlock its keyring.
 */
void
aph_keyring_lookup_async (AphKeyring          *self,
                          const char          *id,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;
  const char *kept;

  g_return_if_fail (APH_IS_KEYRING (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_keyring_lookup_async);

  kept = g_hash_table_lookup (self->session, id);
  if (kept != NULL)
    {
      g_task_return_pointer (task, g_strdup (kept), free_secret);
      g_object_unref (task);
      return;
    }

  secret_password_lookup (&schema, cancellable, looked_up_cb, task, "server", id, NULL);
}

/**
 * aph_keyring_lookup_finish:
 * @self: a keyring
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the secret, to be freed with secret_password_free(); %NULL
 *   without an error if there is none
 */
char *
aph_keyring_lookup_finish (AphKeyring    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
