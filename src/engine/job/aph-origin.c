/* aph-origin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-origin"

#include "config.h"

#include "job/aph-origin.h"

struct _AphOrigin
{
  AphOriginFields fields;   /* its texts are those below */
  char *api;
  char *version;            /* (nullable) */
  char *digest;             /* (nullable) */
};

G_DEFINE_BOXED_TYPE (AphOrigin, aph_origin, aph_origin_ref, aph_origin_unref)

/**
 * aph_origin_new:
 * @fields: what it says
 *
 * Returns: (transfer full): a new origin
 */
AphOrigin *
aph_origin_new (const AphOriginFields *fields)
{
  AphOrigin *self;

  g_return_val_if_fail (fields != NULL && fields->api != NULL, NULL);

  self = g_atomic_rc_box_new0 (AphOrigin);
  self->api = g_strdup (fields->api);
  self->version = g_strdup (fields->version);
  self->digest = g_strdup (fields->digest);
  self->fields = (AphOriginFields) {
    .api = self->api,
    .streamed = fields->streamed,
    .version = self->version,
    .digest = self->digest,
  };

  return self;
}

AphOrigin *
aph_origin_ref (AphOrigin *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
aph_origin_clear (gpointer data)
{
  AphOrigin *self = data;

  g_free (self->api);
  g_free (self->version);
  g_free (self->digest);
}

void
aph_origin_unref (AphOrigin *self)
{
  g_atomic_rc_box_release_full (self, aph_origin_clear);
}

/**
 * aph_origin_get_fields:
 * @self: an origin
 *
 * Returns: (transfer none): what it says
 */
const AphOriginFields *
aph_origin_get_fields (const AphOrigin *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->fields;
}

/**
 * aph_origin_equal:
 * @a: (nullable): an origin
 * @b: (nullable): another
 *
 * Returns: whether both say the same
 */
gboolean
aph_origin_equal (const AphOrigin *a,
                  const AphOrigin *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return g_str_equal (a->api, b->api)
         && a->fields.streamed == b->fields.streamed
         && g_strcmp0 (a->version, b->version) == 0
         && g_strcmp0 (a->digest, b->digest) == 0;
}
