/* test-placement-runs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "job/aph-job.h"
#include "store/aph-placement-runs.h"

static void
add (GArray  *placements,
     guint64  job,
     guint64  old_place,
     guint64  old_urgent)
{
  const AphPlacement placement = { .job = job, .place = 7, .old_place = old_place,
                                   .old_urgent = old_urgent };

  g_array_append_val (placements, placement);
}

static void
assert_packed (GArray *placements,
               guint   n_runs)
{
  g_autoptr (GArray) runs = aph_placement_runs_pack (placements);
  g_autoptr (GArray) same = aph_placement_runs_unpack (runs);

  g_assert_cmpuint (runs->len, ==, n_runs);
  g_assert_cmpuint (same->len, ==, placements->len);
  for (guint i = 0; i < same->len; i++)
    {
      const AphPlacement *was = &g_array_index (placements, AphPlacement, i);
      const AphPlacement *is = &g_array_index (same, AphPlacement, i);

      g_assert_cmpuint (is->job, ==, was->job);
      g_assert_cmpuint (is->old_place, ==, was->old_place);
      g_assert_cmpuint (is->old_urgent, ==, was->old_urgent);
    }
}

/* Whatever was moved, it is all there, in its order. */
static void
test_pack (void)
{
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));

  assert_packed (placements, 0);
  for (guint64 job = 1; job <= 100000; job++)
    add (placements, job, job << APH_PLACE_SHIFT, 0);
  assert_packed (placements, 1);

  /* One that was urgent, one that is missing, and one that was elsewhere. */
  add (placements, 100001, 100001ull << APH_PLACE_SHIFT, 5);
  add (placements, 100002, 100002ull << APH_PLACE_SHIFT, 0);
  add (placements, 100004, 100004ull << APH_PLACE_SHIFT, 0);
  add (placements, 100005, 17, 0);
  add (placements, 100006, 16, 0);
  assert_packed (placements, 5);

  /* Downwards, the same once more, and the largest there is. */
  g_array_set_size (placements, 0);
  for (guint64 job = 1; job <= 100; job++)
    add (placements, job, 1000 - job, 3);
  add (placements, 100, 900, 3);
  add (placements, G_MAXUINT64 - 1, G_MAXUINT64, 0);
  add (placements, G_MAXUINT64, 0, 0);
  assert_packed (placements, 3);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/placement-runs/pack", test_pack);

  return g_test_run ();
}
