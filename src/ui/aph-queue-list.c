/* aph-queue-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-queue-list"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-job-row.h"
#include "ui/aph-list-row.h"
#include "ui/aph-queue-list.h"
#include "ui/aph-ui.h"

struct _AphQueueList
{
  GtkWidget parent_instance;

  AphRefreshClock *clock;         /* (nullable) until there is a model */

  GtkWidget *scroller;
  GtkListView *list;
};

enum
{
  ACTIVATED,
  MENU_REQUESTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphQueueList, aph_queue_list, GTK_TYPE_WIDGET)

static void
request_menu (AphQueueList *self,
              GtkWidget    *row,
              double        x,
              double        y)
{
  AphJob *job = aph_job_row_get_job (APH_JOB_ROW (row));

  if (job == NULL)
    return;

  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &x, &y);
  g_signal_emit (self, signals[MENU_REQUESTED], 0, job, x, y);
}

static void
menu_pressed_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 gpointer         user_data)
{
  AphQueueList *self = APH_QUEUE_LIST (user_data);
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  request_menu (self, gtk_event_controller_get_widget (controller), x, y);
}

/* A press opens; one that only selects more rows does not. */
static void
row_released_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 gpointer         user_data)
{
  AphQueueList *self = APH_QUEUE_LIST (user_data);
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);
  AphJob *job = aph_job_row_get_job (APH_JOB_ROW (gtk_event_controller_get_widget (controller)));
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (controller);

  if (job != NULL && (modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    g_signal_emit (self, signals[ACTIVATED], 0, job);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  AphQueueList *self = APH_QUEUE_LIST (widget);
  GtkWidget *row = aph_list_row_find_focused (GTK_WIDGET (self->list), APH_TYPE_JOB_ROW);

  if (row == NULL)
    return FALSE;

  request_menu (self, row, 24, gtk_widget_get_height (row));

  return TRUE;
}

/* The rows */

static void
setup_cb (AphQueueList *self,
          GtkListItem  *item)
{
  GtkWidget *row = aph_job_row_new (self->clock);

  aph_list_row_add_click (row, GDK_BUTTON_PRIMARY, "released", G_CALLBACK (row_released_cb), self);
  aph_list_row_add_click (row, GDK_BUTTON_SECONDARY, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_list_item_set_child (item, row);
}

static void
job_replaced_cb (AphJobRow   *row,
                 GParamSpec  *pspec,
                 AphQueueRow *item)
{
  aph_job_row_set_job (row, aph_queue_row_get_job (item));
}

static void
bind_cb (AphQueueList *self,
         GtkListItem  *item)
{
  AphQueueRow *row = gtk_list_item_get_item (item);
  GtkWidget *child = gtk_list_item_get_child (item);

  aph_job_row_set_job (APH_JOB_ROW (child), aph_queue_row_get_job (row));
  g_signal_connect_object (row, "notify::job", G_CALLBACK (job_replaced_cb), child,
                           G_CONNECT_SWAPPED);
}

static void
unbind_cb (AphQueueList *self,
           GtkListItem  *item)
{
  GtkWidget *child = gtk_list_item_get_child (item);

  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), child);
  aph_job_row_set_job (APH_JOB_ROW (child), NULL);
}

static void
activate_cb (AphQueueList *self,
             guint         position)
{
  g_autoptr (AphQueueRow) row =
    g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (self->list)), position);

  if (row != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, aph_queue_row_get_job (row));
}

static gboolean
aph_queue_list_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_QUEUE_LIST (widget)->list));
}

static void
aph_queue_list_dispose (GObject *object)
{
  AphQueueList *self = APH_QUEUE_LIST (object);

  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_QUEUE_LIST);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (aph_queue_list_parent_class)->dispose (object);
}

static void
aph_queue_list_class_init (AphQueueListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_queue_list_dispose;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_queue_list_grab_focus;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[MENU_REQUESTED] = g_signal_new ("menu-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 3, APH_TYPE_JOB,
                                          G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-queue-list.ui");
  gtk_widget_class_bind_template_child (widget_class, AphQueueList, list);
  gtk_widget_class_bind_template_child (widget_class, AphQueueList, scroller);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_queue_list_init (AphQueueList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_queue_list_set_model:
 * @self: a list
 * @model: (nullable): the rows to list; %NULL while the list is out of sight, and costs
 *   nothing then
 * @clock: tells rows when to look whether their jobs have changed; always the same one
 */
void
aph_queue_list_set_model (AphQueueList    *self,
                          AphQueueRows    *model,
                          AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_QUEUE_LIST (self));
  g_return_if_fail (model == NULL || APH_IS_QUEUE_ROWS (model));

  g_set_object (&self->clock, clock);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
}

/**
 * aph_queue_list_scroll_to:
 * @self: a list
 * @position: of a row
 */
void
aph_queue_list_scroll_to (AphQueueList *self,
                          guint         position)
{
  g_return_if_fail (APH_IS_QUEUE_LIST (self));

  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}
