/* test-fault-matrix.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of a prompt for each thing that servers say and do: how it ends, after how many
 * attempts, what the user is told, and that the texts of two attempts are never joined.
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include <libsoup/soup.h>

#include "fake-server.h"
#include "sim-fixture.h"
#include "trial.h"

#define QUOTA APH_FAILURE_QUOTA
#define DENIED APH_FAILURE_DENIED
#define BUSY APH_FAILURE_BUSY
#define PERMANENT APH_FAILURE_PERMANENT
#define SERVER APH_FAILURE_SERVER
#define TRANSPORT APH_FAILURE_TRANSPORT
#define TRUNCATED APH_FAILURE_TRUNCATED
#define TIMEOUT APH_FAILURE_TIMEOUT

typedef enum
{
  STREAMED = 1 << 0,
  WHOLE    = 1 << 1,
  BOTH     = STREAMED | WHOLE,
} How;

/* What servers say: each status and text, as raw replies */

typedef struct
{
  const char *api;
  const char *headers;
  const char *body;
  TrialFailure failure;
} Refusal;

#define OLLAMA_BODY(status, body, failure_class, mention) \
  { "ollama", "", body, { failure_class, status, mention } }
#define OLLAMA(status, text, failure_class) \
  OLLAMA_BODY (status, "{\"error\":\"" text "\"}", failure_class, text)
#define OPENAI_BODY(status, body, failure_class, mention) \
  { "openai", "", body, { failure_class, status, mention } }
#define OPENAI(status, text, failure_class) \
  OPENAI_BODY (status, "{\"error\":{\"message\":\"" text "\",\"type\":\"t\",\"param\":null,"   \
               "\"code\":null}}", failure_class, text)
#define REDIRECT(status, headers, mention) \
  { "ollama", headers, "", { PERMANENT, status, mention } }

#define NGINX_413                                                                           \
  "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"        \
  "<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n" \
  "</body>\r\n</html>\r\n"

static const Refusal refusals[] = {
  OLLAMA (400, "missing request body", PERMANENT),
  OLLAMA (400, "json: cannot unmarshal string into Go struct field GenerateRequest.stream of type "
          "bool", PERMANENT),
  OLLAMA (400, "invalid model name", PERMANENT),
  OLLAMA (400, "model is required", PERMANENT),
  OLLAMA (400, "raw mode does not support template, system, or context", PERMANENT),
  OLLAMA_BODY (400, "{\"error\":\"\\\"m\\\" does not support thinking\"}", PERMANENT,
               "\"m\" does not support thinking"),
  OLLAMA_BODY (400, "{\"error\":\"\\\"m\\\" does not support generate\"}", PERMANENT,
               "\"m\" does not support generate"),
  OLLAMA_BODY (400, "{\"error\":\"\\\"m\\\" does not support chat\"}", PERMANENT,
               "\"m\" does not support chat"),
  OLLAMA (400, "m does not support insert", PERMANENT),
  OLLAMA (400, "m does not support tools", PERMANENT),
  OLLAMA (400, "image generation models are not currently supported", PERMANENT),
  OLLAMA_BODY (400, "{\"error\":\"use either :local or :cloud, not both: \\\"x\\\"\"}", PERMANENT,
               "not both"),
  OLLAMA (400, "this server cannot run this remote model", PERMANENT),
  OLLAMA (400, "the prompt is longer than the context length currently available to the model; "
          "increase the context length", PERMANENT),
  OLLAMA_BODY (401, "{\"error\":\"unauthorized\",\"signin_url\":"
               "\"https://ollama.com/connect?name=a\\u0026key=b\"}", DENIED,
               "https://ollama.com/connect?name=a&key=b"),
  OLLAMA_BODY (401, "", DENIED, "API key"),
  OLLAMA (403, "ollama cloud is disabled: remote model is unavailable", PERMANENT),
  OLLAMA_BODY (403, "", PERMANENT, "OLLAMA_HOST=0.0.0.0"),
  OLLAMA (404, "model 'x' not found", PERMANENT),
  OLLAMA (404, "model '' not found", PERMANENT),
  OLLAMA_BODY (404, "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}", PERMANENT,
               "try pulling it first"),
  OLLAMA_BODY (404, "404 page not found", PERMANENT, "404 page not found"),
  OLLAMA_BODY (405, "405 method not allowed", PERMANENT, "405 method not allowed"),
  OLLAMA_BODY (413, NGINX_413, PERMANENT, "413 Request Entity Too Large"),
  OLLAMA_BODY (413, "", PERMANENT, "too large"),
  OLLAMA (429, "you (me) have reached your session usage limit, please wait or upgrade to continue",
          QUOTA),
  OLLAMA (429, "you (me) have reached your hourly usage limit, please wait or upgrade to continue",
          QUOTA),
  OLLAMA (429, "you (me) have reached your weekly usage limit, please wait or upgrade to continue",
          QUOTA),
  OLLAMA (429, "too many requests", BUSY),
  OLLAMA_BODY (429, "{\"StatusCode\":429,\"Status\":\"429 Too Many Requests\","
               "\"error\":\"slow down\"}", BUSY, "slow down"),
  OLLAMA (499, "request canceled", TRANSPORT),
  OLLAMA (500, "model runner has unexpectedly stopped, this may be due to resource limitations or "
          "an internal error, check ollama server logs for details: signal: killed", SERVER),
  OLLAMA (500, "llama-server process has terminated: exit status 2", SERVER),
  OLLAMA (500, "timed out waiting for llama-server to start - progress 0.00", SERVER),
  OLLAMA (500, "timed out waiting for llama runner to start", SERVER),
  OLLAMA (500, "llama-server reported out-of-memory during startup: x", PERMANENT),
  OLLAMA (500, "model requires more system memory (5.6 GiB) than is available (3.1 GiB)",
          PERMANENT),
  OLLAMA_BODY (500, "{\"error\":\"option \\\"stop\\\" must be of type array\"}", PERMANENT,
               "must be of type array"),
  OLLAMA_BODY (500, "{\"error\":\"invalid format: \\\"x\\\"; expected \\\"json\\\" or a valid JSON "
               "Schema object\"}", PERMANENT, "valid JSON Schema"),
  OLLAMA (500, "unable to load model: x. this model may be incompatible with your version of "
          "Ollama. If you previously pulled this model, try updating it", PERMANENT),
  OLLAMA (500, "template: :1:5: executing '' at <.Foo>: can't evaluate field Foo", PERMANENT),
  OLLAMA (500, "prediction aborted, token repeat limit reached", SERVER),
  OLLAMA_BODY (500, "", SERVER, "log"),
  OLLAMA_BODY (500, "{\"error\":\"{\\\"error\\\":{\\\"code\\\":400,\\\"message\\\":\\\"request (9 "
               "tokens) exceeds the available context size (2 tokens), try increasing it\\\","
               "\\\"type\\\":\\\"exceed_context_size_error\\\"}}\"}", PERMANENT,
               "request (9 tokens) exceeds the available context size (2 tokens), try increasing"),
  OLLAMA_BODY (500, "out \377 of order", SERVER, "of order"),
  OLLAMA (502, "dial tcp: lookup ollama.com: no such host", SERVER),
  OLLAMA_BODY (502, "", SERVER, "proxy"),
  OLLAMA (503, "server busy, please try again.  maximum pending requests exceeded", BUSY),
  OLLAMA (503, "Server overloaded, please retry shortly (ref: 0b3f)", BUSY),
  OLLAMA_BODY (503, "<html><title>503 Service Unavailable</title></html>", BUSY,
               "503 Service Unavailable"),
  OLLAMA_BODY (504, "", SERVER, "proxy"),
  OLLAMA (500, "timed out waiting for a concurrent request slot", BUSY),
  OLLAMA (429, "timed out waiting for a concurrent request slot", BUSY),
  /* As the first line of a good reply. */
  OLLAMA (200, "timed out waiting for a concurrent request slot", BUSY),
  OLLAMA (200, "you (me) have reached your session usage limit, please wait or upgrade to continue",
          QUOTA),
  OLLAMA (200, "model 'x' not found", PERMANENT),
  OLLAMA (200, "an error was encountered while running the model: unexpected EOF", SERVER),
  OLLAMA (200, "an error was encountered while running the model: CUDA error: out of memory",
          PERMANENT),
  OLLAMA_BODY (200, "<html>Router</html>", SERVER, "Router"),
  OLLAMA_BODY (200, "", TRUNCATED, "complete"),
  /* These are not followed. */
  REDIRECT (301, "Location: https://gpu.example/api/generate\r\n", "https://gpu.example. "),
  REDIRECT (307, "Location: https://gpu.example/x\r\n", "https://gpu.example/x"),
  REDIRECT (308, "", "308"),

  OPENAI (400, "Input length (9) exceeds model's maximum context length (2).", PERMANENT),
  OPENAI_BODY (400, "{\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequestError\","
               "\"param\":null,\"code\":400}", PERMANENT, "no"),
  OPENAI_BODY (400, "{\"error\":{\"code\":400,\"message\":\"request (9 tokens) exceeds the "
               "available context size (2 tokens), try increasing it\","
               "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":9,\"n_ctx\":2}}", PERMANENT, "room for 2. Shorten the prompt"),
  OPENAI_BODY (401, "{\"error\":\"Unauthorized\"}", DENIED, "Unauthorized"),
  OPENAI_BODY (401, "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\","
               "\"code\":401}}", DENIED, "Invalid API Key"),
  OPENAI (403, "forbidden", PERMANENT),
  OPENAI (404, "The model `x` does not exist.", PERMANENT),
  OPENAI_BODY (404, "{\"detail\":\"Not Found\"}", PERMANENT, "Not Found"),
  OPENAI (408, "request timeout", SERVER),
  OPENAI (409, "conflict", SERVER),
  OPENAI (413, "too large", PERMANENT),
  OPENAI (415, "Unsupported Media Type: Only 'application/json' is allowed", PERMANENT),
  OPENAI_BODY (422, "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\"],"
               "\"msg\":\"Field required\"}]}", PERMANENT, "Field required"),
  OPENAI (425, "too early", SERVER),
  OPENAI (429, "Rate limit reached", BUSY),
  OPENAI_BODY (429, "{\"error\":{\"message\":\"litellm.RateLimitError: x\",\"type\":null,"
               "\"param\":null,\"code\":\"429\"}}", BUSY, "litellm.RateLimitError"),
  OPENAI_BODY (429, "{\"error\":{\"message\":\"You have no more credits\","
               "\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}",
               QUOTA, "no more credits"),
  OPENAI (500, "Internal server error", SERVER),
  OPENAI_BODY (500, "data: {\"error\":{\"message\":\"Error processing stream start\","
               "\"code\":500}}\n\ndata: [DONE]\n\n", SERVER, "Error processing stream start"),
  OPENAI (501, "not implemented", PERMANENT),
  OPENAI (502, "bad gateway", SERVER),
  OPENAI_BODY (503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\","
               "\"code\":503}}", BUSY, "Loading model"),
  OPENAI_BODY (503, "{\"error\":\"The model is currently scaling. Please try again later.\"}", BUSY,
               "currently scaling"),
  OPENAI (504, "gateway timeout", SERVER),
  { "openai", "Content-Type: text/event-stream\r\n",
    "data: {\"error\":{\"message\":\"litellm.RateLimitError: y\",\"code\":\"429\"}}\n\n",
    { BUSY, 200, "litellm.RateLimitError" } },
};

/* How often each was asked for each name. */
static guint n_asked[G_N_ELEMENTS (refusals)][2][2];
static GMutex asked_lock;

static const char *
get_good_reply (const char *request)
{
  if (strstr (request, "/api/") != NULL)
    return "{\"response\":\"good\",\"done\":true,\"done_reason\":\"stop\"}\n";
  if (strstr (request, "\"stream\":true") == NULL)
    return "{\"choices\":[{\"message\":{\"content\":\"good\"},\"finish_reason\":\"stop\"}]}";

  return "data: {\"choices\":[{\"delta\":{\"content\":\"good\"},\"finish_reason\":\"stop\"}]}\n\n"
         "data: [DONE]\n\n";
}

/* The model's name says which refusal it is, how often it comes, and which of the trials asks. */
static void
reply_refusal (const char *request,
               guint       connection,
               FakeReply  *reply,
               gpointer    user_data)
{
  const char *model = strstr (request, "\"model\":\"");
  guint row, n_bad, round, stream, n;

  /* The queue asks what is loaded. */
  if (model == NULL)
    {
      reply->bytes = fake_http (404, "", "404 page not found");
      return;
    }

  g_assert_cmpint (sscanf (model, "\"model\":\"r%u-%u-%u-%u\"", &row, &n_bad, &round, &stream), ==,
                   4);
  g_mutex_lock (&asked_lock);
  n = ++n_asked[row][round][stream];
  g_mutex_unlock (&asked_lock);

  if (n_bad == 0 || n <= n_bad)
    reply->bytes = fake_http (refusals[row].failure.status, refusals[row].headers,
                              refusals[row].body);
  else
    reply->bytes = fake_http (200, "", get_good_reply (request));
}

static Trial *
start_refusal (const char *url,
               guint       row,
               guint       round,
               guint       stream)
{
  const AphClocks clocks = APH_CLOCKS_INIT;
  guint n_bad = trial_failure_count_bad (&refusals[row].failure, round);
  g_autofree char *address = g_strdup_printf ("%s,api=%s", url, refusals[row].api);
  g_autofree char *model = g_strdup_printf ("r%u-%u-%u-%u", row, n_bad, round, stream);

  return trial_start (address, model, NULL, stream, &clocks);
}

static void
check_refusal (Trial         *trial,
               const Refusal *refusal,
               guint          round)
{
  g_autofree char *shown = g_utf8_make_valid (refusal->body, -1);

  g_test_message ("%s %u: %s", refusal->api, refusal->failure.status, shown);
  trial_check_end (trial, &refusal->failure, trial_failure_count_bad (&refusal->failure, round));

  for (guint i = 0; i < trial->texts->len; i++)
    g_assert_cmpstr (trial_get_text (trial, i), ==, "");
  g_assert_null (aph_job_get_partial (trial->job));
  if (aph_job_get_state (trial->job) == APH_JOB_DONE)
    g_assert_cmpstr (aph_job_get_answer (trial->job, NULL), ==, "good");
}

static void
test_refusals (void)
{
  g_autoptr (FakeServer) fake = fake_server_new (reply_refusal, NULL);
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
  const guint n_trials = 4 * G_N_ELEMENTS (refusals);

  for (guint i = 0; i < n_trials; i++)
    g_ptr_array_add (trials, start_refusal (fake_server_get_url (fake), i / 4, i / 2 % 2, i % 2));
  trial_wait_for_all (trials);

  for (guint i = 0; i < n_trials; i++)
    check_refusal (g_ptr_array_index (trials, i), &refusals[i / 4], i / 2 % 2);
}

/* What servers do: the behaviours of antiphon-sim */

/* What an attempt had answered. */
typedef enum
{
  NOTHING,
  SOME,     /* as much as came before the connection broke */
  HALF,
  ALL,
  ODD,      /* not what it would be without the fault */
} Text;

typedef struct
{
  const char *fault;
  How how;
  TrialFailure failure;
  Text text;
} Behaviour;

#define N_TOKENS 20
#define HALF_TEXT "1 2 3 4 5 6 7 8 9 10 "
#define ALL_TEXT HALF_TEXT "11 12 13 14 15 16 17 18 19 20 "

#define GOOD(fault, how) { fault, how, { 0, 0, NULL }, ALL }
#define GOOD_BUT_ODD(fault, how) { fault, how, { 0, 0, NULL }, ODD }
#define FAILS(fault, how, failure_class, status, mention, text) \
  { fault, how, { failure_class, status, mention }, text }

#define BOTH_APIS \
  /* Odd ways to say the same */ \
  GOOD ("none", BOTH), \
  GOOD ("none,load=200", BOTH), \
  GOOD ("none,ttft=200", BOTH), \
  GOOD ("early-headers,ttft=200", BOTH), \
  GOOD ("two-lines", STREAMED), \
  GOOD ("split", STREAMED), \
  GOOD ("crlf", STREAMED), \
  GOOD ("no-newline", STREAMED), \
  GOOD ("blank-lines", STREAMED), \
  GOOD ("unknown-fields", BOTH), \
  GOOD ("wrong-types", STREAMED), \
  GOOD ("idle-close", BOTH), \
  GOOD ("stale-close", BOTH), \
  GOOD_BUT_ODD ("null-response", BOTH), \
  GOOD_BUT_ODD ("bad-utf8", BOTH), \
  GOOD_BUT_ODD ("huge-line", BOTH), \
  /* Not now */ \
  FAILS ("busy", BOTH, BUSY, 503, "server busy", NOTHING), \
  FAILS ("busy-retry-after", BOTH, BUSY, 503, "server busy", NOTHING), \
  FAILS ("busy-retry-after-date,retry=2", BOTH, BUSY, 503, "server busy", NOTHING), \
  FAILS ("rate-limit", BOTH, BUSY, 429, "rate limit", NOTHING), \
  FAILS ("rate-limit-date,retry=2", BOTH, BUSY, 429, "rate limit", NOTHING), \
  FAILS ("quota", BOTH, QUOTA, 429, "session usage limit", NOTHING), \
  /* Instead of an answer, in each shape that an error comes in */ \
  FAILS ("status-400", BOTH, PERMANENT, 400, "longer than the context length", NOTHING), \
  FAILS ("status-400-nested", BOTH, PERMANENT, 400, "longer than the context", NOTHING), \
  FAILS ("status-403-empty", BOTH, PERMANENT, 403, "OLLAMA_HOST", NOTHING), \
  FAILS ("status-404-text", BOTH, PERMANENT, 404, "not found", NOTHING), \
  FAILS ("status-413-html", BOTH, PERMANENT, 413, "413 Request Entity Too Large", NOTHING), \
  FAILS ("status-500", BOTH, SERVER, 500, "unexpectedly stopped", NOTHING), \
  FAILS ("status-500-string", BOTH, SERVER, 500, "unexpectedly stopped", NOTHING), \
  FAILS ("status-500-flat", BOTH, SERVER, 500, "unexpectedly stopped", NOTHING), \
  FAILS ("status-500-legacy", BOTH, SERVER, 500, "unexpectedly stopped", NOTHING), \
  FAILS ("status-500-html", BOTH, SERVER, 500, "500 Internal Server Error", NOTHING), \
  FAILS ("status-502-detail", BOTH, SERVER, 502, "no such host", NOTHING), \
  FAILS ("status-429-string-code", BOTH, BUSY, 429, "too many concurrent", NOTHING), \
  FAILS ("redirect-301", BOTH, PERMANENT, 301, "Use that address", NOTHING), \
  FAILS ("redirect-307", BOTH, PERMANENT, 307, "Use that address", NOTHING), \
  /* Silence */ \
  FAILS ("close-before-headers", BOTH, TRANSPORT, 0, "broke", NOTHING), \
  FAILS ("stall-headers", BOTH, TIMEOUT, 0, "No text came", NOTHING), \
  FAILS ("stall", STREAMED, TIMEOUT, 200, "then sent nothing", HALF), \
  FAILS ("stall", WHOLE, TIMEOUT, 0, "No text came", NOTHING), \
  /* In the middle of an answer */ \
  FAILS ("cut-chunk", STREAMED, TRANSPORT, 0, "broke", HALF), \
  FAILS ("cut-chunk", WHOLE, TRANSPORT, 0, "broke", NOTHING), \
  FAILS ("cut-boundary", STREAMED, TRUNCATED, 200, "before it was complete", HALF), \
  FAILS ("cut-boundary", WHOLE, TRANSPORT, 0, "broke", NOTHING), \
  FAILS ("rst", STREAMED, TRANSPORT, 0, "broke", SOME), \
  FAILS ("rst", WHOLE, TRANSPORT, 0, "broke", NOTHING), \
  FAILS ("no-done", STREAMED, TRUNCATED, 200, "before it was complete", HALF), \
  FAILS ("done-false", BOTH, TRUNCATED, 200, "before it was complete", ALL), \
  FAILS ("error-line", WHOLE, SERVER, 500, "unexpected EOF", NOTHING), \
  FAILS ("error-line", STREAMED, SERVER, 200, "unexpected EOF", HALF), \
  FAILS ("error-first-line", BOTH, SERVER, 200, "unexpected EOF", NOTHING), \
  FAILS ("deep", STREAMED, SERVER, 200, "no answer", HALF), \
  FAILS ("deep", WHOLE, SERVER, 200, "no answer", NOTHING), \
  FAILS ("wrong-types", WHOLE, TRUNCATED, 200, "before it was complete", NOTHING)

static const Behaviour ollama_behaviours[] = {
  BOTH_APIS,
  GOOD ("none,ctx=20000", BOTH),
  FAILS ("status-401", BOTH, DENIED, 401,
         "(sign in: https://ollama.com/connect?name=sim&key=c2lt)", NOTHING),
};

static const Behaviour openai_behaviours[] = {
  BOTH_APIS,
  GOOD ("sse-ping", STREAMED),
  GOOD ("sse-no-space", STREAMED),
  GOOD ("sse-no-done", STREAMED),
  GOOD ("sse-null-content", STREAMED),
  GOOD ("sse-empty-choices", STREAMED),
  FAILS ("status-401", BOTH, DENIED, 401, "unauthorized", NOTHING),
  FAILS ("sse-error", STREAMED, SERVER, 200, "unexpected EOF", HALF),
  FAILS ("sse-error-done", STREAMED, SERVER, 200, "unexpected EOF", HALF),
  FAILS ("sse-error-old", STREAMED, SERVER, 200, "unexpected EOF", HALF),
};

static void
check_text (const char *text,
            Text        kind)
{
  switch (kind)
    {
    case NOTHING:
      g_assert_cmpstr (text, ==, "");
      break;
    case SOME:
      g_assert_true (g_str_has_prefix (HALF_TEXT, text));
      break;
    case HALF:
      g_assert_cmpstr (text, ==, HALF_TEXT);
      break;
    case ALL:
      g_assert_cmpstr (text, ==, ALL_TEXT);
      break;
    case ODD:
    default:
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_true (g_str_has_prefix (text, HALF_TEXT));
      g_assert_cmpstr (text, !=, ALL_TEXT);
      break;
    }
}

/* Retry-After in seconds is one, as a date between one and two; the rest is what a busy machine or
 * valgrind adds. */
static void
check_pauses (Trial      *trial,
              const char *fault)
{
  gboolean is_asked_for = strstr (fault, "retry-after") != NULL
                          || strstr (fault, "rate-limit") != NULL;

  for (guint i = 1; is_asked_for && i < trial->sent->len; i++)
    {
      g_assert_cmpfloat (trial_get_pause (trial, i), >=, 950);
      g_assert_cmpfloat (trial_get_pause (trial, i), <, 60000);
    }
}

/* A reply that ends between two chunks is for libsoup before 3.6.5 complete. */
static TrialFailure
get_failure (const Behaviour *behaviour)
{
  const TrialFailure broken = { TRANSPORT, 0, "broke" };

  return strcmp (behaviour->fault, "cut-boundary") == 0 && soup_check_version (3, 6, 5)
           ? broken : behaviour->failure;
}

static void
check_behaviour (Trial           *trial,
                 const Behaviour *behaviour,
                 guint            n_bad)
{
  const TrialFailure failure = get_failure (behaviour);
  const char *partial = aph_job_get_partial (trial->job);
  guint n_texts = trial->texts->len;

  trial_check_end (trial, &failure, n_bad);
  check_pauses (trial, behaviour->fault);

  for (guint i = 0; i < n_texts; i++)
    check_text (trial_get_text (trial, i), behaviour->text);

  /* The last attempt's own, and that of the one before it. */
  if (n_texts == 0 || aph_job_get_state (trial->job) == APH_JOB_FAILED)
    check_text (aph_job_get_answer (trial->job, NULL), behaviour->text);
  else
    g_assert_cmpstr (aph_job_get_answer (trial->job, NULL), ==, ALL_TEXT);
  if (behaviour->text == NOTHING || trial->sent->len == 1)
    g_assert_null (partial);
  else if (behaviour->text != SOME)
    g_assert_cmpstr (partial, ==, trial_get_text (trial, 0));
}

/* One trial of a behaviour. */
typedef struct
{
  const char *api;
  const Behaviour *behaviour;
  guint n_bad;
  gboolean stream;
} Setup;

static Trial *
start_setup (const Setup *setup,
             const char  *url)
{
  const char *fault = setup->behaviour->fault;
  g_autofree char *address = g_strdup_printf ("%s,api=%s", url, setup->api);
  g_autofree char *model = g_strdup_printf ("sim:text=count,tokens=%d,fault=%s,first=%u,tag=%s%d",
                                            N_TOKENS, fault, setup->n_bad, setup->api,
                                            setup->stream);
  AphClocks clocks = APH_CLOCKS_INIT;

  if (g_str_has_prefix (fault, "stall") && setup->behaviour->text == NOTHING)
    clocks.first_token = 500;
  else if (g_str_has_prefix (fault, "stall"))
    clocks.stall = 500;

  return trial_start (address, model, NULL, setup->stream, &clocks);
}

/* Each with the fault always, and with one that passes. */
static void
add_setups (GArray          *setups,
            const char      *api,
            const Behaviour *behaviours,
            guint            n_behaviours)
{
  for (guint i = 0; i < n_behaviours; i++)
    for (guint round = 0; round < 2; round++)
      for (int stream = 0; stream < 2; stream++)
        {
          const TrialFailure *failure = &behaviours[i].failure;
          const Setup setup = {
            api, &behaviours[i], trial_failure_count_bad (failure, round), stream,
          };

          if ((behaviours[i].how & (stream ? STREAMED : WHOLE)) != 0
              && (round == 0 || setup.n_bad != trial_failure_count_bad (failure, 0)))
            g_array_append_val (setups, setup);
        }
}

static void
test_behaviours (void)
{
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
  g_autoptr (GArray) setups = g_array_new (FALSE, FALSE, sizeof (Setup));

  add_setups (setups, "ollama", ollama_behaviours, G_N_ELEMENTS (ollama_behaviours));
  add_setups (setups, "openai", openai_behaviours, G_N_ELEMENTS (openai_behaviours));

  for (guint i = 0; i < setups->len; i++)
    g_ptr_array_add (trials, start_setup (&g_array_index (setups, Setup, i), sim_get_url (sim)));
  trial_wait_for_all (trials);

  for (guint i = 0; i < setups->len; i++)
    {
      const Setup *setup = &g_array_index (setups, Setup, i);

      g_test_message ("%s, %s: %s for %u", setup->api, setup->stream ? "streamed" : "whole",
                      setup->behaviour->fault, setup->n_bad);
      check_behaviour (g_ptr_array_index (trials, i), setup->behaviour, setup->n_bad);
    }
}

/* The thoughts of two attempts are not joined either, and no thought is taken for an answer. */
static void
test_thinking (void)
{
  static const struct
  {
    const char *fault;
    const char *partial;
  } cases[] = {
    { "no-done@3", NULL },
    { "rst@3", NULL },
    { "error-line@9", "1 2 3 " },
    { "cut-chunk@9", "1 2 3 " },
    { "sse-reasoning-content", NULL },
  };
  static const char *const apis[] = { "ollama", "openai" };
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
  const AphClocks clocks = APH_CLOCKS_INIT;
  const char *thinking;

  for (guint api = 0; api < G_N_ELEMENTS (apis); api++)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *address = g_strdup_printf ("%s,api=%s", sim_get_url (sim), apis[api]);
        g_autofree char *model =
          g_strdup_printf ("sim:text=count,tokens=6,thinking=6,fault=%s,first=1,tag=%s",
                           cases[i].fault, apis[api]);

        g_ptr_array_add (trials, trial_start (address, model, NULL, TRUE, &clocks));
      }
  trial_wait_for_all (trials);

  thinking = aph_job_get_thinking (((Trial *) trials->pdata[0])->job, NULL);
  g_assert_cmpstr (thinking, !=, "");
  for (guint i = 0; i < trials->len; i++)
    {
      Trial *trial = g_ptr_array_index (trials, i);
      guint n_attempts = strstr (cases[i % G_N_ELEMENTS (cases)].fault, "sse-") != NULL ? 1 : 2;

      g_test_message ("%s", aph_request_get_model (aph_job_get_request (trial->job)));
      g_assert_cmpint (aph_job_get_state (trial->job), ==, APH_JOB_DONE);
      g_assert_cmpuint (aph_job_get_attempts (trial->job), ==, n_attempts);
      g_assert_cmpstr (aph_job_get_thinking (trial->job, NULL), ==, thinking);
      g_assert_cmpstr (aph_job_get_answer (trial->job, NULL), ==, "1 2 3 4 5 6 ");
      g_assert_cmpstr (aph_job_get_partial (trial->job), ==,
                       cases[i % G_N_ELEMENTS (cases)].partial);
    }
}

/* What Ollama itself refuses, as the simulated server does. */
static void
test_requests (void)
{
  static const struct
  {
    const char *model;
    const char *params;
    TrialFailure failure;
  } cases[] = {
    { "nobody", "{}", { PERMANENT, 404, "model 'nobody' not found" } },
    { "", "{}", { PERMANENT, 404, "not found" } },
    { "sim:tokens=2", "{\"options\":{\"stop\":\"x\"}}",
      { PERMANENT, 500, "must be of type array" } },
    { "sim:tokens=2", "{\"options\":{\"seed\":\"x\"}}",
      { PERMANENT, 500, "must be of type integer" } },
    { "sim:tokens=2", "{\"format\":\"yaml\"}", { PERMANENT, 500, "invalid format" } },
    { "sim:tokens=2", "{\"think\":true}", { PERMANENT, 400, "does not support thinking" } },
    { "sim:thinking=2", "{\"think\":\"very\"}", { PERMANENT, 400, "invalid think value" } },
    { "sim:tokens=2", "{\"raw\":true,\"system\":\"s\"}",
      { PERMANENT, 400, "raw mode does not support" } },
    { "sim:tokens=2", "{\"keep_alive\":\"10\"}", { PERMANENT, 400, "missing unit" } },
    { "sim:tokens=2", "{\"images\":[\"data:x\"]}", { PERMANENT, 400, "illegal base64" } },
    { "sim:tokens=2", "{\"truncate\":false,\"options\":{\"num_ctx\":2}}",
      { PERMANENT, 400, "exceeds the available context size (2 tokens)" } },
  };
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
  const AphClocks clocks = APH_CLOCKS_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_ptr_array_add (trials, trial_start (sim_get_url (sim), cases[i].model, cases[i].params, TRUE,
                                          &clocks));
  trial_wait_for_all (trials);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %s", cases[i].model, cases[i].params);
      trial_check_end (g_ptr_array_index (trials, i), &cases[i].failure, 0);
    }
}

/* The clocks that no fault is needed for. */
static void
test_clocks (void)
{
  static const struct
  {
    const char *spec;
    AphClocks clocks;
    TrialFailure failure;
    const char *text;
  } cases[] = {
    { "tokens=300,rate=50", { .total = 900 }, { TIMEOUT, 200, "did not finish within 0.9 s" },
      NULL },
    { "tokens=2,ttft=30000", { .total = 300 }, { TIMEOUT, 0, "did not finish within 0.3 s" }, "" },
    { "tokens=2,ttft=30000", { .first_token = 300 }, { TIMEOUT, 0, "No text came" }, "" },
    { "tokens=2,load=30000,tag=1", { .first_token = 300 }, { TIMEOUT, 0, "No text came" }, "" },
    { "tokens=2,ttft=30000,fault=early-headers", { .first_token = 300 },
      { TIMEOUT, 200, "No text came" }, "" },
    /* Slow is no fault. */
    { "tokens=10,duration=1900,ttft=900", { .stall = 800 }, { 0, 0, NULL }, NULL },
  };
  g_autoptr (Sim) sim = sim_start (NULL);
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *model = g_strconcat ("sim:", cases[i].spec, NULL);

      g_ptr_array_add (trials, trial_start (sim_get_url (sim), model, NULL, TRUE,
                                            &cases[i].clocks));
    }
  trial_wait_for_all (trials);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Trial *trial = g_ptr_array_index (trials, i);

      g_test_message ("%s", cases[i].spec);
      trial_check_end (trial, &cases[i].failure, 0);
      for (guint n = 0; n < trial->texts->len && cases[i].text != NULL; n++)
        g_assert_cmpstr (trial_get_text (trial, n), ==, cases[i].text);
    }
}

/* A server that is too busy to greet is no absent one: the system has connected us. */
static void
test_slow_accept (void)
{
  static const char *const models[] = { "sim:tokens=2,fault=slow-accept", "sim:tokens=2" };
  g_autoptr (Sim) sim = sim_start (NULL);
  const AphClocks clocks = { .connect = 1000 };
  const TrialFailure none = { 0, 0, NULL };
  double duration = 0;

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
      Trial *trial = trial_start (sim_get_url (sim), models[i], NULL, TRUE, &clocks);

      g_ptr_array_add (trials, trial);
      trial_wait_for_all (trials);
      trial_check_end (trial, &none, 0);
      duration = aph_job_get_total_ms (trial->job);
    }
  g_assert_cmpfloat (duration, >=, clocks.connect);
}

/* A cold model takes so many requests and no more; those beyond wait here instead of there. */
static void
test_cold_load (void)
{
  g_autoptr (Sim) sim = sim_start ("--model", "cold=tokens=3,load=300,queue=1");
  g_autoptr (GPtrArray) trials = g_ptr_array_new_with_free_func ((GDestroyNotify) trial_free);
  const AphClocks clocks = APH_CLOCKS_INIT;
  const TrialFailure busy = { BUSY, 503, "server busy, please try again.  maximum pending" };
  guint n_busy = 0;

  for (guint i = 0; i < 8; i++)
    g_ptr_array_add (trials, trial_start (sim_get_url (sim), "cold", NULL, TRUE, &clocks));
  trial_wait_for_all (trials);

  for (guint i = 0; i < trials->len; i++)
    {
      Trial *trial = g_ptr_array_index (trials, i);

      n_busy += trial->failures->len > 0;
      if (trial->failures->len > 0)
        trial_check_end (trial, &busy, trial->failures->len);
      g_assert_cmpint (aph_job_get_state (trial->job), ==, APH_JOB_DONE);
      g_assert_cmpint (aph_job_get_usage (trial->job)->answer_tokens, ==, 3);
    }
  g_assert_cmpuint (n_busy, >=, 5);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fault-matrix/refusals", test_refusals);
  g_test_add_func ("/fault-matrix/behaviours", test_behaviours);
  g_test_add_func ("/fault-matrix/thinking", test_thinking);
  g_test_add_func ("/fault-matrix/requests", test_requests);
  g_test_add_func ("/fault-matrix/clocks", test_clocks);
  g_test_add_func ("/fault-matrix/slow-accept", test_slow_accept);
  g_test_add_func ("/fault-matrix/cold-load", test_cold_load);

  return g_test_run ();
}
