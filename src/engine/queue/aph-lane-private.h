/* aph-lane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the two files of #AphLane share: whether jobs can be sent (aph-lane.c), and what is to be
 * known of where they go (aph-lane-server.c).
 */

#pragma once

#include "queue/aph-lane.h"

G_BEGIN_DECLS

#define APH_LANE_NEVER G_MAXINT64

struct _AphLane
{
  GObject parent_instance;

  AphServer *server;
  gboolean is_retired;       /* nothing is sent there any more */
  AphLaneState state;
  AphFailure *failure;       /* (nullable) why it is not open */
  guint setbacks;            /* times in a row that the server was absent or busy */
  guint limit;
  AphTuner *tuner;           /* (nullable) sets the limit when it is automatic */
  AphTunerVerdict verdict;   /* of the tuner, as it was last told */
  const char *model;         /* (nullable) interned; of the last job sent or being loaded */
  char *load_key;            /* (nullable) of what the server was last made to load */
  GCancellable *loading;     /* (nullable) while it loads */
  gint64 context_length;     /* of the model where requests do not say, in tokens; -1: unknown */
  GCancellable *asking;      /* (nullable) once the server was asked for it */
  GCancellable *identifying; /* (nullable) while the server is asked who it is */
  GHashTable *origins;       /* model -> AphOrigin: as long as nothing new is known of the server */
  guint in_flight;
  char *group;               /* (nullable) of the backlog, that its last job came from */
  GHashTable *models;        /* (nullable) names; NULL while we do not know what it has */

  guint timer;               /* until it opens, or until it is probed */
  gint64 rests_until;        /* while it rests, on the monotonic clock, in microseconds;
                                APH_LANE_NEVER while it is barred */
  GCancellable *probe;       /* (nullable) the probe under way */
};

/* aph-lane.c */
void aph_lane_follow_tuner     (AphLane *self);

/* aph-lane-server.c */
void aph_lane_identify         (AphLane *self);
void aph_lane_stop_identifying (AphLane *self);
void aph_lane_heed_slots       (AphLane *self);
void aph_lane_ask_context      (AphLane *self);
void aph_lane_forget_context   (AphLane *self);

G_END_DECLS
