/* aph-distributions.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "stats/aph-figures.h"

G_BEGIN_DECLS

#define APH_TYPE_DISTRIBUTIONS (aph_distributions_get_type ())

/**
 * AphDistributions:
 *
 * How one of the metrics is spread over the answers of each model: a histogram and percentiles.
 * They are computed in a thread.
 */
G_DECLARE_FINAL_TYPE (AphDistributions, aph_distributions, APH, DISTRIBUTIONS, GtkWidget)

GtkWidget *aph_distributions_new         (void);
void       aph_distributions_set_figures (AphDistributions *self,
                                          AphFigures       *figures);
gboolean   aph_distributions_is_late     (AphDistributions *self);

G_END_DECLS
