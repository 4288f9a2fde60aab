/* aph-link.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-link"

#include "config.h"

#include <string.h>

#include "ui/aph-link.h"

/* Whoever needs more of an address has to copy it. */
#define MAX_URI_BYTES 4000

static gboolean
may_be_opened (const char *scheme)
{
  return strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0
         || strcmp (scheme, "mailto") == 0;
}

/**
 * aph_link_dup_uri:
 * @link: valid UTF-8: where a link leads, as a model wrote it
 *
 * Returns: (transfer full) (nullable): the address to open; %NULL if it is none of the web and no
 *   e-mail address, so that it must not be opened
 */
char *
aph_link_dup_uri (const char *link)
{
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (link != NULL, NULL);

  if (strlen (link) > MAX_URI_BYTES)
    return NULL;

  uri = g_uri_parse (link, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);
  if (uri == NULL || !may_be_opened (g_uri_get_scheme (uri)))
    return NULL;
  if (strcmp (g_uri_get_scheme (uri), "mailto") != 0
      && (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'))
    return NULL;

  return g_uri_to_string (uri);
}

/* Invisible, or turns the order of what follows. */
static gboolean
deceives (gunichar ch)
{
  return g_unichar_iscntrl (ch) || g_unichar_iszerowidth (ch) || g_unichar_isspace (ch)
         || g_unichar_type (ch) == G_UNICODE_FORMAT;
}

/**
 * aph_link_dup_shown:
 * @uri: valid UTF-8: an address
 *
 * Returns: (transfer full): the same to be read: with all characters visible and in the order in
 *   which they are
 */
char *
aph_link_dup_shown (const char *uri)
{
  GString *shown = g_string_new (NULL);

  g_return_val_if_fail (uri != NULL, NULL);

  for (const char *p = uri; *p != '\0'; p = g_utf8_next_char (p))
    {
      const char *next = g_utf8_next_char (p);

      if (!deceives (g_utf8_get_char (p)))
        {
          g_string_append_len (shown, p, next - p);
          continue;
        }
      for (const char *byte = p; byte < next; byte++)
        g_string_append_printf (shown, "%%%02X", (guchar) *byte);
    }

  return g_string_free (shown, FALSE);
}
