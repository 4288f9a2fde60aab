/* aph-markdown-prepare.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-markdown-prepare"

#include "config.h"

#include <string.h>

#include "ui/aph-fence.h"
#include "ui/aph-markdown-prepare.h"

/* How far a formula may reach. */
#define MAX_MATH_BYTES 4000

static const char *
skip_indent (const char *line,
             const char *end)
{
  while (line < end && (*line == ' ' || *line == '>' || *line == '\t'))
    line++;

  return line;
}

/* Behind the sign of an item of a list, if there is one at @p. */
static const char *
skip_bullet (const char *p,
             const char *end)
{
  const char *after = p;

  if (p < end && (*p == '-' || *p == '*' || *p == '+'))
    after = p + 1;
  else
    {
      while (after < end && g_ascii_isdigit (*after))
        after++;
      if (after == p || after == end || (*after != '.' && *after != ')'))
        return p;
      after++;
    }

  return after < end && *after == ' ' ? skip_indent (after, end) : p;
}

/* Whether a line is code, or begins or ends it; what it is set in does not matter here. */
static gboolean
is_code (AphFence   *fence,
         const char *line,
         const char *end)
{
  line = skip_indent (line, end);
  if (fence->count == 0)
    line = skip_bullet (line, end);

  return aph_fence_pass (fence, line, end) || fence->count > 0;
}

/* “[1]: https://…” would vanish, and with it the address. */
static gboolean
is_reference (const char *line,
              const char *end)
{
  const char *close;

  if (line == end || *line != '[')
    return FALSE;
  close = memchr (line, ']', end - line);

  return close != NULL && close + 1 < end && close[1] == ':';
}

/* Behind the run of backticks that closes the one at @p, or behind that one if none does. */
static const char *
skip_code_span (const char *p,
                const char *end)
{
  const char *after = p;
  gsize length;

  while (after < end && *after == '`')
    after++;
  length = after - p;

  for (const char *q = after; q < end;)
    {
      const char *run = memchr (q, '`', end - q);

      if (run == NULL)
        break;
      for (q = run; q < end && *q == '`';)
        q++;
      if ((gsize) (q - run) == length)
        return q;
    }

  return after;
}

/* The end of the formula that begins at @p; %NULL if none does. */
static const char *
find_math_end (const char *p,
               const char *end)
{
  const char *closer, *close;

  if (end - p < 4)
    return NULL;
  if (p[0] == '$' && p[1] == '$')
    closer = "$$";
  else if (p[0] == '\\' && p[1] == '[')
    closer = "\\]";
  else if (p[0] == '\\' && p[1] == '(')
    closer = "\\)";
  else
    return NULL;

  close = memmem (p + 2, MIN (end - p - 2, MAX_MATH_BYTES), closer, 2);
  if (close == NULL || close == p + 2 || memmem (p, close - p, "\n\n", 2) != NULL)
    return NULL;

  return close + 2;
}

/* Whether a formula within a line begins at the dollar sign @p; “$5 and $6” is none. */
static gboolean
begins_math (const char *p,
             const char *line_end)
{
  const char *close;

  if (p + 2 >= line_end || g_ascii_isspace (p[1]) || p[1] == '$')
    return FALSE;
  close = memchr (p + 2, '$', line_end - p - 2);

  return close != NULL && !g_ascii_isspace (close[-1])
         && (close + 1 == line_end || !g_ascii_isdigit (close[1]));
}

static void
append_escaped (GString    *out,
                const char *text,
                const char *end)
{
  for (; text < end; text++)
    {
      if (g_ascii_ispunct (*text))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *text);
    }
}

/**
 * aph_markdown_prepare:
 * @text: valid UTF-8
 * @length: of @text, in bytes
 * @out: (inout): where to
 *
 * Appends a Markdown text in which formulas and references are escaped, so that they are shown as
 * they were written: “\[ x_1 \]”, “[1]: https://…”. Code stays as it is.
 */
void
aph_markdown_prepare (const char *text,
                      gsize       length,
                      GString    *out)
{
  const char *end = text + length;
  AphFence fence = { 0 };

  for (const char *line = text; line < end;)
    {
      const char *line_end = memchr (line, '\n', end - line);
      const char *p = line;
      const char *dollar_end = NULL;
      const char *math_end;

      line_end = line_end != NULL ? line_end + 1 : end;
      if (is_code (&fence, line, line_end))
        {
          g_string_append_len (out, line, line_end - line);
          line = line_end;
          continue;
        }
      if (is_reference (line, line_end))
        g_string_append_c (out, '\\');
      while (p < line_end)
        {
          const char *next = p + 1;

          if (*p == '`')
            next = skip_code_span (p, end);
          else if (*p == '$' && (dollar_end == NULL || dollar_end < p)
                   && find_math_end (p, end) == NULL)
            {
              if (begins_math (p, line_end))
                dollar_end = memchr (p + 1, '$', line_end - p - 1);
              else
                g_string_append_c (out, '\\');
            }
          else if ((*p == '$' || *p == '\\') && (math_end = find_math_end (p, end)) != NULL)
            {
              append_escaped (out, p, math_end);
              p = math_end;
              continue;
            }
          else if (*p == '\\' && next < end && *next != '\n')
            next++;
          g_string_append_len (out, p, next - p);
          p = next;
        }
      line = p;
    }
}
