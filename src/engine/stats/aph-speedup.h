/* aph-speedup.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figure.h"

G_BEGIN_DECLS

/**
 * AphSpeedup:
 * @begin: when the first attempt was sent, in microseconds of our monotonic clock; 0 for never
 * @end: when the last one ended; now, while one runs
 * @idle_us: for how long nothing was in flight in between because the user had paused, as far as
 *   whoever fills this knows
 * @sequential_ms: how long the answers would have taken one after the other: the times the server
 *   worked on each, without the waiting for a free slot where it tells
 *
 * How much is won by asking at once. All zero before the first attempt; whoever tells how many
 * times as fast it went tells this.
 */
typedef struct
{
  gint64 begin;
  gint64 end;
  gint64 idle_us;
  double sequential_ms;
} AphSpeedup;

void   aph_speedup_add             (AphSpeedup       *self,
                                    const AphFigure  *figure,
                                    gint64            now);
double aph_speedup_get_duration_ms (const AphSpeedup *self);
double aph_speedup_get             (const AphSpeedup *self);

G_END_DECLS
