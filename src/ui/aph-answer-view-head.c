/* aph-answer-view-head.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands above an answer: what was asked, and how it goes.
 */

#define G_LOG_DOMAIN "aph-answer-view"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/aph-answer-view-private.h"
#include "ui/aph-display-text.h"
#include "ui/aph-format.h"

/* Figures that change faster cannot be read. */
#define STATUS_INTERVAL_US (250 * 1000)

/* What is shown of a prompt before its section is opened; a full-width character is two columns. */
#define PROMPT_COLUMNS 240
#define PROMPT_LINES   3
#define PROMPT_WORD    32

static void
set_label (GtkLabel   *label,
           const char *text)
{
  if (!g_str_equal (gtk_label_get_text (label), text))
    gtk_label_set_text (label, text);
}

/* The beginning of the prompt; the rest of a long one is in a section of its own. */
void
aph_answer_view_update_prompt (AphAnswerView *self)
{
  AphRequest *request = aph_job_get_request (self->job);
  const char *prompt = aph_request_get_prompt (request);
  g_autoptr (GString) beginning = g_string_new (NULL);
  const char *end;
  guint columns = 0, lines = 0;

  if (self->request == request)
    return;

  g_clear_pointer (&self->request, aph_request_unref);
  self->request = aph_request_ref (request);

  while (g_unichar_isspace (g_utf8_get_char (prompt)))
    prompt = g_utf8_next_char (prompt);
  end = prompt;
  while (*end != '\0' && columns < PROMPT_COLUMNS && lines < PROMPT_LINES)
    {
      columns += g_unichar_iswide (g_utf8_get_char (end)) ? 2 : 1;
      lines += *end == '\n';
      end = g_utf8_next_char (end);
    }
  /* Not in the middle of a word, unless it is a very long one. */
  if (*end != '\0' && lines < PROMPT_LINES)
    for (const char *p = end; p > prompt && end - p < PROMPT_WORD; p--)
      if (g_ascii_isspace (p[-1]))
        {
          end = p;
          break;
        }
  aph_display_text_append (beginning, prompt, end - prompt);
  g_string_set_size (beginning, strlen (g_strchomp (beginning->str)));
  if (*end != '\0')
    g_string_append (beginning, " …");
  gtk_label_set_text (self->prompt_label, beginning->str);

  aph_text_section_restart (self->prompt_section, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->prompt_section), *end != '\0');
}

static void
update_thinking_title (AphAnswerView *self)
{
  const AphTimes *times = aph_job_get_times (self->job);
  gint64 end = times->first_answer != 0 ? times->first_answer : times->last_token;
  g_autofree char *duration = aph_format_duration ((end - times->first_token) / 1000.0);
  g_autofree char *title = NULL;

  /* Translators: the model thinks */
  if (aph_job_get_state (self->job) == APH_JOB_THINKING)
    title = g_strdup_printf (_("Thinking… %s"), duration);
  else
    title = g_strdup_printf (_("Thought for %s"), duration);

  aph_text_section_set_title (self->thinking_section, title);
}

/* How it goes: the state, the figures, the time while it runs. */
void
aph_answer_view_update_status (AphAnswerView *self,
                               gboolean       now)
{
  gint64 time = g_get_monotonic_time ();
  g_autofree char *status = NULL;

  if (!now && time - self->status_time < STATUS_INTERVAL_US)
    return;

  self->status_time = time;
  status = aph_format_job_status (self->job);
  if (aph_job_is_running (self->job))
    {
      gint64 sent = aph_job_get_times (self->job)->sent;
      g_autofree char *elapsed = aph_format_duration ((time - sent) / 1000.0);
      g_autofree char *line = g_strconcat (status, " · ", elapsed, NULL);

      set_label (self->status_label, line);
    }
  else
    {
      set_label (self->status_label, status);
    }
  update_thinking_title (self);
}

/* What is settled: who answers, and how soon it began. */
static void
update_facts (AphAnswerView *self)
{
  const char *model = aph_request_get_model (aph_job_get_request (self->job));
  const char *server = aph_job_get_server (self->job);
  g_autofree char *first = aph_format_duration (aph_job_get_ttft_ms (self->job));
  g_autoptr (GString) facts = g_string_new (model);

  if (server != NULL)
    {
      g_autofree char *host = aph_format_host (server);

      g_string_append_printf (facts, "%s%s", facts->len > 0 ? " · " : "", host);
    }
  if (first != NULL)
    {
      g_string_append (facts, " · ");
      /* Translators: time to first token */
      g_string_append_printf (facts, _("first token after %s"), first);
    }
  set_label (self->facts_label, facts->str);
}

/* What follows from the state and the marks. */
void
aph_answer_view_update_state (AphAnswerView *self)
{
  AphJobState state = aph_job_get_state (self->job);
  gboolean ended = aph_job_is_ended (self->job);
  const char *const classes[] = { "aph-state", aph_job_state_to_nick (state), NULL };

  self->state = state;
  self->marks = aph_job_get_marks (self->job);
  gtk_image_set_from_icon_name (self->state_image, aph_format_state_icon (state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_image), (const char **) classes);
  gtk_widget_set_visible (self->cancel_button, !ended);
  update_facts (self);
  gtk_widget_set_visible (GTK_WIDGET (self->review_clamp), ended);
  aph_notice_set_job (self->notice, self->job);
  /* The notice of a failure has a button of its own. */
  gtk_widget_set_visible (self->retry_button, ended && aph_job_get_failure (self->job) == NULL);
  aph_reader_set_growing (self->reader, state == APH_JOB_ANSWERING);
}
