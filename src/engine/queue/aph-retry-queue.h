/* aph-retry-queue.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphRetryQueue:
 *
 * Waiting jobs that are not to be sent before their time.
 */
typedef struct _AphRetryQueue AphRetryQueue;

/**
 * AphRetryFunc:
 * @job: (transfer none): a job whose time has come; it is no longer in the queue
 * @user_data: as given
 */
typedef void (*AphRetryFunc) (AphJob   *job,
                              gpointer  user_data);

AphRetryQueue *aph_retry_queue_new        (AphRetryFunc   func,
                                           gpointer       user_data);
void           aph_retry_queue_free       (AphRetryQueue *self);

void           aph_retry_queue_add        (AphRetryQueue *self,
                                           AphJob        *job,
                                           guint          milliseconds);
gboolean       aph_retry_queue_remove     (AphRetryQueue *self,
                                           AphJob        *job);
void           aph_retry_queue_clear      (AphRetryQueue *self);
void           aph_retry_queue_flush      (AphRetryQueue *self);
guint          aph_retry_queue_get_length (AphRetryQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRetryQueue, aph_retry_queue_free)

G_END_DECLS
