/* aph-clock.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *aph_clock_format_time (GDateTime *time);

G_END_DECLS
