/* aph-search-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The full-text index follows what is written, when there is nothing else to write. It has no texts
 * of its own, so whatever is taken out of it must be told as it was put in.
 *
 * All jobs with a number below the counter "index-next" are in it, but those that are in
 * `unindexed` with `absent` set. The others there are in it as they were. An answer is in it if
 * `answers` says that it is `indexed`.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-search-index.h"

/* How long it goes on before it looks whether there is something else to write. */
#define SLICE_TIME (30 * G_TIME_SPAN_MILLISECOND)

#define TEXTS_OF_JOB \
  "SELECT p.prompt, a.answer, a.thinking, ifnull (a.indexed, 0) FROM prompts p" \
  " LEFT JOIN answers a ON a.id = p.id WHERE p.id = ?1"

/**
 * aph_search_index_get_next:
 * @database: of a store
 * @next: (out): the number of the first job that the index has not come to
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_search_index_get_next (AphDatabase  *database,
                           gint64       *next,
                           GError      **error)
{
  return aph_database_get_int (database,
                               "SELECT ifnull ((SELECT value FROM counters"
                               " WHERE name = 'index-next'), 1)", next, error);
}

static gboolean
run_for (AphDatabase  *database,
         const char   *sql,
         gint64        first,
         gint64        second,
         GError      **error)
{
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, first);
  aph_database_bind_int (statement, 2, second);

  return aph_database_run (database, statement, error);
}

/* Tells the index the texts of the row that @texts is at, to put in or to take out. */
static gboolean
tell (AphDatabase   *database,
      const char    *sql,
      guint64        job,
      sqlite3_stmt  *texts,
      int            first_column,
      gboolean       with_answer,
      GError       **error)
{
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, job);
  sqlite3_bind_value (statement, 2, sqlite3_column_value (texts, first_column));
  if (with_answer)
    {
      sqlite3_bind_value (statement, 3, sqlite3_column_value (texts, first_column + 1));
      sqlite3_bind_value (statement, 4, sqlite3_column_value (texts, first_column + 2));
    }

  return aph_database_run (database, statement, error);
}

#define PUT_IN "INSERT INTO search (rowid, prompt, answer, thinking) VALUES (?1, ?2, ?3, ?4)"
#define TAKE_OUT "INSERT INTO search (search, rowid, prompt, answer, thinking)" \
                 " VALUES ('delete', ?1, ?2, ?3, ?4)"

/* Whether @job is in the index in any form. */
static gboolean
is_present (AphDatabase  *database,
            guint64       job,
            gboolean     *present,
            GError      **error)
{
  sqlite3_stmt *statement;
  g_autoptr (GError) local = NULL;
  gint64 next;

  if (!aph_search_index_get_next (database, &next, error))
    return FALSE;

  *present = (gint64) job < next;
  if (!*present)
    return TRUE;

  statement = aph_database_prepare (database,
                                    "SELECT 1 FROM unindexed WHERE id = ?1 AND absent = 1", error);
  if (statement == NULL)
    return FALSE;
  aph_database_bind_int (statement, 1, job);
  *present = !aph_database_step (database, statement, &local);
  sqlite3_reset (statement);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return error == NULL || *error == NULL;
}

/**
 * aph_search_index_remove:
 * @database: of a store
 * @job: the number of a job whose texts are about to change or to go
 * @add_again: whether it is to be in the index again
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_search_index_remove (AphDatabase  *database,
                         guint64       job,
                         gboolean      add_again,
                         GError      **error)
{
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *texts;
  gboolean present;
  gboolean is_done = TRUE;

  if (!is_present (database, job, &present, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  texts = aph_database_prepare (database, TEXTS_OF_JOB, error);
  if (texts == NULL)
    return FALSE;
  aph_database_bind_int (texts, 1, job);
  if (present && aph_database_step (database, texts, &local))
    is_done = tell (database, TAKE_OUT, job, texts, 0, sqlite3_column_int (texts, 3) != 0, &local);
  sqlite3_reset (texts);

  if (is_done && local == NULL)
    is_done = run_for (database, "UPDATE answers SET indexed = 0 WHERE id = ?1", job, 0, &local)
              && (add_again
                    ? !present || aph_search_index_add_later (database, job, TRUE, &local)
                    : run_for (database, "DELETE FROM unindexed WHERE id = ?1", job, 0, &local));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return is_done;
}

/**
 * aph_search_index_add_later:
 * @database: of a store
 * @job: the number of a job
 * @is_absent: whether it is not in the index; otherwise it is there as it was
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_search_index_add_later (AphDatabase  *database,
                            guint64       job,
                            gboolean      is_absent,
                            GError      **error)
{
  return run_for (database,
                  "INSERT INTO unindexed (id, absent) VALUES (?1, ?2)"
                  " ON CONFLICT (id) DO UPDATE SET absent = max (absent, excluded.absent)",
                  job, is_absent, error);
}

/* One that has changed.
 * Returns: whether there was one */
static gboolean
catch_up (AphDatabase  *database,
          GError      **error)
{
  sqlite3_stmt *statement = aph_database_prepare (database,
    "SELECT u.id, p.prompt, a.answer, a.thinking, u.absent, ifnull (a.indexed, 0)"
    " FROM unindexed u LEFT JOIN prompts p ON p.id = u.id LEFT JOIN answers a ON a.id = u.id"
    " LIMIT 1", error);
  guint64 job;
  gboolean is_done;

  if (statement == NULL || !aph_database_step (database, statement, error))
    return FALSE;

  job = sqlite3_column_int64 (statement, 0);
  is_done = sqlite3_column_type (statement, 1) == SQLITE_NULL
            || ((sqlite3_column_int (statement, 4) != 0
                 || tell (database, TAKE_OUT, job, statement, 1,
                          sqlite3_column_int (statement, 5) != 0, error))
                && tell (database, PUT_IN, job, statement, 1, TRUE, error));
  sqlite3_reset (statement);

  return is_done
         && run_for (database, "UPDATE answers SET indexed = 1 WHERE id = ?1", job, 0, error)
         && run_for (database, "DELETE FROM unindexed WHERE id = ?1", job, 0, error);
}

/* Those that the index has not come to, until @end.
 * Returns: whether there are more */
static gboolean
advance (AphDatabase  *database,
         gint64        end,
         GError      **error)
{
  sqlite3_stmt *statement = aph_database_prepare (database,
    "SELECT p.id, p.prompt, a.answer, a.thinking, a.id FROM prompts p"
    " LEFT JOIN answers a ON a.id = p.id WHERE p.id >= ?1 ORDER BY p.id", error);
  g_autoptr (GError) local = NULL;
  gint64 next;
  gboolean any = FALSE;

  if (statement == NULL || !aph_search_index_get_next (database, &next, error))
    return FALSE;

  aph_database_bind_int (statement, 1, next);
  while (g_get_monotonic_time () < end && aph_database_step (database, statement, &local))
    {
      gint64 job = sqlite3_column_int64 (statement, 0);

      any = TRUE;
      if (!tell (database, PUT_IN, job, statement, 1, TRUE, &local)
          || (sqlite3_column_type (statement, 4) != SQLITE_NULL
              && !run_for (database, "UPDATE answers SET indexed = 1 WHERE id = ?1", job, 0,
                           &local)))
        break;
      next = job + 1;
    }
  sqlite3_reset (statement);

  if (local == NULL && any)
    run_for (database, "INSERT INTO counters (name, value) VALUES ('index-next', ?1)"
             " ON CONFLICT (name) DO UPDATE SET value = excluded.value", next, 0, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return any;
}

/**
 * aph_search_index_go_on:
 * @database: of a store, in a transaction
 * @error: return location
 *
 * Puts some more into the index.
 *
 * Returns: whether there may be more; %FALSE with an %APH_STORE_ERROR if that failed
 */
gboolean
aph_search_index_go_on (AphDatabase  *database,
                        GError      **error)
{
  gint64 end = g_get_monotonic_time () + SLICE_TIME;
  g_autoptr (GError) local = NULL;

  while (g_get_monotonic_time () < end)
    if (!catch_up (database, &local))
      break;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return g_get_monotonic_time () >= end || advance (database, end, error);
}
