/* aph-job-query-sql.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-job-query-sql.h"
#include "store/aph-search-tokenizer.h"

/* The jobs that the index has found, and, as long as it has not come to all, those behind it whose
 * prompt has the words in it. */
#define FOUND \
  "(SELECT rowid AS id FROM search WHERE search MATCH ?7 UNION ALL SELECT id FROM prompts" \
  " WHERE id >= ifnull ((SELECT value FROM counters WHERE name = 'index-next'), 1)" \
  "  AND prompt LIKE ?8 ESCAPE '\\' AND prompt LIKE ?9 ESCAPE '\\') f CROSS JOIN jobs j" \
  " ON j.id = f.id"

/* The first of those: the index has them in order, and what it has not come to is behind them. */
#define FOUND_FIRST \
  "(SELECT rowid AS id FROM search WHERE search MATCH ?7 ORDER BY rowid) f CROSS JOIN jobs j" \
  " ON j.id = f.id"

/* The last of those, the very last first. Without a limit SQLite would not keep to the order. */
#define FOUND_LAST \
  "(SELECT id FROM (SELECT id FROM prompts" \
  "  WHERE id >= ifnull ((SELECT value FROM counters WHERE name = 'index-next'), 1)" \
  "   AND prompt LIKE ?8 ESCAPE '\\' AND prompt LIKE ?9 ESCAPE '\\' ORDER BY id DESC LIMIT -1)" \
  " UNION ALL SELECT id FROM (SELECT rowid AS id FROM search WHERE search MATCH ?7" \
  "  ORDER BY rowid DESC LIMIT -1)) f CROSS JOIN jobs j ON j.id = f.id"

/* What each #AphJobSort sorts by; NULL is what is not known. */
static const char *const sort_keys[APH_JOB_N_SORTS] = {
  [APH_SORT_INPUT] = NULL,
  [APH_SORT_STATE] = "CASE WHEN j.state BETWEEN 1 AND 3 THEN 0 WHEN j.state = 0 THEN 1"
                     " ELSE j.state END",
  [APH_SORT_MODEL] = "w.word",
  [APH_SORT_SERVER] = "w.word",
  [APH_SORT_PROMPT] = "substr (p.prompt, 1, 200)",
  [APH_SORT_TOKENS] = "j.answer_tokens",
  [APH_SORT_TOKEN_RATE] = "CASE WHEN j.answer_tokens > 0 AND j.answer_ns > 0"
                          " THEN j.answer_tokens * 1e9 / j.answer_ns END",
  [APH_SORT_TTFT] = "j.first_token - j.sent",
  [APH_SORT_DURATION] = "j.ended - j.sent",
  [APH_SORT_ENDED] = "j.ended",
  [APH_SORT_RATING] = "nullif (j.rating, 0)",
};

/* What some of them need beside the jobs. */
static const char *const sort_joins[APH_JOB_N_SORTS] = {
  [APH_SORT_MODEL] = " LEFT JOIN words w ON w.id = j.model",
  [APH_SORT_SERVER] = " LEFT JOIN words w ON w.id = j.server",
  [APH_SORT_PROMPT] = " LEFT JOIN prompts p ON p.id = j.id",
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

static void
append_order (GString           *sql,
              const AphJobQuery *query)
{
  const char *key = sort_keys[query->sort];

  g_string_append (sql, " ORDER BY ");
  if (key != NULL)
    g_string_append_printf (sql, "%s %s NULLS LAST, ", key, query->descending ? "DESC" : "ASC");
  g_string_append (sql, query->descending && key == NULL ? "j.id DESC" : "j.id");
}

static char *
make_sql (const AphJobQuery *self,
          gboolean           is_search,
          guint              max_rows)
{
  const char *key = sort_keys[self->sort];
  gboolean is_plain = key == NULL && !aph_job_query_is_filtering (self);
  /* The index goes through the rows in the order of input. */
  gboolean is_in_order = is_search && max_rows > 0 && key == NULL;
  GString *sql = g_string_new ("SELECT j.id FROM ");

  if (is_search)
    g_string_append (sql, !is_in_order ? FOUND : self->descending ? FOUND_LAST : FOUND_FIRST);
  else
    g_string_append (sql, "jobs j");
  if (sort_joins[self->sort] != NULL)
    g_string_append (sql, sort_joins[self->sort]);
  g_string_append (sql, " WHERE j.removal = 0");
  if (is_search && self->batch != 0)
    g_string_append (sql, " AND +j.batch = ?1");
  else if (self->batch != 0)
    append_batch (sql, is_plain);
  else
    g_string_append (sql, " AND j.batch NOT IN (SELECT id FROM batches WHERE removal > 0)");
  append_filters (sql, self);

  /* Sorting would look at all. */
  if (!is_in_order)
    append_order (sql, self);
  if (max_rows > 0)
    g_string_append_printf (sql, " LIMIT %u", max_rows);

  return g_string_free (sql, FALSE);
}

/* The first two words of a search, each as a pattern; later ones are left to the index. */
static void
bind_patterns (sqlite3_stmt *statement,
               const char   *search)
{
  g_auto (GStrv) words = aph_search_split (search);
  int parameter = 8;

  for (guint i = 0; words[i] != NULL && parameter <= 9; i++)
    {
      g_autoptr (GString) pattern = g_string_new ("%");

      for (const char *c = words[i]; *c != '\0'; c++)
        {
          if (*c == '%' || *c == '_' || *c == '\\')
            g_string_append_c (pattern, '\\');
          g_string_append_c (pattern, *c);
        }
      g_string_append_c (pattern, '%');
      sqlite3_bind_text (statement, parameter++, pattern->str, -1, SQLITE_TRANSIENT);
    }
  for (; parameter <= 9; parameter++)
    sqlite3_bind_text (statement, parameter, "%", -1, SQLITE_STATIC);
}

/**
 * aph_job_query_has_first:
 * @self: a query
 *
 * A search in the order of input has them at once, from either end. To find out which of a million
 * come first in another order takes half as long as to sort them all, or less.
 *
 * Returns: whether its first rows are found sooner than all of them
 */
gboolean
aph_job_query_has_first (const AphJobQuery *self)
{
  g_autofree char *expression =
    is_given (self->search) ? aph_search_make_expression (self->search) : NULL;

  return expression != NULL || self->sort != APH_SORT_INPUT;
}

/**
 * aph_job_query_prepare:
 * @self: a query
 * @database: of a store
 * @max_rows: how many of its first rows, if it has such; 0 for all
 * @error: return location
 *
 * Returns: (transfer none): a statement, ready to be stepped, whose rows are the numbers of the
 *   jobs; @self is to stay until then
 */
sqlite3_stmt *
aph_job_query_prepare (const AphJobQuery  *self,
                       AphDatabase        *database,
                       guint               max_rows,
                       GError            **error)
{
  g_autofree char *expression =
    is_given (self->search) ? aph_search_make_expression (self->search) : NULL;
  g_autofree char *sql = make_sql (self, expression != NULL, max_rows);
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
  if (expression != NULL)
    {
      sqlite3_bind_text (statement, 7, expression, -1, SQLITE_TRANSIENT);
      if (max_rows == 0 || self->descending || self->sort != APH_SORT_INPUT)
        bind_patterns (statement, self->search);
    }

  return statement;
}
