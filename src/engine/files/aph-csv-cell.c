/* aph-csv-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-csv-cell"

#include "config.h"

#include <string.h>

#include "files/aph-csv-cell.h"

/* With these a spreadsheet takes a cell for something to be computed. The wide ones are what a
 * Chinese or Japanese keyboard writes. */
static const char *const triggers[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠", NULL };

static gsize
count_digits (const char *text)
{
  return strspn (text, "0123456789");
}

/* A number may begin with a sign without being a formula. */
static gboolean
is_number (const char *text)
{
  gsize digits, decimals = 0;

  if (*text == '+' || *text == '-')
    text++;
  digits = count_digits (text);
  text += digits;
  if (*text == '.')
    {
      decimals = count_digits (text + 1);
      text += 1 + decimals;
    }
  if (digits + decimals == 0)
    return FALSE;

  if (*text == 'e' || *text == 'E')
    {
      text++;
      if (*text == '+' || *text == '-')
        text++;
      digits = count_digits (text);
      if (digits == 0)
        return FALSE;
      text += digits;
    }

  return *text == '\0';
}

static gboolean
is_formula (const char *text)
{
  if (*text == '\t' || *text == '\r' || *text == '\n')
    return TRUE;

  /* Some spreadsheets take the space away. */
  while (*text == ' ')
    text++;

  for (guint i = 0; triggers[i] != NULL; i++)
    if (g_str_has_prefix (text, triggers[i]))
      return !is_number (text);

  return FALSE;
}

/**
 * aph_csv_cell_is_safe:
 * @text: what a cell is to hold
 *
 * What is behind apostrophes counts as well: so an apostrophe that was added can be told from
 * one that was there, see aph_csv_cell_restore().
 *
 * Returns: whether it can be written as it is
 */
gboolean
aph_csv_cell_is_safe (const char *text)
{
  g_return_val_if_fail (text != NULL, TRUE);

  return !is_formula (text + strspn (text, "'"));
}

/**
 * aph_csv_cell_restore:
 * @text: the text of a cell as aph_csv_cell_append() wrote it
 *
 * Returns: (transfer full): what it was made of
 */
char *
aph_csv_cell_restore (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_strdup (*text == '\'' && !aph_csv_cell_is_safe (text) ? text + 1 : text);
}

/**
 * aph_csv_cell_append:
 * @out: where to write
 * @text: valid UTF-8 without NUL
 * @length: its length in bytes, or -1 if it ends in NUL
 * @delimiter: what is between the cells
 *
 * Writes one cell, in quotes if it needs some. What a spreadsheet would run gets an apostrophe in
 * front, which makes it a text there.
 */
void
aph_csv_cell_append (GString    *out,
                     const char *text,
                     gssize      length,
                     char        delimiter)
{
  const char special[] = { '"', '\r', '\n', ',', ';', '\t', delimiter, '\0' };
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  gboolean is_safe = aph_csv_cell_is_safe (text);

  if (size == 0)
    return;

  if (strcspn (text, special) >= size && text[0] != ' ' && text[size - 1] != ' ')
    {
      if (!is_safe)
        g_string_append_c (out, '\'');
      g_string_append_len (out, text, size);
      return;
    }

  g_string_append_c (out, '"');
  if (!is_safe)
    g_string_append_c (out, '\'');
  for (gsize i = 0; i < size; i++)
    {
      if (text[i] == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, text[i]);
    }
  g_string_append_c (out, '"');
}
