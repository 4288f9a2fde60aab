/* aph-figure.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphFigure:
 * @job: the number of the job in the store; 0 if it has none
 * @index: its place in the order of input
 * @times: of this attempt
 * @load_ns: what the server needed to make the model ready; -1 if it did not say
 * @prompt_ns: what it needed to read the prompt; likewise
 * @answer_ns: what it needed to generate; likewise
 * @prompt_tokens: tokens of the prompt; -1 if the server did not say
 * @answer_tokens: tokens generated, thinking included: the server's count, until it is known ours
 * @answer_chars: characters of the answer
 * @model: a number for aph_figures_get_model()
 * @server: a number for aph_figures_get_server()
 * @attempt: which attempt of the job this is, from 1; 0 if it was never sent
 * @is_former: it failed and was followed by another attempt
 * @state: how the attempt stands or how it ended
 * @marks: why the answer deserves a second look
 * @rating: the user's, or 0
 *
 * The figures of one attempt to have one prompt answered, without any text: a hundred thousand of
 * them are a dozen megabytes.
 */
typedef struct
{
  guint64  job;
  guint64  index;
  AphTimes times;
  gint64   load_ns;
  gint64   prompt_ns;
  gint64   answer_ns;
  gint32   prompt_tokens;
  gint32   answer_tokens;
  guint32  answer_chars;
  guint16  model;
  guint16  server;
  guint16  attempt;
  guint    is_former : 1;
  guint    state : 4;     /* an AphJobState */
  guint    marks : 8;     /* AphJobMarks */
  guint    rating : 3;
} AphFigure;

/**
 * AphPhase:
 * @APH_PHASE_LOADING: the server loads the model
 * @APH_PHASE_WAITING: sent, but the server does nothing for it yet that we know of: no slot is free
 * @APH_PHASE_PROMPT: the server reads the prompt
 * @APH_PHASE_THINKING: thinking text arrives
 * @APH_PHASE_ANSWERING: answer text arrives
 * @APH_PHASE_FAILED: an attempt that failed, all of it
 *
 * What is going on with a prompt that was sent, in the order in which it happens.
 */
typedef enum
{
  APH_PHASE_LOADING,
  APH_PHASE_WAITING,
  APH_PHASE_PROMPT,
  APH_PHASE_THINKING,
  APH_PHASE_ANSWERING,
  APH_PHASE_FAILED,
} AphPhase;

#define APH_N_PHASES (APH_PHASE_FAILED + 1)

/**
 * AphSpan:
 * @phase: what was going on
 * @from: since when, in microseconds of our monotonic clock
 * @to: until when
 */
typedef struct
{
  AphPhase phase;
  gint64   from;
  gint64   to;
} AphSpan;

AphFigure   aph_figure_from_job        (AphJob          *job);

gboolean    aph_figure_was_sent        (const AphFigure *self);
gint64      aph_figure_get_end         (const AphFigure *self,
                                        gint64           now);
guint       aph_figure_get_spans       (const AphFigure *self,
                                        gint64           now,
                                        AphSpan          spans[APH_N_PHASES]);
double      aph_figure_get_busy_ms     (const AphFigure *self);

const char *aph_phase_to_nick          (AphPhase         phase);

G_END_DECLS
