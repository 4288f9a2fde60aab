/* aph-row-mapper.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-row-mapper"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "base/aph-json.h"
#include "files/aph-json-fault.h"
#include "files/aph-json-row.h"
#include "files/aph-result-row.h"
#include "files/aph-result-table.h"
#include "files/aph-row-mapper.h"

struct _AphRowMapper
{
  AphFileKind kind;
  AphReadOptions *options;
  GFile *folder;               /* (nullable) what paths are relative to */
  AphTemplate *template;       /* (nullable) instead of a prompt's column */
  char **columns;              /* none for JSON */
  guint n_columns;
  GHashTable *numbers;         /* of columns, by their names */
  char **names;                /* of the columns as JSON, each between a comma and a colon */
  int roles[APH_N_ROLES];      /* numbers of columns; -1 for none */
  gboolean keeps_vars;
  AphResultTable *results;     /* (nullable) it is a table that was exported from here */

  GString *text;               /* for a while */
  AphParams *params;           /* (nullable) of the last row that brought all of them along */
  char *system;                /* (nullable) of the last row with no more than that, … */
  AphParams *system_params;    /* … (nullable) and what came of it: most rows have the same */
};

static int
get_number (AphRowMapper *self,
            const char   *column)
{
  gpointer number;

  if (!g_hash_table_lookup_extended (self->numbers, column, NULL, &number))
    return -1;

  return GPOINTER_TO_INT (number);
}

static gboolean
is_json (AphRowMapper *self)
{
  return self->kind == APH_FILE_JSON_LINES || self->kind == APH_FILE_JSON_LIST;
}

/* The column that the user chose for a role has to be there. */
static gboolean
check_column (AphRowMapper  *self,
              const char    *column,
              GError       **error)
{
  g_autoptr (AphTemplate) template = aph_template_new_column (column);
  g_autoptr (GError) local = NULL;

  if (aph_template_check (template, (const char *const *) self->columns, &local))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, local->message);

  return FALSE;
}

static gboolean
find_roles (AphRowMapper  *self,
            GError       **error)
{
  for (AphRole role = 0; role < APH_N_ROLES; role++)
    {
      const char *column = self->options->columns[role];

      if (column == NULL)
        column = aph_file_layout_find_column ((const char *const *) self->columns, role);
      else if (*column != '\0' && !is_json (self) && !check_column (self, column, error))
        return FALSE;

      self->roles[role] = column != NULL ? get_number (self, column) : -1;
    }

  /* There is nothing else that could be it. */
  if (self->roles[APH_ROLE_PROMPT] < 0 && self->n_columns == 1)
    self->roles[APH_ROLE_PROMPT] = 0;

  return TRUE;
}

static char *
list_columns (AphRowMapper *self)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->n_columns && i < 12; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", self->columns[i]);

  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
check_prompt (AphRowMapper  *self,
              GError       **error)
{
  g_autoptr (GError) local = NULL;

  if (is_json (self) || self->results != NULL)
    return TRUE;

  if (self->template != NULL)
    {
      if (aph_template_check (self->template, (const char *const *) self->columns, &local))
        return TRUE;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, local->message);
      return FALSE;
    }

  if (self->roles[APH_ROLE_PROMPT] >= 0 || self->n_columns == 0)
    return TRUE;

  if (self->kind == APH_FILE_PICTURES)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("A folder of pictures needs a question: give it as a template"));
  else
    {
      g_autofree char *list = list_columns (self);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Say which column is the prompt, or give a template. There are: %s"), list);
    }

  return FALSE;
}

static void
name_columns (AphRowMapper        *self,
              const AphFileLayout *layout)
{
  self->columns = g_strdupv (layout->columns);
  self->n_columns = g_strv_length (self->columns);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_new0 (char *, self->n_columns + 1);

  for (guint i = 0; i < self->n_columns; i++)
    {
      GString *name = g_string_new (i > 0 ? "," : NULL);

      aph_json_append_string (name, self->columns[i]);
      g_string_append_c (name, ':');
      self->names[i] = g_string_free (name, FALSE);
      g_hash_table_insert (self->numbers, self->columns[i], GUINT_TO_POINTER (i));
    }
}

/**
 * aph_row_mapper_new:
 * @layout: what the records are of
 * @options: what the user says of them
 * @folder: (nullable): what paths are relative to
 * @error: return location
 *
 * Returns: (transfer full): a mapper, or %NULL with %G_IO_ERROR_INVALID_ARGUMENT if a column is
 *   meant that there is not, or it is not known which one is the prompt
 */
AphRowMapper *
aph_row_mapper_new (const AphFileLayout   *layout,
                    const AphReadOptions  *options,
                    GFile                 *folder,
                    GError               **error)
{
  g_autoptr (AphRowMapper) self = g_new0 (AphRowMapper, 1);

  self->kind = layout->kind;
  self->options = aph_read_options_copy (options);
  self->folder = folder != NULL ? g_object_ref (folder) : NULL;
  self->text = g_string_new (NULL);
  if (self->options->prompt_template != NULL)
    self->template = aph_template_ref (self->options->prompt_template);
  else if (is_json (self) && self->options->columns[APH_ROLE_PROMPT] != NULL
           && *self->options->columns[APH_ROLE_PROMPT] != '\0')
    self->template = aph_template_new_column (self->options->columns[APH_ROLE_PROMPT]);
  name_columns (self, layout);
  self->keeps_vars = self->kind != APH_FILE_TEXT || self->template != NULL;

  if (!find_roles (self, error))
    return NULL;
  if (self->kind == APH_FILE_TABLE && self->template == NULL
      && self->options->columns[APH_ROLE_PROMPT] == NULL)
    self->results = aph_result_table_new ((const char *const *) self->columns);
  if (!check_prompt (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
aph_row_mapper_free (AphRowMapper *self)
{
  g_clear_pointer (&self->options, aph_read_options_free);
  g_clear_object (&self->folder);
  g_clear_pointer (&self->template, aph_template_unref);
  g_clear_pointer (&self->numbers, g_hash_table_unref);
  g_clear_pointer (&self->columns, g_strfreev);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->results, aph_result_table_free);
  g_string_free (self->text, TRUE);
  g_free (self->system);
  g_clear_pointer (&self->params, aph_params_unref);
  g_clear_pointer (&self->system_params, aph_params_unref);
  g_free (self);
}

/**
 * aph_row_mapper_get_column:
 * @self: a mapper
 * @role: what for
 *
 * Returns: (nullable): the column it takes for @role
 */
const char *
aph_row_mapper_get_column (AphRowMapper *self,
                           AphRole       role)
{
  return self->roles[role] >= 0 ? self->columns[self->roles[role]] : NULL;
}

/* The same object for the same content as the row's before it. */
static AphParams *
share_params (AphRowMapper *self,
              AphParams    *params)
{
  if (self->params == NULL
      || strcmp (aph_params_get_text (params), aph_params_get_text (self->params)) != 0)
    {
      g_clear_pointer (&self->params, aph_params_unref);
      self->params = aph_params_ref (params);
    }

  return aph_params_ref (self->params);
}

static AphParams *
get_params (AphRowMapper *self,
            const char   *system)
{
  if (self->system_params == NULL || g_strcmp0 (system, self->system) != 0)
    {
      g_clear_pointer (&self->system_params, aph_params_unref);
      self->system_params = aph_params_new ();
      aph_params_set_system (self->system_params, system);
      g_free (self->system);
      self->system = g_strdup (system);
    }

  return aph_params_ref (self->system_params);
}

/* What promptfoo puts around the prompt of a test; it may name columns, too. */
static gboolean
surround (const char         *prefix,
          const char         *suffix,
          AphTemplateLookup   lookup,
          gpointer            user_data,
          GString            *prompt,
          GError            **error)
{
  g_autoptr (AphTemplate) before = aph_template_new (prefix != NULL ? prefix : "", error);
  g_autoptr (AphTemplate) after = NULL;
  g_autoptr (GString) start = g_string_new (NULL);

  if (before == NULL || !aph_template_expand (before, lookup, user_data, start, error))
    return FALSE;
  g_string_prepend_len (prompt, start->str, start->len);

  after = aph_template_new (suffix != NULL ? suffix : "", error);

  return after != NULL && aph_template_expand (after, lookup, user_data, prompt, error);
}

/* Tables */

typedef struct
{
  AphRowMapper *mapper;
  const AphRecord *record;
} TableLookup;

static const char *
look_up_cell (const char *column,
              gsize      *length,
              gpointer    user_data)
{
  TableLookup *lookup = user_data;
  int number = get_number (lookup->mapper, column);

  if (number < 0)
    return NULL;

  /* A row that is too short has nothing there. */
  if ((guint) number >= lookup->record->n_cells)
    {
      *length = 0;
      return "";
    }
  *length = lookup->record->cells[number].length;

  return lookup->record->cells[number].text;
}

/* The columns of a row as JSON, at the end of the text. */
static void
append_vars (AphRowMapper    *self,
             const AphRecord *record)
{
  GString *text = self->text;

  g_string_append_c (text, '{');
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_string_append (text, self->names[i]);
      if (i < record->n_cells)
        aph_json_append_valid_string (text, record->cells[i].text, record->cells[i].length);
      else
        g_string_append (text, "\"\"");
    }
  g_string_append_len (text, "}", 2);
}

/* Puts the cell of a role to the end of the text, with a NUL after it; -1 if there is none. */
static gssize
append_cell (AphRowMapper    *self,
             const AphRecord *record,
             AphRole          role)
{
  int number = self->roles[role];
  gsize start = self->text->len;

  if (number < 0 || (guint) number >= record->n_cells || record->cells[number].length == 0)
    return -1;

  g_string_append_len (self->text, record->cells[number].text, record->cells[number].length);
  g_string_append_c (self->text, '\0');

  return start;
}

static char *
dup_cell (AphRowMapper    *self,
          const AphRecord *record,
          const char      *column)
{
  int number = get_number (self, column);

  if (number < 0 || (guint) number >= record->n_cells)
    return NULL;

  return g_strndup (record->cells[number].text, record->cells[number].length);
}

/* Puts around the prompt, which is all of the text, what the row has for it. */
static gboolean
surround_prompt (AphRowMapper     *self,
                 const AphRecord  *record,
                 char            **reason)
{
  TableLookup lookup = { self, record };
  g_autofree char *prefix = dup_cell (self, record, "__prefix");
  g_autofree char *suffix = dup_cell (self, record, "__suffix");
  g_autoptr (GError) error = NULL;

  if (prefix == NULL && suffix == NULL)
    return TRUE;

  g_string_truncate (self->text, self->text->len - 1);
  if (!surround (prefix, suffix, look_up_cell, &lookup, self->text, &error))
    {
      *reason = g_strdup (error->message);
      return FALSE;
    }
  g_string_append_c (self->text, '\0');

  return TRUE;
}

static gboolean
append_prompt (AphRowMapper     *self,
               const AphRecord  *record,
               char            **reason)
{
  TableLookup lookup = { self, record };
  g_autoptr (GError) error = NULL;

  g_string_truncate (self->text, 0);
  if (self->template == NULL)
    append_cell (self, record, APH_ROLE_PROMPT);
  else if (!aph_template_expand (self->template, look_up_cell, &lookup, self->text, &error))
    {
      *reason = g_strdup (error->message);
      return FALSE;
    }
  else
    g_string_append_c (self->text, '\0');

  if (aph_is_blank (self->text->str, -1))
    {
      *reason = g_strdup (_("its prompt is empty"));
      return FALSE;
    }

  return surround_prompt (self, record, reason);
}

static const char *
get_text (AphRowMapper *self,
          gssize        start)
{
  return start >= 0 ? self->text->str + start : NULL;
}

/* What an exported row was asked. */
static AphRequest *
map_result (AphRowMapper     *self,
            const AphRecord  *record,
            char            **reason)
{
  g_autofree char *row = aph_result_table_dup_row (self->results, record->cells, record->n_cells,
                                                   reason);
  g_autoptr (AphJobRecord) result = row != NULL ? aph_result_row_parse (row, -1, NULL, NULL, NULL)
                                                : NULL;
  AphRequestFields fields;
  g_autoptr (AphParams) params = NULL;

  if (result == NULL)
    {
      if (*reason == NULL)
        *reason = g_strdup (_("it is not a row of results"));
      return NULL;
    }

  fields = *aph_request_get_fields (result->request);
  if (!aph_params_takes_prompt (fields.params, fields.prompt))
    {
      *reason = g_strdup (_("its prompt is empty"));
      return NULL;
    }
  params = share_params (self, fields.params);
  fields.params = params;

  return self->options->keeps_answers && result->state == APH_JOB_DONE
           ? aph_request_new_answered (&fields, row) : aph_request_new_full (&fields);
}

/* A cell names as many pictures as it likes; the name of a file in a folder is only that. */
static char **
split_pictures (AphRowMapper *self,
                const char   *cell)
{
  g_autoptr (GFile) file = NULL;
  char **uris;

  if (self->kind != APH_FILE_PICTURES)
    return aph_json_row_split_paths (cell, self->folder);

  file = g_file_get_child (self->folder, cell);
  uris = g_new0 (char *, 2);
  uris[0] = g_file_get_uri (file);

  return uris;
}

/* The request copies what it gets, so all of it is only put together here. */
static AphRequest *
map_cells (AphRowMapper     *self,
           const AphRecord  *record,
           char            **reason)
{
  AphRequestFields fields = { 0 };
  g_autoptr (AphParams) params = NULL;
  g_auto (GStrv) images = NULL;
  gssize model, id, system, paths, vars = -1;

  if (!append_prompt (self, record, reason))
    return NULL;

  model = append_cell (self, record, APH_ROLE_MODEL);
  id = append_cell (self, record, APH_ROLE_ID);
  system = append_cell (self, record, APH_ROLE_SYSTEM);
  paths = append_cell (self, record, APH_ROLE_IMAGES);
  if (self->keeps_vars)
    {
      vars = self->text->len;
      append_vars (self, record);
    }

  params = get_params (self, get_text (self, system));
  if (paths >= 0)
    images = split_pictures (self, get_text (self, paths));
  fields.prompt = self->text->str;
  fields.model = get_text (self, model);
  fields.custom_id = get_text (self, id);
  fields.vars = get_text (self, vars);
  fields.params = params;
  fields.images = (const char *const *) images;

  return aph_request_new_full (&fields);
}

/* JSON */

static gboolean
is_request (AphJsonRowKind kind)
{
  return kind != APH_JSON_ROW_TEST && kind != APH_JSON_ROW_TABLE;
}

typedef struct
{
  JsonObject *row;
  GPtrArray *cells;   /* of char *: those that were asked for */
} JsonLookup;

static const char *
look_up_member (const char *column,
                gsize      *length,
                gpointer    user_data)
{
  JsonLookup *lookup = user_data;
  char *cell = aph_json_row_dup_cell (lookup->row, column);

  if (cell == NULL)
    return NULL;

  g_ptr_array_add (lookup->cells, cell);
  *length = strlen (cell);

  return cell;
}

static char *
expand_for_object (AphRowMapper *self,
                   JsonObject   *row,
                   AphRowFields *fields)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  JsonLookup lookup = { row, cells };

  g_string_truncate (self->text, 0);
  if (!aph_template_expand (self->template, look_up_member, &lookup, self->text, &error))
    {
      aph_row_fields_refuse (fields, "%s", error->message);
      return NULL;
    }

  return g_strndup (self->text->str, self->text->len);
}

/* The cell for a role: of the column that was chosen, or whose name says so. */
static char *
dup_member (AphRowMapper *self,
            JsonObject   *row,
            AphRole       role)
{
  const char *column = self->options->columns[role];
  JsonObject *vars = aph_json_get_object (row, "vars");
  g_autoptr (GPtrArray) all = NULL;
  char *cell = NULL;

  if (column == NULL)
    {
      g_autoptr (GList) members = json_object_get_members (vars != NULL ? vars : row);

      all = g_ptr_array_new ();
      for (GList *link = members; link != NULL; link = link->next)
        g_ptr_array_add (all, link->data);
      g_ptr_array_add (all, NULL);
      column = aph_file_layout_find_column ((const char *const *) (gpointer) all->pdata, role);
    }

  if (column != NULL && *column != '\0')
    cell = aph_json_row_dup_cell (row, column);
  if (cell != NULL && *cell == '\0')
    g_clear_pointer (&cell, g_free);

  return cell;
}

/* An object whose members are columns. */
static gboolean
read_members (AphRowMapper *self,
              JsonObject   *row,
              AphRowFields *fields)
{
  g_autofree char *system = dup_member (self, row, APH_ROLE_SYSTEM);
  g_autofree char *images = NULL;

  if (self->template == NULL)
    fields->prompt = dup_member (self, row, APH_ROLE_PROMPT);
  if (fields->prompt == NULL)
    return aph_row_fields_refuse (fields, _("it has no “prompt”"));
  if (aph_is_blank (fields->prompt, -1))
    return aph_row_fields_refuse (fields, _("its prompt is empty"));

  fields->model = dup_member (self, row, APH_ROLE_MODEL);
  fields->custom_id = dup_member (self, row, APH_ROLE_ID);
  fields->params = get_params (self, system);
  images = dup_member (self, row, APH_ROLE_IMAGES);
  if (images != NULL)
    fields->images = aph_json_row_split_paths (images, self->folder);

  return TRUE;
}

/* The same for a test of a JSON file. */
static gboolean
surround_member (JsonObject   *row,
                 AphRowFields *fields)
{
  JsonObject *options = aph_json_get_object (row, "options");
  const char *prefix = options != NULL ? aph_json_get_string (options, "prefix") : NULL;
  const char *suffix = options != NULL ? aph_json_get_string (options, "suffix") : NULL;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) prompt = NULL;
  g_autoptr (GError) error = NULL;
  JsonLookup lookup = { row, cells };

  if (prefix == NULL && suffix == NULL)
    return TRUE;

  prompt = g_string_new (fields->prompt);
  if (!surround (prefix, suffix, look_up_member, &lookup, prompt, &error))
    return aph_row_fields_refuse (fields, "%s", error->message);
  g_free (fields->prompt);
  fields->prompt = g_string_free (g_steal_pointer (&prompt), FALSE);

  return TRUE;
}

static gboolean
read_object (AphRowMapper *self,
             JsonObject   *row,
             AphRowFields *fields)
{
  AphJsonRowKind kind = aph_json_row_get_kind (row);
  g_autofree char *prompt = NULL;

  if (self->template != NULL)
    {
      prompt = expand_for_object (self, row, fields);
      if (prompt == NULL)
        return FALSE;
    }
  fields->vars = aph_json_row_dup_vars (row);

  if (!is_request (kind))
    {
      fields->prompt = g_steal_pointer (&prompt);
      return read_members (self, row, fields)
             && (kind != APH_JSON_ROW_TEST || surround_member (row, fields));
    }

  if (!aph_json_row_read (row, prompt, self->folder, fields))
    return FALSE;

  if (fields->params != NULL)
    {
      AphParams *shared = share_params (self, fields->params);

      aph_params_unref (fields->params);
      fields->params = shared;
    }

  return TRUE;
}

static gboolean
read_string (AphRowMapper *self,
             JsonNode     *node,
             AphRowFields *fields)
{
  g_autoptr (JsonObject) row = json_object_new ();

  json_object_set_member (row, "prompt", json_node_copy (node));
  if (self->template != NULL)
    fields->prompt = expand_for_object (self, row, fields);
  else
    fields->prompt = g_strdup (json_node_get_string (node));

  if (fields->prompt == NULL)
    return FALSE;
  if (aph_is_blank (fields->prompt, -1))
    return aph_row_fields_refuse (fields, _("its prompt is empty"));
  fields->params = get_params (self, NULL);

  return TRUE;
}

static gboolean
is_answered (AphRowMapper *self,
             JsonObject   *row)
{
  AphJobState state;

  return self->options->keeps_answers && self->template == NULL
         && aph_json_row_get_kind (row) == APH_JSON_ROW_RESULT
         && aph_result_row_is_row (row, &state) && state == APH_JOB_DONE;
}

static gboolean
read_json (AphRowMapper    *self,
           const AphRecord *record,
           AphRowFields    *fields)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = aph_json_parse (record->cells[0].text, record->cells[0].length,
                                              &error);
  g_autofree char *fault = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      if (is_answered (self, json_node_get_object (node)))
        fields->answered = g_strndup (record->cells[0].text, record->cells[0].length);
      return read_object (self, json_node_get_object (node), fields);
    }
  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    return read_string (self, node, fields);

  if (error == NULL)
    return aph_row_fields_refuse (fields, _("it is not one JSON object"));
  if (g_error_matches (error, APH_JSON_ERROR, APH_JSON_ERROR_NUL))
    return aph_row_fields_refuse (fields, _("it holds a NUL character (\\u0000)"));
  if (g_error_matches (error, APH_JSON_ERROR, APH_JSON_ERROR_SURROGATE))
    return aph_row_fields_refuse (fields,
                                  _("it holds half of a surrogate pair (\\ud800…\\udfff)"));

  fault = aph_json_fault_describe (record->cells[0].text, record->cells[0].length, record->line,
                                   self->kind == APH_FILE_JSON_LINES);

  return aph_row_fields_refuse (fields, _("it is not valid JSON: %s"),
                                fault != NULL ? fault : error->message);
}

/**
 * aph_row_mapper_map:
 * @self: a mapper
 * @record: a record without a reason
 * @reason: (out): why it is no request
 *
 * Returns: (transfer full) (nullable): what the record asks
 */
AphRequest *
aph_row_mapper_map (AphRowMapper     *self,
                    const AphRecord  *record,
                    char            **reason)
{
  g_auto (AphRowFields) fields = { 0 };

  if (self->results != NULL)
    return map_result (self, record, reason);
  if (!is_json (self))
    return map_cells (self, record, reason);

  if (!read_json (self, record, &fields))
    {
      *reason = g_steal_pointer (&fields.reason);
      return NULL;
    }

  return aph_row_fields_take (&fields);
}
