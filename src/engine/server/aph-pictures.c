/* aph-pictures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests name their pictures. They are read when the request is sent and not before, so that a
 * thousand prompts with pictures do not fill the memory while they wait.
 */

#define G_LOG_DOMAIN "aph-pictures"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "server/aph-pictures.h"

/* No model looks at a picture of that size. */
#define MAX_SIZE (100 * 1024 * 1024)
#define MAX_SIZE_TEXT "100 MiB"

static char *
dup_name (GFile *file)
{
  return g_file_get_parse_name (file);
}

/* What is too large, or a device or pipe that may never end. */
static gboolean
check_file (GFile         *file,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char *name = dup_name (file);

  info = g_file_query_info (file,
                            G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                            G_FILE_QUERY_INFO_NONE, cancellable, error);
  if (info == NULL)
    return FALSE;

  if (g_file_info_get_file_type (info) == G_FILE_TYPE_SPECIAL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("The picture “%s” is no ordinary file"), name);
      return FALSE;
    }

  if (g_file_info_get_size (info) > MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _("The picture “%s” is larger than %s"), name, MAX_SIZE_TEXT);
      return FALSE;
    }

  return TRUE;
}

static void
explain (GFile   *file,
         GError **error)
{
  g_autofree char *name = dup_name (file);
  g_autofree char *message = NULL;

  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    message = g_strdup_printf (_("There is no picture “%s”"), name);
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    message = g_strdup_printf (_("The picture “%s” may not be read"), name);
  else if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
           && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE)
           && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE))
    message = g_strdup_printf (_("The picture “%s” cannot be read: %s"), name, (*error)->message);

  if (message != NULL)
    {
      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&message);
    }
}

static char *
load_file (GFile         *file,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autofree char *contents = NULL;
  gsize length;

  if (!check_file (file, cancellable, error)
      || !g_file_load_contents (file, cancellable, &contents, &length, NULL, error))
    {
      explain (file, error);
      return NULL;
    }

  if (length == 0)
    {
      g_autofree char *name = dup_name (file);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The picture “%s” is empty"), name);
      return NULL;
    }

  return g_base64_encode ((const guchar *) contents, length);
}

/* What a server gets: base64, or an address on the web, which is for the server to read. */
static char *
load_picture (const char    *uri,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (GFile) file = NULL;

  if (g_str_has_prefix (uri, "data:"))
    {
      const char *comma = strchr (uri, ',');

      return g_strdup (comma != NULL ? comma + 1 : uri);
    }
  if (g_str_has_prefix (uri, "http://") || g_str_has_prefix (uri, "https://"))
    return g_strdup (uri);

  file = g_file_new_for_uri (uri);

  return load_file (file, cancellable, error);
}

static AphRequest *
load_pictures (AphRequest    *request,
               GCancellable  *cancellable,
               GError       **error)
{
  AphRequestFields fields = *aph_request_get_fields (request);
  g_autoptr (AphParams) params = aph_params_copy (fields.params);

  for (guint i = 0; fields.images[i] != NULL; i++)
    {
      g_autofree char *picture = load_picture (fields.images[i], cancellable, error);

      if (picture == NULL)
        return NULL;
      aph_params_add_image (params, picture);
    }

  fields.params = params;
  fields.images = NULL;

  return aph_request_new_full (&fields);
}

static void
load_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  AphRequest *loaded = load_pictures (task_data, cancellable, &error);

  if (loaded != NULL)
    g_task_return_pointer (task, loaded, (GDestroyNotify) aph_request_unref);
  else
    g_task_return_error (task, error);
}

/**
 * aph_pictures_load_async:
 * @request: a request with images
 * @cancellable: (nullable): to stop it; then @callback is called at once
 * @callback: called when all were read, or one of them cannot be
 * @user_data: for @callback
 *
 * Reads the pictures of a request in a thread.
 */
void
aph_pictures_load_async (AphRequest          *request,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (request != NULL && aph_request_get_images (request) != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_pictures_load_async);
  g_task_set_task_data (task, aph_request_ref (request), (GDestroyNotify) aph_request_unref);
  /* A file system that hangs may keep the thread; not so the caller. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, load_thread);
}

/**
 * aph_pictures_load_finish:
 * @result: as given to the callback
 * @failure: (out): why there is no request: %APH_FAILURE_PERMANENT or %APH_FAILURE_CANCELLED
 *
 * Returns: (transfer full): the same request, with its pictures among its params as Ollama wants
 *   them there; or %NULL
 */
AphRequest *
aph_pictures_load_finish (GAsyncResult  *result,
                          AphFailure   **failure)
{
  g_autoptr (GError) error = NULL;
  AphRequest *request;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  request = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    *failure = aph_failure_new (APH_FAILURE_CANCELLED, 0, _("Cancelled"));
  else if (error != NULL)
    *failure = aph_failure_new (APH_FAILURE_PERMANENT, 0, "%s", error->message);

  return request;
}
