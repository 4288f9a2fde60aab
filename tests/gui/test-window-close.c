/* test-window-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What would be lost: what cannot be saved, and what is not done when the window is closed.
 */

#include "config.h"

#include <glib/gstdio.h>

#include "ui/aph-composer.h"
#include "ui/aph-window-private.h"

#include "find.h"
#include "folder.h"
#include "gui-init.h"
#include "pump.h"
#include "window-fixture.h"

/* Closing asks while something would be lost, and only then. */
static void
test_close (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;
  gpointer window;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=400,rate=50", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  window = fixture.window;
  g_object_add_weak_pointer (window, &window);

  gtk_window_close (GTK_WINDOW (fixture.window));
  assert_eventually (has_dialog, &dialog);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "1 prompt has not ended");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
  pump_for (50);
  g_assert_nonnull (window);

  gtk_window_close (GTK_WINDOW (fixture.window));
  assert_eventually (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_eventually (is_finalized, &window);
  gui_session_stop (&fixture.gui);
}

static gboolean
has_store_error (gpointer user_data)
{
  return aph_session_get_store_error (user_data) != NULL;
}

/* What nobody could write is not to go without a word. */
static void
test_close_unsaved (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;
  g_autofree char *directory = g_dir_make_tmp ("antiphon-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "file", NULL);
  g_autofree char *path = g_build_filename (file, "prompts.db", NULL);
  g_autoptr (AphSettings) settings = gui_session_new_settings ();
  g_autoptr (AphStore) store = NULL;
  gpointer window;

  /* A file where there is to be a folder. */
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  store = aph_store_new (path);
  fixture.gui.session = aph_session_new (settings, store);
  assert_eventually (has_store_error, fixture.gui.session);
  open_window (&fixture);
  window = fixture.window;
  g_object_add_weak_pointer (window, &window);
  gui_session_queue (&fixture.gui, NULL, "one");

  gtk_window_close (GTK_WINDOW (fixture.window));
  assert_eventually (has_dialog, &dialog);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "Not everything could be saved");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_eventually (is_finalized, &window);
  gui_session_stop (&fixture.gui);
  folder_remove (directory);
}

static gboolean
can_be_written (gpointer user_data)
{
  return aph_store_is_open (aph_session_get_store (user_data))
         && aph_session_get_store_error (user_data) == NULL;
}

/* What cannot be kept stays where it was written, and is said; later it can be sent. */
static void
test_send_unsaved (void)
{
  Fixture fixture = { 0, };
  g_autofree char *directory = g_dir_make_tmp ("antiphon-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (directory, "folder", NULL);
  g_autofree char *path = g_build_filename (folder, "prompts.db", NULL);
  g_autoptr (AphSettings) settings = gui_session_new_settings ();
  g_autoptr (AphStore) store = NULL;

  /* A file where there is to be a folder. */
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  store = aph_store_new (path);
  fixture.gui.session = aph_session_new (settings, store);
  open_window (&fixture);
  aph_session_set_paused (fixture.gui.session, TRUE);

  /* Nobody knows yet that it cannot be. */
  gtk_text_buffer_set_text (fixture.text, "one", -1);
  act (&fixture, "win.send");
  assert_eventually (has_store_error, fixture.gui.session);
  wait_for_label (fixture.window,
                  "Not sent, because nothing can be saved now: see the message above. "
                  "Your text stays here.");
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 3);
  act (&fixture, "win.send");
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 3);

  g_assert_cmpint (g_unlink (folder), ==, 0);
  assert_eventually (can_be_written, fixture.gui.session);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 3);
  act (&fixture, "win.send");
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 0);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 1);
  g_clear_object (&store);
  tear_down (&fixture);
  folder_remove (folder);
  folder_remove (directory);
}

static gboolean
has_one_waiting (gpointer user_data)
{
  return counts (user_data)[APH_JOB_WAITING] == 1;
}

/* A store that is opened a moment later gets it then. */
static void
test_send_early (void)
{
  Fixture fixture = { 0, };
  g_autofree char *directory = g_dir_make_tmp ("antiphon-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "prompts.db", NULL);
  g_autoptr (AphSettings) settings = gui_session_new_settings ();
  g_autoptr (AphStore) store = aph_store_new (path);

  fixture.gui.session = aph_session_new (settings, store);
  fixture.window = GTK_WIDGET (aph_window_new (NULL, fixture.gui.session));
  aph_composer_add_text (APH_COMPOSER (find_widget (fixture.window, APH_TYPE_COMPOSER, 0)), "one");
  g_assert_false (aph_store_is_open (store));
  act (&fixture, "win.send");
  assert_eventually (has_one_waiting, &fixture);
  g_assert_cmpuint (aph_composer_get_n_prompts (
                      APH_COMPOSER (find_widget (fixture.window, APH_TYPE_COMPOSER, 0))), ==, 0);
  g_clear_object (&store);
  tear_down (&fixture);
  folder_remove (directory);
}

static gboolean
has_some_waiting (gpointer user_data)
{
  return counts (user_data)[APH_JOB_WAITING] > 0;
}

/* Closing the window ends what it is still reading; what is queued by then stays. */
static void
test_close_importing (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autofree char *directory = g_dir_make_tmp ("antiphon-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "many.jsonl", NULL);
  GFile *file;
  GtkWidget *dialog = NULL;
  gpointer window;

  for (guint i = 0; i < 200000; i++)
    g_string_append (rows, "{\"prompt\":\"one\"}\n");
  g_assert_true (g_file_set_contents (path, rows->str, -1, NULL));
  file = g_file_new_for_path (path);
  g_ptr_array_add (files, file);
  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  aph_session_set_paused (fixture.gui.session, TRUE);
  open_window (&fixture);
  window = fixture.window;
  g_object_add_weak_pointer (window, &window);
  aph_window_open_files (APH_WINDOW (fixture.window), files, FALSE);
  assert_eventually (has_some_waiting, &fixture);

  gtk_window_close (GTK_WINDOW (fixture.window));
  assert_eventually (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_eventually (is_finalized, &window);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], <, 200000);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], >, 0);
  folder_remove (directory);
  gui_session_stop (&fixture.gui);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/window-close/close", test_close);
  g_test_add_func ("/window-close/close-unsaved", test_close_unsaved);
  g_test_add_func ("/window-close/close-importing", test_close_importing);
  g_test_add_func ("/window-close/send-unsaved", test_send_unsaved);
  g_test_add_func ("/window-close/send-early", test_send_early);

  return g_test_run ();
}
