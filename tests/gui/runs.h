/* runs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * PastJob:
 * @prompt: what was asked
 * @model: whom
 * @server: where; %NULL for the usual one
 * @state: how it stands
 * @sent_ms: when it was sent, in milliseconds since the beginning of the run; negative for never
 * @load_ms: how long the model was loaded
 * @slot_ms: how long it then waited for a slot
 * @prompt_ms: how long the prompt was read
 * @think_ms: how long it thought
 * @answer_ms: how long it answered
 * @n_tokens: how many tokens that were
 * @answer: its text
 * @marks: what is suspect
 *
 * A job as one comes from the store, of which a test knows all figures.
 */
typedef struct
{
  const char  *prompt;
  const char  *model;
  const char  *server;
  AphJobState  state;
  gint64       sent_ms;
  gint64       load_ms;
  gint64       slot_ms;
  gint64       prompt_ms;
  gint64       think_ms;
  gint64       answer_ms;
  gint64       n_tokens;
  const char  *answer;
  AphJobMarks  marks;
} PastJob;

/* How long ago the runs of the tests began. */
#define RUN_AGO_MS 3600000

AphJob    *make_past_job (const PastJob *past,
                          guint64        id);
GPtrArray *make_run      (guint          n_jobs,
                          guint          n_slots,
                          guint          n_models);
GPtrArray *make_matrix   (guint          n_prompts,
                          guint          n_models);

G_END_DECLS
