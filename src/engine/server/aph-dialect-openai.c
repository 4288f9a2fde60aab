/* aph-dialect-openai.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The API of OpenAI as vLLM, llama-server and LiteLLM have it: POST /v1/chat/completions, or
 * /v1/completions for raw prompts, answered with server-sent events.
 *
 * Our params are in Ollama's words. This is what becomes of them; a member that the request has
 * under OpenAI's own name already is left as it is:
 *
 *   system, messages, images   the messages, images as parts with a data: URL
 *   raw                        true: /v1/completions, where the prompt is all
 *   options.num_predict        max_tokens; without a limit null for /v1/completions, where vLLM
 *                              would stop after 16 tokens otherwise
 *   options.temperature, top_p, seed, stop, presence_penalty, frequency_penalty
 *                              the same; a negative seed, which means any, is left out
 *   options.top_k, min_p, typical_p, repeat_last_n, repeat_penalty
 *                              the same, which llama-server and in part vLLM understand, and
 *                              repetition_penalty, as vLLM calls the last one
 *   format                     response_format: json_object or json_schema
 *   think                      chat_template_kwargs: enable_thinking, and thinking as other
 *                              templates call it; a level is reasoning_effort too
 *   num_ctx and other options, keep_alive, template, context, truncate, shift
 *                              left out: they are between Ollama and its models
 *   all others                 as they are
 */

#define G_LOG_DOMAIN "aph-dialect-openai"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "server/aph-chat-messages.h"
#include "server/aph-dialect.h"
#include "server/aph-error-body.h"
#include "server/aph-token-scanner.h"

/* Ollama's word, and what such servers call it. */
static const struct
{
  const char *option;
  const char *name;
} option_names[] = {
  { "temperature", "temperature" },
  { "top_p", "top_p" },
  { "top_k", "top_k" },
  { "min_p", "min_p" },
  { "typical_p", "typical_p" },
  { "stop", "stop" },
  { "presence_penalty", "presence_penalty" },
  { "frequency_penalty", "frequency_penalty" },
  { "repeat_last_n", "repeat_last_n" },
  { "repeat_penalty", "repeat_penalty" },
  { "repeat_penalty", "repetition_penalty" },
};

/* Members that are not passed on, since they are said in another way or mean nothing here. */
static const char *const own_members[] = {
  "context", "format", "images", "keep_alive", "messages", "options", "raw", "shift",
  "stream_options", "system", "template", "think", "truncate", NULL,
};

/* A conversation cannot be raw. */
static gboolean
is_raw (AphRequest *request)
{
  JsonObject *members = aph_params_get_members (aph_request_get_params (request));

  return aph_json_get_boolean (members, "raw", FALSE) && !aph_chat_messages_are_in (request);
}

static const char *
openai_get_generate_path (AphRequest *request)
{
  return is_raw (request) ? "/v1/completions" : "/v1/chat/completions";
}

static void
append_max_tokens (GString    *body,
                   JsonObject *members,
                   JsonObject *options,
                   gboolean    raw)
{
  gint64 limit = options != NULL ? aph_json_get_int (options, "num_predict", -1) : -1;

  if (json_object_has_member (members, "max_tokens")
      || json_object_has_member (members, "max_completion_tokens"))
    return;

  if (limit > 0)
    {
      aph_json_append_name (body, "max_tokens");
      aph_json_append_int (body, limit);
    }
  else if (raw)
    g_string_append (body, ",\"max_tokens\":null");
}

static void
append_options (GString    *body,
                JsonObject *members,
                JsonObject *options)
{
  gint64 seed;

  if (options == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (option_names); i++)
    {
      JsonNode *value = json_object_get_member (options, option_names[i].option);

      if (value == NULL || JSON_NODE_HOLDS_NULL (value)
          || json_object_has_member (members, option_names[i].name))
        continue;
      aph_json_append_name (body, option_names[i].name);
      aph_json_append_node (body, value);
    }

  seed = aph_json_get_int (options, "seed", -1);
  if (seed >= 0 && !json_object_has_member (members, "seed"))
    {
      aph_json_append_name (body, "seed");
      aph_json_append_int (body, seed);
    }
}

static void
append_format (GString    *body,
               JsonObject *members)
{
  JsonNode *format = json_object_get_member (members, "format");

  if (format == NULL || json_object_has_member (members, "response_format"))
    return;

  if (g_strcmp0 (aph_json_get_string (members, "format"), "json") == 0)
    g_string_append (body, ",\"response_format\":{\"type\":\"json_object\"}");
  else if (JSON_NODE_HOLDS_OBJECT (format))
    {
      /* An answer that silently breaks the schema would be worse than a refusal. */
      g_string_append (body, ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                             "{\"name\":\"answer\",\"strict\":true,\"schema\":");
      aph_json_append_node (body, format);
      g_string_append (body, "}}");
    }
}

/* There is no one way to say it: what a model understands depends on its chat template. */
static void
append_think (GString    *body,
              JsonObject *members)
{
  JsonNode *think = json_object_get_member (members, "think");
  const char *level = aph_json_get_string (members, "think");
  gboolean wanted = level != NULL || aph_json_get_boolean (members, "think", TRUE);

  if (think == NULL || JSON_NODE_HOLDS_NULL (think))
    return;

  if (g_strcmp0 (level, "max") == 0)
    level = "high";

  if (level != NULL && !json_object_has_member (members, "reasoning_effort"))
    {
      aph_json_append_name (body, "reasoning_effort");
      aph_json_append_string (body, level);
    }

  if (json_object_has_member (members, "chat_template_kwargs"))
    return;

  g_string_append_printf (body, ",\"chat_template_kwargs\":{\"enable_thinking\":%s,\"thinking\":%s",
                          wanted ? "true" : "false", wanted ? "true" : "false");
  if (level != NULL)
    {
      aph_json_append_name (body, "reasoning_effort");
      aph_json_append_string (body, level);
    }
  g_string_append_c (body, '}');
}

static void
append_others (GString    *body,
               JsonObject *members)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, members);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (!g_strv_contains (own_members, name))
      {
        aph_json_append_name (body, name);
        aph_json_append_node (body, node);
      }
}

static void
openai_write_generate (AphRequest *request,
                       gboolean    stream,
                       GString    *body)
{
  const char *model = aph_request_get_model (request);
  AphParams *params = aph_request_get_params (request);
  JsonObject *members = aph_params_get_members (params);
  JsonObject *options = aph_params_get_options (params);
  gboolean raw = is_raw (request);

  g_string_append (body, "{\"model\":");
  aph_json_append_string (body, model != NULL ? model : "");

  aph_json_append_name (body, raw ? "prompt" : "messages");
  if (raw)
    aph_json_append_string (body, aph_request_get_prompt (request));
  else
    aph_chat_messages_append (body, request, APH_CHAT_FORM_OPENAI);

  /* Without a stream its options are refused. */
  g_string_append (body, stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                                : ",\"stream\":false");

  append_max_tokens (body, members, options, raw);
  append_options (body, members, options);
  append_format (body, members);
  if (!raw)
    append_think (body, members);
  append_others (body, members);
  g_string_append_c (body, '}');
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

/* A piece of an answer ("delta"), or all of it ("message"). */
static void
read_message (AphReply   *reply,
              JsonObject *message)
{
  const char *thinking = aph_json_get_string (message, "reasoning_content");

  /* Two names for the same; some servers fill both. */
  append_text (reply->thinking, message,
               thinking != NULL && *thinking != '\0' ? "reasoning_content" : "reasoning");
  append_text (reply->answer, message, "content");
  append_text (reply->answer, message, "refusal");
}

/* vLLM ends a choice with these words when it gives up on it. */
static gboolean
is_bad_end (const char *reason)
{
  return strcmp (reason, "abort") == 0 || strcmp (reason, "error") == 0;
}

static void
read_choice (AphReply   *reply,
             JsonObject *choice)
{
  JsonObject *message = aph_json_get_object (choice, "delta");
  const char *reason = aph_json_get_string (choice, "finish_reason");

  if (message == NULL)
    message = aph_json_get_object (choice, "message");
  if (message != NULL)
    read_message (reply, message);
  append_text (reply->answer, choice, "text");

  if (reason == NULL)
    return;

  if (is_bad_end (reason))
    {
      if (reply->failure == NULL)
        reply->failure = aph_failure_new (APH_FAILURE_SERVER, 200,
                                          _("The server gave up on this answer (“%s”)"), reason);
      return;
    }

  reply->done = TRUE;
  g_free (reply->done_reason);
  reply->done_reason = g_strdup (reason);
}

/* Of several choices the first is the answer. */
static void
read_choices (AphReply   *reply,
              JsonObject *object)
{
  JsonArray *choices = aph_json_get_array (object, "choices");

  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    {
      JsonNode *node = json_array_get_element (choices, i);

      if (JSON_NODE_HOLDS_OBJECT (node)
          && aph_json_get_int (json_node_get_object (node), "index", 0) == 0)
        read_choice (reply, json_node_get_object (node));
    }
}

static gint64
get_nanoseconds (JsonObject *timings,
                 const char *name)
{
  double milliseconds = aph_json_get_double (timings, name, -1);

  return milliseconds >= 0 && milliseconds < 1e12 ? (gint64) (milliseconds * 1e6 + 0.5) : -1;
}

/* llama-server's own; "prompt_n" leaves out what it had cached. */
static void
read_timings (AphUsage   *usage,
              JsonObject *timings)
{
  gint64 read = aph_json_get_int (timings, "prompt_n", -1);
  gint64 cached = aph_json_get_int (timings, "cache_n", -1);

  if (read >= 0 && cached >= 0 && read <= G_MAXINT64 - cached)
    usage->prompt_tokens = read + cached;
  usage->answer_tokens = aph_json_get_int (timings, "predicted_n", usage->answer_tokens);
  usage->prompt_ns = get_nanoseconds (timings, "prompt_ms");
  usage->answer_ns = get_nanoseconds (timings, "predicted_ms");
}

static void
read_usage (AphUsage   *usage,
            JsonObject *object)
{
  JsonObject *timings = aph_json_get_object (object, "timings");
  JsonObject *said = aph_json_get_object (object, "usage");
  gint64 prompt_tokens = said != NULL ? aph_json_get_int (said, "prompt_tokens", 0) : 0;

  if (timings != NULL)
    read_timings (usage, timings);

  /* There is no prompt without a token: all zero means that the server did not count. */
  if (prompt_tokens > 0)
    {
      usage->prompt_tokens = prompt_tokens;
      usage->answer_tokens = aph_json_get_int (said, "completion_tokens", usage->answer_tokens);
    }
}

static gboolean
has_numeric_code (JsonObject *error)
{
  const char *text = aph_json_get_string (error, "code");

  return (text != NULL ? g_ascii_strtoll (text, NULL, 10)
                       : aph_json_get_int (error, "code", 0)) >= 400;
}

/* What an error is called where no number tells its class. */
static gboolean
find_error_class (JsonObject      *error,
                  AphFailureClass *failure_class)
{
  static const struct
  {
    const char *word;
    AphFailureClass failure_class;
  } words[] = {
    { "insufficient_quota", APH_FAILURE_QUOTA },
    { "rate_limit_exceeded", APH_FAILURE_BUSY },
    { "rate_limit_error", APH_FAILURE_BUSY },
    { "overloaded_error", APH_FAILURE_BUSY },
    { "unavailable_error", APH_FAILURE_BUSY },
    { "authentication_error", APH_FAILURE_DENIED },
    { "permission_error", APH_FAILURE_PERMANENT },
    { "invalid_request_error", APH_FAILURE_PERMANENT },
    { "not_found_error", APH_FAILURE_PERMANENT },
    { "not_supported_error", APH_FAILURE_PERMANENT },
    { "BadRequestError", APH_FAILURE_PERMANENT },
    { "NotFoundError", APH_FAILURE_PERMANENT },
    { "NotImplementedError", APH_FAILURE_PERMANENT },
  };
  const char *code = aph_json_get_string (error, "code");
  const char *type = aph_json_get_string (error, "type");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (code, words[i].word) == 0 || g_strcmp0 (type, words[i].word) == 0)
      {
        *failure_class = words[i].failure_class;
        return TRUE;
      }

  return FALSE;
}

/* A number of tokens that can be shown. */
static int
get_count (JsonObject *error,
           const char *name)
{
  gint64 count = aph_json_get_int (error, name, 0);

  return (int) CLAMP (count, 0, G_MAXINT);
}

static AphFailure *
describe_context_exceeded (guint       status,
                           JsonObject *error)
{
  return aph_failure_new (APH_FAILURE_PERMANENT, status,
                          _("The prompt has %d tokens, but the server’s context has room for %d. "
                            "Shorten the prompt, or start the server with a larger context "
                            "(llama-server: --ctx-size)"),
                          get_count (error, "n_prompt_tokens"), get_count (error, "n_ctx"));
}

/* Takes @failure, which was made of @object without knowing these servers' words. */
static AphFailure *
judge (AphFailure *failure,
       JsonObject *object)
{
  JsonObject *inner = aph_json_get_object (object, "error");
  JsonObject *error = inner != NULL ? inner : object;
  guint status = aph_failure_get_status (failure);
  AphFailureClass failure_class;
  AphFailure *judged = NULL;

  if (json_object_has_member (error, "n_prompt_tokens") && json_object_has_member (error, "n_ctx"))
    judged = describe_context_exceeded (status, error);
  else if (find_error_class (error, &failure_class)
           && (failure_class == APH_FAILURE_QUOTA || (status == 200 && !has_numeric_code (error))))
    judged = aph_failure_new (failure_class, status, "%s", aph_failure_get_message (failure));

  if (judged == NULL)
    return failure;

  aph_failure_unref (failure);

  return judged;
}

/* What stands after the name of a field. */
static gboolean
get_field (const char  *name,
           const char **line,
           gsize       *length)
{
  gsize skipped = strlen (name);

  if (*length < skipped || memcmp (*line, name, skipped) != 0)
    return FALSE;

  if (*length > skipped && (*line)[skipped] == ' ')
    skipped++;
  *line += skipped;
  *length -= skipped;

  return TRUE;
}

/* LiteLLM sends what is an event even where the status says that it is an error. */
static void
find_event (const char **body,
            gsize       *length)
{
  const char *end = *body + *length;
  const char *line = *body;

  while (line < end)
    {
      const char *newline = memchr (line, '\n', end - line);
      const char *data = line;
      gsize data_length = (newline != NULL ? newline : end) - line;

      if ((get_field ("data:", &data, &data_length) || get_field ("error:", &data, &data_length))
          && data_length > 0 && *data == '{')
        {
          *body = data;
          *length = data_length;
          return;
        }
      line = newline != NULL ? newline + 1 : end;
    }
}

static AphFailure *
openai_read_error (guint       status,
                   const char *body,
                   gsize       length)
{
  g_autoptr (JsonObject) object = NULL;
  AphFailure *failure;

  find_event (&body, &length);
  object = aph_json_parse_object_lossy (body, length, NULL);
  failure = aph_error_body_read (status, body, length);

  return object != NULL ? judge (failure, object) : failure;
}

/* An event without a choice may be an error without a name for it. */
static gboolean
is_flat_error (JsonObject *object)
{
  return !json_object_has_member (object, "choices")
         && (g_strcmp0 (aph_json_get_string (object, "object"), "error") == 0
             || aph_json_get_string (object, "message") != NULL
             || json_object_has_member (object, "detail"));
}

static void
read_event_error (AphReply   *reply,
                  JsonObject *object)
{
  JsonNode *error = json_object_get_member (object, "error");
  g_autoptr (JsonNode) flat = NULL;
  AphFailure *failure;

  if (reply->failure != NULL)
    return;

  if (error == NULL && is_flat_error (object))
    error = flat = json_node_init_object (json_node_alloc (), object);

  failure = error != NULL ? aph_error_body_read_node (200, error) : NULL;
  if (failure != NULL)
    reply->failure = judge (failure, object);
}

static void
read_object (AphReply   *reply,
             JsonObject *object)
{
  read_event_error (reply, object);
  read_choices (reply, object);
  read_usage (&reply->usage, object);
}

static void
openai_read_body (AphReply   *reply,
                  const char *body,
                  gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (body, length, &error);

  if (object != NULL)
    read_object (reply, object);
  else if (!g_error_matches (error, APH_JSON_ERROR, APH_JSON_ERROR_EMPTY))
    {
      g_debug ("not a part of a reply: %s", error->message);
      /* What follows a complete answer cannot spoil it. */
      if (reply->done)
        reply->has_ended = TRUE;
      else
        reply->is_garbled = TRUE;
    }
}

/* "[DONE]" alone proves nothing: vLLM sends it after errors as well. */
static gboolean
is_done_mark (const char *data,
              gsize       length)
{
  static const char mark[] = "[DONE]";

  return length >= strlen (mark) && memcmp (data, mark, strlen (mark)) == 0;
}

static void
openai_read_line (AphReply   *reply,
                  const char *line,
                  gsize       length)
{
  if (get_field ("data:", &line, &length))
    {
      if (is_done_mark (line, length))
        reply->has_ended = reply->done;
      else if (!aph_token_scanner_read_openai (reply, line, length))
        openai_read_body (reply, line, length);
    }
  else if (get_field ("error:", &line, &length))
    {
      if (reply->failure == NULL)
        reply->failure = openai_read_error (200, line, length);
    }
  /* Some do not stream although they were asked to, and a web page is no answer. All else is a
   * comment, a field that says nothing here, or blank. */
  else if (length > 0 && (*line == '{' || *line == '<'))
    openai_read_body (reply, line, length);
}

/* Some know more of a model than its name: llama-server its size and the context of each of its
 * slots, vLLM the context. */
static AphModel *
read_listed (JsonObject *object)
{
  AphModelInfo info = APH_MODEL_INFO_INIT;
  JsonObject *meta = aph_json_get_object (object, "meta");

  info.name = aph_json_get_string (object, "id");
  if (info.name == NULL || *info.name == '\0')
    return NULL;

  info.context_length = aph_json_get_int (object, "max_model_len", -1);
  if (meta != NULL)
    {
      info.size = aph_json_get_int (meta, "size", -1);
      info.quantization = aph_json_get_string (meta, "ftype");
      info.context_length = aph_json_get_int (meta, "n_ctx", info.context_length);
    }

  return aph_model_new_from_info (&info);
}

static GPtrArray *
openai_read_models (const char  *body,
                    gsize        length,
                    GError     **error)
{
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (body, length, NULL);
  g_autoptr (GPtrArray) models = NULL;
  JsonArray *listed;

  if (object == NULL || !json_object_has_member (object, "data"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The answer is no list of models: this seems to be no "
                             "OpenAI-compatible server"));
      return NULL;
    }

  models = g_ptr_array_new_with_free_func (g_object_unref);
  listed = aph_json_get_array (object, "data");
  for (guint i = 0; listed != NULL && i < json_array_get_length (listed); i++)
    {
      JsonNode *node = json_array_get_element (listed, i);
      AphModel *model = JSON_NODE_HOLDS_OBJECT (node)
                          ? read_listed (json_node_get_object (node)) : NULL;

      if (model != NULL)
        g_ptr_array_add (models, model);
    }

  return g_steal_pointer (&models);
}

/* Not all have /v1/models/NAME, and none says more there than in its list. */
static AphModel *
openai_read_model (const char  *model,
                   const char  *body,
                   gsize        length,
                   GError     **error)
{
  g_autoptr (GPtrArray) models = openai_read_models (body, length, error);

  if (models == NULL)
    return NULL;

  for (guint i = 0; i < models->len; i++)
    if (strcmp (aph_model_get_name (models->pdata[i]), model) == 0)
      return g_object_ref (models->pdata[i]);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The server has no model “%s”"), model);

  return NULL;
}

/* /props of llama-server, /version of vLLM. Others have neither. */
static void
openai_read_about (AphAbout   *about,
                   const char *body,
                   gsize       length)
{
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (body, length, NULL);
  const char *version;

  if (object == NULL)
    return;

  version = aph_json_get_string (object, "build_info");
  if (version == NULL)
    version = aph_json_get_string (object, "version");
  if (version != NULL)
    {
      g_free (about->version);
      about->version = g_strdup (version);
    }
  about->slots = CLAMP (aph_json_get_int (object, "total_slots", about->slots), 0, G_MAXUINT16);
}

/* No path tells a version everywhere, but all list their models at no cost; LiteLLM's /health asks
 * every model. */
const AphDialect aph_dialect_openai = {
  .name = "openai",
  .content_type = "text/event-stream",
  .version_path = "/v1/models",
  .models_path = "/v1/models",
  .about_paths = { "/props", "/version" },
  .get_generate_path = openai_get_generate_path,
  .write_generate = openai_write_generate,
  .read_line = openai_read_line,
  .read_body = openai_read_body,
  .read_error = openai_read_error,
  .read_models = openai_read_models,
  .show = { "GET", "/v1/models", NULL },
  .read_model = openai_read_model,
  .read_about = openai_read_about,
};
