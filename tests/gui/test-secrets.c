/* test-secrets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server is told in confidence is in no file that the window writes: in no export, whatever its
 * format, and in nothing that the next start reads.
 */

#include "config.h"

#include <string.h>

#include "files/aph-export-format.h"
#include "ui/aph-export-dialog.h"
#include "ui/aph-window.h"

#include "fake-server.h"
#include "find.h"
#include "folder.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"

#define KEY "sk-nobody-may-read-this"
#define TEAM "red-team-only"
#define ANSWERED "the answer that is kept"
#define REFUSED "it is refused for"

typedef struct
{
  FakeServer *server;
  GuiSession gui;
  GtkWidget *window;
  gpointer dialog;    /* (nullable) once it is gone */
  char *folder;
  char *export_path;
} Fixture;

/* Answers who has the key, and says it whenever it refuses something. */
static void
reply_cb (const char *request,
          guint       connection,
          FakeReply  *reply,
          gpointer    user_data)
{
  if (strstr (request, "Bearer " KEY) == NULL || strstr (request, TEAM) == NULL)
    reply->bytes = fake_refusal (401, "unauthorized");
  else if (g_str_has_prefix (request, "GET /api/version"))
    reply->bytes = fake_http (200, "", "{\"version\":\"7.7.7\"}");
  else if (g_str_has_prefix (request, "GET /api/tags"))
    reply->bytes = fake_http (200, "", "{\"models\":[{\"name\":\"guarded:latest\"}]}");
  else if (!g_str_has_prefix (request, "POST /api/generate"))
    reply->bytes = fake_refusal (404, "nothing for " KEY " there");
  else if (strstr (request, "please refuse") != NULL)
    reply->bytes = fake_refusal (400, REFUSED " " KEY " of " TEAM);
  else
    reply->bytes = fake_http (200, "Content-Type: application/x-ndjson\r\n",
                              "{\"model\":\"guarded:latest\",\"response\":\"" ANSWERED "\","
                              "\"done\":true,\"done_reason\":\"stop\"}\n");
}

/* The first prompt makes it known; what answers come from is kept with those that end after that. */
static gboolean
is_identified (gpointer fixture)
{
  AphConnection *connection = aph_session_get_connection (((Fixture *) fixture)->gui.session);
  AphOrigin *origin =
    aph_lane_get_origin (aph_connection_get_lane (connection), "guarded:latest", TRUE);

  return aph_origin_get_fields (origin)->version != NULL;
}

static void
use_guarded_server (Fixture *fixture)
{
  const char *const headers[] = { "X-Team: " TEAM, NULL };
  g_autoptr (AphServerConfig) config = aph_server_config_new (&(AphServerConfigFields) {
    .address = fixture->gui.address, .enabled = TRUE, .api_key = KEY, .headers = headers });
  g_autoptr (GError) error = NULL;
  g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (config, &error);

  g_assert_no_error (error);
  aph_connection_use_endpoint (aph_session_get_connection (fixture->gui.session), endpoint);
  assert_eventually (gui_session_is_ready, &fixture->gui);
}

static gboolean
have_all_ended (gpointer fixture)
{
  const guint *counts = aph_session_get_counts (((Fixture *) fixture)->gui.session);

  return counts[APH_JOB_DONE] == 1 && counts[APH_JOB_FAILED] == 2;
}

static char *
in_folder (Fixture    *fixture,
           const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  g_autofree char *store_path = NULL;

  fixture->folder = g_dir_make_tmp ("antiphon-test-XXXXXX", NULL);
  fixture->export_path = in_folder (fixture, "export");
  store_path = in_folder (fixture, "store.db");
  fixture->server = fake_server_new (reply_cb, fixture);
  fixture->gui.address = g_strdup (fake_server_get_url (fixture->server));
  gui_session_reopen (&fixture->gui, store_path);
  use_guarded_server (fixture);

  gui_session_queue (&fixture->gui, "guarded:latest", "please refuse");
  assert_eventually (is_identified, fixture);
  g_ptr_array_add (requests, aph_request_new ("guarded:latest", "please answer", NULL, NULL));
  g_ptr_array_add (requests, aph_request_new ("guarded:latest", "please refuse", NULL, NULL));
  aph_session_queue (fixture->gui.session, requests, NULL);
  assert_eventually (have_all_ended, fixture);

  fixture->window = GTK_WIDGET (aph_window_new (NULL, fixture->gui.session));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
close_session (Fixture *fixture)
{
  gpointer window = fixture->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  assert_eventually (is_finalized, &window);
  fixture->window = NULL;
  gui_session_stop (&fixture->gui);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  if (fixture->window != NULL)
    close_session (fixture);
  fake_server_free (fixture->server);
  folder_remove (fixture->folder);
  g_free (fixture->export_path);
  g_free (fixture->folder);
}

static gboolean
has (const char *bytes,
     gsize       size,
     const char *part)
{
  return memmem (bytes, size, part, strlen (part)) != NULL;
}

/* Reads a file, in which there is to be no secret. */
static char *
read_public_file (const char *path,
                  gsize      *size)
{
  char *bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &bytes, size, &error);
  g_assert_no_error (error);
  if (has (bytes, *size, KEY) || has (bytes, *size, TEAM))
    g_error ("there is a secret in %s", path);

  return bytes;
}

static void
export_as (Fixture *fixture,
           guint    format)
{
  g_autoptr (GFile) file = g_file_new_for_path (fixture->export_path);
  AdwComboRow *row;

  fixture->dialog = aph_export_dialog_present (GTK_WINDOW (fixture->window), fixture->gui.session,
                                               APH_EXPORT_SCOPE_BATCH, NULL);
  g_object_add_weak_pointer (fixture->dialog, &fixture->dialog);
  row = ADW_COMBO_ROW (find_widget (fixture->dialog, ADW_TYPE_COMBO_ROW, 1));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==,
                    APH_EXPORT_N_FORMATS);
  adw_combo_row_set_selected (row, format);
  /* Reproducible: with the requests as they went out. */
  gtk_switch_set_active (GTK_SWITCH (find_widget (fixture->dialog, GTK_TYPE_SWITCH, 1)), TRUE);
  aph_export_dialog_write (fixture->dialog, file);
  assert_eventually (is_finalized, &fixture->dialog);
}

static void
test_exports (Fixture       *fixture,
              gconstpointer  unused)
{
  guint n_answers = 0, n_refusals = 0, n_requests = 0;

  for (guint format = 0; format < APH_EXPORT_N_FORMATS; format++)
    {
      g_autofree char *bytes = NULL;
      gsize size = 0;

      export_as (fixture, format);
      bytes = read_public_file (fixture->export_path, &size);
      n_answers += has (bytes, size, ANSWERED);
      n_refusals += has (bytes, size, REFUSED);
      n_requests += has (bytes, size, "7.7.7");
    }

  /* It was looked at what there is to see: one format has answers alone, and one has failures alone. */
  g_assert_cmpuint (n_answers, ==, APH_EXPORT_N_FORMATS - 1);
  g_assert_cmpuint (n_refusals, >=, 4);
  g_assert_cmpuint (n_requests, >=, 1);
}

static gboolean
is_all_written (gpointer fixture)
{
  AphStore *store = aph_session_get_store (((Fixture *) fixture)->gui.session);
  g_autoptr (GPtrArray) jobs = aph_store_list_unwritten (store);

  return jobs->len == 0;
}

/* What is to be there is, and no secret. */
static void
assert_public (Fixture *fixture)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;
  guint n_answers = 0, n_refusals = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = in_folder (fixture, name);
      g_autofree char *bytes = NULL;
      gsize size = 0;

      bytes = read_public_file (path, &size);
      n_answers += has (bytes, size, ANSWERED);
      n_refusals += has (bytes, size, REFUSED);
    }
  g_assert_cmpuint (n_answers, >=, 1);
  g_assert_cmpuint (n_refusals, >=, 1);
}

/* First as kill -9 would leave it, with its log, and then as closing does. */
static void
test_store (Fixture       *fixture,
            gconstpointer  unused)
{
  assert_eventually (is_all_written, fixture);
  assert_public (fixture);
  close_session (fixture);
  assert_public (fixture);
}

int
main (int   argc,
      char *argv[])
{
  gui_init (&argc, &argv);
#define ADD(name, function) \
  g_test_add ("/secrets/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("exports", test_exports);
  ADD ("store", test_store);

  return g_test_run ();
}
