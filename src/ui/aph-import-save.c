/* aph-import-save.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-import-save"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/aph-compat.h"
#include "ui/aph-import-save.h"

typedef struct
{
  GtkWindow *parent;
  GBytes *rows;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->parent);
  g_bytes_unref (saving->rows);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Saving) saving = user_data;
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    return;

  dialog = aph_message_dialog_new (saving->parent, _("The Rows Were Not Saved"), error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Saving) saving = user_data;
  g_autoptr (GFile) file = aph_save_file_finish (result, NULL);
  GBytes *rows = saving->rows;

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, rows, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                         written_cb, g_steal_pointer (&saving));
}

/**
 * aph_import_save_rows:
 * @parent: the window that asks
 * @name: what to propose as the name of the file
 * @rows: what to write
 *
 * Lets the user choose a file, and writes it.
 */
void
aph_import_save_rows (GtkWindow  *parent,
                      const char *name,
                      GBytes     *rows)
{
  Saving *saving;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (name != NULL);
  g_return_if_fail (rows != NULL);

  saving = g_new0 (Saving, 1);
  saving->parent = g_object_ref (parent);
  saving->rows = g_bytes_ref (rows);
  aph_save_file_async (parent, _("Save the Bad Rows"), name, NULL, chosen_cb, saving);
}
