/* aph-text-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-text-input"

#include "config.h"

#include <string.h>

#include "files/aph-text-decoder.h"
#include "files/aph-text-encoding.h"
#include "files/aph-text-input.h"

#define READ_SIZE (128 * 1024)

/* So much of a file is looked at to tell what it is; of a pipe, what has come. */
#define HEAD_SIZE (512 * 1024)

/* A window that one long row blew up beyond this is not kept for the short rows after it. */
#define MAX_KEPT_SIZE (2 * 1024 * 1024)

struct _AphTextInput
{
  GInputStream *stream;
  const char *encoding;
  GConverter *decoder;    /* (nullable) for UTF-8 */
  gboolean is_file;       /* reading it does not wait for anybody */
  gboolean raw_at_end;
  gboolean at_end;
  guint64 offset;         /* of the window, in bytes of UTF-8 */

  /* What was read and is not in the window yet: the head, and what is to be decoded */
  GByteArray *raw;
  gsize raw_start;

  char *buffer;
  gsize size;
  gsize start;
  gsize end;
};

/* One read of the stream. */
static gboolean
fill_raw (AphTextInput  *self,
          GCancellable  *cancellable,
          GError       **error)
{
  gsize length;
  gssize n_read;

  if (self->raw_start > 0)
    g_byte_array_remove_range (self->raw, 0, self->raw_start);
  self->raw_start = 0;

  length = self->raw->len;
  g_byte_array_set_size (self->raw, length + READ_SIZE);
  n_read = g_input_stream_read (self->stream, self->raw->data + length, READ_SIZE, cancellable,
                                error);
  g_byte_array_set_size (self->raw, length + MAX (0, n_read));
  self->raw_at_end = n_read == 0;

  return n_read >= 0;
}

/* Whether it could become a byte order mark; no text begins like that. */
static gboolean
is_part_of_mark (const GByteArray *raw)
{
  return (raw->len == 1 && (raw->data[0] == 0xef || raw->data[0] >= 0xfe))
         || (raw->len == 2 && raw->data[0] == 0xef && raw->data[1] == 0xbb);
}

static gboolean
fill_raw_head (AphTextInput  *self,
               GCancellable  *cancellable,
               GError       **error)
{
  do
    if (!fill_raw (self, cancellable, error))
      return FALSE;
  while (!self->raw_at_end
         && (self->is_file ? self->raw->len < HEAD_SIZE : is_part_of_mark (self->raw)));

  return TRUE;
}

static gboolean
is_mark (const char *encoding,
         const char *head,
         gsize       mark_length)
{
  if (encoding == aph_encoding_utf8)
    return mark_length == 3;
  if (encoding == aph_encoding_utf16le)
    return mark_length == 2 && head[0] == '\xff';
  if (encoding == aph_encoding_utf16be)
    return mark_length == 2 && head[0] == '\xfe';

  return FALSE;
}

/**
 * aph_text_input_new:
 * @stream: what to read
 *
 * Returns: (transfer full): the bytes of @stream, from the first one on, as the UTF-8 they should
 *   be
 */
AphTextInput *
aph_text_input_new (GInputStream *stream)
{
  AphTextInput *self = g_new0 (AphTextInput, 1);

  self->stream = g_object_ref (stream);
  self->raw = g_byte_array_new ();
  self->encoding = aph_encoding_utf8;
  self->is_file = G_IS_SEEKABLE (stream) && g_seekable_can_seek (G_SEEKABLE (stream));

  return self;
}

/* The user's word holds; only in which order bytes come, a mark of two knows better. */
static const char *
choose_encoding (const char *given,
                 const char *detected,
                 gsize       mark_length)
{
  if (given == NULL)
    return detected;

  return mark_length == 2 && (given == aph_encoding_utf16le || given == aph_encoding_utf16be)
           ? detected : given;
}

/**
 * aph_text_input_open:
 * @stream: what to read
 * @encoding: (nullable): a name of aph_text_encoding_lookup(), or %NULL to tell it from the content
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Returns: (transfer full): the text of @stream without its byte order mark, or %NULL with
 *   an error of @stream or %G_IO_ERROR_NOT_SUPPORTED
 */
AphTextInput *
aph_text_input_open (GInputStream  *stream,
                     const char    *encoding,
                     GCancellable  *cancellable,
                     GError       **error)
{
  g_autoptr (AphTextInput) self = aph_text_input_new (stream);
  const char *head, *detected;
  gsize mark_length;

  if (!fill_raw_head (self, cancellable, error))
    return NULL;

  head = (const char *) self->raw->data;
  detected = aph_text_encoding_detect (head, self->raw->len, &mark_length);
  self->encoding = choose_encoding (encoding, detected, mark_length);
  if (is_mark (self->encoding, head, mark_length))
    self->raw_start = mark_length;

  if (self->encoding != aph_encoding_utf8)
    {
      self->decoder = (GConverter *) aph_text_decoder_new (self->encoding, error);
      if (self->decoder == NULL)
        return NULL;
    }

  return g_steal_pointer (&self);
}

void
aph_text_input_free (AphTextInput *self)
{
  g_clear_object (&self->stream);
  g_clear_object (&self->decoder);
  g_clear_pointer (&self->raw, g_byte_array_unref);
  g_free (self->buffer);
  g_free (self);
}

/**
 * aph_text_input_get_encoding:
 * @self: an input
 *
 * Returns: the encoding it is read in
 */
const char *
aph_text_input_get_encoding (AphTextInput *self)
{
  return self->encoding;
}

/**
 * aph_text_input_fill_head:
 * @self: an input that is at its beginning
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Has so much of it in the window that one can tell what it is: of a file half a megabyte, of a
 * pipe what comes first.
 *
 * Returns: %FALSE with an error of the stream
 */
gboolean
aph_text_input_fill_head (AphTextInput  *self,
                          GCancellable  *cancellable,
                          GError       **error)
{
  do
    if (!aph_text_input_fill (self, cancellable, error))
      return FALSE;
  while (self->is_file && !self->at_end && self->end - self->start < HEAD_SIZE);

  return TRUE;
}

/**
 * aph_text_input_peek:
 * @self: an input
 * @length: (out): how many bytes there are
 *
 * Returns: (transfer none): what is in the window, until the next call that fills it
 */
const char *
aph_text_input_peek (AphTextInput *self,
                     gsize        *length)
{
  *length = self->end - self->start;

  return self->buffer != NULL ? self->buffer + self->start : "";
}

/**
 * aph_text_input_skip:
 * @self: an input
 * @length: not more than there is in the window
 *
 * Is done with so many bytes.
 */
void
aph_text_input_skip (AphTextInput *self,
                     gsize         length)
{
  g_return_if_fail (length <= self->end - self->start);

  self->start += length;
  self->offset += length;
}

static void
make_room (AphTextInput *self)
{
  gsize unread = self->end - self->start;

  if (unread > 0 && self->start > 0)
    memmove (self->buffer, self->buffer + self->start, unread);
  self->start = 0;
  self->end = unread;

  if (unread == 0 && self->size > MAX_KEPT_SIZE)
    {
      g_clear_pointer (&self->buffer, g_free);
      self->size = 0;
    }

  if (self->size - unread < READ_SIZE)
    {
      self->size = MAX (unread + READ_SIZE, self->size + self->size / 2);
      self->buffer = g_realloc (self->buffer, self->size);
    }
}

/* The window gets what was read already, or reads by itself. */
static gboolean
fill_plain (AphTextInput  *self,
            GCancellable  *cancellable,
            GError       **error)
{
  gsize n_raw = self->raw->len - self->raw_start;
  gssize n_read;

  if (n_raw > 0)
    {
      gsize n_taken = MIN (n_raw, READ_SIZE);

      memcpy (self->buffer + self->end, self->raw->data + self->raw_start, n_taken);
      self->raw_start += n_taken;
      self->end += n_taken;
      return TRUE;
    }

  if (self->raw_start > 0)
    {
      g_byte_array_unref (self->raw);
      self->raw = g_byte_array_new ();
      self->raw_start = 0;
    }
  if (self->raw_at_end)
    {
      self->at_end = TRUE;
      return TRUE;
    }

  n_read = g_input_stream_read (self->stream, self->buffer + self->end, READ_SIZE, cancellable,
                                error);
  if (n_read < 0)
    return FALSE;

  self->at_end = n_read == 0;
  self->end += n_read;

  return TRUE;
}

static gboolean
fill_decoded (AphTextInput  *self,
              GCancellable  *cancellable,
              GError       **error)
{
  for (;;)
    {
      gsize n_raw = self->raw->len - self->raw_start;
      gsize n_read = 0, n_written = 0;
      GConverterResult result = G_CONVERTER_ERROR;

      if (n_raw > 0)
        result = g_converter_convert (self->decoder, self->raw->data + self->raw_start, n_raw,
                                      self->buffer + self->end, self->size - self->end,
                                      self->raw_at_end ? G_CONVERTER_INPUT_AT_END
                                                       : G_CONVERTER_NO_FLAGS,
                                      &n_read, &n_written, NULL);
      if (result != G_CONVERTER_ERROR)
        {
          self->raw_start += n_read;
          self->end += n_written;
          if (n_written > 0)
            return TRUE;
        }
      else if (self->raw_at_end)
        {
          self->at_end = TRUE;
          return TRUE;
        }
      else if (!fill_raw (self, cancellable, error))
        return FALSE;
    }
}

/**
 * aph_text_input_fill:
 * @self: an input
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Waits until there is more in the window, or nothing more to come.
 *
 * Returns: %FALSE with an error of the stream
 */
gboolean
aph_text_input_fill (AphTextInput  *self,
                     GCancellable  *cancellable,
                     GError       **error)
{
  if (self->at_end)
    return TRUE;

  make_room (self);

  return self->decoder != NULL ? fill_decoded (self, cancellable, error)
                               : fill_plain (self, cancellable, error);
}

/**
 * aph_text_input_is_at_end:
 * @self: an input
 *
 * Returns: whether nothing comes after what is in the window
 */
gboolean
aph_text_input_is_at_end (AphTextInput *self)
{
  return self->at_end;
}

/**
 * aph_text_input_get_offset:
 * @self: an input
 *
 * Returns: how many bytes of UTF-8 were skipped so far
 */
guint64
aph_text_input_get_offset (AphTextInput *self)
{
  return self->offset;
}
