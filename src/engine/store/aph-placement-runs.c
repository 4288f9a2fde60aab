/* aph-placement-runs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jobs that follow one another are mostly at places that are as far apart, so that thousands need
 * no more than one run: for what was moved, and for where that was before.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-placement-runs.h"

/* Whether @next goes on where @run ends, both as one. */
static gboolean
extend (AphPlacementRun       *run,
        const AphPlacementRun *next)
{
  guint64 step = run->n_jobs > 1 ? run->step : next->place - run->place;

  if (next->job != run->job + run->n_jobs
      || next->urgent != run->urgent
      || next->place != run->place + run->n_jobs * step
      || (next->n_jobs > 1 && next->step != step))
    return FALSE;

  run->step = step;
  run->n_jobs += next->n_jobs;

  return TRUE;
}

/**
 * aph_placement_runs_append:
 * @runs: (element-type AphPlacementRun): runs
 * @run: another one, which becomes a part of the last one if it can
 */
void
aph_placement_runs_append (GArray                *runs,
                           const AphPlacementRun *run)
{
  g_return_if_fail (runs != NULL);
  g_return_if_fail (run != NULL && run->n_jobs > 0);

  if (runs->len == 0
      || !extend (&g_array_index (runs, AphPlacementRun, runs->len - 1), run))
    g_array_append_vals (runs, run, 1);
}

/**
 * aph_placement_runs_pack:
 * @placements: (element-type AphPlacement): what was moved
 *
 * Returns: (transfer full) (element-type AphPlacementRun): where that was before
 */
GArray *
aph_placement_runs_pack (GArray *placements)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));

  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);
      const AphPlacementRun run = { placement->job, 1, placement->old_place, 0,
                                    placement->old_urgent };

      aph_placement_runs_append (runs, &run);
    }

  return runs;
}

/**
 * aph_placement_runs_unpack:
 * @runs: (element-type AphPlacementRun): where jobs were
 *
 * Returns: (transfer full) (element-type AphPlacement): the same jobs in the same order, and where
 *   they were; nothing else of them
 */
GArray *
aph_placement_runs_unpack (GArray *runs)
{
  GArray *placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));

  for (guint i = 0; i < runs->len; i++)
    {
      const AphPlacementRun *run = &g_array_index (runs, AphPlacementRun, i);

      for (guint64 k = 0; k < run->n_jobs; k++)
        {
          const AphPlacement placement = { .job = run->job + k,
                                           .old_place = run->place + k * run->step,
                                           .old_urgent = run->urgent };

          g_array_append_val (placements, placement);
        }
    }

  return placements;
}
