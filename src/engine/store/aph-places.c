/* aph-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "job/aph-job.h"
#include "store/aph-placement-runs.h"
#include "store/aph-places.h"

struct _AphPlaces
{
  GArray *runs;   /* of AphPlacementRun, by number; no job is in two of them */
};

static int
compare_runs (gconstpointer a,
              gconstpointer b)
{
  const AphPlacementRun *left = a;
  const AphPlacementRun *right = b;

  return (left->job > right->job) - (left->job < right->job);
}

/* Where nobody has moved jobs, nothing is to be known of them. */
static void
append (GArray                *runs,
        const AphPlacementRun *run)
{
  if (run->place != run->job << APH_PLACE_SHIFT
      || (run->n_jobs > 1 && run->step != 1ull << APH_PLACE_SHIFT))
    aph_placement_runs_append (runs, run);
}

/* Of @runs, from the @next-th on, the jobs from @first to before @end. */
static void
append_jobs (GArray  *copy,
             GArray  *runs,
             guint   *next,
             guint64  first,
             guint64  end)
{
  for (; *next < runs->len; (*next)++)
    {
      const AphPlacementRun *run = &g_array_index (runs, AphPlacementRun, *next);
      guint64 from = MAX (first, run->job);
      guint64 to = MIN (end, run->job + run->n_jobs);
      const AphPlacementRun part = { from, to - from, run->place + (from - run->job) * run->step,
                                     run->step, 0 };

      if (run->job >= end)
        break;
      if (from < to)
        append (copy, &part);
      /* The rest of it comes later. */
      if (to == end)
        break;
    }
}

/* Both are sorted; what is in @changes is so now. */
static GArray *
merge (GArray *runs,
       GArray *changes)
{
  GArray *merged = g_array_sized_new (FALSE, FALSE, sizeof (AphPlacementRun),
                                      runs->len + changes->len);
  guint64 first = 0;
  guint next = 0;

  for (guint i = 0; i < changes->len; i++)
    {
      const AphPlacementRun *change = &g_array_index (changes, AphPlacementRun, i);

      append_jobs (merged, runs, &next, first, change->job);
      append (merged, change);
      first = change->job + change->n_jobs;
    }
  append_jobs (merged, runs, &next, first, G_MAXUINT64);

  return merged;
}

/**
 * aph_places_new:
 * @runs: (nullable) (element-type AphPlacementRun): where jobs are, in any order, but each job only
 *   once; it is sorted
 *
 * Returns: (transfer full): that
 */
AphPlaces *
aph_places_new (GArray *runs)
{
  AphPlaces *self = g_atomic_rc_box_new (AphPlaces);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));

  if (runs != NULL)
    g_array_sort (runs, compare_runs);
  self->runs = merge (none, runs != NULL ? runs : none);

  return self;
}

/**
 * aph_places_ref:
 * @self: places
 *
 * Returns: (transfer full): the same
 */
AphPlaces *
aph_places_ref (AphPlaces *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  g_array_unref (((AphPlaces *) data)->runs);
}

/**
 * aph_places_unref:
 * @self: (transfer full): places
 */
void
aph_places_unref (AphPlaces *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static int
compare_placements (gconstpointer a,
                    gconstpointer b)
{
  const AphPlacement *left = a;
  const AphPlacement *right = b;

  return (left->job > right->job) - (left->job < right->job);
}

/**
 * aph_places_put:
 * @self: places
 * @placements: (element-type AphPlacement): where jobs are now; of a job that occurs more than once,
 *   the last one
 *
 * The costs are those of sorting @placements and copying all runs, so that many are better put at
 * once.
 */
void
aph_places_put (AphPlaces *self,
                GArray    *placements)
{
  g_autoptr (GArray) sorted = NULL;
  g_autoptr (GArray) changes = NULL;
  g_autoptr (GArray) before = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (placements != NULL);

  sorted = g_array_copy (placements);
  changes = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));
  /* It keeps the order of what is equal. */
  g_array_sort (sorted, compare_placements);
  for (guint i = 0; i < sorted->len; i++)
    {
      const AphPlacement *placement = &g_array_index (sorted, AphPlacement, i);
      const AphPlacementRun run = { placement->job, 1, placement->place, 0, 0 };

      if (i + 1 == sorted->len || placement[1].job != placement->job)
        aph_placement_runs_append (changes, &run);
    }

  before = g_steal_pointer (&self->runs);
  self->runs = merge (before, changes);
}

/**
 * aph_places_get:
 * @self: places
 * @job: the number of a job
 *
 * Returns: where it is in the queue, see aph_job_get_place()
 */
guint64
aph_places_get (const AphPlaces *self,
                guint64          job)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (self != NULL, 0);

  for (high = self->runs->len; low < high;)
    {
      guint middle = low + (high - low) / 2;
      const AphPlacementRun *run = &g_array_index (self->runs, AphPlacementRun, middle);

      if (job < run->job)
        high = middle;
      else if (job - run->job >= run->n_jobs)
        low = middle + 1;
      else
        return run->place + (job - run->job) * run->step;
    }

  return job << APH_PLACE_SHIFT;
}

/**
 * aph_places_get_n_runs:
 * @self: places
 *
 * Returns: how many runs it takes; 0 if nobody has moved any job
 */
guint
aph_places_get_n_runs (const AphPlaces *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->runs->len;
}
