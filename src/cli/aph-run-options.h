/* aph-run-options.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "files/aph-export-format.h"
#include "files/aph-file-layout.h"
#include "files/aph-grid.h"
#include "job/aph-params.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

/**
 * AphRunOptions:
 * @servers: (element-type AphEndpoint): where to send; never empty, except with @demo
 * @models: (element-type utf8): what to ask; empty for what the rows or the server say
 * @limit: how many prompts at once to each server; 0 to find out
 * @has_limit: whether @limit was given
 * @prompts: (element-type utf8): prompts of the command line
 * @files: (element-type GFile): files of prompts, in their order; %NULL for standard input
 * @reading: how the files are read
 * @grid: what each prompt is multiplied by: models, values, repetitions
 * @output: (nullable): the file for the rows; %NULL for standard output
 * @output_format: how the results are written
 * @has_output_format: whether that was given
 * @bom: whether a table begins with a mark that tells Excel that it is UTF-8
 * @record: whether rows say what it takes to get the same answer again
 * @force: whether @output may exist
 * @resume: whether to go on with what @output holds
 * @params: what holds for every prompt that does not say otherwise
 * @strict: whether a prompt that does not fit into the context is an error
 * @deterministic: whether the same run is to give the same answers
 * @clocks: how long to wait
 * @stream: whether answers arrive token by token
 * @retries: how often a prompt is tried again
 * @break_loops: whether an answer that only repeats itself is broken off
 * @summary: (nullable): the file for the summary
 * @watch: whether to show the answers as they arrive
 * @demo: whether to start the demo server
 * @list_models: whether only to say what models the servers have
 * @help: whether only to say how this is used
 * @version: whether only to say what this is
 *
 * What the command line says.
 */
typedef struct
{
  GPtrArray *servers;
  GPtrArray *models;
  guint      limit;
  gboolean   has_limit;
  GPtrArray *prompts;
  GPtrArray *files;
  AphReadOptions *reading;
  AphGrid   *grid;
  char      *output;
  AphExportFormat output_format;
  gboolean   has_output_format;
  gboolean   bom;
  gboolean   record;
  gboolean   force;
  gboolean   resume;
  AphParams *params;
  gboolean   strict;
  gboolean   deterministic;
  AphClocks  clocks;
  gboolean   stream;
  guint      retries;
  gboolean   break_loops;
  char      *summary;
  gboolean   watch;
  gboolean   demo;
  gboolean   list_models;
  gboolean   help;
  gboolean   version;
} AphRunOptions;

AphRunOptions *aph_run_options_parse     (char          **arguments,
                                          GError        **error);
void           aph_run_options_free      (AphRunOptions  *self);

char          *aph_run_options_help_text (void);

/* For the files that add options of their own. */
char          *aph_run_read_value (const char     *name,
                                           const char     *value,
                                           GError        **error);
gboolean       aph_run_bad_value          (GError        **error,
                                           const char     *format,
                                           ...) G_GNUC_PRINTF (2, 3);
gboolean       aph_run_parse_count        (const char     *text,
                                           guint           minimum,
                                           guint           maximum,
                                           guint          *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRunOptions, aph_run_options_free)

G_END_DECLS
