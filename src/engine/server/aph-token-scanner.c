/* aph-token-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nearly every line of a stream is of one form, such as
 * {"model":…,"created_at":…,"response":"…","done":false}, and to make a tree of each is most of the
 * work of a fast run. This reads such a line directly, and nothing else: at whatever is out of the
 * ordinary it gives up and leaves the line to the parser. tests/fuzz/fuzz-token-scanner.c holds it
 * to the parser's results.
 */

#define G_LOG_DOMAIN "aph-token-scanner"

#include "config.h"

#include <string.h>

#include "server/aph-token-scanner.h"

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end
         && (*cursor->at == ' ' || *cursor->at == '\t'
             || *cursor->at == '\r' || *cursor->at == '\n'))
    cursor->at++;
}

static gboolean
skip_char (Cursor *cursor,
           char    c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;

  cursor->at++;

  return TRUE;
}

static gboolean
skip_word (Cursor     *cursor,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, word, length) != 0)
    return FALSE;

  cursor->at += length;

  return TRUE;
}

/* Moves to the quote, backslash or control character that ends a run of plain text; FALSE if the
 * run is not valid UTF-8. */
static gboolean
skip_plain (Cursor *cursor)
{
  const char *start = cursor->at;
  const char *at = start;
  guchar bits = 0;

  while (at < cursor->end && *at != '"' && *at != '\\' && (guchar) *at >= 0x20)
    bits |= (guchar) *at++;
  cursor->at = at;

  return bits < 0x80 || g_utf8_validate_len (start, at - start, NULL);
}

static gboolean
read_hex (Cursor   *cursor,
          gunichar *value)
{
  *value = 0;
  if (cursor->end - cursor->at < 4)
    return FALSE;

  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*cursor->at++);

      if (digit < 0)
        return FALSE;
      *value = *value * 16 + digit;
    }

  return TRUE;
}

/* What follows "\u". A lone surrogate and U+0000 are for the parser to judge. */
static gboolean
read_unicode_escape (Cursor  *cursor,
                     GString *out)
{
  gunichar c;
  gunichar low;

  if (!read_hex (cursor, &c) || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
    return FALSE;

  if (c >= 0xd800 && c <= 0xdbff)
    {
      if (!skip_word (cursor, "\\u") || !read_hex (cursor, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }

  if (out != NULL)
    g_string_append_unichar (out, c);

  return TRUE;
}

static gboolean
read_escape (Cursor  *cursor,
             GString *out)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (cursor->at == cursor->end)
    return FALSE;

  if (*cursor->at == 'u')
    {
      cursor->at++;
      return read_unicode_escape (cursor, out);
    }

  found = *cursor->at != '\0' ? strchr (from, *cursor->at) : NULL;
  if (found == NULL)
    return FALSE;

  cursor->at++;
  if (out != NULL)
    g_string_append_c (out, to[found - from]);

  return TRUE;
}

/* A string after its opening quote, through its closing one. */
static gboolean
read_string (Cursor  *cursor,
             GString *out)
{
  for (;;)
    {
      const char *start = cursor->at;

      if (!skip_plain (cursor))
        return FALSE;
      if (out != NULL)
        g_string_append_len (out, start, cursor->at - start);

      if (skip_char (cursor, '"'))
        return TRUE;
      if (!skip_char (cursor, '\\') || !read_escape (cursor, out))
        return FALSE;
    }
}

/* Only whole numbers that everybody reads alike: no leading zero, no more digits than fit. */
static gboolean
read_number (Cursor *cursor,
             gint64 *value)
{
  gboolean is_negative = skip_char (cursor, '-');
  const char *start = cursor->at;

  *value = 0;
  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at) && cursor->at - start < 18)
    *value = *value * 10 + (*cursor->at++ - '0');
  if (is_negative)
    *value = -*value;

  return cursor->at > start
         && (cursor->at == cursor->end || !g_ascii_isdigit (*cursor->at))
         && (*start != '0' || cursor->at - start == 1);
}

/* [1,2,3], of which nobody wants to know more. */
static gboolean
skip_numbers (Cursor *cursor)
{
  gint64 value;

  if (!skip_char (cursor, '['))
    return FALSE;

  skip_space (cursor);
  if (skip_char (cursor, ']'))
    return TRUE;

  do
    {
      skip_space (cursor);
      if (!read_number (cursor, &value))
        return FALSE;
      skip_space (cursor);
    }
  while (skip_char (cursor, ','));

  return skip_char (cursor, ']');
}

static gboolean
skip_scalar (Cursor *cursor)
{
  gint64 value;

  if (skip_char (cursor, '"'))
    return read_string (cursor, NULL);

  return skip_word (cursor, "null") || skip_word (cursor, "true") || skip_word (cursor, "false")
         || read_number (cursor, &value);
}

/* Whose meaning we know, in all objects of both APIs; as bits, to see what comes twice. */
typedef enum
{
  MEMBER_OTHER,
  MEMBER_UNUSUAL = 1 << 0,        /* for the parser, whatever its value */
  MEMBER_NULL = 1 << 1,           /* as long as it is null it means nothing */
  MEMBER_RESPONSE = 1 << 2,
  MEMBER_THINKING = 1 << 3,
  MEMBER_MESSAGE = 1 << 4,
  MEMBER_CONTENT = 1 << 5,
  MEMBER_INNER_THINKING = 1 << 6,
  MEMBER_CONTEXT = 1 << 7,
  MEMBER_DONE = 1 << 8,
  MEMBER_DONE_REASON = 1 << 9,
  MEMBER_PROMPT_TOKENS = 1 << 10,
  MEMBER_ANSWER_TOKENS = 1 << 11,
  MEMBER_LOAD_NS = 1 << 12,
  MEMBER_PROMPT_NS = 1 << 13,
  MEMBER_ANSWER_NS = 1 << 14,
  MEMBER_TOTAL_NS = 1 << 15,
  MEMBER_CHOICES = 1 << 16,
  MEMBER_INDEX = 1 << 17,
  MEMBER_DELTA = 1 << 18,
  MEMBER_TEXT = 1 << 19,
  MEMBER_REASONING = 1 << 20,
  MEMBER_REASONING_CONTENT = 1 << 21,
} Member;

typedef struct
{
  const char *name;
  gsize length;
  Member member;
} Name;

#define NAME(name, member) { name, sizeof name - 1, MEMBER_##member }
#define END_OF_NAMES { NULL, 0, MEMBER_OTHER }

/* What one line says. */
typedef struct
{
  Cursor cursor;
  AphReply *reply;       /* its texts grow at once, the rest follows at the end */
  guint seen;            /* of Member */
  guint texts;           /* those that were strings and not null */
  gboolean done;
  GString *done_reason;  /* (nullable) */
  AphUsage usage;
} Scan;

typedef gboolean (*ValueFunc) (Scan   *scan,
                               Member  member);

/* A name after its opening quote, through its closing one. */
static Member
read_name (Cursor     *cursor,
           const Name *names)
{
  const char *start = cursor->at;
  gboolean is_valid = skip_plain (cursor);
  gsize length = cursor->at - start;

  if (!is_valid || !skip_char (cursor, '"'))
    return MEMBER_UNUSUAL;

  for (const Name *name = names; name->name != NULL; name++)
    if (name->length == length && memcmp (name->name, start, length) == 0)
      return name->member;

  return MEMBER_OTHER;
}

/* An object whose @names are read by @func; all others must have simple values. */
static gboolean
read_object (Scan       *scan,
             const Name *names,
             ValueFunc   func)
{
  Cursor *cursor = &scan->cursor;

  if (!skip_char (cursor, '{'))
    return FALSE;

  do
    {
      Member member;

      skip_space (cursor);
      if (!skip_char (cursor, '"'))
        return FALSE;
      member = read_name (cursor, names);
      skip_space (cursor);
      /* Of two members of the same name the parser takes the last. */
      if (member == MEMBER_UNUSUAL || (member != MEMBER_NULL && (scan->seen & member) != 0)
          || !skip_char (cursor, ':'))
        return FALSE;
      scan->seen |= member;

      skip_space (cursor);
      if (member == MEMBER_NULL ? !skip_word (cursor, "null")
                                : member == MEMBER_OTHER ? !skip_scalar (cursor)
                                                         : !func (scan, member))
        return FALSE;
      skip_space (cursor);
    }
  while (skip_char (cursor, ','));

  return skip_char (cursor, '}');
}

static gboolean
read_text (Scan    *scan,
           Member   member,
           GString *out)
{
  scan->texts |= member;

  return skip_char (&scan->cursor, '"') && read_string (&scan->cursor, out);
}

static gboolean
read_text_or_null (Scan    *scan,
                   Member   member,
                   GString *out)
{
  return skip_word (&scan->cursor, "null") || read_text (scan, member, out);
}

/* In which order two texts come is for the parser to know. */
static gboolean
has_both (const Scan *scan,
          guint       members)
{
  return (scan->texts & members) == members;
}

/* Ollama */

static gboolean
read_ollama_message_value (Scan   *scan,
                           Member  member)
{
  return read_text (scan, member,
                    member == MEMBER_CONTENT ? scan->reply->answer : scan->reply->thinking);
}

static gboolean
read_done (Scan *scan)
{
  scan->done = skip_word (&scan->cursor, "true");

  return scan->done || skip_word (&scan->cursor, "false");
}

static gboolean
read_done_reason (Scan *scan)
{
  scan->done_reason = g_string_new (NULL);

  return skip_char (&scan->cursor, '"') && read_string (&scan->cursor, scan->done_reason);
}

static gboolean
read_ollama_value (Scan   *scan,
                   Member  member)
{
  static const Name message_names[] = {
    NAME ("content", CONTENT),
    NAME ("thinking", INNER_THINKING),
    END_OF_NAMES
  };
  AphUsage *usage = &scan->usage;

  switch ((int) member)
    {
    case MEMBER_RESPONSE:
      return read_text (scan, member, scan->reply->answer);
    case MEMBER_THINKING:
      return read_text (scan, member, scan->reply->thinking);
    case MEMBER_MESSAGE:
      return read_object (scan, message_names, read_ollama_message_value);
    case MEMBER_CONTEXT:
      return skip_numbers (&scan->cursor);
    case MEMBER_DONE:
      return read_done (scan);
    case MEMBER_DONE_REASON:
      return read_done_reason (scan);
    case MEMBER_PROMPT_TOKENS:
      return read_number (&scan->cursor, &usage->prompt_tokens);
    case MEMBER_ANSWER_TOKENS:
      return read_number (&scan->cursor, &usage->answer_tokens);
    case MEMBER_LOAD_NS:
      return read_number (&scan->cursor, &usage->load_ns);
    case MEMBER_PROMPT_NS:
      return read_number (&scan->cursor, &usage->prompt_ns);
    case MEMBER_ANSWER_NS:
      return read_number (&scan->cursor, &usage->answer_ns);
    case MEMBER_TOTAL_NS:
      return read_number (&scan->cursor, &usage->total_ns);
    default:
      return FALSE;
    }
}

static gboolean
read_ollama_line (Scan *scan)
{
  static const Name names[] = {
    NAME ("response", RESPONSE),
    NAME ("done", DONE),
    NAME ("thinking", THINKING),
    NAME ("message", MESSAGE),
    NAME ("error", UNUSUAL),
    NAME ("context", CONTEXT),
    NAME ("done_reason", DONE_REASON),
    NAME ("prompt_eval_count", PROMPT_TOKENS),
    NAME ("eval_count", ANSWER_TOKENS),
    NAME ("load_duration", LOAD_NS),
    NAME ("prompt_eval_duration", PROMPT_NS),
    NAME ("eval_duration", ANSWER_NS),
    NAME ("total_duration", TOTAL_NS),
    END_OF_NAMES
  };

  return read_object (scan, names, read_ollama_value)
         && !has_both (scan, MEMBER_RESPONSE | MEMBER_CONTENT)
         && !has_both (scan, MEMBER_THINKING | MEMBER_INNER_THINKING);
}

/* OpenAI */

static gboolean
read_delta_value (Scan   *scan,
                  Member  member)
{
  return read_text_or_null (scan, member,
                            member == MEMBER_CONTENT ? scan->reply->answer
                                                     : scan->reply->thinking);
}

static gboolean
read_choice_value (Scan   *scan,
                   Member  member)
{
  static const Name names[] = {
    NAME ("content", CONTENT),
    NAME ("reasoning_content", REASONING_CONTENT),
    NAME ("reasoning", REASONING),
    NAME ("refusal", NULL),
    END_OF_NAMES
  };
  gint64 index;

  switch ((int) member)
    {
    case MEMBER_INDEX:
      return read_number (&scan->cursor, &index) && index == 0;
    case MEMBER_DELTA:
      return read_object (scan, names, read_delta_value);
    case MEMBER_TEXT:
      return read_text_or_null (scan, member, scan->reply->answer);
    default:
      return FALSE;
    }
}

/* Only one choice, and the answer goes on. */
static gboolean
read_event_value (Scan   *scan,
                  Member  member)
{
  static const Name names[] = {
    NAME ("delta", DELTA),
    NAME ("index", INDEX),
    NAME ("finish_reason", NULL),
    NAME ("text", TEXT),
    NAME ("message", UNUSUAL),
    END_OF_NAMES
  };
  Cursor *cursor = &scan->cursor;

  if (!skip_char (cursor, '['))
    return FALSE;
  skip_space (cursor);
  if (!read_object (scan, names, read_choice_value))
    return FALSE;
  skip_space (cursor);

  return skip_char (cursor, ']');
}

static gboolean
read_openai_event (Scan *scan)
{
  static const Name names[] = {
    NAME ("choices", CHOICES),
    NAME ("error", UNUSUAL),
    NAME ("usage", NULL),
    NAME ("timings", NULL),
    END_OF_NAMES
  };

  return read_object (scan, names, read_event_value)
         && (scan->seen & MEMBER_CHOICES) != 0
         && !has_both (scan, MEMBER_CONTENT | MEMBER_TEXT)
         && !has_both (scan, MEMBER_REASONING | MEMBER_REASONING_CONTENT);
}

static void
take_end (Scan *scan)
{
  AphReply *reply = scan->reply;

  reply->done = TRUE;
  reply->has_ended = TRUE;
  g_free (reply->done_reason);
  reply->done_reason = scan->done_reason != NULL ? g_strdup (scan->done_reason->str) : NULL;
  reply->usage = scan->usage;
}

static gboolean
scan (AphReply   *reply,
      const char *line,
      gsize       length,
      gboolean  (*read_line) (Scan *scan))
{
  const AphUsage no_usage = APH_USAGE_INIT;
  Scan scan = { .cursor = { line, line + length }, .reply = reply, .usage = no_usage };
  gsize thinking_length = reply->thinking->len;
  gsize answer_length = reply->answer->len;
  gboolean is_read;

  skip_space (&scan.cursor);
  is_read = read_line (&scan);
  skip_space (&scan.cursor);
  if (scan.cursor.at != scan.cursor.end)
    is_read = FALSE;

  if (!is_read)
    {
      g_string_truncate (reply->thinking, thinking_length);
      g_string_truncate (reply->answer, answer_length);
    }
  else if (scan.done)
    take_end (&scan);

  if (scan.done_reason != NULL)
    g_string_free (scan.done_reason, TRUE);

  return is_read;
}

/**
 * aph_token_scanner_read_ollama:
 * @reply: what to change
 * @line: a line of a stream from /api/generate or /api/chat, without its end
 * @length: its length in bytes
 *
 * Reads an ordinary line: a piece of text, or the end with its figures.
 *
 * Returns: %FALSE if the line is not as ordinary as that: @reply is as it was then, and it is for
 *   the parser to read the line
 */
gboolean
aph_token_scanner_read_ollama (AphReply   *reply,
                               const char *line,
                               gsize       length)
{
  return scan (reply, line, length, read_ollama_line);
}

/**
 * aph_token_scanner_read_openai:
 * @reply: what to change
 * @event: what an event of a stream from /v1/chat/completions or /v1/completions holds
 * @length: its length in bytes
 *
 * Reads an ordinary event: a piece of text, after which more will come.
 *
 * Returns: %FALSE if the event is not as ordinary as that: @reply is as it was then, and it is for
 *   the parser to read the event
 */
gboolean
aph_token_scanner_read_openai (AphReply   *reply,
                               const char *event,
                               gsize       length)
{
  return scan (reply, event, length, read_openai_event);
}
