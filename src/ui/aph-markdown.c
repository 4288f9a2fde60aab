/* aph-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text is cut into sections, each of which can be read by itself: at a blank line before
 * something that is not set in, at headings, at fences. Only the last section is open. Where none
 * of these comes for long, it is cut at an item of a list, at a line, in the end within a line.
 * Where it is cut depends on the text alone, not on the steps in which it arrives.
 */

#define G_LOG_DOMAIN "aph-markdown"

#include "config.h"

#include <string.h>

#include "ui/aph-display-text.h"
#include "ui/aph-markdown-parser.h"
#include "ui/aph-markdown.h"

/* A section longer than this is cut at the next item of its list, at the next line. A part of code
 * ends at the next line, and in any case where a line is too long. */
#define ITEM_BYTES 2048
#define LINE_BYTES 8192
#define CODE_BYTES 2048

/* A head of a table that is longer is not repeated. */
#define MAX_HEAD_BYTES 2048

typedef struct
{
  char ch;               /* of the fence */
  guint count;           /* how many of it; 0: there is no fence */
  guint indent;
} Fence;

struct _AphMarkdown
{
  GPtrArray *blocks;     /* of AphTextBlock */
  guint n_finished;      /* those before are finished */

  /* The open section */
  gsize section;         /* where it begins, in bytes of the text */
  gboolean within_line;  /* it begins within a line */
  gboolean tight;        /* it goes on with the section before it */
  char *head;            /* (owned) (nullable): of the table that it goes on with */
  guint content;         /* how far the items of its list are set in; 0: it is no list */
  Fence inner;           /* an open fence in its list */

  /* The lines that were looked at */
  gsize scanned;         /* where the next one begins */
  gboolean blank;        /* the last one was blank */
  gboolean ended;        /* the last one is a section of its own */

  /* Code at the outermost level is no section: it need not be read, and grows line by line. */
  Fence fence;
  char *language;        /* (owned) (nullable) */
  gsize part;            /* where its last part begins */
  gboolean continues;    /* that is not the first one */
  gboolean joined;       /* it begins within a line */
};

/**
 * aph_markdown_new:
 *
 * Returns: (transfer full): an empty text
 */
AphMarkdown *
aph_markdown_new (void)
{
  AphMarkdown *self = g_new0 (AphMarkdown, 1);

  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_text_block_unref);
  self->blank = TRUE;

  return self;
}

void
aph_markdown_free (AphMarkdown *self)
{
  g_ptr_array_unref (self->blocks);
  g_free (self->head);
  g_free (self->language);
  g_free (self);
}

/* What follows the blocks that are finished. Blocks that are as before stay what they are. */
static void
replace_open (AphMarkdown *self,
              GPtrArray   *blocks,
              guint       *first_changed)
{
  guint same = 0;

  while (same < blocks->len && self->n_finished + same < self->blocks->len
         && aph_text_block_equal (g_ptr_array_index (blocks, same),
                                  g_ptr_array_index (self->blocks, self->n_finished + same)))
    same++;

  if (same == blocks->len && self->n_finished + same == self->blocks->len)
    return;

  *first_changed = MIN (*first_changed, self->n_finished + same);
  g_ptr_array_set_size (self->blocks, self->n_finished + same);
  for (guint i = same; i < blocks->len; i++)
    g_ptr_array_add (self->blocks, aph_text_block_ref (g_ptr_array_index (blocks, i)));
}

static void
read_section (AphMarkdown *self,
              const char  *text,
              gsize        end,
              guint       *first_changed)
{
  g_autoptr (GPtrArray) blocks =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_text_block_unref);
  const char *start = text + self->section;
  gsize length = end - self->section;

  if (self->within_line)
    {
      aph_markdown_parse_literal (start, length, TRUE, blocks);
    }
  else if (self->head != NULL)
    {
      g_autofree char *whole = g_strdup_printf ("%s%.*s", self->head, (int) length, start);

      aph_markdown_parse (whole, strlen (whole), blocks);
    }
  else
    {
      aph_markdown_parse (start, length, blocks);
    }

  if (self->tight && blocks->len > 0)
    ((AphTextBlock *) g_ptr_array_index (blocks, 0))->tight = TRUE;
  replace_open (self, blocks, first_changed);
}

static void
begin_section (AphMarkdown *self,
               gsize        start)
{
  self->section = start;
  self->within_line = FALSE;
  self->tight = FALSE;
  self->content = 0;
  self->inner.count = 0;
  g_clear_pointer (&self->head, g_free);
}

/* Ends the open section; the next one begins there. */
static void
cut (AphMarkdown *self,
     const char  *text,
     gsize        end,
     guint       *first_changed)
{
  if (end > self->section)
    {
      read_section (self, text, end, first_changed);
      self->n_finished = self->blocks->len;
    }
  begin_section (self, end);
}

/* Lines */

static guint
get_indent (const char *line,
            const char *end,
            const char **content)
{
  guint indent = 0;

  for (; line < end && (*line == ' ' || *line == '\t'); line++)
    indent += *line == '\t' ? 4 - indent % 4 : 1;
  *content = line;

  return indent;
}

static guint
count_run (const char *p,
           const char *end)
{
  const char *q = p;

  while (q < end && *q == *p)
    q++;

  return q - p;
}

static gboolean
opens_fence (const char *p,
             const char *end,
             guint       indent,
             Fence      *fence)
{
  guint count;

  if (p == end || (*p != '`' && *p != '~'))
    return FALSE;
  count = count_run (p, end);
  if (count < 3 || (*p == '`' && memchr (p + count, '`', end - p - count) != NULL))
    return FALSE;

  *fence = (Fence) { *p, count, indent };

  return TRUE;
}

static gboolean
closes_fence (const char  *p,
              const char  *end,
              const Fence *fence)
{
  if (p == end || *p != fence->ch || count_run (p, end) < fence->count)
    return FALSE;
  for (p += count_run (p, end); p < end; p++)
    if (*p != ' ' && *p != '\t' && *p != '\r')
      return FALSE;

  return TRUE;
}

static gboolean
is_heading (const char *p,
            const char *end)
{
  guint count = p < end && *p == '#' ? count_run (p, end) : 0;

  return count >= 1 && count <= 6
         && (p + count == end || p[count] == ' ' || p[count] == '\t' || p[count] == '\r');
}

/* “* * *” is a rule and no item. */
static gboolean
is_rule (const char *p,
         const char *end)
{
  char ch = *p;
  guint count = 0;

  for (; p < end; p++)
    {
      if (*p == ch)
        count++;
      else if (*p != ' ' && *p != '\t' && *p != '\r')
        return FALSE;
    }

  return count >= 3;
}

/* How far the content of an item is set in from its marker; 0 if it is none. */
static guint
measure_marker (const char *p,
                const char *end)
{
  const char *q = p;
  guint spaces;

  if (p == end)
    return 0;
  if (*p == '-' || *p == '*' || *p == '+')
    {
      if (is_rule (p, end))
        return 0;
      q++;
    }
  else
    {
      while (q < end && q - p < 9 && g_ascii_isdigit (*q))
        q++;
      if (q == p || q == end || (*q != '.' && *q != ')'))
        return 0;
      q++;
    }
  if (q < end && *q != ' ' && *q != '\t' && *q != '\r')
    return 0;

  spaces = q < end && *q == ' ' ? count_run (q, end) : 1;

  return q - p + (spaces > 4 ? 1 : spaces);
}

/* Code */

/* A part of code without what its fence was set in. */
static void
read_code (AphMarkdown *self,
           const char  *text,
           gsize        end,
           guint       *first_changed)
{
  g_autoptr (GPtrArray) blocks =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_text_block_unref);
  g_autoptr (GString) code = g_string_new (NULL);
  AphTextBlock *block = aph_text_block_new (APH_TEXT_CODE);
  gboolean within_line = self->joined;

  for (gsize start = self->part; start < end;)
    {
      const char *line_end = memchr (text + start, '\n', end - start);
      gsize stop = line_end != NULL ? (gsize) (line_end + 1 - text) : end;

      for (guint i = 0; i < self->fence.indent && !within_line && start < stop
                            && text[start] == ' '; i++)
        start++;
      aph_display_text_append (code, text + start, stop - start);
      start = stop;
      within_line = FALSE;
    }
  if (code->len > 0 && code->str[code->len - 1] == '\n')
    g_string_truncate (code, code->len - 1);

  block->language = g_strdup (self->language);
  block->continues = self->continues;
  block->joined = self->joined;
  block->length = code->len;
  block->text = g_strndup (code->str, code->len);
  g_ptr_array_add (blocks, block);
  replace_open (self, blocks, first_changed);
}

static void
end_part (AphMarkdown *self,
          const char  *text,
          gsize        end,
          gboolean     joined,
          guint       *first_changed)
{
  read_code (self, text, end, first_changed);
  self->n_finished = self->blocks->len;
  self->part = end;
  self->continues = TRUE;
  self->joined = joined;
}

static void
begin_code (AphMarkdown *self,
            const char  *info,
            const char  *end,
            gsize        start)
{
  g_autofree char *stripped = g_strstrip (g_strndup (info, end - info));
  GString *language = g_string_new (NULL);

  aph_display_text_append (language, stripped, strcspn (stripped, " \t{,"));
  g_free (self->language);
  self->language = g_string_free (language, FALSE);
  self->part = start;
  self->continues = FALSE;
  self->joined = FALSE;
}

static void
end_code (AphMarkdown *self,
          const char  *text,
          gsize        end,
          gsize        next,
          guint       *first_changed)
{
  if (end > self->part || !self->continues)
    {
      read_code (self, text, end, first_changed);
      self->n_finished = self->blocks->len;
    }
  self->fence.count = 0;
  begin_section (self, next);
}

static void
look_at_code (AphMarkdown *self,
              const char  *text,
              gsize        line_end,
              gsize        next,
              guint       *first_changed)
{
  gsize start = self->scanned;
  gboolean within_line = self->joined && start == self->part;
  const char *p;
  guint indent = get_indent (text + start, text + line_end, &p);

  if (!within_line && indent < 4 && closes_fence (p, text + line_end, &self->fence))
    end_code (self, text, start, next, first_changed);
  else if (next - self->part >= CODE_BYTES)
    end_part (self, text, next, FALSE, first_changed);
}

/* Sections */

/* The first two lines of a table, to be repeated when it is cut. */
static char *
dup_head (AphMarkdown *self,
          const char  *text,
          gsize        end)
{
  const char *start = text + self->section;
  const char *first, *second;

  if (self->head != NULL)
    return g_strdup (self->head);

  first = memchr (start, '\n', MIN (end - self->section, MAX_HEAD_BYTES));
  if (first == NULL)
    return NULL;
  second = memchr (first + 1, '\n', MIN ((gsize) (text + end - first - 1), MAX_HEAD_BYTES));
  if (second == NULL || memchr (first, '|', second - first) == NULL
      || memchr (first, '-', second - first) == NULL)
    return NULL;
  for (const char *p = first + 1; p < second; p++)
    if (strchr ("|-: \t\r", *p) == NULL)
      return NULL;

  return g_strndup (start, second + 1 - start);
}

static void
cut_for_length (AphMarkdown *self,
                const char  *text,
                gsize        end,
                guint       *first_changed)
{
  char *head = dup_head (self, text, end);

  cut (self, text, end, first_changed);
  self->tight = TRUE;
  self->head = head;
}

/* Whether a section ends before a line; @marker is the width of its marker. */
static gboolean
is_boundary (AphMarkdown *self,
             guint        indent,
             guint        marker,
             gboolean    *soft)
{
  *soft = FALSE;
  if (self->ended)
    return TRUE;
  if (self->content > 0 && indent >= self->content)
    return FALSE;
  if (self->content > 0 && marker > 0)
    {
      *soft = self->scanned - self->section >= ITEM_BYTES;
      return *soft;
    }

  return self->blank && indent < 4;
}

static void
look_at_text (AphMarkdown *self,
              const char  *text,
              gsize        line_end,
              gsize        next,
              guint       *first_changed)
{
  const char *end = text + line_end;
  const char *p;
  guint indent = get_indent (text + self->scanned, end, &p);
  guint marker = indent < MAX (self->content, 4) ? measure_marker (p, end) : 0;
  gboolean inner = self->content > 0 && indent >= self->content;
  gboolean heading = !inner && indent < 4 && is_heading (p, end);
  gboolean soft;
  Fence fence;

  if (self->inner.count > 0 && inner)
    {
      if (closes_fence (p, end, &self->inner))
        self->inner.count = 0;
      return;
    }
  self->inner.count = 0;

  if (!inner && indent < 4 && opens_fence (p, end, indent, &fence))
    {
      cut (self, text, self->scanned, first_changed);
      begin_code (self, p + fence.count, end, next);
      self->fence = fence;
      self->ended = FALSE;
      self->blank = TRUE;
      return;
    }
  if (inner && opens_fence (p, end, indent, &fence))
    self->inner = fence;

  if (heading || is_boundary (self, indent, marker, &soft))
    {
      gboolean tight = !heading && !self->ended && soft;

      cut (self, text, self->scanned, first_changed);
      self->tight = tight;
    }
  else if (self->scanned - self->section >= LINE_BYTES)
    {
      cut_for_length (self, text, self->scanned, first_changed);
    }

  self->ended = heading;
  if (marker > 0 && !inner)
    self->content = indent + marker;
}

static gboolean
is_blank (const char *text,
          gsize       start,
          gsize       end)
{
  for (; start < end; start++)
    if (text[start] != ' ' && text[start] != '\t' && text[start] != '\r')
      return FALSE;

  return TRUE;
}

static void
look_at_line (AphMarkdown *self,
              const char  *text,
              gsize        line_end,
              guint       *first_changed)
{
  gsize next = line_end + 1;

  if (self->fence.count > 0)
    {
      look_at_code (self, text, line_end, next, first_changed);
    }
  else if (is_blank (text, self->scanned, line_end))
    {
      self->blank = TRUE;
    }
  else
    {
      if (!self->within_line || self->scanned != self->section)
        look_at_text (self, text, line_end, next, first_changed);
      if (self->fence.count == 0)
        self->blank = FALSE;
    }
  self->scanned = next;
}

/* Cuts where a line is too long. Returns whether it is, as far as it has come. */
static gboolean
break_line (AphMarkdown *self,
            const char  *text,
            gsize        end,
            guint       *first_changed)
{
  AphDisplayLine line = { 0 };
  gsize fit;

  if (end - self->scanned < LINE_BYTES)
    return FALSE;

  /* What it goes on with is read alone. */
  if (self->fence.count > 0 && self->scanned > self->part)
    end_part (self, text, self->scanned, FALSE, first_changed);
  else if (self->fence.count == 0 && self->scanned > self->section)
    cut_for_length (self, text, self->scanned, first_changed);

  end = self->scanned + LINE_BYTES;
  while ((text[end] & 0xc0) == 0x80)
    end--;
  fit = aph_display_text_fit (text, self->scanned, end, &line);
  if (self->fence.count > 0)
    {
      end_part (self, text, fit, TRUE, first_changed);
    }
  else
    {
      cut (self, text, fit, first_changed);
      self->within_line = TRUE;
      self->ended = FALSE;
      self->blank = FALSE;
    }
  self->scanned = fit;

  return TRUE;
}

/* What has come, of the last line that may go on, to be shown for now: what may become the end of
 * a fence is not. */
static void
read_open (AphMarkdown *self,
           const char  *text,
           gsize        length,
           guint       *first_changed)
{
  const char *p;
  gboolean within_line = self->joined && self->scanned == self->part;

  if (self->fence.count == 0)
    {
      read_section (self, text, length, first_changed);
      return;
    }

  get_indent (text + self->scanned, text + length, &p);
  if (!within_line && p < text + length && *p == self->fence.ch
      && count_run (p, text + length) == text + length - p)
    length = closes_fence (p, text + length, &self->fence)
             || (gsize) (text + length - p) < self->fence.count ? self->scanned : length;
  read_code (self, text, length, first_changed);
}

/**
 * aph_markdown_take:
 * @self: a text
 * @text: valid UTF-8: all of it, of which the beginning may have been taken before
 * @length: of @text, in bytes
 * @max_us: for how long this may go on, in microseconds
 * @first_changed: (out): the first block that has changed, if any has: it and those behind it are
 *   new
 *
 * Takes what is new, or as much of it as there is time for.
 *
 * Returns: whether all is taken
 */
gboolean
aph_markdown_take (AphMarkdown *self,
                   const char  *text,
                   gsize        length,
                   gint64       max_us,
                   guint       *first_changed)
{
  gint64 deadline = g_get_monotonic_time () + max_us;
  guint first = G_MAXUINT;
  gboolean in_time = TRUE;
  const char *line_end;

  g_return_val_if_fail (self != NULL, TRUE);
  g_return_val_if_fail (length >= self->scanned, TRUE);

  for (guint i = 0; in_time; i++)
    {
      line_end = memchr (text + self->scanned, '\n', length - self->scanned);
      if (!break_line (self, text, line_end != NULL ? (gsize) (line_end - text) : length, &first))
        {
          if (line_end == NULL)
            break;
          look_at_line (self, text, line_end - text, &first);
        }
      in_time = i % 16 != 15 || g_get_monotonic_time () < deadline;
    }
  if (in_time)
    read_open (self, text, length, &first);

  *first_changed = MIN (first, self->blocks->len);

  return in_time;
}

guint
aph_markdown_get_n_blocks (AphMarkdown *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->blocks->len;
}

/**
 * aph_markdown_get_n_finished:
 * @self: a text
 *
 * Returns: how many of its blocks, from the first one on, will never change
 */
guint
aph_markdown_get_n_finished (AphMarkdown *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_finished;
}

/**
 * aph_markdown_get_block:
 * @self: a text
 * @i: which one
 *
 * Returns: (transfer none): a block; the same one as long as it has not changed
 */
AphTextBlock *
aph_markdown_get_block (AphMarkdown *self,
                        guint        i)
{
  g_return_val_if_fail (self != NULL && i < self->blocks->len, NULL);

  return g_ptr_array_index (self->blocks, i);
}
