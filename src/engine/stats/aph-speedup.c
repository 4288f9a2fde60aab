/* aph-speedup.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-speedup"

#include "config.h"

#include "stats/aph-speedup.h"

/**
 * aph_speedup_add:
 * @self: a speed-up
 * @figure: the figures of an attempt; nothing happens if it was not sent
 * @now: what the monotonic clock says
 *
 * An attempt that runs may be added again when it has ended.
 */
void
aph_speedup_add (AphSpeedup      *self,
                 const AphFigure *figure,
                 gint64           now)
{
  gint64 end;

  g_return_if_fail (self != NULL);
  g_return_if_fail (figure != NULL);

  if (!aph_figure_was_sent (figure))
    return;

  /* What was done before the computer was started has negative times. */
  end = aph_figure_get_end (figure, now);
  self->end = self->begin == 0 ? end : MAX (self->end, end);
  if (self->begin == 0 || figure->times.sent < self->begin)
    self->begin = figure->times.sent;
  if (figure->state == APH_JOB_DONE)
    self->sequential_ms += aph_figure_get_busy_ms (figure);
}

/**
 * aph_speedup_get_duration_ms:
 * @self: a speed-up
 *
 * Returns: how long it took in all, pauses left out, in milliseconds
 */
double
aph_speedup_get_duration_ms (const AphSpeedup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (self->end - self->begin - self->idle_us) / 1000.0;
}

/**
 * aph_speedup_get:
 * @self: a speed-up
 *
 * Returns: how many times as fast it went as one after the other; -1 if nothing is done
 */
double
aph_speedup_get (const AphSpeedup *self)
{
  double duration_ms = aph_speedup_get_duration_ms (self);

  return duration_ms > 0 && self->sequential_ms > 0 ? self->sequential_ms / duration_ms : -1;
}
