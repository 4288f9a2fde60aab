/* answer-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "answer-fixture.h"
#include "find.h"
#include "pump.h"

static void
count_cb (guint *n_ticks)
{
  (*n_ticks)++;
}

void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *view = aph_answer_view_new ();

  fixture->view = APH_ANSWER_VIEW (view);
  fixture->clock = aph_refresh_clock_new ();
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 500);
  last_action_watch (&fixture->last_action, fixture->window);
  gtk_window_set_child (GTK_WINDOW (fixture->window), view);
  aph_answer_view_set_clock (fixture->view, fixture->clock);
  g_object_set (view, "raw", TRUE, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (view);
  g_signal_connect_swapped (fixture->clock, "tick", G_CALLBACK (count_cb), &fixture->n_ticks);
}

void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (fixture->view);
  g_assert_finalize_object (fixture->clock);
  last_action_clear (&fixture->last_action);
}

GtkWidget *
find_by_id (GtkWidget  *root,
            const char *id)
{
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (root)), id) == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_by_id (child, id);

      if (found != NULL)
        return found;
    }

  return NULL;
}

GtkWidget *
get (Fixture    *fixture,
     const char *id)
{
  GtkWidget *widget = find_by_id (GTK_WIDGET (fixture->view), id);

  g_assert_nonnull (widget);

  return widget;
}

void
tick (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->clock, "tick");
  fixture->n_ticks = 0;
}

/* A tick that the view asked for, of a clock that stands. */
gboolean
is_poked (gpointer user_data)
{
  return ((Fixture *) user_data)->n_ticks > 0;
}

char *
get_view_text (GtkWidget *stream_view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (stream_view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

void
assert_answer (Fixture    *fixture,
               const char *expected)
{
  g_autofree char *text = get_view_text (get (fixture, "answer_text"));

  g_assert_cmpstr (text, ==, expected);
}

const char *
get_label (Fixture    *fixture,
           const char *id)
{
  return gtk_label_get_text (GTK_LABEL (get (fixture, id)));
}

void
click (GtkWidget *button)
{
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
store_text_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_set (gpointer user_data)
{
  return *(char **) user_data != NULL;
}

char *
read_clipboard (Fixture *fixture)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->view)), NULL,
                                 store_text_cb, &text);
  assert_eventually (is_set, &text);

  return text;
}
