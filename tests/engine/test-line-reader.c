/* test-line-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "server/aph-line-reader.h"

static void
put (AphLineReader *reader,
     const char    *bytes,
     gsize          length)
{
  while (length > 0)
    {
      gsize size;
      char *space = aph_line_reader_get_space (reader, &size);

      g_assert_cmpuint (size, >, 0);
      size = MIN (size, length);
      memcpy (space, bytes, size);
      aph_line_reader_add (reader, size);
      bytes += size;
      length -= size;
    }
}

/* Appends all lines that are there, each in brackets. */
static void
take_all (AphLineReader *reader,
          GString       *out)
{
  const char *line;
  gsize length;

  while ((line = aph_line_reader_next (reader, &length)) != NULL)
    {
      g_string_append_c (out, '[');
      g_string_append_len (out, line, length);
      g_string_append_c (out, ']');
    }
}

static char *
read_in_two (const char *text,
             gsize       at)
{
  g_autoptr (AphLineReader) reader = aph_line_reader_new ();
  GString *out = g_string_new (NULL);
  const char *rest;
  gsize length;

  put (reader, text, at);
  take_all (reader, out);
  put (reader, text + at, strlen (text) - at);
  take_all (reader, out);

  rest = aph_line_reader_take_rest (reader, &length);
  if (rest != NULL)
    {
      g_string_append_c (out, '(');
      g_string_append_len (out, rest, length);
      g_string_append_c (out, ')');
    }
  g_assert_null (aph_line_reader_take_rest (reader, &length));

  return g_string_free (out, FALSE);
}

static void
test_lines (void)
{
  static const struct
  {
    const char *text;
    const char *lines;
  } cases[] = {
    { "", "" },
    { "a", "(a)" },
    { "a\n", "[a]" },
    { "a\r\n", "[a]" },
    { "\n", "[]" },
    { "\r\n\r\n", "[][]" },
    { "one\ntwo\n", "[one][two]" },
    { "one\r\ntwo", "[one](two)" },
    { "one\r", "(one)" },
    { "a\rb\n", "[a\rb]" },
    { "a\r\r\n", "[a\r]" },
    { "\344\275\240\n\345\245\275\n", "[\344\275\240][\345\245\275]" },
    { "\n\n\nlast", "[][][](last)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize at = 0; at <= strlen (cases[i].text); at++)
      {
        g_autofree char *lines = read_in_two (cases[i].text, at);

        g_assert_cmpstr (lines, ==, cases[i].lines);
      }
}

/* Lines of all lengths, in reads of all lengths, over many turns of the buffer. */
static void
test_stream (void)
{
  for (gsize step = 1; step < 70000; step = step * 3 + 1)
    {
      g_autoptr (AphLineReader) reader = aph_line_reader_new ();
      g_autoptr (GString) in = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      g_autoptr (GString) out = g_string_new (NULL);

      for (guint i = 0; i < 400; i++)
        {
          g_autofree char *fill = g_strnfill ((i * i) % 1100, 'x');

          g_string_append_printf (in, "%u%s\n", i, fill);
          g_string_append_printf (expected, "[%u%s]", i, fill);
        }

      for (gsize at = 0; at < in->len; at += step)
        {
          put (reader, in->str + at, MIN (step, in->len - at));
          take_all (reader, out);
        }

      g_assert_true (g_string_equal (out, expected));
    }
}

/* What rests goes on as if it had not. */
static void
test_rest (void)
{
  g_autoptr (AphLineReader) reader = aph_line_reader_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  gsize length;

  aph_line_reader_rest (reader);
  g_assert_null (aph_line_reader_next (reader, &length));
  g_assert_null (aph_line_reader_take_rest (reader, &length));

  put (reader, "one\ntw", 6);
  take_all (reader, out);
  aph_line_reader_rest (reader);
  put (reader, "o\n", 2);
  take_all (reader, out);
  aph_line_reader_rest (reader);
  aph_line_reader_rest (reader);
  aph_line_reader_peek (reader, &length);
  g_assert_cmpuint (length, ==, 0);
  put (reader, "three\n", 6);
  take_all (reader, out);
  g_assert_cmpstr (out->str, ==, "[one][two][three]");
}

static void
test_peek (void)
{
  g_autoptr (AphLineReader) reader = aph_line_reader_new ();
  g_autofree char *big = g_strnfill (100000, 'b');
  const char *bytes;
  gsize length;

  aph_line_reader_peek (reader, &length);
  g_assert_cmpuint (length, ==, 0);

  put (reader, "a\n", 2);
  put (reader, big, 100000);
  bytes = aph_line_reader_peek (reader, &length);
  g_assert_cmpuint (length, ==, 100002);
  g_assert_true (g_str_has_prefix (bytes, "a\nb"));

  g_assert_nonnull (aph_line_reader_next (reader, &length));
  bytes = aph_line_reader_peek (reader, &length);
  g_assert_cmpmem (bytes, length, big, 100000);
}

/* 16 MB without an end are refused; many lines that were not taken yet are no long line, but
 * nobody reads on then. Also: it does not take for ever to find that out. */
static void
test_full (void)
{
  g_autoptr (AphLineReader) reader = aph_line_reader_new ();
  g_autofree char *piece = g_strnfill (1000, 'x');
  const char *line;
  gsize length;
  gsize sent = 0;

  while (!aph_line_reader_is_full (reader))
    {
      put (reader, piece, 1000);
      sent += 1000;
      g_assert_null (aph_line_reader_next (reader, &length));
    }
  g_assert_cmpuint (sent, >, APH_LINE_READER_MAX_LENGTH);
  g_assert_cmpuint (sent, <=, APH_LINE_READER_MAX_LENGTH + 1000);

  put (reader, "\n", 1);
  line = aph_line_reader_next (reader, &length);
  g_assert_nonnull (line);
  g_assert_cmpuint (length, ==, sent);
  g_assert_false (aph_line_reader_is_full (reader));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/line-reader/lines", test_lines);
  g_test_add_func ("/line-reader/stream", test_stream);
  g_test_add_func ("/line-reader/peek", test_peek);
  g_test_add_func ("/line-reader/rest", test_rest);
  g_test_add_func ("/line-reader/full", test_full);

  return g_test_run ();
}
