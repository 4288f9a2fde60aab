/* test-store-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of a store that cannot be used as it is. Nothing is ever overwritten.
 */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "folder.h"
#include "store-fixture.h"
#include "store/aph-database.h"
#include "store/aph-store-private.h"
#include "store/aph-store-salvage.h"

static gboolean
has_problem (StoreFixture *fixture)
{
  return aph_store_get_problem (fixture->store) != NULL;
}

static void
assert_set_aside (StoreFixture  *fixture,
                  AphStoreError  code,
                  const char    *contents,
                  gsize          length)
{
  g_autofree char *kept = NULL;
  gsize kept_length;

  store_wait (fixture, has_problem);
  g_assert_error (aph_store_get_problem (fixture->store), APH_STORE_ERROR, (int) code);
  g_assert_true (g_file_get_contents (aph_store_get_set_aside (fixture->store), &kept, &kept_length,
                                      NULL));
  g_assert_cmpmem (kept, kept_length, contents, length);

  /* And the one that was begun instead works. */
  g_assert_cmpuint (store_get_n (fixture), ==, 0);
  store_add (fixture, "one", NULL);
  aph_store_forget_set_aside (fixture->store);
  store_close (fixture);
  store_open (fixture);
  g_assert_null (aph_store_get_problem (fixture->store));
  g_assert_cmpuint (store_get_n (fixture), ==, 1);
}

static void
test_no_database (void)
{
  static const char contents[] = "This is no database, however long one looks at it; and it is not "
                                 "to be lost, whatever it is, because somebody has put it there.";
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  g_assert_true (g_file_set_contents (fixture.path, contents, -1, NULL));
  store_open (&fixture);
  assert_set_aside (&fixture, APH_STORE_ERROR_DAMAGED, contents, strlen (contents));
  store_tear_down (&fixture);
}

static void
test_newer (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *contents = NULL;
  gsize length;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  store_close (&fixture);
  store_run_sql (&fixture, "PRAGMA user_version = 1000");
  g_assert_true (g_file_get_contents (fixture.path, &contents, &length, NULL));

  store_open (&fixture);
  assert_set_aside (&fixture, APH_STORE_ERROR_NEWER, contents, length);
  store_tear_down (&fixture);
}

static gboolean
has_error (StoreFixture *fixture)
{
  return aph_store_get_error (fixture->store) != NULL;
}

static gboolean
is_usable (StoreFixture *fixture)
{
  return aph_store_is_open (fixture->store) && aph_store_get_error (fixture->store) == NULL
         && !aph_job_list_get_loading (fixture->list) && store_get_n (fixture) == 1;
}

/* A second instance waits until the first one has ended. */
static void
test_locked (void)
{
  StoreFixture first = { 0, };
  StoreFixture second = { 0, };

  store_set_up (&first);
  store_open (&first);
  store_add (&first, "one", NULL);

  second.path = first.path;
  second.store = aph_store_new (second.path);
  second.list = aph_job_list_new (second.store);
  store_wait (&second, has_error);
  g_assert_error (aph_store_get_error (second.store), APH_STORE_ERROR, APH_STORE_ERROR_LOCKED);
  g_assert_false (aph_store_is_open (second.store));

  store_close (&first);
  store_wait (&second, is_usable);
  store_close (&second);
  store_tear_down (&first);
}

static gboolean
see_job (AphJob   *job,
         gpointer  user_data,
         GError  **error)
{
  return TRUE;
}

static void
seen_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  aph_store_for_each_finish (APH_STORE (source), result, user_data);
}

static void
moved_cb (AphStore *store,
          GArray   *placements,
          guint     number,
          gboolean  is_last,
          guint    *ended)
{
  g_assert_cmpuint (placements->len, ==, 0);
  g_assert_true (is_last);
  *ended = number;
}

/* Whoever waits for what is never going to be written is told so. */
static void
check_told (StoreFixture *fixture)
{
  const AphJobQuery query = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const guint64 first = 1;
  guint number;
  guint ended = 0;

  g_array_append_val (ids, first);
  g_signal_connect (fixture->store, "jobs-moved", G_CALLBACK (moved_cb), &ended);
  number = aph_store_move (fixture->store, ids, 0, APH_MOVE_LAST);
  while (ended != number)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (fixture->store, &ended);

  aph_store_for_each_async (fixture->store, &query, FALSE, see_job, NULL, NULL, NULL, seen_cb,
                            &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED);
}

/* Damage that is met only later: nothing more is written, and the next start sets it aside. */
static void
test_damaged_inside (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *contents = NULL;
  gsize length;

  store_set_up (&fixture);
  store_open (&fixture);
  for (guint i = 0; i < 50; i++)
    store_add (&fixture, "one", "two", "three", "four", NULL);
  store_close (&fixture);
  g_assert_true (g_file_get_contents (fixture.path, &contents, &length, NULL));
  /* Everything but the schema. */
  g_assert_cmpuint (length, >, 20 * 4096);
  memset (contents + 4 * 4096, 0x5a, length - 4 * 4096);
  g_assert_true (g_file_set_contents (fixture.path, contents, length, NULL));

  fixture.store = aph_store_new (fixture.path);
  fixture.list = aph_job_list_new (fixture.store);
  while (!has_error (&fixture) && !has_problem (&fixture))
    {
      g_main_context_iteration (NULL, TRUE);
      if (aph_store_is_open (fixture.store))
        store_add (&fixture, "five", NULL);
    }
  if (has_error (&fixture))
    {
      g_assert_error (aph_store_get_error (fixture.store), APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED);
      check_told (&fixture);
      store_close (&fixture);
      store_open (&fixture);
      store_wait (&fixture, has_problem);
    }
  g_assert_error (aph_store_get_problem (fixture.store), APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED);
  store_tear_down (&fixture);
}

typedef struct
{
  guint n_seen;
  guint n_jobs;
  guint n_lost;
  gboolean is_done;
} Salvaged;

static gboolean
count_job (AphJob   *job,
           gpointer  user_data,
           GError  **error)
{
  g_assert_true (g_utf8_validate (aph_request_get_prompt (aph_job_get_request (job)), -1, NULL));
  ((Salvaged *) user_data)->n_seen++;

  return TRUE;
}

static void
salvaged_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Salvaged *salvaged = user_data;
  g_autoptr (GError) error = NULL;

  aph_store_salvage_finish (result, &salvaged->n_jobs, &salvaged->n_lost, &error);
  g_assert_no_error (error);
  salvaged->is_done = TRUE;
}

/* Not inline: with sanitizers GCC would believe that there could be no page. */
static gboolean G_GNUC_NO_INLINE
holds (const char *page,
       const char *text)
{
  return memmem (page, 4096, text, strlen (text)) != NULL;
}

/* Spoils a page of the prompts, and no other.
 * Returns: whether there is one */
static gboolean
damage_prompts (char  *contents,
                gsize  length)
{
  for (gsize page = 4096; page + 4096 <= length; page += 4096)
    if (!holds (contents + page, "onetwo") && !holds (contents + page, "fourthree")
        && holds (contents + page, "four"))
      {
        memset (contents + page + 200, 0xff, 3800);
        return TRUE;
      }

  return FALSE;
}

/* One damaged page costs what is on it, not the rest. */
static void
test_salvage (void)
{
  StoreFixture fixture = { 0, };
  Salvaged salvaged = { 0, };
  g_autofree char *contents = NULL;
  gsize length;

  store_set_up (&fixture);
  store_open (&fixture);
  for (guint i = 0; i < 250; i++)
    store_add (&fixture, "one", "two", "three", "four", NULL);
  store_close (&fixture);
  g_assert_true (g_file_get_contents (fixture.path, &contents, &length, NULL));
  g_assert_true (damage_prompts (contents, length));
  g_assert_true (g_file_set_contents (fixture.path, contents, length, NULL));

  aph_store_salvage_async (fixture.path, count_job, &salvaged, NULL, NULL, salvaged_cb, &salvaged);
  while (!salvaged.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%u of 1000 were read, %u could not be", salvaged.n_jobs, salvaged.n_lost);
  g_assert_cmpuint (salvaged.n_jobs, ==, salvaged.n_seen);
  g_assert_cmpuint (salvaged.n_jobs, >, 500);
  g_assert_cmpuint (salvaged.n_jobs, <, 1000);
  g_assert_cmpuint (salvaged.n_jobs + salvaged.n_lost, ==, 1000);
  store_tear_down (&fixture);
}

static gboolean
is_fine (StoreFixture *fixture)
{
  return aph_store_get_error (fixture->store) == NULL;
}

#define REFUSE "CREATE TRIGGER refuse BEFORE UPDATE ON jobs WHEN new.id = 1" \
               " BEGIN SELECT RAISE (ABORT, 'no'); END"

static gboolean
has_refusal (StoreFixture *fixture)
{
  return aph_store_get_refusal (fixture->store, NULL) != NULL;
}

static gboolean
has_no_refusal (StoreFixture *fixture)
{
  return !has_refusal (fixture);
}

static gboolean
waits_to_retry (StoreFixture *fixture)
{
  return fixture->store->refused_source != 0;
}

static gboolean
note_answer (AphJob   *job,
             gpointer  user_data,
             GError  **error)
{
  g_string_append_printf (user_data, "%s ", aph_job_get_answer (job, NULL));

  return TRUE;
}

static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(gboolean *) user_data = aph_store_for_each_finish (APH_STORE (source), result, NULL);
}

static void
assert_exported (StoreFixture      *fixture,
                 const AphJobQuery *query,
                 const char        *expected)
{
  g_autoptr (GString) answers = g_string_new (NULL);
  gboolean is_done = FALSE;

  aph_store_for_each_async (fixture->store, query, TRUE, note_answer, answers, NULL, NULL, noted_cb,
                            &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (answers->str, ==, expected);
}

/* What no waiting helps against takes nothing else with it: it is told, kept, exported, and written
 * as soon as that is possible. */
static void
test_refused (void)
{
  const AphJobQuery all = { 0 };
  StoreFixture fixture = { 0, };
  guint n_refused = 0;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", "three", NULL);
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE);

  store_answer (&fixture, 0, "yes");
  store_answer (&fixture, 1, "no");
  store_wait (&fixture, has_refusal);
  g_assert_error (aph_store_get_refusal (fixture.store, &n_refused), APH_STORE_ERROR,
                  APH_STORE_ERROR_FAILED);
  g_assert_cmpuint (n_refused, ==, 1);
  g_assert_null (aph_store_get_error (fixture.store));
  store_answer (&fixture, 2, "maybe");
  store_settle (&fixture);
  assert_exported (&fixture, &all, "yes no maybe ");

  /* All but that one is on disk. */
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (aph_store_get_counts (fixture.store)[APH_JOB_DONE], ==, 2);
  store_settle (&fixture);
  g_assert_cmpint (aph_job_get_state (store_get_job (&fixture, 0)), ==, APH_JOB_WAITING);
  g_assert_cmpstr (aph_job_get_answer (store_get_job (&fixture, 2), NULL), ==, "maybe");

  store_answer (&fixture, 0, "yes");
  store_wait (&fixture, has_refusal);
  store_run_sql (&fixture, "DROP TRIGGER refuse");
  store_wait (&fixture, has_no_refusal);
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (aph_store_get_counts (fixture.store)[APH_JOB_DONE], ==, 3);
  store_settle (&fixture);
  g_assert_cmpstr (aph_job_get_answer (store_get_job (&fixture, 0), NULL), ==, "yes");
  store_tear_down (&fixture);
}

/* It is among what is asked for as it is, not as it is on disk. */
static void
test_refused_queries (void)
{
  const guint done = 1u << APH_JOB_DONE;
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", "three", NULL);
  store_settle (&fixture);
  store_answer (&fixture, 1, "no");
  store_answer (&fixture, 2, "maybe");
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE);
  store_answer (&fixture, 0, "yes");
  store_wait (&fixture, has_refusal);

  assert_exported (&fixture, &(AphJobQuery) { .states = done }, "yes no maybe ");
  assert_exported (&fixture, &(AphJobQuery) { .states = done, .descending = TRUE },
                   "maybe no yes ");
  assert_exported (&fixture, &(AphJobQuery) { .states = done, .sort = APH_SORT_PROMPT },
                   "maybe no yes ");
  assert_exported (&fixture, &(AphJobQuery) { .states = 1u << APH_JOB_WAITING }, "");
  assert_exported (&fixture, &(AphJobQuery) { .states = done, .search = "one" }, "yes ");
  assert_exported (&fixture, &(AphJobQuery) { .states = done, .search = "two" }, "no ");
  assert_exported (&fixture, &(AphJobQuery) { .batch = 2 }, "");
  store_tear_down (&fixture);
}

static void
assert_listed (StoreFixture      *fixture,
               const AphJobQuery *query,
               const char        *expected)
{
  g_autoptr (GString) listed = g_string_new (NULL);

  aph_job_list_set_query (fixture->list, query);
  store_settle (fixture);
  for (guint i = 0; i < store_get_n (fixture); i++)
    g_string_append_printf (listed, "%" G_GUINT64_FORMAT " ",
                            aph_job_list_get_id (fixture->list, i));
  g_assert_cmpstr (listed->str, ==, expected);
}

static gboolean
lists_refused (StoreFixture *fixture)
{
  guint position;

  return has_refusal (fixture) && aph_job_list_find (fixture->list, 1, &position);
}

/* So it is in lists, however they are sorted, and also in one that was there before. */
static void
test_refused_lists (void)
{
  const guint done = 1u << APH_JOB_DONE;
  const guint waiting = 1u << APH_JOB_WAITING;
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one big", "two big", "three", "four", NULL);
  store_settle (&fixture);
  store_answer (&fixture, 1, "no");
  store_answer (&fixture, 2, "maybe");
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE);
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .states = done, .sort = APH_SORT_PROMPT });
  store_settle (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 2);
  {
    g_autoptr (AphJob) job = aph_store_get_job (fixture.store, 1);

    store_send (&fixture, job);
    store_say (&fixture, job, "yes");
    store_finish (&fixture, job);
  }
  store_wait (&fixture, lists_refused);
  g_assert_cmpuint (store_get_n (&fixture), ==, 3);

  assert_listed (&fixture, &(AphJobQuery) { .states = done }, "1 2 3 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .sort = APH_SORT_PROMPT }, "3 2 1 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = waiting, .sort = APH_SORT_PROMPT }, "4 ");
  assert_listed (&fixture, &(AphJobQuery) { .sort = APH_SORT_PROMPT }, "4 1 3 2 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .search = "one" }, "1 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = waiting, .search = "one" }, "");
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .search = "big", .descending = TRUE },
                 "2 1 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .search = "two" }, "2 ");

  /* It is no different once it is written. */
  store_run_sql (&fixture, "DROP TRIGGER refuse");
  aph_store_retry_refused (fixture.store);
  store_wait (&fixture, has_no_refusal);
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .search = "one" }, "1 ");
  assert_listed (&fixture, &(AphJobQuery) { .states = done, .sort = APH_SORT_PROMPT }, "1 3 2 ");
  store_tear_down (&fixture);
}

/* Each try copies what is too large, so there are fewer and fewer. */
static void
test_refused_waits (void)
{
  static const guint waits[] = { 5, 10, 20, 40, 80, 160, 300, 300 };
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", NULL);
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE);
  store_answer (&fixture, 0, "yes");

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      store_wait (&fixture, waits_to_retry);
      g_assert_cmpuint (fixture.store->refused_wait, ==, waits[i]);
      aph_store_retry_refused (fixture.store);
      g_assert_false (waits_to_retry (&fixture));
    }
  store_wait (&fixture, waits_to_retry);
  store_run_sql (&fixture, "DROP TRIGGER refuse");
  aph_store_retry_refused (fixture.store);
  store_wait (&fixture, has_no_refusal);

  store_run_sql (&fixture, REFUSE);
  aph_job_set_rating (store_get_job (&fixture, 0), 3);
  aph_store_job_changed (fixture.store, store_get_job (&fixture, 0));
  store_wait (&fixture, waits_to_retry);
  g_assert_cmpuint (fixture.store->refused_wait, ==, waits[0]);
  store_tear_down (&fixture);
}

#define REFUSE_ALL "CREATE TRIGGER refuse BEFORE UPDATE ON batches WHEN new.archived = 1" \
                   " BEGIN SELECT RAISE (ABORT, 'no'); END"

/* What concerns more than one job holds up what comes later, until it is closed. */
static void
test_refused_batch (void)
{
  StoreFixture fixture = { 0, };
  AphBatch *batch;

  store_set_up (&fixture);
  store_open (&fixture);
  batch = store_add (&fixture, "one", NULL);
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE_ALL);

  aph_store_archive_batch (fixture.store, batch, TRUE);
  store_wait (&fixture, has_error);
  g_assert_error (aph_store_get_error (fixture.store), APH_STORE_ERROR, APH_STORE_ERROR_FAILED);
  store_run_sql (&fixture, "DROP TRIGGER refuse");
  store_wait (&fixture, is_fine);

  /* When it is closed all the same, everything else is written. */
  aph_store_archive_batch (fixture.store, batch, FALSE);
  store_settle (&fixture);
  store_run_sql (&fixture, REFUSE_ALL);
  aph_store_archive_batch (fixture.store, batch, TRUE);
  store_wait (&fixture, has_error);
  store_add (&fixture, "two", NULL);
  store_close (&fixture);
  store_run_sql (&fixture, "DROP TRIGGER refuse");
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, 2);
  store_tear_down (&fixture);
}

/* A text that is longer than SQLite takes is an error, not nothing. */
static void
test_too_long (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *text = g_strnfill (2000, 'x');
  g_autoptr (AphDatabase) database = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3_stmt *statement;

  store_set_up (&fixture);
  database = aph_database_open (fixture.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
  g_assert_no_error (error);
  g_assert_true (aph_database_execute (database, "CREATE TABLE t (text TEXT)", NULL));
  sqlite3_limit (aph_database_get_handle (database), SQLITE_LIMIT_LENGTH, 1000);

  statement = aph_database_prepare (database, "INSERT INTO t (text) VALUES (?1)", NULL);
  aph_database_bind_text (statement, 1, text);
  g_assert_false (aph_database_run (database, statement, &error));
  g_assert_error (error, APH_STORE_ERROR, APH_STORE_ERROR_FAILED);

  statement = aph_database_prepare (database, "INSERT INTO t (text) VALUES (?1)", NULL);
  aph_database_bind_text (statement, 1, text + 1500);
  g_assert_true (aph_database_run (database, statement, NULL));
  store_tear_down (&fixture);
}

/* Each start tells of what was set aside, until somebody has dealt with it. */
static void
test_aside (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *aside = NULL;

  store_set_up (&fixture);
  g_assert_true (g_file_set_contents (fixture.path, "This is no database.", -1, NULL));
  store_open (&fixture);
  g_assert_true (has_problem (&fixture));
  aside = g_strdup (aph_store_get_set_aside (fixture.store));
  store_close (&fixture);

  store_open (&fixture);
  g_assert_error (aph_store_get_problem (fixture.store), APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED);
  g_assert_cmpstr (aph_store_get_set_aside (fixture.store), ==, aside);
  aph_store_forget_set_aside (fixture.store);
  g_assert_false (has_problem (&fixture));
  g_assert_null (aph_store_get_set_aside (fixture.store));
  store_close (&fixture);

  store_open (&fixture);
  g_assert_false (has_problem (&fixture));
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  store_tear_down (&fixture);
}

/* Room for all that is added before a slow writer notices that the disk is full. */
#define DISK_SIZE (64 * 1024 * 1024)

/* On a disk of its own that is full. */
static void
test_full (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *ballast = NULL;
  g_autofree char *filler = g_strnfill (DISK_SIZE, 'x');
  guint n_added = 0;
  gsize length = DISK_SIZE;

  store_set_up (&fixture);
  if (mount ("antiphon", fixture.directory, "tmpfs", 0, "size=64m") != 0)
    {
      g_test_skip ("it takes root to mount a small disk");
      store_tear_down (&fixture);
      return;
    }

  store_open (&fixture);
  ballast = g_build_filename (fixture.directory, "ballast", NULL);
  while (length > 4096 && !g_file_set_contents_full (ballast, filler, length,
                                                     G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    length -= 64 * 1024;

  while (!has_error (&fixture) && n_added < 20000)
    {
      store_add (&fixture, "a prompt that needs a little room on the disk, however small", NULL);
      n_added++;
      g_main_context_iteration (NULL, FALSE);
    }
  store_wait (&fixture, has_error);
  g_assert_error (aph_store_get_error (fixture.store), APH_STORE_ERROR, APH_STORE_ERROR_FULL);

  /* Nothing was lost, and it goes on by itself. */
  g_unlink (ballast);
  store_wait (&fixture, is_fine);
  store_settle (&fixture);
  store_close (&fixture);
  store_open (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, n_added);
  store_close (&fixture);
  umount2 (fixture.directory, MNT_DETACH);
  store_tear_down (&fixture);
}

/* A store without a file, as a process leaves it that is killed.
 * Returns: (transfer full): its folder */
static char *
make_left (const char *name,
           int        *lock)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *own_name = g_strconcat (name, uuid, NULL);
  char *folder = g_build_filename (g_get_tmp_dir (), own_name, NULL);
  g_autofree char *path = g_build_filename (folder, "prompts.db", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *lock_path = g_strconcat (path, "-lock", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "secret", -1, NULL));
  g_assert_true (g_file_set_contents (journal, "secret", -1, NULL));
  *lock = g_open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (*lock, >=, 0);

  return folder;
}

/* What was typed into a demo that was killed does not stay for ever; what somebody else has,
 * does. */
static void
test_left_behind (void)
{
  StoreFixture fixture = { 0, };
  int left_lock, used_lock, other_lock;
  g_autofree char *left = make_left ("antiphon-", &left_lock);
  g_autofree char *used = make_left ("antiphon-", &used_lock);
  g_autofree char *other = make_left ("other-", &other_lock);

  close (left_lock);
  g_assert_cmpint (flock (used_lock, LOCK_EX | LOCK_NB), ==, 0);
  store_open (&fixture);
  store_settle (&fixture);
  store_close (&fixture);

  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  folder_remove (used);
  folder_remove (other);
  close (used_lock);
  close (other_lock);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store-faults/no-database", test_no_database);
  g_test_add_func ("/store-faults/newer", test_newer);
  g_test_add_func ("/store-faults/locked", test_locked);
  g_test_add_func ("/store-faults/damaged-inside", test_damaged_inside);
  g_test_add_func ("/store-faults/salvage", test_salvage);
  g_test_add_func ("/store-faults/full", test_full);
  g_test_add_func ("/store-faults/refused", test_refused);
  g_test_add_func ("/store-faults/refused-queries", test_refused_queries);
  g_test_add_func ("/store-faults/refused-lists", test_refused_lists);
  g_test_add_func ("/store-faults/refused-waits", test_refused_waits);
  g_test_add_func ("/store-faults/refused-batch", test_refused_batch);
  g_test_add_func ("/store-faults/too-long", test_too_long);
  g_test_add_func ("/store-faults/aside", test_aside);
  g_test_add_func ("/store-faults/left-behind", test_left_behind);

  return g_test_run ();
}
