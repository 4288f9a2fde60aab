/* aph-recent-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-recent-jobs"

#include "config.h"

#include "ui/aph-recent-jobs.h"

/* With one prompt at a time there is still something to compare. */
#define LEAST_PLACES 4

struct _AphRecentJobs
{
  GObject parent_instance;

  GListStore *jobs;
  gboolean is_old; /* all that is there is of an earlier run */
};

G_DEFINE_FINAL_TYPE (AphRecentJobs, aph_recent_jobs, G_TYPE_OBJECT)

static void
aph_recent_jobs_finalize (GObject *object)
{
  AphRecentJobs *self = APH_RECENT_JOBS (object);

  g_object_unref (self->jobs);

  G_OBJECT_CLASS (aph_recent_jobs_parent_class)->finalize (object);
}

static void
aph_recent_jobs_class_init (AphRecentJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aph_recent_jobs_finalize;
}

static void
aph_recent_jobs_init (AphRecentJobs *self)
{
  self->jobs = g_list_store_new (APH_TYPE_JOB);
}

AphRecentJobs *
aph_recent_jobs_new (void)
{
  return g_object_new (APH_TYPE_RECENT_JOBS, NULL);
}

/**
 * aph_recent_jobs_get_model:
 * @self: recent jobs
 *
 * Returns: (transfer none): the #AphJob, always the same list
 */
GListModel *
aph_recent_jobs_get_model (AphRecentJobs *self)
{
  g_return_val_if_fail (APH_IS_RECENT_JOBS (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

/**
 * aph_recent_jobs_get_token_rate:
 * @self: recent jobs
 *
 * Returns: tokens per second of all that run, together; -1 if none has a rate yet
 */
double
aph_recent_jobs_get_token_rate (AphRecentJobs *self)
{
  double sum = -1;
  guint n_jobs;

  g_return_val_if_fail (APH_IS_RECENT_JOBS (self), -1);

  n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->jobs));
  for (guint i = 0; i < n_jobs; i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);
      double rate = aph_job_is_running (job) ? aph_job_get_token_rate (job) : -1;

      if (rate >= 0)
        sum = MAX (sum, 0) + rate;
    }

  return sum;
}

/**
 * aph_recent_jobs_remove_ended:
 * @self: recent jobs
 * @batch: the number of a batch, or 0 for all
 *
 * Only those that wait or run stay, and those of other batches.
 */
void
aph_recent_jobs_remove_ended (AphRecentJobs *self,
                              guint64        batch)
{
  g_return_if_fail (APH_IS_RECENT_JOBS (self));

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i > 0; i--)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i - 1);

      if (aph_job_is_ended (job) && (batch == 0 || aph_job_get_batch (job) == batch))
        g_list_store_remove (self->jobs, i - 1);
    }
}

/* Whose answer ended first; G_MAXUINT if all still run. */
static guint
find_oldest (AphRecentJobs *self)
{
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->jobs));
  gint64 earliest = G_MAXINT64;
  guint oldest = G_MAXUINT;

  for (guint i = 0; i < n_jobs; i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (aph_job_is_ended (job) && aph_job_get_times (job)->ended < earliest)
        {
          earliest = aph_job_get_times (job)->ended;
          oldest = i;
        }
    }

  return oldest;
}

/**
 * aph_recent_jobs_add:
 * @self: recent jobs
 * @job: a job that starts to run
 * @n_places: how many run at once
 *
 * It takes the place of the answer that has been there the longest, so that no other moves.
 */
void
aph_recent_jobs_add (AphRecentJobs *self,
                     AphJob        *job,
                     guint          n_places)
{
  guint oldest;

  g_return_if_fail (APH_IS_RECENT_JOBS (self));
  g_return_if_fail (APH_IS_JOB (job));

  if (self->is_old)
    {
      self->is_old = FALSE;
      aph_recent_jobs_remove_ended (self, 0);
    }

  if (g_list_store_find (self->jobs, job, NULL))
    return;

  oldest = find_oldest (self);
  if (oldest == G_MAXUINT
      || g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) < MAX (n_places, LEAST_PLACES))
    g_list_store_append (self->jobs, job);
  else
    g_list_store_splice (self->jobs, oldest, 1, (gpointer *) &job, 1);
}

/**
 * aph_recent_jobs_remove:
 * @self: recent jobs
 * @job: a job; nothing happens if it is not among them
 */
void
aph_recent_jobs_remove (AphRecentJobs *self,
                        AphJob        *job)
{
  guint position;

  g_return_if_fail (APH_IS_RECENT_JOBS (self));

  if (g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
}

/**
 * aph_recent_jobs_end_run:
 * @self: recent jobs
 *
 * Nothing runs or waits any more. What is there stays until the next job starts.
 */
void
aph_recent_jobs_end_run (AphRecentJobs *self)
{
  g_return_if_fail (APH_IS_RECENT_JOBS (self));

  self->is_old = TRUE;
}
