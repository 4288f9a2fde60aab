/* test-answer-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-answer-details.h"
#include "ui/aph-answer-view.h"
#include "ui/aph-display-text.h"
#include "ui/aph-format.h"
#include "ui/aph-stream-view.h"
#include "ui/aph-text-section.h"

#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

typedef struct
{
  GtkWidget *window;
  AphAnswerView *view;
  AphRefreshClock *clock;
  char *action;          /* the last that was activated */
  guint64 index;         /* its target */
  guint n_ticks;
} Fixture;

static void
action_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  Fixture *fixture = user_data;

  g_free (fixture->action);
  fixture->action = g_strdup (g_action_get_name (G_ACTION (action)));
  fixture->index = g_variant_get_uint64 (parameter);
}

static void
count_cb (guint *n_ticks)
{
  (*n_ticks)++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static const GActionEntry entries[] = {
    { "cancel", action_cb, "t" },
    { "retry", action_cb, "t" },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkWidget *view = aph_answer_view_new ();

  fixture->view = APH_ANSWER_VIEW (view);
  fixture->clock = aph_refresh_clock_new ();
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 500);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries),
                                   fixture);
  gtk_widget_insert_action_group (fixture->window, "job", G_ACTION_GROUP (actions));
  gtk_window_set_child (GTK_WINDOW (fixture->window), view);
  aph_answer_view_set_clock (fixture->view, fixture->clock);
  g_object_set (view, "raw", TRUE, NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (view);
  g_signal_connect_swapped (fixture->clock, "tick", G_CALLBACK (count_cb), &fixture->n_ticks);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (fixture->view);
  g_assert_finalize_object (fixture->clock);
  g_free (fixture->action);
}

static GtkWidget *
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

static GtkWidget *
get (Fixture    *fixture,
     const char *id)
{
  GtkWidget *widget = find_by_id (GTK_WIDGET (fixture->view), id);

  g_assert_nonnull (widget);

  return widget;
}

static void
tick (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->clock, "tick");
  fixture->n_ticks = 0;
}

/* A tick that the view asked for, of a clock that stands. */
static gboolean
is_poked (gpointer user_data)
{
  return ((Fixture *) user_data)->n_ticks > 0;
}

static char *
get_view_text (GtkWidget *stream_view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (stream_view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static void
assert_answer (Fixture    *fixture,
               const char *expected)
{
  g_autofree char *text = get_view_text (get (fixture, "answer_text"));

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_section (Fixture    *fixture,
                const char *id,
                gboolean    visible,
                gboolean    open,
                const char *expected)
{
  GtkWidget *section = get (fixture, id);

  g_assert_cmpint (gtk_widget_get_visible (section), ==, visible);
  g_assert_cmpint (aph_text_section_get_open (APH_TEXT_SECTION (section)), ==, open);
  if (expected != NULL)
    {
      g_autofree char *text = get_view_text (find_by_id (section, "stream_view"));

      g_assert_cmpstr (text, ==, expected);
    }
}

static const char *
get_label (Fixture    *fixture,
           const char *id)
{
  return gtk_label_get_text (GTK_LABEL (get (fixture, id)));
}

static gboolean
is_sensitive (Fixture    *fixture,
              const char *tooltip)
{
  GtkWidget *button = find_by_tooltip (GTK_WIDGET (fixture->view), tooltip);

  g_assert_nonnull (button);

  return gtk_widget_is_sensitive (button);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AphJob) job = make_job ("What is 1 + 1?", 3);

  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), "No Prompt Selected"));
  tick (fixture);

  aph_answer_view_set_job (fixture->view, job);
  g_assert_true (aph_answer_view_get_job (fixture->view) == job);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_null (find_label (GTK_WIDGET (fixture->view), "No Prompt Selected"));
  g_assert_cmpstr (get_label (fixture, "prompt_label"), ==, "What is 1 + 1?");
  g_assert_cmpstr (get_label (fixture, "status_label"), ==, aph_format_state (APH_JOB_WAITING));
  g_assert_cmpstr (get_label (fixture, "facts_label"), ==, "qwen2.5:7b");
  g_assert_false (is_sensitive (fixture, "Copy the answer"));
  assert_section (fixture, "prompt_section", FALSE, FALSE, NULL);
  assert_section (fixture, "partial_section", FALSE, FALSE, NULL);
  assert_section (fixture, "thinking_section", FALSE, FALSE, NULL);

  aph_answer_view_set_job (fixture->view, NULL);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), "No Prompt Selected"));
  g_assert_finalize_object (g_steal_pointer (&job));
}

/* What arrives between two ticks is taken at the second one. */
static void
test_streaming (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);

  aph_answer_view_set_job (fixture->view, job);
  answer (job, "一");
  answer (job, "二 <b>three</b>");
  assert_answer (fixture, "");
  tick (fixture);
  assert_answer (fixture, "一二 <b>three</b>");
  g_assert_true (is_sensitive (fixture, "Copy the answer"));

  answer (job, " four\x1b\r");
  tick (fixture);
  assert_answer (fixture, "一二 <b>three</b> four␛");
  answer (job, "\nfive");
  finish (job, "stop");
  tick (fixture);
  assert_answer (fixture, "一二 <b>three</b> four␛\nfive");
  g_assert_true (g_str_has_prefix (get_label (fixture, "status_label"),
                                   aph_format_state (APH_JOB_DONE)));
  g_assert_nonnull (strstr (get_label (fixture, "status_label"), "213 tokens"));
  g_assert_nonnull (strstr (get_label (fixture, "facts_label"), "first token after"));
}

/* What cannot be seen costs nothing; it is made up for. */
static void
test_unmapped (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);

  aph_answer_view_set_job (fixture->view, job);
  gtk_widget_set_visible (GTK_WIDGET (fixture->view), FALSE);
  answer (job, "unseen");
  tick (fixture);
  assert_answer (fixture, "");

  gtk_widget_set_visible (GTK_WIDGET (fixture->view), TRUE);
  assert_answer (fixture, "unseen");
  answer (job, ", seen");
  tick (fixture);
  assert_answer (fixture, "unseen, seen");
}

static void
test_thinking (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkWidget *section, *expander;

  aph_answer_view_set_job (fixture->view, job);
  think (job, "let me see");
  tick (fixture);
  assert_section (fixture, "thinking_section", TRUE, TRUE, "let me see");
  section = get (fixture, "thinking_section");
  g_assert_true (g_str_has_prefix (aph_text_section_get_title (APH_TEXT_SECTION (section)),
                                   "Thinking…"));

  answer (job, "yes");
  tick (fixture);
  assert_section (fixture, "thinking_section", TRUE, FALSE, NULL);
  g_assert_true (g_str_has_prefix (aph_text_section_get_title (APH_TEXT_SECTION (section)),
                                   "Thought for"));
  assert_answer (fixture, "yes");

  /* The user's choice wins; what was missed is made up for. */
  think (job, ", and again");
  tick (fixture);
  expander = find_widget (section, GTK_TYPE_EXPANDER, 0);
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (expander),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  assert_eventually (is_poked, fixture);
  assert_section (fixture, "thinking_section", TRUE, TRUE, "let me see, and again");
  answer (job, "!");
  tick (fixture);
  assert_section (fixture, "thinking_section", TRUE, TRUE, NULL);
}

static void
test_thinking_closed (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkWidget *section, *expander;

  aph_answer_view_set_job (fixture->view, job);
  think (job, "let me see");
  tick (fixture);
  section = get (fixture, "thinking_section");
  expander = find_widget (section, GTK_TYPE_EXPANDER, 0);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), FALSE);
  think (job, " again");
  tick (fixture);
  assert_section (fixture, "thinking_section", TRUE, FALSE, NULL);
  g_assert_true (gtk_widget_get_visible (get (fixture, "reader")));
}

static void
test_prompt (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *long_prompt = repeat ("提示词 prompt\n", 50);
  g_autoptr (AphJob) job = make_job (long_prompt, 0);
  g_autoptr (AphRequest) request = NULL;
  GtkWidget *expander;

  aph_answer_view_set_job (fixture->view, job);
  g_assert_cmpstr (get_label (fixture, "prompt_label"), ==,
                   "提示词 prompt\n提示词 prompt\n提示词 prompt …");
  assert_section (fixture, "prompt_section", TRUE, FALSE, NULL);
  expander = find_widget (get (fixture, "prompt_section"), GTK_TYPE_EXPANDER, 0);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  assert_eventually (is_poked, fixture);
  assert_section (fixture, "prompt_section", TRUE, TRUE, long_prompt);

  /* A prompt may be edited while it waits. */
  request = aph_request_new ("m", "short", aph_request_get_params (aph_job_get_request (job)), NULL);
  aph_job_set_request (job, request);
  tick (fixture);
  g_assert_cmpstr (get_label (fixture, "prompt_label"), ==, "short");
  assert_section (fixture, "prompt_section", FALSE, FALSE, NULL);
}

/* Attempts are never joined. */
static void
test_attempts (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "Connection reset");
  g_autofree char *status = NULL;

  aph_answer_view_set_job (fixture->view, job);
  answer (job, "first half");
  tick (fixture);
  aph_job_put_back (job, failure);
  tick (fixture);
  assert_answer (fixture, "");
  assert_section (fixture, "partial_section", TRUE, TRUE, "first half");
  g_assert_true (gtk_widget_get_visible (get (fixture, "notice")));
  status = aph_format_job_status (job);
  g_assert_cmpstr (get_label (fixture, "status_label"), ==, status);
  g_assert_cmpstr (get_label (fixture, "reason_label"), ==, "Connection reset");
  g_assert_cmpstr (get_label (fixture, "remedy_label"), ==, "It will be tried again.");
  g_assert_false (is_sensitive (fixture, "Copy the answer"));

  aph_job_send (job, "http://b");
  answer (job, "all of it");
  tick (fixture);
  assert_answer (fixture, "all of it");
  assert_section (fixture, "partial_section", TRUE, FALSE, NULL);
  g_assert_false (gtk_widget_get_visible (get (fixture, "notice")));
}

static void
click (GtkWidget *button)
{
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/* What happened, why, what to do; and the buttons to do it. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", G_GUINT64_CONSTANT (0x100000002));
  g_autoptr (AphFailure) failure =
    aph_failure_new (APH_FAILURE_PERMANENT, 404, "model \"qwen2.5:7b\" not found\x1b");
  GtkWidget *notice;

  aph_answer_view_set_job (fixture->view, job);
  answer (job, "kept");
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  click (get (fixture, "cancel_button"));
  g_assert_cmpstr (fixture->action, ==, "cancel");
  g_assert_cmpuint (fixture->index, ==, G_GUINT64_CONSTANT (0x100000002));

  aph_job_fail (job, failure);
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  notice = get (fixture, "notice");
  g_assert_true (gtk_widget_get_mapped (notice));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (find_by_id (notice, "title_label"))), ==,
                   "127.0.0.1:11434 has no model “qwen2.5:7b”");
  g_assert_cmpstr (get_label (fixture, "reason_label"), ==, "model \"qwen2.5:7b\" not found␛");
  g_assert_nonnull (strstr (get_label (fixture, "remedy_label"), "ollama pull qwen2.5:7b"));
  g_assert_false (gtk_widget_get_visible (get (fixture, "cancel_button")));
  assert_answer (fixture, "kept");

  click (find_by_id (notice, "retry_button"));
  g_assert_cmpstr (fixture->action, ==, "retry");
  g_assert_cmpuint (fixture->index, ==, G_GUINT64_CONSTANT (0x100000002));
}

static void
test_marks (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AphJob) cut = make_running_job ("hello", 0);
  g_autoptr (AphJob) empty = make_running_job ("hello", 1);
  g_autoptr (AphJob) good = make_running_job ("hello", 2);
  GtkWidget *notice = get (fixture, "notice");
  GtkLabel *title = GTK_LABEL (find_by_id (notice, "title_label"));

  answer (cut, "as far as");
  finish (cut, "length");
  aph_answer_view_set_job (fixture->view, cut);
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_text (title), ==, "The answer is cut off");

  finish (empty, "stop");
  aph_answer_view_set_job (fixture->view, empty);
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_text (title), ==, "There is no answer text");

  answer (good, "all");
  finish (good, "stop");
  aph_answer_view_set_job (fixture->view, good);
  g_assert_false (gtk_widget_get_visible (notice));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  click (get (fixture, "retry_button"));
  g_assert_cmpuint (fixture->index, ==, 2);
}

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

static char *
read_clipboard (Fixture *fixture)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->view)), NULL,
                                 store_text_cb, &text);
  assert_eventually (is_set, &text);

  return text;
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

/* Markdown and what it was made of: each takes what it missed when it is turned to. */
static void
test_raw (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkWidget *stack = gtk_widget_get_ancestor (get (fixture, "answer_text"), GTK_TYPE_STACK);
  gboolean raw;

  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.raw", NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "markdown");
  aph_answer_view_set_job (fixture->view, job);
  answer (job, "# One\n\n**two**\n");
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_answer (fixture, "");
  g_assert_nonnull (gtk_widget_get_first_child (get (fixture, "markdown")));

  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.raw", NULL);
  g_object_get (fixture->view, "raw", &raw, NULL);
  g_assert_true (raw);
  assert_eventually (is_poked, fixture);
  assert_answer (fixture, "# One\n\n**two**\n");
}

/* The digits rate an answer that is there. */
static void
test_rating (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autoptr (AphJob) other = make_running_job ("hello", 1);
  GtkWidget *bar = get (fixture, "review_bar");
  GtkWidget *star;

  aph_answer_view_set_job (fixture->view, job);
  answer (job, "an answer");
  tick (fixture);
  g_assert_false (gtk_widget_get_mapped (bar));
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.rate", "u", 4);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 0);

  finish (job, "stop");
  tick (fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_true (gtk_widget_get_mapped (bar));
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.rate", "u", 4);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 4);
  star = find_by_tooltip (bar, "2 stars (key 2; 0 takes it back)");
  click (star);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 2);
  g_assert_true (gtk_test_accessible_has_state (GTK_ACCESSIBLE (star),
                                                GTK_ACCESSIBLE_STATE_PRESSED));
  click (star);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.rate", "u", 9);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 5);

  /* A note is kept when the user goes on, whatever with. */
  gtk_editable_set_text (GTK_EDITABLE (get (fixture, "note_entry")), "too salty");
  finish (other, "stop");
  aph_answer_view_set_job (fixture->view, other);
  g_assert_cmpstr (aph_job_get_note (job), ==, "too salty");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get (fixture, "note_entry"))), ==, "");
  aph_answer_view_set_job (fixture->view, job);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get (fixture, "note_entry"))), ==,
                   "too salty");
}

static gboolean
shows_request (gpointer user_data)
{
  g_autofree char *text = get_view_text (get (user_data, "request_text"));

  return strstr (text, "\"prompt\":\"hello\"") != NULL;
}

static void
test_details (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "reset <b>");
  g_autofree char *copied = NULL;
  GtkWidget *details;

  answer (job, "first half");
  aph_job_put_back (job, failure);
  aph_job_send (job, "http://127.0.0.1:11434");
  answer (job, "all of it");
  finish (job, "stop");
  aph_answer_view_set_job (fixture->view, job);
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.details", NULL);
  details = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_ANSWER_DETAILS, 0);
  gtk_test_widget_wait_for_draw (details);
  g_assert_true (gtk_widget_get_mapped (details));
  g_assert_nonnull (find_label (details, "213 tokens"));
  g_assert_nonnull (find_label (details, "qwen2.5:7b"));
  g_assert_nonnull (find_label (details, "reset <b>"));
  g_assert_nonnull (find_label (details, "What it had answered"));
  assert_eventually (shows_request, fixture);

  gtk_widget_activate_action (details, "details.copy-request", NULL);
  copied = read_clipboard (fixture);
  g_assert_nonnull (strstr (copied, "\"model\":\"qwen2.5:7b\""));

  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.details", NULL);
  g_assert_false (gtk_widget_get_mapped (details));
  assert_answer (fixture, "all of it");
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

/* Whoever cannot see the icons is told what they do. */
static void
assert_named (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget))
    return;

  if (GTK_IS_BUTTON (widget) || GTK_IS_TEXT_VIEW (widget) || GTK_IS_ENTRY (widget))
    if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
        && !gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                              GTK_ACCESSIBLE_RELATION_LABELLED_BY)
        && !GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget))
        && gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER) == NULL)
      g_error ("%s “%s” has no name", G_OBJECT_TYPE_NAME (widget),
               gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_named (child);
}

static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);

  think (job, "let me see");
  answer (job, "```c\nint x;\n```\n\n| a |\n|---|\n| b |\n\n[l](https://a.b)\n");
  finish (job, "length");
  g_object_set (fixture->view, "raw", FALSE, NULL);
  aph_answer_view_set_job (fixture->view, job);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_named (GTK_WIDGET (fixture->view));
  gtk_widget_activate_action (GTK_WIDGET (fixture->view), "answer.details", NULL);
  assert_named (GTK_WIDGET (fixture->view));
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/answer-view/empty", test_empty);
  ADD ("/answer-view/streaming", test_streaming);
  ADD ("/answer-view/unmapped", test_unmapped);
  ADD ("/answer-view/thinking", test_thinking);
  ADD ("/answer-view/thinking-closed", test_thinking_closed);
  ADD ("/answer-view/prompt", test_prompt);
  ADD ("/answer-view/attempts", test_attempts);
  ADD ("/answer-view/failure", test_failure);
  ADD ("/answer-view/marks", test_marks);
  ADD ("/answer-view/selection", test_selection);
  ADD ("/answer-view/long-line", test_long_line);
  ADD ("/answer-view/following", test_following);
  ADD ("/answer-view/ended", test_ended);
  ADD ("/answer-view/backlog", test_backlog);
  ADD ("/answer-view/raw", test_raw);
  ADD ("/answer-view/rating", test_rating);
  ADD ("/answer-view/details", test_details);
  ADD ("/answer-view/find", test_find);
  ADD ("/answer-view/names", test_names);
#undef ADD

  return g_test_run ();
}
