/* aph-server-dialog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-server-list.h"

G_BEGIN_DECLS

#define APH_TYPE_SERVER_DIALOG (aph_server_dialog_get_type ())

/**
 * AphServerDialog:
 *
 * Where a server is entered, changed and tried.
 *
 * Signals:
 * - "removed" (#AphServerConfig): the user has removed the server that was changed
 */
G_DECLARE_FINAL_TYPE (AphServerDialog, aph_server_dialog, APH, SERVER_DIALOG, AdwWindow)

AphServerDialog *aph_server_dialog_new (GtkWindow       *parent,
                                        AphServerList   *servers,
                                        AphServerConfig *config);

G_END_DECLS
