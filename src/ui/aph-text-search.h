/* aph-text-search.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To find words in a text. Pure functions: no widget, no display.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *aph_text_search_fold (const char *words);
gboolean  aph_text_search_next (const char *text,
                                gsize       length,
                                const char *folded,
                                gsize       from,
                                gsize      *start,
                                gsize      *end);

G_END_DECLS
