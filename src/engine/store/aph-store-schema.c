/* aph-store-schema.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "job/aph-job.h"
#include "store/aph-store-schema.h"

/* A write-ahead log of 64 MiB before its pages are moved to their places: each page of an import
 * is written there once, not once every 4 MiB. */
#define PRAGMAS \
  "PRAGMA journal_mode = WAL;" \
  "PRAGMA synchronous = FULL;" \
  "PRAGMA wal_autocheckpoint = 16384;" \
  "PRAGMA journal_size_limit = 67108864;" \
  "PRAGMA cache_size = -16384;"

/* What makes version N of version N - 1; what is written here once never changes.
 *
 * `jobs` is narrow, so that filtering and sorting a million of them reads little; the texts are
 * apart. What is not known is NULL. Times are microseconds since 1970. `lot` is the model and the
 * load-time options, see aph_request_dup_load_key(). A row with a `removal` is to be seen by
 * nobody. `pieces` is the text of answers that arrive, until they end. */
static const char *const migrations[] = {
  "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);"
  "CREATE TABLE params (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);"
  "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE batches (id INTEGER PRIMARY KEY, created INTEGER NOT NULL, title TEXT NOT NULL,"
  " source TEXT, template TEXT, model TEXT, params TEXT,"
  " archived INTEGER NOT NULL DEFAULT 0, removal INTEGER NOT NULL DEFAULT 0,"
  " waiting INTEGER NOT NULL DEFAULT 0, running INTEGER NOT NULL DEFAULT 0,"
  " done INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,"
  " cancelled INTEGER NOT NULL DEFAULT 0, suspect INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE jobs (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, state INTEGER NOT NULL,"
  " lot INTEGER NOT NULL, model INTEGER, params INTEGER NOT NULL, default_model INTEGER NOT NULL,"
  " queued INTEGER NOT NULL,"
  " removal INTEGER NOT NULL DEFAULT 0, urgent INTEGER NOT NULL DEFAULT 0,"
  " rating INTEGER NOT NULL DEFAULT 0, marks INTEGER NOT NULL DEFAULT 0,"
  " chunks INTEGER, attempts INTEGER, strikes INTEGER, server INTEGER, in_flight INTEGER,"
  " origin INTEGER, done_reason INTEGER, failure INTEGER, status INTEGER,"
  " sent INTEGER, first_token INTEGER, first_answer INTEGER, last_token INTEGER, ended INTEGER,"
  " prompt_tokens INTEGER, answer_tokens INTEGER,"
  " load_ns INTEGER, prompt_ns INTEGER, answer_ns INTEGER, total_ns INTEGER);"
  "CREATE INDEX jobs_of_batch ON jobs (batch) WHERE removal = 0;"
  "CREATE INDEX jobs_waiting ON jobs (batch, lot) WHERE state = 0 AND removal = 0;"
  "CREATE INDEX jobs_running ON jobs (state) WHERE state BETWEEN 1 AND 3;"
  "CREATE INDEX jobs_urgent ON jobs (urgent) WHERE urgent > 0;"
  "CREATE INDEX jobs_removed ON jobs (removal) WHERE removal > 0;"
  "CREATE TABLE prompts (id INTEGER PRIMARY KEY, prompt TEXT NOT NULL, custom_id TEXT, vars TEXT,"
  " images TEXT);"
  "CREATE TABLE answers (id INTEGER PRIMARY KEY, answer TEXT, thinking TEXT, partial TEXT,"
  " message TEXT, note TEXT);"
  "CREATE TABLE pieces (id INTEGER PRIMARY KEY, job INTEGER NOT NULL, is_answer INTEGER NOT NULL,"
  " text TEXT NOT NULL);"
  "CREATE INDEX pieces_of_job ON pieces (job);"
  "CREATE TABLE attempts (id INTEGER PRIMARY KEY, job INTEGER NOT NULL, number INTEGER NOT NULL,"
  " state INTEGER NOT NULL, server TEXT, sent INTEGER, first_token INTEGER, ended INTEGER,"
  " failure INTEGER, status INTEGER, message TEXT, thinking TEXT, answer TEXT);"
  "CREATE INDEX attempts_of_job ON attempts (job);",

  /* Search, see aph-search-index.c. */
  "CREATE VIRTUAL TABLE search USING fts5 (prompt, answer, thinking, content = '',"
  " columnsize = 0, tokenize = 'antiphon');"
  "CREATE TABLE unindexed (id INTEGER PRIMARY KEY, absent INTEGER NOT NULL);"
  "ALTER TABLE answers ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;",

  /* The order of the queue: a row has a place of its own only if somebody has moved it, so that no
   * row is written here. See APH_PLACE_SHIFT. */
  "ALTER TABLE jobs ADD COLUMN place INTEGER;"
  "DROP INDEX jobs_waiting;"
  "CREATE INDEX jobs_waiting ON jobs (batch, lot, ifnull (place, id << 24))"
  " WHERE state = 0 AND removal = 0;"
  "CREATE INDEX jobs_placed ON jobs (place) WHERE place IS NOT NULL;",
};

#define VERSION ((gint64) G_N_ELEMENTS (migrations))

static gboolean
migrate (AphDatabase  *database,
         gint64        version,
         GError      **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);

  g_debug ("store: from version %" G_GINT64_FORMAT " to the next", version);

  if (aph_database_execute (database, "BEGIN IMMEDIATE", error)
      && aph_database_execute (database, migrations[version], error)
      && aph_database_execute (database, stamp, error)
      && aph_database_execute (database, "COMMIT", error))
    return TRUE;

  if (sqlite3_get_autocommit (aph_database_get_handle (database)) == 0)
    aph_database_execute (database, "ROLLBACK", NULL);

  return FALSE;
}

/**
 * aph_store_schema_prepare:
 * @database: a database that was just opened for writing
 * @error: return location
 *
 * Makes the tables of a new database and brings those of an older version up to date.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR: %APH_STORE_ERROR_NEWER if a newer version wrote it, in
 *   which case it was not touched
 */
gboolean
aph_store_schema_prepare (AphDatabase  *database,
                          GError      **error)
{
  gint64 version;

  if (!aph_database_get_int (database, "PRAGMA user_version", &version, error))
    return FALSE;

  if (version > VERSION || version < 0)
    {
      g_set_error (error, APH_STORE_ERROR, APH_STORE_ERROR_NEWER,
                   "version %" G_GINT64_FORMAT, version);
      return FALSE;
    }

  if (!aph_database_execute (database, PRAGMAS, error))
    return FALSE;

  while (version < VERSION)
    if (!migrate (database, version++, error))
      return FALSE;

  return TRUE;
}

/* What was running when the process ended waits again. Its text is kept as a partial answer, and
 * as an attempt, which does not count as one. */
#define RECOVER \
  "INSERT INTO attempts (job, number, state, server, sent, first_token, thinking, answer)" \
  " SELECT id, ifnull (attempts, 1), state, (SELECT word FROM words WHERE words.id = server)," \
  "  sent, first_token," \
  "  (SELECT group_concat (text, '') FROM (SELECT text FROM pieces" \
  "    WHERE job = jobs.id AND is_answer = 0 ORDER BY id))," \
  "  (SELECT group_concat (text, '') FROM (SELECT text FROM pieces" \
  "    WHERE job = jobs.id AND is_answer = 1 ORDER BY id))" \
  " FROM jobs WHERE state BETWEEN 1 AND 3;" \
  "INSERT INTO answers (id, partial)" \
  " SELECT id, (SELECT group_concat (text, '') FROM (SELECT text FROM pieces" \
  "    WHERE job = jobs.id AND is_answer = 1 ORDER BY id)) AS partial" \
  " FROM jobs WHERE state BETWEEN 1 AND 3" \
  "  AND EXISTS (SELECT 1 FROM pieces WHERE job = jobs.id AND is_answer = 1)" \
  " ON CONFLICT (id) DO UPDATE SET partial = excluded.partial;" \
  "UPDATE answers SET answer = NULL, thinking = NULL, message = NULL, indexed = 0" \
  " WHERE id IN (SELECT id FROM jobs WHERE state BETWEEN 1 AND 3);" \
  "UPDATE batches SET waiting = waiting + running, running = 0 WHERE running > 0;" \
  "UPDATE jobs SET state = 0, attempts = attempts - 1, chunks = NULL, marks = 0," \
  " sent = NULL, first_token = NULL, first_answer = NULL, last_token = NULL, ended = NULL" \
  " WHERE state BETWEEN 1 AND 3;" \
  "DELETE FROM pieces;"

/**
 * aph_store_schema_recover:
 * @database: a database that was prepared
 * @error: return location
 *
 * Tidies up what a process has left that did not end by itself.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_store_schema_recover (AphDatabase  *database,
                          GError      **error)
{
  G_STATIC_ASSERT (APH_JOB_WAITING == 0 && APH_JOB_SENT == 1 && APH_JOB_ANSWERING == 3);

  if (aph_database_execute (database, "BEGIN IMMEDIATE", error)
      && aph_database_execute (database, RECOVER, error)
      && aph_database_execute (database, "COMMIT", error))
    return TRUE;

  if (sqlite3_get_autocommit (aph_database_get_handle (database)) == 0)
    aph_database_execute (database, "ROLLBACK", NULL);

  return FALSE;
}
