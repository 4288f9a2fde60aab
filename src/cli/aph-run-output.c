/* aph-run-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-output"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "cli/aph-run-output.h"

struct _AphRunOutput
{
  GObject parent_instance;

  char *path;         /* (nullable) for standard output */
  char *name;         /* for messages */
  int fd;
  gboolean created;
  gboolean written;
  gboolean is_file;   /* what was written is to survive the power, too */
  GString *waiting;   /* what the thread has not been given yet */
  gsize in_hand;      /* how many bytes the thread is writing; 0 when there is no thread */
  GError *error;      /* (nullable) nothing more can be written */
};

G_DEFINE_FINAL_TYPE (AphRunOutput, aph_run_output, G_TYPE_OBJECT)

enum
{
  ADVANCED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
aph_run_output_finalize (GObject *object)
{
  AphRunOutput *self = APH_RUN_OUTPUT (object);

  g_assert (self->in_hand == 0);

  if (self->path != NULL && self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->name);
  g_string_free (self->waiting, TRUE);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (aph_run_output_parent_class)->finalize (object);
}

static void
aph_run_output_class_init (AphRunOutputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_run_output_finalize;

  signals[ADVANCED] =
    g_signal_new ("advanced",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
aph_run_output_init (AphRunOutput *self)
{
  self->waiting = g_string_new (NULL);
}

static AphRunOutput *
output_new (const char *path,
            int         fd)
{
  AphRunOutput *self = g_object_new (APH_TYPE_RUN_OUTPUT, NULL);

  self->path = g_strdup (path);
  self->name = path != NULL ? g_filename_display_name (path) : g_strdup (_("standard output"));
  self->fd = fd;

  return self;
}

/**
 * aph_run_output_new_stdout:
 *
 * Returns: (transfer full): standard output, which stays open
 */
AphRunOutput *
aph_run_output_new_stdout (void)
{
  return output_new (NULL, STDOUT_FILENO);
}

/**
 * aph_run_output_new_for_fd:
 * @path: the name of a file
 * @fd: what to write to, behind what is there; it is closed with the output
 *
 * Returns: (transfer full): the file
 */
AphRunOutput *
aph_run_output_new_for_fd (const char *path,
                           int         fd)
{
  AphRunOutput *self = output_new (path, fd);

  self->is_file = TRUE;

  return self;
}

static void
set_error_from_errno (AphRunOutput  *self,
                      GError       **error)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
               _("“%s” cannot be written to: %s"), self->name,
               g_strerror (saved_errno));
}

/* Only what is a file can lose something; a device or a pipe is there to be written to. */
static gboolean
may_overwrite (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && !S_ISREG (status.st_mode) && !S_ISDIR (status.st_mode);
}

static gboolean
is_an_input (const struct stat *output,
             GPtrArray         *inputs)
{
  for (guint i = 0; i < inputs->len; i++)
    {
      GFile *file = g_ptr_array_index (inputs, i);
      const char *path = file != NULL ? g_file_peek_path (file) : NULL;
      struct stat input;

      if (path != NULL && stat (path, &input) == 0
          && input.st_dev == output->st_dev && input.st_ino == output->st_ino)
        return TRUE;
    }

  return FALSE;
}

/* It stays ours until the run ends, however that is: two runs would write into each other's
 * rows. */
static gboolean
lock (AphRunOutput  *self,
      GError       **error)
{
  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               _("“%s” is being written by another run: wait for its end"), self->name);

  return FALSE;
}

/* Empties an existing file, unless its content is what is about to be read. */
static gboolean
empty (AphRunOutput  *self,
       GPtrArray     *inputs,
       GError       **error)
{
  struct stat status;

  if (fstat (self->fd, &status) == 0 && !S_ISREG (status.st_mode))
    {
      self->is_file = FALSE;
      return TRUE;
    }

  if (is_an_input (&status, inputs))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” is read as input: write the results to another file"), self->name);
      return FALSE;
    }

  if (!lock (self, error))
    return FALSE;

  if (ftruncate (self->fd, 0) == 0)
    return TRUE;

  set_error_from_errno (self, error);

  return FALSE;
}

/**
 * aph_run_output_new_for_file:
 * @path: the file; "-" is standard output
 * @force: whether a file that exists is overwritten
 * @inputs: (element-type GFile): files that must not be overwritten in any case
 * @error: return location
 *
 * Returns: (transfer full): the empty file, or %NULL with a %G_IO_ERROR; then nothing was touched
 */
AphRunOutput *
aph_run_output_new_for_file (const char  *path,
                             gboolean     force,
                             GPtrArray   *inputs,
                             GError     **error)
{
  g_autoptr (AphRunOutput) self = NULL;
  int flags = O_WRONLY | O_CLOEXEC;

  if (g_str_equal (path, "-"))
    return aph_run_output_new_stdout ();

  self = output_new (path, -1);
  self->fd = g_open (path, flags | O_CREAT | O_EXCL, 0666);
  self->created = self->fd >= 0;

  if (self->fd < 0 && errno == EEXIST)
    {
      if (!force && !may_overwrite (path))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                       _("“%s” exists: choose another file, go on with it by --resume, or "
                         "overwrite it with --force"), self->name);
          return NULL;
        }
      self->fd = g_open (path, flags, 0);
    }

  if (self->fd < 0)
    {
      set_error_from_errno (self, error);
      return NULL;
    }

  self->is_file = TRUE;
  if (self->created ? !lock (self, error) : !empty (self, inputs, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Standard output may be set not to block by whoever shares it with us. */
static void
wait_for_room (int fd)
{
  GPollFD poll_fd = { .fd = fd, .events = G_IO_OUT };

  g_poll (&poll_fd, 1, -1);
}

static gboolean
write_all (AphRunOutput  *self,
           const char    *text,
           gsize          length,
           GError       **error)
{
  while (length > 0)
    {
      gssize n_written = write (self->fd, text, length);

      if (n_written >= 0)
        {
          text += n_written;
          length -= n_written;
        }
      else if (errno == EAGAIN)
        wait_for_room (self->fd);
      else if (errno == EPIPE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE,
                       _("Nobody reads the results on %s any more"), self->name);
          return FALSE;
        }
      else if (errno != EINTR)
        {
          set_error_from_errno (self, error);
          return FALSE;
        }
    }

  return TRUE;
}

/* What comes in the meantime is written together, so there is never more than one wait for a disk
 * at a time. A file system that cannot do it is no reason to stop. */
static void
sync_file (AphRunOutput *self)
{
  if (self->is_file && fdatasync (self->fd) != 0)
    g_debug ("%s is not synchronized: %s", self->name, g_strerror (errno));
}

/* A thread, because there is no other way to write to whatever this is without waiting for it:
 * O_NONBLOCK would hold for all who share a terminal, and files know none. */
static void
write_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GBytes *bytes = task_data;
  GError *error = NULL;

  if (write_all (source, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    {
      sync_file (source);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

static void write_waiting (AphRunOutput *self);

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  AphRunOutput *self = APH_RUN_OUTPUT (source);

  self->in_hand = 0;
  if (!g_task_propagate_boolean (G_TASK (result), &self->error))
    g_string_truncate (self->waiting, 0);
  write_waiting (self);
  g_signal_emit (self, signals[ADVANCED], 0);
}

static void
write_waiting (AphRunOutput *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->waiting->len == 0)
    return;

  task = g_task_new (self, NULL, written_cb, NULL);
  g_task_set_source_tag (task, write_waiting);
  self->in_hand = self->waiting->len;
  g_task_set_task_data (task, g_string_free_to_bytes (self->waiting),
                        (GDestroyNotify) g_bytes_unref);
  self->waiting = g_string_new (NULL);
  g_task_run_in_thread (task, write_thread);
}

/**
 * aph_run_output_write:
 * @self: an output
 * @text: what to write
 * @length: in bytes
 *
 * Has it written after all that came before, without waiting for that. What is written to an
 * output that has failed is dropped.
 */
void
aph_run_output_write (AphRunOutput *self,
                      const char   *text,
                      gsize         length)
{
  g_return_if_fail (APH_IS_RUN_OUTPUT (self));

  if (self->error != NULL)
    return;

  self->written = TRUE;
  g_string_append_len (self->waiting, text, length);
  if (self->in_hand == 0)
    write_waiting (self);
}

/**
 * aph_run_output_get_backlog:
 * @self: an output
 *
 * Returns: how many bytes still have to be written
 */
gsize
aph_run_output_get_backlog (AphRunOutput *self)
{
  g_return_val_if_fail (APH_IS_RUN_OUTPUT (self), 0);

  return self->in_hand + self->waiting->len;
}

/**
 * aph_run_output_get_error:
 * @self: an output
 *
 * Returns: (transfer none) (nullable): why nothing more can be written, a %G_IO_ERROR whose message
 *   is for the user
 */
const GError *
aph_run_output_get_error (AphRunOutput *self)
{
  g_return_val_if_fail (APH_IS_RUN_OUTPUT (self), NULL);

  return self->error;
}

/**
 * aph_run_output_close:
 * @self: an output without a backlog
 * @error: return location
 *
 * Some file systems say only now that there was no room.
 *
 * Returns: %FALSE with a %G_IO_ERROR whose message is for the user
 */
gboolean
aph_run_output_close (AphRunOutput  *self,
                      GError       **error)
{
  int fd = self->fd;

  g_return_val_if_fail (APH_IS_RUN_OUTPUT (self) && self->in_hand == 0, FALSE);

  if (self->path == NULL || fd < 0)
    return TRUE;

  self->fd = -1;
  if (close (fd) == 0 || errno == EINTR)
    return TRUE;

  set_error_from_errno (self, error);

  return FALSE;
}

/**
 * aph_run_output_discard:
 * @self: an output
 *
 * Nothing came of it: an empty file that was made for it goes away.
 */
void
aph_run_output_discard (AphRunOutput *self)
{
  if (self->created && !self->written)
    g_unlink (self->path);
  self->created = FALSE;
}
