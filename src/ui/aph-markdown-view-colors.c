/* aph-markdown-view-colors.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphMarkdownView: the colours of code, found while there is nothing else to do.
 */

#define G_LOG_DOMAIN "aph-markdown-view"

#include "config.h"

#include <adwaita.h>

#include "ui/aph-code-colors.h"
#include "ui/aph-markdown-view-private.h"

/* To keep the colours of code that was seen a while ago takes more memory than it saves time. */
#define MAX_COLORS 16

static gboolean step_colors_cb (gpointer user_data);

/* All of the code that a row is a part of, as far as it may have colours; and where that row is. */
static char *
dup_code (AphMarkdownView *self,
          guint            row,
          gsize           *length,
          gsize           *start)
{
  GString *code = g_string_new (NULL);
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);
  guint first = aph_markdown_view_get_first_part (self, row);

  *start = 0;
  for (guint i = first; i < n_rows && code->len <= APH_CODE_COLORS_MAX; i++)
    {
      AphTextBlock *block = aph_markdown_view_get_block (self, i);

      if (i > first && !block->continues)
        break;
      if (i > first && !block->joined)
        g_string_append_c (code, '\n');
      if (i == row)
        *start = code->len;
      g_string_append_len (code, block->text, block->length);
    }
  *length = code->len;

  return g_string_free (code, FALSE);
}

/* Returns whether the view has got what colours there are. */
gboolean
aph_markdown_view_color (AphMarkdownView *self,
                         AphBlockView    *view,
                         guint            row,
                         gboolean         begin)
{
  AphTextBlock *block = aph_block_view_get_block (view);
  gpointer key = GUINT_TO_POINTER (aph_markdown_view_get_first_part (self, row));
  AphCodeColors *colors = g_hash_table_lookup (self->colors, key);
  g_autofree char *code = NULL;
  PangoAttrList *attributes;
  gsize length, start;

  if (colors == NULL && !begin)
    return FALSE;
  if (colors == NULL)
    {
      AphTextBlock *first =
        aph_markdown_view_get_block (self, aph_markdown_view_get_first_part (self, row));

      colors = aph_code_colors_new (first->language,
                                    adw_style_manager_get_dark (adw_style_manager_get_default ()));
      g_hash_table_insert (self->colors, key, colors);
    }

  code = dup_code (self, row, &length, &start);
  aph_code_colors_set_text (colors, code, length);
  if (!aph_code_colors_step (colors, start + block->length))
    return FALSE;

  attributes = aph_code_colors_get (colors, start, start + block->length);
  if (attributes == NULL)
    attributes = pango_attr_list_new ();
  aph_block_view_set_colors (view, attributes);
  pango_attr_list_unref (attributes);

  return TRUE;
}

static gboolean
is_seen (AphMarkdownView *self,
         guint            first_part)
{
  for (guint i = 0; i < self->views->len; i++)
    if (aph_markdown_view_get_first_part (self, self->first + i) == first_part)
      return TRUE;

  return FALSE;
}

static void
forget_colors (AphMarkdownView *self)
{
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size (self->colors) <= MAX_COLORS)
    return;

  g_hash_table_iter_init (&iter, self->colors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!is_seen (self, GPOINTER_TO_UINT (key)))
      g_hash_table_iter_remove (&iter);
}

static gboolean
lacks_colors (AphBlockView *view)
{
  return aph_block_view_get_block (view)->kind == APH_TEXT_CODE
         && !aph_block_view_has_colors (view);
}

void
aph_markdown_view_queue_colors (AphMarkdownView *self)
{
  for (guint i = 0; i < self->views->len && self->colors_id == 0; i++)
    if (lacks_colors (g_ptr_array_index (self->views, i)))
      self->colors_id = g_idle_add (step_colors_cb, self);
}

/* One step for one block: the main loop turns in between. */
static gboolean
step_colors_cb (gpointer user_data)
{
  AphMarkdownView *self = user_data;

  for (guint i = 0; i < self->views->len; i++)
    {
      AphBlockView *view = g_ptr_array_index (self->views, i);

      if (lacks_colors (view))
        {
          aph_markdown_view_color (self, view, self->first + i, TRUE);
          return G_SOURCE_CONTINUE;
        }
    }

  forget_colors (self);
  self->colors_id = 0;

  return G_SOURCE_REMOVE;
}

void
aph_markdown_view_update_dark (AphMarkdownView *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GHashTableIter iter;
  gpointer colors;

  g_hash_table_iter_init (&iter, self->colors);
  while (g_hash_table_iter_next (&iter, NULL, &colors))
    aph_code_colors_set_dark (colors, dark);
  for (guint i = 0; i < self->views->len; i++)
    aph_block_view_set_colors (g_ptr_array_index (self->views, i), NULL);
  aph_markdown_view_queue_colors (self);
}
