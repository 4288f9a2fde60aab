/* aph-stream-view-find.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AphStreamView: words in the text. The one that is looked at is selected.
 */

#define G_LOG_DOMAIN "aph-stream-view"

#include "config.h"

#include <string.h>

#include "ui/aph-stream-view-private.h"
#include "ui/aph-text-search.h"

#define STEP_US 4000

/* More are not counted. */
#define MAX_MATCHES 100000

typedef struct
{
  int start;             /* in characters of the buffer */
  int end;
} Match;

struct _AphStreamFinder
{
  AphStreamView *view;   /* borrowed: it owns us */
  char *words;           /* (owned): folded */
  GArray *matches;       /* of Match */
  guint current;
  int searched;          /* up to which character */
  guint source_id;
};

static Match *
get_match (AphStreamFinder *self,
           guint            i)
{
  return &g_array_index (self->matches, Match, i);
}

/* What is selected is not followed by the end of the text. */
static void
go_to_match (AphStreamFinder *self,
             guint            i)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter start, end;

  self->current = i;
  gtk_text_buffer_get_iter_at_offset (buffer, &start, get_match (self, i)->start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, get_match (self, i)->end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (buffer),
                                0.1, FALSE, 0, 0);
  g_signal_emit_by_name (self->view, "found");
}

/* One line, whose end may still be to come. */
static void
search_line (AphStreamFinder *self,
             GtkTextIter     *line)
{
  GtkTextIter end = *line;
  g_autofree char *text = NULL;
  gsize length, from = 0, match_start, match_end;
  int offset = gtk_text_iter_get_offset (line);

  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  text = gtk_text_iter_get_slice (line, &end);
  length = strlen (text);
  while (self->matches->len < MAX_MATCHES
         && aph_text_search_next (text, length, self->words, from, &match_start, &match_end))
    {
      Match match = {
        .start = offset + g_utf8_strlen (text, match_start),
        .end = offset + g_utf8_strlen (text, match_end),
      };

      g_array_append_val (self->matches, match);
      from = match_end;
    }
}

static gboolean
search_cb (gpointer user_data)
{
  AphStreamFinder *self = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gint64 deadline = g_get_monotonic_time () + STEP_US;
  gboolean more = TRUE;
  GtkTextIter line;

  gtk_text_buffer_get_iter_at_offset (buffer, &line, self->searched);
  while (more && g_get_monotonic_time () < deadline)
    {
      search_line (self, &line);
      more = gtk_text_iter_forward_line (&line);
      if (more)
        self->searched = gtk_text_iter_get_offset (&line);
    }

  if (!more)
    self->source_id = 0;
  if (self->current == G_MAXUINT && self->matches->len > 0)
    go_to_match (self, 0);
  g_signal_emit_by_name (self->view, "found");

  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
aph_stream_finder_free (AphStreamFinder *self)
{
  g_clear_handle_id (&self->source_id, g_source_remove);
  g_array_unref (self->matches);
  g_free (self->words);
  g_free (self);
}

/* The text has grown: what was found in its last line is looked for again. */
void
aph_stream_finder_go_on (AphStreamFinder *self)
{
  while (self->matches->len > 0 && get_match (self, self->matches->len - 1)->start
                                   >= self->searched)
    g_array_set_size (self->matches, self->matches->len - 1);
  if (self->source_id == 0)
    self->source_id = g_idle_add (search_cb, self);
}

/* It is another text. */
void
aph_stream_finder_restart (AphStreamFinder *self)
{
  g_array_set_size (self->matches, 0);
  self->searched = 0;
  self->current = G_MAXUINT;
  aph_stream_finder_go_on (self);
}

/**
 * aph_stream_view_find:
 * @self: a view
 * @words: (nullable): what to look for; %NULL or "" for nothing
 *
 * Finds words wherever they are, also in what is still to come, and selects the first of them. The
 * signal "found" tells what is known.
 */
void
aph_stream_view_find (AphStreamView *self,
                      const char    *words)
{
  AphStreamFinder **finder;

  g_return_if_fail (APH_IS_STREAM_VIEW (self));

  finder = aph_stream_view_get_finder (self);
  g_clear_pointer (finder, aph_stream_finder_free);
  if (words != NULL && *words != '\0')
    {
      *finder = g_new0 (AphStreamFinder, 1);
      (*finder)->view = self;
      (*finder)->words = aph_text_search_fold (words);
      (*finder)->matches = g_array_new (FALSE, FALSE, sizeof (Match));
      aph_stream_finder_restart (*finder);
    }
  g_signal_emit_by_name (self, "found");
}

/**
 * aph_stream_view_find_next:
 * @self: a view
 * @forward: to the next one, or to the one before
 */
void
aph_stream_view_find_next (AphStreamView *self,
                           gboolean       forward)
{
  AphStreamFinder *finder;
  guint n;

  g_return_if_fail (APH_IS_STREAM_VIEW (self));

  finder = *aph_stream_view_get_finder (self);
  n = finder != NULL ? finder->matches->len : 0;
  if (n == 0)
    return;

  if (finder->current >= n)
    go_to_match (finder, 0);
  else
    go_to_match (finder, (finder->current + (forward ? 1 : n - 1)) % n);
}

/**
 * aph_stream_view_get_n_found:
 * @self: a view
 * @current: (out): which of them is looked at, from 1 on; 0 for none
 *
 * Returns: how often the words were found so far
 */
guint
aph_stream_view_get_n_found (AphStreamView *self,
                             guint         *current)
{
  AphStreamFinder *finder;

  g_return_val_if_fail (APH_IS_STREAM_VIEW (self), 0);

  finder = *aph_stream_view_get_finder (self);
  *current = finder != NULL && finder->current < finder->matches->len ? finder->current + 1 : 0;

  return finder != NULL ? finder->matches->len : 0;
}
