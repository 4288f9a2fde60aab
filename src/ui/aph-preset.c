/* aph-preset.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Presets are a small file of JSON among the user's data: {"presets":[{"name":…}]}.
 */

#define G_LOG_DOMAIN "aph-preset"

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "ui/aph-preset.h"

#define MAX_REPEATS 1000

/**
 * aph_preset_new:
 * @name: what to call it
 *
 * Returns: (transfer full): a preset that says nothing
 */
AphPreset *
aph_preset_new (const char *name)
{
  AphPreset *self = g_new0 (AphPreset, 1);

  self->name = g_strdup (name);
  self->template_text = g_strdup ("");
  self->models = g_strdup ("");
  self->values = g_strdup ("");
  self->repeats = 1;
  self->params = aph_params_new ();

  return self;
}

void
aph_preset_free (AphPreset *self)
{
  g_free (self->name);
  g_free (self->template_text);
  g_free (self->models);
  g_free (self->values);
  aph_params_unref (self->params);
  g_free (self);
}

static void
read_text (JsonObject  *object,
           const char  *name,
           char       **text)
{
  const char *found = aph_json_get_string (object, name);

  if (found == NULL)
    return;

  g_free (*text);
  *text = g_strdup (found);
}

static AphPreset *
read_preset (JsonObject *object)
{
  const char *name = aph_json_get_string (object, "name");
  JsonObject *params = aph_json_get_object (object, "params");
  AphPreset *self;

  if (name == NULL || *name == '\0')
    return NULL;

  self = aph_preset_new (name);
  read_text (object, "template", &self->template_text);
  read_text (object, "models", &self->models);
  read_text (object, "values", &self->values);
  self->repeats = (guint) CLAMP (aph_json_get_int (object, "repeats", 1), 1, MAX_REPEATS);
  if (params != NULL)
    {
      aph_params_unref (self->params);
      self->params = aph_params_new_from_body (params);
    }

  return self;
}

/**
 * aph_presets_parse:
 * @text: what a file of presets holds
 * @length: its length in bytes
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphPreset): the presets; %NULL with an %APH_JSON_ERROR if
 *   it is no such file. What is no preset in it is left out
 */
GPtrArray *
aph_presets_parse (const char  *text,
                   gsize        length,
                   GError     **error)
{
  g_autoptr (JsonObject) root = aph_json_parse_object (text, length, error);
  g_autoptr (GPtrArray) presets =
    g_ptr_array_new_with_free_func ((GDestroyNotify) aph_preset_free);
  JsonArray *array;

  if (root == NULL)
    return NULL;

  array = aph_json_get_array (root, "presets");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      AphPreset *preset = JSON_NODE_HOLDS_OBJECT (node)
                            ? read_preset (json_node_get_object (node)) : NULL;

      if (preset != NULL)
        g_ptr_array_add (presets, preset);
    }

  return g_steal_pointer (&presets);
}

static void
append_text (GString    *out,
             const char *name,
             const char *text)
{
  aph_json_append_name (out, name);
  aph_json_append_string (out, text);
}

/**
 * aph_presets_to_text:
 * @presets: (element-type AphPreset): presets
 *
 * Returns: (transfer full): what a file of them holds
 */
char *
aph_presets_to_text (GPtrArray *presets)
{
  GString *out = g_string_new ("{\"presets\":[");

  for (guint i = 0; i < presets->len; i++)
    {
      const AphPreset *preset = g_ptr_array_index (presets, i);

      g_string_append (out, i > 0 ? ",\n{" : "\n{");
      append_text (out, "name", preset->name);
      append_text (out, "template", preset->template_text);
      append_text (out, "models", preset->models);
      append_text (out, "values", preset->values);
      g_string_append_printf (out, ",\"repeats\":%u,\"params\":{%s}}", preset->repeats,
                              aph_params_get_text (preset->params));
    }
  g_string_append (out, "\n]}\n");

  return g_string_free (out, FALSE);
}

static GFile *
get_file (void)
{
  return g_file_new_build_filename (g_get_user_data_dir (), "antiphon", "presets.json", NULL);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *text = NULL;
  gsize length;
  GError *error = NULL;
  GPtrArray *presets = NULL;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error))
    presets = aph_presets_parse (text, length, &error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      presets = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_preset_free);
    }

  if (presets != NULL)
    g_task_return_pointer (task, presets, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * aph_presets_load_async:
 * @cancellable: (nullable): cancellable
 * @callback: called when they are there
 * @user_data: for @callback
 *
 * Reads the user's presets.
 */
void
aph_presets_load_async (GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GFile) file = get_file ();

  g_task_set_source_tag (task, aph_presets_load_async);
  g_file_load_contents_async (file, cancellable, loaded_cb, task);
}

/**
 * aph_presets_load_finish:
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full) (element-type AphPreset): the presets, none if there is no file; or
 *   %NULL
 */
GPtrArray *
aph_presets_load_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
save_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  g_autoptr (GFile) file = get_file ();
  g_autoptr (GFile) folder = g_file_get_parent (file);
  const char *text = task_data;
  GError *error = NULL;

  if (!g_file_make_directory_with_parents (folder, cancellable, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    g_clear_error (&error);

  if (error == NULL
      && g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                  NULL, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * aph_presets_save_async:
 * @presets: (element-type AphPreset): all that there are to be
 * @callback: called when they are written
 * @user_data: for @callback
 *
 * Writes the user's presets.
 */
void
aph_presets_save_async (GPtrArray           *presets,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, aph_presets_save_async);
  g_task_set_task_data (task, aph_presets_to_text (presets), g_free);
  g_task_run_in_thread (task, save_thread);
}

/**
 * aph_presets_save_finish:
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: %FALSE with a %G_IO_ERROR
 */
gboolean
aph_presets_save_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
