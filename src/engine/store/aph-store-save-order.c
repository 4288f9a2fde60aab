/* aph-store-save-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of the queue. Only rows that are moved are written; up or down, rows exchange their
 * places, so that there is always room.
 */

#define G_LOG_DOMAIN "aph-store"

#include "config.h"

#include "store/aph-store-load.h"
#include "store/aph-store-save.h"

/* Between two neighbours, room is left for others to come in between later. */
#define SPARE_ROOM 16

/* A job that waits, and where. */
typedef struct
{
  guint64 job;
  guint64 batch;
  guint64 place;
  guint64 urgent;
} Waiter;

#define WAITING " FROM jobs INDEXED BY jobs_waiting WHERE state = 0 AND removal = 0" \
  " AND batch = ?1 AND lot = ?2"

static int
compare_waiters (gconstpointer a,
                 gconstpointer b)
{
  const Waiter *left = a;
  const Waiter *right = b;

  if (left->place != right->place)
    return left->place < right->place ? -1 : 1;

  return (left->job > right->job) - (left->job < right->job);
}

/* Returns: %FALSE with @error; or without, if there is no such job, or it does not wait. */
static gboolean
find_job (AphSaver    *self,
          const char  *sql,
          guint64      id,
          Waiter      *waiter,
          GError     **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);
  gboolean is_waiting;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, id);
  is_waiting = aph_database_step (database, statement, error);
  if (is_waiting)
    *waiter = (Waiter) {
      .job = id,
      .batch = sqlite3_column_int64 (statement, 0),
      .place = sqlite3_column_int64 (statement, 1),
      .urgent = sqlite3_column_int64 (statement, 2),
    };
  sqlite3_reset (statement);

  return is_waiting;
}

static gboolean
find_waiter (AphSaver  *self,
             guint64    id,
             Waiter    *waiter,
             GError   **error)
{
  return find_job (self, "SELECT batch, " APH_STORE_PLACE ", urgent FROM jobs"
                         " WHERE id = ?1 AND state = 0 AND removal = 0", id, waiter, error);
}

/* Those of @ids that wait, in the order of the queue. */
static GArray *
find_waiters (AphSaver       *self,
              const guint64  *ids,
              guint           n_ids,
              guint64         batch,
              GError        **error)
{
  g_autoptr (GArray) waiters = g_array_sized_new (FALSE, FALSE, sizeof (Waiter), n_ids);

  for (guint i = 0; i < n_ids; i++)
    {
      g_autoptr (GError) local = NULL;
      Waiter waiter;

      if (find_waiter (self, ids[i], &waiter, &local))
        {
          if (batch == 0 || waiter.batch == batch)
            g_array_append_val (waiters, waiter);
        }
      else if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
  g_array_sort (waiters, compare_waiters);

  return g_steal_pointer (&waiters);
}

/* What the first row says for @key; 0 if there is none. */
static gboolean
look_up (AphSaver    *self,
         const char  *sql,
         guint64      key,
         guint64     *value,
         GError     **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database, sql, error);
  g_autoptr (GError) local = NULL;

  if (statement == NULL)
    return FALSE;

  aph_database_bind_int (statement, 1, key);
  *value = aph_database_step (database, statement, &local) ? sqlite3_column_int64 (statement, 0)
                                                           : 0;
  sqlite3_reset (statement);
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

/* Where anything waits: in @batch, or 0 for all that were not removed. */
static GArray *
list_lines (AphSaver  *self,
            guint64    batch,
            GError   **error)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (AphLine));
  g_autoptr (GError) local = NULL;
  AphLine line = { batch, G_MININT64 };

  while (aph_line_next (&line, aph_saver_get_database (self), &local)
         && (batch == 0 || line.batch == batch))
    {
      guint64 removal;

      if (!look_up (self, "SELECT removal FROM batches WHERE id = ?1", line.batch, &removal, error))
        return NULL;
      if (removal == 0)
        g_array_append_val (lines, line);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  return g_steal_pointer (&lines);
}

/* The next job that waits, before or behind a place. .job is 0 if there is none. */
static gboolean
find_neighbour (AphSaver  *self,
                GArray    *lines,
                guint64    place,
                gboolean   is_before,
                Waiter    *neighbour,
                GError   **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database, is_before
    ? "SELECT id, " APH_STORE_PLACE ", urgent" WAITING " AND " APH_STORE_PLACE " < ?3"
      " ORDER BY " APH_STORE_PLACE " DESC LIMIT 1"
    : "SELECT id, " APH_STORE_PLACE ", urgent" WAITING " AND " APH_STORE_PLACE " > ?3"
      " ORDER BY " APH_STORE_PLACE " LIMIT 1", error);

  *neighbour = (Waiter) { 0, };
  if (statement == NULL)
    return FALSE;

  for (guint i = 0; i < lines->len; i++)
    {
      const AphLine *line = &g_array_index (lines, AphLine, i);
      g_autoptr (GError) local = NULL;

      aph_database_bind_int (statement, 1, line->batch);
      aph_database_bind_int (statement, 2, line->lot);
      aph_database_bind_int (statement, 3, place);
      if (aph_database_step (database, statement, &local))
        {
          guint64 found = sqlite3_column_int64 (statement, 1);

          if (neighbour->job == 0
              || (is_before ? found > neighbour->place : found < neighbour->place))
            *neighbour = (Waiter) {
              .job = sqlite3_column_int64 (statement, 0),
              .batch = line->batch,
              .place = found,
              .urgent = sqlite3_column_int64 (statement, 2),
            };
          sqlite3_reset (statement);
        }
      else if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }

  return TRUE;
}

static void
note_placement (GArray       *placements,
                const Waiter *waiter,
                guint64       place,
                guint64       urgent)
{
  AphPlacement placement = { waiter->job, waiter->batch, place, urgent, waiter->place,
                             waiter->urgent };

  if (place != waiter->place || urgent != waiter->urgent)
    g_array_append_val (placements, placement);
}

/* Those of a run that lie side by side all go by @other, which gets the place at the far end. */
static void
pass (const Waiter *run,
      guint         n_run,
      const Waiter *other,
      gboolean      is_up,
      GArray       *placements)
{
  const Waiter *far_end = is_up ? &run[n_run - 1] : &run[0];

  for (guint i = 0; i < n_run; i++)
    {
      const Waiter *taken;

      if (is_up)
        taken = i == 0 ? other : &run[i - 1];
      else
        taken = i == n_run - 1 ? other : &run[i + 1];
      note_placement (placements, &run[i], taken->place, taken->urgent);
    }
  note_placement (placements, other, far_end->place, far_end->urgent);
}

/* All have their neighbours before any of them moves. */
static gboolean
move_by_one (AphSaver      *self,
             const Waiter  *waiters,
             guint          n_waiters,
             guint64        batch,
             gboolean       is_up,
             GArray        *placements,
             GError       **error)
{
  g_autoptr (GArray) lines = list_lines (self, batch, error);
  g_autofree Waiter *neighbours = g_new (Waiter, n_waiters);
  guint start = 0;

  if (lines == NULL)
    return FALSE;

  for (guint i = 0; i < n_waiters; i++)
    if (!find_neighbour (self, lines, waiters[i].place, is_up, &neighbours[i], error))
      return FALSE;

  for (guint i = 0; i < n_waiters; i++)
    {
      const Waiter *other;
      gboolean goes_on = i + 1 < n_waiters
                         && (is_up ? neighbours[i + 1].job == waiters[i].job
                                   : neighbours[i].job == waiters[i + 1].job);

      if (goes_on)
        continue;
      other = is_up ? &neighbours[start] : &neighbours[i];
      if (other->job != 0)
        pass (&waiters[start], i + 1 - start, other, is_up, placements);
      start = i + 1;
    }

  return TRUE;
}

/* The largest place before @place that any row may have: another one that was moved, or that of the
 * row before it. */
static gboolean
find_floor (AphSaver  *self,
            guint64    place,
            guint64   *floor,
            GError   **error)
{
  guint64 placed;

  if (!look_up (self, "SELECT place FROM jobs INDEXED BY jobs_placed"
                      " WHERE place IS NOT NULL AND place < ?1 ORDER BY place DESC LIMIT 1",
                place, &placed, error))
    return FALSE;

  *floor = MAX (placed, (place - 1) >> APH_PLACE_SHIFT << APH_PLACE_SHIFT);

  return TRUE;
}

/* Whether any row has @place, or may have it because nobody has moved it. */
static gboolean
is_taken (AphSaver  *self,
          guint64    place,
          gboolean  *taken,
          GError   **error)
{
  guint64 placed;

  if (!look_up (self, "SELECT 1 FROM jobs INDEXED BY jobs_placed"
                      " WHERE place IS NOT NULL AND place = ?1", place, &placed, error))
    return FALSE;

  *taken = placed != 0 || place >> APH_PLACE_SHIFT << APH_PLACE_SHIFT == place;

  return TRUE;
}

/* Where rows come to lie that are moved before all others. */
typedef struct
{
  GArray *rows;      /* of Waiter: those, and what has to make way, in their order */
  guint64 bottom;    /* nothing is between this place and the first one that waits */
  guint64 top;       /* what waits there, or behind it, stays */
} Room;

static guint64
get_step (const Room *room)
{
  return (room->top - room->bottom) / (room->rows->len + 1) / SPARE_ROOM;
}

/* Takes rows that wait into @room until it is wide enough: few are close together, and those behind
 * them are not. */
static gboolean
widen (AphSaver    *self,
       GArray      *lines,
       Waiter       next,
       Room        *room,
       GError     **error)
{
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < room->rows->len; i++)
    g_hash_table_add (moved,
                      GSIZE_TO_POINTER (g_array_index (room->rows, Waiter, i).job));

  while (get_step (room) == 0 && next.job != 0)
    {
      guint64 place = next.place;

      if (!g_hash_table_contains (moved, GSIZE_TO_POINTER (next.job)))
        g_array_append_val (room->rows, next);
      if (!find_neighbour (self, lines, place, FALSE, &next, error))
        return FALSE;
      /* Those that come later are behind that. */
      room->top = next.job != 0 ? next.place
                                : ((place >> APH_PLACE_SHIFT) + 1) << APH_PLACE_SHIFT;
    }

  return TRUE;
}

/* From the top down, so that there is room for those that are moved there next. */
static gboolean
fill (AphSaver    *self,
      const Room  *room,
      guint        n_moved,
      guint64      urgent,
      GArray      *placements,
      GError     **error)
{
  guint64 step = MAX (get_step (room), 1);
  guint64 place = room->top;

  for (guint i = room->rows->len; i > 0; i--)
    {
      const Waiter *row = &g_array_index (room->rows, Waiter, i - 1);
      gboolean taken = TRUE;

      place -= MIN (step, place - 1);
      while (taken && place > 1)
        {
          if (!is_taken (self, place, &taken, error))
            return FALSE;
          place -= taken;
        }
      note_placement (placements, row, place, i <= n_moved ? urgent : row->urgent);
    }

  return TRUE;
}

/* Just before the first one that waits, of any batch; which gives way if it has to. */
static gboolean
move_first (AphSaver      *self,
            const Waiter  *waiters,
            guint          n_waiters,
            guint64        urgent,
            GArray        *placements,
            GError       **error)
{
  g_autoptr (GArray) lines = list_lines (self, 0, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Waiter));
  Room room = { .rows = rows };
  Waiter first;

  if (lines == NULL || !find_neighbour (self, lines, 0, FALSE, &first, error))
    return FALSE;
  /* All that wait were removed together with their batches. */
  if (first.job == 0)
    return TRUE;
  if (!find_floor (self, first.place, &room.bottom, error))
    return FALSE;

  g_array_append_vals (rows, waiters, n_waiters);
  room.top = first.place;

  return widen (self, lines, first, &room, error)
         && fill (self, &room, n_waiters, urgent, placements, error);
}

static gboolean
move_waiters (AphSaver         *self,
              const Waiter     *waiters,
              guint             n_waiters,
              const AphMoving  *moving,
              GArray           *placements,
              GError          **error)
{
  switch (moving->move)
    {
    case APH_MOVE_UP:
    case APH_MOVE_DOWN:
      return move_by_one (self, waiters, n_waiters, moving->batch, moving->move == APH_MOVE_UP,
                          placements, error);

    case APH_MOVE_FIRST:
      return move_first (self, waiters, n_waiters, moving->urgent, placements, error);

    case APH_MOVE_LAST:
    default:
      for (guint i = 0; i < n_waiters; i++)
        note_placement (placements, &waiters[i],
                        moving->first_place + ((guint64) i << APH_PLACE_SHIFT), 0);
      return TRUE;
    }
}

static gboolean
write_placements (AphSaver  *self,
                  GArray    *placements,
                  GError   **error)
{
  AphDatabase *database = aph_saver_get_database (self);
  sqlite3_stmt *statement = aph_database_prepare (database,
    "UPDATE jobs SET place = nullif (?2, id << 24),"
    " urgent = CASE WHEN state = 0 THEN ?3 ELSE urgent END WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;

  for (guint i = 0; i < placements->len; i++)
    {
      const AphPlacement *placement = &g_array_index (placements, AphPlacement, i);

      aph_database_bind_int (statement, 1, placement->job);
      aph_database_bind_int (statement, 2, placement->place);
      aph_database_bind_int (statement, 3, placement->urgent);
      if (!aph_database_run (database, statement, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * aph_saver_move:
 * @self: a saver
 * @ids: (array length=n_ids): numbers of jobs; those that do not wait stay where they are
 * @n_ids: how many
 * @moving: where to
 * @placements: (element-type AphPlacement): gets the places of all that have another one now
 * @error: return location
 *
 * They keep their order among each other.
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_move (AphSaver         *self,
                const guint64    *ids,
                guint             n_ids,
                const AphMoving  *moving,
                GArray           *placements,
                GError          **error)
{
  g_autoptr (GArray) waiters = find_waiters (self, ids, n_ids, moving->batch, error);

  if (waiters == NULL)
    return FALSE;

  /* It may have been tried before, and rolled back. */
  g_array_set_size (placements, 0);

  return waiters->len == 0
         || (move_waiters (self, (const Waiter *) (gpointer) waiters->data, waiters->len, moving,
                           placements, error)
             && write_placements (self, placements, error));
}

/**
 * aph_saver_place:
 * @self: a saver
 * @wanted: (array length=n_wanted): where jobs are to be, whatever became of them
 * @n_wanted: how many
 * @placements: (element-type AphPlacement): gets the places of all that have another one now
 * @error: return location
 *
 * Returns: %FALSE with an %APH_STORE_ERROR
 */
gboolean
aph_saver_place (AphSaver            *self,
                 const AphPlacement  *wanted,
                 guint                n_wanted,
                 GArray              *placements,
                 GError             **error)
{
  g_array_set_size (placements, 0);
  for (guint i = 0; i < n_wanted; i++)
    {
      g_autoptr (GError) local = NULL;
      Waiter job;

      if (find_job (self, "SELECT batch, " APH_STORE_PLACE ", urgent FROM jobs WHERE id = ?1",
                    wanted[i].job, &job, &local))
        note_placement (placements, &job, wanted[i].place, wanted[i].urgent);
      else if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }

  return write_placements (self, placements, error);
}
