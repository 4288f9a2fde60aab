/* aph-csv-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libcsv does the reading. It gets a line at a time, so that we know where each row begins, how
 * long it has become, and what to do about a quote that is never closed: the line it opens on is
 * set aside, and reading goes on after it.
 *
 * A line without any quote, which most are, has nothing that it would be needed for: its cells are
 * what is between the delimiters, and are not even copied.
 */

#define G_LOG_DOMAIN "aph-csv-rows"

#include "config.h"

#include <string.h>

#include <csv.h>

#include "files/aph-csv-rows.h"

/* libcsv grows its buffer by so much; its own 128 bytes are little for a prompt. */
#define BLOCK_SIZE (16 * 1024)

/* A cell that blew libcsv's buffer up beyond this is not to keep it so. */
#define MAX_KEPT_SIZE (1024 * 1024)

typedef struct
{
  gsize start;   /* in AphCsvRows.text */
  gsize length;
} Span;

struct _AphCsvRows
{
  AphTextInput *input;     /* (not owned) */
  gsize max_length;
  struct csv_parser parser;
  char delimiter;
  gboolean trims;          /* spaces around cells do not count */
  char line_end;           /* '\r' in files of old */

  /* Of the row that is being read, or was returned last */
  guint64 line;            /* it begins on, from 1 */
  guint64 n_lines;         /* up to the end of it */
  gsize fed;               /* so much of the window is in the parser */
  gsize scanned;           /* there is no line end up to here in the window */
  gboolean is_known;       /* whether line_end is */
  gboolean goes_on;        /* some of its lines were read, and the rest is yet to come */

  /* Of a row that was given up, 0 if there is nothing to know. Each of its lines begins within its
   * quotes, up to here in the window. So it does in a row that begins in one of them and is open
   * at the end of it: the two are one from there on. */
  gsize open_until;
  gsize open_scanned;      /* there is no line end between that and this */

  /* What the parser made of the last line: more than one row if it has line ends of two kinds */
  GString *text;
  GArray *spans;           /* of Span */
  GArray *row_ends;        /* of guint: how many spans there were at the end of each row */
  guint next_row;
  GArray *cells;           /* of AphCell: of the row that was returned */
};

static void
cell_cb (void   *text,
         size_t  length,
         void   *user_data)
{
  AphCsvRows *self = user_data;
  Span span = { self->text->len, length };

  if (length > 0)
    g_string_append_len (self->text, text, length);
  g_array_append_val (self->spans, span);
}

static void
row_cb (int   terminator,
        void *user_data)
{
  AphCsvRows *self = user_data;

  g_array_append_val (self->row_ends, self->spans->len);
}

static int
is_never_space (unsigned char c)
{
  return 0;
}

static void
start_parser (AphCsvRows        *self,
              struct csv_parser *parser)
{
  csv_init (parser, 0);
  csv_set_delim (parser, self->delimiter);
  csv_set_blk_size (parser, BLOCK_SIZE);
  if (!self->trims)
    csv_set_space_func (parser, is_never_space);
}

/**
 * aph_csv_rows_new:
 * @input: what to read; must outlive this
 * @delimiter: what is between two cells
 * @max_length: the longest row that is returned, in bytes
 *
 * Returns: (transfer full): a reader of the rows of @input
 */
AphCsvRows *
aph_csv_rows_new (AphTextInput *input,
                  char          delimiter,
                  gsize         max_length)
{
  AphCsvRows *self;

  g_return_val_if_fail (input != NULL, NULL);

  self = g_new0 (AphCsvRows, 1);
  self->input = input;
  self->max_length = max_length;
  self->delimiter = delimiter;
  self->line_end = '\n';
  self->text = g_string_new (NULL);
  self->spans = g_array_new (FALSE, FALSE, sizeof (Span));
  self->row_ends = g_array_new (FALSE, FALSE, sizeof (guint));
  self->cells = g_array_new (FALSE, FALSE, sizeof (AphCell));
  start_parser (self, &self->parser);

  return self;
}

/**
 * aph_csv_rows_set_trims:
 * @self: a reader that has read nothing
 * @trims: whether spaces around cells do not count, as in `a, "b"`
 */
void
aph_csv_rows_set_trims (AphCsvRows *self,
                        gboolean    trims)
{
  g_return_if_fail (self->n_lines == 0);

  self->trims = trims;
  csv_set_space_func (&self->parser, trims ? NULL : is_never_space);
}

void
aph_csv_rows_free (AphCsvRows *self)
{
  csv_free (&self->parser);
  g_string_free (self->text, TRUE);
  g_array_unref (self->spans);
  g_array_unref (self->row_ends);
  g_array_unref (self->cells);
  g_free (self);
}

static void
forget_cells (AphCsvRows *self)
{
  g_string_truncate (self->text, 0);
  g_array_set_size (self->spans, 0);
  g_array_set_size (self->row_ends, 0);
  self->next_row = 0;
}

/* The parser as it is before a row, with no more memory than short cells need. */
static void
reset_parser (AphCsvRows *self)
{
  csv_free (&self->parser);
  start_parser (self, &self->parser);
}

/* Forgets the rows that were returned. When line ends are of two kinds, a line may have the
 * beginning of another row after them, which stays. */
static void
forget_rows (AphCsvRows *self)
{
  guint n_taken = self->row_ends->len > 0
                    ? g_array_index (self->row_ends, guint, self->row_ends->len - 1) : 0;
  gsize forgotten;

  if (n_taken == self->spans->len)
    {
      forget_cells (self);
      return;
    }

  g_array_remove_range (self->spans, 0, n_taken);
  forgotten = g_array_index (self->spans, Span, 0).start;
  g_string_erase (self->text, 0, forgotten);
  for (guint i = 0; i < self->spans->len; i++)
    g_array_index (self->spans, Span, i).start -= forgotten;
  g_array_set_size (self->row_ends, 0);
  self->next_row = 0;
}

/* Whether the parser is between two rows. */
static gboolean
is_between_rows (AphCsvRows *self)
{
  return self->spans->len == 0 && self->parser.quoted == 0 && self->parser.entry_pos == 0;
}

/* Done with the row that was returned last: the window begins with the next. */
static void
begin_row (AphCsvRows *self)
{
  aph_text_input_skip (self->input, self->fed);
  self->scanned -= self->fed;
  self->open_until -= MIN (self->open_until, self->fed);
  self->open_scanned -= MIN (self->open_scanned, self->fed);
  self->fed = 0;
  self->line = self->n_lines + 1;
  forget_rows (self);
  if (!is_between_rows (self))
    return;

  if (self->parser.entry_size > MAX_KEPT_SIZE)
    reset_parser (self);
  if (self->text->allocated_len > MAX_KEPT_SIZE)
    {
      g_string_free (self->text, TRUE);
      self->text = g_string_new (NULL);
    }
}

static const char *
find_line_end (AphCsvRows *self)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);
  const char *found;

  if (!self->is_known && size > 0)
    {
      self->is_known = TRUE;
      if (memchr (text, '\n', size) == NULL && memchr (text, '\r', size) != NULL)
        self->line_end = '\r';
    }

  found = size > self->scanned ? memchr (text + self->scanned, self->line_end,
                                         size - self->scanned) : NULL;
  self->scanned = found != NULL ? (gsize) (found - text) : size;

  return found;
}

/* Splits a line that is nothing but cells; FALSE if the parser is needed. */
static gboolean
split_line (AphCsvRows *self,
            gsize       end)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);
  const char *line_end = text + end - 1;
  AphCell cell = { text, 0 };

  if (self->trims || self->fed > 0 || self->line_end != '\n' || !is_between_rows (self))
    return FALSE;
  if (line_end > text && line_end[-1] == '\r')
    line_end--;
  if (line_end == text
      || memchr (text, '"', line_end - text) != NULL
      || memchr (text, '\r', line_end - text) != NULL)
    return FALSE;

  g_array_set_size (self->cells, 0);
  for (;;)
    {
      const char *next = memchr (cell.text, self->delimiter, line_end - cell.text);

      cell.length = (next != NULL ? next : line_end) - cell.text;
      g_array_append_val (self->cells, cell);
      if (next == NULL)
        break;
      cell.text = next + 1;
    }

  self->fed = end;
  self->scanned = end;
  self->n_lines++;

  return TRUE;
}

static gboolean
has_row (AphCsvRows *self)
{
  return self->next_row < self->row_ends->len;
}

/* Gives the parser what is up to @end in the window. */
static void
feed (AphCsvRows *self,
      gsize       end)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);

  /* It fails only for want of memory, and GLib would not return then. */
  csv_parse (&self->parser, text + self->fed, end - self->fed, cell_cb, row_cb, self);
  self->fed = end;
  self->scanned = end;
  self->n_lines++;
}

static gboolean
has_open_quote (AphCsvRows *self)
{
  return self->parser.quoted != 0;
}

/* The quote that the row opens is never closed, or too late. Only the first line pays for it. */
static AphLineStatus
give_up_row (AphCsvRows *self,
             AphCsvRow  *row)
{
  gsize size;
  const char *text = aph_text_input_peek (self->input, &size);
  const char *end = memchr (text, self->line_end, size);

  self->open_until = MAX (self->open_until, self->fed);
  self->open_scanned = MAX (self->open_scanned, self->open_until);
  reset_parser (self);
  forget_cells (self);
  self->fed = end != NULL ? (gsize) (end - text) + 1 : size;
  self->scanned = self->fed;
  self->n_lines = self->line;
  *row = (AphCsvRow) { .line = self->line, .raw = text, .raw_length = self->fed };

  return APH_LINE_TOO_LONG;
}

static void
end_cb (int   terminator,
        void *user_data)
{
  gboolean *ends = user_data;

  *ends = TRUE;
}

/* Whether a row ends in a line that begins within its quotes; the last line may have no end. */
static gboolean
ends_row (AphCsvRows *self,
          const char *line,
          gsize       length)
{
  struct csv_parser parser;
  gboolean ends = FALSE;

  if (memchr (line, '"', length) == NULL)
    return FALSE;

  start_parser (self, &parser);
  csv_parse (&parser, "\"", 1, NULL, NULL, NULL);
  csv_parse (&parser, line, length, NULL, end_cb, &ends);
  csv_parse (&parser, "\n", 1, NULL, end_cb, &ends);
  csv_free (&parser);

  return ends;
}

/* The row is open where one was given up. It is not read over and over from each of their lines:
 * what is known of that one is added to until it is told whether this one ends in time. */
static AphLineStatus
follow_open_row (AphCsvRows    *self,
                 AphCsvRow     *row,
                 GCancellable  *cancellable,
                 GError       **error)
{
  while (self->open_until <= self->max_length)
    {
      gsize size;
      const char *text = aph_text_input_peek (self->input, &size);
      const char *line = text + self->open_until;
      const char *end = memchr (text + self->open_scanned, self->line_end,
                                size - self->open_scanned);

      if (end == NULL && !aph_text_input_is_at_end (self->input))
        {
          self->open_scanned = size;
          if (size > self->max_length)
            return give_up_row (self, row);
          if (!aph_text_input_fill (self->input, cancellable, error))
            return APH_LINE_ERROR;
          continue;
        }

      end = end != NULL ? end + 1 : text + size;
      if (ends_row (self, line, end - line))
        {
          self->open_until = 0;
          self->open_scanned = 0;
          return APH_LINE_READ;
        }
      if (end == line)
        break;
      self->open_until += end - line;
      self->open_scanned = self->open_until;
    }

  return give_up_row (self, row);
}

/* Skips to the end of a line that is longer than a row may be. */
static AphLineStatus
skip_line (AphCsvRows    *self,
           AphCsvRow     *row,
           GCancellable  *cancellable,
           GError       **error)
{
  gsize size;

  reset_parser (self);
  forget_cells (self);
  while (find_line_end (self) == NULL && !aph_text_input_is_at_end (self->input))
    {
      aph_text_input_peek (self->input, &size);
      aph_text_input_skip (self->input, size);
      self->scanned = 0;
      if (!aph_text_input_fill (self->input, cancellable, error))
        return APH_LINE_ERROR;
    }

  aph_text_input_peek (self->input, &size);
  self->fed = MIN (self->scanned + 1, size);
  self->scanned = self->fed;
  self->n_lines = self->line;
  *row = (AphCsvRow) { .line = self->line, .raw = "" };

  return APH_LINE_TOO_LONG;
}

/* Returns what is in the cells. */
static AphLineStatus
give_row (AphCsvRows *self,
          AphCsvRow  *row)
{
  gsize size;

  row->line = self->line;
  row->cells = (const AphCell *) (gconstpointer) self->cells->data;
  row->n_cells = self->cells->len;
  row->raw = aph_text_input_peek (self->input, &size);
  row->raw_length = self->fed;

  return APH_LINE_READ;
}

static AphLineStatus
take_row (AphCsvRows *self,
          AphCsvRow  *row)
{
  guint from = self->next_row > 0 ? g_array_index (self->row_ends, guint, self->next_row - 1) : 0;
  guint to = g_array_index (self->row_ends, guint, self->next_row++);

  g_array_set_size (self->cells, to - from);
  for (guint i = from; i < to; i++)
    {
      const Span *span = &g_array_index (self->spans, Span, i);
      AphCell *cell = &g_array_index (self->cells, AphCell, i - from);

      cell->text = self->text->str + span->start;
      cell->length = span->length;
    }

  return give_row (self, row);
}

/* The last row has no line end. The parser gets one, for it takes a quote that was closed for an
 * open one until it sees what follows. */
static AphLineStatus
end_rows (AphCsvRows *self,
          AphCsvRow  *row)
{
  gsize size;

  aph_text_input_peek (self->input, &size);
  if (size > self->fed)
    feed (self, size);
  if (!has_row (self))
    csv_parse (&self->parser, "\n", 1, cell_cb, row_cb, self);
  if (!has_row (self) && has_open_quote (self))
    return give_up_row (self, row);

  return has_row (self) ? take_row (self, row) : APH_LINE_END;
}

/**
 * aph_csv_rows_next:
 * @self: a reader
 * @row: (out): the row, if there is one
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Reads the next row. It blocks unless aph_csv_rows_has_row(): it waits for a line, and not for the
 * other lines of a row.
 *
 * Returns: what was found: %APH_LINE_BLANK for a line with nothing on it, and when there are some
 *   lines of a row, but not its end yet, which the next call goes on with. %APH_LINE_TOO_LONG also
 *   for one with a quote that is never closed, in a @row without cells whose raw text is that line,
 *   or nothing if the line itself is too long
 */
AphLineStatus
aph_csv_rows_next (AphCsvRows    *self,
                   AphCsvRow     *row,
                   GCancellable  *cancellable,
                   GError       **error)
{
  AphLineStatus status;
  gsize fed_before;

  if (has_row (self))
    return take_row (self, row);

  if (!self->goes_on)
    begin_row (self);
  self->goes_on = FALSE;
  fed_before = self->fed;

  for (;;)
    {
      while (find_line_end (self) != NULL)
        {
          if (split_line (self, self->scanned + 1))
            return give_row (self, row);
          feed (self, self->scanned + 1);
          if (has_row (self))
            return take_row (self, row);
          if (!has_open_quote (self))
            return APH_LINE_BLANK;
          if (self->fed > self->max_length)
            return give_up_row (self, row);
          if (self->fed <= self->open_until
              && (status = follow_open_row (self, row, cancellable, error)) != APH_LINE_READ)
            return status;
        }

      if (aph_text_input_is_at_end (self->input))
        return end_rows (self, row);

      if (self->scanned > self->max_length)
        return self->fed > 0 ? give_up_row (self, row)
                             : skip_line (self, row, cancellable, error);
      if (self->fed > fed_before)
        {
          self->goes_on = TRUE;
          return APH_LINE_BLANK;
        }
      if (!aph_text_input_fill (self->input, cancellable, error))
        return APH_LINE_ERROR;
    }
}

/**
 * aph_csv_rows_has_row:
 * @self: a reader
 *
 * Returns: whether aph_csv_rows_next() would probably return at once: there is a line
 */
gboolean
aph_csv_rows_has_row (AphCsvRows *self)
{
  return has_row (self)
         || aph_text_input_is_at_end (self->input)
         || find_line_end (self) != NULL;
}
