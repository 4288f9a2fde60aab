/* test-import-limits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that are too large to keep, and those that behave badly. What is large is made while it is
 * read. How much memory it takes is looked at in the end.
 */

#include "config.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "files/aph-prompt-reader.h"
#include "files/aph-row-source.h"

#define MIB (1024 * 1024)
#define MAX_MEMORY (96 * MIB)

/* The sanitizers keep what was freed, and valgrind more than that. */
#if defined (__SANITIZE_ADDRESS__)
#define MEASURES_MEMORY FALSE
#else
#define MEASURES_MEMORY (g_getenv ("ANTIPHON_VALGRIND") == NULL)
#endif

/* A stream of a head, then a body again and again, then a tail. */

#define TEST_TYPE_LARGE_STREAM (test_large_stream_get_type ())
G_DECLARE_FINAL_TYPE (TestLargeStream, test_large_stream, TEST, LARGE_STREAM, GInputStream)

struct _TestLargeStream
{
  GInputStream parent_instance;

  const char *head;
  const char *body;
  const char *tail;
  guint64 n_bodies;
  gsize offset;      /* in what is being read */
};

G_DEFINE_FINAL_TYPE (TestLargeStream, test_large_stream, G_TYPE_INPUT_STREAM)

static const char *
get_part (TestLargeStream *self)
{
  if (self->head != NULL)
    return self->head;

  return self->n_bodies > 0 ? self->body : self->tail;
}

static void
end_part (TestLargeStream *self)
{
  self->offset = 0;
  if (self->head != NULL)
    self->head = NULL;
  else if (self->n_bodies > 0)
    self->n_bodies--;
  else
    self->tail = NULL;
}

static gssize
test_large_stream_read_fn (GInputStream  *stream,
                           void          *buffer,
                           gsize          count,
                           GCancellable  *cancellable,
                           GError       **error)
{
  TestLargeStream *self = TEST_LARGE_STREAM (stream);
  gsize n_read = 0;

  while (n_read < count && get_part (self) != NULL)
    {
      const char *part = get_part (self) + self->offset;
      gsize length = MIN (strlen (part), count - n_read);

      memcpy ((char *) buffer + n_read, part, length);
      n_read += length;
      self->offset += length;
      if (part[length] == '\0')
        end_part (self);
    }

  return n_read;
}

static void
test_large_stream_class_init (TestLargeStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_large_stream_read_fn;
}

static void
test_large_stream_init (TestLargeStream *self)
{
}

static AphPromptReader *
read_large (const char *head,
            const char *body,
            guint64     n_bodies,
            const char *tail)
{
  g_autoptr (TestLargeStream) stream = g_object_new (TEST_TYPE_LARGE_STREAM, NULL);

  stream->head = head;
  stream->body = body;
  stream->n_bodies = n_bodies;
  stream->tail = tail;

  return aph_prompt_reader_new_for_stream (G_INPUT_STREAM (stream), "large");
}

typedef struct
{
  guint64 n_rows;
  guint64 n_errors;
  gsize longest;
  char *reason;   /* the first one */
} Count;

static void
count_clear (Count *count)
{
  g_free (count->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Count, count_clear)

static void
count_piece (AphPromptReader  *reader,
             Count            *count,
             GError          **error)
{
  g_autoptr (GPtrArray) rows = aph_prompt_reader_read (reader, 500, NULL, error);
  g_autoptr (GPtrArray) errors = aph_prompt_reader_steal_errors (reader);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    count->longest = MAX (count->longest,
                          strlen (aph_request_get_prompt (g_ptr_array_index (rows, i))));
  count->n_rows += rows != NULL ? rows->len : 0;
  count->n_errors += errors->len;
  if (errors->len > 0 && count->reason == NULL)
    {
      const AphRowError *row_error = g_ptr_array_index (errors, 0);

      count->reason = g_strdup_printf ("%lu: %s", (gulong) row_error->line, row_error->reason);
    }
}

static void
count_all (AphPromptReader *reader,
           Count           *count)
{
  while (!aph_prompt_reader_is_at_end (reader))
    {
      g_autoptr (GError) error = NULL;

      count_piece (reader, count, &error);
      g_assert_no_error (error);
    }

  /* Each of these files is one on its own. */
  malloc_trim (0);
}

static char *
make_text (char  c,
           gsize length)
{
  char *text = g_malloc (length + 1);

  memset (text, c, length);
  text[length] = '\0';

  return text;
}

/* A line of 300 MiB costs no more than one of 16. */
static void
test_endless_line (void)
{
  g_autofree char *body = make_text ('x', MIB);
  g_autoptr (AphPromptReader) reader = read_large ("first\n", body, 300, "\nlast\n");
  g_auto (Count) count = { 0, };

  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 2);
  g_assert_cmpuint (count.n_errors, ==, 1);
  g_assert_cmpstr (count.reason, ==, "2: it is longer than 16 MiB");
}

/* What comes after it is read as if it were not there; here those are rows without a prompt. */
static void
test_open_quote (void)
{
  g_autofree char *body = make_text ('x', MIB);
  g_autoptr (AphPromptReader) reader = NULL;
  g_auto (Count) count = { 0, };

  body[MIB - 1] = '\n';
  reader = read_large ("id,prompt\n1,\"never closed\n2,fine\n", body, 40, "3,last\n");
  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 2);
  g_assert_cmpuint (count.n_errors, ==, 1 + 40);
  g_assert_true (g_str_has_prefix (count.reason, "2: a quote in it is never closed"));
}

/* Lines which all begin with a quote that is never closed. Reading on from each of them to the limit
 * would take hours. */
static void
test_stray_quotes (void)
{
  const char *line = "1\t\"word and what else is said of it in a dictionary\n";
  g_autoptr (AphPromptReader) reader = read_large ("id\tprompt\n", line, 600000, "9\tlast\n");
  const AphReadOptions options = { .kind = APH_FILE_TABLE, .delimiter = '\t' };
  g_auto (Count) count = { 0, };

  aph_prompt_reader_set_options (reader, &options);
  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 1);
  g_assert_cmpuint (count.n_errors, ==, 600000);
}

/* Cells of five megabytes, with quotes in them so that they are copied. */
static void
test_large_cells (void)
{
  g_autofree char *cell = make_text ('y', 5 * MIB);
  g_autoptr (AphPromptReader) reader = NULL;
  g_auto (Count) count = { 0, };

  memcpy (cell, "1,\"a \"\"quote\"\" ", strlen ("1,\"a \"\"quote\"\" "));
  memcpy (cell + 5 * MIB - 2, "\"\n", 2);
  reader = read_large ("id,prompt\n", cell, 12, "13,end\n");
  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 13);
  g_assert_cmpuint (count.n_errors, ==, 0);
  g_assert_cmpuint (count.longest, >, 5 * MIB - 32);
}

static void
test_many_rows (void)
{
  g_autoptr (AphPromptReader) table =
    read_large ("id,prompt,city\n", "1,Why is the sky blue?,Paris\n", 300000, "");
  g_autoptr (AphPromptReader) list =
    read_large ("[", "{\"prompt\":\"Why is the sky blue?\"},\n", 30000, "\"end\"]");
  g_auto (Count) count = { 0, };
  g_auto (Count) list_count = { 0, };

  count_all (table, &count);
  g_assert_cmpuint (count.n_rows, ==, 300000);
  count_all (list, &list_count);
  g_assert_cmpuint (list_count.n_rows, ==, 30001);
  g_assert_cmpuint (list_count.n_errors, ==, 0);
}

/* Bad rows are kept for the caller, who takes them away: they do not pile up either. */
static void
test_bad_rows (void)
{
  g_autoptr (AphPromptReader) reader = read_large ("a,prompt\n", "1,2,3,too many\n", 300000, "");
  const AphReadOptions options = { .kind = APH_FILE_TABLE };
  g_auto (Count) count = { 0, };

  aph_prompt_reader_set_options (reader, &options);
  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 0);
  g_assert_cmpuint (count.n_errors, ==, 300000);
}

/* As many columns as a table may have, all of one name. */
static void
test_equal_names (void)
{
  const AphReadOptions options = { .kind = APH_FILE_TABLE, .delimiter = '\t' };
  g_autoptr (GString) head = g_string_new ("prompt");
  g_autoptr (AphPromptReader) reader = NULL;
  g_auto (Count) count = { 0, };
  char **columns;

  for (guint i = 1; i < 16384; i++)
    g_string_append (head, "\tx");
  g_string_append_c (head, '\n');
  reader = read_large (head->str, "1\t2\n", 3, "");
  aph_prompt_reader_set_options (reader, &options);
  count_all (reader, &count);
  g_assert_cmpuint (count.n_rows, ==, 3);
  columns = aph_prompt_reader_get_layout (reader)->columns;
  g_assert_cmpstr (columns[1], ==, "x");
  g_assert_cmpstr (columns[2], ==, "x (2)");
  g_assert_cmpstr (columns[16383], ==, "x (16383)");
}

/* More columns than a table may have are told as that, soon. */
static void
test_wide_header (void)
{
  const AphReadOptions options = { .kind = APH_FILE_TABLE, .delimiter = '\t' };
  g_autoptr (GString) head = g_string_new ("n");
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (AphPromptReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Count) count = { 0, };

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (head, "\tn%u", i);
  g_string_append (head, "\n1\t2\n");
  stream = g_memory_input_stream_new_from_data (head->str, head->len, NULL);
  reader = aph_prompt_reader_new_for_stream (stream, "wide");
  aph_prompt_reader_set_options (reader, &options);
  count_piece (reader, &count, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "is no row of a table"));
}

static char *
create_path (const char *name)
{
  g_autofree char *folder = g_dir_make_tmp ("test-import-limits-XXXXXX", NULL);

  return g_build_filename (folder, name, NULL);
}

static void
remove_path (char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
}

/* Two gigabytes of nothing, which take no room on the disk. */
static void
test_sparse_file (void)
{
  char *path = create_path ("sparse.txt");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (file);
  g_autoptr (GError) error = NULL;
  g_auto (Count) count = { 0, };

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, (gint64) 2 << 30), ==, 0);
  count_piece (reader, &count, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "this is not UTF-8 text"));
  remove_path (path);
}

static gpointer
write_to_pipe (gpointer path)
{
  int fd = g_open (path, O_WRONLY, 0);
  const char text[] = "id,prompt\n1,one\n2,\"two\nlines\"\n";

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  g_close (fd, NULL);

  return NULL;
}

static void
test_named_pipe (void)
{
  char *path = create_path ("pipe.csv");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (file);
  g_auto (Count) count = { 0, };
  GThread *writer;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  writer = g_thread_new ("writer", write_to_pipe, path);
  count_all (reader, &count);
  g_thread_join (writer);
  g_assert_cmpuint (count.n_rows, ==, 2);
  g_assert_cmpuint (count.n_errors, ==, 0);
  remove_path (path);
}

static void
test_changed_file (void)
{
  char *path = create_path ("changed.txt");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AphPromptReader) reader = aph_prompt_reader_new_for_file (file);
  g_autofree char *text = make_text ('z', 2 * MIB);
  g_auto (Count) count = { 0, };
  int fd;

  for (gsize i = 999; i < 2 * MIB; i += 1000)
    text[i] = '\n';
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  count_piece (reader, &count, NULL);
  g_assert_cmpuint (count.n_errors, ==, 0);

  fd = g_open (path, O_WRONLY | O_APPEND, 0);
  g_assert_cmpint (write (fd, "more\n", 5), ==, 5);
  g_close (fd, NULL);
  /* A file system may not count the time as fine as that. */
  g_assert_cmpint (g_utime (path, &(struct utimbuf) { 1, 1 }), ==, 0);

  count_all (reader, &count);
  g_assert_cmpuint (count.n_errors, ==, 1);
  g_assert_nonnull (strstr (count.reason, "was changed while it was read"));
  remove_path (path);
}

/* The most memory that this process ever had, in KiB. getrusage() would tell of whoever started it. */
static glong
get_peak (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");

  return line != NULL ? strtol (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* Of all that was read above. */
static void
test_memory (gconstpointer user_data)
{
  const glong *before = user_data;
  glong grown = (get_peak () - *before) / 1024;

  g_test_message ("%ld MiB more than before the first file", grown);
  if (MEASURES_MEMORY)
    g_assert_cmpint (grown, <=, MAX_MEMORY / MIB);
}

int
main (int   argc,
      char *argv[])
{
  static glong before;

  g_test_init (&argc, &argv, NULL);
  before = get_peak ();
  g_test_add_func ("/import-limits/many-rows", test_many_rows);
  g_test_add_func ("/import-limits/bad-rows", test_bad_rows);
  g_test_add_func ("/import-limits/large-cells", test_large_cells);
  g_test_add_func ("/import-limits/endless-line", test_endless_line);
  g_test_add_func ("/import-limits/open-quote", test_open_quote);
  g_test_add_func ("/import-limits/stray-quotes", test_stray_quotes);
  g_test_add_func ("/import-limits/equal-names", test_equal_names);
  g_test_add_func ("/import-limits/wide-header", test_wide_header);
  g_test_add_func ("/import-limits/sparse-file", test_sparse_file);
  g_test_add_func ("/import-limits/named-pipe", test_named_pipe);
  g_test_add_func ("/import-limits/changed-file", test_changed_file);
  g_test_add_data_func ("/import-limits/memory", &before, test_memory);

  return g_test_run ();
}
