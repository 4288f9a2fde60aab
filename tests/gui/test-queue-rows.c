/* test-queue-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gtk/gtk.h>

#include "ui/aph-queue-rows.h"

#include "gui-init.h"
#include "jobs.h"
#include "pump.h"

/* What a view of GTK does: it has rows around one place, and drops those that leave. */
#define IN_VIEW 50

typedef struct
{
  GListStore *jobs;
  GtkMultiSelection *source;
  AphQueueRows *rows;
  GPtrArray *view;        /* of AphQueueRow or NULL */
  guint place;            /* where the view has rows */
  guint n_changes;
  guint64 n_made;
  guint n_set_up;         /* widgets */
} Fixture;

static void
drop_row (gpointer row)
{
  if (row != NULL)
    g_object_unref (row);
}

static void
look (Fixture *fixture)
{
  guint n_rows = fixture->view->len;

  fixture->place = MIN (fixture->place, n_rows - MIN (n_rows, IN_VIEW));
  for (guint i = 0; i < n_rows; i++)
    {
      gpointer *row = &g_ptr_array_index (fixture->view, i);

      if (i < fixture->place || i >= fixture->place + IN_VIEW)
        g_clear_object (row);
      else if (*row == NULL)
        *row = g_list_model_get_item (G_LIST_MODEL (fixture->rows), i);
    }
}

static void
items_changed_cb (Fixture *fixture,
                  guint    position,
                  guint    n_removed,
                  guint    n_added)
{
  fixture->n_changes++;
  g_ptr_array_remove_range (fixture->view, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->view, (gint) (position + i), NULL);
  g_assert_cmpuint (fixture->view->len, ==,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)));
  look (fixture);
}

static void
splice (Fixture *fixture,
        guint    position,
        guint    n_removed,
        guint    n_added)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  while (added->len < n_added)
    g_ptr_array_add (added, make_job ("prompt", fixture->n_made++));
  g_list_store_splice (fixture->jobs, position, n_removed, added->pdata, n_added);
}

static void
set_up (Fixture *fixture,
        guint    n_jobs)
{
  fixture->jobs = g_list_store_new (APH_TYPE_JOB);
  splice (fixture, 0, 0, n_jobs);
  fixture->source = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (fixture->jobs)));
  fixture->rows = aph_queue_rows_new (GTK_SELECTION_MODEL (fixture->source));
  fixture->view = g_ptr_array_new_with_free_func (drop_row);
  g_signal_connect_swapped (fixture->rows, "items-changed", G_CALLBACK (items_changed_cb),
                            fixture);
  items_changed_cb (fixture, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)));
  fixture->n_changes = 0;
}

static void
tear_down (Fixture *fixture)
{
  g_assert_finalize_object (fixture->rows);
  g_ptr_array_unref (fixture->view);
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->jobs);
}

static gboolean
is_whole (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (G_LIST_MODEL (fixture->rows))
         == g_list_model_get_n_items (G_LIST_MODEL (fixture->jobs));
}

/* Each row of the view is the one of its place, and has the job of its place. */
static void
check (Fixture *fixture)
{
  assert_eventually (is_whole, fixture);
  g_assert_cmpuint (fixture->view->len, ==,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture->jobs)));
  for (guint i = 0; i < fixture->view->len; i++)
    {
      AphQueueRow *row = g_ptr_array_index (fixture->view, i);

      if (row != NULL)
        {
          g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->jobs), i);
          g_autoptr (AphQueueRow) listed = g_list_model_get_item (G_LIST_MODEL (fixture->rows), i);

          g_assert_true (row == listed);
          g_assert_true (aph_queue_row_get_job (row) == job);
        }
    }
}

static void
test_steps (void)
{
  Fixture fixture = { 0 };

  /* A few rows are there at once, of many those that are seen. */
  set_up (&fixture, 10);
  g_assert_cmpuint (fixture.view->len, ==, 10);
  splice (&fixture, 10, 0, 5000);
  g_assert_cmpuint (fixture.view->len, >=, 20);
  g_assert_cmpuint (fixture.view->len, <, 100);
  check (&fixture);

  /* Who asks for all gets all. */
  splice (&fixture, 0, 5010, 0);
  splice (&fixture, 0, 0, 3000);
  g_assert_cmpuint (fixture.view->len, <, 100);
  aph_queue_rows_finish (fixture.rows);
  g_assert_cmpuint (fixture.view->len, ==, 3000);
  check (&fixture);
  tear_down (&fixture);
}

static void
test_replaced (void)
{
  Fixture fixture = { 0 };
  g_autoptr (AphQueueRow) first = NULL;
  g_autoptr (AphQueueRow) middle = NULL;

  set_up (&fixture, 1000);
  check (&fixture);

  /* At the beginning. */
  first = g_object_ref (g_ptr_array_index (fixture.view, 0));
  splice (&fixture, 0, 1000, 800);
  g_assert_true (g_ptr_array_index (fixture.view, 0) == first);
  check (&fixture);

  /* In the middle: the rows stay where they are, and then at the end of a shorter list. */
  fixture.place = 400;
  look (&fixture);
  middle = g_object_ref (g_ptr_array_index (fixture.view, 400));
  splice (&fixture, 0, 800, 900);
  check (&fixture);
  g_assert_true (g_ptr_array_index (fixture.view, 400) == middle);
  splice (&fixture, 0, 900, 300);
  fixture.place = 250;
  check (&fixture);
  g_assert_true (g_ptr_array_index (fixture.view, 250) == middle);
  tear_down (&fixture);
}

/* A job that is still there keeps its row when few come. */
static void
test_moved (void)
{
  Fixture fixture = { 0 };
  g_autoptr (AphQueueRow) row = NULL;
  g_autoptr (AphJob) job = NULL;
  gpointer jobs[2];

  set_up (&fixture, 5);
  row = g_object_ref (g_ptr_array_index (fixture.view, 3));
  job = g_object_ref (aph_queue_row_get_job (row));
  jobs[0] = job;
  jobs[1] = make_job ("prompt", 99);
  g_list_store_splice (fixture.jobs, 1, 4, jobs, 2);
  g_assert_true (g_ptr_array_index (fixture.view, 1) == row);
  g_assert_true (aph_queue_row_get_job (row) == job);
  check (&fixture);
  g_object_unref (jobs[1]);
  tear_down (&fixture);
}

static void
test_random (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, 300);
  for (guint i = 0; i < 400; i++)
    {
      guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (fixture.jobs));
      guint position = (guint) g_test_rand_int_range (0, (gint32) n_jobs + 1);
      guint n_removed = (guint) g_test_rand_int_range (0, (gint32) (n_jobs - position) + 1);
      guint n_added = (guint) g_test_rand_int_range (0, g_test_rand_bit () ? 10 : 400);

      splice (&fixture, position, n_removed, n_added);
      /* Now and then while rows are still to come. */
      if (g_test_rand_int_range (0, 3) == 0)
        check (&fixture);
      fixture.place = (guint) g_test_rand_int_range (0, 500);
      look (&fixture);
    }
  check (&fixture);
  tear_down (&fixture);
}

static void
selection_changed_cb (Fixture *fixture,
                      guint    position,
                      guint    n_items)
{
  g_assert_cmpuint (n_items, >, 0);
  g_assert_cmpuint (position + n_items, <=,
                    g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)));
  fixture->n_changes++;
}

/* While rows are still to come the places of the others are other ones than in the source. */
static void
test_selection (void)
{
  Fixture fixture = { 0 };
  GtkSelectionModel *model, *source;
  g_autoptr (GtkBitset) wanted = NULL;
  g_autoptr (GtkBitset) selected = NULL;
  guint n_before;

  set_up (&fixture, 4);
  model = GTK_SELECTION_MODEL (fixture.rows);
  source = GTK_SELECTION_MODEL (fixture.source);
  splice (&fixture, 2, 0, 1000);
  n_before = fixture.view->len - 2;
  g_assert_cmpuint (n_before, <, 100);
  g_signal_connect_swapped (model, "selection-changed", G_CALLBACK (selection_changed_cb),
                            &fixture);

  gtk_selection_model_select_item (model, n_before, TRUE);
  g_assert_true (gtk_selection_model_is_selected (source, 1002));
  g_assert_true (gtk_selection_model_is_selected (model, n_before));
  gtk_selection_model_select_item (source, 1003, FALSE);
  selected = gtk_selection_model_get_selection (model);
  g_assert_cmpuint (gtk_bitset_get_size (selected), ==, 2);
  g_assert_true (gtk_bitset_contains (selected, n_before + 1));
  gtk_selection_model_unselect_item (model, n_before);
  g_assert_false (gtk_selection_model_is_selected (source, 1002));

  wanted = gtk_bitset_new_range (0, 2);
  gtk_selection_model_set_selection (model, wanted, wanted);
  g_assert_true (gtk_selection_model_is_selected (source, 1));
  gtk_selection_model_unselect_range (model, 0, n_before + 2);
  g_assert_false (gtk_selection_model_is_selected (source, 1003));

  /* What nobody sees is nobody told about. */
  fixture.n_changes = 0;
  gtk_selection_model_select_item (source, 500, TRUE);
  g_assert_cmpuint (fixture.n_changes, ==, 0);
  gtk_selection_model_select_all (model);
  g_assert_true (gtk_selection_model_is_selected (source, 700));
  gtk_selection_model_unselect_all (model);
  check (&fixture);
  tear_down (&fixture);
}

static void
set_up_cb (Fixture     *fixture,
           GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
  fixture->n_set_up++;
}

/* A real view makes no widget for a list that replaces another, at whichever place it stands. */
static void
test_view (void)
{
  Fixture fixture = { 0 };
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view;

  set_up (&fixture, 2000);
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (set_up_cb), &fixture);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (fixture.rows)), factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 300);
  gtk_window_set_child (GTK_WINDOW (window), scroller);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  check (&fixture);
  g_assert_cmpuint (fixture.n_set_up, >, 20);
  pump_for (100);

  fixture.n_set_up = 0;
  splice (&fixture, 0, 2000, 3000);
  check (&fixture);
  gtk_test_widget_wait_for_draw (window);
  gtk_widget_activate_action (view, "list.scroll-to-item", "u", 1500);
  gtk_test_widget_wait_for_draw (window);
  splice (&fixture, 5, 2990, 2500);
  check (&fixture);
  gtk_test_widget_wait_for_draw (window);
  g_assert_cmpuint (fixture.n_set_up, <, 10);

  gtk_window_destroy (GTK_WINDOW (window));
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/queue-rows/steps", test_steps);
  g_test_add_func ("/queue-rows/replaced", test_replaced);
  g_test_add_func ("/queue-rows/moved", test_moved);
  g_test_add_func ("/queue-rows/random", test_random);
  g_test_add_func ("/queue-rows/selection", test_selection);
  g_test_add_func ("/queue-rows/view", test_view);

  return g_test_run ();
}
