/* aph-text-decoder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-text-decoder"

#include "config.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-text-decoder.h"

struct _AphTextDecoder
{
  GObject parent_instance;

  GIConv converter;
  gsize unit;   /* of the encoding, in bytes: so much is skipped when it is wrong */
};

static void aph_text_decoder_iface_init (GConverterIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AphTextDecoder, aph_text_decoder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER,
                                                      aph_text_decoder_iface_init))

static void
aph_text_decoder_finalize (GObject *object)
{
  AphTextDecoder *self = APH_TEXT_DECODER (object);

  if (self->converter != (GIConv) -1)
    g_iconv_close (self->converter);

  G_OBJECT_CLASS (aph_text_decoder_parent_class)->finalize (object);
}

static void
aph_text_decoder_class_init (AphTextDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aph_text_decoder_finalize;
}

static void
aph_text_decoder_init (AphTextDecoder *self)
{
  self->converter = (GIConv) -1;
}

/* Says of the next unit that it is bad; leaves the converter in its first state. */
static void
skip_bad_unit (AphTextDecoder  *self,
               char           **in,
               gsize           *in_left,
               char           **out,
               gsize           *out_left)
{
  gsize size = MIN (self->unit, *in_left);

  *(*out)++ = APH_TEXT_DECODER_BAD;
  (*out_left)--;
  *in += size;
  *in_left -= size;
  g_iconv (self->converter, NULL, NULL, NULL, NULL);
}

static GConverterResult
aph_text_decoder_convert (GConverter       *converter,
                          const void       *input,
                          gsize             input_size,
                          void             *output,
                          gsize             output_size,
                          GConverterFlags   flags,
                          gsize            *bytes_read,
                          gsize            *bytes_written,
                          GError          **error)
{
  AphTextDecoder *self = APH_TEXT_DECODER (converter);
  gboolean at_end = (flags & G_CONVERTER_INPUT_AT_END) != 0;
  char *in = (char *) input;
  char *out = output;
  gsize in_left = input_size, out_left = output_size;
  int code = 0;

  while (in_left > 0 && out_left > 0)
    {
      errno = 0;
      if (g_iconv (self->converter, &in, &in_left, &out, &out_left) != (gsize) -1)
        continue;
      code = errno;
      if (code == E2BIG || out_left == 0 || (code == EINVAL && !at_end))
        break;
      skip_bad_unit (self, &in, &in_left, &out, &out_left);
      code = 0;
    }

  *bytes_read = input_size - in_left;
  *bytes_written = output_size - out_left;

  if (*bytes_read > 0 || *bytes_written > 0)
    return at_end && in_left == 0 ? G_CONVERTER_FINISHED : G_CONVERTER_CONVERTED;
  if (at_end && input_size == 0)
    return G_CONVERTER_FINISHED;

  /* More of a character is wanted, or more room for one. */
  g_set_error_literal (error, G_IO_ERROR,
                       code == EINVAL || input_size == 0 ? G_IO_ERROR_PARTIAL_INPUT
                                                         : G_IO_ERROR_NO_SPACE,
                       "the text is cut");

  return G_CONVERTER_ERROR;
}

static void
aph_text_decoder_reset (GConverter *converter)
{
  g_iconv (APH_TEXT_DECODER (converter)->converter, NULL, NULL, NULL, NULL);
}

static void
aph_text_decoder_iface_init (GConverterIface *iface)
{
  iface->convert = aph_text_decoder_convert;
  iface->reset = aph_text_decoder_reset;
}

static gsize
get_unit (const char *encoding)
{
  static const struct
  {
    const char *prefix;
    gsize unit;
  } units[] = {
    { "UTF-16", 2 }, { "UTF16", 2 }, { "UCS-2", 2 }, { "UCS2", 2 },
    { "UTF-32", 4 }, { "UTF32", 4 }, { "UCS-4", 4 }, { "UCS4", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strncasecmp (encoding, units[i].prefix, strlen (units[i].prefix)) == 0)
      return units[i].unit;

  return 1;
}

/**
 * aph_text_decoder_new:
 * @encoding: its name, as iconv has it
 * @error: return location
 *
 * Returns: (transfer full): a decoder of @encoding, or %NULL with %G_IO_ERROR_NOT_SUPPORTED
 */
AphTextDecoder *
aph_text_decoder_new (const char  *encoding,
                      GError     **error)
{
  g_autoptr (AphTextDecoder) self = g_object_new (APH_TYPE_TEXT_DECODER, NULL);

  self->unit = get_unit (encoding);
  self->converter = g_iconv_open ("UTF-8", encoding);
  if (self->converter == (GIConv) -1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("The encoding “%s” is not known on this system. Choose another one, or save "
                     "the file as UTF-8 and try again."), encoding);
      return NULL;
    }

  return g_steal_pointer (&self);
}
