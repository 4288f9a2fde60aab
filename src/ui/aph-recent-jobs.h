/* aph-recent-jobs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_RECENT_JOBS (aph_recent_jobs_get_type ())

/**
 * AphRecentJobs:
 *
 * The jobs to be seen side by side: those that run, and the last that ran.
 */
G_DECLARE_FINAL_TYPE (AphRecentJobs, aph_recent_jobs, APH, RECENT_JOBS, GObject)

AphRecentJobs *aph_recent_jobs_new            (void);

GListModel    *aph_recent_jobs_get_model      (AphRecentJobs *self);
double         aph_recent_jobs_get_token_rate (AphRecentJobs *self);
void           aph_recent_jobs_add            (AphRecentJobs *self,
                                               AphJob        *job,
                                               guint          n_places);
void           aph_recent_jobs_remove         (AphRecentJobs *self,
                                               AphJob        *job);
void           aph_recent_jobs_remove_ended   (AphRecentJobs *self,
                                               guint64        batch);
void           aph_recent_jobs_end_run        (AphRecentJobs *self);

G_END_DECLS
