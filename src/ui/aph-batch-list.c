/* aph-batch-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-batch-list"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-batch-list.h"
#include "ui/aph-batch-row.h"
#include "ui/aph-list-row.h"
#include "ui/aph-ui.h"

struct _AphBatchList
{
  GtkWidget parent_instance;

  AphRefreshClock *clock;         /* (owned) (nullable) until there are batches */
  AphBatch *all;                  /* stands for all together */
  GtkFilter *filter;              /* (owned) (nullable) likewise */
  GtkSingleSelection *selection;  /* (owned) (nullable) likewise */
  gboolean is_selecting;          /* we, not the user */

  GtkListView *list;
  GtkEditable *search;
  GtkToggleButton *archived_button;
  GtkWidget *menu;                /* (nullable) until it was used */
};

enum
{
  CHOSEN,
  SEARCH_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphBatchList, aph_batch_list, GTK_TYPE_WIDGET)

/* The menu of a batch */

static void
append_item (GMenu      *menu,
             const char *label,
             const char *action,
             AphBatch   *batch)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "t", aph_batch_get_id (batch));
  g_menu_append_item (menu, item);
}

static GMenuModel *
create_menu (AphBatch *batch)
{
  g_autoptr (GMenu) change = g_menu_new ();
  g_autoptr (GMenu) remove = g_menu_new ();
  GMenu *menu = g_menu_new ();

  append_item (change, _("Re_name…"), "batch.rename", batch);
  append_item (change, _("Run _Again…"), "batch.duplicate", batch);
  append_item (remove, aph_batch_get_archived (batch) ? _("_Unarchive") : _("_Archive"),
               "batch.archive", batch);
  append_item (remove, _("_Delete"), "batch.remove", batch);

  g_menu_append_section (menu, NULL, G_MENU_MODEL (change));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (remove));

  return G_MENU_MODEL (menu);
}

static void
popup_menu (AphBatchList *self,
            GtkWidget    *row,
            double        x,
            double        y)
{
  AphBatch *batch = aph_batch_row_get_batch (APH_BATCH_ROW (row));
  g_autoptr (GMenuModel) model = NULL;
  GdkRectangle place = { 0, 0, 1, 1 };

  if (batch == NULL || batch == self->all)
    return;

  model = create_menu (batch);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }

  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_pressed_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 gpointer         user_data)
{
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu (APH_BATCH_LIST (user_data), gtk_event_controller_get_widget (controller), x, y);
}

static GtkWidget *
find_focused_row (AphBatchList *self)
{
  return aph_list_row_find_focused (GTK_WIDGET (self->list), APH_TYPE_BATCH_ROW);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  AphBatchList *self = APH_BATCH_LIST (widget);
  GtkWidget *row = find_focused_row (self);

  if (row == NULL)
    return FALSE;

  popup_menu (self, row, 24, gtk_widget_get_height (row));

  return TRUE;
}

/* A key that stands for an action on the batch that has the focus. */
static gboolean
action_key_cb (GtkWidget *widget,
               GVariant  *args,
               gpointer   user_data)
{
  GtkWidget *row = find_focused_row (APH_BATCH_LIST (widget));
  AphBatch *batch = row != NULL ? aph_batch_row_get_batch (APH_BATCH_ROW (row)) : NULL;

  if (batch == NULL || batch == APH_BATCH_LIST (widget)->all)
    return FALSE;

  return gtk_widget_activate_action (widget, g_variant_get_string (args, NULL), "t",
                                     aph_batch_get_id (batch));
}

/* The rows */

static void
setup_cb (AphBatchList *self,
          GtkListItem  *item)
{
  GtkWidget *row = aph_batch_row_new (self->clock);

  aph_list_row_add_click (row, GDK_BUTTON_SECONDARY, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (AphBatchList *self,
         GtkListItem  *item)
{
  aph_batch_row_set_batch (APH_BATCH_ROW (gtk_list_item_get_child (item)),
                           gtk_list_item_get_item (item));
}

static void
unbind_cb (AphBatchList *self,
           GtkListItem  *item)
{
  aph_batch_row_set_batch (APH_BATCH_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
selected_cb (AphBatchList *self)
{
  AphBatch *batch = gtk_single_selection_get_selected_item (self->selection);

  if (!self->is_selecting && batch != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, batch != self->all ? batch : NULL);
}

static void
search_changed_cb (AphBatchList *self)
{
  if (!self->is_selecting)
    g_signal_emit (self, signals[SEARCH_CHANGED], 0, gtk_editable_get_text (self->search));
}

static gboolean
is_listed (gpointer item,
           gpointer user_data)
{
  return gtk_toggle_button_get_active (APH_BATCH_LIST (user_data)->archived_button)
         || !aph_batch_get_archived (APH_BATCH (item));
}

static void
archived_toggled_cb (AphBatchList *self)
{
  if (self->filter != NULL)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static gboolean
aph_batch_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_BATCH_LIST (widget)->list));
}

static void
aph_batch_list_dispose (GObject *object)
{
  AphBatchList *self = APH_BATCH_LIST (object);

  self->is_selecting = TRUE;
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (GTK_CUSTOM_FILTER (self->filter), NULL, NULL, NULL);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_BATCH_LIST);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->all);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (aph_batch_list_parent_class)->dispose (object);
}

static void
aph_batch_list_class_init (AphBatchListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_batch_list_dispose;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_batch_list_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, APH_TYPE_BATCH);
  signals[SEARCH_CHANGED] = g_signal_new ("search-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-batch-list.ui");
  gtk_widget_class_bind_template_child (widget_class, AphBatchList, archived_button);
  gtk_widget_class_bind_template_child (widget_class, AphBatchList, list);
  gtk_widget_class_bind_template_child (widget_class, AphBatchList, search);
  gtk_widget_class_bind_template_callback (widget_class, archived_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F2, 0, action_key_cb,
                                "s", "batch.rename");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, 0, action_key_cb,
                                "s", "batch.remove");
}

static void
aph_batch_list_init (AphBatchList *self)
{
  AphBatchDetails details = { .title = _("All Prompts") };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->all = aph_batch_new (0, 0, &details);
}

/**
 * aph_batch_list_set_batches:
 * @self: a list, once
 * @batches: the #AphBatch to list
 * @clock: tells rows when to look whether they have changed
 */
void
aph_batch_list_set_batches (AphBatchList    *self,
                            GListModel      *batches,
                            AphRefreshClock *clock)
{
  g_autoptr (GListStore) head = NULL;
  GListStore *parts;
  GtkFilterListModel *listed;

  g_return_if_fail (APH_IS_BATCH_LIST (self));
  g_return_if_fail (self->selection == NULL);

  self->clock = g_object_ref (clock);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_listed, self, NULL));
  listed = gtk_filter_list_model_new (g_object_ref (batches), g_object_ref (self->filter));

  head = g_list_store_new (APH_TYPE_BATCH);
  g_list_store_append (head, self->all);
  parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (parts, head);
  g_list_store_append (parts, listed);
  g_object_unref (listed);

  self->is_selecting = TRUE;
  self->selection = gtk_single_selection_new (
    G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts))));
  g_signal_connect_swapped (self->selection, "notify::selected-item",
                            G_CALLBACK (selected_cb), self);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  self->is_selecting = FALSE;
}

/**
 * aph_batch_list_select:
 * @self: a list
 * @batch: (nullable): the batch that is looked at; %NULL for all together
 *
 * Shows it; "chosen" is not emitted: it was not the user.
 */
void
aph_batch_list_select (AphBatchList *self,
                       AphBatch     *batch)
{
  guint n_batches, position = 0;

  g_return_if_fail (APH_IS_BATCH_LIST (self));
  g_return_if_fail (self->selection != NULL);

  n_batches = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  for (guint i = 1; batch != NULL && i < n_batches; i++)
    {
      g_autoptr (AphBatch) candidate =
        g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (candidate == batch)
        {
          position = i;
          break;
        }
    }

  self->is_selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_selecting = FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

/**
 * aph_batch_list_set_search:
 * @self: a list
 * @search: what is searched for
 *
 * Shows it; "search-changed" is not emitted for it.
 */
void
aph_batch_list_set_search (AphBatchList *self,
                           const char   *search)
{
  g_return_if_fail (APH_IS_BATCH_LIST (self));
  g_return_if_fail (search != NULL);

  if (g_strcmp0 (search, gtk_editable_get_text (self->search)) == 0)
    return;

  self->is_selecting = TRUE;
  gtk_editable_set_text (self->search, search);
  self->is_selecting = FALSE;
}
