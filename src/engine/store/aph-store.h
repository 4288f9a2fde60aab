/* aph-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-attempt.h"
#include "job/aph-job.h"
#include "store/aph-batch.h"
#include "store/aph-job-query.h"

G_BEGIN_DECLS

#define APH_STORE_ERROR (aph_store_error_quark ())

/**
 * AphStoreError:
 * @APH_STORE_ERROR_FAILED: something else; the message is SQLite's
 * @APH_STORE_ERROR_DAMAGED: the file is no database, or a damaged one
 * @APH_STORE_ERROR_NEWER: it was written by a newer version
 * @APH_STORE_ERROR_LOCKED: another instance has it
 * @APH_STORE_ERROR_FULL: there is no room left on the disk
 * @APH_STORE_ERROR_READ_ONLY: it may not be written to
 *
 * What can be wrong with the store.
 */
typedef enum
{
  APH_STORE_ERROR_FAILED,
  APH_STORE_ERROR_DAMAGED,
  APH_STORE_ERROR_NEWER,
  APH_STORE_ERROR_LOCKED,
  APH_STORE_ERROR_FULL,
  APH_STORE_ERROR_READ_ONLY,
} AphStoreError;

GQuark aph_store_error_quark (void);

/**
 * AphPullFunc:
 * @max_rows: how many are wanted at most
 * @pull_data: as given
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Gives the next prompts of an import, in a thread of its own; it may block.
 *
 * Returns: (transfer full) (nullable) (element-type AphRequest): the next, not none; %NULL at the
 *   end without @error, or when it cannot go on with it
 */
typedef GPtrArray *(*AphPullFunc)     (guint          max_rows,
                                       gpointer       pull_data,
                                       GCancellable  *cancellable,
                                       GError       **error);

/**
 * AphProgressFunc:
 * @n_rows: how many prompts are in the store so far; they may run already
 * @user_data: as given
 *
 * Tells in the main context how far an import is, some times a second.
 */
typedef void       (*AphProgressFunc) (guint64        n_rows,
                                       gpointer       user_data);

/**
 * AphEachJobFunc:
 * @job: a job made for this call, complete as it is on disk
 * @user_data: as given
 * @error: return location
 *
 * Is called in a thread of its own for each job of a query.
 *
 * Returns: whether to go on; %FALSE with @error to fail
 */
typedef gboolean   (*AphEachJobFunc)  (AphJob        *job,
                                       gpointer       user_data,
                                       GError       **error);

#define APH_TYPE_STORE (aph_store_get_type ())

G_DECLARE_FINAL_TYPE (AphStore, aph_store, APH, STORE, GObject)

/**
 * AphStore:
 *
 * All batches and jobs, on disk. See aph-session.h for what a window does with it; whoever exports
 * or counts uses aph_store_for_each_async().
 */
void       aph_store_for_each_async     (AphStore             *self,
                                         const AphJobQuery    *query,
                                         gboolean              with_texts,
                                         AphEachJobFunc        func,
                                         gpointer              func_data,
                                         GDestroyNotify        func_data_free,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean   aph_store_for_each_finish    (AphStore             *self,
                                         GAsyncResult         *result,
                                         GError              **error);

void       aph_store_get_attempts_async (AphStore             *self,
                                         guint64               job_id,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GPtrArray *aph_store_get_attempts_finish (AphStore            *self,
                                         GAsyncResult         *result,
                                         GError              **error);

G_END_DECLS
