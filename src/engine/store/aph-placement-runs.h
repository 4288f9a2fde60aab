/* aph-placement-runs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-move.h"

G_BEGIN_DECLS

/**
 * AphPlacementRun:
 * @job: the number of the first job
 * @n_jobs: how many, not 0; their numbers follow one another
 * @place: that of the first
 * @step: how far apart their places are; it may wrap around
 * @urgent: how urgent all of them are
 *
 * Where jobs are, or were, in the queue.
 */
typedef struct
{
  guint64 job;
  guint64 n_jobs;
  guint64 place;
  guint64 step;
  guint64 urgent;
} AphPlacementRun;

void    aph_placement_runs_append (GArray                *runs,
                                   const AphPlacementRun *run);
GArray *aph_placement_runs_pack   (GArray                *placements);
GArray *aph_placement_runs_unpack (GArray                *runs);

G_END_DECLS
