/* aph-prompt-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "files/aph-file-layout.h"
#include "files/aph-grid.h"
#include "files/aph-row-source.h"
#include "job/aph-request.h"

G_BEGIN_DECLS

/**
 * AphRowError:
 * @line: the line of the file, from 1
 * @reason: (owned): what is wrong with it
 *
 * A row that is no prompt.
 */
typedef struct
{
  guint64  line;
  char    *reason;
} AphRowError;

AphRowError *aph_row_error_new  (const AphRecord *record,
                                 const char      *reason);
void         aph_row_error_free (AphRowError     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRowError, aph_row_error_free)

#define APH_TYPE_PROMPT_READER (aph_prompt_reader_get_type ())

/**
 * AphPromptReader:
 *
 * Reads the prompts of a file or stream piece by piece, so that a file may be larger than memory
 * and a pipe may be slow. What it is, is told from the content: text, a table, JSON Lines, a JSON
 * list, in any common encoding; or from #AphReadOptions.
 *
 * Blank lines are skipped. A bad row never stops the others and is never dropped silently: it is
 * kept for aph_prompt_reader_steal_errors().
 */
G_DECLARE_FINAL_TYPE (AphPromptReader, aph_prompt_reader, APH, PROMPT_READER, GObject)

AphPromptReader     *aph_prompt_reader_new_for_file   (GFile                 *file);
AphPromptReader     *aph_prompt_reader_new_for_stream (GInputStream          *stream,
                                                       const char            *name);

void                 aph_prompt_reader_set_options    (AphPromptReader       *self,
                                                       const AphReadOptions  *options);
void                 aph_prompt_reader_set_grid       (AphPromptReader       *self,
                                                       const AphGrid         *grid);

const char          *aph_prompt_reader_get_name       (AphPromptReader       *self);
const AphFileLayout *aph_prompt_reader_get_layout     (AphPromptReader       *self);
guint64              aph_prompt_reader_get_offset     (AphPromptReader       *self);
gboolean             aph_prompt_reader_is_at_end      (AphPromptReader       *self);
GPtrArray           *aph_prompt_reader_steal_errors   (AphPromptReader       *self);

GPtrArray           *aph_prompt_reader_read           (AphPromptReader       *self,
                                                       guint                  max_rows,
                                                       GCancellable          *cancellable,
                                                       GError               **error);
void                 aph_prompt_reader_read_async     (AphPromptReader       *self,
                                                       guint                  max_rows,
                                                       GCancellable          *cancellable,
                                                       GAsyncReadyCallback    callback,
                                                       gpointer               user_data);
GPtrArray           *aph_prompt_reader_read_finish    (AphPromptReader       *self,
                                                       GAsyncResult          *result,
                                                       GError               **error);

G_END_DECLS
