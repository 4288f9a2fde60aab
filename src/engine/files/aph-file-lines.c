/* aph-file-lines.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-file-lines"

#include "config.h"

#include <string.h>

#include "files/aph-file-lines.h"

struct _AphFileLines
{
  AphTextInput *input;  /* (not owned) */
  gsize max_length;
  guint64 number;       /* of the line that was last returned, from 1 */
  gboolean has_end;     /* the line that was last returned had one */
  gboolean skipping;    /* the rest of a line that is too long */
  gsize scanned;        /* there is no line end in so much of the window */
  gsize taken;          /* so much of it is the line that was last returned, with its end */
};

/**
 * aph_file_lines_new:
 * @input: what to read; must outlive this
 * @max_length: the longest line that is returned, in bytes
 *
 * Returns: (transfer full): a reader of the lines of @input
 */
AphFileLines *
aph_file_lines_new (AphTextInput *input,
                    gsize         max_length)
{
  AphFileLines *self;

  g_return_val_if_fail (input != NULL, NULL);

  self = g_new0 (AphFileLines, 1);
  self->input = input;
  self->max_length = max_length;

  return self;
}

void
aph_file_lines_free (AphFileLines *self)
{
  g_free (self);
}

/* Done with the line that the caller has looked at by now. */
static void
drop_taken (AphFileLines *self)
{
  aph_text_input_skip (self->input, self->taken);
  self->taken = 0;
}

static const char *
find_line_end (AphFileLines *self)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);
  gsize from = self->taken + self->scanned;
  const char *found = size > from ? memchr (text + from, '\n', size - from) : NULL;

  self->scanned = (found != NULL ? (gsize) (found - text) : size) - self->taken;

  return found;
}

/* Takes a line of so many bytes, without its end. */
static AphLineStatus
take_line (AphFileLines  *self,
           gsize          size,
           gsize          size_with_end,
           const char   **line,
           gsize         *length)
{
  gboolean too_long = self->skipping || size > self->max_length;
  gsize available;

  if (!too_long)
    {
      *line = aph_text_input_peek (self->input, &available);
      *length = size;
      if (size > 0 && (*line)[size - 1] == '\r')
        (*length)--;
    }

  self->skipping = FALSE;
  self->has_end = size_with_end > size;
  self->taken = size_with_end;
  self->scanned = 0;
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
  drop_taken (self);
  for (;;)
    {
      gsize size;

      if (find_line_end (self) != NULL)
        return take_line (self, self->scanned, self->scanned + 1, line, length);

      aph_text_input_peek (self->input, &size);
      if (aph_text_input_is_at_end (self->input))
        return size > 0 || self->skipping ? take_line (self, size, size, line, length)
                                          : APH_LINE_END;

      if (size > self->max_length)
        {
          self->skipping = TRUE;
          aph_text_input_skip (self->input, size);
          self->scanned = 0;
        }

      if (!aph_text_input_fill (self->input, cancellable, error))
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
  return aph_text_input_is_at_end (self->input) || find_line_end (self) != NULL;
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
 * Returns: where in the text the line after the one that was last found begins, in bytes
 */
guint64
aph_file_lines_get_offset (AphFileLines *self)
{
  return aph_text_input_get_offset (self->input) + self->taken;
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
