/* fuzz-csv-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a table: the rows are the same however the bytes come, and they are those that libcsv
 * makes of the whole, unless a quote is never closed; then and only then something is given up.
 */

#include "config.h"

#include <string.h>

#include <csv.h>

#include "files/aph-csv-rows.h"
#include "fuzz-stream.h"
#include "fuzz.h"

#define MAX_ROW 300

/* Rows as a text: cells end in \\1, rows in \\2. */
static void
cell_cb (void   *text,
         size_t  length,
         void   *user_data)
{
  GString *out = user_data;

  if (length > 0)
    g_string_append_len (out, text, length);
  g_string_append_c (out, '\1');
}

static void
row_cb (int   terminator,
        void *user_data)
{
  g_string_append_c (user_data, '\2');
}

static int
is_never_space (unsigned char c)
{
  return 0;
}

/* *is_closed: whether every quote is, as libcsv knows when a line end comes after it all. */
static GString *
read_whole (const uint8_t *data,
            size_t         size,
            char           delimiter,
            gboolean       trims,
            gboolean      *is_closed)
{
  GString *out = g_string_new (NULL);
  struct csv_parser parser;

  csv_init (&parser, 0);
  csv_set_delim (&parser, delimiter);
  if (!trims)
    csv_set_space_func (&parser, is_never_space);
  csv_parse (&parser, data, size, cell_cb, row_cb, out);
  csv_parse (&parser, "\n", 1, cell_cb, row_cb, out);
  *is_closed = parser.quoted == 0;
  csv_fini (&parser, cell_cb, row_cb, out);
  csv_free (&parser);

  return out;
}

static GString *
read_rows (GInputStream *stream,
           char          delimiter,
           gboolean      trims,
           gsize         max_row,
           guint        *n_given_up)
{
  g_autoptr (AphTextInput) input = aph_text_input_new (stream);
  g_autoptr (AphCsvRows) rows = aph_csv_rows_new (input, delimiter, max_row);
  GString *out = g_string_new (NULL);
  guint64 line = 0;

  aph_csv_rows_set_trims (rows, trims);
  for (;;)
    {
      AphCsvRow row;
      AphLineStatus status = aph_csv_rows_next (rows, &row, NULL, NULL);

      if (status == APH_LINE_END)
        return out;
      g_assert_cmpint (status, !=, APH_LINE_ERROR);
      *n_given_up += status == APH_LINE_TOO_LONG;
      if (status != APH_LINE_READ)
        continue;

      g_assert_cmpuint (row.line, >=, line);
      g_assert_cmpuint (row.n_cells, >, 0);
      line = row.line;
      for (guint i = 0; i < row.n_cells; i++)
        cell_cb ((char *) row.cells[i].text, row.cells[i].length, out);
      row_cb (0, out);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GInputStream) whole = NULL;
  g_autoptr (GInputStream) short_rows = NULL;
  g_autoptr (GString) expected = NULL;
  g_autoptr (GString) got = NULL;
  g_autoptr (GString) again = NULL;
  g_autoptr (GString) with_limit = NULL;
  FuzzDice dice;
  char delimiter;
  gboolean trims, is_closed;
  guint n_given_up = 0, n_again = 0, n_too_long = 0;

  fuzz_dice_init (&dice, data, size);
  delimiter = ",;\t|"[fuzz_dice_roll (&dice, 4)];
  trims = fuzz_dice_roll (&dice, 2) == 0;

  stream = fuzz_stream_new (data, size, &dice);
  got = read_rows (stream, delimiter, trims, size + 1, &n_given_up);
  expected = read_whole (data, size, delimiter, trims, &is_closed);
  g_assert_cmpint (n_given_up == 0, ==, is_closed);
  if (is_closed)
    g_assert_cmpmem (got->str, got->len, expected->str, expected->len);

  whole = g_memory_input_stream_new_from_data (data, size, NULL);
  again = read_rows (whole, delimiter, trims, size + 1, &n_again);
  if (memchr (data != NULL ? data : (const uint8_t *) "", '\r', size) == NULL)
    {
      g_assert_cmpuint (n_again, ==, n_given_up);
      g_assert_cmpmem (again->str, again->len, got->str, got->len);
    }

  short_rows = fuzz_stream_new (data, size, &dice);
  with_limit = read_rows (short_rows, delimiter, trims, MAX_ROW, &n_too_long);
  g_assert_cmpuint (n_too_long, >=, n_given_up > 0);

  return 0;
}
