/* aph-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "job/aph-params.h"

G_BEGIN_DECLS

/**
 * AphRequest:
 *
 * What is asked: an immutable value, the prompt with its model and its #AphParams. It may be
 * made in one thread and handed to another.
 */
#define APH_TYPE_REQUEST (aph_request_get_type ())

typedef struct _AphRequest AphRequest;

/**
 * AphRequestFields:
 * @model: (nullable): the model to ask; %NULL for whatever the queue's default is
 * @prompt: valid UTF-8
 * @params: (nullable): how to answer; %NULL for the server's defaults
 * @custom_id: (nullable): the name the user's file has for this prompt
 * @vars: (nullable): the columns of the row it was made from, as the text of a JSON object
 * @images: (nullable) (array zero-terminated=1): URIs of pictures; they are read when it is sent
 *
 * All that a request says.
 */
typedef struct
{
  const char        *model;
  const char        *prompt;
  AphParams         *params;
  const char        *custom_id;
  const char        *vars;
  const char *const *images;
} AphRequestFields;

GType                   aph_request_get_type      (void) G_GNUC_CONST;

AphRequest             *aph_request_new           (const char             *model,
                                                   const char             *prompt,
                                                   AphParams              *params,
                                                   const char             *custom_id);
AphRequest             *aph_request_new_full      (const AphRequestFields *fields);
AphRequest             *aph_request_new_answered  (const AphRequestFields *fields,
                                                   const char             *row);
AphRequest             *aph_request_new_for_model (AphRequest             *self,
                                                   const char             *model);
AphRequest             *aph_request_ref           (AphRequest             *self);
void                    aph_request_unref         (AphRequest             *self);

const char             *aph_request_get_answered  (const AphRequest       *self);
const AphRequestFields *aph_request_get_fields    (const AphRequest       *self);
const char             *aph_request_get_model     (const AphRequest       *self);
const char             *aph_request_get_prompt    (const AphRequest       *self);
const char             *aph_request_get_custom_id (const AphRequest       *self);
const char             *aph_request_get_vars      (const AphRequest       *self);
const char *const      *aph_request_get_images    (const AphRequest       *self);
AphParams              *aph_request_get_params    (const AphRequest       *self);
char                   *aph_request_dup_load_key  (const AphRequest       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphRequest, aph_request_unref)

G_END_DECLS
