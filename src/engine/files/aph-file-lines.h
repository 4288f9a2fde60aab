/* aph-file-lines.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-text-input.h"

G_BEGIN_DECLS

/**
 * AphLineStatus:
 * @APH_LINE_READ: here is a line
 * @APH_LINE_BLANK: here was something that does not count; there may be more after it
 * @APH_LINE_TOO_LONG: here was a line longer than allowed; it was skipped
 * @APH_LINE_END: there are no more lines
 * @APH_LINE_ERROR: the stream could not be read
 *
 * What was found, by aph_file_lines_next() and all that reads by lines: a reader may be asked for
 * one line and no more, since whoever waits for a pipe does not know when the next one comes.
 */
typedef enum
{
  APH_LINE_READ,
  APH_LINE_BLANK,
  APH_LINE_TOO_LONG,
  APH_LINE_END,
  APH_LINE_ERROR,
} AphLineStatus;

/**
 * AphFileLines:
 *
 * Cuts a text into lines, holding no more than one line and one read of it. It blocks, so it is
 * for worker threads.
 */
typedef struct _AphFileLines AphFileLines;

AphFileLines  *aph_file_lines_new        (AphTextInput  *input,
                                          gsize          max_length);
void           aph_file_lines_free       (AphFileLines  *self);

AphLineStatus  aph_file_lines_next       (AphFileLines  *self,
                                          const char   **line,
                                          gsize         *length,
                                          GCancellable  *cancellable,
                                          GError       **error);
gboolean       aph_file_lines_has_line   (AphFileLines  *self);
guint64        aph_file_lines_get_number (AphFileLines  *self);
guint64        aph_file_lines_get_offset (AphFileLines  *self);
gboolean       aph_file_lines_has_end    (AphFileLines  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphFileLines, aph_file_lines_free)

G_END_DECLS
