/* aph-json-head.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The beginning is all that is at hand before a file is read in earnest, and its first value may be
 * longer. So nothing is parsed here: what is no JSON is told by whoever reads it.
 */

#define G_LOG_DOMAIN "aph-json-head"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-file-layout.h"
#include "files/aph-json-head.h"

/* The first object has no more members than this, as far as we care. */
#define MAX_MEMBERS 64

/* After the string that begins at @text; @end if it does not end. */
static const char *
skip_string (const char *text,
             const char *end)
{
  for (text++; text < end && *text != '"'; text++)
    text += *text == '\\';

  return text < end ? text + 1 : end;
}

static const char *
skip_space (const char *text,
            const char *end)
{
  while (text < end && g_ascii_isspace (*text))
    text++;

  return text;
}

/**
 * aph_json_head_find_end:
 * @text: where an object or a list begins
 * @end: up to where there is text
 *
 * Returns: (nullable): where it ends; %NULL if it does not up to @end
 */
const char *
aph_json_head_find_end (const char *text,
                        const char *end)
{
  guint64 depth = 0;

  while (text < end)
    if (*text == '"')
      text = skip_string (text, end);
    else if (*text == '{' || *text == '[')
      {
        depth++;
        text++;
      }
    else if ((*text++ == '}' || text[-1] == ']') && --depth == 0)
      return text;

  return NULL;
}

/* After the value that begins at @text; @end if it does not end. */
static const char *
skip_value (const char *text,
            const char *end)
{
  const char *value_end;

  if (text < end && *text == '"')
    return skip_string (text, end);
  if (text < end && (*text == '{' || *text == '['))
    {
      value_end = aph_json_head_find_end (text, end);
      return value_end != NULL ? value_end : end;
    }
  while (text < end && *text != ',' && *text != '}')
    text++;

  return text;
}

/* The members of the first object: their names, to how their values begin. */
static GHashTable *
read_members (const char *head,
              gsize       length)
{
  GHashTable *members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *end = head + length;
  const char *text = skip_space (head, end);

  if (text < end && *text == '[')
    text = skip_space (text + 1, end);
  if (text == end || *text != '{')
    return members;

  do
    {
      const char *name = skip_space (text + 1, end);
      const char *name_end = name < end && *name == '"' ? skip_string (name, end) : end;

      text = skip_space (name_end, end);
      if (text == end || *text != ':')
        break;
      text = skip_space (text + 1, end);
      if (text == end)
        break;
      g_hash_table_insert (members, g_strndup (name + 1, name_end - name - 2),
                           GINT_TO_POINTER (*text));
      text = skip_space (skip_value (text, end), end);
    }
  while (text < end && *text == ',' && g_hash_table_size (members) < MAX_MEMBERS);

  return members;
}

static gboolean
has (GHashTable *members,
     const char *name,
     const char *beginnings)
{
  int beginning = GPOINTER_TO_INT (g_hash_table_lookup (members, name));

  return beginning != 0 && strchr (beginnings, beginning) != NULL;
}

static gboolean
has_prompt (GHashTable *members)
{
  g_autofree char **names = (char **) g_hash_table_get_keys_as_array (members, NULL);

  return g_hash_table_contains (members, "body") || g_hash_table_contains (members, "messages")
         || aph_file_layout_find_column ((const char *const *) names, APH_ROLE_PROMPT) != NULL;
}

/**
 * aph_json_head_explain_answers:
 * @head: the beginning of a JSON file
 * @length: the length of @head in bytes
 *
 * Tells what other programs have written of answers, where what was asked has no place, or another
 * one than where prompts are. Each row of it would be a bad one.
 *
 * Returns: (nullable): what this file is and what to open instead, after its name; %NULL if there
 *   is nothing to say
 */
const char *
aph_json_head_explain_answers (const char *head,
                               gsize       length)
{
  g_autoptr (GHashTable) members = read_members (head, length);

  /* The whole, or a result on each line. */
  if ((has (members, "evalId", "\"n") && has (members, "results", "{["))
      || (has (members, "promptIdx", "0123456789") && has (members, "testIdx", "0123456789")))
    return _("these are the results of a promptfoo run, so nothing of them was taken. Open its "
             "file of tests instead. If Antiphon has exported them: export as JSON Lines, JSON, "
             "CSV or TSV what is to be opened again.");

  if (g_hash_table_contains (members, "custom_id") && has (members, "response", "{n")
      && !has_prompt (members))
    return _("these are the answers of an OpenAI batch, which do not say what was asked, so "
             "nothing of them was taken. Open the input file of the batch instead: each line of "
             "that has a “body”.");

  return NULL;
}
