/* aph-line-parts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-line-parts"

#include "config.h"

#include "base/aph-line-parts.h"

#define DOT " · "

/**
 * aph_line_append_part:
 * @line: parts with dots between them
 * @part: (nullable): one more; nothing happens if it is empty
 */
void
aph_line_append_part (GString    *line,
                      const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (line->len > 0)
    g_string_append (line, DOT);
  g_string_append (line, part);
}

/**
 * aph_line_take_part:
 * @line: parts with dots between them
 * @part: (transfer full) (nullable): one more
 *
 * Like aph_line_append_part(), for a text that nobody else needs.
 */
void
aph_line_take_part (GString *line,
                    char    *part)
{
  aph_line_append_part (line, part);
  g_free (part);
}
