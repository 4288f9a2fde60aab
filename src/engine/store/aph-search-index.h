/* aph-search-index.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-database.h"

G_BEGIN_DECLS

gboolean aph_search_index_get_next (AphDatabase  *database,
                                    gint64       *next,
                                    GError      **error);
gboolean aph_search_index_remove   (AphDatabase  *database,
                                    guint64       job,
                                    gboolean      add_again,
                                    GError      **error);
gboolean aph_search_index_add_later (AphDatabase *database,
                                    guint64       job,
                                    gboolean      is_absent,
                                    GError      **error);
gboolean aph_search_index_go_on    (AphDatabase  *database,
                                    GError      **error);

G_END_DECLS
