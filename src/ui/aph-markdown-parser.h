/* aph-markdown-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From Markdown to blocks, at once. Pure functions: no widget, no display.
 */

#pragma once

#include "ui/aph-text-block.h"

G_BEGIN_DECLS

void aph_markdown_parse         (const char *text,
                                 gsize       length,
                                 GPtrArray  *blocks);
void aph_markdown_parse_literal (const char *text,
                                 gsize       length,
                                 gboolean    joined,
                                 GPtrArray  *blocks);

G_END_DECLS
