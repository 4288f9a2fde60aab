/* aph-markdown-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-markdown-parser"

#include "config.h"

#include <string.h>

#include <md4c.h>

#include "ui/aph-display-text.h"
#include "ui/aph-markdown-parser.h"
#include "ui/aph-markdown-prepare.h"

/* HTML is shown, not obeyed. */
#define FLAGS (MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS \
               | MD_FLAG_LATEXMATHSPANS | MD_FLAG_PERMISSIVEURLAUTOLINKS \
               | MD_FLAG_PERMISSIVEWWWAUTOLINKS)

/* A text longer than this becomes several blocks, where a line ends. */
#define PART_BYTES 2048

/* Deeper than this, nothing is set in any further. */
#define MAX_DEPTH 8

/* A row may have few cells and yet stand for as many as the head has: two short lines are a
 * thousand cells. */
#define MAX_CELLS   4000
#define MAX_COLUMNS 100

typedef struct
{
  gboolean ordered;
  guint64 number;        /* of the next item */
  gboolean tight;
} List;

typedef struct
{
  GPtrArray *blocks;

  GArray *lists;         /* of List: those around us */
  guint quotes;
  char *marker;          /* (owned) (nullable): for the next block */
  gboolean tight;        /* the next block belongs closely to the last one */

  /* The block that is being made */
  gboolean open;
  AphTextKind kind;
  guint level;
  char *language;        /* (owned) (nullable) */
  GString *text;
  GArray *spans;         /* of AphTextSpan */
  GPtrArray *links;
  GArray *cells;         /* of AphTextCell */
  guint n_columns;
  guint8 aligns[MAX_COLUMNS];
  guint column;

  /* How what comes is set */
  guint depths[5];       /* for each style, how often it was begun */
  GArray *link_stack;    /* of guint */
} Parser;

static List *
get_list (Parser *parser)
{
  if (parser->lists->len == 0)
    return NULL;

  return &g_array_index (parser->lists, List, parser->lists->len - 1);
}

static void
open_block (Parser      *parser,
            AphTextKind  kind)
{
  parser->open = TRUE;
  parser->kind = kind;
  parser->level = 0;
  parser->n_columns = 0;
  parser->column = 0;
  g_clear_pointer (&parser->language, g_free);
  g_string_truncate (parser->text, 0);
  g_array_set_size (parser->spans, 0);
  g_array_set_size (parser->cells, 0);
  g_ptr_array_set_size (parser->links, 0);
  /* md4c may leave a block, of text that is no UTF-8, before it leaves a link in it. */
  g_array_set_size (parser->link_stack, 0);
}

/* The spans within a part of the text, and the links of all of it. */
static void
fill_spans (Parser       *parser,
            AphTextBlock *block,
            guint         start,
            guint         end)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (AphTextSpan));
  guint n_spans = parser->spans->len;
  gsize n_bytes;

  for (guint i = 0; i < n_spans; i++)
    {
      AphTextSpan span = g_array_index (parser->spans, AphTextSpan, i);

      if (span.end <= start || span.start >= end)
        continue;

      span.start = MAX (span.start, start) - start;
      span.end = MIN (span.end, end) - start;
      g_array_append_val (spans, span);
    }

  block->n_spans = spans->len;
  n_bytes = spans->len * sizeof (AphTextSpan);
  block->spans = spans->len > 0 ? g_memdup2 (spans->data, n_bytes) : NULL;
  if (parser->links->len == 0)
    return;

  block->links = g_new0 (char *, parser->links->len + 1);
  for (guint i = 0; i < parser->links->len; i++)
    block->links[i] = g_strdup (g_ptr_array_index (parser->links, i));
}

static AphTextBlock *
make_block (Parser *parser,
            guint   start,
            guint   end)
{
  AphTextBlock *block = aph_text_block_new (parser->kind);

  block->level = parser->level;
  block->quotes = MIN (parser->quotes, MAX_DEPTH);
  block->indent = MIN (parser->lists->len, MAX_DEPTH);
  block->tight = parser->tight;
  block->text = g_strndup (parser->text->str + start, end - start);
  block->length = end - start;
  block->language = g_strdup (parser->language);
  fill_spans (parser, block, start, end);
  g_ptr_array_add (parser->blocks, block);

  return block;
}

/* Where a part that begins at @start ends at the latest: a line ends there. */
static guint
find_part_end (const GString *text,
               guint          start)
{
  const char *line_end;

  if (text->len - start <= PART_BYTES)
    return text->len;

  line_end = memrchr (text->str + start, '\n', PART_BYTES);
  if (line_end == NULL)
    line_end = memchr (text->str + start, '\n', text->len - start);

  return line_end != NULL ? (guint) (line_end - text->str) : text->len;
}

/* A text that is too long to be laid out at once is several blocks. */
static void
make_parts (Parser *parser)
{
  gboolean continues = FALSE, joined = FALSE;
  guint start = 0;

  do
    {
      AphDisplayLine line = { 0 };
      guint end = find_part_end (parser->text, start);
      gsize fit = aph_display_text_fit (parser->text->str, start, end, &line);
      AphTextBlock *block = make_block (parser, start, fit);

      block->continues = continues;
      block->joined = joined;
      if (!continues)
        block->marker = g_steal_pointer (&parser->marker);
      joined = fit < end;
      continues = TRUE;
      start = joined ? fit : fit + 1;
    }
  while (start < parser->text->len);
}

static void
make_table (Parser *parser)
{
  AphTextBlock *block = make_block (parser, 0, parser->text->len);

  block->marker = g_steal_pointer (&parser->marker);
  block->n_columns = parser->n_columns;
  block->aligns = g_memdup2 (parser->aligns, parser->n_columns);
  block->n_cells = parser->cells->len;
  block->cells = g_memdup2 (parser->cells->data, parser->cells->len * sizeof (AphTextCell));
}

static void
close_block (Parser *parser)
{
  GString *text = parser->text;

  if (!parser->open)
    return;

  parser->open = FALSE;
  /* In a table each line is a row, even if nothing is in it: only the end of the last one goes. */
  while (text->len > 0 && text->str[text->len - 1] == '\n')
    {
      g_string_truncate (text, text->len - 1);
      if (parser->kind == APH_TEXT_TABLE)
        break;
    }

  if (parser->kind == APH_TEXT_TABLE)
    make_table (parser);
  else if (text->len > 0 || parser->marker != NULL || parser->kind != APH_TEXT_PARAGRAPH)
    make_parts (parser);
  parser->tight = get_list (parser) != NULL && get_list (parser)->tight;
}

static void
append (Parser     *parser,
        const char *text,
        gsize       length)
{
  static const AphTextStyle styles[] = {
    APH_STYLE_STRONG, APH_STYLE_EMPHASIS, APH_STYLE_STRIKE, APH_STYLE_CODE, APH_STYLE_MATH,
  };
  AphTextSpan span = { .start = parser->text->len };
  AphTextSpan *last;

  aph_display_text_append (parser->text, text, length);
  span.end = parser->text->len;
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (parser->depths[i] > 0)
      span.style |= styles[i];
  if (parser->link_stack->len > 0)
    span.link = g_array_index (parser->link_stack, guint, parser->link_stack->len - 1);
  if ((span.style == 0 && span.link == 0) || span.start == span.end)
    return;

  last = parser->spans->len > 0
           ? &g_array_index (parser->spans, AphTextSpan, parser->spans->len - 1) : NULL;
  if (last != NULL && last->end == span.start && last->style == span.style
      && last->link == span.link)
    last->end = span.end;
  else
    g_array_append_val (parser->spans, span);
}

/* Entities: the few that models write, and all numbers. */
static void
append_entity (Parser     *parser,
               const char *entity,
               gsize       length)
{
  static const struct
  {
    const char *name;
    const char *text;
  } named[] = {
    { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&apos;", "'" },
    { "&nbsp;", "\u00a0" }, { "&hellip;", "…" }, { "&ndash;", "–" }, { "&mdash;", "—" },
    { "&times;", "×" }, { "&rarr;", "→" }, { "&larr;", "←" }, { "&deg;", "°" },
    { "&copy;", "©" }, { "&middot;", "·" }, { "&bull;", "•" },
  };
  guint64 number;
  gboolean hex;
  char bytes[6];

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (strlen (named[i].name) == length && memcmp (named[i].name, entity, length) == 0)
      {
        append (parser, named[i].text, strlen (named[i].text));
        return;
      }
  if (length < 4 || entity[1] != '#')
    {
      append (parser, entity, length);
      return;
    }

  hex = entity[2] == 'x' || entity[2] == 'X';
  number = g_ascii_strtoull (entity + (hex ? 3 : 2), NULL, hex ? 16 : 10);
  if (number == 0 || number > 0x10ffff || !g_unichar_validate (number))
    number = 0xfffd;
  append (parser, bytes, g_unichar_to_utf8 (number, bytes));
}

static char *
dup_attribute (const MD_ATTRIBUTE *attribute)
{
  GString *text = g_string_new (NULL);

  if (attribute->text != NULL)
    aph_display_text_append (text, attribute->text, attribute->size);

  return g_string_free (text, FALSE);
}

static void
begin_item (Parser             *parser,
            MD_BLOCK_LI_DETAIL *item)
{
  List *list = get_list (parser);

  close_block (parser);
  g_free (parser->marker);
  if (item->is_task)
    parser->marker = g_strdup (item->task_mark == ' ' ? "☐" : "☑");
  else if (list != NULL && list->ordered)
    parser->marker = g_strdup_printf ("%" G_GUINT64_FORMAT ".", list->number);
  else
    parser->marker = g_strdup (parser->lists->len % 2 == 1 ? "•" : "◦");
  if (list != NULL)
    list->number++;
}

static void
begin_list (Parser   *parser,
            gboolean  ordered,
            guint     number,
            gboolean  tight)
{
  List list = { ordered, number, tight };

  close_block (parser);
  g_array_append_val (parser->lists, list);
}

static gboolean
begin_table (Parser                *parser,
             MD_BLOCK_TABLE_DETAIL *table)
{
  guint64 n_cells = (guint64) table->col_count
                    * (table->head_row_count + table->body_row_count);

  if (table->col_count > MAX_COLUMNS || n_cells > MAX_CELLS)
    return FALSE;

  open_block (parser, APH_TEXT_TABLE);
  parser->n_columns = table->col_count;

  return TRUE;
}

static void
begin_cell (Parser             *parser,
            MD_BLOCK_TD_DETAIL *detail)
{
  AphTextCell cell = { parser->text->len, parser->text->len };

  if (parser->column < parser->n_columns)
    parser->aligns[parser->column] = detail->align == MD_ALIGN_CENTER ? APH_ALIGN_CENTER
                                     : detail->align == MD_ALIGN_RIGHT ? APH_ALIGN_END
                                     : APH_ALIGN_START;
  g_array_append_val (parser->cells, cell);
}

static void
end_cell (Parser *parser)
{
  AphTextCell *cell = &g_array_index (parser->cells, AphTextCell, parser->cells->len - 1);

  cell->end = parser->text->len;
  parser->column++;
  g_string_append_c (parser->text, parser->column < parser->n_columns ? '\t' : '\n');
}

static int
enter_block_cb (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *parser = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      close_block (parser);
      parser->quotes++;
      break;
    case MD_BLOCK_UL:
      begin_list (parser, FALSE, 0, ((MD_BLOCK_UL_DETAIL *) detail)->is_tight);
      break;
    case MD_BLOCK_OL:
      begin_list (parser, TRUE, ((MD_BLOCK_OL_DETAIL *) detail)->start,
                  ((MD_BLOCK_OL_DETAIL *) detail)->is_tight);
      break;
    case MD_BLOCK_LI:
      begin_item (parser, detail);
      break;
    case MD_BLOCK_HR:
      close_block (parser);
      open_block (parser, APH_TEXT_RULE);
      break;
    case MD_BLOCK_H:
      close_block (parser);
      open_block (parser, APH_TEXT_HEADING);
      parser->level = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_CODE:
      close_block (parser);
      open_block (parser, APH_TEXT_CODE);
      parser->language = dup_attribute (&((MD_BLOCK_CODE_DETAIL *) detail)->lang);
      break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
      close_block (parser);
      open_block (parser, APH_TEXT_PARAGRAPH);
      break;
    case MD_BLOCK_TABLE:
      close_block (parser);
      return begin_table (parser, detail) ? 0 : 1;
    case MD_BLOCK_TR:
      parser->column = 0;
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      begin_cell (parser, detail);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    default:
      break;
    }

  return 0;
}

static int
leave_block_cb (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *parser = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      close_block (parser);
      parser->quotes--;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      close_block (parser);
      g_array_set_size (parser->lists, parser->lists->len - 1);
      parser->tight = get_list (parser) != NULL && get_list (parser)->tight;
      break;
    case MD_BLOCK_LI:
      /* An item may be empty. */
      if (!parser->open && parser->marker != NULL)
        open_block (parser, APH_TEXT_PARAGRAPH);
      close_block (parser);
      break;
    case MD_BLOCK_HR:
    case MD_BLOCK_H:
    case MD_BLOCK_CODE:
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
    case MD_BLOCK_TABLE:
      close_block (parser);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      end_cell (parser);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }

  return 0;
}

/* The place of its counter; -1 for a span that is no style. */
static int
get_style (MD_SPANTYPE type)
{
  switch (type)
    {
    case MD_SPAN_STRONG:
      return 0;
    case MD_SPAN_EM:
      return 1;
    case MD_SPAN_DEL:
      return 2;
    case MD_SPAN_CODE:
      return 3;
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
      return 4;
    case MD_SPAN_A:
    case MD_SPAN_IMG:
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U:
    default:
      return -1;
    }
}

/* A tight item has its text directly. */
static void
ensure_block (Parser *parser)
{
  if (!parser->open)
    open_block (parser, APH_TEXT_PARAGRAPH);
}

/* Formulas stay as they were written. */
static void
append_dollars (Parser      *parser,
                MD_SPANTYPE  type)
{
  if (type == MD_SPAN_LATEXMATH)
    append (parser, "$", 1);
  else if (type == MD_SPAN_LATEXMATH_DISPLAY)
    append (parser, "$$", 2);
}

static int
enter_span_cb (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  Parser *parser = user_data;
  int style = get_style (type);

  ensure_block (parser);
  if (style >= 0)
    parser->depths[style]++;
  append_dollars (parser, type);
  if (type == MD_SPAN_A || type == MD_SPAN_IMG)
    {
      /* A picture is not fetched: it is a link to it. */
      char *link = dup_attribute (type == MD_SPAN_A ? &((MD_SPAN_A_DETAIL *) detail)->href
                                                    : &((MD_SPAN_IMG_DETAIL *) detail)->src);
      guint number;

      g_ptr_array_add (parser->links, link);
      number = parser->links->len;
      g_array_append_val (parser->link_stack, number);
    }

  return 0;
}

static int
leave_span_cb (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  Parser *parser = user_data;
  int style = get_style (type);

  append_dollars (parser, type);
  if (style >= 0)
    parser->depths[style]--;
  if ((type == MD_SPAN_A || type == MD_SPAN_IMG) && parser->link_stack->len > 0)
    g_array_set_size (parser->link_stack, parser->link_stack->len - 1);

  return 0;
}

static int
text_cb (MD_TEXTTYPE    type,
         const MD_CHAR *text,
         MD_SIZE        size,
         void          *user_data)
{
  Parser *parser = user_data;
  const char *line_break = parser->n_columns > 0 ? " " : "\n";

  ensure_block (parser);
  switch (type)
    {
    case MD_TEXT_NULLCHAR:
      append (parser, "", 1);
      break;
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      /* Who writes a line break means one. */
      append (parser, line_break, 1);
      break;
    case MD_TEXT_ENTITY:
      append_entity (parser, text, size);
      break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
    default:
      append (parser, text, size);
      break;
    }

  return 0;
}

static void
parser_init (Parser    *parser,
             GPtrArray *blocks)
{
  memset (parser, 0, sizeof *parser);
  parser->blocks = blocks;
  parser->lists = g_array_new (FALSE, FALSE, sizeof (List));
  parser->text = g_string_new (NULL);
  parser->spans = g_array_new (FALSE, FALSE, sizeof (AphTextSpan));
  parser->cells = g_array_new (FALSE, FALSE, sizeof (AphTextCell));
  parser->link_stack = g_array_new (FALSE, FALSE, sizeof (guint));
  parser->links = g_ptr_array_new_with_free_func (g_free);
}

static void
parser_clear (Parser *parser)
{
  g_array_unref (parser->lists);
  g_array_unref (parser->spans);
  g_array_unref (parser->cells);
  g_array_unref (parser->link_stack);
  g_ptr_array_unref (parser->links);
  g_string_free (parser->text, TRUE);
  g_free (parser->language);
  g_free (parser->marker);
}

/**
 * aph_markdown_parse:
 * @text: valid UTF-8, of a size that can be read at once
 * @length: of @text, in bytes
 * @blocks: (element-type AphTextBlock): where its blocks are added
 *
 * Reads Markdown as GitHub does, but for HTML, which is text, and line ends, which are ends of
 * lines. What cannot be read so becomes a paragraph as it stands.
 */
void
aph_markdown_parse (const char *text,
                    gsize       length,
                    GPtrArray  *blocks)
{
  static const MD_PARSER callbacks = {
    .flags = FLAGS,
    .enter_block = enter_block_cb,
    .leave_block = leave_block_cb,
    .enter_span = enter_span_cb,
    .leave_span = leave_span_cb,
    .text = text_cb,
  };
  g_autoptr (GString) prepared = g_string_sized_new (length + 16);
  guint n_before = blocks->len;
  Parser parser;

  g_return_if_fail (text != NULL || length == 0);

  aph_markdown_prepare (text, length, prepared);
  parser_init (&parser, blocks);
  if (md_parse (prepared->str, prepared->len, &callbacks, &parser) != 0)
    {
      g_ptr_array_set_size (blocks, n_before);
      aph_markdown_parse_literal (text, length, FALSE, blocks);
    }
  parser_clear (&parser);
}

/**
 * aph_markdown_parse_literal:
 * @text: valid UTF-8
 * @length: of @text, in bytes
 * @joined: whether it goes on in the middle of a line
 * @blocks: (element-type AphTextBlock): where its blocks are added
 *
 * Makes paragraphs of a text in which nothing has a meaning.
 */
void
aph_markdown_parse_literal (const char *text,
                            gsize       length,
                            gboolean    joined,
                            GPtrArray  *blocks)
{
  guint first = blocks->len;
  Parser parser;

  parser_init (&parser, blocks);
  open_block (&parser, APH_TEXT_PARAGRAPH);
  append (&parser, text, length);
  close_block (&parser);
  parser_clear (&parser);

  if (joined && blocks->len > first)
    {
      AphTextBlock *block = g_ptr_array_index (blocks, first);

      block->continues = TRUE;
      block->joined = TRUE;
    }
}
