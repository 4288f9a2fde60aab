/* aph-runner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-runner"

#include "config.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "cli/aph-run-findings.h"
#include "cli/aph-run-input.h"
#include "cli/aph-run-reporter.h"
#include "cli/aph-run-survey.h"
#include "cli/aph-runner.h"
#include "queue/aph-scheduler.h"
#include "server/aph-demo.h"
#include "server/aph-identity.h"

/* How many rows are read at once, which bounds what waits in memory. */
#define MAX_ROWS 256

#define DEFAULT_AT_ONCE 4

struct _AphRunner
{
  const AphRunOptions *options;   /* (not owned) */
  GMainLoop *loop;
  GCancellable *cancellable;      /* of everything but the jobs */
  AphScheduler *scheduler;
  GPtrArray *lanes;               /* of AphLane, in the order of the command line */
  AphDemo *demo;                  /* (nullable) */
  AphRunInput *input;
  AphRunResults *results;
  AphRunResume *resume;           /* (nullable) (not owned) what an earlier run has written */
  AphRunReporter *reporter;
  AphRunFindings *findings;

  GPtrArray *held_rows;           /* (nullable) they wait until we know the models */
  char *first_model;              /* (nullable) for rows that name none */
  guint64 n_jobs;                 /* of the input so far */
  guint64 n_added;                /* those of them that are asked */

  guint n_identifying;            /* servers that are asked who they are */
  gboolean is_reading;
  gboolean is_surveyed;
  gboolean is_stopped;            /* nothing more is read */
  gboolean has_given_up;          /* nor sent */
  int status;
};

static void read_more (AphRunner *self);

/* The end */

static void
set_status (AphRunner *self,
            int        status)
{
  self->status = MAX (self->status, status);
}

static void
quit_when_ended (AphRunner *self)
{
  if (!self->is_reading
      && (self->is_stopped || aph_run_input_is_at_end (self->input))
      && aph_scheduler_get_n_waiting (self->scheduler) == 0
      && aph_scheduler_get_n_running (self->scheduler) == 0)
    g_main_loop_quit (self->loop);
}

/* Nothing more is read; what is under way goes on. */
static void
stop_reading (AphRunner *self)
{
  self->is_stopped = TRUE;
  g_cancellable_cancel (self->cancellable);
}

/* Nobody reads as fast as the answers come: asking for more would only fill the memory. */
static void
pause_if_full (AphRunner *self)
{
  aph_scheduler_set_paused (self->scheduler,
                            self->has_given_up || aph_run_reporter_is_full (self->reporter));
}

/* Nothing that could still happen matters. */
static void
give_up (AphRunner *self)
{
  set_status (self, APH_EXIT_SOME_FAILED);
  self->is_stopped = TRUE;
  self->has_given_up = TRUE;
  pause_if_full (self);
  g_main_loop_quit (self->loop);
}

static void
fail (AphRunner *self,
      GError    *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aph_run_reporter_say (self->reporter, "%s", error->message);
  give_up (self);
}

static gboolean
interrupted_cb (gpointer user_data)
{
  AphRunner *self = user_data;

  if (self->status == APH_EXIT_INTERRUPTED)
    {
      aph_run_reporter_clear (self->reporter);
      _exit (APH_EXIT_INTERRUPTED);
    }

  set_status (self, APH_EXIT_INTERRUPTED);
  aph_run_reporter_say (self->reporter,
                        _("Interrupted: stopping what is in flight. Once more to stop at once."));
  if (aph_scheduler_get_n_waiting (self->scheduler) > 0)
    aph_run_reporter_say (self->reporter,
                          _("The prompts that were not sent yet are not in the results."));
  stop_reading (self);
  aph_scheduler_cancel_all (self->scheduler);
  quit_when_ended (self);

  return G_SOURCE_CONTINUE;
}

/* The user does not want to wait as long as a server asks us to. */
static gboolean
try_now_cb (gpointer user_data)
{
  AphRunner *self = user_data;

  for (guint i = 0; i < self->lanes->len; i++)
    aph_lane_probe_now (g_ptr_array_index (self->lanes, i));

  return G_SOURCE_CONTINUE;
}

/* Results */

/* Jobs fail so only when the scheduler gave up waiting for every server. */
static gboolean
is_given_up (AphJob *job)
{
  AphFailure *failure = aph_job_get_failure (job);

  switch ((int) aph_failure_get_class (failure))
    {
    case APH_FAILURE_REFUSED:
    case APH_FAILURE_BUSY:
    case APH_FAILURE_QUOTA:
    case APH_FAILURE_DENIED:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
take_result (AphRunner *self,
             AphJob    *job)
{
  aph_run_reporter_take (self->reporter, job);

  if (aph_job_get_state (job) != APH_JOB_FAILED)
    return;

  set_status (self, APH_EXIT_SOME_FAILED);

  /* Reading on would only turn the rest of the input into failures. */
  if (is_given_up (job) && !self->is_stopped && !aph_run_input_is_at_end (self->input))
    {
      aph_run_reporter_say (self->reporter, _("The rest of the input is left unread."));
      stop_reading (self);
    }
}

static void
job_advanced_cb (AphScheduler *scheduler,
                 AphJob       *job,
                 int           old_state,
                 gpointer      user_data)
{
  AphRunner *self = user_data;

  /* What was never sent when the user stopped it has no result. */
  if (aph_job_is_ended (job)
      && !(aph_job_get_state (job) == APH_JOB_CANCELLED && old_state == APH_JOB_WAITING))
    take_result (self, job);
}

/* From rows to jobs */

/* What is done with each request; FALSE to stop. */
typedef gboolean (*RequestFunc) (AphRunner   *self,
                                 AphRequest  *request,
                                 GError     **error);

/* The first model was not known when the row was read. */
static gboolean
take_row (AphRunner    *self,
          AphRequest   *row,
          RequestFunc   func,
          GError      **error)
{
  g_autoptr (AphRequest) request = NULL;

  request = aph_request_get_model (row) != NULL
              ? aph_request_ref (row) : aph_request_new_for_model (row, self->first_model);

  return func (self, request, error);
}

/* Whether it was asked like this then; where there is an answer, there is nothing more to do. */
static gboolean
check_request (AphRunner   *self,
               AphRequest  *request,
               GError     **error)
{
  gboolean is_done;

  return aph_run_resume_check (self->resume, self->n_jobs++, request, &is_done, error);
}

static gboolean
add_request (AphRunner   *self,
             AphRequest  *request,
             GError     **error)
{
  g_autoptr (AphJob) job = NULL;
  guint64 index = self->n_jobs++;
  gboolean is_done = FALSE;

  if (self->resume != NULL
      && !aph_run_resume_check (self->resume, index, request, &is_done, error))
    return FALSE;
  if (is_done)
    return TRUE;

  job = aph_job_new (request, index);
  aph_scheduler_add (self->scheduler, job);
  self->n_added++;

  return TRUE;
}

static gboolean
is_model_missing (AphRunner *self,
                  GPtrArray *rows)
{
  if (self->options->models->len > 0)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    if (aph_request_get_model (g_ptr_array_index (rows, i)) == NULL)
      return TRUE;

  return FALSE;
}

static void
add_rows (AphRunner *self,
          GPtrArray *rows)
{
  guint64 n_before = self->n_added;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < rows->len; i++)
    if (!take_row (self, g_ptr_array_index (rows, i), add_request, &error))
      {
        set_status (self, APH_EXIT_USAGE);
        fail (self, error);
        return;
      }

  if (aph_run_input_is_at_end (self->input))
    {
      aph_run_reporter_knows_all (self->reporter);
      /* Where rows were no good, that was said. */
      if (self->n_jobs == 0 && self->status == APH_EXIT_ALL_DONE)
        aph_run_reporter_say (self->reporter, _("There are no prompts in the input."));
    }

  /* Without a new job there is nothing that would make the scheduler ask again. */
  if (self->n_added == n_before)
    read_more (self);
  quit_when_ended (self);
}

static void
surveyed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AphRunner *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = g_steal_pointer (&self->held_rows);
  g_autofree char *first_model = NULL;

  self->is_reading = FALSE;
  self->is_surveyed = TRUE;
  first_model = aph_run_survey_finish (result, &error);
  /* What goes on asks whom it asked before. */
  if (self->first_model == NULL)
    self->first_model = g_steal_pointer (&first_model);

  if (self->is_stopped)
    quit_when_ended (self);
  else if (self->first_model == NULL && is_model_missing (self, rows))
    fail (self, error);
  else
    {
      if (is_model_missing (self, rows) && isatty (STDERR_FILENO))
        aph_run_reporter_say (self->reporter, _("asking %s, the first installed model"),
                              self->first_model);
      add_rows (self, rows);
    }
}

static void
tell_complaints (AphRunner *self)
{
  g_autoptr (GPtrArray) complaints = aph_run_input_steal_complaints (self->input);

  for (guint i = 0; i < complaints->len; i++)
    aph_run_reporter_say (self->reporter, "%s", (const char *) g_ptr_array_index (complaints, i));
  if (complaints->len > 0)
    set_status (self, APH_EXIT_SOME_FAILED);
}

static void
rows_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  AphRunner *self = user_data;
  g_autoptr (GPtrArray) rows = aph_run_input_read_finish (self->input, result, NULL);

  self->is_reading = FALSE;
  tell_complaints (self);

  if (rows == NULL || self->is_stopped)
    {
      quit_when_ended (self);
      return;
    }

  /* Several servers may have different models: a prompt must not go where its own is not. */
  if (!self->is_surveyed && (self->lanes->len > 1 || is_model_missing (self, rows)))
    {
      self->is_reading = TRUE;
      self->held_rows = g_steal_pointer (&rows);
      aph_run_survey_async (self->lanes, self->cancellable, surveyed_cb, self);
    }
  else if (self->first_model == NULL && is_model_missing (self, rows))
    {
      aph_run_reporter_say (self->reporter,
                            _("These prompts name no model, and no server has one: name one "
                              "with -m."));
      set_status (self, APH_EXIT_SOME_FAILED);
      stop_reading (self);
      quit_when_ended (self);
    }
  else
    add_rows (self, rows);
}

static void
read_more (AphRunner *self)
{
  if (self->is_reading || self->is_stopped || aph_run_input_is_at_end (self->input))
    return;

  self->is_reading = TRUE;
  aph_run_input_read_async (self->input, MAX_ROWS, self->cancellable, rows_read_cb, self);
}

/* The beginning */

static void
add_server (AphRunner   *self,
            AphEndpoint *endpoint)
{
  g_autoptr (AphServer) server = aph_server_new (endpoint);
  guint limit = aph_endpoint_get_parallel (endpoint);
  AphLane *lane;

  if (self->options->has_limit)
    limit = self->options->limit;
  else if (limit == 0)
    limit = DEFAULT_AT_ONCE;

  lane = aph_scheduler_add_server (self->scheduler, server, limit);
  g_ptr_array_add (self->lanes, g_object_ref (lane));
}

static void
identified_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AphRunner *self = user_data;

  /* One that does not say who it is may answer all the same. */
  aph_server_identify_finish (APH_SERVER (source), result);
  if (--self->n_identifying > 0)
    return;

  self->is_reading = FALSE;
  read_more (self);
  quit_when_ended (self);
}

/* What was answered before it is known by whom would be recorded without it. */
static void
identify_servers (AphRunner *self)
{
  self->n_identifying = self->options->record ? self->lanes->len : 0;
  if (self->n_identifying == 0)
    return;

  self->is_reading = TRUE;
  for (guint i = 0; i < self->lanes->len; i++)
    aph_server_identify_async (aph_lane_get_server (g_ptr_array_index (self->lanes, i)),
                               self->cancellable, identified_cb, self);
}

static void
demo_started_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  AphRunner *self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_reading = FALSE;
  self->demo = aph_demo_start_finish (result, &error);
  if (self->demo == NULL)
    {
      fail (self, error);
      return;
    }

  aph_run_reporter_say (self->reporter,
                        _("This is the demo server: its replies are canned, no model is asked."));
  add_server (self, aph_demo_get_endpoint (self->demo));
  identify_servers (self);
  quit_when_ended (self);
}

static void
start (AphRunner *self)
{
  if (self->options->demo)
    {
      self->is_reading = TRUE;
      aph_demo_start_async (self->cancellable, demo_started_cb, self);
      return;
    }

  for (guint i = 0; i < self->options->servers->len; i++)
    add_server (self, g_ptr_array_index (self->options->servers, i));
  identify_servers (self);
}

/* Going on */

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **where = user_data;

  *where = g_object_ref (result);
}

static gboolean
check_piece (AphRunner    *self,
             AphRunInput  *input,
             GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  aph_run_input_read_async (input, MAX_ROWS, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  rows = aph_run_input_read_finish (input, result, error);
  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    if (!take_row (self, g_ptr_array_index (rows, i), check_request, error))
      return FALSE;

  return TRUE;
}

static gboolean
can_read_twice (GFile *file)
{
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;
  struct stat status;

  /* Of what is not there the reading tells. */
  return file != NULL
         && (path == NULL || stat (path, &status) != 0
             || S_ISREG (status.st_mode) || S_ISDIR (status.st_mode));
}

static gboolean
can_read_all_twice (AphRunner *self)
{
  for (guint i = 0; i < self->options->files->len; i++)
    if (!can_read_twice (g_ptr_array_index (self->options->files, i)))
      return FALSE;

  return TRUE;
}

/* Goes through the whole input once, before anything is sent or changed. What comes from a pipe,
 * named or not, can be read only once: that is checked as it comes. */
static gboolean
check_input (AphRunner  *self,
             GError    **error)
{
  g_autoptr (AphRunInput) input = NULL;

  if (!can_read_all_twice (self))
    return TRUE;

  input = aph_run_input_new (self->options);
  while (!aph_run_input_is_at_end (input))
    if (!check_piece (self, input, error))
      return FALSE;

  if (!aph_run_resume_check_end (self->resume, self->n_jobs, error))
    return FALSE;

  self->n_jobs = 0;
  self->first_model = g_strdup (aph_run_resume_get_model (self->resume));

  return TRUE;
}

/* What an earlier run has written, if this one is to go on with it. */
static gboolean
load_results (AphRunner  *self,
              GError    **error)
{
  if (!aph_run_results_load (self->results, error))
    return FALSE;

  self->resume = aph_run_results_get_resume (self->results);
  if (self->resume == NULL)
    return TRUE;
  if (!check_input (self, error))
    return FALSE;

  aph_run_say (ngettext ("%u answer is there already", "%u answers are there already",
                         aph_run_resume_get_n_done (self->resume)),
               aph_run_resume_get_n_done (self->resume));

  return TRUE;
}

/**
 * aph_runner_run:
 * @self: a runner
 *
 * Asks everything, writes what is answered, and says what went wrong.
 *
 * Returns: the exit status of this program
 */
int
aph_runner_run (AphRunner *self)
{
  g_autoptr (GError) error = NULL;
  guint signal_sources[3];

  if (!load_results (self, &error) || !aph_run_reporter_open (self->reporter, &error))
    {
      aph_run_say ("%s", error->message);
      return APH_EXIT_USAGE;
    }

  /* Writing tells when nobody reads any more. */
  signal (SIGPIPE, SIG_IGN);
  signal_sources[0] = g_unix_signal_add (SIGINT, interrupted_cb, self);
  signal_sources[1] = g_unix_signal_add (SIGTERM, interrupted_cb, self);
  signal_sources[2] = g_unix_signal_add (SIGUSR1, try_now_cb, self);

  if (self->options->deterministic)
    aph_run_reporter_say (self->reporter,
                          _("Deterministic: one prompt at a time, with seed 0 and temperature 0 "
                            "where nothing else is given"));

  start (self);
  g_main_loop_run (self->loop);
  aph_run_findings_conclude (self->findings);
  if (!aph_run_reporter_conclude (self->reporter, self->status == APH_EXIT_ALL_DONE))
    set_status (self, APH_EXIT_SOME_FAILED);

  for (guint i = 0; i < G_N_ELEMENTS (signal_sources); i++)
    g_source_remove (signal_sources[i]);

  return self->status;
}

/**
 * aph_runner_new:
 * @options: what the command line says; must outlive the runner
 *
 * Returns: (transfer full): a run that has not begun
 */
AphRunner *
aph_runner_new (const AphRunOptions *options)
{
  AphRunner *self = g_new0 (AphRunner, 1);

  self->options = options;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  self->lanes = g_ptr_array_new_with_free_func (g_object_unref);
  self->input = aph_run_input_new (options);

  self->scheduler = aph_scheduler_new ();
  aph_scheduler_set_clocks (self->scheduler, &options->clocks);
  aph_scheduler_set_stream (self->scheduler, options->stream);
  aph_scheduler_set_max_retries (self->scheduler, options->retries);
  aph_scheduler_set_max_probes (self->scheduler, options->retries + 1);
  aph_scheduler_set_break_loops (self->scheduler, options->break_loops);
  g_signal_connect (self->scheduler, "job-advanced", G_CALLBACK (job_advanced_cb), self);
  g_signal_connect_swapped (self->scheduler, "hungry", G_CALLBACK (read_more), self);
  g_signal_connect_swapped (self->scheduler, "idle", G_CALLBACK (quit_when_ended), self);

  self->results = aph_run_results_new (options);
  self->reporter = aph_run_reporter_new (options, self->results, self->scheduler);
  self->findings = aph_run_findings_new (self->scheduler, self->reporter);
  g_signal_connect_swapped (self->reporter, "failed", G_CALLBACK (give_up), self);
  g_signal_connect_swapped (self->reporter, "full-changed", G_CALLBACK (pause_if_full), self);

  return self;
}

void
aph_runner_free (AphRunner *self)
{
  g_signal_handlers_disconnect_by_data (self->scheduler, self);
  g_signal_handlers_disconnect_by_data (self->reporter, self);
  g_clear_pointer (&self->held_rows, g_ptr_array_unref);
  g_ptr_array_unref (self->lanes);
  aph_run_findings_free (self->findings);
  g_object_unref (self->reporter);
  aph_run_results_free (self->results);
  g_object_unref (self->scheduler);
  g_object_unref (self->input);
  g_clear_object (&self->demo);
  g_free (self->first_model);
  g_object_unref (self->cancellable);
  g_main_loop_unref (self->loop);
  g_free (self);
}
