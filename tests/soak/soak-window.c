/* soak-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A night's work in minutes, in the real window with its store on disk: many prompts, of which one in
 * twenty meets a fault. All have to end, each exactly once; and from the time it has warmed up to its
 * end the program must not grow, in memory, in open files or in threads.
 *
 *   soak-window [PROMPTS]     100,000 by default; run by tests/gt-env.sh
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "ui/aph-ui.h"
#include "ui/aph-window.h"

#include "folder.h"
#include "gui-session.h"
#include "pump.h"

#define AT_ONCE 64

/* libsoup closes a connection that nobody has used for a minute. */
#define REST_MS (90 * 1000)

/* Growth for each 100,000 prompts that is not told from noise: the list knows each prompt by its
 * number, and that much is due. */
#define MAX_GROWTH_KIB (24 * 1024)

/* What breaks; each is tried again, and succeeds. */
static const char *const faults[] = {
  "busy", "status-500", "close-before-headers", "error-line", "no-done", "cut-boundary", "cut-chunk",
  "rst", "done-false", "idle-close",
};

typedef struct
{
  guint n_prompts;
  guint n_made;
} Source;

typedef struct
{
  double done;
  double kib;
  guint files;
  guint threads;
} Sample;

static GPtrArray *
pull (guint          max_rows,
      gpointer       pull_data,
      GCancellable  *cancellable,
      GError       **error)
{
  Source *source = pull_data;
  GPtrArray *requests = NULL;

  while (source->n_made < source->n_prompts && (requests == NULL || requests->len < max_rows))
    {
      guint n = source->n_made++;
      guint fault = (guint64) n * G_N_ELEMENTS (faults) / source->n_prompts;
      g_autofree char *prompt = g_strdup_printf ("prompt %u", n);
      g_autofree char *model = n % 4 == 3
        ? g_strdup_printf ("sim:text=echo,every=5,fault=%s", faults[fault])
        : g_strdup ("sim:text=echo");

      if (requests == NULL)
        requests = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_request_unref);
      g_ptr_array_add (requests, aph_request_new (model, prompt, NULL, NULL));
    }

  return requests;
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  AphBatch **batch = user_data;

  *batch = aph_session_import_finish (APH_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder != NULL && g_dir_read_name (folder) != NULL)
    n++;

  return n;
}

/* Of the only batch; none before it is made. */
static const guint *
get_counts (AphSession *session)
{
  static const guint none[APH_JOB_N_STATES];
  g_autoptr (AphBatch) batch = g_list_model_get_item (aph_session_get_batches (session), 0);

  return batch != NULL ? aph_batch_get_counts (batch) : none;
}

static Sample
look (AphSession *session)
{
  g_autofree char *text = NULL;
  Sample sample = {
    .done = get_counts (session)[APH_JOB_DONE],
    .files = count_entries ("/proc/self/fd"),
    .threads = count_entries ("/proc/self/task"),
  };

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sample.kib = g_ascii_strtod (strchr (text, ' '), NULL) * 4;

  return sample;
}

/* Of the line that fits best. */
static double
get_slope (GArray *samples)
{
  double mean_x = 0, mean_y = 0, shared = 0, spread = 0;

  for (guint i = 0; i < samples->len; i++)
    {
      mean_x += g_array_index (samples, Sample, i).done / samples->len;
      mean_y += g_array_index (samples, Sample, i).kib / samples->len;
    }
  for (guint i = 0; i < samples->len; i++)
    {
      double x = g_array_index (samples, Sample, i).done - mean_x;

      shared += x * (g_array_index (samples, Sample, i).kib - mean_y);
      spread += x * x;
    }

  return spread > 0 ? shared / spread : 0;
}

/* Samples of the last three quarters. */
static GArray *
run (AphSession *session,
     guint       n_prompts)
{
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  guint last = 0;
  gint64 moved = g_get_monotonic_time ();

  while (get_counts (session)[APH_JOB_DONE] < n_prompts)
    {
      guint done = get_counts (session)[APH_JOB_DONE];
      Sample sample = look (session);

      if (done > last)
        moved = g_get_monotonic_time ();
      last = done;
      g_assert_cmpuint (get_counts (session)[APH_JOB_FAILED], ==, 0);
      if (g_get_monotonic_time () - moved > 120 * G_TIME_SPAN_SECOND)
        g_error ("%u of %u prompts are done, and nothing happens", done, n_prompts);
      if (done > n_prompts / 4)
        g_array_append_val (samples, sample);
      pump_for (200);
    }

  return samples;
}

typedef struct
{
  AphSession *session;
  Sample before;
} Rest;

/* Nothing is open, and nobody at work, that was not before the first prompt. */
static gboolean
is_at_rest (gpointer user_data)
{
  Rest *rest = user_data;
  Sample now = look (rest->session);

  return now.files <= rest->before.files && now.threads <= rest->before.threads;
}

static gboolean
report (GArray       *samples,
        const Sample *before,
        const Sample *rested,
        double        seconds,
        guint         n_prompts)
{
  Sample *first = &g_array_index (samples, Sample, 0);
  Sample *last = &g_array_index (samples, Sample, samples->len - 1);
  double growth = get_slope (samples) * 100000;
  gboolean is_flat = growth < MAX_GROWTH_KIB;
  gboolean is_closed = rested->files <= before->files;
  gboolean is_joined = rested->threads <= before->threads;

  g_print ("# %u prompts through the window in %.0f s (%.0f/s); resident %.0f to %.0f MiB, slope "
           "%+.0f KiB per 100,000 prompts\n", n_prompts, seconds, n_prompts / seconds,
           first->kib / 1024, last->kib / 1024, growth);
  g_print ("ok 1 - all end, each exactly once\n");
  g_print ("%sok 2 - memory is flat\n", is_flat ? "" : "not ");
  g_print ("# open files and threads: before the first prompt %u and %u, after a quarter %u and %u, at "
           "the last answer %u and %u, at rest %u and %u\n", before->files, before->threads,
           first->files, first->threads, last->files, last->threads, rested->files, rested->threads);
  g_print ("%sok 3 - no file stays open\n", is_closed ? "" : "not ");
  g_print ("%sok 4 - no thread stays\n", is_joined ? "" : "not ");

  return is_flat && is_closed && is_joined;
}

int
main (int   argc,
      char *argv[])
{
  guint n_prompts = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  Source source = { .n_prompts = n_prompts };
  const AphBatchDetails details = { .title = "Soak" };
  g_autofree char *folder = g_dir_make_tmp ("antiphon-soak-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  g_autoptr (GArray) samples = NULL;
  AphBatch *batch = NULL;
  GuiSession gui;
  GtkWidget *window;
  Rest rest;
  Sample rested;
  gint64 begin;
  double seconds;
  gboolean good;

  adw_init ();
  aph_ui_init ();
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_print ("1..4\n");
  gui_session_start (&gui, "-m", "m:latest", NULL);
  gui_session_reopen (&gui, path);
  assert_eventually (gui_session_is_ready, &gui);
  aph_session_set_concurrency (gui.session, AT_ONCE);
  aph_scheduler_set_max_retries (aph_session_get_scheduler (gui.session), 50);
  window = GTK_WIDGET (aph_window_new (NULL, gui.session));
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 900);
  gtk_window_present (GTK_WINDOW (window));

  pump_for (2000);
  rest = (Rest) { .session = gui.session, .before = look (gui.session) };
  begin = g_get_monotonic_time ();
  aph_session_import_async (gui.session, &details, NULL, pull, &source, NULL, NULL, NULL, NULL,
                            imported_cb, &batch);
  samples = run (gui.session, n_prompts);
  g_assert_nonnull (batch);
  g_assert_cmpuint (aph_batch_get_n_jobs (batch), ==, n_prompts);
  g_assert_cmpuint (aph_batch_get_counts (batch)[APH_JOB_DONE], ==, n_prompts);
  seconds = (g_get_monotonic_time () - begin) / 1e6;
  pump_until (is_at_rest, &rest, REST_MS);
  rested = look (gui.session);
  good = report (samples, &rest.before, &rested, seconds, n_prompts);

  gtk_window_destroy (GTK_WINDOW (window));
  gui_session_stop (&gui);
  folder_remove (folder);

  return good ? 0 : 1;
}
