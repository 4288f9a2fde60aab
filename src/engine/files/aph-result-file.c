/* aph-result-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "aph-result-file"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base/aph-blank.h"
#include "base/aph-json.h"
#include "files/aph-file-lines.h"
#include "files/aph-result-file.h"
#include "files/aph-result-row.h"

/* A row holds a prompt, its columns, what was thought and the answer. */
#define MAX_LINE (256 * 1024 * 1024)

struct _AphResultFile
{
  GInputStream *stream;
  GArray *entries;      /* of AphResultEntry: one for each index, sorted by it */
  GHashTable *models;   /* the names that entries point to */
  guint64 size;         /* of the rows that are whole */
  gboolean is_torn;     /* after them there is a piece of one, or rows are double */
};

/**
 * aph_result_file_new:
 * @stream: the file from its beginning; one that can seek
 *
 * Returns: (transfer full): a file whose rows are not known yet
 */
AphResultFile *
aph_result_file_new (GInputStream *stream)
{
  AphResultFile *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream) && G_IS_SEEKABLE (stream), NULL);

  self = g_new0 (AphResultFile, 1);
  self->stream = g_object_ref (stream);
  self->entries = g_array_new (FALSE, FALSE, sizeof (AphResultEntry));
  self->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
aph_result_file_free (AphResultFile *self)
{
  g_object_unref (self->stream);
  g_array_unref (self->entries);
  g_hash_table_unref (self->models);
  g_free (self);
}

static void
add_text (GChecksum  *checksum,
          const char *text)
{
  /* With its end, so that what belongs to one text cannot be moved to the next. */
  if (text != NULL)
    g_checksum_update (checksum, (const guchar *) text, (gssize) strlen (text) + 1);
  else
    g_checksum_update (checksum, (const guchar *) "\xff", 1);
}

/* The same columns are the same text, however they were written. */
static char *
normalize (const char *vars)
{
  g_autoptr (JsonNode) node = aph_json_parse (vars, -1, NULL);

  return node != NULL ? aph_json_node_to_text (node) : g_strdup (vars);
}

/**
 * aph_result_fingerprint:
 * @request: a request
 *
 * Returns: a number that tells whether another request asks the same in the same way: prompt,
 *   params, name, columns and pictures; whom it asks is no part of it
 */
guint64
aph_result_fingerprint (AphRequest *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *vars = aph_request_get_vars (request);
  g_autofree char *normal = vars != NULL ? normalize (vars) : NULL;
  const char *const *images = aph_request_get_images (request);
  guint64 digest[4];
  gsize size = sizeof digest;

  add_text (checksum, aph_request_get_prompt (request));
  add_text (checksum, aph_params_get_text (aph_request_get_params (request)));
  add_text (checksum, aph_request_get_custom_id (request));
  add_text (checksum, normal);
  for (guint i = 0; images != NULL && images[i] != NULL; i++)
    add_text (checksum, images[i]);
  g_checksum_get_digest (checksum, (guint8 *) digest, &size);

  return digest[0];
}

/* A run has a handful of models. Not interned: a file may say anything. */
static const char *
keep_model (AphResultFile *self,
            const char    *model)
{
  gpointer kept;

  if (model == NULL)
    return NULL;

  if (!g_hash_table_lookup_extended (self->models, model, &kept, NULL))
    {
      kept = g_strdup (model);
      g_hash_table_add (self->models, kept);
    }

  return kept;
}

static gboolean
add_row (AphResultFile  *self,
         const char     *line,
         gsize           length,
         guint64         offset,
         guint64         end,
         GError        **error)
{
  AphResultEntry entry = { .offset = offset, .end = end };
  g_autoptr (AphJobRecord) record = aph_result_row_parse (line, (gssize) length, &entry.index,
                                                          NULL, error);

  if (record == NULL)
    return FALSE;

  entry.fingerprint = aph_result_fingerprint (record->request);
  entry.model = keep_model (self, aph_request_get_model (record->request));
  entry.state = record->state;
  g_array_append_val (self->entries, entry);

  return TRUE;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const AphResultEntry *x = a;
  const AphResultEntry *y = b;

  if (x->index != y->index)
    return (x->index > y->index) - (x->index < y->index);

  /* Of several rows for the same job, an answer counts; else the last one. */
  if ((x->state == APH_JOB_DONE) != (y->state == APH_JOB_DONE))
    return x->state == APH_JOB_DONE ? -1 : 1;

  return (x->offset < y->offset) - (x->offset > y->offset);
}

static void
sort_entries (AphResultFile *self)
{
  guint n = 0;

  g_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const AphResultEntry *entry = &g_array_index (self->entries, AphResultEntry, i);

      if (n == 0 || g_array_index (self->entries, AphResultEntry, n - 1).index != entry->index)
        g_array_index (self->entries, AphResultEntry, n++) = *entry;
    }
  self->is_torn |= n < self->entries->len;
  g_array_set_size (self->entries, n);
}

/* Whether there may be more lines; if not, @error is set when something is wrong. */
static gboolean
scan_line (AphResultFile  *self,
           AphFileLines   *lines,
           GCancellable   *cancellable,
           GError        **error)
{
  guint64 offset = aph_file_lines_get_offset (lines);
  g_autoptr (GError) local = NULL;
  const char *line;
  gsize length;

  switch (aph_file_lines_next (lines, &line, &length, cancellable, error))
    {
    case APH_LINE_READ:
      break;
    case APH_LINE_TOO_LONG:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("line %lu: %s"),
                   (gulong) aph_file_lines_get_number (lines), _("it is too long"));
      return FALSE;
    case APH_LINE_BLANK:
    case APH_LINE_END:
    case APH_LINE_ERROR:
    default:
      return FALSE;
    }

  if (aph_is_blank (line, length)
      || add_row (self, line, length, offset, aph_file_lines_get_offset (lines), &local))
    {
      self->size = aph_file_lines_get_offset (lines);
      self->is_torn |= !aph_file_lines_has_end (lines);
      return TRUE;
    }

  /* A row is only whole with its end: whoever wrote it was stopped in the middle. */
  if (!aph_file_lines_has_end (lines))
    {
      self->is_torn = TRUE;
      return TRUE;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("line %lu: %s"),
               (gulong) aph_file_lines_get_number (lines), local->message);

  return FALSE;
}

/**
 * aph_result_file_scan:
 * @self: a file
 * @cancellable: (nullable): cancellable
 * @error: return location
 *
 * Goes through the file once. A last row without an end is no error: it is left out if it is not
 * whole.
 *
 * Returns: %FALSE with a %G_IO_ERROR; %G_IO_ERROR_INVALID_DATA if a line is no row, and then the
 *   message says which one
 */
gboolean
aph_result_file_scan (AphResultFile  *self,
                      GCancellable   *cancellable,
                      GError        **error)
{
  g_autoptr (AphTextInput) input = NULL;
  g_autoptr (AphFileLines) lines = NULL;
  GError *local = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  input = aph_text_input_new (self->stream);
  lines = aph_file_lines_new (input, MAX_LINE);
  while (scan_line (self, lines, cancellable, &local))
    ;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  sort_entries (self);

  return TRUE;
}

/**
 * aph_result_file_get_size:
 * @self: a file
 *
 * Returns: the size of all rows that are whole, in bytes
 */
guint64
aph_result_file_get_size (AphResultFile *self)
{
  return self->size;
}

/**
 * aph_result_file_is_torn:
 * @self: a file
 *
 * Returns: whether something is wrong with how the rows were written: the last one has no end, or a
 *   job has several
 */
gboolean
aph_result_file_is_torn (AphResultFile *self)
{
  return self->is_torn;
}

/**
 * aph_result_file_get_n_rows:
 * @self: a file
 *
 * Returns: for how many jobs there are rows
 */
guint
aph_result_file_get_n_rows (AphResultFile *self)
{
  return self->entries->len;
}

/**
 * aph_result_file_get_entry:
 * @self: a file
 * @i: the number of a job, in the order of input
 *
 * Returns: (transfer none): where its row is
 */
const AphResultEntry *
aph_result_file_get_entry (AphResultFile *self,
                           guint          i)
{
  g_return_val_if_fail (i < self->entries->len, NULL);

  return &g_array_index (self->entries, AphResultEntry, i);
}

static int
compare_indices (gconstpointer a,
                 gconstpointer b)
{
  const AphResultEntry *x = a;
  const AphResultEntry *y = b;

  return (x->index > y->index) - (x->index < y->index);
}

/**
 * aph_result_file_find:
 * @self: a file
 * @index: a job's place in the order of input
 *
 * Returns: (transfer none) (nullable): where its row is
 */
const AphResultEntry *
aph_result_file_find (AphResultFile *self,
                      guint64        index)
{
  const AphResultEntry wanted = { .index = index };
  guint i;

  if (!g_array_binary_search (self->entries, &wanted, compare_indices, &i))
    return NULL;

  return &g_array_index (self->entries, AphResultEntry, i);
}

static char *
read_bytes (AphResultFile         *self,
            const AphResultEntry  *entry,
            GError               **error)
{
  gsize size = entry->end - entry->offset;
  g_autofree char *bytes = g_malloc (size + 1);
  gsize n_read;

  if (!g_seekable_seek (G_SEEKABLE (self->stream), (goffset) entry->offset, G_SEEK_SET, NULL, error)
      || !g_input_stream_read_all (self->stream, bytes, size, &n_read, NULL, error))
    return NULL;

  if (n_read < size)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                           _("the file has become shorter"));
      return NULL;
    }
  bytes[size] = '\0';

  return g_steal_pointer (&bytes);
}

/**
 * aph_result_file_read:
 * @self: a file that was scanned
 * @entry: where a row is
 * @error: return location
 *
 * Returns: (transfer full): the job with all that the row says; or %NULL with an error if the file
 *   is another one by now
 */
AphJob *
aph_result_file_read (AphResultFile         *self,
                      const AphResultEntry  *entry,
                      GError               **error)
{
  g_autofree char *bytes = read_bytes (self, entry, error);
  g_autoptr (AphJobRecord) record = NULL;
  g_autoptr (AphOrigin) origin = NULL;
  AphJob *job;

  if (bytes == NULL)
    return NULL;

  record = aph_result_row_parse (bytes, (gssize) (entry->end - entry->offset), NULL, &origin,
                                 error);
  if (record == NULL)
    return NULL;

  /* A job from a record is numbered by it. */
  record->id = entry->index;
  job = aph_job_new_from_record (record);
  aph_job_set_origin (job, origin);

  return job;
}

static int
compare_offsets (gconstpointer a,
                 gconstpointer b)
{
  const AphResultEntry *x = a;
  const AphResultEntry *y = b;

  return (x->offset > y->offset) - (x->offset < y->offset);
}

/**
 * aph_result_file_copy:
 * @self: a file that was scanned
 * @state: a state
 * @stream: where to write
 * @error: return location
 *
 * Writes the rows of the jobs in @state as they are, in the order of the file.
 *
 * Returns: %FALSE with a %G_IO_ERROR
 */
gboolean
aph_result_file_copy (AphResultFile  *self,
                      AphJobState     state,
                      GOutputStream  *stream,
                      GError        **error)
{
  g_autoptr (GArray) entries = g_array_copy (self->entries);

  g_array_sort (entries, compare_offsets);
  for (guint i = 0; i < entries->len; i++)
    {
      const AphResultEntry *entry = &g_array_index (entries, AphResultEntry, i);
      gsize size = entry->end - entry->offset;
      g_autofree char *bytes = NULL;

      if (entry->state != state)
        continue;

      bytes = read_bytes (self, entry, error);
      if (bytes == NULL)
        return FALSE;
      if (!g_output_stream_write_all (stream, bytes, size, NULL, NULL, error)
          || (bytes[size - 1] != '\n'
              && !g_output_stream_write_all (stream, "\n", 1, NULL, NULL, error)))
        return FALSE;
    }

  return TRUE;
}
