/* aph-file-lines.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AphLineStatus:
 * @APH_LINE_READ: here is a line
 * @APH_LINE_TOO_LONG: here was a line longer than allowed; it was skipped
 * @APH_LINE_END: there are no more lines
 * @APH_LINE_ERROR: the stream could not be read
 *
 * What aph_file_lines_next() found.
 */
typedef enum
{
  APH_LINE_READ,
  APH_LINE_TOO_LONG,
  APH_LINE_END,
  APH_LINE_ERROR,
} AphLineStatus;

/**
 * AphFileLines:
 *
 * Cuts a stream of any bytes into lines, holding no more than one line and one read of it. It
 * blocks, so it is for worker threads.
 */
typedef struct _AphFileLines AphFileLines;

AphFileLines  *aph_file_lines_new        (GInputStream  *stream,
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
