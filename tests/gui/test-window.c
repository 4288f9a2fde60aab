/* test-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "ui/aph-answer-view.h"
#include "ui/aph-banner.h"
#include "ui/aph-composer.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-wall.h"
#include "ui/aph-window-private.h"

#include "find.h"
#include "gui-init.h"
#include "pump.h"
#include "window-fixture.h"

/* What is sent is shown in the view that the user has chosen. */
static void
test_send (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=40,rate=8", NULL);
  open_window (&fixture);
  g_assert_cmpstr (get_page (&fixture), ==, "empty");

  act (&fixture, "win.show-table");
  gtk_text_buffer_set_text (fixture.text, "one", -1);
  act (&fixture, "win.send");
  g_assert_cmpstr (get_page (&fixture), ==, "table");
  g_assert_true (get_selected (&fixture) == gui_session_get_job (&fixture.gui, 0));
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 0);

  act (&fixture, "win.show-wall");
  gtk_text_buffer_set_text (fixture.text, "two\n---\nthree", -1);
  act (&fixture, "win.send");
  g_assert_cmpstr (get_page (&fixture), ==, "wall");
  g_assert_true (get_selected (&fixture) == gui_session_get_job (&fixture.gui, 1));

  assert_eventually (is_streaming, &fixture);
  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 3);
  act (&fixture, "win.show-table");
  g_assert_cmpstr (get_page (&fixture), ==, "table");
  tear_down (&fixture);
}

/* It is offered with the next update of the window. */
static gboolean
can_stop (gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *tooltip = "Stop all: what runs goes back to waiting";

  return is_streaming (fixture)
         && gtk_widget_is_sensitive (find_by_tooltip (fixture->window, tooltip));
}

static gboolean
is_stopped (gpointer user_data)
{
  Fixture *fixture = user_data;

  return counts (fixture)[APH_JOB_WAITING] == 1
         && find_by_tooltip (fixture->window, "Start sending (Ctrl+P)") != NULL;
}

static void
test_stop_and_start (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=4,fault=stall,first=1", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (can_stop, &fixture);

  act (&fixture, "queue.stop");
  assert_eventually (is_stopped, &fixture);
  act (&fixture, "queue.start");
  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 1);
  tear_down (&fixture);
}

static gboolean
shows_absence (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *title =
    g_strdup_printf ("No Ollama answers at %s", fixture->gui.address + strlen ("http://"));

  return find_label (fixture->banner, title) != NULL;
}

static gboolean
shows_demo (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (fixture->window, "Demo: these replies are canned") != NULL;
}

/* No server: it is said, three ways out are offered, and the prompts stay. The window grows by no
 * more than that takes: GTK would make it as high as its texts are in the narrowest of columns. */
static void
test_absent_server (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;
  int height;

  gui_session_start_absent (&fixture.gui);
  open_window (&fixture);
  gtk_text_buffer_set_text (fixture.text, "one\n---\ntwo", -1);
  act (&fixture, "win.send");
  assert_eventually (shows_absence, &fixture);
  g_assert_nonnull (find_label (fixture.banner, "_Choose Server"));
  g_assert_nonnull (find_label (fixture.banner, "_Retry"));
  gtk_widget_measure (fixture.window, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
  g_assert_cmpint (height, <=, 600);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 2);

  /* What waits for a real answer is not given a canned one unasked. */
  act (&fixture, "win.try-demo");
  assert_eventually (has_dialog, &dialog);
  g_assert_true (g_str_has_prefix (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)),
                                   "2 prompts have no answer yet."));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  pump_for (50);
  g_assert_true (shows_absence (&fixture));

  act (&fixture, "win.try-demo");
  assert_eventually (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_eventually (shows_demo, &fixture);
  g_assert_false (shows_absence (&fixture));
  aph_session_stop (fixture.gui.session);
  tear_down (&fixture);
}

static const char *
current_url (Fixture *fixture)
{
  return aph_connection_get_url (aph_session_get_connection (fixture->gui.session));
}

/* The command line of a second start may name another server: what waits for this one is not sent
 * there unasked, and to name this one changes nothing. */
static void
test_named_server (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;
  AphLane *lane;

  gui_session_start_absent (&fixture.gui);
  open_window (&fixture);

  /* Where nothing waits there is nothing to ask. */
  gtk_widget_activate_action (fixture.window, "win.use-server", "s", "127.0.0.1:9");
  g_assert_cmpstr (current_url (&fixture), ==, "http://127.0.0.1:9");
  gtk_widget_activate_action (fixture.window, "win.use-server", "s", fixture.gui.address);
  g_assert_cmpstr (current_url (&fixture), ==, fixture.gui.address);

  gtk_text_buffer_set_text (fixture.text, "one\n---\ntwo", -1);
  act (&fixture, "win.send");
  assert_eventually (shows_absence, &fixture);
  lane = aph_connection_get_lane (aph_session_get_connection (fixture.gui.session));
  g_assert_true (gtk_widget_activate_action (fixture.window, "win.use-server", "s",
                                             fixture.gui.address));
  pump_for (50);
  g_assert_false (has_dialog (&dialog));
  g_assert_true (lane == aph_connection_get_lane (aph_session_get_connection (fixture.gui.session)));

  gtk_widget_activate_action (fixture.window, "win.use-server", "s", "127.0.0.1:9");
  assert_eventually (has_dialog, &dialog);
  g_assert_true (g_str_has_prefix (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)),
                                   "2 prompts have no answer yet. They would go to 127.0.0.1:9 "));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  pump_for (50);
  g_assert_cmpstr (current_url (&fixture), ==, fixture.gui.address);

  gtk_widget_activate_action (fixture.window, "win.use-server", "s", "127.0.0.1:9");
  assert_eventually (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  pump_for (50);
  g_assert_cmpstr (current_url (&fixture), ==, "http://127.0.0.1:9");
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 2);
  aph_session_stop (fixture.gui.session);
  tear_down (&fixture);
}

static gboolean
shows_rest (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (fixture->banner, "_Try Now") != NULL;
}

static gboolean
has_ended (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 1;
}

/* A server that asks for days of patience can be tried now. */
static void
test_try_now (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "--model", "m=tokens=3,fault=busy-retry-after,first=1,retry=200000",
                     NULL);
  open_window (&fixture);
  gtk_text_buffer_set_text (fixture.text, "one", -1);
  act (&fixture, "win.send");
  assert_eventually (shows_rest, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 1);

  act (&fixture, "win.retry-server");
  assert_eventually (has_ended, &fixture);
  tear_down (&fixture);
}

static gboolean
shows_no_models (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *title =
    g_strdup_printf ("No model is installed at %s", fixture->gui.address + strlen ("http://"));

  return find_label (fixture->banner, title) != NULL;
}

/* Takes the model away from the simulated server. */
static void
delete_model (Fixture *fixture)
{
  g_autofree char *reply = gui_session_ask (&fixture->gui, "DELETE", "/api/delete",
                                            "{\"model\":\"m:latest\"}");

  g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 200 OK"));
}

/* A server without models says how to get one; prompts wait until there is one. */
static void
test_no_models (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  delete_model (&fixture);
  aph_connection_refresh (aph_session_get_connection (fixture.gui.session));
  open_window (&fixture);
  assert_eventually (shows_no_models, &fixture);
  g_assert_null (aph_session_get_model (fixture.gui.session));
  gui_session_queue (&fixture.gui, NULL, "one");
  pump_for (200);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 1);

  g_free (gui_session_ask (&fixture.gui, "POST", "/sim/config",
                           "{\"models\":{\"m:latest\":\"tokens=1\"}}"));
  aph_connection_refresh (aph_session_get_connection (fixture.gui.session));
  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 1);
  tear_down (&fixture);
}

static GFile *
write_file (const char *contents)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_tmp ("antiphon-XXXXXX.jsonl", &stream, &error);

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (g_file_peek_path (file), contents, -1, NULL));

  return file;
}

static gboolean
is_queued_twice (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (fixture->gui.session)) == 2;
}

/* Good rows are queued, bad ones are named. */
static void
test_open_file (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GFile *file = write_file ("{\"prompt\":\"one\"}\n"
                            "{\"wrong\":\"two\"}\n"
                            "{\"prompt\":\"three\",\"model\":\"m:latest\",\"custom_id\":\"x\"}\n");
  GtkWidget *dialog = NULL;
  const char *body;

  g_ptr_array_add (files, file);
  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  aph_window_open_files (APH_WINDOW (fixture.window), files, FALSE);

  assert_eventually (has_dialog, &dialog);
  body = adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog));
  g_assert_nonnull (strstr (body, ", line 2: it has no “prompt”"));
  g_assert_nonnull (strstr (body, "Each line of a text file"));
  gtk_window_destroy (GTK_WINDOW (dialog));

  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 2);
  g_assert_cmpstr (get_page (&fixture), !=, "empty");
  g_unlink (g_file_peek_path (file));
  tear_down (&fixture);
}

/* A file that is not there is no row, and nothing is said about rows. */
static void
test_open_no_file (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWidget *dialog = NULL;

  g_ptr_array_add (files, g_file_new_for_path ("/nowhere/prompts.txt"));
  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  aph_window_open_files (APH_WINDOW (fixture.window), files, FALSE);

  assert_eventually (has_dialog, &dialog);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "1 file could not be read");
  g_assert_null (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "Each line"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  tear_down (&fixture);
}

/* Goes round by Tab, or back by Shift+Tab, from where the focus is. */
static void
go_round (Fixture          *fixture,
          GtkDirectionType  direction)
{
  GtkWindow *window = GTK_WINDOW (fixture->window);
  GtkWidget *start = gtk_window_get_focus (window);
  GtkWidget *before;
  guint n = 0;

  do
    {
      before = gtk_window_get_focus (window);
      gtk_widget_child_focus (fixture->window, direction);
      g_assert_true (gtk_window_get_focus (window) != before);
      g_assert_cmpuint (++n, <, 100);
    }
  while (gtk_window_get_focus (window) != start);
}

/* Whatever is shown, the keyboard gets everywhere and out of everything. */
static void
test_tab_round (void)
{
  static const char *const views[] = { "win.show-table", "win.show-wall", "win.show-compare",
                                       "win.show-timeline" };
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_test_message ("%s", views[i]);
      act (&fixture, views[i]);
      act (&fixture, "win.focus-composer");
      pump_for (50);
      go_round (&fixture, GTK_DIR_TAB_FORWARD);
      go_round (&fixture, GTK_DIR_TAB_BACKWARD);
    }
  tear_down (&fixture);
}

static gboolean
lists_nothing (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (fixture->gui.session)) == 0;
}

static gboolean
lists_something (gpointer user_data)
{
  return !lists_nothing (user_data);
}

/* Return on a row goes on to its answer, which Tab would reach after all other rows only. */
static void
test_open_answer (void)
{
  Fixture fixture = { 0, };
  g_autoptr (AphJob) job = NULL;
  GtkWidget *focus;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);
  assert_eventually (lists_something, &fixture);
  act (&fixture, "win.show-table");
  job = g_list_model_get_item (aph_session_get_jobs (fixture.gui.session), 0);

  aph_window_open_job (APH_WINDOW (fixture.window), job);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_nonnull (gtk_widget_get_ancestor (focus, APH_TYPE_ANSWER_VIEW));
  act (&fixture, "win.focus-queue");
  focus = gtk_window_get_focus (GTK_WINDOW (fixture.window));
  g_assert_null (gtk_widget_get_ancestor (focus, APH_TYPE_ANSWER_VIEW));
  tear_down (&fixture);
}

static gboolean
queue_has_focus (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  return focus != NULL && gtk_widget_get_ancestor (focus, APH_TYPE_QUEUE_VIEW) != NULL;
}

static gboolean
wall_has_focus (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  return focus != NULL && gtk_widget_get_ancestor (focus, APH_TYPE_WALL) != NULL;
}

/* Who opens a file wants to go through it, not to write. */
static void
test_open_focus (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GFile *file = write_file ("{\"prompt\":\"one\"}\n{\"prompt\":\"two\"}\n");

  g_ptr_array_add (files, file);
  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  act (&fixture, "win.show-table");
  act (&fixture, "win.focus-composer");
  aph_window_open_files (APH_WINDOW (fixture.window), files, FALSE);
  assert_eventually (queue_has_focus, &fixture);
  act (&fixture, "win.show-wall");
  act (&fixture, "win.focus-composer");
  aph_window_open_files (APH_WINDOW (fixture.window), files, FALSE);
  assert_eventually (wall_has_focus, &fixture);
  g_unlink (g_file_peek_path (file));
  tear_down (&fixture);
}

/* The drop target of the window. */
static GtkEventController *
find_drop_target (GtkWidget *window)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return controller;
    }

  g_assert_not_reached ();
}

static void
test_drop_files (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GFile) file = write_file ("one\ntwo & <three>\n");
  GSList *files = g_slist_append (NULL, file);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean was_taken = FALSE;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  g_signal_emit_by_name (find_drop_target (fixture.window), "drop", &value, 10.0, 10.0,
                         &was_taken);
  g_assert_true (was_taken);

  assert_eventually (is_queued_twice, &fixture);
  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 2);
  g_slist_free (files);
  g_unlink (g_file_peek_path (file));
  tear_down (&fixture);
}

static gboolean
has_composed (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *text = NULL;

  g_object_get (fixture->text, "text", &text, NULL);

  return g_strcmp0 (text, "鱼香肉丝的做法\n---\n糖醋排骨的做法") == 0;
}

/* Ready to be sent, but not sent. */
static void
test_compose_file (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GFile) file = write_file ("鱼香肉丝的做法\n\n糖醋排骨的做法\n");

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  aph_window_compose_file (APH_WINDOW (fixture.window), file);
  assert_eventually (has_composed, &fixture);
  g_assert_true (is_idle (&fixture));
  g_unlink (g_file_peek_path (file));
  tear_down (&fixture);
}

static void
test_view_is_remembered (void)
{
  Fixture fixture = { 0, };
  AphSettings *settings;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  settings = aph_session_get_settings (fixture.gui.session);
  aph_settings_set_view (settings, APH_VIEW_TABLE);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);
  wait_for_page (&fixture, "table");

  gtk_widget_activate_action (fixture.window, "win.view", "s", "wall");
  g_assert_cmpstr (get_page (&fixture), ==, "wall");
  g_assert_cmpint (aph_settings_get_view (settings), ==, APH_VIEW_WALL);
  tear_down (&fixture);
}

typedef struct
{
  GtkWidget *widget;
  int height;
} Height;

static gboolean
is_higher (gpointer user_data)
{
  Height *usual = user_data;

  return gtk_widget_get_height (usual->widget) > usual->height;
}

static gboolean
is_as_high (gpointer user_data)
{
  Height *usual = user_data;

  return gtk_widget_get_height (usual->widget) == usual->height;
}

/* What was sent leaves no room behind. */
static void
test_composer_shrinks (void)
{
  Fixture fixture = { 0, };
  GtkWidget *composer;
  Height usual;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  open_window (&fixture);
  composer = find_widget (fixture.window, APH_TYPE_COMPOSER, 0);
  gtk_test_widget_wait_for_draw (fixture.window);
  usual = (Height) { composer, gtk_widget_get_height (composer) };

  gtk_text_buffer_set_text (fixture.text, "1\n---\n2\n---\n3\n---\n4\n---\n5\n---\n6", -1);
  assert_eventually (is_higher, &usual);
  act (&fixture, "win.send");
  assert_eventually (is_as_high, &usual);
  tear_down (&fixture);
}

/* A menu is made when it is opened, and once. */
static void
test_menu (void)
{
  Fixture fixture = { 0, };
  GtkMenuButton *button;
  GtkWidget *menu;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  open_window (&fixture);
  button = APH_WINDOW (fixture.window)->menu_button;
  g_assert_null (find_label (fixture.window, "_About Antiphon"));
  gtk_menu_button_popup (button);
  menu = GTK_WIDGET (gtk_menu_button_get_popover (button));
  g_assert_true (gtk_widget_get_visible (menu));
  g_assert_nonnull (find_label (menu, "_About Antiphon"));
  gtk_menu_button_popdown (button);
  gtk_menu_button_popup (button);
  g_assert_true (menu == GTK_WIDGET (gtk_menu_button_get_popover (button)));
  tear_down (&fixture);
}

static gboolean
is_written (gpointer user_data)
{
  g_autoptr (GPtrArray) unwritten = aph_store_list_unwritten (user_data);

  return unwritten->len == 0;
}

/* Beside “Any” */
static gboolean
lists_a_model (gpointer user_data)
{
  return g_list_model_get_n_items (adw_combo_row_get_model (user_data)) == 2;
}

/* The rare filters are made when they are looked for, and know then what can be chosen. */
static void
test_filters (void)
{
  Fixture fixture = { 0, };
  GtkWidget *bar, *button;
  AdwComboRow *model, *rating;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);
  assert_eventually (lists_something, &fixture);
  assert_eventually (is_written, aph_session_get_store (fixture.gui.session));

  bar = find_widget (fixture.window, APH_TYPE_FILTER_BAR, 0);
  act (&fixture, "win.filters");
  g_assert_null (find_widget (bar, ADW_TYPE_COMBO_ROW, 0));
  button = find_widget (bar, GTK_TYPE_MENU_BUTTON, 0);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  model = ADW_COMBO_ROW (find_widget (bar, ADW_TYPE_COMBO_ROW, 1));
  assert_eventually (lists_a_model, model);

  rating = ADW_COMBO_ROW (find_widget (bar, ADW_TYPE_COMBO_ROW, 3));
  adw_combo_row_set_selected (rating, 5);
  g_assert_true (gtk_widget_has_css_class (button, "accent"));
  assert_eventually (lists_nothing, &fixture);
  adw_combo_row_set_selected (rating, 0);
  assert_eventually (lists_something, &fixture);
  adw_combo_row_set_selected (model, 1);
  g_assert_false (aph_filter_bar_is_empty (APH_FILTER_BAR (bar)));
  aph_filter_bar_clear (APH_FILTER_BAR (bar));
  g_assert_cmpuint (adw_combo_row_get_selected (model), ==, 0);
  g_assert_false (gtk_widget_has_css_class (button, "accent"));
  /* Of one that goes with its window GTK 4.8 still wants to know, half a second later, where the pointer
   * is. */
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  tear_down (&fixture);
}

static gboolean
has_answer (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_widget (fixture->window, APH_TYPE_ANSWER_VIEW, 0) != NULL;
}

/* The first frame does not wait for what it does not show. */
static void
test_made_when_shown (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=1", NULL);
  aph_settings_set_view (aph_session_get_settings (fixture.gui.session), APH_VIEW_TABLE);
  open_window (&fixture);
  aph_window_set_pane (APH_WINDOW (fixture.window), FALSE);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);
  pump_for (50);
  g_assert_false (has_answer (&fixture));
  aph_window_set_pane (APH_WINDOW (fixture.window), TRUE);
  assert_eventually (has_answer, &fixture);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true ((find_widget (fixture.window, APH_TYPE_WALL, 0) != NULL) == (i > 0));
      gtk_widget_activate_action (fixture.window, "win.view", "s", "wall");
      g_assert_nonnull (find_widget (fixture.window, APH_TYPE_WALL, 0));
      g_assert_null (find_widget (fixture.window, APH_TYPE_WALL, 1));
      gtk_widget_activate_action (fixture.window, "win.view", "s", "table");
    }
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/window/send", test_send);
  g_test_add_func ("/window/stop-and-start", test_stop_and_start);
  g_test_add_func ("/window/absent-server", test_absent_server);
  g_test_add_func ("/window/named-server", test_named_server);
  g_test_add_func ("/window/try-now", test_try_now);
  g_test_add_func ("/window/no-models", test_no_models);
  g_test_add_func ("/window/open-file", test_open_file);
  g_test_add_func ("/window/open-focus", test_open_focus);
  g_test_add_func ("/window/open-no-file", test_open_no_file);
  g_test_add_func ("/window/tab-round", test_tab_round);
  g_test_add_func ("/window/open-answer", test_open_answer);
  g_test_add_func ("/window/drop-files", test_drop_files);
  g_test_add_func ("/window/compose-file", test_compose_file);
  g_test_add_func ("/window/view-is-remembered", test_view_is_remembered);
  g_test_add_func ("/window/composer-shrinks", test_composer_shrinks);
  g_test_add_func ("/window/menu", test_menu);
  g_test_add_func ("/window/filters", test_filters);
  g_test_add_func ("/window/made-when-shown", test_made_when_shown);

  return g_test_run ();
}
