/* test-window-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the window says of a store that is not as it should be, and what it offers.
 */

#include "config.h"

#include "store/aph-store-private.h"
#include "ui/aph-window-private.h"

#include "find.h"
#include "gui-init.h"
#include "pump.h"
#include "store-fixture.h"
#include "window-fixture.h"

/* The store of the session is of a newer version, so that it was set aside. */
static void
set_up_newer (Fixture      *fixture,
              StoreFixture *old)
{
  g_autoptr (AphSettings) settings = gui_session_new_settings ();
  g_autoptr (AphStore) store = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  store_set_up (old);
  store_open (old);
  for (guint i = 0; i < 50; i++)
    store_add (old, "one", "two", NULL);
  store_close (old);
  /* Its version, in the header of the file. */
  g_assert_true (g_file_get_contents (old->path, &contents, &length, NULL));
  contents[62] = 0x7f;
  g_assert_true (g_file_set_contents (old->path, contents, length, NULL));

  store = aph_store_new (old->path);
  fixture->gui.session = aph_session_new (settings, store);
  open_window (fixture);
}

static gboolean
offers_to_save (gpointer user_data)
{
  return find_label (((Fixture *) user_data)->window, "Save What Can Be _Read…") != NULL;
}

static gboolean
has_saved_all (gpointer user_data)
{
  return find_label (((Fixture *) user_data)->window, "Saved 100 prompts") != NULL;
}

static guint
count_lines (const char *path)
{
  g_autofree char *contents = NULL;
  guint n_lines = 0;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  for (const char *c = contents; *c != '\0'; c++)
    n_lines += *c == '\n';

  return n_lines;
}

static void
test_salvage (void)
{
  Fixture fixture = { 0, };
  StoreFixture old = { 0, };
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  set_up_newer (&fixture, &old);
  path = g_build_filename (old.directory, "saved.jsonl", NULL);
  file = g_file_new_for_path (path);
  assert_eventually (offers_to_save, &fixture);

  /* Given up at once: it is offered again, and there is no file. */
  aph_window_salvage (APH_WINDOW (fixture.window), file);
  g_assert_false (offers_to_save (&fixture));
  act (&fixture, "win.stop-salvage");
  assert_eventually (offers_to_save, &fixture);
  g_assert_false (g_file_query_exists (file, NULL));

  aph_window_salvage (APH_WINDOW (fixture.window), file);
  assert_eventually (has_saved_all, &fixture);
  g_assert_null (aph_session_get_store_error (fixture.gui.session));
  g_assert_cmpuint (count_lines (path), ==, 100);

  tear_down (&fixture);
  store_tear_down (&old);
}

/* A window on the store of @old, in which there are two prompts. */
static void
set_up_two (Fixture      *fixture,
            StoreFixture *old)
{
  g_autoptr (AphSettings) settings = gui_session_new_settings ();

  store_set_up (old);
  store_open (old);
  store_add (old, "one", "two", NULL);
  store_settle (old);
  fixture->gui.session = aph_session_new (settings, old->store);
  open_window (fixture);
}

static gboolean
says_refused (gpointer user_data)
{
  return find_label (((Fixture *) user_data)->window, "1 prompt cannot be saved") != NULL;
}

static gboolean
says_nothing (gpointer user_data)
{
  return !says_refused (user_data);
}

/* One that cannot be saved is told of, and stops nothing. */
static void
test_refused (void)
{
  Fixture fixture = { 0, };
  StoreFixture old = { 0, };

  set_up_two (&fixture, &old);
  store_run_sql (&old, "CREATE TRIGGER refuse BEFORE UPDATE ON jobs BEGIN SELECT RAISE (ABORT, 'no');"
                       " END");
  aph_job_set_rating (store_get_job (&old, 1), 4);
  aph_store_job_changed (old.store, store_get_job (&old, 1));
  assert_eventually (says_refused, &fixture);
  g_assert_null (aph_session_get_store_error (fixture.gui.session));
  g_assert_true (aph_session_would_lose (fixture.gui.session));

  store_run_sql (&old, "DROP TRIGGER refuse");
  assert_eventually (says_nothing, &fixture);
  g_assert_false (aph_session_would_lose (fixture.gui.session));
  tear_down (&fixture);
  store_tear_down (&old);
}

static gboolean
has_saved_two (gpointer user_data)
{
  return find_label (((Fixture *) user_data)->window, "Saved 2 prompts") != NULL;
}

/* That a store is damaged may turn out while it is used. */
static void
test_damaged (void)
{
  Fixture fixture = { 0, };
  StoreFixture old = { 0, };
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  set_up_two (&fixture, &old);
  old.store->error = g_error_new_literal (APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED, "It broke");
  g_signal_emit_by_name (old.store, "error-changed");
  assert_eventually (offers_to_save, &fixture);

  path = g_build_filename (old.directory, "saved.jsonl", NULL);
  file = g_file_new_for_path (path);
  aph_window_salvage (APH_WINDOW (fixture.window), file);
  assert_eventually (has_saved_two, &fixture);
  g_assert_cmpuint (count_lines (path), ==, 2);
  /* It is as damaged as before. */
  g_assert_true (offers_to_save (&fixture));
  tear_down (&fixture);
  store_tear_down (&old);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/window-store/salvage", test_salvage);
  g_test_add_func ("/window-store/refused", test_refused);
  g_test_add_func ("/window-store/damaged", test_damaged);

  return g_test_run ();
}
