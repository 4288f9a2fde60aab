/* test-identity.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says of itself, and what becomes of it: the record of an answer.
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "fake-server.h"
#include "queue/aph-scheduler.h"
#include "question.h"
#include "server/aph-identity.h"
#include "server/aph-record.h"
#include "sim-fixture.h"

#define ANSWER "{\"response\":\"hi\",\"done\":false}\n" \
               "{\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}\n"

/* A server with a page for each path. */
typedef struct
{
  const char *path;    /* (nullable) ends the list */
  const char *body;    /* (nullable) hangs */
} Page;

typedef struct
{
  const Page *pages;
  GMutex lock;
  GString *paths;      /* those asked for, each with a space after it */
  char *question;      /* (nullable) the body of the last POST */
} Site;

static void
reply (const char *request,
       guint       connection,
       FakeReply  *reply,
       gpointer    user_data)
{
  Site *site = user_data;
  const char *path = strchr (request, ' ') + 1;
  gsize length = strcspn (path, " ");

  g_mutex_lock (&site->lock);
  g_string_append_len (site->paths, path, length);
  g_string_append_c (site->paths, ' ');
  if (g_str_has_prefix (request, "POST "))
    {
      g_free (site->question);
      site->question = g_strdup (strstr (request, "\r\n\r\n") + 4);
    }
  g_mutex_unlock (&site->lock);

  for (const Page *page = site->pages; page->path != NULL; page++)
    if (strlen (page->path) == length && strncmp (page->path, path, length) == 0)
      {
        if (page->body != NULL)
          reply->bytes = fake_http (200, "", page->body);
        else
          reply->ending = FAKE_HANG;
        return;
      }

  reply->bytes = fake_http (404, "", "404 page not found");
}

static void
site_init (Site       *self,
           const Page *pages)
{
  *self = (Site) { .pages = pages, .paths = g_string_new (NULL) };
  g_mutex_init (&self->lock);
}

static void
site_clear (Site *self)
{
  g_string_free (self->paths, TRUE);
  g_free (self->question);
  g_mutex_clear (&self->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Site, site_clear)

static void
identified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  int *has_answered = user_data;

  *has_answered = aph_server_identify_finish (APH_SERVER (source), result);
}

static gboolean
identify (AphServer    *server,
          GCancellable *cancellable)
{
  int has_answered = -1;

  aph_server_identify_async (server, cancellable, identified_cb, &has_answered);
  g_assert_cmpint (has_answered, ==, -1);
  wait_until (has_answered != -1);

  return has_answered;
}

static void
test_what_is_said (void)
{
  g_autofree char *endless = g_strnfill (100000, '9');
  g_autofree char *too_long = g_strdup_printf ("{\"version\":\"%s\"}", endless);
  const struct
  {
    const char *dialect;
    Page pages[4];
    const char *version;
    guint slots;
    const char *digest;    /* of "a" */
    gboolean has_answered;
    const char *paths;
  } cases[] = {
    { "", { { "/api/version", "{\"version\":\"0.33.0\"}" },
            { "/api/tags", "{\"models\":[{\"name\":\"a:latest\",\"digest\":\"d1\"},{\"name\":\"b\"}]}" } },
      "0.33.0", 0, "d1", TRUE, "/api/version /api/tags " },
    { "", { { "/api/version", "{\"version\":3}" }, { "/api/tags", "{\"models\":null}" } },
      NULL, 0, NULL, TRUE, "/api/version /api/tags " },
    { "", { { "/api/version", too_long }, { "/api/tags", "<html>" } },
      NULL, 0, NULL, FALSE, "/api/version /api/tags " },
    { "", { { "/api/version", "{\"version\":\"0.33\\n0\"}" },
            { "/api/tags", "{\"models\":[{\"name\":\"a\",\"digest\":\"d\\n1\"}]}" } },
      NULL, 0, NULL, TRUE, "/api/version /api/tags " },
    { "", { { "/", "" } }, NULL, 0, NULL, FALSE, "/api/version /api/tags " },
    { ",api=openai", { { "/props", "{\"total_slots\":4,\"build_info\":\"b7-abc\"}" },
                       { "/v1/models", "{\"data\":[{\"id\":\"a\"}]}" } },
      "b7-abc", 4, NULL, TRUE, "/props /v1/models " },
    { ",api=openai", { { "/version", "{\"version\":\"0.11.2\"}" },
                       { "/v1/models", "{\"data\":[{\"id\":\"a\"}]}" } },
      "0.11.2", 0, NULL, TRUE, "/props /version /v1/models " },
    { ",api=openai", { { "/props", "{\"total_slots\":3}" }, { "/version", "{\"detail\":1}" } },
      NULL, 3, NULL, FALSE, "/props /version /v1/models " },
    { ",api=openai", { { "/props", "{\"total_slots\":-4}" } },
      NULL, 0, NULL, FALSE, "/props /version /v1/models " },
    { ",api=openai", { { "/props", "{\"total_slots\":\"4\"}" } },
      NULL, 0, NULL, FALSE, "/props /version /v1/models " },
    { ",api=openai", { { "/props", "{\"total_slots\":4000000000000}" } },
      NULL, 65535, NULL, FALSE, "/props /version /v1/models " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Site) site;
      g_autoptr (FakeServer) fake = NULL;
      g_autofree char *url = NULL;
      AphServer *server;

      site_init (&site, cases[i].pages);
      fake = fake_server_new (reply, &site);
      url = g_strconcat (fake_server_get_url (fake), cases[i].dialect, NULL);
      server = question_new_server (url);
      g_assert_null (aph_server_get_version (server));
      g_assert_null (aph_server_get_digest (server, "a"));

      g_assert_cmpint (identify (server, NULL), ==, cases[i].has_answered);
      g_assert_cmpstr (aph_server_get_version (server), ==, cases[i].version);
      g_assert_cmpuint (aph_server_get_slots (server), ==, cases[i].slots);
      g_assert_cmpstr (aph_server_get_digest (server, "a"), ==, cases[i].digest);
      g_assert_cmpstr (aph_server_get_digest (server, "A:LATEST"), ==, cases[i].digest);
      g_assert_null (aph_server_get_digest (server, "b"));
      g_assert_null (aph_server_get_digest (server, "a:7b"));
      g_assert_cmpstr (site.paths->str, ==, cases[i].paths);

      aph_server_forget_identity (server);
      g_assert_null (aph_server_get_version (server));
      g_assert_null (aph_server_get_digest (server, "a"));
      g_assert_finalize_object (server);
    }
}

static void
test_cancel (void)
{
  static const Page pages[] = { { "/api/version", NULL }, { NULL, NULL } };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Site) site;
  g_autoptr (FakeServer) fake = NULL;
  AphServer *server;
  int has_answered = -1;

  site_init (&site, pages);
  fake = fake_server_new (reply, &site);
  server = question_new_server (fake_server_get_url (fake));

  aph_server_identify_async (server, cancellable, identified_cb, &has_answered);
  wait_until (fake_server_get_n_requests (fake) == 1);
  g_cancellable_cancel (cancellable);
  wait_until (has_answered != -1);
  g_assert_false (has_answered);
  g_assert_false (identify (server, cancellable));
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 1);
  g_assert_finalize_object (server);
}

static void
test_origin (void)
{
  AphOriginFields fields = { .api = "ollama", .streamed = TRUE, .version = "1", .digest = "d" };
  g_autoptr (AphOrigin) origin = aph_origin_new (&fields);
  g_autoptr (AphOrigin) same = aph_origin_new (aph_origin_get_fields (origin));
  g_autoptr (AphOrigin) other = NULL;

  g_assert_true (aph_origin_equal (origin, same));
  g_assert_true (aph_origin_equal (NULL, NULL));
  g_assert_false (aph_origin_equal (origin, NULL));
  fields.digest = NULL;
  other = aph_origin_new (&fields);
  g_assert_false (aph_origin_equal (origin, other));
}

static AphJob *
add_job (AphScheduler *scheduler,
         const char   *prompt,
         AphParams    *params)
{
  g_autoptr (AphRequest) request = aph_request_new ("a", prompt, params, NULL);
  AphJob *job = aph_job_new (request, 0);

  aph_scheduler_add (scheduler, job);

  return job;
}

static guint
count_words (const char *text,
             const char *word)
{
  guint n = 0;

  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    n++;

  return n;
}

/* What is recorded is what went out, byte by byte; and the server is asked who it is once. */
static void
test_record (void)
{
  static const Page pages[] = {
    { "/api/version", "{\"version\":\"0.33.0\"}" },
    { "/api/tags", "{\"models\":[{\"name\":\"a:latest\",\"digest\":\"d1\"}]}" },
    { "/api/generate", ANSWER },
    { NULL, NULL },
  };
  g_autoptr (AphParams) params = aph_params_new ();
  g_auto (Site) site;
  g_autoptr (FakeServer) fake = NULL;
  g_autoptr (AphServer) server = NULL;
  AphScheduler *scheduler = aph_scheduler_new ();
  g_autoptr (GString) record = g_string_new (NULL);
  g_autoptr (JsonObject) object = NULL;

  site_init (&site, pages);
  fake = fake_server_new (reply, &site);
  server = question_new_server (fake_server_get_url (fake));
  aph_scheduler_add_server (scheduler, server, 1);
  g_assert_true (aph_params_set_option (params, "seed", "7", NULL));

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (AphJob) job = add_job (scheduler, "“why”\n", params);
      g_autofree char *body = NULL;

      g_assert_null (aph_record_get_path (job));
      g_assert_null (aph_record_dup_body (job));
      wait_until (aph_job_get_state (job) == APH_JOB_DONE);
      body = aph_record_dup_body (job);
      g_assert_cmpstr (body, ==, site.question);
      g_assert_cmpstr (aph_record_get_path (job), ==, "/api/generate");
      wait_until (aph_server_get_digest (server, "a") != NULL);
      g_string_truncate (record, 0);
      aph_record_append (record, job);
    }
  g_assert_cmpuint (count_words (site.paths->str, "/api/version "), ==, 1);
  g_assert_cmpuint (count_words (site.paths->str, "/api/tags "), ==, 1);

  object = aph_json_parse_object (record->str, record->len, NULL);
  g_assert_nonnull (object);
  g_assert_cmpstr (aph_json_get_string (object, "server"), ==, aph_server_get_url (server));
  g_assert_cmpstr (aph_json_get_string (object, "api"), ==, "ollama");
  g_assert_cmpstr (aph_json_get_string (object, "version"), ==, "0.33.0");
  g_assert_cmpstr (aph_json_get_string (object, "digest"), ==, "d1");
  g_assert_cmpint (aph_json_get_int (object, "seed", -1), ==, 7);
  g_assert_cmpint (aph_json_get_int (object, "in_flight", -1), ==, 1);
  g_assert_cmpstr (aph_json_get_string (object, "path"), ==, "/api/generate");
  g_assert_cmpstr (aph_json_get_string (aph_json_get_object (object, "body"), "prompt"),
                   ==, "“why”\n");
  g_assert_finalize_object (scheduler);
}

static void
test_record_of_nothing (void)
{
  g_autoptr (AphRequest) request = aph_request_new ("a", "why", NULL, NULL);
  g_autoptr (AphJob) job = aph_job_new (request, 0);
  g_autoptr (GString) record = g_string_new (NULL);

  aph_record_append (record, job);
  g_assert_cmpstr (record->str, ==, "null");
}

/* A server that says how many it answers at once need not be tried out. */
static void
test_slots_are_heeded (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "a=tokens=3", "--slots", "3");
  g_autofree char *url = g_strconcat (sim_get_url (sim), ",api=openai", NULL);
  g_autoptr (AphServer) server = question_new_server (url);
  AphScheduler *scheduler = aph_scheduler_new ();
  AphLane *lane = aph_scheduler_add_server (scheduler, server, 0);
  g_autoptr (AphJob) job = add_job (scheduler, "why", NULL);

  g_assert_cmpuint (aph_lane_get_limit (lane), ==, 1);
  wait_until (aph_lane_get_limit (lane) == 3);
  g_assert_cmpint (aph_tuner_get_verdict (aph_lane_get_tuner (lane)), ==, APH_TUNER_TOLD);
  wait_until (aph_job_is_ended (job));

  /* Who has set another number and leaves it to us again need not wait to be told once more. */
  aph_lane_set_limit (lane, 8);
  aph_lane_set_limit (lane, 0);
  g_assert_cmpuint (aph_lane_get_limit (lane), ==, 3);
  g_assert_cmpint (aph_tuner_get_verdict (aph_lane_get_tuner (lane)), ==, APH_TUNER_TOLD);
  g_assert_finalize_object (scheduler);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/identity/what-is-said", test_what_is_said);
  g_test_add_func ("/identity/cancel", test_cancel);
  g_test_add_func ("/identity/origin", test_origin);
  g_test_add_func ("/identity/record", test_record);
  g_test_add_func ("/identity/record-of-nothing", test_record_of_nothing);
  g_test_add_func ("/identity/slots-are-heeded", test_slots_are_heeded);

  return g_test_run ();
}
