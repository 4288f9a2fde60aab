/* aph-result-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "job/aph-job-record.h"

G_BEGIN_DECLS

/* A job as one line of JSON: what antiphon-run writes, and what an export of the window holds. */
void          aph_result_row_append    (GString      *out,
                                        AphJob       *job,
                                        guint64       index,
                                        gboolean      with_record);
gboolean      aph_result_row_is_row    (JsonObject   *object,
                                        AphJobState  *state);
AphJobRecord *aph_result_row_parse     (const char   *line,
                                        gssize        length,
                                        guint64      *index,
                                        AphOrigin   **origin,
                                        GError      **error);

char         *aph_result_row_dup_time  (gint64        monotonic);
char         *aph_result_row_dup_marks (AphJobMarks   marks);
AphJobMarks   aph_result_row_find_mark (const char   *word);

G_END_DECLS
