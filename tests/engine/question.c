/* question.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "question"

#include "config.h"

#include <string.h>

#include "question.h"

AphServer *
question_new_server (const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (url, &error);

  g_assert_no_error (error);

  return aph_server_new (endpoint);
}

void
question_init_on (Question  *self,
                  AphServer *server)
{
  *self = (Question) {
    .server = g_object_ref (server),
    .cancellable = g_cancellable_new (),
    .stream = TRUE,
    .clocks = APH_CLOCKS_INIT,
    .prompt = "你好",
    .thinking = g_string_new (NULL),
    .answer = g_string_new (NULL),
  };
}

void
question_init (Question   *self,
               const char *url)
{
  g_autoptr (AphServer) server = question_new_server (url);

  question_init_on (self, server);
}

static void
forget (Question *self)
{
  self->has_ended = FALSE;
  self->is_done = FALSE;
  self->n_texts = 0;
  self->n_pieces = 0;
  g_string_truncate (self->thinking, 0);
  g_string_truncate (self->answer, 0);
  g_clear_pointer (&self->done_reason, g_free);
  g_clear_pointer (&self->failure, aph_failure_unref);
}

/* Lets go of all, and of the server if nobody else holds it. */
void
question_clear (Question *self)
{
  AphServer *server = g_steal_pointer (&self->server);

  if (G_OBJECT (server)->ref_count > 1)
    g_object_unref (server);
  else
    {
      g_assert_cmpuint (aph_server_get_in_flight (server), ==, 0);
      g_assert_finalize_object (server);
    }

  g_assert_finalize_object (self->cancellable);
  forget (self);
  g_string_free (self->thinking, TRUE);
  g_string_free (self->answer, TRUE);
}

static void
text_cb (const GString *thinking,
         const GString *answer,
         guint          n_pieces,
         gpointer       user_data)
{
  Question *self = user_data;

  g_assert_false (self->has_ended);
  g_assert_false (g_cancellable_is_cancelled (self->cancellable));
  g_assert_cmpuint (thinking->len + answer->len, >, 0);
  g_assert_cmpuint (n_pieces, >, 0);
  g_assert_true (g_utf8_validate_len (thinking->str, thinking->len, NULL));
  g_assert_true (g_utf8_validate_len (answer->str, answer->len, NULL));

  g_string_append_len (self->thinking, thinking->str, thinking->len);
  g_string_append_len (self->answer, answer->str, answer->len);
  self->n_pieces += n_pieces;

  if (++self->n_texts == self->cancel_after_texts)
    g_cancellable_cancel (self->cancellable);
}

static void
generated_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Question *self = user_data;

  g_assert_false (self->has_ended);
  self->has_ended = TRUE;
  self->is_done = aph_server_generate_finish (APH_SERVER (source), result, &self->done_reason,
                                              &self->usage, &self->failure);
  g_assert_true (self->is_done == (self->failure == NULL));
  if (self->failure != NULL)
    g_test_message ("%s %u: %s",
                    aph_failure_class_to_nick (aph_failure_get_class (self->failure)),
                    aph_failure_get_status (self->failure),
                    aph_failure_get_message (self->failure));
}

void
question_start (Question *self)
{
  const AphRequestFields fields = { .model = "m", .prompt = self->prompt, .images = self->images };
  g_autoptr (AphRequest) request = aph_request_new_full (&fields);

  forget (self);
  aph_server_generate_async (self->server, request, self->stream, &self->clocks, text_cb, self,
                             self->cancellable, generated_cb, self);
  /* Never from within the call. */
  g_assert_false (self->has_ended);
}

void
question_wait (Question *self)
{
  while (!self->has_ended)
    g_main_context_iteration (NULL, TRUE);
}

void
question_ask (Question *self)
{
  question_start (self);
  question_wait (self);
}

void
question_assert_failed (Question        *self,
                        AphFailureClass  failure_class,
                        guint            status,
                        const char      *part)
{
  g_assert_false (self->is_done);
  g_assert_cmpint (aph_failure_get_class (self->failure), ==, failure_class);
  g_assert_cmpuint (aph_failure_get_status (self->failure), ==, status);
  if (part != NULL)
    g_assert_nonnull (strstr (aph_failure_get_message (self->failure), part));
}

static gboolean
timeout_cb (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;

  return G_SOURCE_REMOVE;
}

/* Runs the main loop for so long. */
void
iterate_for (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds, timeout_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}
