/* fuzz-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-stream"

#include "config.h"

#include <string.h>

#include "fuzz-stream.h"

struct _FuzzStream
{
  GInputStream parent_instance;

  const uint8_t *data;
  size_t size;
  FuzzDice dice;
};

G_DEFINE_FINAL_TYPE (FuzzStream, fuzz_stream, G_TYPE_INPUT_STREAM)

static gssize
fuzz_stream_read_fn (GInputStream  *stream,
                void          *buffer,
                gsize          count,
                GCancellable  *cancellable,
                GError       **error)
{
  FuzzStream *self = FUZZ_STREAM (stream);
  gsize length = 1 + fuzz_dice_roll (&self->dice, 50);

  length = MIN (MIN (length, count), self->size);
  if (length > 0)
    memcpy (buffer, self->data, length);
  self->data += length;
  self->size -= length;

  return length;
}

static void
fuzz_stream_class_init (FuzzStreamClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  stream_class->read_fn = fuzz_stream_read_fn;
}

static void
fuzz_stream_init (FuzzStream *self)
{
}

/**
 * fuzz_stream_new:
 * @data: the input, which must outlive the stream
 * @size: its length in bytes
 * @dice: say how much comes at once
 *
 * Returns: (transfer full): a stream of @data
 */
GInputStream *
fuzz_stream_new (const uint8_t  *data,
                 size_t          size,
                 const FuzzDice *dice)
{
  FuzzStream *self = g_object_new (FUZZ_TYPE_STREAM, NULL);

  self->data = data;
  self->size = size;
  self->dice = *dice;

  return G_INPUT_STREAM (self);
}
