/* aph-comparison.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/* More columns than this nobody compares; what would be in them is left out. */
#define APH_COMPARISON_MAX_COLUMNS 32

/**
 * AphComparisonSummary:
 * @n_jobs: how many prompts there are
 * @n_done: how many of them were answered
 * @n_failed: how many failed
 * @n_marked: how many answers deserve a second look
 * @n_rated: how many answers the user rated
 * @rating: the mean of the ratings; 0 if there is none
 * @token_rate: the mean of the tokens per second; 0 if it is not known
 * @tokens: the mean length of the answers, in tokens
 * @total_ms: the mean time from being sent to the end
 *
 * How the answers of one column are.
 */
typedef struct
{
  guint  n_jobs;
  guint  n_done;
  guint  n_failed;
  guint  n_marked;
  guint  n_rated;
  double rating;
  double token_rate;
  double tokens;
  double total_ms;
} AphComparisonSummary;

/**
 * AphComparison:
 *
 * Jobs as a table: a row for each prompt, a column for each way it was asked: the model and its
 * parameters. Where the same was asked several times there is a column for each time.
 *
 * What a prompt was made from does not count, only what it became: a file that names a model in
 * each line has other columns in each line, but asks the same.
 */
typedef struct _AphComparison AphComparison;

AphComparison *aph_comparison_new           (void);
void           aph_comparison_free          (AphComparison        *self);

gboolean       aph_comparison_add           (AphComparison        *self,
                                             AphJob               *job);

guint          aph_comparison_get_n_rows    (AphComparison        *self);
guint          aph_comparison_get_n_columns (AphComparison        *self);
guint          aph_comparison_get_n_left_out (AphComparison       *self);
AphRequest    *aph_comparison_get_request   (AphComparison        *self,
                                             guint                 row);
AphJob        *aph_comparison_get_job       (AphComparison        *self,
                                             guint                 row,
                                             guint                 column);
const char    *aph_comparison_get_model     (AphComparison        *self,
                                             guint                 column);
char          *aph_comparison_dup_variation (AphComparison        *self,
                                             guint                 column);
void           aph_comparison_summarize     (AphComparison        *self,
                                             guint                 column,
                                             AphComparisonSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphComparison, aph_comparison_free)

G_END_DECLS
