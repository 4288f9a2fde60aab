/* aph-fence.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphFence:
 * @mark: what encloses the code: '`' or '~'
 * @count: how many of it; 0 outside of code
 *
 * Whether a line of Markdown is in code; all zero at the beginning of a text.
 */
typedef struct
{
  char  mark;
  gsize count;
} AphFence;

gboolean aph_fence_pass (AphFence   *self,
                         const char *line,
                         const char *end);

G_END_DECLS
