/* aph-access.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define APH_TYPE_ACCESS (aph_access_get_type ())

/**
 * AphAccess:
 *
 * What a server wants to see before it lets us in, and by what we know that it is the right one: an
 * immutable value. Keys and headers are secrets: they are shown, logged and written nowhere.
 */
typedef struct _AphAccess AphAccess;

/**
 * AphAccessFields:
 * @api_key: (nullable): sent as `Authorization: Bearer …`; white space around it is dropped
 * @headers: (nullable): more headers, each "Name: value"
 * @authorities: (nullable): certificates in PEM of those who may vouch for the server, beside those
 *   whom the system trusts
 * @fingerprint: (nullable): the SHA-256 of a certificate that is trusted whoever vouches for it;
 *   hexadecimal digits with or without colons
 *
 * To make an #AphAccess of.
 */
typedef struct
{
  const char        *api_key;
  const char *const *headers;
  const char        *authorities;
  const char        *fingerprint;
} AphAccessFields;

#define APH_ACCESS_ERROR (aph_access_error_quark ())

/**
 * AphAccessError:
 * @APH_ACCESS_ERROR_KEY: this is no key
 * @APH_ACCESS_ERROR_HEADER: this is no header, or none that may be set
 * @APH_ACCESS_ERROR_AUTHORITIES: there is no certificate, or a broken one
 * @APH_ACCESS_ERROR_FINGERPRINT: this is no fingerprint
 */
typedef enum
{
  APH_ACCESS_ERROR_KEY,
  APH_ACCESS_ERROR_HEADER,
  APH_ACCESS_ERROR_AUTHORITIES,
  APH_ACCESS_ERROR_FINGERPRINT,
} AphAccessError;

GQuark      aph_access_error_quark     (void);
GType       aph_access_get_type        (void) G_GNUC_CONST;

AphAccess  *aph_access_new             (const AphAccessFields  *fields,
                                        GError                **error);
AphAccess  *aph_access_ref             (AphAccess              *self);
void        aph_access_unref           (AphAccess              *self);

const char *aph_access_get_api_key     (const AphAccess        *self);
gboolean    aph_access_has_secret      (const AphAccess        *self);
void        aph_access_add_headers     (const AphAccess        *self,
                                        SoupMessageHeaders     *headers);
void        aph_access_hide            (const AphAccess        *self,
                                        GString                *text);
gboolean    aph_access_trusts          (const AphAccess        *self,
                                        GTlsCertificate        *certificate,
                                        GSocketConnectable     *identity);

void        aph_access_hide_secret     (const char             *secret,
                                        GString                *text);
char       *aph_certificate_fingerprint (GTlsCertificate       *certificate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphAccess, aph_access_unref)

G_END_DECLS
