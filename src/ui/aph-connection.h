/* aph-connection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "queue/aph-scheduler.h"
#include "ui/aph-server-list.h"

G_BEGIN_DECLS

/**
 * AphHealth:
 * @APH_HEALTH_UNKNOWN: it was not asked yet, or has not replied yet
 * @APH_HEALTH_READY: it answers and has models
 * @APH_HEALTH_NO_MODELS: it answers, but no model is installed
 * @APH_HEALTH_RESTING: it asked us to wait
 * @APH_HEALTH_DOWN: nobody answers; it is asked again by itself
 *
 * How the server is.
 */
typedef enum
{
  APH_HEALTH_UNKNOWN,
  APH_HEALTH_READY,
  APH_HEALTH_NO_MODELS,
  APH_HEALTH_RESTING,
  APH_HEALTH_DOWN,
} AphHealth;

#define APH_TYPE_CONNECTION (aph_connection_get_type ())

/**
 * AphConnection:
 *
 * The server that prompts go to: which it is, how it is, which models it has. It gives the
 * scheduler its lane.
 *
 * Signals:
 * - "changed": the server, its health or its models changed
 * - "demo-failed" (string): the demo server could not be started, and why
 */
G_DECLARE_FINAL_TYPE (AphConnection, aph_connection, APH, CONNECTION, GObject)

AphConnection *aph_connection_new           (AphScheduler  *scheduler,
                                             AphSettings   *settings);

void           aph_connection_set_servers   (AphConnection *self,
                                             AphServerList *servers);
AphServerList *aph_connection_get_servers   (AphConnection *self);
void           aph_connection_set_more      (AphConnection *self,
                                             GPtrArray     *more);

void           aph_connection_use_stored    (AphConnection *self);
void           aph_connection_use_endpoint  (AphConnection *self,
                                             AphEndpoint   *endpoint);
void           aph_connection_use_limited   (AphConnection *self,
                                             AphEndpoint   *endpoint,
                                             guint          limit);
gboolean       aph_connection_use_address   (AphConnection *self,
                                             const char    *address,
                                             GError       **error);
gboolean       aph_connection_goes_to       (AphConnection *self,
                                             AphEndpoint   *endpoint);
void           aph_connection_use_demo      (AphConnection *self);
AphLane       *aph_connection_get_lane      (AphConnection *self);
void           aph_connection_set_limit     (AphConnection *self,
                                             guint          limit);
void           aph_connection_refresh       (AphConnection *self);
void           aph_connection_close         (AphConnection *self);

gboolean       aph_connection_is_used       (AphConnection *self);
gboolean       aph_connection_is_chosen     (AphConnection *self);
AphServer     *aph_connection_get_server    (AphConnection *self);
const char    *aph_connection_get_url       (AphConnection *self);
gboolean       aph_connection_is_demo       (AphConnection *self);
AphHealth      aph_connection_get_health    (AphConnection *self);
const char    *aph_connection_get_loading   (AphConnection *self);
AphFailure    *aph_connection_get_failure   (AphConnection *self);
GListModel    *aph_connection_get_models    (AphConnection *self);
gboolean       aph_connection_has_model     (AphConnection *self,
                                             const char    *model);

G_END_DECLS
