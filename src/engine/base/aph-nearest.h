/* aph-nearest.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *aph_nearest_name (const char        *name,
                              const char *const *names,
                              guint              n_names);

G_END_DECLS
