/* test-http-failure.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <gio/gio.h>

#include "server/aph-http-failure.h"

static void
test_error (void)
{
  const struct
  {
    GQuark domain;
    int code;
    gboolean is_connected;
    AphFailureClass failure_class;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_PROXY_FAILED, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH, FALSE, APH_FAILURE_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_FAILED, FALSE, APH_FAILURE_REFUSED },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, FALSE, APH_FAILURE_REFUSED },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, FALSE, APH_FAILURE_REFUSED },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, FALSE, APH_FAILURE_REFUSED },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, TRUE, APH_FAILURE_REFUSED },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, FALSE, APH_FAILURE_REFUSED },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, TRUE, APH_FAILURE_TRANSPORT },
    { G_TLS_ERROR, G_TLS_ERROR_MISC, TRUE, APH_FAILURE_TRANSPORT },
    { SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, TRUE, APH_FAILURE_REFUSED },
    { SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING, TRUE, APH_FAILURE_TRANSPORT },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, TRUE, APH_FAILURE_TRANSPORT },
    { G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, TRUE, APH_FAILURE_TRANSPORT },
    { G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, TRUE, APH_FAILURE_TRANSPORT },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TRUE, APH_FAILURE_TRANSPORT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "because");
      g_autoptr (AphFailure) failure = aph_http_failure_from_error (error, "http://gpu:1",
                                                                    cases[i].is_connected);

      g_test_message ("%s", aph_failure_get_message (failure));
      g_assert_cmpint (aph_failure_get_class (failure), ==, cases[i].failure_class);
      g_assert_cmpuint (aph_failure_get_status (failure), ==, 0);
      g_assert_nonnull (strstr (aph_failure_get_message (failure), "http://gpu:1"));
    }
}

static void
test_redirect (void)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (AphFailure) nowhere = aph_http_failure_from_redirect (302, headers, "/api/tags");
  g_autoptr (AphFailure) failure = NULL;
  g_autoptr (AphFailure) unlike = NULL;

  soup_message_headers_append (headers, "Location", "https://gpu/base/api/tags");
  failure = aph_http_failure_from_redirect (301, headers, "/api/tags");
  unlike = aph_http_failure_from_redirect (301, headers, "/api/generate");
  soup_message_headers_unref (headers);

  g_assert_cmpint (aph_failure_get_class (nowhere), ==, APH_FAILURE_PERMANENT);
  g_assert_cmpuint (aph_failure_get_status (nowhere), ==, 302);
  g_assert_cmpint (aph_failure_get_class (failure), ==, APH_FAILURE_PERMANENT);
  g_assert_cmpuint (aph_failure_get_status (failure), ==, 301);
  /* What the user has to type is the server's address. */
  g_assert_nonnull (strstr (aph_failure_get_message (failure), "https://gpu/base. "));
  g_assert_nonnull (strstr (aph_failure_get_message (unlike), "https://gpu/base/api/tags. "));
}

static void
test_retry_after (void)
{
  /* 1994-11-06 08:49:37 UTC, the example of RFC 9110. */
  const gint64 now = 784111777;
  static const struct
  {
    const char *name;
    const char *value;
    gint64 milliseconds;
  } cases[] = {
    { "Other", "7", -1 },
    { "Retry-After", "0", 0 },
    { "Retry-After", "120", 120000 },
    { "retry-after", "1", 1000 },
    { "Retry-After", "", -1 },
    { "Retry-After", "soon", -1 },
    { "Retry-After", "-5", -1 },
    { "Retry-After", "99999999999999999999", -1 },
    { "Retry-After", "9223372036854775807", G_GINT64_CONSTANT (604800000) },
    { "Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT", 30000 },
    { "Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT", 0 },
    { "Retry-After", "Sun, 06 Nov 2094 08:00:00 GMT", G_GINT64_CONSTANT (604800000) },
    { "retry-after-ms", "250", 250 },
    { "retry-after-ms", "x", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      soup_message_headers_append (headers, cases[i].name, cases[i].value);
      g_assert_cmpint (aph_http_get_retry_after (headers, now), ==, cases[i].milliseconds);
      soup_message_headers_unref (headers);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http-failure/error", test_error);
  g_test_add_func ("/http-failure/redirect", test_redirect);
  g_test_add_func ("/http-failure/retry-after", test_retry_after);

  return g_test_run ();
}
