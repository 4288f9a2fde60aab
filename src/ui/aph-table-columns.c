/* aph-table-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-table-columns"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-table-columns.h"
#include "ui/aph-ui.h"

/* No column is wider, in pixels. */
#define MAX_WIDTH 4000

/* What the sorter of a column tells when it is asked. */
typedef struct
{
  AphTableColumns *self;
  AphColumn id;
} Probe;

struct _AphTableColumns
{
  GObject parent_instance;

  GtkColumnView *view;        /* (owned) (nullable) until it is disposed of */
  GtkColumnViewColumn *columns[APH_N_COLUMNS];  /* (owned) also those that are not shown */
  gboolean is_shown[APH_N_COLUMNS];
  Probe probes[APH_N_COLUMNS];
  AphColumn probed;           /* what the sorter of the view asked last */
  double scale;               /* of the text, by which widths are multiplied */
  gboolean is_setting;        /* we set the columns or the sorting, not the user */
  GSimpleActionGroup *actions;
  GMenu *menu;
};

enum
{
  CHANGED,
  SORT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphTableColumns, aph_table_columns, G_TYPE_OBJECT)

/* Width */

/* The size of the text for which the widths are told and kept, in points at 96 dots per inch. */
#define USUAL_POINTS 11.0
#define USUAL_DPI (96.0 * 1024)

/* How much larger the text is than usual. */
static double
get_text_scale (AphTableColumns *self)
{
  g_autofree char *name = NULL;
  PangoFontDescription *font;
  double points;
  int dpi;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self->view)),
                "gtk-font-name", &name, "gtk-xft-dpi", &dpi, NULL);
  font = pango_font_description_from_string (name != NULL ? name : "");
  points = pango_font_description_get_size (font) / (double) PANGO_SCALE;
  if (pango_font_description_get_size_is_absolute (font))
    points *= 0.75;
  pango_font_description_free (font);

  return MAX (1, (points > 0 ? points / USUAL_POINTS : 1) * (dpi > 0 ? dpi / USUAL_DPI : 1));
}

/* @width is for text of the usual size, or -1. */
static void
set_width (AphTableColumns *self,
           AphColumn        column,
           int              width)
{
  gtk_column_view_column_set_fixed_width (self->columns[column],
                                          width > 0 ? (int) (width * self->scale + 0.5) : -1);
}

static int
get_width (AphTableColumns *self,
           AphColumn        column)
{
  int width = gtk_column_view_column_get_fixed_width (self->columns[column]);

  return width > 0 ? (int) (width / self->scale + 0.5) : -1;
}

static void
text_changed_cb (AphTableColumns *self)
{
  double scale = get_text_scale (self);
  int widths[APH_N_COLUMNS];

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    widths[i] = get_width (self, i);
  self->scale = scale;
  self->is_setting = TRUE;
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    set_width (self, i, widths[i]);
  self->is_setting = FALSE;
}

/* Sorting */

/* The view's own sorter asks those of the columns, beginning with the one that matters most. Each
 * says "smaller", so what comes out tells the direction; GTK 4.8 has no other way to ask. */
static int
probe_cb (gconstpointer a,
          gconstpointer b,
          gpointer      user_data)
{
  const Probe *probe = user_data;

  probe->self->probed = probe->id;

  return GTK_ORDERING_SMALLER;
}

/**
 * aph_table_columns_get_sort:
 * @self: columns
 * @column: (out): what is sorted by
 * @descending: (out): whether the largest come first
 *
 * Returns: %FALSE if the user wants no other order than that in which the prompts were queued
 */
gboolean
aph_table_columns_get_sort (AphTableColumns *self,
                            AphColumn       *column,
                            gboolean        *descending)
{
  g_autoptr (GObject) first = NULL;
  g_autoptr (GObject) second = NULL;
  GtkOrdering ordering;

  g_return_val_if_fail (APH_IS_TABLE_COLUMNS (self), FALSE);

  first = g_object_new (G_TYPE_OBJECT, NULL);
  second = g_object_new (G_TYPE_OBJECT, NULL);
  ordering = gtk_sorter_compare (gtk_column_view_get_sorter (self->view), first, second);
  if (ordering == GTK_ORDERING_EQUAL)
    return FALSE;

  *column = self->probed;
  *descending = ordering == GTK_ORDERING_LARGER;

  return TRUE;
}

/**
 * aph_table_columns_set_sort:
 * @self: columns
 * @column: what is sorted by
 * @descending: whether the largest come first
 *
 * Shows it in the header; "sort-changed" is not emitted: it was not the user.
 */
void
aph_table_columns_set_sort (AphTableColumns *self,
                            AphColumn        column,
                            gboolean         descending)
{
  g_return_if_fail (APH_IS_TABLE_COLUMNS (self));
  g_return_if_fail ((guint) column < APH_N_COLUMNS);

  self->is_setting = TRUE;
  gtk_column_view_sort_by_column (self->view, self->columns[column],
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  self->is_setting = FALSE;
}

static void
sorter_changed_cb (AphTableColumns *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[SORT_CHANGED], 0);
}

static void
natural_order_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  gtk_column_view_sort_by_column (APH_TABLE_COLUMNS (user_data)->view, NULL, GTK_SORT_ASCENDING);
}

/* The columns */

static void
column_changed_cb (AphTableColumns *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* A column that is not shown is not in the view: GTK 4.8 keeps the room of one that is
 * invisible. */
static void
show_column (AphTableColumns *self,
             AphColumn        id,
             gboolean         is_shown)
{
  GAction *action =
    g_action_map_lookup_action (G_ACTION_MAP (self->actions), aph_column_get_info (id)->name);
  guint position = 0;

  if (self->is_shown[id] == is_shown)
    return;

  self->is_shown[id] = is_shown;
  for (guint i = 0; i < id; i++)
    position += self->is_shown[i];
  if (is_shown)
    {
      gtk_column_view_insert_column (self->view, position, self->columns[id]);
      if (aph_column_get_info (id)->is_number)
        aph_ui_align_title (self->view, position);
    }
  else
    gtk_column_view_remove_column (self->view, self->columns[id]);
  if (action != NULL)
    g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (is_shown));
  column_changed_cb (self);
}

static void
show_column_action (GSimpleAction *action,
                    GVariant      *state,
                    gpointer       user_data)
{
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (g_str_equal (aph_column_get_info (i)->name, g_action_get_name (G_ACTION (action))))
      show_column (APH_TABLE_COLUMNS (user_data), i, g_variant_get_boolean (state));
}

/* Without a prompt a row says nothing: that column is always there. */
static void
add_column_action (AphTableColumns     *self,
                   const AphColumnInfo *info,
                   GMenu               *menu)
{
  g_autofree char *detailed_name = g_strdup_printf ("columns.%s", info->name);
  g_autoptr (GSimpleAction) action =
    g_simple_action_new_stateful (info->name, NULL, g_variant_new_boolean (FALSE));

  g_signal_connect (action, "change-state", G_CALLBACK (show_column_action), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
  g_menu_append (menu, _(info->title), detailed_name);
}

static void
add_column (AphTableColumns    *self,
            AphColumn           id,
            AphCellFactoryFunc  create_factory,
            gpointer            user_data)
{
  const AphColumnInfo *info = aph_column_get_info (id);
  GtkColumnViewColumn *column =
    gtk_column_view_column_new (_(info->title), create_factory (id, user_data));
  g_autoptr (GtkSorter) sorter = NULL;

  self->probes[id] = (Probe) { self, id };
  sorter = GTK_SORTER (gtk_custom_sorter_new (probe_cb, &self->probes[id], NULL));
  gtk_column_view_column_set_expand (column, info->is_elastic);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_header_menu (column, G_MENU_MODEL (self->menu));
  g_signal_connect_swapped (column, "notify::fixed-width", G_CALLBACK (column_changed_cb), self);

  self->columns[id] = column;
  set_width (self, id, info->width);
  show_column (self, id, !info->is_hidden);
}

static void
add_columns (AphTableColumns    *self,
             AphCellFactoryFunc  create_factory,
             gpointer            user_data)
{
  static const GActionEntry entries[] = {
    { .name = "natural-order", .activate = natural_order_action },
  };
  g_autoptr (GMenu) shown = g_menu_new ();
  g_autoptr (GMenu) order = g_menu_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_menu_append (order, _("In the Order _Queued"), "columns.natural-order");
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (shown));
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (order));

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (i != APH_COLUMN_PROMPT)
      add_column_action (self, aph_column_get_info (i), shown);
  self->is_setting = TRUE;
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    add_column (self, i, create_factory, user_data);
  self->is_setting = FALSE;
}

static int
lookup_column (const char *name,
               gsize       length)
{
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    {
      const AphColumnInfo *info = aph_column_get_info (i);

      if (strlen (info->name) == length && strncmp (info->name, name, length) == 0)
        return (int) i;
    }

  return -1;
}

/**
 * aph_table_columns_dup:
 * @self: columns
 *
 * Returns: (transfer full): which columns are shown and how wide they are for text of the usual
 *   size, to be remembered:
 *   “prompt”, “model=130” or, of one that is hidden, “-server=150”
 */
char **
aph_table_columns_dup (AphTableColumns *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (APH_IS_TABLE_COLUMNS (self), NULL);

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    {
      int width = get_width (self, i);
      const char *name = aph_column_get_info (i)->name;
      g_autofree char *word = NULL;

      if (width > 0)
        word = g_strdup_printf ("%s%s=%d", self->is_shown[i] ? "" : "-", name, width);
      else
        word = g_strdup_printf ("%s%s", self->is_shown[i] ? "" : "-", name);
      g_strv_builder_add (builder, word);
    }

  return g_strv_builder_end (builder);
}

/**
 * aph_table_columns_set:
 * @self: columns
 * @columns: what aph_table_columns_dup() gave at another time; unknown words are passed
 *   over, and columns that are not named stay as they are
 */
void
aph_table_columns_set (AphTableColumns   *self,
                       const char *const *columns)
{
  g_return_if_fail (APH_IS_TABLE_COLUMNS (self));
  g_return_if_fail (columns != NULL);

  self->is_setting = TRUE;
  for (guint i = 0; columns[i] != NULL; i++)
    {
      gboolean is_hidden = columns[i][0] == '-';
      const char *name = columns[i] + is_hidden;
      gsize length = strcspn (name, "=");
      int column = lookup_column (name, length);
      int width = name[length] == '=' ? atoi (name + length + 1) : -1;

      if (column < 0)
        continue;

      show_column (self, column, !is_hidden || column == APH_COLUMN_PROMPT);
      set_width (self, column, CLAMP (width, -1, MAX_WIDTH));
    }
  self->is_setting = FALSE;
}

/**
 * aph_table_columns_get_actions:
 * @self: columns
 *
 * Returns: (transfer none): the actions of the menu of columns, for the prefix “columns”
 */
GActionGroup *
aph_table_columns_get_actions (AphTableColumns *self)
{
  g_return_val_if_fail (APH_IS_TABLE_COLUMNS (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

/**
 * aph_table_columns_get_menu:
 * @self: columns
 *
 * Returns: (transfer none): a menu in which columns are shown and hidden, for actions of the prefix
 *   “columns”
 */
GMenuModel *
aph_table_columns_get_menu (AphTableColumns *self)
{
  g_return_val_if_fail (APH_IS_TABLE_COLUMNS (self), NULL);

  return G_MENU_MODEL (self->menu);
}

/* The object */

static void
aph_table_columns_dispose (GObject *object)
{
  AphTableColumns *self = APH_TABLE_COLUMNS (object);

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->view), self);
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (self->columns[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->columns[i], self);
        gtk_column_view_column_set_sorter (self->columns[i], NULL);
        g_clear_object (&self->columns[i]);
      }
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_widget_get_settings (GTK_WIDGET (self->view)), self);
  g_clear_object (&self->view);

  G_OBJECT_CLASS (aph_table_columns_parent_class)->dispose (object);
}

static void
aph_table_columns_finalize (GObject *object)
{
  AphTableColumns *self = APH_TABLE_COLUMNS (object);

  g_object_unref (self->actions);
  g_object_unref (self->menu);

  G_OBJECT_CLASS (aph_table_columns_parent_class)->finalize (object);
}

static void
aph_table_columns_class_init (AphTableColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_table_columns_dispose;
  object_class->finalize = aph_table_columns_finalize;

  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[SORT_CHANGED] = g_signal_new ("sort-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
aph_table_columns_init (AphTableColumns *self)
{
  self->actions = g_simple_action_group_new ();
  self->menu = g_menu_new ();
}

/**
 * aph_table_columns_new:
 * @view: a view without columns
 * @create_factory: makes the cells of each
 * @user_data: for @create_factory
 *
 * Returns: (transfer full): the columns of @view, of which the usual ones are shown
 */
AphTableColumns *
aph_table_columns_new (GtkColumnView      *view,
                       AphCellFactoryFunc  create_factory,
                       gpointer            user_data)
{
  AphTableColumns *self;

  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (view), NULL);
  g_return_val_if_fail (create_factory != NULL, NULL);

  self = g_object_new (APH_TYPE_TABLE_COLUMNS, NULL);
  self->view = g_object_ref (view);
  self->scale = get_text_scale (self);
  add_columns (self, create_factory, user_data);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (view)), "notify::gtk-font-name",
                           G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (view)), "notify::gtk-xft-dpi",
                           G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (gtk_column_view_get_sorter (view), "changed",
                            G_CALLBACK (sorter_changed_cb), self);

  return self;
}
