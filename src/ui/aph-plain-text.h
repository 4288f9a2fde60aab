/* aph-plain-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an answer in Markdown says, without its marks, for previews of a few lines. Pure functions:
 * no widget, no display.
 */

#pragma once

#include "ui/aph-fence.h"

G_BEGIN_DECLS

/**
 * AphPlainText:
 * @fence: of the code that the text is in
 * @mid_line: the text does not begin where a line does
 *
 * Where in a text one is; all zero at its beginning.
 */
typedef struct
{
  AphFence fence;
  gboolean mid_line;
} AphPlainText;

void  aph_plain_text_append         (AphPlainText *self,
                                     GString      *out,
                                     const char   *text,
                                     gsize         length);
void  aph_plain_text_find           (AphPlainText *self,
                                     const char   *text,
                                     gsize         offset);
char *aph_plain_text_dup_first_line (const char   *text,
                                     gsize         length);
char *aph_plain_text_dup_end        (const char   *text,
                                     gsize         length,
                                     gsize         max_bytes);

G_END_DECLS
