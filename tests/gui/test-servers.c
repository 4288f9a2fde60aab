/* test-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "find.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"
#include "ui/aph-preferences.h"
#include "ui/aph-server-dialog.h"
#include "ui/aph-server-row.h"

#define KEY "sk-nobody-may-read-this"

static void
forget_servers (AphSession *session)
{
  AphServerList *servers = aph_session_get_servers (session);

  while (aph_server_list_get_n (servers) > 0)
    aph_server_list_remove (servers,
                            aph_server_config_get (aph_server_list_get (servers, 0))->id);
}

static void
test_config (void)
{
  const char *const headers[] = { "X-Team: red", "X-Other: blue", NULL };
  g_autoptr (AphServerConfig) config = aph_server_config_new (&(AphServerConfigFields) {
    .name = "gpu", .address = "gpu1:8000", .api = "openai", .limit = 7, .enabled = TRUE,
    .fingerprint = "AB", .api_key = KEY, .headers = headers });
  g_autoptr (GVariant) variant = g_variant_ref_sink (aph_server_config_to_variant (config));
  g_autofree char *printed = g_variant_print (variant, TRUE);
  g_autofree char *secret = aph_server_config_dup_secret (config);
  g_autoptr (AphServerConfig) back = aph_server_config_new_from_variant (variant);
  g_autoptr (AphServerConfig) whole = aph_server_config_new_with_secret (back, secret);
  const AphServerConfigFields *fields = aph_server_config_get (whole);

  g_assert_null (strstr (printed, KEY));
  g_assert_null (strstr (printed, "blue"));
  g_assert_null (aph_server_config_get (back)->api_key);
  g_assert_true (aph_server_config_get (back)->has_secret);
  g_assert_false (aph_server_config_is_reached_alike (back, config));

  g_assert_true (aph_server_config_is_reached_alike (whole, config));
  g_assert_cmpstr (fields->id, ==, aph_server_config_get (config)->id);
  g_assert_cmpstr (fields->name, ==, "gpu");
  g_assert_cmpuint (fields->limit, ==, 7);
  g_assert_cmpstrv (fields->headers, headers);
}

static gboolean
answered (gpointer data)
{
  return aph_job_get_state (data) == APH_JOB_DONE;
}

static gboolean
has_second_model (gpointer data)
{
  return aph_connection_has_model (aph_session_get_connection (data), "second:latest");
}

static gboolean
lacks_second_model (gpointer data)
{
  return !has_second_model (data);
}

/* Prompts for a model that only another enabled server has are answered there. */
static void
test_several (void)
{
  GuiSession gui, other;
  AphServerList *servers;
  g_autoptr (AphServerConfig) config = NULL;
  const char *id;

  gui_session_start (&gui, "--model", "first:latest=tokens=3", NULL);
  gui_session_start (&other, "--model", "second:latest=tokens=3", NULL);
  servers = aph_session_get_servers (gui.session);

  config = aph_server_config_new (&(AphServerConfigFields) {
    .address = other.address, .enabled = TRUE, .limit = 2 });
  id = aph_server_config_get (config)->id;
  aph_server_list_put (servers, config);
  assert_eventually (has_second_model, gui.session);
  g_assert_nonnull (aph_server_pool_lookup (aph_session_get_pool (gui.session), id));

  gui_session_queue (&gui, "second:latest", "who are you?");
  assert_eventually (answered, gui_session_get_job (&gui, 0));
  gui_session_queue (&gui, "first:latest", "and you?");
  assert_eventually (answered, gui_session_get_job (&gui, 1));

  aph_server_list_set_enabled (servers, id, FALSE);
  assert_eventually (lacks_second_model, gui.session);
  g_assert_null (aph_server_pool_lookup (aph_session_get_pool (gui.session), id));

  /* The one that is chosen is none of the others. */
  aph_server_list_set_enabled (servers, id, TRUE);
  assert_eventually (has_second_model, gui.session);
  aph_connection_use_address (aph_session_get_connection (gui.session), other.address, NULL);
  assert_eventually (gui_session_is_ready, &gui);
  g_assert_true (aph_server_pool_lookup (aph_session_get_pool (gui.session), id)
                 == aph_session_get_connection (gui.session));
  g_assert_cmpuint (aph_scheduler_get_lanes (aph_session_get_scheduler (gui.session))->len, ==, 1);

  forget_servers (gui.session);
  gui_session_stop (&other);
  gui_session_stop (&gui);
}

static void
not_kept_cb (char       **name,
             const char  *server)
{
  g_free (*name);
  *name = g_strdup (server);
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

/* The bus of the tests has no keyring: a key lasts as long as the session, and the user hears so.
 * It is in no setting. */
static void
test_no_keyring (void)
{
  GuiSession gui;
  AphServerList *servers;
  g_autoptr (AphServerConfig) config = NULL;
  g_autofree char *name = NULL;
  g_autofree char *printed = NULL;
  g_autoptr (GVariant) stored = NULL;

  gui_session_start (&gui, "--model", "first:latest=tokens=3", NULL);
  servers = aph_session_get_servers (gui.session);
  g_signal_connect_swapped (servers, "not-kept", G_CALLBACK (not_kept_cb), &name);

  config = aph_server_config_new (&(AphServerConfigFields) {
    .name = "guarded", .address = "https://example.invalid", .api_key = KEY });
  aph_server_list_put (servers, config);
  assert_eventually (is_set, &name);
  g_assert_cmpstr (name, ==, "guarded");

  stored = aph_settings_dup_servers (aph_session_get_settings (gui.session));
  printed = g_variant_print (stored, TRUE);
  g_assert_nonnull (strstr (printed, "example.invalid"));
  g_assert_null (strstr (printed, KEY));
  g_assert_cmpstr (aph_server_config_get (aph_server_list_get (servers, 0))->api_key, ==, KEY);

  forget_servers (gui.session);
  gui_session_stop (&gui);
}

static const char *
get_subtitle (GtkWidget  *root,
              const char *title)
{
  GtkWidget *row = find_row (root, title);

  g_assert_nonnull (row);

  return adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
}

typedef struct
{
  GtkWidget  *root;
  const char *title;
  const char *words;
} Saying;

static gboolean
row_says (gpointer data)
{
  Saying *saying = data;

  return strstr (get_subtitle (saying->root, saying->title), saying->words) != NULL;
}

/* What is typed is judged at once; a test tells what the server is; saving adds it. */
static void
test_dialog (void)
{
  GuiSession gui;
  AphPreferences *preferences;
  AphServerDialog *dialog;
  AphServerList *servers;
  GtkWidget *address, *key;
  Saying saying;

  gui_session_start (&gui, "--model", "first:latest=tokens=3", NULL);
  servers = aph_session_get_servers (gui.session);
  preferences = aph_preferences_new (NULL, gui.session);
  dialog = aph_server_dialog_new (GTK_WINDOW (preferences), servers, NULL);
  gtk_window_present (GTK_WINDOW (preferences));
  gtk_window_present (GTK_WINDOW (dialog));
  address = find_row (GTK_WIDGET (dialog), "Address");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (dialog)), address));
  key = find_row (GTK_WIDGET (dialog), "API Key");
  saying = (Saying) { GTK_WIDGET (dialog), "Connection", "no address" };

  gtk_editable_set_text (GTK_EDITABLE (address), "ftp://nowhere");
  g_assert_true (gtk_widget_has_css_class (address, "error"));
  gtk_widget_activate_action (GTK_WIDGET (dialog), "server.save", NULL);
  g_assert_cmpuint (aph_server_list_get_n (servers), ==, 0);

  gtk_editable_set_text (GTK_EDITABLE (address), "http://example.org");
  g_assert_false (gtk_widget_has_css_class (address, "error"));
  gtk_editable_set_text (GTK_EDITABLE (key), "a key");
  g_assert_true (gtk_widget_has_css_class (key, "error"));
  gtk_editable_set_text (GTK_EDITABLE (key), KEY);
  g_assert_false (gtk_widget_has_css_class (key, "error"));
  saying.words = "without encryption";
  g_assert_true (row_says (&saying));

  gtk_editable_set_text (GTK_EDITABLE (address), gui.address);
  gtk_widget_activate_action (GTK_WIDGET (dialog), "server.test", NULL);
  saying.words = "Connected: 1 model";
  assert_eventually (row_says, &saying);

  gtk_editable_set_text (GTK_EDITABLE (key), "");
  gtk_widget_activate_action (GTK_WIDGET (dialog), "server.save", NULL);
  g_assert_cmpuint (aph_server_list_get_n (servers), ==, 1);
  saying = (Saying) { GTK_WIDGET (preferences), gui.address, "Connected, version" };
  assert_eventually (row_says, &saying);

  forget_servers (gui.session);
  g_assert_null (find_row (GTK_WIDGET (preferences), gui.address));
  gtk_window_destroy (GTK_WINDOW (preferences));
  gui_session_stop (&gui);
}

/* A removed server comes back by the toast's button. */
static void
test_undo (void)
{
  GuiSession gui;
  AphPreferences *preferences;
  AphServerDialog *dialog;
  AphServerList *servers;
  g_autoptr (AphServerConfig) config = NULL;

  gui_session_start (&gui, "--model", "first:latest=tokens=3", NULL);
  servers = aph_session_get_servers (gui.session);
  config = aph_server_config_new (&(AphServerConfigFields) {
    .name = "mine", .address = gui.address, .enabled = TRUE });
  aph_server_list_put (servers, config);
  preferences = aph_preferences_new (NULL, gui.session);
  gtk_window_present (GTK_WINDOW (preferences));

  adw_action_row_activate (ADW_ACTION_ROW (find_row (GTK_WIDGET (preferences), "mine")));
  dialog = APH_SERVER_DIALOG (find_toplevel (APH_TYPE_SERVER_DIALOG));
  gtk_widget_activate_action (GTK_WIDGET (dialog), "server.remove", NULL);
  g_assert_cmpuint (aph_server_list_get_n (servers), ==, 0);

  gtk_widget_activate_action (GTK_WIDGET (preferences), "preferences.restore-server", NULL);
  g_assert_cmpuint (aph_server_list_get_n (servers), ==, 1);
  g_assert_cmpstr (aph_server_config_get_title (aph_server_list_get (servers, 0)), ==, "mine");

  forget_servers (gui.session);
  gtk_window_destroy (GTK_WINDOW (preferences));
  gui_session_stop (&gui);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/servers/config", test_config);
  g_test_add_func ("/servers/several", test_several);
  g_test_add_func ("/servers/no-keyring", test_no_keyring);
  g_test_add_func ("/servers/dialog", test_dialog);
  g_test_add_func ("/servers/undo", test_undo);

  return g_test_run ();
}
