/* aph-prompts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-prompts"

#include "config.h"

#include <string.h>

#include "files/aph-prompts.h"

/**
 * aph_prompts_is_separator:
 * @line: a line, with its end or without
 * @length: its length in bytes
 *
 * Returns: whether it is the line that separates prompts: `---`, whatever white space is around it
 */
gboolean
aph_prompts_is_separator (const char *line,
                          gsize       length)
{
  while (length > 0 && g_ascii_isspace (line[length - 1]))
    length--;
  while (length > 0 && g_ascii_isspace (line[0]))
    {
      line++;
      length--;
    }

  return length == 3 && memcmp (line, "---", 3) == 0;
}

/* Without the blank lines before and after; the indentation of the first line stays. */
static char *
trim_block (const char *start,
            const char *end)
{
  const char *line = start;

  for (const char *p = start; p < end && g_ascii_isspace (*p); p++)
    if (*p == '\n')
      line = p + 1;
  while (end > line && g_ascii_isspace (end[-1]))
    end--;

  return g_strndup (line, end - line);
}

/**
 * aph_prompts_split:
 * @text: what was typed
 *
 * Cuts a text into prompts at the lines that hold `---` and nothing else. Blank lines around a
 * prompt go away, and so do empty prompts.
 *
 * Returns: (transfer full): the prompts, maybe none
 */
char **
aph_prompts_split (const char *text)
{
  g_autoptr (GPtrArray) prompts = g_ptr_array_new_with_free_func (g_free);
  const char *block = text;
  const char *line = text;

  g_return_val_if_fail (text != NULL, NULL);

  while (*block != '\0')
    {
      gsize length = strcspn (line, "\n");
      const char *next = line[length] == '\n' ? line + length + 1 : line + length;
      gboolean separator = aph_prompts_is_separator (line, length);

      if (separator || *next == '\0')
        {
          g_autofree char *prompt = trim_block (block, separator ? line : next);

          if (*prompt != '\0')
            g_ptr_array_add (prompts, g_steal_pointer (&prompt));
          block = next;
        }
      line = next;
    }
  g_ptr_array_add (prompts, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&prompts), FALSE);
}
