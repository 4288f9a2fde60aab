/* test-tail-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <gtk/gtk.h>

#include "ui/aph-tail-view.h"

#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

typedef struct
{
  GtkWidget *window;
  AphTailView *view;
  AphJob *job;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *view = aph_tail_view_new ();

  fixture->view = APH_TAIL_VIEW (view);
  fixture->job = make_running_job ("hello", 0);
  fixture->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 300, 150);
  gtk_window_set_child (GTK_WINDOW (fixture->window), view);
  aph_tail_view_set_job (fixture->view, fixture->job);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (view);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (fixture->view);
  g_assert_finalize_object (fixture->job);
}

/* What is drawn after a refresh, without the direction mark that may stand before it. */
static char *
refresh (Fixture *fixture)
{
  g_autofree char *shown = NULL;

  aph_tail_view_refresh (fixture->view);
  gtk_widget_queue_draw (GTK_WIDGET (fixture->view));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  shown = aph_tail_view_dup_shown (fixture->view);
  if (g_str_has_prefix (shown, "\u200e") || g_str_has_prefix (shown, "\u200f"))
    return g_strdup (shown + 3);

  return g_steal_pointer (&shown);
}

static void
test_short (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *nothing = refresh (fixture);
  g_autofree char *one = NULL;
  g_autofree char *both = NULL;

  g_assert_cmpstr (nothing, ==, "");

  answer (fixture->job, "first");
  one = refresh (fixture);
  g_assert_cmpstr (one, ==, "first");
  g_assert_false (aph_tail_view_refresh (fixture->view));

  answer (fixture->job, " <b>second</b>\x1b\r");
  answer (fixture->job, "\nthird");
  g_assert_true (aph_tail_view_refresh (fixture->view));
  both = refresh (fixture);
  g_assert_cmpstr (both, ==, "first <b>second</b>␛\nthird");
}

static int
get_text_height (Fixture    *fixture,
                 const char *text)
{
  g_autoptr (PangoLayout) layout =
    gtk_widget_create_pango_layout (GTK_WIDGET (fixture->view), text);
  int height;

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, gtk_widget_get_width (GTK_WIDGET (fixture->view)) * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, NULL, &height);

  return height;
}

/* As it grows, what is shown is always its end, and always fills the view, but not more. */
static void
test_growing (Fixture       *fixture,
              gconstpointer  data)
{
  const char *piece = data;
  int height = gtk_widget_get_height (GTK_WIDGET (fixture->view));
  int line_height = get_text_height (fixture, piece);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *pieces = repeat (piece, i % 5 + 1);
      g_autofree char *shown = NULL;
      int shown_height;

      answer (fixture->job, pieces);
      shown = refresh (fixture);
      g_assert_true (g_str_has_suffix (aph_job_get_answer (fixture->job, NULL), shown));
      shown_height = get_text_height (fixture, shown);
      g_assert_cmpint (shown_height, <=, height);
      if (strlen (shown) < strlen (aph_job_get_answer (fixture->job, NULL)))
        g_assert_cmpint (shown_height, >, height - 2 * line_height);
    }
}

/* However long it is and however much comes at once: only its end is looked at. */
static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *text = repeat (data, 1000000);
  g_autofree char *shown = NULL;
  g_autofree char *more = NULL;
  int height = gtk_widget_get_height (GTK_WIDGET (fixture->view));

  answer (fixture->job, text);
  shown = refresh (fixture);
  g_assert_true (g_str_has_suffix (text, shown));
  g_assert_cmpuint (strlen (shown), <, 2000);
  g_assert_cmpint (get_text_height (fixture, shown), <=, height);

  answer (fixture->job, text);
  answer (fixture->job, "the end");
  more = refresh (fixture);
  g_assert_true (g_str_has_suffix (more, "the end"));
  g_assert_cmpuint (strlen (more), <, 2000);
}

/* The end of a paragraph is written in the direction of its beginning. */
static void
test_direction (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *words = repeat ("latin words ", 5000);
  g_autofree char *shown = NULL;

  answer (fixture->job, "שלום ");
  answer (fixture->job, words);
  g_free (refresh (fixture));
  shown = aph_tail_view_dup_shown (fixture->view);
  g_assert_true (g_str_has_prefix (shown, "\u200f"));
}

static void
test_thinking (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *thinking = NULL;
  g_autofree char *answering = NULL;

  think (fixture->job, "let me think");
  thinking = refresh (fixture);
  g_assert_cmpstr (thinking, ==, "let me think");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->view), "thinking"));

  answer (fixture->job, "yes");
  answering = refresh (fixture);
  g_assert_cmpstr (answering, ==, "yes");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (fixture->view), "thinking"));
}

static void
test_attempts (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut off");
  g_autofree char *text = repeat ("first attempt\n", 100);
  g_autofree char *again = NULL;
  g_autofree char *shown = NULL;

  answer (fixture->job, text);
  g_free (refresh (fixture));

  /* Drawn between the change and the refresh: nothing is mixed. */
  aph_job_put_back (fixture->job, failure);
  aph_job_send (fixture->job, "http://b");
  answer (fixture->job, "2");
  gtk_widget_queue_draw (GTK_WIDGET (fixture->view));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));

  again = refresh (fixture);
  g_assert_cmpstr (again, ==, "2");

  aph_tail_view_set_job (fixture->view, NULL);
  shown = refresh (fixture);
  g_assert_cmpstr (shown, ==, "");
}

static void
assert_told (Fixture    *fixture,
             const char *text)
{
  gtk_test_accessible_assert_property (fixture->view, GTK_ACCESSIBLE_PROPERTY_LABEL, text);
}

static gboolean
is_told (gpointer user_data)
{
  Fixture *fixture = user_data;
  char *difference;
  gboolean told;

  aph_tail_view_refresh (fixture->view);
  difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (fixture->view),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL, "one two three");
  told = difference == NULL;
  g_free (difference);

  return told;
}

/* A screen reader is told, but not of every word. */
static void
test_accessible (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 start = g_get_monotonic_time ();

  gtk_test_accessible_assert_role (fixture->view, GTK_ACCESSIBLE_ROLE_LOG);
  assert_told (fixture, "");

  answer (fixture->job, "one");
  aph_tail_view_refresh (fixture->view);
  answer (fixture->job, " two");
  aph_tail_view_refresh (fixture->view);
  answer (fixture->job, " three");
  aph_tail_view_refresh (fixture->view);
  if (g_get_monotonic_time () - start < G_USEC_PER_SEC / 2)
    assert_told (fixture, "");
  assert_eventually (is_told, fixture);

  answer (fixture->job, " four");
  finish (fixture->job, "stop");
  aph_tail_view_refresh (fixture->view);
  assert_told (fixture, "one two three four");
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define ADD(path, data, test) g_test_add (path, Fixture, data, set_up, test, tear_down)
  ADD ("/tail-view/short", NULL, test_short);
  ADD ("/tail-view/growing/words", "how it is cooked, ", test_growing);
  ADD ("/tail-view/growing/lines", "a line\n", test_growing);
  ADD ("/tail-view/growing/one-word", "aGVsbG8", test_growing);
  ADD ("/tail-view/growing/chinese", "锅中放油，烧热。", test_growing);
  ADD ("/tail-view/growing/arabic", "مرحبا بالعالم ", test_growing);
  ADD ("/tail-view/growing/mixed", "שלום world 世界 ", test_growing);
  ADD ("/tail-view/long/words", "how it is ", test_long);
  ADD ("/tail-view/long/lines", "a line!!\n", test_long);
  ADD ("/tail-view/long/empty-lines", "\n", test_long);
  ADD ("/tail-view/direction", NULL, test_direction);
  ADD ("/tail-view/thinking", NULL, test_thinking);
  ADD ("/tail-view/attempts", NULL, test_attempts);
  ADD ("/tail-view/accessible", NULL, test_accessible);
#undef ADD

  return g_test_run ();
}
