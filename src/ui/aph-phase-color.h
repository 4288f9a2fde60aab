/* aph-phase-color.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gdk/gdk.h>

#include "stats/aph-timeline-svg.h"

G_BEGIN_DECLS

void aph_phase_get_color (AphPhase  phase,
                          gboolean  is_dark,
                          GdkRGBA  *color);

G_END_DECLS
