/* test-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is behind the view of Markdown: blocks, heights, words that are found, links.
 */

#include "config.h"

#include <string.h>

#include "ui/aph-link.h"
#include "ui/aph-markdown-prepare.h"
#include "ui/aph-markdown.h"
#include "ui/aph-row-heights.h"
#include "ui/aph-text-search.h"

#include "jobs.h"

#define NO_LIMIT (G_TIME_SPAN_MINUTE)

static void
describe_span (GString            *text,
               const AphTextBlock *block,
               const AphTextSpan  *span)
{
  static const char *const styles[] = { "strong", "em", "del", "code", "math" };

  g_string_append_printf (text, " {%.*s", (int) (span->end - span->start),
                          block->text + span->start);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (span->style & (1u << i))
      g_string_append_printf (text, " %s", styles[i]);
  if (span->link > 0)
    g_string_append_printf (text, " %s", block->links[span->link - 1]);
  g_string_append_c (text, '}');
}

static void
describe_block (GString            *text,
                const AphTextBlock *block)
{
  static const char *const kinds[] = { "p", "h", "code", "table", "rule" };

  g_string_append (text, kinds[block->kind]);
  if (block->level > 0)
    g_string_append_printf (text, "%u", block->level);
  if (block->language != NULL && *block->language != '\0')
    g_string_append_printf (text, "(%s)", block->language);
  for (guint n = 0; n < block->quotes; n++)
    g_string_append_c (text, '>');
  for (guint n = 0; n < block->indent; n++)
    g_string_append_c (text, '-');
  if (block->marker != NULL)
    g_string_append_printf (text, "[%s]", block->marker);
  g_string_append (text, block->joined ? "=" : block->continues ? "+" : ":");
  for (const char *p = block->text; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (text, "\\n");
      else if (*p == '\t')
        g_string_append (text, "\\t");
      else
        g_string_append_c (text, *p);
    }
  for (guint n = 0; n < block->n_spans; n++)
    describe_span (text, block, &block->spans[n]);
  g_string_append_c (text, '\n');
}

/* What a text looks like, in a line for each block. */
static char *
describe (AphMarkdown *markdown)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < aph_markdown_get_n_blocks (markdown); i++)
    describe_block (text, aph_markdown_get_block (markdown, i));

  return g_string_free (text, FALSE);
}

static char *
describe_text (const char *text)
{
  g_autoptr (AphMarkdown) markdown = aph_markdown_new ();
  guint first_changed;

  g_assert_true (aph_markdown_take (markdown, text, strlen (text), NO_LIMIT, &first_changed));

  return describe (markdown);
}

/* As it is when it comes in pieces; what is finished stays, and is told not to change. */
static char *
describe_pieces (const char *text,
                 gsize       piece)
{
  g_autoptr (AphMarkdown) markdown = aph_markdown_new ();
  g_autoptr (GPtrArray) finished = g_ptr_array_new ();
  gsize length = strlen (text);
  guint first_changed;

  for (gsize end = 0; end < length;)
    {
      end = MIN (end + piece, length);
      while (end < length && (text[end] & 0xc0) == 0x80)
        end++;
      g_assert_true (aph_markdown_take (markdown, text, end, NO_LIMIT, &first_changed));
      g_assert_cmpuint (first_changed, >=, finished->len);
      for (guint i = 0; i < finished->len; i++)
        g_assert_true (aph_markdown_get_block (markdown, i) == g_ptr_array_index (finished, i));
      while (finished->len < aph_markdown_get_n_finished (markdown))
        g_ptr_array_add (finished, aph_markdown_get_block (markdown, finished->len));
    }

  return describe (markdown);
}

static void
test_blocks (void)
{
  static const struct
  {
    const char *text;
    const char *blocks;
  } cases[] = {
    { "", "" },
    { "one\ntwo", "p:one\\ntwo\n" },
    { "# One\ntext\n\nSetext\n---\n", "h1:One\np:text\nh2:Setext\n" },
    { "a **b** *c* ~~d~~ `e`", "p:a b c d e {b strong} {c em} {d del} {e code}\n" },
    { "***both***", "p:both {both strong em}\n" },
    { "- a\n- b\n  1. c\n\n\ntext", "p-[•]:a\np-[•]:b\np--[1.]:c\np:text\n" },
    { "3. c\n4. d\n   more", "p-[3.]:c\np-[4.]:d\\nmore\n" },
    { "- [ ] todo\n- [x] done", "p-[☐]:todo\np-[☑]:done\n" },
    { "- a\n\n  ```c\n  int x;\n\n  ```\n- b", "p-[•]:a\ncode(c)-:int x;\np-[•]:b\n" },
    { "> q\n> - i\n\nt", "p>:q\np>-[•]:i\np:t\n" },
    { "text\n```py\nx = 1\n\ny\n```\nafter", "p:text\ncode(py):x = 1\\n\\ny\np:after\n" },
    { "~~~\n```\n~~~", "code:```\n" },
    { "```\nopen", "code:open\n" },
    { "```\nopen\n``", "code:open\n" },
    { "``` inline ``` text", "p:inline text {inline code}\n" },
    { "| a | b |\n|---|--:|\n| 1 | **2** |\n", "table:a\\tb\\n1\\t2 {2 strong}\n" },
    { "a\n\n---\n\nb", "p:a\nrule:\np:b\n" },
    { "<b>x</b> &lt;i&gt; &#27; &#0; &bogus;", "p:<b>x</b> <i> ␛ \uFFFD &bogus;\n" },
    { "<div>\n<span>x</span>\n</div>", "p:<div>\\n<span>x</span>\\n</div>\n" },
    { "[x](https://a.b \"t\") ![p](c.png)", "p:x p {x https://a.b} {p c.png}\n" },
    { "<https://a.b> https://c.d", "p:https://a.b https://c.d {https://a.b https://a.b} "
                                   "{https://c.d https://c.d}\n" },
    { "see [1]\n\n[1]: https://a.b", "p:see [1]\np:[1]: https://a.b {https://a.b https://a.b}\n" },
    { "$x_1$ costs $5 and $6", "p:$x_1$ costs $5 and $6 {$x_1$ math}\n" },
    { "\\[ a_1 * b_1 \\] `\\(c\\)`", "p:\\[ a_1 * b_1 \\] \\(c\\) {\\(c\\) code}\n" },
    { "$$\na\n+ b_1 * c_1 *\n$$", "p:$$\\na\\n+ b_1 * c_1 *\\n$$\n" },
    { "a\x1b[31m\x7f", "p:a␛[31m␡\n" },
    { "中文**粗体**,和`代码`。", "p:中文粗体,和代码。 {粗体 strong} {代码 code}\n" },
    { "one\r\n\r\n- two\r\n", "p:one\np-[•]:two\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *whole = describe_text (cases[i].text);

      g_test_message ("case %u", i);
      g_assert_cmpstr (whole, ==, cases[i].blocks);
      for (gsize piece = 1; piece < 8 && *cases[i].text != '\0'; piece++)
        {
          g_autofree char *pieces = describe_pieces (cases[i].text, piece);

          g_assert_cmpstr (pieces, ==, whole);
        }
    }
}

/* Nothing is so long that a step costs more than the one before: it is cut. */
static void
check_long (const char *text,
            guint       min_blocks)
{
  g_autofree char *whole = describe_text (text);
  g_autofree char *pieces = describe_pieces (text, 1000);
  g_autoptr (AphMarkdown) markdown = aph_markdown_new ();
  guint first_changed;

  g_assert_cmpstr (pieces, ==, whole);
  aph_markdown_take (markdown, text, strlen (text), NO_LIMIT, &first_changed);
  g_assert_cmpuint (aph_markdown_get_n_blocks (markdown), >=, min_blocks);
  for (guint i = 0; i < aph_markdown_get_n_blocks (markdown); i++)
    g_assert_cmpuint (aph_markdown_get_block (markdown, i)->length, <=, 16 * 1024);
  g_assert_cmpuint (aph_markdown_get_n_finished (markdown), >,
                    aph_markdown_get_n_blocks (markdown) / 2);
}

static void
test_long (void)
{
  g_autofree char *line = repeat ("aGVsbG8gd29ybGQ", 10000);
  g_autofree char *words = repeat ("一段没有换行的文字,words without an end, ", 3000);
  g_autofree char *lines = repeat ("a line of a paragraph that does not end\n", 3000);
  g_autofree char *items = repeat ("- an item with **strong** words\n", 3000);
  g_autofree char *rows = repeat ("| one | two |\n", 6000);
  g_autofree char *table = g_strconcat ("| a | b |\n|---|---|\n", rows, NULL);
  g_autofree char *code = g_strconcat ("```json\n", lines, line, "\n", lines, NULL);
  g_autofree char *stars = repeat ("*_`[<&", 20000);
  g_autofree char *quotes = repeat (">", 30000);

  check_long (line, 100);
  check_long (words, 20);
  check_long (lines, 20);
  check_long (items, 3000);
  check_long (table, 10);
  check_long (code, 100);
  check_long (stars, 10);
  check_long (quotes, 1);
}

/* What is joined is one text again. */
static void
test_joined (void)
{
  g_autofree char *line = repeat ("0123456789", 5000);
  g_autofree char *text = g_strconcat ("```\n", line, "\nend\n```\n\n", line, NULL);
  g_autoptr (AphMarkdown) markdown = aph_markdown_new ();
  g_autoptr (GString) joined = g_string_new (NULL);
  guint first_changed;

  aph_markdown_take (markdown, text, strlen (text), NO_LIMIT, &first_changed);
  for (guint i = 0; i < aph_markdown_get_n_blocks (markdown); i++)
    {
      AphTextBlock *block = aph_markdown_get_block (markdown, i);

      if (!block->joined)
        g_string_append_c (joined, '|');
      g_string_append_len (joined, block->text, block->length);
    }
  g_autofree char *expected = g_strconcat ("|", line, "|end|", line, NULL);
  g_assert_cmpstr (joined->str, ==, expected);
}

/* A long text takes several calls; each says where the news begin. */
static void
test_slices (void)
{
  g_autofree char *text = repeat ("A paragraph with `code` and **strong** words.\n\n", 50000);
  g_autoptr (AphMarkdown) markdown = aph_markdown_new ();
  guint first_changed, n_before = 0, n_calls = 0;

  for (gboolean complete = FALSE; !complete; n_calls++)
    {
      complete = aph_markdown_take (markdown, text, strlen (text), 1000, &first_changed);
      g_assert_cmpuint (first_changed, <=, n_before);
      n_before = aph_markdown_get_n_blocks (markdown);
    }
  g_assert_cmpuint (n_calls, >, 1);
  g_assert_cmpuint (n_before, ==, 50000);

  g_assert_true (aph_markdown_take (markdown, text, strlen (text), 1000, &first_changed));
  g_assert_cmpuint (first_changed, ==, n_before);
}

static void
test_heights (void)
{
  g_autoptr (AphRowHeights) heights = aph_row_heights_new ();
  int change;

  g_assert_cmpint (aph_row_heights_get_total (heights), ==, 0);
  aph_row_heights_set_n_rows (heights, 1000);
  for (guint i = 0; i < 1000; i++)
    aph_row_heights_guess (heights, i, 20);
  g_assert_cmpint (aph_row_heights_get_total (heights), ==, 20000);
  g_assert_cmpuint (aph_row_heights_find (heights, 0), ==, 0);
  g_assert_cmpuint (aph_row_heights_find (heights, 19), ==, 0);
  g_assert_cmpuint (aph_row_heights_find (heights, 20), ==, 1);
  g_assert_cmpuint (aph_row_heights_find (heights, -5), ==, 0);
  g_assert_cmpuint (aph_row_heights_find (heights, 99999), ==, 999);

  g_assert_true (aph_row_heights_measure (heights, 10, 50, &change));
  g_assert_cmpint (change, ==, 30);
  g_assert_false (aph_row_heights_measure (heights, 10, 50, &change));
  g_assert_cmpint (change, ==, 0);
  g_assert_cmpint (aph_row_heights_get_y (heights, 10), ==, 200);
  g_assert_cmpint (aph_row_heights_get_y (heights, 11), ==, 250);
  g_assert_cmpint (aph_row_heights_get_height (heights, 10), ==, 50);
  g_assert_cmpint (aph_row_heights_get_total (heights), ==, 20030);

  aph_row_heights_set_n_rows (heights, 5);
  g_assert_cmpint (aph_row_heights_get_total (heights), ==, 100);
  aph_row_heights_set_n_rows (heights, 6);
  g_assert_cmpint (aph_row_heights_get_total (heights), ==, 100);
  g_assert_cmpuint (aph_row_heights_get_n_rows (heights), ==, 6);
}

static void
test_search (void)
{
  static const struct
  {
    const char *text;
    const char *words;
    int start;
    int end;
  } cases[] = {
    { "The oil", "OIL", 4, 7 },
    { "加入姜末", "姜", 6, 9 },
    { "ÄRGER ärger", "ärger", 0, 6 },
    { "aab", "ab", 1, 3 },
    { "none", "some", -1, -1 },
    { "", "x", -1, -1 },
    { "any", "", -1, -1 },
    { "ends wit", "with", -1, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = aph_text_search_fold (cases[i].words);
      gsize start, end;
      gboolean found = aph_text_search_next (cases[i].text, strlen (cases[i].text), folded, 0,
                                             &start, &end);

      g_assert_cmpint (found, ==, cases[i].start >= 0);
      if (found)
        {
          g_assert_cmpint (start, ==, cases[i].start);
          g_assert_cmpint (end, ==, cases[i].end);
        }
    }
}

static void
test_links (void)
{
  static const char *const good[] = {
    "https://example.org", "http://example.org/a?b=c#d", "HTTPS://example.org",
    "mailto:somebody@example.org", "https://例子.org/路径",
  };
  static const char *const bad[] = {
    "", "example.org", "/etc/passwd", "file:///etc/passwd", "javascript:alert(1)",
    "data:text/html,<b>", "https://", "http:", "ftp://example.org", "smb://server/share",
    "ssh://x", "vbscript:x", "https:example.org",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *uri = aph_link_dup_uri (good[i]);

      g_assert_nonnull (uri);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *uri = aph_link_dup_uri (bad[i]);

      g_test_message ("%s", bad[i]);
      g_assert_null (uri);
    }
}

/* What turns the order of the characters, or hides some, is shown. */
static void
test_shown_links (void)
{
  g_autofree char *shown = aph_link_dup_shown ("https://a.b/\u202egnp.exe\u200b 路");

  g_assert_cmpstr (shown, ==, "https://a.b/%E2%80%AEgnp.exe%E2%80%8B%20路");
}

/* Formulas and references are shown as they were written; code is as it is, wherever it stands. */
static void
test_prepare (void)
{
  static const struct
  {
    const char *text;
    const char *prepared;
  } cases[] = {
    { "\\[ x_1 \\]", "\\\\\\[ x\\_1 \\\\\\]" },
    { "[1]: https://a.b\n", "\\[1]: https://a.b\n" },
    { "`$x_1$` $5", "`$x_1$` \\$5" },
    { "```\n$5\n```\n$5", "```\n$5\n```\n\\$5" },
    { "> ```\n> $5\n> ```\n$5", "> ```\n> $5\n> ```\n\\$5" },
    { "- ```\n  $5\n  ```\n$5", "- ```\n  $5\n  ```\n\\$5" },
    { "12. ~~~\n  $5\n  ~~~\n$5", "12. ~~~\n  $5\n  ~~~\n\\$5" },
    /* What is in code ends none: fewer marks, other marks, marks and more. */
    { "````\n```\n$5\n```\n````\n$5", "````\n```\n$5\n```\n````\n\\$5" },
    { "```\n~~~\n```c\n- ```\n$5", "```\n~~~\n```c\n- ```\n$5" },
    { "```\n$5\n`````\n$5", "```\n$5\n`````\n\\$5" },
    { "```not `code`\n$5", "```not `code`\n\\$5" },
    /* The end of code is no beginning of code within a line. */
    { "```\nx\n```\n$5\n```\n$6\n```", "```\nx\n```\n\\$5\n```\n$6\n```" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      aph_markdown_prepare (cases[i].text, strlen (cases[i].text), out);
      g_assert_cmpstr (out->str, ==, cases[i].prepared);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/markdown/blocks", test_blocks);
  g_test_add_func ("/markdown/prepare", test_prepare);
  g_test_add_func ("/markdown/long", test_long);
  g_test_add_func ("/markdown/joined", test_joined);
  g_test_add_func ("/markdown/slices", test_slices);
  g_test_add_func ("/markdown/heights", test_heights);
  g_test_add_func ("/markdown/search", test_search);
  g_test_add_func ("/markdown/links", test_links);
  g_test_add_func ("/markdown/shown-links", test_shown_links);

  return g_test_run ();
}
