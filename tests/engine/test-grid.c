/* test-grid.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "files/aph-grid.h"
#include "job/aph-options.h"

static AphRequest *
create_row (const char *model,
            const char *seed)
{
  g_autoptr (AphParams) params = aph_params_new ();

  if (seed != NULL)
    aph_params_set_option (params, "seed", seed, NULL);

  return aph_request_new (model, "p", params, "id");
}

/* Each request of the row as "model params", in their order. */
static char *
expand (AphGrid    *grid,
        AphRequest *row)
{
  GString *all = g_string_new (NULL);

  for (guint64 i = 0; i < aph_grid_get_size (grid); i++)
    {
      g_autoptr (AphRequest) request = aph_grid_make_request (grid, row, i);
      const char *model = aph_request_get_model (request);

      g_assert_cmpstr (aph_request_get_prompt (request), ==, "p");
      g_assert_cmpstr (aph_request_get_custom_id (request), ==, "id");
      g_string_append_printf (all, "%s%s %s", i > 0 ? "\n" : "", model != NULL ? model : "-",
                              aph_params_get_text (aph_request_get_params (request)));
    }

  return g_string_free (all, FALSE);
}

static void
test_nothing (void)
{
  g_autoptr (AphGrid) grid = aph_grid_new ();
  g_autoptr (AphRequest) row = create_row (NULL, NULL);
  g_autoptr (AphRequest) request = NULL;

  g_assert_cmpuint (aph_grid_get_size (grid), ==, 1);
  request = aph_grid_make_request (grid, row, 0);
  g_assert_true (request == row);
}

static void
test_models (void)
{
  g_autoptr (AphGrid) grid = aph_grid_new ();
  g_autoptr (AphRequest) row = create_row (NULL, NULL);
  g_autoptr (AphRequest) own = create_row ("own", NULL);
  g_autofree char *one = NULL;
  g_autofree char *one_own = NULL;
  g_autofree char *two_own = NULL;

  aph_grid_add_model (grid, "a");
  one = expand (grid, row);
  one_own = expand (grid, own);
  g_assert_cmpstr (one, ==, "a ");
  g_assert_cmpstr (one_own, ==, "own ");

  aph_grid_add_model (grid, "b");
  two_own = expand (grid, own);
  g_assert_cmpstr (two_own, ==, "a \nb ");
}

static void
test_product (void)
{
  g_autoptr (AphGrid) grid = aph_grid_new ();
  g_autoptr (AphGrid) copy = NULL;
  g_autoptr (AphParams) defaults = aph_params_new ();
  g_autoptr (AphRequest) row = create_row (NULL, "5");
  g_autofree char *all = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  aph_params_set_option (defaults, "top_k", "9", NULL);
  aph_params_set_option (defaults, "seed", "7", NULL);
  aph_grid_add_model (grid, "a");
  aph_grid_add_model (grid, "b");
  g_assert_true (aph_grid_add_values (grid, "temperature=0, 0.5", &error));
  g_assert_true (aph_grid_add_values (grid, "think=no,yes", &error));
  aph_grid_set_repeats (grid, 2);
  aph_grid_set_defaults (grid, defaults);
  g_assert_true (aph_grid_check (grid, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (aph_grid_get_size (grid), ==, 16);
  all = expand (grid, row);
  g_assert_true (g_str_has_prefix (all,
    "a \"think\":false,\"options\":{\"temperature\":0,\"seed\":5,\"top_k\":9}\n"
    "a \"think\":false,\"options\":{\"temperature\":0,\"seed\":6,\"top_k\":9}\n"
    "a \"think\":true,\"options\":{\"temperature\":0,\"seed\":5,\"top_k\":9}\n"
    "a \"think\":true,\"options\":{\"temperature\":0,\"seed\":6,\"top_k\":9}\n"
    "a \"think\":false,\"options\":{\"temperature\":0.5,\"seed\":5,\"top_k\":9}\n"));
  g_assert_true (g_str_has_suffix (all,
    "b \"think\":true,\"options\":{\"temperature\":0.5,\"seed\":6,\"top_k\":9}"));

  copy = aph_grid_copy (grid);
  again = expand (copy, row);
  g_assert_cmpstr (again, ==, all);
}

/* Rows of the same params get the same params again, however many they are. */
static void
test_shares_params (void)
{
  g_autoptr (AphGrid) grid = aph_grid_new ();
  g_autoptr (AphRequest) row = create_row ("m", NULL);
  g_autoptr (AphRequest) other = aph_request_new ("m", "q", aph_request_get_params (row), NULL);
  g_autoptr (AphRequest) first = NULL;
  g_autoptr (AphRequest) second = NULL;

  aph_grid_set_repeats (grid, 3);
  first = aph_grid_make_request (grid, row, 1);
  second = aph_grid_make_request (grid, other, 1);
  g_assert_true (aph_request_get_params (first) == aph_request_get_params (second));
}

/* Long ones would be as many times too long for memory, as far as a grid multiplies them. */
static void
test_keeps_no_long_params (void)
{
  g_autoptr (AphGrid) grid = aph_grid_new ();
  g_autoptr (AphParams) params = aph_params_new ();
  g_autofree char *system = g_strnfill (1024 * 1024, 'x');
  g_autoptr (AphRequest) row = NULL;
  g_autoptr (AphRequest) first = NULL;
  g_autoptr (AphRequest) again = NULL;
  g_autoptr (AphRequest) second = NULL;
  const char *text;

  aph_params_set_system (params, system);
  row = aph_request_new ("m", "p", params, NULL);
  aph_grid_set_repeats (grid, 100);
  first = aph_grid_make_request (grid, row, 1);
  again = aph_grid_make_request (grid, row, 1);
  second = aph_grid_make_request (grid, row, 2);

  g_assert_true (aph_request_get_params (first) != aph_request_get_params (again));
  text = aph_params_get_text (aph_request_get_params (first));
  g_assert_nonnull (strstr (text, "\"seed\":1"));
  g_assert_cmpuint (strlen (text), >, strlen (system));
  g_assert_cmpstr (text, ==, aph_params_get_text (aph_request_get_params (again)));
  g_assert_cmpstr (text, !=, aph_params_get_text (aph_request_get_params (second)));
}

static void
test_wrong (void)
{
  static const char *const bad[] = {
    "temperature", "=1", "temperature=", "temperature=0,hot", "temprature=1", "think=maybe",
    "top_k=2",
  };
  g_autoptr (AphGrid) grid = aph_grid_new ();

  g_assert_true (aph_grid_add_values (grid, "top_k=1", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (aph_grid_add_values (grid, bad[i], &error));
      g_assert_true (error != NULL && error->domain == APH_OPTIONS_ERROR);
      g_test_message ("%s", error->message);
    }
  g_assert_cmpuint (aph_grid_get_size (grid), ==, 1);

  g_assert_true (aph_grid_add_values (grid, "seed=1,2", NULL));
  g_assert_true (aph_grid_check (grid, NULL));
  aph_grid_set_repeats (grid, 2);
  g_assert_false (aph_grid_check (grid, NULL));

  g_clear_pointer (&grid, aph_grid_free);
  grid = aph_grid_new ();
  aph_grid_set_repeats (grid, APH_GRID_MAX_SIZE);
  g_assert_true (aph_grid_check (grid, NULL));
  aph_grid_add_model (grid, "a");
  aph_grid_add_model (grid, "b");
  g_assert_false (aph_grid_check (grid, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grid/nothing", test_nothing);
  g_test_add_func ("/grid/models", test_models);
  g_test_add_func ("/grid/product", test_product);
  g_test_add_func ("/grid/shares-params", test_shares_params);
  g_test_add_func ("/grid/keeps-no-long-params", test_keeps_no_long_params);
  g_test_add_func ("/grid/wrong", test_wrong);

  return g_test_run ();
}
