/* fuzz-text-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes in any encoding: the text is the same however they come, and is UTF-8 but for the marks
 * that stand for what could not be read. An encoding is found for everything, and whole files are
 * told as it is said.
 */

#include "config.h"

#include <string.h>

#include "files/aph-file-layout.h"
#include "files/aph-json-values.h"
#include "files/aph-text-decoder.h"
#include "files/aph-text-encoding.h"
#include "files/aph-text-input.h"
#include "fuzz-stream.h"
#include "fuzz.h"

static GString *
read_all (GInputStream *stream,
          const char   *encoding)
{
  g_autoptr (AphTextInput) input = aph_text_input_open (stream, encoding, NULL, NULL);
  GString *out = g_string_new (NULL);

  g_assert_nonnull (input);
  while (!aph_text_input_is_at_end (input))
    {
      gsize length;
      const char *text;

      g_assert_true (aph_text_input_fill (input, NULL, NULL));
      text = aph_text_input_peek (input, &length);
      g_string_append_len (out, text, length);
      aph_text_input_skip (input, length);
    }

  return out;
}

static void
check_utf8 (GString *text)
{
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == APH_TEXT_DECODER_BAD || text->str[i] == '\0')
      text->str[i] = '?';
  g_assert_true (g_utf8_validate_len (text->str, text->len, NULL));
}

/* The values, and what is in the place of those that are too long. */
static GString *
read_values (GInputStream *stream,
             gboolean      looks_ahead)
{
  g_autoptr (AphTextInput) input = aph_text_input_new (stream);
  g_autoptr (AphJsonValues) values = aph_json_values_new (input, 1000);
  GString *out = g_string_new (NULL);

  for (;;)
    {
      const char *value;
      gsize length;
      gboolean is_there = looks_ahead && aph_json_values_has_value (values);
      gboolean was_at_end = aph_text_input_is_at_end (input);
      AphLineStatus status = aph_json_values_next (values, &value, &length, NULL, NULL);

      if (status == APH_LINE_END)
        return out;
      g_assert_true (status == APH_LINE_READ || status == APH_LINE_TOO_LONG);
      g_assert_true (!is_there || was_at_end == aph_text_input_is_at_end (input));
      if (status == APH_LINE_READ)
        {
          g_assert_cmpuint (length, >, 0);
          g_assert_false (g_ascii_isspace (value[0]));
          g_string_append_len (out, value, length);
        }
      g_string_append_c (out, '\1');
    }
}

/* They come one after the other, however they are cut and however often one looks for the next. */
static void
check_values (GString  *text,
              FuzzDice *dice)
{
  g_autoptr (GInputStream) stream = fuzz_stream_new ((const uint8_t *) text->str, text->len, dice);
  g_autoptr (GInputStream) whole = g_memory_input_stream_new_from_data (text->str, text->len, NULL);
  g_autoptr (GString) cut = read_values (stream, TRUE);
  g_autoptr (GString) values = read_values (whole, FALSE);

  g_assert_cmpmem (cut->str, cut->len, values->str, values->len);
}

static void
check_layout (GString *text)
{
  g_autoptr (AphReadOptions) options = aph_read_options_new ();
  AphFileLayout layout = { .encoding = aph_encoding_utf8 };

  aph_text_is_binary (text->str, text->len);
  aph_file_layout_is_pasted (text->str, text->len);
  aph_file_layout_detect (&layout, options, "file", text->str, text->len);
  g_assert_cmpint (layout.kind, !=, APH_FILE_ANY);
  g_assert_cmpint (layout.blocks, !=, APH_BLOCKS_ANY);
  g_assert_nonnull (strchr (",;\t|", layout.delimiter));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *const *encodings = aph_text_encoding_get_names ();
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GInputStream) whole = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GString) again = NULL;
  const char *encoding, *detected;
  FuzzDice dice;
  gsize mark_length;

  fuzz_dice_init (&dice, data, size);
  encoding = encodings[fuzz_dice_roll (&dice, g_strv_length ((char **) encodings))];
  detected = aph_text_encoding_detect ((const char *) data, size, &mark_length);
  g_assert_true (g_strv_contains (encodings, detected));
  g_assert_cmpuint (mark_length, <=, MIN (size, 3));

  stream = fuzz_stream_new (data, size, &dice);
  whole = g_memory_input_stream_new_from_data (data, size, NULL);
  text = read_all (stream, encoding);
  again = read_all (whole, encoding);
  g_assert_cmpmem (text->str, text->len, again->str, again->len);
  check_layout (again);
  check_values (again, &dice);
  if (encoding != aph_encoding_utf8)
    check_utf8 (again);

  return 0;
}
