/* aph-markdown-prepare.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What models write and no Markdown means. Pure functions: no widget, no display.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void aph_markdown_prepare (const char *text,
                           gsize       length,
                           GString    *out);

G_END_DECLS
