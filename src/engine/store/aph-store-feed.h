/* aph-store-feed.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For whoever hands waiting jobs on to a scheduler.
 */

#pragma once

#include "job/aph-job-record.h"
#include "store/aph-store.h"
#include "store/aph-store-load.h"

G_BEGIN_DECLS

/**
 * AphFeedLine:
 * @line: which jobs
 * @after: the place of the last one that was read
 * @n_wanted: how many more are wanted; 0 for none
 * @is_empty: there are no more than were read
 * @is_anew: it is read from its beginning, because its order has changed
 * @records: (nullable) (element-type AphJobRecord): what was read
 *
 * How far a line has been read.
 */
typedef struct
{
  AphLine    line;
  guint64    after;
  guint      n_wanted;
  gboolean   is_empty;
  gboolean   is_anew;
  GPtrArray *records;
} AphFeedLine;

void       aph_store_find_waiting_async  (AphStore             *self,
                                          GArray               *lines,
                                          guint64               not_before,
                                          guint                 max_jobs,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GArray    *aph_store_find_waiting_finish (AphStore             *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void       aph_store_find_urgent_async   (AphStore             *self,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GPtrArray *aph_store_find_urgent_finish  (AphStore             *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void       aph_store_load_async          (AphStore             *self,
                                          const guint64        *ids,
                                          guint                 n_ids,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GPtrArray *aph_store_load_finish         (AphStore             *self,
                                          GAsyncResult         *result,
                                          GError              **error);
AphJob    *aph_store_adopt               (AphStore             *self,
                                          const AphJobRecord   *record);
void       aph_store_after_writing_async (AphStore             *self,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean   aph_store_after_writing_finish (AphStore            *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
