/* aph-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-application"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-application.h"
#include "ui/aph-high-contrast.h"
#include "ui/aph-long-run.h"
#include "ui/aph-network-watch.h"
#include "ui/aph-preferences.h"
#include "ui/aph-ui.h"
#include "ui/aph-window.h"

struct _AphApplication
{
  AdwApplication parent_instance;

  AphSession *session;    /* (nullable) until startup, like those below */
  AphLongRun *long_run;
  AphNetworkWatch *network_watch;
  gboolean is_demo;       /* it was started to show the demo */
};

G_DEFINE_FINAL_TYPE (AphApplication, aph_application, ADW_TYPE_APPLICATION)

static AphWindow *
present_window (AphApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  GtkWindow *window = gtk_application_get_active_window (application);

  while (window != NULL && !APH_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  if (window == NULL)
    window = GTK_WINDOW (aph_window_new (application, self->session));
  gtk_window_present (window);

  return APH_WINDOW (window);
}

/* Actions */

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  static const char *const developers[] = { "The Antiphon team", NULL };
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (parent,
                         "application-name", "Antiphon",
                         "application-icon", APH_APP_ID,
                         "version", APH_VERSION,
                         "developers", developers,
                         "comments", _("Ask several things at once, and watch all the answers "
                                       "arrive."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one per line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
export_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.export", NULL);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  AphApplication *self = APH_APPLICATION (user_data);
  GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!APH_IS_PREFERENCES (active))
    active = GTK_WINDOW (aph_preferences_new (GTK_WINDOW (present_window (self)), self->session));
  gtk_window_present (active);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  GtkApplication *application = GTK_APPLICATION (user_data);
  GList *open_windows = gtk_application_get_windows (application);
  g_autolist (GtkWindow) windows = NULL;

  /* A dialog goes with its window. */
  for (GList *link = g_list_last (open_windows); link != NULL; link = link->prev)
    windows = g_list_prepend (windows, g_object_ref (link->data));

  /* The main window asks when something would be lost; the last one ends the application. */
  for (GList *link = windows; link != NULL; link = link->next)
    gtk_window_close (link->data);
}

static void
show_failures_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.list-failed", NULL);
}

static void
use_demo_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  AphApplication *self = APH_APPLICATION (user_data);

  if (aph_session_get_n_active (self->session) > 0)
    gtk_widget_activate_action (GTK_WIDGET (present_window (self)), "win.try-demo", NULL);
  else
    aph_connection_use_demo (aph_session_get_connection (self->session));
}

static void
use_server_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  AphApplication *self = APH_APPLICATION (user_data);
  g_autoptr (AphEndpoint) endpoint = NULL;

  /* A window may have prompts waiting for another server. */
  if (gtk_application_get_windows (GTK_APPLICATION (self)) != NULL)
    {
      gtk_widget_activate_action_variant (GTK_WIDGET (present_window (self)), "win.use-server",
                                          parameter);
      return;
    }

  endpoint = aph_endpoint_new (g_variant_get_string (parameter, NULL), NULL);
  if (endpoint != NULL)
    aph_connection_use_endpoint (aph_session_get_connection (self->session), endpoint);
}

static void
compose_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  AphApplication *self = APH_APPLICATION (user_data);
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  aph_window_compose_file (present_window (self), file);
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about_action },
  { .name = "export", .activate = export_action },
  { .name = "preferences", .activate = preferences_action },
  { .name = "quit", .activate = quit_action },
  { .name = "show-failures", .activate = show_failures_action },
  { .name = "use-demo", .activate = use_demo_action },
  { .name = "use-server", .activate = use_server_action, .parameter_type = "s" },
  { .name = "compose", .activate = compose_action, .parameter_type = "s" },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control>q" } },
  { "job.cancel-selected", { "<Control>period" } },
  { "job.retry-selected", { "<Control>r" } },
  { "queue.retry-failed", { "<Control><Shift>r" } },
  { "queue.stop", { "<Control><Shift>p" } },
  { "queue.toggle", { "<Control>p" } },
  { "win.answer-pane", { "F8" } },
  { "win.back", { "<Alt>Left" } },
  { "win.export", { "<Control><Shift>e" } },
  { "win.find", { "<Control>f" } },
  { "win.focus-batches", { "F7" } },
  { "win.focus-composer", { "<Control>l" } },
  { "win.focus-queue", { "F6" } },
  { "win.open", { "<Control>o" } },
  { "win.send", { "<Control>Return" } },
  { "win.show-compare", { "<Alt>3" } },
  { "win.show-help-overlay", { "<Control>question", "<Control>F1" } },
  { "win.show-table", { "<Alt>1" } },
  { "win.show-timeline", { "<Alt>4" } },
  { "win.show-wall", { "<Alt>2" } },
  { "win.sidebar", { "F9" } },
  { "window.close", { "<Control>w" } },
};

/* The command line */

/* Without any, GTK shows a window in which nothing can be read, and complains for ever. */
static gboolean
has_font (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *description = pango_font_description_from_string ("Sans");
  PangoFont *font = pango_context_load_font (context, description);
  gboolean found = font != NULL;

  g_clear_object (&font);
  pango_font_description_free (description);
  g_object_unref (context);

  return found;
}

static int
aph_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  g_autoptr (AphEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  const char *server = NULL;
  const char *path = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("antiphon %s\n", APH_VERSION);
      return 0;
    }

  if (g_variant_dict_lookup (options, "server", "&s", &server))
    endpoint = aph_endpoint_new (server, &error);
  /* Canned replies are not to be kept. */
  APH_APPLICATION (application)->is_demo = g_variant_dict_contains (options, "demo");
  if (error != NULL || !g_application_register (application, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  if (!g_application_get_is_remote (application) && !has_font ())
    {
      g_printerr ("%s\n", _("There is no font on this system, so nothing could be read here. "
                            "Install one, such as Cantarell."));
      return 1;
    }

  /* Also reaches the instance that already runs. */
  if (g_variant_dict_contains (options, "demo"))
    g_action_group_activate_action (G_ACTION_GROUP (application), "use-demo", NULL);
  if (endpoint != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "use-server",
                                    g_variant_new_string (server));
  if (g_variant_dict_lookup (options, "compose", "^&ay", &path))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      g_action_group_activate_action (G_ACTION_GROUP (application), "compose",
                                      g_variant_new_take_string (g_file_get_uri (file)));
    }

  return -1;
}

static void
aph_application_startup (GApplication *application)
{
  AphApplication *self = APH_APPLICATION (application);
  g_autoptr (AphSettings) settings = NULL;
  g_autoptr (AphStore) store = NULL;
  g_autofree char *path = aph_session_get_default_path ();

  /* The style sheet is looked for when the parent starts. */
  aph_ui_init ();
  aph_ui_start ();

  G_APPLICATION_CLASS (aph_application_parent_class)->startup (application);
  aph_ui_started ();

  aph_high_contrast_follow (gdk_display_get_default ());
  /* A prompt that can be selected is not to be selected whenever it gets the focus. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           (const char **) accels[i].keys);

  settings = aph_settings_new ();
  store = aph_store_new (self->is_demo ? NULL : path);
  self->session = aph_session_new (settings, store);
  self->long_run = aph_long_run_new (GTK_APPLICATION (self), self->session);
  self->network_watch = aph_network_watch_new (g_network_monitor_get_default (),
                                               aph_session_get_scheduler (self->session));
}

/* Only now it is known whether the command line names another server. */
static void
use_any_server (AphApplication *self)
{
  AphConnection *connection = aph_session_get_connection (self->session);

  if (!aph_connection_is_used (connection))
    aph_connection_use_stored (connection);
}

static void
aph_application_activate (GApplication *application)
{
  AphApplication *self = APH_APPLICATION (application);

  use_any_server (self);
  present_window (self);
}

static void
aph_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  AphApplication *self = APH_APPLICATION (application);
  g_autoptr (GPtrArray) array = g_ptr_array_new_full (n_files, g_object_unref);

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (array, g_object_ref (files[i]));

  use_any_server (self);
  aph_window_open_files (present_window (self), array, FALSE);
}

static void
aph_application_shutdown (GApplication *application)
{
  AphApplication *self = APH_APPLICATION (application);

  if (self->session != NULL)
    {
      aph_network_watch_close (self->network_watch);
      aph_long_run_close (self->long_run);
      aph_session_close (self->session);
    }
  g_clear_object (&self->network_watch);
  g_clear_object (&self->long_run);
  g_clear_object (&self->session);

  G_APPLICATION_CLASS (aph_application_parent_class)->shutdown (application);
}

static void
aph_application_class_init (AphApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = aph_application_activate;
  application_class->handle_local_options = aph_application_handle_local_options;
  application_class->open = aph_application_open;
  application_class->shutdown = aph_application_shutdown;
  application_class->startup = aph_application_startup;
}

static void
aph_application_init (AphApplication *self)
{
  static const GOptionEntry options[] = {
    { "compose", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      N_("Put the prompts of FILE into the composer"), N_("FILE") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL,
      N_("Use the demo server: its replies are canned"), NULL },
    { "server", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_("Use the server at URL"), N_("URL") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FILE…]"));
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Ask several things at once. The prompts of each "
                                              "FILE are queued; a table is shown first."));
}

AphApplication *
aph_application_new (void)
{
  return g_object_new (APH_TYPE_APPLICATION,
                       "application-id", APH_APP_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", APH_APP_PATH,
                       NULL);
}
