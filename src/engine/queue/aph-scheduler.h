/* aph-scheduler.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-job.h"
#include "queue/aph-lane.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

#define APH_TYPE_SCHEDULER (aph_scheduler_get_type ())

/**
 * AphScheduler:
 *
 * Which job goes next, to which server, how many at once, and when again. It holds the jobs that
 * wait and those that run, and lets go of a job that has ended.
 *
 * Signals, all in the main context:
 * - "job-advanced" (#AphJob job, int old_state): a job is no longer in that #AphJobState
 * - "lane-changed" (#AphLane lane): a lane's state or limit changed
 * - "paused-changed": the queue was paused or started, by the user or because a quota is used up
 * - "hungry": fewer jobs wait than could soon be sent: whoever has more may add them now
 * - "idle": nothing waits and nothing runs any more
 */
G_DECLARE_FINAL_TYPE (AphScheduler, aph_scheduler, APH, SCHEDULER, GObject)

AphScheduler *aph_scheduler_new              (void);

AphLane      *aph_scheduler_add_server       (AphScheduler     *self,
                                              AphServer        *server,
                                              guint             limit);
void          aph_scheduler_remove_lane      (AphScheduler     *self,
                                              AphLane          *lane);
GPtrArray    *aph_scheduler_get_lanes        (AphScheduler     *self);

void          aph_scheduler_set_clocks       (AphScheduler     *self,
                                              const AphClocks  *clocks);
void          aph_scheduler_set_stream       (AphScheduler     *self,
                                              gboolean          stream);
void          aph_scheduler_set_break_loops  (AphScheduler     *self,
                                              gboolean          break_loops);
void          aph_scheduler_set_max_retries  (AphScheduler     *self,
                                              guint             max_retries);
void          aph_scheduler_set_max_probes   (AphScheduler     *self,
                                              guint             max_probes);

void          aph_scheduler_add              (AphScheduler     *self,
                                              AphJob           *job);
void          aph_scheduler_run_next         (AphScheduler     *self,
                                              AphJob           *job);
void          aph_scheduler_reorder          (AphScheduler     *self,
                                              GPtrArray        *jobs);
void          aph_scheduler_change_request   (AphScheduler     *self,
                                              AphJob           *job,
                                              AphRequest       *request);
void          aph_scheduler_cancel           (AphScheduler     *self,
                                              AphJob           *job);
void          aph_scheduler_withdraw         (AphScheduler     *self,
                                              AphJob           *job);
void          aph_scheduler_cancel_all       (AphScheduler     *self);
void          aph_scheduler_stop             (AphScheduler     *self);

gboolean      aph_scheduler_get_paused       (AphScheduler     *self);
AphFailure   *aph_scheduler_get_pause_reason (AphScheduler     *self);
void          aph_scheduler_set_paused       (AphScheduler     *self,
                                              gboolean          paused);

guint         aph_scheduler_get_n_waiting    (AphScheduler     *self);
guint         aph_scheduler_get_n_running    (AphScheduler     *self);
guint         aph_scheduler_get_peak         (AphScheduler     *self);
GListModel   *aph_scheduler_get_running      (AphScheduler     *self);

G_END_DECLS
