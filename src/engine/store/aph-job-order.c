/* aph-job-order.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job-list"

#include "config.h"

#include "store/aph-job-order.h"

/* Where rows were before they were moved: number -> AphPlacement. */
typedef GHashTable OldPlaces;

/* The place that a job had, or has. */
static guint64
get_place (const AphJobOrder *self,
           OldPlaces         *old,
           guint64            id)
{
  const AphPlacement *placement =
    old != NULL ? g_hash_table_lookup (old, GSIZE_TO_POINTER (id)) : NULL;

  return placement != NULL ? placement->old_place : aph_store_get_place (self->store, id);
}

static int
compare (const AphJobOrder *self,
         OldPlaces         *old,
         guint64            a,
         guint64            b)
{
  guint64 place_a = get_place (self, old, a);
  guint64 place_b = get_place (self, old, b);
  int order = (place_a > place_b) - (place_a < place_b);

  if (order == 0)
    order = (a > b) - (a < b);

  return self->descending ? -order : order;
}

/**
 * aph_job_order_compare:
 * @self: an order
 * @a: the number of a job
 * @b: that of another
 *
 * Returns: less than 0 if @a comes before @b, more than 0 if it comes after
 */
int
aph_job_order_compare (const AphJobOrder *self,
                       guint64            a,
                       guint64            b)
{
  return compare (self, NULL, a, b);
}

static guint
find (const AphJobOrder *self,
      OldPlaces         *old,
      GArray            *ids,
      guint64            id)
{
  guint low = 0;
  guint high = ids->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (self, old, g_array_index (ids, guint64, middle), id) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

/**
 * aph_job_order_find:
 * @self: an order
 * @ids: (element-type guint64): numbers of jobs in that order
 * @id: the number of a job
 *
 * Returns: where it is in @ids, or would have to be
 */
guint
aph_job_order_find (const AphJobOrder *self,
                    GArray            *ids,
                    guint64            id)
{
  return find (self, NULL, ids, id);
}

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;

  return (left > right) - (left < right);
}

/* Where the rows are that have moved; some may not be there. */
static GArray *
find_positions (const AphJobOrder *self,
                OldPlaces         *old,
                GArray            *ids,
                GArray            *placements)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < placements->len; i++)
    {
      guint64 id = g_array_index (placements, AphPlacement, i).job;
      guint position = find (self, old, ids, id);

      if (position < ids->len && g_array_index (ids, guint64, position) == id)
        g_array_append_val (positions, position);
    }
  g_array_sort (positions, compare_positions);

  return positions;
}

static int
compare_cb (gconstpointer a,
            gconstpointer b,
            gpointer      user_data)
{
  return compare (user_data, NULL, *(const guint64 *) a, *(const guint64 *) b);
}

/* Splits @ids into the rows at @positions and the rest. */
static void
split (GArray *ids,
       GArray *positions,
       GArray *moved,
       GArray *rest)
{
  guint next = 0;

  for (guint i = 0; i < positions->len; i++)
    {
      guint position = g_array_index (positions, guint, i);

      g_array_append_vals (rest, &g_array_index (ids, guint64, next), position - next);
      g_array_append_vals (moved, &g_array_index (ids, guint64, position), 1);
      next = position + 1;
    }
  g_array_append_vals (rest, &g_array_index (ids, guint64, next), ids->len - next);
}

/**
 * aph_job_order_move:
 * @self: an order
 * @ids: (element-type guint64): numbers of jobs in the order that was
 * @placements: (element-type AphPlacement): which have moved, and where they were
 *
 * The costs are those of copying @ids, and of looking up what has moved.
 *
 * Returns: (transfer full) (nullable) (element-type guint64): @ids in the order that is; %NULL if
 *   none of them has moved
 */
GArray *
aph_job_order_move (const AphJobOrder *self,
                    GArray            *ids,
                    GArray            *placements)
{
  g_autoptr (GHashTable) old = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) rest = g_array_sized_new (FALSE, FALSE, sizeof (guint64), ids->len);
  g_autoptr (GArray) positions = NULL;
  GArray *right;
  guint next = 0;

  for (guint i = 0; i < placements->len; i++)
    {
      AphPlacement *placement = &g_array_index (placements, AphPlacement, i);

      g_hash_table_insert (old, GSIZE_TO_POINTER (placement->job), placement);
    }
  positions = find_positions (self, old, ids, placements);
  if (positions->len == 0)
    return NULL;

  split (ids, positions, moved, rest);
  g_array_sort_with_data (moved, compare_cb, (gpointer) self);
  right = g_array_sized_new (FALSE, FALSE, sizeof (guint64), ids->len);
  for (guint i = 0; i < moved->len; i++)
    {
      guint place = find (self, NULL, rest, g_array_index (moved, guint64, i));

      g_array_append_vals (right, &g_array_index (rest, guint64, next), place - next);
      g_array_append_vals (right, &g_array_index (moved, guint64, i), 1);
      next = place;
    }
  g_array_append_vals (right, &g_array_index (rest, guint64, next), rest->len - next);

  return right;
}

/* A row that has been moved. */
typedef struct
{
  guint64 place;
  guint64 id;
} Moved;

static int
compare_moved (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const AphJobOrder *self = user_data;
  const Moved *left = a;
  const Moved *right = b;
  int order = (left->place > right->place) - (left->place < right->place);

  if (order == 0)
    order = (left->id > right->id) - (left->id < right->id);

  return self->descending ? -order : order;
}

/* Splits @ids into what has been moved, in the order of the queue, and the rest. */
static void
split_moved (const AphJobOrder *self,
             GArray            *ids,
             GArray            *moved,
             GArray            *rest)
{
  gboolean is_sorted = TRUE;

  for (guint i = 0; i < ids->len; i++)
    {
      guint64 id = g_array_index (ids, guint64, i);
      Moved row = { aph_store_get_place (self->store, id), id };

      if (row.place == id << APH_PLACE_SHIFT)
        {
          g_array_append_val (rest, id);
          continue;
        }
      if (moved->len > 0)
        is_sorted &= compare_moved (&g_array_index (moved, Moved, moved->len - 1), &row,
                                    (gpointer) self) < 0;
      g_array_append_val (moved, row);
    }

  /* What was moved together is. */
  if (!is_sorted)
    g_array_sort_with_data (moved, compare_moved, (gpointer) self);
}

/**
 * aph_job_order_sort:
 * @self: an order
 * @ids: (element-type guint64): numbers of jobs, sorted by number, which is how the database gives
 *   them
 *
 * Returns: (transfer full) (element-type guint64): @ids in the order of the queue
 */
GArray *
aph_job_order_sort (const AphJobOrder *self,
                    GArray            *ids)
{
  g_autoptr (GArray) moved = NULL;
  g_autoptr (GArray) rest = NULL;
  GArray *sorted;
  guint next = 0;

  if (!aph_store_has_moved (self->store))
    return g_array_ref (ids);

  moved = g_array_new (FALSE, FALSE, sizeof (Moved));
  rest = g_array_sized_new (FALSE, FALSE, sizeof (guint64), ids->len);
  split_moved (self, ids, moved, rest);
  sorted = g_array_sized_new (FALSE, FALSE, sizeof (guint64), ids->len);
  for (guint i = 0; i < moved->len; i++)
    {
      const Moved *row = &g_array_index (moved, Moved, i);

      for (; next < rest->len; next++)
        {
          guint64 id = g_array_index (rest, guint64, next);
          const Moved other = { id << APH_PLACE_SHIFT, id };

          if (compare_moved (&other, row, (gpointer) self) > 0)
            break;
          g_array_append_val (sorted, id);
        }
      g_array_append_val (sorted, row->id);
    }
  g_array_append_vals (sorted, &g_array_index (rest, guint64, next), rest->len - next);

  return sorted;
}
