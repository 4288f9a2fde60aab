/* test-queue-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "ui/aph-job-row.h"
#include "ui/aph-queue-list.h"
#include "ui/aph-ui.h"

#include "find.h"
#include "gui-session.h"
#include "pump.h"

typedef struct
{
  GuiSession gui;
  GtkWidget *window;
  AphQueueList *list;
  AphJob *selected;
  guint n_chosen;
  guint n_opened;
} Fixture;

static void
selected_cb (Fixture *fixture,
             AphJob  *job)
{
  fixture->selected = job;
}

static void
chosen_cb (Fixture *fixture,
           AphJob  *job)
{
  g_assert_true (job == fixture->selected);
  fixture->n_chosen++;
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
        const char *model)
{
  gui_session_start (&fixture->gui, "-m", model, NULL);
  fixture->window = gtk_window_new ();
  fixture->list = g_object_new (APH_TYPE_QUEUE_LIST, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->list));
  aph_queue_list_set_jobs (fixture->list, aph_session_get_jobs (fixture->gui.session),
                           aph_session_get_clock (fixture->gui.session));
  g_signal_connect_swapped (fixture->list, "selected", G_CALLBACK (selected_cb), fixture);
  g_signal_connect_swapped (fixture->list, "chosen", G_CALLBACK (chosen_cb), fixture);
  g_signal_connect_swapped (fixture->list, "opened", G_CALLBACK (opened_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);
}

static void
tear_down (Fixture *fixture)
{
  gpointer list = fixture->list;

  g_object_add_weak_pointer (list, &list);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (list);
  gui_session_stop (&fixture->gui);
}

static gboolean
shows_figures (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *status = find_widget (GTK_WIDGET (fixture->list), GTK_TYPE_LABEL, 1);

  return status != NULL
         && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (status)), "answering · ")
         && g_str_has_suffix (gtk_label_get_label (GTK_LABEL (status)), " tok/s");
}

static gboolean
shows_done (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *status = find_widget (GTK_WIDGET (fixture->list), GTK_TYPE_LABEL, 1);

  return g_str_has_prefix (gtk_label_get_label (GTK_LABEL (status)), "done · 40 tokens · ");
}

static void
test_row (void)
{
  Fixture fixture = { 0, };
  GtkWidget *button;

  set_up (&fixture, "m:latest=tokens=40,rate=40");
  gui_session_queue (&fixture.gui, NULL, "\n  the first line\nthe second");
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_nonnull (find_label (fixture.window, "the first line"));

  button = find_widget (GTK_WIDGET (fixture.list), GTK_TYPE_BUTTON, 0);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Cancel");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "job.cancel");

  assert_eventually (shows_figures, &fixture);
  assert_eventually (shows_done, &fixture);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Retry");
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "job.retry");
  g_assert_cmpuint (g_variant_get_uint64 (
                      gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button))), ==, 0);
  tear_down (&fixture);
}

/* Who selects a row wants to see it; when the program does it, nobody is led anywhere. */
static void
test_selection (void)
{
  Fixture fixture = { 0, };
  GtkWidget *list;

  set_up (&fixture, "m:latest=tokens=1");
  for (guint i = 0; i < 5; i++)
    gui_session_queue (&fixture.gui, NULL, "again");
  assert_eventually (gui_session_is_idle, &fixture.gui);
  g_assert_null (fixture.selected);

  aph_queue_list_select (fixture.list, gui_session_get_job (&fixture.gui, 3));
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 3));
  g_assert_cmpuint (fixture.n_chosen, ==, 0);

  list = find_widget (GTK_WIDGET (fixture.list), GTK_TYPE_LIST_VIEW, 0);
  gtk_widget_activate_action (list, "list.select-item", "(ubb)", 1u, FALSE, FALSE);
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 1));
  g_assert_cmpuint (fixture.n_chosen, ==, 1);
  g_assert_cmpuint (fixture.n_opened, ==, 0);
  gtk_widget_activate_action (list, "list.activate-item", "u", 1u);
  g_assert_cmpuint (fixture.n_chosen, ==, 1);
  g_assert_cmpuint (fixture.n_opened, ==, 1);

  aph_session_remove (fixture.gui.session, fixture.selected);
  g_assert_null (fixture.selected);
  g_assert_cmpuint (fixture.n_chosen, ==, 1);
  tear_down (&fixture);
}

/* Rows look at the clock only while they are used: a long list costs what is seen of it. */
static void
test_long_list (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  guint n_rows = 0;

  set_up (&fixture, "m:latest=tokens=1");
  aph_session_set_paused (fixture.gui.session, TRUE);
  for (guint i = 0; i < 5000; i++)
    g_ptr_array_add (requests, aph_request_new ("m:latest", "again", NULL, NULL));
  aph_session_queue (fixture.gui.session, requests, NULL);
  gtk_test_widget_wait_for_draw (fixture.window);

  while (find_widget (GTK_WIDGET (fixture.list), APH_TYPE_JOB_ROW, n_rows) != NULL)
    n_rows++;
  g_assert_cmpuint (n_rows, >, 5);
  g_assert_cmpuint (n_rows, <, 500);

  aph_queue_list_select (fixture.list, gui_session_get_job (&fixture.gui, 4999));
  g_assert_true (fixture.selected == gui_session_get_job (&fixture.gui, 4999));
  gtk_test_widget_wait_for_draw (fixture.window);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  aph_ui_init ();

  g_test_add_func ("/queue-list/row", test_row);
  g_test_add_func ("/queue-list/selection", test_selection);
  g_test_add_func ("/queue-list/long-list", test_long_list);

  return g_test_run ();
}
