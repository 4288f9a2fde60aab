/* last-action.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "last-action.h"

static void
action_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  LastAction *self = user_data;

  g_free (self->name);
  self->name = g_strdup (g_action_get_name (G_ACTION (action)));
  self->index = g_variant_get_uint64 (parameter);
}

/* @self outlives the window. */
void
last_action_watch (LastAction *self,
                   GtkWidget  *window)
{
  static const GActionEntry entries[] = {
    { "cancel", action_cb, "t" },
    { "retry", action_cb, "t" },
    { "retry-one-larger", action_cb, "t" },
    { "retry-one-longer", action_cb, "t" },
    { "retry-one-unthinking", action_cb, "t" },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (window, "job", G_ACTION_GROUP (actions));
}

void
last_action_clear (LastAction *self)
{
  g_clear_pointer (&self->name, g_free);
}
