/* aph-row-format-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prompts as they are: one on each line, or several lines of text up to a line of `---` or up to a
 * blank one. They are a table of one column, "prompt".
 */

#define G_LOG_DOMAIN "aph-row-format-text"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "files/aph-prompts.h"
#include "files/aph-row-format.h"

typedef struct
{
  AphFileLines *lines;
  AphBlocks blocks;
  GString *block;      /* of lines, each with its end */
  guint64 first_line;  /* of the block */
  gboolean too_long;
  gboolean is_taken;   /* the block was given already */
  AphCell cell;
} TextRows;

static gpointer
text_open (GFile          *file,
           AphTextInput   *input,
           AphFileLayout  *layout,
           GCancellable   *cancellable,
           GError        **error)
{
  TextRows *self = g_new0 (TextRows, 1);

  self->lines = aph_file_lines_new (input, APH_MAX_ROW);
  self->blocks = layout->blocks;
  self->block = g_string_new (NULL);
  layout->columns = g_strsplit ("prompt", ",", -1);

  return self;
}

static void
text_free (gpointer data)
{
  TextRows *self = data;

  aph_file_lines_free (self->lines);
  g_string_free (self->block, TRUE);
  g_free (self);
}

static AphLineStatus
take (TextRows   *self,
      AphRecord  *record,
      guint64     line,
      const char *text,
      gsize       length)
{
  self->cell = (AphCell) { text, length };
  record->line = line;
  record->raw = text;
  record->raw_length = length;
  record->cells = &self->cell;
  record->n_cells = 1;

  return APH_LINE_READ;
}

static AphLineStatus
take_too_long (AphRecord *record,
               guint64    line)
{
  record->line = line;
  record->reason = aph_row_format_too_long ();

  return APH_LINE_READ;
}

/* What is left of a block without the blank lines around it. */
static AphLineStatus
take_block (TextRows  *self,
            AphRecord *record)
{
  gsize length = self->block->len;

  if (self->too_long)
    return take_too_long (record, self->first_line);

  while (length > 0 && g_ascii_isspace (self->block->str[length - 1]))
    length--;

  return take (self, record, self->first_line, self->block->str, length);
}

static gboolean
is_separator (TextRows   *self,
              const char *line,
              gsize       length)
{
  return self->blocks == APH_BLOCKS_DASHES ? aph_prompts_is_separator (line, length)
                                           : aph_is_blank (line, length);
}

static void
add_to_block (TextRows   *self,
              const char *line,
              gsize       length)
{
  if (self->block->len == 0 && !self->too_long)
    {
      if (aph_is_blank (line, length))
        return;
      self->first_line = aph_file_lines_get_number (self->lines);
    }

  if (self->block->len + length > APH_MAX_ROW)
    {
      self->too_long = TRUE;
      g_string_truncate (self->block, 0);
    }
  if (!self->too_long)
    {
      g_string_append_len (self->block, line, length);
      g_string_append_c (self->block, '\n');
    }
}

static gboolean
has_block (TextRows *self)
{
  return self->too_long || self->block->len > 0;
}

/* Reads one line; the block it belongs to may end with it or go on. */
static AphLineStatus
next_block (TextRows      *self,
            AphRecord     *record,
            GCancellable  *cancellable,
            GError       **error)
{
  const char *line;
  gsize length;
  AphLineStatus status;

  if (self->is_taken)
    {
      g_string_truncate (self->block, 0);
      self->too_long = FALSE;
      self->is_taken = FALSE;
    }

  status = aph_file_lines_next (self->lines, &line, &length, cancellable, error);
  if (status == APH_LINE_ERROR)
    return status;

  if (status == APH_LINE_TOO_LONG)
    {
      if (!has_block (self))
        self->first_line = aph_file_lines_get_number (self->lines);
      self->too_long = TRUE;
    }
  else if (status == APH_LINE_READ && !is_separator (self, line, length))
    add_to_block (self, line, length);
  else if (has_block (self))
    {
      self->is_taken = TRUE;
      return take_block (self, record);
    }

  return status == APH_LINE_END ? APH_LINE_END : APH_LINE_BLANK;
}

static AphLineStatus
next_line (TextRows      *self,
           AphRecord     *record,
           GCancellable  *cancellable,
           GError       **error)
{
  const char *line;
  gsize length;
  AphLineStatus status = aph_file_lines_next (self->lines, &line, &length, cancellable, error);
  guint64 number = aph_file_lines_get_number (self->lines);

  if (status == APH_LINE_TOO_LONG)
    return take_too_long (record, number);
  if (status != APH_LINE_READ)
    return status;

  return aph_is_blank (line, length) ? APH_LINE_BLANK : take (self, record, number, line, length);
}

static AphLineStatus
text_next (gpointer       data,
           AphRecord     *record,
           GCancellable  *cancellable,
           GError       **error)
{
  TextRows *self = data;

  return self->blocks == APH_BLOCKS_LINES ? next_line (self, record, cancellable, error)
                                          : next_block (self, record, cancellable, error);
}

static gboolean
text_has_next (gpointer data)
{
  TextRows *self = data;

  return aph_file_lines_has_line (self->lines);
}

const AphRowFormat aph_row_format_text = {
  .open = text_open,
  .next = text_next,
  .has_next = text_has_next,
  .free = text_free,
};
