/* aph-answer-details.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-answer-details"

#include "config.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "server/aph-dialect.h"
#include "server/aph-record.h"
#include "ui/aph-answer-details.h"
#include "ui/aph-display-text.h"
#include "ui/aph-format.h"
#include "ui/aph-stream-view.h"
#include "ui/aph-text-section.h"
#include "ui/aph-ui.h"

/* Figures that change faster cannot be read. */
#define UPDATE_INTERVAL_US (500 * 1000)

typedef enum
{
  FIGURE_STATE,
  FIGURE_MARKS,
  FIGURE_MODEL,
  FIGURE_SERVER,
  FIGURE_VERSION,
  FIGURE_WAITED,
  FIGURE_FIRST_TOKEN,
  FIGURE_THOUGHT,
  FIGURE_TOTAL,
  FIGURE_LOADING,
  FIGURE_PROMPT_TOKENS,
  FIGURE_TOKENS,
  FIGURE_RATE,
  FIGURE_REASON,
  N_FIGURES,
} Figure;

static const char *const figure_titles[N_FIGURES] = {
  [FIGURE_STATE] = N_("State"),
  [FIGURE_MARKS] = N_("Worth a second look"),
  [FIGURE_MODEL] = N_("Model"),
  [FIGURE_SERVER] = N_("Server"),
  [FIGURE_VERSION] = N_("Version of the server"),
  [FIGURE_WAITED] = N_("Waited for its turn"),
  [FIGURE_FIRST_TOKEN] = N_("Time to first token"),
  [FIGURE_THOUGHT] = N_("Thought for (duration)"),
  [FIGURE_TOTAL] = N_("Total time"),
  [FIGURE_LOADING] = N_("Loading the model"),
  [FIGURE_PROMPT_TOKENS] = N_("Tokens of the prompt"),
  [FIGURE_TOKENS] = N_("Tokens of the answer"),
  [FIGURE_RATE] = N_("Speed"),
  [FIGURE_REASON] = N_("Why it ended, in the server’s word"),
};

struct _AphAnswerDetails
{
  GtkWidget parent_instance;

  AdwClamp *clamp;
  GtkListBox *figures;
  GtkWidget *attempts_group;
  GtkListBox *attempts;
  AphStreamView *request_text;
  GtkWidget *rows[N_FIGURES];
  GtkLabel *values[N_FIGURES];

  AphJob *job;           /* (owned) (nullable) */
  AphRequest *request;   /* (owned) (nullable): the one whose body is shown */
  AphOrigin *origin;     /* (owned) (nullable): likewise */
  char *body;            /* (owned) (nullable) */
  gsize body_length;
  guint revision;        /* of the job, when it was last looked at */
  gint64 update_time;
  AphStore *store;       /* (owned) (nullable): who has the texts of all attempts */
  GCancellable *reading; /* (owned) (nullable): of it */
  guint n_attempts;      /* when they were listed */
};

G_DEFINE_FINAL_TYPE (AphAnswerDetails, aph_answer_details, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

/* Figures */

static void
add_figures (AphAnswerDetails *self)
{
  for (guint i = 0; i < N_FIGURES; i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *title = make_label (_(figure_titles[i]), NULL);
      GtkWidget *value = make_label (NULL, "dim-label");

      gtk_widget_set_hexpand (title, TRUE);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_label_set_justify (GTK_LABEL (value), GTK_JUSTIFY_RIGHT);
      gtk_label_set_selectable (GTK_LABEL (value), TRUE);
      gtk_widget_add_css_class (value, "numeric");
      gtk_widget_add_css_class (box, "aph-figure");
      gtk_box_append (GTK_BOX (box), title);
      gtk_box_append (GTK_BOX (box), value);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_widget_set_focusable (row, FALSE);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (value),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, title, NULL, -1);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (row),
                                      GTK_ACCESSIBLE_RELATION_LABELLED_BY, title, NULL, -1);
      gtk_list_box_append (self->figures, row);
      self->rows[i] = row;
      self->values[i] = GTK_LABEL (value);
    }
}

/* A figure that does not exist is not shown. */
static void
take_figure (AphAnswerDetails *self,
             Figure            figure,
             char             *value)
{
  g_autofree char *owned = value;
  g_autoptr (GString) shown = g_string_new (NULL);

  if (owned != NULL)
    aph_display_text_append (shown, owned, strlen (owned));
  gtk_widget_set_visible (self->rows[figure], shown->len > 0);
  if (!g_str_equal (gtk_label_get_text (self->values[figure]), shown->str))
    gtk_label_set_text (self->values[figure], shown->str);
}

static double
get_thinking_ms (AphJob *job)
{
  const AphTimes *times = aph_job_get_times (job);
  gsize length;

  aph_job_get_thinking (job, &length);
  if (length == 0 || times->first_token == 0)
    return -1;

  return ((times->first_answer != 0 ? times->first_answer : times->last_token)
          - times->first_token) / 1000.0;
}

static double
to_ms (gint64 nanoseconds)
{
  return nanoseconds >= 0 ? nanoseconds / 1e6 : -1;
}

static void
update_figures (AphAnswerDetails *self)
{
  AphJob *job = self->job;
  AphOrigin *origin = aph_job_get_origin (job);
  const AphUsage *usage = aph_job_get_usage (job);
  const char *server = aph_job_get_server (job);
  gint64 n_tokens = usage->answer_tokens >= 0 ? usage->answer_tokens : aph_job_get_chunks (job);

  take_figure (self, FIGURE_STATE, g_strdup (aph_format_state (aph_job_get_state (job))));
  take_figure (self, FIGURE_MARKS, aph_format_marks (aph_job_get_marks (job)));
  take_figure (self, FIGURE_MODEL, g_strdup (aph_request_get_model (aph_job_get_request (job))));
  take_figure (self, FIGURE_SERVER, g_strdup (server));
  take_figure (self, FIGURE_VERSION,
               origin != NULL ? g_strdup (aph_origin_get_fields (origin)->version) : NULL);
  take_figure (self, FIGURE_WAITED, aph_format_duration (aph_job_get_wait_ms (job)));
  take_figure (self, FIGURE_FIRST_TOKEN, aph_format_duration (aph_job_get_ttft_ms (job)));
  take_figure (self, FIGURE_THOUGHT, aph_format_duration (get_thinking_ms (job)));
  take_figure (self, FIGURE_TOTAL, aph_format_duration (aph_job_get_total_ms (job)));
  take_figure (self, FIGURE_LOADING, aph_format_duration (to_ms (usage->load_ns)));
  take_figure (self, FIGURE_PROMPT_TOKENS, aph_format_tokens (usage->prompt_tokens));
  take_figure (self, FIGURE_TOKENS, n_tokens > 0 ? aph_format_tokens (n_tokens) : NULL);
  take_figure (self, FIGURE_RATE, aph_format_token_rate (aph_job_get_token_rate (job)));
  take_figure (self, FIGURE_REASON, g_strdup (aph_job_get_done_reason (job)));
}

/* Attempts */

/* What is told of one, wherever it is known from. */
typedef struct
{
  guint number;
  const char *server;
  AphFailure *failure;
  gint64 sent;           /* both on the same clock, in microseconds; 0 if it never was */
  gint64 ended;
  const char *answer;    /* (nullable) */
} Attempt;

static void
add_attempt (AphAnswerDetails *self,
             const Attempt    *attempt)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  const char *model = aph_request_get_model (aph_job_get_request (self->job));
  const char *message = aph_failure_get_message (attempt->failure);
  double ms = attempt->sent != 0 ? (attempt->ended - attempt->sent) / 1000.0 : -1;
  g_autofree char *duration = aph_format_duration (ms);
  g_autofree char *why = aph_format_failure_title (attempt->failure, model, attempt->server);
  g_autofree char *title = NULL;
  g_autoptr (GString) words = g_string_new (NULL);

  if (duration != NULL)
    /* Translators: the number of an attempt, why it failed, after how long */
    title = g_strdup_printf (_("%u. %s, after %s"), attempt->number, why, duration);
  else
    /* Translators: the number of an attempt, why it failed */
    title = g_strdup_printf (_("%u. %s"), attempt->number, why);
  gtk_box_append (GTK_BOX (box), make_label (title, NULL));
  aph_display_text_append (words, message, strlen (message));
  if (words->len > 0)
    gtk_box_append (GTK_BOX (box), make_label (words->str, "dim-label"));
  if (attempt->answer != NULL && *attempt->answer != '\0')
    {
      GtkWidget *section = aph_text_section_new ();

      aph_text_section_set_title (APH_TEXT_SECTION (section), _("What it had answered"));
      aph_text_section_set_open (APH_TEXT_SECTION (section), TRUE);
      aph_text_section_take (APH_TEXT_SECTION (section), attempt->answer,
                             strlen (attempt->answer));
      gtk_box_append (GTK_BOX (box), section);
    }

  gtk_widget_add_css_class (box, "aph-figure");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_list_box_append (self->attempts, row);
}

/* The job remembers some of each attempt, and the text of the last one. */
static void
list_former_attempts (AphAnswerDetails *self)
{
  guint n;
  const AphFormerAttempt *former = aph_job_get_former_attempts (self->job, &n);

  for (guint i = 0; i < n; i++)
    add_attempt (self, &(Attempt) {
      .number = former[i].number,
      .server = former[i].server,
      .failure = former[i].failure,
      .sent = former[i].times.sent,
      .ended = former[i].times.ended,
      .answer = i + 1 == n ? aph_job_get_partial (self->job) : NULL,
    });
}

/* The store has all of them. */
static void
list_kept_attempts (AphAnswerDetails *self,
                    GPtrArray        *kept)
{
  for (guint i = 0; i < kept->len; i++)
    {
      const AphAttempt *attempt = g_ptr_array_index (kept, i);
      g_autoptr (AphFailure) failure = NULL;

      if (!attempt->has_failure)
        continue;

      failure = aph_failure_new (attempt->failure_class, attempt->status, "%s",
                                 attempt->message != NULL ? attempt->message : "");
      add_attempt (self, &(Attempt) {
        .number = attempt->number,
        .server = attempt->server,
        .failure = failure,
        .sent = attempt->sent,
        .ended = attempt->ended,
        .answer = attempt->answer,
      });
    }
}

static void
list_attempts (AphAnswerDetails *self,
               GPtrArray        *kept)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->attempts))) != NULL)
    gtk_list_box_remove (self->attempts, row);

  if (kept != NULL && kept->len > 0)
    list_kept_attempts (self, kept);
  else
    list_former_attempts (self);
  gtk_widget_set_visible (self->attempts_group,
                          gtk_widget_get_first_child (GTK_WIDGET (self->attempts)) != NULL);
}

static void
attempts_read_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (AphAnswerDetails) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kept = aph_store_get_attempts_finish (APH_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* What the job knows is listed already. */
  if (kept != NULL && self->job != NULL)
    list_attempts (self, kept);
  else if (error != NULL)
    g_info ("attempts cannot be read: %s", error->message);
}

static void
cancel_reading (AphAnswerDetails *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
}

static void
update_attempts (AphAnswerDetails *self)
{
  guint n = aph_job_get_attempts (self->job);

  if (n == self->n_attempts)
    return;

  self->n_attempts = n;
  cancel_reading (self);
  list_attempts (self, NULL);
  if (self->store == NULL || aph_job_get_id (self->job) == 0 || n == 0)
    return;

  self->reading = g_cancellable_new ();
  aph_store_get_attempts_async (self->store, aph_job_get_id (self->job), self->reading,
                                attempts_read_cb, g_object_ref (self));
}

/* The request */

/* Before it is sent, it is not known how the server will be spoken to: most likely so. */
static char *
dup_body (AphJob *job)
{
  char *body = aph_record_dup_body (job);
  GString *likely;

  if (body != NULL)
    return body;

  likely = g_string_new (NULL);
  aph_dialect_get_default ()->write_generate (aph_job_get_request (job), TRUE, likely);

  return g_string_free (likely, FALSE);
}

static void
update_request (AphAnswerDetails *self)
{
  AphRequest *request = aph_job_get_request (self->job);
  AphOrigin *origin = aph_job_get_origin (self->job);

  if (self->body != NULL && self->request == request && self->origin == origin)
    return;

  g_clear_pointer (&self->request, aph_request_unref);
  g_clear_pointer (&self->origin, aph_origin_unref);
  self->request = aph_request_ref (request);
  self->origin = origin != NULL ? aph_origin_ref (origin) : NULL;
  g_free (self->body);
  self->body = dup_body (self->job);
  self->body_length = strlen (self->body);
  aph_stream_view_restart (self->request_text, FALSE);
}

static void
copy_request_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  AphAnswerDetails *self = APH_ANSWER_DETAILS (widget);

  if (self->body != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->body);
}

static void
clear_request (AphAnswerDetails *self)
{
  g_clear_pointer (&self->request, aph_request_unref);
  g_clear_pointer (&self->origin, aph_origin_unref);
  g_clear_pointer (&self->body, g_free);
}

static void
aph_answer_details_dispose (GObject *object)
{
  AphAnswerDetails *self = APH_ANSWER_DETAILS (object);

  cancel_reading (self);
  g_clear_object (&self->store);
  g_clear_object (&self->job);
  clear_request (self);
  aph_ui_dispose_template (GTK_WIDGET (self), APH_TYPE_ANSWER_DETAILS);

  G_OBJECT_CLASS (aph_answer_details_parent_class)->dispose (object);
}

static void
aph_answer_details_class_init (AphAnswerDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aph_answer_details_dispose;

  g_type_ensure (APH_TYPE_STREAM_VIEW);
  gtk_widget_class_install_action (widget_class, "details.copy-request", NULL,
                                   copy_request_action);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-answer-details.ui");
  gtk_widget_class_bind_template_child (widget_class, AphAnswerDetails, attempts);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerDetails, attempts_group);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerDetails, clamp);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerDetails, figures);
  gtk_widget_class_bind_template_child (widget_class, AphAnswerDetails, request_text);
}

static void
aph_answer_details_init (AphAnswerDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_figures (self);
}

/**
 * aph_answer_details_new:
 *
 * Returns: (transfer floating): details of no job
 */
GtkWidget *
aph_answer_details_new (void)
{
  return g_object_new (APH_TYPE_ANSWER_DETAILS, NULL);
}

/**
 * aph_answer_details_set_job:
 * @self: details
 * @job: (nullable): what to tell about, from the next aph_answer_details_update() on
 */
void
aph_answer_details_set_job (AphAnswerDetails *self,
                            AphJob           *job)
{
  g_return_if_fail (APH_IS_ANSWER_DETAILS (self));
  g_return_if_fail (job == NULL || APH_IS_JOB (job));

  if (!g_set_object (&self->job, job))
    return;

  clear_request (self);
  cancel_reading (self);
  self->n_attempts = G_MAXUINT;
  self->update_time = 0;
}

/**
 * aph_answer_details_set_store:
 * @self: details
 * @store: (nullable): who has the texts of all attempts; without one only the last is told
 */
void
aph_answer_details_set_store (AphAnswerDetails *self,
                              AphStore         *store)
{
  g_return_if_fail (APH_IS_ANSWER_DETAILS (self));
  g_return_if_fail (store == NULL || APH_IS_STORE (store));

  if (g_set_object (&self->store, store))
    self->n_attempts = G_MAXUINT;
}

/**
 * aph_answer_details_update:
 * @self: details
 *
 * Looks what is new, twice a second at most; to be called at each tick while it can be seen.
 *
 * Returns: whether there is nothing left to do for now
 */
gboolean
aph_answer_details_update (AphAnswerDetails *self)
{
  gint64 now = g_get_monotonic_time ();
  guint revision;

  g_return_val_if_fail (APH_IS_ANSWER_DETAILS (self), TRUE);

  if (self->job == NULL)
    return TRUE;

  revision = aph_job_get_revision (self->job);
  if (self->update_time == 0
      || (revision != self->revision && now - self->update_time >= UPDATE_INTERVAL_US))
    {
      self->update_time = now;
      self->revision = revision;
      update_figures (self);
      update_attempts (self);
      update_request (self);
    }

  return aph_stream_view_take (self->request_text, self->body, self->body_length)
         && revision == self->revision;
}

/**
 * aph_answer_details_set_max_width:
 * @self: details
 * @max_width: how wide they may be, margins included, in pixels
 */
void
aph_answer_details_set_max_width (AphAnswerDetails *self,
                                  int               max_width)
{
  g_return_if_fail (APH_IS_ANSWER_DETAILS (self));

  adw_clamp_set_maximum_size (self->clamp, max_width);
  adw_clamp_set_tightening_threshold (self->clamp, max_width);
}
