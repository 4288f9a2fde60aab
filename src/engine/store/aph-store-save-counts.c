/* aph-store-save-counts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many jobs of each state a batch has.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-save.h"

/* Which column of a batch counts the jobs of a state. */
static const char *const count_sql[APH_JOB_N_STATES] = {
  [APH_JOB_WAITING] = "UPDATE batches SET waiting = waiting + ?2 WHERE id = ?1",
  [APH_JOB_SENT] = "UPDATE batches SET running = running + ?2 WHERE id = ?1",
  [APH_JOB_THINKING] = "UPDATE batches SET running = running + ?2 WHERE id = ?1",
  [APH_JOB_ANSWERING] = "UPDATE batches SET running = running + ?2 WHERE id = ?1",
  [APH_JOB_DONE] = "UPDATE batches SET done = done + ?2 WHERE id = ?1",
  [APH_JOB_FAILED] = "UPDATE batches SET failed = failed + ?2 WHERE id = ?1",
  [APH_JOB_CANCELLED] = "UPDATE batches SET cancelled = cancelled + ?2 WHERE id = ?1",
};

/**
 * aph_saver_count:
 * @self: a saver
 * @batch: the number of a batch
 * @state: a state
 * @n_more: how many more of its jobs are in it; may be negative
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_count (AphSaver     *self,
                 guint64       batch,
                 AphJobState   state,
                 gint64        n_more,
                 GError      **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database, count_sql[state], error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, batch);
  aph_database_bind_int (statement, 2, n_more);

  return aph_database_run (database, statement, error);
}

/* Of the jobs that are done, how many have marks. */
gboolean
aph_saver_count_suspect (AphSaver  *self,
                         guint64    batch,
                         gint64     n_more,
                         GError   **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement;

  if (n_more == 0)
    return TRUE;

  statement =
    aph_database_prepare (database, "UPDATE batches SET suspect = suspect + ?2 WHERE id = ?1",
                          error);
  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, batch);
  aph_database_bind_int (statement, 2, n_more);

  return aph_database_run (database, statement, error);
}

/**
 * aph_saver_recount:
 * @self: a saver
 * @removal: the number of a removal whose jobs are marked with it
 * @sign: -1 when they were removed, 1 when they are about to be put back
 * @error: return location
 *
 * Corrects the counts of their batches.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_recount (AphSaver  *self,
                   guint64    removal,
                   int        sign,
                   GError   **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database,
    "SELECT batch, state, count (*), sum (marks != 0) FROM jobs WHERE removal = ?1"
    " GROUP BY batch, state", error);
  g_autoptr (GError) local = NULL;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, removal);
  while (aph_database_step (database, statement, &local))
    {
      gint64 state = sqlite3_column_int64 (statement, 1);

      if (state < 0 || state >= APH_JOB_N_STATES)
        continue;
      if (!aph_saver_count (self, sqlite3_column_int64 (statement, 0), state,
                            sign * sqlite3_column_int64 (statement, 2), error)
          || (state == APH_JOB_DONE
              && !aph_saver_count_suspect (self, sqlite3_column_int64 (statement, 0),
                                           sign * sqlite3_column_int64 (statement, 3), error)))
        {
          sqlite3_reset (statement);
          return FALSE;
        }
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return TRUE;
}
