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

/* The first of @runs with @job or what comes after it. */
static guint
find (GArray  *runs,
      guint64  job)
{
  guint low = 0;
  guint high = runs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const AphPlacementRun *run = &g_array_index (runs, AphPlacementRun, middle);

      if (run->job + run->n_jobs <= job)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/* Of @runs, from @next to before @last, the jobs from @first to before @end. */
static void
append_jobs (GArray  *copy,
             GArray  *runs,
             guint   *next,
             guint    last,
             guint64  first,
             guint64  end)
{
  for (; *next < last; (*next)++)
    {
      const AphPlacementRun *run = &g_array_index (runs, AphPlacementRun, *next);
      guint64 from = MAX (first, run->job);
      guint64 to = MIN (end, run->job + run->n_jobs);
      const AphPlacementRun part = { from, to - from, run->place + (from - run->job) * run->step,
                                     run->step, 0 };

      if (from < to)
        append (copy, &part);
      /* The rest of it, or all, comes later. */
      if (run->job + run->n_jobs > end)
        break;
    }
}

/* Both are sorted; what is in @changes is so now. */
static void
merge (GArray *runs,
       GArray *changes)
{
  const AphPlacementRun *change = (const AphPlacementRun *) (gpointer) changes->data;
  const AphPlacementRun *last_change = &change[changes->len - 1];
  g_autoptr (GArray) merged = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));
  /* With their neighbours, with which they may be one. */
  guint start = find (runs, change->job);
  guint end = find (runs, last_change->job + last_change->n_jobs);
  guint64 first = 0;
  guint next;

  start -= MIN (start, 1);
  end += MIN (runs->len - end, 1);
  next = start;
  for (; change <= last_change; change++)
    {
      append_jobs (merged, runs, &next, end, first, change->job);
      append (merged, change);
      first = change->job + change->n_jobs;
    }
  append_jobs (merged, runs, &next, end, first, G_MAXUINT64);

  g_array_remove_range (runs, start, end - start);
  g_array_insert_vals (runs, start, merged->data, merged->len);
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
  guint n_runs = runs != NULL ? runs->len : 0;

  self->runs = g_array_sized_new (FALSE, FALSE, sizeof (AphPlacementRun), n_runs);
  if (runs != NULL)
    g_array_sort (runs, compare_runs);
  for (guint i = 0; i < n_runs; i++)
    append (self->runs, &g_array_index (runs, AphPlacementRun, i));

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

/**
 * aph_places_put:
 * @self: places
 * @placements: (element-type AphPlacement): where jobs are now; of a job that occurs more than
 *   once, the last one
 *
 * The costs are those of sorting @placements and of the runs between the first and the last of
 * them, so that many are better put at once.
 */
void
aph_places_put (AphPlaces *self,
                GArray    *placements)
{
  g_autoptr (GArray) sorted = NULL;
  g_autoptr (GArray) changes = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (placements != NULL);

  sorted = g_array_sized_new (FALSE, FALSE, sizeof (AphPlacementRun), placements->len);
  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);
      const AphPlacementRun run = { placement->job, 1, placement->place, 0, 0 };

      g_array_append_val (sorted, run);
    }
  /* What is equal stays in its order. */
  g_array_sort (sorted, compare_runs);

  changes = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));
  for (guint i = 0; i < sorted->len; i++)
    {
      const AphPlacementRun *run = &g_array_index (sorted, AphPlacementRun, i);

      if (i + 1 == sorted->len || run[1].job != run->job)
        aph_placement_runs_append (changes, run);
    }
  if (changes->len > 0)
    merge (self->runs, changes);
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
  guint index;

  g_return_val_if_fail (self != NULL, 0);

  index = find (self->runs, job);
  if (index < self->runs->len)
    {
      const AphPlacementRun *run = &g_array_index (self->runs, AphPlacementRun, index);

      if (run->job <= job)
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
