/* aph-fence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-fence"

#include "config.h"

#include <string.h>

#include "ui/aph-fence.h"

/**
 * aph_fence_pass:
 * @self: (inout): where the line is
 * @line: a line, without what it is set in
 * @end: of it, with or without its line break
 *
 * Code ends at a line of at least as many of the same marks as it began with, and nothing else.
 *
 * Returns: whether code begins or ends at that line
 */
gboolean
aph_fence_pass (AphFence   *self,
                const char *line,
                const char *end)
{
  const char *p = line;
  gsize count;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (line <= end, FALSE);

  if (line == end || (*line != '`' && *line != '~'))
    return FALSE;
  while (p < end && *p == *line)
    p++;
  count = p - line;

  if (count < 3)
    return FALSE;
  if (self->count == 0)
    {
      if (*line == '`' && memchr (p, '`', end - p) != NULL)
        return FALSE;
      *self = (AphFence) { *line, count };
      return TRUE;
    }

  if (*line != self->mark || count < self->count)
    return FALSE;
  while (p < end && g_ascii_isspace (*p))
    p++;
  if (p < end)
    return FALSE;
  self->count = 0;

  return TRUE;
}
