/* aph-places.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphPlaces:
 *
 * Where jobs are in the queue that somebody has moved; all others are where their numbers put them.
 * The memory it takes follows the number of runs of jobs that were moved together, not that of
 * jobs.
 */
typedef struct _AphPlaces AphPlaces;

AphPlaces *aph_places_new        (GArray          *runs);
AphPlaces *aph_places_ref        (AphPlaces       *self);
void       aph_places_unref      (AphPlaces       *self);

void       aph_places_put        (AphPlaces       *self,
                                  GArray          *placements);
guint64    aph_places_get        (const AphPlaces *self,
                                  guint64          job);
guint      aph_places_get_n_runs (const AphPlaces *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphPlaces, aph_places_unref)

G_END_DECLS
