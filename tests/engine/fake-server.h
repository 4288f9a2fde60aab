/* fake-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FakeEnding:
 * @FAKE_KEEP: the connection is kept for the next request
 * @FAKE_CLOSE: it is closed
 * @FAKE_RESET: it is reset (RST)
 * @FAKE_HANG: nothing more happens until the client closes it
 *
 * What becomes of a connection after a reply.
 */
typedef enum
{
  FAKE_KEEP,
  FAKE_CLOSE,
  FAKE_RESET,
  FAKE_HANG,
} FakeEnding;

/**
 * FakeReply:
 * @delay: milliseconds before the first byte
 * @bytes: (owned) (nullable): what is sent, headers included
 * @piece: so many bytes are sent at once; 0 for all
 * @gap: milliseconds between pieces
 * @ending: what comes then
 *
 * How the server answers one request.
 */
typedef struct
{
  guint       delay;
  char       *bytes;
  gsize       piece;
  guint       gap;
  FakeEnding  ending;
} FakeReply;

/**
 * FakeReplyFunc:
 * @request: head and body as they came
 * @connection: the how-many-th connection it came on, from 0
 * @reply: to be filled in
 * @user_data: as given
 *
 * Decides how a request is answered; runs in a thread of its own per connection.
 */
typedef void (*FakeReplyFunc) (const char *request,
                               guint       connection,
                               FakeReply  *reply,
                               gpointer    user_data);

typedef struct _FakeServer FakeServer;

FakeServer *fake_server_new               (FakeReplyFunc  reply_func,
                                           gpointer       user_data);
FakeServer *fake_server_new_secure        (GTlsCertificate *certificate,
                                           FakeReplyFunc    reply_func,
                                           gpointer         user_data);
void        fake_server_free              (FakeServer    *self);

const char *fake_server_get_url           (FakeServer    *self);
guint       fake_server_get_n_connections (FakeServer    *self);
guint       fake_server_get_n_open        (FakeServer    *self);
guint       fake_server_get_n_requests    (FakeServer    *self);
guint       fake_server_get_peak          (FakeServer    *self);
char       *fake_server_dup_last_request  (FakeServer    *self);

GSocket    *fake_deaf_server_new          (guint          backlog,
                                           char         **url);
GPtrArray  *fake_full_server_new          (char         **url);

char       *fake_http                     (guint          status,
                                           const char    *headers,
                                           const char    *body);
char       *fake_refusal                  (guint          status,
                                           const char    *words);
char       *fake_http_chunked             (const char    *body,
                                           gboolean       is_whole);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

G_END_DECLS
