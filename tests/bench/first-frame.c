/* first-frame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "first-frame.h"
#include "measure.h"

/* After this long nothing happens any more. */
#define IDLE_MS 1500

/* The processor's time of all threads so far, in ms. */
static double
get_work (void)
{
  struct timespec spec;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spec);

  return spec.tv_sec * 1e3 + spec.tv_nsec / 1e6;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_print (" %.1f\n", measure_memory ("VmRSS:"));
  exit (0);
}

static void
after_paint_cb (GdkFrameClock *frame_clock,
                gpointer       user_data)
{
  const char *start = g_getenv (STARTED_AT);
  gint64 started_at = start != NULL ? g_ascii_strtoll (start, NULL, 10) : 0;

  if (GPOINTER_TO_INT (user_data))
    _exit (0);
  g_signal_handlers_disconnect_by_func (frame_clock, after_paint_cb, user_data);
  g_print ("%.1f %.1f", (g_get_monotonic_time () - started_at) / 1000.0, get_work ());
  g_timeout_add (IDLE_MS, quit_cb, NULL);
}

static void
watch_frames_cb (GtkWidget *window,
                 gpointer   user_data)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                    G_CALLBACK (after_paint_cb), user_data);
}

static void
window_added_cb (GtkApplication *application,
                 GtkWindow      *window,
                 gpointer        user_data)
{
  g_signal_connect_after (window, "realize", G_CALLBACK (watch_frames_cb), user_data);
}

/*
 * first_frame_watch:
 * @application: what is about to be run
 * @ends_with_frame: for a profiler, that the process ends with its first frame
 *
 * Prints how many ms after %STARTED_AT the first frame was there, how many ms the processor has
 * worked until then, and how many MiB are taken a while later; then the process ends.
 */
void
first_frame_watch (GtkApplication *application,
                   gboolean        ends_with_frame)
{
  g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb),
                    GINT_TO_POINTER (ends_with_frame));
}
