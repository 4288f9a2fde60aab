/* aph-queue-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-row"

#include "config.h"

#include "ui/aph-queue-row.h"

struct _AphQueueRow
{
  GObject parent_instance;

  AphJob *job;
  guint position;
};

enum
{
  PROP_0,
  PROP_JOB,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphQueueRow, aph_queue_row, G_TYPE_OBJECT)

static void
aph_queue_row_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_JOB:
      g_value_set_object (value, APH_QUEUE_ROW (object)->job);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_queue_row_finalize (GObject *object)
{
  g_object_unref (APH_QUEUE_ROW (object)->job);

  G_OBJECT_CLASS (aph_queue_row_parent_class)->finalize (object);
}

static void
aph_queue_row_class_init (AphQueueRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_queue_row_finalize;
  object_class->get_property = aph_queue_row_get_property;

  properties[PROP_JOB] =
    g_param_spec_object ("job", NULL, NULL, APH_TYPE_JOB,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_queue_row_init (AphQueueRow *self)
{
}

/**
 * aph_queue_row_new:
 * @job: the job that is there
 * @position: where it is in the list
 *
 * Returns: (transfer full): a row
 */
AphQueueRow *
aph_queue_row_new (AphJob *job,
                   guint   position)
{
  AphQueueRow *self;

  g_return_val_if_fail (APH_IS_JOB (job), NULL);

  self = g_object_new (APH_TYPE_QUEUE_ROW, NULL);
  self->job = g_object_ref (job);
  self->position = position;

  return self;
}

/**
 * aph_queue_row_get_job:
 * @self: a row
 *
 * Returns: (transfer none): the job that is there now
 */
AphJob *
aph_queue_row_get_job (AphQueueRow *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_ROW (self), NULL);

  return self->job;
}

/**
 * aph_queue_row_set_job:
 * @self: a row
 * @job: which job it shows from now on
 */
void
aph_queue_row_set_job (AphQueueRow *self,
                       AphJob      *job)
{
  g_return_if_fail (APH_IS_QUEUE_ROW (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (g_set_object (&self->job, job))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOB]);
}

/**
 * aph_queue_row_get_position:
 * @self: a row
 *
 * Returns: where it is in the list of its #AphQueueRows
 */
guint
aph_queue_row_get_position (AphQueueRow *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_ROW (self), 0);

  return self->position;
}

/**
 * aph_queue_row_set_position:
 * @self: a row
 * @position: where it is now; nothing is moved by this
 */
void
aph_queue_row_set_position (AphQueueRow *self,
                            guint        position)
{
  g_return_if_fail (APH_IS_QUEUE_ROW (self));

  self->position = position;
}
