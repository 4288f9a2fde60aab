/* queue-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "queue-fixture.h"

static void
job_advanced_cb (AphScheduler *scheduler,
                 AphJob       *job,
                 int           old_state,
                 gpointer      user_data)
{
  Queue *queue = user_data;

  g_assert_cmpint (aph_job_get_state (job), !=, old_state);
  if (!aph_job_is_ended (job))
    return;

  g_string_append_printf (queue->ended, "%" G_GUINT64_FORMAT " ", aph_job_get_index (job));
  queue->n_done += aph_job_get_state (job) == APH_JOB_DONE;
  queue->n_failed += aph_job_get_state (job) == APH_JOB_FAILED;
}

static void
count_cb (AphScheduler *scheduler,
          guint        *counter)
{
  (*counter)++;
}

void
queue_init (Queue *queue)
{
  *queue = (Queue) { 0 };
  queue->scheduler = aph_scheduler_new ();
  queue->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  queue->ended = g_string_new (NULL);
  g_signal_connect (queue->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), queue);
  g_signal_connect (queue->scheduler, "idle", G_CALLBACK (count_cb), &queue->n_idle);
  g_signal_connect (queue->scheduler, "hungry", G_CALLBACK (count_cb), &queue->n_hungry);
}

void
queue_clear (Queue *queue)
{
  g_assert_finalize_object (queue->scheduler);
  /* What was in flight ends on its own. */
  for (guint i = 0; i < queue->jobs->len; i++)
    wait_until (G_OBJECT (g_ptr_array_index (queue->jobs, i))->ref_count == 1);
  g_ptr_array_unref (queue->jobs);
  g_string_free (queue->ended, TRUE);
}

AphLane *
queue_add_server (Queue *queue,
                  Sim   *sim,
                  guint  limit)
{
  g_autoptr (AphServer) server = sim_new_server (sim);

  return aph_scheduler_add_server (queue->scheduler, server, limit);
}

AphJob *
queue_add_job (Queue      *queue,
               const char *model)
{
  g_autofree char *prompt = g_strdup_printf ("prompt %u", queue->jobs->len);
  g_autoptr (AphRequest) request = aph_request_new (model, prompt, NULL, NULL);
  AphJob *job = aph_job_new (request, queue->jobs->len);

  g_ptr_array_add (queue->jobs, job);
  aph_scheduler_add (queue->scheduler, job);

  return job;
}

AphJob *
queue_get_job (Queue *queue,
               guint  index)
{
  return g_ptr_array_index (queue->jobs, index);
}
