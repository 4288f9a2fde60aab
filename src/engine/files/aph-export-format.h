/* aph-export-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphExportFormat:
 * @APH_EXPORT_JSONL: one JSON object a line, as of aph_result_row_append()
 * @APH_EXPORT_JSON: an array of the same objects
 * @APH_EXPORT_CSV: the original columns, then ours
 * @APH_EXPORT_TSV: the same with tabs between the columns
 * @APH_EXPORT_MARKDOWN: a report for people
 * @APH_EXPORT_HTML: a report for people that is one page and needs nothing else
 * @APH_EXPORT_OPENAI: the output file of OpenAI's batch API: what was answered
 * @APH_EXPORT_OPENAI_ERRORS: its error file: what was not
 * @APH_EXPORT_PROMPTFOO: a file of promptfoo's results
 *
 * How jobs are written to a file.
 */
typedef enum
{
  APH_EXPORT_JSONL,
  APH_EXPORT_JSON,
  APH_EXPORT_CSV,
  APH_EXPORT_TSV,
  APH_EXPORT_MARKDOWN,
  APH_EXPORT_HTML,
  APH_EXPORT_OPENAI,
  APH_EXPORT_OPENAI_ERRORS,
  APH_EXPORT_PROMPTFOO,
} AphExportFormat;

#define APH_EXPORT_N_FORMATS (APH_EXPORT_PROMPTFOO + 1)

const char *aph_export_format_get_name   (AphExportFormat  format);
const char *aph_export_format_get_suffix (AphExportFormat  format);
gboolean    aph_export_format_from_name  (const char      *name,
                                          AphExportFormat *format);
gboolean    aph_export_format_from_path  (const char      *path,
                                          AphExportFormat *format);
char       *aph_export_format_dup_names  (void);
char       *aph_export_format_dup_suffixes (void);

gboolean    aph_export_format_takes      (AphExportFormat  format,
                                          AphJob          *job);
gboolean    aph_export_format_is_survey_needed (AphExportFormat format);
gboolean    aph_export_format_is_report  (AphExportFormat  format);

G_END_DECLS
