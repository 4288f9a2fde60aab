/* aph-export-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-export-survey"

#include "config.h"

#include "base/aph-json.h"
#include "files/aph-export-survey.h"

struct _AphExportSurvey
{
  guint64 n_jobs;
  GPtrArray *columns;         /* of char *: in the order in which they were met */
  GHashTable *known_columns;  /* the same */
  GPtrArray *models;          /* of AphExportModel *: in the order in which they were met */
  GHashTable *model_indices;  /* from name to place in models, plus one */

  AphFigures *figures;        /* (nullable) the same models in the same order */
};

static void
model_free (gpointer data)
{
  AphExportModel *model = data;

  g_free (model->name);
  g_free (model);
}

/**
 * aph_export_survey_new:
 * @with_figures: whether the figures of each job are wanted: some hundred bytes for each
 *
 * Returns: (transfer full): a survey of no jobs
 */
AphExportSurvey *
aph_export_survey_new (gboolean with_figures)
{
  AphExportSurvey *self = g_new0 (AphExportSurvey, 1);

  self->columns = g_ptr_array_new_with_free_func (g_free);
  self->known_columns = g_hash_table_new (g_str_hash, g_str_equal);
  self->models = g_ptr_array_new_with_free_func (model_free);
  self->model_indices = g_hash_table_new (g_str_hash, g_str_equal);
  if (with_figures)
    self->figures = aph_figures_new ();

  return self;
}

void
aph_export_survey_free (AphExportSurvey *self)
{
  g_hash_table_unref (self->known_columns);
  g_hash_table_unref (self->model_indices);
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->models);
  g_clear_pointer (&self->figures, aph_figures_unref);
  g_free (self);
}

static void
add_columns (AphExportSurvey *self,
             const char      *vars)
{
  g_autoptr (JsonObject) object = aph_json_parse_object_lossy (vars, -1, NULL);
  JsonObjectIter iter;
  const char *name;

  if (object == NULL)
    return;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (!g_hash_table_contains (self->known_columns, name))
      {
        char *column = g_strdup (name);

        g_ptr_array_add (self->columns, column);
        g_hash_table_add (self->known_columns, column);
      }
}

static AphExportModel *
ensure_model (AphExportSurvey *self,
              const char      *name)
{
  gpointer found = g_hash_table_lookup (self->model_indices, name);
  AphExportModel *model;

  if (found != NULL)
    return g_ptr_array_index (self->models, GPOINTER_TO_UINT (found) - 1);

  model = g_new0 (AphExportModel, 1);
  model->name = g_strdup (name);
  g_ptr_array_add (self->models, model);
  g_hash_table_insert (self->model_indices, model->name, GUINT_TO_POINTER (self->models->len));

  return model;
}

static void
add_answer (AphExportModel *model,
            AphJob         *job)
{
  const AphUsage *usage = aph_job_get_usage (job);

  model->total_ms += MAX (aph_job_get_total_ms (job), 0);
  model->prompt_tokens += (guint64) MAX (usage->prompt_tokens, 0);
  model->answer_tokens += (guint64) MAX (usage->answer_tokens, 0);
  if (aph_job_get_marks (job) != 0)
    model->n_marked++;
}

/**
 * aph_export_survey_add:
 * @self: a survey
 * @job: a job that will be written
 */
void
aph_export_survey_add (AphExportSurvey *self,
                       AphJob          *job)
{
  AphRequest *request = aph_job_get_request (job);
  const char *model_name = aph_request_get_model (request);
  AphExportModel *model = ensure_model (self, model_name != NULL ? model_name : "");

  self->n_jobs++;
  model->counts[aph_job_get_state (job)]++;
  if (aph_job_get_state (job) == APH_JOB_DONE)
    add_answer (model, job);
  if (self->figures != NULL)
    aph_figures_add_job (self->figures, job);
  if (aph_request_get_vars (request) != NULL)
    add_columns (self, aph_request_get_vars (request));
}

guint64
aph_export_survey_get_n_jobs (AphExportSurvey *self)
{
  return self->n_jobs;
}

/**
 * aph_export_survey_count:
 * @self: a survey
 * @state: a state
 *
 * Returns: how many jobs are in @state
 */
guint64
aph_export_survey_count (AphExportSurvey *self,
                         AphJobState      state)
{
  guint64 n = 0;

  for (guint i = 0; i < self->models->len; i++)
    n += ((AphExportModel *) g_ptr_array_index (self->models, i))->counts[state];

  return n;
}

/**
 * aph_export_survey_get_n_marked:
 * @self: a survey
 *
 * Returns: how many answers deserve a second look
 */
guint64
aph_export_survey_get_n_marked (AphExportSurvey *self)
{
  guint64 n = 0;

  for (guint i = 0; i < self->models->len; i++)
    n += ((AphExportModel *) g_ptr_array_index (self->models, i))->n_marked;

  return n;
}

/**
 * aph_export_survey_get_columns:
 * @self: a survey
 *
 * Returns: (transfer none) (element-type utf8): the names of the columns that the jobs were made
 *   from
 */
GPtrArray *
aph_export_survey_get_columns (AphExportSurvey *self)
{
  return self->columns;
}

guint
aph_export_survey_get_n_models (AphExportSurvey *self)
{
  return self->models->len;
}

const AphExportModel *
aph_export_survey_get_model (AphExportSurvey *self,
                             guint            index)
{
  g_return_val_if_fail (index < self->models->len, NULL);

  return g_ptr_array_index (self->models, index);
}

/**
 * aph_export_survey_find_model:
 * @self: a survey
 * @name: (nullable): the name of a model
 *
 * Returns: its place among the models, or -1
 */
int
aph_export_survey_find_model (AphExportSurvey *self,
                              const char      *name)
{
  gpointer found = g_hash_table_lookup (self->model_indices, name != NULL ? name : "");

  return GPOINTER_TO_INT (found) - 1;
}

/**
 * aph_export_survey_get_figures:
 * @self: a survey
 *
 * Returns: (transfer none) (nullable): the figures of all jobs, if they were wanted; their models
 *   have the same numbers as here
 */
AphFigures *
aph_export_survey_get_figures (AphExportSurvey *self)
{
  return self->figures;
}
