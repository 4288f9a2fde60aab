/* aph-run-help.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-help"

#include "config.h"

#include <glib/gi18n.h>

#include "cli/aph-run-help.h"
#include "job/aph-options.h"

/* One text each, so that a change of one leaves the translations of the others alone. */
static const char *const sections[] = {
  N_("Servers and models:\n"
     "  -s, -m and -p may be given several times. Prompts go to whichever server is\n"
     "  least busy. One -m is for the prompts that name no model; with several, every\n"
     "  prompt goes to each of them.\n"
     "  Without -j a server’s own parallel=N holds, else 4; “auto” finds out how many\n"
     "  prompts at once a server is good for."),
  N_("After the address of a server may stand, in any order:\n"
     "  ,parallel=N     send it so many prompts at once\n"
     "  ,api=openai     it speaks OpenAI’s API, not Ollama’s\n"
     "  ,key-env=NAME   its key is in the environment variable NAME; no other server\n"
     "                  gets to see it, and it is written nowhere"),
  N_("Files of prompts:\n"
     "  What a file is, is told from its content: text with one prompt a line, or with\n"
     "  lines of --- between prompts; tables (CSV, TSV); JSON Lines or a JSON list of\n"
     "  requests to Ollama, of OpenAI’s batches, of promptfoo’s tests or of results of\n"
     "  this program; a folder of pictures. Rows that are no prompts are said and left\n"
     "  out. The columns of a row are kept in its result, under “vars”."),
  N_("Templates:\n"
     "  {{column}} stands for the cell of a column, {{column|text}} for “text” where the\n"
     "  cell is empty, {{{{ for two braces. In text the column is “prompt”, of pictures\n"
     "  there are “image” and “name”. Columns called system, model, id and image are\n"
     "  taken for what they say; paths of images are relative to the file.\n"
     "  Of each row come models × values of each --vary × --repeat requests. What\n"
     "  varies goes before what a row says; repetitions count up the seed."),
  N_("Results:\n"
     "  They are written in the order in which prompts end; “index” is the order of\n"
     "  input, from 0. With --watch they are written with -o only."),
  N_("Files of results:\n"
     "  The suffix of FILE says how they are written, or --output-format NAME: .jsonl,\n"
     "  .json, .csv, .tsv, .md (markdown), .html, .openai.jsonl (openai, and the errors\n"
     "  beside it), .promptfoo.json (promptfoo). What is not .jsonl is written in the\n"
     "  end; until then the rows are in FILE.jsonl.\n"
     "  --resume asks what has no answer in FILE. It refuses if the input or the\n"
     "  options are not those of the run that wrote it."),
  N_("Waiting:\n"
     "  --timeout S is for a whole answer. --timeout connect=S,first=S,stall=S,total=S\n"
     "  sets some of four clocks: until there is a connection (10), until the first\n"
     "  token, which covers loading the model (0), between two tokens (600), for the\n"
     "  whole answer (0). 0 is for ever.\n"
     "  --retries N is for answers that break off and for servers that are absent or\n"
     "  busy; a wrong request is never sent again."),
  N_("Answers to rely on:\n"
     "  A prompt that does not fit into the context is cut by most servers, silently;\n"
     "  with --strict Ollama refuses it.\n"
     "  What a server answers at the same time changes an answer a little, so with\n"
     "  --deterministic there is nothing else. Seed and temperature are 0 then, unless\n"
     "  --option or the row of a prompt says otherwise."),
};

static const char *const last_sections[] = {
  N_("Examples:\n"
     "  antiphon-run --demo --watch -p 'Why is the sky blue?' -p 'And the grass green?'\n"
     "  antiphon-run -m llama3.2 -m qwen2.5:7b -o answers.jsonl prompts.txt\n"
     "  antiphon-run -t 'Translate into {{language}}: {{text}}' -o out.csv table.csv\n"
     "  antiphon-run -m llava -t 'What is on this picture?' photos/\n"
     "  antiphon-run --vary temperature=0,0.7,1 --repeat 3 prompts.txt\n"
     "  antiphon-run -s gpu1,parallel=8 -s gpu2 --option num_ctx=8192 night.jsonl\n"
     "  antiphon-run -s https://host/v1,api=openai,key-env=MY_KEY -j 64 prompts.txt"),
  N_("Exit status:\n"
     "  0 every prompt was answered, 1 some were not, 2 wrong usage, 130 interrupted\n"
     "  after writing what there was"),
};

/**
 * aph_run_help_get_summary:
 *
 * Returns: what this program does
 */
const char *
aph_run_help_get_summary (void)
{
  return _(
    "Asks language models many things at once. Prompts come from -p, from files or\n"
    "from standard input: text, tables or JSON, see below.\n"
    "The result of each prompt is one line of JSON, written the moment it ends.");
}

static void
append_model_options (GString *text)
{
  guint n_options;
  const AphOption *options = aph_options_get_all (&n_options);

  g_string_append (text, _("Options of the model:"));
  for (guint i = 0; i < n_options; i++)
    g_string_append_printf (text, "%s%s", i % 6 == 0 ? "\n  " : " ", options[i].name);
}

/**
 * aph_run_help_dup_description:
 *
 * Returns: (transfer full): what there is to know beyond the list of options
 */
char *
aph_run_help_dup_description (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    g_string_append_printf (text, "%s\n\n", _(sections[i]));
  append_model_options (text);
  for (guint i = 0; i < G_N_ELEMENTS (last_sections); i++)
    g_string_append_printf (text, "\n\n%s", _(last_sections[i]));

  return g_string_free (text, FALSE);
}
