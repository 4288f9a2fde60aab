/* aph-store-load.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "base/aph-json.h"
#include "store/aph-job-query-sql.h"
#include "store/aph-placement-runs.h"
#include "store/aph-store-load.h"

/* Beyond this many different params it is cheaper to read than to remember. */
#define MAX_REMEMBERED 1024

struct _AphLoader
{
  AphDatabase *database;  /* (not owned) */
  GHashTable *params;     /* number -> AphParams */
  gboolean is_forgiving;  /* what can be read of a job is better than nothing */
  gboolean is_known;      /* whether the next one is known */
  gboolean has_places;    /* it was written by a version that had them, or brought up to date */
};

/* @place is what there is of it. */
#define JOB_COLUMNS(place) \
  "j.id, j.batch, j.state, m.word, j.params, j.default_model, j.queued, j.rating, j.marks," \
  " j.chunks, j.attempts, j.strikes, s.word, j.in_flight, r.word, j.failure, j.status, j.sent," \
  " j.first_token, j.first_answer, j.last_token, j.ended, j.prompt_tokens, j.answer_tokens," \
  " j.load_ns, j.prompt_ns, j.answer_ns, j.total_ns, p.prompt, p.custom_id, p.vars, p.images," \
  " o.word, ifnull (" place ", 0), j.urgent"

#define NOTE_COLUMNS " a.message, a.note"
#define TEXT_COLUMNS NOTE_COLUMNS ", a.answer, a.thinking, a.partial"

#define JOB_TABLES \
  " FROM jobs j JOIN prompts p ON p.id = j.id" \
  " LEFT JOIN words m ON m.id = j.model LEFT JOIN words s ON s.id = j.server" \
  " LEFT JOIN words r ON r.id = j.done_reason LEFT JOIN words o ON o.id = j.origin" \
  " LEFT JOIN answers a ON a.id = j.id WHERE j.id = ?1"

/**
 * aph_loader_new:
 * @database: (transfer none): of a store; it outlives the loader
 *
 * Returns: (transfer full): what reads from it
 */
AphLoader *
aph_loader_new (AphDatabase *database)
{
  AphLoader *self = g_new0 (AphLoader, 1);

  self->database = database;
  self->params =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) aph_params_unref);

  return self;
}

void
aph_loader_free (AphLoader *self)
{
  g_hash_table_unref (self->params);
  g_free (self);
}

/**
 * aph_loader_set_forgiving:
 * @self: a loader
 * @is_forgiving: whether a job whose params cannot be read is loaded without them, whatever the
 *   reason
 */
void
aph_loader_set_forgiving (AphLoader *self,
                          gboolean   is_forgiving)
{
  self->is_forgiving = is_forgiving;
}

/* Params that are damaged are those that leave all to the server. That they cannot be read just now
 * is another thing: the job would be asked, and kept, without them. */
static AphParams *
read_params (AphLoader  *self,
             gint64      id,
             GError    **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *statement =
    aph_database_prepare (self->database, "SELECT body FROM params WHERE id = ?1", &local);

  if (statement != NULL)
    {
      aph_database_bind_int (statement, 1, id);
      if (aph_database_step (self->database, statement, &local))
        {
          g_autofree char *body = aph_database_dup_text (statement, 0);
          g_autofree char *text = g_strconcat ("{", body, "}", NULL);

          object = aph_json_parse_object (text, -1, NULL);
        }
      sqlite3_reset (statement);
    }

  if (local != NULL && !self->is_forgiving
      && !g_error_matches (local, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return object != NULL ? aph_params_new_from_body (object) : aph_params_new ();
}

/* Thousands of jobs share one. */
static AphParams *
load_params (AphLoader  *self,
             gint64      id,
             GError    **error)
{
  AphParams *params = g_hash_table_lookup (self->params, GSIZE_TO_POINTER (id));

  if (params != NULL)
    return params;

  params = read_params (self, id, error);
  if (params == NULL)
    return NULL;

  if (g_hash_table_size (self->params) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->params);
  g_hash_table_insert (self->params, GSIZE_TO_POINTER (id), params);

  return params;
}

static AphRequest *
read_request (AphLoader     *self,
              sqlite3_stmt  *statement,
              GError       **error)
{
  AphParams *params = load_params (self, sqlite3_column_int64 (statement, 4), error);
  g_autofree char *model = aph_database_dup_text (statement, 3);
  g_autofree char *prompt = aph_database_dup_text (statement, 28);
  g_autofree char *custom_id = aph_database_dup_text (statement, 29);
  g_autofree char *vars = aph_database_dup_text (statement, 30);
  g_autofree char *joined = aph_database_dup_text (statement, 31);
  g_auto (GStrv) images = joined != NULL ? g_strsplit (joined, "\n", -1) : NULL;
  AphRequestFields fields = {
    .model = model,
    .prompt = prompt != NULL ? prompt : "",
    .params = params,
    .custom_id = custom_id,
    .vars = vars,
    .images = (const char *const *) images,
  };

  return params != NULL ? aph_request_new_full (&fields) : NULL;
}

/* What a file says is not to be believed. */
static AphJobState
read_state (sqlite3_stmt *statement,
            int           column)
{
  gint64 state = sqlite3_column_int64 (statement, column);

  return state >= 0 && state < APH_JOB_N_STATES ? (AphJobState) state : APH_JOB_FAILED;
}

static AphFailureClass
read_failure (sqlite3_stmt *statement,
              int           column)
{
  gint64 failure = sqlite3_column_int64 (statement, column);

  return failure >= 0 && failure <= APH_FAILURE_CANCELLED ? (AphFailureClass) failure
                                                          : APH_FAILURE_PERMANENT;
}

static AphJobRecord *
read_record (AphLoader     *self,
             sqlite3_stmt  *statement,
             gboolean       with_texts,
             GError       **error)
{
  AphRequest *request = read_request (self, statement, error);
  AphJobRecord *record;

  if (request == NULL)
    return NULL;

  record = aph_job_record_new ();
  record->id = sqlite3_column_int64 (statement, 0);
  record->batch = sqlite3_column_int64 (statement, 1);
  record->request = request;
  record->default_model = sqlite3_column_int (statement, 5) != 0;
  record->place = sqlite3_column_int64 (statement, 33);
  record->urgent = sqlite3_column_int64 (statement, 34);
  record->state = read_state (statement, 2);
  record->marks = sqlite3_column_int (statement, 8);
  record->chunks = sqlite3_column_int (statement, 9);
  record->attempts = sqlite3_column_int (statement, 10);
  record->strikes = sqlite3_column_int (statement, 11);
  record->server = aph_database_dup_text (statement, 12);
  record->in_flight = sqlite3_column_int (statement, 13);
  record->done_reason = aph_database_dup_text (statement, 14);
  record->has_failure = sqlite3_column_type (statement, 15) != SQLITE_NULL;
  record->failure_class = read_failure (statement, 15);
  record->status = sqlite3_column_int (statement, 16);
  record->rating = MIN ((guint) sqlite3_column_int (statement, 7), APH_MAX_RATING);
  record->times = (AphTimes) {
    .queued = sqlite3_column_int64 (statement, 6),
    .sent = sqlite3_column_int64 (statement, 17),
    .first_token = sqlite3_column_int64 (statement, 18),
    .first_answer = sqlite3_column_int64 (statement, 19),
    .last_token = sqlite3_column_int64 (statement, 20),
    .ended = sqlite3_column_int64 (statement, 21),
  };
  record->usage = (AphUsage) {
    .prompt_tokens = aph_database_get_known (statement, 22, -1),
    .answer_tokens = aph_database_get_known (statement, 23, -1),
    .load_ns = aph_database_get_known (statement, 24, -1),
    .prompt_ns = aph_database_get_known (statement, 25, -1),
    .answer_ns = aph_database_get_known (statement, 26, -1),
    .total_ns = aph_database_get_known (statement, 27, -1),
  };
  record->origin = aph_database_dup_text (statement, 32);
  record->message = aph_database_dup_text (statement, 35);
  record->note = aph_database_dup_text (statement, 36);
  if (with_texts)
    {
      record->answer = aph_database_dup_text (statement, 37);
      record->thinking = aph_database_dup_text (statement, 38);
      record->partial = aph_database_dup_text (statement, 39);
    }

  return record;
}

/* What is damaged is read as it is, also if an older version wrote it. */
static gboolean
has_places (AphLoader *self)
{
  gint64 n_columns = 1;

  if (!self->is_known)
    {
      aph_database_get_int (self->database,
                            "SELECT count (*) FROM pragma_table_info ('jobs')"
                            " WHERE name = 'place'", &n_columns, NULL);
      self->has_places = n_columns > 0;
      self->is_known = TRUE;
    }

  return self->has_places;
}

static const char *
get_job_sql (AphLoader *self,
             gboolean   with_texts)
{
  if (has_places (self))
    return with_texts ? "SELECT " JOB_COLUMNS ("j.place") "," TEXT_COLUMNS JOB_TABLES
                      : "SELECT " JOB_COLUMNS ("j.place") "," NOTE_COLUMNS JOB_TABLES;

  return with_texts ? "SELECT " JOB_COLUMNS ("NULL") "," TEXT_COLUMNS JOB_TABLES
                    : "SELECT " JOB_COLUMNS ("NULL") "," NOTE_COLUMNS JOB_TABLES;
}

/**
 * aph_loader_load_job:
 * @self: a loader
 * @id: the number of a job
 * @with_texts: whether its answer, thinking and partial answer are wanted
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what is known of it; %NULL without @error if there is no
 *   such job
 */
AphJobRecord *
aph_loader_load_job (AphLoader  *self,
                     guint64     id,
                     gboolean    with_texts,
                     GError    **error)
{
  AphJobRecord *record = NULL;
  sqlite3_stmt *statement =
    aph_database_prepare (self->database, get_job_sql (self, with_texts), error);

  if (statement == NULL)
    return NULL;

  aph_database_bind_int (statement, 1, id);
  if (aph_database_step (self->database, statement, error))
    record = read_record (self, statement, with_texts, error);
  sqlite3_reset (statement);

  return record;
}

/**
 * aph_loader_load_jobs:
 * @self: a loader
 * @ids: (array length=n_ids): numbers of jobs
 * @n_ids: how many
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphJobRecord): with their texts; those that do not exist
 *   are missing
 */
GPtrArray *
aph_loader_load_jobs (AphLoader      *self,
                      const guint64  *ids,
                      guint           n_ids,
                      GError        **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_full (n_ids, (GDestroyNotify) aph_job_record_free);

  for (guint i = 0; i < n_ids; i++)
    {
      g_autoptr (GError) local = NULL;
      AphJobRecord *record = aph_loader_load_job (self, ids[i], TRUE, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (record != NULL)
        g_ptr_array_add (records, record);
    }

  return g_steal_pointer (&records);
}

/* The first column of all rows, as guint64; and of the last row the second column, if it is asked
 * for. */
static GArray *
collect_ids (AphLoader     *self,
             sqlite3_stmt  *statement,
             guint64       *last,
             GError       **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GError) local = NULL;

  while (aph_database_step (self->database, statement, &local))
    {
      guint64 id = sqlite3_column_int64 (statement, 0);

      if (last != NULL)
        *last = sqlite3_column_int64 (statement, 1);
      g_array_append_val (ids, id);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&ids);
}

/**
 * aph_loader_find:
 * @self: a loader
 * @query: which jobs
 * @max_rows: how many of the first, if aph_job_query_has_first(); 0 for all
 * @error: return location
 *
 * Returns: (transfer full) (element-type guint64): their numbers, in the order that is wanted
 */
GArray *
aph_loader_find (AphLoader          *self,
                 const AphJobQuery  *query,
                 guint               max_rows,
                 GError            **error)
{
  sqlite3_stmt *statement = aph_job_query_prepare (query, self->database, max_rows, error);

  return statement != NULL ? collect_ids (self, statement, NULL, error) : NULL;
}

static AphBatch *
read_batch (sqlite3_stmt *statement)
{
  g_autofree char *title = aph_database_dup_text (statement, 2);
  g_autofree char *source = aph_database_dup_text (statement, 3);
  g_autofree char *template = aph_database_dup_text (statement, 4);
  g_autofree char *model = aph_database_dup_text (statement, 5);
  g_autofree char *params = aph_database_dup_text (statement, 6);
  const AphBatchDetails details = {
    .title = title != NULL ? title : "",
    .source = source,
    .template = template,
    .model = model,
    .params = params,
  };
  static const AphJobState states[] = {
    APH_JOB_WAITING, APH_JOB_SENT, APH_JOB_DONE, APH_JOB_FAILED, APH_JOB_CANCELLED,
  };
  AphBatch *batch = aph_batch_new (sqlite3_column_int64 (statement, 0),
                                   sqlite3_column_int64 (statement, 1), &details);

  aph_batch_set_archived (batch, sqlite3_column_int (statement, 7) != 0);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    aph_batch_count (batch, states[i], CLAMP (sqlite3_column_int64 (statement, 8 + i), 0,
                                              G_MAXINT));
  aph_batch_count_suspect (batch, CLAMP (sqlite3_column_int64 (statement, 13), 0, G_MAXINT));

  return batch;
}

/**
 * aph_loader_load_batches:
 * @self: a loader
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphBatch): all that were not removed, the newest first
 */
GPtrArray *
aph_loader_load_batches (AphLoader  *self,
                         GError    **error)
{
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT id, created, title, source, template, model, params, archived, waiting, running, done,"
    " failed, cancelled, suspect FROM batches WHERE removal = 0 ORDER BY id DESC", error);

  if (statement == NULL)
    return NULL;

  while (aph_database_step (self->database, statement, &local))
    g_ptr_array_add (batches, read_batch (statement));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&batches);
}

/**
 * aph_loader_load_attempts:
 * @self: a loader
 * @job: the number of a job
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphAttempt): those that have ended, the first one first
 */
GPtrArray *
aph_loader_load_attempts (AphLoader  *self,
                          guint64     job,
                          GError    **error)
{
  g_autoptr (GPtrArray) attempts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_attempt_free);
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT number, state, server, sent, first_token, ended, failure, status, message, thinking,"
    " answer FROM attempts WHERE job = ?1 ORDER BY id", error);

  if (statement == NULL)
    return NULL;

  aph_database_bind_int (statement, 1, job);
  while (aph_database_step (self->database, statement, &local))
    {
      AphAttempt *attempt = g_new0 (AphAttempt, 1);

      attempt->number = sqlite3_column_int (statement, 0);
      attempt->state = read_state (statement, 1);
      attempt->server = aph_database_dup_text (statement, 2);
      attempt->sent = sqlite3_column_int64 (statement, 3);
      attempt->first_token = sqlite3_column_int64 (statement, 4);
      attempt->ended = sqlite3_column_int64 (statement, 5);
      attempt->has_failure = sqlite3_column_type (statement, 6) != SQLITE_NULL;
      attempt->failure_class = read_failure (statement, 6);
      attempt->status = sqlite3_column_int (statement, 7);
      attempt->message = aph_database_dup_text (statement, 8);
      attempt->thinking = aph_database_dup_text (statement, 9);
      attempt->answer = aph_database_dup_text (statement, 10);
      g_ptr_array_add (attempts, attempt);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&attempts);
}

/* One step to the next row of @sql, which is the next line. */
static gboolean
step_to_line (AphDatabase  *database,
              const char   *sql,
              AphLine      *line,
              GError      **error)
{
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);
  gboolean is_found;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, line->batch);
  aph_database_bind_int (statement, 2, line->lot);
  is_found = aph_database_step (database, statement, error);
  if (is_found)
    {
      line->batch = sqlite3_column_int64 (statement, 0);
      line->lot = sqlite3_column_int64 (statement, 1);
    }
  sqlite3_reset (statement);

  return is_found;
}

/**
 * aph_line_next:
 * @line: (inout): a line, or where one might be
 * @database: of a store
 * @error: return location
 *
 * Hops over the index to the next line where jobs wait, so a million of them cost nothing. (Given
 * both columns at once, as a row value, SQLite would walk.)
 *
 * Returns: whether there is one; %FALSE with an %APH_STORE_ERROR if that fails
 */
gboolean
aph_line_next (AphLine      *line,
               AphDatabase  *database,
               GError      **error)
{
  g_autoptr (GError) local = NULL;

  if (step_to_line (database,
                    "SELECT batch, lot FROM jobs INDEXED BY jobs_waiting"
                    " WHERE state = 0 AND removal = 0 AND batch = ?1 AND lot > ?2"
                    " ORDER BY lot LIMIT 1", line, &local))
    return TRUE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return step_to_line (database,
                       "SELECT batch, lot FROM jobs INDEXED BY jobs_waiting"
                       " WHERE state = 0 AND removal = 0 AND batch > ?1 AND ?2 IS NOT NULL"
                       " ORDER BY batch, lot LIMIT 1", line, error);
}

/**
 * aph_loader_find_lines:
 * @self: a loader
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphLine): where jobs wait, batch by batch
 */
GArray *
aph_loader_find_lines (AphLoader  *self,
                       GError    **error)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (AphLine));
  g_autoptr (GError) local = NULL;
  AphLine line = { 0, G_MININT64 };

  while (aph_line_next (&line, self->database, &local))
    g_array_append_val (lines, line);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&lines);
}

#define BEHIND " FROM jobs INDEXED BY jobs_waiting WHERE state = 0 AND removal = 0" \
  " AND batch = ?1 AND lot = ?2 AND " APH_STORE_PLACE " > ?3"

/**
 * aph_loader_find_waiting:
 * @self: a loader
 * @line: where
 * @after: (inout): the place behind which they are; that of the last one that is returned
 * @max_jobs: how many, not 0; a few more if the last of them share a place
 * @error: return location
 *
 * Returns: (transfer full) (element-type guint64): the numbers of the next jobs that wait there
 */
GArray *
aph_loader_find_waiting (AphLoader      *self,
                         const AphLine  *line,
                         guint64        *after,
                         guint           max_jobs,
                         GError        **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT id, " APH_STORE_PLACE BEHIND
    " AND " APH_STORE_PLACE " <= ifnull ("
    "  (SELECT " APH_STORE_PLACE BEHIND " ORDER BY " APH_STORE_PLACE " LIMIT 1 OFFSET ?4 - 1),"
    "  9223372036854775807)"
    " ORDER BY " APH_STORE_PLACE, error);

  if (statement == NULL)
    return NULL;

  aph_database_bind_int (statement, 1, line->batch);
  aph_database_bind_int (statement, 2, line->lot);
  aph_database_bind_int (statement, 3, *after);
  aph_database_bind_int (statement, 4, max_jobs);

  return collect_ids (self, statement, after, error);
}

/**
 * aph_loader_load_places:
 * @self: a loader
 * @error: return location
 *
 * Returns: (transfer full): where the jobs are that somebody has moved
 */
AphPlaces *
aph_loader_load_places (AphLoader  *self,
                        GError    **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));
  g_autoptr (GError) local = NULL;
  /* Sorted by place, as what was moved together is. */
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT id, place FROM jobs INDEXED BY jobs_placed WHERE place IS NOT NULL ORDER BY place",
    error);

  if (statement == NULL)
    return NULL;

  while (aph_database_step (self->database, statement, &local))
    {
      const AphPlacementRun run = { .job = sqlite3_column_int64 (statement, 0), .n_jobs = 1,
                                    .place = sqlite3_column_int64 (statement, 1) };

      aph_placement_runs_append (runs, &run);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return aph_places_new (runs);
}

/**
 * aph_loader_find_urgent:
 * @self: a loader
 * @error: return location
 *
 * Returns: (transfer full) (element-type guint64): the waiting jobs that the user wants before all
 *   others, the most urgent last
 */
GArray *
aph_loader_find_urgent (AphLoader  *self,
                        GError    **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT id FROM jobs WHERE urgent > 0 AND state = 0 AND removal = 0"
    " ORDER BY urgent, " APH_STORE_PLACE " DESC LIMIT 1000",
    error);

  return statement != NULL ? collect_ids (self, statement, NULL, error) : NULL;
}

/**
 * aph_loader_list_values:
 * @self: a loader
 * @values: which
 * @batch: the number of a batch, or 0 for all
 * @error: return location
 *
 * Returns: (transfer full): what there is among the jobs, sorted
 */
GStrv
aph_loader_list_values (AphLoader       *self,
                        AphStoreValues   values,
                        guint64          batch,
                        GError         **error)
{
  g_autofree char *sql = g_strdup_printf (
    "SELECT word FROM words WHERE id IN (SELECT DISTINCT %s FROM jobs WHERE removal = 0%s)"
    " ORDER BY word", values == APH_STORE_MODELS ? "model" : "server",
    batch != 0 ? " AND batch = ?1" : "");
  sqlite3_stmt *statement = aph_database_prepare (self->database, sql, error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) local = NULL;

  if (statement == NULL)
    return NULL;

  if (batch != 0)
    aph_database_bind_int (statement, 1, batch);
  while (aph_database_step (self->database, statement, &local))
    {
      g_autofree char *value = aph_database_dup_text (statement, 0);

      if (value != NULL)
        g_strv_builder_add (builder, value);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_strv_builder_end (builder);
}
