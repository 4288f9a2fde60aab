/* test-models-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "find.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"
#include "ui/aph-format.h"
#include "ui/aph-models-page.h"
#include "ui/aph-preferences.h"

typedef struct
{
  GuiSession gui;
  GtkWidget *preferences;
  GtkWidget *page;
  const char *title;    /* of a row */
  const char *words;    /* in its subtitle */
  double fraction;      /* of a download that was seen */
} Fixture;

static gboolean
is_shown (gpointer data)
{
  Fixture *fixture = data;
  GtkWidget *row = find_row (fixture->page, fixture->title);

  if (row == NULL)
    return FALSE;

  return fixture->words == NULL
         || strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), fixture->words) != NULL;
}

static gboolean
is_shown_without (gpointer data)
{
  Fixture *fixture = data;

  return find_row (fixture->page, fixture->title) != NULL && !is_shown (fixture);
}

static gboolean
is_gone (gpointer data)
{
  return find_row (((Fixture *) data)->page, ((Fixture *) data)->title) == NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  pull)
{
  gui_session_start (&fixture->gui, "--model", "a:latest=tokens=3", "--model", "b:latest=tokens=3",
                     "--default", pull, NULL);
  fixture->preferences = GTK_WIDGET (aph_preferences_new (NULL, fixture->gui.session));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (fixture->preferences),
                                                "models");
  gtk_window_present (GTK_WINDOW (fixture->preferences));
  fixture->page = find_widget (fixture->preferences, APH_TYPE_MODELS_PAGE, 0);
  fixture->title = "b:latest";
  assert_eventually (is_shown, fixture);
}

static void
close_preferences (Fixture *fixture)
{
  gpointer page = g_steal_pointer (&fixture->page);

  if (page == NULL)
    return;

  g_object_add_weak_pointer (page, &page);
  gtk_window_destroy (GTK_WINDOW (fixture->preferences));
  assert_eventually (is_finalized, &page);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  close_preferences (fixture);
  gui_session_stop (&fixture->gui);
}

static gboolean
has_model (gpointer data)
{
  return aph_connection_has_model (aph_session_get_connection (data), "b:latest");
}

static gboolean
lacks_model (gpointer data)
{
  aph_connection_refresh (aph_session_get_connection (data));

  return !has_model (data);
}

/* By its own account, not by a list that may be old. */
static gboolean
is_asked_to_delete (Fixture *fixture)
{
  g_autofree char *stats = gui_session_ask (&fixture->gui, "GET", "/sim/stats", "");

  g_assert_nonnull (strstr (stats, "\"/api/tags\""));

  return strstr (stats, "\"/api/delete\"") != NULL;
}

/* What the server says of a model, and whether it is loaded. */
static void
test_details (Fixture       *fixture,
              gconstpointer  unused)
{
  fixture->words = "completion";
  assert_eventually (is_shown, fixture);
  fixture->words = "context of";
  assert_eventually (is_shown, fixture);
  fixture->words = "F32";
  g_assert_true (is_shown (fixture));
  fixture->words = "MB";
  g_assert_true (is_shown (fixture));

  gui_session_queue (&fixture->gui, "b:latest", "hello");
  assert_eventually (gui_session_is_idle, &fixture->gui);
  fixture->words = "Loaded";
  assert_eventually (is_shown, fixture);
  fixture->title = "a:latest";
  g_assert_false (is_shown (fixture));
  fixture->title = "b:latest";

  gtk_widget_activate_action (fixture->page, "models.unload", "s", "b:latest");
  assert_eventually (is_shown_without, fixture);
  fixture->words = "completion";
  g_assert_true (is_shown (fixture));
}

/* It is called back: the server never hears of it, not even as the window is closed. */
static void
test_undo (Fixture       *fixture,
           gconstpointer  unused)
{
  GtkWidget *undo;

  gtk_widget_activate_action (fixture->page, "models.delete", "s", "b:latest");
  g_assert_true (is_gone (fixture));
  wait_for_label (fixture->preferences, "_Undo");
  undo = find_label (fixture->preferences, "_Undo");
  g_signal_emit_by_name (gtk_widget_get_ancestor (undo, GTK_TYPE_BUTTON), "clicked");
  assert_eventually (is_shown, fixture);
  close_preferences (fixture);
  pump_for (100);
  g_assert_false (is_asked_to_delete (fixture));
}

/* It is not, and the window is closed. */
static void
test_delete (Fixture       *fixture,
             gconstpointer  unused)
{
  gtk_widget_activate_action (fixture->page, "models.delete", "s", "b:latest");
  g_assert_true (is_gone (fixture));
  pump_for (100);
  g_assert_false (is_asked_to_delete (fixture));

  close_preferences (fixture);
  assert_eventually (lacks_model, fixture->gui.session);
  g_assert_true (is_asked_to_delete (fixture));
}

static gboolean
has_pulled (gpointer data)
{
  return aph_connection_has_model (aph_session_get_connection (data), "new:latest");
}

static gboolean
has_no_pull (gpointer data)
{
  GListModel *pulls = aph_server_pool_get_pulls (aph_session_get_pool (data));

  return g_list_model_get_n_items (pulls) == 0;
}

static void
enter_name (Fixture    *fixture,
            const char *name)
{
  GtkWidget *row = find_row (fixture->page, "Name, such as llama3.2 or qwen2.5:7b");

  gtk_editable_set_text (GTK_EDITABLE (row), name);
  g_signal_emit_by_name (row, "apply");
}

/* It is downloaded, and offered at once. */
static void
test_pull (Fixture       *fixture,
           gconstpointer  unused)
{
  enter_name (fixture, "new:latest");
  g_assert_false (has_no_pull (fixture->gui.session));
  g_assert_nonnull (find_by_tooltip (fixture->page, "Cancel the download"));
  assert_eventually (has_pulled, fixture->gui.session);
  assert_eventually (has_no_pull, fixture->gui.session);
  fixture->title = "new:latest";
  fixture->words = NULL;
  assert_eventually (is_shown, fixture);
}

static void
test_cancel_pull (Fixture       *fixture,
                  gconstpointer  unused)
{
  enter_name (fixture, "other:latest");
  g_signal_emit_by_name (find_by_tooltip (fixture->page, "Cancel the download"), "clicked");
  assert_eventually (has_no_pull, fixture->gui.session);
  g_assert_false (aph_connection_has_model (aph_session_get_connection (fixture->gui.session),
                                            "other:latest"));
}

static gboolean
is_under_way (gpointer data)
{
  Fixture *fixture = data;
  GtkWidget *bar = find_widget (fixture->page, GTK_TYPE_PROGRESS_BAR, 0);
  double fraction = gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar));

  return gtk_widget_get_visible (bar) && fraction > fixture->fraction && fraction < 1;
}

static void
assert_pull_says (Fixture    *fixture,
                  const char *model,
                  const char *words)
{
  g_autofree char *host = aph_format_host (fixture->gui.address);
  g_autofree char *title = g_strdup_printf ("%s · %s", model, host);

  fixture->title = title;
  fixture->words = words;
  g_assert_true (is_shown (fixture));
}

/* How much of it is there is shown by words and by a bar, which grows. */
static void
test_pull_progress (Fixture       *fixture,
                    gconstpointer  unused)
{
  enter_name (fixture, "new:latest");
  assert_eventually (is_under_way, fixture);
  fixture->fraction = gtk_progress_bar_get_fraction (
    GTK_PROGRESS_BAR (find_widget (fixture->page, GTK_TYPE_PROGRESS_BAR, 0)));
  assert_eventually (is_under_way, fixture);
  assert_pull_says (fixture, "new:latest", "downloaded");

  g_signal_emit_by_name (find_by_tooltip (fixture->page, "Cancel the download"), "clicked");
  assert_eventually (has_no_pull, fixture->gui.session);
}

/* Where nothing may move, there is no bar that goes to and fro while nothing is known yet. */
static void
test_reduced_motion (Fixture       *fixture,
                     gconstpointer  unused)
{
  GtkSettings *settings = gtk_settings_get_default ();

  for (int moves = FALSE; moves <= TRUE; moves++)
    {
      g_object_set (settings, "gtk-enable-animations", moves, NULL);
      enter_name (fixture, "new:latest");
      g_assert_true (gtk_widget_get_visible (find_widget (fixture->page, GTK_TYPE_PROGRESS_BAR, 0))
                     == moves);
      g_signal_emit_by_name (find_by_tooltip (fixture->page, "Cancel the download"), "clicked");
      assert_eventually (has_no_pull, fixture->gui.session);
    }
  gtk_settings_reset_property (settings, "gtk-enable-animations");
}

static gboolean
has_failed (gpointer data)
{
  return find_by_tooltip (((Fixture *) data)->page, "Take the download off the list") != NULL;
}

/* Why it failed stays there until it was read. */
static void
test_failed_pull (Fixture       *fixture,
                  gconstpointer  unused)
{
  enter_name (fixture, "missing:latest");
  assert_eventually (has_failed, fixture);
  g_assert_false (has_no_pull (fixture->gui.session));
  assert_pull_says (fixture, "missing:latest", "There is no model of this name");
  g_assert_false (gtk_widget_get_visible (find_widget (fixture->page, GTK_TYPE_PROGRESS_BAR, 0)));

  g_signal_emit_by_name (find_by_tooltip (fixture->page, "Take the download off the list"),
                         "clicked");
  g_assert_true (has_no_pull (fixture->gui.session));
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define add(path, function) \
  g_test_add (path, Fixture, "pull=1000", set_up, function, tear_down)
#define add_slow(path, function) \
  g_test_add (path, Fixture, "pull=30000", set_up, function, tear_down)
  add ("/models-page/details", test_details);
  add ("/models-page/undo", test_undo);
  add ("/models-page/delete", test_delete);
  add ("/models-page/pull", test_pull);
  add ("/models-page/cancel-pull", test_cancel_pull);
  add_slow ("/models-page/pull-progress", test_pull_progress);
  add ("/models-page/reduced-motion", test_reduced_motion);
  add ("/models-page/failed-pull", test_failed_pull);
#undef add
#undef add_slow

  return g_test_run ();
}
