/* aph-phase-legend.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_PHASE_LEGEND (aph_phase_legend_get_type ())

/**
 * AphPhaseLegend:
 *
 * What the colours and heights of the bars of the timeline mean.
 */
G_DECLARE_FINAL_TYPE (AphPhaseLegend, aph_phase_legend, APH, PHASE_LEGEND, GtkWidget)

GtkWidget *aph_phase_legend_new (void);

G_END_DECLS
