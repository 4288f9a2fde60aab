/* test-token-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "read-reply.h"
#include "server/aph-token-scanner.h"

#define HEAD "{\"model\":\"m\",\"created_at\":\"2026-08-22T10:11:12.1Z\","
#define FIGURES "\"total_duration\":60,\"load_duration\":10,\"prompt_eval_count\":26," \
                "\"prompt_eval_duration\":20,\"eval_count\":2,\"eval_duration\":30"
#define CHUNK "{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","

typedef struct
{
  const char *line;
  const char *thinking; /* NULL: left to the parser */
  const char *answer;
} Case;

typedef gboolean (*Scanner) (AphReply   *reply,
                             const char *line,
                             gsize       length);

static const Case ollama_cases[] = {
  { HEAD "\"response\":\"Hi\",\"done\":false}", "", "Hi" },
  { HEAD "\"response\":\"\",\"thinking\":\"hm\",\"done\":false}", "hm", "" },
  { HEAD "\"response\":\"鱼\\n\\t\\\"\\\\\\/\",\"done\":false}", "", "鱼\n\t\"\\/" },
  { HEAD "\"response\":\"\\u003cb\\u003e \\u9c7c \\ud83d\\udc1f\",\"done\":false}", "", "<b> 鱼 🐟" },
  { " { \"response\" : \"x\" , \"n\" : -12 , \"f\":null,\"done\" : false } \r", "", "x" },
  { "{\"response\":\"x\"}", "", "x" },
  { "{\"response\":\"x\",\"context\":[1,2]}", "", "x" },
  { "{\"response\":\"x\",\"context\":[ ]}", "", "x" },
  { "{\"response\":\"x\",\"n\":123456789012345678}", "", "x" },
  { HEAD "\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"context\":[1, 2],"
    FIGURES "}", "", "" },
  { "{\"response\":\"x\",\"done\":true}", "", "x" },
  { HEAD "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":false}", "", "Hi" },
  { HEAD "\"message\":{\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}", "hm", "" },

  { "", NULL, NULL },
  { "{}", NULL, NULL },
  { "{\"response\":\"x\",\"done\":0}", NULL, NULL },
  { "{\"response\":\"x\",\"done\":null}", NULL, NULL },
  { "{\"response\":\"x\",\"response\":\"y\"}", NULL, NULL },
  { "{\"response\":null,\"done\":false}", NULL, NULL },
  { "{\"response\":7,\"done\":false}", NULL, NULL },
  { "{\"response\":\"x\",\"error\":\"e\"}", NULL, NULL },
  { "{\"response\":\"x\",\"error\":null}", NULL, NULL },
  { "{\"response\":\"\\ud83d x\"}", NULL, NULL },
  { "{\"response\":\"\\ude00\"}", NULL, NULL },
  { "{\"response\":\"\\u0000\"}", NULL, NULL },
  { "{\"response\":\"\\q\"}", NULL, NULL },
  { "{\"response\":\"a\xff\"}", NULL, NULL },
  { "{\"response\":\"a\nb\"}", NULL, NULL },
  { "{\"response\":\"x\"", NULL, NULL },
  { "{\"response\":\"x\\", NULL, NULL },
  { "{\"response\":\"x\",}", NULL, NULL },
  { "{\"response\":\"x\"}{\"response\":\"y\"}", NULL, NULL },
  { "{\"response\":\"x\",\"context\":[1,,2]}", NULL, NULL },
  { "{\"response\":\"x\",\"context\":[1,2}", NULL, NULL },
  { "{\"response\":\"x\",\"context\":[1.5]}", NULL, NULL },
  { "{\"response\":\"x\",\"n\":1.5}", NULL, NULL },
  { "{\"response\":\"x\",\"n\":012}", NULL, NULL },
  { "{\"response\":\"x\",\"n\":1234567890123456789}", NULL, NULL },
  { "{\"response\":\"x\",\"n\":99999999999999999999}", NULL, NULL },
  { "{\"response\":\"x\",\"done\":true,\"eval_count\":\"2\"}", NULL, NULL },
  { "{\"response\":\"x\",\"done\":true,\"done_reason\":null}", NULL, NULL },
  { "{\"response\":\"x\",\"done\":true,\"done_reason\":\"a\",\"done_reason\":\"b\"}", NULL, NULL },
  { "{\"response\":\"x\",\"message\":{\"content\":\"y\"}}", NULL, NULL },
  { "{\"message\":{\"content\":null}}", NULL, NULL },
  { "{\"message\":{\"content\":\"\",\"tool_calls\":[{}]}}", NULL, NULL },
  { "{\"message\":\"x\"}", NULL, NULL },
  { "{\"respon\\u0073e\":\"x\"}", NULL, NULL },
  { "[\"response\",\"x\"]", NULL, NULL },
};

static const Case openai_cases[] = {
  { CHUNK "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}]}", "", "Hi" },
  { CHUNK "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},"
    "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}", "", "" },
  { CHUNK "\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}", "hm", "" },
  { CHUNK "\"choices\":[{\"delta\":{\"reasoning\":\"hm\",\"refusal\":null}}]}", "hm", "" },
  { CHUNK "\"choices\":[{\"text\":\"Hi\",\"index\":0,\"finish_reason\":null}]}", "", "Hi" },
  { " { \"choices\" : [ { \"delta\" : { \"content\" : \"\\u9c7c\" } } ] } ", "", "鱼" },

  { "", NULL, NULL },
  { CHUNK "\"n\":1}", NULL, NULL },
  { CHUNK "\"choices\":[]}", NULL, NULL },
  { CHUNK "\"choices\":[],\"usage\":{\"prompt_tokens\":9}}", NULL, NULL },
  { CHUNK "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"}},{\"delta\":{\"content\":\"y\"}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\",\"refusal\":\"no\"}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":7}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"},\"text\":\"y\"}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"reasoning\":\"x\",\"reasoning_content\":\"\"}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"message\":{\"content\":\"x\"}}]}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"error\":null}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":9}}", NULL, NULL },
  { CHUNK "\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"timings\":{\"prompt_n\":9}}", NULL, NULL },
  { "{\"error\":{\"message\":\"e\"}}", NULL, NULL },
  { "[DONE]", NULL, NULL },
};

static void
check_cases (const Case *cases,
             guint       n_cases,
             Scanner     scan)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree char *shown = g_strescape (cases[i].line, NULL);
      gboolean is_read;
      AphReply reply;

      aph_reply_init (&reply);
      g_string_assign (reply.thinking, "T");
      g_string_assign (reply.answer, "A");
      is_read = scan (&reply, cases[i].line, strlen (cases[i].line));

      g_test_message ("%s", shown);
      g_assert_cmpint (is_read, ==, cases[i].answer != NULL);
      g_assert_cmpstr (reply.thinking->str + 1, ==, is_read ? cases[i].thinking : "");
      g_assert_cmpstr (reply.answer->str + 1, ==, is_read ? cases[i].answer : "");
      aph_reply_clear (&reply);
    }
}

static void
test_reads (void)
{
  check_cases (ollama_cases, G_N_ELEMENTS (ollama_cases), aph_token_scanner_read_ollama);
  check_cases (openai_cases, G_N_ELEMENTS (openai_cases), aph_token_scanner_read_openai);
}

static void
test_end (void)
{
  static const char line[] = HEAD "\"response\":\".\",\"done\":true,\"done_reason\":\"length\","
                             "\"context\":[1,2,3]," FIGURES "}";
  AphReply reply;

  aph_reply_init (&reply);
  g_assert_true (aph_token_scanner_read_ollama (&reply, line, strlen (line)));
  g_assert_true (reply.done);
  g_assert_true (reply.has_ended);
  g_assert_cmpstr (reply.done_reason, ==, "length");
  g_assert_cmpint (reply.usage.prompt_tokens, ==, 26);
  g_assert_cmpint (reply.usage.answer_tokens, ==, 2);
  g_assert_cmpint (reply.usage.load_ns, ==, 10);
  g_assert_cmpint (reply.usage.prompt_ns, ==, 20);
  g_assert_cmpint (reply.usage.answer_ns, ==, 30);
  g_assert_cmpint (reply.usage.total_ns, ==, 60);
  aph_reply_clear (&reply);
}

/* Whatever the scanner reads, the parser reads the same. */
static void
assert_agrees (const AphDialect *dialect,
               Scanner           scan,
               const char       *line,
               gsize             length)
{
  g_autofree char *scanned = NULL;
  g_autofree char *parsed = NULL;
  gboolean is_read;
  AphReply reply;

  aph_reply_init (&reply);
  is_read = scan (&reply, line, length);
  scanned = describe_reply (&reply);
  aph_reply_clear (&reply);
  if (!is_read)
    return;

  aph_reply_init (&reply);
  dialect->read_body (&reply, line, length);
  parsed = describe_reply (&reply);
  aph_reply_clear (&reply);
  g_assert_cmpstr (scanned, ==, parsed);
}

static void
mutate (GString *line)
{
  static const char alphabet[] = "{}[]:,\"\\/ub0129aefnrtdls -.\n\xc3\xa9\xff";
  gsize at = g_test_rand_int_range (0, line->len);
  char c = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];

  switch (g_test_rand_int_range (0, 3))
    {
    case 0:
      line->str[at] = c;
      break;
    case 1:
      g_string_insert_c (line, at, c);
      break;
    default:
      g_string_erase (line, at, 1);
      break;
    }
}

/* Good lines with some bytes changed, inserted and removed. */
static void
test_mutations (void)
{
  for (guint round = 0; round < 100000; round++)
    {
      g_autoptr (GString) line = g_string_new (ollama_cases[round % 13].line);
      g_autoptr (GString) event = g_string_new (openai_cases[round % 6].line);
      guint n_changes = g_test_rand_int_range (0, 4);

      for (guint i = 0; i < n_changes; i++)
        {
          mutate (line);
          mutate (event);
        }
      assert_agrees (&aph_dialect_ollama, aph_token_scanner_read_ollama, line->str, line->len);
      assert_agrees (&aph_dialect_openai, aph_token_scanner_read_openai, event->str, event->len);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token-scanner/reads", test_reads);
  g_test_add_func ("/token-scanner/end", test_end);
  g_test_add_func ("/token-scanner/mutations", test_mutations);

  return g_test_run ();
}
