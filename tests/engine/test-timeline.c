/* test-timeline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "stats/aph-time-axis.h"
#include "stats/aph-timeline-svg.h"

#include "run-figures.h"

static void
add (AphFigures *figures,
     gint64      sent,
     gint64      ended,
     const char *server)
{
  AphFigure figure = make_figure (sent, sent, sent, ended, 10);

  aph_figures_add (figures, &figure, "m", server);
}

/* Attempts take the first slot that is free, whatever the order in which they are told. */
static void
test_slots (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (AphSlots) slots = NULL;
  static const guint first[] = { 1, 0, 5 }, second[] = { 2, 4 }, third[] = { 3 };
  guint slot, place;

  add (figures, 100, 300, "x");    /* 0: after 1 in its slot */
  add (figures, 0, 100, "x");      /* 1 */
  add (figures, 50, 200, "x");     /* 2: a second one */
  add (figures, 60, 900, "y");     /* 3: another server */
  add (figures, 250, -1, "x");     /* 4: the second is free again; it still runs */
  add (figures, 5000, 6000, "x");  /* 5: both are, but 4 runs on */
  add (figures, -1, -1, "x");      /* 6: never sent */

  slots = aph_slots_new (figures);
  g_assert_cmpuint (aph_slots_get_n (slots), ==, 3);
  g_assert_cmpmem (aph_slots_get (slots, 0)->figures, 3 * sizeof (guint), first, sizeof first);
  g_assert_cmpmem (aph_slots_get (slots, 1)->figures, 2 * sizeof (guint), second, sizeof second);
  g_assert_cmpmem (aph_slots_get (slots, 2)->figures, sizeof (guint), third, sizeof third);
  g_assert_cmpuint (aph_slots_get (slots, 1)->number, ==, 1);
  g_assert_cmpuint (aph_slots_get (slots, 2)->number, ==, 0);

  g_assert_true (aph_slots_find (slots, 4, &slot, &place));
  g_assert_cmpuint (slot, ==, 1);
  g_assert_cmpuint (place, ==, 1);
  g_assert_false (aph_slots_find (slots, 6, &slot, &place));
  g_assert_cmpuint (aph_slots_search (slots, figures, 0, START), ==, 0);
  g_assert_cmpuint (aph_slots_search (slots, figures, 0, START + 4999 * MS), ==, 1);
  g_assert_cmpuint (aph_slots_search (slots, figures, 0, START + 5000 * MS), ==, 2);
}

/* No two attempts in one slot at once, and no more slots than there ever were attempts at once. */
static void
test_many_slots (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (AphSlots) slots = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  const AphFigure *all;
  guint n, n_seen = 0;

  /* One is sent every ten milliseconds and takes at most 200. */
  for (guint i = 0; i < 20000; i++)
    add (figures, 10 * i, 10 * (i + g_rand_int_range (random, 1, 21)), "x");
  slots = aph_slots_new (figures);
  g_assert_cmpuint (aph_slots_get_n (slots), <=, 20);

  all = aph_figures_get_all (figures, &n);
  for (guint i = 0; i < aph_slots_get_n (slots); i++)
    {
      const AphSlot *slot = aph_slots_get (slots, i);

      n_seen += slot->n_figures;
      for (guint j = 1; j < slot->n_figures; j++)
        g_assert_cmpint (all[slot->figures[j]].times.sent, >=,
                         all[slot->figures[j - 1]].times.ended);
    }
  g_assert_cmpuint (n_seen, ==, 20000);
}

static char *
bars_to_text (const AphFigures *figures,
              gint64            from,
              gint64            to,
              guint             n_pixels)
{
  g_autoptr (AphSlots) slots = aph_slots_new (figures);
  g_autoptr (GArray) bars = g_array_new (FALSE, FALSE, sizeof (AphTimelineBar));
  AphTimelineWindow window = { START + from * MS, START + to * MS, START + to * MS, n_pixels };
  GString *text = g_string_new (NULL);

  aph_timeline_bars_collect (figures, slots, 0, &window, bars);
  for (guint i = 0; i < bars->len; i++)
    {
      const AphTimelineBar *bar = &g_array_index (bars, AphTimelineBar, i);

      g_string_append_printf (text, "%s%s%s:%d-%d", i > 0 ? " " : "", bar->begins ? "|" : "",
                              aph_phase_to_nick (bar->phase), bar->from, bar->to);
    }

  return g_string_free (text, FALSE);
}

static void
assert_bars (const AphFigures *figures,
             gint64            from,
             gint64            to,
             guint             n_pixels,
             const char       *expected)
{
  g_autofree char *text = bars_to_text (figures, from, to, n_pixels);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_bars (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  AphFigure figure = make_figure (0, 20, 60, 100, 5);
  AphFigure failed = make_figure (100, -1, -1, 140, 0);

  failed.state = APH_JOB_FAILED;
  aph_figures_add (figures, &figure, "m", "x");
  aph_figures_add (figures, &failed, "m", "x");
  assert_bars (figures, 0, 200, 200,
               "|waiting:0-20 thinking:20-60 answering:60-100 |failed:100-140");
  assert_bars (figures, 0, 200, 100,
               "|waiting:0-10 thinking:10-30 answering:30-50 |failed:50-70");
  /* Only what can be seen. */
  assert_bars (figures, 50, 80, 30, "|thinking:0-10 answering:10-30");
  assert_bars (figures, 150, 180, 30, "");
  /* Narrower than a pixel: most of it is thinking or answering; but a failure shows. */
  assert_bars (figures, 0, 10000, 100, "thinking:0-1 failed:1-2");
  assert_bars (figures, 0, 20000, 100, "failed:0-1");
}

/* However many attempts, no more bars than pixels. */
static void
test_many_bars (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (GString) svg = g_string_new (NULL);
  AphTimelineSvg drawing = { .width = 1000 };
  g_autofree char *text = NULL;

  for (guint i = 0; i < 100000; i++)
    add (figures, 2 * i, 2 * i + 1, "x");
  text = bars_to_text (figures, 0, 200000, 1000);
  g_assert_cmpstr (text, ==, "answering:0-1000");

  aph_timeline_svg_write (figures, &drawing, svg);
  g_assert_cmpuint (svg->len, <, 100000);
}

static void
start_element (GMarkupParseContext *context,
               const char          *element,
               const char         **names,
               const char         **values,
               gpointer             user_data,
               GError             **error)
{
  guint *n_bars = user_data;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], "class") && values[i][0] == 'p')
      (*n_bars)++;
}

static void
test_svg (void)
{
  static const GMarkupParser parser = { .start_element = start_element };
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GString) svg = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint n_bars = 0;
  AphTimelineSvg drawing = {
    .title = "<b>\x01 & \"鱼\"</b>",
    .phase_labels = { [APH_PHASE_ANSWERING] = "正在回答" },
  };
  AphFigure figure = make_figure (0, 200, 200, 1000, 40);

  aph_figures_add (figures, &figure, "m", "http://<script>/a-very-long-name-of-a-host");
  aph_timeline_svg_write (figures, &drawing, svg);

  g_assert_true (g_utf8_validate_len (svg->str, svg->len, NULL));
  g_assert_true (g_str_has_prefix (svg->str, "<svg xmlns="));
  g_assert_null (strstr (svg->str, "<script"));
  g_assert_null (strstr (svg->str, "<b>"));
  g_assert_nonnull (strstr (svg->str, "正在回答"));
  g_assert_nonnull (strstr (svg->str, "Thinking"));
  context = g_markup_parse_context_new (&parser, 0, &n_bars, NULL);
  g_assert_true (g_markup_parse_context_parse (context, svg->str, svg->len, &error));
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_no_error (error);
  /* The legend, and two bars. */
  g_assert_cmpuint (n_bars, ==, APH_N_PHASES + 2);
}

/* The name of a server is cut where it is too long for its room, and not a byte is written beside. */
static void
test_svg_labels (void)
{
  for (guint length = 18; length <= 28; length++)
    {
      g_autoptr (AphFigures) figures = aph_figures_new ();
      g_autoptr (GString) svg = g_string_new (NULL);
      g_autofree char *host = g_strnfill (length, 'h');
      g_autofree char *url = g_strconcat ("http://", host, NULL);
      g_autofree char *cut = g_strnfill (21, 'h');
      g_autofree char *label = length <= 22 ? g_strconcat (">", host, " · 1<", NULL)
                                            : g_strconcat (">", cut, "… · 1<", NULL);
      AphTimelineSvg drawing = { 0 };

      add (figures, 0, 100, url);
      aph_timeline_svg_write (figures, &drawing, svg);
      g_assert_nonnull (strstr (svg->str, label));
    }
}

static void
test_empty_svg (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (GString) svg = g_string_new (NULL);
  AphTimelineSvg drawing = { .is_dark = TRUE };

  aph_timeline_svg_write (figures, &drawing, svg);
  g_assert_true (g_str_has_suffix (svg->str, "</svg>\n"));
  g_assert_null (strstr (svg->str, "nan"));
}

static void
test_axis (void)
{
  static const struct
  {
    gint64 span_ms;
    guint max_ticks;
    gint64 step_ms;
    gint64 offset_ms;
    const char *label;
  } cases[] = {
    { 1000, 10, 100, 300, "0:00.3" },
    { 1000, 4, 500, 1500, "0:01.5" },
    { 30, 10, 5, 15, "0:00.015" },
    { 10000, 10, 1000, 9000, "0:09" },
    { 60000, 5, 15000, 75000, "1:15" },
    { 3600000, 6, 600000, 3600000, "1:00:00" },
    { 86400000, 4, 21600000, -21600000, "−6:00:00" },
    { G_GINT64_CONSTANT (864000000), 4, G_GINT64_CONSTANT (432000000), 0, "0:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 step = aph_time_axis_step (cases[i].span_ms * MS, cases[i].max_ticks);
      g_autofree char *label = aph_time_axis_label (cases[i].offset_ms * MS, step);

      g_test_message ("case %u", i);
      g_assert_cmpint (step, ==, cases[i].step_ms * MS);
      g_assert_cmpstr (label, ==, cases[i].label);
    }

  g_assert_cmpfloat_with_epsilon (aph_value_axis_step (95, 4), 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (aph_value_axis_step (4, 4), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (aph_value_axis_step (0.09, 4), 0.05, 1e-9);
  g_assert_cmpfloat (aph_value_axis_step (0, 4), >, 0);
}

/* Where an axis begins and ends, so that a distribution can be read. */
static void
test_value_range (void)
{
  static const struct
  {
    double min, max;
    double from, to;
  } cases[] = {
    { 0, 0.9, 0, 1 },
    { 10, 95, 0, 100 },
    /* The values are all alike: the axis does not begin at 0, nor does it make much of a hair. */
    { 352, 356, 300, 400 },
    { 40, 40, 36, 44 },
    /* Near, but not the same */
    { 60, 100, 60, 100 },
    { 100.5, 160, 100, 160 },
    { 5000, 9900, 5000, 10000 },
  };
  double from, to;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      aph_value_axis_range (cases[i].min, cases[i].max, &from, &to);
      g_assert_cmpfloat_with_epsilon (from, cases[i].from, 1e-6);
      g_assert_cmpfloat_with_epsilon (to, cases[i].to, 1e-6);
    }

  aph_value_axis_range (0, 0, &from, &to);
  g_assert_cmpfloat (from, ==, 0);
  g_assert_cmpfloat (to, >, from);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/slots", test_slots);
  g_test_add_func ("/timeline/many-slots", test_many_slots);
  g_test_add_func ("/timeline/bars", test_bars);
  g_test_add_func ("/timeline/many-bars", test_many_bars);
  g_test_add_func ("/timeline/svg", test_svg);
  g_test_add_func ("/timeline/svg-labels", test_svg_labels);
  g_test_add_func ("/timeline/empty-svg", test_empty_svg);
  g_test_add_func ("/timeline/axis", test_axis);
  g_test_add_func ("/timeline/value-range", test_value_range);

  return g_test_run ();
}
