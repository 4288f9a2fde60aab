/* aph-row-format-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON, one value a line or in one list. Its columns differ from row to row, so it has none here:
 * a record is the text of one value.
 */

#define G_LOG_DOMAIN "aph-row-format-json"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "files/aph-json-values.h"
#include "files/aph-row-format.h"

typedef struct
{
  AphFileLines *lines;     /* (nullable) one of the two is there */
  AphJsonValues *values;   /* (nullable) */
  AphCell cell;
  gboolean has_ended;
} JsonRows;

static gpointer
json_lines_open (GFile          *file,
                 AphTextInput   *input,
                 AphFileLayout  *layout,
                 GCancellable   *cancellable,
                 GError        **error)
{
  JsonRows *self = g_new0 (JsonRows, 1);

  self->lines = aph_file_lines_new (input, APH_MAX_ROW);
  layout->columns = g_new0 (char *, 1);

  return self;
}

static gpointer
json_list_open (GFile          *file,
                AphTextInput   *input,
                AphFileLayout  *layout,
                GCancellable   *cancellable,
                GError        **error)
{
  JsonRows *self = g_new0 (JsonRows, 1);

  self->values = aph_json_values_new (input, APH_MAX_ROW);
  layout->columns = g_new0 (char *, 1);

  return self;
}

static void
json_free (gpointer data)
{
  JsonRows *self = data;

  g_clear_pointer (&self->lines, aph_file_lines_free);
  g_clear_pointer (&self->values, aph_json_values_free);
  g_free (self);
}

static AphLineStatus
take (JsonRows      *self,
      AphLineStatus  status,
      guint64        number,
      guint64        element,
      AphRecord     *record)
{
  record->line = number;
  record->element = element;
  if (status == APH_LINE_TOO_LONG)
    record->reason = aph_row_format_too_long ();
  else
    {
      record->raw = self->cell.text;
      record->raw_length = self->cell.length;
      record->cells = &self->cell;
      record->n_cells = 1;
    }

  return APH_LINE_READ;
}

static AphLineStatus
json_lines_next (gpointer       data,
                 AphRecord     *record,
                 GCancellable  *cancellable,
                 GError       **error)
{
  JsonRows *self = data;
  AphLineStatus status = aph_file_lines_next (self->lines, &self->cell.text, &self->cell.length,
                                              cancellable, error);

  if (status == APH_LINE_READ && aph_is_blank (self->cell.text, self->cell.length))
    return APH_LINE_BLANK;
  if (status == APH_LINE_READ || status == APH_LINE_TOO_LONG)
    return take (self, status, aph_file_lines_get_number (self->lines), 0, record);

  return status;
}

static AphLineStatus
json_list_next (gpointer       data,
                AphRecord     *record,
                GCancellable  *cancellable,
                GError       **error)
{
  JsonRows *self = data;
  AphLineStatus status = aph_json_values_next (self->values, &self->cell.text, &self->cell.length,
                                               cancellable, error);
  guint64 number = aph_json_values_get_number (self->values);

  if (status == APH_LINE_READ || status == APH_LINE_TOO_LONG)
    return take (self, status, number, aph_json_values_get_element (self->values), record);

  if (status == APH_LINE_END && aph_json_values_is_open (self->values) && !self->has_ended)
    {
      self->has_ended = TRUE;
      record->line = MAX (1, number);
      record->element = aph_json_values_get_element (self->values);
      record->reason = _("the list is not closed after it: the end of the file may be missing");
      return APH_LINE_READ;
    }

  return status;
}

static gboolean
json_lines_has_next (gpointer data)
{
  return aph_file_lines_has_line (((JsonRows *) data)->lines);
}

static gboolean
json_list_has_next (gpointer data)
{
  return aph_json_values_has_value (((JsonRows *) data)->values);
}

const AphRowFormat aph_row_format_json_lines = {
  .open = json_lines_open,
  .next = json_lines_next,
  .has_next = json_lines_has_next,
  .free = json_free,
};

const AphRowFormat aph_row_format_json_list = {
  .open = json_list_open,
  .next = json_list_next,
  .has_next = json_list_has_next,
  .free = json_free,
};
