/* aph-server-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-server-config.h"
#include "ui/aph-settings.h"

G_BEGIN_DECLS

#define APH_TYPE_SERVER_LIST (aph_server_list_get_type ())

/**
 * AphServerList:
 *
 * The servers that the user has entered: the settings have them, the keyring has their secrets.
 *
 * Signals:
 * - "changed": one was added, changed or removed, or its secrets are known now
 * - "not-kept" (string): there is no keyring that keeps the secrets of the server of that name
 */
G_DECLARE_FINAL_TYPE (AphServerList, aph_server_list, APH, SERVER_LIST, GObject)

AphServerList   *aph_server_list_new     (AphSettings       *settings);

guint            aph_server_list_get_n   (AphServerList     *self);
AphServerConfig *aph_server_list_get     (AphServerList     *self,
                                          guint              position);
AphServerConfig *aph_server_list_lookup  (AphServerList     *self,
                                          const char        *id);
AphServerConfig *aph_server_list_find    (AphServerList     *self,
                                          const char        *address);
void             aph_server_list_put     (AphServerList     *self,
                                          AphServerConfig   *config);
void             aph_server_list_set_enabled (AphServerList *self,
                                          const char        *id,
                                          gboolean           enabled);
void             aph_server_list_remove  (AphServerList     *self,
                                          const char        *id);
void             aph_server_list_close   (AphServerList     *self);

G_END_DECLS
