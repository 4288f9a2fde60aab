/* aph-window-views.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The views that are not looked at when the window opens are made when they are: the first frame
 * does not wait for them.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-compare-view.h"
#include "ui/aph-start-page.h"
#include "ui/aph-timeline-view.h"
#include "ui/aph-wall.h"
#include "ui/aph-window-private.h"

static void
rated_cb (AphWindow *self,
          AphJob    *job,
          guint      rating)
{
  aph_session_rate (self->session, job, rating);
}

static void
update_wall (AphWindow *self)
{
  aph_wall_set_model (APH_WALL (adw_bin_get_child (self->wall)),
                      aph_wall_jobs_get_model (self->wall_jobs));
}

static void
wall_mapped_cb (AphWindow *self)
{
  if (self->wall_jobs != NULL)
    aph_wall_jobs_set_active (self->wall_jobs, gtk_widget_get_mapped (GTK_WIDGET (self->wall)));
}

/* The wall shows what is listed, as the other views do. */
static GtkWidget *
create_wall (AphWindow *self)
{
  GtkWidget *wall = aph_wall_new ();

  aph_wall_set_clock (APH_WALL (wall), aph_session_get_clock (self->session));
  self->wall_jobs = aph_wall_jobs_new (APH_JOB_LIST (aph_session_get_jobs (self->session)),
                                       aph_session_get_wall (self->session));
  aph_wall_set_model (APH_WALL (wall), aph_wall_jobs_get_model (self->wall_jobs));
  g_signal_connect_object (self->wall_jobs, "notify::model", G_CALLBACK (update_wall), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->wall, "map", G_CALLBACK (wall_mapped_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->wall, "unmap", G_CALLBACK (wall_mapped_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  wall_mapped_cb (self);

  return wall;
}

static GtkWidget *
create_compare (AphWindow *self)
{
  GtkWidget *compare = aph_compare_view_new ();

  aph_compare_view_set_clock (APH_COMPARE_VIEW (compare), aph_session_get_clock (self->session));
  aph_compare_view_set_model (APH_COMPARE_VIEW (compare), aph_session_get_jobs (self->session));
  g_signal_connect_object (compare, "job-rated", G_CALLBACK (rated_cb), self, G_CONNECT_SWAPPED);

  return compare;
}

static GtkWidget *
create_timeline (AphWindow *self)
{
  GtkWidget *timeline = aph_timeline_view_new ();

  aph_timeline_view_set_clock (APH_TIMELINE_VIEW (timeline),
                               aph_session_get_clock (self->session));
  aph_timeline_view_set_model (APH_TIMELINE_VIEW (timeline),
                               aph_session_get_jobs (self->session));

  return timeline;
}

/**
 * aph_window_ensure_view:
 * @self: a window with a session
 * @view: what is about to be looked at
 *
 * Makes the view, if it is one that is not made with the window.
 */
void
aph_window_ensure_view (AphWindow *self,
                        AphView    view)
{
  static GtkWidget *(*const create[APH_N_VIEWS]) (AphWindow *) = {
    [APH_VIEW_WALL] = create_wall,
    [APH_VIEW_COMPARE] = create_compare,
    [APH_VIEW_TIMELINE] = create_timeline,
  };
  AdwBin *const bins[APH_N_VIEWS] = {
    [APH_VIEW_WALL] = self->wall,
    [APH_VIEW_COMPARE] = self->compare,
    [APH_VIEW_TIMELINE] = self->timeline,
  };
  GtkWidget *widget;

  if (create[view] == NULL || adw_bin_get_child (bins[view]) != NULL)
    return;

  widget = create[view] (self);
  g_signal_connect_object (widget, "job-activated", G_CALLBACK (aph_window_open_job), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (bins[view], widget);
}

/**
 * aph_window_ensure_nothing:
 * @self: a window
 *
 * Makes the page for when no prompt is as the user wants it.
 */
void
aph_window_ensure_nothing (AphWindow *self)
{
  GtkWidget *button, *page;

  if (adw_bin_get_child (self->nothing) != NULL)
    return;

  button = gtk_button_new_with_mnemonic (_("_List All Prompts"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.clear-filters");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");

  page = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "aph-search-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Nothing Found"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), _("No prompt is as you want it."));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), button);
  gtk_widget_add_css_class (page, "compact");
  adw_bin_set_child (self->nothing, page);
}

/**
 * aph_window_ensure_empty:
 * @self: a window with a session
 *
 * Makes the page for when there are no prompts.
 */
void
aph_window_ensure_empty (AphWindow *self)
{
  GtkWidget *page;

  if (adw_bin_get_child (self->empty) != NULL)
    return;

  page = aph_start_page_new ();
  aph_start_page_set_demo (APH_START_PAGE (page),
                           aph_connection_is_demo (aph_session_get_connection (self->session)));
  adw_bin_set_child (self->empty, page);
}

/**
 * aph_window_get_answer:
 * @self: a window with a session
 *
 * Returns: (transfer none): the answer beside the table; it is made when it is first asked for, or
 *   once it has been seen that there is room for it; see aph_window_await_answer()
 */
AphAnswerView *
aph_window_get_answer (AphWindow *self)
{
  AphAnswerView *answer;

  if (adw_bin_get_child (self->answer) == NULL)
    {
      answer = APH_ANSWER_VIEW (aph_answer_view_new ());
      aph_answer_view_set_clock (answer, aph_session_get_clock (self->session));
      aph_answer_view_set_session (answer, self->session);
      g_object_bind_property (aph_session_get_settings (self->session), "raw-answers",
                              answer, "raw", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
      aph_answer_view_set_job (answer, aph_queue_view_get_current (self->queue));
      adw_bin_set_child (self->answer, GTK_WIDGET (answer));
    }

  return APH_ANSWER_VIEW (adw_bin_get_child (self->answer));
}

static gboolean
answer_cb (gpointer user_data)
{
  AphWindow *self = APH_WINDOW (user_data);

  self->answer_id = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->answer)))
    aph_window_get_answer (self);

  return G_SOURCE_REMOVE;
}

/* A frame is being made: the answer is not in it, but in the next one. */
static gboolean
answer_tick_cb (GtkWidget     *answer,
                GdkFrameClock *frame_clock,
                gpointer       user_data)
{
  AphWindow *self = APH_WINDOW (user_data);

  if (self->answer_id == 0)
    self->answer_id = g_idle_add (answer_cb, self);

  return G_SOURCE_REMOVE;
}

static void
answer_mapped_cb (AphWindow *self)
{
  if (adw_bin_get_child (self->answer) == NULL)
    gtk_widget_add_tick_callback (GTK_WIDGET (self->answer), answer_tick_cb, self, NULL);
}

/**
 * aph_window_await_answer:
 * @self: a window that has just got its session
 *
 * Makes the answer beside the table as soon as its place is shown.
 */
void
aph_window_await_answer (AphWindow *self)
{
  g_signal_connect_object (self->answer, "map", G_CALLBACK (answer_mapped_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
