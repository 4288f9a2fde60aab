/* aph-store-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of the queue: each row has a place, which follows from its number until somebody moves
 * it.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include <string.h>

#include "store/aph-store-private.h"

/* More are moved by several transactions: what else is to be written is not to wait for long. */
#define SLICE 5000

typedef struct
{
  AphStore *store;
  GArray *ids;            /* of guint64, in the order of the queue */
  GArray *wanted;         /* (nullable) of AphPlacement: where they are to be, instead of @moving */
  guint start;            /* of the slice that is being moved */
  guint end;
  AphMoving moving;
  guint number;           /* of the move */
  guint64 next_job;       /* 0: no numbers were taken */
  GArray *placements;     /* of AphPlacement */
} Moving;

static void
moving_clear (gpointer data)
{
  Moving *moving = data;

  g_object_unref (moving->store);
  g_array_unref (moving->ids);
  g_clear_pointer (&moving->wanted, g_array_unref);
  g_array_unref (moving->placements);
}

/* Each slice that is being written has a reference. */
static void
moving_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, moving_clear);
}

/* Whoever moves up or to the end begins with the first. */
static gboolean
is_first_first (const Moving *moving)
{
  return moving->moving.move == APH_MOVE_UP || moving->moving.move == APH_MOVE_LAST;
}

static guint
count_left (const Moving *moving)
{
  return is_first_first (moving) ? moving->ids->len - moving->end : moving->start;
}

static gboolean
take_slice (Moving *moving)
{
  guint n_left = count_left (moving);

  if (is_first_first (moving))
    {
      moving->start = moving->end;
      moving->end += MIN (n_left, SLICE);
    }
  else
    {
      moving->end = moving->start;
      moving->start -= MIN (n_left, SLICE);
    }

  return n_left > 0;
}

static gboolean
write_moving (AphSaver  *saver,
              gpointer   data,
              GError   **error)
{
  Moving *moving = data;
  AphMoving slice = moving->moving;

  if (moving->wanted != NULL)
    return aph_saver_place (saver, &g_array_index (moving->wanted, AphPlacement, moving->start),
                            moving->end - moving->start, moving->placements, error);

  slice.first_place += (guint64) moving->start << APH_PLACE_SHIFT;

  return aph_saver_move (saver, &g_array_index (moving->ids, guint64, moving->start),
                         moving->end - moving->start, &slice, moving->placements, error)
         && (moving->next_job == 0
             || aph_saver_set_counter (saver, "next-job", moving->next_job, error));
}

/* What was read of a job before it was moved is told of it afterwards, maybe. */
static void
read_after_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AphStore *self = APH_STORE (source);
  g_autoptr (GArray) placements = user_data;

  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);
      gpointer id = GSIZE_TO_POINTER (placement->job);
      const AphPlacement *last = g_hash_table_lookup (self->just_moved, id);

      /* It may have been moved again. */
      if (last != NULL && memcmp (last, placement, sizeof *last) == 0)
        g_hash_table_remove (self->just_moved, id);
    }
}

static void
note_just_moved (AphStore *self,
                 GArray   *placements)
{
  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);

      g_hash_table_insert (self->just_moved, GSIZE_TO_POINTER (placement->job),
                           g_memdup2 (placement, sizeof *placement));
    }

  aph_store_after_reading (self, read_after_cb, g_array_copy (placements));
}

/* What was just read of @job may be older than its place. */
void
aph_store_put_in_place (AphStore *self,
                        AphJob   *job)
{
  const AphPlacement *placement =
    g_hash_table_lookup (self->just_moved, GSIZE_TO_POINTER (aph_job_get_id (job)));

  if (placement == NULL)
    return;

  aph_job_set_place (job, placement->place);
  /* It may have been sent meanwhile. */
  if (aph_job_get_state (job) == APH_JOB_WAITING)
    aph_job_set_urgent (job, placement->urgent);
}

/* What was moved is known from here on, and is told. */
void
aph_store_take_moved (AphStore *self,
                      GArray   *placements,
                      guint     move,
                      gboolean  is_last)
{
  aph_places_put (self->places, placements);
  note_just_moved (self, placements);
  for (guint i = 0; i < placements->len; i++)
    {
      AphJob *job =
        aph_store_peek_job (self, g_array_index (placements, AphPlacement, i).job);

      if (job != NULL)
        aph_store_put_in_place (self, job);
    }
  aph_store_emit_moved (self, placements, move, is_last);
}

static void moved_cb (gpointer      data,
                      const GError *error);

static void begin_next (Moving *ended);

/* Whoever waits for the end of it is not to wait for ever. */
static gboolean
end_cb (gpointer user_data)
{
  Moving *moving = user_data;

  g_array_set_size (moving->placements, 0);
  aph_store_emit_moved (moving->store, moving->placements, moving->number, TRUE);

  return G_SOURCE_REMOVE;
}

static void
move_slice (Moving *moving)
{
  AphStore *self = moving->store;

  if (self->writer != NULL && take_slice (moving))
    aph_store_writer_push (self->writer, write_moving, moved_cb, g_atomic_rc_box_acquire (moving),
                           moving_unref);
  if (count_left (moving) == 0)
    begin_next (moving);
}

static void
moved_cb (gpointer      data,
          const GError *error)
{
  Moving *moving = data;
  AphStore *self = moving->store;
  gboolean is_last = count_left (moving) == 0;

  if (error != NULL || self->writer == NULL)
    {
      end_cb (moving);
      begin_next (moving);
      return;
    }

  aph_store_take_moved (self, moving->placements, moving->number, is_last);
  if (!is_last)
    move_slice (moving);
}

static void
begin (Moving *moving)
{
  /* Who waits, or was written last, is looked up on disk. */
  aph_store_flush (moving->store);
  if (moving->ids->len == 0)
    g_idle_add_full (G_PRIORITY_DEFAULT, end_cb, g_atomic_rc_box_acquire (moving), moving_unref);
  move_slice (moving);
}

/* The writer has all of it, or will not get the rest: what is moved next comes after it. */
static void
begin_next (Moving *ended)
{
  AphStore *self = ended->store;
  Moving *next;

  /* It was the last slice of one that has gone on, or the store is closed. */
  if (g_queue_peek_head (&self->movings) != ended)
    return;

  g_queue_pop_head (&self->movings);
  next = g_queue_peek_head (&self->movings);
  moving_unref (ended);
  if (next != NULL)
    begin (next);
}

/* Takes @moving, and returns its number. */
static guint
begin_in_turn (Moving *moving)
{
  AphStore *self = moving->store;
  guint number = moving->number = ++self->last_move;

  g_queue_push_tail (&self->movings, moving);
  if (self->movings.length == 1)
    begin (moving);

  return number;
}

/* What has not begun to move when the store is closed stays where it is. */
void
aph_store_forget_moves (AphStore *self)
{
  g_queue_clear_full (&self->movings, moving_unref);
}

/**
 * aph_store_move:
 * @self: a store that is open
 * @ids: (element-type guint64): numbers of jobs, in the order of the queue; those that do not wait
 *   stay where they are
 * @batch: the number of the batch within which they move, or 0 for all
 * @move: where to
 *
 * They keep their order among each other. Where batches take turns, the order matters within each
 * batch, and for whose turn it is first. What was moved before, however much, is there by then.
 *
 * Returns: a number for it: "jobs-moved" tells with that when it is so, and on disk; and of the
 *   end, also if nothing moves or nothing can be written
 */
guint
aph_store_move (AphStore     *self,
                GArray       *ids,
                guint64       batch,
                AphStoreMove  move)
{
  Moving *moving;

  g_return_val_if_fail (aph_store_is_open (self), 0);
  g_return_val_if_fail (ids != NULL, 0);

  moving = g_atomic_rc_box_new0 (Moving);
  moving->store = g_object_ref (self);
  moving->moving.move = move;
  moving->moving.batch = batch;
  moving->ids = g_array_copy (ids);
  moving->placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));
  moving->start = is_first_first (moving) ? 0 : ids->len;
  moving->end = moving->start;

  /* Later ones come first, also those of a later process. */
  if (move == APH_MOVE_FIRST)
    self->last_urgent = MAX (g_get_real_time (), (gint64) self->last_urgent + 1);
  moving->moving.urgent = self->last_urgent;

  /* Numbers that no job will ever have are behind all there are, and before all that come. */
  if (move == APH_MOVE_LAST)
    {
      guint64 first = aph_store_take_ids (self, ids->len);

      moving->moving.first_place = first << APH_PLACE_SHIFT;
      moving->next_job = first + ids->len;
    }

  return begin_in_turn (moving);
}

/**
 * aph_store_move_back:
 * @self: a store that is open
 * @placements: (element-type AphPlacement): what "jobs-moved" has told
 *
 * Undoes that: each gets the place that it had.
 *
 * Returns: a number for it, as aph_store_move()
 */
guint
aph_store_move_back (AphStore *self,
                     GArray   *placements)
{
  Moving *moving;

  g_return_val_if_fail (aph_store_is_open (self), 0);
  g_return_val_if_fail (placements != NULL, 0);

  moving = g_atomic_rc_box_new0 (Moving);
  moving->store = g_object_ref (self);
  moving->ids = g_array_sized_new (FALSE, FALSE, sizeof (guint64), placements->len);
  moving->wanted = g_array_sized_new (FALSE, FALSE, sizeof (AphPlacement), placements->len);
  moving->placements = g_array_new (FALSE, FALSE, sizeof (AphPlacement));
  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *was = &g_array_index (placements, AphPlacement, i);
      AphPlacement wanted = { was->job, was->batch, was->old_place, was->old_urgent, 0, 0 };

      g_array_append_val (moving->ids, wanted.job);
      g_array_append_val (moving->wanted, wanted);
    }

  return begin_in_turn (moving);
}

/**
 * aph_store_get_place:
 * @self: a store
 * @id: the number of a job
 *
 * Returns: where it is in the queue, see aph_job_get_place()
 */
guint64
aph_store_get_place (AphStore *self,
                     guint64   id)
{
  g_return_val_if_fail (APH_IS_STORE (self), 0);

  return aph_places_get (self->places, id);
}

/**
 * aph_store_has_moved:
 * @self: a store
 *
 * Returns: whether any job is elsewhere than where its number puts it
 */
gboolean
aph_store_has_moved (AphStore *self)
{
  g_return_val_if_fail (APH_IS_STORE (self), FALSE);

  return aph_places_get_n_runs (self->places) > 0;
}
