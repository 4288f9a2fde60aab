/* fuzz-template.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a template, or as a column: what is no template is said to be none; what is one makes
 * a text of any row. Braces that are doubled stand for themselves.
 */

#include "config.h"

#include <string.h>

#include "files/aph-template.h"
#include "fuzz.h"

/* Two of three columns are there, and one of them is empty. */
static const char *
look_up (const char *column,
         gsize      *length,
         gpointer    user_data)
{
  GString *cell = user_data;

  fuzz_assert_text (column);
  g_assert_cmpstr (column, !=, "");
  switch (strlen (column) % 3)
    {
    case 0:
      return NULL;
    case 1:
      *length = 0;
      return "";
    default:
      *length = cell->len;
      return cell->str;
    }
}

static void
expand (AphTemplate *template,
        GString     *cell)
{
  static const char *const columns[] = { "prompt", "city", "language", NULL };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) column_error = NULL;

  if (!aph_template_expand (template, look_up, cell, out, &error))
    fuzz_assert_error (error);
  fuzz_assert_text (out->str);

  if (!aph_template_check (template, columns, &column_error))
    fuzz_assert_error (column_error);
  else
    for (guint i = 0; i < aph_template_get_n_places (template); i++)
      g_assert_true (g_strv_contains (columns, aph_template_get_column (template, i)));
}

static void
check_literal (GString *text)
{
  g_autoptr (GString) doubled = g_string_new (text->str);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (AphTemplate) template = NULL;
  g_autoptr (GError) error = NULL;

  g_string_replace (doubled, "{{", "{{{{", 0);
  template = aph_template_new (doubled->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (aph_template_get_n_places (template), ==, 0);
  g_assert_true (aph_template_expand (template, look_up, text, out, &error));
  g_assert_cmpstr (out->str, ==, text->str);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *valid = g_utf8_make_valid (size > 0 ? (const char *) data : "", size);
  g_autoptr (GString) text = g_string_new (valid);
  g_autoptr (AphTemplate) template = NULL;
  g_autoptr (GError) error = NULL;

  template = aph_template_new (text->str, &error);
  if (template == NULL)
    fuzz_assert_error (error);
  else
    {
      g_assert_cmpstr (aph_template_get_text (template), ==, text->str);
      expand (template, text);
    }
  check_literal (text);

  return 0;
}
