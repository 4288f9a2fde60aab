/* aph-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who a server is, asked in this order, one question at a time:
 *
 *   identify_async() -> ask_about() … told_cb() -> listed_cb()
 *
 * Nothing of it has to work: what a server does not say stays unknown.
 */

#define G_LOG_DOMAIN "aph-identity"

#include "config.h"

#include <string.h>

#include "server/aph-identity.h"
#include "server/aph-server-private.h"

/* Longer is neither a version nor a digest. */
#define MAX_LENGTH 200

struct _AphIdentity
{
  char *version;          /* (nullable) */
  guint slots;            /* 0: unknown */
  GHashTable *digests;    /* (nullable) name of a model -> its digest */
};

static void ask_about (GTask *task);
static void told_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static void listed_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/**
 * aph_identity_new:
 *
 * Returns: (transfer full): nothing known
 */
AphIdentity *
aph_identity_new (void)
{
  return g_new0 (AphIdentity, 1);
}

void
aph_identity_free (AphIdentity *self)
{
  g_free (self->version);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  g_free (self);
}

/* Whether it can be kept: with each answer, as a line. */
static gboolean
is_line (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > MAX_LENGTH)
    return FALSE;

  while (*text != '\0' && !g_ascii_iscntrl (*text))
    text++;

  return *text == '\0';
}

/**
 * aph_identity_take_models:
 * @self: an identity
 * @models: (element-type AphModel): what the server has installed
 *
 * Keeps what tells one version of a model from another.
 */
void
aph_identity_take_models (AphIdentity *self,
                          GPtrArray   *models)
{
  g_clear_pointer (&self->digests, g_hash_table_unref);
  self->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < models->len; i++)
    {
      AphModel *model = g_ptr_array_index (models, i);
      const char *digest = aph_model_get_digest (model);

      if (is_line (digest))
        g_hash_table_insert (self->digests, aph_model_name_normalize (aph_model_get_name (model)),
                             g_strdup (digest));
    }
}

static void
take_about (AphIdentity      *self,
            const AphDialect *dialect,
            const char       *body,
            gsize             length)
{
  AphAbout about = { 0 };

  dialect->read_about (&about, body, length);

  if (is_line (about.version))
    {
      g_free (self->version);
      self->version = g_steal_pointer (&about.version);
    }
  if (about.slots > 0)
    self->slots = about.slots;
  g_free (about.version);
}

/**
 * aph_server_identify_async:
 * @self: a server
 * @cancellable: (nullable): to stop it
 * @callback: called when the server has said what it will
 * @user_data: for @callback
 *
 * Asks for what tells this server from another: its version, the digests of its models, and how
 * many requests it answers at once. It never waits for a model.
 */
void
aph_server_identify_async (AphServer           *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (APH_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_server_identify_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  /* Which of the paths comes next. */
  g_task_set_task_data (task, (gpointer) aph_server_get_dialect (self)->about_paths, NULL);
  ask_about (g_steal_pointer (&task));
}

/* Takes @task. */
static void
ask_about (GTask *task)
{
  AphServer *self = g_task_get_source_object (task);
  const char *const *paths = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (*paths == NULL || aph_server_get_version (self) != NULL)
    aph_server_list_models_async (self, cancellable, listed_cb, task);
  else
    {
      g_task_set_task_data (task, (gpointer) (paths + 1), NULL);
      aph_server_get_async (self, *paths, ask_about, cancellable, told_cb, task);
    }
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  AphServer *self = APH_SERVER (source);
  GTask *task = user_data;
  gsize length;
  const char *body = aph_server_get_body (G_TASK (result), &length, NULL);

  if (body != NULL)
    take_about (aph_server_get_identity (self), aph_server_get_dialect (self), body, length);
  ask_about (task);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) models = NULL;

  /* The server remembers them itself. */
  models = aph_server_list_models_finish (APH_SERVER (source), result, NULL);
  g_task_return_boolean (task, models != NULL);
}

/**
 * aph_server_identify_finish:
 * @self: a server
 * @result: as given to the callback
 *
 * Returns: whether the server answered; what it said is to be had from the functions below
 */
gboolean
aph_server_identify_finish (AphServer    *self,
                            GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_server_identify_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * aph_server_forget_identity:
 * @self: a server that was away
 *
 * What comes back may be another version with other models.
 */
void
aph_server_forget_identity (AphServer *self)
{
  AphIdentity *identity = aph_server_get_identity (self);

  g_clear_pointer (&identity->version, g_free);
  g_clear_pointer (&identity->digests, g_hash_table_unref);
  identity->slots = 0;
}

/**
 * aph_server_get_version:
 * @self: a server
 *
 * Returns: (nullable): its version in its own words; %NULL while it has not said, or never will
 */
const char *
aph_server_get_version (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), NULL);

  return aph_server_get_identity (self)->version;
}

/**
 * aph_server_get_slots:
 * @self: a server
 *
 * Returns: how many requests it says that it answers at the same time; 0 if it does not say
 */
guint
aph_server_get_slots (AphServer *self)
{
  g_return_val_if_fail (APH_IS_SERVER (self), 0);

  return aph_server_get_identity (self)->slots;
}

/**
 * aph_server_get_digest:
 * @self: a server
 * @model: a model's name as requests give it
 *
 * Returns: (nullable): what tells the model from another one of the same name, as far as known
 */
const char *
aph_server_get_digest (AphServer  *self,
                       const char *model)
{
  AphIdentity *identity;
  g_autofree char *name = NULL;

  g_return_val_if_fail (APH_IS_SERVER (self), NULL);
  g_return_val_if_fail (model != NULL, NULL);

  identity = aph_server_get_identity (self);
  if (identity->digests == NULL)
    return NULL;

  name = aph_model_name_normalize (model);

  return g_hash_table_lookup (identity->digests, name);
}

/**
 * aph_server_dup_origin:
 * @self: a server
 * @model: the model that is asked
 * @streamed: whether answers come token by token
 *
 * Returns: (transfer full): where answers of that model come from, as far as known now
 */
AphOrigin *
aph_server_dup_origin (AphServer  *self,
                       const char *model,
                       gboolean    streamed)
{
  const AphOriginFields fields = {
    .api = aph_server_get_dialect (self)->name,
    .streamed = streamed,
    .version = aph_server_get_version (self),
    .digest = aph_server_get_digest (self, model),
  };

  return aph_origin_new (&fields);
}
