/* aph-answer-view-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two files of #AphAnswerView share: the texts (aph-answer-view.c), and what stands above
 * them (aph-answer-view-head.c).
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-answer-details.h"
#include "ui/aph-answer-view.h"
#include "ui/aph-notice.h"
#include "ui/aph-reader.h"
#include "ui/aph-review-bar.h"
#include "ui/aph-text-section.h"

G_BEGIN_DECLS

struct _AphAnswerView
{
  GtkWidget parent_instance;

  GtkStack *stack;
  AdwClamp *head_clamp;
  GtkLabel *prompt_label;
  AphTextSection *prompt_section;
  GtkImage *state_image;
  GtkLabel *status_label;
  GtkLabel *facts_label;
  GtkWidget *cancel_button;
  GtkWidget *retry_button;
  AphNotice *notice;
  AphTextSection *partial_section;
  AphTextSection *thinking_section;
  GtkStack *pages;
  AphReader *reader;
  AphAnswerDetails *details;  /* (nullable): before they are wanted */
  AdwClamp *review_clamp;
  AphReviewBar *review_bar;

  AphJob *job;               /* (owned) (nullable) */
  AphRefreshClock *clock;    /* (owned) (nullable) */
  AphSession *session;       /* (owned) (nullable): who keeps what the user thinks */
  gulong tick_id;            /* while mapped */

  /* What of the job is shown */
  guint revision;
  guint text_epoch;
  AphJobState state;
  AphJobMarks marks;
  AphRequest *request;       /* (owned) (nullable) */
  gint64 status_time;
  gboolean answered;         /* there is answer text */
  gboolean complete;         /* all of its texts, as far as they are open */
  gboolean details_shown;    /* in the place of the answer */
};

/* aph-answer-view-head.c */
void aph_answer_view_update_prompt (AphAnswerView *self);
void aph_answer_view_update_status (AphAnswerView *self,
                                    gboolean       now);
void aph_answer_view_update_state  (AphAnswerView *self);

G_END_DECLS
