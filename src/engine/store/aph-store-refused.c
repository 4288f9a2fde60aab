/* aph-store-refused.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jobs that cannot be written although all else can. What we write is bounded, but an answer is as
 * long as a server makes it, and SQLite takes a billion bytes. Such a job does not stop the others:
 * it stays in memory, where it can be seen and exported, and is tried again now and then.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "job/aph-job-record.h"
#include "store/aph-store-private.h"

/* How long to wait before trying again, in seconds: twice as long each time, since each try copies
 * what is too large. */
#define FIRST_WAIT 5
#define LONGEST_WAIT 300

static gboolean
retry_cb (gpointer user_data)
{
  aph_store_retry_refused (APH_STORE (user_data));

  return G_SOURCE_REMOVE;
}

static void
retry_later (AphStore *self)
{
  if (self->refused_source != 0)
    return;

  self->refused_wait = CLAMP (2 * self->refused_wait, FIRST_WAIT, LONGEST_WAIT);
  self->refused_source = g_timeout_add_seconds (self->refused_wait, retry_cb, self);
}

static void
keep_attempts (AphHeld   *held,
               GPtrArray *attempts)
{
  if (attempts == NULL)
    return;

  if (held->refused_attempts == NULL)
    held->refused_attempts = attempts;
  else
    g_ptr_array_extend_and_steal (held->refused_attempts, attempts);
}

/* What was to be written of @job could not be; takes @attempts. */
void
aph_store_refuse (AphStore     *self,
                  AphJob       *job,
                  GPtrArray    *attempts,
                  const GError *refusal)
{
  AphHeld *held = g_hash_table_lookup (self->held, job);

  if (self->writer == NULL)
    {
      g_clear_pointer (&attempts, g_ptr_array_unref);
      return;
    }

  g_assert (held != NULL && held->n_writes > 0);

  held->n_writes--;
  held->is_refused = TRUE;
  keep_attempts (held, attempts);
  /* Its text is written from the beginning. */
  held->epoch = aph_job_get_text_epoch (job) - 1;

  retry_later (self);
  if (self->refusal == NULL)
    {
      g_debug ("store: job %" G_GUINT64_FORMAT ": %s", aph_job_get_id (job), refusal->message);
      self->refusal = g_error_copy (refusal);
      g_signal_emit_by_name (self, "error-changed");
    }
}

/* @jobs were written, as they were a moment ago. */
void
aph_store_accept (AphStore  *self,
                  GPtrArray *jobs)
{
  if (self->refusal == NULL)
    return;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphHeld *held = g_hash_table_lookup (self->held, g_ptr_array_index (jobs, i));

      if (held != NULL && held->refused_attempts == NULL)
        held->is_refused = FALSE;
    }

  if (aph_store_get_refusal (self, NULL) == NULL)
    {
      g_clear_error (&self->refusal);
      self->refused_wait = 0;
      g_signal_emit_by_name (self, "error-changed");
    }
}

/* Once more, since something may have changed meanwhile. */
void
aph_store_retry_refused (AphStore *self)
{
  GHashTableIter iter;
  gpointer value;

  g_clear_handle_id (&self->refused_source, g_source_remove);
  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((AphHeld *) value)->is_refused)
      aph_store_mark_dirty (self, ((AphHeld *) value)->job);
}

/**
 * aph_store_get_refusal:
 * @self: a store
 * @n_jobs: (out) (optional): how many jobs that is about
 *
 * Returns: (nullable): an %APH_STORE_ERROR while some jobs cannot be written although all else can.
 *   They stay in memory, are among aph_store_list_unwritten(), and are tried again now and then
 */
const GError *
aph_store_get_refusal (AphStore *self,
                       guint    *n_jobs)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_return_val_if_fail (APH_IS_STORE (self), NULL);

  g_hash_table_iter_init (&iter, self->held);
  while (self->refusal != NULL && g_hash_table_iter_next (&iter, NULL, &value))
    {
      const AphHeld *held = value;

      if (held->is_refused && !aph_store_is_removed (self, held->job))
        n++;
    }
  if (n_jobs != NULL)
    *n_jobs = n;

  return n > 0 ? self->refusal : NULL;
}

/* For each job that cannot be written and was not removed whether @query asks for it, as far as
 * that is not about its texts, and how it is then.
 * Returns: (transfer full): number of the job -> (nullable) #AphJobRecord of it */
GHashTable *
aph_store_list_refused (AphStore          *self,
                        const AphJobQuery *query,
                        gboolean           with_texts)
{
  GHashTable *records = g_hash_table_new_full (NULL, NULL, NULL,
                                               (GDestroyNotify) aph_job_record_free);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const AphHeld *held = value;
      AphJobRecord *record = NULL;

      if (!held->is_refused || aph_store_is_removed (self, held->job))
        continue;
      if (aph_job_query_matches (query, held->job))
        record = aph_job_record_new_from_job (held->job, with_texts);
      g_hash_table_insert (records, GSIZE_TO_POINTER (aph_job_get_id (held->job)), record);
    }

  return records;
}
