/* aph-export-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export-run"

#include "config.h"

#include "job/aph-job-record.h"
#include "ui/aph-export-run.h"

/* How often progress is told. */
#define PROGRESS_MS 100

typedef struct
{
  /* Of the thread */
  AphExport *export;
  GPtrArray *records;       /* of AphJobRecord */

  /* Of both */
  gint n_taken;             /* in all passes; atomic */
  guint n_total;

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
  g_clear_pointer (&run->records, g_ptr_array_unref);
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

static gboolean
give_all (Run           *run,
          GCancellable  *cancellable,
          GError       **error)
{
  for (guint i = 0; i < run->records->len; i++)
    {
      g_autoptr (AphJob) job = aph_job_new_from_record (g_ptr_array_index (run->records, i));

      if (!aph_export_take (run->export, job, cancellable, error))
        return FALSE;
      g_atomic_int_inc (&run->n_taken);
    }

  return TRUE;
}

static void
write_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Run *run = task_data;
  GError *error = NULL;

  while (aph_export_begin_pass (run->export, cancellable, &error))
    if (!give_all (run, cancellable, &error))
      break;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, (gssize) aph_export_get_n_written (run->export));
}

/**
 * aph_export_run_async:
 * @export: (transfer full): what is to be written
 * @records: (element-type AphJobRecord): the jobs; nobody may change them before the end
 * @progress: (nullable): is told how far it is
 * @progress_data: for @progress
 * @cancellable: (nullable): gives it up; then the file is as it was
 * @callback: called when the file is in its place, or nothing comes of it
 * @user_data: for @callback
 *
 * Writes jobs to a file.
 */
void
aph_export_run_async (AphExport              *export,
                      GPtrArray              *records,
                      AphExportProgressFunc   progress,
                      gpointer                progress_data,
                      GCancellable           *cancellable,
                      GAsyncReadyCallback     callback,
                      gpointer                user_data)
{
  g_autoptr (GTask) task = NULL;
  Run *run;

  g_return_if_fail (export != NULL);
  g_return_if_fail (records != NULL);

  run = g_new0 (Run, 1);
  run->export = export;
  run->records = g_ptr_array_ref (records);
  run->n_total = records->len * aph_export_get_n_passes (export);
  run->progress = progress;
  run->progress_data = progress_data;
  if (progress != NULL)
    run->ticker = g_timeout_add (PROGRESS_MS, tick_cb, run);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_export_run_async);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  g_task_run_in_thread (task, write_thread);
}

/**
 * aph_export_run_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Returns: how many jobs are in the file; -1 with a %G_IO_ERROR whose message is for the user
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
