/* test-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "job/aph-job.h"
#include "store/aph-placement-runs.h"
#include "store/aph-places.h"

#define OWN(job) ((guint64) (job) << APH_PLACE_SHIFT)

static void
add (GArray  *placements,
     guint64  job,
     guint64  place)
{
  const AphPlacement placement = { .job = job, .place = place };

  g_array_append_val (placements, placement);
}

/* Jobs from @first on, @stride apart, to places from @place on. */
static void
move (AphPlaces *places,
      guint64    first,
      guint64    n_jobs,
      guint      stride,
      guint64    place)
{
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));

  for (guint64 i = 0; i < n_jobs; i++)
    add (placements, first + i * stride, place + OWN (i));
  aph_places_put (places, placements);
}

/* What was moved together is one, however much it is, and is in pieces only where others go. */
static void
test_runs (void)
{
  g_autoptr (AphPlaces) places = aph_places_new (NULL);

  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 0);
  g_assert_cmpuint (aph_places_get (places, 7), ==, OWN (7));

  move (places, 1001, 300000, 1, OWN (500001));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 1);
  g_assert_cmpuint (aph_places_get (places, 1000), ==, OWN (1000));
  g_assert_cmpuint (aph_places_get (places, 1001), ==, OWN (500001));
  g_assert_cmpuint (aph_places_get (places, 301000), ==, OWN (800000));
  g_assert_cmpuint (aph_places_get (places, 301001), ==, OWN (301001));

  move (places, 2001, 1, 1, 5);
  move (places, 3001, 10, 1, OWN (900000));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 5);
  g_assert_cmpuint (aph_places_get (places, 2000), ==, OWN (501000));
  g_assert_cmpuint (aph_places_get (places, 2001), ==, 5);
  g_assert_cmpuint (aph_places_get (places, 2002), ==, OWN (501002));
  g_assert_cmpuint (aph_places_get (places, 3011), ==, OWN (502011));

  /* Whoever moves all of it, and others, has one again; and none when it is undone. */
  move (places, 501, 400000, 1, OWN (1000000));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 1);
  move (places, 501, 1, 1, OWN (501));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 1);
  g_assert_cmpuint (aph_places_get (places, 501), ==, OWN (501));
  move (places, 1, 500000, 1, OWN (1));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 0);
}

/* One after the other is one in the end, from wherever they come. */
static void
test_slices (void)
{
  g_autoptr (AphPlaces) places = aph_places_new (NULL);

  for (guint i = 60; i > 0; i--)
    move (places, 5000 * i, 5000, 1, OWN (1000000 + 5000 * i));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 1);
  g_assert_cmpuint (aph_places_get (places, 5000), ==, OWN (1005000));
  g_assert_cmpuint (aph_places_get (places, 304999), ==, OWN (1304999));

  /* What lies in between does not belong to it. */
  move (places, 1000000, 100, 3, OWN (2000000));
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 101);
}

/* What is read is in the order of the places. */
static void
test_new (void)
{
  static const AphPlacementRun read[] = {
    { .job = 50, .n_jobs = 10, .place = 100, .step = 2 },
    { .job = 40, .n_jobs = 10, .place = 80, .step = 2 },
    { .job = 10, .n_jobs = 1, .place = OWN (10) },
    { .job = 3, .n_jobs = 1, .place = 1 },
  };
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AphPlacementRun));
  g_autoptr (AphPlaces) places = NULL;

  g_array_append_vals (runs, read, G_N_ELEMENTS (read));
  places = aph_places_new (runs);
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 2);
  g_assert_cmpuint (aph_places_get (places, 3), ==, 1);
  g_assert_cmpuint (aph_places_get (places, 10), ==, OWN (10));
  g_assert_cmpuint (aph_places_get (places, 41), ==, 82);
  g_assert_cmpuint (aph_places_get (places, 59), ==, 118);
  g_assert_cmpuint (aph_places_get (places, 60), ==, OWN (60));
}

/* A job that occurs twice is where it was last. */
static void
test_twice (void)
{
  g_autoptr (AphPlaces) places = aph_places_new (NULL);
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));

  add (placements, 2, 20);
  add (placements, 1, 10);
  add (placements, 2, 21);
  add (placements, 1, 11);
  aph_places_put (places, placements);
  g_assert_cmpuint (aph_places_get (places, 1), ==, 11);
  g_assert_cmpuint (aph_places_get (places, 2), ==, 21);
}

#define N_JOBS 400

/* Some that follow one another go somewhere, or back. */
static void
move_some (GRand   *rand,
           GArray  *placements,
           guint64 *expected)
{
  guint64 first = g_rand_int_range (rand, 0, N_JOBS);
  guint64 n = g_rand_int_range (rand, 1, MIN (N_JOBS - first, 40) + 1);
  guint64 step = g_rand_boolean (rand) ? OWN (1) : (guint64) g_rand_int_range (rand, 0, 3);
  guint64 place = g_rand_int_range (rand, 0, 4) == 0 ? OWN (first) : g_rand_int (rand);

  for (guint64 i = 0; i < n; i++)
    {
      expected[first + i] = place + i * step;
      add (placements, first + i, expected[first + i]);
    }
}

/* Whatever is moved where to, each job is where it was put last. */
static void
test_any (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  guint64 expected[N_JOBS];
  g_autoptr (AphPlaces) places = aph_places_new (NULL);

  for (guint job = 0; job < N_JOBS; job++)
    expected[job] = OWN (job);

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));

      for (guint n = g_rand_int_range (rand, 0, 4); n > 0; n--)
        move_some (rand, placements, expected);
      aph_places_put (places, placements);
      for (guint job = 0; job < N_JOBS; job++)
        g_assert_cmpuint (aph_places_get (places, job), ==, expected[job]);
    }

  move (places, 0, N_JOBS, 1, 0);
  g_assert_cmpuint (aph_places_get_n_runs (places), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/places/runs", test_runs);
  g_test_add_func ("/places/slices", test_slices);
  g_test_add_func ("/places/new", test_new);
  g_test_add_func ("/places/twice", test_twice);
  g_test_add_func ("/places/any", test_any);

  return g_test_run ();
}
