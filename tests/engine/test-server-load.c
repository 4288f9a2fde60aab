/* test-server-load.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "fake-server.h"
#include "question.h"
#include "server/aph-server.h"

#define LOADED \
  "{\"model\":\"m\",\"created_at\":\"2026-08-22T10:11:12Z\",\"response\":\"\",\"done\":true," \
  "\"done_reason\":\"load\"}"

/* What became of loading. */
typedef struct
{
  AphServer *server;
  GCancellable *cancellable;
  gboolean has_ended;
  gboolean is_loaded;
  AphFailure *failure;
} Loading;

static void
loading_init (Loading    *self,
              const char *url)
{
  *self = (Loading) {
    .server = question_new_server (url),
    .cancellable = g_cancellable_new (),
  };
}

static void
loading_clear (Loading *self)
{
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->cancellable);
  g_clear_pointer (&self->failure, aph_failure_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loading, loading_clear)

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Loading *self = user_data;

  g_assert_false (self->has_ended);
  self->has_ended = TRUE;
  self->is_loaded = aph_server_load_finish (APH_SERVER (source), result, &self->failure);
  g_assert_true (self->is_loaded == (self->failure == NULL));
  if (self->failure != NULL)
    g_test_message ("%s", aph_failure_get_message (self->failure));
}

/* Begins to load the model "m" for a request with the members @params. */
static void
load_start (Loading    *self,
            const char *params)
{
  g_autoptr (JsonObject) members = aph_json_parse_object (params, -1, NULL);
  g_autoptr (AphParams) parsed = aph_params_new_from_body (members);
  g_autoptr (AphRequest) request = aph_request_new ("m", "p", parsed, NULL);
  const AphClocks clocks = APH_CLOCKS_INIT;

  g_clear_pointer (&self->failure, aph_failure_unref);
  self->has_ended = FALSE;
  aph_server_load_async (self->server, request, &clocks, self->cancellable, loaded_cb, self);
  g_assert_false (self->has_ended);
}

static void
load_wait (Loading *self)
{
  while (!self->has_ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
load (Loading    *self,
      const char *params)
{
  load_start (self, params);
  load_wait (self);
}

static void
assert_failed (Loading         *self,
               AphFailureClass  failure_class,
               guint            status,
               const char      *part)
{
  g_assert_false (self->is_loaded);
  g_assert_cmpint (aph_failure_get_class (self->failure), ==, failure_class);
  g_assert_cmpuint (aph_failure_get_status (self->failure), ==, status);
  g_assert_nonnull (strstr (aph_failure_get_message (self->failure), part));
}

static void
reply_loaded (const char *request,
              guint       connection,
              FakeReply  *reply,
              gpointer    user_data)
{
  reply->bytes = fake_http (200, "Content-Type: application/json; charset=utf-8\r\n", LOADED);
  reply->delay = GPOINTER_TO_UINT (user_data);
}

/* What decides how a model is loaded, and for how long, is sent; nothing else. */
static void
test_body (void)
{
  static const struct
  {
    const char *params;
    const char *sent;
  } cases[] = {
    { "{}", "" },
    { "{\"system\":\"s\",\"think\":true,\"format\":\"json\",\"raw\":true}", "" },
    { "{\"options\":{\"temperature\":\"hot\",\"seed\":1,\"stop\":[\"a\"]}}", "" },
    { "{\"options\":{\"num_ctx\":8192,\"seed\":1,\"num_gpu\":2}}",
      ",\"options\":{\"num_ctx\":8192,\"num_gpu\":2}" },
    { "{\"options\":{\"num_ctx\":8192},\"shift\":false,\"keep_alive\":\"30m\"}",
      ",\"keep_alive\":\"30m\",\"shift\":false,\"options\":{\"num_ctx\":8192}" },
    { "{\"options\":[]}", "" },
    { "{\"keep_alive\":600}", ",\"keep_alive\":600" },
    { "{\"keep_alive\":-1}", ",\"keep_alive\":-1" },
    { "{\"keep_alive\":0.5}", ",\"keep_alive\":0.5" },
    /* These would unload it. */
    { "{\"keep_alive\":0}", "" },
    { "{\"keep_alive\":0.0}", "" },
    { "{\"keep_alive\":\"0\"}", "" },
    { "{\"keep_alive\":\"0h0s\"}", "" },
    { "{\"keep_alive\":null}", "" },
  };
  g_autoptr (FakeServer) fake = fake_server_new (reply_loaded, NULL);
  g_auto (Loading) loading;

  loading_init (&loading, fake_server_get_url (fake));
  g_assert_true (aph_server_can_load (loading.server));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("\r\n\r\n{\"model\":\"m\",\"stream\":false%s}",
                                               cases[i].sent);
      g_autofree char *sent = NULL;

      load (&loading, cases[i].params);
      g_assert_true (loading.is_loaded);

      sent = fake_server_dup_last_request (fake);
      g_test_message ("%s", cases[i].params);
      g_assert_true (g_str_has_prefix (sent, "POST /api/generate HTTP/1.1\r\n"));
      g_assert_cmpstr (strstr (sent, "\r\n\r\n"), ==, body);
    }
  g_assert_cmpuint (aph_server_get_in_flight (loading.server), ==, 0);
}

static void
test_slowly (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_loaded, GUINT_TO_POINTER (700));
  g_auto (Loading) loading;

  loading_init (&loading, fake_server_get_url (fake));
  load_start (&loading, "{}");
  iterate_for (500);
  g_assert_false (loading.has_ended);
  load_wait (&loading);
  g_assert_true (loading.is_loaded);
}

static void
reply_bytes (const char *request,
             guint       connection,
             FakeReply  *reply,
             gpointer    user_data)
{
  reply->bytes = g_strdup (user_data);
  reply->ending = FAKE_CLOSE;
}

static void
test_failures (void)
{
  static const struct
  {
    const char *bytes;
    AphFailureClass failure_class;
    guint status;
    const char *part;
  } cases[] = {
    { "HTTP/1.1 404 Not Found\r\nContent-Length: 31\r\n\r\n{\"error\":\"model 'm' not found\"}\n",
      APH_FAILURE_PERMANENT, 404, "model 'm' not found" },
    { "HTTP/1.1 500 Oops\r\n\r\n{\"error\":\"timed out waiting for llama-server to start\"}",
      APH_FAILURE_SERVER, 500, "timed out waiting" },
    { "HTTP/1.1 503 Busy\r\n\r\n"
      "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}",
      APH_FAILURE_BUSY, 503, "server busy" },
    { "HTTP/1.1 200 OK\r\n\r\n{\"error\":\"model runner has unexpectedly stopped\"}",
      APH_FAILURE_SERVER, 200, "unexpectedly stopped" },
    { "HTTP/1.1 200 OK\r\n\r\n{\"response\":\"\",\"done\":false}",
      APH_FAILURE_TRUNCATED, 200, "complete" },
    { "HTTP/1.1 200 OK\r\n\r\n", APH_FAILURE_TRUNCATED, 200, "complete" },
    { "HTTP/1.1 200 OK\r\n\r\n<html>Router</html>", APH_FAILURE_SERVER, 200, "Router" },
    { "", APH_FAILURE_TRANSPORT, 0, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) cases[i].bytes);
      g_auto (Loading) loading;

      loading_init (&loading, fake_server_get_url (fake));
      load (&loading, "{}");
      assert_failed (&loading, cases[i].failure_class, cases[i].status, cases[i].part);
    }
}

static void
test_refused (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_loaded, NULL);
  g_autofree char *url = g_strdup (fake_server_get_url (fake));
  g_auto (Loading) loading;

  g_clear_pointer (&fake, fake_server_free);
  loading_init (&loading, url);
  load (&loading, "{}");
  assert_failed (&loading, APH_FAILURE_REFUSED, 0, url);
}

static void
assert_cancelled (Loading    *self,
                  FakeServer *fake)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  load_wait (self);
  assert_failed (self, APH_FAILURE_CANCELLED, 0, "");

  while (fake_server_get_n_open (fake) > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      iterate_for (5);
    }
}

static void
reply_and_hang (const char *request,
                guint       connection,
                FakeReply  *reply,
                gpointer    user_data)
{
  reply->bytes = g_strdup (user_data);
  reply->ending = FAKE_HANG;
}

/* Before, at once, after some turns of the main loop, and once the server has begun. */
static void
test_cancel (void)
{
  static const char *const replies[] = {
    "", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "HTTP/1.1 503 Busy\r\n\r\n{\"err",
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_and_hang, (gpointer) replies[i]);
      g_auto (Loading) loading;

      loading_init (&loading, fake_server_get_url (fake));
      g_cancellable_cancel (loading.cancellable);
      load_start (&loading, "{}");
      assert_cancelled (&loading, fake);
      g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 0);

      for (guint turns = 0; turns < 10; turns++)
        {
          g_cancellable_reset (loading.cancellable);
          load_start (&loading, "{}");
          for (guint turn = 0; turn < turns; turn++)
            g_main_context_iteration (NULL, FALSE);
          g_cancellable_cancel (loading.cancellable);
          assert_cancelled (&loading, fake);
        }

      g_cancellable_reset (loading.cancellable);
      load_start (&loading, "{}");
      iterate_for (100);
      g_assert_false (loading.has_ended);
      g_cancellable_cancel (loading.cancellable);
      assert_cancelled (&loading, fake);
      g_assert_cmpuint (fake_server_get_n_requests (fake), >, 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-load/body", test_body);
  g_test_add_func ("/server-load/slowly", test_slowly);
  g_test_add_func ("/server-load/failures", test_failures);
  g_test_add_func ("/server-load/refused", test_refused);
  g_test_add_func ("/server-load/cancel", test_cancel);

  return g_test_run ();
}
