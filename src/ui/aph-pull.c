/* aph-pull.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-pull"

#include "config.h"

#include <glib/gi18n.h>

#include "server/aph-server-models.h"
#include "ui/aph-format.h"
#include "ui/aph-pull.h"

struct _AphPull
{
  GObject parent_instance;

  AphServer *server;
  char *model;
  GCancellable *cancellable;
  char *status;           /* (nullable) what the server does, in its words */
  gint64 completed;
  gint64 total;
  AphFailure *failure;    /* (nullable) */
  gboolean has_ended;
};

enum
{
  CHANGED,
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphPull, aph_pull, G_TYPE_OBJECT)

static void
aph_pull_finalize (GObject *object)
{
  AphPull *self = APH_PULL (object);

  g_object_unref (self->server);
  g_object_unref (self->cancellable);
  g_free (self->model);
  g_free (self->status);
  g_clear_pointer (&self->failure, aph_failure_unref);

  G_OBJECT_CLASS (aph_pull_parent_class)->finalize (object);
}

static void
aph_pull_class_init (AphPullClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aph_pull_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aph_pull_init (AphPull *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * aph_pull_new:
 * @server: a server whose models can be managed
 * @model: the name of a model, as its library knows it
 *
 * Returns: (transfer full): a download that has not begun
 */
AphPull *
aph_pull_new (AphServer  *server,
              const char *model)
{
  AphPull *self;

  g_return_val_if_fail (APH_IS_SERVER (server), NULL);
  g_return_val_if_fail (model != NULL, NULL);

  self = g_object_new (APH_TYPE_PULL, NULL);
  self->server = g_object_ref (server);
  self->model = g_strdup (model);

  return self;
}

static void
pulled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphPull) self = user_data;

  aph_server_pull_finish (APH_SERVER (source), result, &self->failure);
  self->has_ended = TRUE;
  g_signal_emit (self, signals[ENDED], 0);
}

static void
progress_cb (const char *status,
             gint64      completed,
             gint64      total,
             gpointer    user_data)
{
  AphPull *self = user_data;

  g_free (self->status);
  self->status = g_strdup (status);
  self->completed = completed;
  self->total = total;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * aph_pull_start:
 * @self: a download, once
 *
 * It is kept alive until it has ended.
 */
void
aph_pull_start (AphPull *self)
{
  g_return_if_fail (APH_IS_PULL (self));
  g_return_if_fail (!self->has_ended);

  aph_server_pull_async (self->server, self->model, progress_cb, self, self->cancellable,
                         pulled_cb, g_object_ref (self));
}

/**
 * aph_pull_cancel:
 * @self: a download
 *
 * What is there already is kept by the server for the next time.
 */
void
aph_pull_cancel (AphPull *self)
{
  g_return_if_fail (APH_IS_PULL (self));

  g_cancellable_cancel (self->cancellable);
}

AphServer *
aph_pull_get_server (AphPull *self)
{
  g_return_val_if_fail (APH_IS_PULL (self), NULL);

  return self->server;
}

const char *
aph_pull_get_model (AphPull *self)
{
  g_return_val_if_fail (APH_IS_PULL (self), NULL);

  return self->model;
}

gboolean
aph_pull_has_ended (AphPull *self)
{
  g_return_val_if_fail (APH_IS_PULL (self), FALSE);

  return self->has_ended;
}

/**
 * aph_pull_get_failure:
 * @self: a download that has ended
 *
 * Returns: (transfer none) (nullable): why the model is not there
 */
AphFailure *
aph_pull_get_failure (AphPull *self)
{
  g_return_val_if_fail (APH_IS_PULL (self), NULL);

  return self->failure;
}

/**
 * aph_pull_get_fraction:
 * @self: a download
 *
 * Returns: how much of it is there, from 0 to 1; -1 while that is not known
 */
double
aph_pull_get_fraction (AphPull *self)
{
  g_return_val_if_fail (APH_IS_PULL (self), -1);

  if (self->total <= 0)
    return -1;

  return CLAMP ((double) self->completed / self->total, 0, 1);
}

/**
 * aph_pull_dup_status:
 * @self: a download
 *
 * Returns: (transfer full): how it goes, in one line
 */
char *
aph_pull_dup_status (AphPull *self)
{
  g_autofree char *completed = NULL;
  g_autofree char *total = NULL;

  g_return_val_if_fail (APH_IS_PULL (self), NULL);

  if (self->failure != NULL)
    return g_strdup (aph_failure_get_message (self->failure));
  if (self->status == NULL)
    return g_strdup (_("Connecting…"));
  if (self->total <= 0)
    return g_strdup (self->status);

  completed = g_format_size (self->completed);
  total = g_format_size (self->total);

  /* Translators: how much of a download is there, and how much there will be */
  return g_strdup_printf (_("%s of %s downloaded"), completed, total);
}
