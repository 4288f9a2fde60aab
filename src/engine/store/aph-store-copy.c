/* aph-store-copy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The prompts of a batch as those of another one: an import that reads from the store itself.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-private.h"

typedef struct
{
  char *path;
  guint64 batch;
  char *model;            /* (nullable) */
  AphParams *params;      /* (nullable) */

  /* From the first pull on */
  AphDatabase *database;
  AphLoader *loader;
  GArray *ids;
  guint next;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_clear_pointer (&copy->loader, aph_loader_free);
  g_clear_pointer (&copy->database, aph_database_close);
  g_clear_pointer (&copy->ids, g_array_unref);
  g_clear_pointer (&copy->params, aph_params_unref);
  g_free (copy->model);
  g_free (copy->path);
  g_free (copy);
}

static gboolean
begin (Copy    *copy,
       GError **error)
{
  const AphJobQuery query = { .batch = copy->batch };

  if (copy->ids != NULL)
    return TRUE;

  copy->database = aph_database_open (copy->path, SQLITE_OPEN_READONLY, error);
  if (copy->database == NULL)
    return FALSE;
  copy->loader = aph_loader_new (copy->database);
  copy->ids = aph_loader_find (copy->loader, &query, 0, error);

  return copy->ids != NULL;
}

/* A model that was only the one in use is not asked for. */
static AphRequest *
change_request (Copy               *copy,
                const AphJobRecord *record)
{
  AphRequestFields fields = *aph_request_get_fields (record->request);
  g_autoptr (AphParams) params = NULL;

  if (copy->params != NULL)
    fields.params = params = aph_params_merge (copy->params, fields.params);
  if (copy->model != NULL)
    fields.model = copy->model;
  else if (record->default_model)
    fields.model = NULL;

  return aph_request_new_full (&fields);
}

static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  Copy *copy = pull_data;
  g_autoptr (GPtrArray) requests = NULL;

  if (!begin (copy, error))
    return NULL;

  requests = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
  while (requests->len < max_rows && copy->next < copy->ids->len)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (AphJobRecord) record =
        aph_loader_load_job (copy->loader, g_array_index (copy->ids, guint64, copy->next++), FALSE,
                             &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (record != NULL)
        g_ptr_array_add (requests, change_request (copy, record));
    }

  return requests->len > 0 ? g_steal_pointer (&requests) : NULL;
}

typedef struct
{
  AphStore *store;
  AphBatch *target;
  Copy *copy;
  GCancellable *cancellable;
  GAsyncReadyCallback callback;
  gpointer user_data;
} Waiting;

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Waiting *waiting = user_data;
  GError *error = NULL;

  if (aph_store_after_writing_finish (waiting->store, result, &error)
      && !aph_store_is_open (waiting->store))
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The store was closed");
  if (error == NULL)
    aph_store_import_async (waiting->store, waiting->target, NULL, NULL, pull, waiting->copy,
                            copy_free, NULL, NULL, waiting->cancellable, waiting->callback,
                            waiting->user_data);
  else
    {
      g_task_report_error (waiting->store, waiting->callback, waiting->user_data,
                           aph_store_copy_async, error);
      copy_free (waiting->copy);
    }
  g_clear_object (&waiting->cancellable);
  g_object_unref (waiting->target);
  g_object_unref (waiting->store);
  g_free (waiting);
}

/**
 * aph_store_copy_async:
 * @self: a store that is open
 * @batch: one of its batches
 * @copy: an empty one
 * @model: (nullable): the model for all; %NULL for those they had
 * @params: (nullable): what to change in how all are answered
 * @cancellable: (nullable): cancellable
 * @callback: called when all are in the store; for aph_store_import_finish()
 * @user_data: for @callback
 *
 * Adds the prompts of a batch to another one, as jobs that wait.
 */
void
aph_store_copy_async (AphStore            *self,
                      AphBatch            *batch,
                      AphBatch            *copy,
                      const char          *model,
                      AphParams           *params,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  Waiting *waiting;

  g_return_if_fail (aph_store_is_open (self));
  g_return_if_fail (APH_IS_BATCH (batch));
  g_return_if_fail (APH_IS_BATCH (copy) && copy != batch);

  waiting = g_new0 (Waiting, 1);
  waiting->store = g_object_ref (self);
  waiting->target = g_object_ref (copy);
  waiting->copy = g_new0 (Copy, 1);
  waiting->copy->path = g_strdup (self->path);
  waiting->copy->batch = aph_batch_get_id (batch);
  waiting->copy->model = g_strdup (model);
  waiting->copy->params = params != NULL ? aph_params_ref (params) : NULL;
  waiting->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  waiting->callback = callback;
  waiting->user_data = user_data;
  /* Its last prompts may still be on their way. */
  aph_store_after_writing_async (self, written_cb, waiting);
}
