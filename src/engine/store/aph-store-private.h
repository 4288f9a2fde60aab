/* aph-store-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-feed.h"
#include "store/aph-store.h"
#include "store/aph-store-purge.h"
#include "store/aph-store-reader.h"
#include "store/aph-store-writer.h"

G_BEGIN_DECLS

/**
 * AphHeld:
 * @job: (owned): a job of which the database does not know all yet
 * @n_writes: how many writes of it are under way
 * @is_dirty: it is to be written
 * @epoch: aph_job_get_text_epoch() of the text that was written
 * @n_answer: how many bytes of the answer were written
 * @n_thinking: how many bytes of the thinking were written
 * @is_refused: it cannot be written, see aph_store_get_refusal()
 * @refused_attempts: (nullable) (element-type AphAttempt): those of it
 */
typedef struct
{
  AphJob  *job;
  guint    n_writes;
  gboolean is_dirty;
  guint    epoch;
  gsize    n_answer;
  gsize    n_thinking;
  gboolean is_refused;
  GPtrArray *refused_attempts;
} AphHeld;

struct _AphStore
{
  GObject parent_instance;

  char *path;
  AphStoreWriter *writer;   /* (nullable) once it is closed */
  AphStoreReader *pages;    /* what is looked at and what is to run */
  AphStoreReader *finder;   /* which jobs fit a query */
  gboolean is_open;
  GError *error;            /* (nullable) nothing can be written */
  GError *problem;          /* (nullable) why a file was set aside */
  char *set_aside;          /* (nullable) */

  GListStore *batches;      /* newest first */
  GHashTable *batches_by_id; /* also those that are removed */
  GHashTable *removed_batches; /* AphBatch (not owned) */
  guint counts[APH_JOB_N_STATES];
  guint n_suspect;

  GMutex lock;              /* of the next two, which imports use in their threads */
  guint64 next_job;
  guint64 next_batch;
  guint64 first_new_job;
  guint64 first_new_batch;
  guint64 last_removal;
  guint64 last_urgent;
  guint last_move;
  GQueue movings;           /* what the writer has not got all of, see aph-store-order.c */
  AphPlaces *places;
  GHashTable *just_moved;   /* number -> AphPlacement, if what is read of it may be older */
  GHashTable *removals;     /* number -> AphRemoved */
  GHashTable *removed_jobs; /* number of a job -> of its removal; those in memory only */

  GHashTable *live;         /* number -> the object, which is not held */
  GHashTable *held;         /* AphJob -> AphHeld */
  GHashTable *recent;       /* AphJob -> its link in recent_order */
  GQueue recent_order;      /* of AphJob (owned), the last one used first */
  GArray *to_load;          /* numbers */
  guint load_source;
  GArray *unread;           /* numbers of what was looked at, but cannot be read */
  guint unread_source;
  guint unread_wait;        /* how long it waits, in seconds; 0 if all was read */
  guint flush_source;
  guint pieces_source;
  guint refused_source;
  guint refused_wait;       /* how long it waits, in seconds; 0 if nothing is refused */
  GError *refusal;          /* (nullable) why some jobs cannot be written */
};

/* The object of a number, while somebody holds it. */
typedef struct
{
  AphStore *store;
  guint64   id;
  AphJob   *job;        /* (not owned) */
  gboolean  is_suspect; /* it is counted as done with marks */
} AphLive;

/* aph-store.c */
void      aph_store_keep_alive     (AphStore    *self,
                                    AphJob      *job);
void      aph_store_adopt_live     (AphStore    *self,
                                    AphJob      *job);
void      aph_store_note_suspect   (AphStore    *self,
                                    AphJob      *job,
                                    gboolean     is_new);
void      aph_store_count_suspect  (AphStore    *self,
                                    guint64      batch,
                                    int          n_more);
void      aph_store_count          (AphStore    *self,
                                    guint64      batch,
                                    AphJobState  state,
                                    int          n_more);
guint64   aph_store_take_ids       (AphStore    *self,
                                    guint        n_ids);
void      aph_store_emit_added     (AphStore    *self,
                                    AphBatch    *batch,
                                    guint64      first,
                                    guint64      n_jobs);
void      aph_store_emit_changed   (AphStore    *self,
                                    AphJob      *job);
void      aph_store_emit_loaded    (AphStore    *self);
void      aph_store_emit_moved     (AphStore    *self,
                                    GArray      *placements,
                                    guint        move,
                                    gboolean     is_last);
void      aph_store_emit_removed   (AphStore    *self,
                                    AphBatch    *batch);
void      aph_store_emit_reset     (AphStore    *self);

/* aph-store-changes.c */
AphHeld  *aph_store_hold           (AphStore    *self,
                                    AphJob      *job);
void      aph_store_written        (AphStore    *self,
                                    GPtrArray   *jobs,
                                    const GError *error);
void      aph_store_mark_dirty     (AphStore    *self,
                                    AphJob      *job);
void      aph_held_free            (gpointer     data);

/* aph-store-order.c */
void      aph_store_take_moved     (AphStore    *self,
                                    GArray      *placements,
                                    guint        move,
                                    gboolean     is_last);
void      aph_store_put_in_place   (AphStore    *self,
                                    AphJob      *job);
void      aph_store_forget_moves   (AphStore    *self);

/* aph-store-questions.c */
void      aph_store_load_later     (AphStore    *self,
                                    guint64      id);
void      aph_store_after_reading  (AphStore    *self,
                                    GAsyncReadyCallback callback,
                                    gpointer     user_data);

/* aph-store-refused.c */
void      aph_store_refuse         (AphStore    *self,
                                    AphJob      *job,
                                    GPtrArray   *attempts,
                                    const GError *refusal);
void      aph_store_accept         (AphStore    *self,
                                    GPtrArray   *jobs);
void      aph_store_retry_refused  (AphStore    *self);
GHashTable *aph_store_list_refused (AphStore    *self,
                                    const AphJobQuery *query,
                                    gboolean     with_texts);
gboolean  aph_store_put_refused    (GHashTable  *refused,
                                    const AphJobQuery *query,
                                    AphLoader   *loader,
                                    GArray      *ids,
                                    GError     **error);

/* aph-store-removals.c */
void      aph_removed_free         (gpointer     data);

G_END_DECLS
