/* aph-server-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-server-config"

#include "config.h"

#include <string.h>

#include "ui/aph-server-config.h"

struct _AphServerConfig
{
  AphServerConfigFields fields;
};

G_DEFINE_BOXED_TYPE (AphServerConfig, aph_server_config, aph_server_config_ref,
                     aph_server_config_unref)

static char *
dup_given (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * aph_server_config_new:
 * @fields: what is known; copied
 *
 * Returns: (transfer full): a configuration
 */
AphServerConfig *
aph_server_config_new (const AphServerConfigFields *fields)
{
  AphServerConfig *self;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (fields->address != NULL, NULL);

  self = g_rc_box_new0 (AphServerConfig);
  self->fields = *fields;
  self->fields.id = fields->id != NULL ? g_strdup (fields->id) : g_uuid_string_random ();
  self->fields.name = dup_given (fields->name);
  self->fields.address = g_strdup (fields->address);
  self->fields.api = dup_given (fields->api);
  self->fields.authorities = dup_given (fields->authorities);
  self->fields.fingerprint = dup_given (fields->fingerprint);
  self->fields.api_key = dup_given (fields->api_key);
  self->fields.headers = (const char *const *) g_strdupv ((char **) fields->headers);
  self->fields.has_secret = fields->has_secret || self->fields.api_key != NULL
                            || (fields->headers != NULL && fields->headers[0] != NULL);

  return self;
}

/**
 * aph_server_config_new_from_variant:
 * @variant: an a{sv} as aph_server_config_to_variant() makes it; what is missing or of another type
 *   is as in a new one
 *
 * Returns: (transfer full) (nullable): the configuration, without its secrets; %NULL if it has no
 *   address
 */
AphServerConfig *
aph_server_config_new_from_variant (GVariant *variant)
{
  AphServerConfigFields fields = { .enabled = TRUE };

  g_return_val_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT), NULL);

  g_variant_lookup (variant, "id", "&s", &fields.id);
  g_variant_lookup (variant, "name", "&s", &fields.name);
  g_variant_lookup (variant, "address", "&s", &fields.address);
  g_variant_lookup (variant, "api", "&s", &fields.api);
  g_variant_lookup (variant, "limit", "u", &fields.limit);
  g_variant_lookup (variant, "enabled", "b", &fields.enabled);
  g_variant_lookup (variant, "authorities", "&s", &fields.authorities);
  g_variant_lookup (variant, "fingerprint", "&s", &fields.fingerprint);
  g_variant_lookup (variant, "has-secret", "b", &fields.has_secret);

  return fields.address != NULL ? aph_server_config_new (&fields) : NULL;
}

/**
 * aph_server_config_new_with_secret:
 * @self: a configuration
 * @secret: as aph_server_config_dup_secret() makes it
 *
 * Returns: (transfer full): the same with its key and headers
 */
AphServerConfig *
aph_server_config_new_with_secret (const AphServerConfig *self,
                                   const char            *secret)
{
  AphServerConfigFields fields;
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (secret != NULL, NULL);

  lines = g_strsplit (secret, "\n", -1);
  fields = self->fields;
  fields.api_key = lines[0];
  fields.headers = lines[0] != NULL ? (const char *const *) lines + 1 : NULL;

  return aph_server_config_new (&fields);
}

AphServerConfig *
aph_server_config_ref (AphServerConfig *self)
{
  return g_rc_box_acquire (self);
}

static void
aph_server_config_clear (gpointer data)
{
  AphServerConfig *self = data;

  g_free ((char *) self->fields.id);
  g_free ((char *) self->fields.name);
  g_free ((char *) self->fields.address);
  g_free ((char *) self->fields.api);
  g_free ((char *) self->fields.authorities);
  g_free ((char *) self->fields.fingerprint);
  g_free ((char *) self->fields.api_key);
  g_strfreev ((char **) self->fields.headers);
}

void
aph_server_config_unref (AphServerConfig *self)
{
  g_rc_box_release_full (self, aph_server_config_clear);
}

/**
 * aph_server_config_get:
 * @self: a configuration
 *
 * Returns: (transfer none): what is known
 */
const AphServerConfigFields *
aph_server_config_get (const AphServerConfig *self)
{
  return &self->fields;
}

/**
 * aph_server_config_get_title:
 * @self: a configuration
 *
 * Returns: its name, or its address if it has none
 */
const char *
aph_server_config_get_title (const AphServerConfig *self)
{
  return self->fields.name != NULL ? self->fields.name : self->fields.address;
}

static void
add_string (GVariantDict *dict,
            const char   *key,
            const char   *value)
{
  if (value != NULL)
    g_variant_dict_insert (dict, key, "s", value);
}

/**
 * aph_server_config_to_variant:
 * @self: a configuration
 *
 * Returns: (transfer floating): all that is not secret, as a{sv}
 */
GVariant *
aph_server_config_to_variant (const AphServerConfig *self)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  add_string (&dict, "id", self->fields.id);
  add_string (&dict, "name", self->fields.name);
  add_string (&dict, "address", self->fields.address);
  add_string (&dict, "api", self->fields.api);
  add_string (&dict, "authorities", self->fields.authorities);
  add_string (&dict, "fingerprint", self->fields.fingerprint);
  g_variant_dict_insert (&dict, "limit", "u", self->fields.limit);
  g_variant_dict_insert (&dict, "enabled", "b", self->fields.enabled);
  g_variant_dict_insert (&dict, "has-secret", "b", self->fields.has_secret);

  return g_variant_dict_end (&dict);
}

/**
 * aph_server_config_dup_secret:
 * @self: a configuration
 *
 * Returns: (transfer full) (nullable): its key and its headers, one a line, for the keyring; %NULL
 *   if it has neither
 */
char *
aph_server_config_dup_secret (const AphServerConfig *self)
{
  GString *text;

  if (self->fields.api_key == NULL
      && (self->fields.headers == NULL || self->fields.headers[0] == NULL))
    return NULL;

  text = g_string_new (self->fields.api_key);
  for (guint i = 0; self->fields.headers != NULL && self->fields.headers[i] != NULL; i++)
    g_string_append_printf (text, "\n%s", self->fields.headers[i]);

  return g_string_free (text, FALSE);
}

/**
 * aph_server_config_dup_endpoint:
 * @self: a configuration
 * @error: return location
 *
 * Returns: (transfer full): where and how the server is reached; %NULL with an %APH_ENDPOINT_ERROR
 *   or an %APH_ACCESS_ERROR if what the user has said makes no sense
 */
AphEndpoint *
aph_server_config_dup_endpoint (const AphServerConfig  *self,
                                GError                **error)
{
  const AphServerConfigFields *fields = &self->fields;
  const AphAccessFields access_fields = {
    .api_key = fields->api_key,
    .headers = fields->headers,
    .authorities = fields->authorities,
    .fingerprint = fields->fingerprint,
  };
  g_autofree char *text = NULL;
  g_autoptr (AphEndpoint) plain = NULL;
  g_autoptr (AphAccess) access = NULL;

  text = fields->api != NULL ? g_strdup_printf ("%s,api=%s", fields->address, fields->api)
                             : g_strdup (fields->address);
  plain = aph_endpoint_new (text, error);
  access = plain != NULL ? aph_access_new (&access_fields, error) : NULL;

  return access != NULL ? aph_endpoint_new_with_access (plain, access) : NULL;
}

/**
 * aph_server_config_is_reached_alike:
 * @a: (nullable): a configuration
 * @b: (nullable): another
 *
 * Returns: whether both are the same server, reached the same way; if not, it has to be turned to
 *   anew
 */
gboolean
aph_server_config_is_reached_alike (const AphServerConfig *a,
                                    const AphServerConfig *b)
{
  g_autofree char *secret_a = NULL;
  g_autofree char *secret_b = NULL;
  const AphServerConfigFields *x;
  const AphServerConfigFields *y;

  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL)
    return FALSE;

  x = aph_server_config_get (a);
  y = aph_server_config_get (b);
  secret_a = aph_server_config_dup_secret (a);
  secret_b = aph_server_config_dup_secret (b);

  return g_str_equal (x->id, y->id)
         && g_str_equal (x->address, y->address)
         && g_strcmp0 (x->api, y->api) == 0
         && g_strcmp0 (x->authorities, y->authorities) == 0
         && g_strcmp0 (x->fingerprint, y->fingerprint) == 0
         && g_strcmp0 (secret_a, secret_b) == 0;
}
