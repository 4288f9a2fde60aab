/* aph-identity.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an #AphServer says of itself: learnt once, not with every request.
 */

#pragma once

#include "job/aph-origin.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

void        aph_server_identify_async  (AphServer            *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean    aph_server_identify_finish (AphServer            *self,
                                        GAsyncResult         *result);

void        aph_server_forget_identity (AphServer            *self);

const char *aph_server_get_version     (AphServer            *self);
guint       aph_server_get_slots       (AphServer            *self);
const char *aph_server_get_digest      (AphServer            *self,
                                        const char           *model);
AphOrigin  *aph_server_dup_origin      (AphServer            *self,
                                        const char           *model,
                                        gboolean              streamed);

G_END_DECLS
