/* aph-retry-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-retry-queue"

#include "config.h"

#include "queue/aph-retry-queue.h"

typedef struct
{
  AphJob *job;
  gint64 due;        /* monotonic, microseconds */
} Entry;

struct _AphRetryQueue
{
  GSequence *entries;   /* of Entry, by due time */
  GHashTable *places;   /* AphJob (not owned) -> GSequenceIter */
  guint timer;
  AphRetryFunc func;
  gpointer user_data;
};

static void wait_for_first (AphRetryQueue *self);

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->job);
  g_free (entry);
}

static int
compare_due (gconstpointer a,
             gconstpointer b,
             gpointer      user_data)
{
  gint64 due_a = ((const Entry *) a)->due;
  gint64 due_b = ((const Entry *) b)->due;

  return (due_a > due_b) - (due_a < due_b);
}

/**
 * aph_retry_queue_new:
 * @func: called in the main context when a job's time has come
 * @user_data: for @func
 *
 * Returns: (transfer full): an empty queue
 */
AphRetryQueue *
aph_retry_queue_new (AphRetryFunc func,
                     gpointer     user_data)
{
  AphRetryQueue *self = g_new0 (AphRetryQueue, 1);

  self->entries = g_sequence_new (entry_free);
  self->places = g_hash_table_new (NULL, NULL);
  self->func = func;
  self->user_data = user_data;

  return self;
}

void
aph_retry_queue_free (AphRetryQueue *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->places);
  g_sequence_free (self->entries);
  g_free (self);
}

/* Takes out the first job that is due at @now; the caller owns it. */
static AphJob *
take_due (AphRetryQueue *self,
          gint64         now)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (self->entries);
  Entry *entry;
  AphJob *job;

  if (g_sequence_iter_is_end (iter))
    return NULL;

  entry = g_sequence_get (iter);
  if (entry->due > now)
    return NULL;

  job = g_object_ref (entry->job);
  g_hash_table_remove (self->places, job);
  g_sequence_remove (iter);

  return job;
}

static void
hand_out (AphRetryQueue *self,
          gint64         now)
{
  AphJob *job;

  while ((job = take_due (self, now)) != NULL)
    {
      self->func (job, self->user_data);
      g_object_unref (job);
    }
  wait_for_first (self);
}

static gboolean
due_cb (gpointer user_data)
{
  AphRetryQueue *self = user_data;

  self->timer = 0;
  hand_out (self, g_get_monotonic_time ());

  return G_SOURCE_REMOVE;
}

static void
wait_for_first (AphRetryQueue *self)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (self->entries);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (!g_sequence_iter_is_end (iter))
    {
      Entry *entry = g_sequence_get (iter);
      gint64 wait = MAX (0, entry->due - g_get_monotonic_time ());

      self->timer = g_timeout_add ((guint) (wait / 1000 + 1), due_cb, self);
    }
}

/**
 * aph_retry_queue_add:
 * @self: a queue
 * @job: a waiting job that is not in it
 * @milliseconds: how long it has to wait at least
 */
void
aph_retry_queue_add (AphRetryQueue *self,
                     AphJob        *job,
                     guint          milliseconds)
{
  Entry *entry = g_new (Entry, 1);

  entry->job = g_object_ref (job);
  entry->due = g_get_monotonic_time () + milliseconds * G_GINT64_CONSTANT (1000);
  g_hash_table_insert (self->places, job,
                       g_sequence_insert_sorted (self->entries, entry, compare_due, NULL));
  wait_for_first (self);
}

/**
 * aph_retry_queue_remove:
 * @self: a queue
 * @job: a job
 *
 * Returns: whether it was there
 */
gboolean
aph_retry_queue_remove (AphRetryQueue *self,
                        AphJob        *job)
{
  GSequenceIter *iter = g_hash_table_lookup (self->places, job);

  if (iter == NULL)
    return FALSE;

  g_hash_table_remove (self->places, job);
  g_sequence_remove (iter);
  wait_for_first (self);

  return TRUE;
}

/**
 * aph_retry_queue_clear:
 * @self: a queue
 *
 * Nobody waits here any more, and nobody is handed out.
 */
void
aph_retry_queue_clear (AphRetryQueue *self)
{
  g_hash_table_remove_all (self->places);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->entries),
                           g_sequence_get_end_iter (self->entries));
  wait_for_first (self);
}

/**
 * aph_retry_queue_flush:
 * @self: a queue
 *
 * Everybody's time has come.
 */
void
aph_retry_queue_flush (AphRetryQueue *self)
{
  hand_out (self, G_MAXINT64);
}

guint
aph_retry_queue_get_length (AphRetryQueue *self)
{
  return g_hash_table_size (self->places);
}
