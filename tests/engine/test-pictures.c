/* test-pictures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "fake-server.h"
#include "folder.h"
#include "question.h"

/* "GIF89a", and what it is in base64. */
#define GIF "GIF89a"
#define GIF_BASE64 "R0lGODlh"

static char *folder;

static void
reply_done (const char *request,
            guint       connection,
            FakeReply  *reply,
            gpointer    user_data)
{
  const char *body = strstr (request, "/v1/") != NULL
    ? "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n"
      "data: [DONE]\n\n"
    : "{\"response\":\"a\",\"done\":true}\n";
  const char *type = strstr (request, "/v1/") != NULL ? "Content-Type: text/event-stream\r\n"
                                                      : "Content-Type: application/x-ndjson\r\n";

  reply->bytes = fake_http (200, type, body);
}

static char *
create_picture (const char *name,
                const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);

  return g_filename_to_uri (path, NULL, NULL);
}

/* A thread lets go of what it had a moment after its work is done. */
static void
wait_for_thread (Question *question)
{
  while (g_atomic_int_get (&G_OBJECT (question->cancellable)->ref_count) > 1)
    g_usleep (1000);
}

static void
ask_with (FakeServer        *fake,
          const char        *suffix,
          const char *const *images,
          Question          *question)
{
  g_autofree char *url = g_strconcat (fake_server_get_url (fake), suffix, NULL);

  question_init (question, url);
  question->images = images;
  question_ask (question);
  wait_for_thread (question);
}

static void
test_both_dialects (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_done, NULL);
  g_autofree char *uri = create_picture ("图 1.gif", GIF);
  const char *images[] = { uri, "data:image/png;base64,aGk=", NULL };
  g_auto (Question) ollama;
  g_auto (Question) openai;
  g_autofree char *sent = NULL;
  g_autofree char *sent_openai = NULL;

  ask_with (fake, "", images, &ollama);
  g_assert_true (ollama.is_done);
  sent = fake_server_dup_last_request (fake);
  g_assert_true (g_str_has_suffix (sent, "\"images\":[\"" GIF_BASE64 "\",\"aGk=\"]}"));

  ask_with (fake, ",api=openai", images, &openai);
  g_assert_true (openai.is_done);
  sent_openai = fake_server_dup_last_request (fake);
  g_assert_nonnull (strstr (sent_openai, "{\"type\":\"text\",\"text\":\"你好\"}"));
  g_assert_nonnull (strstr (sent_openai, "\"image_url\":{\"url\":\"data:image/gif;base64,"
                                         GIF_BASE64 "\"}"));
  g_assert_nonnull (strstr (sent_openai, "\"url\":\"data:image/png;base64,aGk=\""));
}

static void
assert_fails (FakeServer *fake,
              const char *uri,
              const char *part)
{
  const char *images[] = { uri, NULL };
  g_auto (Question) question;

  ask_with (fake, "", images, &question);
  question_assert_failed (&question, APH_FAILURE_PERMANENT, 0, part);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 0);
}

static void
test_failures (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_done, NULL);
  g_autofree char *empty = create_picture ("empty.png", "");
  g_autofree char *missing = g_strconcat (empty, "-missing", NULL);
  g_autofree char *in_folder = g_filename_to_uri (folder, NULL, NULL);
  g_autofree char *pipe_path = g_build_filename (folder, "pipe.png", NULL);
  g_autofree char *pipe = g_filename_to_uri (pipe_path, NULL, NULL);
  g_autofree char *secret = create_picture ("secret.png", GIF);
  g_autofree char *large = create_picture ("large.png", GIF);
  g_autofree char *large_path = g_filename_from_uri (large, NULL, NULL);
  g_autofree char *secret_path = g_filename_from_uri (secret, NULL, NULL);

  assert_fails (fake, empty, "is empty");
  assert_fails (fake, missing, "There is no picture “");
  assert_fails (fake, in_folder, "cannot be read");
  assert_fails (fake, "nonsense:x", "cannot be read");

  /* What never ends would be read until no memory is left. */
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  assert_fails (fake, pipe, "is no ordinary file");
  assert_fails (fake, "file:///dev/null", "is no ordinary file");

  /* It takes no room on the disk. */
  g_assert_cmpint (truncate (large_path, G_GINT64_CONSTANT (2) << 30), ==, 0);
  assert_fails (fake, large, "is larger than 100 MiB");

  /* Root may read everything. */
  g_assert_cmpint (g_chmod (secret_path, 0), ==, 0);
  if (geteuid () != 0)
    assert_fails (fake, secret, "may not be read");
}

/* To read it takes a while; the caller does not wait for that. */
static void
test_cancel (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_done, NULL);
  g_autofree char *uri = create_picture ("slow.png", GIF);
  g_autofree char *path = g_filename_from_uri (uri, NULL, NULL);
  const char *images[] = { uri, NULL };
  g_auto (Question) question;

  g_assert_cmpint (truncate (path, 99 << 20), ==, 0);
  question_init (&question, fake_server_get_url (fake));
  question.images = images;
  question_start (&question);
  g_assert_cmpuint (aph_server_get_in_flight (question.server), ==, 1);
  g_cancellable_cancel (question.cancellable);
  question_wait (&question);
  question_assert_failed (&question, APH_FAILURE_CANCELLED, 0, NULL);
  g_assert_cmpuint (fake_server_get_n_requests (fake), ==, 0);
  wait_for_thread (&question);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("test-pictures-XXXXXX", NULL);
  g_test_add_func ("/pictures/both-dialects", test_both_dialects);
  g_test_add_func ("/pictures/failures", test_failures);
  g_test_add_func ("/pictures/cancel", test_cancel);

  status = g_test_run ();
  folder_remove (folder);
  g_free (folder);

  return status;
}
