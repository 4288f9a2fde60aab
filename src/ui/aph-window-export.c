/* aph-window-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-export-dialog.h"
#include "ui/aph-export-run.h"
#include "ui/aph-report-words.h"
#include "ui/aph-window-private.h"

/* More than this are exported as what the list shows. */
#define MAX_SELECTED 100000

static void
export_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  const AphJobQuery *query = aph_session_get_query (self->session);
  gboolean is_filtering = query != NULL && aph_job_query_is_filtering (query);

  aph_export_dialog_present (GTK_WINDOW (self), self->session,
                             is_filtering ? APH_EXPORT_SCOPE_FILTER : APH_EXPORT_SCOPE_BATCH,
                             NULL);
}

static void
export_selected_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  g_autoptr (GPtrArray) selected = aph_queue_view_dup_selected (self->queue, MAX_SELECTED);

  aph_export_dialog_present (GTK_WINDOW (self), self->session, APH_EXPORT_SCOPE_SELECTION,
                             selected);
}

/* What there is now, with a way to look at it. */
static void
say_written (AphWindow  *self,
             const char *text,
             const char *uri)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _("_Open"));
  adw_toast_set_action_name (toast, "win.open-exported");
  adw_toast_set_action_target (toast, "s", uri);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* What the dialog has written. */
static void
exported_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  g_autofree char *text = NULL;
  const char *uri;
  guint64 n;

  g_variant_get (parameter, "(&st)", &uri, &n);
  text = g_strdup_printf (ngettext ("Exported %'lu prompt", "Exported %'lu prompts", (gulong) n),
                          (gulong) n);
  say_written (self, text, uri);
}

static void
open_exported_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  aph_launch_file (GTK_WINDOW (widget), file);
}

/* What was set aside */

typedef struct
{
  AphWindow *window;
  GFile *file;
  gboolean is_aside;    /* it is of a store that was set aside */
} Salvage;

static void
end_salvage (AphWindow *self)
{
  g_clear_object (&self->salvaging);
  aph_window_update_banners (self);
}

static char *
describe_salvage (guint n_saved,
                  guint n_lost)
{
  g_autofree char *saved = g_strdup_printf (ngettext ("Saved %'u prompt", "Saved %'u prompts",
                                                      n_saved), n_saved);
  g_autofree char *lost = NULL;

  if (n_lost == 0)
    return g_steal_pointer (&saved);

  lost = g_strdup_printf (ngettext ("%'u more cannot be read", "%'u more cannot be read", n_lost),
                          n_lost);

  /* Translators: "Saved 12 prompts" and "3 more cannot be read" */
  return g_strdup_printf (_("%s; %s"), saved, lost);
}

static void
salvaged_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Salvage *salvage = user_data;
  g_autoptr (AphWindow) self = salvage->window;
  g_autoptr (GFile) file = salvage->file;
  gboolean is_aside = salvage->is_aside;
  g_autoptr (GError) error = NULL;
  guint n_lost;
  gint64 n_saved = aph_export_run_salvage_finish (result, &n_lost, &error);

  g_free (salvage);
  /* The window may be closed, which gives it up. */
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  end_salvage (self);
  if (error == NULL)
    {
      g_autofree char *text = describe_salvage (n_saved, n_lost);
      g_autofree char *uri = g_file_get_uri (file);

      if (is_aside)
        aph_store_forget_set_aside (aph_session_get_store (self->session));
      say_written (self, text, uri);
    }
  else if (error->domain == APH_STORE_ERROR)
    aph_window_say (self, _("Nothing of it can be read"));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aph_window_say (self, error->message);
}

/**
 * aph_window_salvage:
 * @self: a window
 * @file: the file to be made or replaced
 *
 * Writes what can be read of the prompts that were set aside or have turned out to be damaged, if
 * there are any. The window can be used meanwhile.
 */
void
aph_window_salvage (AphWindow *self,
                    GFile     *file)
{
  const char *path = aph_store_get_salvageable (aph_session_get_store (self->session));
  const AphExportOptions options = {
    .title = _("Prompts"),
    .with_record = TRUE,
    .renumber = TRUE,
    .words = &aph_report_words,
  };
  Salvage *salvage;

  if (path == NULL || self->salvaging != NULL)
    return;

  salvage = g_new0 (Salvage, 1);
  salvage->window = g_object_ref (self);
  salvage->file = g_object_ref (file);
  salvage->is_aside = g_strcmp0 (path, aph_session_get_set_aside (self->session)) == 0;
  self->salvaging = g_cancellable_new ();
  aph_export_run_salvage_async (aph_export_new (file, APH_EXPORT_JSONL, &options), path,
                                self->salvaging, salvaged_cb, salvage);
  aph_window_update_banners (self);
}

static void
place_chosen_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_autoptr (GFile) file = aph_save_file_finish (result, NULL);

  if (file != NULL)
    aph_window_salvage (self, file);
}

static void
salvage_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  g_autofree char *name = g_strconcat (_("Answers"), ".jsonl", NULL);

  aph_save_file_async (GTK_WINDOW (self), _("Save What Can Be Read"), name, self->cancellable,
                       place_chosen_cb, g_object_ref (self));
}

static void
stop_salvage_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);

  if (self->salvaging != NULL)
    g_cancellable_cancel (self->salvaging);
}

static void
forget_aside_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  aph_store_forget_set_aside (aph_session_get_store (APH_WINDOW (widget)->session));
}

/**
 * aph_window_class_add_export_actions:
 * @widget_class: of #AphWindow
 */
void
aph_window_class_add_export_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "win.export-selected", NULL,
                                   export_selected_action);
  gtk_widget_class_install_action (widget_class, "win.salvage", NULL, salvage_action);
  gtk_widget_class_install_action (widget_class, "win.stop-salvage", NULL, stop_salvage_action);
  gtk_widget_class_install_action (widget_class, "win.forget-aside", NULL, forget_aside_action);
  gtk_widget_class_install_action (widget_class, "win.exported", "(st)", exported_action);
  gtk_widget_class_install_action (widget_class, "win.open-exported", "s", open_exported_action);
}
