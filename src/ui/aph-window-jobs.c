/* aph-window-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be done with the prompts that are selected, or with one.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "store/aph-job-list.h"
#include "ui/aph-edit-dialog.h"
#include "ui/aph-export-dialog.h"
#include "ui/aph-requeue.h"
#include "ui/aph-window-private.h"

/* Of more rows it is not looked up what can be done with them. */
#define MAX_LOOKED_AT 500

/* More than this are not held at a time, with their answers. */
#define MAX_HELD 20000

/* More than this are not put into the composer. */
#define MAX_COMPOSED 100

/* As many are changed before the window is drawn again; and removed. */
#define SLICE         200
#define REMOVED_SLICE 5000

/* Whoever waits for rows from disk looks so often, and so many times without seeing a new one. */
#define LOADING_MS 20
#define MAX_LOOKS 1000

typedef void (*JobFunc) (AphWindow *self,
                         AphJob    *job);

typedef void (*JobsFunc) (AphWindow *self,
                          GPtrArray *jobs);

typedef void (*SliceFunc) (AphWindow *self,
                           GPtrArray *jobs,
                           gboolean   goes_on);

/* Many prompts, to be changed some at a time. */
typedef struct
{
  AphWindow *window;
  GArray *ids;        /* of guint64 */
  guint next;         /* those before it are done, or in @jobs */
  guint size;         /* of a slice */
  GPtrArray *jobs;    /* the slice that is being loaded */
  guint n_loaded;     /* of them, from the first on */
  guint n_looks;      /* since the last of them came */
  guint n_unread;     /* left out: they do not come */
  guint n_undone;     /* of the window, when it began */
  gboolean is_starting; /* nothing was removed yet, of what is to be */
  JobFunc func;
  JobsFunc all_func;
  SliceFunc slice_func;
} Work;

static void
set_starting (Work     *work,
              gboolean  is_starting)
{
  if (work->is_starting == is_starting)
    return;

  work->is_starting = is_starting;
  if (is_starting)
    work->window->n_starting++;
  else
    work->window->n_starting--;
}

static void
work_free (Work *work)
{
  set_starting (work, FALSE);
  g_object_unref (work->window);
  g_array_unref (work->ids);
  g_ptr_array_unref (work->jobs);
  g_free (work);
}

/* Makes objects of the jobs of the next slice; what was not looked at yet is on its way from
 * disk. */
static void
take_slice (Work *work)
{
  AphStore *store = aph_session_get_store (work->window->session);
  guint end = MIN (work->ids->len, work->next + work->size);

  g_ptr_array_set_size (work->jobs, 0);
  for (; work->next < end; work->next++)
    g_ptr_array_add (work->jobs,
                     aph_store_get_job (store, g_array_index (work->ids, guint64, work->next)));
  work->n_loaded = 0;
  work->n_looks = 0;
}

static gboolean
is_slice_loaded (Work *work)
{
  while (work->n_loaded < work->jobs->len
         && aph_job_is_loaded (g_ptr_array_index (work->jobs, work->n_loaded)))
    {
      work->n_loaded++;
      work->n_looks = 0;
    }

  return work->n_loaded == work->jobs->len;
}

/* They are gone from the disk, or it cannot be read. */
static void
leave_out_unread (Work *work)
{
  for (guint i = work->n_loaded; i < work->jobs->len;)
    if (aph_job_is_loaded (g_ptr_array_index (work->jobs, i)))
      i++;
    else
      {
        g_ptr_array_remove_index (work->jobs, i);
        work->n_unread++;
      }
}

static void
tell_unread (Work *work)
{
  g_autofree char *text = NULL;

  if (work->n_unread == 0)
    return;

  text = g_strdup_printf (ngettext ("%'u prompt could not be read, and is as it was",
                                    "%'u prompts could not be read, and are as they were",
                                    work->n_unread), work->n_unread);
  aph_window_say (work->window, text);
}

static void
do_slice (Work *work)
{
  set_starting (work, FALSE);
  if (work->slice_func != NULL)
    work->slice_func (work->window, work->jobs, work->next - work->n_unread > work->jobs->len);
  else if (work->all_func != NULL)
    work->all_func (work->window, work->jobs);
  else
    for (guint i = 0; i < work->jobs->len; i++)
      work->func (work->window, g_ptr_array_index (work->jobs, i));
}

/* One slice, if it is loaded. Returns whether anything is left. */
static gboolean
work_on_slice (Work *work)
{
  if (g_cancellable_is_cancelled (work->window->cancellable))
    return FALSE;
  /* What is undone does not go on. */
  if (work->slice_func != NULL && work->n_undone != work->window->n_undone)
    return FALSE;
  if (!is_slice_loaded (work) && ++work->n_looks <= MAX_LOOKS)
    return TRUE;

  leave_out_unread (work);
  if (work->jobs->len > 0)
    do_slice (work);
  take_slice (work);
  if (work->jobs->len > 0)
    return TRUE;

  tell_unread (work);

  return FALSE;
}

static gboolean
work_cb (gpointer user_data)
{
  Work *work = user_data;

  if (work_on_slice (work))
    return G_SOURCE_CONTINUE;

  work_free (work);

  return G_SOURCE_REMOVE;
}

static Work *
work_new (AphWindow *self,
          GArray    *ids,
          guint      slice)
{
  Work *work = g_new0 (Work, 1);

  work->window = g_object_ref (self);
  work->ids = ids;
  work->size = slice;
  work->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  work->n_undone = self->n_undone;

  return work;
}

/* What is few and loaded is done at once. */
static void
begin (Work *work)
{
  take_slice (work);
  if (work_on_slice (work))
    g_timeout_add (LOADING_MS, work_cb, work);
  else
    work_free (work);
}

/* Takes over @ids. */
static void
work_on (AphWindow *self,
         GArray    *ids,
         guint      slice,
         JobFunc    func,
         JobsFunc   all_func)
{
  Work *work = work_new (self, ids, slice);

  work->func = func;
  work->all_func = all_func;
  begin (work);
}

static void
for_each_selected (AphWindow *self,
                   JobFunc    func)
{
  work_on (self, aph_queue_view_dup_selected_ids (self->queue), SLICE, func, NULL);
}

/* All of them together, which must not be too many. */
static void
for_all_selected (AphWindow *self,
                  guint      max_jobs,
                  JobsFunc   func)
{
  GArray *ids = aph_queue_view_dup_selected_ids (self->queue);

  if (ids->len > max_jobs)
    {
      g_autofree char *text =
        g_strdup_printf (ngettext ("Only the first %'u prompt was taken",
                                   "Only the first %'u prompts were taken", max_jobs), max_jobs);

      g_array_set_size (ids, max_jobs);
      aph_window_say (self, text);
    }
  work_on (self, ids, max_jobs, NULL, func);
}

/* The job that an action is about: the target is its index. */
static AphJob *
get_target (AphWindow *self,
            GVariant  *parameter)
{
  return aph_session_lookup_job (self->session, g_variant_get_uint64 (parameter));
}

/* What is done to each */

static void
cancel (AphWindow *self,
        AphJob    *job)
{
  aph_session_cancel (self->session, job);
}

static void
retry (AphWindow *self,
       AphJob    *job)
{
  aph_session_retry (self->session, job);
}

static void
retry_with (AphWindow *self,
            AphJob    *job,
            AphRemedy  remedy)
{
  g_autoptr (AphRequest) request = NULL;

  if (!aph_job_is_ended (job))
    return;

  request = aph_requeue_create_request (job, remedy);
  aph_session_retry_as (self->session, job, request);
}

static void
retry_larger (AphWindow *self,
              AphJob    *job)
{
  retry_with (self, job, APH_REMEDY_CONTEXT);
}

static void
retry_longer (AphWindow *self,
              AphJob    *job)
{
  retry_with (self, job, APH_REMEDY_LENGTH);
}

static void
retry_unthinking (AphWindow *self,
                  AphJob    *job)
{
  retry_with (self, job, APH_REMEDY_NO_THINKING);
}

static JobFunc
get_remedy (const char *action_name)
{
  if (g_str_has_suffix (action_name, "larger"))
    return retry_larger;
  if (g_str_has_suffix (action_name, "longer"))
    return retry_longer;

  return retry_unthinking;
}

/* Actions on one job: a button of a row, or of the answer */

static void
target_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = get_target (self, parameter);

  if (job == NULL)
    return;

  if (g_str_equal (action_name, "job.cancel"))
    cancel (self, job);
  else if (g_str_equal (action_name, "job.retry"))
    retry (self, job);
  else
    get_remedy (action_name) (self, job);
}

/* The rating is to be seen where the answer is. */
static void
rate_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = aph_queue_view_get_current (self->queue);

  if (job != NULL && aph_job_is_loaded (job) && aph_job_is_ended (job)
      && aph_split_view_get_open (self->split))
    aph_session_rate (self->session, job, g_variant_get_uint32 (parameter));
}

/* Actions on the selection */

static void
cancel_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  for_each_selected (APH_WINDOW (widget), cancel);
}

static void
retry_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  for_each_selected (APH_WINDOW (widget), retry);
}

static void
send_again (AphWindow *self)
{
  if (self->is_sending)
    aph_window_send (self);
}

/**
 * aph_window_connect_jobs:
 * @self: a window that has just got its session
 */
void
aph_window_connect_jobs (AphWindow *self)
{
  AphStore *store = aph_session_get_store (self->session);

  g_signal_connect_object (store, "opened", G_CALLBACK (send_again), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "error-changed", G_CALLBACK (send_again), self,
                           G_CONNECT_SWAPPED);
  aph_window_connect_moves (self);
}

static void
remedy_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  for_each_selected (APH_WINDOW (widget), get_remedy (action_name));
}

/* All that are listed. They leave the list when they wait again, so they are collected first. */
static void
remedy_listed_action (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJobList *listed = APH_JOB_LIST (aph_session_get_jobs (self->session));
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (listed));
  GArray *ids = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n_jobs);

  for (guint i = 0; i < n_jobs; i++)
    {
      guint64 id = aph_job_list_get_id (listed, i);

      g_array_append_val (ids, id);
    }
  aph_queue_header_set_show (self->header, APH_SHOW_ALL);
  work_on (self, ids, SLICE, get_remedy (action_name), NULL);
}

static void
remove_jobs (AphWindow *self,
             GPtrArray *jobs,
             gboolean   goes_on)
{
  guint position = aph_queue_view_get_first (self->queue);
  g_autoptr (GPtrArray) filled = aph_window_list_filled (self);
  AphRemoval removal = aph_session_remove_jobs (self->session, jobs);

  if (removal.n_jobs > 0)
    aph_queue_view_select_near (self->queue, position);
  aph_window_offer_undo (self, removal, goes_on);
  if (removal.n_jobs > 0)
    aph_window_remove_emptied (self, filled);
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  Work *work = work_new (self, aph_queue_view_dup_selected_ids (self->queue), REMOVED_SLICE);

  work->slice_func = remove_jobs;
  set_starting (work, TRUE);
  begin (work);
}

/* Copying */

static void
copy (AphWindow *self,
      GPtrArray *jobs,
      gboolean   is_answer)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      if (i > 0)
        g_string_append (text, "\n\n---\n\n");
      g_string_append (text, is_answer ? aph_job_get_answer (job, NULL)
                                       : aph_request_get_prompt (aph_job_get_request (job)));
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  aph_window_say (self, is_answer ? _("Answer copied") : _("Prompt copied"));
  g_string_free (text, TRUE);
}

static void
copy_answers (AphWindow *self,
              GPtrArray *jobs)
{
  copy (self, jobs, TRUE);
}

static void
copy_prompts (AphWindow *self,
              GPtrArray *jobs)
{
  copy (self, jobs, FALSE);
}

static void
copy_answer_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  for_all_selected (APH_WINDOW (widget), MAX_HELD, copy_answers);
}

static void
copy_prompt_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  for_all_selected (APH_WINDOW (widget), MAX_HELD, copy_prompts);
}

/* Changing */

/* What is being edited; the dialog may outlive the window. */
typedef struct
{
  AphSession *session;
  AphJob *job;
} Editing;

static void
editing_free (gpointer  data,
              GClosure *closure)
{
  Editing *editing = data;

  g_object_unref (editing->session);
  g_object_unref (editing->job);
  g_free (editing);
}

static void
saved_cb (AphEditDialog *dialog,
          const char    *prompt,
          gpointer       user_data)
{
  Editing *editing = user_data;
  AphRequestFields fields = *aph_request_get_fields (aph_job_get_request (editing->job));
  g_autoptr (AphRequest) request = NULL;

  fields.prompt = prompt;
  request = aph_request_new_full (&fields);
  aph_session_change_request (editing->session, editing->job, request);

  /* GTK may keep the dialog longer than the session lives. */
  g_signal_handlers_disconnect_by_data (dialog, editing);
}

static void
edit_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphJob *job = aph_queue_view_get_current (self->queue);
  GtkWidget *dialog;
  Editing *editing;

  if (job == NULL)
    return;

  editing = g_new0 (Editing, 1);
  editing->session = g_object_ref (self->session);
  editing->job = g_object_ref (job);
  dialog = aph_edit_dialog_new (GTK_WINDOW (self),
                                aph_request_get_prompt (aph_job_get_request (job)));
  g_signal_connect_data (dialog, "saved", G_CALLBACK (saved_cb), editing, editing_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
duplicate (AphWindow *self,
           GPtrArray *jobs)
{
  if (jobs->len == 0)
    return;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphRequest *request = aph_job_get_request (g_ptr_array_index (jobs, i));

      aph_composer_add_text (self->composer, aph_request_get_prompt (request));
    }

  aph_composer_set_origins (self->composer, jobs);
  aph_window_focus (self);
}

static void
duplicate_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  for_all_selected (APH_WINDOW (widget), MAX_COMPOSED, duplicate);
}

static void
export (AphWindow *self,
        GPtrArray *jobs)
{
  aph_export_dialog_present (GTK_WINDOW (self), self->session, APH_EXPORT_SCOPE_SELECTION, jobs);
}

static void
export_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  for_all_selected (APH_WINDOW (widget), MAX_HELD, export);
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  aph_window_set_pane (APH_WINDOW (widget), TRUE);
}

/* What can be done with the selection: of each kind, whether there is one. */
typedef struct
{
  gboolean waiting;
  gboolean active;
  gboolean ended;
  gboolean suspect;
  gboolean answered;
} Kinds;

static Kinds
look_at_selection (AphWindow *self)
{
  g_autoptr (GPtrArray) jobs = NULL;
  Kinds kinds = { FALSE, };

  if (aph_queue_view_get_n_selected (self->queue) > MAX_LOOKED_AT)
    return (Kinds) { TRUE, TRUE, TRUE, TRUE, TRUE };

  jobs = aph_queue_view_dup_selected (self->queue, MAX_LOOKED_AT);
  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);
      gboolean is_ended = aph_job_is_ended (job);
      gsize length = 0;

      aph_job_get_answer (job, &length);
      kinds.waiting |= aph_job_get_state (job) == APH_JOB_WAITING;
      kinds.active |= !is_ended;
      kinds.ended |= is_ended;
      kinds.suspect |= is_ended && aph_job_get_marks (job) != 0;
      kinds.answered |= length > 0;
    }

  return kinds;
}

/**
 * aph_window_update_job_actions:
 * @self: a window
 *
 * Says what can be done with the selection now.
 */
void
aph_window_update_job_actions (AphWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint n_selected = aph_queue_view_get_n_selected (self->queue);
  AphJob *current = aph_queue_view_get_current (self->queue);
  Kinds kinds = look_at_selection (self);

  gtk_widget_action_set_enabled (widget, "job.cancel-selected", kinds.active);
  gtk_widget_action_set_enabled (widget, "job.retry-selected", kinds.ended);
  aph_window_update_move_actions (self, kinds.waiting);
  gtk_widget_action_set_enabled (widget, "job.remove-selected",
                                 kinds.ended || kinds.waiting);
  gtk_widget_action_set_enabled (widget, "job.retry-larger", kinds.suspect);
  gtk_widget_action_set_enabled (widget, "job.retry-longer", kinds.suspect);
  gtk_widget_action_set_enabled (widget, "job.retry-unthinking", kinds.suspect);
  gtk_widget_action_set_enabled (widget, "job.copy-answer-selected", kinds.answered);
  gtk_widget_action_set_enabled (widget, "job.copy-prompt-selected", n_selected > 0);
  gtk_widget_action_set_enabled (widget, "job.duplicate-selected",
                                 n_selected > 0 && n_selected <= MAX_COMPOSED);
  gtk_widget_action_set_enabled (widget, "job.edit-selected",
                                 n_selected == 1 && current != NULL
                                 && aph_job_get_state (current) == APH_JOB_WAITING);
  gtk_widget_action_set_enabled (widget, "job.export-selected", n_selected > 0);
  gtk_widget_action_set_enabled (widget, "win.open-answer", current != NULL);
}

/**
 * aph_window_class_add_job_actions:
 * @widget_class: of #AphWindow
 */
void
aph_window_class_add_job_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "job.cancel", "t", target_action },
    { "job.rate-current", "u", rate_action },
    { "job.retry", "t", target_action },
    { "job.retry-one-larger", "t", target_action },
    { "job.retry-one-longer", "t", target_action },
    { "job.retry-one-unthinking", "t", target_action },
    { "job.cancel-selected", NULL, cancel_action },
    { "job.copy-answer-selected", NULL, copy_answer_action },
    { "job.copy-prompt-selected", NULL, copy_prompt_action },
    { "job.duplicate-selected", NULL, duplicate_action },
    { "job.edit-selected", NULL, edit_action },
    { "job.export-selected", NULL, export_action },
    { "job.remove-selected", NULL, remove_action },
    { "job.retry-larger", NULL, remedy_action },
    { "job.retry-longer", NULL, remedy_action },
    { "job.retry-selected", NULL, retry_action },
    { "job.retry-unthinking", NULL, remedy_action },
    { "queue.retry-listed-larger", NULL, remedy_listed_action },
    { "queue.retry-listed-longer", NULL, remedy_listed_action },
    { "queue.retry-listed-unthinking", NULL, remedy_listed_action },
    { "win.open-answer", NULL, open_action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);
}
