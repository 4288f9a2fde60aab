/* aph-store-salvage.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store.h"

G_BEGIN_DECLS

void     aph_store_salvage_async  (const char           *path,
                                   AphEachJobFunc        func,
                                   gpointer              func_data,
                                   GDestroyNotify        func_data_free,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean aph_store_salvage_finish (GAsyncResult         *result,
                                   guint                *n_jobs,
                                   guint                *n_lost,
                                   GError              **error);

G_END_DECLS
