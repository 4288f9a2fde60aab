/* aph-job-query.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job-query"

#include "config.h"

#include "store/aph-job-query.h"

static const char *
dup_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * aph_job_query_copy:
 * @self: a query
 *
 * Returns: (transfer full): a copy with texts of its own
 */
AphJobQuery *
aph_job_query_copy (const AphJobQuery *self)
{
  AphJobQuery *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new (AphJobQuery, 1);
  *copy = *self;
  copy->model = dup_unless_empty (self->model);
  copy->server = dup_unless_empty (self->server);
  copy->search = dup_unless_empty (self->search);

  return copy;
}

/**
 * aph_job_query_free:
 * @self: what aph_job_query_copy() gave
 */
void
aph_job_query_free (AphJobQuery *self)
{
  g_free ((char *) self->model);
  g_free ((char *) self->server);
  g_free ((char *) self->search);
  g_free (self);
}

static gboolean
same_text (const char *a,
           const char *b)
{
  return g_strcmp0 (a != NULL ? a : "", b != NULL ? b : "") == 0;
}

gboolean
aph_job_query_equal (const AphJobQuery *a,
                     const AphJobQuery *b)
{
  return a->batch == b->batch
         && a->states == b->states
         && a->marks == b->marks
         && a->min_rating == b->min_rating
         && a->sort == b->sort
         && !a->descending == !b->descending
         && same_text (a->model, b->model)
         && same_text (a->server, b->server)
         && same_text (a->search, b->search);
}

/**
 * aph_job_query_is_filtering:
 * @self: a query
 *
 * Returns: whether it leaves out jobs of its batch
 */
gboolean
aph_job_query_is_filtering (const AphJobQuery *self)
{
  return self->states != 0 || self->marks != 0 || self->min_rating > 0
         || !same_text (self->model, NULL) || !same_text (self->server, NULL)
         || !same_text (self->search, NULL);
}

/**
 * aph_job_query_matches:
 * @self: a query
 * @job: a job
 *
 * The texts are not looked at: a search is for the index.
 *
 * Returns: whether the job fits, as far as the query is not about its texts
 */
gboolean
aph_job_query_matches (const AphJobQuery *self,
                       AphJob            *job)
{
  if (self->batch != 0 && aph_job_get_batch (job) != self->batch)
    return FALSE;
  if (self->states != 0 && (self->states & (1u << aph_job_get_state (job))) == 0)
    return FALSE;
  if (self->marks != 0 && (self->marks & aph_job_get_marks (job)) == 0)
    return FALSE;
  if (aph_job_get_rating (job) < self->min_rating)
    return FALSE;
  if (!same_text (self->model, NULL)
      && !same_text (self->model, aph_request_get_model (aph_job_get_request (job))))
    return FALSE;

  return same_text (self->server, NULL) || same_text (self->server, aph_job_get_server (job));
}
