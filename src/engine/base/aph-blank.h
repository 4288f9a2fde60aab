/* aph-blank.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean aph_is_blank (const char *text,
                       gssize      length);

G_END_DECLS
