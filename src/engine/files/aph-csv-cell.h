/* aph-csv-cell.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Cells of a table that spreadsheets open. None of them is run as a formula. */
void     aph_csv_cell_append  (GString    *out,
                               const char *text,
                               gssize      length,
                               char        delimiter);
gboolean aph_csv_cell_is_safe (const char *text);
char    *aph_csv_cell_restore (const char *text);

G_END_DECLS
