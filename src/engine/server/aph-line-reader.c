/* aph-line-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-line-reader"

#include "config.h"

#include <string.h>

#include "server/aph-line-reader.h"

/* Room for some dozen token lines. */
#define INITIAL_CAPACITY (8 * 1024)

/* Less room than this is not worth a read. */
#define MIN_SPACE (2 * 1024)

struct _AphLineReader
{
  char *data;     /* (nullable) while nothing is in it */
  gsize capacity;
  gsize start;    /* of what was not taken yet */
  gsize scanned;  /* no line ends between start and here */
  gsize end;
};

AphLineReader *
aph_line_reader_new (void)
{
  return g_new0 (AphLineReader, 1);
}

void
aph_line_reader_free (AphLineReader *self)
{
  g_free (self->data);
  g_free (self);
}

/**
 * aph_line_reader_get_space:
 * @self: a line reader
 * @size: (out): how many bytes fit there
 *
 * Lines that were returned before are no longer valid.
 *
 * Returns: (transfer none): where to put the next bytes
 */
char *
aph_line_reader_get_space (AphLineReader *self,
                           gsize         *size)
{
  gsize pending = self->end - self->start;

  if (self->data == NULL)
    {
      self->capacity = INITIAL_CAPACITY;
      self->data = g_malloc (self->capacity);
    }

  if (self->capacity - self->end < MIN_SPACE || pending == 0)
    {
      /* Bytes are moved only over at least as many that were taken, or when the buffer doubles:
       * the work stays proportional to what comes in. */
      if (self->start < pending)
        {
          self->capacity *= 2;
          self->data = g_realloc (self->data, self->capacity);
        }
      else
        {
          memmove (self->data, self->data + self->start, pending);
          self->scanned -= self->start;
          self->end = pending;
          self->start = 0;
        }
    }

  *size = self->capacity - self->end;

  return self->data + self->end;
}

/**
 * aph_line_reader_add:
 * @self: a line reader
 * @length: how many bytes were put into the space
 */
void
aph_line_reader_add (AphLineReader *self,
                     gsize          length)
{
  g_return_if_fail (length <= self->capacity - self->end);

  self->end += length;
}

static const char *
take (AphLineReader *self,
      gsize          line_length,
      gsize          taken,
      gsize         *length)
{
  const char *line = self->data + self->start;

  self->start += taken;
  self->scanned = self->start;

  if (line_length > 0 && line[line_length - 1] == '\r')
    line_length--;
  *length = line_length;

  return line;
}

/**
 * aph_line_reader_next:
 * @self: a line reader
 * @length: (out): its length
 *
 * Returns: (transfer none) (nullable): the next line that has come with its end, without that
 *   end (LF or CR LF) and not terminated; %NULL if there is none
 */
const char *
aph_line_reader_next (AphLineReader *self,
                      gsize         *length)
{
  const char *line;
  const char *end;

  if (self->scanned == self->end)
    return NULL;

  line = self->data + self->start;
  end = memchr (self->data + self->scanned, '\n', self->end - self->scanned);
  self->scanned = self->end;
  if (end == NULL)
    return NULL;

  return take (self, end - line, end - line + 1, length);
}

/**
 * aph_line_reader_take_rest:
 * @self: a line reader
 * @length: (out): its length
 *
 * To be asked at the end of the bytes.
 *
 * Returns: (transfer none) (nullable): a last line that came without its end, or %NULL
 */
const char *
aph_line_reader_take_rest (AphLineReader *self,
                           gsize         *length)
{
  gsize pending = self->end - self->start;

  return pending > 0 ? take (self, pending, pending, length) : NULL;
}

/**
 * aph_line_reader_peek:
 * @self: a line reader
 * @length: (out): how many
 *
 * Returns: (transfer none): all bytes that were not taken as lines
 */
const char *
aph_line_reader_peek (AphLineReader *self,
                      gsize         *length)
{
  *length = self->end - self->start;

  return *length > 0 ? self->data + self->start : "";
}

/**
 * aph_line_reader_rest:
 * @self: a line reader
 *
 * To be called when it may take a while until there are more bytes. If all lines were taken it
 * needs no memory until then: many streams share what one has just used, which the processor still
 * has at hand.
 *
 * Lines that were returned before are no longer valid.
 */
void
aph_line_reader_rest (AphLineReader *self)
{
  if (self->start < self->end)
    return;

  g_clear_pointer (&self->data, g_free);
  self->capacity = self->start = self->scanned = self->end = 0;
}

/**
 * aph_line_reader_is_full:
 * @self: a line reader
 *
 * Returns: whether more than %APH_LINE_READER_MAX_LENGTH bytes wait to be taken: no more should
 *   be read
 */
gboolean
aph_line_reader_is_full (AphLineReader *self)
{
  return self->end - self->start > APH_LINE_READER_MAX_LENGTH;
}
