/* aph-store-move.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AphStoreMove:
 * @APH_MOVE_UP: before the waiting job before it
 * @APH_MOVE_DOWN: behind the waiting job behind it
 * @APH_MOVE_FIRST: before all others
 * @APH_MOVE_LAST: behind all others
 *
 * Where to a job is moved in the queue.
 */
typedef enum
{
  APH_MOVE_UP,
  APH_MOVE_DOWN,
  APH_MOVE_FIRST,
  APH_MOVE_LAST,
} AphStoreMove;

/**
 * AphPlacement:
 * @job: the number of a job
 * @batch: the number of its batch
 * @place: where it is in the queue
 * @urgent: how urgent it is
 * @old_place: where it was before it was moved
 * @old_urgent: how urgent it was then
 *
 * Where somebody has put a job.
 */
typedef struct
{
  guint64 job;
  guint64 batch;
  guint64 place;
  guint64 urgent;
  guint64 old_place;
  guint64 old_urgent;
} AphPlacement;

G_END_DECLS
