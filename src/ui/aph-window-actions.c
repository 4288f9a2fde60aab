/* aph-window-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-format.h"
#include "ui/aph-window-private.h"

/* On the queue */

static void
start_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  aph_session_set_paused (APH_WINDOW (widget)->session, FALSE);
}

static void
pause_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  aph_session_set_paused (APH_WINDOW (widget)->session, TRUE);
}

static void
toggle_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_session_set_paused (self->session, !aph_session_get_paused (self->session));
}

static void
stop_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_session_stop (APH_WINDOW (widget)->session);
}

static void
retry_failed_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  aph_session_retry_failed (APH_WINDOW (widget)->session);
}

static void
clear_ended_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *current = aph_queue_view_get_current (self->queue);
  gboolean is_going = current != NULL && aph_job_is_ended (current);
  g_autoptr (GPtrArray) filled = aph_window_list_filled (self);

  aph_window_offer_undo (self, aph_session_remove_ended (self->session), FALSE);
  aph_window_remove_emptied (self, filled);
  if (is_going)
    aph_queue_view_select (self->queue, NULL);
}

/* On the window */

static void
undo_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_window_undo (APH_WINDOW (widget));
}

/* What cannot be kept yet stays where it was written: it is sent when it can be, or the user is
 * told why it is not. */
static gboolean
can_send (AphWindow *self)
{
  AphStore *store = aph_session_get_store (self->session);

  self->is_sending = FALSE;
  if (aph_store_is_open (store))
    return TRUE;

  if (aph_store_get_error (store) == NULL)
    self->is_sending = TRUE;
  else
    aph_window_say (self, _("Not sent, because nothing can be saved now: see the message above. "
                            "Your text stays here."));

  return FALSE;
}

/**
 * aph_window_send:
 * @self: a window
 *
 * Sends what is in the composer, now or once it can be kept.
 */
void
aph_window_send (AphWindow *self)
{
  g_autoptr (GError) error = NULL;
  AphBatch *batch = NULL;

  if (!can_send (self))
    return;
  if (aph_composer_send (self->composer, &batch, &error))
    {
      if (batch != NULL)
        aph_window_show_queued (self, batch);
      return;
    }

  aph_window_say (self, error->message);
  aph_composer_show_options (self->composer);
}

static void
send_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_window_send (APH_WINDOW (widget));
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_window_choose_files (APH_WINDOW (widget), FALSE);
}

static void
import_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  aph_window_choose_files (APH_WINDOW (widget), TRUE);
}

static void
import_table_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  aph_window_import_table (APH_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
resume_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  aph_session_resume (APH_WINDOW (widget)->session);
}

static void
show_table_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_TABLE);
}

static void
show_wall_action (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_WALL);
}

/* While there are no prompts there is no view either. */
static void
focus_view (AdwBin *bin)
{
  GtkWidget *view = adw_bin_get_child (bin);

  if (view != NULL)
    gtk_widget_grab_focus (view);
}

static void
show_compare_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_COMPARE);
  focus_view (APH_WINDOW (widget)->compare);
}

static void
show_timeline_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_TIMELINE);
  focus_view (APH_WINDOW (widget)->timeline);
}

static void
focus_composer_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  aph_window_focus (APH_WINDOW (widget));
}

static void
focus_queue_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_window_set_view (self, APH_VIEW_TABLE);
  if (aph_split_view_get_mode (self->split) == APH_SPLIT_PAGES)
    aph_window_set_pane (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->queue));
}

/* Where the answer is a page, back to the prompts; else it is put away where it came by itself. */
static void
back_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_window_set_pane (self, FALSE);
  gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
clear_filters_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_queue_header_set_show (self->header, APH_SHOW_ALL);
  aph_filter_bar_set_revealed (self->filters, FALSE);
}

/* Who reads an answer looks for words there. */
static void
find_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->answer)))
    aph_answer_view_find (aph_window_get_answer (self));
  else
    gtk_widget_activate_action (widget, "win.filters", NULL);
}

static void
show_failed_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_queue_header_set_show (self->header, APH_SHOW_FAILED);
}

static void
focus_batches_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->batches));
}

static void
choose_server_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_composer_show_servers (self->composer);
}

static void
demo_confirmed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;

  if (aph_confirm_finish (result, NULL))
    aph_connection_use_demo (aph_session_get_connection (self->session));
}

/* What waits for a real answer would be done with a canned one. */
static void
try_demo_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphConnection *connection = aph_session_get_connection (self->session);
  guint n_active = aph_session_get_n_active (self->session);
  g_autofree char *body = NULL;

  if (n_active == 0 || aph_connection_is_demo (connection))
    {
      aph_connection_use_demo (connection);
      return;
    }

  body = g_strdup_printf (ngettext ("%'u prompt has no answer yet. The demo would give it a canned "
                                    "one, and it would count as done.",
                                    "%'u prompts have no answer yet. The demo would give them "
                                    "canned ones, and they would count as done.", n_active),
                          n_active);
  aph_confirm_async (GTK_WINDOW (self), _("Let the Demo Answer?"), body, _("_Cancel"),
                     _("Try the _Demo"), self->cancellable, demo_confirmed_cb, g_object_ref (self));
}

typedef struct
{
  AphWindow *window;
  AphEndpoint *endpoint;
} Turn;

static void
turn_free (Turn *turn)
{
  aph_endpoint_unref (turn->endpoint);
  g_object_unref (turn->window);
  g_free (turn);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turn, turn_free)

static void
server_confirmed_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (Turn) turn = user_data;

  if (aph_confirm_finish (result, NULL))
    aph_connection_use_endpoint (aph_session_get_connection (turn->window->session),
                                 turn->endpoint);
}

/* Who names a server on the command line may not think of what a window has waiting. */
static void
confirm_server (AphWindow   *self,
                AphEndpoint *endpoint,
                guint        n_active)
{
  const char *url = aph_connection_get_url (aph_session_get_connection (self->session));
  g_autofree char *host = aph_format_host (aph_endpoint_get_url (endpoint));
  g_autofree char *former = aph_format_host (url != NULL ? url : "");
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  Turn *turn;

  /* Translators: the address of a server */
  heading = g_strdup_printf (_("Turn to %s?"), host);
  /* Translators: how many, the address of a server, the one of the server until now */
  body = g_strdup_printf (ngettext ("%'u prompt has no answer yet. It would go to %s and no longer "
                                    "to %s; if it is being answered, it is asked anew.",
                                    "%'u prompts have no answer yet. They would go to %s and no "
                                    "longer to %s; those being answered are asked anew.", n_active),
                          n_active, host, former);
  turn = g_new0 (Turn, 1);
  turn->window = g_object_ref (self);
  turn->endpoint = aph_endpoint_ref (endpoint);
  aph_confirm_async (GTK_WINDOW (self), heading, body, _("_Cancel"), _("_Turn to It"),
                     self->cancellable, server_confirmed_cb, turn);
}

static void
use_server_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphConnection *connection = aph_session_get_connection (self->session);
  guint n_active = aph_session_get_n_active (self->session);
  g_autoptr (AphEndpoint) endpoint =
    aph_endpoint_new (g_variant_get_string (parameter, NULL), NULL);

  /* To name again what is asked already breaks nothing off. */
  if (endpoint == NULL || aph_connection_goes_to (connection, endpoint))
    return;

  if (n_active > 0)
    confirm_server (self, endpoint, n_active);
  else
    aph_connection_use_endpoint (connection, endpoint);
}

static void
retry_server_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  AphSession *session = APH_WINDOW (widget)->session;
  GPtrArray *lanes = aph_scheduler_get_lanes (aph_session_get_scheduler (session));

  for (guint i = 0; i < lanes->len; i++)
    aph_lane_probe_now (g_ptr_array_index (lanes, i));
  aph_connection_refresh (aph_session_get_connection (session));
}

/**
 * aph_window_focus:
 * @self: a window
 *
 * Brings the composer into view, ready to be typed in.
 */
void
aph_window_focus (AphWindow *self)
{
  g_return_if_fail (APH_IS_WINDOW (self));

  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/**
 * aph_window_update_actions:
 * @self: a window
 *
 * Says which actions make sense now.
 */
void
aph_window_update_actions (AphWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  AphConnection *connection;
  const guint *counts;
  gboolean is_paused;
  guint n_active, n_ended;

  /* Its parts tell of changes while they are made and while they go. */
  if (self->session == NULL || gtk_widget_in_destruction (widget))
    return;

  connection = aph_session_get_connection (self->session);
  counts = aph_session_get_counts (self->session);
  n_active = aph_session_get_n_active (self->session);
  n_ended = counts[APH_JOB_DONE] + counts[APH_JOB_FAILED] + counts[APH_JOB_CANCELLED];
  is_paused = aph_session_get_paused (self->session);

  gtk_widget_action_set_enabled (widget, "win.send",
                                 aph_composer_get_n_prompts (self->composer) > 0);
  gtk_widget_action_set_enabled (widget, "win.try-demo",
                                 !aph_connection_is_demo (connection)
                                 || aph_connection_get_health (connection) == APH_HEALTH_DOWN);
  gtk_widget_action_set_enabled (widget, "win.back",
                                 aph_split_view_get_open (self->split)
                                 && (self->view != APH_VIEW_TABLE
                                     || aph_split_view_get_mode (self->split)
                                          == APH_SPLIT_PAGES));
  gtk_widget_action_set_enabled (widget, "win.export", n_active + n_ended > 0);
  gtk_widget_action_set_enabled (widget, "queue.start", is_paused);
  gtk_widget_action_set_enabled (widget, "queue.pause", !is_paused);
  gtk_widget_action_set_enabled (widget, "queue.stop",
                                 n_active > counts[APH_JOB_WAITING]
                                 || (counts[APH_JOB_WAITING] > 0 && !is_paused));
  gtk_widget_action_set_enabled (widget, "queue.retry-failed", counts[APH_JOB_FAILED] > 0);
  gtk_widget_action_set_enabled (widget, "queue.clear-ended", n_ended > 0);
  aph_window_update_job_actions (self);
}

/* GTK would make it with the window if it lay where GTK looks for it; few look at it. */
static void
show_help_overlay_action (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  GtkApplicationWindow *window = GTK_APPLICATION_WINDOW (widget);

  if (gtk_application_window_get_help_overlay (window) == NULL)
    {
      g_autoptr (GtkBuilder) builder =
        gtk_builder_new_from_resource (APH_APP_PATH "/ui/gtk/help-overlay.ui");

      gtk_application_window_set_help_overlay (
        window, GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
    }
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (window)));
}

/**
 * aph_window_class_add_actions:
 * @widget_class: of #AphWindow
 */
void
aph_window_class_add_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "queue.clear-ended", NULL, clear_ended_action },
    { "queue.pause", NULL, pause_action },
    { "queue.resume", NULL, resume_action },
    { "queue.retry-failed", NULL, retry_failed_action },
    { "queue.start", NULL, start_action },
    { "queue.stop", NULL, stop_action },
    { "queue.toggle", NULL, toggle_action },
    { "win.back", NULL, back_action },
    { "win.choose-server", NULL, choose_server_action },
    { "win.clear-filters", NULL, clear_filters_action },
    { "win.find", NULL, find_action },
    { "win.list-failed", NULL, show_failed_action },
    { "win.focus-batches", NULL, focus_batches_action },
    { "win.focus-composer", NULL, focus_composer_action },
    { "win.focus-queue", NULL, focus_queue_action },
    { "win.import", NULL, import_action },
    { "win.import-table", "s", import_table_action },
    { "win.open", NULL, open_action },
    { "win.retry-server", NULL, retry_server_action },
    { "win.send", NULL, send_action },
    { "win.show-compare", NULL, show_compare_action },
    { "win.show-help-overlay", NULL, show_help_overlay_action },
    { "win.show-table", NULL, show_table_action },
    { "win.show-timeline", NULL, show_timeline_action },
    { "win.show-wall", NULL, show_wall_action },
    { "win.try-demo", NULL, try_demo_action },
    { "win.undo", NULL, undo_action },
    { "win.use-server", "s", use_server_action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);

  gtk_widget_class_install_property_action (widget_class, "win.answer-pane", "answer-pane");
  gtk_widget_class_install_property_action (widget_class, "win.filters", "filters");
  gtk_widget_class_install_property_action (widget_class, "win.sidebar", "sidebar-visible");
  gtk_widget_class_install_property_action (widget_class, "win.view", "view");
  aph_window_class_add_job_actions (widget_class);
  aph_window_class_add_move_actions (widget_class);
  aph_window_class_add_batch_actions (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
  /* A text that is being written has its own undo, and comes first. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
}
