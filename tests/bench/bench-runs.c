/* bench-runs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs to look at large runs while answers are being written: a timeline of 100,000
 * prompts, a comparison of 1,000 prompts by 6 models. Measured is for how long the main loop does
 * not turn (stall), how much of that it computed itself (busy), and how often something is drawn.
 * The targets are for what it computed, so that a machine that also does something else can tell.
 * Prints a table; exits with 1 if a target is missed.
 *
 *   bench-runs [NAME…]     only the scenarios with these names
 */

#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include <adwaita.h>

#include "ui/aph-compare-grid.h"
#include "ui/aph-compare-view.h"
#include "ui/aph-timeline-chart.h"
#include "ui/aph-timeline-view.h"
#include "ui/aph-ui.h"

#include "find.h"
#include "measure.h"
#include "runs.h"

#define WARM_UP_MS  1500
#define SETTLE_MS   6000
#define MEASURE_MS  5000
#define FEED_MS     10
#define RATE        50     /* tokens per second of each answer that is being written */
#define MODEL       "qwen2.5:7b"
#define SERVER      "http://127.0.0.1:11434"

typedef struct Bench Bench;

typedef struct
{
  const char *name;
  GtkWidget *(*make)  (Bench *bench);
  void       (*stir)  (Bench *bench);   /* (nullable) what the user does, 30 times a second */

  double max_p99;        /* ms that the main loop computes in one turn */
  double max_busy;       /* ms, likewise */
  double min_frames;     /* per second */
} Scenario;

struct Bench
{
  const Scenario *scenario;
  AphRefreshClock *clock;
  GListStore *store;
  GPtrArray *running;    /* of AphJob */
  GtkWidget *view;
  guint n_stirs;

  gboolean measuring;
  GArray *stalls;        /* of gint64, µs */
  GArray *busy;          /* of gint64, µs: what of it was our own computing */
  gint64 last_beat;
  gint64 last_computed;
  gint64 fed_since;
  guint64 fed;
  guint n_frames;
};

static gboolean
beat_cb (gpointer user_data)
{
  Bench *bench = user_data;
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

  return G_SOURCE_CONTINUE;
}

static void
after_paint_cb (GdkFrameClock *frame_clock,
                Bench         *bench)
{
  if (bench->measuring)
    bench->n_frames++;
}

static gboolean
feed_cb (gpointer user_data)
{
  static const char *const tokens[] = { "Stir ", "without ", "haste, ", "然后", "姜末", "。 " };
  Bench *bench = user_data;
  guint64 due = (guint64) ((g_get_monotonic_time () - bench->fed_since) / 1e6 * RATE);

  for (; bench->fed < due; bench->fed++)
    for (guint i = 0; i < bench->running->len; i++)
      {
        const char *token = tokens[(bench->fed + i) % G_N_ELEMENTS (tokens)];

        aph_job_append_answer (g_ptr_array_index (bench->running, i), token, strlen (token));
      }

  return G_SOURCE_CONTINUE;
}

static gboolean
stir_cb (gpointer user_data)
{
  Bench *bench = user_data;

  bench->scenario->stir (bench);
  bench->n_stirs++;

  return G_SOURCE_CONTINUE;
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

static void
add_running (Bench      *bench,
             const char *model,
             const char *prompt)
{
  g_autoptr (AphRequest) request = aph_request_new (model, prompt, NULL, NULL);
  AphJob *job = aph_job_new (request, 1000000 + bench->running->len);

  aph_job_send (job, SERVER);
  g_ptr_array_add (bench->running, job);
}

/* The timeline */

static GtkWidget *
make_timeline (Bench *bench)
{
  g_autoptr (GPtrArray) jobs = make_run (100000, 16, 4);
  GtkWidget *view = aph_timeline_view_new ();

  for (guint i = 0; i < 16; i++)
    add_running (bench, MODEL, "Why is the sky blue?");
  g_list_store_splice (bench->store, 0, 0, jobs->pdata, jobs->len);
  g_list_store_splice (bench->store, jobs->len, 0, bench->running->pdata, bench->running->len);
  aph_timeline_view_set_clock (APH_TIMELINE_VIEW (view), bench->clock);
  aph_timeline_view_set_model (APH_TIMELINE_VIEW (view), G_LIST_MODEL (bench->store));

  return view;
}

/* In, and out again, and on. */
static void
zoom_timeline (Bench *bench)
{
  GtkWidget *chart = find_widget (bench->view, APH_TYPE_TIMELINE_CHART, 0);

  aph_timeline_chart_zoom (APH_TIMELINE_CHART (chart), bench->n_stirs % 60 < 30 ? 1.25 : 0.8);
}

/* The comparison */

static GtkWidget *
make_comparison (Bench *bench)
{
  g_autoptr (GPtrArray) jobs = make_matrix (1000, 6);
  GtkWidget *view = aph_compare_view_new ();

  /* The first four rows are being written. */
  for (guint i = 0; i < 24; i++)
    {
      AphRequest *request = aph_job_get_request (g_ptr_array_index (jobs, i));

      add_running (bench, aph_request_get_model (request), aph_request_get_prompt (request));
    }
  g_list_store_splice (bench->store, 0, 0, bench->running->pdata, bench->running->len);
  g_list_store_splice (bench->store, 24, 0, jobs->pdata + 24, jobs->len - 24);
  aph_compare_view_set_clock (APH_COMPARE_VIEW (view), bench->clock);
  aph_compare_view_set_model (APH_COMPARE_VIEW (view), G_LIST_MODEL (bench->store));

  return view;
}

static void
scroll_comparison (Bench *bench)
{
  GtkWidget *grid = find_widget (bench->view, APH_TYPE_COMPARE_GRID, 0);
  g_autoptr (GtkAdjustment) adjustment = NULL;

  g_object_get (grid, "vadjustment", &adjustment, NULL);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + 60);
}

static int
compare_stalls (gconstpointer a,
                gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *stalls,
            double  p)
{
  guint i = MIN ((guint) (p * stalls->len), stalls->len - 1);

  return g_array_index (stalls, gint64, i) / 1000.0;
}

static gboolean
report (Bench      *bench,
        const char *what,
        double      seconds,
        double      cpu,
        gboolean    count_frames)
{
  const Scenario *scenario = bench->scenario;
  double p99, max, frames = bench->n_frames / seconds;
  gboolean good;

  beat_cb (bench);
  g_array_sort (bench->stalls, compare_stalls);
  g_array_sort (bench->busy, compare_stalls);
  p99 = percentile (bench->busy, 0.99);
  max = percentile (bench->busy, 1);
  good = p99 <= scenario->max_p99 && max <= scenario->max_busy
         && (!count_frames || frames >= scenario->min_frames);
  g_print ("%-18s %-8s %7.1f %7.1f %7.1f  %7.1f %7.1f  %8.1f %6.0f  %s\n", scenario->name, what,
           percentile (bench->stalls, 0.5), percentile (bench->stalls, 0.99),
           percentile (bench->stalls, 1), p99, max, frames, cpu, good ? "ok" : "MISSED");

  return good;
}

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6
         + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

static gboolean
measure (Bench      *bench,
         const char *what,
         guint       milliseconds,
         gboolean    count_frames)
{
  gint64 start = g_get_monotonic_time ();
  double cpu = get_cpu_seconds (), seconds;

  g_array_set_size (bench->stalls, 0);
  g_array_set_size (bench->busy, 0);
  bench->n_frames = 0;
  bench->measuring = TRUE;
  run_loop (milliseconds);
  seconds = (g_get_monotonic_time () - start) / 1e6;
  cpu = 100 * (get_cpu_seconds () - cpu) / seconds;
  bench->measuring = count_frames ? FALSE : bench->measuring;

  return report (bench, what, seconds, cpu, count_frames);
}

static gboolean
run_scenario (const Scenario *scenario)
{
  g_autoptr (GListStore) store = g_list_store_new (APH_TYPE_JOB);
  g_autoptr (AphRefreshClock) clock = aph_refresh_clock_new ();
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) stalls = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) busy = g_array_new (FALSE, FALSE, sizeof (gint64));
  Bench bench = {
    .scenario = scenario, .clock = clock, .store = store, .running = running, .stalls = stalls,
    .busy = busy,
  };
  GtkWidget *window = adw_window_new ();
  guint beat_id, feed_id, stir_id = 0;
  gboolean good;

  /* The fonts are loaded before anything is measured. */
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("oil 然后"));
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 900);
  gtk_window_present (GTK_WINDOW (window));
  run_loop (WARM_UP_MS);

  bench.view = scenario->make (&bench);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                    G_CALLBACK (after_paint_cb), &bench);
  aph_refresh_clock_set_active (clock, TRUE);
  bench.fed_since = bench.last_beat = g_get_monotonic_time ();
  bench.last_computed = measure_computed ();
  feed_id = g_timeout_add (FEED_MS, feed_cb, &bench);
  beat_id = g_timeout_add (1, beat_cb, &bench);

  /* To turn to the view is a part of what is measured. */
  adw_window_set_content (ADW_WINDOW (window), bench.view);
  good = measure (&bench, "open", SETTLE_MS, FALSE);
  if (scenario->stir != NULL)
    stir_id = g_timeout_add (33, stir_cb, &bench);
  good &= measure (&bench, scenario->stir != NULL ? "moving" : "watching", MEASURE_MS, TRUE);

  g_source_remove (beat_id);
  g_source_remove (feed_id);
  if (stir_id != 0)
    g_source_remove (stir_id);
  gtk_window_destroy (GTK_WINDOW (window));

  return good;
}

static const Scenario scenarios[] = {
  { "timeline-100k", make_timeline, NULL, 33, 50, 4 },
  { "timeline-100k", make_timeline, zoom_timeline, 33, 50, 10 },
  { "compare-1000x6", make_comparison, NULL, 16, 50, 20 },
  { "compare-1000x6", make_comparison, scroll_comparison, 16, 50, 20 },
};

int
main (int    argc,
      char **argv)
{
  g_autoptr (GtkCssProvider) provider = NULL;
  gboolean good = TRUE;

  adw_init ();
  aph_ui_init ();
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, APH_APP_PATH "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);

  g_print ("%-27s %23s  %15s\n", "", "stall, ms", "busy, ms");
  g_print ("%-27s %7s %7s %7s  %7s %7s  %8s %6s\n", "", "p50", "p99", "max", "p99", "max",
           "frames/s", "CPU %");
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (argc < 2 || g_strv_contains ((const char *const *) argv + 1, scenarios[i].name))
      good &= run_scenario (&scenarios[i]);

  return good ? 0 : 1;
}
