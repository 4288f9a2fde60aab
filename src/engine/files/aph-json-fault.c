/* aph-json-fault.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only what holds the values together is followed here; each string, number and word is given to
 * the parser alone, which knows what it takes.
 */

#define G_LOG_DOMAIN "aph-json-fault"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-json-fault.h"

/* So much of a wrong word is quoted. */
#define MAX_WORD 20

typedef enum
{
  WANTS_VALUE,
  WANTS_VALUE_OR_END,   /* after "[" */
  WANTS_NAME,
  WANTS_NAME_OR_END,    /* after "{" */
  WANTS_COLON,
  WANTS_COMMA_OR_END,
  WANTS_NOTHING,
} Wants;

typedef struct
{
  const char *at;
  const char *end;
  Wants wants;
  guint depth;
  gboolean is_object[APH_JSON_MAX_DEPTH + 1];   /* what is open at each depth, from 1 */
} Scan;

/* Of most strings and numbers it is seen without the parser: a row may have millions. */
static gboolean
is_plain (const char *text,
          const char *end)
{
  const char *digit = text;

  if (*text == '"')
    return memchr (text, '\\', end - text) == NULL;

  while (digit < end && g_ascii_isdigit (*digit))
    digit++;

  return digit == end && end - text < 16 && *text != '0';
}

static gboolean
is_good_alone (const char *text,
               const char *end)
{
  g_autoptr (JsonNode) node = NULL;

  if (is_plain (text, end))
    return TRUE;

  node = aph_json_parse (text, end - text, NULL);

  return node != NULL;
}

static Wants
after_value (Scan *scan)
{
  return scan->depth > 0 ? WANTS_COMMA_OR_END : WANTS_NOTHING;
}

/* Each of these returns what is wrong at scan->at, or goes on behind it and returns NULL. */

static char *
skip_string (Scan *scan)
{
  const char *text = scan->at + 1;

  while (text < scan->end && *text != '"')
    text += *text == '\\' ? 2 : 1;
  if (text >= scan->end)
    return g_strdup (_("a string begins that does not end"));
  if (!is_good_alone (scan->at, text + 1))
    return g_strdup (_("a string holds a backslash with something after it that JSON does not "
                       "know"));
  scan->at = text + 1;

  return NULL;
}

static char *
skip_word (Scan *scan)
{
  const char *text = scan->at;
  g_autofree char *word = NULL;

  while (text < scan->end && (g_ascii_isalnum (*text) || strchr ("+-._", *text) != NULL))
    text++;
  if (text == scan->at)
    return g_strdup (_("a value is missing"));
  if (is_good_alone (scan->at, text))
    {
      scan->at = text;
      return NULL;
    }

  word = g_strndup (scan->at, MIN (text - scan->at, MAX_WORD));
  return g_ascii_isdigit (*word) || *word == '-'
           ? g_strdup_printf (_("“%s” is no number as JSON writes them, or too large a one"), word)
           : g_strdup_printf (_("“%s” is no value of JSON"), word);
}

static char *
skip_opening (Scan *scan)
{
  if (scan->depth == APH_JSON_MAX_DEPTH)
    return g_strdup (_("it is nested too deeply"));

  scan->is_object[++scan->depth] = *scan->at == '{';
  scan->wants = *scan->at == '{' ? WANTS_NAME_OR_END : WANTS_VALUE_OR_END;
  scan->at++;

  return NULL;
}

static gboolean
skip_closing (Scan *scan)
{
  if (scan->depth == 0 || *scan->at != (scan->is_object[scan->depth] ? '}' : ']'))
    return FALSE;

  scan->at++;
  scan->depth--;
  scan->wants = after_value (scan);

  return TRUE;
}

static char *
skip_value (Scan *scan)
{
  char *fault;

  if (*scan->at == '{' || *scan->at == '[')
    return skip_opening (scan);

  fault = *scan->at == '"' ? skip_string (scan) : skip_word (scan);
  scan->wants = after_value (scan);

  return fault;
}

static char *
skip_name (Scan *scan)
{
  if (*scan->at != '"')
    return g_strdup (_("a name in double quotes is missing"));
  scan->wants = WANTS_COLON;

  return skip_string (scan);
}

static char *
skip_next (Scan *scan)
{
  switch (scan->wants)
    {
    case WANTS_VALUE_OR_END:
      return skip_closing (scan) ? NULL : skip_value (scan);
    case WANTS_VALUE:
      return skip_value (scan);
    case WANTS_NAME_OR_END:
      return skip_closing (scan) ? NULL : skip_name (scan);
    case WANTS_NAME:
      return skip_name (scan);

    case WANTS_COLON:
      if (*scan->at != ':')
        return g_strdup (_("a colon is missing"));
      scan->at++;
      scan->wants = WANTS_VALUE;
      return NULL;

    case WANTS_COMMA_OR_END:
      if (skip_closing (scan))
        return NULL;
      if (*scan->at != ',')
        return g_strdup_printf (_("a comma or “%s” is missing"),
                                scan->is_object[scan->depth] ? "}" : "]");
      scan->at++;
      scan->wants = scan->is_object[scan->depth] ? WANTS_NAME : WANTS_VALUE;
      return NULL;

    case WANTS_NOTHING:
    default:
      return g_strdup (_("there is more than one JSON value"));
    }
}

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
    scan->at++;
}

/* What is wrong, and scan->at is where; NULL if nothing is. */
static char *
find_fault (Scan *scan)
{
  for (skip_space (scan); scan->at < scan->end; skip_space (scan))
    {
      char *fault = skip_next (scan);

      if (fault != NULL)
        return fault;
    }

  return scan->wants != WANTS_NOTHING ? g_strdup (_("it ends too early")) : NULL;
}

/**
 * aph_json_fault_describe:
 * @text: valid UTF-8 without NUL bytes that is not JSON
 * @length: its length in bytes
 * @line: the number of the line that it begins on
 * @begins_line: whether it begins at the beginning of that line
 *
 * Returns: (transfer full) (nullable): what is wrong with it and where, to be put after “it is not
 *   valid JSON: ”; %NULL if nothing is
 */
char *
aph_json_fault_describe (const char *text,
                         gsize       length,
                         guint64     line,
                         gboolean    begins_line)
{
  Scan scan = { .at = text, .end = text + length };
  g_autofree char *fault = find_fault (&scan);
  const char *start = text;
  const char *newline;
  gulong column;

  if (fault == NULL)
    return NULL;

  for (; (newline = memchr (start, '\n', scan.at - start)) != NULL; start = newline + 1)
    line++;
  column = (gulong) g_utf8_strlen (start, scan.at - start) + 1;

  if (start != text)
    /* Translators: what is wrong, and where */
    return g_strdup_printf (_("%s (line %lu, column %lu)"), fault, (gulong) line, column);

  /* Translators: what is wrong, and where in the line; of one of several values in it, the
   * character is counted from where the value begins. */
  return g_strdup_printf (begins_line ? _("%s (column %lu)") : _("%s (its character %lu)"), fault,
                          column);
}
