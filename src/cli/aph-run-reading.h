/* aph-run-reading.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/aph-run-options.h"

G_BEGIN_DECLS

void     aph_run_reading_add_options (GOptionGroup   *group);
gboolean aph_run_reading_check       (AphRunOptions  *options,
                                      GError        **error);

G_END_DECLS
