/* aph-http-failure.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What goes wrong below the dialect: names, connections, TLS, HTTP itself.
 */

#define G_LOG_DOMAIN "aph-http-failure"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "server/aph-http-failure.h"

/* Nobody means more than this by Retry-After. */
#define MAX_RETRY_AFTER (7 * G_TIME_SPAN_DAY / G_TIME_SPAN_MILLISECOND)

static AphFailure *
describe_io_error (const GError *error,
                   const char   *url)
{
  switch (error->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return aph_failure_new (APH_FAILURE_REFUSED, 0,
                              _("Nothing answers at %s. Is the server running there?"), url);

    case G_IO_ERROR_HOST_NOT_FOUND:
      return aph_failure_new (APH_FAILURE_REFUSED, 0,
                              _("There is no machine of this name: %s"), url);

    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return aph_failure_new (APH_FAILURE_REFUSED, 0,
                              _("There is no way to %s: the network or the machine is off"), url);

    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return aph_failure_new (APH_FAILURE_REFUSED, 0,
                              _("The proxy on the way to %s does not let us through: %s"),
                              url, error->message);

    default:
      return NULL;
    }
}

/**
 * aph_http_failure_from_error:
 * @error: what libsoup reported, other than a cancellation
 * @url: the server's address
 * @is_connected: whether there had been a connection
 *
 * Returns: (transfer full): what it means: without a connection the server counts as absent
 */
AphFailure *
aph_http_failure_from_error (const GError *error,
                             const char   *url,
                             gboolean      is_connected)
{
  AphFailure *failure = NULL;

  g_return_val_if_fail (error != NULL, NULL);
  g_return_val_if_fail (url != NULL, NULL);

  if (error->domain == G_RESOLVER_ERROR)
    return aph_failure_new (APH_FAILURE_REFUSED, 0,
                            _("The address of %s was not found: %s"), url, error->message);

  /* What encrypts a connection may also break it, like any other. */
  if (error->domain == G_TLS_ERROR
      && !(is_connected && (error->code == G_TLS_ERROR_EOF || error->code == G_TLS_ERROR_MISC)))
    return aph_failure_new (APH_FAILURE_REFUSED, 0,
                            _("No safe connection to %s: %s"), url, error->message);

  if (g_error_matches (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING))
    return aph_failure_new (APH_FAILURE_REFUSED, 0,
                            _("What answers at %s does not speak HTTP. Is the port right?"), url);

  if (error->domain == G_IO_ERROR && !is_connected)
    failure = describe_io_error (error, url);
  if (failure != NULL)
    return failure;

  if (!is_connected)
    return aph_failure_new (APH_FAILURE_REFUSED, 0,
                            _("No connection to %s: %s"), url, error->message);

  return aph_failure_new (APH_FAILURE_TRANSPORT, 0,
                          _("The connection to %s broke: %s"), url, error->message);
}

/**
 * aph_http_failure_from_redirect:
 * @status: a status from 300 to 399
 * @headers: the headers of the reply
 * @path: what was asked for below the server's address
 *
 * Redirects are not followed: a POST would arrive as a GET without its body. The typical one
 * leads from http to https.
 *
 * Returns: (transfer full): a failure that names the other address
 */
AphFailure *
aph_http_failure_from_redirect (guint               status,
                                SoupMessageHeaders *headers,
                                const char         *path)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autofree char *address = NULL;

  if (location == NULL || *location == '\0')
    return aph_failure_new (APH_FAILURE_PERMANENT, status,
                            _("The server sends us elsewhere (status %u) without saying where to"),
                            status);

  address = g_strdup (location);
  if (g_str_has_suffix (address, path))
    address[strlen (address) - strlen (path)] = '\0';

  return aph_failure_new (APH_FAILURE_PERMANENT, status,
                          _("The server sends us on to %s. Use that address"), address);
}

/**
 * aph_http_get_retry_after:
 * @headers: the headers of a reply
 * @now: the time of day, in seconds since the epoch
 *
 * Understands `Retry-After` in seconds or as a date, and OpenAI's `retry-after-ms`.
 *
 * Returns: how many milliseconds the server asks us to wait, or -1 if it does not
 */
gint64
aph_http_get_retry_after (SoupMessageHeaders *headers,
                          gint64              now)
{
  const char *milliseconds = soup_message_headers_get_one (headers, "retry-after-ms");
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  guint64 number;

  if (milliseconds != NULL
      && g_ascii_string_to_unsigned (milliseconds, 10, 0, G_MAXINT64, &number, NULL))
    return MIN (number, MAX_RETRY_AFTER);

  if (text == NULL)
    return -1;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return MIN (number, MAX_RETRY_AFTER / 1000) * 1000;

  date = soup_date_time_new_from_http_string (text);
  if (date == NULL)
    return -1;

  return CLAMP (g_date_time_to_unix (date) - now, 0, MAX_RETRY_AFTER / 1000) * 1000;
}
