/* aph-file-lines.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-file-lines"

#include "config.h"

#include <string.h>

#include "files/aph-file-lines.h"

#define READ_SIZE (64 * 1024)

/* A buffer that one long line blew up beyond this is not kept for the short lines after it. */
#define MAX_KEPT_SIZE (1024 * 1024)

struct _AphFileLines
{
  GInputStream *stream;
  gsize max_length;
  guint64 number;     /* of the line that was last returned, from 1 */
  guint64 offset;     /* of the line that is next, in the stream */
  gboolean has_end;   /* the line that was last returned had one */
  gboolean at_end;
  gboolean skipping;  /* the rest of a line that is too long */

  char *buffer;
  gsize size;
  gsize start;        /* of the line that is next */
  gsize scanned;      /* there is no line end from start up to here */
  gsize end;
};

/**
 * aph_file_lines_new:
 * @stream: what to read
 * @max_length: the longest line that is returned, in bytes
 *
 * Returns: (transfer full): a reader of the lines of @stream
 */
AphFileLines *
aph_file_lines_new (GInputStream *stream,
                    gsize         max_length)
{
  AphFileLines *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  self = g_new0 (AphFileLines, 1);
  self->stream = g_object_ref (stream);
  self->max_length = max_length;

  return self;
}

void
aph_file_lines_free (AphFileLines *self)
{
  g_object_unref (self->stream);
  g_free (self->buffer);
  g_free (self);
}

static char *
find_line_end (AphFileLines *self)
{
  char *found;

  if (self->scanned == self->end)
    return NULL;

  found = memchr (self->buffer + self->scanned, '\n', self->end - self->scanned);
  self->scanned = found != NULL ? (gsize) (found - self->buffer) : self->end;

  return found;
}

static void
make_room (AphFileLines *self)
{
  gsize unread = self->end - self->start;

  if (unread > 0 && self->start > 0)
    memmove (self->buffer, self->buffer + self->start, unread);
  self->scanned -= self->start;
  self->start = 0;
  self->end = unread;

  if (unread == 0 && self->size > MAX_KEPT_SIZE)
    {
      g_clear_pointer (&self->buffer, g_free);
      self->size = 0;
    }

  if (self->size - unread < READ_SIZE)
    {
      self->size = MAX (unread + READ_SIZE, self->size * 2);
      self->buffer = g_realloc (self->buffer, self->size);
    }
}

static gboolean
fill (AphFileLines  *self,
      GCancellable  *cancellable,
      GError       **error)
{
  gssize n_read;

  make_room (self);
  n_read = g_input_stream_read (self->stream, self->buffer + self->end, READ_SIZE,
                                cancellable, error);
  if (n_read < 0)
    return FALSE;

  self->at_end = n_read == 0;
  self->end += n_read;

  return TRUE;
}

/* Takes what is before @line_end; @next is where the line after it begins. */
static AphLineStatus
take_line (AphFileLines  *self,
           gsize          line_end,
           gsize          next,
           const char   **line,
           gsize         *length)
{
  gboolean too_long = self->skipping || line_end - self->start > self->max_length;

  if (!too_long)
    {
      *line = self->buffer + self->start;
      *length = line_end - self->start;
      if (*length > 0 && (*line)[*length - 1] == '\r')
        (*length)--;
    }

  self->skipping = FALSE;
  self->has_end = next > line_end;
  self->offset += next - self->start;
  self->start = next;
  self->scanned = next;
  self->number++;

  return too_long ? APH_LINE_TOO_LONG : APH_LINE_READ;
}

/**
 * aph_file_lines_next:
 * @self: a reader
 * @line: (out): the line without its end (LF or CRLF); not terminated, may hold any bytes; valid
 *   until the next call
 * @length: (out): its length in bytes
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Reads the next line. It blocks unless aph_file_lines_has_line().
 *
 * Returns: what was found; @line and @length are set for %APH_LINE_READ only
 */
AphLineStatus
aph_file_lines_next (AphFileLines  *self,
                     const char   **line,
                     gsize         *length,
                     GCancellable  *cancellable,
                     GError       **error)
{
  for (;;)
    {
      if (find_line_end (self) != NULL)
        return take_line (self, self->scanned, self->scanned + 1, line, length);

      if (self->at_end)
        return self->start < self->end || self->skipping
                 ? take_line (self, self->end, self->end, line, length)
                 : APH_LINE_END;

      if (self->end - self->start > self->max_length)
        {
          self->skipping = TRUE;
          self->offset += self->end - self->start;
          self->start = self->end;
        }

      if (!fill (self, cancellable, error))
        return APH_LINE_ERROR;
    }
}

/**
 * aph_file_lines_has_line:
 * @self: a reader
 *
 * Returns: whether aph_file_lines_next() would return at once
 */
gboolean
aph_file_lines_has_line (AphFileLines *self)
{
  return self->at_end || find_line_end (self) != NULL;
}

/**
 * aph_file_lines_get_number:
 * @self: a reader
 *
 * Returns: the number of the line that was last found, from 1
 */
guint64
aph_file_lines_get_number (AphFileLines *self)
{
  return self->number;
}

/**
 * aph_file_lines_get_offset:
 * @self: a reader
 *
 * Returns: where in the stream the line after the one that was last found begins, in bytes
 */
guint64
aph_file_lines_get_offset (AphFileLines *self)
{
  return self->offset;
}

/**
 * aph_file_lines_has_end:
 * @self: a reader
 *
 * Returns: whether the line that was last found had an end; only the last one of a stream may have
 *   none
 */
gboolean
aph_file_lines_has_end (AphFileLines *self)
{
  return self->has_end;
}
