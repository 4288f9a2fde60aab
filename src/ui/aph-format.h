/* aph-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How things are said in the window. Pure functions: no widget, no display.
 */

#pragma once

#include "job/aph-job.h"
#include "server/aph-model.h"
#include "store/aph-batch.h"

G_BEGIN_DECLS

/* What a job is and how it goes */
const char *aph_format_state          (AphJobState       state);
const char *aph_format_state_icon     (AphJobState       state);
char       *aph_format_job_status     (AphJob           *job);
char       *aph_format_job_figures    (AphJob           *job);
char       *aph_format_marks          (AphJobMarks       marks);
char       *aph_format_first_line     (const char       *text);

/* What a batch is and how it goes */
char       *aph_format_batch_status   (AphBatch         *batch);

/* Figures; %NULL for a figure that does not exist */
char       *aph_format_duration       (double            milliseconds);
char       *aph_format_tokens         (gint64            n_tokens);
char       *aph_format_token_rate     (double            tokens_per_second);
char       *aph_format_pace           (double            tokens_per_second,
                                       double            left_ms,
                                       double            busy_ms,
                                       double            speedup);
char       *aph_format_counts         (const guint       counts[APH_JOB_N_STATES],
                                       double            tokens_per_second,
                                       const char       *loading);

/* What went wrong, and what to do about it */
char       *aph_format_failure_title  (AphFailure       *failure,
                                       const char       *model,
                                       const char       *server);
const char *aph_format_failure_short  (AphFailure       *failure);
char       *aph_format_remedy         (AphFailure       *failure,
                                       const char       *model,
                                       const char       *server);

/* Servers and models */
char       *aph_format_host           (const char       *server);
char       *aph_format_model_details  (AphModel         *model);

G_END_DECLS
