/* aph-timeline-bars.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-slots.h"

G_BEGIN_DECLS

/**
 * AphTimelineBar:
 * @figure: the position of the attempt; one of them where several share a bar
 * @phase: what went on
 * @from: its first pixel
 * @to: the pixel after its last
 * @begins: this attempt begins here, and is wide enough to be told from the one before it
 *
 * A piece of a row of the timeline, in whole pixels.
 */
typedef struct
{
  guint    figure;
  AphPhase phase;
  int      from;
  int      to;
  gboolean begins;
} AphTimelineBar;

/**
 * AphTimelineWindow:
 * @from: the moment at the left edge, in microseconds of our monotonic clock
 * @to: the moment at the right edge
 * @now: what that clock says
 * @n_pixels: how many pixels there are between the edges
 *
 * What is to be seen of a run.
 */
typedef struct
{
  gint64 from;
  gint64 to;
  gint64 now;
  guint  n_pixels;
} AphTimelineWindow;

void aph_timeline_bars_collect (const AphFigures        *figures,
                                const AphSlots          *slots,
                                guint                    slot,
                                const AphTimelineWindow *window,
                                GArray                  *bars);

G_END_DECLS
