/* test-answer-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-answer-details.h"
#include "ui/aph-answer-view.h"
#include "ui/aph-format.h"
#include "ui/aph-text-section.h"

#include "answer-fixture.h"
#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

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

/* Who comes to read is where the keys scroll. */
static void
test_focus (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  GtkWidget *reader = get (fixture, "reader");

  answer (job, "An answer");
  finish (job, "stop");
  aph_answer_view_set_job (fixture->view, job);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  aph_answer_view_focus_text (fixture->view);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)),
                                         reader));
}

static void
test_prompt (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *long_prompt = repeat ("提示词 prompt\n", 50);
  g_autofree char *words = repeat ("several words ", 50);
  g_autoptr (AphJob) job = make_job (long_prompt, 0);
  g_autoptr (AphJob) worded = make_job (words, 1);
  g_autoptr (AphRequest) request = NULL;
  GtkWidget *expander;

  aph_answer_view_set_job (fixture->view, job);
  g_assert_cmpstr (get_label (fixture, "prompt_label"), ==,
                   "提示词 prompt\n提示词 prompt\n提示词 prompt …");
  assert_section (fixture, "prompt_section", TRUE, FALSE, NULL);
  aph_answer_view_set_job (fixture->view, worded);
  g_assert_true (g_str_has_suffix (get_label (fixture, "prompt_label"), "several words …"));
  aph_answer_view_set_job (fixture->view, job);
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
  g_assert_cmpstr (fixture->last_action.name, ==, "cancel");
  g_assert_cmpuint (fixture->last_action.index, ==, G_GUINT64_CONSTANT (0x100000002));

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
  g_assert_cmpstr (fixture->last_action.name, ==, "retry");
  g_assert_cmpuint (fixture->last_action.index, ==, G_GUINT64_CONSTANT (0x100000002));
}

/* Only these buttons are there to help, and each asks for this one job. */
static void
assert_remedies (Fixture    *fixture,
                 const char *wanted,
                 guint64     index)
{
  static const struct
  {
    const char *id;
    const char *action;
  } buttons[] = {
    { "larger_button", "retry-one-larger" },
    { "longer_button", "retry-one-longer" },
    { "unthinking_button", "retry-one-unthinking" },
  };
  GtkWidget *notice = get (fixture, "notice");
  g_autoptr (GString) shown = g_string_new (NULL);

  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = find_by_id (notice, buttons[i].id);

      if (!gtk_widget_get_visible (button))
        continue;
      g_string_append_printf (shown, "%s ", buttons[i].id);
      click (button);
      g_assert_cmpstr (fixture->last_action.name, ==, buttons[i].action);
      g_assert_cmpuint (fixture->last_action.index, ==, index);
    }
  g_assert_cmpstr (shown->str, ==, wanted);
  g_assert_false (gtk_widget_get_visible (find_by_id (notice, "retry_button")));
  g_assert_true (gtk_widget_get_visible (get (fixture, "retry_button")));
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
  assert_remedies (fixture, "larger_button longer_button ", 0);

  finish (empty, "stop");
  aph_answer_view_set_job (fixture->view, empty);
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_text (title), ==, "There is no answer text");
  assert_remedies (fixture, "longer_button unthinking_button ", 1);

  answer (good, "all");
  finish (good, "stop");
  aph_answer_view_set_job (fixture->view, good);
  g_assert_false (gtk_widget_get_visible (notice));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  click (get (fixture, "retry_button"));
  g_assert_cmpuint (fixture->last_action.index, ==, 2);
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

/* Nothing is asked of what went with the template. */
static void
test_dispose (void)
{
  g_autoptr (AphJob) job = make_running_job ("hello", 0);
  AphAnswerView *view = g_object_ref_sink (APH_ANSWER_VIEW (aph_answer_view_new ()));

  aph_answer_view_set_job (view, job);
  g_object_set (view, "details", TRUE, NULL);
  g_object_run_dispose (G_OBJECT (view));
  aph_answer_view_set_session (view, NULL);
  g_assert_finalize_object (view);
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
  ADD ("/answer-view/focus", test_focus);
  ADD ("/answer-view/prompt", test_prompt);
  ADD ("/answer-view/attempts", test_attempts);
  ADD ("/answer-view/failure", test_failure);
  ADD ("/answer-view/marks", test_marks);
  ADD ("/answer-view/raw", test_raw);
  ADD ("/answer-view/rating", test_rating);
  ADD ("/answer-view/details", test_details);
  ADD ("/answer-view/names", test_names);
#undef ADD
  g_test_add_func ("/answer-view/dispose", test_dispose);

  return g_test_run ();
}
