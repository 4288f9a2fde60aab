/* queue-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "queue/aph-scheduler.h"

#include "sim-fixture.h"

G_BEGIN_DECLS

/* A scheduler, and what became of its jobs. */
typedef struct
{
  AphScheduler *scheduler;
  GPtrArray *jobs;
  GString *ended;       /* the jobs' indices in the order in which they ended */
  guint n_done;
  guint n_failed;
  guint n_idle;
  guint n_hungry;
} Queue;

void     queue_init       (Queue      *queue);
void     queue_clear      (Queue      *queue);
AphLane *queue_add_server (Queue      *queue,
                           Sim        *sim,
                           guint       limit);
AphJob  *queue_add_job    (Queue      *queue,
                           const char *model);
AphJob  *queue_get_job    (Queue      *queue,
                           guint       index);

G_END_DECLS
