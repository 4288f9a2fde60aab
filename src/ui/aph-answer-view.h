/* aph-answer-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"
#include "ui/aph-refresh-clock.h"
#include "ui/aph-session.h"

G_BEGIN_DECLS

#define APH_TYPE_ANSWER_VIEW (aph_answer_view_get_type ())

/**
 * AphAnswerView:
 *
 * One job at full size: its prompt, how it goes, what it thought, what it answered, and what went
 * wrong. It refreshes itself at the ticks of its clock while it can be seen.
 *
 * Its buttons activate the actions "job.cancel" and "job.retry", whose target is the index of the
 * job (a `t`); they are the window's. Its own actions are "answer.copy", "answer.find",
 * "answer.follow", "answer.rate" (a `u`, which the digits activate), "answer.details" and
 * "answer.raw".
 *
 * Properties:
 * - "details": whether the figures, attempts and the request are shown in the place of the answer
 * - "raw": whether the answer is shown as it came, and not as Markdown
 */
G_DECLARE_FINAL_TYPE (AphAnswerView, aph_answer_view, APH, ANSWER_VIEW, GtkWidget)

GtkWidget *aph_answer_view_new       (void);

AphJob    *aph_answer_view_get_job   (AphAnswerView   *self);
void       aph_answer_view_set_job   (AphAnswerView   *self,
                                      AphJob          *job);
void       aph_answer_view_set_clock (AphAnswerView   *self,
                                      AphRefreshClock *clock);
void       aph_answer_view_set_session (AphAnswerView *self,
                                      AphSession      *session);
void       aph_answer_view_find      (AphAnswerView   *self);
void       aph_answer_view_focus_text (AphAnswerView  *self);

G_END_DECLS
