/* pump.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "pump.h"

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition holds; FALSE if it did not within the time. */
gboolean
pump_until (PumpCondition condition,
            gpointer      user_data,
            guint         milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  guint waker = g_timeout_add (5, wake_cb, NULL);
  gboolean holds;

  while (!(holds = condition (user_data)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);

  return holds;
}

/* The same, for as long as nothing takes that works; valgrind makes all of it slower. */
gboolean
pump_long (PumpCondition condition,
           gpointer      user_data)
{
  return pump_until (condition, user_data, g_getenv ("ANTIPHON_VALGRIND") != NULL ? 100000 : 20000);
}

static gboolean
never (gpointer user_data)
{
  return FALSE;
}

void
pump_for (guint milliseconds)
{
  pump_until (never, NULL, milliseconds);
}

gboolean
is_finalized (gpointer weak_pointer)
{
  return *(gpointer *) weak_pointer == NULL;
}
