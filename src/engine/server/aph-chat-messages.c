/* aph-chat-messages.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request as a conversation: what servers take that have no field for a prompt. Conversations
 * come from files in either form, so each is written in the one the server knows.
 */

#define G_LOG_DOMAIN "aph-chat-messages"

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "server/aph-chat-messages.h"

static JsonArray *
get_messages (AphRequest *request)
{
  return aph_params_get_messages (aph_request_get_params (request));
}

/**
 * aph_chat_messages_are_in:
 * @request: a request
 *
 * Returns: whether its params bring a conversation along, in a member `messages`
 */
gboolean
aph_chat_messages_are_in (AphRequest *request)
{
  return get_messages (request) != NULL;
}

static gboolean
has_system_message (JsonArray *messages)
{
  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonNode *node = json_array_get_element (messages, i);
      const char *role = JSON_NODE_HOLDS_OBJECT (node)
                           ? aph_json_get_string (json_node_get_object (node), "role") : NULL;

      if (g_strcmp0 (role, "system") == 0 || g_strcmp0 (role, "developer") == 0)
        return TRUE;
    }

  return FALSE;
}

/* Servers look at the bytes; the type is there because the URL needs one. */
static const char *
guess_image_type (const char *base64)
{
  static const struct
  {
    const char *start;
    const char *type;
  } known[] = {
    { "/9j/", "image/jpeg" },
    { "R0lGOD", "image/gif" },
    { "UklGR", "image/webp" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (base64, known[i].start))
      return known[i].type;

  return "image/png";
}

static void
append_image_part (GString    *out,
                   const char *image)
{
  gboolean is_url = g_str_has_prefix (image, "data:") || strstr (image, "://") != NULL;

  g_string_append (out, "{\"type\":\"image_url\",\"image_url\":{\"url\":");
  if (is_url)
    aph_json_append_string (out, image);
  else
    {
      g_autofree char *url = g_strconcat ("data:", guess_image_type (image), ";base64,", image,
                                          NULL);

      aph_json_append_string (out, url);
    }
  g_string_append (out, "}}");
}

/* A text with images, as OpenAI's list of parts. */
static void
append_parts (GString    *out,
              const char *text,
              JsonArray  *images)
{
  gboolean is_first = TRUE;

  g_string_append_c (out, '[');
  if (text != NULL && *text != '\0')
    {
      g_string_append (out, "{\"type\":\"text\",\"text\":");
      aph_json_append_string (out, text);
      g_string_append_c (out, '}');
      is_first = FALSE;
    }

  for (guint i = 0; i < json_array_get_length (images); i++)
    {
      JsonNode *node = json_array_get_element (images, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        continue;
      if (!is_first)
        g_string_append_c (out, ',');
      append_image_part (out, json_node_get_string (node));
      is_first = FALSE;
    }
  g_string_append_c (out, ']');
}

/* An address that is none of the data itself stays what it is: the server's complaint about it
 * tells more than its absence would. */
static void
append_bare_image (GString    *out,
                   const char *image)
{
  const char *data = g_str_has_prefix (image, "data:") ? strchr (image, ',') : NULL;

  aph_json_append_string (out, data != NULL ? data + 1 : image);
}

static const char *
get_image_url (JsonObject *part)
{
  JsonObject *image = aph_json_get_object (part, "image_url");

  return image != NULL ? aph_json_get_string (image, "url")
                       : aph_json_get_string (part, "image_url");
}

/* OpenAI's list of parts as Ollama's text and images. */
static void
append_flat_parts (GString   *out,
                   JsonArray *parts)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) images = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonNode *node = json_array_get_element (parts, i);
      JsonObject *part = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *added = part != NULL ? aph_json_get_string (part, "text") : NULL;
      const char *url = part != NULL ? get_image_url (part) : NULL;

      if (added != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", added);
      if (url != NULL)
        {
          if (images->len > 0)
            g_string_append_c (images, ',');
          append_bare_image (images, url);
        }
    }

  aph_json_append_name (out, "content");
  aph_json_append_string (out, text->str);
  if (images->len > 0)
    {
      aph_json_append_name (out, "images");
      g_string_append_printf (out, "[%s]", images->str);
    }
}

static void
append_bare_images (GString   *out,
                    JsonArray *images)
{
  aph_json_append_name (out, "images");
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (images); i++)
    {
      JsonNode *node = json_array_get_element (images, i);

      if (i > 0)
        g_string_append_c (out, ',');
      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        append_bare_image (out, json_node_get_string (node));
      else
        aph_json_append_node (out, node);
    }
  g_string_append_c (out, ']');
}

static void
append_content (GString     *out,
                JsonObject  *message,
                AphChatForm  form)
{
  JsonNode *content = json_object_get_member (message, "content");
  JsonArray *parts = aph_json_get_array (message, "content");
  JsonArray *images = parts == NULL ? aph_json_get_array (message, "images") : NULL;

  if (form == APH_CHAT_FORM_OPENAI && images != NULL)
    {
      aph_json_append_name (out, "content");
      append_parts (out, aph_json_get_string (message, "content"), images);
      return;
    }

  if (form == APH_CHAT_FORM_OLLAMA && parts != NULL)
    append_flat_parts (out, parts);
  else if (content != NULL)
    {
      aph_json_append_name (out, "content");
      aph_json_append_node (out, content);
    }

  if (images != NULL)
    append_bare_images (out, images);
}

static void
append_message (GString     *out,
                JsonObject  *message,
                AphChatForm  form)
{
  gboolean for_openai = form == APH_CHAT_FORM_OPENAI;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, message);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      if (strcmp (name, "content") == 0 || strcmp (name, "images") == 0)
        continue;

      if (for_openai && strcmp (name, "thinking") == 0)
        name = "reasoning_content";
      else if (!for_openai && strcmp (name, "reasoning_content") == 0)
        name = "thinking";
      aph_json_append_name (out, name);
      aph_json_append_node (out, node);
    }
  append_content (out, message, form);
  g_string_append_c (out, '}');
}

static void
append_prompt (GString     *out,
               const char  *prompt,
               JsonArray   *images,
               AphChatForm  form)
{
  g_string_append (out, "{\"role\":\"user\",\"content\":");
  if (images != NULL && form == APH_CHAT_FORM_OPENAI)
    append_parts (out, prompt, images);
  else
    aph_json_append_string (out, prompt);

  if (images != NULL && form == APH_CHAT_FORM_OLLAMA)
    append_bare_images (out, images);
  g_string_append_c (out, '}');
}

/**
 * aph_chat_messages_append:
 * @out: where to
 * @request: what is asked
 * @form: how the server wants messages
 *
 * Writes the list of messages that @request amounts to: its `system`, unless its `messages` have
 * one of their own; its `messages`; and its prompt with its `images` as what the user says last.
 * An empty prompt without images adds nothing to a conversation that is there already.
 */
void
aph_chat_messages_append (GString     *out,
                          AphRequest  *request,
                          AphChatForm  form)
{
  AphParams *params = aph_request_get_params (request);
  const char *system = aph_params_get_system (params);
  const char *prompt = aph_request_get_prompt (request);
  JsonArray *images = aph_json_get_array (aph_params_get_members (params), "images");
  JsonArray *messages = get_messages (request);
  const char *separator = "";

  g_string_append_c (out, '[');
  if (system != NULL && *system != '\0' && !has_system_message (messages))
    {
      g_string_append (out, "{\"role\":\"system\",\"content\":");
      aph_json_append_string (out, system);
      g_string_append_c (out, '}');
      separator = ",";
    }

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonNode *node = json_array_get_element (messages, i);

      g_string_append (out, separator);
      separator = ",";
      if (JSON_NODE_HOLDS_OBJECT (node))
        append_message (out, json_node_get_object (node), form);
      else
        aph_json_append_node (out, node);
    }

  if (*prompt != '\0' || images != NULL || messages == NULL)
    {
      g_string_append (out, separator);
      append_prompt (out, prompt, images, form);
    }
  g_string_append_c (out, ']');
}
