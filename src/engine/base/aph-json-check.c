/* aph-json-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps from json-glib 1.6 what it does not read as JSON, or crashes on.
 *
 * It has no limit of depth and overruns the stack. To count brackets is not enough, since it sees
 * strings where others see none: it takes ' for a quote, knows comments, and after \u1 or half of
 * a surrogate pair it swallows the quote that ends the string. What is text to everybody else is
 * then nesting to it. So nothing that is lexically no JSON may pass. Nor may what it reads without
 * a word as something else: C's escapes and octal numbers, integers that wrap around, text that
 * ends at \u0000, and of several values all but the first.
 *
 * What is left to the parser is grammar: that words are words, brackets match, and strings end.
 */

#define G_LOG_DOMAIN "aph-json"

#include "config.h"

#include <math.h>
#include <string.h>

#include "base/aph-json-check.h"
#include "base/aph-json.h"

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
fail (GError       **error,
      AphJsonError   code,
      const char    *message)
{
  g_set_error_literal (error, APH_JSON_ERROR, code, message);

  return FALSE;
}

static gboolean
skip_one_of (Cursor     *cursor,
             const char *choice)
{
  if (cursor->at == cursor->end || memchr (choice, *cursor->at, strlen (choice)) == NULL)
    return FALSE;

  cursor->at++;

  return TRUE;
}

/* The value of the escape \uXXXX at @text, -1 if there is none. */
static int
read_escape (const char *text,
             const char *end)
{
  int value = 0;

  if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;

  for (int i = 2; i < 6; i++)
    {
      int digit = g_ascii_xdigit_value (text[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }

  return value;
}

static gboolean
is_surrogate (int value)
{
  return value >= 0xd800 && value <= 0xdfff;
}

static gboolean
is_surrogate_pair (int high,
                   int low)
{
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

static gboolean
skip_escape (Cursor  *cursor,
             GError **error)
{
  int value = read_escape (cursor->at, cursor->end);

  if (value == 0)
    return fail (error, APH_JSON_ERROR_NUL, "a string holds a NUL character");

  if (value > 0)
    {
      cursor->at += strlen ("\\uXXXX");
      if (!is_surrogate (value))
        return TRUE;
      if (!is_surrogate_pair (value, read_escape (cursor->at, cursor->end)))
        return fail (error, APH_JSON_ERROR_SURROGATE, "a string holds half of a surrogate pair");
      cursor->at += strlen ("\\uXXXX");
      return TRUE;
    }

  cursor->at++;
  if (!skip_one_of (cursor, "\"\\/bfnrt"))
    return fail (error, APH_JSON_ERROR_SYNTAX, "there is no such escape in JSON");

  return TRUE;
}

/* A string after its opening quote. */
static gboolean
skip_string (Cursor  *cursor,
             GError **error)
{
  while (cursor->at < cursor->end && *cursor->at != '"')
    {
      if (*cursor->at != '\\')
        cursor->at++;
      else if (!skip_escape (cursor, error))
        return FALSE;
    }
  skip_one_of (cursor, "\"");

  return TRUE;
}

static gboolean
skip_digits (Cursor *cursor)
{
  const char *start = cursor->at;

  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    cursor->at++;

  return cursor->at > start;
}

/* Whether the parser can hold a number. */
static gboolean
fits (const char *start,
      const char *end,
      gboolean    is_integer)
{
  g_autofree char *text = NULL;

  /* Eighteen digits always do. */
  if (is_integer && end - start <= 18)
    return TRUE;

  text = g_strndup (start, end - start);

  return is_integer ? g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL)
                    : isfinite (g_ascii_strtod (text, NULL));
}

static gboolean
skip_number (Cursor    *cursor,
             gboolean   lossy,
             GError   **error)
{
  const char *start = cursor->at;
  gboolean is_integer = TRUE;
  gboolean is_good;

  skip_one_of (cursor, "-");
  is_good = skip_one_of (cursor, "0") || skip_digits (cursor);

  if (skip_one_of (cursor, "."))
    {
      is_integer = FALSE;
      is_good = skip_digits (cursor) && is_good;
    }

  if (skip_one_of (cursor, "eE"))
    {
      is_integer = FALSE;
      skip_one_of (cursor, "+-");
      is_good = skip_digits (cursor) && is_good;
    }

  if (!is_good || (cursor->at < cursor->end && g_ascii_isalnum (*cursor->at)))
    return fail (error, APH_JSON_ERROR_SYNTAX, "a number is not written as in JSON");
  if (!lossy && !fits (start, cursor->at, is_integer))
    return fail (error, APH_JSON_ERROR_SYNTAX, "a number is too large");

  return TRUE;
}

typedef struct
{
  guint depth;
  gboolean has_value; /* there was something before this */
} Place;

static gboolean
skip_opening (Cursor  *cursor,
              Place   *place,
              GError **error)
{
  cursor->at++;
  if (place->depth == 0 && place->has_value)
    return fail (error, APH_JSON_ERROR_SYNTAX, "there is more than one JSON value");
  if (++place->depth > APH_JSON_MAX_DEPTH)
    return fail (error, APH_JSON_ERROR_TOO_DEEP,
                 "nested deeper than " G_STRINGIFY (APH_JSON_MAX_DEPTH) " levels");

  return TRUE;
}

static gboolean
skip_token (Cursor    *cursor,
            Place     *place,
            gboolean   lossy,
            GError   **error)
{
  switch (*cursor->at)
    {
    case '"':
      cursor->at++;
      return skip_string (cursor, error);

    case '[':
    case '{':
      return skip_opening (cursor, place, error);

    case ']':
    case '}':
      cursor->at++;
      if (place->depth > 0)
        place->depth--;
      return TRUE;

    case ',':
    case ':':
      cursor->at++;
      return TRUE;

    default:
      if (*cursor->at == '-' || g_ascii_isdigit (*cursor->at))
        return skip_number (cursor, lossy, error);
      if (!g_ascii_islower (*cursor->at))
        return fail (error, APH_JSON_ERROR_SYNTAX, "a character stands where JSON has none");
      cursor->at++;
      return TRUE;
    }
}

static void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end
         && (*cursor->at == ' ' || *cursor->at == '\t'
             || *cursor->at == '\r' || *cursor->at == '\n'))
    cursor->at++;
}

/**
 * aph_json_check:
 * @text: valid UTF-8
 * @length: its length in bytes
 * @lossy: whether a number may be too large
 * @error: return location
 *
 * Returns: %FALSE with an %APH_JSON_ERROR if json-glib must not see @text
 */
gboolean
aph_json_check (const char  *text,
                gsize        length,
                gboolean     lossy,
                GError     **error)
{
  Cursor cursor = { text, text + length };
  Place place = { 0, FALSE };

  /* The parser skips a byte order mark too. */
  if (length >= 3 && memcmp (text, "\357\273\277", 3) == 0)
    cursor.at += 3;

  for (skip_space (&cursor); cursor.at < cursor.end; skip_space (&cursor))
    {
      if (!skip_token (&cursor, &place, lossy, error))
        return FALSE;
      place.has_value = TRUE;
    }

  return TRUE;
}

/**
 * aph_json_repair_escapes:
 * @text: any bytes
 * @length: how many
 *
 * Returns: (transfer full) (nullable): a copy of @text in which half a surrogate pair and
 *   `\u0000` stand for U+FFFD; %NULL if there are none. It is as long as @text and not terminated
 */
char *
aph_json_repair_escapes (const char *text,
                         gsize       length)
{
  const char *end = text + length;
  const char *p = text;
  char *copy = NULL;

  while ((p = memchr (p, '\\', end - p)) != NULL && end - p >= 2)
    {
      int value = read_escape (p, end);

      if (is_surrogate_pair (value, value != -1 ? read_escape (p + 6, end) : -1))
        p += 12;
      else if (value == 0 || is_surrogate (value))
        {
          if (copy == NULL)
            copy = g_memdup2 (text, length);
          memcpy (copy + (p - text) + 2, "fffd", 4);
          p += 6;
        }
      else
        p += 2;
    }

  return copy;
}
