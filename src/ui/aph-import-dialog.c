/* aph-import-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever is changed, the first rows are read again in a thread and shown; then all of every file,
 * to count. What has been chosen is kept in the plan, and the controls show what came of it.
 */

#define G_LOG_DOMAIN "aph-import-dialog"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "base/aph-blank.h"
#include "files/aph-file-survey.h"
#include "files/aph-text-encoding.h"
#include "ui/aph-import-bad-rows.h"
#include "ui/aph-import-dialog.h"
#include "ui/aph-import-table.h"
#include "ui/aph-preset-row.h"

/* A template is looked at this long after the last key. */
#define TYPING_MS 200

#define MAX_EXAMPLE_CHARS 1000

struct _AphImportDialog
{
  AdwWindow parent_instance;

  AphImportPlan *plan;
  char *template_text;        /* as it is being written */
  GCancellable *cancellable;  /* (nullable) of what is being looked at */
  AphFileSurvey *survey;      /* (nullable) of the source that is shown */
  guint typing_id;
  gboolean is_showing;        /* we set the controls, not the user */

  guint n_counted;            /* sources that were counted */
  guint64 n_rows;             /* in them … */
  guint64 n_answered;         /* … and those of them that are not asked again */

  AdwWindowTitle *window_title;
  GtkLabel *problem;
  AphImportTable *table;
  AdwComboRow *source_row;
  AdwComboRow *kind_row;
  AdwComboRow *encoding_row;
  AdwComboRow *delimiter_row;
  AdwComboRow *header_row;
  AdwComboRow *blocks_row;
  AdwComboRow *prompt_row;
  GtkWidget *preset_row;
  GtkWidget *template_frame;
  GtkTextView *template_view;
  GtkLabel *placeholder;
  GtkLabel *hint;
  AdwComboRow *system_row;
  AdwComboRow *model_row;
  AdwComboRow *id_row;
  AdwComboRow *images_row;
  GtkLabel *example;
  GtkEditable *models_row;
  GtkEditable *vary_row;
  GtkSpinButton *repeat_button;
  GtkSpinner *spinner;
  GtkLabel *result;
  AphImportBadRows *bad_rows;
};

G_DEFINE_FINAL_TYPE (AphImportDialog, aph_import_dialog, ADW_TYPE_WINDOW)

enum
{
  QUEUE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char delimiters[] = { 0, ',', ';', '\t', '|' };

static void look (AphImportDialog *self);
static void count_next (AphImportDialog *self);

/* What the controls say */

static AphPromptSource *
get_source (AphImportDialog *self,
            guint            number)
{
  return g_ptr_array_index (self->plan->sources, number);
}

static AdwComboRow *
get_role_row (AphImportDialog *self,
              AphRole          role)
{
  AdwComboRow *const rows[] = {
    [APH_ROLE_PROMPT] = self->prompt_row,
    [APH_ROLE_SYSTEM] = self->system_row,
    [APH_ROLE_MODEL] = self->model_row,
    [APH_ROLE_ID] = self->id_row,
    [APH_ROLE_IMAGES] = self->images_row,
  };

  return rows[role];
}

static guint
count_columns (AphImportDialog *self)
{
  return self->survey != NULL ? g_strv_length (self->survey->layout.columns) : 0;
}

static gboolean
has_template (AphImportDialog *self)
{
  return gtk_widget_get_visible (self->template_frame);
}

/* The template as far as it can be understood. */
static gboolean
take_template (AphImportDialog  *self,
               GError          **error)
{
  g_clear_pointer (&self->plan->options->prompt_template, aph_template_unref);
  if (!has_template (self))
    return TRUE;

  /* Without it the prompts would be something else than what is chosen. */
  if (aph_is_blank (self->template_text, -1))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The template is empty: write what to ask, with columns in it, or "
                             "choose the column that is the prompt."));
      return FALSE;
    }

  self->plan->options->prompt_template = aph_template_new (self->template_text, error);

  return self->plan->options->prompt_template != NULL;
}

static gboolean
take_grid (AphImportDialog  *self,
           GError          **error)
{
  g_auto (GStrv) models = g_strsplit_set (gtk_editable_get_text (self->models_row), ",，", -1);
  g_auto (GStrv) values = g_strsplit_set (gtk_editable_get_text (self->vary_row), ";", -1);

  aph_grid_free (self->plan->grid);
  self->plan->grid = aph_grid_new ();
  for (guint i = 0; models[i] != NULL; i++)
    if (*g_strstrip (models[i]) != '\0')
      aph_grid_add_model (self->plan->grid, models[i]);
  for (guint i = 0; values[i] != NULL; i++)
    if (*g_strstrip (values[i]) != '\0'
        && !aph_grid_add_values (self->plan->grid, values[i], error))
      return FALSE;
  aph_grid_set_repeats (self->plan->grid, gtk_spin_button_get_value_as_int (self->repeat_button));

  return aph_grid_check (self->plan->grid, error);
}

/* Showing */

static void
show_problem (AphImportDialog *self,
              const char      *text)
{
  gtk_label_set_text (self->problem, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static gboolean
is_counting (AphImportDialog *self)
{
  return self->n_counted < self->plan->sources->len;
}

/* One line says what Queue will do, or why it cannot. */
static void
show_result (AphImportDialog *self)
{
  g_autoptr (GError) error = NULL;
  gboolean is_good = take_grid (self, &error);
  guint64 size = aph_grid_get_size (self->plan->grid);
  gulong n_prompts = (gulong) (self->n_rows * size);
  gboolean has_problem = gtk_widget_get_visible (GTK_WIDGET (self->problem));
  g_autofree char *text = NULL;

  if (!is_good)
    text = g_strdup (error->message);
  else if (size > 1)
    text = g_strdup_printf (ngettext ("%'lu row × %'lu = %'lu prompt",
                                      "%'lu rows × %'lu = %'lu prompts", n_prompts),
                            (gulong) self->n_rows, (gulong) size, n_prompts);
  else if (self->n_answered > 0)
    /* Translators: the second number is how many of them were answered before, in a file of
     * results */
    text = g_strdup_printf (ngettext ("%'lu prompt, of which %'lu has its answer and is not sent",
                                      "%'lu prompts, of which %'lu have their answers and are not "
                                      "sent", n_prompts),
                            n_prompts, (gulong) self->n_answered);
  else
    text = g_strdup_printf (ngettext ("%'lu prompt", "%'lu prompts", n_prompts), n_prompts);

  gtk_label_set_text (self->result, text);
  gtk_spinner_set_spinning (self->spinner, is_counting (self) && !has_problem);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.queue",
                                 is_good && !has_problem && !is_counting (self) && n_prompts > 0);
}

/* The column that is taken for a role; the first item is none, for a prompt the last the
 * template. */
static void
show_role (AphImportDialog *self,
           AphRole          role)
{
  AdwComboRow *row = get_role_row (self, role);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const char *chosen = self->survey->roles[role];
  guint selected = 0;

  if (role != APH_ROLE_PROMPT)
    gtk_string_list_append (names, _("None"));
  for (guint i = 0; self->survey->layout.columns[i] != NULL; i++)
    {
      if (g_strcmp0 (self->survey->layout.columns[i], chosen) == 0)
        selected = g_list_model_get_n_items (G_LIST_MODEL (names));
      gtk_string_list_append (names, self->survey->layout.columns[i]);
    }

  if (role == APH_ROLE_PROMPT)
    {
      gboolean is_known = chosen != NULL && !has_template (self);

      if (!is_known)
        selected = g_list_model_get_n_items (G_LIST_MODEL (names));
      gtk_string_list_append (names, _("A Template"));
      if (!is_known)
        gtk_widget_set_visible (self->template_frame, TRUE);
    }

  adw_combo_row_set_model (row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (row, selected);
}

static void
show_hint (AphImportDialog *self)
{
  g_autoptr (GString) text = g_string_new (_("Columns: "));

  for (guint i = 0; i < count_columns (self) && i < 20; i++)
    g_string_append_printf (text, "%s{{%s}}", i > 0 ? ", " : "", self->survey->layout.columns[i]);
  gtk_label_set_text (self->hint, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), has_template (self) && count_columns (self) > 0);
}

/* What a template looks like, with a column that is there. */
static void
show_placeholder (AphImportDialog *self)
{
  g_autofree char *text = NULL;

  if (count_columns (self) > 0)
    /* Translators: the name of a column */
    text = g_strdup_printf (_("For example: Tell me about {{%s}}"),
                            self->survey->layout.columns[0]);
  gtk_label_set_text (self->placeholder, text != NULL ? text : "");
}

static void
show_example (AphImportDialog *self)
{
  gboolean has_problem = gtk_widget_get_visible (GTK_WIDGET (self->problem));
  const char *example = has_problem ? NULL : self->survey->example;
  g_autofree char *cut = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->example), example != NULL);
  if (example == NULL)
    return;

  cut = g_utf8_substring (example, 0, MIN (MAX_EXAMPLE_CHARS, g_utf8_strlen (example, -1)));
  /* Translators: %s is the first prompt that comes of a file */
  text = g_strdup_printf (_("First prompt: %s"), cut);
  gtk_label_set_text (self->example, text);
}

static void
show_layout (AphImportDialog *self)
{
  const AphFileLayout *layout = &self->survey->layout;
  gboolean is_table = layout->kind == APH_FILE_TABLE;
  g_autofree char *encoding = NULL;
  const char *delimiter;

  gtk_widget_set_visible (GTK_WIDGET (self->delimiter_row), is_table);
  gtk_widget_set_visible (GTK_WIDGET (self->header_row), is_table);
  gtk_widget_set_visible (GTK_WIDGET (self->blocks_row), layout->kind == APH_FILE_TEXT);
  gtk_widget_set_visible (GTK_WIDGET (self->kind_row), layout->kind != APH_FILE_PICTURES);
  gtk_widget_set_visible (GTK_WIDGET (self->encoding_row), layout->kind != APH_FILE_PICTURES);

  /* Translators: what was found out about the encoding of a file */
  encoding = g_strdup_printf (_("It is read as %s"), layout->encoding);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->encoding_row), encoding);
  delimiter = memchr (delimiters + 1, layout->delimiter, sizeof delimiters - 1);
  if (self->plan->options->delimiter == 0 && delimiter != NULL)
    {
      GListModel *names = adw_combo_row_get_model (self->delimiter_row);
      const char *name =
        gtk_string_list_get_string (GTK_STRING_LIST (names), (guint) (delimiter - delimiters));

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->delimiter_row), name);
    }
  else
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->delimiter_row), "");
}

static void
show_survey (AphImportDialog *self)
{
  self->is_showing = TRUE;
  aph_import_table_show (self->table, (const char *const *) self->survey->layout.columns,
                         self->survey->rows);
  show_layout (self);
  for (AphRole role = 0; role < APH_N_ROLES; role++)
    show_role (self, role);
  show_hint (self);
  show_placeholder (self);
  show_example (self);
  self->is_showing = FALSE;
}

/* Looking and counting */

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AphImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  AphFileSurvey *survey = aph_file_survey_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->plan == NULL)
    {
      g_clear_pointer (&survey, aph_file_survey_free);
      return;
    }

  if (survey == NULL)
    {
      show_problem (self, error->message);
      show_result (self);
      return;
    }

  g_clear_pointer (&self->survey, aph_file_survey_free);
  self->survey = survey;
  if (survey->problem != NULL)
    show_problem (self, survey->problem);
  show_survey (self);
  show_result (self);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->problem)))
    count_next (self);
}

static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (AphImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AphFileSurvey) survey = aph_file_survey_finish (result, &error);
  const char *problem = error != NULL ? error->message : NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->plan == NULL)
    return;

  if (survey != NULL)
    problem = survey->problem;
  if (problem != NULL)
    {
      show_problem (self, problem);
      show_result (self);
      return;
    }

  self->n_rows += survey->n_rows;
  self->n_answered += survey->n_answered;
  aph_import_bad_rows_add (self->bad_rows,
                           aph_prompt_source_get_name (get_source (self, self->n_counted)),
                           self->plan->sources->len > 1, survey);
  self->n_counted++;
  show_result (self);
  count_next (self);
}

static void
count_next (AphImportDialog *self)
{
  if (is_counting (self))
    aph_file_survey_async (get_source (self, self->n_counted), self->plan->options, TRUE,
                           self->cancellable, counted_cb, g_object_ref (self));
}

static void
stop_looking (AphImportDialog *self)
{
  g_clear_handle_id (&self->typing_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
look (AphImportDialog *self)
{
  guint shown = adw_combo_row_get_selected (self->source_row);
  g_autoptr (GError) error = NULL;

  stop_looking (self);
  self->cancellable = g_cancellable_new ();
  self->n_counted = 0;
  self->n_rows = 0;
  self->n_answered = 0;
  aph_import_bad_rows_clear (self->bad_rows);

  show_problem (self, NULL);
  if (!take_template (self, &error))
    show_problem (self, error->message);
  show_result (self);
  aph_file_survey_async (get_source (self, MIN (shown, self->plan->sources->len - 1)),
                         self->plan->options, FALSE, self->cancellable, looked_cb,
                         g_object_ref (self));
}

/* What the user does */

/* It begins with what is asked without one, and so shows how columns are written. */
static void
begin_template (AphImportDialog *self)
{
  const char *column = self->survey->roles[APH_ROLE_PROMPT];
  g_autofree char *text = NULL;

  if (column == NULL || *self->template_text != '\0')
    return;

  text = g_strdup_printf ("{{%s}}", column);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->template_view), text, -1);
}

static void
take_role (AphImportDialog *self,
           AphRole          role)
{
  guint selected = adw_combo_row_get_selected (get_role_row (self, role));
  char **columns = self->survey->layout.columns;
  const char *column = NULL;

  if (role == APH_ROLE_PROMPT)
    {
      gboolean is_template = selected >= count_columns (self);

      gtk_widget_set_visible (self->template_frame, is_template);
      if (is_template)
        begin_template (self);
      column = is_template ? NULL : columns[selected];
    }
  else
    column = selected == 0 || selected > count_columns (self) ? "" : columns[selected - 1];

  aph_read_options_set_column (self->plan->options, role, column);
}

/* Columns that were chosen may not be there when the file is read in another way. */
static void
forget_columns (AphImportDialog *self)
{
  for (AphRole role = 0; role < APH_N_ROLES; role++)
    aph_read_options_set_column (self->plan->options, role, NULL);
  if (*self->template_text == '\0')
    gtk_widget_set_visible (self->template_frame, FALSE);
}

static void
changed_cb (AphImportDialog *self,
            GParamSpec      *pspec,
            AdwComboRow     *row)
{
  AphReadOptions *options;
  guint selected = adw_combo_row_get_selected (row);

  if (self->is_showing || self->plan == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;

  options = self->plan->options;
  if (row == self->kind_row)
    options->kind = (AphFileKind) selected;
  else if (row == self->encoding_row)
    options->encoding = selected > 0 ? aph_text_encoding_get_names ()[selected - 1] : NULL;
  else if (row == self->delimiter_row)
    options->delimiter = delimiters[MIN (selected, sizeof delimiters - 1)];
  else if (row == self->header_row)
    options->header = (AphHeader) selected;
  else if (row == self->blocks_row)
    options->blocks = (AphBlocks) selected;

  for (AphRole role = 0; role < APH_N_ROLES; role++)
    if (row == get_role_row (self, role) && self->survey != NULL)
      {
        take_role (self, role);
        look (self);
        return;
      }

  if (row != self->source_row)
    forget_columns (self);
  look (self);
}

static void
grid_changed_cb (AphImportDialog *self)
{
  if (self->plan != NULL)
    show_result (self);
}

static void
preset_chosen_cb (AphImportDialog *self,
                  const AphPreset *preset)
{
  gtk_editable_set_text (self->models_row, preset->models);
  gtk_editable_set_text (self->vary_row, preset->values);
  gtk_spin_button_set_value (self->repeat_button, preset->repeats);
  aph_import_plan_set_params (self->plan, preset->params);
  if (*preset->template_text == '\0')
    return;

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->template_view), preset->template_text,
                            -1);
  gtk_widget_set_visible (self->template_frame, TRUE);
}

static void
preset_filling_cb (AphImportDialog *self,
                   AphPreset       *preset)
{
  g_free (preset->template_text);
  preset->template_text = g_strdup (has_template (self) ? self->template_text : "");
  g_free (preset->models);
  preset->models = g_strdup (gtk_editable_get_text (self->models_row));
  g_free (preset->values);
  preset->values = g_strdup (gtk_editable_get_text (self->vary_row));
  preset->repeats = (guint) gtk_spin_button_get_value_as_int (self->repeat_button);
  if (self->plan->params != NULL)
    {
      aph_params_unref (preset->params);
      preset->params = aph_params_ref (self->plan->params);
    }
}

static gboolean
typed_cb (gpointer user_data)
{
  AphImportDialog *self = user_data;

  self->typing_id = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

static void
template_changed_cb (AphImportDialog *self,
                     GtkTextBuffer   *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_free (self->template_text);
  self->template_text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *self->template_text == '\0');
  g_clear_handle_id (&self->typing_id, g_source_remove);
  self->typing_id = g_timeout_add (TYPING_MS, typed_cb, self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.queue", FALSE);
}

static void
queue_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  AphImportDialog *self = APH_IMPORT_DIALOG (widget);

  g_signal_emit (self, signals[QUEUE], 0, self->plan);
  gtk_window_close (GTK_WINDOW (self));
}

static void
use_template_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  AphImportDialog *self = APH_IMPORT_DIALOG (widget);

  adw_combo_row_set_selected (self->prompt_row, count_columns (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->template_view));
}

static void
aph_import_dialog_dispose (GObject *object)
{
  AphImportDialog *self = APH_IMPORT_DIALOG (object);

  stop_looking (self);
  g_clear_pointer (&self->plan, aph_import_plan_free);
  g_clear_pointer (&self->survey, aph_file_survey_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_IMPORT_DIALOG);

  G_OBJECT_CLASS (aph_import_dialog_parent_class)->dispose (object);
}

static void
aph_import_dialog_finalize (GObject *object)
{
  AphImportDialog *self = APH_IMPORT_DIALOG (object);

  g_free (self->template_text);

  G_OBJECT_CLASS (aph_import_dialog_parent_class)->finalize (object);
}

static gboolean
aph_import_dialog_close_request (GtkWindow *window)
{
  stop_looking (APH_IMPORT_DIALOG (window));

  return GTK_WINDOW_CLASS (aph_import_dialog_parent_class)->close_request (window);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               APH_APP_PATH "/ui/aph-import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, table);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, source_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, encoding_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, delimiter_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, header_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, blocks_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, preset_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, prompt_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, template_frame);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, template_view);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, placeholder);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, system_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, model_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, id_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, images_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, example);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, models_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, vary_row);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, repeat_button);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, result);
  gtk_widget_class_bind_template_child (widget_class, AphImportDialog, bad_rows);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, grid_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, preset_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, preset_filling_cb);
}

static void
aph_import_dialog_class_init (AphImportDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = aph_import_dialog_dispose;
  object_class->finalize = aph_import_dialog_finalize;
  window_class->close_request = aph_import_dialog_close_request;

  /**
   * AphImportDialog::queue:
   * @plan: (type gpointer): the #AphImportPlan
   */
  signals[QUEUE] = g_signal_new ("queue", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  g_type_ensure (APH_TYPE_IMPORT_BAD_ROWS);
  g_type_ensure (APH_TYPE_IMPORT_TABLE);
  g_type_ensure (APH_TYPE_PRESET_ROW);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "import.queue", NULL, queue_action);
  gtk_widget_class_install_action (widget_class, "import.use-template", NULL, use_template_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
fill_encodings (AphImportDialog *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, _("Automatic"));
  gtk_string_list_splice (list, 1, 0, aph_text_encoding_get_names ());
  adw_combo_row_set_model (self->encoding_row, G_LIST_MODEL (list));
}

static void
aph_import_dialog_init (AphImportDialog *self)
{
  self->template_text = g_strdup ("");
  self->is_showing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.queue", FALSE);
  fill_encodings (self);
  g_signal_connect_object (gtk_text_view_get_buffer (self->template_view), "changed",
                           G_CALLBACK (template_changed_cb), self, G_CONNECT_SWAPPED);
  self->is_showing = FALSE;
}

static void
show_sources (AphImportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *title = aph_import_plan_dup_title (self->plan);

  for (guint i = 0; i < self->plan->sources->len; i++)
    gtk_string_list_append (names, aph_prompt_source_get_name (get_source (self, i)));
  adw_combo_row_set_model (self->source_row, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (self->source_row), self->plan->sources->len > 1);
  adw_window_title_set_subtitle (self->window_title, title);
}

/**
 * aph_import_dialog_new:
 * @parent: (nullable): the window that asks
 * @plan: with one source at least
 *
 * Returns: (transfer none): a dialog that shows what is in the sources of @plan
 */
AphImportDialog *
aph_import_dialog_new (GtkWindow           *parent,
                       const AphImportPlan *plan)
{
  AphImportDialog *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (plan != NULL && plan->sources->len > 0, NULL);

  self = g_object_new (APH_TYPE_IMPORT_DIALOG, "transient-for", parent, NULL);
  self->is_showing = TRUE;
  self->plan = aph_import_plan_copy (plan);
  show_sources (self);
  self->is_showing = FALSE;
  look (self);

  return self;
}
