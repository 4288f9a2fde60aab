/* aph-store-writer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-places.h"
#include "store/aph-store-save.h"

G_BEGIN_DECLS

/**
 * AphStoreWriter:
 *
 * The thread that writes to a store. It opens the database, does what it is given in the order in
 * which it is given, all of about a tenth of a second in one transaction, and tells in the main
 * context when that is on disk. When that is impossible, for whatever reason, it says so and tries
 * again, without forgetting anything.
 */
typedef struct _AphStoreWriter AphStoreWriter;

/**
 * AphStoreOpening:
 * @batches: (element-type AphBatch): all there are
 * @places: where the jobs are that somebody has moved
 * @next_job: the smallest number that no job has ever had
 * @next_batch: the smallest number that no batch has ever had
 * @problem: (nullable): why another file was set aside, now or by an earlier process:
 *   %APH_STORE_ERROR_DAMAGED or %APH_STORE_ERROR_NEWER
 * @set_aside: (nullable): where it is now
 *
 * How a store was found when it was opened.
 */
typedef struct
{
  GPtrArray *batches;
  AphPlaces *places;
  guint64    next_job;
  guint64    next_batch;
  GError    *problem;
  char      *set_aside;
} AphStoreOpening;

/**
 * AphStoreEvents:
 * @opened: the store can be used
 * @blocked: nothing can be written for now, and why; %NULL when it goes on
 *
 * What the writer tells in the main context.
 */
typedef struct
{
  void (*opened)  (const AphStoreOpening *opening,
                   gpointer               user_data);
  void (*blocked) (const GError          *error,
                   gpointer               user_data);
} AphStoreEvents;

/**
 * AphWrittenFunc:
 * @data: as given
 * @error: (nullable): why it was not written and never will be
 *
 * Is called in the main context, once it is on disk.
 */
typedef void     (*AphWrittenFunc) (gpointer       data,
                                    const GError  *error);

/**
 * AphIdleFunc:
 * @saver: what to write with
 * @error: return location
 *
 * Does a small piece of what there is to do when nothing else is, in a transaction.
 *
 * Returns: whether there is more
 */
typedef gboolean (*AphIdleFunc)    (AphSaver      *saver,
                                    GError       **error);

AphStoreWriter *aph_store_writer_new       (const char           *path,
                                            gboolean              is_temporary,
                                            const AphStoreEvents *events,
                                            AphIdleFunc           idle,
                                            gpointer              user_data);
void            aph_store_writer_begin_close (AphStoreWriter     *self);
void            aph_store_writer_close     (AphStoreWriter       *self);
AphStoreWriter *aph_store_writer_ref       (AphStoreWriter       *self);
void            aph_store_writer_unref     (AphStoreWriter       *self);
gboolean        aph_store_writer_is_closing (AphStoreWriter      *self);

void            aph_store_writer_push      (AphStoreWriter       *self,
                                            AphWriteFunc          write,
                                            AphWrittenFunc        written,
                                            gpointer              data,
                                            GDestroyNotify        data_free);
gboolean        aph_store_writer_is_resting (AphStoreWriter      *self);
gboolean        aph_store_writer_wait_open (AphStoreWriter       *self);

G_END_DECLS
