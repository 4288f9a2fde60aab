/* aph-queue-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-queue-rows.h"
#include "ui/aph-refresh-clock.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_LIST (aph_queue_list_get_type ())

/**
 * AphQueueList:
 *
 * The prompts as a list, two lines for each: where there is no room for a table.
 *
 * Signals:
 * - "activated" (#AphJob): the user wants to see this one, by a click or the Return key
 * - "menu-requested" (#AphJob, double x, double y): of a row, at a place in the list
 */
G_DECLARE_FINAL_TYPE (AphQueueList, aph_queue_list, APH, QUEUE_LIST, GtkWidget)

void aph_queue_list_set_model (AphQueueList    *self,
                               AphQueueRows    *model,
                               AphRefreshClock *clock);
void aph_queue_list_scroll_to (AphQueueList    *self,
                               guint            position);

G_END_DECLS
