/* aph-compare-grid-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In which order the answers to a prompt stand, and what they are called.
 */

#define G_LOG_DOMAIN "aph-compare-grid"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compare-grid-private.h"
guint
aph_compare_grid_get_n_rows (AphCompareGrid *self)
{
  return self->table != NULL ? aph_comparison_get_n_rows (self->table) : 0;
}

/* Which column of the table stands at a place of a row. */
guint
aph_compare_grid_get_column_at (AphCompareGrid *self,
                                guint           row,
                                guint           place)
{
  guint order[APH_COMPARISON_MAX_COLUMNS];
  guint32 state = self->seed ^ ((row + 1) * 2654435761u);

  if (!self->is_blind)
    return place;

  for (guint i = 0; i < self->n_columns; i++)
    order[i] = i;
  /* A shuffle that is the same each time it is asked for. */
  for (guint i = self->n_columns; i > 1; i--)
    {
      guint j, other;

      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      j = state % i;
      other = order[i - 1];
      order[i - 1] = order[j];
      order[j] = other;
    }

  return order[place];
}

AphJob *
aph_compare_grid_get_job_at (AphCompareGrid *self,
                             guint           row,
                             guint           place)
{
  if (row >= aph_compare_grid_get_n_rows (self) || place >= self->n_columns)
    return NULL;

  return aph_comparison_get_job (self->table, row,
                                 aph_compare_grid_get_column_at (self, row, place));
}

/* Whether all that can be rated is: then it may be told whose answers they are. */
gboolean
aph_compare_grid_is_rated (AphCompareGrid *self,
                           guint           row)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->n_columns; i++)
    {
      AphJob *job = aph_comparison_get_job (self->table, row, i);

      if (job == NULL)
        continue;
      if (!aph_job_is_ended (job))
        return FALSE;
      if (aph_job_get_state (job) == APH_JOB_DONE && aph_job_get_rating (job) == 0)
        return FALSE;
      any = TRUE;
    }

  return any;
}

/**
 * aph_compare_grid_dup_column_name:
 * @table: a table
 * @column: one of its columns
 *
 * Returns: (transfer full): its model and what tells it from others of the same model
 */
char *
aph_compare_grid_dup_column_name (AphComparison *table,
                                  guint          column)
{
  const char *model = aph_comparison_get_model (table, column);
  g_autofree char *variation = aph_comparison_dup_variation (table, column);

  if (*model == '\0')
    model = _("The server’s model");
  if (*variation == '\0')
    return g_strdup (model);

  return g_strdup_printf ("%s · %s", model, variation);
}

char *
aph_compare_grid_dup_letter (guint place)
{
  return g_strdup_printf ("%c", 'A' + (int) place % 26);
}

/**
 * aph_compare_grid_dup_name:
 * @self: a grid
 * @job: one of the jobs in it
 *
 * Returns: (transfer full): what it is called: its column's name, or its letter while that is
 *   hidden
 */
char *
aph_compare_grid_dup_name (AphCompareGrid *self,
                           AphJob         *job)
{
  g_return_val_if_fail (APH_IS_COMPARE_GRID (self), NULL);

  for (guint row = 0; row < aph_compare_grid_get_n_rows (self); row++)
    for (guint i = 0; i < self->n_columns; i++)
      if (aph_compare_grid_get_job_at (self, row, i) == job)
        {
          if (self->is_blind && !aph_compare_grid_is_rated (self, row))
            return aph_compare_grid_dup_letter (i);
          return aph_compare_grid_dup_column_name (self->table,
                                                   aph_compare_grid_get_column_at (self, row, i));
        }

  return g_strdup ("");
}
