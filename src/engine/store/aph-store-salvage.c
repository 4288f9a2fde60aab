/* aph-store-salvage.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can still be read of a store that was set aside.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-job-call.h"
#include "store/aph-store-load.h"
#include "store/aph-store-salvage.h"

typedef struct
{
  char *path;
  AphJobCall call;
  guint n_jobs;
  guint n_lost;
} Salvage;

static void
salvage_free (gpointer data)
{
  Salvage *salvage = data;

  aph_job_call_clear (&salvage->call);
  g_free (salvage->path);
  g_free (salvage);
}

/* Where numbers end, as far as anything says so. */
static gint64
find_end (AphDatabase *database)
{
  gint64 end = 0;
  gint64 other = 0;

  if (!aph_database_get_int (database, "SELECT value FROM counters WHERE name = 'next-job'", &end,
                             NULL))
    end = 0;
  if (!aph_database_get_int (database, "SELECT max (id) + 1 FROM jobs", &other, NULL))
    other = 0;

  return MAX (end, other);
}

/* How many jobs the batches say there are. */
static gint64
count_expected (AphDatabase *database)
{
  gint64 n_jobs;

  if (!aph_database_get_int (database,
                             "SELECT sum (waiting + running + done + failed + cancelled)"
                             " FROM batches WHERE removal = 0", &n_jobs, NULL))
    return 0;

  return n_jobs;
}

/* Hands on one job, if it can be read.
 * Returns: %FALSE with @error if nobody wants more */
static gboolean
hand_on (Salvage    *salvage,
         AphLoader  *loader,
         guint64     id,
         GError    **error)
{
  g_autoptr (GError) damage = NULL;
  g_autoptr (AphJobRecord) record = aph_loader_load_job (loader, id, TRUE, &damage);

  if (record == NULL)
    return TRUE;

  salvage->n_jobs++;

  return aph_job_call (&salvage->call, record, error);
}

/* The number of the next job behind @after. Where the table cannot be read it is tried further on,
 * in strides that grow.
 * Returns: 0 at the end */
static guint64
find_next (AphDatabase *database,
           guint64      after,
           gint64       end)
{
  gint64 stride = 1;

  while ((gint64) after < end)
    {
      g_autoptr (GError) damage = NULL;
      sqlite3_stmt *statement = aph_database_prepare (database,
        "SELECT id FROM jobs NOT INDEXED WHERE id > ?1 ORDER BY id LIMIT 1", NULL);
      guint64 id = 0;

      if (statement == NULL)
        return 0;
      aph_database_bind_int (statement, 1, after);
      if (aph_database_step (database, statement, &damage))
        id = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
      if (damage == NULL)
        return id;
      after += stride++;
    }

  return 0;
}

static void
salvage_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Salvage *salvage = task_data;
  g_autoptr (AphDatabase) database = NULL;
  g_autoptr (AphLoader) loader = NULL;
  GError *error = NULL;
  guint64 id = 0;
  gint64 end;

  database = aph_database_open (salvage->path, SQLITE_OPEN_READONLY, &error);
  if (database == NULL
      || aph_database_prepare (database, "SELECT id FROM jobs", &error) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  loader = aph_loader_new (database);
  aph_loader_set_forgiving (loader, TRUE);
  end = find_end (database);
  while ((id = find_next (database, id, end)) != 0)
    if (g_cancellable_set_error_if_cancelled (cancellable, &error)
        || !hand_on (salvage, loader, id, &error))
      {
        g_task_return_error (task, error);
        return;
      }

  salvage->n_lost = MAX (count_expected (database) - salvage->n_jobs, 0);
  g_task_return_boolean (task, TRUE);
}

/**
 * aph_store_salvage_async:
 * @path: (type filename): a store that was set aside, see aph_store_get_set_aside()
 * @func: what to do with each job, in a thread
 * @func_data: for @func
 * @func_data_free: (nullable): frees @func_data
 * @cancellable: (nullable): cancellable
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Reads what can be read, and passes over what is damaged. Nothing is written to the file.
 */
void
aph_store_salvage_async (const char          *path,
                         AphEachJobFunc       func,
                         gpointer             func_data,
                         GDestroyNotify       func_data_free,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Salvage *salvage;

  g_return_if_fail (path != NULL);
  g_return_if_fail (func != NULL);

  salvage = g_new0 (Salvage, 1);
  salvage->path = g_strdup (path);
  salvage->call = (AphJobCall) { func, func_data, func_data_free };

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_store_salvage_async);
  g_task_set_task_data (task, salvage, salvage_free);
  g_task_run_in_thread (task, salvage_thread);
}

/**
 * aph_store_salvage_finish:
 * @result: what the callback got
 * @n_jobs: (out): how many jobs could be read
 * @n_lost: (out): how many more there were
 * @error: return location
 *
 * Returns: %FALSE with @error if it is no database at all, it was cancelled or the function failed
 */
gboolean
aph_store_salvage_finish (GAsyncResult  *result,
                          guint         *n_jobs,
                          guint         *n_lost,
                          GError       **error)
{
  Salvage *salvage;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  salvage = g_task_get_task_data (G_TASK (result));
  *n_jobs = salvage->n_jobs;
  *n_lost = salvage->n_lost;

  return g_task_propagate_boolean (G_TASK (result), error);
}
