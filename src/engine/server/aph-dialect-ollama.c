/* aph-dialect-ollama.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ollama's own API, as of v0.33: POST /api/generate, or /api/chat where only that will do,
 * answered with one JSON object per line.
 */

#define G_LOG_DOMAIN "aph-dialect-ollama"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "base/aph-json.h"
#include "job/aph-options.h"
#include "server/aph-chat-messages.h"
#include "server/aph-dialect.h"
#include "server/aph-error-body.h"
#include "server/aph-ollama-models.h"
#include "server/aph-token-scanner.h"

/* The last line repeats the whole context as token ids: 29 kB for 4,096 of them. It is cut out
 * of any line that is longer than this, since parsing it may cost more than all tokens together. */
#define MAX_LINE_WITH_CONTEXT 512

static gboolean
has_format (JsonObject *members)
{
  JsonNode *format = json_object_get_member (members, "format");

  return format != NULL
         && !JSON_NODE_HOLDS_NULL (format)
         && g_strcmp0 (aph_json_get_string (members, "format"), "") != 0;
}

/* With a format /api/generate does not let the model think: the format binds from the first token,
 * and all of the answer may end up in the thinking. /api/chat lets it think first. What only
 * /api/generate knows keeps a request there; and so does an empty prompt, which only loads. */
static gboolean
wants_chat (AphRequest *request)
{
  static const char *const only_generate[] = { "context", "raw", "suffix", "template" };
  JsonObject *members = aph_params_get_members (aph_request_get_params (request));

  if (aph_chat_messages_are_in (request))
    return TRUE;

  if (!has_format (members)
      || !aph_json_get_boolean (members, "think", TRUE)
      || *aph_request_get_prompt (request) == '\0')
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (only_generate); i++)
    if (json_object_has_member (members, only_generate[i]))
      return FALSE;

  return TRUE;
}

static const char *
ollama_get_generate_path (AphRequest *request)
{
  return wants_chat (request) ? "/api/chat" : "/api/generate";
}

static void
write_prompt (AphRequest *request,
              gboolean    stream,
              GString    *body)
{
  const char *params = aph_params_get_text (aph_request_get_params (request));

  g_string_append (body, ",\"prompt\":");
  aph_json_append_string (body, aph_request_get_prompt (request));
  g_string_append (body, stream ? ",\"stream\":true" : ",\"stream\":false");

  if (*params != '\0')
    {
      g_string_append_c (body, ',');
      g_string_append (body, params);
    }
}

static void
write_chat (AphRequest *request,
            gboolean    stream,
            GString    *body)
{
  static const char *const in_messages[] = { "images", "messages", "system", NULL };
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_string_append (body, ",\"messages\":");
  aph_chat_messages_append (body, request, APH_CHAT_FORM_OLLAMA);
  g_string_append (body, stream ? ",\"stream\":true" : ",\"stream\":false");

  json_object_iter_init_ordered (&iter, aph_params_get_members (aph_request_get_params (request)));
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!g_strv_contains (in_messages, name))
      {
        aph_json_append_name (body, name);
        aph_json_append_node (body, node);
      }
}

static void
ollama_write_generate (AphRequest *request,
                       gboolean    stream,
                       GString    *body)
{
  const char *model = aph_request_get_model (request);

  g_string_append (body, "{\"model\":");
  aph_json_append_string (body, model != NULL ? model : "");

  if (wants_chat (request))
    write_chat (request, stream, body);
  else
    write_prompt (request, stream, body);

  g_string_append_c (body, '}');
}

/* Nothing of time: "keep_alive":0 without a prompt does not load but unload. */
static gboolean
is_no_time (JsonNode *keep_alive)
{
  if (!JSON_NODE_HOLDS_VALUE (keep_alive))
    return TRUE;

  if (json_node_get_value_type (keep_alive) == G_TYPE_STRING)
    return strpbrk (json_node_get_string (keep_alive), "123456789") == NULL;

  return json_node_get_double (keep_alive) == 0;
}

static void
append_member (GString    *body,
               const char *name,
               JsonNode   *value)
{
  aph_json_append_name (body, name);
  aph_json_append_node (body, value);
}

/* The options that a model is loaded with, as in aph_params_get_load_key(): with others the
 * request itself would load it again. Those that it is asked with might be wrong in this one
 * request, which is no reason not to load the model for all others. */
static void
ollama_write_load (AphRequest *request,
                   GString    *body)
{
  const char *model = aph_request_get_model (request);
  JsonObject *members = aph_params_get_members (aph_request_get_params (request));
  JsonObject *given = aph_params_get_options (aph_request_get_params (request));
  JsonNode *keep_alive = json_object_get_member (members, "keep_alive");
  JsonNode *shift = json_object_get_member (members, "shift");
  g_autoptr (JsonNode) options = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) chosen = json_object_new ();
  guint n_known;
  const AphOption *known = aph_options_get_all (&n_known);

  for (guint i = 0; given != NULL && i < n_known; i++)
    if (known[i].load_time && json_object_has_member (given, known[i].name))
      json_object_set_member (chosen, known[i].name,
                              json_object_dup_member (given, known[i].name));
  json_node_set_object (options, chosen);

  g_string_append (body, "{\"model\":");
  aph_json_append_string (body, model != NULL ? model : "");
  g_string_append (body, ",\"stream\":false");
  if (keep_alive != NULL && !is_no_time (keep_alive))
    append_member (body, "keep_alive", keep_alive);
  if (shift != NULL)
    append_member (body, "shift", shift);
  if (json_object_get_size (chosen) > 0)
    append_member (body, "options", options);
  g_string_append_c (body, '}');
}

/* Returns @line without what is between the brackets of its "context", or NULL if it has none.
 * Within a string the quotes would be escaped, so what is found is the member itself. */
static char *
cut_context (const char *line,
             gsize       length,
             gsize      *cut_length)
{
  static const char name[] = "\"context\":";
  const char *end = line + length;
  const char *start = memmem (line, length, name, strlen (name));
  const char *p;
  char *cut;

  if (start == NULL)
    return NULL;

  start += strlen (name);
  while (start < end && *start == ' ')
    start++;
  if (start == end || *start != '[')
    return NULL;

  start++;
  for (p = start; p < end && (g_ascii_isdigit (*p) || *p == ',' || *p == ' ' || *p == '-'); p++)
    ;
  if (p == end || *p != ']')
    return NULL;

  *cut_length = length - (p - start);
  cut = g_malloc (*cut_length);
  memcpy (cut, line, start - line);
  memcpy (cut + (start - line), p, end - p);

  return cut;
}

static void
append_text (GString    *text,
             JsonObject *object,
             const char *name)
{
  const char *added = aph_json_get_string (object, name);

  if (added != NULL)
    g_string_append (text, added);
}

static void
read_usage (AphUsage   *usage,
            JsonObject *object)
{
  usage->prompt_tokens = aph_json_get_int (object, "prompt_eval_count", -1);
  usage->answer_tokens = aph_json_get_int (object, "eval_count", -1);
  usage->load_ns = aph_json_get_int (object, "load_duration", -1);
  usage->prompt_ns = aph_json_get_int (object, "prompt_eval_duration", -1);
  usage->answer_ns = aph_json_get_int (object, "eval_duration", -1);
  usage->total_ns = aph_json_get_int (object, "total_duration", -1);
}

static void
read_object (AphReply   *reply,
             JsonObject *object)
{
  JsonNode *error = json_object_get_member (object, "error");
  JsonObject *message = aph_json_get_object (object, "message");

  if (error != NULL && reply->failure == NULL)
    reply->failure = aph_error_body_read_node (200, error);

  append_text (reply->thinking, object, "thinking");
  append_text (reply->answer, object, "response");
  if (message != NULL)
    {
      append_text (reply->thinking, message, "thinking");
      append_text (reply->answer, message, "content");
    }

  if (aph_json_get_boolean (object, "done", FALSE))
    {
      reply->done = TRUE;
      reply->has_ended = TRUE;
      g_free (reply->done_reason);
      reply->done_reason = g_strdup (aph_json_get_string (object, "done_reason"));
      read_usage (&reply->usage, object);
    }
}

/* A line and a whole reply are the same object. */
static void
ollama_read_body (AphReply   *reply,
                  const char *line,
                  gsize       length)
{
  g_autofree char *cut = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;

  if (aph_is_blank (line, length))
    return;

  if (length > MAX_LINE_WITH_CONTEXT)
    {
      cut = cut_context (line, length, &length);
      if (cut != NULL)
        line = cut;
    }

  object = aph_json_parse_object_lossy (line, length, &error);
  if (object != NULL)
    read_object (reply, object);
  else
    {
      g_debug ("not a line of a reply: %s", error->message);
      reply->is_garbled = TRUE;
    }
}

static void
ollama_read_line (AphReply   *reply,
                  const char *line,
                  gsize       length)
{
  if (!aph_token_scanner_read_ollama (reply, line, length))
    ollama_read_body (reply, line, length);
}

static void
ollama_read_about (AphAbout   *about,
                   const char *body,
                   gsize       length)
{
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (body, length, NULL);
  const char *version = object != NULL ? aph_json_get_string (object, "version") : NULL;

  if (version == NULL)
    return;

  g_free (about->version);
  about->version = g_strdup (version);
}

const AphDialect aph_dialect_ollama = {
  .name = "ollama",
  .content_type = "application/x-ndjson",
  .version_path = "/api/version",
  .models_path = "/api/tags",
  .about_paths = { "/api/version" },
  .load_path = "/api/generate",
  .get_generate_path = ollama_get_generate_path,
  .write_generate = ollama_write_generate,
  .write_load = ollama_write_load,
  .read_line = ollama_read_line,
  .read_body = ollama_read_body,
  .read_error = aph_error_body_read,
  .read_models = aph_ollama_read_models,
  .show = { "POST", "/api/show", aph_ollama_write_model },
  .list_loaded = { "GET", "/api/ps", NULL },
  .unload = { "POST", "/api/generate", aph_ollama_write_unload },
  .pull = { "POST", "/api/pull", aph_ollama_write_model },
  .delete = { "DELETE", "/api/delete", aph_ollama_write_model },
  .read_model = aph_ollama_read_model,
  .read_loaded = aph_ollama_read_loaded,
  .read_pull_line = aph_ollama_read_pull_line,
  .read_about = ollama_read_about,
};
