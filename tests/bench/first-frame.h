/* first-frame.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* When the parent started it, on the clock that all processes share. */
#define STARTED_AT "BENCH_STARTED_AT"

void first_frame_watch (GtkApplication *application,
                        gboolean        ends_with_frame);

G_END_DECLS
