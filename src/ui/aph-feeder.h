/* aph-feeder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "queue/aph-scheduler.h"
#include "store/aph-store.h"
#include "ui/aph-connection.h"

G_BEGIN_DECLS

#define APH_TYPE_FEEDER (aph_feeder_get_type ())

/**
 * AphFeeder:
 *
 * Hands the waiting jobs of a store on to a scheduler: as many as it can soon use of each batch and
 * model, so that it can choose, and no more, so that a million cost nothing.
 */
G_DECLARE_FINAL_TYPE (AphFeeder, aph_feeder, APH, FEEDER, GObject)

AphFeeder *aph_feeder_new          (AphStore      *store,
                                    AphScheduler  *scheduler,
                                    AphConnection *connection);
void       aph_feeder_close        (AphFeeder     *self);

void       aph_feeder_set_model    (AphFeeder     *self,
                                    const char    *model);
void       aph_feeder_set_gated    (AphFeeder     *self,
                                    gboolean       gated);
gboolean   aph_feeder_get_gated    (AphFeeder     *self);

void       aph_feeder_look         (AphFeeder     *self);
void       aph_feeder_look_again   (AphFeeder     *self);
void       aph_feeder_submit       (AphFeeder     *self,
                                    AphJob        *job);
void       aph_feeder_run_next     (AphFeeder     *self,
                                    AphJob        *job);
void       aph_feeder_change_request (AphFeeder   *self,
                                    AphJob        *job,
                                    AphRequest    *request);
gboolean   aph_feeder_cancel       (AphFeeder     *self,
                                    AphJob        *job);
void       aph_feeder_withdraw_job (AphFeeder     *self,
                                    AphJob        *job);
void       aph_feeder_withdraw     (AphFeeder     *self,
                                    guint64        batch);
void       aph_feeder_job_advanced (AphFeeder     *self,
                                    AphJob        *job,
                                    AphJobState    old_state);
guint      aph_feeder_get_n_active (AphFeeder     *self);
guint      aph_feeder_count_waiting (AphFeeder    *self,
                                    guint64        before);

G_END_DECLS
