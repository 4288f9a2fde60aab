/* aph-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "server/aph-dialect.h"
#include "server/aph-endpoint.h"

G_BEGIN_DECLS

/**
 * AphClocks:
 * @connect: until there is a connection
 * @first_token: from sending to the first text; covers the server's queue, loading the model and
 *   reading the prompt
 * @stall: between two pieces of text
 * @total: for the whole request
 *
 * How long we wait, in milliseconds; 0 for ever. They replace libsoup's timeout, which cannot
 * tell a server that is slow from one that is gone.
 */
typedef struct
{
  guint connect;
  guint first_token;
  guint stall;
  guint total;
} AphClocks;

#define APH_CLOCKS_INIT { .connect = 10000, .stall = 600000 }

/**
 * AphTextFunc:
 * @thinking: what was added to the thinking; maybe empty
 * @answer: what was added to the answer; maybe empty
 * @n_pieces: in how many lines with text they came, which is about the number of tokens
 * @user_data: as given
 *
 * Text arrived. Called at most once per drained read, so a burst of tokens is one call; both
 * texts are valid UTF-8 and belong to the caller.
 */
typedef void (*AphTextFunc) (const GString *thinking,
                             const GString *answer,
                             guint          n_pieces,
                             gpointer       user_data);

#define APH_TYPE_SERVER (aph_server_get_type ())

/**
 * AphServer:
 *
 * One server: its address, its dialect, its connections. All asynchronous, all in the main
 * context of the thread that made it.
 */
G_DECLARE_FINAL_TYPE (AphServer, aph_server, APH, SERVER, GObject)

AphServer   *aph_server_new                (AphEndpoint          *endpoint);
gboolean     aph_server_set_api_key        (AphServer            *self,
                                            const char           *api_key);

AphEndpoint *aph_server_get_endpoint       (AphServer            *self);
const char  *aph_server_get_url            (AphServer            *self);
const char  *aph_server_get_refused_certificate (AphServer *self);
guint        aph_server_get_in_flight      (AphServer            *self);

void         aph_server_probe_async        (AphServer            *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
char        *aph_server_probe_finish       (AphServer            *self,
                                            GAsyncResult         *result,
                                            AphFailure          **failure);

void         aph_server_list_models_async  (AphServer            *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GPtrArray   *aph_server_list_models_finish (AphServer            *self,
                                            GAsyncResult         *result,
                                            AphFailure          **failure);

void         aph_server_generate_async     (AphServer            *self,
                                            AphRequest           *request,
                                            gboolean              stream,
                                            const AphClocks      *clocks,
                                            AphTextFunc           text_func,
                                            gpointer              text_data,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean     aph_server_generate_finish    (AphServer            *self,
                                            GAsyncResult         *result,
                                            char                **done_reason,
                                            AphUsage             *usage,
                                            AphFailure          **failure);

gboolean     aph_server_can_load           (AphServer            *self);
void         aph_server_load_async         (AphServer            *self,
                                            AphRequest           *request,
                                            const AphClocks      *clocks,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean     aph_server_load_finish        (AphServer            *self,
                                            GAsyncResult         *result,
                                            AphFailure          **failure);

G_END_DECLS
