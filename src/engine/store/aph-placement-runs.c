/* aph-placement-runs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where jobs were before they were moved, to be kept until somebody undoes it. Jobs that follow one
 * another have mostly been at places that do, too, so that thousands need no more than one.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-placement-runs.h"

/* Jobs that follow one another, at places that are as far apart. */
typedef struct
{
  guint64 job;      /* the first */
  guint64 n_jobs;
  guint64 place;    /* of the first */
  guint64 step;     /* may wrap around */
  guint64 urgent;   /* of all */
} Run;

/* Returns: whether it is the next one of @run, and belongs to it now. */
static gboolean
extend (Run                *run,
        const AphPlacement *placement)
{
  if (placement->job != run->job + run->n_jobs || placement->old_urgent != run->urgent)
    return FALSE;
  if (run->n_jobs == 1)
    run->step = placement->old_place - run->place;
  if (placement->old_place != run->place + run->n_jobs * run->step)
    return FALSE;

  run->n_jobs++;

  return TRUE;
}

/**
 * aph_placement_runs_pack:
 * @placements: (element-type AphPlacement): what was moved
 *
 * Returns: (transfer full): where that was before, for aph_placement_runs_unpack()
 */
GArray *
aph_placement_runs_pack (GArray *placements)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));

  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);
      const Run run = { placement->job, 1, placement->old_place, 0, placement->old_urgent };

      if (runs->len == 0 || !extend (&g_array_index (runs, Run, runs->len - 1), placement))
        g_array_append_val (runs, run);
    }

  return runs;
}

/**
 * aph_placement_runs_unpack:
 * @runs: what aph_placement_runs_pack() has made
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
      const Run *run = &g_array_index (runs, Run, i);

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
