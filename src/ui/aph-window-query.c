/* aph-window-query.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which prompts are listed, and in which order.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "store/aph-job-list.h"
#include "ui/aph-format.h"
#include "ui/aph-window-private.h"

#define ANY_MARK (APH_MARK_LENGTH | APH_MARK_PROMPT_TRUNCATED | APH_MARK_EMPTY | APH_MARK_LOOPING)

/* A rate that changes faster than this cannot be read. */
#define PACE_US (500 * 1000)

/* What the columns are sorted by; those without a key of their own by the order of input. */
static const AphJobSort sort_of_column[APH_N_COLUMNS] = {
  [APH_COLUMN_STATE] = APH_SORT_STATE,
  [APH_COLUMN_PROMPT] = APH_SORT_PROMPT,
  [APH_COLUMN_MODEL] = APH_SORT_MODEL,
  [APH_COLUMN_SERVER] = APH_SORT_SERVER,
  [APH_COLUMN_ANSWER] = APH_SORT_ENDED,
  [APH_COLUMN_TOKENS] = APH_SORT_TOKENS,
  [APH_COLUMN_RATE] = APH_SORT_TOKEN_RATE,
  [APH_COLUMN_TTFT] = APH_SORT_TTFT,
  [APH_COLUMN_ELAPSED] = APH_SORT_DURATION,
  [APH_COLUMN_MARKS] = APH_SORT_STATE,
};

static void
add_show (AphJobQuery *query,
          AphShow      show)
{
  switch (show)
    {
    case APH_SHOW_DONE:
      query->states = 1u << APH_JOB_DONE;
      break;
    case APH_SHOW_RUNNING:
      query->states = APH_STATES_RUNNING;
      break;
    case APH_SHOW_WAITING:
      query->states = 1u << APH_JOB_WAITING;
      break;
    case APH_SHOW_FAILED:
      query->states = 1u << APH_JOB_FAILED;
      break;
    case APH_SHOW_CANCELLED:
      query->states = 1u << APH_JOB_CANCELLED;
      break;
    case APH_SHOW_SUSPECT:
      query->states = 1u << APH_JOB_DONE;
      query->marks = ANY_MARK;
      break;
    case APH_SHOW_ALL:
    default:
      break;
    }
}

/**
 * aph_window_update_query:
 * @self: a window
 *
 * Lists what the user wants to see: the line above the prompts, the filters and the header of the
 * table say so.
 */
void
aph_window_update_query (AphWindow *self)
{
  AphJobQuery query = { 0, };
  AphColumn column;
  gboolean descending;

  if (self->session == NULL || self->is_showing_query)
    return;

  aph_filter_bar_add_to_query (self->filters, &query);
  add_show (&query, aph_queue_header_get_show (self->header));
  if (aph_table_columns_get_sort (aph_queue_view_get_columns (self->queue), &column, &descending))
    {
      query.sort = sort_of_column[column];
      query.descending = descending;
    }
  aph_session_set_query (self->session, &query);
  aph_window_update (self);
}

static void
models_listed_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_auto (GStrv) models = aph_store_list_values_finish (APH_STORE (source), result, NULL);

  if (models != NULL && !g_cancellable_is_cancelled (self->cancellable))
    aph_filter_bar_set_models (self->filters, (const char *const *) models);
}

static void
servers_listed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;
  g_auto (GStrv) servers = aph_store_list_values_finish (APH_STORE (source), result, NULL);

  if (servers != NULL && !g_cancellable_is_cancelled (self->cancellable))
    aph_filter_bar_set_servers (self->filters, (const char *const *) servers);
}

/* What can be chosen is what occurs among the prompts that the user looks at. */
static void
update_choices (AphWindow *self)
{
  AphStore *store = aph_session_get_store (self->session);
  AphBatch *batch = aph_session_get_batch (self->session);
  guint64 id = batch != NULL ? aph_batch_get_id (batch) : 0;

  if (!aph_store_is_open (store))
    return;

  if (self->choosing != NULL)
    g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  aph_store_list_values_async (store, APH_STORE_MODELS, id, self->choosing, models_listed_cb,
                               g_object_ref (self));
  aph_store_list_values_async (store, APH_STORE_SERVERS, id, self->choosing, servers_listed_cb,
                               g_object_ref (self));
}

/* Whoever filters looks for something: what is not among it is not read on. What leaves the list
 * because it has changed is. */
static void
loading_cb (AphWindow *self)
{
  AphJobList *list = APH_JOB_LIST (aph_session_get_jobs (self->session));
  const AphJobQuery *query = aph_job_list_get_query (list);
  AphJob *current = aph_queue_view_get_current (self->queue);
  gboolean is_other;
  guint position;

  if (aph_job_list_get_loading (list))
    return;

  is_other = self->answered != NULL && !aph_job_query_equal (query, self->answered);
  g_clear_pointer (&self->answered, aph_job_query_free);
  self->answered = aph_job_query_copy (query);
  if (is_other && current != NULL
      && !aph_job_list_find (list, aph_job_get_id (current), &position))
    aph_queue_view_select (self->queue, NULL);
}

/* Looking at another batch begins with all that it has. */
static void
batch_changed_cb (AphWindow *self)
{
  aph_batch_list_select (self->batches, aph_session_get_batch (self->session));
  aph_window_update (self);
}

static void
batch_chosen_cb (AphWindow *self,
                 AphBatch  *batch)
{
  aph_queue_header_set_show (self->header, APH_SHOW_ALL);
  aph_session_set_batch (self->session, batch);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

/* The search of the sidebar is the same as that of the filters, but in all batches. */
static void
search_changed_cb (AphWindow  *self,
                   const char *search)
{
  if (*search != '\0')
    {
      aph_session_set_batch (self->session, NULL);
      aph_filter_bar_set_revealed (self->filters, TRUE);
    }
  aph_filter_bar_set_search (self->filters, search);
}

static void
show_changed_cb (AphWindow *self)
{
  aph_window_update_query (self);
  aph_window_update_suspect_bar (self);
}

static void
job_advanced_cb (AphWindow *self,
                 AphJob    *job)
{
  if (aph_job_get_state (job) == APH_JOB_SENT || aph_job_is_ended (job))
    aph_pace_add (&self->pace, job, g_get_monotonic_time ());
}

static void
filters_changed_cb (AphWindow *self)
{
  aph_batch_list_set_search (self->batches, aph_filter_bar_get_search (self->filters));
  aph_window_update_query (self);
}

/**
 * aph_window_connect_query:
 * @self: a window that has just got its session
 */
void
aph_window_connect_query (AphWindow *self)
{
  g_signal_connect_swapped (self->batches, "chosen", G_CALLBACK (batch_chosen_cb), self);
  g_signal_connect_swapped (self->batches, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->filters, "changed", G_CALLBACK (filters_changed_cb), self);
  g_signal_connect_swapped (self->header, "notify::show", G_CALLBACK (show_changed_cb), self);
  g_signal_connect_swapped (aph_queue_view_get_columns (self->queue), "sort-changed",
                            G_CALLBACK (aph_window_update_query), self);
  g_signal_connect_object (aph_session_get_scheduler (self->session), "job-advanced",
                           G_CALLBACK (job_advanced_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (aph_session_get_jobs (self->session), "notify::loading",
                           G_CALLBACK (loading_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->session, "notify::batch", G_CALLBACK (batch_changed_cb), self);
  g_signal_connect_swapped (self->filters, "opened", G_CALLBACK (update_choices), self);
}

static void
update_pace (AphWindow *self)
{
  const guint *counts = aph_session_get_counts (self->session);
  guint n_running = counts[APH_JOB_SENT] + counts[APH_JOB_THINKING] + counts[APH_JOB_ANSWERING];
  AphConnection *connection = aph_session_get_connection (self->session);
  const char *model = aph_connection_get_loading (connection);
  gboolean is_narrow = aph_split_view_get_mode (self->split) == APH_SPLIT_PAGES;
  g_autofree char *loading = NULL;
  g_autofree char *pace = NULL;

  if (n_running > 0)
    pace = aph_format_pace (aph_session_get_token_rate (self->session),
                            aph_pace_get_left_ms (&self->pace,
                                                  aph_session_get_n_active (self->session)),
                            -1, is_narrow ? -1 : aph_pace_get_speedup (&self->pace));
  else if (self->pace.is_over && self->pace.n_ended > 0)
    pace = aph_format_pace (-1, -1, aph_pace_get_busy_ms (&self->pace),
                            self->pace.n_ended > 1 ? aph_pace_get_speedup (&self->pace) : -1);
  else
    pace = g_strdup ("");

  if (model != NULL)
    loading = *pace != '\0' ? g_strdup_printf (_("loading %s · %s"), model, pace)
                            : g_strdup_printf (_("loading %s"), model);
  aph_queue_header_set_pace (self->header, loading != NULL ? loading : pace);
  self->pace_shown_at = g_get_monotonic_time ();
}

/**
 * aph_window_update_counts:
 * @self: a window
 *
 * Shows how many prompts are done, run, wait; and now and then how fast it goes.
 */
void
aph_window_update_counts (AphWindow *self)
{
  AphBatch *batch = aph_session_get_batch (self->session);
  const guint *counts = batch != NULL ? aph_batch_get_counts (batch)
                                      : aph_session_get_counts (self->session);
  guint shown[APH_N_SHOWS] = {
    [APH_SHOW_DONE] = counts[APH_JOB_DONE],
    [APH_SHOW_RUNNING] = counts[APH_JOB_SENT] + counts[APH_JOB_THINKING]
                         + counts[APH_JOB_ANSWERING],
    [APH_SHOW_WAITING] = counts[APH_JOB_WAITING],
    [APH_SHOW_FAILED] = counts[APH_JOB_FAILED],
    [APH_SHOW_SUSPECT] = batch != NULL ? aph_batch_get_n_suspect (batch)
                                       : aph_session_get_n_suspect (self->session),
    [APH_SHOW_CANCELLED] = counts[APH_JOB_CANCELLED],
  };
  gint64 now = g_get_monotonic_time ();

  aph_queue_header_set_counts (self->header, shown);
  aph_pace_look (&self->pace, aph_session_get_counts (self->session), now);
  if (self->pace.n_running == 0 || now - self->pace_shown_at >= PACE_US)
    update_pace (self);
}
