/* aph-store-schema.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-database.h"

G_BEGIN_DECLS

gboolean aph_store_schema_prepare (AphDatabase  *database,
                                   GError      **error);
gboolean aph_store_schema_recover (AphDatabase  *database,
                                   GError      **error);

G_END_DECLS
