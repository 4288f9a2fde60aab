/* aph-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-request"

#include "config.h"

#include "job/aph-request.h"

struct _AphRequest
{
  AphRequestFields fields;  /* all owned */
  char *answered;           /* (nullable) */
};

G_DEFINE_BOXED_TYPE (AphRequest, aph_request, aph_request_ref, aph_request_unref)

/**
 * aph_request_new_full:
 * @fields: what it says; everything is copied
 *
 * Returns: (transfer full): a new request
 */
AphRequest *
aph_request_new_full (const AphRequestFields *fields)
{
  AphRequest *self;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (fields->prompt != NULL, NULL);

  self = g_atomic_rc_box_new0 (AphRequest);
  self->fields = (AphRequestFields) {
    .model = g_strdup (fields->model),
    .prompt = g_strdup (fields->prompt),
    .params = fields->params != NULL ? aph_params_ref (fields->params) : aph_params_new (),
    .custom_id = g_strdup (fields->custom_id),
    .vars = g_strdup (fields->vars),
    .images = (const char *const *) g_strdupv ((char **) fields->images),
  };

  return self;
}

/**
 * aph_request_new_answered:
 * @fields: what it says; everything is copied
 * @row: the row of results that it was read from
 *
 * Returns: (transfer full): a new request that was answered before. A request that is made of its
 *   fields is another one and has no answer
 */
AphRequest *
aph_request_new_answered (const AphRequestFields *fields,
                          const char             *row)
{
  AphRequest *self = aph_request_new_full (fields);

  g_return_val_if_fail (self != NULL, NULL);

  self->answered = g_strdup (row);

  return self;
}

/**
 * aph_request_new:
 * @model: (nullable): the model to ask, or %NULL for whatever the queue's default is
 * @prompt: valid UTF-8
 * @params: (nullable): how to answer; %NULL for the server's defaults
 * @custom_id: (nullable): the name the user's file has for this prompt
 *
 * Returns: (transfer full): a new request
 */
AphRequest *
aph_request_new (const char *model,
                 const char *prompt,
                 AphParams  *params,
                 const char *custom_id)
{
  const AphRequestFields fields = {
    .model = model,
    .prompt = prompt,
    .params = params,
    .custom_id = custom_id,
  };

  return aph_request_new_full (&fields);
}

/**
 * aph_request_new_for_model:
 * @self: a request
 * @model: another model
 *
 * Returns: (transfer full): the same question to @model
 */
AphRequest *
aph_request_new_for_model (AphRequest *self,
                           const char *model)
{
  AphRequestFields fields;

  g_return_val_if_fail (self != NULL, NULL);

  fields = self->fields;
  fields.model = model;

  return aph_request_new_full (&fields);
}

AphRequest *
aph_request_ref (AphRequest *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
aph_request_clear (gpointer data)
{
  AphRequest *self = data;

  g_free (self->answered);
  g_free ((char *) self->fields.model);
  g_free ((char *) self->fields.prompt);
  g_free ((char *) self->fields.custom_id);
  g_free ((char *) self->fields.vars);
  g_strfreev ((char **) self->fields.images);
  aph_params_unref (self->fields.params);
}

void
aph_request_unref (AphRequest *self)
{
  g_atomic_rc_box_release_full (self, aph_request_clear);
}

const char *
aph_request_get_model (const AphRequest *self)
{
  return self->fields.model;
}

const char *
aph_request_get_prompt (const AphRequest *self)
{
  return self->fields.prompt;
}

const char *
aph_request_get_custom_id (const AphRequest *self)
{
  return self->fields.custom_id;
}

/**
 * aph_request_get_vars:
 * @self: a request
 *
 * Returns: (nullable): the columns of the row that it was made from, as the text of a JSON object
 */
const char *
aph_request_get_vars (const AphRequest *self)
{
  return self->fields.vars;
}

/**
 * aph_request_get_images:
 * @self: a request
 *
 * Returns: (nullable) (array zero-terminated=1): the URIs of the pictures that belong to the prompt
 */
const char *const *
aph_request_get_images (const AphRequest *self)
{
  return self->fields.images;
}

/**
 * aph_request_get_answered:
 * @self: a request
 *
 * Returns: (nullable): the row of results that it was read from, if it was answered there; see
 *   aph_result_row_parse()
 */
const char *
aph_request_get_answered (const AphRequest *self)
{
  return self->answered;
}

/**
 * aph_request_get_fields:
 * @self: a request
 *
 * For a request that differs in a few things only: change them in a copy of the fields, and give
 * that to aph_request_new_full().
 *
 * Returns: (transfer none): all that it says
 */
const AphRequestFields *
aph_request_get_fields (const AphRequest *self)
{
  return &self->fields;
}

/**
 * aph_request_get_params:
 * @self: a request
 *
 * Returns: (transfer none): how to answer; never %NULL, and never to be changed
 */
AphParams *
aph_request_get_params (const AphRequest *self)
{
  return self->fields.params;
}

/**
 * aph_request_dup_load_key:
 * @self: a request with a model
 *
 * A server that has loaded a model for one request can answer every other request of the same
 * key without loading it again.
 *
 * Returns: (transfer full): the model and the options it is loaded with, as a text
 */
char *
aph_request_dup_load_key (const AphRequest *self)
{
  g_return_val_if_fail (self->fields.model != NULL, NULL);

  return g_strconcat (self->fields.model, "\n", aph_params_get_load_key (self->fields.params),
                      NULL);
}
