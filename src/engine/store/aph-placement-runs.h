/* aph-placement-runs.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-move.h"

G_BEGIN_DECLS

GArray *aph_placement_runs_pack   (GArray *placements);
GArray *aph_placement_runs_unpack (GArray *runs);

G_END_DECLS
