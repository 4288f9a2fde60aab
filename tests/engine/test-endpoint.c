/* test-endpoint.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <libsoup/soup.h>

#include "server/aph-endpoint.h"

static void
test_address (void)
{
  static const struct
  {
    const char *text;
    const char *url;
    gboolean is_local;
  } cases[] = {
    { "", "http://127.0.0.1:11434", TRUE },
    { "  ", "http://127.0.0.1:11434", TRUE },
    { "1.2.3.4", "http://1.2.3.4:11434", FALSE },
    { ":1234", "http://127.0.0.1:1234", TRUE },
    { "1.2.3.4:", "http://1.2.3.4:11434", FALSE },
    { "1.2.3.4:1234", "http://1.2.3.4:1234", FALSE },
    { "example.com", "http://example.com:11434", FALSE },
    { "example.com:1234", "http://example.com:1234", FALSE },
    { " example.com ", "http://example.com:11434", FALSE },
    { "\"example.com\"", "http://example.com:11434", FALSE },
    { " 'example.com:1' ", "http://example.com:1", FALSE },
    { "example.com:abc", "http://example.com:11434", FALSE },
    { "example.com:-1", "http://example.com:11434", FALSE },
    { "example.com:0", "http://example.com:11434", FALSE },
    { "example.com:65535", "http://example.com:65535", FALSE },
    { "example.com:65536", "http://example.com:11434", FALSE },
    { "example.com/base", "http://example.com:11434/base", FALSE },
    { "example.com:80/base/", "http://example.com:80/base", FALSE },
    { "ollama.com", "https://ollama.com:443", FALSE },
    { "ollama.com:80", "http://ollama.com:80", FALSE },
    { "http://1.2.3.4", "http://1.2.3.4:80", FALSE },
    { "HTTP://1.2.3.4", "http://1.2.3.4:80", FALSE },
    { "http://", "http://127.0.0.1:80", TRUE },
    { "http://example.com:x", "http://example.com:80", FALSE },
    { "https://example.com", "https://example.com:443", FALSE },
    { "https://example.com/ollama", "https://example.com:443/ollama", FALSE },
    { "https://example.com:8443/a/b//", "https://example.com:8443/a/b", FALSE },
    { "https://1.2.3.4:x/p", "https://1.2.3.4:443/p", FALSE },
    { "::1", "http://[::1]:11434", TRUE },
    { "[::1]", "http://[::1]:11434", TRUE },
    { "[::1]:1234", "http://[::1]:1234", TRUE },
    { "http://[::1]", "http://[::1]:80", TRUE },
    { "[2001:db8::1]:1", "http://[2001:db8::1]:1", FALSE },
    { "0.0.0.0", "http://127.0.0.1:11434", TRUE },
    { "0.0.0.0:1234", "http://127.0.0.1:1234", TRUE },
    { "::", "http://[::1]:11434", TRUE },
    { "[::]:1234", "http://[::1]:1234", TRUE },
    { "http://0.0.0.0:8080/x", "http://127.0.0.1:8080/x", TRUE },
    { "localhost", "http://localhost:11434", TRUE },
    { "LocalHost:1", "http://LocalHost:1", TRUE },
    { "gpu.localhost", "http://gpu.localhost:11434", TRUE },
    { "box.local", "http://box.local:11434", TRUE },
    { "local", "http://local:11434", FALSE },
    { "127.3.2.1", "http://127.3.2.1:11434", TRUE },
    { "10.0.0.1", "http://10.0.0.1:11434", TRUE },
    { "172.16.0.1", "http://172.16.0.1:11434", TRUE },
    { "172.31.255.255", "http://172.31.255.255:11434", TRUE },
    { "172.32.0.1", "http://172.32.0.1:11434", FALSE },
    { "192.168.1.20:8000", "http://192.168.1.20:8000", TRUE },
    { "169.254.1.1", "http://169.254.1.1:11434", TRUE },
    { "fd00::1", "http://[fd00::1]:11434", TRUE },
    { "fc12::1", "http://[fc12::1]:11434", TRUE },
    { "fe80::1%lo", "http://[fe80::1%25lo]:11434", TRUE },
    { "http://[fe80::1%25lo]:80", "http://[fe80::1%25lo]:80", TRUE },
    { "fe80::1%25", "http://[fe80::1%2525]:11434", TRUE },
    { "fe80::1", "http://[fe80::1]:11434", TRUE },
    { "10.example.com", "http://10.example.com:11434", FALSE },
    { "h/a%20b%2Fc", "http://h:11434/a%20b%2Fc", FALSE },
    { "h/模/%/%2/%zz", "http://h:11434/%E6%A8%A1/%25/%252/%25zz", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AphEndpoint) endpoint = NULL;
      g_autoptr (SoupMessage) message = NULL;
      g_autofree char *path = NULL;

      g_test_message ("“%s”", cases[i].text);
      endpoint = aph_endpoint_new (cases[i].text, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (aph_endpoint_get_url (endpoint), ==, cases[i].url);
      g_assert_cmpint (aph_endpoint_is_local (endpoint), ==, cases[i].is_local);
      g_assert_true (aph_endpoint_get_dialect (endpoint) == aph_dialect_get_default ());
      g_assert_cmpuint (aph_endpoint_get_parallel (endpoint), ==, 0);

      path = aph_endpoint_dup_path (endpoint, "/api/tags");
      g_assert_true (g_str_has_prefix (path, cases[i].url));
      g_assert_true (g_str_has_suffix (path, "/api/tags"));
      g_assert_null (strstr (path, "//api"));
      message = soup_message_new ("GET", path);
      g_assert_nonnull (message);
    }
}

static void
test_settings (void)
{
  static const struct
  {
    const char *text;
    const char *url;
    guint parallel;
  } cases[] = {
    { "gpu,parallel=4", "http://gpu:11434", 4 },
    { ",parallel=1", "http://127.0.0.1:11434", 1 },
    { "http://gpu:1/base,parallel=64,api=ollama", "http://gpu:1/base", 64 },
    { "gpu , api = ollama , parallel = 4096 ", "http://gpu:11434", 4096 },
    { "gpu,parallel=4,parallel=5", "http://gpu:11434", 5 },
    { "gpu,api=ollama", "http://gpu:11434", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (aph_endpoint_get_url (endpoint), ==, cases[i].url);
      g_assert_cmpuint (aph_endpoint_get_parallel (endpoint), ==, cases[i].parallel);
    }
}

static void
test_version (void)
{
  static const struct
  {
    const char *text;
    const char *path;
    const char *url;
  } cases[] = {
    { "http://gpu:8000", "/v1/models", "http://gpu:8000/v1/models" },
    { "http://gpu:8000/", "/v1/models", "http://gpu:8000/v1/models" },
    { "http://gpu:8000/v1", "/v1/models", "http://gpu:8000/v1/models" },
    { "http://gpu:8000/v1/", "/v1/models", "http://gpu:8000/v1/models" },
    { "https://gw/vllm", "/v1/models", "https://gw:443/vllm/v1/models" },
    { "https://gw/api/v1", "/v1/models", "https://gw:443/api/v1/models" },
    { "https://gw/v1beta/openai", "/v1/models", "https://gw:443/v1beta/openai/models" },
    { "https://v1.gw/v", "/v1/models", "https://v1.gw:443/v/v1/models" },
    { "gpu/v1", "/api/tags", "http://gpu:11434/api/tags" },
    { "http://gpu:8000/v1/", "/props", "http://gpu:8000/props" },
    { "https://gw/api/v1", "/props", "https://gw:443/api/props" },
    { "https://gw/v1beta/openai", "/props", "https://gw:443/v1beta/openai/props" },
    { "https://gw/vllm", "/props", "https://gw:443/vllm/props" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (cases[i].text, NULL);
      g_autofree char *url = aph_endpoint_dup_path (endpoint, cases[i].path);

      g_assert_cmpstr (url, ==, cases[i].url);
    }
}

/* The message names what is wrong and what would be right. */
static void
test_invalid (void)
{
  static const struct
  {
    const char *text;
    const char *wrong;
    const char *allowed;
  } cases[] = {
    { "ftp://example.com", "ftp://example.com", "http" },
    { "://example.com", "://example.com", "http" },
    { "a b", "a b", "HOST:PORT" },
    { "user:secret@example.com", "“…@example.com”", "HOST:PORT" },
    { "http://user:se@cret@example.com/a", "“http://…@example.com/a”", "HOST:PORT" },
    { "ftp://user:se/cret@example.com", "“ftp://…@example.com”", "http" },
    { "example.com/x?y=1", "?y=1", "HOST:PORT" },
    { "example.com#x", "#x", "HOST:PORT" },
    { "[::1", "[::1", "HOST:PORT" },
    { "[::1]x", "[::1]x", "HOST:PORT" },
    { "a:b:c", "a:b:c", "HOST:PORT" },
    { "::1%", "::1%", "HOST:PORT" },
    { "::1%e th", "::1%e th", "HOST:PORT" },
    { "a%20b", "a%20b", "HOST:PORT" },
    { "\xc2\xad", "\xc2\xad", "HOST:PORT" },
    { "a\1b", "a\1b", "HOST:PORT" },
    { "gpu,parallel", "“parallel”", "parallel=NUMBER" },
    { "gpu,key-env", "“key-env”", "key-env=VARIABLE" },
    { "gpu,key-env=", "“”", "key-env" },
    { "gpu,key-env=A=B", "“A=B”", "key-env" },
    { "gpu,key-env=APH_TEST_NOT_SET", "“APH_TEST_NOT_SET”", "key-env" },
    { "gpu,parallel=", "“”", "1 to 4096" },
    { "gpu,parallel=0", "“0”", "1 to 4096" },
    { "gpu,parallel=-2", "“-2”", "1 to 4096" },
    { "gpu,parallel=4097", "“4097”", "1 to 4096" },
    { "gpu,parallel=many", "“many”", "1 to 4096" },
    { "gpu,parallel=4x", "“4x”", "1 to 4096" },
    { "gpu,api=soap", "“soap”", "ollama" },
    { "gpu,api=", "“”", "ollama" },
    { "gpu,weight=3", "“weight=3”", "parallel=NUMBER" },
    { "gpu,", "“”", "parallel=NUMBER" },
    { "gpu,,parallel=3", "“”", "parallel=NUMBER" },
    { "\377", "UTF-8", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (aph_endpoint_new (cases[i].text, &error));
      g_assert_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID);
      g_test_message ("%s", error->message);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_nonnull (strstr (error->message, cases[i].wrong));
      g_assert_nonnull (strstr (error->message, cases[i].allowed));
    }
}

static void
test_key (void)
{
  static const struct
  {
    const char *text;
    gboolean is_exposed;
  } cases[] = {
    { "https://api.example.com/v1,api=openai,key-env=APH_TEST_KEY", FALSE },
    { "http://127.0.0.1:8000,key-env = APH_TEST_KEY ", FALSE },
    { "192.168.1.2,key-env=APH_TEST_KEY", FALSE },
    { "http://api.example.com,key-env=APH_TEST_KEY", TRUE },
    { "example.com:8000,key-env=APH_TEST_KEY,parallel=2", TRUE },
  };
  static const char *const no_keys[] = { "", " \n", "two words", "schlüssel", "a\nb" };

  g_setenv ("APH_TEST_KEY", "sk-secret\n", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (aph_endpoint_get_api_key (endpoint), ==, "sk-secret");
      g_assert_cmpint (aph_endpoint_exposes_key (endpoint), ==, cases[i].is_exposed);
      g_assert_null (strstr (aph_endpoint_get_url (endpoint), "sk-"));
    }

  for (guint i = 0; i < G_N_ELEMENTS (no_keys); i++)
    {
      g_autoptr (GError) error = NULL;

      g_setenv ("APH_TEST_KEY", no_keys[i], TRUE);
      g_assert_null (aph_endpoint_new ("gpu,key-env=APH_TEST_KEY", &error));
      g_assert_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "“APH_TEST_KEY”"));
      /* What is meant to be a secret stays one. */
      g_assert_true (i < 2 || strstr (error->message, no_keys[i]) == NULL);
    }
  g_unsetenv ("APH_TEST_KEY");
}

static void
test_default (void)
{
  AphEndpoint *endpoint;

  g_unsetenv ("OLLAMA_HOST");
  endpoint = aph_endpoint_new_default ();
  g_assert_cmpstr (aph_endpoint_get_url (endpoint), ==, "http://127.0.0.1:11434");
  aph_endpoint_unref (endpoint);

  g_setenv ("OLLAMA_HOST", "gpu:1234", TRUE);
  endpoint = aph_endpoint_new_default ();
  g_assert_cmpstr (aph_endpoint_get_url (endpoint), ==, "http://gpu:1234");
  aph_endpoint_unref (endpoint);

  g_setenv ("OLLAMA_HOST", "ftp://gpu", TRUE);
  g_test_expect_message ("aph-endpoint", G_LOG_LEVEL_MESSAGE, "OLLAMA_HOST:*ftp*");
  endpoint = aph_endpoint_new_default ();
  g_test_assert_expected_messages ();
  g_assert_cmpstr (aph_endpoint_get_url (endpoint), ==, "http://127.0.0.1:11434");
  aph_endpoint_unref (endpoint);

  g_unsetenv ("OLLAMA_HOST");
}

/* Only what needs no looking up and no certificate. */
static void
test_connectable (void)
{
  static const struct
  {
    const char *address;
    const char *expected;
  } cases[] = {
    { "127.0.0.1:7", "127.0.0.1:7" },
    { "192.168.1.2", "192.168.1.2:11434" },
    { "[::1]:8", "[::1]:8" },
    { "0.0.0.0", "127.0.0.1:11434" },
    { "localhost", NULL },
    { "https://127.0.0.1", NULL },
    { "http://1.1.1.1", NULL },
    { "https://example.com", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new (cases[i].address, NULL);
      g_autoptr (GSocketAddress) address = aph_endpoint_dup_address (endpoint);
      g_autofree char *text = address != NULL
        ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address)) : NULL;

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/endpoint/address", test_address);
  g_test_add_func ("/endpoint/settings", test_settings);
  g_test_add_func ("/endpoint/version", test_version);
  g_test_add_func ("/endpoint/invalid", test_invalid);
  g_test_add_func ("/endpoint/key", test_key);
  g_test_add_func ("/endpoint/default", test_default);
  g_test_add_func ("/endpoint/connectable", test_connectable);

  return g_test_run ();
}
