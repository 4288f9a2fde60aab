/* test-timeline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gstdio.h>

#include "ui/aph-distributions.h"
#include "ui/aph-format-run.h"
#include "ui/aph-histogram.h"
#include "ui/aph-run-watch.h"
#include "ui/aph-timeline-chart.h"
#include "ui/aph-timeline-table.h"
#include "ui/aph-timeline-view.h"

#include "find.h"
#include "gui-init.h"
#include "jobs.h"
#include "pump.h"
#include "runs.h"
#include "store-fixture.h"

/* The watch */

static guint
count_figures (AphRunWatch *watch)
{
  guint n;

  aph_figures_get_all (aph_run_watch_get_figures (watch), &n);

  return n;
}

static void
test_watch (void)
{
  g_autoptr (AphRunWatch) watch = aph_run_watch_new ();
  g_autoptr (GListStore) store = g_list_store_new (APH_TYPE_JOB);
  g_autoptr (AphJob) first = make_job ("first", 1);
  g_autoptr (AphJob) second = make_job ("second", 2);
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut");

  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_UNCHANGED);
  aph_run_watch_set_model (watch, G_LIST_MODEL (store));
  g_assert_true (aph_run_watch_is_behind (watch));
  g_list_store_append (store, first);
  g_list_store_append (store, second);
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (count_figures (watch), ==, 2);
  g_assert_cmpuint (aph_slots_get_n (aph_run_watch_get_slots (watch)), ==, 0);
  g_assert_false (aph_run_watch_is_behind (watch));
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_UNCHANGED);

  aph_job_send (first, "http://a");
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (aph_run_watch_get_n_running (watch), ==, 1);
  answer (first, "text");
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_CHANGED);
  answer (first, "more");
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_GREW);

  /* A failed attempt stays, and is known as the job's. */
  aph_job_put_back (first, failure);
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (aph_run_watch_get_n_running (watch), ==, 0);
  g_assert_cmpuint (count_figures (watch), ==, 3);
  g_assert_true (aph_run_watch_get_job (watch, 0) == first);
  g_assert_true (aph_run_watch_get_job (watch, 2) == first);
  g_assert_null (aph_run_watch_get_job (watch, 3));

  /* What leaves the list leaves the figures. */
  g_list_store_remove (store, 0);
  g_assert_cmpint (aph_run_watch_look (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (count_figures (watch), ==, 1);
  g_assert_true (aph_run_watch_get_job (watch, 0) == second);
  g_assert_finalize_object (g_steal_pointer (&first));

  aph_run_watch_set_model (watch, NULL);
  g_assert_cmpuint (count_figures (watch), ==, 0);
}

/* The same list in another order is the same run. */
static void
test_watch_sorted (void)
{
  g_autoptr (AphRunWatch) watch = aph_run_watch_new ();
  g_autoptr (GListStore) store = g_list_store_new (APH_TYPE_JOB);
  g_autoptr (GPtrArray) jobs = make_run (3000, 4, 2);
  AphFigures *figures;

  g_list_store_splice (store, 0, 0, jobs->pdata, jobs->len);
  aph_run_watch_set_model (watch, G_LIST_MODEL (store));
  while (aph_run_watch_is_behind (watch))
    {
      aph_run_watch_look (watch);
      aph_run_watch_get_slots (watch);
    }
  g_assert_cmpuint (count_figures (watch), ==, 3000);
  /* Times that come from the wall clock are off by as long as a busy machine takes to read two. */
  g_assert_cmpuint (aph_slots_get_n (aph_run_watch_get_slots (watch)), >=, 4);

  figures = aph_run_watch_get_figures (watch);
  g_list_store_splice (store, 0, 3000, jobs->pdata, jobs->len);
  do
    aph_run_watch_look (watch);
  while (aph_run_watch_is_behind (watch));
  g_assert_true (aph_run_watch_get_figures (watch) == figures);
  g_assert_cmpuint (count_figures (watch), ==, 3000);
}

/* A list that is backed by a store: its figures are read from it, also those of what was answered
 * before, and no job is held that does not run. */
static AphRunChange
look_until_read (AphRunWatch *watch)
{
  AphRunChange change = APH_RUN_UNCHANGED, now;

  do
    {
      now = aph_run_watch_look (watch);
      change = MAX (change, now);
      aph_run_watch_get_slots (watch);
      if (aph_run_watch_is_behind (watch))
        g_main_context_iteration (NULL, FALSE);
    }
  while (aph_run_watch_is_behind (watch));

  return change;
}

static void
test_watch_store (void)
{
  g_autoptr (AphRunWatch) watch = aph_run_watch_new ();
  StoreFixture fixture = { 0, };
  const AphFigure *all;
  AphJob *job;
  guint n;

  store_set_up (&fixture);
  store_open (&fixture);
  store_add (&fixture, "one", "two", "three", NULL);
  job = store_get_job (&fixture, 0);
  store_send (&fixture, job);
  store_say (&fixture, job, "yes");
  store_finish (&fixture, job);
  store_close (&fixture);

  store_open (&fixture);
  aph_run_watch_set_model (watch, G_LIST_MODEL (fixture.list));
  aph_run_watch_set_active (watch, TRUE);
  g_assert_cmpint (look_until_read (watch), ==, APH_RUN_CHANGED);
  all = aph_figures_get_all (aph_run_watch_get_figures (watch), &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (all[0].state, ==, APH_JOB_DONE);
  g_assert_cmpint (all[0].times.ended, >=, all[0].times.sent);
  g_assert_cmpuint (aph_slots_get_n (aph_run_watch_get_slots (watch)), ==, 1);

  /* What runs is looked at each time. */
  job = store_get_job (&fixture, 1);
  store_send (&fixture, job);
  g_assert_cmpint (look_until_read (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (aph_run_watch_get_n_running (watch), ==, 1);
  g_assert_true (aph_run_watch_get_job (watch, 1) == job);
  store_say (&fixture, job, "no");
  store_finish (&fixture, job);
  g_assert_cmpint (look_until_read (watch), ==, APH_RUN_CHANGED);
  g_assert_cmpuint (aph_run_watch_get_n_running (watch), ==, 0);
  all = aph_figures_get_all (aph_run_watch_get_figures (watch), &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (all[1].state, ==, APH_JOB_DONE);

  /* Who was not looking sees it later. */
  aph_run_watch_set_active (watch, FALSE);
  job = store_get_job (&fixture, 2);
  store_send (&fixture, job);
  aph_run_watch_set_active (watch, TRUE);
  look_until_read (watch);
  g_assert_cmpuint (aph_run_watch_get_n_running (watch), ==, 1);
  store_finish (&fixture, job);

  aph_run_watch_set_model (watch, NULL);
  g_assert_cmpuint (count_figures (watch), ==, 0);
  store_tear_down (&fixture);
}

/* The view */

typedef struct
{
  GtkWidget *window;
  AphTimelineView *view;
  AphTimelineChart *chart;
  AphRefreshClock *clock;
  GListStore *store;
  AphJob *activated;     /* the last */
} Fixture;

static void
job_activated_cb (Fixture *fixture,
                  AphJob  *job)
{
  fixture->activated = job;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *view = aph_timeline_view_new ();

  fixture->view = APH_TIMELINE_VIEW (view);
  fixture->clock = aph_refresh_clock_new ();
  fixture->store = g_list_store_new (APH_TYPE_JOB);
  fixture->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), view);
  g_signal_connect_swapped (view, "job-activated", G_CALLBACK (job_activated_cb), fixture);
  aph_timeline_view_set_clock (fixture->view, fixture->clock);
  aph_timeline_view_set_model (fixture->view, G_LIST_MODEL (fixture->store));
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (view);
  fixture->chart = APH_TIMELINE_CHART (find_widget (view, APH_TYPE_TIMELINE_CHART, 0));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* A computation that goes on holds it. */
  while (fixture->view != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (fixture->clock);
  g_assert_finalize_object (fixture->store);
}

static void
add_run (Fixture *fixture,
         guint    n_jobs)
{
  g_autoptr (GPtrArray) jobs = make_run (n_jobs, 3, 2);

  g_list_store_splice (fixture->store, 0, 0, jobs->pdata, jobs->len);
}

static gboolean
shows_chart (gpointer user_data)
{
  Fixture *fixture = user_data;

  return gtk_widget_get_mapped (GTK_WIDGET (fixture->chart))
         && gtk_widget_get_width (GTK_WIDGET (fixture->chart)) > 0;
}

static void
act (Fixture    *fixture,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->view), action, NULL));
}

static gint64
get_span (Fixture *fixture)
{
  gint64 from, to, now;

  aph_timeline_chart_get_range (fixture->chart, &from, &to, &now);

  return to - from;
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), "Nothing Sent Yet"));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (fixture->chart)));
  g_assert_false (gtk_widget_get_sensitive (find_by_tooltip (GTK_WIDGET (fixture->view),
                                                             "Zoom in (+)")));
}

static void
test_zoom (Fixture       *fixture,
           gconstpointer  data)
{
  gint64 whole, closer;

  add_run (fixture, 40);
  assert_eventually (shows_chart, fixture);
  whole = get_span (fixture);
  g_assert_true (aph_timeline_chart_is_fitting (fixture->chart));
  g_assert_cmpint (whole, >, 10 * G_USEC_PER_SEC);

  act (fixture, "timeline.zoom-in");
  closer = get_span (fixture);
  g_assert_cmpint (closer, <, whole * 2 / 3);
  act (fixture, "timeline.zoom-in");
  g_assert_cmpint (get_span (fixture), <, closer);
  act (fixture, "timeline.zoom-out");
  g_assert_cmpint (ABS (get_span (fixture) - closer), <, 1000);
  act (fixture, "timeline.zoom-fit");
  g_assert_cmpint (ABS (get_span (fixture) - whole), <, 1000);

  /* There is a closest look, and at most the whole. */
  aph_timeline_chart_zoom (fixture->chart, 1e9);
  g_assert_cmpint (get_span (fixture), >, 1000);
  g_assert_false (aph_timeline_chart_can_zoom (fixture->chart, 2));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->chart));
  aph_timeline_chart_zoom (fixture->chart, 1e-9);
  g_assert_true (aph_timeline_chart_is_fitting (fixture->chart));
}

static void
count_cb (guint *counter)
{
  (*counter)++;
}

static gboolean
is_counted (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

/* What is drawn no longer is drawn away. */
static void
test_no_watch (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  guint n_draws = 0;

  add_run (fixture, 40);
  assert_eventually (shows_chart, fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->chart));
  paintable = gtk_widget_paintable_new (GTK_WIDGET (fixture->chart));
  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (count_cb), &n_draws);

  aph_timeline_chart_set_watch (fixture->chart, NULL);
  assert_eventually (is_counted, &n_draws);
  g_assert_true (aph_timeline_chart_is_fitting (fixture->chart));
  g_assert_cmpint (get_span (fixture), <, G_USEC_PER_SEC);
}

static void
test_pick (Fixture       *fixture,
           gconstpointer  data)
{
  PastJob past = {
    .prompt = "Why?", .model = "m", .state = APH_JOB_DONE, .sent_ms = 0, .answer_ms = 4000,
    .n_tokens = 9,
  };
  g_autoptr (AphJob) first = make_past_job (&past, 1);
  g_autoptr (AphJob) second = NULL;
  g_autofree char *text = NULL;
  int width;

  past.sent_ms = 6000;
  past.prompt = "<b>How?</b>";
  second = make_past_job (&past, 2);
  g_list_store_append (fixture->store, first);
  g_list_store_append (fixture->store, second);
  assert_eventually (shows_chart, fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->chart));

  /* Both are in the first row, with a gap between them. */
  width = gtk_widget_get_width (GTK_WIDGET (fixture->chart));
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width * 0.2, 38), ==, 0);
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width * 0.8, 38), ==, 1);
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width * 0.5, 38), ==, G_MAXUINT);
  /* The second goes on to the end, but that is not the end of the window. */
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width - 16, 38), ==, 1);
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width - 8, 38), ==, G_MAXUINT);
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width * 0.2, 5), ==, G_MAXUINT);
  g_assert_cmpuint (aph_timeline_chart_pick (fixture->chart, width * 0.2, 70), ==, G_MAXUINT);

  /* What is told of it is text. */
  text = aph_timeline_chart_describe (fixture->chart, 1);
  g_assert_nonnull (strstr (text, "<b>How?</b>"));
  g_assert_nonnull (strstr (text, "sent at 0:0"));
  g_assert_nonnull (strstr (text, "Answering 4.0 s"));
  g_assert_null (aph_timeline_chart_describe (fixture->chart, 2));

  aph_timeline_chart_set_selected (fixture->chart, 1);
  g_signal_emit_by_name (fixture->chart, "figure-activated", 1);
  g_assert_true (fixture->activated == second);
  g_assert_nonnull (find_label (GTK_WIDGET (fixture->view), text));
  gtk_test_accessible_assert_property (fixture->chart, GTK_ACCESSIBLE_PROPERTY_LABEL, text);
}

/* What arrives while it is watched. */
static gboolean
has_two_rows (gpointer user_data)
{
  Fixture *fixture = user_data;
  double y = 26 + 24 * 1.5;

  return aph_timeline_chart_pick (fixture->chart,
                                  gtk_widget_get_width (GTK_WIDGET (fixture->chart)) * 0.7, y) == 1;
}

typedef struct
{
  Fixture *fixture;
  gint64 span;
} Grown;

static gboolean
has_grown (gpointer user_data)
{
  const Grown *grown = user_data;

  return get_span (grown->fixture) > grown->span;
}

static gboolean
has_stopped (gpointer user_data)
{
  Grown *grown = user_data;

  grown->span = get_span (grown->fixture);
  pump_for (100);

  return !has_grown (grown);
}

static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AphJob) first = make_running_job ("first", 0);
  g_autoptr (AphJob) second = make_job ("second", 1);
  Grown grown = { fixture, 0 };

  g_list_store_append (fixture->store, first);
  g_list_store_append (fixture->store, second);
  aph_refresh_clock_set_active (fixture->clock, TRUE);
  assert_eventually (shows_chart, fixture);
  answer (first, "text ");
  aph_job_send (second, "http://127.0.0.1:11434");
  answer (second, "text ");
  assert_eventually (has_two_rows, fixture);

  grown.span = get_span (fixture);
  assert_eventually (has_grown, &grown);
  finish (first, "stop");
  finish (second, "stop");
  aph_refresh_clock_set_active (fixture->clock, FALSE);
  assert_eventually (has_stopped, &grown);
}

static gboolean
shows_rows (gpointer user_data)
{
  Fixture *fixture = user_data;

  return find_widget (GTK_WIDGET (fixture->view), APH_TYPE_HISTOGRAM, 1) != NULL;
}

/* What is said of a model */
static const char *
get_figures (Fixture *fixture,
             guint    model)
{
  GtkWidget *histogram = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_HISTOGRAM, model);

  return gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (
    gtk_widget_get_parent (histogram))));
}

static gboolean
shows_tokens (gpointer user_data)
{
  for (guint model = 0; model < 2; model++)
    if (strstr (get_figures (user_data, model), " tokens") == NULL)
      return FALSE;

  return TRUE;
}

static void
test_distributions (Fixture       *fixture,
                    gconstpointer  data)
{
  GtkWidget *distributions = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_DISTRIBUTIONS, 0);
  GtkWidget *drop_down;

  add_run (fixture, 40);
  assert_eventually (shows_rows, fixture);
  g_assert_nonnull (find_label (distributions, "qwen2.5:7b"));
  g_assert_nonnull (find_label (distributions, "llama3.2:3b"));

  /* Another metric, which changes the figures of both. */
  drop_down = find_widget (distributions, GTK_TYPE_DROP_DOWN, 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), APH_METRIC_REQUEST_LATENCY);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), APH_METRIC_OUTPUT_SEQUENCE_LENGTH);
  assert_eventually (shows_tokens, fixture);
}

static void
test_table (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *table = find_widget (GTK_WIDGET (fixture->view), APH_TYPE_TIMELINE_TABLE, 0);
  GtkWidget *view = find_widget (table, GTK_TYPE_COLUMN_VIEW, 0);

  add_run (fixture, 20);
  assert_eventually (shows_chart, fixture);
  act (fixture, "timeline.table");
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->view));
  g_assert_true (gtk_widget_get_mapped (table));
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (fixture->chart)));
  g_assert_nonnull (find_label (table, "鱼香肉丝的做法"));
  g_assert_nonnull (find_label (table, "0:00.0"));

  g_signal_emit_by_name (view, "activate", 3);
  g_assert_nonnull (fixture->activated);
  g_assert_cmpuint (aph_job_get_id (fixture->activated), ==, 4);

  act (fixture, "timeline.table");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (fixture->chart)));
}

typedef struct
{
  gboolean is_done;
  GError *error;
} Saving;

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Saving *saving = user_data;

  aph_timeline_view_save_finish (APH_TIMELINE_VIEW (source), result, &saving->error);
  saving->is_done = TRUE;
}

static char *
save (Fixture       *fixture,
      const char    *name,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Saving saving = { FALSE, NULL };

  aph_timeline_view_save_async (fixture->view, file, g_str_has_suffix (name, "svg"), cancellable,
                                saved_cb, &saving);
  while (!saving.is_done)
    g_main_context_iteration (NULL, TRUE);
  if (saving.error != NULL)
    g_propagate_error (error, saving.error);

  return g_steal_pointer (&path);
}

static void
test_save (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *png = NULL;
  g_autofree char *svg = NULL;
  g_autofree char *none = NULL;
  g_autofree char *text = NULL;

  add_run (fixture, 40);
  assert_eventually (shows_chart, fixture);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->chart));

  png = save (fixture, "timeline.png", NULL, &error);
  g_assert_no_error (error);
  texture = gdk_texture_new_from_filename (png, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==,
                   gtk_widget_get_width (GTK_WIDGET (fixture->chart)));
  g_assert_cmpint (gdk_texture_get_height (texture), >, 3 * 24);

  svg = save (fixture, "timeline.svg", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (svg, &text, NULL, &error));
  g_assert_nonnull (strstr (text, "<svg"));
  g_assert_nonnull (strstr (text, "Waiting for a slot"));
  /* Alone, it says more than the line above the chart. */
  g_assert_nonnull (strstr (text, "as fast as one by one"));
  g_assert_null (strstr (gtk_label_get_text (GTK_LABEL (find_widget (GTK_WIDGET (fixture->view),
                                                                     GTK_TYPE_LABEL, 0))),
                         "as fast as"));

  g_cancellable_cancel (cancellable);
  none = save (fixture, "none.png", cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_free (none);
  none = save (fixture, "missing/none.svg", NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  g_unlink (png);
  g_unlink (svg);
}

static void
test_words (void)
{
  g_autofree char *none = aph_format_milliseconds (-1);
  g_autofree char *short_time = aph_format_milliseconds (0.84);
  g_autofree char *time = aph_format_milliseconds (340.2);
  g_autofree char *long_time = aph_format_milliseconds (5200);
  g_autofree char *rate = aph_format_metric_value (APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER, 38);
  g_autofree char *length = aph_format_metric_value (APH_METRIC_OUTPUT_SEQUENCE_LENGTH, 212.6);
  AphRunFigures run = {
    .begin = 1, .duration_ms = 60000, .output_tokens = 600, .output_token_throughput = 10,
    .speed_up = 3.96,
  };
  g_autofree char *text = aph_format_run (&run);

  g_assert_null (none);
  g_assert_cmpstr (short_time, ==, "0.8 ms");
  g_assert_cmpstr (time, ==, "340 ms");
  g_assert_cmpstr (long_time, ==, "5.2 s");
  g_assert_cmpstr (rate, ==, "38 tok/s");
  g_assert_cmpstr (length, ==, "213 tokens");
  g_assert_cmpstr (text, ==, "1 min 0 s · 600 tokens · 10 tok/s · 4.0× as fast as one by one");
  g_free (text);
  text = aph_format_run_output (&run);
  g_assert_cmpstr (text, ==, "600 tokens · 10 tok/s");
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    g_assert_cmpstr (aph_format_phase (phase), !=, "");
  for (AphMetric metric = 0; metric < APH_N_METRICS; metric++)
    g_assert_cmpstr (aph_format_metric (metric), !=, "");
}

#define ADD(name, func) g_test_add ("/timeline/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  gui_init (&argc, &argv);

  g_test_add_func ("/timeline/words", test_words);
  g_test_add_func ("/timeline/watch", test_watch);
  g_test_add_func ("/timeline/watch-sorted", test_watch_sorted);
  g_test_add_func ("/timeline/watch-store", test_watch_store);
  ADD ("empty", test_empty);
  ADD ("zoom", test_zoom);
  ADD ("no-watch", test_no_watch);
  ADD ("pick", test_pick);
  ADD ("live", test_live);
  ADD ("distributions", test_distributions);
  ADD ("table", test_table);
  ADD ("save", test_save);

  return g_test_run ();
}
