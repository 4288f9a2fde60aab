/* aph-markdown-view-find.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphMarkdownView: words in the text, all of which are counted, some milliseconds at a time.
 */

#define G_LOG_DOMAIN "aph-markdown-view"

#include "config.h"

#include <string.h>

#include "ui/aph-markdown-view-private.h"
#include "ui/aph-text-search.h"

#define STEP_US 4000

/* More are not counted. */
#define MAX_MATCHES 100000

static AphTextMatch *
get_match (AphMarkdownView *self,
           guint            i)
{
  return &g_array_index (self->matches, AphTextMatch, i);
}

static void
search_row (AphMarkdownView *self,
            guint            row)
{
  AphTextBlock *block = aph_markdown_view_get_block (self, row);
  gsize from = 0, start, end;

  while (self->matches->len < MAX_MATCHES
         && aph_text_search_next (block->text, block->length, self->words, from, &start, &end))
    {
      AphTextMatch match = { row, { start, end } };

      g_array_append_val (self->matches, match);
      from = end;
    }
}

static void
go_to_match (AphMarkdownView *self,
             guint            i)
{
  self->current_match = i;
  aph_markdown_view_scroll_to (self, &(AphTextPlace) { get_match (self, i)->row,
                                                       get_match (self, i)->range.start });
  aph_markdown_view_update_views (self);
  g_signal_emit_by_name (self, "found");
}

/* The first one from what is in sight on. */
static void
choose_match (AphMarkdownView *self,
              gboolean         all)
{
  for (guint i = 0; i < self->matches->len; i++)
    if (get_match (self, i)->row >= self->first)
      {
        go_to_match (self, i);
        return;
      }

  if (all && self->matches->len > 0)
    go_to_match (self, 0);
}

static gboolean
search_cb (gpointer user_data)
{
  AphMarkdownView *self = user_data;
  gint64 deadline = g_get_monotonic_time () + STEP_US;
  guint n_rows = aph_markdown_get_n_blocks (self->markdown);
  gboolean all;

  while (self->n_searched < n_rows && g_get_monotonic_time () < deadline)
    search_row (self, self->n_searched++);

  all = self->n_searched >= n_rows;
  if (all)
    self->search_id = 0;
  if (self->current_match == G_MAXUINT)
    choose_match (self, all);
  aph_markdown_view_update_views (self);
  g_signal_emit_by_name (self, "found");

  return all ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* The rows from @first_changed on are others now. */
void
aph_markdown_view_restart_search (AphMarkdownView *self,
                                  guint            first_changed)
{
  while (self->matches->len > 0
         && get_match (self, self->matches->len - 1)->row >= first_changed)
    g_array_set_size (self->matches, self->matches->len - 1);
  self->n_searched = MIN (self->n_searched, first_changed);
  if (self->current_match != G_MAXUINT && self->current_match >= self->matches->len)
    self->current_match = G_MAXUINT - 1;

  if (self->words != NULL && self->search_id == 0)
    self->search_id = g_idle_add (search_cb, self);
}

/* What was found in a row is shown. */
void
aph_markdown_view_show_matches (AphMarkdownView *self,
                                AphBlockView    *view,
                                guint            row)
{
  g_autoptr (GArray) ranges = NULL;
  guint first = 0, after = self->matches->len;
  guint current = G_MAXUINT;

  while (first < after)
    {
      guint middle = first + (after - first) / 2;

      if (get_match (self, middle)->row < row)
        first = middle + 1;
      else
        after = middle;
    }

  ranges = g_array_new (FALSE, FALSE, sizeof (AphTextCell));
  for (guint i = first; i < self->matches->len && get_match (self, i)->row == row; i++)
    {
      if (i == self->current_match)
        current = ranges->len;
      g_array_append_val (ranges, get_match (self, i)->range);
    }
  aph_block_view_set_matches (view, (const AphTextCell *) (gpointer) ranges->data, ranges->len,
                              current);
}

/**
 * aph_markdown_view_find:
 * @self: a view
 * @words: (nullable): what to look for; %NULL or "" for nothing
 *
 * Finds words wherever they are, also in what is still to come, and goes to the first of them from
 * what is in sight on. The signal "found" tells what is known.
 */
void
aph_markdown_view_find (AphMarkdownView *self,
                        const char      *words)
{
  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  g_clear_handle_id (&self->search_id, g_source_remove);
  g_clear_pointer (&self->words, g_free);
  g_array_set_size (self->matches, 0);
  self->n_searched = 0;
  self->current_match = G_MAXUINT;
  if (words != NULL && *words != '\0')
    self->words = aph_text_search_fold (words);

  aph_markdown_view_restart_search (self, 0);
  aph_markdown_view_update_views (self);
  g_signal_emit_by_name (self, "found");
}

/**
 * aph_markdown_view_find_next:
 * @self: a view
 * @forward: to the next one, or to the one before
 */
void
aph_markdown_view_find_next (AphMarkdownView *self,
                             gboolean         forward)
{
  guint n;

  g_return_if_fail (APH_IS_MARKDOWN_VIEW (self));

  n = self->matches->len;
  if (n == 0)
    return;

  if (self->current_match >= n)
    choose_match (self, TRUE);
  else
    go_to_match (self, (self->current_match + (forward ? 1 : n - 1)) % n);
}

/**
 * aph_markdown_view_get_n_found:
 * @self: a view
 * @current: (out): which of them is looked at, from 1 on; 0 for none
 *
 * Returns: how often the words were found so far
 */
guint
aph_markdown_view_get_n_found (AphMarkdownView *self,
                               guint           *current)
{
  g_return_val_if_fail (APH_IS_MARKDOWN_VIEW (self), 0);

  *current = self->current_match < self->matches->len ? self->current_match + 1 : 0;

  return self->matches->len;
}
