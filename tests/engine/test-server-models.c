/* test-server-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "question.h"
#include "server/aph-server-models.h"
#include "sim-fixture.h"

/* One thing asked of a server, and what became of it. */
typedef enum
{
  SHOW,
  LIST_LOADED,
  UNLOAD,
  PULL,
  DELETE,
  N_CALLS,
} Call;

typedef struct
{
  AphServer *server;
  GCancellable *cancellable;
  guint cancel_after;     /* so many reports of a pull; 0 for never */

  gboolean has_ended;
  gboolean is_good;
  AphModel *model;
  GPtrArray *models;
  GString *reports;       /* of a pull: "status completed/total\n" */
  guint n_reports;
  AphFailure *failure;
} Asked;

static void
asked_init (Asked      *self,
            const char *url)
{
  *self = (Asked) {
    .server = question_new_server (url),
    .cancellable = g_cancellable_new (),
    .reports = g_string_new (NULL),
  };
}

static void
forget (Asked *self)
{
  self->has_ended = FALSE;
  self->is_good = FALSE;
  self->n_reports = 0;
  g_string_truncate (self->reports, 0);
  g_clear_object (&self->model);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_clear_pointer (&self->failure, aph_failure_unref);
}

static void
asked_clear (Asked *self)
{
  forget (self);
  g_assert_finalize_object (self->server);
  g_assert_finalize_object (self->cancellable);
  g_string_free (self->reports, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static void
take_end (Asked    *self,
          gboolean  is_good)
{
  g_assert_false (self->has_ended);
  self->has_ended = TRUE;
  self->is_good = is_good;
  g_assert_true (is_good == (self->failure == NULL));
  if (self->failure != NULL)
    g_test_message ("%s", aph_failure_get_message (self->failure));
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asked *self = user_data;

  self->model = aph_server_show_finish (APH_SERVER (source), result, &self->failure);
  take_end (self, self->model != NULL);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Asked *self = user_data;

  self->models = aph_server_list_loaded_finish (APH_SERVER (source), result, &self->failure);
  take_end (self, self->models != NULL);
}

static void
unloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Asked *self = user_data;

  take_end (self, aph_server_unload_finish (APH_SERVER (source), result, &self->failure));
}

static void
pulled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Asked *self = user_data;

  take_end (self, aph_server_pull_finish (APH_SERVER (source), result, &self->failure));
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Asked *self = user_data;

  take_end (self, aph_server_delete_finish (APH_SERVER (source), result, &self->failure));
}

static void
report_cb (const char *status,
           gint64      completed,
           gint64      total,
           gpointer    user_data)
{
  Asked *self = user_data;

  g_assert_false (self->has_ended);
  g_assert_false (g_cancellable_is_cancelled (self->cancellable));
  g_assert_true (g_utf8_validate (status, -1, NULL));
  g_assert_cmpint (completed, <=, total);
  g_string_append_printf (self->reports, "%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\n",
                          status, completed, total);
  if (++self->n_reports == self->cancel_after)
    g_cancellable_cancel (self->cancellable);
}

static void
start (Asked      *self,
       Call        call,
       const char *model)
{
  forget (self);

  switch (call)
    {
    case SHOW:
      aph_server_show_async (self->server, model, self->cancellable, shown_cb, self);
      break;
    case LIST_LOADED:
      aph_server_list_loaded_async (self->server, self->cancellable, listed_cb, self);
      break;
    case UNLOAD:
      aph_server_unload_async (self->server, model, self->cancellable, unloaded_cb, self);
      break;
    case PULL:
      aph_server_pull_async (self->server, model, report_cb, self, self->cancellable,
                             pulled_cb, self);
      break;
    case DELETE:
      aph_server_delete_async (self->server, model, self->cancellable, deleted_cb, self);
      break;
    case N_CALLS:
    default:
      g_assert_not_reached ();
    }
  g_assert_false (self->has_ended);
}

static void
wait_for_end (Asked *self)
{
  while (!self->has_ended)
    g_main_context_iteration (NULL, TRUE);
}

static void
ask (Asked      *self,
     Call        call,
     const char *model)
{
  start (self, call, model);
  wait_for_end (self);
}

static void
assert_failed (Asked           *self,
               AphFailureClass  failure_class,
               guint            status,
               const char      *part)
{
  g_assert_false (self->is_good);
  g_assert_cmpint (aph_failure_get_class (self->failure), ==, failure_class);
  g_assert_cmpuint (aph_failure_get_status (self->failure), ==, status);
  g_assert_nonnull (strstr (aph_failure_get_message (self->failure), part));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  gboolean *is_loaded = user_data;

  *is_loaded = aph_server_load_finish (APH_SERVER (source), result, NULL);
  g_assert_true (*is_loaded);
}

static void
load (Asked      *self,
      const char *model,
      const char *keep_alive)
{
  g_autoptr (AphParams) params = aph_params_new ();
  g_autoptr (AphRequest) request = NULL;
  const AphClocks clocks = APH_CLOCKS_INIT;
  gboolean is_loaded = FALSE;

  aph_params_set_option (params, "num_ctx", "8192", NULL);
  aph_params_set_keep_alive (params, keep_alive, NULL);
  request = aph_request_new (model, "p", params, NULL);
  aph_server_load_async (self->server, request, &clocks, NULL, loaded_cb, &is_loaded);
  wait_until (is_loaded);
}

static void
test_life (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "a=thinking=3", "--model", "b=load=100");
  const AphModelMemory *memory;
  g_auto (Asked) asked;

  asked_init (&asked, sim_get_url (sim));
  g_assert_true (aph_server_can_manage_models (asked.server));

  ask (&asked, SHOW, "a");
  g_assert_cmpstr (aph_model_get_name (asked.model), ==, "a");
  g_assert_true (aph_model_has_capability (asked.model, "thinking"));
  g_assert_cmpint (aph_model_get_context_length (asked.model), ==, 32768);
  g_assert_cmpstr (aph_model_get_prompt_template (asked.model), ==, "{{ .Prompt }}");
  g_assert_nonnull (strstr (aph_model_get_parameters (asked.model), "<|im_end|>"));

  ask (&asked, LIST_LOADED, NULL);
  g_assert_cmpuint (asked.models->len, ==, 0);

  load (&asked, "b", "-1");
  load (&asked, "a", "300");
  ask (&asked, LIST_LOADED, NULL);
  g_assert_cmpuint (asked.models->len, ==, 2);
  g_assert_cmpstr (aph_model_get_name (asked.models->pdata[0]), ==, "a:latest");
  memory = aph_model_get_memory (asked.models->pdata[0]);
  g_assert_cmpint (memory->context_length, ==, 8192);
  g_assert_cmpint (memory->vram, ==, memory->size);
  g_assert_cmpint (ABS (memory->expires_at - g_get_real_time () / G_USEC_PER_SEC - 300), <, 20);
  memory = aph_model_get_memory (asked.models->pdata[1]);
  g_assert_cmpint (memory->expires_at, ==, APH_MODEL_NEVER);

  ask (&asked, UNLOAD, "b");
  g_assert_true (asked.is_good);
  ask (&asked, LIST_LOADED, NULL);
  g_assert_cmpuint (asked.models->len, ==, 1);

  ask (&asked, DELETE, "b");
  g_assert_true (asked.is_good);
  ask (&asked, SHOW, "b");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 404, "model 'b' not found");
  ask (&asked, DELETE, "b");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 404, "not found");
  ask (&asked, UNLOAD, "b");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 404, "not found");
}

static void
test_pull (void)
{
  g_autoptr (Sim) sim = sim_start ("--default", "pull=300");
  g_auto (Asked) asked;

  asked_init (&asked, sim_get_url (sim));
  ask (&asked, PULL, "new");
  g_assert_true (asked.is_good);
  g_assert_true (g_str_has_prefix (asked.reports->str,
                                   "pulling manifest 0/0\npulling 2bada8a74506"));
  g_assert_true (g_str_has_suffix (asked.reports->str,
                                   "pulling 66b9ea09bd5b 4683073252/4683073252\n"
                                   "pulling eb4402837c78 4683074734/4683074734\n"
                                   "verifying sha256 digest 4683074734/4683074734\n"
                                   "writing manifest 4683074734/4683074734\n"
                                   "success 4683074734/4683074734\n"));
  ask (&asked, SHOW, "new");
  g_assert_true (asked.is_good);

  ask (&asked, PULL, "missing");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 200, "no model of this name");
  g_assert_cmpstr (asked.reports->str, ==, "pulling manifest 0/0\n");
  ask (&asked, PULL, "broken");
  assert_failed (&asked, APH_FAILURE_SERVER, 200, "max retries exceeded");
  g_assert_cmpuint (asked.n_reports, >, 2);
  ask (&asked, PULL, "");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 400, "invalid model name");
}

static void
test_pull_cancel (void)
{
  g_autoptr (Sim) sim = sim_start ("--default", "pull=60000");
  g_auto (Asked) asked;

  asked_init (&asked, sim_get_url (sim));
  for (guint n_reports = 1; n_reports <= 4; n_reports++)
    {
      g_cancellable_reset (asked.cancellable);
      asked.cancel_after = n_reports;
      ask (&asked, PULL, "new");
      assert_failed (&asked, APH_FAILURE_CANCELLED, 0, "");
      g_assert_cmpuint (asked.n_reports, ==, n_reports);
    }
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

#define OK "HTTP/1.1 200 OK\r\n\r\n"

static void
test_pull_replies (void)
{
  static const struct
  {
    const char *bytes;
    AphFailureClass failure_class;
    const char *part;
    const char *reports;
  } cases[] = {
    { OK "{\"status\":\"success\"}", APH_FAILURE_CANCELLED, NULL, "success 0/0\n" },
    { OK "{\"status\":\"success\"}\n<html>", APH_FAILURE_CANCELLED, NULL, "success 0/0\n" },
    /* The numbers of a layer replace its old ones; one without a digest counts nothing. */
    { OK "{\"status\":\"a\",\"digest\":\"1\",\"total\":9,\"completed\":9}\n"
      "{\"status\":\"b\",\"digest\":\"2\",\"total\":100}\n"
      "{\"status\":\"b\",\"digest\":\"2\",\"total\":100,\"completed\":60}\n\n"
      "{\"status\":\"b\",\"digest\":\"2\",\"total\":90,\"completed\":50}\r\n"
      "{\"status\":\"c\",\"total\":7,\"completed\":7}\n"
      "{\"status\":\"a\",\"digest\":\"1\",\"total\":9,\"completed\":2}\n{\"status\":\"success\"}\n",
      APH_FAILURE_CANCELLED, NULL,
      "a 9/9\nb 9/109\nb 69/109\nb 59/99\nc 59/99\na 52/99\nsuccess 52/99\n" },
    { OK "{\"status\":\"a\"}\n", APH_FAILURE_TRUNCATED, "complete", "a 0/0\n" },
    { OK "{\"status\":\"a\"}\n{\"status\":\"succ", APH_FAILURE_TRUNCATED, "complete", "a 0/0\n" },
    { OK "{\"status\":\"a\"}\n{\"error\":\"no space left on device\"}\n{\"status\":\"b\"}\n",
      APH_FAILURE_SERVER, "no space left", "a 0/0\n" },
    { OK "<html>Router</html>\n", APH_FAILURE_SERVER, "Router", "" },
    { "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"status\":\"a\"}\n",
      APH_FAILURE_TRANSPORT, "broke", "a 0/0\n" },
    { "HTTP/1.1 500 Oops\r\n\r\n{\"error\":\"disk\"}", APH_FAILURE_SERVER, "disk", "" },
    { "", APH_FAILURE_TRANSPORT, "broke", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer) cases[i].bytes);
      g_autofree char *sent = NULL;
      g_auto (Asked) asked;

      asked_init (&asked, fake_server_get_url (fake));
      ask (&asked, PULL, "m");
      g_assert_cmpstr (asked.reports->str, ==, cases[i].reports);
      g_assert_true (asked.is_good == (cases[i].part == NULL));
      if (!asked.is_good)
        assert_failed (&asked, cases[i].failure_class,
                       aph_failure_get_status (asked.failure), cases[i].part);

      sent = fake_server_dup_last_request (fake);
      g_assert_true (g_str_has_prefix (sent, "POST /api/pull HTTP/1.1\r\n"));
      g_assert_true (g_str_has_suffix (sent, "\r\n\r\n{\"model\":\"m\"}"));
    }
}

/* A DELETE has a body, and what changes something is never sent twice. */
static void
test_delete_request (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, (gpointer)
                                                 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  g_autofree char *sent = NULL;
  g_auto (Asked) asked;

  asked_init (&asked, fake_server_get_url (fake));
  ask (&asked, DELETE, "m");
  g_assert_true (asked.is_good);
  sent = fake_server_dup_last_request (fake);
  g_assert_true (g_str_has_prefix (sent, "DELETE /api/delete HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nContent-Type: application/json\r\n"));
  g_assert_true (g_str_has_suffix (sent, "\r\n\r\n{\"model\":\"m\"}"));

  ask (&asked, DELETE, "m");
  g_assert_cmpuint (fake_server_get_n_connections (fake), ==, 2);
}

static void
test_garbage (void)
{
  static const char *const bodies[] = { "<html>Router</html>", "", "[]", "{}" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *bytes = g_strconcat (OK, bodies[i], NULL);
      g_autoptr (FakeServer) fake = fake_server_new (reply_bytes, bytes);
      g_auto (Asked) asked;

      asked_init (&asked, fake_server_get_url (fake));
      ask (&asked, SHOW, "m");
      assert_failed (&asked, APH_FAILURE_REFUSED, 200, "");
      ask (&asked, LIST_LOADED, NULL);
      assert_failed (&asked, APH_FAILURE_REFUSED, 200, "");
      ask (&asked, UNLOAD, "m");
      g_assert_nonnull (asked.failure);
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

/* Before, at once, and once the server has begun; afterwards nothing is left open. */
static void
test_cancel (void)
{
  static const char *const replies[] = {
    "", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", OK "{\"status\":\"a\"}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    for (Call call = 0; call < N_CALLS; call++)
      for (guint milliseconds = 0; milliseconds < 3; milliseconds++)
        {
          g_autoptr (FakeServer) fake = fake_server_new (reply_and_hang, (gpointer) replies[i]);
          g_auto (Asked) asked;

          asked_init (&asked, fake_server_get_url (fake));
          if (milliseconds == 0)
            g_cancellable_cancel (asked.cancellable);
          start (&asked, call, "m");
          if (milliseconds == 2)
            iterate_for (30);
          g_assert_false (asked.has_ended);
          g_cancellable_cancel (asked.cancellable);
          wait_for_end (&asked);
          assert_failed (&asked, APH_FAILURE_CANCELLED, 0, "");
          wait_until (fake_server_get_n_open (fake) == 0);
          if (milliseconds == 0)
            g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 0);
        }
}

static void
test_dispose (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_and_hang, (gpointer) "");
  g_auto (Asked) asked;

  asked_init (&asked, fake_server_get_url (fake));
  start (&asked, PULL, "m");
  iterate_for (30);
  g_object_run_dispose (G_OBJECT (asked.server));
  wait_for_end (&asked);
  assert_failed (&asked, APH_FAILURE_CANCELLED, 0, "");
}

/* What there is of it in an API that knows no management. */
static void
test_openai (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "a=tokens=3");
  g_autofree char *url = g_strconcat (sim_get_url (sim), ",api=openai", NULL);
  g_auto (Asked) asked;

  asked_init (&asked, url);
  g_assert_false (aph_server_can_load (asked.server));
  g_assert_false (aph_server_can_manage_models (asked.server));

  ask (&asked, SHOW, "a:latest");
  g_assert_cmpstr (aph_model_get_name (asked.model), ==, "a:latest");
  g_assert_cmpint (aph_model_get_context_length (asked.model), >, 0);
  ask (&asked, SHOW, "c");
  assert_failed (&asked, APH_FAILURE_PERMANENT, 200, "“c”");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-models/life", test_life);
  g_test_add_func ("/server-models/pull", test_pull);
  g_test_add_func ("/server-models/pull-cancel", test_pull_cancel);
  g_test_add_func ("/server-models/pull-replies", test_pull_replies);
  g_test_add_func ("/server-models/delete-request", test_delete_request);
  g_test_add_func ("/server-models/garbage", test_garbage);
  g_test_add_func ("/server-models/cancel", test_cancel);
  g_test_add_func ("/server-models/dispose", test_dispose);
  g_test_add_func ("/server-models/openai", test_openai);

  return g_test_run ();
}
