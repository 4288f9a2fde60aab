/* test-export-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/aph-export-dialog.h"
#include "ui/aph-import.h"
#include "ui/aph-window.h"

#include "find.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"

/* The places of formats in the dialog. */
#define HTML 0
#define CSV 2
#define JSONL 4

typedef struct
{
  GuiSession gui;
  GtkWidget *window;
  gpointer dialog;   /* (nullable) once it is gone */
  char *folder;
  char *path;
  GFile *file;
} Fixture;

static gboolean
is_idle (gpointer fixture)
{
  return gui_session_is_idle (&((Fixture *) fixture)->gui);
}

static gboolean
is_gone (gpointer user_data)
{
  gpointer *weak_pointer = user_data;

  return *weak_pointer == NULL;
}

static void
present (Fixture        *fixture,
         AphExportScope  scope,
         GPtrArray      *selected)
{
  fixture->dialog = aph_export_dialog_present (GTK_WINDOW (fixture->window), fixture->gui.session,
                                               scope, selected);
  g_object_add_weak_pointer (fixture->dialog, &fixture->dialog);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);

  gui_session_start (&fixture->gui, "-m", "m:latest=text=echo", NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("question %u", i);

      g_ptr_array_add (requests, aph_request_new (NULL, prompt, NULL, NULL));
    }
  aph_session_queue (fixture->gui.session, requests, NULL);
  assert_eventually (is_idle, fixture);

  fixture->window = GTK_WIDGET (aph_window_new (NULL, fixture->gui.session));
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->folder = g_dir_make_tmp ("antiphon-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "out", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gpointer window = fixture->window;

  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  assert_eventually (is_gone, &fixture->dialog);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  assert_eventually (is_gone, &window);
  gui_session_stop (&fixture->gui);

  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_object_unref (fixture->file);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static AdwComboRow *
get_row (Fixture *fixture,
         guint    position)
{
  return ADW_COMBO_ROW (find_widget (fixture->dialog, ADW_TYPE_COMBO_ROW, position));
}

static char *
read_file (Fixture *fixture)
{
  char *content = NULL;

  g_assert_true (g_file_get_contents (fixture->path, &content, NULL, NULL));

  return content;
}

static guint
count (const char *text,
       const char *part)
{
  g_auto (GStrv) pieces = g_strsplit (text, part, -1);

  return g_strv_length (pieces) - 1;
}

static void
test_all (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *content = NULL;

  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  adw_combo_row_set_selected (get_row (fixture, 1), JSONL);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_gone, &fixture->dialog);

  content = read_file (fixture);
  g_assert_cmpuint (count (content, "\n"), ==, 5);
  g_assert_true (g_str_has_prefix (content, "{\"index\":0,"));
  g_assert_nonnull (strstr (content, "\"response\":\"question 4\""));
  /* The window says so, and offers to open it. */
  g_assert_nonnull (find_label (fixture->window, "Exported 5 prompts"));
}

static void
test_selected (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GPtrArray) selected = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *content = NULL;

  g_ptr_array_add (selected, g_object_ref (gui_session_get_job (&fixture->gui, 3)));
  present (fixture, APH_EXPORT_SCOPE_SELECTION, selected);
  g_assert_cmpuint (adw_combo_row_get_selected (get_row (fixture, 0)), ==, 1);
  adw_combo_row_set_selected (get_row (fixture, 1), HTML);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_gone, &fixture->dialog);

  content = read_file (fixture);
  g_assert_cmpuint (count (content, "<article"), ==, 1);
  g_assert_nonnull (strstr (content, ">question 3</pre>"));
}

/* Each format has the switches that belong to it. */
static void
test_formats (Fixture       *fixture,
              gconstpointer  data)
{
  AdwComboRow *formats;
  GtkWidget *bom, *record;

  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  formats = get_row (fixture, 1);
  bom = gtk_widget_get_ancestor (find_widget (fixture->dialog, GTK_TYPE_SWITCH, 0),
                                 ADW_TYPE_ACTION_ROW);
  record = gtk_widget_get_ancestor (find_widget (fixture->dialog, GTK_TYPE_SWITCH, 1),
                                    ADW_TYPE_ACTION_ROW);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (formats)), ==, 9);
  for (guint i = 0; i < 9; i++)
    {
      adw_combo_row_set_selected (formats, i);
      g_assert_cmpint (gtk_widget_get_visible (bom), ==, i == CSV || i == CSV + 1);
      g_assert_cmpint (gtk_widget_get_visible (record), ==, i == JSONL || i == JSONL + 1);
    }
}

/* What went wrong is said, and can be tried again. */
static gboolean
shows_problem (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *label;

  for (guint i = 0; (label = find_widget (fixture->dialog, GTK_TYPE_LABEL, i)) != NULL; i++)
    if (gtk_widget_get_mapped (label)
        && strstr (gtk_label_get_text (GTK_LABEL (label)), "cannot be written to") != NULL)
      return TRUE;

  return FALSE;
}

static void
test_problem (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "no", "out.html", NULL);
  g_autoptr (GFile) nowhere = g_file_new_for_path (path);
  g_autofree char *content = NULL;

  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  aph_export_dialog_write (fixture->dialog, nowhere);
  assert_eventually (shows_problem, fixture);

  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_gone, &fixture->dialog);
  content = read_file (fixture);
  g_assert_nonnull (strstr (content, "</html>"));
}

/* Closing the dialog gives it up; what was there stays, unless it was too late for that. Half of it
 * there is in no case. */
static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  assert_eventually (is_gone, &fixture->dialog);
  content = read_file (fixture);
  g_assert_true (strcmp (content, "old") == 0 || g_str_has_suffix (content, "</html>\n"));
}

static gboolean
is_full (gpointer user_data)
{
  const int *pipe = user_data;
  int n_bytes = 0;

  return ioctl (*pipe, FIONREAD, &n_bytes) == 0 && n_bytes == fcntl (*pipe, F_GETPIPE_SZ);
}

/* What is being written may take long to notice that the dialog was closed: nobody reads this pipe. */
static void
test_closed_late (Fixture       *fixture,
                  gconstpointer  data)
{
  int pipe;

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  pipe = g_open (fixture->path, O_RDONLY | O_NONBLOCK, 0);
  g_assert_cmpint (fcntl (pipe, F_SETPIPE_SZ, 1), >, 0);
  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_full, &pipe);
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  pump_for (300);
  g_assert_nonnull (fixture->dialog);

  close (pipe);
  assert_eventually (is_gone, &fixture->dialog);
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AphImportResult **imported = user_data;

  *imported = aph_import_finish (APH_SESSION (source), result, NULL);
}

static gboolean
is_imported (gpointer user_data)
{
  return *(AphImportResult **) user_data != NULL;
}

static void
import (Fixture *fixture)
{
  g_autoptr (AphImportPlan) plan = aph_import_plan_new ();
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (AphParams) defaults = aph_params_new ();
  AphImportResult *result = NULL;

  aph_params_set_system (defaults, "Something else.");
  g_ptr_array_add (files, g_object_ref (fixture->file));
  aph_import_plan_add_files (plan, files);
  aph_import_plan_set_params (plan, defaults);
  aph_import_async (fixture->gui.session, plan, NULL, NULL, NULL, imported_cb, &result);
  assert_eventually (is_imported, &result);
  g_assert_cmpuint (result->n_problems, ==, 0);
  g_assert_cmpuint (result->n_prompts, ==, 5);
  aph_import_result_free (result);
}

/* An answer that no server gave, to tell it from one that was asked for again; and one row less of
 * them. */
static void
change_answers (Fixture *fixture)
{
  g_autofree char *content = read_file (fixture);
  g_auto (GStrv) parts = g_strsplit (content, "\"response\":\"question", -1);
  g_autofree char *changed = g_strjoinv ("\"response\":\"old answer", parts);
  char *state = strstr (changed, "\"state\":\"done\"");

  g_assert_cmpuint (g_strv_length (parts), ==, 6);
  memcpy (state, "\"state\":\"sent\"", strlen ("\"state\":\"sent\""));
  g_assert_true (g_file_set_contents (fixture->path, changed, -1, NULL));
}

static guint
count_done (Fixture *fixture)
{
  return aph_session_get_counts (fixture->gui.session)[APH_JOB_DONE];
}

static gboolean
are_ten_done (gpointer fixture)
{
  return count_done (fixture) == 10 && is_idle (fixture);
}

/* Opened again, an export goes on where it stopped: what was answered is there, the rest is asked. */
static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
  GListModel *batches = aph_session_get_batches (fixture->gui.session);
  g_autoptr (AphBatch) newest = NULL;
  g_autofree char *content = NULL;

  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  adw_combo_row_set_selected (get_row (fixture, 1), JSONL);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_gone, &fixture->dialog);
  change_answers (fixture);

  import (fixture);
  assert_eventually (are_ten_done, fixture);
  g_assert_cmpuint (g_list_model_get_n_items (batches), ==, 2);
  newest = g_list_model_get_item (batches, 0);
  aph_session_set_batch (fixture->gui.session, newest);
  g_assert_cmpuint (aph_batch_get_counts (newest)[APH_JOB_DONE], ==, 5);

  present (fixture, APH_EXPORT_SCOPE_BATCH, NULL);
  adw_combo_row_set_selected (get_row (fixture, 1), JSONL);
  aph_export_dialog_write (fixture->dialog, fixture->file);
  assert_eventually (is_gone, &fixture->dialog);
  content = read_file (fixture);
  g_assert_cmpuint (count (content, "\"response\":\"old answer"), ==, 4);
}

int
main (int   argc,
      char *argv[])
{
  gui_init (&argc, &argv);
#define ADD(name, function) \
  g_test_add ("/export-dialog/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("all", test_all);
  ADD ("selected", test_selected);
  ADD ("formats", test_formats);
  ADD ("problem", test_problem);
  ADD ("closed", test_closed);
  ADD ("closed-late", test_closed_late);
  ADD ("again", test_again);

  return g_test_run ();
}
