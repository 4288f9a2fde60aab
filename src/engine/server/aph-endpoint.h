/* aph-endpoint.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "server/aph-access.h"
#include "server/aph-dialect.h"

G_BEGIN_DECLS

#define APH_TYPE_ENDPOINT (aph_endpoint_get_type ())

/**
 * AphEndpoint:
 *
 * Where a server is and how it is spoken to: an immutable value.
 */
typedef struct _AphEndpoint AphEndpoint;

#define APH_ENDPOINT_ERROR (aph_endpoint_error_quark ())

/**
 * AphEndpointError:
 * @APH_ENDPOINT_ERROR_INVALID: this is no address of a server
 */
typedef enum
{
  APH_ENDPOINT_ERROR_INVALID,
} AphEndpointError;

GQuark       aph_endpoint_error_quark     (void);
GType        aph_endpoint_get_type        (void) G_GNUC_CONST;

AphEndpoint *aph_endpoint_new             (const char         *text,
                                           GError            **error);
AphEndpoint *aph_endpoint_new_default     (void);
AphEndpoint *aph_endpoint_new_with_access (const AphEndpoint  *self,
                                           AphAccess          *access);
AphEndpoint *aph_endpoint_ref             (AphEndpoint        *self);
void         aph_endpoint_unref           (AphEndpoint        *self);

const char  *aph_endpoint_get_url         (const AphEndpoint  *self);
char        *aph_endpoint_dup_path        (const AphEndpoint  *self,
                                           const char         *path);
const AphDialect *
             aph_endpoint_get_dialect     (const AphEndpoint  *self);
guint        aph_endpoint_get_parallel    (const AphEndpoint  *self);
const char  *aph_endpoint_get_api_key     (const AphEndpoint  *self);
AphAccess   *aph_endpoint_get_access      (const AphEndpoint  *self);
gboolean     aph_endpoint_exposes_key     (const AphEndpoint  *self);
char        *aph_endpoint_strip_key       (const char         *text);
gboolean     aph_endpoint_is_local        (const AphEndpoint  *self);
GSocketAddress *
             aph_endpoint_dup_address     (const AphEndpoint  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphEndpoint, aph_endpoint_unref)

G_END_DECLS
