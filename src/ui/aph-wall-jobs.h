/* aph-wall-jobs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-job-list.h"

G_BEGIN_DECLS

#define APH_TYPE_WALL_JOBS (aph_wall_jobs_get_type ())

/**
 * AphWallJobs:
 *
 * Which jobs are seen side by side, of those that are listed: while some of them run, those, and
 * the last that ran. If none does, the answers of before: in the order of the list, but of all
 * batches the newest first. What ran stays when it ends, until the user looks at something else.
 *
 * Properties, to be watched: "model" (#GListModel of #AphJob).
 */
G_DECLARE_FINAL_TYPE (AphWallJobs, aph_wall_jobs, APH, WALL_JOBS, GObject)

AphWallJobs *aph_wall_jobs_new        (AphJobList  *listed,
                                       GListModel  *recent);

GListModel  *aph_wall_jobs_get_model  (AphWallJobs *self);
void         aph_wall_jobs_set_active (AphWallJobs *self,
                                       gboolean     active);

G_END_DECLS
