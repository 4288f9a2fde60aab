/* aph-search-tokenizer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

gboolean aph_search_tokenizer_register (sqlite3    *database);
char   **aph_search_split              (const char *search);
char    *aph_search_make_expression    (const char *search);

G_END_DECLS
