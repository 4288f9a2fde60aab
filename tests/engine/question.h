/* question.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server/aph-server.h"

G_BEGIN_DECLS

/* Far more than what ends at all takes on any machine, in microseconds. */
#define PATIENCE (20 * G_TIME_SPAN_SECOND)

/**
 * Question:
 *
 * One question to a server and what became of it, for tests. It checks the promises of
 * #AphTextFunc: no text after a cancellation or after the end, and only valid UTF-8.
 */
typedef struct
{
  AphServer    *server;
  GCancellable *cancellable;
  gboolean      stream;
  AphClocks     clocks;
  const char   *prompt;
  const char *const *images;          /* (nullable) */
  guint         cancel_after_texts;   /* 0 for never */

  GString      *thinking;
  GString      *answer;
  guint         n_texts;
  guint         n_pieces;

  gboolean      has_ended;
  gboolean      is_done;
  char         *done_reason;
  AphUsage      usage;
  AphFailure   *failure;
} Question;

AphServer *question_new_server     (const char      *url);

void       question_init           (Question        *self,
                                    const char      *url);
void       question_init_on        (Question        *self,
                                    AphServer       *server);
void       question_clear          (Question        *self);
void       question_start          (Question        *self);
void       question_wait           (Question        *self);
void       question_ask            (Question        *self);
void       question_assert_failed  (Question        *self,
                                    AphFailureClass  failure_class,
                                    guint            status,
                                    const char      *part);

void       iterate_for             (guint            milliseconds);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

G_END_DECLS
