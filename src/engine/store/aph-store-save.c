/* aph-store-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-search-index.h"
#include "store/aph-store-save.h"

/* Beyond this many different texts it is cheaper to look than to remember. */
#define MAX_REMEMBERED 4096

struct _AphSaver
{
  AphDatabase *database;  /* (not owned) */
  gint64 born;            /* in microseconds since 1970 */
  gint64 index_next;      /* where the search index is; -1: unknown */
  GHashTable *words;      /* text -> number */
  GHashTable *params;     /* text -> number */
  gboolean is_careful;    /* one part is not to take others with it */
};

/**
 * aph_saver_new:
 * @database: (transfer none): of a store; it outlives the saver
 *
 * Returns: (transfer full): what writes to it
 */
AphSaver *
aph_saver_new (AphDatabase *database)
{
  AphSaver *self = g_new0 (AphSaver, 1);

  self->database = database;
  self->born = g_get_real_time ();
  self->index_next = -1;
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
aph_saver_free (AphSaver *self)
{
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->params);
  g_free (self);
}

/**
 * aph_saver_forget:
 * @self: a saver
 *
 * The transaction was rolled back, and with it what the database was thought to have.
 */
void
aph_saver_forget (AphSaver *self)
{
  g_hash_table_remove_all (self->words);
  g_hash_table_remove_all (self->params);
  self->index_next = -1;
}

/**
 * aph_saver_set_careful:
 * @self: a saver
 * @careful: whether what is written now could not be written as a whole before
 *
 * See aph_saver_save_part().
 */
void
aph_saver_set_careful (AphSaver *self,
                       gboolean  careful)
{
  self->is_careful = careful;
}

static gboolean
undo_part (AphSaver  *self,
           GError   **error)
{
  aph_saver_forget (self);

  return aph_database_execute (self->database, "ROLLBACK TO part", error)
         && aph_database_execute (self->database, "RELEASE part", error);
}

/**
 * aph_saver_save_part:
 * @self: a saver
 * @func: writes one of many parts that have nothing to do with each other
 * @part: for @func
 * @refusal: (out) (nullable): why this part cannot be written although all else can: it is bigger
 *   than anything in the database may be, for one
 * @error: return location
 *
 * Normally a part that cannot be written is an error like any other. Only when what it belongs to
 * is tried again and aph_saver_set_careful() was called, each is guarded by itself, which costs
 * more.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR if nothing can be written
 */
gboolean
aph_saver_save_part (AphSaver      *self,
                     AphWriteFunc   func,
                     gpointer       part,
                     GError       **refusal,
                     GError       **error)
{
  g_autoptr (GError) local = NULL;

  if (!self->is_careful)
    return func (self, part, error);

  if (!aph_database_execute (self->database, "SAVEPOINT part", error))
    return FALSE;
  if (func (self, part, &local))
    return aph_database_execute (self->database, "RELEASE part", error);

  if (!g_error_matches (local, APH_STORE_ERROR, APH_STORE_ERROR_FAILED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *refusal = g_steal_pointer (&local);

  return undo_part (self, error);
}

AphDatabase *
aph_saver_get_database (AphSaver *self)
{
  return self->database;
}

/* The number of @text, which is added if it is new. */
static gboolean
intern (AphSaver    *self,
        GHashTable  *known,
        const char  *find,
        const char  *insert,
        const char  *text,
        gint64      *id,
        GError     **error)
{
  gint64 *found = g_hash_table_lookup (known, text);
  sqlite3_stmt *statement;
  g_autoptr (GError) local = NULL;

  if (found != NULL)
    {
      *id = *found;
      return TRUE;
    }

  statement = aph_database_prepare (self->database, find, error);
  if (statement == NULL)
    return FALSE;
  aph_database_bind_text (statement, 1, text);
  if (aph_database_step (self->database, statement, &local))
    {
      *id = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }
  else if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  else
    {
      statement = aph_database_prepare (self->database, insert, error);
      if (statement == NULL)
        return FALSE;
      aph_database_bind_text (statement, 1, text);
      if (!aph_database_run (self->database, statement, error))
        return FALSE;
      *id = sqlite3_last_insert_rowid (aph_database_get_handle (self->database));
    }

  if (g_hash_table_size (known) >= MAX_REMEMBERED)
    g_hash_table_remove_all (known);
  found = g_new (gint64, 1);
  *found = *id;
  g_hash_table_insert (known, g_strdup (text), found);

  return TRUE;
}

/* 0 for no word. */
static gboolean
intern_word (AphSaver    *self,
             const char  *word,
             gint64      *id,
             GError     **error)
{
  *id = 0;

  return word == NULL
         || intern (self, self->words, "SELECT id FROM words WHERE word = ?1",
                    "INSERT INTO words (word) VALUES (?1)", word, id, error);
}

typedef struct
{
  gint64 lot;
  gint64 model;
  gint64 params;
} RequestIds;

static gboolean
intern_request (AphSaver    *self,
                AphRequest  *request,
                RequestIds  *ids,
                GError     **error)
{
  AphParams *params = aph_request_get_params (request);
  const char *model = aph_request_get_model (request);
  g_autofree char *lot = g_strconcat (model != NULL ? model : "", "\n",
                                      aph_params_get_load_key (params), NULL);

  return intern_word (self, lot, &ids->lot, error)
         && intern_word (self, model, &ids->model, error)
         && intern (self, self->params, "SELECT id FROM params WHERE body = ?1",
                    "INSERT INTO params (body) VALUES (?1)", aph_params_get_text (params),
                    &ids->params, error);
}

/* When it was made; what was removed before then cannot be put back. */
gint64
aph_saver_get_born (AphSaver *self)
{
  return self->born;
}

gboolean
aph_saver_add_batch (AphSaver               *self,
                     guint64                 id,
                     gint64                  created,
                     const AphBatchDetails  *details,
                     GError                **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database,
                          "INSERT INTO batches (id, created, title, source, template, model,"
                          " params) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  aph_database_bind_int (statement, 2, created);
  aph_database_bind_text (statement, 3, details->title);
  aph_database_bind_text (statement, 4, details->source);
  aph_database_bind_text (statement, 5, details->template);
  aph_database_bind_text (statement, 6, details->model);
  aph_database_bind_text (statement, 7, details->params);

  return aph_database_run (self->database, statement, error)
         && aph_saver_set_counter (self, "next-batch", id + 1, error);
}

/* What the user may change of a batch. */
gboolean
aph_saver_set_batch (AphSaver    *self,
                     guint64      id,
                     const char  *title,
                     gboolean     archived,
                     GError     **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database,
                          "UPDATE batches SET title = ?2, archived = ?3 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  aph_database_bind_text (statement, 2, title);
  aph_database_bind_int (statement, 3, archived);

  return aph_database_run (self->database, statement, error);
}

/* Marks it as removed, or with 0 as there again. */
gboolean
aph_saver_remove_batch (AphSaver  *self,
                        guint64    id,
                        guint64    removal,
                        GError   **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database, "UPDATE batches SET removal = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  aph_database_bind_int (statement, 2, removal);

  return aph_database_run (self->database, statement, error);
}

static char *
join_images (const char *const *images)
{
  return images != NULL ? g_strjoinv ("\n", (char **) images) : NULL;
}

/**
 * aph_saver_index_some:
 * @self: a saver
 * @error: return location
 *
 * Lets the search index catch up a little.
 *
 * Returns: whether there may be more to do
 */
gboolean
aph_saver_index_some (AphSaver  *self,
                      GError   **error)
{
  self->index_next = -1;

  return aph_search_index_go_on (self->database, error);
}

/* Whether the search index has come past the number of @job. */
static gboolean
is_past (AphSaver  *self,
         guint64    job,
         gboolean  *past,
         GError   **error)
{
  if (self->index_next < 0
      && !aph_search_index_get_next (self->database, &self->index_next, error))
    return FALSE;

  *past = (gint64) job < self->index_next;

  return TRUE;
}

static gboolean
insert_prompt (AphSaver    *self,
               guint64      id,
               AphRequest  *request,
               GError     **error)
{
  g_autofree char *images = join_images (aph_request_get_images (request));
  sqlite3_stmt *statement =
    aph_database_prepare (self->database,
                          "INSERT OR REPLACE INTO prompts (id, prompt, custom_id, vars, images)"
                          " VALUES (?1, ?2, ?3, ?4, ?5)", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  aph_database_bind_text (statement, 2, aph_request_get_prompt (request));
  aph_database_bind_text (statement, 3, aph_request_get_custom_id (request));
  aph_database_bind_text (statement, 4, aph_request_get_vars (request));
  aph_database_bind_text (statement, 5, images);

  return aph_database_run (self->database, statement, error);
}

/* What is asked instead, but the model and params, which are with the job. */
gboolean
aph_saver_save_prompt (AphSaver    *self,
                       guint64      id,
                       AphRequest  *request,
                       GError     **error)
{
  return aph_search_index_remove (self->database, id, TRUE, error)
         && insert_prompt (self, id, request, error);
}

/**
 * aph_saver_add_job:
 * @self: a saver
 * @id: the number of the job
 * @batch: the number of its batch
 * @request: what is asked
 * @default_model: whether the model was not asked for
 * @queued: when, in microseconds since 1970
 * @error: return location
 *
 * Adds a job that waits. Counting it is for aph_saver_count(), once for many.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_add_job (AphSaver    *self,
                   guint64      id,
                   guint64      batch,
                   AphRequest  *request,
                   gboolean     default_model,
                   gint64       queued,
                   GError     **error)
{
  RequestIds ids;
  sqlite3_stmt *statement;
  gboolean past;

  if (!intern_request (self, request, &ids, error) || !is_past (self, id, &past, error)
      || (past && !aph_search_index_add_later (self->database, id, TRUE, error)))
    return FALSE;

  statement = aph_database_prepare (self->database,
    "INSERT INTO jobs (id, batch, state, lot, model, params, default_model, queued)"
    " VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7)", error);
  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  aph_database_bind_int (statement, 2, batch);
  aph_database_bind_int (statement, 3, ids.lot);
  aph_database_bind_known (statement, 4, ids.model, 0);
  aph_database_bind_int (statement, 5, ids.params);
  aph_database_bind_int (statement, 6, default_model);
  aph_database_bind_int (statement, 7, queued);

  return aph_database_run (self->database, statement, error)
         && insert_prompt (self, id, request, error);
}

static gboolean
is_suspect (gint64 state,
            gint64 marks)
{
  return state == APH_JOB_DONE && marks != 0;
}

/* Moves the count of a job from the state it has on disk to the one it gets. */
static gboolean
count_change (AphSaver            *self,
              const AphJobRecord  *record,
              gboolean            *is_there,
              GError             **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database,
                          "SELECT state, batch, removal, marks FROM jobs WHERE id = ?1", error);
  g_autoptr (GError) local = NULL;
  gint64 state, batch, removal, marks;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, record->id);
  *is_there = aph_database_step (self->database, statement, &local);
  if (!*is_there)
    {
      if (local == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  state = sqlite3_column_int64 (statement, 0);
  batch = sqlite3_column_int64 (statement, 1);
  removal = sqlite3_column_int64 (statement, 2);
  marks = sqlite3_column_int64 (statement, 3);
  sqlite3_reset (statement);

  if (removal != 0 || state < 0 || state >= APH_JOB_N_STATES)
    return TRUE;
  if (!aph_saver_count_suspect (self, batch, is_suspect (record->state, record->marks)
                                             - is_suspect (state, marks), error))
    return FALSE;
  if (state == record->state)
    return TRUE;

  return aph_saver_count (self, batch, state, -1, error)
         && aph_saver_count (self, batch, record->state, 1, error);
}

static gboolean
update_job (AphSaver            *self,
            const AphJobRecord  *record,
            GError             **error)
{
  const AphUsage *usage = &record->usage;
  const AphTimes *times = &record->times;
  RequestIds ids;
  gint64 server, reason, origin;
  sqlite3_stmt *statement;

  if (!intern_request (self, record->request, &ids, error)
      || !intern_word (self, record->server, &server, error)
      || !intern_word (self, record->done_reason, &reason, error)
      || !intern_word (self, record->origin, &origin, error))
    return FALSE;

  statement = aph_database_prepare (self->database,
    "UPDATE jobs SET state = ?2, lot = ?3, model = ?4, params = ?5, default_model = ?6,"
    " queued = ?7, urgent = CASE WHEN ?2 = 0 THEN urgent ELSE 0 END, rating = ?8, marks = ?9,"
    " chunks = ?10, attempts = ?11, strikes = ?12, server = ?13, in_flight = ?14,"
    " done_reason = ?15, failure = ?16, status = ?17, sent = ?18, first_token = ?19,"
    " first_answer = ?20, last_token = ?21, ended = ?22, prompt_tokens = ?23, answer_tokens = ?24,"
    " load_ns = ?25, prompt_ns = ?26, answer_ns = ?27, total_ns = ?28, origin = ?29"
    " WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, record->id);
  aph_database_bind_int (statement, 2, record->state);
  aph_database_bind_int (statement, 3, ids.lot);
  aph_database_bind_known (statement, 4, ids.model, 0);
  aph_database_bind_int (statement, 5, ids.params);
  aph_database_bind_int (statement, 6, record->default_model);
  aph_database_bind_int (statement, 7, times->queued);
  aph_database_bind_int (statement, 8, record->rating);
  aph_database_bind_int (statement, 9, record->marks);
  aph_database_bind_known (statement, 10, record->chunks, 0);
  aph_database_bind_known (statement, 11, record->attempts, 0);
  aph_database_bind_known (statement, 12, record->strikes, 0);
  aph_database_bind_known (statement, 13, server, 0);
  aph_database_bind_known (statement, 14, record->in_flight, 0);
  aph_database_bind_known (statement, 15, reason, 0);
  if (record->has_failure)
    {
      aph_database_bind_int (statement, 16, record->failure_class);
      aph_database_bind_int (statement, 17, record->status);
    }
  aph_database_bind_known (statement, 18, times->sent, 0);
  aph_database_bind_known (statement, 19, times->first_token, 0);
  aph_database_bind_known (statement, 20, times->first_answer, 0);
  aph_database_bind_known (statement, 21, times->last_token, 0);
  aph_database_bind_known (statement, 22, times->ended, 0);
  aph_database_bind_known (statement, 23, usage->prompt_tokens, -1);
  aph_database_bind_known (statement, 24, usage->answer_tokens, -1);
  aph_database_bind_known (statement, 25, usage->load_ns, -1);
  aph_database_bind_known (statement, 26, usage->prompt_ns, -1);
  aph_database_bind_known (statement, 27, usage->answer_ns, -1);
  aph_database_bind_known (statement, 28, usage->total_ns, -1);
  aph_database_bind_known (statement, 29, origin, 0);

  return aph_database_run (self->database, statement, error);
}

/* Of an answer that is about to be replaced. */
static gboolean
let_index_know (AphSaver  *self,
                guint64    job,
                GError   **error)
{
  sqlite3_stmt *statement;
  gboolean past, is_indexed;
  g_autoptr (GError) local = NULL;

  if (!is_past (self, job, &past, error))
    return FALSE;
  if (!past)
    return TRUE;

  statement = aph_database_prepare (self->database, "SELECT indexed FROM answers WHERE id = ?1",
                                    error);
  if (statement == NULL)
    return FALSE;
  aph_database_bind_int (statement, 1, job);
  is_indexed = aph_database_step (self->database, statement, &local)
               && sqlite3_column_int (statement, 0) != 0;
  sqlite3_reset (statement);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return is_indexed ? aph_search_index_remove (self->database, job, TRUE, error)
                    : aph_search_index_add_later (self->database, job, FALSE, error);
}

static gboolean
update_answer (AphSaver            *self,
               const AphJobRecord  *record,
               GError             **error)
{
  sqlite3_stmt *statement;

  if (!let_index_know (self, record->id, error))
    return FALSE;

  statement = aph_database_prepare (self->database,
    "INSERT OR REPLACE INTO answers (id, answer, thinking, partial, message, note)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, record->id);
  aph_database_bind_text (statement, 2, record->answer);
  aph_database_bind_text (statement, 3, record->thinking);
  aph_database_bind_text (statement, 4, record->partial);
  aph_database_bind_text (statement, 5, record->message);
  aph_database_bind_text (statement, 6, record->note);

  return aph_database_run (self->database, statement, error);
}

/* The text of an attempt that is over, or began anew. */
gboolean
aph_saver_delete_pieces (AphSaver  *self,
                         guint64    job,
                         GError   **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database, "DELETE FROM pieces WHERE job = ?1", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, job);

  return aph_database_run (self->database, statement, error);
}

/* A job that runs has no answer yet, but it may have been asked again so soon that it was never
 * seen to wait, and something may be noted about it. */
static gboolean
update_running (AphSaver            *self,
                const AphJobRecord  *record,
                GError             **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "SELECT answer IS NOT NULL OR thinking IS NOT NULL, note FROM answers WHERE id = ?1", error);
  g_autoptr (GError) local = NULL;
  const char *note = NULL;
  gboolean is_outdated = FALSE;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, record->id);
  if (aph_database_step (self->database, statement, &local))
    {
      is_outdated = sqlite3_column_int (statement, 0) != 0;
      note = (const char *) sqlite3_column_text (statement, 1);
    }
  is_outdated |= g_strcmp0 (note, record->note) != 0;
  sqlite3_reset (statement);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return !is_outdated || update_answer (self, record, error);
}

static gboolean
is_running (AphJobState state)
{
  return state >= APH_JOB_SENT && state <= APH_JOB_ANSWERING;
}

/**
 * aph_saver_save_job:
 * @self: a saver
 * @record: how a job is, with its texts
 * @error: return location
 *
 * Replaces what is known of a job. The texts of one that runs arrive by aph_saver_add_piece();
 * once it runs no longer they are in the record and the pieces go.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_save_job (AphSaver            *self,
                    const AphJobRecord  *record,
                    GError             **error)
{
  gboolean is_there;

  if (!count_change (self, record, &is_there, error))
    return FALSE;

  /* It was removed for good. */
  if (!is_there)
    return TRUE;

  return update_job (self, record, error)
         && (is_running (record->state)
             ? update_running (self, record, error)
             : update_answer (self, record, error)
               && aph_saver_delete_pieces (self, record->id, error));
}

gboolean
aph_saver_add_piece (AphSaver    *self,
                     guint64      job,
                     gboolean     is_answer,
                     const char  *text,
                     GError     **error)
{
  sqlite3_stmt *statement =
    aph_database_prepare (self->database,
                          "INSERT INTO pieces (job, is_answer, text) VALUES (?1, ?2, ?3)", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, job);
  aph_database_bind_int (statement, 2, is_answer);
  aph_database_bind_text (statement, 3, text);

  return aph_database_run (self->database, statement, error);
}

gboolean
aph_saver_add_attempt (AphSaver          *self,
                       guint64            job,
                       const AphAttempt  *attempt,
                       GError           **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "INSERT INTO attempts (job, number, state, server, sent, first_token, ended, failure, status,"
    " message, thinking, answer)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, job);
  aph_database_bind_int (statement, 2, attempt->number);
  aph_database_bind_int (statement, 3, attempt->state);
  aph_database_bind_text (statement, 4, attempt->server);
  aph_database_bind_known (statement, 5, attempt->sent, 0);
  aph_database_bind_known (statement, 6, attempt->first_token, 0);
  aph_database_bind_known (statement, 7, attempt->ended, 0);
  if (attempt->has_failure)
    {
      aph_database_bind_int (statement, 8, attempt->failure_class);
      aph_database_bind_int (statement, 9, attempt->status);
    }
  aph_database_bind_text (statement, 10, attempt->message);
  aph_database_bind_text (statement, 11, attempt->thinking);
  aph_database_bind_text (statement, 12, attempt->answer);

  return aph_database_run (self->database, statement, error);
}

/* Counters only grow. */
gboolean
aph_saver_set_counter (AphSaver    *self,
                       const char  *name,
                       gint64       value,
                       GError     **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self->database,
    "INSERT INTO counters (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = max (value, excluded.value)", error);

  if (statement == NULL)
    return FALSE;

  aph_database_bind_text (statement, 1, name);
  aph_database_bind_int (statement, 2, value);

  return aph_database_run (self->database, statement, error);
}
