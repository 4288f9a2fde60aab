/* test-composer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "ui/aph-composer.h"
#include "ui/aph-format.h"
#include "ui/aph-options-popover.h"
#include "ui/aph-server-popover.h"

#include "find.h"
#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"

typedef struct
{
  GuiSession gui;
  GtkWidget *window;
  AphComposer *composer;
  GtkTextBuffer *text;
  GtkDropDown *model;
} Fixture;

static void
set_up (Fixture *fixture)
{
  gui_session_start (&fixture->gui, "-m", "a:latest=tokens=2", "-m", "b:latest=tokens=2", NULL);
  fixture->window = gtk_window_new ();
  fixture->composer = g_object_new (APH_TYPE_COMPOSER, NULL);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->composer));
  aph_composer_set_session (fixture->composer, fixture->gui.session);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (fixture->window);

  fixture->text = gtk_text_view_get_buffer (
    GTK_TEXT_VIEW (find_widget (GTK_WIDGET (fixture->composer), GTK_TYPE_TEXT_VIEW, 0)));
  fixture->model =
    GTK_DROP_DOWN (find_widget (GTK_WIDGET (fixture->composer), GTK_TYPE_DROP_DOWN, 0));
}

static void
tear_down (Fixture *fixture)
{
  gpointer composer = fixture->composer;

  g_object_add_weak_pointer (composer, &composer);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (composer);
  gui_session_stop (&fixture->gui);
}

static char *
get_text (Fixture *fixture)
{
  char *text;

  g_object_get (fixture->text, "text", &text, NULL);

  return text;
}

static void
test_send (void)
{
  Fixture fixture = { 0, };
  GListModel *jobs;
  g_autofree char *text = NULL;
  static const char *const prompts[] = { "one", "two\nlines", "三" };

  set_up (&fixture);
  jobs = aph_session_get_jobs (fixture.gui.session);

  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 0);
  gtk_text_buffer_set_text (fixture.text, " \n\n ", -1);
  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 0);
  gtk_text_buffer_set_text (fixture.text, "one\n---\ntwo\nlines\n---\n\n---\n三", -1);
  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 3);

  g_assert_true (aph_composer_send (fixture.composer, NULL, NULL));
  text = get_text (&fixture);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, G_N_ELEMENTS (prompts));
  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++)
    g_assert_cmpstr (aph_request_get_prompt (aph_job_get_request (
                       gui_session_get_job (&fixture.gui, i))), ==, prompts[i]);

  assert_eventually (gui_session_is_idle, &fixture.gui);
  tear_down (&fixture);
}

static void
test_add_text (void)
{
  Fixture fixture = { 0, };
  g_autofree char *text = NULL;

  set_up (&fixture);
  aph_composer_add_text (fixture.composer, "one");
  aph_composer_add_text (fixture.composer, "two\n---\nthree");
  text = get_text (&fixture);
  g_assert_cmpstr (text, ==, "one\n---\ntwo\n---\nthree");
  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 3);
  tear_down (&fixture);
}

static const char *
get_selected_model (Fixture *fixture)
{
  return aph_model_get_name (gtk_drop_down_get_selected_item (fixture->model));
}

/* The drop-down follows the session, the session the drop-down. */
static void
test_model (void)
{
  Fixture fixture = { 0, };
  guint other;

  set_up (&fixture);
  g_assert_cmpstr (get_selected_model (&fixture), ==,
                   aph_session_get_model (fixture.gui.session));

  other = 1 - gtk_drop_down_get_selected (fixture.model);
  gtk_drop_down_set_selected (fixture.model, other);
  g_assert_cmpstr (aph_session_get_model (fixture.gui.session), ==,
                   get_selected_model (&fixture));

  aph_session_set_model (fixture.gui.session, "a:latest");
  g_assert_cmpstr (get_selected_model (&fixture), ==, "a:latest");
  aph_session_set_model (fixture.gui.session, "b:latest");
  g_assert_cmpstr (get_selected_model (&fixture), ==, "b:latest");
  tear_down (&fixture);
}

static gboolean
has_no_models (gpointer user_data)
{
  Fixture *fixture = user_data;

  return gtk_drop_down_get_selected_item (fixture->model) == NULL;
}

/* Another server: its models are not chosen by the drop-down's own selection. */
static void
test_server_changes (void)
{
  Fixture fixture = { 0, };
  AphSettings *settings;

  set_up (&fixture);
  settings = aph_session_get_settings (fixture.gui.session);
  aph_session_set_model (fixture.gui.session, "b:latest");

  g_assert_true (aph_connection_use_address (
    aph_session_get_connection (fixture.gui.session), "127.0.0.1:1", NULL));
  assert_eventually (has_no_models, &fixture);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (fixture.model)));

  g_assert_true (aph_connection_use_address (
    aph_session_get_connection (fixture.gui.session), fixture.gui.address, NULL));
  assert_eventually (gui_session_is_ready, &fixture.gui);
  g_assert_cmpstr (get_selected_model (&fixture), ==, "b:latest");
  g_assert_cmpstr (aph_settings_get_model (settings), ==, "b:latest");
  tear_down (&fixture);
}

static void
test_concurrency (void)
{
  Fixture fixture = { 0, };
  GtkSpinButton *spin;

  set_up (&fixture);
  spin = GTK_SPIN_BUTTON (find_widget (GTK_WIDGET (fixture.composer), GTK_TYPE_SPIN_BUTTON, 0));
  gtk_spin_button_set_value (spin, 9);
  g_assert_cmpuint (aph_session_get_concurrency (fixture.gui.session), ==, 9);
  aph_session_set_concurrency (fixture.gui.session, 2);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (spin), ==, 2);

  /* 0 leaves it to us; what is found is told. */
  gtk_editable_set_text (GTK_EDITABLE (spin), "0");
  gtk_spin_button_update (spin);
  g_assert_cmpuint (aph_session_get_concurrency (fixture.gui.session), ==, 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "Auto");
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (GTK_WIDGET (spin)),
                                   "How many prompts are sent at once: "));
  gtk_editable_set_text (GTK_EDITABLE (spin), "7");
  gtk_spin_button_update (spin);
  g_assert_cmpuint (aph_session_get_concurrency (fixture.gui.session), ==, 7);
  tear_down (&fixture);
}

/* The options */

static GtkEditable *
find_option (GtkWidget  *options,
             const char *name)
{
  GtkWidget *row = find_by_tooltip (options, name);

  g_assert_nonnull (row);

  return GTK_EDITABLE (find_widget (row, GTK_TYPE_ENTRY, 0));
}

static void
test_options (void)
{
  g_autoptr (GtkWidget) options =
    g_object_ref_sink (g_object_new (APH_TYPE_OPTIONS_POPOVER, NULL));
  AphOptionsPopover *popover = APH_OPTIONS_POPOVER (options);
  g_autoptr (AphParams) none = aph_options_popover_create_params (popover, NULL);
  g_autoptr (AphParams) params = NULL;
  g_autoptr (AphParams) reset = NULL;
  AdwComboRow *think = ADW_COMBO_ROW (find_widget (options, ADW_TYPE_COMBO_ROW, 0));
  AdwComboRow *format = ADW_COMBO_ROW (find_widget (options, ADW_TYPE_COMBO_ROW, 1));
  GtkTextView *system = GTK_TEXT_VIEW (find_widget (options, GTK_TYPE_TEXT_VIEW, 0));
  GtkTextView *schema = GTK_TEXT_VIEW (find_widget (options, GTK_TYPE_TEXT_VIEW, 1));

  /* Nothing set: nothing is sent. */
  g_assert_cmpstr (aph_params_get_text (none), ==, "");
  g_assert_cmpuint (aph_options_popover_get_n_set (popover), ==, 0);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (system), "Be brief.\n", -1);
  gtk_editable_set_text (find_option (options, "temperature"), " 0.5 ");
  gtk_editable_set_text (find_option (options, "num_ctx"), "8192");
  gtk_editable_set_text (find_option (options, "stop"), "[\"a\",\"b\"]");
  gtk_editable_set_text (find_option (options, "keep_alive"), "5m");
  adw_combo_row_set_selected (think, 2);
  adw_combo_row_set_selected (format, 2);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (schema), "{\"type\":\"object\"}", -1);
  g_assert_cmpuint (aph_options_popover_get_n_set (popover), ==, 7);
  g_assert_true (aph_options_popover_get_valid (popover));

  params = aph_options_popover_create_params (popover, NULL);
  g_assert_cmpstr (aph_params_get_text (params), ==,
                   "\"system\":\"Be brief.\","
                   "\"options\":{\"temperature\":0.5,\"num_ctx\":8192,\"stop\":[\"a\",\"b\"]},"
                   "\"keep_alive\":\"5m\",\"think\":false,\"format\":{\"type\":\"object\"}");

  aph_options_popover_reset (popover);
  reset = aph_options_popover_create_params (popover, NULL);
  g_assert_cmpstr (aph_params_get_text (reset), ==, "");
  g_assert_cmpuint (aph_options_popover_get_n_set (popover), ==, 0);
}

/* The popover of the button with this label; it is made now. */
static GtkWidget *
open_popover (Fixture    *fixture,
              const char *label,
              GType       type)
{
  GtkWidget *composer = GTK_WIDGET (fixture->composer);
  GtkWidget *button;

  g_assert_null (find_widget (composer, type, 0));
  button = gtk_widget_get_ancestor (find_label (composer, label), GTK_TYPE_MENU_BUTTON);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_nonnull (find_widget (composer, type, 0));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_null (find_widget (composer, type, 1));

  return find_widget (composer, type, 0);
}

static void
test_popovers (void)
{
  Fixture fixture = { 0, };
  g_autofree char *host = NULL;
  GtkWidget *servers;

  set_up (&fixture);
  host = aph_format_host (fixture.gui.address);
  servers = open_popover (&fixture, host, APH_TYPE_SERVER_POPOVER);
  g_assert_nonnull (find_label (servers, host));

  /* What has no options needs no popover to show them. */
  aph_composer_set_options (fixture.composer, "{}");
  g_assert_null (find_widget (GTK_WIDGET (fixture.composer), APH_TYPE_OPTIONS_POPOVER, 0));
  open_popover (&fixture, "Options", APH_TYPE_OPTIONS_POPOVER);
  tear_down (&fixture);
}

/* A value that cannot be used says why where it stands, and is never dropped silently. */
static void
test_invalid_option (void)
{
  Fixture fixture = { 0, };
  GtkWidget *options;
  GtkEditable *temperature;
  AdwActionRow *row;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_up (&fixture);
  options = open_popover (&fixture, "Options", APH_TYPE_OPTIONS_POPOVER);
  temperature = find_option (options, "temperature");
  row = ADW_ACTION_ROW (find_by_tooltip (options, "temperature"));

  gtk_editable_set_text (temperature, "hot");
  g_assert_false (aph_options_popover_get_valid (APH_OPTIONS_POPOVER (options)));
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==,
                   "temperature takes a number, not “hot”");
  gtk_test_accessible_assert_state (temperature, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);

  gtk_text_buffer_set_text (fixture.text, "one", -1);
  g_assert_false (aph_composer_send (fixture.composer, NULL, &error));
  g_assert_cmpstr (error->message, ==, "temperature takes a number, not “hot”");
  text = get_text (&fixture);
  g_assert_cmpstr (text, ==, "one");
  g_assert_cmpuint (g_list_model_get_n_items (aph_session_get_jobs (fixture.gui.session)), ==, 0);

  /* What was typed is repeated as it is. */
  gtk_editable_set_text (temperature, "<b>&");
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==,
                   "temperature takes a number, not “<b>&”");

  gtk_editable_set_text (temperature, "1");
  g_assert_true (aph_options_popover_get_valid (APH_OPTIONS_POPOVER (options)));
  g_assert_true (aph_composer_send (fixture.composer, NULL, NULL));
  assert_eventually (gui_session_is_idle, &fixture.gui);
  tear_down (&fixture);
}

static void
long_text_cb (gsize      *length,
              const char *text)
{
  *length = strlen (text);
}

static gboolean
is_pasted (gpointer user_data)
{
  return *(gsize *) user_data > 0;
}

static gboolean
has_text (gpointer user_data)
{
  return gtk_text_buffer_get_char_count (user_data) > 0;
}

static void
paste (Fixture    *fixture,
       const char *text)
{
  GtkWidget *view = find_widget (GTK_WIDGET (fixture->composer), GTK_TYPE_TEXT_VIEW, 0);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (view), text);
  g_signal_emit_by_name (view, "paste-clipboard");
}

/* A text that would freeze the window for seconds is not put into the view. */
static void
test_paste (void)
{
  Fixture fixture = { 0, };
  g_autofree char *line = g_strnfill (1300000, 'x');
  gsize length = 0;

  set_up (&fixture);
  g_signal_connect_swapped (fixture.composer, "long-text", G_CALLBACK (long_text_cb), &length);
  paste (&fixture, line);
  assert_eventually (is_pasted, &length);
  g_assert_cmpuint (length, ==, 1300000);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 0);

  paste (&fixture, "鱼香肉丝\nthe second line");
  assert_eventually (has_text, fixture.text);
  g_assert_cmpint (gtk_text_buffer_get_line_count (fixture.text), ==, 2);
  tear_down (&fixture);
}

/* Neither is one that is dropped, or comes with the middle button of the mouse; what the program
 * itself puts there is. A long word that is taken is wrapped anywhere, which is 25 times as fast. */
static void
test_insert (void)
{
  Fixture fixture = { 0, };
  g_autofree char *line = g_strnfill (1300000, 'x');
  g_autofree char *short_line = g_strnfill (5000, 'x');
  g_autofree char *draft = g_strnfill (30000, 'y');
  GtkTextView *view;
  GtkTextIter start, end;
  gsize length = 0;

  set_up (&fixture);
  view = GTK_TEXT_VIEW (find_widget (GTK_WIDGET (fixture.composer), GTK_TYPE_TEXT_VIEW, 0));
  g_signal_connect_swapped (fixture.composer, "long-text", G_CALLBACK (long_text_cb), &length);
  gtk_text_buffer_insert_interactive_at_cursor (fixture.text, line, -1, TRUE);
  g_assert_cmpuint (length, ==, 1300000);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 0);
  g_assert_cmpint (gtk_text_view_get_wrap_mode (view), ==, GTK_WRAP_WORD_CHAR);

  gtk_text_buffer_insert_interactive_at_cursor (fixture.text, short_line, -1, TRUE);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 5000);
  g_assert_cmpint (gtk_text_view_get_wrap_mode (view), ==, GTK_WRAP_CHAR);
  gtk_text_buffer_set_text (fixture.text, "", 0);
  g_assert_cmpint (gtk_text_view_get_wrap_mode (view), ==, GTK_WRAP_WORD_CHAR);

  length = 0;
  aph_composer_set_draft (fixture.composer, "short");
  aph_composer_add_text (fixture.composer, draft);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 30000 + 10);
  gtk_text_buffer_undo (fixture.text);
  gtk_text_buffer_redo (fixture.text);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 30000 + 10);
  g_assert_cmpuint (length, ==, 0);

  /* What was long only as a whole comes back as a whole. */
  aph_composer_set_draft (fixture.composer, "");
  for (guint i = 0; i < 5; i++)
    gtk_text_buffer_insert_interactive_at_cursor (fixture.text, short_line, -1, TRUE);
  gtk_text_buffer_get_bounds (fixture.text, &start, &end);
  gtk_text_buffer_delete_interactive (fixture.text, &start, &end, TRUE);
  gtk_text_buffer_undo (fixture.text);
  g_assert_cmpint (gtk_text_buffer_get_char_count (fixture.text), ==, 25000);
  g_assert_cmpuint (length, ==, 0);
  tear_down (&fixture);
}

/* What was written and chosen comes back as it was. */
static void
test_remember (void)
{
  Fixture fixture = { 0, };
  g_autofree char *options = NULL;
  g_autofree char *draft = NULL;

  set_up (&fixture);
  aph_composer_set_draft (fixture.composer, "one\n---\n二");
  g_assert_cmpuint (aph_composer_get_n_prompts (fixture.composer), ==, 2);
  draft = aph_composer_dup_draft (fixture.composer);
  g_assert_cmpstr (draft, ==, "one\n---\n二");

  aph_composer_set_options (fixture.composer,
                            "{\"system\":\"Be brief\",\"think\":false,\"unknown\":[1],"
                            "\"options\":{\"temperature\":0.5,\"top_k\":3}}");
  options = aph_composer_dup_options (fixture.composer);
  g_assert_nonnull (strstr (options, "\"system\":\"Be brief\""));
  g_assert_nonnull (strstr (options, "\"think\":false"));
  g_assert_nonnull (strstr (options, "\"unknown\":[1]"));
  g_assert_nonnull (strstr (options, "\"temperature\":0.5"));
  g_assert_nonnull (strstr (options, "\"top_k\":3"));
  g_assert_nonnull (find_label (GTK_WIDGET (fixture.composer), "Options (5)"));

  /* Nonsense is passed over. */
  aph_composer_set_options (fixture.composer, "[");
  g_assert_nonnull (find_label (GTK_WIDGET (fixture.composer), "Options (5)"));
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/composer/send", test_send);
  g_test_add_func ("/composer/add-text", test_add_text);
  g_test_add_func ("/composer/model", test_model);
  g_test_add_func ("/composer/server-changes", test_server_changes);
  g_test_add_func ("/composer/concurrency", test_concurrency);
  g_test_add_func ("/composer/options", test_options);
  g_test_add_func ("/composer/invalid-option", test_invalid_option);
  g_test_add_func ("/composer/popovers", test_popovers);

  g_test_add_func ("/composer/paste", test_paste);
  g_test_add_func ("/composer/insert", test_insert);
  g_test_add_func ("/composer/remember", test_remember);

  return g_test_run ();
}
