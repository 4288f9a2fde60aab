/* fuzz-dialect.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same bytes as all that a server may send: a streamed reply, cut anyhow, a whole one, an
 * error, and what it tells of its models.
 */

#define G_LOG_DOMAIN "fuzz-dialect"

#include "config.h"

#include <math.h>
#include <string.h>

#include "fuzz-dialect.h"
#include "fuzz.h"
#include "read-reply.h"
#include "server/aph-line-reader.h"

/* An exchange looks no further either. */
static gboolean
is_over (const AphReply *reply)
{
  return reply->has_ended || reply->failure != NULL || reply->is_garbled;
}

static void
read_piece (const AphDialect *dialect,
            AphLineReader    *reader,
            AphReply         *reply,
            const uint8_t    *bytes,
            gsize             length)
{
  const char *line;
  gsize line_length;

  while (length > 0)
    {
      gsize size;
      char *space = aph_line_reader_get_space (reader, &size);

      size = MIN (size, length);
      memcpy (space, bytes, size);
      aph_line_reader_add (reader, size);
      bytes += size;
      length -= size;
    }

  while (!is_over (reply) && (line = aph_line_reader_next (reader, &line_length)) != NULL)
    dialect->read_line (reply, line, line_length);
}

/* In pieces of at most @max_piece bytes each. */
static void
read_stream (const AphDialect *dialect,
             AphReply         *reply,
             const uint8_t    *data,
             size_t            size,
             FuzzDice         *dice,
             guint             max_piece)
{
  g_autoptr (AphLineReader) reader = aph_line_reader_new ();
  const char *rest;
  gsize rest_length;

  for (size_t at = 0; at < size;)
    {
      gsize piece = 1 + fuzz_dice_roll (dice, max_piece);

      piece = MIN (piece, size - at);
      read_piece (dialect, reader, reply, data + at, piece);
      at += piece;
    }

  rest = aph_line_reader_take_rest (reader, &rest_length);
  if (!is_over (reply) && rest != NULL)
    dialect->read_line (reply, rest, rest_length);
}

/* What becomes of a reply in a job: its figures must not surprise it. */
static void
finish_job (const AphReply *reply)
{
  g_autoptr (AphRequest) request = aph_request_new ("m", "p", NULL, NULL);
  g_autoptr (AphJob) job = aph_job_new (request, 0);

  aph_job_send (job, "server");
  aph_job_append_text (job, reply->thinking, reply->answer, 1);
  if (reply->failure != NULL)
    aph_job_fail (job, reply->failure);
  else
    aph_job_finish (job, reply->done_reason, &reply->usage);

  g_assert_true (aph_job_is_ended (job));
  g_assert_true (isfinite (aph_job_get_token_rate (job)));
}

static void
assert_reply (const AphReply *reply)
{
  fuzz_assert_text (reply->done_reason);
  if (reply->failure != NULL)
    {
      g_assert_cmpstr (aph_failure_get_message (reply->failure), !=, "");
      fuzz_assert_text (aph_failure_get_message (reply->failure));
    }
  finish_job (reply);
}

static char *
describe_stream (const AphDialect *dialect,
                 const uint8_t    *data,
                 size_t            size,
                 FuzzDice         *dice,
                 guint             max_piece)
{
  AphReply reply;
  char *description;

  aph_reply_init (&reply);
  read_stream (dialect, &reply, data, size, dice, max_piece);
  assert_reply (&reply);
  description = describe_reply (&reply);
  aph_reply_clear (&reply);

  return description;
}

static void
fuzz_stream (const AphDialect *dialect,
             const uint8_t    *data,
             size_t            size,
             FuzzDice         *dice)
{
  g_autofree char *whole = describe_stream (dialect, data, size, dice, G_MAXINT);
  g_autofree char *in_pieces = describe_stream (dialect, data, size, dice, 40);
  g_autofree char *in_bytes = describe_stream (dialect, data, size, dice, 1);

  g_assert_cmpstr (in_pieces, ==, whole);
  g_assert_cmpstr (in_bytes, ==, whole);
}

static void
fuzz_body (const AphDialect *dialect,
           const char       *body,
           gsize             length)
{
  g_autofree char *description = NULL;
  AphReply reply;

  aph_reply_init (&reply);
  dialect->read_body (&reply, body, length);
  assert_reply (&reply);
  description = describe_reply (&reply);
  aph_reply_clear (&reply);
}

static void
fuzz_error (const AphDialect *dialect,
            const char       *body,
            gsize             length,
            FuzzDice         *dice)
{
  static const guint usual[] = {
    200, 400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 425, 429, 499, 500, 501, 502, 503,
    504, 505, 529,
  };
  guint roll = fuzz_dice_roll (dice, G_N_ELEMENTS (usual) + 1);
  guint status = roll < G_N_ELEMENTS (usual) ? usual[roll] : 100 + fuzz_dice_roll (dice, 900);
  g_autoptr (AphFailure) failure = dialect->read_error (status, body, length);

  g_assert_nonnull (failure);
  g_assert_cmpuint (aph_failure_get_status (failure), ==, status);
  g_assert_nonnull (aph_failure_class_to_nick (aph_failure_get_class (failure)));
  g_assert_cmpstr (aph_failure_get_message (failure), !=, "");
  fuzz_assert_text (aph_failure_get_message (failure));
}

static void
assert_model (AphModel *model)
{
  const char *const *capabilities = aph_model_get_capabilities (model);

  g_assert_cmpstr (aph_model_get_name (model), !=, "");
  fuzz_assert_text (aph_model_get_name (model));
  fuzz_assert_text (aph_model_get_digest (model));
  fuzz_assert_text (aph_model_get_parameter_size (model));
  fuzz_assert_text (aph_model_get_quantization (model));
  fuzz_assert_text (aph_model_get_prompt_template (model));
  fuzz_assert_text (aph_model_get_parameters (model));
  for (guint i = 0; capabilities != NULL && capabilities[i] != NULL; i++)
    {
      fuzz_assert_text (capabilities[i]);
      g_assert_true (aph_model_has_capability (model, capabilities[i]));
    }
}

static void
fuzz_models (GPtrArray *(*read) (const char *body, gsize length, GError **error),
             const char  *body,
             gsize        length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = read (body, length, &error);

  if (models == NULL)
    {
      fuzz_assert_error (error);
      return;
    }

  g_assert_no_error (error);
  for (guint i = 0; i < models->len; i++)
    assert_model (g_ptr_array_index (models, i));
}

static void
fuzz_model (const AphDialect *dialect,
            const char       *body,
            gsize             length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AphModel) model = dialect->read_model ("m", body, length, &error);

  if (model != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (aph_model_get_name (model), ==, "m");
      assert_model (model);
    }
  else
    fuzz_assert_error (error);
}

static void
fuzz_pull_line (const AphDialect *dialect,
                const char       *line,
                gsize             length)
{
  AphPullLine pulled = { NULL, NULL, 0, 0 };
  AphReply reply;

  aph_reply_init (&reply);
  dialect->read_pull_line (&reply, &pulled, line, length);
  assert_reply (&reply);
  fuzz_assert_text (pulled.status);
  fuzz_assert_text (pulled.digest);
  g_assert_cmpint (pulled.completed, >=, 0);
  g_assert_cmpint (pulled.completed, <=, pulled.total);
  g_free (pulled.status);
  g_free (pulled.digest);
  aph_reply_clear (&reply);
}

static void
fuzz_about (const AphDialect *dialect,
            const char       *body,
            gsize             length)
{
  AphAbout about = { 0 };

  dialect->read_about (&about, body, length);
  g_assert_cmpuint (about.slots, <=, G_MAXUINT16);
  g_assert_true (about.version == NULL || g_utf8_validate (about.version, -1, NULL));
  g_free (about.version);
}

static void
fuzz_what_is_told_of_models (const AphDialect *dialect,
                             const char       *body,
                             gsize             length)
{
  fuzz_models (dialect->read_models, body, length);
  if (dialect->read_loaded != NULL)
    fuzz_models (dialect->read_loaded, body, length);
  if (dialect->read_model != NULL)
    fuzz_model (dialect, body, length);
  if (dialect->read_pull_line != NULL)
    fuzz_pull_line (dialect, body, length);
  fuzz_about (dialect, body, length);
}

/**
 * fuzz_dialect:
 * @dialect: what is spoken
 * @data: the input
 * @size: its length in bytes
 *
 * Reads the input in every way this dialect has.
 */
void
fuzz_dialect (const AphDialect *dialect,
              const uint8_t    *data,
              size_t            size)
{
  const char *text = size > 0 ? (const char *) data : "";
  FuzzDice dice;

  fuzz_dice_init (&dice, data, size);
  fuzz_stream (dialect, data, size, &dice);
  fuzz_body (dialect, text, size);
  fuzz_error (dialect, text, size, &dice);
  fuzz_what_is_told_of_models (dialect, text, size);
}
