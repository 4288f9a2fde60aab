/* aph-run-results.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/aph-run-options.h"
#include "cli/aph-run-output.h"
#include "cli/aph-run-resume.h"

G_BEGIN_DECLS

/**
 * AphRunResults:
 *
 * The results of a run: rows while it runs, and in the end the file that was asked for.
 *
 * Whatever format that is, the rows are kept as JSON lines as they come, in a file beside it: a
 * run that breaks off loses nothing, and can go on.
 */
typedef struct _AphRunResults AphRunResults;

AphRunResults *aph_run_results_new        (const AphRunOptions  *options);
void           aph_run_results_free       (AphRunResults        *self);

gboolean       aph_run_results_load       (AphRunResults        *self,
                                           GError              **error);
AphRunResume  *aph_run_results_get_resume (AphRunResults        *self);
gboolean       aph_run_results_open       (AphRunResults        *self,
                                           GError              **error);
AphRunOutput  *aph_run_results_get_rows   (AphRunResults        *self);
void           aph_run_results_discard    (AphRunResults        *self);
gboolean       aph_run_results_conclude   (AphRunResults        *self,
                                           gboolean              all_done,
                                           char                **kept,
                                           GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRunResults, aph_run_results_free)

G_END_DECLS
