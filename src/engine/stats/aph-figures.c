/* aph-figures.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-figures"

#include "config.h"

#include "stats/aph-figures.h"

struct _AphFigures
{
  gatomicrefcount ref_count;

  GArray *figures;     /* of AphFigure */
  GPtrArray *models;   /* of interned names; "" for none */
  GPtrArray *servers;  /* likewise */
};

G_DEFINE_BOXED_TYPE (AphFigures, aph_figures, aph_figures_ref, aph_figures_unref)

/**
 * aph_figures_new:
 *
 * Returns: (transfer full): no figures
 */
AphFigures *
aph_figures_new (void)
{
  AphFigures *self = g_new0 (AphFigures, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->figures = g_array_new (FALSE, FALSE, sizeof (AphFigure));
  self->models = g_ptr_array_new ();
  self->servers = g_ptr_array_new ();

  return self;
}

/**
 * aph_figures_copy:
 * @self: figures
 *
 * Returns: (transfer full): the same figures, which nobody will change
 */
AphFigures *
aph_figures_copy (const AphFigures *self)
{
  AphFigures *copy = aph_figures_new ();

  g_return_val_if_fail (self != NULL, copy);

  g_array_append_vals (copy->figures, self->figures->data, self->figures->len);
  g_ptr_array_extend (copy->models, self->models, NULL, NULL);
  g_ptr_array_extend (copy->servers, self->servers, NULL, NULL);

  return copy;
}

AphFigures *
aph_figures_ref (AphFigures *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
aph_figures_unref (AphFigures *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->figures);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->servers);
  g_free (self);
}

/* A run has a handful of models and servers. */
static guint16
intern (GPtrArray  *names,
        const char *name)
{
  const char *interned = g_intern_string (name != NULL ? name : "");
  guint position;

  if (g_ptr_array_find (names, interned, &position))
    return position;
  if (names->len > G_MAXUINT16)
    return G_MAXUINT16;

  g_ptr_array_add (names, (gpointer) interned);

  return names->len - 1;
}

static void
fill (AphFigures *self,
      AphFigure  *figure,
      AphJob     *job)
{
  gsize length;
  const char *answer = aph_job_get_answer (job, &length);

  *figure = aph_figure_from_job (job);
  figure->model = intern (self->models, aph_request_get_model (aph_job_get_request (job)));
  figure->server = intern (self->servers, aph_job_get_server (job));
  /* A text that is still growing is not counted again and again. */
  if (aph_job_is_ended (job))
    figure->answer_chars = MIN (g_utf8_strlen (answer, length), G_MAXINT32);
}

static void
add_former_attempts (AphFigures *self,
                     AphJob     *job,
                     guint       already)
{
  guint n;
  const AphFormerAttempt *attempts = aph_job_get_former_attempts (job, &n);

  for (guint i = already; i < n; i++)
    {
      AphFigure figure = {
        .job = aph_job_get_id (job),
        .index = aph_job_get_index (job),
        .times = attempts[i].times,
        .load_ns = -1,
        .prompt_ns = -1,
        .answer_ns = -1,
        .prompt_tokens = -1,
        .model = intern (self->models, aph_request_get_model (aph_job_get_request (job))),
        .server = intern (self->servers, attempts[i].server),
        .attempt = attempts[i].number,
        .is_former = TRUE,
        .state = APH_JOB_FAILED,
      };

      g_array_append_val (self->figures, figure);
    }
}

/**
 * aph_figures_add_job:
 * @self: figures
 * @job: a job in whatever state
 *
 * Adds the figures of a job, those of its former attempts after them.
 *
 * Returns: the position of its last attempt, for aph_figures_update_job()
 */
guint
aph_figures_add_job (AphFigures *self,
                     AphJob     *job)
{
  guint position;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (APH_IS_JOB (job), 0);

  position = self->figures->len;
  g_array_set_size (self->figures, position + 1);
  fill (self, &g_array_index (self->figures, AphFigure, position), job);
  add_former_attempts (self, job, 0);

  return position;
}

/**
 * aph_figures_update_job:
 * @self: figures
 * @position: what aph_figures_add_job() returned for it
 * @job: a job that has changed
 *
 * Takes what is new of a job.
 *
 * Returns: whether it has begun or ended an attempt since, so that others may have to make room
 */
gboolean
aph_figures_update_job (AphFigures *self,
                        guint       position,
                        AphJob     *job)
{
  AphFigure *figure;
  AphFigure old;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (position < self->figures->len, FALSE);
  g_return_val_if_fail (APH_IS_JOB (job), FALSE);

  figure = &g_array_index (self->figures, AphFigure, position);
  old = *figure;
  fill (self, figure, job);
  if (old.times.sent == figure->times.sent && old.times.ended == figure->times.ended)
    return FALSE;

  /* An attempt that went unseen from its beginning to its end is missing until all is read anew. */
  if (old.times.sent != 0 && old.times.sent != figure->times.sent)
    {
      guint n;
      const AphFormerAttempt *attempts = aph_job_get_former_attempts (job, &n);

      for (guint i = 0; i < n; i++)
        if (attempts[i].times.sent >= old.times.sent)
          {
            add_former_attempts (self, job, i);
            break;
          }
    }

  return TRUE;
}

/**
 * aph_figures_add:
 * @self: figures
 * @figure: what to add; its numbers of model and server are ignored
 * @model: (nullable): the name of its model
 * @server: (nullable): the address of its server
 *
 * Adds figures that come from elsewhere than a job.
 *
 * Returns: their position
 */
guint
aph_figures_add (AphFigures      *self,
                 const AphFigure *figure,
                 const char      *model,
                 const char      *server)
{
  AphFigure own;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (figure != NULL, 0);

  own = *figure;
  own.model = intern (self->models, model);
  own.server = intern (self->servers, server);
  g_array_append_val (self->figures, own);

  return self->figures->len - 1;
}

/**
 * aph_figures_get_all:
 * @self: figures
 * @n_figures: (out): how many
 *
 * Returns: (array length=n_figures): all of them, until some are added
 */
const AphFigure *
aph_figures_get_all (const AphFigures *self,
                     guint            *n_figures)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_figures != NULL, NULL);

  *n_figures = self->figures->len;

  return (const AphFigure *) (gpointer) self->figures->data;
}

guint
aph_figures_get_n_models (const AphFigures *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->models->len;
}

/**
 * aph_figures_get_model:
 * @self: figures
 * @model: a number
 *
 * Returns: the name of the model; "" if the prompt names none
 */
const char *
aph_figures_get_model (const AphFigures *self,
                       guint             model)
{
  g_return_val_if_fail (self != NULL, "");

  return model < self->models->len ? g_ptr_array_index (self->models, model) : "";
}

guint
aph_figures_get_n_servers (const AphFigures *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->servers->len;
}

/**
 * aph_figures_get_server:
 * @self: figures
 * @server: a number
 *
 * Returns: the address of the server; "" if the prompt was never sent
 */
const char *
aph_figures_get_server (const AphFigures *self,
                        guint             server)
{
  g_return_val_if_fail (self != NULL, "");

  return server < self->servers->len ? g_ptr_array_index (self->servers, server) : "";
}
