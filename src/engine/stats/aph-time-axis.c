/* aph-time-axis.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-time-axis"

#include "config.h"

#include <math.h>

#include "stats/aph-time-axis.h"

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)
#define HOUR   (60 * MINUTE)

/* Values of which the smallest is this part of the largest need no closer look. */
#define NEAR_ZERO 0.5

/* An axis shows no less than this part of its largest value. */
#define MIN_SPREAD 0.2

/**
 * aph_value_axis_step:
 * @max: the largest value to show
 * @max_ticks: how many ticks there is room for, at least 1
 *
 * Returns: from one tick to the next: 1, 2 or 5 times a power of ten; at least 1e-9
 */
double
aph_value_axis_step (double max,
                     guint  max_ticks)
{
  static const double steps[] = { 1, 2, 5, 10 };
  double raw, power;

  raw = MAX (max / MAX (max_ticks, 1), 1e-9);
  power = pow (10, floor (log10 (raw)));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] * power >= raw * (1 - 1e-9))
      return steps[i] * power;

  return 10 * power;
}

/**
 * aph_value_axis_range:
 * @min: the smallest value to show, not negative
 * @max: the largest
 * @from: (out): where the axis is to begin
 * @to: (out): where it is to end; larger than @from
 *
 * Round numbers between which the values can be told apart. The axis begins at 0 unless the values
 * are so close together that this would press them into a corner; and it is never so short that
 * what differs by a hair looks as if it differed.
 */
void
aph_value_axis_range (double  min,
                      double  max,
                      double *from,
                      double *to)
{
  double span, middle, step;

  g_return_if_fail (from != NULL && to != NULL);

  min = MAX (min, 0);
  max = MAX (max, min);
  if (min < max * NEAR_ZERO)
    min = 0;
  span = MAX (max - min, max * MIN_SPREAD);
  middle = (min + max) / 2;
  step = aph_value_axis_step (span, 5);
  *from = min > 0 ? MAX (floor ((middle - span / 2) / step * (1 + 1e-9)), 0) * step : 0;
  *to = MAX (ceil ((middle + span / 2) / step * (1 - 1e-9)) * step, *from + step);
}

/**
 * aph_time_axis_step:
 * @span: the time to show, in microseconds
 * @max_ticks: how many ticks there is room for, at least 1
 *
 * Returns: from one tick to the next, in microseconds: a round number of milliseconds, seconds,
 *   minutes, hours or days
 */
gint64
aph_time_axis_step (gint64 span,
                    guint  max_ticks)
{
  static const gint64 steps[] = {
    MINUTE / 60, MINUTE / 30, MINUTE / 12, MINUTE / 6, MINUTE / 4, MINUTE / 2,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR,
  };
  gint64 raw = MAX (span / MAX (max_ticks, 1), 1);

  if (raw < G_USEC_PER_SEC)
    return MAX ((gint64) round (aph_value_axis_step (raw, 1)), 1);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] >= raw)
      return steps[i];

  return 24 * HOUR * (gint64) aph_value_axis_step ((double) raw / (24 * HOUR), 1);
}

/**
 * aph_time_axis_label:
 * @offset: time since the beginning, in microseconds
 * @step: from one tick to the next
 *
 * Returns: (transfer full): it as clocks show it in every language: “0:05”, “1:02:30”, with as
 *   many decimals as the step has: “0:00.25”
 */
char *
aph_time_axis_label (gint64 offset,
                     gint64 step)
{
  const char *sign = offset < 0 ? "−" : "";
  GString *label;
  gint64 seconds;
  guint decimals = 0;

  offset = ABS (offset);
  for (gint64 unit = G_USEC_PER_SEC; unit > 1 && step % unit != 0; unit /= 10)
    decimals++;

  label = g_string_new (sign);
  seconds = offset / G_USEC_PER_SEC;
  if (seconds >= 3600)
    g_string_append_printf (label, "%d:%02d:%02d", (int) (seconds / 3600),
                            (int) (seconds / 60 % 60), (int) (seconds % 60));
  else
    g_string_append_printf (label, "%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
  if (decimals > 0)
    {
      char digits[7];

      g_snprintf (digits, sizeof digits, "%06d", (int) (offset % G_USEC_PER_SEC));
      g_string_append_printf (label, ".%.*s", (int) decimals, digits);
    }

  return g_string_free (label, FALSE);
}
