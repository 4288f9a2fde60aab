/* aph-json-values.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-file-lines.h"
#include "files/aph-text-input.h"

G_BEGIN_DECLS

/**
 * AphJsonValues:
 *
 * Cuts a text into the values of a JSON list, or into the values that follow each other in it,
 * whatever lines they are on. Of a list of any length one value at a time is held. What a value is
 * in itself is left to others. It blocks, so it is for worker threads.
 */
typedef struct _AphJsonValues AphJsonValues;

AphJsonValues *aph_json_values_new         (AphTextInput   *input,
                                            gsize           max_length);
void           aph_json_values_free        (AphJsonValues  *self);

AphLineStatus  aph_json_values_next        (AphJsonValues  *self,
                                            const char    **text,
                                            gsize          *length,
                                            GCancellable   *cancellable,
                                            GError        **error);
gboolean       aph_json_values_has_value   (AphJsonValues  *self);
guint64        aph_json_values_get_number  (AphJsonValues  *self);
guint64        aph_json_values_get_element (AphJsonValues  *self);
gboolean       aph_json_values_is_open     (AphJsonValues  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphJsonValues, aph_json_values_free)

G_END_DECLS
