/* aph-keyring.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define APH_TYPE_KEYRING (aph_keyring_get_type ())

/**
 * AphKeyring:
 *
 * Where secrets are kept: in the keyring of the desktop, which in a sandbox is behind its portal.
 * Where there is none they are kept as long as the process lives, and nowhere else.
 */
G_DECLARE_FINAL_TYPE (AphKeyring, aph_keyring, APH, KEYRING, GObject)

AphKeyring *aph_keyring_new           (void);

void        aph_keyring_store_async   (AphKeyring           *self,
                                       const char           *id,
                                       const char           *label,
                                       const char           *secret,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean    aph_keyring_store_finish  (AphKeyring           *self,
                                       GAsyncResult         *result,
                                       GError              **error);

void        aph_keyring_lookup_async  (AphKeyring           *self,
                                       const char           *id,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
char       *aph_keyring_lookup_finish (AphKeyring           *self,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
