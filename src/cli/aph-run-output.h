/* aph-run-output.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define APH_TYPE_RUN_OUTPUT (aph_run_output_get_type ())

/**
 * AphRunOutput:
 *
 * Where results go: a file, or standard output. Whoever reads there may take their time: nothing
 * waits for them, so what is not written yet should be watched (aph_run_output_get_backlog()).
 *
 * The signal "advanced" tells that some of it was written, or that nothing more can be.
 */
G_DECLARE_FINAL_TYPE (AphRunOutput, aph_run_output, APH, RUN_OUTPUT, GObject)

AphRunOutput *aph_run_output_new_stdout   (void);
AphRunOutput *aph_run_output_new_for_fd   (const char    *path,
                                           int            fd);
AphRunOutput *aph_run_output_new_for_file (const char    *path,
                                           gboolean       force,
                                           GPtrArray     *inputs,
                                           GError       **error);

void          aph_run_output_write        (AphRunOutput  *self,
                                           const char    *text,
                                           gsize          length);
gsize         aph_run_output_get_backlog  (AphRunOutput  *self);
const GError *aph_run_output_get_error    (AphRunOutput  *self);
gboolean      aph_run_output_close        (AphRunOutput  *self,
                                           GError       **error);
void          aph_run_output_discard      (AphRunOutput  *self);

G_END_DECLS
