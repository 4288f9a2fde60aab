/* test-refresh-clock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gtk/gtk.h>

#include "ui/aph-refresh-clock.h"

#include "pump.h"

static void
count_cb (guint *n_ticks)
{
  (*n_ticks)++;
}

static gboolean
has_ticked (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

static gboolean
has_ticked_3_times (gpointer user_data)
{
  return *(guint *) user_data >= 3;
}

static AphRefreshClock *
make_clock (guint *n_ticks)
{
  AphRefreshClock *clock = aph_refresh_clock_new ();

  g_signal_connect_swapped (clock, "tick", G_CALLBACK (count_cb), n_ticks);

  return clock;
}

static void
test_poke (void)
{
  guint n_ticks = 0;
  AphRefreshClock *clock = make_clock (&n_ticks);

  pump_for (3 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 0);

  aph_refresh_clock_poke (clock);
  aph_refresh_clock_poke (clock);
  assert_eventually (has_ticked, &n_ticks);
  pump_for (3 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 1);

  aph_refresh_clock_poke (clock);
  g_assert_finalize_object (clock);
  pump_for (2 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 1);
}

/* A view that is not done with its tick asks for another one. */
static void
poke_twice_cb (AphRefreshClock *clock,
               guint           *n_ticks)
{
  if (*n_ticks < 3)
    aph_refresh_clock_poke (clock);
}

static void
test_poke_within (void)
{
  guint n_ticks = 0;
  AphRefreshClock *clock = make_clock (&n_ticks);

  g_signal_connect (clock, "tick", G_CALLBACK (poke_twice_cb), &n_ticks);
  aph_refresh_clock_poke (clock);
  assert_eventually (has_ticked_3_times, &n_ticks);
  pump_for (3 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 3);

  g_assert_finalize_object (clock);
}

static void
test_active (void)
{
  guint n_ticks = 0;
  AphRefreshClock *clock = make_clock (&n_ticks);
  gint64 start = g_get_monotonic_time ();
  guint most;

  aph_refresh_clock_set_active (clock, TRUE);
  g_assert_true (aph_refresh_clock_get_active (clock));
  assert_eventually (has_ticked_3_times, &n_ticks);
  pump_for (300);
  most = (guint) ((g_get_monotonic_time () - start) / (APH_REFRESH_MS * 1000)) + 1;
  g_assert_cmpuint (n_ticks, <=, most);

  /* One more for the last words, then none. */
  n_ticks = 0;
  aph_refresh_clock_set_active (clock, FALSE);
  g_assert_false (aph_refresh_clock_get_active (clock));
  assert_eventually (has_ticked, &n_ticks);
  pump_for (3 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 1);

  g_assert_finalize_object (clock);
}

static void
dawdle_cb (void)
{
  g_usleep (3 * APH_REFRESH_MS * 1000);
}

static gboolean
draw_cb (gpointer user_data)
{
  guint *n_frames = user_data;

  (*n_frames)++;

  return G_SOURCE_CONTINUE;
}

/* However slow the views are, between two ticks there is drawing. */
static void
test_slow_views (void)
{
  guint n_ticks = 0, n_frames = 0;
  AphRefreshClock *clock = make_clock (&n_ticks);
  guint draw_id;

  g_signal_connect_swapped (clock, "tick", G_CALLBACK (dawdle_cb), NULL);
  aph_refresh_clock_set_active (clock, TRUE);
  draw_id = g_timeout_add_full (GDK_PRIORITY_REDRAW, 16, draw_cb, &n_frames, NULL);
  assert_eventually (has_ticked_3_times, &n_ticks);
  g_assert_cmpuint (n_frames, >=, n_ticks - 1);

  g_source_remove (draw_id);
  g_assert_finalize_object (clock);
}

static void
drop_cb (AphRefreshClock **clock)
{
  g_clear_object (clock);
}

static gboolean
is_dropped (gpointer user_data)
{
  return *(gpointer *) user_data == NULL;
}

static void
test_drop_within (void)
{
  guint n_ticks = 0;
  AphRefreshClock *clock = make_clock (&n_ticks);

  g_signal_connect_swapped (clock, "tick", G_CALLBACK (drop_cb), &clock);
  aph_refresh_clock_set_active (clock, TRUE);
  assert_eventually (is_dropped, &clock);
  pump_for (4 * APH_REFRESH_MS);
  g_assert_cmpuint (n_ticks, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/refresh-clock/poke", test_poke);
  g_test_add_func ("/refresh-clock/poke-within", test_poke_within);
  g_test_add_func ("/refresh-clock/active", test_active);
  g_test_add_func ("/refresh-clock/slow-views", test_slow_views);
  g_test_add_func ("/refresh-clock/drop-within", test_drop_within);

  return g_test_run ();
}
