/* aph-figures-reading.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

/**
 * AphFiguresReading:
 * @figures: (owned): what was read so far
 * @positions: (owned): of the last attempts in the figures, by the number of the job
 * @max_jobs: more jobs than this are not read
 *
 * The figures of many jobs, while they are read in the thread of a store.
 */
typedef struct
{
  AphFigures *figures;
  GHashTable *positions;
  guint       max_jobs;
} AphFiguresReading;

AphFiguresReading *aph_figures_reading_new     (guint      max_jobs);
void               aph_figures_reading_free    (gpointer   reading);
gboolean           aph_figures_reading_add_job (AphJob    *job,
                                                gpointer   reading,
                                                GError   **error);

G_END_DECLS
