/* aph-table-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-table-cell"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-table-cell.h"

/* In em. */
#define LINE_HEIGHT 1.7

struct _AphTableCell
{
  GtkWidget parent_instance;

  AphColumn column;
  AphJob *job;            /* (nullable) unless bound */
  int line_height;        /* in pixels */
  GtkWidget *child;       /* an icon in the column of states, else an inscription */
};

G_DEFINE_FINAL_TYPE (AphTableCell, aph_table_cell, GTK_TYPE_WIDGET)

static gboolean
aph_table_cell_query_tooltip (GtkWidget  *widget,
                              int         x,
                              int         y,
                              gboolean    is_by_keyboard,
                              GtkTooltip *tooltip)
{
  AphTableCell *self = APH_TABLE_CELL (widget);
  g_autofree char *text = NULL;

  if (self->job == NULL)
    return FALSE;

  text = aph_column_format (self->column, self->job);
  if (*text == '\0')
    return FALSE;

  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

/* Every line is as high as scripts need that are taller than the font of the desktop, and its text
 * in the middle of that, or the words of a row would not be on one line. An inscription takes no
 * line height from its style, and is no higher for one. */
static void
set_line_height (AphTableCell *self)
{
  GtkInscription *text = GTK_INSCRIPTION (self->child);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (text));
  /* In pixels: GTK makes the descriptions of fonts so. */
  int size = pango_font_description_get_size (pango_context_get_font_description (context));
  int height = PANGO_PIXELS (size * LINE_HEIGHT);
  PangoAttrList *attributes;

  if (height == self->line_height)
    return;

  self->line_height = height;
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_line_height_new_absolute (height * PANGO_SCALE));
  gtk_inscription_set_attributes (text, attributes);
  gtk_widget_set_size_request (GTK_WIDGET (text), -1, height);
  pango_attr_list_unref (attributes);
}

static void
aph_table_cell_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  AphTableCell *self = APH_TABLE_CELL (widget);

  GTK_WIDGET_CLASS (aph_table_cell_parent_class)->css_changed (widget, change);

  if (GTK_IS_INSCRIPTION (self->child))
    set_line_height (self);
}

static void
aph_table_cell_dispose (GObject *object)
{
  AphTableCell *self = APH_TABLE_CELL (object);

  /* GTK 4.8 keeps them for ever. */
  if (self->child != NULL && GTK_IS_INSCRIPTION (self->child))
    gtk_inscription_set_attributes (GTK_INSCRIPTION (self->child), NULL);

  g_clear_object (&self->job);
  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (aph_table_cell_parent_class)->dispose (object);
}

static void
aph_table_cell_class_init (AphTableCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_table_cell_dispose;
  widget_class->css_changed = aph_table_cell_css_changed;
  widget_class->query_tooltip = aph_table_cell_query_tooltip;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphcell");
}

static void
aph_table_cell_init (AphTableCell *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

static GtkWidget *
create_text (const AphColumnInfo *info)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), info->is_number ? 1 : 0);
  /* Where GTK puts what is too long for its column; so all texts of a row are on one line. */
  gtk_inscription_set_yalign (GTK_INSCRIPTION (text), 0);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), info->is_elastic ? 12 : 3);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), info->is_elastic ? 30 : 3);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_nat_lines (GTK_INSCRIPTION (text), 1);
  if (info->is_number)
    gtk_widget_add_css_class (text, "numeric");

  return text;
}

/**
 * aph_table_cell_new:
 * @column: the column that it is in
 *
 * Returns: (transfer floating): a cell that shows nothing yet
 */
GtkWidget *
aph_table_cell_new (AphColumn column)
{
  const AphColumnInfo *info = aph_column_get_info (column);
  AphTableCell *self;

  g_return_val_if_fail (info != NULL, NULL);

  self = g_object_new (APH_TYPE_TABLE_CELL, NULL);
  self->column = column;
  self->child = column == APH_COLUMN_STATE ? gtk_image_new () : create_text (info);
  gtk_widget_set_hexpand (self->child, TRUE);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));

  return GTK_WIDGET (self);
}

AphColumn
aph_table_cell_get_column (AphTableCell *self)
{
  g_return_val_if_fail (APH_IS_TABLE_CELL (self), APH_COLUMN_STATE);

  return self->column;
}

/**
 * aph_table_cell_get_job:
 * @self: a cell
 *
 * Returns: (transfer none) (nullable): the job that it tells about
 */
AphJob *
aph_table_cell_get_job (AphTableCell *self)
{
  g_return_val_if_fail (APH_IS_TABLE_CELL (self), NULL);

  return self->job;
}

/**
 * aph_table_cell_set_job:
 * @self: a cell
 * @job: (nullable): the job that it tells about
 */
void
aph_table_cell_set_job (AphTableCell *self,
                        AphJob       *job)
{
  g_return_if_fail (APH_IS_TABLE_CELL (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (g_set_object (&self->job, job) && job != NULL)
    aph_table_cell_refresh (self);
}

static void
show_state (AphTableCell *self)
{
  AphJobState state = aph_job_get_state (self->job);
  gboolean is_suspect = state == APH_JOB_DONE && aph_job_get_marks (self->job) != 0;
  const char *classes[] = {
    "aph-state", is_suspect ? "suspect" : aph_job_state_to_nick (state), NULL,
  };
  g_autofree char *text = aph_column_describe (self->job);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->child), aph_column_get_icon (self->job));
  gtk_widget_set_css_classes (self->child, classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
}

/* Its record is still on its way from disk. */
static void
show_nothing (AphTableCell *self)
{
  if (self->column == APH_COLUMN_STATE)
    gtk_image_clear (GTK_IMAGE (self->child));
  else
    gtk_inscription_set_text (GTK_INSCRIPTION (self->child), "");
}

/* What matters of a text that grows is its end. */
static void
show_overflow (AphTableCell *self)
{
  gboolean is_growing = self->column == APH_COLUMN_ANSWER && aph_job_is_running (self->job);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (self->child),
                                     is_growing ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_START
                                                : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (self->column == APH_COLUMN_ANSWER && aph_job_get_state (self->job) == APH_JOB_FAILED)
    gtk_widget_add_css_class (self->child, "error");
  else
    gtk_widget_remove_css_class (self->child, "error");
}

/**
 * aph_table_cell_refresh:
 * @self: a cell that has a job
 *
 * Shows what is to be said of it now.
 */
void
aph_table_cell_refresh (AphTableCell *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (APH_IS_TABLE_CELL (self));
  g_return_if_fail (self->job != NULL);

  if (!aph_job_is_loaded (self->job))
    {
      show_nothing (self);
      return;
    }

  if (self->column == APH_COLUMN_STATE)
    {
      show_state (self);
      return;
    }

  text = aph_column_format (self->column, self->job);
  if (g_strcmp0 (text, gtk_inscription_get_text (GTK_INSCRIPTION (self->child))) == 0)
    return;

  show_overflow (self);
  gtk_inscription_set_text (GTK_INSCRIPTION (self->child), text);
}
