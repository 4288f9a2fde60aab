/* aph-block-view-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphBlockView: how its text looks, and where it is.
 */

#define G_LOG_DOMAIN "aph-block-view"

#include "config.h"

#include <string.h>

#include "ui/aph-block-view-private.h"

/* In pixels */
#define LIST_STEP     26
#define LINE_SPACING  3
#define CODE_PADDING  12
#define CELL_PADDING  8
#define SMALL_SPACE   5
#define SPACE         12
#define HEADING_SPACE 20

/* A column of a table that is wider than so many characters is wrapped. */
#define MAX_COLUMN_EM 26

static void
clear_cell (gpointer data)
{
  g_clear_object (&((AphBlockCell *) data)->layout);
}

/* They own their layouts. */
GArray *
aph_block_view_new_cells (void)
{
  GArray *cells = g_array_new (FALSE, FALSE, sizeof (AphBlockCell));

  g_array_set_clear_func (cells, clear_cell);

  return cells;
}

AphBlockCell *
aph_block_view_get_cell (AphBlockView *self,
                         guint         i)
{
  return &g_array_index (self->cells, AphBlockCell, i);
}

gboolean
aph_block_view_scrolls (AphBlockView *self)
{
  return self->block->kind == APH_TEXT_CODE || self->block->kind == APH_TEXT_TABLE;
}

/* How the text looks */

GdkRGBA
aph_block_view_get_color (AphBlockView *self)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);

  return color;
}

GdkRGBA
aph_block_view_get_accent (AphBlockView *self)
{
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                       "accent_color", &color))
    color = aph_block_view_get_color (self);

  return color;
}

static void
add_attribute (PangoAttrList  *attributes,
               PangoAttribute *attribute,
               guint           start,
               guint           end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static void
add_link (AphBlockView  *self,
          PangoAttrList *attributes,
          guint          start,
          guint          end)
{
  GdkRGBA accent = aph_block_view_get_accent (self);

  add_attribute (attributes,
                 pango_attr_foreground_new (accent.red * G_MAXUINT16, accent.green * G_MAXUINT16,
                                            accent.blue * G_MAXUINT16),
                 start, end);
  add_attribute (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
}

static void
add_code (AphBlockView  *self,
          PangoAttrList *attributes,
          guint          start,
          guint          end)
{
  GdkRGBA color = aph_block_view_get_color (self);

  add_attribute (attributes, pango_attr_family_new ("monospace"), start, end);
  add_attribute (attributes,
                 pango_attr_background_new (color.red * G_MAXUINT16, color.green * G_MAXUINT16,
                                            color.blue * G_MAXUINT16),
                 start, end);
  add_attribute (attributes, pango_attr_background_alpha_new (G_MAXUINT16 / 12), start, end);
}

static void
add_span (AphBlockView      *self,
          PangoAttrList     *attributes,
          const AphTextSpan *span,
          guint              start,
          guint              end)
{
  if (span->style & APH_STYLE_STRONG)
    add_attribute (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  if (span->style & APH_STYLE_EMPHASIS)
    add_attribute (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC), start, end);
  if (span->style & APH_STYLE_STRIKE)
    add_attribute (attributes, pango_attr_strikethrough_new (TRUE), start, end);
  if (span->style & APH_STYLE_MATH)
    add_attribute (attributes, pango_attr_family_new ("monospace"), start, end);
  if (span->style & APH_STYLE_CODE)
    add_code (self, attributes, start, end);
  if (span->link > 0)
    add_link (self, attributes, start, end);
}

static PangoAttrList *
make_attributes (AphBlockView *self,
                 guint         start,
                 guint         end)
{
  static const double scales[] = { 1, 1.6, 1.35, 1.2, 1.1, 1, 1 };
  AphTextBlock *block = self->block;
  PangoAttrList *attributes;

  if (block->kind == APH_TEXT_CODE && self->colors != NULL)
    attributes = pango_attr_list_copy (self->colors);
  else
    attributes = pango_attr_list_new ();
  if (block->kind == APH_TEXT_CODE)
    pango_attr_list_insert (attributes, pango_attr_family_new ("monospace"));
  if (block->kind == APH_TEXT_HEADING)
    {
      pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_attr_list_insert (attributes, pango_attr_scale_new (scales[MIN (block->level, 6)]));
    }
  /* The head of a table */
  if (block->kind == APH_TEXT_TABLE && start < block->cells[block->n_columns - 1].end + 1)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));

  for (guint i = 0; i < block->n_spans; i++)
    {
      const AphTextSpan *span = &block->spans[i];

      if (span->end > start && span->start < end)
        add_span (self, attributes, span, MAX (span->start, start) - start,
                  MIN (span->end, end) - start);
    }

  return attributes;
}

/* Where the text is */

static PangoLayout *
make_layout (AphBlockView *self,
             guint         start,
             guint         end)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  PangoAttrList *attributes = make_attributes (self, start, end);

  pango_layout_set_text (layout, self->block->text + start, end - start);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  if (self->block->kind != APH_TEXT_CODE)
    pango_layout_set_spacing (layout, LINE_SPACING * PANGO_SCALE);
  pango_attr_list_unref (attributes);

  return layout;
}

static int
get_em (AphBlockView *self)
{
  const PangoFontDescription *font =
    pango_context_get_font_description (gtk_widget_get_pango_context (GTK_WIDGET (self)));

  return MAX (PANGO_PIXELS (pango_font_description_get_size (font)), 1);
}

static void
add_cell (AphBlockView *self,
          PangoLayout  *layout,
          guint         start,
          guint         end,
          int           x,
          int           y)
{
  AphBlockCell cell = { layout, start, end, x, y };

  g_array_append_val (self->cells, cell);
}

/* A paragraph, a heading, a part of code: one layout. */
static void
lay_out_text (AphBlockView *self,
              int           width)
{
  gboolean code = self->block->kind == APH_TEXT_CODE;
  int padding = code ? CODE_PADDING : 0;
  int y = self->top;
  int text_width, text_height, header_height;
  PangoLayout *layout;

  g_array_set_size (self->cells, 0);
  if (self->header != NULL)
    {
      gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, &header_height, NULL, NULL,
                          NULL);
      y += header_height;
    }
  else if (code && !self->block->continues)
    {
      y += padding;
    }

  layout = make_layout (self, 0, self->block->length);
  if (!code)
    pango_layout_set_width (layout, MAX (width - self->inset, 1) * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  add_cell (self, layout, 0, self->block->length, self->inset + padding, y);

  self->text_width = code ? text_width + 2 * padding : 0;
  self->height = y + text_height + (code && self->ends ? padding : 0);
  /* Lines of code that go on in another block are as far apart as others. */
  if (!code && self->block->joined)
    self->height += LINE_SPACING;
}

/* The cells that are new: those that stay as they are keep their layouts. */
static void
make_table_cells (AphBlockView *self)
{
  AphTextBlock *block = self->block;
  int max_width = MAX_COLUMN_EM * get_em (self);

  for (guint i = self->cells->len; i < block->n_cells; i++)
    {
      const AphTextCell *cell = &block->cells[i];
      PangoLayout *layout = make_layout (self, cell->start, cell->end);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      if (width > max_width)
        pango_layout_set_width (layout, max_width * PANGO_SCALE);
      add_cell (self, layout, cell->start, cell->end, 0, 0);
    }
}

static void
measure_columns (AphBlockView *self)
{
  guint n_columns = self->block->n_columns;
  int x = self->inset;

  g_array_set_size (self->column_edges, 0);
  for (guint column = 0; column < n_columns; column++)
    {
      int column_width = 0;

      for (guint i = column; i < self->cells->len; i += n_columns)
        {
          int cell_width;

          pango_layout_get_pixel_size (aph_block_view_get_cell (self, i)->layout, &cell_width,
                                       NULL);
          column_width = MAX (column_width, cell_width);
        }
      g_array_append_val (self->column_edges, x);
      x += column_width + 2 * CELL_PADDING;
    }
  g_array_append_val (self->column_edges, x);
  self->text_width = x - self->inset;
}

static void
place_cell (AphBlockView *self,
            guint         i,
            int           y)
{
  guint column = i % self->block->n_columns;
  AphBlockCell *cell = aph_block_view_get_cell (self, i);
  int left = g_array_index (self->column_edges, int, column) + CELL_PADDING;
  int right = g_array_index (self->column_edges, int, column + 1) - CELL_PADDING;
  int width;

  pango_layout_get_pixel_size (cell->layout, &width, NULL);
  cell->y = y;
  cell->x = left;
  if (self->block->aligns[column] == APH_ALIGN_CENTER)
    cell->x += (right - left - width) / 2;
  else if (self->block->aligns[column] == APH_ALIGN_END)
    cell->x = right - width;
}

static void
lay_out_table (AphBlockView *self)
{
  guint n_columns = self->block->n_columns;
  int y = self->top;

  make_table_cells (self);
  measure_columns (self);
  g_array_set_size (self->row_edges, 0);
  for (guint first = 0; first < self->cells->len; first += n_columns)
    {
      int row_height = 0;

      g_array_append_val (self->row_edges, y);
      for (guint i = first; i < MIN (first + n_columns, self->cells->len); i++)
        {
          int height;

          place_cell (self, i, y + SMALL_SPACE);
          pango_layout_get_pixel_size (aph_block_view_get_cell (self, i)->layout, NULL, &height);
          row_height = MAX (row_height, height);
        }
      y += row_height + 2 * SMALL_SPACE;
    }
  g_array_append_val (self->row_edges, y);
  self->height = y;
}

static int
get_space_above (const AphTextBlock *block)
{
  if (block->continues)
    return 0;
  if (block->tight)
    return SMALL_SPACE;

  return block->kind == APH_TEXT_HEADING && block->level < 4 ? HEADING_SPACE : SPACE;
}

void
aph_block_view_lay_out (AphBlockView *self,
                        int           width)
{
  AphTextBlock *block = self->block;
  guint serial = pango_context_get_serial (gtk_widget_get_pango_context (GTK_WIDGET (self)));
  int bar_height;

  if (self->width == width && self->serial == serial)
    return;
  if (self->serial != serial)
    g_array_set_size (self->cells, 0);

  self->width = width;
  self->serial = serial;
  self->top = get_space_above (block);
  self->inset = block->quotes * APH_BLOCK_QUOTE_STEP + block->indent * LIST_STEP;
  self->inset = MIN (self->inset, width / 3);
  self->text_width = 0;
  if (block->kind == APH_TEXT_TABLE)
    lay_out_table (self);
  else if (block->kind == APH_TEXT_RULE)
    self->height = self->top + 1;
  else
    lay_out_text (self, width);

  if (self->marker != NULL)
    pango_layout_context_changed (self->marker);
  if (self->adjustment != NULL)
    {
      double upper = MAX (gtk_adjustment_get_upper (self->adjustment), self->text_width);
      double page = MAX (width - self->inset, 1);

      gtk_adjustment_configure (self->adjustment, gtk_adjustment_get_value (self->adjustment), 0,
                                MAX (upper, page), 40, page / 2, page);
    }
  if (self->scrollbar != NULL)
    {
      gboolean needed = self->ends && self->text_width > 0
                        && gtk_adjustment_get_upper (self->adjustment) > width - self->inset;

      gtk_widget_set_child_visible (self->scrollbar, needed);
      gtk_widget_measure (self->scrollbar, GTK_ORIENTATION_VERTICAL, -1, &bar_height, NULL, NULL,
                          NULL);
      if (needed)
        self->height += bar_height;
    }
}

double
aph_block_view_get_scroll (AphBlockView *self)
{
  return self->adjustment != NULL ? gtk_adjustment_get_value (self->adjustment) : 0;
}

/* Up to where both have the same text set in the same way. */
static gsize
find_same (const AphTextBlock *block,
           const AphTextBlock *other)
{
  gsize length = MIN (block->length, other->length);
  gsize same = 0;

  while (same < length && block->text[same] == other->text[same])
    same++;
  for (guint i = 0; i < MAX (block->n_spans, other->n_spans); i++)
    {
      if (i < block->n_spans && i < other->n_spans
          && memcmp (&block->spans[i], &other->spans[i], sizeof (AphTextSpan)) == 0)
        continue;
      if (i < block->n_spans)
        same = MIN (same, block->spans[i].start);
      if (i < other->n_spans)
        same = MIN (same, other->spans[i].start);
      break;
    }

  return same;
}

/* The layouts of the cells that stay as they are. */
void
aph_block_view_keep_cells (AphBlockView       *self,
                           const AphTextBlock *block)
{
  guint n_kept = 0;

  if (self->block != NULL && self->block->kind == APH_TEXT_TABLE && block->kind == APH_TEXT_TABLE
      && self->block->n_columns == block->n_columns)
    {
      gsize same = find_same (self->block, block);

      while (n_kept < self->cells->len && n_kept < block->n_cells
             && block->cells[n_kept].end < same
             && aph_block_view_get_cell (self, n_kept)->end == block->cells[n_kept].end)
        n_kept++;
    }
  g_array_set_size (self->cells, n_kept);
}

/* The cell at a place, or the one nearest to it. */
static AphBlockCell *
find_cell (AphBlockView *self,
           double        x,
           double        y)
{
  guint row = 0, column = 0, i;

  if (self->block->kind != APH_TEXT_TABLE)
    return self->cells->len > 0 ? aph_block_view_get_cell (self, 0) : NULL;

  while (row + 2 < self->row_edges->len && y >= g_array_index (self->row_edges, int, row + 1))
    row++;
  while (column + 2 < self->column_edges->len
         && x >= g_array_index (self->column_edges, int, column + 1))
    column++;
  i = row * self->block->n_columns + column;

  return i < self->cells->len ? aph_block_view_get_cell (self, i) : NULL;
}

/**
 * aph_block_view_get_index:
 * @self: a view
 * @x: in its coordinates
 * @y: likewise
 *
 * Returns: the place in its text that is nearest, in bytes
 */
gsize
aph_block_view_get_index (AphBlockView *self,
                          double        x,
                          double        y)
{
  AphBlockCell *cell;
  const char *p;
  int index, trailing;

  g_return_val_if_fail (APH_IS_BLOCK_VIEW (self), 0);

  x += aph_block_view_scrolls (self) ? aph_block_view_get_scroll (self) : 0;
  cell = find_cell (self, x, y);
  if (cell == NULL)
    return 0;

  pango_layout_xy_to_index (cell->layout, (x - cell->x) * PANGO_SCALE, (y - cell->y) * PANGO_SCALE,
                            &index, &trailing);
  p = self->block->text + cell->start + index;
  while (trailing-- > 0)
    p = g_utf8_next_char (p);

  return MIN ((gsize) (p - self->block->text), cell->end);
}

/**
 * aph_block_view_get_link:
 * @self: a view
 * @x: in its coordinates
 * @y: likewise
 *
 * Returns: (transfer none) (nullable): where the link at that place leads
 */
const char *
aph_block_view_get_link (AphBlockView *self,
                         double        x,
                         double        y)
{
  AphBlockCell *cell;
  int index, trailing;

  g_return_val_if_fail (APH_IS_BLOCK_VIEW (self), NULL);

  if (self->block->links == NULL)
    return NULL;
  x += aph_block_view_scrolls (self) ? aph_block_view_get_scroll (self) : 0;
  cell = find_cell (self, x, y);
  if (cell == NULL
      || !pango_layout_xy_to_index (cell->layout, (x - cell->x) * PANGO_SCALE,
                                    (y - cell->y) * PANGO_SCALE, &index, &trailing))
    return NULL;

  return aph_text_block_get_link (self->block, cell->start + index);
}

static AphBlockCell *
find_cell_of_index (AphBlockView *self,
                    gsize         index)
{
  for (guint i = 0; i < self->cells->len; i++)
    if (index <= aph_block_view_get_cell (self, i)->end)
      return aph_block_view_get_cell (self, i);

  return NULL;
}

/**
 * aph_block_view_get_word:
 * @self: a view
 * @index: a place in its text, in bytes
 * @start: (out): where the word there begins
 * @end: (out): where it ends
 */
void
aph_block_view_get_word (AphBlockView *self,
                         gsize         index,
                         gsize        *start,
                         gsize        *end)
{
  const PangoLogAttr *attributes;
  const char *text, *p;
  AphBlockCell *cell;
  int n_attributes, offset, first, last;

  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  *start = *end = index;
  cell = find_cell_of_index (self, index);
  if (cell == NULL || index < cell->start)
    return;

  text = pango_layout_get_text (cell->layout);
  attributes = pango_layout_get_log_attrs_readonly (cell->layout, &n_attributes);
  offset = first = g_utf8_pointer_to_offset (text, text + index - cell->start);
  while (first > 0 && !attributes[first].is_word_start
         && !(first < offset && attributes[first].is_word_end))
    first--;
  for (last = offset + 1; last < n_attributes - 1 && !attributes[last].is_word_end
                          && !attributes[last].is_word_start;)
    last++;
  last = MIN (last, n_attributes - 1);

  p = g_utf8_offset_to_pointer (text, first);
  *start = cell->start + (p - text);
  *end = cell->start + (g_utf8_offset_to_pointer (p, last - first) - text);
}

/**
 * aph_block_view_get_extents:
 * @self: a view
 * @index: a place in its text, in bytes
 * @y: (out): where its line begins, in the view
 * @height: (out): how high the line is
 */
void
aph_block_view_get_extents (AphBlockView *self,
                            gsize         index,
                            int          *y,
                            int          *height)
{
  PangoRectangle rect;
  AphBlockCell *cell;

  g_return_if_fail (APH_IS_BLOCK_VIEW (self));

  *y = 0;
  *height = self->height;
  cell = find_cell_of_index (self, index);
  if (cell == NULL)
    return;

  pango_layout_index_to_pos (cell->layout, MAX (index, cell->start) - cell->start, &rect);
  *y = cell->y + PANGO_PIXELS (rect.y);
  *height = PANGO_PIXELS (rect.height);
}
