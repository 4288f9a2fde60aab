/* aph-compare-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_COMPARE_VIEW (aph_compare_view_get_type ())

/**
 * AphCompareView:
 *
 * The answers of several models to the same prompts, side by side, to be read, rated and compared.
 * It refreshes itself at the ticks of its clock while it can be seen.
 *
 * Actions: "compare.blind" (a toggle).
 *
 * Signals:
 * - "job-activated" (#AphJob job): the user wants to read this one
 * - "job-rated" (#AphJob job, guint rating): the user rated it; whoever keeps the jobs writes it
 *   down
 */
G_DECLARE_FINAL_TYPE (AphCompareView, aph_compare_view, APH, COMPARE_VIEW, GtkWidget)

GtkWidget *aph_compare_view_new       (void);
void       aph_compare_view_set_model (AphCompareView  *self,
                                       GListModel      *model);
void       aph_compare_view_set_clock (AphCompareView  *self,
                                       AphRefreshClock *clock);

G_END_DECLS
