/* aph-backlog.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "job/aph-job.h"

G_BEGIN_DECLS

/**
 * AphBacklog:
 *
 * The jobs that wait, in the order in which they are to be sent.
 *
 * Jobs for the same model with the same load-time options form a group, because a server that
 * alternates between groups unloads and reloads models instead of answering. Whoever takes jobs
 * stays with a group until it is empty; the batches within a group take turns, each in the
 * order of the places of its jobs. Urgent jobs come before all.
 */
typedef struct _AphBacklog AphBacklog;

/**
 * AphModelFilter:
 * @model: a model's name
 * @user_data: as given
 *
 * Returns: whether a job for @model may be taken
 */
typedef gboolean (*AphModelFilter) (const char *model,
                                    gpointer    user_data);

AphBacklog *aph_backlog_new        (void);
void        aph_backlog_free       (AphBacklog      *self);

void        aph_backlog_add        (AphBacklog      *self,
                                    AphJob          *job);
void        aph_backlog_put_first  (AphBacklog      *self,
                                    AphJob          *job);
gboolean    aph_backlog_remove     (AphBacklog      *self,
                                    AphJob          *job);
void        aph_backlog_reorder    (AphBacklog      *self,
                                    GPtrArray       *jobs);
gboolean    aph_backlog_contains   (AphBacklog      *self,
                                    AphJob          *job);
guint       aph_backlog_get_length (AphBacklog      *self);
AphJob     *aph_backlog_take       (AphBacklog      *self,
                                    char           **group,
                                    AphModelFilter   filter,
                                    gpointer         user_data);
void        aph_backlog_give_back  (AphBacklog      *self,
                                    AphJob          *job);
void        aph_backlog_leave      (AphBacklog      *self,
                                    char           **group);
GPtrArray  *aph_backlog_take_all   (AphBacklog      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphBacklog, aph_backlog_free)

G_END_DECLS
