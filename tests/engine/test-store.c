/* test-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "store/aph-database.h"
#include "store/aph-store-load.h"

#include "store-fixture.h"

static AphBatch *
get_batch (StoreFixture *fixture,
           guint         position)
{
  g_autoptr (AphBatch) batch =
    g_list_model_get_item (aph_store_get_batches (fixture->store), position);

  /* The list holds it. */
  return batch;
}

/* The counts are kept by transitions; counting the jobs must give the same. */
static void
assert_counts_hold (StoreFixture *fixture)
{
  const guint *counts = aph_store_get_counts (fixture->store);
  guint fresh[APH_JOB_N_STATES] = { 0, };
  guint sum[APH_JOB_N_STATES] = { 0, };

  for (guint i = 0; i < store_get_n (fixture); i++)
    fresh[aph_job_get_state (store_get_job (fixture, i))]++;
  for (guint i = 0; i < g_list_model_get_n_items (aph_store_get_batches (fixture->store)); i++)
    for (guint state = 0; state < APH_JOB_N_STATES; state++)
      sum[state] += aph_batch_get_counts (get_batch (fixture, i))[state];
  for (guint state = 0; state < APH_JOB_N_STATES; state++)
    {
      g_assert_cmpuint (counts[state], ==, fresh[state]);
      g_assert_cmpuint (counts[state], ==, sum[state]);
    }
}

static void
test_empty (void)
{
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 0);
  g_assert_null (aph_store_get_error (fixture.store));
  g_assert_null (aph_store_get_problem (fixture.store));
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 0);
  store_tear_down (&fixture);
}

static AphRequest *
make_request (void)
{
  static const char *const images[] = { "file:///a%20b.png", "file:///c.png", NULL };
  g_autoptr (AphParams) params = aph_params_new ();
  AphRequestFields fields = {
    .model = "qwen:7b",
    .prompt = "鱼香肉丝的做法\n\"'\\",
    .params = params,
    .custom_id = "row 1",
    .vars = "{\"dish\":\"鱼\"}",
    .images = images,
  };

  g_assert_true (aph_params_set_option (params, "num_ctx", "4096", NULL));
  aph_params_set_system (params, "Be brief.");

  return aph_request_new_full (&fields);
}

/* All that is known of a job is there again. */
static void
test_everything_is_kept (void)
{
  StoreFixture fixture = { 0, };
  const AphBatchDetails details = { .title = "Recipes", .source = "a.csv", .template = "{dish}?",
                                    .model = "qwen:7b", .params = "{\"seed\":1}" };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  g_autoptr (GPtrArray) jobs = NULL;
  gboolean default_model = TRUE;
  AphRequest *request;
  AphBatch *batch;
  AphJob *job;
  double rate, total;
  guint64 id;

  store_set_up (&fixture);
  store_open (&fixture);
  g_ptr_array_add (requests, make_request ());
  batch = aph_store_add_batch (fixture.store, &details);
  jobs = aph_store_add_jobs (fixture.store, batch, requests, &default_model);
  job = g_ptr_array_index (jobs, 0);
  id = aph_job_get_id (job);
  store_send (&fixture, job);
  store_think (&fixture, job, "hm");
  store_say (&fixture, job, "先将");
  store_say (&fixture, job, "菠萝");
  store_finish (&fixture, job);
  aph_job_set_rating (job, 4);
  aph_job_set_note (job, "good");
  aph_store_job_changed (fixture.store, job);
  aph_store_rename_batch (fixture.store, batch, "Dishes");
  aph_store_archive_batch (fixture.store, batch, TRUE);
  rate = aph_job_get_token_rate (job);
  total = aph_job_get_total_ms (job);
  g_clear_pointer (&jobs, g_ptr_array_unref);
  store_close (&fixture);

  store_open (&fixture);
  batch = get_batch (&fixture, 0);
  g_assert_cmpstr (aph_batch_get_title (batch), ==, "Dishes");
  g_assert_true (aph_batch_get_archived (batch));
  g_assert_cmpstr (aph_batch_get_details (batch)->source, ==, "a.csv");
  g_assert_cmpstr (aph_batch_get_details (batch)->template, ==, "{dish}?");
  g_assert_cmpstr (aph_batch_get_details (batch)->model, ==, "qwen:7b");
  g_assert_cmpstr (aph_batch_get_details (batch)->params, ==, "{\"seed\":1}");
  g_assert_cmpint (ABS (aph_batch_get_created (batch) - g_get_real_time ()), <,
                   600 * G_TIME_SPAN_SECOND);

  job = store_get_job (&fixture, 0);
  request = aph_job_get_request (job);
  g_assert_cmpuint (aph_job_get_id (job), ==, id);
  g_assert_cmpuint (aph_job_get_batch (job), ==, aph_batch_get_id (batch));
  g_assert_true (aph_job_get_default_model (job));
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_cmpstr (aph_request_get_model (request), ==, "qwen:7b");
  g_assert_cmpstr (aph_request_get_prompt (request), ==, "鱼香肉丝的做法\n\"'\\");
  g_assert_cmpstr (aph_request_get_custom_id (request), ==, "row 1");
  g_assert_cmpstr (aph_request_get_vars (request), ==, "{\"dish\":\"鱼\"}");
  g_assert_cmpuint (g_strv_length ((char **) aph_request_get_images (request)), ==, 2);
  g_assert_cmpstr (aph_request_get_images (request)[0], ==, "file:///a%20b.png");
  g_assert_cmpint (aph_params_get_num_ctx (aph_request_get_params (request)), ==, 4096);
  g_assert_cmpstr (aph_params_get_system (aph_request_get_params (request)), ==, "Be brief.");
  g_assert_cmpstr (aph_job_get_answer (job, NULL), ==, "先将菠萝");
  g_assert_cmpstr (aph_job_get_thinking (job, NULL), ==, "hm");
  g_assert_cmpstr (aph_job_get_server (job), ==, "http://server");
  g_assert_cmpstr (aph_job_get_done_reason (job), ==, "stop");
  g_assert_cmpint (aph_job_get_usage (job)->answer_tokens, ==, 40);
  g_assert_cmpint (aph_job_get_usage (job)->load_ns, ==, -1);
  g_assert_cmpfloat (aph_job_get_token_rate (job), ==, rate);
  g_assert_cmpfloat (aph_job_get_total_ms (job), ==, total);
  g_assert_cmpuint (aph_job_get_rating (job), ==, 4);
  g_assert_cmpstr (aph_job_get_note (job), ==, "good");
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 1);
  assert_counts_hold (&fixture);
  store_tear_down (&fixture);
}

/* What ran when the process ended waits, with what it had answered. */
static void
test_recovery (void)
{
  StoreFixture fixture = { 0, };
  AphJob *job;
  guint64 second;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", "three", NULL);
  job = store_get_job (&fixture, 0);
  store_send (&fixture, job);
  store_say (&fixture, job, "first");
  store_finish (&fixture, job);
  job = store_get_job (&fixture, 1);
  second = aph_job_get_id (job);
  store_send (&fixture, job);
  store_think (&fixture, job, "hm");
  store_say (&fixture, job, "half of ");
  aph_store_flush (fixture.store);
  store_say (&fixture, job, "it");
  aph_job_set_note (job, "Promising");
  aph_job_set_rating (job, 4);
  aph_store_job_changed (fixture.store, job);
  store_close (&fixture);

  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 3);
  g_assert_cmpuint (aph_store_get_counts (fixture.store)[APH_JOB_WAITING], ==, 2);
  g_assert_cmpuint (aph_store_get_first_new_job (fixture.store), ==, 4);
  assert_counts_hold (&fixture);
  job = store_get_job (&fixture, 1);
  g_assert_cmpuint (aph_job_get_id (job), ==, second);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  g_assert_cmpstr (aph_job_get_partial (job), ==, "half of it");
  g_assert_cmpstr (aph_job_get_note (job), ==, "Promising");
  g_assert_cmpuint (aph_job_get_rating (job), ==, 4);
  g_assert_cmpstr (aph_job_get_answer (job, NULL), ==, "");
  g_assert_cmpuint (aph_job_get_attempts (job), ==, 0);
  g_assert_cmpstr (aph_job_get_answer (store_get_job (&fixture, 0), NULL), ==, "first");
  store_tear_down (&fixture);
}

static void
attempts_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  *(GPtrArray **) user_data =
    aph_store_get_attempts_finish (APH_STORE (source), result, &error);
  g_assert_no_error (error);
}

static GPtrArray *
get_attempts (StoreFixture *fixture,
              AphJob       *job)
{
  GPtrArray *attempts = NULL;

  store_settle (fixture);
  aph_store_get_attempts_async (fixture->store, aph_job_get_id (job), NULL, attempts_cb,
                                &attempts);
  while (attempts == NULL)
    g_main_context_iteration (NULL, TRUE);

  return attempts;
}

/* What earlier attempts had answered can be read. */
static void
test_attempts (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (AphFailure) broke = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "it broke");
  g_autoptr (AphFailure) absent = aph_failure_new (APH_FAILURE_REFUSED, 0, "not there");
  g_autoptr (GPtrArray) attempts = NULL;
  const AphAttempt *attempt;
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  job = store_get_job (&fixture, 0);
  store_send (&fixture, job);
  store_say (&fixture, job, "abc");
  aph_job_put_back (job, broke);
  aph_store_job_advanced (fixture.store, job, APH_JOB_ANSWERING);
  store_settle (&fixture);
  /* That a server is not there is no attempt. */
  store_send (&fixture, job);
  aph_job_put_back (job, absent);
  aph_store_job_advanced (fixture.store, job, APH_JOB_SENT);
  store_send (&fixture, job);
  store_say (&fixture, job, "done");
  store_finish (&fixture, job);
  store_settle (&fixture);
  /* Nor is an answer lost that is asked for again. */
  aph_job_reset (job);
  aph_store_job_advanced (fixture.store, job, APH_JOB_DONE);

  attempts = get_attempts (&fixture, job);
  g_assert_cmpuint (attempts->len, ==, 2);
  attempt = g_ptr_array_index (attempts, 0);
  g_assert_cmpuint (attempt->number, ==, 1);
  g_assert_true (attempt->has_failure);
  g_assert_cmpint (attempt->failure_class, ==, APH_FAILURE_TRANSPORT);
  g_assert_cmpstr (attempt->message, ==, "it broke");
  g_assert_cmpstr (attempt->answer, ==, "abc");
  g_assert_cmpstr (attempt->server, ==, "http://server");
  g_assert_cmpint (attempt->sent, >, 0);
  attempt = g_ptr_array_index (attempts, 1);
  g_assert_cmpint (attempt->state, ==, APH_JOB_DONE);
  g_assert_cmpstr (attempt->answer, ==, "done");
  g_assert_false (attempt->has_failure);
  store_tear_down (&fixture);
}

static gboolean
has_three (StoreFixture *fixture)
{
  return store_get_n (fixture) == 3;
}

static AphStoreRemoval
remove_one (StoreFixture *fixture,
            AphJob       *job)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_ptr_array_add (jobs, job);

  return aph_store_remove_jobs (fixture->store, jobs);
}

/* However soon one attempt follows another, each is kept; what no attempt is does not matter. */
static void
test_quick_attempts (void)
{
  static const char *const answers[] = { "abc", "", "def" };
  StoreFixture fixture = { 0, };
  g_autoptr (AphFailure) broke = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "it broke");
  g_autoptr (AphFailure) absent = aph_failure_new (APH_FAILURE_REFUSED, 0, "not there");
  g_autoptr (GPtrArray) attempts = NULL;
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  job = store_get_job (&fixture, 0);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      AphJobState old_state;

      store_send (&fixture, job);
      if (*answers[i] != '\0')
        store_say (&fixture, job, answers[i]);
      old_state = aph_job_get_state (job);
      aph_job_put_back (job, *answers[i] != '\0' ? broke : absent);
      aph_store_job_advanced (fixture.store, job, old_state);
    }
  store_send (&fixture, job);
  store_say (&fixture, job, "done");
  store_finish (&fixture, job);

  attempts = get_attempts (&fixture, job);
  g_assert_cmpuint (attempts->len, ==, 2);
  g_assert_cmpstr (((AphAttempt *) g_ptr_array_index (attempts, 0))->answer, ==, "abc");
  g_assert_cmpstr (((AphAttempt *) g_ptr_array_index (attempts, 1))->answer, ==, "def");
  store_tear_down (&fixture);
}

static void
test_remove_jobs (void)
{
  StoreFixture fixture = { 0, };
  AphStoreRemoval one, ended;
  AphBatch *batch;
  guint64 next;

  store_set_up (&fixture);
  store_open (&fixture);
  batch = store_add (&fixture, "one", "two", "three", NULL);
  for (guint i = 0; i < 2; i++)
    {
      store_send (&fixture, store_get_job (&fixture, i));
      store_finish (&fixture, store_get_job (&fixture, i));
    }
  /* What waits goes, what runs stays. */
  one = remove_one (&fixture, store_get_job (&fixture, 2));
  g_assert_cmpuint (one.n_jobs, ==, 1);
  assert_counts_hold (&fixture);
  aph_store_restore (fixture.store, one.id);
  store_wait (&fixture, has_three);
  store_send (&fixture, store_get_job (&fixture, 2));
  one = remove_one (&fixture, store_get_job (&fixture, 2));
  g_assert_cmpuint (one.n_jobs, ==, 0);
  one = remove_one (&fixture, store_get_job (&fixture, 0));
  g_assert_cmpuint (one.n_jobs, ==, 1);
  g_assert_cmpuint (store_get_n (&fixture), ==, 2);
  assert_counts_hold (&fixture);
  ended = aph_store_remove_ended (fixture.store, batch);
  g_assert_cmpuint (ended.n_jobs, ==, 1);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  assert_counts_hold (&fixture);
  g_assert_cmpuint (aph_store_remove_ended (fixture.store, NULL).n_jobs, ==, 0);
  store_settle (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);

  aph_store_restore (fixture.store, ended.id);
  aph_store_restore (fixture.store, one.id);
  store_wait (&fixture, has_three);
  assert_counts_hold (&fixture);
  aph_store_remove_ended (fixture.store, NULL);
  next = aph_job_get_id (store_get_job (&fixture, 0)) + 1;

  /* The next process deletes them, and gives their numbers to nobody. */
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  assert_counts_hold (&fixture);
  store_add (&fixture, "four", NULL);
  g_assert_cmpuint (aph_job_get_id (store_get_job (&fixture, 1)), ==, next);
  store_tear_down (&fixture);
}

static void
test_remove_batch (void)
{
  StoreFixture fixture = { 0, };
  AphStoreRemoval removal;
  AphBatch *first;

  store_set_up (&fixture);
  store_open (&fixture);
  first = store_add (&fixture, "one", "two", NULL);
  store_add (&fixture, "three", NULL);
  g_assert_cmpstr (aph_batch_get_title (get_batch (&fixture, 0)), ==, "three");
  removal = aph_store_remove_batch (fixture.store, first);
  g_assert_cmpuint (removal.n_jobs, ==, 2);
  store_settle (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  assert_counts_hold (&fixture);

  aph_store_restore (fixture.store, removal.id);
  store_wait (&fixture, has_three);
  g_assert_true (get_batch (&fixture, 1) == first);
  assert_counts_hold (&fixture);

  aph_store_remove_batch (fixture.store, first);
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (aph_store_get_batches (fixture.store)), ==, 1);
  assert_counts_hold (&fixture);
  store_tear_down (&fixture);
}

/* What is changed of a batch that was removed does not bring it back. */
static void
test_rename_removed (void)
{
  StoreFixture fixture = { 0, };
  AphStoreRemoval removal;
  AphBatch *renamed;
  AphBatch *archived;

  store_set_up (&fixture);
  store_open (&fixture);
  renamed = store_add (&fixture, "one", NULL);
  archived = store_add (&fixture, "two", NULL);
  aph_store_remove_batch (fixture.store, renamed);
  aph_store_remove_batch (fixture.store, archived);
  aph_store_rename_batch (fixture.store, renamed, "another");
  aph_store_archive_batch (fixture.store, archived, TRUE);
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (g_list_model_get_n_items (aph_store_get_batches (fixture.store)), ==, 0);
  store_close (&fixture);

  /* And one that comes back has its new name. */
  store_open (&fixture);
  renamed = store_add (&fixture, "three", NULL);
  removal = aph_store_remove_batch (fixture.store, renamed);
  aph_store_rename_batch (fixture.store, renamed, "another");
  aph_store_restore (fixture.store, removal.id);
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (g_list_model_get_n_items (aph_store_get_batches (fixture.store)), ==, 1);
  g_assert_cmpstr (aph_batch_get_title (get_batch (&fixture, 0)), ==, "another");
  store_tear_down (&fixture);
}

static void
let_go_cb (AphStore      *store,
           StoreFixture  *fixture)
{
  g_clear_object (&fixture->list);
  g_clear_object (&fixture->store);
}

/* Whoever waits for it may let go of it. */
static void
test_gone_when_opened (void)
{
  StoreFixture fixture = { 0, };
  gpointer store;

  store_set_up (&fixture);
  fixture.store = store = aph_store_new (fixture.path);
  g_object_add_weak_pointer (store, &store);
  g_signal_connect (store, "opened", G_CALLBACK (let_go_cb), &fixture);
  while (store != NULL)
    g_main_context_iteration (NULL, TRUE);
  store_tear_down (&fixture);
}

static void
make_database (StoreFixture *fixture,
               guint         version)
{
  g_autofree char *name = g_strdup_printf ("version-%u.sql", version);
  g_autofree char *sql_path = g_test_build_filename (G_TEST_DIST, "data", "store", name, NULL);
  g_autofree char *sql = NULL;
  sqlite3 *database;

  g_assert_true (g_file_get_contents (sql_path, &sql, NULL, NULL));
  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static gboolean
is_indexed (StoreFixture *fixture)
{
  return aph_store_is_indexed (fixture->store);
}

static gboolean
found_two (StoreFixture *fixture)
{
  return store_get_n (fixture) == 2;
}

/* What an older version has written is all there, and what is new works on it. */
static void
test_version_1 (void)
{
  StoreFixture fixture = { 0, };
  AphJob *job;

  store_set_up (&fixture);
  make_database (&fixture, 1);
  store_open (&fixture);
  g_assert_null (aph_store_get_problem (fixture.store));
  g_assert_cmpstr (aph_batch_get_title (get_batch (&fixture, 0)), ==, "菜谱");
  g_assert_cmpuint (store_get_n (&fixture), ==, 4);
  assert_counts_hold (&fixture);
  job = store_get_job (&fixture, 0);
  g_assert_cmpint (aph_params_get_num_ctx (aph_request_get_params (aph_job_get_request (job))), ==,
                   4096);
  g_assert_cmpstr (aph_request_get_custom_id (aph_job_get_request (job)), ==, "a");
  job = store_get_job (&fixture, 1);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);
  g_assert_cmpstr (aph_job_get_partial (job), ==, "排骨焯水");
  job = store_get_job (&fixture, 2);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  g_assert_cmpstr (aph_job_get_thinking (job, NULL), ==, "想一想");
  g_assert_cmpfloat (aph_job_get_token_rate (job), ==, 20);
  g_assert_cmpfloat (aph_job_get_total_ms (job), ==, 2500);
  g_assert_cmpstr (aph_job_get_note (job), ==, "good");
  job = store_get_job (&fixture, 3);
  g_assert_cmpstr (aph_failure_get_message (aph_job_get_failure (job)), ==, "it broke");
  g_assert_cmpuint (aph_failure_get_status (aph_job_get_failure (job)), ==, 500);

  store_wait (&fixture, is_indexed);
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .search = "做法" });
  store_wait (&fixture, found_two);
  store_tear_down (&fixture);
}

/* A store without a file is ready at once and leaves nothing behind. */
static void
test_temporary (void)
{
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  fixture.store = aph_store_new (NULL);
  fixture.list = aph_job_list_new (fixture.store);
  store_add (&fixture, "one", NULL);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  store_settle (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 1);
  assert_counts_hold (&fixture);
  store_tear_down (&fixture);
}

/* Once it is closed all of it is in one file, also when it was read up to the end. */
static void
test_one_file (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *log = NULL;

  store_set_up (&fixture);
  log = g_strconcat (fixture.path, "-wal", NULL);
  for (guint i = 0; i < 10; i++)
    {
      store_open (&fixture);
      store_add (&fixture, "one", "two", NULL);
      store_settle (&fixture);
      g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
      aph_job_list_set_query (fixture.list, &(AphJobQuery) { .search = "two" });
      store_close (&fixture);
      g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
    }
  store_tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/empty", test_empty);
  g_test_add_func ("/store/everything-is-kept", test_everything_is_kept);
  g_test_add_func ("/store/recovery", test_recovery);
  g_test_add_func ("/store/attempts", test_attempts);
  g_test_add_func ("/store/quick-attempts", test_quick_attempts);
  g_test_add_func ("/store/remove-jobs", test_remove_jobs);
  g_test_add_func ("/store/remove-batch", test_remove_batch);
  g_test_add_func ("/store/rename-removed", test_rename_removed);
  g_test_add_func ("/store/gone-when-opened", test_gone_when_opened);
  g_test_add_func ("/store/version-1", test_version_1);
  g_test_add_func ("/store/temporary", test_temporary);
  g_test_add_func ("/store/one-file", test_one_file);

  return g_test_run ();
}
