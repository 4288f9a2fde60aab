/* aph-window-banners.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is the matter, and what can be done about it.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-format.h"
#include "ui/aph-start-page.h"
#include "ui/aph-ui.h"
#include "ui/aph-window-private.h"

static AphBanner *
show_banner (AdwBin     *place,
             const char *icon_name,
             const char *title,
             const char *body)
{
  AphBanner *banner = APH_BANNER (aph_ui_ensure_child (place, APH_TYPE_BANNER));

  aph_banner_show (banner, icon_name, title, body);

  return banner;
}

/**
 * aph_window_hide_banner:
 * @place: (nullable): where it is, if it was ever shown; %NULL when the window is gone
 */
void
aph_window_hide_banner (AdwBin *place)
{
  if (place != NULL && adw_bin_get_child (place) != NULL)
    aph_banner_hide (APH_BANNER (adw_bin_get_child (place)));
}

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
  AphBanner *banner;

  if (aph_connection_is_demo (connection))
    title = g_strdup (_("The demo server has ended"));
  else if (aph_failure_get_class (failure) == APH_FAILURE_REFUSED
           && aph_failure_get_status (failure) == 0)
    title = g_strdup_printf (_("No Ollama answers at %s"), host);
  else
    title = aph_format_failure_title (failure, NULL, url);

  banner = show_banner (self->banner, "aph-failed-symbolic", title, body);
  aph_banner_add_button (banner, _("_Choose Server"), "win.choose-server");
  aph_banner_add_button (banner, _("Try the _Demo"), "win.try-demo");
  aph_banner_add_button (banner, _("_Retry"), "win.retry-server");
}

static void
show_no_models (AphWindow     *self,
                AphConnection *connection)
{
  g_autofree char *host = aph_format_host (aph_connection_get_url (connection));
  g_autofree char *title = g_strdup_printf (_("No model is installed at %s"), host);
  AphBanner *banner;

  banner = show_banner (self->banner, "aph-failed-symbolic", title,
                        _("Pull one there, for example with “ollama pull llama3.2”. "
                          "It appears here by itself."));
  aph_banner_add_button (banner, _("_Choose Server"), "win.choose-server");
  aph_banner_add_button (banner, _("Try the _Demo"), "win.try-demo");
}

/* A server that asks for more than this is told of with the time, in milliseconds. */
#define LONG_REST 60000

static gint64
get_longest_rest (AphWindow *self)
{
  GPtrArray *lanes = aph_scheduler_get_lanes (aph_session_get_scheduler (self->session));
  gint64 longest = 0;

  for (guint i = 0; i < lanes->len; i++)
    longest = MAX (longest, aph_lane_get_rest (g_ptr_array_index (lanes, i)));

  return longest;
}

static char *
describe_rest (AphWindow *self)
{
  gint64 rest = get_longest_rest (self);
  g_autofree char *duration = NULL;

  if (rest < LONG_REST)
    return g_strdup (_("The prompts wait and go on by themselves. "
                       "If it happens often, send fewer at once."));

  duration = aph_format_duration (rest);

  return g_strdup_printf (_("It asks to be left alone for %s. The prompts wait and go on by "
                            "themselves then."), duration);
}

static void
show_resting (AphWindow     *self,
              AphConnection *connection)
{
  AphFailure *failure = aph_connection_get_failure (connection);
  g_autofree char *title =
    aph_format_failure_title (failure, NULL, aph_connection_get_url (connection));
  AphBanner *banner;

  g_autofree char *body = describe_rest (self);

  banner = show_banner (self->banner, "aph-waiting-symbolic", title, body);
  aph_banner_add_button (banner, _("_Try Now"), "win.retry-server");
}

static void
show_pause_reason (AphWindow  *self,
                   AphFailure *reason)
{
  const char *url = aph_connection_get_url (aph_session_get_connection (self->session));
  g_autofree char *title = aph_format_failure_title (reason, NULL, url);
  g_autofree char *remedy = aph_format_remedy (reason, NULL, url);
  AphBanner *banner;

  banner = show_banner (self->banner, "aph-pause-symbolic", title, remedy);
  aph_banner_add_button (banner, _("_Start"), "queue.start");
  aph_banner_add_button (banner, _("_Choose Server"), "win.choose-server");
}

static void
show_resume (AphWindow *self)
{
  guint n = aph_session_get_n_to_resume (self->session);
  g_autofree char *title = NULL;
  g_autofree char *button = NULL;
  AphBanner *banner;

  if (n == 0)
    {
      aph_window_hide_banner (self->resume_banner);
      return;
    }

  title = g_strdup_printf (ngettext ("%'u prompt waits since the last time",
                                     "%'u prompts wait since the last time", n), n);
  button = g_strdup_printf (ngettext ("_Resume %'u", "_Resume %'u", n), n);
  banner = show_banner (self->resume_banner, "aph-waiting-symbolic", title,
                        _("What was already answered is kept."));
  aph_banner_add_button (banner, button, "queue.resume");
}

static const char *
describe_store_error (const GError *error)
{
  if (error->domain != APH_STORE_ERROR)
    return _("The prompts cannot be saved");

  switch ((AphStoreError) error->code)
    {
    case APH_STORE_ERROR_DAMAGED:
      return _("The saved prompts are damaged");
    case APH_STORE_ERROR_NEWER:
      return _("The saved prompts are of a newer version");
    case APH_STORE_ERROR_LOCKED:
      return _("The saved prompts are in use by another instance");
    case APH_STORE_ERROR_FULL:
      return _("The disk is full: nothing more can be saved");
    case APH_STORE_ERROR_READ_ONLY:
      return _("The place for saved prompts cannot be written to");
    case APH_STORE_ERROR_FAILED:
    case APH_STORE_ERROR_IO:
    default:
      return _("The prompts cannot be saved");
    }
}

/* Something is wrong now, not only when it was opened. */
static gboolean
is_blocked (AphSession *session)
{
  return aph_store_get_error (aph_session_get_store (session)) != NULL;
}

static char *
describe_store_remedy (AphSession   *session,
                       const GError *error)
{
  const char *set_aside = aph_session_get_set_aside (session);

  if (!is_blocked (session) && set_aside != NULL)
    {
      g_autofree char *place = g_filename_display_name (set_aside);

      return g_strdup_printf (_("They were put aside, nothing of them was changed: %s"), place);
    }
  if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_FULL))
    return g_strdup (_("The queue pauses, nothing is lost. Make room, and it goes on by itself."));
  if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_LOCKED))
    return g_strdup (_("Close the other one; until then nothing is saved here."));

  if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_READ_ONLY))
    /* Translators: %s is a path, and what the system says */
    return g_strdup_printf (_("Make it writable, and it goes on by itself: %s"), error->message);
  if (g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED))
    return g_strdup (_("The queue pauses. Save what can be read of them, then start Antiphon "
                       "again."));

  /* Translators: %s is what SQLite says */
  return g_strdup_printf (_("The queue pauses, nothing is lost, and it is tried again every "
                            "second: %s"), error->message);
}

/* All is well but for some answers. */
static void
show_refusal (AphWindow *self)
{
  guint n_jobs;
  const GError *refusal = aph_store_get_refusal (aph_session_get_store (self->session), &n_jobs);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (refusal == NULL)
    {
      aph_window_hide_banner (self->store_banner);
      return;
    }

  title = g_strdup_printf (ngettext ("%'u prompt cannot be saved", "%'u prompts cannot be saved",
                                     n_jobs), n_jobs);
  /* Translators: %s is what SQLite says */
  body = g_strdup_printf (_("All others are saved. These stay until the window is closed, and can "
                            "be exported; it is tried again now and then: %s"), refusal->message);
  show_banner (self->store_banner, "aph-failed-symbolic", title, body);
}

static void
add_salvage_buttons (AphWindow *self,
                     AphBanner *banner)
{
  if (aph_store_get_salvageable (aph_session_get_store (self->session)) == NULL)
    return;

  if (!is_blocked (self->session))
    aph_banner_add_button (banner, _("_Forget It"), "win.forget-aside");
  aph_banner_add_button (banner, _("Save What Can Be _Read…"), "win.salvage");
}

static void
show_store_error (AphWindow *self)
{
  const GError *error = aph_session_get_store_error (self->session);
  g_autofree char *remedy = NULL;
  AphBanner *banner;

  if (error == NULL)
    {
      show_refusal (self);
      return;
    }

  remedy = describe_store_remedy (self->session, error);
  banner = show_banner (self->store_banner, "aph-failed-symbolic", describe_store_error (error),
                        self->salvaging != NULL ? _("What can be read is being saved.") : remedy);
  if (self->salvaging != NULL)
    aph_banner_add_button (banner, _("_Cancel"), "win.stop-salvage");
  else if (!is_blocked (self->session)
           || g_error_matches (error, APH_STORE_ERROR, APH_STORE_ERROR_DAMAGED))
    add_salvage_buttons (self, banner);
}

static void
show_demo (AphWindow *self,
           gboolean   is_demo)
{
  if (is_demo)
    show_banner (self->demo_banner, NULL, _("Demo: these replies are canned"), NULL);
  else
    aph_window_hide_banner (self->demo_banner);
  if (adw_bin_get_child (self->empty) != NULL)
    aph_start_page_set_demo (APH_START_PAGE (adw_bin_get_child (self->empty)), is_demo);
}

/**
 * aph_window_update_banners:
 * @self: a window
 *
 * Says what is the matter. Not at every tick: a button that is made anew cannot be pressed.
 */
void
aph_window_update_banners (AphWindow *self)
{
  AphConnection *connection = aph_session_get_connection (self->session);
  AphFailure *reason =
    aph_scheduler_get_pause_reason (aph_session_get_scheduler (self->session));

  show_demo (self, aph_connection_is_demo (connection));
  show_store_error (self);
  show_resume (self);

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
        aph_window_hide_banner (self->banner);
      break;
    case APH_HEALTH_UNKNOWN:
    default:
      aph_window_hide_banner (self->banner);
      break;
    }
}

/**
 * aph_window_update_suspect_bar:
 * @self: a window
 *
 * Where suspect answers are listed, offers to ask all of them again.
 */
void
aph_window_update_suspect_bar (AphWindow *self)
{
  AphBanner *banner;

  if (aph_queue_header_get_show (self->header) != APH_SHOW_SUSPECT)
    {
      aph_window_hide_banner (self->suspect_bar);
      return;
    }

  banner = show_banner (self->suspect_bar, "aph-suspect-symbolic",
                        _("These answers deserve a second look"),
                        _("They are cut short, empty or repeat themselves, or their prompt was "
                          "cut. All that are listed can be asked again:"));
  aph_banner_add_button (banner, _("Double _Context"), "queue.retry-listed-larger");
  aph_banner_add_button (banner, _("_Longer Answer"), "queue.retry-listed-longer");
  aph_banner_add_button (banner, _("No _Thinking"), "queue.retry-listed-unthinking");
}
