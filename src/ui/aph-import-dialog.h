/* aph-import-dialog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-import.h"

G_BEGIN_DECLS

#define APH_TYPE_IMPORT_DIALOG (aph_import_dialog_get_type ())

/**
 * AphImportDialog:
 *
 * Shows what is in files before it is queued, and lets the user say how they are to be read, which
 * column is what, and what each row is multiplied by.
 *
 * The signal "queue" has the #AphImportPlan that the user has made, and comes just before the
 * dialog closes.
 */
G_DECLARE_FINAL_TYPE (AphImportDialog, aph_import_dialog, APH, IMPORT_DIALOG, AdwWindow)

AphImportDialog *aph_import_dialog_new (GtkWindow            *parent,
                                        const AphImportPlan  *plan);

G_END_DECLS
