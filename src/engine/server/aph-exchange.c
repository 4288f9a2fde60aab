/* aph-exchange.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One request and its reply, laid out in the order it happens:
 *
 *   send_message() -> starting_cb() -> sent_cb() -> readable_cb() … -> settle() -> (closed_cb())
 *   -> finish()
 *
 * A short reply comes at once, and then all of it happens at once: with a thousand in flight, what
 * is put off until the other 999 have had their turn is no longer in the processor's cache.
 *
 * libsoup's timeout is off, since it cannot tell a server that is slow from one that is gone: the
 * clocks are ours. Bytes are drained from a pollable stream until it would block, which takes a
 * fraction of the wake-ups of one asynchronous read per token.
 */

#define G_LOG_DOMAIN "aph-exchange"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "base/aph-trace.h"
#include "server/aph-exchange-private.h"
#include "server/aph-http-failure.h"

/* One drained read: so many chunks at most, so that other streams get their turn; but more than
 * there are tokens in what libsoup takes from the socket in one piece, which is 8 KiB. */
#define MAX_ROUNDS 128

static const char *const state_names[] = {
  [APH_EXCHANGE_NEW] = "new",
  [APH_EXCHANGE_CONNECTING] = "connecting",
  [APH_EXCHANGE_SENT] = "sent",
  [APH_EXCHANGE_READING_LINES] = "reading lines",
  [APH_EXCHANGE_READING_BODY] = "reading body",
  [APH_EXCHANGE_READING_ERROR] = "reading error",
  [APH_EXCHANGE_READING_USAGE] = "reading usage",
  [APH_EXCHANGE_DRAINING] = "draining",
  [APH_EXCHANGE_CLOSING] = "closing",
  [APH_EXCHANGE_FINISHED] = "finished",
};

static void send_message (AphExchange *self);
static gboolean accept_certificate_cb (SoupMessage *message, GTlsCertificate *certificate,
                                       GTlsCertificateFlags errors, gpointer user_data);
static void starting_cb (SoupMessage *message, gpointer user_data);
static void got_headers_cb (SoupMessage *message, gpointer user_data);
static void sent_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static gboolean readable_cb (GObject *stream, gpointer user_data);
static void read_bytes (AphExchange *self);
static void closed_cb (GObject *source, GAsyncResult *result, gpointer user_data);
static void finish (AphExchange *self);

/**
 * aph_exchange_new:
 * @session: where it is sent
 * @alarms: from aph_exchange_new_alarms(), for this and other exchanges of the same thread
 * @dialect: how the server speaks
 * @endpoint: where the server is
 * @clocks: how long we wait
 *
 * Returns: (transfer full): an exchange that still has to be told what to ask, by
 *   aph_exchange_call() or aph_exchange_generate()
 */
AphExchange *
aph_exchange_new (SoupSession      *session,
                  AphAlarms        *alarms,
                  const AphDialect *dialect,
                  AphEndpoint      *endpoint,
                  const AphClocks  *clocks)
{
  AphExchange *self = g_rc_box_new0 (AphExchange);

  self->session = g_object_ref (session);
  self->dialect = dialect;
  self->endpoint = aph_endpoint_ref (endpoint);
  self->clocks = *clocks;
  aph_alarm_init (&self->clock, alarms, aph_exchange_clock_cb, self);
  aph_reply_init (&self->reply);

  return self;
}

AphExchange *
aph_exchange_ref (AphExchange *self)
{
  return g_rc_box_acquire (self);
}

static void
aph_exchange_clear (gpointer data)
{
  AphExchange *self = data;

  g_assert (self->readable == NULL);
  g_assert (self->sending == NULL);

  aph_alarm_clear (&self->clock);
  g_object_unref (self->session);
  aph_endpoint_unref (self->endpoint);
  g_free (self->api_key);
  g_free (self->refused);
  g_free (self->uri);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->stopper);
  if (self->line_destroy != NULL)
    self->line_destroy (self->line_data);
  g_clear_pointer (&self->reader, aph_line_reader_free);
  aph_reply_clear (&self->reply);
  g_clear_pointer (&self->failure, aph_failure_unref);
}

void
aph_exchange_unref (AphExchange *self)
{
  g_rc_box_release_full (self, aph_exchange_clear);
}

/**
 * aph_exchange_set_api_key:
 * @self: a new exchange
 * @api_key: (nullable): who asks, in characters that a header may hold
 */
void
aph_exchange_set_api_key (AphExchange *self,
                          const char  *api_key)
{
  g_free (self->api_key);
  self->api_key = g_strdup (api_key);
}

/**
 * aph_exchange_call:
 * @self: a new exchange
 * @method: a literal: "GET", "POST", "DELETE"
 * @path: a literal: a path of the API
 * @body: (nullable): JSON that is sent
 *
 * Says what is asked. The body of the reply is kept as a whole, unless aph_exchange_read_answer()
 * or aph_exchange_read_lines() says otherwise.
 */
void
aph_exchange_call (AphExchange *self,
                   const char  *method,
                   const char  *path,
                   GBytes      *body)
{
  g_assert (self->uri == NULL);

  self->method = method;
  self->path = path;
  self->uri = aph_endpoint_dup_path (self->endpoint, path);
  self->body = body != NULL ? g_bytes_ref (body) : NULL;
}

/**
 * aph_exchange_read_answer:
 * @self: an exchange that knows what to ask
 * @stream: whether the answer is to come in pieces
 * @text_func: (nullable): called when text has come
 * @text_data: for @text_func
 *
 * Has the reply read as an answer, which is good only if it says that it is complete.
 */
void
aph_exchange_read_answer (AphExchange *self,
                          gboolean     stream,
                          AphTextFunc  text_func,
                          gpointer     text_data)
{
  self->wants_answer = TRUE;
  self->is_streamed = stream;
  self->text_func = text_func;
  self->text_data = text_data;
}

/**
 * aph_exchange_read_lines:
 * @self: an exchange that knows what to ask
 * @line_func: reads one line
 * @line_data: for @line_func
 * @destroy: frees @line_data
 *
 * Has the reply read line by line as it comes. It is good only if one of them is the last.
 */
void
aph_exchange_read_lines (AphExchange    *self,
                         AphLineFunc     line_func,
                         gpointer        line_data,
                         GDestroyNotify  destroy)
{
  self->wants_answer = TRUE;
  self->is_streamed = TRUE;
  self->line_func = line_func;
  self->line_data = line_data;
  self->line_destroy = destroy;
}

/**
 * aph_exchange_generate:
 * @self: a new exchange
 * @request: what is asked
 * @stream: whether the answer is to come in pieces
 * @text_func: (nullable): called when text has come
 * @text_data: for @text_func
 *
 * Makes it a question to a model.
 */
void
aph_exchange_generate (AphExchange *self,
                       AphRequest  *request,
                       gboolean     stream,
                       AphTextFunc  text_func,
                       gpointer     text_data)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;

  self->dialect->write_generate (request, stream, text);
  body = g_string_free_to_bytes (text);
  aph_exchange_call (self, "POST", self->dialect->get_generate_path (request), body);
  aph_exchange_read_answer (self, stream, text_func, text_data);
}

/* Every transition goes through here. */
void
aph_exchange_advance (AphExchange      *self,
                      AphExchangeState  state)
{
  g_assert (state > self->state || (state == APH_EXCHANGE_CONNECTING && self->is_resent));

  aph_trace ("%p: %s -> %s", self, state_names[self->state], state_names[state]);

  self->state = state;
  self->state_at = g_get_monotonic_time ();
  if (state == APH_EXCHANGE_SENT)
    self->sent_at = self->state_at;

  aph_exchange_arm_clock (self);
}

/* Some servers repeat the key that they refuse, and messages are shown and written to files. */
static AphFailure *
hide_key (AphExchange *self,
          AphFailure  *failure)
{
  AphAccess *access = aph_endpoint_get_access (self->endpoint);
  g_autoptr (GString) message = g_string_new (aph_failure_get_message (failure));
  AphFailure *hidden;

  aph_access_hide_secret (self->api_key, message);
  if (access != NULL)
    aph_access_hide (access, message);
  if (strcmp (message->str, aph_failure_get_message (failure)) == 0)
    return failure;

  hidden = aph_failure_new (aph_failure_get_class (failure), aph_failure_get_status (failure),
                            "%s", message->str);
  aph_failure_set_retry_after (hidden, aph_failure_get_retry_after (failure));
  if (aph_failure_is_stall (failure))
    aph_failure_set_stall (hidden);
  aph_failure_unref (failure);

  return hidden;
}

/* Takes @failure; the first one counts. */
void
aph_exchange_fail (AphExchange *self,
                   AphFailure  *failure)
{
  if (self->failure == NULL)
    self->failure = hide_key (self, failure);
  else
    aph_failure_unref (failure);
}

static void
stop_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
cancel_sending_cb (gpointer user_data)
{
  AphExchange *self = user_data;

  g_cancellable_cancel (self->sending);

  return G_SOURCE_REMOVE;
}

/* libsoup frees what it still uses if it is cancelled between reading the headers and telling us of
 * them (seen with 3.6.5; 3.2.3 has the same code). It does that in the next turn of the main loop
 * at the latest, at our priority: whatever is left to cancel can wait for so long. */
static void
cancel_sending (AphExchange *self)
{
  if (self->sending == NULL || self->cancelling != NULL)
    return;

  if (!self->has_headers)
    {
      g_cancellable_cancel (self->sending);
      return;
    }

  self->cancelling = g_idle_source_new ();
  g_source_set_static_name (self->cancelling, "AphExchange cancelling");
  g_source_set_priority (self->cancelling, APH_EXCHANGE_CLOCK_PRIORITY);
  g_source_set_callback (self->cancelling, cancel_sending_cb, aph_exchange_ref (self),
                         (GDestroyNotify) aph_exchange_unref);
  g_source_attach (self->cancelling, self->context);
}

/* Whoever waits for bytes need not watch for this as well: that would be a source of its own for
 * each wait. */
static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  AphExchange *self = user_data;

  self->is_cancelled = TRUE;
  cancel_sending (self);
  if (self->readable != NULL)
    g_source_set_ready_time (self->readable, 0);
}

/**
 * aph_exchange_is_unwanted:
 * @self: a running exchange
 *
 * Returns: whether the caller has cancelled it
 */
gboolean
aph_exchange_is_unwanted (AphExchange *self)
{
  return self->stopper != NULL && g_cancellable_is_cancelled (self->stopper);
}

/**
 * aph_exchange_run:
 * @self: an exchange that knows what to ask
 * @cancellable: (nullable): to stop it, in this thread
 * @func: called when it is over
 * @user_data: for @func
 *
 * Runs it, in the thread-default main context.
 */
void
aph_exchange_run (AphExchange     *self,
                  GCancellable    *cancellable,
                  AphExchangeFunc  func,
                  gpointer         user_data)
{
  g_assert (self->state == APH_EXCHANGE_NEW && self->uri != NULL);

  /* Until finish() */
  aph_exchange_ref (self);
  self->func = func;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  if (cancellable != NULL)
    {
      self->stopper = g_object_ref (cancellable);
      self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self,
                                                  NULL);
    }

  self->started_at = g_get_monotonic_time ();
  send_message (self);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  AphExchange *self = user_data;

  /* Nothing of this happens to a connection that was kept. */
  self->is_fresh = TRUE;
}

static void
send_message (AphExchange *self)
{
  SoupMessage *message = soup_message_new (self->method, self->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  AphAccess *access = aph_endpoint_get_access (self->endpoint);

  /* Without the flag every POST makes a connection of its own. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  /* All but questions too: libsoup sends a GET again by itself when a kept connection turns out to
   * be dead, and if the server is gone by then, 3.2.3 goes on with a queue item that it has freed.
   * What changes the server is not to be sent twice anyway. */
  if (self->is_resent || !self->wants_answer)
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);

  soup_message_headers_replace (headers, "Accept",
                                self->is_streamed ? self->dialect->content_type
                                                  : "application/json");
  if (self->api_key != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", self->api_key, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
    }
  if (access != NULL)
    aph_access_add_headers (access, headers);
  if (self->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", self->body);

  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), self);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
  g_signal_connect (message, "starting", G_CALLBACK (starting_cb), self);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), self);

  self->message = message;
  self->is_fresh = FALSE;
  self->has_headers = FALSE;
  self->sending = g_cancellable_new ();
  if (self->is_cancelled)
    g_cancellable_cancel (self->sending);
  aph_exchange_advance (self, APH_EXCHANGE_CONNECTING);
  soup_session_send_async (self->session, message, APH_EXCHANGE_READ_PRIORITY, self->sending,
                           sent_cb, aph_exchange_ref (self));
}

static void
drop_message (AphExchange *self)
{
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
}

/* Only asked about a certificate that the system does not trust. */
static gboolean
accept_certificate_cb (SoupMessage          *message,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              user_data)
{
  AphExchange *self = user_data;
  AphAccess *access = aph_endpoint_get_access (self->endpoint);
  GUri *uri = soup_message_get_uri (message);
  g_autoptr (GSocketConnectable) identity =
    g_network_address_new (g_uri_get_host (uri), g_uri_get_port (uri));

  if (access != NULL && aph_access_trusts (access, certificate, identity))
    return TRUE;

  g_free (self->refused);
  self->refused = aph_certificate_fingerprint (certificate);

  return FALSE;
}

static void
starting_cb (SoupMessage *message,
             gpointer     user_data)
{
  AphExchange *self = user_data;

  /* Twice if libsoup sends the message again by itself. */
  if (self->state == APH_EXCHANGE_CONNECTING)
    aph_exchange_advance (self, APH_EXCHANGE_SENT);
}

static void
got_headers_cb (SoupMessage *message,
                gpointer     user_data)
{
  AphExchange *self = user_data;

  self->has_headers = TRUE;
}

/* A connection that was kept may have been closed by the server meanwhile (vLLM does after 5 s):
 * it shows only when the next request gets no byte back. That is no failure of the request. */
static gboolean
is_stale_connection (AphExchange  *self,
                     const GError *error)
{
  return self->state == APH_EXCHANGE_SENT
         && !self->is_fresh
         && !self->is_resent
         && !self->is_cancelled
         && (error->domain == G_IO_ERROR || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF));
}

static void
handle_send_error (AphExchange  *self,
                   const GError *error)
{
  if (is_stale_connection (self, error))
    {
      g_debug ("%p: the kept connection was dead: %s", self, error->message);
      drop_message (self);
      self->is_resent = TRUE;
      send_message (self);
      return;
    }

  if (!self->is_cancelled)
    aph_exchange_fail (self,
                       aph_http_failure_from_error (error, aph_endpoint_get_url (self->endpoint),
                                                    self->state > APH_EXCHANGE_CONNECTING));
  finish (self);
}

static void
wait_for_bytes (AphExchange *self)
{
  /* A source is good for one time: libsoup decides when it makes one whether there are bytes in
   * its buffers or the socket is to be waited for. */
  self->readable = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->stream),
                                                          NULL);
  g_source_set_static_name (self->readable, "AphExchange bytes");
  g_source_set_priority (self->readable, APH_EXCHANGE_READ_PRIORITY);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), aph_exchange_ref (self),
                         (GDestroyNotify) aph_exchange_unref);
  if (self->is_cancelled)
    g_source_set_ready_time (self->readable, 0);
  g_source_attach (self->readable, self->context);
}

static AphExchangeState
choose_reading (AphExchange *self)
{
  const char *type =
    soup_message_headers_get_content_type (soup_message_get_response_headers (self->message), NULL);

  if (self->status != SOUP_STATUS_OK)
    return APH_EXCHANGE_READING_ERROR;

  if (!self->wants_answer)
    return APH_EXCHANGE_READING_BODY;

  /* Some servers stream whether they are asked to or not. */
  if (self->is_streamed || g_strcmp0 (type, self->dialect->content_type) == 0)
    return APH_EXCHANGE_READING_LINES;

  return APH_EXCHANGE_READING_BODY;
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (AphExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  stop_source (&self->cancelling);
  g_clear_object (&self->sending);
  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    {
      handle_send_error (self, error);
      return;
    }

  self->status = soup_message_get_status (self->message);
  self->reader = aph_line_reader_new ();
  aph_exchange_advance (self, choose_reading (self));
  /* What came together with the headers. */
  read_bytes (self);
}

static gboolean
readable_cb (GObject  *stream,
             gpointer  user_data)
{
  g_autoptr (AphExchange) self = aph_exchange_ref (user_data);

  stop_source (&self->readable);
  read_bytes (self);

  return G_SOURCE_REMOVE;
}

static void
read_bytes (AphExchange *self)
{
  g_autoptr (GError) error = NULL;
  gssize n_read = 1;

  self->read_at = g_get_monotonic_time ();

  for (guint i = 0; n_read > 0 && !aph_exchange_has_read_enough (self) && i < MAX_ROUNDS; i++)
    {
      gsize size;
      char *space = aph_line_reader_get_space (self->reader, &size);

      /* It does not wait, so there is nothing to cancel; each of libsoup's layers would look. */
      n_read = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->stream),
                                                         space, size, NULL, &error);
      if (n_read > 0)
        {
          aph_line_reader_add (self->reader, n_read);
          aph_exchange_take_bytes (self);
        }
    }

  aph_exchange_deliver_text (self);
  aph_line_reader_rest (self->reader);

  if (!aph_exchange_has_read_enough (self)
      && (n_read > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
    {
      wait_for_bytes (self);
      return;
    }

  self->has_end = n_read == 0;
  /* A complete reply stays complete, and an error page says enough, when the connection breaks. */
  if (n_read < 0 && self->state < APH_EXCHANGE_READING_ERROR
      && !self->is_cancelled)
    aph_exchange_fail (self,
                       aph_http_failure_from_error (error, aph_endpoint_get_url (self->endpoint),
                                                    TRUE));
  aph_exchange_settle (self);
}

/* All bytes that will be read have been read: finds out what they mean, and closes. */
void
aph_exchange_settle (AphExchange *self)
{
  if (self->failure == NULL && !self->is_cancelled)
    aph_exchange_take_end (self);

  stop_source (&self->readable);
  aph_exchange_advance (self, APH_EXCHANGE_CLOSING);

  /* Nothing is left to read, and so nothing to wait for. */
  if (self->has_end)
    {
      g_input_stream_close (self->stream, NULL, NULL);
      finish (self);
      return;
    }

  /* Not cancellable: the place is free only when the connection is. */
  g_input_stream_close_async (self->stream, APH_EXCHANGE_READ_PRIORITY, NULL,
                              closed_cb, aph_exchange_ref (self));
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphExchange) self = user_data;

  /* What had to be read has been read. */
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  finish (self);
}

static void
finish (AphExchange *self)
{
  aph_exchange_advance (self, APH_EXCHANGE_FINISHED);

  if (aph_exchange_is_unwanted (self))
    g_clear_pointer (&self->failure, aph_failure_unref);
  if (self->failure == NULL && self->is_cancelled)
    aph_exchange_fail (self, aph_failure_new (APH_FAILURE_CANCELLED, 0, _("Cancelled")));

  if (self->stopper != NULL)
    g_cancellable_disconnect (self->stopper, self->cancelled_id);
  drop_message (self);
  g_clear_object (&self->stream);

  self->func (self, self->failure, self->user_data);
  aph_exchange_unref (self);
}

/**
 * aph_exchange_abort:
 * @self: a running exchange
 *
 * Ends it as if it were cancelled.
 */
void
aph_exchange_abort (AphExchange *self)
{
  cancelled_cb (NULL, self);
}

/**
 * aph_exchange_get_body:
 * @self: a finished exchange whose reply was kept as a whole
 * @length: (out): how many bytes
 *
 * Returns: (transfer none): the body of the reply
 */
const char *
aph_exchange_get_body (AphExchange *self,
                       gsize       *length)
{
  return aph_line_reader_peek (self->reader, length);
}

/**
 * aph_exchange_get_refused:
 * @self: an exchange that has ended
 *
 * Returns: (nullable): the fingerprint of the server's certificate, if that was not trusted
 */
const char *
aph_exchange_get_refused (AphExchange *self)
{
  return self->refused;
}

/**
 * aph_exchange_get_reply:
 * @self: a finished exchange whose reply was read as an answer
 *
 * Returns: (transfer none): what the reply said; its texts were handed over already
 */
const AphReply *
aph_exchange_get_reply (AphExchange *self)
{
  return &self->reply;
}
