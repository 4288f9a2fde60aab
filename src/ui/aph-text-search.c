/* aph-text-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-text-search"

#include "config.h"

#include "ui/aph-text-search.h"

/* Letters are folded one by one, so that a match has a place in the text. */
static gunichar
fold (gunichar ch)
{
  if (ch < 0x80)
    return g_ascii_tolower (ch);

  return g_unichar_tolower (ch);
}

/**
 * aph_text_search_fold:
 * @words: valid UTF-8: what is looked for
 *
 * Returns: (transfer full): the same, as aph_text_search_next() wants it
 */
char *
aph_text_search_fold (const char *words)
{
  GString *folded = g_string_new (NULL);

  g_return_val_if_fail (words != NULL, NULL);

  for (; *words != '\0'; words = g_utf8_next_char (words))
    g_string_append_unichar (folded, fold (g_utf8_get_char (words)));

  return g_string_free (folded, FALSE);
}

/* Behind the match at @p; %NULL if there is none. */
static const char *
match_at (const char *p,
          const char *end,
          const char *folded)
{
  for (; *folded != '\0'; folded = g_utf8_next_char (folded))
    {
      if (p >= end || fold (g_utf8_get_char (p)) != g_utf8_get_char (folded))
        return NULL;
      p = g_utf8_next_char (p);
    }

  return p;
}

/**
 * aph_text_search_next:
 * @text: valid UTF-8
 * @length: of @text, in bytes
 * @folded: what to look for
 * @from: where to begin, in bytes; a character starts there
 * @start: (out): where it was found, in bytes
 * @end: (out): where that ends
 *
 * Finds @folded in a text, whether in capital letters or not.
 *
 * Returns: whether it was found
 */
gboolean
aph_text_search_next (const char *text,
                      gsize       length,
                      const char *folded,
                      gsize       from,
                      gsize      *start,
                      gsize      *end)
{
  gunichar first;

  g_return_val_if_fail (folded != NULL && from <= length, FALSE);

  if (*folded == '\0')
    return FALSE;

  first = g_utf8_get_char (folded);
  for (const char *p = text + from; p < text + length; p = g_utf8_next_char (p))
    {
      const char *match;

      if (fold (g_utf8_get_char (p)) != first)
        continue;
      match = match_at (p, text + length, folded);
      if (match != NULL)
        {
          *start = p - text;
          *end = match - text;
          return TRUE;
        }
    }

  return FALSE;
}
