/* test-server-cancel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "question.h"
#include "server/aph-exchange.h"
#include "server/aph-server.h"

#define HEAD "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define LINE "14\r\n{\"response\":\"tok \"}\n\r\n"
#define DONE "e\r\n{\"done\":true}\n\r\n"

static void
reply_bytes (const char *request,
             guint       connection,
             FakeReply  *reply,
             gpointer    user_data)
{
  reply->bytes = g_strdup (user_data);
  reply->ending = FAKE_HANG;
}

/* The connection is gone before the callback, or the server would still be working for nothing;
 * it notices within a moment. */
static void
assert_cancelled (Question   *question,
                  FakeServer *fake)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  question_wait (question);
  question_assert_failed (question, APH_FAILURE_CANCELLED, 0, NULL);

  while (fake != NULL && fake_server_get_n_open (fake) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      iterate_for (5);
    }
}

static void
test_before (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) "");
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  g_cancellable_cancel (question.cancellable);
  question_start (&question);
  assert_cancelled (&question, fake);
  iterate_for (20);
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 0);
}

static void
test_immediately (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) "");
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question_start (&question);
  g_cancellable_cancel (question.cancellable);
  assert_cancelled (&question, fake);
}

static void
test_connecting (void)
{
  g_autofree char *url = NULL;
  G_GNUC_UNUSED g_autoptr (GPtrArray) sockets = fake_full_server_new (&url);
  g_auto (Question) question;

  question_init (&question, url);
  question_start (&question);
  iterate_for (50);
  g_assert_false (question.has_ended);
  g_cancellable_cancel (question.cancellable);
  assert_cancelled (&question, NULL);
}

/* After each number of turns of the main loop: while connecting, sending, waiting … */
static void
test_any_time (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) HEAD LINE LINE);

  for (guint turns = 1; turns < 30; turns++)
    {
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_start (&question);
      for (guint i = 0; i < turns; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (turns % 3 * 100);
        }
      g_cancellable_cancel (question.cancellable);
      assert_cancelled (&question, fake);
    }
}

/* Once the server has it, and after each kind of beginning of a reply. */
static void
test_waiting (void)
{
  static const struct
  {
    const char *bytes;
    const char *answer;
  } cases[] = {
    { "", "" },
    { "HTTP/1.1 200 OK\r\nTransf", "" },
    { HEAD, "" },
    { HEAD "10\r\n{\"resp", "" },
    { HEAD LINE, "tok " },
    { HEAD LINE LINE LINE, "tok tok tok " },
    { HEAD LINE DONE, "tok " },
    { "HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\n", "" },
    { "HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\n{\"err", "" },
    { "HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 99\r\n\r\n", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint stream = 0; stream < 2; stream++)
      {
        g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) cases[i].bytes);
        g_auto (Question) question;

        question_init (&question, fake_server_get_url (fake));
        question.stream = stream;
        question_start (&question);
        while (fake_server_get_n_requests (fake) == 0
               || (stream && question.answer->len < strlen (cases[i].answer)))
          iterate_for (5);
        iterate_for (30);
        g_assert_false (question.has_ended);
        g_cancellable_cancel (question.cancellable);
        assert_cancelled (&question, fake);
        if (stream)
          g_assert_cmpstr (question.answer->str, ==, cases[i].answer);
      }
}

static void
reply_slowly (const char *request,
              guint       connection,
              FakeReply  *reply,
              gpointer    user_data)
{
  reply->bytes = g_strdup (HEAD LINE LINE LINE LINE LINE LINE LINE LINE DONE "0\r\n\r\n");
  reply->piece = strlen (LINE);
  reply->gap = 5;
}

static void
test_within_text (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_slowly, NULL);

  for (guint n_texts = 1; n_texts <= 4; n_texts++)
    {
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question.cancel_after_texts = n_texts;
      question_start (&question);
      assert_cancelled (&question, fake);
      g_assert_cmpuint (question.n_texts, ==, n_texts);
    }
}

/* The cancellation comes with the last text, when all has been read already. */
static void
reply_at_once (const char *request,
               guint       connection,
               FakeReply  *reply,
               gpointer    user_data)
{
  reply->bytes = g_strdup (HEAD LINE DONE "0\r\n\r\n");
}

static void
test_within_last_text (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_at_once, NULL);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question.cancel_after_texts = 1;
  question_start (&question);
  assert_cancelled (&question, NULL);
  g_assert_cmpstr (question.answer->str, ==, "tok ");
}

static void
cancel_in_callback_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  Question *question = user_data;

  question->is_done = aph_server_generate_finish (APH_SERVER (source), result, NULL, NULL,
                                                  &question->failure);
  g_cancellable_cancel (question->cancellable);
  question->has_ended = TRUE;
}

/* Too late is no harm. */
static void
test_in_callback (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_at_once, NULL);
  g_autoptr (AphRequest) request = aph_request_new ("m", "p", NULL, NULL);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  aph_server_generate_async (question.server, request, TRUE, &question.clocks, NULL, NULL,
                             question.cancellable, cancel_in_callback_cb, &question);
  question_wait (&question);
  g_assert_true (question.is_done);
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);

  return G_SOURCE_REMOVE;
}

/* Before anything else happens in the main loop. */
static void
got_headers_cb (SoupMessage  *message,
                GCancellable *cancellable)
{
  g_idle_add_full (G_PRIORITY_HIGH, cancel_cb, g_object_ref (cancellable), g_object_unref);
}

/* The reply is there as soon as it is looked for, so that libsoup has read the headers before it has
 * returned to the main loop. */
static void
wrote_body_cb (SoupMessage *message)
{
  g_usleep (50 * 1000);
}

static void
request_queued_cb (SoupSession  *session,
                   SoupMessage  *message,
                   GCancellable *cancellable)
{
  g_signal_connect (message, "wrote-body", G_CALLBACK (wrote_body_cb), NULL);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), cancellable);
}

static void
ended_cb (AphExchange *exchange,
          AphFailure  *failure,
          gpointer     user_data)
{
  *(AphFailure **) user_data = aph_failure_ref (failure);
}

/* libsoup has read the headers and has not told us yet: that is when it frees what it still uses. */
static void
test_headers (void)
{
  static const char *const replies[] = {
    HEAD LINE,
    HEAD LINE DONE "0\r\n\r\n",
    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 99\r\n\r\n",
    "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) replies[i]);
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (fake_server_get_url (fake), NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (AphFailure) failure = NULL;
      g_autoptr (SoupSession) session = soup_session_new ();
      AphAlarms *alarms = aph_exchange_new_alarms ();
      AphExchange *exchange = aph_exchange_new (session, alarms, aph_dialect_get_default (), endpoint,
                                                &(AphClocks) { 0, });

      g_signal_connect (session, "request-queued", G_CALLBACK (request_queued_cb), cancellable);
      aph_exchange_call (exchange, "GET", "/api/tags", NULL);
      aph_exchange_run (exchange, cancellable, ended_cb, &failure);
      while (failure == NULL)
        iterate_for (5);
      g_assert_cmpint (aph_failure_get_class (failure), ==, APH_FAILURE_CANCELLED);
      aph_exchange_unref (exchange);
      aph_alarms_unref (alarms);
    }
}

/* One cancellable for all of them: "stop". */
static void
test_all (void)
{
  enum { N = 100 };
  g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) HEAD LINE);
  AphServer *server = question_new_server (fake_server_get_url (fake));
  g_autofree Question *questions = g_new0 (Question, N);

  for (guint i = 0; i < N; i++)
    {
      question_init_on (&questions[i], server);
      question_start (&questions[i]);
    }
  while (fake_server_get_n_requests (fake) < N)
    iterate_for (5);

  for (guint i = 0; i < N; i++)
    g_cancellable_cancel (questions[i].cancellable);
  for (guint i = 0; i < N; i++)
    assert_cancelled (&questions[i], NULL);
  assert_cancelled (&questions[0], fake);
  g_assert_cmpuint (aph_server_get_in_flight (server), ==, 0);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, N);

  for (guint i = 0; i < N; i++)
    question_clear (&questions[i]);
  g_assert_finalize_object (server);
}

/* The next request after a cancellation works. */
static void
reply_from_second (const char *request,
                   guint       connection,
                   FakeReply  *reply,
                   gpointer    user_data)
{
  reply->bytes = g_strdup (connection == 0 ? HEAD LINE : HEAD LINE DONE "0\r\n\r\n");
  reply->ending = connection == 0 ? FAKE_HANG : FAKE_KEEP;
}

static void
test_again (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_from_second, NULL);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question.cancel_after_texts = 1;
  question_start (&question);
  assert_cancelled (&question, fake);

  g_cancellable_reset (question.cancellable);
  question.cancel_after_texts = 0;
  question_ask (&question);
  g_assert_true (question.is_done);
}

/* Whoever wants to be rid of a server at once gets all callbacks. */
static void
test_dispose (void)
{
  static const char *const replies[] = { "", HEAD, HEAD LINE, HEAD LINE DONE };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    for (guint wait = 0; wait < 2; wait++)
      {
        g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) replies[i]);
        g_auto (Question) question;

        question_init (&question, fake_server_get_url (fake));
        question_start (&question);
        if (wait)
          iterate_for (40);
        g_object_run_dispose (G_OBJECT (question.server));
        g_assert_false (question.has_ended);
        assert_cancelled (&question, fake);
      }
}

/* The caller's reference is not needed while a request runs; the last one goes as it ends, which may
 * be within libsoup. */
static void
test_unref (void)
{
  FakeReplyFunc replies[] = { reply_slowly, reply_at_once };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (replies[i], NULL);
      AphServer *server = question_new_server (fake_server_get_url (fake));
      g_auto (Question) question;

      question_init_on (&question, server);
      question_start (&question);
      g_object_unref (server);
      g_object_unref (g_steal_pointer (&question.server));
      question_wait (&question);
      g_assert_true (question.is_done);

      question.server = question_new_server (fake_server_get_url (fake));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-cancel/before", test_before);
  g_test_add_func ("/server-cancel/immediately", test_immediately);
  g_test_add_func ("/server-cancel/connecting", test_connecting);
  g_test_add_func ("/server-cancel/any-time", test_any_time);
  g_test_add_func ("/server-cancel/waiting", test_waiting);
  g_test_add_func ("/server-cancel/within-text", test_within_text);
  g_test_add_func ("/server-cancel/within-last-text", test_within_last_text);
  g_test_add_func ("/server-cancel/in-callback", test_in_callback);
  g_test_add_func ("/server-cancel/headers", test_headers);
  g_test_add_func ("/server-cancel/all", test_all);
  g_test_add_func ("/server-cancel/again", test_again);
  g_test_add_func ("/server-cancel/dispose", test_dispose);
  g_test_add_func ("/server-cancel/unref", test_unref);

  return g_test_run ();
}
