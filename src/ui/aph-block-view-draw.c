/* aph-block-view-draw.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphBlockView: what is drawn.
 */

#define G_LOG_DOMAIN "aph-block-view"

#include "config.h"

#include "ui/aph-block-view-private.h"

/* In pixels */
#define BAR_WIDTH  3
#define MARKER_GAP 8
#define RADIUS     9

static GdkRGBA
with_alpha (GdkRGBA color,
            double  alpha)
{
  color.alpha *= alpha;

  return color;
}

static void
draw_range (AphBlockView  *self,
            GtkSnapshot   *snapshot,
            gsize          start,
            gsize          end,
            const GdkRGBA *color)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      AphBlockCell *cell = aph_block_view_get_cell (self, i);
      cairo_region_t *region;
      int range[2];

      if (end <= cell->start || start >= cell->end)
        continue;

      range[0] = MAX (start, cell->start) - cell->start;
      range[1] = MIN (end, cell->end) - cell->start;
      region = gdk_pango_layout_get_clip_region (cell->layout, cell->x, cell->y, range, 1);
      for (int n = 0; n < cairo_region_num_rectangles (region); n++)
        {
          cairo_rectangle_int_t rect;

          cairo_region_get_rectangle (region, n, &rect);
          gtk_snapshot_append_color (snapshot, color,
                                     &GRAPHENE_RECT_INIT (rect.x, rect.y, rect.width, rect.height));
        }
      cairo_region_destroy (region);
    }
}

static void
draw_code_ground (AphBlockView *self,
                  GtkSnapshot  *snapshot)
{
  GdkRGBA color = with_alpha (aph_block_view_get_color (self), 0.05);
  float upper = self->block->continues ? 0 : RADIUS;
  float lower = self->ends ? RADIUS : 0;
  GskRoundedRect ground;

  gsk_rounded_rect_init (&ground,
                         &GRAPHENE_RECT_INIT (self->inset, self->top, self->width - self->inset,
                                              self->height - self->top),
                         &GRAPHENE_SIZE_INIT (upper, upper), &GRAPHENE_SIZE_INIT (upper, upper),
                         &GRAPHENE_SIZE_INIT (lower, lower), &GRAPHENE_SIZE_INIT (lower, lower));
  gtk_snapshot_push_rounded_clip (snapshot, &ground);
  gtk_snapshot_append_color (snapshot, &color, &ground.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
draw_table_lines (AphBlockView *self,
                  GtkSnapshot  *snapshot)
{
  GdkRGBA color = with_alpha (aph_block_view_get_color (self), 0.15);
  GdkRGBA head = with_alpha (aph_block_view_get_color (self), 0.05);
  int top = g_array_index (self->row_edges, int, 0);

  if (self->row_edges->len > 1)
    gtk_snapshot_append_color (snapshot, &head,
                               &GRAPHENE_RECT_INIT (self->inset, top, self->text_width,
                                                    g_array_index (self->row_edges, int, 1) - top));
  for (guint i = 0; i < self->row_edges->len; i++)
    gtk_snapshot_append_color (snapshot, &color,
                               &GRAPHENE_RECT_INIT (self->inset,
                                                    g_array_index (self->row_edges, int, i) - 1,
                                                    self->text_width, 1));
}

static void
draw_quote_bars (AphBlockView *self,
                 GtkSnapshot  *snapshot)
{
  GdkRGBA color = with_alpha (aph_block_view_get_color (self), 0.2);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < self->block->quotes; i++)
    {
      int x = i * APH_BLOCK_QUOTE_STEP + BAR_WIDTH;
      int y = i < self->quotes_above ? 0 : self->top;

      if (x < self->inset)
        gtk_snapshot_append_color (snapshot, &color,
                                   &GRAPHENE_RECT_INIT (rtl ? self->width - x - BAR_WIDTH : x, y,
                                                        BAR_WIDTH, self->height - y));
    }
}

static void
draw_marker (AphBlockView *self,
             GtkSnapshot  *snapshot)
{
  GdkRGBA color = aph_block_view_get_color (self);
  int y = self->top;
  int width;

  /* On the same line as the text, whatever its fonts */
  if (self->cells->len > 0)
    y = aph_block_view_get_cell (self, 0)->y
        + PANGO_PIXELS (pango_layout_get_baseline (aph_block_view_get_cell (self, 0)->layout)
                        - pango_layout_get_baseline (self->marker));
  pango_layout_get_pixel_size (self->marker, &width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (MAX (self->inset - MARKER_GAP - width, 0), y));
  gtk_snapshot_append_layout (snapshot, self->marker, &color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_focus (AphBlockView *self,
            GtkSnapshot  *snapshot)
{
  GdkRGBA color = with_alpha (aph_block_view_get_accent (self), 0.25);

  for (guint i = 0; i < self->block->n_spans; i++)
    if (self->block->spans[i].link == self->focus_link)
      draw_range (self, snapshot, self->block->spans[i].start, self->block->spans[i].end, &color);
}

static void
draw_text (AphBlockView *self,
           GtkSnapshot  *snapshot)
{
  GdkRGBA color = aph_block_view_get_color (self);
  GdkRGBA selected = with_alpha (aph_block_view_get_accent (self), 0.3);
  GdkRGBA found = { 0.96, 0.83, 0.18, 0.35 };
  GdkRGBA current = { 1, 0.64, 0.2, 0.8 };

  for (guint i = 0; i < self->matches->len; i++)
    {
      AphTextCell *match = &g_array_index (self->matches, AphTextCell, i);

      draw_range (self, snapshot, match->start, match->end,
                  i == self->current_match ? &current : &found);
    }
  if (self->selection_end > self->selection_start)
    draw_range (self, snapshot, self->selection_start, self->selection_end, &selected);
  if (self->focus_link > 0 && gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    draw_focus (self, snapshot);

  for (guint i = 0; i < self->cells->len; i++)
    {
      AphBlockCell *cell = aph_block_view_get_cell (self, i);

      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (cell->x, cell->y));
      gtk_snapshot_append_layout (snapshot, cell->layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

void
aph_block_view_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  AphBlockView *self = APH_BLOCK_VIEW (widget);
  AphTextBlock *block = self->block;
  double scroll = aph_block_view_get_scroll (self);

  aph_block_view_lay_out (self, gtk_widget_get_width (widget));
  if (block->quotes > 0)
    draw_quote_bars (self, snapshot);
  if (self->marker != NULL)
    draw_marker (self, snapshot);
  if (block->kind == APH_TEXT_RULE)
    {
      GdkRGBA color = with_alpha (aph_block_view_get_color (self), 0.2);

      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (self->inset, self->height - 1,
                                                      self->width - self->inset, 1));
    }
  else if (aph_block_view_scrolls (self))
    {
      if (block->kind == APH_TEXT_CODE)
        draw_code_ground (self, snapshot);
      gtk_snapshot_push_clip (snapshot,
                              &GRAPHENE_RECT_INIT (self->inset, 0, self->width - self->inset,
                                                   self->height));
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-scroll, 0));
      if (block->kind == APH_TEXT_TABLE)
        draw_table_lines (self, snapshot);
      draw_text (self, snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (scroll, 0));
      gtk_snapshot_pop (snapshot);
    }
  else
    {
      draw_text (self, snapshot);
    }

  if (self->header != NULL)
    gtk_widget_snapshot_child (widget, self->header, snapshot);
  if (self->scrollbar != NULL)
    gtk_widget_snapshot_child (widget, self->scrollbar, snapshot);
}
