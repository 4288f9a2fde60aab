/* aph-exporter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "files/aph-export-format.h"
#include "files/aph-export-survey.h"

G_BEGIN_DECLS

/**
 * AphExportWords:
 * @state: the word for a state
 * @marks: why an answer deserves a second look
 * @duration: milliseconds for people; %NULL for none
 * @tokens: a number of tokens for people
 * @token_rate: tokens per second for people; %NULL for none
 * @counts: how many are in each state; the other arguments are -1 and %NULL
 * @failure: what went wrong
 *
 * How reports say things. Sentences for people are not the engine's to make; those of the window
 * are in ui/aph-format.h.
 */
typedef struct
{
  const char *(*state)      (AphJobState  state);
  char       *(*marks)      (AphJobMarks  marks);
  char       *(*duration)   (double       milliseconds);
  char       *(*tokens)     (gint64       n_tokens);
  char       *(*token_rate) (double       tokens_per_second);
  char       *(*counts)     (const guint  counts[APH_JOB_N_STATES],
                             double       tokens_per_second,
                             const char  *loading);
  char       *(*failure)    (AphFailure  *failure,
                             const char  *model,
                             const char  *server);
} AphExportWords;

/**
 * AphExportOptions:
 * @title: (nullable): what the report is about
 * @bom: whether a table begins with a mark that tells Excel that it is UTF-8
 * @with_record: whether rows of JSON say what it takes to get the same answer again
 * @renumber: whether jobs are numbered as they are written, not by their own index
 * @words: (nullable): how things are said; reports need it
 * @survey: (nullable): of all jobs that will be written; see aph_export_format_is_survey_needed()
 *
 * How to write. All of it must outlive the exporter.
 */
typedef struct
{
  const char           *title;
  gboolean              bom;
  gboolean              with_record;
  gboolean              renumber;
  const AphExportWords *words;
  AphExportSurvey      *survey;
} AphExportOptions;

/**
 * AphExporter:
 *
 * Writes jobs to a stream in a format of files, one after the other, and holds no more than one
 * of them. It blocks, so it is for worker threads.
 */
typedef struct _AphExporter AphExporter;

AphExporter *aph_exporter_new   (AphExportFormat         format,
                                 GOutputStream          *stream,
                                 const AphExportOptions *options);
void         aph_exporter_free  (AphExporter            *self);

gboolean     aph_exporter_write (AphExporter            *self,
                                 AphJob                 *job,
                                 GCancellable           *cancellable,
                                 GError                **error);
gboolean     aph_exporter_close (AphExporter            *self,
                                 GCancellable           *cancellable,
                                 GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphExporter, aph_exporter_free)

G_END_DECLS
