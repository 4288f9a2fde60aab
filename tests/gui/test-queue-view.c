/* test-queue-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "store/aph-job-list.h"
#include "ui/aph-job-row.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-table-cell.h"

#include "find.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"

typedef struct
{
  GuiSession gui;
  GtkWidget *window;
  AphQueueView *view;
  AphJob *selected;
  guint n_opened;
} Fixture;

static void
selected_cb (Fixture *fixture,
             AphJob  *job)
{
  fixture->selected = job;
}

static void
opened_cb (Fixture *fixture,
           AphJob  *job)
{
  g_assert_true (job == fixture->selected);
  fixture->n_opened++;
}

static void
set_up (Fixture    *fixture,
        const char *model,
        gboolean    compact)
{
  gui_session_start (&fixture->gui, "-m", model, NULL);
  fixture->window = gtk_window_new ();
  fixture->view = g_object_new (APH_TYPE_QUEUE_VIEW, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), compact ? 320 : 900, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  aph_queue_view_set_compact (fixture->view, compact);
  aph_queue_view_set_jobs (fixture->view, aph_session_get_jobs (fixture->gui.session),
                           aph_session_get_clock (fixture->gui.session));
  g_signal_connect_swapped (fixture->view, "selected", G_CALLBACK (selected_cb), fixture);
  g_signal_connect_swapped (fixture->view, "opened", G_CALLBACK (opened_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
}

static void
tear_down (Fixture *fixture)
{
  gpointer view = fixture->view;

  g_object_add_weak_pointer (view, &view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (view);
  gui_session_stop (&fixture->gui);
}

static void
queue_paused (Fixture *fixture,
              guint    n_prompts)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  aph_session_set_paused (fixture->gui.session, TRUE);
  for (guint i = 0; i < n_prompts; i++)
    g_ptr_array_add (requests, aph_request_new ("m:latest", "again", NULL, NULL));
  aph_session_queue (fixture->gui.session, requests, NULL);
  gtk_test_widget_wait_for_draw (fixture->window);
}

/* The list that GTK has in the table, or the compact one. */
static GtkWidget *
find_list (Fixture *fixture,
           gboolean compact)
{
  GtkWidget *table;

  if (compact)
    return find_widget (GTK_WIDGET (fixture->view), GTK_TYPE_LIST_VIEW, 1);

  table = find_widget (GTK_WIDGET (fixture->view), GTK_TYPE_COLUMN_VIEW, 0);

  return gtk_widget_get_last_child (table);
}

static GtkWidget *
find_status (Fixture *fixture)
{
  GtkWidget *row = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_JOB_ROW, 0);

  return row != NULL ? find_widget (row, GTK_TYPE_LABEL, 1) : NULL;
}

static gboolean
shows_figures (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *status = find_status (fixture);

  return status != NULL
         && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (status)), "answering · ")
         && g_str_has_suffix (gtk_label_get_label (GTK_LABEL (status)), " tok/s");
}

static gboolean
shows_done (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *status = find_status (fixture);

  return g_str_has_prefix (gtk_label_get_label (GTK_LABEL (status)), "done · 40 tokens · ");
}

static void
test_row (void)
{
  Fixture fixture = { 0, };
  GtkWidget *button;

  set_up (&fixture, "m:latest=tokens=40,rate=15", TRUE);
  gui_session_queue (&fixture.gui, NULL, "\n  the first line\nthe second");
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_nonnull (find_label (fixture.window, "the first line"));

  button = find_widget (find_widget (fixture.window, APH_TYPE_JOB_ROW, 0), GTK_TYPE_BUTTON, 0);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Cancel");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "job.cancel");

  assert_eventually (shows_figures, &fixture);
  assert_eventually (shows_done, &fixture);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Retry");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "job.retry");
  g_assert_cmpuint (g_variant_get_uint64 (
                      gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button))), ==, 1);
  tear_down (&fixture);
}

/* The text in a cell of the first row. */
static GtkWidget *
find_cell (Fixture   *fixture,
           AphColumn  column)
{
  GtkWidget *cell;

  for (guint i = 0;
       (cell = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_TABLE_CELL, i)) != NULL; i++)
    if (aph_table_cell_get_column (APH_TABLE_CELL (cell)) == column)
      return gtk_widget_get_first_child (cell);

  return NULL;
}

/* What it says. */
static const char *
get_cell (Fixture   *fixture,
          AphColumn  column)
{
  GtkWidget *cell = find_cell (fixture, column);

  return cell != NULL ? gtk_inscription_get_text (GTK_INSCRIPTION (cell)) : NULL;
}

/* How far @widget ends from the right edge of the view. */
static float
get_distance (Fixture   *fixture,
              GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (fixture->view), &bounds));

  return gtk_widget_get_width (GTK_WIDGET (fixture->view)) - bounds.origin.x - bounds.size.width;
}

static gboolean
cells_grow (gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *rate = get_cell (fixture, APH_COLUMN_RATE);

  return rate != NULL && g_str_has_suffix (rate, " tok/s")
         && *get_cell (fixture, APH_COLUMN_ANSWER) != '\0';
}

static gboolean
cells_are_done (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *cell = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_TABLE_CELL, 0);
  GtkWidget *icon = gtk_widget_get_first_child (cell);

  return g_str_equal (gtk_image_get_icon_name (GTK_IMAGE (icon)), "aph-done-symbolic")
         && g_strcmp0 (get_cell (fixture, APH_COLUMN_TOKENS), "40") == 0;
}

static void
test_cells (void)
{
  Fixture fixture = { 0, };
  GtkWidget *cell;

  set_up (&fixture, "m:latest=tokens=40,rate=15", FALSE);
  gui_session_queue (&fixture.gui, NULL, "\n  the first line\nthe second");
  assert_eventually (cells_grow, &fixture);
  g_assert_cmpstr (get_cell (&fixture, APH_COLUMN_PROMPT), ==, "the first line");
  g_assert_cmpstr (get_cell (&fixture, APH_COLUMN_MODEL), ==, "m:latest");
  g_assert_null (get_cell (&fixture, APH_COLUMN_SERVER));

  assert_eventually (cells_are_done, &fixture);
  cell = find_widget (GTK_WIDGET (fixture.view), APH_TYPE_TABLE_CELL, 0);
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (cell),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "done");

  /* Numbers stand under their titles. */
  for (AphColumn column = APH_COLUMN_TOKENS; column <= APH_COLUMN_ELAPSED; column++)
    if (find_cell (&fixture, column) != NULL)
      g_assert_cmpfloat_with_epsilon (
        get_distance (&fixture, find_cell (&fixture, column)),
        get_distance (&fixture, find_label (GTK_WIDGET (fixture.view),
                                            aph_column_get_info (column)->title)), 1);
  tear_down (&fixture);
}

/* Of several rows the one that was selected last is read; it is told once. */
static void
check_selection (gboolean compact)
{
  Fixture fixture = { 0, };
  GtkWidget *list;
  g_autoptr (GPtrArray) jobs = NULL;

  set_up (&fixture, "m:latest=tokens=1", compact);
  for (guint i = 0; i < 5; i++)
    gui_session_queue (&fixture.gui, NULL, "again");
  assert_eventually (gui_session_is_idle, &fixture.gui);
  g_assert_null (fixture.selected);

  aph_queue_view_select (fixture.view, gui_session_get_job (&fixture.gui, 3));
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 3));

  list = find_list (&fixture, compact);
  gtk_widget_activate_action (list, "list.select-item", "(ubb)", 1u, TRUE, FALSE);
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 1));
  g_assert_cmpuint (aph_queue_view_get_n_selected (fixture.view), ==, 2);
  g_assert_cmpuint (aph_queue_view_get_first (fixture.view), ==, 1);
  jobs = aph_queue_view_dup_selected (fixture.view, 10);
  g_assert_cmpuint (jobs->len, ==, 2);
  g_assert_true (g_ptr_array_index (jobs, 0) == fixture.selected);

  g_assert_cmpuint (fixture.n_opened, ==, 0);
  gtk_widget_activate_action (list, "list.activate-item", "u", 1u);
  g_assert_cmpuint (fixture.n_opened, ==, 1);

  aph_session_remove_jobs (fixture.gui.session, jobs);
  g_assert_cmpuint (aph_queue_view_get_n_selected (fixture.view), ==, 0);
  aph_queue_view_select_near (fixture.view, 7);
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 2));
  tear_down (&fixture);
}

static void
test_selection_in_table (void)
{
  check_selection (FALSE);
}

static void
test_selection_in_list (void)
{
  check_selection (TRUE);
}

static gboolean
is_listed (gpointer user_data)
{
  Fixture *fixture = user_data;

  return !aph_job_list_get_loading (
    APH_JOB_LIST (aph_session_get_jobs (fixture->gui.session)));
}

static void
list (Fixture           *fixture,
      const AphJobQuery *query)
{
  aph_session_set_query (fixture->gui.session, query);
  assert_eventually (is_listed, fixture);
}

/* What is still listed when the rows are listed anew stays selected; what is read stays at all
 * events. */
static void
test_requery (void)
{
  Fixture fixture = { 0, };
  AphJobQuery failed = { .states = 1u << APH_JOB_FAILED };
  AphJobQuery done = { .states = 1u << APH_JOB_DONE };
  AphJob *job;

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  gui_session_queue (&fixture.gui, "none", "one");
  gui_session_queue (&fixture.gui, NULL, "two");
  assert_eventually (gui_session_is_idle, &fixture.gui);
  job = gui_session_get_job (&fixture.gui, 1);
  aph_queue_view_select (fixture.view, job);

  list (&fixture, &done);
  g_assert_cmpuint (aph_queue_view_get_n_selected (fixture.view), ==, 1);
  g_assert_cmpuint (aph_queue_view_get_first (fixture.view), ==, 0);
  g_assert_true (aph_queue_view_get_current (fixture.view) == job);
  list (&fixture, &failed);
  g_assert_cmpuint (aph_queue_view_get_n_selected (fixture.view), ==, 0);
  g_assert_true (aph_queue_view_get_current (fixture.view) == job);
  aph_queue_view_select_near (fixture.view, 5);
  g_assert_true (aph_queue_view_get_current (fixture.view)
                 == gui_session_get_job (&fixture.gui, 0));
  tear_down (&fixture);
}

/* The selection is the same however the prompts are listed. */
static void
test_compact (void)
{
  Fixture fixture = { 0, };

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  queue_paused (&fixture, 50);
  aph_queue_view_select (fixture.view, gui_session_get_job (&fixture.gui, 40));
  aph_queue_view_set_compact (fixture.view, TRUE);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_nonnull (find_widget (fixture.window, APH_TYPE_JOB_ROW, 0));
  g_assert_null (find_widget (fixture.window, APH_TYPE_TABLE_CELL, 0));
  g_assert_true (aph_queue_view_get_current (fixture.view)
                 == gui_session_get_job (&fixture.gui, 40));
  aph_queue_view_set_compact (fixture.view, FALSE);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_null (find_widget (fixture.window, APH_TYPE_JOB_ROW, 0));
  g_assert_cmpuint (aph_queue_view_get_n_selected (fixture.view), ==, 1);
  tear_down (&fixture);
}

/* Rows have widgets only near where they can be seen: a long list costs what is seen of it. */
static void
test_long_list (void)
{
  Fixture fixture = { 0, };
  guint n_cells = 0;

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  queue_paused (&fixture, 5000);
  while (find_widget (GTK_WIDGET (fixture.view), APH_TYPE_TABLE_CELL, n_cells) != NULL)
    n_cells++;
  g_assert_cmpuint (n_cells, >, 5);
  g_assert_cmpuint (n_cells, <, 500 * APH_N_COLUMNS);

  aph_queue_view_select (fixture.view, gui_session_get_job (&fixture.gui, 4999));
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 4999));
  gtk_test_widget_wait_for_draw (fixture.window);
  tear_down (&fixture);
}

static void
count_cb (guint *n_signals)
{
  (*n_signals)++;
}

/* The table says what to sort by, also on GTK 4.8, which does not tell. */
static void
test_sort (void)
{
  Fixture fixture = { 0, };
  AphTableColumns *table;
  AphColumn column;
  gboolean descending;
  guint n_signals = 0;

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  table = aph_queue_view_get_columns (fixture.view);
  g_signal_connect_swapped (table, "sort-changed", G_CALLBACK (count_cb), &n_signals);
  g_assert_false (aph_table_columns_get_sort (table, &column, &descending));

  aph_table_columns_set_sort (table, APH_COLUMN_TOKENS, TRUE);
  g_assert_true (aph_table_columns_get_sort (table, &column, &descending));
  g_assert_cmpint (column, ==, APH_COLUMN_TOKENS);
  g_assert_true (descending);
  aph_table_columns_set_sort (table, APH_COLUMN_MODEL, FALSE);
  g_assert_true (aph_table_columns_get_sort (table, &column, &descending));
  g_assert_cmpint (column, ==, APH_COLUMN_MODEL);
  g_assert_false (descending);
  g_assert_cmpuint (n_signals, ==, 0);

  g_action_group_activate_action (aph_table_columns_get_actions (table), "natural-order", NULL);
  g_assert_false (aph_table_columns_get_sort (table, &column, &descending));
  g_assert_cmpuint (n_signals, >, 0);
  tear_down (&fixture);
}

/* Which columns are shown and how wide they are can be remembered. */
static void
test_columns (void)
{
  static const char *const wanted[] = { "server=222", "-model", "-prompt", "nonsense=3", "answer=-7",
                                        NULL };
  Fixture fixture = { 0, };
  AphTableColumns *table;
  g_auto (GStrv) columns = NULL;
  guint n_signals = 0;

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  queue_paused (&fixture, 3);
  table = aph_queue_view_get_columns (fixture.view);
  g_signal_connect_swapped (table, "changed", G_CALLBACK (count_cb), &n_signals);
  g_assert_nonnull (get_cell (&fixture, APH_COLUMN_MODEL));
  g_assert_null (get_cell (&fixture, APH_COLUMN_SERVER));

  aph_table_columns_set (table, wanted);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_cmpuint (n_signals, ==, 0);
  g_assert_null (get_cell (&fixture, APH_COLUMN_MODEL));
  g_assert_nonnull (get_cell (&fixture, APH_COLUMN_SERVER));
  g_assert_nonnull (get_cell (&fixture, APH_COLUMN_PROMPT));
  columns = aph_table_columns_dup (table);
  g_assert_true (g_strv_contains ((const char *const *) columns, "server=222"));
  g_assert_true (g_strv_contains ((const char *const *) columns, "-model"));
  g_assert_true (g_strv_contains ((const char *const *) columns, "answer"));

  g_action_group_change_action_state (aph_table_columns_get_actions (table), "model",
                                      g_variant_new_boolean (TRUE));
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_nonnull (get_cell (&fixture, APH_COLUMN_MODEL));
  g_assert_cmpuint (n_signals, ==, 1);
  tear_down (&fixture);
}

static int
get_model_width (Fixture *fixture)
{
  GtkColumnView *view =
    GTK_COLUMN_VIEW (find_widget (GTK_WIDGET (fixture->view), GTK_TYPE_COLUMN_VIEW, 0));
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_str_equal (gtk_column_view_column_get_title (column), "Model"))
        return gtk_column_view_column_get_fixed_width (column);
    }

  g_assert_not_reached ();
}

/* Larger text has wider columns; what is remembered is the same. */
static void
test_large_text (void)
{
  Fixture fixture = { 0, };
  AphTableColumns *table;
  GtkSettings *settings;
  g_autofree char *font = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  g_auto (GStrv) again = NULL;
  int width;

  set_up (&fixture, "m:latest=tokens=1", FALSE);
  queue_paused (&fixture, 1);
  table = aph_queue_view_get_columns (fixture.view);
  settings = gtk_widget_get_settings (fixture.window);
  g_object_get (settings, "gtk-font-name", &font, NULL);
  g_object_set (settings, "gtk-font-name", "Sans 11", NULL);
  before = aph_table_columns_dup (table);
  width = get_model_width (&fixture);

  g_object_set (settings, "gtk-font-name", "Sans 22", NULL);
  g_assert_cmpint (get_model_width (&fixture), ==, 2 * width);
  after = aph_table_columns_dup (table);
  g_assert_true (g_strv_equal ((const char *const *) before, (const char *const *) after));
  aph_table_columns_set (table, (const char *const *) before);
  again = aph_table_columns_dup (table);
  g_assert_true (g_strv_equal ((const char *const *) before, (const char *const *) again));

  g_object_set (settings, "gtk-font-name", font, NULL);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/queue-view/row", test_row);
  g_test_add_func ("/queue-view/cells", test_cells);
  g_test_add_func ("/queue-view/selection-in-table", test_selection_in_table);
  g_test_add_func ("/queue-view/selection-in-list", test_selection_in_list);
  g_test_add_func ("/queue-view/requery", test_requery);
  g_test_add_func ("/queue-view/compact", test_compact);
  g_test_add_func ("/queue-view/long-list", test_long_list);
  g_test_add_func ("/queue-view/sort", test_sort);
  g_test_add_func ("/queue-view/columns", test_columns);
  g_test_add_func ("/queue-view/large-text", test_large_text);

  return g_test_run ();
}
