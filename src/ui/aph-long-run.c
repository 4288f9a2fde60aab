/* aph-long-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-long-run"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-long-run.h"

/* How often the dock hears of it, in milliseconds. */
#define TELL_DOCK_INTERVAL 500

/* A screen reader hears of a run no more often than this, in seconds, and of its end. */
#define ANNOUNCE_INTERVAL 30

#define NOTIFICATION "run-ended"

/* Who waits no longer than this, in seconds, has not gone away. */
#define LONG_ENOUGH 30

struct _AphLongRun
{
  GObject parent_instance;

  GtkApplication *application;  /* (nullable) until it is closed */
  AphSession *session;
  guint counts[APH_JOB_N_STATES]; /* how the jobs of this run have ended */
  gint64 announced_at;          /* monotonic, in microseconds */
  gint64 started_at;            /* of this run, monotonic, in microseconds; 0 before */
  guint inhibit_cookie;         /* 0: the desktop may suspend */
  gboolean is_held;             /* the application lives without a window */
  guint tell_dock;              /* until the dock is told */
  gboolean has_notified;        /* a notification of the last run may still be there */
  gboolean is_in_dock;          /* a progress is shown there */
};

G_DEFINE_FINAL_TYPE (AphLongRun, aph_long_run, G_TYPE_OBJECT)

static AphScheduler *
get_scheduler (AphLongRun *self)
{
  return aph_session_get_scheduler (self->session);
}

/* What waits from an earlier time waits for the user. */
static guint
count_left (AphLongRun *self)
{
  guint n_active = aph_session_get_n_active (self->session);
  guint n_to_resume = aph_session_get_n_to_resume (self->session);

  return n_active > n_to_resume ? n_active - n_to_resume : 0;
}

/* Whether there is something left to do that will be done without the user. */
static gboolean
is_busy (AphLongRun *self)
{
  return aph_scheduler_get_n_running (get_scheduler (self)) > 0
         || (count_left (self) > 0 && !aph_session_get_paused (self->session));
}

static guint
count_ended (AphLongRun *self)
{
  return self->counts[APH_JOB_DONE] + self->counts[APH_JOB_FAILED]
         + self->counts[APH_JOB_CANCELLED];
}

/* Suspending */

static void
update_inhibit (AphLongRun *self)
{
  gboolean is_running = aph_scheduler_get_n_running (get_scheduler (self)) > 0;

  if (is_running && self->inhibit_cookie == 0)
    self->inhibit_cookie =
      gtk_application_inhibit (self->application,
                               gtk_application_get_active_window (self->application),
                               GTK_APPLICATION_INHIBIT_SUSPEND, _("Prompts are being answered"));
  else if (!is_running && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

/* In the background */

/* The desktop ends what is in a sandbox and has no window, unless it was asked. Where there is no
 * portal, nothing has to be asked. */
static void
call_portal (AphLongRun *self,
             const char *method,
             GVariant   *parameters)
{
  GDBusConnection *connection =
    g_application_get_dbus_connection (G_APPLICATION (self->application));

  g_variant_ref_sink (parameters);
  if (connection != NULL)
    g_dbus_connection_call (connection, "org.freedesktop.portal.Desktop",
                            "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Background",
                            method, parameters, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                            NULL, NULL, NULL);
  g_variant_unref (parameters);
}

static void
tell_background (AphLongRun *self)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "reason",
                         g_variant_new_string (_("Prompts are answered while the window is "
                                                 "closed.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));
  call_portal (self, "RequestBackground", g_variant_new ("(sa{sv})", "", &options));

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "message",
                         g_variant_new_string (_("Prompts are being answered")));
  call_portal (self, "SetStatus", g_variant_new ("(a{sv})", &options));
}

static gboolean
has_window (AphLongRun *self)
{
  return gtk_application_get_windows (self->application) != NULL;
}

static void
update_hold (AphLongRun *self)
{
  gboolean is_wanted = is_busy (self)
    && aph_settings_get_run_in_background (aph_session_get_settings (self->session));

  if (is_wanted && !self->is_held)
    g_application_hold (G_APPLICATION (self->application));
  else if (!is_wanted && self->is_held)
    g_application_release (G_APPLICATION (self->application));
  self->is_held = is_wanted;
}

static void
window_removed_cb (AphLongRun *self)
{
  if (self->is_held && !has_window (self))
    tell_background (self);
}

/* The dock */

static void
emit_progress (AphLongRun *self,
               gboolean    is_visible)
{
  GDBusConnection *connection =
    g_application_get_dbus_connection (G_APPLICATION (self->application));
  guint n_ended = count_ended (self);
  guint n_all = n_ended + count_left (self);
  GVariantBuilder properties;

  if (connection == NULL)
    return;

  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", "progress",
                         g_variant_new_double (n_all > 0 ? (double) n_ended / n_all : 0));
  g_variant_builder_add (&properties, "{sv}", "progress-visible",
                         g_variant_new_boolean (is_visible));
  g_dbus_connection_emit_signal (connection, NULL, APH_APP_PATH,
                                 "com.canonical.Unity.LauncherEntry", "Update",
                                 g_variant_new ("(sa{sv})", "application://" APH_APP_ID ".desktop",
                                                &properties), NULL);
  self->is_in_dock = is_visible;
}

static gboolean
tell_dock_cb (gpointer user_data)
{
  AphLongRun *self = APH_LONG_RUN (user_data);
  gboolean busy = is_busy (self);

  self->tell_dock = 0;
  if (busy || self->is_in_dock)
    emit_progress (self, busy);

  return G_SOURCE_REMOVE;
}

static void
tell_dock_soon (AphLongRun *self)
{
  if (self->tell_dock == 0)
    self->tell_dock = g_timeout_add (TELL_DOCK_INTERVAL, tell_dock_cb, self);
}

/* The end */

static gboolean
is_looked_at (AphLongRun *self)
{
  for (GList *link = gtk_application_get_windows (self->application); link != NULL;
       link = link->next)
    if (gtk_window_is_active (link->data))
      return TRUE;

  return FALSE;
}

/* Takes @part. */
static void
take_part (GString *text,
           guint    count,
           char    *part)
{
  if (count > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
  g_free (part);
}

static char *
describe_end (AphLongRun *self)
{
  GString *text = g_string_new (NULL);
  guint n_done = self->counts[APH_JOB_DONE];
  guint n_failed = self->counts[APH_JOB_FAILED];
  guint n_cancelled = self->counts[APH_JOB_CANCELLED];

  take_part (text, n_done, g_strdup_printf (_("%'u done"), n_done));
  take_part (text, n_failed, g_strdup_printf (_("%'u failed"), n_failed));
  take_part (text, n_cancelled, g_strdup_printf (_("%'u cancelled"), n_cancelled));

  return g_string_free (text, FALSE);
}

/* Says it to who looks at a window. Others get the notification. */
static void
announce (AphLongRun *self,
          const char *text)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  if (window != NULL && gtk_window_is_active (window))
    aph_announce (GTK_WIDGET (window), text);
  self->announced_at = g_get_monotonic_time ();
}

static void
announce_progress (AphLongRun *self)
{
  guint n_ended = count_ended (self);
  guint n_all = n_ended + count_left (self);
  g_autofree char *text = NULL;

  if (g_get_monotonic_time () - self->announced_at < ANNOUNCE_INTERVAL * G_USEC_PER_SEC
      || n_ended == 0 || n_ended == n_all)
    return;

  text = g_strdup_printf (_("%'u of %'u done"), n_ended, n_all);
  announce (self, text);
}

static void
announce_end (AphLongRun *self)
{
  g_autofree char *counts = NULL;
  g_autofree char *text = NULL;

  if (count_ended (self) == 0)
    return;

  counts = describe_end (self);
  text = g_strdup_printf ("%s: %s", _("All prompts have ended"), counts);
  announce (self, text);
}

static void
notify_end (AphLongRun *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_("All prompts have ended"));
  g_autofree char *body = describe_end (self);

  g_notification_set_body (notification, body);
  if (self->counts[APH_JOB_FAILED] > 0)
    g_notification_add_button (notification, _("Show Failures"), "app.show-failures");
  g_notification_add_button (notification, _("Export…"), "app.export");
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION, notification);
  self->has_notified = TRUE;
}

static gboolean
is_news (AphLongRun *self)
{
  gint64 lasted = g_get_monotonic_time () - self->started_at;

  /* What the user has cancelled is none. */
  if (self->counts[APH_JOB_DONE] + self->counts[APH_JOB_FAILED] == 0)
    return FALSE;

  return !has_window (self) || (lasted > LONG_ENOUGH * G_USEC_PER_SEC && !is_looked_at (self));
}

static void
idle_cb (AphLongRun *self)
{
  /* Whoever feeds the scheduler has more. */
  if (is_busy (self))
    return;

  if (is_news (self))
    notify_end (self);
  announce_end (self);
  self->started_at = 0;
  tell_dock_soon (self);
  memset (self->counts, 0, sizeof self->counts);
  update_inhibit (self);
  update_hold (self);
}

static void
job_advanced_cb (AphLongRun *self,
                 AphJob     *job,
                 int         old_state)
{
  if (aph_job_is_ended (job))
    self->counts[aph_job_get_state (job)]++;
  else if (aph_job_get_state (job) == APH_JOB_SENT && self->started_at == 0)
    self->started_at = self->announced_at = g_get_monotonic_time ();
  /* What the last run has come to is old. */
  if (aph_job_get_state (job) == APH_JOB_SENT && self->has_notified)
    {
      g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION);
      self->has_notified = FALSE;
    }

  update_inhibit (self);
  /* When the last one has ended there is still something to tell: see idle_cb(). */
  if (is_busy (self))
    update_hold (self);
  tell_dock_soon (self);
  announce_progress (self);
}

static void
paused_changed_cb (AphLongRun *self)
{
  update_inhibit (self);
  update_hold (self);
  tell_dock_soon (self);
}

static void
aph_long_run_dispose (GObject *object)
{
  AphLongRun *self = APH_LONG_RUN (object);

  aph_long_run_close (self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aph_long_run_parent_class)->dispose (object);
}

static void
aph_long_run_class_init (AphLongRunClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aph_long_run_dispose;
}

static void
aph_long_run_init (AphLongRun *self)
{
}

/**
 * aph_long_run_new:
 * @application: what the desktop knows us as; it has the actions "show-failures" and "export"
 * @session: whose prompts run
 *
 * Returns: (transfer full): what tells the desktop
 */
AphLongRun *
aph_long_run_new (GtkApplication *application,
                  AphSession     *session)
{
  AphScheduler *scheduler;
  AphLongRun *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (APH_IS_SESSION (session), NULL);

  self = g_object_new (APH_TYPE_LONG_RUN, NULL);
  self->application = application;
  self->session = g_object_ref (session);
  scheduler = get_scheduler (self);
  g_signal_connect_swapped (scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), self);
  g_signal_connect_swapped (scheduler, "paused-changed", G_CALLBACK (paused_changed_cb), self);
  g_signal_connect_swapped (scheduler, "idle", G_CALLBACK (idle_cb), self);
  g_signal_connect_swapped (aph_session_get_settings (session), "notify::run-in-background",
                            G_CALLBACK (update_hold), self);
  g_signal_connect_swapped (application, "window-removed", G_CALLBACK (window_removed_cb), self);

  return self;
}

/**
 * aph_long_run_close:
 * @self: what tells the desktop
 *
 * The application ends: the desktop may suspend, and the dock shows nothing.
 */
void
aph_long_run_close (AphLongRun *self)
{
  g_return_if_fail (APH_IS_LONG_RUN (self));

  if (self->application == NULL)
    return;

  g_signal_handlers_disconnect_by_data (get_scheduler (self), self);
  g_signal_handlers_disconnect_by_data (aph_session_get_settings (self->session), self);
  g_signal_handlers_disconnect_by_data (self->application, self);
  g_clear_handle_id (&self->tell_dock, g_source_remove);
  if (self->is_in_dock)
    emit_progress (self, FALSE);
  if (self->inhibit_cookie != 0)
    gtk_application_uninhibit (self->application, self->inhibit_cookie);
  self->inhibit_cookie = 0;
  if (self->is_held)
    g_application_release (G_APPLICATION (self->application));
  self->is_held = FALSE;
  self->application = NULL;
}
