/* test-prompt-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "files/aph-prompt-reader.h"
#include "files/aph-text-encoding.h"
#include "folder.h"
#include "read-prompts.h"

static void
test_rows (void)
{
  static const struct
  {
    const char *text;
    gssize length;
    const char *prompts;
    const char *errors;
  } cases[] = {
    { "", -1, "", "" },
    { "\n  \n\t\r\n", -1, "", "" },
    { "one\ntwo\n", -1, "one|two", "" },
    { "one\ntwo", -1, "one|two", "" },
    { "one\r\n\r\n two \r\n", -1, "one| two ", "" },
    { "one\ntwo\n---\nthree\n", -1, "one\ntwo|three", "" },
    { "one\ntwo\n  ---            \r\nthree\n", -1, "one\ntwo|three", "" },
    { "one\n--- x\n----\n", -1, "one|--- x|----", "" },
    { "\xef\xbb\xbf鱼香肉丝的做法\n菠萝咕咾肉怎么做好吃?\n", -1,
      "鱼香肉丝的做法|菠萝咕咾肉怎么做好吃?", "" },
    { "a\n\xff\xc0\nb\n", -1, "a|b",
      "2:it is not valid UTF-8: choose the encoding of the file, or mend this line" },
    { "a\nx\0y\nb\n", 8, "a|b", "2:it holds NUL bytes: this is not text" },
    { "text first\n{\"prompt\":\"not json\"}\n", -1, "text first|{\"prompt\":\"not json\"}", "" },

    { "{\"prompt\":\"one\"}\n\n{\"prompt\":\"two\"}", -1, "one|two", "" },
    { "\xef\xbb\xbf \n  {\"prompt\":\"one\"}\r\n", -1, "one", "" },
    { "{\"prompt\":\"鱼\\n香 \\ud83d\\ude00 \\\\u0000\"}\n", -1, "鱼\n香 😀 \\u0000", "" },
    { "{\"prompt\":\"a\\u0000b\"}\n{\"prompt\":\"c\"}", -1, "c",
      "1:it holds a NUL character (\\u0000)" },
    { "{\"prompt\":\"\\ud800x\"}\n{\"prompt\":\"c\"}", -1, "c",
      "1:it holds half of a surrogate pair (\\ud800…\\udfff)" },
    { "{\"prompt\":\"a\"}{\"prompt\":\"b\"}\n{\"prompt\":\"c\"} \n", -1, "c",
      "1:it is not valid JSON: there is more than one JSON value (column 15)" },
    { "{\"prompt\":\"a\"}\n[1]\n\"b\"\n", -1, "a|b", "2:it is not one JSON object" },
    { "{}\n{\"prompt\":7}\n{\"prompt\":null}\n{\"prompt\":\"\"}\n{\"prompt\":\" \\n\"}\n",
      -1, "",
      "1:it has no “prompt”|2:its “prompt” is not a text"
      "|3:its “prompt” is not a text|4:its “prompt” is empty|5:its “prompt” is empty" },
    { "{\"prompt\":\"a\",\"model\":null,\"id\":7}\n", -1, "a", "" },
    { "{\"prompt\":\"a\",\"model\":3}\n{\"prompt\":\"b\",\"model\":\"\"}\n", -1, "",
      "1:its “model” is not the name of a model|2:its “model” is not the name of a model" },
    { "{\"prompt\":\"a\",\"custom_id\":{}}\n{\"prompt\":\"b\",\"custom_id\":1.5}\n", -1, "",
      "1:its “custom_id” is neither a text nor a whole number"
      "|2:its “custom_id” is neither a text nor a whole number" },
    { "{\"prompt\":\"a\"}\n{\"prompt\":\"\xff\"}\n", -1, "a",
      "2:it is not valid UTF-8: choose the encoding of the file, or mend this line" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint max_rows = 1; max_rows <= 100; max_rows += 99)
      {
        g_autoptr (AphPromptReader) reader = reader_of (cases[i].text, cases[i].length);
        g_autofree char *prompts = NULL;
        g_autofree char *errors = NULL;

        g_test_message ("case %u, %u at a time", i, max_rows);
        read_all (reader, max_rows, &prompts, &errors);
        g_assert_cmpstr (prompts, ==, cases[i].prompts);
        g_assert_cmpstr (errors, ==, cases[i].errors);
      }
}

/* Broken and hostile JSON: what is missing, and where. */
static void
test_broken_json (void)
{
  static const struct
  {
    const char *line;
    const char *reason;
  } broken[] = {
    { "{\"prompt\":\"a\"", "it ends too early (column 14)" },
    { "{\"prompt\":\"a", "a string begins that does not end (column 11)" },
    { "{\"prompt\":\"a\\", "a string begins that does not end (column 11)" },
    { "{\"prompt\":}", "a value is missing (column 11)" },
    { "{\"prompt\":\"鱼\",}", "a name in double quotes is missing (column 15)" },
    { "{prompt}", "a name in double quotes is missing (column 2)" },
    { "{'prompt':'a'}", "a name in double quotes is missing (column 2)" },
    { "{\"prompt\"}", "a colon is missing (column 10)" },
    { "{\"prompt\":\"a\" \"n\":1}", "a comma or “}” is missing (column 15)" },
    { "{\"prompt\":\"a\",\"n\":[1 2]}", "a comma or “]” is missing (column 22)" },
    { "{\"prompt\":\"a\",\"n\":[1}", "a comma or “]” is missing (column 21)" },
    { "{\"prompt\":\"a\",\"n\":True}", "“True” is no value of JSON (column 19)" },
    { "{\"prompt\":\"a\",\"n\":01}",
      "“01” is no number as JSON writes them, or too large a one (column 19)" },
    { "{\"prompt\":\"a\",\"n\":1e999}",
      "“1e999” is no number as JSON writes them, or too large a one (column 19)" },
    { "{\"prompt\":\"a\\x\"}",
      "a string holds a backslash with something after it that JSON does not know (column 11)" },
    { "{", "it ends too early (column 2)" },
  };
  g_autoptr (GString) text = g_string_new ("{\"prompt\":\"a\"}\n");
  g_autoptr (AphPromptReader) reader = NULL;
  g_autofree char *prompts = NULL;
  g_autofree char *errors = NULL;
  g_auto (GStrv) reasons = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_string_append_printf (text, "%s\n", broken[i].line);
  g_string_append (text, "{\"prompt\":");
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_string_append (text, "\n{\"prompt\":\"b\"}\n");

  reader = reader_of (text->str, text->len);
  read_all (reader, 100, &prompts, &errors);
  g_assert_cmpstr (prompts, ==, "a|b");

  reasons = g_strsplit (errors, "|", -1);
  g_assert_cmpuint (g_strv_length (reasons), ==, G_N_ELEMENTS (broken) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *reason =
        g_strdup_printf ("%u:it is not valid JSON: %s", i + 2, broken[i].reason);

      g_assert_cmpstr (reasons[i], ==, reason);
    }
  g_assert_true (g_str_has_suffix (reasons[G_N_ELEMENTS (broken)],
                                   "it is nested too deeply (column 74)"));
}

/* An element of a list may begin anywhere in a line, and end in another. */
static void
test_broken_list (void)
{
  g_autoptr (AphPromptReader) reader =
    reader_of ("[\n {\"prompt\":\"a\"}, {\"prompt\" \"b\"},\n"
               " {\n  \"prompt\": \"c\"\n  \"n\": 1\n }\n]", -1);
  g_autofree char *prompts = NULL;
  g_autofree char *errors = NULL;

  read_all (reader, 100, &prompts, &errors);
  g_assert_cmpstr (prompts, ==, "a");
  g_assert_cmpstr (errors, ==,
                   "2:element 2: it is not valid JSON: a colon is missing (its character 11)"
                   "|3:element 3: it is not valid JSON: a comma or “}” is missing (line 5, column 3)");
}

/* "UTF-16" leaves the order of the bytes to the mark, and what is wrong costs its unit only. */
static void
test_encodings (void)
{
  static const struct
  {
    const char *encoding;
    const char *text;
    gsize length;
  } cases[] = {
    { "utf-16", "\xfe\xff\0a\0\n\0b", 8 },
    { "UTF-16LE", "\xfe\xff\0a\0\n\0b", 8 },
    { "utf16be", "\xff\xfe" "a\0\n\0b\0", 8 },
    { "UTF-16", "a\0\n\0b\0", 6 },
    { "UTF-16BE", "\0a\0\n\0b", 6 },
    { "utf-32le", "a\0\0\0\n\0\0\0\xff\xff\x7f\xff\n\0\0\0b\0\0\0", 20 },
    { "UCS-2BE", "\0a\0\n\xdc\x00\0\n\0b", 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const AphReadOptions options = { .encoding = aph_text_encoding_lookup (cases[i].encoding) };
      g_autoptr (AphPromptReader) reader = reader_of (cases[i].text, cases[i].length);
      g_autofree char *prompts = NULL;
      g_autofree char *errors = NULL;

      g_test_message ("%s", cases[i].encoding);
      aph_prompt_reader_set_options (reader, &options);
      read_all (reader, 100, &prompts, &errors);
      g_assert_cmpstr (prompts, ==, "a|b");
      g_assert_cmpint (*errors != '\0', ==, cases[i].length >= 10);
    }
}

static void
test_body (void)
{
  static const char text[] =
    "{\"custom_id\":\"a\",\"model\":\"m1\",\"prompt\":\"p\",\"stream\":false,"
    "\"options\":{\"seed\":1},\"images\":[\"aGk=\"],\"new_member\":{\"x\":[1]}}\n"
    "{\"custom_id\":42,\"prompt\":\"p\",\"options\":{\"seed\":1},\"images\":[\"aGk=\"],"
    "\"new_member\":{\"x\":[1]},\"stream\":true}\n"
    "{\"custom_id\":null,\"prompt\":\"p\",\"options\":{\"seed\":2}}\n"
    "{\"prompt\":\"p\",\"options\":{\"seed\":2}}\n";
  g_autoptr (AphPromptReader) reader = reader_of (text, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = read_piece (reader, 10, &error);
  AphRequest *first, *second, *third, *fourth;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 4);
  first = g_ptr_array_index (rows, 0);
  second = g_ptr_array_index (rows, 1);
  third = g_ptr_array_index (rows, 2);
  fourth = g_ptr_array_index (rows, 3);

  g_assert_cmpstr (aph_request_get_custom_id (first), ==, "a");
  g_assert_cmpstr (aph_request_get_custom_id (second), ==, "42");
  g_assert_null (aph_request_get_custom_id (third));
  g_assert_null (aph_request_get_custom_id (fourth));
  g_assert_cmpstr (aph_request_get_model (first), ==, "m1");
  g_assert_null (aph_request_get_model (second));

  g_assert_cmpstr (aph_params_get_text (aph_request_get_params (first)), ==,
                   "\"options\":{\"seed\":1},\"images\":[\"aGk=\"],\"new_member\":{\"x\":[1]}");
  g_assert_true (aph_request_get_params (first) == aph_request_get_params (second));
  g_assert_false (aph_request_get_params (second) == aph_request_get_params (third));
  g_assert_true (aph_request_get_params (third) == aph_request_get_params (fourth));
}

static void
test_text_shares_params (void)
{
  g_autoptr (AphPromptReader) reader = reader_of ("a\nb\n", -1);
  g_autoptr (GPtrArray) rows = read_piece (reader, 10, NULL);

  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_true (aph_request_get_params (g_ptr_array_index (rows, 0))
                 == aph_request_get_params (g_ptr_array_index (rows, 1)));
}

/* A file may end with a quote that closes a cell, and with one that does not. */
static void
test_quote_at_end (void)
{
  static const struct
  {
    const char *text;
    const char *prompts;
    const char *errors;
  } cases[] = {
    { "id,prompt\n1,\"Hello, you\"", "Hello, you", "" },
    { "id,prompt\n1,a\n2,\"b\"", "a|b", "" },
    { "id,prompt\r\n1,\"b\"\r", "b", "" },
    { "id,prompt\r1,\"b\"", "b", "" },
    { "id,prompt\n1, \"b\" ", "b", "" },
    { "prompt\n\"two\nlines\"", "two\nlines", "" },
    { "prompt\n\"say \"\"hi\"\"\"", "say \"hi\"", "" },
    { "prompt,id\na,\"\"", "a", "" },
    { "id,prompt\n1,\"open", "", "2" },
    { "id,prompt\n1,\"open \"\"", "", "2" },
    { "id,prompt\n1,\"open\n2,b", "b", "2" },
    { "id,prompt\n1,\"open\n2,\"\"b\"\"", "", "2|3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphPromptReader) reader = reader_of (cases[i].text, -1);
      const AphReadOptions options = { .kind = APH_FILE_TABLE };
      g_autofree char *prompts = NULL;
      g_autofree char *errors = NULL;
      g_autoptr (GRegex) reasons = g_regex_new (":[^|]*", 0, 0, NULL);
      g_autofree char *lines = NULL;

      g_test_message ("%s", cases[i].text);
      aph_prompt_reader_set_options (reader, &options);
      read_all (reader, 100, &prompts, &errors);
      g_test_message ("%s / %s", prompts, errors);
      lines = g_regex_replace_literal (reasons, errors, -1, 0, "", 0, NULL);
      g_assert_cmpstr (prompts, ==, cases[i].prompts);
      g_assert_cmpstr (lines, ==, cases[i].errors);
    }
}

/* Lines at and over the limit, and over it at the end; the buffer is filled 64 KiB at a time. */
static void
test_long_lines (void)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  GMemoryInputStream *memory = G_MEMORY_INPUT_STREAM (stream);
  g_autoptr (AphPromptReader) reader = NULL;
  g_autofree char *prompts = NULL;
  g_autofree char *errors = NULL;
  char *longest = g_malloc (APH_MAX_ROW + 1);

  memset (longest, 'x', APH_MAX_ROW + 1);
  g_memory_input_stream_add_data (memory, "a\n", 2, NULL);
  g_memory_input_stream_add_data (memory, longest, APH_MAX_ROW + 1, NULL);
  g_memory_input_stream_add_data (memory, "\nb\n", 3, NULL);
  g_memory_input_stream_add_data (memory, longest, APH_MAX_ROW, NULL);
  g_memory_input_stream_add_data (memory, "\nc\n", 3, NULL);
  g_memory_input_stream_add_data (memory, longest, APH_MAX_ROW + 1, g_free);

  reader = aph_prompt_reader_new_for_stream (stream, "memory");
  read_all (reader, 100, &prompts, &errors);
  g_assert_cmpuint (strlen (prompts), ==, APH_MAX_ROW + strlen ("a|b||c"));
  g_assert_true (g_str_has_prefix (prompts, "a|b|xxx"));
  g_assert_true (g_str_has_suffix (prompts, "xxx|c"));
  g_assert_cmpstr (errors, ==, "2:it is longer than 16 MiB|6:it is longer than 16 MiB");
}

/* What is between two paths elsewhere may be part of a name, and so may what a URI begins with. */
static void
test_names_of_pictures (void)
{
  static const char *const names[] = { " blanks .png", "[\"a.png\"].png", "a;b.png", "data:x;y.png",
                                       "http:x.png" };
  g_autofree char *path = g_dir_make_tmp ("test-prompt-reader-XXXXXX", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (AphReadOptions) options = aph_read_options_new ();
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (folder);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = g_file_get_child (folder, names[i]);

      g_assert_true (g_file_set_contents (g_file_peek_path (file), "GIF89a", -1, NULL));
    }
  options->prompt_template = aph_template_new ("What is in {{name}}?", NULL);
  aph_prompt_reader_set_options (reader, options);
  rows = read_piece (reader, 10, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (GFile) file = g_file_get_child (folder, names[i]);
      g_autofree char *uri = g_file_get_uri (file);
      const char *images[] = { uri, NULL };

      g_assert_true (g_strv_equal (aph_request_get_images (g_ptr_array_index (rows, i)), images));
    }
  folder_remove (path);
}

/* An old archive may bring them along. */
static void
test_name_of_no_text (void)
{
  g_autofree char *path = g_dir_make_tmp ("test-prompt-reader-XXXXXX", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (AphReadOptions) options = aph_read_options_new ();
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (folder);
  g_autofree char *name = g_build_filename (path, "caf\xe9.png", NULL);
  g_autofree char *prompts = NULL;
  g_autofree char *errors = NULL;

  g_assert_true (g_file_set_contents (name, "GIF89a", -1, NULL));
  options->prompt_template = aph_template_new ("What is in {{name}}?", NULL);
  aph_prompt_reader_set_options (reader, options);
  read_all (reader, 10, &prompts, &errors);
  g_assert_cmpstr (prompts, ==, "");
  g_assert_cmpstr (errors, ==, "1:its name is not UTF-8: give it another one");
  folder_remove (path);
}

static void
assert_fails (GFile      *file,
              GIOErrorEnum code,
              const char *hint)
{
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = read_piece (reader, 10, &error);

  g_assert_null (rows);
  g_assert_error (error, G_IO_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, aph_prompt_reader_get_name (reader)));
  g_assert_nonnull (strstr (error->message, hint));
  g_assert_true (aph_prompt_reader_is_at_end (reader));
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("test-prompt-reader-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "提示 1.txt", NULL);
  g_autoptr (GFile) in_folder = g_file_new_for_path (folder);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AphPromptReader) reader = NULL;
  g_autofree char *prompts = NULL;
  g_autofree char *errors = NULL;

  assert_fails (file, G_IO_ERROR_NOT_FOUND, "Check its name");
  assert_fails (in_folder, G_IO_ERROR_IS_DIRECTORY, "is a folder");

  /* A picture. */
  g_assert_true (g_file_set_contents (path, "\x89PNG\n\x1a\xff\n(\n\xc3\x28\0\nab\xfe\n", 18, NULL));
  assert_fails (file, G_IO_ERROR_INVALID_DATA, "nothing of it");

  g_assert_true (g_file_set_contents (path, "a\nb", -1, NULL));
  reader = aph_prompt_reader_new_for_file (file);
  read_all (reader, 1, &prompts, &errors);
  g_assert_cmpstr (prompts, ==, "a|b");
  g_assert_cmpstr (errors, ==, "");

  /* Root may read everything. */
  if (geteuid () != 0)
    {
      g_assert_cmpint (g_chmod (path, 0), ==, 0);
      assert_fails (file, G_IO_ERROR_PERMISSION_DENIED, "permission");
    }

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

#define N_LARGE_ROWS 10
#define LARGE_SIZE (1024 * 1024)

/* Ten rows of a megabyte each, in @before and @after. */
static AphPromptReader *
reader_of_large_rows (const char  *head,
                      const char  *before,
                      const char  *after,
                      AphFileKind  kind)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  GMemoryInputStream *memory = G_MEMORY_INPUT_STREAM (stream);
  const AphReadOptions options = { .kind = kind };
  AphPromptReader *reader;

  g_memory_input_stream_add_data (memory, head, -1, NULL);
  for (guint i = 0; i < N_LARGE_ROWS; i++)
    {
      char *large = g_malloc (LARGE_SIZE);

      memset (large, 'A' + i, LARGE_SIZE);
      g_memory_input_stream_add_data (memory, before, -1, NULL);
      g_memory_input_stream_add_data (memory, large, LARGE_SIZE, g_free);
      g_memory_input_stream_add_data (memory, after, -1, NULL);
    }

  reader = aph_prompt_reader_new_for_stream (stream, "memory");
  aph_prompt_reader_set_options (reader, &options);

  return reader;
}

/* A piece is bounded in bytes, not in rows only, wherever in the row those are. */
static void
test_piece_size (void)
{
  static const struct
  {
    const char *head, *before, *after;
    AphFileKind kind;
    const char *prompt;
  } cases[] = {
    { "", "", "\n", APH_FILE_TEXT, NULL },
    { "", "{\"prompt\":\"a\",\"images\":[\"", "\"]}\n", APH_FILE_JSON_LINES, "a" },
    { "[", "{\"prompt\":\"a\",\"images\":[\"", "\"]},\n", APH_FILE_JSON_LIST, "a" },
    { "", "{\"prompt\":\"a\",\"system\":\"", "\"}\n", APH_FILE_JSON_LINES, "a" },
    { "prompt,context\n", "a,\"x\ny", "\"\n", APH_FILE_TABLE, "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphPromptReader) reader = NULL;
      guint n_rows = 0;

      reader = reader_of_large_rows (cases[i].head, cases[i].before, cases[i].after,
                                     cases[i].kind);
      while (!aph_prompt_reader_is_at_end (reader))
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GPtrArray) rows = read_piece (reader, 1000, &error);

          g_assert_no_error (error);
          g_assert_cmpuint (rows->len, <=, 5);
          for (guint j = 0; j < rows->len; j++)
            {
              const char *prompt = aph_request_get_prompt (g_ptr_array_index (rows, j));

              if (cases[i].prompt != NULL)
                g_assert_cmpstr (prompt, ==, cases[i].prompt);
              else
                g_assert_cmpuint (strlen (prompt), ==, LARGE_SIZE);
              n_rows++;
            }
        }
      g_assert_cmpuint (n_rows, ==, N_LARGE_ROWS);
    }
}

/* What comes of one row does not pile up either. */
static void
test_piece_size_of_grid (void)
{
  g_autoptr (AphPromptReader) reader = NULL;
  g_autoptr (AphGrid) grid = aph_grid_new ();
  guint n_rows = 0;

  reader = reader_of_large_rows ("", "{\"prompt\":\"a\",\"images\":[\"", "\"]}\n",
                                 APH_FILE_JSON_LINES);
  aph_grid_set_repeats (grid, 7);
  aph_prompt_reader_set_grid (reader, grid);
  while (!aph_prompt_reader_is_at_end (reader))
    {
      g_autoptr (GPtrArray) rows = read_piece (reader, 1000, NULL);

      g_assert_cmpuint (rows->len, <=, 5);
      n_rows += rows->len;
    }
  g_assert_cmpuint (n_rows, ==, 7 * N_LARGE_ROWS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-reader/rows", test_rows);
  g_test_add_func ("/prompt-reader/broken-json", test_broken_json);
  g_test_add_func ("/prompt-reader/broken-list", test_broken_list);
  g_test_add_func ("/prompt-reader/encodings", test_encodings);
  g_test_add_func ("/prompt-reader/body", test_body);
  g_test_add_func ("/prompt-reader/text-shares-params", test_text_shares_params);
  g_test_add_func ("/prompt-reader/quote-at-end", test_quote_at_end);
  g_test_add_func ("/prompt-reader/long-lines", test_long_lines);
  g_test_add_func ("/prompt-reader/piece-size", test_piece_size);
  g_test_add_func ("/prompt-reader/piece-size-of-grid", test_piece_size_of_grid);
  g_test_add_func ("/prompt-reader/names-of-pictures", test_names_of_pictures);
  g_test_add_func ("/prompt-reader/name-of-no-text", test_name_of_no_text);
  g_test_add_func ("/prompt-reader/files", test_files);

  return g_test_run ();
}
