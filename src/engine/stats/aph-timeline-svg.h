/* aph-timeline-svg.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-timeline-bars.h"

G_BEGIN_DECLS

/**
 * AphTimelineSvg:
 * @width: of the drawing, in pixels; 0 for a width that suits a page
 * @from: the moment at the left edge, on our monotonic clock; if it is not before @to the whole
 *   run is drawn
 * @to: the moment at the right edge
 * @now: what that clock says; 0 to ask it
 * @is_dark: draw on a dark ground
 * @title: (nullable): a heading
 * @rate_label: (nullable): the words for “tokens per second”
 * @phase_labels: the words for the phases; English ones instead of each that is %NULL
 *
 * How to draw a timeline. All zero is a good beginning.
 */
typedef struct
{
  guint       width;
  gint64      from;
  gint64      to;
  gint64      now;
  gboolean    is_dark;
  const char *title;
  const char *rate_label;
  const char *phase_labels[APH_N_PHASES];
} AphTimelineSvg;

/**
 * AphPhaseLook:
 * @light: its colour on a light ground, as 0xRRGGBB
 * @dark: its colour on a dark ground
 * @height: how much of the height of a row it takes
 *
 * How a phase is drawn. The colours are told apart by those who cannot see red or green, and
 * heights tell them apart without any colour.
 */
typedef struct
{
  guint32 light;
  guint32 dark;
  double  height;
} AphPhaseLook;

const AphPhaseLook *aph_phase_get_look     (AphPhase              phase);

void                aph_timeline_svg_write (const AphFigures     *figures,
                                            const AphTimelineSvg *drawing,
                                            GString              *out);

G_END_DECLS
