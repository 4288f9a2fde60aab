/* aph-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-settings"

#include "config.h"

#include <gio/gio.h>

#include "ui/aph-settings.h"

enum
{
  PROP_0,
  PROP_ANSWER_PANE,
  PROP_BATCH,
  PROP_COLUMNS,
  PROP_CONCURRENCY,
  PROP_DRAFT,
  PROP_MODEL,
  PROP_OPTIONS,
  PROP_RAW_ANSWERS,
  PROP_RUN_IN_BACKGROUND,
  PROP_SERVER,
  PROP_SHARE_BELOW,
  PROP_SHARE_BESIDE,
  PROP_SIDEBAR,
  PROP_SORT,
  PROP_VIEW,
  PROP_WINDOW_HEIGHT,
  PROP_WINDOW_MAXIMIZED,
  PROP_WINDOW_WIDTH,
  N_PROPS,
};

struct _AphSettings
{
  GObject parent_instance;

  GSettings *stored;        /* (nullable) when the schema is not installed: nothing is remembered */
  GValue values[N_PROPS];   /* of each property */
  GVariant *servers;        /* (nullable) aa{sv} */
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (AphView, aph_view,
                    G_DEFINE_ENUM_VALUE (APH_VIEW_TABLE, "table"),
                    G_DEFINE_ENUM_VALUE (APH_VIEW_WALL, "wall"),
                    G_DEFINE_ENUM_VALUE (APH_VIEW_COMPARE, "compare"),
                    G_DEFINE_ENUM_VALUE (APH_VIEW_TIMELINE, "timeline"))

G_DEFINE_FINAL_TYPE (AphSettings, aph_settings, G_TYPE_OBJECT)

static void
aph_settings_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  g_value_copy (&APH_SETTINGS (object)->values[prop_id], value);
}

static void
aph_settings_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  AphSettings *self = APH_SETTINGS (object);

  if (g_param_values_cmp (pspec, value, &self->values[prop_id]) == 0)
    return;

  g_value_copy (value, &self->values[prop_id]);
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

  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    g_value_unset (&self->values[i]);

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
  properties[PROP_ANSWER_PANE] =
    g_param_spec_boolean ("answer-pane", NULL, NULL, TRUE, flags);
  properties[PROP_BATCH] =
    g_param_spec_uint64 ("batch", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_COLUMNS] =
    g_param_spec_boxed ("columns", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_CONCURRENCY] =
    g_param_spec_uint ("concurrency", NULL, NULL, 0, APH_MAX_CONCURRENCY, 4, flags);
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", flags);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, "", flags);
  properties[PROP_OPTIONS] = g_param_spec_string ("options", NULL, NULL, "", flags);
  properties[PROP_RAW_ANSWERS] =
    g_param_spec_boolean ("raw-answers", NULL, NULL, FALSE, flags);
  properties[PROP_RUN_IN_BACKGROUND] =
    g_param_spec_boolean ("run-in-background", NULL, NULL, FALSE, flags);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, "", flags);
  properties[PROP_SHARE_BELOW] =
    g_param_spec_double ("share-below", NULL, NULL, 0, 1, 0.4, flags);
  properties[PROP_SHARE_BESIDE] =
    g_param_spec_double ("share-beside", NULL, NULL, 0, 1, 0.55, flags);
  properties[PROP_SIDEBAR] = g_param_spec_boolean ("sidebar", NULL, NULL, TRUE, flags);
  properties[PROP_SORT] = g_param_spec_string ("sort", NULL, NULL, "", flags);
  properties[PROP_VIEW] =
    g_param_spec_enum ("view", NULL, NULL, APH_TYPE_VIEW, APH_VIEW_WALL, flags);
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
  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    {
      g_value_init (&self->values[i], properties[i]->value_type);
      g_param_value_set_default (properties[i], &self->values[i]);
    }
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

  return g_value_get_string (&self->values[PROP_SERVER]);
}

void
aph_settings_set_server (AphSettings *self,
                         const char  *server)
{
  g_return_if_fail (APH_IS_SETTINGS (self));

  g_object_set (self, "server", server, NULL);
}

/**
 * aph_settings_get_run_in_background:
 * @self: settings
 *
 * Returns: whether prompts go on when the window is closed; it asks otherwise
 */
gboolean
aph_settings_get_run_in_background (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), FALSE);

  return g_value_get_boolean (&self->values[PROP_RUN_IN_BACKGROUND]);
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

  return g_value_get_string (&self->values[PROP_MODEL]);
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
 * Returns: how many prompts are sent at once; 0 to find out how many the server is good for
 */
guint
aph_settings_get_concurrency (AphSettings *self)
{
  g_return_val_if_fail (APH_IS_SETTINGS (self), 1);

  return g_value_get_uint (&self->values[PROP_CONCURRENCY]);
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
  g_return_val_if_fail (APH_IS_SETTINGS (self), APH_VIEW_WALL);

  return g_value_get_enum (&self->values[PROP_VIEW]);
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

  *width = g_value_get_int (&self->values[PROP_WINDOW_WIDTH]);
  *height = g_value_get_int (&self->values[PROP_WINDOW_HEIGHT]);
  *maximized = g_value_get_boolean (&self->values[PROP_WINDOW_MAXIMIZED]);
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

