/* fuzz-token-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever the token scanner reads, the parser reads the same.
 */

#include "config.h"

#include "fuzz.h"
#include "read-reply.h"
#include "server/aph-dialect.h"
#include "server/aph-token-scanner.h"

typedef gboolean (*Scanner) (AphReply   *reply,
                             const char *line,
                             gsize       length);
typedef void (*Parser) (AphReply   *reply,
                        const char *line,
                        gsize       length);

/* In the middle of a reply, so that what is left alone shows. */
static void
begin (AphReply *reply)
{
  aph_reply_init (reply);
  g_string_assign (reply->thinking, "T");
  g_string_assign (reply->answer, "A");
}

static void
assert_scanner_agrees (Scanner     scan,
                       Parser      parse,
                       const char *line,
                       gsize       length)
{
  g_autofree char *scanned = NULL;
  g_autofree char *expected = NULL;
  gboolean is_read;
  AphReply reply;

  begin (&reply);
  is_read = scan (&reply, line, length);
  scanned = describe_reply (&reply);
  aph_reply_clear (&reply);

  /* What it does not read it does not touch. */
  begin (&reply);
  if (is_read)
    parse (&reply, line, length);
  expected = describe_reply (&reply);
  aph_reply_clear (&reply);

  g_assert_cmpstr (scanned, ==, expected);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  assert_scanner_agrees (aph_token_scanner_read_ollama, aph_dialect_ollama.read_body,
                         (const char *) data, size);
  assert_scanner_agrees (aph_token_scanner_read_openai, aph_dialect_openai.read_body,
                         (const char *) data, size);

  return 0;
}
