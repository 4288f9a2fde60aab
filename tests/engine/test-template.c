/* test-template.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "files/aph-template.h"

/* The row of these tests: two cells, one of them empty. */
static const char *
look_up (const char *column,
         gsize      *length,
         gpointer    user_data)
{
  static const char text[] = "鱼 {{x}}and more";

  if (strcmp (column, "city") == 0)
    {
      *length = strlen ("鱼 {{x}}");
      return text;
    }
  if (strcmp (column, "empty") == 0)
    {
      *length = 0;
      return text;
    }

  return NULL;
}

static void
test_expand (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "plain { } }} text", "plain { } }} text" },
    { "{{city}}", "鱼 {{x}}" },
    { "a {{ city }}{{empty}} b", "a 鱼 {{x}} b" },
    { "{{empty|none at all}}, {{city|none}}", "none at all, 鱼 {{x}}" },
    { "{{missing|}}.{{missing| a|b }}", ". a|b " },
    { "{{{{city}} and {{{{", "{{city}} and {{" },
    { "{{{{{{city}}", "{{鱼 {{x}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (AphTemplate) template = aph_template_new (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (aph_template_get_text (template), ==, cases[i].text);
      g_assert_true (aph_template_expand (template, look_up, NULL, out, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (out->str, ==, cases[i].expected);
    }
}

static void
test_missing (void)
{
  g_autoptr (AphTemplate) template = aph_template_new ("{{city}} {{missing}}", NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (aph_template_expand (template, look_up, NULL, out, &error));
  g_assert_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_COLUMN);
  g_assert_cmpstr (error->message, ==, "it has no “missing”");
}

static void
test_syntax (void)
{
  static const char *const bad[] = { "{{", "a {{city", "{{}}", "{{ | x }}", "{{city}} {{x}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AphTemplate) template = aph_template_new (bad[i], &error);

      g_test_message ("%s", bad[i]);
      g_assert_null (template);
      g_assert_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_SYNTAX);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_check (void)
{
  static const char *const columns[] = { "city", "language", NULL };
  static const char *const none_near[] = { "a", "b", NULL };
  g_autoptr (AphTemplate) template = aph_template_new ("{{city}} {{langauge|x}}", NULL);
  g_autoptr (AphTemplate) good = aph_template_new ("{{language}}", NULL);
  g_autoptr (AphTemplate) column = aph_template_new_column ("a}}|b");
  g_autoptr (GError) error = NULL;

  g_assert_true (aph_template_check (good, columns, &error));
  g_assert_no_error (error);

  g_assert_false (aph_template_check (template, columns, &error));
  g_assert_error (error, APH_TEMPLATE_ERROR, APH_TEMPLATE_ERROR_COLUMN);
  g_assert_cmpstr (error->message, ==, "There is no column “langauge”; did you mean “language”?");
  g_clear_error (&error);

  g_assert_false (aph_template_check (good, none_near, &error));
  g_assert_cmpstr (error->message, ==, "There is no column “language”; there are: a, b");

  g_assert_cmpuint (aph_template_get_n_places (template), ==, 2);
  g_assert_cmpstr (aph_template_get_column (template, 1), ==, "langauge");
  g_assert_cmpuint (aph_template_get_n_places (column), ==, 1);
  g_assert_cmpstr (aph_template_get_column (column, 0), ==, "a}}|b");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/expand", test_expand);
  g_test_add_func ("/template/missing", test_missing);
  g_test_add_func ("/template/syntax", test_syntax);
  g_test_add_func ("/template/check", test_check);

  return g_test_run ();
}
