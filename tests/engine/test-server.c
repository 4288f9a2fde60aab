/* test-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "question.h"
#include "server/aph-server.h"

static const char hello[] =
  "{\"response\":\"\",\"thinking\":\"Hm\",\"done\":false}\n"
  "{\"response\":\"Hel\",\"done\":false}\n"
  "{\"response\":\"lo 你\",\"done\":false}\n"
  "{\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"eval_count\":2}\n";

/* Sends @user_data, which is the body of a stream. */
static void
reply_stream (const char *request,
              guint       connection,
              FakeReply  *reply,
              gpointer    user_data)
{
  reply->bytes = fake_http_chunked (user_data, TRUE);
}

/* Sends @user_data as JSON. */
static void
reply_json (const char *request,
            guint       connection,
            FakeReply  *reply,
            gpointer    user_data)
{
  reply->bytes = fake_http (200, "Content-Type: application/json; charset=utf-8\r\n", user_data);
}

static void
assert_hello (Question *question)
{
  g_assert_null (question->failure);
  g_assert_true (question->is_done);
  g_assert_cmpstr (question->thinking->str, ==, "Hm");
  g_assert_cmpstr (question->answer->str, ==, "Hello 你");
  g_assert_cmpuint (question->n_pieces, ==, 3);
  g_assert_cmpstr (question->done_reason, ==, "stop");
  g_assert_cmpint (question->usage.answer_tokens, ==, 2);
  g_assert_cmpint (question->usage.prompt_tokens, ==, -1);
}

static void
test_generate (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_stream, (gpointer) hello);
  g_autofree char *sent = NULL;
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question_start (&question);
  g_assert_cmpuint (aph_server_get_in_flight (question.server), ==, 1);
  question_wait (&question);
  g_assert_cmpuint (aph_server_get_in_flight (question.server), ==, 0);
  assert_hello (&question);

  sent = fake_server_dup_last_request (fake);
  g_assert_true (g_str_has_prefix (sent, "POST /api/generate HTTP/1.1\r\n"));
  g_assert_true (g_str_has_suffix (sent, "\r\n\r\n{\"model\":\"m\",\"prompt\":\"你好\","
                                         "\"stream\":true}"));
  g_assert_nonnull (strstr (sent, "\r\nContent-Type: application/json\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nAccept: application/x-ndjson\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nUser-Agent: Antiphon/" APH_VERSION "\r\n"));
  g_assert_null (strstr (sent, "\r\nOrigin:"));
  g_assert_null (strstr (sent, "\r\nAccept-Encoding:"));
}

/* Five in a row go over one connection. */
static void
test_reuse (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_stream, (gpointer) hello);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  for (guint i = 0; i < 5; i++)
    {
      question_ask (&question);
      assert_hello (&question);
    }
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 5);
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 1);
}

typedef struct
{
  AphRequest *request;
  guint n_left;
} Chain;

static void ask_next (AphServer *server, Chain *chain);

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Chain *chain = user_data;

  g_assert_true (aph_server_generate_finish (APH_SERVER (source), result, NULL, NULL, NULL));
  if (--chain->n_left > 0)
    ask_next (APH_SERVER (source), chain);
}

static void
ask_next (AphServer *server,
          Chain     *chain)
{
  aph_server_generate_async (server, chain->request, TRUE, &(AphClocks) { 0, }, NULL, NULL, NULL,
                             answered_cb, chain);
}

/* The connection is free when the callback comes. */
static void
test_reuse_in_callback (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_stream, (gpointer) hello);
  AphServer *server = question_new_server (fake_server_get_url (fake));
  g_autoptr (AphRequest) request = aph_request_new ("m", "p", NULL, NULL);
  Chain chain = { .request = request, .n_left = 5 };

  ask_next (server, &chain);
  while (chain.n_left > 0)
    iterate_for (5);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 5);
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 1);
  g_assert_finalize_object (server);
}

static void
reply_in_pieces (const char *request,
                 guint       connection,
                 FakeReply  *reply,
                 gpointer    user_data)
{
  reply->bytes = fake_http_chunked (hello, TRUE);
  reply->piece = GPOINTER_TO_UINT (user_data);
  reply->gap = reply->piece < 10 ? 0 : 1;
}

static void
test_pieces (void)
{
  static const guint pieces[] = { 1, 2, 7, 50, 333 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_in_pieces, GUINT_TO_POINTER (pieces[i]));
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      assert_hello (&question);
    }
}

/* One chunk that holds several lines, and lines that are cut by chunks. */
static void
reply_odd_chunks (const char *request,
                  guint       connection,
                  FakeReply  *reply,
                  gpointer    user_data)
{
  GString *bytes = g_string_new ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  gsize size = GPOINTER_TO_UINT (user_data);

  for (gsize at = 0; at < strlen (hello); at += size)
    {
      gsize length = MIN (size, strlen (hello) - at);

      g_string_append_printf (bytes, "%x\r\n%.*s\r\n", (guint) length, (int) length, hello + at);
    }
  g_string_append (bytes, "0\r\n\r\n");

  reply->bytes = g_string_free (bytes, FALSE);
}

static void
test_chunks (void)
{
  for (guint size = 1; size < 200; size += 13)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_odd_chunks, GUINT_TO_POINTER (size));
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      assert_hello (&question);
    }
}

/* More than one drained read takes, both as many small chunks and as one big one. */
static void
test_flood (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (lines, "{\"response\":\"%05u \",\"done\":false}\n", i);
  g_string_append (lines, "{\"done\":true}\n");

  for (guint i = 0; i < 2; i++)
    {
      FakeReplyFunc reply_func = i == 0 ? reply_stream : reply_json;
      g_autoptr (FakeServer) fake = fake_server_new (reply_func, lines->str);
      g_auto (Question) question;

      question_init (&question, fake_server_get_url (fake));
      question_ask (&question);
      g_assert_true (question.is_done);
      g_assert_cmpuint (question.answer->len, ==, 20000 * 6);
      g_assert_true (g_str_has_prefix (question.answer->str, "00000 00001 "));
      g_assert_true (g_str_has_suffix (question.answer->str, "19998 19999 "));
      g_assert_cmpuint (question.n_pieces, ==, 20000);
      g_test_message ("%u pieces in %u texts", question.n_pieces, question.n_texts);
      g_assert_cmpuint (question.n_texts, <, 10000);
    }
}

static void
test_not_streamed (void)
{
  const char *body = "{\"response\":\"Hello\",\"thinking\":\"Hm\",\"done\":true,\"eval_count\":2}";
  g_autoptr (FakeServer) fake = fake_server_new (reply_json, (gpointer) body);
  g_autofree char *sent = NULL;
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question.stream = FALSE;
  question_ask (&question);

  g_assert_true (question.is_done);
  g_assert_cmpstr (question.thinking->str, ==, "Hm");
  g_assert_cmpstr (question.answer->str, ==, "Hello");
  g_assert_cmpuint (question.n_texts, ==, 1);
  g_assert_cmpint (question.usage.answer_tokens, ==, 2);
  g_assert_null (question.done_reason);

  sent = fake_server_dup_last_request (fake);
  g_assert_nonnull (strstr (sent, "\"stream\":false"));
  g_assert_nonnull (strstr (sent, "\r\nAccept: application/json\r\n"));
}

/* A server that streams although it was not asked to. */
static void
test_streamed_anyway (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_stream, (gpointer) hello);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question.stream = FALSE;
  question_ask (&question);
  assert_hello (&question);
}

static void
test_big_line (void)
{
  g_autofree char *text = g_strnfill (5 * 1024 * 1024, 'x');
  g_autofree char *line = g_strdup_printf ("{\"response\":\"%s\",\"done\":true}\n", text);
  g_autoptr (FakeServer) fake = fake_server_new (reply_stream, line);
  g_auto (Question) question;

  question_init (&question, fake_server_get_url (fake));
  question_ask (&question);
  g_assert_true (question.is_done);
  g_assert_cmpuint (question.answer->len, ==, 5 * 1024 * 1024);
}

/* Repeats the prompt, with a pause so that all are there at once. */
static void
reply_echo (const char *request,
            guint       connection,
            FakeReply  *reply,
            gpointer    user_data)
{
  const char *prompt = strstr (request, "\"prompt\":\"") + strlen ("\"prompt\":\"");
  g_autofree char *body = NULL;

  body = g_strdup_printf ("{\"response\":\"%.4s\"}\n{\"response\":\"%.4s\",\"done\":true}\n",
                          prompt, prompt);
  reply->bytes = fake_http_chunked (body, TRUE);
  reply->delay = 300;
  reply->piece = 120;
  reply->gap = 1;
}

static void
test_concurrent (void)
{
  enum { N = 200 };
  g_autoptr (FakeServer) fake = fake_server_new (reply_echo, NULL);
  AphServer *server = question_new_server (fake_server_get_url (fake));
  g_autofree Question *questions = g_new0 (Question, N);
  g_autoptr (GPtrArray) prompts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N; i++)
    {
      question_init_on (&questions[i], server);
      g_ptr_array_add (prompts, g_strdup_printf ("%04u", i));
      questions[i].prompt = g_ptr_array_index (prompts, i);
    }

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < N; i++)
        question_start (&questions[i]);
      g_assert_cmpuint (aph_server_get_in_flight (server), ==, N);

      for (guint i = 0; i < N; i++)
        {
          g_autofree char *expected = g_strdup_printf ("%04u%04u", i, i);

          question_wait (&questions[i]);
          g_assert_true (questions[i].is_done);
          g_assert_cmpstr (questions[i].answer->str, ==, expected);
        }
      g_assert_cmpuint (aph_server_get_in_flight (server), ==, 0);
    }

  g_assert_cmpuint (fake_server_get_peak (fake), ==, N);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 2 * N);
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, N);

  for (guint i = 0; i < N; i++)
    question_clear (&questions[i]);
  g_assert_finalize_object (server);
}

/* What probe and list_models gave. */
typedef struct
{
  gboolean has_ended;
  char *version;
  GPtrArray *models;
  AphFailure *failure;
} Lookup;

static void
lookup_clear (Lookup *self)
{
  self->has_ended = FALSE;
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_pointer (&self->failure, aph_failure_unref);
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Lookup *lookup = user_data;

  lookup->has_ended = TRUE;
  lookup->version = aph_server_probe_finish (APH_SERVER (source), result, &lookup->failure);
  g_assert_true ((lookup->version == NULL) == (lookup->failure != NULL));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Lookup *lookup = user_data;

  lookup->has_ended = TRUE;
  lookup->models = aph_server_list_models_finish (APH_SERVER (source), result, &lookup->failure);
  g_assert_true ((lookup->models == NULL) == (lookup->failure != NULL));
}

static void
probe (AphServer    *server,
       GCancellable *cancellable,
       Lookup       *lookup)
{
  lookup_clear (lookup);
  aph_server_probe_async (server, cancellable, probed_cb, lookup);
  while (!lookup->has_ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
list_models (AphServer    *server,
             GCancellable *cancellable,
             Lookup       *lookup)
{
  lookup_clear (lookup);
  aph_server_list_models_async (server, cancellable, listed_cb, lookup);
  while (!lookup->has_ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
reply_by_path (const char *request,
               guint       connection,
               FakeReply  *reply,
               gpointer    user_data)
{
  if (g_str_has_prefix (request, "GET /base/api/version HTTP/1.1\r\n"))
    reply->bytes = fake_http (200, "", "{\"version\":\"0.33.0\"}");
  else if (g_str_has_prefix (request, "GET /base/api/tags HTTP/1.1\r\n"))
    reply->bytes = fake_http (200, "", "{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
  else
    reply->bytes = fake_http (404, "", "404 page not found");
}

static void
test_lookups (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_by_path, NULL);
  g_autofree char *url = g_strconcat (fake_server_get_url (fake), "/base/", NULL);
  AphServer *server = question_new_server (url);
  Lookup lookup = { FALSE };

  probe (server, NULL, &lookup);
  g_assert_cmpstr (lookup.version, ==, "0.33.0");

  list_models (server, NULL, &lookup);
  g_assert_cmpuint (lookup.models->len, ==, 2);
  g_assert_cmpstr (aph_model_get_name (g_ptr_array_index (lookup.models, 1)), ==, "b");
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 2);

  lookup_clear (&lookup);
  g_assert_finalize_object (server);
}

static void
test_lookup_failures (void)
{
  static const struct
  {
    const char *body;
    AphFailureClass failure_class;
    guint status;
  } cases[] = {
    { "<html>Router</html>", APH_FAILURE_REFUSED, 200 },
    { "", APH_FAILURE_REFUSED, 200 },
    { "[]", APH_FAILURE_REFUSED, 200 },
  };
  g_autoptr (FakeServer) fake_404 = fake_server_new (reply_by_path, NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  AphServer *server;
  Lookup lookup = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_json, (gpointer) cases[i].body);

      server = question_new_server (fake_server_get_url (fake));
      probe (server, NULL, &lookup);
      g_assert_cmpint (aph_failure_get_class (lookup.failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (lookup.failure), ==, cases[i].status);
      list_models (server, NULL, &lookup);
      g_assert_cmpint (aph_failure_get_class (lookup.failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (lookup.failure), ==, cases[i].status);
      lookup_clear (&lookup);
      g_assert_finalize_object (server);
    }

  server = question_new_server (fake_server_get_url (fake_404));
  probe (server, NULL, &lookup);
  g_assert_cmpint (aph_failure_get_class (lookup.failure), ==, APH_FAILURE_PERMANENT);
  g_assert_cmpuint (aph_failure_get_status (lookup.failure), ==, 404);

  g_cancellable_cancel (cancelled);
  list_models (server, cancelled, &lookup);
  g_assert_cmpint (aph_failure_get_class (lookup.failure), ==, APH_FAILURE_CANCELLED);

  lookup_clear (&lookup);
  g_assert_finalize_object (server);
}

/* A server that lives but does not say what it is. */
static void
test_no_version (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_json, (gpointer) "{\"object\":\"list\"}");
  AphServer *server = question_new_server (fake_server_get_url (fake));
  Lookup lookup = { FALSE };

  probe (server, NULL, &lookup);
  g_assert_cmpstr (lookup.version, ==, "");

  lookup_clear (&lookup);
  g_assert_finalize_object (server);
}

static void
test_new (void)
{
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new ("gpu:1", NULL);
  AphServer *server = aph_server_new (endpoint);

  g_assert_true (aph_server_get_endpoint (server) == endpoint);
  g_assert_cmpstr (aph_server_get_url (server), ==, "http://gpu:1");
  g_assert_cmpuint (aph_server_get_in_flight (server), ==, 0);
  g_assert_finalize_object (server);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/new", test_new);
  g_test_add_func ("/server/generate", test_generate);
  g_test_add_func ("/server/reuse", test_reuse);
  g_test_add_func ("/server/reuse-in-callback", test_reuse_in_callback);
  g_test_add_func ("/server/pieces", test_pieces);
  g_test_add_func ("/server/chunks", test_chunks);
  g_test_add_func ("/server/flood", test_flood);
  g_test_add_func ("/server/not-streamed", test_not_streamed);
  g_test_add_func ("/server/streamed-anyway", test_streamed_anyway);
  g_test_add_func ("/server/big-line", test_big_line);
  g_test_add_func ("/server/concurrent", test_concurrent);
  g_test_add_func ("/server/lookups", test_lookups);
  g_test_add_func ("/server/lookup-failures", test_lookup_failures);
  g_test_add_func ("/server/no-version", test_no_version);

  return g_test_run ();
}
