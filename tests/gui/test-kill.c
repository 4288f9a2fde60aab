/* test-kill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kills a run at random moments, again and again, and looks at what is left. The run is a session
 * in a process of its own, without a window. ANTIPHON_KILLS says how often; 100 takes two minutes.
 */

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "folder.h"
#include "sim-fixture.h"
#include "ui/aph-session.h"

#define N_PROMPTS 600
#define N_LONG 8
#define DEFAULT_KILLS "20"
/* Each such life lasts until it has answers that must be on disk. */
#define LONG_LIFE 4

/* The child notes so often how long the answers are, in milliseconds, and so many times. */
#define NOTE_MILLISECONDS 20
#define N_NOTES 512

/* What is at most missing of a running answer, in microseconds; and what is done for longer than
 * this is on disk, whatever the machine has to do beside. */
#define MAX_LOST G_TIME_SPAN_SECOND
#define MAX_UNWRITTEN (2 * G_TIME_SPAN_SECOND)

static const char *program;

/* What the child tells; it is in memory that both share, so that being killed changes nothing. */
typedef struct
{
  gint64 done_at[N_PROMPTS + 1];        /* by number, on the monotonic clock */
  guint  n_sent[N_PROMPTS + 1];
  guint  n_notes;
  struct
  {
    gint64 time;
    guint  length[N_LONG + 1];
  } notes[N_NOTES];
} Report;

typedef struct
{
  char   *directory;
  char   *path;
  char   *report_path;
  Report *report;
  Sim    *sim;
} Fixture;

static Report *
map_report (const char *path)
{
  int file = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  Report *report;

  g_assert_cmpint (ftruncate (file, sizeof (Report)), ==, 0);
  report = mmap (NULL, sizeof (Report), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  g_assert_true (report != MAP_FAILED);
  close (file);

  return report;
}

/* The child */

typedef struct
{
  AphSession *session;
  Report *report;
  guint n_prompts;
  gboolean is_queued;
} Child;

static void
advanced_cb (Child  *child,
             AphJob *job,
             int     old_state)
{
  guint64 id = aph_job_get_id (job);

  if (aph_job_get_state (job) == APH_JOB_SENT)
    child->report->n_sent[id]++;
  if (aph_job_get_state (job) == APH_JOB_DONE)
    child->report->done_at[id] = g_get_monotonic_time ();
}

static gboolean
note_cb (gpointer user_data)
{
  Child *child = user_data;
  GListModel *running =
    aph_scheduler_get_running (aph_session_get_scheduler (child->session));
  guint note = child->report->n_notes;

  if (note == N_NOTES)
    return G_SOURCE_REMOVE;

  child->report->notes[note].time = g_get_monotonic_time ();
  for (guint i = 0; i < g_list_model_get_n_items (running); i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (running, i);
      gsize length;

      aph_job_get_answer (job, &length);
      if (aph_job_get_id (job) <= N_LONG)
        child->report->notes[note].length[aph_job_get_id (job)] = length;
    }
  child->report->n_notes++;

  return G_SOURCE_CONTINUE;
}

static void
queue_prompts (Child *child)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  for (guint i = 1; i <= child->n_prompts; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("prompt %u", i);

      g_ptr_array_add (requests, aph_request_new ("m:latest", prompt, NULL, NULL));
    }
  aph_session_queue (child->session, requests, NULL);
}

static void
opened_cb (Child *child)
{
  AphStore *store = aph_session_get_store (child->session);

  if (aph_store_get_first_new_job (store) == 1)
    queue_prompts (child);
  else
    aph_session_resume (child->session);
  child->is_queued = TRUE;
}

static int
run_child (char **argv)
{
  g_autoptr (AphSettings) settings = aph_settings_new ();
  g_autoptr (AphStore) store = aph_store_new (argv[2]);
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (argv[4], NULL);
  Child child = { .report = map_report (argv[3]), .n_prompts = atoi (argv[5]) };

  child.session = aph_session_new (settings, store);
  aph_session_set_concurrency (child.session, 8);
  g_signal_connect_swapped (aph_session_get_scheduler (child.session), "job-advanced",
                            G_CALLBACK (advanced_cb), &child);
  /* The session's own handler is to be the first. */
  g_signal_connect_swapped (store, "opened", G_CALLBACK (opened_cb), &child);
  aph_connection_use_endpoint (aph_session_get_connection (child.session), endpoint);
  g_timeout_add (NOTE_MILLISECONDS, note_cb, &child);

  while (!child.is_queued || aph_session_get_n_active (child.session) > 0)
    g_main_context_iteration (NULL, TRUE);
  aph_session_close (child.session);
  g_object_unref (child.session);

  return 0;
}

/* The parent */

static GPid
start_child (Fixture *fixture,
             guint    n_prompts)
{
  g_autofree char *count = g_strdup_printf ("%u", n_prompts);
  char *argv[] = { (char *) program, (char *) "--child", fixture->path, fixture->report_path,
                   (char *) sim_get_url (fixture->sim), count, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);

  return pid;
}

static void
set_up (Fixture    *fixture,
        const char *model)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("antiphon-kill-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "prompts.db", NULL);
  fixture->report_path = g_build_filename (fixture->directory, "report", NULL);
  fixture->report = map_report (fixture->report_path);
  fixture->sim = sim_start ("-m", model);
}

static void
tear_down (Fixture *fixture)
{
  folder_remove (fixture->directory);
  sim_stop (fixture->sim);
  munmap (fixture->report, sizeof (Report));
  g_free (fixture->directory);
  g_free (fixture->path);
  g_free (fixture->report_path);
}

/* Calls @each with each row of the store as it was left. */
static void
query (Fixture    *fixture,
       const char *sql,
       void      (*each) (sqlite3_stmt *row, gpointer user_data),
       gpointer    user_data)
{
  sqlite3 *database;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open (fixture->path, &database), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) == SQLITE_OK)
    {
      while (sqlite3_step (statement) == SQLITE_ROW)
        each (statement, user_data);
      sqlite3_finalize (statement);
    }
  sqlite3_close (database);
}

typedef struct
{
  gboolean done[N_PROMPTS + 1];
  guint n_done;
} Found;

static void
take_row (sqlite3_stmt *row,
          gpointer      user_data)
{
  Found *found = user_data;
  gint64 id = sqlite3_column_int64 (row, 0);

  g_assert_cmpint (id, >=, 1);
  g_assert_cmpint (id, <=, N_PROMPTS);
  g_assert_false (found->done[id]);
  g_assert_cmpstr ((const char *) sqlite3_column_text (row, 1), !=, "");
  found->done[id] = TRUE;
  found->n_done++;
}

static void
look (Fixture *fixture,
      Found   *found)
{
  *found = (Found) { 0, };
  query (fixture, "SELECT jobs.id, ifnull (answer, '') FROM jobs JOIN answers ON answers.id = jobs.id"
         " WHERE state = 4", take_row, found);
}

/* Whether an answer of this life must be on disk. */
static gboolean
is_due (Fixture     *fixture,
        const Found *before,
        guint        id,
        gint64       now)
{
  gint64 done_at = fixture->report->done_at[id];

  return !before->done[id] && done_at != 0 && done_at < now - MAX_UNWRITTEN;
}

static gboolean
has_ended (GPid pid)
{
  siginfo_t info = { .si_pid = 0 };

  g_assert_cmpint (waitid (P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT), ==, 0);

  return info.si_pid != 0;
}

/* Waits until there is such an answer; a child that has nothing to do any more has none. */
static void
wait_until_due (Fixture     *fixture,
                const Found *before,
                GPid         pid)
{
  while (!has_ended (pid))
    {
      gint64 now = g_get_monotonic_time ();

      for (guint id = 1; id <= N_PROMPTS; id++)
        if (is_due (fixture, before, id, now))
          return;
      g_usleep (1000);
    }
}

static void
kill_child (GPid pid)
{
  int status;

  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
}

/* What was done stays done and is not asked again; what was reported done is done. What was done too
 * late to be on disk is done anew: its time does not count for the next kill.
 * Returns: how many were due in the life that has just ended */
static guint
compare (Fixture     *fixture,
         const Found *before,
         const Found *after,
         const guint *sent_before,
         gint64       killed_at)
{
  guint n_due = 0;

  for (guint id = 1; id <= N_PROMPTS; id++)
    {
      if (before->done[id])
        {
          g_assert_true (after->done[id]);
          g_assert_cmpuint (fixture->report->n_sent[id], ==, sent_before[id]);
        }
      if (is_due (fixture, before, id, killed_at))
        {
          g_assert_true (after->done[id]);
          n_due++;
        }
      if (!after->done[id])
        fixture->report->done_at[id] = 0;
    }

  return n_due;
}

static void
test_random_moments (void)
{
  const char *wanted = g_getenv ("ANTIPHON_KILLS");
  guint n_kills = atoi (wanted != NULL ? wanted : DEFAULT_KILLS);
  Fixture fixture = { 0, };
  Found before = { 0, };
  Found after;
  guint sent[N_PROMPTS + 1];
  gint64 killed_at;
  guint n_due = 0;
  int status;
  GPid pid;

  set_up (&fixture, "m:latest=tokens=12,rate=50");
  for (guint i = 0; i < n_kills; i++)
    {
      memcpy (sent, fixture.report->n_sent, sizeof sent);
      pid = start_child (&fixture, N_PROMPTS);
      if (i % LONG_LIFE == LONG_LIFE - 1)
        wait_until_due (&fixture, &before, pid);
      g_usleep (g_test_rand_int_range (10, 500) * 1000);
      killed_at = g_get_monotonic_time ();
      kill_child (pid);
      look (&fixture, &after);
      n_due += compare (&fixture, &before, &after, sent, killed_at);
      before = after;
    }
  g_test_message ("%u of %u were done after %u kills, %u of them had to be", before.n_done,
                  N_PROMPTS, n_kills, n_due);
  /* Not the end of the last life alone has written them. */
  g_assert_true (n_due > 0 || n_kills < LONG_LIFE);

  memcpy (sent, fixture.report->n_sent, sizeof sent);
  pid = start_child (&fixture, N_PROMPTS);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  look (&fixture, &after);
  compare (&fixture, &before, &after, sent, g_get_monotonic_time ());
  g_assert_cmpuint (after.n_done, ==, N_PROMPTS);
  tear_down (&fixture);
}

static void
take_length (sqlite3_stmt *row,
             gpointer      user_data)
{
  guint *lengths = user_data;
  gint64 id = sqlite3_column_int64 (row, 0);

  g_assert_cmpint (id, >=, 1);
  g_assert_cmpint (id, <=, N_LONG);
  lengths[id] += sqlite3_column_int (row, 1);
}

/* Of an answer that was arriving, not more than the last second is missing. */
static void
test_partial_text (void)
{
  Fixture fixture = { 0, };
  guint lengths[N_LONG + 1] = { 0, };
  guint expected[N_LONG + 1] = { 0, };
  gint64 killed_at;
  guint n_some = 0;
  GPid pid;

  set_up (&fixture, "m:latest=tokens=2000,rate=60");
  pid = start_child (&fixture, N_LONG);
  while (fixture.report->n_notes < 2200 / NOTE_MILLISECONDS)
    g_usleep (1000);
  killed_at = g_get_monotonic_time ();
  kill_child (pid);

  for (guint i = 0; i < fixture.report->n_notes; i++)
    if (fixture.report->notes[i].time <= killed_at - MAX_LOST)
      memcpy (expected, fixture.report->notes[i].length, sizeof expected);
  query (&fixture, "SELECT job, length (CAST (text AS BLOB)) FROM pieces WHERE is_answer = 1",
         take_length, lengths);
  for (guint id = 1; id <= N_LONG; id++)
    {
      g_test_message ("answer %u: %u bytes a second before, %u bytes kept", id, expected[id],
                      lengths[id]);
      g_assert_cmpuint (lengths[id], >=, expected[id]);
      n_some += expected[id] > 0;
    }
  g_assert_cmpuint (n_some, >, 0);
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  program = argv[0];
  if (argc == 6 && g_str_equal (argv[1], "--child"))
    return run_child (argv);

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kill/random-moments", test_random_moments);
  g_test_add_func ("/kill/partial-text", test_partial_text);

  return g_test_run ();
}
