/* aph-tail-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-tail-view"

#include "config.h"

#include <string.h>

#include "ui/aph-plain-text.h"
#include "ui/aph-tail-view.h"

#define MIN_LINES     2
#define NATURAL_LINES 6

/* How much of a paragraph tells its direction. */
#define DIRECTION_BYTES 256

/* A screen reader that speaks a tile is not to be interrupted by every word. */
#define ACCESSIBLE_BYTES       300
#define ACCESSIBLE_INTERVAL_US G_USEC_PER_SEC

struct _AphTailView
{
  GtkWidget parent_instance;

  AphJob *job;             /* (owned) (nullable) */
  guint revision;          /* of the job, when it was last looked at */
  guint text_epoch;
  gsize length;            /* of the text, then */
  gboolean thinking;       /* which text */
  gboolean was_loaded;     /* the job, then */
  gboolean is_past;        /* it had ended before it was looked at: its beginning is shown */
  gint64 accessible_time;
  gboolean accessible_late;

  /* The end of the text, from the first line that is drawn on. Cut at its front only where a line
   * begins, so that the lines that stay are wrapped as before. */
  GString *tail;
  gsize taken;             /* where in the text it ends, in bytes */
  gboolean cut;            /* it is not the whole text */

  /* What stands in the last line may look different when more of it is known. */
  gsize settled;           /* where in the tail that line begins, in bytes */
  gsize line_start;        /* where in the text */
  AphPlainText state;      /* there */

  PangoLayout *layout;     /* of the tail */
  int width;               /* for which all this was done */
  int height;
  guint serial;            /* of the Pango context, likewise */
};

G_DEFINE_FINAL_TYPE (AphTailView, aph_tail_view, GTK_TYPE_WIDGET)

static const char *
get_text (AphTailView *self,
          gsize       *length)
{
  *length = 0;
  if (self->job == NULL)
    return "";
  if (self->thinking)
    return aph_job_get_thinking (self->job, length);

  return aph_job_get_answer (self->job, length);
}

static PangoFontMetrics *
get_metrics (AphTailView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));

  return pango_context_get_metrics (context, NULL, NULL);
}

static int
get_line_height (PangoFontMetrics *metrics)
{
  return MAX (PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics)), 1);
}

/* How many bytes fill the view for certain: narrow letters, or wide ones of several bytes. */
static gsize
get_budget (AphTailView *self)
{
  PangoFontMetrics *metrics = get_metrics (self);
  int char_width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics));
  gsize lines = self->height / get_line_height (metrics) + 1;
  gsize narrow = 2 * self->width / MAX (char_width, 1) + 1;

  pango_font_metrics_unref (metrics);

  return CLAMP (2 * lines * narrow, 1024, 65536);
}

/* A paragraph of which only the end is shown keeps the direction that its beginning gives it. */
static void
prepend_direction (AphTailView    *self,
                   PangoDirection  direction)
{
  if (direction == PANGO_DIRECTION_RTL)
    g_string_prepend (self->tail, "\u200f");
  else if (direction == PANGO_DIRECTION_LTR)
    g_string_prepend (self->tail, "\u200e");
}

/* Pango finds it while it lays the text out; its beginning is enough. */
static PangoDirection
find_direction (AphTailView *self,
                const char  *paragraph,
                gsize        length)
{
  PangoLayoutLine *line;

  if (length > DIRECTION_BYTES)
    length = g_utf8_find_prev_char (paragraph, paragraph + DIRECTION_BYTES) - paragraph;

  pango_layout_set_text (self->layout, paragraph, length);
  line = pango_layout_get_line_readonly (self->layout, 0);

  return pango_layout_line_get_resolved_direction (line);
}

/* Begins the tail anew, at a paragraph if one begins nearby. */
static void
begin_tail (AphTailView *self,
            const char  *text,
            gsize        length)
{
  gsize budget = get_budget (self);
  gsize start = length > budget ? length - budget : 0;
  const char *paragraph;

  g_string_truncate (self->tail, 0);
  self->cut = start > 0;
  paragraph = start > 0 ? memchr (text + start, '\n', budget / 2) : NULL;
  if (paragraph != NULL)
    start = paragraph + 1 - text;
  while (start > 0 && paragraph == NULL && (text[start] & 0xc0) == 0x80)
    start++;

  if (start > 0 && paragraph == NULL)
    {
      paragraph = memrchr (text, '\n', start);
      paragraph = paragraph != NULL ? paragraph + 1 : text;
      aph_plain_text_find (&self->state, text, paragraph - text);
      self->state.mid_line = TRUE;
      prepend_direction (self, find_direction (self, paragraph, text + start - paragraph));
    }
  else
    aph_plain_text_find (&self->state, text, start);

  self->taken = start;
  self->line_start = start;
  self->settled = self->tail->len;
}

/* Adds what is new. The line that was not complete is read again. */
static void
append_text (AphTailView *self,
             const char  *text,
             gsize        length)
{
  const char *line = memrchr (text + self->line_start, '\n', length - self->line_start);
  AphPlainText state;

  g_string_truncate (self->tail, self->settled);
  if (line != NULL)
    {
      gsize size = line + 1 - text - self->line_start;

      aph_plain_text_append (&self->state, self->tail, text + self->line_start, size);
      self->line_start += size;
      self->settled = self->tail->len;
    }

  state = self->state;
  aph_plain_text_append (&state, self->tail, text + self->line_start, length - self->line_start);
  self->taken = length;
}

/* Forgets what is above the view. Returns whether there was anything. */
static gboolean
cut_tail (AphTailView *self)
{
  PangoLayoutIter *iter;
  PangoLayoutLine *line;
  PangoDirection direction;
  gsize old_length = self->tail->len;
  int total, top, bottom, start;
  gboolean within;

  pango_layout_get_size (self->layout, NULL, &total);
  if (total <= self->height * PANGO_SCALE)
    return FALSE;

  iter = pango_layout_get_iter (self->layout);
  do
    pango_layout_iter_get_line_yrange (iter, &top, &bottom);
  while (total - top > self->height * PANGO_SCALE && pango_layout_iter_next_line (iter));

  /* Not the index of the iterator: that is of what stands leftmost in the line. */
  line = pango_layout_iter_get_line_readonly (iter);
  start = pango_layout_line_get_start_index (line);
  direction = pango_layout_line_get_resolved_direction (line);
  pango_layout_iter_free (iter);
  if (start == 0)
    return FALSE;

  within = self->tail->str[start - 1] != '\n';
  g_string_erase (self->tail, 0, start);
  if (within)
    prepend_direction (self, direction);
  self->cut = TRUE;

  /* Of a line that is longer than the view only the end is read from now on. */
  if ((gsize) start > self->settled)
    {
      self->line_start = self->taken;
      self->settled = self->tail->len;
      self->state.mid_line = TRUE;
    }
  else
    self->settled += self->tail->len - old_length;

  return TRUE;
}

static void
clear_tail (AphTailView *self)
{
  g_string_truncate (self->tail, 0);
  self->taken = 0;
  self->cut = FALSE;
  self->settled = 0;
  self->line_start = 0;
  self->state = (AphPlainText) { 0 };
}

/* An answer of before is read from its beginning; nothing follows. */
static void
take_beginning (AphTailView *self,
                const char  *text,
                gsize        length)
{
  gsize budget = get_budget (self);

  if (length > budget)
    length = g_utf8_find_prev_char (text, text + budget) - text;
  clear_tail (self);
  append_text (self, text, length);
  pango_layout_set_width (self->layout, self->width * PANGO_SCALE);
  pango_layout_set_text (self->layout, self->tail->str, self->tail->len);
}

static void
take_text (AphTailView *self)
{
  gsize length;
  const char *text = get_text (self, &length);
  guint serial = pango_context_get_serial (gtk_widget_get_pango_context (GTK_WIDGET (self)));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  gboolean anew = width != self->width || height != self->height || serial != self->serial;

  /* The first half of a line end waits for the second. */
  if (length > self->taken && text[length - 1] == '\r')
    length--;
  if ((length == self->taken || (self->is_past && self->taken > 0)) && !anew)
    return;

  self->width = width;
  self->height = height;
  self->serial = serial;
  if (self->is_past)
    {
      take_beginning (self, text, length);
      return;
    }

  if (anew || length - self->taken > get_budget (self))
    begin_tail (self, text, length);

  append_text (self, text, length);

  pango_layout_set_width (self->layout, width * PANGO_SCALE);
  pango_layout_set_text (self->layout, self->tail->str, self->tail->len);
  if (cut_tail (self))
    pango_layout_set_text (self->layout, self->tail->str, self->tail->len);
}

static void
aph_tail_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  AphTailView *self = APH_TAIL_VIEW (widget);
  GdkRGBA color;
  int total, y;

  /* Sent again since the last refresh: there will be another one. */
  if (self->job == NULL || self->text_epoch != aph_job_get_text_epoch (self->job))
    return;

  take_text (self);
  pango_layout_get_pixel_size (self->layout, NULL, &total);
  y = self->cut ? self->height - total : 0;

  /* A single line may be higher than the view. */
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->width, self->height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, y));
  gtk_snapshot_append_layout (snapshot, self->layout, &color);
  gtk_snapshot_pop (snapshot);
}

static void
aph_tail_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  PangoFontMetrics *metrics = get_metrics (APH_TAIL_VIEW (widget));

  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = MIN_LINES * get_line_height (metrics);
      *natural = NATURAL_LINES * get_line_height (metrics);
    }
  pango_font_metrics_unref (metrics);
}

static void
aph_tail_view_dispose (GObject *object)
{
  AphTailView *self = APH_TAIL_VIEW (object);

  g_clear_object (&self->job);
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (aph_tail_view_parent_class)->dispose (object);
}

static void
aph_tail_view_finalize (GObject *object)
{
  AphTailView *self = APH_TAIL_VIEW (object);

  g_string_free (self->tail, TRUE);

  G_OBJECT_CLASS (aph_tail_view_parent_class)->finalize (object);
}

static void
aph_tail_view_class_init (AphTailViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_tail_view_dispose;
  object_class->finalize = aph_tail_view_finalize;
  widget_class->measure = aph_tail_view_measure;
  widget_class->snapshot = aph_tail_view_snapshot;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LOG);
  gtk_widget_class_set_css_name (widget_class, "tailview");
}

static void
aph_tail_view_init (AphTailView *self)
{
  self->tail = g_string_new (NULL);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
}

/**
 * aph_tail_view_new:
 *
 * Returns: (transfer floating): a view of no job
 */
GtkWidget *
aph_tail_view_new (void)
{
  return g_object_new (APH_TYPE_TAIL_VIEW, NULL);
}

static void
update_accessible (AphTailView *self)
{
  gsize length;
  const char *text = get_text (self, &length);
  g_autofree char *label = aph_plain_text_dup_end (text, length, ACCESSIBLE_BYTES);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  self->accessible_time = g_get_monotonic_time ();
  self->accessible_late = FALSE;
}

/* The text starts anew: another job, another attempt, or the answer after the thinking. */
static void
restart (AphTailView *self)
{
  clear_tail (self);
  pango_layout_set_text (self->layout, "", 0);
  self->length = 0;

  if (self->thinking)
    gtk_widget_add_css_class (GTK_WIDGET (self), "thinking");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "thinking");
}

/* Whether there is anything new to see. */
static gboolean
look (AphTailView *self)
{
  guint text_epoch = aph_job_get_text_epoch (self->job);
  gboolean thinking, anew;
  gsize length;

  self->revision = aph_job_get_revision (self->job);
  aph_job_get_answer (self->job, &length);
  thinking = length == 0;

  if (!self->was_loaded)
    {
      self->was_loaded = aph_job_is_loaded (self->job);
      self->is_past = aph_job_is_ended (self->job);
    }

  anew = self->thinking != thinking || self->text_epoch != text_epoch;
  if (self->text_epoch != text_epoch)
    self->is_past = FALSE;
  self->thinking = thinking;
  self->text_epoch = text_epoch;
  if (anew)
    restart (self);

  get_text (self, &length);
  if (!anew && length == self->length)
    return FALSE;

  self->length = length;
  return TRUE;
}

/**
 * aph_tail_view_set_job:
 * @self: a view
 * @job: (nullable): whose text to show
 */
void
aph_tail_view_set_job (AphTailView *self,
                       AphJob      *job)
{
  g_return_if_fail (APH_IS_TAIL_VIEW (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (!g_set_object (&self->job, job))
    return;

  restart (self);
  self->was_loaded = FALSE;
  if (job != NULL)
    {
      self->text_epoch = aph_job_get_text_epoch (job);
      look (self);
    }
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * aph_tail_view_refresh:
 * @self: a view
 *
 * Looks what is new. What assistive technologies are told changes once a second, and at the end.
 *
 * Returns: whether there is anything new to see
 */
gboolean
aph_tail_view_refresh (AphTailView *self)
{
  gboolean changed;

  g_return_val_if_fail (APH_IS_TAIL_VIEW (self), FALSE);

  changed = self->job != NULL && aph_job_get_revision (self->job) != self->revision
            && look (self);
  if (changed)
    {
      self->accessible_late = TRUE;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }

  if (self->accessible_late
      && (aph_job_is_ended (self->job)
          || g_get_monotonic_time () - self->accessible_time >= ACCESSIBLE_INTERVAL_US))
    update_accessible (self);

  return changed;
}

/**
 * aph_tail_view_dup_shown:
 * @self: a view
 *
 * Returns: (transfer full): the text that was last drawn, maybe with a direction mark before it
 */
char *
aph_tail_view_dup_shown (AphTailView *self)
{
  g_return_val_if_fail (APH_IS_TAIL_VIEW (self), NULL);

  return g_strdup (self->tail->str);
}
