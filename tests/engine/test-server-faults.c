/* test-server-faults.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <libsoup/soup.h>

#include "fake-server.h"
#include "question.h"
#include "server/aph-server.h"

#define TWO_LINES "{\"response\":\"Hel\"}\n{\"response\":\"lo\"}\n"
#define DONE_LINE "{\"response\":\"\",\"done\":true}\n"

/* How one request is answered, whatever it was. */
typedef struct
{
  const char *bytes;     /* (nullable) as they are */
  const char *stream;    /* (nullable) else the lines of a stream */
  gboolean is_cut;       /* without its last chunk */
  gsize cut_bytes;       /* so many bytes are missing at its end */
  FakeEnding ending;
  guint delay;
  gsize piece;
  guint gap;
} Fault;

static void
reply_fault (const char *request,
             guint       connection,
             FakeReply  *reply,
             gpointer    user_data)
{
  const Fault *fault = user_data;

  reply->bytes = fault->stream != NULL ? fake_http_chunked (fault->stream, !fault->is_cut)
                                       : g_strdup (fault->bytes);
  if (fault->cut_bytes > 0)
    reply->bytes[strlen (reply->bytes) - fault->cut_bytes] = '\0';
  reply->ending = fault->ending;
  reply->delay = fault->delay;
  reply->piece = fault->piece;
  reply->gap = fault->gap;
}

/* libsoup before 3.6.5 takes a cut between two chunks for the end. */
static AphFailureClass
get_class_of_cut_chunks (void)
{
  return soup_check_version (3, 6, 5) ? APH_FAILURE_TRANSPORT : APH_FAILURE_TRUNCATED;
}

static void
test_broken_off (void)
{
  const struct
  {
    Fault fault;
    AphFailureClass failure_class;
  } cases[] = {
    /* Ended properly, but not done: the repeat guard */
    { { .stream = TWO_LINES }, APH_FAILURE_TRUNCATED },
    { { .stream = TWO_LINES "{\"done\":false}" }, APH_FAILURE_TRUNCATED },
    /* A proxy cut it within a line and ended it properly */
    { { .stream = TWO_LINES "{\"response\":\"x" }, APH_FAILURE_TRUNCATED },
    /* Cut between chunks */
    { { .stream = TWO_LINES, .is_cut = TRUE, .ending = FAKE_CLOSE }, get_class_of_cut_chunks () },
    { { .stream = TWO_LINES "{\"resp", .is_cut = TRUE, .ending = FAKE_CLOSE },
      get_class_of_cut_chunks () },
    /* Cut within a chunk */
    { { .stream = TWO_LINES "{\"response\":\"x\"}\n", .is_cut = TRUE, .cut_bytes = 6,
        .ending = FAKE_CLOSE }, APH_FAILURE_TRANSPORT },
    /* Reset */
    { { .stream = TWO_LINES, .is_cut = TRUE, .ending = FAKE_RESET, .piece = 210, .gap = 50 },
      APH_FAILURE_TRANSPORT },
    /* Less than promised */
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" TWO_LINES, .ending = FAKE_CLOSE },
      APH_FAILURE_TRANSPORT },
    /* No length at all: closing is the end */
    { { .bytes = "HTTP/1.0 200 OK\r\n\r\n" TWO_LINES, .ending = FAKE_CLOSE },
      APH_FAILURE_TRUNCATED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i].fault);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      question_assert_failed (&question, cases[i].failure_class,
                              cases[i].failure_class == APH_FAILURE_TRUNCATED ? 200 : 0, NULL);
      if (cases[i].fault.ending != FAKE_RESET)
        g_assert_cmpstr (question.answer->str, ==, "Hello");
      g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 1);
    }
}

/* What comes after "done" cannot spoil it. */
static void
test_complete (void)
{
  static const Fault cases[] = {
    { .stream = TWO_LINES DONE_LINE },
    { .stream = TWO_LINES "{\"done\":true}" },
    { .stream = TWO_LINES DONE_LINE "{\"response\":\"more\"}\n{\"error\":\"late\"}\n<html>\n" },
    { .stream = TWO_LINES DONE_LINE, .is_cut = TRUE, .ending = FAKE_CLOSE },
    { .stream = TWO_LINES DONE_LINE, .is_cut = TRUE, .ending = FAKE_HANG },
    { .stream = TWO_LINES DONE_LINE, .is_cut = TRUE, .cut_bytes = 2, .ending = FAKE_CLOSE },
    { .bytes = "HTTP/1.0 200 OK\r\n\r\n" TWO_LINES DONE_LINE, .ending = FAKE_CLOSE },
    { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" TWO_LINES DONE_LINE,
      .ending = FAKE_CLOSE },
    { .bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\n" TWO_LINES DONE_LINE,
      .ending = FAKE_CLOSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i]);
      g_auto (Question) question;
      gint64 start = g_get_monotonic_time ();

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      g_assert_true (question.is_done);
      g_assert_cmpstr (question.answer->str, ==, "Hello");
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
    }
}

static void
test_bad_replies (void)
{
  g_autofree char *error_line = g_strdup (TWO_LINES "{\"error\":\"boom\"}\n");
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *deep_line = g_strdup_printf (TWO_LINES "{\"x\":%s\n", deep);
  const struct
  {
    Fault fault;
    AphFailureClass failure_class;
    guint status;
    const char *part;
    const char *answer;
  } cases[] = {
    { { .stream = error_line }, APH_FAILURE_SERVER, 200, "boom", "Hello" },
    { { .stream = "{\"error\":\"boom\"}\n" }, APH_FAILURE_SERVER, 200, "boom", "" },
    { { .stream = "{\"error\":\"boom\"}\n", .is_cut = TRUE, .ending = FAKE_HANG },
      APH_FAILURE_SERVER, 200, "boom", "" },
    { { .stream = deep_line }, APH_FAILURE_SERVER, 200, "no answer", "Hello" },
    { { .stream = TWO_LINES "nonsense\n" DONE_LINE },
      APH_FAILURE_SERVER, 200, "“nonsense”", "Hello" },
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n<html>\n</html>" },
      APH_FAILURE_SERVER, 200, "<html>", "" },
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
      APH_FAILURE_TRUNCATED, 200, "", "" },
    { { .bytes = "HTTP/1.1 204 No Content\r\n\r\n" }, APH_FAILURE_PERMANENT, 204, "204", "" },
    { { .bytes = "SSH-2.0-OpenSSH_9.2\r\n", .ending = FAKE_CLOSE },
      APH_FAILURE_REFUSED, 0, "HTTP", "" },
    { { .bytes = "", .ending = FAKE_CLOSE }, APH_FAILURE_TRANSPORT, 0, "broke", "" },
    { { .bytes = "", .ending = FAKE_RESET }, APH_FAILURE_TRANSPORT, 0, "broke", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i].fault);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      question_assert_failed (&question, cases[i].failure_class, cases[i].status, cases[i].part);
      g_assert_cmpstr (question.answer->str, ==, cases[i].answer);
      g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 1);
    }
}

static void
test_not_streamed (void)
{
  static const struct
  {
    Fault fault;
    AphFailureClass failure_class;
    const char *answer;
  } cases[] = {
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n"
                 "{\"response\":\"Hel\",\"done\":false}" },
      APH_FAILURE_TRUNCATED, "Hel" },
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"error\":\"boom\"}" },
      APH_FAILURE_SERVER, "" },
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>" }, APH_FAILURE_SERVER, "" },
    { { .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"respon", .ending = FAKE_CLOSE },
      APH_FAILURE_TRANSPORT, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i].fault);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question.stream = FALSE;
      question_ask (&question);
      question_assert_failed (&question, cases[i].failure_class,
                              cases[i].failure_class == APH_FAILURE_TRANSPORT ? 0 : 200, NULL);
      g_assert_cmpstr (question.answer->str, ==, cases[i].answer);
    }
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, 'x');
  g_autofree char *bytes = g_strdup_printf ("HTTP/1.0 200 OK\r\n\r\n{\"response\":\"%s", text);
  Fault fault = { .bytes = bytes, .ending = FAKE_HANG };

  for (guint stream = 0; stream < 2; stream++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, &fault);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question.stream = stream;
      question_ask (&question);
      question_assert_failed (&question, APH_FAILURE_SERVER, 200, "16 MB");
    }
}

static void
test_refusals (void)
{
  static const struct
  {
    guint status;
    const char *headers;
    const char *body;
    AphFailureClass failure_class;
    gint64 retry_after;
    const char *part;
  } cases[] = {
    { 400, "", "{\"error\":\"missing request body\"}", APH_FAILURE_PERMANENT, -1, "missing" },
    { 403, "", "", APH_FAILURE_PERMANENT, -1, "OLLAMA_HOST" },
    { 404, "", "{\"error\":\"model 'm' not found\"}", APH_FAILURE_PERMANENT, -1, "'m' not found" },
    { 413, "Content-Type: text/html\r\n", "<html><title>413 Too Large</title></html>",
      APH_FAILURE_PERMANENT, -1, "413 Too Large" },
    { 429, "Retry-After: 7\r\n", "{\"error\":\"slow\"}", APH_FAILURE_BUSY, 7000, "slow" },
    { 429, "", "{\"error\":\"you (a) have reached your session usage limit, please wait\"}",
      APH_FAILURE_QUOTA, -1, "usage limit" },
    { 500, "", "{\"error\":\"option \\\"stop\\\" must be of type array\"}",
      APH_FAILURE_PERMANENT, -1, "stop" },
    { 500, "", "", APH_FAILURE_SERVER, -1, "log" },
    { 503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
      "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}",
      APH_FAILURE_BUSY, 0, "busy" },
    { 503, "retry-after-ms: 250\r\nRetry-After: 1\r\n", "", APH_FAILURE_BUSY, 250, "" },
    { 301, "Location: https://gpu/api/generate\r\n", "moved", APH_FAILURE_PERMANENT, -1,
      "https://gpu. " },
    { 307, "Location: /elsewhere\r\n", "", APH_FAILURE_PERMANENT, -1, "/elsewhere" },
    { 302, "", "", APH_FAILURE_PERMANENT, -1, "302" },
    { 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "{\"error\":\"unauthorized\"}",
      APH_FAILURE_DENIED, -1, "unauthorized" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *bytes = fake_http (cases[i].status, cases[i].headers, cases[i].body);
      Fault fault = { .bytes = bytes };
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, &fault);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      /* Twice: a refusal leaves the connection good for the next request. */
      question_ask (&question);
      question_ask (&question);
      question_assert_failed (&question, cases[i].failure_class, cases[i].status, cases[i].part);
      g_assert_cmpint (aph_failure_get_retry_after (question.failure), ==, cases[i].retry_after);
      g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 2);
      g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 1);
    }
}

/* A status is known even if its page never ends, breaks off, or is endless. */
static void
test_bad_refusals (void)
{
  g_autofree char *text = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *endless = g_strdup_printf ("HTTP/1.0 500 Oops\r\n\r\n%s", text);
  const Fault cases[] = {
    { .bytes = endless, .ending = FAKE_HANG },
    { .bytes = "HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\nxxx", .ending = FAKE_CLOSE },
    { .bytes = "HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\nxxx", .ending = FAKE_RESET,
      .piece = 45, .gap = 50 },
    { .bytes = "HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\nxxx", .ending = FAKE_HANG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i]);
      g_auto (Question) question;
      gint64 start = g_get_monotonic_time ();

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      question_assert_failed (&question, APH_FAILURE_SERVER, 500, NULL);
      g_assert_cmpuint (strlen (aph_failure_get_message (question.failure)), <, 5000);
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
    }
}

static void
test_connect_clock (void)
{
  g_autofree char *url = NULL;
  G_GNUC_UNUSED g_autoptr (GPtrArray) sockets = fake_full_server_new (&url);
  g_auto (Question) question;

  question_init (&question, url);
  question.clocks = (AphClocks) { .connect = 200, .first_token = 100, .stall = 100, .total = 5000 };
  question_ask (&question);
  question_assert_failed (&question, APH_FAILURE_REFUSED, 0, "No connection");
  question_assert_failed (&question, APH_FAILURE_REFUSED, 0, "0.2 s");

  /* The clock of the whole request covers it too. */
  question.clocks = (AphClocks) { .total = 150 };
  question_ask (&question);
  question_assert_failed (&question, APH_FAILURE_TIMEOUT, 0, "0.15 s");
}

/* More than the system takes off us unread. */
#define LARGE (20 * 1024 * 1024)

/* Waits until a question is on its way to a server that reads nothing of it.
 * Returns: (transfer full): its connection */
static GSocket *
wait_until_begun (Question *question,
                  GSocket  *listener)
{
  GSocket *connection;

  while (g_socket_condition_check (listener, G_IO_IN) == 0)
    iterate_for (2);
  connection = g_socket_accept (listener, NULL, NULL);
  while (g_socket_get_available_bytes (connection) == 0)
    iterate_for (2);
  g_assert_false (question->has_ended);

  return connection;
}

/* A server that connects us, and then reads nothing: the prompt cannot even be sent. */
static void
test_deaf (void)
{
  static const struct
  {
    AphClocks clocks;
    gboolean is_cancelled;
    AphFailureClass failure_class;
    const char *part;     /* (nullable) */
  } cases[] = {
    { { .first_token = 2000, .stall = 100 }, FALSE, APH_FAILURE_TIMEOUT, "2 s" },
    { { .total = 2000, .stall = 100 }, FALSE, APH_FAILURE_TIMEOUT, "2 s" },
    { { 0 }, TRUE, APH_FAILURE_CANCELLED, NULL },
  };
  g_autofree char *prompt = g_strnfill (LARGE, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = NULL;
      g_autoptr (GSocket) listener = fake_deaf_server_new (8, &url);
      g_autoptr (GSocket) connection = NULL;
      g_auto (Question) question;

      question_init (&question, url);
      question.prompt = prompt;
      question.clocks = cases[i].clocks;
      question_start (&question);
      connection = wait_until_begun (&question, listener);
      if (cases[i].is_cancelled)
        g_cancellable_cancel (question.cancellable);
      question_wait (&question);
      question_assert_failed (&question, cases[i].failure_class, 0, cases[i].part);
      g_assert_cmpint (g_socket_get_available_bytes (connection), <, LARGE);
    }
}

static void
test_clocks (void)
{
  static const struct
  {
    Fault fault;
    AphClocks clocks;
    guint status;
    const char *part;
    const char *answer;
    guint at_least;   /* milliseconds */
  } cases[] = {
    /* No headers */
    { { .bytes = "", .ending = FAKE_HANG }, { .first_token = 250, .stall = 50 },
      0, "0.25 s", "", 250 },
    /* Headers, but no text: in the first, nothing; in the second, lines that say nothing */
    { { .stream = "", .is_cut = TRUE, .ending = FAKE_HANG }, { .first_token = 250, .stall = 50 },
      200, "0.25 s", "", 250 },
    { { .stream = "\n{\"response\":\"\"}\n", .is_cut = TRUE, .ending = FAKE_HANG },
      { .first_token = 250, .stall = 50 }, 200, "0.25 s", "", 250 },
    /* Text, and then nothing */
    { { .stream = TWO_LINES, .is_cut = TRUE, .ending = FAKE_HANG },
      { .first_token = 30000, .stall = 200 }, 200, "0.2 s", "Hello", 200 },
    /* Text all the time, but too much of it */
    { { .stream = TWO_LINES TWO_LINES TWO_LINES TWO_LINES TWO_LINES TWO_LINES, .is_cut = TRUE,
        .piece = 10, .gap = 30, .ending = FAKE_HANG },
      { .first_token = 30000, .stall = 30000, .total = 1000 }, 200, "1 s", NULL, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &cases[i].fault);
      g_auto (Question) question;
      gint64 start = g_get_monotonic_time ();

      question_init (&question, fake_server_get_url (fake));
      question.clocks = cases[i].clocks;
      question_ask (&question);
      question_assert_failed (&question, APH_FAILURE_TIMEOUT, cases[i].status, cases[i].part);
      if (cases[i].answer != NULL)
        g_assert_cmpstr (question.answer->str, ==, cases[i].answer);
      else
        g_assert_true (g_str_has_prefix (question.answer->str, "Hello"));
      g_assert_cmpint (g_get_monotonic_time () - start, >=, cases[i].at_least * 1000);
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE);
    }
}

/* A slow answer outlives a stall clock that is longer than its gaps. */
static void
test_slow (void)
{
  const Fault fault = {
    .stream = TWO_LINES TWO_LINES TWO_LINES DONE_LINE, .piece = 24, .gap = 300,
  };
  g_autoptr (FakeServer) fake = fake_server_new (reply_fault, (gpointer) &fault);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question.clocks = (AphClocks) { .first_token = 30000, .stall = 1500 };
  question_ask (&question);
  g_assert_true (question.is_done);
  g_assert_cmpstr (question.answer->str, ==, "HelloHelloHello");
}

/* Every second question is one too many for its connection. */
static void
reply_every_other (const char *request,
                   guint       connection,
                   FakeReply  *reply,
                   gpointer    user_data)
{
  gint *n_requests = user_data;

  if (!g_str_has_prefix (request, "POST"))
    reply->bytes = fake_http (200, "", "{\"version\":\"1\"}");
  else if (g_atomic_int_add (n_requests, 1) % 2 == 1)
    reply->ending = FAKE_RESET;
  else
    reply->bytes = fake_http_chunked (TWO_LINES DONE_LINE, TRUE);
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  char **version = user_data;

  *version = aph_server_probe_finish (APH_SERVER (source), result, NULL);
  g_assert_nonnull (*version);
}

/* A connection that the server has given up in the meantime is no failure. */
static void
test_stale (void)
{
  gint n_requests = 0;
  g_autoptr (FakeServer) fake = fake_server_new (reply_every_other, &n_requests);
  g_autofree char *version = NULL;
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  for (guint i = 0; i < 4; i++)
    {
      question_ask (&question);
      g_assert_true (question.is_done);
      g_assert_cmpstr (question.answer->str, ==, "Hello");
      g_assert_cmpuint (fake_server_get_n_connections (fake), ==, i + 1);
      g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 2 * i + 1);
    }

  aph_server_probe_async (question.server, NULL, probed_cb, &version);
  while (version == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (version, ==, "1");
  /* It has not even tried the kept one. */
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 8);
}

/* One request, then the connection is closed while nobody looks, as vLLM does after 5 s. */
static void
reply_and_close (const char *request,
                 guint       connection,
                 FakeReply  *reply,
                 gpointer    user_data)
{
  reply->bytes = fake_http_chunked (TWO_LINES DONE_LINE, TRUE);
  reply->ending = FAKE_CLOSE;
}

static void
test_closed_while_idle (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_and_close, NULL);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  for (guint i = 0; i < 20; i++)
    {
      question_ask (&question);
      g_assert_true (question.is_done);
      if (i % 2 == 0)
        iterate_for (5);
    }
}

/* The second try is the last, and what fails on a connection of its own is not tried again. */
static void
reply_first_only (const char *request,
                  guint       connection,
                  FakeReply  *reply,
                  gpointer    user_data)
{
  if (g_atomic_int_add ((gint *) user_data, 1) == 0)
    reply->bytes = fake_http_chunked (TWO_LINES DONE_LINE, TRUE);
  else
    reply->ending = FAKE_RESET;
}

static void
test_stale_twice (void)
{
  gint n_answered = 0;
  g_autoptr (FakeServer) fake = fake_server_new (reply_first_only, &n_answered);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question_ask (&question);
  g_assert_true (question.is_done);

  question_ask (&question);
  question_assert_failed (&question, APH_FAILURE_TRANSPORT, 0, NULL);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 3);

  question_ask (&question);
  question_assert_failed (&question, APH_FAILURE_TRANSPORT, 0, NULL);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 4);
}

static void
test_refused (void)
{
  static const char *const urls[] = {
    "http://127.0.0.1:1", "http://[::1]:1", "http://nowhere.invalid",
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_auto (Question) question;

      question_init (&question, urls[i]);
      question_ask (&question);
      question_assert_failed (&question, APH_FAILURE_REFUSED, 0, urls[i]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-faults/broken-off", test_broken_off);
  g_test_add_func ("/server-faults/complete", test_complete);
  g_test_add_func ("/server-faults/bad-replies", test_bad_replies);
  g_test_add_func ("/server-faults/not-streamed", test_not_streamed);
  g_test_add_func ("/server-faults/too-long", test_too_long);
  g_test_add_func ("/server-faults/refusals", test_refusals);
  g_test_add_func ("/server-faults/bad-refusals", test_bad_refusals);
  g_test_add_func ("/server-faults/connect-clock", test_connect_clock);
  g_test_add_func ("/server-faults/deaf", test_deaf);
  g_test_add_func ("/server-faults/clocks", test_clocks);
  g_test_add_func ("/server-faults/slow", test_slow);
  g_test_add_func ("/server-faults/stale", test_stale);
  g_test_add_func ("/server-faults/closed-while-idle", test_closed_while_idle);
  g_test_add_func ("/server-faults/stale-twice", test_stale_twice);
  g_test_add_func ("/server-faults/refused", test_refused);

  return g_test_run ();
}
