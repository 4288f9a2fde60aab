/* test-session-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "folder.h"
#include "gui-session.h"
#include "pump.h"
#include "store/aph-store-private.h"
#include "ui/aph-feeder-private.h"
#include "ui/aph-session-private.h"

typedef struct
{
  GuiSession gui;
  char *directory;
  char *path;
} Fixture;

static gboolean
is_store_open (gpointer user_data)
{
  return aph_store_is_open (aph_session_get_store (((GuiSession *) user_data)->session));
}

static gboolean
are_all_listed (gpointer user_data)
{
  GuiSession *gui = user_data;

  return g_list_model_get_n_items (aph_session_get_jobs (gui->session)) == 240;
}

static gboolean
are_all_loaded (gpointer user_data)
{
  for (guint i = 0; i < 240; i++)
    if (!aph_job_is_loaded (gui_session_get_job (user_data, i)))
      return FALSE;

  return TRUE;
}

static gboolean
is_first_150 (gpointer user_data)
{
  return aph_job_get_id (gui_session_get_job (user_data, 0)) == 150
         && aph_job_get_id (gui_session_get_job (user_data, 1)) == 151
         && aph_job_get_id (gui_session_get_job (user_data, 239)) == 7;
}

static gboolean
is_last_moved (gpointer user_data)
{
  return aph_job_get_id (gui_session_get_job (user_data, 0)) > 1
         && aph_job_get_id (gui_session_get_job (user_data, 239)) < 240;
}

static gboolean
are_all_done (gpointer user_data)
{
  return aph_session_get_counts (((GuiSession *) user_data)->session)[APH_JOB_DONE] == 240;
}

static gboolean
has_read (gpointer user_data)
{
  const AphFeeder *feeder = ((GuiSession *) user_data)->session->feeder;

  return feeder->lines->len > 0 && !feeder->is_reading;
}

static gboolean
is_reading (gpointer user_data)
{
  return ((GuiSession *) user_data)->session->feeder->is_reading;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
move (GuiSession   *gui,
      guint64       id,
      AphStoreMove  direction)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_array_append_val (ids, id);
  aph_session_move (gui->session, ids, direction);
}

/* A store of 240 prompts that wait, nothing of which is sent. */
static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  fixture->directory = g_dir_make_tmp ("antiphon-session-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, "prompts.db", NULL);
  gui_session_start (&fixture->gui, "-m", "m:latest=tokens=1", NULL);
  gui_session_reopen (&fixture->gui, fixture->path);
  assert_eventually (is_store_open, &fixture->gui);
  aph_session_set_paused (fixture->gui.session, TRUE);
  gui_session_queue_many (&fixture->gui, "m:latest", "one", 240);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  gui_session_stop (&fixture->gui);
  folder_remove (fixture->directory);
  g_free (fixture->path);
  g_free (fixture->directory);
}

/* Opens it again, so that the scheduler gets as many of them as it takes. */
static void
reopen_paused (Fixture *fixture)
{
  gui_session_reopen (&fixture->gui, fixture->path);
  assert_eventually (gui_session_is_ready, &fixture->gui);
  assert_eventually (are_all_listed, &fixture->gui);
  aph_session_set_concurrency (fixture->gui.session, 1);
  aph_session_resume (fixture->gui.session);
  aph_session_set_paused (fixture->gui.session, TRUE);
  assert_eventually (has_read, &fixture->gui);
}

/* What is listed first is sent first. */
static void
run_in_order (GuiSession *gui)
{
  gint64 last = 0;

  aph_session_set_paused (gui->session, FALSE);
  assert_eventually (gui_session_is_idle, gui);
  assert_eventually (are_all_loaded, gui);
  for (guint i = 0; i < 240; i++)
    {
      AphJob *job = gui_session_get_job (gui, i);

      g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
      g_assert_cmpint (aph_job_get_times (job)->sent, >, last);
      last = aph_job_get_times (job)->sent;
    }
}

/* What is listed first is sent first, far more than the scheduler has at a time, and moved both
 * before they are handed on and after. */
static void
test_order (Fixture       *fixture,
            gconstpointer  unused)
{
  GuiSession *gui = &fixture->gui;

  move (gui, 7, APH_MOVE_LAST);
  reopen_paused (fixture);

  move (gui, 150, APH_MOVE_FIRST);
  move (gui, 151, APH_MOVE_FIRST);
  move (gui, 151, APH_MOVE_DOWN);
  move (gui, 2, APH_MOVE_LAST);
  move (gui, 7, APH_MOVE_LAST);
  assert_eventually (is_first_150, gui);
  assert_eventually (has_read, gui);

  run_in_order (gui);
}

/* What the scheduler has is moved to the end, all of it: what it has not is sent before that. */
static void
test_all_last (Fixture       *fixture,
               gconstpointer  unused)
{
  GuiSession *gui = &fixture->gui;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 n_moved;

  reopen_paused (fixture);
  n_moved = aph_feeder_get_n_active (gui->session->feeder);
  g_assert_cmpuint (n_moved, <, 240 / 2);
  for (guint64 id = 1; id <= n_moved; id++)
    g_array_append_val (ids, id);
  aph_session_move (gui->session, ids, APH_MOVE_LAST);
  assert_eventually (is_last_moved, gui);
  assert_eventually (has_read, gui);

  run_in_order (gui);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  aph_store_after_writing_finish (APH_STORE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* A piece of an import: it got its numbers before others were moved to the end, and is written only
 * after those were read. */
typedef struct
{
  AphStore *store;
  guint64 first;
} LatePiece;

static gboolean
write_late (AphSaver  *saver,
            gpointer   data,
            GError   **error)
{
  const LatePiece *piece = data;
  g_autoptr (AphRequest) request = aph_request_new ("m:latest", "late", NULL, NULL);

  for (guint i = 0; i < 3; i++)
    if (!aph_saver_add_job (saver, piece->first + i, 1, request, FALSE, 1, error))
      return FALSE;

  return aph_saver_count (saver, 1, APH_JOB_WAITING, 3, error);
}

static void
late_written_cb (gpointer      data,
                 const GError *error)
{
  const LatePiece *piece = data;

  g_assert_no_error (error);
  aph_store_count (piece->store, 1, APH_JOB_WAITING, 3);
  aph_store_emit_added (piece->store, aph_store_lookup_batch (piece->store, 1), piece->first, 3);
}

static gboolean
are_late_done (gpointer user_data)
{
  return aph_session_get_counts (((GuiSession *) user_data)->session)[APH_JOB_DONE] == 243;
}

/* What has come to wait before what was read is sent, too. */
static void
test_added_late (Fixture       *fixture,
                 gconstpointer  unused)
{
  GuiSession *gui = &fixture->gui;
  LatePiece piece;

  reopen_paused (fixture);
  piece.store = aph_session_get_store (gui->session);
  piece.first = aph_store_take_ids (piece.store, 3);
  move (gui, 7, APH_MOVE_LAST);
  aph_session_set_paused (gui->session, FALSE);
  assert_eventually (are_all_done, gui);
  assert_eventually (has_read, gui);

  aph_store_writer_push (piece.store->writer, write_late, late_written_cb, &piece, NULL);
  assert_eventually (are_late_done, gui);
}

/* What was asked of the reader before is read by then. */
static gpointer
note_read (AphLoader  *loader,
           gpointer    task_data,
           GError    **error)
{
  g_atomic_int_set ((int *) task_data, TRUE);

  return NULL;
}

static void
wait_for_reader (AphStore *store)
{
  GTask *task = g_task_new (store, NULL, NULL, NULL);
  int is_read = FALSE;

  g_task_set_task_data (task, &is_read, NULL);
  aph_store_reader_run (store->pages, task, note_read, NULL);
  while (!g_atomic_int_get (&is_read))
    g_usleep (1000);
}

/* Moves a job on disk, and tells the store. */
static void
move_at_once (Fixture      *fixture,
              guint64       id,
              AphStoreMove  direction)
{
  const AphMoving moving = { direction, 0, g_get_real_time (), 0 };
  g_autoptr (GArray) placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));
  g_autoptr (GError) error = NULL;
  AphDatabase *database = aph_database_open (fixture->path, SQLITE_OPEN_READWRITE, &error);
  AphSaver *saver;

  g_assert_no_error (error);
  saver = aph_saver_new (database);
  aph_saver_move (saver, &id, 1, &moving, placements, &error);
  g_assert_no_error (error);
  aph_saver_free (saver);
  aph_database_close (database);
  aph_store_take_moved (aph_session_get_store (fixture->gui.session), placements, 0, TRUE);
}

/* What is moved while it is read, so that it is told as it was, is neither lost nor in a wrong
 * place. */
static void
test_moved_while_read (Fixture       *fixture,
                       gconstpointer  unused)
{
  GuiSession *gui = &fixture->gui;
  AphFeeder *feeder;

  gui_session_reopen (gui, fixture->path);
  assert_eventually (gui_session_is_ready, gui);
  assert_eventually (are_all_listed, gui);
  aph_session_set_concurrency (gui->session, 1);
  aph_session_set_paused (gui->session, TRUE);
  feeder = gui->session->feeder;
  aph_session_resume (gui->session);
  aph_session_set_paused (gui->session, TRUE);
  assert_eventually (is_reading, gui);
  g_assert_cmpuint (feeder->lines->len, ==, 0);
  wait_for_reader (aph_session_get_store (gui->session));
  move_at_once (fixture, 65, APH_MOVE_UP);
  move_at_once (fixture, 20, APH_MOVE_UP);
  move_at_once (fixture, 150, APH_MOVE_FIRST);
  /* Nothing is sent before it was read again. */
  assert_eventually (has_read, gui);

  run_in_order (gui);
  g_assert_cmpuint (aph_job_get_id (gui_session_get_job (gui, 0)), ==, 150);
}

/* Nothing is looked for again and again where all was removed before it was read. */
static void
test_all_removed (Fixture       *fixture,
                  gconstpointer  unused)
{
  GuiSession *gui = &fixture->gui;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  AphRemoval removal;
  gboolean is_written = FALSE;

  reopen_paused (fixture);
  assert_eventually (are_all_loaded, gui);
  for (guint i = 0; i < 240; i++)
    g_ptr_array_add (jobs, g_object_ref (gui_session_get_job (gui, i)));
  removal = aph_session_remove_jobs (gui->session, jobs);
  g_assert_cmpuint (removal.n_jobs, ==, 240);

  /* In this order, so that it looks before that is told here. */
  aph_feeder_look_again (gui->session->feeder);
  aph_store_after_writing_async (aph_session_get_store (gui->session), written_cb, &is_written);
  assert_eventually (is_true, &is_written);
  assert_eventually (has_read, gui);

  aph_session_restore (gui->session, removal);
  aph_session_set_paused (gui->session, FALSE);
  assert_eventually (are_all_done, gui);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define add(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  add ("/session-order/order", test_order);
  add ("/session-order/all-last", test_all_last);
  add ("/session-order/all-removed", test_all_removed);
  add ("/session-order/added-late", test_added_late);
  add ("/session-order/moved-while-read", test_moved_while_read);
#undef add

  return g_test_run ();
}
