/* fuzz-result-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a file of results that a run is to go on with: it is refused with words that can be
 * shown, or each of its rows says the same when it is written anew; and what is kept of it is a
 * file of results in which nothing is torn.
 */

#include "config.h"

#include <string.h>

#include "base/aph-json.h"
#include "files/aph-csv-cell.h"
#include "files/aph-result-file.h"
#include "files/aph-result-row.h"
#include "fuzz.h"
#include "json-text.h"

static AphResultFile *
scan (const void  *data,
      gsize        size,
      GError     **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (AphResultFile) file = aph_result_file_new (stream);

  return aph_result_file_scan (file, NULL, error) ? g_steal_pointer (&file) : NULL;
}

static char *
write_row (AphJob *job)
{
  GString *row = g_string_new (NULL);

  aph_result_row_append (row, job, aph_job_get_index (job), FALSE);
  json_text_assert_good (row->str, row->len);
  g_assert_null (strchr (row->str, '\n'));

  return g_string_free (row, FALSE);
}

/* A moment is read in terms of a clock that goes on between the two readings. Neither name can stand
 * in a text like this. */
static void
cut_time (char *row)
{
  char *time = strstr (row, ",\"time\":");
  char *after = strstr (row, ",\"vars\":");

  g_assert_true (time != NULL && after != NULL && time < after);
  memmove (time, after, strlen (after) + 1);
}

/* Jobs have their servers' addresses interned, which is for ever: a fuzzer makes more of them than there
 * are in the world. */
static gboolean
is_known_server (const char *server)
{
  static GHashTable *known;

  if (server == NULL)
    return TRUE;
  if (known == NULL)
    known = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_contains (known, server))
    return TRUE;

  return g_hash_table_size (known) < 1000
         && g_hash_table_add (known, (gpointer) g_intern_string (server));
}

static gboolean
has_known_server (const uint8_t        *data,
                  const AphResultEntry *entry)
{
  g_autoptr (AphJobRecord) record = aph_result_row_parse ((const char *) data + entry->offset,
                                                          entry->end - entry->offset, NULL, NULL,
                                                          NULL);

  return record != NULL && is_known_server (record->server);
}

static void
check_row (AphResultFile        *file,
           const AphResultEntry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AphJob) job = aph_result_file_read (file, entry, &error);
  g_autofree char *row = NULL;
  g_autofree char *again = NULL;
  g_autoptr (AphJobRecord) record = NULL;
  g_autoptr (AphJob) read = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (aph_job_get_index (job), ==, entry->index);
  g_assert_cmpint (aph_job_get_state (job), ==, entry->state);
  g_assert_cmpuint (aph_result_fingerprint (aph_job_get_request (job)), ==, entry->fingerprint);

  row = write_row (job);
  record = aph_result_row_parse (row, -1, NULL, NULL, &error);
  g_assert_no_error (error);
  record->id = entry->index;
  read = aph_job_new_from_record (record);
  again = write_row (read);
  cut_time (row);
  cut_time (again);
  g_assert_cmpstr (again, ==, row);
}

static void
check_copy (AphResultFile *file)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);
  g_autoptr (AphResultFile) copy = NULL;
  g_autoptr (GError) error = NULL;
  guint n_done = 0;

  for (guint i = 0; i < aph_result_file_get_n_rows (file); i++)
    n_done += aph_result_file_get_entry (file, i)->state == APH_JOB_DONE;

  g_assert_true (aph_result_file_copy (file, APH_JOB_DONE, stream, &error));
  g_assert_no_error (error);
  copy = scan (g_memory_output_stream_get_data (memory),
               g_memory_output_stream_get_data_size (memory), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (aph_result_file_get_n_rows (copy), ==, n_done);
  g_assert_false (aph_result_file_is_torn (copy));
}

/* What is a cell is found again, whatever it holds. */
static void
check_cell (const char *text)
{
  g_autoptr (GString) cell = g_string_new (NULL);
  g_autofree char *restored = NULL;

  if (!aph_csv_cell_is_safe (text))
    g_string_append_c (cell, '\'');
  g_string_append (cell, text);
  restored = aph_csv_cell_restore (cell->str);
  g_assert_cmpstr (restored, ==, text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (AphResultFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_cell (text);
  file = scan (data, size, &error);
  if (file == NULL)
    {
      fuzz_assert_error (error);
      return 0;
    }

  g_assert_no_error (error);
  g_assert_cmpuint (aph_result_file_get_size (file), <=, size);
  for (guint i = 0; i < aph_result_file_get_n_rows (file); i++)
    {
      const AphResultEntry *entry = aph_result_file_get_entry (file, i);

      g_assert_true (i == 0 || entry->index > aph_result_file_get_entry (file, i - 1)->index);
      g_assert_true (aph_result_file_find (file, entry->index) == entry);
      if (has_known_server (data, entry))
        check_row (file, entry);
    }
  check_copy (file);

  return 0;
}
