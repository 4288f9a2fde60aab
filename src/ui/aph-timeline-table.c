/* aph-timeline-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-timeline-table"

#include "config.h"

#include <glib/gi18n.h>

#include "stats/aph-figure.h"
#include "stats/aph-time-axis.h"
#include "ui/aph-format-run.h"
#include "ui/aph-format.h"
#include "ui/aph-timeline-table.h"
#include "ui/aph-ui.h"

/* Figures that change faster cannot be read. */
#define INTERVAL_US (250 * 1000)

typedef enum
{
  COLUMN_PROMPT,
  COLUMN_MODEL,
  COLUMN_STATE,
  COLUMN_SENT,
  COLUMN_LOADING,
  COLUMN_WAITING,
  COLUMN_READING,
  COLUMN_THINKING,
  COLUMN_ANSWERING,
  COLUMN_TOTAL,
  COLUMN_TOKENS,
  COLUMN_RATE,
  COLUMN_ATTEMPTS,
  N_COLUMNS,
} Column;

struct _AphTimelineTable
{
  GtkWidget parent_instance;

  GtkColumnView *view;

  GHashTable *cells;     /* of GtkListItem: those that can be seen, with their Column */
  gint64 begin;          /* of the run */
  gint64 update_time;
};

enum
{
  JOB_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphTimelineTable, aph_timeline_table, GTK_TYPE_WIDGET)

static char *
format_span (AphJob   *job,
             AphPhase  phase)
{
  AphFigure figure = aph_figure_from_job (job);
  AphSpan spans[APH_N_PHASES];
  guint n = aph_figure_get_spans (&figure, g_get_monotonic_time (), spans);

  for (guint i = 0; i < n; i++)
    if (spans[i].phase == phase)
      return aph_format_milliseconds ((spans[i].to - spans[i].from) / 1000.0);

  return NULL;
}

static char *
format_cell (AphTimelineTable *self,
             AphJob           *job,
             Column            column)
{
  const AphTimes *times = aph_job_get_times (job);
  const AphUsage *usage = aph_job_get_usage (job);

  switch (column)
    {
    case COLUMN_PROMPT:
      return aph_format_first_line (aph_request_get_prompt (aph_job_get_request (job)));
    case COLUMN_MODEL:
      return g_strdup (aph_request_get_model (aph_job_get_request (job)));
    case COLUMN_STATE:
      return g_strdup (aph_format_state (aph_job_get_state (job)));
    case COLUMN_SENT:
      return times->sent != 0 ? aph_time_axis_label (times->sent - self->begin, 100 * 1000) : NULL;
    case COLUMN_LOADING:
      return format_span (job, APH_PHASE_LOADING);
    case COLUMN_WAITING:
      return format_span (job, APH_PHASE_WAITING);
    case COLUMN_READING:
      return format_span (job, APH_PHASE_PROMPT);
    case COLUMN_THINKING:
      return format_span (job, APH_PHASE_THINKING);
    case COLUMN_ANSWERING:
      return format_span (job, APH_PHASE_ANSWERING);
    case COLUMN_TOTAL:
      return aph_format_milliseconds (aph_job_get_total_ms (job));
    case COLUMN_TOKENS:
      return g_strdup_printf ("%" G_GINT64_FORMAT, usage->answer_tokens >= 0
                                ? usage->answer_tokens : (gint64) aph_job_get_chunks (job));
    case COLUMN_RATE:
      return aph_format_token_rate (aph_job_get_token_rate (job));
    case COLUMN_ATTEMPTS:
      return g_strdup_printf ("%u", aph_job_get_attempts (job));
    case N_COLUMNS:
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
fill_cell (AphTimelineTable *self,
           GtkListItem      *item,
           Column            column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = format_cell (self, gtk_list_item_get_item (item), column);

  if (text == NULL)
    text = g_strdup ("–");
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (label))) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static Column
get_column (GtkListItemFactory *factory)
{
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (factory),
                                               g_quark_from_static_string ("aph-column")));
}

static gboolean
is_number (Column column)
{
  return column != COLUMN_PROMPT && column != COLUMN_MODEL && column != COLUMN_STATE;
}

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *item,
          AphTimelineTable   *self)
{
  GtkWidget *label = gtk_label_new (NULL);
  Column column = get_column (factory);

  if (!is_number (column))
    {
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      if (column != COLUMN_STATE)
        {
          gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
          gtk_label_set_width_chars (GTK_LABEL (label), column == COLUMN_PROMPT ? 20 : 14);
        }
    }
  else
    {
      gtk_label_set_xalign (GTK_LABEL (label), 1);
      gtk_widget_add_css_class (label, "numeric");
    }
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory,
         GtkListItem        *item,
         AphTimelineTable   *self)
{
  Column column = get_column (factory);

  g_hash_table_insert (self->cells, item, GUINT_TO_POINTER (column));
  fill_cell (self, item, column);
}

static void
unbind_cb (GtkListItemFactory *factory,
           GtkListItem        *item,
           AphTimelineTable   *self)
{
  g_hash_table_remove (self->cells, item);
}

static void
activate_cb (AphTimelineTable *self,
             guint             position)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (self->view));
  g_autoptr (AphJob) job = g_list_model_get_item (model, position);

  if (job != NULL)
    g_signal_emit (self, signals[JOB_ACTIVATED], 0, job);
}

static void
append_column (AphTimelineTable *self,
               Column            id,
               const char       *title)
{
  g_autoptr (GtkColumnViewColumn) column = NULL;
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_object_set_qdata (G_OBJECT (factory), g_quark_from_static_string ("aph-column"),
                      GUINT_TO_POINTER (id));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);

  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_expand (column, id == COLUMN_PROMPT);
  gtk_column_view_append_column (self->view, column);
  if (is_number (id))
    aph_ui_align_title (self->view,
                        g_list_model_get_n_items (gtk_column_view_get_columns (self->view)) - 1);
}

static gboolean
aph_timeline_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (APH_TIMELINE_TABLE (widget)->view));
}

static void
aph_timeline_table_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_TIMELINE_TABLE);

  G_OBJECT_CLASS (aph_timeline_table_parent_class)->dispose (object);
}

static void
aph_timeline_table_finalize (GObject *object)
{
  g_hash_table_unref (APH_TIMELINE_TABLE (object)->cells);

  G_OBJECT_CLASS (aph_timeline_table_parent_class)->finalize (object);
}

static void
aph_timeline_table_class_init (AphTimelineTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_timeline_table_dispose;
  object_class->finalize = aph_timeline_table_finalize;
  widget_class->focus = aph_ui_focus_children;
  widget_class->grab_focus = aph_timeline_table_grab_focus;

  signals[JOB_ACTIVATED] =
    g_signal_new ("job-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, APH_TYPE_JOB);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-timeline-table.ui");
  gtk_widget_class_bind_template_child (widget_class, AphTimelineTable, view);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
aph_timeline_table_init (AphTimelineTable *self)
{
  self->cells = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  append_column (self, COLUMN_PROMPT, _("Prompt"));
  append_column (self, COLUMN_MODEL, _("Model"));
  append_column (self, COLUMN_STATE, _("State"));
  append_column (self, COLUMN_SENT, _("Sent at"));
  append_column (self, COLUMN_LOADING, _("Loading the model"));
  append_column (self, COLUMN_WAITING, _("Waiting for a slot"));
  append_column (self, COLUMN_READING, _("Reading the prompt"));
  append_column (self, COLUMN_THINKING, _("Thinking"));
  append_column (self, COLUMN_ANSWERING, _("Answering"));
  append_column (self, COLUMN_TOTAL, _("Total"));
  append_column (self, COLUMN_TOKENS, _("Tokens"));
  append_column (self, COLUMN_RATE, _("Tokens per second"));
  append_column (self, COLUMN_ATTEMPTS, _("Attempts"));
}

/**
 * aph_timeline_table_new:
 *
 * Returns: (transfer floating): an empty table
 */
GtkWidget *
aph_timeline_table_new (void)
{
  return g_object_new (APH_TYPE_TIMELINE_TABLE, NULL);
}

/**
 * aph_timeline_table_set_model:
 * @self: a table
 * @model: (nullable): of #AphJob
 */
void
aph_timeline_table_set_model (AphTimelineTable *self,
                              GListModel       *model)
{
  g_autoptr (GtkSingleSelection) selection = NULL;

  g_return_if_fail (APH_IS_TIMELINE_TABLE (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (model != NULL)
    selection = gtk_single_selection_new (g_object_ref (model));
  gtk_column_view_set_model (self->view, (GtkSelectionModel *) selection);
}

/**
 * aph_timeline_table_update:
 * @self: a table
 * @begin: when the run began, in microseconds of our monotonic clock
 *
 * Brings what can be seen up to date, some times a second at most.
 */
void
aph_timeline_table_update (AphTimelineTable *self,
                           gint64            begin)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer item, column;

  g_return_if_fail (APH_IS_TIMELINE_TABLE (self));

  if (begin == self->begin && now < self->update_time + INTERVAL_US)
    return;

  self->begin = begin;
  self->update_time = now;
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, &item, &column))
    fill_cell (self, item, GPOINTER_TO_UINT (column));
}
