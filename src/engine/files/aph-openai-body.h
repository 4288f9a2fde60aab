/* aph-openai-body.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "files/aph-row-fields.h"

G_BEGIN_DECLS

gboolean aph_openai_body_read         (JsonObject    *body,
                                       const char    *prompt,
                                       AphRowFields  *fields);
gboolean aph_openai_body_read_options (JsonObject    *body,
                                       AphRowFields  *fields);

G_END_DECLS
