/* aph-export-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-export.h"
#include "store/aph-store.h"

G_BEGIN_DECLS

/**
 * AphExportProgressFunc:
 * @fraction: how much is done, from 0 to 1
 * @user_data: as given
 *
 * Tells in the main loop how far an export is, some times a second.
 */
typedef void (*AphExportProgressFunc) (double   fraction,
                                       gpointer user_data);

/* From the store into a file, both in threads, one job at a time in memory. */
void    aph_export_run_async  (AphExport              *export,
                               AphStore               *store,
                               const AphJobQuery      *query,
                               GPtrArray              *only,
                               guint                   n_jobs,
                               AphExportProgressFunc   progress,
                               gpointer                progress_data,
                               GCancellable           *cancellable,
                               GAsyncReadyCallback     callback,
                               gpointer                user_data);
gint64  aph_export_run_finish (GAsyncResult           *result,
                               GError                **error);

/* From a file that is a store no longer */
void    aph_export_run_salvage_async
                              (AphExport              *export,
                               const char             *path,
                               GCancellable           *cancellable,
                               GAsyncReadyCallback     callback,
                               gpointer                user_data);
gint64  aph_export_run_salvage_finish
                              (GAsyncResult           *result,
                               guint                  *n_lost,
                               GError                **error);

G_END_DECLS
