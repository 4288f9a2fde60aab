/* aph-run-resume.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-resume"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "cli/aph-run-resume.h"
#include "cli/aph-run-text.h"
#include "files/aph-result-file.h"
#include "files/aph-save-file.h"

/* So much of a text tells which one it is. */
#define MAX_QUOTED 60

struct _AphRunResume
{
  char *path;
  char *name;             /* for messages */
  int fd;                 /* of the file, locked; -1 once it was handed over */
  AphResultFile *file;
  guint n_done;
  guint n_others;         /* rows that are no answers */
  const char *model;      /* (nullable) that of prompts which name none; the file's */
};

void
aph_run_resume_free (AphRunResume *self)
{
  g_clear_pointer (&self->file, aph_result_file_free);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

static gboolean
set_error_from_errno (AphRunResume  *self,
                      GError       **error)
{
  int saved_errno = errno;

  if (saved_errno == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("“%s” is being written by another run: wait for its end"), self->name);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                 _("“%s” cannot be written to: %s"), self->name, g_strerror (saved_errno));

  return FALSE;
}

/* It stays ours until the run ends, however that is. */
static gboolean
open_and_lock (AphRunResume  *self,
               GError       **error)
{
  self->fd = g_open (self->path, O_RDWR | O_APPEND | O_CLOEXEC, 0);

  return (self->fd >= 0 && flock (self->fd, LOCK_EX | LOCK_NB) == 0)
         || set_error_from_errno (self, error);
}

static gboolean
scan (AphRunResume  *self,
      GError       **error)
{
  g_autoptr (GFile) path = g_file_new_for_path (self->path);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) local = NULL;

  stream = g_file_read (path, NULL, error);
  if (stream == NULL)
    return FALSE;

  self->file = aph_result_file_new (G_INPUT_STREAM (stream));
  if (!aph_result_file_scan (self->file, NULL, &local))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” is no file of results to go on with: %s"), self->name,
                   local->message);
      return FALSE;
    }

  for (guint i = 0; i < aph_result_file_get_n_rows (self->file); i++)
    if (aph_result_file_get_entry (self->file, i)->state == APH_JOB_DONE)
      self->n_done++;
    else
      self->n_others++;

  return TRUE;
}

/**
 * aph_run_resume_new:
 * @path: a file of rows
 * @error: return location
 *
 * Returns: (transfer full): what is in it; or %NULL with a %G_IO_ERROR whose message is for the
 *   user. The file is not changed.
 */
AphRunResume *
aph_run_resume_new (const char  *path,
                    GError     **error)
{
  g_autoptr (AphRunResume) self = g_new0 (AphRunResume, 1);

  self->path = g_strdup (path);
  self->name = g_filename_display_name (path);
  self->fd = -1;

  if (!open_and_lock (self, error) || !scan (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * aph_run_resume_get_n_done:
 * @self: an earlier run
 *
 * Returns: how many answers there are
 */
guint
aph_run_resume_get_n_done (AphRunResume *self)
{
  return self->n_done;
}

/**
 * aph_run_resume_get_model:
 * @self: an earlier run whose input was checked
 *
 * Returns: (nullable): the model that prompts which name none were asked of
 */
const char *
aph_run_resume_get_model (AphRunResume *self)
{
  return self->model;
}

G_GNUC_PRINTF (5, 6)
static gboolean
refuse (AphRunResume  *self,
        guint64        index,
        const char    *what,
        GError       **error,
        const char    *format,
        ...)
{
  g_autofree char *details = NULL;
  va_list args;

  va_start (args, format);
  details = g_strdup_vprintf (format, args);
  va_end (args);

  /* Translators: a file, the number of a prompt, what of it has changed (“its model”), and both
   * values */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is of another run: of prompt %lu, %s has changed. %s Give the same input "
                 "and options as then, or another file."), self->name, (gulong) index + 1, what,
               details);

  return FALSE;
}

/* One line of a text, with the place where it differs from another one. */
static char *
quote (const char *text,
       gsize       n_same)
{
  const char *from = text + n_same;
  g_autofree char *line = NULL;

  for (guint i = 0; i < MAX_QUOTED / 3 && from > text; i++)
    from = g_utf8_prev_char (from);
  line = aph_run_text_one_line (from, MAX_QUOTED);

  return g_strconcat (from > text ? "…" : "", line, NULL);
}

static gboolean
refuse_text (AphRunResume  *self,
             guint64        index,
             const char    *what,
             const char    *before,
             const char    *now,
             GError       **error)
{
  gsize n_same = 0;
  g_autofree char *old_line = NULL;
  g_autofree char *new_line = NULL;

  before = before != NULL ? before : "";
  now = now != NULL ? now : "";
  while (before[n_same] != '\0' && before[n_same] == now[n_same])
    n_same++;
  /* To where a character begins. */
  while (n_same > 0 && (before[n_same] & 0xc0) == 0x80)
    n_same--;
  old_line = quote (before, n_same);
  new_line = quote (now, n_same);

  return refuse (self, index, what, error, _("It was “%s” and is “%s” now."), old_line, new_line);
}

/* What exactly is another one. */
static gboolean
explain (AphRunResume          *self,
         const AphResultEntry  *entry,
         AphRequest            *request,
         GError               **error)
{
  g_autoptr (AphJob) job = aph_result_file_read (self->file, entry, error);
  AphRequest *old;
  const char *old_params, *params;

  if (job == NULL)
    return FALSE;

  old = aph_job_get_request (job);
  if (strcmp (aph_request_get_prompt (old), aph_request_get_prompt (request)) != 0)
    return refuse_text (self, entry->index, _("its text"), aph_request_get_prompt (old),
                        aph_request_get_prompt (request), error);

  if (g_strcmp0 (aph_request_get_custom_id (old), aph_request_get_custom_id (request)) != 0)
    return refuse_text (self, entry->index, _("its name"), aph_request_get_custom_id (old),
                        aph_request_get_custom_id (request), error);

  old_params = aph_params_get_text (aph_request_get_params (old));
  params = aph_params_get_text (aph_request_get_params (request));
  if (strcmp (old_params, params) != 0)
    return refuse_text (self, entry->index, _("how it is to be answered"), old_params, params,
                        error);

  return refuse_text (self, entry->index, _("what else is in its row"),
                      aph_request_get_vars (old), aph_request_get_vars (request), error);
}

/**
 * aph_run_resume_check:
 * @self: an earlier run
 * @index: a place in the order of input, from 0
 * @request: what is asked there now; its model may not be known yet
 * @is_done: (out): whether there is an answer
 * @error: return location
 *
 * Returns: whether it is what was asked there then; if not, @error is a %G_IO_ERROR whose message
 *   tells the user what has changed
 */
gboolean
aph_run_resume_check (AphRunResume  *self,
                      guint64        index,
                      AphRequest    *request,
                      gboolean      *is_done,
                      GError       **error)
{
  const AphResultEntry *entry = aph_result_file_find (self->file, index);
  const char *model = aph_request_get_model (request);

  *is_done = entry != NULL && entry->state == APH_JOB_DONE;
  if (entry == NULL)
    return TRUE;

  if (entry->fingerprint != aph_result_fingerprint (request))
    return explain (self, entry, request, error);

  if (model == NULL)
    {
      if (self->model == NULL)
        self->model = entry->model;
    }
  else if (g_strcmp0 (model, entry->model) != 0)
    return refuse_text (self, index, _("its model"), entry->model, model, error);

  return TRUE;
}

/**
 * aph_run_resume_check_end:
 * @self: an earlier run
 * @n_requests: how many there are now
 * @error: return location
 *
 * Returns: whether there are not fewer than then; if so, @error is a %G_IO_ERROR whose message is
 *   for the user
 */
gboolean
aph_run_resume_check_end (AphRunResume  *self,
                          guint64        n_requests,
                          GError       **error)
{
  guint n = aph_result_file_get_n_rows (self->file);
  guint64 last = n > 0 ? aph_result_file_get_entry (self->file, n - 1)->index : 0;

  if (n == 0 || last < n_requests)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is of another run: it has a row for prompt %lu, and the input only %lu "
                 "prompts. Give the same input as then, or another file."),
               self->name, (gulong) last + 1, (gulong) n_requests);

  return FALSE;
}

/* Without the rows that will be written anew. */
static gboolean
rewrite (AphRunResume  *self,
         GError       **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (AphSaveFile) save = aph_save_file_open (file, NULL, error);

  if (save == NULL)
    return FALSE;

  if (!aph_result_file_copy (self->file, APH_JOB_DONE, aph_save_file_get_stream (save), error))
    {
      aph_save_file_explain (save, error);
      return FALSE;
    }
  if (!aph_save_file_commit (save, NULL, error))
    return FALSE;

  close (self->fd);

  return open_and_lock (self, error);
}

/**
 * aph_run_resume_open:
 * @self: an earlier run
 * @error: return location
 *
 * Takes out what is not an answer, and a row of which only a part was written.
 *
 * Returns: a file descriptor to write further rows to, which is the caller's; or -1 with a
 *   %G_IO_ERROR whose message is for the user, and then the file is as it was
 */
int
aph_run_resume_open (AphRunResume  *self,
                     GError       **error)
{
  int fd;

  if ((self->n_others > 0 || aph_result_file_is_torn (self->file)) && !rewrite (self, error))
    return -1;

  fd = self->fd;
  self->fd = -1;

  return fd;
}
