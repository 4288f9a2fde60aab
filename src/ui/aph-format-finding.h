/* aph-format-finding.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "queue/aph-tuner.h"

G_BEGIN_DECLS

char *aph_format_finding (AphTuner *tuner);

G_END_DECLS
