/* aph-timeline-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-view"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "stats/aph-run-figures.h"
#include "stats/aph-timeline-svg.h"
#include "ui/aph-compat.h"
#include "ui/aph-distributions.h"
#include "ui/aph-format-run.h"
#include "ui/aph-phase-legend.h"
#include "ui/aph-run-watch.h"
#include "ui/aph-timeline-chart.h"
#include "ui/aph-timeline-table.h"
#include "ui/aph-timeline-view.h"
#include "ui/aph-ui.h"

#define ZOOM_STEP 1.6

/* Figures that change faster cannot be read. */
#define SUMMARY_INTERVAL_US (250 * 1000)

struct _AphTimelineView
{
  GtkWidget parent_instance;

  AphTimelineChart *chart;
  GtkLabel *detail_label;
  AphDistributions *distributions;
  GtkStack *stack;
  GtkLabel *summary_label;
  AphTimelineTable *table;

  AphRunWatch *watch;       /* (owned) */
  GListModel *model;        /* (owned) (nullable) */
  gulong items_changed_id;
  AphRefreshClock *clock;   /* (owned) (nullable) */
  gulong tick_id;
  gint64 summary_time;
  gboolean table_wanted;
  GCancellable *cancellable; /* (owned) of what is being saved */
};

enum
{
  PROP_0,
  PROP_SHOW_TABLE,
  N_PROPS,
};

enum
{
  JOB_ACTIVATED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphTimelineView, aph_timeline_view, GTK_TYPE_WIDGET)

static void
poke (AphTimelineView *self)
{
  if (self->clock != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    aph_refresh_clock_poke (self->clock);
}

static void
update_actions (AphTimelineView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean charts = !self->table_wanted
                    && aph_slots_get_n (aph_run_watch_get_slots (self->watch)) > 0;

  gtk_widget_action_set_enabled (widget, "timeline.zoom-in",
                                 charts && aph_timeline_chart_can_zoom (self->chart, ZOOM_STEP));
  gtk_widget_action_set_enabled (widget, "timeline.zoom-out",
                                 charts
                                 && aph_timeline_chart_can_zoom (self->chart, 1 / ZOOM_STEP));
  gtk_widget_action_set_enabled (widget, "timeline.zoom-fit",
                                 charts && !aph_timeline_chart_is_fitting (self->chart));
  gtk_widget_action_set_enabled (widget, "timeline.save-png", charts);
  gtk_widget_action_set_enabled (widget, "timeline.save-svg", charts);
}

static void
update_stack (AphTimelineView *self)
{
  const char *name = "empty";

  if (self->table_wanted)
    name = "table";
  else if (aph_slots_get_n (aph_run_watch_get_slots (self->watch)) > 0)
    name = "chart";

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) != 0)
    gtk_stack_set_visible_child_name (self->stack, name);
}

/* To add up a hundred thousand prompts takes its time too. */
static void
update_summary (AphTimelineView *self)
{
  g_autofree char *text = NULL;
  gint64 now = g_get_monotonic_time ();
  AphRunFigures run;

  if (aph_run_watch_get_n_running (self->watch) > 0
      && now < self->summary_time + SUMMARY_INTERVAL_US)
    return;

  self->summary_time = now;
  aph_run_figures_compute (&run, aph_run_watch_get_figures (self->watch), APH_ANY_MODEL, now);
  text = aph_format_run_output (&run);
  if (g_strcmp0 (text, gtk_label_get_text (self->summary_label)) != 0)
    gtk_label_set_text (self->summary_label, text);
  if (self->table_wanted)
    aph_timeline_table_update (self->table, run.begin);
}

static void
update_detail (AphTimelineView *self)
{
  guint selected = aph_timeline_chart_get_selected (self->chart);
  g_autofree char *text = aph_timeline_chart_describe (self->chart, selected);

  if (text == NULL)
    text = g_strdup (_("The arrow keys go from answer to answer, Enter opens one."));
  if (g_strcmp0 (text, gtk_label_get_text (self->detail_label)) != 0)
    gtk_label_set_text (self->detail_label, text);
}

static void
update (AphTimelineView *self)
{
  update_stack (self);
  update_summary (self);
  if (!self->table_wanted)
    {
      aph_timeline_chart_update (self->chart);
      update_detail (self);
    }
  update_actions (self);
}

static void
tick (AphTimelineView *self)
{
  AphRunChange change = aph_run_watch_look (self->watch);

  if (change != APH_RUN_UNCHANGED || aph_run_watch_get_n_running (self->watch) > 0)
    update (self);
  if (change == APH_RUN_CHANGED || aph_distributions_is_late (self->distributions))
    aph_distributions_set_figures (self->distributions, aph_run_watch_get_figures (self->watch));

  if (aph_run_watch_is_behind (self->watch) || aph_distributions_is_late (self->distributions))
    poke (self);
}

static void
figure_activated_cb (AphTimelineView *self,
                     guint            figure)
{
  AphJob *job = aph_run_watch_get_job (self->watch, figure);

  if (job != NULL)
    g_signal_emit (self, signals[JOB_ACTIVATED], 0, job);
}

static void
job_activated_cb (AphTimelineView *self,
                  AphJob          *job)
{
  g_signal_emit (self, signals[JOB_ACTIVATED], 0, job);
}

/* Saving */

/* A picture stands alone: it says all that the window says elsewhere. */
static char *
dup_title (AphTimelineView *self)
{
  AphRunFigures run;

  aph_run_figures_compute (&run, aph_run_watch_get_figures (self->watch), APH_ANY_MODEL,
                           g_get_monotonic_time ());

  return aph_format_run (&run);
}

static void
fill_svg (AphTimelineView *self,
          const char      *title,
          AphTimelineSvg  *drawing)
{
  *drawing = (AphTimelineSvg) {
    .width = MAX (gtk_widget_get_width (GTK_WIDGET (self->chart)), 800),
    .is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ()),
    .rate_label = _("Tokens per second"),
    .title = title,
  };
  aph_timeline_chart_get_range (self->chart, &drawing->from, &drawing->to, &drawing->now);
  for (AphPhase phase = 0; phase < APH_N_PHASES; phase++)
    drawing->phase_labels[phase] = aph_format_phase (phase);
}

static void
replaced_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
replace_contents (GTask  *task,
                  GBytes *bytes)
{
  GFile *file = g_task_get_task_data (task);

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE,
                                       g_task_get_cancellable (task), replaced_cb,
                                       g_object_ref (task));
}

static void
encode_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (task_data),
                         (GDestroyNotify) g_bytes_unref);
}

static void
encoded_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), &error);

  if (bytes == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    replace_contents (task, bytes);
}

/**
 * aph_timeline_view_save_async:
 * @self: a view that is on the screen
 * @file: where to write
 * @as_svg: as SVG, not as PNG
 * @cancellable: (nullable): cancellable
 * @callback: called when it is written or not
 * @user_data: for @callback
 *
 * Writes a picture of the part of the timeline that can be seen, with all its rows.
 */
void
aph_timeline_view_save_async (AphTimelineView     *self,
                              GFile               *file,
                              gboolean             as_svg,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (APH_IS_TIMELINE_VIEW (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_timeline_view_save_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  if (as_svg)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *title = dup_title (self);
      GString *svg = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
      AphTimelineSvg drawing;

      fill_svg (self, title, &drawing);
      aph_timeline_svg_write (aph_run_watch_get_figures (self->watch), &drawing, svg);
      bytes = g_string_free_to_bytes (svg);
      replace_contents (task, bytes);
    }
  else
    {
      g_autoptr (GTask) encoding = g_task_new (NULL, cancellable, encoded_cb, g_object_ref (task));

      g_task_set_task_data (encoding, aph_timeline_chart_render (self->chart), g_object_unref);
      g_task_run_in_thread (encoding, encode_thread);
    }
}

/**
 * aph_timeline_view_save_finish:
 * @self: a view
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it is written
 */
gboolean
aph_timeline_view_save_finish (AphTimelineView  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
show_message (AphTimelineView *self,
              const char      *message)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *markup = g_markup_escape_text (message, -1);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (markup));
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (aph_timeline_view_save_finish (self, result, &error))
    message = g_strdup (_("Picture saved"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else
    message = g_strdup_printf (_("The picture could not be saved: %s"), error->message);
  show_message (self, message);
}

static void
file_chosen_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (AphTimelineView) self = user_data;
  g_autoptr (GFile) file = aph_save_file_finish (result, NULL);
  g_autofree char *name = NULL;

  if (file == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  name = g_file_get_basename (file);
  aph_timeline_view_save_async (self, file, g_str_has_suffix (name, ".svg"), self->cancellable,
                                saved_cb, NULL);
}

static void
save_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  gboolean as_svg = g_str_equal (action, "timeline.save-svg");
  /* Translators: the name of a file */
  g_autofree char *name = g_strconcat (_("timeline"), as_svg ? ".svg" : ".png", NULL);

  aph_save_file_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Save Timeline"), name,
                       self->cancellable, file_chosen_cb, g_object_ref (self));
}

static void
zoom_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (widget);

  if (g_str_equal (action, "timeline.zoom-fit"))
    aph_timeline_chart_zoom_fit (self->chart);
  else
    aph_timeline_chart_zoom (self->chart,
                             g_str_equal (action, "timeline.zoom-in") ? ZOOM_STEP : 1 / ZOOM_STEP);
}

static void
set_show_table (AphTimelineView *self,
                gboolean         show)
{
  if (self->table_wanted == show)
    return;

  self->table_wanted = show;
  /* What nobody sees asks for no rows. */
  aph_timeline_table_set_model (self->table, show ? self->model : NULL);
  self->summary_time = 0;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_TABLE]);
}

/* The widget */

static void
items_changed_cb (AphTimelineView *self)
{
  poke (self);
}

static void
connect_clock (AphTimelineView *self)
{
  if (self->clock != NULL && self->tick_id == 0)
    self->tick_id = g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (tick), self);
}

static void
disconnect_clock (AphTimelineView *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
}

static void
aph_timeline_view_map (GtkWidget *widget)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (widget);

  GTK_WIDGET_CLASS (aph_timeline_view_parent_class)->map (widget);

  aph_run_watch_set_active (self->watch, TRUE);
  connect_clock (self);
  tick (self);
  update (self);
}

static gboolean
aph_timeline_view_grab_focus (GtkWidget *widget)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (widget);

  return gtk_widget_grab_focus (self->table_wanted ? GTK_WIDGET (self->table)
                                                   : GTK_WIDGET (self->chart));
}

static void
aph_timeline_view_unmap (GtkWidget *widget)
{
  disconnect_clock (APH_TIMELINE_VIEW (widget));
  aph_run_watch_set_active (APH_TIMELINE_VIEW (widget)->watch, FALSE);

  GTK_WIDGET_CLASS (aph_timeline_view_parent_class)->unmap (widget);
}

static void
aph_timeline_view_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SHOW_TABLE:
      g_value_set_boolean (value, APH_TIMELINE_VIEW (object)->table_wanted);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_timeline_view_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SHOW_TABLE:
      set_show_table (APH_TIMELINE_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_timeline_view_dispose (GObject *object)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  disconnect_clock (self);
  g_clear_object (&self->clock);
  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_clear_object (&self->model);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_TIMELINE_VIEW);
  aph_run_watch_set_model (self->watch, NULL);

  G_OBJECT_CLASS (aph_timeline_view_parent_class)->dispose (object);
}

static void
aph_timeline_view_finalize (GObject *object)
{
  AphTimelineView *self = APH_TIMELINE_VIEW (object);

  g_object_unref (self->watch);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (aph_timeline_view_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "timeline.zoom-in", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "timeline.zoom-out", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "timeline.zoom-fit", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "timeline.save-png", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "timeline.save-svg", NULL, save_action);
  gtk_widget_class_install_property_action (widget_class, "timeline.table", "show-table");
}

static void
aph_timeline_view_class_init (AphTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_timeline_view_dispose;
  object_class->finalize = aph_timeline_view_finalize;
  object_class->get_property = aph_timeline_view_get_property;
  object_class->set_property = aph_timeline_view_set_property;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_timeline_view_grab_focus;
  widget_class->map = aph_timeline_view_map;
  widget_class->unmap = aph_timeline_view_unmap;

  properties[PROP_SHOW_TABLE] =
    g_param_spec_boolean ("show-table", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[JOB_ACTIVATED] =
    g_signal_new ("job-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);
  install_actions (widget_class);

  g_type_ensure (APH_TYPE_DISTRIBUTIONS);
  g_type_ensure (APH_TYPE_PHASE_LEGEND);
  g_type_ensure (APH_TYPE_TIMELINE_CHART);
  g_type_ensure (APH_TYPE_TIMELINE_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, chart);
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, detail_label);
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, distributions);
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, stack);
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, summary_label);
  gtk_widget_class_bind_template_child (widget_class, AphTimelineView, table);
  gtk_widget_class_bind_template_callback (widget_class, figure_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, job_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, update_detail);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "timelineview");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_timeline_view_init (AphTimelineView *self)
{
  self->watch = aph_run_watch_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aph_timeline_chart_set_watch (self->chart, self->watch);
  update_actions (self);
}

/**
 * aph_timeline_view_new:
 *
 * Returns: (transfer floating): a timeline of nothing
 */
GtkWidget *
aph_timeline_view_new (void)
{
  return g_object_new (APH_TYPE_TIMELINE_VIEW, NULL);
}

/**
 * aph_timeline_view_set_model:
 * @self: a timeline
 * @model: (nullable): of #AphJob
 */
void
aph_timeline_view_set_model (AphTimelineView *self,
                             GListModel      *model)
{
  g_return_if_fail (APH_IS_TIMELINE_VIEW (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (model == self->model)
    return;

  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed",
                                                       G_CALLBACK (items_changed_cb), self);
  aph_run_watch_set_model (self->watch, model);
  aph_timeline_table_set_model (self->table, self->table_wanted ? model : NULL);
  aph_timeline_chart_set_selected (self->chart, G_MAXUINT);
  aph_timeline_chart_zoom_fit (self->chart);
  self->summary_time = 0;
  update (self);
  poke (self);
}

/**
 * aph_timeline_view_set_clock:
 * @self: a timeline
 * @clock: (nullable): when to look for what is new
 */
void
aph_timeline_view_set_clock (AphTimelineView *self,
                             AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_TIMELINE_VIEW (self));
  g_return_if_fail (clock == NULL || APH_IS_REFRESH_CLOCK (clock));

  if (clock == self->clock)
    return;

  disconnect_clock (self);
  g_set_object (&self->clock, clock);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_clock (self);
  poke (self);
}
