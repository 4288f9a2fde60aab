/* aph-exporter-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-exporter.h"

G_BEGIN_DECLS

struct _AphExporter
{
  AphExportFormat format;
  GOutputStream *stream;
  AphExportOptions options;
  GString *text;          /* what is not written yet */
  guint64 index;          /* of the job that is being written */
  guint64 n_taken;        /* jobs */
  guint64 n_written;      /* those of them that have a row */
  guint64 *n_of_model;    /* (nullable) the same of each model of the survey */
};

/**
 * AphExportWriter:
 * @begin: (nullable): writes what comes before the first job
 * @append: writes a job
 * @end: (nullable): writes what comes after the last job
 *
 * How a format is written: text is appended to that of the exporter.
 */
typedef struct
{
  void     (*begin)  (AphExporter  *self);
  gboolean (*append) (AphExporter  *self,
                      AphJob       *job,
                      GError      **error);
  void     (*end)    (AphExporter  *self);
} AphExportWriter;

extern const AphExportWriter aph_export_csv_writer;
extern const AphExportWriter aph_export_html_writer;
extern const AphExportWriter aph_export_json_writer;
extern const AphExportWriter aph_export_jsonl_writer;
extern const AphExportWriter aph_export_markdown_writer;
extern const AphExportWriter aph_export_openai_writer;
extern const AphExportWriter aph_export_promptfoo_writer;

G_END_DECLS
