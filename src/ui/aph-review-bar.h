/* aph-review-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_REVIEW_BAR (aph_review_bar_get_type ())

/**
 * AphReviewBar:
 *
 * What the user thinks of an answer: a rating of one to five stars, and a note. What is chosen is
 * told; it is for others to keep it in the job, and to call aph_review_bar_update() then.
 *
 * Signals:
 * - "rated" (uint): so many stars; 0 takes them back
 * - "noted" (string): the note is this now
 */
G_DECLARE_FINAL_TYPE (AphReviewBar, aph_review_bar, APH, REVIEW_BAR, GtkWidget)

GtkWidget *aph_review_bar_new     (void);

void       aph_review_bar_set_job (AphReviewBar *self,
                                   AphJob       *job);
void       aph_review_bar_update  (AphReviewBar *self);
void       aph_review_bar_commit  (AphReviewBar *self);

G_END_DECLS
