/* aph-timeline-svg.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-svg"

#include "config.h"

#include <string.h>

#include "stats/aph-run-figures.h"
#include "stats/aph-time-axis.h"
#include "stats/aph-timeline-svg.h"
#include "stats/aph-token-flow.h"

#define DEFAULT_WIDTH 1000
#define MIN_WIDTH     300
#define MARGIN        16
#define LABEL_WIDTH   150
#define ROW_HEIGHT    18
#define BAR_HEIGHT    12.0
#define FLOW_HEIGHT   90
#define LINE_HEIGHT   20
#define TICK_WIDTH    90

/* More rows than this nobody looks at in a picture. */
#define MAX_ROWS 512

/* A label wider than the room for it would run into the drawing. */
#define MAX_LABEL_CHARS 22

typedef struct
{
  const AphFigures *figures;
  AphTimelineSvg drawing;
  AphSlots *slots;
  AphTimelineWindow window;
  gint64 begin;          /* of the run: the zero of the axis */
  guint n_rows;
  int y;                 /* how far down we are */
  GString *out;
} Painter;

/**
 * aph_phase_get_look:
 * @phase: a phase
 *
 * Returns: how it is drawn
 */
const AphPhaseLook *
aph_phase_get_look (AphPhase phase)
{
  static const AphPhaseLook looks[APH_N_PHASES] = {
    [APH_PHASE_LOADING] = { 0xe69f00, 0xe69f00, 0.6 },
    [APH_PHASE_WAITING] = { 0x8a8a8a, 0x9a9a9a, 0.25 },
    [APH_PHASE_PROMPT] = { 0x3a9bdc, 0x56b4e9, 0.6 },
    [APH_PHASE_THINKING] = { 0xb5568c, 0xcc79a7, 1 },
    [APH_PHASE_ANSWERING] = { 0x00805e, 0x00a67a, 1 },
    [APH_PHASE_FAILED] = { 0xc8102e, 0xff6b4a, 1 },
  };

  g_return_val_if_fail ((guint) phase < APH_N_PHASES, &looks[APH_PHASE_WAITING]);

  return &looks[phase];
}

static const char *
get_phase_label (const AphTimelineSvg *drawing,
                 AphPhase              phase)
{
  static const char *const labels[APH_N_PHASES] = {
    "Loading the model", "Waiting for a slot", "Reading the prompt", "Thinking", "Answering",
    "Failed attempt",
  };

  return drawing->phase_labels[phase] != NULL ? drawing->phase_labels[phase] : labels[phase];
}

static guint32
get_color (Painter  *self,
           AphPhase  phase)
{
  const AphPhaseLook *look = aph_phase_get_look (phase);

  return self->drawing.is_dark ? look->dark : look->light;
}

/* The decimal point of XML is a point in every language. */
static void
append_number (GString *out,
               double   number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (buffer, sizeof buffer, "%.2f", number));
}

static void
append_attribute (GString    *out,
                  const char *name,
                  double      number)
{
  g_string_append_printf (out, " %s=\"", name);
  append_number (out, number);
  g_string_append_c (out, '"');
}

/* XML 1.0 has no way to write most control characters. */
static void
append_escaped (GString    *out,
                const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar ch = g_utf8_get_char (p);

      if (ch == '&')
        g_string_append (out, "&amp;");
      else if (ch == '<')
        g_string_append (out, "&lt;");
      else if (ch == '>')
        g_string_append (out, "&gt;");
      else if (ch == '"')
        g_string_append (out, "&quot;");
      else if (ch == '\t' || ch == '\n' || ch == '\r')
        g_string_append_c (out, ' ');
      else if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || ch == 0xfffe || ch == 0xffff)
        g_string_append (out, "\xef\xbf\xbd");
      else
        g_string_append_unichar (out, ch);
    }
}

static void
append_text (Painter    *self,
             double      x,
             double      y,
             const char *class,
             const char *text)
{
  g_string_append (self->out, "<text");
  append_attribute (self->out, "x", x);
  append_attribute (self->out, "y", y);
  g_string_append_printf (self->out, " class=\"%s\">", class);
  append_escaped (self->out, text);
  g_string_append (self->out, "</text>\n");
}

static void
append_rect (Painter *self,
             double   x,
             double   y,
             double   width,
             double   height)
{
  g_string_append (self->out, "<rect");
  append_attribute (self->out, "x", x);
  append_attribute (self->out, "y", y);
  append_attribute (self->out, "width", width);
  append_attribute (self->out, "height", height);
}

static void
write_style (Painter *self)
{
  GString *out = self->out;

  g_string_append_printf (out,
                          "<style>text{font:12px sans-serif;fill:%s}.t{font-weight:bold;"
                          "font-size:15px}.e{text-anchor:end}.m{text-anchor:middle}.d{fill:%s}"
                          ".g{stroke:%s;stroke-width:1}.f{fill:%s;fill-opacity:0.35;stroke:%s}",
                          self->drawing.is_dark ? "#ffffff" : "#1e1e1e",
                          self->drawing.is_dark ? "#b0b0b0" : "#5e5c64",
                          self->drawing.is_dark ? "#454545" : "#dddddd",
                          self->drawing.is_dark ? "#56b4e9" : "#0072b2",
                          self->drawing.is_dark ? "#56b4e9" : "#0072b2");
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    g_string_append_printf (out, ".p%d{fill:#%06x}", phase, get_color (self, phase));
  g_string_append (out, "</style>\n");
}

static void
write_legend (Painter *self)
{
  double x = MARGIN;

  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    {
      const char *label = get_phase_label (&self->drawing, phase);
      double height = BAR_HEIGHT * aph_phase_get_look (phase)->height;
      double width = 0;

      for (const char *p = label; *p != '\0'; p = g_utf8_next_char (p))
        width += g_unichar_iswide (g_utf8_get_char (p)) ? 12 : 6.5;
      if (x > MARGIN && x + 20 + width > self->drawing.width - MARGIN)
        {
          x = MARGIN;
          self->y += LINE_HEIGHT;
        }

      append_rect (self, x, self->y + (LINE_HEIGHT - height) / 2, 14, height);
      g_string_append_printf (self->out, " class=\"p%d\"/>\n", phase);
      append_text (self, x + 20, self->y + 14, "d", label);
      x += 20 + width + 16;
    }
  self->y += LINE_HEIGHT + 4;
}

static double
x_of (Painter *self,
      gint64   time)
{
  return MARGIN + LABEL_WIDTH
         + (double) (time - self->window.from) * self->window.n_pixels
             / (self->window.to - self->window.from);
}

static void
write_axis (Painter *self,
            int      bottom)
{
  gint64 span = self->window.to - self->window.from;
  gint64 step = aph_time_axis_step (span, MAX (self->window.n_pixels / TICK_WIDTH, 1));
  gint64 first = (self->window.from - self->begin) / step * step;

  for (gint64 offset = first; self->begin + offset <= self->window.to; offset += step)
    {
      g_autofree char *label = NULL;
      double x = x_of (self, self->begin + offset);

      if (self->begin + offset < self->window.from)
        continue;

      label = aph_time_axis_label (offset, step);
      g_string_append (self->out, "<line class=\"g\"");
      append_attribute (self->out, "x1", x);
      append_attribute (self->out, "x2", x);
      append_attribute (self->out, "y1", self->y + 16);
      append_attribute (self->out, "y2", bottom);
      g_string_append (self->out, "/>\n");
      append_text (self, x, self->y + 12, "m d", label);
    }
  self->y += LINE_HEIGHT;
}

/* The scheme of an address says nothing; what is too long is cut. */
static char *
name_row (Painter       *self,
          const AphSlot *slot)
{
  const char *server = aph_figures_get_server (self->figures, slot->server);
  const char *host = strstr (server, "://");
  g_autofree char *valid = g_utf8_make_valid (host != NULL ? host + 3 : server, -1);
  gboolean is_cut = g_utf8_strlen (valid, -1) > MAX_LABEL_CHARS;

  if (is_cut)
    *g_utf8_offset_to_pointer (valid, MAX_LABEL_CHARS - 1) = '\0';

  return g_strdup_printf ("%s%s · %u", valid, is_cut ? "…" : "", slot->number + 1);
}

static void
write_row (Painter *self,
           guint    row)
{
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (AphTimelineBar));
  g_autofree char *label = name_row (self, aph_slots_get (self->slots, row));

  append_text (self, MARGIN + LABEL_WIDTH - 8, self->y + 13, "e d", label);
  aph_timeline_bars_collect (self->figures, self->slots, row, &self->window, bars);
  for (guint i = 0; i < bars->len; i++)
    {
      const AphTimelineBar *bar = &g_array_index (bars, AphTimelineBar, i);
      double height = BAR_HEIGHT * aph_phase_get_look (bar->phase)->height;
      double gap = bar->begins && bar->from > 0 && bar->to - bar->from > 1 ? 1 : 0;

      append_rect (self, MARGIN + LABEL_WIDTH + bar->from + gap,
                   self->y + (ROW_HEIGHT - height) / 2, bar->to - bar->from - gap, height);
      g_string_append_printf (self->out, " class=\"p%d\"/>\n", bar->phase);
    }
  self->y += ROW_HEIGHT;
}

static void
write_flow (Painter *self)
{
  guint n_bins = MIN (self->window.n_pixels / 2, 2000);
  g_autofree double *rates = g_new (double, n_bins);
  double bin_width = (double) self->window.n_pixels / n_bins;
  double bottom = self->y + FLOW_HEIGHT;
  double left = MARGIN + LABEL_WIDTH;
  double max, step;

  max = aph_token_flow_compute (self->figures, APH_ANY_MODEL, self->window.from, self->window.to,
                                self->window.now, rates, n_bins);
  step = aph_value_axis_step (MAX (max, 1), 3);
  for (double value = 0; value <= max; value += step)
    {
      g_autofree char *label = g_strdup_printf ("%.0f", value);
      double y = bottom - value / MAX (max, 1) * (FLOW_HEIGHT - 12);

      g_string_append (self->out, "<line class=\"g\"");
      append_attribute (self->out, "x1", left);
      append_attribute (self->out, "x2", left + self->window.n_pixels);
      append_attribute (self->out, "y1", y);
      append_attribute (self->out, "y2", y);
      g_string_append (self->out, "/>\n");
      append_text (self, left - 8, y + 4, "e d", label);
    }
  append_text (self, MARGIN, self->y + 13, "d",
               self->drawing.rate_label != NULL ? self->drawing.rate_label : "Tokens per second");

  g_string_append (self->out, "<path class=\"f\" d=\"M");
  append_number (self->out, left);
  g_string_append_c (self->out, ',');
  append_number (self->out, bottom);
  for (guint i = 0; i <= n_bins; i++)
    {
      double rate = rates[MIN (i, n_bins - 1)];

      g_string_append_c (self->out, 'L');
      append_number (self->out, left + i * bin_width);
      g_string_append_c (self->out, ',');
      append_number (self->out, bottom - rate / MAX (max, 1) * (FLOW_HEIGHT - 12));
    }
  g_string_append_c (self->out, 'L');
  append_number (self->out, left + self->window.n_pixels);
  g_string_append_c (self->out, ',');
  append_number (self->out, bottom);
  g_string_append (self->out, "Z\"/>\n");
  self->y += FLOW_HEIGHT;
}

static void
prepare (Painter *self)
{
  AphTimelineSvg *drawing = &self->drawing;
  AphRunFigures run;

  if (drawing->width == 0)
    drawing->width = DEFAULT_WIDTH;
  drawing->width = MAX (drawing->width, MIN_WIDTH);
  if (drawing->now == 0)
    drawing->now = g_get_monotonic_time ();

  aph_run_figures_compute (&run, self->figures, APH_ANY_MODEL, drawing->now);
  if (drawing->from >= drawing->to)
    {
      drawing->from = run.begin;
      drawing->to = MAX (run.end, run.begin + 1000);
    }

  self->begin = run.begin;
  self->slots = aph_slots_new (self->figures);
  self->n_rows = MIN (aph_slots_get_n (self->slots), MAX_ROWS);
  self->window = (AphTimelineWindow) {
    .from = drawing->from,
    .to = drawing->to,
    .now = drawing->now,
    .n_pixels = drawing->width - 2 * MARGIN - LABEL_WIDTH,
  };
}

/**
 * aph_timeline_svg_write:
 * @figures: the figures of a run
 * @drawing: how to draw it
 * @out: where to append the drawing: one `svg` element, which can be a file by itself or stand in
 *   an HTML page
 *
 * Draws when each prompt was sent and what the server did with it, and below how many tokens came
 * each second. However many prompts there were, the drawing stays as large as its pixels need.
 */
void
aph_timeline_svg_write (const AphFigures     *figures,
                        const AphTimelineSvg *drawing,
                        GString              *out)
{
  Painter self = { .figures = figures, .out = out, .y = MARGIN };
  GString *content;
  int bottom;

  g_return_if_fail (figures != NULL);
  g_return_if_fail (drawing != NULL);
  g_return_if_fail (out != NULL);

  self.drawing = *drawing;
  self.out = content = g_string_new (NULL);
  prepare (&self);

  if (drawing->title != NULL)
    {
      append_text (&self, MARGIN, self.y + 14, "t", drawing->title);
      self.y += LINE_HEIGHT + 8;
    }
  write_legend (&self);
  bottom = self.y + LINE_HEIGHT + (int) self.n_rows * ROW_HEIGHT + MARGIN + FLOW_HEIGHT;
  write_axis (&self, bottom);
  for (guint i = 0; i < self.n_rows; i++)
    write_row (&self, i);
  self.y += MARGIN;
  write_flow (&self);

  self.out = out;
  g_string_append_printf (out,
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %d\" "
                          "width=\"%u\" height=\"%d\" role=\"img\">\n",
                          self.drawing.width, self.y + MARGIN, self.drawing.width, self.y + MARGIN);
  if (drawing->title != NULL)
    {
      g_string_append (out, "<title>");
      append_escaped (out, drawing->title);
      g_string_append (out, "</title>\n");
    }
  write_style (&self);
  g_string_append_printf (out, "<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n",
                          drawing->is_dark ? "#242424" : "#ffffff");
  g_string_append_len (out, content->str, content->len);
  g_string_append (out, "</svg>\n");

  g_string_free (content, TRUE);
  aph_slots_free (self.slots);
}
