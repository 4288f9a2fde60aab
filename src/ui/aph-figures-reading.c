/* aph-figures-reading.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-figures-reading"

#include "config.h"

#include "ui/aph-figures-reading.h"

/**
 * aph_figures_reading_new:
 * @max_jobs: how many jobs to read at most
 *
 * Returns: (transfer full): nothing read yet
 */
AphFiguresReading *
aph_figures_reading_new (guint max_jobs)
{
  AphFiguresReading *self = g_new0 (AphFiguresReading, 1);

  self->figures = aph_figures_new ();
  self->positions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->max_jobs = max_jobs;

  return self;
}

/**
 * aph_figures_reading_free:
 * @reading: what was read; parts of it may be held by others
 */
void
aph_figures_reading_free (gpointer reading)
{
  AphFiguresReading *self = reading;

  aph_figures_unref (self->figures);
  g_hash_table_unref (self->positions);
  g_free (self);
}

/**
 * aph_figures_reading_add_job:
 * @job: a job made for this call
 * @reading: where its figures go
 * @error: never set
 *
 * An #AphEachJobFunc.
 *
 * Returns: %TRUE
 */
gboolean
aph_figures_reading_add_job (AphJob    *job,
                             gpointer   reading,
                             GError   **error)
{
  AphFiguresReading *self = reading;
  guint64 *id;

  if (g_hash_table_size (self->positions) >= self->max_jobs)
    return TRUE;

  id = g_new (guint64, 1);
  *id = aph_job_get_id (job);
  g_hash_table_insert (self->positions, id,
                       GUINT_TO_POINTER (aph_figures_add_job (self->figures, job)));

  return TRUE;
}
