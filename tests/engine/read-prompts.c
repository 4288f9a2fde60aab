/* read-prompts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "read-prompts.h"

/* Stores the result, with a reference, in the GAsyncResult * that @user_data is the place of. */
void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GAsyncResult **where = user_data;

  *where = g_object_ref (result);
}

/* Returns: (transfer full): the end of a read of that. */
GAsyncResult *
start_and_wait (AphPromptReader *reader,
                guint            max_rows,
                GCancellable    *cancellable)
{
  GAsyncResult *result = NULL;

  aph_prompt_reader_read_async (reader, max_rows, cancellable, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return result;
}

GPtrArray *
read_piece (AphPromptReader  *reader,
            guint             max_rows,
            GError          **error)
{
  g_autoptr (GAsyncResult) result = start_and_wait (reader, max_rows, NULL);

  return aph_prompt_reader_read_finish (reader, result, error);
}

/* All prompts as "prompt|prompt", all bad rows as "line:reason|…". */
void
read_all (AphPromptReader  *reader,
          guint             max_rows,
          char            **prompts,
          char            **errors)
{
  GString *all = g_string_new (NULL);
  GString *bad = g_string_new (NULL);

  while (!aph_prompt_reader_is_at_end (reader))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = read_piece (reader, max_rows, &error);
      g_autoptr (GPtrArray) row_errors = aph_prompt_reader_steal_errors (reader);

      g_assert_no_error (error);
      g_assert_cmpuint (rows->len + row_errors->len, <=, max_rows);
      for (guint i = 0; i < rows->len; i++)
        g_string_append_printf (all, "%s%s", all->len > 0 ? "|" : "",
                                aph_request_get_prompt (g_ptr_array_index (rows, i)));
      for (guint i = 0; i < row_errors->len; i++)
        {
          AphRowError *row_error = g_ptr_array_index (row_errors, i);

          g_string_append_printf (bad, "%s%" G_GUINT64_FORMAT ":%s", bad->len > 0 ? "|" : "",
                                  row_error->line, row_error->reason);
        }
    }
  *prompts = g_string_free (all, FALSE);
  *errors = g_string_free (bad, FALSE);
}

AphPromptReader *
reader_of (const char *text,
           gssize      length)
{
  g_autoptr (GInputStream) stream = NULL;

  stream = g_memory_input_stream_new_from_data (text, length < 0 ? (gssize) strlen (text) : length,
                                                NULL);

  return aph_prompt_reader_new_for_stream (stream, "memory");
}
