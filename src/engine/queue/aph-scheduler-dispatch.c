/* aph-scheduler-dispatch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a free place to a job in flight, and from its end to what becomes of it.
 */

#define G_LOG_DOMAIN "aph-scheduler"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "queue/aph-backoff.h"
#include "queue/aph-scheduler-private.h"

/* Below two rounds of waiting jobs per place it asks for more; this much at least. */
#define LEAST_WAITING 16

static void
run_free (AphRun *run)
{
  g_object_unref (run->job);
  g_object_unref (run->lane);
  g_object_unref (run->cancellable);
  g_free (run);
}

static void
fail_job (AphScheduler *self,
          AphJob       *job,
          AphFailure   *failure)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_fail (job, failure);
  aph_scheduler_emit_advanced (self, job, old_state);
}

/* It waits again, but not here. */
static void
hand_back_job (AphScheduler *self,
               AphJob       *job)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_put_back (job, NULL);
  aph_scheduler_emit_advanced (self, job, old_state);
}

/* It waits again where it waited. It is there before anybody hears of it, since whoever does may
 * cancel it. */
static void
put_back_job (AphScheduler *self,
              AphJob       *job,
              AphFailure   *failure)
{
  AphJobState old_state = aph_job_get_state (job);

  aph_job_put_back (job, failure);
  aph_backlog_add (self->backlog, job);
  aph_scheduler_emit_advanced (self, job, old_state);
}

/* It waits again for a while, unless it was tried often enough. */
static void
try_job_again (AphScheduler *self,
               AphJob       *job,
               AphFailure   *failure)
{
  AphJobState old_state = aph_job_get_state (job);
  guint strikes = aph_job_get_strikes (job) + 1;

  if (strikes > self->max_retries)
    {
      fail_job (self, job, failure);
      return;
    }

  aph_job_put_back (job, failure);
  aph_retry_queue_add (self->retries, job, aph_backoff_delay (strikes));
  aph_scheduler_emit_advanced (self, job, old_state);
}

static void
fail_all_waiting (AphScheduler *self,
                  AphFailure   *failure)
{
  g_autoptr (GPtrArray) jobs = aph_scheduler_take_all_waiting (self);

  for (guint i = 0; i < jobs->len; i++)
    fail_job (self, g_ptr_array_index (jobs, i), failure);
}

/* A job in flight: started, text, ended */

static void
text_cb (const GString *thinking,
         const GString *answer,
         guint          n_pieces,
         gpointer       user_data)
{
  AphRun *run = user_data;
  g_autoptr (AphScheduler) self = NULL;
  AphJobState old_state;

  if (run->scheduler == NULL || run->wish != APH_WISH_NONE)
    return;

  /* Whoever hears of it may let go of us, or want something else of the job. */
  self = g_object_ref (run->scheduler);
  old_state = aph_job_get_state (run->job);
  aph_job_append_text (run->job, thinking, answer, n_pieces);
  aph_lane_progressed (run->lane, n_pieces);
  aph_scheduler_emit_advanced (self, run->job, old_state);

  if (self->break_loops && run->wish == APH_WISH_NONE
      && (aph_job_get_marks (run->job) & APH_MARK_LOOPING))
    {
      run->wish = APH_WISH_BREAK_LOOP;
      g_cancellable_cancel (run->cancellable);
    }
}

static void
pause_for_user (AphScheduler *self,
                AphFailure   *failure)
{
  /* Nobody is there to start it again. */
  if (self->max_probes > 0)
    {
      fail_all_waiting (self, failure);
      return;
    }

  aph_scheduler_pause_for (self, failure);
}

/* The others go on without that server, as long as there are any. */
static void
bar_lane (AphScheduler *self,
          AphLane      *lane,
          AphFailure   *failure)
{
  aph_lane_bar (lane, failure);
  for (guint i = 0; i < self->lanes->len; i++)
    if (!aph_lane_is_barred (g_ptr_array_index (self->lanes, i)))
      return;

  /* When the user starts the queue again, all are to be tried. */
  aph_scheduler_unbar_lanes (self);
  pause_for_user (self, failure);
}

static void
settle_failure (AphScheduler *self,
                AphRun       *run,
                AphFailure   *failure)
{
  switch (aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
    case APH_FAILURE_BUSY:
      put_back_job (self, run->job, failure);
      break;

    case APH_FAILURE_QUOTA:
      put_back_job (self, run->job, failure);
      pause_for_user (self, failure);
      break;

    case APH_FAILURE_DENIED:
      put_back_job (self, run->job, failure);
      bar_lane (self, run->lane, failure);
      break;

    case APH_FAILURE_SERVER:
    case APH_FAILURE_TRANSPORT:
    case APH_FAILURE_TRUNCATED:
    case APH_FAILURE_TIMEOUT:
      try_job_again (self, run->job, failure);
      break;

    case APH_FAILURE_PERMANENT:
    case APH_FAILURE_CANCELLED:
    default:
      fail_job (self, run->job, failure);
      break;
    }
}

static void
settle (AphScheduler   *self,
        AphRun         *run,
        const char     *done_reason,
        const AphUsage *usage,
        AphFailure     *failure)
{
  AphJobState old_state = aph_job_get_state (run->job);

  if (run->wish == APH_WISH_CANCEL)
    aph_scheduler_cancel_job (self, run->job);
  else if (run->wish == APH_WISH_STOP)
    put_back_job (self, run->job, NULL);
  else if (run->wish == APH_WISH_WITHDRAW)
    hand_back_job (self, run->job);
  else if (run->wish == APH_WISH_BREAK_LOOP)
    {
      g_autoptr (AphFailure) looping =
        aph_failure_new (APH_FAILURE_PERMANENT, 0,
                         _("The answer only repeated itself and was broken off"));

      fail_job (self, run->job, looping);
    }
  else if (failure != NULL)
    settle_failure (self, run, failure);
  else
    {
      aph_job_set_context_length (run->job, aph_lane_get_context_length (run->lane));
      aph_job_finish (run->job, done_reason, usage);
      aph_scheduler_emit_advanced (self, run->job, old_state);
    }
}

/* What has become known of the server meanwhile counts too. */
static void
note_origin (AphRun *run)
{
  const char *model = aph_request_get_model (aph_job_get_request (run->job));

  aph_job_set_origin (run->job, aph_lane_get_origin (run->lane, model, run->streamed));
}

/* Only for whoever looks at the list: finding a job in it takes time. */
static void
list_as_running (AphScheduler *self,
                 AphJob       *job,
                 gboolean      is_running)
{
  guint position;

  if (self->running == NULL)
    return;

  if (is_running)
    g_list_store_append (self->running, job);
  else if (g_list_store_find (self->running, job, &position))
    g_list_store_remove (self->running, position);
}

static void
generated_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  AphRun *run = user_data;
  AphScheduler *self = run->scheduler;
  g_autoptr (AphFailure) failure = NULL;
  g_autofree char *done_reason = NULL;
  AphUsage usage = APH_USAGE_INIT;

  aph_server_generate_finish (APH_SERVER (source), result, &done_reason, &usage, &failure);

  if (self != NULL)
    {
      g_object_ref (self);
      g_hash_table_remove (self->runs, run->job);
      list_as_running (self, run->job, FALSE);
      note_origin (run);
      settle (self, run, done_reason, &usage, failure);
      aph_lane_ended (run->lane, run->job, run->wish == APH_WISH_NONE ? failure : NULL);
      aph_scheduler_dispatch_later (self);
      g_object_unref (self);
    }

  run_free (run);
}

static void
start (AphScheduler *self,
       AphLane      *lane,
       AphJob       *job)
{
  AphServer *server = aph_lane_get_server (lane);
  AphJobState old_state = aph_job_get_state (job);
  AphRun *run = g_new0 (AphRun, 1);

  run->scheduler = self;
  run->job = g_object_ref (job);
  run->lane = g_object_ref (lane);
  run->cancellable = g_cancellable_new ();
  run->streamed = self->stream;

  g_hash_table_insert (self->runs, job, run);
  list_as_running (self, job, TRUE);
  self->peak = MAX (self->peak, g_hash_table_size (self->runs));
  aph_lane_began (lane, aph_job_get_request (job));
  aph_job_send (job, aph_server_get_url (server));
  aph_job_set_in_flight (job, aph_lane_get_in_flight (lane));
  note_origin (run);
  aph_scheduler_emit_advanced (self, job, old_state);

  aph_server_generate_async (server, aph_job_get_request (job), self->stream, &self->clocks,
                             text_cb, run, run->cancellable, generated_cb, run);
}

typedef struct
{
  AphScheduler *scheduler;
  AphLane *lane;
} Taker;

/* Whether it was tried often enough, or cannot be tried at all. */
static gboolean
is_hopeless (AphScheduler *self,
             AphLane      *lane)
{
  AphLaneState state = aph_lane_get_state (lane);

  if (aph_lane_is_barred (lane))
    return TRUE;

  return self->max_probes > 0
         && (state == APH_LANE_DOWN || state == APH_LANE_RESTING)
         && aph_lane_get_setbacks (lane) >= self->max_probes;
}

/* A model that nobody has is asked for all the same: the server's "not found" says so. */
static gboolean
lane_takes_model (const char *model,
                  gpointer    user_data)
{
  const Taker *taker = user_data;
  GPtrArray *lanes = taker->scheduler->lanes;

  if (aph_lane_has_model (taker->lane, model))
    return TRUE;

  for (guint i = 0; i < lanes->len; i++)
    {
      AphLane *other = g_ptr_array_index (lanes, i);

      if (aph_lane_has_model (other, model) && !is_hopeless (taker->scheduler, other))
        return FALSE;
    }

  return TRUE;
}

static int
compare_load (gconstpointer a,
              gconstpointer b)
{
  AphLane *lane_a = *(AphLane *const *) a;
  AphLane *lane_b = *(AphLane *const *) b;
  guint64 load_a = (guint64) aph_lane_get_in_flight (lane_a) * aph_lane_get_limit (lane_b);
  guint64 load_b = (guint64) aph_lane_get_in_flight (lane_b) * aph_lane_get_limit (lane_a);

  return (load_a > load_b) - (load_a < load_b);
}

/* A single prompt loads its model itself; before several it is loaded for them. */
static void
send_or_warm_up (AphScheduler *self,
                 AphLane      *lane,
                 AphJob       *job)
{
  if (aph_backlog_get_length (self->backlog) > 0
      && aph_lane_warm_up (lane, aph_job_get_request (job), &self->clocks))
    aph_backlog_give_back (self->backlog, job);
  else
    start (self, lane, job);
}

/* One job to the least busy lane that can use it. */
static gboolean
send_one (AphScheduler *self)
{
  if (self->lanes->len > 1)
    g_ptr_array_sort (self->lanes, compare_load);

  for (guint i = 0; i < self->lanes->len; i++)
    {
      AphLane *lane = g_ptr_array_index (self->lanes, i);
      Taker taker = { self, lane };
      g_autoptr (AphJob) job = NULL;

      if (!aph_lane_is_free (lane))
        continue;

      job = aph_backlog_take (self->backlog, aph_lane_get_group (lane), lane_takes_model, &taker);
      if (job != NULL)
        {
          send_or_warm_up (self, lane, job);
          return TRUE;
        }
    }

  return FALSE;
}

/* The failure of the lanes once all of them have been tried often enough. */
static AphFailure *
get_last_hope_failure (AphScheduler *self)
{
  AphFailure *failure = NULL;

  if (self->max_probes == 0)
    return NULL;

  for (guint i = 0; i < self->lanes->len; i++)
    {
      AphLane *lane = g_ptr_array_index (self->lanes, i);

      if (!is_hopeless (self, lane))
        return NULL;
      failure = aph_lane_get_failure (lane);
    }

  return failure;
}

static guint
count_places (AphScheduler *self)
{
  guint places = 0;

  for (guint i = 0; i < self->lanes->len; i++)
    places += aph_lane_get_limit (g_ptr_array_index (self->lanes, i));

  return places;
}

static gboolean
dispatch_cb (gpointer user_data)
{
  AphScheduler *self = g_object_ref (user_data);
  AphFailure *failure;

  self->dispatch_source = 0;

  failure = get_last_hope_failure (self);
  if (failure != NULL)
    {
      g_autoptr (AphFailure) held = aph_failure_ref (failure);

      fail_all_waiting (self, held);
    }

  while (!self->paused && aph_backlog_get_length (self->backlog) > 0 && send_one (self))
    ;

  if (aph_scheduler_get_n_waiting (self) < MAX (2 * count_places (self), LEAST_WAITING))
    g_signal_emit_by_name (self, "hungry");

  if (self->was_busy && aph_scheduler_get_n_waiting (self) == 0
      && g_hash_table_size (self->runs) == 0)
    {
      self->was_busy = FALSE;
      g_signal_emit_by_name (self, "idle");
    }

  g_object_unref (self);

  return G_SOURCE_REMOVE;
}

/* Whatever has happened meanwhile, it is one look at the queue. */
void
aph_scheduler_dispatch_later (AphScheduler *self)
{
  if (self->dispatch_source == 0)
    self->dispatch_source = g_idle_add_full (G_PRIORITY_DEFAULT, dispatch_cb, self, NULL);
}

/* Lets go of what is in flight: the requests are cancelled and end by themselves. */
void
aph_scheduler_detach_runs (AphScheduler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AphRun *run = value;

      run->scheduler = NULL;
      g_cancellable_cancel (run->cancellable);
    }
  g_hash_table_remove_all (self->runs);
}
