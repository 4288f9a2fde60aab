/* aph-window-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/aph-answer-view.h"
#include "ui/aph-banner.h"
#include "ui/aph-batch-list.h"
#include "ui/aph-composer.h"
#include "ui/aph-filter-bar.h"
#include "ui/aph-pace.h"
#include "ui/aph-queue-header.h"
#include "ui/aph-queue-view.h"
#include "ui/aph-split-view.h"
#include "ui/aph-wall-jobs.h"
#include "ui/aph-window.h"

G_BEGIN_DECLS

/**
 * AphMove:
 *
 * What the user has moved at one stroke.
 */
typedef struct _AphMove AphMove;

/**
 * AphUndoStep:
 * @removal: what was removed
 * @move: (owned) (nullable): what was moved, instead
 * @goes_on: it is part of what was before it: the user did it at one stroke
 */
typedef struct
{
  AphRemoval removal;
  AphMove   *move;
  gboolean   goes_on;
} AphUndoStep;

struct _AphWindow
{
  AdwApplicationWindow parent_instance;

  AphSession *session;
  GCancellable *cancellable;  /* ends what the window waits for when it closes */
  AphView view;
  guint revision;             /* of the session, as shown */
  gint64 pace_shown_at;       /* monotonic time, µs */
  AphPace pace;
  guint answer_id;            /* the answer beside the table is about to be made */
  guint fold_id;              /* the sidebar is about to be put aside, or back */
  gboolean is_narrow;
  gboolean has_prompts;       /* so there is something to switch between */
  gboolean is_roomy;          /* for the names of the views */
  AphJobQuery *answered;      /* (nullable) the one that the list had when it was complete */
  gboolean is_showing_query;  /* we set the filters, not the user */
  gboolean may_close;         /* the user was asked */
  gboolean is_sending;        /* once the store is open */
  GHashTable *moves;          /* number -> AphMove: what is being moved */
  GQueue undone_moves;        /* of AphMove: to be moved back when their turn comes */
  guint n_focus_frames;       /* so long the view may take to have the focus */
  AdwToast *undo_toast;       /* (owned) (nullable) the one that offers undo */
  GCancellable *choosing;     /* (nullable) ends the search for what can be filtered by */
  GCancellable *salvaging;    /* (nullable) ends the saving of what was set aside */
  GPtrArray *imports;         /* (nullable) those that run, see aph-window-import.c */
  GArray *removals;           /* of AphUndoStep: what can be undone */
  guint n_undone;             /* how often something was */
  guint n_starting;           /* what is being removed, but nothing of it was yet */
  guint n_offered_before;     /* how many of them the toast is not about */
  guint n_removed;            /* how many prompts it is about */

  AdwToastOverlay *toasts;
  AdwFlap *flap;
  AphBatchList *batches;
  GtkWidget *content;
  AdwWindowTitle *title;
  GtkWidget *sidebar_button;
  GtkWidget *back_button;
  GtkButton *run_button;
  GtkWidget *stop_button;
  GtkWidget *pane_button;
  GtkBox *wide_switcher;
  GtkMenuButton *narrow_switcher;
  AdwBin *demo_banner;        /* these are filled with an AphBanner when they are first shown */
  AdwBin *banner;
  AdwBin *store_banner;
  AdwBin *resume_banner;
  AdwBin *import_banner;
  GtkStack *pages;
  AphSplitView *split;
  AphQueueHeader *header;
  AphFilterBar *filters;
  AdwBin *suspect_bar;        /* as those banners */
  GtkStack *stack;
  AphQueueView *queue;
  AdwBin *wall;               /* this and those below are filled when they are first shown */
  AphWallJobs *wall_jobs;     /* (owned) what is on it */
  AdwBin *compare;
  AdwBin *timeline;
  AdwBin *answer;
  AdwBin *nothing;
  AdwBin *empty;
  AphComposer *composer;
  GtkMenuButton *menu_button;
  GMenuModel *primary_menu;
};

/* aph-window.c */
gboolean aph_window_is_reading     (AphWindow      *self);
void aph_window_set_view           (AphWindow      *self,
                                    AphView         view);
void aph_window_set_pane           (AphWindow      *self,
                                    gboolean        open);
void aph_window_open_job           (AphWindow      *self,
                                    AphJob         *job);
void aph_window_show_queued        (AphWindow      *self,
                                    AphBatch       *batch);
void aph_window_update             (AphWindow      *self);

/* aph-window-switcher.c */
void aph_window_add_switcher       (AphWindow      *self);
void aph_window_update_switcher    (AphWindow      *self);

/* aph-window-views.c */
void aph_window_ensure_view        (AphWindow      *self,
                                    AphView         view);
void aph_window_await_answer       (AphWindow      *self);
void aph_window_ensure_nothing     (AphWindow      *self);
void aph_window_ensure_empty       (AphWindow      *self);
AphAnswerView *aph_window_get_answer
                                   (AphWindow      *self);

/* aph-window-query.c */
void aph_window_update_query       (AphWindow      *self);
void aph_window_update_counts      (AphWindow      *self);
void aph_window_connect_jobs       (AphWindow      *self);
void aph_window_connect_query      (AphWindow      *self);

/* aph-window-state.c */
void aph_window_restore_state      (AphWindow      *self);
void aph_window_save_state         (AphWindow      *self);

/* aph-window-toasts.c */
void aph_window_say                (AphWindow      *self,
                                    const char     *text);
void aph_window_undo               (AphWindow      *self);
void aph_window_offer_undo         (AphWindow      *self,
                                    AphRemoval      removal,
                                    gboolean        goes_on);
GPtrArray *aph_window_list_filled  (AphWindow      *self);
void aph_undo_step_clear           (gpointer        data);
void aph_window_note_move          (AphWindow      *self,
                                    AphMove        *move);
void aph_window_remove_emptied     (AphWindow      *self,
                                    GPtrArray      *filled);

/* aph-window-banners.c */
void aph_window_hide_banner        (AdwBin         *place);
void aph_window_update_banners     (AphWindow      *self);
void aph_window_update_suspect_bar (AphWindow      *self);

/* aph-window-actions.c */
void aph_window_send                (AphWindow      *self);
void aph_window_class_add_actions  (GtkWidgetClass *widget_class);
void aph_window_update_actions     (AphWindow      *self);

/* aph-window-jobs.c */
void aph_window_class_add_job_actions
                                   (GtkWidgetClass *widget_class);
void aph_window_update_job_actions (AphWindow      *self);

/* aph-window-move.c */
void aph_move_unref                (gpointer        move);
gboolean aph_move_is_vain          (const AphMove  *move);
void aph_window_init_moves         (AphWindow      *self);
void aph_window_forget_moves       (AphWindow      *self);
void aph_window_move_back          (AphWindow      *self,
                                    AphMove        *move);
void aph_window_class_add_move_actions
                                   (GtkWidgetClass *widget_class);
void aph_window_connect_moves      (AphWindow      *self);
void aph_window_update_move_actions
                                   (AphWindow      *self,
                                    gboolean        any);

/* aph-window-batches.c */
void aph_window_class_add_batch_actions
                                   (GtkWidgetClass *widget_class);

/* aph-window-export.c */
void aph_window_class_add_export_actions (GtkWidgetClass *widget_class);
void aph_window_salvage            (AphWindow      *self,
                                    GFile          *file);

/* aph-window-files.c */
void aph_window_choose_files       (AphWindow      *self,
                                    gboolean        ask);
void aph_window_offer_long_text    (AphWindow      *self,
                                    const char     *text);

/* aph-window-import.c */
void aph_window_class_add_import_actions
                                   (GtkWidgetClass *widget_class);
void aph_window_import_table       (AphWindow      *self,
                                    const char     *text);
void aph_window_offer_table        (AphWindow      *self,
                                    const char     *text);

/* aph-window-dnd.c */
void aph_window_add_drop_target    (AphWindow      *self);

G_END_DECLS
