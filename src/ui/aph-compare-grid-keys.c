/* aph-compare-grid-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys of the comparison, and what is marked by them.
 */

#define G_LOG_DOMAIN "aph-compare-grid"

#include "config.h"

#include "ui/aph-compare-grid-private.h"
#include "ui/aph-compare-row.h"
gboolean
aph_compare_grid_is_marked (AphCompareGrid *self,
                            AphJob         *job)
{
  return job != NULL && (self->marked[0] == job || self->marked[1] == job);
}

void
aph_compare_grid_show_marks (AphCompareGrid *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    for (guint j = 0; j < self->n_columns; j++)
      {
        AphCompareCell *cell = aph_compare_row_get_cell (g_ptr_array_index (self->rows, i), j);

        aph_compare_cell_set_marked (cell,
                                     aph_compare_grid_is_marked (self,
                                                                 aph_compare_cell_get_job (cell)));
      }
}

/* Two of the same row: a third takes the place of the first, one of another row begins anew. */
void
aph_compare_grid_mark_job (AphCompareGrid *self,
                           AphJob         *job,
                           gboolean        marked)
{
  if (!marked)
    {
      if (self->marked[0] == job)
        {
          g_clear_object (&self->marked[0]);
          self->marked[0] = g_steal_pointer (&self->marked[1]);
        }
      else if (self->marked[1] == job)
        g_clear_object (&self->marked[1]);
    }
  else if (!aph_compare_grid_is_marked (self, job))
    {
      if (self->marked[0] != NULL
          && g_strcmp0 (aph_request_get_prompt (aph_job_get_request (self->marked[0])),
                        aph_request_get_prompt (aph_job_get_request (job))) != 0)
        {
          g_clear_object (&self->marked[0]);
          g_clear_object (&self->marked[1]);
        }
      if (self->marked[1] != NULL)
        {
          g_clear_object (&self->marked[0]);
          self->marked[0] = g_steal_pointer (&self->marked[1]);
        }
      g_set_object (&self->marked[self->marked[0] == NULL ? 0 : 1], job);
    }

  aph_compare_grid_show_marks (self);
  g_signal_emit_by_name (self, "marked-changed");
}

/**
 * aph_compare_grid_get_marked:
 * @self: a grid
 * @first: (out) (nullable): the one that was marked first
 * @second: (out) (nullable): the other
 *
 * Returns: whether two are marked
 */
gboolean
aph_compare_grid_get_marked (AphCompareGrid  *self,
                             AphJob         **first,
                             AphJob         **second)
{
  g_return_val_if_fail (APH_IS_COMPARE_GRID (self), FALSE);

  *first = self->marked[0];
  *second = self->marked[1];

  return self->marked[1] != NULL;
}

/**
 * aph_compare_grid_clear_marked:
 * @self: a grid
 *
 * Nothing is marked any longer.
 */
void
aph_compare_grid_clear_marked (AphCompareGrid *self)
{
  g_return_if_fail (APH_IS_COMPARE_GRID (self));

  if (self->marked[0] == NULL)
    return;

  g_clear_object (&self->marked[0]);
  g_clear_object (&self->marked[1]);
  aph_compare_grid_show_marks (self);
  g_signal_emit_by_name (self, "marked-changed");
}

/* The keys */

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  AphCompareGrid *self = APH_COMPARE_GRID (widget);
  gint64 row, column;
  int dx, dy;

  g_variant_get (args, "(ii)", &dx, &dy);
  if (aph_compare_grid_get_n_rows (self) == 0 || self->n_columns == 0)
    return FALSE;

  row = CLAMP ((gint64) self->row + dy, 0, (gint64) aph_compare_grid_get_n_rows (self) - 1);
  column = CLAMP ((gint64) self->column + dx, 0, (gint64) self->n_columns - 1);
  aph_compare_grid_set_current (self, (guint) row, (guint) column);

  return TRUE;
}

static gboolean
rate_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  guint rating;

  g_variant_get (args, "(u)", &rating);
  aph_compare_grid_rate (APH_COMPARE_GRID (widget), rating);

  return TRUE;
}

static gboolean
mark_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  AphCompareGrid *self = APH_COMPARE_GRID (widget);
  AphJob *job = aph_compare_grid_get_job_at (self, self->row, self->column);

  if (job != NULL)
    aph_compare_grid_mark_job (self, job, !aph_compare_grid_is_marked (self, job));

  return TRUE;
}

static gboolean
activate_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  AphCompareGrid *self = APH_COMPARE_GRID (widget);
  AphJob *job = aph_compare_grid_get_job_at (self, self->row, self->column);

  if (job != NULL)
    g_signal_emit_by_name (self, "job-activated", job);

  return TRUE;
}

void
aph_compare_grid_bind_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    int dx;
    int dy;
  } moves[] = {
    { GDK_KEY_Left, -1, 0 }, { GDK_KEY_Right, 1, 0 }, { GDK_KEY_Up, 0, -1 }, { GDK_KEY_Down, 0, 1 },
    { GDK_KEY_Home, -G_MAXINT, 0 }, { GDK_KEY_End, G_MAXINT, 0 },
    { GDK_KEY_Page_Up, 0, -3 }, { GDK_KEY_Page_Down, 0, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].dx,
                                  moves[i].dy);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, GDK_CONTROL_MASK, move_cb, "(ii)",
                                0, -G_MAXINT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, GDK_CONTROL_MASK, move_cb, "(ii)",
                                0, G_MAXINT);
  for (guint i = 0; i <= APH_MAX_RATING; i++)
    {
      gtk_widget_class_add_binding (widget_class, GDK_KEY_0 + i, 0, rate_cb, "(u)", i);
      gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_0 + i, 0, rate_cb, "(u)", i);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, mark_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, activate_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, activate_cb, NULL);
}
