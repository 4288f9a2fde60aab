/* test-replay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Replies that a real llama-server (b11669) gave, as they came over the wire: however their bytes
 * arrive, they mean the same.
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "question.h"
#include "read-reply.h"

static const AphDialect *const openai = &aph_dialect_openai;

static const struct
{
  const char *name;
  guint status;
  gboolean stream;
  const char *reply;
} recordings[] = {
  { "chat-stream.http", 200, TRUE,
    "|糖 pineapple糖I糖Y oilSs golden sauce sweet|done length|44 12 -1 107702000 43473000 -1||" },
  { "completions-stream.http", 200, TRUE,
    "|好香z0 heat香Y add for serve  sweet|done length|15 12 -1 6307000 64699000 -1||" },
  { "json-schema-stream.http", 200, TRUE,
    "|{\n\n         \t     \t   \t\"ok\":\ntrue}|done length|21 40 -1 752000 5954000 -1||" },
  { "chat-plain.http", 200, FALSE,
    "|46吃m1 pineapple糖Od gingerJu|done length|38 12 -1 2767000 1757000 -1||" },
  { "error-bad-json.http", 400, TRUE,
    "||more -|" NO_USAGE "|permanent[json.exception.parse_error.101] parse error at line 1, column 10: "
    "syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal|" },
  { "error-context-exceeded.http", 400, TRUE,
    "||more -|" NO_USAGE "|permanentThe prompt has 15020 tokens, but the server’s context has room for "
    "1024. Shorten the prompt, or start the server with a larger context (llama-server: --ctx-size)|" },
  { "error-no-messages.http", 400, TRUE, "||more -|" NO_USAGE "|permanent'messages' is required|" },
  { "error-unauthorized.http", 401, FALSE, "||more -|" NO_USAGE "|deniedInvalid API Key|" },
};

/* All bytes of a recording, headers included. */
static char *
load (const char *name,
      gsize      *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "llama-server", name, NULL);
  g_autoptr (GError) error = NULL;
  char *bytes;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (bytes), ==, *length);

  return bytes;
}

/* What a client sees of it once HTTP is taken off. */
static GString *
load_body (const char *name)
{
  gsize length;
  g_autofree char *bytes = load (name, &length);
  const char *p = strstr (bytes, "\r\n\r\n") + strlen ("\r\n\r\n");
  GString *body = g_string_new (NULL);
  gsize size;

  if (strstr (bytes, "\r\nTransfer-Encoding: chunked\r\n") == NULL)
    return g_string_append (body, p);

  while ((size = g_ascii_strtoull (p, NULL, 16)) > 0)
    {
      p = strstr (p, "\r\n") + strlen ("\r\n");
      g_string_append_len (body, p, size);
      p += size + strlen ("\r\n");
    }
  g_assert_cmpstr (p, ==, "0\r\n\r\n");

  return body;
}

/* To parse everything again for each way to cut it takes long under a sanitizer: these tests go
 * in steps that are prime, and so hit every place in a line sooner or later. */
#define STEP 37

static void
keep_line (AphReply   *reply,
           const char *line,
           gsize       length)
{
  g_string_append_len (reply->answer, line, length);
  g_string_append_c (reply->answer, '\n');
}

/* At every place where the body may be cut in two, the dialect gets the same lines. */
static void
test_lines (void)
{
  static const AphDialect lines = { .name = "lines", .read_line = keep_line };

  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autoptr (GString) body = load_body (recordings[i].name);
      g_autofree char *whole = read_lines (&lines, body->str, body->len, body->len, 1);

      for (gsize at = 0; at <= body->len; at++)
        {
          g_autofree char *read = read_lines (&lines, body->str, body->len, at, body->len);

          g_assert_cmpstr (read, ==, whole);
        }
    }
}

/* And it makes the same of them. */
static void
test_splits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autoptr (GString) body = NULL;

      if (!recordings[i].stream || recordings[i].status != 200)
        continue;

      body = load_body (recordings[i].name);
      g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", recordings[i].name, body->len);
      for (gsize at = 0; at <= body->len; at += STEP)
        {
          g_autofree char *read = read_lines (openai, body->str, body->len, at, body->len);

          g_assert_cmpstr (read, ==, recordings[i].reply);
        }

      for (gsize step = 1; step <= 997; step += 166)
        {
          g_autofree char *read = read_lines (openai, body->str, body->len, 0, step);

          g_assert_cmpstr (read, ==, recordings[i].reply);
        }
    }
}

/* A reply that is cut off is complete only if the server had said so by then, and what had come of
 * the answer is not lost. */
static void
test_cuts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autoptr (GString) body = NULL;
      const char *finish;
      gsize end;

      if (!recordings[i].stream || recordings[i].status != 200)
        continue;

      body = load_body (recordings[i].name);
      finish = strstr (body->str, "\"finish_reason\":\"length\"");
      end = strchr (finish, '\n') - body->str;

      for (gsize at = 0; at < body->len; at += at + STEP < end || at > end + STEP ? STEP : 1)
        {
          g_autofree char *read = read_lines (openai, body->str, at, at, 1);
          const char *state = strstr (read, at < end ? "|more -|" : "|done length|");

          g_assert_nonnull (state);
          g_assert_cmpint (strncmp (read, recordings[i].reply, state - read), ==, 0);
        }
    }
}

static void
test_bodies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      g_autoptr (GString) body = load_body (recordings[i].name);
      g_autofree char *read = NULL;
      AphReply reply;

      if (recordings[i].stream && recordings[i].status == 200)
        continue;

      aph_reply_init (&reply);
      if (recordings[i].status == 200)
        openai->read_body (&reply, body->str, body->len);
      else
        reply.failure = openai->read_error (recordings[i].status, body->str, body->len);
      read = describe_reply (&reply);
      aph_reply_clear (&reply);
      g_assert_cmpstr (read, ==, recordings[i].reply);
    }
}

/* How a recording is played: in pieces, and maybe not to its end. */
typedef struct
{
  const char *name;
  gsize piece;
  guint gap;
  gboolean is_cut;
  gsize length;         /* of what is left of it */
  FakeEnding ending;    /* what comes then */
} Play;

static void
reply_recording (const char *request,
                 guint       connection,
                 FakeReply  *reply,
                 gpointer    user_data)
{
  const Play *play = user_data;
  gsize length;

  reply->bytes = load (play->name, &length);
  reply->piece = play->piece;
  reply->gap = play->gap;
  if (strstr (reply->bytes, "\r\nConnection: close\r\n") != NULL)
    reply->ending = FAKE_CLOSE;

  if (play->is_cut)
    {
      reply->bytes[play->length] = '\0';
      reply->ending = play->ending;
    }
}

static char *
describe_question (const Question *question)
{
  const AphUsage no_usage = APH_USAGE_INIT;
  const AphReply reply = {
    .thinking = question->thinking,
    .answer = question->answer,
    .done = question->is_done,
    .done_reason = question->done_reason,
    .usage = question->is_done ? question->usage : no_usage,
    .failure = question->failure,
  };

  return describe_reply (&reply);
}

static void
question_init_openai (Question   *question,
                      FakeServer *fake,
                      gboolean    stream)
{
  g_autofree char *address = g_strconcat (fake_server_get_url (fake), ",api=openai", NULL);

  question_init (question, address);
  question->stream = stream;
}

/* The whole way, through sockets and libsoup. */
static void
test_server (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    {
      Play play = { .name = recordings[i].name };
      g_autoptr (FakeServer) fake = fake_server_new (reply_recording, &play);
      g_autofree char *bytes = NULL;
      gsize length;
      g_auto (Question) question;

      bytes = load (play.name, &length);
      question_init_openai (&question, fake, recordings[i].stream);

      for (guint step = 0; step <= 20; step++)
        {
          g_autofree char *read = NULL;

          /* As a whole, then byte by byte, then in ever larger pieces that come one by one. */
          play.piece = step < 2 ? step : step * length / 21;
          play.gap = step < 2 ? 0 : 1;
          question_ask (&question);
          read = describe_question (&question);
          g_assert_cmpstr (read, ==, recordings[i].reply);
          if (question.failure != NULL)
            g_assert_cmpuint (aph_failure_get_status (question.failure), ==, recordings[i].status);
        }
    }
}

static void
assert_broke_off (const Question *question,
                  const Play     *play,
                  gsize           head)
{
  AphFailureClass failure_class = aph_failure_get_class (question->failure);

  if (play->ending == FAKE_RESET)
    g_assert_cmpint (failure_class, ==, APH_FAILURE_TRANSPORT);
  else if (failure_class == APH_FAILURE_REFUSED)
    /* A piece of a head is no HTTP. */
    g_assert_cmpuint (play->length, <, head);
  else
    g_assert_true (failure_class == APH_FAILURE_TRUNCATED
                   || failure_class == APH_FAILURE_TRANSPORT);
}

/* The connection ends after each byte of the reply, by FIN and by RST, which may take with it what
 * was sent but not yet read. */
static void
test_server_cuts (void)
{
  static const FakeEnding endings[] = { FAKE_CLOSE, FAKE_RESET };
  Play play = { .name = "chat-stream.http", .is_cut = TRUE };
  g_autoptr (FakeServer) fake = fake_server_new (reply_recording, &play);
  gsize length;
  g_autofree char *bytes = load (play.name, &length);
  const char *finish = strstr (bytes, "\"finish_reason\":\"length\"");
  gsize head = strstr (bytes, "\r\n\r\n") + strlen ("\r\n\r\n") - bytes;
  gsize end = strchr (finish, '\n') - bytes;
  g_auto (Question) question;

  question_init_openai (&question, fake, TRUE);

  for (play.length = 0; play.length < length; play.length++)
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
      {
        play.ending = endings[i];
        question_ask (&question);
        g_assert_true (g_str_has_prefix ("糖 pineapple糖I糖Y oilSs golden sauce sweet",
                                         question.answer->str));
        if (question.is_done || play.ending == FAKE_CLOSE)
          g_assert_cmpint (question.is_done, ==, play.length > end);
        if (question.is_done)
          g_assert_cmpstr (question.done_reason, ==, "length");
        else
          assert_broke_off (&question, &play, head);
      }
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **location = user_data;

  *location = g_object_ref (result);
}

static void
test_models (void)
{
  Play play = { .name = "v1-models.http", .piece = 1 };
  g_autoptr (FakeServer) fake = fake_server_new (reply_recording, &play);
  g_autofree char *address = g_strconcat (fake_server_get_url (fake), "/v1,api=openai", NULL);
  g_autoptr (AphServer) server = question_new_server (address);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *request = NULL;

  aph_server_list_models_async (server, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  models = aph_server_list_models_finish (server, result, NULL);

  g_assert_cmpuint (models->len, ==, 1);
  g_assert_cmpstr (aph_model_get_name (models->pdata[0]), ==, "tiny");
  g_assert_cmpint (aph_model_get_size (models->pdata[0]), ==, 524032);
  g_assert_cmpstr (aph_model_get_quantization (models->pdata[0]), ==, "all F32");
  g_assert_cmpint (aph_model_get_context_length (models->pdata[0]), ==, 1024);
  request = fake_server_dup_last_request (fake);
  g_assert_true (g_str_has_prefix (request, "GET /v1/models HTTP/1.1\r\n"));
}

static void
test_probe (void)
{
  static const struct
  {
    const char *name;
    const char *version;
  } cases[] = {
    { "v1-models.http", "" },
    { "health.http", "" },
    { "error-unauthorized.http", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Play play = { .name = cases[i].name };
      g_autoptr (FakeServer) fake = fake_server_new (reply_recording, &play);
      g_autofree char *address = g_strconcat (fake_server_get_url (fake), ",api=openai", NULL);
      g_autoptr (AphServer) server = question_new_server (address);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (AphFailure) failure = NULL;
      g_autofree char *version = NULL;

      aph_server_probe_async (server, NULL, result_cb, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      version = aph_server_probe_finish (server, result, &failure);
      g_assert_cmpstr (version, ==, cases[i].version);
      g_assert_true ((failure == NULL) == (version != NULL));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/replay/lines", test_lines);
  g_test_add_func ("/replay/splits", test_splits);
  g_test_add_func ("/replay/cuts", test_cuts);
  g_test_add_func ("/replay/bodies", test_bodies);
  g_test_add_func ("/replay/server", test_server);
  g_test_add_func ("/replay/server-cuts", test_server_cuts);
  g_test_add_func ("/replay/models", test_models);
  g_test_add_func ("/replay/probe", test_probe);

  return g_test_run ();
}
