/* aph-answer-details.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"
#include "store/aph-store.h"

G_BEGIN_DECLS

#define APH_TYPE_ANSWER_DETAILS (aph_answer_details_get_type ())

/**
 * AphAnswerDetails:
 *
 * How an answer came about: the figures, what was tried before and why that failed, and the request
 * as it was sent, to be copied.
 */
G_DECLARE_FINAL_TYPE (AphAnswerDetails, aph_answer_details, APH, ANSWER_DETAILS, GtkWidget)

GtkWidget *aph_answer_details_new       (void);

void       aph_answer_details_set_job   (AphAnswerDetails *self,
                                         AphJob           *job);
void       aph_answer_details_set_store (AphAnswerDetails *self,
                                         AphStore         *store);
gboolean   aph_answer_details_update    (AphAnswerDetails *self);
void       aph_answer_details_set_max_width
                                        (AphAnswerDetails *self,
                                         int               max_width);

G_END_DECLS
