/* aph-comparison.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-comparison"

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "stats/aph-comparison.h"

/* So much of a value tells it from others. */
#define MAX_VALUE_CHARS 32

typedef struct
{
  AphRequest *request;   /* (owned) one of those that ask it */
  GPtrArray *jobs;       /* (owned) by column; %NULL for none */
} Row;

typedef struct
{
  char *model;           /* "" for none */
  AphParams *params;     /* (owned) */
  guint repeat;          /* how often the same stands before it */
} Column;

struct _AphComparison
{
  GPtrArray *rows;         /* of Row */
  GPtrArray *columns;      /* of Column */
  GHashTable *row_numbers; /* by what is asked */
  guint n_left_out;
};

static void
clear_job (gpointer job)
{
  if (job != NULL)
    g_object_unref (job);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  aph_request_unref (row->request);
  g_ptr_array_unref (row->jobs);
  g_free (row);
}

static void
column_free (gpointer data)
{
  Column *column = data;

  g_free (column->model);
  aph_params_unref (column->params);
  g_free (column);
}

/**
 * aph_comparison_new:
 *
 * Returns: (transfer full): a table without rows and columns
 */
AphComparison *
aph_comparison_new (void)
{
  AphComparison *self = g_new0 (AphComparison, 1);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->row_numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
aph_comparison_free (AphComparison *self)
{
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->columns);
  g_hash_table_unref (self->row_numbers);
  g_free (self);
}

/* A checksum takes less room than the prompts of a hundred thousand rows once more. */
static char *
identify_question (AphRequest *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  const char *const *images = aph_request_get_images (request);
  const char *prompt = aph_request_get_prompt (request);

  g_checksum_update (checksum, (const guchar *) prompt, strlen (prompt) + 1);
  for (; images != NULL && *images != NULL; images++)
    g_checksum_update (checksum, (const guchar *) *images, strlen (*images) + 1);

  return g_strdup (g_checksum_get_string (checksum));
}

static Row *
get_row (AphComparison *self,
         AphRequest    *request)
{
  g_autofree char *key = identify_question (request);
  gpointer number;
  Row *row;

  if (g_hash_table_lookup_extended (self->row_numbers, key, NULL, &number))
    return g_ptr_array_index (self->rows, GPOINTER_TO_UINT (number));

  row = g_new0 (Row, 1);
  row->request = aph_request_ref (request);
  row->jobs = g_ptr_array_new_with_free_func (clear_job);
  g_hash_table_insert (self->row_numbers, g_steal_pointer (&key),
                       GUINT_TO_POINTER (self->rows->len));
  g_ptr_array_add (self->rows, row);

  return row;
}

static gboolean
has_job (const Row *row,
         guint      column)
{
  return column < row->jobs->len && g_ptr_array_index (row->jobs, column) != NULL;
}

/* Returns the first column of its kind that is free in @row, or %G_MAXUINT. */
static guint
find_column (AphComparison *self,
             const Row     *row,
             const char    *model,
             AphParams     *params)
{
  Column *column;
  guint repeat = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      column = g_ptr_array_index (self->columns, i);
      if (!g_str_equal (column->model, model)
          || (column->params != params
              && !g_str_equal (aph_params_get_text (column->params), aph_params_get_text (params))))
        continue;
      if (!has_job (row, i))
        return i;
      repeat++;
    }
  if (self->columns->len == APH_COMPARISON_MAX_COLUMNS)
    return G_MAXUINT;

  column = g_new0 (Column, 1);
  column->model = g_strdup (model);
  column->params = aph_params_ref (params);
  column->repeat = repeat;
  g_ptr_array_add (self->columns, column);

  return self->columns->len - 1;
}

/**
 * aph_comparison_add:
 * @self: a table
 * @job: a job that is not in it
 *
 * Returns: whether it found a place
 */
gboolean
aph_comparison_add (AphComparison *self,
                    AphJob        *job)
{
  AphRequest *request;
  const char *model;
  guint column;
  Row *row;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (APH_IS_JOB (job), FALSE);

  request = aph_job_get_request (job);
  model = aph_request_get_model (request);
  row = get_row (self, request);
  column = find_column (self, row, model != NULL ? model : "", aph_request_get_params (request));
  if (column == G_MAXUINT)
    {
      self->n_left_out++;
      return FALSE;
    }

  if (column >= row->jobs->len)
    g_ptr_array_set_size (row->jobs, (int) column + 1);
  g_ptr_array_index (row->jobs, column) = g_object_ref (job);

  return TRUE;
}

guint
aph_comparison_get_n_rows (AphComparison *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->rows->len;
}

guint
aph_comparison_get_n_columns (AphComparison *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->columns->len;
}

/**
 * aph_comparison_get_n_left_out:
 * @self: a table
 *
 * Returns: for how many jobs there was no column
 */
guint
aph_comparison_get_n_left_out (AphComparison *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_left_out;
}

/**
 * aph_comparison_get_request:
 * @self: a table
 * @row: a row
 *
 * Returns: (transfer none): one of the requests in it: they have the same prompt
 */
AphRequest *
aph_comparison_get_request (AphComparison *self,
                            guint          row)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (row < self->rows->len, NULL);

  return ((Row *) g_ptr_array_index (self->rows, row))->request;
}

/**
 * aph_comparison_get_job:
 * @self: a table
 * @row: a row
 * @column: a column
 *
 * Returns: (transfer none) (nullable): the job there
 */
AphJob *
aph_comparison_get_job (AphComparison *self,
                        guint          row,
                        guint          column)
{
  const Row *found;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (row < self->rows->len, NULL);

  found = g_ptr_array_index (self->rows, row);

  return has_job (found, column) ? g_ptr_array_index (found->jobs, column) : NULL;
}

/**
 * aph_comparison_get_model:
 * @self: a table
 * @column: a column
 *
 * Returns: the name of the model; "" for the server's choice
 */
const char *
aph_comparison_get_model (AphComparison *self,
                          guint          column)
{
  g_return_val_if_fail (self != NULL, "");
  g_return_val_if_fail (column < self->columns->len, "");

  return ((Column *) g_ptr_array_index (self->columns, column))->model;
}

/* Parameters */

/* What a request says beside its options; "" where it says nothing. */
static char *
dup_value (AphParams  *params,
           gboolean    is_option,
           const char *name)
{
  JsonObject *object = is_option ? aph_params_get_options (params)
                                 : aph_params_get_members (params);
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL)
    return g_strdup ("");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));

  return aph_json_node_to_text (node);
}

static void
collect_names (JsonObject *object,
               gboolean    is_option,
               GPtrArray  *names)
{
  g_autoptr (GList) members = object != NULL ? json_object_get_members (object) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    {
      /* The first character tells where it is from. */
      g_autofree char *name = g_strdup_printf ("%c%s", is_option ? 'o' : 'm', (char *) l->data);

      if (g_str_equal (name, "moptions")
          || g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        continue;
      g_ptr_array_add (names, g_steal_pointer (&name));
    }
}

static gboolean
varies (AphComparison *self,
        gboolean       is_option,
        const char    *name)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = g_ptr_array_index (self->columns, i);
      g_autofree char *value = dup_value (column->params, is_option, name);

      if (first == NULL)
        first = g_steal_pointer (&value);
      else if (!g_str_equal (first, value))
        return TRUE;
    }

  return FALSE;
}

static void
append_part (GString    *text,
             const char *name,
             const char *value)
{
  const char *end = value;

  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, name);
  if (*value == '\0')
    {
      g_string_append (text, " –");
      return;
    }

  for (guint i = 0; i < MAX_VALUE_CHARS && *end != '\0' && *end != '\n'; i++)
    end = g_utf8_next_char (end);
  g_string_append_c (text, ' ');
  g_string_append_len (text, value, end - value);
  if (*end != '\0')
    g_string_append (text, "…");
}

/**
 * aph_comparison_dup_variation:
 * @self: a table
 * @column: a column
 *
 * Returns: (transfer full): what tells it from other columns beside the model, with Ollama's names:
 *   “temperature 0.2 · seed 7”, “#2” for the second time; "" for nothing
 */
char *
aph_comparison_dup_variation (AphComparison *self,
                              guint          column)
{
  g_autoptr (GPtrArray) names = NULL;
  GString *text;
  Column *found;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (column < self->columns->len, NULL);

  names = g_ptr_array_new_with_free_func (g_free);
  text = g_string_new (NULL);
  found = g_ptr_array_index (self->columns, column);
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *other = g_ptr_array_index (self->columns, i);

      collect_names (aph_params_get_options (other->params), TRUE, names);
      collect_names (aph_params_get_members (other->params), FALSE, names);
    }

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      gboolean is_option = name[0] == 'o';
      g_autofree char *value = NULL;

      if (!varies (self, is_option, name + 1))
        continue;
      value = dup_value (found->params, is_option, name + 1);
      append_part (text, name + 1, value);
    }
  if (found->repeat > 0)
    g_string_append_printf (text, "%s#%u", text->len > 0 ? " · " : "", found->repeat + 1);

  return g_string_free (text, FALSE);
}

/**
 * aph_comparison_summarize:
 * @self: a table
 * @column: a column
 * @summary: (out caller-allocates): how its answers are
 */
void
aph_comparison_summarize (AphComparison        *self,
                          guint                 column,
                          AphComparisonSummary *summary)
{
  guint n_rates = 0, n_tokens = 0, n_times = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (summary != NULL);

  memset (summary, 0, sizeof *summary);
  for (guint i = 0; i < self->rows->len; i++)
    {
      AphJob *job = aph_comparison_get_job (self, i, column);
      double rate;

      if (job == NULL)
        continue;

      summary->n_jobs++;
      if (aph_job_get_state (job) == APH_JOB_FAILED)
        summary->n_failed++;
      if (aph_job_get_rating (job) > 0)
        {
          summary->n_rated++;
          summary->rating += aph_job_get_rating (job);
        }
      if (aph_job_get_state (job) != APH_JOB_DONE)
        continue;

      summary->n_done++;
      if (aph_job_get_marks (job) != 0)
        summary->n_marked++;
      rate = aph_job_get_token_rate (job);
      if (rate > 0)
        {
          summary->token_rate += rate;
          n_rates++;
        }
      if (aph_job_get_usage (job)->answer_tokens >= 0)
        {
          summary->tokens += aph_job_get_usage (job)->answer_tokens;
          n_tokens++;
        }
      if (aph_job_get_total_ms (job) >= 0)
        {
          summary->total_ms += aph_job_get_total_ms (job);
          n_times++;
        }
    }

  summary->rating /= MAX (summary->n_rated, 1);
  summary->token_rate /= MAX (n_rates, 1);
  summary->tokens /= MAX (n_tokens, 1);
  summary->total_ms /= MAX (n_times, 1);
}
