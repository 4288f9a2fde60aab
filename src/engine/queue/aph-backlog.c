/* aph-backlog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-backlog"

#include "config.h"

#include "queue/aph-backlog.h"

/* The jobs of one batch within a group. */
typedef struct
{
  guint64 batch;
  guint64 turn;    /* how many it has had */
  GQueue jobs;     /* of AphJob, each a reference */
} Line;

typedef struct
{
  char *key;       /* model and load key; also the key in the table */
  char *model;
  GQueue lines;    /* of Line, owned */
  guint64 turn;    /* that of the line that had the last one */
  guint n_takers;  /* lanes that work on this group */
} Group;

/* Where a waiting job is. */
typedef struct
{
  GQueue *queue;   /* (not owned) a line's, or the urgent one */
  Group *group;    /* (not owned) (nullable) */
  Line *line;      /* (not owned) (nullable) */
  GList *link;     /* (not owned) */
} Place;

struct _AphBacklog
{
  GHashTable *groups;  /* key -> Group, owned here */
  GQueue order;        /* of Group, oldest first */
  GQueue urgent;       /* of AphJob, each a reference */
  GHashTable *places;  /* AphJob (not owned) -> Place */
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_queue_clear_full (&line->jobs, g_object_unref);
  g_free (line);
}

static void
group_free (Group *group)
{
  g_queue_clear_full (&group->lines, line_free);
  g_free (group->model);
  g_free (group->key);
  g_free (group);
}

/**
 * aph_backlog_new:
 *
 * Returns: (transfer full): an empty backlog
 */
AphBacklog *
aph_backlog_new (void)
{
  AphBacklog *self = g_new0 (AphBacklog, 1);

  self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) group_free);
  self->places = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_queue_init (&self->order);
  g_queue_init (&self->urgent);

  return self;
}

void
aph_backlog_free (AphBacklog *self)
{
  g_hash_table_unref (self->places);
  g_queue_clear_full (&self->urgent, g_object_unref);
  g_queue_clear (&self->order);
  g_hash_table_unref (self->groups);
  g_free (self);
}

static Group *
ensure_group (AphBacklog *self,
              AphJob     *job)
{
  AphRequest *request = aph_job_get_request (job);
  g_autofree char *key = aph_request_dup_load_key (request);
  Group *group = g_hash_table_lookup (self->groups, key);

  if (group == NULL)
    {
      group = g_new0 (Group, 1);
      group->key = g_steal_pointer (&key);
      group->model = g_strdup (aph_request_get_model (request));
      g_queue_init (&group->lines);
      g_hash_table_insert (self->groups, group->key, group);
      g_queue_push_tail (&self->order, group);
    }

  return group;
}

static Line *
ensure_line (Group  *group,
             AphJob *job)
{
  guint64 batch = aph_job_get_batch (job);
  Line *line;

  for (GList *link = group->lines.head; link != NULL; link = link->next)
    {
      line = link->data;
      if (line->batch == batch)
        return line;
    }

  line = g_new0 (Line, 1);
  line->batch = batch;
  line->turn = group->turn;
  g_queue_init (&line->jobs);
  g_queue_push_tail (&group->lines, line);

  return line;
}

/* While somebody works on it, it stays: a job of it may come back, and whose model is loaded where
 * would be forgotten. */
static void
drop_if_unused (AphBacklog *self,
                Group      *group)
{
  if (!g_queue_is_empty (&group->lines) || group->n_takers > 0)
    return;

  g_queue_remove (&self->order, group);
  g_hash_table_remove (self->groups, group->key);
}

static void
drop_if_empty (AphBacklog *self,
               Group      *group,
               Line       *line)
{
  if (!g_queue_is_empty (&line->jobs))
    return;

  g_queue_remove (&group->lines, line);
  line_free (line);
  drop_if_unused (self, group);
}

static void
remember (AphBacklog *self,
          GQueue     *queue,
          Group      *group,
          Line       *line,
          GList      *link)
{
  Place *place = g_new (Place, 1);

  *place = (Place) { .queue = queue, .group = group, .line = line, .link = link };
  g_hash_table_insert (self->places, link->data, place);
}

/* The first of @queue whose turn is after that of @job. Most come in their order. */
static GList *
find_next (GQueue *queue,
           AphJob *job)
{
  GList *next = queue->head;

  if (queue->tail == NULL || aph_job_compare_turns (queue->tail->data, job) <= 0)
    return NULL;

  while (aph_job_compare_turns (next->data, job) <= 0)
    next = next->next;

  return next;
}

static void
insert (AphBacklog *self,
        GQueue     *queue,
        Group      *group,
        Line       *line,
        AphJob     *job)
{
  GList *next = find_next (queue, job);

  g_assert (!aph_backlog_contains (self, job));

  g_queue_insert_before (queue, next, g_object_ref (job));
  remember (self, queue, group, line, next != NULL ? next->prev : queue->tail);
}

/**
 * aph_backlog_add:
 * @self: a backlog
 * @job: a waiting job with a model, new or given back
 *
 * It waits at its place among those of its group and batch, or among those that are urgent.
 */
void
aph_backlog_add (AphBacklog *self,
                 AphJob     *job)
{
  Group *group;
  Line *line;

  if (aph_job_get_urgent (job) > 0)
    {
      insert (self, &self->urgent, NULL, NULL, job);
      return;
    }

  group = ensure_group (self, job);
  line = ensure_line (group, job);
  insert (self, &line->jobs, group, line, job);
}

/**
 * aph_backlog_put_first:
 * @self: a backlog
 * @job: a waiting job with a model, in the backlog or not
 *
 * It is the next to be sent.
 */
void
aph_backlog_put_first (AphBacklog *self,
                       AphJob     *job)
{
  AphJob *first;

  g_object_ref (job);
  aph_backlog_remove (self, job);
  first = g_queue_peek_head (&self->urgent);
  aph_job_set_urgent (job, MAX (aph_job_get_urgent (job),
                                first != NULL ? aph_job_get_urgent (first) + 1 : 1));
  insert (self, &self->urgent, NULL, NULL, job);
  g_object_unref (job);
}

/**
 * aph_backlog_remove:
 * @self: a backlog
 * @job: a job
 *
 * Returns: whether it was there
 */
gboolean
aph_backlog_remove (AphBacklog *self,
                    AphJob     *job)
{
  Place *place = g_hash_table_lookup (self->places, job);

  if (place == NULL)
    return FALSE;

  g_queue_delete_link (place->queue, place->link);
  if (place->group != NULL)
    drop_if_empty (self, place->group, place->line);
  g_hash_table_remove (self->places, job);
  g_object_unref (job);

  return TRUE;
}

static int
compare_cb (gconstpointer a,
            gconstpointer b)
{
  return aph_job_compare_turns (*(AphJob *const *) a, *(AphJob *const *) b);
}

/* As aph_backlog_remove(), but where it was stays, even if nothing is left there.
 * Returns: (transfer full) (nullable): @job, if it was there */
static AphJob *
lift (AphBacklog *self,
      AphJob     *job)
{
  Place *place = g_hash_table_lookup (self->places, job);

  if (place == NULL)
    return NULL;

  g_queue_delete_link (place->queue, place->link);
  g_hash_table_remove (self->places, job);

  return job;
}

static void
drop_all_empty (AphBacklog *self)
{
  GList *next_group;

  for (GList *link = self->order.head; link != NULL; link = next_group)
    {
      Group *group = link->data;
      g_autoptr (GList) lines = g_list_copy (group->lines.head);

      next_group = link->next;
      for (GList *line = lines; line != NULL; line = line->next)
        drop_if_empty (self, group, line->data);
    }
}

/**
 * aph_backlog_reorder:
 * @self: a backlog
 * @jobs: (element-type AphJob): all jobs whose places have changed; nothing happens to those that
 *   are not there
 *
 * All are taken out before the first is put in, since no job finds its place among others that are
 * not in theirs. Whose turn it is stays as it was.
 */
void
aph_backlog_reorder (AphBacklog *self,
                     GPtrArray  *jobs)
{
  g_autoptr (GPtrArray) lifted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = lift (self, g_ptr_array_index (jobs, i));

      if (job != NULL)
        g_ptr_array_add (lifted, job);
    }
  g_ptr_array_sort (lifted, compare_cb);
  for (guint i = 0; i < lifted->len; i++)
    aph_backlog_add (self, g_ptr_array_index (lifted, i));
  drop_all_empty (self);
}

gboolean
aph_backlog_contains (AphBacklog *self,
                      AphJob     *job)
{
  return g_hash_table_contains (self->places, job);
}

guint
aph_backlog_get_length (AphBacklog *self)
{
  return g_hash_table_size (self->places);
}

static AphJob *
take_link (AphBacklog *self,
           GList      *link)
{
  AphJob *job = g_object_ref (link->data);

  aph_backlog_remove (self, job);

  return job;
}

static AphJob *
take_urgent (AphBacklog     *self,
             AphModelFilter  filter,
             gpointer        user_data)
{
  for (GList *link = self->urgent.head; link != NULL; link = link->next)
    if (filter (aph_request_get_model (aph_job_get_request (link->data)), user_data))
      return take_link (self, link);

  return NULL;
}

/* The group to go on with, or else the oldest one; one that nobody works on is better still,
 * since two servers on one group load its model twice. */
static Group *
choose_group (AphBacklog     *self,
              const char     *current,
              AphModelFilter  filter,
              gpointer        user_data)
{
  Group *group = current != NULL ? g_hash_table_lookup (self->groups, current) : NULL;
  Group *shared = NULL;

  if (group != NULL && !g_queue_is_empty (&group->lines) && filter (group->model, user_data))
    return group;

  for (GList *link = self->order.head; link != NULL; link = link->next)
    {
      group = link->data;
      if (g_queue_is_empty (&group->lines) || !filter (group->model, user_data))
        continue;
      if (group->n_takers == 0)
        return group;
      if (shared == NULL)
        shared = group;
    }

  return shared;
}

static gboolean
is_before (const Line *line,
           const Line *other)
{
  if (line->turn != other->turn)
    return line->turn < other->turn;

  return aph_job_compare_turns (g_queue_peek_head ((GQueue *) &line->jobs),
                                g_queue_peek_head ((GQueue *) &other->jobs)) < 0;
}

/* The batches of a group take turns, each time in the order of what they have next. */
static AphJob *
take_turn (AphBacklog *self,
           Group      *group)
{
  Line *line = group->lines.head->data;

  for (GList *link = group->lines.head->next; link != NULL; link = link->next)
    if (is_before (link->data, line))
      line = link->data;
  group->turn = line->turn++;

  return take_link (self, line->jobs.head);
}

/**
 * aph_backlog_take:
 * @self: a backlog
 * @group: (inout) (nullable): the group that the caller took its last job from, or %NULL; to be
 *   handed to aph_backlog_leave() in the end
 * @filter: which models the caller can use
 * @user_data: for @filter
 *
 * Returns: (transfer full) (nullable): the next job, or %NULL if none suits
 */
AphJob *
aph_backlog_take (AphBacklog      *self,
                  char           **group,
                  AphModelFilter   filter,
                  gpointer         user_data)
{
  AphJob *job = take_urgent (self, filter, user_data);
  Group *chosen;

  if (job != NULL)
    return job;

  chosen = choose_group (self, *group, filter, user_data);
  if (chosen == NULL)
    return NULL;

  if (g_strcmp0 (*group, chosen->key) != 0)
    {
      aph_backlog_leave (self, group);
      chosen->n_takers++;
      *group = g_strdup (chosen->key);
    }

  return take_turn (self, chosen);
}

/**
 * aph_backlog_give_back:
 * @self: a backlog
 * @job: what aph_backlog_take() has just returned
 *
 * It was not sent after all: it waits at its place again, and its batch has not had its turn.
 */
void
aph_backlog_give_back (AphBacklog *self,
                       AphJob     *job)
{
  const Place *place;

  aph_backlog_add (self, job);
  place = g_hash_table_lookup (self->places, job);
  /* A line of one is a new one, and has had no turn. */
  if (place->line != NULL && place->line->jobs.length > 1)
    place->line->turn--;
}

/**
 * aph_backlog_leave:
 * @self: a backlog
 * @group: (inout) (nullable): a group from aph_backlog_take(); %NULL afterwards
 *
 * The caller works on that group no more.
 */
void
aph_backlog_leave (AphBacklog  *self,
                   char       **group)
{
  Group *left = *group != NULL ? g_hash_table_lookup (self->groups, *group) : NULL;

  if (left != NULL && left->n_takers > 0)
    {
      left->n_takers--;
      drop_if_unused (self, left);
    }
  g_clear_pointer (group, g_free);
}

/**
 * aph_backlog_take_all:
 * @self: a backlog
 *
 * Returns: (transfer full) (element-type AphJob): all that waited, in the order of their turns; the
 *   backlog is empty
 */
GPtrArray *
aph_backlog_take_all (AphBacklog *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    g_ptr_array_add (jobs, g_object_ref (job));

  for (guint i = 0; i < jobs->len; i++)
    aph_backlog_remove (self, g_ptr_array_index (jobs, i));
  g_ptr_array_sort (jobs, compare_cb);

  return jobs;
}
