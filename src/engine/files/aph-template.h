/* aph-template.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define APH_TEMPLATE_ERROR (aph_template_error_quark ())

/**
 * AphTemplateError:
 * @APH_TEMPLATE_ERROR_SYNTAX: a place is not closed or has no name
 * @APH_TEMPLATE_ERROR_COLUMN: a place names a column that there is not
 *
 * What can be wrong with a template.
 */
typedef enum
{
  APH_TEMPLATE_ERROR_SYNTAX,
  APH_TEMPLATE_ERROR_COLUMN,
} AphTemplateError;

GQuark aph_template_error_quark (void);

/**
 * AphTemplate:
 *
 * A text with places for the columns of a row: an immutable value.
 *
 * - `{{column}}` stands for the cell of that column
 * - `{{column|text}}` for the same, or for the text where the cell is empty or missing
 * - `{{{{` for two braces
 *
 * Everything else stands for itself. Spaces around the name of a column do not count.
 */
#define APH_TYPE_TEMPLATE (aph_template_get_type ())

typedef struct _AphTemplate AphTemplate;

/**
 * AphTemplateLookup:
 * @column: the name of a column
 * @length: (out): the length of its cell in bytes
 * @user_data: what was given along
 *
 * Returns: (nullable): its cell in the row, not terminated; %NULL if the row has none
 */
typedef const char *(*AphTemplateLookup) (const char *column,
                                          gsize      *length,
                                          gpointer    user_data);

GType              aph_template_get_type     (void) G_GNUC_CONST;

AphTemplate       *aph_template_new          (const char         *text,
                                              GError            **error);
AphTemplate       *aph_template_new_column   (const char         *column);
AphTemplate       *aph_template_ref          (AphTemplate        *self);
void               aph_template_unref        (AphTemplate        *self);

const char        *aph_template_get_text     (const AphTemplate  *self);
guint              aph_template_get_n_places (const AphTemplate  *self);
const char        *aph_template_get_column   (const AphTemplate  *self,
                                              guint               place);

gboolean           aph_template_check        (const AphTemplate  *self,
                                              const char *const  *columns,
                                              GError            **error);
gboolean           aph_template_expand       (const AphTemplate  *self,
                                              AphTemplateLookup   lookup,
                                              gpointer            user_data,
                                              GString            *out,
                                              GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphTemplate, aph_template_unref)

G_END_DECLS
