/* aph-histogram.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "stats/aph-distribution.h"

G_BEGIN_DECLS

/**
 * APH_HISTOGRAM_BINS:
 *
 * How many columns a histogram has.
 */
#define APH_HISTOGRAM_BINS 40

#define APH_TYPE_HISTOGRAM (aph_histogram_get_type ())

/**
 * AphHistogram:
 *
 * How values are spread, as columns, with lines at the median, the 95th and the 99th percentile.
 */
G_DECLARE_FINAL_TYPE (AphHistogram, aph_histogram, APH, HISTOGRAM, GtkWidget)

GtkWidget *aph_histogram_new        (void);
void       aph_histogram_set_values (AphHistogram          *self,
                                     const AphDistribution *distribution,
                                     double                 from,
                                     double                 to,
                                     const guint           *bins,
                                     guint                  largest);

G_END_DECLS
