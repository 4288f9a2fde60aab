/* aph-import-bad-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "files/aph-file-survey.h"

G_BEGIN_DECLS

#define APH_TYPE_IMPORT_BAD_ROWS (aph_import_bad_rows_get_type ())

/**
 * AphImportBadRows:
 *
 * The rows of files that are no prompts: each with its line and the reason, and for each file a way
 * to save them as they are, to be mended and read again. It hides while there are none.
 */
G_DECLARE_FINAL_TYPE (AphImportBadRows, aph_import_bad_rows, APH, IMPORT_BAD_ROWS,
                      AdwPreferencesGroup)

void    aph_import_bad_rows_clear       (AphImportBadRows    *self);
void    aph_import_bad_rows_add         (AphImportBadRows    *self,
                                         const char          *name,
                                         gboolean             is_one_of_many,
                                         const AphFileSurvey *survey);
GBytes *aph_import_bad_rows_dup_rows    (AphImportBadRows    *self,
                                         guint                number);

G_END_DECLS
