/* aph-report-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-exporter.h"

G_BEGIN_DECLS

/* Reports say things as the window does. */
extern const AphExportWords aph_report_words;

G_END_DECLS
