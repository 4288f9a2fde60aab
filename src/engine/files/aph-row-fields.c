/* aph-row-fields.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-row-fields"

#include "config.h"

#include "files/aph-row-fields.h"

void
aph_row_fields_clear (AphRowFields *self)
{
  g_clear_pointer (&self->prompt, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->params, aph_params_unref);
  g_clear_pointer (&self->custom_id, g_free);
  g_clear_pointer (&self->vars, g_free);
  g_clear_pointer (&self->images, g_strfreev);
  g_clear_pointer (&self->answered, g_free);
  g_clear_pointer (&self->reason, g_free);
}

/**
 * aph_row_fields_refuse:
 * @self: fields
 * @format: printf() format of the reason, for the user
 * @...: its arguments
 *
 * Says why it is no row; the first reason counts.
 *
 * Returns: %FALSE
 */
gboolean
aph_row_fields_refuse (AphRowFields *self,
                       const char   *format,
                       ...)
{
  va_list args;

  if (self->reason != NULL)
    return FALSE;

  va_start (args, format);
  self->reason = g_strdup_vprintf (format, args);
  va_end (args);

  return FALSE;
}

/**
 * aph_row_fields_take:
 * @self: fields with a prompt
 *
 * Returns: (transfer full): the request that they make
 */
AphRequest *
aph_row_fields_take (AphRowFields *self)
{
  const AphRequestFields fields = {
    .model = self->model,
    .prompt = self->prompt,
    .params = self->params,
    .custom_id = self->custom_id,
    .vars = self->vars,
    .images = (const char *const *) self->images,
  };

  return self->answered != NULL ? aph_request_new_answered (&fields, self->answered)
                                : aph_request_new_full (&fields);
}
