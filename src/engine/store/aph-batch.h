/* aph-batch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_BATCH (aph_batch_get_type ())

/**
 * AphBatch:
 *
 * What was queued together: the prompts of one Send or of one import.
 *
 * Properties, to be watched: "title" (string) and "archived" (boolean). The counts change too often
 * for that: whoever shows them compares aph_batch_get_revision() on the tick.
 */
G_DECLARE_FINAL_TYPE (AphBatch, aph_batch, APH, BATCH, GObject)

/**
 * AphBatchDetails:
 * @title: what the user sees in the list
 * @source: (nullable): where the prompts came from: the name of a file, or several
 * @template: (nullable): the text whose blanks the columns of a file filled
 * @model: (nullable): the model that was chosen for all prompts; %NULL where each has its own
 * @params: (nullable): the params that were chosen for all prompts, as the text of a JSON object
 *
 * What is known of a batch when it is made. All but the title is there to be shown, and for "run
 * again with these changes": the prompts carry their own.
 */
typedef struct
{
  const char *title;
  const char *source;
  const char *template;
  const char *model;
  const char *params;
} AphBatchDetails;

AphBatch              *aph_batch_new          (guint64                id,
                                               gint64                 created,
                                               const AphBatchDetails *details);

guint64                aph_batch_get_id       (AphBatch              *self);
gint64                 aph_batch_get_created  (AphBatch              *self);
const char            *aph_batch_get_title    (AphBatch              *self);
const AphBatchDetails *aph_batch_get_details  (AphBatch              *self);
gboolean               aph_batch_get_archived (AphBatch              *self);

guint                  aph_batch_get_revision (AphBatch              *self);
const guint           *aph_batch_get_counts   (AphBatch              *self);
guint                  aph_batch_get_n_jobs   (AphBatch              *self);
guint                  aph_batch_get_n_active (AphBatch              *self);
guint                  aph_batch_get_n_suspect (AphBatch             *self);

/* For whoever holds the batches */
void                   aph_batch_set_title    (AphBatch              *self,
                                               const char            *title);
void                   aph_batch_set_archived (AphBatch              *self,
                                               gboolean               archived);
void                   aph_batch_count        (AphBatch              *self,
                                               AphJobState            state,
                                               int                    n_more);
void                   aph_batch_count_suspect (AphBatch             *self,
                                               int                    n_more);

G_END_DECLS
