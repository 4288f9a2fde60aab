/* aph-window-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-answer-view.h"
#include "ui/aph-banner.h"
#include "ui/aph-composer.h"
#include "ui/aph-queue-list.h"
#include "ui/aph-wall.h"
#include "ui/aph-window.h"

G_BEGIN_DECLS

struct _AphWindow
{
  AdwApplicationWindow parent_instance;

  AphSession *session;
  GCancellable *cancellable;  /* ends what the window waits for when it closes */
  AphView view;
  guint revision;             /* of the session, as shown */
  gint64 rate_shown_at;       /* monotonic time, µs */
  gboolean may_close;         /* the user was asked */

  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar;
  GtkWidget *content;
  AdwWindowTitle *sidebar_title;
  AphQueueList *queue;
  GtkStack *queue_stack;
  AdwWindowTitle *title;
  GtkWidget *back_button;
  GtkButton *run_button;
  GtkWidget *stop_button;
  AphBanner *demo_banner;
  GtkWidget *demo_button;
  AphBanner *banner;
  GtkStack *stack;
  AphAnswerView *answer;
  AphWall *wall;
  AphComposer *composer;
};

/* aph-window.c */
void aph_window_set_view           (AphWindow      *self,
                                    AphView         view);
void aph_window_show_queued        (AphWindow      *self,
                                    guint           position);
void aph_window_say                (AphWindow      *self,
                                    const char     *text);
void aph_window_offer_undo         (AphWindow      *self,
                                    AphRemoval      removal);

/* aph-window-actions.c */
void aph_window_class_add_actions  (GtkWidgetClass *widget_class);
void aph_window_update_actions     (AphWindow      *self);

/* aph-window-export.c */
void aph_window_class_add_export_actions (GtkWidgetClass *widget_class);

/* aph-window-files.c */
void aph_window_choose_files       (AphWindow      *self);

/* aph-window-dnd.c */
void aph_window_add_drop_target    (AphWindow      *self);

G_END_DECLS
