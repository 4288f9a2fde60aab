/* aph-feeder-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store/aph-store-feed.h"
#include "ui/aph-feeder.h"

G_BEGIN_DECLS

/* What the scheduler has of a line, and how far it was read. */
typedef struct
{
  AphFeedLine read;
  guint n_waiting;
  gboolean is_moved;    /* jobs have come to wait before what was read, or have moved */
  gboolean is_blocked;  /* its jobs have no model, and none is known; or its batch was removed */
} AphFeederLine;

/* A job that the scheduler has, or that is held until a model is known. */
typedef struct
{
  AphJob *job;          /* (owned) */
  AphLine line;         /* .lot is 0 if it did not come from a line */
  gboolean is_waiting;
} AphFeederActive;

struct _AphFeeder
{
  GObject parent_instance;

  AphStore *store;
  AphScheduler *scheduler;
  AphConnection *connection;
  char *model;              /* (nullable) for jobs without one */
  GArray *lines;            /* of AphFeederLine */
  GHashTable *active;       /* number -> AphFeederActive */
  GHashTable *ended;        /* numbers of those that have ended, if what is read may be older */
  GHashTable *missed;       /* batch -> guint64: the place from which what is read may be older */
  GQueue held;              /* of AphJob: they wait until a model is known; (not owned) */
  GCancellable *cancellable;
  gboolean is_gated;        /* what waited when the store was opened goes on waiting */
  gboolean is_stale;        /* there may be more than was read */
  gboolean is_reading;
  gboolean is_outdated;     /* what is being read began behind what has come to wait since */
};

/* aph-feeder.c */
void             aph_feeder_take         (AphFeeder       *self,
                                          AphJob          *job,
                                          const AphLine   *line);

/* aph-feeder-read.c */
AphFeederActive *aph_feeder_find_active  (AphFeeder       *self,
                                          guint64          id);
AphFeederLine   *aph_feeder_find_line    (AphFeeder       *self,
                                          const AphLine   *line);
gboolean         aph_feeder_is_wanted    (AphFeeder       *self,
                                          const AphFeederLine *line);
void             aph_feeder_give_back    (AphFeeder       *self,
                                          AphFeederActive *active);
void             aph_feeder_read_again   (AphFeeder       *self);
void             aph_feeder_jobs_added   (AphFeeder       *self,
                                          AphBatch        *batch,
                                          guint64          first);
void             aph_feeder_jobs_moved   (AphFeeder       *self,
                                          GArray          *placements);

G_END_DECLS
