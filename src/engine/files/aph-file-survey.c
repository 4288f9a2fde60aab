/* aph-file-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-file-survey"

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "files/aph-file-survey.h"
#include "files/aph-json-row.h"
#include "files/aph-row-mapper.h"

/* More bad rows than this are not kept. */
#define MAX_BAD_SIZE (16 * 1024 * 1024)

/* A cell is looked at, not read. */
#define MAX_CELL_SIZE 400

#define MAX_COLUMNS 100

typedef struct
{
  AphPromptSource *source;
  AphReadOptions *options;
  gboolean whole;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  aph_prompt_source_unref (order->source);
  aph_read_options_free (order->options);
  g_free (order);
}

void
aph_file_survey_free (AphFileSurvey *self)
{
  g_strfreev (self->layout.columns);
  for (guint i = 0; i < APH_N_ROLES; i++)
    g_free (self->roles[i]);
  g_ptr_array_unref (self->rows);
  g_free (self->example);
  g_free (self->problem);
  g_ptr_array_unref (self->errors);
  g_string_free (self->bad_rows, TRUE);
  g_free (self);
}

static AphFileSurvey *
survey_new (const AphFileLayout *layout)
{
  AphFileSurvey *self = g_new0 (AphFileSurvey, 1);

  self->layout = *layout;
  self->layout.columns = g_strdupv (layout->columns);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) aph_row_error_free);
  self->bad_rows = g_string_new (NULL);

  return self;
}

/* The beginning of a cell, in valid UTF-8. */
static char *
dup_cell (const char *text,
          gsize       length)
{
  const char *end = text + MIN (length, MAX_CELL_SIZE);

  g_utf8_validate_len (text, end - text, &end);

  return length > MAX_CELL_SIZE ? g_strdup_printf ("%.*s…", (int) (end - text), text)
                                : g_strndup (text, end - text);
}

static char **
split_cells (const AphRecord *record,
             guint            n_columns)
{
  char **cells = g_new0 (char *, n_columns + 1);

  for (guint i = 0; i < n_columns; i++)
    cells[i] = i < record->n_cells ? dup_cell (record->cells[i].text, record->cells[i].length)
                                   : g_strdup ("");

  return cells;
}

/* What can be seen of an object: its variables if it has some, else its members. */
static JsonObject *
get_shown (JsonObject *row)
{
  JsonObject *vars = aph_json_get_object (row, "vars");

  return vars != NULL && aph_json_row_get_kind (row) == APH_JSON_ROW_TEST ? vars : row;
}

static void
add_columns (GPtrArray  *columns,
             JsonObject *row)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init_ordered (&iter, get_shown (row));
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (columns->len < MAX_COLUMNS
        && !g_ptr_array_find_with_equal_func (columns, name, g_str_equal, NULL))
      g_ptr_array_add (columns, g_strdup (name));
}

static char **
split_object (JsonObject *row,
              GPtrArray  *columns)
{
  char **cells = g_new0 (char *, columns->len + 1);

  for (guint i = 0; i < columns->len; i++)
    {
      g_autofree char *cell = aph_json_row_dup_cell (row, g_ptr_array_index (columns, i));

      cells[i] = cell != NULL ? dup_cell (cell, strlen (cell)) : g_strdup ("");
    }

  return cells;
}

/* The rows of JSON are objects until all columns are known. */
static void
lay_out_objects (AphFileSurvey *self,
                 GPtrArray     *objects)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < objects->len; i++)
    add_columns (columns, g_ptr_array_index (objects, i));
  for (guint i = 0; i < objects->len; i++)
    g_ptr_array_add (self->rows, split_object (g_ptr_array_index (objects, i), columns));

  g_strfreev (self->layout.columns);
  g_ptr_array_add (columns, NULL);
  g_ptr_array_set_free_func (columns, NULL);
  self->layout.columns = (char **) g_ptr_array_free (g_steal_pointer (&columns), FALSE);
}

static gboolean
is_json (const AphFileSurvey *self)
{
  return self->layout.kind == APH_FILE_JSON_LINES || self->layout.kind == APH_FILE_JSON_LIST;
}

static void
keep_row (AphFileSurvey   *self,
          const AphRecord *record,
          GPtrArray       *objects)
{
  JsonObject *object;

  if (self->rows->len + objects->len >= APH_SURVEY_MAX_ROWS)
    return;

  if (!is_json (self))
    {
      g_ptr_array_add (self->rows, split_cells (record, g_strv_length (self->layout.columns)));
      return;
    }

  object = aph_json_parse_object (record->cells[0].text, record->cells[0].length, NULL);
  if (object == NULL)
    {
      JsonNode *node = aph_json_parse (record->cells[0].text, record->cells[0].length, NULL);

      if (node == NULL)
        return;
      object = json_object_new ();
      json_object_set_member (object, "prompt", node);
    }
  g_ptr_array_add (objects, object);
}

/* As the file has it, and then what is between rows: without that, the lines of a prompt would be
 * prompts of their own when they are read again. */
static void
keep_bad_row (AphFileSurvey   *self,
              const AphRecord *record)
{
  GString *rows = self->bad_rows;

  /* What was too long to be kept is missing. */
  if (record->raw_length == 0 || rows->len + record->raw_length > MAX_BAD_SIZE)
    {
      self->is_cut = TRUE;
      return;
    }

  if (self->layout.kind == APH_FILE_JSON_LIST)
    g_string_append (rows, rows->len == 0 ? "[\n" : ",\n");
  g_string_append_len (rows, record->raw, record->raw_length);
  if (self->layout.kind == APH_FILE_JSON_LIST)
    return;

  if (record->raw[record->raw_length - 1] != '\n')
    g_string_append_c (rows, '\n');
  if (self->layout.kind == APH_FILE_TEXT && self->layout.blocks == APH_BLOCKS_DASHES)
    g_string_append (rows, "---\n");
  if (self->layout.kind == APH_FILE_TEXT && self->layout.blocks == APH_BLOCKS_PARAGRAPHS)
    g_string_append_c (rows, '\n');
}

static void
end_bad_rows (AphFileSurvey *self)
{
  if (self->layout.kind == APH_FILE_JSON_LIST && self->bad_rows->len > 0)
    g_string_append (self->bad_rows, "\n]\n");
}

static void
add_bad_row (AphFileSurvey   *self,
             const AphRecord *record,
             const char      *reason)
{
  self->n_bad++;
  if (self->errors->len < APH_SURVEY_MAX_ERRORS)
    g_ptr_array_add (self->errors, aph_row_error_new (record, reason));
  keep_bad_row (self, record);
}

static void
take_record (AphFileSurvey   *self,
             AphRowMapper    *mapper,
             const AphRecord *record,
             GPtrArray       *objects)
{
  g_autofree char *reason = g_strdup (record->reason);
  g_autoptr (AphRequest) request = NULL;

  if (reason == NULL && mapper != NULL)
    request = aph_row_mapper_map (mapper, record, &reason);

  if (record->reason == NULL)
    keep_row (self, record, objects);
  if (reason != NULL)
    add_bad_row (self, record, reason);
  else
    self->n_rows++;
  if (request != NULL && aph_request_get_answered (request) != NULL)
    self->n_answered++;
  if (request != NULL && self->example == NULL)
    self->example = g_strdup (aph_request_get_prompt (request));
}

static void
take_roles (AphFileSurvey        *self,
            AphRowMapper         *mapper,
            const AphReadOptions *options)
{
  for (AphRole role = 0; role < APH_N_ROLES; role++)
    {
      const char *column = mapper != NULL ? aph_row_mapper_get_column (mapper, role) : NULL;

      if (is_json (self))
        column = options->columns[role] != NULL
                   ? options->columns[role]
                   : aph_file_layout_find_column ((const char *const *) self->layout.columns, role);
      self->roles[role] = g_strdup (column);
    }
}

static gboolean
read_rows (AphFileSurvey  *self,
           AphRowSource   *rows,
           AphRowMapper   *mapper,
           gboolean        whole,
           GPtrArray      *objects,
           GCancellable   *cancellable,
           GError        **error)
{
  AphRecord record = { 0 };

  while (whole || self->n_rows + self->n_bad < APH_SURVEY_MAX_ROWS)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      switch (aph_row_source_next (rows, &record, cancellable, error))
        {
        case APH_LINE_READ:
          take_record (self, mapper, &record, objects);
          break;
        case APH_LINE_BLANK:
          break;
        case APH_LINE_END:
          self->is_complete = TRUE;
          return TRUE;
        case APH_LINE_TOO_LONG:
        case APH_LINE_ERROR:
        default:
          return FALSE;
        }
    }

  return TRUE;
}

/* The bad rows of a table can be read again only with its first row. */
static void
add_header (AphFileSurvey *self)
{
  if (self->layout.kind != APH_FILE_TABLE || !self->layout.has_header)
    return;

  for (guint i = 0; self->layout.columns[i] != NULL; i++)
    {
      const char *name = self->layout.columns[i];
      gboolean needs_quotes = strpbrk (name, "\"\n\r") != NULL
                              || strchr (name, self->layout.delimiter) != NULL;
      g_auto (GStrv) parts = g_strsplit (name, "\"", -1);
      g_autofree char *doubled = g_strjoinv ("\"\"", parts);

      g_string_append_printf (self->bad_rows, needs_quotes ? "%s\"%s\"" : "%s%s",
                              i > 0 ? (char[]) { self->layout.delimiter, 0 } : "", doubled);
    }
  g_string_append_c (self->bad_rows, '\n');
}

static AphFileSurvey *
survey (Order         *order,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (AphRowSource) rows = NULL;
  g_autoptr (AphFileSurvey) self = NULL;
  g_autoptr (AphRowMapper) mapper = NULL;
  g_autoptr (GPtrArray) objects = NULL;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) local = NULL;

  rows = aph_prompt_source_open (order->source, order->options, cancellable, error);
  if (rows == NULL)
    return NULL;

  objects = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self = survey_new (aph_row_source_get_layout (rows));
  folder = aph_row_source_dup_folder (rows);
  mapper = aph_row_mapper_new (&self->layout, order->options, folder, &local);
  if (mapper == NULL)
    self->problem = g_strdup (local->message);

  add_header (self);
  if (!read_rows (self, rows, mapper, order->whole, objects, cancellable, error))
    return NULL;
  end_bad_rows (self);
  if (is_json (self))
    lay_out_objects (self, objects);
  take_roles (self, mapper, order->options);

  return g_steal_pointer (&self);
}

static void
survey_thread (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  GError *error = NULL;
  AphFileSurvey *self = survey (task_data, cancellable, &error);

  if (self != NULL)
    g_task_return_pointer (task, self, (GDestroyNotify) aph_file_survey_free);
  else
    g_task_return_error (task, error);
}

/**
 * aph_file_survey_async:
 * @source: what to look at
 * @options: (nullable): what the user says of it
 * @whole: whether to go through all of it, to count the rows; else only the first ones are read
 * @cancellable: (nullable): to stop it
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Looks at a file in a thread.
 */
void
aph_file_survey_async (AphPromptSource      *source,
                       const AphReadOptions *options,
                       gboolean              whole,
                       GCancellable         *cancellable,
                       GAsyncReadyCallback   callback,
                       gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;
  Order *order;

  g_return_if_fail (source != NULL);

  order = g_new0 (Order, 1);
  order->source = aph_prompt_source_ref (source);
  order->options = aph_read_options_copy (options);
  order->whole = whole;

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aph_file_survey_async);
  g_task_set_task_data (task, order, order_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, survey_thread);
}

/**
 * aph_file_survey_finish:
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full): what was found; %NULL with a %G_IO_ERROR whose message names the file
 */
AphFileSurvey *
aph_file_survey_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
