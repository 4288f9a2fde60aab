/* aph-record.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it takes to get the same answer again, for files and for the user's eyes.
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

const char *aph_record_get_path (AphJob  *job);
char       *aph_record_dup_body (AphJob  *job);
void        aph_record_append   (GString *out,
                                 AphJob  *job);

G_END_DECLS
