/* test-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "job/aph-request.h"

static void
test_fields (void)
{
  char prompt[] = "鱼", vars[] = "{\"a\":\"b\"}";
  const char *images[] = { "file:///a.png", "file:///b.png", NULL };
  g_autoptr (AphParams) params = aph_params_new ();
  const AphRequestFields fields = {
    .model = "m",
    .prompt = prompt,
    .params = params,
    .custom_id = "id",
    .vars = vars,
    .images = images,
  };
  g_autoptr (AphRequest) request = aph_request_new_full (&fields);
  const AphRequestFields *kept = aph_request_get_fields (request);

  /* It has copies of everything but the params. */
  prompt[0] = vars[0] = '?';
  images[0] = images[1] = NULL;

  g_assert_cmpstr (aph_request_get_model (request), ==, "m");
  g_assert_cmpstr (aph_request_get_prompt (request), ==, "鱼");
  g_assert_cmpstr (aph_request_get_custom_id (request), ==, "id");
  g_assert_cmpstr (aph_request_get_vars (request), ==, "{\"a\":\"b\"}");
  g_assert_cmpuint (g_strv_length ((char **) aph_request_get_images (request)), ==, 2);
  g_assert_cmpstr (aph_request_get_images (request)[1], ==, "file:///b.png");
  g_assert_true (aph_request_get_params (request) == params);
  g_assert_cmpstr (kept->vars, ==, "{\"a\":\"b\"}");
}

static void
test_nothing (void)
{
  g_autoptr (AphRequest) request = aph_request_new (NULL, "", NULL, NULL);

  g_assert_null (aph_request_get_model (request));
  g_assert_cmpstr (aph_request_get_prompt (request), ==, "");
  g_assert_null (aph_request_get_custom_id (request));
  g_assert_null (aph_request_get_vars (request));
  g_assert_null (aph_request_get_images (request));
  g_assert_cmpstr (aph_params_get_text (aph_request_get_params (request)), ==, "");
}

static void
test_other_model (void)
{
  const char *images[] = { "file:///a.png", NULL };
  const AphRequestFields fields = { .prompt = "p", .vars = "{}", .images = images };
  g_autoptr (AphRequest) request = aph_request_new_full (&fields);
  g_autoptr (AphRequest) other = aph_request_new_for_model (request, "m");

  g_assert_cmpstr (aph_request_get_model (other), ==, "m");
  g_assert_cmpstr (aph_request_get_vars (other), ==, "{}");
  g_assert_cmpstr (aph_request_get_images (other)[0], ==, "file:///a.png");
  g_assert_true (aph_request_get_params (other) == aph_request_get_params (request));
}

static gpointer
use_in_thread (gpointer data)
{
  AphRequest *request = data;

  for (guint i = 0; i < 10000; i++)
    {
      aph_request_ref (request);
      g_assert_cmpstr (aph_request_get_prompt (request), ==, "p");
      aph_request_unref (request);
    }
  aph_request_unref (request);

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (AphRequest) request = aph_request_new ("m", "p", NULL, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("user", use_in_thread, aph_request_ref (request));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request/fields", test_fields);
  g_test_add_func ("/request/nothing", test_nothing);
  g_test_add_func ("/request/other-model", test_other_model);
  g_test_add_func ("/request/threads", test_threads);

  return g_test_run ();
}
