/* aph-preferences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-preferences"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-models-page.h"
#include "ui/aph-preferences.h"
#include "ui/aph-server-dialog.h"
#include "ui/aph-server-row.h"

struct _AphPreferences
{
  AdwPreferencesWindow parent_instance;

  AphSession *session;
  GPtrArray *rows;              /* of AphServerRow, (not owned) */
  AphServerConfig *removed;     /* (nullable) what can be put back */

  GtkSwitch *background;
  GtkWidget *empty_row;
  AphModelsPage *models_page;
  AdwPreferencesGroup *servers_group;
};

G_DEFINE_FINAL_TYPE (AphPreferences, aph_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static AphServerList *
get_servers (AphPreferences *self)
{
  return aph_session_get_servers (self->session);
}

static void
removed_cb (AphPreferences  *self,
            AphServerConfig *config)
{
  g_autofree char *text = g_strdup_printf (_("“%s” removed"), aph_server_config_get_title (config));
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  aph_server_config_ref (config);
  g_clear_pointer (&self->removed, aph_server_config_unref);
  self->removed = config;
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "preferences.restore-server");
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

static void
open_dialog (AphPreferences  *self,
             AphServerConfig *config)
{
  AphServerDialog *dialog = aph_server_dialog_new (GTK_WINDOW (self), get_servers (self), config);

  g_signal_connect_object (dialog, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
row_activated_cb (AphPreferences *self,
                  AphServerRow   *row)
{
  AphServerConfig *config = aph_server_row_get_config (row);

  /* As it is now: its keys may have come since. */
  config = aph_server_list_lookup (get_servers (self), aph_server_config_get (config)->id);
  if (config != NULL)
    open_dialog (self, config);
}

static gboolean
rows_show_all (AphPreferences *self)
{
  AphServerList *servers = get_servers (self);

  if (self->rows->len != aph_server_list_get_n (servers))
    return FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    if (!aph_server_row_shows (g_ptr_array_index (self->rows, i), aph_server_list_get (servers, i)))
      return FALSE;

  return TRUE;
}

/* A row that says what is so already keeps the focus and what it knows. */
static void
show_servers (AphPreferences *self)
{
  AphServerList *servers = get_servers (self);

  if (rows_show_all (self))
    return;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->servers_group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < aph_server_list_get_n (servers); i++)
    {
      GtkWidget *row = aph_server_row_new (servers, aph_server_list_get (servers, i));

      g_signal_connect_swapped (row, "activated", G_CALLBACK (row_activated_cb), self);
      adw_preferences_group_add (self->servers_group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (self->empty_row, self->rows->len == 0);
}

static void
not_kept_cb (AphPreferences *self,
             const char     *name)
{
  g_autofree char *text =
    g_strdup_printf (_("No keyring keeps the key of “%s”: it lasts until Antiphon ends"), name);
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, 0);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

static void
add_server_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  open_dialog (APH_PREFERENCES (widget), NULL);
}

static void
restore_server_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  AphPreferences *self = APH_PREFERENCES (widget);

  if (self->removed != NULL)
    aph_server_list_put (get_servers (self), self->removed);
  g_clear_pointer (&self->removed, aph_server_config_unref);
}

static void
aph_preferences_dispose (GObject *object)
{
  AphPreferences *self = APH_PREFERENCES (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (get_servers (self), self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->removed, aph_server_config_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_PREFERENCES);

  G_OBJECT_CLASS (aph_preferences_parent_class)->dispose (object);
}

static void
aph_preferences_finalize (GObject *object)
{
  AphPreferences *self = APH_PREFERENCES (object);

  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (aph_preferences_parent_class)->finalize (object);
}

static void
aph_preferences_class_init (AphPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_preferences_dispose;
  object_class->finalize = aph_preferences_finalize;

  g_type_ensure (APH_TYPE_MODELS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, AphPreferences, background);
  gtk_widget_class_bind_template_child (widget_class, AphPreferences, empty_row);
  gtk_widget_class_bind_template_child (widget_class, AphPreferences, models_page);
  gtk_widget_class_bind_template_child (widget_class, AphPreferences, servers_group);
  gtk_widget_class_install_action (widget_class, "preferences.add-server", NULL,
                                   add_server_action);
  gtk_widget_class_install_action (widget_class, "preferences.restore-server", NULL,
                                   restore_server_action);
}

static void
aph_preferences_init (AphPreferences *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_preferences_new:
 * @parent: (nullable): the window it belongs to
 * @session: what is set
 *
 * Returns: a window
 */
AphPreferences *
aph_preferences_new (GtkWindow  *parent,
                     AphSession *session)
{
  AphPreferences *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (APH_IS_SESSION (session), NULL);

  self = g_object_new (APH_TYPE_PREFERENCES, "transient-for", parent, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_swapped (get_servers (self), "changed", G_CALLBACK (show_servers), self);
  g_signal_connect_swapped (get_servers (self), "not-kept", G_CALLBACK (not_kept_cb), self);
  show_servers (self);
  aph_models_page_set_session (self->models_page, session);
  g_object_bind_property (aph_session_get_settings (session), "run-in-background",
                          self->background, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_widget_set_visible (self->empty_row, self->rows->len == 0);

  return self;
}
