/* aph-run-reporter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-reporter"

#include "config.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/aph-run-failures.h"
#include "cli/aph-run-output.h"
#include "cli/aph-run-progress.h"
#include "cli/aph-run-reporter.h"
#include "cli/aph-run-summary.h"
#include "cli/aph-run-watch.h"
#include "files/aph-result-row.h"

/* When so many bytes wait for whoever reads them, nothing more is asked, until half of them are
 * gone. */
#define MAX_BACKLOG (8 * 1024 * 1024)

/* How wide an answer is shown where there is no terminal to ask. */
#define DEFAULT_COLUMNS 70

struct _AphRunReporter
{
  GObject parent_instance;

  const AphRunOptions *options;   /* (not owned) */
  AphScheduler *scheduler;
  AphRunSummary *summary;

  AphRunResults *results;         /* (not owned) */
  AphRunOutput *rows;             /* (nullable) where result rows go */
  AphRunOutput *screen;           /* (nullable) where people watch */
  AphRunOutput *report;           /* (nullable) where the summary goes */
  AphRunWatch *watch;             /* (nullable) */
  AphRunProgress *progress;       /* (nullable) */
  GString *row;                   /* is written, again and again */
  AphRunFailures *failures;
  gboolean shares_terminal;       /* standard output and standard error are the same one */
  gboolean is_full;               /* nobody reads as fast as we write */
  gboolean has_failed;            /* nothing can be written any more */
};

G_DEFINE_FINAL_TYPE (AphRunReporter, aph_run_reporter, G_TYPE_OBJECT)

enum
{
  FAILED,
  FULL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
drop_output (AphRunReporter  *self,
             AphRunOutput   **output)
{
  if (*output != NULL)
    g_signal_handlers_disconnect_by_data (*output, self);
  g_clear_object (output);
}

static void
aph_run_reporter_dispose (GObject *object)
{
  AphRunReporter *self = APH_RUN_REPORTER (object);

  g_clear_pointer (&self->watch, aph_run_watch_free);
  g_clear_pointer (&self->progress, aph_run_progress_free);
  drop_output (self, &self->rows);
  drop_output (self, &self->screen);
  drop_output (self, &self->report);
  g_clear_object (&self->scheduler);

  G_OBJECT_CLASS (aph_run_reporter_parent_class)->dispose (object);
}

static void
aph_run_reporter_finalize (GObject *object)
{
  AphRunReporter *self = APH_RUN_REPORTER (object);

  aph_run_summary_free (self->summary);
  g_string_free (self->row, TRUE);
  aph_run_failures_free (self->failures);

  G_OBJECT_CLASS (aph_run_reporter_parent_class)->finalize (object);
}

static void
aph_run_reporter_class_init (AphRunReporterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_run_reporter_dispose;
  object_class->finalize = aph_run_reporter_finalize;

  signals[FAILED] =
    g_signal_new ("failed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  signals[FULL_CHANGED] =
    g_signal_new ("full-changed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
aph_run_reporter_init (AphRunReporter *self)
{
  self->summary = aph_run_summary_new ();
  self->row = g_string_new (NULL);
  self->failures = aph_run_failures_new ();
}

/**
 * aph_run_reporter_new:
 * @options: what the command line says; must outlive the reporter
 * @results: where rows go; must outlive the reporter
 * @scheduler: what runs
 *
 * Returns: (transfer full): a reporter that has not opened any file
 */
AphRunReporter *
aph_run_reporter_new (const AphRunOptions *options,
                      AphRunResults       *results,
                      AphScheduler        *scheduler)
{
  AphRunReporter *self = g_object_new (APH_TYPE_RUN_REPORTER, NULL);

  self->options = options;
  self->results = results;
  self->scheduler = g_object_ref (scheduler);

  return self;
}

/**
 * aph_run_say:
 * @format: what to say
 * @...: for @format
 *
 * Says something to the user, on standard error. Not in the encoding of the locale, as GLib's own
 * functions do: in a container that often knows no letter beyond ASCII.
 */
void
aph_run_say (const char *format,
             ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fprintf (stderr, "antiphon-run: %s\n", text);
}

/**
 * aph_run_reporter_say:
 * @self: a reporter
 * @format: what to say
 * @...: for @format
 *
 * Says something to the user, on standard error, where the progress line may be.
 */
void
aph_run_reporter_say (AphRunReporter *self,
                      const char     *format,
                      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  aph_run_progress_clear (self->progress);
  aph_run_say ("%s", text);
}

/**
 * aph_run_reporter_clear:
 * @self: a reporter
 *
 * Leaves a clean line behind, because the program ends without asking.
 */
void
aph_run_reporter_clear (AphRunReporter *self)
{
  aph_run_progress_clear (self->progress);
}

static void
fail (AphRunReporter *self,
      const GError   *error)
{
  if (self->has_failed)
    return;

  self->has_failed = TRUE;
  aph_run_reporter_say (self, "%s", error->message);
  g_signal_emit (self, signals[FAILED], 0);
}

static gsize
get_backlog (AphRunReporter *self)
{
  gsize backlog = 0;

  if (self->rows != NULL)
    backlog += aph_run_output_get_backlog (self->rows);
  if (self->screen != NULL && self->screen != self->rows)
    backlog += aph_run_output_get_backlog (self->screen);

  return backlog;
}

static void
check_backlog (AphRunReporter *self)
{
  gsize backlog = get_backlog (self);
  gboolean is_full = backlog > (self->is_full ? MAX_BACKLOG / 2 : MAX_BACKLOG);

  /* The progress line would get between what is still to be written. */
  if (self->shares_terminal && self->progress != NULL)
    aph_run_progress_set_held (self->progress, backlog > 0);

  if (self->is_full == is_full)
    return;

  g_debug ("%s: %" G_GSIZE_FORMAT " bytes wait", is_full ? "full" : "not full", backlog);
  self->is_full = is_full;
  g_signal_emit (self, signals[FULL_CHANGED], 0);
}

static void
advanced_cb (AphRunOutput   *output,
             AphRunReporter *self)
{
  const GError *error = aph_run_output_get_error (output);

  if (error != NULL)
    fail (self, error);
  check_backlog (self);
}

static void
write_out (AphRunReporter *self,
           AphRunOutput   *output,
           const char     *text,
           gsize           length)
{
  aph_run_progress_clear (self->progress);
  aph_run_output_write (output, text, length);
  check_backlog (self);
}

static void
screen_cb (const char *text,
           gsize       length,
           gpointer    user_data)
{
  AphRunReporter *self = user_data;

  write_out (self, self->screen, text, length);
}

static gboolean
has_colours (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *terminal = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && (no_color == NULL || *no_color == '\0')
         && g_strcmp0 (terminal, "dumb") != 0;
}

static guint
get_columns (void)
{
  struct winsize size;

  /* The number before each line takes some too. */
  if (isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return CLAMP (size.ws_col, 28, 108) - 8;

  return DEFAULT_COLUMNS;
}

static gboolean
open_outputs (AphRunReporter  *self,
              GError         **error)
{
  const AphRunOptions *options = self->options;
  gboolean to_stdout = g_strcmp0 (options->output, "-") == 0
                       && options->output_format == APH_EXPORT_JSONL;

  if (!aph_run_results_open (self->results, error))
    return FALSE;

  if (aph_run_results_get_rows (self->results) != NULL)
    self->rows = g_object_ref (aph_run_results_get_rows (self->results));

  /* What is written to the same place must go the same way. */
  if (options->watch)
    self->screen = to_stdout ? g_object_ref (self->rows) : aph_run_output_new_stdout ();

  /* Now, not after a night: there may be no such folder. What is left of an earlier run would
   * only be taken for this one's. */
  if (options->summary != NULL)
    self->report = aph_run_output_new_for_file (options->summary, TRUE, options->files, error);

  return options->summary == NULL || self->report != NULL;
}

static void
follow_output (AphRunReporter *self,
               AphRunOutput   *output)
{
  if (output != NULL)
    g_signal_connect (output, "advanced", G_CALLBACK (advanced_cb), self);
}

/**
 * aph_run_reporter_open:
 * @self: a reporter
 * @error: return location
 *
 * Opens what will be written to.
 *
 * Returns: %FALSE with a %G_IO_ERROR if that is not possible; then nothing was made or changed
 */
gboolean
aph_run_reporter_open (AphRunReporter  *self,
                       GError         **error)
{
  g_return_val_if_fail (APH_IS_RUN_REPORTER (self), FALSE);

  if (!open_outputs (self, error))
    {
      aph_run_results_discard (self->results);
      return FALSE;
    }

  follow_output (self, self->rows);
  follow_output (self, self->report);
  if (self->screen != self->rows)
    follow_output (self, self->screen);

  if (self->screen != NULL)
    self->watch = aph_run_watch_new (self->scheduler, get_columns (), has_colours (),
                                     screen_cb, self);

  self->shares_terminal = isatty (STDOUT_FILENO) && isatty (STDERR_FILENO);
  if (isatty (STDERR_FILENO))
    self->progress = aph_run_progress_new (self->scheduler, self->summary);

  return TRUE;
}

/**
 * aph_run_reporter_is_full:
 * @self: a reporter
 *
 * Returns: whether so much waits to be written that nothing more should be asked for now
 */
gboolean
aph_run_reporter_is_full (AphRunReporter *self)
{
  g_return_val_if_fail (APH_IS_RUN_REPORTER (self), FALSE);

  return self->is_full;
}

/**
 * aph_run_reporter_knows_all:
 * @self: a reporter
 *
 * The input is at its end: from now on it is known how much is left.
 */
void
aph_run_reporter_knows_all (AphRunReporter *self)
{
  if (self->progress != NULL)
    aph_run_progress_knows_all (self->progress);
}

static void
report_failure (AphRunReporter *self,
                AphJob         *job)
{
  g_autofree char *line = aph_run_failures_add (self->failures, job);

  if (line != NULL)
    aph_run_reporter_say (self, "%s", line);
}

/**
 * aph_run_reporter_take:
 * @self: a reporter
 * @job: a job that has ended
 *
 * Writes what came of it.
 */
void
aph_run_reporter_take (AphRunReporter *self,
                       AphJob         *job)
{
  g_return_if_fail (APH_IS_RUN_REPORTER (self));

  aph_run_summary_add (self->summary, job);

  if (self->rows != NULL)
    {
      g_string_truncate (self->row, 0);
      aph_result_row_append (self->row, job, aph_job_get_index (job), self->options->record);
      g_string_append_c (self->row, '\n');
      write_out (self, self->rows, self->row->str, self->row->len);
    }

  if (aph_job_get_state (job) == APH_JOB_FAILED)
    report_failure (self, job);
}

/* Whoever reads may take their time, and signals are still heard. */
static void
drain (AphRunOutput *output)
{
  while (aph_run_output_get_backlog (output) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
finish_output (AphRunReporter *self,
               AphRunOutput   *output)
{
  g_autoptr (GError) error = NULL;

  drain (output);
  if (!aph_run_output_close (output, &error))
    fail (self, error);
}

static void
conclude_results (AphRunReporter *self,
                  gboolean        all_done)
{
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  if (!aph_run_results_conclude (self->results, all_done, &kept, &error))
    fail (self, error);
  if (kept != NULL)
    aph_run_reporter_say (self, _("The rows are kept in “%s”: --resume goes on with them."), kept);
}

/* What was counted only, and how to go on once its reason is gone. */
static void
conclude_failures (AphRunReporter *self)
{
  g_autoptr (GPtrArray) lines = aph_run_failures_conclude (self->failures);
  const AphRunOptions *options = self->options;
  g_autofree char *name = NULL;

  for (guint i = 0; i < lines->len; i++)
    aph_run_reporter_say (self, "%s", (const char *) g_ptr_array_index (lines, i));

  /* Of other formats conclude_results() says it, where there are rows to go on with. */
  if (lines->len == 0 || options->output_format != APH_EXPORT_JSONL
      || options->output == NULL || g_str_equal (options->output, "-"))
    return;

  name = g_filename_display_name (options->output);
  aph_run_reporter_say (self, _("The same command with --resume asks only what has no answer in "
                                "“%s”."), name);
}

static void
write_report (AphRunReporter *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  aph_run_summary_append_json (self->summary, aph_scheduler_get_peak (self->scheduler), text);
  g_string_append_c (text, '\n');
  aph_run_output_write (self->report, text->str, text->len);
  finish_output (self, self->report);
}

static void
write_words (AphRunReporter *self,
             gboolean        all_done)
{
  g_autoptr (GString) text = g_string_new (NULL);

  aph_run_summary_append_words (self->summary, text);
  if (self->screen != NULL)
    {
      g_string_prepend_c (text, '\n');
      write_out (self, self->screen, text->str, text->len);
      drain (self->screen);
    }
  else if (isatty (STDERR_FILENO) || !all_done)
    fputs (text->str, stderr);
}

/**
 * aph_run_reporter_conclude:
 * @self: a reporter
 * @all_done: whether nothing went wrong
 *
 * Says and writes what is left when all has ended.
 *
 * Returns: whether all could be written
 */
gboolean
aph_run_reporter_conclude (AphRunReporter *self,
                           gboolean        all_done)
{
  guint64 n_jobs = aph_run_summary_count_all (self->summary);

  g_clear_pointer (&self->watch, aph_run_watch_free);
  g_clear_pointer (&self->progress, aph_run_progress_free);

  if (n_jobs == 0 && !all_done)
    aph_run_results_discard (self->results);
  if (self->rows != NULL)
    finish_output (self, self->rows);
  if (self->rows != NULL)
    conclude_results (self, all_done && !self->has_failed);

  conclude_failures (self);
  if (n_jobs > 0)
    write_words (self, all_done && !self->has_failed);
  if (self->report != NULL)
    write_report (self);

  return !self->has_failed;
}
