/* aph-database.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <errno.h>

#include "store/aph-database.h"
#include "store/aph-search-tokenizer.h"

/* How long another connection of this process may hold what a statement needs. */
#define BUSY_MILLISECONDS 5000

/* Some ten thousandths of a second. */
#define STEPS_BETWEEN_LOOKS 10000

struct _AphDatabase
{
  sqlite3 *handle;
  GHashTable *statements;  /* SQL -> sqlite3_stmt */
};

G_DEFINE_QUARK (aph-store-error-quark, aph_store_error)

/**
 * aph_store_error_may_pass:
 * @error: an error
 *
 * Returns: whether what failed may succeed later without anything being changed
 */
gboolean
aph_store_error_may_pass (const GError *error)
{
  return error != NULL && error->domain == APH_STORE_ERROR
         && error->code >= APH_STORE_ERROR_LOCKED;
}

static AphStoreError
classify (int code,
          int system_errno)
{
  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return APH_STORE_ERROR_DAMAGED;

    case SQLITE_FULL:
      return APH_STORE_ERROR_FULL;

    case SQLITE_READONLY:
    case SQLITE_PERM:
      return APH_STORE_ERROR_READ_ONLY;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return APH_STORE_ERROR_LOCKED;

    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      if (system_errno == ENOSPC || system_errno == EDQUOT)
        return APH_STORE_ERROR_FULL;
      if (system_errno == EROFS || system_errno == EACCES || system_errno == EPERM)
        return APH_STORE_ERROR_READ_ONLY;
      return APH_STORE_ERROR_IO;

    case SQLITE_NOMEM:
      return APH_STORE_ERROR_IO;

    default:
      return APH_STORE_ERROR_FAILED;
    }
}

static void
set_error (sqlite3  *handle,
           GError  **error)
{
  int code = sqlite3_extended_errcode (handle);

  if ((code & 0xff) == SQLITE_INTERRUPT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Operation was cancelled");
  else
    g_set_error (error, APH_STORE_ERROR, classify (code, sqlite3_system_errno (handle)),
                 "%s (%d)", sqlite3_errmsg (handle), code);
}

/**
 * aph_database_open:
 * @path: the file
 * @flags: `SQLITE_OPEN_…`
 * @error: return location
 *
 * Returns: (transfer full): a connection, or %NULL with an %APH_STORE_ERROR
 */
AphDatabase *
aph_database_open (const char  *path,
                   int          flags,
                   GError     **error)
{
  AphDatabase *self = g_new0 (AphDatabase, 1);

  self->statements = g_hash_table_new (g_str_hash, g_str_equal);
  if (sqlite3_open_v2 (path, &self->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      set_error (self->handle, error);
      aph_database_close (self);
      return NULL;
    }
  sqlite3_busy_timeout (self->handle, BUSY_MILLISECONDS);
  aph_search_tokenizer_register (self->handle);

  return self;
}

void
aph_database_close (AphDatabase *self)
{
  GHashTableIter iter;
  gpointer statement;

  g_hash_table_iter_init (&iter, self->statements);
  while (g_hash_table_iter_next (&iter, NULL, &statement))
    sqlite3_finalize (statement);
  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self);
}

sqlite3 *
aph_database_get_handle (AphDatabase *self)
{
  return self->handle;
}

/**
 * aph_database_execute:
 * @self: a database
 * @sql: statements without parameters or results
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR if one fails
 */
gboolean
aph_database_execute (AphDatabase  *self,
                      const char   *sql,
                      GError      **error)
{
  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  set_error (self->handle, error);

  return FALSE;
}

/**
 * aph_database_prepare:
 * @self: a database
 * @sql: one statement
 * @error: return location
 *
 * Returns: (transfer none): the statement, ready for its parameters; it is to be run to its end or
 *   to be reset, since it may hold a read transaction otherwise
 */
sqlite3_stmt *
aph_database_prepare (AphDatabase  *self,
                      const char   *sql,
                      GError      **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
      return statement;
    }

  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      set_error (self->handle, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (char *) sqlite3_sql (statement), statement);

  return statement;
}

/**
 * aph_database_step:
 * @self: a database
 * @statement: one of its statements
 * @error: return location
 *
 * Returns: %TRUE if there is a row; %FALSE without @error at the end
 */
gboolean
aph_database_step (AphDatabase   *self,
                   sqlite3_stmt  *statement,
                   GError       **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;

  if (code != SQLITE_DONE)
    set_error (self->handle, error);
  sqlite3_reset (statement);

  return FALSE;
}

/**
 * aph_database_run:
 * @self: a database
 * @statement: (nullable): one of its statements, which gives no rows; %NULL if it could not be
 *   prepared and @error says why
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR if it fails
 */
gboolean
aph_database_run (AphDatabase   *self,
                  sqlite3_stmt  *statement,
                  GError       **error)
{
  int code;

  if (statement == NULL)
    return FALSE;

  code = sqlite3_step (statement);
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    {
      set_error (self->handle, error);
      sqlite3_reset (statement);
      return FALSE;
    }
  sqlite3_reset (statement);

  return TRUE;
}

/**
 * aph_database_get_int:
 * @self: a database
 * @sql: a statement that gives one number
 * @value: (out): the number; 0 if there is no row
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR if it fails
 */
gboolean
aph_database_get_int (AphDatabase  *self,
                      const char   *sql,
                      gint64       *value,
                      GError      **error)
{
  sqlite3_stmt *statement = aph_database_prepare (self, sql, error);
  g_autoptr (GError) local = NULL;

  *value = 0;
  if (statement == NULL)
    return FALSE;

  if (aph_database_step (self, statement, &local))
    *value = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  return TRUE;
}

static void
interrupt_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  sqlite3_interrupt (user_data);
}

/**
 * aph_database_watch_cancel:
 * @self: a database
 * @cancellable: (nullable): cancellable
 *
 * What runs is broken off as soon as @cancellable is cancelled, in any thread.
 *
 * Returns: what to give to g_cancellable_disconnect() afterwards
 */
gulong
aph_database_watch_cancel (AphDatabase  *self,
                           GCancellable *cancellable)
{
  return cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb),
                                                      self->handle, NULL)
                             : 0;
}

static int
progress_cb (void *data)
{
  return g_atomic_int_get ((gint *) data);
}

/**
 * aph_database_watch_flag:
 * @self: a database
 * @flag: is looked at now and then while something runs, as long as @self lives
 *
 * What runs and what comes later is broken off once *@flag is not 0, which any thread may set.
 */
void
aph_database_watch_flag (AphDatabase *self,
                         gint        *flag)
{
  sqlite3_progress_handler (self->handle, STEPS_BETWEEN_LOOKS, progress_cb, flag);
}

void
aph_database_bind_int (sqlite3_stmt *statement,
                       int           parameter,
                       gint64        value)
{
  sqlite3_bind_int64 (statement, parameter, value);
}

/* @unknown is NULL in the database. */
void
aph_database_bind_known (sqlite3_stmt *statement,
                         int           parameter,
                         gint64        value,
                         gint64        unknown)
{
  if (value == unknown)
    sqlite3_bind_null (statement, parameter);
  else
    sqlite3_bind_int64 (statement, parameter, value);
}

/* @text is to stay until the statement has run. One that is longer than SQLite takes would become
 * NULL: as many zeros as it takes, which need no memory, make the statement fail instead. */
void
aph_database_bind_text (sqlite3_stmt *statement,
                        int           parameter,
                        const char   *text)
{
  sqlite3 *handle = sqlite3_db_handle (statement);

  if (sqlite3_bind_text (statement, parameter, text, -1, SQLITE_STATIC) != SQLITE_OK)
    sqlite3_bind_zeroblob (statement, parameter,
                           sqlite3_limit (handle, SQLITE_LIMIT_LENGTH, -1));
}

/* What is in a file may be no text at all. */
char *
aph_database_dup_text (sqlite3_stmt *statement,
                       int           column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  int length = sqlite3_column_bytes (statement, column);

  return text != NULL ? g_utf8_make_valid (text, length) : NULL;
}

gint64
aph_database_get_known (sqlite3_stmt *statement,
                        int           column,
                        gint64        unknown)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL
           ? unknown : sqlite3_column_int64 (statement, column);
}
