/* sim-strike.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-strike"

#include "config.h"

#include <string.h>

#include "sim-error-reply.h"
#include "sim-strike.h"

/* Where things go wrong. */

#define HUGE_LENGTH (5 * 1024 * 1024)
#define DEEP_LEVELS 100000
#define SLOW_ACCEPT (3000 * SIM_MSEC)

#define RUNNER_ERROR "an error was encountered while running the model: unexpected EOF"

static gboolean
is_chosen (SimReply *reply)
{
  guint64 n = reply->ask.model->requests;

  return reply->spec.fault.kind != SIM_FAULT_NONE
         && (reply->spec.first == 0 || n <= reply->spec.first)
         && (reply->spec.every == 0 || n % reply->spec.every == 0);
}

static void
choose_position (SimReply *reply)
{
  guint at = reply->spec.at != SIM_SPEC_AUTO ? reply->spec.at : reply->n_tokens / 2;

  if (reply->fault.kind == SIM_FAULT_ERROR_FIRST_LINE)
    at = 0;
  reply->fault_at = MIN (at, reply->n_tokens);
}

static char *
dup_date (guint seconds)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GDateTime) later = g_date_time_add_seconds (now, seconds);

  return g_date_time_format (later, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n");
}

static void
refuse_for_now (SimReply   *reply,
                guint       status,
                gboolean    date,
                const char *message)
{
  g_autofree char *header = date ? dup_date (reply->spec.retry)
                                 : g_strdup_printf ("Retry-After: %u\r\n", reply->spec.retry);

  sim_reply_refuse (reply, status, header, message);
}

static void
redirect (SimReply *reply)
{
  /* Who follows it with a GET is told that Ollama runs: no answer at all. */
  g_autofree char *header = g_strdup_printf ("Location: http://127.0.0.1:%u/\r\n",
                                             sim_server_get_port (reply->server));

  sim_reply_answer (reply, reply->fault.status, "text/html; charset=utf-8", header,
                    "<a href=\"/\">Moved</a>.\n", -1);
}

/**
 * sim_strike_start:
 * @reply: a reply whose length is known, and which nothing was sent of
 *
 * Decides whether something goes wrong with it, and does what has to come before anything else.
 *
 * Returns: whether that is all there will be
 */
gboolean
sim_strike_start (SimReply *reply)
{
  if (!is_chosen (reply))
    return FALSE;

  reply->fault = reply->spec.fault;
  reply->ask.model->faults++;
  choose_position (reply);

  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_STATUS:
      sim_error_reply (reply, reply->fault.status, reply->fault.body);
      return TRUE;
    case SIM_FAULT_REDIRECT:
      redirect (reply);
      return TRUE;
    case SIM_FAULT_BUSY:
      sim_reply_refuse (reply, 503, NULL, SIM_STRIKE_BUSY);
      return TRUE;
    case SIM_FAULT_BUSY_RETRY:
    case SIM_FAULT_BUSY_RETRY_DATE:
      refuse_for_now (reply, 503, reply->fault.kind == SIM_FAULT_BUSY_RETRY_DATE,
                      SIM_STRIKE_BUSY);
      return TRUE;
    case SIM_FAULT_RATE_LIMIT:
    case SIM_FAULT_RATE_LIMIT_DATE:
      refuse_for_now (reply, 429, reply->fault.kind == SIM_FAULT_RATE_LIMIT_DATE,
                      "rate limit exceeded");
      return TRUE;
    case SIM_FAULT_QUOTA:
      sim_reply_refuse (reply, 429, NULL,
                        "you (sim) have reached your session usage limit, please wait or "
                        "upgrade to continue");
      return TRUE;
    case SIM_FAULT_STALL_HEADERS:
      reply->stalled = TRUE;
      return TRUE;
    case SIM_FAULT_CLOSE_BEFORE_HEADERS:
      sim_reply_abandon (reply, SIM_CONN_CLOSE);
      return TRUE;
    case SIM_FAULT_EARLY_HEADERS:
      if (reply->ask.stream)
        {
          sim_conn_begin (reply->conn, 200, reply->dialect->stream_type);
          sim_conn_flush (reply->conn);
        }
      return FALSE;
    case SIM_FAULT_SLOW_ACCEPT:
      sim_server_pause_accept (reply->server, SLOW_ACCEPT);
      return FALSE;
    default:
      return FALSE;
    }
}

static void
emit_error (SimReply *reply)
{
  GString *line;

  sim_reply_open (reply);
  line = sim_reply_new_line (reply);
  if (reply->fault.kind == SIM_FAULT_SSE_ERROR_OLD && reply->dialect->sse)
    g_string_assign (line, "error: ");
  reply->dialect->error (reply, line, RUNNER_ERROR);
  sim_reply_emit (reply, line);
}

static void
emit_text (SimReply   *reply,
           const char *text)
{
  GString *line;

  sim_reply_open (reply);
  line = sim_reply_new_line (reply);
  g_string_append (line, text);
  sim_reply_emit (reply, line);
}

/* Promises a whole chunk and sends half of it. */
static void
send_half_chunk (SimReply *reply)
{
  g_autofree char *head = NULL;
  gboolean thinking;
  SimToken token = sim_reply_get_token (reply, reply->done, &thinking);
  GString *line;

  sim_reply_open (reply);
  line = sim_reply_new_line (reply);
  reply->dialect->token (reply, line, token, thinking, "");
  head = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", line->len + 1);
  sim_conn_write (reply->conn, head, strlen (head));
  sim_conn_write (reply->conn, line->str, line->len / 2);
}

static gboolean
strike_stream (SimReply *reply)
{
  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_ERROR_LINE:
    case SIM_FAULT_ERROR_FIRST_LINE:
    case SIM_FAULT_SSE_ERROR:
    case SIM_FAULT_SSE_ERROR_OLD:
    case SIM_FAULT_SSE_ERROR_DONE:
      emit_error (reply);
      if (reply->fault.kind == SIM_FAULT_SSE_ERROR_DONE && reply->dialect->sse)
        emit_text (reply, "[DONE]");
      sim_reply_finish (reply);
      return TRUE;
    case SIM_FAULT_NO_DONE:
      sim_reply_open (reply);
      sim_reply_finish (reply);
      return TRUE;
    case SIM_FAULT_CUT_BOUNDARY:
      sim_reply_open (reply);
      sim_reply_abandon (reply, SIM_CONN_CLOSE);
      return TRUE;
    case SIM_FAULT_CUT_CHUNK:
      send_half_chunk (reply);
      sim_reply_abandon (reply, SIM_CONN_CLOSE);
      return TRUE;
    case SIM_FAULT_RST:
      sim_reply_open (reply);
      sim_reply_abandon (reply, SIM_CONN_RESET);
      return TRUE;
    case SIM_FAULT_STALL:
      sim_reply_open (reply);
      reply->stalled = TRUE;
      sim_conn_flush (reply->conn);
      return TRUE;
    case SIM_FAULT_WRONG_TYPES:
      emit_text (reply, "{\"model\":7,\"created_at\":false,\"response\":42,\"message\":\"text\","
                        "\"choices\":{\"index\":\"zero\"},\"done\":\"no\"}");
      return FALSE;
    case SIM_FAULT_SSE_EMPTY_CHOICES:
      if (reply->dialect->sse)
        emit_text (reply, "{\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":null}");
      return FALSE;
    default:
      return FALSE;
    }
}

/* Promises a whole reply and sends half of it. */
static void
send_half (SimReply   *reply,
           SimConnEnd  end)
{
  g_autoptr(GString) body = g_string_new (NULL);
  g_autofree char *head = NULL;

  reply->dialect->whole (reply, body);
  head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
                          "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                          reply->dialect->whole_type, body->len);
  sim_conn_write (reply->conn, head, strlen (head));
  sim_conn_write (reply->conn, body->str, body->len / 2);
  sim_reply_abandon (reply, end);
}

static gboolean
strike_whole (SimReply *reply)
{
  g_autoptr(GString) body = NULL;

  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_ERROR_FIRST_LINE:
      body = g_string_new (NULL);
      reply->dialect->error (reply, body, RUNNER_ERROR);
      sim_reply_answer (reply, 200, reply->dialect->whole_type, NULL, body->str,
                        (gssize) body->len);
      return TRUE;
    case SIM_FAULT_ERROR_LINE:
    case SIM_FAULT_SSE_ERROR:
    case SIM_FAULT_SSE_ERROR_OLD:
    case SIM_FAULT_SSE_ERROR_DONE:
      sim_reply_refuse (reply, 500, NULL, RUNNER_ERROR);
      return TRUE;
    case SIM_FAULT_NO_DONE:
      reply->fault.kind = SIM_FAULT_DONE_FALSE;
      return FALSE;
    case SIM_FAULT_CUT_BOUNDARY:
    case SIM_FAULT_CUT_CHUNK:
      send_half (reply, SIM_CONN_CLOSE);
      return TRUE;
    case SIM_FAULT_RST:
      send_half (reply, SIM_CONN_RESET);
      return TRUE;
    case SIM_FAULT_STALL:
      reply->stalled = TRUE;
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * sim_strike_token:
 * @reply: a reply with a fault whose position is reached
 *
 * Does what has to come before the next token.
 *
 * Returns: whether that is all there will be
 */
gboolean
sim_strike_token (SimReply *reply)
{
  reply->struck = TRUE;

  return reply->ask.stream ? strike_stream (reply) : strike_whole (reply);
}

/**
 * sim_strike_end:
 * @reply: a reply that is about to end well
 *
 * Does what comes after that.
 */
void
sim_strike_end (SimReply *reply)
{
  if (reply->fault.kind == SIM_FAULT_IDLE_CLOSE)
    sim_conn_set_end (reply->conn, SIM_CONN_IDLE_CLOSE);
  else if (reply->fault.kind == SIM_FAULT_STALE_CLOSE)
    sim_conn_set_end (reply->conn, SIM_CONN_STALE);
}

/* In chunks of 1, 2, 3, 1 … bytes, so that characters and escapes are cut as well. */
static void
send_split (SimReply *reply,
            GString  *line)
{
  gsize length = 1;

  for (gsize i = 0; i < line->len; i += length)
    {
      length = MIN (i % 3 + 1, line->len - i);
      sim_conn_chunk (reply->conn, line->str + i, length);
    }
}

/* Two at a time; sim_reply_finish() sends what is left. */
static void
send_pair (SimReply *reply,
           GString  *line)
{
  if (reply->held == NULL)
    reply->held = g_string_new (NULL);

  if (reply->held->len == 0)
    {
      g_string_append_len (reply->held, line->str, (gssize) line->len);
      return;
    }

  g_string_append_len (reply->held, line->str, (gssize) line->len);
  sim_conn_chunk (reply->conn, reply->held->str, reply->held->len);
  g_string_truncate (reply->held, 0);
}

/**
 * sim_strike_emit:
 * @reply: a reply with a fault
 * @line: a line or event, without its end
 *
 * Sends it as the fault has it.
 */
void
sim_strike_emit (SimReply *reply,
                 GString  *line)
{
  const char *end = reply->dialect->sse ? "\n\n" : "\n";

  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_CRLF:
      end = reply->dialect->sse ? "\r\n\r\n" : "\r\n";
      break;
    case SIM_FAULT_NO_NEWLINE:
      /* Each line ends the one before it, and nothing the last. */
      if (reply->newline_due)
        g_string_prepend (line, end);
      reply->newline_due = TRUE;
      end = "";
      break;
    case SIM_FAULT_BLANK_LINES:
      g_string_prepend (line, "\n\r\n");
      break;
    case SIM_FAULT_SSE_PING:
      g_string_prepend (line, reply->dialect->sse ? ": ping\n\n" : "");
      break;
    case SIM_FAULT_SSE_NO_SPACE:
      if (reply->dialect->sse)
        g_string_erase (line, 5, 1);
      break;
    default:
      break;
    }

  g_string_append (line, end);
  if (reply->fault.kind == SIM_FAULT_SPLIT)
    send_split (reply, line);
  else if (reply->fault.kind == SIM_FAULT_TWO_LINES)
    send_pair (reply, line);
  else
    sim_conn_chunk (reply->conn, line->str, line->len);
}

static const char *
get_huge (void)
{
  static char *huge;

  if (huge == NULL)
    {
      huge = g_malloc (HUGE_LENGTH + 1);
      memset (huge, 'x', HUGE_LENGTH);
      huge[HUGE_LENGTH] = '\0';
    }

  return huge;
}

/**
 * sim_strike_get_token:
 * @reply: a reply with a fault
 * @token: at its position
 *
 * Returns: what comes in the place of @token
 */
SimToken
sim_strike_get_token (SimReply *reply,
                      SimToken  token)
{
  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_HUGE_LINE:
      return (SimToken) { get_huge (), HUGE_LENGTH };
    case SIM_FAULT_BAD_UTF8:
      return (SimToken) { "\xff\xfe\xc3(", 4 };
    case SIM_FAULT_NULL_RESPONSE:
      return (SimToken) { NULL, 0 };
    default:
      return token;
    }
}

static const char *
get_deep (void)
{
  static char *deep;

  if (deep == NULL)
    {
      GString *text = g_string_new ("\"deep\":");

      for (guint i = 0; i < DEEP_LEVELS; i++)
        g_string_append_c (text, '[');
      for (guint i = 0; i < DEEP_LEVELS; i++)
        g_string_append_c (text, ']');
      g_string_append_c (text, ',');
      deep = g_string_free (text, FALSE);
    }

  return deep;
}

/**
 * sim_strike_get_extra:
 * @reply: a reply
 *
 * Returns: members that nobody expects in the next line, each with a comma, or the empty string
 */
const char *
sim_strike_get_extra (SimReply *reply)
{
  if (reply->fault.kind == SIM_FAULT_UNKNOWN_FIELDS)
    return "\"unknown\":{\"list\":[1,-2.5e3,{\"response\":\"not this\"}],\"none\":null},"
           "\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97]}],\"tool_calls\":[],";
  if (reply->fault.kind == SIM_FAULT_DEEP && reply->done == reply->fault_at)
    return get_deep ();

  return "";
}

/**
 * sim_strike_change_whole:
 * @reply: a reply that goes out in one piece
 * @body: that piece
 *
 * Changes what has to be wrong with it.
 */
void
sim_strike_change_whole (SimReply *reply,
                         GString  *body)
{
  switch ((guint) reply->fault.kind)
    {
    case SIM_FAULT_UNKNOWN_FIELDS:
      g_string_insert (body, 1, sim_strike_get_extra (reply));
      break;
    case SIM_FAULT_DEEP:
      g_string_insert (body, 1, get_deep ());
      break;
    case SIM_FAULT_WRONG_TYPES:
      g_string_assign (body, "{\"model\":7,\"response\":42,\"message\":\"text\","
                             "\"choices\":{\"index\":\"zero\"},\"done\":\"yes\"}");
      break;
    default:
      break;
    }
}
