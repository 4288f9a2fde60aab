/* aph-run-failures.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphRunFailures:
 *
 * What is said of prompts that fail. Of those that fail for the same reason the first few are told,
 * the others counted. Holds a handful of reasons, however many prompts there are.
 */
typedef struct _AphRunFailures AphRunFailures;

AphRunFailures *aph_run_failures_new      (void);
void            aph_run_failures_free     (AphRunFailures *self);

char           *aph_run_failures_add      (AphRunFailures *self,
                                           AphJob         *job);
GPtrArray      *aph_run_failures_conclude (AphRunFailures *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRunFailures, aph_run_failures_free)

G_END_DECLS
