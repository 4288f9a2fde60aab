/* aph-run-findings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/aph-run-reporter.h"
#include "queue/aph-scheduler.h"

G_BEGIN_DECLS

/**
 * AphRunFindings:
 *
 * Tells the user what becomes known of the servers: how many prompts at a time one is good for, if
 * that is left to us; that one asks us to wait for long; that one does not know us.
 */
typedef struct _AphRunFindings AphRunFindings;

AphRunFindings *aph_run_findings_new      (AphScheduler   *scheduler,
                                           AphRunReporter *reporter);
void            aph_run_findings_free     (AphRunFindings *self);
void            aph_run_findings_conclude (AphRunFindings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRunFindings, aph_run_findings_free)

G_END_DECLS
