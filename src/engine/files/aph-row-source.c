/* aph-row-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-row-source"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/aph-json-head.h"
#include "files/aph-report-text.h"
#include "files/aph-row-format.h"
#include "files/aph-text-encoding.h"

/* What tells that a file has changed; a pipe always does. */
#define CHANGE_ATTRIBUTES G_FILE_ATTRIBUTE_ETAG_VALUE "," G_FILE_ATTRIBUTE_STANDARD_TYPE

struct _AphRowSource
{
  char *name;
  GFile *file;               /* (nullable) of a stream */
  GInputStream *stream;      /* (nullable) of a folder */
  AphTextInput *input;       /* (nullable) of a folder */
  char *etag;                /* (nullable) of the file when it was opened */
  AphFileLayout layout;
  const AphRowFormat *format;
  gpointer rows;             /* of the format */
  char *reason;              /* (nullable) why the last record is none */
  gboolean has_ended;
};

static const AphRowFormat *const formats[] = {
  [APH_FILE_TEXT] = &aph_row_format_text,
  [APH_FILE_TABLE] = &aph_row_format_table,
  [APH_FILE_JSON_LINES] = &aph_row_format_json_lines,
  [APH_FILE_JSON_LIST] = &aph_row_format_json_list,
  [APH_FILE_PICTURES] = &aph_row_format_pictures,
};

/**
 * aph_row_format_too_long:
 *
 * Returns: the reason of a record that is longer than %APH_MAX_ROW
 */
const char *
aph_row_format_too_long (void)
{
  return _("it is longer than 16 MiB");
}

/* Says what happened, to which file, and what to do about it. */
static void
explain (AphRowSource  *self,
         GError       **error)
{
  g_autofree char *message = NULL;

  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    message = g_strdup_printf (_("There is no file “%s”. Check its name and its folder."),
                               self->name);
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    message = g_strdup_printf (_("“%s” may not be read. Ask its owner for permission, or "
                                 "choose another file."), self->name);
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    message = g_strdup_printf (_("“%s” is a folder without pictures. Give the files in it that "
                                 "hold prompts."), self->name);
  else if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)
           || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    message = g_strdup_printf ("%s: %s", self->name, (*error)->message);
  else if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    message = g_strdup_printf (_("“%s” cannot be read: %s. Try again, or copy the file to this "
                                 "computer first."), self->name, (*error)->message);

  if (message != NULL)
    {
      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&message);
    }
}

static char *
query_etag (GInputStream *stream,
            GCancellable *cancellable)
{
  g_autoptr (GFileInfo) info = NULL;

  if (!G_IS_FILE_INPUT_STREAM (stream))
    return NULL;

  info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (stream), CHANGE_ATTRIBUTES,
                                         cancellable, NULL);

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return NULL;

  return g_strdup (g_file_info_get_etag (info));
}

/* What is written for people, from here or from elsewhere: each line of it would become a
 * prompt. */
static gboolean
is_report (const char *head,
           gsize       length)
{
  static const char *const beginnings[] = { APH_REPORT_MARK, "<!doctype html", "<html" };

  while (length > 0 && g_ascii_isspace (*head))
    {
      head++;
      length--;
    }
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (length >= strlen (beginnings[i])
        && g_ascii_strncasecmp (head, beginnings[i], strlen (beginnings[i])) == 0)
      return TRUE;

  return FALSE;
}

/* Answers that others have written; a template or a column may make prompts of anything. */
static gboolean
check_answers (AphRowSource          *self,
               const AphReadOptions  *options,
               const char            *head,
               gsize                  length,
               GError               **error)
{
  gboolean is_json = self->layout.kind == APH_FILE_JSON_LINES
                     || self->layout.kind == APH_FILE_JSON_LIST;
  const char *reason;

  if (!is_json || options->prompt_template != NULL || options->columns[APH_ROLE_PROMPT] != NULL)
    return TRUE;

  reason = aph_json_head_explain_answers (head, length);
  if (reason != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);

  return reason == NULL;
}

/* Finds out what it is. */
static gboolean
look_at_head (AphRowSource          *self,
              const AphReadOptions  *options,
              GCancellable          *cancellable,
              GError               **error)
{
  const char *head;
  gsize length;

  self->input = aph_text_input_open (self->stream, options->encoding, cancellable, error);
  if (self->input == NULL || !aph_text_input_fill_head (self->input, cancellable, error))
    return FALSE;

  self->layout.encoding = aph_text_input_get_encoding (self->input);
  head = aph_text_input_peek (self->input, &length);
  if (aph_text_is_binary (head, length))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("this is not %s text, so nothing of it was taken. If it is text, choose its "
                     "encoding, or save it as UTF-8 and try again."), self->layout.encoding);
      return FALSE;
    }
  if (options->kind == APH_FILE_ANY && is_report (head, length))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("this is a page or a report to be read by people, so nothing of it "
                             "was taken. Export as JSON Lines, JSON, CSV or TSV what is to be "
                             "opened again, or copy the prompts in it to a text file."));
      return FALSE;
    }
  aph_file_layout_detect (&self->layout, options, self->name, head, length);

  return check_answers (self, options, head, length, error);
}

static gboolean
open_rows (AphRowSource          *self,
           const AphReadOptions  *options,
           GCancellable          *cancellable,
           GError               **error)
{
  g_autoptr (GError) local = NULL;

  if (self->stream == NULL)
    self->stream = G_INPUT_STREAM (g_file_read (self->file, cancellable, &local));

  if (self->stream != NULL)
    {
      self->etag = query_etag (self->stream, cancellable);
      if (!look_at_head (self, options, cancellable, error))
        return FALSE;
    }
  else if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    self->layout.kind = APH_FILE_PICTURES;
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  self->format = formats[self->layout.kind];
  self->rows = self->format->open (self->file, self->input, &self->layout, cancellable, error);

  return self->rows != NULL;
}

/**
 * aph_row_source_open:
 * @file: (nullable): a file, or a folder of pictures
 * @stream: (nullable): what to read instead of opening @file
 * @name: what to call it in messages
 * @options: (nullable): what the user says of it
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Returns: (transfer full): the rows of the file, or %NULL with a %G_IO_ERROR whose message names
 *   the file and says what to do
 */
AphRowSource *
aph_row_source_open (GFile                 *file,
                     GInputStream          *stream,
                     const char            *name,
                     const AphReadOptions  *options,
                     GCancellable          *cancellable,
                     GError               **error)
{
  g_autoptr (AphReadOptions) given = NULL;
  g_autoptr (AphRowSource) self = NULL;
  GError *local = NULL;

  g_return_val_if_fail (file != NULL || stream != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  given = aph_read_options_copy (options);
  self = g_new0 (AphRowSource, 1);
  self->name = g_strdup (name);
  self->file = file != NULL ? g_object_ref (file) : NULL;
  self->stream = stream != NULL ? g_object_ref (stream) : NULL;

  if (!open_rows (self, given, cancellable, &local))
    {
      explain (self, &local);
      g_propagate_error (error, local);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
aph_row_source_free (AphRowSource *self)
{
  if (self->rows != NULL)
    self->format->free (self->rows);
  g_clear_pointer (&self->input, aph_text_input_free);
  g_clear_object (&self->stream);
  g_clear_object (&self->file);
  g_strfreev (self->layout.columns);
  g_free (self->etag);
  g_free (self->reason);
  g_free (self->name);
  g_free (self);
}

/**
 * aph_row_source_get_layout:
 * @self: a source
 *
 * Returns: (transfer none): what was found out about the file
 */
const AphFileLayout *
aph_row_source_get_layout (AphRowSource *self)
{
  return &self->layout;
}

/**
 * aph_row_source_dup_folder:
 * @self: a source
 *
 * Returns: (transfer full) (nullable): what paths in it are relative to: the folder that it is in,
 *   or is itself; %NULL for that of the process
 */
GFile *
aph_row_source_dup_folder (AphRowSource *self)
{
  if (self->file == NULL)
    return NULL;

  return self->layout.kind == APH_FILE_PICTURES ? g_object_ref (self->file)
                                                : g_file_get_parent (self->file);
}

/* Most rows are ASCII, which shows eight bytes at a time. */
static gboolean
is_ascii (const char *text,
          gsize       length)
{
  guint64 all = 0;
  gsize i = 0;

  for (; i + sizeof all <= length; i += sizeof all)
    {
      guint64 eight;

      memcpy (&eight, text + i, sizeof eight);
      all |= eight;
    }
  for (; i < length; i++)
    all |= (guint64) (text[i] & 0x80) << 56;

  return (all & G_GUINT64_CONSTANT (0x8080808080808080)) == 0;
}

static gboolean
has_nul (const AphRecord *record)
{
  return memchr (record->raw, '\0', record->raw_length) != NULL;
}

static gboolean
is_text (const char *text,
         gsize       length)
{
  return is_ascii (text, length) || g_utf8_validate_len (text, length, NULL);
}

/* A cell is a piece of the record, which was looked at, or was put together of it; the latter may
 * begin before it when line ends are of two kinds. */
static gboolean
has_bad_cell (const AphRecord *record)
{
  for (guint i = 0; i < record->n_cells; i++)
    {
      const AphCell *cell = &record->cells[i];
      gboolean is_piece = cell->text >= record->raw
                          && cell->text + cell->length <= record->raw + record->raw_length;

      if (!is_piece && (!is_text (cell->text, cell->length)
                        || memchr (cell->text, '\0', cell->length) != NULL))
        return TRUE;
    }

  return FALSE;
}

/* What no text may hold, whatever the format. */
static void
check_text (AphRowSource *self,
            AphRecord    *record)
{
  g_clear_pointer (&self->reason, g_free);
  if (record->reason != NULL)
    return;

  if (has_nul (record))
    record->reason = _("it holds NUL bytes: this is not text");
  else if (is_text (record->raw, record->raw_length) && !has_bad_cell (record))
    return;
  else if (self->layout.kind == APH_FILE_PICTURES)
    record->reason = _("its name is not UTF-8: give it another one");
  else
    {
      /* Translators: %s is an encoding, such as UTF-8 */
      self->reason = g_strdup_printf (_("it is not valid %s: choose the encoding of the file, or "
                                        "mend this line"), self->layout.encoding);
      record->reason = self->reason;
    }
}

/* What was read so far may be of both, before and after. */
static gboolean
has_changed (AphRowSource *self,
             GCancellable *cancellable)
{
  g_autofree char *etag = query_etag (self->stream, cancellable);

  return self->etag != NULL && etag != NULL && strcmp (self->etag, etag) != 0;
}

/**
 * aph_row_source_next:
 * @self: a source
 * @record: (out): the record, if there is one
 * @cancellable: (nullable): ends the waiting
 * @error: return location
 *
 * Reads the next record. It blocks unless aph_row_source_has_next().
 *
 * Returns: %APH_LINE_READ with a @record, good or bad; %APH_LINE_BLANK; %APH_LINE_END; or
 *   %APH_LINE_ERROR with a %G_IO_ERROR whose message names the file and says what to do
 */
AphLineStatus
aph_row_source_next (AphRowSource  *self,
                     AphRecord     *record,
                     GCancellable  *cancellable,
                     GError       **error)
{
  AphLineStatus status;
  guint64 last_line;

  if (self->has_ended)
    return APH_LINE_END;

  last_line = record->line;
  memset (record, 0, sizeof *record);
  record->raw = "";
  status = self->format->next (self->rows, record, cancellable, error);

  if (status == APH_LINE_ERROR)
    explain (self, error);
  else if (status == APH_LINE_READ)
    check_text (self, record);
  else if (status == APH_LINE_END)
    {
      self->has_ended = TRUE;
      if (has_changed (self, cancellable))
        {
          record->line = MAX (1, last_line);
          record->reason = _("the file was changed while it was read, so rows may be missing or "
                             "of two versions: open it again when it is complete");
          return APH_LINE_READ;
        }
    }

  return status;
}

/**
 * aph_row_source_has_next:
 * @self: a source
 *
 * Returns: whether aph_row_source_next() would probably return at once
 */
gboolean
aph_row_source_has_next (AphRowSource *self)
{
  return self->has_ended || self->format->has_next (self->rows);
}

/**
 * aph_row_source_get_offset:
 * @self: a source
 *
 * Returns: how many bytes are done, as UTF-8
 */
guint64
aph_row_source_get_offset (AphRowSource *self)
{
  return self->input != NULL ? aph_text_input_get_offset (self->input) : 0;
}
