/* aph-time-axis.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64  aph_time_axis_step    (gint64 span,
                               guint  max_ticks);
char   *aph_time_axis_label   (gint64 offset,
                               gint64 step);
double  aph_value_axis_step   (double max,
                               guint  max_ticks);
void    aph_value_axis_range  (double  min,
                               double  max,
                               double *from,
                               double *to);

G_END_DECLS
