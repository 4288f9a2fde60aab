/* last-action.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LastAction:
 * @name: (nullable): which of the actions of one job was the last
 * @index: its target
 *
 * What a view does with jobs, in a window that has no actions of its own.
 */
typedef struct
{
  char *name;
  guint64 index;
} LastAction;

void last_action_watch (LastAction *self,
                        GtkWidget  *window);
void last_action_clear (LastAction *self);

G_END_DECLS
