/* aph-options-popover.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-params.h"

G_BEGIN_DECLS

#define APH_TYPE_OPTIONS_POPOVER (aph_options_popover_get_type ())

/**
 * AphOptionsPopover:
 *
 * How prompts are to be answered. What is left empty is left to the model.
 *
 * Properties, to be watched: "n-set" (uint): how many are not left to the model, and "valid"
 * (boolean): whether all that is set can be used.
 */
G_DECLARE_FINAL_TYPE (AphOptionsPopover, aph_options_popover, APH, OPTIONS_POPOVER, GtkPopover)

guint      aph_options_popover_get_n_set     (AphOptionsPopover  *self);
gboolean   aph_options_popover_get_valid     (AphOptionsPopover  *self);
AphParams *aph_options_popover_create_params (AphOptionsPopover  *self,
                                              GError            **error);
void       aph_options_popover_set_params    (AphOptionsPopover  *self,
                                              AphParams          *params);
void       aph_options_popover_reset         (AphOptionsPopover  *self);

G_END_DECLS
