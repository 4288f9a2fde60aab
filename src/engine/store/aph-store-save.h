/* aph-store-save.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-attempt.h"
#include "job/aph-job-record.h"
#include "store/aph-batch.h"
#include "store/aph-database.h"
#include "store/aph-store-move.h"

G_BEGIN_DECLS

/**
 * AphSaver:
 *
 * Writes to the database of a store, within a transaction that its owner begins and ends. It
 * remembers which words and params the database has.
 */
typedef struct _AphSaver AphSaver;

/**
 * AphMoving:
 * @move: where to
 * @batch: the batch within which they move, or 0 for all
 * @urgent: for %APH_MOVE_FIRST: how urgent they become
 * @first_place: for %APH_MOVE_LAST: the first place of many that lie behind all others
 *
 * How jobs are moved.
 */
typedef struct
{
  AphStoreMove move;
  guint64      batch;
  guint64      urgent;
  guint64      first_place;
} AphMoving;

/**
 * AphWriteFunc:
 * @saver: what to write with
 * @data: as given
 * @error: return location
 *
 * Writes something, in the writer's thread. It may be called again if the transaction did not
 * succeed.
 *
 * Returns: %FALSE with @error if that fails
 */
typedef gboolean (*AphWriteFunc) (AphSaver  *saver,
                                  gpointer   data,
                                  GError   **error);

AphSaver *aph_saver_new            (AphDatabase           *database);
void      aph_saver_free           (AphSaver              *self);
void      aph_saver_forget         (AphSaver              *self);
void      aph_saver_set_careful    (AphSaver              *self,
                                    gboolean               careful);
gboolean  aph_saver_save_part      (AphSaver              *self,
                                    AphWriteFunc           func,
                                    gpointer               part,
                                    GError               **refusal,
                                    GError               **error);
AphDatabase *aph_saver_get_database (AphSaver             *self);
gint64    aph_saver_get_born       (AphSaver              *self);

gboolean  aph_saver_add_batch      (AphSaver              *self,
                                    guint64                id,
                                    gint64                 created,
                                    const AphBatchDetails *details,
                                    GError               **error);
gboolean  aph_saver_remove_batch   (AphSaver              *self,
                                    guint64                id,
                                    guint64                removal,
                                    GError               **error);
gboolean  aph_saver_set_batch      (AphSaver              *self,
                                    guint64                id,
                                    const char            *title,
                                    gboolean               archived,
                                    GError               **error);
gboolean  aph_saver_add_job        (AphSaver              *self,
                                    guint64                id,
                                    guint64                batch,
                                    AphRequest            *request,
                                    gboolean               default_model,
                                    gint64                 queued,
                                    GError               **error);
gboolean  aph_saver_save_prompt    (AphSaver              *self,
                                    guint64                id,
                                    AphRequest            *request,
                                    GError               **error);
gboolean  aph_saver_count          (AphSaver              *self,
                                    guint64                batch,
                                    AphJobState            state,
                                    gint64                 n_more,
                                    GError               **error);
gboolean  aph_saver_count_suspect  (AphSaver              *self,
                                    guint64                batch,
                                    gint64                 n_more,
                                    GError               **error);
gboolean  aph_saver_save_job       (AphSaver              *self,
                                    const AphJobRecord    *record,
                                    GError               **error);
gboolean  aph_saver_add_piece      (AphSaver              *self,
                                    guint64                job,
                                    gboolean               is_answer,
                                    const char            *text,
                                    GError               **error);
gboolean  aph_saver_delete_pieces  (AphSaver              *self,
                                    guint64                job,
                                    GError               **error);
gboolean  aph_saver_add_attempt    (AphSaver              *self,
                                    guint64                job,
                                    const AphAttempt      *attempt,
                                    GError               **error);
gboolean  aph_saver_set_counter    (AphSaver              *self,
                                    const char            *name,
                                    gint64                 value,
                                    GError               **error);
gboolean  aph_saver_index_some     (AphSaver              *self,
                                    GError               **error);
gboolean  aph_saver_move           (AphSaver              *self,
                                    const guint64         *ids,
                                    guint                  n_ids,
                                    const AphMoving       *moving,
                                    GArray                *placements,
                                    GError               **error);
gboolean  aph_saver_place          (AphSaver              *self,
                                    const AphPlacement    *wanted,
                                    guint                  n_wanted,
                                    GArray                *placements,
                                    GError               **error);
gboolean  aph_saver_recount        (AphSaver              *self,
                                    guint64                removal,
                                    int                    sign,
                                    GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphSaver, aph_saver_free)

G_END_DECLS
