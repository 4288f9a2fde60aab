/* aph-server-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "server/aph-server.h"
#include "ui/aph-compat.h"
#include "ui/aph-format.h"
#include "ui/aph-server-dialog.h"

/* A file of certificates is not longer than this, in bytes. */
#define MAX_AUTHORITIES (1024 * 1024)

/* As the drop-downs have them. */
enum
{
  TRUST_SYSTEM,
  TRUST_FILE,
  TRUST_ONE,
};

static const char *const api_names[] = { "ollama", "openai" };

struct _AphServerDialog
{
  AdwWindow parent_instance;

  AphServerList *servers;
  AphServerConfig *config;    /* (nullable) the one that is changed */
  char *authorities;          /* (nullable) certificates in PEM */
  GPtrArray *headers;         /* of AdwPasswordEntryRow, (not owned) */
  GCancellable *cancellable;  /* of the test, or of the file */
  AphServer *tested;          /* (nullable) while and after it is tried */
  char *version;              /* (nullable) what it has said */

  AdwPreferencesGroup *access;
  GtkEditable *address;
  AdwComboRow *api;
  GtkEditable *api_key;
  AdwActionRow *authorities_row;
  GtkEditable *fingerprint;
  GtkSpinButton *limit;
  GtkEditable *name;
  AdwActionRow *refused_row;
  GtkWidget *removal;
  GtkSpinner *spinner;
  AdwActionRow *test_row;
  AdwComboRow *trust;
};

enum
{
  REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphServerDialog, aph_server_dialog, ADW_TYPE_WINDOW)

static void tested_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static void listed_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* What was entered */

static char **
dup_headers (AphServerDialog *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->headers->len; i++)
    {
      const char *text = gtk_editable_get_text (g_ptr_array_index (self->headers, i));
      g_autofree char *stripped = g_strstrip (g_strdup (text));

      if (*stripped != '\0')
        g_strv_builder_add (builder, stripped);
    }

  return g_strv_builder_end (builder);
}

static AphServerConfig *
dup_entered (AphServerDialog *self)
{
  const AphServerConfigFields *old =
    self->config != NULL ? aph_server_config_get (self->config) : NULL;
  guint trust = adw_combo_row_get_selected (self->trust);
  guint api = adw_combo_row_get_selected (self->api);
  g_auto (GStrv) headers = dup_headers (self);
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  return aph_server_config_new (&(AphServerConfigFields) {
    .id = old != NULL ? old->id : NULL,
    .name = name,
    .address = address,
    .api = api_names[MIN (api, G_N_ELEMENTS (api_names) - 1)],
    .limit = gtk_spin_button_get_value_as_int (self->limit),
    .enabled = old == NULL || old->enabled,
    .authorities = trust == TRUST_FILE ? self->authorities : NULL,
    .fingerprint = trust == TRUST_ONE ? gtk_editable_get_text (self->fingerprint) : NULL,
    .api_key = gtk_editable_get_text (self->api_key),
    .headers = (const char *const *) headers,
  });
}

static void
set_error (gpointer row,
           gboolean is_error)
{
  if (is_error)
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
}

/* Says below the button what the matter is. */
static void
say (AphServerDialog *self,
     const char      *text,
     const char      *style)
{
  adw_action_row_set_subtitle (self->test_row, text);
  set_error (self->test_row, g_strcmp0 (style, "error") == 0);
}

static void
show_problem (AphServerDialog *self,
              const GError    *error)
{
  gboolean has_header_problem = g_error_matches (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_HEADER);

  set_error (self->address, error != NULL && error->domain == APH_ENDPOINT_ERROR);
  set_error (self->api_key, g_error_matches (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_KEY));
  set_error (self->fingerprint,
             g_error_matches (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_FINGERPRINT));
  for (guint i = 0; i < self->headers->len; i++)
    set_error (g_ptr_array_index (self->headers, i), has_header_problem);
}

static gboolean
has_address (AphServerDialog *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));

  return *address != '\0';
}

/* Shows what is wrong with what was entered so far, and what is risky. */
static void
changed_cb (AphServerDialog *self)
{
  g_autoptr (AphServerConfig) entered = dup_entered (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (entered, &error);
  gboolean is_good = endpoint != NULL && has_address (self);
  guint trust = adw_combo_row_get_selected (self->trust);

  /* What was found out is not about this any more. */
  g_cancellable_cancel (self->cancellable);
  gtk_widget_set_visible (GTK_WIDGET (self->refused_row), FALSE);
  gtk_spinner_stop (self->spinner);
  show_problem (self, has_address (self) ? error : NULL);

  if (!has_address (self))
    say (self, _("HOST, HOST:PORT or http://HOST:PORT"), NULL);
  else if (error != NULL)
    say (self, error->message, "error");
  else if (aph_endpoint_exposes_key (endpoint))
    say (self, _("What is secret is sent without encryption, for everybody on the way to read. "
                 "Use https:// if the server can."), "error");
  else
    say (self, aph_endpoint_get_url (endpoint), NULL);

  if (trust == TRUST_FILE && self->authorities == NULL)
    is_good = FALSE;
  if (trust == TRUST_ONE && *gtk_editable_get_text (self->fingerprint) == '\0')
    is_good = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "server.save", is_good);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "server.test", endpoint != NULL);
}

static void
trust_changed_cb (AphServerDialog *self)
{
  guint trust = adw_combo_row_get_selected (self->trust);

  gtk_widget_set_visible (GTK_WIDGET (self->authorities_row), trust == TRUST_FILE);
  gtk_widget_set_visible (GTK_WIDGET (self->fingerprint), trust == TRUST_ONE);
  adw_action_row_set_subtitle (self->authorities_row,
                               self->authorities != NULL ? _("A file was chosen")
                                                         : _("No file was chosen yet"));
  changed_cb (self);
}

/* Headers */

static void
remove_header_cb (AphServerDialog *self,
                  GtkButton       *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_PASSWORD_ENTRY_ROW);

  g_ptr_array_remove (self->headers, row);
  adw_preferences_group_remove (self->access, row);
  changed_cb (self);
}

static GtkWidget *
add_header (AphServerDialog *self,
            const char      *text)
{
  GtkWidget *row = adw_password_entry_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("aph-cancel-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Header, as “Name: value”"));
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove header"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Remove header"), -1);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), button);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (remove_header_cb), self);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), self);
  adw_preferences_group_add (self->access, row);
  g_ptr_array_add (self->headers, row);

  return row;
}

static void
add_header_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  gtk_widget_grab_focus (add_header (APH_SERVER_DIALOG (widget), ""));
}

/* Certificates */

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AphAccess) access = NULL;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (bytes != NULL)
    {
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      access = aph_access_new (&(AphAccessFields) { .authorities = text }, &error);
    }
  if (access == NULL)
    {
      say (self, error->message, "error");
      return;
    }

  g_free (self->authorities);
  self->authorities = g_steal_pointer (&text);
  trust_changed_cb (self);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL)
    {
      say (self, error->message, "error");
      return;
    }

  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), MAX_AUTHORITIES, G_PRIORITY_DEFAULT,
                                   NULL, loaded_cb, g_object_ref (self));
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerDialog) self = user_data;
  g_autoptr (GPtrArray) files = aph_open_files_finish (result, NULL);

  if (files != NULL && files->len > 0)
    g_file_read_async (g_ptr_array_index (files, 0), G_PRIORITY_DEFAULT, NULL, opened_cb,
                       g_object_ref (self));
}

static void
choose_authorities_action (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func (g_object_unref);
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Certificates"));
  gtk_file_filter_add_suffix (filter, "pem");
  gtk_file_filter_add_suffix (filter, "crt");
  gtk_file_filter_add_suffix (filter, "cer");
  g_ptr_array_add (filters, filter);
  aph_open_files_async (GTK_WINDOW (widget), _("Choose Certificate File"), filters, NULL,
                        chosen_cb, g_object_ref (widget));
}

static void
trust_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  AphServerDialog *self = APH_SERVER_DIALOG (widget);
  g_autofree char *fingerprint = g_strdup (adw_action_row_get_subtitle (self->refused_row));

  adw_combo_row_set_selected (self->trust, TRUST_ONE);
  gtk_editable_set_text (self->fingerprint, fingerprint);
  gtk_widget_activate_action (widget, "server.test", NULL);
}

/* The test */

static void
end_test (AphServerDialog *self,
          AphFailure      *failure)
{
  const char *refused = aph_server_get_refused_certificate (self->tested);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  gtk_spinner_stop (self->spinner);
  title = aph_format_failure_title (failure, NULL, aph_server_get_url (self->tested));
  text = g_strdup_printf ("%s\n%s", title, aph_failure_get_message (failure));
  say (self, text, "error");
  if (refused != NULL)
    {
      adw_action_row_set_subtitle (self->refused_row, refused);
      gtk_widget_set_visible (GTK_WIDGET (self->refused_row), TRUE);
    }
}

static gboolean
is_outdated (AphServerDialog *self,
             GObject         *source,
             AphFailure      *failure)
{
  return APH_SERVER (source) != self->tested
         || (failure != NULL && aph_failure_get_class (failure) == APH_FAILURE_CANCELLED);
}

static void
test_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphServerDialog *self = APH_SERVER_DIALOG (widget);
  g_autoptr (AphServerConfig) entered = dup_entered (self);
  g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (entered, NULL);

  if (endpoint == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_object (&self->tested);
  self->tested = aph_server_new (endpoint);
  gtk_widget_set_visible (GTK_WIDGET (self->refused_row), FALSE);
  gtk_spinner_start (self->spinner);
  say (self, _("Connecting…"), NULL);
  aph_server_probe_async (self->tested, self->cancellable, tested_cb, g_object_ref (self));
}

static void
tested_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerDialog) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = aph_server_probe_finish (APH_SERVER (source), result, &failure);

  if (is_outdated (self, source, failure))
    return;

  if (version == NULL)
    {
      end_test (self, failure);
      return;
    }

  g_free (self->version);
  self->version = g_steal_pointer (&version);
  /* Only what needs the key tells whether it is right. */
  aph_server_list_models_async (self->tested, self->cancellable, listed_cb, g_object_ref (self));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerDialog) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (GPtrArray) models =
    aph_server_list_models_finish (APH_SERVER (source), result, &failure);
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (is_outdated (self, source, failure))
    return;

  if (models == NULL)
    {
      end_test (self, failure);
      return;
    }

  gtk_spinner_stop (self->spinner);
  count = g_strdup_printf (ngettext ("Connected: %u model", "Connected: %u models", models->len),
                           models->len);
  text = *self->version != '\0' ? g_strdup_printf (_("%s · version %s"), count, self->version)
                                : g_strdup (count);
  say (self, text, "success");
}

/* The end */

static void
save_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphServerDialog *self = APH_SERVER_DIALOG (widget);
  g_autoptr (AphServerConfig) entered = dup_entered (self);

  aph_server_list_put (self->servers, entered);
  gtk_window_close (GTK_WINDOW (self));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphServerDialog *self = APH_SERVER_DIALOG (widget);
  g_autoptr (AphServerConfig) config = aph_server_config_ref (self->config);

  aph_server_list_remove (self->servers, aph_server_config_get (config)->id);
  g_signal_emit (self, signals[REMOVED], 0, config);
  gtk_window_close (GTK_WINDOW (self));
}

static void
aph_server_dialog_dispose (GObject *object)
{
  AphServerDialog *self = APH_SERVER_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->tested);
  g_clear_object (&self->servers);
  g_clear_pointer (&self->config, aph_server_config_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_SERVER_DIALOG);

  G_OBJECT_CLASS (aph_server_dialog_parent_class)->dispose (object);
}

static void
aph_server_dialog_finalize (GObject *object)
{
  AphServerDialog *self = APH_SERVER_DIALOG (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->headers);
  g_free (self->authorities);
  g_free (self->version);

  G_OBJECT_CLASS (aph_server_dialog_parent_class)->finalize (object);
}

static void
aph_server_dialog_class_init (AphServerDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_server_dialog_dispose;
  object_class->finalize = aph_server_dialog_finalize;

  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, APH_TYPE_SERVER_CONFIG);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, access);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, address);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, api);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, api_key);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, authorities_row);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, limit);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, name);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, refused_row);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, removal);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, test_row);
  gtk_widget_class_bind_template_child (widget_class, AphServerDialog, trust);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, trust_changed_cb);
  gtk_widget_class_install_action (widget_class, "server.add-header", NULL, add_header_action);
  gtk_widget_class_install_action (widget_class, "server.choose-authorities", NULL,
                                   choose_authorities_action);
  gtk_widget_class_install_action (widget_class, "server.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "server.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "server.test", NULL, test_action);
  gtk_widget_class_install_action (widget_class, "server.trust", NULL, trust_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
aph_server_dialog_init (AphServerDialog *self)
{
  self->headers = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_config (AphServerDialog             *self,
             const AphServerConfigFields *fields)
{
  gtk_editable_set_text (self->address, fields->address);
  gtk_editable_set_text (self->name, fields->name != NULL ? fields->name : "");
  gtk_editable_set_text (self->api_key, fields->api_key != NULL ? fields->api_key : "");
  gtk_editable_set_text (self->fingerprint,
                         fields->fingerprint != NULL ? fields->fingerprint : "");
  gtk_spin_button_set_value (self->limit, fields->limit);
  adw_combo_row_set_selected (self->api, g_strcmp0 (fields->api, api_names[1]) == 0 ? 1 : 0);
  for (guint i = 0; fields->headers != NULL && fields->headers[i] != NULL; i++)
    add_header (self, fields->headers[i]);
  self->authorities = g_strdup (fields->authorities);
  if (fields->fingerprint != NULL)
    adw_combo_row_set_selected (self->trust, TRUST_ONE);
  else if (fields->authorities != NULL)
    adw_combo_row_set_selected (self->trust, TRUST_FILE);
}

/**
 * aph_server_dialog_new:
 * @parent: the window it belongs to
 * @servers: where what is entered goes
 * @config: (nullable): the server that is changed, %NULL for a new one
 *
 * Returns: a dialog
 */
AphServerDialog *
aph_server_dialog_new (GtkWindow       *parent,
                       AphServerList   *servers,
                       AphServerConfig *config)
{
  AphServerDialog *self;

  g_return_val_if_fail (GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (APH_IS_SERVER_LIST (servers), NULL);

  self = g_object_new (APH_TYPE_SERVER_DIALOG,
                       "title", config != NULL ? _("Server") : _("Add Server"),
                       "transient-for", parent,
                       NULL);
  self->servers = g_object_ref (servers);
  if (config != NULL)
    {
      self->config = aph_server_config_ref (config);
      show_config (self, aph_server_config_get (config));
    }
  gtk_widget_set_visible (self->removal, config != NULL);
  trust_changed_cb (self);
  if (config == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->address));

  return self;
}
