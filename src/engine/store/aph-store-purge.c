/* aph-store-purge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deletes what an earlier process has removed and nobody can put back any more.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-search-index.h"
#include "store/aph-store-purge.h"

/* How many jobs are deleted at a time: a transaction that nobody notices. */
#define PURGE_JOBS 200

static const char *const deletions[] = {
  "DELETE FROM prompts WHERE id = ?1",
  "DELETE FROM answers WHERE id = ?1",
  "DELETE FROM pieces WHERE job = ?1",
  "DELETE FROM attempts WHERE job = ?1",
  "DELETE FROM jobs WHERE id = ?1",
};

static gboolean
delete_job (AphDatabase  *database,
            guint64       id,
            GError      **error)
{
  if (!aph_search_index_remove (database, id, FALSE, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (deletions); i++)
    {
      sqlite3_stmt *statement = aph_database_prepare (database, deletions[i], error);

      if (statement == NULL)
        return FALSE;
      aph_database_bind_int (statement, 1, id);
      if (!aph_database_run (database, statement, error))
        return FALSE;
    }

  return TRUE;
}

/* Deletes some of the jobs that @statement gives.
 * Returns: how many, or -1 with @error */
static int
delete_some (AphDatabase   *database,
             sqlite3_stmt  *statement,
             GError       **error)
{
  g_autoptr (GError) local = NULL;
  guint64 ids[PURGE_JOBS];
  guint n_ids = 0;

  while (n_ids < PURGE_JOBS && aph_database_step (database, statement, &local))
    ids[n_ids++] = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return -1;
    }

  for (guint i = 0; i < n_ids; i++)
    if (!delete_job (database, ids[i], error))
      return -1;

  return n_ids;
}

static int
purge_jobs (AphSaver  *saver,
            GError   **error)
{
  AphDatabase *database = aph_saver_get_database (saver);
  sqlite3_stmt *statement = aph_database_prepare (database,
    "SELECT id FROM jobs WHERE removal > 0 AND removal < ?1", error);

  if (statement == NULL)
    return -1;

  aph_database_bind_int (statement, 1, aph_saver_get_born (saver));

  return delete_some (database, statement, error);
}

/* Of the first batch that was removed as a whole; 0 if there is none. */
static gint64
find_batch (AphSaver  *saver,
            GError   **error)
{
  AphDatabase *database = aph_saver_get_database (saver);
  sqlite3_stmt *statement = aph_database_prepare (database,
    "SELECT id FROM batches WHERE removal > 0 AND removal < ?1 LIMIT 1", error);
  gint64 batch = 0;

  if (statement == NULL)
    return 0;

  aph_database_bind_int (statement, 1, aph_saver_get_born (saver));
  if (aph_database_step (database, statement, error))
    batch = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);

  return batch;
}

static int
purge_batch (AphSaver  *saver,
             GError   **error)
{
  AphDatabase *database = aph_saver_get_database (saver);
  gint64 batch = find_batch (saver, error);
  sqlite3_stmt *statement;
  int n_deleted;

  if (batch == 0)
    return 0;

  statement =
    aph_database_prepare (database, "SELECT id FROM jobs WHERE batch = ?1 AND removal = 0", error);
  if (statement == NULL)
    return -1;
  aph_database_bind_int (statement, 1, batch);
  n_deleted = delete_some (database, statement, error);
  if (n_deleted != 0)
    return n_deleted;

  statement = aph_database_prepare (database, "DELETE FROM batches WHERE id = ?1", error);
  if (statement == NULL)
    return -1;
  aph_database_bind_int (statement, 1, batch);

  return aph_database_run (database, statement, error) ? 1 : -1;
}

/**
 * aph_store_purge:
 * @saver: what to write with
 * @error: return location
 *
 * Deletes some of what was removed.
 *
 * Returns: whether anything was deleted; %FALSE with an %APH_STORE_ERROR if that failed
 */
gboolean
aph_store_purge (AphSaver  *saver,
                 GError   **error)
{
  int n_deleted = purge_jobs (saver, error);

  if (n_deleted == 0)
    n_deleted = purge_batch (saver, error);

  return n_deleted > 0;
}
