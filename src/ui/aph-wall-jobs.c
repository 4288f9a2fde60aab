/* aph-wall-jobs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-wall-jobs"

#include "config.h"

#include "ui/aph-wall-jobs.h"

struct _AphWallJobs
{
  GObject parent_instance;

  AphJobList *listed;
  GListModel *recent;
  GListStore *running;      /* those of @recent that are listed */
  AphJobList *ended;        /* (nullable) those listed that have ended, while they are wanted */
  GListModel *model;        /* (owned) one of the two */

  AphJobQuery *query;       /* (nullable) of @listed, when it was last looked at */
  gboolean is_active;
  gboolean is_past;         /* of what is listed nothing has run since the user looks at it */
};

enum
{
  PROP_0,
  PROP_MODEL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AphWallJobs, aph_wall_jobs, G_TYPE_OBJECT)

static void
show_model (AphWallJobs *self,
            GListModel  *model)
{
  if (g_set_object (&self->model, model))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

/* What runs */

static int
compare_jobs (gconstpointer a,
              gconstpointer b)
{
  guint64 index_a = aph_job_get_index (*(AphJob **) a);
  guint64 index_b = aph_job_get_index (*(AphJob **) b);

  return (index_a > index_b) - (index_a < index_b);
}

/* The numbers of all that is listed, from the least one in @jobs on. */
static GHashTable *
collect_ids (AphWallJobs *self,
             GPtrArray   *jobs)
{
  GHashTable *ids = g_hash_table_new (NULL, NULL);
  guint n_listed = g_list_model_get_n_items (G_LIST_MODEL (self->listed));
  guint64 least = G_MAXUINT64;

  for (guint i = 0; i < jobs->len; i++)
    least = MIN (least, aph_job_get_id (g_ptr_array_index (jobs, i)));
  for (guint i = 0; i < n_listed && jobs->len > 0; i++)
    {
      guint64 id = aph_job_list_get_id (self->listed, i);

      if (id >= least)
        g_hash_table_add (ids, GSIZE_TO_POINTER (id));
    }

  return ids;
}

/* A search is for the index of the store: only the list knows what was found. It may be long: if it
 * is in no order in which one job could be looked for, it is gone through once for all of them. */
static void
leave_found (AphWallJobs *self,
             GPtrArray   *jobs)
{
  gboolean is_ordered = aph_job_list_get_query (self->listed)->sort == APH_SORT_INPUT
                        && !aph_job_list_get_loading (self->listed);
  g_autoptr (GHashTable) ids = is_ordered ? NULL : collect_ids (self, jobs);

  for (guint i = jobs->len; i > 0; i--)
    {
      guint64 id = aph_job_get_id (g_ptr_array_index (jobs, i - 1));
      guint position;

      if (ids != NULL ? !g_hash_table_contains (ids, GSIZE_TO_POINTER (id))
                      : !aph_job_list_find (self->listed, id, &position))
        g_ptr_array_remove_index (jobs, i - 1);
    }
}

static GPtrArray *
list_running (AphWallJobs *self)
{
  const AphJobQuery *query = aph_job_list_get_query (self->listed);
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (self->recent); i++)
    {
      g_autoptr (AphJob) job = g_list_model_get_item (self->recent, i);

      if (aph_job_query_matches (query, job))
        g_ptr_array_add (jobs, g_steal_pointer (&job));
    }
  if (query->search != NULL)
    leave_found (self, jobs);
  g_ptr_array_sort (jobs, compare_jobs);

  return jobs;
}

static void
update_running (AphWallJobs *self)
{
  g_autoptr (GPtrArray) jobs = list_running (self);
  GListModel *running = G_LIST_MODEL (self->running);
  guint n_old = g_list_model_get_n_items (running);
  gboolean is_same = n_old == jobs->len;

  for (guint i = 0; i < jobs->len; i++)
    {
      AphJob *job = g_ptr_array_index (jobs, i);
      g_autoptr (AphJob) old = g_list_model_get_item (running, i);

      is_same = is_same && old == job;
      if (aph_job_is_running (job))
        self->is_past = FALSE;
    }
  if (!is_same)
    g_list_store_splice (self->running, 0, n_old, jobs->pdata, jobs->len);
  if (jobs->len == 0)
    self->is_past = TRUE;
}

/* What has ended */

/* Until it is known, what was seen before is still seen. */
static void
ended_loaded_cb (AphWallJobs *self)
{
  if (!aph_job_list_get_loading (self->ended))
    show_model (self, G_LIST_MODEL (self->ended));
}

static void
clear_ended (AphWallJobs *self)
{
  if (self->ended != NULL)
    g_signal_handlers_disconnect_by_data (self->ended, self);
  g_clear_object (&self->ended);
}

static void
look_for_ended (AphWallJobs *self)
{
  AphJobQuery query = *aph_job_list_get_query (self->listed);

  query.states = query.states != 0 ? query.states & APH_STATES_ENDED : APH_STATES_ENDED;
  if (query.states == 0)
    {
      clear_ended (self);
      show_model (self, G_LIST_MODEL (self->running));
      return;
    }

  if (query.batch == 0 && query.sort == APH_SORT_INPUT)
    query.descending = TRUE;
  if (self->ended != NULL)
    return;

  self->ended = aph_job_list_new (aph_job_list_get_store (self->listed));
  aph_job_list_set_query (self->ended, &query);
  g_signal_connect_swapped (self->ended, "notify::loading", G_CALLBACK (ended_loaded_cb), self);
}

/* Both */

static void
update (AphWallJobs *self)
{
  const AphJobQuery *query = aph_job_list_get_query (self->listed);

  if (!self->is_active)
    return;

  if (self->query == NULL || !aph_job_query_equal (query, self->query))
    {
      g_clear_pointer (&self->query, aph_job_query_free);
      self->query = aph_job_query_copy (query);
      clear_ended (self);
      self->is_past = TRUE;
    }

  update_running (self);
  if (self->is_past)
    look_for_ended (self);
  else
    {
      clear_ended (self);
      show_model (self, G_LIST_MODEL (self->running));
    }
}

static void
aph_wall_jobs_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, APH_WALL_JOBS (object)->model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
aph_wall_jobs_dispose (GObject *object)
{
  AphWallJobs *self = APH_WALL_JOBS (object);

  clear_ended (self);
  if (self->listed != NULL)
    g_signal_handlers_disconnect_by_data (self->listed, self);
  if (self->recent != NULL)
    g_signal_handlers_disconnect_by_data (self->recent, self);
  g_clear_object (&self->listed);
  g_clear_object (&self->recent);
  g_clear_object (&self->model);
  g_clear_object (&self->running);
  g_clear_pointer (&self->query, aph_job_query_free);

  G_OBJECT_CLASS (aph_wall_jobs_parent_class)->dispose (object);
}

static void
aph_wall_jobs_class_init (AphWallJobsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aph_wall_jobs_dispose;
  object_class->get_property = aph_wall_jobs_get_property;

  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aph_wall_jobs_init (AphWallJobs *self)
{
  self->running = g_list_store_new (APH_TYPE_JOB);
  self->model = g_object_ref (G_LIST_MODEL (self->running));
}

/**
 * aph_wall_jobs_new:
 * @listed: the jobs that the user wants to see
 * @recent: those that run and the last that ran, of all
 *
 * Returns: (transfer full): those to be seen side by side; nothing is looked for before
 *   aph_wall_jobs_set_active()
 */
AphWallJobs *
aph_wall_jobs_new (AphJobList *listed,
                   GListModel *recent)
{
  AphWallJobs *self;

  g_return_val_if_fail (APH_IS_JOB_LIST (listed), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (recent), NULL);

  self = g_object_new (APH_TYPE_WALL_JOBS, NULL);
  self->listed = g_object_ref (listed);
  self->recent = g_object_ref (recent);
  g_signal_connect_swapped (listed, "items-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (listed, "notify::loading", G_CALLBACK (update), self);
  g_signal_connect_swapped (recent, "items-changed", G_CALLBACK (update), self);

  return self;
}

/**
 * aph_wall_jobs_get_model:
 * @self: jobs of a wall
 *
 * Returns: (transfer none): the #AphJob, those to be seen first at its beginning
 */
GListModel *
aph_wall_jobs_get_model (AphWallJobs *self)
{
  g_return_val_if_fail (APH_IS_WALL_JOBS (self), NULL);

  return self->model;
}

/**
 * aph_wall_jobs_set_active:
 * @self: jobs of a wall
 * @active: whether somebody looks; if not, the store is not asked
 */
void
aph_wall_jobs_set_active (AphWallJobs *self,
                          gboolean     active)
{
  g_return_if_fail (APH_IS_WALL_JOBS (self));

  if (self->is_active == active)
    return;

  self->is_active = active;
  g_clear_pointer (&self->query, aph_job_query_free);
  if (active)
    update (self);
  else
    {
      clear_ended (self);
      show_model (self, G_LIST_MODEL (self->running));
    }
}
