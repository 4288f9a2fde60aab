/* test-import-corpus.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads every file of tests/data/import and compares what comes of it with FILE.expected beside it:
 * a line for each request, and one for each row that is none. With ANTIPHON_WRITE_EXPECTED set the
 * expectations are written instead; look at what has changed.
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "files/aph-prompt-reader.h"

#define SUFFIX ".expected"

static const struct
{
  const char *file;
  const char *template;
} templates[] = {
  { "template.csv", "{{greeting|Hello}}, {{name}}! {{{{" },
};

static const char *
kind_to_text (AphFileKind kind)
{
  static const char *const words[] = { "any", "text", "table", "json lines", "json list",
                                       "pictures" };

  return words[kind];
}

static void
append_member (GString    *out,
               const char *name,
               const char *text)
{
  if (text == NULL)
    return;
  aph_json_append_name (out, name);
  aph_json_append_string (out, text);
}

static void
append_images (GString           *out,
               const char *const *images,
               GFile             *folder)
{
  g_autofree char *base = g_file_get_uri (folder);

  for (guint i = 0; images != NULL && images[i] != NULL; i++)
    append_member (out, "image", g_str_has_prefix (images[i], base) ? images[i] + strlen (base)
                                                                    : images[i]);
}

static void
append_request (GString    *out,
                AphRequest *request,
                GFile      *folder)
{
  const char *params = aph_params_get_text (aph_request_get_params (request));

  g_string_append_c (out, '{');
  append_member (out, "prompt", aph_request_get_prompt (request));
  append_member (out, "model", aph_request_get_model (request));
  append_member (out, "id", aph_request_get_custom_id (request));
  append_images (out, aph_request_get_images (request), folder);
  if (aph_request_get_vars (request) != NULL)
    g_string_append_printf (out, ",\"vars\":%s", aph_request_get_vars (request));
  if (*params != '\0')
    g_string_append_printf (out, ",%s", params);
  g_string_append (out, "}\n");
}

static void
set_template (AphPromptReader *reader,
              const char      *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (templates); i++)
    if (strcmp (templates[i].file, name) == 0)
      {
        g_autoptr (AphReadOptions) options = aph_read_options_new ();

        options->prompt_template = aph_template_new (templates[i].template, NULL);
        aph_prompt_reader_set_options (reader, options);
      }
}

static void
append_piece (GString         *out,
              AphPromptReader *reader,
              GFile           *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = aph_prompt_reader_read (reader, 3, NULL, &error);
  g_autoptr (GPtrArray) errors = aph_prompt_reader_steal_errors (reader);

  if (error != NULL)
    g_string_append_printf (out, "! %s\n", strrchr (error->message, '/') + 1);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    append_request (out, g_ptr_array_index (rows, i), folder);
  for (guint i = 0; i < errors->len; i++)
    {
      const AphRowError *row_error = g_ptr_array_index (errors, i);

      g_string_append_printf (out, "! %lu: %s\n", (gulong) row_error->line, row_error->reason);
    }
}

static char *
read_file (GFile      *folder,
           const char *name)
{
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (file);
  const AphFileLayout *layout;
  GString *out = g_string_new (NULL);
  GString *rows = g_string_new (NULL);

  set_template (reader, name);
  while (!aph_prompt_reader_is_at_end (reader))
    append_piece (rows, reader, folder);

  layout = aph_prompt_reader_get_layout (reader);
  if (layout != NULL)
    g_string_append_printf (out, "%s, %s", kind_to_text (layout->kind), layout->encoding);
  if (layout != NULL && layout->kind == APH_FILE_TABLE)
    {
      g_autofree char *columns = g_strjoinv ("] [", layout->columns);

      g_string_append_printf (out, ", %s between [%s]",
                              layout->delimiter == '\t' ? "tab" : (char[]) { layout->delimiter, 0 },
                              columns);
    }
  g_string_append_printf (out, "\n%s", rows->str);
  g_string_free (rows, TRUE);

  return g_string_free (out, FALSE);
}

static char *
get_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "data", "import", NULL);
}

static void
test_file (gconstpointer user_data)
{
  const char *name = user_data;
  g_autofree char *path = get_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autofree char *expected_name = g_strconcat (name, SUFFIX, NULL);
  g_autofree char *expected_path = g_build_filename (path, expected_name, NULL);
  g_autofree char *got = read_file (folder, name);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("ANTIPHON_WRITE_EXPECTED") != NULL)
    {
      g_file_set_contents (expected_path, got, -1, &error);
      g_assert_no_error (error);
    }

  g_file_get_contents (expected_path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, expected);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *path = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  path = get_folder ();
  folder = g_dir_open (path, 0, NULL);
  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    if (!g_str_has_suffix (name, SUFFIX) && strcmp (name, "README.md") != 0)
      {
        g_autofree char *test = g_strconcat ("/import-corpus/", name, NULL);

        g_test_add_data_func_full (test, g_strdup (name), test_file, g_free);
      }

  return g_test_run ();
}
