/* aph-compare-cell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-compare-cell"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compare-cell.h"
#include "ui/aph-format.h"
#include "ui/aph-plain-text.h"
#include "ui/aph-tail-view.h"
#include "ui/aph-ui.h"

/* Figures that change faster cannot be read. */
#define STATUS_INTERVAL_US (250 * 1000)

/* As much of an answer as a cell can show, and some more. */
#define MAX_TEXT_BYTES 1200

struct _AphCompareCell
{
  GtkWidget parent_instance;

  GtkInscription *inscription;
  GtkCheckButton *mark_button;
  GtkLabel *name_label;
  GtkStack *stack;
  GtkLabel *stars_label;
  GtkImage *state_image;
  GtkLabel *status_label;
  AphTailView *tail_view;

  AphJob *job;              /* (owned) (nullable) */
  guint revision;           /* of the job, when it was last looked at */
  gint64 status_time;
  gboolean status_late;     /* what is shown of the job is older than @revision */
  gboolean is_hidden;       /* whose answer it is is not to be told, nor what would betray it */
  gboolean is_setting;      /* we set the mark, not the user */
};

enum
{
  ACTIVATED,
  MARK_TOGGLED,
  RATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AphCompareCell, aph_compare_cell, GTK_TYPE_WIDGET)

/* There is room for few lines: none of them is to be empty. */
static void
drop_empty_lines (GString *text)
{
  gsize length = 0;

  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] != '\n' || (length > 0 && text->str[length - 1] != '\n'))
      text->str[length++] = text->str[i];
  g_string_truncate (text, length);
}

static char *
dup_beginning (AphJob *job)
{
  GString *text = g_string_new (NULL);
  AphPlainText state = { 0 };
  gsize length;
  const char *answer = aph_job_get_answer (job, &length);
  AphFailure *failure = aph_job_get_failure (job);

  if (length == 0 && failure != NULL)
    {
      g_string_append (text, aph_failure_get_message (failure));
      return g_string_free (text, FALSE);
    }

  while (length > 0 && g_ascii_isspace (*answer))
    {
      answer++;
      length--;
    }
  if (length > MAX_TEXT_BYTES)
    length = g_utf8_find_prev_char (answer, answer + MAX_TEXT_BYTES) - answer;
  aph_plain_text_append (&state, text, answer, length);
  drop_empty_lines (text);

  return g_string_free (text, FALSE);
}

static char *
format_status (AphCompareCell *self)
{
  if (self->job == NULL)
    return g_strdup ("");
  if (self->is_hidden)
    return g_strdup (aph_format_state (aph_job_get_state (self->job)));

  return aph_format_job_status (self->job);
}

static void
update_stars (AphCompareCell *self)
{
  guint rating = self->job != NULL ? aph_job_get_rating (self->job) : 0;
  g_autoptr (GString) stars = g_string_new (NULL);

  for (guint i = 0; i < APH_MAX_RATING; i++)
    g_string_append (stars, i < rating ? "★" : "☆");
  gtk_label_set_text (self->stars_label, stars->str);
  if (rating > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->stars_label), "rated");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->stars_label), "rated");
  gtk_widget_set_opacity (GTK_WIDGET (self->stars_label),
                          self->job != NULL && aph_job_is_ended (self->job) ? 1 : 0);
}

static void
update_accessible (AphCompareCell *self,
                   const char     *text)
{
  const char *name = gtk_label_get_text (self->name_label);
  const char *status = gtk_label_get_text (self->status_label);
  guint rating = self->job != NULL ? aph_job_get_rating (self->job) : 0;
  g_autofree char *label = *name != '\0' ? g_strdup_printf ("%s: %s", name, text) : g_strdup (text);
  g_autofree char *rated = NULL;

  /* Translators: how the user rated an answer: “4 of 5” */
  if (rating > 0)
    rated = g_strdup_printf (_("rated %u of %u"), rating, APH_MAX_RATING);
  if (rated != NULL)
    {
      g_autofree char *description = g_strdup_printf ("%s, %s", status, rated);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                      -1);
    }
  else
    gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status,
                                    -1);
}

static void
update_status (AphCompareCell *self)
{
  g_autofree char *status = format_status (self);
  g_autofree char *text = NULL;

  self->status_time = g_get_monotonic_time ();
  self->status_late = FALSE;
  gtk_label_set_text (self->status_label, status);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->status_label), status);
  update_stars (self);

  if (self->job == NULL)
    text = g_strdup (_("Not asked"));
  else if (aph_job_is_running (self->job))
    text = g_strdup (status);
  else
    text = dup_beginning (self->job);
  gtk_inscription_set_text (self->inscription, text);
  update_accessible (self, text);
}

static void
update_state (AphCompareCell *self)
{
  AphJobState state;
  const char *classes[] = { "aph-state", NULL, NULL };
  gboolean running = self->job != NULL && aph_job_is_running (self->job);

  gtk_widget_set_visible (GTK_WIDGET (self->state_image), self->job != NULL);
  /* All cells are equally high, empty ones too. */
  gtk_widget_set_opacity (GTK_WIDGET (self->mark_button), self->job != NULL ? 1 : 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mark_button), self->job != NULL);
  gtk_stack_set_visible_child_name (self->stack, running ? "tail" : "text");
  if (self->job == NULL)
    return;

  state = aph_job_get_state (self->job);
  classes[1] = aph_job_state_to_nick (state);
  gtk_image_set_from_icon_name (self->state_image, aph_format_state_icon (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_image), classes);
}

static void
mark_toggled_cb (AphCompareCell *self)
{
  if (!self->is_setting && self->job != NULL)
    g_signal_emit (self, signals[MARK_TOGGLED], 0,
                   gtk_check_button_get_active (self->mark_button));
}

static void
stars_pressed_cb (GtkGestureClick *gesture,
                  int              n_press,
                  double           x,
                  double           y,
                  AphCompareCell  *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->stars_label));
  guint rating = (guint) CLAMP (x * APH_MAX_RATING / MAX (width, 1), 0, APH_MAX_RATING - 1) + 1;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  /* The same once more takes it back. */
  if (self->job != NULL)
    g_signal_emit (self, signals[RATED], 0, rating == aph_job_get_rating (self->job) ? 0 : rating);
}

static void
released_cb (GtkGestureClick *gesture,
             int              n_press,
             double           x,
             double           y,
             AphCompareCell  *self)
{
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);

  if (!gtk_widget_contains (GTK_WIDGET (self), x, y) || self->job == NULL)
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (state & GDK_CONTROL_MASK)
    gtk_check_button_set_active (self->mark_button,
                                 !gtk_check_button_get_active (self->mark_button));
  else if (n_press == 2)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
aph_compare_cell_dispose (GObject *object)
{
  AphCompareCell *self = APH_COMPARE_CELL (object);

  g_clear_object (&self->job);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_COMPARE_CELL);

  G_OBJECT_CLASS (aph_compare_cell_parent_class)->dispose (object);
}

static void
aph_compare_cell_class_init (AphCompareCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aph_compare_cell_dispose;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[MARK_TOGGLED] = g_signal_new ("mark-toggled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[RATED] = g_signal_new ("rated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (APH_TYPE_TAIL_VIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
  gtk_widget_class_set_css_name (widget_class, "comparecell");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-compare-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, inscription);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, mark_button);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, name_label);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, stack);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, stars_label);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, state_image);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, status_label);
  gtk_widget_class_bind_template_child (widget_class, AphCompareCell, tail_view);
  gtk_widget_class_bind_template_callback (widget_class, mark_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, stars_pressed_cb);
}

static void
aph_compare_cell_init (AphCompareCell *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_state (self);
  update_status (self);
}

/**
 * aph_compare_cell_new:
 *
 * Returns: (transfer floating): an empty cell
 */
GtkWidget *
aph_compare_cell_new (void)
{
  return g_object_new (APH_TYPE_COMPARE_CELL, NULL);
}

AphJob *
aph_compare_cell_get_job (AphCompareCell *self)
{
  g_return_val_if_fail (APH_IS_COMPARE_CELL (self), NULL);

  return self->job;
}

/**
 * aph_compare_cell_set_job:
 * @self: a cell
 * @job: (nullable): what to show from now on
 */
void
aph_compare_cell_set_job (AphCompareCell *self,
                          AphJob         *job)
{
  g_return_if_fail (APH_IS_COMPARE_CELL (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (!g_set_object (&self->job, job))
    return;

  self->revision = job != NULL ? aph_job_get_revision (job) : 0;
  aph_tail_view_set_job (self->tail_view, job);
  update_state (self);
  update_status (self);
}

/**
 * aph_compare_cell_set_name:
 * @self: a cell
 * @name: (nullable): what to say whose answer it is; %NULL where the column says it
 * @is_hidden: whether figures that would betray it are left out
 */
void
aph_compare_cell_set_name (AphCompareCell *self,
                           const char     *name,
                           gboolean        is_hidden)
{
  g_return_if_fail (APH_IS_COMPARE_CELL (self));

  if (name == NULL)
    name = "";
  if (self->is_hidden == is_hidden && g_str_equal (gtk_label_get_text (self->name_label), name))
    return;

  self->is_hidden = is_hidden;
  gtk_label_set_text (self->name_label, name);
  update_status (self);
}

/**
 * aph_compare_cell_set_marked:
 * @self: a cell
 * @marked: whether it is compared with another
 */
void
aph_compare_cell_set_marked (AphCompareCell *self,
                             gboolean        marked)
{
  g_return_if_fail (APH_IS_COMPARE_CELL (self));

  self->is_setting = TRUE;
  gtk_check_button_set_active (self->mark_button, marked);
  self->is_setting = FALSE;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_SELECTED, marked,
                               -1);
}

/**
 * aph_compare_cell_refresh:
 * @self: a cell
 *
 * Looks what is new.
 *
 * Returns: whether there was anything
 */
gboolean
aph_compare_cell_refresh (AphCompareCell *self)
{
  guint revision;
  gboolean running, changed;

  g_return_val_if_fail (APH_IS_COMPARE_CELL (self), FALSE);

  if (self->job == NULL)
    return FALSE;

  revision = aph_job_get_revision (self->job);
  running = aph_job_is_running (self->job);
  changed = running && aph_tail_view_refresh (self->tail_view);
  if (self->revision != revision)
    {
      self->revision = revision;
      self->status_late = TRUE;
    }
  if (!self->status_late
      || (running && g_get_monotonic_time () < self->status_time + STATUS_INTERVAL_US))
    return changed;

  update_state (self);
  update_status (self);
  if (running)
    aph_tail_view_refresh (self->tail_view);

  return TRUE;
}
