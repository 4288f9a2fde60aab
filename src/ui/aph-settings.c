/* aph-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-settings"

#include "config.h"

#include <gio/gio.h>

#include "ui/aph-settings.h"

struct _AphSettings
{
  GObject parent_instance;

  GSettings *stored; /* (nullable) when the schema is not installed: nothing is remembered */

  GVariant *servers;  /* aa{sv} */
  char *server;
  char *model;
  guint concurrency;
  AphView view;
  gboolean raw_answers;
  int window_width;
  int window_height;
  gboolean window_maximized;
};

enum
{
  PROP_0,
  PROP_CONCURRENCY,
  PROP_MODEL,
  PROP_RAW_ANSWERS,
  PROP_SERVER,
  PROP_VIEW,
  PROP_WINDOW_HEIGHT,
  PROP_WINDOW_MAXIMIZED,
  PROP_WINDOW_WIDTH,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (AphView, aph_view,
                    G_DEFINE_ENUM_VALUE (APH_VIEW_ANSWER, "answer"),
                    G_DEFINE_ENUM_VALUE (APH_VIEW_SIDE_BY_SIDE, "side-by-side"))

G_DEFINE_FINAL_TYPE (AphSettings, aph_settings, G_TYPE_OBJECT)

static gboolean
replace_string (char       **field,
                const char  *value)
{
  char *copy;

  if (value == NULL)
    value = "";
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  copy = g_strdup (value);
  g_free (*field);
  *field = copy;

  return TRUE;
}

static gboolean
replace_int (int *field,
             int  value)
{
  gboolean changed = *field != value;

  *field = value;

  return changed;
}

static void
aph_settings_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  AphSettings *self = APH_SETTINGS (object);

  switch (prop_id)
    {
    case PROP_CONCURRENCY:
      g_value_set_uint (value, self->concurrency);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->model);
      break;
    case PROP_RAW_ANSWERS:
      g_value_set_boolean (value, self->raw_answers);
      break;
    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;
    case PROP_VIEW:
      g_value_set_enum (value, self->view);
      break;
    case PROP_WINDOW_HEIGHT:
      g_value_set_int (value, self->window_height);
      break;
    case PROP_WINDOW_MAXIMIZED:
      g_value_set_boolean (value, self->window_maximized);
      break;
    case PROP_WINDOW_WIDTH:
      g_value_set_int (value, self->window_width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_settings_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  AphSettings *self = APH_SETTINGS (object);
  gboolean changed = FALSE;

  switch (prop_id)
    {
    case PROP_CONCURRENCY:
      changed = self->concurrency != g_value_get_uint (value);
      self->concurrency = g_value_get_uint (value);
      break;
    case PROP_MODEL:
      changed = replace_string (&self->model, g_value_get_string (value));
      break;
    case PROP_RAW_ANSWERS:
      changed = replace_int (&self->raw_answers, g_value_get_boolean (value));
      break;
    case PROP_SERVER:
      changed = replace_string (&self->server, g_value_get_string (value));
      break;
    case PROP_VIEW:
      changed = self->view != (AphView) g_value_get_enum (value);
      self->view = g_value_get_enum (value);
      break;
    case PROP_WINDOW_HEIGHT:
      changed = replace_int (&self->window_height, g_value_get_int (value));
      break;
    case PROP_WINDOW_MAXIMIZED:
      changed = replace_int (&self->window_maximized, g_value_get_boolean (value));
      break;
    case PROP_WINDOW_WIDTH:
      changed = replace_int (&self->window_width, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }

  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
aph_settings_constructed (GObject *object)
{
  AphSettings *self = APH_SETTINGS (object);
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  G_OBJECT_CLASS (aph_settings_parent_class)->constructed (object);

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APH_APP_ID, TRUE);
  if (schema == NULL)
    {
      g_info ("no settings schema %s: nothing is remembered", APH_APP_ID);
      return;
    }

  self->stored = g_settings_new_full (schema, NULL, NULL);
  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    if (g_settings_schema_has_key (schema, properties[i]->name))
      g_settings_bind (self->stored, properties[i]->name, self, properties[i]->name,
                       G_SETTINGS_BIND_DEFAULT);
}

static void
aph_settings_dispose (GObject *object)
{
  AphSettings *self = APH_SETTINGS (object);

  g_clear_object (&self->stored);
  g_clear_pointer (&self->servers, g_variant_unref);

  G_OBJECT_CLASS (aph_settings_parent_class)->dispose (object);
}

static void
aph_settings_finalize (GObject *object)
{
  AphSettings *self = APH_SETTINGS (object);

  g_free (self->server);
  g_free (self->model);

  G_OBJECT_CLASS (aph_settings_parent_class)->finalize (object);
}

static void
aph_settings_class_init (AphSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = aph_settings_constructed;
  object_class->dispose = aph_settings_dispose;
  object_class->finalize = aph_settings_finalize;
  object_class->get_property = aph_settings_get_property;
  object_class->set_property = aph_settings_set_property;

  /* The defaults hold where the schema is not installed, and are the same as there. */
  properties[PROP_CONCURRENCY] =
    g_param_spec_uint ("concurrency", NULL, NULL, 1, APH_MAX_CONCURRENCY, 4, flags);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, "", flags);
  properties[PROP_RAW_ANSWERS] =
    g_param_spec_boolean ("raw-answers", NULL, NULL, FALSE, flags);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, "", flags);
  properties[PROP_VIEW] =
    g_param_spec_enum ("view", NULL, NULL, APH_TYPE_VIEW, APH_VIEW_SIDE_BY_SIDE, flags);
  properties[PROP_WINDOW_HEIGHT] =
    g_param_spec_int ("window-height", NULL, NULL, 0, G_MAXINT, 780, flags);
  properties[PROP_WINDOW_MAXIMIZED] =
    g_param_spec_boolean ("window-maximized", NULL, NULL, FALSE, flags);
  properties[PROP_WINDOW_WIDTH] =
    g_param_spec_int ("window-width", NULL, NULL, 0, G_MAXINT, 1180, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_settings_init (AphSettings *self)
{
  self->server = g_strdup ("");
  self->model = g_strdup ("");
  self->concurrency = 4;
  self->view = APH_VIEW_SIDE_BY_SIDE;
  self->window_width = 1180;
  self->window_height = 780;
}

AphSettings *
aph_settings_new (void)
{
  return g_object_new (APH_TYPE_SETTINGS, NULL);
}

/**
 * aph_settings_get_server:
 * @self: settings
 *
 * Returns: the address of the server that was chosen; "" for Ollama where `OLLAMA_HOST` says, or
 *   on this computer
 */
const char *
aph_settings_get_server (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), "");

  return self->server;
}

void
aph_settings_set_server (AphSettings *self,
                         const char  *server)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self, "server", server, NULL);
}

/**
 * aph_settings_dup_servers:
 * @self: settings
 *
 * Returns: (transfer full): the servers that were entered, as aa{sv}; nothing in it is secret
 */
GVariant *
aph_settings_dup_servers (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), NULL);

  if (self->stored != NULL)
    return g_settings_get_value (self->stored, "servers");
  if (self->servers != NULL)
    return g_variant_ref (self->servers);

  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
}

/**
 * aph_settings_set_servers:
 * @self: settings
 * @servers: (transfer floating): the servers that were entered, as aa{sv}
 */
void
aph_settings_set_servers (AphSettings *self,
                          GVariant    *servers)
{
  g_return_if_fail (APH_IS_SETTINGS (self));
  g_return_if_fail (g_variant_is_of_type (servers, G_VARIANT_TYPE ("aa{sv}")));

  g_variant_ref_sink (servers);
  if (self->stored != NULL)
    g_settings_set_value (self->stored, "servers", servers);
  g_clear_pointer (&self->servers, g_variant_unref);
  self->servers = servers;
}

/**
 * aph_settings_get_model:
 * @self: settings
 *
 * Returns: the name of the model that was chosen; "" if none was
 */
const char *
aph_settings_get_model (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), "");

  return self->model;
}

void
aph_settings_set_model (AphSettings *self,
                        const char  *model)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self, "model", model, NULL);
}

/**
 * aph_settings_get_concurrency:
 * @self: settings
 *
 * Returns: how many prompts are sent at once
 */
guint
aph_settings_get_concurrency (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), 1);

  return self->concurrency;
}

void
aph_settings_set_concurrency (AphSettings *self,
                              guint        concurrency)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self, "concurrency", concurrency, NULL);
}

AphView
aph_settings_get_view (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), APH_VIEW_SIDE_BY_SIDE);

  return self->view;
}

void
aph_settings_set_view (AphSettings *self,
                       AphView      view)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self, "view", view, NULL);
}

/**
 * aph_settings_get_window:
 * @self: settings
 * @width: (out): in logical pixels
 * @height: (out): in logical pixels
 * @maximized: (out): whether it fills the screen
 *
 * How the window was when it was last closed.
 */
void
aph_settings_get_window (AphSettings *self,
                         int         *width,
                         int         *height,
                         gboolean    *maximized)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  *width = self->window_width;
  *height = self->window_height;
  *maximized = self->window_maximized;
}

void
aph_settings_set_window (AphSettings *self,
                         int          width,
                         int          height,
                         gboolean     maximized)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self,
                "window-width", width,
                "window-height", height,
                "window-maximized", maximized,
                NULL);
}

