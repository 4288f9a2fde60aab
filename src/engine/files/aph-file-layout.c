/* aph-file-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-file-layout"

#include "config.h"

#include <string.h>

#include "files/aph-file-layout.h"
#include "files/aph-json-head.h"
#include "files/aph-prompts.h"

/* So many rows tell what is between cells. */
#define MAX_SAMPLED_ROWS 100

/* The name of a column is no longer than this, a prompt often is. */
#define MAX_NAME_LENGTH 48

static const char delimiters[] = ",;\t|";

/* What people call a column, in lower case; the first that is there counts. */
static const char *const role_names[APH_N_ROLES][16] = {
  [APH_ROLE_PROMPT] = { "prompt", "question", "instruction", "query", "input", "text", "message",
                        "content", "提示词", "提示", "问题", "输入", "内容", NULL },
  [APH_ROLE_SYSTEM] = { "system", "system_prompt", "system prompt", "系统提示词", NULL },
  [APH_ROLE_MODEL] = { "model", "模型", NULL },
  [APH_ROLE_ID] = { "custom_id", "id", "question_id", "编号", NULL },
  [APH_ROLE_IMAGES] = { "image", "images", "image_path", "picture", "图片", NULL },
};

AphReadOptions *
aph_read_options_new (void)
{
  return g_new0 (AphReadOptions, 1);
}

/**
 * aph_read_options_copy:
 * @self: (nullable): options
 *
 * Returns: (transfer full): a copy of them; for %NULL some that say nothing
 */
AphReadOptions *
aph_read_options_copy (const AphReadOptions *self)
{
  AphReadOptions *copy = aph_read_options_new ();

  if (self == NULL)
    return copy;

  *copy = *self;
  if (self->prompt_template != NULL)
    aph_template_ref (copy->prompt_template);
  for (guint i = 0; i < APH_N_ROLES; i++)
    copy->columns[i] = g_strdup (self->columns[i]);

  return copy;
}

void
aph_read_options_free (AphReadOptions *self)
{
  g_clear_pointer (&self->prompt_template, aph_template_unref);
  for (guint i = 0; i < APH_N_ROLES; i++)
    g_free (self->columns[i]);
  g_free (self);
}

/**
 * aph_read_options_set_column:
 * @self: options
 * @role: what for
 * @column: (nullable): the column; "" for none, %NULL to go by the names
 */
void
aph_read_options_set_column (AphReadOptions *self,
                             AphRole         role,
                             const char     *column)
{
  g_free (self->columns[role]);
  self->columns[role] = g_strdup (column);
}

/**
 * aph_file_layout_find_column:
 * @columns: (array zero-terminated=1): names of columns
 * @role: what for
 *
 * Returns: (nullable): the column whose name says that it is for @role
 */
const char *
aph_file_layout_find_column (const char *const *columns,
                             AphRole            role)
{
  for (guint i = 0; role_names[role][i] != NULL; i++)
    for (guint j = 0; columns[j] != NULL; j++)
      if (g_ascii_strcasecmp (columns[j], role_names[role][i]) == 0)
        return columns[j];

  return NULL;
}

/* A row of the head, with just as much done as is needed to count. */

typedef struct
{
  const char *at;
  const char *end;
} Sample;

static gboolean
is_row_end (char c)
{
  return c == '\n' || c == '\r';
}

/* Goes over one cell; returns FALSE at the end of the sample. */
static gboolean
skip_cell (Sample *sample,
           char    delimiter)
{
  gboolean is_quoted = sample->at < sample->end && *sample->at == '"';

  if (is_quoted)
    {
      for (sample->at++; sample->at < sample->end; sample->at++)
        if (*sample->at == '"' && (sample->at + 1 == sample->end || sample->at[1] != '"'))
          break;
        else if (*sample->at == '"')
          sample->at++;
    }

  while (sample->at < sample->end && *sample->at != delimiter && !is_row_end (*sample->at))
    sample->at++;

  return sample->at < sample->end;
}

/* Counts the cells of the next row that is not blank; 0 at the end, also of a row that is cut. */
static guint
count_cells (Sample *sample,
             char    delimiter)
{
  guint n_cells = 1;

  while (sample->at < sample->end && is_row_end (*sample->at))
    sample->at++;
  if (sample->at == sample->end)
    return 0;

  while (skip_cell (sample, delimiter) && *sample->at == delimiter)
    {
      sample->at++;
      n_cells++;
    }

  return n_cells;
}

typedef struct
{
  guint n_cells;   /* of the first row */
  guint n_rows;
  guint n_alike;   /* rows that have as many */
} Shape;

static Shape
measure_shape (const char *head,
               gsize       length,
               char        delimiter)
{
  Sample sample = { head, head + length };
  Shape shape = { count_cells (&sample, delimiter), 1, 1 };

  while (shape.n_rows < MAX_SAMPLED_ROWS)
    {
      guint n_cells = count_cells (&sample, delimiter);

      /* The last row may be cut off. */
      if (n_cells == 0 || (sample.at == sample.end && shape.n_rows > 1))
        break;
      shape.n_rows++;
      shape.n_alike += n_cells == shape.n_cells;
    }

  return shape;
}

/* What is between the cells; ',' when there is only one column. */
static char
detect_delimiter (const char *head,
                  gsize       length,
                  Shape      *shape)
{
  char best = delimiters[0];
  double best_score = 0;

  *shape = measure_shape (head, length, best);
  for (const char *p = delimiters; *p != '\0'; p++)
    {
      Shape candidate = measure_shape (head, length, *p);
      double score = (double) candidate.n_alike / candidate.n_rows;

      if (candidate.n_cells < 2)
        continue;

      /* More columns decide between two that fit as well. */
      score += MIN (candidate.n_cells, 100) / 1000.0;
      if (score > best_score)
        {
          best_score = score;
          best = *p;
          *shape = candidate;
        }
    }

  return best;
}

static gboolean
detect_trims (const char *head,
              gsize       length,
              char        delimiter)
{
  const char pattern[] = { delimiter, ' ', '"' };

  return memmem (head, length, pattern, sizeof pattern) != NULL;
}

/* The cells of the first row, without quotes. */
static char **
split_first_row (const char *head,
                 gsize       length,
                 char        delimiter)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  Sample sample = { head, head + length };

  while (sample.at < sample.end && is_row_end (*sample.at))
    sample.at++;

  for (;;)
    {
      const char *start = sample.at;
      gboolean goes_on = skip_cell (&sample, delimiter) && *sample.at == delimiter;
      g_autofree char *cell = g_strstrip (g_strndup (start, sample.at - start));
      gsize size = strlen (cell);

      if (size >= 2 && cell[0] == '"' && cell[size - 1] == '"')
        g_ptr_array_add (cells, g_strstrip (g_strndup (cell + 1, size - 2)));
      else
        g_ptr_array_add (cells, g_steal_pointer (&cell));
      if (!goes_on)
        break;
      sample.at++;
    }
  g_ptr_array_add (cells, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&cells), FALSE);
}

/* A column, or two that only tables from here have, whatever the others are called. */
static gboolean
has_known_name (const char *const *cells)
{
  if (g_strv_contains (cells, "_prompt") && g_strv_contains (cells, "_response"))
    return TRUE;
  for (guint i = 0; cells[i] != NULL; i++)
    if (g_str_has_prefix (cells[i], "__"))
      return TRUE;

  for (AphRole role = 0; role < APH_N_ROLES; role++)
    if (aph_file_layout_find_column (cells, role) != NULL)
      return TRUE;

  return FALSE;
}

/* Names are short, differ, and are neither numbers nor sentences. */
static gboolean
looks_like_names (const char *const *cells)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; cells[i] != NULL; i++)
    {
      const char *cell = cells[i];
      gsize length = strlen (cell);
      char *end;

      if (length == 0 || length > MAX_NAME_LENGTH || !g_utf8_validate (cell, length, NULL)
          || strpbrk (cell, "?!.{\n") != NULL
          || strstr (cell, "？") != NULL || strstr (cell, "。") != NULL)
        return FALSE;

      g_ascii_strtod (cell, &end);
      if (*end == '\0' || !g_hash_table_add (names, (gpointer) cell))
        return FALSE;
    }

  return TRUE;
}

/* Whether a column that the user speaks of is among them. */
static gboolean
has_given_name (const char *const    *cells,
                const AphReadOptions *options)
{
  for (guint i = 0; i < APH_N_ROLES; i++)
    if (options->columns[i] != NULL && g_strv_contains (cells, options->columns[i]))
      return TRUE;

  for (guint i = 0; options->prompt_template != NULL
                    && i < aph_template_get_n_places (options->prompt_template); i++)
    if (g_strv_contains (cells, aph_template_get_column (options->prompt_template, i)))
      return TRUE;

  return FALSE;
}

static gboolean
detect_header (const char *const    *cells,
               const AphReadOptions *options)
{
  if (has_known_name (cells) || has_given_name (cells, options))
    return TRUE;

  return g_strv_length ((char **) cells) > 1 && looks_like_names (cells);
}

static gboolean
detect_dashes (const char *head,
               gsize       length)
{
  const char *end = head + length;

  while (head < end)
    {
      const char *newline = memchr (head, '\n', end - head);

      if (aph_prompts_is_separator (head, (newline != NULL ? newline : end) - head))
        return TRUE;
      if (newline == NULL)
        break;
      head = newline + 1;
    }

  return FALSE;
}

static AphFileKind
detect_json (const char *head,
             gsize       length,
             gboolean    is_named_json)
{
  const char *end = head + length;
  const char *next, *value_end;

  while (head < end && g_ascii_isspace (*head))
    head++;
  if (head == end || (*head != '{' && *head != '['))
    return APH_FILE_ANY;

  for (next = head + 1; next < end && g_ascii_isspace (*next); next++)
    ;

  if (*head == '[')
    return is_named_json || (next < end && strchr ("{\"]", *next) != NULL && *next != '\0')
             ? APH_FILE_JSON_LIST : APH_FILE_ANY;

  if (!is_named_json && next < end && *next != '"' && *next != '}')
    return APH_FILE_ANY;

  /* An object on several lines is no JSON Lines, but a broken line does not make it so. */
  value_end = aph_json_head_find_end (head, end);

  return value_end != NULL && memchr (head, '\n', value_end - head) != NULL
           ? APH_FILE_JSON_LIST : APH_FILE_JSON_LINES;
}

static gboolean
has_suffix (const char        *name,
            const char *const *suffixes)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *suffix = dot != NULL ? g_ascii_strdown (dot + 1, -1) : NULL;

  return suffix != NULL && g_strv_contains (suffixes, suffix);
}

/* A text may have commas; it is a table when every line has as many, and the first one names
 * them. */
static gboolean
is_table (const AphFileLayout *self,
          const Shape         *shape,
          const char          *head,
          gsize                length)
{
  g_auto (GStrv) cells = NULL;

  if (shape->n_cells < 2 || shape->n_rows < 2 || shape->n_alike < shape->n_rows)
    return FALSE;

  cells = split_first_row (head, length, self->delimiter);

  return has_known_name ((const char *const *) cells)
         || (self->delimiter == '\t' && looks_like_names ((const char *const *) cells));
}

static AphFileKind
detect_kind (const AphFileLayout *self,
             const Shape         *shape,
             const char          *name,
             const char          *head,
             gsize                length)
{
  static const char *const json[] = { "json", "jsonl", "ndjson", NULL };
  static const char *const table[] = { "csv", "tsv", "tab", NULL };
  AphFileKind kind = detect_json (head, length, has_suffix (name, json));

  if (kind != APH_FILE_ANY)
    return kind;
  if (has_suffix (name, table) || is_table (self, shape, head, length))
    return APH_FILE_TABLE;

  return APH_FILE_TEXT;
}

/**
 * aph_file_layout_detect:
 * @self: a layout of which only the encoding is known
 * @options: what the user says, which holds
 * @name: the name of the file
 * @head: the beginning of its text
 * @length: the length of @head in bytes
 *
 * Tells from its content, and only then from its name, what a file is. The columns are left to
 * whoever reads the first row.
 */
void
aph_file_layout_detect (AphFileLayout        *self,
                        const AphReadOptions *options,
                        const char           *name,
                        const char           *head,
                        gsize                 length)
{
  Shape shape;

  self->delimiter = detect_delimiter (head, length, &shape);
  self->kind = options->kind != APH_FILE_ANY ? options->kind
                                             : detect_kind (self, &shape, name, head, length);
  if (options->delimiter != 0)
    self->delimiter = options->delimiter;
  if (options->delimiter != 0 && options->kind == APH_FILE_ANY && self->kind == APH_FILE_TEXT)
    self->kind = APH_FILE_TABLE;
  self->trims = detect_trims (head, length, self->delimiter);

  self->blocks = options->blocks;
  if (self->blocks == APH_BLOCKS_ANY)
    self->blocks = detect_dashes (head, length) ? APH_BLOCKS_DASHES : APH_BLOCKS_LINES;

  self->has_header = options->header == APH_HEADER_YES;
  if (options->header == APH_HEADER_ANY && self->kind == APH_FILE_TABLE)
    {
      g_auto (GStrv) cells = split_first_row (head, length, self->delimiter);

      self->has_header = detect_header ((const char *const *) cells, options);
    }
}

/**
 * aph_file_layout_is_pasted:
 * @text: a text
 * @length: its length in bytes
 *
 * Returns: whether it looks like rows that were copied from a spreadsheet: tabs between cells, as
 *   many in each row
 */
gboolean
aph_file_layout_is_pasted (const char *text,
                           gsize       length)
{
  Shape shape = measure_shape (text, length, '\t');

  return shape.n_cells > 1 && shape.n_rows > 1 && shape.n_alike == shape.n_rows;
}
