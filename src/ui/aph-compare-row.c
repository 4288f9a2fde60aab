/* aph-compare-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-compare-row"

#include "config.h"

#include "ui/aph-compare-row.h"
#include "ui/aph-format.h"

/* Between the cells and at both ends; and, from top to bottom, between the lines. */
#define GAP      12
#define LINE_GAP 6

struct _AphCompareRow
{
  GtkWidget parent_instance;

  GtkWidget *prompt_label;
  GPtrArray *cells;        /* of AphCompareCell, which are our children */
  double offset;           /* how far the cells are scrolled to the left */
  int column_width;
};

G_DEFINE_FINAL_TYPE (AphCompareRow, aph_compare_row, GTK_TYPE_WIDGET)

static void
aph_compare_row_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  AphCompareRow *self = APH_COMPARE_ROW (widget);
  int label = 0, cell = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 0;
      return;
    }

  gtk_widget_measure (self->prompt_label, orientation, -1, NULL, &label, NULL, NULL);
  if (self->cells->len > 0)
    gtk_widget_measure (g_ptr_array_index (self->cells, 0), orientation, -1, NULL, &cell, NULL,
                        NULL);
  *minimum = *natural = label + cell + 3 * LINE_GAP;
}

static void
allocate (GtkWidget *child,
          int        x,
          int        y,
          int        width,
          int        height)
{
  int min_width, min_height;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min_width, NULL, NULL, NULL);
  width = MAX (width, min_width);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &min_height, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, width, MAX (height, min_height) }, -1);
}

static void
aph_compare_row_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  AphCompareRow *self = APH_COMPARE_ROW (widget);
  int label;

  gtk_widget_measure (self->prompt_label, GTK_ORIENTATION_VERTICAL, -1, NULL, &label, NULL, NULL);
  allocate (self->prompt_label, GAP, LINE_GAP, width - 2 * GAP, label);
  for (guint i = 0; i < self->cells->len; i++)
    allocate (g_ptr_array_index (self->cells, i),
              GAP + (int) (i * self->column_width - self->offset), label + 2 * LINE_GAP,
              self->column_width - GAP, height - label - 3 * LINE_GAP);
}

static void
aph_compare_row_dispose (GObject *object)
{
  AphCompareRow *self = APH_COMPARE_ROW (object);

  aph_compare_row_set_n_cells (self, 0);
  g_clear_pointer (&self->prompt_label, gtk_widget_unparent);

  G_OBJECT_CLASS (aph_compare_row_parent_class)->dispose (object);
}

static void
aph_compare_row_finalize (GObject *object)
{
  g_ptr_array_unref (APH_COMPARE_ROW (object)->cells);

  G_OBJECT_CLASS (aph_compare_row_parent_class)->finalize (object);
}

static void
aph_compare_row_class_init (AphCompareRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_compare_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = aph_compare_row_finalize;
  widget_class->measure = aph_compare_row_measure;
  widget_class->size_allocate = aph_compare_row_size_allocate;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
  gtk_widget_class_set_css_name (widget_class, "comparerow");
}

static void
aph_compare_row_init (AphCompareRow *self)
{
  self->cells = g_ptr_array_new ();
  self->prompt_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->prompt_label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->prompt_label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->prompt_label, "heading");
  gtk_widget_set_parent (self->prompt_label, GTK_WIDGET (self));
}

/**
 * aph_compare_row_new:
 *
 * Returns: (transfer floating): an empty row
 */
GtkWidget *
aph_compare_row_new (void)
{
  return g_object_new (APH_TYPE_COMPARE_ROW, NULL);
}

/**
 * aph_compare_row_set_prompt:
 * @self: a row
 * @prompt: what was asked; its first line is shown
 */
void
aph_compare_row_set_prompt (AphCompareRow *self,
                            const char    *prompt)
{
  g_autofree char *line = NULL;

  g_return_if_fail (APH_IS_COMPARE_ROW (self));
  g_return_if_fail (prompt != NULL);

  line = aph_format_first_line (prompt);
  gtk_label_set_text (GTK_LABEL (self->prompt_label), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, line,
                                  -1);
}

/**
 * aph_compare_row_set_n_cells:
 * @self: a row
 * @n_cells: how many cells it is to have
 */
void
aph_compare_row_set_n_cells (AphCompareRow *self,
                             guint          n_cells)
{
  g_return_if_fail (APH_IS_COMPARE_ROW (self));

  while (self->cells->len > n_cells)
    gtk_widget_unparent (g_ptr_array_steal_index (self->cells, self->cells->len - 1));
  while (self->cells->len < n_cells)
    {
      GtkWidget *cell = aph_compare_cell_new ();

      gtk_widget_set_parent (cell, GTK_WIDGET (self));
      g_ptr_array_add (self->cells, cell);
    }
}

/**
 * aph_compare_row_get_cell:
 * @self: a row
 * @column: which one
 *
 * Returns: (transfer none) (nullable): the cell
 */
AphCompareCell *
aph_compare_row_get_cell (AphCompareRow *self,
                          guint          column)
{
  g_return_val_if_fail (APH_IS_COMPARE_ROW (self), NULL);

  return column < self->cells->len ? g_ptr_array_index (self->cells, column) : NULL;
}

/**
 * aph_compare_row_set_columns:
 * @self: a row
 * @offset: how far its cells are scrolled to the left
 * @column_width: how wide a column is
 */
void
aph_compare_row_set_columns (AphCompareRow *self,
                             double         offset,
                             int            column_width)
{
  g_return_if_fail (APH_IS_COMPARE_ROW (self));

  if (self->offset == offset && self->column_width == column_width)
    return;

  self->offset = offset;
  self->column_width = column_width;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
