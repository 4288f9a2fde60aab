/* test-markdown-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-block-view.h"
#include "ui/aph-markdown-view.h"

#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

typedef struct
{
  GtkWidget *window;
  AphMarkdownView *view;
  GtkAdjustment *adjustment;
  GString *text;
  char *link;
} Fixture;

static void
link_cb (Fixture    *fixture,
         const char *uri)
{
  g_free (fixture->link);
  fixture->link = g_strdup (uri);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *view = aph_markdown_view_new ();

  fixture->view = APH_MARKDOWN_VIEW (view);
  fixture->text = g_string_new (NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  fixture->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  g_signal_connect_swapped (view, "link-activated", G_CALLBACK (link_cb), fixture);
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
  g_string_free (fixture->text, TRUE);
  g_free (fixture->link);
}

/* As at ticks, until all is shown. */
static void
add (Fixture    *fixture,
     const char *text)
{
  g_string_append (fixture->text, text);
  while (!aph_markdown_view_take (fixture->view, fixture->text->str, fixture->text->len))
    ;
}

/* The blocks in sight, in a line each. */
static char *
get_shown (Fixture *fixture)
{
  GString *text = g_string_new (NULL);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->view));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (APH_IS_BLOCK_VIEW (child))
      {
        AphTextBlock *block = aph_block_view_get_block (APH_BLOCK_VIEW (child));

        g_string_append_printf (text, "%s%s\n", block->marker != NULL ? block->marker : "",
                                block->text);
      }

  return g_string_free (text, FALSE);
}

static guint
count_shown (Fixture *fixture)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->view));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += APH_IS_BLOCK_VIEW (child);

  return n;
}

static void
assert_shown (Fixture    *fixture,
              const char *expected)
{
  g_autofree char *shown = get_shown (fixture);

  g_assert_cmpstr (shown, ==, expected);
}

/* Markup, HTML and characters that nobody sees are text. */
static void
test_hostile (Fixture       *fixture,
              gconstpointer  data)
{
  add (fixture, "<b>bold</b> <span foreground=\"red\">x</span> &amp; &#27;\n\n"
                "\xe2\x80\xaeright to left\xe2\x80\xac שלום \x1b[31m zero\xe2\x80\x8bwidth\n\n"
                "<script>alert(1)</script>\n\n"
                "[<i>link</i>](javascript:alert)\n");
  g_string_append_c (fixture->text, '\0');
  add (fixture, "after\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_shown (fixture,
                "<b>bold</b> <span foreground=\"red\">x</span> & ␛\n"
                "\xe2\x80\xaeright to left\xe2\x80\xac שלום ␛[31m zero\xe2\x80\x8bwidth\n"
                "<script>alert(1)</script>\n"
                "<i>link</i>\n␀after\n");
}

static void
test_selection (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *selection = NULL;

  add (fixture, "# Title\n\nselect **this**\n\n- and\n- that\n\n```\ncode\n```\n\nthe e");
  g_assert_null (aph_markdown_view_dup_selection (fixture->view));
  aph_markdown_view_select_all (fixture->view);
  add (fixture, "nd, which came later\n\nnot this\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  selection = aph_markdown_view_dup_selection (fixture->view);
  g_assert_cmpstr (selection, ==, "Title\n\nselect this\n\n• and\n• that\n\ncode\n\nthe e");
  g_assert_false (aph_markdown_view_get_following (fixture->view));

  aph_markdown_view_restart (fixture->view, FALSE);
  g_assert_null (aph_markdown_view_dup_selection (fixture->view));
}

/* What is joined is copied as one line. */
static void
test_long_line (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *line = repeat ("0123456789", 100000);
  g_autofree char *selection = NULL;

  add (fixture, line);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_cmpuint (count_shown (fixture), <, 50);
  aph_markdown_view_select_all (fixture->view);
  selection = aph_markdown_view_dup_selection (fixture->view);
  g_assert_cmpstr (selection, ==, line);
}

static gboolean
is_at_end (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkAdjustment *adjustment = fixture->adjustment;

  return gtk_adjustment_get_value (adjustment)
         >= gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - 1;
}

/* The end stays in sight while the reader is there, and only then; few blocks are widgets. */
static void
test_following (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *lines = repeat ("A paragraph that may have **several** lines here.\n\n", 100);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  double value;

  aph_markdown_view_restart (fixture->view, TRUE);
  for (guint i = 0; i < 3; i++)
    {
      add (fixture, lines);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
      g_assert_true (is_at_end (fixture));
      g_assert_true (aph_markdown_view_get_following (fixture->view));
      g_assert_cmpuint (count_shown (fixture), <, 40);
    }

  gtk_adjustment_set_value (fixture->adjustment, 300);
  g_assert_false (aph_markdown_view_get_following (fixture->view));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  value = gtk_adjustment_get_value (fixture->adjustment);
  before = get_shown (fixture);
  add (fixture, lines);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  after = get_shown (fixture);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), ==, value);
  g_assert_cmpstr (after, ==, before);

  aph_markdown_view_follow (fixture->view);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_true (is_at_end (fixture));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 350, 300);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_eventually (is_at_end, fixture);
}

/* A text that is there already is read from its beginning. */
static void
test_beginning (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *lines = repeat ("Words.\n\n", 1000);

  add (fixture, "First.\n\n");
  add (fixture, lines);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), ==, 0);
  g_assert_false (aph_markdown_view_get_following (fixture->view));
  g_autofree char *shown = get_shown (fixture);
  g_assert_true (g_str_has_prefix (shown, "First.\n"));
}

/* Rows that nobody has measured are measured on the way up: what is read does not jump. */
static void
test_scrolling_up (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *lines = repeat ("- item\n  with a second line\n\n| a | b |\n|---|---|\n"
                                   "| 1 | 2 |\n\n", 300);

  aph_markdown_view_restart (fixture->view, TRUE);
  add (fixture, lines);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  for (guint i = 0; i < 20; i++)
    {
      GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (fixture->view));
      AphTextBlock *block = aph_block_view_get_block (APH_BLOCK_VIEW (first));
      double x, y_before, y_after;

      gtk_widget_translate_coordinates (first, GTK_WIDGET (fixture->view), 0, 0, &x, &y_before);
      gtk_adjustment_set_value (fixture->adjustment,
                                gtk_adjustment_get_value (fixture->adjustment) - 60);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
      g_assert_true (gtk_widget_get_parent (first) == GTK_WIDGET (fixture->view));
      g_assert_true (aph_block_view_get_block (APH_BLOCK_VIEW (first)) == block);
      gtk_widget_translate_coordinates (first, GTK_WIDGET (fixture->view), 0, 0, &x, &y_after);
      g_assert_cmpfloat_with_epsilon (y_after, y_before + 60, 2);
    }
}

static gboolean
is_found (gpointer user_data)
{
  Fixture *fixture = user_data;
  guint current;

  return aph_markdown_view_get_n_found (fixture->view, &current) == 1200 && current > 0;
}

static gboolean
is_found_more (gpointer user_data)
{
  guint current;

  return aph_markdown_view_get_n_found (((Fixture *) user_data)->view, &current) == 1201;
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *lines = repeat ("The oil must be **hot**, or the OIL burns.\n\n", 600);
  guint current;

  add (fixture, lines);
  aph_markdown_view_find (fixture->view, "Oil");
  assert_eventually (is_found, fixture);
  aph_markdown_view_get_n_found (fixture->view, &current);
  g_assert_cmpuint (current, ==, 1);

  aph_markdown_view_find_next (fixture->view, TRUE);
  aph_markdown_view_get_n_found (fixture->view, &current);
  g_assert_cmpuint (current, ==, 2);
  aph_markdown_view_find_next (fixture->view, FALSE);
  aph_markdown_view_find_next (fixture->view, FALSE);
  aph_markdown_view_get_n_found (fixture->view, &current);
  g_assert_cmpuint (current, ==, 1200);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), >, 1000);

  /* Also in what comes later */
  add (fixture, "And more oil.");
  assert_eventually (is_found_more, fixture);

  aph_markdown_view_find (fixture->view, "nothing of the kind");
  pump_for (50);
  g_assert_cmpuint (aph_markdown_view_get_n_found (fixture->view, &current), ==, 0);
  aph_markdown_view_find (fixture->view, "");
  g_assert_cmpuint (aph_markdown_view_get_n_found (fixture->view, &current), ==, 0);
}

static AphBlockView *
get_block_view (Fixture *fixture,
                guint    number)
{
  GtkWidget *view = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_BLOCK_VIEW, number);

  g_assert_nonnull (view);

  return APH_BLOCK_VIEW (view);
}

/* Links can be reached and chosen by the keyboard. */
static void
test_links (Fixture       *fixture,
            gconstpointer  data)
{
  AphBlockView *view;

  add (fixture, "none\n\nsee [one](https://a.b) and [two](https://c.d)\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_false (gtk_widget_get_focusable (GTK_WIDGET (get_block_view (fixture, 0))));
  view = get_block_view (fixture, 1);
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (view), GTK_DIR_TAB_FORWARD));
  gtk_widget_activate_action (GTK_WIDGET (view), "block.open-link", NULL);
  g_assert_cmpstr (fixture->link, ==, "https://a.b");
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (view), GTK_DIR_TAB_FORWARD));
  gtk_widget_activate_action (GTK_WIDGET (view), "block.open-link", NULL);
  g_assert_cmpstr (fixture->link, ==, "https://c.d");
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (view), GTK_DIR_TAB_FORWARD));
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

static gboolean
is_colored (gpointer user_data)
{
  return aph_block_view_has_colors (user_data);
}

static void
test_code (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *lines = repeat ("    print (\"一\")  # comment\n", 200);
  g_autofree char *code = g_strconcat ("def f ():\n", lines, NULL);
  g_autofree char *copied = NULL;
  GtkWidget *button;

  add (fixture, "```python\n");
  add (fixture, code);
  add (fixture, "```\n\n```nolanguage\nx\n```\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_eventually (is_colored, get_block_view (fixture, 0));
  button = find_by_tooltip (GTK_WIDGET (fixture->view), "Copy the code");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (button), NULL, store_text_cb, &copied);
  assert_eventually (is_set, &copied);
  g_assert_cmpstr (copied, ==, code);

  aph_markdown_view_follow (fixture->view);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

/* Code that is wider than the view can be scrolled by keys, so it takes the focus, behind its button;
 * what fits does not. */
static void
test_wide_code (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *wide = repeat ("wide ", 200);
  g_autofree char *text = g_strconcat ("```\n", wide, "\n```\n\n```\nx\n```\n", NULL);
  GtkWidget *view, *narrow;

  add (fixture, text);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  view = GTK_WIDGET (get_block_view (fixture, 0));
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_has_focus (view));
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_has_focus (view));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));

  narrow = GTK_WIDGET (get_block_view (fixture, 1));
  g_assert_true (gtk_widget_child_focus (narrow, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_child_focus (narrow, GTK_DIR_TAB_FORWARD));
  g_assert_false (gtk_widget_has_focus (narrow));
  g_assert_true (gtk_widget_child_focus (narrow, GTK_DIR_TAB_BACKWARD)
                 || gtk_widget_child_focus (view, GTK_DIR_TAB_BACKWARD));
}

/* Another text is another one from its beginning, whatever was shown. */
static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  add (fixture, "```c\nint x;\n```\n\n| a |\n|---|\n| b |\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  aph_markdown_view_restart (fixture->view, FALSE);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_string_truncate (fixture->text, 0);
  add (fixture, "| c |\n|---|\n| d |\n");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  assert_shown (fixture, "c\nd\n");
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/markdown-view/hostile", test_hostile);
  ADD ("/markdown-view/selection", test_selection);
  ADD ("/markdown-view/long-line", test_long_line);
  ADD ("/markdown-view/following", test_following);
  ADD ("/markdown-view/beginning", test_beginning);
  ADD ("/markdown-view/scrolling-up", test_scrolling_up);
  ADD ("/markdown-view/find", test_find);
  ADD ("/markdown-view/links", test_links);
  ADD ("/markdown-view/code", test_code);
  ADD ("/markdown-view/wide-code", test_wide_code);
  ADD ("/markdown-view/restart", test_restart);
#undef ADD

  return g_test_run ();
}
