/* aph-batch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-batch"

#include "config.h"

#include "store/aph-batch.h"

struct _AphBatch
{
  GObject parent_instance;

  guint64 id;
  gint64 created;
  AphBatchDetails details;  /* all owned */
  gboolean archived;
  guint counts[APH_JOB_N_STATES];
  guint n_suspect;
  guint revision;
};

enum
{
  PROP_0,
  PROP_ARCHIVED,
  PROP_TITLE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphBatch, aph_batch, G_TYPE_OBJECT)

static void
aph_batch_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  AphBatch *self = APH_BATCH (object);

  switch (prop_id)
    {
    case PROP_ARCHIVED:
      g_value_set_boolean (value, aph_batch_get_archived (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, aph_batch_get_title (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_batch_finalize (GObject *object)
{
  AphBatch *self = APH_BATCH (object);

  g_free ((char *) self->details.title);
  g_free ((char *) self->details.source);
  g_free ((char *) self->details.template);
  g_free ((char *) self->details.model);
  g_free ((char *) self->details.params);

  G_OBJECT_CLASS (aph_batch_parent_class)->finalize (object);
}

static void
aph_batch_class_init (AphBatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = aph_batch_finalize;
  object_class->get_property = aph_batch_get_property;

  properties[PROP_ARCHIVED] = g_param_spec_boolean ("archived", NULL, NULL, FALSE, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_batch_init (AphBatch *self)
{
}

/**
 * aph_batch_new:
 * @id: its number in the store
 * @created: when it was made, in microseconds since 1970
 * @details: what is known of it; everything is copied
 *
 * Returns: (transfer full): a batch without prompts
 */
AphBatch *
aph_batch_new (guint64                id,
               gint64                 created,
               const AphBatchDetails *details)
{
  AphBatch *self;

  g_return_val_if_fail (details != NULL, NULL);
  g_return_val_if_fail (details->title != NULL, NULL);

  self = g_object_new (APH_TYPE_BATCH, NULL);
  self->id = id;
  self->created = created;
  self->details = (AphBatchDetails) {
    .title = g_strdup (details->title),
    .source = g_strdup (details->source),
    .template = g_strdup (details->template),
    .model = g_strdup (details->model),
    .params = g_strdup (details->params),
  };

  return self;
}

/**
 * aph_batch_get_id:
 * @self: a batch
 *
 * Returns: its number, which aph_job_get_batch() gives for its jobs; never 0
 */
guint64
aph_batch_get_id (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  return self->id;
}

/**
 * aph_batch_get_created:
 * @self: a batch
 *
 * Returns: when it was made, in microseconds since 1970
 */
gint64
aph_batch_get_created (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  return self->created;
}

const char *
aph_batch_get_title (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), "");

  return self->details.title;
}

/**
 * aph_batch_get_details:
 * @self: a batch
 *
 * Returns: (transfer none): where it came from and what was chosen for it
 */
const AphBatchDetails *
aph_batch_get_details (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), NULL);

  return &self->details;
}

/**
 * aph_batch_get_archived:
 * @self: a batch
 *
 * Returns: whether the user has put it out of sight
 */
gboolean
aph_batch_get_archived (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), FALSE);

  return self->archived;
}

/**
 * aph_batch_get_revision:
 * @self: a batch
 *
 * Returns: a number that changes with every change of the batch
 */
guint
aph_batch_get_revision (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  return self->revision;
}

/**
 * aph_batch_get_counts:
 * @self: a batch
 *
 * Returns: (transfer none) (array fixed-size=7): how many of its jobs are in each #AphJobState
 */
const guint *
aph_batch_get_counts (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), NULL);

  return self->counts;
}

guint
aph_batch_get_n_jobs (AphBatch *self)
{
  guint n_jobs = 0;

  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    n_jobs += self->counts[i];

  return n_jobs;
}

/**
 * aph_batch_get_n_active:
 * @self: a batch
 *
 * Returns: how many of its jobs wait or run
 */
guint
aph_batch_get_n_active (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  return self->counts[APH_JOB_WAITING] + self->counts[APH_JOB_SENT]
         + self->counts[APH_JOB_THINKING] + self->counts[APH_JOB_ANSWERING];
}

/**
 * aph_batch_get_n_suspect:
 * @self: a batch
 *
 * Returns: how many of its jobs are done but have marks
 */
guint
aph_batch_get_n_suspect (AphBatch *self)
{
  g_return_val_if_fail (APH_IS_BATCH (self), 0);

  return self->n_suspect;
}

/**
 * aph_batch_set_title:
 * @self: a batch
 * @title: what the user calls it now
 */
void
aph_batch_set_title (AphBatch   *self,
                     const char *title)
{
  char *copy;

  g_return_if_fail (APH_IS_BATCH (self));
  g_return_if_fail (title != NULL);

  if (g_str_equal (title, self->details.title))
    return;

  copy = g_strdup (title);
  g_free ((char *) self->details.title);
  self->details.title = copy;
  self->revision++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
aph_batch_set_archived (AphBatch *self,
                        gboolean  archived)
{
  g_return_if_fail (APH_IS_BATCH (self));

  if (self->archived == archived)
    return;

  self->archived = archived;
  self->revision++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ARCHIVED]);
}

/**
 * aph_batch_count:
 * @self: a batch
 * @state: a state
 * @n_more: how many more of its jobs are in it than before; may be negative
 */
void
aph_batch_count (AphBatch    *self,
                 AphJobState  state,
                 int          n_more)
{
  g_return_if_fail (APH_IS_BATCH (self));
  g_return_if_fail ((gint64) self->counts[state] + n_more >= 0);

  self->counts[state] += n_more;
  self->revision++;
}

/**
 * aph_batch_count_suspect:
 * @self: a batch
 * @n_more: how many more of its jobs are done with marks than before; may be negative
 */
void
aph_batch_count_suspect (AphBatch *self,
                         int       n_more)
{
  g_return_if_fail (APH_IS_BATCH (self));
  g_return_if_fail ((gint64) self->n_suspect + n_more >= 0);

  self->n_suspect += n_more;
  self->revision++;
}
