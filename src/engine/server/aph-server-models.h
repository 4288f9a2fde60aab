/* aph-server-models.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models of an #AphServer, beyond their list: what there is to know of them, which are loaded,
 * and how to get and to lose them.
 */

#pragma once

#include "server/aph-server.h"

G_BEGIN_DECLS

/**
 * AphModelPullFunc:
 * @status: what the server does, in its words: "pulling manifest"
 * @completed: how many bytes are there
 * @total: how many there will be, as far as known; 0 before the first layer
 * @user_data: as given
 *
 * A download went on.
 */
typedef void (*AphModelPullFunc) (const char *status,
                                  gint64      completed,
                                  gint64      total,
                                  gpointer    user_data);

gboolean    aph_server_can_manage_models  (AphServer            *self);

void        aph_server_show_async         (AphServer            *self,
                                           const char           *model,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
AphModel   *aph_server_show_finish        (AphServer            *self,
                                           GAsyncResult         *result,
                                           AphFailure          **failure);

void        aph_server_list_loaded_async  (AphServer            *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GPtrArray  *aph_server_list_loaded_finish (AphServer            *self,
                                           GAsyncResult         *result,
                                           AphFailure          **failure);

void        aph_server_unload_async       (AphServer            *self,
                                           const char           *model,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean    aph_server_unload_finish      (AphServer            *self,
                                           GAsyncResult         *result,
                                           AphFailure          **failure);

void        aph_server_pull_async         (AphServer            *self,
                                           const char           *model,
                                           AphModelPullFunc      pull_func,
                                           gpointer              pull_data,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean    aph_server_pull_finish        (AphServer            *self,
                                           GAsyncResult         *result,
                                           AphFailure          **failure);

void        aph_server_delete_async       (AphServer            *self,
                                           const char           *model,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean    aph_server_delete_finish      (AphServer            *self,
                                           GAsyncResult         *result,
                                           AphFailure          **failure);

G_END_DECLS
