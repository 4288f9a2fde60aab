/* test-error-body.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "server/aph-dialect.h"
#include "server/aph-error-body.h"

#define JSON_OF(text) "{\"error\":\"" text "\"}"

/* What Ollama v0.33, its cloud and proxies say, as JSON and as plain text. */
static void
test_servers (void)
{
  static const struct
  {
    guint status;
    const char *text;
    AphFailureClass failure_class;
  } cases[] = {
    { 400, "missing request body", APH_FAILURE_PERMANENT },
    { 400, "json: cannot unmarshal string into Go struct field GenerateRequest.stream of type bool",
      APH_FAILURE_PERMANENT },
    { 400, "invalid model name", APH_FAILURE_PERMANENT },
    { 400, "model is required", APH_FAILURE_PERMANENT },
    { 400, "raw mode does not support template, system, or context", APH_FAILURE_PERMANENT },
    { 400, "'m' does not support thinking", APH_FAILURE_PERMANENT },
    { 400, "'m' does not support generate", APH_FAILURE_PERMANENT },
    { 400, "m does not support insert", APH_FAILURE_PERMANENT },
    { 400, "image generation models are not currently supported", APH_FAILURE_PERMANENT },
    { 400, "use either :local or :cloud, not both: 'x'", APH_FAILURE_PERMANENT },
    { 400, "this server cannot run this remote model", APH_FAILURE_PERMANENT },
    { 400, "the prompt is longer than the context length currently available to the model; x",
      APH_FAILURE_PERMANENT },
    { 401, "unauthorized", APH_FAILURE_DENIED },
    { 403, "ollama cloud is disabled: remote model is unavailable", APH_FAILURE_PERMANENT },
    { 404, "model 'x' not found", APH_FAILURE_PERMANENT },
    { 404, "model 'x' not found, try pulling it first", APH_FAILURE_PERMANENT },
    { 429, "you (NAME) have reached your session usage limit, please wait or upgrade to continue",
      APH_FAILURE_QUOTA },
    { 429, "you (NAME) have reached your hourly usage limit, please wait or upgrade to continue",
      APH_FAILURE_QUOTA },
    { 429, "you (NAME) have reached your weekly usage limit, please wait or upgrade to continue",
      APH_FAILURE_QUOTA },
    { 429, "too many requests", APH_FAILURE_BUSY },
    { 499, "request canceled", APH_FAILURE_TRANSPORT },
    { 500, "model runner has unexpectedly stopped, this may be due to resource limitations or an "
           "internal error, check ollama server logs for details", APH_FAILURE_SERVER },
    { 500, "llama-server process has terminated: exit status 2", APH_FAILURE_SERVER },
    { 500, "timed out waiting for llama-server to start - progress 0.00", APH_FAILURE_SERVER },
    { 500, "timed out waiting for llama runner to start", APH_FAILURE_SERVER },
    { 500, "llama-server reported out-of-memory during startup: x", APH_FAILURE_PERMANENT },
    { 500, "model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
      APH_FAILURE_PERMANENT },
    { 500, "an error was encountered while running the model: unexpected EOF", APH_FAILURE_SERVER },
    { 500, "an error was encountered while running the model: CUDA error: out of memory",
      APH_FAILURE_PERMANENT },
    { 500, "option 'stop' must be of type array", APH_FAILURE_PERMANENT },
    { 500, "option 'seed' must be of type integer", APH_FAILURE_PERMANENT },
    { 500, "option 'stop' must be of type an array of strings", APH_FAILURE_PERMANENT },
    { 500, "invalid format: 'x'; expected 'json' or a valid JSON Schema object",
      APH_FAILURE_PERMANENT },
    { 500, "unable to load model. this model may be incompatible with your version of Ollama. x",
      APH_FAILURE_PERMANENT },
    { 500, "template: :1:5: executing '' at <.Foo>: can't evaluate field Foo",
      APH_FAILURE_PERMANENT },
    { 500, "prediction aborted, token repeat limit reached", APH_FAILURE_SERVER },
    { 502, "dial tcp: lookup ollama.com: no such host", APH_FAILURE_SERVER },
    { 503, "server busy, please try again.  maximum pending requests exceeded", APH_FAILURE_BUSY },
    { 503, "Server overloaded, please retry shortly (ref: 0b3f)", APH_FAILURE_BUSY },
    { 500, "timed out waiting for a concurrent request slot", APH_FAILURE_BUSY },
    { 400, "timed out waiting for a concurrent request slot", APH_FAILURE_BUSY },
    { 408, "timeout", APH_FAILURE_SERVER },
    { 415, "unsupported media type", APH_FAILURE_PERMANENT },
    { 422, "no", APH_FAILURE_PERMANENT },
    { 425, "early", APH_FAILURE_SERVER },
    { 501, "no", APH_FAILURE_PERMANENT },
    { 504, "no", APH_FAILURE_SERVER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf (JSON_OF ("%s"), cases[i].text);
      const char *plain = cases[i].text;
      g_autoptr (AphFailure) failure = aph_dialect_ollama.read_error (cases[i].status, body,
                                                                      strlen (body));
      g_autoptr (AphFailure) from_plain = aph_dialect_ollama.read_error (cases[i].status, plain,
                                                                         strlen (plain));

      g_test_message ("%u %s", cases[i].status, cases[i].text);
      g_assert_cmpint (aph_failure_get_class (failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (failure), ==, cases[i].status);
      g_assert_cmpstr (aph_failure_get_message (failure), ==, cases[i].text);
      g_assert_cmpint (aph_failure_get_retry_after (failure), ==, -1);

      g_assert_cmpint (aph_failure_get_class (from_plain), ==, cases[i].failure_class);
      g_assert_cmpstr (aph_failure_get_message (from_plain), ==, cases[i].text);
    }
}

static void
test_shapes (void)
{
  static const struct
  {
    guint status;
    const char *body;
    AphFailureClass failure_class;
    const char *message;
  } cases[] = {
    /* The sign-in address is part of what the user must know. */
    { 401, "{\"error\":\"unauthorized\","
           "\"signin_url\":\"https://ollama.com/connect?name=a&key=b\"}",
      APH_FAILURE_DENIED, "unauthorized (sign in: https://ollama.com/connect?name=a&key=b)" },

    /* The inner llama-server's error, passed on as one string */
    { 500, "{\"error\":\"{\\\"error\\\":{\\\"code\\\":400,\\\"message\\\":\\\"too long\\\","
           "\\\"type\\\":\\\"exceed_context_size_error\\\"}}\"}",
      APH_FAILURE_PERMANENT, "too long" },
    { 500, "{\"error\":\"{\\\"error\\\":{\\\"code\\\":503,"
           "\\\"message\\\":\\\"Loading model\\\"}}\"}",
      APH_FAILURE_BUSY, "Loading model" },
    { 500, "{\"error\":\"{not json\"}", APH_FAILURE_SERVER, "{not json" },
    { 500, "{\"error\":\"{}\"}", APH_FAILURE_SERVER, "{}" },

    /* Legacy cloud stubs */
    { 500, "{\"StatusCode\":429,\"Status\":\"429 Too Many Requests\",\"error\":\"slow down\"}",
      APH_FAILURE_BUSY, "slow down" },

    /* OpenAI-compatible servers */
    { 429, "{\"error\":{\"message\":\"litellm.RateLimitError: x\",\"type\":null,\"code\":\"429\"}}",
      APH_FAILURE_BUSY, "litellm.RateLimitError: x" },
    { 429, "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan\","
           "\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
      APH_FAILURE_QUOTA, "You exceeded your current quota, please check your plan" },
    { 404, "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"code\":404}",
      APH_FAILURE_PERMANENT, "The model `x` does not exist." },
    { 422, "{\"detail\":\"Field required\"}", APH_FAILURE_PERMANENT, "Field required" },
    { 422, "{\"detail\":{\"message\":\"inner\"}}", APH_FAILURE_PERMANENT, "inner" },
    { 401, "{\"error\":\"Unauthorized\"}", APH_FAILURE_DENIED, "Unauthorized" },
    { 503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\","
           "\"code\":503}}",
      APH_FAILURE_BUSY, "Loading model" },

    /* Not JSON, or JSON that says nothing */
    { 404, "404 page not found", APH_FAILURE_PERMANENT, "404 page not found" },
    { 405, "405 method not allowed", APH_FAILURE_PERMANENT, "405 method not allowed" },
    { 500, "  boom \n", APH_FAILURE_SERVER, "boom" },
    { 500, "b\377d", APH_FAILURE_SERVER, "b\357\277\275d" },
    { 413, "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n"
           "<body>x</body></html>",
      APH_FAILURE_PERMANENT, "413 Request Entity Too Large" },
    { 502, "<!DOCTYPE html><HTML><TITLE> 502 Bad Gateway </TITLE>", APH_FAILURE_SERVER,
      "502 Bad Gateway" },
    { 502, "<h1>Bad</h1><p>Gateway</p>", APH_FAILURE_SERVER, "Bad  Gateway" },
    { 500, "{\"a\":1}", APH_FAILURE_SERVER, "{\"a\":1}" },
    { 500, "[1]", APH_FAILURE_SERVER, "[1]" },
    { 500, "{\"error\":null}", APH_FAILURE_SERVER, "{\"error\":null}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphFailure) failure = aph_error_body_read (cases[i].status, cases[i].body,
                                                            strlen (cases[i].body));

      g_test_message ("%u %s", cases[i].status, cases[i].message);
      g_assert_cmpint (aph_failure_get_class (failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (failure), ==, cases[i].status);
      g_assert_cmpstr (aph_failure_get_message (failure), ==, cases[i].message);
    }
}

/* Even a silent server leaves the user with a sentence. */
static void
test_empty (void)
{
  static const struct
  {
    guint status;
    AphFailureClass failure_class;
    const char *part;
  } cases[] = {
    { 401, APH_FAILURE_DENIED, "key" },
    { 403, APH_FAILURE_PERMANENT, "OLLAMA_HOST=0.0.0.0" },
    { 413, APH_FAILURE_PERMANENT, "too large" },
    { 418, APH_FAILURE_PERMANENT, "418" },
    { 429, APH_FAILURE_BUSY, "too many requests" },
    { 500, APH_FAILURE_SERVER, "log" },
    { 502, APH_FAILURE_SERVER, "proxy" },
    { 503, APH_FAILURE_BUSY, "not ready" },
    { 504, APH_FAILURE_SERVER, "proxy" },
    { 599, APH_FAILURE_SERVER, "599" },
    { 204, APH_FAILURE_PERMANENT, "204" },
  };
  static const char *const bodies[] = { "", " \r\n", "<html></html>" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (bodies); j++)
      {
        g_autoptr (AphFailure) failure = aph_error_body_read (cases[i].status, bodies[j],
                                                              strlen (bodies[j]));

        g_test_message ("%u: %s", cases[i].status, aph_failure_get_message (failure));
        g_assert_cmpint (aph_failure_get_class (failure), ==, cases[i].failure_class);
        g_assert_nonnull (strstr (aph_failure_get_message (failure), cases[i].part));
      }
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (60000, 'x');
  g_autoptr (GString) wide = g_string_new ("x");
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (AphFailure) wide_failure = NULL;

  failure = aph_error_body_read (500, text, 60000);
  g_assert_cmpuint (strlen (aph_failure_get_message (failure)), <, 5000);
  g_assert_true (g_str_has_suffix (aph_failure_get_message (failure), "x…"));

  /* Cut between two characters. */
  for (guint i = 0; i < 20000; i++)
    g_string_append (wide, "你");
  wide_failure = aph_error_body_read (500, wide->str, wide->len);
  g_assert_true (g_utf8_validate (aph_failure_get_message (wide_failure), -1, NULL));
  g_assert_null (strstr (aph_failure_get_message (wide_failure), "\357\277\275"));
  g_assert_true (g_str_has_suffix (aph_failure_get_message (wide_failure), "你…"));
}

static void
test_node (void)
{
  static const struct
  {
    const char *json;
    const char *message;
  } cases[] = {
    { "null", NULL },
    { "false", NULL },
    { "\"\"", NULL },
    { "\"boom\"", "boom" },
    { "true", "true" },
    { "7", "7" },
    { "[]", "[]" },
    { "{}", "{}" },
    { "{\"message\":\"boom\"}", "boom" },
    { "{\"message\":7}", "{\"message\":7}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = aph_json_parse (cases[i].json, -1, NULL);
      g_autoptr (AphFailure) failure = aph_error_body_read_node (200, node);

      g_test_message ("%s", cases[i].json);
      g_assert_cmpstr (failure != NULL ? aph_failure_get_message (failure) : NULL, ==,
                       cases[i].message);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error-body/servers", test_servers);
  g_test_add_func ("/error-body/shapes", test_shapes);
  g_test_add_func ("/error-body/empty", test_empty);
  g_test_add_func ("/error-body/long", test_long);
  g_test_add_func ("/error-body/node", test_node);

  return g_test_run ();
}
