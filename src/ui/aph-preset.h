/* aph-preset.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "job/aph-params.h"

G_BEGIN_DECLS

/**
 * AphPreset:
 * @name: (owned): what the user calls it
 * @template_text: (owned): what prompts are made of; "" for a column
 * @models: (owned): the models to ask, with commas between
 * @values: (owned): the values that options take in turn
 * @repeats: how often everything is asked
 * @params: (owned): the system prompt and the options
 *
 * How prompts are made and asked, to be used again.
 */
typedef struct
{
  char      *name;
  char      *template_text;
  char      *models;
  char      *values;
  guint      repeats;
  AphParams *params;
} AphPreset;

AphPreset *aph_preset_new         (const char           *name);
void       aph_preset_free        (AphPreset            *self);

GPtrArray *aph_presets_parse      (const char           *text,
                                   gsize                 length,
                                   GError              **error);
char      *aph_presets_to_text    (GPtrArray            *presets);

void       aph_presets_load_async  (GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
GPtrArray *aph_presets_load_finish (GAsyncResult        *result,
                                    GError             **error);
void       aph_presets_save_async  (GPtrArray           *presets,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
gboolean   aph_presets_save_finish (GAsyncResult        *result,
                                    GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphPreset, aph_preset_free)

G_END_DECLS
