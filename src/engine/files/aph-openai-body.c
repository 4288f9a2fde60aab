/* aph-openai-body.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The body of a request to /v1/chat/completions in our words. This is what becomes of its members;
 * all others stay what they are, so that a server of that kind gets them:
 *
 *   messages                          the texts of system and developer before all others:
 *                                     `system`; a last one of the user: the prompt; its images with
 *                                     a data: or other URL: the images; what is between: `messages`
 *   temperature, top_p, seed, stop, presence_penalty, frequency_penalty
 *                                     options of the same names; one stop becomes a list of one
 *   max_tokens, max_completion_tokens options.num_predict
 *   response_format                   format: the schema, or "json"
 *   reasoning_effort                  think: none is no, minimal is low
 *   stream, stream_options            nothing: that is for us to say
 */

#define G_LOG_DOMAIN "aph-openai-body"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-openai-body.h"

static const char *const same_options[] = {
  "temperature", "top_p", "seed", "presence_penalty", "frequency_penalty", "stop",
};

static const char *
get_role (JsonArray *messages,
          guint      i)
{
  JsonNode *node = json_array_get_element (messages, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? aph_json_get_string (json_node_get_object (node), "role")
                                       : NULL;
}

static gboolean
is_system (const char *role)
{
  return g_strcmp0 (role, "system") == 0 || g_strcmp0 (role, "developer") == 0;
}

/* The URL of a part that is an image. */
static const char *
get_image_url (JsonObject *part)
{
  JsonObject *image = aph_json_get_object (part, "image_url");

  if (g_strcmp0 (aph_json_get_string (part, "type"), "image_url") != 0)
    return NULL;

  return image != NULL ? aph_json_get_string (image, "url")
                       : aph_json_get_string (part, "image_url");
}

static gboolean
read_part (JsonNode  *node,
           GString   *text,
           GPtrArray *images)
{
  JsonObject *part = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *url = part != NULL ? get_image_url (part) : NULL;
  const char *part_text = part != NULL ? aph_json_get_string (part, "text") : NULL;

  if (url != NULL && images != NULL)
    g_ptr_array_add (images, g_strdup (url));
  else if (part_text != NULL && g_strcmp0 (aph_json_get_string (part, "type"), "text") == 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", part_text);
  else
    return FALSE;

  return TRUE;
}

/* Whether a message is nothing but text, and images where there are to be some. */
static gboolean
read_content (JsonArray *messages,
              guint      i,
              GString   *text,
              GPtrArray *images)
{
  JsonNode *node = json_array_get_element (messages, i);
  JsonObject *message = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *content = message != NULL ? aph_json_get_string (message, "content") : NULL;
  JsonArray *parts = message != NULL ? aph_json_get_array (message, "content") : NULL;

  /* With a name, or Ollama's images, it is more than that. */
  if (message == NULL || json_object_get_size (message) != 2)
    return FALSE;

  if (content != NULL)
    {
      g_string_append (text, content);
      return TRUE;
    }

  for (guint j = 0; parts != NULL && j < json_array_get_length (parts); j++)
    if (!read_part (json_array_get_element (parts, j), text, images))
      return FALSE;

  return parts != NULL;
}

/* Takes the messages of the system that come first. */
static guint
take_system (JsonObject *body,
             JsonArray  *messages)
{
  g_autoptr (GString) system = g_string_new (NULL);
  guint n_messages = json_array_get_length (messages);
  guint n_taken = 0;

  while (n_taken < n_messages && is_system (get_role (messages, n_taken)))
    {
      if (n_taken > 0)
        g_string_append (system, "\n\n");
      if (!read_content (messages, n_taken, system, NULL))
        return 0;
      n_taken++;
    }

  /* A conversation that has another one later is to stay as it is. */
  for (guint i = n_taken; i < n_messages; i++)
    if (is_system (get_role (messages, i)))
      return 0;
  if (json_object_has_member (body, "system") || system->len == 0)
    return 0;

  json_object_set_string_member (body, "system", system->str);

  return n_taken;
}

/* Takes what the user says last. */
static gboolean
take_prompt (JsonArray    *messages,
             AphRowFields *fields)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_free);
  guint last = json_array_get_length (messages) - 1;

  if (g_strcmp0 (get_role (messages, last), "user") != 0
      || !read_content (messages, last, text, images)
      || text->len == 0)
    return FALSE;

  fields->prompt = g_strdup (text->str);
  if (images->len > 0)
    {
      g_ptr_array_add (images, NULL);
      g_ptr_array_set_free_func (images, NULL);
      fields->images = (char **) g_ptr_array_free (g_steal_pointer (&images), FALSE);
    }

  return TRUE;
}

static gboolean
read_messages (JsonObject   *body,
               const char   *prompt,
               AphRowFields *fields)
{
  g_autoptr (JsonArray) messages = json_array_ref (aph_json_get_array (body, "messages"));
  guint n_messages = json_array_get_length (messages);
  guint first, end;

  if (n_messages == 0)
    return aph_row_fields_refuse (fields, _("its “messages” are empty"));

  for (guint i = 0; i < n_messages; i++)
    if (get_role (messages, i) == NULL)
      return aph_row_fields_refuse (fields, _("one of its “messages” has no “role”"));

  json_object_remove_member (body, "messages");
  first = take_system (body, messages);
  end = first < n_messages && take_prompt (messages, fields) ? n_messages - 1 : n_messages;
  if (prompt != NULL)
    {
      g_free (fields->prompt);
      fields->prompt = g_strdup (prompt);
    }
  else if (fields->prompt == NULL)
    fields->prompt = g_strdup ("");

  if (end > first)
    {
      JsonArray *rest = json_array_sized_new (end - first);

      for (guint i = first; i < end; i++)
        json_array_add_element (rest, json_array_dup_element (messages, i));
      json_object_set_array_member (body, "messages", rest);
    }
  else if (*fields->prompt == '\0')
    return aph_row_fields_refuse (fields, _("its “messages” say nothing"));

  return TRUE;
}

/* Moves a member to where it belongs; what is there already holds. */
static void
move_option (JsonObject *body,
             JsonObject *options,
             const char *name,
             const char *option)
{
  JsonNode *node = json_object_get_member (body, name);

  if (node == NULL)
    return;

  if (!JSON_NODE_HOLDS_NULL (node) && !json_object_has_member (options, option))
    json_object_set_member (options, option, json_node_copy (node));
  json_object_remove_member (body, name);
}

static void
make_stop_list (JsonObject *options)
{
  const char *stop = aph_json_get_string (options, "stop");
  JsonArray *list;

  if (stop == NULL)
    return;

  list = json_array_new ();
  json_array_add_string_element (list, stop);
  json_object_set_array_member (options, "stop", list);
}

static void
move_options (JsonObject *body)
{
  JsonObject *present = aph_json_get_object (body, "options");
  JsonObject *options = present != NULL ? json_object_ref (present) : json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (same_options); i++)
    move_option (body, options, same_options[i], same_options[i]);
  move_option (body, options, "max_completion_tokens", "num_predict");
  move_option (body, options, "max_tokens", "num_predict");
  make_stop_list (options);

  if (present == NULL && json_object_get_size (options) > 0)
    json_object_set_object_member (body, "options", options);
  else
    json_object_unref (options);
}

static void
move_format (JsonObject *body)
{
  JsonObject *format = aph_json_get_object (body, "response_format");
  const char *type = format != NULL ? aph_json_get_string (format, "type") : NULL;
  JsonObject *schema = format != NULL ? aph_json_get_object (format, "json_schema") : NULL;
  JsonNode *node = schema != NULL ? json_object_get_member (schema, "schema") : NULL;

  if (json_object_has_member (body, "format"))
    return;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    json_object_set_member (body, "format", json_node_copy (node));
  else if (g_strcmp0 (type, "json_object") == 0)
    json_object_set_string_member (body, "format", "json");
  else if (g_strcmp0 (type, "text") != 0)
    return;
  json_object_remove_member (body, "response_format");
}

static void
move_think (JsonObject *body)
{
  static const char *const levels[] = { "low", "medium", "high", "max", NULL };
  const char *effort = aph_json_get_string (body, "reasoning_effort");

  if (effort == NULL || json_object_has_member (body, "think"))
    return;

  if (strcmp (effort, "none") == 0)
    json_object_set_boolean_member (body, "think", FALSE);
  else if (strcmp (effort, "minimal") == 0)
    json_object_set_string_member (body, "think", "low");
  else if (g_strv_contains (levels, effort))
    json_object_set_string_member (body, "think", effort);
  else
    return;
  json_object_remove_member (body, "reasoning_effort");
}

/**
 * aph_openai_body_read_options:
 * @body: the body of a request in OpenAI's words or Ollama's, whose prompt was read; it is changed
 * @fields: where to put how to answer
 *
 * Returns: %TRUE
 */
gboolean
aph_openai_body_read_options (JsonObject   *body,
                              AphRowFields *fields)
{
  move_options (body);
  move_format (body);
  move_think (body);
  json_object_remove_member (body, "stream_options");
  fields->params = aph_params_new_from_body (body);

  return TRUE;
}

/**
 * aph_openai_body_read:
 * @body: the body of a request with `messages`; it is changed
 * @prompt: (nullable): what to ask instead of what the user says last
 * @fields: where to put what it asks
 *
 * Returns: %FALSE with a reason if it asks nothing
 */
gboolean
aph_openai_body_read (JsonObject   *body,
                      const char   *prompt,
                      AphRowFields *fields)
{
  return read_messages (body, prompt, fields) && aph_openai_body_read_options (body, fields);
}
