/* test-network-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>

#include <adwaita.h>

#include "gui-init.h"
#include "gui-session.h"
#include "pump.h"
#include "ui/aph-network-watch.h"

/* A network that the test takes away and gives back. */
#define FAKE_TYPE_NETWORK (fake_network_get_type ())
G_DECLARE_FINAL_TYPE (FakeNetwork, fake_network, FAKE, NETWORK, GObject)

struct _FakeNetwork
{
  GObject parent_instance;

  gboolean is_there;
};

static void fake_network_init_monitor (GNetworkMonitorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeNetwork, fake_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, NULL)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                      fake_network_init_monitor))

enum
{
  PROP_0,
  PROP_NETWORK_AVAILABLE,
  PROP_NETWORK_METERED,
  PROP_CONNECTIVITY,
};

static void
fake_network_can_reach_async (GNetworkMonitor     *monitor,
                              GSocketConnectable  *connectable,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (monitor, cancellable, callback, user_data);

  if (FAKE_NETWORK (monitor)->is_there)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "no network");
}

static gboolean
fake_network_can_reach_finish (GNetworkMonitor  *monitor,
                               GAsyncResult     *result,
                               GError          **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_network_init_monitor (GNetworkMonitorInterface *iface)
{
  iface->can_reach_async = fake_network_can_reach_async;
  iface->can_reach_finish = fake_network_can_reach_finish;
}

static void
fake_network_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (prop_id == PROP_CONNECTIVITY)
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
  else
    g_value_set_boolean (value, FAKE_NETWORK (object)->is_there);
}

static void
fake_network_class_init (FakeNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_network_get_property;
  g_object_class_override_property (object_class, PROP_NETWORK_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_NETWORK_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
fake_network_init (FakeNetwork *self)
{
  self->is_there = TRUE;
}

static void
change (FakeNetwork *self,
        gboolean     is_there)
{
  self->is_there = is_there;
  g_signal_emit_by_name (self, "network-changed", is_there);
}

static gboolean
is_down (gpointer data)
{
  return aph_connection_get_health (aph_session_get_connection (data)) == APH_HEALTH_DOWN;
}

/* Prompts wait while there is no network, none is lost, and they go on when it is back. */
static void
test_loss (void)
{
  GuiSession gui;
  g_autoptr (FakeNetwork) network = g_object_new (FAKE_TYPE_NETWORK, NULL);
  g_autoptr (AphNetworkWatch) watch = NULL;
  AphJob *job;

  gui_session_start (&gui, "--model", "m:latest=tokens=3", NULL);
  watch = aph_network_watch_new (G_NETWORK_MONITOR (network),
                                 aph_session_get_scheduler (gui.session));

  /* As if it were behind the network that is lost. */
  g_subprocess_send_signal (gui.sim, SIGSTOP);
  change (network, FALSE);
  assert_eventually (is_down, gui.session);
  gui_session_queue (&gui, "m:latest", "are you there?");
  pump_for (200);
  job = gui_session_get_job (&gui, 0);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_WAITING);

  g_subprocess_send_signal (gui.sim, SIGCONT);
  change (network, TRUE);
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpint (aph_job_get_state (job), ==, APH_JOB_DONE);
  assert_eventually (gui_session_is_ready, &gui);

  aph_network_watch_close (watch);
  change (network, FALSE);
  pump_for (50);
  g_assert_true (gui_session_is_ready (&gui));
  gui_session_stop (&gui);
}

/* What is on its way is left alone. */
static void
test_running (void)
{
  GuiSession gui;
  g_autoptr (FakeNetwork) network = g_object_new (FAKE_TYPE_NETWORK, NULL);
  g_autoptr (AphNetworkWatch) watch = NULL;

  gui_session_start (&gui, "--model", "m:latest=tokens=24,rate=8", NULL);
  watch = aph_network_watch_new (G_NETWORK_MONITOR (network),
                                 aph_session_get_scheduler (gui.session));
  gui_session_queue (&gui, "m:latest", "a long one");
  assert_eventually (gui_session_is_streaming, &gui);
  change (network, FALSE);
  assert_eventually (gui_session_is_idle, &gui);
  g_assert_cmpint (aph_job_get_state (gui_session_get_job (&gui, 0)), ==, APH_JOB_DONE);
  gui_session_stop (&gui);
}

int
main (int    argc,
      char **argv)
{
  gui_init (&argc, &argv);

  g_test_add_func ("/network-watch/loss", test_loss);
  g_test_add_func ("/network-watch/running", test_running);

  return g_test_run ();
}
