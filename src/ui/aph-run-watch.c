/* aph-run-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-watch"

#include "config.h"

#include "store/aph-job-list.h"
#include "ui/aph-figures-reading.h"
#include "ui/aph-run-watch.h"

/* How long one look may take. */
#define LOOK_US 3000

/* The clock is asked after so many jobs. */
#define JOBS_PER_STEP 64

/* More jobs than this are not drawn. */
#define MAX_JOBS 250000

/* To give out slots anew may take this part of the time. */
#define SLOTS_SHARE 15

/* Where jobs may have left a list that is backed by a store its figures are read again, but not
 * more often than this, and for a tenth of the time at most. */
#define READ_INTERVAL_US G_USEC_PER_SEC
#define READ_SHARE       10

/* What is known of a job. */
typedef struct
{
  AphJob *job;         /* (owned) */
  guint position;      /* of its last attempt in the figures */
  guint revision;
  guint pass;          /* the last one in which it was seen */
} Entry;

struct _AphRunWatch
{
  GObject parent_instance;

  GListModel *model;      /* (owned) (nullable) */
  gulong items_changed_id;

  AphFigures *figures;    /* (owned) */
  AphSlots *slots;        /* (owned) (nullable) until they are wanted */
  gboolean slots_late;
  gint64 slots_time;      /* when they were given out */
  gint64 slots_cost;

  GHashTable *entries;    /* of Entry, by job */
  GPtrArray *owners;      /* by position in the figures: the Entry whose last attempt it is */
  GPtrArray *running;     /* of Entry, not owned */

  guint next;             /* the item to look at next */
  guint pass;             /* counts how often we went through the list, from 1 */
  gboolean behind;        /* not all items were looked at since the list changed */
  gboolean may_have_lost; /* some are gone from the list */

  /* Of a list that is backed by a store, whose jobs are only there while somebody holds them: all
   * are read from the store once, and those that change are looked at. */
  AphJobList *list;       /* (nullable) the model, if it is one */
  AphJobQuery *query;     /* (owned) (nullable) what was read */
  GHashTable *positions;  /* (owned) (nullable) see AphFiguresReading */
  GHashTable *changed;    /* of AphJob: those that are to be looked at */
  GCancellable *reading;  /* (owned) (nullable) of the reading that goes on */
  gulong store_ids[3];    /* of the handlers at the store */
  gboolean is_new;        /* all was read since the last look */
  gint64 read_began;
  gint64 next_read;
  AphJob *asked;          /* (owned) (nullable) the one that was asked for last */
  gboolean is_active;
};

G_DEFINE_FINAL_TYPE (AphRunWatch, aph_run_watch, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->job);
  g_free (entry);
}

static void
note_figure (AphRunWatch *self,
             Entry       *entry)
{
  guint n;

  /* Its former attempts have no owner of their own. */
  aph_figures_get_all (self->figures, &n);
  g_ptr_array_set_size (self->owners, n);
  g_ptr_array_index (self->owners, entry->position) = entry;
}

static void
add_job (AphRunWatch *self,
         AphJob      *job)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->job = g_object_ref (job);
  entry->revision = aph_job_get_revision (job);
  entry->pass = self->pass;
  entry->position = aph_figures_add_job (self->figures, job);
  note_figure (self, entry);
  g_hash_table_insert (self->entries, job, entry);
  if (aph_job_is_running (job))
    g_ptr_array_add (self->running, entry);
}

static AphRunChange
look_at_entry (AphRunWatch *self,
               Entry       *entry)
{
  guint revision = aph_job_get_revision (entry->job);
  guint state, n;

  if (revision == entry->revision)
    return APH_RUN_UNCHANGED;

  state = aph_figures_get_all (self->figures, &n)[entry->position].state;
  entry->revision = revision;
  if (!aph_figures_update_job (self->figures, entry->position, entry->job)
      && state == (guint) aph_job_get_state (entry->job))
    return APH_RUN_GREW;

  note_figure (self, entry);
  g_ptr_array_remove_fast (self->running, entry);
  if (aph_job_is_running (entry->job))
    g_ptr_array_add (self->running, entry);

  return APH_RUN_CHANGED;
}

/* MAX() would look twice. */
static void
add_change (AphRunChange *change,
            AphRunChange  more)
{
  *change = MAX (*change, more);
}

static AphRunChange
look_at_item (AphRunWatch *self,
              guint        i)
{
  g_autoptr (AphJob) job = g_list_model_get_item (self->model, i);
  Entry *entry = g_hash_table_lookup (self->entries, job);

  if (entry == NULL)
    {
      add_job (self, job);
      return APH_RUN_CHANGED;
    }
  entry->pass = self->pass;

  return look_at_entry (self, entry);
}

static AphRunChange
look_at_running (AphRunWatch *self)
{
  AphRunChange change = APH_RUN_UNCHANGED;

  for (guint i = self->running->len; i-- > 0;)
    add_change (&change, look_at_entry (self, g_ptr_array_index (self->running, i)));

  return change;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const Entry *x = *(const Entry *const *) a;
  const Entry *y = *(const Entry *const *) b;

  return (x->position > y->position) - (x->position < y->position);
}

/* Figures cannot be taken out: those that stay are read anew. */
static void
drop_lost (AphRunWatch *self)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  GHashTableIter iter;
  Entry *entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (entry->pass == self->pass)
      g_ptr_array_add (kept, entry);
    else
      {
        g_ptr_array_remove_fast (self->running, entry);
        g_hash_table_iter_remove (&iter);
      }

  g_ptr_array_sort (kept, compare_entries);
  g_clear_pointer (&self->slots, aph_slots_free);
  aph_figures_unref (self->figures);
  self->figures = aph_figures_new ();
  g_ptr_array_set_size (self->owners, 0);
  for (guint i = 0; i < kept->len; i++)
    {
      entry = g_ptr_array_index (kept, i);
      entry->revision = aph_job_get_revision (entry->job);
      entry->position = aph_figures_add_job (self->figures, entry->job);
      note_figure (self, entry);
    }
}

static void
begin_pass (AphRunWatch *self)
{
  self->next = 0;
  self->pass++;
}

static AphRunChange
look_at_items (AphRunWatch *self,
               gint64       deadline)
{
  guint n = MIN (g_list_model_get_n_items (self->model), MAX_JOBS);
  AphRunChange change = APH_RUN_UNCHANGED;

  for (guint i = 0; i < n; i++)
    {
      if (self->next >= n)
        break;
      add_change (&change, look_at_item (self, self->next++));
      if (i % JOBS_PER_STEP == JOBS_PER_STEP - 1 && g_get_monotonic_time () > deadline)
        return change;
    }

  if (self->next >= n)
    {
      if (self->may_have_lost && g_hash_table_size (self->entries) != n)
        {
          drop_lost (self);
          change = APH_RUN_CHANGED;
        }
      self->may_have_lost = FALSE;
      self->behind = FALSE;
      begin_pass (self);
    }

  return change;
}

static void
forget_all (AphRunWatch *self)
{
  g_ptr_array_set_size (self->running, 0);
  g_ptr_array_set_size (self->owners, 0);
  g_hash_table_remove_all (self->entries);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_clear_pointer (&self->slots, aph_slots_free);
  g_clear_pointer (&self->figures, aph_figures_unref);
  self->figures = aph_figures_new ();
}

/* A list that is backed by a store */

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  AphRunWatch *self = g_task_get_source_object (task);
  AphFiguresReading *reading = g_task_get_task_data (task);
  guint n;

  gboolean is_read = aph_store_for_each_finish (APH_STORE (source), result, NULL);

  /* That is all for the task: it only carried what was read. */
  g_task_return_boolean (task, is_read);
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return;

  g_clear_object (&self->reading);
  self->next_read = g_get_monotonic_time ();
  self->next_read += MAX (READ_INTERVAL_US, READ_SHARE * (self->next_read - self->read_began));
  if (!is_read)
    return;

  forget_all (self);
  aph_figures_unref (self->figures);
  self->figures = aph_figures_ref (reading->figures);
  self->positions = g_hash_table_ref (reading->positions);
  aph_figures_get_all (self->figures, &n);
  g_ptr_array_set_size (self->owners, n);
  self->behind = TRUE;
  self->is_new = TRUE;
  begin_pass (self);
}

static void
read_store (AphRunWatch *self)
{
  g_autoptr (GTask) task = NULL;
  AphFiguresReading *reading = aph_figures_reading_new (MAX_JOBS);

  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->may_have_lost = FALSE;
  self->read_began = g_get_monotonic_time ();

  g_clear_pointer (&self->query, aph_job_query_free);
  self->query = aph_job_query_copy (aph_job_list_get_query (self->list));
  self->reading = g_cancellable_new ();
  task = g_task_new (self, self->reading, NULL, NULL);
  g_task_set_source_tag (task, read_store);
  g_task_set_task_data (task, reading, aph_figures_reading_free);
  aph_store_for_each_async (aph_job_list_get_store (self->list), self->query, FALSE,
                            aph_figures_reading_add_job,
                            reading, NULL, self->reading, read_cb, g_object_ref (task));
}

/* A job whose figures were read is alive: from now on it is looked at. */
static Entry *
adopt_job (AphRunWatch *self,
           AphJob      *job,
           guint        position)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->job = g_object_ref (job);
  entry->position = position;
  /* Whatever it was, it is looked at now. */
  entry->revision = aph_job_get_revision (job) - 1;
  g_hash_table_insert (self->entries, job, entry);
  note_figure (self, entry);
  if (aph_job_is_running (job))
    g_ptr_array_add (self->running, entry);

  return entry;
}

static AphRunChange
look_at_changed_job (AphRunWatch *self,
                     AphJob      *job)
{
  Entry *entry = g_hash_table_lookup (self->entries, job);
  guint64 id = aph_job_get_id (job);
  gpointer position;

  if (entry == NULL && g_hash_table_lookup_extended (self->positions, &id, NULL, &position))
    entry = adopt_job (self, job, GPOINTER_TO_UINT (position));
  if (entry != NULL)
    return look_at_entry (self, entry);

  if (!aph_job_query_matches (self->query, job))
    return APH_RUN_UNCHANGED;

  add_job (self, job);
  entry = g_hash_table_lookup (self->entries, job);
  g_hash_table_insert (self->positions, g_memdup2 (&id, sizeof id),
                       GUINT_TO_POINTER (entry->position));

  return APH_RUN_CHANGED;
}

/* Those that were running when all was read. */
static AphRunChange
look_for_living (AphRunWatch *self,
                 gint64       deadline)
{
  AphStore *store = aph_job_list_get_store (self->list);
  AphRunChange change = APH_RUN_UNCHANGED;
  guint n;

  aph_figures_get_all (self->figures, &n);
  while (self->next < n)
    {
      const AphFigure *figure = &aph_figures_get_all (self->figures, &n)[self->next];
      guint position = self->next++;
      AphJob *job;

      if (figure->is_former || (1u << figure->state) & APH_STATES_ENDED)
        continue;
      job = aph_store_peek_job (store, figure->job);
      if (job != NULL && aph_job_is_running (job) && !g_hash_table_contains (self->entries, job))
        add_change (&change, look_at_entry (self, adopt_job (self, job, position)));
      if (position % JOBS_PER_STEP == 0 && g_get_monotonic_time () > deadline)
        return change;
    }
  self->behind = FALSE;

  return change;
}

/* What has ended is in the store: nobody has to hold it. */
static void
let_go_of_ended (AphRunWatch *self)
{
  GHashTableIter iter;
  Entry *entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (aph_job_is_ended (entry->job))
      {
        g_ptr_array_remove_fast (self->running, entry);
        g_ptr_array_index (self->owners, entry->position) = NULL;
        g_hash_table_iter_remove (&iter);
      }
}

static AphRunChange
look_at_store (AphRunWatch *self)
{
  AphRunChange change = self->is_new ? APH_RUN_CHANGED : APH_RUN_UNCHANGED;
  GHashTableIter iter;
  gpointer job;

  if (self->reading == NULL
      && (self->query == NULL
          || !aph_job_query_equal (self->query, aph_job_list_get_query (self->list))
          || (self->may_have_lost && g_get_monotonic_time () >= self->next_read)))
    read_store (self);
  if (self->positions == NULL)
    return APH_RUN_UNCHANGED;

  self->is_new = FALSE;
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    add_change (&change, look_at_changed_job (self, job));
  g_hash_table_remove_all (self->changed);
  add_change (&change, look_at_running (self));
  add_change (&change, look_for_living (self, g_get_monotonic_time () + LOOK_US));
  let_go_of_ended (self);

  return change;
}

static void
job_changed_cb (AphRunWatch *self,
                AphJob      *job)
{
  g_hash_table_add (self->changed, g_object_ref (job));
}

static void
store_reset_cb (AphRunWatch *self)
{
  self->may_have_lost = TRUE;
}

static void
connect_store (AphRunWatch *self)
{
  AphStore *store = aph_job_list_get_store (self->list);

  self->store_ids[0] = g_signal_connect_swapped (store, "job-changed",
                                                 G_CALLBACK (job_changed_cb), self);
  self->store_ids[1] = g_signal_connect_swapped (store, "jobs-removed",
                                                 G_CALLBACK (store_reset_cb), self);
  self->store_ids[2] = g_signal_connect_swapped (store, "reset",
                                                 G_CALLBACK (store_reset_cb), self);
}

static void
disconnect_store (AphRunWatch *self)
{
  if (self->list == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (self->store_ids); i++)
    g_clear_signal_handler (&self->store_ids[i], aph_job_list_get_store (self->list));
  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->query, aph_job_query_free);
  g_hash_table_remove_all (self->changed);
}

static void
items_changed_cb (AphRunWatch *self,
                  guint        position,
                  guint        removed,
                  guint        added)
{
  if (self->list != NULL)
    {
      /* What is added waits, and tells of itself when it is sent. */
      if (removed > 0)
        self->may_have_lost = TRUE;
      return;
    }

  self->behind = TRUE;
  if (removed > 0)
    {
      self->may_have_lost = TRUE;
      begin_pass (self);
    }
  else if (position < self->next)
    begin_pass (self);
}

static void
aph_run_watch_dispose (GObject *object)
{
  AphRunWatch *self = APH_RUN_WATCH (object);

  disconnect_store (self);
  self->list = NULL;
  g_clear_object (&self->asked);
  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (aph_run_watch_parent_class)->dispose (object);
}

static void
aph_run_watch_finalize (GObject *object)
{
  AphRunWatch *self = APH_RUN_WATCH (object);

  g_clear_pointer (&self->slots, aph_slots_free);
  g_clear_pointer (&self->figures, aph_figures_unref);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  g_clear_pointer (&self->owners, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_clear_pointer (&self->changed, g_hash_table_unref);

  G_OBJECT_CLASS (aph_run_watch_parent_class)->finalize (object);
}

static void
aph_run_watch_class_init (AphRunWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_run_watch_dispose;
  object_class->finalize = aph_run_watch_finalize;
}

static void
aph_run_watch_init (AphRunWatch *self)
{
  self->figures = aph_figures_new ();
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  self->changed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->owners = g_ptr_array_new ();
  self->running = g_ptr_array_new ();
  self->pass = 1;
}

/**
 * aph_run_watch_new:
 *
 * Returns: (transfer full): a watch over nothing
 */
AphRunWatch *
aph_run_watch_new (void)
{
  return g_object_new (APH_TYPE_RUN_WATCH, NULL);
}

/**
 * aph_run_watch_set_model:
 * @self: a watch
 * @model: (nullable): of #AphJob; the first 250,000 of them are watched. The figures of an
 *   #AphJobList are read from its store.
 */
void
aph_run_watch_set_model (AphRunWatch *self,
                         GListModel  *model)
{
  g_return_if_fail (APH_IS_RUN_WATCH (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;

  disconnect_store (self);
  self->list = NULL;
  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed",
                                                       G_CALLBACK (items_changed_cb), self);
  forget_all (self);
  self->behind = TRUE;
  begin_pass (self);
  if (APH_IS_JOB_LIST (model))
    {
      self->list = APH_JOB_LIST (model);
      if (self->is_active)
        connect_store (self);
    }
}

/**
 * aph_run_watch_set_active:
 * @self: a watch
 * @active: whether somebody looks
 *
 * A watch that nobody looks at holds no jobs of a store and hears nothing of it.
 */
void
aph_run_watch_set_active (AphRunWatch *self,
                          gboolean     active)
{
  g_return_if_fail (APH_IS_RUN_WATCH (self));

  if (self->is_active == active)
    return;

  self->is_active = active;
  if (self->list == NULL)
    return;

  if (active)
    connect_store (self);
  else
    {
      /* What was read stays to be seen until it is read anew; but the jobs are let go of. */
      disconnect_store (self);
      g_ptr_array_set_size (self->running, 0);
      g_hash_table_remove_all (self->entries);
      for (guint i = 0; i < self->owners->len; i++)
        g_ptr_array_index (self->owners, i) = NULL;
    }
}

/**
 * aph_run_watch_look:
 * @self: a watch
 *
 * Looks what is new, for a few milliseconds at most.
 *
 * Returns: what was found
 */
AphRunChange
aph_run_watch_look (AphRunWatch *self)
{
  AphRunChange change;

  g_return_val_if_fail (APH_IS_RUN_WATCH (self), APH_RUN_UNCHANGED);

  if (self->model == NULL)
    return APH_RUN_UNCHANGED;

  if (self->list != NULL)
    change = look_at_store (self);
  else
    {
      change = look_at_running (self);
      add_change (&change, look_at_items (self, g_get_monotonic_time () + LOOK_US));
    }
  if (change == APH_RUN_CHANGED)
    self->slots_late = TRUE;

  return change;
}

/**
 * aph_run_watch_is_behind:
 * @self: a watch
 *
 * Returns: whether there is more to look at than there was time for: look again soon
 */
gboolean
aph_run_watch_is_behind (AphRunWatch *self)
{
  g_return_val_if_fail (APH_IS_RUN_WATCH (self), FALSE);

  return self->behind || self->slots_late || self->reading != NULL || self->may_have_lost;
}

/**
 * aph_run_watch_get_figures:
 * @self: a watch
 *
 * Returns: (transfer none): the figures as of the last look
 */
AphFigures *
aph_run_watch_get_figures (AphRunWatch *self)
{
  g_return_val_if_fail (APH_IS_RUN_WATCH (self), NULL);

  return self->figures;
}

/**
 * aph_run_watch_get_slots:
 * @self: a watch
 *
 * Returns: (transfer none): the slots that the attempts took. Where there are very many attempts
 *   the newest may not be among them yet.
 */
AphSlots *
aph_run_watch_get_slots (AphRunWatch *self)
{
  gint64 now = g_get_monotonic_time ();

  g_return_val_if_fail (APH_IS_RUN_WATCH (self), NULL);

  if (self->slots != NULL
      && (!self->slots_late || now < self->slots_time + SLOTS_SHARE * self->slots_cost))
    return self->slots;

  g_clear_pointer (&self->slots, aph_slots_free);
  self->slots = aph_slots_new (self->figures);
  self->slots_late = FALSE;
  self->slots_time = g_get_monotonic_time ();
  self->slots_cost = self->slots_time - now;

  return self->slots;
}

/**
 * aph_run_watch_get_job:
 * @self: a watch
 * @figure: a position in the figures
 *
 * Returns: (transfer none) (nullable): the job whose attempt it is
 */
AphJob *
aph_run_watch_get_job (AphRunWatch *self,
                       guint        figure)
{
  const AphFigure *all;
  guint n;
  Entry *entry;

  g_return_val_if_fail (APH_IS_RUN_WATCH (self), NULL);

  all = aph_figures_get_all (self->figures, &n);
  if (figure >= n)
    return NULL;
  entry = g_ptr_array_index (self->owners, figure);
  if (entry != NULL)
    return entry->job;
  if (self->list != NULL)
    {
      /* It is loaded a moment later, as long as somebody holds it. */
      g_clear_object (&self->asked);
      self->asked = aph_store_get_job (aph_job_list_get_store (self->list), all[figure].job);
      return self->asked;
    }

  /* A former attempt: they are few. */
  for (guint i = 0; i < n; i++)
    {
      entry = g_ptr_array_index (self->owners, i);
      if (entry != NULL && all[i].index == all[figure].index)
        return entry->job;
    }

  return NULL;
}

/**
 * aph_run_watch_get_n_running:
 * @self: a watch
 *
 * Returns: how many attempts run, as of the last look
 */
guint
aph_run_watch_get_n_running (AphRunWatch *self)
{
  g_return_val_if_fail (APH_IS_RUN_WATCH (self), 0);

  return self->running->len;
}
