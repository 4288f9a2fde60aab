/* test-job-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "store-fixture.h"

static gboolean
is_loaded (StoreFixture *fixture)
{
  return !aph_job_list_get_loading (fixture->list);
}

/* The prompts of the list, in its order. */
static char *
list_prompts (StoreFixture *fixture)
{
  g_autoptr (GString) prompts = g_string_new (NULL);

  for (guint i = 0; i < store_get_n (fixture); i++)
    g_string_append_printf (prompts, "%s%s", i > 0 ? " " : "",
                            aph_request_get_prompt (aph_job_get_request (store_get_job (fixture, i))));

  return g_string_free (g_steal_pointer (&prompts), FALSE);
}

static void
assert_finds (StoreFixture      *fixture,
              const AphJobQuery *query,
              const char        *expected)
{
  g_autofree char *found = NULL;

  store_settle (fixture);
  aph_job_list_set_query (fixture->list, query);
  store_wait (fixture, is_loaded);
  found = list_prompts (fixture);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_filters (void)
{
  StoreFixture fixture = { 0, };
  AphBatch *second;
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "a", "b", "c", NULL);
  second = store_add (&fixture, "d", "e", NULL);
  store_answer (&fixture, 1, "b!");
  job = store_get_job (&fixture, 4);
  store_send (&fixture, job);
  store_finish (&fixture, job);
  store_send (&fixture, store_get_job (&fixture, 2));
  store_fail (&fixture, store_get_job (&fixture, 2), "broken");
  aph_job_set_rating (store_get_job (&fixture, 1), 4);
  aph_store_job_changed (fixture.store, store_get_job (&fixture, 1));

  assert_finds (&fixture, &(AphJobQuery) { .descending = TRUE }, "e d c b a");
  assert_finds (&fixture, &(AphJobQuery) { .batch = aph_batch_get_id (second) }, "d e");
  assert_finds (&fixture, &(AphJobQuery) { .states = 1u << APH_JOB_WAITING }, "a d");
  assert_finds (&fixture, &(AphJobQuery) { .states = APH_STATES_ENDED }, "b c e");
  assert_finds (&fixture, &(AphJobQuery) { .batch = aph_batch_get_id (second),
                                           .states = APH_STATES_ENDED }, "e");
  /* Done without an answer is marked. */
  assert_finds (&fixture, &(AphJobQuery) { .marks = APH_MARK_EMPTY | APH_MARK_LENGTH }, "e");
  assert_finds (&fixture, &(AphJobQuery) { .min_rating = 4 }, "b");
  assert_finds (&fixture, &(AphJobQuery) { .server = "http://server" }, "b c e");
  assert_finds (&fixture, &(AphJobQuery) { .model = "m", .states = 1u << APH_JOB_FAILED }, "c");
  assert_finds (&fixture, &(AphJobQuery) { .model = "none" }, "");
  assert_finds (&fixture, &(AphJobQuery) { .sort = APH_SORT_STATE }, "a d b e c");
  assert_finds (&fixture, &(AphJobQuery) { .sort = APH_SORT_PROMPT, .descending = TRUE },
                "e d c b a");
  /* What is unknown is last, whatever the direction. */
  assert_finds (&fixture, &(AphJobQuery) { .sort = APH_SORT_RATING, .descending = TRUE },
                "b a c d e");
  assert_finds (&fixture, &(AphJobQuery) { .sort = APH_SORT_RATING }, "b a c d e");
  for (guint sort = 0; sort < APH_JOB_N_SORTS; sort++)
    {
      g_autofree char *all = NULL;

      aph_job_list_set_query (fixture.list, &(AphJobQuery) { .sort = sort, .descending = TRUE });
      store_wait (&fixture, is_loaded);
      all = list_prompts (&fixture);
      g_assert_cmpuint (strlen (all), ==, 9);
    }
  store_tear_down (&fixture);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_auto (GStrv) values = aph_store_list_values_finish (APH_STORE (source), result, NULL);

  g_assert_nonnull (values);
  *(char **) user_data = g_strjoinv (" ", values);
}

static void
assert_values (StoreFixture   *fixture,
               AphStoreValues  values,
               guint64         batch,
               const char     *expected)
{
  g_autofree char *found = NULL;

  store_settle (fixture);
  aph_store_list_values_async (fixture->store, values, batch, NULL, listed_cb, &found);
  while (found == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (found, ==, expected);
}

/* What there is to choose from. */
static void
test_values (void)
{
  StoreFixture fixture = { 0, };
  AphBatch *first, *second;

  store_set_up (&fixture);
  store_open (&fixture);
  assert_values (&fixture, APH_STORE_MODELS, 0, "");
  first = store_add (&fixture, "a", "b", NULL);
  second = store_add (&fixture, "c", NULL);
  store_answer (&fixture, 2, "c!");

  assert_values (&fixture, APH_STORE_MODELS, 0, "m");
  assert_values (&fixture, APH_STORE_SERVERS, 0, "http://server");
  assert_values (&fixture, APH_STORE_SERVERS, aph_batch_get_id (first), "");
  assert_values (&fixture, APH_STORE_SERVERS, aph_batch_get_id (second), "http://server");
  store_tear_down (&fixture);
}

static gboolean
has_one (StoreFixture *fixture)
{
  return store_get_n (fixture) == 1;
}

static gboolean
has_two (StoreFixture *fixture)
{
  return store_get_n (fixture) == 2;
}

static void
count_change (GListModel *model,
              guint       position,
              guint       removed,
              guint       added,
              gpointer    user_data)
{
  ++*(guint *) user_data;
}

/* What is added is there at once; what no longer fits goes a moment later, all in one step. */
static void
test_follows (void)
{
  StoreFixture fixture = { 0, };
  guint n_changes = 0;

  store_set_up (&fixture);
  store_open (&fixture);
  g_signal_connect (fixture.list, "items-changed", G_CALLBACK (count_change), &n_changes);
  store_add (&fixture, "a", "b", "c", NULL);
  g_assert_cmpuint (store_get_n (&fixture), ==, 3);
  g_assert_cmpuint (n_changes, ==, 1);

  store_settle (&fixture);
  aph_job_list_set_query (fixture.list,
                          &(AphJobQuery) { .states = 1u << APH_JOB_WAITING, .descending = TRUE });
  store_wait (&fixture, is_loaded);
  g_assert_cmpuint (store_get_n (&fixture), ==, 3);
  n_changes = 0;
  store_answer (&fixture, 0, "c!");
  store_answer (&fixture, 1, "b!");
  store_wait (&fixture, has_one);
  g_assert_cmpuint (n_changes, ==, 1);
  store_add (&fixture, "d", NULL);
  g_assert_cmpuint (store_get_n (&fixture), ==, 2);
  g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (store_get_job (&fixture, 0))), ==, "d");

  /* Sorted otherwise, the database is asked again. */
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .states = 1u << APH_JOB_DONE,
                                                         .sort = APH_SORT_PROMPT });
  store_wait (&fixture, has_two);
  store_tear_down (&fixture);
}

/* The index comes to it a moment after it was written. */
static void
wait_for_index (StoreFixture *fixture)
{
  static const char sql[] = "SELECT (SELECT count (*) FROM unindexed) = 0 AND"
                            " (SELECT max (id) FROM jobs) <"
                            " (SELECT value FROM counters WHERE name = 'index-next')";
  sqlite3 *database;
  sqlite3_stmt *statement;
  gboolean is_done = FALSE;

  store_settle (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (!is_done)
    {
      g_usleep (G_TIME_SPAN_MILLISECOND);
      if (sqlite3_step (statement) == SQLITE_ROW)
        is_done = sqlite3_column_int (statement, 0);
      sqlite3_reset (statement);
    }
  sqlite3_finalize (statement);
  sqlite3_close (database);
}

static void
test_search (void)
{
  static const struct
  {
    const char *search;
    const char *found;
  } cases[] = {
    { "鱼香", "鱼香肉丝的做法" },
    { "肉丝", "鱼香肉丝的做法" },
    { "丝", "鱼香肉丝的做法" },
    { "做法", "鱼香肉丝的做法 菠萝咕咾肉的做法" },
    { "的做法", "鱼香肉丝的做法 菠萝咕咾肉的做法" },
    { "鱼肉", "" },
    { "法鱼", "" },
    { "GPT模型", "GPT模型abc" },
    { "模型abc", "GPT模型abc" },
    { "gpt ABC", "GPT模型abc" },
    { "cafe", "Café" },
    { "CAFÉ", "Café" },
    { "caf", "Café" },
    { "afé", "" },
    { "ramen", "ｒａｍｅｎ" },
    { "锅装盘", "菠萝咕咾肉的做法" },
    { "出锅 菠萝", "菠萝咕咾肉的做法" },
    /* As an input method for Chinese writes the blank. */
    { "出锅　菠萝", "菠萝咕咾肉的做法" },
    { "\xc2\xa0gpt\xc2\xa0" "abc　", "GPT模型abc" },
    { "\"", "鱼香肉丝的做法 菠萝咕咾肉的做法 GPT模型abc Café ｒａｍｅｎ" },
    { "AND", "" },
    { "cafe* OR \"x", "" },
  };
  StoreFixture fixture = { 0, };

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "鱼香肉丝的做法", "菠萝咕咾肉的做法", "GPT模型abc", "Café", "ｒａｍｅｎ", NULL);
  store_answer (&fixture, 1, "先将菠萝切块，出锅装盘即可。");
  wait_for_index (&fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s”", cases[i].search);
      assert_finds (&fixture, &(AphJobQuery) { .search = cases[i].search }, cases[i].found);
    }
  assert_finds (&fixture, &(AphJobQuery) { .search = "做法", .states = APH_STATES_ENDED,
                                           .sort = APH_SORT_PROMPT }, "菠萝咕咾肉的做法");
  store_tear_down (&fixture);
}

/* An answer that was replaced is not found any more, the new one is. */
static void
test_search_again (void)
{
  StoreFixture fixture = { 0, };
  AphJob *job;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "a", NULL);
  store_answer (&fixture, 0, "before");
  wait_for_index (&fixture);
  assert_finds (&fixture, &(AphJobQuery) { .search = "before" }, "a");
  job = store_get_job (&fixture, 0);
  aph_job_reset (job);
  aph_store_job_advanced (fixture.store, job, APH_JOB_DONE);
  store_answer (&fixture, 0, "after");
  wait_for_index (&fixture);
  assert_finds (&fixture, &(AphJobQuery) { .search = "after" }, "a");
  assert_finds (&fixture, &(AphJobQuery) { .search = "before" }, "");
  store_tear_down (&fixture);
}

typedef struct
{
  guint n_first;    /* how many were listed before it was done */
  guint n_changes;
} Listed;

static void
grown_cb (GListModel *list,
          guint       position,
          guint       n_removed,
          guint       n_added,
          gpointer    user_data)
{
  Listed *listed = user_data;

  if (listed->n_changes++ == 0)
    listed->n_first = g_list_model_get_n_items (list);
}

/* The first of many are listed before the rest, which follows them. */
static void
assert_comes_in_two (StoreFixture      *fixture,
                     const AphJobQuery *query)
{
  Listed listed = { 0, };
  gulong id = g_signal_connect (fixture->list, "items-changed", G_CALLBACK (grown_cb), &listed);

  aph_job_list_set_query (fixture->list, query);
  store_wait (fixture, is_loaded);
  g_assert_cmpuint (listed.n_changes, ==, 2);
  g_assert_cmpuint (listed.n_first, <, 299);
  g_assert_cmpuint (listed.n_first, >, 100);
  g_assert_cmpuint (store_get_n (fixture), ==, 299);
  for (guint i = 0; i < 299; i++)
    {
      guint64 number = aph_job_list_get_id (fixture->list, i);

      g_assert_cmpuint (number, !=, 2);
      g_assert_cmpuint (number % 5, !=, 3);
    }
  g_signal_handler_disconnect (fixture->list, id);
}

static void
test_search_first (void)
{
  StoreFixture fixture = { 0, };
  g_autoptr (GPtrArray) removed = g_ptr_array_new ();

  store_set_up (&fixture);
  store_open (&fixture);
  for (guint i = 0; i < 75; i++)
    store_add (&fixture, "needle", "needle", "hay", "needle b", "needle", NULL);
  store_answer (&fixture, 1, "yes");
  g_ptr_array_add (removed, store_get_job (&fixture, 1));
  g_assert_cmpuint (aph_store_remove_jobs (fixture.store, removed).n_jobs, ==, 1);
  store_settle (&fixture);
  wait_for_index (&fixture);

  assert_comes_in_two (&fixture, &(AphJobQuery) { .search = "needle" });
  for (guint i = 0; i + 1 < 299; i++)
    g_assert_cmpuint (aph_job_list_get_id (fixture.list, i), <,
                      aph_job_list_get_id (fixture.list, i + 1));

  assert_comes_in_two (&fixture, &(AphJobQuery) { .search = "needle", .descending = TRUE });
  for (guint i = 0; i + 1 < 299; i++)
    g_assert_cmpuint (aph_job_list_get_id (fixture.list, i), >,
                      aph_job_list_get_id (fixture.list, i + 1));

  assert_comes_in_two (&fixture, &(AphJobQuery) { .search = "needle", .sort = APH_SORT_PROMPT,
                                                  .descending = TRUE });
  for (guint i = 0; i < 299; i++)
    g_assert_cmpint (aph_job_list_get_id (fixture.list, i) % 5 == 4, ==, i < 75);
  store_tear_down (&fixture);
}

static void
first_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GArray **) user_data = aph_store_find_finish (APH_STORE (source), result, NULL);
}

/* What the index has not come to is among the first of a search that begins at the end. */
static void
test_search_last (void)
{
  static const guint64 expected[] = { 6, 4, 3 };
  const AphJobQuery query = { .search = "needle", .descending = TRUE };
  StoreFixture fixture = { 0, };
  g_autoptr (GArray) ids = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "needle", "hay", "needle", NULL);
  wait_for_index (&fixture);
  store_add (&fixture, "needle", "hay", "needle", NULL);
  store_settle (&fixture);
  aph_store_find_first_async (fixture.store, &query, G_N_ELEMENTS (expected), NULL, first_cb, &ids);
  while (ids == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpmem (ids->data, ids->len * sizeof (guint64), expected, sizeof expected);
  store_tear_down (&fixture);
}

/* The list of a store that was just opened is asked for when nothing else is to be done; whoever asks
 * for another one meanwhile gets that. */
static void
test_reset (void)
{
  StoreFixture fixture = { 0, };
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "a", "b", NULL);
  store_answer (&fixture, 0, "yes");
  store_settle (&fixture);

  g_signal_emit_by_name (fixture.store, "reset");
  g_assert_true (aph_job_list_get_loading (fixture.list));
  store_wait (&fixture, is_loaded);
  all = list_prompts (&fixture);
  g_assert_cmpstr (all, ==, "a b");

  g_signal_emit_by_name (fixture.store, "reset");
  aph_job_list_set_query (fixture.list, &(AphJobQuery) { .states = 1u << APH_JOB_DONE });
  store_wait (&fixture, is_loaded);
  some = list_prompts (&fixture);
  g_assert_cmpstr (some, ==, "a");

  /* A list that goes asks no more. */
  g_signal_emit_by_name (fixture.store, "reset");
  store_tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/job-list/filters", test_filters);
  g_test_add_func ("/job-list/values", test_values);
  g_test_add_func ("/job-list/follows", test_follows);
  g_test_add_func ("/job-list/search", test_search);
  g_test_add_func ("/job-list/search-again", test_search_again);
  g_test_add_func ("/job-list/search-first", test_search_first);
  g_test_add_func ("/job-list/reset", test_reset);
  g_test_add_func ("/job-list/search-last", test_search_last);

  return g_test_run ();
}
