/* aph-timeline-chart-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys, wheel and pointer of the timeline.
 */

#define G_LOG_DOMAIN "aph-timeline-chart"

#include "config.h"

#include <math.h>

#include "ui/aph-timeline-chart-private.h"

/* Attempts by which Page Up and Page Down go. */
#define PAGE 20

/* The keys */

static gboolean
find_selected (AphTimelineChart *self,
               guint            *row,
               guint            *place)
{
  return self->watch != NULL && self->selected != G_MAXUINT
         && aph_slots_find (aph_run_watch_get_slots (self->watch), self->selected, row, place);
}

static void
select_place (AphTimelineChart *self,
              guint             row,
              guint             place)
{
  AphSlots *slots = aph_run_watch_get_slots (self->watch);

  aph_timeline_chart_set_selected (self, aph_slots_get (slots, row)->figures[place]);
}

/* The first attempt that can be seen, for whoever begins to walk. */
static gboolean
select_first (AphTimelineChart *self)
{
  AphTimelineGeometry geometry = aph_timeline_chart_get_geometry (self);
  AphSlots *slots;
  guint row;

  if (self->watch == NULL)
    return FALSE;

  slots = aph_run_watch_get_slots (self->watch);
  row = (guint) (geometry.offset / APH_TIMELINE_ROW_HEIGHT);
  if (row >= aph_slots_get_n (slots))
    return FALSE;

  select_place (self, row, aph_slots_search (slots, aph_run_watch_get_figures (self->watch), row,
                                             geometry.from));

  return TRUE;
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (widget);
  AphSlots *slots;
  guint row, place;
  int dx, dy;

  g_variant_get (args, "(ii)", &dx, &dy);
  if (!find_selected (self, &row, &place))
    return select_first (self);

  slots = aph_run_watch_get_slots (self->watch);
  if (dy != 0)
    {
      guint n;
      const AphFigure *figure =
        &aph_figures_get_all (aph_run_watch_get_figures (self->watch), &n)[self->selected];

      if ((dy < 0 && row == 0) || (dy > 0 && row + 1 >= aph_slots_get_n (slots)))
        return TRUE;
      row += dy;
      place = aph_slots_search (slots, aph_run_watch_get_figures (self->watch), row,
                                figure->times.sent);
    }
  else
    {
      gint64 last = (gint64) aph_slots_get (slots, row)->n_figures - 1;

      place = (guint) CLAMP ((gint64) place + dx, 0, last);
    }
  select_place (self, row, place);

  return TRUE;
}

static gboolean
activate_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  aph_timeline_chart_activate (APH_TIMELINE_CHART (widget));

  return TRUE;
}

static gboolean
zoom_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  AphTimelineChart *self = APH_TIMELINE_CHART (widget);
  double factor;

  g_variant_get (args, "(d)", &factor);
  if (factor == 0)
    aph_timeline_chart_zoom_fit (self);
  else
    aph_timeline_chart_zoom (self, factor);

  return TRUE;
}

/* The pointer */

static void
motion_cb (AphTimelineChart *self,
           double            x,
           double            y)
{
  self->pointer_x = x;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   aph_timeline_chart_pick (self, x, y) != G_MAXUINT
                                     ? "pointer" : NULL);
}

static void
leave_cb (AphTimelineChart *self)
{
  self->pointer_x = -1;
}

static void
released_cb (AphTimelineChart *self,
             int               n_press,
             double            x,
             double            y,
             GtkGesture       *gesture)
{
  guint figure = aph_timeline_chart_pick (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (figure == G_MAXUINT)
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  aph_timeline_chart_set_selected (self, figure);
  aph_timeline_chart_activate (self);
}

static void
drag_begin_cb (AphTimelineChart *self)
{
  self->drag_x = gtk_adjustment_get_value (self->hadjustment);
  self->drag_y = gtk_adjustment_get_value (self->vadjustment);
}

static void
drag_update_cb (AphTimelineChart *self,
                double            dx,
                double            dy,
                GtkGesture       *gesture)
{
  if (!gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) dx, (int) dy))
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_adjustment_set_value (self->hadjustment, self->drag_x - dx);
  gtk_adjustment_set_value (self->vadjustment, self->drag_y - dy);
}

static gboolean
scroll_cb (AphTimelineChart   *self,
           double              dx,
           double              dy,
           GtkEventController *controller)
{
  if (!(gtk_event_controller_get_current_event_state (controller) & GDK_CONTROL_MASK))
    return FALSE;

  aph_timeline_chart_zoom_at (self, pow (APH_TIMELINE_ZOOM_STEP, -dy), self->pointer_x);

  return TRUE;
}

static void
scale_changed_cb (AphTimelineChart *self,
                  double            scale,
                  GtkGesture       *gesture)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    aph_timeline_chart_zoom_at (self, pow (scale, 0.2), x);
}

static void
bind_move (GtkWidgetClass *widget_class,
           guint           key,
           int             dx,
           int             dy)
{
  gtk_widget_class_add_binding (widget_class, key, 0, move_cb, "(ii)", dx, dy);
}

/* The keys that the class understands. */
void
aph_timeline_chart_bind_keys (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    double factor;
  } zooms[] = {
    { GDK_KEY_plus, APH_TIMELINE_ZOOM_STEP },
    { GDK_KEY_KP_Add, APH_TIMELINE_ZOOM_STEP },
    { GDK_KEY_equal, APH_TIMELINE_ZOOM_STEP },
    { GDK_KEY_minus, 1 / APH_TIMELINE_ZOOM_STEP },
    { GDK_KEY_KP_Subtract, 1 / APH_TIMELINE_ZOOM_STEP },
    { GDK_KEY_0, 0 },
    { GDK_KEY_KP_0, 0 },
  };

  bind_move (widget_class, GDK_KEY_Left, -1, 0);
  bind_move (widget_class, GDK_KEY_Right, 1, 0);
  bind_move (widget_class, GDK_KEY_Up, 0, -1);
  bind_move (widget_class, GDK_KEY_Down, 0, 1);
  bind_move (widget_class, GDK_KEY_Page_Up, -PAGE, 0);
  bind_move (widget_class, GDK_KEY_Page_Down, PAGE, 0);
  bind_move (widget_class, GDK_KEY_Home, -G_MAXINT, 0);
  bind_move (widget_class, GDK_KEY_End, G_MAXINT, 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, activate_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, activate_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, activate_cb, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      gtk_widget_class_add_binding (widget_class, zooms[i].key, 0, zoom_key_cb, "(d)",
                                    zooms[i].factor);
      gtk_widget_class_add_binding (widget_class, zooms[i].key, GDK_CONTROL_MASK, zoom_key_cb,
                                    "(d)", zooms[i].factor);
    }
}

/* Wheel, pointer and touch. */
void
aph_timeline_chart_init_input (AphTimelineChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *controller;

  controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect_swapped (controller, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (widget, controller);

  controller = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (controller, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (widget, controller);

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_zoom_new ());
  g_signal_connect_swapped (controller, "scale-changed", G_CALLBACK (scale_changed_cb), self);
  gtk_widget_add_controller (widget, controller);

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  g_signal_connect_swapped (controller, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (widget, controller);

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_drag_new ());
  g_signal_connect_swapped (controller, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (controller, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (widget, controller);
}
