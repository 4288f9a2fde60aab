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

/* Those of @refused of which the index knows that their prompts fit. */
static gboolean
search_refused (GHashTable         *refused,
                const AphJobQuery  *query,
                AphLoader          *loader,
                GError            **error)
{
  const AphJobQuery search = { .batch = query->batch, .search = query->search };
  g_autoptr (GHashTable) found = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) ids = NULL;
  GHashTableIter iter;
  gpointer id;

  if (query->search == NULL || *query->search == '\0')
    return TRUE;
  ids = aph_loader_find (loader, &search, 0, error);
  if (ids == NULL)
    return FALSE;

  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (found, GSIZE_TO_POINTER (g_array_index (ids, guint64, i)));
  g_hash_table_iter_init (&iter, refused);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (found, id))
      g_hash_table_iter_replace (&iter, NULL);

  return TRUE;
}

/* Where @id has to be among @ids in the order of input; at the end of those in another order. */
static guint
find_position (const AphJobQuery *query,
               GArray            *ids,
               guint64            id)
{
  guint position = ids->len;

  while (query->sort == APH_SORT_INPUT && position > 0
         && (g_array_index (ids, guint64, position - 1) > id) != query->descending)
    position--;

  return position;
}

/* On disk, what cannot be written is not as it is: among the @ids that @query has found there, it
 * may be or not by mistake. In the thread of @loader; @refused, which aph_store_list_refused() has
 * made, then knows of each whether it fits in every respect. */
gboolean
aph_store_put_refused (GHashTable         *refused,
                       const AphJobQuery  *query,
                       AphLoader          *loader,
                       GArray             *ids,
                       GError            **error)
{
  g_autoptr (GHashTable) missing = NULL;
  GHashTableIter iter;
  gpointer key, record;
  guint n_left = 0;

  if (g_hash_table_size (refused) == 0)
    return TRUE;
  if (!search_refused (refused, query, loader, error))
    return FALSE;

  missing = g_hash_table_new (NULL, NULL);
  g_hash_table_iter_init (&iter, refused);
  while (g_hash_table_iter_next (&iter, &key, &record))
    if (record != NULL)
      g_hash_table_add (missing, key);

  for (guint i = 0; i < ids->len; i++)
    {
      gpointer id = GSIZE_TO_POINTER (g_array_index (ids, guint64, i));

      if (g_hash_table_contains (refused, id) && !g_hash_table_remove (missing, id))
        continue;
      g_array_index (ids, guint64, n_left++) = GPOINTER_TO_SIZE (id);
    }
  g_array_set_size (ids, n_left);

  g_hash_table_iter_init (&iter, missing);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint64 id = GPOINTER_TO_SIZE (key);

      g_array_insert_val (ids, find_position (query, ids, id), id);
    }

  return TRUE;
}
