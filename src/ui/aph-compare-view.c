/* aph-compare-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-compare-view"

#include "config.h"

#include <glib/gi18n.h>

#include "stats/aph-comparison.h"
#include "ui/aph-compare-grid.h"
#include "ui/aph-compare-view.h"
#include "ui/aph-diff-view.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-ui.h"

/* How long the table may grow at a time; the clock is asked after so many jobs. */
#define BUILD_US      4000
#define JOBS_PER_STEP 64

/* More jobs than this are not compared: they are held, with their answers. */
#define MAX_JOBS 20000

/* A list that is backed by a store makes its jobs when they are asked for and loads them a moment
 * later; so many are asked for at a time. */
#define JOBS_AHEAD 256

struct _AphCompareView
{
  GtkWidget parent_instance;

  AphDiffView *diff_view;
  AphCompareGrid *grid;
  GtkGrid *results_grid;
  GtkStack *stack;
  GtkLabel *summary_label;

  GListModel *model;         /* (owned) (nullable) */
  gulong items_changed_id;
  AphRefreshClock *clock;    /* (owned) (nullable) */
  gulong tick_id;

  AphComparison *table;      /* (owned) what is shown */
  AphComparison *next_table; /* (owned) (nullable) what replaces it when it is complete */
  guint n_added;             /* how many jobs of the model are in the newest table */
  GPtrArray *ahead;          /* of AphJob: those that come next, to be loaded */
  GHashTable *requests;      /* of AphRequest, by job: what was asked when it was added */
};

enum
{
  PROP_0,
  PROP_BLIND,
  N_PROPS,
};

enum
{
  JOB_ACTIVATED,
  JOB_RATED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphCompareView, aph_compare_view, GTK_TYPE_WIDGET)

static void
poke (AphCompareView *self)
{
  if (self->clock != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    aph_refresh_clock_poke (self->clock);
}

static guint
get_n_jobs (AphCompareView *self)
{
  return self->model != NULL ? MIN (g_list_model_get_n_items (self->model), MAX_JOBS) : 0;
}

/* The table */

static void
update_summary (AphCompareView *self)
{
  guint n_rows = aph_comparison_get_n_rows (self->table);
  guint n_columns = aph_comparison_get_n_columns (self->table);
  g_autofree char *rows = NULL;
  g_autofree char *columns = NULL;
  g_autofree char *left_out = NULL;
  g_autofree char *text = NULL;

  /* Translators: all prompts that are compared are from the first so many */
  if (self->model != NULL && g_list_model_get_n_items (self->model) > MAX_JOBS)
    left_out = g_strdup_printf (_(" · only the first %'u"), MAX_JOBS);
  rows = g_strdup_printf (ngettext ("%'u prompt", "%'u prompts", n_rows), n_rows);
  /* Translators: how many ways a prompt was asked: models, with different options */
  columns = g_strdup_printf (ngettext ("%u way to ask", "%u ways to ask", n_columns), n_columns);
  text = n_rows > 0 ? g_strconcat (rows, " · ", columns, left_out, NULL) : g_strdup ("");
  gtk_label_set_text (self->summary_label, text);
  gtk_stack_set_visible_child_name (self->stack, n_rows > 0 ? "grid" : "empty");
}

static void
show_table (AphCompareView *self)
{
  aph_compare_grid_set_table (self->grid, self->table);
  update_summary (self);
}

/* Begins the table anew; the old one is shown until the new one is complete. */
static void
begin_table (AphCompareView *self)
{
  g_clear_pointer (&self->next_table, aph_comparison_free);
  self->next_table = aph_comparison_new ();
  g_hash_table_remove_all (self->requests);
  g_ptr_array_set_size (self->ahead, 0);
  self->n_added = 0;
}

/* Asks for the jobs that come next, so that they are loaded together. */
static void
look_ahead (AphCompareView *self)
{
  guint end = MIN (self->n_added + JOBS_AHEAD, get_n_jobs (self));

  g_ptr_array_set_size (self->ahead, 0);
  for (guint i = self->n_added; i < end; i++)
    g_ptr_array_add (self->ahead, g_list_model_get_item (self->model, i));
}

/* Returns whether the next job could be added: whether it is loaded. */
static gboolean
add_job (AphCompareView *self,
         AphComparison  *table)
{
  g_autoptr (AphJob) job = g_list_model_get_item (self->model, self->n_added);

  if (!aph_job_is_loaded (job))
    {
      look_ahead (self);
      return FALSE;
    }

  aph_comparison_add (table, job);
  g_hash_table_insert (self->requests, job, aph_request_ref (aph_job_get_request (job)));
  self->n_added++;

  return TRUE;
}

/* Returns whether anything was added. */
static gboolean
build_table (AphCompareView *self)
{
  AphComparison *table = self->next_table != NULL ? self->next_table : self->table;
  gint64 deadline = g_get_monotonic_time () + BUILD_US;
  guint n = get_n_jobs (self), first = self->n_added;

  while (self->n_added < n && add_job (self, table))
    {
      if (self->n_added % JOBS_PER_STEP == 0 && g_get_monotonic_time () > deadline)
        break;
    }
  if (self->n_added == n)
    g_ptr_array_set_size (self->ahead, 0);
  if (self->next_table == NULL || self->n_added < n)
    return self->n_added > first && self->next_table == NULL;

  aph_compare_grid_set_table (self->grid, NULL);
  aph_comparison_free (self->table);
  self->table = g_steal_pointer (&self->next_table);
  show_table (self);

  return FALSE;
}

/* Whether what is asked has changed for one of the jobs that can be seen: which model the queue
 * asks is only known when a prompt is sent. */
static gboolean
has_moved (AphCompareView *self)
{
  for (guint row = 0; row < aph_comparison_get_n_rows (self->table); row++)
    for (guint i = 0; i < aph_comparison_get_n_columns (self->table); i++)
      {
        AphCompareCell *cell = aph_compare_grid_get_cell (self->grid, row, i);
        AphJob *job = cell != NULL ? aph_compare_cell_get_job (cell) : NULL;
        AphRequest *request;

        if (cell == NULL)
          break;
        if (job == NULL)
          continue;
        request = g_hash_table_lookup (self->requests, job);
        if (request != NULL && request != aph_job_get_request (job))
          return TRUE;
      }

  return FALSE;
}

static void
tick (AphCompareView *self)
{
  if (self->next_table == NULL && has_moved (self))
    begin_table (self);
  if (build_table (self))
    {
      aph_compare_grid_update (self->grid);
      update_summary (self);
    }
  aph_compare_grid_refresh (self->grid);
  if (aph_diff_view_refresh (self->diff_view) || self->n_added < get_n_jobs (self))
    poke (self);
}

static void
items_changed_cb (AphCompareView *self,
                  guint           position,
                  guint           removed,
                  guint           added)
{
  if (removed > 0 || position < self->n_added)
    begin_table (self);
  poke (self);
}

/* What the user does */

static void
job_activated_cb (AphCompareView *self,
                  AphJob         *job)
{
  g_signal_emit (self, signals[JOB_ACTIVATED], 0, job);
}

static void
job_rated_cb (AphCompareView *self,
              AphJob         *job,
              guint           rating)
{
  g_signal_emit (self, signals[JOB_RATED], 0, job, rating);
}

static void
marked_changed_cb (AphCompareView *self)
{
  AphJob *first, *second;

  if (aph_compare_grid_get_marked (self->grid, &first, &second))
    {
      g_autofree char *first_name = aph_compare_grid_dup_name (self->grid, first);
      g_autofree char *second_name = aph_compare_grid_dup_name (self->grid, second);

      aph_diff_view_set_jobs (self->diff_view, first, first_name, second, second_name);
      gtk_widget_set_visible (GTK_WIDGET (self->diff_view), TRUE);
    }
  else
    {
      aph_diff_view_set_jobs (self->diff_view, NULL, NULL, NULL, NULL);
      gtk_widget_set_visible (GTK_WIDGET (self->diff_view), FALSE);
    }
}

static void
diff_closed_cb (AphCompareView *self)
{
  aph_compare_grid_clear_marked (self->grid);
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

/* The results of the models */

static void
attach_label (AphCompareView *self,
              int             column,
              int             row,
              const char     *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  if (row == 0)
    {
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
    }
  else if (column == 0)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_width_chars (GTK_LABEL (label), 10);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
      gtk_widget_set_tooltip_text (label, text);
      gtk_widget_add_css_class (label, "heading");
    }
  else
    gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->results_grid, label, column, row, 1, 1);
}

static char *
format_done (const AphComparisonSummary *summary)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("%u of %u"), summary->n_done, summary->n_jobs);
  if (summary->n_failed > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("%u failed"), summary->n_failed);
    }
  if (summary->n_marked > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _("%u suspect"), summary->n_marked);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
attach_summary (AphCompareView             *self,
                int                         row,
                const AphComparisonSummary *summary)
{
  gboolean any = summary->n_done > 0;
  /* Translators: the mean of the ratings, and how many they are */
  g_autofree char *rating = summary->n_rated > 0
    ? g_strdup_printf (_("★ %.1f (%u)"), summary->rating, summary->n_rated) : NULL;
  g_autofree char *done = format_done (summary);
  g_autofree char *rate = any ? aph_format_token_rate (summary->token_rate) : NULL;
  g_autofree char *length = any ? aph_format_tokens ((gint64) (summary->tokens + 0.5)) : NULL;
  g_autofree char *time = any ? aph_format_duration (summary->total_ms) : NULL;
  const char *texts[] = { rating, done, rate, length, time };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    attach_label (self, (int) i + 1, row, texts[i] != NULL && *texts[i] != '\0' ? texts[i] : "–");
}

static void
show_results_cb (AphCompareView *self)
{
  const char *titles[] = { _("Model"), _("Rating"), _("Done"), _("Speed"), _("Length"), _("Time") };
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->results_grid))) != NULL)
    gtk_grid_remove (self->results_grid, child);

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    attach_label (self, (int) i, 0, titles[i]);
  for (guint i = 0; i < aph_comparison_get_n_columns (self->table); i++)
    {
      g_autofree char *name = aph_compare_grid_dup_column_name (self->table, i);
      AphComparisonSummary summary;

      aph_comparison_summarize (self->table, i, &summary);
      attach_label (self, 0, (int) i + 1, name);
      attach_summary (self, (int) i + 1, &summary);
    }
}

/* The widget */

static void
connect_clock (AphCompareView *self)
{
  if (self->clock != NULL && self->tick_id == 0)
    self->tick_id = g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (tick), self);
}

static void
disconnect_clock (AphCompareView *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
}

static void
aph_compare_view_map (GtkWidget *widget)
{
  AphCompareView *self = APH_COMPARE_VIEW (widget);

  GTK_WIDGET_CLASS (aph_compare_view_parent_class)->map (widget);

  connect_clock (self);
  tick (self);
}

static gboolean
aph_compare_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_COMPARE_VIEW (widget)->grid));
}

static void
aph_compare_view_unmap (GtkWidget *widget)
{
  disconnect_clock (APH_COMPARE_VIEW (widget));

  GTK_WIDGET_CLASS (aph_compare_view_parent_class)->unmap (widget);
}

static void
aph_compare_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BLIND:
      g_value_set_boolean (value, aph_compare_grid_get_blind (APH_COMPARE_VIEW (object)->grid));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_compare_view_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AphCompareView *self = APH_COMPARE_VIEW (object);

  switch (prop_id)
    {
    case PROP_BLIND:
      if (aph_compare_grid_get_blind (self->grid) == g_value_get_boolean (value))
        break;
      aph_compare_grid_set_blind (self->grid, g_value_get_boolean (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_compare_view_dispose (GObject *object)
{
  AphCompareView *self = APH_COMPARE_VIEW (object);

  disconnect_clock (self);
  g_clear_object (&self->clock);
  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_clear_object (&self->model);
  if (self->grid != NULL)
    aph_compare_grid_set_table (self->grid, NULL);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_COMPARE_VIEW);

  G_OBJECT_CLASS (aph_compare_view_parent_class)->dispose (object);
}

static void
aph_compare_view_finalize (GObject *object)
{
  AphCompareView *self = APH_COMPARE_VIEW (object);

  aph_comparison_free (self->table);
  g_clear_pointer (&self->next_table, aph_comparison_free);
  g_hash_table_unref (self->requests);
  g_ptr_array_unref (self->ahead);

  G_OBJECT_CLASS (aph_compare_view_parent_class)->finalize (object);
}

static void
aph_compare_view_class_init (AphCompareViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = aph_compare_view_dispose;
  object_class->finalize = aph_compare_view_finalize;
  object_class->get_property = aph_compare_view_get_property;
  object_class->set_property = aph_compare_view_set_property;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_compare_view_grab_focus;
  widget_class->map = aph_compare_view_map;
  widget_class->unmap = aph_compare_view_unmap;

  properties[PROP_BLIND] =
    g_param_spec_boolean ("blind", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[JOB_ACTIVATED] = g_signal_new ("job-activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);
  signals[JOB_RATED] = g_signal_new ("job-rated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, APH_TYPE_JOB, G_TYPE_UINT);
  gtk_widget_class_install_property_action (widget_class, "compare.blind", "blind");

  g_type_ensure (APH_TYPE_COMPARE_GRID);
  g_type_ensure (APH_TYPE_DIFF_VIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AphCompareView, diff_view);
  gtk_widget_class_bind_template_child (widget_class, AphCompareView, grid);
  gtk_widget_class_bind_template_child (widget_class, AphCompareView, results_grid);
  gtk_widget_class_bind_template_child (widget_class, AphCompareView, stack);
  gtk_widget_class_bind_template_child (widget_class, AphCompareView, summary_label);
  gtk_widget_class_bind_template_callback (widget_class, diff_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, job_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, job_rated_cb);
  gtk_widget_class_bind_template_callback (widget_class, marked_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_results_cb);
}

static void
aph_compare_view_init (AphCompareView *self)
{
  self->table = aph_comparison_new ();
  self->ahead = g_ptr_array_new_with_free_func (g_object_unref);
  self->requests = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) aph_request_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  show_table (self);
}

/**
 * aph_compare_view_new:
 *
 * Returns: (transfer floating): a comparison of nothing
 */
GtkWidget *
aph_compare_view_new (void)
{
  return g_object_new (APH_TYPE_COMPARE_VIEW, NULL);
}

/**
 * aph_compare_view_set_model:
 * @self: a comparison
 * @model: (nullable): of #AphJob; the first 20,000 of them are compared
 */
void
aph_compare_view_set_model (AphCompareView *self,
                            GListModel     *model)
{
  g_return_if_fail (APH_IS_COMPARE_VIEW (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (model == self->model)
    return;

  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed",
                                                       G_CALLBACK (items_changed_cb), self);

  aph_compare_grid_clear_marked (self->grid);
  begin_table (self);
  aph_compare_grid_set_table (self->grid, NULL);
  aph_comparison_free (self->table);
  self->table = g_steal_pointer (&self->next_table);
  show_table (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    tick (self);
}

/**
 * aph_compare_view_set_clock:
 * @self: a comparison
 * @clock: (nullable): when to look for what is new
 */
void
aph_compare_view_set_clock (AphCompareView  *self,
                            AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_COMPARE_VIEW (self));
  g_return_if_fail (clock == NULL || APH_IS_REFRESH_CLOCK (clock));

  if (clock == self->clock)
    return;

  disconnect_clock (self);
  g_set_object (&self->clock, clock);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_clock (self);
  poke (self);
}
