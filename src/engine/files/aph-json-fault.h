/* aph-json-fault.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is wrong with a text that is not JSON, for people; json-glib says it in English only, and
 * differently in each of its versions. */
char *aph_json_fault_describe (const char *text,
                               gsize       length,
                               guint64     line,
                               gboolean    begins_line);

G_END_DECLS
