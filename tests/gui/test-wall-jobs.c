/* test-wall-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "ui/aph-wall-jobs.h"

#include "gui-session.h"
#include "pump.h"

typedef struct
{
  GuiSession gui;
  AphWallJobs *jobs;
  const char *expected;
} Fixture;

/* The prompts on the wall, in order. */
static char *
list_prompts (Fixture *fixture)
{
  GListModel *model = aph_wall_jobs_get_model (fixture->jobs);
  GString *prompts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (model, i);

      g_string_append_printf (prompts, "%s%s", i > 0 ? " " : "",
                              aph_request_get_prompt (aph_job_get_request (job)));
    }

  return g_string_free (prompts, FALSE);
}

static gboolean
shows_expected (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *prompts = list_prompts (fixture);

  return g_str_equal (prompts, fixture->expected);
}

static void
assert_shows (Fixture    *fixture,
              const char *expected)
{
  g_test_message ("%s", expected);
  fixture->expected = expected;
  assert_eventually (shows_expected, fixture);
}

static AphBatch *
queue (Fixture    *fixture,
       const char *model,
       const char *first,
       const char *second)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  g_ptr_array_add (requests, aph_request_new (model, first, NULL, NULL));
  if (second != NULL)
    g_ptr_array_add (requests, aph_request_new (model, second, NULL, NULL));

  return aph_session_queue (fixture->gui.session, requests, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  AphSession *session;

  gui_session_start (&fixture->gui, "-m", "m:latest=tokens=2", "-m",
                     "slow:latest=tokens=100000,rate=50", NULL);
  session = fixture->gui.session;
  fixture->jobs = aph_wall_jobs_new (APH_JOB_LIST (aph_session_get_jobs (session)),
                                     aph_session_get_wall (session));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->jobs);
  gui_session_stop (&fixture->gui);
}

/* With nothing that runs it has the answers of before: those of the batch and the filters. */
static void
test_past (Fixture       *fixture,
           gconstpointer  data)
{
  AphSession *session = fixture->gui.session;
  AphBatch *first = queue (fixture, "m:latest", "apple", "pear");
  AphBatch *second = queue (fixture, "m:latest", "plum", "apple-pie");

  assert_eventually (gui_session_is_idle, &fixture->gui);
  assert_shows (fixture, "");

  aph_wall_jobs_set_active (fixture->jobs, TRUE);
  assert_shows (fixture, "apple-pie plum pear apple");
  aph_session_set_batch (session, first);
  assert_shows (fixture, "apple pear");
  aph_session_set_batch (session, second);
  assert_shows (fixture, "plum apple-pie");
  aph_session_set_query (session, &(AphJobQuery) { .states = 1u << APH_JOB_WAITING });
  assert_shows (fixture, "");
  aph_session_set_query (session, &(AphJobQuery) { .states = 1u << APH_JOB_DONE,
                                                   .sort = APH_SORT_PROMPT });
  assert_shows (fixture, "apple-pie plum");
  aph_session_set_batch (session, NULL);
  aph_session_set_query (session, &(AphJobQuery) { .search = "apple" });
  assert_shows (fixture, "apple-pie apple");

  aph_wall_jobs_set_active (fixture->jobs, FALSE);
}

static gboolean
is_streaming (gpointer user_data)
{
  Fixture *fixture = user_data;

  return aph_session_get_counts (fixture->gui.session)[APH_JOB_ANSWERING] > 0;
}

/* What runs comes first; when it ends it stays until the user looks elsewhere. */
static void
test_running (Fixture       *fixture,
              gconstpointer  data)
{
  AphSession *session = fixture->gui.session;
  AphBatch *first = queue (fixture, "m:latest", "apple", "pear");
  AphBatch *second;

  assert_eventually (gui_session_is_idle, &fixture->gui);
  pump_for (20);
  aph_wall_jobs_set_active (fixture->jobs, TRUE);
  assert_shows (fixture, "pear apple");

  second = queue (fixture, "slow:latest", "plum", NULL);
  assert_eventually (is_streaming, fixture);
  assert_shows (fixture, "plum");
  aph_session_set_batch (session, first);
  assert_shows (fixture, "apple pear");
  aph_session_set_batch (session, second);
  assert_shows (fixture, "plum");
  aph_session_set_batch (session, NULL);
  assert_shows (fixture, "plum");
  aph_session_set_query (session, &(AphJobQuery) { .search = "apple" });
  assert_shows (fixture, "apple");
  aph_session_set_query (session, &(AphJobQuery) { .search = "plum" });
  assert_shows (fixture, "plum");
  aph_session_set_query (session, &(AphJobQuery) { 0 });
  assert_shows (fixture, "plum");

  aph_session_cancel (session, aph_session_lookup_job (session, 3));
  assert_eventually (gui_session_is_idle, &fixture->gui);
  pump_for (100);
  assert_shows (fixture, "plum");
  aph_session_set_batch (session, first);
  assert_shows (fixture, "apple pear");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/wall-jobs/past", Fixture, NULL, set_up, test_past, tear_down);
  g_test_add ("/wall-jobs/running", Fixture, NULL, set_up, test_running, tear_down);

  return g_test_run ();
}
