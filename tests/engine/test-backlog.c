/* test-backlog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "queue/aph-backlog.h"
#include "queue/aph-backoff.h"
#include "queue/aph-retry-queue.h"

static AphJob *
make_job (guint64     index,
          const char *model,
          const char *num_ctx)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;

  if (num_ctx != NULL)
    g_assert_true (aph_params_set_option (params, "num_ctx", num_ctx, NULL));
  request = aph_request_new (model, "p", params, NULL);

  return aph_job_new (request, index);
}

static AphJob *
append (AphBacklog *backlog,
        guint64     index,
        const char *model,
        const char *num_ctx)
{
  g_autoptr (AphJob) job = make_job (index, model, num_ctx);

  aph_backlog_add (backlog, job);

  return job; /* the backlog holds it */
}

static gboolean
any_model (const char *model,
           gpointer    user_data)
{
  return TRUE;
}

static gboolean
only_model (const char *model,
            gpointer    user_data)
{
  return g_str_equal (model, user_data);
}

static void
assert_take (AphBacklog     *backlog,
             char          **group,
             AphModelFilter  filter,
             const char     *model,
             int             index)
{
  g_autoptr (AphJob) job = aph_backlog_take (backlog, group, filter, (gpointer) model);

  if (index < 0)
    g_assert_null (job);
  else
    {
      g_assert_nonnull (job);
      g_assert_cmpuint (aph_job_get_index (job), ==, index);
    }
}

/* A model is loaded once: its jobs come together, whatever was asked in between. */
static void
test_groups (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *group = NULL;
  static const int order[] = { 0, 2, 5, 1, 4, 3, -1 };

  append (backlog, 0, "a", NULL);
  append (backlog, 1, "b", NULL);
  append (backlog, 2, "a", NULL);
  append (backlog, 3, "a", "8192");
  append (backlog, 4, "b", NULL);
  append (backlog, 5, "a", NULL);
  g_assert_cmpuint (aph_backlog_get_length (backlog), ==, 6);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_take (backlog, &group, any_model, NULL, order[i]);
  g_assert_cmpuint (aph_backlog_get_length (backlog), ==, 0);

  aph_backlog_leave (backlog, &group);
  g_assert_null (group);
}

/* Two servers take different groups while there are two. */
static void
test_two_takers (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *one = NULL;
  char *two = NULL;

  append (backlog, 0, "a", NULL);
  append (backlog, 1, "a", NULL);
  append (backlog, 2, "a", NULL);
  append (backlog, 3, "b", NULL);

  assert_take (backlog, &one, any_model, NULL, 0);
  assert_take (backlog, &two, any_model, NULL, 3);
  assert_take (backlog, &two, any_model, NULL, 1);
  assert_take (backlog, &one, any_model, NULL, 2);
  assert_take (backlog, &one, any_model, NULL, -1);

  aph_backlog_leave (backlog, &one);
  aph_backlog_leave (backlog, &two);
}

static void
test_filter (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *group = NULL;

  append (backlog, 0, "a", NULL);
  append (backlog, 1, "b", NULL);
  append (backlog, 2, "a", NULL);

  assert_take (backlog, &group, only_model, "c", -1);
  assert_take (backlog, &group, only_model, "b", 1);
  assert_take (backlog, &group, only_model, "b", -1);
  assert_take (backlog, &group, only_model, "a", 0);
  /* The model has gone from the server meanwhile. */
  assert_take (backlog, &group, only_model, "b", -1);
  aph_backlog_leave (backlog, &group);
}

static void
test_order (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  g_autoptr (AphJob) second = make_job (1, "a", NULL);
  g_autoptr (AphJob) fourth = make_job (3, "a", NULL);
  g_autoptr (GPtrArray) all = NULL;
  char *group = NULL;
  AphJob *last;

  append (backlog, 2, "a", NULL);
  aph_backlog_add (backlog, fourth);
  aph_backlog_add (backlog, second);
  last = append (backlog, 9, "b", NULL);
  append (backlog, 4, "a", NULL);

  assert_take (backlog, &group, any_model, NULL, 1);
  aph_backlog_put_first (backlog, last);
  g_assert_true (aph_backlog_contains (backlog, last));
  assert_take (backlog, &group, any_model, NULL, 9);
  assert_take (backlog, &group, any_model, NULL, 2);

  g_assert_true (aph_backlog_remove (backlog, fourth));
  g_assert_false (aph_backlog_remove (backlog, fourth));
  aph_backlog_add (backlog, second);
  all = aph_backlog_take_all (backlog);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_true (g_ptr_array_index (all, 0) == second);
  g_assert_cmpuint (aph_backlog_get_length (backlog), ==, 0);
  aph_backlog_leave (backlog, &group);
}

/* Batches for the same model share its places fairly, each in its own order. */
static void
test_batches (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *group = NULL;
  static const guint sizes[] = { 4, 2, 1 };
  static const int order[] = { 0, 10, 20, 1, 11, 2, 3, -1 };

  for (guint batch = 0; batch < G_N_ELEMENTS (sizes); batch++)
    for (guint i = 0; i < sizes[batch]; i++)
      {
        g_autoptr (AphJob) job = make_job (batch * 10 + i, "a", NULL);

        aph_job_set_batch (job, batch);
        aph_backlog_add (backlog, job);
      }

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_take (backlog, &group, any_model, NULL, order[i]);
  aph_backlog_leave (backlog, &group);
}

static AphJob *
add_of_batch (AphBacklog *backlog,
              guint64     index,
              guint64     batch)
{
  g_autoptr (AphJob) job = make_job (index, "a", NULL);

  aph_job_set_batch (job, batch);
  aph_backlog_add (backlog, job);

  return job; /* the backlog holds it */
}

/* What could not be sent after all is the next again, however many of its batch wait. */
static void
test_give_back (void)
{
  static const int order[] = { 10, 20, 11, 21, -1 };
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *group = NULL;

  for (guint i = 0; i < 2; i++)
    {
      add_of_batch (backlog, 10 + i, 1);
      add_of_batch (backlog, 20 + i, 2);
    }

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (AphJob) job = aph_backlog_take (backlog, &group, any_model, NULL);

      if (job != NULL)
        aph_backlog_give_back (backlog, job);
      assert_take (backlog, &group, any_model, NULL, order[i]);
    }
  aph_backlog_leave (backlog, &group);
}

static void
move (AphBacklog *backlog,
      AphJob     *job,
      guint64     place)
{
  g_object_ref (job);
  aph_backlog_remove (backlog, job);
  aph_job_set_place (job, place);
  aph_backlog_add (backlog, job);
  g_object_unref (job);
}

/* However many have moved, and in whatever order they are told, none is in the way of another; what
 * was urgent and is not any more goes back to its batch. */
static void
test_reorder (void)
{
  static const int order[] = { 13, 11, 14, 12, 15, 10, -1 };
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  char *group = NULL;
  AphJob *jobs[6];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    jobs[i] = add_of_batch (backlog, 10 + i, 1);
  aph_backlog_put_first (backlog, jobs[5]);
  aph_backlog_put_first (backlog, jobs[3]);

  aph_job_set_place (jobs[4], aph_job_get_place (jobs[1]) + 1);
  aph_job_set_place (jobs[5], aph_job_get_place (jobs[2]) + 1);
  aph_job_set_urgent (jobs[5], 0);
  aph_job_set_place (jobs[0], 1000ull << APH_PLACE_SHIFT);
  g_ptr_array_add (moved, jobs[4]);
  g_ptr_array_add (moved, jobs[5]);
  g_ptr_array_add (moved, jobs[0]);
  aph_backlog_reorder (backlog, moved);

  g_assert_cmpuint (aph_backlog_get_length (backlog), ==, 6);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_take (backlog, &group, any_model, NULL, order[i]);
  aph_backlog_leave (backlog, &group);
}

/* Where all of a batch is moved, it has not had its turn once more; where all of a model is, that
 * is still before the next one. */
static void
test_reorder_all (void)
{
  static const int order[] = { 20, 11, 12, 13, 30, 40, -1 };
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  char *group = NULL;

  for (guint i = 0; i < 4; i++)
    g_ptr_array_add (moved, add_of_batch (backlog, 10 + i, 1));
  add_of_batch (backlog, 20, 2);
  g_ptr_array_add (moved, append (backlog, 30, "b", NULL));
  append (backlog, 40, "c", NULL);
  assert_take (backlog, &group, any_model, NULL, 10);
  g_ptr_array_remove_index (moved, 0);

  for (guint i = 0; i < moved->len; i++)
    aph_job_set_place (g_ptr_array_index (moved, i), 1 + i);
  aph_backlog_reorder (backlog, moved);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_take (backlog, &group, any_model, NULL, order[i]);
  aph_backlog_leave (backlog, &group);
}

/* What was moved comes at its place, also where each batch is of one. */
static void
test_places (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  static const int order[] = { 16, 13, 10, 11, 12, 15, 14, -1 };
  AphJob *fourth, *fifth, *last;
  char *group = NULL;

  for (guint i = 0; i < 3; i++)
    add_of_batch (backlog, 10 + i, i);
  fourth = add_of_batch (backlog, 13, 3);
  fifth = add_of_batch (backlog, 14, 4);
  add_of_batch (backlog, 15, 4);
  last = add_of_batch (backlog, 16, 5);

  move (backlog, fourth, 1);
  move (backlog, fifth, G_GUINT64_CONSTANT (90) << APH_PLACE_SHIFT);
  aph_job_set_urgent (last, 1);
  move (backlog, last, 2);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    assert_take (backlog, &group, any_model, NULL, order[i]);
  aph_backlog_leave (backlog, &group);
}

static void
test_backoff (void)
{
  static const guint ceilings[] = { 500, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };

  for (guint i = 0; i < G_N_ELEMENTS (ceilings); i++)
    {
      g_assert_cmpuint (aph_backoff_ceiling (i), ==, ceilings[i]);
      for (guint round = 0; round < 100; round++)
        {
          guint delay = aph_backoff_delay (i);

          g_assert_cmpuint (delay, >, 0);
          g_assert_cmpuint (delay, <=, ceilings[i]);
        }
    }
  g_assert_cmpuint (aph_backoff_ceiling (G_MAXUINT), ==, 30000);
}

typedef struct
{
  GMainLoop *loop;
  GString *order;
  guint expected;
} Retries;

static void
retry_cb (AphJob   *job,
          gpointer  user_data)
{
  Retries *retries = user_data;

  g_string_append_printf (retries->order, "%" G_GUINT64_FORMAT " ", aph_job_get_index (job));
  if (--retries->expected == 0)
    g_main_loop_quit (retries->loop);
}

static void
test_retry_queue (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GString) order = g_string_new (NULL);
  Retries retries = { loop, order, 2 };
  g_autoptr (AphRetryQueue) queue = aph_retry_queue_new (retry_cb, &retries);
  AphJob *jobs[4];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    jobs[i] = make_job (i, "m", NULL);

  aph_retry_queue_add (queue, jobs[0], 40);
  aph_retry_queue_add (queue, jobs[1], 10);
  aph_retry_queue_add (queue, jobs[2], 0);
  aph_retry_queue_add (queue, jobs[3], 100000);
  g_assert_true (aph_retry_queue_remove (queue, jobs[1]));
  g_assert_false (aph_retry_queue_remove (queue, jobs[1]));
  g_assert_cmpuint (aph_retry_queue_get_length (queue), ==, 3);

  g_main_loop_run (loop);
  g_assert_cmpstr (order->str, ==, "2 0 ");
  retries.expected = 2;
  aph_retry_queue_flush (queue);
  g_assert_cmpstr (order->str, ==, "2 0 3 ");
  g_assert_cmpuint (aph_retry_queue_get_length (queue), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_assert_finalize_object (jobs[i]);
}

/* Whose model is loaded where is not forgotten when its jobs are all under way: those that come
 * back are for the server that has it. */
static void
test_empty_group (void)
{
  g_autoptr (AphBacklog) backlog = aph_backlog_new ();
  char *one = NULL;
  char *two = NULL;

  append (backlog, 0, "a", NULL);
  assert_take (backlog, &one, any_model, NULL, 0);
  g_assert_cmpuint (aph_backlog_get_length (backlog), ==, 0);
  assert_take (backlog, &one, any_model, NULL, -1);

  append (backlog, 1, "a", NULL);
  append (backlog, 2, "b", NULL);
  assert_take (backlog, &two, any_model, NULL, 2);
  assert_take (backlog, &one, any_model, NULL, 1);

  /* Nobody works on it any more, so it is gone when it is empty. */
  aph_backlog_leave (backlog, &one);
  append (backlog, 3, "b", NULL);
  append (backlog, 4, "a", NULL);
  aph_backlog_leave (backlog, &two);
  assert_take (backlog, &one, any_model, NULL, 3);
  assert_take (backlog, &two, any_model, NULL, 4);
  aph_backlog_leave (backlog, &one);
  aph_backlog_leave (backlog, &two);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/backlog/groups", test_groups);
  g_test_add_func ("/backlog/two-takers", test_two_takers);
  g_test_add_func ("/backlog/empty-group", test_empty_group);
  g_test_add_func ("/backlog/filter", test_filter);
  g_test_add_func ("/backlog/order", test_order);
  g_test_add_func ("/backlog/batches", test_batches);
  g_test_add_func ("/backlog/give-back", test_give_back);
  g_test_add_func ("/backlog/places", test_places);
  g_test_add_func ("/backlog/reorder", test_reorder);
  g_test_add_func ("/backlog/reorder-all", test_reorder_all);
  g_test_add_func ("/backoff", test_backoff);
  g_test_add_func ("/retry-queue", test_retry_queue);

  return g_test_run ();
}
