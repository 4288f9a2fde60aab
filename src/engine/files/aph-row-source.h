/* aph-row-source.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "files/aph-csv-rows.h"
#include "files/aph-file-layout.h"

G_BEGIN_DECLS

/* A longer row is no prompt but a file of another kind. */
#define APH_MAX_ROW (16 * 1024 * 1024)

/**
 * AphRecord:
 * @line: the line of the file on which it begins, from 1; of pictures the number
 * @element: in a JSON list which of its elements it is, from 1; 0 elsewhere
 * @raw: how the file has it
 * @raw_length: its length in bytes
 * @cells: (array length=n_cells): its cells: valid UTF-8, unless there is a @reason. A JSON value
 *   is one cell
 * @n_cells: how many
 * @reason: (nullable): why it is no row
 *
 * One row as the file has it, until the next one is read.
 */
typedef struct
{
  guint64        line;
  guint64        element;
  const char    *raw;
  gsize          raw_length;
  const AphCell *cells;
  guint          n_cells;
  const char    *reason;
} AphRecord;

/**
 * AphRowSource:
 *
 * The rows of a file of any kind, one after the other and never more than one at a time in memory.
 * It blocks, so it is for worker threads.
 */
typedef struct _AphRowSource AphRowSource;

AphRowSource        *aph_row_source_open       (GFile                 *file,
                                                GInputStream          *stream,
                                                const char            *name,
                                                const AphReadOptions  *options,
                                                GCancellable          *cancellable,
                                                GError               **error);
void                 aph_row_source_free       (AphRowSource          *self);

const AphFileLayout *aph_row_source_get_layout (AphRowSource          *self);
GFile               *aph_row_source_dup_folder (AphRowSource          *self);
AphLineStatus        aph_row_source_next       (AphRowSource          *self,
                                                AphRecord             *record,
                                                GCancellable          *cancellable,
                                                GError               **error);
gboolean             aph_row_source_has_next   (AphRowSource          *self);
guint64              aph_row_source_get_offset (AphRowSource          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRowSource, aph_row_source_free)

G_END_DECLS
