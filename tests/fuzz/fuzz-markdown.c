/* fuzz-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever an answer is, what is shown of it is text, set within its bounds, and the same however
 * the answer was cut on its way; what is finished never changes.
 */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "ui/aph-markdown.h"
#include "ui/aph-plain-text.h"

#define NO_LIMIT G_TIME_SPAN_HOUR

static gboolean
is_character (const AphTextBlock *block,
              guint               index)
{
  return index <= block->length && ((guchar) block->text[index] & 0xc0) != 0x80;
}

static void
assert_block (const AphTextBlock *block)
{
  guint n_links = block->links != NULL ? g_strv_length (block->links) : 0;
  guint last_end = 0;

  g_assert_cmpuint (strlen (block->text), ==, block->length);
  fuzz_assert_text (block->text);
  for (guint i = 0; i < block->n_spans; i++)
    {
      const AphTextSpan *span = &block->spans[i];

      g_assert_cmpuint (span->start, >=, last_end);
      g_assert_cmpuint (span->start, <, span->end);
      g_assert_true (is_character (block, span->start) && is_character (block, span->end));
      g_assert_cmpuint (span->link, <=, n_links);
      last_end = span->end;
    }
  if (block->marker != NULL)
    fuzz_assert_text (block->marker);
  if (block->language != NULL)
    fuzz_assert_text (block->language);
  for (guint i = 0; i < n_links; i++)
    fuzz_assert_text (block->links[i]);

  g_assert_cmpint (block->kind == APH_TEXT_TABLE, ==, block->n_columns > 0);
  for (guint i = 0; i < block->n_cells; i++)
    {
      g_assert_cmpuint (block->cells[i].start, <=, block->cells[i].end);
      g_assert_true (is_character (block, block->cells[i].start)
                     && is_character (block, block->cells[i].end));
    }
  if (block->n_columns > 0)
    g_assert_cmpuint (block->n_cells % block->n_columns, ==, 0);
}

/* Each step gets a text of its own, so that a memory checker sees when too much is read. */
static guint
take (AphMarkdown *markdown,
      const char  *text,
      gsize        length)
{
  g_autofree char *copy = g_memdup2 (text, MAX (length, 1));
  guint first_changed;

  g_assert_true (aph_markdown_take (markdown, copy, length, NO_LIMIT, &first_changed));

  return first_changed;
}

static AphMarkdown *
take_pieces (const char *text,
             gsize       length,
             FuzzDice   *dice)
{
  AphMarkdown *markdown = aph_markdown_new ();
  g_autoptr (GPtrArray) finished =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_text_block_unref);

  for (gsize end = 0; end < length;)
    {
      end += 1 + fuzz_dice_roll (dice, 200);
      end = MIN (end, length);
      while (end < length && (text[end] & 0xc0) == 0x80)
        end++;
      g_assert_cmpuint (take (markdown, text, end), >=, finished->len);
      while (finished->len < aph_markdown_get_n_finished (markdown))
        g_ptr_array_add (finished,
                         aph_text_block_ref (aph_markdown_get_block (markdown, finished->len)));
    }
  for (guint i = 0; i < finished->len; i++)
    g_assert_true (aph_markdown_get_block (markdown, i) == g_ptr_array_index (finished, i));

  return markdown;
}

/* A preview is text, too, wherever it begins. */
static void
preview (const char *text,
         gsize       length,
         FuzzDice   *dice)
{
  g_autofree char *copy = g_memdup2 (text, MAX (length, 1));
  g_autofree char *line = aph_plain_text_dup_first_line (copy, length);
  g_autofree char *end = aph_plain_text_dup_end (copy, length, fuzz_dice_roll (dice, 100));

  fuzz_assert_text (line);
  fuzz_assert_text (end);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, size);
  gsize length = strlen (text);
  g_autoptr (AphMarkdown) whole = aph_markdown_new ();
  g_autoptr (AphMarkdown) pieces = NULL;
  FuzzDice dice;

  take (whole, text, length);
  for (guint i = 0; i < aph_markdown_get_n_blocks (whole); i++)
    assert_block (aph_markdown_get_block (whole, i));

  fuzz_dice_init (&dice, data, size);
  preview (text, length, &dice);
  pieces = take_pieces (text, length, &dice);
  g_assert_cmpuint (aph_markdown_get_n_blocks (pieces), ==, aph_markdown_get_n_blocks (whole));
  for (guint i = 0; i < aph_markdown_get_n_blocks (whole); i++)
    g_assert_true (aph_text_block_equal (aph_markdown_get_block (pieces, i),
                                         aph_markdown_get_block (whole, i)));

  return 0;
}
