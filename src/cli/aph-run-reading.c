/* aph-run-reading.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options that say how files are read, and what each of their rows becomes.
 */

#define G_LOG_DOMAIN "aph-run-reading"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "cli/aph-run-reading.h"
#include "cli/aph-run-text.h"
#include "files/aph-text-encoding.h"

#define MAX_REPEATS 100000

static gboolean
template_cb (const char  *name,
             const char  *value,
             gpointer     user_data,
             GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_read_value (name, value, error);

  if (text == NULL)
    return FALSE;

  g_clear_pointer (&self->reading->prompt_template, aph_template_unref);
  self->reading->prompt_template = aph_template_new (text, error);

  return self->reading->prompt_template != NULL;
}

static gboolean
column_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);

  if (text == NULL)
    return FALSE;
  if (*text == '\0')
    return aph_run_bad_value (error, _("%s takes the name of a column"), name);

  aph_read_options_set_column (self->reading, APH_ROLE_PROMPT, text);

  return TRUE;
}

static gboolean
delimiter_cb (const char  *name,
              const char  *value,
              gpointer     user_data,
              GError     **error)
{
  AphRunOptions *self = user_data;

  if (strcmp (value, "tab") == 0 || strcmp (value, "\\t") == 0)
    self->reading->delimiter = '\t';
  else if (strlen (value) == 1 && (g_ascii_ispunct (*value) || *value == '\t') && *value != '"')
    self->reading->delimiter = *value;
  else
    return aph_run_bad_value (error, _("%s takes what is between two cells: one of , ; | "
                                               "or “tab”, not “%s”"), name, value);

  return TRUE;
}

static gboolean
encoding_cb (const char  *name,
             const char  *value,
             gpointer     user_data,
             GError     **error)
{
  AphRunOptions *self = user_data;

  self->reading->encoding = aph_text_encoding_lookup (value);
  if (self->reading->encoding == NULL)
    {
      g_autofree char *known = NULL;

      known = g_strjoinv (", ", (char **) aph_text_encoding_get_names ());
      return aph_run_bad_value (error, _("%s: there is no encoding “%s”; some are: %s"),
                                        name, value, known);
    }

  return TRUE;
}

static gboolean
no_header_cb (const char  *name,
              const char  *value,
              gpointer     user_data,
              GError     **error)
{
  AphRunOptions *self = user_data;

  self->reading->header = APH_HEADER_NO;

  return TRUE;
}

static gboolean
split_cb (const char  *name,
          const char  *value,
          gpointer     user_data,
          GError     **error)
{
  static const char *const words[] = { "auto", "lines", "dashes", "blank-lines" };
  AphRunOptions *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (value, words[i]) == 0)
      {
        self->reading->blocks = (AphBlocks) i;
        return TRUE;
      }

  return aph_run_bad_value (error, _("%s takes lines, dashes or blank-lines, not “%s”"),
                                    name, value);
}

static gboolean
repeat_cb (const char  *name,
           const char  *value,
           gpointer     user_data,
           GError     **error)
{
  AphRunOptions *self = user_data;
  guint repeats;

  if (!aph_run_parse_count (value, 1, MAX_REPEATS, &repeats))
    return aph_run_bad_value (error, _("%s takes a number from 1 to %u, not “%s”"),
                                      name, MAX_REPEATS, value);

  aph_grid_set_repeats (self->grid, repeats);

  return TRUE;
}

static gboolean
vary_cb (const char  *name,
         const char  *value,
         gpointer     user_data,
         GError     **error)
{
  AphRunOptions *self = user_data;
  g_autofree char *text = aph_run_text_from_argument (value, error);

  return text != NULL && aph_grid_add_values (self->grid, text, error);
}

/**
 * aph_run_reading_add_options:
 * @group: a group whose data are #AphRunOptions
 *
 * Adds the options that say how files are read and multiplied.
 */
void
aph_run_reading_add_options (GOptionGroup *group)
{
  const GOptionEntry entries[] = {
    { "template", 't', G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) template_cb,
      N_("Make each prompt of this and the columns of a row"), N_("TEXT|@FILE") },
    { "column", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) column_cb,
      N_("The prompt is in this column"), N_("NAME") },
    { "delimiter", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) delimiter_cb,
      N_("This is between the cells of a table (found out)"), N_(",|;|tab") },
    { "encoding", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) encoding_cb,
      N_("The files are in this encoding (found out)"), N_("NAME") },
    { "no-header", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer) no_header_cb,
      N_("The first row of a table is a row like the others"), NULL },
    { "split", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) split_cb,
      N_("What is between prompts: lines, dashes or blank-lines"), N_("WHERE") },
    { "vary", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) vary_cb,
      N_("Ask everything with each value of an option"), N_("NAME=V1,V2") },
    { "repeat", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer) repeat_cb,
      N_("Ask everything so often, each time with another seed"), N_("N") },
    G_OPTION_ENTRY_NULL
  };

  g_option_group_add_entries (group, entries);
}

/**
 * aph_run_reading_check:
 * @options: all that the command line says
 * @error: return location
 *
 * Has the grid know what holds for every row. The params do not change after it.
 *
 * Returns: %FALSE with an error if it makes no sense in its whole
 */
gboolean
aph_run_reading_check (AphRunOptions  *options,
                       GError        **error)
{
  if (options->reading->prompt_template != NULL
      && options->reading->columns[APH_ROLE_PROMPT] != NULL)
    return aph_run_bad_value (error, _("--column and --template both say what the prompt "
                                               "is: leave out one of them"));

  for (guint i = 0; i < options->models->len; i++)
    aph_grid_add_model (options->grid, g_ptr_array_index (options->models, i));
  if (*aph_params_get_text (options->params) != '\0')
    aph_grid_set_defaults (options->grid, options->params);
  aph_grid_set_strict (options->grid, options->strict);

  return aph_grid_check (options->grid, error);
}
