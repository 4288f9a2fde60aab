/* aph-session.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-params.h"
#include "queue/aph-scheduler.h"
#include "store/aph-store.h"
#include "ui/aph-connection.h"
#include "ui/aph-refresh-clock.h"
#include "ui/aph-server-pool.h"
#include "ui/aph-settings.h"

G_BEGIN_DECLS

/**
 * AphRemoval:
 * @id: what to give to aph_session_restore(); 0 if nothing was removed
 * @n_jobs: how many jobs were removed
 *
 * Something that was removed and may be put back as long as the process runs.
 */
typedef struct
{
  guint64 id;
  guint   n_jobs;
} AphRemoval;

#define APH_TYPE_SESSION (aph_session_get_type ())

/**
 * AphSession:
 *
 * What outlives a window: the prompts and how they fare, the server, the choices.
 *
 * Properties, to be watched: "concurrency" (uint), "model" (string), "paused" (boolean), "batch"
 * (#AphBatch, %NULL for all), "n-to-resume" (uint: how many prompts wait from an earlier time and
 * are not sent before aph_session_resume()) and "store-error" (pointer to a #GError, see
 * aph_session_get_store_error()).
 */
G_DECLARE_FINAL_TYPE (AphSession, aph_session, APH, SESSION, GObject)

AphSession      *aph_session_new              (AphSettings     *settings,
                                               AphStore        *store);
char            *aph_session_get_default_path (void);
void             aph_session_close            (AphSession      *self);

AphSettings     *aph_session_get_settings     (AphSession      *self);
AphConnection   *aph_session_get_connection   (AphSession      *self);
AphServerList   *aph_session_get_servers      (AphSession      *self);
AphServerPool   *aph_session_get_pool         (AphSession      *self);
AphScheduler    *aph_session_get_scheduler    (AphSession      *self);
AphRefreshClock *aph_session_get_clock        (AphSession      *self);

/* The choices */
const char      *aph_session_get_model        (AphSession      *self);
void             aph_session_set_model        (AphSession      *self,
                                               const char      *model);
guint            aph_session_get_concurrency  (AphSession      *self);
void             aph_session_set_concurrency  (AphSession      *self,
                                               guint            concurrency);
gboolean         aph_session_get_paused       (AphSession      *self);
void             aph_session_set_paused       (AphSession      *self,
                                               gboolean         paused);

/* The store */
AphStore        *aph_session_get_store        (AphSession      *self);
const GError    *aph_session_get_store_error  (AphSession      *self);
const char      *aph_session_get_set_aside    (AphSession      *self);
guint            aph_session_get_n_to_resume  (AphSession      *self);
void             aph_session_resume           (AphSession      *self);

/* The batches */
GListModel      *aph_session_get_batches      (AphSession      *self);
AphBatch        *aph_session_get_batch        (AphSession      *self);
void             aph_session_set_batch        (AphSession      *self,
                                               AphBatch        *batch);
const AphJobQuery *aph_session_get_query      (AphSession      *self);
void             aph_session_set_query        (AphSession      *self,
                                               const AphJobQuery *query);
void             aph_session_rename_batch     (AphSession      *self,
                                               AphBatch        *batch,
                                               const char      *title);
void             aph_session_archive_batch    (AphSession      *self,
                                               AphBatch        *batch,
                                               gboolean         archived);
AphRemoval       aph_session_remove_batch     (AphSession      *self,
                                               AphBatch        *batch);
AphBatch        *aph_session_duplicate_batch  (AphSession      *self,
                                               AphBatch        *batch,
                                               const char      *title,
                                               const char      *model,
                                               AphParams       *params);
void             aph_session_import_async     (AphSession      *self,
                                               const AphBatchDetails *details,
                                               AphParams       *defaults,
                                               AphPullFunc      pull,
                                               gpointer         pull_data,
                                               GDestroyNotify   pull_data_free,
                                               AphProgressFunc  progress,
                                               gpointer         progress_data,
                                               GCancellable    *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer         user_data);
AphBatch        *aph_session_import_finish    (AphSession      *self,
                                               GAsyncResult    *result,
                                               GError         **error);

gboolean         aph_session_would_lose       (AphSession      *self);

/* The prompts */
GListModel      *aph_session_get_jobs         (AphSession      *self);
GListModel      *aph_session_get_wall         (AphSession      *self);
AphJob          *aph_session_lookup_job       (AphSession      *self,
                                               guint64          index);
guint            aph_session_get_revision     (AphSession      *self);
const guint     *aph_session_get_counts       (AphSession      *self);
guint            aph_session_get_n_active     (AphSession      *self);
guint            aph_session_get_n_suspect    (AphSession      *self);
double           aph_session_get_token_rate   (AphSession      *self);

AphBatch        *aph_session_queue            (AphSession      *self,
                                               GPtrArray       *requests,
                                               AphParams       *defaults);
AphBatch        *aph_session_queue_batch      (AphSession      *self,
                                               const AphBatchDetails *details,
                                               GPtrArray       *requests,
                                               AphParams       *defaults);
void             aph_session_cancel           (AphSession      *self,
                                               AphJob          *job);
void             aph_session_retry            (AphSession      *self,
                                               AphJob          *job);
void             aph_session_retry_as         (AphSession      *self,
                                               AphJob          *job,
                                               AphRequest      *request);
void             aph_session_change_request   (AphSession      *self,
                                               AphJob          *job,
                                               AphRequest      *request);
guint            aph_session_move             (AphSession      *self,
                                               GArray          *ids,
                                               AphStoreMove     move);
void             aph_session_move_back        (AphSession      *self,
                                               GArray          *placements);
void             aph_session_rate             (AphSession      *self,
                                               AphJob          *job,
                                               guint            rating);
void             aph_session_annotate         (AphSession      *self,
                                               AphJob          *job,
                                               const char      *note);
void             aph_session_stop             (AphSession      *self);
void             aph_session_retry_failed     (AphSession      *self);
AphRemoval       aph_session_remove           (AphSession      *self,
                                               AphJob          *job);
AphRemoval       aph_session_remove_jobs      (AphSession      *self,
                                               GPtrArray       *jobs);
AphRemoval       aph_session_remove_ended     (AphSession      *self);
void             aph_session_restore          (AphSession      *self,
                                               AphRemoval       removal);

G_END_DECLS
