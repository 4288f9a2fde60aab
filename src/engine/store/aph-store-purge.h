/* aph-store-purge.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-save.h"

G_BEGIN_DECLS

gboolean aph_store_purge (AphSaver  *saver,
                          GError   **error);

G_END_DECLS
