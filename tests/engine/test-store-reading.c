/* test-store-reading.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sqlite3.h>

#include "store/aph-database.h"
#include "store/aph-store-load.h"
#include "store/aph-store-private.h"

#include "store-fixture.h"

static gboolean
pass_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Returns the number of a job that has params. */
static guint64
add_brief (StoreFixture *fixture)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (AphParams) params = aph_params_new ();
  gboolean default_model = FALSE;

  aph_params_set_system (params, "Be brief.");
  g_ptr_array_add (requests, aph_request_new ("m", "one", params, NULL));
  jobs = aph_store_add_jobs (fixture->store,
                             aph_store_add_batch (fixture->store, &(AphBatchDetails) { "b" }),
                             requests, &default_model);

  return aph_job_get_id (g_ptr_array_index (jobs, 0));
}

static AphJob *looked_at;

static gboolean
is_looked_at_loaded (StoreFixture *fixture)
{
  return aph_job_is_loaded (looked_at);
}

/* What could not be read when it was looked at is read when it can be. */
static void
test_read_later (void)
{
  StoreFixture fixture = { 0, };
  gboolean has_passed = FALSE;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  store_close (&fixture);

  store_open (&fixture);
  store_run_sql (&fixture, "ALTER TABLE prompts RENAME TO hidden");
  looked_at = g_list_model_get_item (G_LIST_MODEL (fixture.list), 0);
  g_timeout_add (300, pass_cb, &has_passed);
  while (!has_passed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (aph_job_is_loaded (looked_at));

  store_run_sql (&fixture, "ALTER TABLE hidden RENAME TO prompts");
  store_wait (&fixture, is_looked_at_loaded);
  g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (looked_at)), ==, "one");
  g_clear_object (&looked_at);
  store_tear_down (&fixture);
}

/* What cannot be read does not keep back what can. */
static void
test_read_beside (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (AphJob) unreadable = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  add_brief (&fixture);
  store_add (&fixture, "two", "three", NULL);
  store_close (&fixture);

  /* The params of the second are those of the third, and are known from then on. */
  store_open (&fixture);
  g_assert_true (aph_job_is_loaded (store_get_job (&fixture, 1)));
  store_run_sql (&fixture, "ALTER TABLE params RENAME TO hidden");
  unreadable = g_list_model_get_item (G_LIST_MODEL (fixture.list), 0);
  looked_at = g_list_model_get_item (G_LIST_MODEL (fixture.list), 2);
  store_wait (&fixture, is_looked_at_loaded);
  g_assert_false (aph_job_is_loaded (unreadable));

  store_run_sql (&fixture, "ALTER TABLE hidden RENAME TO params");
  g_set_object (&looked_at, unreadable);
  store_wait (&fixture, is_looked_at_loaded);
  g_assert_cmpstr (aph_params_get_system (aph_request_get_params (
                     aph_job_get_request (unreadable))), ==, "Be brief.");
  g_clear_object (&looked_at);
  store_tear_down (&fixture);
}

static int
deny_params (void       *user_data,
             int         action,
             const char *table,
             const char *column,
             const char *database,
             const char *trigger)
{
  return action == SQLITE_READ && g_strcmp0 (table, "params") == 0 ? SQLITE_DENY : SQLITE_OK;
}

/* Params that cannot be read just now are not taken for none, neither now nor later. */
static void
test_unreadable_params (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (AphDatabase) database = NULL;
  g_autoptr (AphLoader) loader = NULL;
  g_autoptr (AphJobRecord) none = NULL;
  g_autoptr (AphJobRecord) forgiven = NULL;
  g_autoptr (AphJobRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  guint64 id;

  store_set_up (&fixture);
  store_open (&fixture);
  id = add_brief (&fixture);
  store_close (&fixture);

  database = aph_database_open (fixture.path, SQLITE_OPEN_READONLY, &error);
  g_assert_no_error (error);
  loader = aph_loader_new (database);
  sqlite3_set_authorizer (aph_database_get_handle (database), deny_params, NULL);
  none = aph_loader_load_job (loader, id, FALSE, &error);
  g_assert_error (error, APH_STORE_ERROR, APH_STORE_ERROR_FAILED);
  g_assert_null (none);

  /* Unless that is all there will ever be. */
  aph_loader_set_forgiving (loader, TRUE);
  forgiven = aph_loader_load_job (loader, id, FALSE, NULL);
  g_assert_null (aph_params_get_system (aph_request_get_params (forgiven->request)));
  aph_loader_free (loader);
  loader = aph_loader_new (database);

  sqlite3_set_authorizer (aph_database_get_handle (database), NULL, NULL);
  g_clear_error (&error);
  record = aph_loader_load_job (loader, id, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aph_params_get_system (aph_request_get_params (record->request)), ==,
                   "Be brief.");
  g_clear_pointer (&loader, aph_loader_free);
  g_clear_pointer (&database, aph_database_close);
  store_tear_down (&fixture);
}

/* One object for each number, however it is come by, and none that nobody needs. */
static void
test_objects (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (AphJob) job = NULL;
  g_autoptr (AphJob) again = NULL;
  guint revision;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  store_close (&fixture);

  store_open (&fixture);
  job = g_list_model_get_item (G_LIST_MODEL (fixture.list), 0);
  again = aph_store_get_job (fixture.store, 1);
  g_assert_true (job == again);
  g_assert_false (aph_job_is_loaded (job));
  g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (job)), ==, "");
  revision = aph_job_get_revision (job);
  g_assert_true (store_get_job (&fixture, 0) == job);
  g_assert_true (aph_job_is_loaded (job));
  g_assert_cmpuint (aph_job_get_revision (job), !=, revision);
  g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (job)), ==, "one");
  store_tear_down (&fixture);
}

static gboolean
collect (AphJob   *job,
         gpointer  user_data,
         GError  **error)
{
  g_string_append_printf (user_data, "%s=%s ", aph_request_get_prompt (aph_job_get_request (job)),
                          aph_job_get_answer (job, NULL));

  return TRUE;
}

static void
each_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  aph_store_for_each_finish (APH_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* What has just changed is included. */
static void
test_for_each (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (GString) seen = g_string_new (NULL);
  const AphJobQuery query = { .descending = TRUE };
  gboolean is_done = FALSE;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", NULL);
  store_send (&fixture, store_get_job (&fixture, 0));
  store_say (&fixture, store_get_job (&fixture, 0), "yes");
  store_finish (&fixture, store_get_job (&fixture, 0));
  aph_store_for_each_async (fixture.store, &query, TRUE, collect, seen, NULL, NULL, each_cb,
                            &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (seen->str, ==, "two= one=yes ");
  store_tear_down (&fixture);
}

#define N_SEARCHES 5

/* Never comes to an end by itself. */
static gpointer
run_forever (gpointer data)
{
  AphDatabase *database = data;
  g_autoptr (GError) error = NULL;
  gint64 number;

  g_assert_false (aph_database_get_int (database,
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    &number, &error));

  return g_steal_pointer (&error);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = aph_store_find_finish (APH_STORE (source), result, &error);
  guint *n_cancelled = user_data;

  g_assert_true ((ids != NULL) == (error == NULL));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    (*n_cancelled)++;
  else
    g_assert_no_error (error);
}

/* Keeps the reader until it is being closed. */
static gpointer
hold_on (AphLoader  *loader,
         gpointer    task_data,
         GError    **error)
{
  AphStore *store = task_data;

  while (g_atomic_pointer_get (&store->finder) != NULL)
    g_usleep (1000);
  /* The reader itself hears of it right after. */
  g_usleep (50000);

  return NULL;
}

/* Who closes does not wait for searches. */
static void
test_close_breaks_off (void)
{
  StoreFixture fixture = { 0, };
  const AphJobQuery query = { .search = "one" };
  g_autoptr (GError) error = NULL;
  AphDatabase *database;
  guint n_cancelled = 0;
  gint flag = FALSE;
  GThread *thread;
  GTask *task;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", NULL);
  task = g_task_new (fixture.store, NULL, NULL, NULL);
  g_task_set_task_data (task, fixture.store, NULL);
  aph_store_reader_run (fixture.store->finder, task, hold_on, NULL);
  for (guint i = 0; i < N_SEARCHES; i++)
    aph_store_find_async (fixture.store, &query, NULL, found_cb, &n_cancelled);
  store_close (&fixture);
  g_assert_cmpuint (n_cancelled, ==, N_SEARCHES);

  /* And what runs is interrupted. */
  database = aph_database_open (fixture.path, SQLITE_OPEN_READONLY, &error);
  g_assert_no_error (error);
  aph_database_watch_flag (database, &flag);
  thread = g_thread_new ("forever", run_forever, database);
  g_usleep (20000);
  g_atomic_int_set (&flag, TRUE);
  error = g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  aph_database_close (database);
  store_tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store-reading/unreadable-params", test_unreadable_params);
  g_test_add_func ("/store-reading/read-later", test_read_later);
  g_test_add_func ("/store-reading/read-beside", test_read_beside);
  g_test_add_func ("/store-reading/objects", test_objects);
  g_test_add_func ("/store-reading/for-each", test_for_each);
  g_test_add_func ("/store-reading/close-breaks-off", test_close_breaks_off);

  return g_test_run ();
}
