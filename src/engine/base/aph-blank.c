/* aph-blank.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-blank"

#include "config.h"

#include <string.h>

#include "base/aph-blank.h"

/**
 * aph_is_blank:
 * @text: a text
 * @length: its length in bytes, or -1 if a NUL ends it
 *
 * Returns: whether there is nothing but white space in it
 */
gboolean
aph_is_blank (const char *text,
              gssize      length)
{
  const char *end = length < 0 ? text + strlen (text) : text + length;

  while (text < end && g_ascii_isspace (*text))
    text++;

  return text == end;
}
