/* aph-token-flow.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

double aph_token_flow_compute (const AphFigures *figures,
                               guint             model,
                               gint64            from,
                               gint64            to,
                               gint64            now,
                               double           *rates,
                               guint             n_bins);

G_END_DECLS
