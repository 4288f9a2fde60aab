/* aph-stream-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-stream-view"

#include "config.h"

#include "ui/aph-display-text.h"
#include "ui/aph-stream-view-private.h"

/* What is inserted at once, and how long one call may go on inserting. */
#define SLICE_BYTES  (16 * 1024)
#define TAKE_MAX_US  4000

/* This near to the end, in pixels, is at the end. */
#define END_SLACK 1.0

struct _AphStreamView
{
  GtkTextView parent_instance;

  GtkTextTagTable *tag_table;
  GtkTextTag *break_tag;         /* on line breaks that are ours, not the text's */
  GtkTextMark *end_mark;         /* of the buffer */
  GSignalGroup *adjustment_signals;

  gsize taken;                   /* bytes of the text that are shown */
  AphDisplayLine line;           /* the last one that is shown */
  double last_value;             /* of the vertical adjustment */
  gboolean following;
  AphStreamFinder *finder;       /* (owned) (nullable): while words are looked for */
};

enum
{
  PROP_0,
  PROP_FOLLOWING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphStreamView, aph_stream_view, GTK_TYPE_TEXT_VIEW)

static void
set_following (AphStreamView *self,
               gboolean       following)
{
  if (self->following == following)
    return;

  self->following = following;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static double
get_end (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
}

/* Whether all lines have been laid out that are in sight at the end; others have no height yet. */
static gboolean
is_end_laid_out (AphStreamView *self,
                 double         page_size)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextIter line;
  int y, height;
  int total = 0;

  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (view), &line);
  do
    {
      gtk_text_view_get_line_yrange (view, &line, &y, &height);
      if (height == 0)
        return FALSE;
      total += height;
    }
  while (total < page_size && gtk_text_iter_backward_line (&line));

  return TRUE;
}

/* A text view lays out what is in sight: to go to the bottom before the lines there are laid out
 * is to lay out all that is above them, page by page. */
static void
stay_at_end (AphStreamView *self,
             GtkAdjustment *adjustment)
{
  double end = get_end (adjustment);

  if (self->following && gtk_adjustment_get_value (adjustment) < end
      && is_end_laid_out (self, gtk_adjustment_get_page_size (adjustment)))
    gtk_adjustment_set_value (adjustment, end);
}

/* To go to a mark lays out what is around it. */
static void
scroll_to_end (AphStreamView *self)
{
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self), self->end_mark);
}

static void
changed_cb (GtkAdjustment *adjustment,
            AphStreamView *self)
{
  stay_at_end (self, adjustment);
}

/* Only the reader scrolls up, and only what has a size: a text view that has none yet never gets a
 * mark into sight, and goes up and down by itself. To reach the end by any means is to follow
 * it. */
static void
value_changed_cb (GtkAdjustment *adjustment,
                  AphStreamView *self)
{
  double value = gtk_adjustment_get_value (adjustment);

  if (value >= get_end (adjustment) - END_SLACK)
    set_following (self, TRUE);
  else if (value < self->last_value && gtk_adjustment_get_page_size (adjustment) > 0)
    set_following (self, FALSE);

  self->last_value = value;
  stay_at_end (self, adjustment);
}

static void
notify_vadjustment_cb (AphStreamView *self)
{
  g_signal_group_set_target (self->adjustment_signals,
                             gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self)));
}

/* To drop a buffer is cheaper than to empty it. */
static void
replace_buffer (AphStreamView *self)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (self->tag_table);
  GtkTextIter end;

  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  gtk_text_buffer_get_end_iter (buffer, &end);
  self->end_mark = gtk_text_buffer_create_mark (buffer, NULL, &end, FALSE);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self), buffer);
}

/* What is copied has the lines of the text, not those of the display. */
static void
aph_stream_view_copy_clipboard (GtkTextView *view)
{
  g_autofree char *selection = aph_stream_view_dup_selection (APH_STREAM_VIEW (view));

  if (selection != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (view)), selection);
}

/* Text that is wrapped anew moves, but not by the hand of the reader. */
static void
aph_stream_view_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  AphStreamView *self = APH_STREAM_VIEW (widget);
  gboolean following = self->following;

  GTK_WIDGET_CLASS (aph_stream_view_parent_class)->size_allocate (widget, width, height, baseline);

  if (following)
    {
      set_following (self, TRUE);
      scroll_to_end (self);
      stay_at_end (self, gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self)));
    }
}

static void
aph_stream_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  AphStreamView *self = APH_STREAM_VIEW (object);

  switch (prop_id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_stream_view_dispose (GObject *object)
{
  AphStreamView *self = APH_STREAM_VIEW (object);

  g_clear_object (&self->adjustment_signals);
  g_clear_pointer (&self->finder, aph_stream_finder_free);

  G_OBJECT_CLASS (aph_stream_view_parent_class)->dispose (object);
}

static void
aph_stream_view_finalize (GObject *object)
{
  AphStreamView *self = APH_STREAM_VIEW (object);

  g_clear_object (&self->break_tag);
  g_clear_object (&self->tag_table);

  G_OBJECT_CLASS (aph_stream_view_parent_class)->finalize (object);
}

static void
aph_stream_view_class_init (AphStreamViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkTextViewClass *text_view_class = GTK_TEXT_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_stream_view_dispose;
  object_class->finalize = aph_stream_view_finalize;
  object_class->get_property = aph_stream_view_get_property;
  widget_class->size_allocate = aph_stream_view_size_allocate;
  text_view_class->copy_clipboard = aph_stream_view_copy_clipboard;

  properties[PROP_FOLLOWING] =
    g_param_spec_boolean ("following", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
aph_stream_view_init (AphStreamView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);

  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);

  self->break_tag = gtk_text_tag_new ("break");
  self->tag_table = gtk_text_tag_table_new ();
  gtk_text_tag_table_add (self->tag_table, self->break_tag);

  self->adjustment_signals = g_signal_group_new (GTK_TYPE_ADJUSTMENT);
  g_signal_group_connect (self->adjustment_signals, "changed",
                          G_CALLBACK (changed_cb), self);
  g_signal_group_connect (self->adjustment_signals, "value-changed",
                          G_CALLBACK (value_changed_cb), self);
  g_signal_connect (self, "notify::vadjustment", G_CALLBACK (notify_vadjustment_cb), NULL);

  replace_buffer (self);
}

/**
 * aph_stream_view_new:
 *
 * Returns: (transfer floating): an empty view
 */
GtkWidget *
aph_stream_view_new (void)
{
  return g_object_new (APH_TYPE_STREAM_VIEW, NULL);
}

/**
 * aph_stream_view_restart:
 * @self: a view
 * @follow: whether to begin at the end of what is to come, as for a text that is being written
 *
 * Shows nothing, as of now: another text is to come.
 */
void
aph_stream_view_restart (AphStreamView *self,
                         gboolean       follow)
{
  g_return_if_fail (APH_IS_STREAM_VIEW (self));

  if (self->taken > 0)
    replace_buffer (self);
  self->taken = 0;
  self->line = (AphDisplayLine) { 0 };
  self->last_value = 0;
  set_following (self, follow);
  if (self->finder != NULL)
    aph_stream_finder_restart (self->finder);
}

static void
insert_at_end (GtkTextBuffer *buffer,
               const char    *text,
               gsize          length,
               GtkTextTag    *tag)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags (buffer, &end, text, length, tag, NULL);
}

/* Where to stop for now: between characters, and not between the halves of a line end. */
static gsize
find_slice_end (const char *text,
                gsize       start,
                gsize       length)
{
  gsize end = MIN (start + SLICE_BYTES, length);

  while (end < length && (text[end] & 0xc0) == 0x80)
    end--;
  if (end > start && text[end - 1] == '\r')
    end--;

  return end;
}

static void
take_slice (AphStreamView *self,
            GtkTextBuffer *buffer,
            const char    *text,
            gsize          end)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (self->taken < end)
    {
      gsize fit = aph_display_text_fit (text, self->taken, end, &self->line);

      g_string_truncate (line, 0);
      aph_display_text_append (line, text + self->taken, fit - self->taken);
      insert_at_end (buffer, line->str, line->len, NULL);
      self->taken = fit;

      if (fit < end)
        insert_at_end (buffer, "\n", 1, self->break_tag);
    }
}

static int
get_mark_offset (GtkTextBuffer *buffer,
                 GtkTextMark   *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, mark);

  return gtk_text_iter_get_offset (&iter);
}

static void
select_offsets (GtkTextBuffer *buffer,
                int            insert,
                int            bound)
{
  GtkTextIter insert_iter, bound_iter;

  gtk_text_buffer_get_iter_at_offset (buffer, &insert_iter, insert);
  gtk_text_buffer_get_iter_at_offset (buffer, &bound_iter, bound);
  gtk_text_buffer_select_range (buffer, &insert_iter, &bound_iter);
}

/**
 * aph_stream_view_take:
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
aph_stream_view_take (AphStreamView *self,
                      const char    *text,
                      gsize          length)
{
  gint64 deadline = g_get_monotonic_time () + TAKE_MAX_US;
  GtkTextBuffer *buffer;
  int insert, bound, old_end;
  gsize end;

  g_return_val_if_fail (APH_IS_STREAM_VIEW (self), TRUE);
  g_return_val_if_fail (length >= self->taken, TRUE);

  if (length == self->taken)
    return TRUE;

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  insert = get_mark_offset (buffer, gtk_text_buffer_get_insert (buffer));
  bound = get_mark_offset (buffer, gtk_text_buffer_get_selection_bound (buffer));
  old_end = gtk_text_buffer_get_char_count (buffer);
  if (insert != bound)
    set_following (self, FALSE);

  do
    {
      end = find_slice_end (text, self->taken, length);
      take_slice (self, buffer, text, end);
    }
  while (end + 1 < length && g_get_monotonic_time () < deadline);

  /* Text that comes in at a mark pushes it along. */
  if (insert == old_end || bound == old_end)
    select_offsets (buffer, insert, bound);
  if (self->following)
    scroll_to_end (self);
  if (self->finder != NULL)
    aph_stream_finder_go_on (self->finder);

  return end == length || (end + 1 == length && text[end] == '\r');
}

gboolean
aph_stream_view_get_following (AphStreamView *self)
{
  g_return_val_if_fail (APH_IS_STREAM_VIEW (self), FALSE);

  return self->following;
}

/**
 * aph_stream_view_follow:
 * @self: a view
 *
 * Goes to the end and stays there.
 */
void
aph_stream_view_follow (AphStreamView *self)
{
  g_return_if_fail (APH_IS_STREAM_VIEW (self));

  set_following (self, TRUE);
  scroll_to_end (self);
}

/**
 * aph_stream_view_dup_selection:
 * @self: a view
 *
 * Returns: (transfer full) (nullable): the selected text, without the line breaks that only the
 *   display has; control characters as they are shown; %NULL if nothing is selected
 */
char *
aph_stream_view_dup_selection (AphStreamView *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  GString *selection;

  g_return_val_if_fail (APH_IS_STREAM_VIEW (self), NULL);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    return NULL;

  selection = g_string_new (NULL);
  while (gtk_text_iter_compare (&start, &end) < 0)
    {
      GtkTextIter next = start;
      gboolean is_break = gtk_text_iter_has_tag (&start, self->break_tag);

      if (!gtk_text_iter_forward_to_tag_toggle (&next, self->break_tag)
          || gtk_text_iter_compare (&next, &end) > 0)
        next = end;
      if (!is_break)
        {
          g_autofree char *part = gtk_text_iter_get_slice (&start, &next);

          g_string_append (selection, part);
        }
      start = next;
    }

  return g_string_free (selection, FALSE);
}

AphStreamFinder **
aph_stream_view_get_finder (AphStreamView *self)
{
  return &self->finder;
}
