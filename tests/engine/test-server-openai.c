/* test-server-openai.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * #AphServer with an OpenAI-compatible server: what differs from Ollama between the dialect and
 * the wire.
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "question.h"

#define KEY "sk-4711-secret"

#define HEAD(type) "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n"
#define SSE HEAD ("text/event-stream; charset=utf-8")
#define HELLO "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n"
#define FINISH "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define USAGE "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n"
#define DONE "data: [DONE]\n\n"
#define ERROR "data: {\"error\":{\"message\":\"boom\",\"code\":500}}\n\n"

static guint n_logged;

/* Nothing that is ever logged holds the key. */
static void
check_log_cb (const char     *domain,
              GLogLevelFlags  level,
              const char     *message,
              gpointer        user_data)
{
  n_logged++;
  g_assert_null (strstr (message, KEY));

  if (!(level & G_LOG_LEVEL_DEBUG))
    g_log_default_handler (domain, level, message, user_data);
}

typedef struct
{
  const char *bytes;
  FakeEnding ending;
} Script;

static void
reply_script (const char *request,
              guint       connection,
              FakeReply  *reply,
              gpointer    user_data)
{
  const Script *script = user_data;

  reply->bytes = g_strdup (script->bytes);
  reply->ending = script->ending;
}

static void
question_init_openai (Question   *question,
                      FakeServer *fake,
                      const char *path)
{
  g_autofree char *address = g_strconcat (fake_server_get_url (fake), path, ",api=openai", NULL);

  question_init (question, address);
}

static void
test_request (void)
{
  static const char *const paths[] = { "", "/v1", "/v1/" };
  const Script script = { SSE HELLO FINISH USAGE DONE, FAKE_CLOSE };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
      g_autofree char *sent = NULL;
      g_auto (Question) question;

      question_init_openai (&question, fake, paths[i]);
      question_ask (&question);

      g_assert_true (question.is_done);
      g_assert_cmpstr (question.answer->str, ==, "Hello");
      g_assert_cmpstr (question.done_reason, ==, "stop");
      g_assert_cmpint (question.usage.prompt_tokens, ==, 9);
      g_assert_cmpint (question.usage.answer_tokens, ==, 2);

      sent = fake_server_dup_last_request (fake);
      g_assert_true (g_str_has_prefix (sent, "POST /v1/chat/completions HTTP/1.1\r\n"));
      g_assert_nonnull (strstr (sent, "\r\nContent-Type: application/json\r\n"));
      g_assert_nonnull (strstr (sent, "\r\nAccept: text/event-stream\r\n"));
      g_assert_null (strstr (sent, "\r\nAuthorization:"));
    }
}

static void
test_api_key (void)
{
  static const struct
  {
    const char *key;
    gboolean is_taken;
    const char *header;   /* what is sent from then on, NULL for none */
  } cases[] = {
    { KEY, TRUE, "\r\nAuthorization: Bearer " KEY "\r\n" },
    { "two words", FALSE, "\r\nAuthorization: Bearer " KEY "\r\n" },
    { "x\r\nOrigin: y", FALSE, "\r\nAuthorization: Bearer " KEY "\r\n" },
    { "schlüssel", FALSE, "\r\nAuthorization: Bearer " KEY "\r\n" },
    { "", TRUE, NULL },
    { " \t" KEY "2\n", TRUE, "\r\nAuthorization: Bearer " KEY "2\r\n" },
    { NULL, TRUE, NULL },
  };
  const Script script = { SSE HELLO FINISH DONE, FAKE_CLOSE };
  g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
  g_auto (Question) question;

  question_init_openai (&question, fake, "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sent = NULL;

      g_assert_cmpint (aph_server_set_api_key (question.server, cases[i].key), ==, cases[i].is_taken);
      question_ask (&question);
      sent = fake_server_dup_last_request (fake);
      if (cases[i].header != NULL)
        g_assert_nonnull (strstr (sent, cases[i].header));
      else
        g_assert_null (strstr (sent, "Authorization"));
      g_assert_null (strstr (sent, "Origin"));
    }

  g_assert_cmpuint (n_logged, >, 0);
}

static void
probe_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  gboolean *has_ended = user_data;
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = aph_server_probe_finish (APH_SERVER (source), result, &failure);

  g_assert_null (version);
  g_assert_cmpint (aph_failure_get_class (failure), ==, APH_FAILURE_DENIED);
  g_assert_cmpuint (aph_failure_get_status (failure), ==, 401);
  g_assert_cmpstr (aph_failure_get_message (failure), ==, "… is no key, and … not yours");
  *has_ended = TRUE;
}

/* The key is sent with all requests, and a wrong one is not told to anybody else. */
static void
test_wrong_key (void)
{
  /* As LiteLLM does, the server repeats it. */
  g_autofree char *reply = fake_refusal (401, KEY " is no key, and " KEY " not yours");
  const Script script = { reply, FAKE_KEEP };
  g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
  g_autofree char *address = g_strconcat (fake_server_get_url (fake), ",api=openai", NULL);
  g_autoptr (AphServer) server = question_new_server (address);
  g_autofree char *sent = NULL;
  gboolean has_ended = FALSE;

  g_assert_true (aph_server_set_api_key (server, KEY));
  aph_server_probe_async (server, NULL, probe_cb, &has_ended);
  while (!has_ended)
    g_main_context_iteration (NULL, TRUE);

  sent = fake_server_dup_last_request (fake);
  g_assert_nonnull (strstr (sent, "\r\nAuthorization: Bearer " KEY "\r\n"));
}

/* What counts is that a choice finished and that no error came. */
static void
test_ends (void)
{
  static const struct
  {
    Script script;
    gboolean is_done;
    AphFailureClass failure_class;
    gint64 tokens;
  } cases[] = {
    { { SSE HELLO FINISH USAGE DONE, FAKE_CLOSE }, TRUE, 0, 2 },
    { { SSE HELLO FINISH USAGE DONE, FAKE_HANG }, TRUE, 0, 2 },
    { { SSE HELLO FINISH USAGE, FAKE_CLOSE }, TRUE, 0, 2 },
    { { SSE HELLO FINISH, FAKE_CLOSE }, TRUE, 0, -1 },
    { { SSE HELLO FINISH, FAKE_RESET }, TRUE, 0, -1 },
    { { SSE HELLO FINISH USAGE, FAKE_HANG }, TRUE, 0, 2 },
    { { SSE HELLO FINISH "data: {\"choi", FAKE_CLOSE }, TRUE, 0, -1 },

    { { SSE HELLO DONE, FAKE_CLOSE }, FALSE, APH_FAILURE_TRUNCATED, 0 },
    { { SSE HELLO, FAKE_CLOSE }, FALSE, APH_FAILURE_TRUNCATED, 0 },
    { { SSE HELLO "data: {\"choi", FAKE_CLOSE }, FALSE, APH_FAILURE_TRUNCATED, 0 },
    { { SSE, FAKE_CLOSE }, FALSE, APH_FAILURE_TRUNCATED, 0 },
    { { SSE HELLO ERROR DONE, FAKE_CLOSE }, FALSE, APH_FAILURE_SERVER, 0 },
    { { SSE HELLO ERROR, FAKE_HANG }, FALSE, APH_FAILURE_SERVER, 0 },
    { { SSE HELLO FINISH ERROR DONE, FAKE_CLOSE }, FALSE, APH_FAILURE_SERVER, 0 },
    { { SSE HELLO "data: <html>\n\n", FAKE_HANG }, FALSE, APH_FAILURE_SERVER, 0 },
    { { HEAD ("text/html") "<html>\nLog in", FAKE_HANG }, FALSE, APH_FAILURE_SERVER, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &cases[i].script);
      g_auto (Question) question;
      gint64 start = g_get_monotonic_time ();

      g_test_message ("%s", cases[i].script.bytes);
      question_init_openai (&question, fake, "");
      question_ask (&question);

      g_assert_cmpint (question.is_done, ==, cases[i].is_done);
      if (question.is_done)
        g_assert_cmpint (question.usage.answer_tokens, ==, cases[i].tokens);
      else
        g_assert_cmpint (aph_failure_get_class (question.failure), ==, cases[i].failure_class);
      if (strstr (cases[i].script.bytes, HELLO) != NULL && cases[i].script.ending != FAKE_RESET)
        g_assert_cmpstr (question.answer->str, ==, "Hello");
      g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
    }
}

#define WHOLE "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}"

/* Some servers stream when they are not asked to, and others do not when they are. */
static void
test_other_way (void)
{
  static const struct
  {
    gboolean stream;
    const char *bytes;
  } cases[] = {
    { TRUE, HEAD ("application/json") WHOLE },
    { FALSE, HEAD ("application/json") WHOLE },
    { FALSE, SSE HELLO FINISH DONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Script script = { cases[i].bytes, FAKE_CLOSE };
      g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
      g_auto (Question) question;

      question_init_openai (&question, fake, "");
      question.stream = cases[i].stream;
      question_ask (&question);
      g_assert_true (question.is_done);
      g_assert_cmpstr (question.answer->str, ==, "Hello");
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
  } cases[] = {
    { 503, "Content-Type: application/json\r\n",
      "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
      APH_FAILURE_BUSY, -1 },
    { 429, "retry-after: 7\r\n", "{\"error\":{\"message\":\"slow\",\"code\":\"429\"}}",
      APH_FAILURE_BUSY, 7000 },
    { 429, "Content-Type: text/event-stream\r\nRetry-After: 7\r\nretry-after-ms: 1500\r\n",
      "data: {\"error\":{\"message\":\"slow\",\"code\":\"429\"}}\n\n", APH_FAILURE_BUSY, 1500 },
    { 429, "Retry-After: 1\r\n", "{\"error\":{\"message\":\"pay\",\"code\":\"insufficient_quota\"}}",
      APH_FAILURE_QUOTA, 1000 },
    { 400, "", "{\"error\":{\"message\":\"too long\",\"n_prompt_tokens\":9,\"n_ctx\":8}}",
      APH_FAILURE_PERMANENT, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *bytes = fake_http (cases[i].status, cases[i].headers, cases[i].body);
      const Script script = { bytes, FAKE_KEEP };
      g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
      g_auto (Question) question;

      question_init_openai (&question, fake, "");
      question_ask (&question);
      question_assert_failed (&question, cases[i].failure_class, cases[i].status, NULL);
      g_assert_cmpint (aph_failure_get_retry_after (question.failure), ==, cases[i].retry_after);
    }
}

/* A connection whose reply was read to its end is used again. */
static void
test_reuse (void)
{
  g_autofree char *bytes = fake_http (200, "Content-Type: text/event-stream\r\n",
                                      HELLO FINISH USAGE DONE);
  const Script script = { bytes, FAKE_KEEP };
  g_autoptr (FakeServer) fake = fake_server_new (reply_script, (gpointer) &script);
  g_auto (Question) question;

  question_init_openai (&question, fake, "");
  for (guint i = 0; i < 5; i++)
    {
      question_ask (&question);
      g_assert_true (question.is_done);
    }
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 5);
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_default_handler (check_log_cb, NULL);

  g_test_add_func ("/server-openai/request", test_request);
  g_test_add_func ("/server-openai/api-key", test_api_key);
  g_test_add_func ("/server-openai/wrong-key", test_wrong_key);
  g_test_add_func ("/server-openai/ends", test_ends);
  g_test_add_func ("/server-openai/other-way", test_other_way);
  g_test_add_func ("/server-openai/refusals", test_refusals);
  g_test_add_func ("/server-openai/reuse", test_reuse);

  return g_test_run ();
}
