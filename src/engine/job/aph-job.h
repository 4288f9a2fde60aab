/* aph-job.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "job/aph-failure.h"
#include "job/aph-origin.h"
#include "job/aph-request.h"

G_BEGIN_DECLS

/**
 * AphJobState:
 * @APH_JOB_WAITING: not sent yet, or waiting to be tried again
 * @APH_JOB_SENT: the request is out and nothing came back: the server queues it, loads the model
 *   or reads the prompt
 * @APH_JOB_THINKING: thinking text is arriving
 * @APH_JOB_ANSWERING: answer text is arriving
 * @APH_JOB_DONE: the server said that it is done
 * @APH_JOB_FAILED: it will not be tried again unless the user says so
 * @APH_JOB_CANCELLED: the user stopped it
 *
 * Where a job is on its way.
 */
typedef enum
{
  APH_JOB_WAITING,
  APH_JOB_SENT,
  APH_JOB_THINKING,
  APH_JOB_ANSWERING,
  APH_JOB_DONE,
  APH_JOB_FAILED,
  APH_JOB_CANCELLED,
} AphJobState;

#define APH_JOB_N_STATES (APH_JOB_CANCELLED + 1)

/**
 * AphJobMarks:
 * @APH_MARK_LENGTH: the answer was cut at the limit of tokens
 * @APH_MARK_PROMPT_TRUNCATED: the prompt filled the whole context: the server cut it silently
 * @APH_MARK_EMPTY: done, but there is no answer text
 * @APH_MARK_LOOPING: the text repeats itself; set as soon as it is noticed
 * @APH_MARK_STALLED: it failed, and what there is of it is a part: the server began to answer and
 *   then fell silent
 * @APH_MARK_INCOMPLETE: it failed, and what there is of it is a part: it ended without the server's
 *   word that it is done
 *
 * Why an answer deserves a second look.
 */
typedef enum /*< flags >*/
{
  APH_MARK_LENGTH           = 1 << 0,
  APH_MARK_PROMPT_TRUNCATED = 1 << 1,
  APH_MARK_EMPTY            = 1 << 2,
  APH_MARK_LOOPING          = 1 << 3,
  APH_MARK_STALLED          = 1 << 4,
  APH_MARK_INCOMPLETE       = 1 << 5,
} AphJobMarks;

/**
 * AphUsage:
 * @prompt_tokens: tokens of the prompt, cached ones included
 * @answer_tokens: tokens generated, thinking included
 * @load_ns: time until the model was ready
 * @prompt_ns: time to read the prompt
 * @answer_ns: time to generate
 * @total_ns: the server's time for the whole request
 *
 * What the server says it used; each is -1 where the server said nothing, or what cannot be.
 */
typedef struct
{
  gint64 prompt_tokens;
  gint64 answer_tokens;
  gint64 load_ns;
  gint64 prompt_ns;
  gint64 answer_ns;
  gint64 total_ns;
} AphUsage;

/* Where the job of a number waits if nobody has moved it: its number, shifted by so many bits. In
 * between there is room for others. */
#define APH_PLACE_SHIFT 24

/* The best rating that a user may give; 0 is none. */
#define APH_MAX_RATING 5

#define APH_USAGE_INIT { -1, -1, -1, -1, -1, -1 }

/**
 * AphTimes:
 * @queued: when the job was made
 * @sent: when its last attempt was sent
 * @first_token: when the first text of any kind arrived
 * @first_answer: when the first answer text arrived
 * @last_token: when the last text arrived
 * @ended: when it was done, failed or cancelled
 *
 * Moments of the last attempt on our own monotonic clock, in microseconds as
 * g_get_monotonic_time() gives them; 0 for what has not happened.
 */
typedef struct
{
  gint64 queued;
  gint64 sent;
  gint64 first_token;
  gint64 first_answer;
  gint64 last_token;
  gint64 ended;
} AphTimes;

/* More failed attempts of one job than this nobody wants to read; the oldest are forgotten. */
#define APH_MAX_FORMER_ATTEMPTS 32

/**
 * AphFormerAttempt:
 * @times: its moments; @ended is when it failed
 * @server: the address it was sent to
 * @failure: why it failed
 * @number: which attempt of its job it was, from 1
 *
 * When and where an attempt was made that failed and was, or is going to be, followed by another.
 * What it had answered is in the store, see aph-attempt.h.
 */
typedef struct
{
  AphTimes    times;
  const char *server;
  AphFailure *failure;
  guint       number;
} AphFormerAttempt;

#define APH_TYPE_JOB (aph_job_get_type ())

G_DECLARE_FINAL_TYPE (AphJob, aph_job, APH, JOB, GObject)

AphJob         *aph_job_new             (AphRequest      *request,
                                         guint64          index);

/* What views read */
gboolean        aph_job_is_loaded       (AphJob          *self);
AphRequest     *aph_job_get_request     (AphJob          *self);
guint64         aph_job_get_index       (AphJob          *self);
guint64         aph_job_get_id          (AphJob          *self);
void            aph_job_set_id          (AphJob          *self,
                                         guint64          id);
guint64         aph_job_get_batch       (AphJob          *self);
void            aph_job_set_batch       (AphJob          *self,
                                         guint64          batch);
guint64         aph_job_get_place       (AphJob          *self);
void            aph_job_set_place       (AphJob          *self,
                                         guint64          place);
guint64         aph_job_get_urgent      (AphJob          *self);
void            aph_job_set_urgent      (AphJob          *self,
                                         guint64          urgent);
int             aph_job_compare_turns   (AphJob          *self,
                                         AphJob          *other);
gboolean        aph_job_get_default_model (AphJob        *self);
void            aph_job_set_default_model (AphJob        *self,
                                         gboolean         default_model);
AphJobState     aph_job_get_state       (AphJob          *self);
guint           aph_job_get_revision    (AphJob          *self);
const char     *aph_job_get_answer      (AphJob          *self,
                                         gsize           *length);
const char     *aph_job_get_thinking    (AphJob          *self,
                                         gsize           *length);
guint           aph_job_get_text_epoch  (AphJob          *self);
guint           aph_job_get_chunks      (AphJob          *self);
guint           aph_job_get_attempts    (AphJob          *self);
guint           aph_job_get_strikes     (AphJob          *self);
const char     *aph_job_get_partial     (AphJob          *self);
const AphFormerAttempt *aph_job_get_former_attempts (AphJob *self,
                                         guint           *n_attempts);
AphFailure     *aph_job_get_failure     (AphJob          *self);
const char     *aph_job_get_server      (AphJob          *self);
guint           aph_job_get_in_flight   (AphJob          *self);
AphOrigin      *aph_job_get_origin      (AphJob          *self);
void            aph_job_set_origin      (AphJob          *self,
                                         AphOrigin       *origin);
const char     *aph_job_get_done_reason (AphJob          *self);
AphJobMarks     aph_job_get_marks       (AphJob          *self);
const AphUsage *aph_job_get_usage       (AphJob          *self);
const AphTimes *aph_job_get_times       (AphJob          *self);
guint           aph_job_get_rating      (AphJob          *self);
void            aph_job_set_rating      (AphJob          *self,
                                         guint            rating);
const char     *aph_job_get_note        (AphJob          *self);
void            aph_job_set_note        (AphJob          *self,
                                         const char      *note);
gboolean        aph_job_is_running      (AphJob          *self);
gboolean        aph_job_is_ended        (AphJob          *self);

/* Derived figures; each is -1 where it does not exist (yet) */
double          aph_job_get_wait_ms     (AphJob          *self);
double          aph_job_get_ttft_ms     (AphJob          *self);
double          aph_job_get_total_ms    (AphJob          *self);
double          aph_job_get_token_rate  (AphJob          *self);

/* What the scheduler does with it */
void            aph_job_set_request     (AphJob          *self,
                                         AphRequest      *request);
void            aph_job_send            (AphJob          *self,
                                         const char      *server);
void            aph_job_set_in_flight   (AphJob          *self,
                                         guint            in_flight);
void            aph_job_append_thinking (AphJob          *self,
                                         const char      *text,
                                         gsize            length);
void            aph_job_append_answer   (AphJob          *self,
                                         const char      *text,
                                         gsize            length);
void            aph_job_append_text     (AphJob          *self,
                                         const GString   *thinking,
                                         const GString   *answer,
                                         guint            n_pieces);
void            aph_job_set_context_length (AphJob       *self,
                                         gint64           n_tokens);
void            aph_job_finish          (AphJob          *self,
                                         const char      *done_reason,
                                         const AphUsage  *usage);
void            aph_job_fail            (AphJob          *self,
                                         AphFailure      *failure);
void            aph_job_cancel          (AphJob          *self);
void            aph_job_put_back        (AphJob          *self,
                                         AphFailure      *failure);
void            aph_job_reset           (AphJob          *self);

const char     *aph_job_state_to_nick   (AphJobState      state);

G_END_DECLS
