/* aph-server-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-server-list.h"

G_BEGIN_DECLS

#define APH_TYPE_SERVER_ROW (aph_server_row_get_type ())

/**
 * AphServerRow:
 *
 * A server of the list: how it is, which version it has, and whether it is used.
 */
G_DECLARE_FINAL_TYPE (AphServerRow, aph_server_row, APH, SERVER_ROW, AdwActionRow)

GtkWidget  *aph_server_row_new    (AphServerList   *servers,
                                   AphServerConfig *config);
gboolean    aph_server_row_shows  (AphServerRow    *self,
                                   AphServerConfig *config);
AphServerConfig *
            aph_server_row_get_config (AphServerRow *self);

G_END_DECLS
