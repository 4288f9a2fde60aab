/* aph-json-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What JSON objects of several origins ask. Bodies in Ollama's own words are taken as they are, so
 * that nothing they ask for is lost; those in OpenAI's are translated (aph-openai-body.c).
 */

#define G_LOG_DOMAIN "aph-json-row"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "base/aph-json.h"
#include "files/aph-json-row.h"
#include "files/aph-openai-body.h"

/**
 * aph_json_row_get_kind:
 * @row: an object
 *
 * Returns: what it is
 */
AphJsonRowKind
aph_json_row_get_kind (JsonObject *row)
{
  if (aph_json_get_object (row, "body") != NULL)
    return APH_JSON_ROW_BATCH;
  if (json_object_has_member (row, "prompt")
      && json_object_has_member (row, "response")
      && json_object_has_member (row, "state")
      && json_object_has_member (row, "index"))
    return APH_JSON_ROW_RESULT;
  if (json_object_has_member (row, "prompt") || aph_json_get_array (row, "messages") != NULL)
    return APH_JSON_ROW_REQUEST;
  if (aph_json_get_object (row, "vars") != NULL)
    return APH_JSON_ROW_TEST;

  return APH_JSON_ROW_TABLE;
}

/**
 * aph_json_row_dup_cell:
 * @row: an object
 * @column: the name of a column: a member of its `vars` if it has them, or of itself
 *
 * Returns: (transfer full) (nullable): the text of the cell: what is no text is JSON, and `null` is
 *   empty
 */
char *
aph_json_row_dup_cell (JsonObject *row,
                       const char *column)
{
  JsonObject *vars = aph_json_get_object (row, "vars");
  JsonNode *node = vars != NULL ? json_object_get_member (vars, column) : NULL;

  if (node == NULL)
    node = json_object_get_member (row, column);
  if (node == NULL)
    return NULL;

  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));

  return aph_json_node_to_text (node);
}

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return aph_json_node_to_text (node);
}

/* The variables of a test, and what it says beside them under names that no variable has. */
static char *
dup_test_vars (JsonObject *row)
{
  GString *out = g_string_new ("{");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, aph_json_get_object (row, "vars"));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      aph_json_append_name (out, name);
      aph_json_append_node (out, node);
    }

  json_object_iter_init_ordered (&iter, row);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *own = g_strconcat ("__", name, NULL);

      if (strcmp (name, "vars") == 0)
        continue;
      aph_json_append_name (out, own);
      aph_json_append_node (out, node);
    }
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

/**
 * aph_json_row_dup_vars:
 * @row: an object
 *
 * Returns: (transfer full) (nullable): its columns, as the text of a JSON object; %NULL for a
 *   request that has none beside itself
 */
char *
aph_json_row_dup_vars (JsonObject *row)
{
  JsonObject *vars = aph_json_get_object (row, "vars");

  switch (aph_json_row_get_kind (row))
    {
    case APH_JSON_ROW_TEST:
      return dup_test_vars (row);
    case APH_JSON_ROW_TABLE:
      return object_to_text (row);
    case APH_JSON_ROW_REQUEST:
    case APH_JSON_ROW_BATCH:
    case APH_JSON_ROW_RESULT:
    default:
      return vars != NULL ? object_to_text (vars) : NULL;
    }
}

/* A path, and no base64, which has neither dots nor colons. */
static gboolean
is_path (const char *text)
{
  return strchr (text, '.') != NULL || strchr (text, ':') != NULL;
}

static char *
path_to_uri (const char *path,
             GFile      *folder)
{
  g_autofree char *scheme = g_uri_parse_scheme (path);
  g_autoptr (GFile) file = NULL;

  /* C:\… is none of a URI. */
  if (scheme != NULL && strlen (scheme) > 1)
    return g_strdup (path);

  file = folder != NULL ? g_file_resolve_relative_path (folder, path) : g_file_new_for_path (path);

  return g_file_get_uri (file);
}

/* The strings of a list, which are paths or URIs; NULL if something else is among them. */
static char **
list_to_uris (JsonArray *list,
              GFile     *folder)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING
          || !is_path (json_node_get_string (node)))
        return NULL;
      g_ptr_array_add (uris, path_to_uri (json_node_get_string (node), folder));
    }
  g_ptr_array_add (uris, NULL);
  g_ptr_array_set_free_func (uris, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&uris), FALSE);
}

/**
 * aph_json_row_split_paths:
 * @cell: paths or URIs of pictures: one, several with `;` between them, or a JSON list
 * @folder: (nullable): what paths are relative to
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): their URIs; %NULL for none
 */
char **
aph_json_row_split_paths (const char *cell,
                          GFile      *folder)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new ();
  g_auto (GStrv) paths = NULL;

  if (*cell == '[')
    {
      g_autoptr (JsonNode) node = aph_json_parse (cell, -1, NULL);

      if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
        return list_to_uris (json_node_get_array (node), folder);
    }

  /* A data: URI has a semicolon of its own. */
  paths = g_str_has_prefix (cell, "data:") ? g_strsplit (cell, "\n", -1)
                                           : g_strsplit_set (cell, ";\n", -1);
  for (guint i = 0; paths[i] != NULL; i++)
    if (*g_strstrip (paths[i]) != '\0')
      g_ptr_array_add (uris, path_to_uri (paths[i], folder));
  if (uris->len == 0)
    return NULL;
  g_ptr_array_add (uris, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&uris), FALSE);
}

/* A file's own id of a row: a text, or a whole number as people also write it. */
static gboolean
read_id (JsonObject   *row,
         const char   *name,
         AphRowFields *fields)
{
  JsonNode *node = json_object_get_member (row, name);
  GType type;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  g_clear_pointer (&fields->custom_id, g_free);
  if (type == G_TYPE_STRING)
    fields->custom_id = g_strdup (json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    fields->custom_id = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    return aph_row_fields_refuse (fields, _("its “%s” is neither a text nor a whole number"), name);

  return TRUE;
}

static gboolean
read_model (JsonObject   *row,
            AphRowFields *fields)
{
  const char *model = aph_json_get_string (row, "model");

  if (model == NULL && json_object_has_member (row, "model")
      && !JSON_NODE_HOLDS_NULL (json_object_get_member (row, "model")))
    return aph_row_fields_refuse (fields, _("its “model” is not the name of a model"));
  if (model != NULL && *model == '\0')
    return aph_row_fields_refuse (fields, _("its “model” is not the name of a model"));
  fields->model = g_strdup (model);

  return TRUE;
}

static gboolean
read_prompt (JsonObject   *row,
             const char   *given,
             AphRowFields *fields)
{
  const char *prompt = given != NULL ? given : aph_json_get_string (row, "prompt");

  if (prompt == NULL && !json_object_has_member (row, "prompt"))
    return aph_row_fields_refuse (fields, _("it has no “prompt”"));
  if (prompt == NULL)
    return aph_row_fields_refuse (fields, _("its “prompt” is not a text"));
  if (aph_is_blank (prompt, -1))
    return aph_row_fields_refuse (fields, _("its “prompt” is empty"));
  fields->prompt = g_strdup (prompt);

  return TRUE;
}

/* Takes pictures that are named, and leaves those that are there as base64. */
static void
take_images (JsonObject   *row,
             GFile        *folder,
             AphRowFields *fields)
{
  JsonArray *list = aph_json_get_array (row, "images");
  g_auto (GStrv) uris = list != NULL ? list_to_uris (list, folder) : NULL;

  if (uris == NULL)
    return;

  json_object_remove_member (row, "images");
  if (uris[0] != NULL)
    fields->images = g_steal_pointer (&uris);
}

/* Ollama's own words, with the members that are ours. */
static gboolean
read_native (JsonObject   *row,
             const char   *prompt,
             GFile        *folder,
             AphRowFields *fields)
{
  if (!read_prompt (row, prompt, fields)
      || !read_model (row, fields)
      || !read_id (row, "id", fields)
      || !read_id (row, "custom_id", fields))
    return FALSE;

  take_images (row, folder, fields);
  json_object_remove_member (row, "id");
  json_object_remove_member (row, "vars");
  fields->params = aph_params_new_from_body (row);

  return TRUE;
}

/* What antiphon-run was asked, from what it answered. */
static gboolean
read_result (JsonObject   *row,
             const char   *prompt,
             GFile        *folder,
             AphRowFields *fields)
{
  JsonObject *params = aph_json_get_object (row, "params");
  const char *own = aph_json_get_string (row, "prompt");

  fields->params = params != NULL ? aph_params_new_from_body (params) : aph_params_new ();
  if (prompt == NULL && own != NULL && aph_params_takes_prompt (fields->params, own))
    fields->prompt = g_strdup (own);
  else if (!read_prompt (row, prompt, fields))
    return FALSE;

  if (!read_model (row, fields) || !read_id (row, "id", fields))
    return FALSE;

  take_images (row, folder, fields);

  return TRUE;
}

static gboolean
read_body (JsonObject   *body,
           const char   *prompt,
           GFile        *folder,
           AphRowFields *fields)
{
  if (!read_model (body, fields))
    return FALSE;

  if (aph_json_get_array (body, "messages") != NULL)
    return aph_openai_body_read (body, prompt, fields);

  if (!read_prompt (body, prompt, fields))
    return FALSE;
  take_images (body, folder, fields);

  return aph_openai_body_read_options (body, fields);
}

static gboolean
read_batch (JsonObject   *row,
            const char   *prompt,
            GFile        *folder,
            AphRowFields *fields)
{
  JsonObject *body = aph_json_get_object (row, "body");
  const char *url = aph_json_get_string (row, "url");

  if (url != NULL && !g_str_has_suffix (url, "/chat/completions")
      && !g_str_has_suffix (url, "/completions")
      && !g_str_has_suffix (url, "/api/generate") && !g_str_has_suffix (url, "/api/chat"))
    return aph_row_fields_refuse (fields, _("it asks for “%s”; only chats and completions can be "
                                            "asked"), url);

  /* The text itself is what a completion goes on with. */
  if (url != NULL && g_str_has_suffix (url, "/v1/completions")
      && !json_object_has_member (body, "raw"))
    json_object_set_boolean_member (body, "raw", TRUE);

  return read_id (row, "custom_id", fields) && read_body (body, prompt, folder, fields);
}

/**
 * aph_json_row_read:
 * @row: an object of one of the kinds that are requests; it is changed
 * @prompt: (nullable): what to ask instead of what @row asks
 * @folder: (nullable): what paths are relative to
 * @fields: where to put what it asks, or why it asks nothing
 *
 * Returns: whether it is a request
 */
gboolean
aph_json_row_read (JsonObject   *row,
                   const char   *prompt,
                   GFile        *folder,
                   AphRowFields *fields)
{
  switch (aph_json_row_get_kind (row))
    {
    case APH_JSON_ROW_BATCH:
      return read_batch (row, prompt, folder, fields);
    case APH_JSON_ROW_RESULT:
      return read_result (row, prompt, folder, fields);
    case APH_JSON_ROW_REQUEST:
      if (aph_json_get_array (row, "messages") == NULL || json_object_has_member (row, "prompt"))
        return read_native (row, prompt, folder, fields);
      if (!read_id (row, "id", fields) || !read_id (row, "custom_id", fields))
        return FALSE;
      json_object_remove_member (row, "id");
      json_object_remove_member (row, "vars");
      return read_body (row, prompt, folder, fields);
    case APH_JSON_ROW_TEST:
    case APH_JSON_ROW_TABLE:
    default:
      g_return_val_if_reached (FALSE);
    }
}
