/* aph-export-dialog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-session.h"

G_BEGIN_DECLS

/**
 * AphExportScope:
 * @APH_EXPORT_SCOPE_BATCH: all prompts of the batch that is shown
 * @APH_EXPORT_SCOPE_FILTER: those of them that the list shows
 * @APH_EXPORT_SCOPE_SELECTION: those that are selected
 *
 * What is exported.
 */
typedef enum
{
  APH_EXPORT_SCOPE_BATCH,
  APH_EXPORT_SCOPE_FILTER,
  APH_EXPORT_SCOPE_SELECTION,
} AphExportScope;

#define APH_TYPE_EXPORT_DIALOG (aph_export_dialog_get_type ())

/**
 * AphExportDialog:
 *
 * Asks what to write in which format, then where, and writes it.
 *
 * When a file was written, the window it belongs to is told by its action "win.exported" with the
 * file's URI and the number of prompts in it (a string and a uint64).
 */
G_DECLARE_FINAL_TYPE (AphExportDialog, aph_export_dialog, APH, EXPORT_DIALOG, AdwWindow)

AphExportDialog *aph_export_dialog_present (GtkWindow       *parent,
                                            AphSession      *session,
                                            AphExportScope   scope,
                                            GPtrArray       *selected);

void             aph_export_dialog_write   (AphExportDialog *self,
                                            GFile           *file);

G_END_DECLS
