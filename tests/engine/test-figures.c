/* test-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "stats/aph-metric.h"
#include "stats/aph-run-figures.h"
#include "stats/aph-token-flow.h"

#include "run-figures.h"

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon ((a), (b), 1e-6)

static void
assert_span (const AphSpan *span,
             AphPhase       phase,
             gint64         from,
             gint64         to)
{
  g_assert_cmpint (span->phase, ==, phase);
  g_assert_cmpint (span->from, ==, START + from * MS);
  g_assert_cmpint (span->to, ==, START + to * MS);
}

static void
test_spans (void)
{
  AphFigure figure = make_figure (100, 900, 1200, 2000, 50);
  AphSpan spans[APH_N_PHASES];
  gint64 now = START + 5000 * MS;

  /* A server that tells nothing of its time. */
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 3);
  assert_span (&spans[0], APH_PHASE_WAITING, 100, 900);
  assert_span (&spans[1], APH_PHASE_THINKING, 900, 1200);
  assert_span (&spans[2], APH_PHASE_ANSWERING, 1200, 2000);
  assert_near (aph_figure_get_busy_ms (&figure), 1900);

  /* 800 ms of silence: 300 for loading, 100 for the prompt, so 400 for a slot. */
  figure.load_ns = 300 * (gint64) 1000000;
  figure.prompt_ns = 100 * (gint64) 1000000;
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 5);
  assert_span (&spans[0], APH_PHASE_LOADING, 100, 400);
  assert_span (&spans[1], APH_PHASE_WAITING, 400, 800);
  assert_span (&spans[2], APH_PHASE_PROMPT, 800, 900);
  assert_near (aph_figure_get_busy_ms (&figure), 1500);

  /* A server that claims more than there was. */
  figure.load_ns = 1200 * (gint64) 1000000;
  figure.prompt_ns = 400 * (gint64) 1000000;
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 4);
  assert_span (&spans[0], APH_PHASE_LOADING, 100, 700);
  assert_span (&spans[1], APH_PHASE_PROMPT, 700, 900);

  figure.state = APH_JOB_FAILED;
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 1);
  assert_span (&spans[0], APH_PHASE_FAILED, 100, 2000);

  /* One that still runs lasts until now; one that waits is not there. */
  figure = make_figure (100, 900, -1, -1, 3);
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 2);
  assert_span (&spans[1], APH_PHASE_THINKING, 900, 5000);
  figure = make_figure (-1, -1, -1, -1, 0);
  g_assert_false (aph_figure_was_sent (&figure));
  g_assert_cmpuint (aph_figure_get_spans (&figure, now, spans), ==, 0);
}

/* Two models at one server: a: 10 tokens in 0-1000-1900, b: 21 tokens in 500-600-1100 and one
 * token in 2000-3000-4000. */
static AphFigures *
make_run (void)
{
  AphFigures *figures = aph_figures_new ();
  AphFigure a = make_figure (0, 1000, 1000, 1900, 10);
  AphFigure b = make_figure (500, 600, 600, 1100, 21);
  AphFigure c = make_figure (2000, 3000, 3000, 4000, 1);
  AphFigure failed = make_figure (100, -1, -1, 300, 0);
  AphFigure waiting = make_figure (-1, -1, -1, -1, 0);

  failed.state = APH_JOB_FAILED;
  failed.is_former = TRUE;
  b.marks = APH_MARK_LENGTH;
  g_assert_cmpuint (aph_figures_add (figures, &a, "a", "http://x"), ==, 0);
  aph_figures_add (figures, &b, "b", "http://x");
  aph_figures_add (figures, &c, "b", "http://x");
  aph_figures_add (figures, &failed, "a", "http://x");
  aph_figures_add (figures, &waiting, NULL, NULL);

  return figures;
}

static void
test_metrics (void)
{
  g_autoptr (AphFigures) figures = make_run ();
  AphDistribution d;

  g_assert_cmpuint (aph_figures_get_n_models (figures), ==, 3);
  g_assert_cmpstr (aph_figures_get_model (figures, 1), ==, "b");
  g_assert_cmpstr (aph_figures_get_model (figures, 2), ==, "");
  g_assert_cmpstr (aph_figures_get_server (figures, 0), ==, "http://x");

  aph_metric_distribute (APH_METRIC_TIME_TO_FIRST_TOKEN, figures, APH_ANY_MODEL, &d);
  g_assert_cmpuint (d.n, ==, 3);
  assert_near (d.min, 100);
  assert_near (d.mean, 700);
  assert_near (d.p50, 1000);
  aph_metric_distribute (APH_METRIC_TIME_TO_FIRST_TOKEN, figures, 1, &d);
  g_assert_cmpuint (d.n, ==, 2);
  assert_near (d.p50, 550);

  /* a: 900 / 9, b: 500 / 20, c has no second token. */
  aph_metric_distribute (APH_METRIC_INTER_TOKEN_LATENCY, figures, APH_ANY_MODEL, &d);
  g_assert_cmpuint (d.n, ==, 2);
  assert_near (d.min, 25);
  assert_near (d.max, 100);
  aph_metric_distribute (APH_METRIC_OUTPUT_TOKEN_THROUGHPUT_PER_USER, figures, APH_ANY_MODEL, &d);
  assert_near (d.min, 10);
  assert_near (d.max, 40);

  aph_metric_distribute (APH_METRIC_REQUEST_LATENCY, figures, APH_ANY_MODEL, &d);
  assert_near (d.mean, (1900 + 600 + 2000) / 3.0);
  aph_metric_distribute (APH_METRIC_OUTPUT_SEQUENCE_LENGTH, figures, APH_ANY_MODEL, &d);
  assert_near (d.max, 21);

  for (AphMetric metric = 0; metric < APH_N_METRICS; metric++)
    {
      g_assert_cmpstr (aph_metric_get_name (metric), !=, NULL);
      g_assert_cmpstr (aph_metric_get_unit (metric), !=, NULL);
    }
}

static void
test_run (void)
{
  g_autoptr (AphFigures) figures = make_run ();
  g_autoptr (AphFigures) none = aph_figures_new ();
  AphGoal goal = { .time_to_first_token_ms = 1000, .inter_token_latency_ms = 50 };
  AphRunFigures run;

  aph_run_figures_compute (&run, figures, APH_ANY_MODEL, START + 9000 * MS);
  g_assert_cmpuint (run.counts[APH_JOB_DONE], ==, 3);
  g_assert_cmpuint (run.counts[APH_JOB_WAITING], ==, 1);
  g_assert_cmpuint (run.counts[APH_JOB_FAILED], ==, 0);
  g_assert_cmpuint (run.n_former, ==, 1);
  g_assert_cmpuint (run.n_marked, ==, 1);
  g_assert_cmpint (run.begin, ==, START);
  g_assert_cmpint (run.end, ==, START + 4000 * MS);
  assert_near (run.duration_ms, 4000);
  g_assert_cmpint (run.output_tokens, ==, 32);
  assert_near (run.output_token_throughput, 8);
  assert_near (run.request_throughput, 0.75);
  assert_near (run.sequential_ms, 4500);
  assert_near (run.speed_up, 1.125);

  /* a writes too slowly; b and c are good: 2 in 4 s. */
  assert_near (aph_goodput_compute (figures, APH_ANY_MODEL, &goal, 0), 0.5);
  goal.request_latency_ms = 1000;
  assert_near (aph_goodput_compute (figures, APH_ANY_MODEL, &goal, 0), 0.25);

  aph_run_figures_compute (&run, figures, 1, 0);
  assert_near (run.duration_ms, 3500);

  aph_run_figures_compute (&run, none, APH_ANY_MODEL, 0);
  g_assert_cmpint (run.begin, ==, 0);
  assert_near (run.speed_up, 0);
  assert_near (aph_goodput_compute (none, APH_ANY_MODEL, &goal, 0), 0);
}

/* What was done before the computer was last started is before the zero of our clock. */
static void
test_run_of_before (void)
{
  g_autoptr (AphFigures) figures = make_run ();
  g_autoptr (AphFigures) shifted = aph_figures_new ();
  gint64 shift = START + 3600 * (gint64) G_USEC_PER_SEC;
  AphRunFigures run, then;
  const AphFigure *all;
  guint n;

  all = aph_figures_get_all (figures, &n);
  for (guint i = 0; i < n; i++)
    {
      AphFigure figure = all[i];
      gint64 *const times[] = {
        &figure.times.queued, &figure.times.sent, &figure.times.first_token,
        &figure.times.first_answer, &figure.times.last_token, &figure.times.ended,
      };

      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        if (*times[j] != 0)
          *times[j] -= shift;
      aph_figures_add (shifted, &figure, aph_figures_get_model (figures, all[i].model), NULL);
    }

  aph_run_figures_compute (&run, figures, APH_ANY_MODEL, START + 9000 * MS);
  aph_run_figures_compute (&then, shifted, APH_ANY_MODEL, START + 9000 * MS);
  g_assert_cmpint (then.begin, ==, run.begin - shift);
  g_assert_cmpint (then.end, ==, run.end - shift);
  assert_near (then.duration_ms, run.duration_ms);
  assert_near (then.speed_up, run.speed_up);
  assert_near (then.output_token_throughput, run.output_token_throughput);
}

/* 20 tokens from 600 to 1100 and 9 from 1000 to 1900 and one at 3000-4000, in bins of 500 ms. */
static void
test_token_flow (void)
{
  g_autoptr (AphFigures) figures = make_run ();
  double rates[8], sum = 0;

  assert_near (aph_token_flow_compute (figures, APH_ANY_MODEL, START, START + 4000 * MS, 0, rates,
                                       G_N_ELEMENTS (rates)),
               21 / 0.5 * 0.8);
  /* b: 42 tokens/s over 400 of 500 ms, then over 100; a: 11.1 tokens/s over 500, then 400. */
  assert_near (rates[0], 0);
  assert_near (rates[1], 42 * 0.8);
  assert_near (rates[2], 42 * 0.2 + 10 / 0.9);
  assert_near (rates[3], 10 / 0.9 * 0.8);
  assert_near (rates[4], 0);
  assert_near (rates[6], 1);
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    sum += rates[i] * 0.5;
  assert_near (sum, 32);

  /* A part of it, and one of the models. */
  aph_token_flow_compute (figures, 0, START + 1500 * MS, START + 2500 * MS, 0, rates, 2);
  assert_near (rates[0], 10 / 0.9 * 0.8);
  assert_near (rates[1], 0);
  assert_near (aph_token_flow_compute (figures, 0, START, START, 0, rates, 2), 0);
}

static AphJob *
make_job (void)
{
  g_autoptr (AphRequest) request = aph_request_new ("m", "hello", NULL, NULL);
  AphJob *job = aph_job_new (request, 7);

  aph_job_set_id (job, 70);

  return job;
}

/* From a job through a failed attempt to its end. */
static void
test_job (void)
{
  g_autoptr (AphFigures) figures = aph_figures_new ();
  g_autoptr (AphFigures) copy = NULL;
  g_autoptr (AphFigures) anew = NULL;
  g_autoptr (AphJob) job = make_job ();
  g_autoptr (AphFailure) failure = aph_failure_new (APH_FAILURE_TRANSPORT, 0, "cut");
  AphUsage usage = APH_USAGE_INIT;
  const AphFigure *all;
  guint position, n;

  position = aph_figures_add_job (figures, job);
  aph_job_send (job, "http://a");
  g_assert_true (aph_figures_update_job (figures, position, job));
  aph_job_append_answer (job, "x", 1);
  g_assert_false (aph_figures_update_job (figures, position, job));
  copy = aph_figures_copy (figures);

  aph_job_put_back (job, failure);
  g_assert_true (aph_figures_update_job (figures, position, job));
  all = aph_figures_get_all (figures, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_false (aph_figure_was_sent (&all[0]));
  g_assert_true (all[1].is_former);
  g_assert_cmpint (all[1].state, ==, APH_JOB_FAILED);
  g_assert_cmpint (all[1].times.ended, >=, all[1].times.sent);
  g_assert_cmpstr (aph_figures_get_server (figures, all[1].server), ==, "http://a");

  aph_job_send (job, "http://b");
  aph_job_append_answer (job, "鱼香", strlen ("鱼香"));
  usage.answer_tokens = 2;
  usage.load_ns = 5;
  aph_job_finish (job, "length", &usage);
  aph_job_set_rating (job, 4);
  g_assert_true (aph_figures_update_job (figures, position, job));
  all = aph_figures_get_all (figures, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (all[0].job, ==, 70);
  g_assert_cmpuint (all[0].index, ==, 7);
  g_assert_cmpuint (all[0].attempt, ==, 2);
  g_assert_cmpint (all[0].answer_tokens, ==, 2);
  g_assert_cmpint (all[0].prompt_tokens, ==, -1);
  g_assert_cmpuint (all[0].answer_chars, ==, 2);
  g_assert_cmpint (all[0].load_ns, ==, 5);
  g_assert_cmpuint (all[0].rating, ==, 4);
  g_assert_cmpint (all[0].marks, ==, APH_MARK_LENGTH);
  g_assert_cmpstr (aph_figures_get_server (figures, all[0].server), ==, "http://b");

  /* The copy stayed as it was; read anew it is the same. */
  all = aph_figures_get_all (copy, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (all[0].state, ==, APH_JOB_ANSWERING);
  anew = aph_figures_new ();
  aph_figures_add_job (anew, job);
  all = aph_figures_get_all (anew, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (all[1].attempt, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/figures/spans", test_spans);
  g_test_add_func ("/figures/metrics", test_metrics);
  g_test_add_func ("/figures/run", test_run);
  g_test_add_func ("/figures/run-of-before", test_run_of_before);
  g_test_add_func ("/figures/token-flow", test_token_flow);
  g_test_add_func ("/figures/job", test_job);

  return g_test_run ();
}
