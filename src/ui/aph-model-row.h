/* aph-model-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "server/aph-model.h"

G_BEGIN_DECLS

#define APH_TYPE_MODEL_ROW (aph_model_row_get_type ())

/**
 * AphModelRow:
 *
 * A model of a server: what it is, whether it is loaded, and how to be rid of it. Its buttons run
 * "models.delete" and "models.unload" with the name.
 */
G_DECLARE_FINAL_TYPE (AphModelRow, aph_model_row, APH, MODEL_ROW, AdwActionRow)

GtkWidget  *aph_model_row_new        (AphModel    *model,
                                      gboolean     can_manage);
const char *aph_model_row_get_name   (AphModelRow *self);
void        aph_model_row_set_shown  (AphModelRow *self,
                                      AphModel    *shown);
void        aph_model_row_set_loaded (AphModelRow *self,
                                      AphModel    *loaded);

G_END_DECLS
