/* aph-line-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Ollama's own client refuses lines above 8 MB; more than twice that is no answer. */
#define APH_LINE_READER_MAX_LENGTH (16 * 1024 * 1024)

/**
 * AphLineReader:
 *
 * Bytes in, lines out, without copying: bytes are read into its buffer, lines point into it.
 * Each byte is looked at once, however it is cut.
 */
typedef struct _AphLineReader AphLineReader;

AphLineReader *aph_line_reader_new       (void);
void           aph_line_reader_free      (AphLineReader *self);

char          *aph_line_reader_get_space (AphLineReader *self,
                                          gsize         *size);
void           aph_line_reader_add       (AphLineReader *self,
                                          gsize          length);
const char    *aph_line_reader_next      (AphLineReader *self,
                                          gsize         *length);
const char    *aph_line_reader_take_rest (AphLineReader *self,
                                          gsize         *length);
const char    *aph_line_reader_peek      (AphLineReader *self,
                                          gsize         *length);
void           aph_line_reader_rest      (AphLineReader *self);
gboolean       aph_line_reader_is_full   (AphLineReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphLineReader, aph_line_reader_free)

G_END_DECLS
