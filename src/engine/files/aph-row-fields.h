/* aph-row-fields.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-request.h"

G_BEGIN_DECLS

/**
 * AphRowFields:
 * @prompt: (owned) (nullable): the prompt
 * @model: (owned) (nullable): the model
 * @params: (owned) (nullable): how to answer
 * @custom_id: (owned) (nullable): the file's name for it
 * @vars: (owned) (nullable): its columns
 * @images: (owned) (nullable) (array zero-terminated=1): the URIs of its pictures
 * @answered: (owned) (nullable): the row of results, if it was answered there
 * @reason: (owned) (nullable): why it is no row
 *
 * A request in the making: #AphRequestFields that belong to it, or what is wrong.
 */
typedef struct
{
  char       *prompt;
  char       *model;
  AphParams  *params;
  char       *custom_id;
  char       *vars;
  char      **images;
  char       *answered;
  char       *reason;
} AphRowFields;

void        aph_row_fields_clear  (AphRowFields  *self);
gboolean    aph_row_fields_refuse (AphRowFields  *self,
                                   const char    *format,
                                   ...) G_GNUC_PRINTF (2, 3);
AphRequest *aph_row_fields_take   (AphRowFields  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AphRowFields, aph_row_fields_clear)

G_END_DECLS
