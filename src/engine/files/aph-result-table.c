/* aph-result-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-result-table"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-json-members.h"
#include "base/aph-json.h"
#include "files/aph-csv-cell.h"
#include "files/aph-result-table.h"

/* Ours, in their order; in a table their names begin with "_". */
typedef enum
{
  PROMPT,
  RESPONSE,
  MODEL,
  STATE,
  ID,
  INDEX,
  THINKING,
  DONE_REASON,
  MARKS,
  ATTEMPTS,
  ERROR_MESSAGE,
  ERROR_CLASS,
  ERROR_STATUS,
  SERVER,
  TIME,
  WAIT_MS,
  TTFT_MS,
  TOTAL_MS,
  PROMPT_TOKENS,
  ANSWER_TOKENS,
  TOKENS_PER_S,
  PARAMS,
  IMAGES,
  RATING,
  NOTE,
  N_OWN,
} Own;

static const char *const own_columns[N_OWN] = {
  "prompt", "response", "model", "state", "id", "index", "thinking", "done_reason", "marks",
  "attempts", "error", "error_class", "error_status", "server", "time", "wait_ms", "ttft_ms",
  "total_ms", "prompt_tokens", "answer_tokens", "tokens_per_s", "params", "images", "rating",
  "note",
};

struct _AphResultTable
{
  char **own;         /* how ours are called in it */
  char **columns;     /* those of the user */
  guint n_columns;
};

/**
 * aph_result_table_get_own_columns:
 * @n_columns: (out): how many there are
 *
 * Returns: (array length=n_columns): the names of our columns, without what makes them different
 *   from those of the user
 */
const char *const *
aph_result_table_get_own_columns (guint *n_columns)
{
  *n_columns = N_OWN;

  return own_columns;
}

static gboolean
is_own (const char *column,
        const char *own)
{
  gsize n_marks = strspn (column, "_");

  return n_marks > 0 && strcmp (column + n_marks, own) == 0;
}

/**
 * aph_result_table_new:
 * @columns: the names of the columns of a table
 *
 * Returns: (transfer full) (nullable): what it takes to read it; %NULL if it is not from here
 */
AphResultTable *
aph_result_table_new (const char *const *columns)
{
  guint n = g_strv_length ((char **) columns);
  AphResultTable *self;

  if (n < N_OWN)
    return NULL;
  for (guint i = 0; i < N_OWN; i++)
    if (!is_own (columns[n - N_OWN + i], own_columns[i]))
      return NULL;

  self = g_new0 (AphResultTable, 1);
  self->n_columns = n - N_OWN;
  self->own = g_strdupv ((char **) columns + self->n_columns);
  self->columns = g_new0 (char *, self->n_columns + 1);
  for (guint i = 0; i < self->n_columns; i++)
    self->columns[i] = aph_csv_cell_restore (columns[i]);

  return self;
}

void
aph_result_table_free (AphResultTable *self)
{
  g_strfreev (self->own);
  g_strfreev (self->columns);
  g_free (self);
}

/* What a row says, as the row of JSON that says the same. */
typedef struct
{
  AphResultTable *table;
  const AphCell *cells;
  guint n_cells;
  GString *row;
  char *reason;    /* (nullable) why it is no row */
} Reading;

/* A row that is too short has nothing there. */
static char *
dup_cell (Reading *reading,
          guint    column)
{
  const AphCell *cell = column < reading->n_cells ? &reading->cells[column] : NULL;
  g_autofree char *text = cell != NULL ? g_strndup (cell->text, cell->length) : g_strdup ("");

  return aph_csv_cell_restore (text);
}

static char *
dup_own (Reading *reading,
         Own      own)
{
  return dup_cell (reading, reading->table->n_columns + own);
}

/* An empty cell is nothing. */
static void
append_text (Reading    *reading,
             const char *name,
             Own         own)
{
  g_autofree char *text = dup_own (reading, own);

  aph_json_append_text (reading->row, name, *text != '\0' ? text : NULL);
}

static void
append_number (Reading    *reading,
               const char *name,
               Own         own)
{
  g_autofree char *text = dup_own (reading, own);
  char *end = NULL;
  double number = g_ascii_strtod (text, &end);

  aph_json_append_name (reading->row, name);
  if (end == text || *end != '\0')
    g_string_append (reading->row, "null");
  else
    aph_json_append_double (reading->row, number);
}

/* What is JSON already, unless somebody has edited it. */
static gboolean
append_json (Reading      *reading,
             const char   *name,
             Own           own,
             JsonNodeType  type)
{
  g_autofree char *text = dup_own (reading, own);
  g_autoptr (JsonNode) node = *text != '\0' ? aph_json_parse (text, -1, NULL) : NULL;

  if (*text != '\0' && (node == NULL || (!JSON_NODE_HOLDS_NULL (node)
                                         && json_node_get_node_type (node) != type)))
    {
      const char *column = reading->table->own[own];

      reading->reason = type == JSON_NODE_OBJECT
                          ? g_strdup_printf (_("its “%s” is not a JSON object"), column)
                          : g_strdup_printf (_("its “%s” is not a JSON list"), column);
      return FALSE;
    }

  aph_json_append_raw (reading->row, name, *text != '\0' ? text : NULL);

  return TRUE;
}

static void
append_marks (Reading *reading)
{
  g_autofree char *text = dup_own (reading, MARKS);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  aph_json_append_name (reading->row, "marks");
  g_string_append_c (reading->row, '[');
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (reading->row, ',');
      aph_json_append_string (reading->row, words[i]);
    }
  g_string_append_c (reading->row, ']');
}

static void
append_error (Reading *reading)
{
  aph_json_append_name (reading->row, "error");
  g_string_append_c (reading->row, '{');
  append_text (reading, "class", ERROR_CLASS);
  append_number (reading, "status", ERROR_STATUS);
  append_text (reading, "message", ERROR_MESSAGE);
  g_string_append_c (reading->row, '}');
}

static void
append_metrics (Reading *reading)
{
  aph_json_append_name (reading->row, "metrics");
  g_string_append_c (reading->row, '{');
  append_number (reading, "wait_ms", WAIT_MS);
  append_number (reading, "ttft_ms", TTFT_MS);
  append_number (reading, "total_ms", TOTAL_MS);
  append_number (reading, "prompt_tokens", PROMPT_TOKENS);
  append_number (reading, "answer_tokens", ANSWER_TOKENS);
  g_string_append_c (reading->row, '}');
}

static void
append_vars (Reading *reading)
{
  AphResultTable *self = reading->table;

  aph_json_append_name (reading->row, "vars");
  if (self->n_columns == 0)
    {
      g_string_append (reading->row, "null");
      return;
    }

  g_string_append_c (reading->row, '{');
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_autofree char *text = dup_cell (reading, i);

      aph_json_append_text (reading->row, self->columns[i], text);
    }
  g_string_append_c (reading->row, '}');
}

static gboolean
append_row (Reading *reading)
{
  g_autofree char *prompt = dup_own (reading, PROMPT);
  g_autofree char *index = dup_own (reading, INDEX);

  g_string_append_c (reading->row, '{');
  aph_json_append_count (reading->row, "index", g_ascii_strtoll (index, NULL, 10));
  append_text (reading, "id", ID);
  append_text (reading, "state", STATE);
  append_text (reading, "server", SERVER);
  append_text (reading, "model", MODEL);
  aph_json_append_text (reading->row, "prompt", prompt);
  append_text (reading, "response", RESPONSE);
  append_text (reading, "thinking", THINKING);
  append_text (reading, "done_reason", DONE_REASON);
  append_marks (reading);
  append_number (reading, "attempts", ATTEMPTS);
  append_error (reading);
  append_metrics (reading);
  append_text (reading, "time", TIME);
  append_vars (reading);
  if (!append_json (reading, "params", PARAMS, JSON_NODE_OBJECT)
      || !append_json (reading, "images", IMAGES, JSON_NODE_ARRAY))
    return FALSE;
  append_number (reading, "rating", RATING);
  append_text (reading, "note", NOTE);
  g_string_append_c (reading->row, '}');

  return TRUE;
}

/**
 * aph_result_table_dup_row:
 * @self: a table
 * @cells: (array length=n_cells): a row of it
 * @n_cells: how many
 * @reason: (out): why it is no row, for the user
 *
 * Returns: (transfer full) (nullable): the same as a row of JSON, which is none of results if the
 *   row of the table is not one of ours; %NULL with a @reason if what should be JSON is none
 */
char *
aph_result_table_dup_row (AphResultTable  *self,
                          const AphCell   *cells,
                          guint            n_cells,
                          char           **reason)
{
  Reading reading = { self, cells, n_cells, g_string_new (NULL), NULL };
  gboolean is_row = append_row (&reading);

  if (!is_row)
    *reason = reading.reason;

  return g_string_free (reading.row, !is_row);
}
