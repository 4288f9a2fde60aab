/* aph-grid.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-grid"

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "base/aph-json.h"
#include "files/aph-grid.h"
#include "job/aph-options.h"

/* What is multiplied to more than this, in bytes, is made for each request and not kept. */
#define MAX_KEPT_SIZE (4 * 1024 * 1024)

/* One option and the values it takes in turn. */
typedef struct
{
  char *name;
  GPtrArray *values;   /* of char *, as people write them */
} Axis;

struct _AphGrid
{
  GPtrArray *models;       /* of char * */
  GPtrArray *axes;         /* of Axis; the last changes fastest */
  guint repeats;
  AphParams *defaults;     /* (nullable) */
  gboolean strict;

  AphParams *row_params;   /* (nullable) of the last row, which most rows share … */
  GPtrArray *params;       /* … and of AphParams: what it is multiplied to */
};

G_DEFINE_BOXED_TYPE (AphGrid, aph_grid, aph_grid_copy, aph_grid_free)

static void
axis_free (gpointer data)
{
  Axis *axis = data;

  g_free (axis->name);
  g_ptr_array_unref (axis->values);
  g_free (axis);
}

/**
 * aph_grid_new:
 *
 * Returns: (transfer full): a grid that leaves every row as it is
 */
AphGrid *
aph_grid_new (void)
{
  AphGrid *self = g_new0 (AphGrid, 1);

  self->models = g_ptr_array_new_with_free_func (g_free);
  self->axes = g_ptr_array_new_with_free_func (axis_free);
  self->params = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_params_unref);
  self->repeats = 1;

  return self;
}

/**
 * aph_grid_copy:
 * @self: a grid
 *
 * Returns: (transfer full): another of the same content, for another thread
 */
AphGrid *
aph_grid_copy (const AphGrid *self)
{
  AphGrid *copy = aph_grid_new ();

  for (guint i = 0; i < self->models->len; i++)
    aph_grid_add_model (copy, g_ptr_array_index (self->models, i));
  for (guint i = 0; i < self->axes->len; i++)
    {
      const Axis *axis = g_ptr_array_index (self->axes, i);
      Axis *axis_copy = g_new0 (Axis, 1);

      axis_copy->name = g_strdup (axis->name);
      axis_copy->values = g_ptr_array_new_with_free_func (g_free);
      for (guint j = 0; j < axis->values->len; j++)
        g_ptr_array_add (axis_copy->values, g_strdup (g_ptr_array_index (axis->values, j)));
      g_ptr_array_add (copy->axes, axis_copy);
    }
  copy->repeats = self->repeats;
  aph_grid_set_defaults (copy, self->defaults);
  copy->strict = self->strict;

  return copy;
}

static void
forget_params (AphGrid *self)
{
  g_clear_pointer (&self->row_params, aph_params_unref);
  g_ptr_array_set_size (self->params, 0);
}

void
aph_grid_free (AphGrid *self)
{
  forget_params (self);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->axes);
  g_ptr_array_unref (self->params);
  g_clear_pointer (&self->defaults, aph_params_unref);
  g_free (self);
}

/**
 * aph_grid_add_model:
 * @self: a grid
 * @model: the name of a model
 *
 * A single model is for the rows that name none; with several, every row goes to each.
 */
void
aph_grid_add_model (AphGrid    *self,
                    const char *model)
{
  g_ptr_array_add (self->models, g_strdup (model));
}

static gboolean
set_value (AphParams   *params,
           const char  *name,
           const char  *value,
           GError     **error)
{
  if (strcmp (name, "think") == 0)
    return aph_params_set_think (params, value, error);

  return aph_params_set_option (params, name, value, error);
}

/**
 * aph_grid_add_values:
 * @self: a grid
 * @text: an option and its values: `temperature=0,0.7`; `think` is one here too
 * @error: return location
 *
 * Asks everything with each of the values.
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if there is no such option, it has values already, or
 *   a value does not suit it
 */
gboolean
aph_grid_add_values (AphGrid     *self,
                     const char  *text,
                     GError     **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = NULL;
  g_auto (GStrv) values = NULL;
  Axis *axis;

  if (equals == NULL || equals == text || equals[1] == '\0')
    {
      g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                   _("“%s” is not an option and its values, such as temperature=0,0.7"), text);
      return FALSE;
    }

  name = g_strstrip (g_strndup (text, equals - text));
  values = g_strsplit (equals + 1, ",", -1);
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autoptr (AphParams) trial = aph_params_new ();

      if (!set_value (trial, name, g_strstrip (values[i]), error))
        return FALSE;
    }

  for (guint i = 0; i < self->axes->len; i++)
    if (strcmp (((Axis *) g_ptr_array_index (self->axes, i))->name, name) == 0)
      {
        g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                     _("“%s” is given values twice"), name);
        return FALSE;
      }

  axis = g_new0 (Axis, 1);
  axis->name = g_steal_pointer (&name);
  axis->values = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; values[i] != NULL; i++)
    g_ptr_array_add (axis->values, g_strdup (values[i]));
  g_ptr_array_add (self->axes, axis);
  forget_params (self);

  return TRUE;
}

/**
 * aph_grid_set_repeats:
 * @self: a grid
 * @repeats: how often everything is asked, at least once
 *
 * The seeds count up from the row's own, or from 0; what is asked once keeps what seed it has, or
 * none.
 */
void
aph_grid_set_repeats (AphGrid *self,
                      guint    repeats)
{
  g_return_if_fail (repeats > 0);

  self->repeats = repeats;
  forget_params (self);
}

/**
 * aph_grid_set_defaults:
 * @self: a grid
 * @defaults: (nullable): how to answer where a row does not say
 */
void
aph_grid_set_defaults (AphGrid   *self,
                       AphParams *defaults)
{
  g_clear_pointer (&self->defaults, aph_params_unref);
  self->defaults = defaults != NULL ? aph_params_ref (defaults) : NULL;
  forget_params (self);
}

/**
 * aph_grid_set_strict:
 * @self: a grid
 * @strict: whether what does not fit into the context is to fail, see aph_params_set_strict()
 */
void
aph_grid_set_strict (AphGrid  *self,
                     gboolean  strict)
{
  self->strict = strict;
  forget_params (self);
}

static guint64
count_params (const AphGrid *self)
{
  guint64 n = self->repeats;

  for (guint i = 0; i < self->axes->len && n <= APH_GRID_MAX_SIZE; i++)
    n *= ((Axis *) g_ptr_array_index (self->axes, i))->values->len;

  return n;
}

/**
 * aph_grid_get_size:
 * @self: a grid
 *
 * Returns: how many requests one row becomes
 */
guint64
aph_grid_get_size (const AphGrid *self)
{
  return count_params (self) * MAX (1, self->models->len);
}

static gboolean
varies (const AphGrid *self,
        const char    *name)
{
  for (guint i = 0; i < self->axes->len; i++)
    if (strcmp (((Axis *) g_ptr_array_index (self->axes, i))->name, name) == 0)
      return TRUE;

  return FALSE;
}

/**
 * aph_grid_check:
 * @self: a grid
 * @error: return location
 *
 * Returns: %FALSE with an %APH_OPTIONS_ERROR if it makes no sense in its whole
 */
gboolean
aph_grid_check (const AphGrid  *self,
                GError        **error)
{
  if (self->repeats > 1 && varies (self, "seed"))
    g_set_error_literal (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                         _("Each repetition has a seed of its own: give either several seeds or "
                           "a number of repetitions"));
  else if (aph_grid_get_size (self) > APH_GRID_MAX_SIZE)
    g_set_error (error, APH_OPTIONS_ERROR, APH_OPTIONS_ERROR_VALUE,
                 _("Models, values and repetitions make more than %u requests of each row"),
                 APH_GRID_MAX_SIZE);
  else
    return TRUE;

  return FALSE;
}

static gint64
get_seed (AphParams *params)
{
  JsonObject *options = aph_params_get_options (params);

  return options != NULL ? aph_json_get_int (options, "seed", 0) : 0;
}

/* The params of the point @number, of count_params(). What varies goes before what a row says. */
static AphParams *
make_params (AphGrid   *self,
             AphParams *row_params,
             guint64    number)
{
  g_autoptr (AphParams) whole = aph_params_copy (row_params);
  AphParams *params = aph_params_new ();
  guint64 repeat = number % self->repeats;

  if (self->defaults != NULL)
    aph_params_add_defaults (whole, self->defaults);
  number /= self->repeats;

  for (guint i = self->axes->len; i > 0; i--)
    {
      const Axis *axis = g_ptr_array_index (self->axes, i - 1);

      set_value (params, axis->name, g_ptr_array_index (axis->values, number % axis->values->len),
                 NULL);
      number /= axis->values->len;
    }

  if (self->repeats > 1)
    {
      g_autofree char *seed = NULL;

      seed = g_strdup_printf ("%u", (guint) ((MAX (0, get_seed (whole)) + repeat) % G_MAXINT32));
      aph_params_set_option (params, "seed", seed, NULL);
    }
  aph_params_add_defaults (params, whole);
  if (self->strict)
    aph_params_set_strict (params);

  return params;
}

static void
prepare_params (AphGrid   *self,
                AphParams *row_params,
                guint64    n_params)
{
  if (self->row_params == row_params)
    return;

  forget_params (self);
  self->row_params = aph_params_ref (row_params);
  for (guint64 i = 0; i < n_params; i++)
    g_ptr_array_add (self->params, make_params (self, row_params, i));
}

static AphParams *
dup_params (AphGrid   *self,
            AphParams *row_params,
            guint64    number)
{
  guint64 n_params = count_params (self);

  if (n_params == 1 && self->axes->len == 0 && self->defaults == NULL && !self->strict)
    return aph_params_ref (row_params);

  /* Long ones, with a conversation or pictures, are those of a single row. */
  if (strlen (aph_params_get_text (row_params)) > MAX_KEPT_SIZE / n_params)
    return make_params (self, row_params, number);

  prepare_params (self, row_params, n_params);

  return aph_params_ref (g_ptr_array_index (self->params, number));
}

/**
 * aph_grid_make_request:
 * @self: a grid
 * @row: what a row asks
 * @number: from 0 to aph_grid_get_size() - 1
 *
 * Requests to the same model follow each other, so that a server need not load it again for each.
 *
 * Returns: (transfer full): one of the requests that come of @row
 */
AphRequest *
aph_grid_make_request (AphGrid    *self,
                       AphRequest *row,
                       guint64     number)
{
  AphRequestFields fields = *aph_request_get_fields (row);
  guint64 n_params = count_params (self);
  g_autoptr (AphParams) params = NULL;
  const char *model = fields.model;

  /* It was answered as it is. */
  if (aph_request_get_answered (row) != NULL && aph_grid_get_size (self) == 1)
    return aph_request_ref (row);

  params = dup_params (self, fields.params, number % n_params);
  number /= n_params;

  if (self->models->len > 1)
    model = g_ptr_array_index (self->models, number % self->models->len);
  else if (model == NULL && self->models->len == 1)
    model = g_ptr_array_index (self->models, 0);

  if (params == fields.params && g_strcmp0 (model, fields.model) == 0)
    return aph_request_ref (row);

  fields.model = model;
  fields.params = params;

  return aph_request_new_full (&fields);
}
