/* aph-save-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Not g_file_replace(): where there is no old file yet, that writes to the final name, and what
 * is left of an export that broke off looks like one.
 */

#define G_LOG_DOMAIN "aph-save-file"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "files/aph-save-file.h"

/* As many as the kernel follows. */
#define MAX_LINKS 40

struct _AphSaveFile
{
  char *name;             /* for messages */
  char *path;             /* (nullable) what is replaced; %NULL if it is written to directly */
  char *temporary;        /* (nullable) what is written, until it is in its place */
  int fd;                 /* of the stream; -1 if GIO does it all */
  GOutputStream *stream;
};

void
aph_save_file_free (AphSaveFile *self)
{
  if (self->fd >= 0)
    g_output_stream_close (self->stream, NULL, NULL);
  else if (self->stream != NULL && !g_output_stream_is_closed (self->stream))
    {
      g_autoptr (GCancellable) cancelled = g_cancellable_new ();

      /* Closed like this, a stream of GIO leaves the old file alone. */
      g_cancellable_cancel (cancelled);
      g_output_stream_close (self->stream, cancelled, NULL);
    }
  g_clear_object (&self->stream);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

static void
set_error (AphSaveFile  *self,
           int           saved_errno,
           GError      **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
               _("“%s” cannot be written to: %s"), self->name, g_strerror (saved_errno));
}

/**
 * aph_save_file_explain:
 * @self: a file
 * @error: (inout): what went wrong when it was written to
 *
 * Makes its message one for the user.
 */
void
aph_save_file_explain (AphSaveFile  *self,
                       GError      **error)
{
  g_autofree char *message = NULL;

  if (error == NULL || *error == NULL || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  message = g_strdup_printf (_("“%s” cannot be written to: %s"), self->name, (*error)->message);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&message);
}

/* Beside it, because a file can take the place of another only within a file system. */
static gboolean
open_beside (AphSaveFile  *self,
             mode_t        mode,
             GError      **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *base = g_path_get_basename (self->path);
  g_autofree char *template = NULL;

  /* The name may be as long as a name can be. */
  if (strlen (base) > 200)
    base[200] = '\0';
  template = g_strdup_printf ("%s/.%s.XXXXXX", folder, base);
  self->fd = g_mkstemp_full (template, O_RDWR | O_CLOEXEC, (int) mode);
  if (self->fd < 0)
    {
      set_error (self, errno, error);
      return FALSE;
    }

  self->temporary = g_steal_pointer (&template);
  self->stream = g_unix_output_stream_new (self->fd, TRUE);

  return TRUE;
}

/* A device, a pipe: there is nothing to lose. */
static gboolean
open_directly (AphSaveFile  *self,
               const char   *path,
               GError      **error)
{
  self->fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  if (self->fd < 0)
    {
      set_error (self, errno, error);
      return FALSE;
    }

  self->stream = g_unix_output_stream_new (self->fd, TRUE);

  return TRUE;
}

/* Where a link points to, though nothing is there. */
static char *
follow_links (const char *path)
{
  g_autofree char *target = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *next = g_file_read_link (target, NULL);
      g_autofree char *folder = g_path_get_dirname (target);

      if (next == NULL)
        break;
      g_free (target);
      target = g_path_is_absolute (next) ? g_steal_pointer (&next)
                                         : g_build_filename (folder, next, NULL);
    }

  return g_steal_pointer (&target);
}

static gboolean
open_path (AphSaveFile  *self,
           const char   *path,
           GError      **error)
{
  g_autofree char *target = NULL;
  char *resolved = realpath (path, NULL);
  struct stat status;

  /* What a link points to is replaced or made, not the link. A pipe in /proc has no path. */
  if (resolved != NULL || stat (path, &status) == 0)
    target = g_strdup (resolved != NULL ? resolved : path);
  else
    target = follow_links (path);
  free (resolved);

  if (stat (target, &status) != 0)
    {
      if (errno != ENOENT)
        {
          set_error (self, errno, error);
          return FALSE;
        }
      self->path = g_steal_pointer (&target);
      return open_beside (self, 0666, error);
    }

  if (S_ISDIR (status.st_mode))
    {
      set_error (self, EISDIR, error);
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    return open_directly (self, target, error);

  /* Taking its place needs no permission to write to it, which is not what its owner meant. */
  if (g_access (target, W_OK) != 0)
    {
      set_error (self, errno, error);
      return FALSE;
    }

  self->path = g_steal_pointer (&target);
  if (!open_beside (self, status.st_mode & 0777, error))
    return FALSE;

  /* The mask for new files does not concern an old one. */
  if (fchmod (self->fd, status.st_mode & 0777) != 0)
    g_debug ("the mode of %s is not kept: %s", self->name, g_strerror (errno));

  return TRUE;
}

/**
 * aph_save_file_open:
 * @file: the file to be made or replaced; a device or pipe is written to as it is
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Returns: (transfer full): the new file, still empty and under another name; or %NULL with a
 *   %G_IO_ERROR whose message is for the user
 */
AphSaveFile *
aph_save_file_open (GFile         *file,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_autoptr (AphSaveFile) self = NULL;
  const char *path;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  self = g_new0 (AphSaveFile, 1);
  self->fd = -1;
  self->name = g_file_get_parse_name (file);
  path = g_file_peek_path (file);

  if (path != NULL)
    return open_path (self, path, error) ? g_steal_pointer (&self) : NULL;

  self->stream = G_OUTPUT_STREAM (g_file_replace (file, NULL, FALSE,
                                                  G_FILE_CREATE_REPLACE_DESTINATION,
                                                  cancellable, error));
  if (self->stream == NULL)
    {
      aph_save_file_explain (self, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * aph_save_file_get_stream:
 * @self: a file
 *
 * Returns: (transfer none): where to write its content; it is not to be closed
 */
GOutputStream *
aph_save_file_get_stream (AphSaveFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->stream;
}

/* That a name points to a new file is written to the disk as well. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;

  if (fsync (fd) != 0)
    g_debug ("%s is not synchronized: %s", folder, g_strerror (errno));
  close (fd);
}

/**
 * aph_save_file_commit:
 * @self: a file that is complete
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Puts it into its place, once it is on the disk.
 *
 * Returns: %FALSE with a %G_IO_ERROR; then the old file, if there was one, is as it was
 */
gboolean
aph_save_file_commit (AphSaveFile   *self,
                      GCancellable  *cancellable,
                      GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  /* A device or a pipe cannot be synchronized; that is no error. */
  if (self->temporary != NULL && fsync (self->fd) != 0)
    {
      set_error (self, errno, error);
      return FALSE;
    }

  self->fd = -1;
  if (!g_output_stream_close (self->stream, cancellable, error))
    {
      aph_save_file_explain (self, error);
      return FALSE;
    }

  if (self->temporary == NULL)
    return TRUE;

  if (g_rename (self->temporary, self->path) != 0)
    {
      set_error (self, errno, error);
      return FALSE;
    }

  g_clear_pointer (&self->temporary, g_free);
  sync_folder (self->path);

  return TRUE;
}
