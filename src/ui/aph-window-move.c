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
#include "store/aph-placement-runs.h"
#include "ui/aph-window-private.h"

struct _AphMove
{
  GPtrArray *parts;   /* of GArray, see aph_placement_runs_pack(): what has moved so far */
  gboolean is_done;
};

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

static AphMove *
move_new (void)
{
  AphMove *move = g_rc_box_new0 (AphMove);

  move->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  return move;
}

static void
move_clear (gpointer data)
{
  g_ptr_array_unref (((AphMove *) data)->parts);
}

/**
 * aph_move_unref:
 * @move: (type AphMove): a move
 */
void
aph_move_unref (gpointer move)
{
  g_rc_box_release_full (move, move_clear);
}

/**
 * aph_move_is_vain:
 * @move: a move
 *
 * Returns: whether it has ended, and nothing is elsewhere than it was
 */
gboolean
aph_move_is_vain (const AphMove *move)
{
  return move->is_done && move->parts->len == 0;
}

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
  AphMove *moved;

  if (number == 0)
    return;

  moved = move_new ();
  g_hash_table_insert (self->moves, GUINT_TO_POINTER (number), moved);
  aph_window_note_move (self, g_rc_box_acquire (moved));
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
move_parts_back (AphWindow *self,
                 AphMove   *move)
{
  for (guint i = move->parts->len; i > 0; i--)
    {
      g_autoptr (GArray) placements =
        aph_placement_runs_unpack (g_ptr_array_index (move->parts, i - 1));

      aph_session_move_back (self->session, placements);
    }
}

/* In the order in which they were undone, so that each finds its neighbours. */
static void
move_back_done (AphWindow *self)
{
  AphMove *move;

  while ((move = g_queue_peek_head (&self->undone_moves)) != NULL && move->is_done)
    {
      g_queue_pop_head (&self->undone_moves);
      move_parts_back (self, move);
      aph_move_unref (move);
    }
}

/**
 * aph_window_move_back:
 * @self: a window
 * @move: (transfer full): what was moved, or is being moved
 *
 * Undoes it, once all of it is done.
 */
void
aph_window_move_back (AphWindow *self,
                      AphMove   *move)
{
  g_queue_push_tail (&self->undone_moves, move);
  move_back_done (self);
}

static void
jobs_moved_cb (AphWindow *self,
               GArray    *placements,
               guint      number,
               gboolean   is_last)
{
  AphMove *move = g_hash_table_lookup (self->moves, GUINT_TO_POINTER (number));

  if (move != NULL && placements->len > 0)
    g_ptr_array_add (move->parts, aph_placement_runs_pack (placements));
  if (!is_last)
    return;

  if (move != NULL)
    {
      move->is_done = TRUE;
      g_hash_table_remove (self->moves, GUINT_TO_POINTER (number));
    }
  aph_queue_view_follow (self->queue);
  move_back_done (self);
}

/**
 * aph_window_init_moves:
 * @self: a window that is being made
 */
void
aph_window_init_moves (AphWindow *self)
{
  self->moves = g_hash_table_new_full (NULL, NULL, NULL, aph_move_unref);
  g_queue_init (&self->undone_moves);
}

/**
 * aph_window_forget_moves:
 * @self: a window that goes
 */
void
aph_window_forget_moves (AphWindow *self)
{
  g_hash_table_unref (self->moves);
  g_queue_clear_full (&self->undone_moves, aph_move_unref);
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
