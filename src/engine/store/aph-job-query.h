/* aph-job-query.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphJobSort:
 * @APH_SORT_INPUT: in the order in which they were queued
 * @APH_SORT_STATE: what runs, what waits, what is done, what failed, what was cancelled
 * @APH_SORT_MODEL: by the model's name
 * @APH_SORT_SERVER: by the server's address
 * @APH_SORT_PROMPT: by the prompt's text
 * @APH_SORT_TOKENS: by the number of tokens of the answer
 * @APH_SORT_TOKEN_RATE: by the tokens per second
 * @APH_SORT_TTFT: by the time to the first token
 * @APH_SORT_DURATION: by the time from being sent to the end
 * @APH_SORT_ENDED: by when they ended
 * @APH_SORT_RATING: by the user's rating
 *
 * What to sort jobs by. Where that is equal or unknown the order of input decides; what is unknown
 * comes last, whatever the direction.
 */
typedef enum
{
  APH_SORT_INPUT,
  APH_SORT_STATE,
  APH_SORT_MODEL,
  APH_SORT_SERVER,
  APH_SORT_PROMPT,
  APH_SORT_TOKENS,
  APH_SORT_TOKEN_RATE,
  APH_SORT_TTFT,
  APH_SORT_DURATION,
  APH_SORT_ENDED,
  APH_SORT_RATING,
} AphJobSort;

#define APH_JOB_N_SORTS (APH_SORT_RATING + 1)

/* For AphJobQuery's states */
#define APH_STATES_RUNNING ((1u << APH_JOB_SENT) | (1u << APH_JOB_THINKING) \
                            | (1u << APH_JOB_ANSWERING))
#define APH_STATES_ENDED ((1u << APH_JOB_DONE) | (1u << APH_JOB_FAILED) | (1u << APH_JOB_CANCELLED))

/**
 * AphJobQuery:
 * @batch: the number of a batch, or 0 for all
 * @states: one bit for each #AphJobState that is wanted (`1 << state`), or 0 for all
 * @marks: with any of these marks, or 0 for all; one with none of them never fits
 * @model: (nullable): the name of a model
 * @server: (nullable): the address of a server
 * @min_rating: rated this well or better, or 0 for all
 * @search: (nullable): words that all occur in the prompt, answer or thinking; the beginning of a
 *   word is enough, upper and lower case are the same. "" is the same as %NULL
 * @sort: what to sort by
 * @descending: whether the largest comes first
 *
 * Which jobs, and in which order. Zero-initialised it is all jobs in the order of input, so
 * `const AphJobQuery query = { .batch = 7, .states = APH_STATES_ENDED };` is all it takes. The
 * texts belong to whoever made it; aph_job_query_copy() owns its own.
 */
typedef struct
{
  guint64      batch;
  guint        states;
  AphJobMarks  marks;
  const char  *model;
  const char  *server;
  guint        min_rating;
  const char  *search;
  AphJobSort   sort;
  gboolean     descending;
} AphJobQuery;

/**
 * AphStoreValues:
 * @APH_STORE_MODELS: the models that were asked, or are to be
 * @APH_STORE_SERVERS: the servers that answered, or failed to
 *
 * What there is to choose from among the jobs.
 */
typedef enum
{
  APH_STORE_MODELS,
  APH_STORE_SERVERS,
} AphStoreValues;

AphJobQuery *aph_job_query_copy         (const AphJobQuery *self);
void         aph_job_query_free         (AphJobQuery       *self);
gboolean     aph_job_query_equal        (const AphJobQuery *a,
                                         const AphJobQuery *b);
gboolean     aph_job_query_is_filtering (const AphJobQuery *self);
gboolean     aph_job_query_matches      (const AphJobQuery *self,
                                         AphJob            *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphJobQuery, aph_job_query_free)

G_END_DECLS
