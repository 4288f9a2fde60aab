/* export-jobs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job-record.h"

G_BEGIN_DECLS

/* Jobs to be exported */
AphJob    *export_job_new        (guint64       index,
                                  const char   *prompt,
                                  const char   *answer);
AphJob    *export_job_new_failed (guint64       index,
                                  const char   *message);
AphJob    *export_job_new_random (GRand        *random,
                                  guint64       index,
                                  gboolean      text_only);
GPtrArray *export_jobs_new       (void);

void       export_assert_request (AphRequest   *a,
                                  AphRequest   *b);
void       export_assert_equal   (AphJob       *job,
                                  AphJobRecord *record);

G_END_DECLS
