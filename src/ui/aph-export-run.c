/* aph-export-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export-run"

#include "config.h"

#include "store/aph-store-salvage.h"
#include "ui/aph-export-run.h"

/* How often progress is told. */
#define PROGRESS_MS 100

typedef struct
{
  /* Of one thread at a time */
  AphExport *export;

  /* Does not change */
  AphStore *store;          /* (nullable) */
  AphJobQuery *query;
  char *path;               /* (nullable) of what was set aside, if it is that and no store */
  GHashTable *only;         /* (nullable) the ids of the jobs that are wanted */
  GCancellable *cancellable; /* (nullable) */
  guint n_total;            /* how many are to be taken, in all passes */

  gint n_taken;             /* atomic */
  guint n_lost;             /* known at the end */

  /* Of the main loop */
  guint ticker;
  AphExportProgressFunc progress;
  gpointer progress_data;
} Run;

static void
run_free (Run *run)
{
  g_clear_handle_id (&run->ticker, g_source_remove);
  g_clear_pointer (&run->export, aph_export_free);
  g_clear_pointer (&run->query, aph_job_query_free);
  g_clear_pointer (&run->only, g_hash_table_unref);
  g_clear_object (&run->cancellable);
  g_clear_object (&run->store);
  g_free (run->path);
  g_free (run);
}

static gboolean
tick_cb (gpointer user_data)
{
  Run *run = user_data;

  run->progress ((double) g_atomic_int_get (&run->n_taken) / MAX (run->n_total, 1),
                 run->progress_data);

  return G_SOURCE_CONTINUE;
}

/* In a thread of the store. */
static gboolean
take_cb (AphJob    *job,
         gpointer   user_data,
         GError   **error)
{
  Run *run = user_data;
  guint64 id = aph_job_get_id (job);

  if (run->only != NULL && !g_hash_table_contains (run->only, &id))
    return TRUE;

  g_atomic_int_inc (&run->n_taken);

  return aph_export_take (run->export, job, run->cancellable, error);
}

static void begin_pass (GTask *task);

static void
pass_ended_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aph_store_for_each_finish (APH_STORE (source), result, &error))
    begin_pass (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
salvaged_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  guint n_jobs;

  if (aph_store_salvage_finish (result, &n_jobs, &run->n_lost, &error))
    begin_pass (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
pass_begun_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean is_begun = g_task_propagate_boolean (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (is_begun && run->path != NULL)
    aph_store_salvage_async (run->path, take_cb, run, NULL, run->cancellable, salvaged_cb,
                             g_steal_pointer (&task));
  else if (is_begun)
    aph_store_for_each_async (run->store, run->query, TRUE, take_cb, run, NULL, run->cancellable,
                              pass_ended_cb, g_steal_pointer (&task));
  else
    g_task_return_int (task, (gssize) aph_export_get_n_written (run->export));
}

/* Opens the file, or puts it into its place, which takes as long as the disk does. */
static void
begin_pass_thread (GTask        *task,
                   gpointer      source,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Run *run = task_data;
  GError *error = NULL;
  gboolean is_begun = aph_export_begin_pass (run->export, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, is_begun);
}

/* Takes over @task. */
static void
begin_pass (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr (GTask) pass = g_task_new (NULL, run->cancellable, pass_begun_cb, task);

  g_task_set_source_tag (pass, begin_pass);
  /* Once the file is in its place it is too late to give it up. */
  g_task_set_check_cancellable (pass, FALSE);
  g_task_set_task_data (pass, run, NULL);
  g_task_run_in_thread (pass, begin_pass_thread);
}

static GHashTable *
collect_ids (GPtrArray *jobs)
{
  GHashTable *ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < jobs->len; i++)
    {
      guint64 id = aph_job_get_id (g_ptr_array_index (jobs, i));

      g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
    }

  return ids;
}

/**
 * aph_export_run_async:
 * @export: (transfer full): what is to be written
 * @store: where the jobs are
 * @query: which of them, and in which order
 * @only: (nullable) (element-type AphJob): of these only those
 * @n_jobs: how many there are, as far as is known
 * @progress: (nullable): is told how far it is
 * @progress_data: for @progress
 * @cancellable: (nullable): gives it up; then the file is as it was
 * @callback: called when the file is in its place, or nothing comes of it
 * @user_data: for @callback
 *
 * Writes jobs to a file, as they are on disk now.
 */
void
aph_export_run_async (AphExport              *export,
                      AphStore               *store,
                      const AphJobQuery      *query,
                      GPtrArray              *only,
                      guint                   n_jobs,
                      AphExportProgressFunc   progress,
                      gpointer                progress_data,
                      GCancellable           *cancellable,
                      GAsyncReadyCallback     callback,
                      gpointer                user_data)
{
  GTask *task;
  Run *run;

  g_return_if_fail (export != NULL);
  g_return_if_fail (APH_IS_STORE (store));
  g_return_if_fail (query != NULL);

  run = g_new0 (Run, 1);
  run->export = export;
  run->store = g_object_ref (store);
  run->query = aph_job_query_copy (query);
  run->only = only != NULL ? collect_ids (only) : NULL;
  run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  run->n_total = n_jobs * aph_export_get_n_passes (export);
  run->progress = progress;
  run->progress_data = progress_data;
  if (progress != NULL)
    run->ticker = g_timeout_add (PROGRESS_MS, tick_cb, run);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_export_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  begin_pass (task);
}

/**
 * aph_export_run_salvage_async:
 * @export: (transfer full): what is to be written
 * @path: (type filename): a store that was set aside
 * @cancellable: (nullable): gives it up; then the file is as it was
 * @callback: called when the file is in its place, or nothing comes of it
 * @user_data: for @callback
 *
 * Writes what can still be read of a store that is damaged, or of a newer version.
 */
void
aph_export_run_salvage_async (AphExport           *export,
                              const char          *path,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task;
  Run *run;

  g_return_if_fail (export != NULL);
  g_return_if_fail (path != NULL);

  run = g_new0 (Run, 1);
  run->export = export;
  run->path = g_strdup (path);
  run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_export_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  begin_pass (task);
}

/**
 * aph_export_run_salvage_finish:
 * @result: what the callback got
 * @n_lost: (out): how many more there were, which cannot be read
 * @error: return location
 *
 * Returns: how many jobs are in the file; -1 with an error
 */
gint64
aph_export_run_salvage_finish (GAsyncResult  *result,
                               guint         *n_lost,
                               GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, aph_export_run_async), -1);

  *n_lost = ((Run *) g_task_get_task_data (G_TASK (result)))->n_lost;

  return aph_export_run_finish (result, error);
}

/**
 * aph_export_run_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: how many jobs are in the file; -1 with an error whose message is for the user
 */
gint64
aph_export_run_finish (GAsyncResult  *result,
                       GError       **error)
{
  Run *run;

  g_return_val_if_fail (g_async_result_is_tagged (result, aph_export_run_async), -1);

  run = g_task_get_task_data (G_TASK (result));
  g_clear_handle_id (&run->ticker, g_source_remove);

  return g_task_propagate_int (G_TASK (result), error);
}
