/* aph-prompts.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char   **aph_prompts_split        (const char *text);
gboolean aph_prompts_is_separator (const char *line,
                                   gsize       length);

G_END_DECLS
