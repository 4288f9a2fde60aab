/* test-store-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

/* Rows that nobody wrote into a file. */
typedef struct
{
  guint n_rows;
  guint next;
  guint cancel_at;      /* 0: never */
  guint fail_at;        /* 0: never */
  GCancellable *cancellable;
} Rows;

typedef struct
{
  gboolean is_done;
  guint64 n_rows;
  guint64 n_told;
  GError *error;
} Outcome;

static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  Rows *rows = pull_data;
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  while (requests->len < max_rows && rows->next < rows->n_rows)
    {
      g_autofree char *prompt = g_strdup_printf ("row %u", rows->next++);

      if (rows->next == rows->fail_at)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no more");
          return NULL;
        }
      if (rows->next == rows->cancel_at)
        g_cancellable_cancel (rows->cancellable);
      g_ptr_array_add (requests, aph_request_new (rows->next % 2 == 0 ? "own" : NULL, prompt, NULL,
                                                  NULL));
    }

  return requests->len > 0 ? g_steal_pointer (&requests) : NULL;
}

static void
progress_cb (guint64  n_rows,
             gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_cmpuint (n_rows, >=, outcome->n_told);
  outcome->n_told = n_rows;
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Outcome *outcome = user_data;

  aph_store_import_finish (APH_STORE (source), result, &outcome->n_rows, &outcome->error);
  outcome->is_done = TRUE;
}

static void
import (StoreFixture *fixture,
        Rows         *rows,
        Outcome      *outcome)
{
  const AphBatchDetails details = { .title = "Rows" };
  AphBatch *batch = aph_store_add_batch (fixture->store, &details);

  aph_store_import_async (fixture->store, batch, "default", NULL, pull, rows, NULL, progress_cb,
                          outcome, rows->cancellable, imported_cb, outcome);
  while (!outcome->is_done)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (outcome->n_told, ==, outcome->n_rows);
  g_assert_cmpuint (aph_batch_get_n_jobs (batch), ==, outcome->n_rows);
  g_assert_cmpuint (aph_store_get_counts (fixture->store)[APH_JOB_WAITING], ==, outcome->n_rows);
  g_assert_cmpuint (store_get_n (fixture), ==, outcome->n_rows);

  /* And so it is on disk. */
  store_close (fixture);
  store_open (fixture);
  g_assert_cmpuint (aph_store_get_counts (fixture->store)[APH_JOB_WAITING], ==, outcome->n_rows);
  g_assert_cmpuint (store_get_n (fixture), ==, outcome->n_rows);
}

static void
test_all (void)
{
  StoreFixture fixture = { 0, };
  Rows rows = { .n_rows = 12345 };
  Outcome outcome = { 0, };
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  import (&fixture, &rows, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.n_rows, ==, 12345);
  job = store_get_job (&fixture, 12344);
  g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (job)), ==, "row 12344");
  g_assert_cmpstr (aph_request_get_model (aph_job_get_request (job)), ==, "default");
  g_assert_true (aph_job_get_default_model (job));
  job = store_get_job (&fixture, 1);
  g_assert_cmpstr (aph_request_get_model (aph_job_get_request (job)), ==, "own");
  g_assert_false (aph_job_get_default_model (job));
  store_tear_down (&fixture);
}

/* At each stage: before it begins, in the first piece, in the middle, in the last piece. */
static void
test_cancel (void)
{
  static const guint moments[] = { 0, 1, 500, 6000, 9999, 10000 };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      StoreFixture fixture = { 0, };
      Rows rows = { .n_rows = 10000, .cancel_at = moments[i] };
      Outcome outcome = { 0, };

      rows.cancellable = g_cancellable_new ();
      if (moments[i] == 0)
        g_cancellable_cancel (rows.cancellable);
      store_set_up (&fixture);
      store_open (&fixture);
      import (&fixture, &rows, &outcome);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (outcome.n_rows, <=, 10000);
      g_clear_error (&outcome.error);
      g_object_unref (rows.cancellable);
      store_tear_down (&fixture);
    }
}

/* What was read before is kept. */
static void
test_failure (void)
{
  StoreFixture fixture = { 0, };
  Rows rows = { .n_rows = 10000, .fail_at = 5500 };
  Outcome outcome = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  import (&fixture, &rows, &outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpuint (outcome.n_rows, ==, 5000);
  g_clear_error (&outcome.error);
  store_tear_down (&fixture);
}

/* The window is closed in the middle: the thread that reads notices, and what was in is kept. */
static void
test_close (void)
{
  StoreFixture fixture = { 0, };
  Rows rows = { .n_rows = G_MAXUINT };
  Outcome outcome = { 0, };
  const AphBatchDetails details = { .title = "Rows" };
  AphBatch *batch;
  guint n_known;

  store_set_up (&fixture);
  store_open (&fixture);
  batch = aph_store_add_batch (fixture.store, &details);
  aph_store_import_async (fixture.store, batch, "default", NULL, pull, &rows, NULL, NULL, NULL,
                          NULL, imported_cb, &outcome);
  while (aph_store_get_counts (fixture.store)[APH_JOB_WAITING] == 0)
    g_main_context_iteration (NULL, TRUE);
  n_known = aph_store_get_counts (fixture.store)[APH_JOB_WAITING];
  store_close (&fixture);
  while (!outcome.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&outcome.error);

  store_open (&fixture);
  g_assert_cmpuint (aph_store_get_counts (fixture.store)[APH_JOB_WAITING], >=, n_known);
  g_assert_cmpuint (aph_store_get_counts (fixture.store)[APH_JOB_WAITING], ==,
                    store_get_n (&fixture));
  store_tear_down (&fixture);
}

/* A copy that could not begin before says so. */
static void
test_copy_close (void)
{
  StoreFixture fixture = { 0, };
  Outcome outcome = { 0, };
  const AphBatchDetails details = { .title = "Copy" };
  g_autoptr (AphBatch) batch = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", NULL);
  batch = g_list_model_get_item (aph_store_get_batches (fixture.store), 0);
  aph_store_copy_async (fixture.store, batch, aph_store_add_batch (fixture.store, &details), NULL,
                        NULL, NULL, imported_cb, &outcome);
  store_close (&fixture);
  while (!outcome.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (outcome.n_rows, ==, 0);
  g_clear_error (&outcome.error);
  store_tear_down (&fixture);
}

/* Whoever waits for a store that never opens hears that it was closed. */
static void
test_close_before_open (void)
{
  g_autoptr (AphStore) store = NULL;
  g_autoptr (AphBatch) batch = NULL;
  Rows rows = { .n_rows = 2 };
  Outcome outcome = { 0, };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  g_setenv ("TMPDIR", "/dev/null/none", TRUE);
  store = aph_store_new (NULL);
  batch = g_object_ref (aph_store_add_batch (store, &(AphBatchDetails) { "b" }));
  aph_store_import_async (store, batch, NULL, NULL, pull, &rows, NULL, progress_cb, &outcome, NULL,
                          imported_cb, &outcome);
  while (aph_store_get_error (store) == NULL || rows.next < rows.n_rows)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 20; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
  aph_store_close (store);
  while (!outcome.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&outcome.error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store-import/all", test_all);
  g_test_add_func ("/store-import/cancel", test_cancel);
  g_test_add_func ("/store-import/failure", test_failure);
  g_test_add_func ("/store-import/close", test_close);
  g_test_add_func ("/store-import/copy-close", test_copy_close);
  g_test_add_func ("/store-import/close-before-open", test_close_before_open);

  return g_test_run ();
}
