/* test-split-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "ui/aph-split-view.h"

#include "gui-init.h"
#include "pump.h"

typedef struct
{
  GtkWidget *window;
  AphSplitView *split;
  GtkWidget *start;
  GtkWidget *end;
  AphSplitMode wanted;
} Fixture;

static gboolean
has_mode (gpointer user_data)
{
  Fixture *fixture = user_data;

  return aph_split_view_get_mode (fixture->split) == fixture->wanted;
}

static void
set_up (Fixture *fixture,
        int      width,
        int      height)
{
  fixture->window = gtk_window_new ();
  fixture->start = gtk_label_new ("start");
  fixture->end = gtk_label_new ("end");
  fixture->split = g_object_new (APH_TYPE_SPLIT_VIEW, "start-child", fixture->start,
                                 "end-child", fixture->end, "open", TRUE, NULL);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, height);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->split));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
}

static void
tear_down (Fixture *fixture)
{
  gpointer split = fixture->split;

  g_object_add_weak_pointer (split, &split);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (split);
}

static void
wait_for_mode (Fixture      *fixture,
               AphSplitMode  mode)
{
  fixture->wanted = mode;
  assert_eventually (has_mode, fixture);
  gtk_test_widget_wait_for_draw (fixture->window);
}

static void
test_modes (void)
{
  Fixture fixture;

  set_up (&fixture, 1200, 600);
  wait_for_mode (&fixture, APH_SPLIT_BESIDE);
  g_assert_true (gtk_widget_get_visible (fixture.start));
  g_assert_true (gtk_widget_get_visible (fixture.end));
  g_assert_cmpint (gtk_widget_get_height (fixture.start), ==, 600);
  tear_down (&fixture);

  set_up (&fixture, 700, 700);
  wait_for_mode (&fixture, APH_SPLIT_BELOW);
  g_assert_cmpint (gtk_widget_get_width (fixture.start), ==, 700);
  g_assert_cmpint (gtk_widget_get_width (fixture.end), ==, 700);
  tear_down (&fixture);

  /* Only one of them; the second covers the first. */
  set_up (&fixture, 360, 640);
  wait_for_mode (&fixture, APH_SPLIT_PAGES);
  g_assert_false (gtk_widget_get_visible (fixture.start));
  g_assert_true (gtk_widget_get_visible (fixture.end));
  aph_split_view_set_open (fixture.split, FALSE);
  g_assert_true (gtk_widget_get_visible (fixture.start));
  g_assert_false (gtk_widget_get_visible (fixture.end));
  tear_down (&fixture);
}

/* Text that is wrapped asks for as many lines as it has at that width, not for a word in each. */
static void
test_wrapped (void)
{
  static const struct
  {
    int width, height;
    AphSplitMode mode;
  } cases[] = {
    { 1200, 600, APH_SPLIT_BESIDE },
    { 700, 700, APH_SPLIT_BELOW },
    { 360, 600, APH_SPLIT_PAGES },
  };
  const char *text = "糖醋排骨的做法糖醋排骨的做法糖醋排骨的做法糖醋排骨的做法糖醋排骨的做法";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;
      int least;

      g_test_message ("case %u", i);
      set_up (&fixture, cases[i].width, cases[i].height);
      wait_for_mode (&fixture, cases[i].mode);
      gtk_label_set_wrap (GTK_LABEL (fixture.start), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (fixture.start), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_text (GTK_LABEL (fixture.start), text);
      gtk_label_set_wrap (GTK_LABEL (fixture.end), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (fixture.end), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_text (GTK_LABEL (fixture.end), text);
      pump_for (100);
      g_assert_cmpint (gtk_widget_get_height (fixture.window), ==, cases[i].height);
      gtk_widget_measure (fixture.window, GTK_ORIENTATION_VERTICAL, cases[i].width, &least, NULL,
                          NULL, NULL);
      g_assert_cmpint (least, <, 150);
      tear_down (&fixture);
    }
}

/* How the room is divided stays the same when the second is put away and comes back. */
static void
test_share (void)
{
  Fixture fixture;

  set_up (&fixture, 1200, 600);
  wait_for_mode (&fixture, APH_SPLIT_BESIDE);
  aph_split_view_set_share (fixture.split, APH_SPLIT_BESIDE, 0.25);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_cmpint (ABS (gtk_widget_get_width (fixture.start) - 300), <, 5);
  g_assert_cmpfloat_with_epsilon (aph_split_view_get_share (fixture.split, APH_SPLIT_BESIDE),
                                  0.25, 0.01);

  aph_split_view_set_open (fixture.split, FALSE);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_cmpint (gtk_widget_get_width (fixture.start), ==, 1200);
  aph_split_view_set_open (fixture.split, TRUE);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_cmpint (ABS (gtk_widget_get_width (fixture.start) - 300), <, 5);

  /* Nonsense that was remembered is bounded. */
  aph_split_view_set_share (fixture.split, APH_SPLIT_BELOW, 7);
  g_assert_cmpfloat (aph_split_view_get_share (fixture.split, APH_SPLIT_BELOW), <=, 0.9);
  tear_down (&fixture);
}

/* While it is out of sight it can be told how much room there will be. */
static void
test_expect (void)
{
  Fixture fixture = { 0, };

  fixture.split = g_object_ref_sink (g_object_new (APH_TYPE_SPLIT_VIEW, NULL));
  aph_split_view_expect (fixture.split, 360, 700);
  fixture.wanted = APH_SPLIT_PAGES;
  assert_eventually (has_mode, &fixture);
  aph_split_view_expect (fixture.split, 1400, 700);
  g_assert_finalize_object (fixture.split);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/split-view/modes", test_modes);
  g_test_add_func ("/split-view/wrapped", test_wrapped);
  g_test_add_func ("/split-view/share", test_share);
  g_test_add_func ("/split-view/expect", test_expect);

  return g_test_run ();
}
