/* aph-answer-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-answer-view"

#include "config.h"

#include <math.h>
#include <string.h>

#include "ui/aph-answer-view-private.h"
#include "ui/aph-ui.h"

/* A column of text wider than this is tiring to read. */
#define MAX_WIDTH_EM 46

enum
{
  PROP_0,
  PROP_DETAILS,
  PROP_RAW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphAnswerView, aph_answer_view, GTK_TYPE_WIDGET)

/* Thinking is shown, in the place of the answer, while there is no answer; then it is put away. */
static gboolean
take_thinking (AphAnswerView *self,
               gboolean       answered)
{
  gsize length;
  const char *thinking = aph_job_get_thinking (self->job, &length);
  GtkWidget *section = GTK_WIDGET (self->thinking_section);
  gboolean fills;

  if (length > 0)
    aph_text_section_set_open (self->thinking_section, !answered);
  fills = length > 0 && !answered && !self->details_shown
          && aph_text_section_get_open (self->thinking_section);
  gtk_widget_set_visible (section, length > 0);
  gtk_widget_set_vexpand (section, fills);
  gtk_widget_set_visible (GTK_WIDGET (self->pages), !fills);

  return aph_text_section_take (self->thinking_section, thinking, length);
}

/* Attempts are never joined: what an earlier one said stands apart. */
static gboolean
take_partial (AphAnswerView *self,
              gboolean       answered)
{
  const char *partial = aph_job_get_partial (self->job);

  gtk_widget_set_visible (GTK_WIDGET (self->partial_section), partial != NULL);
  if (partial == NULL)
    return TRUE;

  aph_text_section_set_open (self->partial_section,
                             !answered && !aph_job_is_running (self->job));

  return aph_text_section_take (self->partial_section, partial, strlen (partial));
}

static void
take_texts (AphAnswerView *self)
{
  gsize length;
  const char *answer = aph_job_get_answer (self->job, &length);
  const char *prompt = aph_request_get_prompt (aph_job_get_request (self->job));
  gboolean answered = length > 0;

  self->complete = self->details_shown ? aph_answer_details_update (self->details)
                                       : aph_reader_take (self->reader, answer, length);
  self->complete &= take_thinking (self, answered);
  self->complete &= take_partial (self, answered);
  self->complete &= aph_text_section_take (self->prompt_section, prompt, strlen (prompt));

  if (self->answered != answered)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "answer.copy", answered);
  self->answered = answered;
  if (!self->complete && self->clock != NULL)
    aph_refresh_clock_poke (self->clock);
}

/* The texts start anew: another job, or another attempt. */
static void
restart_texts (AphAnswerView *self)
{
  gboolean running = self->job != NULL && aph_job_is_running (self->job);
  gboolean answered = running && aph_job_get_times (self->job)->first_answer != 0;

  aph_reader_restart (self->reader, running);
  aph_text_section_restart (self->thinking_section, running && !answered);
  aph_text_section_restart (self->partial_section, FALSE);
}

static void
update (AphAnswerView *self)
{
  guint revision, text_epoch;
  gboolean again, advanced;

  if (self->job == NULL)
    return;

  revision = aph_job_get_revision (self->job);
  text_epoch = aph_job_get_text_epoch (self->job);
  if (revision == self->revision && self->complete && !aph_job_is_running (self->job))
    return;

  self->revision = revision;
  again = self->text_epoch != text_epoch;
  self->text_epoch = text_epoch;
  if (again)
    restart_texts (self);
  advanced = again || self->state != aph_job_get_state (self->job)
             || self->marks != aph_job_get_marks (self->job);
  if (advanced)
    aph_answer_view_update_state (self);
  aph_answer_view_update_status (self, advanced || !aph_job_is_running (self->job));
  aph_answer_view_update_prompt (self);
  aph_review_bar_update (self->review_bar);
  take_texts (self);
}

/* Everything, for another job. */
static void
update_all (AphAnswerView *self)
{
  guint64 index;

  gtk_stack_set_visible_child_name (self->stack, self->job != NULL ? "job" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "answer.copy", FALSE);
  self->answered = FALSE;
  g_clear_pointer (&self->request, aph_request_unref);
  restart_texts (self);
  if (self->details != NULL)
    aph_answer_details_set_job (self->details, self->job);
  if (self->job == NULL)
    return;

  index = aph_job_get_index (self->job);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->cancel_button), "t", index);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->retry_button), "t", index);

  self->revision = aph_job_get_revision (self->job);
  self->text_epoch = aph_job_get_text_epoch (self->job);
  aph_answer_view_update_state (self);
  aph_answer_view_update_status (self, TRUE);
  aph_answer_view_update_prompt (self);
  take_texts (self);
}

static void
section_opened_cb (AphAnswerView *self)
{
  self->complete = FALSE;
  if (self->clock != NULL)
    aph_refresh_clock_poke (self->clock);
}

/* Few want them, and they take some milliseconds of every start. */
static void
add_details (AphAnswerView *self)
{
  self->details = APH_ANSWER_DETAILS (aph_answer_details_new ());
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->details), "details");
  aph_answer_details_set_max_width (self->details, adw_clamp_get_maximum_size (self->head_clamp));
  aph_answer_details_set_job (self->details, self->job);
  if (self->session != NULL)
    aph_answer_details_set_store (self->details, aph_session_get_store (self->session));
}

static void
set_details_shown (AphAnswerView *self,
                   gboolean       shown)
{
  if (self->details_shown == shown)
    return;

  self->details_shown = shown;
  if (shown && self->details == NULL)
    add_details (self);
  gtk_stack_set_visible_child_name (self->pages, shown ? "details" : "answer");
  if (self->job != NULL)
    take_texts (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAILS]);
}

/* What the user thinks of the answer */

static void
rated_cb (AphAnswerView *self,
          guint          rating)
{
  if (self->job == NULL)
    return;

  if (self->session != NULL)
    aph_session_rate (self->session, self->job, rating);
  else
    aph_job_set_rating (self->job, rating);
  aph_review_bar_update (self->review_bar);
}

static void
noted_cb (AphAnswerView *self,
          const char    *note)
{
  if (self->job == NULL)
    return;

  if (self->session != NULL)
    aph_session_annotate (self->session, self->job, note);
  else
    aph_job_set_note (self->job, note);
}

static void
rate_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphAnswerView *self = APH_ANSWER_VIEW (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->review_clamp)))
    rated_cb (self, MIN (g_variant_get_uint32 (parameter), APH_MAX_RATING));
}

/* The digits rate, but where something is written. */
static gboolean
digit_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (GTK_IS_EDITABLE (focus))
    return GDK_EVENT_PROPAGATE;

  gtk_widget_activate_action_variant (widget, "answer.rate", arguments);

  return GDK_EVENT_STOP;
}

/* Before the texts, which take all letters. */
static void
add_digits (AphAnswerView *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i <= APH_MAX_RATING; i++)
    {
      GtkShortcutTrigger *trigger =
        gtk_alternative_trigger_new (gtk_keyval_trigger_new (GDK_KEY_0 + i, 0),
                                     gtk_keyval_trigger_new (GDK_KEY_KP_0 + i, 0));
      GtkShortcut *shortcut =
        gtk_shortcut_new_with_arguments (trigger, gtk_callback_action_new (digit_cb, NULL, NULL),
                                         "u", i);

      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
notify_raw_cb (AphAnswerView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RAW]);
}

static void
find_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_answer_view_find (APH_ANSWER_VIEW (widget));
}

static void
copy_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphAnswerView *self = APH_ANSWER_VIEW (widget);

  if (self->job != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                            aph_job_get_answer (self->job, NULL));
}

static void
follow_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (APH_ANSWER_VIEW (widget)->reader), "reader.follow", NULL);
}

static void
connect_clock (AphAnswerView *self)
{
  if (self->clock != NULL && self->tick_id == 0)
    self->tick_id = g_signal_connect_swapped (self->clock, "tick", G_CALLBACK (update), self);
}

static void
disconnect_clock (AphAnswerView *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->tick_id, self->clock);
}

static void
aph_answer_view_map (GtkWidget *widget)
{
  AphAnswerView *self = APH_ANSWER_VIEW (widget);

  GTK_WIDGET_CLASS (aph_answer_view_parent_class)->map (widget);

  connect_clock (self);
  update (self);
}

static void
aph_answer_view_unmap (GtkWidget *widget)
{
  disconnect_clock (APH_ANSWER_VIEW (widget));

  GTK_WIDGET_CLASS (aph_answer_view_parent_class)->unmap (widget);
}

/* The width of a comfortable column depends on the font. */
static void
aph_answer_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  AphAnswerView *self = APH_ANSWER_VIEW (widget);
  const PangoFontDescription *font;
  double em;
  int width;

  GTK_WIDGET_CLASS (aph_answer_view_parent_class)->css_changed (widget, change);

  /* GTK gives its contexts absolute sizes. */
  font = pango_context_get_font_description (gtk_widget_get_pango_context (widget));
  em = pango_font_description_get_size (font) / (double) PANGO_SCALE;
  width = (int) ceil (em * MAX_WIDTH_EM);
  adw_clamp_set_maximum_size (self->head_clamp, width);
  adw_clamp_set_tightening_threshold (self->head_clamp, width);
  adw_clamp_set_maximum_size (self->review_clamp, width);
  adw_clamp_set_tightening_threshold (self->review_clamp, width);
  aph_reader_set_max_width (self->reader, width);
}

static void
aph_answer_view_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  AphAnswerView *self = APH_ANSWER_VIEW (object);

  switch (prop_id)
    {
    case PROP_DETAILS:
      g_value_set_boolean (value, self->details_shown);
      break;
    case PROP_RAW:
      g_value_set_boolean (value, aph_reader_get_raw (self->reader));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_answer_view_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  AphAnswerView *self = APH_ANSWER_VIEW (object);

  switch (prop_id)
    {
    case PROP_DETAILS:
      set_details_shown (self, g_value_get_boolean (value));
      break;
    case PROP_RAW:
      aph_reader_set_raw (self->reader, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_answer_view_dispose (GObject *object)
{
  AphAnswerView *self = APH_ANSWER_VIEW (object);

  disconnect_clock (self);
  g_clear_object (&self->clock);
  g_clear_object (&self->session);
  g_clear_object (&self->job);
  g_clear_pointer (&self->request, aph_request_unref);
  self->details = NULL;
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_ANSWER_VIEW);

  G_OBJECT_CLASS (aph_answer_view_parent_class)->dispose (object);
}

static void
aph_answer_view_class_init (AphAnswerViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_answer_view_dispose;
  object_class->get_property = aph_answer_view_get_property;
  object_class->set_property = aph_answer_view_set_property;
  widget_class->css_changed = aph_answer_view_css_changed;
  widget_class->map = aph_answer_view_map;
  widget_class->unmap = aph_answer_view_unmap;

  properties[PROP_DETAILS] =
    g_param_spec_boolean ("details", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RAW] =
    g_param_spec_boolean ("raw", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (APH_TYPE_NOTICE);
  g_type_ensure (APH_TYPE_READER);
  g_type_ensure (APH_TYPE_REVIEW_BAR);
  g_type_ensure (APH_TYPE_TEXT_SECTION);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_action (widget_class, "answer.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "answer.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "answer.follow", NULL, follow_action);
  gtk_widget_class_install_action (widget_class, "answer.rate", "u", rate_action);
  gtk_widget_class_install_property_action (widget_class, "answer.details", "details");
  gtk_widget_class_install_property_action (widget_class, "answer.raw", "raw");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, GDK_CONTROL_MASK,
                                       "answer.details", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "answer.find",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_u, GDK_CONTROL_MASK, "answer.raw",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-answer-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, facts_label);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, head_clamp);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, notice);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, pages);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, partial_section);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, prompt_label);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, prompt_section);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, reader);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, retry_button);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, review_bar);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, review_clamp);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, stack);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, state_image);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, status_label);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerView, thinking_section);
  gtk_widget_class_bind_template_callback (widget_class, noted_cb);
  gtk_widget_class_bind_template_callback (widget_class, notify_raw_cb);
  gtk_widget_class_bind_template_callback (widget_class, rated_cb);
  gtk_widget_class_bind_template_callback (widget_class, section_opened_cb);
}

static void
aph_answer_view_init (AphAnswerView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_digits (self);
  update_all (self);
}

/**
 * aph_answer_view_new:
 *
 * Returns: (transfer floating): a view of no job
 */
GtkWidget *
aph_answer_view_new (void)
{
  return g_object_new (APH_TYPE_ANSWER_VIEW, NULL);
}

AphJob *
aph_answer_view_get_job (AphAnswerView *self)
{
  g_return_val_if_fail (APH_IS_ANSWER_VIEW (self), NULL);

  return self->job;
}

/**
 * aph_answer_view_set_job:
 * @self: a view
 * @job: (nullable): what to show
 *
 * Shows @job from now on: from its beginning if it has ended, from its end while it runs.
 */
void
aph_answer_view_set_job (AphAnswerView *self,
                         AphJob        *job)
{
  g_return_if_fail (APH_IS_ANSWER_VIEW (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (job == self->job)
    return;

  aph_review_bar_set_job (self->review_bar, job);
  g_set_object (&self->job, job);
  update_all (self);
}

/**
 * aph_answer_view_set_session:
 * @self: a view
 * @session: (nullable): who keeps ratings and notes; without one, only the job does
 */
void
aph_answer_view_set_session (AphAnswerView *self,
                             AphSession    *session)
{
  g_return_if_fail (APH_IS_ANSWER_VIEW (self));
  g_return_if_fail (session == NULL || APH_IS_SESSION (session));

  g_set_object (&self->session, session);
  if (self->details != NULL)
    aph_answer_details_set_store (self->details,
                                  session != NULL ? aph_session_get_store (session) : NULL);
}

/**
 * aph_answer_view_find:
 * @self: a view
 *
 * Opens the bar to find words in the answer, for the keyboard to write into.
 */
void
aph_answer_view_find (AphAnswerView *self)
{
  g_return_if_fail (APH_IS_ANSWER_VIEW (self));

  if (self->job == NULL)
    return;

  set_details_shown (self, FALSE);
  aph_reader_find (self->reader);
}

/**
 * aph_answer_view_set_clock:
 * @self: a view
 * @clock: (nullable): when to look for what is new
 */
void
aph_answer_view_set_clock (AphAnswerView   *self,
                           AphRefreshClock *clock)
{
  g_return_if_fail (APH_IS_ANSWER_VIEW (self));
  g_return_if_fail (clock == NULL || APH_IS_REFRESH_CLOCK (clock));

  if (clock == self->clock)
    return;

  disconnect_clock (self);
  g_set_object (&self->clock, clock);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    connect_clock (self);
}

/**
 * aph_answer_view_focus_text:
 * @self: an answer view
 *
 * Gives the focus to the text, where the keys scroll, or else to what comes first.
 */
void
aph_answer_view_focus_text (AphAnswerView *self)
{
  g_return_if_fail (APH_IS_ANSWER_VIEW (self));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self->reader)) || !aph_reader_focus_text (self->reader))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
