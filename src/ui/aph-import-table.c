/* aph-import-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-import-table"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-import-table.h"
#include "ui/aph-ui.h"

/* More columns than this are not looked at. */
#define MAX_COLUMNS 30

#define CELL_CHARS 24

/* One row, as an object that a list model can hold. */
#define APH_TYPE_IMPORT_ROW (aph_import_row_get_type ())
G_DECLARE_FINAL_TYPE (AphImportRow, aph_import_row, APH, IMPORT_ROW, GObject)

struct _AphImportRow
{
  GObject parent_instance;

  char **cells;
};

G_DEFINE_FINAL_TYPE (AphImportRow, aph_import_row, G_TYPE_OBJECT)

static void
aph_import_row_finalize (GObject *object)
{
  g_strfreev (APH_IMPORT_ROW (object)->cells);

  G_OBJECT_CLASS (aph_import_row_parent_class)->finalize (object);
}

static void
aph_import_row_class_init (AphImportRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aph_import_row_finalize;
}

static void
aph_import_row_init (AphImportRow *self)
{
}

struct _AphImportTable
{
  GtkWidget parent_instance;

  GListStore *rows;
  char **names;          /* of the columns that are shown */
  GtkColumnView *view;
};

G_DEFINE_FINAL_TYPE (AphImportTable, aph_import_table, GTK_TYPE_WIDGET)

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARS);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  user_data)
{
  AphImportRow *row = gtk_list_item_get_item (item);
  guint number = GPOINTER_TO_UINT (user_data);
  const char *cell = number < g_strv_length (row->cells) ? row->cells[number] : "";

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), cell);
}

static void
add_column (AphImportTable *self,
            guint           number,
            const char     *name)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (number));
  column = gtk_column_view_column_new (name, factory);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (self->view, column);
}

/* GTK takes columns that are narrower than the view for scrolled beyond their end, and draws
 * that. */
static void
expand_last (GListModel *columns)
{
  guint n_columns = g_list_model_get_n_items (columns);
  g_autoptr (GtkColumnViewColumn) last = NULL;

  if (n_columns == 0)
    return;

  last = g_list_model_get_item (columns, n_columns - 1);
  gtk_column_view_column_set_expand (last, TRUE);
}

static void
show_columns (AphImportTable    *self,
              const char *const *columns)
{
  GListModel *present = gtk_column_view_get_columns (self->view);

  if (self->names != NULL && g_strv_equal ((const char *const *) self->names, columns))
    return;

  while (g_list_model_get_n_items (present) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (present, 0);

      gtk_column_view_remove_column (self->view, column);
    }
  for (guint i = 0; i < MAX_COLUMNS && columns[i] != NULL; i++)
    add_column (self, i, columns[i]);
  expand_last (present);

  g_strfreev (self->names);
  self->names = g_strdupv ((char **) columns);
}

/**
 * aph_import_table_show:
 * @self: a table
 * @columns: (array zero-terminated=1): the names of the columns
 * @rows: (element-type GStrv): the cells of each row
 *
 * Shows these rows and no others.
 */
void
aph_import_table_show (AphImportTable    *self,
                       const char *const *columns,
                       GPtrArray         *rows)
{
  g_return_if_fail (APH_IS_IMPORT_TABLE (self));

  g_list_store_remove_all (self->rows);
  show_columns (self, columns);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (AphImportRow) row = g_object_new (APH_TYPE_IMPORT_ROW, NULL);

      row->cells = g_strdupv (g_ptr_array_index (rows, i));
      g_list_store_append (self->rows, row);
    }
}

static void
aph_import_table_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_IMPORT_TABLE);

  G_OBJECT_CLASS (aph_import_table_parent_class)->dispose (object);
}

static void
aph_import_table_finalize (GObject *object)
{
  AphImportTable *self = APH_IMPORT_TABLE (object);

  g_clear_object (&self->rows);
  g_strfreev (self->names);

  G_OBJECT_CLASS (aph_import_table_parent_class)->finalize (object);
}

static void
aph_import_table_class_init (AphImportTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_import_table_dispose;
  object_class->finalize = aph_import_table_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-import-table.ui");
  gtk_widget_class_bind_template_child (widget_class, AphImportTable, view);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_import_table_init (AphImportTable *self)
{
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_list_store_new (APH_TYPE_IMPORT_ROW);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows))));
  gtk_column_view_set_model (self->view, selection);
  g_object_unref (selection);
  /* The list that GTK has in the table is what gets the focus. */
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (gtk_widget_get_last_child (GTK_WIDGET (self->view))),
    GTK_ACCESSIBLE_PROPERTY_LABEL, _("First rows"), -1);
}
