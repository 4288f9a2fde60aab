/* aph-job-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-job-list"

#include "config.h"

#include <string.h>

#include "store/aph-job-list.h"
#include "store/aph-job-order.h"
#include "store/aph-job-query-sql.h"

/* Changes within this time are one, in milliseconds. */
#define SETTLE_MILLISECONDS 50

/* A query that has to be asked again is, but it may keep its thread busy a fifth of the time at
 * most, and not more often than this, in milliseconds. */
#define LEAST_PAUSE 300
#define PAUSE_FACTOR 4

/* A longer list is not gone through in the main loop. */
#define MAX_WALK 10000

/* More than are seen at once. */
#define FIRST_ROWS 256

struct _AphJobList
{
  GObject parent_instance;

  AphStore *store;
  AphJobQuery *query;
  AphJobOrder order;        /* of the rows, if they are in that of the queue; see get_order() */
  GArray *ids;              /* of guint64 */
  gboolean is_current;      /* they are those of the query, not of one before */

  GCancellable *asking;     /* (nullable) the question under way */
  gint64 asked;             /* when, on the monotonic clock */
  gint64 duration;          /* of the last one, in microseconds */
  gint64 answered;
  guint ask_source;
  gboolean is_behind;       /* the question under way came before all was on disk */

  GHashTable *changed;      /* number -> whether it fits: to be put right, in the list that is or
                             * in the one that comes */
  guint settle_source;
};

enum
{
  PROP_0,
  PROP_LOADING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void aph_job_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AphJobList, aph_job_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      aph_job_list_list_model_init))

/* The model */

static GType
aph_job_list_get_item_type (GListModel *model)
{
  return APH_TYPE_JOB;
}

static guint
aph_job_list_get_n_items (GListModel *model)
{
  return APH_JOB_LIST (model)->ids->len;
}

static gpointer
aph_job_list_get_item (GListModel *model,
                       guint       position)
{
  AphJobList *self = APH_JOB_LIST (model);

  return position < self->ids->len
           ? aph_store_get_job (self->store, g_array_index (self->ids, guint64, position)) : NULL;
}

static void
aph_job_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item = aph_job_list_get_item;
  iface->get_item_type = aph_job_list_get_item_type;
  iface->get_n_items = aph_job_list_get_n_items;
}

/* The only place where the list changes as a whole: what is the same at both ends stays. */
static void
take_ids (AphJobList *self,
          GArray     *ids)
{
  g_autoptr (GArray) old = self->ids;
  const guint64 *a = (const guint64 *) (gpointer) old->data;
  const guint64 *b = (const guint64 *) (gpointer) ids->data;
  guint shorter = MIN (old->len, ids->len);
  guint n_before = 0;
  guint n_after = 0;
  guint n_removed, n_added;

  while (n_before < shorter && a[n_before] == b[n_before])
    n_before++;
  while (n_after < shorter - n_before
         && a[old->len - 1 - n_after] == b[ids->len - 1 - n_after])
    n_after++;

  n_removed = old->len - n_before - n_after;
  n_added = ids->len - n_before - n_after;
  self->ids = g_array_ref (ids);
  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, n_removed, n_added);
}

/* Whether the rows are in the order of the queue. */
static gboolean
is_by_place (AphJobList *self)
{
  return self->query->sort == APH_SORT_INPUT;
}

static const AphJobOrder *
get_order (AphJobList *self)
{
  self->order = (AphJobOrder) { self->store, self->query->descending };

  return &self->order;
}

/* Whether a job can be put into its place without asking the database. */
static gboolean
is_by_input (AphJobList *self)
{
  return is_by_place (self)
         && (self->query->search == NULL || *self->query->search == '\0');
}

/* Where @id is, or would have to be, in @ids. */
static guint
find_place (AphJobList *self,
            GArray     *ids,
            guint64     id)
{
  return aph_job_order_find (get_order (self), ids, id);
}

static int
compare_cb (gconstpointer a,
            gconstpointer b,
            gpointer      user_data)
{
  return aph_job_order_compare (user_data, *(const guint64 *) a, *(const guint64 *) b);
}

/* @ids without what has changed, and then with what of that fits. */
static GArray *
put_right (AphJobList *self,
           GArray     *ids)
{
  GArray *right = g_array_sized_new (FALSE, FALSE, sizeof (guint64),
                                     ids->len + g_hash_table_size (self->changed));
  g_autoptr (GArray) fitting = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer key, fits;
  guint next = 0;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &key, &fits))
    {
      guint64 id = GPOINTER_TO_SIZE (key);

      g_array_append_val (fitting, id);
    }
  g_array_sort_with_data (fitting, compare_cb, (gpointer) get_order (self));

  for (guint i = 0; i < fitting->len; i++)
    {
      guint64 id = g_array_index (fitting, guint64, i);
      guint place = find_place (self, ids, id);

      if (place > next)
        g_array_append_vals (right, &g_array_index (ids, guint64, next), place - next);
      next = MAX (next, place);
      if (next < ids->len && g_array_index (ids, guint64, next) == id)
        next++;
      if (GPOINTER_TO_INT (g_hash_table_lookup (self->changed, GSIZE_TO_POINTER (id))))
        g_array_append_val (right, id);
    }
  if (next < ids->len)
    g_array_append_vals (right, &g_array_index (ids, guint64, next), ids->len - next);

  return right;
}

static void
settle (AphJobList *self)
{
  g_autoptr (GArray) right = NULL;

  if (!self->is_current || g_hash_table_size (self->changed) == 0)
    return;

  /* The answer that is under way is to be put right, too. */
  right = put_right (self, self->ids);
  if (self->asking == NULL)
    g_hash_table_remove_all (self->changed);
  take_ids (self, right);
}

static gboolean
settle_cb (gpointer user_data)
{
  AphJobList *self = APH_JOB_LIST (user_data);

  self->settle_source = 0;
  settle (self);

  return G_SOURCE_REMOVE;
}

static void
note_change (AphJobList *self,
             guint64     id,
             gboolean    fits)
{
  g_hash_table_insert (self->changed, GSIZE_TO_POINTER (id), GINT_TO_POINTER (fits));
  if (self->settle_source == 0)
    self->settle_source = g_timeout_add (SETTLE_MILLISECONDS, settle_cb, self);
}

/* Asking */

static void ask (AphJobList *self);

static gboolean
ask_cb (gpointer user_data)
{
  AphJobList *self = APH_JOB_LIST (user_data);

  self->ask_source = 0;
  ask (self);

  return G_SOURCE_REMOVE;
}

static void
ask_later (AphJobList *self)
{
  gint64 pause = MAX (PAUSE_FACTOR * self->duration / 1000, LEAST_PAUSE);
  gint64 passed = (g_get_monotonic_time () - self->answered) / 1000;

  if (self->ask_source == 0)
    self->ask_source = g_timeout_add (passed < pause ? pause - passed : SETTLE_MILLISECONDS,
                                      ask_cb, self);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (AphJobList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = aph_store_find_finish (APH_STORE (source), result, &error);
  g_autoptr (GArray) placed = NULL;
  g_autoptr (GArray) right = NULL;

  /* Another question was asked meanwhile. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->store == NULL)
    return;

  g_clear_object (&self->asking);
  self->answered = g_get_monotonic_time ();
  self->duration = self->answered - self->asked;
  if (ids == NULL)
    g_debug ("%s", error->message);
  else
    {
      placed = is_by_place (self) ? aph_job_order_sort (get_order (self), ids) : g_array_ref (ids);
      right = is_by_input (self) ? put_right (self, placed) : g_array_ref (placed);
      g_hash_table_remove_all (self->changed);
      g_clear_handle_id (&self->settle_source, g_source_remove);
      self->is_current = TRUE;
      take_ids (self, right);
      if (self->is_behind)
        ask_later (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/* What is seen is there before the rest. */
static void
first_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (AphJobList) self = user_data;
  g_autoptr (GArray) ids = aph_store_find_finish (APH_STORE (source), result, NULL);

  if (ids != NULL && ids->len == FIRST_ROWS && self->store != NULL)
    take_ids (self, ids);
}

static void
stop_asking (AphJobList *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_handle_id (&self->ask_source, g_source_remove);
}

/* What is not on disk yet would be missing in the answer, or in it by mistake. Only where its place
 * is known can that be put right; else the question is asked once more. */
static void
note_unwritten (AphJobList *self)
{
  g_autoptr (GPtrArray) jobs = aph_store_list_unwritten (self->store);
  guint n_refused;

  /* For those that cannot be written there is nothing to wait for. */
  aph_store_get_refusal (self->store, &n_refused);
  self->is_behind = !is_by_input (self) && jobs->len > n_refused;
  if (!is_by_input (self))
    return;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);

      g_hash_table_insert (self->changed, GSIZE_TO_POINTER (aph_job_get_id (job)),
                           GINT_TO_POINTER (aph_job_query_matches (self->query, job)));
    }
}

static void
send_question (AphJobList *self)
{
  self->asked = g_get_monotonic_time ();
  note_unwritten (self);
  if (!self->is_current && aph_job_query_has_first (self->query))
    aph_store_find_first_async (self->store, self->query, FIRST_ROWS, self->asking, first_found_cb,
                                g_object_ref (self));
  aph_store_find_async (self->store, self->query, self->asking, found_cb, g_object_ref (self));
}

static gboolean
idle_cb (gpointer user_data)
{
  AphJobList *self = APH_JOB_LIST (user_data);

  self->ask_source = 0;
  send_question (self);

  return G_SOURCE_REMOVE;
}

static void
begin_asking (AphJobList *self,
              gboolean    when_idle)
{
  gboolean was_asking = self->asking != NULL;

  stop_asking (self);
  self->asking = g_cancellable_new ();
  if (when_idle)
    self->ask_source = g_idle_add (idle_cb, self);
  else
    send_question (self);
  if (!was_asking)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
ask (AphJobList *self)
{
  begin_asking (self, FALSE);
}

/* What the store says */

/* A window that opens with the store draws its first frame before a million rows are counted. */
static void
reset_cb (AphJobList *self)
{
  begin_asking (self, TRUE);
}

static void
jobs_added_cb (AphJobList *self,
               AphBatch   *batch,
               guint64     first,
               guint64     n_jobs)
{
  const AphJobQuery *query = self->query;
  guint position;

  if (query->batch != 0 && query->batch != aph_batch_get_id (batch))
    return;
  if (query->states != 0 && (query->states & (1u << APH_JOB_WAITING)) == 0)
    return;
  if (query->marks != 0 || query->min_rating > 0 || query->server != NULL)
    return;

  if (!is_by_input (self) || query->model != NULL)
    {
      ask_later (self);
      return;
    }

  if (self->asking != NULL)
    for (guint64 i = 0; i < n_jobs; i++)
      g_hash_table_insert (self->changed, GSIZE_TO_POINTER (first + i), GINT_TO_POINTER (TRUE));
  if (!self->is_current)
    return;

  position = find_place (self, self->ids, first);
  if (query->descending)
    {
      g_autofree guint64 *added = g_new (guint64, n_jobs);

      for (guint64 i = 0; i < n_jobs; i++)
        added[i] = first + n_jobs - 1 - i;
      g_array_insert_vals (self->ids, position, added, n_jobs);
    }
  else
    {
      g_array_set_size (self->ids, self->ids->len + n_jobs);
      memmove (&g_array_index (self->ids, guint64, position + n_jobs),
               &g_array_index (self->ids, guint64, position),
               (self->ids->len - n_jobs - position) * sizeof (guint64));
      for (guint64 i = 0; i < n_jobs; i++)
        g_array_index (self->ids, guint64, position + i) = first + i;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_jobs);
}

static void
job_changed_cb (AphJobList *self,
                AphJob     *job)
{
  const AphJobQuery *query = self->query;

  if (query->batch != 0 && query->batch != aph_job_get_batch (job))
    return;

  if (!is_by_input (self))
    ask_later (self);
  else if (aph_job_query_is_filtering (query))
    note_change (self, aph_job_get_id (job), aph_job_query_matches (query, job));
}

/* It is seen at once; the answer that is under way is put right when it is there. */
static void
jobs_moved_cb (AphJobList *self,
               GArray     *placements)
{
  g_autoptr (GArray) right = NULL;

  if (!self->is_current || !is_by_place (self))
    return;
  if (!is_by_input (self))
    {
      ask_later (self);
      return;
    }

  right = aph_job_order_move (get_order (self), self->ids, placements);
  if (right != NULL)
    take_ids (self, right);
}

static gboolean
is_known_removed (AphJobList *self,
                  guint64     id)
{
  AphJob *job = aph_store_peek_job (self->store, id);

  return job != NULL && aph_store_is_removed (self->store, job);
}

/* What has gone does not come back because it had changed before. */
static void
forget_changes (AphJobList *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (is_known_removed (self, GPOINTER_TO_SIZE (key)))
      g_hash_table_iter_remove (&iter);
}

/* What is seen goes at once; the rest when the store says "reset". */
static void
jobs_removed_cb (AphJobList *self,
                 AphBatch   *batch)
{
  g_autoptr (GArray) left = NULL;

  forget_changes (self);
  if (self->ids->len > MAX_WALK)
    return;

  left = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < self->ids->len; i++)
    {
      guint64 id = g_array_index (self->ids, guint64, i);

      if (!is_known_removed (self, id))
        g_array_append_val (left, id);
    }
  take_ids (self, left);
}

/* The object */

static void
aph_job_list_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  AphJobList *self = APH_JOB_LIST (object);

  switch (prop_id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, aph_job_list_get_loading (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_job_list_dispose (GObject *object)
{
  AphJobList *self = APH_JOB_LIST (object);

  stop_asking (self);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (aph_job_list_parent_class)->dispose (object);
}

static void
aph_job_list_finalize (GObject *object)
{
  AphJobList *self = APH_JOB_LIST (object);

  aph_job_query_free (self->query);
  g_array_unref (self->ids);
  g_hash_table_unref (self->changed);

  G_OBJECT_CLASS (aph_job_list_parent_class)->finalize (object);
}

static void
aph_job_list_class_init (AphJobListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_job_list_dispose;
  object_class->finalize = aph_job_list_finalize;
  object_class->get_property = aph_job_list_get_property;

  properties[PROP_LOADING] =
    g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_job_list_init (AphJobList *self)
{
  self->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->changed = g_hash_table_new (NULL, NULL);
  /* Nothing is in order. */
  self->is_current = TRUE;
  self->query = aph_job_query_copy (&(AphJobQuery) { 0 });
}

/**
 * aph_job_list_new:
 * @store: a store
 *
 * Returns: (transfer full): all jobs of the store in the order of input, as soon as they are known
 */
AphJobList *
aph_job_list_new (AphStore *store)
{
  AphJobList *self;

  g_return_val_if_fail (APH_IS_STORE (store), NULL);

  self = g_object_new (APH_TYPE_JOB_LIST, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_swapped (store, "jobs-added", G_CALLBACK (jobs_added_cb), self);
  g_signal_connect_swapped (store, "job-changed", G_CALLBACK (job_changed_cb), self);
  g_signal_connect_swapped (store, "jobs-moved", G_CALLBACK (jobs_moved_cb), self);
  g_signal_connect_swapped (store, "jobs-removed", G_CALLBACK (jobs_removed_cb), self);
  g_signal_connect_swapped (store, "reset", G_CALLBACK (reset_cb), self);
  if (aph_store_is_open (store))
    ask (self);

  return self;
}

/**
 * aph_job_list_get_store:
 * @self: a list
 *
 * Returns: (transfer none): the store that has its jobs
 */
AphStore *
aph_job_list_get_store (AphJobList *self)
{
  g_return_val_if_fail (APH_IS_JOB_LIST (self), NULL);

  return self->store;
}

/**
 * aph_job_list_get_query:
 * @self: a list
 *
 * Returns: (transfer none): which jobs it has, or will have in a moment
 */
const AphJobQuery *
aph_job_list_get_query (AphJobList *self)
{
  g_return_val_if_fail (APH_IS_JOB_LIST (self), NULL);

  return self->query;
}

/**
 * aph_job_list_set_query:
 * @self: a list
 * @query: which jobs it is to have
 *
 * It changes when they are found; of a search that finds many, the first come before the rest. A
 * query under way is broken off.
 */
void
aph_job_list_set_query (AphJobList        *self,
                        const AphJobQuery *query)
{
  g_return_if_fail (APH_IS_JOB_LIST (self));
  g_return_if_fail (query != NULL);

  if (aph_job_query_equal (query, self->query))
    return;

  g_hash_table_remove_all (self->changed);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  aph_job_query_free (self->query);
  self->query = aph_job_query_copy (query);
  self->is_current = FALSE;
  ask (self);
}

/**
 * aph_job_list_get_loading:
 * @self: a list
 *
 * Returns: whether a query is being answered
 */
gboolean
aph_job_list_get_loading (AphJobList *self)
{
  g_return_val_if_fail (APH_IS_JOB_LIST (self), FALSE);

  return self->asking != NULL;
}

/**
 * aph_job_list_get_id:
 * @self: a list
 * @position: a position
 *
 * Returns: the number of the job there, without an object being made; 0 if there is none
 */
guint64
aph_job_list_get_id (AphJobList *self,
                     guint       position)
{
  g_return_val_if_fail (APH_IS_JOB_LIST (self), 0);

  return position < self->ids->len ? g_array_index (self->ids, guint64, position) : 0;
}

/**
 * aph_job_list_find:
 * @self: a list
 * @id: the number of a job
 * @position: (out): where it is
 *
 * Returns: whether it is there
 */
gboolean
aph_job_list_find (AphJobList *self,
                   guint64     id,
                   guint      *position)
{
  g_return_val_if_fail (APH_IS_JOB_LIST (self), FALSE);

  if (self->is_current && is_by_input (self))
    {
      *position = find_place (self, self->ids, id);
      return id != 0 && aph_job_list_get_id (self, *position) == id;
    }

  /* Sorted otherwise, or not yet as the query wants. */
  for (*position = 0; *position < self->ids->len; (*position)++)
    if (g_array_index (self->ids, guint64, *position) == id)
      return TRUE;

  return FALSE;
}

/**
 * aph_job_list_find_all:
 * @self: a list
 * @ids: (element-type guint64): numbers of jobs, many maybe
 *
 * However the list is sorted, it is gone through once at most.
 *
 * Returns: (transfer full) (element-type guint): where those are that are there, in no order
 */
GArray *
aph_job_list_find_all (AphJobList *self,
                       GArray     *ids)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) wanted = NULL;

  g_return_val_if_fail (APH_IS_JOB_LIST (self), positions);

  if (self->is_current && is_by_input (self))
    {
      for (guint i = 0; i < ids->len; i++)
        {
          guint position;

          if (aph_job_list_find (self, g_array_index (ids, guint64, i), &position))
            g_array_append_val (positions, position);
        }
      return positions;
    }

  wanted = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (wanted, GSIZE_TO_POINTER (g_array_index (ids, guint64, i)));
  for (guint i = 0; i < self->ids->len && positions->len < ids->len; i++)
    if (g_hash_table_contains (wanted, GSIZE_TO_POINTER (g_array_index (self->ids, guint64, i))))
      g_array_append_val (positions, i);

  return positions;
}
