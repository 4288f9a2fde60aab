/* aph-window-toasts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happened is said, and may be undone.
 */

#define G_LOG_DOMAIN "aph-window"

#include "config.h"

#include <glib/gi18n.h>

#include "ui/aph-window-private.h"

/**
 * aph_window_say:
 * @self: a window
 * @text: a sentence
 *
 * Says it without asking for an answer.
 */
void
aph_window_say (AphWindow  *self,
                const char *text)
{
  /* The title of a toast is markup. */
  g_autofree char *title = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}

void
aph_undo_step_clear (gpointer data)
{
  g_clear_pointer (&((AphUndoStep *) data)->move, aph_move_unref);
}

/* Puts back what was removed, or moved, at one stroke: the last first, so that each finds its
 * neighbours. Returns how many prompts that were. */
static guint
undo_step (AphWindow *self)
{
  guint n_jobs = 0;
  gboolean goes_on = TRUE;

  self->n_undone++;
  while (goes_on && self->removals->len > 0)
    {
      AphUndoStep *step = &g_array_index (self->removals, AphUndoStep, self->removals->len - 1);
      AphRemoval removal = step->removal;
      AphMove *move = g_steal_pointer (&step->move);

      goes_on = step->goes_on;
      g_array_set_size (self->removals, self->removals->len - 1);
      if (move != NULL)
        aph_window_move_back (self, move);
      else
        aph_session_restore (self->session, removal);
      n_jobs += removal.n_jobs;
    }

  return n_jobs;
}

/* There is nothing to be undone where nothing has moved. */
static void
forget_vain_moves (AphWindow *self)
{
  for (guint n_steps = self->removals->len; n_steps > 0; n_steps--)
    {
      const AphUndoStep *last = &g_array_index (self->removals, AphUndoStep, n_steps - 1);

      if (last->move == NULL || !aph_move_is_vain (last->move))
        break;

      g_array_set_size (self->removals, n_steps - 1);
    }
}

static void
undo_cb (AphWindow *self,
         AdwToast  *toast)
{
  while (self->removals->len > self->n_offered_before)
    undo_step (self);
  adw_toast_dismiss (toast);
}

/* From now on the keyboard alone undoes it. */
static void
dismissed_cb (AphWindow *self,
              AdwToast  *toast)
{
  if (self->undo_toast != toast)
    return;

  g_clear_object (&self->undo_toast);
  self->n_offered_before = self->removals->len;
  self->n_removed = 0;
}

/* Two in a row would wait for one another, so that the second speaks when it is too late. */
static void
replace_undo_toast (AphWindow *self,
                    AdwToast  *toast)
{
  g_autoptr (AdwToast) old = g_steal_pointer (&self->undo_toast);

  if (old != NULL)
    adw_toast_dismiss (old);
  self->undo_toast = g_object_ref (toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static char *
format_removed (AphWindow *self)
{
  return g_strdup_printf (ngettext ("%'u prompt deleted", "%'u prompts deleted",
                                    self->n_removed),
                          self->n_removed);
}

/**
 * aph_window_undo:
 * @self: a window
 *
 * Puts back what was removed or moved last, also when the offer to do so is gone.
 */
void
aph_window_undo (AphWindow *self)
{
  guint n_jobs;

  /* What has not begun yet does not, then. */
  if (self->n_starting > 0)
    {
      self->n_undone++;
      return;
    }

  forget_vain_moves (self);
  if (self->removals->len == 0)
    return;

  n_jobs = undo_step (self);

  if (self->undo_toast == NULL || self->removals->len <= self->n_offered_before)
    {
      g_autofree char *text =
        g_strdup_printf (ngettext ("%'u prompt is back", "%'u prompts are back", n_jobs), n_jobs);

      self->n_offered_before = MIN (self->n_offered_before, self->removals->len);
      if (self->undo_toast != NULL)
        adw_toast_dismiss (self->undo_toast);
      if (n_jobs > 0)
        aph_window_say (self, text);
    }
  else
    {
      g_autofree char *text = NULL;

      self->n_removed -= MIN (n_jobs, self->n_removed);
      text = format_removed (self);
      adw_toast_set_title (self->undo_toast, text);
    }
}

/**
 * aph_window_offer_undo:
 * @self: a window
 * @removal: what was removed from the session
 * @goes_on: whether that is part of what was removed before it
 *
 * As long as the offer stands, what is removed next is added to it.
 */
void
aph_window_offer_undo (AphWindow  *self,
                       AphRemoval  removal,
                       gboolean    goes_on)
{
  const AphUndoStep step = { .removal = removal, .goes_on = goes_on };
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (removal.n_jobs == 0)
    return;

  g_array_append_val (self->removals, step);
  self->n_removed += removal.n_jobs;

  text = format_removed (self);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  replace_undo_toast (self, toast);
}

/**
 * aph_window_note_move:
 * @self: a window
 * @move: (transfer full): what is being moved
 *
 * It can be undone by aph_window_undo(); nothing is said, since it is seen.
 */
void
aph_window_note_move (AphWindow *self,
                      AphMove   *move)
{
  AphUndoStep step = { .move = move };

  /* What the toast offers to undo is no longer the last. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  g_array_append_val (self->removals, step);
  self->n_offered_before = self->removals->len;
}

/**
 * aph_window_list_filled:
 * @self: a window
 *
 * Returns: (transfer full) (element-type AphBatch): the batches that have prompts, for
 *   aph_window_remove_emptied()
 */
GPtrArray *
aph_window_list_filled (AphWindow *self)
{
  GListModel *batches = aph_session_get_batches (self->session);
  GPtrArray *filled = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (batches); i++)
    {
      g_autoptr (AphBatch) batch = g_list_model_get_item (batches, i);

      if (aph_batch_get_n_jobs (batch) > 0)
        g_ptr_array_add (filled, g_steal_pointer (&batch));
    }

  return filled;
}

/**
 * aph_window_remove_emptied:
 * @self: a window in which something was just removed
 * @filled: (element-type AphBatch): the batches that had prompts before
 *
 * A batch that has nothing left goes, too: it comes back together with what it had.
 */
void
aph_window_remove_emptied (AphWindow *self,
                           GPtrArray *filled)
{
  /* What is being read may be for one of them. */
  if (self->imports != NULL)
    return;

  for (guint i = 0; i < filled->len; i++)
    {
      AphBatch *batch = g_ptr_array_index (filled, i);
      AphUndoStep step = { .goes_on = TRUE };

      if (aph_batch_get_n_jobs (batch) > 0)
        continue;
      step.removal = aph_session_remove_batch (self->session, batch);
      if (step.removal.id != 0)
        g_array_append_val (self->removals, step);
    }
}
