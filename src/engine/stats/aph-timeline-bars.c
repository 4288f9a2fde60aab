/* aph-timeline-bars.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-bars"

#include "config.h"

#include <math.h>
#include <string.h>

#include "stats/aph-timeline-bars.h"

/* An attempt narrower than this many pixels is not told from its neighbours. */
#define MIN_ATTEMPT_PIXELS 4

typedef struct
{
  GArray *bars;
  int n_pixels;

  /* The pixel that is being filled: how much of it each phase covers, and whose it is. */
  int pixel;
  double cover[APH_N_PHASES];
  guint figure;
  gboolean begins;
} Pen;

static void
emit (Pen      *pen,
      AphPhase  phase,
      int       from,
      int       to)
{
  AphTimelineBar bar = { pen->figure, phase, MAX (from, 0), MIN (to, pen->n_pixels), pen->begins };
  AphTimelineBar *last = NULL;

  /* Two attempts may share a pixel: it is that of the first. */
  if (pen->bars->len > 0)
    {
      last = &g_array_index (pen->bars, AphTimelineBar, pen->bars->len - 1);
      bar.from = MAX (bar.from, last->to);
    }
  if (bar.from >= bar.to)
    return;

  pen->begins = FALSE;
  if (last != NULL && last->phase == phase && last->to == bar.from && !bar.begins)
    last->to = bar.to;
  else
    g_array_append_val (pen->bars, bar);
}

/* However little of a pixel is covered, it is drawn: in the phase that covers most of it, but a
 * failure is always seen. */
static void
finish_pixel (Pen *pen)
{
  AphPhase most = 0;

  for (AphPhase phase = 1; phase < APH_N_PHASES; phase++)
    if (pen->cover[phase] > pen->cover[most])
      most = phase;
  if (pen->cover[APH_PHASE_FAILED] > 0)
    most = APH_PHASE_FAILED;
  if (pen->cover[most] > 0)
    emit (pen, most, pen->pixel, pen->pixel + 1);

  memset (pen->cover, 0, sizeof pen->cover);
}

static void
draw_span (Pen      *pen,
           AphPhase  phase,
           double    from,
           double    to)
{
  int first = (int) floor (from);
  int last = (int) floor (to);

  if (first != pen->pixel)
    {
      finish_pixel (pen);
      pen->pixel = first;
    }
  if (last == first)
    {
      pen->cover[phase] += to - from;
      return;
    }

  pen->cover[phase] += first + 1 - from;
  finish_pixel (pen);
  emit (pen, phase, first + 1, last);
  pen->pixel = last;
  pen->cover[phase] = to - last;
}

static void
draw_attempt (Pen                     *pen,
              guint                    position,
              const AphFigure         *figure,
              const AphTimelineWindow *window)
{
  double scale = (double) window->n_pixels / (window->to - window->from);
  AphSpan spans[APH_N_PHASES];
  guint n = aph_figure_get_spans (figure, window->now, spans);

  if (n == 0)
    return;

  if ((spans[n - 1].to - spans[0].from) * scale >= MIN_ATTEMPT_PIXELS)
    {
      finish_pixel (pen);
      pen->begins = TRUE;
    }
  pen->figure = position;
  for (guint i = 0; i < n; i++)
    {
      /* One that lasts for days is no reason to leave the range of numbers. */
      double from = CLAMP ((spans[i].from - window->from) * scale, -1, pen->n_pixels + 1);
      double to = CLAMP ((spans[i].to - window->from) * scale, -1, pen->n_pixels + 1);

      if (to > 0 && from < pen->n_pixels)
        draw_span (pen, spans[i].phase, from, to);
    }
}

/**
 * aph_timeline_bars_collect:
 * @figures: the figures of a run
 * @slots: the slots that its attempts took
 * @slot: one of them: a row
 * @window: what is to be seen
 * @bars: of #AphTimelineBar: where to append what is in the row, from left to right
 *
 * The work is proportional to the attempts that are to be seen in the row; the bars are never more
 * than two for a pixel.
 */
void
aph_timeline_bars_collect (const AphFigures        *figures,
                           const AphSlots          *slots,
                           guint                    slot,
                           const AphTimelineWindow *window,
                           GArray                  *bars)
{
  const AphSlot *row = aph_slots_get (slots, slot);
  const AphFigure *all;
  Pen pen = { .bars = bars, .n_pixels = window->n_pixels, .pixel = -2 };
  guint n;

  g_return_if_fail (row != NULL);
  g_return_if_fail (window->to > window->from);
  g_return_if_fail (bars != NULL);

  all = aph_figures_get_all (figures, &n);
  for (guint i = aph_slots_search (slots, figures, slot, window->from); i < row->n_figures; i++)
    {
      const AphFigure *figure = &all[row->figures[i]];

      if (figure->times.sent >= window->to)
        break;
      draw_attempt (&pen, row->figures[i], figure, window);
    }
  finish_pixel (&pen);
}
