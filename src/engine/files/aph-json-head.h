/* aph-json-head.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can be told of JSON of which only the beginning is there. */
const char *aph_json_head_find_end        (const char *text,
                                           const char *end);
const char *aph_json_head_explain_answers (const char *head,
                                           gsize       length);

G_END_DECLS
