/* aph-server-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-row"

#include "config.h"

#include <glib/gi18n.h>

#include "server/aph-server.h"
#include "ui/aph-format.h"
#include "ui/aph-server-row.h"

/* How often a row that is seen asks how its server is. */
#define ASK_AGAIN_SECONDS 5

struct _AphServerRow
{
  AdwActionRow parent_instance;

  AphServerList *servers;
  AphServerConfig *config;
  AphServer *server;          /* (nullable) if its address is none */
  GCancellable *cancellable;  /* (nullable) while it is asked */
  guint ask_again;

  GtkSwitch *enabled;
  GtkImage *health;
};

G_DEFINE_FINAL_TYPE (AphServerRow, aph_server_row, ADW_TYPE_ACTION_ROW)

static void ask (AphServerRow *self);

/* The icon is for the eye, the words are for all. */
static void
show_health (AphServerRow *self,
             const char   *icon_name,
             const char   *style,
             const char   *words)
{
  static const char *const styles[] = { "success", "error", "dim-label" };
  const char *url = self->server != NULL ? aph_server_get_url (self->server)
                                         : aph_server_config_get (self->config)->address;
  g_autofree char *subtitle = g_strdup_printf ("%s\n%s", url, words);

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->health), styles[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self->health), style);
  gtk_image_set_from_icon_name (self->health, icon_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->health), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
}

static gboolean
ask_again_cb (gpointer user_data)
{
  AphServerRow *self = APH_SERVER_ROW (user_data);

  self->ask_again = 0;
  ask (self);

  return G_SOURCE_REMOVE;
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphServerRow) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = aph_server_probe_finish (APH_SERVER (source), result, &failure);
  g_autofree char *words = NULL;

  if (failure != NULL && aph_failure_get_class (failure) == APH_FAILURE_CANCELLED)
    return;

  g_clear_object (&self->cancellable);
  if (version != NULL)
    {
      words = *version != '\0' ? g_strdup_printf (_("Connected, version %s"), version)
                               : g_strdup (_("Connected"));
      show_health (self, "aph-done-symbolic", "success", words);
    }
  else
    {
      words = aph_format_failure_title (failure, NULL, aph_server_get_url (self->server));
      show_health (self, "aph-failed-symbolic", "error", words);
    }
  self->ask_again = g_timeout_add_seconds (ASK_AGAIN_SECONDS, ask_again_cb, self);
}

static void
ask (AphServerRow *self)
{
  if (self->server == NULL || self->cancellable != NULL)
    return;

  self->cancellable = g_cancellable_new ();
  aph_server_probe_async (self->server, self->cancellable, probed_cb, g_object_ref (self));
}

static void
stop_asking (AphServerRow *self)
{
  g_clear_handle_id (&self->ask_again, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
enabled_cb (AphServerRow *self)
{
  if (self->config != NULL)
    aph_server_list_set_enabled (self->servers, aph_server_config_get (self->config)->id,
                                 gtk_switch_get_active (self->enabled));
}

static void
aph_server_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (aph_server_row_parent_class)->map (widget);

  ask (APH_SERVER_ROW (widget));
}

static void
aph_server_row_unmap (GtkWidget *widget)
{
  stop_asking (APH_SERVER_ROW (widget));

  GTK_WIDGET_CLASS (aph_server_row_parent_class)->unmap (widget);
}

static void
aph_server_row_dispose (GObject *object)
{
  AphServerRow *self = APH_SERVER_ROW (object);

  stop_asking (self);
  g_clear_object (&self->server);
  g_clear_object (&self->servers);
  g_clear_pointer (&self->config, aph_server_config_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_SERVER_ROW);

  G_OBJECT_CLASS (aph_server_row_parent_class)->dispose (object);
}

static void
aph_server_row_class_init (AphServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_server_row_dispose;
  widget_class->map = aph_server_row_map;
  widget_class->unmap = aph_server_row_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AphServerRow, enabled);
  gtk_widget_class_bind_template_child (widget_class, AphServerRow, health);
  gtk_widget_class_bind_template_callback (widget_class, enabled_cb);
}

static void
aph_server_row_init (AphServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_server_row_new:
 * @servers: the list
 * @config: one of its servers
 *
 * Returns: a row
 */
GtkWidget *
aph_server_row_new (AphServerList   *servers,
                    AphServerConfig *config)
{
  AphServerRow *self;
  g_autoptr (AphEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (APH_IS_SERVER_LIST (servers), NULL);
  g_return_val_if_fail (config != NULL, NULL);

  self = g_object_new (APH_TYPE_SERVER_ROW, "title", aph_server_config_get_title (config), NULL);
  gtk_switch_set_active (self->enabled, aph_server_config_get (config)->enabled);
  self->servers = g_object_ref (servers);
  self->config = aph_server_config_ref (config);
  endpoint = aph_server_config_dup_endpoint (config, &error);
  if (endpoint != NULL)
    self->server = aph_server_new (endpoint);
  show_health (self, endpoint != NULL ? "aph-sent-symbolic" : "aph-failed-symbolic",
               endpoint != NULL ? "dim-label" : "error",
               endpoint != NULL ? _("Connecting…") : error->message);

  return GTK_WIDGET (self);
}

/**
 * aph_server_row_shows:
 * @self: a row
 * @config: a server
 *
 * Returns: whether the row says what there is to say of @config; whether that is used is looked
 *   up, not said
 */
gboolean
aph_server_row_shows (AphServerRow    *self,
                      AphServerConfig *config)
{
  g_return_val_if_fail (APH_IS_SERVER_ROW (self), FALSE);

  return aph_server_config_is_reached_alike (self->config, config)
         && g_str_equal (aph_server_config_get_title (self->config),
                         aph_server_config_get_title (config));
}

/**
 * aph_server_row_get_config:
 * @self: a row
 *
 * Returns: (transfer none): which server it is
 */
AphServerConfig *
aph_server_row_get_config (AphServerRow *self)
{
  g_return_val_if_fail (APH_IS_SERVER_ROW (self), NULL);

  return self->config;
}
