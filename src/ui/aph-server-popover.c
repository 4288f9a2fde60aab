/* aph-server-popover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-popover"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-format.h"
#include "ui/aph-server-popover.h"

struct _AphServerPopover
{
  GtkPopover parent_instance;

  AphConnection *connection; /* (nullable) until it is set */
  gboolean is_showing;       /* the checks are set by us, not by the user */
  GPtrArray *entered;        /* of Entered: the rows of the servers that the user has entered */

  GtkLabel *status;
  AdwActionRow *default_row;
  GtkCheckButton *default_check;
  GtkCheckButton *demo_check;
  AdwActionRow *other_row;
  GtkCheckButton *other_check;
  GtkEditable *address;
  GtkLabel *hint;
  GtkListBox *list;
};

typedef struct
{
  AphServerPopover *popover;  /* (not owned) */
  AphServerConfig *config;
  GtkWidget *row;             /* (not owned) */
  GtkCheckButton *check;      /* (not owned) */
} Entered;

/* Below the default one and the demo. */
#define FIRST_ENTERED 2

G_DEFINE_FINAL_TYPE (AphServerPopover, aph_server_popover, GTK_TYPE_POPOVER)

static char *
describe_status (AphConnection *connection)
{
  AphFailure *failure = aph_connection_get_failure (connection);
  guint n_models = g_list_model_get_n_items (aph_connection_get_models (connection));

  switch (aph_connection_get_health (connection))
    {
    case APH_HEALTH_READY:
      return g_strdup_printf (ngettext ("Connected: %u model", "Connected: %u models", n_models),
                              n_models);
    case APH_HEALTH_NO_MODELS:
      return g_strdup (_("Connected, but no model is installed"));
    case APH_HEALTH_RESTING:
      return g_strdup (_("Connected; the server asked us to wait"));
    case APH_HEALTH_DOWN:
      return aph_format_failure_title (failure, NULL, aph_connection_get_url (connection));
    case APH_HEALTH_UNKNOWN:
    default:
      return g_strdup (_("Connecting…"));
    }
}

static void
show_hint (AphServerPopover *self,
           const char       *error)
{
  GtkWidget *address = GTK_WIDGET (self->address);

  if (error != NULL)
    {
      gtk_label_set_label (self->hint, error);
      gtk_widget_add_css_class (address, "error");
    }
  else
    {
      gtk_label_set_label (self->hint, _("HOST, HOST:PORT or http://HOST:PORT"));
      gtk_widget_remove_css_class (address, "error");
    }
}

static void
entered_free (gpointer data)
{
  Entered *entered = data;

  aph_server_config_unref (entered->config);
  g_free (entered);
}

static void
entered_toggled_cb (GtkCheckButton *check,
                    gpointer        user_data)
{
  Entered *entered = user_data;
  AphServerPopover *self = entered->popover;
  g_autofree char *address = NULL;

  if (self->is_showing || !gtk_check_button_get_active (check))
    return;

  /* The rows are made anew meanwhile. */
  address = g_strdup (aph_server_config_get (entered->config)->address);
  aph_connection_use_address (self->connection, address, NULL);
}

static void
add_entered (AphServerPopover *self,
             AphServerConfig  *config,
             const char       *url)
{
  Entered *entered = g_new0 (Entered, 1);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *row = adw_action_row_new ();

  entered->popover = self;
  entered->config = aph_server_config_ref (config);
  entered->row = row;
  entered->check = GTK_CHECK_BUTTON (check);
  gtk_check_button_set_group (entered->check, self->default_check);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_object_set (row,
                "use-markup", FALSE,
                "title", aph_server_config_get_title (config),
                "subtitle", url,
                "activatable-widget", check,
                NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  aph_server_config_get_title (config), -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  g_signal_connect (check, "toggled", G_CALLBACK (entered_toggled_cb), entered);
  gtk_list_box_insert (self->list, row, FIRST_ENTERED + self->entered->len);
  g_ptr_array_add (self->entered, entered);
}

static gboolean
shows_entered (AphServerPopover *self,
               AphServerList    *servers)
{
  if (self->entered->len != aph_server_list_get_n (servers))
    return FALSE;

  for (guint i = 0; i < self->entered->len; i++)
    if (((Entered *) g_ptr_array_index (self->entered, i))->config
        != aph_server_list_get (servers, i))
      return FALSE;

  return TRUE;
}

/* Returns whether the server at @url is one of them. */
static gboolean
show_entered (AphServerPopover *self,
              const char       *url)
{
  AphServerList *servers = aph_connection_get_servers (self->connection);
  AphServerConfig *current = NULL;

  if (servers == NULL)
    return FALSE;

  if (!shows_entered (self, servers))
    {
      for (guint i = 0; i < self->entered->len; i++)
        gtk_list_box_remove (self->list,
                             ((Entered *) g_ptr_array_index (self->entered, i))->row);
      g_ptr_array_set_size (self->entered, 0);
      for (guint i = 0; i < aph_server_list_get_n (servers); i++)
        add_entered (self, aph_server_list_get (servers, i),
                     aph_server_config_get (aph_server_list_get (servers, i))->address);
    }

  current = url != NULL ? aph_server_list_find (servers, url) : NULL;
  for (guint i = 0; i < self->entered->len; i++)
    {
      Entered *entered = g_ptr_array_index (self->entered, i);

      gtk_check_button_set_active (entered->check, entered->config == current);
    }

  return current != NULL;
}

static void
show (AphServerPopover *self)
{
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new_default ();
  g_autofree char *default_host = aph_format_host (aph_endpoint_get_url (endpoint));
  const char *url = aph_connection_get_url (self->connection);
  gboolean is_demo = aph_connection_is_demo (self->connection);
  gboolean is_default = FALSE;
  gboolean is_entered = FALSE;
  g_autofree char *host = aph_format_host (url != NULL ? url : "");
  g_autofree char *status = describe_status (self->connection);

  gtk_label_set_label (self->status, status);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->default_row),
                                 g_getenv ("OLLAMA_HOST") != NULL ? _("Ollama at OLLAMA_HOST")
                                                                  : _("Ollama on this computer"));
  adw_action_row_set_subtitle (self->default_row, default_host);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->other_row), host);

  self->is_showing = TRUE;
  is_entered = show_entered (self, is_demo ? NULL : url);
  is_default = !is_demo && !is_entered && g_strcmp0 (url, aph_endpoint_get_url (endpoint)) == 0;
  gtk_widget_set_visible (GTK_WIDGET (self->other_row), !is_demo && !is_default && !is_entered);
  gtk_check_button_set_active (self->default_check, is_default);
  gtk_check_button_set_active (self->demo_check, is_demo);
  gtk_check_button_set_active (self->other_check, !is_demo && !is_default && !is_entered);
  self->is_showing = FALSE;
}

static void
default_toggled_cb (AphServerPopover *self)
{
  if (!self->is_showing && gtk_check_button_get_active (self->default_check))
    aph_connection_use_address (self->connection, "", NULL);
}

static void
demo_toggled_cb (AphServerPopover *self)
{
  if (self->is_showing || !gtk_check_button_get_active (self->demo_check))
    return;

  /* It may ask first. */
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.try-demo", NULL);
}

static void
address_changed_cb (AphServerPopover *self)
{
  show_hint (self, NULL);
}

static void
apply_cb (AphServerPopover *self)
{
  const char *address = gtk_editable_get_text (self->address);
  g_autoptr (GError) error = NULL;

  if (!aph_connection_use_address (self->connection, address, &error))
    {
      show_hint (self, error->message);
      return;
    }

  gtk_editable_set_text (self->address, "");
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
aph_server_popover_map (GtkWidget *widget)
{
  AphServerPopover *self = APH_SERVER_POPOVER (widget);

  /* Who looks wants to know how the server is now. */
  if (self->connection != NULL)
    {
      show (self);
      aph_connection_refresh (self->connection);
    }

  GTK_WIDGET_CLASS (aph_server_popover_parent_class)->map (widget);
}

static void
aph_server_popover_dispose (GObject *object)
{
  AphServerPopover *self = APH_SERVER_POPOVER (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_SERVER_POPOVER);

  G_OBJECT_CLASS (aph_server_popover_parent_class)->dispose (object);
}

static void
aph_server_popover_finalize (GObject *object)
{
  AphServerPopover *self = APH_SERVER_POPOVER (object);

  g_ptr_array_unref (self->entered);

  G_OBJECT_CLASS (aph_server_popover_parent_class)->finalize (object);
}

static void
manage_cb (AphServerPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
aph_server_popover_class_init (AphServerPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_server_popover_dispose;
  G_OBJECT_CLASS (klass)->finalize = aph_server_popover_finalize;
  widget_class->map = aph_server_popover_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-server-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, address);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, default_check);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, default_row);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, demo_check);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, hint);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, list);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, other_check);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, other_row);
  gtk_widget_class_bind_template_child (widget_class, AphServerPopover, status);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, default_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, manage_cb);
  gtk_widget_class_bind_template_callback (widget_class, demo_toggled_cb);
}

static void
aph_server_popover_init (AphServerPopover *self)
{
  self->entered = g_ptr_array_new_with_free_func (entered_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  show_hint (self, NULL);
}

/**
 * aph_server_popover_set_connection:
 * @self: a popover, once
 * @connection: what is shown and changed
 */
void
aph_server_popover_set_connection (AphServerPopover *self,
                                   AphConnection    *connection)
{
  g_return_if_fail (APH_IS_SERVER_POPOVER (self));
  g_return_if_fail (self->connection == NULL);

  self->connection = g_object_ref (connection);
  g_signal_connect_swapped (connection, "changed", G_CALLBACK (show), self);
  show (self);
}
