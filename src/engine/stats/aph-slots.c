/* aph-slots.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-slots"

#include "config.h"

#include "stats/aph-slots.h"

/* Moments that were stored and read again may be off by this: attempts that overlap by less do
 * not. */
#define SLACK_US 2000

struct _AphSlots
{
  GArray *slots;       /* of AphSlot, those of one server together */
  guint *positions;    /* what they hold, one after the other */
  guint *taken;        /* for each figure the slot it took, or G_MAXUINT */
  guint *places;       /* for each figure its place in that slot */
  guint n_figures;
};

/* An attempt that was sent, while slots are given out. */
typedef struct
{
  gint64 begin;
  gint64 end;
  guint server;
  guint figure;
  guint slot;     /* among those of its server */
} Stay;

static int
compare_stays (gconstpointer a,
               gconstpointer b)
{
  const Stay *x = a;
  const Stay *y = b;

  if (x->server != y->server)
    return x->server < y->server ? -1 : 1;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;

  return x->figure < y->figure ? -1 : x->figure > y->figure;
}

static GArray *
list_stays (const AphFigures *figures)
{
  guint n;
  const AphFigure *all = aph_figures_get_all (figures, &n);
  GArray *stays = g_array_sized_new (FALSE, FALSE, sizeof (Stay), n);

  for (guint i = 0; i < n; i++)
    if (aph_figure_was_sent (&all[i]))
      {
        Stay stay = {
          .begin = all[i].times.sent,
          /* Whatever still runs keeps its slot. */
          .end = aph_figure_get_end (&all[i], G_MAXINT64),
          .server = all[i].server,
          .figure = i,
        };

        g_array_append_val (stays, stay);
      }
  g_array_sort (stays, compare_stays);

  return stays;
}

/* A heap of the slots in use, the one that is free again first on top. */
typedef struct
{
  gint64 end;
  guint slot;
} Use;

static void
push_use (GArray *heap,
          gint64  end,
          guint   slot)
{
  Use use = { end, slot };
  guint i = heap->len;

  g_array_append_val (heap, use);
  while (i > 0 && g_array_index (heap, Use, (i - 1) / 2).end > end)
    {
      g_array_index (heap, Use, i) = g_array_index (heap, Use, (i - 1) / 2);
      i = (i - 1) / 2;
    }
  g_array_index (heap, Use, i) = use;
}

static guint
pop_use (GArray *heap)
{
  guint slot = g_array_index (heap, Use, 0).slot;
  Use last = g_array_index (heap, Use, heap->len - 1);
  guint i = 0;

  g_array_set_size (heap, heap->len - 1);
  for (guint child = 1; child < heap->len; child = 2 * i + 1)
    {
      if (child + 1 < heap->len
          && g_array_index (heap, Use, child + 1).end < g_array_index (heap, Use, child).end)
        child++;
      if (g_array_index (heap, Use, child).end >= last.end)
        break;
      g_array_index (heap, Use, i) = g_array_index (heap, Use, child);
      i = child;
    }
  if (heap->len > 0)
    g_array_index (heap, Use, i) = last;

  return slot;
}

/* The free slots are a heap as well, the first slot on top: the "end" is its number. */
static void
push_free (GArray *heap,
           guint   slot)
{
  push_use (heap, slot, slot);
}

/* Gives the attempts at one server their slots; returns how many it took. */
static guint
give_slots (Stay  *stays,
            guint  n_stays)
{
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (Use));
  g_autoptr (GArray) unused = g_array_new (FALSE, FALSE, sizeof (Use));
  guint n_slots = 0;

  for (guint i = 0; i < n_stays; i++)
    {
      while (used->len > 0 && g_array_index (used, Use, 0).end <= stays[i].begin + SLACK_US)
        push_free (unused, pop_use (used));

      stays[i].slot = unused->len > 0 ? pop_use (unused) : n_slots++;
      push_use (used, stays[i].end, stays[i].slot);
    }

  return n_slots;
}

static void
add_slots (AphSlots *self,
           Stay     *stays,
           guint     n_stays,
           guint    *positions)
{
  guint first = self->slots->len;
  guint n_slots = give_slots (stays, n_stays);

  for (guint i = 0; i < n_slots; i++)
    {
      AphSlot slot = { .server = stays[0].server, .number = i };

      g_array_append_val (self->slots, slot);
    }
  for (guint i = 0; i < n_stays; i++)
    g_array_index (self->slots, AphSlot, first + stays[i].slot).n_figures++;
  for (guint i = 0; i < n_slots; i++)
    {
      AphSlot *slot = &g_array_index (self->slots, AphSlot, first + i);

      slot->figures = positions;
      positions += slot->n_figures;
      slot->n_figures = 0;
    }
  for (guint i = 0; i < n_stays; i++)
    {
      AphSlot *slot = &g_array_index (self->slots, AphSlot, first + stays[i].slot);

      self->places[stays[i].figure] = slot->n_figures;
      slot->figures[slot->n_figures++] = stays[i].figure;
      self->taken[stays[i].figure] = first + stays[i].slot;
    }
}

/**
 * aph_slots_new:
 * @figures: the figures of a run
 *
 * Returns: (transfer full): the slots that its attempts took
 */
AphSlots *
aph_slots_new (const AphFigures *figures)
{
  g_autoptr (GArray) stays = NULL;
  AphSlots *self;
  Stay *all;

  g_return_val_if_fail (figures != NULL, NULL);

  self = g_new0 (AphSlots, 1);
  aph_figures_get_all (figures, &self->n_figures);
  stays = list_stays (figures);
  all = (Stay *) (gpointer) stays->data;
  self->slots = g_array_new (FALSE, FALSE, sizeof (AphSlot));
  self->positions = g_new (guint, MAX (stays->len, 1));
  self->taken = g_new (guint, MAX (self->n_figures, 1));
  self->places = g_new0 (guint, MAX (self->n_figures, 1));
  for (guint i = 0; i < self->n_figures; i++)
    self->taken[i] = G_MAXUINT;

  for (guint begin = 0, end; begin < stays->len; begin = end)
    {
      for (end = begin; end < stays->len && all[end].server == all[begin].server;)
        end++;
      add_slots (self, all + begin, end - begin, self->positions + begin);
    }

  return self;
}

void
aph_slots_free (AphSlots *self)
{
  g_array_unref (self->slots);
  g_free (self->positions);
  g_free (self->taken);
  g_free (self->places);
  g_free (self);
}

guint
aph_slots_get_n (const AphSlots *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->slots->len;
}

const AphSlot *
aph_slots_get (const AphSlots *self,
               guint           slot)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (slot < self->slots->len, NULL);

  return &g_array_index (self->slots, AphSlot, slot);
}

/**
 * aph_slots_find:
 * @self: slots
 * @figure: the position of an attempt
 * @slot: (out): the slot it took
 * @place: (out): its place among those that took it
 *
 * Returns: whether it took one: it was sent
 */
gboolean
aph_slots_find (const AphSlots *self,
                guint           figure,
                guint          *slot,
                guint          *place)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (slot != NULL && place != NULL, FALSE);

  if (figure >= self->n_figures || self->taken[figure] == G_MAXUINT)
    return FALSE;

  *slot = self->taken[figure];
  *place = self->places[figure];

  return TRUE;
}

/**
 * aph_slots_search:
 * @self: slots
 * @figures: the figures they are of
 * @slot: one of them
 * @time: a moment
 *
 * Returns: the place in @slot of the last attempt that was sent at @time or before; 0 if there is
 *   none
 */
guint
aph_slots_search (const AphSlots   *self,
                  const AphFigures *figures,
                  guint             slot,
                  gint64            time)
{
  const AphSlot *found = aph_slots_get (self, slot);
  guint n, low = 0, high;
  const AphFigure *all;

  g_return_val_if_fail (figures != NULL, 0);
  g_return_val_if_fail (found != NULL, 0);

  all = aph_figures_get_all (figures, &n);
  for (high = found->n_figures; high - low > 1;)
    {
      guint middle = low + (high - low) / 2;

      if (all[found->figures[middle]].times.sent <= time)
        low = middle;
      else
        high = middle;
    }

  return low;
}
