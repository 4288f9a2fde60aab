/* aph-window-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-export-dialog.h"
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

/* What the dialog has written. */
static void
exported_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  g_autofree char *text = NULL;
  AdwToast *toast;
  const char *uri;
  guint64 n;

  g_variant_get (parameter, "(&st)", &uri, &n);
  text = g_strdup_printf (ngettext ("Exported %'lu prompt", "Exported %'lu prompts", (gulong) n),
                          (gulong) n);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("_Open"));
  adw_toast_set_action_name (toast, "win.open-exported");
  adw_toast_set_action_target (toast, "s", uri);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
open_exported_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  aph_launch_file (GTK_WINDOW (widget), file);
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
  gtk_widget_class_install_action (widget_class, "win.exported", "(st)", exported_action);
  gtk_widget_class_install_action (widget_class, "win.open-exported", "s", open_exported_action);
}
