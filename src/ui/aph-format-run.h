/* aph-format-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the figures of a run are said in the window. Pure functions: no widget, no display.
 */

#pragma once

#include "stats/aph-metric.h"
#include "stats/aph-run-figures.h"

G_BEGIN_DECLS

const char *aph_format_phase        (AphPhase             phase);
const char *aph_format_metric       (AphMetric            metric);
char       *aph_format_metric_value (AphMetric            metric,
                                     double               value);
char       *aph_format_milliseconds (double               milliseconds);
char       *aph_format_slot         (const AphFigures    *figures,
                                     guint                server,
                                     guint                number);
char       *aph_format_attempt      (const AphFigures    *figures,
                                     guint                position,
                                     gint64               begin,
                                     gint64               now);
char       *aph_format_run          (const AphRunFigures *run);
char       *aph_format_run_output   (const AphRunFigures *run);

G_END_DECLS
