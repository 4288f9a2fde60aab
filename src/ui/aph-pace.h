/* aph-pace.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-speedup.h"

G_BEGIN_DECLS

/**
 * AphPace:
 *
 * How fast a run goes, from looking now and then at how many jobs are in which state. A run begins
 * when something is sent while nothing was in flight, and goes on over pauses until nothing waits
 * and nothing runs. All zero before the first look. No clock of its own, so that it can be tested.
 */
typedef struct
{
  gint64   looked_at;      /* microseconds, as it was given; 0 before the first look */
  guint    n_running;      /* at that time, like the one below */
  guint    n_ended_before;
  gboolean is_over;        /* the run that the figures are of */
  guint64  n_ended;        /* in this run */
  gint64   busy_us;        /* while at least one was in flight */
  gint64   idle_us;        /* since nothing is in flight; a pause once something is again */
  AphSpeedup speedup;      /* of what was sent in this run */
  gint64   ended_at_us;    /* the busy time when the last one ended */
} AphPace;

void   aph_pace_add          (AphPace     *self,
                              AphJob      *job,
                              gint64       now);
void   aph_pace_look         (AphPace     *self,
                              const guint  counts[APH_JOB_N_STATES],
                              gint64       now);
double aph_pace_get_busy_ms  (const AphPace *self);
double aph_pace_get_left_ms  (const AphPace *self,
                              guint        n_left);
double aph_pace_get_speedup  (const AphPace *self);

G_END_DECLS
