/* aph-notice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-notice"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-display-text.h"
#include "ui/aph-format.h"
#include "ui/aph-notice.h"
#include "ui/aph-ui.h"

/* A proxy may answer with a whole page. */
#define MAX_REASON_CHARS 1000

struct _AphNotice
{
  GtkWidget parent_instance;

  GtkLabel *title_label;
  GtkLabel *reason_label;
  GtkLabel *remedy_label;
  GtkWidget *buttons;
  GtkWidget *larger_button;
  GtkWidget *longer_button;
  GtkWidget *unthinking_button;
  GtkWidget *retry_button;
};

G_DEFINE_FINAL_TYPE (AphNotice, aph_notice, GTK_TYPE_WIDGET)

static void
aph_notice_dispose (GObject *object)
{
  aph_ui_dispose_template (GTK_WIDGET (object), APH_TYPE_NOTICE);

  G_OBJECT_CLASS (aph_notice_parent_class)->dispose (object);
}

static void
aph_notice_class_init (AphNoticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_notice_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-notice.ui");
  gtk_widget_class_bind_template_child (widget_class, AphNotice, buttons);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, larger_button);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, longer_button);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, reason_label);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, remedy_label);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, retry_button);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, title_label);
  gtk_widget_class_bind_template_child (widget_class, AphNotice, unthinking_button);
}

static void
aph_notice_init (AphNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aph_notice_new (void)
{
  return g_object_new (APH_TYPE_NOTICE, NULL);
}

/* A label without text would still take its room. */
static void
set_label (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static char *
clean_reason (const char *message)
{
  const char *end = message;
  GString *clean = g_string_new (NULL);

  for (guint i = 0; i < MAX_REASON_CHARS && *end != '\0'; i++)
    end = g_utf8_next_char (end);

  aph_display_text_append (clean, message, end - message);
  if (*end != '\0')
    g_string_append (clean, "…");

  return g_string_free (clean, FALSE);
}

static void
say (AphNotice  *self,
     const char *title,
     const char *reason,
     const char *remedy)
{
  set_label (self->title_label, title);
  set_label (self->reason_label, reason);
  set_label (self->remedy_label, remedy);
}

/* Most failures pass by themselves; a server that is absent or a plan that is used up does not. */
static gboolean
passes (AphJob     *job,
        AphFailure *failure)
{
  return aph_job_get_state (job) == APH_JOB_WAITING
         && aph_failure_get_class (failure) != APH_FAILURE_REFUSED
         && aph_failure_get_class (failure) != APH_FAILURE_QUOTA
         && aph_failure_get_class (failure) != APH_FAILURE_DENIED;
}

static void
say_failure (AphNotice *self,
             AphJob    *job)
{
  AphFailure *failure = aph_job_get_failure (job);
  const char *model = aph_request_get_model (aph_job_get_request (job));
  const char *server = aph_job_get_server (job);
  g_autofree char *title = aph_format_failure_title (failure, model, server);
  g_autofree char *reason = clean_reason (aph_failure_get_message (failure));
  g_autofree char *remedy = NULL;

  if (passes (job, failure))
    remedy = g_strdup (_("It will be tried again."));
  else
    remedy = aph_format_remedy (failure, model, server);

  say (self, title, reason, remedy);
}

/* Of several marks the one is told that explains the others. A text that repeats itself is told of
 * while it is being written. */
static void
say_marks (AphNotice *self,
           AphJob    *job)
{
  AphJobMarks marks = aph_job_get_marks (job);

  if (marks & APH_MARK_LOOPING)
    say (self, _("The model repeats itself"),
         aph_job_is_ended (job) ? "" : _("It may go on like this until it reaches a limit. "
                                         "You can cancel it."),
         _("Another temperature, seed or repeat_penalty in the options often helps."));
  else if (marks & APH_MARK_PROMPT_TRUNCATED)
    say (self, _("The prompt did not fit into the context"),
         _("It filled the whole context, so the server left out a part of it without saying so. "
           "The answer may miss the point."),
         _("Ask again with twice the context length (num_ctx)."));
  else if (marks & APH_MARK_LENGTH)
    say (self, _("The answer is cut off"),
         _("It reached the limit of tokens before the model was done."),
         _("Ask again for an answer twice as long (num_predict), or with twice the context length "
           "(num_ctx)."));
  else
    say (self, _("There is no answer text"),
         _("The server said that it was done without having answered. "
           "The model may have spent everything on thinking."),
         _("Ask again without thinking, or for an answer twice as long (num_predict)."));
}

static void
show_button (GtkWidget *button,
             AphJob    *job,
             gboolean   is_visible)
{
  gtk_widget_set_visible (button, is_visible && aph_job_is_ended (job));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "t", aph_job_get_index (job));
}

/* What may help, one press away; the same question once more would end in the same way. */
static void
show_buttons (AphNotice *self,
              AphJob    *job,
              gboolean   failed)
{
  AphJobMarks marks = failed ? 0 : aph_job_get_marks (job);
  gboolean looping = (marks & APH_MARK_LOOPING) != 0;
  gboolean truncated = !looping && (marks & APH_MARK_PROMPT_TRUNCATED) != 0;
  gboolean cut = !looping && !truncated && (marks & APH_MARK_LENGTH) != 0;
  gboolean empty = !failed && !looping && !truncated && !cut;

  show_button (self->longer_button, job, cut || empty);
  show_button (self->larger_button, job, cut || truncated);
  show_button (self->unthinking_button, job, empty);
  show_button (self->retry_button, job, failed);
  /* Empty, it would still have its margin. */
  gtk_widget_set_visible (self->buttons, aph_job_is_ended (job) && !looping);
}

/**
 * aph_notice_set_job:
 * @self: a notice
 * @job: (nullable): what to say something about
 *
 * Shows why @job failed, why it waits to be tried again, or why its answer deserves a second look,
 * as it is now.
 */
void
aph_notice_set_job (AphNotice *self,
                    AphJob    *job)
{
  gboolean failed, marked;

  g_return_if_fail (APH_IS_NOTICE (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  failed = job != NULL && aph_job_get_failure (job) != NULL;
  marked = job != NULL && !failed && aph_job_get_marks (job) != 0;

  gtk_widget_set_visible (GTK_WIDGET (self), failed || marked);
  if (!failed && !marked)
    return;

  if (failed)
    say_failure (self, job);
  else
    say_marks (self, job);

  show_buttons (self, job, failed);
}
