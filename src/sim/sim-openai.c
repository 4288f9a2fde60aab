/* sim-openai.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-openai"

#include "config.h"

#include "sim-ask.h"
#include "sim-error.h"
#include "sim-openai.h"

#define JSON_TYPE "application/json"
/* What /v1/completions takes without max_tokens at OpenAI and vLLM. */
#define DEFAULT_MAX_TOKENS 16

static const char *
get_error_type (guint status)
{
  switch (status)
    {
    case 400:
      return "invalid_request_error";
    case 401:
      return "authentication_error";
    case 404:
      return "not_found_error";
    case 429:
      return "rate_limit_error";
    default:
      return "api_error";
    }
}

static void
append_error_object (GString    *out,
                     guint       status,
                     const char *message)
{
  g_string_append (out, "{\"error\":{\"message\":");
  sim_json_append (out, message, -1);
  g_string_append_printf (out, ",\"type\":\"%s\",\"param\":null,\"code\":",
                          get_error_type (status));
  if (status == 401 || status >= 500)
    g_string_append_printf (out, "%u}}", status);
  else
    g_string_append (out, "null}}");
}

/**
 * sim_openai_refuse:
 * @conn: a connection with a request to answer
 * @status: the HTTP status
 * @headers: (nullable): more header lines
 * @message: what is wrong
 *
 * Sends an error in the shape of OpenAI. Its code is null or a number: both occur.
 */
void
sim_openai_refuse (SimConn    *conn,
                   guint       status,
                   const char *headers,
                   const char *message)
{
  g_autoptr(GString) body = g_string_new (NULL);

  append_error_object (body, status, message);
  sim_conn_reply (conn, status, JSON_TYPE, headers, body->str, (gssize) body->len);
}

static void
append_error (SimReply   *reply,
              GString    *line,
              const char *message)
{
  append_error_object (line, 500, message);
}

/* Appends `{…,` up to where `choices` follow. */
static void
append_head (SimReply   *reply,
             GString    *line,
             const char *object,
             const char *extra)
{
  if (reply->prefix == NULL)
    {
      reply->prefix = g_string_new (NULL);
      g_string_append_printf (reply->prefix,
                              "\"id\":\"%s-%" G_GUINT64_FORMAT "\",\"object\":\"%s\","
                              "\"created\":%" G_GINT64_FORMAT ",\"model\":",
                              *object == 'c' ? "chatcmpl" : "cmpl", reply->id, object,
                              reply->created);
      sim_json_append (reply->prefix, reply->ask.name, -1);
      g_string_append (reply->prefix, ",\"system_fingerprint\":\"fp_sim\",");
    }

  g_string_append_c (line, '{');
  g_string_append (line, extra);
  g_string_append_len (line, reply->prefix->str, (gssize) reply->prefix->len);
}

static const char *
get_finish_reason (SimReply *reply)
{
  return reply->cut ? "length" : "stop";
}

static const char *
get_reasoning_name (SimReply *reply)
{
  return reply->fault.kind == SIM_FAULT_SSE_REASONING_CONTENT ? "reasoning_content" : "reasoning";
}

static void
append_usage (SimReply *reply,
              GString  *line)
{
  g_string_append_printf (line,
                          "\"usage\":{\"prompt_tokens\":%u,\"completion_tokens\":%u,"
                          "\"total_tokens\":%u}",
                          reply->ask.prompt_tokens, reply->done,
                          reply->ask.prompt_tokens + reply->done);
}

static void
emit_usage_and_done (SimReply   *reply,
                     const char *object)
{
  GString *line;

  if (reply->ask.usage)
    {
      line = sim_reply_new_line (reply);
      append_head (reply, line, object, "");
      g_string_append (line, "\"choices\":[],");
      append_usage (reply, line);
      g_string_append_c (line, '}');
      sim_reply_emit (reply, line);
    }
  if (reply->fault.kind == SIM_FAULT_SSE_NO_DONE)
    return;

  line = sim_reply_new_line (reply);
  g_string_append (line, "[DONE]");
  sim_reply_emit (reply, line);
}

static void
chat_open (SimReply *reply)
{
  gboolean null = reply->fault.kind == SIM_FAULT_SSE_NULL_CONTENT;
  GString *line = sim_reply_new_line (reply);

  append_head (reply, line, "chat.completion.chunk", "");
  g_string_append_printf (line,
                          "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                          "\"content\":%s},\"finish_reason\":null}]}",
                          null ? "null" : "\"\"");
  sim_reply_emit (reply, line);
}

static void
chat_token (SimReply   *reply,
            GString    *line,
            SimToken    token,
            gboolean    thinking,
            const char *extra)
{
  append_head (reply, line, "chat.completion.chunk", extra);
  g_string_append (line, "\"choices\":[{\"index\":0,\"delta\":{\"");
  g_string_append (line, thinking ? get_reasoning_name (reply) : "content");
  g_string_append (line, "\":");
  sim_text_append_token (line, token);
  g_string_append (line, "},\"finish_reason\":null}]}");
}

static void
chat_close (SimReply *reply)
{
  GString *line;

  if (reply->fault.kind == SIM_FAULT_DONE_FALSE)
    return;

  line = sim_reply_new_line (reply);
  append_head (reply, line, "chat.completion.chunk", "");
  g_string_append_printf (line,
                          "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}",
                          get_finish_reason (reply));
  sim_reply_emit (reply, line);
  emit_usage_and_done (reply, "chat.completion.chunk");
}

static void
append_finish (SimReply *reply,
               GString  *body)
{
  if (reply->fault.kind == SIM_FAULT_DONE_FALSE)
    g_string_append (body, ",\"finish_reason\":null}],");
  else
    g_string_append_printf (body, ",\"finish_reason\":\"%s\"}],", get_finish_reason (reply));
  append_usage (reply, body);
  g_string_append_c (body, '}');
}

static void
chat_whole (SimReply *reply,
            GString  *body)
{
  append_head (reply, body, "chat.completion", "");
  g_string_append (body, "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                         "\"content\":\"");
  sim_reply_append_all (reply, body, FALSE);
  if (MIN (reply->n_thinking, reply->done) > 0)
    {
      g_string_append_printf (body, "\",\"%s\":\"", get_reasoning_name (reply));
      sim_reply_append_all (reply, body, TRUE);
    }
  g_string_append (body, "\"}");
  append_finish (reply, body);
}

static void
text_token (SimReply   *reply,
            GString    *line,
            SimToken    token,
            gboolean    thinking,
            const char *extra)
{
  append_head (reply, line, "text_completion", extra);
  g_string_append (line, "\"choices\":[{\"index\":0,\"text\":");
  sim_text_append_token (line, token);
  g_string_append (line, ",\"finish_reason\":null}]}");
}

static void
text_close (SimReply *reply)
{
  GString *line;

  if (reply->fault.kind == SIM_FAULT_DONE_FALSE)
    return;

  line = sim_reply_new_line (reply);
  append_head (reply, line, "text_completion", "");
  g_string_append_printf (line,
                          "\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"%s\"}]}",
                          get_finish_reason (reply));
  sim_reply_emit (reply, line);
  emit_usage_and_done (reply, "text_completion");
}

static void
text_whole (SimReply *reply,
            GString  *body)
{
  append_head (reply, body, "text_completion", "");
  g_string_append (body, "\"choices\":[{\"index\":0,\"text\":\"");
  sim_reply_append_all (reply, body, FALSE);
  g_string_append_c (body, '"');
  append_finish (reply, body);
}

static const SimDialect chat_dialect = {
  .stream_type = "text/event-stream",
  .whole_type = JSON_TYPE,
  .sse = TRUE,
  .open = chat_open,
  .token = chat_token,
  .close = chat_close,
  .whole = chat_whole,
  .error = append_error,
  .refuse = sim_openai_refuse,
};

static const SimDialect text_dialect = {
  .stream_type = "text/event-stream",
  .whole_type = JSON_TYPE,
  .sse = TRUE,
  .token = text_token,
  .close = text_close,
  .whole = text_whole,
  .error = append_error,
  .refuse = sim_openai_refuse,
};

static gboolean
check_types (SimJson   *json,
             gboolean   chat,
             GError   **error)
{
  static const struct
  {
    const char *member;
    SimJsonType type;
  } members[] = {
    { "model", SIM_JSON_STRING },           { "stream", SIM_JSON_BOOL },
    { "stream_options", SIM_JSON_OBJECT },  { "messages", SIM_JSON_ARRAY },
    { "max_tokens", SIM_JSON_NUMBER },      { "max_completion_tokens", SIM_JSON_NUMBER },
    { "temperature", SIM_JSON_NUMBER },     { "top_p", SIM_JSON_NUMBER },
    { "seed", SIM_JSON_NUMBER },            { "presence_penalty", SIM_JSON_NUMBER },
    { "frequency_penalty", SIM_JSON_NUMBER }, { "response_format", SIM_JSON_OBJECT },
    { "reasoning_effort", SIM_JSON_STRING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (!sim_ask_check_member (json, chat ? "ChatCompletionRequest" : "CompletionRequest",
                               members[i].member, members[i].type, error))
      return FALSE;

  return TRUE;
}

static void
read_limit (SimAsk   *self,
            SimJson  *json,
            gboolean  chat)
{
  const SimJsonNode *root = sim_json_get_root (json);
  const SimJsonNode *limit = sim_json_get_member (json, root, "max_completion_tokens");

  if (limit == NULL)
    limit = sim_json_get_member (json, root, "max_tokens");
  if (limit != NULL)
    self->num_predict = (int) CLAMP (sim_json_get_double (json, limit), -1, G_MAXINT);
  else if (!chat)
    self->num_predict = DEFAULT_MAX_TOKENS;
}

static void
read_format (SimAsk  *self,
             SimJson *json)
{
  const SimJsonNode *format = sim_json_get_member (json, sim_json_get_root (json),
                                                   "response_format");
  const SimJsonNode *schema = sim_json_get_member (json, format, "json_schema");
  g_autofree char *type = sim_json_dup_string (json, sim_json_get_member (json, format, "type"));

  schema = sim_json_get_member (json, schema, "schema");
  if (g_strcmp0 (type, "json_object") == 0)
    self->format = SIM_FORMAT_JSON;
  else if (g_strcmp0 (type, "json_schema") == 0 && schema != NULL)
    {
      self->format = SIM_FORMAT_SCHEMA;
      self->schema = sim_json_dup_text (json, schema);
    }
}

/* A string, or several of which the first counts. */
static void
read_prompt (SimAsk  *self,
             SimJson *json)
{
  const SimJsonNode *prompt = sim_json_get_member (json, sim_json_get_root (json), "prompt");

  if (sim_json_get_type (prompt) == SIM_JSON_ARRAY)
    prompt = sim_json_get_first (json, prompt);
  self->prompt = sim_json_dup_string (json, prompt);
  if (self->prompt == NULL)
    self->prompt = g_strdup ("");
  self->prompt_tokens = sim_text_count_tokens (self->prompt);
}

static gboolean
read_ask (SimAsk     *self,
          SimServer  *server,
          SimJson    *json,
          gboolean    chat,
          GError    **error)
{
  const SimJsonNode *root = sim_json_get_root (json);
  const SimJsonNode *options = sim_json_get_member (json, root, "stream_options");
  const SimJsonNode *messages = sim_json_get_member (json, root, "messages");
  g_autofree char *effort = NULL;

  if (!check_types (json, chat, error))
    return FALSE;
  if (chat && sim_json_get_first (json, messages) == NULL)
    {
      g_set_error_literal (error, SIM_ERROR, 400, "[] is too short - 'messages'");
      return FALSE;
    }

  self->name = sim_json_dup_string (json, sim_json_get_member (json, root, "model"));
  if (self->name == NULL)
    self->name = g_strdup ("");
  self->model = sim_server_find_model (server, self->name, error);
  if (self->model == NULL)
    return FALSE;

  effort = sim_json_dup_string (json, sim_json_get_member (json, root, "reasoning_effort"));
  self->think = chat && self->model->spec.thinking > 0 && g_strcmp0 (effort, "none") != 0;
  self->stream = sim_json_get_bool (json, sim_json_get_member (json, root, "stream"));
  self->usage = sim_json_get_bool (json, sim_json_get_member (json, options, "include_usage"));
  read_limit (self, json, chat);
  read_format (self, json);
  if (chat)
    sim_ask_read_messages (self, json, messages);
  else
    read_prompt (self, json);

  return TRUE;
}

static void
answer (SimServer        *server,
        SimConn          *conn,
        const SimRequest *request,
        gboolean          chat)
{
  const char *type_name = chat ? "ChatCompletionRequest" : "CompletionRequest";
  g_autoptr(GError) error = NULL;
  g_autoptr(SimJson) json = sim_ask_parse_body (request, type_name, &error);
  SimAsk ask;

  sim_ask_init (&ask);
  if (json == NULL || !read_ask (&ask, server, json, chat, &error))
    sim_openai_refuse (conn, (guint) error->code, NULL, error->message);
  else
    sim_reply_start (server, conn, chat ? &chat_dialect : &text_dialect, &ask);

  sim_ask_clear (&ask);
}

/**
 * sim_openai_chat:
 * @server: the server
 * @conn: whom to answer
 * @request: a POST to /v1/chat/completions
 */
void
sim_openai_chat (SimServer        *server,
                 SimConn          *conn,
                 const SimRequest *request)
{
  answer (server, conn, request, TRUE);
}

/**
 * sim_openai_completions:
 * @server: the server
 * @conn: whom to answer
 * @request: a POST to /v1/completions
 */
void
sim_openai_completions (SimServer        *server,
                        SimConn          *conn,
                        const SimRequest *request)
{
  answer (server, conn, request, FALSE);
}

/**
 * sim_openai_models:
 * @server: the server
 * @conn: whom to answer
 * @request: a GET of /v1/models
 */
void
sim_openai_models (SimServer        *server,
                   SimConn          *conn,
                   const SimRequest *request)
{
  GPtrArray *models = sim_server_get_models (server);
  g_autoptr(GString) body = g_string_new ("{\"object\":\"list\",\"data\":[");
  const char *separator = "";

  for (guint i = 0; i < models->len; i++)
    {
      SimModel *model = g_ptr_array_index (models, i);

      if (!model->listed)
        continue;
      g_string_append_printf (body, "%s{\"id\":", separator);
      sim_json_append (body, model->name, -1);
      g_string_append_printf (body,
                              ",\"object\":\"model\",\"created\":%" G_GINT64_FORMAT
                              ",\"owned_by\":\"library\",\"max_model_len\":%d}",
                              model->modified, SIM_DEFAULT_NUM_CTX);
      separator = ",";
    }
  g_string_append (body, "]}");
  sim_conn_reply (conn, 200, JSON_TYPE, NULL, body->str, (gssize) body->len);
}

/**
 * sim_openai_health:
 * @server: the server
 * @conn: whom to answer
 * @request: a GET of /health
 */
void
sim_openai_health (SimServer        *server,
                   SimConn          *conn,
                   const SimRequest *request)
{
  sim_conn_reply (conn, 200, JSON_TYPE, NULL, "{\"status\":\"ok\"}", -1);
}

/**
 * sim_openai_props:
 * @server: the server
 * @conn: whom to answer
 * @request: a GET of /props
 *
 * What llama-server says of itself; the number of slots, if there is one, is that of models without
 * a word of their own about it.
 */
void
sim_openai_props (SimServer        *server,
                  SimConn          *conn,
                  const SimRequest *request)
{
  guint slots = sim_server_get_default (server)->slots;
  g_autoptr(GString) body = g_string_new (NULL);

  g_string_append_printf (body, "{\"default_generation_settings\":{\"n_ctx\":%d},",
                          SIM_DEFAULT_NUM_CTX);
  if (slots > 0)
    g_string_append_printf (body, "\"total_slots\":%u,", slots);
  g_string_append (body, "\"model_path\":\"sim.gguf\",\"chat_template\":\"{{ messages }}\","
                         "\"build_info\":\"sim-" APH_VERSION "\"}");
  sim_conn_reply (conn, 200, JSON_TYPE, NULL, body->str, body->len);
}
