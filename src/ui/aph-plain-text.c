/* aph-plain-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-plain-text"

#include "config.h"

#include <string.h>

#include "ui/aph-display-text.h"
#include "ui/aph-plain-text.h"

/* How far back code that is still open may have begun, and how much of a text is a preview of its
 * beginning, in bytes. */
#define MAX_LOOK_BACK  (256 * 1024)
#define MAX_FIRST_LINE 2048

/* How much that shows nothing may stand before the first line, in bytes. */
#define MAX_NOTHING (64 * 1024)

/* How far from the beginning of emphasis, code or a link its end is looked for, in bytes. */
#define MAX_SPAN 1000

/* How many brackets may be open in the text of a link: an image in it, with brackets in its text.
 * So each place of a text is looked at a few times only, whatever it is. */
#define MAX_BRACKETS 4

/* Emphasis has so many marks; what has more is rare. */
#define MAX_MARKS 3

/* Within a line. Where emphasis begins and ends is found out the simple way: a mark that is not
 * between two letters or digits, nor between two spaces, is one. */

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static gboolean
is_space (char c)
{
  return c == '\0' || g_ascii_isspace (c);
}

static const char *
limit (const char *p,
       const char *end)
{
  return end - p > MAX_SPAN ? p + MAX_SPAN : end;
}

static gsize
count_run (const char *p,
           const char *end)
{
  gsize n = 1;

  while (p + n < end && p[n] == *p)
    n++;

  return n;
}

/* The next run of as many of the same mark, or NULL. */
static const char *
find_run (const char *p,
          const char *end,
          char        mark,
          gsize       n)
{
  while ((p = memchr (p, mark, end - p)) != NULL)
    {
      gsize found = count_run (p, end);

      if (found == n)
        return p;
      p += found;
    }

  return NULL;
}

/* Whether all of it could be a name in a program: __init__. */
static gboolean
is_name (const char *p,
         const char *end)
{
  while (p < end && is_word (*p))
    p++;

  return p == end;
}

typedef struct
{
  const char *start;
  const char *end;
  const char *closers[2];  /* of single marks that have been opened: '*', '_' */
  const char *searched[2][MAX_MARKS]; /* up to here no run of so many of them closes anything */
} Line;

/* The end of emphasis that begins before @p, or NULL. Of what was searched in vain nothing is
 * searched again, so that a text of beginnings without an end takes no longer than another. */
static const char *
find_close (Line       *line,
            const char *p,
            char        mark,
            gsize       n)
{
  const char **searched = n <= MAX_MARKS ? &line->searched[mark == '_'][n - 1] : NULL;
  const char *start = p;
  const char *end = limit (p, line->end);

  if (searched != NULL && *searched > p)
    p = *searched;
  while (p < end && (p = find_run (p, end, mark, n)) != NULL)
    {
      char after = p + n < end ? p[n] : '\0';

      if (p > start && !is_space (p[-1]) && p[-1] != '/' && !is_word (after))
        return p;
      p += n;
    }

  /* The last run may be longer than what was seen of it. */
  while (end > start && end[-1] == mark)
    end--;
  if (searched != NULL)
    *searched = end;

  return NULL;
}

/* Whether the run of @n marks at @p is emphasis, and not to be shown. */
static gboolean
is_emphasis (Line       *line,
             const char *p,
             gsize       n)
{
  guint kind = *p == '_';
  char before = p > line->start ? p[-1] : '\0';
  char after = p + n < line->end ? p[n] : '\0';
  const char *close;

  if (line->closers[kind] == p)
    {
      line->closers[kind] = NULL;
      return TRUE;
    }
  if (*p == '~')
    return n == 2 && !(is_space (before) && is_space (after));
  if ((is_word (before) && is_word (after)) || (is_space (before) && is_space (after))
      || before == '/' || after == '/')
    return FALSE;
  if (n >= 2 && *p == '*')
    return TRUE;
  if (is_word (before) || is_space (after))
    return FALSE;

  close = find_close (line, p + n, *p, n);
  if (close == NULL || (n >= 2 && is_name (p, close)))
    return FALSE;

  line->closers[kind] = close;
  return TRUE;
}

static void append_inline (GString    *out,
                           const char *start,
                           const char *end);

/* The text of a link or image, whose bracket is at @p. Returns where it ends, or NULL. */
static const char *
append_link (GString    *out,
             const char *p,
             const char *end)
{
  const char *close = p + 1;
  guint depth = 1;

  end = limit (p, end);
  for (; close < end && depth <= MAX_BRACKETS; close++)
    {
      if (*close == '[')
        depth++;
      else if (*close == ']' && --depth == 0)
        break;
    }
  if (depth > 0 || end - close < 2 || close[1] != '(')
    return NULL;

  end = memchr (close, ')', end - close);
  if (end == NULL)
    return NULL;

  append_inline (out, p + 1, close);
  return end + 1;
}

/* An address in angle brackets. Returns where it ends, or NULL. */
static const char *
append_address (GString    *out,
                const char *p,
                const char *end)
{
  const char *close;

  if (end - p < 9 || (memcmp (p + 1, "http://", 7) != 0 && memcmp (p + 1, "https://", 8) != 0))
    return NULL;
  close = memchr (p, '>', limit (p, end) - p);
  if (close == NULL)
    return NULL;

  g_string_append_len (out, p + 1, close - p - 1);
  return close + 1;
}

static const char *
append_code (GString    *out,
             const char *p,
             const char *end)
{
  gsize n = count_run (p, end);
  const char *close = find_run (p + n, limit (p + n, end), '`', n);

  if (close == NULL)
    return p + n;

  g_string_append_len (out, p + n, close - p - n);
  return close + n;
}

/* Returns where what stands at @p ends. */
static const char *
append_one (Line       *line,
            GString    *out,
            const char *p)
{
  const char *end = line->end;
  const char *next = NULL;
  gsize n;

  switch (*p)
    {
    case '\\':
      if (p + 1 < end && g_ascii_ispunct (p[1]))
        p++;
      break;
    case '`':
      return append_code (out, p, end);
    case '<':
      next = append_address (out, p, end);
      break;
    case '!':
      if (p + 1 < end && p[1] == '[')
        next = append_link (out, p + 1, end);
      break;
    case '[':
      next = append_link (out, p, end);
      break;
    case '*':
    case '_':
    case '~':
      n = count_run (p, end);
      if (!is_emphasis (line, p, n))
        g_string_append_len (out, p, n);
      return p + n;
    default:
      break;
    }
  if (next != NULL)
    return next;

  g_string_append_c (out, *p);
  return p + 1;
}

static void
append_inline (GString    *out,
               const char *start,
               const char *end)
{
  Line line = { .start = start, .end = end };

  for (const char *p = start; p < end;)
    p = append_one (&line, out, p);
}

/* Lines */

static const char *
skip_spaces (const char *p,
             const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;

  return p;
}

/* A line under a heading or between paragraphs, or the one under the head of a table. */
static gboolean
is_rule (const char *p,
         const char *end)
{
  guint n_marks = 0;
  gboolean is_table = p < end && *p == '|';
  char mark = p < end ? *p : '\0';

  if (!is_table && strchr ("-=*_", mark) == NULL)
    return FALSE;
  for (; p < end; p++)
    {
      if (is_table && (*p == '|' || *p == ':'))
        continue;
      if (*p == (is_table ? '-' : mark))
        n_marks++;
      else if (*p != ' ' && *p != '\t')
        return FALSE;
    }

  return is_table ? n_marks > 0 : n_marks >= 3;
}

static void
append_cells (GString    *out,
              const char *p,
              const char *end)
{
  gboolean is_first = TRUE;

  while (p < end)
    {
      const char *stop = memchr (p, '|', end - p);
      const char *next;

      while (stop != NULL && stop > p && stop[-1] == '\\')
        stop = memchr (stop + 1, '|', end - stop - 1);
      next = stop != NULL ? stop + 1 : end;
      stop = stop != NULL ? stop : end;
      p = skip_spaces (p, stop);
      while (stop > p && is_space (stop[-1]))
        stop--;
      if (stop > p)
        {
          if (!is_first)
            g_string_append (out, " · ");
          append_inline (out, p, stop);
          is_first = FALSE;
        }
      p = next;
    }
}

/* The sign of an item of a list, if there is one. Returns where what follows it begins. */
static const char *
append_bullet (GString    *out,
               const char *p,
               const char *end)
{
  if (end - p < 2 || strchr ("-*+", *p) == NULL || p[1] != ' ')
    return p;

  p = skip_spaces (p + 1, end);
  if (end - p > 3 && p[0] == '[' && p[2] == ']' && p[3] == ' ')
    {
      g_string_append (out, p[1] == ' ' ? "☐ " : "☑ ");
      return p + 4;
    }

  g_string_append (out, "• ");
  return p;
}

static const char *
skip_heading (const char *p,
              const char *end)
{
  gsize n = p < end && *p == '#' ? count_run (p, end) : 0;

  if (n == 0 || n > 6 || (p + n < end && p[n] != ' '))
    return p;

  return skip_spaces (p + n, end);
}

static void
append_line (GString    *out,
             const char *p,
             const char *end)
{
  const char *start = p;

  p = skip_spaces (p, end);
  if (p < end && *p == '>')
    {
      while (p < end && *p == '>')
        p = skip_spaces (p + 1, end);
      start = p;
    }
  if (p < end && *p == '|')
    {
      append_cells (out, p + 1, end);
      return;
    }

  g_string_append_len (out, start, p - start);
  p = append_bullet (out, p, end);
  append_inline (out, skip_heading (p, end), end);
}

/* Returns whether anything is to be seen of it. */
static gboolean
append_any_line (AphPlainText *self,
                 GString      *out,
                 const char   *p,
                 const char   *end)
{
  if (self->mid_line)
    {
      if (self->fence.count > 0)
        g_string_append_len (out, p, end - p);
      else
        append_inline (out, p, end);
    }
  else if (aph_fence_pass (&self->fence, skip_spaces (p, end), end))
    return FALSE;
  else if (self->fence.count > 0)
    g_string_append_len (out, p, end - p);
  else if (is_rule (skip_spaces (p, end), end))
    return FALSE;
  else
    append_line (out, p, end);

  return TRUE;
}

static gboolean
wants_no_blank (GString *out)
{
  return out->len == 0 || (out->len >= 2 && out->str[out->len - 1] == '\n'
                           && out->str[out->len - 2] == '\n');
}

/**
 * aph_plain_text_append:
 * @self: (inout): where @text is
 * @out: (inout): where to
 * @text: valid UTF-8 in Markdown
 * @length: in bytes
 *
 * Appends what @text says: without the marks of headings, emphasis, code, links and tables, its
 * control characters visible, as aph_display_text_append() makes them. What could only be told from
 * more of the text than the line it is in is not.
 */
void
aph_plain_text_append (AphPlainText *self,
                       GString      *out,
                       const char   *text,
                       gsize         length)
{
  const char *end = text + length;
  g_autoptr (GString) line = g_string_new (NULL);

  g_return_if_fail (self != NULL);
  g_return_if_fail (out != NULL);

  while (text < end)
    {
      const char *stop = memchr (text, '\n', end - text);
      gboolean is_open = stop == NULL;
      const char *next = is_open ? end : stop + 1;

      stop = is_open ? end : stop;
      if (!is_open && stop > text && stop[-1] == '\r')
        stop--;

      g_string_truncate (line, 0);
      if (append_any_line (self, line, text, stop)
          && (line->len > 0 || is_open || self->mid_line || !wants_no_blank (out)))
        {
          aph_display_text_append (out, line->str, line->len);
          if (!is_open)
            g_string_append_c (out, '\n');
        }
      self->mid_line = is_open;
      text = next;
    }
}

/**
 * aph_plain_text_find:
 * @self: (out): where @offset is
 * @text: valid UTF-8
 * @offset: in bytes; a line begins there
 *
 * Finds out whether a place is in code, as far as that began nearby.
 */
void
aph_plain_text_find (AphPlainText *self,
                     const char   *text,
                     gsize         offset)
{
  const char *end = text + offset;
  const char *p = offset > MAX_LOOK_BACK ? memchr (end - MAX_LOOK_BACK, '\n', MAX_LOOK_BACK) : text;

  *self = (AphPlainText) { 0 };
  while (p != NULL && p < end)
    {
      const char *stop = memchr (p, '\n', end - p);

      stop = stop != NULL ? stop : end;
      aph_fence_pass (&self->fence, skip_spaces (p, stop), stop);
      p = stop + 1;
    }
}

/**
 * aph_plain_text_dup_first_line:
 * @text: valid UTF-8 in Markdown
 * @length: in bytes
 *
 * Returns: (transfer full): the first line in which something stands, or its beginning; nothing if
 *   that is far from the beginning of the text
 */
char *
aph_plain_text_dup_first_line (const char *text,
                               gsize       length)
{
  AphPlainText state = { 0 };
  GString *line = g_string_new (NULL);
  gsize left = length;

  while (left > 0 && line->len == 0 && length - left < MAX_NOTHING)
    {
      gsize size = MIN (left, MAX_FIRST_LINE);
      const char *stop = memchr (text, '\n', size);

      if (stop != NULL)
        size = stop + 1 - text;
      else if (size < left)
        size = g_utf8_find_prev_char (text, text + size) - text;

      aph_plain_text_append (&state, line, text, size);
      g_strstrip (line->str);
      g_string_truncate (line, strlen (line->str));
      text += size;
      left -= size;
    }
  g_strdelimit (line->str, "\n\t", ' ');

  return g_string_free (line, FALSE);
}

/**
 * aph_plain_text_dup_end:
 * @text: valid UTF-8 in Markdown
 * @length: in bytes
 * @max_bytes: how much of it is looked at
 *
 * Returns: (transfer full): the end of the text, in one line
 */
char *
aph_plain_text_dup_end (const char *text,
                        gsize       length,
                        gsize       max_bytes)
{
  gsize start = length > max_bytes ? length - max_bytes : 0;
  const char *line_end = memchr (text + start, '\n', length - start);
  AphPlainText state = { 0 };
  GString *end = g_string_new (NULL);

  if (start > 0 && line_end != NULL && line_end + 1 < text + length)
    {
      start = line_end + 1 - text;
      aph_plain_text_find (&state, text, start);
    }
  else if (start > 0)
    {
      while (start < length && (text[start] & 0xc0) == 0x80)
        start++;
      state.mid_line = TRUE;
    }
  aph_plain_text_append (&state, end, text + start, length - start);
  g_strdelimit (end->str, "\n\t", ' ');

  return g_strstrip (g_string_free (end, FALSE));
}
