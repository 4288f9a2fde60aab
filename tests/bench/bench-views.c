/* bench-views.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs to watch answers being written: jobs are fed in process, as fast as servers would,
 * and the views that show them are measured by what the user feels: for how long the main loop does
 * not turn (stall), how many frames there are while something moves (frames), and in how many of
 * them there is new text (redraws). How much of the stalls the program computed itself (busy) is
 * told beside, for machines that also do something else. Prints a table of figures and targets;
 * exits with 1 if a target is missed.
 *
 *   bench-views [NAME…]     only the scenarios with these names
 */

#include "config.h"

#include <sys/resource.h>

#include <adwaita.h>

#include "ui/aph-answer-view.h"
#include "ui/aph-refresh-clock.h"
#include "ui/aph-ui.h"
#include "ui/aph-wall.h"

#include "measure.h"

#define WARM_UP_MS   1500
#define MEASURE_MS   5000
#define FEED_MS      10

typedef enum
{
  PROSE,                 /* short paragraphs, in two scripts */
  LONG_PROSE,            /* one long paragraph after another */
  MARKDOWN,              /* with code and tables */
  ONE_LINE,
} Kind;

typedef struct
{
  const char *name;
  guint n_jobs;
  guint rate;            /* tokens per second, of each job */
  gsize head_start;      /* bytes that are there before */
  Kind kind;
  gboolean wall;
  int width;
  int height;

  double max_p99;        /* ms */
  double max_stall;      /* ms */
  double min_frames;     /* per second */
  double min_redraws;    /* likewise */
  double max_cpu;        /* percent of one core */
} Scenario;

/* The targets of issue 6. An answer of 20,000 tokens is here already as long as that. */
static const Scenario scenarios[] = {
  { "wall-16", 16, 100, 0, PROSE, TRUE, 1200, 900, 16, 50, 25, 10, 100 },
  { "wall-16-markdown", 16, 100, 0, MARKDOWN, TRUE, 1200, 900, 16, 50, 25, 10, 100 },
  { "wall-64", 64, 100, 0, PROSE, TRUE, 1200, 900, 16, 50, 25, 10, 100 },
  { "wall-64-in-sight", 64, 100, 0, PROSE, TRUE, 2400, 1560, 16, 50, 25, 10, 100 },
  { "answer-prose", 1, 500, 80000, LONG_PROSE, FALSE, 1200, 900, 16, 50, 50, 20, 35 },
  { "answer-markdown", 1, 500, 80000, MARKDOWN, FALSE, 1200, 900, 16, 50, 50, 20, 35 },
  { "answer-10-mb", 1, 100, 10 * 1000 * 1000, PROSE, FALSE, 1200, 900, 50, 50, 20, 5, 100 },
  { "answer-10-mb-markdown", 1, 100, 10 * 1000 * 1000, MARKDOWN, FALSE, 1200, 900,
    50, 50, 20, 5, 100 },
  { "answer-one-line-1-mb", 1, 100, 1000 * 1000, ONE_LINE, FALSE, 1200, 900, 50, 50, 20, 5, 100 },
};

static const char *const tokens[] = {
  "The ", "oil ", "must ", "be ", "hot ", "before ", "the ", "pork ", "goes ", "in; ", "other",
  "wise ", "it ", "sticks. ", "然后", "加入", "姜末", "和", "蒜末", "，", "翻炒", "均匀", "。 ",
  "Stir ", "without ", "haste ", "and ", "taste ", "as ", "you ", "go. ",
};

/* As models write; it comes in pieces of some letters. */
static const char markdown[] =
  "## How the pork is braised\n\nThe **oil** must be *hot* before the `pork` goes in; otherwise it "
  "sticks to the pot, see [the book](https://example.org/book). 然后加入姜末和蒜末，翻炒均匀。\n\n"
  "1. Cut the pork into pieces that are as large as a walnut.\n2. Blanch them in cold water:\n"
  "   - with ginger\n   - with **wine**\n3. Melt the sugar.\n\n"
  "| What | How much | Note |\n|:-----|---------:|------|\n| pork belly | 500 g | with skin |\n"
  "| sugar | 30 g | `rock` |\n| soy sauce | 2 spoons | **light** |\n| ginger | 3 slices | |\n\n"
  "```python\ndef braise(pork: list[str], minutes: int = 60) -> Dish:\n"
  "    \"\"\"Braise the pork slowly.\"\"\"\n    pot = Pot(lid=True)\n    for piece in pork:  # 每一块\n"
  "        pot.add(piece.sear(heat=\"high\"))\n    if minutes < 30:\n"
  "        raise ValueError(f\"too short: {minutes}\")\n    return pot.simmer(minutes * 1.0)\n```\n\n"
  "> Heat is what matters: too high, and the sauce burns.\n\n";

#define PIECE_BYTES 5

typedef struct
{
  const Scenario *scenario;
  GPtrArray *jobs;
  guint64 n_before;      /* tokens that were there before */
  guint64 fed;           /* tokens, of each job */
  guint64 fed_at_tick;
  gint64 fed_since;

  gboolean measuring;
  GArray *stalls;        /* of gint64, µs: between two beats */
  GArray *busy;          /* of gint64, µs: what of it was our own computing */
  gint64 last_beat;
  gint64 last_computed;
  guint n_frames;
  guint n_redraws;
  gboolean has_news;     /* there is text that was not drawn yet */
  struct rusage usage;
  gint64 start;
} Bench;

static void
beat (Bench *bench)
{
  gint64 now = g_get_monotonic_time ();
  gint64 computed = measure_computed ();
  gint64 stall = now - bench->last_beat;
  gint64 busy = computed - bench->last_computed;

  bench->last_beat = now;
  bench->last_computed = computed;
  if (bench->measuring)
    {
      g_array_append_val (bench->stalls, stall);
      g_array_append_val (bench->busy, busy);
    }
}

static gboolean
beat_cb (gpointer user_data)
{
  beat (user_data);

  return G_SOURCE_CONTINUE;
}

static void
after_paint_cb (GdkFrameClock *frame_clock,
                Bench         *bench)
{
  if (!bench->measuring)
    return;

  bench->n_frames++;
  bench->n_redraws += bench->has_news;
  bench->has_news = FALSE;
}

/* After the views: what came since the last tick is on its way to the screen. */
static void
tick_cb (Bench *bench)
{
  bench->has_news |= bench->fed != bench->fed_at_tick;
  bench->fed_at_tick = bench->fed;
}

/* Something moves, as a spinner does: frames are wanted all the time. */
static gboolean
animate_cb (GtkWidget     *widget,
            GdkFrameClock *frame_clock,
            gpointer       user_data)
{
  return G_SOURCE_CONTINUE;
}

/* The piece of the Markdown that begins there; none within a character. */
static const char *
get_piece (guint64  n,
           gsize   *length)
{
  gsize start = n * PIECE_BYTES % (sizeof markdown - 1);
  gsize end = MIN (start + PIECE_BYTES, sizeof markdown - 1);

  while ((markdown[start] & 0xc0) == 0x80)
    start++;
  while ((markdown[end] & 0xc0) == 0x80)
    end++;
  *length = end - start;

  return markdown + start;
}

static const char *
get_token (Kind     kind,
           guint64  n,
           gsize   *length)
{
  const char *token = tokens[n % G_N_ELEMENTS (tokens)];

  switch (kind)
    {
    case MARKDOWN:
      return get_piece (n % ((sizeof markdown + PIECE_BYTES - 2) / PIECE_BYTES), length);
    case ONE_LINE:
      token = "aGVsbG8";
      break;
    case LONG_PROSE:
      token = n % 400 == 399 ? "\n\n" : token;
      break;
    case PROSE:
    default:
      token = n % 200 == 199 ? "\n\n" : token;
      break;
    }
  *length = strlen (token);

  return token;
}

static void
append_token (Bench   *bench,
              guint    i,
              guint64  n)
{
  AphJob *job = g_ptr_array_index (bench->jobs, i);
  gsize length;
  const char *token = get_token (bench->scenario->kind, bench->n_before + n, &length);

  aph_job_append_answer (job, token, length);
}

static gboolean
feed_cb (gpointer user_data)
{
  Bench *bench = user_data;
  double seconds = (g_get_monotonic_time () - bench->fed_since) / 1e6;
  guint64 due = (guint64) (seconds * bench->scenario->rate);

  for (; bench->fed < due; bench->fed++)
    for (guint i = 0; i < bench->jobs->len; i++)
      append_token (bench, i, bench->fed);

  return G_SOURCE_CONTINUE;
}

static AphJob *
make_job (Bench *bench,
          guint  i)
{
  const Scenario *scenario = bench->scenario;
  g_autoptr (AphParams) params = aph_params_new ();
  g_autofree char *prompt = g_strdup_printf ("Prompt %u: how is it cooked?", i + 1);
  g_autoptr (AphRequest) request = aph_request_new ("qwen2.5:7b", prompt, params, NULL);
  g_autoptr (GString) head_start = g_string_new (NULL);
  AphJob *job = aph_job_new (request, i);
  guint64 n;

  for (n = 0; head_start->len < scenario->head_start; n++)
    {
      gsize length;
      const char *token = get_token (scenario->kind, n, &length);

      g_string_append_len (head_start, token, length);
    }
  bench->n_before = n;

  aph_job_send (job, "http://127.0.0.1:11434");
  aph_job_append_answer (job, head_start->str, head_start->len);

  return job;
}

static gboolean
wake_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
run_loop (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, wake_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
make_view (Bench           *bench,
           AphRefreshClock *clock)
{
  g_autoptr (GListStore) store = NULL;
  GtkWidget *view;

  if (!bench->scenario->wall)
    {
      view = aph_answer_view_new ();
      aph_answer_view_set_job (APH_ANSWER_VIEW (view), g_ptr_array_index (bench->jobs, 0));
      aph_answer_view_set_clock (APH_ANSWER_VIEW (view), clock);
      return view;
    }

  store = g_list_store_new (APH_TYPE_JOB);
  for (guint i = 0; i < bench->jobs->len; i++)
    g_list_store_append (store, g_ptr_array_index (bench->jobs, i));
  view = aph_wall_new ();
  aph_wall_set_model (APH_WALL (view), G_LIST_MODEL (store));
  aph_wall_set_clock (APH_WALL (view), clock);

  return view;
}

static double
cpu_seconds (const struct rusage *usage)
{
  return usage->ru_utime.tv_sec + usage->ru_utime.tv_usec / 1e6
         + usage->ru_stime.tv_sec + usage->ru_stime.tv_usec / 1e6;
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  gint64 span_a = *(const gint64 *) a;
  gint64 span_b = *(const gint64 *) b;

  return (span_a > span_b) - (span_a < span_b);
}

/* In milliseconds, of what is sorted. */
static double
percentile (GArray *spans,
            double  p)
{
  guint i = MIN ((guint) (p * spans->len), spans->len - 1);

  return g_array_index (spans, gint64, i) / 1000.0;
}

static gboolean
report (Bench *bench)
{
  const Scenario *scenario = bench->scenario;
  double seconds = (g_get_monotonic_time () - bench->start) / 1e6;
  double p99, stall, frames, redraws, cpu;
  struct rusage usage;
  gboolean good;

  beat (bench);
  getrusage (RUSAGE_SELF, &usage);
  g_array_sort (bench->stalls, compare_spans);
  g_array_sort (bench->busy, compare_spans);
  p99 = percentile (bench->stalls, 0.99);
  stall = percentile (bench->stalls, 1);
  frames = bench->n_frames / seconds;
  redraws = bench->n_redraws / seconds;
  cpu = 100 * (cpu_seconds (&usage) - cpu_seconds (&bench->usage)) / seconds;
  good = p99 <= scenario->max_p99 && stall <= scenario->max_stall
         && frames >= scenario->min_frames && redraws >= scenario->min_redraws && cpu <= scenario->max_cpu;

  g_print ("%-21s %6.1f %6.1f %6.1f %6.1f %6.1f %7.0f %7.0f %6.0f  %s\n", scenario->name,
           percentile (bench->stalls, 0.5), p99, stall,
           percentile (bench->busy, 0.99), percentile (bench->busy, 1),
           frames, redraws, cpu, good ? "ok" : "MISSED");
  g_print ("%-21s %6s %6.0f %6.0f %6s %6s %7.0f %7.0f %6.0f\n", "             (target)", "",
           scenario->max_p99, scenario->max_stall, "", "", scenario->min_frames,
           scenario->min_redraws, scenario->max_cpu);

  return good;
}

static void
start_measuring (Bench *bench)
{
  getrusage (RUSAGE_SELF, &bench->usage);
  bench->start = bench->last_beat = g_get_monotonic_time ();
  bench->last_computed = measure_computed ();
  bench->measuring = TRUE;
}

static gboolean
run_scenario (const Scenario *scenario)
{
  Bench bench = { .scenario = scenario };
  g_autoptr (AphRefreshClock) clock = aph_refresh_clock_new ();
  GtkWidget *window = adw_window_new ();
  guint beat_id, feed_id;
  gboolean good;

  bench.stalls = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.busy = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.jobs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < scenario->n_jobs; i++)
    g_ptr_array_add (bench.jobs, make_job (&bench, i));

  /* The fonts are loaded before anything is measured. */
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("oil 然后"));
  gtk_window_set_default_size (GTK_WINDOW (window), scenario->width, scenario->height);
  gtk_window_present (GTK_WINDOW (window));
  run_loop (WARM_UP_MS);

  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                    G_CALLBACK (after_paint_cb), &bench);
  gtk_widget_add_tick_callback (window, animate_cb, NULL, NULL);
  aph_refresh_clock_set_active (clock, TRUE);
  bench.fed_since = g_get_monotonic_time ();
  feed_id = g_timeout_add (FEED_MS, feed_cb, &bench);
  beat_id = g_timeout_add (1, beat_cb, &bench);

  /* To turn to a text that is already long is a part of what is measured. */
  if (scenario->head_start > 0)
    start_measuring (&bench);
  adw_window_set_content (ADW_WINDOW (window), make_view (&bench, clock));
  if (scenario->head_start == 0)
    {
      run_loop (WARM_UP_MS);
      start_measuring (&bench);
    }
  g_signal_connect_swapped (clock, "tick", G_CALLBACK (tick_cb), &bench);
  run_loop (MEASURE_MS);
  good = report (&bench);

  g_source_remove (beat_id);
  g_source_remove (feed_id);
  gtk_window_destroy (GTK_WINDOW (window));
  g_ptr_array_unref (bench.jobs);
  g_array_unref (bench.stalls);
  g_array_unref (bench.busy);

  return good;
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, APH_APP_PATH "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int    argc,
      char **argv)
{
  gboolean good = TRUE;

  adw_init ();
  aph_ui_init ();
  load_style ();

  g_print ("%-21s %20s %13s %15s\n", "", "stall, ms", "busy, ms", "per second");
  g_print ("%-21s %6s %6s %6s %6s %6s %7s %7s %6s\n", "", "p50", "p99", "max", "p99", "max",
           "frames", "redraws", "CPU %");
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (argc < 2 || g_strv_contains ((const char *const *) argv + 1, scenarios[i].name))
      good &= run_scenario (&scenarios[i]);

  return good ? 0 : 1;
}
