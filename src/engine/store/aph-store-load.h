/* aph-store-load.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-attempt.h"
#include "job/aph-job-record.h"
#include "store/aph-batch.h"
#include "store/aph-database.h"
#include "store/aph-job-query.h"
#include "store/aph-places.h"

G_BEGIN_DECLS

/**
 * AphLoader:
 *
 * Reads from the database of a store, in the thread that has the connection.
 */
typedef struct _AphLoader AphLoader;

/**
 * AphLine:
 * @batch: the number of a batch
 * @lot: a number for the model and the load-time options
 *
 * Which waiting jobs of a batch can be answered without a model being loaded again.
 */
typedef struct
{
  guint64 batch;
  gint64  lot;
} AphLine;

/* The place of a row; the index of those that wait is made of the same expression. */
#define APH_STORE_PLACE "ifnull (place, id << 24)"

gboolean      aph_line_next              (AphLine            *line,
                                          AphDatabase        *database,
                                          GError            **error);

AphLoader    *aph_loader_new             (AphDatabase        *database);
void          aph_loader_free            (AphLoader          *self);
void          aph_loader_set_forgiving   (AphLoader          *self,
                                          gboolean            is_forgiving);

AphJobRecord *aph_loader_load_job        (AphLoader          *self,
                                          guint64             id,
                                          gboolean            with_texts,
                                          GError            **error);
GPtrArray    *aph_loader_load_jobs       (AphLoader          *self,
                                          const guint64      *ids,
                                          guint               n_ids,
                                          GError            **error);
GArray       *aph_loader_find            (AphLoader          *self,
                                          const AphJobQuery  *query,
                                          guint               max_rows,
                                          GError            **error);
GPtrArray    *aph_loader_load_batches    (AphLoader          *self,
                                          GError            **error);
GPtrArray    *aph_loader_load_attempts   (AphLoader          *self,
                                          guint64             job,
                                          GError            **error);
GArray       *aph_loader_find_lines      (AphLoader          *self,
                                          GError            **error);
GArray       *aph_loader_find_waiting    (AphLoader          *self,
                                          const AphLine      *line,
                                          guint64            *after,
                                          guint               max_jobs,
                                          GError            **error);
AphPlaces    *aph_loader_load_places     (AphLoader          *self,
                                          GError            **error);
GArray       *aph_loader_find_urgent     (AphLoader          *self,
                                          GError            **error);
GStrv         aph_loader_list_values     (AphLoader          *self,
                                          AphStoreValues      values,
                                          guint64             batch,
                                          GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphLoader, aph_loader_free)

G_END_DECLS
