/* aph-window-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are opened, and tables that are pasted. What has nothing to ask about is queued at
 * once; for all else there is the dialog.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "files/aph-file-survey.h"
#include "ui/aph-compat.h"
#include "ui/aph-import-dialog.h"
#include "ui/aph-ui.h"
#include "ui/aph-window-private.h"

/* So many problems are listed; the others are counted. */
#define MAX_LISTED 12

/* An import that is done sooner than this shows no progress, µs. */
#define SHORT_IMPORT (400 * G_TIME_SPAN_MILLISECOND)

/* What an import needs while it runs. */
typedef struct
{
  AphWindow *window;
  char *name;                 /* of what was opened */
  GCancellable *cancellable;  /* the user's, and the window's */
  gint64 started_at;          /* monotonic time, µs */
} Opening;

static Opening *
opening_new (AphWindow           *self,
             const AphImportPlan *plan)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->window = g_object_ref (self);
  opening->name = aph_import_plan_dup_title (plan);
  opening->cancellable = g_cancellable_new ();
  opening->started_at = g_get_monotonic_time ();
  g_signal_connect_object (self->cancellable, "cancelled", G_CALLBACK (g_cancellable_cancel),
                           opening->cancellable, G_CONNECT_SWAPPED);

  if (self->imports == NULL)
    self->imports = g_ptr_array_new ();
  g_ptr_array_add (self->imports, opening);

  return opening;
}

static void
opening_free (Opening *opening)
{
  AphWindow *self = opening->window;

  g_ptr_array_remove (self->imports, opening);
  if (self->imports->len == 0)
    g_clear_pointer (&self->imports, g_ptr_array_unref);
  aph_window_hide_banner (self->import_banner);

  g_object_unref (opening->cancellable);
  g_free (opening->name);
  g_free (opening);
  g_object_unref (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

/* Progress */

/* Few imports take so long that it is needed. The oldest one is shown, and can be stopped; then the
 * next. */
static void
progress_cb (guint64  n_prompts,
             double   fraction,
             gpointer user_data)
{
  Opening *opening = user_data;
  AphWindow *self = opening->window;
  guint n = (guint) MIN (n_prompts, G_MAXUINT);
  g_autofree char *body = NULL;
  AphBanner *banner;

  if (opening != g_ptr_array_index (self->imports, 0)
      || g_cancellable_is_cancelled (opening->cancellable)
      || g_get_monotonic_time () - opening->started_at < SHORT_IMPORT)
    return;

  banner = APH_BANNER (aph_ui_ensure_child (self->import_banner, APH_TYPE_BANNER));
  if (!aph_banner_is_shown (banner))
    {
      /* Translators: %s is the name of a file */
      g_autofree char *title = g_strdup_printf (_("Reading %s"), opening->name);

      aph_banner_show (banner, NULL, title, NULL);
      aph_banner_add_button (banner, _("_Cancel"), "win.stop-import");
    }
  body = g_strdup_printf (ngettext ("%'u prompt is queued so far", "%'u prompts are queued so far",
                                    n), n);
  aph_banner_set_progress (banner, body, fraction);
}

static void
stop_import_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  if (self->imports != NULL)
    g_cancellable_cancel (((Opening *) g_ptr_array_index (self->imports, 0))->cancellable);
}

/* What became of it */

static void
show_problems (AphWindow       *self,
               AphImportResult *result)
{
  gboolean has_rows = result->n_problems > result->n_unread;
  guint n_problems = (guint) MIN (result->n_problems, G_MAXUINT);
  g_autofree char *heading = NULL;
  GString *body = g_string_new (NULL);
  guint n_listed = MIN (result->problems->len, MAX_LISTED);
  GtkWidget *dialog;

  heading = has_rows ? g_strdup_printf (ngettext ("%'u row was not queued",
                                                  "%'u rows were not queued", n_problems),
                                        n_problems)
                     : g_strdup_printf (ngettext ("%'u file could not be read",
                                                  "%'u files could not be read", n_problems),
                                        n_problems);
  for (guint i = 0; i < n_listed; i++)
    g_string_append_printf (body, "%s\n", (const char *) g_ptr_array_index (result->problems, i));
  if (result->n_problems > n_listed)
    {
      guint n_more = (guint) (result->n_problems - n_listed);

      g_string_append_printf (body, ngettext ("and %'u more", "and %'u more", n_more), n_more);
      g_string_append_c (body, '\n');
    }
  if (has_rows)
    {
      g_string_append_c (body, '\n');
      g_string_append (body, _("Each line of a text file is a prompt; each line of a JSON Lines "
                               "file is an object with a “prompt”."));
    }
  else
    {
      g_string_truncate (body, body->len - 1);
    }

  dialog = aph_message_dialog_new (GTK_WINDOW (self), heading, body->str);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
  g_string_free (body, TRUE);
}

static void
show_newest (AphWindow *self)
{
  g_autoptr (AphBatch) batch =
    g_list_model_get_item (aph_session_get_batches (self->session), 0);

  if (batch != NULL)
    aph_window_show_queued (self, batch);
}

/* A view can have the focus once it has something on screen; it is not waited for long. */
#define MAX_FOCUS_FRAMES 100

static gboolean
go_to_view_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  AphWindow *self = APH_WINDOW (widget);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (self->n_focus_frames-- <= 1 || aph_composer_get_n_prompts (self->composer) > 0
      || (focus != NULL && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->composer))))
    {
      self->n_focus_frames = 0;
      return G_SOURCE_REMOVE;
    }

  if (self->view == APH_VIEW_TABLE)
    gtk_widget_grab_focus (GTK_WIDGET (self->queue));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);

  return G_SOURCE_CONTINUE;
}

/* Who opens a file wants to see it and to go through it, unless something is being written. */
static void
go_to_view (AphWindow *self)
{
  if (self->n_focus_frames == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), go_to_view_cb, NULL, NULL);
  self->n_focus_frames = MAX_FOCUS_FRAMES;
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Opening) opening = user_data;
  AphWindow *self = opening->window;
  AphSession *session = APH_SESSION (source);
  g_autoptr (AphImportResult) imported = aph_import_finish (session, result, NULL);
  guint n_prompts;

  if (imported == NULL)
    {
      /* It was the user, or the window was closed. */
      if (!g_cancellable_is_cancelled (self->cancellable))
        aph_window_say (self, _("Stopped. What was queued by then stays, as a batch that can be "
                                "deleted."));
      return;
    }

  n_prompts = (guint) MIN (imported->n_prompts, G_MAXUINT);
  if (n_prompts > 0)
    {
      g_autofree char *text =
        g_strdup_printf (ngettext ("Queued %'u prompt from %s", "Queued %'u prompts from %s",
                                   n_prompts),
                         n_prompts, opening->name);

      aph_window_say (self, text);
      show_newest (self);
      go_to_view (self);
    }

  if (imported->n_problems > 0)
    show_problems (self, imported);
  else if (n_prompts == 0)
    {
      g_autofree char *text = g_strdup_printf (_("There are no prompts in %s"), opening->name);

      aph_window_say (self, text);
    }
}

/* Queues what the plan says, and says how many there were and what was wrong. */
static void
import (AphWindow           *self,
        const AphImportPlan *plan)
{
  Opening *opening = opening_new (self, plan);

  aph_import_async (self->session, plan, progress_cb, opening, opening->cancellable, imported_cb,
                    opening);
}

/* A plan with the options that are set in the window; NULL if they cannot be used. */
static AphImportPlan *
create_plan (AphWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AphParams) params = aph_composer_create_params (self->composer, &error);
  AphImportPlan *plan;

  if (params == NULL)
    {
      aph_window_say (self, error->message);
      aph_composer_show_options (self->composer);
      return NULL;
    }

  plan = aph_import_plan_new ();
  aph_import_plan_set_params (plan, params);

  return plan;
}

static AphImportDialog *
show_dialog (AphWindow           *self,
             const AphImportPlan *plan)
{
  AphImportDialog *dialog = aph_import_dialog_new (GTK_WINDOW (self), plan);

  g_signal_connect_object (dialog, "queue", G_CALLBACK (import), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));

  return dialog;
}

/* What is looked at, one after the other. */
typedef struct
{
  AphWindow *window;
  AphImportPlan *plan;
  guint n_looked;
} Look;

static void
look_free (Look *look)
{
  g_object_unref (look->window);
  aph_import_plan_free (look->plan);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static void look_at_next (Look *look);

/* Which column is the prompt is for the user to say, and a table is better seen first. */
static gboolean
needs_dialog (const AphFileSurvey *survey)
{
  return survey->problem != NULL
         || survey->layout.kind == APH_FILE_TABLE
         || survey->layout.kind == APH_FILE_PICTURES
         || (survey->layout.kind != APH_FILE_TEXT && survey->n_rows == 0 && survey->rows->len > 0);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AphFileSurvey) survey = aph_file_survey_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* What is wrong with a file is said by the import. */
  if (survey != NULL && needs_dialog (survey))
    show_dialog (look->window, look->plan);
  else
    look_at_next (g_steal_pointer (&look));
}

static void
look_at_next (Look *look)
{
  g_autoptr (Look) owned = look;

  if (look->n_looked == look->plan->sources->len)
    {
      import (look->window, look->plan);
      return;
    }

  aph_file_survey_async (g_ptr_array_index (look->plan->sources, look->n_looked++),
                         look->plan->options, FALSE, look->window->cancellable, looked_cb,
                         g_steal_pointer (&owned));
}

/**
 * aph_window_open_files:
 * @self: a window
 * @files: (element-type GFile): files of prompts
 * @ask: whether to show what is in them whatever it is
 *
 * Queues their prompts, or shows what is in them first.
 */
void
aph_window_open_files (AphWindow *self,
                       GPtrArray *files,
                       gboolean   ask)
{
  g_autoptr (AphImportPlan) plan = NULL;
  Look *look;

  g_return_if_fail (APH_IS_WINDOW (self));
  g_return_if_fail (files != NULL && files->len > 0);

  plan = create_plan (self);
  if (plan == NULL)
    return;

  aph_import_plan_add_files (plan, files);
  if (ask)
    {
      show_dialog (self, plan);
      return;
    }

  look = g_new0 (Look, 1);
  look->window = g_object_ref (self);
  look->plan = g_steal_pointer (&plan);
  look_at_next (look);
}

/* What was pasted goes when it is queued as a table. */
static void
table_queued_cb (AphWindow           *self,
                 const AphImportPlan *plan,
                 AphImportDialog     *dialog)
{
  aph_composer_remove_text (self->composer, g_object_get_data (G_OBJECT (dialog), "text"));
}

/**
 * aph_window_import_table:
 * @self: a window
 * @text: cells with tabs between them, as spreadsheets copy them
 *
 * Shows the table, to be queued.
 */
void
aph_window_import_table (AphWindow  *self,
                         const char *text)
{
  g_autoptr (AphImportPlan) plan = NULL;
  g_autoptr (GBytes) bytes = NULL;
  AphImportDialog *dialog;

  g_return_if_fail (APH_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  plan = create_plan (self);
  if (plan == NULL)
    return;

  bytes = g_bytes_new (text, strlen (text));
  plan->options->kind = APH_FILE_TABLE;
  plan->options->delimiter = '\t';
  /* Translators: the name of what was pasted, like the name of a file */
  g_ptr_array_add (plan->sources, aph_prompt_source_new_for_bytes (bytes, _("Pasted table")));

  dialog = show_dialog (self, plan);
  g_object_set_data_full (G_OBJECT (dialog), "text", g_strdup (text), g_free);
  g_signal_connect_object (dialog, "queue", G_CALLBACK (table_queued_cb), self, G_CONNECT_SWAPPED);
}

/**
 * aph_window_offer_table:
 * @self: a window
 * @text: what was pasted
 *
 * Offers to take it as a table.
 */
void
aph_window_offer_table (AphWindow  *self,
                        const char *text)
{
  AdwToast *toast = adw_toast_new (_("What you pasted looks like a table"));

  adw_toast_set_button_label (toast, _("_Import as Table…"));
  adw_toast_set_action_name (toast, "win.import-table");
  adw_toast_set_action_target (toast, "s", text);
  adw_toast_set_timeout (toast, 20);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * aph_window_class_add_import_actions:
 * @widget_class: the class of the window
 *
 * Adds the actions of imports.
 */
void
aph_window_class_add_import_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.stop-import", NULL, stop_import_action);
}
