/* aph-block-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-block-view"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-block-view-private.h"

/* What assistive technologies are told of a block. */
#define ACCESSIBLE_BYTES 2000

/* More than any code is wide. */
#define MANY_STEPS 1000000

enum
{
  SIGNAL_LINK_ACTIVATED,
  SIGNAL_COPY_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphBlockView, aph_block_view, GTK_TYPE_WIDGET)

static void
invalidate (AphBlockView *self)
{
  self->width = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
aph_block_view_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size > 0)
    {
      aph_block_view_lay_out (self, for_size);
      *minimum = *natural = self->height;
    }
}

static GtkSizeRequestMode
aph_block_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
aph_block_view_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);
  int child_height;

  aph_block_view_lay_out (self, width);
  if (self->header != NULL)
    {
      gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, &child_height, NULL, NULL,
                          NULL);
      gtk_widget_size_allocate (self->header,
                                &(GtkAllocation) { self->inset, self->top, width - self->inset,
                                                   child_height }, -1);
    }
  if (self->scrollbar != NULL && gtk_widget_get_child_visible (self->scrollbar))
    {
      gtk_widget_measure (self->scrollbar, GTK_ORIENTATION_VERTICAL, -1, &child_height, NULL, NULL,
                          NULL);
      gtk_widget_size_allocate (self->scrollbar,
                                &(GtkAllocation) { self->inset, self->height - child_height,
                                                   width - self->inset, child_height }, -1);
    }
}

static void
aph_block_view_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);
  GdkRGBA color, accent;

  GTK_WIDGET_CLASS (aph_block_view_parent_class)->css_changed (widget, change);

  /* The colours of links and code are in the layouts. */
  color = aph_block_view_get_color (self);
  accent = aph_block_view_get_accent (self);
  if (!gdk_rgba_equal (&color, &self->color) || !gdk_rgba_equal (&accent, &self->accent))
    {
      self->color = color;
      self->accent = accent;
      g_array_set_size (self->cells, 0);
      invalidate (self);
    }
}

/* Links and the keyboard */

static guint
find_next_link (AphBlockView *self,
                gboolean      forward)
{
  guint found = 0;

  for (guint i = 0; i < self->block->n_spans; i++)
    {
      guint link = self->block->spans[i].link;

      if (link == 0)
        continue;
      if (forward && link > self->focus_link)
        return link;
      if (!forward && (self->focus_link == 0 || link < self->focus_link))
        found = link;
    }

  return found;
}

/* Where code or a table is wider than the view, its last part is where the keyboard scrolls it. */
static gboolean
can_scroll (AphBlockView *self)
{
  return self->adjustment != NULL && self->ends && aph_block_view_scrolls (self)
         && gtk_adjustment_get_upper (self->adjustment)
            > gtk_adjustment_get_page_size (self->adjustment);
}

/* From link to link, or to the whole if there is none but it scrolls. */
static gboolean
focus_text (AphBlockView *self,
            gboolean      forward)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean has_focus = gtk_widget_has_focus (widget);

  if (!gtk_widget_get_focusable (widget))
    return FALSE;

  self->focus_link = find_next_link (self, forward);
  gtk_widget_queue_draw (widget);
  if (self->focus_link == 0 && (has_focus || !can_scroll (self)))
    return FALSE;

  return has_focus || gtk_widget_grab_focus (widget);
}

/* The button above code comes before it. */
static gboolean
aph_block_view_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  gboolean was_in_header;

  if (!forward && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;

  was_in_header = self->header != NULL && gtk_widget_get_focus_child (widget) == self->header;
  if (forward)
    {
      if (self->header != NULL && !gtk_widget_has_focus (widget)
          && gtk_widget_child_focus (self->header, direction))
        return TRUE;
      return focus_text (self, TRUE);
    }

  if (!was_in_header && focus_text (self, FALSE))
    return TRUE;

  return self->header != NULL && gtk_widget_child_focus (self->header, direction);
}

/* By so many steps; far enough is to the end. */
static gboolean
scroll_by_key (GtkWidget *widget,
               GVariant  *steps,
               gpointer   user_data)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);

  if (!can_scroll (self))
    return FALSE;

  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment)
                            + g_variant_get_int32 (steps)
                              * gtk_adjustment_get_step_increment (self->adjustment));

  return TRUE;
}

static void
add_scroll_binding (GtkWidgetClass *widget_class,
                    guint           key,
                    int             steps)
{
  gtk_widget_class_add_binding (widget_class, key, 0, scroll_by_key, "i", steps);
}

static void
activate_link (GtkWidget *widget)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);

  if (self->focus_link > 0)
    g_signal_emit (self, signals[SIGNAL_LINK_ACTIVATED], 0,
                   self->block->links[self->focus_link - 1]);
}

static void
activate_link_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  activate_link (widget);
}

static void
copy_clicked_cb (AphBlockView *self)
{
  g_signal_emit (self, signals[SIGNAL_COPY_ACTIVATED], 0);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           AphBlockView             *self)
{
  gboolean shift = gtk_event_controller_get_current_event_state (
                     GTK_EVENT_CONTROLLER (controller)) & GDK_SHIFT_MASK;

  if (self->adjustment == NULL || (dx == 0 && !shift)
      || gtk_adjustment_get_upper (self->adjustment)
         <= gtk_adjustment_get_page_size (self->adjustment))
    return GDK_EVENT_PROPAGATE;

  gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_value (self->adjustment)
                                              + (dx != 0 ? dx : dy) * 40);

  return GDK_EVENT_STOP;
}

static void
aph_block_view_dispose (GObject *object)
{
  AphBlockView *self = APH_BLOCK_VIEW (object);

  g_clear_pointer (&self->header, gtk_widget_unparent);
  g_clear_pointer (&self->scrollbar, gtk_widget_unparent);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (aph_block_view_parent_class)->dispose (object);
}

static void
aph_block_view_finalize (GObject *object)
{
  AphBlockView *self = APH_BLOCK_VIEW (object);

  aph_text_block_unref (self->block);
  g_clear_pointer (&self->colors, pango_attr_list_unref);
  g_clear_object (&self->marker);
  g_array_unref (self->cells);
  g_array_unref (self->column_edges);
  g_array_unref (self->row_edges);
  g_array_unref (self->matches);

  G_OBJECT_CLASS (aph_block_view_parent_class)->finalize (object);
}

static void
aph_block_view_class_init (AphBlockViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_block_view_dispose;
  object_class->finalize = aph_block_view_finalize;
  widget_class->css_changed = aph_block_view_css_changed;
  widget_class->focus = aph_block_view_focus;
  widget_class->get_request_mode = aph_block_view_get_request_mode;
  widget_class->measure = aph_block_view_measure;
  widget_class->size_allocate = aph_block_view_size_allocate;
  widget_class->snapshot = aph_block_view_snapshot;

  signals[SIGNAL_LINK_ACTIVATED] =
    g_signal_new ("link-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_COPY_ACTIVATED] =
    g_signal_new ("copy-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "block.open-link", NULL, activate_link_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "block.open-link", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, 0, "block.open-link", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "block.open-link", NULL);
  add_scroll_binding (widget_class, GDK_KEY_Left, -1);
  add_scroll_binding (widget_class, GDK_KEY_Right, 1);
  add_scroll_binding (widget_class, GDK_KEY_Home, -MANY_STEPS);
  add_scroll_binding (widget_class, GDK_KEY_End, MANY_STEPS);
  gtk_widget_class_set_css_name (widget_class, "textblock");
}

static void
aph_block_view_init (AphBlockView *self)
{
  self->cells = aph_block_view_new_cells ();
  self->column_edges = g_array_new (FALSE, FALSE, sizeof (int));
  self->row_edges = g_array_new (FALSE, FALSE, sizeof (int));
  self->matches = g_array_new (FALSE, FALSE, sizeof (AphTextCell));
}

static void
add_header (AphBlockView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("aph-copy-symbolic");

  gtk_widget_add_css_class (box, "code-header");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Copy the code"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Copy the code"), -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (copy_clicked_cb), self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  self->header = box;
  self->language_label = GTK_LABEL (label);
}

/* What is told of it, of a long text its beginning. */
static void
update_accessible (AphBlockView *self)
{
  AphTextBlock *block = self->block;
  gsize length = MIN (block->length, ACCESSIBLE_BYTES);
  g_autofree char *label = NULL;

  while (length < block->length && (block->text[length] & 0xc0) == 0x80)
    length--;
  label = g_strdup_printf ("%s%s%.*s", block->marker != NULL ? block->marker : "",
                           block->marker != NULL ? " " : "", (int) length, block->text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static GtkAccessibleRole
get_role (const AphTextBlock *block)
{
  switch (block->kind)
    {
    case APH_TEXT_HEADING:
      return GTK_ACCESSIBLE_ROLE_HEADING;
    case APH_TEXT_RULE:
      return GTK_ACCESSIBLE_ROLE_SEPARATOR;
    case APH_TEXT_PARAGRAPH:
    case APH_TEXT_CODE:
    case APH_TEXT_TABLE:
    default:
      return GTK_ACCESSIBLE_ROLE_LABEL;
    }
}

/**
 * aph_block_view_new:
 * @block: what to show
 *
 * Returns: (transfer floating): a view of it
 */
GtkWidget *
aph_block_view_new (AphTextBlock *block)
{
  AphBlockView *self;

  g_return_val_if_fail (block != NULL, NULL);

  self = g_object_new (APH_TYPE_BLOCK_VIEW, "accessible-role", get_role (block), NULL);
  if (block->kind == APH_TEXT_CODE || block->kind == APH_TEXT_TABLE)
    {
      GtkEventController *controller =
        gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

      g_signal_connect (controller, "scroll", G_CALLBACK (scroll_cb), self);
      gtk_widget_add_controller (GTK_WIDGET (self), controller);
    }
  aph_block_view_set_block (self, block);

  return GTK_WIDGET (self);
}

AphTextBlock *
aph_block_view_get_block (AphBlockView *self)
{
  g_return_val_if_fail (APH_IS_BLOCK_VIEW (self), NULL);

  return self->block;
}

static void
update_marker (AphBlockView *self)
{
  g_clear_object (&self->marker);
  if (self->block->marker != NULL)
    self->marker = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->block->marker);
}

/**
 * aph_block_view_set_block:
 * @self: a view
 * @block: what to show from now on: of the same kind as before
 */
void
aph_block_view_set_block (AphBlockView *self,
                          AphTextBlock *block)
{
  AphTextBlock *old;

  g_return_if_fail (APH_IS_BLOCK_VIEW (self));
  g_return_if_fail (block != NULL);

  if (block == self->block)
    return;

  aph_block_view_keep_cells (self, block);
  old = self->block;
  self->block = aph_text_block_ref (block);
  g_clear_pointer (&old, aph_text_block_unref);
  g_clear_pointer (&self->colors, pango_attr_list_unref);
  self->focus_link = 0;
  update_marker (self);
  if (block->kind == APH_TEXT_CODE && !block->continues)
    {
      if (self->header == NULL)
        add_header (self);
      gtk_label_set_text (self->language_label, block->language != NULL ? block->language : "");
    }
  else
    {
      g_clear_pointer (&self->header, gtk_widget_unparent);
    }
  gtk_widget_set_focusable (GTK_WIDGET (self), aph_block_view_scrolls (self)
                                               || find_next_link (self, TRUE) > 0);
  if (aph_block_view_scrolls (self))
    gtk_widget_add_css_class (GTK_WIDGET (self), "scrolls");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "scrolls");
  update_accessible (self);
  invalidate (self);
}

/**
 * aph_block_view_set_ends:
 * @self: a view
 * @ends: whether it is the last part of what it shows
 */
void
aph_block_view_set_ends (AphBlockView *self,
                         gboolean      ends)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  if (self->ends == ends)
    return;

  self->ends = ends;
  invalidate (self);
}

/**
 * aph_block_view_set_quotes_above:
 * @self: a view
 * @quotes_above: in how many quotes the block above is: those that go on are drawn so
 */
void
aph_block_view_set_quotes_above (AphBlockView *self,
                                 guint         quotes_above)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  if (self->quotes_above == quotes_above)
    return;

  self->quotes_above = quotes_above;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * aph_block_view_set_colors:
 * @self: a view of code
 * @colors: (nullable): how its text is to look
 */
void
aph_block_view_set_colors (AphBlockView  *self,
                           PangoAttrList *colors)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  g_clear_pointer (&self->colors, pango_attr_list_unref);
  if (colors != NULL)
    self->colors = pango_attr_list_ref (colors);
  invalidate (self);
}

gboolean
aph_block_view_has_colors (AphBlockView *self)
{
  g_return_val_if_fail (APH_IS_BLOCK_VIEW (self), FALSE);

  return self->colors != NULL;
}

/**
 * aph_block_view_set_adjustment:
 * @self: a view of code or of a table
 * @adjustment: what of its width is seen; parts of the same code share one
 */
void
aph_block_view_set_adjustment (AphBlockView  *self,
                               GtkAdjustment *adjustment)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));
  g_return_if_fail (GTK_IS_ADJUSTMENT (adjustment));

  if (self->adjustment == adjustment)
    return;

  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_set_object (&self->adjustment, adjustment);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self);
  if (self->scrollbar == NULL)
    {
      self->scrollbar = gtk_scrollbar_new (GTK_ORIENTATION_HORIZONTAL, adjustment);
      gtk_widget_set_parent (self->scrollbar, GTK_WIDGET (self));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrollbar),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, _("Scroll sideways"), -1);
    }
  gtk_scrollbar_set_adjustment (GTK_SCROLLBAR (self->scrollbar), adjustment);
}

/**
 * aph_block_view_set_selection:
 * @self: a view
 * @start: what of its text is selected, in bytes
 * @end: likewise
 */
void
aph_block_view_set_selection (AphBlockView *self,
                              gsize         start,
                              gsize         end)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  if (self->selection_start == start && self->selection_end == end)
    return;

  self->selection_start = start;
  self->selection_end = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * aph_block_view_set_matches:
 * @self: a view
 * @matches: (array length=n_matches) (nullable): what was found in it
 * @n_matches: how many
 * @current: which of them is the one that is looked at; any other number for none
 */
void
aph_block_view_set_matches (AphBlockView      *self,
                            const AphTextCell *matches,
                            guint              n_matches,
                            guint              current)
{
  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  if (self->matches->len == 0 && n_matches == 0)
    return;
  if (self->matches->len == n_matches && self->current_match == current
      && memcmp (self->matches->data, matches, n_matches * sizeof (AphTextCell)) == 0)
    return;

  g_array_set_size (self->matches, 0);
  if (n_matches > 0)
    g_array_append_vals (self->matches, matches, n_matches);
  self->current_match = current;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

