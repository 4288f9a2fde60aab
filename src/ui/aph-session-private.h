/* aph-session-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-job-list.h"
#include "ui/aph-feeder.h"
#include "ui/aph-recent-jobs.h"
#include "ui/aph-session.h"

G_BEGIN_DECLS

struct _AphSession
{
  GObject parent_instance;

  AphSettings *settings;
  AphStore *store;
  AphScheduler *scheduler;
  AphServerList *servers;
  AphConnection *connection;
  AphServerPool *pool;
  AphFeeder *feeder;
  AphRefreshClock *clock;

  char *model;            /* (nullable) one that the server has */

  AphJobList *jobs;       /* those that are looked at */
  AphBatch *batch;        /* (nullable) whose they are; NULL for all */
  AphJobQuery *query;
  AphRecentJobs *recent;
  GCancellable *cancellable;
  GQueue early;           /* what is wanted before the store is open */
  guint n_to_resume;
  gboolean is_resuming;
  gboolean is_paused_by_store;
  guint revision;
};

/* aph-session.c */
void        aph_session_mark_changed  (AphSession *self);
void        aph_session_job_advanced  (AphSession *self,
                                       AphJob     *job,
                                       AphJobState old_state);
void        aph_session_notify_batch  (AphSession *self);

/* aph-session-batches.c */
typedef void (*AphEarlyFunc)          (AphSession *self,
                                       gpointer    data);

void        aph_session_when_open     (AphSession *self,
                                       AphEarlyFunc func,
                                       gpointer    data,
                                       GDestroyNotify data_free);
void        aph_session_run_early     (AphSession *self,
                                       gboolean    may_run);

G_END_DECLS
