/* test-distribution.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "stats/aph-distribution.h"

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), 1e-9)

static void
test_values (void)
{
  /* Sorted: 1 2 5 10 11 25; mean 54 / 6 = 9;
   * distances -8 -7 -4 1 2 16, squares 64 + 49 + 16 + 1 + 4 + 256 = 390, 390 / 6 = 65. */
  double values[] = { 10, 1, 25, 5, 2, 11 };
  AphDistribution d;

  aph_distribution_compute (&d, values, G_N_ELEMENTS (values));
  g_assert_cmpuint (d.n, ==, 6);
  assert_near (d.mean, 9);
  assert_near (d.std * d.std, 65);
  assert_near (d.min, 1);
  assert_near (d.max, 25);
  /* Places 2.5, 4.5, 4.75 and 4.95. */
  assert_near (d.p50, 7.5);
  assert_near (d.p90, 11 + 14 * 0.5);
  assert_near (d.p95, 11 + 14 * 0.75);
  assert_near (d.p99, 11 + 14 * 0.95);
}

static void
test_few (void)
{
  double one[] = { 7 };
  AphDistribution d;

  aph_distribution_compute (&d, NULL, 0);
  g_assert_cmpuint (d.n, ==, 0);
  assert_near (d.p99, 0);

  aph_distribution_compute (&d, one, 1);
  assert_near (d.mean, 7);
  assert_near (d.std, 0);
  assert_near (d.min, 7);
  assert_near (d.p50, 7);
  assert_near (d.p99, 7);
}

static void
test_percentiles (void)
{
  double values[101];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = i;
  for (guint percent = 0; percent <= 100; percent++)
    assert_near (aph_percentile (values, G_N_ELEMENTS (values), percent), percent);
  assert_near (aph_percentile (values, G_N_ELEMENTS (values), 99.9), 99.9);
}

static void
test_histogram (void)
{
  static const double values[] = { -5, 0, 1, 2.4, 2.5, 9.9, 10, 11 };
  guint bins[4];

  g_assert_cmpuint (aph_histogram_compute (values, G_N_ELEMENTS (values), 0, 10, bins, 4), ==, 4);
  g_assert_cmpuint (bins[0], ==, 4);
  g_assert_cmpuint (bins[1], ==, 1);
  g_assert_cmpuint (bins[2], ==, 0);
  g_assert_cmpuint (bins[3], ==, 3);

  /* All the same. */
  g_assert_cmpuint (aph_histogram_compute (values, 2, 3, 3, bins, 4), ==, 2);
  g_assert_cmpuint (bins[0], ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/distribution/values", test_values);
  g_test_add_func ("/distribution/few", test_few);
  g_test_add_func ("/distribution/percentiles", test_percentiles);
  g_test_add_func ("/distribution/histogram", test_histogram);

  return g_test_run ();
}
