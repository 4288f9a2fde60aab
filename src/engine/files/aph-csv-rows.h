/* aph-csv-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-file-lines.h"
#include "files/aph-text-input.h"

G_BEGIN_DECLS

/**
 * AphCell:
 * @text: (not owned): any bytes, not terminated
 * @length: how many
 *
 * One cell of a row.
 */
typedef struct
{
  const char *text;
  gsize       length;
} AphCell;

/**
 * AphCsvRow:
 * @line: the line it begins on, from 1
 * @cells: (array length=n_cells): its cells, without quotes
 * @n_cells: how many
 * @raw: how the file has it
 * @raw_length: its length in bytes
 *
 * A row of a table, until the next one is read.
 */
typedef struct
{
  guint64        line;
  const AphCell *cells;
  guint          n_cells;
  const char    *raw;
  gsize          raw_length;
} AphCsvRow;

/**
 * AphCsvRows:
 *
 * Reads the rows of a table as spreadsheets write them: cells between delimiters, in quotes where
 * they hold a delimiter, a quote or a line break. It blocks, so it is for worker threads.
 */
typedef struct _AphCsvRows AphCsvRows;

AphCsvRows    *aph_csv_rows_new        (AphTextInput  *input,
                                        char           delimiter,
                                        gsize          max_length);
void           aph_csv_rows_free       (AphCsvRows    *self);

void           aph_csv_rows_set_trims  (AphCsvRows    *self,
                                        gboolean       trims);

AphLineStatus  aph_csv_rows_next       (AphCsvRows    *self,
                                        AphCsvRow     *row,
                                        GCancellable  *cancellable,
                                        GError       **error);
gboolean       aph_csv_rows_has_row    (AphCsvRows    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphCsvRows, aph_csv_rows_free)

G_END_DECLS
