/* run-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "run-figures.h"

static gint64
at (gint64 milliseconds)
{
  return milliseconds < 0 ? 0 : START + milliseconds * MS;
}

/* Milliseconds since START; -1 for what did not happen. */
AphFigure
make_figure (gint64 sent,
             gint64 first_token,
             gint64 first_answer,
             gint64 ended,
             gint32 tokens)
{
  return (AphFigure) {
    .times = {
      .queued = START,
      .sent = at (sent),
      .first_token = at (first_token),
      .first_answer = at (first_answer),
      .last_token = at (ended),
      .ended = at (ended),
    },
    .load_ns = -1,
    .prompt_ns = -1,
    .answer_ns = -1,
    .prompt_tokens = -1,
    .answer_tokens = tokens,
    .attempt = sent < 0 ? 0 : 1,
    .state = ended >= 0 ? APH_JOB_DONE : sent >= 0 ? APH_JOB_ANSWERING : APH_JOB_WAITING,
  };
}
