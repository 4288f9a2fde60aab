/* aph-text-decoder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Stands in the result for what could not be read: no text in UTF-8 holds it. */
#define APH_TEXT_DECODER_BAD '\xff'

#define APH_TYPE_TEXT_DECODER (aph_text_decoder_get_type ())

/**
 * AphTextDecoder:
 *
 * A #GConverter from any encoding to UTF-8 which goes on after what it cannot read, so that a row
 * with a broken character does not cost the rows after it.
 */
G_DECLARE_FINAL_TYPE (AphTextDecoder, aph_text_decoder, APH, TEXT_DECODER, GObject)

AphTextDecoder *aph_text_decoder_new (const char  *encoding,
                                      GError     **error);

G_END_DECLS
