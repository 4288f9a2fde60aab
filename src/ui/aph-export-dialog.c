/* aph-export-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-export-dialog.h"
#include "ui/aph-export-run.h"
#include "ui/aph-report-words.h"

/* What the user chooses from, the usual ones first. */
static const struct
{
  AphExportFormat format;
  const char *name;
  const char *explanation;
} choices[] = {
  { APH_EXPORT_HTML, N_("Report (HTML)"),
    N_("One page to read, print and pass on, with statistics and a timeline.") },
  { APH_EXPORT_MARKDOWN, N_("Report (Markdown)"),
    N_("Plain text to read and edit, with statistics.") },
  { APH_EXPORT_CSV, N_("Table (CSV)"),
    N_("For spreadsheets: the columns of your file, then the answers. What a spreadsheet would "
       "run as a formula begins with an apostrophe.") },
  { APH_EXPORT_TSV, N_("Table (tab-separated)"),
    N_("Like CSV, with tabs between the columns.") },
  { APH_EXPORT_JSONL, N_("JSON Lines"),
    N_("All that is known, one prompt a line. Opened again, it goes on where it stopped.") },
  { APH_EXPORT_JSON, N_("JSON"),
    N_("All that is known, as one array.") },
  { APH_EXPORT_OPENAI, N_("OpenAI batch output"),
    N_("What OpenAI’s batch service returns: the prompts that were answered.") },
  { APH_EXPORT_OPENAI_ERRORS, N_("OpenAI batch errors"),
    N_("The error file that belongs to it: the prompts that were not answered.") },
  { APH_EXPORT_PROMPTFOO, N_("promptfoo results"),
    N_("For “promptfoo import” and its viewer: a column for each model.") },
};

struct _AphExportDialog
{
  AdwWindow parent_instance;

  AphSession *session;
  GPtrArray *selected;        /* (nullable) of AphJob */
  GCancellable *cancellable;  /* ends what the dialog waits for when it closes */
  AphExportScope scopes[3];   /* what the rows of the first list stand for */
  GFile *file;                /* (nullable) what is being written */

  GtkStack *stack;
  GtkLabel *problem;
  AdwComboRow *scope_row;
  AdwComboRow *format_row;
  GtkWidget *bom_row;
  GtkSwitch *bom_switch;
  GtkWidget *record_row;
  GtkSwitch *record_switch;
  GtkLabel *explanation;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *cancel_button;
  GtkWidget *export_button;
};

G_DEFINE_FINAL_TYPE (AphExportDialog, aph_export_dialog, ADW_TYPE_WINDOW)

static AphExportFormat
get_format (AphExportDialog *self)
{
  guint choice = adw_combo_row_get_selected (self->format_row);

  return choices[MIN (choice, G_N_ELEMENTS (choices) - 1)].format;
}

static void
format_changed_cb (AphExportDialog *self)
{
  AphExportFormat format = get_format (self);
  guint choice = adw_combo_row_get_selected (self->format_row);

  gtk_widget_set_visible (self->bom_row,
                          format == APH_EXPORT_CSV || format == APH_EXPORT_TSV);
  gtk_widget_set_visible (self->record_row,
                          format == APH_EXPORT_JSONL || format == APH_EXPORT_JSON);
  if (choice < G_N_ELEMENTS (choices))
    gtk_label_set_text (self->explanation, _(choices[choice].explanation));
}

/* What is written */

static AphExportScope
get_scope (AphExportDialog *self)
{
  return self->scopes[MIN (adw_combo_row_get_selected (self->scope_row),
                           G_N_ELEMENTS (self->scopes) - 1)];
}

/* What is being written holds a reference, and may take a while to notice that it was given up. */
static gboolean
is_closed (AphExportDialog *self)
{
  return self->session == NULL;
}

static void
progress_cb (double   fraction,
             gpointer user_data)
{
  AphExportDialog *self = user_data;

  if (!is_closed (self))
    gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (fraction, 0, 1));
}

/* What there is of the batch that is shown, whatever the list is limited to. */
static guint
count_batch (AphSession *session)
{
  AphBatch *batch = aph_session_get_batch (session);
  const guint *counts = aph_session_get_counts (session);
  guint n = 0;

  if (batch != NULL)
    return aph_batch_get_n_jobs (batch);

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    n += counts[i];

  return n;
}

static void
start_run (AphExportDialog        *self,
           GFile                  *file,
           const AphExportOptions *options,
           GAsyncReadyCallback     callback)
{
  AphBatch *batch = aph_session_get_batch (self->session);
  const AphJobQuery all = { .batch = batch != NULL ? aph_batch_get_id (batch) : 0 };
  const AphJobQuery *query = aph_session_get_query (self->session);
  GPtrArray *only = NULL;
  guint n_jobs = g_list_model_get_n_items (aph_session_get_jobs (self->session));

  switch (get_scope (self))
    {
    case APH_EXPORT_SCOPE_FILTER:
      break;
    case APH_EXPORT_SCOPE_SELECTION:
      only = self->selected;
      n_jobs = only->len;
      break;
    case APH_EXPORT_SCOPE_BATCH:
    default:
      query = &all;
      n_jobs = count_batch (self->session);
      break;
    }

  aph_export_run_async (aph_export_new (file, get_format (self), options),
                        aph_session_get_store (self->session), query, only, n_jobs, progress_cb,
                        self, self->cancellable, callback, g_object_ref (self));
}

static const char *
get_title (AphExportDialog *self)
{
  AphBatch *batch = aph_session_get_batch (self->session);

  return batch != NULL ? aph_batch_get_title (batch) : _("Answers");
}

static void
show_problem (AphExportDialog *self,
              const char      *message)
{
  gtk_label_set_text (self->problem, message);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

static void
show_choices (AphExportDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "choices");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.choose", TRUE);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (AphExportDialog) self = user_data;
  g_autoptr (GFile) file = g_steal_pointer (&self->file);
  g_autoptr (GError) error = NULL;
  gint64 n_written = aph_export_run_finish (result, &error);
  GtkWindow *parent;

  /* It was closed, which gives it up. */
  if (is_closed (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (error != NULL)
    {
      show_choices (self);
      show_problem (self, error->message);
      return;
    }

  parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  if (parent != NULL)
    {
      g_autofree char *uri = g_file_get_uri (file);

      gtk_widget_activate_action (GTK_WIDGET (parent), "win.exported", "(st)", uri,
                                  (guint64) n_written);
    }
  gtk_window_destroy (GTK_WINDOW (self));
}

/**
 * aph_export_dialog_write:
 * @self: a dialog
 * @file: the file to be made or replaced
 *
 * Writes what is chosen. The window can be used meanwhile.
 */
void
aph_export_dialog_write (AphExportDialog *self,
                         GFile           *file)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  AphExportOptions options;

  g_return_if_fail (APH_IS_EXPORT_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (self->file == NULL);

  self->file = g_object_ref (file);
  options = (AphExportOptions) {
    .title = get_title (self),
    .bom = gtk_switch_get_active (self->bom_switch),
    .with_record = gtk_switch_get_active (self->record_switch),
    .renumber = TRUE,
    .words = &aph_report_words,
  };

  name = g_file_get_parse_name (file);
  text = g_strdup_printf (_("Writing “%s”"), name);
  gtk_label_set_text (self->progress_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.choose", FALSE);
  gtk_window_set_modal (GTK_WINDOW (self), FALSE);

  start_run (self, file, &options, written_cb);
}

/* Where it is written */

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphExportDialog) self = user_data;
  g_autoptr (GFile) file = aph_save_file_finish (result, NULL);

  if (file != NULL)
    aph_export_dialog_write (self, file);
}

/* A title may hold what a file name may not. */
static char *
suggest_name (AphExportDialog *self)
{
  g_autofree char *title = g_strdup (get_title (self));
  const char *suffix = aph_export_format_get_suffix (get_format (self));
  char *cut;

  g_strdelimit (title, "/\\:*?\"<>|\n\r\t", ' ');
  g_strstrip (title);
  if (*title == '\0' || *title == '.')
    return g_strconcat (_("Answers"), suffix, NULL);

  cut = g_utf8_offset_to_pointer (title, MIN (g_utf8_strlen (title, -1), 60));
  *cut = '\0';

  return g_strconcat (g_strchomp (title), suffix, NULL);
}

static void
choose_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphExportDialog *self = APH_EXPORT_DIALOG (widget);
  g_autofree char *name = suggest_name (self);

  aph_save_file_async (GTK_WINDOW (self), _("Export Answers"), name, self->cancellable, chosen_cb,
                       g_object_ref (self));
}

static void
aph_export_dialog_dispose (GObject *object)
{
  AphExportDialog *self = APH_EXPORT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->selected, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_EXPORT_DIALOG);

  G_OBJECT_CLASS (aph_export_dialog_parent_class)->dispose (object);
}

static void
aph_export_dialog_finalize (GObject *object)
{
  AphExportDialog *self = APH_EXPORT_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (aph_export_dialog_parent_class)->finalize (object);
}

/* What is half written when it closes goes away. */
static gboolean
aph_export_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (APH_EXPORT_DIALOG (window)->cancellable);

  return GTK_WINDOW_CLASS (aph_export_dialog_parent_class)->close_request (window);
}

static void
aph_export_dialog_class_init (AphExportDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = aph_export_dialog_dispose;
  object_class->finalize = aph_export_dialog_finalize;
  window_class->close_request = aph_export_dialog_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, scope_row);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, bom_row);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, bom_switch);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, record_row);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, record_switch);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AphExportDialog, export_button);
  gtk_widget_class_bind_template_callback (widget_class, format_changed_cb);

  gtk_widget_class_install_action (widget_class, "export.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
aph_export_dialog_init (AphExportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    gtk_string_list_append (names, _(choices[i].name));
  adw_combo_row_set_model (self->format_row, G_LIST_MODEL (names));
  format_changed_cb (self);
}

static void
add_scope (AphExportDialog *self,
           GtkStringList   *names,
           AphExportScope   scope,
           char            *name)
{
  self->scopes[g_list_model_get_n_items (G_LIST_MODEL (names))] = scope;
  gtk_string_list_take (names, name);
}

static gboolean
is_filtering (AphSession *session)
{
  const AphJobQuery *query = aph_session_get_query (session);

  return query != NULL && aph_job_query_is_filtering (query);
}

static void
fill_scopes (AphExportDialog *self,
             AphExportScope   wanted)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n_shown = g_list_model_get_n_items (aph_session_get_jobs (self->session));
  guint n_all = count_batch (self->session);

  add_scope (self, names, APH_EXPORT_SCOPE_BATCH,
             g_strdup_printf (_("All (%'u)"), n_all));
  if (is_filtering (self->session))
    add_scope (self, names, APH_EXPORT_SCOPE_FILTER,
               g_strdup_printf (_("Those in the list (%'u)"), n_shown));
  if (self->selected != NULL && self->selected->len > 0)
    add_scope (self, names, APH_EXPORT_SCOPE_SELECTION,
               g_strdup_printf (_("Selected (%'u)"), self->selected->len));
  adw_combo_row_set_model (self->scope_row, G_LIST_MODEL (names));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (names)); i++)
    if (self->scopes[i] == wanted)
      adw_combo_row_set_selected (self->scope_row, i);
}

/**
 * aph_export_dialog_present:
 * @parent: the window that asks; it has an action "win.exported"
 * @session: where the prompts are
 * @scope: what to propose
 * @selected: (nullable) (element-type AphJob): what is selected
 *
 * Lets the user export prompts and answers.
 *
 * Returns: (transfer none): the dialog, which goes away by itself
 */
AphExportDialog *
aph_export_dialog_present (GtkWindow      *parent,
                           AphSession     *session,
                           AphExportScope  scope,
                           GPtrArray      *selected)
{
  AphExportDialog *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (APH_IS_SESSION (session), NULL);

  self = g_object_new (APH_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  self->session = g_object_ref (session);
  self->selected = selected != NULL ? g_ptr_array_ref (selected) : NULL;
  fill_scopes (self, scope);
  gtk_window_present (GTK_WINDOW (self));
  /* Not the first button, which would close it. */
  gtk_widget_grab_focus (self->export_button);

  return self;
}
