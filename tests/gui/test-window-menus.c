/* test-window-menus.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is made when it is opened: the menus of a window, and what they do.
 */

#include "config.h"

#include <adwaita.h>

#include "ui/aph-column.h"
#include "ui/aph-filter-bar.h"
#include "ui/aph-queue-table.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-window-private.h"

#include "find.h"
#include "gui-init.h"
#include "pump.h"
#include "window-fixture.h"

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  gui_session_start (&fixture->gui, "-m", "a:latest=tokens=2", "-m", "b:latest=tokens=2",
                     "-m", "c:latest=tokens=2", NULL);
  open_window (fixture);
  gui_session_queue (&fixture->gui, "a:latest", "one");
  gui_session_queue (&fixture->gui, "no-such-model", "two");
  assert_eventually (is_idle, fixture);
}

static void
tear_down_window (Fixture       *fixture,
                  gconstpointer  unused)
{
  tear_down (fixture);
}

/* Runs what an item of an open menu runs. */
static void
choose (GtkWidget  *menu,
        const char *label)
{
  GtkWidget *item = gtk_widget_get_parent (find_label (menu, label));

  g_assert_true (gtk_widget_is_sensitive (item));
  gtk_widget_activate (item);
}

/* The menu of a button, which has none before it is opened. */
static GtkWidget *
open_menu (GtkMenuButton *button)
{
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (button)));
  g_assert_null (gtk_menu_button_get_popover (button));
  gtk_menu_button_popup (button);
  g_assert_nonnull (gtk_menu_button_get_popover (button));

  return GTK_WIDGET (gtk_menu_button_get_popover (button));
}

static gboolean
is_column_shown (Fixture   *fixture,
                 AphColumn  column)
{
  GListModel *columns = gtk_column_view_get_columns (
    GTK_COLUMN_VIEW (find_widget (fixture->window, GTK_TYPE_COLUMN_VIEW, 0)));

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) one = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_title (one), aph_column_get_info (column)->title) == 0)
        return gtk_column_view_column_get_visible (one);
    }

  return FALSE;
}

static gboolean
lacks_model_column (gpointer user_data)
{
  return !is_column_shown (user_data, APH_COLUMN_MODEL);
}

static gboolean
has_model_column (gpointer user_data)
{
  return is_column_shown (user_data, APH_COLUMN_MODEL);
}

/* Each column has an item, which hides and shows it. */
static void
test_columns (Fixture       *fixture,
              gconstpointer  unused)
{
  GtkMenuButton *button;
  GtkWidget *menu;

  act (fixture, "win.show-table");
  gtk_test_widget_wait_for_draw (fixture->window);
  button = GTK_MENU_BUTTON (find_by_tooltip (fixture->window, "Columns"));
  menu = open_menu (button);
  for (AphColumn column = APH_COLUMN_MODEL; column < APH_N_COLUMNS; column++)
    g_assert_nonnull (find_label (menu, aph_column_get_info (column)->title));

  g_assert_true (is_column_shown (fixture, APH_COLUMN_MODEL));
  choose (menu, aph_column_get_info (APH_COLUMN_MODEL)->title);
  assert_eventually (lacks_model_column, fixture);
  gtk_menu_button_popdown (button);
  gtk_menu_button_popup (button);
  g_assert_true (GTK_WIDGET (gtk_menu_button_get_popover (button)) == menu);
  choose (menu, aph_column_get_info (APH_COLUMN_MODEL)->title);
  assert_eventually (has_model_column, fixture);
}

/* The menu of the prompts, asked for at one of them. */
static GtkWidget *
open_prompt_menu (Fixture *fixture,
                  guint    position)
{
  GtkWidget *queue = find_widget (fixture->window, APH_TYPE_QUEUE_VIEW, 0);

  g_signal_emit_by_name (find_widget (queue, APH_TYPE_QUEUE_TABLE, 0), "menu-requested",
                         gui_session_get_job (&fixture->gui, position), 20.0, 20.0);

  return find_widget (queue, GTK_TYPE_POPOVER_MENU, 0);
}

/* The menu of a prompt is made with the first, selects it, and has what can be done with it. */
static void
test_prompt (Fixture       *fixture,
             gconstpointer  unused)
{
  GtkWidget *queue, *menu;
  gint64 sent;

  act (fixture, "win.show-table");
  gtk_test_widget_wait_for_draw (fixture->window);
  queue = find_widget (fixture->window, APH_TYPE_QUEUE_VIEW, 0);
  g_assert_null (find_widget (queue, GTK_TYPE_POPOVER_MENU, 0));

  menu = open_prompt_menu (fixture, 1);
  g_assert_true (gtk_widget_get_mapped (menu));
  g_assert_true (get_selected (fixture) == gui_session_get_job (&fixture->gui, 1));
  g_assert_nonnull (find_label (menu, "_Retry"));
  g_assert_null (find_label (menu, "_Cancel"));
  gtk_popover_popdown (GTK_POPOVER (menu));

  g_assert_true (open_prompt_menu (fixture, 0) == menu);
  g_assert_true (get_selected (fixture) == gui_session_get_job (&fixture->gui, 0));
  sent = aph_job_get_times (gui_session_get_job (&fixture->gui, 0))->sent;
  choose (menu, "_Retry");
  assert_eventually (is_idle, fixture);
  g_assert_cmpuint (counts (fixture)[APH_JOB_DONE], ==, 1);
  g_assert_cmpint (aph_job_get_times (gui_session_get_job (&fixture->gui, 0))->sent, >, sent);
}

static gboolean
is_narrow (gpointer user_data)
{
  AphWindow *window = APH_WINDOW (((Fixture *) user_data)->window);

  return gtk_widget_get_mapped (GTK_WIDGET (window->narrow_switcher))
         && !gtk_widget_get_visible (GTK_WIDGET (window->wide_switcher));
}

/* Where there is no room for buttons, all views are in a menu. */
static void
test_narrow (Fixture       *fixture,
             gconstpointer  unused)
{
  static const struct
  {
    const char *label;
    const char *page;
  } views[] = {
    { "Timeline", "timeline" },
    { "Compare", "compare" },
    { "Wall", "wall" },
    { "Table", "table" },
  };
  GtkMenuButton *button = APH_WINDOW (fixture->window)->narrow_switcher;
  GtkWidget *menu;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 700);
  assert_eventually (is_narrow, fixture);
  menu = open_menu (button);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    g_assert_nonnull (find_label (menu, views[i].label));
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      gtk_menu_button_popup (button);
      choose (menu, views[i].label);
      g_assert_cmpstr (get_page (fixture), ==, views[i].page);
    }
}

/* A row of the filters, and how many can be chosen in it beside “Any”. */
typedef struct
{
  GtkMenuButton *button;
  AdwComboRow *row;
  guint n_choices;
  gint64 opened;         /* monotonic, µs */
} Choices;

/* What there is to choose is looked up when the filters are opened; what has just been queued is written a
 * moment later. */
static gboolean
has_choices (gpointer user_data)
{
  Choices *choices = user_data;
  GListModel *model = adw_combo_row_get_model (choices->row);

  if (model != NULL && g_list_model_get_n_items (model) == choices->n_choices + 1)
    return TRUE;

  /* Opening them again begins to look them up again. */
  if (g_get_monotonic_time () - choices->opened > G_USEC_PER_SEC / 2)
    {
      choices->opened = g_get_monotonic_time ();
      gtk_menu_button_popdown (choices->button);
      gtk_menu_button_popup (choices->button);
    }

  return FALSE;
}

static void
assert_choice (AdwComboRow *row,
               guint        position,
               const char  *expected)
{
  GtkStringList *list = GTK_STRING_LIST (adw_combo_row_get_model (row));

  g_assert_cmpstr (gtk_string_list_get_string (list, position), ==, expected);
}

/* What can be chosen is what occurs among the prompts, installed or not; what is chosen stays so. */
static void
test_filters (Fixture       *fixture,
              gconstpointer  unused)
{
  GtkWidget *bar = find_widget (fixture->window, APH_TYPE_FILTER_BAR, 0);
  GtkMenuButton *button = GTK_MENU_BUTTON (find_widget (bar, GTK_TYPE_MENU_BUTTON, 0));
  Choices models = { button, NULL, 2 }, servers = { button, NULL, 1 };

  act (fixture, "win.filters");
  gtk_test_widget_wait_for_draw (fixture->window);
  open_menu (button);
  models.row = ADW_COMBO_ROW (find_row (bar, "Model"));
  servers.row = ADW_COMBO_ROW (find_row (bar, "Server"));
  assert_eventually (has_choices, &models);
  assert_eventually (has_choices, &servers);
  assert_choice (models.row, 0, "Any");
  assert_choice (models.row, 1, "a:latest");
  assert_choice (models.row, 2, "no-such-model");
  assert_choice (servers.row, 1, fixture->gui.address + strlen ("http://"));
  adw_combo_row_set_selected (models.row, 2);

  gui_session_queue (&fixture->gui, "b:latest", "three");
  assert_eventually (is_idle, fixture);
  models.n_choices = 3;
  assert_eventually (has_choices, &models);
  assert_choice (models.row, 2, "b:latest");
  g_assert_cmpuint (adw_combo_row_get_selected (models.row), ==, 3);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

#define add(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down_window)
  add ("/window-menus/columns", test_columns);
  add ("/window-menus/prompt", test_prompt);
  add ("/window-menus/narrow", test_narrow);
  add ("/window-menus/filters", test_filters);
#undef add

  return g_test_run ();
}
