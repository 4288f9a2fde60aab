/* aph-markdown-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-markdown-view"

#include "config.h"

#include <math.h>
#include <string.h>

#include <adwaita.h>

#include "ui/aph-code-colors.h"
#include "ui/aph-markdown-view-private.h"
#include "ui/aph-ui.h"

/* How long one call may go on reading. */
#define TAKE_MAX_US 4000

#define MARGIN_SIDE 12

/* This near to the end, in pixels, is at the end. */
#define END_SLACK 1.0

enum
{
  PROP_0,
  PROP_FOLLOWING,
  N_PROPS,

  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE_WITH_CODE (AphMarkdownView, aph_markdown_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

void
aph_markdown_view_set_following (AphMarkdownView *self,
                                 gboolean         following)
{
  if (self->following == following)
    return;

  self->following = following;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static GtkAdjustment *
get_vadjustment (AphMarkdownView *self)
{
  return self->adjustments[GTK_ORIENTATION_VERTICAL];
}

AphTextBlock *
aph_markdown_view_get_block (AphMarkdownView *self,
                             guint            row)
{
  return aph_markdown_get_block (self->markdown, row);
}

/* The view of a block; %NULL if it is out of sight. */
AphBlockView *
aph_markdown_view_get_view (AphMarkdownView *self,
                            guint            row)
{
  if (row < self->first || row - self->first >= self->views->len)
    return NULL;

  return g_ptr_array_index (self->views, row - self->first);
}

guint
aph_markdown_view_get_first_part (AphMarkdownView *self,
                                  guint            row)
{
  return g_array_index (self->first_parts, guint, row);
}

/* Only the reader scrolls up; to reach the end by any means is to follow it. */
static void
value_changed_cb (AphMarkdownView *self)
{
  GtkAdjustment *adjustment = get_vadjustment (self);
  double value = gtk_adjustment_get_value (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (self->laying_out)
    return;

  if (value >= end - END_SLACK)
    aph_markdown_view_set_following (self, TRUE);
  else if (value < self->value)
    aph_markdown_view_set_following (self, FALSE);
  aph_markdown_view_lay_out_at (self, value);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
set_adjustment (AphMarkdownView *self,
                GtkOrientation   orientation,
                GtkAdjustment   *adjustment)
{
  GtkAdjustment **field = &self->adjustments[orientation];

  if (adjustment != NULL && adjustment == *field)
    return;

  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  aph_ui_set_adjustment (self, field, adjustment,
                         orientation == GTK_ORIENTATION_VERTICAL ? G_CALLBACK (value_changed_cb)
                                                                 : NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* The widget */

static void
aph_markdown_view_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  *minimum = *natural = 0;
}

/* The heights are for another width: the row at the top stays there. */
static void
change_width (AphMarkdownView *self,
              int              width)
{
  double value = self->value;
  double part = 0;
  guint row = 0;

  if (aph_row_heights_get_n_rows (self->heights) > 0)
    {
      row = aph_row_heights_find (self->heights, (gint64) (value - APH_MARKDOWN_MARGIN_TOP));
      part = (value - APH_MARKDOWN_MARGIN_TOP - aph_row_heights_get_y (self->heights, row))
             / MAX (aph_row_heights_get_height (self->heights, row), 1);
    }
  self->content_width = width;
  aph_markdown_view_update_metrics (self);
  aph_markdown_view_guess_heights (self, 0);
  if (aph_row_heights_get_n_rows (self->heights) > 0 && value > 0)
    value = aph_row_heights_get_y (self->heights, row) + APH_MARKDOWN_MARGIN_TOP
            + part * aph_row_heights_get_height (self->heights, row);
  aph_markdown_view_lay_out_at (self, value);
}

static void
aph_markdown_view_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);
  int room = MAX (width - 2 * MARGIN_SIDE, 1);
  int content_width = MIN (room, self->max_width > 0 ? self->max_width : room);

  self->content_x = MARGIN_SIDE + (room - content_width) / 2;
  if (content_width != self->content_width)
    change_width (self, content_width);
  else
    aph_markdown_view_lay_out_at (self, gtk_adjustment_get_value (get_vadjustment (self)));
  gtk_adjustment_configure (self->adjustments[GTK_ORIENTATION_HORIZONTAL], 0, 0, width, 0, 0,
                            width);

  for (guint i = 0; i < self->views->len; i++)
    {
      gint64 y = aph_row_heights_get_y (self->heights, self->first + i) + APH_MARKDOWN_MARGIN_TOP;
      GtkAllocation allocation = {
        .x = self->content_x,
        .y = (int) (y - round (self->value)),
        .width = content_width,
        .height = aph_row_heights_get_height (self->heights, self->first + i),
      };

      gtk_widget_size_allocate (g_ptr_array_index (self->views, i), &allocation, -1);
    }
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
aph_markdown_view_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);
  guint serial;

  GTK_WIDGET_CLASS (aph_markdown_view_parent_class)->css_changed (widget, change);

  serial = pango_context_get_serial (gtk_widget_get_pango_context (widget));
  if (serial == self->serial)
    return;

  /* Another font: all heights are others. */
  self->serial = serial;
  self->content_width = 0;
  gtk_widget_queue_resize (widget);
}

static void
aph_markdown_view_set_focus_child (GtkWidget *widget,
                                   GtkWidget *child)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (widget);
  guint i;

  GTK_WIDGET_CLASS (aph_markdown_view_parent_class)->set_focus_child (widget, child);

  if (child != NULL && !self->laying_out && self->views != NULL
      && g_ptr_array_find (self->views, child, &i))
    aph_markdown_view_scroll_to (self, &(AphTextPlace) { self->first + i, 0 });
}

static void
aph_markdown_view_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (object);

  switch (prop_id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_markdown_view_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (object);

  switch (prop_id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_markdown_view_dispose (GObject *object)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (object);

  g_clear_handle_id (&self->colors_id, g_source_remove);
  g_clear_handle_id (&self->search_id, g_source_remove);
  aph_markdown_view_dispose_selection (self);
  if (self->views != NULL)
    for (guint i = 0; i < self->views->len; i++)
      gtk_widget_unparent (g_ptr_array_index (self->views, i));
  g_clear_pointer (&self->views, g_ptr_array_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    if (self->adjustments[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->adjustments[i], self);
        g_clear_object (&self->adjustments[i]);
      }

  G_OBJECT_CLASS (aph_markdown_view_parent_class)->dispose (object);
}

static void
aph_markdown_view_finalize (GObject *object)
{
  AphMarkdownView *self = APH_MARKDOWN_VIEW (object);

  aph_markdown_free (self->markdown);
  aph_row_heights_free (self->heights);
  g_array_unref (self->first_parts);
  g_hash_table_unref (self->scrolls);
  g_hash_table_unref (self->colors);
  g_array_unref (self->matches);
  g_free (self->words);

  G_OBJECT_CLASS (aph_markdown_view_parent_class)->finalize (object);
}

static void
aph_markdown_view_class_init (AphMarkdownViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_markdown_view_dispose;
  object_class->finalize = aph_markdown_view_finalize;
  object_class->get_property = aph_markdown_view_get_property;
  object_class->set_property = aph_markdown_view_set_property;
  widget_class->css_changed = aph_markdown_view_css_changed;
  widget_class->measure = aph_markdown_view_measure;
  widget_class->set_focus_child = aph_markdown_view_set_focus_child;
  widget_class->size_allocate = aph_markdown_view_size_allocate;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  g_signal_new ("link-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);

  aph_markdown_view_class_add_selection (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "markdownview");
}

static void
aph_markdown_view_init (AphMarkdownView *self)
{
  self->markdown = aph_markdown_new ();
  self->heights = aph_row_heights_new ();
  self->first_parts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->views = g_ptr_array_new ();
  self->scrolls = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->colors = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->matches = g_array_new (FALSE, FALSE, sizeof (AphTextMatch));
  self->current_match = G_MAXUINT;
  set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, NULL);
  set_adjustment (self, GTK_ORIENTATION_VERTICAL, NULL);

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  aph_markdown_view_init_selection (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (aph_markdown_view_update_dark), self, G_CONNECT_SWAPPED);
}

/**
 * aph_markdown_view_new:
 *
 * Returns: (transfer floating): an empty view
 */
GtkWidget *
aph_markdown_view_new (void)
{
  return g_object_new (APH_TYPE_MARKDOWN_VIEW, NULL);
}

/* What follows from another number of rows, of which those from @first on are new. */
static void
update_rows (AphMarkdownView *self,
             guint            first)
{
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);

  g_array_set_size (self->first_parts, first);
  for (guint row = first; row < n_rows; row++)
    {
      guint first_part = aph_markdown_view_get_block (self, row)->continues && row > 0
                           ? aph_markdown_view_get_first_part (self, row - 1) : row;

      g_array_append_val (self->first_parts, first_part);
    }
  aph_row_heights_set_n_rows (self->heights, MIN (first, n_rows));
  aph_row_heights_set_n_rows (self->heights, n_rows);
  aph_markdown_view_guess_heights (self, first);
  aph_markdown_view_restart_search (self, first);
}

/**
 * aph_markdown_view_restart:
 * @self: a view
 * @follow: whether to begin at the end of what is to come, as for a text that is being written
 *
 * Shows nothing, as of now: another text is to come.
 */
void
aph_markdown_view_restart (AphMarkdownView *self,
                           gboolean         follow)
{
  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  aph_markdown_free (self->markdown);
  self->markdown = aph_markdown_new ();
  self->taken = 0;
  self->value = 0;
  aph_markdown_view_clear_selection (self);
  g_hash_table_remove_all (self->scrolls);
  g_hash_table_remove_all (self->colors);
  aph_markdown_view_set_following (self, follow);
  update_rows (self, 0);
  for (guint i = 0; i < self->views->len; i++)
    aph_markdown_view_drop_view (self, g_ptr_array_index (self->views, i));
  g_ptr_array_set_size (self->views, 0);
  aph_markdown_view_lay_out_at (self, 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Where there is no code any more, there are no colours. */
static void
forget_changed (AphMarkdownView *self,
                guint            first)
{
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->colors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint row = GPOINTER_TO_UINT (key);

      if (row >= first && (row >= n_rows
                           || aph_markdown_view_get_block (self, row)->kind != APH_TEXT_CODE))
        g_hash_table_iter_remove (&iter);
    }
}

/**
 * aph_markdown_view_take:
 * @self: a view
 * @text: valid UTF-8: all of it, of which the view may already show the beginning
 * @length: of @text, in bytes
 *
 * Shows what is new, or as much of it as there is time for. The selection stays where it is; while
 * there is one, the end is not followed.
 *
 * Returns: whether all is shown
 */
gboolean
aph_markdown_view_take (AphMarkdownView *self,
                        const char      *text,
                        gsize            length)
{
  gboolean complete;
  guint first;

  g_return_val_if_fail (APH_IS_MARKDOWN_VIEW (self), TRUE);
  g_return_val_if_fail (length >= self->taken, TRUE);

  if (length == self->taken)
    return TRUE;

  if (self->anchor.row != self->cursor.row || self->anchor.index != self->cursor.index)
    aph_markdown_view_set_following (self, FALSE);
  complete = aph_markdown_take (self->markdown, text, length, TAKE_MAX_US, &first);
  if (complete)
    self->taken = length;
  if (first < aph_markdown_get_n_blocks (self->markdown)
      || aph_row_heights_get_n_rows (self->heights) != first)
    {
      forget_changed (self, first);
      update_rows (self, first);
      aph_markdown_view_lay_out (self);
    }

  return complete;
}

/**
 * aph_markdown_view_set_max_width:
 * @self: a view
 * @max_width: of a column of text, in pixels; 0 for all of the room
 */
void
aph_markdown_view_set_max_width (AphMarkdownView *self,
                                 int              max_width)
{
  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  if (self->max_width == max_width)
    return;

  self->max_width = max_width;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

gboolean
aph_markdown_view_get_following (AphMarkdownView *self)
{
  g_return_val_if_fail (APH_IS_MARKDOWN_VIEW (self), FALSE);

  return self->following;
}

/**
 * aph_markdown_view_follow:
 * @self: a view
 *
 * Goes to the end and stays there.
 */
void
aph_markdown_view_follow (AphMarkdownView *self)
{
  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  aph_markdown_view_set_following (self, TRUE);
  aph_markdown_view_lay_out (self);
}
