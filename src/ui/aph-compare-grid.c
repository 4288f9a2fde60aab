/* aph-compare-grid.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-compare-grid"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compare-grid-private.h"
#include "ui/aph-compare-row.h"
#include "ui/aph-ui.h"

#define MIN_COLUMN_WIDTH 230
#define GAP              12

enum
{
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  JOB_ACTIVATED,
  JOB_RATED,
  MARKED_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (AphCompareGrid, aph_compare_grid, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static void fill_row (AphCompareGrid *self, guint row);

/* The rows */

static int
get_header_height (AphCompareGrid *self)
{
  int height;

  gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);

  return height;
}

static int
get_column_width (AphCompareGrid *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - GAP;

  return MAX (width / (int) MAX (self->n_columns, 1), MIN_COLUMN_WIDTH);
}

static void
cell_activated_cb (AphCompareGrid *self,
                   AphCompareCell *cell)
{
  g_signal_emit (self, signals[JOB_ACTIVATED], 0, aph_compare_cell_get_job (cell));
}

static void
rate_job (AphCompareGrid *self,
          AphJob         *job,
          guint           rating)
{
  if (job == NULL || !aph_job_is_ended (job))
    return;

  g_signal_emit (self, signals[JOB_RATED], 0, job, rating);
  aph_compare_grid_refresh (self);
  fill_row (self, self->row);
}

static void
cell_rated_cb (AphCompareGrid *self,
               guint           rating,
               AphCompareCell *cell)
{
  rate_job (self, aph_compare_cell_get_job (cell), rating);
}

static void
cell_mark_toggled_cb (AphCompareGrid *self,
                      gboolean        marked,
                      AphCompareCell *cell)
{
  aph_compare_grid_mark_job (self, aph_compare_cell_get_job (cell), marked);
}

static void
cell_focused_cb (AphCompareCell *cell,
                 GParamSpec     *pspec,
                 AphCompareGrid *self)
{
  if (!gtk_widget_has_focus (GTK_WIDGET (cell)))
    return;

  for (guint i = 0; i < self->rows->len; i++)
    for (guint j = 0; j < self->n_columns; j++)
      if (aph_compare_row_get_cell (g_ptr_array_index (self->rows, i), j) == cell)
        {
          self->row = g_array_index (self->row_numbers, guint, i);
          self->column = j;
        }
}

static GtkWidget *
create_row (AphCompareGrid *self)
{
  GtkWidget *row = aph_compare_row_new ();

  aph_compare_row_set_n_cells (APH_COMPARE_ROW (row), self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    {
      AphCompareCell *cell = aph_compare_row_get_cell (APH_COMPARE_ROW (row), i);

      g_signal_connect_object (cell, "activated", G_CALLBACK (cell_activated_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (cell, "rated", G_CALLBACK (cell_rated_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (cell, "mark-toggled", G_CALLBACK (cell_mark_toggled_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (cell, "notify::has-focus", G_CALLBACK (cell_focused_cb), self, 0);
    }
  /* Below the header. */
  gtk_widget_insert_before (row, GTK_WIDGET (self), self->header);

  return row;
}

/* Shows the newest of a row, if it can be seen. */
static void
fill_row (AphCompareGrid *self,
          guint           row)
{
  guint n = self->rows->len, place = n > 0 ? row % n : 0;
  AphCompareRow *widget;
  gboolean hidden;

  if (n == 0 || row >= aph_compare_grid_get_n_rows (self)
      || g_array_index (self->row_numbers, guint, place) != row)
    return;

  widget = g_ptr_array_index (self->rows, place);
  hidden = self->is_blind && !aph_compare_grid_is_rated (self, row);
  aph_compare_row_set_prompt (widget, aph_request_get_prompt (
                                        aph_comparison_get_request (self->table, row)));
  for (guint i = 0; i < self->n_columns; i++)
    {
      AphCompareCell *cell = aph_compare_row_get_cell (widget, i);
      AphJob *job = aph_compare_grid_get_job_at (self, row, i);
      g_autofree char *name = NULL;

      if (self->is_blind && !hidden)
        name = aph_compare_grid_dup_column_name (self->table,
                                                 aph_compare_grid_get_column_at (self, row, i));
      aph_compare_cell_set_name (cell, name, hidden);
      aph_compare_cell_set_job (cell, job);
      aph_compare_cell_set_marked (cell, aph_compare_grid_is_marked (self, job));
    }
}

static void
remove_rows (AphCompareGrid *self,
             guint           n_left)
{
  while (self->rows->len > n_left)
    gtk_widget_unparent (g_ptr_array_steal_index (self->rows, self->rows->len - 1));
  g_array_set_size (self->row_numbers, n_left);
}

/* As many rows as can be seen at once, one of them half. */
static void
fit_pool (AphCompareGrid *self,
          int             height)
{
  guint wanted = MIN ((guint) (height / MAX (self->row_height, 1)) + 2,
                      aph_compare_grid_get_n_rows (self));
  guint none = G_MAXUINT;

  if (wanted == self->rows->len)
    return;

  /* Which row belongs to which widget depends on how many there are. */
  remove_rows (self, MIN (wanted, self->rows->len));
  while (self->rows->len < wanted)
    {
      g_ptr_array_add (self->rows, create_row (self));
      g_array_append_val (self->row_numbers, none);
    }
  for (guint i = 0; i < self->rows->len; i++)
    g_array_index (self->row_numbers, guint, i) = none;
}

/* All rows are equally high, whatever the scripts in them: as high as the highest so far. */
static void
measure_row (AphCompareGrid *self)
{
  int height;

  gtk_widget_measure (self->gauge, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  self->row_height = MAX (self->row_height, height);
  for (guint i = 0; i < self->rows->len; i++)
    {
      gtk_widget_measure (g_ptr_array_index (self->rows, i), GTK_ORIENTATION_VERTICAL, -1, NULL,
                          &height, NULL, NULL);
      self->row_height = MAX (self->row_height, height);
    }
}

static GtkWidget *
create_gauge (void)
{
  GtkWidget *gauge = aph_compare_row_new ();

  aph_compare_row_set_n_cells (APH_COMPARE_ROW (gauge), 1);
  aph_compare_row_set_prompt (APH_COMPARE_ROW (gauge), "Ág鱼★");
  aph_compare_cell_set_name (aph_compare_row_get_cell (APH_COMPARE_ROW (gauge), 0), "Ág鱼★", FALSE);

  /* Nobody's child: neither seen nor told of. */
  return g_object_ref_sink (gauge);
}

static void
aph_compare_grid_css_changed (GtkWidget         *widget,
                              GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (aph_compare_grid_parent_class)->css_changed (widget, change);

  APH_COMPARE_GRID (widget)->row_height = 0;
  gtk_widget_queue_allocate (widget);
}

static void
configure_adjustments (AphCompareGrid *self,
                       int             width,
                       int             height)
{
  double rows_height = (double) aph_compare_grid_get_n_rows (self) * self->row_height + GAP;
  double columns_width = (double) self->n_columns * get_column_width (self) + GAP;

  if (self->hadjustment == NULL || self->vadjustment == NULL)
    return;

  rows_height = MAX (rows_height, height);
  columns_width = MAX (columns_width, width);
  self->is_allocating = TRUE;
  gtk_adjustment_configure (self->vadjustment,
                            CLAMP (gtk_adjustment_get_value (self->vadjustment), 0,
                                   rows_height - height),
                            0, rows_height, self->row_height * 0.5, height * 0.9, height);
  gtk_adjustment_configure (self->hadjustment,
                            CLAMP (gtk_adjustment_get_value (self->hadjustment), 0,
                                   columns_width - width),
                            0, columns_width, width * 0.1, width * 0.9, width);
  self->is_allocating = FALSE;
}

static void
allocate_header (AphCompareGrid *self,
                 int             width,
                 int             header_height,
                 double          x)
{
  int column_width = get_column_width (self);
  int min;

  for (GtkWidget *child = gtk_widget_get_first_child (self->header); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_size_request (child, column_width - GAP, -1);
  gtk_widget_measure (self->header, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->header,
                            &(GtkAllocation) { -(int) x, 0,
                                               MAX (MAX (min, width + (int) x),
                                                    (int) self->n_columns * column_width + GAP),
                                               header_height },
                            -1);
}

static void
aph_compare_grid_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  AphCompareGrid *self = APH_COMPARE_GRID (widget);
  int header_height = get_header_height (self);
  int rows_height = MAX (height - header_height, 1);
  int column_width = get_column_width (self);
  double x, y;
  guint first;

  measure_row (self);
  fit_pool (self, rows_height);
  configure_adjustments (self, width, rows_height);
  x = self->hadjustment != NULL ? gtk_adjustment_get_value (self->hadjustment) : 0;
  y = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;

  first = (guint) (y / MAX (self->row_height, 1));
  for (guint row = first; row < first + self->rows->len; row++)
    {
      guint place = row % self->rows->len;
      GtkWidget *child = g_ptr_array_index (self->rows, place);

      gtk_widget_set_child_visible (child, row < aph_compare_grid_get_n_rows (self));
      if (row >= aph_compare_grid_get_n_rows (self))
        {
          g_array_index (self->row_numbers, guint, place) = G_MAXUINT;
          continue;
        }
      if (g_array_index (self->row_numbers, guint, place) != row)
        {
          /* Who has the focus there goes on having it, but not in another row. */
          if (gtk_widget_get_focus_child (child) != NULL)
            gtk_widget_grab_focus (widget);
          g_array_index (self->row_numbers, guint, place) = row;
          fill_row (self, row);
        }
      aph_compare_row_set_columns (APH_COMPARE_ROW (child), x, column_width);
      gtk_widget_size_allocate (child,
                                &(GtkAllocation) { 0,
                                                   header_height
                                                     + (int) ((double) row * self->row_height - y),
                                                   width, self->row_height },
                                -1);
    }
  allocate_header (self, width, header_height, x);
}

static void
focus_current (AphCompareGrid *self)
{
  AphCompareCell *cell = aph_compare_grid_get_cell (self, self->row, self->column);

  if (cell != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (cell));
}

static gboolean
aph_compare_grid_grab_focus (GtkWidget *widget)
{
  AphCompareGrid *self = APH_COMPARE_GRID (widget);
  AphCompareCell *cell = aph_compare_grid_get_cell (self, self->row, self->column);

  if (cell != NULL && !gtk_widget_has_focus (GTK_WIDGET (cell)))
    return gtk_widget_grab_focus (GTK_WIDGET (cell));

  return GTK_WIDGET_CLASS (aph_compare_grid_parent_class)->grab_focus (widget);
}

/* Tab enters at the current cell, and leaves. */
static gboolean
aph_compare_grid_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  if (gtk_widget_get_focus_child (widget) != NULL || gtk_widget_has_focus (widget))
    return FALSE;

  return gtk_widget_grab_focus (widget);
}

/* The widget */

static void
value_changed_cb (AphCompareGrid *self)
{
  if (!self->is_allocating)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
set_adjustment (AphCompareGrid  *self,
                GtkAdjustment  **field,
                GtkAdjustment   *adjustment)
{
  aph_ui_set_adjustment (self, field, adjustment, G_CALLBACK (value_changed_cb));
  if (adjustment != NULL)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
aph_compare_grid_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? 200 : MIN_COLUMN_WIDTH;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? 400 : 3 * MIN_COLUMN_WIDTH;
}

static void
aph_compare_grid_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  AphCompareGrid *self = APH_COMPARE_GRID (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_compare_grid_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AphCompareGrid *self = APH_COMPARE_GRID (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_compare_grid_dispose (GObject *object)
{
  AphCompareGrid *self = APH_COMPARE_GRID (object);

  self->table = NULL;
  remove_rows (self, 0);
  g_clear_object (&self->gauge);
  g_clear_pointer (&self->header, gtk_widget_unparent);
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);
  g_clear_object (&self->marked[0]);
  g_clear_object (&self->marked[1]);

  G_OBJECT_CLASS (aph_compare_grid_parent_class)->dispose (object);
}

static void
aph_compare_grid_finalize (GObject *object)
{
  AphCompareGrid *self = APH_COMPARE_GRID (object);

  g_ptr_array_unref (self->rows);
  g_array_unref (self->row_numbers);

  G_OBJECT_CLASS (aph_compare_grid_parent_class)->finalize (object);
}

static void
aph_compare_grid_class_init (AphCompareGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_compare_grid_dispose;
  object_class->finalize = aph_compare_grid_finalize;
  object_class->get_property = aph_compare_grid_get_property;
  object_class->set_property = aph_compare_grid_set_property;
  widget_class->css_changed = aph_compare_grid_css_changed;
  widget_class->focus = aph_compare_grid_focus;
  widget_class->grab_focus = aph_compare_grid_grab_focus;
  widget_class->measure = aph_compare_grid_measure;
  widget_class->size_allocate = aph_compare_grid_size_allocate;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[JOB_ACTIVATED] = g_signal_new ("job-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[JOB_RATED] = g_signal_new ("job-rated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, APH_TYPE_JOB, G_TYPE_UINT);
  signals[MARKED_CHANGED] = g_signal_new ("marked-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);

  aph_compare_grid_bind_keys (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
  gtk_widget_class_set_css_name (widget_class, "comparegrid");
}

static void
aph_compare_grid_init (AphCompareGrid *self)
{
  self->rows = g_ptr_array_new ();
  self->row_numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  self->seed = g_random_int () | 1;
  self->header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, GAP);
  gtk_widget_add_css_class (self->header, "aph-compare-header");
  gtk_widget_set_parent (self->header, GTK_WIDGET (self));
  self->gauge = create_gauge ();
  measure_row (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Answers by model"),
                                  -1);
}

/**
 * aph_compare_grid_new:
 *
 * Returns: (transfer floating): an empty grid
 */
GtkWidget *
aph_compare_grid_new (void)
{
  return g_object_new (APH_TYPE_COMPARE_GRID, NULL);
}

static void
fill_header (AphCompareGrid *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->header)) != NULL)
    gtk_box_remove (GTK_BOX (self->header), child);

  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autofree char *name = self->is_blind ? aph_compare_grid_dup_letter (i)
                                             : aph_compare_grid_dup_column_name (self->table, i);

      child = gtk_label_new (name);
      gtk_label_set_xalign (GTK_LABEL (child), 0);
      gtk_label_set_ellipsize (GTK_LABEL (child), PANGO_ELLIPSIZE_MIDDLE);
      gtk_widget_set_tooltip_text (child, name);
      gtk_widget_add_css_class (child, "heading");
      gtk_box_append (GTK_BOX (self->header), child);
    }
}

/**
 * aph_compare_grid_update:
 * @self: a grid
 *
 * Takes what is new of the table: rows and columns.
 */
void
aph_compare_grid_update (AphCompareGrid *self)
{
  guint n_columns;

  g_return_if_fail (APH_IS_COMPARE_GRID (self));

  n_columns = self->table != NULL ? aph_comparison_get_n_columns (self->table) : 0;
  if (n_columns != self->n_columns)
    {
      remove_rows (self, 0);
      self->n_columns = n_columns;
    }
  fill_header (self);
  for (guint i = 0; i < self->rows->len; i++)
    fill_row (self, g_array_index (self->row_numbers, guint, i));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * aph_compare_grid_set_table:
 * @self: a grid
 * @table: (nullable): what to show; whoever sets it keeps it until another one is set
 */
void
aph_compare_grid_set_table (AphCompareGrid *self,
                            AphComparison  *table)
{
  g_return_if_fail (APH_IS_COMPARE_GRID (self));

  self->table = table;
  remove_rows (self, 0);
  aph_compare_grid_update (self);
}

/**
 * aph_compare_grid_refresh:
 * @self: a grid
 *
 * Looks what is new of the answers that can be seen.
 *
 * Returns: whether there was anything
 */
gboolean
aph_compare_grid_refresh (AphCompareGrid *self)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (APH_IS_COMPARE_GRID (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    {
      AphCompareRow *row = g_ptr_array_index (self->rows, i);
      gboolean row_changed = FALSE;

      for (guint j = 0; j < self->n_columns; j++)
        if (aph_compare_cell_refresh (aph_compare_row_get_cell (row, j)))
          row_changed = TRUE;
      if (row_changed && self->is_blind)
        fill_row (self, g_array_index (self->row_numbers, guint, i));
      changed = changed || row_changed;
    }

  return changed;
}

gboolean
aph_compare_grid_get_blind (AphCompareGrid *self)
{
  g_return_val_if_fail (APH_IS_COMPARE_GRID (self), FALSE);

  return self->is_blind;
}

/**
 * aph_compare_grid_set_blind:
 * @self: a grid
 * @blind: whether to hide whose answers they are until they are rated
 */
void
aph_compare_grid_set_blind (AphCompareGrid *self,
                            gboolean        blind)
{
  g_return_if_fail (APH_IS_COMPARE_GRID (self));

  if (self->is_blind == blind)
    return;

  self->is_blind = blind;
  aph_compare_grid_clear_marked (self);
  aph_compare_grid_update (self);
}

/**
 * aph_compare_grid_get_cell:
 * @self: a grid
 * @row: a row
 * @column: a place in it
 *
 * Returns: (transfer none) (nullable): the cell there, if it can be seen
 */
AphCompareCell *
aph_compare_grid_get_cell (AphCompareGrid *self,
                           guint           row,
                           guint           column)
{
  guint place;

  g_return_val_if_fail (APH_IS_COMPARE_GRID (self), NULL);

  if (self->rows->len == 0)
    return NULL;

  place = row % self->rows->len;
  if (g_array_index (self->row_numbers, guint, place) != row)
    return NULL;

  return aph_compare_row_get_cell (g_ptr_array_index (self->rows, place), column);
}

/* At once: gtk_adjustment_clamp_page() may take its time. */
static void
scroll_into_view (GtkAdjustment *adjustment,
                  double         from,
                  double         to)
{
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);

  value = MAX (value, to - page);
  gtk_adjustment_set_value (adjustment, MIN (value, from));
}

static void
scroll_to_cell (AphCompareGrid *self,
                guint           row,
                guint           column)
{
  double column_width = get_column_width (self);

  /* The table may have grown since the last time that rows were put in their places. */
  configure_adjustments (self, gtk_widget_get_width (GTK_WIDGET (self)),
                         MAX (gtk_widget_get_height (GTK_WIDGET (self)) - get_header_height (self),
                              1));
  if (self->vadjustment != NULL)
    scroll_into_view (self->vadjustment, row * (double) self->row_height,
                      (row + 1.0) * self->row_height);
  if (self->hadjustment != NULL)
    scroll_into_view (self->hadjustment, column * column_width, (column + 1) * column_width + GAP);
}

/**
 * aph_compare_grid_set_current:
 * @self: a grid
 * @row: a row
 * @column: a place in it
 *
 * Brings a cell into sight and gives it the focus.
 */
void
aph_compare_grid_set_current (AphCompareGrid *self,
                              guint           row,
                              guint           column)
{
  g_return_if_fail (APH_IS_COMPARE_GRID (self));
  g_return_if_fail (row < aph_compare_grid_get_n_rows (self) && column < self->n_columns);

  /* Rows turn out to be higher than was thought once they are filled. */
  for (guint i = 0; i < 3; i++)
    {
      scroll_to_cell (self, row, column);
      aph_compare_grid_size_allocate (GTK_WIDGET (self), gtk_widget_get_width (GTK_WIDGET (self)),
                                      gtk_widget_get_height (GTK_WIDGET (self)), -1);
      if (aph_compare_grid_get_cell (self, row, column) != NULL)
        break;
    }
  self->row = row;
  self->column = column;
  focus_current (self);
}

/**
 * aph_compare_grid_rate:
 * @self: a grid
 * @rating: from 1 to %APH_MAX_RATING; 0 for none
 *
 * Rates the current answer, if it has ended.
 */
void
aph_compare_grid_rate (AphCompareGrid *self,
                       guint           rating)
{
  g_return_if_fail (APH_IS_COMPARE_GRID (self));
  g_return_if_fail (rating <= APH_MAX_RATING);

  rate_job (self, aph_compare_grid_get_job_at (self, self->row, self->column), rating);
}
