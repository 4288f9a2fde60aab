/* aph-diff-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_DIFF_VIEW (aph_diff_view_get_type ())

/**
 * AphDiffView:
 *
 * Two answers compared word by word, in one text or side by side. They are compared in a thread.
 *
 * Actions: "diff.side-by-side" (a toggle), "diff.close".
 *
 * Signals:
 * - "closed": the user has seen enough
 */
G_DECLARE_FINAL_TYPE (AphDiffView, aph_diff_view, APH, DIFF_VIEW, GtkWidget)

GtkWidget *aph_diff_view_new      (void);
void       aph_diff_view_set_jobs (AphDiffView *self,
                                   AphJob      *first,
                                   const char  *first_name,
                                   AphJob      *second,
                                   const char  *second_name);
gboolean   aph_diff_view_refresh  (AphDiffView *self);

G_END_DECLS
