/* aph-job-query-sql.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-database.h"
#include "store/aph-job-query.h"

G_BEGIN_DECLS

gboolean      aph_job_query_has_first (const AphJobQuery  *self);
sqlite3_stmt *aph_job_query_prepare   (const AphJobQuery  *self,
                                       AphDatabase        *database,
                                       guint               max_rows,
                                       GError            **error);

G_END_DECLS
