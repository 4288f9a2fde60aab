/* aph-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-format.h"
#include "ui/aph-window-private.h"

/* A rate that changes faster than this cannot be read. */
#define RATE_US (500 * 1000)

enum
{
  PROP_0,
  PROP_SIDEBAR_VISIBLE,
  PROP_VIEW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphWindow, aph_window, ADW_TYPE_APPLICATION_WINDOW)

/* What happened is said */

/**
 * aph_window_say:
 * @self: a window
 * @text: a sentence
 *
 * Says it without asking for an answer.
 */
void
aph_window_say (AphWindow  *self,
                const char *text)
{
  /* The title of a toast is markup. */
  g_autofree char *title = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}

/* What an undo needs; the toast may outlive the window. */
typedef struct
{
  AphSession *session;
  AphRemoval removal;
} Undo;

static void
undo_free (gpointer  data,
           GClosure *closure)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  g_free (undo);
}

static void
undo_cb (AdwToast *toast,
         gpointer  user_data)
{
  Undo *undo = user_data;

  aph_session_restore (undo->session, undo->removal);
  adw_toast_dismiss (toast);
}

/**
 * aph_window_offer_undo:
 * @self: a window
 * @removal: what was removed from the session
 */
void
aph_window_offer_undo (AphWindow *self,
                       AphRemoval removal)
{
  g_autofree char *text = NULL;
  AdwToast *toast;
  Undo *undo;

  if (removal.n_jobs == 0)
    return;

  text = g_strdup_printf (ngettext ("%'u prompt removed", "%'u prompts removed", removal.n_jobs),
                          removal.n_jobs);
  undo = g_new0 (Undo, 1);
  undo->session = g_object_ref (self->session);
  undo->removal = removal;

  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), undo, undo_free, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The banner */

static void
show_down (AphWindow     *self,
           AphConnection *connection)
{
  AphFailure *failure = aph_connection_get_failure (connection);
  const char *url = aph_connection_get_url (connection);
  g_autofree char *host = aph_format_host (url);
  g_autofree char *title = NULL;
  g_autofree char *remedy = aph_format_remedy (failure, NULL, url);
  g_autofree char *body = g_strdup_printf ("%s %s", remedy, _("Prompts wait until it is back."));

  if (aph_connection_is_demo (connection))
    title = g_strdup (_("The demo server has ended"));
  else if (aph_failure_get_class (failure) == APH_FAILURE_REFUSED)
    title = g_strdup_printf (_("No Ollama answers at %s"), host);
  else
    title = aph_format_failure_title (failure, NULL, url);

  aph_banner_show (self->banner, "aph-failed-symbolic", title, body);
  aph_banner_add_button (self->banner, _("_Choose Server"), "win.choose-server");
  aph_banner_add_button (self->banner, _("Try the _Demo"), "win.try-demo");
  aph_banner_add_button (self->banner, _("_Retry"), "win.retry-server");
}

static void
show_no_models (AphWindow     *self,
                AphConnection *connection)
{
  g_autofree char *host = aph_format_host (aph_connection_get_url (connection));
  g_autofree char *title = g_strdup_printf (_("No model is installed at %s"), host);

  aph_banner_show (self->banner, "aph-failed-symbolic", title,
                   _("Pull one there, for example with “ollama pull llama3.2”. "
                     "It appears here by itself."));
  aph_banner_add_button (self->banner, _("_Choose Server"), "win.choose-server");
  aph_banner_add_button (self->banner, _("Try the _Demo"), "win.try-demo");
}

static void
show_resting (AphWindow     *self,
              AphConnection *connection)
{
  AphFailure *failure = aph_connection_get_failure (connection);
  g_autofree char *title =
    aph_format_failure_title (failure, NULL, aph_connection_get_url (connection));

  aph_banner_show (self->banner, "aph-waiting-symbolic", title,
                   _("The prompts wait and go on by themselves. "
                     "If it happens often, send fewer at once."));
}

static void
show_pause_reason (AphWindow  *self,
                   AphFailure *reason)
{
  const char *url = aph_connection_get_url (aph_session_get_connection (self->session));
  g_autofree char *title = aph_format_failure_title (reason, NULL, url);
  g_autofree char *remedy = aph_format_remedy (reason, NULL, url);

  aph_banner_show (self->banner, "aph-pause-symbolic", title, remedy);
  aph_banner_add_button (self->banner, _("_Start"), "queue.start");
  aph_banner_add_button (self->banner, _("_Choose Server"), "win.choose-server");
}

/* Not at every tick: a button that is made anew cannot be pressed. */
static void
update_banners (AphWindow *self)
{
  AphConnection *connection = aph_session_get_connection (self->session);
  AphFailure *reason =
    aph_scheduler_get_pause_reason (aph_session_get_scheduler (self->session));

  if (aph_connection_is_demo (connection))
    aph_banner_show (self->demo_banner, NULL, _("Demo: these replies are canned"), NULL);
  else
    aph_banner_hide (self->demo_banner);
  gtk_widget_set_visible (self->demo_button, !aph_connection_is_demo (connection));

  switch (aph_connection_get_health (connection))
    {
    case APH_HEALTH_DOWN:
      show_down (self, connection);
      break;
    case APH_HEALTH_NO_MODELS:
      show_no_models (self, connection);
      break;
    case APH_HEALTH_RESTING:
      show_resting (self, connection);
      break;
    case APH_HEALTH_READY:
      if (reason != NULL)
        show_pause_reason (self, reason);
      else
        aph_banner_hide (self->banner);
      break;
    case APH_HEALTH_UNKNOWN:
    default:
      aph_banner_hide (self->banner);
      break;
    }
}

/* What is counted and how fast it goes */

static void
update_title (AphWindow *self)
{
  g_autofree char *counts =
    aph_format_counts (aph_session_get_counts (self->session),
                       aph_session_get_token_rate (self->session),
                       aph_connection_get_loading (aph_session_get_connection (self->session)));

  adw_window_title_set_subtitle (self->title, counts);
  self->rate_shown_at = g_get_monotonic_time ();
}

static void
update_pages (AphWindow *self)
{
  guint n_jobs = g_list_model_get_n_items (aph_session_get_jobs (self->session));
  g_autofree char *subtitle = NULL;

  subtitle = g_strdup_printf (ngettext ("%'u prompt", "%'u prompts", n_jobs), n_jobs);
  adw_window_title_set_subtitle (self->sidebar_title, n_jobs > 0 ? subtitle : "");
  gtk_stack_set_visible_child_name (self->queue_stack, n_jobs > 0 ? "list" : "empty");

  if (n_jobs == 0)
    gtk_stack_set_visible_child_name (self->stack, "empty");
  else
    gtk_stack_set_visible_child_name (self->stack, self->view == APH_VIEW_ANSWER
                                                     ? "answer" : "side-by-side");
}

static void
update_run_button (AphWindow *self)
{
  gboolean is_paused = aph_session_get_paused (self->session);
  guint n_waiting = aph_session_get_counts (self->session)[APH_JOB_WAITING];
  GtkWidget *button = GTK_WIDGET (self->run_button);

  gtk_button_set_icon_name (self->run_button,
                            is_paused ? "aph-start-symbolic" : "aph-pause-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button),
                                  is_paused ? "queue.start" : "queue.pause");
  gtk_widget_set_tooltip_text (button, is_paused ? _("Start sending (Ctrl+P)")
                                                 : _("Pause: nothing new is sent (Ctrl+P)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_paused ? _("Start") : _("Pause"), -1);
  if (is_paused && n_waiting > 0)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

static void
update (AphWindow *self)
{
  self->revision = aph_session_get_revision (self->session);
  update_title (self);
  update_pages (self);
  update_run_button (self);
  aph_window_update_actions (self);
}

static void
tick_cb (AphWindow *self)
{
  if (aph_session_get_revision (self->session) != self->revision)
    update (self);
  else if (g_get_monotonic_time () - self->rate_shown_at >= RATE_US)
    update_title (self);
}

/* What is shown */

/**
 * aph_window_set_view:
 * @self: a window
 * @view: how answers are to be shown, now and when there are some
 */
void
aph_window_set_view (AphWindow *self,
                     AphView    view)
{
  if (self->view == view)
    return;

  self->view = view;
  if (self->session != NULL)
    {
      aph_settings_set_view (aph_session_get_settings (self->session), view);
      update_pages (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

/**
 * aph_window_show_queued:
 * @self: a window
 * @position: of the first job that was just queued
 *
 * Shows what the user has just sent: one answer, or several side by side.
 */
void
aph_window_show_queued (AphWindow *self,
                        guint      position)
{
  GListModel *jobs = aph_session_get_jobs (self->session);
  guint n_jobs = g_list_model_get_n_items (jobs);
  g_autoptr (AphJob) first = g_list_model_get_item (jobs, position);

  if (first == NULL)
    return;

  update (self);
  aph_queue_list_select (self->queue, first);
  if (n_jobs - position > 1)
    aph_window_set_view (self, APH_VIEW_SIDE_BY_SIDE);
}

static void
selected_cb (AphWindow *self,
             AphJob    *job)
{
  aph_answer_view_set_job (self->answer, job);
  aph_window_update_actions (self);
}

/* Who walks through the list reads along, where there is room for both. */
static void
chosen_cb (AphWindow *self,
           AphJob    *job)
{
  aph_window_set_view (self, APH_VIEW_ANSWER);
}

static void
opened_cb (AphWindow *self,
           AphJob    *job)
{
  aph_queue_list_select (self->queue, job);
  aph_window_set_view (self, APH_VIEW_ANSWER);

  /* It takes the focus along, so only where the other page is out of sight. */
  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
folded_cb (AphWindow *self)
{
  gboolean is_folded = adw_leaflet_get_folded (self->leaflet);

  gtk_widget_set_visible (self->back_button, is_folded);
  gtk_widget_set_visible (self->stop_button, !is_folded);
  aph_window_update_actions (self);
}

static void
demo_failed_cb (AphWindow  *self,
                const char *message)
{
  aph_window_say (self, message);
}

/* Who comes back from a terminal has perhaps started the server, or pulled a model. */
static void
is_active_cb (AphWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)))
    aph_connection_refresh (aph_session_get_connection (self->session));
}

/* Closing */

static void
close_confirmed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;

  if (!aph_confirm_finish (result, NULL))
    return;

  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
ask_before_close (AphWindow *self)
{
  guint n_active = aph_session_get_n_active (self->session);
  g_autofree char *heading = NULL;

  heading = g_strdup_printf (ngettext ("%'u prompt is still running or waiting",
                                       "%'u prompts are still running or waiting", n_active),
                             n_active);
  aph_confirm_async (GTK_WINDOW (self), heading,
                     _("If you quit now, they are cancelled and their answers are lost."),
                     _("_Keep Running"), _("_Quit"), self->cancellable,
                     close_confirmed_cb, g_object_ref (self));
}

static void
save_size (AphWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  aph_settings_set_window (aph_session_get_settings (self->session), width, height,
                           gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
aph_window_close_request (GtkWindow *window)
{
  AphWindow *self = APH_WINDOW (window);

  if (!self->may_close && aph_session_get_n_active (self->session) > 0)
    {
      ask_before_close (self);
      return TRUE;
    }

  save_size (self);
  g_cancellable_cancel (self->cancellable);

  return GTK_WINDOW_CLASS (aph_window_parent_class)->close_request (window);
}

static void
aph_window_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  AphWindow *self = APH_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR_VISIBLE:
      g_value_set_boolean (value, gtk_widget_get_visible (self->sidebar));
      break;
    case PROP_VIEW:
      g_value_set_enum (value, self->view);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_window_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  AphWindow *self = APH_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR_VISIBLE:
      gtk_widget_set_visible (self->sidebar, g_value_get_boolean (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_VIEW:
      aph_window_set_view (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_window_dispose (GObject *object)
{
  AphWindow *self = APH_WINDOW (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (aph_session_get_clock (self->session), self);
      g_signal_handlers_disconnect_by_data (aph_session_get_connection (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_WINDOW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aph_window_parent_class)->dispose (object);
}

static void
aph_window_finalize (GObject *object)
{
  AphWindow *self = APH_WINDOW (object);

  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (aph_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (APH_TYPE_ANSWER_VIEW);
  g_type_ensure (APH_TYPE_BANNER);
  g_type_ensure (APH_TYPE_COMPOSER);
  g_type_ensure (APH_TYPE_QUEUE_LIST);
  g_type_ensure (APH_TYPE_WALL);

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AphWindow, answer);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, composer);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, content);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, demo_banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, demo_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, queue);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, queue_stack);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, run_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, sidebar_title);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, stop_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, wall);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_update_actions);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
aph_window_class_init (AphWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = aph_window_dispose;
  object_class->finalize = aph_window_finalize;
  object_class->get_property = aph_window_get_property;
  object_class->set_property = aph_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = aph_window_close_request;

  properties[PROP_SIDEBAR_VISIBLE] =
    g_param_spec_boolean ("sidebar-visible", NULL, NULL, TRUE, flags);
  properties[PROP_VIEW] =
    g_param_spec_enum ("view", NULL, NULL, APH_TYPE_VIEW, APH_VIEW_ANSWER, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  aph_window_class_add_actions (widget_class);
  aph_window_class_add_export_actions (widget_class);
}

static void
aph_window_init (AphWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aph_window_add_drop_target (self);
  if (g_str_equal (APH_PROFILE, "devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

static void
set_session (AphWindow  *self,
             AphSession *session)
{
  AphRefreshClock *clock = aph_session_get_clock (session);
  AphConnection *connection = aph_session_get_connection (session);
  AphSettings *settings = aph_session_get_settings (session);
  int width, height;
  gboolean is_maximized;

  self->session = g_object_ref (session);
  aph_composer_set_session (self->composer, session);
  aph_queue_list_set_jobs (self->queue, aph_session_get_jobs (session), clock);
  aph_answer_view_set_clock (self->answer, clock);
  g_object_bind_property (settings, "raw-answers", self->answer, "raw",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  aph_wall_set_clock (self->wall, clock);
  aph_wall_set_model (self->wall, aph_session_get_wall (session));

  aph_settings_get_window (settings, &width, &height, &is_maximized);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (is_maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  aph_window_set_view (self, aph_settings_get_view (settings));

  g_signal_connect_swapped (clock, "tick", G_CALLBACK (tick_cb), self);
  g_signal_connect_swapped (connection, "changed", G_CALLBACK (update_banners), self);
  g_signal_connect_swapped (connection, "demo-failed", G_CALLBACK (demo_failed_cb), self);
  g_signal_connect_swapped (session, "notify::paused", G_CALLBACK (update_banners), self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
  update (self);
  update_banners (self);
}

/**
 * aph_window_new:
 * @application: (nullable): the application
 * @session: what is shown
 *
 * Returns: (transfer none): a window; it lives until it is closed
 */
AphWindow *
aph_window_new (GtkApplication *application,
                AphSession     *session)
{
  AphWindow *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (APH_IS_SESSION (session), NULL);

  self = g_object_new (APH_TYPE_WINDOW, "application", application, NULL);
  set_session (self, session);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));

  return self;
}
