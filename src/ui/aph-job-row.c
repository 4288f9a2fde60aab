/* aph-job-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job-row"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-column.h"
#include "ui/aph-format.h"
#include "ui/aph-job-row.h"
#include "ui/aph-ui.h"

/* Figures that change faster than this cannot be read. A change of state is shown at once. */
#define FIGURES_US (200 * 1000)

struct _AphJobRow
{
  GtkWidget parent_instance;

  AphRefreshClock *clock;
  AphJob *job;          /* (nullable) unless bound */
  gulong tick_handler;  /* only while bound */
  AphJobState state;    /* as shown */
  guint revision;       /* as shown */
  gint64 shown_at;      /* monotonic time, µs */

  GtkImage *icon;
  GtkLabel *prompt;
  GtkLabel *status;
  GtkButton *button;    /* Cancel, and Retry once the job has ended */
};

G_DEFINE_FINAL_TYPE (AphJobRow, aph_job_row, GTK_TYPE_WIDGET)

/* One class per state colours the icon. */
static void
show_state (AphJobRow   *self,
            AphJobState  state)
{
  gboolean is_suspect = state == APH_JOB_DONE && aph_job_get_marks (self->job) != 0;
  const char *classes[] = {
    "aph-state", is_suspect ? "suspect" : aph_job_state_to_nick (state), NULL,
  };

  gtk_image_set_from_icon_name (self->icon, aph_column_get_icon (self->job));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), (const char **) classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  aph_format_state (state), -1);

  self->state = state;
}

static void
show_button (AphJobRow *self,
             gboolean   is_ended)
{
  gtk_button_set_icon_name (self->button, is_ended ? "aph-retry-symbolic" : "aph-cancel-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button),
                                  is_ended ? "job.retry" : "job.cancel");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_ended ? _("Retry") : _("Cancel"), -1);
}

/* Setting a text would ask the X server where the pointer is, for each of hundreds of rows. */
static gboolean
query_tooltip_cb (GtkWidget  *button,
                  int         x,
                  int         y,
                  gboolean    is_by_keyboard,
                  GtkTooltip *tooltip,
                  gpointer    user_data)
{
  AphJobRow *self = APH_JOB_ROW (user_data);

  if (self->job == NULL)
    return FALSE;

  gtk_tooltip_set_text (tooltip, aph_job_is_ended (self->job) ? _("Send this prompt again")
                                                              : _("Cancel this prompt"));

  return TRUE;
}

static void
show_figures (AphJobRow *self)
{
  g_autofree char *status = aph_format_job_status (self->job);

  gtk_label_set_label (self->status, status);
  self->revision = aph_job_get_revision (self->job);
  self->shown_at = g_get_monotonic_time ();
}

static void
show_prompt (AphJobRow *self)
{
  const char *prompt = aph_request_get_prompt (aph_job_get_request (self->job));
  g_autofree char *line = aph_format_first_line (prompt);

  gtk_label_set_label (self->prompt, *line != '\0' || !aph_job_is_loaded (self->job)
                                       ? line : _("(empty)"));
}

static void
tick_cb (AphJobRow *self)
{
  AphJobState state;

  if (aph_job_get_revision (self->job) == self->revision)
    return;

  state = aph_job_get_state (self->job);
  if (state != self->state)
    {
      show_prompt (self);
      show_state (self, state);
      show_button (self, aph_job_is_ended (self->job));
      show_figures (self);
    }
  else if (g_get_monotonic_time () - self->shown_at >= FIGURES_US)
    {
      /* It may have been edited, or have come from disk. */
      show_prompt (self);
      show_figures (self);
    }
}

/**
 * aph_job_row_set_job:
 * @self: a row
 * @job: (nullable): the job to show; %NULL when the row is not used, and costs nothing then
 */
void
aph_job_row_set_job (AphJobRow *self,
                     AphJob    *job)
{
  g_return_if_fail (APH_IS_JOB_ROW (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (!g_set_object (&self->job, job))
    return;

  if (job == NULL)
    {
      g_clear_signal_handler (&self->tick_handler, self->clock);
      return;
    }

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "t", aph_job_get_index (job));
  show_prompt (self);
  show_state (self, aph_job_get_state (job));
  show_button (self, aph_job_is_ended (job));
  show_figures (self);
  if (self->tick_handler == 0)
    self->tick_handler =
      g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (tick_cb), self);
}

/**
 * aph_job_row_get_job:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the job that it shows
 */
AphJob *
aph_job_row_get_job (AphJobRow *self)
{
  g_return_val_if_fail (APH_IS_JOB_ROW (self), NULL);

  return self->job;
}

static void
aph_job_row_dispose (GObject *object)
{
  AphJobRow *self = APH_JOB_ROW (object);

  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_handler, self->clock);
  g_clear_object (&self->clock);
  g_clear_object (&self->job);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_JOB_ROW);

  G_OBJECT_CLASS (aph_job_row_parent_class)->dispose (object);
}

static void
aph_job_row_class_init (AphJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_job_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AphJobRow, button);
  gtk_widget_class_bind_template_child (widget_class, AphJobRow, icon);
  gtk_widget_class_bind_template_child (widget_class, AphJobRow, prompt);
  gtk_widget_class_bind_template_child (widget_class, AphJobRow, status);
  gtk_widget_class_bind_template_callback (widget_class, query_tooltip_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "aphjobrow");
}

static void
aph_job_row_init (AphJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aph_job_row_new:
 * @clock: tells the row when to look whether its job has changed
 *
 * Returns: (transfer floating): a row that shows nothing yet
 */
GtkWidget *
aph_job_row_new (AphRefreshClock *clock)
{
  AphJobRow *self;

  g_return_val_if_fail (APH_IS_REFRESH_CLOCK (clock), NULL);

  self = g_object_new (APH_TYPE_JOB_ROW, NULL);
  self->clock = g_object_ref (clock);

  return GTK_WIDGET (self);
}
