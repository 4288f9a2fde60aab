/* aph-run-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-run-watch"

#include "config.h"

#include "ui/aph-run-watch.h"

/* How long one look may take. */
#define LOOK_US 3000

/* The clock is asked after so many jobs. */
#define JOBS_PER_STEP 64

/* More jobs than this are not drawn. */
#define MAX_JOBS 250000

/* To give out slots anew may take this part of the time. */
#define SLOTS_SHARE 15

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
items_changed_cb (AphRunWatch *self,
                  guint        position,
                  guint        removed,
                  guint        added)
{
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
forget_all (AphRunWatch *self)
{
  g_ptr_array_set_size (self->running, 0);
  g_ptr_array_set_size (self->owners, 0);
  g_hash_table_remove_all (self->entries);
  g_clear_pointer (&self->slots, aph_slots_free);
  g_clear_pointer (&self->figures, aph_figures_unref);
  self->figures = aph_figures_new ();
}

static void
aph_run_watch_dispose (GObject *object)
{
  AphRunWatch *self = APH_RUN_WATCH (object);

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
 * @model: (nullable): of #AphJob; the first 250,000 of them are watched
 */
void
aph_run_watch_set_model (AphRunWatch *self,
                         GListModel  *model)
{
  g_return_if_fail (APH_IS_RUN_WATCH (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;

  if (self->model != NULL)
    g_clear_signal_handler (&self->items_changed_id, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed",
                                                       G_CALLBACK (items_changed_cb), self);
  forget_all (self);
  self->behind = TRUE;
  begin_pass (self);
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

  change = look_at_running (self);
  add_change (&change, look_at_items (self, g_get_monotonic_time () + LOOK_US));
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

  return self->behind || self->slots_late;
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
