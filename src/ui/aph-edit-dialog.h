/* aph-edit-dialog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define APH_TYPE_EDIT_DIALOG (aph_edit_dialog_get_type ())

/**
 * AphEditDialog:
 *
 * A prompt that waits, to be changed before it is sent.
 *
 * Signals: "saved" (string): this is what it is to be; the dialog closes.
 */
G_DECLARE_FINAL_TYPE (AphEditDialog, aph_edit_dialog, APH, EDIT_DIALOG, AdwWindow)

GtkWidget *aph_edit_dialog_new (GtkWindow  *parent,
                                const char *prompt);

G_END_DECLS
