/* test-file-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "files/aph-file-survey.h"
#include "files/aph-result-table.h"

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **where = user_data;

  *where = g_object_ref (result);
}

static AphFileSurvey *
survey (const char           *text,
        gsize                 length,
        const AphReadOptions *options)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (AphPromptSource) source = aph_prompt_source_new_for_bytes (bytes, "text");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  AphFileSurvey *found;

  aph_file_survey_async (source, options, TRUE, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  found = aph_file_survey_finish (result, &error);
  g_assert_no_error (error);

  return found;
}

/* The bad rows of a file, mended, are as many good ones. A '#' stands for a NUL. */
static void
test_bad_rows (void)
{
  static const struct
  {
    const char *text;
    AphReadOptions options;
    const char *bad_rows;
  } cases[] = {
    { "good\nb#d\n#\nlast\n", { 0 }, "b#d\n#\n" },
    { "good\none\n---\nb#d\n\none\n---\n\n#\nworse\n\n", { 0 }, "b#d\n\none\n---\n#\nworse\n---\n" },
    { "good\n\nb#d\none\n\n#\n", { .blocks = APH_BLOCKS_PARAGRAPHS }, "b#d\none\n\n#\n\n" },
    { "id,prompt\n1,good\n2,b#d\n3,\"wo#\nrse\"\n", { 0 }, "id,prompt\n2,b#d\n3,\"wo#\nrse\"\n" },
    { "{\"prompt\":\"good\"}\n{\"prompt\":\"b#d\"}\n", { 0 }, "{\"prompt\":\"b#d\"}\n" },
    { "[{\"prompt\":\"good\"}, {\"prompt\":\n\"b#d\"},\n\"#\"]", { 0 },
      "[\n{\"prompt\":\n\"b#d\"},\n\"#\"\n]\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup (cases[i].text);
      gsize length = strlen (text);
      g_autoptr (AphFileSurvey) found = NULL;
      g_autoptr (AphFileSurvey) mended = NULL;

      g_test_message ("%s", cases[i].text);
      for (char *p = text; p < text + length; p++)
        if (*p == '#')
          *p = '\0';
      found = survey (text, length, &cases[i].options);
      g_assert_cmpuint (found->n_bad, >, 0);
      g_assert_false (found->is_cut);

      for (gsize j = 0; j < found->bad_rows->len; j++)
        if (found->bad_rows->str[j] == '\0')
          found->bad_rows->str[j] = '#';
      g_assert_cmpstr (found->bad_rows->str, ==, cases[i].bad_rows);

      mended = survey (found->bad_rows->str, found->bad_rows->len, &cases[i].options);
      g_assert_cmpuint (mended->n_rows, ==, found->n_bad);
      g_assert_cmpuint (mended->n_bad, ==, 0);
    }
}

/* Of a row that never ends its first line is kept, as the others are read by themselves. */
static void
test_open_quotes (void)
{
  static const char text[] = "id,prompt\n1,good\n2,\"never closed\n3,good\n4,\"never\"\" closed";
  g_autoptr (AphFileSurvey) found = survey (text, strlen (text), NULL);

  g_assert_cmpuint (found->n_rows, ==, 2);
  g_assert_cmpuint (found->n_bad, ==, 2);
  g_assert_false (found->is_cut);
  g_assert_cmpstr (found->bad_rows->str, ==,
                   "id,prompt\n2,\"never closed\n4,\"never\"\" closed\n");
}

/* What could not be kept is told. */
static void
test_cut (void)
{
  static const char *const heads[] = { "good\n", "prompt,id\n", "[\"good\",\n\"" };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      gsize start = strlen (heads[i]);
      g_autoptr (GString) text = g_string_new (heads[i]);
      g_autoptr (AphFileSurvey) found = NULL;

      g_string_set_size (text, APH_MAX_ROW + 64);
      memset (text->str + start, 'x', APH_MAX_ROW + 64 - start);
      found = survey (text->str, text->len, NULL);
      g_assert_cmpuint (found->n_bad, >, 0);
      g_assert_null (strchr (found->bad_rows->str, 'x'));
      g_assert_true (found->is_cut);
    }
}

/* What is counted as answered is what the queue takes for that. */
static void
test_answered (void)
{
  static const struct
  {
    const char *text;
    guint n_answered;
  } cases[] = {
    { "{\"index\":0,\"prompt\":\"x\",\"response\":\"y\",\"state\":\"done\"}", 1 },
    { "{\"index\":null,\"prompt\":\"x\",\"response\":\"y\",\"state\":\"done\"}", 0 },
    { "{\"index\":-1,\"prompt\":\"x\",\"response\":\"y\",\"state\":\"done\"}", 0 },
    { "{\"index\":0,\"prompt\":\"x\",\"response\":\"y\",\"state\":\"failed\"}", 0 },
    { "{\"index\":0,\"prompt\":\"x\",\"response\":\"y\",\"state\":\"?\"}", 0 },
  };
  const AphReadOptions options = { .keeps_answers = TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphFileSurvey) found = survey (cases[i].text, strlen (cases[i].text), &options);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (found->n_rows, ==, 1);
      g_assert_cmpuint (found->n_answered, ==, cases[i].n_answered);
    }
}

/* All of a list may be on one line. */
static void
test_elements (void)
{
  static const char text[] = "[\"good\",7,\"good\",{\"prompt\":8}]";
  static const char *const reasons[] = {
    "element 2: it is not one JSON object",
    "element 4: its “prompt” is not a text",
  };
  g_autoptr (AphFileSurvey) found = survey (text, strlen (text), NULL);

  g_assert_cmpuint (found->n_rows, ==, 2);
  g_assert_cmpuint (found->errors->len, ==, G_N_ELEMENTS (reasons));
  for (guint i = 0; i < found->errors->len; i++)
    g_assert_cmpstr (((AphRowError *) g_ptr_array_index (found->errors, i))->reason, ==,
                     reasons[i]);
}

/* Somebody has edited what is JSON in a table from here. */
static void
test_edited_table (void)
{
  static const struct
  {
    const char *params;
    const char *images;
    const char *state;
    const char *reason;
  } cases[] = {
    { "", "", "done", NULL },
    { "null", "[]", "done", NULL },
    { "{\"a\":1}", "[\"file:///a.png\"]", "done", NULL },
    { "{\"a\":}", "", "done", "its “_params” is not a JSON object" },
    { "7", "", "done", "its “_params” is not a JSON object" },
    { "{},\"state\":\"waiting\"", "", "done", "its “_params” is not a JSON object" },
    { "", "a.png", "done", "its “_images” is not a JSON list" },
    { "", "", "gone", "it is not a row of results" },
  };
  guint n;
  const char *const *own = aph_result_table_get_own_columns (&n);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new ("dish");
      g_autoptr (AphFileSurvey) found = NULL;

      for (guint j = 0; j < n; j++)
        g_string_append_printf (text, "\t_%s", own[j]);
      g_string_append (text, "\nfish");
      for (guint j = 0; j < n; j++)
        g_string_append_printf (text, "\t%s",
                                strcmp (own[j], "params") == 0 ? cases[i].params
                                : strcmp (own[j], "images") == 0 ? cases[i].images
                                : strcmp (own[j], "state") == 0 ? cases[i].state
                                : strcmp (own[j], "prompt") == 0 ? "Why?" : "");

      g_test_message ("%s", text->str);
      found = survey (text->str, text->len, NULL);
      g_assert_cmpuint (found->n_rows, ==, cases[i].reason == NULL);
      g_assert_cmpuint (found->n_bad, ==, cases[i].reason != NULL);
      if (cases[i].reason != NULL)
        g_assert_cmpstr (((AphRowError *) g_ptr_array_index (found->errors, 0))->reason, ==,
                         cases[i].reason);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-survey/bad-rows", test_bad_rows);
  g_test_add_func ("/file-survey/answered", test_answered);
  g_test_add_func ("/file-survey/open-quotes", test_open_quotes);
  g_test_add_func ("/file-survey/cut", test_cut);
  g_test_add_func ("/file-survey/elements", test_elements);
  g_test_add_func ("/file-survey/edited-table", test_edited_table);

  return g_test_run ();
}
