/* aph-endpoint.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-endpoint"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "server/aph-endpoint.h"

#define DEFAULT_PORT 11434
#define MAX_PARALLEL 4096

/* What needs no escape in a path, but for ' which would be taken for a quotation mark. */
#define PATH_CHARACTERS "/!$&()*+;=:@"

struct _AphEndpoint
{
  char *url;          /* scheme://host:port/base, without a slash at its end */
  const AphDialect *dialect;
  guint parallel;     /* 0 when the user left it to us */
  char *api_key;      /* (nullable) never to be shown or logged */
  AphAccess *access;  /* (nullable) */
  gboolean is_local;
  gboolean has_version; /* the base path says which version of the API is meant */
};

G_DEFINE_BOXED_TYPE (AphEndpoint, aph_endpoint, aph_endpoint_ref, aph_endpoint_unref)

G_DEFINE_QUARK (aph-endpoint-error-quark, aph_endpoint_error)

static gboolean
set_parallel (AphEndpoint  *self,
              const char   *value,
              GError      **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, MAX_PARALLEL, &number, NULL))
    {
      g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                   _("“parallel” takes a whole number from 1 to %d, not “%s”"),
                   MAX_PARALLEL, value);
      return FALSE;
    }

  self->parallel = number;

  return TRUE;
}

static gboolean
set_api (AphEndpoint  *self,
         const char   *value,
         GError      **error)
{
  const AphDialect *dialect = aph_dialect_lookup (value);
  g_autofree char *names = NULL;

  if (dialect == NULL)
    {
      names = aph_dialect_dup_names ();
      g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                   _("“api” takes one of: %s; not “%s”"), names, value);
      return FALSE;
    }

  self->dialect = dialect;

  return TRUE;
}

/* The key itself would be seen by whoever lists the processes, and kept in the shell's history. */
static gboolean
set_key_env (AphEndpoint  *self,
             const char   *name,
             GError      **error)
{
  const char *value = *name != '\0' && strchr (name, '=') == NULL ? g_getenv (name) : NULL;
  g_autofree char *key = value != NULL ? aph_endpoint_strip_key (value) : NULL;

  if (value == NULL || (key != NULL && *key == '\0'))
    g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                 _("The environment variable “%s”, which “key-env” names, is not set: "
                   "put the key of the server there"), name);
  else if (key == NULL)
    g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                 _("What the environment variable “%s” holds is no key: it has blanks or "
                   "characters that no key has"), name);
  else
    {
      g_free (self->api_key);
      self->api_key = g_steal_pointer (&key);
      return TRUE;
    }

  return FALSE;
}

static const struct
{
  const char *name;
  gboolean  (*set) (AphEndpoint  *self,
                    const char   *value,
                    GError      **error);
} known_settings[] = {
  { "parallel", set_parallel },
  { "api", set_api },
  { "key-env", set_key_env },
};

static gboolean
parse_setting (AphEndpoint  *self,
               const char   *setting,
               GError      **error)
{
  g_autofree char *name = g_strdup (setting);
  char *value = strchr (name, '=');

  if (value != NULL)
    *value++ = '\0';
  g_strstrip (name);

  for (guint i = 0; value != NULL && i < G_N_ELEMENTS (known_settings); i++)
    if (strcmp (known_settings[i].name, name) == 0)
      return known_settings[i].set (self, g_strstrip (value), error);

  g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
               _("“%s” is no setting of a server; after the address may stand "
                 "“,parallel=NUMBER”, “,api=NAME” and “,key-env=VARIABLE”"),
               setting);

  return FALSE;
}

/* What follows the address: ",parallel=4,api=ollama", already cut at the commas. */
static gboolean
parse_settings (AphEndpoint         *self,
                const char *const   *settings,
                GError             **error)
{
  for (guint i = 0; settings[i] != NULL; i++)
    if (!parse_setting (self, settings[i], error))
      return FALSE;

  return TRUE;
}

/* Cuts "host:port" as Go's net.SplitHostPort() does, which Ollama uses; a text it refuses is a
 * host without a port, with or without brackets. */
static char *
split_port (const char  *text,
            const char **port)
{
  const char *colon = strrchr (text, ':');
  const char *bracket = strchr (text, ']');
  gsize length = strlen (text);

  *port = "";

  if (*text == '[' && bracket != NULL && (bracket[1] == ':' || bracket[1] == '\0'))
    {
      if (bracket[1] == ':')
        *port = bracket + 2;
      return g_strndup (text + 1, bracket - text - 1);
    }

  /* More than one colon is a bare IPv6 address. */
  if (colon != NULL && strchr (text, ':') == colon)
    {
      *port = colon + 1;
      length = colon - text;
    }

  return g_strndup (text, length);
}

/* In any script. */
static gboolean
is_name (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < 0x80 && !g_ascii_isalnum (*p) && strchr ("-._~", *p) == NULL)
      return FALSE;

  return *text != '\0';
}

/* A name, or an address with maybe a zone. */
static gboolean
is_host (const char *host)
{
  const char *zone = strchr (host, '%');
  g_autofree char *address = g_strndup (host, strcspn (host, "%"));

  if (strchr (address, ':') != NULL)
    return g_hostname_is_ip_address (address) && (zone == NULL || is_name (zone + 1));

  return zone == NULL && is_name (address);
}

/* In a URL the "%" before an IPv6 address's zone is escaped: "%25eth0". In "%25" alone, which is no
 * URL, 25 is the zone. */
static void
unescape_zone (char *host)
{
  char *zone = strchr (host, ':') != NULL ? strstr (host, "%25") : NULL;

  if (zone != NULL && zone[3] != '\0')
    memmove (zone + 1, zone + 3, strlen (zone + 3) + 1);
}

/* What is escaped stays so; what ought to be is, too. */
static void
append_path (GString    *url,
             const char *path)
{
  for (const char *p = path; *p != '\0'; p++)
    if (*p == '%' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
      g_string_append_c (url, '%');
    else
      {
        const char byte[] = { *p, '\0' };

        g_string_append_uri_escaped (url, byte, PATH_CHARACTERS, FALSE);
      }
}

/* g_uri_join() knows a host with a zone for an address only if the zone pleases it, and escapes a
 * path that is escaped. */
static char *
make_url (const char *scheme,
          const char *host,
          int         port,
          const char *path)
{
  GString *url = g_string_new (scheme);
  const char *zone = strchr (host, '%');

  g_string_append (url, "://");
  if (zone != NULL)
    g_string_append_printf (url, "[%.*s%%25%s]", (int) (zone - host), host, zone + 1);
  else
    g_string_append_printf (url, strchr (host, ':') != NULL ? "[%s]" : "%s", host);
  g_string_append_printf (url, ":%d", port);
  append_path (url, path);

  return g_string_free (url, FALSE);
}

/* Servers listen on these; nobody can be reached there. */
static char *
map_host (char *host)
{
  const char *mapped = NULL;

  if (*host == '\0' || strcmp (host, "0.0.0.0") == 0)
    mapped = "127.0.0.1";
  else if (strcmp (host, "::") == 0)
    mapped = "::1";

  if (mapped == NULL)
    return host;

  g_free (host);

  return g_strdup (mapped);
}

/* A proxy is no way to this machine or to the neighbours. */
static gboolean
is_local_host (const char *host)
{
  g_autofree char *without_zone = g_strndup (host, strcspn (host, "%"));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (without_zone);
  const guint8 *bytes;

  if (address == NULL)
    {
      g_autofree char *name = g_ascii_strdown (host, -1);

      return strcmp (name, "localhost") == 0
             || g_str_has_suffix (name, ".localhost")
             || g_str_has_suffix (name, ".local");
    }

  if (g_inet_address_get_is_loopback (address)
      || g_inet_address_get_is_link_local (address)
      || g_inet_address_get_is_site_local (address))
    return TRUE;

  /* GLib's "site local" is the old fec0::/10; today's unique local addresses are fc00::/7. */
  bytes = g_inet_address_to_bytes (address);

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && (bytes[0] & 0xfe) == 0xfc;
}

static int
parse_port (const char *text,
            int         fallback)
{
  guint64 number;

  /* 0 means "any free one" to who listens, and nothing to who calls. */
  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &number, NULL))
    return fallback;

  return number;
}

/* Whether there is a part like "/v1" or "/v1beta". */
static gboolean
names_version (const char *path)
{
  for (const char *p = strstr (path, "/v"); p != NULL; p = strstr (p + 1, "/v"))
    if (g_ascii_isdigit (p[2]))
      return TRUE;

  return FALSE;
}

/* A name of nothing but characters that cannot be seen is valid, and none to the resolver. */
static gboolean
has_host (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (SoupMessage) message = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return FALSE;

  /* libsoup 3.8 takes fewer hosts than GLib does. */
  message = soup_message_new ("GET", url);

  return message != NULL;
}

/* What can be shown of an address: who writes a password into it sees it in no log. */
static char *
dup_shown (const char *text)
{
  const char *mark = strstr (text, "://");
  const char *rest = mark != NULL ? mark + strlen ("://") : text;
  const char *at = strrchr (rest, '@');

  return at != NULL ? g_strdup_printf ("%.*s…%s", (int) (rest - text), text, at)
                    : g_strdup (text);
}

/* @text is an address as OLLAMA_HOST takes it, trimmed. */
static gboolean
parse_address (AphEndpoint  *self,
               const char   *text,
               GError      **error)
{
  const char *mark = strstr (text, "://");
  g_autofree char *scheme = mark != NULL ? g_ascii_strdown (text, mark - text) : g_strdup ("http");
  const char *rest = mark != NULL ? mark + strlen ("://") : text;
  int default_port = DEFAULT_PORT;
  g_autofree char *authority = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autofree char *shown = dup_shown (text);
  const char *port;

  if (mark != NULL)
    default_port = strcmp (scheme, "https") == 0 ? 443 : 80;
  else if (strcmp (text, "ollama.com") == 0)
    {
      g_free (scheme);
      scheme = g_strdup ("https");
      default_port = 443;
    }

  authority = g_strndup (rest, strcspn (rest, "/"));
  path = g_strdup (rest + strlen (authority));
  while (g_str_has_suffix (path, "/"))
    path[strlen (path) - 1] = '\0';
  host = map_host (split_port (authority, &port));
  unescape_zone (host);

  if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
    {
      g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                   _("“%s” does not start with http:// or https://"), shown);
      return FALSE;
    }

  self->url = make_url (scheme, host, parse_port (port, default_port), path);
  self->is_local = is_local_host (host);
  self->has_version = names_version (path);

  if (strpbrk (authority, "@?#\\ \"<>") != NULL || !is_host (host)
      || strpbrk (path, "?# \"<>") != NULL
      || !has_host (self->url))
    {
      g_set_error (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                   _("“%s” is no address of a server; write it as HOST, HOST:PORT or "
                     "http://HOST:PORT"),
                   shown);
      return FALSE;
    }

  return TRUE;
}

/**
 * aph_endpoint_new:
 * @text: an address with maybe some settings: `URL[,parallel=N][,api=NAME][,key-env=VARIABLE]`
 * @error: return location
 *
 * The address is understood as Ollama understands OLLAMA_HOST (v0.33): `HOST`, `HOST:PORT`, an
 * IPv6 address with or without brackets, `http://…` (port 80), `https://…` (port 443), each with
 * maybe a base path; port 11434 when there is neither a scheme nor a port; a port that is none
 * counts as not given. An address that is only good for listening becomes one that can be called.
 * The server's key is what the environment variable of `key-env` holds now.
 *
 * Returns: (transfer full): an endpoint, or %NULL with an %APH_ENDPOINT_ERROR
 */
AphEndpoint *
aph_endpoint_new (const char  *text,
                  GError     **error)
{
  g_autoptr (AphEndpoint) self = NULL;
  g_auto (GStrv) parts = NULL;
  char *address;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, APH_ENDPOINT_ERROR, APH_ENDPOINT_ERROR_INVALID,
                           _("The address of the server is not valid UTF-8"));
      return NULL;
    }

  self = g_rc_box_new0 (AphEndpoint);
  self->dialect = aph_dialect_get_default ();

  parts = g_strsplit (*text != '\0' ? text : " ", ",", -1);
  address = g_strstrip (parts[0]);
  address += strspn (address, "\"'");
  length = strlen (address);
  while (length > 0 && strchr ("\"'", address[length - 1]) != NULL)
    address[--length] = '\0';

  if (!parse_address (self, address, error)
      || !parse_settings (self, (const char *const *) parts + 1, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * aph_endpoint_new_default:
 *
 * Returns: (transfer full): the endpoint that the environment variable OLLAMA_HOST names;
 *   `http://127.0.0.1:11434` when it is not set or names none
 */
AphEndpoint *
aph_endpoint_new_default (void)
{
  const char *text = g_getenv ("OLLAMA_HOST");
  g_autoptr (GError) error = NULL;
  AphEndpoint *self = aph_endpoint_new (text != NULL ? text : "", &error);

  if (self == NULL)
    {
      g_message ("OLLAMA_HOST: %s", error->message);
      self = aph_endpoint_new ("", NULL);
    }

  return self;
}

/**
 * aph_endpoint_new_with_access:
 * @self: an endpoint
 * @access: what it takes to be let in
 *
 * Returns: (transfer full): the same endpoint with @access; its key takes the place of @self's
 */
AphEndpoint *
aph_endpoint_new_with_access (const AphEndpoint *self,
                              AphAccess         *access)
{
  AphEndpoint *copy = g_rc_box_new0 (AphEndpoint);
  const char *api_key = aph_access_get_api_key (access);

  *copy = *self;
  copy->url = g_strdup (self->url);
  copy->api_key = g_strdup (api_key != NULL ? api_key : self->api_key);
  copy->access = aph_access_ref (access);

  return copy;
}

AphEndpoint *
aph_endpoint_ref (AphEndpoint *self)
{
  return g_rc_box_acquire (self);
}

static void
aph_endpoint_clear (gpointer data)
{
  AphEndpoint *self = data;

  g_free (self->url);
  g_free (self->api_key);
  g_clear_pointer (&self->access, aph_access_unref);
}

void
aph_endpoint_unref (AphEndpoint *self)
{
  g_rc_box_release_full (self, aph_endpoint_clear);
}

/**
 * aph_endpoint_get_url:
 * @self: an endpoint
 *
 * Returns: the address with scheme and port, without a slash at its end
 */
const char *
aph_endpoint_get_url (const AphEndpoint *self)
{
  return self->url;
}

/**
 * aph_endpoint_dup_path:
 * @self: an endpoint
 * @path: a path of the API: "/api/tags"
 *
 * A base path that names a version of the API already, as `http://HOST:8000/v1` does, which is
 * what OpenAI's own clients are given, takes the place of the "/v1" that @path begins with. A path
 * without a version is beside it: `http://HOST:8000/health`.
 *
 * Returns: (transfer full): the address of @path, below the endpoint's base path
 */
char *
aph_endpoint_dup_path (const AphEndpoint *self,
                       const char        *path)
{
  const char *last;

  g_return_val_if_fail (path != NULL && *path == '/', NULL);

  last = strrchr (self->url, '/');
  if (self->has_version && g_str_has_prefix (path, "/v1/"))
    path += strlen ("/v1");
  else if (self->has_version && names_version (last))
    return g_strdup_printf ("%.*s%s", (int) (last - self->url), self->url, path);

  return g_strconcat (self->url, path, NULL);
}

/**
 * aph_endpoint_get_dialect:
 * @self: an endpoint
 *
 * Returns: how the server is spoken to
 */
const AphDialect *
aph_endpoint_get_dialect (const AphEndpoint *self)
{
  return self->dialect;
}

/**
 * aph_endpoint_get_parallel:
 * @self: an endpoint
 *
 * Returns: how many requests the user wants to send to it at once; 0 when that is left to us
 */
guint
aph_endpoint_get_parallel (const AphEndpoint *self)
{
  return self->parallel;
}

/**
 * aph_endpoint_get_api_key:
 * @self: an endpoint
 *
 * It must not be shown, logged or written anywhere.
 *
 * Returns: (nullable): the key that the server wants to see
 */
const char *
aph_endpoint_get_api_key (const AphEndpoint *self)
{
  return self->api_key;
}

/**
 * aph_endpoint_get_access:
 * @self: an endpoint
 *
 * Returns: (transfer none) (nullable): what else it takes to be let in
 */
AphAccess *
aph_endpoint_get_access (const AphEndpoint *self)
{
  return self->access;
}

/**
 * aph_endpoint_exposes_key:
 * @self: an endpoint
 *
 * Returns: whether its key, or a secret header, goes over the network for everybody to read
 */
gboolean
aph_endpoint_exposes_key (const AphEndpoint *self)
{
  gboolean has_secret = self->api_key != NULL
                        || (self->access != NULL && aph_access_has_secret (self->access));

  return has_secret && !self->is_local && g_str_has_prefix (self->url, "http://");
}

/**
 * aph_endpoint_strip_key:
 * @text: a key as people paste it
 *
 * Returns: (transfer full) (nullable): it without white space around it, maybe ""; %NULL if it
 *   holds what no key does: anything but visible ASCII characters
 */
char *
aph_endpoint_strip_key (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  for (const char *p = stripped; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return NULL;

  return g_steal_pointer (&stripped);
}

/**
 * aph_endpoint_is_local:
 * @self: an endpoint
 *
 * libsoup would send even 127.0.0.1 through a proxy from the environment (seen with 3.2.3).
 *
 * Returns: whether it is this machine or one in the same private network, judged by its address:
 *   no proxy is asked then
 */
gboolean
aph_endpoint_is_local (const AphEndpoint *self)
{
  return self->is_local;
}

/**
 * aph_endpoint_dup_address:
 * @self: an endpoint
 *
 * Returns: (transfer full) (nullable): where to connect to, if that is known without looking
 *   anything up: a local address in numbers, and no name that a certificate would have to bear
 */
GSocketAddress *
aph_endpoint_dup_address (const AphEndpoint *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, SOUP_HTTP_URI_FLAGS, NULL);

  if (!self->is_local || uri == NULL || g_strcmp0 (g_uri_get_scheme (uri), "http") != 0)
    return NULL;

  return g_inet_socket_address_new_from_string (g_uri_get_host (uri), g_uri_get_port (uri));
}
