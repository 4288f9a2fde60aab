/* aph-model.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-model"

#include "config.h"

#include <string.h>

#include "server/aph-model.h"

struct _AphModel
{
  GObject parent_instance;

  char *name;
  gint64 size;
  char *digest;
  char *parameter_size;
  char *quantization;
  GStrv capabilities;       /* (nullable) when the server does not say */
  gint64 context_length;
  char *prompt_template;
  char *parameters;
  AphModelMemory *memory;   /* (owned) (nullable) when it is not loaded */
};

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphModel, aph_model, G_TYPE_OBJECT)

static void
aph_model_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  AphModel *self = APH_MODEL (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_model_finalize (GObject *object)
{
  AphModel *self = APH_MODEL (object);

  g_free (self->name);
  g_free (self->digest);
  g_free (self->parameter_size);
  g_free (self->quantization);
  g_strfreev (self->capabilities);
  g_free (self->prompt_template);
  g_free (self->parameters);
  g_free (self->memory);

  G_OBJECT_CLASS (aph_model_parent_class)->finalize (object);
}

static void
aph_model_class_init (AphModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = aph_model_finalize;
  object_class->get_property = aph_model_get_property;

  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_model_init (AphModel *self)
{
}

/**
 * aph_model_new:
 * @name: its name as requests give it
 * @size: its size on disk in bytes, or -1 if unknown
 * @parameter_size: (nullable): how many parameters, in the server's words: "7.6B"
 * @quantization: (nullable): how they are stored: "Q4_K_M"
 * @capabilities: (nullable): what it can do: "completion", "thinking" …; %NULL if the server
 *   does not say
 *
 * Returns: (transfer full): a new model
 */
AphModel *
aph_model_new (const char        *name,
               gint64             size,
               const char        *parameter_size,
               const char        *quantization,
               const char *const *capabilities)
{
  AphModelInfo info = APH_MODEL_INFO_INIT;

  g_return_val_if_fail (name != NULL, NULL);

  info.name = name;
  info.size = size;
  info.parameter_size = parameter_size;
  info.quantization = quantization;
  info.capabilities = capabilities;

  return aph_model_new_from_info (&info);
}

/**
 * aph_model_new_from_info:
 * @info: what is known of it
 *
 * Returns: (transfer full): a new model
 */
AphModel *
aph_model_new_from_info (const AphModelInfo *info)
{
  AphModel *self;

  g_return_val_if_fail (info != NULL && info->name != NULL, NULL);

  self = g_object_new (APH_TYPE_MODEL, NULL);
  self->name = g_strdup (info->name);
  self->size = info->size;
  self->digest = g_strdup (info->digest);
  self->parameter_size = g_strdup (info->parameter_size);
  self->quantization = g_strdup (info->quantization);
  self->capabilities = g_strdupv ((GStrv) info->capabilities);
  self->context_length = info->context_length;
  self->prompt_template = g_strdup (info->prompt_template);
  self->parameters = g_strdup (info->parameters);
  if (info->memory != NULL)
    self->memory = g_memdup2 (info->memory, sizeof *info->memory);

  return self;
}

/**
 * aph_model_name_normalize:
 * @name: the name of a model
 *
 * Names that Ollama takes for the same become the same: they differ in case only, or one leaves out
 * the tag ":latest".
 *
 * Returns: (transfer full): the name to compare
 */
char *
aph_model_name_normalize (const char *name)
{
  g_autofree char *folded = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  folded = g_ascii_strdown (name, -1);

  return strchr (folded, ':') != NULL ? g_steal_pointer (&folded)
                                      : g_strconcat (folded, ":latest", NULL);
}

const char *
aph_model_get_name (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->name;
}

/**
 * aph_model_get_size:
 * @self: a model
 *
 * Returns: its size on disk in bytes, or -1 if unknown
 */
gint64
aph_model_get_size (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), -1);

  return self->size;
}

/**
 * aph_model_get_digest:
 * @self: a model
 *
 * Returns: (nullable): what tells two versions of it apart, without "sha256:"
 */
const char *
aph_model_get_digest (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->digest;
}

/**
 * aph_model_get_parameter_size:
 * @self: a model
 *
 * Returns: (nullable): how many parameters, in the server's words
 */
const char *
aph_model_get_parameter_size (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->parameter_size;
}

/**
 * aph_model_get_quantization:
 * @self: a model
 *
 * Returns: (nullable): how the parameters are stored, in the server's words
 */
const char *
aph_model_get_quantization (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->quantization;
}

/**
 * aph_model_get_capabilities:
 * @self: a model
 *
 * Returns: (nullable): what it can do: "completion", "thinking" …; %NULL if the server does not
 *   say, as Ollama before 0.30 does not in its list
 */
const char *const *
aph_model_get_capabilities (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return (const char *const *) self->capabilities;
}

/**
 * aph_model_has_capability:
 * @self: a model
 * @capability: "completion", "thinking", "vision", "embedding" …
 *
 * Returns: whether the server says that it has it; always %FALSE with Ollama before 0.30, which
 *   does not list capabilities
 */
gboolean
aph_model_has_capability (AphModel   *self,
                          const char *capability)
{
  g_return_val_if_fail (APH_IS_MODEL (self), FALSE);
  g_return_val_if_fail (capability != NULL, FALSE);

  return self->capabilities != NULL
         && g_strv_contains ((const char *const *) self->capabilities, capability);
}

/**
 * aph_model_get_context_length:
 * @self: a model
 *
 * Returns: the longest context in tokens: what it was trained with, or with servers that hold one
 *   model only, what they were started with; -1 if unknown
 */
gint64
aph_model_get_context_length (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), -1);

  return self->context_length;
}

/**
 * aph_model_get_prompt_template:
 * @self: a model
 *
 * Returns: (nullable): how a prompt is wrapped for it
 */
const char *
aph_model_get_prompt_template (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->prompt_template;
}

/**
 * aph_model_get_parameters:
 * @self: a model
 *
 * Returns: (nullable): the options it comes with, one "name value" per line
 */
const char *
aph_model_get_parameters (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->parameters;
}

/**
 * aph_model_get_memory:
 * @self: a model
 *
 * Returns: (nullable): how it is held in memory; %NULL if it is not loaded, or if that was not
 *   asked
 */
const AphModelMemory *
aph_model_get_memory (AphModel *self)
{
  g_return_val_if_fail (APH_IS_MODEL (self), NULL);

  return self->memory;
}
