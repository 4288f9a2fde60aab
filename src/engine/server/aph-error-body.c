/* aph-error-body.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What servers say when they refuse, in whatever form: JSON of several shapes, JSON within JSON,
 * a proxy's HTML, plain text, nothing. The texts are those of Ollama v0.33 and its cloud.
 */

#define G_LOG_DOMAIN "aph-error-body"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "base/aph-json.h"
#include "server/aph-error-body.h"

/* As much as anybody reads of a message. */
#define MAX_MESSAGE 4096

/* An object holding an object, as a string in an object holding an object: Ollama passes the
 * errors of its inner llama-server on like that. */
#define MAX_NESTING 5

typedef struct
{
  char *message;
  guint status;   /* 0 when the text names none */
} Said;

static gboolean read_object (JsonObject *object,
                             guint       nesting,
                             Said       *said);

static gboolean
read_node (JsonNode *node,
           guint     nesting,
           Said     *said)
{
  const char *text;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_object (json_node_get_object (node), nesting, said);

  /* FastAPI lists what is wrong with a request; the first will do. */
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      return json_array_get_length (array) > 0
             && read_node (json_array_get_element (array, 0), nesting, said);
    }

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;

  text = json_node_get_string (node);
  if (*text == '{')
    {
      g_autoptr (JsonObject) object = aph_json_parse_object_lossy (text, -1, NULL);

      if (object != NULL && read_object (object, nesting, said))
        return TRUE;
    }

  if (*text == '\0')
    return FALSE;

  g_free (said->message);
  said->message = g_strdup (text);

  return TRUE;
}

/* Statuses come as numbers and, from LiteLLM, as strings. */
static guint
get_status (JsonObject *object)
{
  static const char *const names[] = { "code", "StatusCode", "status_code" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = aph_json_get_string (object, names[i]);
      gint64 status = text != NULL ? g_ascii_strtoll (text, NULL, 10)
                                   : aph_json_get_int (object, names[i], 0);

      if (status >= 400 && status <= 599)
        return status;
    }

  return 0;
}

static gboolean
read_object (JsonObject *object,
             guint       nesting,
             Said       *said)
{
  static const char *const names[] = { "error", "message", "detail", "msg" };
  const char *url = aph_json_get_string (object, "signin_url");
  guint status = get_status (object);
  gboolean found = FALSE;

  if (nesting == MAX_NESTING)
    return FALSE;

  for (guint i = 0; !found && i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *node = json_object_get_member (object, names[i]);

      found = node != NULL && read_node (node, nesting + 1, said);
    }

  if (status != 0 && said->status == 0)
    said->status = status;

  if (found && url != NULL)
    {
      char *message = g_strdup_printf (_("%s (sign in: %s)"), said->message, url);

      g_free (said->message);
      said->message = message;
    }

  return found;
}

/* The title of a page says as much as an error page ever does. */
static char *
read_html (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  const char *title = strstr (lower, "<title>");
  const char *end = title != NULL ? strstr (title, "</title>") : NULL;
  GString *plain;
  gboolean in_tag = FALSE;

  if (end != NULL)
    {
      title += strlen ("<title>");
      return g_strstrip (g_strndup (text + (title - lower), end - title));
    }

  plain = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '<')
        in_tag = TRUE;
      else if (*p == '>' && in_tag)
        {
          in_tag = FALSE;
          g_string_append_c (plain, ' ');
        }
      else if (!in_tag)
        g_string_append_c (plain, *p);
    }

  return g_strstrip (g_string_free (plain, FALSE));
}

static char *
read_plain (const char *body,
            gsize       length)
{
  g_autofree char *text = g_strstrip (g_utf8_make_valid (body, length));

  return *text == '<' ? read_html (text) : g_steal_pointer (&text);
}

/* What to say when the server says nothing. */
static char *
describe_status (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return g_strdup (_("The server wants to know who is asking: the API key is missing or "
                         "wrong"));
    case SOUP_STATUS_FORBIDDEN:
      return g_strdup (_("The server refused the request without a reason. Ollama does so when it "
                         "is reached under a name it does not expect: start it with "
                         "OLLAMA_HOST=0.0.0.0, or let the proxy in front of it send "
                         "“Host: localhost”"));
    case SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE:
      return g_strdup (_("The request is too large for the server or the proxy in front of it"));
    case 429:
      return g_strdup (_("The server gets too many requests"));
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
      return g_strdup (_("The server failed without a reason; its log may tell more"));
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return g_strdup (_("The proxy in front of the server got no answer from it"));
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
      return g_strdup (_("The server is not ready"));
    case SOUP_STATUS_OK:
      return g_strdup (_("The server reported an error without a reason"));
    default:
      return g_strdup_printf (_("The server answered with status %u and nothing else"), status);
    }
}

static AphFailureClass
classify_status (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_OK:
    case SOUP_STATUS_REQUEST_TIMEOUT:
    case SOUP_STATUS_CONFLICT:
    case 425: /* Too Early */
      return APH_FAILURE_SERVER;
    case SOUP_STATUS_PAYMENT_REQUIRED:
      return APH_FAILURE_QUOTA;
    case SOUP_STATUS_UNAUTHORIZED:
      return APH_FAILURE_DENIED;
    case 429: /* Too Many Requests */
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case 529: /* "overloaded" of some clouds */
      return APH_FAILURE_BUSY;
    case 499: /* what nginx logs, and Ollama sends, when the connection broke on our side of it */
      return APH_FAILURE_TRANSPORT;
    case SOUP_STATUS_NOT_IMPLEMENTED:
    case SOUP_STATUS_HTTP_VERSION_NOT_SUPPORTED:
      return APH_FAILURE_PERMANENT;
    default:
      return status >= 500 ? APH_FAILURE_SERVER : APH_FAILURE_PERMANENT;
    }
}

/**
 * aph_error_body_lacks_memory:
 * @message: the words of a server
 *
 * Returns: whether they say that its memory does not suffice
 */
gboolean
aph_error_body_lacks_memory (const char *message)
{
  static const char *const words[] = { "out of memory", "out-of-memory", "more system memory" };
  g_autofree char *lower = g_ascii_strdown (message, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* A status alone does not tell whether it helps to ask again: Ollama answers 500 to a wrong type
 * of an option, and 200 with an error line to what comes up later. */
static AphFailureClass
classify (guint       status,
          const char *message)
{
  static const struct
  {
    const char *text;
    guint status;   /* 0 for any */
    AphFailureClass failure_class;
  } rules[] = {
    { "usage limit", 0, APH_FAILURE_QUOTA },
    { "exceeded your current quota", 0, APH_FAILURE_QUOTA },
    { "concurrent request slot", 0, APH_FAILURE_BUSY },
    { "overloaded", 0, APH_FAILURE_BUSY },
    { "server busy", 0, APH_FAILURE_BUSY },
    { "must be of type", 0, APH_FAILURE_PERMANENT },
    { "invalid format:", 0, APH_FAILURE_PERMANENT },
    { "incompatible with your version", 0, APH_FAILURE_PERMANENT },
    { "template:", 0, APH_FAILURE_PERMANENT },
    { "does not support", 0, APH_FAILURE_PERMANENT },
    { "exceeds the available context size", 0, APH_FAILURE_PERMANENT },
    { "longer than the context length", 0, APH_FAILURE_PERMANENT },
    { "not found", SOUP_STATUS_OK, APH_FAILURE_PERMANENT },
    { "unauthorized", SOUP_STATUS_OK, APH_FAILURE_DENIED },
  };
  g_autofree char *lower = g_ascii_strdown (message, -1);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if ((rules[i].status == 0 || rules[i].status == status)
        && strstr (lower, rules[i].text) != NULL)
      return rules[i].failure_class;

  return aph_error_body_lacks_memory (message) ? APH_FAILURE_PERMANENT : classify_status (status);
}

/* Takes the message. */
static AphFailure *
make_failure (guint  status,
              Said  *said)
{
  g_autofree char *message = g_steal_pointer (&said->message);
  AphFailureClass failure_class = classify (said->status != 0 ? said->status : status, message);

  if (strlen (message) > MAX_MESSAGE)
    {
      char *end = message + MAX_MESSAGE;

      *g_utf8_find_prev_char (message, end + 1) = '\0';

      return aph_failure_new (failure_class, status, "%s…", message);
    }

  return aph_failure_new (failure_class, status, "%s", message);
}

/**
 * aph_error_body_read:
 * @status: the HTTP status it came with
 * @body: any bytes
 * @length: how many, maybe 0
 *
 * Returns: (transfer full): what went wrong, in the server's words where it has any
 */
AphFailure *
aph_error_body_read (guint       status,
                     const char *body,
                     gsize       length)
{
  g_autoptr (JsonObject) object = NULL;
  Said said = { NULL, 0 };

  g_return_val_if_fail (body != NULL, NULL);

  object = aph_json_parse_object_lossy (body, length, NULL);
  if (object == NULL || !read_object (object, 0, &said))
    said.message = read_plain (body, length);

  if (*said.message == '\0')
    {
      g_free (said.message);
      said.message = describe_status (status);
    }

  return make_failure (status, &said);
}

/**
 * aph_error_body_read_node:
 * @status: the HTTP status of the reply it came in
 * @error: the member `error` of a line
 *
 * Returns: (transfer full) (nullable): what went wrong, or %NULL if @error says that nothing did:
 *   it is null, false, or empty
 */
AphFailure *
aph_error_body_read_node (guint     status,
                          JsonNode *error)
{
  Said said = { NULL, 0 };

  g_return_val_if_fail (error != NULL, NULL);

  if (JSON_NODE_HOLDS_NULL (error))
    return NULL;

  if (JSON_NODE_HOLDS_VALUE (error))
    {
      GType type = json_node_get_value_type (error);

      if ((type == G_TYPE_STRING && *json_node_get_string (error) == '\0')
          || (type == G_TYPE_BOOLEAN && !json_node_get_boolean (error)))
        return NULL;
    }

  if (!read_node (error, 0, &said))
    said.message = aph_json_node_to_text (error);

  return make_failure (status, &said);
}
