/* test-compare.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "ui/aph-compare-grid.h"
#include "ui/aph-compare-row.h"
#include "ui/aph-compare-view.h"
#include "ui/aph-diff-view.h"

#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"
#include "runs.h"

typedef struct
{
  GtkWidget *window;
  AphCompareView *view;
  AphCompareGrid *grid;
  AphRefreshClock *clock;
  GListStore *store;
  AphJob *activated;     /* the last */
  guint n_ratings;
} Fixture;

static void
job_activated_cb (Fixture *fixture,
                  AphJob  *job)
{
  fixture->activated = job;
}

static void
job_rated_cb (Fixture *fixture,
              AphJob  *job,
              guint    rating)
{
  aph_job_set_rating (job, rating);
  fixture->n_ratings++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *view = aph_compare_view_new ();

  fixture->view = APH_COMPARE_VIEW (view);
  fixture->clock = aph_refresh_clock_new ();
  fixture->store = g_list_store_new (APH_TYPE_JOB);
  fixture->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), view);
  g_signal_connect_swapped (view, "job-activated", G_CALLBACK (job_activated_cb), fixture);
  g_signal_connect_swapped (view, "job-rated", G_CALLBACK (job_rated_cb), fixture);
  aph_compare_view_set_clock (fixture->view, fixture->clock);
  aph_compare_view_set_model (fixture->view, G_LIST_MODEL (fixture->store));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (view);
  fixture->grid = APH_COMPARE_GRID (find_widget (view, APH_TYPE_COMPARE_GRID, 0));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* A comparison that goes on holds a part of it. */
  while (fixture->view != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (fixture->clock);
  g_assert_finalize_object (fixture->store);
}

static void
add_matrix (Fixture *fixture,
            guint    n_prompts,
            guint    n_models)
{
  g_autoptr (GPtrArray) jobs = make_matrix (n_prompts, n_models);

  g_list_store_splice (fixture->store, 0, 0, jobs->pdata, jobs->len);
}

static gboolean
has_cells (gpointer user_data)
{
  Fixture *fixture = user_data;

  return aph_compare_grid_get_cell (fixture->grid, 0, 0) != NULL
         && gtk_widget_get_width (GTK_WIDGET (fixture->grid)) > 0;
}

/* The comparison takes some rows at a time. */
static gboolean
has_all_rows (gpointer user_data)
{
  Fixture *fixture = user_data;

  return has_cells (fixture)
         && find_label (GTK_WIDGET (fixture->view), "100 prompts · 3 ways to ask") != NULL;
}

static gboolean
says_nothing (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (GTK_WIDGET (fixture->view), "Nothing to Compare Yet") != NULL;
}

static gboolean
has_two_rows (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (GTK_WIDGET (fixture->view), "2 prompts · 3 ways to ask") != NULL
         && aph_compare_grid_get_cell (fixture->grid, 1, 2) != NULL;
}

static gboolean
has_second_column (gpointer user_data)
{
  return aph_compare_grid_get_cell (((Fixture *) user_data)->grid, 0, 1) != NULL;
}

static gboolean
says_llama (gpointer user_data)
{
  return find_label (GTK_WIDGET (((Fixture *) user_data)->grid), "llama") != NULL;
}

static gboolean
is_blind (gpointer user_data)
{
  GtkWidget *grid = GTK_WIDGET (((Fixture *) user_data)->grid);

  return find_label (grid, "qwen2.5:7b") == NULL && find_label (grid, "A") != NULL;
}

static AphJob *
get_job (Fixture *fixture,
         guint    row,
         guint    column)
{
  AphCompareCell *cell = aph_compare_grid_get_cell (fixture->grid, row, column);

  g_assert_nonnull (cell);

  return aph_compare_cell_get_job (cell);
}

static void
key (Fixture *fixture,
     guint    row,
     guint    column,
     guint    rating)
{
  aph_compare_grid_set_current (fixture->grid, row, column);
  aph_compare_grid_rate (fixture->grid, rating);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), "Nothing to Compare Yet"));
  add_matrix (fixture, 1, 2);
  assert_eventually (has_cells, fixture);
  g_list_store_remove_all (fixture->store);
  assert_eventually (says_nothing, fixture);
}

static void
test_grid (Fixture       *fixture,
           gconstpointer  data)
{
  AphJob *job;

  add_matrix (fixture, 100, 3);
  assert_eventually (has_all_rows, fixture);
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "qwen2.5:7b"));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "deepseek-r1:8b"));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "Prompt 1: 菠萝咕咾肉怎么做好吃?"));
  job = get_job (fixture, 0, 1);
  g_assert_cmpstr (aph_request_get_model (aph_job_get_request (job)), ==, "llama3.2:3b");

  /* Far below there are other rows in the same few widgets. */
  g_assert_null (aph_compare_grid_get_cell (fixture->grid, 99, 0));
  aph_compare_grid_set_current (fixture->grid, 99, 2);
  job = get_job (fixture, 99, 2);
  g_assert_cmpuint (aph_job_get_id (job), ==, 300);
  g_assert_null (aph_compare_grid_get_cell (fixture->grid, 0, 0));
  g_assert_null (find_widget (GTK_WIDGET (fixture->grid), APH_TYPE_COMPARE_ROW, 12));
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (aph_compare_grid_get_cell (fixture->grid, 99,
                                                                              2))));

  g_signal_emit_by_name (aph_compare_grid_get_cell (fixture->grid, 99, 2), "activated");
  g_assert_true (fixture->activated == job);

  /* Fewer rows than there were. */
  g_list_store_splice (fixture->store, 6, 294, NULL, 0);
  assert_eventually (has_two_rows, fixture);
}

/* A cell has room for few lines, and wastes none. */
static void
test_beginning (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AphJob) job = make_running_job ("Why?", 0);
  GtkWidget *inscription;

  answer (job, "\n\n# Title\n\n\nFirst.\n\n- one\n- two\n");
  finish (job, "stop");
  g_list_store_append (fixture->store, job);
  assert_eventually (has_cells, fixture);
  inscription = find_widget (GTK_WIDGET (aph_compare_grid_get_cell (fixture->grid, 0, 0)),
                             GTK_TYPE_INSCRIPTION, 0);
  g_assert_cmpstr (gtk_inscription_get_text (GTK_INSCRIPTION (inscription)), ==,
                   "Title\nFirst.\n• one\n• two\n");
}

static gboolean
shows_text (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (GTK_WIDGET (fixture->grid), "failed · connection lost") != NULL;
}

/* Answers that are written, and models that come while it is shown. */
static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AphJob) first = make_running_job ("Why?", 0);
  g_autoptr (AphRequest) request = aph_request_new ("other", "Why?", NULL, NULL);
  g_autoptr (AphJob) second = aph_job_new (request, 1);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut off");

  g_list_store_append (fixture->store, first);
  assert_eventually (has_cells, fixture);
  answer (first, "Because.");
  g_list_store_append (fixture->store, second);
  aph_refresh_clock_set_active (fixture->clock, TRUE);
  assert_eventually (has_second_column, fixture);
  g_assert_true (get_job (fixture, 0, 1) == second);

  aph_job_send (second, "http://127.0.0.1:11434");
  aph_job_fail (second, failure);
  finish (first, "stop");
  assert_eventually (shows_text, fixture);
  aph_refresh_clock_set_active (fixture->clock, FALSE);
}

/* Which model the queue asks is known when a prompt is sent. */
static void
test_default_model (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (AphRequest) open = aph_request_new (NULL, "Why?", NULL, NULL);
  g_autoptr (AphRequest) filled = aph_request_new_for_model (open, "llama");
  g_autoptr (AphJob) job = aph_job_new (open, 0);

  g_list_store_append (fixture->store, job);
  assert_eventually (has_cells, fixture);
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "The server’s model"));
  aph_job_set_request (job, filled);
  aph_refresh_clock_poke (fixture->clock);
  assert_eventually (says_llama, fixture);
}

static void
test_rating (Fixture       *fixture,
             gconstpointer  data)
{
  AphCompareCell *cell;

  add_matrix (fixture, 3, 2);
  assert_eventually (has_cells, fixture);
  key (fixture, 1, 1, 4);
  g_assert_cmpuint (fixture->n_ratings, ==, 1);
  g_assert_cmpuint (aph_job_get_rating (get_job (fixture, 1, 1)), ==, 4);
  cell = aph_compare_grid_get_cell (fixture->grid, 1, 1);
  g_assert_nonnull (find_label (GTK_WIDGET (cell), "★★★★☆"));
  key (fixture, 1, 1, 0);
  g_assert_nonnull (find_label (GTK_WIDGET (cell), "☆☆☆☆☆"));

  /* By the mouse, on the stars. */
  g_signal_emit_by_name (cell, "rated", 2);
  g_assert_cmpuint (aph_job_get_rating (get_job (fixture, 1, 1)), ==, 2);
}

/* Nothing tells whose answers they are before all to a prompt are rated. */
static void
test_blind (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *grid = GTK_WIDGET (fixture->grid);
  gboolean shuffled = FALSE;

  add_matrix (fixture, 3, 6);
  assert_eventually (has_cells, fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->view), "compare.blind", NULL));
  assert_eventually (is_blind, fixture);
  g_assert_nonnull (find_label (grid, "F"));
  g_assert_nonnull (find_label (grid, "done"));

  /* Each row has an order of its own, and keeps it. */
  for (guint row = 0; row < 3; row++)
    for (guint i = 0; i < 6; i++)
      if (aph_job_get_id (get_job (fixture, row, i)) != row * 6 + i + 1)
        shuffled = TRUE;
  g_assert_true (shuffled);

  for (guint i = 0; i < 6; i++)
    {
      AphJob *job = get_job (fixture, 0, i);

      g_assert_null (find_label (grid, "qwen2.5:7b"));
      key (fixture, 0, i, 1 + i % 5);
      g_assert_true (get_job (fixture, 0, i) == job);
    }
  g_assert_nonnull (find_label (grid, "qwen2.5:7b"));
  g_assert_nonnull (find_label (grid, "phi3:3.8b"));
}

static gboolean
has_compared (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *diff = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_DIFF_VIEW, 0);
  GtkWidget *text = find_widget (diff, GTK_TYPE_TEXT_VIEW, 0);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text));

  return gtk_text_buffer_get_char_count (buffer) > 0;
}

static void
mark (Fixture *fixture,
      guint    row,
      guint    column)
{
  AphCompareCell *cell = aph_compare_grid_get_cell (fixture->grid, row, column);
  GtkWidget *button = find_widget (GTK_WIDGET (cell), GTK_TYPE_CHECK_BUTTON, 0);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), TRUE);
}

static void
test_diff (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *diff = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_DIFF_VIEW, 0);
  AphJob *first, *second;
  GtkWidget *button;

  add_matrix (fixture, 3, 3);
  assert_eventually (has_cells, fixture);
  mark (fixture, 0, 0);
  g_assert_false (gtk_widget_get_visible (diff));
  mark (fixture, 0, 1);
  g_assert_true (gtk_widget_get_visible (diff));
  assert_eventually (has_compared, fixture);
  g_assert_true (aph_compare_grid_get_marked (fixture->grid, &first, &second));
  g_assert_true (first == get_job (fixture, 0, 0));

  /* A third takes the place of the first; one of another prompt begins anew. */
  mark (fixture, 0, 2);
  g_assert_true (aph_compare_grid_get_marked (fixture->grid, &first, &second));
  g_assert_true (first == get_job (fixture, 0, 1));
  button = find_widget (GTK_WIDGET (aph_compare_grid_get_cell (fixture->grid, 0, 0)),
                        GTK_TYPE_CHECK_BUTTON, 0);
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (button)));
  mark (fixture, 1, 0);
  g_assert_false (aph_compare_grid_get_marked (fixture->grid, &first, &second));
  g_assert_false (gtk_widget_get_visible (diff));

  mark (fixture, 1, 1);
  g_assert_true (gtk_widget_activate_action (diff, "diff.side-by-side", NULL));
  g_assert_true (gtk_widget_get_mapped (find_widget (diff, GTK_TYPE_TEXT_VIEW, 1)));
  g_assert_true (gtk_widget_activate_action (diff, "diff.close", NULL));
  g_assert_false (gtk_widget_get_visible (diff));
  g_assert_false (aph_compare_grid_get_marked (fixture->grid, &first, &second));
}

/* What a model writes is text, however long its lines. */
static void
test_hostile (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AphJob) first = make_running_job ("<b>Why?</b>", 0);
  g_autoptr (AphRequest) request = aph_request_new ("<i>x</i>", "<b>Why?</b>", NULL, NULL);
  g_autoptr (AphJob) second = aph_job_new (request, 1);
  g_autofree char *line = repeat ("aGVsbG8", 100000);

  answer (first, "<span>\x01</span>");
  answer (first, line);
  finish (first, "stop");
  aph_job_send (second, "http://127.0.0.1:11434");
  answer (second, line);
  answer (second, "<span>");
  finish (second, "stop");
  g_list_store_append (fixture->store, first);
  g_list_store_append (fixture->store, second);
  assert_eventually (has_cells, fixture);
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "<b>Why?</b>"));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->grid), "<i>x</i>"));
  mark (fixture, 0, 0);
  mark (fixture, 0, 1);
  assert_eventually (has_compared, fixture);
}

static void
test_results (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *button = find_widget (GTK_WIDGET (fixture->view), GTK_TYPE_MENU_BUTTON, 0);
  GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));
  const char *figures[] = { "★ 4.5 (2)", "4 of 4", "48 tok/s", "95 tokens", "2.1 s", "–" };

  add_matrix (fixture, 4, 2);
  assert_eventually (has_cells, fixture);
  key (fixture, 0, 0, 5);
  key (fixture, 1, 0, 4);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_nonnull (find_label (GTK_WIDGET (popover), "llama3.2:3b"));
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    g_assert_nonnull (find_label (GTK_WIDGET (popover), figures[i]));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
}

#define ADD(name, func) g_test_add ("/compare/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  gui_init (&argc, &argv);

  ADD ("empty", test_empty);
  ADD ("grid", test_grid);
  ADD ("beginning", test_beginning);
  ADD ("live", test_live);
  ADD ("default-model", test_default_model);
  ADD ("rating", test_rating);
  ADD ("blind", test_blind);
  ADD ("diff", test_diff);
  ADD ("hostile", test_hostile);
  ADD ("results", test_results);

  return g_test_run ();
}
