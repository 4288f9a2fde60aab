/* aph-access.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-access"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "server/aph-access.h"
#include "server/aph-endpoint.h"

/* A word that short is no secret, but may well be part of another. */
#define SHORTEST_SECRET 8

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

typedef struct
{
  char *name;
  char *value;
} Header;

struct _AphAccess
{
  char *api_key;          /* (nullable) */
  GPtrArray *headers;     /* of Header */
  GPtrArray *authorities; /* of GTlsCertificate */
  char *fingerprint;      /* (nullable) as aph_certificate_fingerprint() has it */
};

G_DEFINE_BOXED_TYPE (AphAccess, aph_access, aph_access_ref, aph_access_unref)

G_DEFINE_QUARK (aph-access-error-quark, aph_access_error)

static void
header_free (gpointer data)
{
  Header *header = data;

  g_free (header->name);
  g_free (header->value);
  g_free (header);
}

static gboolean
is_header_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
      return FALSE;

  return *name != '\0';
}

static gboolean
is_header_value (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (!g_ascii_isprint (*p) && *p != '\t')
      return FALSE;

  return *value != '\0';
}

/* What we or libsoup say ourselves: another value would break the request, or send it astray. */
static gboolean
is_ours (const char *name)
{
  static const char *const ours[] = {
    "Accept", "Connection", "Content-Length", "Content-Type", "Expect", "Host", "TE", "Trailer",
    "Transfer-Encoding", "Upgrade",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    if (g_ascii_strcasecmp (name, ours[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
add_header (AphAccess   *self,
            const char  *text,
            GError     **error)
{
  const char *colon = strchr (text, ':');
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  Header *header;

  if (colon != NULL)
    {
      name = g_strstrip (g_strndup (text, colon - text));
      value = g_strstrip (g_strdup (colon + 1));
    }
  /* The value is a secret: it is not repeated. */
  if (name == NULL || !is_header_name (name) || !is_header_value (value))
    {
      g_set_error_literal (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_HEADER,
                           _("A header is written as “Name: value”"));
      return FALSE;
    }
  if (is_ours (name))
    {
      g_set_error (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_HEADER,
                   _("The header “%s” cannot be set"), name);
      return FALSE;
    }

  header = g_new0 (Header, 1);
  header->name = g_steal_pointer (&name);
  header->value = g_steal_pointer (&value);
  g_ptr_array_add (self->headers, header);

  return TRUE;
}

static gboolean
add_authorities (AphAccess   *self,
                 const char  *pem,
                 GError     **error)
{
  const char *begin = pem;

  while ((begin = strstr (begin, PEM_BEGIN)) != NULL)
    {
      const char *end = strstr (begin, PEM_END);
      gsize length = end != NULL ? (gsize) (end - begin) + strlen (PEM_END) : strlen (begin);
      GTlsCertificate *certificate = g_tls_certificate_new_from_pem (begin, length, NULL);

      if (certificate == NULL)
        {
          g_set_error_literal (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_AUTHORITIES,
                               _("A certificate in the file is damaged"));
          return FALSE;
        }
      g_ptr_array_add (self->authorities, certificate);
      begin += length;
    }

  if (self->authorities->len > 0)
    return TRUE;

  g_set_error_literal (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_AUTHORITIES,
                       _("There is no certificate in the file; it has to be in PEM format"));

  return FALSE;
}

static char *
normalize_fingerprint (const char *text)
{
  GString *digits = g_string_new (NULL);
  GString *pairs;

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isxdigit (*p))
      g_string_append_c (digits, g_ascii_toupper (*p));
    else if (strchr (": ", *p) == NULL)
      g_string_append (digits, "?");
  if (digits->len != 64 || strchr (digits->str, '?') != NULL)
    {
      g_string_free (digits, TRUE);
      return NULL;
    }

  pairs = g_string_new (NULL);
  for (guint i = 0; i < 64; i += 2)
    g_string_append_printf (pairs, "%s%.2s", i > 0 ? ":" : "", digits->str + i);
  g_string_free (digits, TRUE);

  return g_string_free (pairs, FALSE);
}

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
take_fields (AphAccess              *self,
             const AphAccessFields  *fields,
             GError                **error)
{
  if (fields->api_key != NULL)
    {
      g_autofree char *key = aph_endpoint_strip_key (fields->api_key);

      if (key == NULL)
        {
          g_set_error_literal (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_KEY,
                               _("This is no key: it has blanks or characters that no key has"));
          return FALSE;
        }
      if (*key != '\0')
        self->api_key = g_steal_pointer (&key);
    }

  for (guint i = 0; fields->headers != NULL && fields->headers[i] != NULL; i++)
    if (!add_header (self, fields->headers[i], error))
      return FALSE;

  if (is_given (fields->authorities) && !add_authorities (self, fields->authorities, error))
    return FALSE;

  if (is_given (fields->fingerprint))
    self->fingerprint = normalize_fingerprint (fields->fingerprint);
  if (is_given (fields->fingerprint) && self->fingerprint == NULL)
    {
      g_set_error_literal (error, APH_ACCESS_ERROR, APH_ACCESS_ERROR_FINGERPRINT,
                           _("This is no SHA-256 fingerprint of a certificate"));
      return FALSE;
    }

  return TRUE;
}

/**
 * aph_access_new:
 * @fields: what it takes
 * @error: return location; what it says repeats no secret
 *
 * Returns: (transfer full): an access, or %NULL with an %APH_ACCESS_ERROR
 */
AphAccess *
aph_access_new (const AphAccessFields  *fields,
                GError                **error)
{
  g_autoptr (AphAccess) self = NULL;

  g_return_val_if_fail (fields != NULL, NULL);

  self = g_rc_box_new0 (AphAccess);
  self->headers = g_ptr_array_new_with_free_func (header_free);
  self->authorities = g_ptr_array_new_with_free_func (g_object_unref);
  if (!take_fields (self, fields, error))
    return NULL;

  return g_steal_pointer (&self);
}

AphAccess *
aph_access_ref (AphAccess *self)
{
  return g_rc_box_acquire (self);
}

static void
aph_access_clear (gpointer data)
{
  AphAccess *self = data;

  g_free (self->api_key);
  g_ptr_array_unref (self->headers);
  g_ptr_array_unref (self->authorities);
  g_free (self->fingerprint);
}

void
aph_access_unref (AphAccess *self)
{
  g_rc_box_release_full (self, aph_access_clear);
}

/**
 * aph_access_get_api_key:
 * @self: an access
 *
 * Returns: (nullable): the key; never to be shown, logged or written
 */
const char *
aph_access_get_api_key (const AphAccess *self)
{
  return self->api_key;
}

/**
 * aph_access_has_secret:
 * @self: an access
 *
 * Returns: whether something is sent that others must not read
 */
gboolean
aph_access_has_secret (const AphAccess *self)
{
  return self->api_key != NULL || self->headers->len > 0;
}

/**
 * aph_access_add_headers:
 * @self: an access
 * @headers: of a request
 *
 * Adds its headers, but not the key, which has its own.
 */
void
aph_access_add_headers (const AphAccess    *self,
                        SoupMessageHeaders *headers)
{
  for (guint i = 0; i < self->headers->len; i++)
    {
      const Header *header = g_ptr_array_index (self->headers, i);

      soup_message_headers_replace (headers, header->name, header->value);
    }
}

/**
 * aph_access_hide_secret:
 * @secret: (nullable): what nobody may read
 * @text: what is to be shown
 *
 * Puts "…" where @text repeats @secret.
 */
void
aph_access_hide_secret (const char *secret,
                        GString    *text)
{
  if (secret != NULL && strlen (secret) >= SHORTEST_SECRET)
    g_string_replace (text, secret, "…", 0);
}

/* All of a header's value, and each of its parts: a server repeats only the second of
 * "Basic dXNlcjpwYXNz", and of "session=0123" what is behind the sign. */
static void
hide_value (const char *value,
            GString    *text)
{
  g_auto (GStrv) parts = g_strsplit_set (value, " \t,;\"", -1);

  aph_access_hide_secret (value, text);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *equals = strchr (parts[i], '=');

      aph_access_hide_secret (parts[i], text);
      if (equals != NULL)
        aph_access_hide_secret (equals + 1, text);
    }
}

/**
 * aph_access_hide:
 * @self: an access
 * @text: what a server has said
 *
 * Puts "…" where @text repeats a secret: some servers repeat what they refuse.
 */
void
aph_access_hide (const AphAccess *self,
                 GString         *text)
{
  aph_access_hide_secret (self->api_key, text);
  for (guint i = 0; i < self->headers->len; i++)
    hide_value (((Header *) g_ptr_array_index (self->headers, i))->value, text);
}

/**
 * aph_access_trusts:
 * @self: an access
 * @certificate: of a server whom the system does not trust
 * @identity: whom we wanted to speak to
 *
 * Returns: whether it is trusted all the same: it is the one certificate that the user named, or
 *   one of the user's authorities vouches for it and for @identity
 */
gboolean
aph_access_trusts (const AphAccess    *self,
                   GTlsCertificate    *certificate,
                   GSocketConnectable *identity)
{
  if (self->fingerprint != NULL)
    {
      g_autofree char *fingerprint = aph_certificate_fingerprint (certificate);

      if (g_strcmp0 (fingerprint, self->fingerprint) == 0)
        return TRUE;
    }

  for (guint i = 0; i < self->authorities->len; i++)
    if (g_tls_certificate_verify (certificate, identity,
                                  g_ptr_array_index (self->authorities, i)) == 0)
      return TRUE;

  return FALSE;
}

/**
 * aph_certificate_fingerprint:
 * @certificate: a certificate
 *
 * Returns: (transfer full) (nullable): its SHA-256 as people compare it: "AB:CD:…"
 */
char *
aph_certificate_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *digest = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return NULL;

  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);

  return normalize_fingerprint (digest);
}
