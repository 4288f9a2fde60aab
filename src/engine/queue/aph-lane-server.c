/* aph-lane-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a lane finds out about its server: who it is, how many requests it answers at once, and how
 * long a context it gives the model in use.
 */

#define G_LOG_DOMAIN "aph-lane"

#include "config.h"

#include "queue/aph-lane-private.h"
#include "server/aph-identity.h"
#include "server/aph-server-models.h"

void
aph_lane_forget_context (AphLane *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->context_length = -1;
}

void
aph_lane_stop_identifying (AphLane *self)
{
  if (self->identifying != NULL)
    g_cancellable_cancel (self->identifying);
  g_clear_object (&self->identifying);
}

/* Where the limit is left to us and the server says what it is good for, that is it. */
void
aph_lane_heed_slots (AphLane *self)
{
  guint slots = aph_server_get_slots (self->server);

  if (self->tuner != NULL && slots > 0)
    {
      aph_tuner_set_slots (self->tuner, slots);
      aph_lane_follow_tuner (self);
    }
}

static void
identified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AphLane *self = user_data;

  /* It was asked something else since, or is gone. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;

  aph_server_identify_finish (APH_SERVER (source), result);
  g_clear_object (&self->identifying);
  g_hash_table_remove_all (self->origins);
  aph_lane_heed_slots (self);
}

/* Whenever it may have become another one, or may have got another model. */
void
aph_lane_identify (AphLane *self)
{
  aph_lane_stop_identifying (self);
  self->identifying = g_cancellable_new ();
  aph_server_identify_async (self->server, self->identifying, identified_cb, self);
}

static void
listed_loaded_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (AphLane) self = user_data;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (AphFailure) failure = NULL;

  models = aph_server_list_loaded_finish (APH_SERVER (source), result, &failure);
  if (models == NULL)
    return;

  for (guint i = 0; i < models->len; i++)
    {
      AphModel *model = g_ptr_array_index (models, i);
      const AphModelMemory *memory = aph_model_get_memory (model);
      g_autofree char *name = aph_model_name_normalize (aph_model_get_name (model));
      g_autofree char *wanted = self->model != NULL ? aph_model_name_normalize (self->model) : NULL;

      if (memory != NULL && g_strcmp0 (name, wanted) == 0)
        self->context_length = memory->context_length;
    }
}

/* Once a model is loaded the server knows how long a prompt it can take: how long that is tells
 * whether one was cut. */
void
aph_lane_ask_context (AphLane *self)
{
  if (self->asking != NULL || !aph_server_can_load (self->server))
    return;

  self->asking = g_cancellable_new ();
  aph_server_list_loaded_async (self->server, self->asking, listed_loaded_cb, g_object_ref (self));
}

/* How long a context the model in use has where a request does not say, in tokens; -1 while that is
 * not known. */
gint64
aph_lane_get_context_length (AphLane *self)
{
  return self->context_length;
}

/* What is known of where answers of @model come from; the lane owns it. */
AphOrigin *
aph_lane_get_origin (AphLane    *self,
                     const char *model,
                     gboolean    streamed)
{
  AphOrigin *origin = g_hash_table_lookup (self->origins, model);

  if (origin == NULL || aph_origin_get_fields (origin)->streamed != streamed)
    {
      origin = aph_server_dup_origin (self->server, model, streamed);
      g_hash_table_replace (self->origins, g_strdup (model), origin);
    }

  return origin;
}
