/* sim-conn.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-conn"

#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim-conn.h"

#define MAX_HEAD (1024 * 1024)
#define MAX_LINE (8 * 1024)
#define MAX_BODY (G_GUINT64_CONSTANT (256) * 1024 * 1024)
/* While a reply is written no more than this is read ahead. */
#define MAX_AHEAD (256 * 1024)
#define IDLE_CLOSE (100 * SIM_MSEC)

typedef enum
{
  READ_HEAD,
  READ_BODY,
  READ_CHUNK_SIZE,
  READ_CHUNK,
  READ_CHUNK_END,
  READ_TRAILERS,
  REPLY,
} State;

struct _SimConn
{
  SimLoop             *loop;
  SimWatch             watch;
  SimTimer             idle_timer;

  const SimConnHost   *host;
  gpointer             host_data;
  const SimConnOwner  *owner; /* (nullable) who writes the running reply */
  gpointer             owner_data;

  GString             *in;
  gsize                in_used;
  GString             *out;
  gsize                out_sent;

  State                state;
  SimRequest           request;
  guint64              body_left;

  SimConnEnd           end;          /* of the reply that was written last */
  guint                keep_alive : 1; /* the client wants it */
  guint                http_1_0 : 1;
  guint                chunked : 1;  /* the running reply */
  guint                began : 1;    /* its headers are written */
  guint                eof : 1;      /* the client sends no more */
  guint                closing : 1;  /* nothing more is written than what is queued */
  guint                processing : 1;
};

static void process (SimConn *self);

static void
conn_free (gpointer data)
{
  SimConn *self = data;

  g_string_free (self->in, TRUE);
  g_string_free (self->out, TRUE);
  g_string_free (self->request.headers, TRUE);
  g_string_free (self->request.body, TRUE);
  g_free (self->request.method);
  g_free (self->request.path);
  g_free (self);
}

/**
 * sim_conn_close:
 * @self: a connection
 *
 * Closes it at once. A reply that is being written is told.
 */
void
sim_conn_close (SimConn *self)
{
  const SimConnOwner *owner = g_steal_pointer (&self->owner);
  int fd = self->watch.fd;

  if (fd < 0)
    return;

  if (owner != NULL)
    owner->gone (self->owner_data);

  sim_loop_clear_timer (self->loop, &self->idle_timer);
  sim_loop_remove_watch (self->loop, &self->watch);
  close (fd);
  self->host->gone (self->host_data, self);
  sim_loop_bury (self->loop, self, conn_free);
}

static void
idle_cb (gpointer data)
{
  sim_conn_close (data);
}

/* Unread input would turn our FIN into a reset, and the client might lose the end of the reply. */
static void
close_gently (SimConn *self)
{
  char rest[4096];

  shutdown (self->watch.fd, SHUT_WR);
  while (recv (self->watch.fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
    ;
  sim_conn_close (self);
}

static void
close_with_reset (SimConn *self)
{
  struct linger linger = { 1, 0 };

  setsockopt (self->watch.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  sim_conn_close (self);
}

static gsize
get_unsent (SimConn *self)
{
  return self->out->len - self->out_sent;
}

static void
update_watch (SimConn *self)
{
  guint events = 0;

  if (self->watch.fd < 0)
    return;

  if (!self->eof && !self->closing)
    events |= EPOLLRDHUP;
  if (!self->eof && !self->closing
      && (self->state != REPLY || self->in->len - self->in_used < MAX_AHEAD))
    events |= EPOLLIN;
  if (get_unsent (self) > 0)
    events |= EPOLLOUT;

  sim_loop_change_watch (self->loop, &self->watch, events);
}

/**
 * sim_conn_flush:
 * @self: a connection
 *
 * Hands the kernel what it takes. When something remains the owner hears of it later through
 * `drained`.
 *
 * Returns: whether nothing remains
 */
gboolean
sim_conn_flush (SimConn *self)
{
  while (get_unsent (self) > 0 && self->watch.fd >= 0)
    {
      ssize_t n = send (self->watch.fd, self->out->str + self->out_sent, get_unsent (self),
                        MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        break;
      if (n < 0)
        {
          /* Not closed here: the caller is in the middle of something. epoll reports it next. */
          self->out_sent = self->out->len;
          break;
        }
      self->out_sent += (gsize) n;
    }

  if (get_unsent (self) == 0)
    {
      g_string_truncate (self->out, 0);
      self->out_sent = 0;
    }

  if (self->closing && get_unsent (self) == 0 && self->watch.fd >= 0)
    {
      if (self->end == SIM_CONN_RESET)
        close_with_reset (self);
      else
        close_gently (self);
      return TRUE;
    }
  update_watch (self);

  return get_unsent (self) == 0;
}

static void
read_input (SimConn *self)
{
  static char buffer[64 * 1024];
  ssize_t n = recv (self->watch.fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n > 0)
    g_string_append_len (self->in, buffer, n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    self->eof = TRUE;
}

static void
event_cb (gpointer data,
          guint    events)
{
  SimConn *self = data;

  if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    {
      sim_conn_close (self);
      return;
    }

  if ((events & EPOLLIN) != 0)
    read_input (self);
  else if ((events & EPOLLRDHUP) != 0)
    self->eof = TRUE;

  if (self->eof && self->state == REPLY && self->in->len == self->in_used)
    {
      /* As Ollama does: who stops listening for more has given up. */
      sim_conn_close (self);
      return;
    }

  if ((events & EPOLLOUT) != 0 && sim_conn_flush (self) && self->owner != NULL)
    self->owner->drained (self->owner_data);

  if (self->watch.fd >= 0)
    process (self);
}

/**
 * sim_conn_new:
 * @loop: where it lives
 * @fd: (transfer full): a connected, non-blocking socket
 * @host: whom to tell of requests
 * @host_data: for @host
 *
 * Returns: (transfer none): a connection, which frees itself when it is closed
 */
SimConn *
sim_conn_new (SimLoop           *loop,
              int                fd,
              const SimConnHost *host,
              gpointer           host_data)
{
  SimConn *self = g_new0 (SimConn, 1);
  int one = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

  self->loop = loop;
  self->host = host;
  self->host_data = host_data;
  self->in = g_string_new (NULL);
  self->out = g_string_new (NULL);
  self->request.headers = g_string_new (NULL);
  self->request.body = g_string_new (NULL);
  self->watch = (SimWatch) { .func = event_cb, .data = self, .fd = fd };
  self->idle_timer = (SimTimer) { .func = idle_cb, .data = self };
  sim_loop_add_watch (loop, &self->watch, EPOLLIN | EPOLLRDHUP);

  return self;
}

static void
refuse (SimConn    *self,
        guint       status,
        const char *text)
{
  g_clear_pointer (&self->request.method, g_free);
  self->keep_alive = FALSE;
  self->state = REPLY;
  sim_conn_reply (self, status, "text/plain; charset=utf-8", NULL, text, -1);
}

static void
start_body (SimConn *self)
{
  g_autofree char *coding = sim_request_dup_header (&self->request, "Transfer-Encoding");
  g_autofree char *length = sim_request_dup_header (&self->request, "Content-Length");
  g_autofree char *expect = sim_request_dup_header (&self->request, "Expect");
  guint64 n = 0;

  if (coding != NULL && !sim_header_has_token (coding, "chunked"))
    {
      refuse (self, 501, "501 Not Implemented: Unsupported transfer encoding");
      return;
    }
  if (length != NULL && !g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &n, NULL))
    {
      refuse (self, 400, "400 Bad Request");
      return;
    }
  if (n > MAX_BODY)
    {
      refuse (self, 413, "413 Request Entity Too Large");
      return;
    }

  if (sim_header_has_token (expect, "100-continue"))
    sim_conn_write (self, "HTTP/1.1 100 Continue\r\n\r\n", 25);
  if (coding != NULL)
    self->state = READ_CHUNK_SIZE;
  else
    {
      self->body_left = n;
      self->state = READ_BODY;
    }
}

/* Returns FALSE when more input is needed. */
static gboolean
read_head (SimConn *self)
{
  const char *start, *end, *line_end;
  g_autofree char *line = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *connection = NULL;

  while (self->in->len - self->in_used >= 2
         && memcmp (self->in->str + self->in_used, "\r\n", 2) == 0)
    self->in_used += 2;

  start = self->in->str + self->in_used;
  end = memmem (start, self->in->len - self->in_used, "\r\n\r\n", 4);
  if (end == NULL)
    {
      if (self->in->len - self->in_used > MAX_HEAD)
        refuse (self, 431, "431 Request Header Fields Too Large");
      return FALSE;
    }

  line_end = strstr (start, "\r\n");
  line = g_strndup (start, line_end != NULL ? (gsize) (line_end - start) : 0);
  parts = g_strsplit (line, " ", 0);
  self->in_used = (gsize) (end + 4 - self->in->str);
  g_string_truncate (self->request.body, 0);
  g_string_truncate (self->request.headers, 0);
  if (g_strv_length (parts) != 3 || !g_str_has_prefix (parts[2], "HTTP/1.")
      || line_end == NULL || memchr (start, '\0', (gsize) (end - start)) != NULL)
    {
      refuse (self, 400, "400 Bad Request");
      return FALSE;
    }

  g_string_append_len (self->request.headers, line_end + 2, end + 2 - (line_end + 2));
  g_free (self->request.method);
  self->request.method = g_strdup (parts[0]);
  g_free (self->request.path);
  self->request.path = sim_request_dup_path (parts[1]);

  connection = sim_request_dup_header (&self->request, "Connection");
  self->http_1_0 = g_str_equal (parts[2], "HTTP/1.0");
  self->keep_alive = self->http_1_0 ? sim_header_has_token (connection, "keep-alive")
                                    : !sim_header_has_token (connection, "close");
  start_body (self);

  return TRUE;
}

/* Moves what has arrived of the body. Returns whether that is all of it. */
static gboolean
move_body (SimConn *self)
{
  gsize n = (gsize) MIN (self->body_left, self->in->len - self->in_used);

  g_string_append_len (self->request.body, self->in->str + self->in_used, (gssize) n);
  self->in_used += n;
  self->body_left -= n;

  return self->body_left == 0;
}

/* Returns the line that begins the unread input, or NULL while it is incomplete. One that does not
 * end is not waited for. */
static char *
take_line (SimConn *self)
{
  const char *start = self->in->str + self->in_used;
  const char *end = memmem (start, self->in->len - self->in_used, "\r\n", 2);

  if (end == NULL)
    {
      if (self->in->len - self->in_used > MAX_LINE)
        refuse (self, 400, "400 Bad Request");
      return NULL;
    }

  self->in_used += (gsize) (end - start) + 2;

  return g_strndup (start, (gsize) (end - start));
}

static gboolean
read_chunk_line (SimConn *self)
{
  g_autofree char *line = take_line (self);
  guint64 size;

  if (line == NULL)
    return FALSE;

  switch (self->state)
    {
    case READ_CHUNK_SIZE:
      line[strcspn (line, "; \t")] = '\0';
      if (!g_ascii_string_to_unsigned (line, 16, 0, MAX_BODY, &size, NULL)
          || self->request.body->len + size > MAX_BODY)
        {
          refuse (self, 400, "400 Bad Request");
          return FALSE;
        }
      self->body_left = size;
      self->state = size > 0 ? READ_CHUNK : READ_TRAILERS;
      break;

    case READ_CHUNK_END:
      if (*line != '\0')
        {
          refuse (self, 400, "400 Bad Request");
          return FALSE;
        }
      self->state = READ_CHUNK_SIZE;
      break;

    case READ_TRAILERS:
      if (*line == '\0')
        {
          self->body_left = 0;
          self->state = READ_BODY;
        }
      break;

    case READ_HEAD:
    case READ_BODY:
    case READ_CHUNK:
    case REPLY:
    default:
      g_assert_not_reached ();
    }

  return TRUE;
}

static void
dispatch (SimConn *self)
{
  self->state = REPLY;
  self->end = SIM_CONN_KEEP;
  self->began = FALSE;
  self->chunked = FALSE;
  self->host->request (self->host_data, self, &self->request);
}

/* Returns FALSE when more input is needed. */
static gboolean
advance (SimConn *self)
{
  switch (self->state)
    {
    case READ_HEAD:
      return read_head (self);

    case READ_BODY:
      if (!move_body (self))
        return FALSE;
      dispatch (self);
      return TRUE;

    case READ_CHUNK:
      if (!move_body (self))
        return FALSE;
      self->state = READ_CHUNK_END;
      return TRUE;

    case READ_CHUNK_SIZE:
    case READ_CHUNK_END:
    case READ_TRAILERS:
      return read_chunk_line (self);

    case REPLY:
    default:
      return FALSE;
    }
}

static void
process (SimConn *self)
{
  if (self->processing || self->closing)
    return;

  if (self->state == READ_HEAD && self->in->len > self->in_used)
    {
      sim_loop_clear_timer (self->loop, &self->idle_timer);
      if (self->end == SIM_CONN_STALE)
        {
          sim_conn_close (self);
          return;
        }
    }

  self->processing = TRUE;
  while (self->watch.fd >= 0 && !self->closing && advance (self))
    ;
  self->processing = FALSE;

  g_string_erase (self->in, 0, (gssize) self->in_used);
  self->in_used = 0;

  if (self->eof && self->state != REPLY && !self->closing)
    {
      self->end = SIM_CONN_CLOSE;
      self->closing = TRUE;
      sim_conn_flush (self);
    }
  update_watch (self);
}

/**
 * sim_conn_take:
 * @self: a connection with a request to answer
 * @owner: who will write the reply, until sim_conn_finish() or sim_conn_abandon()
 * @owner_data: for @owner
 */
void
sim_conn_take (SimConn            *self,
               const SimConnOwner *owner,
               gpointer            owner_data)
{
  self->owner = owner;
  self->owner_data = owner_data;
}

static const char *
get_reason (guint status)
{
  static const struct
  {
    guint       status;
    const char *reason;
  } reasons[] = {
    { 200, "OK" },
    { 301, "Moved Permanently" },
    { 302, "Found" },
    { 307, "Temporary Redirect" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 413, "Request Entity Too Large" },
    { 429, "Too Many Requests" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 504, "Gateway Timeout" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].status == status)
      return reasons[i].reason;

  return "Status";
}

static void
write_head (SimConn    *self,
            guint       status,
            const char *type,
            const char *headers)
{
  g_string_append_printf (self->out, "HTTP/1.1 %u %s\r\n", status, get_reason (status));
  if (type != NULL)
    g_string_append_printf (self->out, "Content-Type: %s\r\n", type);
  if (headers != NULL)
    g_string_append (self->out, headers);
  if (!self->keep_alive)
    g_string_append (self->out, "Connection: close\r\n");
  else if (self->http_1_0)
    g_string_append (self->out, "Connection: keep-alive\r\n");
}

/**
 * sim_conn_reply:
 * @self: a connection with a request to answer
 * @status: the HTTP status
 * @type: (nullable): the Content-Type
 * @headers: (nullable): more header lines, each with CR LF
 * @body: the body
 * @length: of @body in bytes, or -1 when it ends with a NUL
 *
 * Sends a whole reply and ends it.
 */
void
sim_conn_reply (SimConn    *self,
                guint       status,
                const char *type,
                const char *headers,
                const char *body,
                gssize      length)
{
  if (length < 0)
    length = (gssize) strlen (body);

  write_head (self, status, type, headers);
  g_string_append_printf (self->out, "Content-Length: %" G_GSSIZE_FORMAT "\r\n\r\n", length);
  if (g_strcmp0 (self->request.method, "HEAD") != 0)
    g_string_append_len (self->out, body, length);
  self->chunked = FALSE;
  sim_conn_finish (self);
}

/**
 * sim_conn_begin:
 * @self: a connection with a request to answer
 * @status: the HTTP status
 * @type: the Content-Type
 *
 * Begins a reply whose length nobody knows yet. Does nothing when it has begun.
 */
void
sim_conn_begin (SimConn    *self,
                guint       status,
                const char *type)
{
  if (self->began)
    return;

  self->began = TRUE;
  /* HTTP/1.0 knows no chunks: the end of the connection is the end of the reply. */
  self->chunked = !self->http_1_0;
  if (self->http_1_0)
    self->keep_alive = FALSE;
  write_head (self, status, type, self->chunked ? "Transfer-Encoding: chunked\r\n" : NULL);
  g_string_append (self->out, "\r\n");
}

/**
 * sim_conn_chunk:
 * @self: a connection whose reply has begun
 * @data: what to send
 * @length: of @data, not 0
 *
 * Queues one chunk; sim_conn_flush() sends what is queued.
 */
void
sim_conn_chunk (SimConn    *self,
                const char *data,
                gsize       length)
{
  static const char digits[] = "0123456789abcdef";
  char size[20];
  char *p = size + sizeof size;

  if (!self->chunked)
    {
      sim_conn_write (self, data, length);
      return;
    }

  *--p = '\n';
  *--p = '\r';
  for (gsize rest = length; rest > 0; rest >>= 4)
    *--p = digits[rest & 15];

  g_string_append_len (self->out, p, size + sizeof size - p);
  g_string_append_len (self->out, data, (gssize) length);
  g_string_append_len (self->out, "\r\n", 2);
}

/**
 * sim_conn_write:
 * @self: a connection
 * @data: what to send
 * @length: of @data
 *
 * Queues bytes as they are.
 */
void
sim_conn_write (SimConn    *self,
                const char *data,
                gsize       length)
{
  g_string_append_len (self->out, data, (gssize) length);
}

/**
 * sim_conn_get_queued:
 * @self: a connection
 *
 * Returns: how many bytes are queued and not sent
 */
gsize
sim_conn_get_queued (SimConn *self)
{
  return get_unsent (self);
}

/**
 * sim_conn_set_end:
 * @self: a connection with a request to answer
 * @end: what becomes of it when the reply has ended; unless set it is kept
 */
void
sim_conn_set_end (SimConn    *self,
                  SimConnEnd  end)
{
  self->end = end;
}

/**
 * sim_conn_finish:
 * @self: a connection with a reply
 *
 * Ends the reply properly, and goes on with the next request.
 */
void
sim_conn_finish (SimConn *self)
{
  if (self->chunked)
    sim_conn_write (self, "0\r\n\r\n", 5);

  self->owner = NULL;
  if (!self->keep_alive)
    self->end = SIM_CONN_CLOSE;
  self->closing = self->end == SIM_CONN_CLOSE || self->end == SIM_CONN_RESET;
  self->state = READ_HEAD;
  sim_conn_flush (self);

  if (self->end == SIM_CONN_IDLE_CLOSE && self->watch.fd >= 0)
    sim_loop_set_timer (self->loop, &self->idle_timer,
                        sim_loop_get_time (self->loop) + IDLE_CLOSE);
  if (self->watch.fd >= 0)
    process (self);
}

/**
 * sim_conn_abandon:
 * @self: a connection with a reply
 * @end: %SIM_CONN_CLOSE or %SIM_CONN_RESET
 *
 * Ends the connection in the middle of the reply, after sending what is queued.
 */
void
sim_conn_abandon (SimConn    *self,
                  SimConnEnd  end)
{
  self->owner = NULL;
  self->end = end;
  self->closing = TRUE;
  sim_conn_flush (self);
}
