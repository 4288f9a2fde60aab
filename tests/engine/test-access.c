/* test-access.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fake-server.h"
#include "server/aph-server.h"

#define FINGERPRINT "12:99:97:2D:2C:8F:60:30:05:3E:1A:2B:C5:66:DE:33:" \
                    "AA:40:EB:75:C8:82:58:54:AF:B3:A2:8E:D7:D5:58:18"
#define OTHER_FINGERPRINT "00:99:97:2D:2C:8F:60:30:05:3E:1A:2B:C5:66:DE:33:" \
                          "AA:40:EB:75:C8:82:58:54:AF:B3:A2:8E:D7:D5:58:18"

/* A server with a certificate that only the test's authority vouches for. Not a SoupServer: that of
 * libsoup 3.6 crashes if it is freed before it knows that a client did not trust it. */
typedef struct
{
  FakeServer *server;
  const char *refusal;      /* (nullable) what it refuses with */
} Fixture;

static void
reply_cb (const char *request,
          guint       connection,
          FakeReply  *reply,
          gpointer    user_data)
{
  Fixture *fixture = user_data;

  if (fixture->refusal != NULL)
    reply->bytes = fake_refusal (401, fixture->refusal);
  else
    reply->bytes = fake_http (200, "", "{\"version\":\"1.2.3\"}");
}

static char *
read_file (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "tls", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  is_plain)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "tls", "server.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;

  if (is_plain != NULL)
    {
      fixture->server = fake_server_new (reply_cb, fixture);
      return;
    }

  certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  fixture->server = fake_server_new_secure (certificate, reply_cb, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_clear_pointer (&fixture->server, fake_server_free);
}

static void
keep_result_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Asks for the version; NULL with a failure otherwise. */
static char *
probe (AphServer   *server,
       AphFailure **failure)
{
  g_autoptr (GAsyncResult) result = NULL;

  aph_server_probe_async (server, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return aph_server_probe_finish (server, result, failure);
}

static AphServer *
new_server (Fixture               *fixture,
            const AphAccessFields *fields)
{
  g_autoptr (AphEndpoint) plain = aph_endpoint_new (fake_server_get_url (fixture->server), NULL);
  g_autoptr (AphEndpoint) endpoint = NULL;
  g_autoptr (AphAccess) access = NULL;
  g_autoptr (GError) error = NULL;

  access = aph_access_new (fields, &error);
  g_assert_no_error (error);
  endpoint = aph_endpoint_new_with_access (plain, access);

  return aph_server_new (endpoint);
}

static void
assert_reached (Fixture               *fixture,
                const AphAccessFields *fields)
{
  g_autoptr (AphServer) server = new_server (fixture, fields);
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = probe (server, &failure);

  g_assert_null (failure);
  g_assert_cmpstr (version, ==, "1.2.3");
}

static void
assert_refused (Fixture               *fixture,
                const AphAccessFields *fields)
{
  g_autoptr (AphServer) server = new_server (fixture, fields);
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *version = probe (server, &failure);

  g_assert_null (version);
  g_assert_cmpint (aph_failure_get_class (failure), ==, APH_FAILURE_REFUSED);
  g_assert_cmpstr (aph_server_get_refused_certificate (server), ==, FINGERPRINT);
}

static void
test_unknown_certificate (Fixture       *fixture,
                          gconstpointer  unused)
{
  assert_refused (fixture, &(AphAccessFields) { NULL, });
  assert_refused (fixture, &(AphAccessFields) { .fingerprint = OTHER_FINGERPRINT });
}

static void
test_authority (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autofree char *pem = read_file ("authority.pem");
  g_autofree char *two = g_strconcat ("# ours\n", pem, "\n", pem, NULL);

  assert_reached (fixture, &(AphAccessFields) { .authorities = pem });
  assert_reached (fixture, &(AphAccessFields) { .authorities = two });
}

/* It vouches for localhost and 127.0.0.1, and for nobody else. */
static void
test_other_name (Fixture       *fixture,
                 gconstpointer  unused)
{
  g_autofree char *pem = read_file ("authority.pem");
  g_autofree char *server_pem = read_file ("server.pem");
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (server_pem, -1, NULL);
  g_autoptr (GSocketConnectable) other = g_network_address_new ("example.org", 443);
  g_autoptr (GSocketConnectable) same = g_network_address_new ("localhost", 443);
  g_autoptr (AphAccess) access =
    aph_access_new (&(AphAccessFields) { .authorities = pem }, NULL);

  g_assert_true (aph_access_trusts (access, certificate, same));
  g_assert_false (aph_access_trusts (access, certificate, other));
}

static void
test_fingerprint (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (GString) bare = g_string_new (FINGERPRINT);

  g_string_replace (bare, ":", "", 0);
  assert_reached (fixture, &(AphAccessFields) { .fingerprint = FINGERPRINT });
  assert_reached (fixture, &(AphAccessFields) { .fingerprint = g_string_ascii_down (bare)->str });
}

static void
test_headers (Fixture       *fixture,
              gconstpointer  unused)
{
  const char *const headers[] = { "X-Team:  red and blue ", NULL };
  g_autofree char *request = NULL;

  assert_reached (fixture, &(AphAccessFields) { .api_key = " abc123 ", .headers = headers });
  request = fake_server_dup_last_request (fixture->server);
  g_assert_nonnull (strstr (request, "\r\nX-Team: red and blue\r\n"));
  g_assert_nonnull (strstr (request, "\r\nAuthorization: Bearer abc123\r\n"));
}

/* Some servers repeat what they refuse; it is not shown. */
static void
test_hidden (Fixture       *fixture,
             gconstpointer  unused)
{
  const char *const headers[] = {
    "X-Team: secret-team-name",
    "X-Authorization: Basic dXNlcjpzZWNyZXQ=",
    "Cookie: session=0123456789; theme=dark",
    NULL,
  };
  static const struct
  {
    const char *refusal;
    const char *shown;
  } cases[] = {
    { "bad sk-secret-key of secret-team-name", "bad … of …" },
    /* Of a header it may be a part that is the secret. */
    { "no user dXNlcjpzZWNyZXQ= here", "no user … here" },
    { "session 0123456789 is over, theme dark", "session … is over, theme dark" },
  };
  g_autoptr (AphServer) server =
    new_server (fixture, &(AphAccessFields) { .api_key = "sk-secret-key", .headers = headers });

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphFailure) failure = NULL;

      fixture->refusal = cases[i].refusal;
      g_assert_null (probe (server, &failure));
      g_assert_nonnull (strstr (aph_failure_get_message (failure), cases[i].shown));
    }
}

static void
test_bad_fields (void)
{
  const char *const no_colon[] = { "X-Team", NULL };
  const char *const two_lines[] = { "X-Team: a\nHost: b", NULL };
  const char *const ours[] = { "host: example.org", NULL };
  const struct
  {
    AphAccessFields fields;
    AphAccessError code;
  } bad[] = {
    { { .api_key = "two words" }, APH_ACCESS_ERROR_KEY },
    { { .headers = no_colon }, APH_ACCESS_ERROR_HEADER },
    { { .headers = two_lines }, APH_ACCESS_ERROR_HEADER },
    { { .headers = ours }, APH_ACCESS_ERROR_HEADER },
    { { .authorities = "no certificate" }, APH_ACCESS_ERROR_AUTHORITIES },
    { { .authorities = "-----BEGIN CERTIFICATE-----\nAAAA\n" }, APH_ACCESS_ERROR_AUTHORITIES },
    { { .fingerprint = "AB:CD" }, APH_ACCESS_ERROR_FINGERPRINT },
    { { .fingerprint = FINGERPRINT ":00" }, APH_ACCESS_ERROR_FINGERPRINT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (aph_access_new (&bad[i].fields, &error));
      g_assert_error (error, APH_ACCESS_ERROR, (int) bad[i].code);
    }
}

static void
test_exposed (void)
{
  const char *const headers[] = { "X-Team: red", NULL };
  g_autoptr (AphAccess) none = aph_access_new (&(AphAccessFields) { NULL, }, NULL);
  g_autoptr (AphAccess) some = aph_access_new (&(AphAccessFields) { .headers = headers }, NULL);
  const struct
  {
    const char *address;
    AphAccess *access;
    gboolean is_exposed;
  } cases[] = {
    { "http://example.org", some, TRUE },
    { "http://example.org", none, FALSE },
    { "https://example.org", some, FALSE },
    { "http://127.0.0.1", some, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AphEndpoint) plain = aph_endpoint_new (cases[i].address, NULL);
      g_autoptr (AphEndpoint) endpoint = aph_endpoint_new_with_access (plain, cases[i].access);

      g_assert_cmpint (aph_endpoint_exposes_key (endpoint), ==, cases[i].is_exposed);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/access/bad-fields", test_bad_fields);
  g_test_add_func ("/access/exposed", test_exposed);
#define add(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)
  add ("/access/unknown-certificate", NULL, test_unknown_certificate);
  add ("/access/authority", NULL, test_authority);
  add ("/access/other-name", NULL, test_other_name);
  add ("/access/fingerprint", NULL, test_fingerprint);
  add ("/access/headers", "plain", test_headers);
  add ("/access/hidden", "plain", test_hidden);
#undef add

  return g_test_run ();
}
