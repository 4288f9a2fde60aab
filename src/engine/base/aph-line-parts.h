/* aph-line-parts.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void aph_line_append_part (GString    *line,
                           const char *part);
void aph_line_take_part   (GString    *line,
                           char       *part);

G_END_DECLS
