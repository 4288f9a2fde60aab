/* store-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "folder.h"
#include "store-fixture.h"

/* Far more than any test needs, on any machine. */
#define PATIENCE (60 * G_TIME_SPAN_SECOND)

/* Makes a directory; the store is still closed. */
void
store_set_up (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("antiphon-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "prompts.db", NULL);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
is_open (StoreFixture *fixture)
{
  return aph_store_is_open (fixture->store);
}

static gboolean
is_loaded (StoreFixture *fixture)
{
  return !aph_job_list_get_loading (fixture->list);
}

/* Opens the store and waits until its jobs are listed. */
void
store_open (StoreFixture *fixture)
{
  fixture->store = aph_store_new (fixture->path);
  fixture->list = aph_job_list_new (fixture->store);
  store_wait (fixture, is_open);
  store_wait (fixture, is_loaded);
}

void
store_close (StoreFixture *fixture)
{
  gpointer store = fixture->store;
  guint wake;

  aph_store_close (fixture->store);
  g_clear_object (&fixture->list);
  g_object_add_weak_pointer (store, &store);
  g_object_unref (fixture->store);
  fixture->store = NULL;
  /* What is still on its way holds it. */
  wake = g_timeout_add (5, wake_cb, NULL);
  while (store != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

void
store_tear_down (StoreFixture *fixture)
{
  if (fixture->store != NULL)
    store_close (fixture);

  folder_remove (fixture->directory);
  g_clear_pointer (&fixture->directory, g_free);
  g_clear_pointer (&fixture->path, g_free);
}

void
store_wait (StoreFixture   *fixture,
            StoreCondition  condition)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  guint wake = g_timeout_add (5, wake_cb, NULL);

  while (!condition (fixture))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

static void
settled_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  aph_store_for_each_finish (APH_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static gboolean
do_nothing (AphJob   *job,
            gpointer  user_data,
            GError  **error)
{
  return TRUE;
}

/* All that has changed is on disk, and the list knows it. */
void
store_settle (StoreFixture *fixture)
{
  const AphJobQuery nothing = { .batch = G_MAXINT64 };
  gboolean is_done = FALSE;

  aph_store_for_each_async (fixture->store, &nothing, FALSE, do_nothing, NULL, NULL, NULL,
                            settled_cb, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  store_wait (fixture, is_loaded);
}

/* A batch of these prompts; its title is the first. */
AphBatch *
store_add (StoreFixture *fixture,
           const char   *first_prompt,
           ...)
{
  const AphBatchDetails details = { .title = first_prompt };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  g_autoptr (GPtrArray) jobs = NULL;
  g_autofree gboolean *defaults = NULL;
  const char *prompt = first_prompt;
  AphBatch *batch;
  va_list prompts;

  va_start (prompts, first_prompt);
  do
    g_ptr_array_add (requests, aph_request_new ("m", prompt, NULL, NULL));
  while ((prompt = va_arg (prompts, const char *)) != NULL);
  va_end (prompts);

  defaults = g_new0 (gboolean, requests->len);
  batch = aph_store_add_batch (fixture->store, &details);
  jobs = aph_store_add_jobs (fixture->store, batch, requests, defaults);
  g_assert_cmpuint (jobs->len, ==, requests->len);

  return batch;
}

guint
store_get_n (StoreFixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

/* Loaded, and borrowed: the store keeps what was used lately. */
AphJob *
store_get_job (StoreFixture *fixture,
               guint         position)
{
  g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  while (job != NULL && !aph_job_is_loaded (job))
    g_main_context_iteration (NULL, TRUE);

  return job;
}

void
store_send (StoreFixture *fixture,
            AphJob       *job)
{
  aph_job_send (job, "http://server");
  aph_store_job_advanced (fixture->store, job, APH_JOB_WAITING);
}

void
store_think (StoreFixture *fixture,
             AphJob       *job,
             const char   *thinking)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_append_thinking (job, thinking, strlen (thinking));
  if (aph_job_get_state (job) != old_state)
    aph_store_job_advanced (fixture->store, job, old_state);
}

void
store_say (StoreFixture *fixture,
           AphJob       *job,
           const char   *answer)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_append_answer (job, answer, strlen (answer));
  if (aph_job_get_state (job) != old_state)
    aph_store_job_advanced (fixture->store, job, old_state);
}

void
store_finish (StoreFixture *fixture,
              AphJob       *job)
{
  const AphUsage usage = { .prompt_tokens = 3, .answer_tokens = 40, .load_ns = -1,
                           .prompt_ns = 5, .answer_ns = 1000000000, .total_ns = 7 };
  AphJobState old_state = aph_job_get_state (job);

  aph_job_finish (job, "stop", &usage);
  aph_store_job_advanced (fixture->store, job, old_state);
}

void
store_fail (StoreFixture *fixture,
            AphJob       *job,
            const char   *message)
{
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_SERVER, 500, "%s", message);
  AphJobState old_state = aph_job_get_state (job);

  aph_job_fail (job, failure);
  aph_store_job_advanced (fixture->store, job, old_state);
}

/* All of that, to the job at @position. */
void
store_answer (StoreFixture *fixture,
              guint         position,
              const char   *text)
{
  AphJob *job = store_get_job (fixture, position);

  store_send (fixture, job);
  store_say (fixture, job, text);
  store_finish (fixture, job);
}

/* What another program does to its file, whether it is open or not. */
void
store_run_sql (StoreFixture *fixture,
               const char   *sql)
{
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  sqlite3_busy_timeout (database, 20000);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}
