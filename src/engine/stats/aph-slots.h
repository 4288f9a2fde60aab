/* aph-slots.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stats/aph-figures.h"

G_BEGIN_DECLS

/**
 * AphSlot:
 * @server: the number of its server
 * @number: its place among those of that server, from 0
 * @n_figures: how many attempts it took
 * @figures: (array length=n_figures): their positions in the figures, in the order of time
 *
 * One of the places at a server that answers can be written in at the same time. Which one a
 * server really used nobody tells: each attempt gets the first that was free when it was sent.
 */
typedef struct
{
  guint  server;
  guint  number;
  guint  n_figures;
  guint *figures;
} AphSlot;

/**
 * AphSlots:
 *
 * All attempts of a run, by the slots they took: the rows of a Gantt chart.
 */
typedef struct _AphSlots AphSlots;

AphSlots      *aph_slots_new          (const AphFigures *figures);
void           aph_slots_free         (AphSlots         *self);

guint          aph_slots_get_n        (const AphSlots   *self);
const AphSlot *aph_slots_get          (const AphSlots   *self,
                                       guint             slot);
gboolean       aph_slots_find         (const AphSlots   *self,
                                       guint             figure,
                                       guint            *slot,
                                       guint            *place);
guint          aph_slots_search       (const AphSlots   *self,
                                       const AphFigures *figures,
                                       guint             slot,
                                       gint64            time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AphSlots, aph_slots_free)

G_END_DECLS
