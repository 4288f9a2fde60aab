/* aph-text-encoding.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names of encodings, as iconv has them. Each is one pointer, to be compared as such. */
extern const char aph_encoding_utf8[];
extern const char aph_encoding_utf16le[];
extern const char aph_encoding_utf16be[];
extern const char aph_encoding_gb18030[];
extern const char aph_encoding_windows1252[];

const char *const *aph_text_encoding_get_names (void);
const char        *aph_text_encoding_lookup    (const char  *name);

const char        *aph_text_encoding_detect    (const char  *head,
                                                gsize        length,
                                                gsize       *mark_length);
gboolean           aph_text_is_binary          (const char  *head,
                                                gsize        length);

G_END_DECLS
