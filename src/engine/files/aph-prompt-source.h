/* aph-prompt-source.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-prompt-reader.h"
#include "files/aph-row-source.h"

G_BEGIN_DECLS

/**
 * AphPromptSource:
 *
 * Something that prompts can be read from again and again: a file, or a text that was pasted. An
 * immutable value.
 */
#define APH_TYPE_PROMPT_SOURCE (aph_prompt_source_get_type ())

typedef struct _AphPromptSource AphPromptSource;

GType            aph_prompt_source_get_type      (void) G_GNUC_CONST;

AphPromptSource *aph_prompt_source_new_for_file  (GFile                  *file);
AphPromptSource *aph_prompt_source_new_for_bytes (GBytes                 *bytes,
                                                  const char             *name);
AphPromptSource *aph_prompt_source_ref           (AphPromptSource        *self);
void             aph_prompt_source_unref         (AphPromptSource        *self);

const char      *aph_prompt_source_get_name      (const AphPromptSource  *self);
guint64          aph_prompt_source_query_size    (const AphPromptSource  *self,
                                                  GCancellable           *cancellable);
AphPromptReader *aph_prompt_source_read          (const AphPromptSource  *self);
AphRowSource    *aph_prompt_source_open          (const AphPromptSource  *self,
                                                  const AphReadOptions   *options,
                                                  GCancellable           *cancellable,
                                                  GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphPromptSource, aph_prompt_source_unref)

G_END_DECLS
