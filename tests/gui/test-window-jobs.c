/* test-window-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is done with prompts and batches, and undone.
 */

#include "config.h"

#include "ui/aph-queue-view.h"
#include "ui/aph-window-private.h"

#include "find.h"
#include "gui-init.h"
#include "pump.h"
#include "window-fixture.h"

static gboolean
shows_counts (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_label (fixture->window, "1 done") != NULL
         && find_label (fixture->window, "1 failed") != NULL;
}

/* Clearing takes away what has ended; undoing brings it back. */
static void
test_clear_and_undo (void)
{
  Fixture fixture = { 0, };
  GtkWidget *undo;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  gui_session_queue (&fixture.gui, "no-such-model", "two");
  assert_eventually (shows_counts, &fixture);

  act (&fixture, "queue.clear-ended");
  wait_for_page (&fixture, "empty");
  wait_for_label (fixture.window, "2 prompts deleted");

  undo = gtk_widget_get_ancestor (find_label (fixture.window, "_Undo"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (undo, "clicked");
  assert_eventually (shows_counts, &fixture);
  tear_down (&fixture);
}

typedef struct
{
  Fixture *fixture;
  guint position;
} Row;

/* As soon as it is listed. */
static gboolean
is_row_selected (gpointer user_data)
{
  Row *row = user_data;
  GtkWidget *queue = find_widget (row->fixture->window, APH_TYPE_QUEUE_VIEW, 0);
  GListModel *jobs = aph_session_get_jobs (row->fixture->gui.session);
  g_autoptr (AphJob) job = g_list_model_get_item (jobs, row->position);

  if (job != NULL)
    aph_queue_view_select (APH_QUEUE_VIEW (queue), job);

  return job != NULL && get_selected (row->fixture) == job;
}

static void
select_row (Fixture *fixture,
            guint    position)
{
  Row row = { fixture, position };

  assert_eventually (is_row_selected, &row);
}

static gboolean
first_is_cancelled (gpointer user_data)
{
  Fixture *fixture = user_data;

  return aph_job_get_state (gui_session_get_job (&fixture->gui, 0)) == APH_JOB_CANCELLED;
}

static void
test_job_actions (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=400,rate=100", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_streaming, &fixture);

  act_on (&fixture, "job.cancel", 1);
  assert_eventually (first_is_cancelled, &fixture);
  act_on (&fixture, "job.retry", 1);
  assert_eventually (is_streaming, &fixture);
  act_on (&fixture, "job.cancel", 1);
  assert_eventually (first_is_cancelled, &fixture);
  select_row (&fixture, 0);
  act (&fixture, "job.remove-selected");
  g_assert_null (gui_session_get_job (&fixture.gui, 0));

  /* A job that is gone is nothing to act on. */
  act_on (&fixture, "job.retry", 1);
  tear_down (&fixture);
}

static guint
count_batches (Fixture *fixture)
{
  return g_list_model_get_n_items (aph_session_get_batches (fixture->gui.session));
}

static gboolean
has_two_batches (gpointer user_data)
{
  return count_batches (user_data) == 2;
}

static AphBatch *
get_batch (Fixture *fixture,
           guint    position)
{
  g_autoptr (AphBatch) batch =
    g_list_model_get_item (aph_session_get_batches (fixture->gui.session), position);

  return batch;
}

/* What can be done with a batch, and undone. */
static void
test_batches (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;
  GtkWidget *undo;
  guint64 id;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  gui_session_queue (&fixture.gui, NULL, "two");
  assert_eventually (is_idle, &fixture);
  g_assert_cmpstr (aph_batch_get_title (get_batch (&fixture, 0)), ==, "two");
  id = aph_batch_get_id (get_batch (&fixture, 0));

  act_on (&fixture, "batch.rename", id);
  assert_eventually (has_dialog, &dialog);
  gtk_editable_set_text (GTK_EDITABLE (find_widget (dialog, GTK_TYPE_ENTRY, 0)), " zwei ");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_assert_cmpstr (aph_batch_get_title (get_batch (&fixture, 0)), ==, "zwei");

  act_on (&fixture, "batch.archive", id);
  g_assert_true (aph_batch_get_archived (get_batch (&fixture, 0)));
  act_on (&fixture, "batch.archive", id);
  g_assert_false (aph_batch_get_archived (get_batch (&fixture, 0)));

  /* Two deletions are one offer to undo. */
  act_on (&fixture, "batch.remove", id);
  g_assert_cmpuint (count_batches (&fixture), ==, 1);
  act_on (&fixture, "batch.remove", aph_batch_get_id (get_batch (&fixture, 0)));
  g_assert_cmpuint (count_batches (&fixture), ==, 0);
  wait_for_page (&fixture, "empty");
  wait_for_label (fixture.window, "2 prompts deleted");
  undo = gtk_widget_get_ancestor (find_label (fixture.window, "_Undo"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (undo, "clicked");
  assert_eventually (has_two_batches, &fixture);

  /* An action on a batch that is not there does nothing. */
  act_on (&fixture, "batch.remove", 12345);
  tear_down (&fixture);
}

static gboolean
are_two_done (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 2;
}

/* A batch can be run again. */
static void
test_run_again (void)
{
  Fixture fixture = { 0, };
  GtkWidget *dialog = NULL;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_idle, &fixture);

  act_on (&fixture, "batch.duplicate", aph_batch_get_id (get_batch (&fixture, 0)));
  assert_eventually (has_dialog, &dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "run");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_eventually (has_two_batches, &fixture);
  g_assert_true (aph_session_get_batch (fixture.gui.session) == get_batch (&fixture, 0));
  assert_eventually (are_two_done, &fixture);
  tear_down (&fixture);
}

static guint
get_n_jobs (Fixture *fixture)
{
  return g_list_model_get_n_items (aph_session_get_jobs (fixture->gui.session));
}

static gboolean
has_two_jobs (gpointer user_data)
{
  return get_n_jobs (user_data) == 2;
}

static gboolean
has_many_jobs (gpointer user_data)
{
  return get_n_jobs (user_data) == 450;
}

static gboolean
has_no_jobs (gpointer user_data)
{
  return get_n_jobs (user_data) == 0;
}

/* What waits can be deleted as well; the keyboard brings back the last that went, and then the one
 * before. */
static void
test_delete_waiting (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  aph_session_set_paused (fixture.gui.session, TRUE);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  gui_session_queue (&fixture.gui, NULL, "two");
  assert_eventually (has_two_jobs, &fixture);

  select_row (&fixture, 0);
  act (&fixture, "job.remove-selected");
  g_assert_cmpuint (get_n_jobs (&fixture), ==, 1);
  select_row (&fixture, 0);
  act (&fixture, "job.remove-selected");
  g_assert_cmpuint (get_n_jobs (&fixture), ==, 0);
  gtk_test_widget_wait_for_draw (fixture.window);
  g_assert_nonnull (find_label (fixture.window, "2 prompts deleted"));

  act (&fixture, "win.undo");
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 1);
  act (&fixture, "win.undo");
  assert_eventually (has_two_jobs, &fixture);
  act (&fixture, "win.undo");
  aph_session_set_paused (fixture.gui.session, FALSE);
  assert_eventually (are_two_done, &fixture);
  tear_down (&fixture);
}

static gboolean
has_four_jobs (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (fixture->gui.session)) == 4;
}

/* The numbers of the rows, and in brackets of those that are selected. */
static char *
format_rows (Fixture *fixture)
{
  AphQueueView *queue =
    APH_QUEUE_VIEW (find_widget (fixture->window, APH_TYPE_QUEUE_VIEW, 0));
  g_autoptr (GArray) selected = aph_queue_view_dup_selected_ids (queue);
  AphJobList *jobs = APH_JOB_LIST (aph_session_get_jobs (fixture->gui.session));
  GString *rows = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (jobs)); i++)
    {
      guint64 id = aph_job_list_get_id (jobs, i);
      gboolean is_selected = FALSE;

      for (guint k = 0; k < selected->len; k++)
        is_selected |= g_array_index (selected, guint64, k) == id;
      g_string_append_printf (rows, is_selected ? "[%" G_GUINT64_FORMAT "]" : "%" G_GUINT64_FORMAT,
                              id);
    }

  return g_string_free (rows, FALSE);
}

typedef struct
{
  Fixture *fixture;
  const char *rows;
} Expected;

static gboolean
are_rows (gpointer user_data)
{
  Expected *expected = user_data;
  g_autofree char *rows = format_rows (expected->fixture);

  return g_str_equal (rows, expected->rows);
}

static void
move (Fixture    *fixture,
      const char *action,
      const char *rows)
{
  Expected expected = { fixture, rows };

  act (fixture, action);
  assert_eventually (are_rows, &expected);
}

static gboolean
is_undone (gpointer user_data)
{
  return g_queue_is_empty (&APH_WINDOW (((Fixture *) user_data)->window)->undone_moves);
}

static void
count_cb (AphStore *store,
          GArray   *placements,
          guint     number,
          gboolean  is_last,
          guint    *n_moves)
{
  (*n_moves)++;
}

static gboolean
is_counted (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

static void
open_four (Fixture *fixture)
{
  gui_session_start (&fixture->gui, "-m", "m:latest=tokens=2", NULL);
  aph_session_set_paused (fixture->gui.session, TRUE);
  aph_session_set_concurrency (fixture->gui.session, 1);
  open_window (fixture);
  for (guint i = 0; i < 4; i++)
    gui_session_queue (&fixture->gui, NULL, "one");
  assert_eventually (has_four_jobs, fixture);
}

/* One by one, as they were written; what is selected stays selected. */
static void
test_move (void)
{
  Fixture fixture = { 0, };
  GtkWidget *queue;
  guint n_moves = 0;

  open_four (&fixture);

  select_row (&fixture, 2);
  move (&fixture, "job.move-up-selected", "1[3]24");
  move (&fixture, "job.move-up-selected", "[3]124");
  move (&fixture, "job.move-down-selected", "1[3]24");
  move (&fixture, "job.move-last-selected", "124[3]");
  move (&fixture, "job.run-next-selected", "[3]124");
  queue = find_widget (fixture.window, APH_TYPE_QUEUE_VIEW, 0);
  gtk_widget_activate_action (find_widget (queue, GTK_TYPE_LIST_VIEW, 0), "list.select-item",
                              "(ubb)", 2, TRUE, FALSE);
  move (&fixture, "job.move-down-selected", "1[3]4[2]");
  move (&fixture, "job.move-up-selected", "[3]1[2]4");
  move (&fixture, "win.undo", "1[3]4[2]");
  move (&fixture, "win.undo", "[3]1[2]4");
  /* Also what has not moved yet is what is undone. */
  act (&fixture, "job.move-down-selected");
  act (&fixture, "job.move-last-selected");
  act (&fixture, "win.undo");
  act (&fixture, "win.undo");
  g_assert_cmpuint (g_queue_get_length (&APH_WINDOW (fixture.window)->undone_moves), ==, 2);
  assert_eventually (is_undone, &fixture);
  assert_eventually (are_rows, (&(Expected) { &fixture, "[3]1[2]4" }));

  /* What is first already stays there, and what was done before that is undone. */
  select_row (&fixture, 0);
  g_signal_connect (aph_session_get_store (fixture.gui.session), "jobs-moved",
                    G_CALLBACK (count_cb), &n_moves);
  act (&fixture, "job.move-up-selected");
  assert_eventually (is_counted, &n_moves);
  g_signal_handlers_disconnect_by_data (aph_session_get_store (fixture.gui.session), &n_moves);
  move (&fixture, "win.undo", "124[3]");
  move (&fixture, "job.run-next-selected", "[3]124");
  gtk_widget_activate_action (find_widget (queue, GTK_TYPE_LIST_VIEW, 0), "list.select-item",
                              "(ubb)", 2, TRUE, FALSE);

  /* Sorted otherwise there is no up and down, which is said. */
  gtk_column_view_sort_by_column (
    GTK_COLUMN_VIEW (find_widget (queue, GTK_TYPE_COLUMN_VIEW, 0)),
    g_list_model_get_item (gtk_column_view_get_columns (
      GTK_COLUMN_VIEW (find_widget (queue, GTK_TYPE_COLUMN_VIEW, 0))), 1), GTK_SORT_ASCENDING);
  pump_for (100);
  act (&fixture, "job.move-down-selected");
  wait_for_label (fixture.window,
                  "To move prompts up and down, list them in the order of the queue: "
                  "without sorting, search and filters");
  gtk_column_view_sort_by_column (
    GTK_COLUMN_VIEW (find_widget (queue, GTK_TYPE_COLUMN_VIEW, 0)), NULL, GTK_SORT_ASCENDING);
  move (&fixture, "job.copy-prompt-selected", "[3]1[2]4");

  aph_session_set_paused (fixture.gui.session, FALSE);
  assert_eventually (is_idle, &fixture);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpint (aph_job_get_times (gui_session_get_job (&fixture.gui, i))->sent, >,
                     aph_job_get_times (gui_session_get_job (&fixture.gui, i - 1))->sent);
  act (&fixture, "job.move-up-selected");
  tear_down (&fixture);
}

/* What is undone while it still moves is that, whatever is done before it is back. */
static void
test_undo_while_moving (void)
{
  Fixture fixture = { 0, };

  open_four (&fixture);
  select_row (&fixture, 0);
  act (&fixture, "job.move-last-selected");
  act (&fixture, "win.undo");
  act (&fixture, "job.remove-selected");
  assert_eventually (is_undone, &fixture);
  pump_for (100);
  assert_eventually (are_rows, (&(Expected) { &fixture, "[2]34" }));

  /* What was removed comes back at once, and to where it was. */
  select_row (&fixture, 1);
  act (&fixture, "job.move-last-selected");
  act (&fixture, "win.undo");
  act (&fixture, "win.undo");
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 4);
  assert_eventually (is_undone, &fixture);
  assert_eventually (are_rows, (&(Expected) { &fixture, "12[3]4" }));
  tear_down (&fixture);
}

/* More than are changed at a time. */
static void
test_many (void)
{
  Fixture fixture = { 0, };
  GtkWidget *queue;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  aph_session_set_paused (fixture.gui.session, TRUE);
  open_window (&fixture);
  gui_session_queue_many (&fixture.gui, "m:latest", "one", 450);
  assert_eventually (has_many_jobs, &fixture);

  queue = find_widget (fixture.window, APH_TYPE_QUEUE_VIEW, 0);
  gtk_widget_activate_action (find_widget (queue, GTK_TYPE_LIST_VIEW, 0), "list.select-all", NULL);
  act (&fixture, "job.cancel-selected");
  assert_eventually (is_idle, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_CANCELLED], ==, 450);

  act (&fixture, "job.remove-selected");
  assert_eventually (has_no_jobs, &fixture);
  act (&fixture, "win.undo");
  assert_eventually (has_many_jobs, &fixture);
  tear_down (&fixture);
}

static gboolean
are_both_done (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 2;
}

/* A batch without prompts is of no use to anybody; it comes back with them. */
static void
test_emptied (void)
{
  Fixture fixture = { 0, };

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  gui_session_queue (&fixture.gui, NULL, "two");
  assert_eventually (are_both_done, &fixture);
  aph_session_set_batch (fixture.gui.session, get_batch (&fixture, 1));
  pump_for (100);
  select_row (&fixture, 0);
  act (&fixture, "job.remove-selected");
  g_assert_cmpuint (count_batches (&fixture), ==, 1);
  act (&fixture, "win.undo");
  g_assert_cmpuint (count_batches (&fixture), ==, 2);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 2);

  aph_session_set_batch (fixture.gui.session, NULL);
  act (&fixture, "queue.clear-ended");
  g_assert_cmpuint (count_batches (&fixture), ==, 0);
  act (&fixture, "win.undo");
  g_assert_cmpuint (count_batches (&fixture), ==, 2);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_DONE], ==, 2);
  g_assert_cmpuint (aph_batch_get_n_jobs (get_batch (&fixture, 0)), ==, 1);
  tear_down (&fixture);
}

static gboolean
has_very_many_jobs (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (fixture->gui.session)) == 11000;
}

/* However many go, they go at one stroke, and come back at one. */
static void
test_undo_many (void)
{
  Fixture fixture = { 0, };
  GtkWidget *queue;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", NULL);
  aph_session_set_paused (fixture.gui.session, TRUE);
  open_window (&fixture);
  gui_session_queue_many (&fixture.gui, "m:latest", "one", 11000);
  assert_eventually (has_very_many_jobs, &fixture);

  queue = find_widget (fixture.window, APH_TYPE_QUEUE_VIEW, 0);
  gtk_widget_activate_action (find_widget (queue, GTK_TYPE_LIST_VIEW, 0), "list.select-all", NULL);
  act (&fixture, "job.remove-selected");
  assert_eventually (has_no_jobs, &fixture);
  wait_for_label (fixture.window, "11000 prompts deleted");
  act (&fixture, "win.undo");
  assert_eventually (has_very_many_jobs, &fixture);
  g_assert_cmpuint (counts (&fixture)[APH_JOB_WAITING], ==, 11000);

  /* Undone before all have gone: what has not, stays. */
  gtk_widget_activate_action (find_widget (queue, GTK_TYPE_LIST_VIEW, 0), "list.select-all", NULL);
  act (&fixture, "job.remove-selected");
  act (&fixture, "win.undo");
  pump_for (300);
  assert_eventually (has_very_many_jobs, &fixture);
  tear_down (&fixture);
}

/* What is asked again with changes keeps its model and what the composer does not show. */
static void
test_duplicate (void)
{
  static const char *const images[] = { "file:///tmp/a.png", NULL };
  Fixture fixture = { 0, };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  const AphRequestFields *fields;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=2", "-m", "other:latest=tokens=2", NULL);
  aph_session_set_paused (fixture.gui.session, TRUE);
  aph_session_set_model (fixture.gui.session, "m:latest");
  open_window (&fixture);
  g_ptr_array_add (requests, aph_request_new_full (&(AphRequestFields) {
    .model = "other:latest", .prompt = "one", .custom_id = "x", .images = images,
  }));
  aph_session_queue (fixture.gui.session, requests, NULL);

  select_row (&fixture, 0);
  act (&fixture, "job.duplicate-selected");
  gtk_text_buffer_insert_at_cursor (fixture.text, "!", -1);
  act (&fixture, "win.send");
  assert_eventually (has_two_jobs, &fixture);
  fields = aph_request_get_fields (aph_job_get_request (gui_session_get_job (&fixture.gui, 1)));
  g_assert_cmpstr (fields->prompt, ==, "one!");
  g_assert_cmpstr (fields->model, ==, "other:latest");
  g_assert_cmpstr (fields->custom_id, ==, "x");
  g_assert_cmpstr (fields->images[0], ==, images[0]);

  /* What is written next is something else. */
  gtk_text_buffer_set_text (fixture.text, "two", -1);
  act (&fixture, "win.send");
  fields = aph_request_get_fields (aph_job_get_request (gui_session_get_job (&fixture.gui, 2)));
  g_assert_null (fields->images);
  tear_down (&fixture);
}

static gboolean
nothing_is_selected (gpointer user_data)
{
  return get_selected (user_data) == NULL;
}

/* What the filters hide is not read any more; what leaves the list by itself is. */
static void
test_hidden (void)
{
  Fixture fixture = { 0, };
  AphJob *job;

  gui_session_start (&fixture.gui, "-m", "m:latest=tokens=400,rate=100", NULL);
  open_window (&fixture);
  gui_session_queue (&fixture.gui, NULL, "one");
  assert_eventually (is_streaming, &fixture);
  select_row (&fixture, 0);
  job = get_selected (&fixture);
  aph_queue_header_set_show (APH_WINDOW (fixture.window)->header, APH_SHOW_RUNNING);
  pump_for (200);
  g_assert_true (get_selected (&fixture) == job);
  aph_session_cancel (fixture.gui.session, job);
  assert_eventually (has_no_jobs, &fixture);
  pump_for (200);
  g_assert_true (get_selected (&fixture) == job);

  aph_queue_header_set_show (APH_WINDOW (fixture.window)->header, APH_SHOW_FAILED);
  assert_eventually (nothing_is_selected, &fixture);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/window-jobs/clear-and-undo", test_clear_and_undo);
  g_test_add_func ("/window-jobs/job-actions", test_job_actions);
  g_test_add_func ("/window-jobs/batches", test_batches);
  g_test_add_func ("/window-jobs/run-again", test_run_again);
  g_test_add_func ("/window-jobs/delete-waiting", test_delete_waiting);
  g_test_add_func ("/window-jobs/move", test_move);
  g_test_add_func ("/window-jobs/undo-while-moving", test_undo_while_moving);
  g_test_add_func ("/window-jobs/many", test_many);
  g_test_add_func ("/window-jobs/emptied", test_emptied);
  g_test_add_func ("/window-jobs/undo-many", test_undo_many);
  g_test_add_func ("/window-jobs/duplicate", test_duplicate);
  g_test_add_func ("/window-jobs/hidden", test_hidden);

  return g_test_run ();
}
