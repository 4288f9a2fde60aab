/* aph-preset-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/aph-preset.h"

G_BEGIN_DECLS

#define APH_TYPE_PRESET_ROW (aph_preset_row_get_type ())

/**
 * AphPresetRow:
 *
 * A row to choose one of the user's presets from, to save a new one, and to delete one.
 *
 * The signal "chosen" has the #AphPreset that was chosen. "filling" has a new one with nothing but
 * its name: whoever listens fills it in before it is saved.
 */
G_DECLARE_FINAL_TYPE (AphPresetRow, aph_preset_row, APH, PRESET_ROW, AdwComboRow)

void aph_preset_row_save (AphPresetRow *self,
                          const char   *name);

G_END_DECLS
