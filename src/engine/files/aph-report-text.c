/* aph-report-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-report-text"

#include "config.h"

#include <string.h>

#include "files/aph-report-text.h"

/* What XML and HTML cannot hold is shown by a sign for it. */
static gunichar
get_visible (gunichar c)
{
  if (c < 0x20 && c != '\t' && c != '\n')
    return 0x2400 + c;
  if (c == 0x7f)
    return 0x2421;
  if ((c >= 0x80 && c < 0xa0) || (c & 0xfffe) == 0xfffe)
    return 0xfffd;

  return c;
}

static const char *
get_entity (gunichar c)
{
  switch (c)
    {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return NULL;
    }
}

/**
 * aph_report_append_html:
 * @out: where to write
 * @text: any text
 * @length: its length in bytes, or -1 if it ends in NUL
 *
 * Writes @text so that HTML and XML show it as it is, between tags and in an attribute.
 */
void
aph_report_append_html (GString    *out,
                        const char *text,
                        gssize      length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      const char *entity = get_entity (c);

      /* HTML would make one line end of the two. */
      if (c == '\r' && p[1] == '\n')
        continue;
      if (entity != NULL)
        g_string_append (out, entity);
      else
        g_string_append_unichar (out, get_visible (c));
    }
}

/* Whether something in the middle of a line of Markdown would be taken for markup there, or at its
 * beginning, @start. Bare addresses are links to many readers. */
static gboolean
is_markup (const char *text,
           const char *start)
{
  if (strchr ("\\`*_{}[]<>&#|~!@$^", *text) != NULL)
    return TRUE;

  switch (*text)
    {
    case ':':
      return text[1] == '/';
    case '.':
      return (text - start >= 3 && g_ascii_strncasecmp (text - 3, "www", 3) == 0)
             || strspn (start, "0123456789") == (gsize) (text - start);
    case ')':
      return strspn (start, "0123456789") == (gsize) (text - start);
    case '+':
    case '-':
    case '=':
      return text == start;
    default:
      return FALSE;
    }
}

/**
 * aph_report_append_markdown:
 * @out: where to write
 * @text: any text
 *
 * Writes @text so that it is a piece of one line of Markdown, and nothing in it is markup.
 */
void
aph_report_append_markdown (GString    *out,
                            const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || c == 0x7f)
        c = ' ';
      else if (c < 0x80 && is_markup (p, valid))
        g_string_append_c (out, '\\');
      g_string_append_unichar (out, c);
    }
}

static gsize
longest_run (const char *text,
             gsize       length,
             char        c)
{
  gsize longest = 0;
  gsize run = 0;

  for (gsize i = 0; i < length; i++)
    {
      run = text[i] == c ? run + 1 : 0;
      longest = MAX (longest, run);
    }

  return longest;
}

static void
append_fence (GString *out,
              gsize    length)
{
  for (gsize i = 0; i < length; i++)
    g_string_append_c (out, '`');
}

/**
 * aph_report_append_fenced:
 * @out: where to write
 * @text: valid UTF-8
 * @length: its length in bytes
 *
 * Writes @text as a block of its own, exactly as it is, within a fence that @text cannot end.
 */
void
aph_report_append_fenced (GString    *out,
                          const char *text,
                          gsize       length)
{
  gsize fence = MAX (longest_run (text, length, '`') + 1, 3);

  append_fence (out, fence);
  g_string_append (out, "text\n");
  g_string_append_len (out, text, length);
  if (length > 0 && text[length - 1] != '\n')
    g_string_append_c (out, '\n');
  append_fence (out, fence);
  g_string_append (out, "\n\n");
}
