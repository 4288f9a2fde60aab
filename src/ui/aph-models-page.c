/* aph-models-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-models-page"

#include "config.h"

#include <glib/gi18n.h>

#include "server/aph-server-models.h"
#include "ui/aph-format.h"
#include "ui/aph-model-row.h"
#include "ui/aph-models-page.h"
#include "ui/aph-pull.h"

/* How often it is looked which models are loaded. */
#define LOOK_AGAIN_SECONDS 5

struct _AphModelsPage
{
  AdwPreferencesPage parent_instance;

  AphSession *session;
  GPtrArray *servers;           /* of AphServer, as the drop-down has them */
  AphServer *server;            /* (nullable) the one that is looked at */
  GCancellable *cancellable;    /* of what it is asked */
  GPtrArray *rows;              /* of AphModelRow, (not owned) */
  guint next;                   /* whose details come next */
  guint look_again;
  GPtrArray *deletions;         /* of Deletion: those that can still be undone */
  GPtrArray *pulls;             /* of PullRow */
  gboolean is_listing;          /* the drop-down is filled by us */

  AdwPreferencesGroup *models_group;
  GtkEditable *name;
  GtkStringList *names;
  AdwPreferencesGroup *pull_group;
  AdwComboRow *server_row;
  AdwActionRow *state_row;
};

/* A model that will be deleted when nobody has called it back. */
typedef struct
{
  AphModelsPage *page;          /* (not owned) */
  AphServer *server;
  char *name;
  AdwToast *toast;
} Deletion;

/* A download and its row. */
typedef struct
{
  AphPull *pull;
  GtkWidget *row;               /* (not owned) */
  GtkProgressBar *bar;          /* (not owned) */
  GtkWidget *button;            /* (not owned) cancels it, and takes it away once it has failed */
} PullRow;

G_DEFINE_FINAL_TYPE (AphModelsPage, aph_models_page, ADW_TYPE_PREFERENCES_PAGE)

static void load (AphModelsPage *self);
static void listed_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static void ask_details (AphModelsPage *self);
static void shown_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static void ask_loaded (AphModelsPage *self);
static void loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* What is said */

static void
say (AphModelsPage *self,
     const char    *title)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state_row),
                                 title != NULL ? title : "");
  gtk_widget_set_visible (GTK_WIDGET (self->state_row), title != NULL);
}

static AdwToast *
add_toast (AphModelsPage *self,
           const char    *text)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_WINDOW);
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), g_object_ref (toast));

  return toast;
}

static void
tell_failure (AphModelsPage *self,
              AphFailure    *failure)
{
  if (aph_failure_get_class (failure) != APH_FAILURE_CANCELLED)
    g_object_unref (add_toast (self, aph_failure_get_message (failure)));
}

/* Whether what comes back is of no interest any more. */
static gboolean
is_outdated (AphModelsPage *self,
             GObject       *source,
             AphFailure    *failure)
{
  return APH_SERVER (source) != self->server
         || (failure != NULL && aph_failure_get_class (failure) == APH_FAILURE_CANCELLED);
}

/* The list */

static void
clear_rows (AphModelsPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->models_group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static gboolean
is_being_deleted (AphModelsPage *self,
                  const char    *name)
{
  for (guint i = 0; i < self->deletions->len; i++)
    {
      Deletion *deletion = g_ptr_array_index (self->deletions, i);

      if (deletion->server == self->server && g_str_equal (deletion->name, name))
        return TRUE;
    }

  return FALSE;
}

static void
stop_asking (AphModelsPage *self)
{
  g_clear_handle_id (&self->look_again, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
load (AphModelsPage *self)
{
  stop_asking (self);
  if (self->server == NULL)
    return;

  if (self->rows->len == 0)
    say (self, _("Connecting…"));
  aph_server_list_models_async (self->server, self->cancellable, listed_cb, g_object_ref (self));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphModelsPage) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (GPtrArray) models =
    aph_server_list_models_finish (APH_SERVER (source), result, &failure);

  if (is_outdated (self, source, failure))
    return;

  clear_rows (self);
  if (models == NULL)
    {
      g_autofree char *title =
        aph_format_failure_title (failure, NULL, aph_server_get_url (self->server));

      say (self, title);
      return;
    }

  for (guint i = 0; i < models->len; i++)
    {
      AphModel *model = g_ptr_array_index (models, i);
      GtkWidget *row;

      if (is_being_deleted (self, aph_model_get_name (model)))
        continue;

      row = aph_model_row_new (model, aph_server_can_manage_models (self->server));
      adw_preferences_group_add (self->models_group, row);
      g_ptr_array_add (self->rows, row);
    }
  say (self, self->rows->len > 0 ? NULL : _("No model is installed"));
  self->next = 0;
  ask_details (self);
}

/* One question at a time: a server has better things to do. */
static void
ask_details (AphModelsPage *self)
{
  if (self->next < self->rows->len && aph_server_can_manage_models (self->server))
    aph_server_show_async (self->server,
                           aph_model_row_get_name (g_ptr_array_index (self->rows, self->next)),
                           self->cancellable, shown_cb, g_object_ref (self));
  else
    ask_loaded (self);
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (AphModelsPage) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (AphModel) model = aph_server_show_finish (APH_SERVER (source), result, &failure);

  if (is_outdated (self, source, failure))
    return;

  /* A row may have gone meanwhile; a server that does not know is no reason to stop. */
  if (model != NULL && self->next < self->rows->len)
    {
      AphModelRow *row = g_ptr_array_index (self->rows, self->next);

      if (g_strcmp0 (aph_model_row_get_name (row), aph_model_get_name (model)) == 0)
        aph_model_row_set_shown (row, model);
    }
  self->next++;
  ask_details (self);
}

static void
ask_loaded (AphModelsPage *self)
{
  if (aph_server_can_manage_models (self->server))
    aph_server_list_loaded_async (self->server, self->cancellable, loaded_cb, g_object_ref (self));
}

static gboolean
look_again_cb (gpointer user_data)
{
  AphModelsPage *self = APH_MODELS_PAGE (user_data);

  self->look_again = 0;
  ask_loaded (self);

  return G_SOURCE_REMOVE;
}

static AphModel *
find_model (GPtrArray  *models,
            const char *name)
{
  for (guint i = 0; i < models->len; i++)
    if (g_strcmp0 (aph_model_get_name (g_ptr_array_index (models, i)), name) == 0)
      return g_ptr_array_index (models, i);

  return NULL;
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphModelsPage) self = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (GPtrArray) loaded =
    aph_server_list_loaded_finish (APH_SERVER (source), result, &failure);

  if (is_outdated (self, source, failure))
    return;

  for (guint i = 0; loaded != NULL && i < self->rows->len; i++)
    {
      AphModelRow *row = g_ptr_array_index (self->rows, i);

      aph_model_row_set_loaded (row, find_model (loaded, aph_model_row_get_name (row)));
    }
  self->look_again = g_timeout_add_seconds (LOOK_AGAIN_SECONDS, look_again_cb, self);
}

/* The servers */

static void
add_server (AphModelsPage *self,
            const char    *title,
            AphServer     *server)
{
  gtk_string_list_append (self->names, title);
  g_ptr_array_add (self->servers, server);
}

static void
turn_to (AphModelsPage *self,
         guint          position)
{
  AphServer *server =
    position < self->servers->len ? g_ptr_array_index (self->servers, position) : NULL;

  if (!g_set_object (&self->server, server))
    return;

  clear_rows (self);
  gtk_widget_set_visible (GTK_WIDGET (self->pull_group),
                          server != NULL && aph_server_can_manage_models (server));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

static void
list_servers (AphModelsPage *self)
{
  AphServerList *entered = aph_session_get_servers (self->session);
  AphConnection *connection = aph_session_get_connection (self->session);
  AphServer *in_use = aph_connection_get_server (connection);
  g_autofree char *selected = NULL;
  guint position = 0;

  if (self->server != NULL)
    selected = g_strdup (aph_server_get_url (self->server));

  self->is_listing = TRUE;
  gtk_string_list_splice (self->names, 0, g_list_model_get_n_items (G_LIST_MODEL (self->names)),
                          NULL);
  g_ptr_array_set_size (self->servers, 0);
  if (in_use != NULL)
    {
      g_autofree char *host = aph_format_host (aph_server_get_url (in_use));

      add_server (self, aph_connection_is_demo (connection) ? _("Demo") : host,
                  g_object_ref (in_use));
    }
  for (guint i = 0; i < aph_server_list_get_n (entered); i++)
    {
      AphServerConfig *config = aph_server_list_get (entered, i);
      g_autoptr (AphEndpoint) endpoint = aph_server_config_dup_endpoint (config, NULL);

      if (endpoint != NULL
          && (in_use == NULL
              || !g_str_equal (aph_endpoint_get_url (endpoint), aph_server_get_url (in_use))))
        add_server (self, aph_server_config_get_title (config), aph_server_new (endpoint));
    }
  for (guint i = 0; i < self->servers->len; i++)
    if (g_strcmp0 (aph_server_get_url (g_ptr_array_index (self->servers, i)), selected) == 0)
      position = i;
  adw_combo_row_set_selected (self->server_row, position);
  self->is_listing = FALSE;

  turn_to (self, position);
}

static void
server_changed_cb (AphModelsPage *self)
{
  if (!self->is_listing && self->session != NULL)
    turn_to (self, adw_combo_row_get_selected (self->server_row));
}

/* Unloading and deleting */

static void
unloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (AphModelsPage) self = user_data;
  g_autoptr (AphFailure) failure = NULL;

  if (!aph_server_unload_finish (APH_SERVER (source), result, &failure))
    tell_failure (self, failure);
  if (!is_outdated (self, source, failure) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

static void
unload_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphModelsPage *self = APH_MODELS_PAGE (widget);

  aph_server_unload_async (self->server, g_variant_get_string (parameter, NULL), NULL,
                           unloaded_cb, g_object_ref (self));
}

static void
deletion_free (gpointer data)
{
  Deletion *deletion = data;

  g_signal_handlers_disconnect_by_data (deletion->toast, deletion);
  g_object_unref (deletion->toast);
  g_object_unref (deletion->server);
  g_free (deletion->name);
  g_free (deletion);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (AphModelsPage) self = user_data;
  g_autoptr (AphFailure) failure = NULL;

  if (!aph_server_delete_finish (APH_SERVER (source), result, &failure))
    tell_failure (self, failure);
  if (self->session == NULL)
    return;

  aph_connection_refresh (aph_session_get_connection (self->session));
  if (APH_SERVER (source) == self->server && gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

/* Nobody has called it back. */
static void
dismissed_cb (AdwToast *toast,
              gpointer  user_data)
{
  Deletion *deletion = user_data;
  AphModelsPage *self = deletion->page;

  aph_server_delete_async (deletion->server, deletion->name, NULL, deleted_cb,
                           g_object_ref (self));
  g_ptr_array_remove (self->deletions, deletion);
}

static void
undo_cb (AdwToast *toast,
         gpointer  user_data)
{
  Deletion *deletion = user_data;
  AphModelsPage *self = deletion->page;

  /* It is dismissed next, which is of no interest then. */
  g_ptr_array_remove (self->deletions, deletion);
  load (self);
}

static void
delete_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphModelsPage *self = APH_MODELS_PAGE (widget);
  const char *name = g_variant_get_string (parameter, NULL);
  g_autofree char *text = g_strdup_printf (_("“%s” will be deleted"), name);
  Deletion *deletion = g_new0 (Deletion, 1);

  deletion->page = self;
  deletion->server = g_object_ref (self->server);
  deletion->name = g_strdup (name);
  g_ptr_array_add (self->deletions, deletion);

  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (aph_model_row_get_name (g_ptr_array_index (self->rows, i)), deletion->name))
      {
        adw_preferences_group_remove (self->models_group, g_ptr_array_index (self->rows, i));
        g_ptr_array_remove_index (self->rows, i);
        break;
      }
  say (self, self->rows->len > 0 ? NULL : _("No model is installed"));

  deletion->toast = add_toast (self, text);
  adw_toast_set_button_label (deletion->toast, _("_Undo"));
  g_signal_connect (deletion->toast, "button-clicked", G_CALLBACK (undo_cb), deletion);
  g_signal_connect (deletion->toast, "dismissed", G_CALLBACK (dismissed_cb), deletion);
}

/* What could have been undone is done: the window is closed. */
static void
delete_now (AphModelsPage *self)
{
  for (guint i = 0; i < self->deletions->len; i++)
    {
      Deletion *deletion = g_ptr_array_index (self->deletions, i);

      aph_server_delete_async (deletion->server, deletion->name, NULL, NULL, NULL);
    }
  g_ptr_array_set_size (self->deletions, 0);
}

/* Downloads */

static void
pull_row_free (gpointer data)
{
  PullRow *row = data;

  g_signal_handlers_disconnect_by_data (row->pull, row);
  g_object_unref (row->pull);
  g_free (row);
}

/* The button has no words of its own. */
static void
name_button (GtkWidget  *button,
             const char *name)
{
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
show_pull (PullRow *row)
{
  g_autofree char *status = aph_pull_dup_status (row->pull);
  double fraction = aph_pull_get_fraction (row->pull);
  gboolean has_ended = aph_pull_has_ended (row->pull);
  /* Where nothing may move, the words say all there is to say. */
  gboolean pulses = fraction < 0 && adw_get_enable_animations (row->row);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), status);
  gtk_widget_set_visible (GTK_WIDGET (row->bar), !has_ended && (fraction >= 0 || pulses));
  if (pulses)
    gtk_progress_bar_pulse (row->bar);
  else if (fraction >= 0)
    gtk_progress_bar_set_fraction (row->bar, fraction);
  if (has_ended)
    name_button (row->button, _("Take the download off the list"));
}

static void
cancel_pull_cb (AphPull *pull)
{
  aph_pull_cancel (pull);
}

static void
forget_pull_cb (AphModelsPage *self,
                GtkButton     *button)
{
  for (guint i = 0; i < self->pulls->len; i++)
    {
      PullRow *row = g_ptr_array_index (self->pulls, i);

      if (gtk_widget_is_ancestor (GTK_WIDGET (button), row->row))
        {
          aph_server_pool_forget_pull (aph_session_get_pool (self->session), row->pull);
          return;
        }
    }
}

static void
add_pull (AphModelsPage *self,
          AphPull       *pull)
{
  PullRow *row = g_new0 (PullRow, 1);
  g_autofree char *host = aph_format_host (aph_server_get_url (aph_pull_get_server (pull)));
  g_autofree char *title = g_strdup_printf ("%s · %s", aph_pull_get_model (pull), host);

  row->pull = g_object_ref (pull);
  row->row = adw_action_row_new ();
  row->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  row->button = gtk_button_new_from_icon_name ("aph-cancel-symbolic");
  g_object_set (row->row, "use-markup", FALSE, "title", title, NULL);
  gtk_widget_set_valign (GTK_WIDGET (row->bar), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  aph_pull_get_model (pull), -1);
  gtk_widget_set_valign (row->button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (row->button, "flat");
  name_button (row->button, _("Cancel the download"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), GTK_WIDGET (row->bar));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row->row), row->button);
  g_signal_connect_object (row->button, "clicked", G_CALLBACK (cancel_pull_cb), pull,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (row->button, "clicked", G_CALLBACK (forget_pull_cb), self);
  g_signal_connect_swapped (pull, "changed", G_CALLBACK (show_pull), row);
  g_signal_connect_swapped (pull, "ended", G_CALLBACK (show_pull), row);
  adw_preferences_group_add (self->pull_group, row->row);
  g_ptr_array_add (self->pulls, row);
  show_pull (row);
}

static void
list_pulls (AphModelsPage *self)
{
  GListModel *pulls = aph_server_pool_get_pulls (aph_session_get_pool (self->session));
  guint n_before = self->pulls->len;

  for (guint i = 0; i < self->pulls->len; i++)
    adw_preferences_group_remove (self->pull_group,
                                  ((PullRow *) g_ptr_array_index (self->pulls, i))->row);
  g_ptr_array_set_size (self->pulls, 0);
  for (guint i = 0; i < g_list_model_get_n_items (pulls); i++)
    {
      g_autoptr (AphPull) pull = g_list_model_get_item (pulls, i);

      add_pull (self, pull);
    }

  /* One is there now. */
  if (self->pulls->len < n_before && gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

static void
pull_cb (AphModelsPage *self)
{
  g_autofree char *model = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  if (*model == '\0' || self->server == NULL)
    return;

  gtk_editable_set_text (self->name, "");
  aph_server_pool_pull (aph_session_get_pool (self->session), self->server, model);
}

/* The widget */

static void
aph_models_page_map (GtkWidget *widget)
{
  AphModelsPage *self = APH_MODELS_PAGE (widget);

  GTK_WIDGET_CLASS (aph_models_page_parent_class)->map (widget);

  list_servers (self);
  load (self);
}

static void
aph_models_page_unmap (GtkWidget *widget)
{
  stop_asking (APH_MODELS_PAGE (widget));

  GTK_WIDGET_CLASS (aph_models_page_parent_class)->unmap (widget);
}

static void
aph_models_page_dispose (GObject *object)
{
  AphModelsPage *self = APH_MODELS_PAGE (object);

  g_clear_handle_id (&self->look_again, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  delete_now (self);
  g_ptr_array_set_size (self->pulls, 0);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (aph_session_get_servers (self->session), self);
      g_signal_handlers_disconnect_by_data (
        aph_server_pool_get_pulls (aph_session_get_pool (self->session)), self);
    }
  g_clear_object (&self->session);
  g_clear_object (&self->server);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_MODELS_PAGE);

  G_OBJECT_CLASS (aph_models_page_parent_class)->dispose (object);
}

static void
aph_models_page_finalize (GObject *object)
{
  AphModelsPage *self = APH_MODELS_PAGE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->servers);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->deletions);
  g_ptr_array_unref (self->pulls);

  G_OBJECT_CLASS (aph_models_page_parent_class)->finalize (object);
}

static void
aph_models_page_class_init (AphModelsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_models_page_dispose;
  object_class->finalize = aph_models_page_finalize;
  widget_class->map = aph_models_page_map;
  widget_class->unmap = aph_models_page_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-models-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, models_group);
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, name);
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, names);
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, pull_group);
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, AphModelsPage, state_row);
  gtk_widget_class_bind_template_callback (widget_class, pull_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_install_action (widget_class, "models.delete", "s", delete_action);
  gtk_widget_class_install_action (widget_class, "models.unload", "s", unload_action);
}

static void
aph_models_page_init (AphModelsPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->servers = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new ();
  self->deletions = g_ptr_array_new_with_free_func (deletion_free);
  self->pulls = g_ptr_array_new_with_free_func (pull_row_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_models_page_set_session:
 * @self: a page, once
 * @session: whose servers are looked at
 */
void
aph_models_page_set_session (AphModelsPage *self,
                             AphSession    *session)
{
  GListModel *pulls;

  g_return_if_fail (APH_IS_MODELS_PAGE (self));
  g_return_if_fail (APH_IS_SESSION (session));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  pulls = aph_server_pool_get_pulls (aph_session_get_pool (session));
  g_signal_connect_swapped (aph_session_get_servers (session), "changed",
                            G_CALLBACK (list_servers), self);
  g_signal_connect_swapped (pulls, "items-changed", G_CALLBACK (list_pulls), self);
  list_servers (self);
  list_pulls (self);
}
