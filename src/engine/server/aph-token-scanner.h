/* aph-token-scanner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server/aph-dialect.h"

G_BEGIN_DECLS

gboolean aph_token_scanner_read_ollama (AphReply   *reply,
                                        const char *line,
                                        gsize       length);
gboolean aph_token_scanner_read_openai (AphReply   *reply,
                                        const char *event,
                                        gsize       length);

G_END_DECLS
