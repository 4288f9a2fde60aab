/* aph-params.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * AphParams:
 *
 * How a prompt is to be answered: everything of a request but its model and its prompt. Kept in
 * Ollama's own vocabulary as the members of a request body (`system`, `options`, `think`,
 * `format`, `keep_alive` and any member we do not know), so that nothing a file asked for is
 * lost. Many requests share one.
 *
 * A member `messages`, in Ollama's form or OpenAI's, is a conversation that comes before the
 * prompt: the prompt is what the user says last, or "" if the conversation is to be answered as
 * it is.
 *
 * It is filled through the setters by its only owner; once a second reference exists it no
 * longer changes.
 */
#define APH_TYPE_PARAMS (aph_params_get_type ())

typedef struct _AphParams AphParams;

GType       aph_params_get_type       (void) G_GNUC_CONST;

AphParams  *aph_params_new            (void);
AphParams  *aph_params_new_from_body  (JsonObject       *body);
AphParams  *aph_params_copy           (const AphParams  *self);
AphParams  *aph_params_merge          (AphParams        *own,
                                       AphParams        *defaults);
AphParams  *aph_params_ref            (AphParams        *self);
void        aph_params_unref          (AphParams        *self);

gboolean    aph_params_set_option     (AphParams        *self,
                                       const char       *name,
                                       const char       *text,
                                       GError          **error);
void        aph_params_set_system     (AphParams        *self,
                                       const char       *system);
gboolean    aph_params_set_think      (AphParams        *self,
                                       const char       *text,
                                       GError          **error);
gboolean    aph_params_set_format     (AphParams        *self,
                                       const char       *text,
                                       GError          **error);
gboolean    aph_params_set_keep_alive (AphParams        *self,
                                       const char       *text,
                                       GError          **error);
void        aph_params_add_image      (AphParams        *self,
                                       const char       *base64);
void        aph_params_set_strict     (AphParams        *self);
void        aph_params_add_defaults   (AphParams        *self,
                                       const AphParams  *defaults);

JsonObject *aph_params_get_members    (const AphParams  *self);
JsonObject *aph_params_get_options    (const AphParams  *self);
JsonArray  *aph_params_get_messages   (const AphParams  *self);
gboolean    aph_params_takes_prompt   (const AphParams  *self,
                                       const char       *prompt);
const char *aph_params_get_system     (const AphParams  *self);
gint64      aph_params_get_num_ctx    (const AphParams  *self);
gboolean    aph_params_get_seed       (const AphParams  *self,
                                       gint64           *seed);
const char *aph_params_get_text       (AphParams        *self);
const char *aph_params_get_load_key   (AphParams        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphParams, aph_params_unref)

G_END_DECLS
