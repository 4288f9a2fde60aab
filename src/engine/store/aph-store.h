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
#include "store/aph-store-error.h"
#include "store/aph-store-move.h"

G_BEGIN_DECLS

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

/**
 * AphStoreRemoval:
 * @id: what to give to aph_store_restore(); 0 if nothing was removed
 * @n_jobs: how many jobs were removed
 *
 * Something that was removed and may be put back as long as the process runs.
 */
typedef struct
{
  guint64 id;
  guint   n_jobs;
} AphStoreRemoval;

#define APH_TYPE_STORE (aph_store_get_type ())

/**
 * AphStore:
 *
 * All batches and jobs, on disk. What is done to them is seen at once, and written behind: what
 * happens within a tenth of a second is one transaction, in a thread. The text of a running answer
 * is on disk after a second at the latest. Reading is done in other threads, so nothing here ever
 * waits.
 *
 * A job is an object while somebody holds it, and always the same one; a store of a million jobs
 * keeps in memory those that were looked at last.
 *
 * Signals:
 * - "opened": it can be used; its batches are known
 * - "error-changed": see aph_store_get_error() and aph_store_get_refusal()
 * - "jobs-added" (#AphBatch batch, guint64 first, guint64 n_jobs): jobs that wait have been added;
 *   their numbers follow one another
 * - "job-changed" (#AphJob job): anything but the text of an answer that arrives
 * - "jobs-loaded": jobs that were not loaded have been
 * - "jobs-moved" (#GArray of #AphPlacement, guint move, gboolean is_last): jobs have other places
 *   in the queue, and it is on disk; of each move there is a last one, which may be about none
 * - "jobs-removed" (#AphBatch batch): jobs, those of a batch or, if it is %NULL, of any; which is
 *   told by aph_store_is_removed() as far as they are in memory
 * - "reset": any job may be there that was not, or gone
 */
G_DECLARE_FINAL_TYPE (AphStore, aph_store, APH, STORE, GObject)

AphStore        *aph_store_new                (const char            *path);
void             aph_store_close              (AphStore              *self);
gboolean         aph_store_is_open            (AphStore              *self);
gboolean         aph_store_is_indexed         (AphStore              *self);
const GError    *aph_store_get_error          (AphStore              *self);
const GError    *aph_store_get_refusal        (AphStore              *self,
                                               guint                 *n_jobs);
const GError    *aph_store_get_problem        (AphStore              *self);
const char      *aph_store_get_set_aside      (AphStore              *self);
const char      *aph_store_get_salvageable    (AphStore              *self);
void             aph_store_forget_set_aside   (AphStore              *self);

/* Batches */
GListModel      *aph_store_get_batches        (AphStore              *self);
AphBatch        *aph_store_lookup_batch       (AphStore              *self,
                                               guint64                id);
gboolean         aph_store_has_batch          (AphStore              *self,
                                               guint64                id);
gboolean         aph_store_is_old_batch       (AphStore              *self,
                                               AphBatch              *batch);
AphBatch        *aph_store_add_batch          (AphStore              *self,
                                               const AphBatchDetails *details);
void             aph_store_rename_batch       (AphStore              *self,
                                               AphBatch              *batch,
                                               const char            *title);
void             aph_store_archive_batch      (AphStore              *self,
                                               AphBatch              *batch,
                                               gboolean               archived);

/* Jobs */
const guint     *aph_store_get_counts         (AphStore              *self);
guint            aph_store_get_n_suspect      (AphStore              *self);
guint64          aph_store_get_first_new_batch (AphStore             *self);
guint64          aph_store_get_first_new_job  (AphStore              *self);
GPtrArray       *aph_store_add_jobs           (AphStore              *self,
                                               AphBatch              *batch,
                                               GPtrArray             *requests,
                                               gboolean              *default_models);
AphJob          *aph_store_get_job            (AphStore              *self,
                                               guint64                id);
AphJob          *aph_store_peek_job           (AphStore              *self,
                                               guint64                id);
gboolean         aph_store_is_removed         (AphStore              *self,
                                               AphJob                *job);
void             aph_store_job_advanced       (AphStore              *self,
                                               AphJob                *job,
                                               AphJobState            old_state);
void             aph_store_job_changed        (AphStore              *self,
                                               AphJob                *job);
void             aph_store_request_changed    (AphStore              *self,
                                               AphJob                *job);
guint            aph_store_move               (AphStore              *self,
                                               GArray                *ids,
                                               guint64                batch,
                                               AphStoreMove           move);
guint            aph_store_move_back          (AphStore              *self,
                                               GArray                *placements);
guint64          aph_store_get_place          (AphStore              *self,
                                               guint64                id);
gboolean         aph_store_has_moved          (AphStore              *self);
GPtrArray       *aph_store_list_unwritten     (AphStore              *self);
void             aph_store_flush              (AphStore              *self);

/* Removing, and undoing that */
AphStoreRemoval  aph_store_remove_jobs        (AphStore              *self,
                                               GPtrArray             *jobs);
AphStoreRemoval  aph_store_remove_ended       (AphStore              *self,
                                               AphBatch              *batch);
AphStoreRemoval  aph_store_remove_batch       (AphStore              *self,
                                               AphBatch              *batch);
void             aph_store_restore            (AphStore              *self,
                                               guint64                removal);

/* In the background */
void             aph_store_import_async       (AphStore              *self,
                                               AphBatch              *batch,
                                               const char            *model,
                                               AphParams             *defaults,
                                               AphPullFunc            pull,
                                               gpointer               pull_data,
                                               GDestroyNotify         pull_data_free,
                                               AphProgressFunc        progress,
                                               gpointer               progress_data,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
gboolean         aph_store_import_finish      (AphStore              *self,
                                               GAsyncResult          *result,
                                               guint64               *n_rows,
                                               GError               **error);
void             aph_store_copy_async         (AphStore              *self,
                                               AphBatch              *batch,
                                               AphBatch              *copy,
                                               const char            *model,
                                               AphParams             *params,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
void             aph_store_find_async         (AphStore              *self,
                                               const AphJobQuery     *query,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
void             aph_store_find_first_async   (AphStore              *self,
                                               const AphJobQuery     *query,
                                               guint                  max_rows,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
GArray          *aph_store_find_finish        (AphStore              *self,
                                               GAsyncResult          *result,
                                               GError               **error);
void             aph_store_list_values_async  (AphStore              *self,
                                               AphStoreValues         values,
                                               guint64                batch,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
GStrv            aph_store_list_values_finish (AphStore              *self,
                                               GAsyncResult          *result,
                                               GError               **error);
void             aph_store_for_each_async     (AphStore              *self,
                                               const AphJobQuery     *query,
                                               gboolean               with_texts,
                                               AphEachJobFunc         func,
                                               gpointer               func_data,
                                               GDestroyNotify         func_data_free,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
gboolean         aph_store_for_each_finish    (AphStore              *self,
                                               GAsyncResult          *result,
                                               GError               **error);
void             aph_store_get_attempts_async (AphStore              *self,
                                               guint64                job_id,
                                               GCancellable          *cancellable,
                                               GAsyncReadyCallback    callback,
                                               gpointer               user_data);
GPtrArray       *aph_store_get_attempts_finish (AphStore             *self,
                                               GAsyncResult          *result,
                                               GError               **error);

G_END_DECLS
