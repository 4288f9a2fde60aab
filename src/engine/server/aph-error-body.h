/* aph-error-body.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "job/aph-failure.h"

G_BEGIN_DECLS

AphFailure *aph_error_body_read         (guint       status,
                                         const char *body,
                                         gsize       length);
AphFailure *aph_error_body_read_node    (guint       status,
                                         JsonNode   *error);
gboolean    aph_error_body_lacks_memory (const char *message);

G_END_DECLS
