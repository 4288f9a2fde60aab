/* aph-run-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "stats/aph-slots.h"

G_BEGIN_DECLS

/**
 * AphRunChange:
 * @APH_RUN_UNCHANGED: nothing is new
 * @APH_RUN_GREW: running attempts went on
 * @APH_RUN_CHANGED: attempts began, ended, came or went
 *
 * What a look at the jobs found.
 */
typedef enum
{
  APH_RUN_UNCHANGED,
  APH_RUN_GREW,
  APH_RUN_CHANGED,
} AphRunChange;

#define APH_TYPE_RUN_WATCH (aph_run_watch_get_type ())

/**
 * AphRunWatch:
 *
 * Keeps the figures of the jobs in a list up to date, for views that draw or count them. It looks
 * only when told to, and then for a few milliseconds at most: at those that run each time, at some
 * of the others in turn.
 */
G_DECLARE_FINAL_TYPE (AphRunWatch, aph_run_watch, APH, RUN_WATCH, GObject)

AphRunWatch  *aph_run_watch_new          (void);

void          aph_run_watch_set_model    (AphRunWatch *self,
                                          GListModel  *model);
void          aph_run_watch_set_active   (AphRunWatch *self,
                                          gboolean     active);
AphRunChange  aph_run_watch_look         (AphRunWatch *self);
gboolean      aph_run_watch_is_behind    (AphRunWatch *self);

AphFigures   *aph_run_watch_get_figures  (AphRunWatch *self);
AphSlots     *aph_run_watch_get_slots    (AphRunWatch *self);
AphJob       *aph_run_watch_get_job      (AphRunWatch *self,
                                          guint        figure);
guint         aph_run_watch_get_n_running (AphRunWatch *self);

G_END_DECLS
