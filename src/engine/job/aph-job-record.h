/* aph-job-record.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphJobRecord:
 * @id: its number in the store
 * @batch: the number of its batch
 * @place: where it is in the queue; 0 if nobody has moved it
 * @urgent: how urgent it is
 * @request: (owned): what is asked
 * @default_model: see aph_job_get_default_model()
 * @state: where it is
 * @marks: see #AphJobMarks
 * @chunks: pieces of text
 * @attempts: how often it was sent
 * @strikes: how often that broke off
 * @server: (owned) (nullable): the address it was last sent to
 * @in_flight: how many were in flight there
 * @origin: (owned) (nullable): what is known of that server and its model, as one text
 * @done_reason: (owned) (nullable): the server's word
 * @has_failure: whether the next three say anything
 * @failure_class: of the last attempt
 * @status: the HTTP status, or 0
 * @message: (owned) (nullable): the words for it
 * @usage: what the server says it used
 * @times: moments, but in microseconds since 1970
 * @rating: the user's
 * @note: (owned) (nullable): the user's
 * @answer: (owned) (nullable): the text
 * @thinking: (owned) (nullable): the text
 * @partial: (owned) (nullable): what an earlier attempt had answered
 *
 * All that is to be kept of a job: a plain value that crosses threads and outlives the process.
 */
typedef struct
{
  guint64          id;
  guint64          batch;
  guint64          place;
  guint64          urgent;
  AphRequest      *request;
  gboolean         default_model;
  AphJobState      state;
  AphJobMarks      marks;
  guint            chunks;
  guint            attempts;
  guint            strikes;
  char            *server;
  guint            in_flight;
  char            *origin;
  char            *done_reason;
  gboolean         has_failure;
  AphFailureClass  failure_class;
  guint            status;
  char            *message;
  AphUsage         usage;
  AphTimes         times;
  guint            rating;
  char            *note;
  char            *answer;
  char            *thinking;
  char            *partial;
} AphJobRecord;

AphJobRecord *aph_job_record_new          (void);
AphJobRecord *aph_job_record_new_from_job (AphJob             *job,
                                           gboolean            with_texts);
void          aph_job_record_free         (AphJobRecord       *self);

AphJob       *aph_job_new_from_record     (const AphJobRecord *record);
AphJob       *aph_job_new_placeholder     (guint64             id);
void          aph_job_load                (AphJob             *self,
                                           const AphJobRecord *record);

gint64        aph_wall_time_from_monotonic (gint64             time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphJobRecord, aph_job_record_free)

G_END_DECLS
