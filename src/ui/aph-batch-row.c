/* aph-batch-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-batch-row"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-batch-row.h"
#include "ui/aph-format.h"
#include "ui/aph-ui.h"

/* Counts that change faster than this cannot be read. */
#define COUNTS_US (200 * 1000)

struct _AphBatchRow
{
  GtkWidget parent_instance;

  AphRefreshClock *clock;
  AphBatch *batch;      /* (nullable) unless bound */
  gulong tick_handler;  /* only while bound */
  guint revision;       /* as shown */
  gint64 shown_at;      /* monotonic time, µs */

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *status;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (AphBatchRow, aph_batch_row, GTK_TYPE_WIDGET)

/* The one state that says most about a batch. */
static AphJobState
get_state (AphBatch *batch)
{
  const guint *counts = aph_batch_get_counts (batch);

  if (counts[APH_JOB_SENT] + counts[APH_JOB_THINKING] + counts[APH_JOB_ANSWERING] > 0)
    return APH_JOB_ANSWERING;
  if (counts[APH_JOB_WAITING] > 0)
    return APH_JOB_WAITING;
  if (counts[APH_JOB_FAILED] > 0)
    return APH_JOB_FAILED;
  if (counts[APH_JOB_CANCELLED] > 0 && counts[APH_JOB_DONE] == 0)
    return APH_JOB_CANCELLED;

  return APH_JOB_DONE;
}

static void
show_icon (AphBatchRow *self)
{
  AphJobState state = get_state (self->batch);
  const char *classes[] = { "aph-state", aph_job_state_to_nick (state), NULL };

  gtk_image_set_from_icon_name (self->icon, aph_format_state_icon (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  aph_format_state (state), -1);
}

/* The row of all batches together has no figures: the line above the prompts tells them. */
static void
show_all (AphBatchRow *self)
{
  const char *classes[] = { NULL };

  gtk_image_set_from_icon_name (self->icon, "aph-table-view-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->status), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
}

static void
show_batch (AphBatchRow *self)
{
  guint n_jobs = aph_batch_get_n_jobs (self->batch);
  guint n_active = aph_batch_get_n_active (self->batch);
  g_autofree char *status = aph_format_batch_status (self->batch);

  gtk_label_set_label (self->title, aph_batch_get_title (self->batch));
  self->revision = aph_batch_get_revision (self->batch);
  self->shown_at = g_get_monotonic_time ();
  if (aph_batch_get_id (self->batch) == 0)
    {
      show_all (self);
      return;
    }

  show_icon (self);
  gtk_label_set_label (self->status, status);
  gtk_widget_set_visible (GTK_WIDGET (self->status), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), n_active > 0 && n_jobs > 1);
  if (n_jobs > 0)
    gtk_progress_bar_set_fraction (self->progress, (n_jobs - n_active) / (double) n_jobs);
}

static void
tick_cb (AphBatchRow *self)
{
  if (aph_batch_get_revision (self->batch) != self->revision
      && g_get_monotonic_time () - self->shown_at >= COUNTS_US)
    show_batch (self);
  else if (aph_batch_get_revision (self->batch) != self->revision)
    aph_refresh_clock_poke (self->clock);
}

/**
 * aph_batch_row_set_batch:
 * @self: a row
 * @batch: (nullable): the batch to show, with the number 0 for all together; %NULL when the row is
 *   not used, and costs nothing then
 */
void
aph_batch_row_set_batch (AphBatchRow *self,
                         AphBatch    *batch)
{
  g_return_if_fail (APH_IS_BATCH_ROW (self));
  g_return_if_fail (batch == NULL || APH_IS_BATCH (batch));

  if (!g_set_object (&self->batch, batch))
    return;

  if (batch == NULL)
    {
      g_clear_signal_handler (&self->tick_handler, self->clock);
      return;
    }

  show_batch (self);
  if (self->tick_handler == 0)
    self->tick_handler =
      g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (tick_cb), self);
}

/**
 * aph_batch_row_get_batch:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the batch that it shows
 */
AphBatch *
aph_batch_row_get_batch (AphBatchRow *self)
{
  g_return_val_if_fail (APH_IS_BATCH_ROW (self), NULL);

  return self->batch;
}

static gboolean
query_tooltip_cb (GtkWidget  *widget,
                  int         x,
                  int         y,
                  gboolean    is_by_keyboard,
                  GtkTooltip *tooltip)
{
  AphBatchRow *self = APH_BATCH_ROW (widget);
  const char *source;
  g_autofree char *text = NULL;

  if (self->batch == NULL || aph_batch_get_id (self->batch) == 0)
    return FALSE;

  source = aph_batch_get_details (self->batch)->source;
  text = source != NULL
           ? g_strdup_printf ("%s\n%s", aph_batch_get_title (self->batch), source)
           : g_strdup (aph_batch_get_title (self->batch));
  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

static void
aph_batch_row_dispose (GObject *object)
{
  AphBatchRow *self = APH_BATCH_ROW (object);

  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_handler, self->clock);
  g_clear_object (&self->clock);
  g_clear_object (&self->batch);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_BATCH_ROW);

  G_OBJECT_CLASS (aph_batch_row_parent_class)->dispose (object);
}

static void
aph_batch_row_class_init (AphBatchRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_batch_row_dispose;
  widget_class->query_tooltip = query_tooltip_cb;

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-batch-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AphBatchRow, icon);
  gtk_widget_class_bind_template_child (widget_class, AphBatchRow, progress);
  gtk_widget_class_bind_template_child (widget_class, AphBatchRow, status);
  gtk_widget_class_bind_template_child (widget_class, AphBatchRow, title);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphbatchrow");
}

static void
aph_batch_row_init (AphBatchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

/**
 * aph_batch_row_new:
 * @clock: tells the row when to look whether its batch has changed
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
aph_batch_row_new (AphRefreshClock *clock)
{
  AphBatchRow *self;

  g_return_val_if_fail (APH_IS_REFRESH_CLOCK (clock), NULL);

  self = g_object_new (APH_TYPE_BATCH_ROW, NULL);
  self->clock = g_object_ref (clock);

  return GTK_WIDGET (self);
}
