/* aph-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "store/aph-job-list.h"
#include "ui/aph-compat.h"
#include "ui/aph-folding-bin.h"
#include "ui/aph-ui.h"
#include "ui/aph-window-private.h"

/* Below this width the batches are put aside, in pixels. */
#define NARROW_WIDTH 860

/* From this width on, without the batches, there is room for the names of the views. */
#define ROOMY_WIDTH 860

enum
{
  PROP_0,
  PROP_ANSWER_PANE,
  PROP_FILTERS,
  PROP_SIDEBAR_VISIBLE,
  PROP_VIEW,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphWindow, aph_window, ADW_TYPE_APPLICATION_WINDOW)

/* What is shown */

/**
 * aph_window_is_reading:
 * @self: a window
 *
 * Returns: whether an answer takes the place of the list
 */
gboolean
aph_window_is_reading (AphWindow *self)
{
  return aph_split_view_get_mode (self->split) == APH_SPLIT_PAGES
         && aph_split_view_get_open (self->split);
}

/* Where there is little room, the name of the program says nothing that a user does not know. */
static void
update_title (AphWindow *self)
{
  AphBatch *batch = aph_session_get_batch (self->session);
  gboolean is_narrow = aph_split_view_get_mode (self->split) == APH_SPLIT_PAGES;

  if (batch != NULL)
    adw_window_title_set_title (self->title, aph_batch_get_title (batch));
  else
    adw_window_title_set_title (self->title, is_narrow ? "" : "Antiphon");
}

static const char *
ensure_page (AphWindow *self)
{
  static const char *const names[APH_N_VIEWS] = { "table", "wall", "compare", "timeline" };
  AphJobList *jobs = APH_JOB_LIST (aph_session_get_jobs (self->session));
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (jobs));
  gboolean is_loading = aph_job_list_get_loading (jobs);

  /* That there is nothing is not to be said before it is known. */
  if (n_jobs == 0 && is_loading && self->answered == NULL && self->view != APH_VIEW_TABLE)
    return "listing";

  if (n_jobs == 0 && !is_loading
      && (!aph_filter_bar_is_empty (self->filters)
          || aph_queue_header_get_show (self->header) != APH_SHOW_ALL))
    {
      aph_window_ensure_nothing (self);
      return "nothing";
    }

  /* A later version may have known more views than this one. */
  if (gtk_stack_get_child_by_name (self->stack, names[self->view]) == NULL)
    return "table";

  return names[self->view];
}

static void
update_pages (AphWindow *self)
{
  const guint *counts = aph_session_get_counts (self->session);
  guint n_jobs = 0;

  for (guint i = 0; i < APH_JOB_N_STATES; i++)
    n_jobs += counts[i];

  /* Before the store is open it is not known whether there is something. */
  if (n_jobs > 0)
    {
      aph_window_ensure_view (self, self->view);
      gtk_stack_set_visible_child_name (self->pages, "prompts");
    }
  else if (aph_store_is_open (aph_session_get_store (self->session))
           || aph_session_get_store_error (self->session) != NULL)
    {
      aph_window_ensure_empty (self);
      gtk_stack_set_visible_child_name (self->pages, "empty");
    }
  gtk_stack_set_visible_child_name (self->stack, ensure_page (self));
  aph_queue_header_set_table (self->header, self->view == APH_VIEW_TABLE);
  self->has_prompts = n_jobs > 0;
  aph_window_update_switcher (self);
  gtk_widget_set_visible (self->pane_button,
                          n_jobs > 0
                          && aph_split_view_get_mode (self->split) != APH_SPLIT_PAGES);
}

/* A tooltip that is set costs GTK three round trips to the X server, even if it is the same. */
static void
set_run_action (AphWindow  *self,
                const char *action_name)
{
  GtkActionable *button = GTK_ACTIONABLE (self->run_button);
  gboolean is_start = g_str_equal (action_name, "queue.start");

  if (g_strcmp0 (gtk_actionable_get_action_name (button), action_name) == 0)
    return;

  gtk_actionable_set_action_name (button, action_name);
  gtk_button_set_icon_name (self->run_button,
                            is_start ? "aph-start-symbolic" : "aph-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (button),
                               is_start ? _("Start sending (Ctrl+P)")
                                        : _("Pause: nothing new is sent (Ctrl+P)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_start ? _("Start") : _("Pause"), -1);
}

static void
update_run_button (AphWindow *self)
{
  gboolean is_paused = aph_session_get_paused (self->session);
  guint n_waiting = aph_session_get_counts (self->session)[APH_JOB_WAITING];
  GtkWidget *button = GTK_WIDGET (self->run_button);

  set_run_action (self, is_paused ? "queue.start" : "queue.pause");
  if (is_paused && n_waiting > 0)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
}

/**
 * aph_window_update:
 * @self: a window
 *
 * Shows what has changed in the session.
 */
void
aph_window_update (AphWindow *self)
{
  self->revision = aph_session_get_revision (self->session);
  update_title (self);
  update_pages (self);
  update_run_button (self);
  aph_window_update_counts (self);
  aph_window_update_actions (self);
}

static void
tick_cb (AphWindow *self)
{
  if (aph_session_get_revision (self->session) != self->revision)
    aph_window_update (self);
  else
    aph_window_update_counts (self);
}

/* What is listed comes a moment after it was asked for. */
static void
listed_cb (AphWindow *self)
{
  update_pages (self);
}

/* Where there is room, the answer stands with the table as the user wants it; the other views show
 * answers themselves. Where there is none, it is a page that the user comes back from. */
static void
update_pane (AphWindow *self)
{
  gboolean is_wanted = FALSE;

  if (aph_split_view_get_mode (self->split) != APH_SPLIT_PAGES && self->view == APH_VIEW_TABLE)
    g_object_get (aph_session_get_settings (self->session), "answer-pane", &is_wanted, NULL);
  aph_split_view_set_open (self->split, is_wanted);
}

/**
 * aph_window_set_pane:
 * @self: a window
 * @open: whether the answer is shown; it is remembered
 */
void
aph_window_set_pane (AphWindow *self,
                     gboolean   open)
{
  aph_split_view_set_open (self->split, open);
  if (aph_split_view_get_mode (self->split) != APH_SPLIT_PAGES && self->view == APH_VIEW_TABLE)
    g_object_set (aph_session_get_settings (self->session), "answer-pane", open, NULL);
}

static void
open_changed_cb (AphWindow *self)
{
  gboolean is_page = aph_window_is_reading (self);

  gtk_widget_set_visible (self->back_button, is_page);
  gtk_widget_set_visible (self->sidebar_button, !is_page);
  if (self->session != NULL)
    aph_window_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ANSWER_PANE]);
}

static void
mode_changed_cb (AphWindow *self)
{
  gboolean is_narrow = aph_split_view_get_mode (self->split) == APH_SPLIT_PAGES;

  aph_queue_view_set_compact (self->queue, is_narrow);
  aph_queue_header_set_compact (self->header, is_narrow);
  gtk_widget_set_visible (self->stop_button, !is_narrow);
  if (self->session != NULL)
    update_pane (self);
  open_changed_cb (self);
}

/**
 * aph_window_set_view:
 * @self: a window
 * @view: how prompts and answers are to be shown, now and when there are some
 */
void
aph_window_set_view (AphWindow *self,
                     AphView    view)
{
  if (self->view == view)
    return;

  self->view = view;
  aph_window_update_switcher (self);
  if (self->session != NULL)
    {
      aph_settings_set_view (aph_session_get_settings (self->session), view);
      update_pages (self);
      update_pane (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

/**
 * aph_window_show_queued:
 * @self: a window
 * @batch: what was just queued
 *
 * Shows what the user has just sent: with all the others, if all are looked at.
 */
void
aph_window_show_queued (AphWindow *self,
                        AphBatch  *batch)
{
  GListModel *jobs = aph_session_get_jobs (self->session);
  guint n_queued = aph_batch_get_n_jobs (batch);
  g_autoptr (AphJob) first = NULL;
  guint n_jobs;

  aph_queue_header_set_show (self->header, APH_SHOW_ALL);
  aph_filter_bar_clear (self->filters);
  if (aph_session_get_batch (self->session) != NULL)
    aph_session_set_batch (self->session, batch);
  aph_window_update (self);

  n_jobs = g_list_model_get_n_items (jobs);
  if (n_jobs >= n_queued)
    first = g_list_model_get_item (jobs, n_jobs - n_queued);
  if (first != NULL && aph_job_get_batch (first) == aph_batch_get_id (batch))
    aph_queue_view_select (self->queue, first);
}

static void
selected_cb (AphWindow *self,
             AphJob    *job)
{
  if (adw_bin_get_child (self->answer) != NULL)
    aph_answer_view_set_job (aph_window_get_answer (self), job);
  aph_window_update_actions (self);
}

/**
 * aph_window_open_job:
 * @self: a window
 * @job: what the user wants to read
 */
void
aph_window_open_job (AphWindow *self,
                     AphJob    *job)
{
  if (job != aph_queue_view_get_current (self->queue))
    aph_queue_view_select (self->queue, job);
  aph_answer_view_set_job (aph_window_get_answer (self), job);
  aph_window_set_pane (self, TRUE);

  /* Tab leads from row to row, and not from a list of thousands to what is beside it. */
  aph_answer_view_focus_text (aph_window_get_answer (self));
}

static void
demo_failed_cb (AphWindow  *self,
                const char *message)
{
  aph_window_say (self, message);
}

/* Who comes back from a terminal has perhaps started the server, or pulled a model. */
static void
is_active_cb (AphWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)))
    aph_connection_refresh (aph_session_get_connection (self->session));
}

/* The template is still being made when the sidebar is shown first. */
static void
sidebar_cb (AphWindow *self)
{
  if (self->session != NULL)
    aph_window_update_switcher (self);
}

/* Its size */

static gboolean
fold_cb (gpointer user_data)
{
  AphWindow *self = APH_WINDOW (user_data);

  self->fold_id = 0;
  adw_flap_set_fold_policy (self->flap, self->is_narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS
                                                        : ADW_FLAP_FOLD_POLICY_AUTO);
  aph_window_update_switcher (self);

  return G_SOURCE_REMOVE;
}

/* Changing what is shown while sizes are given out would confuse GTK. */
static void
aph_window_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  AphWindow *self = APH_WINDOW (widget);
  gboolean is_narrow, is_roomy;

  GTK_WIDGET_CLASS (aph_window_parent_class)->size_allocate (widget, width, height, baseline);

  aph_split_view_expect (self->split, gtk_widget_get_width (self->content),
                         gtk_widget_get_height (GTK_WIDGET (self->pages)));
  is_narrow = width < NARROW_WIDTH;
  is_roomy = gtk_widget_get_width (self->content) >= ROOMY_WIDTH;
  if (is_narrow == self->is_narrow && is_roomy == self->is_roomy)
    return;

  self->is_narrow = is_narrow;
  self->is_roomy = is_roomy;
  if (self->fold_id == 0)
    self->fold_id = g_idle_add_full (G_PRIORITY_HIGH, fold_cb, self, NULL);
}

/* Closing */

static void
close_confirmed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (AphWindow) self = user_data;

  if (!aph_confirm_finish (result, NULL))
    return;

  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

/* Nothing is to be promised of what cannot be written. */
static void
warn_before_close (AphWindow *self)
{
  aph_confirm_async (GTK_WINDOW (self), _("Not everything could be saved"),
                     _("If you quit now, the prompts and answers that are not saved yet are lost."),
                     _("_Keep Running"), _("_Quit"), self->cancellable,
                     close_confirmed_cb, g_object_ref (self));
}

static void
ask_before_close (AphWindow *self)
{
  guint n_active = aph_session_get_n_active (self->session);
  g_autofree char *heading = NULL;

  heading = g_strdup_printf (ngettext ("%'u prompt has not ended",
                                       "%'u prompts have not ended", n_active),
                             n_active);
  aph_confirm_async (GTK_WINDOW (self), heading,
                     _("If you quit now, they stop. Nothing is lost: at the next start "
                       "they go on when you press Resume."),
                     _("_Keep Running"), _("_Quit"), self->cancellable,
                     close_confirmed_cb, g_object_ref (self));
}

static gboolean
aph_window_close_request (GtkWindow *window)
{
  AphWindow *self = APH_WINDOW (window);

  if (!self->may_close && aph_session_would_lose (self->session))
    {
      warn_before_close (self);
      return TRUE;
    }

  if (!self->may_close && aph_session_get_n_active (self->session) > 0
      && !aph_settings_get_run_in_background (aph_session_get_settings (self->session)))
    {
      ask_before_close (self);
      return TRUE;
    }

  aph_window_save_state (self);
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->salvaging);

  return GTK_WINDOW_CLASS (aph_window_parent_class)->close_request (window);
}

static void
aph_window_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  AphWindow *self = APH_WINDOW (object);

  /* The actions ask before there is a template. */
  switch (prop_id)
    {
    case PROP_ANSWER_PANE:
      g_value_set_boolean (value, self->split != NULL && aph_split_view_get_open (self->split));
      break;
    case PROP_FILTERS:
      g_value_set_boolean (value, self->filters != NULL
                                  && aph_filter_bar_get_revealed (self->filters));
      break;
    case PROP_SIDEBAR_VISIBLE:
      g_value_set_boolean (value, self->flap != NULL && adw_flap_get_reveal_flap (self->flap));
      break;
    case PROP_VIEW:
      g_value_set_enum (value, self->view);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_window_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  AphWindow *self = APH_WINDOW (object);

  switch (prop_id)
    {
    case PROP_ANSWER_PANE:
      aph_window_set_pane (self, g_value_get_boolean (value));
      break;
    case PROP_FILTERS:
      aph_filter_bar_set_revealed (self->filters, g_value_get_boolean (value));
      if (g_value_get_boolean (value))
        gtk_widget_grab_focus (GTK_WIDGET (self->filters));
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_SIDEBAR_VISIBLE:
      adw_flap_set_reveal_flap (self->flap, g_value_get_boolean (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_VIEW:
      aph_window_set_view (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_window_dispose (GObject *object)
{
  AphWindow *self = APH_WINDOW (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (aph_session_get_clock (self->session), self);
      g_signal_handlers_disconnect_by_data (aph_session_get_connection (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  g_clear_handle_id (&self->answer_id, g_source_remove);
  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_clear_object (&self->undo_toast);
  g_clear_object (&self->wall_jobs);
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->salvaging);
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  gtk_widget_dispose_template (GTK_WIDGET (self), APH_TYPE_WINDOW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aph_window_parent_class)->dispose (object);
}

static void
aph_window_finalize (GObject *object)
{
  AphWindow *self = APH_WINDOW (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->salvaging);
  aph_window_forget_moves (self);
  g_array_unref (self->removals);
  g_clear_pointer (&self->answered, aph_job_query_free);

  G_OBJECT_CLASS (aph_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (APH_TYPE_BATCH_LIST);
  g_type_ensure (APH_TYPE_COMPOSER);
  g_type_ensure (APH_TYPE_FILTER_BAR);
  g_type_ensure (APH_TYPE_QUEUE_HEADER);
  g_type_ensure (APH_TYPE_QUEUE_VIEW);
  g_type_ensure (APH_TYPE_SPLIT_VIEW);

  gtk_widget_class_set_template_from_resource (widget_class, APH_APP_PATH "/ui/aph-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AphWindow, answer);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, batches);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, compare);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, composer);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, content);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, demo_banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, empty);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, filters);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, header);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, import_banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, narrow_switcher);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, nothing);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, pane_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, queue);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, resume_banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, run_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, split);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, stop_button);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, store_banner);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, suspect_bar);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, timeline);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, wall);
  gtk_widget_class_bind_template_child (widget_class, AphWindow, wide_switcher);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_import_table);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_offer_long_text);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_offer_table);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_open_job);
  gtk_widget_class_bind_template_callback (widget_class, aph_window_update_actions);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
aph_window_class_init (AphWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = aph_window_dispose;
  object_class->finalize = aph_window_finalize;
  object_class->get_property = aph_window_get_property;
  object_class->set_property = aph_window_set_property;
  widget_class->size_allocate = aph_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = aph_window_close_request;

  properties[PROP_ANSWER_PANE] =
    g_param_spec_boolean ("answer-pane", NULL, NULL, FALSE, flags);
  properties[PROP_FILTERS] = g_param_spec_boolean ("filters", NULL, NULL, FALSE, flags);
  properties[PROP_SIDEBAR_VISIBLE] =
    g_param_spec_boolean ("sidebar-visible", NULL, NULL, TRUE, flags);
  properties[PROP_VIEW] =
    g_param_spec_enum ("view", NULL, NULL, APH_TYPE_VIEW, APH_VIEW_TABLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (widget_class);
  aph_window_class_add_actions (widget_class);
  aph_window_class_add_export_actions (widget_class);
  aph_window_class_add_import_actions (widget_class);
}

/* It is what the window is made of that folds. */
static void
fit_content (AphWindow *self)
{
  AdwApplicationWindow *window = ADW_APPLICATION_WINDOW (self);
  g_autoptr (GtkWidget) content = g_object_ref (adw_application_window_get_content (window));

  adw_application_window_set_content (window, NULL);
  adw_application_window_set_content (window, aph_folding_bin_new (content));
}

static void
aph_window_init (AphWindow *self)
{
  self->cancellable = g_cancellable_new ();
  aph_window_init_moves (self);
  self->removals = g_array_new (FALSE, FALSE, sizeof (AphUndoStep));
  g_array_set_clear_func (self->removals, aph_undo_step_clear);
  gtk_widget_init_template (GTK_WIDGET (self));
  fit_content (self);
  aph_ui_set_menu (self->menu_button, self->primary_menu);
  aph_window_add_switcher (self);
  aph_window_add_drop_target (self);
  if (g_str_equal (APH_PROFILE, "devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

/* So that the first frame is as the second one, which knows better. */
static void
expect_room (AphWindow *self)
{
  int width, height, sidebar_width = 0;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (adw_flap_get_reveal_flap (self->flap))
    gtk_widget_get_size_request (GTK_WIDGET (self->batches), &sidebar_width, NULL);
  self->is_roomy = width - sidebar_width >= ROOMY_WIDTH;
}

static void
set_session (AphWindow  *self,
             AphSession *session)
{
  AphRefreshClock *clock = aph_session_get_clock (session);
  AphConnection *connection = aph_session_get_connection (session);
  AphTableColumns *columns = aph_queue_view_get_columns (self->queue);

  self->session = g_object_ref (session);
  aph_composer_set_session (self->composer, session);
  aph_batch_list_set_batches (self->batches, aph_session_get_batches (session), clock);
  aph_queue_view_set_jobs (self->queue, aph_session_get_jobs (session), clock);
  aph_queue_header_set_columns (self->header, aph_table_columns_get_menu (columns));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  aph_table_columns_get_actions (columns));

  g_signal_connect_object (aph_session_get_jobs (session), "notify::loading",
                           G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (aph_session_get_jobs (session), "items-changed",
                           G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);

  aph_window_await_answer (self);
  aph_window_restore_state (self);
  expect_room (self);
  aph_window_connect_query (self);
  aph_window_connect_jobs (self);
  g_signal_connect_swapped (clock, "tick", G_CALLBACK (tick_cb), self);
  g_signal_connect_swapped (connection, "changed", G_CALLBACK (aph_window_update_banners), self);
  g_signal_connect_swapped (connection, "demo-failed", G_CALLBACK (demo_failed_cb), self);
  g_signal_connect_swapped (session, "notify::paused",
                            G_CALLBACK (aph_window_update_banners), self);
  g_signal_connect_swapped (session, "notify::n-to-resume",
                            G_CALLBACK (aph_window_update_banners), self);
  g_signal_connect_swapped (session, "notify::store-error",
                            G_CALLBACK (aph_window_update_banners), self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  aph_window_update (self);
  aph_window_update_banners (self);
}

/**
 * aph_window_new:
 * @application: (nullable): the application
 * @session: what is shown
 *
 * Returns: (transfer none): a window; it lives until it is closed
 */
AphWindow *
aph_window_new (GtkApplication *application,
                AphSession     *session)
{
  AphWindow *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (APH_IS_SESSION (session), NULL);

  self = g_object_new (APH_TYPE_WINDOW, "application", application, NULL);
  set_session (self, session);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));

  return self;
}
