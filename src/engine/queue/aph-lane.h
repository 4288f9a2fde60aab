/* aph-lane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "queue/aph-tuner.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

/**
 * AphLaneState:
 * @APH_LANE_OPEN: jobs are sent
 * @APH_LANE_LOADING: the server loads the model that the next jobs ask for; opens by itself
 * @APH_LANE_RESTING: the server asked us to wait, and it opens by itself; or the lane is barred
 * @APH_LANE_DOWN: the server does not answer; it is probed, and opens by itself when it does
 *
 * Whether jobs can go to a server.
 */
typedef enum
{
  APH_LANE_OPEN,
  APH_LANE_LOADING,
  APH_LANE_RESTING,
  APH_LANE_DOWN,
} AphLaneState;

#define APH_TYPE_LANE (aph_lane_get_type ())

/**
 * AphLane:
 *
 * The places that the scheduler may fill at one server, and whether that server can be used.
 *
 * The signal "changed" tells of another state or limit, and of what the tuner has found.
 */
G_DECLARE_FINAL_TYPE (AphLane, aph_lane, APH, LANE, GObject)

AphLane      *aph_lane_new           (AphServer        *server,
                                      guint             limit);

AphServer    *aph_lane_get_server    (AphLane          *self);
AphLaneState  aph_lane_get_state     (AphLane          *self);
AphFailure   *aph_lane_get_failure   (AphLane          *self);
guint         aph_lane_get_setbacks  (AphLane          *self);
guint         aph_lane_get_limit     (AphLane          *self);
void          aph_lane_set_limit     (AphLane          *self,
                                      guint             limit);
AphTuner     *aph_lane_get_tuner     (AphLane          *self);
guint         aph_lane_get_in_flight (AphLane          *self);
gboolean      aph_lane_is_free       (AphLane          *self);
gboolean      aph_lane_has_model     (AphLane          *self,
                                      const char       *model);
void          aph_lane_set_models    (AphLane          *self,
                                      GPtrArray        *models);
const char   *aph_lane_get_model     (AphLane          *self);
void          aph_lane_probe_now     (AphLane          *self);
void          aph_lane_report_absent (AphLane          *self,
                                      AphFailure       *failure);
gint64        aph_lane_get_rest      (AphLane          *self);
gboolean      aph_lane_is_barred     (AphLane          *self);

/* For the scheduler */
gboolean      aph_lane_warm_up       (AphLane          *self,
                                      AphRequest       *request,
                                      const AphClocks  *clocks);
void          aph_lane_stop_loading  (AphLane          *self);
void          aph_lane_retire        (AphLane          *self);
void          aph_lane_bar           (AphLane          *self,
                                      AphFailure       *failure);
void          aph_lane_unbar         (AphLane          *self);
void          aph_lane_began         (AphLane          *self,
                                      AphRequest       *request);
void          aph_lane_progressed    (AphLane          *self,
                                      guint             n_tokens);
void          aph_lane_ended         (AphLane          *self,
                                      AphJob           *job,
                                      AphFailure       *failure);
gint64        aph_lane_get_context_length (AphLane     *self);
AphOrigin    *aph_lane_get_origin    (AphLane          *self,
                                      const char       *model,
                                      gboolean          streamed);
char        **aph_lane_get_group     (AphLane          *self);

G_END_DECLS
