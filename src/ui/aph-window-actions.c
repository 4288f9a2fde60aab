/* aph-window-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-window-private.h"

/* The job that an action is about: the target is its index. */
static AphJob *
get_target (AphWindow *self,
            GVariant  *parameter)
{
  return aph_session_lookup_job (self->session, g_variant_get_uint64 (parameter));
}

/* On one job */

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    aph_session_cancel (self->session, job);
}

static void
retry_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    aph_session_retry (self->session, job);
}

static void
run_next_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    aph_session_run_next (self->session, job);
}

static void
remove_job (AphWindow *self,
            AphJob    *job)
{
  aph_window_offer_undo (self, aph_session_remove (self->session, job));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    remove_job (self, job);
}

static void
copy_prompt_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                            aph_request_get_prompt (aph_job_get_request (job)));
}

static void
copy_answer_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), aph_job_get_answer (job, NULL));
}

/* On the selected job */

static void
cancel_selected_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_session_cancel (self->session, aph_queue_list_get_selected (self->queue));
}

static void
retry_selected_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  aph_session_retry (self->session, aph_queue_list_get_selected (self->queue));
}

static void
remove_selected_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  remove_job (self, aph_queue_list_get_selected (self->queue));
}

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

  aph_window_offer_undo (self, aph_session_remove_ended (self->session));
}

/* On the window */

static void
send_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  guint position = g_list_model_get_n_items (aph_session_get_jobs (self->session));
  g_autoptr (GError) error = NULL;

  if (aph_composer_send (self->composer, &error))
    {
      aph_window_show_queued (self, position);
      return;
    }

  aph_window_say (self, error->message);
  aph_composer_show_options (self->composer);
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_window_choose_files (APH_WINDOW (widget));
}

static void
show_answer_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_ANSWER);
}

static void
show_side_by_side_action (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  aph_window_set_view (APH_WINDOW (widget), APH_VIEW_SIDE_BY_SIDE);
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

  gtk_widget_set_visible (self->sidebar, TRUE);
  adw_leaflet_set_visible_child (self->leaflet, self->sidebar);
  gtk_widget_grab_focus (GTK_WIDGET (self->queue));
}

static void
choose_server_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->content);
  aph_composer_show_servers (self->composer);
}

static void
try_demo_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  aph_connection_use_demo (aph_session_get_connection (APH_WINDOW (widget)->session));
}

static void
retry_server_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  aph_connection_refresh (aph_session_get_connection (APH_WINDOW (widget)->session));
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

  adw_leaflet_set_visible_child (self->leaflet, self->content);
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
  AphJob *selected;

  if (self->session == NULL)
    return;

  connection = aph_session_get_connection (self->session);
  counts = aph_session_get_counts (self->session);
  n_active = aph_session_get_n_active (self->session);
  n_ended = counts[APH_JOB_DONE] + counts[APH_JOB_FAILED] + counts[APH_JOB_CANCELLED];
  is_paused = aph_session_get_paused (self->session);
  selected = aph_queue_list_get_selected (self->queue);

  gtk_widget_action_set_enabled (widget, "win.send",
                                 aph_composer_get_n_prompts (self->composer) > 0);
  gtk_widget_action_set_enabled (widget, "win.try-demo",
                                 !aph_connection_is_demo (connection)
                                 || aph_connection_get_health (connection) == APH_HEALTH_DOWN);
  gtk_widget_action_set_enabled (widget, "win.back",
                                 adw_leaflet_get_folded (self->leaflet));
  gtk_widget_action_set_enabled (widget, "win.export", n_active + n_ended > 0);
  gtk_widget_action_set_enabled (widget, "queue.start", is_paused);
  gtk_widget_action_set_enabled (widget, "queue.pause", !is_paused);
  gtk_widget_action_set_enabled (widget, "queue.stop",
                                 n_active > counts[APH_JOB_WAITING]
                                 || (counts[APH_JOB_WAITING] > 0 && !is_paused));
  gtk_widget_action_set_enabled (widget, "queue.retry-failed", counts[APH_JOB_FAILED] > 0);
  gtk_widget_action_set_enabled (widget, "queue.clear-ended", n_ended > 0);
  gtk_widget_action_set_enabled (widget, "job.cancel-selected",
                                 selected != NULL && !aph_job_is_ended (selected));
  gtk_widget_action_set_enabled (widget, "job.retry-selected",
                                 selected != NULL && aph_job_is_ended (selected));
  gtk_widget_action_set_enabled (widget, "job.remove-selected",
                                 selected != NULL && aph_job_is_ended (selected));
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
    { "job.cancel", "t", cancel_action },
    { "job.copy-answer", "t", copy_answer_action },
    { "job.copy-prompt", "t", copy_prompt_action },
    { "job.remove", "t", remove_action },
    { "job.retry", "t", retry_action },
    { "job.run-next", "t", run_next_action },
    { "job.cancel-selected", NULL, cancel_selected_action },
    { "job.remove-selected", NULL, remove_selected_action },
    { "job.retry-selected", NULL, retry_selected_action },
    { "queue.clear-ended", NULL, clear_ended_action },
    { "queue.pause", NULL, pause_action },
    { "queue.retry-failed", NULL, retry_failed_action },
    { "queue.start", NULL, start_action },
    { "queue.stop", NULL, stop_action },
    { "queue.toggle", NULL, toggle_action },
    { "win.back", NULL, focus_queue_action },
    { "win.choose-server", NULL, choose_server_action },
    { "win.focus-composer", NULL, focus_composer_action },
    { "win.focus-queue", NULL, focus_queue_action },
    { "win.open", NULL, open_action },
    { "win.retry-server", NULL, retry_server_action },
    { "win.send", NULL, send_action },
    { "win.show-answer", NULL, show_answer_action },
    { "win.show-side-by-side", NULL, show_side_by_side_action },
    { "win.try-demo", NULL, try_demo_action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);

  gtk_widget_class_install_property_action (widget_class, "win.sidebar", "sidebar-visible");
  gtk_widget_class_install_property_action (widget_class, "win.view", "view");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
}
