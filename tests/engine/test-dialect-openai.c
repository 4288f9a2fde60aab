/* test-dialect-openai.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include "base/aph-json.h"
#include "read-reply.h"
#include "server/aph-dialect.h"

static const AphDialect *const openai = &aph_dialect_openai;

static char *
write_body (const char *params_json,
            const char *prompt,
            gboolean    stream,
            const char *path)
{
  g_autoptr (JsonObject) object = aph_json_parse_object (params_json, -1, NULL);
  g_autoptr (AphParams) params = aph_params_new_from_body (object);
  g_autoptr (AphRequest) request = aph_request_new ("m", prompt, params, NULL);
  g_autoptr (JsonObject) parsed = NULL;
  GString *body = g_string_new (NULL);

  openai->write_generate (request, stream, body);
  g_assert_cmpstr (openai->get_generate_path (request), ==, path);

  parsed = aph_json_parse_object (body->str, body->len, NULL);
  g_assert_nonnull (parsed);

  return g_string_free (body, FALSE);
}

#define CHAT "/v1/chat/completions"
#define RAW "/v1/completions"
#define SAYS_P "{\"role\":\"user\",\"content\":\"p\"}"
#define CHAT_HEAD "{\"model\":\"m\",\"messages\":[" SAYS_P "],\"stream\":false"
#define RAW_HEAD "{\"model\":\"m\",\"prompt\":\"p\",\"stream\":false"

/* What becomes of params in Ollama's words. */
static void
test_write (void)
{
  static const struct
  {
    const char *params;
    const char *path;
    const char *body;
  } cases[] = {
    { "{}", CHAT, CHAT_HEAD "}" },
    { "{\"raw\":true}", RAW, RAW_HEAD ",\"max_tokens\":null}" },
    { "{\"raw\":false}", CHAT, CHAT_HEAD "}" },
    { "{\"system\":\"s\"}", CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}," SAYS_P "],"
      "\"stream\":false}" },
    { "{\"system\":\"s\",\"raw\":true}", RAW, RAW_HEAD ",\"max_tokens\":null}" },

    /* Options */
    { "{\"options\":{\"num_predict\":100}}", CHAT, CHAT_HEAD ",\"max_tokens\":100}" },
    { "{\"options\":{\"num_predict\":100},\"raw\":true}", RAW, RAW_HEAD ",\"max_tokens\":100}" },
    { "{\"options\":{\"num_predict\":-1}}", CHAT, CHAT_HEAD "}" },
    { "{\"options\":{\"num_predict\":-2},\"raw\":true}", RAW, RAW_HEAD ",\"max_tokens\":null}" },
    { "{\"options\":{\"num_predict\":5},\"max_tokens\":7}", CHAT, CHAT_HEAD ",\"max_tokens\":7}" },
    { "{\"max_completion_tokens\":7,\"raw\":true}", RAW, RAW_HEAD ",\"max_completion_tokens\":7}" },
    { "{\"options\":{\"stop\":[\"a\",\"b\"],\"seed\":42,\"top_p\":0.9,\"temperature\":0,"
      "\"frequency_penalty\":0.5,\"presence_penalty\":-0.5}}", CHAT,
      CHAT_HEAD ",\"temperature\":0,\"top_p\":0.9,\"stop\":[\"a\",\"b\"],\"presence_penalty\":-0.5,"
      "\"frequency_penalty\":0.5,\"seed\":42}" },
    { "{\"options\":{\"seed\":-1,\"temperature\":null}}", CHAT, CHAT_HEAD "}" },
    { "{\"options\":{\"top_k\":20,\"min_p\":0.05,\"typical_p\":0.9,\"repeat_last_n\":64,"
      "\"repeat_penalty\":1.1}}", CHAT,
      CHAT_HEAD ",\"top_k\":20,\"min_p\":0.05,\"typical_p\":0.9,\"repeat_last_n\":64,"
      "\"repeat_penalty\":1.1,\"repetition_penalty\":1.1}" },
    { "{\"options\":{\"temperature\":0.5,\"seed\":1},\"temperature\":0.7,\"seed\":2}", CHAT,
      CHAT_HEAD ",\"temperature\":0.7,\"seed\":2}" },

    /* What is between Ollama and its models */
    { "{\"options\":{\"num_ctx\":8192,\"num_keep\":4,\"num_gpu\":1,\"num_thread\":2,\"use_mmap\":true,"
      "\"mirostat\":1},\"keep_alive\":\"5m\",\"truncate\":false,\"shift\":false,\"template\":\"t\","
      "\"context\":[1],\"stream_options\":{}}", CHAT, CHAT_HEAD "}" },

    /* Format */
    { "{\"format\":\"json\"}", CHAT, CHAT_HEAD ",\"response_format\":{\"type\":\"json_object\"}}" },
    { "{\"format\":{\"type\":\"object\",\"required\":[\"a\"]}}", CHAT,
      CHAT_HEAD ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
      "\"strict\":true,\"schema\":{\"type\":\"object\",\"required\":[\"a\"]}}}}" },
    { "{\"format\":\"\"}", CHAT, CHAT_HEAD "}" },
    { "{\"format\":null}", CHAT, CHAT_HEAD "}" },
    { "{\"format\":\"json\",\"response_format\":{\"type\":\"text\"}}", CHAT,
      CHAT_HEAD ",\"response_format\":{\"type\":\"text\"}}" },

    /* Thinking */
    { "{\"think\":true}", CHAT,
      CHAT_HEAD ",\"chat_template_kwargs\":{\"enable_thinking\":true,\"thinking\":true}}" },
    { "{\"think\":false}", CHAT,
      CHAT_HEAD ",\"chat_template_kwargs\":{\"enable_thinking\":false,\"thinking\":false}}" },
    { "{\"think\":\"low\"}", CHAT,
      CHAT_HEAD ",\"reasoning_effort\":\"low\",\"chat_template_kwargs\":{\"enable_thinking\":true,"
      "\"thinking\":true,\"reasoning_effort\":\"low\"}}" },
    { "{\"think\":\"max\",\"chat_template_kwargs\":{}}", CHAT,
      CHAT_HEAD ",\"reasoning_effort\":\"high\",\"chat_template_kwargs\":{}}" },
    { "{\"think\":\"low\",\"reasoning_effort\":\"minimal\",\"chat_template_kwargs\":{\"a\":1}}", CHAT,
      CHAT_HEAD ",\"reasoning_effort\":\"minimal\",\"chat_template_kwargs\":{\"a\":1}}" },
    { "{\"think\":null}", CHAT, CHAT_HEAD "}" },
    { "{\"think\":true,\"raw\":true}", RAW, RAW_HEAD ",\"max_tokens\":null}" },

    /* Images */
    { "{\"images\":[\"/9j/QUJD\",\"R0lGODlh\",\"UklGRg\",\"iVBORw0\",\"data:image/bmp;base64,Qk0\","
      "\"https://x/y.png\",7]}", CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"p\"},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/jpeg;base64,/9j/QUJD\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/gif;base64,R0lGODlh\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/webp;base64,UklGRg\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/bmp;base64,Qk0\"}},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}],\"stream\":false}" },

    /* Conversations */
    { "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}", CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
      "{\"role\":\"assistant\",\"content\":\"b\"}," SAYS_P "],\"stream\":false}" },
    { "{\"messages\":[{\"role\":\"developer\",\"content\":\"d\"}],\"system\":\"s\",\"raw\":true}", CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"d\"}," SAYS_P "],"
      "\"stream\":false}" },
    { "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"name\":\"n\"}]}", CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"name\":\"n\","
      "\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}," SAYS_P "],\"stream\":false}" },
    /* From files made for Ollama */
    { "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"images\":[\"iVBORw0\"]},"
      "{\"role\":\"assistant\",\"content\":\"b\",\"thinking\":\"t\"},{\"role\":\"user\",\"images\":[\"UklGRg\"]}]}",
      CHAT,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
      "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0\"}}]},"
      "{\"role\":\"assistant\",\"reasoning_content\":\"t\",\"content\":\"b\"},"
      "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
      "\"data:image/webp;base64,UklGRg\"}}]}," SAYS_P "],\"stream\":false}" },

    /* What we do not know */
    { "{\"guided_choice\":[\"a\"],\"logprobs\":true,\"n\":1,\"user\":null,\"x\":{\"y\":[1.5]}}", CHAT,
      CHAT_HEAD ",\"guided_choice\":[\"a\"],\"logprobs\":true,\"n\":1,\"user\":null,"
      "\"x\":{\"y\":[1.5]}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = NULL;

      g_test_message ("%s", cases[i].params);
      body = write_body (cases[i].params, "p", FALSE, cases[i].path);
      g_assert_cmpstr (body, ==, cases[i].body);
    }
}

static void
test_write_prompt (void)
{
  g_autoptr (AphRequest) request = aph_request_new (NULL, "你\n\"", NULL, NULL);
  g_autoptr (GString) written = g_string_new (NULL);
  g_autofree char *streamed = write_body ("{\"stream_options\":{\"x\":1}}", "p", TRUE, CHAT);
  g_autofree char *raw = write_body ("{\"raw\":true,\"images\":[\"QQ\"]}", "", TRUE, RAW);
  g_autofree char *empty = write_body ("{}", "", FALSE, CHAT);
  g_autofree char *continued = write_body ("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "",
                                           FALSE, CHAT);

  openai->write_generate (request, FALSE, written);
  g_assert_cmpstr (written->str, ==, "{\"model\":\"\",\"messages\":[{\"role\":\"user\","
                                     "\"content\":\"你\\n\\\"\"}],\"stream\":false}");
  g_assert_cmpstr (streamed, ==, "{\"model\":\"m\",\"messages\":[" SAYS_P "],\"stream\":true,"
                                 "\"stream_options\":{\"include_usage\":true}}");
  g_assert_cmpstr (raw, ==, "{\"model\":\"m\",\"prompt\":\"\",\"stream\":true,"
                            "\"stream_options\":{\"include_usage\":true},\"max_tokens\":null}");
  g_assert_cmpstr (empty, ==, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],"
                              "\"stream\":false}");
  g_assert_cmpstr (continued, ==, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\","
                                  "\"content\":\"a\"}],\"stream\":false}");
}

#define DELTA(delta) "data: {\"choices\":[{\"index\":0,\"delta\":{" delta "},\"finish_reason\":null}]}\n\n"
#define ROLE DELTA ("\"role\":\"assistant\",\"content\":\"\"")
#define SAY(text) DELTA ("\"content\":\"" text "\"")
#define FINISH(reason) \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}\n\n"
#define USAGE(usage) "data: {\"choices\":[],\"usage\":" usage "}\n\n"
#define DONE "data: [DONE]\n\n"
#define COUNTED "{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}"

static const struct
{
  const char *text;
  const char *reply;
} replies[] = {
  /* As vLLM, LiteLLM and OpenAI send it */
  { ROLE SAY ("Hi") FINISH ("stop") USAGE (COUNTED) DONE, "|Hi|done stop|9 2 -1 -1 -1 -1||" },
  { "", "||more -|" NO_USAGE "||" },

  /* Framing */
  { ROLE SAY ("Hi") FINISH ("stop"), "|Hi|done stop|" NO_USAGE "||" },
  { ROLE SAY ("Hi") FINISH ("stop") USAGE (COUNTED), "|Hi|done stop|9 2 -1 -1 -1 -1||" },
  { "data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
    "data:  {\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\ndata:[DONE]\n\n",
    "|ab|done stop|" NO_USAGE "||" },
  { ": ping\r\n\r\n:\r\n\r\nevent: message\r\nid: 7\r\nretry: 100\r\nnonsense\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\r\n\r\n"
    "data: [DONE]\r\n\r\n", "|a|done stop|" NO_USAGE "||" },
  { "\n\n\ndata:\n\ndata: \n\n" SAY ("a") "\n\n" FINISH ("stop") "data: [DONE]",
    "|a|done stop|" NO_USAGE "||" },
  { SAY ("a") "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"length\"}]}",
    "|ab|done length|" NO_USAGE "||" },

  /* Choices and their text */
  { DELTA ("\"role\":\"assistant\",\"content\":null") SAY ("a") DELTA ("") FINISH ("stop"),
    "|a|done stop|" NO_USAGE "||" },
  { DELTA ("\"reasoning_content\":\"H\"") DELTA ("\"reasoning\":\"m\"")
    DELTA ("\"reasoning_content\":\"m\",\"reasoning\":\"m\"")
    DELTA ("\"reasoning_content\":\"\",\"reasoning\":\".\"")
    DELTA ("\"reasoning_content\":null,\"reasoning\":\"!\",\"content\":\"\"") SAY ("a") FINISH ("stop"),
    "Hmm.!|a|done stop|" NO_USAGE "||" },
  { DELTA ("\"refusal\":\"I will not.\"") FINISH ("content_filter"),
    "|I will not.|done content_filter|" NO_USAGE "||" },
  { DELTA ("\"tool_calls\":[{\"index\":0}]") FINISH ("tool_calls"), "||done tool_calls|" NO_USAGE "||" },
  { "data: {\"choices\":[{\"text\":\"a\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]}\n\n"
    "data: {\"choices\":[{\"text\":\"b\",\"index\":0,\"finish_reason\":\"length\"}]}\n\n",
    "|ab|done length|" NO_USAGE "||" },
  { "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"},"
    "{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n", "|a|more -|" NO_USAGE "||" },
  { SAY ("\\u4f60\\ud83d\\ude00\\n\\\"") SAY ("\344\275\240") SAY ("\\ud83d") SAY ("a\377b"),
    "|\344\275\240\360\237\230\200\n\"\344\275\240\357\277\275a\357\277\275b|more -|" NO_USAGE "||" },

  /* What it took */
  { SAY ("a") FINISH ("stop") USAGE ("null") DONE, "|a|done stop|" NO_USAGE "||" },
  { SAY ("a") FINISH ("stop") USAGE ("{\"prompt_tokens\":0,\"completion_tokens\":0}") DONE,
    "|a|done stop|" NO_USAGE "||" },
  { "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":9,"
    "\"completion_tokens\":1}}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}],\"usage\":"
    "{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n", "|ab|done stop|9 2 -1 -1 -1 -1||" },
  { "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"timings\":{\"prompt_n\":3,"
    "\"cache_n\":4,\"prompt_ms\":0.752,\"predicted_n\":5,\"predicted_ms\":5.954}}\n\n",
    "||done stop|7 5 -1 752000 5954000 -1||" },
  { "data: {\"choices\":[],\"timings\":{\"prompt_n\":3,\"predicted_n\":5,\"prompt_ms\":-1,"
    "\"predicted_ms\":1e300}}\n\n", "||more -|-1 5 -1 -1 -1 -1||" },
  { FINISH ("stop") "data: {\"choices\":[],\"usage\":" COUNTED ",\"timings\":{\"prompt_n\":1,"
    "\"cache_n\":1,\"predicted_n\":7,\"prompt_ms\":1,\"predicted_ms\":2}}\n\n",
    "||done stop|9 2 -1 1000000 2000000 -1||" },

  /* No end is no success */
  { ROLE SAY ("a"), "|a|more -|" NO_USAGE "||" },
  { ROLE SAY ("a") DONE, "|a|more -|" NO_USAGE "||" },
  { DONE, "||more -|" NO_USAGE "||" },
  { SAY ("a") FINISH ("abort") DONE,
    "|a|more -|" NO_USAGE "|serverThe server gave up on this answer (“abort”)|" },
  { SAY ("a") FINISH ("error"),
    "|a|more -|" NO_USAGE "|serverThe server gave up on this answer (“error”)|" },

  /* Errors within the reply: vLLM, llama-server, older llama-server, LiteLLM, and others */
  { ROLE SAY ("a") "data: {\"error\":{\"message\":\"boom\",\"type\":\"InternalServerError\",\"param\":null,"
    "\"code\":500}}\n\n" DONE, "|a|more -|" NO_USAGE "|serverboom|" },
  { ROLE "data: {\"error\":{\"message\":\"Input length (9) exceeds model's maximum context length (8).\","
    "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}\n\n" DONE,
    "||more -|" NO_USAGE "|permanentInput length (9) exceeds model's maximum context length (8).|" },
  { SAY ("a") "data: {\"error\":{\"code\":500,\"message\":\"boom\",\"type\":\"server_error\"}}\n\n",
    "|a|more -|" NO_USAGE "|serverboom|" },
  { SAY ("a") "error: {\"code\":500,\"message\":\"boom\",\"type\":\"server_error\"}\n\n",
    "|a|more -|" NO_USAGE "|serverboom|" },
  { "error: boom\n\n", "||more -|" NO_USAGE "|serverboom|" },
  { "data: {\"error\":{\"message\":\"Error processing stream start\",\"code\":500}}\n\n" DONE,
    "||more -|" NO_USAGE "|serverError processing stream start|" },
  { "data: {\"error\":{\"message\":\"litellm.RateLimitError: slow\",\"type\":null,\"code\":\"429\"}}\n\n",
    "||more -|" NO_USAGE "|busylitellm.RateLimitError: slow|" },
  { "data: {\"error\":{\"message\":\"slow\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}\n\n",
    "||more -|" NO_USAGE "|busyslow|" },
  { "data: {\"error\":{\"message\":\"pay\",\"type\":\"insufficient_quota\",\"code\":\"429\"}}\n\n",
    "||more -|" NO_USAGE "|quotapay|" },
  { "data: {\"error\":{\"message\":\"pay\",\"code\":402}}\n\n", "||more -|" NO_USAGE "|quotapay|" },
  { "data: {\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":null}}\n\n",
    "||more -|" NO_USAGE "|permanentno|" },
  { "data: {\"error\":{\"message\":\"later\",\"type\":\"invalid_request_error\",\"code\":\"503\"}}\n\n",
    "||more -|" NO_USAGE "|busylater|" },
  { "data: {\"error\":\"boom\"}\n\n", "||more -|" NO_USAGE "|serverboom|" },
  { "data: {\"object\":\"error\",\"message\":\"boom\",\"type\":\"InternalServerError\",\"code\":500}\n\n",
    "||more -|" NO_USAGE "|serverboom|" },
  { "data: {\"detail\":\"boom\"}\n\n", "||more -|" NO_USAGE "|serverboom|" },
  { "event: error\ndata: {\"message\":\"boom\"}\n\n", "||more -|" NO_USAGE "|serverboom|" },
  { "{\"error\":{\"message\":\"boom\",\"code\":500}}", "||more -|" NO_USAGE "|serverboom|" },
  { "data: {\"error\":{\"message\":\"a\"}}\n\ndata: {\"error\":{\"message\":\"b\"}}\n\n",
    "||more -|" NO_USAGE "|servera|" },
  /* It may come after the end as well. */
  { FINISH ("stop") "data: {\"error\":{\"message\":\"boom\"}}\n\n" DONE,
    "||done stop|" NO_USAGE "|serverboom|" },
  { "data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
    "data: {\"error\":\"\",\"message\":\"x\",\"choices\":[]}\n\ndata: {\"type\":\"ping\"}\n\n",
    "|a|more -|" NO_USAGE "||" },

  /* A server that does not stream although it was asked to */
  { "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
    "\"usage\":" COUNTED "}", "|Hi|done stop|9 2 -1 -1 -1 -1||" },

  /* Wrong types and unknown members */
  { "data: {}\n\ndata: {\"choices\":null}\n\ndata: {\"choices\":{}}\n\ndata: {\"choices\":[null,7,[]]}\n\n"
    "data: {\"choices\":[{\"delta\":null,\"finish_reason\":7}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":7,\"reasoning\":[]},\"text\":{}}],\"usage\":7,"
    "\"timings\":[]}\n\n", "||more -|" NO_USAGE "||" },
  { "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":\"9\",\"completion_tokens\":2.9}}\n\n",
    "||more -|" NO_USAGE "||" },

  /* None of ours */
  { "<html>\n<body>Log in</body></html>\n", "||more -|" NO_USAGE "||garbled" },
  { "data: {\"choices\":[{\"delta\":{\"content\":\"a\n", "||more -|" NO_USAGE "||garbled" },
  { "data: [1]\n\n", "||more -|" NO_USAGE "||garbled" },
  { "data: <html>\n\n", "||more -|" NO_USAGE "||garbled" },
  { SAY ("a") FINISH ("stop") "data: <oops>\n\n", "|a|done stop|" NO_USAGE "||" },
};

static void
test_read_line (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      gsize length = strlen (replies[i].text);
      g_autofree char *escaped = g_strescape (replies[i].text, NULL);
      g_autofree char *read = read_lines (openai, replies[i].text, length, length, 1);

      g_test_message ("%s", escaped);
      g_assert_cmpstr (read, ==, replies[i].reply);
    }
}

/* However the bytes arrive, they mean the same. */
static void
test_splits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      gsize length = strlen (replies[i].text);

      for (gsize at = 0; at <= length; at++)
        {
          g_autofree char *in_two = read_lines (openai, replies[i].text, length, at, MAX (length, 1));

          g_assert_cmpstr (in_two, ==, replies[i].reply);
        }

      for (gsize step = 1; step <= 7; step += 2)
        {
          g_autofree char *in_pieces = read_lines (openai, replies[i].text, length, 0, step);

          g_assert_cmpstr (in_pieces, ==, replies[i].reply);
        }
    }
}

/* After the end there may be more to read, until the server says that there is not. */
static void
test_end (void)
{
  static const struct
  {
    const char *line;
    gboolean done;
    gboolean has_ended;
  } lines[] = {
    { "data: [DONE]", FALSE, FALSE },
    { "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", TRUE, FALSE },
    { "", TRUE, FALSE },
    { "data: {\"choices\":[],\"usage\":" COUNTED "}", TRUE, FALSE },
    { "data: [DONE]", TRUE, TRUE },
  };
  AphReply reply;

  aph_reply_init (&reply);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      openai->read_line (&reply, lines[i].line, strlen (lines[i].line));
      g_assert_cmpint (reply.done, ==, lines[i].done);
      g_assert_cmpint (reply.has_ended, ==, lines[i].has_ended);
    }
  aph_reply_clear (&reply);
}

static void
test_read_body (void)
{
  static const struct
  {
    const char *body;
    const char *reply;
  } cases[] = {
    { "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
      "\"content\":\"Hi\",\"reasoning_content\":\"Hm\"},\"finish_reason\":\"stop\"}],\"usage\":" COUNTED "}",
      "Hm|Hi|done stop|9 2 -1 -1 -1 -1||" },
    { "{\n \"choices\": [\n {\"message\": {\"content\": \"Hi\", \"reasoning\": \"Hm\"},\n"
      " \"finish_reason\": \"length\"}]\n}\n", "Hm|Hi|done length|" NO_USAGE "||" },
    { "{\"object\":\"text_completion\",\"choices\":[{\"text\":\"Hi\",\"finish_reason\":\"stop\"}],"
      "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}", "|Hi|done stop|" NO_USAGE "||" },
    { "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":null}]}",
      "|Hi|more -|" NO_USAGE "||" },
    { "{\"choices\":[]}", "||more -|" NO_USAGE "||" },
    { "{\"error\":{\"message\":\"boom\",\"code\":400}}", "||more -|" NO_USAGE "|permanentboom|" },
    { "", "||more -|" NO_USAGE "||" },
    { "<html></html>", "||more -|" NO_USAGE "||garbled" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;
      AphReply reply;

      aph_reply_init (&reply);
      openai->read_body (&reply, cases[i].body, strlen (cases[i].body));
      text = describe_reply (&reply);
      aph_reply_clear (&reply);
      g_assert_cmpstr (text, ==, cases[i].reply);
    }
}

static void
test_read_error (void)
{
  static const struct
  {
    guint status;
    const char *body;
    AphFailureClass failure_class;
    const char *message;
  } cases[] = {
    /* vLLM */
    { 401, "{\"error\":\"Unauthorized\"}", APH_FAILURE_DENIED, "Unauthorized" },
    { 404, "{\"error\":{\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\","
           "\"param\":null,\"code\":404}}", APH_FAILURE_PERMANENT, "The model `x` does not exist." },
    { 404, "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"type\":"
           "\"NotFoundError\",\"param\":null,\"code\":404}",
      APH_FAILURE_PERMANENT, "The model `x` does not exist." },
    { 400, "{\"object\":\"error\",\"message\":\"This model's maximum context length is 8 tokens.\","
           "\"type\":\"BadRequestError\",\"param\":null,\"code\":400}",
      APH_FAILURE_PERMANENT, "This model's maximum context length is 8 tokens." },
    { 415, "{\"detail\":\"Unsupported Media Type: Only 'application/json' is allowed\"}",
      APH_FAILURE_PERMANENT, "Unsupported Media Type: Only 'application/json' is allowed" },
    { 422, "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"model\"],\"msg\":\"Field required\"}]}",
      APH_FAILURE_PERMANENT, "Field required" },
    { 500, "Internal Server Error", APH_FAILURE_SERVER, "Internal Server Error" },
    { 501, "{\"error\":{\"message\":\"no\",\"type\":\"NotImplementedError\",\"code\":501}}",
      APH_FAILURE_PERMANENT, "no" },
    { 503, "{\"error\":\"The model is currently scaling. Please try again later.\"}",
      APH_FAILURE_BUSY, "The model is currently scaling. Please try again later." },

    /* llama-server */
    { 503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
      APH_FAILURE_BUSY, "Loading model" },
    { 401, "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\",\"code\":401}}",
      APH_FAILURE_DENIED, "Invalid API Key" },
    { 404, "{\"error\":{\"message\":\"File Not Found\",\"type\":\"not_found_error\",\"code\":404}}",
      APH_FAILURE_PERMANENT, "File Not Found" },
    { 400, "{\"error\":{\"code\":400,\"message\":\"request (15020 tokens) exceeds the available context "
           "size (1024 tokens), try increasing it\",\"type\":\"exceed_context_size_error\","
           "\"n_prompt_tokens\":15020,\"n_ctx\":1024}}", APH_FAILURE_PERMANENT,
      "The prompt has 15020 tokens, but the server’s context has room for 1024. Shorten the prompt, or "
      "start the server with a larger context (llama-server: --ctx-size)" },

    /* LiteLLM, which may send an event with the status of an error */
    { 429, "{\"error\":{\"message\":\"litellm.RateLimitError: slow\",\"type\":\"throttling_error\","
           "\"param\":null,\"code\":\"429\"}}", APH_FAILURE_BUSY, "litellm.RateLimitError: slow" },
    { 429, "data: {\"error\":{\"message\":\"litellm.RateLimitError: slow\",\"code\":\"429\"}}\n\n"
           "data: [DONE]\n\n", APH_FAILURE_BUSY, "litellm.RateLimitError: slow" },
    { 500, ": ping\r\n\r\ndata: {\"error\":{\"message\":\"Error processing stream start\",\"code\":500}}"
           "\r\n\r\n", APH_FAILURE_SERVER, "Error processing stream start" },
    { 400, "error: {\"message\":\"no\"}", APH_FAILURE_PERMANENT, "no" },

    /* OpenAI and others */
    { 429, "{\"error\":{\"message\":\"pay\",\"type\":\"insufficient_quota\",\"param\":null,"
           "\"code\":\"insufficient_quota\"}}", APH_FAILURE_QUOTA, "pay" },
    { 429, "{\"error\":{\"message\":\"slow\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
      APH_FAILURE_BUSY, "slow" },
    { 402, "{\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\",\"code\":null}}",
      APH_FAILURE_QUOTA, "Insufficient Balance" },
    { 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
      APH_FAILURE_BUSY, "Overloaded" },
    { 502, "<html><head><title>502 Bad Gateway</title></head></html>", APH_FAILURE_SERVER,
      "502 Bad Gateway" },
    { 500, "data: nothing\n", APH_FAILURE_SERVER, "data: nothing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphFailure) failure = openai->read_error (cases[i].status, cases[i].body,
                                                           strlen (cases[i].body));

      g_test_message ("%u %s", cases[i].status, cases[i].body);
      g_assert_cmpstr (aph_failure_get_message (failure), ==, cases[i].message);
      g_assert_cmpint (aph_failure_get_class (failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (failure), ==, cases[i].status);
    }
}

/* A hostile server costs an error, not the process. */
static void
test_hostile (void)
{
  g_autofree char *deep = g_strnfill (300000, '[');
  g_autofree char *nested = g_strdup_printf ("data: {\"choices\":%s", deep);
  g_autofree char *text = g_strnfill (5000000, 'x');
  g_autofree char *huge = g_strdup_printf ("data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}", text);
  g_autofree char *read = read_lines (openai, nested, strlen (nested), 0, 65536);
  g_autoptr (AphFailure) failure = openai->read_error (500, nested, strlen (nested));
  AphReply reply;

  g_assert_cmpstr (read, ==, "||more -|" NO_USAGE "||garbled");
  g_assert_cmpuint (strlen (aph_failure_get_message (failure)), <, 5000);

  aph_reply_init (&reply);
  openai->read_line (&reply, huge, strlen (huge));
  g_assert_cmpuint (reply.answer->len, ==, 5000000);
  aph_reply_clear (&reply);
}

static void
test_read_models (void)
{
  const char *body =
    "{\"object\":\"list\",\"data\":["
    "{\"id\":\"Qwen/Qwen3-8B\",\"object\":\"model\",\"created\":1,\"owned_by\":\"vllm\","
    "\"root\":\"Qwen/Qwen3-8B\",\"parent\":null,\"max_model_len\":40960,\"permission\":[]},"
    "{\"id\":\"tiny\",\"owned_by\":\"llamacpp\",\"meta\":{\"n_ctx\":1024,\"size\":524032}},"
    "{\"id\":\"\"},{\"id\":7},{},\"x\",null]}";
  static const char *const empty[] = { "{\"data\":[]}", "{\"data\":null}" };
  static const char *const bad[] = { "", "[]", "{}", "<html>", "{\"models\":[]}", "{\"data\":" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = openai->read_models (body, strlen (body), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpstr (aph_model_get_name (models->pdata[0]), ==, "Qwen/Qwen3-8B");
  g_assert_cmpint (aph_model_get_size (models->pdata[0]), ==, -1);
  g_assert_cmpint (aph_model_get_context_length (models->pdata[0]), ==, 40960);
  g_assert_cmpstr (aph_model_get_name (models->pdata[1]), ==, "tiny");
  g_assert_cmpint (aph_model_get_size (models->pdata[1]), ==, 524032);

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autoptr (GPtrArray) none = openai->read_models (empty[i], strlen (empty[i]), NULL);

      g_assert_cmpuint (none->len, ==, 0);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) local = NULL;

      g_assert_null (openai->read_models (bad[i], strlen (bad[i]), &local));
      g_assert_error (local, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dialect-openai/write", test_write);
  g_test_add_func ("/dialect-openai/write-prompt", test_write_prompt);
  g_test_add_func ("/dialect-openai/read-line", test_read_line);
  g_test_add_func ("/dialect-openai/splits", test_splits);
  g_test_add_func ("/dialect-openai/end", test_end);
  g_test_add_func ("/dialect-openai/read-body", test_read_body);
  g_test_add_func ("/dialect-openai/read-error", test_read_error);
  g_test_add_func ("/dialect-openai/hostile", test_hostile);
  g_test_add_func ("/dialect-openai/read-models", test_read_models);

  return g_test_run ();
}
