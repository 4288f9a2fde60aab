/* aph-distributions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-distributions"

#include "config.h"

#include <glib/gi18n.h>

#include "stats/aph-metric.h"
#include "stats/aph-run-figures.h"
#include "stats/aph-time-axis.h"
#include "ui/aph-distributions.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-histogram.h"
#include "ui/aph-ui.h"

/* While answers come, not more often than this; to copy many figures takes its time too. */
#define INTERVAL_US G_USEC_PER_SEC
#define COPY_SHARE  50

#define ROW_WIDTH 250

/* More models than this are not told apart. */
#define MAX_MODELS 32

/* One model */
typedef struct
{
  const char *model;       /* interned */
  AphDistribution distribution;
  guint bins[APH_HISTOGRAM_BINS];
  guint largest;
} Result;

typedef struct
{
  AphFigures *figures;     /* (owned) a copy */
  AphMetric metric;
} Request;

typedef struct
{
  GArray *results;         /* of Result */
  AphMetric metric;
  double from;             /* the left edge of all histograms */
  double to;               /* the right one */
  guint n_done;            /* answers that came to their end */
} Answer;

struct _AphDistributions
{
  GtkWidget parent_instance;

  GtkDropDown *metric_drop_down;
  GtkFlowBox *rows;
  GtkStack *stack;
  GtkLabel *empty_label;

  AphFigures *figures;        /* (owned) (nullable) the newest */
  gboolean late;              /* they, or what is wanted of them, are newer than what is shown */
  GCancellable *cancellable;  /* (owned) (nullable) of the computation that goes on */
  gint64 next_time;
};

G_DEFINE_FINAL_TYPE (AphDistributions, aph_distributions, GTK_TYPE_WIDGET)

static void
request_free (gpointer data)
{
  Request *request = data;

  aph_figures_unref (request->figures);
  g_free (request);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_array_unref (answer->results);
  g_free (answer);
}

/* In a thread */
static void
compute_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Request *request = task_data;
  Answer *answer = g_new0 (Answer, 1);
  guint n_models = MIN (aph_figures_get_n_models (request->figures), MAX_MODELS);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  double min = G_MAXDOUBLE, max = 0;
  AphRunFigures run;

  answer->metric = request->metric;
  answer->results = g_array_new (FALSE, TRUE, sizeof (Result));
  for (guint model = 0; model < n_models; model++)
    {
      Result result = { .model = aph_figures_get_model (request->figures, model) };
      guint n;
      double *sorted = aph_metric_collect (request->metric, request->figures, model, &n);

      aph_distribution_compute (&result.distribution, sorted, n);
      if (n == 0)
        {
          g_free (sorted);
          continue;
        }
      g_ptr_array_add (values, sorted);
      g_array_append_val (answer->results, result);
      /* A single answer that took an hour would leave nothing to see of the others. */
      max = MAX (max, MIN (result.distribution.max, 1.25 * result.distribution.p99));
      min = MIN (min, result.distribution.min);
    }

  /* All on the same scale, so that models can be compared. */
  if (answer->results->len > 0)
    aph_value_axis_range (min, max, &answer->from, &answer->to);
  for (guint i = 0; i < answer->results->len; i++)
    {
      Result *result = &g_array_index (answer->results, Result, i);

      result->largest = aph_histogram_compute (g_ptr_array_index (values, i),
                                               result->distribution.n, answer->from, answer->to,
                                               result->bins, APH_HISTOGRAM_BINS);
    }

  aph_run_figures_compute (&run, request->figures, APH_ANY_MODEL, g_get_monotonic_time ());
  answer->n_done = run.counts[APH_JOB_DONE];
  g_task_return_pointer (task, answer, answer_free);
}

static GtkWidget *
create_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");

  return label;
}

/* The name of the model, the histogram, its scale, the figures */
static GtkWidget *
create_row (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *model = create_label ("heading");
  GtkWidget *scale = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *from = create_label ("caption");
  GtkWidget *to = create_label ("caption");
  GtkWidget *figures = create_label ("caption");

  gtk_label_set_ellipsize (GTK_LABEL (model), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (from, TRUE);
  gtk_widget_add_css_class (from, "dim-label");
  gtk_widget_add_css_class (to, "dim-label");
  gtk_box_append (GTK_BOX (scale), from);
  gtk_box_append (GTK_BOX (scale), to);
  gtk_label_set_wrap (GTK_LABEL (figures), TRUE);
  gtk_label_set_selectable (GTK_LABEL (figures), TRUE);

  gtk_box_append (GTK_BOX (row), model);
  gtk_box_append (GTK_BOX (row), aph_histogram_new ());
  gtk_box_append (GTK_BOX (row), scale);
  gtk_box_append (GTK_BOX (row), figures);
  gtk_widget_set_size_request (row, ROW_WIDTH, -1);

  return row;
}

static char *
format_result (AphMetric              metric,
               const AphDistribution *distribution)
{
  g_autofree char *p50 = aph_format_metric_value (metric, distribution->p50);
  g_autofree char *p95 = aph_format_metric_value (metric, distribution->p95);
  g_autofree char *p99 = aph_format_metric_value (metric, distribution->p99);
  g_autofree char *mean = aph_format_metric_value (metric, distribution->mean);
  g_autofree char *max = aph_format_metric_value (metric, distribution->max);

  /* Translators: percentiles, the mean and the largest of what was measured of %u answers; the
   * first is the median */
  return g_strdup_printf (ngettext ("p50 %s · p95 %s · p99 %s · mean %s · max %s · %u answer",
                                    "p50 %s · p95 %s · p99 %s · mean %s · max %s · %u answers",
                                    distribution->n),
                          p50, p95, p99, mean, max, distribution->n);
}

static void
fill_row (GtkWidget    *row,
          const Answer *answer,
          const Result *result)
{
  GtkWidget *model = gtk_widget_get_first_child (row);
  GtkWidget *histogram = gtk_widget_get_next_sibling (model);
  GtkWidget *scale = gtk_widget_get_next_sibling (histogram);
  GtkWidget *figures = gtk_widget_get_next_sibling (scale);
  g_autofree char *from = answer->from > 0 ? aph_format_metric_value (answer->metric, answer->from)
                                            : g_strdup ("0");
  g_autofree char *to = aph_format_metric_value (answer->metric, answer->to);
  g_autofree char *text = format_result (answer->metric, &result->distribution);
  const char *name = *result->model != '\0' ? result->model : _("The server’s model");

  gtk_label_set_text (GTK_LABEL (model), name);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (scale)), from);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (scale)), to);
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (figures))) != 0)
    gtk_label_set_text (GTK_LABEL (figures), text);
  aph_histogram_set_values (APH_HISTOGRAM (histogram), &result->distribution, answer->from,
                            answer->to, result->bins, result->largest);
  gtk_accessible_update_property (GTK_ACCESSIBLE (histogram),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static void
show_answer (AphDistributions *self,
             const Answer     *answer)
{
  GtkFlowBoxChild *child;

  for (guint i = 0; i < answer->results->len; i++)
    {
      child = gtk_flow_box_get_child_at_index (self->rows, (int) i);
      if (child == NULL)
        {
          gtk_flow_box_insert (self->rows, create_row (), -1);
          child = gtk_flow_box_get_child_at_index (self->rows, (int) i);
          gtk_widget_set_focusable (GTK_WIDGET (child), FALSE);
        }
      fill_row (gtk_flow_box_child_get_child (child), answer,
                &g_array_index (answer->results, Result, i));
    }
  while ((child = gtk_flow_box_get_child_at_index (self->rows, (int) answer->results->len)) != NULL)
    gtk_flow_box_remove (self->rows, GTK_WIDGET (child));

  gtk_label_set_label (self->empty_label, answer->n_done > 0
    ? _("None of these answers tells: they are too short, or came without their times.")
    : _("Once answers have come to their end, here is how they differ."));
  gtk_stack_set_visible_child_name (self->stack, answer->results->len > 0 ? "rows" : "empty");
}

static void start (AphDistributions *self);

static void
computed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AphDistributions *self = APH_DISTRIBUTIONS (source);
  Answer *answer = g_task_propagate_pointer (G_TASK (result), NULL);

  if (answer == NULL)
    return;

  g_clear_object (&self->cancellable);
  show_answer (self, answer);
  if (answer->metric != gtk_drop_down_get_selected (self->metric_drop_down))
    start (self);
  answer_free (answer);
}

static void
start (AphDistributions *self)
{
  g_autoptr (GTask) task = NULL;
  Request *request;
  gint64 before = g_get_monotonic_time ();

  if (self->figures == NULL || self->cancellable != NULL)
    return;

  request = g_new0 (Request, 1);
  request->figures = aph_figures_copy (self->figures);
  request->metric = gtk_drop_down_get_selected (self->metric_drop_down);

  self->late = FALSE;
  self->next_time = g_get_monotonic_time ();
  self->next_time += MAX (INTERVAL_US, COPY_SHARE * (self->next_time - before));
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, computed_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, compute_thread);
}

static void
metric_changed_cb (AphDistributions *self)
{
  self->late = TRUE;
  start (self);
}

static void
aph_distributions_dispose (GObject *object)
{
  AphDistributions *self = APH_DISTRIBUTIONS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->figures, aph_figures_unref);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_DISTRIBUTIONS);

  G_OBJECT_CLASS (aph_distributions_parent_class)->dispose (object);
}

static void
aph_distributions_class_init (AphDistributionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_distributions_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-distributions.ui");
  gtk_widget_class_bind_template_child (widget_class, AphDistributions, metric_drop_down);
  gtk_widget_class_bind_template_child (widget_class, AphDistributions, rows);
  gtk_widget_class_bind_template_child (widget_class, AphDistributions, empty_label);
  gtk_widget_class_bind_template_child (widget_class, AphDistributions, stack);
  gtk_widget_class_bind_template_callback (widget_class, metric_changed_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_distributions_init (AphDistributions *self)
{
  const char *names[APH_N_METRICS + 1] = { NULL };
  g_autoptr (GtkStringList) list = NULL;

  for (AphMetric metric = 0; metric < APH_N_METRICS; metric++)
    names[metric] = aph_format_metric (metric);

  gtk_widget_init_template (GTK_WIDGET (self));
  list = gtk_string_list_new (names);
  gtk_drop_down_set_model (self->metric_drop_down, G_LIST_MODEL (list));
}

/**
 * aph_distributions_new:
 *
 * Returns: (transfer floating): distributions of nothing
 */
GtkWidget *
aph_distributions_new (void)
{
  return g_object_new (APH_TYPE_DISTRIBUTIONS, NULL);
}

/**
 * aph_distributions_set_figures:
 * @self: distributions
 * @figures: the figures of a run
 *
 * Shows them, but not more often than once a second: see aph_distributions_is_late().
 */
void
aph_distributions_set_figures (AphDistributions *self,
                               AphFigures       *figures)
{
  g_return_if_fail (APH_IS_DISTRIBUTIONS (self));
  g_return_if_fail (figures != NULL);

  if (self->figures != figures)
    {
      g_clear_pointer (&self->figures, aph_figures_unref);
      self->figures = aph_figures_ref (figures);
    }
  self->late = TRUE;
  if (g_get_monotonic_time () >= self->next_time)
    start (self);
}

/**
 * aph_distributions_is_late:
 * @self: distributions
 *
 * Returns: whether what is shown is older than the figures: set them once more, soon
 */
gboolean
aph_distributions_is_late (AphDistributions *self)
{
  g_return_val_if_fail (APH_IS_DISTRIBUTIONS (self), FALSE);

  return self->late;
}
