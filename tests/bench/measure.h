/* measure.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What several benchmarks measure.
 */

#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

/* What this thread has computed so far, µs. */
static inline gint64
measure_computed (void)
{
  struct timespec used;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);

  return used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

/* Resident memory, MiB: "VmRSS:" is what there is now, "VmHWM:" the most there ever was. */
static inline double
measure_memory (const char *field)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, field);

  return line != NULL ? g_ascii_strtoull (line + strlen (field), NULL, 10) / 1024.0 : 0;
}

/* One line of a table. Returns: whether the target is met. */
static inline gboolean
measure_report (const char *what,
                double      value,
                const char *unit,
                double      target)
{
  gboolean is_met = value <= target;

  printf ("%-48s %9.1f %-4s (target %g) %s\n", what, value, unit, target, is_met ? "" : "MISSED");
  fflush (stdout);

  return is_met;
}
