/* aph-store-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/aph-store-file.h"

/* SQLite's own files beside the database. */
static const char *const companions[] = { "", "-wal", "-shm", "-journal" };

#define TEMPORARY_NAME "prompts.db"
#define TEMPORARY_PREFIX "antiphon-"

struct _AphStoreFile
{
  char *path;
  gboolean is_temporary;
  int lock;               /* -1 until it is ours */
};

/**
 * aph_store_file_make_temporary_path:
 *
 * Returns: (transfer full) (type filename): where one can be that goes with its store, in a folder
 *   of its own
 */
char *
aph_store_file_make_temporary_path (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (TEMPORARY_PREFIX, uuid, NULL);

  return g_build_filename (g_get_tmp_dir (), name, TEMPORARY_NAME, NULL);
}

/**
 * aph_store_file_new:
 * @path: where it is, or is to be
 * @is_temporary: whether it is to be deleted when it is freed
 *
 * Returns: (transfer full): a file that was not touched yet
 */
AphStoreFile *
aph_store_file_new (const char *path,
                    gboolean    is_temporary)
{
  AphStoreFile *self = g_new0 (AphStoreFile, 1);

  self->path = g_strdup (path);
  self->is_temporary = is_temporary;
  self->lock = -1;

  return self;
}

static char *
get_lock_path (AphStoreFile *self)
{
  return g_strconcat (self->path, "-lock", NULL);
}

static char *
get_suspect_path (AphStoreFile *self)
{
  return g_strconcat (self->path, "-suspect", NULL);
}

void
aph_store_file_free (AphStoreFile *self)
{
  if (self->is_temporary)
    {
      g_autofree char *lock = get_lock_path (self);
      g_autofree char *directory = g_path_get_dirname (self->path);

      for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
        {
          g_autofree char *companion = g_strconcat (self->path, companions[i], NULL);

          g_unlink (companion);
        }
      g_unlink (lock);
      g_rmdir (directory);
    }

  if (self->lock != -1)
    close (self->lock);
  g_free (self->path);
  g_free (self);
}

static void
set_system_error (GError     **error,
                  int          code,
                  const char  *path)
{
  AphStoreError store_error = APH_STORE_ERROR_IO;

  if (code == ENOSPC || code == EDQUOT)
    store_error = APH_STORE_ERROR_FULL;
  else if (code == EROFS || code == EACCES || code == EPERM)
    store_error = APH_STORE_ERROR_READ_ONLY;

  g_set_error (error, APH_STORE_ERROR, store_error, "%s: %s", path, g_strerror (code));
}

/* SQLite would let several processes in, and each would run the same prompts. */
static gboolean
take_lock (AphStoreFile  *self,
           GError       **error)
{
  g_autofree char *path = get_lock_path (self);
  int lock;

  if (self->lock != -1)
    return TRUE;

  lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock == -1)
    {
      set_system_error (error, errno, path);
      return FALSE;
    }
  if (flock (lock, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error (error, APH_STORE_ERROR, APH_STORE_ERROR_LOCKED, "%s: %s", path,
                   g_strerror (errno));
      close (lock);
      return FALSE;
    }
  self->lock = lock;

  return TRUE;
}

/* Whoever has a temporary file has its lock, unless it was killed. */
static void
remove_if_left (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, TEMPORARY_NAME, NULL);
  AphStoreFile *left = aph_store_file_new (path, TRUE);
  g_autofree char *lock = get_lock_path (left);
  struct stat info;

  if (lstat (folder, &info) == 0 && S_ISDIR (info.st_mode) && info.st_uid == geteuid ())
    left->lock = g_open (lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);
  left->is_temporary = left->lock != -1 && flock (left->lock, LOCK_EX | LOCK_NB) == 0;
  aph_store_file_free (left);
}

static void
remove_what_is_left (void)
{
  g_autoptr (GDir) folder = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, TEMPORARY_PREFIX)
        && g_uuid_string_is_valid (name + strlen (TEMPORARY_PREFIX)))
      {
        g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);

        remove_if_left (path);
      }
}

/* After it was found to be damaged, all of it is looked at once. */
static gboolean
check_if_suspect (AphStoreFile  *self,
                  AphDatabase   *database,
                  GError       **error)
{
  g_autofree char *path = get_suspect_path (self);
  sqlite3_stmt *statement;
  gboolean is_good = FALSE;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  statement = aph_database_prepare (database, "PRAGMA quick_check(1)", error);
  if (statement == NULL)
    return FALSE;
  if (aph_database_step (database, statement, error))
    {
      is_good = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
      if (!is_good)
        g_set_error (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED, "%s",
                     sqlite3_column_text (statement, 0));
    }
  sqlite3_reset (statement);
  if (is_good)
    g_unlink (path);

  return is_good;
}

/**
 * aph_store_file_open:
 * @self: a file
 * @error: return location
 *
 * Opens the database for writing; it is made if there is none. A temporary one takes away those
 * that were left by processes that were killed.
 *
 * Returns: (transfer full): the database, or %NULL with an %APH_STORE_ERROR
 */
AphDatabase *
aph_store_file_open (AphStoreFile  *self,
                     GError       **error)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  g_autoptr (AphDatabase) database = NULL;
  gint64 n_tables;

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      set_system_error (error, errno, directory);
      return NULL;
    }
  if (!take_lock (self, error))
    return NULL;

  database = aph_database_open (self->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (database == NULL
      || !aph_database_get_int (database, "SELECT count (*) FROM sqlite_schema", &n_tables, error)
      || !check_if_suspect (self, database, error))
    return NULL;
  if (self->is_temporary)
    remove_what_is_left ();

  return g_steal_pointer (&database);
}

/* What was set aside is listed beside the store, one name a line, until it was dealt with. */
static char *
get_aside_path (const char *path)
{
  return g_strconcat (path, "-aside", NULL);
}

static char **
read_aside (const char *path)
{
  g_autofree char *list = get_aside_path (path);
  g_autofree char *names = NULL;

  g_file_get_contents (list, &names, NULL, NULL);

  return g_strsplit (names != NULL ? names : "", "\n", -1);
}

static void
remember_aside (AphStoreFile *self,
                const char   *target)
{
  g_autofree char *list = get_aside_path (self->path);
  g_autofree char *name = g_path_get_basename (target);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_file_get_contents (list, &before, NULL, NULL);
  after = g_strconcat (before != NULL ? before : "", name, "\n", NULL);
  g_file_set_contents (list, after, -1, NULL);
}

/**
 * aph_store_file_set_aside:
 * @self: a file that is not open
 * @reason: %APH_STORE_ERROR_DAMAGED or %APH_STORE_ERROR_NEWER
 * @error: return location
 *
 * Gives it another name, beside the old one.
 *
 * Returns: (transfer full) (type filename): the new one, or %NULL with an %APH_STORE_ERROR
 */
char *
aph_store_file_set_aside (AphStoreFile   *self,
                          AphStoreError   reason,
                          GError        **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *target =
    g_strdup_printf ("%s.%s-%s", self->path,
                     reason == APH_STORE_ERROR_NEWER ? "newer" : "damaged", stamp);
  g_autofree char *suspect = get_suspect_path (self);

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *from = g_strconcat (self->path, companions[i], NULL);
      g_autofree char *to = g_strconcat (target, companions[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          set_system_error (error, errno, from);
          return NULL;
        }
    }
  g_unlink (suspect);
  remember_aside (self, target);

  return g_steal_pointer (&target);
}

/**
 * aph_store_file_find_aside:
 * @self: a file
 * @problem: (out): why it was set aside
 *
 * Returns: (transfer full) (nullable) (type filename): what was set aside by this process or an
 *   earlier one, and is still there, and that nobody has dealt with; the last one
 */
char *
aph_store_file_find_aside (AphStoreFile  *self,
                           GError       **problem)
{
  g_auto (GStrv) names = read_aside (self->path);
  g_autofree char *directory = g_path_get_dirname (self->path);

  for (guint i = g_strv_length (names); i-- > 0;)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);
      gboolean is_newer = strstr (names[i], ".newer-") != NULL;

      if (*names[i] == '\0' || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      g_set_error (problem, APH_STORE_ERROR,
                   is_newer ? APH_STORE_ERROR_NEWER : APH_STORE_ERROR_DAMAGED, "%s", names[i]);
      return g_steal_pointer (&path);
    }

  return NULL;
}

/**
 * aph_store_file_forget_aside:
 * @path: the file of a store
 * @aside: what was set aside of it; it stays where it is
 *
 * Somebody has dealt with it.
 */
void
aph_store_file_forget_aside (const char *path,
                             const char *aside)
{
  g_autofree char *list = get_aside_path (path);
  g_autofree char *name = g_path_get_basename (aside);
  g_auto (GStrv) names = read_aside (path);
  g_autoptr (GString) left = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] != '\0' && !g_str_equal (names[i], name))
      g_string_append_printf (left, "%s\n", names[i]);
  if (left->len > 0)
    g_file_set_contents (list, left->str, (gssize) left->len, NULL);
  else
    g_unlink (list);
}

/**
 * aph_store_file_suspect:
 * @self: a file
 *
 * Something in it was found to be damaged: the next time it is opened it is looked at as a whole.
 */
void
aph_store_file_suspect (AphStoreFile *self)
{
  g_autofree char *path = get_suspect_path (self);

  g_file_set_contents (path, "", 0, NULL);
}
