/* aph-exchange-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes back in an exchange, and what it means.
 */

#define G_LOG_DOMAIN "aph-exchange"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "server/aph-exchange-private.h"
#include "server/aph-http-failure.h"

/* More of an error page is of no use. */
#define MAX_ERROR_BODY (64 * 1024)

void
aph_exchange_deliver_text (AphExchange *self)
{
  AphReply *reply = &self->reply;

  if (reply->thinking->len == 0 && reply->answer->len == 0)
    return;

  if (self->text_func != NULL && !aph_exchange_is_unwanted (self))
    self->text_func (reply->thinking, reply->answer, self->n_pieces, self->text_data);

  g_string_truncate (reply->thinking, 0);
  g_string_truncate (reply->answer, 0);
  self->n_pieces = 0;
}

/* A sign of life for the clocks. */
static void
note_text (AphExchange *self)
{
  gboolean is_first = self->text_at == 0;

  self->text_at = self->read_at;
  if (is_first)
    aph_exchange_arm_clock (self);
}

static void
fail_garbled (AphExchange *self,
              const char  *text,
              gsize        length)
{
  g_autofree char *shown = g_utf8_make_valid (text, MIN (length, 100));

  aph_exchange_fail (self,
                     aph_failure_new (APH_FAILURE_SERVER, self->status,
                                      _("%s sent something that is no answer: “%s”"),
                                      aph_endpoint_get_url (self->endpoint), shown));
}

static void
fail_too_long (AphExchange *self)
{
  aph_exchange_fail (self,
                     aph_failure_new (APH_FAILURE_SERVER, self->status,
                                      _("%s sent more than %d MB in one piece"),
                                      aph_endpoint_get_url (self->endpoint),
                                      APH_LINE_READER_MAX_LENGTH / (1024 * 1024)));
}

static void
read_line (AphExchange *self,
           const char  *line,
           gsize        length)
{
  AphReply *reply = &self->reply;
  gsize had = reply->thinking->len + reply->answer->len;

  if (self->line_func != NULL)
    {
      self->line_func (reply, line, length, self->line_data);
      self->n_pieces++;
      return;
    }

  self->dialect->read_line (reply, line, length);
  if (reply->thinking->len + reply->answer->len > had)
    self->n_pieces++;
}

static void
take_lines (AphExchange *self)
{
  AphReply *reply = &self->reply;
  guint had = self->n_pieces;
  const char *line;
  gsize length;

  while (!reply->has_ended && reply->failure == NULL && !reply->is_garbled
         && (line = aph_line_reader_next (self->reader, &length)) != NULL)
    {
      read_line (self, line, length);
      if (reply->is_garbled)
        fail_garbled (self, line, length);
    }

  if (self->n_pieces > had)
    note_text (self);

  if (reply->failure != NULL)
    aph_exchange_fail (self, aph_failure_ref (reply->failure));
  else if (aph_line_reader_is_full (self->reader))
    fail_too_long (self);
  else if (self->failure == NULL && reply->has_ended)
    aph_exchange_advance (self, APH_EXCHANGE_DRAINING);
  else if (self->failure == NULL && reply->done && self->state == APH_EXCHANGE_READING_LINES)
    aph_exchange_advance (self, APH_EXCHANGE_READING_USAGE);
}

void
aph_exchange_take_bytes (AphExchange *self)
{
  gsize length;

  switch (self->state)
    {
    case APH_EXCHANGE_READING_LINES:
    case APH_EXCHANGE_READING_USAGE:
      take_lines (self);
      break;

    case APH_EXCHANGE_READING_BODY:
      note_text (self);
      if (aph_line_reader_is_full (self->reader))
        fail_too_long (self);
      break;

    case APH_EXCHANGE_DRAINING:
      aph_line_reader_take_rest (self->reader, &length);
      break;

    case APH_EXCHANGE_READING_ERROR:
      break;

    case APH_EXCHANGE_NEW:
    case APH_EXCHANGE_CONNECTING:
    case APH_EXCHANGE_SENT:
    case APH_EXCHANGE_CLOSING:
    case APH_EXCHANGE_FINISHED:
    default:
      g_assert_not_reached ();
    }
}

gboolean
aph_exchange_has_read_enough (AphExchange *self)
{
  gsize length;

  if (self->failure != NULL || self->is_cancelled)
    return TRUE;

  if (self->state != APH_EXCHANGE_READING_ERROR)
    return FALSE;

  aph_line_reader_peek (self->reader, &length);

  return length >= MAX_ERROR_BODY;
}

static void
take_end_of_answer (AphExchange *self)
{
  AphReply *reply = &self->reply;
  const char *text;
  gsize length;

  if (self->state != APH_EXCHANGE_READING_BODY)
    {
      /* A piece of a line means that the reply was cut, not that it is garbled; but some web pages
       * are one line without an end. */
      text = aph_line_reader_take_rest (self->reader, &length);
      if (text != NULL)
        {
          read_line (self, text, length);
          if (reply->is_garbled && *text == '<')
            fail_garbled (self, text, length);
        }
    }
  else
    {
      text = aph_line_reader_peek (self->reader, &length);
      self->dialect->read_body (reply, text, length);
      self->n_pieces = 1;
      if (reply->is_garbled)
        fail_garbled (self, text, length);
    }

  aph_exchange_deliver_text (self);

  if (reply->failure != NULL)
    aph_exchange_fail (self, aph_failure_ref (reply->failure));
  else if (!reply->done)
    aph_exchange_fail (self,
                       aph_failure_new (APH_FAILURE_TRUNCATED, self->status,
                                        _("%s ended the answer before it was complete"),
                                        aph_endpoint_get_url (self->endpoint)));
}

static void
take_error (AphExchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  AphFailure *failure;
  gint64 retry_after;
  const char *body;
  gsize length;

  body = aph_line_reader_peek (self->reader, &length);
  if (SOUP_STATUS_IS_REDIRECTION (self->status))
    failure = aph_http_failure_from_redirect (self->status, headers, self->path);
  else
    failure = self->dialect->read_error (self->status, body, MIN (length, MAX_ERROR_BODY));

  retry_after = aph_http_get_retry_after (headers, g_get_real_time () / G_USEC_PER_SEC);
  aph_failure_set_retry_after (failure, retry_after);
  aph_exchange_fail (self, failure);
}

/* All bytes that will be read have been read: finds out what they mean. */
void
aph_exchange_take_end (AphExchange *self)
{
  if (self->state == APH_EXCHANGE_READING_ERROR)
    take_error (self);
  else if (self->wants_answer && self->state != APH_EXCHANGE_DRAINING)
    take_end_of_answer (self);
}
