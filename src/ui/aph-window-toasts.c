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

static void
undo_cb (AphWindow *self,
         AdwToast  *toast)
{
  /* The last first, so that each finds its neighbours. */
  for (guint i = self->removals->len; i > 0; i--)
    aph_session_restore (self->session, g_array_index (self->removals, AphRemoval, i - 1));
  adw_toast_dismiss (toast);
}

/* From now on there is nothing to undo. */
static void
dismissed_cb (AphWindow *self,
              AdwToast  *toast)
{
  if (self->undo_toast != toast)
    return;

  g_clear_object (&self->undo_toast);
  g_array_set_size (self->removals, 0);
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

/**
 * aph_window_offer_undo:
 * @self: a window
 * @removal: what was removed from the session
 *
 * As long as the offer stands, what is removed next is added to it.
 */
void
aph_window_offer_undo (AphWindow  *self,
                       AphRemoval  removal)
{
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (removal.n_jobs == 0)
    return;

  g_array_append_val (self->removals, removal);
  self->n_removed += removal.n_jobs;

  text = g_strdup_printf (ngettext ("%'u prompt deleted", "%'u prompts deleted",
                                    self->n_removed),
                          self->n_removed);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  replace_undo_toast (self, toast);
}
