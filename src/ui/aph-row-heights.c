/* aph-row-heights.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-row-heights"

#include "config.h"

#include "ui/aph-row-heights.h"

typedef struct
{
  gint64 y;              /* valid for the first n_placed rows only */
  int height;
  gboolean measured;
} Row;

struct _AphRowHeights
{
  GArray *rows;
  guint n_placed;
};

/**
 * aph_row_heights_new:
 *
 * Returns: (transfer full): no rows
 */
AphRowHeights *
aph_row_heights_new (void)
{
  AphRowHeights *self = g_new0 (AphRowHeights, 1);

  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));

  return self;
}

void
aph_row_heights_free (AphRowHeights *self)
{
  g_array_unref (self->rows);
  g_free (self);
}

static Row *
get_row (AphRowHeights *self,
         guint          row)
{
  return &g_array_index (self->rows, Row, row);
}

static void
set_height (AphRowHeights *self,
            guint          row,
            int            height)
{
  if (get_row (self, row)->height == height)
    return;

  get_row (self, row)->height = height;
  self->n_placed = MIN (self->n_placed, row + 1);
}

/* A text grows at its end, so that mostly few rows are to be placed anew. */
static void
place (AphRowHeights *self,
       guint          n_rows)
{
  for (; self->n_placed < n_rows; self->n_placed++)
    {
      Row *row = get_row (self, self->n_placed);

      row->y = self->n_placed > 0 ? (row - 1)->y + (row - 1)->height : 0;
    }
}

guint
aph_row_heights_get_n_rows (AphRowHeights *self)
{
  return self->rows->len;
}

/**
 * aph_row_heights_set_n_rows:
 * @self: rows
 * @n_rows: how many there are now
 *
 * Rows come and go at the end. Those that come have no height yet.
 */
void
aph_row_heights_set_n_rows (AphRowHeights *self,
                            guint          n_rows)
{
  g_array_set_size (self->rows, n_rows);
  self->n_placed = MIN (self->n_placed, n_rows);
}

/**
 * aph_row_heights_guess:
 * @self: rows
 * @row: one of them
 * @height: what may be its height; what was measured is forgotten
 */
void
aph_row_heights_guess (AphRowHeights *self,
                       guint          row,
                       int            height)
{
  g_return_if_fail (row < self->rows->len);

  set_height (self, row, height);
  get_row (self, row)->measured = FALSE;
}

/**
 * aph_row_heights_measure:
 * @self: rows
 * @row: one of them
 * @height: what is its height
 * @change: (out): how much higher than before that is
 *
 * Returns: whether it was a guess before
 */
gboolean
aph_row_heights_measure (AphRowHeights *self,
                         guint          row,
                         int            height,
                         int           *change)
{
  gboolean was_guess;

  g_return_val_if_fail (row < self->rows->len, FALSE);

  was_guess = !get_row (self, row)->measured;
  *change = height - get_row (self, row)->height;
  set_height (self, row, height);
  get_row (self, row)->measured = TRUE;

  return was_guess;
}

int
aph_row_heights_get_height (AphRowHeights *self,
                            guint          row)
{
  g_return_val_if_fail (row < self->rows->len, 0);

  return get_row (self, row)->height;
}

/**
 * aph_row_heights_get_y:
 * @self: rows
 * @row: one of them
 *
 * Returns: how far below the first row it begins
 */
gint64
aph_row_heights_get_y (AphRowHeights *self,
                       guint          row)
{
  g_return_val_if_fail (row < self->rows->len, 0);

  place (self, row + 1);

  return get_row (self, row)->y;
}

gint64
aph_row_heights_get_total (AphRowHeights *self)
{
  Row *last;

  if (self->rows->len == 0)
    return 0;

  place (self, self->rows->len);
  last = get_row (self, self->rows->len - 1);

  return last->y + last->height;
}

/**
 * aph_row_heights_find:
 * @self: rows, at least one
 * @y: a place
 *
 * Returns: the row that is there, or the one nearest to it
 */
guint
aph_row_heights_find (AphRowHeights *self,
                      gint64         y)
{
  guint first = 0, after = self->rows->len;

  place (self, self->rows->len);
  while (after - first > 1)
    {
      guint middle = first + (after - first) / 2;

      if (get_row (self, middle)->y <= y)
        first = middle;
      else
        after = middle;
    }

  return first;
}
