/* aph-result-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "files/aph-csv-rows.h"

G_BEGIN_DECLS

/**
 * AphResultTable:
 *
 * A table that was exported from here: columns of the user's, then ours. Opened again, it asks
 * what it was asked.
 */
typedef struct _AphResultTable AphResultTable;

const char *const *aph_result_table_get_own_columns (guint             *n_columns);

AphResultTable    *aph_result_table_new             (const char *const *columns);
void               aph_result_table_free            (AphResultTable    *self);

char              *aph_result_table_dup_row         (AphResultTable    *self,
                                                     const AphCell     *cells,
                                                     guint              n_cells,
                                                     char             **reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphResultTable, aph_result_table_free)

G_END_DECLS
