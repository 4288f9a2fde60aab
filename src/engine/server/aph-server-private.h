/* aph-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of #AphServer share: the questions (aph-server.c), the models
 * (aph-server-models.c), and who it is (aph-identity.c). An operation is a task of the server's
 * with an exchange:
 *
 *   g_task_new(), aph_server_add_exchange(), aph_exchange_…(), aph_server_run() … callback,
 *   aph_server_propagate()
 */

#pragma once

#include "server/aph-exchange.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

/* What costs the server nothing must be known soon or not at all. */
extern const AphClocks aph_server_short_clocks;

/* What the server has said of itself. */
typedef struct _AphIdentity AphIdentity;

AphIdentity      *aph_identity_new        (void);
void              aph_identity_free       (AphIdentity      *self);
void              aph_identity_take_models (AphIdentity     *self,
                                           GPtrArray        *models);
AphIdentity      *aph_server_get_identity (AphServer        *self);

const AphDialect *aph_server_get_dialect  (AphServer        *self);

void              aph_server_get_async    (AphServer        *self,
                                           const char       *path,
                                           gpointer          tag,
                                           GCancellable     *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer          user_data);

AphExchange      *aph_server_add_exchange (AphServer        *self,
                                           GTask            *task,
                                           const AphClocks  *clocks);
void              aph_server_run          (GTask            *task);
AphExchange      *aph_server_get_exchange (GTask            *task);
void              aph_server_set_model    (GTask            *task,
                                           const char       *model);
const char       *aph_server_get_model    (GTask            *task);
void              aph_server_finish_exchange (GTask         *task,
                                           AphFailure       *failure);
void              aph_server_count_in_flight (AphServer     *self,
                                           int               change);
gboolean          aph_server_propagate    (GTask            *task,
                                           AphFailure      **failure);
const char       *aph_server_get_body     (GTask            *task,
                                           gsize            *length,
                                           AphFailure      **failure);

G_END_DECLS
