/* fake-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server for tests that writes raw bytes, since SoupServer cannot be made to break off a reply.
 * One thread per connection, so that what it does can be read from top to bottom.
 */

#define G_LOG_DOMAIN "fake-server"

#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "fake-server.h"

struct _FakeServer
{
  GSocketService *service;
  GTlsCertificate *certificate;   /* (nullable) what it speaks TLS with */
  FakeReplyFunc reply_func;
  gpointer user_data;
  char *url;

  GMutex lock;
  GCond changed;
  guint n_connections;
  guint n_open;
  guint n_requests;
  guint n_now;
  guint peak;
  char *last_request;
};

/* Returns head and body of the next request, NULL when there is none any more. */
static char *
read_request (GInputStream *input)
{
  g_autoptr (GString) request = g_string_new (NULL);
  const char *end;
  const char *header;
  gsize body_length = 0;

  do
    {
      char byte;

      if (g_input_stream_read (input, &byte, 1, NULL, NULL) != 1)
        return NULL;
      g_string_append_c (request, byte);
      end = strstr (request->str, "\r\n\r\n");
    }
  while (end == NULL);

  header = strstr (request->str, "Content-Length: ");
  if (header != NULL)
    body_length = g_ascii_strtoull (header + strlen ("Content-Length: "), NULL, 10);

  while (body_length > 0)
    {
      char buffer[4096];
      gssize n = g_input_stream_read (input, buffer, MIN (body_length, sizeof buffer), NULL, NULL);

      if (n <= 0)
        return NULL;
      g_string_append_len (request, buffer, n);
      body_length -= n;
    }

  return g_string_free (g_steal_pointer (&request), FALSE);
}

static void
wait_until_closed (GInputStream *input)
{
  char buffer[256];

  while (g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
}

static gboolean
send_reply (GIOStream *connection,
            FakeReply *reply)
{
  GOutputStream *output = g_io_stream_get_output_stream (connection);
  gsize length = reply->bytes != NULL ? strlen (reply->bytes) : 0;
  gsize piece = reply->piece > 0 ? reply->piece : length;

  g_usleep (reply->delay * 1000);

  for (gsize at = 0; at < length; at += piece)
    {
      if (at > 0)
        g_usleep (reply->gap * 1000);
      if (!g_output_stream_write_all (output, reply->bytes + at, MIN (piece, length - at),
                                      NULL, NULL, NULL))
        return FALSE;
    }

  return TRUE;
}

/* Returns whether the connection is to be kept. */
static gboolean
answer (FakeServer *self,
        GIOStream  *stream,
        GSocket    *socket,
        const char *request,
        guint       number)
{
  FakeReply reply = { .ending = FAKE_KEEP };
  struct linger linger = { 1, 0 };
  gboolean sent;

  self->reply_func (request, number, &reply, self->user_data);
  sent = send_reply (stream, &reply);
  g_free (reply.bytes);

  switch (reply.ending)
    {
    case FAKE_KEEP:
      return sent;
    case FAKE_RESET:
      setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
      return FALSE;
    case FAKE_HANG:
      wait_until_closed (g_io_stream_get_input_stream (stream));
      return FALSE;
    case FAKE_CLOSE:
    default:
      return FALSE;
    }
}

/* What goes over the connection; one that the client does not trust ends at the first read. */
static GIOStream *
open_stream (FakeServer        *self,
             GSocketConnection *connection)
{
  GIOStream *stream;
  g_autoptr (GError) error = NULL;

  if (self->certificate == NULL)
    return g_object_ref (G_IO_STREAM (connection));

  stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, &error);
  g_assert_no_error (error);

  return stream;
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  FakeServer *self = user_data;
  g_autoptr (GIOStream) stream = open_stream (self, connection);
  GInputStream *input = g_io_stream_get_input_stream (stream);
  GSocket *socket = g_socket_connection_get_socket (connection);
  guint number;
  gboolean keep = TRUE;
  char *request;

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  g_mutex_lock (&self->lock);
  number = self->n_connections++;
  g_mutex_unlock (&self->lock);

  while (keep && (request = read_request (input)) != NULL)
    {
      g_mutex_lock (&self->lock);
      self->n_requests++;
      self->n_now++;
      self->peak = MAX (self->peak, self->n_now);
      g_free (self->last_request);
      self->last_request = g_strdup (request);
      g_mutex_unlock (&self->lock);

      keep = answer (self, stream, socket, request, number);
      g_free (request);

      g_mutex_lock (&self->lock);
      self->n_now--;
      g_mutex_unlock (&self->lock);
    }

  g_io_stream_close (stream, NULL, NULL);

  g_mutex_lock (&self->lock);
  self->n_open--;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);

  return TRUE;
}

/* Before there is a thread for it, which may take its time: whoever frees the server must know. */
static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  FakeServer *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_open++;
  g_mutex_unlock (&self->lock);

  return FALSE;
}

static FakeServer *
new_server (GTlsCertificate *certificate,
            FakeReplyFunc    reply_func,
            gpointer         user_data)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  if (certificate != NULL)
    self->certificate = g_object_ref (certificate);
  self->reply_func = reply_func;
  self->user_data = user_data;

  self->service = g_threaded_socket_service_new (-1);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), 1024);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                 G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf ("%s://127.0.0.1:%u", certificate != NULL ? "https" : "http",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);

  return self;
}

/**
 * fake_server_new:
 * @reply_func: decides what is answered
 * @user_data: for @reply_func
 *
 * Returns: (transfer full): a server on a free port of 127.0.0.1
 */
FakeServer *
fake_server_new (FakeReplyFunc reply_func,
                 gpointer      user_data)
{
  return new_server (NULL, reply_func, user_data);
}

/**
 * fake_server_new_secure:
 * @certificate: what it shows, with its key
 * @reply_func: decides what is answered
 * @user_data: for @reply_func
 *
 * Returns: (transfer full): a server that speaks TLS on a free port of 127.0.0.1
 */
FakeServer *
fake_server_new_secure (GTlsCertificate *certificate,
                        FakeReplyFunc    reply_func,
                        gpointer         user_data)
{
  return new_server (certificate, reply_func, user_data);
}

/**
 * fake_server_free:
 * @self: a server whose clients have closed their connections, or will at once
 *
 * Waits for all connections to end.
 */
void
fake_server_free (FakeServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));

  g_mutex_lock (&self->lock);
  while (self->n_open > 0)
    {
      g_cond_wait_until (&self->changed, &self->lock,
                         g_get_monotonic_time () + 5 * G_TIME_SPAN_MILLISECOND);
      g_mutex_unlock (&self->lock);
      /* A client that is still in the middle of something hangs up in its own main loop. */
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);

  g_object_unref (self->service);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->last_request);
  g_free (self->url);
  g_free (self);
}

const char *
fake_server_get_url (FakeServer *self)
{
  return self->url;
}

static guint
get_count (FakeServer *self,
           guint      *count)
{
  guint value;

  g_mutex_lock (&self->lock);
  value = *count;
  g_mutex_unlock (&self->lock);

  return value;
}

guint
fake_server_get_n_connections (FakeServer *self)
{
  return get_count (self, &self->n_connections);
}

guint
fake_server_get_n_open (FakeServer *self)
{
  return get_count (self, &self->n_open);
}

guint
fake_server_get_n_requests (FakeServer *self)
{
  return get_count (self, &self->n_requests);
}

/**
 * fake_server_get_peak:
 * @self: a server
 *
 * Returns: how many requests were answered at the same time, at most
 */
guint
fake_server_get_peak (FakeServer *self)
{
  return get_count (self, &self->peak);
}

char *
fake_server_dup_last_request (FakeServer *self)
{
  char *request;

  g_mutex_lock (&self->lock);
  request = g_strdup (self->last_request);
  g_mutex_unlock (&self->lock);

  return request;
}

/**
 * fake_deaf_server_new:
 * @backlog: so many connections the system makes on its own, and one more
 * @url: (out): its address
 *
 * Makes a server that accepts no connection, and so reads from none.
 *
 * Returns: (transfer full): the socket that listens
 */
GSocket *
fake_deaf_server_new (guint   backlog,
                      char  **url)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  GSocket *listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_bind (listener, any, TRUE, NULL));
  g_assert_cmpint (listen (g_socket_get_fd (listener), backlog), ==, 0);
  address = g_socket_get_local_address (listener, NULL);
  *url = g_strdup_printf ("http://127.0.0.1:%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));

  return listener;
}

/**
 * fake_full_server_new:
 * @url: (out): its address
 *
 * Makes a server whose queue of connections is full: connecting to it takes for ever.
 *
 * Returns: (transfer full): what it consists of
 */
GPtrArray *
fake_full_server_new (char **url)
{
  GPtrArray *sockets = g_ptr_array_new_with_free_func (g_object_unref);
  GSocket *listener = fake_deaf_server_new (0, url);
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (listener, NULL);

  g_ptr_array_add (sockets, listener);
  for (guint i = 0; i < 4; i++)
    {
      GSocket *filler = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL);

      g_ptr_array_add (sockets, filler);
      g_socket_set_blocking (filler, FALSE);
      g_socket_connect (filler, address, NULL, NULL);
    }

  return sockets;
}

/**
 * fake_http:
 * @status: the status
 * @headers: more headers, each with its CR LF
 * @body: the body
 *
 * Returns: (transfer full): the bytes of a reply with a Content-Length
 */
char *
fake_http (guint       status,
           const char *headers,
           const char *body)
{
  return g_strdup_printf ("HTTP/1.1 %u Status\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s",
                          status, strlen (body), headers, body);
}

/**
 * fake_refusal:
 * @status: an HTTP status
 * @words: why, without quotation marks
 *
 * Returns: (transfer full): the bytes of a reply that refuses something, as Ollama words it
 */
char *
fake_refusal (guint       status,
              const char *words)
{
  g_autofree char *body = g_strdup_printf ("{\"error\":\"%s\"}", words);

  return fake_http (status, "", body);
}

/**
 * fake_http_chunked:
 * @body: the body
 * @is_whole: whether the last chunk follows
 *
 * Returns: (transfer full): the bytes of a streamed reply as Ollama sends it: one chunk per line
 */
char *
fake_http_chunked (const char *body,
                   gboolean    is_whole)
{
  GString *bytes = g_string_new ("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n");

  while (*body != '\0')
    {
      gsize length = strcspn (body, "\n");

      if (body[length] == '\n')
        length++;
      g_string_append_printf (bytes, "%" G_GSIZE_MODIFIER "x\r\n", length);
      g_string_append_len (bytes, body, length);
      g_string_append (bytes, "\r\n");
      body += length;
    }

  if (is_whole)
    g_string_append (bytes, "0\r\n\r\n");

  return g_string_free (bytes, FALSE);
}
