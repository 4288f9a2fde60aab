/* aph-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job"

#include "config.h"

#include <string.h>

#include "base/aph-trace.h"
#include "job/aph-job-private.h"
#include "job/aph-loop-detector.h"

G_DEFINE_FINAL_TYPE (AphJob, aph_job, G_TYPE_OBJECT)

#define TO(state) (1u << (APH_JOB_##state))

/* Which states may follow which. */
static const guint successors[APH_JOB_N_STATES] G_GNUC_UNUSED = {
  [APH_JOB_WAITING] = TO (SENT) | TO (FAILED) | TO (CANCELLED),
  [APH_JOB_SENT] = TO (THINKING) | TO (ANSWERING) | TO (DONE) | TO (FAILED) | TO (CANCELLED)
                   | TO (WAITING),
  [APH_JOB_THINKING] = TO (ANSWERING) | TO (DONE) | TO (FAILED) | TO (CANCELLED) | TO (WAITING),
  [APH_JOB_ANSWERING] = TO (THINKING) | TO (DONE) | TO (FAILED) | TO (CANCELLED) | TO (WAITING),
  [APH_JOB_DONE] = TO (WAITING),
  [APH_JOB_FAILED] = TO (WAITING),
  [APH_JOB_CANCELLED] = TO (WAITING),
};

/* More than any context has room for, and longer than anybody waits: thirty years. */
#define MAX_TOKENS G_MAXINT32
#define MAX_NS G_GINT64_CONSTANT (1000000000000000000)

static const AphUsage no_usage = APH_USAGE_INIT;

/* Every transition goes through here. */
static void
advance (AphJob      *self,
         AphJobState  state)
{
  g_assert (successors[self->state] & (1u << state));

  aph_trace ("job %" G_GUINT64_FORMAT ": %s -> %s", self->index,
             aph_job_state_to_nick (self->state), aph_job_state_to_nick (state));

  self->state = state;
  self->revision++;
}

static void
clear_attempt (gpointer data)
{
  AphFormerAttempt *attempt = data;

  aph_failure_unref (attempt->failure);
}

/* What is forgotten of a failed attempt is its text, not that it was made. */
static void
keep_attempt (AphJob     *self,
              AphFailure *failure,
              gint64      ended)
{
  AphFormerAttempt attempt = {
    .times = self->times,
    .server = self->server,
    .failure = aph_failure_ref (failure),
    .number = self->attempts,
  };

  attempt.times.ended = ended;
  if (self->former == NULL)
    {
      self->former = g_array_new (FALSE, FALSE, sizeof (AphFormerAttempt));
      g_array_set_clear_func (self->former, clear_attempt);
    }
  else if (self->former->len == APH_MAX_FORMER_ATTEMPTS)
    g_array_remove_index (self->former, 0);
  g_array_append_val (self->former, attempt);
}

static void
aph_job_finalize (GObject *object)
{
  AphJob *self = APH_JOB (object);

  g_clear_pointer (&self->request, aph_request_unref);
  g_clear_pointer (&self->failure, aph_failure_unref);
  g_clear_pointer (&self->origin, aph_origin_unref);
  g_clear_pointer (&self->former, g_array_unref);
  if (self->answer != NULL)
    g_string_free (self->answer, TRUE);
  if (self->thinking != NULL)
    g_string_free (self->thinking, TRUE);
  g_clear_pointer (&self->over, g_ptr_array_unref);
  g_free (self->partial);
  g_free (self->done_reason);
  g_free (self->note);

  G_OBJECT_CLASS (aph_job_parent_class)->finalize (object);
}

static void
aph_job_class_init (AphJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_job_finalize;
}

static void
aph_job_init (AphJob *self)
{
  self->is_loaded = TRUE;
  self->context_length = -1;
  self->usage = no_usage;
  self->times.queued = g_get_monotonic_time ();
}

/**
 * aph_job_new:
 * @request: what is asked
 * @index: its place in the order of input, from 0
 *
 * A job has no signals: nothing is notified per token. Whoever shows a job compares
 * aph_job_get_revision() with the one it showed, at its own pace; #AphScheduler tells of
 * transitions.
 *
 * Returns: (transfer full): a job that waits
 */
AphJob *
aph_job_new (AphRequest *request,
             guint64     index)
{
  AphJob *self;

  g_return_val_if_fail (request != NULL, NULL);

  self = g_object_new (APH_TYPE_JOB, NULL);
  self->request = aph_request_ref (request);
  self->index = index;
  self->place = index << APH_PLACE_SHIFT;

  return self;
}

/**
 * aph_job_set_request:
 * @self: a waiting job
 * @request: what to ask instead
 *
 * Replaces what is asked: a default model filled in, a prompt edited while it waits.
 */
void
aph_job_set_request (AphJob     *self,
                     AphRequest *request)
{
  g_return_if_fail (APH_IS_JOB (self));
  g_return_if_fail (self->state == APH_JOB_WAITING);
  g_return_if_fail (request != NULL);

  aph_request_ref (request);
  aph_request_unref (self->request);
  self->request = request;
  self->revision++;
}

static void
clear_text (AphJob *self)
{
  if (self->answer != NULL)
    g_string_truncate (self->answer, 0);
  if (self->thinking != NULL)
    g_string_truncate (self->thinking, 0);
  self->checked_for_loop = 0;
  self->chunks = 0;
  self->text_epoch++;
}

/* Nothing of an earlier attempt shows in the next one. */
static void
clear_outcome (AphJob *self)
{
  g_clear_pointer (&self->failure, aph_failure_unref);
  g_clear_pointer (&self->done_reason, g_free);
  self->marks = 0;
  self->usage = no_usage;
  self->times = (AphTimes) { .queued = self->times.queued };
}

/**
 * aph_job_send:
 * @self: a waiting job
 * @server: the address it is sent to
 *
 * A new attempt begins.
 */
void
aph_job_send (AphJob     *self,
              const char *server)
{
  g_return_if_fail (APH_IS_JOB (self));

  clear_text (self);
  clear_outcome (self);
  self->server = g_intern_string (server);
  self->in_flight = 1;
  self->urgent = 0;
  g_clear_pointer (&self->origin, aph_origin_unref);
  self->attempts++;
  self->times.sent = g_get_monotonic_time ();
  advance (self, APH_JOB_SENT);
}

/**
 * aph_job_set_in_flight:
 * @self: a job that was just sent
 * @in_flight: how many are in flight at its server now, itself included
 */
void
aph_job_set_in_flight (AphJob *self,
                       guint   in_flight)
{
  g_return_if_fail (aph_job_is_running (self));

  self->in_flight = in_flight;
}

static void
check_for_loop (AphJob        *self,
                const GString *text)
{
  self->checked_for_loop = text->len;
  if (aph_loop_detector_check (text->str, text->len))
    self->marks |= APH_MARK_LOOPING;
}

static void
append_text (AphJob       *self,
             AphJobState   state,
             GString     **where,
             const char   *text,
             gsize         length,
             guint         n_pieces)
{
  if (length == 0)
    return;

  self->times.last_token = g_get_monotonic_time ();
  if (self->times.first_token == 0)
    self->times.first_token = self->times.last_token;

  if (*where == NULL)
    *where = g_string_sized_new (MAX (length, 256));
  g_string_append_len (*where, text, length);

  if (state == APH_JOB_ANSWERING && self->times.first_answer == 0)
    self->times.first_answer = self->times.last_token;

  self->chunks += n_pieces;
  if (self->state != state)
    {
      self->checked_for_loop = 0;
      advance (self, state);
    }
  else
    self->revision++;

  if ((*where)->len - self->checked_for_loop >= APH_LOOP_DETECTOR_INTERVAL)
    check_for_loop (self, *where);
}

/**
 * aph_job_append_thinking:
 * @self: a running job
 * @text: valid UTF-8
 * @length: in bytes
 */
void
aph_job_append_thinking (AphJob     *self,
                         const char *text,
                         gsize       length)
{
  g_return_if_fail (aph_job_is_running (self));

  append_text (self, APH_JOB_THINKING, &self->thinking, text, length, 1);
}

/**
 * aph_job_append_answer:
 * @self: a running job
 * @text: valid UTF-8
 * @length: in bytes
 */
void
aph_job_append_answer (AphJob     *self,
                       const char *text,
                       gsize       length)
{
  g_return_if_fail (aph_job_is_running (self));

  append_text (self, APH_JOB_ANSWERING, &self->answer, text, length, 1);
}

/**
 * aph_job_append_text:
 * @self: a running job
 * @thinking: valid UTF-8, maybe empty
 * @answer: valid UTF-8, maybe empty
 * @n_pieces: in how many pieces the server sent them, which is about the number of tokens
 *
 * What one read from the connection brought.
 */
void
aph_job_append_text (AphJob        *self,
                     const GString *thinking,
                     const GString *answer,
                     guint          n_pieces)
{
  g_return_if_fail (aph_job_is_running (self));

  append_text (self, APH_JOB_THINKING, &self->thinking, thinking->str, thinking->len,
               answer->len > 0 ? 0 : n_pieces);
  append_text (self, APH_JOB_ANSWERING, &self->answer, answer->str, answer->len, n_pieces);
}

static AphJobMarks
judge (AphJob *self)
{
  AphJobMarks marks = self->marks;
  gint64 num_ctx = aph_params_get_num_ctx (aph_request_get_params (self->request));

  if (num_ctx <= 0)
    num_ctx = self->context_length;

  if (g_strcmp0 (self->done_reason, "length") == 0)
    marks |= APH_MARK_LENGTH;
  if (num_ctx > 0 && self->usage.prompt_tokens >= num_ctx - 1)
    marks |= APH_MARK_PROMPT_TRUNCATED;
  if (self->answer == NULL || self->answer->len == 0)
    marks |= APH_MARK_EMPTY;
  else if (aph_loop_detector_check (self->answer->str, self->answer->len))
    marks |= APH_MARK_LOOPING;

  return marks;
}

/**
 * aph_job_set_context_length:
 * @self: a job
 * @n_tokens: the length of the context that its server uses where a request does not name one, or
 *   -1 if that is not known
 *
 * A prompt that fills the context was cut, without a word from the server.
 */
void
aph_job_set_context_length (AphJob *self,
                            gint64  n_tokens)
{
  g_return_if_fail (APH_IS_JOB (self));

  self->context_length = n_tokens;
}

static gint64
up_to (gint64 figure,
       gint64 maximum)
{
  return figure >= 0 && figure <= maximum ? figure : -1;
}

/* What a server or a file says. What cannot be is not known: figures can be added and multiplied
 * without a thought to where numbers end. */
void
aph_job_take_usage (AphJob         *self,
                    const AphUsage *usage)
{
  self->usage = (AphUsage) {
    .prompt_tokens = up_to (usage->prompt_tokens, MAX_TOKENS),
    .answer_tokens = up_to (usage->answer_tokens, MAX_TOKENS),
    .load_ns = up_to (usage->load_ns, MAX_NS),
    .prompt_ns = up_to (usage->prompt_ns, MAX_NS),
    .answer_ns = up_to (usage->answer_ns, MAX_NS),
    .total_ns = up_to (usage->total_ns, MAX_NS),
  };
}

/**
 * aph_job_finish:
 * @self: a running job
 * @done_reason: (nullable): the server's word for why it stopped
 * @usage: what the server says it used
 *
 * The server said that the answer is complete.
 */
void
aph_job_finish (AphJob         *self,
                const char     *done_reason,
                const AphUsage *usage)
{
  g_return_if_fail (aph_job_is_running (self));
  g_return_if_fail (usage != NULL);

  self->done_reason = g_strdup (done_reason);
  aph_job_take_usage (self, usage);
  self->times.ended = g_get_monotonic_time ();
  self->marks = judge (self);
  advance (self, APH_JOB_DONE);
}

static void
take_failure (AphJob     *self,
              AphFailure *failure)
{
  aph_failure_ref (failure);
  g_clear_pointer (&self->failure, aph_failure_unref);
  self->failure = failure;
}

static gboolean
has_text (AphJob *self)
{
  return (self->answer != NULL && self->answer->len > 0)
         || (self->thinking != NULL && self->thinking->len > 0);
}

/**
 * aph_job_fail:
 * @self: a job that waits or runs
 * @failure: why
 *
 * It ends here. What was answered so far stays readable.
 */
void
aph_job_fail (AphJob     *self,
              AphFailure *failure)
{
  g_return_if_fail (APH_IS_JOB (self));
  g_return_if_fail (failure != NULL);

  take_failure (self, failure);
  /* What was broken off because it repeats itself lacks nothing. */
  if (has_text (self) && !(self->marks & APH_MARK_LOOPING))
    self->marks |= aph_failure_is_stall (failure) ? APH_MARK_STALLED : APH_MARK_INCOMPLETE;
  self->times.ended = g_get_monotonic_time ();
  advance (self, APH_JOB_FAILED);
}

/**
 * aph_job_cancel:
 * @self: a job that waits or runs
 *
 * The user does not want it. What was answered so far stays readable.
 */
void
aph_job_cancel (AphJob *self)
{
  g_return_if_fail (APH_IS_JOB (self));

  /* That an earlier attempt had failed is not why it ends. */
  g_clear_pointer (&self->failure, aph_failure_unref);
  self->times.ended = g_get_monotonic_time ();
  advance (self, APH_JOB_CANCELLED);
}

static void
keep_partial (AphJob *self)
{
  if (self->answer != NULL && self->answer->len > 0)
    {
      g_free (self->partial);
      self->partial = g_strndup (self->answer->str, self->answer->len);
    }
}

/* What is left of an attempt when the next one begins. That a server was not there is none. */
static void
keep_texts (AphJob     *self,
            AphFailure *failure)
{
  keep_partial (self);
  if (failure != NULL && aph_failure_is_server_away (failure))
    return;

  if (self->over == NULL)
    self->over = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_attempt_free);
  else if (self->over->len == APH_MAX_FORMER_ATTEMPTS)
    g_ptr_array_remove_index (self->over, 0);
  g_ptr_array_add (self->over, aph_attempt_new_from_job (self));
}

/**
 * aph_job_steal_attempts:
 * @self: a job
 *
 * Returns: (transfer full) (nullable) (element-type AphAttempt): the attempts that were over when
 *   the job was put back or reset, the oldest first, as far as nobody has asked for them yet; the
 *   last %APH_MAX_FORMER_ATTEMPTS of them
 */
GPtrArray *
aph_job_steal_attempts (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return g_steal_pointer (&self->over);
}

/**
 * aph_job_put_back:
 * @self: a running job
 * @failure: (nullable): why it has to be sent again; %NULL when the user stopped the queue, which
 *   does not count as an attempt
 *
 * It waits again. What was answered so far is kept apart, see aph_job_get_partial().
 */
void
aph_job_put_back (AphJob     *self,
                  AphFailure *failure)
{
  g_return_if_fail (aph_job_is_running (self));

  if (failure != NULL)
    {
      take_failure (self, failure);
      keep_attempt (self, failure, g_get_monotonic_time ());
    }
  keep_texts (self, failure);
  clear_text (self);
  clear_outcome (self);
  if (failure == NULL)
    self->attempts--;
  else
    {
      take_failure (self, failure);
      if (!aph_failure_is_server_away (failure))
        self->strikes++;
    }
  advance (self, APH_JOB_WAITING);
}

/**
 * aph_job_reset:
 * @self: a job that has ended
 *
 * It waits again as if it were new; what it had answered is kept apart.
 */
void
aph_job_reset (AphJob *self)
{
  g_return_if_fail (aph_job_is_ended (self));

  if (self->state == APH_JOB_FAILED && self->times.sent != 0)
    keep_attempt (self, self->failure, self->times.ended);
  keep_texts (self, NULL);
  clear_text (self);
  clear_outcome (self);
  self->attempts = 0;
  self->strikes = 0;
  self->times.queued = g_get_monotonic_time ();
  advance (self, APH_JOB_WAITING);
}

/**
 * aph_job_state_to_nick:
 * @state: a state
 *
 * Returns: the word for it in files: "waiting", "sent", … "cancelled"
 */
const char *
aph_job_state_to_nick (AphJobState state)
{
  static const char *const nicks[APH_JOB_N_STATES] = {
    "waiting", "sent", "thinking", "answering", "done", "failed", "cancelled",
  };

  g_return_val_if_fail ((guint) state < APH_JOB_N_STATES, "unknown");

  return nicks[state];
}
