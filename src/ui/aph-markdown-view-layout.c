/* aph-markdown-view-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphMarkdownView: which blocks are in sight, and how high all of them are. Only those in sight are
 * widgets and are measured; for the others a guess is enough.
 */

#define G_LOG_DOMAIN "aph-markdown-view"

#include "config.h"

#include <string.h>

#include "ui/aph-markdown-view-private.h"

/* How far out of sight there are blocks already, in pixels. */
#define AHEAD 100

void
aph_markdown_view_update_metrics (AphMarkdownView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

  self->line_height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics)) + 3;
  self->char_width =
    MAX (PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics)), 1);
  pango_font_metrics_unref (metrics);
}

static guint
count_lines (const AphTextBlock *block)
{
  guint n = 1;

  for (const char *p = block->text; (p = strchr (p, '\n')) != NULL; p++)
    n++;

  return n;
}

static int
guess_height (AphMarkdownView *self,
              guint            row)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  int space = block->continues ? 0 : 12;

  switch (block->kind)
    {
    case APH_TEXT_CODE:
      return space + count_lines (block) * self->line_height;
    case APH_TEXT_TABLE:
      return space + block->n_cells / MAX (block->n_columns, 1) * (self->line_height + 8);
    case APH_TEXT_RULE:
      return space;
    case APH_TEXT_PARAGRAPH:
    case APH_TEXT_HEADING:
    default:
      return space + (count_lines (block)
                      + block->length * self->char_width / MAX (self->content_width, 1))
                     * self->line_height;
    }
}

void
aph_markdown_view_guess_heights (AphMarkdownView *self,
                                 guint            from)
{
  if (self->content_width <= 0)
    return;

  for (guint row = from; row < aph_row_heights_get_n_rows (self->heights); row++)
    aph_row_heights_guess (self->heights, row, guess_height (self, row));
}

static GtkAdjustment *
get_vadjustment (AphMarkdownView *self)
{
  return self->adjustments[GTK_ORIENTATION_VERTICAL];
}

static void
link_activated_cb (AphMarkdownView *self,
                   const char      *uri)
{
  g_signal_emit_by_name (self, "link-activated", uri);
}

static GtkAdjustment *
get_scroll (AphMarkdownView *self,
            guint            row)
{
  gpointer key = GUINT_TO_POINTER (aph_markdown_view_get_first_part (self, row));
  GtkAdjustment *adjustment = g_hash_table_lookup (self->scrolls, key);

  if (adjustment == NULL)
    {
      adjustment = g_object_ref_sink (gtk_adjustment_new (0, 0, 0, 0, 0, 0));
      g_hash_table_insert (self->scrolls, key, adjustment);
    }

  return adjustment;
}

static AphBlockView *
make_view (AphMarkdownView *self,
           guint            row)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  GtkWidget *view = aph_block_view_new (block);

  if (block->kind == APH_TEXT_CODE || block->kind == APH_TEXT_TABLE)
    aph_block_view_set_adjustment (APH_BLOCK_VIEW (view), get_scroll (self, row));
  g_signal_connect_swapped (view, "link-activated", G_CALLBACK (link_activated_cb), self);
  g_signal_connect_swapped (view, "copy-activated", G_CALLBACK (aph_markdown_view_copy_code), self);
  gtk_widget_set_parent (view, GTK_WIDGET (self));

  return APH_BLOCK_VIEW (view);
}

/* The view of a row, of those there were or a new one, as it is to be now. */
static AphBlockView *
use_view (AphMarkdownView *self,
          guint            row,
          AphBlockView   **old)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);
  AphBlockView *view = NULL;
  gboolean changed;

  if (old != NULL && *old != NULL && aph_block_view_get_block (*old)->kind == block->kind)
    view = g_steal_pointer (old);
  if (view == NULL)
    view = make_view (self, row);

  changed = aph_block_view_get_block (view) != block;
  aph_block_view_set_block (view, block);
  if (row > 0)
    aph_block_view_set_quotes_above (view, aph_markdown_view_get_block (self, row - 1)->quotes);
  aph_block_view_set_ends (view, row + 1 == n_rows
                                 || !aph_markdown_view_get_block (self, row + 1)->continues);
  if (changed && block->kind == APH_TEXT_CODE)
    aph_markdown_view_color (self, view, row, FALSE);

  return view;
}

void
aph_markdown_view_drop_view (AphMarkdownView *self,
                             AphBlockView    *view)
{
  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) == GTK_WIDGET (view))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_unparent (GTK_WIDGET (view));
}

typedef struct
{
  GPtrArray *old;        /* of AphBlockView; those that are used again are %NULL */
  guint old_first;
  GPtrArray *views;
  guint first;
  double value;
} LayOut;

static int
measure_row (AphMarkdownView *self,
             LayOut          *lay_out,
             guint            row,
             gboolean         at_front,
             gboolean        *was_guess)
{
  gboolean known = row >= lay_out->old_first && row - lay_out->old_first < lay_out->old->len;
  AphBlockView **old = known ? (AphBlockView **) &lay_out->old->pdata[row - lay_out->old_first]
                             : NULL;
  AphBlockView *view = use_view (self, row, old);
  int height, change;

  g_ptr_array_insert (lay_out->views, at_front ? 0 : -1, view);
  if (at_front)
    lay_out->first = row;
  gtk_widget_measure (GTK_WIDGET (view), GTK_ORIENTATION_VERTICAL, self->content_width, &height,
                      NULL, NULL, NULL);
  *was_guess = aph_row_heights_measure (self->heights, row, height, &change);

  return change;
}

static gint64
get_upper (AphMarkdownView *self)
{
  return APH_MARKDOWN_MARGIN_TOP + aph_row_heights_get_total (self->heights)
         + APH_MARKDOWN_MARGIN_BOTTOM;
}

/* What is above stays a guess, so that the end is reached however far it is. */
static void
lay_out_from_end (AphMarkdownView *self,
                  LayOut          *lay_out,
                  int              page)
{
  guint row = aph_row_heights_get_n_rows (self->heights);
  gint64 height = APH_MARKDOWN_MARGIN_BOTTOM;
  gboolean was_guess;

  lay_out->first = row;
  while (row > 0 && height < page + AHEAD)
    {
      measure_row (self, lay_out, --row, TRUE, &was_guess);
      height += aph_row_heights_get_height (self->heights, row);
    }
  lay_out->value = MAX (get_upper (self) - page, 0);
}

/* Who scrolls up comes to rows that nobody has measured: what is in sight must not jump. */
static void
lay_out_from_value (AphMarkdownView *self,
                    LayOut          *lay_out,
                    int              page)
{
  guint n_rows = aph_row_heights_get_n_rows (self->heights);
  gint64 top = (gint64) lay_out->value - APH_MARKDOWN_MARGIN_TOP;
  guint row = aph_row_heights_find (self->heights, top);
  gboolean up = lay_out->value < self->value;
  gboolean was_guess;
  int change;

  lay_out->first = row;
  change = measure_row (self, lay_out, row, FALSE, &was_guess);
  if (was_guess && up)
    lay_out->value += change;
  while (lay_out->first > 0
         && aph_row_heights_get_y (self->heights, lay_out->first) + APH_MARKDOWN_MARGIN_TOP
            > lay_out->value)
    {
      change = measure_row (self, lay_out, lay_out->first - 1, TRUE, &was_guess);
      if (was_guess)
        lay_out->value += change;
    }
  while (++row < n_rows
         && aph_row_heights_get_y (self->heights, row) < lay_out->value + page + AHEAD)
    measure_row (self, lay_out, row, FALSE, &was_guess);
}

/* The focus goes through the children in their order. */
static void
sort_children (AphMarkdownView *self)
{
  GtkWidget *previous = NULL;

  for (guint i = 0; i < self->views->len; i++)
    {
      GtkWidget *view = g_ptr_array_index (self->views, i);

      if (gtk_widget_get_prev_sibling (view) != previous)
        gtk_widget_insert_after (view, GTK_WIDGET (self), previous);
      previous = view;
    }
}

void
aph_markdown_view_update_views (AphMarkdownView *self)
{
  for (guint i = 0; i < self->views->len; i++)
    {
      AphBlockView *view = g_ptr_array_index (self->views, i);
      gsize start, end;

      aph_markdown_view_get_selected (self, self->first + i, &start, &end);
      aph_block_view_set_selection (view, start, end);
      aph_markdown_view_show_matches (self, view, self->first + i);
    }
}

/* Makes and measures what is in sight when the text is scrolled to @value. */
void
aph_markdown_view_lay_out_at (AphMarkdownView *self,
                              double           value)
{
  int page = gtk_widget_get_height (GTK_WIDGET (self));
  GtkAdjustment *adjustment = get_vadjustment (self);
  gint64 upper;
  LayOut lay_out;

  if (adjustment == NULL || page <= 0 || self->content_width <= 0 || self->laying_out)
    return;

  self->laying_out = TRUE;
  lay_out.old = g_steal_pointer (&self->views);
  lay_out.old_first = self->first;
  lay_out.views = g_ptr_array_new ();
  lay_out.first = 0;
  upper = get_upper (self);
  lay_out.value = CLAMP (value, 0, MAX (upper - page, 0));
  if (self->following)
    lay_out_from_end (self, &lay_out, page);
  else if (aph_row_heights_get_n_rows (self->heights) > 0)
    lay_out_from_value (self, &lay_out, page);

  self->views = lay_out.views;
  self->first = lay_out.first;
  for (guint i = 0; i < lay_out.old->len; i++)
    if (g_ptr_array_index (lay_out.old, i) != NULL)
      aph_markdown_view_drop_view (self, g_ptr_array_index (lay_out.old, i));
  g_ptr_array_unref (lay_out.old);
  sort_children (self);

  upper = get_upper (self);
  gtk_adjustment_configure (adjustment, lay_out.value, 0, MAX (upper, page), page * 0.1,
                            page * 0.9, page);
  self->value = gtk_adjustment_get_value (adjustment);
  self->laying_out = FALSE;
  aph_markdown_view_update_views (self);
  aph_markdown_view_queue_colors (self);
}

/* Makes and measures what is in sight, as of now. */
void
aph_markdown_view_lay_out (AphMarkdownView *self)
{
  if (get_vadjustment (self) != NULL)
    aph_markdown_view_lay_out_at (self, gtk_adjustment_get_value (get_vadjustment (self)));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Shows a place, if it is not in sight. */
void
aph_markdown_view_scroll_to (AphMarkdownView    *self,
                             const AphTextPlace *place)
{
  int page = gtk_widget_get_height (GTK_WIDGET (self));
  double value = self->value;
  gint64 y;
  int line_y, line_height;

  if (place->row >= aph_row_heights_get_n_rows (self->heights))
    return;

  aph_markdown_view_set_following (self, FALSE);
  if (aph_markdown_view_get_view (self, place->row) == NULL)
    aph_markdown_view_lay_out_at (self,
                                  aph_row_heights_get_y (self->heights, place->row) - page / 3);
  if (aph_markdown_view_get_view (self, place->row) == NULL)
    return;

  aph_block_view_get_extents (aph_markdown_view_get_view (self, place->row), place->index,
                              &line_y, &line_height);
  y = aph_row_heights_get_y (self->heights, place->row) + APH_MARKDOWN_MARGIN_TOP + line_y;
  value = self->value;
  if (y < value || y + line_height > value + page)
    value = y - page / 3;
  aph_markdown_view_lay_out_at (self, value);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
