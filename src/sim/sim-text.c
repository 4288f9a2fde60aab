/* sim-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "sim-text"

#include "config.h"

#include <string.h>

#include "sim-demo.h"
#include "sim-json.h"
#include "sim-text.h"

struct _SimText
{
  GString *json;    /* all tokens one after the other */
  GArray  *offsets; /* (element-type guint) where each token begins in json, and the end */
  gboolean cyclic;  /* begins again at its end */
};

static const char *const nicks[SIM_TEXT_N_KINDS + 1] = {
  [SIM_TEXT_LOREM] = "lorem",
  [SIM_TEXT_ZH] = "zh",
  [SIM_TEXT_RECIPE] = "recipe",
  [SIM_TEXT_CODE] = "code",
  [SIM_TEXT_MARKDOWN] = "markdown",
  [SIM_TEXT_LONG_LINE] = "long-line",
  [SIM_TEXT_COUNT] = "count",
  [SIM_TEXT_ECHO] = "echo",
  [SIM_TEXT_DEMO] = "demo",
};

static const char lorem[] =
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut "
  "labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco "
  "laboris nisi ut aliquip ex ea commodo consequat.\n\n"
  "Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla "
  "pariatur. Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt "
  "mollit anim id est laborum.\n\n";

static const char long_line[] =
  "one word after the other and never a line break, as in a table that was flattened or in data "
  "that somebody encoded; ";

static const char zh[] =
  "清晨的菜市场总是最热闹的地方。卖豆腐的大婶一边招呼客人，一边把刚出锅的豆浆盛进碗里；"
  "隔壁的鱼摊上，水花溅得到处都是。买菜的人挑挑拣拣，讨价还价，最后总不忘多要两根小葱。\n\n"
  "到了傍晚，人声渐渐散去，只剩下收摊的声音和路灯下拉长的影子。"
  "有人提着一袋青菜慢慢往家走，心里盘算着今晚的汤里要不要再放一块生姜。\n\n";

static const char code[] =
  "Here is a small program:\n\n"
  "```c\n"
  "#include <stdio.h>\n"
  "\n"
  "int\n"
  "main (void)\n"
  "{\n"
  "  for (int i = 0; i < 10 && i != 7; i++)\n"
  "    printf (\"%d\\t<%s>\\n\", i, i & 1 ? \"odd\" : \"even\");\n"
  "\n"
  "  return 0;\n"
  "}\n"
  "```\n\n"
  "It prints the numbers up to six, and says which of them are odd.\n\n";

static const char markdown[] =
  "# A heading\n\n"
  "Some *emphasis*, some **strength**, some `code` and a [link](https://example.org/).\n\n"
  "## A list\n\n"
  "1. first\n"
  "2. second\n"
  "   - with a point below\n"
  "   - and one more\n"
  "3. third\n\n"
  "| fruit | colour | price |\n"
  "|:------|:------:|------:|\n"
  "| apple | red    |  1.20 |\n"
  "| lemon | yellow |  0.80 |\n\n"
  "> A quotation, which goes on\n"
  "> for two lines.\n\n"
  "---\n\n"
  "- [x] done\n"
  "- [ ] to do ✓ é ß 你好 😀\n\n";

/**
 * sim_text_kind_from_nick:
 * @nick: such as "lorem"
 * @kind: (out): what it means
 *
 * Returns: whether @nick is known
 */
gboolean
sim_text_kind_from_nick (const char  *nick,
                         SimTextKind *kind)
{
  for (guint i = 0; i < SIM_TEXT_N_KINDS; i++)
    if (g_str_equal (nicks[i], nick))
      {
        *kind = (SimTextKind) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * sim_text_get_nicks:
 *
 * Returns: (array zero-terminated=1): all that sim_text_kind_from_nick() knows
 */
const char *const *
sim_text_get_nicks (void)
{
  return nicks;
}

static gboolean
is_wide (gunichar c)
{
  return c >= 0x2e80 && c < 0xfb00;
}

/* Where the token that begins at @text ends: one or two wide characters, a run of line breaks, or
 * a word with the blank before it, long words in pieces. Roughly what real tokenisers do. */
static const char *
find_token_end (const char *text,
                guint       index)
{
  const char *p = text;
  guint length = 0;

  if (*p == '\n')
    return p + strspn (p, "\n");

  if (is_wide (g_utf8_get_char (p)))
    {
      gunichar next;

      p = g_utf8_next_char (p);
      next = g_utf8_get_char (p);
      /* Every other pair, in no pattern that the eye can see. */
      if ((index * 2654435761u >> 16 & 3) != 0 && is_wide (next) && g_unichar_isalnum (next))
        p = g_utf8_next_char (p);
      return p;
    }

  while (*p == ' ')
    p++;
  while (*p != '\0' && *p != ' ' && *p != '\n' && !is_wide (g_utf8_get_char (p)) && length < 8)
    {
      p = g_utf8_next_char (p);
      length++;
    }

  return p;
}

static SimText *
text_new_empty (void)
{
  SimText *self = g_rc_box_new0 (SimText);

  self->json = g_string_new (NULL);
  self->offsets = g_array_new (FALSE, TRUE, sizeof (guint));
  g_array_set_size (self->offsets, 1);

  return self;
}

static void
add_token (SimText    *self,
           const char *text,
           gsize       length)
{
  guint end;

  sim_json_append_body (self->json, text, length);
  end = (guint) self->json->len;
  g_array_append_val (self->offsets, end);
}

/**
 * sim_text_new:
 * @text: UTF-8
 *
 * Returns: (transfer full): @text in tokens
 */
SimText *
sim_text_new (const char *text)
{
  SimText *self = text_new_empty ();

  for (guint i = 0; *text != '\0'; i++)
    {
      const char *end = find_token_end (text, i);

      add_token (self, text, (gsize) (end - text));
      text = end;
    }

  return self;
}

/**
 * sim_text_new_count:
 * @n: how far to count
 *
 * Returns: (transfer full): the numbers from 1 to @n, each a token with a blank after it
 */
SimText *
sim_text_new_count (guint n)
{
  SimText *self = text_new_empty ();
  char number[16];

  for (guint i = 1; i <= n; i++)
    add_token (self, number, (gsize) g_snprintf (number, sizeof number, "%u ", i));

  return self;
}

/**
 * sim_text_get:
 * @kind: one that does not depend on the prompt
 *
 * Returns: (transfer none): a text without end, made once
 */
SimText *
sim_text_get (SimTextKind kind)
{
  static SimText *texts[SIM_TEXT_N_KINDS];
  const char *sources[SIM_TEXT_N_KINDS] = {
    [SIM_TEXT_LOREM] = lorem,
    [SIM_TEXT_ZH] = zh,
    [SIM_TEXT_RECIPE] = sim_demo_get_recipe (),
    [SIM_TEXT_CODE] = code,
    [SIM_TEXT_MARKDOWN] = markdown,
    [SIM_TEXT_LONG_LINE] = long_line,
  };

  g_assert (sources[kind] != NULL);

  if (texts[kind] == NULL)
    {
      texts[kind] = sim_text_new (sources[kind]);
      texts[kind]->cyclic = TRUE;
    }

  return texts[kind];
}

SimText *
sim_text_ref (SimText *self)
{
  return g_rc_box_acquire (self);
}

static void
text_clear (gpointer data)
{
  SimText *self = data;

  g_string_free (self->json, TRUE);
  g_array_unref (self->offsets);
}

void
sim_text_unref (SimText *self)
{
  g_rc_box_release_full (self, text_clear);
}

/**
 * sim_text_get_length:
 * @self: a text
 *
 * Returns: how many tokens it has
 */
guint
sim_text_get_length (SimText *self)
{
  return self->offsets->len - 1;
}

gboolean
sim_text_is_cyclic (SimText *self)
{
  return self->cyclic;
}

/**
 * sim_text_get_token:
 * @self: a text
 * @index: which token; beyond the end it begins again
 *
 * Returns: the token, empty when the text is
 */
SimToken
sim_text_get_token (SimText *self,
                    guint    index)
{
  const guint *offsets = (const guint *) (gpointer) self->offsets->data;
  guint n = self->offsets->len - 1;

  if (n == 0)
    return (SimToken) { "", 0 };

  index %= n;

  return (SimToken) { self->json->str + offsets[index], offsets[index + 1] - offsets[index] };
}

/**
 * sim_text_append_token:
 * @out: where to append
 * @token: a token
 *
 * Appends @token as a JSON string, or null.
 */
void
sim_text_append_token (GString  *out,
                       SimToken  token)
{
  if (token.json == NULL)
    {
      g_string_append (out, "null");
      return;
    }

  g_string_append_c (out, '"');
  g_string_append_len (out, token.json, (gssize) token.length);
  g_string_append_c (out, '"');
}

/**
 * sim_text_count_tokens:
 * @text: UTF-8
 *
 * Returns: about how many tokens a real model would make of it: one for four ASCII bytes, one for
 *   any other character
 */
guint
sim_text_count_tokens (const char *text)
{
  guint narrow = 0, wide = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      if ((*p & 0x80) == 0)
        narrow++;
      else if ((*p & 0x40) != 0)
        wide++;
    }

  return (narrow + 3) / 4 + wide;
}
