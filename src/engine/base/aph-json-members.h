/* aph-json-members.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Members of a JSON object that is being written with base/aph-json.h; what is not known is
 * null. */
void aph_json_append_text     (GString    *out,
                               const char *name,
                               const char *text);
void aph_json_append_text_len (GString    *out,
                               const char *name,
                               const char *text,
                               gsize       length);
void aph_json_append_count    (GString    *out,
                               const char *name,
                               gint64      value);
void aph_json_append_figure   (GString    *out,
                               const char *name,
                               double      value);
void aph_json_append_raw      (GString    *out,
                               const char *name,
                               const char *json);

G_END_DECLS
