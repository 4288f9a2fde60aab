/* aph-export-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export-format"

#include "config.h"

#include <string.h>

#include "files/aph-export-format.h"

static const struct
{
  const char *name;
  const char *suffix;
  const char *other_suffix;   /* (nullable) */
  gboolean needs_survey;      /* it says something of all jobs before the first one, … */
  gboolean is_report;         /* … and how they fared */
} formats[APH_EXPORT_N_FORMATS] = {
  [APH_EXPORT_JSONL] = { "jsonl", ".jsonl", ".ndjson", FALSE, FALSE },
  [APH_EXPORT_JSON] = { "json", ".json", NULL, FALSE, FALSE },
  [APH_EXPORT_CSV] = { "csv", ".csv", NULL, TRUE, FALSE },
  [APH_EXPORT_TSV] = { "tsv", ".tsv", ".tab", TRUE, FALSE },
  [APH_EXPORT_MARKDOWN] = { "markdown", ".md", ".markdown", TRUE, TRUE },
  [APH_EXPORT_HTML] = { "html", ".html", ".htm", TRUE, TRUE },
  [APH_EXPORT_OPENAI] = { "openai", ".openai.jsonl", NULL, FALSE, FALSE },
  [APH_EXPORT_OPENAI_ERRORS] = { "openai-errors", ".openai-errors.jsonl", NULL, FALSE, FALSE },
  [APH_EXPORT_PROMPTFOO] = { "promptfoo", ".promptfoo.json", NULL, TRUE, FALSE },
};

/**
 * aph_export_format_get_name:
 * @format: a format
 *
 * Returns: the word for it on the command line
 */
const char *
aph_export_format_get_name (AphExportFormat format)
{
  g_return_val_if_fail ((guint) format < APH_EXPORT_N_FORMATS, NULL);

  return formats[format].name;
}

/**
 * aph_export_format_get_suffix:
 * @format: a format
 *
 * Returns: how the names of its files end, with the dot
 */
const char *
aph_export_format_get_suffix (AphExportFormat format)
{
  g_return_val_if_fail ((guint) format < APH_EXPORT_N_FORMATS, NULL);

  return formats[format].suffix;
}

/**
 * aph_export_format_from_name:
 * @name: a word
 * @format: (out): the format it stands for
 *
 * Returns: whether it stands for one; "md" is known as well
 */
gboolean
aph_export_format_from_name (const char      *name,
                             AphExportFormat *format)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    if (strcmp (formats[i].name, name) == 0 || strcmp (formats[i].suffix + 1, name) == 0)
      {
        *format = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
ends_in (const char *path,
         gsize       length,
         const char *suffix,
         gsize      *longest)
{
  gsize suffix_length = suffix != NULL ? strlen (suffix) : 0;

  if (suffix_length <= *longest || suffix_length >= length
      || g_ascii_strcasecmp (path + length - suffix_length, suffix) != 0)
    return FALSE;

  *longest = suffix_length;

  return TRUE;
}

/**
 * aph_export_format_from_path:
 * @path: the name of a file
 * @format: (out): the format that its suffix means; untouched if it means none
 *
 * Returns: whether it means one
 */
gboolean
aph_export_format_from_path (const char      *path,
                             AphExportFormat *format)
{
  gsize length, longest = 0;

  g_return_val_if_fail (path != NULL, FALSE);

  length = strlen (path);
  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    if (ends_in (path, length, formats[i].suffix, &longest)
        || ends_in (path, length, formats[i].other_suffix, &longest))
      *format = i;

  return longest > 0;
}

/**
 * aph_export_format_dup_names:
 *
 * Returns: (transfer full): the words for all formats: "jsonl, json, …"
 */
char *
aph_export_format_dup_names (void)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", formats[i].name);

  return g_string_free (names, FALSE);
}

/**
 * aph_export_format_dup_suffixes:
 *
 * Returns: (transfer full): how the names of files end, of all formats: ".jsonl, .ndjson, …"
 */
char *
aph_export_format_dup_suffixes (void)
{
  GString *suffixes = g_string_new (NULL);

  for (guint i = 0; i < APH_EXPORT_N_FORMATS; i++)
    {
      g_string_append_printf (suffixes, "%s%s", i > 0 ? ", " : "", formats[i].suffix);
      if (formats[i].other_suffix != NULL)
        g_string_append_printf (suffixes, ", %s", formats[i].other_suffix);
    }

  return g_string_free (suffixes, FALSE);
}

/**
 * aph_export_format_takes:
 * @format: a format
 * @job: a job
 *
 * Returns: whether files of that format have a row for it
 */
gboolean
aph_export_format_takes (AphExportFormat  format,
                         AphJob          *job)
{
  gboolean is_done = aph_job_get_state (job) == APH_JOB_DONE;

  switch ((int) format)
    {
    case APH_EXPORT_OPENAI:
      return is_done;
    case APH_EXPORT_OPENAI_ERRORS:
      return !is_done;
    default:
      return TRUE;
    }
}

/**
 * aph_export_format_is_survey_needed:
 * @format: a format
 *
 * Returns: whether all jobs have to be looked at before the first one is written
 */
gboolean
aph_export_format_is_survey_needed (AphExportFormat format)
{
  g_return_val_if_fail ((guint) format < APH_EXPORT_N_FORMATS, FALSE);

  return formats[format].needs_survey;
}

/**
 * aph_export_format_is_report:
 * @format: a format
 *
 * Returns: whether it is for people, with figures
 */
gboolean
aph_export_format_is_report (AphExportFormat format)
{
  g_return_val_if_fail ((guint) format < APH_EXPORT_N_FORMATS, FALSE);

  return formats[format].is_report;
}
