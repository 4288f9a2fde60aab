/* aph-queue-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-table"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-queue-table.h"
#include "ui/aph-table-cell.h"
#include "ui/aph-ui.h"

/* What changes faster than this cannot be read. A change of state is shown at once. */
#define ROW_US (100 * 1000)

/* How often the time of a prompt goes on that says nothing. */
#define WATCH_US (500 * 1000)

/* How often a row that nobody sees is told anew to whoever reads it otherwise. */
#define UNSEEN_US (5 * G_USEC_PER_SEC)

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

  AphTableColumns *columns;
  GtkScrolledWindow *scroller;
  GtkColumnView *view;
};

enum
{
  ACTIVATED,
  MENU_REQUESTED,
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

/* A screen reader reads rows that are out of sight, too. */
static gboolean
is_due_unseen (Row    *row,
               gint64  now)
{
  return aph_job_get_state (get_job (row)) != row->state || now - row->shown_at >= UNSEEN_US;
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
      if (!is_in_sight (self, row) && !is_due_unseen (row, now))
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

static GtkListItemFactory *
create_factory (AphColumn column,
                gpointer  user_data)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (column));
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), user_data);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), user_data);

  return factory;
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
    gtk_column_view_set_model (self->view, NULL);
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
  if (self->columns != NULL)
    g_object_run_dispose (G_OBJECT (self->columns));
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_QUEUE_TABLE);
  g_clear_object (&self->columns);
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
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_queue_table_grab_focus;
  widget_class->map = aph_queue_table_map;
  widget_class->unmap = aph_queue_table_unmap;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[MENU_REQUESTED] = g_signal_new ("menu-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 3, APH_TYPE_JOB,
                                          G_TYPE_DOUBLE, G_TYPE_DOUBLE);

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
  self->columns = aph_table_columns_new (self->view, create_factory, self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  aph_table_columns_get_actions (self->columns));
  gtk_accessible_update_property (GTK_ACCESSIBLE (get_list (self)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Prompts"), -1);

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

/**
 * aph_queue_table_get_columns:
 * @self: a table
 *
 * Returns: (transfer none): its columns; their actions are for the prefix “columns”
 */
AphTableColumns *
aph_queue_table_get_columns (AphQueueTable *self)
{
  g_return_val_if_fail (APH_IS_QUEUE_TABLE (self), NULL);

  return self->columns;
}
