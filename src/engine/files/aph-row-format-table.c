/* aph-row-format-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables with and without names for their columns. A row may be shorter than the others, as
 * spreadsheets leave out empty cells at its end; one that is longer has lost a quote somewhere.
 */

#define G_LOG_DOMAIN "aph-row-format-table"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-row-format.h"

/* More columns than spreadsheets have. */
#define MAX_COLUMNS 16384

typedef struct
{
  AphCsvRows *rows;
  AphCsvRow first;      /* the row that was read to count the columns … */
  gboolean has_first;   /* … and is still to be given */
  guint n_columns;
  char *reason;         /* (nullable) */
} TableRows;

static void
table_free (gpointer data)
{
  TableRows *self = data;

  aph_csv_rows_free (self->rows);
  g_free (self->reason);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableRows, table_free)

/* A name that is not in @names yet. @counts are of those that were there: how many each has. */
static char *
make_name (GHashTable *names,
           GHashTable *counts,
           const char *cell,
           gsize       length,
           guint       number)
{
  g_autofree char *text = g_strndup (cell, length);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *name = g_strdup (g_strstrip (valid));

  if (*name == '\0')
    {
      g_free (name);
      name = g_strdup_printf ("column%u", number);
    }

  if (g_hash_table_contains (names, name))
    {
      const char *base = *valid != '\0' ? valid : "column";
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, base));

      for (count = MAX (count, 1); g_hash_table_contains (names, name);)
        {
          g_free (name);
          name = g_strdup_printf ("%s (%u)", base, ++count);
        }
      g_hash_table_insert (counts, g_strdup (base), GUINT_TO_POINTER (count));
    }
  g_hash_table_add (names, name);

  return name;
}

static char **
make_names (const AphCsvRow *row,
            gboolean         has_header)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char **columns = g_new0 (char *, row->n_cells + 1);

  for (guint i = 0; i < row->n_cells; i++)
    columns[i] = make_name (names, counts, has_header ? row->cells[i].text : "",
                            has_header ? row->cells[i].length : 0, i + 1);

  return columns;
}

static gpointer
table_open (GFile          *file,
            AphTextInput   *input,
            AphFileLayout  *layout,
            GCancellable   *cancellable,
            GError        **error)
{
  g_autoptr (TableRows) self = g_new0 (TableRows, 1);
  AphLineStatus status;

  self->rows = aph_csv_rows_new (input, layout->delimiter, APH_MAX_ROW);
  aph_csv_rows_set_trims (self->rows, layout->trims);

  do
    status = aph_csv_rows_next (self->rows, &self->first, cancellable, error);
  while (status == APH_LINE_BLANK);
  if (status == APH_LINE_ERROR)
    return NULL;

  if (status == APH_LINE_TOO_LONG || (status == APH_LINE_READ && self->first.n_cells > MAX_COLUMNS))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("its first row is no row of a table: a quote may be missing in it, "
                             "or the delimiter is another"));
      return NULL;
    }

  if (status == APH_LINE_END)
    self->first.n_cells = 0;
  self->n_columns = self->first.n_cells;
  self->has_first = status == APH_LINE_READ && !layout->has_header;
  layout->columns = make_names (&self->first, layout->has_header);

  return g_steal_pointer (&self);
}

static gboolean
is_blank_from (const AphCsvRow *row,
               guint            first)
{
  for (guint i = first; i < row->n_cells; i++)
    if (row->cells[i].length > 0)
      return FALSE;

  return TRUE;
}

static void
take_row (TableRows       *self,
          const AphCsvRow *row,
          AphRecord       *record)
{
  record->line = row->line;
  record->raw = row->raw;
  record->raw_length = row->raw_length;
  record->cells = row->cells;
  record->n_cells = MIN (row->n_cells, self->n_columns);

  if (row->n_cells > self->n_columns && !is_blank_from (row, self->n_columns))
    {
      g_free (self->reason);
      self->reason = g_strdup_printf (_("it has %u cells where there are %u columns: a cell that "
                                        "holds the delimiter needs quotes around it"),
                                      row->n_cells, self->n_columns);
      record->reason = self->reason;
    }
}

static AphLineStatus
table_next (gpointer       data,
            AphRecord     *record,
            GCancellable  *cancellable,
            GError       **error)
{
  TableRows *self = data;
  AphCsvRow row;
  AphLineStatus status;

  if (self->has_first)
    {
      self->has_first = FALSE;
      take_row (self, &self->first, record);
      return APH_LINE_READ;
    }

  status = aph_csv_rows_next (self->rows, &row, cancellable, error);
  if (status == APH_LINE_TOO_LONG)
    {
      record->line = row.line;
      record->raw = row.raw;
      record->raw_length = row.raw_length;
      record->reason = _("a quote in it is never closed, or it is longer than 16 MiB");
      return APH_LINE_READ;
    }
  if (status != APH_LINE_READ)
    return status;

  /* Spreadsheets write rows of delimiters only for rows that were emptied. */
  if (is_blank_from (&row, 0))
    return APH_LINE_BLANK;

  take_row (self, &row, record);

  return APH_LINE_READ;
}

static gboolean
table_has_next (gpointer data)
{
  TableRows *self = data;

  return self->has_first || aph_csv_rows_has_row (self->rows);
}

const AphRowFormat aph_row_format_table = {
  .open = table_open,
  .next = table_next,
  .has_next = table_has_next,
  .free = table_free,
};
