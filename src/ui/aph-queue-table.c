/* aph-queue-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-table"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-queue-table.h"
#include "ui/aph-table-cell.h"
#include "ui/aph-ui.h"

/* What changes faster than this cannot be read. A change of state is shown at once. */
#define ROW_US (100 * 1000)

/* No column is wider, in pixels. */
#define MAX_WIDTH 4000

/* How often the time of a prompt goes on that says nothing. */
#define WATCH_US (500 * 1000)

/* The cells of one row. */
typedef struct
{
  AphQueueRow *item;          /* (owned) */
  AphJobState state;          /* as shown */
  guint revision;             /* as shown */
  gint64 shown_at;            /* monotonic time, µs */
  AphTableCell *cells[APH_N_COLUMNS];
} Row;

struct _AphQueueTable
{
  GtkWidget parent_instance;

  AphRefreshClock *clock;     /* (owned) (nullable) until there is a model */
  gulong tick_id;             /* while mapped */
  GHashTable *rows;           /* AphQueueRow to Row, of those that have widgets */

  GtkColumnViewColumn *columns[APH_N_COLUMNS];  /* (owned) also those that are not shown */
  gboolean is_shown[APH_N_COLUMNS];
  GSimpleActionGroup *actions;
  GMenu *column_menu;
  gboolean is_setting;        /* we set the columns or the sorting, not the user */
  AphColumn probed;           /* what the sorter of the view asked first */

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
};

enum
{
  ACTIVATED,
  COLUMNS_CHANGED,
  MENU_REQUESTED,
  SORT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphQueueTable, aph_queue_table, GTK_TYPE_WIDGET)

/* The rows */

static void
row_free (gpointer data)
{
  Row *row = data;

  g_signal_handlers_disconnect_by_data (row->item, row);
  g_object_unref (row->item);
  g_free (row);
}

static AphJob *
get_job (Row *row)
{
  return aph_queue_row_get_job (row->item);
}

static void
note_shown (Row *row)
{
  row->state = aph_job_get_state (get_job (row));
  row->revision = aph_job_get_revision (get_job (row));
  row->shown_at = g_get_monotonic_time ();
}

static void
job_replaced_cb (Row *row)
{
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (row->cells[i] != NULL)
      aph_table_cell_set_job (row->cells[i], get_job (row));
  note_shown (row);
}

static Row *
get_row (AphQueueTable *self,
         AphQueueRow   *item)
{
  Row *row = g_hash_table_lookup (self->rows, item);

  if (row == NULL)
    {
      row = g_new0 (Row, 1);
      row->item = g_object_ref (item);
      note_shown (row);
      g_signal_connect_swapped (item, "notify::job", G_CALLBACK (job_replaced_cb), row);
      g_hash_table_insert (self->rows, item, row);
    }

  return row;
}

static gboolean
has_cells (Row *row)
{
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (row->cells[i] != NULL)
      return TRUE;

  return FALSE;
}

/* GTK keeps far more rows than can be seen. */
static gboolean
is_in_sight (AphQueueTable *self,
             Row           *row)
{
  graphene_rect_t bounds;

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (row->cells[i] != NULL)
      return gtk_widget_get_mapped (GTK_WIDGET (row->cells[i]))
             && gtk_widget_compute_bounds (GTK_WIDGET (row->cells[i]),
                                           GTK_WIDGET (self->scroller), &bounds)
             && bounds.origin.y + bounds.size.height > 0
             && bounds.origin.y < gtk_widget_get_height (GTK_WIDGET (self->scroller));

  return FALSE;
}

static gboolean
is_due (Row    *row,
        gint64  now)
{
  if (aph_job_get_revision (get_job (row)) != row->revision)
    return aph_job_get_state (get_job (row)) != row->state || now - row->shown_at >= ROW_US;

  return aph_job_is_running (get_job (row)) && now - row->shown_at >= WATCH_US;
}

static void
poke (AphQueueTable *self)
{
  if (self->clock != NULL)
    aph_refresh_clock_poke (self->clock);
}

static void
refresh (AphQueueTable *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean is_behind = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Row *row = value;

      if (!is_due (row, now))
        {
          is_behind |= aph_job_get_revision (get_job (row)) != row->revision;
          continue;
        }
      if (!is_in_sight (self, row))
        continue;

      for (guint i = 0; i < APH_N_COLUMNS; i++)
        if (row->cells[i] != NULL)
          aph_table_cell_refresh (row->cells[i]);
      note_shown (row);
    }

  /* The clock may have no other reason to tick when they are due. */
  if (is_behind)
    poke (self);
}

/* The cells */

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  user_data)
{
  gtk_list_item_set_child (item, aph_table_cell_new (GPOINTER_TO_UINT (user_data)));
}

static void
bind_cb (AphQueueTable *self,
         GtkListItem   *item)
{
  AphTableCell *cell = APH_TABLE_CELL (gtk_list_item_get_child (item));
  AphQueueRow *row = gtk_list_item_get_item (item);

  get_row (self, row)->cells[aph_table_cell_get_column (cell)] = cell;
  aph_table_cell_set_job (cell, aph_queue_row_get_job (row));
}

static void
unbind_cb (AphQueueTable *self,
           GtkListItem   *item)
{
  AphTableCell *cell = APH_TABLE_CELL (gtk_list_item_get_child (item));
  AphColumn column = aph_table_cell_get_column (cell);
  Row *row = g_hash_table_lookup (self->rows, gtk_list_item_get_item (item));

  if (row != NULL && row->cells[column] == cell)
    {
      row->cells[column] = NULL;
      if (!has_cells (row))
        g_hash_table_remove (self->rows, row->item);
    }
  aph_table_cell_set_job (cell, NULL);
}

/* The cell at or around a widget: the one that was clicked, or the first of the row that has the
 * focus. */
static AphTableCell *
find_cell (AphQueueTable *self,
           GtkWidget     *widget)
{
  for (; widget != NULL && widget != GTK_WIDGET (self->view);
       widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *child = widget;

      /* A row has cells of GTK, and those have ours. */
      for (guint depth = 0; child != NULL && depth < 3; depth++)
        {
          if (APH_IS_TABLE_CELL (child))
            return APH_TABLE_CELL (child);
          child = gtk_widget_get_first_child (child);
        }
    }

  return NULL;
}

static void
request_menu (AphQueueTable *self,
              AphTableCell  *cell,
              double         x,
              double         y)
{
  AphJob *job = aph_table_cell_get_job (cell);

  if (job != NULL)
    g_signal_emit (self, signals[MENU_REQUESTED], 0, job, x, y);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            gpointer         user_data)
{
  AphQueueTable *self = APH_QUEUE_TABLE (user_data);
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  AphTableCell *cell = find_cell (self, widget);

  if (cell == NULL)
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  request_menu (self, cell, x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  AphQueueTable *self = APH_QUEUE_TABLE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  AphTableCell *cell = find_cell (self, gtk_root_get_focus (root));
  double x, y;

  if (cell == NULL)
    return FALSE;

  gtk_widget_translate_coordinates (GTK_WIDGET (cell), widget, 24,
                                    gtk_widget_get_height (GTK_WIDGET (cell)), &x, &y);
  request_menu (self, cell, x, y);

  return TRUE;
}

static void
activate_cb (AphQueueTable *self,
             guint          position)
{
  g_autoptr (AphQueueRow) row =
    g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (self->view)), position);

  if (row != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, aph_queue_row_get_job (row));
}

/* Sorting */

/* The view's own sorter asks those of the columns, beginning with the one that matters most. Each
 * says "smaller", so what comes out tells the direction; GTK 4.8 has no other way to ask. */
static int
probe_cb (gconstpointer a,
          gconstpointer b,
          gpointer      user_data)
{
  GtkColumnViewColumn *column = user_data;
  GtkColumnView *view = gtk_column_view_column_get_column_view (column);
  AphQueueTable *self;

  if (view == NULL)
    return GTK_ORDERING_EQUAL;

  self = APH_QUEUE_TABLE (gtk_widget_get_ancestor (GTK_WIDGET (view), APH_TYPE_QUEUE_TABLE));
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (self->columns[i] == column)
      self->probed = i;

  return GTK_ORDERING_SMALLER;
}

/**
 * aph_queue_table_get_sort:
 * @self: a table
 * @column: (out): what is sorted by
 * @descending: (out): whether the largest come first
 *
 * Returns: %FALSE if the user wants no other order than that in which the prompts were queued
 */
gboolean
aph_queue_table_get_sort (AphQueueTable *self,
                          AphColumn     *column,
                          gboolean      *descending)
{
  g_autoptr (GObject) first = NULL;
  g_autoptr (GObject) second = NULL;
  GtkOrdering ordering;

  g_return_val_if_fail (APH_IS_QUEUE_TABLE (self), FALSE);

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
 * aph_queue_table_set_sort:
 * @self: a table
 * @column: what is sorted by
 * @descending: whether the largest come first
 *
 * Shows it in the header; "sort-changed" is not emitted: it was not the user.
 */
void
aph_queue_table_set_sort (AphQueueTable *self,
                          AphColumn      column,
                          gboolean       descending)
{
  g_return_if_fail (APH_IS_QUEUE_TABLE (self));
  g_return_if_fail ((guint) column < APH_N_COLUMNS);

  self->is_setting = TRUE;
  gtk_column_view_sort_by_column (self->view, self->columns[column],
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  self->is_setting = FALSE;
}

static void
sorter_changed_cb (AphQueueTable *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[SORT_CHANGED], 0);
}

static void
natural_order_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  gtk_column_view_sort_by_column (APH_QUEUE_TABLE (user_data)->view, NULL, GTK_SORT_ASCENDING);
}

/* The columns */

static void
column_changed_cb (AphQueueTable *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[COLUMNS_CHANGED], 0);
}

/* GTK 4.8 has no word for it: the title of a column of numbers stands where they stand. */
static void
align_title (AphQueueTable *self,
             guint          position)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *title = gtk_widget_get_first_child (header);
  GtkWidget *box;

  while (title != NULL && position-- > 0)
    title = gtk_widget_get_next_sibling (title);
  box = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  if (GTK_IS_BOX (box))
    gtk_widget_set_halign (box, GTK_ALIGN_END);
}

/* A column that is not shown is not in the view: GTK 4.8 keeps the room of one that is invisible. */
static void
show_column (AphQueueTable *self,
             AphColumn      id,
             gboolean       is_shown)
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
        align_title (self, position);
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
      show_column (APH_QUEUE_TABLE (user_data), i, g_variant_get_boolean (state));
}

/* Without a prompt a row says nothing: that column is always there. */
static void
add_column_action (AphQueueTable       *self,
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
add_column (AphQueueTable *self,
            AphColumn      id)
{
  const AphColumnInfo *info = aph_column_get_info (id);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (_(info->title), factory);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (probe_cb, column, NULL));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (id));
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);

  gtk_column_view_column_set_fixed_width (column, info->width);
  gtk_column_view_column_set_expand (column, info->is_elastic);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_header_menu (column, G_MENU_MODEL (self->column_menu));
  g_signal_connect_swapped (column, "notify::fixed-width", G_CALLBACK (column_changed_cb), self);

  self->columns[id] = column;
  show_column (self, id, !info->is_hidden);
}

static void
add_columns (AphQueueTable *self)
{
  static const GActionEntry entries[] = {
    { .name = "natural-order", .activate = natural_order_action },
  };
  g_autoptr (GMenu) shown = g_menu_new ();
  g_autoptr (GMenu) order = g_menu_new ();

  self->actions = g_simple_action_group_new ();
  self->column_menu = g_menu_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_menu_append (order, _("In the Order _Queued"), "columns.natural-order");
  g_menu_append_section (self->column_menu, NULL, G_MENU_MODEL (shown));
  g_menu_append_section (self->column_menu, NULL, G_MENU_MODEL (order));

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (i != APH_COLUMN_PROMPT)
      add_column_action (self, aph_column_get_info (i), shown);
  self->is_setting = TRUE;
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    add_column (self, i);
  self->is_setting = FALSE;
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns", G_ACTION_GROUP (self->actions));
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
 * aph_queue_table_dup_columns:
 * @self: a table
 *
 * Returns: (transfer full): which columns are shown and how wide they are, to be remembered:
 *   “prompt”, “model=130” or, of one that is hidden, “-server=150”
 */
char **
aph_queue_table_dup_columns (AphQueueTable *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (APH_IS_QUEUE_TABLE (self), NULL);

  for (guint i = 0; i < APH_N_COLUMNS; i++)
    {
      int width = gtk_column_view_column_get_fixed_width (self->columns[i]);
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
 * aph_queue_table_set_columns:
 * @self: a table
 * @columns: what aph_queue_table_dup_columns() gave at another time; unknown words are passed
 *   over, and columns that are not named stay as they are
 */
void
aph_queue_table_set_columns (AphQueueTable     *self,
                             const char *const *columns)
{
  g_return_if_fail (APH_IS_QUEUE_TABLE (self));
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
      gtk_column_view_column_set_fixed_width (self->columns[column], CLAMP (width, -1, MAX_WIDTH));
    }
  self->is_setting = FALSE;
}

/**
 * aph_queue_table_get_actions:
 * @self: a table
 *
 * Returns: (transfer none): the actions of the menu of columns, for the prefix “columns”
 */
GActionGroup *
aph_queue_table_get_actions (AphQueueTable *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_TABLE (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

GMenuModel *
aph_queue_table_get_column_menu (AphQueueTable *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_TABLE (self), NULL);

  return G_MENU_MODEL (self->column_menu);
}

/* The widget */

static void
connect_clock (AphQueueTable *self)
{
  if (self->clock != NULL && self->tick_id == 0)
    self->tick_id = g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (refresh), self);
  poke (self);
}

static void
aph_queue_table_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (aph_queue_table_parent_class)->map (widget);

  connect_clock (APH_QUEUE_TABLE (widget));
}

static void
aph_queue_table_unmap (GtkWidget *widget)
{
  AphQueueTable *self = APH_QUEUE_TABLE (widget);

  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);

  GTK_WIDGET_CLASS (aph_queue_table_parent_class)->unmap (widget);
}

/* The list below the header: the view itself has no actions on GTK 4.8. */
static GtkWidget *
get_list (AphQueueTable *self)
{
  return gtk_widget_get_last_child (GTK_WIDGET (self->view));
}

static gboolean
aph_queue_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (get_list (APH_QUEUE_TABLE (widget)));
}

static void
aph_queue_table_dispose (GObject *object)
{
  AphQueueTable *self = APH_QUEUE_TABLE (object);

  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->view), self);
      gtk_column_view_set_model (self->view, NULL);
    }
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    if (self->columns[i] != NULL)
      g_signal_handlers_disconnect_by_data (self->columns[i], self);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_QUEUE_TABLE);
  for (guint i = 0; i < APH_N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  g_clear_object (&self->actions);
  g_clear_object (&self->column_menu);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (aph_queue_table_parent_class)->dispose (object);
}

static void
aph_queue_table_finalize (GObject *object)
{
  g_hash_table_unref (APH_QUEUE_TABLE (object)->rows);

  G_OBJECT_CLASS (aph_queue_table_parent_class)->finalize (object);
}

static void
aph_queue_table_class_init (AphQueueTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_queue_table_dispose;
  object_class->finalize = aph_queue_table_finalize;
  widget_class->grab_focus = aph_queue_table_grab_focus;
  widget_class->map = aph_queue_table_map;
  widget_class->unmap = aph_queue_table_unmap;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[COLUMNS_CHANGED] = g_signal_new ("columns-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[MENU_REQUESTED] = g_signal_new ("menu-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 3, APH_TYPE_JOB,
                                          G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SORT_CHANGED] = g_signal_new ("sort-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-queue-table.ui");
  gtk_widget_class_bind_template_child (widget_class, AphQueueTable, scroller);
  gtk_widget_class_bind_template_child (widget_class, AphQueueTable, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphqueuetable");
}

static void
aph_queue_table_init (AphQueueTable *self)
{
  GtkGesture *gesture = gtk_gesture_click_new ();
  GtkAdjustment *adjustment;

  self->rows = g_hash_table_new_full (NULL, NULL, NULL, row_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_columns (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (get_list (self)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Prompts"), -1);
  g_signal_connect_swapped (gtk_column_view_get_sorter (self->view), "changed",
                            G_CALLBACK (sorter_changed_cb), self);

  /* What comes into sight, by scrolling or by a layout, is refreshed before it is read. */
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (poke), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (poke), self, G_CONNECT_SWAPPED);

  /* One for all cells. */
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect (gesture, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (gesture));
}

/**
 * aph_queue_table_set_model:
 * @self: a table
 * @model: (nullable): the rows to list; %NULL while the table is out of sight, and costs
 *   nothing then
 * @clock: tells when to look whether they have changed
 */
void
aph_queue_table_set_model (AphQueueTable   *self,
                           AphQueueRows    *model,
                           AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_QUEUE_TABLE (self));
  g_return_if_fail (model == NULL || APH_IS_QUEUE_ROWS (model));

  if (self->clock != clock)
    {
      if (self->clock != NULL)
        g_clear_signal_handler (&self->tick_id, self->clock);
      g_set_object (&self->clock, clock);
    }
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (model));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_clock (self);
}

/**
 * aph_queue_table_scroll_to:
 * @self: a table
 * @position: of a row
 */
void
aph_queue_table_scroll_to (AphQueueTable *self,
                           guint          position)
{
  g_return_if_fail (APH_IS_QUEUE_TABLE (self));

  gtk_widget_activate_action (get_list (self), "list.scroll-to-item", "u", position);
}
