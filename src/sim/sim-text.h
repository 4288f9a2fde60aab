/* sim-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimTextKind:
 * @SIM_TEXT_LOREM: Latin words in paragraphs
 * @SIM_TEXT_ZH: Chinese prose
 * @SIM_TEXT_RECIPE: a recipe in Chinese, in Markdown
 * @SIM_TEXT_CODE: a program in a Markdown code block
 * @SIM_TEXT_MARKDOWN: headings, lists, a table, links, rules
 * @SIM_TEXT_LONG_LINE: words without any line break
 * @SIM_TEXT_COUNT: "1 2 3 …": a lost, doubled or swapped piece shows
 * @SIM_TEXT_ECHO: the prompt
 * @SIM_TEXT_DEMO: what the demo has to say to the prompt
 *
 * What a model answers.
 */
typedef enum
{
  SIM_TEXT_LOREM,
  SIM_TEXT_ZH,
  SIM_TEXT_RECIPE,
  SIM_TEXT_CODE,
  SIM_TEXT_MARKDOWN,
  SIM_TEXT_LONG_LINE,
  SIM_TEXT_COUNT,
  SIM_TEXT_ECHO,
  SIM_TEXT_DEMO,
  SIM_TEXT_N_KINDS,
} SimTextKind;

typedef struct _SimText SimText;

/**
 * SimToken:
 * @json: (nullable): the piece of text, escaped for a JSON string, without quotes; %NULL stands
 *   for null
 * @length: of @json in bytes
 *
 * A piece of text as it is streamed.
 */
typedef struct
{
  const char *json;
  gsize       length;
} SimToken;

gboolean    sim_text_kind_from_nick (const char  *nick,
                                     SimTextKind *kind);

const char *const *sim_text_get_nicks (void);

SimText    *sim_text_new            (const char  *text);
SimText    *sim_text_new_count      (guint        n);
SimText    *sim_text_get            (SimTextKind  kind);
SimText    *sim_text_ref            (SimText     *self);
void        sim_text_unref          (SimText     *self);

guint       sim_text_get_length     (SimText     *self);
gboolean    sim_text_is_cyclic      (SimText     *self);
SimToken    sim_text_get_token      (SimText     *self,
                                     guint        index);

void        sim_text_append_token   (GString     *out,
                                     SimToken     token);

guint       sim_text_count_tokens   (const char  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimText, sim_text_unref)

G_END_DECLS
