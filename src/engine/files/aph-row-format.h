/* aph-row-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For aph-row-source.c and the files of the formats only.
 */

#pragma once

#include "files/aph-row-source.h"
#include "files/aph-text-input.h"

G_BEGIN_DECLS

/**
 * AphRowFormat:
 * @open: begins to read @file or @input, and fills in the columns of @layout; %NULL with @error
 * @next: reads the next record: %APH_LINE_READ, _BLANK, _END or _ERROR. What is no row is
 *   a record with a reason, which the format may keep until the next call
 * @has_next: whether @next would probably return at once
 * @free: ends it
 *
 * How the rows of one kind of files are read.
 */
typedef struct
{
  gpointer       (*open)     (GFile          *file,
                              AphTextInput   *input,
                              AphFileLayout  *layout,
                              GCancellable   *cancellable,
                              GError        **error);
  AphLineStatus  (*next)     (gpointer        self,
                              AphRecord      *record,
                              GCancellable   *cancellable,
                              GError        **error);
  gboolean       (*has_next) (gpointer        self);
  void           (*free)     (gpointer        self);
} AphRowFormat;

extern const AphRowFormat aph_row_format_text;
extern const AphRowFormat aph_row_format_table;
extern const AphRowFormat aph_row_format_json_lines;
extern const AphRowFormat aph_row_format_json_list;
extern const AphRowFormat aph_row_format_pictures;

const char *aph_row_format_too_long (void);

G_END_DECLS
