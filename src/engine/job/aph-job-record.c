/* aph-job-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job"

#include "config.h"

#include "job/aph-job-private.h"
#include "job/aph-job-record.h"

static const AphUsage no_usage = APH_USAGE_INIT;

/**
 * aph_wall_time_from_monotonic:
 * @time: a moment on the monotonic clock, in microseconds; 0 for one that has not been
 *
 * Returns: the same in microseconds since 1970, as the clock on the wall is set now; or 0
 */
gint64
aph_wall_time_from_monotonic (gint64 time)
{
  return time != 0 ? time + (g_get_real_time () - g_get_monotonic_time ()) : 0;
}

/* The same shift for all, so that the spans between them stay exact. */
static void
shift_times (AphTimes       *shifted,
             const AphTimes *times,
             gint64          shift)
{
  gint64 *const to[] = {
    &shifted->queued, &shifted->sent, &shifted->first_token, &shifted->first_answer,
    &shifted->last_token, &shifted->ended,
  };
  const gint64 from[] = {
    times->queued, times->sent, times->first_token, times->first_answer, times->last_token,
    times->ended,
  };

  for (guint i = 0; i < G_N_ELEMENTS (from); i++)
    {
      *to[i] = from[i] != 0 ? from[i] + shift : 0;
      /* 0 is what has not happened. */
      if (from[i] != 0 && *to[i] == 0)
        *to[i] = 1;
    }
}

/**
 * aph_job_record_new:
 *
 * Returns: (transfer full): a record that says nothing yet
 */
AphJobRecord *
aph_job_record_new (void)
{
  AphJobRecord *self = g_new0 (AphJobRecord, 1);

  self->usage = no_usage;

  return self;
}

/* An origin as one text, and back. */
static char *
origin_to_text (AphOrigin *origin)
{
  const AphOriginFields *fields = aph_origin_get_fields (origin);

  return g_strdup_printf ("%s\n%d\n%s\n%s", fields->api, fields->streamed,
                          fields->version != NULL ? fields->version : "",
                          fields->digest != NULL ? fields->digest : "");
}

static const char *
null_if_empty (const char *text)
{
  return *text != '\0' ? text : NULL;
}

static AphOrigin *
origin_from_text (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\n", 4);
  AphOriginFields fields = { 0, };

  if (g_strv_length (parts) != 4)
    return NULL;

  fields.api = parts[0];
  fields.streamed = *parts[1] == '1';
  fields.version = null_if_empty (parts[2]);
  fields.digest = null_if_empty (parts[3]);

  return aph_origin_new (&fields);
}

static char *
dup_text (GString *text)
{
  return text != NULL && text->len > 0 ? g_strndup (text->str, text->len) : NULL;
}

/**
 * aph_job_record_new_from_job:
 * @job: a job that is loaded
 * @with_texts: whether answer and thinking are wanted, too
 *
 * Returns: (transfer full): how the job is now
 */
AphJobRecord *
aph_job_record_new_from_job (AphJob   *job,
                             gboolean  with_texts)
{
  AphJobRecord *self;

  g_return_val_if_fail (aph_job_is_loaded (job), NULL);

  self = aph_job_record_new ();
  self->id = job->id;
  self->batch = job->batch;
  self->place = job->place;
  self->urgent = job->urgent;
  self->request = aph_request_ref (job->request);
  self->default_model = job->default_model;
  self->state = job->state;
  self->marks = job->marks;
  self->chunks = job->chunks;
  self->attempts = job->attempts;
  self->strikes = job->strikes;
  self->server = g_strdup (job->server);
  self->in_flight = job->in_flight;
  if (job->origin != NULL)
    self->origin = origin_to_text (job->origin);
  self->done_reason = g_strdup (job->done_reason);
  if (job->failure != NULL)
    {
      self->has_failure = TRUE;
      self->failure_class = aph_failure_get_class (job->failure);
      self->status = aph_failure_get_status (job->failure);
      self->message = g_strdup (aph_failure_get_message (job->failure));
    }
  self->usage = job->usage;
  shift_times (&self->times, &job->times, g_get_real_time () - g_get_monotonic_time ());
  self->rating = job->rating;
  self->note = g_strdup (job->note);
  self->partial = g_strdup (job->partial);
  if (with_texts)
    {
      self->answer = dup_text (job->answer);
      self->thinking = dup_text (job->thinking);
    }

  return self;
}

/**
 * aph_job_record_free:
 * @self: (transfer full) (nullable): a record
 */
void
aph_job_record_free (AphJobRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->request, aph_request_unref);
  g_free (self->server);
  g_free (self->origin);
  g_free (self->done_reason);
  g_free (self->message);
  g_free (self->note);
  g_free (self->answer);
  g_free (self->thinking);
  g_free (self->partial);
  g_free (self);
}

static void
set_text (GString    **where,
          const char  *text)
{
  if (*where != NULL)
    g_string_assign (*where, text != NULL ? text : "");
  else if (text != NULL)
    *where = g_string_new (text);
}

/**
 * aph_job_load:
 * @self: a placeholder, or a job that changed elsewhere; neither runs
 * @record: how it is
 *
 * Views see it by its revision.
 */
void
aph_job_load (AphJob             *self,
              const AphJobRecord *record)
{
  g_return_if_fail (APH_IS_JOB (self));
  g_return_if_fail (!aph_job_is_running (self));
  g_return_if_fail (record != NULL && record->request != NULL);

  aph_request_ref (record->request);
  aph_request_unref (self->request);
  self->request = record->request;
  self->is_loaded = TRUE;
  self->id = record->id;
  self->index = record->id;
  self->batch = record->batch;
  self->place = record->place != 0 ? record->place : record->id << APH_PLACE_SHIFT;
  self->urgent = record->urgent;
  self->default_model = record->default_model;
  self->state = record->state;
  self->marks = record->marks;
  self->chunks = record->chunks;
  self->attempts = record->attempts;
  self->strikes = record->strikes;
  self->server = g_intern_string (record->server);
  self->in_flight = record->in_flight;
  g_clear_pointer (&self->origin, aph_origin_unref);
  if (record->origin != NULL)
    self->origin = origin_from_text (record->origin);
  g_free (self->done_reason);
  self->done_reason = g_strdup (record->done_reason);
  g_clear_pointer (&self->failure, aph_failure_unref);
  if (record->has_failure)
    self->failure = aph_failure_new (record->failure_class, record->status, "%s",
                                     record->message != NULL ? record->message : "");
  aph_job_take_usage (self, &record->usage);
  shift_times (&self->times, &record->times, g_get_monotonic_time () - g_get_real_time ());
  self->rating = record->rating;
  g_free (self->note);
  self->note = g_strdup (record->note);
  set_text (&self->answer, record->answer);
  set_text (&self->thinking, record->thinking);
  g_free (self->partial);
  self->partial = g_strdup (record->partial);
  self->text_epoch++;
  self->revision++;
}

/**
 * aph_job_new_placeholder:
 * @id: its number in the store
 *
 * Returns: (transfer full): a job of which nothing else is known yet; aph_job_load() fills it
 */
AphJob *
aph_job_new_placeholder (guint64 id)
{
  static AphRequest *nothing;
  AphJob *self;

  if (nothing == NULL)
    nothing = aph_request_new (NULL, "", NULL, NULL);

  self = aph_job_new (nothing, id);
  self->id = id;
  self->is_loaded = FALSE;

  return self;
}

/**
 * aph_job_new_from_record:
 * @record: what is known of it
 *
 * Returns: (transfer full): the job as it was
 */
AphJob *
aph_job_new_from_record (const AphJobRecord *record)
{
  g_autoptr (AphJob) self = NULL;

  g_return_val_if_fail (record != NULL && record->request != NULL, NULL);

  self = aph_job_new (record->request, record->id);
  aph_job_load (self, record);

  return g_steal_pointer (&self);
}
