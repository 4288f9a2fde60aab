/* aph-wall-tile.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "job/aph-job.h"

G_BEGIN_DECLS

#define APH_TYPE_WALL_TILE (aph_wall_tile_get_type ())

/**
 * AphWallTile:
 *
 * One job on the wall: what was asked, how it goes, and the last lines of its answer.
 *
 * Signals:
 * - "activated": the user wants to read it
 */
G_DECLARE_FINAL_TYPE (AphWallTile, aph_wall_tile, APH, WALL_TILE, GtkWidget)

GtkWidget *aph_wall_tile_new           (AphJob      *job);

AphJob    *aph_wall_tile_get_job       (AphWallTile *self);
void       aph_wall_tile_set_job       (AphWallTile *self,
                                        AphJob      *job);
gboolean   aph_wall_tile_is_due_unseen (AphWallTile *self);
gboolean   aph_wall_tile_refresh       (AphWallTile *self);

G_END_DECLS
