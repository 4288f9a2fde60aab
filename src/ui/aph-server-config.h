/* aph-server-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server/aph-endpoint.h"

G_BEGIN_DECLS

#define APH_TYPE_SERVER_CONFIG (aph_server_config_get_type ())

/**
 * AphServerConfig:
 *
 * What the user said of a server: an immutable value. What of it is secret is not in its #GVariant.
 */
typedef struct _AphServerConfig AphServerConfig;

/**
 * AphServerConfigFields:
 * @id: (nullable): what tells it from others, kept when it is edited; a new one if %NULL
 * @name: (nullable): what the user calls it
 * @address: as people write it
 * @api: (nullable): the dialect's name; the default one if %NULL
 * @limit: how many prompts at once, 0 to find out
 * @enabled: whether prompts are sent there
 * @authorities: (nullable): certificates in PEM
 * @fingerprint: (nullable): of the one certificate that is trusted
 * @has_secret: whether there is a key or a header that the keyring has
 * @api_key: (nullable): a secret
 * @headers: (nullable): each "Name: value", secret
 *
 * To make an #AphServerConfig of.
 */
typedef struct
{
  const char        *id;
  const char        *name;
  const char        *address;
  const char        *api;
  guint              limit;
  gboolean           enabled;
  const char        *authorities;
  const char        *fingerprint;
  gboolean           has_secret;
  const char        *api_key;
  const char *const *headers;
} AphServerConfigFields;

GType            aph_server_config_get_type       (void) G_GNUC_CONST;

AphServerConfig *aph_server_config_new            (const AphServerConfigFields  *fields);
AphServerConfig *aph_server_config_new_from_variant (GVariant                   *variant);
AphServerConfig *aph_server_config_new_with_secret (const AphServerConfig       *self,
                                                   const char                   *secret);
AphServerConfig *aph_server_config_ref            (AphServerConfig              *self);
void             aph_server_config_unref          (AphServerConfig              *self);

const AphServerConfigFields *
                 aph_server_config_get            (const AphServerConfig        *self);
const char      *aph_server_config_get_title      (const AphServerConfig        *self);
GVariant        *aph_server_config_to_variant     (const AphServerConfig        *self);
char            *aph_server_config_dup_secret     (const AphServerConfig        *self);
AphEndpoint     *aph_server_config_dup_endpoint   (const AphServerConfig        *self,
                                                   GError                      **error);

gboolean         aph_server_config_is_reached_alike (const AphServerConfig      *a,
                                                   const AphServerConfig       *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphServerConfig, aph_server_config_unref)

G_END_DECLS
