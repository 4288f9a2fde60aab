/* aph-origin.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * AphOrigin:
 *
 * Where an answer comes from, as far as is known: what it takes, beside the request itself, to get
 * the same answer again. An immutable value that all jobs sent to the same model share.
 */
#define APH_TYPE_ORIGIN (aph_origin_get_type ())

typedef struct _AphOrigin AphOrigin;

/**
 * AphOriginFields:
 * @api: how the server was spoken to: "ollama", "openai"
 * @streamed: whether the answer was asked for token by token
 * @version: (nullable): the version of the server
 * @digest: (nullable): what tells the model from another one of the same name
 *
 * All that an origin says.
 */
typedef struct
{
  const char *api;
  gboolean    streamed;
  const char *version;
  const char *digest;
} AphOriginFields;

GType                  aph_origin_get_type   (void) G_GNUC_CONST;

AphOrigin             *aph_origin_new        (const AphOriginFields *fields);
AphOrigin             *aph_origin_ref        (AphOrigin             *self);
void                   aph_origin_unref      (AphOrigin             *self);
const AphOriginFields *aph_origin_get_fields (const AphOrigin       *self);
gboolean               aph_origin_equal      (const AphOrigin       *a,
                                              const AphOrigin       *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphOrigin, aph_origin_unref)

G_END_DECLS
