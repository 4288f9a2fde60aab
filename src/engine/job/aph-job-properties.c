/* aph-job-properties.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a job tells of itself, and what its owner and the user note on it. None of this moves it on
 * its way: that is aph-job.c.
 */

#define G_LOG_DOMAIN "aph-job"

#include "config.h"

#include "job/aph-job-private.h"

static const AphUsage no_usage = APH_USAGE_INIT;

/**
 * aph_job_is_loaded:
 * @self: a job
 *
 * Returns: whether anything but its number is known. A row of the store is not loaded while its
 *   record is on its way from disk: it seems to wait, without a prompt. Its revision changes when
 *   it is loaded.
 */
gboolean
aph_job_is_loaded (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), FALSE);

  return self->is_loaded;
}

AphRequest *
aph_job_get_request (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->request;
}

guint64
aph_job_get_index (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->index;
}

/**
 * aph_job_get_id:
 * @self: a job
 *
 * Returns: its number in the store, which no other job has; 0 if it is in none
 */
guint64
aph_job_get_id (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->id;
}

/**
 * aph_job_set_id:
 * @self: a job that has no number yet
 * @id: its number in the store
 */
void
aph_job_set_id (AphJob  *self,
                guint64  id)
{
  g_return_if_fail (APH_IS_JOB (self));
  g_return_if_fail (self->id == 0 || self->id == id);

  self->id = id;
}

/**
 * aph_job_get_batch:
 * @self: a job
 *
 * Returns: a number that the jobs of one batch have in common; 0 by default
 */
guint64
aph_job_get_batch (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->batch;
}

/**
 * aph_job_set_batch:
 * @self: a job that no scheduler has yet
 * @batch: the number of its batch
 */
void
aph_job_set_batch (AphJob  *self,
                   guint64  batch)
{
  g_return_if_fail (APH_IS_JOB (self));

  self->batch = batch;
}

/**
 * aph_job_get_place:
 * @self: a job
 *
 * Returns: where it is in the queue: of two jobs that are equally urgent the one with the smaller
 *   place is sent first. By default it follows from its index, see %APH_PLACE_SHIFT
 */
guint64
aph_job_get_place (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->place;
}

/**
 * aph_job_set_place:
 * @self: a job; a scheduler that has it is to be told by aph_scheduler_reorder()
 * @place: where it is in the queue
 */
void
aph_job_set_place (AphJob  *self,
                   guint64  place)
{
  g_return_if_fail (APH_IS_JOB (self));

  self->place = place;
}

/**
 * aph_job_get_urgent:
 * @self: a job
 *
 * Returns: how urgent it is: what is more urgent is sent first, whatever its batch and model; 0 by
 *   default, and once it is sent
 */
guint64
aph_job_get_urgent (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->urgent;
}

/**
 * aph_job_set_urgent:
 * @self: a job; a scheduler that has it is to be told by aph_scheduler_reorder()
 * @urgent: how urgent it is
 */
void
aph_job_set_urgent (AphJob  *self,
                    guint64  urgent)
{
  g_return_if_fail (APH_IS_JOB (self));

  self->urgent = urgent;
}

/**
 * aph_job_compare_turns:
 * @self: a job
 * @other: another
 *
 * Returns: less than 0 if it is @self's turn before that of @other, more than 0 if after, 0 if it
 *   does not matter
 */
int
aph_job_compare_turns (AphJob *self,
                       AphJob *other)
{
  if (self->urgent != other->urgent)
    return self->urgent > other->urgent ? -1 : 1;
  if (self->place != other->place)
    return self->place < other->place ? -1 : 1;

  return (self->index > other->index) - (self->index < other->index);
}

/**
 * aph_job_get_default_model:
 * @self: a job
 *
 * Returns: whether its model was not asked for, but was the one in use when it was queued
 */
gboolean
aph_job_get_default_model (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), FALSE);

  return self->default_model;
}

void
aph_job_set_default_model (AphJob   *self,
                           gboolean  default_model)
{
  g_return_if_fail (APH_IS_JOB (self));

  self->default_model = default_model;
}

AphJobState
aph_job_get_state (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), APH_JOB_WAITING);

  return self->state;
}

/**
 * aph_job_get_revision:
 * @self: a job
 *
 * Returns: a number that changes with every change of the job
 */
guint
aph_job_get_revision (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->revision;
}

static const char *
get_text (GString *text,
          gsize   *length)
{
  if (length != NULL)
    *length = text != NULL ? text->len : 0;

  return text != NULL ? text->str : "";
}

/**
 * aph_job_get_answer:
 * @self: a job
 * @length: (out) (optional): its length in bytes
 *
 * The text grows at its end only, while aph_job_get_text_epoch() stays the same.
 *
 * Returns: (transfer none): the answer so far; valid until the main loop runs again
 */
const char *
aph_job_get_answer (AphJob *self,
                    gsize  *length)
{
  g_return_val_if_fail (APH_IS_JOB (self), "");

  return get_text (self->answer, length);
}

/**
 * aph_job_get_thinking:
 * @self: a job
 * @length: (out) (optional): its length in bytes
 *
 * Returns: (transfer none): the thinking so far; valid until the main loop runs again
 */
const char *
aph_job_get_thinking (AphJob *self,
                      gsize  *length)
{
  g_return_val_if_fail (APH_IS_JOB (self), "");

  return get_text (self->thinking, length);
}

/**
 * aph_job_get_text_epoch:
 * @self: a job
 *
 * Returns: a number that changes when the texts start anew, because the job is sent again
 */
guint
aph_job_get_text_epoch (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->text_epoch;
}

/**
 * aph_job_get_chunks:
 * @self: a job
 *
 * Returns: how many pieces of text arrived: about the number of tokens, while the server has not
 *   said how many there were
 */
guint
aph_job_get_chunks (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->chunks;
}

guint
aph_job_get_attempts (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->attempts;
}

/**
 * aph_job_get_strikes:
 * @self: a job
 *
 * Returns: how many attempts broke off by the job's own fault or bad luck; those whose server was
 *   absent or busy do not count
 */
guint
aph_job_get_strikes (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->strikes;
}

/**
 * aph_job_get_partial:
 * @self: a job
 *
 * Returns: (nullable): what an earlier attempt had answered when it broke off. It is kept apart
 *   from the answer: attempts are never joined.
 */
const char *
aph_job_get_partial (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->partial;
}

/**
 * aph_job_get_former_attempts:
 * @self: a job
 * @n_attempts: (out): how many there are
 *
 * Returns: (array length=n_attempts) (nullable): the attempts that failed before its last one, the
 *   oldest first; the last %APH_MAX_FORMER_ATTEMPTS of them
 */
const AphFormerAttempt *
aph_job_get_former_attempts (AphJob *self,
                             guint  *n_attempts)
{
  g_return_val_if_fail (n_attempts != NULL, NULL);
  *n_attempts = 0;
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  if (self->former == NULL)
    return NULL;

  *n_attempts = self->former->len;

  return (const AphFormerAttempt *) (gpointer) self->former->data;
}

/**
 * aph_job_get_failure:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): why the last attempt failed. A waiting job has one when it
 *   will be tried again.
 */
AphFailure *
aph_job_get_failure (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->failure;
}

/**
 * aph_job_get_server:
 * @self: a job
 *
 * Returns: (nullable): the address of the server that it was last sent to
 */
const char *
aph_job_get_server (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->server;
}

/**
 * aph_job_get_in_flight:
 * @self: a job
 *
 * What a server answers at the same time changes an answer a little.
 *
 * Returns: how many were in flight at its server when its last attempt was sent, itself included;
 *   0 if it never was
 */
guint
aph_job_get_in_flight (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->in_flight;
}

/**
 * aph_job_get_origin:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): what is known of the server and the model that it was last
 *   sent to; %NULL before it was sent
 */
AphOrigin *
aph_job_get_origin (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->origin;
}

/**
 * aph_job_set_origin:
 * @self: a job that was sent
 * @origin: (nullable): what is known of its server and its model
 */
void
aph_job_set_origin (AphJob    *self,
                    AphOrigin *origin)
{
  g_return_if_fail (APH_IS_JOB (self));

  if (self->origin == origin)
    return;

  g_clear_pointer (&self->origin, aph_origin_unref);
  self->origin = origin != NULL ? aph_origin_ref (origin) : NULL;
}

const char *
aph_job_get_done_reason (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->done_reason;
}

AphJobMarks
aph_job_get_marks (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->marks;
}

const AphUsage *
aph_job_get_usage (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), &no_usage);

  return &self->usage;
}

const AphTimes *
aph_job_get_times (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return &self->times;
}

/**
 * aph_job_get_rating:
 * @self: a job
 *
 * Returns: how good the user found the answer, from 1 to %APH_MAX_RATING; 0 if they did not say
 */
guint
aph_job_get_rating (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), 0);

  return self->rating;
}

void
aph_job_set_rating (AphJob *self,
                    guint   rating)
{
  g_return_if_fail (APH_IS_JOB (self));
  g_return_if_fail (rating <= APH_MAX_RATING);

  if (rating == self->rating)
    return;

  self->rating = rating;
  self->revision++;
}

/**
 * aph_job_get_note:
 * @self: a job
 *
 * Returns: (nullable): what the user noted about the answer
 */
const char *
aph_job_get_note (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), NULL);

  return self->note;
}

/**
 * aph_job_set_note:
 * @self: a job
 * @note: (nullable): what to note about the answer; %NULL and "" for nothing
 */
void
aph_job_set_note (AphJob     *self,
                  const char *note)
{
  g_return_if_fail (APH_IS_JOB (self));

  if (note != NULL && *note == '\0')
    note = NULL;
  if (g_strcmp0 (note, self->note) == 0)
    return;

  g_free (self->note);
  self->note = g_strdup (note);
  self->revision++;
}

gboolean
aph_job_is_running (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), FALSE);

  return self->state == APH_JOB_SENT
         || self->state == APH_JOB_THINKING
         || self->state == APH_JOB_ANSWERING;
}

gboolean
aph_job_is_ended (AphJob *self)
{
  g_return_val_if_fail (APH_IS_JOB (self), FALSE);

  return self->state >= APH_JOB_DONE;
}
