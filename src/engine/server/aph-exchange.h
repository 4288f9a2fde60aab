/* aph-exchange.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "server/aph-alarm.h"
#include "server/aph-dialect.h"
#include "server/aph-server.h"

G_BEGIN_DECLS

/**
 * AphExchange:
 *
 * One request and its reply, private to #AphServer. It is run once.
 */
typedef struct _AphExchange AphExchange;

/**
 * AphLineFunc:
 * @reply: to be told when the line is the last, an error, or garbage
 * @line: one line, without its end
 * @length: how many bytes
 * @user_data: as given
 *
 * Reads one line of a reply.
 */
typedef void (*AphLineFunc) (AphReply   *reply,
                             const char *line,
                             gsize       length,
                             gpointer    user_data);

/**
 * AphExchangeFunc:
 * @self: an exchange that is over; its connection is closed or free again
 * @failure: (nullable): why it did not succeed; %NULL if the server answered with all it had to say
 * @user_data: as given
 *
 * Called from the main loop, never before aph_exchange_run() has returned.
 */
typedef void (*AphExchangeFunc) (AphExchange *self,
                                 AphFailure  *failure,
                                 gpointer     user_data);

AphAlarms   *aph_exchange_new_alarms (void);

AphExchange *aph_exchange_new        (SoupSession          *session,
                                      AphAlarms            *alarms,
                                      const AphDialect     *dialect,
                                      AphEndpoint          *endpoint,
                                      const AphClocks      *clocks);
AphExchange *aph_exchange_ref        (AphExchange          *self);
void         aph_exchange_unref      (AphExchange          *self);

void         aph_exchange_set_api_key (AphExchange         *self,
                                      const char           *api_key);
void         aph_exchange_call       (AphExchange          *self,
                                      const char           *method,
                                      const char           *path,
                                      GBytes               *body);
void         aph_exchange_generate   (AphExchange          *self,
                                      AphRequest           *request,
                                      gboolean              stream,
                                      AphTextFunc           text_func,
                                      gpointer              text_data);
void         aph_exchange_read_answer (AphExchange         *self,
                                      gboolean              stream,
                                      AphTextFunc           text_func,
                                      gpointer              text_data);
void         aph_exchange_read_lines (AphExchange          *self,
                                      AphLineFunc           line_func,
                                      gpointer              line_data,
                                      GDestroyNotify        destroy);

void         aph_exchange_run        (AphExchange          *self,
                                      GCancellable         *cancellable,
                                      AphExchangeFunc       func,
                                      gpointer              user_data);
void         aph_exchange_abort      (AphExchange          *self);

const char  *aph_exchange_get_body   (AphExchange          *self,
                                      gsize                *length);
const char  *aph_exchange_get_refused (AphExchange         *self);
const AphReply *
             aph_exchange_get_reply  (AphExchange          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphExchange, aph_exchange_unref)

G_END_DECLS
