/* aph-attempt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphAttempt:
 * @number: which attempt of its job it was, from 1
 * @state: where it was when it was over: still running if it broke off
 * @server: (nullable): the address that it was sent to
 * @sent: when, in microseconds since 1970; 0 if it never was
 * @first_token: when the first text arrived, likewise
 * @ended: when it ended, likewise
 * @failure_class: why it broke off, if @has_failure
 * @status: the HTTP status, or 0
 * @has_failure: whether the three members around this one say anything
 * @message: (nullable): the server's or the system's words for why
 * @thinking: (nullable): what had arrived
 * @answer: (nullable): what had arrived
 *
 * One try to have a job answered, after it has ended. A plain value that may cross threads.
 */
typedef struct
{
  guint            number;
  AphJobState      state;
  char            *server;
  gint64           sent;
  gint64           first_token;
  gint64           ended;
  gboolean         has_failure;
  AphFailureClass  failure_class;
  guint            status;
  char            *message;
  char            *thinking;
  char            *answer;
} AphAttempt;

AphAttempt *aph_attempt_new_from_job (AphJob     *job);
void        aph_attempt_free         (AphAttempt *self);
GPtrArray  *aph_job_steal_attempts   (AphJob     *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphAttempt, aph_attempt_free)

G_END_DECLS
