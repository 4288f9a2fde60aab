/* aph-import-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APH_TYPE_IMPORT_TABLE (aph_import_table_get_type ())

/**
 * AphImportTable:
 *
 * The first rows of a file, as a table to look at.
 */
G_DECLARE_FINAL_TYPE (AphImportTable, aph_import_table, APH, IMPORT_TABLE, GtkWidget)

void aph_import_table_show (AphImportTable     *self,
                            const char *const  *columns,
                            GPtrArray          *rows);

G_END_DECLS
