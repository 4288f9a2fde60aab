/* aph-markdown-view-select.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphMarkdownView: what is selected goes across blocks, so that the view knows it, not the blocks;
 * pointer, keyboard, menu and clipboard.
 */

#define G_LOG_DOMAIN "aph-markdown-view"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "ui/aph-markdown-view-private.h"

/* While the pointer drags beyond the edge */
#define AUTOSCROLL_MS 40

/* The pointer may tremble. */
#define DRAG_SLACK 4

static int
compare_places (const AphTextPlace *place,
                const AphTextPlace *other)
{
  if (place->row != other->row)
    return place->row < other->row ? -1 : 1;

  return (place->index > other->index) - (place->index < other->index);
}

static gboolean
has_selection (AphMarkdownView *self)
{
  return compare_places (&self->anchor, &self->cursor) != 0;
}

/* A character begins there, whatever has become of the text. */
static gsize
clamp_index (const AphTextBlock *block,
             gsize               index)
{
  index = MIN (index, block->length);
  while (index > 0 && (block->text[index] & 0xc0) == 0x80)
    index--;

  return index;
}

/* What of a row is selected. */
void
aph_markdown_view_get_selected (AphMarkdownView *self,
                                guint            row,
                                gsize           *start,
                                gsize           *end)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  gboolean forward = compare_places (&self->anchor, &self->cursor) < 0;
  const AphTextPlace *first = forward ? &self->anchor : &self->cursor;
  const AphTextPlace *last = forward ? &self->cursor : &self->anchor;

  *start = *end = 0;
  if (row < first->row || row > last->row || !has_selection (self))
    return;

  *start = row == first->row ? clamp_index (block, first->index) : 0;
  *end = row == last->row ? clamp_index (block, last->index) : block->length;
}

static void
selection_changed (AphMarkdownView *self)
{
  aph_markdown_view_update_views (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "text.copy", has_selection (self));
}

void
aph_markdown_view_clear_selection (AphMarkdownView *self)
{
  self->anchor = self->cursor = self->pressed = (AphTextPlace) { 0 };
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "text.copy", FALSE);
}

/* Copying */

/* What is between a block and the one before it. */
static const char *
get_separator (const AphTextBlock *block)
{
  if (block->joined)
    return "";

  return block->continues || block->tight ? "\n" : "\n\n";
}

static void
append_selected (AphMarkdownView *self,
                 GString         *text,
                 guint            row)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  gsize start, end;

  aph_markdown_view_get_selected (self, row, &start, &end);
  if (start == 0 && block->marker != NULL && end > 0)
    g_string_append_printf (text, "%s ", block->marker);
  g_string_append_len (text, block->text + start, end - start);
}

/**
 * aph_markdown_view_dup_selection:
 * @self: a view
 *
 * Returns: (transfer full) (nullable): the selected text as it is shown, without the line breaks
 *   that only the display has; %NULL if nothing is selected
 */
char *
aph_markdown_view_dup_selection (AphMarkdownView *self)
{
  guint n_rows, first, last;
  GString *text;

  g_return_val_if_fail (APH_IS_MARKDOWN_VIEW (self), NULL);

  n_rows = aph_markdown_get_n_blocks (self->markdown);
  if (!has_selection (self) || n_rows == 0)
    return NULL;

  text = g_string_new (NULL);
  first = MIN (self->anchor.row, self->cursor.row);
  last = MIN (MAX (self->anchor.row, self->cursor.row), n_rows - 1);
  for (guint row = first; row <= last; row++)
    {
      if (row > first)
        g_string_append (text, get_separator (aph_markdown_view_get_block (self, row)));
      append_selected (self, text, row);
    }

  return g_string_free (text, FALSE);
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  g_autofree char *text = aph_markdown_view_dup_selection (APH_MARKDOWN_VIEW (widget));

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* What is selected can be pasted with the middle button. */
static void
offer_selection (AphMarkdownView *self)
{
  g_autofree char *text = aph_markdown_view_dup_selection (self);

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (GTK_WIDGET (self)), text);
}

/**
 * aph_markdown_view_select_all:
 * @self: a view
 */
void
aph_markdown_view_select_all (AphMarkdownView *self)
{
  guint n_rows;

  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  n_rows = aph_markdown_get_n_blocks (self->markdown);
  if (n_rows == 0)
    return;

  self->anchor = (AphTextPlace) { 0, 0 };
  self->cursor = (AphTextPlace) {
    n_rows - 1, aph_markdown_view_get_block (self, n_rows - 1)->length
  };
  selection_changed (self);
}

static void
select_all_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  aph_markdown_view_select_all (APH_MARKDOWN_VIEW (widget));
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);

  if (self->menu_link != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->menu_link);
}

/* All parts of the code that @view shows one of. */
void
aph_markdown_view_copy_code (AphMarkdownView *self,
                             AphBlockView    *view)
{
  g_autoptr (GString) code = g_string_new (NULL);
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);
  guint i, first;

  if (!g_ptr_array_find (self->views, view, &i))
    return;

  first = aph_markdown_view_get_first_part (self, self->first + i);
  for (guint row = first; row < n_rows; row++)
    {
      AphTextBlock *block = aph_markdown_view_get_block (self, row);

      if (row > first && !block->continues)
        break;
      if (row > first)
        g_string_append (code, get_separator (block));
      g_string_append_len (code, block->text, block->length);
    }
  g_string_append_c (code, '\n');
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), code->str);
}

/* The pointer */

/* The view at a place, or the one nearest to it; %NULL if there is no text. */
static AphBlockView *
find_view (AphMarkdownView *self,
           double           y,
           guint           *row)
{
  guint n_rows = aph_row_heights_get_n_rows (self->heights);

  if (n_rows == 0 || self->views->len == 0)
    return NULL;

  *row = aph_row_heights_find (self->heights, (gint64) (y + self->value));
  *row = CLAMP (*row, self->first, self->first + self->views->len - 1);

  return aph_markdown_view_get_view (self, *row);
}

static gboolean
find_place (AphMarkdownView *self,
            double           x,
            double           y,
            AphTextPlace    *place)
{
  AphBlockView *view = find_view (self, y, &place->row);
  double view_x, view_y;

  if (view == NULL
      || !gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (view), x, y,
                                            &view_x, &view_y))
    return FALSE;

  place->index = aph_block_view_get_index (view, view_x, view_y);

  return TRUE;
}

static const char *
find_link (AphMarkdownView *self,
           double           x,
           double           y)
{
  double view_x, view_y;
  guint row;
  AphBlockView *view = find_view (self, y, &row);

  if (view == NULL
      || !gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (view), x, y,
                                            &view_x, &view_y))
    return NULL;

  return aph_block_view_get_link (view, view_x, view_y);
}

/* From the place that was pressed to @place, both with all of their word or block. */
static void
select_to (AphMarkdownView    *self,
           const AphTextPlace *place)
{
  gboolean forward = compare_places (&self->pressed, place) <= 0;
  gsize pressed_start, pressed_end, start, end;
  AphBlockView *pressed_view = aph_markdown_view_get_view (self, self->pressed.row);
  AphBlockView *view = aph_markdown_view_get_view (self, place->row);

  pressed_start = pressed_end = self->pressed.index;
  start = end = place->index;
  if (self->granularity == 2)
    {
      if (pressed_view != NULL)
        aph_block_view_get_word (pressed_view, self->pressed.index, &pressed_start, &pressed_end);
      if (view != NULL)
        aph_block_view_get_word (view, place->index, &start, &end);
    }
  else if (self->granularity >= 3)
    {
      pressed_start = start = 0;
      pressed_end = aph_markdown_view_get_block (self, self->pressed.row)->length;
      end = aph_markdown_view_get_block (self, place->row)->length;
    }

  self->anchor = (AphTextPlace) { self->pressed.row, forward ? pressed_start : pressed_end };
  self->cursor = (AphTextPlace) { place->row, forward ? end : start };
  selection_changed (self);
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            AphMarkdownView *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  AphTextPlace place;

  if (!find_place (self, x, y, &place))
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->dragged = FALSE;
  self->granularity = CLAMP (n_press, 1, 3);
  if (state & GDK_SHIFT_MASK)
    {
      self->pressed = self->anchor;
      self->granularity = 1;
    }
  else
    {
      self->pressed = place;
    }
  select_to (self, &place);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             AphMarkdownView *self)
{
  const char *link = find_link (self, x, y);

  offer_selection (self);
  if (n_press == 1 && !self->dragged && link != NULL && !has_selection (self))
    g_signal_emit_by_name (self, "link-activated", link);
}

static void
drag_to (AphMarkdownView *self)
{
  AphTextPlace place;

  if (find_place (self, self->drag_x, self->drag_y, &place))
    select_to (self, &place);
}

static gboolean
autoscroll_cb (gpointer user_data)
{
  AphMarkdownView *self = user_data;
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double beyond = self->drag_y < 0 ? self->drag_y : self->drag_y - height;

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + beyond / 2);
  drag_to (self);

  return G_SOURCE_CONTINUE;
}

static void
drag_update_cb (GtkGestureDrag  *gesture,
                double           dx,
                double           dy,
                AphMarkdownView *self)
{
  double x, y;
  gboolean beyond;

  if (!self->dragged && fabs (dx) < DRAG_SLACK && fabs (dy) < DRAG_SLACK)
    return;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->dragged = TRUE;
  self->drag_x = x + dx;
  self->drag_y = y + dy;
  beyond = self->drag_y < 0 || self->drag_y > gtk_widget_get_height (GTK_WIDGET (self));
  if (beyond && self->autoscroll_id == 0)
    self->autoscroll_id = g_timeout_add (AUTOSCROLL_MS, autoscroll_cb, self);
  else if (!beyond)
    g_clear_handle_id (&self->autoscroll_id, g_source_remove);
  drag_to (self);
}

static void
drag_end_cb (GtkGestureDrag  *gesture,
             double           dx,
             double           dy,
             AphMarkdownView *self)
{
  g_clear_handle_id (&self->autoscroll_id, g_source_remove);
  offer_selection (self);
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           AphMarkdownView          *self)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   find_link (self, x, y) != NULL ? "pointer" : "text");
}

/* The menu */

static void
show_menu (AphMarkdownView *self,
           double           x,
           double           y)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  g_free (self->menu_link);
  self->menu_link = g_strdup (find_link (self, x, y));
  g_menu_append (menu, _("_Copy"), "text.copy");
  if (self->menu_link != NULL)
    g_menu_append (menu, _("Copy _Link"), "text.copy-link");
  g_menu_append (menu, _("Select _All"), "text.select-all");

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_pressed_cb (GtkGestureClick *gesture,
                 int              n_press,
                 double           x,
                 double           y,
                 AphMarkdownView *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
menu_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);

  show_menu (self, self->content_x, 0);
}

/* The keyboard */

static gboolean
scroll_binding (GtkWidget *widget,
                GVariant  *arguments,
                gpointer   user_data)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  GtkScrollType type = g_variant_get_int32 (arguments);
  double value = gtk_adjustment_get_value (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);

  switch ((int) type)
    {
    case GTK_SCROLL_STEP_UP:
      value -= page * 0.1;
      break;
    case GTK_SCROLL_STEP_DOWN:
      value += page * 0.1;
      break;
    case GTK_SCROLL_PAGE_UP:
      value -= page * 0.9;
      break;
    case GTK_SCROLL_PAGE_DOWN:
      value += page * 0.9;
      break;
    case GTK_SCROLL_START:
      value = 0;
      break;
    case GTK_SCROLL_END:
      aph_markdown_view_follow (self);
      return TRUE;
    default:
      return FALSE;
    }
  gtk_adjustment_set_value (adjustment, value);

  return TRUE;
}

static void
add_scroll_binding (GtkWidgetClass *widget_class,
                    guint           key,
                    GtkScrollType   type)
{
  gtk_widget_class_add_binding (widget_class, key, 0, scroll_binding, "i", type);
}

void
aph_markdown_view_class_add_selection (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "text.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "text.copy-link", NULL, copy_link_action);
  gtk_widget_class_install_action (widget_class, "text.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "text.select-all", NULL, select_all_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "text.copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Insert, GDK_CONTROL_MASK,
                                       "text.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK,
                                       "text.select-all", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "text.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "text.menu",
                                       NULL);
  add_scroll_binding (widget_class, GDK_KEY_Up, GTK_SCROLL_STEP_UP);
  add_scroll_binding (widget_class, GDK_KEY_Down, GTK_SCROLL_STEP_DOWN);
  add_scroll_binding (widget_class, GDK_KEY_Page_Up, GTK_SCROLL_PAGE_UP);
  add_scroll_binding (widget_class, GDK_KEY_Page_Down, GTK_SCROLL_PAGE_DOWN);
  add_scroll_binding (widget_class, GDK_KEY_Home, GTK_SCROLL_START);
  add_scroll_binding (widget_class, GDK_KEY_End, GTK_SCROLL_END);
}

void
aph_markdown_view_init_selection (AphMarkdownView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *menu = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));

  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_gesture_group (click, drag);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (menu));

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);

  gtk_widget_action_set_enabled (widget, "text.copy", FALSE);
}

void
aph_markdown_view_dispose_selection (AphMarkdownView *self)
{
  g_clear_handle_id (&self->autoscroll_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->menu_link, g_free);
}
