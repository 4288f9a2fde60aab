/* test-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sqlite3.h>

#include "folder.h"
#include "gui-session.h"
#include "pump.h"

static const guint *
counts (GuiSession *gui)
{
  return aph_session_get_counts (gui->session);
}

/* The counts are kept by transitions; counting again must give the same. */
static void
assert_counts_hold (GuiSession *gui)
{
  GListModel *jobs = aph_session_get_jobs (gui->session);
  guint fresh[APH_JOB_N_STATES] = { 0, };

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    fresh[aph_job_get_state (gui_session_get_job (gui, i))]++;
  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    g_assert_cmpuint (counts (gui)[i], ==, fresh[i]);
}

static void
test_models (void)
{
  GuiSession gui = { 0, };
  GListModel *models;

  gui_session_start (&gui, "-m", "b:latest=tokens=1", "-m", "a:latest=tokens=1", NULL);
  models = aph_connection_get_models (aph_session_get_connection (gui.session));
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 2);

  /* The first, until another is chosen; that one is remembered. */
  {
    g_autoptr (AphModel) first = g_list_model_get_item (models, 0);

    g_assert_cmpstr (aph_session_get_model (gui.session), ==, aph_model_get_name (first));
  }
  aph_session_set_model (gui.session, "a:latest");
  g_assert_cmpstr (aph_settings_get_model (aph_session_get_settings (gui.session)), ==,
                   "a:latest");

  gui_session_stop (&gui);
}

static void
test_run (void)
{
  GuiSession gui = { 0, };

  gui_session_start (&gui, "-m", "m:latest=tokens=20,rate=200", NULL);
  gui_session_queue (&gui, NULL, "one");
  gui_session_queue (&gui, NULL, "two");
  gui_session_queue (&gui, "no-such-model", "three");
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 3);
  assert_counts_hold (&gui);

  while (!gui_session_is_idle (&gui))
    {
      g_main_context_iteration (NULL, TRUE);
      assert_counts_hold (&gui);
    }
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 2);
  g_assert_cmpuint (counts (&gui)[APH_JOB_FAILED], ==, 1);
  g_assert_cmpstr (aph_request_get_model (aph_job_get_request (gui_session_get_job (&gui, 0))),
                   ==, "m:latest");
  g_assert_true (aph_session_lookup_job (gui.session, 2) == gui_session_get_job (&gui, 1));
  g_assert_null (aph_session_lookup_job (gui.session, 4));

  gui_session_stop (&gui);
}

/* What the user has chosen holds where a request does not say, and only there. */
static void
test_defaults (void)
{
  GuiSession gui = { 0, };
  g_autoptr (AphParams) defaults = aph_params_new ();
  g_autoptr (AphParams) own = aph_params_new ();
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  AphParams *got;

  g_assert_true (aph_params_set_option (defaults, "seed", "7", NULL));
  g_assert_true (aph_params_set_option (defaults, "top_p", "0.5", NULL));
  g_assert_true (aph_params_set_option (own, "seed", "8", NULL));
  g_ptr_array_add (requests, aph_request_new ("m:latest", "a", NULL, NULL));
  g_ptr_array_add (requests, aph_request_new ("m:latest", "b", own, NULL));

  gui_session_start (&gui, "-m", "m:latest=tokens=1", NULL);
  aph_session_set_paused (gui.session, TRUE);
  aph_session_queue (gui.session, requests, defaults);

  got = aph_request_get_params (aph_job_get_request (gui_session_get_job (&gui, 0)));
  g_assert_cmpint (json_object_get_int_member (aph_params_get_options (got), "seed"), ==, 7);
  got = aph_request_get_params (aph_job_get_request (gui_session_get_job (&gui, 1)));
  g_assert_cmpint (json_object_get_int_member (aph_params_get_options (got), "seed"), ==, 8);
  g_assert_cmpfloat (json_object_get_double_member (aph_params_get_options (got), "top_p"), ==,
                     0.5);

  gui_session_stop (&gui);
}

static gboolean
is_down (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_connection_get_health (aph_session_get_connection (gui->session))
         == APH_HEALTH_DOWN;
}

/* Prompts that are sent while no server answers wait, without a model, and run once there is
 * one. */
static void
test_absent_server (void)
{
  GuiSession gui = { 0, };
  GuiSession other = { 0, };
  AphConnection *connection;
  AphFailure *failure;

  gui_session_start_absent (&gui);
  connection = aph_session_get_connection (gui.session);
  gui_session_queue (&gui, NULL, "one");
  gui_session_queue (&gui, NULL, "two");
  gui_session_queue (&gui, NULL, "three");
  assert_eventually (is_down, &gui);

  failure = aph_connection_get_failure (connection);
  g_assert_cmpint (aph_failure_get_class (failure), ==, APH_FAILURE_REFUSED);
  g_assert_null (aph_session_get_model (gui.session));
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 3);

  aph_session_cancel (gui.session, gui_session_get_job (&gui, 2));
  g_assert_cmpuint (counts (&gui)[APH_JOB_CANCELLED], ==, 1);
  aph_session_cancel (gui.session, gui_session_get_job (&gui, 2));
  g_assert_cmpuint (counts (&gui)[APH_JOB_CANCELLED], ==, 1);

  gui_session_start (&other, "-m", "m:latest=tokens=2", NULL);
  g_assert_true (aph_connection_use_address (connection, other.address, NULL));
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 2);
  g_assert_cmpuint (counts (&gui)[APH_JOB_CANCELLED], ==, 1);
  assert_counts_hold (&gui);

  /* It was cancelled before there was a model; now there is one. */
  aph_session_retry (gui.session, gui_session_get_job (&gui, 2));
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 3);
  assert_counts_hold (&gui);

  gui_session_stop (&gui);
  gui_session_stop (&other);
}

static gboolean
is_done (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 1;
}

/* A model that the server lacks is replaced by the chosen one on retry, as the remedy says. */
static void
test_retry_with_another_model (void)
{
  GuiSession gui = { 0, };
  AphJob *job;

  gui_session_start (&gui, "-m", "m:latest=tokens=2", NULL);
  gui_session_queue (&gui, "no-such-model", "one");
  assert_eventually (gui_session_is_idle, &gui);
  job = gui_session_get_job (&gui, 0);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_FAILED);
  g_assert_cmpuint (aph_failure_get_status (aph_job_get_failure (job)), ==, 404);

  aph_session_retry_failed (gui.session);
  assert_eventually (is_done, &gui);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_cmpstr (aph_request_get_model (aph_job_get_request (job)), ==, "m:latest");

  gui_session_stop (&gui);
}

static gboolean
has_four_jobs (gpointer user_data)
{
  GuiSession *gui = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (gui->session)) == 4;
}

static gboolean
one_runs (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_session_get_counts (gui->session)[APH_JOB_SENT] == 1;
}

static void
test_remove_and_restore (void)
{
  GuiSession gui = { 0, };
  GListModel *jobs;
  AphRemoval none, one, ended;

  gui_session_start (&gui, "-m", "m:latest=tokens=1", "-m", "slow:latest=tokens=1,ttft=60000",
                     NULL);
  jobs = aph_session_get_jobs (gui.session);
  gui_session_queue (&gui, "m:latest", "one");
  gui_session_queue (&gui, "m:latest", "two");
  assert_eventually (gui_session_is_idle, &gui);
  gui_session_queue (&gui, "slow:latest", "three");
  gui_session_queue (&gui, "no-such-model", "four");
  aph_session_cancel (gui.session, gui_session_get_job (&gui, 3));

  /* What runs cannot be removed. */
  assert_eventually (one_runs, &gui);
  none = aph_session_remove (gui.session, gui_session_get_job (&gui, 2));
  g_assert_cmpuint (none.n_jobs, ==, 0);

  one = aph_session_remove (gui.session, gui_session_get_job (&gui, 0));
  g_assert_cmpuint (one.n_jobs, ==, 1);
  g_assert_cmpuint (aph_job_get_index (gui_session_get_job (&gui, 0)), ==, 2);
  assert_counts_hold (&gui);

  ended = aph_session_remove_ended (gui.session);
  g_assert_cmpuint (ended.n_jobs, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, 1);
  assert_counts_hold (&gui);

  aph_session_restore (gui.session, ended);
  aph_session_restore (gui.session, one);
  assert_eventually (has_four_jobs, &gui);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (aph_job_get_index (gui_session_get_job (&gui, i)), ==, i + 1);
  assert_counts_hold (&gui);

  gui_session_stop (&gui);
}

static gboolean
one_is_done (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_session_get_counts (gui->session)[APH_JOB_DONE] == 1;
}

static gboolean
two_are_done (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_session_get_counts (gui->session)[APH_JOB_DONE] == 2;
}

/* What waits leaves the queue, and comes back to it. */
static void
test_remove_waiting (void)
{
  GuiSession gui = { 0, };
  AphRemoval removal;
  AphJob *second;

  gui_session_start (&gui, "-m", "m:latest=tokens=1", NULL);
  aph_session_set_paused (gui.session, TRUE);
  gui_session_queue (&gui, "m:latest", "one");
  gui_session_queue (&gui, "m:latest", "two");
  pump_for (50);
  second = g_object_ref (gui_session_get_job (&gui, 1));
  removal = aph_session_remove (gui.session, second);
  g_assert_cmpuint (removal.n_jobs, ==, 1);
  g_assert_cmpuint (aph_session_get_n_active (gui.session), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (aph_session_get_jobs (gui.session)), ==, 1);

  aph_session_set_paused (gui.session, FALSE);
  assert_eventually (one_is_done, &gui);
  pump_for (200);
  g_assert_cmpint (aph_job_get_state (second), ==, APH_JOB_WAITING);

  aph_session_restore (gui.session, removal);
  assert_eventually (two_are_done, &gui);
  g_assert_cmpint (aph_job_get_state (second), ==, APH_JOB_DONE);
  g_object_unref (second);

  gui_session_stop (&gui);
}

static gboolean
nothing_runs (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_scheduler_get_n_running (aph_session_get_scheduler (gui->session)) == 0;
}

static void
test_stop_and_start (void)
{
  GuiSession gui = { 0, };

  gui_session_start (&gui, "-m", "m:latest=tokens=4,fault=stall,first=2", NULL);
  gui_session_queue (&gui, NULL, "one");
  gui_session_queue (&gui, NULL, "two");
  assert_eventually (gui_session_is_streaming, &gui);

  aph_session_stop (gui.session);
  assert_eventually (nothing_runs, &gui);
  g_assert_true (aph_session_get_paused (gui.session));
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 2);

  aph_session_set_paused (gui.session, FALSE);
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 2);
  assert_counts_hold (&gui);

  gui_session_stop (&gui);
}

static gboolean
is_on_wall (GuiSession *gui,
            AphJob     *job)
{
  return g_list_store_find (G_LIST_STORE (aph_session_get_wall (gui->session)), job, NULL);
}

/* Those that run and the last that ran; a new run takes their places. */
static void
test_wall (void)
{
  GuiSession gui = { 0, };
  GListModel *wall;

  gui_session_start (&gui, "-m", "m:latest=tokens=2", NULL);
  wall = aph_session_get_wall (gui.session);
  aph_session_set_concurrency (gui.session, 1);
  for (guint i = 0; i < 6; i++)
    gui_session_queue (&gui, NULL, "again");
  assert_eventually (gui_session_is_idle, &gui);

  g_assert_cmpuint (g_list_model_get_n_items (wall), ==, 4);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (is_on_wall (&gui, gui_session_get_job (&gui, i)), ==, i >= 2);

  pump_for (20);
  gui_session_queue (&gui, NULL, "anew");
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (g_list_model_get_n_items (wall), ==, 1);
  g_assert_true (is_on_wall (&gui, gui_session_get_job (&gui, 6)));

  gui_session_stop (&gui);
}

static gboolean
is_demo_ready (gpointer user_data)
{
  GuiSession *gui = user_data;

  return aph_connection_is_demo (aph_session_get_connection (gui->session))
         && gui_session_is_ready (gui);
}

/* The demo is used, but not remembered: neither the server nor its model. */
static void
test_demo (void)
{
  GuiSession gui = { 0, };
  AphSettings *settings;

  gui_session_start (&gui, "-m", "m:latest=tokens=1", NULL);
  settings = aph_session_get_settings (gui.session);
  aph_session_set_model (gui.session, "m:latest");

  aph_connection_use_demo (aph_session_get_connection (gui.session));
  assert_eventually (is_demo_ready, &gui);
  g_assert_cmpstr (aph_session_get_model (gui.session), !=, "m:latest");
  g_assert_cmpstr (aph_settings_get_model (settings), ==, "m:latest");
  g_assert_cmpstr (aph_settings_get_server (settings), ==, gui.address);

  aph_connection_use_stored (aph_session_get_connection (gui.session));
  assert_eventually (gui_session_is_ready, &gui);
  g_assert_cmpstr (aph_session_get_model (gui.session), ==, "m:latest");

  gui_session_stop (&gui);
}

static gboolean
has_two_to_resume (gpointer user_data)
{
  return aph_session_get_n_to_resume (((GuiSession *) user_data)->session) == 2;
}

static gboolean
has_one_done (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 1;
}

static gboolean
is_store_open (gpointer user_data)
{
  return aph_store_is_open (aph_session_get_store (((GuiSession *) user_data)->session));
}

/* What waits from an earlier time is not sent before the user says so; what is new is. */
static void
test_resume (void)
{
  GuiSession gui = { 0, };
  g_autofree char *directory = g_dir_make_tmp ("antiphon-session-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "prompts.db", NULL);

  gui_session_start (&gui, "-m", "m:latest=tokens=2", NULL);
  gui_session_reopen (&gui, path);
  assert_eventually (is_store_open, &gui);
  aph_session_set_paused (gui.session, TRUE);
  gui_session_queue (&gui, NULL, "one");
  gui_session_queue (&gui, NULL, "two");

  gui_session_reopen (&gui, path);
  assert_eventually (has_two_to_resume, &gui);
  assert_eventually (gui_session_is_ready, &gui);
  gui_session_queue (&gui, NULL, "three");
  assert_eventually (has_one_done, &gui);
  pump_for (50);
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 2);
  g_assert_true (has_two_to_resume (&gui));

  aph_session_resume (gui.session);
  g_assert_cmpuint (aph_session_get_n_to_resume (gui.session), ==, 0);
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 3);

  gui_session_stop (&gui);
  folder_remove (directory);
}

static gboolean
has_two_done (gpointer user_data)
{
  return counts (user_data)[APH_JOB_DONE] == 2;
}

/* Waiting prompts of a batch that is removed are not sent, and wait again when it is put back. */
static void
test_batches (void)
{
  GuiSession gui = { 0, };
  GListModel *batches;
  AphRemoval removal;

  gui_session_start (&gui, "-m", "m:latest=tokens=2", NULL);
  batches = aph_session_get_batches (gui.session);
  aph_session_set_paused (gui.session, TRUE);
  gui_session_queue (&gui, NULL, "one");
  {
    g_autoptr (AphBatch) batch = g_list_model_get_item (batches, 0);

    g_assert_cmpstr (aph_batch_get_title (batch), ==, "one");
    removal = aph_session_remove_batch (gui.session, batch);
  }
  g_assert_cmpuint (g_list_model_get_n_items (batches), ==, 0);
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 0);
  aph_session_set_paused (gui.session, FALSE);
  pump_for (50);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 0);

  aph_session_restore (gui.session, removal);
  g_assert_cmpuint (g_list_model_get_n_items (batches), ==, 1);
  assert_eventually (has_one_done, &gui);

  {
    g_autoptr (AphBatch) batch = g_list_model_get_item (batches, 0);
    AphBatch *copy = aph_session_duplicate_batch (gui.session, batch, "again", NULL, NULL);

    g_assert_cmpstr (aph_batch_get_title (copy), ==, "again");
  }
  assert_eventually (has_two_done, &gui);
  assert_counts_hold (&gui);

  gui_session_stop (&gui);
}

/* As slow as a disk can be: nothing is written yet of a batch that goes and comes back. */
static void
test_put_back_unwritten (void)
{
  GuiSession gui = { 0, };
  g_autofree char *directory = g_dir_make_tmp ("antiphon-session-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "prompts.db", NULL);
  AphRemoval removal;
  sqlite3 *other;

  gui_session_start (&gui, "-m", "m:latest=tokens=2", NULL);
  gui_session_reopen (&gui, path);
  assert_eventually (is_store_open, &gui);
  assert_eventually (gui_session_is_ready, &gui);
  aph_session_set_paused (gui.session, TRUE);

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  sqlite3_busy_timeout (other, 20000);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  gui_session_queue (&gui, NULL, "one");
  {
    g_autoptr (AphBatch) batch =
      g_list_model_get_item (aph_session_get_batches (gui.session), 0);

    removal = aph_session_remove_batch (gui.session, batch);
  }
  aph_session_restore (gui.session, removal);
  aph_session_set_paused (gui.session, FALSE);
  pump_for (300);
  g_assert_cmpuint (counts (&gui)[APH_JOB_WAITING], ==, 1);

  g_assert_cmpint (sqlite3_exec (other, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  assert_eventually (has_one_done, &gui);

  gui_session_stop (&gui);
  folder_remove (directory);
}

#define N_MEANWHILE 30

static GPtrArray *
pull_meanwhile (guint          max_rows,
                gpointer       pull_data,
                GCancellable  *cancellable,
                GError       **error)
{
  guint *n_left = pull_data;
  GPtrArray *rows;

  if (*n_left == 0)
    return NULL;

  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  for (; *n_left > 0 && rows->len < max_rows; (*n_left)--)
    g_ptr_array_add (rows, aph_request_new (NULL, "meanwhile", NULL, NULL));

  return rows;
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AphBatch) batch = aph_session_import_finish (APH_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (batch);
  *(gboolean *) user_data = TRUE;
}

typedef struct
{
  guint n_states[APH_JOB_N_STATES];
  guint64 last;
  gboolean is_done;
} Exported;

static gboolean
export_job (AphJob   *job,
            gpointer  user_data,
            GError  **error)
{
  Exported *exported = user_data;
  AphJobState state = aph_job_get_state (job);

  g_assert_cmpuint (aph_job_get_id (job), >, exported->last);
  exported->last = aph_job_get_id (job);
  exported->n_states[state]++;
  g_assert_true (state != APH_JOB_DONE || *aph_job_get_answer (job, NULL) != '\0');

  return TRUE;
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  aph_store_for_each_finish (APH_STORE (source), result, &error);
  g_assert_no_error (error);
  ((Exported *) user_data)->is_done = TRUE;
}

static void
export_all (GuiSession *gui,
            Exported   *exported)
{
  const AphJobQuery all = { 0 };

  aph_store_for_each_async (aph_session_get_store (gui->session), &all, TRUE, export_job, exported,
                            NULL, NULL, exported_cb, exported);
}

static gboolean
first_runs (gpointer user_data)
{
  return aph_job_get_state (gui_session_get_job (user_data, 0)) == APH_JOB_ANSWERING;
}

/* While a batch runs it is deleted and put back, another one is imported, and all is exported. */
static void
test_meanwhile (void)
{
  GuiSession gui = { 0, };
  Exported during = { { 0 }, };
  Exported after = { { 0 }, };
  guint n_left = N_MEANWHILE, n_during = 0;
  gboolean is_imported = FALSE;
  const AphBatchDetails details = { .title = "Meanwhile" };
  g_autoptr (AphBatch) first = NULL;

  gui_session_start (&gui, "-m", "m:latest=tokens=20,rate=100,fault=stall,first=1", NULL);
  aph_session_set_concurrency (gui.session, 1);
  for (guint i = 0; i < 3; i++)
    gui_session_queue (&gui, NULL, "again");
  /* It never ends, unless it is taken away. */
  assert_eventually (first_runs, &gui);
  aph_session_set_concurrency (gui.session, 2);

  /* The last that was queued is the first in the list. */
  first = g_list_model_get_item (aph_session_get_batches (gui.session), 2);
  aph_session_restore (gui.session, aph_session_remove_batch (gui.session, first));
  aph_session_import_async (gui.session, &details, NULL, pull_meanwhile, &n_left, NULL, NULL, NULL,
                            NULL, imported_cb, &is_imported);
  export_all (&gui, &during);
  while (!is_imported || !during.is_done)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    n_during += during.n_states[i];
  g_assert_cmpuint (n_during, >=, 3);

  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpuint (counts (&gui)[APH_JOB_DONE], ==, 3 + N_MEANWHILE);
  export_all (&gui, &after);
  while (!after.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (after.n_states[APH_JOB_DONE], ==, 3 + N_MEANWHILE);

  gui_session_stop (&gui);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/models", test_models);
  g_test_add_func ("/session/run", test_run);
  g_test_add_func ("/session/defaults", test_defaults);
  g_test_add_func ("/session/absent-server", test_absent_server);
  g_test_add_func ("/session/retry-with-another-model", test_retry_with_another_model);
  g_test_add_func ("/session/remove-and-restore", test_remove_and_restore);
  g_test_add_func ("/session/remove-waiting", test_remove_waiting);
  g_test_add_func ("/session/stop-and-start", test_stop_and_start);
  g_test_add_func ("/session/wall", test_wall);
  g_test_add_func ("/session/demo", test_demo);
  g_test_add_func ("/session/resume", test_resume);
  g_test_add_func ("/session/batches", test_batches);
  g_test_add_func ("/session/put-back-unwritten", test_put_back_unwritten);
  g_test_add_func ("/session/meanwhile", test_meanwhile);

  return g_test_run ();
}
