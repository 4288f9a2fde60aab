/* test-prompt-reader-waits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that come slowly, break off, or are not wanted any more.
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

#include "read-prompts.h"

static void
write_all (int         fd,
           const char *text)
{
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
}

/* Of what is written to fds[1]. */
static AphPromptReader *
reader_of_pipe (int fds[2])
{
  g_autoptr (GInputStream) stream = NULL;

  g_assert_cmpint (pipe (fds), ==, 0);
  stream = g_unix_input_stream_new (fds[0], TRUE);

  return aph_prompt_reader_new_for_stream (stream, "pipe");
}

static void
test_slow_pipe (void)
{
  int fds[2];
  g_autoptr (AphPromptReader) reader = reader_of_pipe (fds);
  g_autoptr (GPtrArray) rows = NULL;

  /* What is complete comes at once, though the pipe stays open. */
  write_all (fds[1], "a\nb\n\nhal");
  rows = read_piece (reader, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_false (aph_prompt_reader_is_at_end (reader));
  g_clear_pointer (&rows, g_ptr_array_unref);

  write_all (fds[1], "f\n");
  rows = read_piece (reader, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (aph_request_get_prompt (g_ptr_array_index (rows, 0)), ==, "half");
  g_clear_pointer (&rows, g_ptr_array_unref);

  write_all (fds[1], "last");
  close (fds[1]);
  rows = read_piece (reader, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_clear_pointer (&rows, g_ptr_array_unref);

  while (!aph_prompt_reader_is_at_end (reader))
    {
      rows = read_piece (reader, 100, NULL);
      g_assert_cmpuint (rows->len, ==, 0);
      g_clear_pointer (&rows, g_ptr_array_unref);
    }

  /* Reading on at the end gives nothing. */
  rows = read_piece (reader, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 0);
}

/* Each of the four parts completes one row, a to d. */
static void
check_slow_rows (const char *const *parts)
{
  int fds[2];
  g_autoptr (AphPromptReader) reader = reader_of_pipe (fds);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) errors = NULL;

  for (guint i = 0; i < 4; i++)
    {
      const char *expected = (char[]) { 'a' + i, '\0' };

      write_all (fds[1], parts[i]);
      rows = read_piece (reader, 100, NULL);
      g_assert_cmpuint (rows->len, ==, 1);
      g_assert_cmpstr (aph_request_get_prompt (g_ptr_array_index (rows, 0)), ==, expected);
      g_clear_pointer (&rows, g_ptr_array_unref);
    }

  close (fds[1]);
  rows = read_piece (reader, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_true (aph_prompt_reader_is_at_end (reader));
  errors = aph_prompt_reader_steal_errors (reader);
  g_assert_cmpuint (errors->len, ==, 0);
}

/* What is complete comes at once, though something comes after it, which may be half a value. */
static void
test_slow_list (void)
{
  static const char *const parts[] = {
    "[{\"prompt\":\"a\"},\n", "{\"prompt\":\"b\"},{\"prom", "pt\":\"c\"} , ", "\"d\"\n]\n",
  };

  check_slow_rows (parts);
}

/* … or half a row. */
static void
test_slow_table (void)
{
  static const char *const parts[] = {
    "prompt,note\na,1\n", "b,\"two\nlines\"\nc,\"three\n", "lines\nof it\"\n", "d,x\n",
  };

  check_slow_rows (parts);
}

static void
test_cancel (void)
{
  int fds[2];
  g_autoptr (AphPromptReader) reader = reader_of_pipe (fds);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  aph_prompt_reader_read_async (reader, 10, cancellable, store_result_cb, &result);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  rows = aph_prompt_reader_read_finish (reader, result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (rows);
  g_assert_true (aph_prompt_reader_is_at_end (reader));
  close (fds[1]);
}

/* Also where nothing is waited for. */
static void
test_cancel_at_hand (void)
{
  g_autoptr (AphPromptReader) reader = reader_of ("a\nb\nc\n", -1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) rows = aph_prompt_reader_read (reader, 1, cancellable, NULL);
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (rows->len, ==, 1);
  g_cancellable_cancel (cancellable);
  more = aph_prompt_reader_read (reader, 1, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (more);
}

/* A stream that breaks where another ends. */

#define TEST_TYPE_BROKEN_STREAM (test_broken_stream_get_type ())
G_DECLARE_FINAL_TYPE (TestBrokenStream, test_broken_stream, TEST, BROKEN_STREAM, GFilterInputStream)

struct _TestBrokenStream
{
  GFilterInputStream parent_instance;
};

G_DEFINE_FINAL_TYPE (TestBrokenStream, test_broken_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
test_broken_stream_read_fn (GInputStream  *stream,
                            void          *buffer,
                            gsize          count,
                            GCancellable  *cancellable,
                            GError       **error)
{
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize n_read = g_input_stream_read (base, buffer, count, cancellable, error);

  if (n_read != 0)
    return n_read;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Input/output error");
  return -1;
}

static void
test_broken_stream_class_init (TestBrokenStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_broken_stream_read_fn;
}

static void
test_broken_stream_init (TestBrokenStream *self)
{
}

/* What came before it is there. */
static void
test_broken_file (void)
{
  static const struct
  {
    const char *text;
    const char *prompts;
    guint n_bad;
    const char *line;   /* (nullable) */
  } cases[] = {
    { "a\nb\nc", "a|b|", 0, "on line 2 " },
    { "[{\"prompt\":\"a\"},\n7,\n{\"prompt\":\"b\"},\n{\"prom", "a|b|", 1, "on line 3 " },
    { "prompt,id\na,1\n\"b", "a|", 0, "on line 2 " },
    { "prompt,id\na,1\n\"b\nc", "a|", 0, "on line 2 " },
    { "half", "", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInputStream) base =
        g_memory_input_stream_new_from_data (cases[i].text, strlen (cases[i].text), NULL);
      g_autoptr (GInputStream) stream = g_object_new (TEST_TYPE_BROKEN_STREAM,
                                                      "base-stream", base, NULL);
      g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_stream (stream, "file");
      g_autoptr (GString) prompts = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) errors = NULL;

      while (error == NULL)
        {
          g_autoptr (GPtrArray) rows = NULL;

          g_assert_false (aph_prompt_reader_is_at_end (reader));
          rows = read_piece (reader, 100, &error);
          for (guint j = 0; rows != NULL && j < rows->len; j++)
            g_string_append_printf (prompts, "%s|",
                                    aph_request_get_prompt (g_ptr_array_index (rows, j)));
        }

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "“file” cannot be read: Input/output error."));
      if (cases[i].line != NULL)
        g_assert_nonnull (strstr (error->message, cases[i].line));
      else
        g_assert_null (strstr (error->message, "on line"));
      g_assert_true (aph_prompt_reader_is_at_end (reader));
      g_assert_cmpstr (prompts->str, ==, cases[i].prompts);
      errors = aph_prompt_reader_steal_errors (reader);
      g_assert_cmpuint (errors->len, ==, cases[i].n_bad);
    }
}

static void
test_destroy (void)
{
  AphPromptReader *reader = reader_of ("a\n", -1);

  g_assert_finalize_object (reader);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/prompt-reader-waits/destroy", test_destroy);
  g_test_add_func ("/prompt-reader-waits/slow-pipe", test_slow_pipe);
  g_test_add_func ("/prompt-reader-waits/slow-list", test_slow_list);
  g_test_add_func ("/prompt-reader-waits/slow-table", test_slow_table);
  g_test_add_func ("/prompt-reader-waits/cancel", test_cancel);
  g_test_add_func ("/prompt-reader-waits/cancel-at-hand", test_cancel_at_hand);
  g_test_add_func ("/prompt-reader-waits/broken-file", test_broken_file);

  return g_test_run ();
}
