/* aph-report-lines.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-exporter.h"

G_BEGIN_DECLS

/* Of the table of models */
#define APH_REPORT_N_COLUMNS 13

/* What a report says, whatever it is written in */
const char *aph_report_get_column  (guint                 column);
char       *aph_report_dup_cell    (AphExportSurvey      *survey,
                                    const AphExportWords *words,
                                    guint                 model,
                                    guint                 column);
char       *aph_report_dup_counts  (AphExportSurvey      *survey,
                                    const AphExportWords *words);
char       *aph_report_dup_now     (void);

/* … of one prompt */
char       *aph_report_dup_heading (AphJob               *job,
                                    guint64               index);
char       *aph_report_dup_line    (AphJob               *job,
                                    const AphExportWords *words);
char       *aph_report_dup_trouble (AphJob               *job,
                                    const AphExportWords *words);

G_END_DECLS
