/* aph-job-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-attempt.h"
#include "job/aph-job.h"

G_BEGIN_DECLS

struct _AphJob
{
  GObject parent_instance;

  AphRequest *request;
  guint64 index;
  guint64 id;
  guint64 batch;
  guint64 place;        /* in the queue, see aph_job_get_place() */
  guint64 urgent;
  gboolean default_model;
  gboolean is_loaded;   /* FALSE while its record is on its way from the store */
  AphJobState state;
  AphJobMarks marks;
  guint revision;
  guint text_epoch;
  guint chunks;
  guint attempts;
  guint strikes;

  GString *answer;      /* (nullable) until the first text */
  GString *thinking;    /* (nullable) until the first text */
  gsize checked_for_loop; /* length of the text that is growing when it was last looked at */
  GPtrArray *over;      /* (nullable) of AphAttempt: those over, until somebody takes them */
  char *partial;        /* (nullable) what an earlier attempt had answered when it failed */
  char *done_reason;    /* (nullable) */
  const char *server;   /* (nullable) interned */
  guint in_flight;      /* at that server, when it was sent */
  AphOrigin *origin;    /* (nullable) what is known of that server and its model */
  AphFailure *failure;  /* (nullable) of the last attempt */
  GArray *former;       /* (nullable) of AphFormerAttempt: those before it that failed */

  guint rating;         /* the user's, 1 to APH_MAX_RATING; 0: none */
  char *note;           /* (nullable) the user's */

  gint64 context_length; /* of the server's model, in tokens; -1: unknown */
  AphUsage usage;
  AphTimes times;
};

void aph_job_take_usage (AphJob         *self,
                         const AphUsage *usage);

G_END_DECLS
