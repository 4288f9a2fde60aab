/* aph-store-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a file of a million rows to a million jobs, with a few thousand in memory: one thread reads,
 * the writer writes, and neither gets far ahead of the other.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "files/aph-result-row.h"
#include "store/aph-store-private.h"

/* How many rows are read at a time, and how many such pieces may wait for the writer. */
#define PIECE_ROWS 1000
#define MAX_PIECES 4

/* How long to wait for the writer before looking whether it is still wanted. */
#define WAIT_TIME (100 * G_TIME_SPAN_MILLISECOND)

/* Progress is told at most this often. */
#define PROGRESS_TIME (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gatomicrefcount ref_count;
  AphStore *store;            /* released in the main context */
  AphStoreWriter *writer;     /* (owned) the store may be closed meanwhile */
  AphBatch *batch;            /* not for the threads */
  guint64 batch_id;
  char *model;                /* (nullable) of rows without one */
  AphParams *defaults;        /* (nullable) */
  AphPullFunc pull;
  gpointer pull_data;
  GDestroyNotify pull_data_free;
  AphProgressFunc progress;   /* (nullable) */
  gpointer progress_data;
  GCancellable *cancellable;  /* (nullable) */

  GMutex lock;
  GCond changed;
  guint n_pieces;             /* that wait for the writer */

  /* In the main context */
  guint64 n_rows;
  gint64 told;
  GError *failed;             /* (nullable) why rows were not written */
} Import;

typedef struct
{
  Import *import;
  GPtrArray *requests;        /* of AphRequest */
  gboolean *default_models;
  GPtrArray *answered;        /* of AphJobRecord; NULL for those that wait */
  guint counts[APH_JOB_N_STATES];
  guint n_suspect;
  guint64 first;
  gint64 queued;
  gboolean is_counted;        /* it no longer waits */
} ImportPiece;

static void
import_unref (gpointer data)
{
  Import *import = data;

  if (!g_atomic_ref_count_dec (&import->ref_count))
    return;

  if (import->pull_data_free != NULL)
    import->pull_data_free (import->pull_data);
  aph_store_writer_unref (import->writer);
  g_object_unref (import->store);
  g_object_unref (import->batch);
  g_free (import->model);
  g_clear_pointer (&import->defaults, aph_params_unref);
  g_clear_object (&import->cancellable);
  g_mutex_clear (&import->lock);
  g_cond_clear (&import->changed);
  g_clear_error (&import->failed);
  g_free (import);
}

static Import *
import_ref (Import *import)
{
  g_atomic_ref_count_inc (&import->ref_count);

  return import;
}

static void
piece_free (gpointer data)
{
  ImportPiece *piece = data;

  g_ptr_array_unref (piece->requests);
  g_ptr_array_unref (piece->answered);
  g_free (piece->default_models);
  import_unref (piece->import);
  g_free (piece);
}

/* In the writer's thread */

static void
let_next_in (ImportPiece *piece)
{
  Import *import = piece->import;

  if (piece->is_counted)
    return;

  piece->is_counted = TRUE;
  g_mutex_lock (&import->lock);
  import->n_pieces--;
  g_cond_signal (&import->changed);
  g_mutex_unlock (&import->lock);
}

/* Counts are moved from waiting to what it is. */
static gboolean
write_answer (AphSaver      *saver,
              ImportPiece   *piece,
              guint          i,
              GError       **error)
{
  AphJobRecord *record = g_ptr_array_index (piece->answered, i);

  return record == NULL || aph_saver_save_job (saver, record, error);
}

static gboolean
write_piece (AphSaver  *saver,
             gpointer   data,
             GError   **error)
{
  ImportPiece *piece = data;
  guint n_rows = piece->requests->len;

  if (!aph_saver_count (saver, piece->import->batch_id, APH_JOB_WAITING, n_rows, error))
    return FALSE;

  for (guint i = 0; i < n_rows; i++)
    if (!aph_saver_add_job (saver, piece->first + i, piece->import->batch_id,
                            g_ptr_array_index (piece->requests, i), piece->default_models[i],
                            piece->queued, error)
        || !write_answer (saver, piece, i, error))
      return FALSE;

  if (!aph_saver_set_counter (saver, "next-job", piece->first + n_rows, error))
    return FALSE;

  let_next_in (piece);

  return TRUE;
}

/* In the main context */

static void
piece_written_cb (gpointer      data,
                  const GError *error)
{
  ImportPiece *piece = data;
  Import *import = piece->import;
  gint64 now = g_get_monotonic_time ();

  if (error != NULL)
    {
      let_next_in (piece);
      if (import->failed == NULL)
        import->failed = g_error_copy (error);
      return;
    }

  import->n_rows += piece->requests->len;
  for (guint state = 0; state < APH_JOB_N_STATES; state++)
    if (piece->counts[state] > 0)
      aph_store_count (import->store, import->batch_id, state, (int) piece->counts[state]);
  if (piece->n_suspect > 0)
    aph_store_count_suspect (import->store, import->batch_id, (int) piece->n_suspect);
  aph_store_emit_added (import->store, import->batch, piece->first, piece->requests->len);
  if (import->progress != NULL && now - import->told >= PROGRESS_TIME)
    {
      import->told = now;
      import->progress (import->n_rows, import->progress_data);
    }
}

/* In the import's thread */

/* The same question with what was chosen where it leaves a choice. */
static AphRequest *
complete_request (Import     *import,
                  AphRequest *request)
{
  AphRequestFields fields = *aph_request_get_fields (request);
  g_autoptr (AphParams) params = NULL;

  /* It was answered as it is. */
  if (aph_request_get_answered (request) != NULL)
    return aph_request_ref (request);

  params = aph_params_merge (fields.params, import->defaults);
  if ((fields.model != NULL || import->model == NULL) && params == fields.params)
    return aph_request_ref (request);

  if (fields.model == NULL)
    fields.model = import->model;
  fields.params = params;

  return aph_request_new_full (&fields);
}

/* What a request was answered before; %NULL if it was not. */
static AphJobRecord *
read_answer (Import     *import,
             AphRequest *request,
             guint64     id)
{
  const char *row = aph_request_get_answered (request);
  AphJobRecord *record = row != NULL ? aph_result_row_parse (row, -1, NULL, NULL, NULL) : NULL;

  if (record == NULL)
    return NULL;

  record->id = id;
  record->batch = import->batch_id;
  aph_request_unref (record->request);
  record->request = aph_request_ref (request);
  if (record->times.queued == 0)
    record->times.queued = g_get_real_time ();

  return record;
}

static void
read_answers (ImportPiece *piece)
{
  for (guint i = 0; i < piece->requests->len; i++)
    {
      AphJobRecord *record = read_answer (piece->import, g_ptr_array_index (piece->requests, i),
                                          piece->first + i);

      g_ptr_array_add (piece->answered, record);
      piece->counts[record != NULL ? record->state : APH_JOB_WAITING]++;
      if (record != NULL && record->state == APH_JOB_DONE && record->marks != 0)
        piece->n_suspect++;
    }
}

static ImportPiece *
import_piece_new (Import    *import,
                  GPtrArray *rows)
{
  ImportPiece *piece = g_new0 (ImportPiece, 1);

  piece->import = import_ref (import);
  piece->requests = g_ptr_array_new_full (rows->len, (GDestroyNotify) aph_request_unref);
  piece->default_models = g_new (gboolean, rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      AphRequest *asked = g_ptr_array_index (rows, i);

      piece->default_models[i] = aph_request_get_model (asked) == NULL;
      g_ptr_array_add (piece->requests, complete_request (import, asked));
    }
  piece->answered = g_ptr_array_new_full (rows->len, (GDestroyNotify) aph_job_record_free);
  piece->first = aph_store_take_ids (import->store, rows->len);
  read_answers (piece);
  piece->queued = g_get_real_time ();

  return piece;
}

static gboolean
is_unwanted (Import *import)
{
  return g_cancellable_is_cancelled (import->cancellable)
         || aph_store_writer_is_closing (import->writer);
}

/* Returns: %FALSE if it is cancelled or the store is closed instead. */
static gboolean
wait_for_room (Import  *import,
               GError **error)
{
  g_mutex_lock (&import->lock);
  while (import->n_pieces >= MAX_PIECES && !is_unwanted (import))
    g_cond_wait_until (&import->changed, &import->lock, g_get_monotonic_time () + WAIT_TIME);
  import->n_pieces++;
  g_mutex_unlock (&import->lock);

  if (g_cancellable_set_error_if_cancelled (import->cancellable, error))
    return FALSE;
  if (aph_store_writer_is_closing (import->writer))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
      return FALSE;
    }

  return TRUE;
}

static void
import_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Import *import = task_data;
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      g_autoptr (GPtrArray) rows = NULL;

      if (!wait_for_room (import, &error))
        break;
      rows = import->pull (PIECE_ROWS, import->pull_data, cancellable, &error);
      if (rows == NULL)
        break;
      aph_store_writer_push (import->writer, write_piece, piece_written_cb,
                             import_piece_new (import, rows), piece_free);
    }

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* All is read; what is still on its way to the disk comes first. */

typedef struct
{
  GTask *task;      /* (nullable) once it has returned */
  Import *import;
  GError *error;    /* (nullable) */
} Ending;

static gboolean
write_nothing (AphSaver  *saver,
               gpointer   data,
               GError   **error)
{
  return TRUE;
}

static void
all_written_cb (gpointer      data,
                const GError *error)
{
  Ending *ending = data;
  Import *import = ending->import;
  g_autoptr (GTask) task = g_steal_pointer (&ending->task);

  if (import->progress != NULL)
    import->progress (import->n_rows, import->progress_data);

  if (ending->error != NULL)
    g_task_return_error (task, g_steal_pointer (&ending->error));
  else if (import->failed != NULL)
    g_task_return_error (task, g_steal_pointer (&import->failed));
  else
    g_task_return_boolean (task, TRUE);
}

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  /* It was closed before. */
  if (ending->task != NULL)
    g_task_return_new_error (ending->task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
  g_clear_object (&ending->task);
  import_unref (ending->import);
  g_clear_error (&ending->error);
  g_free (ending);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  AphStore *self = APH_STORE (source);
  Ending *ending = g_new0 (Ending, 1);

  ending->task = user_data;
  ending->import = import_ref (g_task_get_task_data (ending->task));
  g_task_propagate_boolean (G_TASK (result), &ending->error);
  if (self->writer != NULL)
    {
      aph_store_writer_push (self->writer, write_nothing, all_written_cb, ending, ending_free);
      return;
    }
  all_written_cb (ending, NULL);
  ending_free (ending);
}

/**
 * aph_store_import_async:
 * @self: a store that is open
 * @batch: (transfer none): where the jobs belong
 * @model: (nullable): the model of rows that name none
 * @defaults: (nullable): how to answer where a row does not say
 * @pull: gives the rows, in a thread
 * @pull_data: for @pull
 * @pull_data_free: (nullable): frees @pull_data
 * @progress: (nullable): is told how many rows are in the store
 * @progress_data: for @progress
 * @cancellable: (nullable): cancellable; what is in the store by then stays
 * @callback: called when all are in the store
 * @user_data: for @callback
 *
 * Adds any number of jobs. They may run as soon as they are in.
 */
void
aph_store_import_async (AphStore            *self,
                        AphBatch            *batch,
                        const char          *model,
                        AphParams           *defaults,
                        AphPullFunc          pull,
                        gpointer             pull_data,
                        GDestroyNotify       pull_data_free,
                        AphProgressFunc      progress,
                        gpointer             progress_data,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) reading = NULL;
  Import *import;
  GTask *task;

  g_return_if_fail (aph_store_is_open (self));
  g_return_if_fail (APH_IS_BATCH (batch));
  g_return_if_fail (pull != NULL);

  import = g_new0 (Import, 1);
  g_atomic_ref_count_init (&import->ref_count);
  g_mutex_init (&import->lock);
  g_cond_init (&import->changed);
  import->store = g_object_ref (self);
  import->writer = aph_store_writer_ref (self->writer);
  import->batch = g_object_ref (batch);
  import->batch_id = aph_batch_get_id (batch);
  import->model = g_strdup (model);
  import->defaults = defaults != NULL ? aph_params_ref (defaults) : NULL;
  import->pull = pull;
  import->pull_data = pull_data;
  import->pull_data_free = pull_data_free;
  import->progress = progress;
  import->progress_data = progress_data;
  import->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  /* How many rows there are is told even when it was cancelled. */
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, aph_store_import_async);
  g_task_set_task_data (task, import, import_unref);

  reading = g_task_new (self, cancellable, read_cb, task);
  g_task_set_source_tag (reading, aph_store_import_async);
  g_task_set_task_data (reading, import_ref (import), import_unref);
  g_task_run_in_thread (reading, import_thread);
}

/**
 * aph_store_import_finish:
 * @self: a store
 * @result: what the callback got
 * @n_rows: (out) (optional): how many jobs were added, also if it failed
 * @error: return location
 *
 * Returns: %FALSE with @error if it was cancelled, @pull failed or the store could not be written
 */
gboolean
aph_store_import_finish (AphStore      *self,
                         GAsyncResult  *result,
                         guint64       *n_rows,
                         GError       **error)
{
  Import *import;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  /* A copy that never began has none. */
  import = g_task_get_task_data (G_TASK (result));
  if (n_rows != NULL)
    *n_rows = import != NULL ? import->n_rows : 0;

  return g_task_propagate_boolean (G_TASK (result), error);
}
