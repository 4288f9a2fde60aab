/* aph-run-reporter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/aph-run-options.h"
#include "cli/aph-run-results.h"
#include "queue/aph-scheduler.h"

G_BEGIN_DECLS

#define APH_TYPE_RUN_REPORTER (aph_run_reporter_get_type ())

/**
 * AphRunReporter:
 *
 * All that a run says: the result rows, what people watch, messages, and the summary.
 *
 * Nothing of this waits for whoever reads it. Signals:
 * - "full-changed": aph_run_reporter_is_full() has changed
 * - "failed": nothing can be written any more; the user has been told
 */
G_DECLARE_FINAL_TYPE (AphRunReporter, aph_run_reporter, APH, RUN_REPORTER, GObject)

AphRunReporter *aph_run_reporter_new       (const AphRunOptions *options,
                                            AphRunResults       *results,
                                            AphScheduler        *scheduler);

gboolean        aph_run_reporter_open      (AphRunReporter      *self,
                                            GError             **error);
void            aph_run_reporter_say       (AphRunReporter      *self,
                                            const char          *format,
                                            ...) G_GNUC_PRINTF (2, 3);
void            aph_run_reporter_clear     (AphRunReporter      *self);
gboolean        aph_run_reporter_is_full   (AphRunReporter      *self);
void            aph_run_reporter_knows_all (AphRunReporter      *self);
void            aph_run_reporter_take      (AphRunReporter      *self,
                                            AphJob              *job);
gboolean        aph_run_reporter_conclude  (AphRunReporter      *self,
                                            gboolean             all_done);

/* While there is no reporter */
void            aph_run_say                (const char          *format,
                                            ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
