/* aph-server-pool.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-connection.h"
#include "ui/aph-pull.h"

G_BEGIN_DECLS

#define APH_TYPE_SERVER_POOL (aph_server_pool_get_type ())

/**
 * AphServerPool:
 *
 * Has prompts sent to every enabled server of the list, beside the one that was chosen in the
 * window: each gets a lane of its own. Not beside the demo server, whose replies are canned, and
 * not beside a server that the command line names.
 */
G_DECLARE_FINAL_TYPE (AphServerPool, aph_server_pool, APH, SERVER_POOL, GObject)

AphServerPool *aph_server_pool_new    (AphScheduler    *scheduler,
                                       AphSettings     *settings,
                                       AphServerList   *servers,
                                       AphConnection   *chosen);
AphConnection *aph_server_pool_lookup (AphServerPool   *self,
                                       const char      *id);
void           aph_server_pool_pull   (AphServerPool   *self,
                                       AphServer       *server,
                                       const char      *model);
void           aph_server_pool_forget_pull (AphServerPool *self,
                                       AphPull         *pull);
GListModel    *aph_server_pool_get_pulls (AphServerPool *self);
void           aph_server_pool_close  (AphServerPool   *self);

G_END_DECLS
