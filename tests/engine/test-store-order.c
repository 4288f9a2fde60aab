/* test-store-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sqlite3.h>

#include "store/aph-store-feed.h"
#include "store/aph-store-load.h"
#include "store/aph-store-save.h"
#include "store/aph-store-schema.h"

#include "store-fixture.h"

/* What the list shows. */
static void
assert_listed (StoreFixture *fixture,
               const char   *expected)
{
  g_autoptr (GString) listed = g_string_new (NULL);

  for (guint i = 0; i < store_get_n (fixture); i++)
    g_string_append_printf (listed, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                            aph_job_list_get_id (fixture->list, i));
  g_assert_cmpstr (listed->str, ==, expected);
}

typedef struct
{
  GString *order;
  gboolean is_done;
} Feeding;

static void
fed_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Feeding *feeding = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) lines = aph_store_find_waiting_finish (APH_STORE (source), result, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < lines->len; i++)
    {
      const AphFeedLine *line = &g_array_index (lines, AphFeedLine, i);

      for (guint k = 0; k < line->records->len; k++)
        {
          const AphJobRecord *record = g_ptr_array_index (line->records, k);

          g_string_append_printf (feeding->order, "%s%" G_GUINT64_FORMAT,
                                  feeding->order->len > 0 ? " " : "", record->id);
        }
    }
  feeding->is_done = TRUE;
}

/* What is handed to a scheduler, line by line. */
static void
assert_fed (StoreFixture *fixture,
            const char   *expected)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (AphFeedLine));
  Feeding feeding = { g_string_new (NULL), FALSE };

  aph_store_find_waiting_async (fixture->store, lines, 0, 100, NULL, fed_cb, &feeding);
  while (!feeding.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (feeding.order->str, ==, expected);
  g_string_free (feeding.order, TRUE);
}

/* Both are one order, also after a restart. */
static void
assert_order (StoreFixture *fixture,
              const char   *listed,
              const char   *fed)
{
  store_settle (fixture);
  assert_listed (fixture, listed);
  assert_fed (fixture, fed);
}

static guint
move (StoreFixture *fixture,
      AphStoreMove  direction,
      guint64       first,
      ...)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 id = first;
  va_list more;

  va_start (more, first);
  do
    g_array_append_val (ids, id);
  while ((id = va_arg (more, int)) != 0);
  va_end (more);

  return aph_store_move (fixture->store, ids, aph_job_list_get_query (fixture->list)->batch,
                         direction);
}

static void
reopen (StoreFixture *fixture)
{
  store_close (fixture);
  store_open (fixture);
}

static void
note_cb (AphStore *store,
         GArray   *placements,
         guint     number,
         gboolean  is_last,
         GArray  **moved)
{
  g_assert_true (is_last);
  if (*moved == NULL)
    *moved = g_array_copy (placements);
}

static void
test_move (void)
{
  StoreFixture fixture = { 0, };
  GArray *moved = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", "2", "3", "4", "5", "6", NULL);
  assert_order (&fixture, "1 2 3 4 5 6", "1 2 3 4 5 6");

  move (&fixture, APH_MOVE_UP, 3, 0);
  assert_order (&fixture, "1 3 2 4 5 6", "1 3 2 4 5 6");
  move (&fixture, APH_MOVE_DOWN, 1, 0);
  assert_order (&fixture, "3 1 2 4 5 6", "3 1 2 4 5 6");
  /* Neighbours stay together, and at the top nothing goes further. */
  move (&fixture, APH_MOVE_UP, 1, 2, 5, 0);
  assert_order (&fixture, "1 2 3 5 4 6", "1 2 3 5 4 6");
  move (&fixture, APH_MOVE_UP, 1, 2, 5, 0);
  assert_order (&fixture, "1 2 5 3 4 6", "1 2 5 3 4 6");
  move (&fixture, APH_MOVE_DOWN, 1, 2, 4, 6, 0);
  assert_order (&fixture, "5 1 2 3 4 6", "5 1 2 3 4 6");

  reopen (&fixture);
  assert_order (&fixture, "5 1 2 3 4 6", "5 1 2 3 4 6");
  move (&fixture, APH_MOVE_LAST, 5, 2, 0);
  assert_order (&fixture, "1 3 4 6 5 2", "1 3 4 6 5 2");
  move (&fixture, APH_MOVE_FIRST, 4, 2, 0);
  assert_order (&fixture, "4 2 1 3 6 5", "4 2 1 3 6 5");
  /* The last one to be put first is the first. */
  move (&fixture, APH_MOVE_FIRST, 5, 0);
  assert_order (&fixture, "5 4 2 1 3 6", "5 4 2 1 3 6");
  reopen (&fixture);
  assert_order (&fixture, "5 4 2 1 3 6", "5 4 2 1 3 6");
  g_signal_connect (fixture.store, "jobs-moved", G_CALLBACK (note_cb), &moved);
  move (&fixture, APH_MOVE_UP, 1, 2, 3, 0);
  assert_order (&fixture, "5 2 1 3 4 6", "5 2 1 3 4 6");
  aph_store_move_back (fixture.store, moved);
  assert_order (&fixture, "5 4 2 1 3 6", "5 4 2 1 3 6");
  g_signal_handlers_disconnect_by_func (fixture.store, note_cb, &moved);
  g_array_unref (moved);
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 0)), >,
                    aph_job_get_urgent (store_get_job (&fixture, 1)));
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 3)), ==, 0);
  store_tear_down (&fixture);
}

/* What was put back is where it was, and nothing is kept of it. */
static void
test_undone (void)
{
  StoreFixture fixture = { 0, };
  GArray *moved = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", "2", "3", NULL);
  g_assert_false (aph_store_has_moved (fixture.store));

  g_signal_connect (fixture.store, "jobs-moved", G_CALLBACK (note_cb), &moved);
  move (&fixture, APH_MOVE_LAST, 1, 2, 0);
  assert_order (&fixture, "3 1 2", "3 1 2");
  g_assert_true (aph_store_has_moved (fixture.store));
  g_signal_handlers_disconnect_by_func (fixture.store, note_cb, &moved);
  reopen (&fixture);
  assert_order (&fixture, "3 1 2", "3 1 2");
  g_assert_true (aph_store_has_moved (fixture.store));

  aph_store_move_back (fixture.store, moved);
  assert_order (&fixture, "1 2 3", "1 2 3");
  g_assert_false (aph_store_has_moved (fixture.store));
  reopen (&fixture);
  assert_order (&fixture, "1 2 3", "1 2 3");
  g_assert_false (aph_store_has_moved (fixture.store));
  g_array_unref (moved);
  store_tear_down (&fixture);
}

/* Who goes by what is urgent becomes urgent, and the other way round. */
static void
test_urgent (void)
{
  StoreFixture fixture = { 0, };
  guint64 urgent;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", "2", "3", NULL);
  move (&fixture, APH_MOVE_FIRST, 3, 0);
  store_settle (&fixture);
  urgent = aph_job_get_urgent (store_get_job (&fixture, 0));
  g_assert_cmpuint (urgent, >, 0);

  move (&fixture, APH_MOVE_UP, 1, 0);
  assert_order (&fixture, "1 3 2", "1 3 2");
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 0)), ==, urgent);
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 1)), ==, 0);

  move (&fixture, APH_MOVE_LAST, 1, 0);
  assert_order (&fixture, "3 2 1", "3 2 1");
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 2)), ==, 0);
  store_tear_down (&fixture);
}

/* Within a batch, or among all; what comes later is behind what was moved to the end. */
static void
test_batches (void)
{
  StoreFixture fixture = { 0, };
  AphBatch *second;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", "2", "3", NULL);
  second = store_add (&fixture, "4", "5", NULL);
  move (&fixture, APH_MOVE_UP, 4, 0);
  assert_order (&fixture, "1 2 4 3 5", "1 2 3 4 5");
  move (&fixture, APH_MOVE_DOWN, 2, 0);
  assert_order (&fixture, "1 4 2 3 5", "1 2 3 4 5");

  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .batch = aph_batch_get_id (second) });
  assert_order (&fixture, "4 5", "1 2 3 4 5");
  move (&fixture, APH_MOVE_UP, 4, 0);
  move (&fixture, APH_MOVE_UP, 2, 5, 0);
  assert_order (&fixture, "5 4", "1 2 3 5 4");
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .batch = 0 });
  assert_order (&fixture, "1 5 2 3 4", "1 2 3 5 4");

  move (&fixture, APH_MOVE_LAST, 1, 0);
  assert_order (&fixture, "5 2 3 4 1", "2 3 1 5 4");
  /* A number was used up. */
  store_add (&fixture, "7", NULL);
  assert_order (&fixture, "5 2 3 4 1 7", "2 3 1 5 4 7");
  reopen (&fixture);
  store_add (&fixture, "8", NULL);
  assert_order (&fixture, "5 2 3 4 1 7 8", "2 3 1 5 4 7 8");

  /* What is next is first of all; what was removed is in nobody's way. */
  move (&fixture, APH_MOVE_FIRST, 8, 0);
  assert_order (&fixture, "8 5 2 3 4 1 7", "2 3 1 5 4 7 8");
  second = aph_store_lookup_batch (fixture.store, aph_job_get_batch (store_get_job (&fixture, 1)));
  aph_store_remove_batch (fixture.store, second);
  store_settle (&fixture);
  move (&fixture, APH_MOVE_UP, 1, 0);
  store_settle (&fixture);
  assert_listed (&fixture, "8 2 1 3 7");
  store_tear_down (&fixture);
}

/* Only what waits moves, past what waits; what has moved is found in other lists, too. */
static void
test_others (void)
{
  StoreFixture fixture = { 0, };
  AphJobList *descending;
  guint position;
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", "2", "3", "4", "5", NULL);
  store_settle (&fixture);
  job = store_get_job (&fixture, 2);
  store_send (&fixture, job);
  store_say (&fixture, job, "ready");
  store_finish (&fixture, job);

  move (&fixture, APH_MOVE_UP, 3, 0);
  move (&fixture, APH_MOVE_UP, 4, 0);
  assert_order (&fixture, "1 4 3 2 5", "1 4 2 5");
  move (&fixture, APH_MOVE_FIRST, 5, 0);
  assert_order (&fixture, "5 1 4 3 2", "5 1 4 2");

  descending = aph_job_list_new (fixture.store);
  aph_job_list_set_query (descending, &(AphJobQuery) { .descending = TRUE });
  store_settle (&fixture);
  while (aph_job_list_get_loading (descending))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (aph_job_list_get_id (descending, 4), ==, 5);
  g_assert_true (aph_job_list_find (descending, 3, &position));
  g_assert_cmpuint (position, ==, 1);
  move (&fixture, APH_MOVE_LAST, 5, 0);
  store_settle (&fixture);
  g_assert_cmpuint (aph_job_list_get_id (descending, 0), ==, 5);
  g_assert_true (aph_job_list_find (fixture.list, 5, &position));
  g_assert_cmpuint (position, ==, 4);
  g_object_unref (descending);
  store_tear_down (&fixture);
}

/* What is told of one move. */
typedef struct
{
  guint number;
  guint n_slices;
  guint n_ends;
} Told;

static void
told_cb (AphStore *store,
         GArray   *placements,
         guint     number,
         gboolean  is_last,
         Told     *told)
{
  if (number != told->number)
    return;

  told->n_slices++;
  told->n_ends += is_last;
}

static void
ended_cb (AphStore *store,
          GArray   *placements,
          guint     number,
          gboolean  is_last,
          guint    *ended)
{
  if (is_last)
    *ended = MAX (*ended, number);
}

static void
wait_for_moves (StoreFixture *fixture)
{
  guint ended = 0;
  guint last;

  g_signal_connect (fixture->store, "jobs-moved", G_CALLBACK (ended_cb), &ended);
  last = move (fixture, APH_MOVE_UP, 12345, 0);
  while (ended < last)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (fixture->store, &ended);
}

/* Whoever moves nothing is told that it is done. */
static void
test_none (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  Told told = { 0, };
  const guint64 unknown = 12345;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "1", NULL);
  g_signal_connect (fixture.store, "jobs-moved", G_CALLBACK (told_cb), &told);
  told.number = aph_store_move (fixture.store, ids, 0, APH_MOVE_UP);
  g_assert_cmpuint (told.n_ends, ==, 0);
  store_settle (&fixture);
  g_assert_cmpuint (told.n_ends, ==, 1);

  g_array_append_val (ids, unknown);
  told = (Told) { .number = aph_store_move (fixture.store, ids, 0, APH_MOVE_LAST) };
  store_settle (&fixture);
  g_assert_cmpuint (told.n_ends, ==, 1);
  g_signal_handlers_disconnect_by_data (fixture.store, &told);
  store_tear_down (&fixture);
}

#define N_MANY 12000

/* A store of so many jobs, of which all but the first and the last are moved.
 * Returns: (transfer full): the numbers of those */
static GArray *
open_many (StoreFixture *fixture)
{
  static const AphBatchDetails details = { .title = "many" };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  g_autofree gboolean *defaults = g_new0 (gboolean, N_MANY);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  AphBatch *batch;

  for (guint64 i = 1; i <= N_MANY; i++)
    {
      g_ptr_array_add (requests, aph_request_new ("m", "p", NULL, NULL));
      if (i > 1 && i < N_MANY)
        g_array_append_val (ids, i);
    }
  store_set_up (fixture);
  store_open (fixture);
  batch = aph_store_add_batch (fixture->store, &details);
  g_ptr_array_unref (aph_store_add_jobs (fixture->store, batch, requests, defaults));

  return ids;
}

static void
assert_listed_at (StoreFixture *fixture,
                  GArray       *ids,
                  guint         start)
{
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpuint (aph_job_list_get_id (fixture->list, start + i), ==,
                      g_array_index (ids, guint64, i));
}

/* More than one transaction's worth. */
static void
test_many (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (GArray) ids = open_many (&fixture);
  static const guint starts[] = { 0, 1, 0, 2 };
  Told told = { 0, };

  g_signal_connect (fixture.store, "jobs-moved", G_CALLBACK (told_cb), &told);

  for (guint direction = APH_MOVE_UP; direction <= APH_MOVE_LAST; direction++)
    {
      told.number = aph_store_move (fixture.store, ids, 0, (AphStoreMove) direction);
      g_assert_cmpuint (move (&fixture, APH_MOVE_UP, 12345, 0), >, told.number);
      wait_for_moves (&fixture);
      g_assert_cmpuint (told.n_ends, ==, 1 + direction);
      g_assert_cmpuint (told.n_slices, ==, 3 * (1 + direction));
      assert_listed_at (&fixture, ids, starts[direction]);
    }
  g_signal_handlers_disconnect_by_data (fixture.store, &told);
  store_tear_down (&fixture);
}

/* What is moved again before all of it has moved is where it was moved to last. */
static void
test_in_turn (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (GArray) ids = open_many (&fixture);

  aph_store_move (fixture.store, ids, 0, APH_MOVE_LAST);
  aph_store_move (fixture.store, ids, 0, APH_MOVE_FIRST);
  aph_store_move (fixture.store, ids, 0, APH_MOVE_DOWN);
  wait_for_moves (&fixture);
  assert_listed_at (&fixture, ids, 1);

  /* What is still to move when it is closed keeps nothing open. */
  aph_store_move (fixture.store, ids, 0, APH_MOVE_LAST);
  aph_store_move (fixture.store, ids, 0, APH_MOVE_UP);
  reopen (&fixture);
  g_assert_cmpuint (store_get_n (&fixture), ==, N_MANY);
  store_tear_down (&fixture);
}

static void
load_version_2 (StoreFixture *fixture)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "data", "store", "version-2.sql", NULL);
  g_autofree char *sql = NULL;
  sqlite3 *database;

  g_assert_true (g_file_get_contents (path, &sql, NULL, NULL));
  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static gboolean
found_one (StoreFixture *fixture)
{
  return store_get_n (fixture) == 1;
}

/* What the version before has written is all there, in its order, and can be moved. */
static void
test_version_2 (void)
{
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  load_version_2 (&fixture);
  store_open (&fixture);
  g_assert_null (aph_store_get_problem (fixture.store));
  assert_order (&fixture, "1 2 3 4 5 6", "2 3 4 5 6");
  g_assert_cmpstr (aph_job_get_answer (store_get_job (&fixture, 0), NULL), ==, "answered");
  g_assert_cmpstr (aph_job_get_partial (store_get_job (&fixture, 1)), ==, "half of");
  g_assert_cmpuint (aph_job_get_urgent (store_get_job (&fixture, 2)), >, 0);

  move (&fixture, APH_MOVE_LAST, 2, 0);
  assert_order (&fixture, "1 3 4 5 6 2", "3 4 5 2 6");
  reopen (&fixture);
  assert_order (&fixture, "1 3 4 5 6 2", "3 4 5 2 6");
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .search = "fourth" });
  store_wait (&fixture, found_one);
  store_tear_down (&fixture);
}

/* What it costs */

static int
count_cb (void *data)
{
  (*(guint64 *) data)++;

  return 0;
}

/* A store in memory of @n_jobs waiting jobs of two batches, as the version before had them;
 * @n_steps, if not NULL, counts SQLite's instructions. */
static AphDatabase *
make_large (guint    n_jobs,
            guint64 *n_steps)
{
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO batches (id, created, title) VALUES (1, 1, 'a'), (2, 2, 'b');"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
    " INSERT INTO jobs (id, batch, state, lot, params, default_model, queued)"
    "  SELECT i, 1 + (i > %u), 0, 1 + i %% 2, 1, 0, 1 FROM n", n_jobs, n_jobs / 2);
  g_autoptr (GError) error = NULL;
  AphDatabase *database =
    aph_database_open (":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);

  g_assert_no_error (error);
  aph_store_schema_prepare (database, &error);
  g_assert_no_error (error);
  aph_database_execute (database, sql, &error);
  g_assert_no_error (error);
  if (n_steps != NULL)
    sqlite3_progress_handler (aph_database_get_handle (database), 1, count_cb, n_steps);

  return database;
}

static guint64
measure (AphDatabase  *database,
         guint64      *n_steps,
         AphStoreMove  direction,
         guint64       id)
{
  g_autoptr (AphSaver) saver = aph_saver_new (database);
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));
  g_autoptr (GError) error = NULL;
  const AphMoving moving = { direction, 0, 5, G_GUINT64_CONSTANT (1) << 50 };
  sqlite3 *handle = aph_database_get_handle (database);
  int n_changes = sqlite3_total_changes (handle);
  guint n_rows = direction == APH_MOVE_UP || direction == APH_MOVE_DOWN ? 2 : 1;

  *n_steps = 0;
  aph_saver_move (saver, &id, 1, &moving, placements, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (placements->len, ==, n_rows);
  g_assert_cmpint (sqlite3_total_changes (handle) - n_changes, ==, n_rows);

  return *n_steps;
}

static void
execute (AphDatabase *database,
         const char  *sql)
{
  g_autoptr (GError) error = NULL;

  aph_database_execute (database, sql, &error);
  g_assert_no_error (error);
}

static gint64
get_int (AphDatabase *database,
         const char  *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value;

  aph_database_get_int (database, sql, &value, &error);
  g_assert_no_error (error);

  return value;
}

#define PLACE "ifnull (place, id << 24)"

/* Each has a place of its own; the one that was moved is the first of those that wait, and the
 * others follow in the order of their numbers. */
static void
assert_places (AphDatabase *database,
               guint64      first)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT count (*) FROM"
                     " (SELECT id, lag (id) OVER (ORDER BY " PLACE ") AS before FROM jobs"
                     "   WHERE state = 0 AND urgent = 0 AND id <> %" G_GUINT64_FORMAT ")"
                     " WHERE before > id", first);

  g_assert_cmpint (get_int (database, "SELECT count (*) - count (DISTINCT " PLACE ") FROM jobs"),
                   ==, 0);
  g_assert_cmpint (get_int (database, "SELECT id FROM jobs WHERE state = 0"
                                      " ORDER BY " PLACE " LIMIT 1"), ==, first);
  g_assert_cmpint (get_int (database, sql), ==, 0);
}

static guint
move_first (AphDatabase *database,
            guint64      first,
            guint        n_jobs,
            guint64      urgent)
{
  g_autoptr (AphSaver) saver = aph_saver_new (database);
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GError) error = NULL;
  const AphMoving moving = { APH_MOVE_FIRST, 0, urgent, 0 };

  for (guint64 id = first; id < first + n_jobs; id++)
    g_array_append_val (ids, id);
  aph_saver_move (saver, (const guint64 *) (gpointer) ids->data, n_jobs, &moving, placements,
                  &error);
  g_assert_no_error (error);

  return placements->len;
}

static guint
count_in_line (AphDatabase *database,
               AphLine      line)
{
  g_autoptr (AphLoader) loader = aph_loader_new (database);
  guint64 after = 0;
  guint n_found = 0;

  for (;;)
    {
      g_autoptr (GArray) ids = aph_loader_find_waiting (loader, &line, &after, 1, NULL);

      if (ids->len == 0)
        return n_found;
      n_found += ids->len;
    }
}

/* Where many are run next there is no room left in the end, be it that each has been sent before
 * the next one is moved, or that none is; then those that wait give way, few at a time. Also what
 * has run and is to run again has a place of its own. */
static void
test_no_room (void)
{
  for (guint sent = 0; sent < 2; sent++)
    {
      AphDatabase *database = make_large (2000, NULL);
      guint n_placements = 0;

      for (guint64 id = 3; id < 900; id++)
        {
          n_placements += move_first (database, id, 1, id);
          if (id % 50 == 3)
            assert_places (database, id);
          if (sent)
            execute (database, "UPDATE jobs SET state = 4 WHERE urgent > 0");
        }
      g_test_message ("%u places for 897 moves", n_placements);
      g_assert_cmpuint (n_placements, <, 897 * 3);
      execute (database, "UPDATE jobs SET state = 0");
      assert_places (database, get_int (database, "SELECT id FROM jobs ORDER BY " PLACE));
      g_assert_cmpuint (count_in_line (database, (AphLine) { 1, 1 }), ==, 500);
      aph_database_close (database);
    }
}

/* The same with more than fit between two neighbours at once, again and again. */
static void
test_no_room_for_many (void)
{
  AphDatabase *database = make_large (20000, NULL);
  guint n_placements = 0;

  execute (database, "UPDATE jobs SET state = 4, place = (2 << 24) - 4000 WHERE id = 1");
  for (guint i = 0; i < 20; i++)
    {
      n_placements += move_first (database, i % 2 == 0 ? 6000 : 12000, 4000, 1 + i);
      assert_places (database, i % 2 == 0 ? 6000 : 12000);
    }
  g_test_message ("%u places for %u", n_placements, 20 * 4000);
  g_assert_cmpuint (n_placements, <, 2 * 20 * 4000);
  execute (database, "UPDATE jobs SET state = 0");
  g_assert_cmpuint (count_in_line (database, (AphLine) { 1, 1 }), ==, 5000);
  aph_database_close (database);
}

/* In SQLite's own instructions, which do not depend on the machine: moving costs the same in a
 * store a thousand times as large, and so does finding what is next. */
static void
test_costs (void)
{
  guint64 n_small, n_large;
  AphDatabase *small = make_large (200, &n_small);
  AphDatabase *large = make_large (200000, &n_large);
  AphLine line = { 2, 1 };
  guint64 after = 0;
  AphLoader *loader;

  for (guint direction = APH_MOVE_UP; direction <= APH_MOVE_LAST; direction++)
    {
      guint64 n_in_small = measure (small, &n_small, (AphStoreMove) direction, 150);
      guint64 n_in_large = measure (large, &n_large, (AphStoreMove) direction, 150000);

      g_test_message ("move %d: %" G_GUINT64_FORMAT " instructions", direction, n_in_large);
      g_assert_cmpuint (n_in_large, >, 0);
      g_assert_cmpuint (n_in_large, <=, n_in_small + n_in_small / 2);
    }

  loader = aph_loader_new (large);
  n_large = 0;
  g_array_unref (aph_loader_find_waiting (loader, &line, &after, 64, NULL));
  g_test_message ("the next 64: %" G_GUINT64_FORMAT " instructions", n_large);
  g_assert_cmpuint (n_large, >, 0);
  g_assert_cmpuint (n_large, <, 64 * 20);
  n_large = 0;
  g_array_unref (aph_loader_find_lines (loader, NULL));
  g_test_message ("four lines: %" G_GUINT64_FORMAT " instructions", n_large);
  g_assert_cmpuint (n_large, <, 500);
  aph_loader_free (loader);

  aph_database_close (small);
  aph_database_close (large);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store-order/move", test_move);
  g_test_add_func ("/store-order/undone", test_undone);
  g_test_add_func ("/store-order/no-room", test_no_room);
  g_test_add_func ("/store-order/no-room-for-many", test_no_room_for_many);
  g_test_add_func ("/store-order/urgent", test_urgent);
  g_test_add_func ("/store-order/batches", test_batches);
  g_test_add_func ("/store-order/others", test_others);
  g_test_add_func ("/store-order/none", test_none);
  g_test_add_func ("/store-order/many", test_many);
  g_test_add_func ("/store-order/in-turn", test_in_turn);
  g_test_add_func ("/store-order/version-2", test_version_2);
  g_test_add_func ("/store-order/costs", test_costs);

  return g_test_run ();
}
