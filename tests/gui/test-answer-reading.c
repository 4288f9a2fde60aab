/* test-answer-reading.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How an answer is read: scrolled, selected, copied, searched.
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-answer-view.h"
#include "ui/aph-display-text.h"
#include "ui/aph-stream-view.h"

#include "answer-fixture.h"
#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

static void
assert_selection (GtkTextView *view,
                  int          start,
                  int          end)
{
  GtkTextIter start_iter, end_iter;

  g_assert_true (gtk_text_buffer_get_selection_bounds (gtk_text_view_get_buffer (view),
                                                       &start_iter, &end_iter));
  g_assert_cmpint (gtk_text_iter_get_offset (&start_iter), ==, start);
  g_assert_cmpint (gtk_text_iter_get_offset (&end_iter), ==, end);
}

static void
test_selection (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkTextView *view = GTK_TEXT_VIEW (get (fixture, "answer_text"));
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  aph_answer_view_set_job (fixture->view, job);
  answer (job, "select all of this");
  tick (fixture);
  buffer = gtk_text_view_get_buffer (view);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_select_range (buffer, &end, &start);
  answer (job, " but not this");
  tick (fixture);
  assert_selection (view, 0, 18);

  gtk_text_buffer_get_iter_at_offset (buffer, &start, 7);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, 10);
  gtk_text_buffer_select_range (buffer, &start, &end);
  answer (job, " or this");
  tick (fixture);
  assert_selection (view, 7, 10);
  assert_answer (fixture, "select all of this but not this or this");
}

/* A line without end is broken on the screen only. */
static void
test_long_line (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autofree char *line = repeat ("0123456789", 1000);
  g_autofree char *text = g_strconcat (line, "\x1b\nend", NULL);
  g_autofree char *copied = NULL;
  g_autofree char *selected = NULL;
  GtkWidget *view = get (fixture, "answer_text");
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  aph_answer_view_set_job (fixture->view, job);
  answer (job, text);
  tick (fixture);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_assert_cmpint (gtk_text_buffer_get_line_count (buffer), >=, 2 + 10000 / 2500);
  for (int i = 0; i < gtk_text_buffer_get_line_count (buffer); i++)
    {
      gtk_text_buffer_get_iter_at_line (buffer, &start, i);
      g_assert_cmpint (gtk_text_iter_get_chars_in_line (&start), <=, 2 * APH_DISPLAY_LINE_CHARS);
    }

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  g_signal_emit_by_name (view, "copy-clipboard");
  selected = read_clipboard (fixture);
  g_assert_true (g_str_has_prefix (selected, line));
  g_assert_cmpstr (selected + strlen (line), ==, "␛\nend");

  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.copy", NULL);
  copied = read_clipboard (fixture);
  g_assert_cmpstr (copied, ==, text);
}

typedef struct
{
  GtkAdjustment *adjustment;
  double upper;
  double page_size;
} Wanted;

static gboolean
is_laid_out (gpointer user_data)
{
  Wanted *wanted = user_data;

  return gtk_adjustment_get_upper (wanted->adjustment) >= wanted->upper
         && gtk_adjustment_get_page_size (wanted->adjustment) <= wanted->page_size;
}

static gboolean
is_at_end (gpointer user_data)
{
  GtkAdjustment *adjustment = ((Wanted *) user_data)->adjustment;
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  return is_laid_out (user_data) && gtk_adjustment_get_value (adjustment) >= end - 1;
}

/* Lines are laid out some time after they were inserted. */
static void
assert_laid_out (GtkAdjustment *adjustment,
                 guint          n_lines)
{
  Wanted wanted = { adjustment, n_lines * 15, G_MAXDOUBLE };

  assert_eventually (is_laid_out, &wanted);
}

/* The margin below the last line included. */
static void
assert_at_end (GtkAdjustment *adjustment,
               guint          n_lines,
               double         page_size)
{
  Wanted wanted = { adjustment, n_lines * 15, page_size };

  assert_eventually (is_at_end, &wanted);
}

static gboolean
has_size (gpointer adjustment)
{
  return gtk_adjustment_get_page_size (adjustment) > 0;
}

/* The end stays in sight while the reader is there, and only then. */
static void
test_following (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autofree char *lines = repeat ("one line of many\n", 100);
  GtkWidget *view = get (fixture, "answer_text");
  AphStreamView *stream = APH_STREAM_VIEW (view);
  GtkWidget *button = get (fixture, "follow_button");
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  double page_size;

  aph_answer_view_set_job (fixture->view, job);
  for (guint i = 1; i <= 3; i++)
    {
      answer (job, lines);
      tick (fixture);
      assert_at_end (adjustment, i * 100, G_MAXDOUBLE);
    }
  /* On newer GTK all this may come before the first frame. */
  assert_eventually (has_size, adjustment);
  assert_at_end (adjustment, 300, G_MAXDOUBLE);
  g_assert_true (aph_stream_view_get_following (stream));
  g_assert_false (gtk_widget_get_visible (button));

  gtk_adjustment_set_value (adjustment, 100);
  g_assert_false (aph_stream_view_get_following (stream));
  g_assert_true (gtk_widget_get_visible (button));
  answer (job, lines);
  tick (fixture);
  assert_laid_out (adjustment, 400);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), 100, 0.5);

  gtk_test_widget_wait_for_draw (button);
  click (button);
  assert_at_end (adjustment, 400, G_MAXDOUBLE);
  g_assert_true (aph_stream_view_get_following (stream));
  g_assert_false (gtk_widget_get_visible (button));
  answer (job, lines);
  tick (fixture);
  assert_at_end (adjustment, 500, G_MAXDOUBLE);

  /* The window gets lower and narrower. */
  page_size = gtk_adjustment_get_page_size (adjustment);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 350);
  assert_at_end (adjustment, 500, page_size - 50);
  g_assert_true (aph_stream_view_get_following (stream));
}

/* What moves before there is a size was not moved by the reader. */
static void
test_unseen (void)
{
  GtkWidget *view = g_object_ref_sink (aph_stream_view_new ());
  AphStreamView *stream = APH_STREAM_VIEW (view);
  GtkAdjustment *adjustment = gtk_adjustment_new (0, 0, 0, 1, 1, 0);

  gtk_scrollable_set_vadjustment (GTK_SCROLLABLE (view), adjustment);
  aph_stream_view_follow (stream);
  gtk_adjustment_configure (adjustment, 2000, 0, 2000, 1, 1, 0);
  gtk_adjustment_set_value (adjustment, 1900);
  g_assert_true (aph_stream_view_get_following (stream));

  gtk_adjustment_configure (adjustment, 1800, 0, 2000, 1, 1, 200);
  gtk_adjustment_set_value (adjustment, 1700);
  g_assert_false (aph_stream_view_get_following (stream));
  g_assert_finalize_object (view);
}

/* A text that is there already is read from its beginning. */
static void
test_ended (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autofree char *lines = repeat ("one line of many\n", 1000);
  GtkWidget *view = get (fixture, "answer_text");
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));

  answer (job, lines);
  finish (job, "stop");
  aph_answer_view_set_job (fixture->view, job);
  assert_laid_out (adjustment, 1000);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  g_assert_false (gtk_widget_get_visible (get (fixture, "follow_button")));
}

typedef struct
{
  Fixture *fixture;
  int length;
} Backlog;

static gboolean
is_complete (gpointer user_data)
{
  Backlog *backlog = user_data;
  GtkWidget *view = get (backlog->fixture, "answer_text");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  return gtk_text_buffer_get_char_count (buffer) == backlog->length;
}

/* A long text is not taken at once; the clock stands, so the view asks for its ticks itself. */
static void
test_backlog (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autofree char *text = repeat ("One line of very many: 一行又一行。\n", 25000);
  Backlog backlog = { fixture, g_utf8_strlen (text, -1) };

  answer (job, text);
  finish (job, "stop");
  aph_answer_view_set_job (fixture->view, job);
  g_assert_false (is_complete (&backlog));
  assert_eventually (is_complete, &backlog);
  assert_answer (fixture, text);

  aph_answer_view_set_job (fixture->view, NULL);
  assert_answer (fixture, "");
}

static gboolean
is_counted (gpointer user_data)
{
  return g_str_equal (get_label (user_data, "count_label"), "1 of 3");
}

static gboolean
is_next (gpointer user_data)
{
  return g_str_equal (get_label (user_data, "count_label"), "2 of 3");
}

static gboolean
is_not_found (gpointer user_data)
{
  return g_str_equal (get_label (user_data, "count_label"), "Not found");
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkEditable *entry = GTK_EDITABLE (get (fixture, "search_entry"));

  answer (job, "Oil, **oil**, and\n\nmore oil.");
  finish (job, "stop");
  aph_answer_view_set_job (fixture->view, job);
  for (guint raw = 0; raw < 2; raw++)
    {
      g_object_set (fixture->view, "raw", raw, NULL);
      tick (fixture);
      gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.find", NULL);
      gtk_editable_set_text (entry, "oil");
      assert_eventually (is_counted, fixture);
      gtk_widget_activate_action (get (fixture, "reader"), "reader.find-next", NULL);
      assert_eventually (is_next, fixture);
      gtk_editable_set_text (entry, "nothing");
      assert_eventually (is_not_found, fixture);
      gtk_widget_activate_action (get (fixture, "reader"), "reader.find-close", NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/answer-reading/selection", test_selection);
  ADD ("/answer-reading/long-line", test_long_line);
  ADD ("/answer-reading/following", test_following);
  g_test_add_func ("/answer-reading/unseen", test_unseen);
  ADD ("/answer-reading/ended", test_ended);
  ADD ("/answer-reading/backlog", test_backlog);
  ADD ("/answer-reading/find", test_find);
#undef ADD

  return g_test_run ();
}
