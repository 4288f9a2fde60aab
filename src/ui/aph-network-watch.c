/* aph-network-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-network-watch"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-network-watch.h"

struct _AphNetworkWatch
{
  GObject parent_instance;

  GNetworkMonitor *monitor;
  AphScheduler *scheduler;
  GCancellable *cancellable;  /* of the questions about the network as it is now */
};

/* Whether a server can be reached. */
typedef struct
{
  AphNetworkWatch *watch;     /* (owned) */
  AphLane *lane;              /* (owned) */
} Question;

G_DEFINE_FINAL_TYPE (AphNetworkWatch, aph_network_watch, G_TYPE_OBJECT)

static void
aph_network_watch_dispose (GObject *object)
{
  AphNetworkWatch *self = APH_NETWORK_WATCH (object);

  aph_network_watch_close (self);
  g_clear_object (&self->scheduler);

  G_OBJECT_CLASS (aph_network_watch_parent_class)->dispose (object);
}

static void
aph_network_watch_finalize (GObject *object)
{
  g_object_unref (APH_NETWORK_WATCH (object)->cancellable);

  G_OBJECT_CLASS (aph_network_watch_parent_class)->finalize (object);
}

static void
aph_network_watch_class_init (AphNetworkWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_network_watch_dispose;
  object_class->finalize = aph_network_watch_finalize;
}

static void
aph_network_watch_init (AphNetworkWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
question_free (Question *question)
{
  g_object_unref (question->watch);
  g_object_unref (question->lane);
  g_free (question);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Question *question = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_reached =
    g_network_monitor_can_reach_finish (G_NETWORK_MONITOR (source), result, &error);

  /* Of a name that cannot be looked up without a network nothing else is to be expected. */
  if (is_reached)
    aph_lane_probe_now (question->lane);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
           && aph_lane_get_state (question->lane) != APH_LANE_DOWN)
    {
      failure = aph_failure_new (APH_FAILURE_REFUSED, 0, _("There is no network to %s"),
                                 aph_server_get_url (aph_lane_get_server (question->lane)));
      aph_lane_report_absent (question->lane, failure);
    }
  question_free (question);
}

static void
ask (AphNetworkWatch *self,
     AphLane         *lane)
{
  const char *url = aph_server_get_url (aph_lane_get_server (lane));
  g_autoptr (GSocketConnectable) address = g_network_address_parse_uri (url, 0, NULL);
  Question *question;

  if (address == NULL)
    return;

  question = g_new0 (Question, 1);
  question->watch = g_object_ref (self);
  question->lane = g_object_ref (lane);
  g_network_monitor_can_reach_async (self->monitor, address, self->cancellable, asked_cb, question);
}

static void
changed_cb (AphNetworkWatch *self)
{
  GPtrArray *lanes = aph_scheduler_get_lanes (self->scheduler);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < lanes->len; i++)
    ask (self, g_ptr_array_index (lanes, i));
}

/**
 * aph_network_watch_new:
 * @monitor: what knows the network: g_network_monitor_get_default()
 * @scheduler: whose servers are looked for
 *
 * Returns: (transfer full): a watch
 */
AphNetworkWatch *
aph_network_watch_new (GNetworkMonitor *monitor,
                       AphScheduler    *scheduler)
{
  AphNetworkWatch *self;

  g_return_val_if_fail (G_IS_NETWORK_MONITOR (monitor), NULL);
  g_return_val_if_fail (APH_IS_SCHEDULER (scheduler), NULL);

  self = g_object_new (APH_TYPE_NETWORK_WATCH, NULL);
  self->monitor = g_object_ref (monitor);
  self->scheduler = g_object_ref (scheduler);
  g_signal_connect_swapped (monitor, "network-changed", G_CALLBACK (changed_cb), self);

  return self;
}

/**
 * aph_network_watch_close:
 * @self: a watch
 *
 * It does not look any more.
 */
void
aph_network_watch_close (AphNetworkWatch *self)
{
  g_return_if_fail (APH_IS_NETWORK_WATCH (self));

  if (self->monitor == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->monitor);
}
