/* test-plain-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "ui/aph-plain-text.h"

static char *
strip (const char *text)
{
  AphPlainText state = { 0 };
  GString *out = g_string_new (NULL);

  aph_plain_text_append (&state, out, text, strlen (text));

  return g_string_free (out, FALSE);
}

static const struct
{
  const char *text;
  const char *plain;
} cases[] = {
  { "", "" },
  { "plain text", "plain text" },
  { "\n\none\n\n\n\ntwo\n", "one\n\ntwo\n" },
  { "# Heading", "Heading" },
  { "###### Six\n####### seven\n#hash", "Six\n####### seven\n#hash" },
  { "Title\n=====\ntext\n---\nmore\n* * *\n", "Title\ntext\nmore\n" },
  { "**泡。** 排骨用清水泡 30 分钟", "泡。 排骨用清水泡 30 分钟" },
  { "> **演示**,不是\n> > twice", "演示,不是\ntwice" },
  { "*one* and _two_ and ***both*** and ~~gone~~", "one and two and both and gone" },
  { "2 * 3 * 4, 2**3, a_b_c, *args, src/**/*.c", "2 * 3 * 4, 2**3, a_b_c, *args, src/**/*.c" },
  { "__init__ but __very bold__", "__init__ but very bold" },
  { "an open **bold", "an open bold" },
  { "`code *here*` and ``a ` b``", "code *here* and a ` b" },
  { "- one\n  * two\n+ three\n1. **four**", "• one\n  • two\n• three\n1. four" },
  { "- [ ] open\n- [x] done", "☐ open\n☑ done" },
  { "[text *here*](https://a.b/c) ![alt](x.png) [no link]", "text here alt [no link]" },
  { "<https://ollama.com> <b>bold</b>", "https://ollama.com <b>bold</b>" },
  { "| a | **b** |\n|---|:-:|\n| 1 | 2 \\| 3 |", "a · b\n1 · 2 | 3" },
  { "```c\nint *a = **b;\n# no heading\n```\nafter **it**",
    "int *a = **b;\n# no heading\nafter it" },
  { "~~~\n```\n~~~\n- x", "```\n• x" },
  { "````md\n```\n**x**\n```\n````\n**y**", "```\n**x**\n```\ny" },
  { "```\n**x**\n`````\n**y**", "**x**\ny" },
  { "[![alt](a.png)](https://a.b) [[[x]]](y) [[[[[x]]]]](y)",
    "alt [[x]] [[[[[x]]]]](y)" },
  { "\\*not\\* \\# 5 \\n", "*not* # 5 \\n" },
  { "a\x1b[31mred\r\n\x01", "a␛[31mred\n␁" },
  { "[\\", "[\\" },
  { "![", "![" },
  { "<", "<" },
  { "|", "" },
  { "`", "" },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plain = strip (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (plain, ==, cases[i].plain);
    }
}

/* Given line by line it is the same; cut anywhere it is valid and no longer. */
static void
test_pieces (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = cases[i].text;
      g_autoptr (GString) out = g_string_new (NULL);
      AphPlainText state = { 0 };

      for (const char *p = text, *next; *p != '\0'; p = next)
        {
          next = strchr (p, '\n');
          next = next != NULL ? next + 1 : p + strlen (p);
          aph_plain_text_append (&state, out, p, next - p);
        }
      g_assert_cmpstr (out->str, ==, cases[i].plain);

      for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
        {
          g_string_truncate (out, 0);
          state = (AphPlainText) { 0 };
          aph_plain_text_append (&state, out, text, p - text);
          aph_plain_text_append (&state, out, p, strlen (p));
          g_assert_true (g_utf8_validate (out->str, out->len, NULL));
        }
    }
}

static void
assert_first_line (const char *text,
                   const char *expected)
{
  g_autofree char *line = aph_plain_text_dup_first_line (text, strlen (text));

  g_assert_cmpstr (line, ==, expected);
}

static void
test_first_line (void)
{
  g_autofree char *spaces = g_strnfill (100000, ' ');
  g_autofree char *word = g_strnfill (100000, 'x');
  g_autofree char *lines = g_strnfill (100000, 'x');
  g_autofree char *line = NULL;

  assert_first_line ("", "");
  assert_first_line (" \n\n ## A\tname\nmore", "A name");
  assert_first_line ("```python\n# comment\n```", "# comment");
  assert_first_line ("---\n| a | b |", "a · b");
  assert_first_line (spaces, "");

  /* What is so far down is not looked for. */
  memset (lines, '\n', 99999);
  lines[99999] = 'x';
  assert_first_line (lines, "");
  assert_first_line (lines + 60000, "x");

  line = aph_plain_text_dup_first_line (word, strlen (word));
  g_assert_cmpuint (strlen (line), <=, 4096);
}

static void
assert_end (const char *text,
            gsize       max_bytes,
            const char *expected)
{
  g_autofree char *end = aph_plain_text_dup_end (text, strlen (text), max_bytes);

  g_assert_cmpstr (end, ==, expected);
}

static void
test_end (void)
{
  assert_end ("", 10, "");
  assert_end ("one\n**two**\nthree", 100, "one two three");
  assert_end ("one\n**two**\nthree", 10, "three");
  assert_end ("```\na\n**b**\n", 8, "**b**");
  assert_end ("汤匙", 4, "匙");
  assert_end ("one line of **bold** words", 12, "bold words");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plain-text/lines", test_lines);
  g_test_add_func ("/plain-text/pieces", test_pieces);
  g_test_add_func ("/plain-text/first-line", test_first_line);
  g_test_add_func ("/plain-text/end", test_end);

  return g_test_run ();
}
