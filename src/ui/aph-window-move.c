/* aph-window-move.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of the queue, as the user changes it.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "store/aph-job-list.h"
#include "ui/aph-window-private.h"

static const struct
{
  const char *action;
  AphStoreMove move;
} moves[] = {
  { "job.run-next-selected", APH_MOVE_FIRST },
  { "job.move-up-selected", APH_MOVE_UP },
  { "job.move-down-selected", APH_MOVE_DOWN },
  { "job.move-last-selected", APH_MOVE_LAST },
};

static AphStoreMove
get_move (const char *action_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    if (g_str_equal (action_name, moves[i].action))
      return moves[i].move;

  g_assert_not_reached ();
}

/* By one is up and down on screen only in the order of the queue, and if nothing is between. */
static gboolean
may_move_by_one (AphWindow *self)
{
  const AphJobQuery *query =
    aph_job_list_get_query (APH_JOB_LIST (aph_session_get_jobs (self->session)));
  AphJobQuery plain = { .batch = query->batch, .states = query->states };

  return aph_job_query_equal (query, &plain);
}

static void
move_selected (AphWindow    *self,
               AphStoreMove  move)
{
  g_autoptr (GArray) ids = aph_queue_view_dup_selected_ids (self->queue);
  guint number = aph_session_move (self->session, ids, move);

  if (number != 0)
    g_hash_table_add (self->moves, GUINT_TO_POINTER (number));
}

static void
move_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  AphWindow *self = APH_WINDOW (widget);
  AphStoreMove move = get_move (action_name);

  if ((move == APH_MOVE_UP || move == APH_MOVE_DOWN) && !may_move_by_one (self))
    aph_window_say (self, _("To move prompts up and down, list them in the order of the queue: "
                            "without sorting, search and filters"));
  else
    move_selected (self, move);
}

static void
jobs_moved_cb (AphWindow *self,
               GArray    *placements,
               guint      move,
               gboolean   is_last)
{
  gpointer key = GUINT_TO_POINTER (move);

  /* There is nothing to be undone where nothing has moved. */
  if (g_hash_table_contains (self->moves, key) && placements->len > 0)
    aph_window_note_moved (self, move, placements);
  if (!is_last)
    return;

  g_hash_table_remove (self->moves, key);
  aph_queue_view_follow (self->queue);
  for (; self->n_undo_later > 0 && g_hash_table_size (self->moves) == 0; self->n_undo_later--)
    aph_window_undo (self);
}

/**
 * aph_window_connect_moves:
 * @self: a window that has just got its session
 */
void
aph_window_connect_moves (AphWindow *self)
{
  /* After the list, which knows by then. */
  g_signal_connect_object (aph_session_get_store (self->session), "jobs-moved",
                           G_CALLBACK (jobs_moved_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

/**
 * aph_window_update_move_actions:
 * @self: a window
 * @any: whether any of what is selected waits
 */
void
aph_window_update_move_actions (AphWindow *self,
                                gboolean   any)
{
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), moves[i].action, any);
}

/**
 * aph_window_class_add_move_actions:
 * @widget_class: of a window
 */
void
aph_window_class_add_move_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_install_action (widget_class, moves[i].action, NULL, move_action);
}
