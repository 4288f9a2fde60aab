/* aph-model.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define APH_TYPE_MODEL (aph_model_get_type ())

/**
 * AphModelMemory:
 * @size: how many bytes the loaded model takes, or -1 if unknown
 * @vram: how many of them are in the memory of GPUs, or -1 if unknown
 * @context_length: the context it was loaded with, in tokens, or -1 if unknown
 * @expires_at: when it will be unloaded, in seconds since the epoch; %APH_MODEL_NEVER, or -1 if
 *   unknown
 *
 * How a model is held in memory.
 */
typedef struct
{
  gint64 size;
  gint64 vram;
  gint64 context_length;
  gint64 expires_at;
} AphModelMemory;

#define APH_MODEL_NEVER G_MAXINT64

/**
 * AphModelInfo:
 * @name: its name as requests give it
 * @size: its size on disk in bytes, or -1 if unknown
 * @digest: (nullable): what tells two versions of it apart
 * @parameter_size: (nullable): how many parameters, in the server's words: "7.6B"
 * @quantization: (nullable): how they are stored: "Q4_K_M"
 * @capabilities: (nullable): what it can do: "completion", "thinking" …; %NULL if the server
 *   does not say
 * @context_length: the longest context in tokens, or -1 if unknown
 * @prompt_template: (nullable): how a prompt is wrapped for it
 * @parameters: (nullable): the options it comes with, one "name value" per line
 * @memory: (nullable): how it is held in memory, if it is
 *
 * What a server says of a model, to make one of it. Each question to a server tells another part.
 */
typedef struct
{
  const char           *name;
  gint64                size;
  const char           *digest;
  const char           *parameter_size;
  const char           *quantization;
  const char *const    *capabilities;
  gint64                context_length;
  const char           *prompt_template;
  const char           *parameters;
  const AphModelMemory *memory;
} AphModelInfo;

#define APH_MODEL_INFO_INIT { .size = -1, .context_length = -1 }

/**
 * AphModel:
 *
 * A model of a server. Immutable; the property "name" is there for drop-downs.
 */
G_DECLARE_FINAL_TYPE (AphModel, aph_model, APH, MODEL, GObject)

AphModel           *aph_model_new              (const char         *name,
                                                gint64              size,
                                                const char         *parameter_size,
                                                const char         *quantization,
                                                const char *const  *capabilities);
AphModel           *aph_model_new_from_info    (const AphModelInfo *info);

char               *aph_model_name_normalize     (const char       *name);

const char         *aph_model_get_name           (AphModel         *self);
gint64              aph_model_get_size           (AphModel         *self);
const char         *aph_model_get_digest         (AphModel         *self);
const char         *aph_model_get_parameter_size (AphModel         *self);
const char         *aph_model_get_quantization   (AphModel         *self);
const char *const  *aph_model_get_capabilities   (AphModel         *self);
gboolean            aph_model_has_capability     (AphModel         *self,
                                                  const char       *capability);
gint64              aph_model_get_context_length (AphModel         *self);
const char         *aph_model_get_prompt_template (AphModel        *self);
const char         *aph_model_get_parameters     (AphModel         *self);
const AphModelMemory *
                    aph_model_get_memory         (AphModel         *self);

G_END_DECLS
