/* aph-job-query-sql.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-job-query-sql.h"

/* What each #AphJobSort sorts by; NULL is what is not known. */
static const char *const sort_keys[APH_JOB_N_SORTS] = {
  [APH_SORT_INPUT] = NULL,
  [APH_SORT_STATE] = "CASE WHEN j.state BETWEEN 1 AND 3 THEN 0 WHEN j.state = 0 THEN 1"
                     " ELSE j.state END",
  [APH_SORT_MODEL] = "(SELECT word FROM words WHERE id = j.model)",
  [APH_SORT_SERVER] = "(SELECT word FROM words WHERE id = j.server)",
  [APH_SORT_PROMPT] = "(SELECT substr (prompt, 1, 200) FROM prompts WHERE id = j.id)",
  [APH_SORT_TOKENS] = "j.answer_tokens",
  [APH_SORT_TOKEN_RATE] = "CASE WHEN j.answer_tokens > 0 AND j.answer_ns > 0"
                          " THEN j.answer_tokens * 1e9 / j.answer_ns END",
  [APH_SORT_TTFT] = "j.first_token - j.sent",
  [APH_SORT_DURATION] = "j.ended - j.sent",
  [APH_SORT_ENDED] = "j.ended",
  [APH_SORT_RATING] = "nullif (j.rating, 0)",
};

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

/* The jobs of a batch lie side by side, as good as always: reading that stretch of the table is
 * faster than looking up each by the index. */
static void
append_batch (GString  *sql,
              gboolean  is_plain)
{
  if (is_plain)
    g_string_append (sql, " AND j.batch = ?1");
  else
    g_string_append (sql,
      " AND +j.batch = ?1 AND j.id BETWEEN"
      " (SELECT min (id) FROM jobs WHERE batch = ?1 AND removal = 0) AND"
      " (SELECT max (id) FROM jobs WHERE batch = ?1 AND removal = 0)");
}

static void
append_filters (GString           *sql,
                const AphJobQuery *query)
{
  if (query->states != 0)
    g_string_append (sql, " AND (1 << j.state) & ?2");
  if (query->marks != 0)
    g_string_append (sql, " AND j.marks & ?3");
  if (query->min_rating > 0)
    g_string_append (sql, " AND j.rating >= ?4");
  if (is_given (query->model))
    g_string_append (sql, " AND j.model = (SELECT id FROM words WHERE word = ?5)");
  if (is_given (query->server))
    g_string_append (sql, " AND j.server = (SELECT id FROM words WHERE word = ?6)");
}

static char *
make_sql (const AphJobQuery *self)
{
  const char *key = sort_keys[self->sort];
  gboolean is_plain = key == NULL && !aph_job_query_is_filtering (self);
  GString *sql = g_string_new ("SELECT j.id FROM jobs j WHERE j.removal = 0");

  if (self->batch != 0)
    append_batch (sql, is_plain);
  else
    g_string_append (sql, " AND j.batch NOT IN (SELECT id FROM batches WHERE removal > 0)");
  append_filters (sql, self);

  g_string_append (sql, " ORDER BY ");
  if (key != NULL)
    g_string_append_printf (sql, "%s %s NULLS LAST, ", key, self->descending ? "DESC" : "ASC");
  g_string_append (sql, self->descending && key == NULL ? "j.id DESC" : "j.id");

  return g_string_free (sql, FALSE);
}

/**
 * aph_job_query_prepare:
 * @self: a query
 * @database: of a store
 * @error: return location
 *
 * Returns: (transfer none): a statement, ready to be stepped, whose rows are the numbers of the
 *   jobs; @self is to stay until then
 */
sqlite3_stmt *
aph_job_query_prepare (const AphJobQuery  *self,
                       AphDatabase        *database,
                       GError            **error)
{
  g_autofree char *sql = make_sql (self);
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);

  if (statement == NULL)
    return NULL;

  /* What the statement does not ask for is not bound. */
  aph_database_bind_int (statement, 1, self->batch);
  aph_database_bind_int (statement, 2, self->states);
  aph_database_bind_int (statement, 3, self->marks);
  aph_database_bind_int (statement, 4, self->min_rating);
  aph_database_bind_text (statement, 5, self->model);
  aph_database_bind_text (statement, 6, self->server);

  return statement;
}
