/* aph-queue-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/aph-queue-table.h"

G_BEGIN_DECLS

#define APH_TYPE_QUEUE_VIEW (aph_queue_view_get_type ())

/**
 * AphQueueView:
 *
 * The prompts, as a table where there is room and as a list where there is not, with one selection
 * for both. What its menu and its keys do are actions of the window on the selection.
 *
 * Signals:
 * - "selected" (#AphJob): another prompt is the one to be read, or none
 * - "selection-changed": other prompts are selected
 * - "opened" (#AphJob): the user wants to read this one
 */
G_DECLARE_FINAL_TYPE (AphQueueView, aph_queue_view, APH, QUEUE_VIEW, GtkWidget)

void             aph_queue_view_set_jobs         (AphQueueView    *self,
                                                  GListModel      *jobs,
                                                  AphRefreshClock *clock);
void             aph_queue_view_set_compact      (AphQueueView    *self,
                                                  gboolean         compact);
AphTableColumns *aph_queue_view_get_columns      (AphQueueView    *self);

AphJob          *aph_queue_view_get_current      (AphQueueView    *self);
guint            aph_queue_view_get_n_selected   (AphQueueView    *self);
GPtrArray       *aph_queue_view_dup_selected     (AphQueueView    *self,
                                                  guint            max_jobs);
GArray          *aph_queue_view_dup_selected_ids (AphQueueView    *self);
void             aph_queue_view_select           (AphQueueView    *self,
                                                  AphJob          *job);
void             aph_queue_view_follow           (AphQueueView    *self);
guint            aph_queue_view_get_first        (AphQueueView    *self);
void             aph_queue_view_select_near      (AphQueueView    *self,
                                                  guint            position);

G_END_DECLS
