/* aph-result-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-job-record.h"

G_BEGIN_DECLS

/**
 * AphResultEntry:
 * @index: the job's place in the order of input
 * @offset: where its row begins in the file
 * @end: where the row after it begins
 * @fingerprint: of what was asked, see aph_result_fingerprint()
 * @model: (nullable): whom it was asked; lives as long as the file
 * @state: what came of it
 *
 * Where a row is, and what it is about.
 */
typedef struct
{
  guint64      index;
  guint64      offset;
  guint64      end;
  guint64      fingerprint;
  const char  *model;
  AphJobState  state;
} AphResultEntry;

/**
 * AphResultFile:
 *
 * A file of rows as of aph_result_row_append(), in whatever order. It holds some 48 bytes for each.
 * It blocks, so it is for worker threads.
 */
typedef struct _AphResultFile AphResultFile;

AphResultFile        *aph_result_file_new        (GInputStream          *stream);
void                  aph_result_file_free       (AphResultFile         *self);

gboolean              aph_result_file_scan       (AphResultFile         *self,
                                                  GCancellable          *cancellable,
                                                  GError               **error);
guint64               aph_result_file_get_size   (AphResultFile         *self);
gboolean              aph_result_file_is_torn    (AphResultFile         *self);
guint                 aph_result_file_get_n_rows (AphResultFile         *self);
const AphResultEntry *aph_result_file_get_entry  (AphResultFile         *self,
                                                  guint                  i);
const AphResultEntry *aph_result_file_find       (AphResultFile         *self,
                                                  guint64                index);
AphJob               *aph_result_file_read       (AphResultFile         *self,
                                                  const AphResultEntry  *entry,
                                                  GError               **error);
gboolean              aph_result_file_copy       (AphResultFile         *self,
                                                  AphJobState            state,
                                                  GOutputStream         *stream,
                                                  GError               **error);

guint64               aph_result_fingerprint     (AphRequest            *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphResultFile, aph_result_file_free)

G_END_DECLS
