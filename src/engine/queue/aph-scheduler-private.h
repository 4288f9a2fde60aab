/* aph-scheduler-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "queue/aph-backlog.h"
#include "queue/aph-retry-queue.h"
#include "queue/aph-scheduler.h"

G_BEGIN_DECLS

/* What is to become of a job in flight, other than its own end. */
typedef enum
{
  APH_WISH_NONE,
  APH_WISH_CANCEL,
  APH_WISH_STOP,
  APH_WISH_WITHDRAW,
  APH_WISH_BREAK_LOOP,
} AphWish;

/* A job in flight. */
typedef struct
{
  AphScheduler *scheduler;    /* (not owned) gone when detached */
  AphJob *job;
  AphLane *lane;
  GCancellable *cancellable;
  gboolean streamed;
  AphWish wish;
} AphRun;

struct _AphScheduler
{
  GObject parent_instance;

  GPtrArray *lanes;
  AphBacklog *backlog;
  AphRetryQueue *retries;
  GHashTable *runs;           /* AphJob -> AphRun (not owned: the request in flight owns it) */
  GListStore *running;        /* (nullable) until somebody asks for it */

  AphClocks clocks;
  gboolean stream;
  gboolean break_loops;
  guint max_retries;
  guint max_probes;
  gboolean paused;
  AphFailure *pause_reason;   /* (nullable) */
  guint peak;
  gboolean was_busy;          /* since "idle" was last emitted */

  guint dispatch_source;
};

/* aph-scheduler.c */
void       aph_scheduler_emit_advanced    (AphScheduler *self,
                                           AphJob       *job,
                                           AphJobState   old_state);
void       aph_scheduler_pause_for        (AphScheduler *self,
                                           AphFailure   *reason);
GPtrArray *aph_scheduler_take_all_waiting (AphScheduler *self);
void       aph_scheduler_cancel_job       (AphScheduler *self,
                                           AphJob       *job);
void       aph_scheduler_unbar_lanes      (AphScheduler *self);

/* aph-scheduler-dispatch.c */
void       aph_scheduler_dispatch_later   (AphScheduler *self);
void       aph_scheduler_detach_runs      (AphScheduler *self);

G_END_DECLS
