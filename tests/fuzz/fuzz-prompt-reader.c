/* fuzz-prompt-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a file of prompts, read in any way, which comes in pieces of any size: each row
 * becomes requests that can be sent, or an error that can be shown; then the reader is at its end.
 * Of lines that are read as lines none is lost.
 */

#include "config.h"

#include <string.h>

#include "files/aph-prompt-reader.h"
#include "files/aph-text-encoding.h"
#include "fuzz-stream.h"
#include "fuzz.h"
#include "json-text.h"

static guint
count_lines (const char *text,
             gsize       length)
{
  const char *end = text + length;
  guint n = 0;

  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      const char *line_end = newline != NULL ? newline : end;
      const char *p = text;

      while (p < line_end && g_ascii_isspace (*p))
        p++;
      n += p < line_end;
      text = newline != NULL ? newline + 1 : end;
    }

  return n;
}

static void
check_request (AphRequest *request)
{
  const char *const *images = aph_request_get_images (request);
  const char *vars = aph_request_get_vars (request);

  fuzz_assert_request (request);
  if (vars != NULL)
    json_text_assert_good (vars, strlen (vars));
  for (guint i = 0; images != NULL && images[i] != NULL; i++)
    fuzz_assert_text (images[i]);
}

/* Adds to @n_rows; returns FALSE if the file is none of prompts at all. */
static gboolean
read_piece (AphPromptReader *reader,
            guint            max_rows,
            guint           *n_rows)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = aph_prompt_reader_read (reader, max_rows, NULL, &error);
  g_autoptr (GPtrArray) errors = aph_prompt_reader_steal_errors (reader);

  if (rows == NULL)
    {
      fuzz_assert_error (error);
      g_assert_true (aph_prompt_reader_is_at_end (reader));
      return FALSE;
    }

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len + errors->len, <=, max_rows);
  g_assert_true (rows->len + errors->len > 0 || aph_prompt_reader_is_at_end (reader));
  for (guint i = 0; i < rows->len; i++)
    check_request (g_ptr_array_index (rows, i));
  for (guint i = 0; i < errors->len; i++)
    {
      AphRowError *row_error = g_ptr_array_index (errors, i);

      g_assert_cmpuint (row_error->line, >, 0);
      g_assert_cmpstr (row_error->reason, !=, "");
      fuzz_assert_text (row_error->reason);
    }
  *n_rows += rows->len + errors->len;

  return TRUE;
}

/* Half of the time everything is to be found out. */
static AphReadOptions *
roll_options (FuzzDice *dice)
{
  static const char *const templates[] = { "{{prompt}}", "{{a|b}} {{{{", "x", "{{column1}}{{id|}}" };
  AphReadOptions *options = aph_read_options_new ();

  if (fuzz_dice_roll (dice, 2) == 0)
    return options;

  options->kind = (AphFileKind) fuzz_dice_roll (dice, APH_FILE_PICTURES);
  options->blocks = (AphBlocks) fuzz_dice_roll (dice, APH_BLOCKS_PARAGRAPHS + 1);
  options->header = (AphHeader) fuzz_dice_roll (dice, APH_HEADER_NO + 1);
  options->delimiter = ",;\t|"[fuzz_dice_roll (dice, 5)];
  if (fuzz_dice_roll (dice, 3) == 0)
    options->prompt_template =
      aph_template_new (templates[fuzz_dice_roll (dice, G_N_ELEMENTS (templates))], NULL);
  else if (fuzz_dice_roll (dice, 3) == 0)
    aph_read_options_set_column (options, APH_ROLE_PROMPT, "column1");

  return options;
}

static gboolean
is_lines (const AphFileLayout *layout)
{
  return layout->encoding == aph_encoding_utf8
         && ((layout->kind == APH_FILE_TEXT && layout->blocks == APH_BLOCKS_LINES)
             || layout->kind == APH_FILE_JSON_LINES);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (AphPromptReader) reader = NULL;
  g_autoptr (AphReadOptions) options = NULL;
  FuzzDice dice;
  guint n_rows = 0;

  fuzz_dice_init (&dice, data, size);
  stream = fuzz_stream_new (data, size, &dice);
  reader = aph_prompt_reader_new_for_stream (stream, "input");
  options = roll_options (&dice);
  aph_prompt_reader_set_options (reader, options);

  while (!aph_prompt_reader_is_at_end (reader))
    if (!read_piece (reader, 1 + fuzz_dice_roll (&dice, 10), &n_rows))
      return 0;

  if (is_lines (aph_prompt_reader_get_layout (reader)))
    g_assert_cmpuint (n_rows, ==, size > 0 ? count_lines ((const char *) data, size) : 0);

  return 0;
}
